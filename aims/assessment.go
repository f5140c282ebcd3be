package aims

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"weak"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

var assessments = ledger.MustDeclare(ledger.Spec[impact.Assessment]{
	Name:   KindAssessment,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("triggers.due", "due", "consultation.on", "delegations.until", "conditions.due", "valid_until", "confirmations.until")},
	Key:      func(a *impact.Assessment) string { return a.ID },
	MaxKey:   register.MaxAssessmentID,
	Revision: func(a *impact.Assessment) *uint64 { return &a.Revision },
	// A rating is of the criteria in force, and of this assessment once it is made here.
	Completes: []string{"harms.criteria", "harms.outcome", "harms.copied_from"},
	Listings: []ledger.Listing[impact.Assessment]{
		{Name: bySystem, Value: func(a *impact.Assessment) string { return a.System }},
		{Name: byOpen, Value: func(a *impact.Assessment) string {
			if a.State.Open() {
				return "open"
			}
			return string(a.State)
		}},
	},
	// impact.AssessmentBounds holds for what is written. With an approval that of
	// two may come together in one record (Mirror), so lists may be longer here.
	Limits: within(KindAssessment, ledger.Limits{List: 4_000, Body: 16 << 20}),
	Check: checked(func(c checker, a *impact.Assessment) {
		c.systems("system", []string{a.System})
		for i, s := range a.Signatures {
			c.past(issue.Index("signatures", i)+".at", c.DayOf(s.At))
		}
		if a.State == impact.StateApproved {
			c.needs("approved_at", !a.ApprovedAt.IsZero() && !a.ValidUntil.IsZero(), "an approval is of a day, and holds to one")
			c.needs("level", a.Level != "", "an approval is of a level")
			c.needs("submitted_by", a.SubmittedBy != "", "what is approved was handed in by somebody")
			c.needs("signatures", len(a.Signatures) > 0, "what is approved is signed")
		}
	}),
	// Its own transitions keep it valid.
})

// byOpen names the listing of assessments by whether they are open, those that
// are not by their state.
const byOpen = "open"

// AssessmentID returns the ID of a system's n-th impact assessment, such as
// "credit-scoring#1".
func AssessmentID(system string, n int) string { return system + "#" + strconv.Itoa(n) }

// AssessmentsOf yields the impact assessments of a system, by number.
func (r *reading) AssessmentsOf(system string) iter.Seq[impact.Assessment] {
	return func(yield func(impact.Assessment) bool) {
		of := assessments.Of(r.r).Where(bySystem, system)
		for _, a := range r.assessmentsOf(system) {
			if a, ok := of.Get(a.ID); ok && !yield(a) {
				return
			}
		}
	}
}

// assessmentsOf returns them as they are held: not to be written to.
func (r *reading) assessmentsOf(system string) []*impact.Assessment {
	var found []*impact.Assessment
	for _, a := range assessments.Shared(r.r).Where(bySystem, system).All() {
		found = append(found, a)
	}
	slices.SortFunc(found, func(a, b *impact.Assessment) int { return a.Number - b.Number })
	return found
}

