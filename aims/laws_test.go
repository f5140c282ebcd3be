package aims_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// What holds whatever anybody does: persons with rights and without, strangers and a
// program, with every verb, on their own records and on others', over months.
func TestLawsHoldWhateverAnybodyDoes(t *testing.T) {
	any := newAnybody(t)
	seen := make(map[string]int)
	rapid.Check(t, func(rt *rapid.T) {
		o := any.base.copied(t)
		past := make(map[time.Time]string)
		for range rapid.IntRange(4, 14).Draw(rt, "steps") {
			o.clock.Set(o.clock.Now().AddDate(0, 0, rapid.IntRange(0, 20).Draw(rt, "days")))
			before := o.View()
			actor, name, err := any.does(rt, o)
			after := o.View()
			if actor == "mallory" || actor == "" {
				require.Equal(rt, before.Head(), after.Head(), "%s by %q (%v)", name, actor, err)
			}
			if after.Head() == before.Head() {
				continue
			}
			seen[name]++
			lawful(rt, before, after, actor, fmt.Sprintf("%s by %s", name, actor))
			sameInside(rt, after, after.Time())
			past[after.Time()] = everything(t, after)
		}
		for at, then := range past {
			v, err := o.At(t.Context(), at)
			require.NoError(rt, err)
			require.Equal(rt, then, everything(t, v), "the past is what was seen then")
		}
	})
	require.Greater(t, len(seen), 20, "%v", seen)
	for _, name := range []string{"hurt", "write", "leave"} {
		require.NotZero(t, seen[name], "%s never went through: %v", name, seen)
	}
}

// anybody is whoever may do something, and what they may do.
type anybody struct {
	base       *org
	actors     []string
	names, own []string
	more       map[string]verbCall
}

func newAnybody(t *testing.T) *anybody {
	base := newOrg(t).staffed()
	castOf(base)
	base.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "ada"}) })
	actors := []string{"ada", "bob", "eve", "ian", "lea", "pam", "rob", "una", "scan", "mallory", ""}
	names := verbNames()
	more := map[string]verbCall{
		"leave": func(tx *aims.Tx, a verbArgs) error {
			p, _ := tx.People().Get(a.id)
			p.LeftOn = calendar.Of(tx.Now(), nil)
			return tx.PutPerson(p)
		},
		"top": func(tx *aims.Tx, a verbArgs) error {
			p, _ := tx.People().Get(a.id)
			p.TopManagement = !p.TopManagement
			return tx.PutPerson(p)
		},
		"appoint": func(tx *aims.Tx, a verbArgs) error { return tx.AssignRole(aims.RoleImpactApprover, a.id) },
		"accept":  func(tx *aims.Tx, a verbArgs) error { return tx.AcceptRole(aims.RoleImpactApprover) },
		"own": func(tx *aims.Tx, a verbArgs) error {
			s, _ := tx.Systems().Get("cv")
			s.Owner = a.id
			_, err := tx.ReviseSystem(s)
			return err
		},
		"outside": func(tx *aims.Tx, a verbArgs) error {
			s, _ := tx.Systems().Get("cv")
			s.OutOfScope = "a subsidiary runs it"
			_, err := tx.ReviseSystem(s)
			return err
		},
		"retire": func(tx *aims.Tx, a verbArgs) error { return tx.AdvanceStage("told", register.StageRetirement) },
		"hurt": func(tx *aims.Tx, a verbArgs) error {
			return tx.ReportIncident(aims.Incident{Title: "Harm", Grade: aims.GradeCritical, PersonsHarmed: true, DetectedOn: tx.Now(), Systems: []string{"told", "cv"}})
		},
		"stop": func(tx *aims.Tx, a verbArgs) error {
			for _, id := range []string{"told", "cv", "g1", "done"} {
				if open, ok := tx.OpenAssessment(id); ok {
					return tx.StopAssessment(open.ID, "no need")
				}
			}
			return nil
		},
		"write": func(tx *aims.Tx, a verbArgs) error {
			open, ok := tx.OpenAssessment("told")
			if !ok {
				return nil
			}
			s, _ := tx.Systems().Get("told")
			if err := tx.SaveAssessment(complete(open, s.Affected)); err != nil {
				return err
			}
			return tx.SubmitAssessment(open.ID)
		},
		"sign": func(tx *aims.Tx, a verbArgs) error {
			for _, id := range []string{"told", "cv", "g1"} {
				if open, ok := tx.OpenAssessment(id); ok && open.State == impact.StateSubmitted {
					if err := tx.ApproveAssessment(open.ID, aims.RoleImpactApprover); err == nil {
						return nil
					}
				}
			}
			return tx.ApproveAssessment("cv#1", aims.RolePolicyOwner)
		},
		"waive": func(tx *aims.Tx, a verbArgs) error {
			for _, id := range []string{"told", "cv", "s5"} {
				for _, d := range tx.DutiesOf(id, tx.Now()) {
					return tx.WaiveDuty(d.ID, "it lay elsewhere", calendar.Of(tx.Now().AddDate(0, 0, 30), nil))
				}
			}
			return nil
		},
	}
	slices.Sort(names)
	return &anybody{base, actors, names, slices.Sorted(maps.Keys(more)), more}
}

