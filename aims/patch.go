package aims

import (
	"errors"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Patch changes a record by a merge patch (RFC 7396), made from a revision: it is
// put by the verb that records or revises those of its kind, such as PutRisk or
// ReviseSystem, under all that this verb checks, and Options.Authorize is asked of
// both. A field that the patch names must be there (ErrInvalid), and one that
// another verb decides on, such as an approval, refuses it (ErrForbidden), as do
// kinds that no verb revises. A record of one of Options.Kinds is put as it is, if
// its kind allows it (ledger.Spec.Patch).
func (tx *Tx) Patch(s Subject, revision uint64, patch []byte) error {
	if isOwn(s.Kind) {
		return tx.Tx.Patch(s, revision, patch, nil)
	}
	return tx.Tx.Patch(s, revision, patch, tx.revised)
}

// errNoVerb says that a record is only moved by verbs of its own.
var errNoVerb = errors.New("no verb revises records of this kind; they come to be, and move, by verbs of their own")

// revised puts a record by the verb that revises those of its kind.
func (tx *Tx) revised(rec any) error {
	switch r := rec.(type) {
	case *Organisation:
		return tx.PutOrganisation(*r)
	case *Person:
		return tx.PutPerson(*r)
	case *Role:
		return tx.PutRole(*r)
	case *Policy:
		return tx.DraftPolicy(*r)
	case *Document:
		return tx.DraftDocument(*r)
	case *Scope:
		return tx.DraftScope(*r)
	case *ContextIssue:
		return tx.PutContextIssue(*r)
	case *InterestedParty:
		return tx.PutInterestedParty(*r)
	case *Objective:
		return tx.PutObjective(*r)
	case *register.Criteria:
		return tx.DraftCriteria(*r)
	case *Supplier:
		return tx.PutSupplier(*r)
	case *Sweep:
		return tx.PutSweep(*r)
	case *register.System:
		_, err := tx.ReviseSystem(*r)
		return err
	case *impact.Assessment:
		return tx.SaveAssessment(*r)
	case *register.Risk:
		return tx.PutRisk(*r)
	case *annexa.Decision:
		return tx.DecideControl(*r)
	case *Evidence:
		return tx.AttachEvidence(*r)
	case *Audit:
		return tx.PlanAudit(*r)
	case *ManagementReview:
		return tx.HoldReview(*r)
	case *Nonconformity:
		return tx.CorrectNonconformity(*r)
	case *Incident:
		return tx.UpdateIncident(*r)
	case *Certificate:
		return tx.PutCertificate(*r)
	}
	return ledger.Refuse(ErrForbidden, "%w", errNoVerb)
}
