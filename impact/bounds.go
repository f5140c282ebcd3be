package impact

import (
	"sync"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Bounds of texts in bytes, and why there is no need for more.
const (
	maxText = 20_000
	maxLine = 2_000
	maxID   = 200

	whyText = "some ten pages; what is longer is a document, and evidence points at it"
	whyLine = "a few sentences"
	whyID   = "it names something"
)

// contentBounds are those of what assessors write.
var contentBounds = sync.OnceValue(func() *issue.Bounds {
	const whyParties, whyHarms = "several times the parties that the taxonomy has", "several times the harms that the taxonomy has"
	return issue.NewBounds[Content](
		issue.Bound{Field: "*", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "parties", Max: 200, Unique: "party", Why: whyParties},
		issue.Bound{Field: "parties[].how", Max: maxText, Why: whyText},
		issue.Bound{Field: "harms", Max: 200, Unique: "harm", Why: whyHarms},
		issue.Bound{Field: "harms[].description", Max: maxText, Why: whyText},
		issue.Bound{Field: "harms[].dismissed", Max: maxText, Why: whyText},
		issue.Bound{Field: "harms[].parties", Max: 200, Unique: ".", Why: whyParties},
		issue.Bound{Field: "harms[].controls", Max: 100, Unique: "control", Why: "Annex A has 38, and an organisation adds some of its own"},
		issue.Bound{Field: "harms[].controls[].evidence", Max: 100, Unique: ".", Why: "people look at each"},
		issue.Bound{Field: "harms[].controls[].evidence[]", Max: maxID, Why: whyID},
		issue.Bound{Field: "harms[].outcome", Max: issue.Derived, Why: "worked out of the rating"},
		issue.Bound{Field: "benefits", Max: 200, Unique: "what", Why: "people weigh each"},
		issue.Bound{Field: "benefits[].parties", Max: 200, Unique: ".", Why: whyParties},
		issue.Bound{Field: "misuse", Max: 200, Unique: "what", Why: "people weigh each"},
		issue.Bound{Field: "misuse[].harms", Max: 200, Unique: ".", Why: whyHarms},
		issue.Bound{Field: "alternatives", Max: 100, Unique: ".", Why: "people weigh each"},
		issue.Bound{Field: "consultation", Max: 500, Why: "a series of hearings is one entry"},
		issue.Bound{Field: "consultation[].parties", Max: 200, Unique: ".", Why: whyParties},
		issue.Bound{Field: "deviations", Max: 200, Unique: "attribute", Why: "a system has some eighty attributes"},
		issue.Bound{Field: "summary", Max: maxText, Why: whyText},
		issue.Bound{Field: "no_consultation", Max: maxText, Why: whyText},
	)
})

// recordBounds are those of the rest of an assessment.
var recordBounds = sync.OnceValue(func() *issue.Bounds {
	derived := func(field, why string) issue.Bound { return issue.Bound{Field: field, Max: issue.Derived, Why: why} }
	content := "ContentBounds has it"
	return issue.NewBounds[Assessment](
		issue.Bound{Field: "*", Max: maxLine, Why: whyLine},
		issue.Bound{Field: "id", Max: register.MaxAssessmentID, Why: "a system's ID and a number"},
		issue.Bound{Field: "triggers", Max: maxTriggers + len(triggers), Unique: "kind,detail,by", Why: "what fires after a hundred is counted, save the first of its kind"},
		issue.Bound{Field: "triggers[].detail", Max: maxDetail, Why: "what it is derived of is cut"},
		derived("fingerprint", "of the system, whose bounds hold for it"),
		derived("recorded", "of the system, whose bounds hold for it"),
		derived("facts", "of what is known beside the assessment, and its parties"),
		derived("result", "of the rules"),
		derived("parties", content), derived("harms", content), derived("benefits", content), derived("misuse", content),
		derived("alternatives", content), derived("consultation", content), derived("deviations", content),
		derived("no_consultation", content), derived("summary", content),
		issue.Bound{Field: "authors", Max: 1_000, Unique: ".", Why: "a person of each member of the largest group, twice over"},
		issue.Bound{Field: "questionnaires", Max: 50, Unique: "digest", Why: "each is a page of questions"},
		derived("reused", "of the earlier assessment and the system"),
		issue.Bound{Field: "comments", Max: 1_000, Why: "people read them before they sign"},
		derived("differs", "of the attributes that systems have"),
		issue.Bound{Field: "members", Max: 500, Unique: "assessment", Why: "people sign for each"},
		derived("members[].intolerable", "of the harms of the member"),
		issue.Bound{Field: "signatures", Max: 50, Unique: "by", Why: "the sign-off matrix asks for fewer"},
		issue.Bound{Field: "delegations", Max: 200, Why: "each ends within weeks"},
		issue.Bound{Field: "conflicts", Max: 200, Unique: "person,what", Why: "one for each who could sign"},
		issue.Bound{Field: "returns", Max: 100, Why: "what was sent back so often is to be stopped"},
		issue.Bound{Field: "returns[].reasons", Max: 50, Why: "people answer each"},
		issue.Bound{Field: "conditions", Max: 200, Why: "each has an owner and a date"},
		issue.Bound{Field: "triggers[].changes", Max: 200, Unique: ".", Why: "a system has some eighty attributes"},
		issue.Bound{Field: "confirmations", Max: 200, Why: "what was confirmed so often is to be assessed"},
		derived("confirmations[].fingerprint", "of the system, whose bounds hold for it"),
		derived("confirmations[].changes", "of the attributes that systems have"),
		issue.Bound{Field: "confirmations[].signatures", Max: 50, Unique: "by", Why: "the sign-off matrix asks for fewer"},
		issue.Bound{Field: "published.withheld", Max: 500, Unique: "part", Why: "a summary has fewer parts, harms and measures"},
	)
})

// ContentBounds are the bounds of what assessors write. Save and Apply refuse
// what is beyond.
func ContentBounds() []issue.Bound { return contentBounds().Table() }

// AssessmentBounds are the bounds of the rest of an assessment. The step that
// would pass one refuses, save AddTrigger, which folds.
func AssessmentBounds() []issue.Bound { return recordBounds().Table() }

// withinContent returns what of content is beyond its bounds.
func withinContent(c Content) error {
	var is issue.Issues
	issue.Check(contentBounds(), &is, &c)
	return is.Err()
}

// bounded returns what is beyond the bound of one field of an assessment.
func bounded(field string, value any) error {
	var is issue.Issues
	recordBounds().CheckField(&is, field, value)
	return is.Err()
}
