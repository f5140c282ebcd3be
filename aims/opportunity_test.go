package aims_test

import (
	"errors"
	"iter"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// opportunity is one that bob sees to.
func opportunity(id string) aims.Opportunity {
	return aims.Opportunity{ID: id, Title: "One audit for both standards", Gain: "half the days of audit", Owner: "bob"}
}

// twoAudits is an issue of the context, in which an opportunity was seen.
var (
	twoAudits = aims.ContextIssue{ID: "audits", Title: "Two audits a year", Origin: aims.Internal}
	seenIn    = []aims.Subject{{Kind: aims.KindContextIssue, ID: "audits"}}
)

func pursue(id string) func(*aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DecideOpportunity(id, aims.OpportunityPursue, "it costs little") }
}

func judged(id string, worked bool) func(*aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.JudgeOpportunity(id, worked, "three days instead of six") }
}

// aboutChance sets an action of bob's that comes from an opportunity.
func aboutChance(id, action string) func(*aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.PutAction(aims.Action{ID: action, What: "ask the body", Owner: "bob", Due: tx.Today().AddDays(20), Source: aims.Subject{Kind: aims.KindOpportunity, ID: id}})
	}
}

func actionDone(id string) func(*aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CompleteAction(id, tx.Today(), "it comes once") }
}

// theOpportunity is the one of an ID.
func theOpportunity(r interface {
	Opportunities() iter.Seq[aims.Opportunity]
}, id string) (o aims.Opportunity) {
	for one := range r.Opportunities() {
		if one.ID == id {
			o = one
		}
	}
	return o
}

// dueOf is what an agenda of some months says of a probe.
func dueOf(o *org, probe string) (all []aims.AgendaEntry) {
	for _, e := range o.View().Agenda(dayOf(0), dayOf(100)).Entries {
		if e.Probe == probe {
			all = append(all, e)
		}
	}
	return all
}

// tried puts an opportunity on file that is pursued, and about which all is done.
func (o *org) tried(id string) {
	o.t.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.PutContextIssue(twoAudits), tx.PutOpportunity(opportunity(id)))
	})
	o.do("lea", pursue(id))
	o.do("lea", aboutChance(id, id+"-act"))
	o.do("bob", actionDone(id+"-act"))
}

// An opportunity is decided on, something is done about it, and somebody else says whether
// that worked, once it can be seen.
func TestOpportunity(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("bob", func(tx *aims.Tx) error {
		c := opportunity("c")
		c.From = seenIn
		return errors.Join(tx.PutContextIssue(twoAudits), tx.PutOpportunity(c))
	})
	require.Empty(t, find(o.View(), day(90), "OP-01"), "due through its day")
	f := find(o.View(), day(91), "OP-01")
	require.Len(t, f, 1)
	require.Equal(t, aims.SeverityOpportunity, f[0].Severity)
	require.Contains(t, f[0].Message, "nobody has decided")

	due := dueOf(o, "OP-01")
	require.Len(t, due, 1)
	require.Equal(t, dayOf(90), due[0].Day)
	require.Equal(t, "bob", due[0].Person)

	o.refused("una", aims.ErrState, judged("c", false))
	o.do("lea", pursue("c"))
	due = dueOf(o, "OP-02")
	require.Len(t, due, 1)
	require.Equal(t, dayOf(30), due[0].Day)
	o.refused("lea", aims.ErrState, pursue("c"))
	require.Empty(t, find(o.View(), day(91), "OP-01"))
	require.Empty(t, find(o.View(), day(30), "OP-02"))
	f = find(o.View(), day(31), "OP-02")
	require.Len(t, f, 1)
	require.Equal(t, aims.SeverityMinor, f[0].Severity)
	require.Contains(t, f[0].Message, "nothing is done about it")

	o.refused("una", aims.ErrState, judged("c", true))
	o.do("lea", aboutChance("c", "ask"))
	require.Empty(t, find(o.View(), day(31), "OP-02"), "an action that is late is found by itself")
	o.refused("una", aims.ErrState, judged("c", true))
	o.clock.Set(day(10))
	o.do("bob", actionDone("ask"))
	require.Empty(t, find(o.View(), day(70), "OP-02"))
	require.Contains(t, find(o.View(), day(71), "OP-02")[0].Message, "nobody has said whether it worked")

	o.clock.Set(day(39))
	o.invalid("una", "effective", "effect", "true", judged("c", true))
	o.clock.Set(day(40))
	o.do("una", judged("c", true))
	c := theOpportunity(o.View(), "c")
	require.False(t, c.Open())
	e, _ := c.Effect()
	require.Equal(t, "una", e.By)
	require.Empty(t, find(o.View(), day(300), "OP-02"))
	for _, again := range []func(*aims.Tx) error{
		judged("c", false), pursue("c"), aboutChance("c", "more"),
		func(tx *aims.Tx) error { return tx.PutOpportunity(theOpportunity(tx, "c")) },
	} {
		o.refused("lea", aims.ErrState, again)
	}
}

