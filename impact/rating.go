package impact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// HarmRating is what an assessment finds of one harm: how grave, how likely,
// what lowers it, what remains; or why it does not arise.
//
// Scale, Scope and Irremediability are the three characteristics by which the
// UN Guiding Principles on Business and Human Rights (principle 14) judge how
// severe an impact is. Scale and Likelihood are steps of the organisation's own
// risk criteria, from 1 (register.Criteria); Scope and Irremediability are steps
// of Scopes and Irremediabilities. Zero is "not rated".
type HarmRating struct {
	// Harm is the ID of the harm.
	Harm string `json:"harm"`
	// Parties are the IDs of the affected parties that it falls on.
	Parties []string `json:"parties,omitempty"`
	// Description says how it would come about here.
	Description string `json:"description,omitempty"`
	// Scale is how grave it is for those it strikes, as a step of the criteria's
	// Consequence. With the default criteria: 1 annoyance, 2 small loss, 3 real
	// loss that heals, 4 lasting harm, 5 death or the like.
	Scale int `json:"scale,omitempty"`
	// Scope is how many one event strikes, 1 to 5 (Scopes).
	Scope int `json:"scope,omitempty"`
	// Irremediability is how hard it is to put right, 1 to 5
	// (Irremediabilities).
	Irremediability int `json:"irremediability,omitempty"`
	// Likelihood is that it happens to at least one person in the review
	// period, as a step of the criteria's Likelihood.
	Likelihood int `json:"likelihood,omitempty"`
	// Confidence is how well the likelihood is known.
	Confidence Confidence `json:"confidence,omitempty"`
	// Controls are the controls that lower it.
	Controls []Reduction `json:"controls,omitempty"`
	// ResidualLikelihood and ResidualSeverity are what remains with the
	// controls; zero means as before.
	ResidualLikelihood int `json:"residual_likelihood,omitempty"`
	ResidualSeverity   int `json:"residual_severity,omitempty"`
	// Dismissed says why the harm does not arise here; then nothing is rated.
	Dismissed string `json:"dismissed,omitempty"`
	// Criteria is the version of the risk criteria that it was rated with. Zero
	// in a draft means those in force; a rating made with an older version stays
	// as it is until somebody rates anew.
	Criteria int `json:"criteria,omitempty"`
	// CopiedFrom is the ID of the assessment that it was taken over from; empty
	// once somebody has rated or confirmed it here.
	CopiedFrom string `json:"copied_from,omitempty"`
	// Outcome is what the criteria make of it. It is worked out, never written.
	Outcome RiskOutcome `json:"outcome,omitzero"`
}

// Reduction is one control that lowers a harm.
type Reduction struct {
	// Control is the control.
	Control annexa.ID `json:"control"`
	// Evidence are the IDs of the evidence that it works.
	Evidence []string `json:"evidence,omitempty"`
	// Why says how it lowers the harm; needed where the taxonomy does not name
	// the control for it.
	Why string `json:"why,omitempty"`
}

// Confidence is how well a likelihood is known.
type Confidence string

// The degrees of confidence. At low confidence the likelihood counts one step
// higher.
const (
	ConfidenceHigh   Confidence = "high"   // measured on this system
	ConfidenceMedium Confidence = "medium" // measured on systems like it
	ConfidenceLow    Confidence = "low"    // judged
)

// IsValid reports whether it is one of the degrees; the zero value, not rated yet,
// is none.
func (c Confidence) IsValid() bool { return slices.Contains(confidences, c) }

var confidences = []Confidence{ConfidenceHigh, ConfidenceMedium, ConfidenceLow}

// RiskOutcome is what criteria make of a rating: the steps that count, and the
// levels of risk before and with controls. The zero RiskOutcome is that of a harm
// that is dismissed or not rated at all.
type RiskOutcome struct {
	// Severity and Likelihood are the steps before controls; Inherent the level
	// of risk that they give.
	Severity   int                `json:"severity"`
	Likelihood int                `json:"likelihood"`
	Inherent   register.RiskLevel `json:"inherent"`
	// ResidualSeverity and ResidualLikelihood are the steps with controls,
	// Residual the level of risk that remains.
	ResidualSeverity   int                `json:"residual_severity"`
	ResidualLikelihood int                `json:"residual_likelihood"`
	Residual           register.RiskLevel `json:"residual"`
	// Level is the least impact level of a system with this harm. It follows
	// Inherent: governance follows what could happen, not what measures leave
	// over.
	Level Level `json:"level"`
	// Assumed are the characteristics that nobody has rated yet and that count
	// as the worst until somebody does.
	Assumed []string `json:"assumed,omitempty"`
	// Held says that more is counted to remain than was claimed: an extreme harm
	// to persons that can hardly be put right is never rated away to low.
	Held bool `json:"held,omitempty"`
}

