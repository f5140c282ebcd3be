package aims

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/annexa"
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
		for a := range assessments.records(r.ts).prefixed(system + "#") {
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
	if a := r.standing(system).open; a != nil {
		return *a, true
	}
	return impact.Assessment{}, false
}

// standing is where a system stands with its impact assessments; nil where
// there is none. They are the records themselves, since copying them would be
// most of what a check over all systems costs: they are not to be written to.
type standing struct {
	// open is not decided yet; lead is the one that it follows.
	open, lead *impact.Assessment
	// approved may cover the system no longer.
	approved *impact.Assessment
	// stopped is the last one that was.
	stopped *impact.Assessment
}

func (r *reading) standing(system string) (st standing) {
	for a := range assessments.records(r.ts).prefixed(system + "#") {
		if a.System != system {
			continue // another system's ID may begin like that
		}
		switch {
		case a.State.Open() && st.open == nil:
			st.open = a
		case a.State == impact.StateApproved && st.approved == nil:
			st.approved = a
		case a.State == impact.StateStopped && (st.stopped == nil || a.Number > st.stopped.Number):
			st.stopped = a
		}
	}
	if st.open != nil && st.open.Group != "" {
		st.lead, _ = assessments.records(r.ts).t.m.Get(st.open.Group)
	}
	return st
}

func (r *reading) lastNumber(system string) int {
	last := 0
	for a := range assessments.records(r.ts).prefixed(system + "#") {
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
	s, ok := systems.records(r.ts).t.m.Get(system)
	if !ok {
		return Coverage{Why: "there is no such system"}
	}
	return r.coverage(s, now)
}

func (r *reading) coverage(s *register.System, now time.Time) Coverage {
	return coverage(r.standing(s.ID).approved, s, now)
}

// coverage says whether an approval, if there is one, covers a system.
func coverage(approved *impact.Assessment, s *register.System, now time.Time) Coverage {
	if approved == nil {
		return Coverage{Why: "it has never been assessed and approved"}
	}
	covered, why := approved.Covers(*s, now)
	return Coverage{Covered: covered, Assessment: approved.ID, Why: why}
}

// LevelOf returns the impact level of a system: that of its open assessment,
// which looks at the system as it is, else of its approved one. An assessment
// that was stopped since counts on, as long as the system is as it was. A
// system that has none of them counts as high.
func (r *reading) LevelOf(system string) impact.Level {
	return r.level(system, r.standing(system))
}

func (r *reading) level(system string, st standing) impact.Level {
	level, number := impact.LevelHigh, 0
	if st.approved != nil {
		level, number = st.approved.Level, st.approved.Number
	}
	if st.open != nil {
		level = st.open.Level
		if st.approved != nil {
			level = impact.MaxLevel(level, st.approved.Level)
		}
		if st.lead != nil {
			level = impact.MaxLevel(level, st.lead.Level)
		}
		return level
	}
	if st.stopped != nil && st.stopped.Number > number && r.unchanged(system, st.stopped) {
		return impact.MaxLevel(level, st.stopped.Level)
	}
	return level
}

// unchanged reports whether a system is still as an assessment looked at it.
func (r *reading) unchanged(system string, a *impact.Assessment) bool {
	s, ok := systems.records(r.ts).t.m.Get(system)
	return ok && !a.Fingerprint.Compare(*s).Material()
}

// basis is what the steps of a system's assessment rest on, save rules and
// policy, which no record holds.
func (r *reading) basis(system string, now time.Time) impact.Basis {
	return impact.Basis{Criteria: r.Criteria(), Facts: r.Facts(system), Now: now,
		Implemented: func(id annexa.ID) bool {
			d, ok := decisions.records(r.ts).t.m.Get(id.String())
			return ok && d.Status == annexa.StatusImplemented
		},
		Evidence: func(id string) (time.Time, bool) {
			e, ok := evidence.records(r.ts).t.m.Get(id)
			if !ok || e.Collected.After(now) {
				return time.Time{}, false
			}
			return e.ValidUntil, true
		}}
}

// basis is the same with the rules and the policy in force.
func (tx *Tx) basis(system string) impact.Basis {
	b := tx.reading.basis(system, tx.asOf)
	b.Rules, b.Policy = tx.m.opts.Rules, tx.m.opts.Policy
	return b
}

// AssignAssessment asks a person to write an open assessment; an empty ID takes
// the request back. It keeps nobody else from writing. What has been handed in
// is not written any more, and stays as it is signed.
func (tx *Tx) AssignAssessment(id, person string) (impact.Assessment, error) {
	return tx.step("AssignAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		if a.State == impact.StateSubmitted {
			return a, fmt.Errorf("%w: it is %s; what is open, in progress or returned is assigned", impact.ErrState, a.State)
		}
		var is Issues
		tx.person(&is, "assessor", person)
		if len(is) > 0 {
			return a, is
		}
		return a.Assign(person)
	})
}

// SaveAssessment keeps what assessors have written so far into an open
// assessment; drafts may be incomplete. Only its content is taken: state,
// triggers, signatures and results are not the assessor's to write. Who saves
// becomes one of its authors and can't approve it.
func (tx *Tx) SaveAssessment(draft impact.Assessment) (impact.Assessment, error) {
	return tx.step("SaveAssessment", draft.ID, draft.Revision, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		return a.Save(draft.Content, tx.by.Actor, s, tx.basis(s.ID))
	})
}

