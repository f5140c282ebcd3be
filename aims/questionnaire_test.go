package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/questionnaire"
)

// form is a questionnaire of the kind of Canada's Algorithmic Impact Assessment.
const form = `{"title": {"en": "Form", "fr": "Formulaire"}, "pages": [{"name": "p-RS", "elements": [
	{"type": "radiogroup", "name": "reach", "title": "How many?", "choices": ["few-0", "many-4"]},
	{"type": "checkbox", "name": "data", "title": "Which data?", "choices": ["public-0", "health-3", "police-3"]}]}]}`

// scored is the result of the form for answers, as an assessment takes it.
func scored(t *testing.T, answers questionnaire.Answers) impact.QuestionnaireResult {
	t.Helper()
	q, err := questionnaire.Parse([]byte(form))
	require.NoError(t, err)
	require.Empty(t, q.Validate(answers))
	scorer, err := q.Scorer(questionnaire.AIA())
	require.NoError(t, err)
	r, err := scorer.Attach(answers, day0, "ada")
	require.NoError(t, err)
	return r
}

func TestQuestionnaireRaisesTheLevel(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.fill("spam")
	attach := func(q impact.QuestionnaireResult) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AttachQuestionnaire("spam#1", q) }
	}
	low := scored(t, questionnaire.Answers{"reach": questionnaire.One("few-0"), "data": questionnaire.List("public-0")})
	require.Equal(t, impact.LevelMinimal, low.Level)
	o.do("ada", attach(low))
	a := o.open("spam")
	require.Equal(t, impact.LevelMinimal, a.Level)
	require.Equal(t, []string{"ada", "bob"}, a.Authors, "who answers for it has written")

	top := scored(t, questionnaire.Answers{"reach": questionnaire.One("many-4"), "data": questionnaire.List("health-3", "police-3")})
	require.Equal(t, "IV", top.Grade)
	o.do("ada", attach(top))
	a = o.open("spam")
	require.Equal(t, impact.LevelHigh, a.Level)
	require.Contains(t, a.Result.LevelRules, "ANS-09")
	require.Len(t, a.Questionnaires, 1, "the new answers take the place of the old")
	require.Equal(t, "ada", a.Questionnaires[0].By)
	require.Equal(t, day0, a.Questionnaires[0].At)
	require.Equal(t, 10.0, a.Questionnaires[0].Total)

	bad := func(change func(q *impact.QuestionnaireResult)) func(tx *aims.Tx) error {
		q := low
		change(&q)
		return attach(q)
	}
	o.invalid("ada", "questionnaire.scoring", "required", "", bad(func(q *impact.QuestionnaireResult) { q.Scoring = "" }))
	o.invalid("ada", "questionnaire.digest", "sha256", "abc", bad(func(q *impact.QuestionnaireResult) { q.Digest = "abc" }))
	o.invalid("ada", "questionnaire.answers", "sha256", "", bad(func(q *impact.QuestionnaireResult) { q.Answers = "" }))
	o.invalid("ada", "questionnaire.level", "oneof", "huge", bad(func(q *impact.QuestionnaireResult) { q.Level = "huge" }))
	o.invalid("ada", "questionnaire.evidence", "evidence", "none", bad(func(q *impact.QuestionnaireResult) { q.Evidence = "none" }))

	// It is signed at the level that it calls for, and never by who attached it.
	o.submit("spam")
	o.refused("ada", aims.ErrState, attach(low))
	err := o.refused("ada", aims.ErrForbidden, approve("spam#1", impact.SignerOwner))
	require.ErrorContains(t, err, "AC-3")
	o.sign("ian", "spam#1", aims.RoleImpactApprover)
	require.Equal(t, impact.StateApproved, o.sign("pam", "spam#1", aims.RolePolicyOwner).State)
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("spam"))
}