// IsZero reports whether nothing has been rated.
func (o RiskOutcome) IsZero() bool {
	return o.Severity == 0 && o.Likelihood == 0 && o.Inherent == "" && len(o.Assumed) == 0
}

// Step is a step of one of the scales of this package.
type Step struct {
	// Value is its number, from 1; ID its name; Meaning what it means.
	Value   int    `json:"value"`
	ID      string `json:"id"`
	Meaning string `json:"meaning"`
}

var scopes = []Step{
	{1, "single", "one or a few persons"},
	{2, "tens-hundreds", "a team or a site"},
	{3, "thousands", "a customer base or a town"},
	{4, "many", "100,000 persons or more, or a whole protected group in a place"},
	{5, "population", "a million persons or more, or a whole population"},
}

var irremediabilities = []Step{
	{1, "at-once", "undone at once, without trace"},
	{2, "easily", "put right within days at no cost to the person"},
	{3, "with-effort", "put right within months, at a cost or on proof by the person"},
	{4, "hardly", "only in part, or after years"},
	{5, "never", "can't be undone"},
}

// Scopes returns the steps of Scope: how many persons one event strikes.
// Sources: UN Guiding Principles, principle 14; the Council of Europe's HUDERIA.
func Scopes() []Step { return slices.Clone(scopes) }

// Irremediabilities returns the steps of Irremediability: how hard a harm is to
// put right. Sources: as for Scopes.
func Irremediabilities() []Step { return slices.Clone(irremediabilities) }

// worst is the highest step of Scope and of Irremediability; hard the step from
// which either makes a harm a step more severe.
const (
	worst = 5
	hard  = 4
)

// Severity joins the three characteristics to a step of a scale of steps:
// scale leads, and a harm that can hardly be put right, or that strikes very
// many, is a step graver for each. One characteristic is enough to make an
// impact severe, so nothing is averaged. Values off their scales give 0.
func Severity(scale, scope, irremediability, steps int) int {
	if !within(scale, steps) || !within(scope, worst) || !within(irremediability, worst) {
		return 0
	}
	s := scale
	if irremediability >= hard {
		s++
	}
	if scope >= hard {
		s++
	}
	return min(s, steps)
}

func within(v, steps int) bool { return v >= 1 && v <= steps }

// LevelOf returns the least impact level of a system with a harm to people of a
// risk level: what the criteria say of it (Criteria.Governs) or, where they say
// nothing, minimal for the lowest level, limited for the second, high above and
// for the highest. A risk level that the criteria don't know gives high.
func LevelOf(c register.Criteria, risk register.RiskLevel) Level {
	if l, err := ParseLevel(c.Governs[risk]); err == nil {
		return l
	}
	switch i := slices.Index(c.Levels, risk); {
	case i < 0 || i == len(c.Levels)-1:
		return LevelHigh
	case i == 0:
		return LevelMinimal
	case i == 1:
		return LevelLimited
	}
	return LevelHigh
}

// tolerable is the lowest level of risk that calls for more than the least
// governance: what remains of the gravest harm to persons is not rated below.
func tolerable(c register.Criteria) register.RiskLevel {
	for _, l := range c.Levels {
		if LevelOf(c, l).Rank() > LevelMinimal.Rank() {
			return l
		}
	}
	return c.Levels[len(c.Levels)-1]
}

// rated reports whether anything has been rated.
func (h HarmRating) rated() bool {
	return h.Dismissed == "" && (h.Scale != 0 || h.Scope != 0 || h.Irremediability != 0 || h.Likelihood != 0)
}

// Rate works out what criteria make of the rating. Characteristics that are not
// rated yet count as the worst, as soon as one is; values off the scales give
// the zero RiskOutcome.
func (h HarmRating) Rate(c register.Criteria) RiskOutcome {
	if !h.rated() {
		return RiskOutcome{}
	}
	var o RiskOutcome
	assume := func(name string, v, most int) int {
		if v == 0 {
			o.Assumed = append(o.Assumed, name)
			return most
		}
		return v
	}
	steps, odds := len(c.Consequence), len(c.Likelihood)
	scale := assume("scale", h.Scale, steps)
	scope := assume("scope", h.Scope, worst)
	irremediability := assume("irremediability", h.Irremediability, worst)
	o.Severity = Severity(scale, scope, irremediability, steps)
	o.Likelihood = assume("likelihood", h.Likelihood, odds)
	if h.Confidence == ConfidenceLow {
		o.Likelihood = min(o.Likelihood+1, odds)
	}
	o.ResidualSeverity, o.ResidualLikelihood = o.Severity, o.Likelihood
	if h.ResidualSeverity != 0 {
		o.ResidualSeverity = h.ResidualSeverity
	}
	if h.ResidualLikelihood != 0 {
		o.ResidualLikelihood = h.ResidualLikelihood
	}
	var err error
	if o.Inherent, err = c.Level(register.Rating{Likelihood: o.Likelihood, Consequence: o.Severity, Criteria: c.Version}); err != nil {
		return RiskOutcome{}
	}
	if o.Residual, err = c.Level(register.Rating{Likelihood: o.ResidualLikelihood, Consequence: o.ResidualSeverity, Criteria: c.Version}); err != nil {
		return RiskOutcome{}
	}
	if h.onPeople() && o.Severity == steps && irremediability >= hard {
		o.hold(c)
	}
	o.Level = LevelOf(c, o.Inherent)
	return o
}

