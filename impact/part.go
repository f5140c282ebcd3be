package impact

import (
	"slices"
	"strings"
)

// Part is a part of an assessment, or of its summary: what a remark is about
// (Comment.Part) or what is left out of what is published (Withheld.Part). One
// harm, party or measure is told by its ID after a slash, as "harms/injury".
type Part string

// The parts.
const (
	PartAlternatives   Part = "alternatives"
	PartBenefits       Part = "benefits"
	PartConsultation   Part = "consultation"
	PartDeviations     Part = "deviations"
	PartHarms          Part = "harms"
	PartLevel          Part = "level"
	PartMeasures       Part = "measures"
	PartMisuse         Part = "misuse"
	PartOversight      Part = "oversight"
	PartParties        Part = "parties"
	PartPurpose        Part = "purpose"
	PartQuestionnaires Part = "questionnaires"
	PartSummary        Part = "summary"
	PartSystem         Part = "system"
)

var commentParts = []Part{PartAlternatives, PartBenefits, PartConsultation, PartDeviations, PartHarms, PartLevel, PartMisuse,
	PartParties, PartQuestionnaires, PartSummary, PartSystem}

var withholdable = []Part{PartBenefits, PartConsultation, PartHarms, PartMeasures, PartMisuse, PartOversight, PartPurpose, PartSummary}

// Parts returns all parts, in the order of their names.
func Parts() []Part {
	all := slices.Concat(commentParts, withholdable)
	slices.Sort(all)
	return slices.Compact(all)
}

// IsValid reports whether it is one of the parts; the zero value is none.
func (p Part) IsValid() bool { return p.Commentable() || p.Withholdable() }

// Commentable reports whether a remark can be about the part.
func (p Part) Commentable() bool { return slices.Contains(commentParts, p) }

// Withholdable reports whether the part can be left out of a summary. That the
// system exists and was assessed, at which level, for whom, and until when the
// approval holds is never left out.
func (p Part) Withholdable() bool { return slices.Contains(withholdable, p) }

// partNames lists parts for a message.
func partNames(parts []Part) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}