// What did not work stays open until another thing is done that does, or it is left.
func TestWhatDidNotWorkStaysOpen(t *testing.T) {
	o := newOrg(t).staffed()
	o.tried("c")
	o.do("una", judged("c", false))
	require.True(t, theOpportunity(o.View(), "c").Open())
	require.Empty(t, find(o.View(), day(30), "OP-02"))
	require.Contains(t, find(o.View(), day(31), "OP-02")[0].Message, "was seen not to work")
	o.clock.Set(day(50))
	o.refused("una", aims.ErrState, judged("c", true))

	o.do("lea", aboutChance("c", "again"))
	leave := func(tx *aims.Tx) error {
		return tx.DecideOpportunity("c", aims.OpportunityLeave, "the body does not do it")
	}
	o.refused("lea", aims.ErrState, leave)
	o.do("lea", func(tx *aims.Tx) error { return tx.CancelAction("again", "the body does not do it") })
	o.do("lea", leave)
	require.False(t, theOpportunity(o.View(), "c").Open())
	require.Empty(t, find(o.View(), day(400), "OP-02"))
	o.refused("lea", aims.ErrState, pursue("c"))
}

// Who wants an effect without the work: all in one commit, the owner in another's place, who
// did it, words that say nothing, another gain under the same name.
func TestLiarsAboutOpportunities(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error { return tx.PutOpportunity(opportunity("c")) })
	own := opportunity("own")
	own.Owner = "lea"
	o.do("lea", func(tx *aims.Tx) error { return tx.PutOpportunity(own) })
	o.refused("lea", aims.ErrSeparation, pursue("own"))
	o.refused("lea", aims.ErrSeparation, func(tx *aims.Tx) error { // who gives it away in the same commit
		p := theOpportunity(tx, "own")
		p.Owner = "bob"
		return errors.Join(tx.PutOpportunity(p), pursue("own")(tx))
	})
	o.refused("bob", aims.ErrForbidden, pursue("own"))
	o.refused("lea", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		return errors.Join(tx.PutOpportunity(opportunity("quick")), pursue("quick")(tx))
	})
	o.invalid("lea", "reason", "reason", "n/a", func(tx *aims.Tx) error { return tx.DecideOpportunity("c", aims.OpportunityPursue, "n/a") })
	o.invalid("lea", "decisions[0].choice", "oneof", "later", func(tx *aims.Tx) error {
		return tx.DecideOpportunity("c", "later", "we shall see")
	})
	o.do("lea", pursue("c"))
	o.do("lea", aboutChance("c", "ask"))
	o.do("lea", func(tx *aims.Tx) error {
		a := o.action("ask")
		a.Owner = "ian"
		return tx.PutAction(a)
	})
	o.do("ian", actionDone("ask"))
	o.do("lea", func(tx *aims.Tx) error {
		c := theOpportunity(tx, "c")
		c.Owner, c.Effects, c.Decisions = "ada", nil, nil
		return tx.PutOpportunity(c)
	})
	c := theOpportunity(o.View(), "c")
	require.Len(t, c.Decisions, 1)
	require.Equal(t, []string{"bob"}, c.FormerOwners)
	o.clock.Set(day(60))
	for _, id := range []string{"ada", "bob", "ian"} { // owner, former owner, doer
		o.refused(id, aims.ErrSeparation, judged("c", true))
	}
	o.invalid("una", "note", "reason", "n/a", func(tx *aims.Tx) error { return tx.JudgeOpportunity("c", true, "n/a") })
	o.invalid("lea", "gain", "kept", "fame", func(tx *aims.Tx) error {
		c := theOpportunity(tx, "c")
		c.Gain = "fame"
		return tx.PutOpportunity(c)
	})
	o.invalid("lea", "from[0].id", "record", "none", func(tx *aims.Tx) error {
		c := theOpportunity(tx, "c")
		c.From = []aims.Subject{{Kind: aims.KindObjective, ID: "none"}}
		return tx.PutOpportunity(c)
	})
	o.invalid("lea", "from[0].kind", "oneof", "person", func(tx *aims.Tx) error {
		c := theOpportunity(tx, "c")
		c.From = []aims.Subject{{Kind: aims.KindPerson, ID: "bob"}}
		return tx.PutOpportunity(c)
	})
	require.Error(t, o.try("lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindOpportunity, ID: "c"}) }))
}

// An import brings no effect that the owner saw, none before a decision, and tells of the
// rest as not confirmed.
func TestImportsOfOpportunities(t *testing.T) {
	o := newOrg(t).staffed()
	o.tried("c")
	o.clock.Set(day(30))
	o.do("una", judged("c", true))
	text := exported(t, o.View())
	opts := func() *aims.Options { return &aims.Options{Clock: o.clock.Now} }
	m, err := aims.Import(t.Context(), memory.New(), opts(), mover, strings.NewReader(text))
	require.NoError(t, err)
	var by []string
	for _, d := range m.View().ImportedDecisions() {
		if d.Subject.Kind == aims.KindOpportunity {
			by = append(by, d.By)
		}
	}
	require.Equal(t, []string{"lea", "una"}, by)

	decision := regexp.MustCompile(`"decisions":\[\{"choice":"pursue"[^]]*\],`)
	for at, lie := range map[string]string{
		"effects[0].by": strings.Replace(text, `"effects":[{"by":"una"`, `"effects":[{"by":"bob"`, 1),
		"decisions":     decision.ReplaceAllString(text, ""),
	} {
		require.NotEqual(t, text, lie)
		_, err = aims.Import(t.Context(), memory.New(), opts(), mover, strings.NewReader(lie))
		require.ErrorIs(t, err, aims.ErrInvalid)
		require.ErrorContains(t, err, at)
	}
}

// Risks of the management system itself are those of the register that name no system.
func TestRisksOfTheManagementSystemNameNoSystem(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("bob", func(tx *aims.Tx) error {
		own, systems := risk("own"), risk("theirs")
		own.Systems, systems.Systems = nil, []string{spamFilter().ID}
		return errors.Join(tx.PutRisk(own), tx.PutRisk(systems))
	})
	var ids []string
	for r := range o.View().Risks().Where("system", "").All() {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []string{"own"}, ids)
}

// A management review has opportunities before it. What is required of 6.1.1 tells of them
// beside the document, in whose place they do not stand.
func TestOpportunitiesAreReviewed(t *testing.T) {
	o := newOrg(t).staffed()
	o.tried("tried")
	o.do("bob", func(tx *aims.Tx) error { return tx.PutOpportunity(opportunity("new")) })
	for _, p := range o.View().ReviewAgenda(day(1)).Points {
		if p.ID == "RA-20" {
			require.Equal(t, "Opportunities on file: 2; not decided on: 1; pursued: 1; with what was done seen to work: 0.", p.Text.String())
			require.Equal(t, []aims.Subject{{Kind: aims.KindOpportunity, ID: "new"}}, p.Subjects)
		}
	}
	row := o.row("6.1.1", day(1))
	require.Equal(t, aims.RequiredMissing, row.Status)
	require.Empty(t, row.Records)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{ID: "d", Title: "Risks and opportunities", Text: "It says what it has to.", Clause: aims.MustParseClause("6.1.1")})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(300)) })
	require.Equal(t, []aims.Subject{{Kind: aims.KindDocument, ID: "d"}, {Kind: aims.KindOpportunity, ID: "new"}, {Kind: aims.KindOpportunity, ID: "tried"}}, o.row("6.1.1", day(1)).Records)
	row = o.row("6.1.1", day(91))
	require.Equal(t, aims.RequiredCurrent, row.Status)
	require.Len(t, row.Stale, 2, "one is not decided on, of the other nobody says whether it worked")
}
