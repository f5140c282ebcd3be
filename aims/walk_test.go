package aims_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// TestAssessmentsUnderAnyUse walks at random over the verbs of impact
// assessments on two systems of one kind, by people who may and people who may
// not, and holds every state to what must never fail.
func TestAssessmentsUnderAnyUse(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		c := &clock{now: day0}
		journal := memory.New()
		m, err := aims.Open(t.Context(), journal, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter()})
		require.NoError(rt, err)
		defer m.Close(context.Background())
		o := &org{Manager: m, t: t, clock: c}
		o.staffed()
		o.do("setup", func(tx *aims.Tx) error {
			return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"})
		})
		a, b := spamFilter(), spamFilter()
		if rapid.Bool().Draw(rt, "of high impact") {
			a, b = cvScreener(), cvScreener()
		}
		a.ID, b.ID, b.Supplier = "a", "b", "sup"
		o.register(a, b)
		if rapid.Bool().Draw(rt, "approved before") {
			o.assess("a")
			o.assess("b")
			o.do("lea", func(tx *aims.Tx) error {
				for _, s := range []string{"a", "b"} {
					if err := tx.ReassessSystem(s, impact.TriggerReview, "yearly"); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if rapid.Bool().Draw(rt, "grouped") {
			o.do("lea", func(tx *aims.Tx) error {
				a, _ := tx.OpenAssessment("a")
				b, _ := tx.OpenAssessment("b")
				if err := tx.GroupAssessments(a.ID, b.ID); err != nil {
					return err
				}
				b, _ = tx.OpenAssessment("b")
				for _, name := range b.Differs {
					b.Deviations = append(b.Deviations, impact.Deviation{Attribute: name, Note: "looked at"})
				}
				return tx.SaveAssessment(b)
			})
		}

		o.ending("a")
		o.ending("b")
		people := []string{"ada", "bob", "eve", "lea", "pam", "ian"}
		roles := []string{aims.RoleImpactApprover, aims.RolePolicyOwner, impact.SignerOwner}
		for range rapid.IntRange(20, 60).Draw(rt, "steps") {
			actor := rapid.SampledFrom(people).Draw(rt, "actor")
			system := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "system")
			other := map[string]string{"a": "b", "b": "a"}[system]
			role := rapid.SampledFrom(roles).Draw(rt, "role")
			to := rapid.SampledFrom(people).Draw(rt, "to")
			n := rapid.IntRange(1, 2).Draw(rt, "n")
			verb := rapid.SampledFrom([]string{"write", "write", "submit", "sign", "return", "stop", "remark", "answer",
				"declare", "lend", "meet", "group", "ungroup", "change", "reword", "reassess", "supplier", "calls", "reuse", "attach", "assign", "publish", "wait", "retire", "sign", "sign", "sign", "submit", "submit"}).Draw(rt, "verb")
			if slices.Contains([]string{"retire", "stop", "declare", "return", "remark"}, verb) && rapid.IntRange(0, 3).Draw(rt, "rarely") > 0 {
				verb = "sign"
			}
			if rapid.IntRange(0, 3).Draw(rt, "as it should be") > 0 {
				if a, _ := m.View().OpenAssessment(system); a.Group != "" && (verb == "submit" || verb == "sign") {
					system, other = other, system // it is handed in and signed with the other
				}
				switch verb {
				case "write", "submit", "reuse", "attach":
					actor = "bob"
				case "sign", "lend":
					actor, role = "ian", aims.RoleImpactApprover
					if a, _ := m.View().OpenAssessment(system); len(a.Signatures) > 0 {
						actor, role = "pam", aims.RolePolicyOwner
					}
				}
			}
			if verb == "wait" {
				c.Set(c.Now().AddDate(0, 0, rapid.SampledFrom([]int{1, 12, 400}).Draw(rt, "days")))
				continue
			}
			before := m.View()
			err := o.try(actor, func(tx *aims.Tx) error {
				id := aims.AssessmentID(system, 1)
				for x := range tx.AssessmentsOf(system) {
					id = x.ID
				}
				now, _ := tx.Assessments().Get(id)
				var err error
				switch verb {
				case "write":
					s, _ := tx.Systems().Get(system)
					d := complete(now, s.Affected)
					for _, name := range now.Differs {
						d.Deviations = append(d.Deviations, impact.Deviation{Attribute: name, Note: "looked at"})
					}
					err = tx.SaveAssessment(d)
				case "submit":
					if s, _ := tx.Systems().Get(system); now.State != impact.StateSubmitted && now.State.Open() && now.Group == "" && n == 1 {
						if err := tx.SaveAssessment(complete(now, s.Affected)); err != nil {
							return err
						}
					}
					err = tx.SubmitAssessment(id)
				case "sign":
					err = tx.ApproveAssessment(id, role, impact.ApprovalCondition{Text: "tell", Owner: to, Due: calendar.Of(tx.Now().AddDate(0, 0, 9), nil)})
				case "return":
					err = tx.ReturnAssessment(id, "look again")
				case "stop":
					err = tx.StopAssessment(id, "given up")
				case "remark":
					err = tx.CommentAssessment(id, impact.Comment{Part: "level", Text: "why?", Blocking: n == 1})
				case "answer":
					err = tx.AnswerComment(id, n, "so")
				case "declare":
					err = tx.DeclareConflict(id, "shares")
				case "lend":
					err = tx.DelegateSignature(id, role, to, "away", calendar.Of(tx.Now().AddDate(0, 0, 9), nil))
				case "meet":
					err = tx.MeetCondition(id, n, "told")
				case "group":
					lead, ok := tx.OpenAssessment(other)
					if !ok {
						return nil
					}
					err = tx.GroupAssessments(lead.ID, id)
				case "ungroup":
					err = tx.UngroupAssessment(id)
				case "change":
					s, _ := tx.Systems().Get(system)
					s.Reach = rapid.SampledFrom([]register.Reach{register.ReachUnder1K, register.ReachUnder10K}).Draw(rt, "reach")
					_, err = tx.ReviseSystem(s)
				case "reword":
					s, _ := tx.Systems().Get(system)
					s.Description += "."
					_, err = tx.ReviseSystem(s)
				case "reassess":
					err = tx.ReassessSystem(system, impact.TriggerRequest, "asked")
				case "supplier":
					_, err = tx.ReportSupplierEvent("sup", "new version")
				case "calls":
					_, err = tx.OpenDueAssessments()
				case "reuse":
					err = tx.ReuseAssessment(id, aims.AssessmentID(other, 1))
				case "attach":
					err = tx.AttachQuestionnaire(id, impact.QuestionnaireResult{Title: "Form", Scoring: "x", Level: impact.LevelLimited,
						Digest: strings.Repeat("0", 64), Answers: strings.Repeat("1", 64)})
				case "assign":
					err = tx.AssignAssessment(id, to)
				case "publish":
					err = tx.PublishAssessment(id)
				case "retire":
					err = tx.AdvanceStage(system, register.StageRetirement)
				}
				return err
			})
			if err != nil {
				known := false
				for _, s := range []error{aims.ErrInvalid, aims.ErrState, aims.ErrForbidden, aims.ErrNotFound, aims.ErrStale, aims.ErrGate} {
					known = known || errors.Is(err, s)
				}
				require.True(rt, known, "%s: %v", verb, err)
				require.Same(rt, before, m.View(), "%s was refused and changed something", verb)
			} else {
				seen[verb]++
			}
			requireSound(rt, o.View())
		}
		for x := range m.View().Assessments().All() {
			seen[string(x.State)]++
			if x.State == impact.StateApproved && x.Group != "" {
				seen["approved in a group"]++
			}
		}
		again, err := aims.Open(t.Context(), journal, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter()})
		require.NoError(rt, err)
		defer again.Close(context.Background())
		require.Equal(rt, everything(t, m.View()), everything(t, again.View()), "what is live is what the journal holds")
	})
	t.Log(seen)
	for _, what := range []string{"approved", "superseded", "stopped", "withdrawn", "sign", "lend", "group", "approved in a group"} {
		require.NotZero(t, seen[what], "the walk never came to %q: %v", what, seen)
	}
}

