package aims

import (
	"fmt"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// ApproveAssessment signs a submitted assessment in a role that its level asks
// for: by default RoleImpactApprover or, at high level besides,
// RolePolicyOwner; at minimal level impact.SignerOwner does too. The actor must
// hold the role (appointed by AssignRole, and accepted by the holder's own AcceptRole),
// or have it by delegation, and must not be one of the authors, or the same human as one
// of them or as who has signed already; whose place they sign in must not be, either.
// For each of those that follow the assessment the same is asked.
// Conditions are what the signer asks for: tasks with an owner and a date. With
// the last signature the assessment is approved, the approval before it is
// superseded, and the risks that it found come into the risk register; the same
// happens to those that follow it.
func (tx *Tx) ApproveAssessment(id, role string, conditions ...impact.ApprovalCondition) error {
	return tx.settle("ApproveAssessment", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		sig := impact.Signature{By: tx.By().Actor, Role: role}
		if !tx.signsAs(tx.By().Actor, role, s) {
			d, ok := a.Delegated(tx.By().Actor, role, tx.Today())
			if !ok || !tx.signsAs(d.From, role, s) {
				return a, fmt.Errorf("%w: %q does not hold the role %q (SO-02)", ErrForbidden, tx.By().Actor, role)
			}
			sig.For = d.From
		}
		if err := tx.forMembers("ApproveAssessment", a); err != nil {
			return a, err
		}
		for i, c := range conditions {
			if err := tx.onFile(issue.Index("conditions", i)+".owner", c.Owner); err != nil {
				return a, err
			}
		}
		for _, m := range a.Members {
			if err := tx.signable(a, m, sig); err != nil {
				return a, err
			}
		}
		return a.Sign(sig, conditions, s, tx.basis(s.ID))
	})
}

// signsAs reports whether a person holds a role that signs, the owner of the
// system being one.
func (tx *Tx) signsAs(person, role string, s register.System) bool {
	if role == impact.SignerOwner {
		p, ok := people.Shared(tx).Get(person)
		return ok && s.Owner == person && p.ActiveOn(tx.Today())
	}
	return tx.holds(person, role)
}

// DelegateSignature lets another person sign an open assessment in the actor's
// place until a day. The actor must hold the role (5.3).
func (tx *Tx) DelegateSignature(id, role, to, reason string, until calendar.Date) error {
	return tx.settle("DelegateSignature", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		if !tx.signsAs(tx.By().Actor, role, s) {
			return a, fmt.Errorf("%w: %q does not hold the role %q and can't lend it (SO-08)", ErrForbidden, tx.By().Actor, role)
		}
		if err := tx.onFile("delegation.to", to); err != nil {
			return a, err
		}
		return a.Delegate(impact.Delegation{Role: role, From: tx.By().Actor, To: to, Reason: reason, Until: until}, tx.basis(s.ID))
	})
}

// DeclareConflict records that the actor has an interest in the outcome of an
// open assessment. The actor can't sign it then.
func (tx *Tx) DeclareConflict(id, what string) error {
	return tx.step("DeclareConflict", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Declare(tx.By().Actor, what, tx.Now())
	})
}

// MeetCondition records that condition n of an approval, counted from 1, has
// been met. The actor must be its owner or the signer who asked for it.
func (tx *Tx) MeetCondition(id string, n int, note string) error {
	return tx.settle("MeetCondition", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		if n >= 1 && n <= len(a.Conditions) {
			if c := a.Conditions[n-1]; tx.By().Actor != c.Owner && tx.By().Actor != c.By {
				return a, fmt.Errorf("%w: condition %d is for %q to meet", ErrForbidden, n, c.Owner)
			}
		}
		return a.Meet(n, tx.By().Actor, note, tx.Now())
	})
}
