package dashboard

import (
	"cmp"
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
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

	rank int
}

var axes = []struct {
	axis  register.Axis
	label string
}{{register.AxisPeople, mark("people")}, {register.AxisOrganisation, mark("the organisation")}}

const mostRisks = 3

func (k *look) risks() Risks {
	c := k.v.Criteria()
	out := Risks{Gravest: []RiskRow{}, Draft: c.ApprovedBy == "", Criteria: recordRoute(aims.Subject{Kind: aims.KindCriteria, ID: c.ID}),
		Unaccepted: Figure{ID: "board.risks.unaccepted", Label: k.say("accepted by nobody"), List: listRoute("risks", "above", "yes", "accepted", "no")}}
	var rows []RiskRow
	for r := range all[register.Risk](k.v, aims.KindRisk) {
		row := RiskRow{Ref: k.ref(aims.Subject{Kind: aims.KindRisk, ID: r.ID}, r.Title), Axis: r.Axis, Due: r.ReviewDue,
			Who: k.person(r.Owner, "owner")}
		level, err := c.Level(r.Residual)
		if err == nil {
			row.Level = level
		}
		row.Name = shorten(row.Name, 70)
		row.rank = len(c.Levels) // what nobody has rated is counted as the worst
		if i := slices.Index(c.Levels, row.Level); i >= 0 {
			row.rank = i
		}
		row.Above = k.v.Exceeds(*r)
		row.Accepted = row.Above && !r.Acceptance.IsZero() && !k.today.After(r.Acceptance.Expires)
		for i, id := range r.Systems {
			if i == 3 {
				break
			}
			row.Systems = append(row.Systems, k.systemRef(id))
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b RiskRow) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(truth(b.Above && !b.Accepted), truth(a.Above && !a.Accepted)), cmp.Compare(truth(b.Above), truth(a.Above)))
	})
	for _, x := range axes {
		a := RiskAxis{Axis: x.axis, Label: k.told(x.label), Appetite: c.Appetite[x.axis],
			Above: Figure{ID: "board.risks." + string(x.axis), Label: k.say("above what we bear for %s", k.told(x.label)),
				List: listRoute("risks", "above", "yes", "axis", string(x.axis))}}
		for _, r := range rows {
			if r.Axis != x.axis {
				continue
			}
			if a.Above.Of++; r.Above {
				a.Above.count(k, r.Ref)
			}
		}
		if a.Above.Value > 0 {
			a.Above.Tone = ToneWarn
		}
		out.Axes = append(out.Axes, a)
	}
	for _, r := range rows {
		if r.Above {
			if out.Unaccepted.Of++; !r.Accepted {
				out.Unaccepted.count(k, r.Ref)
				if out.Unaccepted.Who.ID == "" {
					out.Unaccepted.Who, out.Unaccepted.Due, out.Unaccepted.Tone = r.Who, r.Due, ToneBad
					out.Unaccepted.Next = k.say("Treat it, or have somebody with that right accept it.")
				}
			}
		}
	}
	out.Gravest = append(out.Gravest, gravest(rows)...)
	return out
}

// gravest are the first rows, with at least one of each axis that has any.
func gravest(rows []RiskRow) []RiskRow {
	top := slices.Clone(rows[:min(len(rows), mostRisks)])
	for _, x := range axes {
		of := func(r RiskRow) bool { return r.Axis == x.axis }
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
