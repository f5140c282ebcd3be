package annexa_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
)

func TestDiff(t *testing.T) {
	in := decided()
	own := applicable("X.b")
	own.Title = "Model cards"
	set(&in, own)
	before := compile(t, in)

	done := applicable("A.10.2")
	done.Status = annexa.StatusImplemented
	done.Grounds = append(done.Grounds, annexa.Ground{Kind: annexa.GroundOwn})
	set(&in, done)
	set(&in, excluded("A.2.3"))
	in.Decisions = in.Decisions[:38] // the own control goes
	own.Control, own.Title = annexa.MustParse("X.a"), "Red team"
	in.Decisions = append(in.Decisions, own)
	in.Required = []annexa.Required{{Control: done.Control, System: "credit", Assessment: "IA-1", Rules: []string{"TP-01", "BAS-01"}}}
	after := compile(t, in)

	require.Equal(t, []annexa.RowChange{
		{Control: annexa.MustParse("A.2.3"), Title: "Alignment with other organizational policies", Kind: annexa.RowChanged, Fields: []annexa.FieldChange{
			{Field: "applicability", Before: "applicable", After: "excluded"},
			{Field: "justification", Before: "Credit decisions affect people.", After: "We develop nothing ourselves."},
			{Field: "grounds", Before: "risk R-1", After: "own choice"},
			{Field: "status", Before: "in_progress", After: "not_applicable"},
			{Field: "owner", Before: "ada"},
			{Field: "approved_by", After: "grace"},
			{Field: "review_due", After: "2027-06-15"},
		}},
		{Control: annexa.MustParse("A.10.2"), Title: "Allocating responsibilities", Kind: annexa.RowChanged, Fields: []annexa.FieldChange{
			{Field: "grounds", Before: "risk R-1", After: "risk R-1; own choice"},
			{Field: "status", Before: "in_progress", After: "implemented"},
			{Field: "required_by", After: "credit (IA-1: BAS-01, TP-01)"},
			{Field: "gaps", After: "no_fresh_evidence"},
		}},
		{Control: annexa.MustParse("X.a"), Title: "Red team", Kind: annexa.RowAdded, Fields: []annexa.FieldChange{
			{Field: "title", After: "Red team"},
			{Field: "applicability", After: "applicable"},
			{Field: "justification", After: "Credit decisions affect people."},
			{Field: "grounds", After: "risk R-1"},
			{Field: "status", After: "in_progress"},
			{Field: "owner", After: "ada"},
		}},
		{Control: annexa.MustParse("X.b"), Title: "Model cards", Kind: annexa.RowRemoved, Fields: []annexa.FieldChange{
			{Field: "title", Before: "Model cards"},
			{Field: "applicability", Before: "applicable"},
			{Field: "justification", Before: "Credit decisions affect people."},
			{Field: "grounds", Before: "risk R-1"},
			{Field: "status", Before: "in_progress"},
			{Field: "owner", Before: "ada"},
		}},
	}, annexa.Diff(before, after))

	require.Empty(t, annexa.Diff(after, after))
	require.NotNil(t, annexa.Diff(after, after), "an empty list, also in JSON")
	require.Len(t, annexa.Diff(annexa.Statement{}, after), 39)
}
