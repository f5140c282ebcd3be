package questionnaire

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// Part is what a question counts for.
type Part string

// The parts of a score.
const (
	PartRaw        Part = "raw"        // what can go wrong
	PartMitigation Part = "mitigation" // what is done about it
	PartNone       Part = "none"
)

// Parts returns the parts.
func Parts() []Part { return []Part{PartRaw, PartMitigation, PartNone} }

// Rounding is how a total becomes a whole number.
type Rounding string

// The ways of rounding.
const (
	RoundNone   Rounding = "none"
	RoundHalfUp Rounding = "half_up" // to the nearest, a half up
	RoundDown   Rounding = "down"
	RoundUp     Rounding = "up"
)

// Roundings returns the ways of rounding.
func Roundings() []Rounding { return []Rounding{RoundNone, RoundHalfUp, RoundDown, RoundUp} }

// Scoring says how the answers to a questionnaire become a score and a level. It
// is data: it serialises, and an embedder can write down another method or change
// a copy of [AIA]'s. Scores are sums of weights; maxima run over all scored
// questions, shown or hidden, so that a level does not depend on how far a form
// has been filled in.
type Scoring struct {
	// ID and Version name the method; results keep both.
	ID      string `json:"id"`
	Version string `json:"version"`
	// Title says what it is, Source where its rules are published.
	Title  string `json:"title,omitempty"`
	Source string `json:"source,omitempty"`
	// Kinds are the kinds of questions that can score.
	Kinds []Kind `json:"kinds"`
	// Suffixes tell what a question counts for: the first that its own name ends
	// in, else the first that the name of the panel or page right around it ends
	// in, else nothing.
	Suffixes []Suffix `json:"suffixes,omitempty"`
	// Named tells it by the question's name, before any suffix.
	Named map[string]Part `json:"named,omitempty"`
	// Weight says what the choice of a value is worth.
	Weight Weight `json:"weight"`
	// CountUnoffered counts values that the question does not offer by what
	// Weight reads in them. Otherwise they are passed over.
	CountUnoffered bool `json:"count_unoffered,omitempty"`
	// Deduction is what mitigation takes off the raw score.
	Deduction Deduction `json:"deduction"`
	// Levels are the levels, lowest first.
	Levels []LevelBound `json:"levels"`
}

// Suffix is an ending of names and what it stands for.
type Suffix struct {
	// Suffix is the ending, with regard to case; Part what it stands for.
	Suffix string `json:"suffix"`
	Part   Part   `json:"part"`
}

// Weight says where the weight of a value is: in the number of that name that
// the choice carries, if Property is set, else in what follows the last Separator
// in its text. A value that is a number weighs that. What is not a number, or is
// beyond a billion either way, weighs 0.
type Weight struct {
	Property  string `json:"property,omitempty"`
	Separator string `json:"separator,omitempty"`
}

// Deduction takes Percent off the raw score where the mitigation score reaches
// Share percent of its maximum divided by Fork: where a questionnaire asks for
// measures in branches of which each form takes one, both are in the maximum, and
// Fork is how many there are (1 without any). Rounding is of the reduced score. A
// questionnaire without mitigation has nothing taken off.
type Deduction struct {
	Share    float64  `json:"share"`
	Fork     int      `json:"fork"`
	Percent  float64  `json:"percent"`
	Rounding Rounding `json:"rounding"`
}

// LevelBound is a level of a method: totals up to and including UpTo percent of the
// raw maximum that no lower level takes. What is above the last bound is of the
// last level.
type LevelBound struct {
	// Name is what the method calls it.
	Name string `json:"name"`
	// UpTo is in percent of the raw maximum.
	UpTo float64 `json:"up_to"`
	// Impact is what the level stands for among the levels of an assessment.
	Impact impact.Level `json:"impact"`
	// Description says what the level means.
	Description string `json:"description,omitempty"`
}

