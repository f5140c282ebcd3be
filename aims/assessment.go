package aims

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// AssessmentID returns the ID of a system's n-th impact assessment, such as
// "credit-scoring#1".
func AssessmentID(system string, n int) string { return system + "#" + strconv.Itoa(n) }

// AssessmentsOf yields the impact assessments of a system, by number.
func (r *reading) AssessmentsOf(system string) iter.Seq[impact.Assessment] {
	return func(yield func(impact.Assessment) bool) {
		var found []*impact.Assessment
		for a := range assessments.records(&r.ts).prefixed(system + "#") {
			if a.System == system {
				found = append(found, a)
			}
		}
		slices.SortFunc(found, func(a, b *impact.Assessment) int { return a.Number - b.Number })
		for _, a := range found {
			if !yield(*a) {
				return
			}
		}
	}
}

// OpenAssessment returns the assessment of a system that is not decided yet;
// false if there is none.
func (r *reading) OpenAssessment(system string) (impact.Assessment, bool) {
	for a := range assessments.records(&r.ts).prefixed(system + "#") {
		if a.System == system && a.State.Open() {
			return *a, true
		}
	}
	return impact.Assessment{}, false
}

// approvedAssessment returns the approved assessment of a system, whether or
// not it still covers it.
func (r *reading) approvedAssessment(system string) (impact.Assessment, bool) {
	for a := range assessments.records(&r.ts).prefixed(system + "#") {
		if a.System == system && a.State == impact.StateApproved {
			return *a, true
		}
	}
	return impact.Assessment{}, false
}

func (r *reading) lastNumber(system string) int {
	last := 0
	for a := range assessments.records(&r.ts).prefixed(system + "#") {
		if a.System == system {
			last = max(last, a.Number)
		}
	}
	return last
}

// Coverage says whether an approved assessment covers a system as it is, and
// if not, why not.
type Coverage struct {
	// Covered reports whether the approval holds.
	Covered bool
	// Assessment is the ID of the approved assessment; empty if there is none.
	Assessment string
	// Why says why the system is not covered; empty if it is.
	Why string
}

// CoverageOf says whether an approved assessment covers a system at time now:
// whether it has not run out, and the system has not changed materially since.
func (r *reading) CoverageOf(system string, now time.Time) Coverage {
	s, ok := systems.records(&r.ts).t.m.Get(system)
	if !ok {
		return Coverage{Why: "there is no such system"}
	}
	return r.coverage(s, now)
}

func (r *reading) coverage(s *register.System, now time.Time) Coverage {
	a, ok := r.approvedAssessment(s.ID)
	if !ok {
		return Coverage{Why: "it has never been assessed and approved"}
	}
	covered, why := a.Covers(*s, now)
	return Coverage{Covered: covered, Assessment: a.ID, Why: why}
}

// LevelOf returns the impact level of a system: that of its open assessment,
// which looks at the system as it is, else of its approved one. An assessment
// that was stopped since counts on, as long as the system is as it was. A
// system that has none of them counts as high.
func (r *reading) LevelOf(system string) impact.Level {
	approved, known := r.approvedAssessment(system)
	if a, ok := r.OpenAssessment(system); ok {
		return impact.MaxLevel(a.Level, approved.Level)
	}
	level := approved.Level
	if !known {
		level = impact.LevelHigh
	}
	if a, ok := r.stoppedAssessment(system); ok && a.Number > approved.Number {
		return impact.MaxLevel(level, a.Level)
	}
	return level
}

// stoppedAssessment returns the last stopped assessment of a system that is
// still as it was then.
func (r *reading) stoppedAssessment(system string) (last impact.Assessment, found bool) {
	for a := range assessments.records(&r.ts).prefixed(system + "#") {
		if a.System == system && a.State == impact.StateStopped && a.Number > last.Number {
			last, found = *a, true
		}
	}
	if !found {
		return last, false
	}
	s, ok := systems.records(&r.ts).Get(system)
	return last, ok && !last.Fingerprint.Compare(s).Material()
}

// SaveAssessment keeps what assessors have written so far into an open
// assessment; drafts may be incomplete. Only its content is taken: state,
// triggers, signatures and results are not the assessor's to write. Who saves
// becomes one of its authors and can't approve it.
func (tx *Tx) SaveAssessment(draft impact.Assessment) (impact.Assessment, error) {
	return tx.step("SaveAssessment", draft.ID, draft.Revision, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		a, err := a.Save(draft, tx.by.Actor, tx.asOf)
		if err != nil {
			return a, err
		}
		return a.Refresh(s, tx.m.opts.Rules, tx.Facts(s.ID)), nil
	})
}

// SubmitAssessment hands an assessment in for approval. It must be complete:
// the error lists what is missing.
func (tx *Tx) SubmitAssessment(id string) (impact.Assessment, error) {
	return tx.step("SubmitAssessment", id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		a = a.Refresh(s, tx.m.opts.Rules, tx.Facts(s.ID))
		if err := tx.checkReductions(a); err != nil {
			return a, err
		}
		return a.Submit(tx.by.Actor, tx.asOf)
	})
}

