package aims

import (
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// GroupAssessments lets the open assessments of further systems of one kind
// follow that of another: what is written there counts for all, each keeps what
// differs, and they are handed in, signed and approved together.
func (tx *Tx) GroupAssessments(lead string, members ...string) error {
	const verb = "GroupAssessments"
	return tx.Verb(verb, Subject{Kind: KindAssessment, ID: lead}, func() error {
		for _, id := range members {
			if err := tx.Authorize(verb, Subject{Kind: KindAssessment, ID: id}); err != nil {
				return err
			}
		}
		leading, err := assessments.Must(tx, lead)
		if err != nil {
			return err
		}
		joining, of := make([]impact.Assessment, len(members)), make([]register.System, len(members))
		for i, id := range members {
			if err := tx.alive(); err != nil {
				return err
			}
			if joining[i], err = assessments.Must(tx, id); err != nil {
				return err
			}
			if of[i], err = systems.Must(tx, joining[i].System); err != nil {
				return err
			}
		}
		joined, leading, err := leading.Gather(joining, of)
		if err != nil {
			return err
		}
		for _, member := range joined {
			if err := tx.alive(); err != nil {
				return err
			}
			if err := assessments.Keep(tx, member); err != nil {
				return err
			}
		}
		return assessments.Keep(tx, leading)
	})
}

// UngroupAssessment lets an open assessment that follows another stand alone
// again.
func (tx *Tx) UngroupAssessment(id string) error {
	return tx.step("UngroupAssessment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		lead, _ := assessments.Of(tx).Get(a.Group)
		a, lead, err := a.Leave(lead)
		if err != nil {
			return a, err
		}
		return a, assessments.Keep(tx, lead)
	})
}

// follower returns the assessment of a member and its system.
func (tx *Tx) follower(m impact.Member) (impact.Assessment, register.System, error) {
	if err := tx.alive(); err != nil {
		return impact.Assessment{}, register.System{}, err
	}
	a, err := assessments.Must(tx, m.Assessment)
	if err != nil {
		return a, register.System{}, err
	}
	s, err := systems.Must(tx, m.System)
	return a, s, err
}

// signable returns an error if what a member says for itself keeps the actor from
// signing it with the one that it follows: its system has changed, a remark on it
// is open, or the actor has an interest in it.
func (tx *Tx) signable(m impact.Member) error {
	a, s, err := tx.follower(m)
	if err != nil {
		return err
	}
	if register.FingerprintOf(s).Digest != a.Fingerprint.Digest {
		return fmt.Errorf("%w: %s; hand it in again (SO-04)", impact.ErrChanged, m.System)
	}
	if slices.ContainsFunc(a.Conflicts, func(c impact.Conflict) bool { return c.Person == tx.By().Actor }) {
		return fmt.Errorf("%w: %q has declared a conflict of interest in %s (SO-12)", impact.ErrSeparation, tx.By().Actor, a.ID)
	}
	for i, c := range a.Comments {
		if c.Blocking && c.Open() {
			return fmt.Errorf("%w: remark %d on %s must be answered first (SO-13)", impact.ErrState, i+1, a.ID)
		}
	}
	return nil
}

// moved lets the rest of a group go back to being written when one of its open
// assessments had to: what is signed is what was handed in together. Where that
// has been done, it looks at none of them.
func (tx *Tx) moved(a impact.Assessment) error {
	if a.State != impact.StateInProgress {
		return nil
	}
	members := a.Members
	if a.Group != "" {
		lead, ok := assessments.Shared(tx).Get(a.Group)
		if !ok || lead.State != impact.StateSubmitted {
			return nil // members are handed in with it, and only so
		}
		members = lead.Members
		if err := assessments.Keep(tx, assessments.Copy(lead).Reopen()); err != nil {
			return err
		}
	}
	for _, m := range members {
		f, ok := assessments.Shared(tx).Get(m.Assessment)
		if !ok || f.State != impact.StateSubmitted {
			continue
		}
		if err := tx.alive(); err != nil {
			return err
		}
		if err := assessments.Keep(tx, assessments.Copy(f).Reopen()); err != nil {
			return err
		}
	}
	return nil
}
