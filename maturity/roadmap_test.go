package maturity_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

func (o *org) roadmap(start time.Time, target maturity.Level, with ...string) maturity.Plan {
	o.tb.Helper()
	p, err := maturity.Roadmap(maturity.DefaultModel(), o.View(), o.now, start, target, &maturity.RoadmapOptions{Accelerators: with})
	require.NoError(o.tb, err)
	return p
}

// items are those of a plan by criterion.
func items(p maturity.Plan) map[string]maturity.PlanItem {
	out := make(map[string]maturity.PlanItem)
	for _, i := range p.Items {
		out[i.Criterion] = i
	}
	return out
}

// An organisation that has nothing: everything is open, 26 weeks from the start, and
// nobody is there to begin.
//
// What the earliest end hangs on, by the table: roles 5 days, search 10, owners 5,
// entries 5, levels 5, first monitoring 5, 56 days of records, audit 14, closure 30: 135.
func TestRoadmapFromNothing(t *testing.T) {
	o := newOrg(t)
	p := o.roadmap(day0, maturity.ML2)
	require.Equal(t, maturity.ML0, p.Level)
	require.Len(t, p.Items, 39, "17 of ML1, 22 of ML2")
	require.Equal(t, day0.AddDate(0, 0, 26*7), p.Due)
	require.Equal(t, p.Due, p.End)
	require.Equal(t, []string{"ML1.06", "ML1.01", "ML1.03", "ML1.02", "ML1.10", "ML2.08", "ML2.17", "ML2.19"}, p.Critical)
	require.Equal(t, 135, int(p.Earliest.Sub(day0).Hours()/24))
	require.Len(t, p.Slips, 1)
	require.True(t, p.Slips[0].Stops)
	require.Equal(t, "no_sponsor", p.Slips[0].ID)

	all := items(p)
	roles := all["ML1.06"]
	require.Equal(t, maturity.ItemOpen, roles.Status)
	require.Equal(t, aims.Responsible{Role: aims.RoleSponsor}, roles.Responsible, "nobody is named, and it shows")
	require.Equal(t, "Appoint somebody (AssignRole), who accepts (AcceptRole).", roles.Do.String())
	require.Equal(t, []time.Time{day0, day0.AddDate(0, 0, 7)}, []time.Time{roles.EarliestStart, roles.Due})
	require.True(t, roles.Critical)
	require.Zero(t, roles.Slack)
	review := all["ML2.20"]
	require.Equal(t, []string{"ML2.17"}, review.After)
	require.False(t, review.Critical)
	require.Equal(t, 30-7-14, review.Slack, "closure takes thirty days, the review seven, and its follow-up fourteen")
	require.Equal(t, p.Due.AddDate(0, 0, -14), review.End, "week 24")

	require.Len(t, p.Steps, 4)
	require.Equal(t, "Register what you run", p.Steps[0].Title)
	require.Equal(t, []time.Time{day0, day0.AddDate(0, 0, 42)}, []time.Time{p.Steps[0].From, p.Steps[0].To})
	require.Equal(t, []time.Time{day0.AddDate(0, 0, 28), day0.AddDate(0, 0, 84)}, []time.Time{p.Steps[1].From, p.Steps[1].To})
	require.False(t, p.Steps[0].Milestones[0].Done)
}

