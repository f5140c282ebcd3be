package impact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func TestSignOffAtHighLevel(t *testing.T) {
	s, b := cvScreener(), basis()
	s.Owner = "olga"
	a, err := written(t, s, b).Submit("bob", s, nil, b)
	require.NoError(t, err)
	for _, author := range a.Authors {
		_, err = sign(a, author, impact.SignerApprover, s, b)
		require.ErrorIs(t, err, impact.ErrSeparation)
		require.ErrorContains(t, err, "SO-01")
	}
	_, err = sign(a, "ian", "janitor", s, b)
	require.Equal(t, []string{"role sign_off"}, refusals(t, err))
	_, err = sign(a, "olga", impact.SignerOwner, s, b)
	require.Equal(t, []string{"role sign_off"}, refusals(t, err), "the owner's word is not asked for at high level")
	_, err = sign(a, "olga", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "SO-14")

	a, err = sign(a, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateSubmitted, a.State, "at high level one signature is not enough")
	require.Zero(t, a.ValidUntil)
	_, err = sign(a, "ian", impact.SignerPolicyOwner, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "nobody signs twice")
	require.ErrorContains(t, err, "SO-03")
	_, err = sign(a, "zoe", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrState, "that signature is there")
	_, err = a.Declare("ian", "owns the supplier", now)
	require.ErrorIs(t, err, impact.ErrState, "who has signed declares too late")
	a, err = sign(a, "pam", impact.SignerPolicyOwner, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, now, a.ApprovedAt)
}

func TestOwnerSignsWhatIsMinimal(t *testing.T) {
	s, b := calm(), basis()
	s.Owner = "olga"
	a, err := sign(submitted(t, s, b), "olga", impact.SignerOwner, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, calendar.Of(now.AddDate(3, 0, 0), nil), a.ValidUntil)
	own := calm()
	_, err = sign(submitted(t, own, b), "ada", impact.SignerOwner, own, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "not what they wrote themselves")
}

// TestTwoApprovers lets a matrix of an organisation's own ask for two persons of
// one role.
func TestTwoApprovers(t *testing.T) {
	s, b := calm(), basis()
	p := impact.DefaultPolicy()
	p.SignOff[impact.LevelMinimal] = impact.SignOff{Signers: []impact.Signer{{Roles: []string{"board"}}, {Roles: []string{"board", "chair"}}}}
	delete(p.ReviewMonths, impact.LevelMinimal)
	b.Policy = &p
	a, err := sign(submitted(t, s, b), "ian", "board", s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateSubmitted, a.State)
	_, err = sign(a, "ian", "board", s, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	a, err = sign(a, "pam", "board", s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	require.Equal(t, calendar.Of(now.AddDate(1, 0, 0), nil), a.ValidUntil, "a level without months counts as 12")
}

// TestUnacceptableIsNeverApproved tries to get what is unacceptable signed.
func TestUnacceptableIsNeverApproved(t *testing.T) {
	s, b := socialScoring(), basis()
	p := impact.DefaultPolicy()
	p.SignOff[impact.LevelUnacceptable] = p.SignOff[impact.LevelMinimal]
	for _, policy := range []*impact.Policy{nil, &p, {}} {
		b.Policy = policy
		a := submitted(t, s, b)
		next, err := sign(a, "ian", impact.SignerApprover, s, b)
		require.ErrorIs(t, err, impact.ErrUnacceptable)
		require.ErrorIs(t, err, impact.ErrState)
		equal(t, a, next, "nothing is lost")
	}
	c := calm()
	_, err := sign(submitted(t, c, b), "ian", impact.SignerApprover, c, b)
	require.ErrorIs(t, err, impact.ErrUnacceptable, "a level without signers can't be approved")
}

// TestIntolerableResidual stops what remains too grave after all measures, at
// whatever level the organisation draws the line.
func TestIntolerableResidual(t *testing.T) {
	s := cvScreener()
	for _, c := range []struct {
		name        string
		harm        string
		intolerable register.RiskLevel
		likelihood  int
		refused     bool
	}{
		{"critical remains", "injury", "", 4, true},
		{"high remains", "injury", "", 2, false},
		{"high remains and the line is there", "injury", "high", 2, true},
		{"critical remains of a harm to the organisation only", "reputation", "", 4, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := basis()
			b.Criteria = register.DefaultCriteria()
			b.Criteria.Intolerable = c.intolerable
			a := opened(s, b)
			a, err := a.Save(rated(dismissing(a), impact.HarmRating{Harm: c.harm, Scale: 4, Scope: 5, Irremediability: 3, Likelihood: c.likelihood, Confidence: impact.ConfidenceHigh}), "ada", s, b)
			require.NoError(t, err)
			a, err = a.Submit("ada", s, nil, b)
			require.NoError(t, err, "it may be handed in: somebody must decide")
			next, err := sign(a, "ian", impact.SignerApprover, s, b)
			if !c.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, impact.ErrUnacceptable)
			require.ErrorContains(t, err, "injury")
			require.ErrorContains(t, err, "SO-07")
			equal(t, a, next, "nothing is lost")
		})
	}
}

