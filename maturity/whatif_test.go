package maturity_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
)

func (o *org) whatIf(changes ...maturity.Change) maturity.Hypothesis {
	o.tb.Helper()
	h, err := maturity.WhatIf(maturity.DefaultModel(), o.View(), o.now, maturity.History{}, changes...)
	require.NoError(o.tb, err)
	return h
}

func lapse(k aims.Kind, id string) maturity.Change {
	return maturity.Change{Lapsed: aims.Subject{Kind: k, ID: id}}
}

// lost are the criteria that a hypothesis loses.
func lost(h maturity.Hypothesis) []string {
	out := []string{}
	for _, c := range h.Lost {
		out = append(out, c.Criterion)
	}
	return out
}

func TestWhatIfRecordsLapse(t *testing.T) {
	o := mature(t)
	same := o.whatIf()
	require.Equal(t, []maturity.Level{maturity.ML2, maturity.ML2}, []maturity.Level{same.Level, same.Then})
	require.Empty(t, same.Lost)
	year, today := "2026-01-05", o.now.Format(time.DateOnly)
	for _, c := range []struct {
		change maturity.Change
		then   maturity.Level
		lost   []string
	}{
		{lapse(aims.KindEvidence, "proof-A.4.5-"+year), maturity.ML1, []string{"ML2.05"}},
		{lapse(aims.KindAssessment, "credit#1"), maturity.ML0, []string{"ML1.13", "ML2.01", "ML2.07"}},
		{lapse(aims.KindAssessment, "spam#1"), maturity.ML1, []string{"ML2.01", "ML2.07"}},
		{lapse(aims.KindPolicy, "policy-1"), maturity.ML0, []string{"ML1.04", "ML1.05", "ML1.07"}},
		{lapse(aims.KindSweep, "sweep-"+year), maturity.ML0, []string{"ML1.01"}},
		{lapse(aims.KindDocument, "doc-6.1.4"), maturity.ML0, []string{"ML1.12", "ML2.14"}},
		{lapse(aims.KindStatement, "soa-1"), maturity.ML0, []string{"ML1.16"}},
		{lapse(aims.KindAudit, "audit-"+today), maturity.ML1, []string{"ML2.17", "ML2.18", "ML2.20"}},
		{lapse(aims.KindReview, "review-"+today), maturity.ML1, []string{"ML2.20"}},
		{lapse(aims.KindSupplier, "scoreco"), maturity.ML1, []string{"ML2.11"}},
		{lapse(aims.KindHeldCompetence, ""), maturity.ML1, []string{"ML2.13"}},
	} {
		if c.change.Lapsed.Kind == aims.KindHeldCompetence { // one that a role takes
			for h := range o.View().HeldCompetences().All() {
				if h.Person == "lea" && c.change.Lapsed.ID == "" {
					c.change.Lapsed.ID = h.ID
				}
			}
		}
		if c.change.Lapsed.Kind == aims.KindStatement {
			s, ok := o.View().ApprovedStatement()
			require.True(t, ok)
			c.change.Lapsed.ID = s.ID
		}
		h := o.whatIf(c.change)
		require.Subset(t, lost(h), c.lost, "%v", c.change)
		require.Equal(t, c.then, h.Then, "%v: %v", c.change, lost(h))
		require.Equal(t, maturity.ML2, h.Level)
		require.Empty(t, h.Gained)
		require.NotEmpty(t, h.Blockers)
		for _, l := range h.Lost {
			require.NotEmpty(t, l.Failing, l.Criterion)
		}
	}

	// What else is there still holds it: two pieces of evidence, one of them gone.
	o.do("bob", func(tx *aims.Tx) error {
		e := proofOf(annexa.MustParse("A.4.5"), o.now, 30)
		e.ID = "second"
		return tx.AttachEvidence(e)
	})
	o.judge()
	require.Equal(t, maturity.ML2, o.whatIf(lapse(aims.KindEvidence, "proof-A.4.5-"+year)).Then)
	require.Equal(t, maturity.ML1, o.whatIf(lapse(aims.KindEvidence, "proof-A.4.5-"+year), lapse(aims.KindEvidence, "second")).Then)

	// Who leaves takes along what only they held.
	h := o.whatIf(lapse(aims.KindPerson, "ian"))
	require.Equal(t, maturity.ML0, h.Then)
	require.Subset(t, lost(h), []string{"ML1.06", "ML1.12"})
	require.Empty(t, o.whatIf(lapse(aims.KindPerson, "setup")).Lost, "nobody misses whoever set it up")
}

