package dashboard

import "github.com/aimskit/aimskit/maturity"

// target is the level that lies ahead: that of the input, else ML2 while it is not
// reached, as the plan leads there, and then ML3; false once it is reached.
func (k *look) target() (maturity.Level, bool) {
	switch {
	case k.in.Target != maturity.ML0:
		return k.in.Target, k.report.Level < k.in.Target
	case k.report.Level < maturity.ML2:
		return maturity.ML2, true
	}
	return maturity.ML3, k.report.Level < maturity.ML3
}

// lookAhead works out the roadmap and the forecast, where the input asks for them and
// does not bring them.
func (k *look) lookAhead() {
	target, ahead := k.target()
	if !ahead {
		return
	}
	var plan *maturity.Plan
	if !k.in.PlanFrom.IsZero() {
		if p, err := maturity.Roadmap(*k.in.Model, k.v, k.now, k.in.PlanFrom, target, nil); err == nil {
			plan = &p
			if k.in.Roadmap == nil {
				k.in.Roadmap = k.roadmap(p)
			}
		}
	}
	if k.in.Forecast != nil || !k.in.Expect || len(k.in.Past.history) == 0 {
		return
	}
	o, err := maturity.Forecast(*k.in.Model, k.v, k.in.Past.history[0], k.now, target)
	if err != nil || o.Renewed == nil || o.Renewed.Early == nil || o.Renewed.Late == nil {
		return // where no range can be told, none is drawn
	}
	f := Forecast{Target: target, From: o.Renewed.Early.Day, To: o.Renewed.Late.Day, Basis: k.of(o.Renewed.Text, o.Renewed.Text.String())}
	if plan != nil {
		f.Planned = plan.Due
	}
	k.in.Forecast = &f
}

// roadmap draws a plan: its steps, then what the earliest day hangs on.
func (k *look) roadmap(p maturity.Plan) *Roadmap {
	r := Roadmap{Target: p.Target}
	of := make(map[int][]string)
	for _, i := range p.Items {
		if i.Status != maturity.ItemNotApplied {
			of[i.Step] = append(of[i.Step], i.Criterion)
		}
	}
	for _, s := range p.Steps {
		step := RoadStep{Title: k.told(s.Title), Who: k.lead.Name, From: s.From, To: s.To, Criteria: of[s.Step]}
		if s.Of > 0 && s.Met == s.Of {
			step.DoneOn = p.AsOf
		}
		r.Steps = append(r.Steps, step)
	}
	for _, id := range p.Critical {
		for _, i := range p.Items {
			if i.Criterion != id || i.EarliestEnd.IsZero() {
				continue
			}
			step := RoadStep{Title: i.Criterion + " " + k.told(i.Title), From: i.EarliestStart, To: i.EarliestEnd, Criteria: []string{id}}
			if i.Responsible.Person != "" {
				step.Who = k.name(i.Responsible.Person)
			}
			r.Steps = append(r.Steps, step)
		}
	}
	return &r
}
