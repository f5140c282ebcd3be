package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// remark is the verb that remarks on a part of an assessment.
func remark(id string, c impact.Comment) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CommentAssessment(id, c) }
}

// answer is the verb that answers remark n.
func answer(id string, n int, text string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AnswerComment(id, n, text) }
}

func TestBlockingRemarkKeepsFromSigning(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.submit("spam")
	block := impact.Comment{Part: "harms/" + impact.Harms()[0].ID, Text: "Why does it not arise?", Blocking: true, By: "forged", Answer: "forged"}
	o.do("rob", remark("spam#1", block))
	o.do("ada", remark("spam#1", impact.Comment{Part: "summary", Text: "Short."}))
	a := o.open("spam")
	require.Equal(t, impact.Comment{Part: block.Part, Text: block.Text, Blocking: true, By: "rob", At: day0}, a.Comments[0])
	require.Equal(t, impact.StateSubmitted, a.State, "a remark sends nothing back")
	require.Equal(t, []string{"bob"}, a.Authors, "who remarks becomes no author")

	err := o.refused("ian", aims.ErrState, approve("spam#1", aims.RoleImpactApprover))
	require.ErrorContains(t, err, "remark 1")
	err = o.refused("bob", aims.ErrForbidden, answer("spam#1", 1, "never mind"))
	require.ErrorContains(t, err, "AC-3")
	o.invalid("rob", "answer", "required", "", answer("spam#1", 1, ""))
	o.invalid("rob", "comment", "known", "3", answer("spam#1", 3, "x"))
	o.do("rob", answer("spam#1", 1, "bob has told me"))
	o.refused("rob", aims.ErrState, answer("spam#1", 1, "again"))
	require.False(t, o.open("spam").Comments[0].Open())
	a = o.sign("ian", "spam#1", aims.RoleImpactApprover) // the other remark does not block
	require.Equal(t, impact.StateApproved, a.State)
	require.True(t, a.Comments[1].Open())
	requireSigned(t, a)
	o.refused("rob", aims.ErrState, remark("spam#1", block))
}

func TestRemarkIsOnAPart(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	for _, row := range []struct{ part, text, field, rule, value string }{
		{"weather", "x", "part", "oneof", "weather"},
		{"harms/H-X", "x", "part", "harm", "harms/H-X"},
		{"parties/martians", "x", "part", "party", "parties/martians"},
		{"summary/1", "x", "part", "oneof", "summary/1"},
		{"summary", " ", "text", "required", " "},
	} {
		o.invalid("rob", row.field, row.rule, row.value, remark("spam#1", impact.Comment{Part: row.part, Text: row.text}))
	}
	n := 0
	for _, part := range impact.Parts() {
		if part.Commentable() {
			o.do("rob", remark("spam#1", impact.Comment{Part: string(part), Text: "x"}))
			n++
		}
	}
	require.Len(t, o.open("spam").Comments, n)
}
