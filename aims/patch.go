package aims

import (
	"errors"
	"reflect"

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
	return tx.Tx.Patch(s, revision, patch, func(rec any) error { return tx.put(rec, verbsOf(rec).revise) })
}

// Create makes a record of what a JSON object says, the counterpart of Patch, and
// returns which one: it is put by the verb that creates those of its kind (KindVerbs),
// such as RegisterSystem, under all that this verb checks. A record without an ID gets
// one; one that is there already, or carries a revision, is refused, so that a request
// to create never changes something. All else is as Patch has it, for a record of one of
// Options.Kinds by ledger.Spec.Create.
func (tx *Tx) Create(kind Kind, text []byte) (Subject, error) {
	if isOwn(kind) {
		return tx.Tx.Create(kind, text, nil)
	}
	return tx.Tx.Create(kind, text, func(rec any) error { return tx.put(rec, verbsOf(rec).create) })
}

// put writes a record by a verb, if there is one.
func (tx *Tx) put(rec any, verb func(*Tx, any) error) error {
	if verb == nil {
		return ledger.Because(ErrForbidden, errNoVerb)
	}
	return verb(tx, rec)
}

// verbsOf are the verbs of a record, given as a pointer to it.
func verbsOf(rec any) recordVerbs {
	for _, v := range verbsOfRecords {
		if v.typ == reflect.TypeOf(rec) {
			return v
		}
	}
	return recordVerbs{}
}

// errNoVerb says that a record is only moved by verbs of its own.
var errNoVerb = errors.New("no verb takes a record of this kind as a whole for this; they come to be, and move, by verbs of their own")

// recordVerbs are the verbs that take a whole record of a type; nil where there is
// none.
type recordVerbs struct {
	typ     reflect.Type // of a pointer to one
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
	all := make([]KindVerbs, len(kinds))
	for i, k := range Kinds() {
		v := verbsOf(k.New())
		all[i] = KindVerbs{k.Name, v.creates, v.revises}
	}
	return all
}

// creating, revising and both are rows of the table of verbs.
func creating[T any](name string, do func(*Tx, T) error) recordVerbs {
	return recordVerbs{typ: reflect.TypeFor[*T](), creates: name, create: func(tx *Tx, rec any) error { return do(tx, *rec.(*T)) }}
}

// or adds the verb that revises what another has created.
func (v recordVerbs) or(name string, do func(*Tx, any) error) recordVerbs {
	v.revises, v.revise = name, do
	return v
}

func revising[T any](name string, do func(*Tx, T) error) recordVerbs {
	v := creating(name, do)
	return recordVerbs{typ: v.typ, revises: name, revise: v.create}
}

func both[T any](name string, do func(*Tx, T) error) recordVerbs {
	v := creating(name, do)
	v.revises, v.revise = name, v.create
	return v
}

var verbsOfRecords = []recordVerbs{
	revising("PutOrganisation", (*Tx).PutOrganisation),
	both("PutPerson", (*Tx).PutPerson),
	both("PutService", (*Tx).PutService),
	both("PutRole", (*Tx).PutRole),
	both("DraftPolicy", (*Tx).DraftPolicy),
	both("DraftDocument", (*Tx).DraftDocument),
	both("DraftScope", (*Tx).DraftScope),
	both("DraftProcesses", (*Tx).DraftProcesses),
	both("DraftAuditProgramme", (*Tx).DraftAuditProgramme),
	both("PutCommunication", (*Tx).PutCommunication),
	both("PutContextIssue", (*Tx).PutContextIssue),
	both("PutInterestedParty", (*Tx).PutInterestedParty),
	both("PutOpportunity", (*Tx).PutOpportunity),
	both("PutObjective", (*Tx).PutObjective),
	revising("DraftCriteria", (*Tx).DraftCriteria),
	both("PutSupplier", (*Tx).PutSupplier),
	both("PutSweep", (*Tx).PutSweep),
	both("DraftUseRules", (*Tx).DraftUseRules),
	both("DescribeLogs", (*Tx).DescribeLogs),
	both("PutResource", (*Tx).PutResource),
	both("PutMonitoring", (*Tx).PutMonitoring),
	both("PutChannel", (*Tx).PutChannel),
	both("PutPublicClaim", (*Tx).PutPublicClaim),
	both("PutDataset", (*Tx).PutDataset),
	both("PlanVerification", (*Tx).PlanVerification),
	both("PlanDeployment", (*Tx).PlanDeployment),
	both("PlanRetirement", (*Tx).PlanRetirement),
	creating("RegisterSystem", (*Tx).RegisterSystem).or("ReviseSystem", func(tx *Tx, rec any) error {
		_, err := tx.ReviseSystem(*rec.(*register.System))
		return err
	}),
	revising("SaveAssessment", (*Tx).SaveAssessment),
	both("PutRisk", (*Tx).PutRisk),
	revising("DecideControl", (*Tx).DecideControl),
	both("AttachEvidence", (*Tx).AttachEvidence),
	creating("RecordTest", (*Tx).RecordTest),
	both("RequestException", (*Tx).RequestException),
	both("PlanAudit", (*Tx).PlanAudit),
	both("HoldReview", (*Tx).HoldReview),
	creating("RaiseNonconformity", (*Tx).RaiseNonconformity).or("CorrectNonconformity", revising("", (*Tx).CorrectNonconformity).revise),
	creating("ReportIncident", (*Tx).ReportIncident).or("UpdateIncident", revising("", (*Tx).UpdateIncident).revise),
	creating("RaiseConcern", (*Tx).RaiseConcern),
	both("PutCertificate", (*Tx).PutCertificate),
	creating("PlaceHold", (*Tx).PlaceHold),
	both("PutObligation", (*Tx).PutObligation),
	both("DraftChange", (*Tx).DraftChange),
	both("PutCompetence", (*Tx).PutCompetence),
	both("ClaimCompetence", (*Tx).ClaimCompetence),
	both("PutGoverningBody", (*Tx).PutGoverningBody),
	both("PutAction", (*Tx).PutAction),
}