// does has one of them do something.
func (a *anybody) does(rt *rapid.T, o *org) (actor, name string, err error) {
	actor = rapid.SampledFrom(a.actors).Draw(rt, "actor")
	if rapid.Bool().Draw(rt, "of its own") {
		name = rapid.SampledFrom(a.own).Draw(rt, "deed")
	} else {
		name = rapid.SampledFrom(a.names).Draw(rt, "verb")
	}
	call, args := a.more[name], verbArgs{rapid.SampledFrom(a.actors[:8]).Draw(rt, "whom"), "because", o.clock.Now().AddDate(0, 0, 20)}
	if call == nil {
		v := callOfVerb[name]
		call, args.id = v.call, v.id
		if rapid.Bool().Draw(rt, "as meant") {
			actor = v.actor
		}
	}
	return actor, name, o.try(actor, func(tx *aims.Tx) error { return call(tx, args) })
}

// lawful looks at what one commit of an actor has done.
func lawful(t require.TestingT, before, after *aims.View, actor, what string) {
	now := after.Time()
	service := before.Services().Has(actor)

	// No duty ends but by an approval that came later, or a decision of somebody else.
	for id, was := range duties(before) {
		is, ok := duties(after)[id]
		require.True(t, ok, "%s: duty %s is gone", what, id)
		if is.Fulfilled() && !was.Fulfilled() {
			a, _ := after.Assessments().Get(is.FulfilledBy)
			require.Contains(t, []impact.State{impact.StateApproved, impact.StateSuperseded}, a.State, what)
			require.False(t, a.ApprovedAt.Before(is.Since), what)
		}
		for _, w := range is.Waivers[len(was.Waivers):] {
			s, _ := before.Systems().Get(is.System)
			a, _ := before.Assessments().Get(is.Assessment)
			require.NotEqual(t, s.Owner, w.By, what)
			require.NotContains(t, a.Authors, w.By, what)
			require.Equal(t, actor, w.By, what)
		}
	}
	// An assessment that ends without an approval leaves what called for it.
	for was := range before.Assessments().All() {
		is, ok := after.Assessments().Get(was.ID)
		require.True(t, ok, "%s: assessment %s is gone", what, was.ID)
		if was.State.Open() && is.State == impact.StateStopped {
			require.NotEmpty(t, after.DutiesOf(was.System, now), what)
			require.False(t, after.CoverageOf(was.System, now).Covered, what)
		}
		// No signature of an author, of who is not on file and active, or in a role that
		// nobody gave but oneself. What is signed stays signed, or goes back as a whole.
		for _, s := range is.Signatures {
			if slices.ContainsFunc(was.Signatures, func(o impact.Signature) bool { return o.By == s.By && o.Role == s.Role && o.At.Equal(s.At) }) {
				continue
			}
			require.Equal(t, actor, s.By, what)
			require.NotContains(t, is.Authors, s.By, what)
			p, ok := before.People().Get(s.By)
			require.True(t, ok && p.ActiveOn(calendar.Of(now, nil)), what)
			if s.For == "" && s.Role != impact.SignerOwner {
				r, _ := before.Roles().Get(s.Role)
				require.Equal(t, s.By, r.Holder, what)
				require.NotEqual(t, s.By, r.AppointedBy, what)
				require.NotContains(t, is.Authors, r.AppointedBy, what)
			}
		}
		if is.State == impact.StateApproved && was.State == impact.StateApproved {
			require.Equal(t, was.Digest(), is.Digest(), "%s: %s was rewritten", what, was.ID)
		}
	}
	// Approvals: never by an author, a service or who is not there; kept once given.
	approved := func(kind string, by string, authors []string) {
		if by != "" {
			require.Equal(t, actor, by, "%s: %s", what, kind)
			require.NotContains(t, authors, by, "%s: %s", what, kind)
			require.False(t, service, "%s: %s", what, kind)
		}
	}
	for p := range after.Policies().All() {
		if was, ok := before.Policies().Get(p.ID); !ok || was.Approval != p.Approval {
			approved("policy", p.Approval.By, p.Authors)
		}
	}
	for d := range after.Documents().All() {
		if was, ok := before.Documents().Get(d.ID); !ok || was.Approval != d.Approval {
			approved("document", d.Approval.By, d.Authors)
		}
	}
	scopes := make(map[string]aims.DocumentApproval)
	for s := range before.Scopes() {
		scopes[s.ID] = s.Approval
	}
	for s := range after.Scopes() {
		if scopes[s.ID] != s.Approval {
			approved("scope", s.Approval.By, s.Authors)
		}
	}
	criteria := make(map[string]time.Time)
	for c := range before.CriteriaVersions() {
		criteria[c.ID] = c.ApprovedAt
	}
	for c := range after.CriteriaVersions() {
		if !c.ApprovedAt.Equal(criteria[c.ID]) {
			approved("criteria", c.ApprovedBy, c.Authors)
		}
	}
	for r := range after.Risks().All() {
		was, _ := before.Risks().Get(r.ID)
		if r.Acceptance != was.Acceptance && !r.Acceptance.IsZero() {
			approved("risk", r.Acceptance.By, r.Authors)
			require.NotEqual(t, was.Owner, r.Acceptance.By, what)
		}
		require.GreaterOrEqual(t, len(r.Assessed), len(was.Assessed), what)
		for i, a := range was.Assessed {
			require.Equal(t, a, r.Assessed[i], what)
		}
	}
	for e := range after.Exceptions().All() {
		was, _ := before.Exceptions().Get(e.ID)
		for _, g := range e.Grants[len(was.Grants):] {
			require.NotEqual(t, e.RequestedBy, g.By, what)
			require.Equal(t, actor, g.By, what)
		}
	}
	for n := range after.Nonconformities().All() {
		was, _ := before.Nonconformities().Get(n.ID)
		if n.Verification != was.Verification && n.Verification.By != "" {
			require.NotEqual(t, was.Action.By, n.Verification.By, what)
			require.NotEqual(t, was.Owner, n.Verification.By, what)
			require.NotContains(t, n.Authors, n.Verification.By, what)
		}
		require.GreaterOrEqual(t, len(n.Verifications), len(was.Verifications), what)
	}
	for r := range after.Roles().All() {
		if was, ok := before.Roles().Get(r.ID); ok && r.Holder != was.Holder && r.Holder != "" {
			require.NotEqual(t, actor, r.Holder, "%s: nobody appoints himself", what)
			require.Equal(t, actor, r.AppointedBy, what)
		}
	}
	for p := range after.People().All() {
		if was, _ := before.People().Get(p.ID); was.TopManagement != p.TopManagement {
			require.NotEqual(t, actor, p.ID, "%s: nobody says it of himself", what)
		}
	}
}

func duties(v *aims.View) map[string]aims.Duty {
	all := make(map[string]aims.Duty)
	for s, rec := range v.All() {
		if s.Kind == aims.KindDuty {
			all[s.ID] = *rec.(*aims.Duty)
		}
	}
	return all
}
