package maturity_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// A new organisation registers a system and asks where it stands.
func Example() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "take stock"}, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "chat", Name: "Help-desk chat", Owner: "ada", Stage: register.StageOperation})
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	report := maturity.Evaluate(maturity.DefaultModel(), m.View(), now)
	fmt.Printf("%s %s, %d%% of the way to %s\n", report.Level, report.Name, report.ProgressTo(maturity.ML1), maturity.ML1)
	for _, step := range report.Next(3) {
		fmt.Printf("%s %s\n  %s\n", step.Criterion, step.Title, step.Found)
	}
	// Output:
	// ML0 Unmanaged, 13% of the way to ML1
	// ML1.01 Inventory exists and is current
	//   Nobody has searched for AI in use.
	// ML1.04 AI policy approved by top management
	//   No AI policy is in force.
	// ML1.13 High-impact systems have signed impact assessments
	//   1 of 1 systems of high or unknown impact lack a signed assessment that covers them: Help-desk chat.
}

// An organisation adds a criterion of its own.
func ExampleModel_With() {
	cards := maturity.Criterion{
		ID: "ACME-1", Level: maturity.ML2, Step: 3, Phase: aims.Do, Weight: 1,
		Title: "Every system has a model card",
		Next:  "Write the card and link it (ReviseSystem).",
		Why:   "Our customers ask for it.",
		Predicate: func(in *maturity.Input) maturity.Outcome {
			var t maturity.Tally
			for _, s := range in.Systems() {
				if len(s.Links) == 0 {
					t.Fail(s.Subject(), s.Name, issue.NewText("It has no link to a model card."))
					continue
				}
				t.Pass(time.Time{}) // time alone does not end it
			}
			return t.Outcome(issue.NewText("Some systems have no model card."))
		},
	}
	model := maturity.DefaultModel().With(cards)
	model.ID, model.Version = "acme", "2026-03"
	fmt.Println(model.Validate(), len(model.Criteria)-len(maturity.DefaultModel().Criteria))
	// Output:
	// <nil> 1
}

// small is the file of a model that a vendor ships. Two of its criteria ask for
// monitoring, with other days.
const small = `{
  "schema": "aimskit-model/1", "id": "acme", "version": "2026-03",
  "levels": [
    {"level": "ML0", "name": "Open", "meaning": "Something of the first level is missing."},
    {"level": "ML1", "name": "Known", "meaning": "What runs is known and owned."},
    {"level": "ML2", "name": "Watched", "meaning": "What runs is watched."},
    {"level": "ML3", "name": "Watched closely", "meaning": "What runs is watched monthly, and has a model card."}
  ],
  "steps": [{"step": 1, "title": "Know"}, {"step": 2, "title": "Watch"}],
  "criteria": [
    {"id": "K1", "level": "ML1", "step": 1, "phase": "plan", "weight": 1, "basis": "self_declared", "predicate": "systems_owned",
     "title": "Owners", "statement": "Each system has an owner.", "next": "Name owners."},
    {"id": "W1", "level": "ML2", "step": 2, "phase": "check", "weight": 2, "basis": "self_declared", "predicate": "operation_monitored",
     "title": "Monitored", "statement": "Each system was looked at in the quarter.", "next": "Monitor."},
    {"id": "W2", "level": "ML3", "step": 2, "phase": "check", "weight": 2, "basis": "self_declared", "predicate": "operation_monitored",
     "title": "Monitored monthly", "statement": "Each system of high impact was looked at in the month.", "next": "Monitor monthly.",
     "parameters": {"monitor_days": {"high": 30}}},
    {"id": "W3", "level": "ML3", "step": 2, "phase": "do", "weight": 1, "basis": "self_declared", "predicate": "x-model-cards",
     "title": "Model cards", "statement": "Each system has a model card.", "next": "Write the cards."}
  ],
  "parameters": {
    "owner_grace_days": 30, "evidence_days": 365,
    "monitor_days": {"unacceptable": 90, "high": 90, "limited": 90, "minimal": 90}
  }
}`

// A vendor ships a model as a file. It names predicates of the library and one of the
// program's own.
func ExampleParseModel() {
	cards := func(in *maturity.Input) maturity.Outcome {
		var t maturity.Tally
		for _, s := range in.Systems() {
			if len(s.Links) == 0 {
				t.Fail(s.Subject(), s.Name, issue.NewText("It has no link to a model card."))
				continue
			}
			t.Pass(time.Time{})
		}
		return t.Outcome(issue.NewText("Some systems have no model card."))
	}
	model, err := maturity.ParseModel([]byte(small), map[string]maturity.Predicate{"x-model-cards": cards})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.ID, model.Version, len(model.Criteria))
	for _, id := range []string{"W1", "W2"} {
		fmt.Println(id, model.ParametersOf(id).MonitorDays[impact.LevelHigh], "days")
	}
	_, err = maturity.ParseModel([]byte(strings.Replace(small, `"weight": 2`, `"weight": -2`, 1)), map[string]maturity.Predicate{"x-model-cards": cards})
	fmt.Println(err)
	// Output:
	// acme 2026-03 4
	// W1 90 days
	// W2 30 days
	// criteria[1].weight: must be 1 or more (rule min, got "-2")
}

// The last weeks, as the journal shows them.
func ExamplePast() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	const week = 7 * 24 * time.Hour
	now = now.Add(2 * week)
	model := maturity.DefaultModel()
	past, err := maturity.Past(model, m.Between(ctx, now.Add(-2*week), now, week))
	if err != nil {
		fmt.Println(err)
		return
	}
	for l := range past.All() {
		fmt.Println(l.At.Format(time.DateOnly), l.Level)
	}
	held, _ := maturity.Evaluate(model, m.View(), now, past).Result("ML3.01")
	fmt.Println(held.Message)
	// Output:
	// 2026-03-02 ML0
	// 2026-03-09 ML0
	// 2026-03-16 ML0
	// ML2 or better on 0 of the last 365 days; nothing is known of 350.
}

