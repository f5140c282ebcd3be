package aims_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// ticked is an organisation whose Statement of Applicability was ticked off: one person
// owns all of it and collected all evidence, in the same words, and what it asks for
// elsewhere is left out.
func ticked(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.documents(day(300))
	s := ownModel()
	s.ID, s.Supplies, s.DataResources = "own", register.Yes, nil
	o.register(s)
	o.do("lea", func(tx *aims.Tx) error {
		for i, c := range annexa.Controls()[:12] {
			d := tx.Decision(c.ID)
			d.Applicability, d.Justification, d.Owner, d.Status, d.PlannedFor = annexa.Applicable, "We  want it in place.", "bob", annexa.StatusPlanned, dayOf(90)
			if i%2 > 0 {
				d.Justification = "we want it in place."
			}
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		for _, id := range []string{"A.10.4", "A.7.5"} {
			d := tx.Decision(annexa.MustParse(id))
			d.Applicability, d.Status, d.Justification, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, "nobody here does this "+id, dayOf(100)
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		for i := range 5 {
			if err := tx.AttachEvidence(proof(fmt.Sprint("e", i), day0, nil, "A.4.2")); err != nil {
				return err
			}
		}
		return nil
	})
	return o
}

// What an auditor sees at a glance is told, and only while it is so.
func TestWhatWasTickedOffIsSeen(t *testing.T) {
	o := ticked(t)
	v := o.View()
	left := find(v, day0, "SA-01")
	require.Len(t, left, 2)
	require.Equal(t, "A.7.5", left[0].Subject.ID)
	require.Equal(t, "A.10.4", left[1].Subject.ID)
	require.Contains(t, left[1].Message, "supplied to others")
	words := find(v, day0, "SA-02")
	require.Len(t, words, 1)
	require.Contains(t, words[0].Message, "12 controls rest on the same words: A.2.2, A.2.3")
	spread := find(v, day0, "PE-06")
	require.Len(t, spread, 2)
	require.Equal(t, "Owns 12 of 12 controls that apply.", spread[0].Message)
	require.Equal(t, "bob", spread[0].Subject.ID)
	require.Equal(t, aims.SeverityMinor, spread[0].Severity)
	require.Equal(t, "Collected 5 of 5 pieces of evidence.", spread[1].Message)
	require.Equal(t, "lea", spread[1].Subject.ID)
	require.Len(t, find(v, day0, "S1-25"), 1)
	require.Len(t, find(v, day0, "S2-11"), 1)

	o.do("lea", func(tx *aims.Tx) error {
		for i, c := range annexa.Controls()[:12] {
			d := tx.Decision(c.ID)
			d.Justification = "of " + c.Title
			if i >= 6 {
				d.Owner = "ada"
			}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		s, _ := tx.Systems().Get("own")
		s.Supplies, s.DataResources = register.No, []register.DataResource{{Name: "applications of 2024", Origin: register.OriginOwn}}
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		p, _ := tx.Policies().Get("p1")
		p.CommunicatedOn = dayOf(0)
		return tx.DraftPolicy(p)
	})
	o.do("ada", func(tx *aims.Tx) error {
		for i := range 2 {
			if err := tx.AttachEvidence(proof(fmt.Sprint("a", i), day0, nil, "A.4.2")); err != nil {
				return err
			}
		}
		return nil
	})
	v = o.View()
	require.Len(t, find(v, day0, "SA-01"), 1)
	for _, id := range []string{"SA-02", "PE-06", "S1-25", "S2-11"} {
		require.Empty(t, find(v, day0, id), id)
	}
}

// A scope without an edge, and an organisation that has not said what it is towards AI.
func TestContextIsWhole(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error { return tx.DraftScope(aims.Scope{Statement: "all of it"}) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	found := find(o.View(), day0, "S1-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Len(t, find(o.View(), day0, "S1-12"), 3)
	o.documents(day(300))
	require.Len(t, find(o.View(), day0, "S1-12"), 2)
}

// Risks are assessed of each system, or, below high impact, an approved assessment has
// found none.
func TestRisksOfEachSystemAreAssessed(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter(), cvScreener())
	found := find(o.View(), day0, "S2-04")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Contains(t, found[0].Message, "2 of 2 systems no assessment of risks is on file: cv, spam")
	o.assess("spam")
	require.Contains(t, find(o.View(), day0, "S2-04")[0].Message, "1 of 2")
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Systems = []string{"cv"}
		return tx.PutRisk(r)
	})
	require.Empty(t, find(o.View(), day0, "S2-04"))
}

// Monitoring that nobody has put in place is one finding, not one of each system; once it
// is in place, it is one of each that lacks a result.
func TestOneRootCauseOneFinding(t *testing.T) {
	o := newOrg(t).staffed()
	for _, id := range []string{"a", "b", "c"} {
		s := officeTool(id, register.StageOperation)
		s.Name = "Tool " + id
		o.register(s)
	}
	found := find(o.View(), day0, "S2-10")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "3 of 3 systems in operation")
	require.Contains(t, found[0].Message, "a, b, c")
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	o.register(func() register.System { s := cvScreener(); s.Stage = register.StageOperation; return s }())
	require.Equal(t, aims.SeverityMajor, find(o.View(), day0, "S2-10")[0].Severity)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DecideControl(applicable(tx.Decision(annexa.MustParse("A.6.2.6"))))
	})
	require.Len(t, find(o.View(), day0, "S2-10"), 4)
}