// hold raises what remains of an extreme harm that can hardly be put right to
// the least that is not below what is tolerable without more, or to what there
// was before controls: by as few steps as that takes. Of all steps between what
// was claimed and what was before, the least counts, so that who claims less is
// never rated lower.
func (o *RiskOutcome) hold(c register.Criteria) {
	rank := func(l register.RiskLevel) int { return slices.Index(c.Levels, l) }
	floor := min(rank(tolerable(c)), rank(o.Inherent))
	if rank(o.Residual) >= floor {
		return
	}
	o.Held = true
	likelihood, severity, best, fewest := o.ResidualLikelihood, o.ResidualSeverity, len(c.Levels), 0
	for l := likelihood; l <= o.Likelihood; l++ {
		for s := severity; s <= o.Severity; s++ {
			level := c.Matrix[l-1][s-1]
			steps := l - likelihood + s - severity
			if r := rank(level); r >= floor && (r < best || r == best && steps < fewest) {
				best, fewest = r, steps
				o.ResidualLikelihood, o.ResidualSeverity, o.Residual = l, s, level
			}
		}
	}
}

// onPeople reports whether the harm lands on people.
func (h HarmRating) onPeople() bool {
	k := harmIndex()[h.Harm]
	return k == nil || slices.ContainsFunc(k.Axes, func(a Axis) bool { return a != AxisOrganisation })
}

// value is one number of a rating and the scale that it is on.
type value struct {
	name  string
	value int
	steps int
	need  bool // for an assessment to be handed in
}

func (h HarmRating) values(c register.Criteria) []value {
	steps, odds := len(c.Consequence), len(c.Likelihood)
	return []value{{"scale", h.Scale, steps, true}, {"scope", h.Scope, worst, true}, {"irremediability", h.Irremediability, worst, true},
		{"likelihood", h.Likelihood, odds, true}, {"residual_likelihood", h.ResidualLikelihood, odds, false}, {"residual_severity", h.ResidualSeverity, steps, false}}
}

// validate collects what is wrong with a rating as far as it has come: values
// off the scale, an unknown harm or party. A draft may be incomplete.
func (h HarmRating) validate(is *issue.Issues, field string, c register.Criteria) {
	if harmIndex()[h.Harm] == nil {
		is.Add(field+".harm", "harm", h.Harm, "no such harm; see impact.Harms")
	}
	checkParties(is, field+".parties", h.Parties)
	for _, v := range h.values(c) {
		if v.value != 0 && !within(v.value, v.steps) {
			is.Add(field+"."+v.name, "scale", strconv.Itoa(v.value), "the scale runs from 1 to %d", v.steps)
		}
	}
	if h.Confidence != "" && !h.Confidence.IsValid() {
		is.Add(field+".confidence", "oneof", string(h.Confidence), "must be one of high, medium, low")
	}
	for i, r := range h.Controls {
		if r.Control.IsZero() {
			is.Add(field+".controls["+strconv.Itoa(i)+"].control", "control", "", "names no control")
		}
	}
}

// checkParties adds an issue for each ID that names no party.
func checkParties(is *issue.Issues, field string, ids []string) {
	for i, p := range ids {
		if !knownParty(p) {
			is.Add(field+"["+strconv.Itoa(i)+"]", "party", p, "no such affected party; see impact.Parties")
		}
	}
}

// checkHarms adds an issue for each ID that names no harm.
func checkHarms(is *issue.Issues, field string, ids []string) {
	for i, h := range ids {
		if harmIndex()[h] == nil {
			is.Add(field+"["+strconv.Itoa(i)+"]", "harm", h, "no such harm; see impact.Harms")
		}
	}
}