// TestDigest verifies each signature on the approved record, and that no change
// of content leaves it standing.
func TestDigest(t *testing.T) {
	s, b := cvScreener(), basis()
	a := submitted(t, s, b)
	a, err := sign(a, "ian", impact.SignerApprover, s, b)
	require.NoError(t, err)
	a, err = a.Comment(impact.Comment{Part: "level", Text: "a remark in between"}, "zoe", now)
	require.NoError(t, err)
	a, err = a.Assign("zoe")
	require.NoError(t, err)
	a, err = a.Declare("zoe", "owns the supplier", now)
	require.NoError(t, err)
	a, err = a.Delegate(impact.Delegation{Role: impact.SignerPolicyOwner, From: "pam", To: "dan", Reason: "leave", Until: calendar.Of(later(5), nil)}, b)
	require.NoError(t, err)
	a, err = a.Sign(impact.Signature{By: "dan", Role: impact.SignerPolicyOwner, For: "pam"}, []impact.ApprovalCondition{{Text: "test again", Owner: "ada", Due: calendar.Of(later(9), nil)}}, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	a, err = a.Meet(1, "ada", "done", later(3))
	require.NoError(t, err)
	a, err = a.Publish("ada", nil, later(4))
	require.NoError(t, err)
	a.Revision = 77
	old, err := a.Supersede("sys#2")
	require.NoError(t, err)
	for _, x := range []impact.Assessment{a, old} {
		require.Len(t, x.Signatures, 2)
		for _, sig := range x.Signatures {
			require.Len(t, sig.Digest, 64)
			require.Equal(t, x.Digest(), sig.Digest, "what %s signed is what is on record", sig.By)
		}
	}

	for name, edit := range map[string]func(*impact.Assessment){
		"a harm": func(a *impact.Assessment) { a.Harms = a.Harms[1:] },
		"a dismissal": func(a *impact.Assessment) {
			a.Harms = []impact.HarmRating{{Harm: a.Harms[0].Harm, Dismissed: "really"}}
		},
		"a party":       func(a *impact.Assessment) { a.Parties = nil },
		"a benefit":     func(a *impact.Assessment) { a.Benefits = []impact.Benefit{{What: "speed"}} },
		"misuse":        func(a *impact.Assessment) { a.Misuse = []impact.Misuse{{What: "play"}} },
		"alternatives":  func(a *impact.Assessment) { a.Alternatives = []string{"none"} },
		"consultation":  func(a *impact.Assessment) { a.Consultation = []impact.Consultation{{Who: "x"}} },
		"the summary":   func(a *impact.Assessment) { a.Summary += "." },
		"the level":     func(a *impact.Assessment) { a.Level = impact.LevelMinimal },
		"the result":    func(a *impact.Assessment) { a.Result.Rules = "other" },
		"the system":    func(a *impact.Assessment) { a.Fingerprint.Digest = "other" },
		"an author":     func(a *impact.Assessment) { a.Authors = append([]string{"zed"}, a.Authors...) },
		"the facts":     func(a *impact.Assessment) { a.Facts.Incidents++ },
		"a form":        func(a *impact.Assessment) { a.Questionnaires = []impact.QuestionnaireResult{questionnaire("high")} },
		"a member":      func(a *impact.Assessment) { a.Members = []impact.Member{{System: "x"}} },
		"who handed in": func(a *impact.Assessment) { a.SubmittedBy = "zed" },
	} {
		x := a
		edit(&x)
		require.NotEqual(t, a.Signatures[0].Digest, x.Digest(), name)
	}
}

func TestDelegate(t *testing.T) {
	s, b := cvScreener(), basis()
	good := impact.Delegation{Role: impact.SignerPolicyOwner, From: "pam", To: "dan", Reason: "leave", Until: calendar.Of(later(10), nil)}
	a := submitted(t, s, b)
	for _, c := range []struct {
		name string
		edit func(*impact.Delegation)
		want string
	}{
		{"from nobody", func(d *impact.Delegation) { d.From = "" }, "delegation.from required"},
		{"to nobody", func(d *impact.Delegation) { d.To = "" }, "delegation.to required"},
		{"for nothing", func(d *impact.Delegation) { d.Reason = " " }, "delegation.reason required"},
		{"to oneself", func(d *impact.Delegation) { d.To = d.From }, "delegation.to other"},
		{"of a role that does not sign", func(d *impact.Delegation) { d.Role = impact.SignerOwner }, "delegation.role sign_off"},
		{"without end", func(d *impact.Delegation) { d.Until = calendar.Date{} }, "delegation.until range"},
		{"over before it began", func(d *impact.Delegation) { d.Until = calendar.Of(now, nil).AddDays(-1) }, "delegation.until range"},
		{"too long", func(d *impact.Delegation) { d.Until = calendar.Of(later(31), nil) }, "delegation.until range"},
	} {
		d := good
		c.edit(&d)
		next, err := a.Delegate(d, b)
		require.Equal(t, []string{c.want}, refusals(t, err), c.name)
		equal(t, a, next, c.name)
	}
	author := good
	author.To = "ada"
	_, err := a.Delegate(author, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "an author can't sign for anybody")

	a, err = a.Delegate(good, b)
	require.NoError(t, err)
	require.Equal(t, now, a.Delegations[0].At)
	second := impact.Delegation{Role: impact.SignerApprover, From: "ian", To: "dan", Reason: "leave", Until: calendar.Of(later(10), nil)}
	_, err = a.Delegate(second, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "nobody gets two of the roles")
	on10 := impact.Delegation{Role: impact.SignerPolicyOwner, From: "dan", To: "eve", Reason: "leave", Until: calendar.Of(later(10), nil)}
	_, err = a.Delegate(on10, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "what is lent is not lent on")
	_, err = a.Delegate(second, on(b, later(11)))
	require.Equal(t, []string{"delegation.until range"}, refusals(t, err))
	second.Until = calendar.Of(later(20), nil)
	_, err = a.Delegate(second, on(b, later(11)))
	require.NoError(t, err, "after the first has run out")

	for at, want := range map[time.Time]bool{now: true, later(10): true, later(11): false} {
		_, ok := a.Delegated("dan", impact.SignerPolicyOwner, calendar.Of(at, nil))
		require.Equal(t, want, ok, at)
	}
	_, ok := a.Delegated("dan", impact.SignerApprover, calendar.Of(now, nil))
	require.False(t, ok, "only the role that was lent")

	short := impact.DefaultPolicy()
	short.DelegationDays = 5
	b.Policy = &short
	_, err = submitted(t, s, b).Delegate(good, b)
	require.Equal(t, []string{"delegation.until range"}, refusals(t, err), "the policy says how long")
}

// TestOwnerBehindADelegate keeps the owner from signing by another's hand.
func TestOwnerBehindADelegate(t *testing.T) {
	s, b := cvScreener(), basis()
	s.Owner = "olga"
	a, err := submitted(t, s, b).Delegate(impact.Delegation{Role: impact.SignerApprover, From: "olga", To: "dan", Reason: "leave", Until: calendar.Of(later(5), nil)}, b)
	require.NoError(t, err)
	_, err = a.Sign(impact.Signature{By: "dan", Role: impact.SignerApprover, For: "olga"}, nil, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "SO-14")
}

func TestDeclareConflict(t *testing.T) {
	s, b := cvScreener(), basis()
	_, err := opened(s, b).Declare("", " ", now)
	require.Equal(t, []string{"conflict.person required", "conflict.what required"}, refusals(t, err))
	a, err := opened(s, b).Declare("ian", "sold us the model", now)
	require.NoError(t, err)
	a, err = a.Save(dismissing(a), "ada", s, b)
	require.NoError(t, err)
	a, err = a.Submit("ada", s, nil, b)
	require.NoError(t, err)
	_, err = sign(a, "ian", impact.SignerApprover, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "SO-12")
	_, err = a.Delegate(impact.Delegation{Role: impact.SignerApprover, From: "zoe", To: "ian", Reason: "leave", Until: calendar.Of(later(5), nil)}, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	a = signedBy(t, a, s, b, "zoe", "pam")
	require.Equal(t, []impact.Conflict{{Person: "ian", What: "sold us the model", At: now}}, a.Conflicts)
}

// signedBy gives the two signatures of a high level.
func signedBy(t *testing.T, a impact.Assessment, s register.System, b impact.Basis, approver, owner string) impact.Assessment {
	a, err := sign(a, approver, impact.SignerApprover, s, b)
	require.NoError(t, err)
	a, err = sign(a, owner, impact.SignerPolicyOwner, s, b)
	require.NoError(t, err)
	require.Equal(t, impact.StateApproved, a.State)
	return a
}

func TestConditions(t *testing.T) {
	s, b := cvScreener(), basis()
	a := submitted(t, s, b)
	next, err := a.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover},
		[]impact.ApprovalCondition{{}, {Text: "test again", Owner: "bob", Due: calendar.Of(now, nil)}}, s, b)
	require.Equal(t, []string{"conditions[0].text required", "conditions[0].owner required", "conditions[0].due future", "conditions[1].due future"}, refusals(t, err))
	equal(t, a, next, "no signature without its conditions")

	a, err = a.Sign(impact.Signature{By: "ian", Role: impact.SignerApprover},
		[]impact.ApprovalCondition{{Text: "test again", Owner: "bob", Due: calendar.Of(later(30), nil), By: "forged", DoneBy: "forged", DoneOn: now}}, s, b)
	require.NoError(t, err)
	a, err = a.Sign(impact.Signature{By: "pam", Role: impact.SignerPolicyOwner}, []impact.ApprovalCondition{{Text: "tell applicants", Owner: "eve", Due: calendar.Of(later(10), nil)}}, s, b)
	require.NoError(t, err)
	require.Equal(t, []impact.ApprovalCondition{
		{Text: "test again", Owner: "bob", Due: calendar.Of(later(30), nil), By: "ian"}, {Text: "tell applicants", Owner: "eve", Due: calendar.Of(later(10), nil), By: "pam"},
	}, a.Conditions, "each is a task that is open, whatever the signer filled in")
	require.True(t, a.Conditions[0].Open())

	for _, n := range []int{-1, 0, 3} {
		_, err = a.Meet(n, "bob", "done", later(5))
		require.Equal(t, []string{"condition known"}, refusals(t, err))
	}
	_, err = a.Meet(1, "bob", "", later(5))
	require.Equal(t, []string{"note required"}, refusals(t, err))
	met, err := a.Meet(1, "bob", "error rates are equal", later(5))
	require.NoError(t, err)
	require.False(t, met.Conditions[0].Open())
	require.True(t, a.Conditions[0].Open(), "what it was taken from stays")
	require.True(t, met.Conditions[1].Open())
	_, err = met.Meet(1, "bob", "again", later(6))
	require.ErrorIs(t, err, impact.ErrState)
}