// AttachQuestionnaire adds the result of a scored questionnaire to an open
// assessment. Its level counts in the rules from now on.
func (tx *Tx) AttachQuestionnaire(id string, q impact.QuestionnaireResult) (impact.Assessment, error) {
	return tx.step("AttachQuestionnaire", id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		if q.Evidence != "" && !evidence.records(tx.ts).Has(q.Evidence) {
			var is Issues
			is.Add("questionnaire.evidence", "evidence", q.Evidence, "no such evidence on file")
			return a, is
		}
		return a.AttachQuestionnaire(q, tx.by.Actor, s, tx.basis(s.ID))
	})
}

// ApplyTemplate puts what a template brings into an open assessment: parties,
// harms and misuse to consider. See impact.TemplatesFor.
func (tx *Tx) ApplyTemplate(id string, t impact.Template) (impact.Assessment, error) {
	return tx.step("ApplyTemplate", id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		return a.Apply(t, tx.by.Actor, s, tx.basis(s.ID))
	})
}

// ReuseAssessment copies the content of an assessment that was approved once,
// of the same system or another, into an open one and marks what has changed
// since.
func (tx *Tx) ReuseAssessment(id, from string) (impact.Assessment, error) {
	const verb = "ReuseAssessment"
	earlier, err := get(tx, verb, assessments, from)
	if err != nil {
		return earlier, err
	}
	return tx.step(verb, id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		return a.TakeOver(earlier, tx.by.Actor, s, tx.basis(s.ID))
	})
}

// CommentAssessment remarks on a part of an open assessment. A remark that
// blocks must be answered before anybody signs.
func (tx *Tx) CommentAssessment(id string, c impact.Comment) (impact.Assessment, error) {
	return tx.step("CommentAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Comment(c, tx.by.Actor, tx.asOf)
	})
}

// AnswerComment answers remark n of an assessment, counted from 1.
func (tx *Tx) AnswerComment(id string, n int, answer string) (impact.Assessment, error) {
	return tx.step("AnswerComment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Answer(n, answer, tx.by.Actor, tx.asOf)
	})
}

// SubmitAssessment hands an assessment in for approval, with those that follow
// it. It must be complete: the error lists what is missing.
func (tx *Tx) SubmitAssessment(id string) (impact.Assessment, error) {
	return tx.step("SubmitAssessment", id, 0, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		var followers []impact.Assessment
		for _, m := range a.Members {
			f, fs, err := tx.follower(m)
			if err != nil {
				return a, err
			}
			followers = append(followers, f.Beside(a, fs, tx.basis(fs.ID)))
		}
		return a.Submit(tx.by.Actor, s, followers, tx.basis(s.ID))
	})
}

// ReturnAssessment sends a submitted assessment back with reasons, and those that
// follow it with it. One that follows another is sent back with that.
func (tx *Tx) ReturnAssessment(id string, reasons ...string) (impact.Assessment, error) {
	return tx.step("ReturnAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Return(tx.by.Actor, reasons, tx.asOf)
	})
}

// StopAssessment ends an assessment whose system can't be approved: it is to be
// stopped or changed.
func (tx *Tx) StopAssessment(id, reason string) (impact.Assessment, error) {
	return tx.step("StopAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Stop(tx.by.Actor, reason, tx.asOf)
	})
}

// PublishAssessment records that the summary of an approved assessment is
// published for interested parties (A.8.5), without what is withheld. What they
// are told is what Summarise of the assessment gives.
func (tx *Tx) PublishAssessment(id string, withheld ...impact.Withheld) (impact.Assessment, error) {
	return tx.step("PublishAssessment", id, 0, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Publish(tx.by.Actor, withheld, tx.asOf)
	})
}

// step moves an assessment by one of its transitions and writes it, and those
// that follow it with it. A revision that is not zero must be the current one.
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
	if next, err = tx.keep(verb, a, next); err != nil {
		return a, err
	}
	return next, nil
}

// keep writes an assessment that has moved, lets those that follow it move with
// it, and, with an approval, supersedes the one before and brings the risks
// found into the register.
func (tx *Tx) keep(verb string, before, next impact.Assessment) (impact.Assessment, error) {
	kept, err := write(tx, verb, assessments, next)
	if err != nil {
		return kept, err
	}
	if before.State == next.State && len(before.Signatures) == len(next.Signatures) {
		return kept, nil
	}
	if next.State == impact.StateApproved && before.State != impact.StateApproved {
		if err := tx.inForce(verb, kept); err != nil {
			return kept, err
		}
	}
	if kept.Group != "" && !kept.State.Open() && kept.State != impact.StateApproved {
		lead, err := get(tx, verb, assessments, kept.Group)
		if err != nil {
			return kept, err
		}
		if lead, err = write(tx, verb, assessments, lead.Drop(kept.ID)); err != nil {
			return kept, err
		}
		return kept, tx.moved(verb, lead)
	}
	for _, m := range kept.Members {
		f, s, err := tx.follower(m)
		if err != nil {
			return kept, err
		}
		if f, err = write(tx, verb, assessments, f.Mirror(kept, s, tx.basis(s.ID))); err != nil {
			return kept, err
		}
		if f.State == impact.StateApproved {
			if err := tx.inForce(verb, f); err != nil {
				return kept, err
			}
		}
	}
	return kept, nil
}

// inForce makes an approved assessment the one that counts: it supersedes the
// one before, and its risks come into the register.
func (tx *Tx) inForce(verb string, a impact.Assessment) error {
	for before := range assessments.records(tx.ts).prefixed(a.System + "#") {
		if before.System != a.System || before.ID == a.ID || before.State != impact.StateApproved {
			continue
		}
		old, err := before.Supersede(a.ID)
		if err != nil {
			return err
		}
		if _, err := write(tx, verb, assessments, old); err != nil {
			return err
		}
		break
	}
	return tx.registerRisks(verb, a)
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
