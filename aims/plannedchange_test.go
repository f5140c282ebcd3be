package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// moveOfModels is a change that says all that an approval asks, planned for day 20.
func moveOfModels(owner string) aims.PlannedChange {
	return aims.PlannedChange{ID: "move", Title: "Models move to another host", Purpose: "One place for all models and their logs.", Consequences: "The filter stands still for an hour.",
		Integrity: "The old host stays up for a week; logs are copied first.", Resources: "Two people for two days.", Responsibilities: "Operations moves them and answers for the logs.",
		Clauses: []aims.Clause{aims.MustParseClause("8.1")}, Owner: owner, PlannedFor: due(20)}
}

// drift is a change that came about by itself, on day 0.
func drift(owner string) aims.PlannedChange {
	return aims.PlannedChange{ID: "drift", Title: "The model answers at greater length", Unintended: true, HappenedOn: due(0), Owner: owner}
}

// changing is an organisation in which ada plans to move models.
func changing(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(moveOfModels("ada")) })
	return o
}

func (o *org) change(id string) aims.PlannedChange {
	o.t.Helper()
	p, ok := o.View().PlannedChanges().Get(id)
	require.True(o.t, ok)
	return p
}

// redraft revises a change.
func redraft(id string, change func(*aims.PlannedChange)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		p, _ := tx.PlannedChanges().Get(id)
		change(&p)
		return tx.DraftChange(p)
	}
}

func touchChange(tx *aims.Tx, a verbArgs) error {
	return redraft(a.id, func(p *aims.PlannedChange) { p.Title += "." })(tx)
}

func approveChange(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.ApproveChange(id) }
}

func carryOut(id string, on calendar.Date, result string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CarryOutChange(id, on, result) }
}

func reviewChange(id, consequences, mitigation string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.ReviewChange(id, aims.ChangeReview{Consequences: consequences, Mitigation: mitigation})
	}
}

// A change is planned, approved by somebody else and carried out; what was approved isn't
// rewritten, and a day that passed in silence is a finding.
func TestChangesAsPlanned(t *testing.T) {
	o := changing(t)
	o.do("eve", approveChange("move"))
	require.Equal(t, aims.ChangeApproved, o.change("move").State)
	require.Equal(t, aims.ChangeApproval{By: "eve", At: day0, PlannedFor: due(20)}, o.change("move").Approval)

	o.do("bob", redraft("move", func(*aims.PlannedChange) {})) // nothing changes, and nothing falls back
	require.Equal(t, aims.ChangeApproved, o.change("move").State)
	require.Empty(t, find(o.View(), day(20), "CH-01"), "its day counts whole")
	found := find(o.View(), day(21), "CH-01")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, due(20).String())
	require.Len(t, o.View().Agenda(due(1), due(30)).Of("ada").Entries, 1)

	o.clock.Set(day(10))
	o.do("bob", redraft("move", func(p *aims.PlannedChange) { p.PlannedFor = due(40) }))
	p := o.change("move")
	require.Equal(t, aims.ChangeDraft, p.State)
	require.Equal(t, "eve", p.Earlier[0].By)
	require.Empty(t, p.Approval.By)
	require.Equal(t, []string{"ada", "bob"}, p.Authors)
	o.do("eve", approveChange("move"))
	o.clock.Set(day(41))
	require.Len(t, find(o.View(), day(41), "CH-01"), 1)
	o.do("ada", carryOut("move", due(39), "moved; the logs are complete"))
	require.Empty(t, find(o.View(), day(41), "CH-01"))
	require.Empty(t, find(o.View(), day(900), "CH-02"))
	require.False(t, o.change("move").Done.Unapproved)
	o.do("una", reviewChange("move", "as foreseen", "nothing is adverse")) // may be seen by somebody apart
	require.False(t, o.change("move").Open())

	o.do("ada", func(tx *aims.Tx) error {
		q := moveOfModels("ada")
		q.ID, q.PlannedFor = "other", due(50)
		return tx.DraftChange(q)
	})
	require.Len(t, find(o.View(), day(51), "CH-01"), 1)
	o.do("ada", func(tx *aims.Tx) error { return tx.DropChange("other", "the first move was enough") })
	require.Empty(t, find(o.View(), day(51), "CH-01"))
	require.Equal(t, "the first move was enough", o.change("other").DropReason)
}