func TestRoadmapFollowsWhatIsDone(t *testing.T) {
	o := newOrg(t)
	o.step1()
	p := o.roadmap(day0, maturity.ML2)
	require.Empty(t, p.Slips)
	require.Equal(t, p.Steps[0].Of, p.Steps[0].Met)
	for _, m := range p.Steps[0].Milestones {
		require.True(t, m.Done, m.Text)
	}
	all := items(p)
	require.Equal(t, maturity.ItemDone, all["ML1.04"].Status)
	require.Zero(t, all["ML1.04"].End)
	high := all["ML1.13"]
	require.Equal(t, aims.Responsible{Person: "ian", Role: aims.RoleImpactApprover}, high.Responsible)
	require.Equal(t, "credit", high.Subjects[slices.IndexFunc(high.Subjects, func(s maturity.PlanSubject) bool { return s.Subject.ID == "credit" })].Subject.ID)
	for _, s := range high.Subjects {
		require.Equal(t, "ada", s.Responsible.Person, "who owns it")
	}
	require.Equal(t, 3*float64(len(high.Subjects)), high.Effort, "three days each")

	o.do("una", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleAuditLead, "") })
	require.Equal(t, aims.Responsible{Role: aims.RoleAuditLead}, items(o.roadmap(day0, maturity.ML2))["ML2.17"].Responsible)

	// Eight weeks on, and nothing more has happened.
	o.pass(56)
	p = o.roadmap(day0, maturity.ML2)
	all = items(p)
	require.Equal(t, maturity.ItemLate, all["ML1.11"].Status, "it was for week 7")
	require.Equal(t, maturity.ItemOpen, all["ML1.16"].Status, "it is for week 12")
	require.True(t, all["ML1.11"].End.After(o.now))
	require.Equal(t, p.Due, p.End, "there is time yet")
	o.pass(80)
	p = o.roadmap(day0, maturity.ML2)
	require.True(t, p.End.After(p.Due), "now it can't be made")
	require.Equal(t, p.Earliest, p.End)

	// An organisation on ML2 has its year to wait for ML3, and nothing else before.
	top := mature(t)
	require.Zero(t, len(top.roadmap(day0, maturity.ML2).Critical))
	require.Equal(t, top.now, top.roadmap(day0, maturity.ML2).End)
	p, err := maturity.Roadmap(maturity.DefaultModel(), top.View(), top.now, day0, maturity.ML3, &maturity.RoadmapOptions{History: []maturity.History{top.past(120)}})
	require.NoError(t, err)
	require.Equal(t, []string{"ML3.01"}, p.Critical)
	require.Equal(t, top.now.AddDate(0, 0, 365), p.Earliest)
	require.Equal(t, day0.AddDate(0, 0, 78*7), p.End)
}

// The history begins with the first record, whenever the plan began.
func TestRoadmapCountsFromTheFirstRecord(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.step2()
	o.step3()
	o.pass(30)
	all := items(o.roadmap(day0, maturity.ML2))
	require.Equal(t, day0.AddDate(0, 0, 90), all["ML2.22"].EarliestEnd)
	require.Equal(t, day0.AddDate(0, 0, 56), all["ML2.17"].EarliestStart, "eight weeks of records")
	require.Equal(t, day0.AddDate(0, 0, 70), all["ML2.17"].EarliestEnd)
	require.Equal(t, all["ML2.17"].EarliestEnd, all["ML2.20"].EarliestStart)
}