// OpenAssessment returns the assessment of a system that is not decided yet;
// false if there is none.
func (r *reading) OpenAssessment(system string) (impact.Assessment, bool) {
	if a := r.standing(system).open; a != nil {
		return assessments.Of(r.r).Where(bySystem, system).Get(a.ID)
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
	// stopped is the last one that was; first the one that opened at registration.
	stopped, first *impact.Assessment
}

func (r *reading) standing(system string) (st standing) {
	if r.of != nil && r.of.system != system {
		r = r.of.whole
	}
	for _, a := range assessments.Shared(r.r).Where(bySystem, system).All() {
		st.take(a)
	}
	st.follow(r)
	return st
}

// take takes one assessment of the system into account, in the order of IDs.
func (st *standing) take(a *impact.Assessment) {
	if a.Number == 1 {
		st.first = a
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

// follow looks for the lead, once all assessments are taken into account.
func (st *standing) follow(r *reading) {
	if st.open != nil && st.open.Group != "" {
		st.lead, _ = assessments.Shared(r.r).Get(st.open.Group)
	}
}

func (r *reading) lastNumber(system string) int {
	last := 0
	for _, a := range assessments.Shared(r.r).Where(bySystem, system).All() {
		last = max(last, a.Number)
	}
	return last
}

// Coverage says whether an approved assessment covers a system as it is, and
// if not, why not.
type Coverage struct {
	// Covered reports whether the approval holds.
	Covered bool `json:"covered"`
	// Assessment is the ID of the approved assessment; empty if there is none.
	Assessment string `json:"assessment,omitempty"`
	// Why says in English why the system is not covered, Text the same as format and
	// arguments; empty if it is.
	Why  string     `json:"why,omitempty"`
	Text issue.Text `json:"text,omitzero"`
}

// CoverageOf says whether an approved assessment covers a system at time now:
// whether it has not run out, and the system has not changed materially since.
func (r *reading) CoverageOf(system string, now time.Time) Coverage {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok || !r.sees(KindSystem, system) {
		return uncoveredBy("", issue.NewText("there is no such system"))
	}
	c := r.coverage(s, now)
	if c.Assessment != "" && !r.sees(KindAssessment, c.Assessment) {
		c.Assessment = ""
	}
	return c
}

func (r *reading) coverage(s *register.System, now time.Time) Coverage {
	return r.covering(r.standing(s.ID).approved, s, now)
}

// covering is coverage of a system whose approved assessment is known.
func (r *reading) covering(approved *impact.Assessment, s *register.System, now time.Time) Coverage {
	return r.unlessOwed(coverage(approved, s, r.DayOf(now)), s, now)
}

// unlessOwed is a coverage, unless something is owed since.
func (r *reading) unlessOwed(c Coverage, s *register.System, now time.Time) Coverage {
	if !c.Covered {
		return c
	}
	if d := r.owes(s.ID, now); d != nil {
		return uncoveredBy(c.Assessment, r.owedText(d))
	}
	return c
}

// owedText says what is owed, and which assessment did not answer it if one may be named.
func (r *reading) owedText(d *Duty) issue.Text {
	if !r.sees(KindAssessment, d.Assessment) {
		return issue.NewText("an assessment is owed since %s (%s)", day(r.DayOf(d.Since)), d.Trigger)
	}
	return issue.NewText("an assessment is owed since %s (%s), which %s did not answer", day(r.DayOf(d.Since)), d.Trigger, d.Assessment)
}

// coverage says whether an approval, if there is one, covers a system.
func coverage(approved *impact.Assessment, s *register.System, today calendar.Date) Coverage {
	if approved == nil {
		return uncoveredBy("", issue.NewText("it has never been assessed and approved"))
	}
	if covered, why := approved.Covers(*s, today); !covered {
		return uncoveredBy(approved.ID, why)
	}
	return Coverage{Covered: true, Assessment: approved.ID}
}

// uncoveredBy is the coverage of a system that an assessment, if there is one, does not
// cover.
func uncoveredBy(assessment string, why issue.Text) Coverage {
	return Coverage{Assessment: assessment, Why: why.String(), Text: why}
}

// comparisons remembers of each system whether it is as its approved assessment saw it:
// comparing the two is most of what it costs to look at all systems. The records are those
// that the ledger holds, which nobody ever writes to. It keeps the last comparison of a
// system, and no record: what has been erased is not held on to.
//
// Options and views name the interface alone, so that no importer compiles what is behind.
type comparisons struct {
	mu sync.Mutex
	of map[string]comparison // by system
}

type comparer interface {
	coverage(approved *impact.Assessment, s *register.System, today calendar.Date) Coverage
}

type comparison struct {
	system   weak.Pointer[register.System]
	approved weak.Pointer[impact.Assessment]
	Coverage // while the approval holds
}

// coverage is that of an approval that has not run out; one that has is told by its day.
func (c *comparisons) coverage(approved *impact.Assessment, s *register.System, today calendar.Date) Coverage {
	if approved == nil || today.After(approved.ValidUntil) {
		return coverage(approved, s, today)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := c.of[s.ID]; last.system.Value() == s && last.approved.Value() == approved {
		return last.Coverage
	}
	if c.of == nil {
		c.of = make(map[string]comparison)
	}
	now := comparison{weak.Make(s), weak.Make(approved), coverage(approved, s, today)}
	c.of[s.ID] = now
	return now.Coverage
}

// LevelOf returns the impact level of a system: that of its open assessment,
// which looks at the system as it is, else of its approved one. An assessment
// that was stopped since counts on, as long as the system is as it was. A
// system that has none of them counts as high.
func (r *reading) LevelOf(system string) impact.Level {
	return r.level(system, r.standing(system))
}

// SpanOf returns the impact level of a system as LevelOf does, beside it what is
// known of it: what nobody has answered is counted as the worst that it could be, and
// known by nobody. Of a system that was never assessed nothing is known but that it
// is of the least level.
func (r *reading) SpanOf(system string) impact.Span {
	return r.span(system, r.standing(system))
}

func (r *reading) span(system string, st standing) impact.Span {
	span := impact.Span{Known: impact.LevelMinimal}
	if st.open != nil {
		span = st.open.Span()
	}
	for _, a := range []*impact.Assessment{st.approved, st.lead, st.stopped} {
		if a != nil {
			span.Known = impact.MaxLevel(span.Known, a.Span().Known)
		}
	}
	span.Level = r.level(system, st)
	if span.Known.Rank() >= span.Level.Rank() {
		span.Known, span.Open = span.Level, 0
	}
	return span
}

// QuestionsOf returns the questions that are open about a system, under the
// organisation's rules (Options.Rules) and the facts that its open assessment rests on,
// or else its approved one: incidents and concerns, and what the assessment itself says
// of gravity and misuse. Those of Questions.Level settle its level: there are none once
// SpanOf is certain, when those that are left hang on its controls alone. Where there
// is no such system, nothing is asked.
func (r *reading) QuestionsOf(system string) impact.Questions {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok || !r.sees(KindSystem, system) {
		return impact.Questions{Level: []impact.Question{}, Class: []impact.Question{}, Controls: []impact.Question{}}
	}
	st := r.standing(system)
	facts := r.Facts(system)
	for _, a := range []*impact.Assessment{st.open, st.approved, st.stopped} {
		if a != nil {
			facts = a.Facts
			break
		}
	}
	q := r.opts.Rules.Ask(*s, facts)
	if r.span(system, st).Certain() {
		q.Level, q.Controls = []impact.Question{}, append(q.Level, q.Controls...)
	}
	return q
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
	s, ok := systems.Shared(r.r).Get(system)
	return ok && !a.Fingerprint.Compare(*s).Material()
}

// basis is what the steps of a system's assessment rest on.
func (r *reading) basis(system string, now time.Time) impact.Basis {
	return impact.Basis{Criteria: r.entire().riskCriteria(), Facts: r.Facts(system), Now: now, Zone: r.Zone(),
		Rules: r.opts.Rules, Policy: r.opts.AssessmentPolicy, Same: r.entire().same,
		Implemented: func(id annexa.ID) bool {
			d, ok := decisions.Shared(r.r).Get(id.String())
			return ok && d.Status == annexa.StatusImplemented
		},
		Evidence: func(id string) (calendar.Date, bool) {
			e, ok := evidence.Shared(r.r).Get(id)
			if !ok || e.Collected.After(r.DayOf(now)) {
				return calendar.Date{}, false
			}
			return e.ValidUntil, true
		}}
}

// DraftOf prepares an open assessment for who writes it: the affected parties and
// harms that it asks for, each with what helps to judge it, among it which controls
// the organisation has implemented. It writes nothing; SaveAssessment takes what
// comes of it. ErrNotFound if there is no such assessment.
func (r *reading) DraftOf(id string, now time.Time) (impact.Draft, error) {
	a, err := Must(r.Assessments(), id)
	if err != nil {
		return impact.Draft{}, err
	}
	s, err := Must(r.Systems(), a.System)
	if err != nil {
		return impact.Draft{}, err
	}
	basis := r.basis(s.ID, now)
	basis.Criteria = r.entire().Criteria() // it hands them on
	return a.Draft(s, basis)
}

// basis is the same at the time of the commit.
func (tx *Tx) basis(system string) impact.Basis {
	return tx.reading.basis(system, tx.Now())
}

// AssignAssessment asks a person to write an open assessment; an empty ID takes
// the request back. It keeps nobody else from writing. What has been handed in
// is not written any more, and stays as it is signed.
func (tx *Tx) AssignAssessment(id, person string) error {
	return tx.step("AssignAssessment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		if a.State == impact.StateSubmitted {
			return a, fmt.Errorf("%w: it is %s; what is open, in progress or returned is assigned", impact.ErrState, a.State)
		}
		if err := tx.onFile("assessor", person); err != nil {
			return a, err
		}
		return a.Assign(person)
	})
}

// SaveAssessment keeps what assessors have written so far into an open
// assessment; drafts may be incomplete. Only its content is taken: state,
// triggers, signatures and results are not the assessor's to write. Who saves
// becomes one of its authors and can't approve it. The draft carries the revision that
// it was made from: without one it is refused (ErrExists), as it is once the assessment
// has moved on (ErrStale).
func (tx *Tx) SaveAssessment(draft impact.Assessment) error {
	return tx.step("SaveAssessment", draft.ID, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		switch draft.Revision {
		case a.Revision:
		case 0:
			return a, ledger.Refuse(ErrExists, "revision %d is current; to change it, carry that revision", a.Revision)
		default:
			return a, ledger.Refuse(ErrStale, "field revision: made from %d, %d is current", draft.Revision, a.Revision)
		}
		return a.Save(draft.Content, tx.By().Actor, s, tx.basis(s.ID))
	})
}

// AttachQuestionnaire adds the result of a scored questionnaire to an open
// assessment. Its level counts in the rules from now on.
func (tx *Tx) AttachQuestionnaire(id string, q impact.QuestionnaireResult) error {
	return tx.step("AttachQuestionnaire", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		if q.Evidence != "" && !evidence.Shared(tx).Has(q.Evidence) {
			var is Issues
			is.Add("questionnaire.evidence", "evidence", q.Evidence, "no such evidence on file")
			return a, is
		}
		return a.AttachQuestionnaire(q, tx.By().Actor, s, tx.basis(s.ID))
	})
}

