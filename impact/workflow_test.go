package impact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func TestWorkflow(t *testing.T) {
	s, b := cvScreener(), basis()
	a := opened(s, b)
	require.Equal(t, impact.StateOpen, a.State)
	_, err := a.Submit("ada", s, nil, b)
	require.ErrorIs(t, err, impact.ErrState, "what nobody has written is not handed in")

	a, err = written(t, s, b).Submit("bob", s, nil, b)
	require.NoError(t, err)
	require.Equal(t, []string{"ada", "bob"}, a.Authors, "who hands in answers for it too")
	require.Equal(t, "bob", a.SubmittedBy)
	_, err = a.Save(dismissing(a), "ada", s, b)
	require.ErrorIs(t, err, impact.ErrState, "what is handed in is not written")
	a = signed(t, a, s, b)
	require.Equal(t, calendar.Of(now.AddDate(1, 0, 0), nil), a.ValidUntil)

	ok, why := a.Covers(s, calendar.Of(now, nil))
	require.True(t, ok, why)
	ok, why = a.Covers(s, a.ValidUntil.AddDays(1))
	require.False(t, ok)
	require.Contains(t, why.String(), "ran out")
	renamed := s
	renamed.Name = "CV ranker"
	ok, _ = a.Covers(renamed, calendar.Of(now, nil))
	require.True(t, ok, "a new name changes nothing for anybody")
	wider := s
	wider.Data = append(slices.Clone(s.Data), register.DataHealth)
	ok, why = a.Covers(wider, calendar.Of(now, nil))
	require.False(t, ok)
	require.Contains(t, why.String(), "Data categories (MC-03)")

	old, err := a.Supersede("sys#2")
	require.NoError(t, err)
	require.Equal(t, impact.StateSuperseded, old.State)
	require.Equal(t, "sys#2", old.SupersededBy)
	ok, why = old.Covers(s, calendar.Of(now, nil))
	require.False(t, ok)
	require.Contains(t, why.String(), "superseded")
}

func TestSubmitSaysWhatIsMissing(t *testing.T) {
	s, b := cvScreener(), basis()
	s.Reach, s.Effects, s.Practices = "", nil, nil
	a := opened(s, b)
	a, err := a.Save(impact.Content{
		Parties:      []impact.PartyImpact{{Party: "gender"}},
		Harms:        []impact.HarmRating{{Harm: "drift"}},
		Consultation: []impact.Consultation{{Parties: []string{"gender"}}},
	}, "ada", s, b)
	require.NoError(t, err, "a draft may be incomplete")
	next, err := a.Submit("ada", s, nil, b)
	missing := refusals(t, err)
	require.Subset(t, missing, []string{
		"system.effect answered",        // an open question that decides the level
		"parties considered",            // an affected party that nobody looked at
		"parties[0].no_harm considered", // a party with no harm and no reason
		"harms considered",              // a harm that the rules ask about
		"harms[0].scale required", "harms[0].confidence required",
		"consultation[0].who required", "consultation[0].result required", "consultation[0].on required",
	})
	require.NotContains(t, missing, "system.languages answered", "what is open and decides nothing may stay open")
	require.Equal(t, a.Missing(b).Error(), err.Error(), "it can be asked before")
	equal(t, a, next, "nothing is lost")
}

// TestConsultation hears affected people where the matrix says so, or says why
// not.
func TestConsultation(t *testing.T) {
	b := basis()
	for _, c := range []struct {
		name   string
		system register.System
		edit   func(*impact.Content)
		ok     bool
	}{
		{"minimal: nobody asked", calm(), func(c *impact.Content) {}, true},
		{"high: nobody heard", cvScreener(), func(c *impact.Content) {}, false},
		{"high: a reason", cvScreener(), func(c *impact.Content) { c.NoConsultation = "a test of three days" }, true},
		{"high: a blank reason", cvScreener(), func(c *impact.Content) { c.NoConsultation = " \t" }, false},
		{"high: heard", cvScreener(), func(c *impact.Content) {
			c.Consultation = []impact.Consultation{{Who: "students' union", On: calendar.Of(now, nil), Result: "wants reasons", Parties: []string{"applicant"}}}
		}, true},
		{"high: heard only who is not affected", cvScreener(), func(c *impact.Content) {
			c.Consultation = []impact.Consultation{{Who: "data protection officer", On: calendar.Of(now, nil), Result: "fine"}}
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := opened(c.system, b)
			draft := dismissing(a)
			draft.NoConsultation = ""
			c.edit(&draft)
			a, err := a.Save(draft, "ada", c.system, b)
			require.NoError(t, err)
			_, err = a.Submit("ada", c.system, nil, b)
			if c.ok {
				require.NoError(t, err)
				return
			}
			require.Equal(t, []string{"consultation consulted"}, refusals(t, err))
		})
	}
}

