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
//		return tx.RegisterSystem(register.System{ID: "credit", Name: "Credit scoring", Stage: register.StageDesign})
//	})
//
// What the function writes becomes one commit, or nothing does. Each move that
// is governed is a verb of [Tx], which checks its rules: the author of an
// assessment can't approve it, an auditor can't audit own work, a life-cycle
// gate stays closed while something is missing. Registering a system, or
// changing it materially, opens its impact assessment in the same commit; no
// verb and no option turns that off.
//
// The records are those of a ledger (package storage/ledger), with one kind for
// each sort of record: [Kinds] tells of all, with the bounds of what one may hold.
// A Manager is a thin skin over that ledger; [Manager.Close] refuses further
// changes and waits, as long as its context lasts, for what is on its way.
//
// An embedder keeps records of its own in the same commits: Options.Kinds.
//
// # Verbs
//
// A verb is whole or nothing: one that returns an error has changed nothing, even
// if the function goes on. Verbs that open, draft, put or raise something create a
// record, or revise the one whose revision it carries; what is approved, accepted,
// granted, appointed, answered or closed is decided by a verb of its own, never by
// writing a field. A verb that decides is judged by what stood before the commit as
// well: what it rests on is committed first, else the error is [ErrCommitFirst].
// Who acts is By.Actor; who may besides what is told here, Options.Authorize says:
// before anything is told of the record, and again with the records before and
// after.
//
//	verb                    does       record                 who may                                      clause
//	RegisterSystem          creates    system, assessment     anyone                                       A.4.2
//	ReviseSystem            revises    system, assessment     anyone                                       8.1
//	AdvanceStage            decides    system                 anyone, once the gate is open                A.6.2
//	RevertStage             revises    system                 anyone                                       A.6.2
//	ReassessSystem          creates    assessment             anyone                                       8.4
//	OpenDueAssessments      creates    assessments            anyone                                       8.4
//	ReportSupplierEvent     creates    assessments            anyone                                       A.10.3
//	PutSupplier             creates    supplier               anyone                                       A.10.2
//	PutSweep                creates    sweep                  anyone                                       A.4.2
//	AssignAssessment        revises    assessment             anyone                                       A.5.2
//	SaveAssessment          revises    assessment             anyone, and becomes an author                A.5.3
//	AttachQuestionnaire     revises    assessment             anyone, and becomes an author                A.5.3
//	ApplyTemplate           revises    assessment             anyone, and becomes an author                A.5.3
//	ReuseAssessment         revises    assessment             anyone, and becomes an author                A.5.3
//	CommentAssessment       revises    assessment             anyone                                       A.5.3
//	AnswerComment           revises    assessment             anyone                                       A.5.3
//	GroupAssessments        revises    assessments            anyone                                       A.5.3
//	UngroupAssessment       revises    assessment             anyone                                       A.5.3
//	SubmitAssessment        revises    assessments            anyone                                       8.4
//	ReturnAssessment        decides    assessments            anyone                                       8.4
//	StopAssessment          decides    assessments            anyone                                       8.4
//	ApproveAssessment       decides    assessments            a holder of the role, no author              8.4
//	DelegateSignature       decides    assessment             a holder of the role                         5.3
//	DeclareConflict         revises    assessment             anyone, of oneself                           5.3
//	MeetCondition           decides    assessment             its owner, or who asked for it               8.4
//	ConfirmAssessment       decides    assessment             who signed it, with no part in the change    8.4
//	PublishAssessment       decides    assessment             anyone                                       A.8.5
//	PutRisk                 creates    risk                   anyone                                       6.1.2
//	AcceptRisk              decides    risk                   the risk approver, not its owner             6.1.3
//	DraftCriteria           revises    criteria               anyone                                       6.1.2
//	ApproveCriteria         decides    criteria               top management                               6.1.2
//	DecideControl           decides    decision               anyone; to leave one out, not its owner      6.1.3
//	ApproveStatement        decides    statement              a person on file                             6.1.3
//	AttachEvidence          creates    evidence               anyone                                       7.5.3
//	GrantException          decides    exception              the risk approver or sponsor, not who asked  8.1
//	CloseException          decides    exception              anyone, once nothing is missing              8.1
//	PutOrganisation         revises    organisation           anyone                                       4.1
//	PutContextIssue         creates    context issue          anyone                                       4.1
//	PutInterestedParty      creates    interested party       anyone                                       4.2
//	DraftScope              creates    scope                  anyone                                       4.3
//	ApproveScope            decides    scope                  top management, not its author               4.3
//	DraftPolicy             creates    policy                 anyone                                       5.2
//	ApprovePolicy           decides    policy                 top management, not its author               5.2
//	PutPerson               creates    person                 anyone                                       5.3
//	PutRole                 creates    role                   anyone                                       5.3
//	AssignRole              decides    role                   anyone                                       5.3
//	AcceptRole              decides    role                   who was appointed                            5.3
//	PutObjective            creates    objective              anyone                                       6.2
//	MeasureObjective        revises    objective              anyone                                       9.1
//	DraftDocument           creates    document               anyone                                       7.5
//	ApproveDocument         decides    document               a person on file, not its author             7.5
//	PlanAudit               creates    audit                  anyone; no auditor of own work               9.2.2
//	CloseAudit              decides    audit                  anyone; no auditor of own work               9.2.2
//	HoldReview              creates    management review      anyone; top management chairs                9.3
//	CompleteReviewDecision  revises    management review      anyone                                       9.3.3
//	RaiseNonconformity      creates    nonconformity          anyone                                       10.2
//	CorrectNonconformity    revises    nonconformity          anyone                                       10.2
//	CloseNonconformity      decides    nonconformity          a person on file, not who acted              10.2
//	ReportIncident          creates    incident, assessments  anyone                                       A.8.4
//	UpdateIncident          revises    incident               anyone                                       A.8.4
//	CloseIncident           decides    incident               anyone                                       10.2
//	RaiseConcern            creates    concern, assessments   anyone; a service, if it names nobody        A.3.3
//	AnswerConcern           decides    concern                anyone                                       A.3.3
//	PutCertificate          creates    certificate            anyone                                       -
//	MoveCertificate         revises    certificate            anyone                                       -
//	Withdraw                withdraws  any whose kind allows  anyone                                       7.5.3
//	Create                  creates    any that a verb does   as that verb, by whose rules it is put       7.5.3
//	Patch                   revises    any that a verb does   as that verb, by whose rules it is put       7.5.3
//
// # Reading
//
// [Manager.View] returns the state as last confirmed by the journal: immutable,
// without locks or errors. What it hands out are copies: to change one changes
// nothing else. [Manager.At] returns it as it stood at any past
// moment. [Manager.Verify] compares what is shown with the journal.
// [Manager.Trail] and [Manager.History] tell who changed what, when
// and why. [View.Findings] lists what is missing or late, as an auditor would;
// it grades what [View.Observations] yield.
//
// [View.For] and [Manager.For] show a reader what Options.Redact leaves of it.
//
// Records of a kind are chosen (Records.Where) and ordered ([Sorted]) by the values of
// its listings (KindInfo.Listings):
//
//	kind               listings
//	system             owner, stage, supplier
//	assessment         system, open
//	risk               system
//	evidence           system
//	exception          system
//	incident           system
//	concern            system
//
// Their values are the IDs of what they name, empty where nothing is named, and of the
// others these: stage is a [register.Stage], such as "operation"; open is "open" of an
// assessment that is not decided yet, else its state, such as "approved"
// (Where("open", "open"), over HTTP ?open=open).
//
// [Page] gives a page and where the next begins, [Must] a record or an error.
//
// [Manager.Changes] tells search indexes and webhooks of each commit as it is
// published, resumable and without a queue.
//
// A change carries the revision that it was made from: read a record, change
// it, hand it back. If somebody else was faster the answer is [ErrStale].
//
// # A product on it
//
// Records of your own live in the same commits (Options.Kinds). [Tx.Create] makes a
// record of its JSON, [Tx.Patch] changes one by a merge patch, by the verbs that are
// for its kind ([VerbsOfKinds]); what is decided by other verbs they refuse. Records
// choose, page and order: Where upon Where, From, [Sorted]. [View.All] yields
// everything, View.Export writes it as JSON Lines, [Import] founds an empty journal
// with that, and says so: [View.ImportedDecisions]. [Manager.Between] yields the past
// at many moments. A [Fleet] keeps many organisations, [Query] asks all,
// Fleet.AllChanges and AllChangesFor follow all. Package aimshttp serves it over
// net/http.
//
// # Opening and erasing
//
// A store may have powers beyond the journal, which Options take. With
// Snapshots, opening reads the live records and only what was committed after, and
// [Manager.At] begins near the moment that is asked for;
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
// it breaks and the value found, [GateError] what keeps a gate closed. Of more than
// a hundred issues the last one counts the others. A verb over many records stops
// with the error of the context once that has ended. [CodeOf] gives of any error a
// word that stays the same, and the HTTP status that answers with it.
//
// # Times
//
// All times are in UTC. When something held (Collected, HeldOn) is the
// caller's to say; when it was recorded is the commit's. A limit includes its
// last moment.
package aims