// ApplyTemplate puts what a template brings into an open assessment: parties,
// harms and misuse to consider. See impact.TemplatesFor.
func (tx *Tx) ApplyTemplate(id string, t impact.Template) error {
	return tx.step("ApplyTemplate", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		return a.Apply(t, tx.By().Actor, s, tx.basis(s.ID))
	})
}

// ReuseAssessment copies the content of an assessment that was approved once,
// of the same system or another, into an open one and marks what has changed
// since.
func (tx *Tx) ReuseAssessment(id, from string) error {
	return tx.step("ReuseAssessment", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		earlier, err := assessments.Must(tx, from)
		if err != nil {
			return a, err
		}
		return a.TakeOver(earlier, tx.By().Actor, s, tx.basis(s.ID))
	})
}

// CommentAssessment remarks on a part of an open assessment. A remark that
// blocks must be answered before anybody signs.
func (tx *Tx) CommentAssessment(id string, c impact.Comment) error {
	return tx.step("CommentAssessment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Comment(c, tx.By().Actor, tx.Now())
	})
}

// remarkBlocks is when AnswerComment decides.
const remarkBlocks = "another's remark that blocks is settled"

// AnswerComment answers remark n of an assessment, counted from 1. One that blocks is
// settled so, which is for who made it, or for who signs.
func (tx *Tx) AnswerComment(id string, n int, answer string) error {
	return tx.step("AnswerComment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		if n >= 1 && n <= len(a.Comments) && a.Comments[n-1].Blocking && a.Comments[n-1].By != tx.By().Actor {
			if err := tx.right("AnswerComment", remarkBlocks, Subject{Kind: KindAssessment, ID: id}); err != nil {
				return a, err
			}
		}
		return a.Answer(n, answer, tx.By().Actor, tx.Now())
	})
}

