package maturity

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// deployed are deployments by system.
type deployed struct{ live, planned map[string][]*aims.Deployment }

// released are the deployments that went live by now and those that are planned, by system.
func (in *Input) released() (live, planned map[string][]*aims.Deployment) {
	if in.deployed.live != nil {
		return in.deployed.live, in.deployed.planned
	}
	live, planned = make(map[string][]*aims.Deployment), make(map[string][]*aims.Deployment)
	for d := range all[aims.Deployment](in, aims.KindDeployment) {
		switch {
		case !d.LiveOn.IsZero() && !d.ReleasedAt.After(in.Now):
			live[d.System] = append(live[d.System], d)
		case !d.PlannedAt.After(in.Now):
			planned[d.System] = append(planned[d.System], d)
		}
	}
	in.deployed = deployed{live, planned}
	return live, planned
}

// carried is a planned change that was carried out: on which day, whether it was approved
// before, and when.
type carried struct {
	on       calendar.Date
	planned  bool
	approved calendar.Date
}

// carriedOut are the planned changes of a system that were carried out by now.
func (in *Input) carriedOut(system string) []carried {
	in.tell(aims.KindPlannedChange)
	base := in.base()
	if base.carried == nil {
		base.carried = make(map[string][]carried)
		for c := range base.View.PlannedChanges().All() {
			if c.State != aims.ChangeDone || c.Done.At.After(in.Now) {
				continue
			}
			for _, id := range c.Systems {
				base.carried[id] = append(base.carried[id], carried{c.Done.On, planned(&c), in.dayOf(c.Approval.At)})
			}
		}
	}
	return base.carried[system]
}

// planned reports whether a change that was carried out had been approved by then.
func planned(c *aims.PlannedChange) bool {
	return !c.Done.Unapproved && !c.Approval.At.After(c.Done.At)
}

// ofTheYear reports whether something is to be looked at that came about on a day and was
// told at a moment: what is told late does not escape the year.
func (in *Input) ofTheYear(on calendar.Date, told time.Time) bool {
	_, lately := in.within(on, in.Parameters.YearDays)
	_, after := in.within(in.dayOf(told), in.Parameters.YearDays)
	return lately || !told.IsZero() && after
}

// assessedBefore says why no assessment that was approved by a day covers a system as it
// went live on it; nothing if one does. A model, if one is given, is what it then ran on.
func (in *Input) assessedBefore(system string, on calendar.Date, model register.Model) issue.Text {
	var last *impact.Assessment
	var why issue.Text
	for _, a := range in.assessmentsOf(system) {
		approved := !a.ApprovedAt.IsZero() && !in.dayOf(a.ApprovedAt).After(on)
		if approved && (last == nil || !a.ApprovedAt.Before(last.ApprovedAt)) {
			last = a
		}
		if t := changedAt(a); !approved && !t.IsZero() && in.dayOf(t).Before(on) && a.State != impact.StateWithdrawn {
			why = issue.NewText("the change of %s had not been assessed", day(in.dayOf(t)))
		}
	}
	runs := register.FingerprintOf(register.System{Model: model}).Attributes["model"]
	switch {
	case last == nil:
		return issue.NewText("no assessment of it had been approved")
	case on.After(last.ValidUntil):
		return issue.NewText("its assessment had run out on %s", day(last.ValidUntil))
	case len(runs) > 0 && !slices.Equal(runs, last.Fingerprint.Attributes["model"]):
		return issue.NewText("its assessment was of another model")
	}
	return why
}

// assessmentsOf are the assessments of a system, as the view holds them.
func (in *Input) assessmentsOf(system string) []*impact.Assessment {
	if in.assessments == nil {
		in.assessments = make(map[string][]*impact.Assessment)
		for a := range all[impact.Assessment](in, aims.KindAssessment) {
			in.assessments[a.System] = append(in.assessments[a.System], a)
		}
	}
	return in.assessments[system]
}

// changedAt is when the last material change of a system that was on file before fired an
// assessment; zero if none did.
func changedAt(a *impact.Assessment) (last time.Time) {
	for _, t := range a.Triggers {
		switch {
		case t.Kind == impact.TriggerRegistration:
			return time.Time{}
		case (t.Kind == impact.TriggerChange || t.Kind == impact.TriggerSupplier) && len(t.Changes) > 0 && t.At.After(last):
			last = t.At
		}
	}
	return last
}

