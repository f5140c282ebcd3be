package aims_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// screeners registers three systems of one kind: cv, cv-b for another reach, and
// cv-c with the same answers.
func screeners(o *org) {
	b, c := cvScreener(), cvScreener()
	b.ID, b.Reach = "cv-b", register.ReachMass
	c.ID, c.Stage = "cv-c", register.StageVerification
	o.register(cvScreener(), b, c)
}

// group lets the open assessments of the others follow that of cv.
func group(tx *aims.Tx) error { return tx.GroupAssessments("cv#1", "cv-b#1", "cv-c#1") }

// fill lets bob write in an assessment and does not hand it in.
func (o *org) fill(system string, rated ...impact.HarmRating) {
	o.t.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment(system)
		s, _ := tx.Systems().Get(system)
		return tx.SaveAssessment(complete(a, s.Affected, rated...))
	})
}

// deviate lets ada write what differs of cv-b: its greater reach, the harms that
// it asks about beside those of the lead, and what is rated otherwise.
func (o *org) deviate(rated ...impact.HarmRating) {
	o.t.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("cv-b")
		lead, _ := tx.OpenAssessment("cv")
		a.Harms = slices.Clone(rated)
		for _, p := range a.Result.Harms {
			if !slices.ContainsFunc(lead.Result.Harms, func(q impact.HarmPrompt) bool { return q.Harm == p.Harm }) {
				a.Harms = append(a.Harms, impact.HarmRating{Harm: p.Harm, Dismissed: "does not arise where it is used"})
			}
		}
		a.Deviations = []impact.Deviation{{Attribute: "reach", Note: "an error strikes more"}}
		return tx.SaveAssessment(a)
	})
}

// requireGroups checks that members and leads name each other.
func requireGroups(t require.TestingT, v *aims.View) {
	for a := range v.Assessments().All() {
		if !a.State.Open() {
			continue
		}
		for _, m := range a.Members {
			f, ok := v.Assessments().Get(m.Assessment)
			require.True(t, ok)
			require.Equal(t, a.ID, f.Group, "%s names %s as a member", a.ID, f.ID)
			require.Equal(t, m.System, f.System)
			require.True(t, f.State.Open(), "%s is %s in the group of %s", f.ID, f.State, a.ID)
			require.Equal(t, a.State == impact.StateSubmitted, f.State == impact.StateSubmitted, "%s is %s, %s is %s", a.ID, a.State, f.ID, f.State)
		}
		if a.Group != "" {
			lead, ok := v.Assessments().Get(a.Group)
			require.True(t, ok)
			require.True(t, lead.State.Open())
			require.Contains(t, lead.Members, impact.Member{System: a.System, Assessment: a.ID, Level: memberLevel(lead, a.ID), Digest: memberDigest(lead, a.ID)}, "%s follows %s", a.ID, lead.ID)
		}
	}
}

func memberLevel(lead impact.Assessment, id string) impact.Level {
	for _, m := range lead.Members {
		if m.Assessment == id {
			return m.Level
		}
	}
	return ""
}

func memberDigest(lead impact.Assessment, id string) string {
	for _, m := range lead.Members {
		if m.Assessment == id {
			return m.Digest
		}
	}
	return ""
}