func TestRoadmapWithHeadStartAndManySystems(t *testing.T) {
	o := newOrg(t)
	o.step1()
	fast := o.roadmap(day0, maturity.ML2, "iso27001")
	require.Equal(t, day0.AddDate(0, 0, 20*7), fast.Due)
	require.Equal(t, []string{"iso27001"}, fast.Accelerators)
	require.Equal(t, day0.AddDate(0, 0, 8*7), items(fast)["ML1.16"].Due)
	slow := o.roadmap(day0, maturity.ML2)
	require.Equal(t, slow.Due.AddDate(0, 0, -42), fast.Due)
	require.Less(t, fast.Effort, slow.Effort)
	require.Equal(t, items(slow)["ML1.13"].Effort, items(fast)["ML1.13"].Effort, "impact assessments are never lent")

	// The organisation's record says it as well, and it counts once.
	told := o.twin(t)
	told.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.HoldsISO27001 = true
		return tx.PutOrganisation(our)
	})
	require.Equal(t, fast.Due, told.roadmap(day0, maturity.ML2).Due)
	require.Equal(t, fast.Due, told.roadmap(day0, maturity.ML2, "iso27001").Due)

	o.do("ada", func(tx *aims.Tx) error {
		for i := range 39 { // 41 with those that are there
			s := spamFilter()
			s.ID = fmt.Sprint("more-", i)
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	many := o.roadmap(day0, maturity.ML2)
	require.Equal(t, slow.Due.AddDate(0, 0, 14), many.Due, "two times ten above twenty")
	require.Equal(t, "41 systems are on file: a week more for each 10 above 20.", many.Slips[0].Text.String())
	require.Equal(t, 2, many.Slips[0].Weeks)
}

func TestRoadmapRefuses(t *testing.T) {
	o := newOrg(t)
	for field, bad := range map[string]func() (maturity.Plan, error){
		"target": func() (maturity.Plan, error) {
			return maturity.Roadmap(maturity.DefaultModel(), o.View(), o.now, day0, maturity.ML0, nil)
		},
		"start": func() (maturity.Plan, error) {
			return maturity.Roadmap(maturity.DefaultModel(), o.View(), o.now, time.Time{}, maturity.ML1, nil)
		},
		"accelerators[1]": func() (maturity.Plan, error) {
			return maturity.Roadmap(maturity.DefaultModel(), o.View(), o.now, day0, maturity.ML1, &maturity.RoadmapOptions{Accelerators: []string{"iso27001", "luck"}})
		},
	} {
		_, err := bad()
		var is issue.Issues
		require.ErrorAs(t, err, &is, field)
		require.Equal(t, field, is[0].Field)
	}
}

// The tables fit the model, and a plan by them can be kept.
func TestRoadmapTables(t *testing.T) {
	m := maturity.DefaultModel()
	steps := make(map[int]maturity.PathStep)
	for _, s := range maturity.PathSteps() {
		steps[s.Step] = s
		require.LessOrEqual(t, s.First, s.Last)
	}
	require.Len(t, steps, len(m.Steps))
	rows := make(map[string]maturity.Work)
	for _, w := range maturity.WorkTable() {
		require.NotContains(t, rows, w.Criterion)
		require.NotEmpty(t, w.Why)
		rows[w.Criterion] = w
	}
	require.Len(t, rows, len(m.Criteria)+1)
	o := newOrg(t)
	for _, c := range m.Criteria {
		w, known := rows[c.ID]
		require.True(t, known, c.ID)
		require.True(t, o.View().Roles().Has(w.Role), w.Role)
		require.True(t, w.Week >= steps[c.Step].First && w.Week <= steps[c.Step].Last, "%s in week %d", c.ID, w.Week)
		for _, a := range w.After {
			if a.Criterion != "" {
				require.LessOrEqual(t, rows[a.Criterion].Week, w.Week, "%s waits for %s", c.ID, a.Criterion)
			}
		}
	}
	for _, s := range steps {
		for _, stone := range s.Milestones {
			for _, id := range stone.Criteria {
				require.LessOrEqual(t, rows[id].Week, stone.Week, id)
			}
		}
	}
	for _, a := range maturity.Accelerators() {
		for _, id := range a.Halves {
			require.Contains(t, rows, id)
		}
		require.NotEmpty(t, a.Why)
	}
	p := o.roadmap(day0, maturity.ML3)
	for _, i := range p.Items {
		require.False(t, i.EarliestEnd.After(i.Due), "%s can't be met by its week", i.Criterion)
	}

	// What a table hands out is nobody's to change.
	maturity.WorkTable()[0].Days = 99
	maturity.PathSteps()[0].Milestones[0].Criteria[0] = "x"
	maturity.Accelerators()[0].Halves[0] = "x"
	require.Equal(t, p, o.roadmap(day0, maturity.ML3))
}

// Whatever is missing: a plan keeps its own rules.
func TestRoadmapKeepsItsRules(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, len(all.orgs)-1).Draw(rt, "org")
		o, history := all.orgs[n], []maturity.History{all.history}[:n/3]
		now := o.now.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 20, 100, 400}).Draw(rt, "later"))
		start := o.now.AddDate(0, 0, rapid.IntRange(-300, 60).Draw(rt, "start"))
		target := rapid.SampledFrom(maturity.Levels()[1:]).Draw(rt, "target")
		make := func(start time.Time) maturity.Plan {
			p, err := maturity.Roadmap(maturity.DefaultModel(), o.View(), now, start, target, &maturity.RoadmapOptions{History: history})
			require.NoError(rt, err)
			return p
		}
		p := make(start)
		text, err := json.Marshal(p)
		require.NoError(rt, err)
		again, err := json.Marshal(make(start.In(time.FixedZone("elsewhere", -5*3600))))
		require.NoError(rt, err)
		require.Empty(rt, cmp.Diff(string(text), string(again)))

		r := maturity.Evaluate(maturity.DefaultModel(), o.View(), now, history...)
		by, open, effort := items(p), 0, 0.0
		require.Len(rt, by, len(p.Items))
		for _, i := range p.Items {
			c, _ := r.Result(i.Criterion)
			require.LessOrEqual(rt, i.Level, target)
			if c.State.Holds() {
				require.True(rt, i.End.IsZero() && !i.Critical && i.Effort == 0, i.Criterion)
				continue
			}
			open++
			effort += i.Effort
			require.Len(rt, i.Subjects, len(c.Failing))
			require.False(rt, i.EarliestStart.Before(now) || i.EarliestEnd.Before(i.EarliestStart), i.Criterion)
			require.False(rt, i.End.Before(i.EarliestEnd) || i.End.Before(i.Due) || i.End.After(p.End), i.Criterion)
			require.Equal(rt, now.After(i.Due), i.Status == maturity.ItemLate)
			require.GreaterOrEqual(rt, i.Slack, 0, i.Criterion)
			require.True(rt, !i.Critical || i.Slack == 0, i.Criterion)
			for _, before := range i.After {
				require.False(rt, by[before].EarliestEnd.After(i.EarliestStart), "%s before %s", before, i.Criterion)
			}
		}
		require.Equal(rt, open > 0, len(p.Critical) > 0)
		require.Equal(rt, open, len(r.BlockersTo(target)))
		require.InDelta(rt, effort, p.Effort, 1e-9)
		if open > 0 {
			require.Equal(rt, p.Earliest, by[p.Critical[len(p.Critical)-1]].EarliestEnd)
		}
		for n := 1; n < len(p.Critical); n++ {
			require.Contains(rt, by[p.Critical[n]].After, p.Critical[n-1])
		}
		require.False(rt, p.End.Before(p.Earliest))
	})
}

