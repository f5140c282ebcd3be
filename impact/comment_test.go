package impact_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
)

func TestComment(t *testing.T) {
	s, b := cvScreener(), basis()
	a := opened(s, b)
	for part, want := range map[string]string{
		"": "part oneof", "prose": "part oneof", "harms/boredom": "part harm", "parties/martians": "part party", "summary/1": "part oneof",
	} {
		next, err := a.Comment(impact.Comment{Part: part, Text: "?"}, "zoe", now)
		require.Equal(t, []string{want}, refusals(t, err), part)
		equal(t, a, next, part)
	}
	_, err := a.Comment(impact.Comment{Part: "level", Text: "\n"}, "zoe", now)
	require.Equal(t, []string{"text required"}, refusals(t, err))
	for _, p := range append(slices.DeleteFunc(impact.Parts(), func(p impact.Part) bool { return !p.Commentable() }), "harms/injury", "parties/applicant") {
		part := string(p)
		_, err = a.Comment(impact.Comment{Part: part, Text: "?"}, "zoe", now)
		require.NoError(t, err, part)
	}
	a, err = a.Comment(impact.Comment{Part: "level", Text: "?", By: "forged", Answer: "forged", AnsweredAt: now}, "zoe", now)
	require.NoError(t, err)
	require.Equal(t, []impact.Comment{{Part: "level", Text: "?", By: "zoe", At: now}}, a.Comments, "only what a remark says is taken")
	require.True(t, a.Comments[0].Open())
	require.Empty(t, a.Authors, "who remarks becomes no author")
}

func TestAnswer(t *testing.T) {
	s, b := cvScreener(), basis()
	a, err := written(t, s, b).Comment(impact.Comment{Part: "harms/injury", Text: "why not?"}, "zoe", now)
	require.NoError(t, err)
	for _, n := range []int{0, 2} {
		_, err = a.Answer(n, "no", "ada", now)
		require.Equal(t, []string{"comment known"}, refusals(t, err))
	}
	_, err = a.Answer(1, " ", "ada", now)
	require.Equal(t, []string{"answer required"}, refusals(t, err))
	answered, err := a.Answer(1, "nothing moves", "ada", later(1))
	require.NoError(t, err, "an author answers what does not block")
	require.False(t, answered.Comments[0].Open())
	require.True(t, a.Comments[0].Open(), "what it was taken from stays")
	_, err = answered.Answer(1, "again", "ada", now)
	require.ErrorIs(t, err, impact.ErrState)
}

// TestBlockingComment keeps everybody from signing until somebody who may says
// that it is settled.
func TestBlockingComment(t *testing.T) {
	s, b := calm(), basis()
	a, err := submitted(t, s, b).Comment(impact.Comment{Part: "misuse", Text: "none?", Blocking: true}, "zoe", now)
	require.NoError(t, err)
	next, err := sign(a, "ian", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrState)
	require.ErrorContains(t, err, "SO-13")
	equal(t, a, next, "nothing is lost")
	_, err = a.Answer(1, "there is none", "ada", now)
	require.ErrorIs(t, err, impact.ErrSeparation, "its author does not settle it")
	for _, who := range []string{"zoe", "ian"} {
		settled, err := a.Answer(1, "agreed", who, now)
		require.NoError(t, err, who)
		_, err = sign(settled, "ian", impact.SignerApprover, s, b)
		require.NoError(t, err)
	}
}
