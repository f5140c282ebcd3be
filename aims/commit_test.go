package aims_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// copied is the same organisation over a copy of its journal.
func (o *org) copied(t testing.TB) *org {
	j := memory.New()
	head := storage.Head{}
	for c, err := range o.journal.Log(t.Context(), 0) {
		require.NoError(t, err)
		batch, err := storage.SealBatch(head, []storage.Commit{c})
		require.NoError(t, err)
		require.NoError(t, j.Append(t.Context(), batch))
		head = batch.Head()
	}
	return openOrg(t, j, &clock{now: o.clock.Now()})
}

// What succeeds in one commit, its errors ignored, succeeds in several; and what
// decides in it does so on the state before it as well.
func TestOneCommitAllowsNoMoreThanSeveral(t *testing.T) {
	seen := make(map[string]int)
	base := newOrg(t).staffed()
	castOf(base)
	names := verbNames()
	// Besides what the table does, what undoes and goes round it.
	more := map[string]verbCall{
		"own system": func(tx *aims.Tx, a verbArgs) error {
			s, _ := tx.Systems().Get("cv")
			s.Owner = a.id
			_, err := tx.ReviseSystem(s)
			return err
		},
		"own risk": func(tx *aims.Tx, a verbArgs) error {
			r, _ := tx.Risks().Get("unfair")
			r.Owner = a.id
			return tx.PutRisk(r)
		},
		"lower risk": func(tx *aims.Tx, a verbArgs) error {
			r, _ := tx.Risks().Get("old")
			r.Systems, r.Inherent.Consequence = []string{"done"}, map[bool]int{true: 1, false: 4}[a.id < "j"]
			return tx.PutRisk(r)
		},
		"proof": func(tx *aims.Tx, a verbArgs) error {
			return tx.AttachEvidence(proof("ghost", tx.Now(), nil, gateControls()...))
		},
		"no proof": func(tx *aims.Tx, a verbArgs) error {
			return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "ghost"})
		},
		"verify": func(tx *aims.Tx, a verbArgs) error { return tx.AdvanceStage("g1", register.StageVerification) },
		"begin": func(tx *aims.Tx, a verbArgs) error {
			x, _ := tx.OpenAssessment("g1")
			s, _ := tx.Systems().Get("g1")
			return tx.SaveAssessment(complete(x, s.Affected))
		},
		"hand in":    func(tx *aims.Tx, a verbArgs) error { return tx.SubmitAssessment("g1#1") },
		"sign":       func(tx *aims.Tx, a verbArgs) error { return tx.ApproveAssessment("g1#1", aims.RoleImpactApprover) },
		"sign again": func(tx *aims.Tx, a verbArgs) error { return tx.ApproveAssessment("cv#1", aims.RolePolicyOwner) },
		"appoint":    func(tx *aims.Tx, a verbArgs) error { return tx.AssignRole(aims.RoleImpactApprover, a.id) },
		"accept":     func(tx *aims.Tx, a verbArgs) error { return tx.AcceptRole(aims.RoleImpactApprover) },
		"top": func(tx *aims.Tx, a verbArgs) error {
			p, _ := tx.People().Get(a.id)
			p.TopManagement = !p.TopManagement
			return tx.PutPerson(p)
		},
		"leave": func(tx *aims.Tx, a verbArgs) error {
			p, _ := tx.People().Get(a.id)
			p.LeftOn = calendar.Of(tx.Now(), nil)
			return tx.PutPerson(p)
		},
		"except": func(tx *aims.Tx, a verbArgs) error {
			return tx.GrantException("y", calendar.Of(tx.Now().AddDate(0, 0, 9), nil))
		},
		"ask": func(tx *aims.Tx, a verbArgs) error {
			e := exception("G2.3", "G2.8")
			e.ID, e.System, e.Gate = "y", "done", "G2"
			return tx.RequestException(e)
		},
		"exclude": func(tx *aims.Tx, a verbArgs) error { return exclude(tx, a.id) },
		"remark": func(tx *aims.Tx, a verbArgs) error {
			return tx.CommentAssessment("cv#1", impact.Comment{Part: "level", Text: "why?", Blocking: true})
		},
	}
	for name := range more {
		names = append(names, name)
	}
	slices.Sort(names)
	deciding := []string{"verify", "sign", "sign again", "appoint", "accept", "except", "exclude"}
	people := []string{"ada", "bob", "eve", "ian", "lea", "pam", "rob", "una"}
	type step struct {
		name string
		call verbCall
		args verbArgs
	}
	rapid.Check(t, func(rt *rapid.T) {
		actor := rapid.SampledFrom(people).Draw(rt, "actor")
		var steps []step
		for range rapid.IntRange(2, 7).Draw(rt, "steps") {
			name := rapid.SampledFrom(names).Draw(rt, "verb")
			s := step{name, more[name], verbArgs{rapid.SampledFrom(people).Draw(rt, "whom"), "because", day(20)}}
			if s.call == nil {
				s.call, s.args.id = callOfVerb[name].call, callOfVerb[name].id
			}
			steps = append(steps, s)
		}
		one, several := base.copied(t), base.copied(t)
		decided := make([]bool, len(steps))
		ok := make([]bool, len(steps))
		var say string
		one.do(actor, func(tx *aims.Tx) error {
			for i, s := range steps {
				err := s.call(tx, s.args)
				ok[i] = err == nil
				decided[i] = ok[i] && (decides(s.name) || slices.Contains(deciding, s.name))
				say += fmt.Sprintf("%s by %s, %s: %v\n", s.name, actor, s.args.id, err)
			}
			return nil
		})
		for i, s := range steps {
			if !ok[i] {
				continue
			}
			seen[s.name]++
			require.NoError(rt, several.try(actor, func(tx *aims.Tx) error { return s.call(tx, s.args) }), "%s: only in one commit\n%s", s.name, say)
			if decided[i] && s.name != "ApproveStatement" { // its ID is made of those before
				require.ErrorIs(rt, base.try(actor, func(tx *aims.Tx) error {
					if err := s.call(tx, s.args); err != nil {
						return err
					}
					return errUndo
				}), errUndo, "%s: not on the state before\n%s", s.name, say)
				seen["decided"]++
			}
		}
	})
	t.Log(seen)
	require.NotZero(t, seen["decided"])
}

// exclude leaves a control out that a person owns.
func exclude(tx *aims.Tx, owner string) error {
	d := tx.Decision(annexa.MustParse("A.10.4"))
	d.Applicability, d.Status, d.Owner, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, owner, dayOf(180)
	d.Justification, d.Grounds = "We supply nothing to anybody.", []annexa.Ground{{Kind: annexa.GroundOwn}}
	return tx.DecideControl(d)
}
