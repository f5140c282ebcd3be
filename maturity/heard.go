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

	// unknown says that nobody on file stands behind it: a service raised it, for people who
	// are not on file. An anonymous channel that works looks the same as one that somebody
	// feeds. TriedUntil is until when a trial by somebody apart shows that it works.
	unknown    bool
	triedUntil calendar.Date
}

// inTime reports whether it was answered in time.
func (r report) inTime() bool { return !r.c.Open() && !r.late }

// heard counts the reports of a year: what was answered in time, of all that count, and how
// many of those nobody on file stands behind; and how many more of these do not count.
type heard struct{ inTime, of, unknown, apart int }

// answered counts the reports that count on a day. Those behind which nobody on file stands
// do not by themselves: they do where one that was answered in time has somebody behind it,
// or somebody apart has tried their channel. What was answered late always counts.
func (in *Input) answered(all []report, on calendar.Date) (h heard) {
	lately := func(r report) bool { return !r.came.Before(on.AddDays(-in.Parameters.YearDays)) }
	known := slices.ContainsFunc(all, func(r report) bool { return !r.unknown && r.inTime() && lately(r) })
	for _, r := range all {
		switch {
		case !lately(r) || r.c.Open() && !on.After(r.due):
			continue
		case r.unknown && r.inTime() && !known && on.After(r.triedUntil):
			h.apart++
			continue
		case r.inTime():
			h.inTime++
		}
		if h.of++; r.unknown {
			h.unknown++
		}
	}
	return h
}

// heardEnough reports whether enough of what came in is answered in time, as it is on a day
// if nobody answers any more.
func (in *Input) heardEnough(all []report, on calendar.Date) bool {
	h := in.answered(all, on)
	return float64(h.inTime) >= in.Parameters.HeardShare*float64(h.of)
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
	came := make(map[string]calendar.Date) // the last one that somebody on file, who owns no channel, stands behind, by channel
	for c := range in.View.Concerns().All() {
		if !c.Origin.Outside() || c.RecordedAt.After(in.Now) || c.RaisedOn.After(in.today) {
			continue
		}
		r := report{c: c, came: calendar.Later(c.RaisedOn, in.dayOf(c.RecordedAt)), due: c.RaisedOn.AddDays(p.HeardDays)}
		r.late = !c.Open() && in.dayOf(c.AnsweredOn).After(r.due)
		if !r.late && in.alone(c) {
			continue // invented or not, it shows nothing; that it was late it does
		}
		r.unknown = !in.View.People().Has(c.RaisedBy) && !in.View.People().Has(c.RecordedBy)
		all = append(all, r)
		if !r.unknown && !owners[c.RecordedBy] {
			came[c.Channel] = calendar.Later(came[c.Channel], r.came)
		}
	}

	in.tried(all)
	in.channelOpen(&t, came)
	h := in.answered(all, in.today)
	if !in.heardEnough(all, in.today) {
		for _, r := range all {
			if _, lately := in.within(r.came, p.YearDays); lately && (r.late || r.c.Open() && in.today.After(r.due)) {
				t.Fail(aims.Subject{Kind: aims.KindConcern, ID: r.c.ID}, "", issue.NewText("What came in on %s was not answered in %d days; %d of %d were.", day(r.c.RaisedOn), p.HeardDays, h.inTime, h.of))
			}
		}
	} else {
		t.Pass(in.heardUntil(all))
	}
	in.reviewHeard(&t)
	out := t.list()
	if h.unknown+h.apart == 0 {
		return out
	}
	behind := issue.NewText("Reports that count: %d. Raised by a service for people of whom nobody knows: %d, and %d more that do not count.", h.of, h.unknown, h.apart)
	if out.Text.ID != "" {
		behind = issue.NewText("%s %s", out.Text, behind)
	}
	out.say(behind)
	return out
}

// alone reports whether who raised a concern, or put it on file, has answered it as well: of
// what a service raised, who owns that service, or has handed it on. One that a service
// raised has nobody else of whom that could be said.
func (in *Input) alone(c aims.Concern) bool {
	return !c.Open() && in.oneOf(c.AnsweredBy, append(in.behind(c.RecordedBy), in.behind(c.RaisedBy)...))
}

// behind are an ID and, of a service, those who own it, or count as its owners still.
func (in *Input) behind(id string) []string {
	all := []string{id}
	if s, ok := in.View.Services().Get(id); ok {
		all = append(all, s.Owner)
		for _, t := range s.Tenures {
			if !in.today.After(t.Barred(aims.OwnerDays)) {
				all = append(all, t.Person)
			}
		}
	}
	return all
}

// oneOf reports whether somebody is one of some people, by another record of his as well.
func (in *Input) oneOf(person string, of []string) bool {
	p, found := in.View.People().Get(person)
	return found && slices.ContainsFunc(of, func(id string) bool {
		o, known := in.View.People().Get(id)
		return known && p.Same(o)
	})
}

// tried sets, of reports behind which nobody on file stands, until when their channel has
// been tried by somebody who neither owns it or a service that raised such reports, nor
// answers them. One that does not say by which channel it came may have come by any.
func (in *Input) tried(all []report) {
	var theirs []string
	for _, r := range all {
		if r.unknown {
			theirs = append(append(theirs, in.behind(r.c.RecordedBy)...), r.c.AnsweredBy)
		}
	}
	until := make(map[string]calendar.Date)
	for c := range in.View.Channels().All() {
		if last, tried := c.Last(); !tried || !last.Works || !c.ForOutside() {
			continue
		}
		for _, t := range c.Trials {
			if t.Works && !t.On.After(in.today) && !in.oneOf(t.By, append(in.behind(c.Owner), theirs...)) {
				for _, by := range []string{c.ID, ""} {
					until[by] = calendar.Later(until[by], t.On.AddDays(in.Parameters.YearDays))
				}
			}
		}
	}
	for i := range all {
		all[i].triedUntil = until[all[i].c.Channel]
	}
}

// channelOpen looks for a channel to people outside, and what shows that it works.
// What came by another channel shows nothing of it; of what does not say by which nobody
// knows. What a service raised for people of whom nobody knows shows no channel to work: a
// trial does.
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
		ends = append(ends, r.came.AddDays(in.Parameters.YearDays), r.triedUntil)
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