func TestReturnKeepsReasons(t *testing.T) {
	s, b := cvScreener(), basis()
	a, err := sign(submitted(t, s, b), "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	for _, bad := range [][]string{nil, {}, {"late", " "}} {
		_, err = a.Return("pam", bad, now)
		require.Len(t, refusals(t, err), 1)
	}
	for _, why := range []string{"name the groups", "and the test"} {
		a, err = a.Return("pam", []string{why}, now)
		require.NoError(t, err)
		require.Equal(t, impact.StateReturned, a.State)
		require.Empty(t, a.Signatures, "what was signed is no more")
		require.Zero(t, a.SubmittedAt)
		a, err = a.Submit("ada", s, nil, b)
		require.NoError(t, err, "what was returned can be handed in again")
	}
	require.Equal(t, []impact.Return{{By: "pam", At: now, Reasons: []string{"name the groups"}}, {By: "pam", At: now, Reasons: []string{"and the test"}}}, a.Returns)
	a = signed(t, a, s, b)
	require.Len(t, a.Returns, 2, "reasons stay on record (SO-10)")
}

// TestChangeBetweenSubmissionAndSignature refuses to sign for a system that is
// no longer what was assessed, and loses nothing.
func TestChangeBetweenSubmissionAndSignature(t *testing.T) {
	s, b := cvScreener(), basis()
	a := submitted(t, s, b)
	changed := s
	changed.Purpose = "rank people for dismissal"
	next, err := sign(a, "ian", impact.SignerApprover, changed, b)
	require.ErrorIs(t, err, impact.ErrChanged)
	require.ErrorContains(t, err, "SO-04")
	equal(t, a, next, "nothing is lost")

	half, err := sign(a, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	back := half.Refresh(changed, b)
	require.Equal(t, impact.StateInProgress, back.State)
	require.Empty(t, back.Signatures)
	equal(t, a.Content, back.Content, "what was written stays")
	again, err := back.Submit("ada", changed, nil, b)
	require.NoError(t, err)
	signed(t, again, changed, b)

	renamed := s
	renamed.Name = "CV ranker"
	require.Equal(t, half, half.Refresh(renamed, b), "a new name takes no signature back")
}

// TestRefreshTakesSignaturesBack lets a signature fall with what it was for.
func TestRefreshTakesSignaturesBack(t *testing.T) {
	s, b := cvScreener(), basis()
	half := opened(s, b)
	half, err := half.Save(rated(dismissing(half), lowered("unequal-treatment", "A.6.2.4", "applicant")), "ada", s, b)
	require.NoError(t, err)
	half, err = half.Submit("ada", s, nil, b)
	require.NoError(t, err)
	half, err = sign(half, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	require.Equal(t, half, half.Refresh(s, b), "nothing new")

	more := b
	more.Facts = impact.Facts{Incidents: 1}
	fresh := half.Refresh(s, more)
	require.NotEqual(t, half.Digest(), fresh.Digest(), "what the rules knew has changed")
	require.Empty(t, fresh.Signatures)
	for _, sig := range fresh.Signatures {
		require.Equal(t, fresh.Digest(), sig.Digest)
	}

	stricter := b
	stricter.Criteria = threeByThree()
	next, err := sign(half, "pam", impact.SignerPolicyOwner, s, stricter)
	require.ErrorIs(t, err, impact.ErrState)
	require.ErrorContains(t, err, "version 2 is in force")
	equal(t, half, next, "nothing is lost")
	require.Equal(t, impact.StateInProgress, half.Refresh(s, stricter).State, "it is to be rated anew")

	done := signed(t, submitted(t, s, b), s, b)
	require.Equal(t, done, done.Refresh(s, more), "what is approved stays as it was signed")
}

func TestEndings(t *testing.T) {
	s, b := calm(), basis()
	for _, end := range []struct {
		do    func(impact.Assessment, string) (impact.Assessment, error)
		state impact.State
	}{
		{func(a impact.Assessment, why string) (impact.Assessment, error) { return a.Stop("ian", why, now) }, impact.StateStopped},
		{func(a impact.Assessment, why string) (impact.Assessment, error) { return a.Withdraw("ian", why, now) }, impact.StateWithdrawn},
	} {
		_, err := end.do(opened(s, b), " ")
		require.Equal(t, []string{"reason required"}, refusals(t, err))
		a, err := end.do(submitted(t, s, b), "given up")
		require.NoError(t, err)
		require.Equal(t, end.state, a.State)
		require.Equal(t, impact.Ending{By: "ian", At: now, Reason: "given up"}, a.Ended)
		_, err = end.do(a, "again")
		require.ErrorIs(t, err, impact.ErrState)
		_, err = end.do(approved(t, s, b), "too late")
		require.ErrorIs(t, err, impact.ErrState)
	}
}

// TestStepsNeedTheirState takes each step in each state where it has no place.
func TestStepsNeedTheirState(t *testing.T) {
	s, b := cvScreener(), basis()
	ended, err := opened(s, b).Stop("ian", "given up", now)
	require.NoError(t, err)
	returned, err := submitted(t, s, b).Return("ian", []string{"more"}, now)
	require.NoError(t, err)
	superseded, err := approved(t, s, b).Supersede("x")
	require.NoError(t, err)
	in := map[impact.State]impact.Assessment{
		impact.StateOpen: opened(s, b), impact.StateInProgress: written(t, s, b), impact.StateSubmitted: submitted(t, s, b), impact.StateReturned: returned,
		impact.StateApproved: approved(t, s, b), impact.StateSuperseded: superseded, impact.StateStopped: ended,
	}
	open := []impact.State{impact.StateOpen, impact.StateInProgress, impact.StateSubmitted, impact.StateReturned}
	write := []impact.State{impact.StateOpen, impact.StateInProgress, impact.StateReturned}
	type step func(a impact.Assessment) (impact.Assessment, error)
	for name, c := range map[string]struct {
		do step
		in []impact.State
	}{
		"save":   {func(a impact.Assessment) (impact.Assessment, error) { return a.Save(a.Content, "ada", s, b) }, write},
		"submit": {func(a impact.Assessment) (impact.Assessment, error) { return a.Submit("ada", s, nil, b) }, []impact.State{impact.StateInProgress, impact.StateReturned}},
		"sign": {func(a impact.Assessment) (impact.Assessment, error) {
			return sign(a, "ian", impact.SignerApprover, s, b)
		}, []impact.State{impact.StateSubmitted}},
		"return": {func(a impact.Assessment) (impact.Assessment, error) { return a.Return("ian", []string{"no"}, now) }, []impact.State{impact.StateSubmitted}},
		"stop":   {func(a impact.Assessment) (impact.Assessment, error) { return a.Stop("ian", "no", now) }, open},
		"assign": {func(a impact.Assessment) (impact.Assessment, error) { return a.Assign("bob") }, open},
		"declare": {func(a impact.Assessment) (impact.Assessment, error) {
			return a.Declare("zoe", "owns the supplier", now)
		}, open},
		"comment": {func(a impact.Assessment) (impact.Assessment, error) {
			return a.Comment(impact.Comment{Part: "level", Text: "?"}, "zoe", now)
		}, open},
		"supersede": {func(a impact.Assessment) (impact.Assessment, error) { return a.Supersede("y") }, []impact.State{impact.StateApproved}},
		"publish":   {func(a impact.Assessment) (impact.Assessment, error) { return a.Publish("ada", nil, now) }, []impact.State{impact.StateApproved}},
		"apply": {func(a impact.Assessment) (impact.Assessment, error) {
			return a.Apply(impact.Templates()[0], "ada", s, b)
		}, write},
		"take over": {func(a impact.Assessment) (impact.Assessment, error) { return a.TakeOver(superseded, "ada", s, b) }, write},
		"delegate": {func(a impact.Assessment) (impact.Assessment, error) {
			return a.Delegate(impact.Delegation{Role: impact.SignerApprover, From: "ian", To: "ivy", Reason: "leave", Until: calendar.Of(later(3), nil)}, b)
		}, open},
		"attach": {func(a impact.Assessment) (impact.Assessment, error) {
			return a.AttachQuestionnaire(questionnaire(impact.LevelLimited), "ada", s, b)
		}, write},
	} {
		for state, a := range in {
			next, err := c.do(a)
			if slices.Contains(c.in, state) {
				require.NoError(t, err, "%s when %s", name, state)
				continue
			}
			require.ErrorIs(t, err, impact.ErrState, "%s when %s", name, state)
			equal(t, a, next, name)
		}
	}
}

func questionnaire(level impact.Level) impact.QuestionnaireResult {
	return impact.QuestionnaireResult{Title: "AIA", Digest: strings.Repeat("ab", 32), Scoring: "aia/1", Answers: strings.Repeat("0f", 32), Result: strings.Repeat("1e", 32), Grade: "II", Level: level, Evidence: "aia-answers"}
}

func TestAttachQuestionnaire(t *testing.T) {
	s, b := calm(), basis()
	a, err := opened(s, b).AttachQuestionnaire(questionnaire(impact.LevelLimited), "zoe", s, b)
	require.NoError(t, err)
	require.Equal(t, impact.LevelLimited, a.Level, "its level counts")
	require.Equal(t, []string{"zoe"}, a.Authors)
	require.Equal(t, "zoe", a.Questionnaires[0].By)
	require.Equal(t, calendar.Of(later(60), nil), a.Due.AddDate(0, 0, 15), "and the due date follows: 45 days in operation")
	a, err = a.AttachQuestionnaire(questionnaire(impact.LevelMinimal), "zoe", s, b)
	require.NoError(t, err)
	require.Len(t, a.Questionnaires, 1, "a new result takes the place of the old")
	require.Equal(t, impact.LevelMinimal, a.Level)

	for _, c := range []struct {
		edit func(*impact.QuestionnaireResult)
		want string
	}{
		{func(q *impact.QuestionnaireResult) { q.Scoring = " " }, "questionnaire.scoring required"},
		{func(q *impact.QuestionnaireResult) { q.Digest = q.Digest[1:] }, "questionnaire.digest sha256"},
		{func(q *impact.QuestionnaireResult) { q.Answers = strings.ToUpper(q.Answers) }, "questionnaire.answers sha256"},
		{func(q *impact.QuestionnaireResult) { q.Level = "II" }, "questionnaire.level oneof"},
	} {
		q := questionnaire(impact.LevelHigh)
		c.edit(&q)
		next, err := a.AttachQuestionnaire(q, "zoe", s, b)
		require.Equal(t, []string{c.want}, refusals(t, err))
		equal(t, a, next, c.want)
	}
}

func TestAssign(t *testing.T) {
	s, b := cvScreener(), basis()
	a, err := opened(s, b).Assign("ada")
	require.NoError(t, err)
	require.Equal(t, "ada", a.Assessor)
	require.Empty(t, a.Authors, "who is asked has not written yet")
	a, err = a.Assign("")
	require.NoError(t, err)
	require.Empty(t, a.Assessor)
}

// walk is a random walk over the steps of an assessment.
type walk struct {
	s     register.System
	b     impact.Basis
	a     impact.Assessment
	draft impact.Content
	// bars are the persons who can't sign, by what we did ourselves.
	bars map[string]bool
}

// step draws a step and takes it.
func (w *walk) step(t *rapid.T) (impact.Assessment, error) {
	people := []string{"ada", "bob", "ian", "pam", "zoe"}
	a, who := w.a, rapid.SampledFrom(people).Draw(t, "who")
	role := rapid.SampledFrom([]string{impact.SignerApprover, impact.SignerPolicyOwner, impact.SignerOwner, "janitor"})
	switch rapid.IntRange(0, 15).Draw(t, "step") {
	case 0:
		next, err := a.Save(w.draft, who, w.s, w.b)
		return next, w.note(err, who)
	case 1, 2:
		next, err := a.Submit(who, w.s, nil, w.b)
		return next, w.note(err, who)
	case 3, 4, 5:
		var conditions []impact.ApprovalCondition
		if rapid.Bool().Draw(t, "condition") {
			conditions = []impact.ApprovalCondition{{Text: "test again", Owner: who, Due: calendar.Of(w.b.Now.AddDate(0, 0, rapid.IntRange(-1, 9).Draw(t, "due")), nil)}}
		}
		sig := impact.Signature{By: who, Role: role.Draw(t, "role")}
		if d, ok := a.Delegated(who, sig.Role, calendar.Of(w.b.Now, nil)); ok {
			sig.For = d.From
		}
		return a.Sign(sig, conditions, w.s, w.b)
	case 6:
		return a.Return(who, []string{"more"}, w.b.Now)
	case 7:
		return a.Refresh(w.s, w.b), nil
	case 8:
		return a.Delegate(impact.Delegation{Role: role.Draw(t, "role"), From: rapid.SampledFrom(people).Draw(t, "from"), To: who, Reason: "leave", Until: calendar.Of(w.b.Now.AddDate(0, 0, rapid.IntRange(-1, 40).Draw(t, "days")), nil)}, w.b)
	case 9:
		next, err := a.Declare(who, "owns the supplier", w.b.Now)
		return next, w.note(err, who)
	case 10:
		return a.Comment(impact.Comment{Part: "level", Text: "why?", Blocking: rapid.Bool().Draw(t, "blocking")}, who, w.b.Now)
	case 11:
		return a.Answer(rapid.IntRange(0, 3).Draw(t, "remark"), "because", who, w.b.Now)
	case 12:
		return a.Assign(who)
	case 13:
		next, err := a.AttachQuestionnaire(questionnaire(rapid.SampledFrom(impact.Levels()[:3]).Draw(t, "grade")), who, w.s, w.b)
		return next, w.note(err, who)
	case 14: // the system changes, and comes back
		w.s.Languages = []string{rapid.SampledFrom([]string{"en", "pt"}).Draw(t, "language")}
		w.s.Hosting = rapid.SampledFrom([]register.Hosting{register.HostingInternal, register.HostingExternal}).Draw(t, "hosting")
		return a, nil
	default: // new criteria, more incidents, time
		w.b.Criteria = register.DefaultCriteria()
		w.b.Criteria.Version = rapid.IntRange(1, 2).Draw(t, "criteria")
		w.b.Facts.Incidents = rapid.IntRange(0, 3).Draw(t, "incidents")
		w.b.Now = w.b.Now.AddDate(0, 0, rapid.IntRange(0, 5).Draw(t, "days"))
		return a, nil
	}
}

func (w *walk) note(err error, who string) error {
	if err == nil {
		w.bars[who] = true
	}
	return err
}

// TestNoPathLetsAuthorsSign walks random steps. An assessment is never approved
// with one of its authors, or anybody who has an interest, among the signers;
// nobody signs twice; what was signed is what is approved; a refused step
// changes nothing, and no step changes what it was taken from.
func TestNoPathLetsAuthorsSign(t *testing.T) {
	approvals := 0
	rapid.Check(t, func(t *rapid.T) {
		w := &walk{s: rapid.SampledFrom([]register.System{calm(), faqAssistant(), cvScreener()}).Draw(t, "system"), b: basis(), bars: make(map[string]bool)}
		w.a = opened(w.s, w.b)
		w.draft = rated(dismissing(w.a), lowered("false-information", "A.6.2.4", "user"))
		if rapid.Bool().Draw(t, "handed in") { // half of the walks begin where signing does
			var err error
			w.a, err = w.a.Save(w.draft, "ada", w.s, w.b)
			require.NoError(t, err)
			w.a, err = w.a.Submit("ada", w.s, nil, w.b)
			require.NoError(t, err)
			w.bars["ada"] = true
		}
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			before := encode(t, w.a)
			next, err := w.step(t)
			require.Equal(t, before, encode(t, w.a), "a step leaves what it was taken from as it was")
			if err != nil {
				require.Equal(t, before, encode(t, next), "a refused step changes nothing")
				continue
			}
			w.a = next
			var signers []string
			for _, sig := range w.a.Signatures {
				require.False(t, w.bars[sig.By], "%s wrote in it or has an interest", sig.By)
				require.NotContains(t, w.a.Authors, sig.By)
				require.NotContains(t, signers, sig.By, "each signature is another person's")
				require.Equal(t, w.a.Digest(), sig.Digest, "what was signed is what is there")
				signers = append(signers, sig.By)
			}
			if w.a.State == impact.StateApproved {
				approvals++
				require.Len(t, signers, len(impact.DefaultPolicy().SignOff[w.a.Level].Signers))
				require.False(t, slices.ContainsFunc(w.a.Comments, func(c impact.Comment) bool { return c.Blocking && c.Open() }))
				ok, why := w.a.Covers(w.s, calendar.Of(w.b.Now, nil))
				require.True(t, ok, why)
				return
			}
		}
	})
	require.Positive(t, approvals, "some walks lead to an approval")
}

func encode(t require.TestingT, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// TestStateOpen says which states are not decided.
func TestStateOpen(t *testing.T) {
	for state, want := range map[impact.State]bool{
		impact.StateOpen: true, impact.StateInProgress: true, impact.StateSubmitted: true, impact.StateReturned: true,
		impact.StateApproved: false, impact.StateSuperseded: false, impact.StateStopped: false, impact.StateWithdrawn: false, "": false,
	} {
		require.Equal(t, want, state.Open(), fmt.Sprintf("%q", state))
	}
}
