package aims

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// CyclePerformance is how the management system did over one cycle of a certification, as
// the records have it: what a recertification looks at beside the day's state (ISO/IEC
// 17021-1, 9.6.3.1). It is a value: nothing in it is shared with the view or with another one.
type CyclePerformance struct {
	// Certificate is the ID of the certification, At as of when it was compiled, Commit the
	// number of the commit of which it is.
	Certificate string    `json:"certificate"`
	At          time.Time `json:"at"`
	Commit      uint64    `json:"commit"`
	// From is the first day that counts, the decision; of one that was restored, the end of
	// the cycle before. Until is the last one: today, the certificate's last, or the day
	// before the decision of the one that renews it.
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
	// Points are what is looked at, in the order of CycleRows.
	Points []CyclePoint `json:"points"`
	// Objectives are those that were measured, by ID; those that a reader does not see are
	// left out.
	Objectives []ObjectiveOverCycle `json:"objectives,omitempty"`
}

// CyclePoint is one thing that is counted over a cycle.
type CyclePoint struct {
	// ID names the row of the table, Count is how many there are of what it counts.
	ID    string `json:"id"`
	Count int    `json:"count"`
	// Text says what is on file of it.
	Text issue.Text `json:"text"`
	// Subjects are the records behind it, those that a reader does not see without ID.
	Subjects []Subject `json:"subjects,omitempty"`
}

// ObjectiveOverCycle is an objective (6.2) at its first and at its last measurement within a
// cycle, which are one where there was but one.
type ObjectiveOverCycle struct {
	// ID is the objective's, Measured how often it was measured within the cycle.
	ID       string `json:"id"`
	Measured int    `json:"measured"`
	// First and Last are the measurements; FirstMet and LastMet say whether they reached the
	// target of their day.
	First    Measurement `json:"first"`
	FirstMet bool        `json:"first_met"`
	Last     Measurement `json:"last"`
	LastMet  bool        `json:"last_met"`
}

// CycleRow is one row of the table of what is counted over a cycle.
type CycleRow struct {
	// ID names the row, What says what is counted, Ref what that rests on: the clause of
	// ISO/IEC 42001, or of ISO/IEC 17021-1 where it says so.
	ID   string `json:"id"`
	What string `json:"what"`
	Ref  string `json:"ref"`

	look func(y *cycle) CyclePoint
}

// CycleRows returns the table, in order (ISO/IEC 17021-1, 9.6.3.1).
func CycleRows() []CycleRow {
	all := slices.Clone(cycleTable)
	for i := range all {
		all[i].look = nil
	}
	return all
}

// CyclePerformance compiles, at time now, how the management system did over the cycle of a
// certification (ISO/IEC 17021-1, 9.6.3.1). Of one that is not on file it returns ErrNotFound,
// of one that was not decided on by then ErrState, as a cycle begins with that. It counts
// what is on file, whoever reads; what a reader does not see has no ID.
func (v *View) CyclePerformance(certificate string, now time.Time) (CyclePerformance, error) {
	if _, err := Must(v.Certificates(), certificate); err != nil {
		return CyclePerformance{}, err
	}
	x := v.index(now)
	c, _ := certificates.Shared(x.r).Get(certificate)
	y := x.cycle(c)
	if y == nil {
		return CyclePerformance{}, ledger.Refuse(ErrState, "certification %q was not decided on by %s; a cycle begins with that", certificate, day(x.today))
	}
	p := CyclePerformance{Certificate: certificate, At: x.now, Commit: v.Head().Seq, From: y.from, Until: y.until}
	for _, row := range cycleTable {
		point := row.look(y)
		point.ID, point.Subjects = row.ID, v.told(point.Subjects)
		p.Points = append(p.Points, point)
	}
	p.Objectives = slices.DeleteFunc(y.objectives(), func(o ObjectiveOverCycle) bool { return !v.sees(objectives.Name(), o.ID) })
	return p, nil
}

// cycle is what the rows look at.
type cycle struct {
	*index
	c *Certificate
	// body are the certification and those that it took over from other bodies (IAF MD 2).
	body        []*Certificate
	from, until calendar.Date
	raised      []*Nonconformity
}

