package impact_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// branch is a CV screener of a branch: as the other, in another language, for
// more people, on a bought model.
func branch() register.System {
	s := cvScreener()
	s.ID, s.Name, s.Languages, s.ModelSource, s.Reach = "branch", "CV screener (branch)", []string{"pt"}, register.ModelThirdParty, register.ReachUnder1M
	return s
}

// follower is an assessment of a branch that follows the lead, with a word on
// each attribute in which it differs. It returns the lead with it.
func follower(t *testing.T, lead impact.Assessment, s register.System, b impact.Basis, notes bool) (f, leading impact.Assessment) {
	f, leading, err := opened(s, b).Join(lead, s)
	require.NoError(t, err)
	require.Equal(t, lead.ID, f.Group)
	require.Equal(t, []impact.Member{{System: s.ID, Assessment: f.ID}}, leading.Members)
	require.Empty(t, lead.Members, "what it was taken from stays")
	if !notes {
		return f, leading
	}
	own := impact.Content{Harms: []impact.HarmRating{lowered("unequal-performance", "A.6.2.4", "applicant")}, Misuse: []impact.Misuse{{What: "ranking by name"}}}
	for _, name := range f.Differs {
		own.Deviations = append(own.Deviations, impact.Deviation{Attribute: name, Note: "looked at: " + name})
	}
	asked := f.Result.Harms
	for _, p := range asked {
		if !slices.ContainsFunc(lead.Harms, func(h impact.HarmRating) bool { return h.Harm == p.Harm }) && p.Harm != "unequal-performance" {
			own.Harms = append(own.Harms, impact.HarmRating{Harm: p.Harm, Dismissed: "not in the branch"})
		}
	}
	f, err = f.Save(own, "bea", s, b)
	require.NoError(t, err)
	return f, leading
}

func TestGroup(t *testing.T) {
	b := basis()
	s, m := cvScreener(), branch()
	alone := written(t, s, b)
	bare, lead := follower(t, alone, m, b, false)
	require.Subset(t, bare.Differs, []string{"languages", "model_source", "reach"})

	next, err := lead.Submit("ada", s, []impact.Assessment{bare.Beside(lead, m, b)}, b)
	missing := refusals(t, err)
	for _, name := range bare.Differs {
		require.Contains(t, err.Error(), name)
	}
	require.Contains(t, missing, "members[branch].deviations considered")
	equal(t, lead, next, "nothing is lost")

	_, err = lead.Submit("ada", s, nil, b)
	require.ErrorIs(t, err, impact.ErrState, "no member is left out")
	f, lead := follower(t, alone, m, b, true)
	_, err = f.Submit("bea", m, nil, b)
	require.ErrorIs(t, err, impact.ErrState, "it is handed in with the one it follows")
	beside := f.Beside(lead, m, b)
	lead, err = lead.Submit("ada", s, []impact.Assessment{beside}, b)
	require.NoError(t, err)
	require.Len(t, lead.Members, 1)
	require.Equal(t, impact.Member{System: "branch", Assessment: "branch#1", Level: impact.LevelHigh, Digest: beside.Digest()}, lead.Members[0])
	f = f.Mirror(lead, m, b)
	require.Equal(t, impact.StateSubmitted, f.State)
	_, err = sign(f, "ian", impact.SignerApprover, m, b)
	require.ErrorIs(t, err, impact.ErrState, "it is signed with the one it follows")
	_, _, err = f.Leave(lead)
	require.ErrorIs(t, err, impact.ErrState, "what is handed in stays together")
	_, err = f.Return("ian", []string{"more"}, now)
	require.ErrorIs(t, err, impact.ErrState, "it is sent back with the one it follows")
	_, err = sign(lead, "bea", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "who wrote in a member does not sign the group")

	lead = signed(t, lead, s, b)
	f = f.Mirror(lead, m, b)
	require.Equal(t, impact.StateApproved, f.State)
	require.Equal(t, lead.ValidUntil, f.ValidUntil)
	require.Equal(t, lead.Signatures, f.Signatures)
	for _, sig := range lead.Signatures {
		require.Equal(t, lead.Digest(), sig.Digest)
	}
	require.Equal(t, lead.Members[0].Digest, f.Digest(), "what the lead's signers signed of it is what is on record")
	ok, why := f.Covers(m, calendar.Of(now, nil))
	require.True(t, ok, why)
	ok, _ = f.Covers(s, calendar.Of(now, nil))
	require.False(t, ok, "each covers its own system")

	// The record can be read alone.
	for _, h := range lead.Harms {
		require.True(t, slices.ContainsFunc(f.Harms, func(x impact.HarmRating) bool { return x.Harm == h.Harm }), h.Harm)
	}
	i := slices.IndexFunc(f.Harms, func(h impact.HarmRating) bool { return h.Harm == "unequal-performance" })
	require.Equal(t, 3, f.Harms[i].Scale, "its own rating takes the place of the lead's")
	require.Equal(t, []impact.Misuse{{What: "ranking by name"}}, f.Misuse)
	require.Empty(t, lead.Misuse, "and stays its own")
	require.Equal(t, lead.Summary, f.Summary)
	require.Len(t, f.Deviations, len(f.Differs))
}