// requireSound checks what holds of the assessments in any view.
func requireSound(t require.TestingT, v *aims.View) {
	open, approved := map[string]string{}, map[string]string{}
	for a := range uncopied.All[impact.Assessment](v, aims.KindAssessment) {
		if a.State.Open() {
			require.Empty(t, open[a.System], "two open assessments of %s", a.System)
			open[a.System] = a.ID
		}
		signed := a.State == impact.StateApproved || a.State == impact.StateSuperseded
		if a.State == impact.StateApproved {
			require.Empty(t, approved[a.System], "two approved assessments of %s", a.System)
			approved[a.System] = a.ID
		}
		if signed {
			require.NotEmpty(t, a.Signatures, a.ID)
			require.False(t, a.ApprovedAt.IsZero(), a.ID)
		} else if a.State != impact.StateSubmitted && a.State.Open() {
			require.Empty(t, a.Signatures, "%s is %s", a.ID, a.State)
		}
		var by []string
		for _, s := range a.Signatures {
			require.NotContains(t, a.Authors, s.By, "%s: an author has signed", a.ID)
			require.False(t, slices.ContainsFunc(a.Conflicts, func(c impact.Conflict) bool { return c.Person == s.By }), "%s: %s has an interest and has signed", a.ID, s.By)
			require.NotContains(t, by, s.By, "%s: signed twice", a.ID)
			by = append(by, s.By)
			if a.Group == "" {
				require.Equal(t, a.Digest(), s.Digest, "%s: not what %s signed", a.ID, s.By)
			}
		}
		if signed {
			require.False(t, slices.ContainsFunc(a.Comments, func(c impact.Comment) bool { return c.Blocking && c.Open() }), "%s: approved over a blocking remark", a.ID)
		}
	}
	for s, id := range open {
		if before, ok := approved[s]; ok {
			require.NotEqual(t, before, id)
		}
	}
	requireGroups(t, v)
}
