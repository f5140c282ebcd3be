package aims_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// rewritten is the organisation as if its records had always been other ones: edit changes
// each, and drops it by returning false. What was assessed is what the systems are.
func (o *org) rewritten(edit func(s aims.Subject, body map[string]any) bool) *org {
	o.t.Helper()
	var all []storage.Commit
	prints := make(map[string]register.Fingerprint)
	for c, err := range o.journal.Log(o.t.Context(), 0) {
		require.NoError(o.t, err)
		var left []storage.Change
		for _, ch := range c.Changes {
			var body map[string]any
			require.NoError(o.t, json.Unmarshal(ch.Body, &body))
			if !edit(aims.Subject{Kind: aims.Kind(ch.Kind), ID: ch.Key}, body) {
				continue
			}
			if aims.Kind(ch.Kind) == aims.KindAssessment {
				body["fingerprint"] = prints[body["system"].(string)]
			}
			var err error
			ch.Body, err = json.Marshal(body)
			require.NoError(o.t, err)
			if aims.Kind(ch.Kind) == aims.KindSystem {
				var s register.System
				require.NoError(o.t, json.Unmarshal(ch.Body, &s))
				prints[ch.Key] = register.FingerprintOf(s)
			}
			ch.Digest = storage.BodyDigest(ch.Salt, ch.Body)
			left = append(left, ch)
		}
		if c.Changes = left; len(left) > 0 {
			all = append(all, c)
		}
	}
	j := memory.New()
	batch, err := storage.SealBatch(storage.Head{}, all)
	require.NoError(o.t, err)
	require.NoError(o.t, j.Append(context.Background(), batch))
	return openOrg(o.t, j, o.clock)
}

// without drops all records of some kinds.
func without(kinds ...aims.Kind) func(aims.Subject, map[string]any) bool {
	return func(s aims.Subject, _ map[string]any) bool { return !slices.Contains(kinds, s.Kind) }
}

// withoutID drops some records of one kind.
func withoutID(kind aims.Kind, ids ...string) func(aims.Subject, map[string]any) bool {
	return func(s aims.Subject, _ map[string]any) bool { return s.Kind != kind || !slices.Contains(ids, s.ID) }
}

// blanked leaves fields of one kind empty.
func blanked(kind aims.Kind, fields ...string) func(aims.Subject, map[string]any) bool {
	return func(s aims.Subject, body map[string]any) bool {
		for _, f := range fields {
			if s.Kind == kind {
				delete(body, f)
			}
		}
		return true
	}
}

// unsupported takes a control, or a clause, off what evidence is for.
func unsupported(element string) func(aims.Subject, map[string]any) bool {
	return func(s aims.Subject, body map[string]any) bool {
		if s.Kind == aims.KindEvidence {
			body["supports"] = slices.DeleteFunc(body["supports"].([]any), func(ref any) bool { return ref == "iso42001:"+element })
		}
		return true
	}
}

// aYearAtWork is a well-run organisation that has something on file of each row of the
// table: what wellRun has not, it adds.
func aYearAtWork(t *testing.T) *org {
	o := wellRun(t)
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Systems, r.Treatment = []string{"spam"}, register.Treatment{Option: register.OptionAvoid, Plan: "look at it by hand", Owner: "bob", Due: dayOf(200)}
		s := aims.Supplier{ID: "sup", Name: "Supplier", Owner: "bob", ReviewedOn: dayOf(0), ReviewDue: dayOf(366), Duties: []aims.AllocatedDuty{{What: "tell of changes", Bearer: aims.BearerSupplier}}}
		n := aims.Nonconformity{ID: "n", Title: "n", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(200)}
		return errors.Join(tx.PutRisk(r), tx.PutSupplier(s), tx.RaiseNonconformity(n))
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.AssessRisk("r", register.RiskAssessment{Method: "by hand", Inherent: register.Rating{Likelihood: 2, Consequence: 2, Criteria: 2}})
	})
	o.clock.Set(day(100))
	o.do("ada", func(tx *aims.Tx) error {
		r, _ := tx.Risks().Get("r")
		r.Treatment.DoneOn = dayOf(100)
		n, _ := tx.Nonconformities().Get("n")
		n.Correction, n.Cause, n.Extent, n.Action = "made good", "nobody asked", "only there", aims.CorrectiveAction{Plan: "ask", By: "ada", DoneOn: dayOf(100)}
		return errors.Join(tx.PutRisk(r), tx.CorrectNonconformity(n))
	})
	for _, on := range []int{120, 240, 360} {
		o.clock.Set(day(on))
		o.do("ada", func(tx *aims.Tx) error {
			sweep := aims.Sweep{ID: fmt.Sprint("w", on), On: dayOf(on), By: "ada", Sources: []string{"logs"}}
			return errors.Join(tx.MeasureObjective("o", aims.Measurement{On: dayOf(on), Value: 0.5}), tx.PutSweep(sweep))
		})
	}
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "looked at again") })
	// That the supplier is behind the system was so when that was assessed.
	return o.rewritten(func(s aims.Subject, body map[string]any) bool {
		if s.Kind == aims.KindSystem {
			body["supplier"] = "sup"
		}
		return true
	})
}

