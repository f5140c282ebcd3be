// Package aims is an AI management system after ISO/IEC 42001:2023: the
// clauses 4 to 10 on Plan-Do-Check-Act, the register of AI systems with their
// impact assessments, the decisions on the 38 controls, evidence, objectives,
// audits, reviews, nonconformities, incidents and certification.
//
// # One door for writing
//
// A [Manager] is opened on a journal (package storage) and holds one
// organisation's management system. [Manager.Update] is the only way to write:
//
//	err := m.Update(ctx, aims.By{Actor: "ada", Reason: "onboard the credit model"}, func(tx *aims.Tx) error {
//		_, err := tx.RegisterSystem(register.System{ID: "credit", Name: "Credit scoring", Stage: register.StageDesign})
//		return err
//	})
//
// What the function writes becomes one commit, or nothing does. Each move that
// is governed is a verb of [Tx], which checks its rules: the author of an
// assessment can't approve it, an auditor can't audit own work, a life-cycle
// gate stays closed while something is missing. Registering a system, or
// changing it materially, opens its impact assessment in the same commit; no
// verb and no option turns that off.
//
// # Reading
//
// [Manager.View] returns the state as last confirmed by the journal: immutable,
// without locks or errors. [Manager.At] returns it as it stood at any past
// moment. [Manager.Trail] and [Manager.History] tell who changed what, when
// and why. [View.Findings] lists what is missing or late, as an auditor would;
// it grades what [View.Observations] yield.
//
// [Manager.Changes] tells search indexes and webhooks of each commit as it is
// published, resumable and without a queue.
//
// A change carries the revision that it was made from: read a record, change
// it, hand it back. If somebody else was faster the answer is [ErrStale].
//
// # Opening and erasing
//
// A store may have powers beyond the journal, which Options take. With
// Snapshots, opening reads the live records and only what was committed after;
// with an Eraser, [Manager.Erase] removes what was written about a person for
// good, while the chain of commits still verifies:
//
//	journal, err := file.Open("aims-data", nil)
//	m, err := aims.Open(ctx, journal, &aims.Options{Snapshots: journal, Eraser: journal})
//
// # Errors
//
// What is missing or late is a [Finding], never an error. Errors are for
// calls that can't be carried out; errors.Is tells them apart ([ErrInvalid],
// [ErrForbidden], [ErrGate], [ErrStale] and so on) and errors.As gives the
// details: [RecordError] names the record, [Issues] each field with the rule
// it breaks and the value found, [GateError] what keeps a gate closed.
//
// # Times
//
// All times are in UTC. When something held (Collected, HeldOn) is the
// caller's to say; when it was recorded is the commit's. A limit includes its
// last moment.
package aims
