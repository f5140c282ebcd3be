package annexa

import (
	"sync"

	"github.com/aimskit/aimskit/issue"
)

var decisionBounds = sync.OnceValue(func() *issue.Bounds {
	return issue.NewBounds[Decision](
		issue.Bound{Field: "*", Max: 200, Why: "it names something"},
		issue.Bound{Field: "title", Max: 500, Why: "it stands in tables"},
		issue.Bound{Field: "statement", Max: 20_000, Why: "some ten pages"},
		issue.Bound{Field: "justification", Max: 20_000, Why: "some ten pages; what is longer is a document, and a ground points at it"},
		issue.Bound{Field: "tenures", Max: 1_000, Why: "what is handed on more often within a quarter is nobody's"},
		issue.Bound{Field: "grounds", Max: 100, Unique: "kind,ref", Why: "an auditor follows each"},
		issue.Bound{Field: "grounds[].ref", Max: 2_000, Why: "a law and article, or a link"},
		issue.Bound{Field: "moves", Max: issue.Derived, Why: "kept by the store, one for each change of the day"},
	)
})

// DecisionBounds are the bounds of a decision on a control. [Decision.Validate]
// refuses what is beyond.
func DecisionBounds() []issue.Bound { return decisionBounds().Table() }

var statementBounds = sync.OnceValue(func() *issue.Bounds {
	return issue.NewBounds[Statement](
		issue.Bound{Field: "*", Max: 200, Why: "it names something"},
		issue.Bound{Field: "organisation", Max: 2_000, Why: "a group with its members"},
		issue.Bound{Field: "scope", Max: 20_000, Why: "some ten pages; what is longer is a document that it names"},
		issue.Bound{Field: "rows", Max: issue.Derived, Why: "of the decisions, assessments and evidence; DecisionBounds holds for what was typed"},
	)
})

// StatementBounds are the bounds of the head of a statement.
// [Statement.Validate] and [Statement.Approve] refuse what is beyond.
func StatementBounds() []issue.Bound { return statementBounds().Table() }
