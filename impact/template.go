package impact

import (
	_ "embed" // for the templates
	"fmt"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Template is where an assessment of a kind of system starts: whom it usually
// affects, which harms and misuse people have met with, what to ask. It decides
// nothing: what it brings is to be rated, dismissed or taken out.
type Template struct {
	// ID names the template; Title says which kind of system it is for.
	ID    string `json:"id"`
	Title string `json:"title"`
	// When are conditions over the system, all of which hold for the kind.
	When []Condition `json:"when"`
	// Parties are the IDs of affected parties to consider, Harms those of harms,
	// beside the ones that the rules ask about.
	Parties []string `json:"parties,omitempty"`
	Harms   []string `json:"harms,omitempty"`
	// Benefits are what such systems are used for.
	Benefits []Benefit `json:"benefits,omitempty"`
	// Misuse is misuse that such systems have met with.
	Misuse []Misuse `json:"misuse,omitempty"`
	// Ask are questions for the assessors.
	Ask []string `json:"ask,omitempty"`
	// Source is what it rests on.
	Source string `json:"source"`
}

//go:embed data/templates.json
var templatesJSON []byte

var templates = sync.OnceValue(func() []Template { return mustDecode[[]Template](templatesJSON) })

// Templates returns the templates that this package brings; an embedder adds
// rows of the same form.
func Templates() []Template {
	all := slices.Clone(templates())
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

func (t Template) clone() Template {
	t.When, t.Parties, t.Harms, t.Ask = decide.CloneConditions(t.When), slices.Clone(t.Parties), slices.Clone(t.Harms), slices.Clone(t.Ask)
	t.Benefits, t.Misuse = slices.Clone(t.Benefits), slices.Clone(t.Misuse)
	for i := range t.Benefits {
		t.Benefits[i].Parties = slices.Clone(t.Benefits[i].Parties)
	}
	for i := range t.Misuse {
		t.Misuse[i].Harms = slices.Clone(t.Misuse[i].Harms)
	}
	return t
}

// Validate returns what is wrong with a template as issue.Issues, or nil.
func (t Template) Validate() error {
	var is issue.Issues
	required(&is, "id", t.ID)
	required(&is, "title", t.Title)
	decide.CompileWhen(&is, "when", fields().Fields, t.When)
	checkParties(&is, "parties", t.Parties)
	checkHarms(&is, "harms", t.Harms)
	for i, v := range t.Benefits {
		required(&is, fmt.Sprintf("benefits[%d].what", i), v.What)
		checkParties(&is, fmt.Sprintf("benefits[%d].parties", i), v.Parties)
	}
	for i, v := range t.Misuse {
		required(&is, fmt.Sprintf("misuse[%d].what", i), v.What)
		checkHarms(&is, fmt.Sprintf("misuse[%d].harms", i), v.Harms)
	}
	return is.Err()
}

// Fits reports whether a system is known to be of the template's kind. A
// template with a condition that can't be read fits nothing.
func (t Template) Fits(s register.System) bool {
	return t.fits(DefaultRules().newSubject(&s, Facts{}))
}

func (t Template) fits(s *subject) bool {
	var is issue.Issues
	when := decide.CompileWhen(&is, "when", fields().Fields, t.When)
	return len(t.When) > 0 && len(is) == 0 && when.On(&s.Subject) == decide.Yes
}

// TemplatesFor returns the templates of this package that fit a system.
func TemplatesFor(s register.System) []Template {
	sub := DefaultRules().newSubject(&s, Facts{})
	return slices.DeleteFunc(Templates(), func(t Template) bool { return !t.fits(sub) })
}

// Apply puts what a template brings into an open assessment, beside what stands
// there: parties and harms as questions, not yet answered.
func (a Assessment) Apply(t Template, by string, s register.System, b Basis) (Assessment, error) {
	if err := a.writable(); err != nil {
		return a, err
	}
	if err := t.Validate(); err != nil {
		return a, err
	}
	var parties []PartyImpact
	for _, id := range t.Parties {
		parties = append(parties, PartyImpact{Party: id})
	}
	var harms []HarmRating
	for _, id := range t.Harms {
		harms = append(harms, HarmRating{Harm: id, Criteria: b.criteria().Version})
	}
	before := a
	a.Parties = overlay(parties, a.Parties, party)
	a.Harms = overlay(harms, a.Harms, harmOf)
	a.Benefits = overlay(t.Benefits, a.Benefits, benefitOf)
	a.Misuse = overlay(t.Misuse, a.Misuse, misuseOf)
	if err := withinContent(a.Content); err != nil {
		return before, err
	}
	now, err := a.written(by, s, &b)
	if err != nil {
		return before, err
	}
	return now, nil
}
