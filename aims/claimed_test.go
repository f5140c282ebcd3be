package aims_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

// told is an organisation whose records name max, by lea's word alone.
func told(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("eve", func(tx *aims.Tx) error {
		for _, id := range []string{"max", "zoe"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id, TopManagement: id == "zoe"}); err != nil {
				return err
			}
		}
		return tx.PutService(aims.Service{ID: "robot", Name: "x", Owner: "ada"})
	})
	o.do("lea", func(tx *aims.Tx) error {
		must := func(err error) { t.Helper(); require.NoError(t, err) }
		must(tx.PutSupplier(aims.Supplier{ID: "s", Name: "Names nobody", Owner: "ada"}))
		a := plan("a", "7.4")
		a.Auditors = []string{"una", "max"}
		must(tx.PlanAudit(a))
		must(tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "zoe", Attendees: []string{"max", "lea"}, Decisions: []aims.ReviewDecision{{What: "x", Owner: "ada", Due: dayOf(9)}}}))
		must(tx.PutObjective(aims.Objective{ID: "o", Title: "x", Measure: "x", Direction: aims.AtMost, Owner: "ada", Due: dayOf(90)}))
		must(tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 1, By: "max"}))
		e := proof("e", day0, nil, "A.2.2")
		e.Collector = "max"
		must(tx.AttachEvidence(e))
		must(tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.2"), RaisedOn: dayOf(0), RaisedBy: "max", Owner: "ada", Due: dayOf(30)}))
		must(tx.RaiseConcern(aims.Concern{ID: "c", RaisedBy: "max", Text: "x", RaisedOn: dayOf(0)}))
		return nil
	})
	return o
}

// namingMax are the records that name max.
var namingMax = []aims.Subject{{Kind: aims.KindAudit, ID: "a"}, {Kind: aims.KindReview, ID: "m"}, {Kind: aims.KindObjective, ID: "o"},
	{Kind: aims.KindEvidence, ID: "e"}, {Kind: aims.KindNonconformity, ID: "n"}, {Kind: aims.KindConcern, ID: "c"}}

func confirmPart(s aims.Subject) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.ConfirmPart(s) }
}

// Whom somebody else names is claimed until that person confirms it, and nobody can for
// another; that survives what is done to the record, opening anew and an import.
func TestClaimedUntilConfirmed(t *testing.T) {
	o := told(t)
	audit, review := namingMax[0], namingMax[1]
	require.Equal(t, []string{"una", "max"}, o.View().Claimed(audit))
	require.Equal(t, []string{"zoe", "max"}, o.View().Claimed(review), "lea wrote it and was there")
	for _, s := range namingMax {
		require.Contains(t, o.View().Claimed(s), "max", s)
		o.refused("bob", aims.ErrForbidden, confirmPart(s))
		before := o.View().Claimed(s)
		o.do("max", confirmPart(s))
		require.NotContains(t, o.View().Claimed(s), "max", s)
		require.Len(t, o.View().Claimed(s), len(before)-1, "no more than max's")
	}
	require.Equal(t, []string{"una"}, o.View().Claimed(audit))
	o.refused("lea", aims.ErrForbidden, confirmPart(audit)) // who claimed it can't make it true
	o.refused("max", aims.ErrNotFound, confirmPart(aims.Subject{Kind: aims.KindAudit, ID: "none"}))
	o.refused("ada", aims.ErrForbidden, confirmPart(aims.Subject{Kind: aims.KindSupplier, ID: "s"}))
	require.Nil(t, o.View().Claimed(aims.Subject{Kind: aims.KindAudit, ID: "none"}))
	require.Nil(t, o.View().Claimed(aims.Subject{Kind: aims.KindPerson, ID: "max"}))

	var export bytes.Buffer
	require.NoError(t, o.View().Export(&export))
	in, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now, NewID: counter()}, aims.By{Actor: "lea", Reason: "move"}, &export)
	require.NoError(t, err)
	defer func() { require.NoError(t, in.Close(context.Background())) }()
	again := openOrg(t, o.journal, o.clock)
	for _, s := range namingMax {
		require.Equal(t, o.View().Claimed(s), in.View().Claimed(s), s)
		require.Equal(t, o.View().Claimed(s), again.View().Claimed(s), s)
	}

	// What others write afterwards keeps what was confirmed, and confirms nothing.
	o.do("lea", edited((*aims.Tx).Audits, "a", (*aims.Tx).PlanAudit, func(_ *crowd, a *aims.Audit) {
		a.Auditors, a.Confirmed = []string{"una", "max", "bob"}, []string{"bob", "una"}
	}).bind())
	require.Equal(t, []string{"una", "bob"}, o.View().Claimed(audit))
	o.do("lea", edited((*aims.Tx).Nonconformities, "n", (*aims.Tx).CorrectNonconformity, func(_ *crowd, n *aims.Nonconformity) { n.Cause, n.RaiserConfirmed = "y", false }).bind())
	o.do("lea", edited((*aims.Tx).Evidence, "e", (*aims.Tx).AttachEvidence, func(_ *crowd, e *aims.Evidence) { e.Title = "y" }).bind())
	o.do("lea", edited((*aims.Tx).Objectives, "o", (*aims.Tx).PutObjective, func(_ *crowd, o *aims.Objective) { o.Title, o.Confirmed = "y", nil }).bind())
	for _, s := range namingMax[2:5] {
		require.Empty(t, o.View().Claimed(s), s)
	}
	// Another measurement in max's name is another claim, which a third one by max
	// himself does not make true.
	measure := func(actor, by string) {
		o.do(actor, func(tx *aims.Tx) error {
			return tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 2, By: by})
		})
	}
	measure("lea", "max")
	measure("max", "")
	require.Equal(t, []string{"max"}, o.View().Claimed(namingMax[2]))
	o.do("max", confirmPart(namingMax[2]))
	measure("max", "")
	require.Empty(t, o.View().Claimed(namingMax[2]))
}