func TestWhatIfCriteriaAreMet(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.step2()
	o.step3()
	o.step4()
	h := o.whatIf(maturity.Change{Met: "ML2.22"})
	require.Equal(t, []maturity.Level{maturity.ML1, maturity.ML2}, []maturity.Level{h.Level, h.Then})
	require.Equal(t, []string{"ML2.22"}, h.Gained)
	require.Contains(t, h.Blockers, "ML3.01")

	// One is gained, and one of a lower level is lost.
	h = o.whatIf(maturity.Change{Met: "ML2.22"}, lapse(aims.KindPolicy, "policy-1"))
	require.Equal(t, maturity.ML0, h.Then)
}

// Nothing is renewed to a day: as the end of the level that the report tells.
func TestWhatIfNothingIsRenewed(t *testing.T) {
	o := mature(t)
	r := o.report()
	require.Equal(t, maturity.ML2, o.whatIf(maturity.Change{On: r.NextDrop.After}).Then)
	h := o.whatIf(maturity.Change{On: r.NextDrop.After.Add(time.Second)})
	require.Equal(t, r.NextDrop.To, h.Then)
	require.Equal(t, r.NextDrop.After.Add(time.Second), h.AsOf)
	for _, c := range r.NextDrop.Because {
		require.Contains(t, lost(h), c.Criterion)
	}
}

func TestWhatIfRefuses(t *testing.T) {
	o := newOrg(t)
	for _, c := range []struct {
		changes     []maturity.Change
		field, rule string
	}{
		{[]maturity.Change{{}}, "changes[0]", "one"},
		{[]maturity.Change{{Met: "ML1.01", On: o.now}}, "changes[0]", "one"},
		{[]maturity.Change{{Met: "ML9.01"}}, "changes[0].met", "oneof"},
		{[]maturity.Change{lapse(aims.KindObjective, "o")}, "changes[0].lapsed.kind", "oneof"},
		{[]maturity.Change{{Met: "ML1.01"}, lapse(aims.KindPolicy, "none")}, "changes[1].lapsed.id", "exists"},
		{[]maturity.Change{{On: o.now.Add(-1)}}, "changes[0].on", "order"},
		{[]maturity.Change{{On: o.now.Add(1)}, {On: o.now.Add(2)}}, "changes[1].on", "repeated"},
	} {
		_, err := maturity.WhatIf(maturity.DefaultModel(), o.View(), o.now, maturity.History{}, c.changes...)
		var is issue.Issues
		require.ErrorAs(t, err, &is, "%v", c.changes)
		require.Equal(t, []string{c.field, c.rule}, []string{is[0].Field, is[0].Rule})
	}
}

// What lapses never raises a level, and what is met never lowers it; and nothing on file
// changes.
func TestWhatIfFollowsItsLaws(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o := rapid.SampledFrom(all.orgs).Draw(rt, "org")
		v := o.View()
		var records []maturity.Change
		for _, k := range maturity.LapsingKinds() {
			if k == aims.KindAudit {
				continue // a fault of it can leave the year
			}
			for s := range v.All() {
				if s.Kind == k {
					records = append(records, maturity.Change{Lapsed: s})
				}
			}
		}
		some := rapid.SliceOfN(rapid.SampledFrom(records), 0, 4).Draw(rt, "lapsed")
		h := o.whatIf(some...)
		require.LessOrEqual(rt, h.Then, h.Level)
		require.Empty(rt, h.Gained)
		id := rapid.SampledFrom(maturity.DefaultModel().Criteria).Draw(rt, "met").ID
		more := o.whatIf(append(slices.Clone(some), maturity.Change{Met: id})...)
		require.GreaterOrEqual(rt, more.Then, h.Then)
		require.NotContains(rt, lost(more), id)
		require.Equal(rt, h, o.whatIf(some...), "the same again")
		require.Equal(rt, o.report().Level, h.Level)
	})
}