// Validate lists what is wrong with a scoring, as an [issue.Issues].
func (s Scoring) Validate() error {
	var is issue.Issues
	if s.ID == "" {
		is.Add("id", "required", "", "results name the scoring")
	}
	if s.Version == "" {
		is.Add("version", "required", "", "results name the version of the scoring")
	}
	if len(s.Kinds) == 0 {
		is.Add("kinds", "required", "", "say which kinds of questions score")
	}
	for i, k := range s.Kinds {
		if !k.Chooses() {
			is.Add("kinds["+strconv.Itoa(i)+"]", "oneof", string(k), "must be radiogroup, dropdown or checkbox")
		}
	}
	if len(s.Suffixes)+len(s.Named) == 0 {
		is.Add("suffixes", "required", "", "say by suffixes or names what questions count for")
	}
	for i, x := range s.Suffixes {
		at := "suffixes[" + strconv.Itoa(i) + "]"
		if x.Suffix == "" {
			is.Add(at+".suffix", "required", "", "an empty suffix ends every name")
		}
		s.validatePart(&is, at+".part", x.Part)
	}
	for name, p := range sortedParts(s.Named) {
		s.validatePart(&is, "named["+strconv.Quote(name)+"]", p)
	}
	if (s.Weight.Property == "") == (s.Weight.Separator == "") {
		is.Add("weight", "oneof", s.Weight.Property+s.Weight.Separator, "give either property or separator")
	}
	s.Deduction.validate(&is)
	s.validateLevels(&is)
	return is.Err()
}

func (s Scoring) validatePart(is *issue.Issues, field string, p Part) {
	if !slices.Contains(Parts(), p) {
		is.Add(field, "oneof", string(p), "must be one of %v", Parts())
	}
}

func (d Deduction) validate(is *issue.Issues) {
	for _, x := range []struct {
		name  string
		value float64
	}{{"share", d.Share}, {"percent", d.Percent}} {
		if !(x.value >= 0 && x.value <= 100) { // nor NaN
			is.Add("deduction."+x.name, "range", strconv.FormatFloat(x.value, 'g', -1, 64), "is in percent, 0 to 100")
		}
	}
	if d.Fork < 1 {
		is.Add("deduction.fork", "range", strconv.Itoa(d.Fork), "must be 1 or more")
	}
	if !slices.Contains(Roundings(), d.Rounding) {
		is.Add("deduction.rounding", "oneof", string(d.Rounding), "must be one of %v", Roundings())
	}
}

func (s Scoring) validateLevels(is *issue.Issues) {
	if len(s.Levels) == 0 {
		is.Add("levels", "required", "", "a scoring has levels")
	}
	names := make(map[string]bool)
	for i, l := range s.Levels {
		at := "levels[" + strconv.Itoa(i) + "]"
		switch {
		case l.Name == "":
			is.Add(at+".name", "required", "", "a level has a name")
		case names[l.Name]:
			is.Add(at+".name", "repeated", l.Name, "two levels have this name")
		}
		names[l.Name] = true
		below := 0.0
		if i > 0 {
			below = s.Levels[i-1].UpTo
		}
		if !(l.UpTo > below && l.UpTo <= 100) {
			is.Add(at+".up_to", "range", strconv.FormatFloat(l.UpTo, 'g', -1, 64), "is in percent, above %v and at most 100", below)
		}
		if l.Impact.Rank() == 0 {
			is.Add(at+".impact", "oneof", string(l.Impact), "must be one of %v", impact.Levels())
		} else if i > 0 && l.Impact.Rank() < s.Levels[i-1].Impact.Rank() {
			is.Add(at+".impact", "order", string(l.Impact), "is less than that of the level below")
		}
	}
}

// part tells what a question counts for.
func (s Scoring) part(e *element) Part {
	if !slices.Contains(s.Kinds, e.Kind) {
		return PartNone
	}
	if p, ok := s.Named[e.Name]; ok {
		return p
	}
	for _, name := range []string{e.Name, e.Parent} {
		for _, x := range s.Suffixes {
			if strings.HasSuffix(name, x.Suffix) {
				return x.Part
			}
		}
	}
	return PartNone
}

// maxWeight keeps sums finite and whole ones exact.
const maxWeight = 1e9

// of reads the weight of a choice.
func (w Weight) of(c Choice) float64 {
	f, ok := c.Value.Number()
	if w.Property != "" {
		f, ok = c.Numbers[w.Property]
	} else if i := strings.LastIndex(c.Value.text, w.Separator); !ok && i >= 0 {
		f, ok = number(c.Value.text[i+len(w.Separator):])
	}
	if !ok || math.Abs(f) > maxWeight {
		return 0
	}
	return f
}
