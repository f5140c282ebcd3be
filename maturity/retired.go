package maturity

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// retiredOrderly judges how systems of the last year ended.
func retiredOrderly(in *Input) Outcome {
	var t Tally
	if !t.nonempty(in) {
		return t.list()
	}
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
				t.Unknown(subject, s.Name, "Nobody says when "+s.Name+" was retired.")
			}
		case !lately:
		case r == nil:
			t.Fail(subject, s.Name, s.Name+" was retired on "+day(s.RetiredOn)+", and nobody has decided how.")
		case r.State == aims.RetirementClosed:
			t.check(!alone(s.Owner, r), time.Time{}, subject, s.Name, "Its owner alone says how "+s.Name+" ended.")
		default:
			due := calendar.Later(s.RetiredOn, in.dayOf(r.DecidedAt)).AddDays(in.Parameters.CloseDays)
			t.check(!in.today.After(due), in.lastOf(due), subject, s.Name,
				fmt.Sprintf("%s was retired on %s; nobody has said what became of %d of the %d things that it left, or that all is done.", s.Name, day(s.RetiredOn), r.Unsettled(), len(r.Remains)))
		}
	}
	o := t.list()
	if o.Of == 0 {
		o.Message = "No system was retired in the last year."
	}
	return o
}

// alone reports whether nobody but the owner of a system has had a hand in the record of
// its end, as an import may bring it.
func alone(owner string, r *aims.Retirement) bool {
	return !slices.ContainsFunc(append([]string{r.DecidedBy, r.Closing.By}, r.Authors...), func(p string) bool { return p != owner })
}
