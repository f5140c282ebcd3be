package aims

import (
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

// forMembers asks Options.Authorize for each of those that follow an assessment what it
// is asked of that: what is done to one is done to them.
func (tx *Tx) forMembers(verb string, a impact.Assessment) error {
	for _, m := range a.Members {
		if err := tx.alive(); err != nil {
			return err
		}
		if err := tx.Authorize(verb, Subject{Kind: KindAssessment, ID: m.Assessment}); err != nil {
			return err
		}
	}
	return nil
}

// signable returns an error if what a member says for itself keeps the one that it
// follows from being signed.
func (tx *Tx) signable(lead impact.Assessment, m impact.Member, sig impact.Signature) error {
	a, s, err := tx.follower(m)
	if err != nil {
		return err
	}
	return a.Along(lead, sig, s, tx.together())
}

// together is what a signature is judged by.
func (tx *Tx) together() impact.Basis {
	return impact.Basis{Policy: tx.opts.AssessmentPolicy, Now: tx.Now(), Same: tx.same}
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