// Of each row of the table: an organisation that has been at work for a year, and has nothing
// at all of it, is told so, once, as gravely as an auditor would put it.
func TestLackOfEachRowIsFoundOnce(t *testing.T) {
	const whole = "organisation/organisation"
	document := func(id string) func(aims.Subject, map[string]any) bool { return withoutID(aims.KindDocument, id) }
	nonconformity := []string{"S2-18 minor nonconformity/n"}
	// Two things are told where nothing was assessed: of each system that it was not, and of
	// the Statement what it rests on.
	assessed := []string{"S2-01 major system/spam", "S1-18 minor statement/soa-0001"}
	type lack struct {
		edit  func(aims.Subject, map[string]any) bool
		found []string
		on    int // at the end of the year, unless it is this day
	}
	cases := map[string]lack{
		"4.3":    {edit: without(aims.KindScope), found: []string{"S1-01 major " + whole}},
		"4.4":    {edit: without(aims.KindProcessMap), found: []string{"PM-01 minor " + whole}},
		"5.2":    {edit: blanked(aims.KindPolicy, "text"), found: []string{"S1-03 major policy/p1"}},
		"6.1.1":  {edit: document("doc-risks"), found: []string{"S1-21 minor " + whole}},
		"6.1.2":  {edit: document("doc-method"), found: []string{"S1-21 minor " + whole}},
		"6.1.3a": {edit: document("d1"), found: []string{"S1-14 major " + whole}},
		"6.1.3b": {edit: without(aims.KindStatement), found: []string{"S1-16 major " + whole}},
		"6.1.3c": {edit: func(s aims.Subject, body map[string]any) bool {
			if s.Kind == aims.KindRisk { // high, and nobody treats or accepts it
				delete(body, "treatment")
				body["inherent"] = register.Rating{Likelihood: 5, Consequence: 5, Criteria: 1}
			}
			return true
		}, found: []string{"S2-05 major risk/r"}},
		"6.1.4a": {edit: document("d2"), found: []string{"S1-15 major " + whole}},
		"6.1.4b": {edit: without(aims.KindAssessment), found: assessed},
		"6.2":    {edit: without(aims.KindObjective), found: []string{"S1-20 major " + whole}},
		"7.2":    {edit: unsupported("7.2"), found: []string{"CO-04 minor " + whole}},
		"7.4":    {edit: without(aims.KindCommunication), found: []string{"CM-02 minor " + whole}},
		"7.5.3":  {edit: document("std"), found: []string{"S1-21 minor " + whole}},
		"8.2":    {edit: without(aims.KindRisk), found: []string{"S2-04 minor " + whole}, on: 366},
		"8.3": {edit: func(s aims.Subject, body map[string]any) bool {
			if s.Kind == aims.KindRisk {
				delete(body["treatment"].(map[string]any), "done_on")
			}
			return true
		}, found: []string{"S2-05 major risk/r"}},
		"8.4": {edit: without(aims.KindAssessment), found: assessed},
		// That a system in use is watched and that an objective is reached are two facts, with
		// two owners.
		"9.1": {edit: func(s aims.Subject, body map[string]any) bool {
			if s.Kind == aims.KindEvidence {
				body["kind"] = "ev-record"
			}
			return blanked(aims.KindObjective, "measurements")(s, body)
		}, found: []string{"S2-10 minor system/spam", "S2-23 minor objective/o"}},
		"9.2.2a": {edit: without(aims.KindAuditProgramme), found: []string{"AU-02 minor " + whole}},
		"9.2.2b": {edit: without(aims.KindAudit), found: []string{"S1-22 major " + whole}},
		"9.3.3":  {edit: without(aims.KindReview, aims.KindAction), found: []string{"S1-24 major " + whole}, on: 366},
		"10.2a":  {edit: blanked(aims.KindNonconformity, "correction", "cause", "extent", "action", "verification"), found: nonconformity},
		"10.2b":  {edit: blanked(aims.KindNonconformity, "verification"), found: nonconformity},
		"A.4.2":  {edit: blanked(aims.KindSystem, "purpose"), found: []string{"S1-11 minor system/spam"}},
		"A.4.3":  {edit: blanked(aims.KindSystem, "data"), found: []string{"S1-11 minor system/spam"}},
		"A.4.5":  {edit: blanked(aims.KindSystem, "hosting"), found: []string{"S1-11 minor system/spam"}},
		"A.5.3":  {edit: without(aims.KindAssessment), found: assessed},
		"A.10.2": {edit: blanked(aims.KindSupplier, "duties"), found: []string{"S2-20 minor supplier/sup"}},
		"A.10.3": {edit: blanked(aims.KindSupplier, "reviewed_on"), found: []string{"S2-20 minor supplier/sup"}},
	}
	// A gate asks for it of a system in use, and its owner answers that; the control has one of
	// its own.
	cases["A.9.2"] = lack{edit: unsupported("A.9.2"), found: []string{"S2-07 minor decision/A.9.2", "S2-09 minor system/spam"}}
	// What 8.1 asks for is shown control by control, each with an owner, and so is its lack;
	// and what a gate asks for is missing behind it.
	every := lack{edit: func(s aims.Subject, body map[string]any) bool {
		if s.Kind == aims.KindEvidence && s.ID != "files" {
			delete(body, "supports")
		}
		return s.Kind != aims.KindControlTest
	}}
	for _, d := range annexa.Controls() {
		every.found = append(every.found, "S2-07 minor decision/"+d.ID.String())
	}
	every.found = append(every.found, "S2-09 minor system/spam")
	cases["8.1"] = every

	o := aYearAtWork(t)
	for _, r := range aims.Required(o.View(), day(364)) {
		require.Equal(t, aims.RequiredCurrent, r.Status, r.ID)
	}
	found := func(o *org, on int) map[string]bool {
		all := make(map[string]bool)
		for _, f := range o.View().Findings(day(on)) {
			all[fmt.Sprintf("%s %s %s/%s\n%s", f.Check, f.Severity, f.Subject.Kind, f.Subject.ID, f.Message)] = true
		}
		return all
	}
	require.Empty(t, found(o, 364), "nothing is missing of the whole")
	for _, r := range aims.RequiredRows() {
		t.Run(r.ID, func(t *testing.T) {
			c, known := cases[r.ID]
			if !known { // what a control asks for, and no record shows that it is there
				c = lack{edit: unsupported(r.ID), found: []string{"S2-07 minor decision/" + r.ID}}
			}
			on := cmp.Or(c.on, 364)
			lacking, before := o.rewritten(c.edit), found(o, on)
			require.Equal(t, aims.RequiredMissing, lacking.row(r.ID, day(on)).Status)
			var checks, got []string
			for f := range found(lacking, on) {
				if !before[f] {
					f, _, _ = strings.Cut(f, "\n")
					got = append(got, f)
				}
			}
			require.ElementsMatch(t, c.found, got)
			for _, f := range c.found {
				check, _, _ := strings.Cut(f, " ")
				checks = append(checks, check)
			}
			require.True(t, slices.ContainsFunc(checks, func(check string) bool { return slices.Contains(r.Probes, check) }), "%v of %v", checks, r.Probes)
		})
	}

	// Whatever a control asks for: that nobody has decided on it is told as well.
	for _, r := range aims.RequiredRows() {
		if !r.Control.IsZero() && slices.Contains(r.Probes, "S1-17") {
			undecided := o.rewritten(func(s aims.Subject, body map[string]any) bool {
				return unsupported(r.ID)(s, body) && (s.Kind != aims.KindDecision || s.ID != r.ID)
			})
			require.True(t, slices.ContainsFunc(undecided.View().Findings(day(364)), func(f aims.Finding) bool { return f.Check == "S1-17" && f.Subject.ID == r.ID }), r.ID)
		}
	}
}