// wentLive says on which day of the last year a system went live that was on file before;
// the zero day if nobody says which. What was in use when it was registered did not.
func (in *Input) wentLive(s *system) (on calendar.Date, ok bool) {
	reg, known := s.registration, s.registered
	since := in.dayOf(reg.At)
	_, registered := in.within(since, in.Parameters.YearDays)
	_, used := in.within(s.InUseSince, in.Parameters.YearDays)
	switch {
	case !s.Live() || known && reg.Live() && s.InUseSince.Before(since):
		return on, false // it was in use, or nobody says since when
	case used && !(known && s.InUseSince.Before(since)):
		return s.InUseSince, true
	case known && registered && !reg.Live():
		return on, true // it came on file before it was live, whatever else is typed
	}
	return on, false
}

func changePlanned(in *Input) Outcome {
	return in.apiece(changesKept, bySystem(wentAsPlanned), func(_ *Input, t *Tally) Outcome {
		o := t.list()
		if o.Of == 0 {
			o.say(issue.NewText("Nothing on file changed or went live in the last year."))
		}
		return o
	})
}

// changesKept judges the changes on file.
func changesKept(in *Input, t *Tally) {
	if !t.nonempty(in) {
		return
	}
	for c := range in.View.PlannedChanges().All() {
		s := aims.Subject{Kind: aims.KindPlannedChange, ID: c.ID}
		switch {
		case c.State == aims.ChangeDone && !c.Done.At.After(in.Now):
			if in.ofTheYear(c.Done.On, c.Done.At) {
				t.check(planned(&c), time.Time{}, s, c.Title, issue.NewText("%s was carried out on %s, and nobody had approved it.", c.Title, day(c.Done.On)))
			}
		case c.State == aims.ChangeHappened && in.ofTheYear(c.HappenedOn, time.Time{}):
			due := c.HappenedOn.AddDays(in.Parameters.ChangeDays)
			if len(c.Reviews) > 0 && !c.Reviews[0].At.After(in.Now) {
				t.Pass(time.Time{})
				continue
			}
			t.check(!in.today.After(due), in.lastOf(due), s, c.Title, issue.NewText("%s came about on %s, and nobody has reviewed what it led to.", c.Title, day(c.HappenedOn)))
		}
	}
}

// wentAsPlanned judges how a system went live.
func wentAsPlanned(in *Input, t *Tally, s *system) {
	live, planned := in.released()
	in.releases(t, s)
	on, went := in.wentLive(s)
	if !went || slices.ContainsFunc(live[s.ID], func(d *aims.Deployment) bool { return on.IsZero() || !d.LiveOn.After(on) }) {
		return // each deployment speaks for itself
	}
	by := slices.ContainsFunc(slices.Concat(live[s.ID], planned[s.ID]), func(d *aims.Deployment) bool {
		return !on.IsZero() && !in.dayOf(d.PlannedAt).After(on)
	}) || slices.ContainsFunc(in.carriedOut(s.ID), func(c carried) bool { return c.planned && (on.IsZero() || !c.approved.After(on)) })
	var why issue.Text
	if !by {
		why = issue.NewText("%s went live, and no plan came before.", s.Name)
	} else if lacks := in.assessedBefore(s.ID, on, register.Model{}); !on.IsZero() && lacks.ID != "" {
		why = issue.NewText("%s went live on %s, and %s.", s.Name, day(on), lacks)
	}
	t.check(why.ID == "", time.Time{}, s.Subject(), s.Name, why)
}

// releases judges the deployments of a system that went live in the year.
func (in *Input) releases(t *Tally, s *system) {
	live, _ := in.released()
	for _, d := range live[s.ID] {
		if in.ofTheYear(d.LiveOn, d.ReleasedAt) {
			t.released(in, s, d)
		}
	}
}

// released counts a deployment that went live, after the approval of an assessment that
// covers it or not.
func (t *Tally) released(in *Input, s *system, d *aims.Deployment) {
	why := in.assessedBefore(s.ID, d.LiveOn, d.Model)
	if in.dayOf(d.PlannedAt).After(d.LiveOn) {
		why = issue.NewText("nobody had planned it")
	}
	t.check(why.ID == "", time.Time{}, aims.Subject{Kind: aims.KindDeployment, ID: d.ID}, d.Title, issue.NewText("%s of %s went live on %s, and %s.", d.Title, s.Name, day(d.LiveOn), why))
}

