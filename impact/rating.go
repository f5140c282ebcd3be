package impact

import (
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/annexa"
)

// HarmRating is what an assessment finds of one harm: how grave, how likely,
// what lowers it, what remains; or why it does not arise.
//
// Scale, Scope and Irremediability are the three characteristics by which the
// UN Guiding Principles on Business and Human Rights (principle 14) judge how
// severe an impact is. All scales run from 1 to 5; zero is "not rated".
type HarmRating struct {
	// Harm is the ID of the harm.
	Harm string `json:"harm"`
	// Parties are the IDs of the affected parties that it falls on.
	Parties []string `json:"parties,omitempty"`
	// Description says how it would come about here.
	Description string `json:"description,omitempty"`
	// Scale is how grave it is for those it strikes: 1 annoyance, 2 small
	// loss, 3 real loss that heals, 4 lasting harm, 5 death or the like.
	Scale int `json:"scale,omitempty"`
	// Scope is how many one event strikes: 1 a few, 2 up to hundreds, 3
	// thousands, 4 from 100,000 or a whole group, 5 from a million.
	Scope int `json:"scope,omitempty"`
	// Irremediability is how hard it is to put right: 1 at once, 2 within days,
	// 3 with effort, 4 hardly, 5 never.
	Irremediability int `json:"irremediability,omitempty"`
	// Likelihood is that it happens to at least one person in the review
	// period: 1 below 5 %, 2 to 30 %, 3 to 60 %, 4 to 90 %, 5 above.
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

// Rating is a level of risk to people.
type Rating string

// The ratings, from least to most.
const (
	RatingLow      Rating = "low"
	RatingMedium   Rating = "medium"
	RatingHigh     Rating = "high"
	RatingCritical Rating = "critical"
)

// Ratings returns the ratings, from least to most.
func Ratings() []Rating { return []Rating{RatingLow, RatingMedium, RatingHigh, RatingCritical} }

// Rank returns the rating's place from 1 (low) to 4 (critical); 0 for none.
func (r Rating) Rank() int { return slices.Index(Ratings(), r) + 1 }

// Severity joins the three characteristics on a scale of 1 to 5: scale leads,
// and a harm that can hardly be put right, or that strikes very many, is a step
// graver for each. One characteristic is enough to make an impact severe, so
// nothing is averaged. Values off the scale give 0.
func Severity(scale, scope, irremediability int) int {
	if !onScale(scale) || !onScale(scope) || !onScale(irremediability) {
		return 0
	}
	s := scale
	if irremediability >= 4 {
		s++
	}
	if scope >= 4 {
		s++
	}
	return min(s, 5)
}

// matrix holds the rating for each likelihood (row) and severity (column).
var matrix = [5][5]Rating{
	{RatingLow, RatingLow, RatingLow, RatingMedium, RatingHigh},
	{RatingLow, RatingLow, RatingMedium, RatingHigh, RatingHigh},
	{RatingLow, RatingLow, RatingMedium, RatingHigh, RatingCritical},
	{RatingLow, RatingMedium, RatingHigh, RatingCritical, RatingCritical},
	{RatingMedium, RatingMedium, RatingHigh, RatingCritical, RatingCritical},
}

// Rate returns the rating of a likelihood and a severity, both 1 to 5; the
// empty rating for values off the scale.
func Rate(likelihood, severity int) Rating {
	if !onScale(likelihood) || !onScale(severity) {
		return ""
	}
	return matrix[likelihood-1][severity-1]
}

func onScale(v int) bool { return v >= 1 && v <= 5 }

// Severity returns how severe the harm is before controls; 0 while not rated.
func (h HarmRating) Severity() int { return Severity(h.Scale, h.Scope, h.Irremediability) }

// EffectiveLikelihood returns the likelihood as it counts: a step higher where
// it is only judged.
func (h HarmRating) EffectiveLikelihood() int {
	if h.Confidence == ConfidenceLow && onScale(h.Likelihood) {
		return min(h.Likelihood+1, 5)
	}
	return h.Likelihood
}

// Inherent returns the rating before controls; empty if dismissed or not
// rated.
func (h HarmRating) Inherent() Rating {
	if h.Dismissed != "" {
		return ""
	}
	return Rate(h.EffectiveLikelihood(), h.Severity())
}

// Residual returns the rating that remains with the controls. An extreme harm
// to persons that can hardly be put right remains medium at least.
func (h HarmRating) Residual() Rating {
	if h.Dismissed != "" || h.Inherent() == "" {
		return ""
	}
	likelihood, severity := h.ResidualLikelihood, h.ResidualSeverity
	if likelihood == 0 {
		likelihood = h.EffectiveLikelihood()
	}
	if severity == 0 {
		severity = h.Severity()
	}
	r := Rate(likelihood, severity)
	if h.onPeople() && h.Severity() == 5 && h.Irremediability >= 4 && r.Rank() < RatingMedium.Rank() {
		return RatingMedium
	}
	return r
}

// onPeople reports whether the harm lands on people.
func (h HarmRating) onPeople() bool {
	k, ok := HarmByID(h.Harm)
	return !ok || slices.ContainsFunc(k.Axes, func(a Axis) bool { return a != AxisOrganisation })
}

// level is the least level of a system with this harm: governance follows what
// could happen, not what measures leave over.
func (h HarmRating) level() Level {
	switch h.Inherent() {
	case RatingMedium:
		return LevelLimited
	case RatingHigh, RatingCritical:
		return LevelHigh
	case RatingLow:
		return LevelMinimal
	}
	return ""
}

// validate collects what is wrong with a rating as far as it has come: values
// off the scale, an unknown harm or party. A draft may be incomplete.
func (h HarmRating) validate(is *annexa.Issues, field string) {
	if _, ok := HarmByID(h.Harm); !ok {
		is.Add(field+".harm", "harm", h.Harm, "no such harm; see impact.Harms")
	}
	for i, p := range h.Parties {
		if _, ok := PartyByID(p); !ok {
			is.Add(field+".parties["+strconv.Itoa(i)+"]", "party", p, "no such affected party; see impact.Parties")
		}
	}
	for _, v := range []struct {
		name  string
		value int
	}{{"scale", h.Scale}, {"scope", h.Scope}, {"irremediability", h.Irremediability}, {"likelihood", h.Likelihood},
		{"residual_likelihood", h.ResidualLikelihood}, {"residual_severity", h.ResidualSeverity}} {
		if v.value != 0 && !onScale(v.value) {
			is.Add(field+"."+v.name, "scale", strconv.Itoa(v.value), "the scale runs from 1 to 5")
		}
	}
	if h.Confidence != "" && h.Confidence != ConfidenceHigh && h.Confidence != ConfidenceMedium && h.Confidence != ConfidenceLow {
		is.Add(field+".confidence", "oneof", string(h.Confidence), "must be one of high, medium, low")
	}
	for i, c := range h.Controls {
		if c.Control.IsZero() {
			is.Add(field+".controls["+strconv.Itoa(i)+"].control", "control", "", "names no control")
		}
	}
}

// complete collects what a rating lacks to be handed in, and claims that it
// can't make.
func (h HarmRating) complete(is *annexa.Issues, field string) {
	if h.Dismissed != "" {
		return
	}
	for _, v := range []struct {
		name  string
		value int
	}{{"scale", h.Scale}, {"scope", h.Scope}, {"irremediability", h.Irremediability}, {"likelihood", h.Likelihood}} {
		if v.value == 0 {
			is.Add(field+"."+v.name, "required", "", "rate harm %q, or dismiss it with a reason", h.Harm)
		}
	}
	if h.Confidence == "" {
		is.Add(field+".confidence", "required", "", "say how well the likelihood is known")
	}
	likelihood, severity := h.EffectiveLikelihood(), h.Severity()
	if severity == 0 {
		return
	}
	down := 0
	if h.ResidualLikelihood > likelihood {
		is.Add(field+".residual_likelihood", "residual", strconv.Itoa(h.ResidualLikelihood), "more than before controls, %d", likelihood)
	} else if h.ResidualLikelihood != 0 {
		down = likelihood - h.ResidualLikelihood
	}
	less := 0
	if h.ResidualSeverity > severity {
		is.Add(field+".residual_severity", "residual", strconv.Itoa(h.ResidualSeverity), "more than before controls, %d", severity)
	} else if h.ResidualSeverity != 0 {
		less = severity - h.ResidualSeverity
	}
	if down == 0 && less == 0 {
		return
	}
	if len(h.Controls) == 0 {
		is.Add(field+".controls", "required", "", "what remains is rated lower than before; name the controls that lower it")
	}
	if most := min(len(h.Controls), 2); down > most {
		is.Add(field+".residual_likelihood", "reduction", strconv.Itoa(h.ResidualLikelihood), "each control lowers the likelihood by one step, two at most: not below %d", likelihood-most)
	}
	if less > 1 {
		is.Add(field+".residual_severity", "reduction", strconv.Itoa(h.ResidualSeverity), "controls lower the severity by one step at most, to %d", severity-1)
	}
	if less > 0 && h.Irremediability == 5 {
		is.Add(field+".residual_severity", "reduction", strconv.Itoa(h.ResidualSeverity), "what can't be undone does not become less severe")
	}
	kind, _ := HarmByID(h.Harm)
	for i, c := range h.Controls {
		at := field + ".controls[" + strconv.Itoa(i) + "]"
		if !kind.BearsOn(c.Control) && c.Why == "" {
			is.Add(at+".control", "bears_on", c.Control.String(), "not known to bear on harm %q; say in why how it does", h.Harm)
		}
		if len(c.Evidence) == 0 {
			is.Add(at+".evidence", "required", "", "a reduction rests on evidence that the control works")
		}
	}
}