// A paper that was approved before empty ones were refused is none: what asks for one is
// told, whoever filed it.
func TestEmptyPapersAreNone(t *testing.T) {
	o := aYearAtWork(t)
	lacking := o.rewritten(blanked(aims.KindDocument, "text"))
	found := byCheck(lacking.View(), day(364))
	for _, check := range []string{"S1-14", "S1-15", "S1-21"} {
		require.Equal(t, 1, found[check], check)
	}
	plan := func(o *org) *org {
		o.do("ada", func(tx *aims.Tx) error {
			return errors.Join(tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "plan", Title: "Plan", Clause: aims.MustParseClause("7.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}}),
				tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "processes", Title: "Processes", Clause: aims.MustParseClause("4.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}}))
		})
		o.do("eve", func(tx *aims.Tx) error {
			return errors.Join(tx.ApproveDocument("plan", dayOf(700)), tx.ApproveDocument("processes", dayOf(700)))
		})
		return o.rewritten(without(aims.KindCommunication, aims.KindProcessMap))
	}
	o = plan(o)
	require.Empty(t, o.View().Findings(day(364)), "each says as much")
	found = byCheck(o.rewritten(blanked(aims.KindDocument, "text")).View(), day(364))
	require.Equal(t, []int{1, 1}, []int{found["CM-02"], found["PM-01"]})
}