// cycle is the cycle of a certification up to today; nil if it was not decided on by then.
func (x *index) cycle(c *Certificate) *cycle {
	y := &cycle{index: x, c: c, from: c.DecidedOn, until: calendar.Earlier(x.today, c.Expires())}
	if c.DecidedOn.IsZero() || c.DecidedOn.After(x.today) {
		return nil
	}
	if !c.RestoredOn.IsZero() {
		y.from = c.Expires().AddDate(0, -36, 1)
	}
	for _, next := range certificates.Shared(x.r).All() {
		if next.Renews == c.ID && next.DecidedOn.After(c.DecidedOn) {
			y.until = calendar.Earlier(y.until, next.DecidedOn.AddDays(-1))
		}
	}
	y.body = []*Certificate{c}
	for at := c; ; { // what it took over, and what that had
		old, ok := certificates.Shared(x.r).Get(at.Transfers)
		if !ok || old.TransferredTo != at.ID || y.ofBody(old.ID) {
			break
		}
		y.body, at = append(y.body, old), old
	}
	for _, n := range nonconformities.Shared(x.r).All() {
		if y.holds(n.RaisedOn) {
			y.raised = append(y.raised, n)
		}
	}
	return y
}

// holds reports whether a day lies within the cycle.
func (y *cycle) holds(d calendar.Date) bool { return !d.Before(y.from) && !d.After(y.until) }

// ofBody reports whether a certification is this one, or one that it took over.
func (y *cycle) ofBody(certificate string) bool {
	return slices.ContainsFunc(y.body, func(c *Certificate) bool { return c.ID == certificate })
}

// point counts the subjects that are told.
func point(subjects []Subject, text issue.Text) CyclePoint {
	return CyclePoint{Count: len(subjects), Text: text, Subjects: subjects}
}

// those are the ones raised that a condition holds of, and how many of them are major.
func (y *cycle) those(of func(n *Nonconformity) bool) (subjects []Subject, majors int) {
	for _, n := range y.raised {
		if of(n) {
			subjects = append(subjects, Subject{Kind: nonconformities.Name(), ID: n.ID})
			if n.Severity == SeverityMajor {
				majors++
			}
		}
	}
	return subjects, majors
}

// onceMajor reports whether a nonconformity was graded down from major.
func (n *Nonconformity) onceMajor() bool {
	return n.Severity != SeverityMajor && slices.ContainsFunc(n.Regraded, func(r Regrading) bool { return r.Severity == SeverityMajor })
}

// cameUp is what a nonconformity is of, for the question whether it came up before: what was
// not met, and the system, empty where none is named.
type cameUp struct {
	clause  Clause
	control annexa.ID
	system  string
}

func (n *Nonconformity) cameUp() []cameUp {
	if len(n.Systems) == 0 {
		return []cameUp{{n.Clause, n.Control, ""}}
	}
	out := make([]cameUp, len(n.Systems))
	for i, s := range n.Systems {
		out[i] = cameUp{n.Clause, n.Control, s}
	}
	return out
}

// recurring are the nonconformities that came up again within the cycle, how many of them by
// being opened again: the others were raised on what another one, closed by then, had been
// raised on before, of the same system or both of none.
func (y *cycle) recurring() (subjects []Subject, reopened int) {
	closed := make(map[cameUp]calendar.Date) // since when
	for _, n := range nonconformities.Shared(y.r).All() {
		checks := append(slices.Clone(n.Verifications), n.Verification)
		first := slices.IndexFunc(checks, func(v Verification) bool { return v.Effective })
		if first < 0 {
			continue
		}
		on := y.on(checks[first].On)
		for _, k := range n.cameUp() {
			if before, ok := closed[k]; !ok || on.Before(before) {
				closed[k] = on
			}
		}
	}
	for _, n := range nonconformities.Shared(y.r).All() {
		again := slices.ContainsFunc(n.Reopened, func(r Reopening) bool { return y.holds(y.on(r.At)) })
		if again {
			reopened++
		}
		if again || y.holds(n.RaisedOn) && slices.ContainsFunc(n.cameUp(), func(k cameUp) bool {
			on, ok := closed[k]
			return ok && on.Before(n.RaisedOn)
		}) {
			subjects = append(subjects, Subject{Kind: nonconformities.Name(), ID: n.ID})
		}
	}
	return subjects, reopened
}