func TestGroupIsSignedOnce(t *testing.T) {
	o := newOrg(t).staffed()
	screeners(o)
	o.assess("cv-c") // has an approval of its own, which the group's supersedes
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.ReassessSystem("cv-c", impact.TriggerReview, "with the others"); err != nil {
			return err
		}
		return tx.GroupAssessments("cv#1", "cv-b#1", "cv-c#2")
	})
	require.Equal(t, []string{"reach"}, o.open("cv-b").Differs)
	require.Empty(t, o.open("cv-c").Differs)
	require.Equal(t, "cv#1", o.open("cv-c").Group)
	requireGroups(t, o.View())

	o.fill("cv", unfairness())
	submit := func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") }
	o.invalid("bob", "members[cv-b].deviations", "considered", "reach", submit)
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error { return tx.SubmitAssessment("cv-b#1") })
	o.invalid("bob", "members[cv-b].harms", "considered", "inequality", submit)
	worse := unfairness()
	worse.Scope = 4
	o.deviate(worse) // critical: likely, and of more people
	o.do("bob", submit)
	err := o.refused("ian", aims.ErrState, approve("cv#1", aims.RoleImpactApprover))
	require.ErrorIs(t, err, impact.ErrUnacceptable)
	require.ErrorContains(t, err, "unequal-treatment (cv-b)")
	o.do("ian", func(tx *aims.Tx) error {
		return tx.ReturnAssessment("cv#1", "lower what remains in cv-b")
	})
	worse.Likelihood = 3
	o.deviate(worse)
	o.do("bob", submit)
	for _, s := range []string{"cv", "cv-b", "cv-c"} {
		require.Equal(t, impact.StateSubmitted, o.open(s).State)
	}
	require.Equal(t, []string{"ada", "bob"}, o.open("cv").Authors, "who wrote of a member wrote")
	for _, m := range o.open("cv").Members {
		require.Len(t, m.Digest, 64)
		require.Equal(t, impact.LevelHigh, m.Level)
	}
	requireGroups(t, o.View())

	o.refused("ian", aims.ErrState, approve("cv-b#1", aims.RoleImpactApprover)) // it is signed with cv#1
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	require.False(t, o.View().CoverageOf("cv-b", day0).Covered)
	require.True(t, o.View().CoverageOf("cv-c", day0).Covered, "by its own until then")
	head := o.View().Head().Seq
	o.sign("pam", "cv#1", aims.RolePolicyOwner)
	require.Equal(t, head+1, o.View().Head().Seq, "all in one commit")
	for system, id := range map[string]string{"cv": "cv#1", "cv-b": "cv-b#1", "cv-c": "cv-c#2"} {
		require.Equal(t, aims.Coverage{Covered: true, Assessment: id}, o.View().CoverageOf(system, day0))
		require.Len(t, o.assessment(id).Signatures, 2)
		r, ok := o.View().Risks().Get(system + "/" + unfairness().Harm)
		require.True(t, ok, system)
		require.Equal(t, id, r.Assessment)
		require.Equal(t, []string{system}, r.Systems)
		want := 3
		if system == "cv-b" {
			want = 4 // its own rating takes the place of the lead's
		}
		require.Equal(t, want, r.Inherent.Consequence, system)
	}
	old := o.assessment("cv-c#1")
	require.Equal(t, impact.StateSuperseded, old.State)
	require.Equal(t, "cv-c#2", old.SupersededBy)
	requireSigned(t, o.assessment("cv#1"))
	// A member's record can be read alone.
	require.Equal(t, "Little can go wrong.", o.assessment("cv-c#2").Summary)
	require.Equal(t, everything(t, o.View()), everything(t, openOrg(t, o.journal, o.clock).View()))

	// Afterwards each stands for itself.
	o.revise("cv-b", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	require.False(t, o.View().CoverageOf("cv-b", day0).Covered)
	require.True(t, o.View().CoverageOf("cv", day0).Covered)
	require.Empty(t, o.open("cv-b").Group)
}

func TestGroupsAreOfOneKind(t *testing.T) {
	o := newOrg(t).staffed()
	screeners(o)
	o.register(spamFilter())
	join := func(lead string, members ...string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.GroupAssessments(lead, members...) }
	}
	o.invalid("lea", "group.function", "kind", "classify", join("cv#1", "cv-b#1", "spam#1"))
	o.invalid("lea", "group", "other", "cv#1", join("cv#1", "cv#1"))
	o.refused("lea", aims.ErrNotFound, join("cv#1", "none#1"))
	o.do("lea", join("cv#1", "cv-b#1"))
	o.refused("lea", aims.ErrState, join("cv#1", "cv-b#1"))   // once is enough
	o.refused("lea", aims.ErrState, join("cv-b#1", "cv-c#1")) // who follows does not lead
	o.refused("lea", aims.ErrState, join("cv-c#1", "cv#1"))   // who leads does not follow
	o.invalid("ada", "deviations[0].attribute", "attribute", "colour", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment("cv-b")
		a.Deviations = []impact.Deviation{{Attribute: "colour", Note: "x"}}
		return tx.SaveAssessment(a)
	})
	o.submit("cv-c")
	o.refused("lea", aims.ErrState, join("cv#1", "cv-c#1")) // handed in already

	// A refusal that the caller passes over has written nothing either.
	head := o.View().Head()
	o.do("lea", func(tx *aims.Tx) error {
		err := tx.GroupAssessments("cv#1", "spam#1")
		require.ErrorIs(t, err, aims.ErrInvalid)
		return nil
	})
	require.Equal(t, head, o.View().Head())
	requireGroups(t, o.View())
}

