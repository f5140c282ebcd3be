package maturity

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// report is what people outside reported.
type report struct {
	c    aims.Concern
	came calendar.Date // when it was told
	due  calendar.Date
	late bool // it was answered late; of one that is open, time says
}

// share counts the reports that count on a day, and how many of them were answered in time.
func (in *Input) answered(all []report, on calendar.Date) (inTime, of int) {
	for _, r := range all {
		switch {
		case r.came.Before(on.AddDays(-in.Parameters.YearDays)):
		case !r.c.Open():
			of++
			if !r.late {
				inTime++
			}
		case on.After(r.due):
			of++
		}
	}
	return inTime, of
}

// heardEnough reports whether enough of what came in is answered in time, as it is on a day
// if nobody answers any more.
func (in *Input) heardEnough(all []report, on calendar.Date) bool {
	inTime, of := in.answered(all, on)
	return float64(inTime) >= in.Parameters.HeardShare*float64(of)
}

// affectedHeard judges whether people outside can report, are answered, and reach the table
// of top management.
func affectedHeard(in *Input) Outcome {
	p := in.Parameters
	var t Tally
	var all []report
	owners := make(map[string]bool)
	for c := range in.View.Channels().All() {
		owners[c.Owner] = true
	}
	came := make(map[string]calendar.Date) // the last one that no owner of a channel put on file, by channel
	for c := range in.View.Concerns().All() {
		if !c.Origin.Outside() || c.RecordedAt.After(in.Now) || c.RaisedOn.After(in.today) {
			continue
		}
		r := report{c: c, came: calendar.Later(c.RaisedOn, in.dayOf(c.RecordedAt)), due: c.RaisedOn.AddDays(p.HeardDays)}
		r.late = !c.Open() && in.dayOf(c.AnsweredOn).After(r.due)
		if !r.late && in.alone(c) {
			continue // invented or not, it shows nothing; that it was late it does
		}
		all = append(all, r)
		if !owners[c.RecordedBy] {
			came[c.Channel] = calendar.Later(came[c.Channel], r.came)
		}
	}

	in.channelOpen(&t, came)
	if inTime, of := in.answered(all, in.today); !in.heardEnough(all, in.today) {
		for _, r := range all {
			if _, lately := in.within(r.came, p.YearDays); lately && (r.late || r.c.Open() && in.today.After(r.due)) {
				t.Fail(aims.Subject{Kind: aims.KindConcern, ID: r.c.ID}, "", issue.NewText("What came in on %s was not answered in %d days; %d of %d were.", day(r.c.RaisedOn), p.HeardDays, inTime, of))
			}
		}
	} else {
		t.Pass(in.heardUntil(all))
	}
	in.reviewHeard(&t)
	return t.list()
}

// alone reports whether who raised a concern, or put it on file, has answered it as well. One
// that a service raised for people who stay unnamed has nobody of whom that could be said.
func (in *Input) alone(c aims.Concern) bool {
	if c.Open() {
		return false
	}
	answered, _ := in.View.People().Get(c.AnsweredBy)
	for _, id := range []string{c.RaisedBy, c.RecordedBy} {
		if p, found := in.View.People().Get(id); found && p.Same(answered) {
			return true
		}
	}
	return false
}

// channelOpen looks for a channel to people outside, and what shows that it works.
// What came by another channel shows nothing of it; of what does not say by which nobody
// knows.
func (in *Input) channelOpen(t *Tally, came map[string]calendar.Date) {
	p := in.Parameters
	found, open := aims.Channel{}, false
	var best time.Time
	works := false
	for c := range in.View.Channels().All() {
		end, active := in.Active(c.Owner)
		if !c.ForOutside() || !c.Open(in.today) || !active {
			continue
		}
		found, open = c, true
		last, tried := c.Last()
		holds, ok := in.within(calendar.Later(came[""], came[c.ID]), p.YearDays)
		if tried && last.By != c.Owner {
			if e, lately := in.within(last.On, p.YearDays); lately && (!ok || e.After(holds)) {
				holds, ok = e, true
			}
		}
		if tried && !last.Works {
			ok = false
		}
		if holds = sooner(holds, end); ok && (!works || holds.After(best)) {
			best, works = holds, true
		}
	}
	subject := aims.Subject{Kind: aims.KindChannel, ID: found.ID}
	switch {
	case !open:
		t.Fail(whole(), "", issue.NewText("No channel is open by which people outside can report what a system did to them."))
	case works:
		t.Pass(best)
	default:
		t.Fail(subject, found.Title, issue.NewText("Nothing came by %s in a year, and nobody but its owner has seen that it works.", found.Title))
	}
}

// heardUntil is until when enough is answered in time if nobody answers any more, as what is
// open falls due and what was answered leaves the year; zero if time alone does not end it.
func (in *Input) heardUntil(all []report) time.Time {
	var ends []calendar.Date
	for _, r := range all {
		ends = append(ends, r.came.AddDays(in.Parameters.YearDays))
		if r.c.Open() {
			ends = append(ends, r.due)
		}
	}
	slices.SortFunc(ends, calendar.Date.Compare)
	for _, end := range ends {
		if !end.Before(in.today) && !in.heardEnough(all, end.AddDays(1)) {
			return in.lastOf(end)
		}
	}
	return time.Time{}
}

// seenReports is the point of a review agenda that tells what people outside report.
const seenReports = "RA-17"

// reviewHeard asks whether the last review had before it what people outside report, as
// HoldReview kept it, and has a word on it.
func (in *Input) reviewHeard(t *Tally) {
	var last aims.ManagementReview
	for r := range in.reviews() {
		if !r.HeldOn.After(in.today) && !r.HeldOn.Before(last.HeldOn) {
			last = r
		}
	}
	until, ok := in.within(last.HeldOn, in.Parameters.ReviewDays)
	s := aims.Subject{Kind: aims.KindReview, ID: last.ID}
	switch {
	case last.ID == "" || !ok:
		t.Fail(whole(), "", issue.NewText("No management review of the last year had before it what people outside report."))
	case !slices.ContainsFunc(last.Seen, func(s aims.ReviewSight) bool { return s.Point == seenReports }):
		t.Fail(s, "", issue.NewText("The review of %s had nothing before it of what people outside report.", day(last.HeldOn)))
	case slices.Contains(last.Missing(), aims.TopicPartyChanges):
		t.Fail(s, "", issue.NewText("The review of %s has no word on interested parties.", day(last.HeldOn)))
	default:
		t.Pass(until)
	}
}