// Criteria of one's own have their place in the plan too.
func TestRoadmapOfOwnCriteria(t *testing.T) {
	o := newOrg(t)
	m := maturity.DefaultModel().With(maturity.Criterion{ID: "ACME-1", Level: maturity.ML2, Step: 3, Phase: aims.Do, Weight: 1, Title: "100% of cards", Next: "Write 100% of them.",
		Predicate: func(*maturity.Input) maturity.Outcome { return maturity.Outcome{State: maturity.StateUnknown} }})
	p, err := maturity.Roadmap(m, o.View(), o.now, day0, maturity.ML2, nil)
	require.NoError(t, err)
	own := items(p)["ACME-1"]
	require.Equal(t, maturity.StateUnknown, own.State)
	require.Equal(t, day0.AddDate(0, 0, 24*7), own.Due, "the last week of its step")
	require.Equal(t, "Write 100% of them.", own.Do.String())
}

func TestRoadmapForAReader(t *testing.T) {
	now := day0
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}, Clock: func() time.Time { return now }, Redact: func(reader any, s aims.Subject, rec any) bool {
		return reader != "guest" || !strings.Contains(s.ID, "secret")
	}})
	require.NoError(t, err)
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "secret-agent", Name: "Sam"}); err != nil {
			return err
		}
		for id, owner := range map[string]string{"open": "secret-agent", "secret": "ada"} {
			if err := tx.RegisterSystem(register.System{ID: id, Name: "Tool " + id, Owner: owner, Stage: register.StageOperation}); err != nil {
				return err
			}
		}
		return nil
	}))
	text := func(v *aims.View) string {
		p, err := maturity.Roadmap(maturity.DefaultModel(), v, now, now, maturity.ML2, nil)
		require.NoError(t, err)
		b, err := json.Marshal(p)
		require.NoError(t, err)
		return string(b)
	}
	require.Contains(t, text(m.View()), "secret-agent")
	seen := text(m.View().For("guest"))
	require.NotContains(t, seen, "secret")
	require.Contains(t, seen, "Tool open")
}

// What to do next goes by what it brings for a day of work: the lowest level first, and
// nothing before what it waits for.
func TestNextByGain(t *testing.T) {
	work := make(map[string]maturity.Work)
	for _, w := range maturity.WorkTable() {
		work[w.Criterion] = w
	}
	for name, o := range map[string]*org{"new": newOrg(t), "ML2": mature(t)} {
		r := o.report()
		steps := r.NextByGain(-1)
		require.NotEmpty(t, steps, name)
		require.Len(t, r.NextByGain(2), 2)
		require.Len(t, steps, len(r.Next(-1)), name)
		gains := make(map[maturity.Level]float64)
		for i, s := range steps {
			gains[s.Level] += s.Gain
			c, _ := r.Result(s.Criterion)
			w, ok := work[s.Criterion]
			if !ok {
				w = work[""]
			}
			require.InDelta(t, w.Effort+w.Each*float64(len(c.Failing)), s.Effort, 1e-9, s.Criterion)
			for _, id := range s.Waits {
				before, ok := r.Result(id)
				require.True(t, ok && !before.State.Holds(), "%s waits for %s", s.Criterion, id)
			}
			if i == 0 {
				continue
			}
			last := steps[i-1]
			require.LessOrEqual(t, last.Level, s.Level)
			if last.Level == s.Level {
				require.False(t, len(last.Waits) > 0 && len(s.Waits) == 0, "%s stands before %s, which waits for nothing", last.Criterion, s.Criterion)
			}
		}
		for l, gain := range gains { // all that is open is what is missing to the whole
			require.InDelta(t, 100-r.ProgressTo(l), gain, 1, "%s %s", name, l)
		}
	}
	// With nothing on file the roles come first: one day, and all the rest waits for somebody.
	require.Equal(t, "ML1.06", newOrg(t).report().NextByGain(1)[0].Criterion)
}
