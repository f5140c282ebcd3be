package dashboard

import (
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/register"
)

// Risks are the gravest risks on the two axes, each against its own appetite.
type Risks struct {
	// Axes are harm to people and harm to the organisation.
	Axes []RiskAxis `json:"axes"`
	// Gravest are the gravest of both, those above the appetite first; at least one of
	// each axis that has any.
	Gravest []RiskRow `json:"gravest"`
	// Unaccepted are above the appetite and borne by nobody's word.
	Unaccepted Figure `json:"unaccepted"`
	// Criteria says by which risk criteria they are judged; Draft that nobody has
	// approved these, so that everything counts as above.
	Criteria string `json:"criteria"`
	Draft    bool   `json:"draft,omitempty"`
}

// RiskAxis is one axis of harm.
type RiskAxis struct {
	Axis register.Axis `json:"axis"`
	// Label says whom it is about, Appetite is the highest level that is borne without
	// further word.
	Label    string             `json:"label"`
	Appetite register.RiskLevel `json:"appetite,omitempty"`
	// Above is how many are above it.
	Above Figure `json:"above"`
}

// RiskRow is one risk.
type RiskRow struct {
	Ref
	// Axis says whom it harms.
	Axis register.Axis `json:"axis"`
	// Systems are the first systems that it comes from.
	Systems []Ref `json:"systems,omitempty"`
	// Level is what remains of it; empty if nobody has rated it.
	Level register.RiskLevel `json:"level,omitempty"`
	// Above says that it is above the appetite of its axis, Accepted that somebody
	// bears it until a day that has not come.
	Above    bool `json:"above"`
	Accepted bool `json:"accepted"`
	// Who owns it.
	Who Person `json:"who"`
	// Due is by when; zero if no day is on file.
	Due calendar.Date `json:"due,omitzero"`
}

var axes = []struct {
	axis  register.Axis
	label string
}{{register.AxisPeople, mark("people")}, {register.AxisOrganisation, mark("the organisation")}}

const mostRisks = 3

func (k *look) risks() Risks {
	w := keep(k, "risks", k.weighed)
	out := w.risks
	out.Unaccepted, out.Axes = out.Unaccepted.own(), slices.Clone(out.Axes)
	for i := range out.Axes {
		out.Axes[i].Above = out.Axes[i].Above.own()
	}
	out.Gravest = []RiskRow{}
	for _, r := range w.gravest {
		row := RiskRow{Ref: k.riskRef(r.Risk), Axis: r.Axis, Due: r.ReviewDue, Who: k.person(r.Owner, "owner"), Level: r.level, Above: r.above, Accepted: r.accepted}
		for _, id := range r.Systems[:min(len(r.Systems), 3)] {
			row.Systems = append(row.Systems, k.systemRef(id))
		}
		out.Gravest = append(out.Gravest, row)
	}
	return out
}

// weighed are the risks without the gravest of them, and these.
type weighed struct {
	risks   Risks
	gravest []rated
}

func (k *look) weighed() weighed {
	c := k.v.Criteria()
	out := Risks{Draft: c.ApprovedBy == "", Criteria: recordRoute(aims.Subject{Kind: aims.KindCriteria, ID: c.ID}),
		Unaccepted: Figure{ID: "board.risks.unaccepted", Label: k.say("accepted by nobody"), List: listRoute("risks", "above", "yes", "accepted", "no")}}
	rows := k.rated(&c)
	for _, x := range axes {
		a := RiskAxis{Axis: x.axis, Label: k.told(x.label), Appetite: c.Appetite[x.axis],
			Above: Figure{ID: "board.risks." + string(x.axis), Label: k.say("above what we bear for %s", k.told(x.label)),
				List: listRoute("risks", "above", "yes", "axis", string(x.axis))}}
		for _, r := range rows {
			if r.Axis != x.axis {
				continue
			}
			if a.Above.Of++; r.above {
				a.Above.counted(k, func() Ref { return k.riskRef(r.Risk) })
			}
		}
		if a.Above.Value > 0 {
			a.Above.Tone = ToneWarn
		}
		out.Axes = append(out.Axes, a)
	}
	for _, r := range rows {
		if r.above {
			if out.Unaccepted.Of++; !r.accepted {
				out.Unaccepted.counted(k, func() Ref { return k.riskRef(r.Risk) })
				if out.Unaccepted.Who.ID == "" {
					out.Unaccepted.Who, out.Unaccepted.Due, out.Unaccepted.Tone = k.person(r.Owner, "owner"), r.ReviewDue, ToneBad
					out.Unaccepted.Next = k.say("Treat it, or have somebody with that right accept it.")
				}
			}
		}
	}
	return weighed{out, gravest(rows)}
}

// rated is a risk and what remains of it.
type rated struct {
	*register.Risk
	level           register.RiskLevel
	above, accepted bool
}

// rated are the risks, the gravest first: what nobody has rated counts as the worst.
func (k *look) rated(c *register.Criteria) []rated {
	ranks := make([][3][]rated, len(c.Levels)+1) // by level, then by whether it is borne
	exceeds := uncopied.Exceeds(unredacted.Of(k.v))
	n := 0
	for r := range all[register.Risk](k.v, aims.KindRisk) {
		row := rated{Risk: r, above: exceeds(r)}
		if level, err := c.Level(r.Residual); err == nil {
			row.level = level
		}
		rank := slices.Index(c.Levels, row.level)
		if rank < 0 {
			rank = len(c.Levels)
		}
		row.accepted = row.above && !r.Acceptance.IsZero() && !k.today.After(r.Acceptance.Expires) && !k.v.OwnsNow(r.Acceptance.By, aims.Subject{Kind: aims.KindRisk, ID: r.ID})
		borne := 2 - truth(row.above) - truth(row.above && !row.accepted)
		ranks[rank][borne] = append(ranks[rank][borne], row)
		n++
	}
	rows := make([]rated, 0, n)
	for _, rank := range slices.Backward(ranks) {
		rows = append(rows, slices.Concat(rank[:]...)...)
	}
	return rows
}

func (k *look) riskRef(r *register.Risk) Ref {
	return k.ref(aims.Subject{Kind: aims.KindRisk, ID: r.ID}, shorten(r.Title, 70))
}

// gravest are the first rows, with at least one of each axis that has any.
func gravest(rows []rated) []rated {
	top := slices.Clone(rows[:min(len(rows), mostRisks)])
	for _, x := range axes {
		of := func(r rated) bool { return r.Axis == x.axis }
		if i := slices.IndexFunc(rows, of); i >= 0 && !slices.ContainsFunc(top, of) {
			top[len(top)-1] = rows[i]
		}
	}
	return top
}

// count adds one record to a figure.
func (f *Figure) count(k *look, r Ref) { f.counted(k, func() Ref { return r }) }

// counted is count of a record that is named only where there is room for it.
func (f *Figure) counted(k *look, name func() Ref) {
	f.Value++
	if len(f.Subjects) < k.in.Subjects {
		f.Subjects = append(f.Subjects, name())
	} else {
		f.More++
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