// objectives are those measured within the cycle.
func (y *cycle) objectives() []ObjectiveOverCycle {
	var out []ObjectiveOverCycle
	for _, o := range objectives.Shared(y.r).All() {
		is := ObjectiveOverCycle{ID: o.ID}
		for _, m := range o.Measurements {
			if !y.holds(m.On) {
				continue
			}
			if is.Measured == 0 || m.On.Before(is.First.On) {
				is.First = m
			}
			if !m.On.Before(is.Last.On) {
				is.Last = m
			}
			is.Measured++
		}
		if is.Measured > 0 {
			is.FirstMet, is.LastMet = y.metThen(o, is.First), y.metThen(o, is.Last)
			out = append(out, is)
		}
	}
	return out
}

// metThen reports whether a measurement reached the target of its day.
func (y *cycle) metThen(o *Objective, m Measurement) bool {
	for _, f := range o.Before {
		if !m.On.After(y.on(f.Until)) {
			return Objective{Target: f.Target, Direction: f.Direction}.Met(m.Value)
		}
	}
	return o.Met(m.Value)
}

// suspended are the times of suspension within the cycle, and how many days they are together.
func (y *cycle) suspended() (subjects []Subject, times, days int) {
	for _, c := range y.body {
		before := times
		for _, s := range c.Suspensions {
			last := y.until
			if !s.Until.IsZero() {
				last = calendar.Earlier(last, s.Until.AddDays(-1)) // the day that ended it is none of it
			}
			if first := calendar.Later(y.from, s.From); !first.After(last) {
				times, days = times+1, days+last.Sub(first)+1
			}
		}
		if times > before {
			subjects = append(subjects, Subject{Kind: certificates.Name(), ID: c.ID})
		}
	}
	return subjects, times, days
}

// surveillance is how often the body came, and how many audits that were due by then nobody made
// up for.
func (y *cycle) surveillance() (held, missed int) {
	for _, on := range y.c.Surveillance {
		if y.holds(on) {
			held++
		}
	}
	for _, d := range y.c.Cycle() {
		if strings.HasPrefix(d.ID, "surveillance_") && !d.Done && d.Due.Before(y.today) && y.holds(d.Due) {
			missed++
		}
	}
	return held, missed
}

