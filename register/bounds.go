package register

import (
	"sync"

	"github.com/aimskit/aimskit/issue"
)

// Bounds of the keys that are derived of a system's, in bytes: of one of its
// assessments ("ID#n", with n of up to 10 digits), and of the risk of a harm
// that an assessment found ("ID/harm").
const (
	MaxSystemID     = issue.MaxKey
	MaxAssessmentID = MaxSystemID + 1 + 10
	MaxRiskID       = MaxSystemID + 1 + maxHarmID

	maxHarmID = 64
)

// Texts and lists of a kind that stands in several rows.
const (
	maxText = 20_000 // bytes of a text with paragraphs
	maxLine = 2_000  // bytes of a text of a few sentences
	maxID   = 200    // bytes of what names something
	maxSet  = 100    // elements of a list whose values are told apart

	whyText = "some ten pages; what is longer is a document, and evidence points at it"
	whyLine = "a few sentences"
	whyID   = "it names something"
	whySet  = "no attribute has so many values"
)

var systemBounds = sync.OnceValue(func() *issue.Bounds {
	return issue.NewBounds[System](
		issue.Bound{Field: "*", Max: maxText, Why: whyText},
		issue.Bound{Field: "*[]", Max: maxSet, Unique: ".", Why: whySet},
		issue.Bound{Field: "{}", Max: maxID, Why: whyID},
		issue.Bound{Field: "id", Max: MaxSystemID, Why: issue.KeyRule},
		issue.Bound{Field: "name", Max: 200, Unit: issue.Characters, Why: "it stands in lists and titles"},
		issue.Bound{Field: "owner", Max: maxID, Why: whyID},
		issue.Bound{Field: "tenures", Max: 1_000, Why: "what is handed on more often within a quarter is nobody's"},
		issue.Bound{Field: "tenures[].person", Max: maxID, Why: whyID},
		issue.Bound{Field: "foreseeable_misuse", Max: 100, Unique: ".", Why: "people read them all"},
		issue.Bound{Field: "foreseeable_misuse[]", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "jurisdictions", Max: 1_000, Unique: ".", Why: "a system in all countries names some 250"},
		issue.Bound{Field: "jurisdictions[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "languages", Max: 1_000, Unique: ".", Why: "the largest models name some hundred"},
		issue.Bound{Field: "languages[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "affected", Max: 200, Unique: ".", Why: "several times the parties that the taxonomy has"},
		issue.Bound{Field: "affected[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "use_answers", Max: 500, Unique: "question", Why: "several times the questions that there are"},
		issue.Bound{Field: "use_answers[].question", Max: maxID, Why: whyID},
		issue.Bound{Field: "use_answers[].edition", Max: maxID, Why: "a day"},
		issue.Bound{Field: "data_resources", Max: 500, Why: "a data set of many parts is one resource"},
		issue.Bound{Field: "data_resources[].name", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "data_resources[].owner", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "data_resources[].source", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "data_resources[].licence", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "data_resources[].period", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "data_resources[].use", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "tools", Max: 1_000, Unique: ".", Why: "an agent with every tool of a large organisation"},
		issue.Bound{Field: "tools[]", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "labels", Max: 100, Why: "an organisation's own keys"},
		issue.Bound{Field: "labels{}", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "links", Max: 100, Unique: ".", Why: "people follow them"},
		issue.Bound{Field: "links[]", Max: maxLine, Why: "as long as browsers take"},
		issue.Bound{Field: "external_ids", Max: 100, Why: "an organisation has few inventories"},
		issue.Bound{Field: "external_ids{}", Max: maxLine, Why: whyLine},
	)
})

var riskBounds = sync.OnceValue(func() *issue.Bounds {
	return issue.NewBounds[Risk](
		issue.Bound{Field: "*", Max: maxText, Why: whyText},
		issue.Bound{Field: "id", Max: MaxRiskID, Why: "a system's ID, a slash and a harm's"},
		issue.Bound{Field: "title", Max: maxLine, Why: "it stands in lists"},
		issue.Bound{Field: "systems", Max: 1_000, Unique: ".", Why: "a risk of more systems is one of the organisation, and names none"},
		issue.Bound{Field: "systems[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "harms", Max: 200, Unique: ".", Why: "several times the harms that the taxonomy has"},
		issue.Bound{Field: "harms[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "assessment", Max: MaxAssessmentID, Why: "a system's ID and a number"},
		issue.Bound{Field: "owner", Max: maxID, Why: whyID},
		issue.Bound{Field: "tenures", Max: 1_000, Why: "what is handed on more often within a quarter is nobody's"},
		issue.Bound{Field: "tenures[].person", Max: maxID, Why: whyID},
		issue.Bound{Field: "treatment.controls", Max: 200, Unique: ".", Why: "Annex A has 38, and an organisation adds some of its own"},
		issue.Bound{Field: "treatment.owner", Max: maxID, Why: whyID},
		issue.Bound{Field: "acceptance.by", Max: maxID, Why: whyID},
		issue.Bound{Field: "assessed", Max: 1_000, Why: "one a week for twenty years"},
		issue.Bound{Field: "assessed[].by", Max: maxID, Why: whyID},
		issue.Bound{Field: "assessed[].controls", Max: 200, Unique: ".", Why: "as many as a treatment has"},
		issue.Bound{Field: "authors", Max: 1_000, Unique: ".", Why: "those who write in the life of a thing"},
		issue.Bound{Field: "authors[]", Max: maxID, Why: whyID},
	)
})

var criteriaBounds = sync.OnceValue(func() *issue.Bounds {
	const cells = maxSteps * maxSteps
	const outer = "the outermost bound; Criteria.Validate says what fits"
	return issue.NewBounds[Criteria](
		issue.Bound{Field: "*", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "*[]", Max: cells, Why: outer},
		issue.Bound{Field: "{}", Max: maxID, Why: whyID},
		issue.Bound{Field: "likelihood", Max: cells, Unique: "label", Why: outer},
		issue.Bound{Field: "consequence", Max: cells, Unique: "label", Why: outer},
		issue.Bound{Field: "levels", Max: cells, Why: "a matrix has no more cells"},
		issue.Bound{Field: "levels[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "appetite", Max: 10, Why: "there are two axes"},
		issue.Bound{Field: "governs", Max: cells, Why: "one for each level"},
		issue.Bound{Field: "authors", Max: 1_000, Unique: ".", Why: "those who write in the life of a thing"},
		issue.Bound{Field: "authors[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "earlier", Max: 500, Why: "an approval a month for a life"},
		issue.Bound{Field: "process", Max: 20, Unique: "topic", Why: "one for each topic"},
		issue.Bound{Field: "process[].text", Max: maxText, Why: whyText},
		issue.Bound{Field: "process[].practices", Max: maxSet, Unique: ".", Why: whySet},
		issue.Bound{Field: "process[].domains", Max: maxSet, Unique: ".", Why: whySet},
	)
})

// SystemBounds are the bounds of a system, which System.Validate checks.
func SystemBounds() []issue.Bound { return systemBounds().Table() }

// RiskBounds are the bounds of a risk, which Risk.Validate checks.
func RiskBounds() []issue.Bound { return riskBounds().Table() }

// CriteriaBounds are the bounds of risk criteria, which Criteria.Validate
// checks.
func CriteriaBounds() []issue.Bound { return criteriaBounds().Table() }