// What was carried out without approval stands as that until somebody apart has reviewed
// what it led to, and so does what came about by itself, a month on.
func TestChangesWithoutPlanOrApproval(t *testing.T) {
	o := changing(t)
	o.do("ada", carryOut("move", due(0), "moved over night"))
	require.True(t, o.change("move").Done.Unapproved)
	found := find(o.View(), day(1), "CH-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(31), "CH-02")[0].Severity)
	o.refused("eve", aims.ErrState, approveChange("move")) // it is too late for that

	o.do("bob", func(tx *aims.Tx) error { return tx.DraftChange(drift("bob")) })
	require.Empty(t, find(o.View(), day(30), "CH-03"))
	found = find(o.View(), day(31), "CH-03")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(125), "CH-03")[0].Severity)
	o.clock.Set(day(31))
	o.do("una", reviewChange("move", "an hour without filter", "staff were told to look twice"))
	o.do("una", reviewChange("drift", "answers are read less", "a limit of length was set"))
	require.Empty(t, find(o.View(), day(125), "CH-02"))
	require.Empty(t, find(o.View(), day(125), "CH-03"))

	// Approved on the day after it was carried out is not approved.
	o.do("ada", func(tx *aims.Tx) error {
		q := moveOfModels("ada")
		q.ID, q.PlannedFor = "late", due(50)
		return tx.DraftChange(q)
	})
	o.clock.Set(day(40))
	o.do("eve", approveChange("late"))
	o.do("ada", carryOut("late", due(39), "moved the day before"))
	require.Len(t, find(o.View(), day(40), "CH-02"), 1)
}

