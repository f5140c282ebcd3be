package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// ReviewAgenda is what lies before a management review (9.3.2): compiled from what is on
// file, matter by matter.
type ReviewAgenda struct {
	// At is as of when, Seen the number of the commit that was seen last, and Since the day
	// of the review before, from which on what has changed counts; no day if there was none.
	At    time.Time     `json:"at"`
	Seen  uint64        `json:"seen"`
	Since calendar.Date `json:"since,omitzero"`
	// Points are what is to be looked at, in the order of ReviewPoints.
	Points []ReviewPoint `json:"points"`
}

// ReviewPoint is one thing that a review has before it.
type ReviewPoint struct {
	// ID names the row of the table, Topic the matter of 9.3.2 that it belongs to.
	ID    string      `json:"id"`
	Topic ReviewTopic `json:"topic"`
	// Text says what is on file of it, without the names of what a reader does not see.
	Text issue.Text `json:"text"`
	// Subjects are the records that ask for attention, those that a reader does not see
	// without ID.
	Subjects []Subject `json:"subjects,omitempty"`
}

// ReviewSight is what a review had before it of one point when it was recorded; verbs write
// it, so that what was seen is not what is remembered.
type ReviewSight struct {
	// Point is the ID of the row.
	Point string `json:"point"`
	// Said is what stood there, to be told in any language; of records from before it was
	// kept so, the English sentence.
	Said issue.Text `json:"said"`
}

// ReviewRow is one row of the table of what a review agenda looks at.
type ReviewRow struct {
	// ID names the row, Topic is the matter, Ref the part of 9.3.2.
	ID    string      `json:"id"`
	Topic ReviewTopic `json:"topic"`
	Ref   string      `json:"ref"`
	// What says what is looked at.
	What string `json:"what"`
	// Found says that it is what all probes find, which HoldReview keeps no words of, as it
	// can be asked of the commit that was seen.
	Found bool `json:"found,omitempty"`

	look func(x *index, since calendar.Date) (issue.Text, []Subject)
}

// ReviewPoints returns the table, in order.
func ReviewPoints() []ReviewRow {
	all := slices.Clone(reviewTable)
	for i := range all {
		all[i].look = nil
	}
	return all
}

// ReviewAgenda compiles what a management review at time now has before it, since the
// review before it (9.3.2). HoldReview keeps the same with what was held.
func (v *View) ReviewAgenda(now time.Time) ReviewAgenda {
	x := v.index(now)
	a := ReviewAgenda{At: x.now, Seen: v.Head().Seq, Since: x.reviewedOn(), Points: x.reviewPoints(true)}
	for i := range a.Points {
		p := &a.Points[i]
		p.Subjects = v.told(p.Subjects)
		p.Text = p.Text.Hiding(func(r issue.Record) bool { return !v.reading.sees(Kind(r.Kind), r.ID) })
	}
	return a
}

// reviewedOn is the day of the last review.
func (x *index) reviewedOn() calendar.Date {
	if r := x.lastReview(); r != nil {
		return r.HeldOn
	}
	return calendar.Date{}
}

func (x *index) reviewPoints(found bool) []ReviewPoint {
	since := x.reviewedOn()
	var points []ReviewPoint
	for _, row := range reviewTable {
		if row.Found && !found {
			continue
		}
		points = append(points, row.point(x, since))
	}
	return points
}

func (r *ReviewRow) point(x *index, since calendar.Date) ReviewPoint {
	text, subjects := r.look(x, since)
	if len(text.Args) > 0 && !slices.ContainsFunc(text.Args, func(a any) bool { return a != 0 }) {
		text = issue.NewText("There is nothing to report.") // rather than a row of noughts
	}
	return ReviewPoint{ID: r.ID, Topic: r.Topic, Text: text, Subjects: subjects}
}

// sights are the points as a review keeps them.
func (tx *Tx) sights() []ReviewSight {
	var all []ReviewSight
	for _, p := range tx.index(tx.Now()).reviewPoints(false) {
		all = append(all, ReviewSight{Point: p.ID, Said: p.Text})
	}
	return all
}

// tally counts records, and keeps those that ask for attention.
type tally struct {
	all, some, bad int
	subjects       []Subject
}

func (t *tally) add(k Kind, id string, some, bad bool) {
	t.all++
	if some {
		t.some++
	}
	if bad {
		t.bad++
		t.subjects = append(t.subjects, Subject{Kind: k, ID: id})
	}
}