func TestUngroup(t *testing.T) {
	o := newOrg(t).staffed()
	screeners(o)
	o.do("lea", group)
	o.deviate()
	o.do("lea", func(tx *aims.Tx) error { return tx.UngroupAssessment("cv-b#1") })
	a := o.open("cv-b")
	require.Empty(t, a.Group)
	require.Empty(t, a.Deviations)
	require.Len(t, o.open("cv").Members, 1)
	requireGroups(t, o.View())
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.UngroupAssessment("cv-b#1") })
	o.refused("lea", aims.ErrState, func(tx *aims.Tx) error { return tx.UngroupAssessment("cv#1") })
	o.assess("cv")
	require.True(t, o.View().CoverageOf("cv-c", day0).Covered)
	require.False(t, o.View().CoverageOf("cv-b", day0).Covered)
	o.assess("cv-b")
	require.True(t, o.View().CoverageOf("cv-b", day0).Covered)
}

// submitted is a group that has been handed in and signed once.
func submitted(t *testing.T) *org {
	o := newOrg(t).staffed()
	screeners(o)
	o.do("lea", group)
	o.deviate()
	o.submit("cv", unfairness())
	o.sign("ian", "cv#1", aims.RoleImpactApprover)
	return o
}

// TestChangeOfAMemberSendsTheGroupBack: what is signed is what was handed in
// together.
func TestChangeOfAMemberSendsTheGroupBack(t *testing.T) {
	o := submitted(t)
	o.revise("cv-c", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	for _, s := range []string{"cv", "cv-b", "cv-c"} {
		a := o.open(s)
		require.Equal(t, impact.StateInProgress, a.State, s)
		require.Empty(t, a.Signatures, s)
		require.Empty(t, a.SubmittedBy, s)
	}
	require.Equal(t, unfairness().Harm, o.open("cv").Harms[0].Harm, "what was written is there still")
	o.refused("pam", aims.ErrState, approve("cv#1", aims.RolePolicyOwner))
	o.invalid("bob", "members[cv-c].deviations", "considered", "autonomy", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
	requireGroups(t, o.View())
}

// TestEditorialChangeOfAMemberLeavesTheGroup: neither do words, nor a stage that
// changes nothing, take signatures back.
func TestEditorialChangeOfAMemberLeavesTheGroup(t *testing.T) {
	o := submitted(t)
	o.revise("cv-c", func(s *register.System) { s.Description = "Ranks." })
	o.revise("cv", func(s *register.System) { s.Description = "Ranks." })
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("cv-c", register.StageDesign) })
	require.Equal(t, impact.StateSubmitted, o.open("cv").State)
	require.Equal(t, impact.StateSubmitted, o.open("cv-c").State)
	require.Equal(t, impact.StateApproved, o.sign("pam", "cv#1", aims.RolePolicyOwner).State)
	requireSigned(t, o.assessment("cv#1"))
}

func TestTheLeadsChangeSendsTheGroupBack(t *testing.T) {
	o := submitted(t)
	o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("cv", impact.TriggerRequest, "asked") })
	require.Equal(t, impact.StateInProgress, o.open("cv-b").State)
	require.Empty(t, o.open("cv-b").Signatures)
	requireGroups(t, o.View())
}

func TestReturnedGroup(t *testing.T) {
	o := submitted(t)
	o.refused("pam", aims.ErrState, func(tx *aims.Tx) error { return tx.ReturnAssessment("cv-b#1", "not this one") })
	o.do("pam", func(tx *aims.Tx) error { return tx.ReturnAssessment("cv#1", "hear the applicants") })
	for _, s := range []string{"cv", "cv-b", "cv-c"} {
		require.Equal(t, impact.StateReturned, o.open(s).State, s)
		require.Equal(t, []string{"hear the applicants"}, o.open(s).Returns[0].Reasons, s)
		require.Empty(t, o.open(s).Signatures, s)
	}
	o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
	requireGroups(t, o.View())
}