func ExampleParseLevel() {
	level, err := maturity.ParseLevel("ml2")
	fmt.Println(level, level >= maturity.ML1, err)
	_, err = maturity.ParseLevel("gold")
	fmt.Println(err)
	// Output:
	// ML2 true <nil>
	// "gold" is not a level; the levels are ML0, ML1, ML2 and ML3
}

// How far an organisation has come, week by week.
func ExampleTrend() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	const week = 7 * 24 * time.Hour
	now = now.Add(week)
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "take stock"}, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "chat", Name: "Help-desk chat", Owner: "ada", Stage: register.StageOperation})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	past, err := maturity.Past(maturity.DefaultModel(), m.Between(ctx, now.Add(-week), now, week))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range maturity.Trend(past, maturity.ML1) {
		fmt.Printf("%s %s %.2f\n", p.At.Format(time.DateOnly), p.Level, p.Credit)
	}
	// Output:
	// 2026-03-02 ML0 0.00
	// 2026-03-09 ML0 0.13
}

// When will everything be registered? A forecast is a range, at the pace of the past.
func ExampleForecast() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	// An organisation that means to list its twenty suppliers, some each week.
	listed := maturity.Criterion{ID: "ACME-1", Level: maturity.ML1, Step: 1, Phase: aims.Plan, Weight: 1, Title: "Suppliers are listed",
		Predicate: func(in *maturity.Input) maturity.Outcome {
			o := maturity.Outcome{State: maturity.StateNotMet, Met: in.View.Suppliers().Len(), Of: 20}
			if o.Met >= o.Of {
				o.State = maturity.StateMet
			}
			return o
		}}
	model := maturity.DefaultModel()
	model.ID, model.Criteria = "acme", []maturity.Criterion{listed}
	const week = 7 * 24 * time.Hour
	for _, some := range []int{2, 1, 1, 0, 2, 1, 1, 2} {
		err := m.Update(ctx, aims.By{Actor: "ada", Reason: "list suppliers"}, func(tx *aims.Tx) error {
			for range some {
				name := fmt.Sprintf("supplier-%02d", tx.Suppliers().Len()+1)
				if err := tx.PutSupplier(aims.Supplier{ID: name, Name: name}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		now = now.Add(week)
	}
	past, err := maturity.Past(model, m.Between(ctx, now.Add(-8*week), now, week))
	if err != nil {
		fmt.Println(err)
		return
	}
	outlook, err := maturity.Forecast(model, m.View(), past, now, maturity.ML1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outlook.Status, outlook.Text)
	fmt.Println(outlook.Renewed.Text)
	// Output:
	// forecast At this pace 5.0 percent of what ML1 asks for come to it in a week; 50 percent are there.
	// At this pace, and with renewals as before, ML1 is reached between 2026-06-22 and 2026-07-20.
}

// A new organisation asks for a plan: what to do, until when, and what it hangs on.
func ExampleRoadmap() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := maturity.Roadmap(maturity.DefaultModel(), m.View(), now, now, maturity.ML1, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range plan.Slips {
		fmt.Println(s.Text)
	}
	for _, item := range plan.Items[:3] {
		fmt.Printf("by %s: %s (%s)\n  %s\n", item.Due.Format(time.DateOnly), item.Title, item.Responsible.Role, item.Do)
	}
	fmt.Printf("%s by %s, at the earliest by %s: %v\n", plan.Target, plan.End.Format(time.DateOnly), plan.Earliest.Format(time.DateOnly), plan.Critical)
	// Output:
	// Nobody holds the sponsor's role: nothing else counts before somebody does.
	// by 2026-03-09: Roles are assigned (executive-sponsor)
	//   Appoint somebody (AssignRole), who accepts (AcceptRole).
	// by 2026-03-23: Inventory exists and is current (aims-lead)
	//   Search purchasing, sign-on logs, expenses, code and bought software, and settle every find (PutSweep).
	// by 2026-04-06: Every system has an accountable owner (aims-lead)
	//   Name an owner for each (ReviseSystem).
	// ML1 by 2026-05-25, at the earliest by 2026-05-04: [ML1.06 ML1.01 ML1.03 ML1.02 ML1.10 ML1.13 ML1.16 ML1.17]
}

// What if Ada left?
func ExampleWhatIf() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "take stock"}, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "chat", Name: "Help-desk chat", Owner: "ada", Stage: register.StageOperation})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := maturity.WhatIf(maturity.DefaultModel(), m.View(), now, maturity.History{},
		maturity.Change{Lapsed: aims.Subject{Kind: aims.KindPerson, ID: "ada"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range h.Lost {
		fmt.Println(c.Criterion, c.Title, c.Failing[0].Why)
	}
	// Output:
	// ML1.03 Every system has an accountable owner No active person owns it.
}

// A watch follows the level as people work.
func ExampleWatch() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}, Clock: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	w := maturity.NewWatch(maturity.DefaultModel(), m.View(), now)
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "it is in use"}, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "chat", Name: "Chat", Owner: "ada", Stage: register.StageOperation})
	})
	if err != nil {
		panic(err)
	}
	c := w.Follow(m.View(), now)
	fmt.Println(c.From, "to", c.To, "gained", c.Gained, "lost", c.Lost)
	// Output: ML0 to ML0 gained [ML1.03 ML2.03 ML2.11 ML2.15 ML3.08 ML3.12 ML3.14] lost []
}