// Who wants a change to look planned, approved or harmless.
func TestLiarsAboutChanges(t *testing.T) {
	o := changing(t)
	o.refused("ada", aims.ErrForbidden, approveChange("move")) // she leads nothing
	o.do("lea", func(tx *aims.Tx) error {
		p := moveOfModels("bob")
		p.ID = "leas"
		return tx.DraftChange(p)
	})
	o.refused("lea", aims.ErrSeparation, approveChange("leas")) // she wrote it
	o.do("ada", func(tx *aims.Tx) error {
		p := moveOfModels("eve")
		p.ID = "eves"
		return tx.DraftChange(p)
	})
	o.refused("eve", aims.ErrSeparation, approveChange("eves"))    // she answers for it
	o.refused("eve", aims.ErrSeparation, func(tx *aims.Tx) error { // she takes herself out of it, having written
		return errors.Join(redraft("move", func(p *aims.PlannedChange) { p.Authors = []string{"ada"} })(tx), tx.ApproveChange("move"))
	})
	for field, change := range map[string]func(*aims.PlannedChange){
		"purpose": func(p *aims.PlannedChange) { p.Purpose = "n/a" }, "consequences": func(p *aims.PlannedChange) { p.Consequences = "None." },
		"integrity": func(p *aims.PlannedChange) { p.Integrity = "" }, "resources": func(p *aims.PlannedChange) { p.Resources = "TBD" },
		"responsibilities": func(p *aims.PlannedChange) { p.Responsibilities = " - " }, "owner": func(p *aims.PlannedChange) { p.Owner = "" },
		"planned_for": func(p *aims.PlannedChange) { p.PlannedFor = calendar.Date{} },
	} {
		o.do("ada", func(tx *aims.Tx) error {
			p := moveOfModels("ada")
			p.ID = "thin-" + field
			change(&p)
			return tx.DraftChange(p)
		})
		err := o.refused("eve", aims.ErrInvalid, approveChange("thin-"+field))
		require.Contains(t, err.Error(), field+":")
	}
	with := func(change func(*aims.PlannedChange)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			p := moveOfModels("ada")
			p.ID = "new"
			change(&p)
			return tx.DraftChange(p)
		}
	}
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.PlannedChange)
	}{
		{"title", "reason", "x", func(p *aims.PlannedChange) { p.Title = "x" }},
		{"owner", "person", "ghost", func(p *aims.PlannedChange) { p.Owner = "ghost" }},
		{"systems[0]", "system", "none", func(p *aims.PlannedChange) { p.Systems = []string{"none"} }},
		{"planned_for", "range", "9999-12-31", func(p *aims.PlannedChange) { p.PlannedFor = calendar.MustParse("9999-12-31") }},
		{"planned_for", "range", "1890-01-01", func(p *aims.PlannedChange) { p.PlannedFor = calendar.MustParse("1890-01-01") }},
		{"happened_on", "unintended", due(0).String(), func(p *aims.PlannedChange) { p.HappenedOn = due(0) }},
		{"happened_on", "required", "", func(p *aims.PlannedChange) { p.Unintended, p.PlannedFor = true, calendar.Date{} }},
		{"planned_for", "unintended", due(20).String(), func(p *aims.PlannedChange) { p.Unintended, p.HappenedOn = true, due(0) }},
		{"happened_on", "past", due(1).String(), func(p *aims.PlannedChange) { *p = drift("ada"); p.ID, p.HappenedOn = "new", due(1) }},
		{"happened_on", "range", "1890-01-01", func(p *aims.PlannedChange) {
			*p = drift("ada")
			p.ID, p.HappenedOn = "new", calendar.MustParse("1890-01-01")
		}},
	} {
		o.invalid("ada", bad.field, bad.rule, bad.value, with(bad.change))
	}
	// What verbs decide is not typed.
	o.do("ada", with(func(p *aims.PlannedChange) {
		p.State, p.Approval = aims.ChangeDone, aims.ChangeApproval{By: "eve", At: day0, PlannedFor: due(20)}
		p.Earlier = []aims.ChangeApproval{p.Approval}
		p.Done, p.Reviews = aims.Carried{On: due(0), Result: "fine", By: "eve"}, []aims.ChangeReview{{Consequences: "fine", Mitigation: "fine", By: "eve"}}
	}))
	p := o.change("new")
	require.Equal(t, aims.ChangeDraft, p.State)
	require.Empty(t, p.Approval.By)
	require.Empty(t, p.Earlier)
	require.Empty(t, p.Done.By)
	require.Empty(t, p.Reviews)
	o.refused("ada", aims.ErrExists, func(tx *aims.Tx) error { return tx.DraftChange(moveOfModels("ada")) })

	o.clock.Set(day(21))
	o.invalid("eve", "planned_for", "future", due(20).String(), approveChange("move")) // criteria after the fact
	o.refused("una", aims.ErrForbidden, carryOut("move", due(21), "moved"))
	o.invalid("ada", "done.on", "past", due(22).String(), carryOut("move", due(22), "moved"))
	o.invalid("ada", "done.on", "range", "1890-01-01", carryOut("move", calendar.MustParse("1890-01-01"), "moved"))
	o.invalid("ada", "done.on", "required", "", carryOut("move", calendar.Date{}, "moved"))
	o.invalid("ada", "result", "reason", "n/a", carryOut("move", due(21), "n/a"))
	o.refused("una", aims.ErrState, reviewChange("move", "nothing yet, it seems", "none is needed"))
	o.invalid("ada", "drop_reason", "reason", "no", func(tx *aims.Tx) error { return tx.DropChange("move", "no") })

	// The same person plans, carries out and reviews; so does who carried it out for another.
	o.do("lea", carryOut("move", due(21), "moved"))
	for _, who := range []string{"ada", "lea"} {
		o.refused(who, aims.ErrSeparation, reviewChange("move", "all is well", "none is needed"))
	}
	o.invalid("una", "mitigation", "reason", "n/a", reviewChange("move", "all is well", "n/a"))
	o.refused("ada", aims.ErrState, redraft("move", func(p *aims.PlannedChange) { p.Purpose = "It always was so." }))
	o.refused("ada", aims.ErrState, carryOut("move", due(20), "moved a day before"))
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error { return tx.DropChange("move", "it never was") })
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindPlannedChange, ID: "move"})
	})

	// What nobody planned comes about no later, and was not planned after all.
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftChange(drift("bob")) })
	o.invalid("bob", "happened_on", "kept", due(20).String(), redraft("drift", func(p *aims.PlannedChange) { p.HappenedOn = due(20) }))
	o.invalid("bob", "unintended", "kept", "false", redraft("drift", func(p *aims.PlannedChange) {
		p.Unintended, p.HappenedOn, p.PlannedFor = false, calendar.Date{}, due(40)
	}))
	o.refused("bob", aims.ErrSeparation, reviewChange("drift", "nobody noticed", "none is needed"))
	o.do("una", reviewChange("drift", "nobody noticed", "none is needed"))
	o.refused("bob", aims.ErrState, redraft("drift", func(p *aims.PlannedChange) { p.Title = "Something else" }))
}

// Who answers for a change that is open and leaves is told of.
func TestLeaversOfChanges(t *testing.T) {
	o := changing(t)
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = due(5)
		return tx.PutPerson(p)
	})
	require.Contains(t, find(o.View(), day(6), "PE-03")[0].Message, "planned change move")
}
