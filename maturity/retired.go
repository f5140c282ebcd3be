package maturity

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// retiredOrderly judges how systems of the last year ended.
func retiredOrderly(in *Input) Outcome {
	return in.apiece(nil, ended, func(in *Input, t *Tally) Outcome {
		var empty Tally
		if !empty.nonempty(in) {
			return empty.list()
		}
		o := t.list()
		if o.Of == 0 {
			o.say(issue.NewText("No system was retired in the last year."))
		}
		return o
	})
}

// ended judges how retired systems ended.
func ended(in *Input, t *Tally) {
	of := make(map[string]*aims.Retirement)
	for r := range in.View.Retirements().All() {
		if r.Decided() && !r.DecidedAt.After(in.Now) {
			of[r.System] = &r
		}
	}
	for s := range in.View.SystemsAt(register.StageRetirement).All() {
		if s.OutOfScope != "" {
			continue
		}
		subject := aims.Subject{Kind: aims.KindSystem, ID: s.ID}
		_, lately := in.within(s.RetiredOn, in.Parameters.YearDays)
		r := of[s.ID]
		switch {
		case s.RetiredOn.IsZero():
			reg, _ := in.View.RegistrationOf(s.ID)
			if _, registered := in.within(in.dayOf(reg.At), in.Parameters.YearDays); registered {
				t.Unknown(subject, s.Name, issue.NewText("Nobody says when %s was retired.", s.Name))
			}
		case !lately:
		case r == nil:
			t.Fail(subject, s.Name, issue.NewText("%s was retired on %s, and nobody has decided how.", s.Name, day(s.RetiredOn)))
		case r.State == aims.RetirementClosed:
			t.check(!alone(s.Owner, r), time.Time{}, subject, s.Name, issue.NewText("Its owner alone says how %s ended.", s.Name))
		default:
			due := calendar.Later(s.RetiredOn, in.dayOf(r.DecidedAt)).AddDays(in.Parameters.CloseDays)
			t.check(!in.today.After(due), in.lastOf(due), subject, s.Name,
				issue.NewText("%s was retired on %s; nobody has said what became of %d of the %d things that it left, or that all is done.", s.Name, day(s.RetiredOn), r.Unsettled(), len(r.Remains)))
		}
	}
}

// alone reports whether nobody but the owner of a system has had a hand in the record of
// its end, as an import may bring it.
func alone(owner string, r *aims.Retirement) bool {
	return !slices.ContainsFunc(append([]string{r.DecidedBy, r.Closing.By}, r.Authors...), func(p string) bool { return p != owner })
}