// TestGroupReturned sends all back, with the reasons.
func TestGroupReturned(t *testing.T) {
	b := basis()
	s, m := cvScreener(), branch()
	f, lead := follower(t, written(t, s, b), m, b, true)
	lead, err := lead.Submit("ada", s, []impact.Assessment{f.Beside(lead, m, b)}, b)
	require.NoError(t, err)
	own := f.Content
	lead, err = lead.Return("ian", []string{"say more of Portuguese"}, now)
	require.NoError(t, err)
	require.Equal(t, []impact.Member{{System: "branch", Assessment: "branch#1"}}, lead.Members, "it is a member still, unsigned")
	f = f.Mirror(lead, m, b)
	require.Equal(t, impact.StateReturned, f.State)
	require.Equal(t, lead.Returns, f.Returns)
	equal(t, own, f.Content, "its own content stays apart until the approval")

	other := lead
	other.ID = "other"
	_, _, err = f.Leave(other)
	require.ErrorIs(t, err, impact.ErrState, "it does not follow that one")
	alone, without, err := f.Leave(lead)
	require.NoError(t, err)
	require.Empty(t, without.Members)
	require.Len(t, lead.Members, 1, "what it was taken from stays")
	require.Empty(t, alone.Group)
	require.Empty(t, alone.Differs)
	require.Empty(t, alone.Deviations)
	_, _, err = alone.Leave(lead)
	require.ErrorIs(t, err, impact.ErrState, "it follows no other")
	_, err = alone.Submit("bea", m, nil, b)
	require.Contains(t, refusals(t, err), "parties considered", "alone it lacks what the other had")
}

// TestMemberRaisesTheGroup signs a group off at the level of its highest
// member.
func TestMemberRaisesTheGroup(t *testing.T) {
	b := basis()
	s, m := calm(), calm()
	m.ID = "branch"
	lead := written(t, s, b)
	require.Equal(t, impact.LevelMinimal, lead.Level)
	f, lead, err := opened(m, b).Join(lead, m)
	require.NoError(t, err)
	require.Empty(t, f.Differs)
	f, err = f.Save(impact.Content{Harms: []impact.HarmRating{{Harm: "injury", Parties: []string{"user"}, Scale: 4, Scope: 1, Irremediability: 4, Likelihood: 2, Confidence: impact.ConfidenceHigh}}}, "bea", m, b)
	require.NoError(t, err)
	f = f.Beside(lead, m, b)
	require.Equal(t, impact.LevelHigh, f.Level)
	lead, err = lead.Submit("ada", s, []impact.Assessment{f}, b)
	require.NoError(t, err)
	require.Equal(t, impact.LevelHigh, lead.Level)
	require.Equal(t, impact.LevelMinimal, lead.Result.Level, "its own system is what it was")
	lead, err = sign(lead, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateSubmitted, lead.State, "the policy owner signs too")
}

func TestJoinRefuses(t *testing.T) {
	b := basis()
	s, m := cvScreener(), branch()
	lead := written(t, s, b)
	for _, c := range []struct {
		edit func(*register.System)
		want string
	}{
		{func(s *register.System) { s.Functions = append(slices.Clone(s.Functions), register.FunctionConverse) }, "group.function kind"},
		{func(s *register.System) { s.Domains = []register.Domain{register.DomainCredit} }, "group.domain kind"},
		{func(s *register.System) { s.Practices = []register.Practice{register.PracticeCreditworthiness} }, "group.practice kind"},
		{func(s *register.System) { s.Effects = []register.Effect{register.EffectLegal} }, "group.effect kind"},
		{func(s *register.System) { s.ID = "sys" }, "group other"},
	} {
		other := m
		c.edit(&other)
		a := opened(other, b)
		next, leading, err := a.Join(lead, other)
		require.Equal(t, []string{c.want}, refusals(t, err))
		equal(t, a, next, c.want)
		equal(t, lead, leading, c.want)
	}
	_, _, err := opened(m, b).Join(submitted(t, s, b), m)
	require.ErrorIs(t, err, impact.ErrState, "what is handed in takes nobody in")
	f, leading := follower(t, lead, m, b, false)
	_, _, err = f.Join(lead, m)
	require.ErrorIs(t, err, impact.ErrState, "it is in a group already")
	third := branch()
	third.ID = "third"
	_, _, err = opened(third, b).Join(f, third)
	require.ErrorIs(t, err, impact.ErrState)
	require.ErrorContains(t, err, "follow that")
	elsewhere := written(t, s, b)
	elsewhere.ID, elsewhere.System = "elsewhere#1", "elsewhere"
	_, _, err = leading.Join(elsewhere, s)
	require.ErrorIs(t, err, impact.ErrState, "who leads a group does not follow")
}