// TestWhatIsSaidOfAMemberCounts: a conflict of interest in a member, or a remark
// on it, keeps from signing all of them.
func TestWhatIsSaidOfAMemberCounts(t *testing.T) {
	o := submitted(t)
	o.do("rob", remark("cv-b#1", impact.Comment{Part: "deviations", Text: "How many more?", Blocking: true}))
	err := o.refused("pam", aims.ErrState, approve("cv#1", aims.RolePolicyOwner))
	require.ErrorContains(t, err, "cv-b#1")
	o.do("rob", answer("cv-b#1", 1, "ada has told me"))
	o.do("pam", declare("cv-c#1"))
	err = o.refused("pam", aims.ErrForbidden, approve("cv#1", aims.RolePolicyOwner))
	require.ErrorIs(t, err, impact.ErrSeparation)
	require.ErrorContains(t, err, "cv-c#1")
}

// TestMembersComeAndGo: retiring a member or the lead, and stopping either,
// leaves assessments that stand for themselves.
func TestMembersComeAndGo(t *testing.T) {
	retire := func(system string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.AdvanceStage(system, register.StageRetirement) }
	}
	stop := func(id string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.StopAssessment(id, "given up") }
	}
	for _, row := range []struct {
		name    string
		fn      func(tx *aims.Tx) error
		gone    string
		state   impact.State
		leading bool
	}{
		{"member retired", retire("cv-c"), "cv-c#1", impact.StateWithdrawn, false},
		{"member stopped", stop("cv-c#1"), "cv-c#1", impact.StateStopped, false},
		{"lead retired", retire("cv"), "cv#1", impact.StateWithdrawn, true},
		{"lead stopped", stop("cv#1"), "cv#1", impact.StateStopped, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := submitted(t)
			actor := "lea"
			if row.state == impact.StateStopped {
				actor = "ian"
			} else {
				o.ending(strings.TrimSuffix(row.gone, "#1"))
			}
			o.do(actor, row.fn)
			require.Equal(t, row.state, o.assessment(row.gone).State)
			require.Equal(t, impact.StateInProgress, o.open("cv-b").State)
			require.Empty(t, o.open("cv-b").Signatures)
			requireGroups(t, o.View())
			require.Equal(t, everything(t, o.View()), everything(t, openOrg(t, o.journal, o.clock).View()))
			if !row.leading {
				require.Equal(t, []impact.Member{{System: "cv-b", Assessment: "cv-b#1"}}, o.open("cv").Members)
				o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv#1") })
				o.sign("ian", "cv#1", aims.RoleImpactApprover)
				o.sign("pam", "cv#1", aims.RolePolicyOwner)
				require.True(t, o.View().CoverageOf("cv-b", day0).Covered)
				return
			}
			// Each keeps what was written for it, and can go on alone.
			require.Empty(t, o.open("cv-b").Group)
			require.Equal(t, unfairness().Harm, o.open("cv-b").Harms[0].Harm)
			o.do("bob", func(tx *aims.Tx) error { return tx.SubmitAssessment("cv-b#1") })
			require.Equal(t, impact.StateSubmitted, o.open("cv-b").State)
		})
	}
}

// What can't be accepted of a lead can't be of those that follow it, and each
// finding names the rule.
func TestAnUnacceptableLead(t *testing.T) {
	o := newOrg(t).staffed()
	screeners(o)
	o.do("lea", group)
	o.do("bob", func(tx *aims.Tx) error {
		err := tx.AttachQuestionnaire("cv#1", impact.QuestionnaireResult{Title: "Form", Scoring: "x", Level: impact.LevelUnacceptable,
			Digest: strings.Repeat("0", 64), Answers: strings.Repeat("1", 64), Result: strings.Repeat("2", 64)})
		return err
	})
	found := find(o.View(), day0, "IA-02")
	require.Len(t, found, 3)
	for _, f := range found {
		require.Contains(t, f.Message, "under ANS-10.", f.Subject.ID)
	}
}