// SubmitAssessment hands an assessment in for approval, with those that follow
// it. It must be complete: the error lists what is missing.
func (tx *Tx) SubmitAssessment(id string) error {
	return tx.step("SubmitAssessment", id, func(a impact.Assessment, s register.System) (impact.Assessment, error) {
		if err := tx.forMembers("SubmitAssessment", a); err != nil {
			return a, err
		}
		var followers []impact.Assessment
		for _, m := range a.Members {
			f, fs, err := tx.follower(m)
			if err != nil {
				return a, err
			}
			followers = append(followers, f.Beside(a, fs, tx.basis(fs.ID)))
		}
		return a.Submit(tx.By().Actor, s, followers, tx.basis(s.ID))
	})
}

// ReturnAssessment sends a submitted assessment back with reasons, and those that
// follow it with it. One that follows another is sent back with that.
func (tx *Tx) ReturnAssessment(id string, reasons ...string) error {
	return tx.settle("ReturnAssessment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		if err := tx.forMembers("ReturnAssessment", a); err != nil {
			return a, err
		}
		return a.Return(tx.By().Actor, reasons, tx.Now())
	})
}

// StopAssessment ends an assessment whose system can't be approved: it is to be
// stopped or changed. What called for it stays owed (Duty), and as long as it is, no
// earlier approval covers the system.
func (tx *Tx) StopAssessment(id, reason string) error {
	return tx.settling("StopAssessment", id, func() error {
		err := tx.stepped(id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
			if err := tx.forMembers("StopAssessment", a); err != nil {
				return a, err
			}
			return a.Stop(tx.By().Actor, reason, tx.Now())
		})
		if err != nil {
			return err
		}
		stopped, err := assessments.Must(tx, id)
		if err != nil {
			return err
		}
		if err := tx.owe(stopped, false); err != nil {
			return err
		}
		for _, m := range stopped.Members { // which are stopped with it
			if f, ok := assessments.Of(tx).Get(m.Assessment); ok && f.State == impact.StateStopped {
				if err := tx.owe(f, false); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// PublishAssessment records that the summary of an approved assessment is
// published for interested parties (A.8.5), without what is withheld. What they
// are told is what Summarise of the assessment gives.
func (tx *Tx) PublishAssessment(id string, withheld ...impact.Withheld) error {
	return tx.settle("PublishAssessment", id, func(a impact.Assessment, _ register.System) (impact.Assessment, error) {
		return a.Publish(tx.By().Actor, withheld, tx.Now())
	})
}

// step moves an assessment by one of its transitions and writes it, and those
// that follow it with it. A revision that is not zero must be the current one.
func (tx *Tx) step(verb, id string, move func(impact.Assessment, register.System) (impact.Assessment, error)) error {
	return tx.Verb(verb, Subject{Kind: KindAssessment, ID: id}, func() error { return tx.stepped(id, move) })
}

// settle is step for a transition that decides.
func (tx *Tx) settle(verb, id string, move func(impact.Assessment, register.System) (impact.Assessment, error)) error {
	return tx.settling(verb, id, func() error { return tx.stepped(id, move) })
}

// settling decides on an assessment by more than a step.
func (tx *Tx) settling(verb, id string, do func() error) error {
	return tx.Decide(verb, Subject{Kind: KindAssessment, ID: id}, do)
}

func (tx *Tx) stepped(id string, move func(impact.Assessment, register.System) (impact.Assessment, error)) error {
	a, err := assessments.Must(tx, id)
	if err != nil {
		return err
	}
	s, err := systems.Must(tx, a.System)
	if err != nil {
		return err
	}
	next, err := move(a, s)
	if err != nil {
		return err
	}
	return tx.keep(a, next)
}

// keep writes an assessment that has moved, lets those that follow it move with
// it, and, with an approval, supersedes the one before and brings the risks
// found into the register.
func (tx *Tx) keep(before, next impact.Assessment) error {
	kept, err := assessments.Put(tx, next)
	if err != nil {
		return err
	}
	if before.State == next.State && len(before.Signatures) == len(next.Signatures) {
		return nil
	}
	if next.State == impact.StateApproved && before.State != impact.StateApproved {
		if err := tx.inForce(kept); err != nil {
			return err
		}
	}
	if kept.Group != "" && !kept.State.Open() && kept.State != impact.StateApproved {
		lead, err := assessments.Must(tx, kept.Group)
		if err != nil {
			return err
		}
		if lead, err = assessments.Put(tx, lead.Drop(kept.ID)); err != nil {
			return err
		}
		return tx.moved(lead)
	}
	for _, m := range kept.Members {
		f, s, err := tx.follower(m)
		if err != nil {
			return err
		}
		if f, err = assessments.Put(tx, f.Mirror(kept, s, tx.basis(s.ID))); err != nil {
			return err
		}
		if f.State == impact.StateApproved {
			if err := tx.inForce(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// inForce makes an approved assessment the one that counts: it supersedes the
// one before, and its risks come into the register.
func (tx *Tx) inForce(a impact.Assessment) error {
	for _, before := range tx.assessmentsOf(a.System) {
		if before.ID == a.ID || before.State != impact.StateApproved {
			continue
		}
		old, err := before.Supersede(a.ID)
		if err != nil {
			return err
		}
		if err := assessments.Keep(tx, old); err != nil {
			return err
		}
		break
	}
	if err := tx.fulfil(a.System, a.ID); err != nil {
		return err
	}
	return tx.registerRisks(a)
}

// fire opens an impact assessment of a system for a trigger, or adds the
// trigger to the one that is open. Of a retired system none is opened, save by
// its registration: it does nothing to people any more.
func (tx *Tx) fire(system string, trigger impact.TriggerKind, detail string, changes ...register.Change) error {
	if err := tx.alive(); err != nil {
		return err
	}
	s, err := systems.Must(tx, system)
	if err != nil {
		return err
	}
	b := tx.basis(system)
	t := impact.Trigger{Kind: trigger, At: tx.Now(), Detail: detail, By: tx.By().Actor}
	for _, ch := range changes {
		t.Changes = append(t.Changes, ch.Attribute)
	}
	if a, ok := tx.OpenAssessment(system); ok {
		a, err := assessments.Put(tx, a.AddTrigger(t, s, b))
		if err != nil {
			return err
		}
		return tx.moved(a)
	}
	if s.Stage == register.StageRetirement && trigger != impact.TriggerRegistration {
		return nil
	}
	number := tx.lastNumber(system) + 1
	return assessments.Keep(tx, impact.Open(AssessmentID(system, number), number, s, t, b))
}

// refresh lets the open assessment of a system, if there is one, take up what
// is on file of it now.
func (tx *Tx) refresh(system string) error {
	if err := tx.alive(); err != nil {
		return err
	}
	a, ok := tx.OpenAssessment(system)
	if !ok {
		return nil
	}
	s, err := systems.Must(tx, system)
	if err != nil {
		return err
	}
	fresh := a.Refresh(s, tx.basis(system))
	if assessments.Same(fresh, a) {
		return nil
	}
	if fresh, err = assessments.Put(tx, fresh); err != nil || fresh.State == a.State {
		return err
	}
	return tx.moved(fresh)
}

// closeAssessments ends the open assessment of a system that has been retired.
func (tx *Tx) closeAssessments(s register.System) error {
	a, ok := tx.OpenAssessment(s.ID)
	if !ok {
		return nil
	}
	ended, err := a.Withdraw(tx.By().Actor, "the system was retired", tx.Now())
	if err != nil {
		return err
	}
	if err := tx.keep(a, ended); err != nil {
		return err
	}
	return tx.owe(ended, true)
}

// onFile returns an issue unless id is empty or names a person on file who is
// active.
func (tx *Tx) onFile(field, id string) error {
	var is Issues
	checker{&is, tx.reading}.person(field, id, false)
	return is.Err()
}

var impactProcess = Probe{
	ID: "S1-15", Title: "No impact assessment process", Clause: Clause{"6.1.4"}, Controls: ids("A.5.2"),
	Grading: "major",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if !x.documented(Clause{"6.1.4"}) {
			o := x.whole(calendar.Date{}, issue.NewText("No process for impact assessments (6.1.4) has been approved."),
				issue.NewText("Write when, by whom and how they are made (DraftDocument), and have it approved."))
			o.Absent = true
			yield(o)
		}
	},
}

var highCovered = Probe{
	ID: "S2-01", Title: "Live system of high impact not covered by an approved assessment", Clause: Clause{"8.4"}, Controls: ids("A.5.3", "A.5.4", "A.5.5"),
	Grading: "major; an unknown level counts as high",
	grade:   graded(SeverityMajor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.live && st.high && !st.coverage.Covered && !yield(st.uncovered()) {
				return
			}
		}
	},
}

var othersCovered = Probe{
	ID: "S2-02", Title: "System not covered by an approved assessment", Clause: Clause{"8.4"}, Controls: ids("A.5.3"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if (!st.live || !st.high) && !st.coverage.Covered && !yield(st.uncovered()) {
				return
			}
		}
	},
}

// uncovered is the observation that no approved assessment covers the system.
func (st *systemState) uncovered() Observation {
	return st.about(KindSystem, st.s.ID, ungovernedSince(st.s),
		issue.NewText("In %s at level %s: %s.", issue.Word(st.s.Stage), st.span.Text(), st.coverage.Text), st.nextStep())
}

// nextStep says what brings the open assessment of a system forward.
func (st *systemState) nextStep() issue.Text {
	if st.open == nil {
		return issue.NewText("Open an assessment (ReassessSystem).")
	}
	switch st.open.State {
	case impact.StateOpen:
		return issue.NewText("Write assessment %s (SaveAssessment).", recordOf(KindAssessment, st.open.ID))
	case impact.StateInProgress, impact.StateReturned:
		return issue.NewText("Complete assessment %s and hand it in (SubmitAssessment).", recordOf(KindAssessment, st.open.ID))
	default:
		return issue.NewText("Have assessment %s signed (ApproveAssessment).", recordOf(KindAssessment, st.open.ID))
	}
}

var assessmentsDue = Probe{
	ID: "IA-01", Title: "Impact assessment overdue", Clause: Clause{"8.4"}, Controls: ids("A.5.2"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.open == nil || !x.overdue(st.open.Due) {
				continue
			}
			text := issue.NewText("It was due on %s and is %s.", day(st.open.Due), issue.Word(st.open.State))
			if !yield(st.about(KindAssessment, st.open.ID, st.open.Due, text, st.nextStep())) {
				return
			}
		}
	},
}

var unacceptableUse = Probe{
	ID: "IA-02", Title: "System of unacceptable impact in use", Clause: Clause{"8.4"}, Controls: ids("A.2.2", "A.9.4"),
	Grading: "major: it is to be stopped or changed",
	grade:   graded(SeverityMajor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.span.Level != impact.LevelUnacceptable {
				continue
			}
			var rules []string
			for _, a := range []*impact.Assessment{st.open, st.lead, st.stopped} {
				if a != nil && a.Level == impact.LevelUnacceptable {
					rules = a.Result.LevelRules
					break
				}
			}
			if !yield(st.about(KindSystem, st.s.ID, calendar.Date{}, issue.NewText("Its use can't be accepted, under %s.", strings.Join(rules, ", ")),
				issue.NewText("Stop it (AdvanceStage to retirement) or change what it does (ReviseSystem)."))) {
				return
			}
		}
	},
}

// confirmHabit is how many confirmations of one approval make a habit.
const confirmHabit = 3

var oftenConfirmed = Probe{
	ID: "IA-05", Title: "Approval confirmed again and again", Clause: Clause{"8.4"}, Controls: ids("A.5.2"),
	Grading: "minor: three confirmations of one approval are a habit",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.approved == nil || st.approved.Confirmed() < confirmHabit {
				continue
			}
			last := st.approved.Confirmations[len(st.approved.Confirmations)-1]
			if !yield(st.about(KindAssessment, st.approved.ID, x.on(last.At),
				issue.NewText("Changes or reviews were confirmed %d times without a new assessment.", st.approved.Confirmed()),
				issue.NewText("Assess the system anew (ReassessSystem)."))) {
				return
			}
		}
	},
}

var usesAskedAgain = Probe{
	ID: "IA-06", Title: "Questions on the use that have changed", Clause: Clause{"6.1.4"}, Controls: ids("A.5.2"),
	Grading: "opportunity: the answers stand until somebody is asked again",
	grade:   graded(SeverityOpportunity),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if len(st.s.UseAnswers) == 0 {
				continue // the practices were stated without the questions
			}
			if stale := euact.Stale(*st.s); len(stale) > 0 && !yield(st.about(KindSystem, st.s.ID, calendar.Date{},
				issue.NewText("Questions on its use mean something else since they were answered: %s.", strings.Join(stale, ", ")),
				issue.NewText("Ask them again (euact.Ask), and revise the system (ReviseSystem)."))) {
				return
			}
		}
	},
}

var conditionsMet = Probe{
	ID: "IA-03", Title: "Condition of an approval not met in time", Clause: Clause{"8.4"}, Controls: ids("A.5.3"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if st.approved == nil {
				continue
			}
			for n, c := range st.approved.Conditions {
				if c.Open() && x.overdue(c.Due) && !yield(st.about(KindAssessment, st.approved.ID, c.Due,
					issue.NewText("Condition %d of its approval, %q, was due on %s from %s.", n+1, c.Text, day(c.Due), recordOf(people.Name(), c.Owner)),
					issue.NewText("Meet it (MeetCondition), or take the system back (RevertStage).")).by(fmt.Sprint(n+1), c.Owner)) {
					return
				}
			}
		}
	},
}