// TestSignOffRules reads the table.
func TestSignOffRules(t *testing.T) {
	ids := make(map[string]bool)
	for _, r := range impact.SignOffRules() {
		require.True(t, strings.HasPrefix(r.ID, "SO-"))
		require.False(t, ids[r.ID], "%s stands twice", r.ID)
		require.NotEmpty(t, r.Rule)
		require.NotEmpty(t, r.Source)
		ids[r.ID] = true
	}
	require.Len(t, ids, 14)
	for level, row := range impact.DefaultPolicy().SignOff {
		require.Positive(t, level.Rank())
		require.Less(t, level.Rank(), impact.LevelUnacceptable.Rank())
		for _, signer := range row.Signers {
			require.NotEmpty(t, signer.Roles)
			require.NotEmpty(t, signer.Why)
		}
	}
	impact.SignOffRules()[0].ID = "mine"
	require.Equal(t, "SO-01", impact.SignOffRules()[0].ID, "the table is not the caller's to change")
}

// TestSignInThePlaceOfAnother needs a delegation in force, by that person.
func TestSignInThePlaceOfAnother(t *testing.T) {
	s, b := cvScreener(), basis()
	a := submitted(t, s, b)
	sig := impact.Signature{By: "zoe", Role: impact.SignerApprover, For: "ian"}
	_, err := a.Sign(sig, nil, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "SO-08")
	_, err = a.Sign(impact.Signature{Role: impact.SignerApprover}, nil, s, b)
	require.Equal(t, []string{"by required"}, refusals(t, err))

	a, err = a.Delegate(impact.Delegation{Role: impact.SignerApprover, From: "ian", To: "zoe", Reason: "leave", Until: calendar.Of(later(3), nil)}, b)
	require.NoError(t, err)
	late := b
	late.Now = later(4)
	_, err = a.Sign(sig, nil, s, late)
	require.ErrorIs(t, err, impact.ErrSeparation, "it has ended")
	other := sig
	other.For = "pam"
	_, err = a.Sign(other, nil, s, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "somebody else has lent it")
	a, err = a.Sign(sig, nil, s, b)
	require.NoError(t, err)
	require.Equal(t, "ian", a.Signatures[0].For)

	_, err = submitted(t, s, b).Delegate(impact.Delegation{Role: impact.SignerApprover, From: "ada", To: "zoe", Reason: "leave", Until: calendar.Of(later(3), nil)}, b)
	require.ErrorIs(t, err, impact.ErrSeparation, "an author does not choose who signs")
}