// ReturnAssessment sends a submitted assessment back with reasons.
func (tx *Tx) ReturnAssessment(id string, reasons ...string) (impact.Assessment, error) {
	return tx.step("ReturnAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Return(tx.by.Actor, reasons, tx.asOf)
	})
}

// ApproveAssessment signs a submitted assessment in a role: RoleImpactApprover
// or, at high level besides, RolePolicyOwner. The actor must hold the role and
// must not be one of its authors. With the last signature that its level asks
// for, the assessment is approved, the approval before it is superseded, and
// the risks that it found come into the risk register.
func (tx *Tx) ApproveAssessment(id, role string) (impact.Assessment, error) {
	const verb = "ApproveAssessment"
	return tx.step(verb, id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		if _, err := tx.signatory(verb, KindAssessment, id); err != nil {
			return a, err
		}
		if !tx.holds(tx.by.Actor, role) {
			return a, fmt.Errorf("%w: %q does not hold the role %q", ErrForbidden, tx.by.Actor, role)
		}
		before, had := tx.approvedAssessment(a.System)
		a, err := a.Sign(impact.Signature{By: tx.by.Actor, Role: role, At: tx.asOf}, s, *tx.m.opts.Policy)
		if err != nil || a.State != impact.StateApproved {
			return a, err
		}
		if had {
			if before, err = before.Supersede(a.ID); err != nil {
				return a, err
			}
			if _, err = write(tx, verb, assessments, before); err != nil {
				return a, err
			}
		}
		return a, tx.registerRisks(verb, a)
	})
}

// StopAssessment ends an assessment whose system can't be approved: it is to be
// stopped or changed.
func (tx *Tx) StopAssessment(id, reason string) (impact.Assessment, error) {
	return tx.step("StopAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Stop(tx.by.Actor, reason, tx.asOf)
	})
}

// ReassessSystem opens an impact assessment for a reason that no verb fires by
// itself: a planned review, a change of the law, a request. If one is open it
// joins that.
func (tx *Tx) ReassessSystem(system string, trigger impact.TriggerKind, detail string) (impact.Assessment, error) {
	const verb = "ReassessSystem"
	if err := tx.act(verb, KindSystem, system); err != nil {
		return impact.Assessment{}, err
	}
	if _, ok := impact.TriggerByKind(trigger); !ok {
		var is Issues
		is.Add("trigger", "trigger", string(trigger), "no such trigger; see impact.Triggers")
		return impact.Assessment{}, &RecordError{Kind: KindSystem, ID: system, Verb: verb, Err: ErrInvalid, Why: is}
	}
	if err := tx.fire(verb, system, trigger, detail); err != nil {
		return impact.Assessment{}, err
	}
	a, _ := tx.OpenAssessment(system)
	return a, nil
}

// step moves an assessment by one of its transitions and writes it. A revision
// that is not zero must be the current one.
func (tx *Tx) step(verb, id string, rev uint64, move func(impact.Assessment, register.System) (impact.Assessment, error)) (impact.Assessment, error) {
	a, err := get(tx, verb, assessments, id)
	if err != nil {
		return a, err
	}
	if rev != 0 && rev != a.Revision {
		return a, &RecordError{Kind: KindAssessment, ID: id, Verb: verb, Err: ErrStale, Why: fmt.Errorf("field revision: made from %d, %d is current", rev, a.Revision)}
	}
	if err := tx.act(verb, KindAssessment, id); err != nil {
		return a, err
	}
	s, err := get(tx, verb, systems, a.System)
	if err != nil {
		return a, err
	}
	next, err := move(a, s)
	if err != nil {
		return a, assessmentError(verb, id, err)
	}
	return write(tx, verb, assessments, next)
}

// assessmentError says in this package's terms what package impact refused.
func assessmentError(verb, id string, err error) error {
	var already *RecordError
	if errors.As(err, &already) {
		return err
	}
	sentinel := ErrInvalid
	switch {
	case errors.Is(err, impact.ErrSeparation), errors.Is(err, ErrForbidden):
		sentinel = ErrForbidden
	case errors.Is(err, impact.ErrChanged):
		sentinel = ErrStale
	case errors.Is(err, impact.ErrState):
		sentinel = ErrState
	}
	return &RecordError{Kind: KindAssessment, ID: id, Verb: verb, Err: sentinel, Why: err}
}

// checkReductions returns the issues of claimed reductions whose control is
// not implemented or whose evidence is missing or stale.
func (tx *Tx) checkReductions(a impact.Assessment) error {
	var is Issues
	for i, h := range a.Harms {
		for j, red := range h.Controls {
			field := index("harms", i) + "." + index("controls", j)
			if d, ok := decisions.records(&tx.ts).Get(red.Control.String()); !ok || d.Status != "implemented" {
				is.Add(field+".control", "implemented", red.Control.String(), "a reduction rests on a control that is implemented; this one is not")
			}
			for n, id := range red.Evidence {
				e, ok := evidence.records(&tx.ts).Get(id)
				switch {
				case !ok:
					is.Add(field+"."+index("evidence", n), "evidence", id, "no such evidence on file")
				case !e.Fresh(tx.asOf):
					is.Add(field+"."+index("evidence", n), "fresh", id, "stale since %s", e.ValidUntil.Format(time.DateOnly))
				}
			}
		}
	}
	return is.Err()
}
