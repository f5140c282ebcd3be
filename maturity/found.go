package maturity

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// arrival is a system that came on file in the last year.
type arrival struct {
	on            calendar.Date // when it was registered
	late, unknown bool          // as far as its use goes, which nobody may have told
}

// foundInTime judges arrivals: whether enough of them were in time, and whether it would be
// enough if all of which it can't be told were.
func (in *Input) foundInTime(all []arrival) (met, may bool) {
	inTime, unknown := 0, 0
	for _, a := range all {
		switch {
		case a.unknown:
			unknown++
		case !a.late:
			inTime++
		}
	}
	need := in.Parameters.FoundShare * float64(len(all))
	return float64(inTime) >= need, float64(inTime+unknown) >= need
}

// arrival says how a system came on file, if that was in the last year.
func (in *Input) arrival(s *system) (a arrival, lately bool) {
	a.on = in.dayOf(s.registration.At)
	if _, lately = in.within(a.on, in.Parameters.YearDays); !s.registered || !lately {
		return a, false
	}
	used := calendar.Earlier(s.InUseSince, s.DiscoveredOn)
	a.late = !used.IsZero() && a.on.After(used.AddDays(in.Parameters.FoundDays))
	a.unknown = !a.late && s.InUseSince.IsZero() && s.registration.Live()
	return a, true
}

func foundFast(in *Input) Outcome {
	p := in.Parameters
	var t Tally
	if !t.nonempty(in) {
		return t.list()
	}
	if last := in.lastSweep(); last.ID == "" {
		t.Fail(whole(), "", issue.NewText("Nobody has searched for AI in use."))
	} else {
		until, ok := in.within(last.On, p.SweepDays)
		t.check(ok, until, aims.Subject{Kind: aims.KindSweep, ID: last.ID}, "", issue.NewText("The last search for AI in use was on %s.", day(last.On)))
	}
	var all []arrival
	var of []*system
	for _, s := range in.arrived() {
		if a, lately := in.arrival(s); lately {
			all, of = append(all, a), append(of, s)
		}
	}
	met, may := in.foundInTime(all)
	for i, a := range all {
		s := of[i]
		switch {
		case met, !a.late && !a.unknown:
			t.Pass(time.Time{})
		case a.unknown:
			t.Unknown(s.Subject(), s.Name, issue.NewText("Nobody says since when %s was in use.", s.Name))
		case may:
			t.Pass(time.Time{}) // it is for the others
		default:
			t.Fail(s.Subject(), s.Name, issue.NewText("%s was in use for more than %d days before it was registered on %s.", s.Name, p.FoundDays, day(a.on)))
		}
	}
	if met {
		t.until = sooner(t.until, in.foundUntil(all))
	}
	return t.list()
}

// foundUntil is until when enough arrivals are in time, as they grow older than a year;
// zero if time alone does not end it.
func (in *Input) foundUntil(all []arrival) time.Time {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b arrival) int { return a.on.Compare(b.on) })
	for i := range all {
		if i+1 < len(all) && all[i+1].on == all[i].on {
			continue
		}
		if met, _ := in.foundInTime(all[i+1:]); !met {
			return in.lastOf(all[i].on.AddDays(in.Parameters.YearDays))
		}
	}
	return time.Time{}
}
