package impact

import (
	"slices"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// Draft is an assessment prepared for who writes it: what is asked stands in it and
// waits for a judgement. It judges nothing: no severity, no likelihood, no reason.
// Its methods fill it; Tx.SaveAssessment of package aims takes its Assessment.
type Draft struct {
	Assessment

	// Sheets say of each harm that is asked for what helps to rate it.
	Sheets []HarmSheet `json:"sheets"`
	// Scales are the steps in which harms are rated, with their meanings.
	Scales Scales `json:"scales"`
}

// HarmSheet is what helps to rate a harm of a system.
type HarmSheet struct {
	// Harm is the harm from the taxonomy.
	Harm Harm `json:"harm"`
	// Rules are the IDs of the rules that ask for it, Why their reasons.
	Rules []string `json:"rules"`
	Why   []string `json:"why"`
	// Parties are the affected parties on whose axis the harm lands, to choose
	// from.
	Parties []string `json:"parties"`
	// Controls are those that bear on it, with how, and whether the organisation has
	// implemented them: the others lower nothing.
	Controls []SheetControl `json:"controls"`
}

// SheetControl is a control that bears on a harm.
type SheetControl struct {
	HarmControl

	// Implemented says whether the organisation has implemented it.
	Implemented bool `json:"implemented"`
}

// Scales are the steps in which a harm is rated.
type Scales struct {
	// Scale and Likelihood are the organisation's (risk criteria); Scope and
	// Irremediability those of this package.
	Scale           []Step `json:"scale"`
	Scope           []Step `json:"scope"`
	Irremediability []Step `json:"irremediability"`
	Likelihood      []Step `json:"likelihood"`
	// Confidence are the degrees of confidence.
	Confidence []Confidence `json:"confidence"`
}

// Draft prepares an open assessment of a system: it adds the affected parties that
// the system names and the harms that the rules ask for, as questions, beside what has
// been written, with what helps to answer them. An assessment that can't be written is
// ErrState.
func (a Assessment) Draft(s register.System, b Basis) (Draft, error) {
	if err := a.writable(); err != nil {
		return Draft{}, err
	}
	c := b.criteria()
	d := Draft{Assessment: a, Sheets: []HarmSheet{}, Scales: Scales{Scale: steps(c.Consequence), Scope: Scopes(), Irremediability: Irremediabilities(),
		Likelihood: steps(c.Likelihood), Confidence: slices.Clone(confidences)}}
	d.Parties, d.Harms = slices.Clone(a.Parties), slices.Clone(a.Harms)
	for _, p := range s.Affected {
		d.party(p)
	}
	for _, prompt := range a.Result.Harms {
		h, ok := HarmByID(prompt.Harm)
		if !ok {
			continue // of rules of a version that knew others
		}
		sheet := HarmSheet{Harm: h, Rules: slices.Clone(prompt.Rules), Why: []string{}, Parties: []string{}, Controls: []SheetControl{}}
		for _, id := range prompt.Rules {
			if r, ok := b.rules().Rule(id); ok {
				sheet.Why = append(sheet.Why, r.Why)
			}
		}
		for _, p := range d.Parties {
			if party, ok := PartyByID(p.Party); ok && slices.Contains(h.Axes, party.Axis) {
				sheet.Parties = append(sheet.Parties, p.Party)
			}
		}
		for _, x := range h.Controls {
			sheet.Controls = append(sheet.Controls, SheetControl{x, b.implemented(x.ID)})
		}
		d.Sheets = append(d.Sheets, sheet)
		d.harm(h.ID)
	}
	return d, nil
}

// steps numbers the steps of a scale of the risk criteria.
func steps(scale []register.Step) []Step {
	all := make([]Step, len(scale))
	for i, s := range scale {
		all[i] = Step{Value: i + 1, ID: s.Label, Meaning: s.Meaning}
	}
	return all
}

// party returns the entry of a party, which it adds if there is none.
func (d *Draft) party(id string) *PartyImpact {
	i := slices.IndexFunc(d.Parties, func(p PartyImpact) bool { return p.Party == id })
	if i < 0 {
		i = len(d.Parties)
		d.Parties = append(d.Parties, PartyImpact{Party: id})
	}
	return &d.Parties[i]
}

// harm returns the rating of a harm, which it adds if there is none.
func (d *Draft) harm(id string) *HarmRating {
	i := slices.IndexFunc(d.Harms, func(h HarmRating) bool { return h.Harm == id })
	if i < 0 {
		i = len(d.Harms)
		d.Harms = append(d.Harms, HarmRating{Harm: id})
	}
	return &d.Harms[i]
}

// Affect says how a party is affected.
func (d *Draft) Affect(party, how string) { d.party(party).How = how }

// Spare says how a party is affected and why no harm comes to it.
func (d *Draft) Spare(party, how, why string) {
	p := d.party(party)
	p.How, p.NoHarm = how, why
}

// Rate rates a harm. Parties that the rating does not name are those of its sheet,
// and a control that it names without a reason has that of the taxonomy.
func (d *Draft) Rate(r HarmRating) {
	i := slices.IndexFunc(d.Sheets, func(s HarmSheet) bool { return s.Harm.ID == r.Harm })
	if i >= 0 && len(r.Parties) == 0 {
		r.Parties = slices.Clone(d.Sheets[i].Parties)
	}
	*d.harm(r.Harm) = r
}

// Dismiss says why a harm does not arise here.
func (d *Draft) Dismiss(harm, why string) { *d.harm(harm) = HarmRating{Harm: harm, Dismissed: why} }

// Unanswered returns the IDs of parties and harms of which nothing has been said yet.
func (d *Draft) Unanswered() (parties, harms []string) {
	for _, p := range d.Parties {
		if p.How == "" {
			parties = append(parties, p.Party)
		}
	}
	for _, h := range d.Harms {
		if h.Dismissed == "" && h.Scale == 0 {
			harms = append(harms, h.Harm)
		}
	}
	return parties, harms
}

// With returns a reduction by a control on the evidence that it works.
func With(control annexa.ID, evidence ...string) Reduction {
	return Reduction{Control: control, Evidence: evidence}
}