// cycleTable is in the order of what is raised, what the organisation looks at itself, what
// happened, and what the body did.
var cycleTable = []CycleRow{
	{"CP-01", "nonconformities raised that are major", "10.2", func(y *cycle) CyclePoint {
		all, _ := y.those(func(n *Nonconformity) bool { return n.Severity == SeverityMajor })
		return point(all, issue.NewText("Major nonconformities raised: %d.", len(all)))
	}},
	{"CP-02", "nonconformities raised that are minor", "10.2", func(y *cycle) CyclePoint {
		all, _ := y.those(func(n *Nonconformity) bool { return n.Severity != SeverityMajor })
		once, _ := y.those((*Nonconformity).onceMajor)
		return point(all, issue.NewText("Minor nonconformities raised: %d; graded down from major: %d.", len(all), len(once)))
	}},
	{"CP-03", "nonconformities that a certification body raised", "ISO/IEC 17021-1, 9.4.5", func(y *cycle) CyclePoint {
		all, majors := y.those(func(n *Nonconformity) bool { return n.Certificate != "" })
		return point(all, issue.NewText("Nonconformities raised by a certification body: %d; major: %d.", len(all), majors))
	}},
	{"CP-04", "nonconformities that internal audits raised", "9.2.2", func(y *cycle) CyclePoint {
		all, majors := y.those(func(n *Nonconformity) bool { return n.Certificate == "" && n.Audit != "" })
		return point(all, issue.NewText("Nonconformities raised by internal audits: %d; major: %d.", len(all), majors))
	}},
	{"CP-05", "nonconformities that were raised otherwise", "10.2", func(y *cycle) CyclePoint {
		all, majors := y.those(func(n *Nonconformity) bool { return n.Certificate == "" && n.Audit == "" })
		return point(all, issue.NewText("Nonconformities raised otherwise: %d; major: %d.", len(all), majors))
	}},
	{"CP-06", "nonconformities closed", "10.2", func(y *cycle) CyclePoint {
		var all []Subject
		lateBy := 0
		for _, n := range nonconformities.Shared(y.r).All() {
			if on := y.on(n.closedOn()); !n.Open() && y.holds(on) {
				all = append(all, Subject{Kind: nonconformities.Name(), ID: n.ID})
				if on.After(n.Due) {
					lateBy++
				}
			}
		}
		return point(all, issue.NewText("Nonconformities closed: %d; after their day: %d.", len(all), lateBy))
	}},
	{"CP-07", "nonconformities that are open still", "10.2", func(y *cycle) CyclePoint {
		all, majors := y.those(func(n *Nonconformity) bool { return n.Open() })
		return point(all, issue.NewText("Of those raised, still open: %d; major: %d.", len(all), majors))
	}},
	{"CP-08", "nonconformities that came up again", "10.2", func(y *cycle) CyclePoint {
		all, reopened := y.recurring()
		return point(all, issue.NewText("Nonconformities that came up again: %d; opened again: %d; raised on what had been closed before: %d.", len(all), reopened, len(all)-reopened))
	}},
	{"CP-09", "internal audits closed", "9.2.2", func(y *cycle) CyclePoint {
		var all []Subject
		items, failed := 0, 0
		for _, a := range audits.Shared(y.r).All() {
			if !a.Done() || !y.holds(y.on(a.ClosedOn)) {
				continue
			}
			all = append(all, Subject{Kind: audits.Name(), ID: a.ID})
			for _, i := range a.Items {
				items++
				if i.Result == AuditMinor || i.Result == AuditMajor {
					failed++
				}
			}
		}
		return point(all, issue.NewText("Internal audits closed: %d; things looked at: %d; not conforming: %d.", len(all), items, failed))
	}},
	{"CP-10", "management reviews held", "9.3", func(y *cycle) CyclePoint {
		var all []Subject
		decided := 0
		for r := range y.heldReviews {
			if y.holds(r.HeldOn) {
				all = append(all, Subject{Kind: reviews.Name(), ID: r.ID})
				decided += len(r.Decisions)
			}
		}
		return point(all, issue.NewText("Management reviews held: %d; decisions: %d.", len(all), decided))
	}},
	{"CP-11", "objectives measured, and whether they were reached", "6.2", func(y *cycle) CyclePoint {
		var all []Subject
		first, last := 0, 0
		for _, o := range y.objectives() {
			all = append(all, Subject{Kind: objectives.Name(), ID: o.ID})
			if o.FirstMet {
				first++
			}
			if o.LastMet {
				last++
			}
		}
		return point(all, issue.NewText("Objectives measured: %d; at their target when first measured: %d; when last: %d.", len(all), first, last))
	}},
	{"CP-12", "incidents", "A.8.4", func(y *cycle) CyclePoint {
		var all []Subject
		grave, open := 0, 0
		for _, i := range incidents.Shared(y.r).All() {
			if !y.holds(y.on(i.DetectedOn)) {
				continue
			}
			all = append(all, Subject{Kind: incidents.Name(), ID: i.ID})
			if i.Grade.rank() >= GradeHigh.rank() {
				grave++
			}
			if i.Open() {
				open++
			}
		}
		return point(all, issue.NewText("Incidents: %d; grave: %d; still open: %d.", len(all), grave, open))
	}},
	{"CP-13", "concerns that people raised", "A.3.3", func(y *cycle) CyclePoint {
		var all []Subject
		outside, open := 0, 0
		for _, c := range concerns.Shared(y.r).All() {
			if !y.holds(c.RaisedOn) {
				continue
			}
			all = append(all, Subject{Kind: concerns.Name(), ID: c.ID})
			if c.Origin.Outside() {
				outside++
			}
			if c.Open() {
				open++
			}
		}
		return point(all, issue.NewText("Concerns raised: %d; by people outside: %d; still open: %d.", len(all), outside, open))
	}},
	{"CP-14", "versions of the scope that came in force", "4.3", func(y *cycle) CyclePoint {
		var all []Subject
		for _, s := range scopes.Shared(y.r).All() {
			first := append(slices.Clone(s.Earlier), s.Approval)[0]
			if first.Given() && y.on(first.At).After(y.from) && y.holds(y.on(first.At)) {
				all = append(all, Subject{Kind: scopes.Name(), ID: s.ID})
			}
		}
		return point(all, issue.NewText("Versions of the scope that came in force: %d.", len(all)))
	}},
	{"CP-15", "decisions of the body on what the certificate covers", "ISO/IEC 17021-1, 9.6.4.1", func(y *cycle) CyclePoint {
		p := CyclePoint{}
		changed := 0
		for _, d := range y.c.ScopeDecisions {
			if !y.holds(d.On) {
				continue
			}
			p.Count++
			if d.Kind != ScopeUnchanged {
				changed++
			}
		}
		if p.Count > 0 {
			p.Subjects = []Subject{{Kind: certificates.Name(), ID: y.c.ID}}
		}
		p.Text = issue.NewText("Decisions of the body on what the certificate covers: %d; extending or reducing it: %d.", p.Count, changed)
		return p
	}},
	{"CP-16", "surveillance audits, and what the body raised", "ISO/IEC 17021-1, 9.6.2", func(y *cycle) CyclePoint {
		p := CyclePoint{}
		held, missed := y.surveillance()
		found, majors := y.those(func(n *Nonconformity) bool { return y.ofBody(n.Certificate) })
		if p.Count = held; held+missed > 0 {
			p.Subjects = []Subject{{Kind: certificates.Name(), ID: y.c.ID}}
		}
		p.Subjects = append(p.Subjects, found...)
		p.Text = issue.NewText("Surveillance audits of the body: %d; missing: %d; nonconformities raised since its decision: %d; major: %d.", held, missed, len(found), majors)
		return p
	}},
	{"CP-17", "special audits of the body", "ISO/IEC 17021-1, 9.6.4", func(y *cycle) CyclePoint {
		p := CyclePoint{}
		short := 0
		for _, c := range y.body {
			before := p.Count
			for _, a := range c.Special {
				if !y.holds(a.On) {
					continue
				}
				if p.Count++; a.ShortNotice {
					short++
				}
			}
			if p.Count > before {
				p.Subjects = append(p.Subjects, Subject{Kind: certificates.Name(), ID: c.ID})
			}
		}
		p.Text = issue.NewText("Special audits of the body: %d; at short notice: %d.", p.Count, short)
		return p
	}},
	{"CP-18", "suspensions", "ISO/IEC 17021-1, 9.6.5", func(y *cycle) CyclePoint {
		subjects, times, days := y.suspended()
		return CyclePoint{Count: times, Subjects: subjects, Text: issue.NewText("Suspensions of the certificate: %d; days in all: %d.", times, days)}
	}},
}