// Who writes a record that names himself, and who closes an audit, needs to say no more;
// what a service or somebody who is no person on file is named for is no claim.
func TestWhoWritesHasConfirmed(t *testing.T) {
	o := told(t)
	o.do("max", func(tx *aims.Tx) error {
		if err := tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 1, By: "supplier's lab"}); err != nil {
			return err
		}
		if err := tx.AttachEvidence(proof("own", day0, nil, "A.2.2")); err != nil {
			return err
		}
		if err := tx.RaiseConcern(aims.Concern{ID: "own", RaisedBy: "max", Text: "x", RaisedOn: dayOf(0)}); err != nil {
			return err
		}
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "own", Title: "x", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("7.2"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(30)})
	})
	o.do("robot", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("scan", day0, nil, "A.2.2")) })
	for _, s := range []aims.Subject{{Kind: aims.KindEvidence, ID: "own"}, {Kind: aims.KindEvidence, ID: "scan"}, {Kind: aims.KindConcern, ID: "own"}, {Kind: aims.KindNonconformity, ID: "own"}} {
		require.Empty(t, o.View().Claimed(s), s)
	}
	o.do("max", examine("a"))
	o.do("max", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) })
	require.Equal(t, []string{"una"}, o.View().Claimed(namingMax[0]))
	o.do("una", confirmPart(namingMax[0])) // after it was closed, too
	require.Empty(t, o.View().Claimed(namingMax[0]))
	closed, _ := o.View().Audits().Get("a")
	require.Equal(t, "fine", closed.Conclusion)
}

// What is unconfirmed is found: minor where independence rests on it, one opportunity for
// the rest.
func TestClaimsAreFound(t *testing.T) {
	o := told(t)
	count := func() (minor, rest int) {
		for _, f := range find(o.View(), day(1), "PE-05") {
			if f.Severity == aims.SeverityMinor {
				minor++
			} else {
				rest++
			}
		}
		return minor, rest
	}
	minor, rest := count()
	require.Equal(t, []int{1, 1}, []int{minor, rest}, "the chair; and the others, but for the audit that lies ahead")
	o.do("max", examine("a"))
	o.do("max", func(tx *aims.Tx) error { return tx.CloseAudit("a", "fine", []string{"eve"}) })
	found := find(o.View(), day(1), "PE-05")
	require.Len(t, found, 3)
	require.Equal(t, "That una audited is said by others alone.", found[0].Message)
	require.Equal(t, "That zoe led it is said by others alone.", found[1].Message)
	require.Equal(t, "4 records name persons who have not confirmed their part, such as objective o, evidence e, nonconformity n, concern c.", found[2].Message)
	o.do("una", confirmPart(namingMax[0]))
	o.do("zoe", confirmPart(namingMax[1]))
	for _, s := range namingMax[1:] {
		o.do("max", confirmPart(s))
	}
	require.Empty(t, find(o.View(), day(1), "PE-05"))
}