// foundCounts is how many findings there are by grade, and of which records the majors are.
type foundCounts struct {
	by     map[Severity]int
	majors []Subject
}

func (x *index) counts() *foundCounts {
	if x.found != nil {
		return x.found
	}
	f := &foundCounts{by: make(map[Severity]int)}
	for _, p := range probes {
		for o := range p.over(x) {
			f.take(p.grade(o), o.Subject)
		}
	}
	x.found = f
	return f
}

func (f *foundCounts) take(s Severity, of Subject) {
	if f.by[s]++; s == SeverityMajor && len(f.majors) < mostMajors && !slices.Contains(f.majors, of) {
		f.majors = append(f.majors, of)
	}
}

// mostMajors is of how many records a review agenda names the majors: more nobody reads out.
const mostMajors = 50

// reviewTable follows the order of 9.3.2.
var reviewTable = []ReviewRow{
	{"RA-01", TopicPreviousActions, "9.3.2 a", "what earlier reviews decided", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		var moved []issue.Text
		late := 0
		for a, filed := range x.eachAction {
			if a.Decision == 0 {
				continue
			}
			about := Subject{Kind: actions.Name(), ID: a.ID}
			if !filed {
				about = a.Source
			}
			overdue := a.Open() && x.overdue(a.Due)
			times, days := a.Later()
			t.add(about.Kind, about.ID, !a.Done.On.IsZero(), overdue || a.Open() && times > 0)
			if overdue {
				late++
			}
			if a.Open() && times > 0 && len(moved) < toldOf {
				moved = append(moved, issue.NewText("%s (%d ×, days in all: %d)", recordOf(about.Kind, about.ID), times, days))
			}
		}
		t.subjects = slices.Compact(t.subjects)
		if len(moved) > 0 {
			return issue.NewText("Decisions of earlier reviews: %d; carried out: %d; late: %d. Put off so far: %s.", t.all, t.some, late, issue.Join("%s, %s", moved)), t.subjects
		}
		return issue.NewText("Decisions of earlier reviews: %d; carried out: %d; late: %d.", t.all, t.some, late), t.subjects
	}},
	{"RA-02", TopicIssueChanges, "9.3.2 b", "internal and external issues", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, i := range contextIssues.Shared(x.r).All() {
			seen := i.ReviewedOn.After(since)
			t.add(contextIssues.Name(), i.ID, seen, !seen)
		}
		return issue.NewText("Issues on file: %d; looked at since: %d.", t.all, t.some), t.subjects
	}},
	{"RA-03", TopicIssueChanges, "9.3.2 b", "what the organisation is and where it works", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		if on := x.on(x.Organisation().RolesSince); on.After(since) {
			return issue.NewText("Its roles or countries are others since %s.", day(on)), []Subject{x.whole(on, issue.Text{}, issue.Text{}).Subject}
		}
		return issue.NewText("Its roles and countries are what they were."), nil
	}},
	{"RA-04", TopicIssueChanges, "9.3.2 b", "AI systems that came, changed or went", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		came, went, changed := 0, 0, 0
		fresh, anew := make(map[string]bool), make(map[string]bool) // systems that came, that changed
		after := func(t time.Time) bool { return !t.IsZero() }      // the day of since
		if !since.IsZero() {
			end := since.End(x.zone)
			after = func(t time.Time) bool { return !t.Before(end) }
		}
		for _, a := range assessments.Shared(x.r).All() {
			if a.Number == 1 && after(a.OpenedAt) {
				fresh[a.System] = true
			}
			if a.State.Open() && slices.ContainsFunc(a.Triggers, func(t impact.Trigger) bool { return len(t.Changes) > 0 && after(t.At) }) {
				anew[a.System] = true
			}
		}
		var subjects []Subject
		for id, s := range systems.Shared(x.r).All() {
			switch {
			case s.RetiredOn.After(since):
				went++
			case fresh[id]:
				came++
			case anew[id]:
				changed++
			default:
				continue
			}
			subjects = append(subjects, Subject{Kind: systems.Name(), ID: id})
		}
		return issue.NewText("AI systems that came since: %d; that changed materially and are being assessed anew: %d; retired: %d.", came, changed, went), subjects
	}},
	{"RA-05", TopicPartyChanges, "9.3.2 c", "needs and expectations of interested parties", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, p := range interestedParties.Shared(x.r).All() {
			seen := p.ReviewedOn.After(since)
			t.add(interestedParties.Name(), p.ID, seen, !seen)
		}
		return issue.NewText("Interested parties on file: %d; looked at since: %d.", t.all, t.some), t.subjects
	}},
	{"RA-06", TopicPartyChanges, "9.3.2 c", "concerns that people raised", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, c := range concerns.Shared(x.r).All() {
			if c.RaisedOn.After(since) || c.Open() {
				t.add(concerns.Name(), c.ID, !c.Open(), c.Open())
			}
		}
		return issue.NewText("Concerns raised since or still open: %d; answered: %d.", t.all, t.some), t.subjects
	}},
	{"RA-17", TopicPartyChanges, "9.3.2 c", "what people outside report, and whether they can", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		adverse := 0
		for _, c := range concerns.Shared(x.r).All() {
			if !c.Origin.Outside() || !c.RaisedOn.After(since) && !c.Open() {
				continue
			}
			if c.Adverse {
				adverse++
			}
			t.add(concerns.Name(), c.ID, !c.Open(), c.Open())
		}
		open := 0
		var tried calendar.Date
		for _, c := range channels.Shared(x.r).All() {
			if c.ForOutside() && c.Open(x.today) {
				open++
				if last, ok := c.Last(); ok {
					tried = calendar.Later(tried, last.On)
				}
			}
		}
		if tried.IsZero() {
			return issue.NewText("Reports of people outside since or still open: %d; adverse: %d; answered: %d. Channels open to them: %d, none of which was tried.", t.all, adverse, t.some, open), t.subjects
		}
		return issue.NewText("Reports of people outside since or still open: %d; adverse: %d; answered: %d. Channels open to them: %d, of which one was last tried on %s.", t.all, adverse, t.some, open, day(tried)), t.subjects
	}},
	{"RA-07", TopicPartyChanges, "9.3.2 c", "obligations", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, o := range obligations.Shared(x.r).All() {
			t.add(obligations.Name(), o.ID, !x.overdue(o.ReviewDue), x.overdue(o.ReviewDue))
		}
		return issue.NewText("Obligations on the register: %d; to be looked at again: %d.", t.all, t.bad), t.subjects
	}},
	{"RA-08", TopicPerformance, "9.3.2 d 1", "nonconformities and corrective actions", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		raised, majors := 0, 0
		for _, n := range nonconformities.Shared(x.r).All() {
			if n.RaisedOn.After(since) {
				raised++
			}
			if n.Open() && n.Severity == SeverityMajor {
				majors++
			}
			t.add(nonconformities.Name(), n.ID, !n.Open(), n.Open())
		}
		return issue.NewText("Nonconformities raised since: %d; open: %d; open majors: %d.", raised, t.bad, majors), t.subjects
	}},
	{"RA-09", TopicPerformance, "9.3.2 d 2", "objectives and their measurements", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		never := 0
		for _, o := range objectives.Shared(x.r).All() {
			last, ok := o.Last()
			if !ok {
				never++
			}
			t.add(objectives.Name(), o.ID, ok && o.Met(last.Value), !ok || !o.Met(last.Value))
		}
		return issue.NewText("Objectives on file: %d; at their target when last measured: %d; never measured: %d.", t.all, t.some, never), t.subjects
	}},
	{"RA-19", TopicPerformance, "9.3.2 d 2", "what is monitored, and what it showed", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		late, unseen := 0, 0
		for id, m := range monitorings.Shared(x.r).All() {
			if !m.RunsOn(x.today) {
				continue
			}
			last, ok := m.Last()
			overdue := x.overdue(m.nextResult(x.on))
			if overdue {
				late++
			}
			if m.Evaluated() < len(m.Results) {
				unseen++
			}
			t.add(monitorings.Name(), id, ok && !last.Outside, overdue || ok && last.Outside)
		}
		return issue.NewText("Things monitored: %d; last as they are to be: %d; without a result that is due: %d; with last results of which nobody has said what they mean: %d.", t.all, t.some, late, unseen), t.subjects
	}},
	{"RA-10", TopicPerformance, "9.3.2 d 2", "tests of controls", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, c := range controlTests.Shared(x.r).All() {
			if c.On.After(since) {
				t.add(controlTests.Name(), c.ID, c.Result == ResultWorks, c.Result != ResultWorks)
			}
		}
		return issue.NewText("Tests of controls since: %d; controls that work: %d; that do not, or in part: %d.", t.all, t.some, t.bad), t.subjects
	}},
	{"RA-11", TopicPerformance, "9.3.2 d 2", "incidents", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		var t tally
		grave := 0
		for _, i := range incidents.Shared(x.r).All() {
			if !x.on(i.DetectedOn).After(since) && !i.Open() {
				continue
			}
			if i.Grade.rank() >= GradeHigh.rank() {
				grave++
			}
			t.add(incidents.Name(), i.ID, !i.Open(), i.Open())
		}
		return issue.NewText("Incidents since or still open: %d; grave: %d; closed: %d.", t.all, grave, t.some), t.subjects
	}},
	{"RA-12", TopicPerformance, "9.3.2 d 2", "risks beyond the criteria", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		limits := x.riskCriteria()
		for _, r := range risks.Shared(x.r).All() {
			t.add(risks.Name(), r.ID, x.exceeds(&limits, r), x.unaccepted(&limits, r, x.now))
		}
		return issue.NewText("Risks on file: %d; beyond the criteria: %d; of these accepted by nobody: %d.", t.all, t.some, t.bad), t.subjects
	}},
	{"RA-13", TopicPerformance, "9.3.2 d 3", "results of audits", false, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		closed, items, failed := 0, 0, 0
		var subjects []Subject
		for _, a := range audits.Shared(x.r).All() {
			if !a.Done() || !x.on(a.ClosedOn).After(since) && !since.IsZero() {
				continue
			}
			closed++
			subjects = append(subjects, Subject{Kind: audits.Name(), ID: a.ID})
			for _, i := range a.Items {
				items++
				if i.Result == AuditMinor || i.Result == AuditMajor {
					failed++
				}
			}
		}
		return issue.NewText("Internal audits closed since: %d; things looked at: %d; not conforming: %d.", closed, items, failed), subjects
	}},
	{"RA-18", TopicCycle, "9.3.2 d", "the whole cycle of certification", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		c, ok := x.meant()
		if !ok || !c.upheld() {
			return issue.NewText("There is no certificate that is kept up."), nil
		}
		y := x.cycle(&c)
		if y == nil {
			return issue.NewText("There is no certificate that is kept up."), nil
		}
		raised, majors := y.those(func(*Nonconformity) bool { return true })
		again, _ := y.recurring()
		held, missed := y.surveillance()
		_, times, _ := y.suspended()
		return issue.NewText("Since its decision on %s: nonconformities raised: %d; major: %d; come up again: %d; surveillance audits held: %d; missing: %d; suspensions: %d. The cycle ends on %s.",
			day(c.DecidedOn), len(raised), majors, len(again), held, missed, times, day(c.Expires())), again
	}},
	{"RA-14", TopicPerformance, "9.3.2 d", "what this product finds", true, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		f := x.counts()
		return issue.NewText("Findings that are major: %d; minor: %d.", f.by[SeverityMajor], f.by[SeverityMinor]), f.majors
	}},
	{"RA-15", TopicImprovement, "9.3.2 e", "opportunities to improve", true, func(x *index, since calendar.Date) (issue.Text, []Subject) {
		found := x.counts().by[SeverityOpportunity]
		seen := 0
		var subjects []Subject
		for _, a := range audits.Shared(x.r).All() {
			n := 0
			for _, i := range a.Items {
				if i.Result == AuditOpportunity && a.Done() && (since.IsZero() || x.on(a.ClosedOn).After(since)) {
					n++
				}
			}
			if seen += n; n > 0 {
				subjects = append(subjects, Subject{Kind: audits.Name(), ID: a.ID})
			}
		}
		return issue.NewText("Opportunities that audits since saw: %d; that this product sees: %d.", seen, found), subjects
	}},
	{"RA-20", TopicImprovement, "9.3.2 e", "opportunities of the management system", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		pursued, undecided := 0, 0
		for id, o := range opportunities.Shared(x.r).All() {
			e, _ := o.Effect()
			switch {
			case len(o.Decisions) == 0:
				undecided++
			case o.Open():
				pursued++
			}
			t.add(opportunities.Name(), id, e.Effective, len(o.Decisions) == 0 || x.late(o))
		}
		return issue.NewText("Opportunities on file: %d; not decided on: %d; pursued: %d; with what was done seen to work: %d.", t.all, undecided, pursued, t.some), t.subjects
	}},
	{"RA-16", TopicImprovement, "9.3.2 e", "planned changes", false, func(x *index, _ calendar.Date) (issue.Text, []Subject) {
		var t tally
		for _, p := range plannedChanges.Shared(x.r).All() {
			t.add(plannedChanges.Name(), p.ID, !p.Open(), p.Open())
		}
		return issue.NewText("Planned changes on file: %d; under way: %d.", t.all, t.bad), t.subjects
	}},
}