// cycleReviewed are the last months of a cycle, within which a management review looks at the
// whole of it. No standard names a number: reviews are held once a year, so that it is the last
// one before the recertification, and sees nearly all of the cycle.
const cycleReviewed = 12

var cycleLookedAt = Probe{
	ID: "SV-10", Title: "No management review has looked at the whole cycle of certification",
	Grading: "opportunity in the last year of a cycle; minor within 180 days of its end, when recertification is planned",
	grade: func(o Observation) Severity {
		if o.Grave {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		audited, decided := x.renewing()
		for _, c := range certificates.Shared(x.r).All() {
			if !c.upheld() || audited[c.ID] || decided[c.ID] {
				continue
			}
			last := c.Expires()
			since := calendar.Later(last.AddDate(0, -cycleReviewed, 0), c.DecidedOn)
			if !x.overdue(since) || x.reviewedCycle(since) {
				continue
			}
			o := about(KindCertificate, c.ID, c.Number, since, issue.NewText("Its cycle ends on %s, and no management review since %s says what it saw of the whole of it.", day(last), day(since)),
				issue.NewText("Hold one that looks at how the management system did over the cycle (CyclePerformance), and says so (HoldReview, TopicCycle)."))
			o.Grave = x.overdue(last.AddDays(-recertOpens))
			if !yield(o) {
				return
			}
		}
	},
}

// reviewedCycle reports whether a review since a day says what it saw of the cycle.
func (x *index) reviewedCycle(since calendar.Date) bool {
	for r := range x.heldReviews {
		if !r.HeldOn.Before(since) && r.looked(TopicCycle) {
			return true
		}
	}
	return false
}
