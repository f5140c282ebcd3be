package aims

import (
	"errors"

	"github.com/aimskit/aimskit/register"

	"github.com/aimskit/aimskit/storage/ledger"
)

// Patch changes a record by a merge patch (RFC 7396), made from a revision: it is
// put by the verb that revises those of its kind (KindVerbs), such as PutRisk or
// ReviseSystem, under all that this verb checks, and Options.Authorize is asked of
// both. A field that the patch names must be there (ErrInvalid), and one that
// another verb decides on, such as an approval or a role's holder, refuses it
// (ErrForbidden), as do kinds that no verb revises, such as concerns. A record of one
// of Options.Kinds is put as it is, if its kind allows it (ledger.Spec.Patch).
func (tx *Tx) Patch(s Subject, revision uint64, patch []byte) error {
	if isOwn(s.Kind) {
		return tx.Tx.Patch(s, revision, patch, nil)
	}
	return tx.Tx.Patch(s, revision, patch, func(rec any) error {
		return tx.put(s.Kind, rec, func(v recordVerbs) func(*Tx, any) error { return v.revise })
	})
}

// Create makes a record of what a JSON object says, the counterpart of Patch, and
// returns which one: it is put by the verb that creates those of its kind (KindVerbs),
// such as RegisterSystem, under all that this verb checks. A record without an ID gets
// one; one that is there already, or carries a revision, is refused, so that a request
// to create never changes something. All else is as Patch has it.
func (tx *Tx) Create(kind Kind, text []byte) (Subject, error) {
	if isOwn(kind) {
		return tx.Tx.Create(kind, text, nil)
	}
	return tx.Tx.Create(kind, text, func(rec any) error {
		return tx.put(kind, rec, func(v recordVerbs) func(*Tx, any) error { return v.create })
	})
}

// put writes a record by a verb of its kind.
func (tx *Tx) put(kind Kind, rec any, which func(recordVerbs) func(*Tx, any) error) error {
	for _, v := range verbsOfKinds {
		if v.kind != kind {
			continue
		}
		if put := which(v); put != nil {
			return put(tx, rec)
		}
	}
	return ledger.Refuse(ErrForbidden, "%w", errNoVerb)
}

// errNoVerb says that a record is only moved by verbs of its own.
var errNoVerb = errors.New("no verb takes a record of this kind as a whole for this; they come to be, and move, by verbs of their own")

// recordVerbs are the verbs that take a whole record of a kind; nil where there is
// none.
type recordVerbs struct {
	kind    Kind
	creates string
	create  func(*Tx, any) error
	revises string
	revise  func(*Tx, any) error
}

// KindVerbs names the verbs that take a whole record of a kind: by which Tx.Create
// makes one and Tx.Patch changes one. Each may be empty: then records of the kind come
// to be, or move, by verbs of their own alone.
type KindVerbs struct {
	// Kind is the kind, Creates and Revises the names of the verbs.
	Kind    Kind   `json:"kind"`
	Creates string `json:"creates,omitempty"`
	Revises string `json:"revises,omitempty"`
}

// VerbsOfKinds returns the verbs of each kind of the library's, in the order of Kinds.
func VerbsOfKinds() []KindVerbs {
	all := make([]KindVerbs, len(verbsOfKinds))
	for i, v := range verbsOfKinds {
		all[i] = KindVerbs{v.kind, v.creates, v.revises}
	}
	return all
}

// verb is a verb that takes a record, as one that takes any.
func verb[T any](do func(*Tx, T) error) func(*Tx, any) error {
	return func(tx *Tx, rec any) error { return do(tx, *rec.(*T)) }
}

// both is the row of a kind whose records are created and revised by one verb.
func both[T any](kind Kind, name string, do func(*Tx, T) error) recordVerbs {
	return recordVerbs{kind, name, verb(do), name, verb(do)}
}

// revised is the row of a kind whose records are there from the start.
func revised[T any](kind Kind, name string, do func(*Tx, T) error) recordVerbs {
	return recordVerbs{kind: kind, revises: name, revise: verb(do)}
}

// verbsOfKinds is in the order of kinds.
var verbsOfKinds = []recordVerbs{
	revised(KindOrganisation, "PutOrganisation", (*Tx).PutOrganisation),
	both(KindPerson, "PutPerson", (*Tx).PutPerson),
	both(KindRole, "PutRole", (*Tx).PutRole),
	both(KindPolicy, "DraftPolicy", (*Tx).DraftPolicy),
	both(KindDocument, "DraftDocument", (*Tx).DraftDocument),
	both(KindScope, "DraftScope", (*Tx).DraftScope),
	both(KindContextIssue, "PutContextIssue", (*Tx).PutContextIssue),
	both(KindInterestedParty, "PutInterestedParty", (*Tx).PutInterestedParty),
	both(KindObjective, "PutObjective", (*Tx).PutObjective),
	revised(KindCriteria, "DraftCriteria", (*Tx).DraftCriteria),
	both(KindSupplier, "PutSupplier", (*Tx).PutSupplier),
	both(KindSweep, "PutSweep", (*Tx).PutSweep),
	{KindSystem, "RegisterSystem", verb((*Tx).RegisterSystem), "ReviseSystem",
		verb(func(tx *Tx, s register.System) error { _, err := tx.ReviseSystem(s); return err })},
	revised(KindAssessment, "SaveAssessment", (*Tx).SaveAssessment),
	both(KindRisk, "PutRisk", (*Tx).PutRisk),
	revised(KindDecision, "DecideControl", (*Tx).DecideControl),
	{kind: KindStatement},
	both(KindEvidence, "AttachEvidence", (*Tx).AttachEvidence),
	{kind: KindException, creates: "GrantException", create: verb((*Tx).GrantException)},
	both(KindAudit, "PlanAudit", (*Tx).PlanAudit),
	both(KindReview, "HoldReview", (*Tx).HoldReview),
	{KindNonconformity, "RaiseNonconformity", verb((*Tx).RaiseNonconformity), "CorrectNonconformity", verb((*Tx).CorrectNonconformity)},
	{KindIncident, "ReportIncident", verb((*Tx).ReportIncident), "UpdateIncident", verb((*Tx).UpdateIncident)},
	{kind: KindConcern, creates: "RaiseConcern", create: verb((*Tx).RaiseConcern)},
	both(KindCertificate, "PutCertificate", (*Tx).PutCertificate),
}
