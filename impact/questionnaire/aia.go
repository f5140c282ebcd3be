package questionnaire

import "github.com/aimskit/aimskit/impact"

// AIA returns the scoring of Canada's Algorithmic Impact Assessment, by which
// the Directive on Automated Decision-Making ties duties to levels I to IV. Its
// source is the program behind the tool (canada-ca/aia-eia-js, src/store.ts). It
// scores the questionnaire that the tool publishes; the two are separate, so
// that a result says by which version of which it came about.
//
// It gives the tool's scores, answers to hidden questions counted as there, but
// for one thing: the tool reads a weight in any stored value, whether the
// question offers it or not, while here such values, like unknown names, are
// passed over and [Result.PassedOver] counts them. To have the tool's reading,
// set CountUnoffered. Whether a value can be one of this version's is a matter
// of the file, and [Questionnaire.Validate] says it.
//
// The bounds belong to the lower level. Levels I to III map to minimal, limited
// and high. So does IV to high: the directive asks for more before such a system
// runs, but does not forbid it, which is what unacceptable would say.
func AIA() Scoring {
	return Scoring{
		ID:      "ca-aia",
		Version: "1.0",
		Title:   "Algorithmic Impact Assessment (Canada)",
		Source:  "https://github.com/canada-ca/aia-eia-js",
		Kinds:   []Kind{KindRadioGroup, KindDropdown, KindCheckbox},
		Suffixes: []Suffix{
			{"-RS", PartRaw},
			{"-MS", PartMitigation},
			{"-NS", PartNone},
		},
		Weight:    Weight{Separator: "-"},
		Deduction: Deduction{Share: 80, Fork: 2, Percent: 15, Rounding: RoundHalfUp},
		Levels: []LevelBound{
			{"I", 25, impact.LevelMinimal, "little to no impact; reversible and brief"},
			{"II", 50, impact.LevelLimited, "moderate impact; likely reversible, short-term"},
			{"III", 75, impact.LevelHigh, "high impact; hard to reverse, ongoing"},
			{"IV", 100, impact.LevelHigh, "very high impact; irreversible, perpetual"},
		},
	}
}