// complete collects what a rating lacks to be handed in, and claims that it
// can't make.
func (h HarmRating) complete(is *issue.Issues, field string, b *Basis) {
	if h.Dismissed != "" {
		return
	}
	c := b.criteria()
	if h.Criteria != c.Version {
		is.Add(field+".criteria", "version", strconv.Itoa(h.Criteria), "rated with version %d of the criteria; version %d is in force: rate harm %q anew", h.Criteria, c.Version, h.Harm)
		return
	}
	for _, v := range h.values(c) {
		if v.need && v.value == 0 {
			is.Add(field+"."+v.name, "required", "", "rate harm %q, or dismiss it with a reason", h.Harm)
		}
	}
	if h.Confidence == "" {
		is.Add(field+".confidence", "required", "", "say how well the likelihood is known")
	}
	o := h.Rate(c)
	if o.Severity == 0 || len(o.Assumed) > 0 {
		return
	}
	if o.ResidualLikelihood > o.Likelihood {
		is.Add(field+".residual_likelihood", "residual", strconv.Itoa(h.ResidualLikelihood), "more than before controls, %d", o.Likelihood)
	}
	if o.ResidualSeverity > o.Severity {
		is.Add(field+".residual_severity", "residual", strconv.Itoa(h.ResidualSeverity), "more than before controls, %d", o.Severity)
	}
	if o.ResidualLikelihood < o.Likelihood || o.ResidualSeverity < o.Severity {
		h.claims(is, field, o, b)
	}
}

// claims collects what is wrong with a claim that controls lower the harm.
func (h HarmRating) claims(is *issue.Issues, field string, o RiskOutcome, b *Basis) {
	kind, _ := HarmByID(h.Harm)
	bearing, limiting := 0, false
	for i, r := range h.Controls {
		at := field + ".controls[" + strconv.Itoa(i) + "]"
		known := kind.BearsOn(r.Control)
		if !known && strings.TrimSpace(r.Why) == "" {
			is.Add(at+".control", "bears_on", r.Control.String(), "not known to bear on harm %q; say in why how it does", h.Harm)
		}
		if known || r.Control.Custom() {
			bearing++
		}
		if _, ok := limits[r.Control]; ok || r.Control.Custom() {
			limiting = true
		}
		if !b.implemented(r.Control) {
			is.Add(at+".control", "implemented", r.Control.String(), "a reduction rests on a control that is implemented; this one is not")
		}
		if len(r.Evidence) == 0 {
			is.Add(at+".evidence", "required", "", "a reduction rests on evidence that the control works")
		}
		for n, id := range r.Evidence {
			until, ok := b.evidence(id)
			switch {
			case !ok:
				is.Add(at+".evidence["+strconv.Itoa(n)+"]", "evidence", id, "no such evidence on file")
			case !until.IsZero() && b.today().After(until):
				is.Add(at+".evidence["+strconv.Itoa(n)+"]", "fresh", id, "stale since %s", until)
			}
		}
	}
	if bearing == 0 {
		is.Add(field+".controls", "required", "", "what remains is rated lower than before; name a control that bears on harm %q", h.Harm)
	}
	down, most := o.Likelihood-o.ResidualLikelihood, min(bearing, 2)
	if down > most {
		is.Add(field+".residual_likelihood", "reduction", strconv.Itoa(h.ResidualLikelihood), "each control that bears on the harm lowers the likelihood by one step, two at most: not below %d", o.Likelihood-most)
	}
	less := o.Severity - o.ResidualSeverity
	if less > 1 {
		is.Add(field+".residual_severity", "reduction", strconv.Itoa(h.ResidualSeverity), "controls lower the severity by one step at most, to %d", o.Severity-1)
	}
	if less > 0 && h.Irremediability == worst {
		is.Add(field+".residual_severity", "reduction", strconv.Itoa(h.ResidualSeverity), "what can't be undone does not become less severe")
	} else if less > 0 && !limiting {
		is.Add(field+".residual_severity", "reduction", strconv.Itoa(h.ResidualSeverity), "only a control that limits harm once it happens lowers the severity: %s, or one of your own", strings.Join(limitingIDs(), ", "))
	}
}

// limits are the controls that limit a harm once it happens: that stop it, take
// it back, or help those it has struck. Others make it less likely.
var limits = map[annexa.ID]string{
	annexa.MustParse("A.6.2.5"): "a way back is planned before release",
	annexa.MustParse("A.6.2.6"): "harm is seen and stopped in operation",
	annexa.MustParse("A.8.3"):   "those struck can report it, and it is put right",
	annexa.MustParse("A.8.4"):   "those struck are told in time to act",
	annexa.MustParse("A.8.5"):   "people know of the outcome and can challenge it",
	annexa.MustParse("A.9.2"):   "a person looks before an outcome takes effect",
}

func limitingIDs() []string {
	ids := make([]annexa.ID, 0, len(limits))
	for id := range limits {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, annexa.Compare)
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}