func assessedBeforeRelease(in *Input) Outcome {
	return in.apiece(nonempty, bySystem(func(in *Input, t *Tally, s *system) {
		live, planned := in.released()
		in.releases(t, s)
		if !s.Live() || s.last <= 1 {
			return // of one that came on file with it, nothing has changed
		}
		for a := range in.latest(s) {
			at := changedAt(a)
			if at.After(in.Now) || a.ApprovedAt.IsZero() || a.ApprovedAt.After(in.Now) {
				continue // what is not assessed is ML2.01
			}
			if _, ok := in.within(in.dayOf(at), in.Parameters.YearDays); at.IsZero() || !ok {
				continue
			}
			from := in.dayOf(a.ApprovedAt)
			if slices.ContainsFunc(live[s.ID], func(d *aims.Deployment) bool { return !d.LiveOn.Before(from) }) ||
				slices.ContainsFunc(in.carriedOut(s.ID), func(c carried) bool { return !c.on.Before(from) }) {
				t.Pass(time.Time{})
				continue
			}
			var to calendar.Date // it is to go live
			for _, d := range planned[s.ID] {
				to = calendar.Later(to, d.PlannedFor)
			}
			if !to.IsZero() && !in.today.After(to) {
				t.Pass(in.lastOf(to))
				continue
			}
			t.Unknown(s.Subject(), s.Name, issue.NewText("%s changed, by its entry of %s; nothing says that this went live after its assessment was approved on %s.", s.Name, day(in.dayOf(at)), day(from)))
		}
	}), func(_ *Input, t *Tally) Outcome {
		if t.met+len(t.failing) == 0 {
			return NotApplicable(issue.NewText("Nothing was released in the last year."))
		}
		return t.list()
	})
}

// latest yields the assessments of a system, the newest first, down to the first one that
// was opened before the last year.
func (in *Input) latest(s *system) func(yield func(*impact.Assessment) bool) {
	return func(yield func(*impact.Assessment) bool) {
		for n := s.last; n > 1; n-- {
			a, ok := uncopied.Get[impact.Assessment](in.View, aims.KindAssessment, aims.AssessmentID(s.ID, n))
			if !ok {
				return
			}
			_, lately := in.within(in.dayOf(a.OpenedAt), in.Parameters.YearDays)
			if !yield(a) || !lately {
				return
			}
		}
	}
}

func impactCompared(in *Input) Outcome {
	return in.apiece(nonempty, bySystem(func(in *Input, t *Tally, s *system) {
		live, _ := in.released()
		if len(live[s.ID]) == 0 {
			if s.High() && s.Live() {
				reg, known := s.registration, s.registered
				switch {
				case !known, reg.Live() && s.InUseSince.IsZero():
					t.Unknown(s.Subject(), s.Name, issue.NewText("No deployment of %s is on file, and nothing says whether it was in use before it was registered.", s.Name))
				case reg.Live() && s.InUseSince.Before(in.dayOf(reg.At)):
					t.Pass(time.Time{})
				default:
					t.Fail(s.Subject(), s.Name, issue.NewText("%s went live, and no deployment says what was predicted of it.", s.Name))
				}
			}
			return
		}
		var seen calendar.Date // the last that was looked back on
		for _, d := range live[s.ID] {
			if compared(in, d) {
				seen = calendar.Later(seen, d.LiveOn)
				t.Pass(time.Time{})
			}
		}
		for _, d := range live[s.ID] {
			if d.State != aims.DeploymentLive || compared(in, d) || !d.LiveOn.After(seen) {
				continue
			}
			due := d.LiveOn.AddDays(in.Parameters.CompareDays)
			t.check(!in.today.After(due), in.lastOf(due), aims.Subject{Kind: aims.KindDeployment, ID: d.ID}, d.Title,
				issue.NewText("%s of %s went live on %s, and nobody has said whether it does what was predicted.", d.Title, s.Name, day(d.LiveOn)))
		}
	}), func(_ *Input, t *Tally) Outcome {
		if t.met+len(t.failing) == 0 {
			return NotApplicable(issue.NewText("No deployment is on file, and no system of high or unknown impact is live."))
		}
		return t.list()
	})
}

// compared reports whether somebody who has not predicted what a deployment does has said
// what it did.
func compared(in *Input, d *aims.Deployment) bool {
	r := d.Review
	return !r.IsZero() && !r.RecordedAt.After(in.Now) && !r.On.After(in.today) && !slices.Contains(d.Authors, r.By)
}