// TestGroupEnds lets a member stand alone, with all that was written, when the
// one that it follows ends; and a group go on when a member ends.
func TestGroupEnds(t *testing.T) {
	b := basis()
	s, m := cvScreener(), branch()
	f, lead := follower(t, written(t, s, b), m, b, true)
	lead, err := lead.Submit("ada", s, []impact.Assessment{f.Beside(lead, m, b)}, b)
	require.NoError(t, err)
	f = f.Mirror(lead, m, b)

	dropped := lead.Drop(f.ID)
	require.Equal(t, impact.StateInProgress, dropped.State, "its group is another")
	require.Empty(t, dropped.Members)
	dropped, err = dropped.Submit("ada", s, nil, b)
	require.NoError(t, err)
	signed(t, dropped, s, b)

	stopped, err := lead.Stop("ian", "given up", now)
	require.NoError(t, err)
	alone := f.Mirror(stopped, m, b)
	require.Equal(t, impact.StateInProgress, alone.State)
	require.Empty(t, alone.Group)
	require.Greater(t, len(alone.Harms), len(f.Harms), "what was written stays with it")
	alone, err = alone.Submit("bea", m, nil, b)
	require.NoError(t, err)
	signed(t, alone, m, b)
}

// TestGroupWithWhatNobodyCanAccept is not signed, be it a member's harm.
func TestGroupWithWhatNobodyCanAccept(t *testing.T) {
	b := basis()
	s, m := cvScreener(), branch()
	f, lead := follower(t, written(t, s, b), m, b, true)
	own := f.Content
	own.Harms = overlayHarm(own.Harms, impact.HarmRating{Harm: "denied-opportunity", Parties: []string{"applicant"}, Scale: 5, Scope: 2, Irremediability: 4, Likelihood: 5, Confidence: impact.ConfidenceHigh})
	f, err := f.Save(own, "bea", m, b)
	require.NoError(t, err)
	lead, err = lead.Submit("ada", s, []impact.Assessment{f.Beside(lead, m, b)}, b)
	require.NoError(t, err)
	_, err = sign(lead, "ian", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrUnacceptable)
	require.ErrorContains(t, err, "denied-opportunity (branch)")
}

func overlayHarm(all []impact.HarmRating, h impact.HarmRating) []impact.HarmRating {
	return append(slices.DeleteFunc(slices.Clone(all), func(x impact.HarmRating) bool { return x.Harm == h.Harm }), h)
}

// TestZeroAssessment refuses every step and does not panic.
func TestZeroAssessment(t *testing.T) {
	s, b := calm(), basis()
	var a impact.Assessment
	for name, step := range map[string]func() error{
		"save":     func() error { _, err := a.Save(impact.Content{}, "ada", s, b); return err },
		"submit":   func() error { _, err := a.Submit("ada", s, nil, b); return err },
		"return":   func() error { _, err := a.Return("ian", []string{"x"}, now); return err },
		"sign":     func() error { _, err := sign(a, "ian", impact.SignerApprover, s, b); return err },
		"stop":     func() error { _, err := a.Stop("ian", "x", now); return err },
		"publish":  func() error { _, err := a.Publish("ian", nil, now); return err },
		"sum up":   func() error { _, err := a.Summarise(s); return err },
		"meet":     func() error { _, err := a.Meet(1, "ian", "x", now); return err },
		"answer":   func() error { _, err := a.Answer(1, "x", "ian", now); return err },
		"take":     func() error { _, err := a.TakeOver(impact.Assessment{}, "ada", s, b); return err },
		"delegate": func() error { _, err := a.Delegate(impact.Delegation{}, b); return err },
		"join":     func() error { _, _, err := a.Join(impact.Assessment{}, s); return err },
		"leave":    func() error { _, _, err := a.Leave(impact.Assessment{}); return err },
	} {
		require.Error(t, step(), name)
	}
	ok, why := a.Covers(s, calendar.Of(now, nil))
	require.False(t, ok)
	require.NotEmpty(t, why.String())
	require.Empty(t, a.Calls(b))
	require.Empty(t, a.Risks("ada", calendar.Of(now, nil)))
	require.NotPanics(t, func() {
		impact.Review(a, s, impact.Observed{}, b)
		a.Missing(b)
		impact.Reassess(a, impact.DefaultRules())
	})
}
