package aims_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

// Each probe has a row, or one that says why it does not bear on certification; rows of
// one probe are of stages that follow each other.
func TestReadinessRowsAreOfAllProbes(t *testing.T) {
	from := make(map[string][]int)
	for _, r := range aims.ReadinessRows() {
		require.NotEmpty(t, r.Reason, r.Probes)
		require.NotEmpty(t, r.Source, r.Probes)
		for _, p := range r.Probes {
			at := slices.Index(aims.Stages(), r.From)
			require.True(t, at >= 0 || r.From == "" && r.Severity == "", p)
			if before := from[p]; len(before) > 0 {
				require.Greater(t, at, before[len(before)-1], p)
				require.NotEqual(t, -1, before[0], p)
			}
			from[p] = append(from[p], at)
		}
	}
	for _, p := range aims.Probes() {
		require.NotEmpty(t, from[p.ID], "%s, %s, has no row", p.ID, p.Title)
		delete(from, p.ID)
	}
	require.Empty(t, from, "rows of no probe")

	rows := aims.ReadinessRows()
	rows[0].Probes[0] = "x"
	require.NotEqual(t, "x", aims.ReadinessRows()[0].Probes[0], "the table is its own")
}

// checksOf are the IDs of the checks of one severity.
func checksOf(r aims.Readiness, s aims.Severity) []string {
	out := []string{}
	for _, c := range r.Checks {
		if c.Severity == s {
			out = append(out, c.Probe)
		}
	}
	return out
}

// An organisation that has nothing.
func TestReadinessOfNothing(t *testing.T) {
	v := newOrg(t).View()
	one := v.Readiness(day0, aims.Stage1)
	require.Equal(t, aims.NotReady, one.Verdict)
	require.Equal(t, "RV-3", one.Why.Rule)
	require.Equal(t, aims.Likely, one.Likelihood)
	require.Equal(t, "RL-1", one.LikelyWhy.Rule)
	// No scope, policy, roles, register, context, criteria, treatment, process, Statement,
	// decisions, objectives, audit: what findings.json grades major at Stage 1.
	majors := []string{"S1-01", "S1-03", "S1-07", "S1-09", "S1-12", "S1-13", "S1-14", "S1-15", "S1-16", "S1-17", "S1-20", "S1-22"}
	require.Empty(t, cmp.Diff(majors, checksOf(one, aims.SeverityMajor)))
	require.Equal(t, []string{"S1-10", "S1-24"}, checksOf(one, aims.SeverityMinor))
	require.Empty(t, one.Together)
	require.Empty(t, one.Windows)
	require.Zero(t, one.Certificate)
	for _, c := range one.Checks {
		require.True(t, c.AreaOfConcern, c.Probe)
	}
	roles := one.Checks[slices.IndexFunc(one.Checks, func(c aims.ReadinessCheck) bool { return c.Probe == "S1-07" })]
	require.Len(t, roles.Items, 6, "one root cause, one check")
	require.Equal(t, aims.SeverityMajor, roles.Items[2].Severity)
	require.Equal(t, aims.SeverityMinor, roles.Items[3].Severity)
	require.Equal(t, "aims-lead", roles.Items[0].Subject.ID)
	require.Equal(t, "Appoint somebody (AssignRole), who accepts (AcceptRole).", roles.Items[0].Close.String())

	// By Stage 2 the management review was to be held; nobody asks twice for an audit.
	two := v.Readiness(day0, aims.Stage2)
	require.Empty(t, cmp.Diff(append(slices.Clone(majors), "S1-24"), checksOf(two, aims.SeverityMajor)))
	for _, c := range two.Checks {
		require.False(t, c.AreaOfConcern, c.Probe)
	}
	surveillance := v.Readiness(day0, aims.Surveillance1)
	require.Equal(t, "RV-2", surveillance.Why.Rule)
	require.Equal(t, "No certification has been decided on.", surveillance.Why.Text.String())
	none := v.Readiness(day0, "stage_3")
	require.Equal(t, aims.NotReady, none.Verdict)
	require.Equal(t, `There is no audit "stage_3"; there are [stage_1 stage_2 surveillance_1 surveillance_2 recertification].`, none.Why.Text.String())
	require.Empty(t, none.Likelihood)
}

// An organisation that is well run, along its way through a cycle.
func TestReadinessOfOneWellRun(t *testing.T) {
	o := wellRun(t)
	for _, stage := range []aims.Stage{aims.Stage1, aims.Stage2} {
		r := o.View().Readiness(day(1), stage)
		require.Equal(t, aims.Ready, r.Verdict, r.Why.Text)
		require.Equal(t, "RV-7", r.Why.Rule)
		require.Equal(t, aims.Unlikely, r.Likelihood)
		require.Equal(t, "RL-3", r.LikelyWhy.Rule)
		require.Empty(t, checksOf(r, aims.SeverityMajor))
		require.Empty(t, checksOf(r, aims.SeverityMinor))
		require.NotEmpty(t, r.Unseen, "nobody hears that all is seen")
	}

	o.clock.Set(day(40))
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	o.certify("c", day(3), aims.CertApplied, aims.CertStage1Done) // Stage 1 on day 3
	windows := o.View().Readiness(day(10), aims.Stage2).Windows
	require.Empty(t, cmp.Diff([]aims.AuditWindow{{ID: "stage_2", Opens: dayOf(17), Closes: dayOf(183), State: aims.WindowAhead,
		Rule: windows[0].Rule, Basis: "convention"}}, windows))
	require.Equal(t, aims.WindowOpen, o.View().Readiness(day(17), aims.Stage2).Windows[0].State)
	require.Equal(t, aims.WindowOpen, o.View().Readiness(day(183), aims.Stage2).Windows[0].State)
	require.Equal(t, aims.WindowOver, o.View().Readiness(day(184), aims.Stage2).Windows[0].State)
	o.certify("c", day(20), aims.CertStage2Done)
	windows = o.View().Readiness(day(21), aims.Stage2).Windows
	require.Len(t, windows, 2)
	require.Equal(t, aims.WindowDone, windows[0].State)
	require.Equal(t, "stage_2_majors", windows[1].ID)
	require.Equal(t, dayOf(20).AddDate(0, 6, 0), windows[1].Closes)
	o.certify("c", day(30), aims.CertCertified)

	v, decided := o.View(), dayOf(30)
	r := v.Readiness(day(300), aims.Surveillance1)
	require.Equal(t, aims.Subject{Kind: aims.KindCertificate, ID: "c"}, r.Certificate)
	require.Equal(t, "surveillance_1", r.Windows[0].ID)
	require.Equal(t, decided.AddDate(0, 12, 0), r.Windows[0].Closes)
	require.Equal(t, decided.AddDate(0, 12, -90), r.Windows[0].Opens)
	require.Equal(t, aims.WindowAhead, r.Windows[0].State)
	require.NotEqual(t, "RV-2", r.Why.Rule)
	late := v.Readiness(decided.AddDate(0, 12, 1).Start(nil), aims.Surveillance1)
	require.Equal(t, aims.WindowOver, late.Windows[0].State)
	require.Contains(t, checksOf(late, aims.SeverityMajor), "SV-01")

	expiry := decided.AddDate(0, 36, 0)
	var ids []string
	for _, w := range v.Readiness(expiry.AddDays(1).Start(nil), aims.Recertification).Windows {
		ids = append(ids, w.ID+" "+string(w.State)+" "+w.Closes.Format(time.DateOnly))
	}
	require.Equal(t, []string{"recertification_audit over 2028-12-06", "recertification_decision over 2029-02-04", "restoration open 2029-08-04"}, ids)
	require.NotEqual(t, "RV-2", v.Readiness(expiry.AddDate(0, 6, 0).Start(nil), aims.Recertification).Why.Rule)
	require.Equal(t, "RV-2", v.Readiness(expiry.AddDate(0, 6, 1).Start(nil), aims.Recertification).Why.Rule)
	require.Equal(t, "RV-2", v.Readiness(expiry.AddDays(1).Start(nil), aims.Surveillance2).Why.Rule)
}

// weakPolicy replaces the policy by one that says less than it has to: two minors on 5.2,
// and a third one once it is past its review.
func weakPolicy(o *org) {
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "We use AI.", ID: "p2", Title: "AI policy", Owner: "pam", CommunicatedOn: dayOf(0), AvailableTo: everybody})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", dayOf(20)) })
}

// Three minors on one clause make one major, two do not.
func TestReadinessAddsMinorsUp(t *testing.T) {
	o := wellRun(t)
	weakPolicy(o)
	for _, stage := range []aims.Stage{aims.Stage1, aims.Stage2} {
		r := o.View().Readiness(day(10), stage)
		require.Equal(t, []string{"S1-04", "S1-06"}, checksOf(r, aims.SeverityMinor))
		require.Empty(t, r.Together)
		require.Equal(t, aims.Possible, r.Likelihood)
		require.Equal(t, "On clause 5.2 these are minors: S1-04, S1-06.", r.LikelyWhy.Text.String())
		if stage == aims.Stage1 {
			require.Equal(t, aims.ReadyWithConditions, r.Verdict, "they are areas of concern")
			require.Equal(t, "RV-6", r.Why.Rule)
		} else {
			require.Equal(t, aims.NotReady, r.Verdict)
			require.Equal(t, "RV-5", r.Why.Rule)
		}

		r = o.View().Readiness(day(30), stage)
		require.Empty(t, checksOf(r, aims.SeverityMajor), "each is a minor by itself")
		require.Empty(t, cmp.Diff([]aims.MinorsTogether{{Clause: aims.MustParseClause("5.2"), Probes: []string{"S1-04", "S1-05", "S1-06"}}}, r.Together,
			cmp.Comparer(func(a, b aims.Clause) bool { return a == b })))
		require.Equal(t, aims.NotReady, r.Verdict)
		require.Equal(t, "RV-4", r.Why.Rule)
		require.Equal(t, "RL-1", r.LikelyWhy.Rule)
	}
}

// A minor is answered by a nonconformity that says what is done about it, as long as it is
// in time, and about the clause, the control and the system.
func TestReadinessTakesPlans(t *testing.T) {
	o := wellRun(t)
	weakPolicy(o)
	n := aims.Nonconformity{ID: "n", Title: "Policy says too little", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("5.2"),
		RaisedOn: dayOf(0), Owner: "pam", Due: dayOf(15)}
	o.do("ada", func(tx *aims.Tx) error { return tx.RaiseNonconformity(n) })
	two := func(at int) aims.Readiness { return o.View().Readiness(day(at), aims.Stage2) }
	require.Equal(t, "RV-5", two(10).Why.Rule, "raised, and nothing planned")

	o.do("lea", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n")
		n.Correction, n.Cause, n.Action = "The old text is used.", "Nobody read 5.2.", aims.CorrectiveAction{Plan: "A list of what it says", By: "pam"}
		return tx.CorrectNonconformity(n)
	})
	r := two(10)
	require.Equal(t, aims.ReadyWithConditions, r.Verdict)
	require.Equal(t, "RV-6", r.Why.Rule)
	require.Equal(t, "RL-2", r.LikelyWhy.Rule, "two on one clause")
	require.Equal(t, aims.Subject{Kind: aims.KindNonconformity, ID: "n"}, r.Checks[0].Items[0].Plan)
	require.Equal(t, "RV-5", two(16).Why.Rule, "past its day it plans nothing")

	// At Stage 2 it is late, at the next audit it was not corrected.
	late := func(stage aims.Stage) aims.Severity {
		checks := o.View().Readiness(day(16), stage).Checks
		return checks[slices.IndexFunc(checks, func(c aims.ReadinessCheck) bool { return c.Probe == "S2-18" })].Severity
	}
	require.Equal(t, aims.SeverityMinor, late(aims.Stage2))
	require.Equal(t, aims.SeverityMajor, late(aims.Surveillance1))

	for name, of := range map[string]aims.Nonconformity{
		"another clause":  {Clause: aims.MustParseClause("6.2")},
		"another control": {Clause: aims.MustParseClause("5.2"), Control: o.View().Controls()[20].Control},
		"one system":      {Clause: aims.MustParseClause("5.2"), Systems: []string{"spam"}},
	} {
		o := wellRun(t)
		weakPolicy(o)
		of.ID, of.Title, of.Severity, of.RaisedOn, of.Owner, of.Due = "n", "x", aims.SeverityMinor, dayOf(0), "pam", dayOf(15)
		of.Correction, of.Cause, of.Action = "x", "x", aims.CorrectiveAction{Plan: "x", By: "pam"}
		o.do("ada", func(tx *aims.Tx) error { return tx.RaiseNonconformity(of) })
		require.Equal(t, "RV-5", o.View().Readiness(day(10), aims.Stage2).Why.Rule, name)
	}
}

// Readiness finds no more and no less than Findings do, grades by the table, is the same
// each time, and shares nothing.
func TestReadinessScoresWhatFindingsSee(t *testing.T) {
	aside := make(map[string]bool)
	for _, r := range aims.ReadinessRows() {
		for _, p := range r.Probes {
			aside[p] = r.From == ""
		}
	}
	for _, o := range []*org{messy(t), odd(t), excepted(t)} {
		for _, now := range []time.Time{day(1), day(100), day(730)} {
			v := o.View()
			seen := make(map[string]int)
			for _, f := range v.Findings(now) {
				if !aside[f.Check] {
					seen[f.Check]++
				}
			}
			r := v.Readiness(now, aims.Recertification)
			for _, c := range r.Checks {
				require.Len(t, c.Items, seen[c.Probe], c.Probe)
				delete(seen, c.Probe)
				for _, i := range c.Items {
					require.NotEmpty(t, i.Text.String(), c.Probe)
					require.NotEmpty(t, i.Close.String(), c.Probe)
				}
			}
			require.Empty(t, seen)
			require.Empty(t, checkOrder(r))
			a, err := json.Marshal(r)
			require.NoError(t, err)
			b, err := json.Marshal(v.Readiness(now, aims.Recertification))
			require.NoError(t, err)
			require.Equal(t, string(a), string(b))
			require.Regexp(t, `^{"stage":"recertification","at":"[^"]+","verdict":"not_ready","why":{"rule":"RV-`, string(a))
			for i := range r.Checks {
				r.Checks[i].Controls = append(r.Checks[i].Controls[:0], o.View().Controls()[0].Control)
				r.Checks[i].Items[0].Subject.ID = "x"
			}
			c, err := json.Marshal(v.Readiness(now, aims.Recertification))
			require.NoError(t, err)
			require.Equal(t, string(a), string(c))
		}
	}
}

func checkOrder(r aims.Readiness) string {
	order := map[aims.Severity]int{aims.SeverityMajor: 0, aims.SeverityMinor: 1, aims.SeverityOpportunity: 2}
	for i, c := range r.Checks {
		if i > 0 && order[r.Checks[i-1].Severity] > order[c.Severity] {
			return c.Probe
		}
	}
	return ""
}

// Who sees less hears the same verdict, and neither which certificate nor which plan.
func TestReadinessForReaders(t *testing.T) {
	o := redactedOrg(t)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	for _, stage := range aims.Stages() {
		whole := o.View().Readiness(day(400), stage)
		for _, reader := range []any{guest{}, aims.KindNonconformity, aims.KindCertificate} {
			told := o.View().For(reader).Readiness(day(400), stage)
			require.Equal(t, whole.Verdict, told.Verdict)
			require.Equal(t, whole.Why, told.Why)
			require.Equal(t, whole.Likelihood, told.Likelihood)
			require.Len(t, told.Checks, len(whole.Checks))
			require.Equal(t, reader == aims.KindCertificate, told.Certificate.ID == "")
		}
	}
}

// Who is not ready for an audit is not ready for the one that follows: a later stage
// looks at all that the one before did, and grades nothing down.
func TestReadinessGetsNoEasier(t *testing.T) {
	order := []aims.Severity{aims.SeverityOpportunity, aims.SeverityMinor, aims.SeverityMajor}
	verdicts := []aims.Verdict{aims.Ready, aims.ReadyWithConditions, aims.NotReady}
	for _, o := range []*org{newOrg(t), wellRun(t), messy(t), odd(t), excepted(t)} {
		for _, now := range []time.Time{day(1), day(100), day(730)} {
			var before aims.Readiness
			for i, stage := range aims.Stages() {
				r := o.View().Readiness(now, stage)
				at := make(map[string]int)
				for _, c := range r.Checks {
					at[c.Probe] = slices.Index(order, c.Severity)
				}
				for _, c := range before.Checks {
					require.Contains(t, at, c.Probe)
					require.GreaterOrEqual(t, at[c.Probe], slices.Index(order, c.Severity), c.Probe)
				}
				require.GreaterOrEqual(t, len(r.Unseen), len(before.Unseen))
				if i > 0 {
					require.GreaterOrEqual(t, slices.Index(verdicts, r.Verdict), slices.Index(verdicts, before.Verdict))
				}
				before = r
			}
		}
	}
}

// Each rule of a verdict and of a likelihood is named once and has its source.
func TestReadinessRules(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range aims.ReadinessRules() {
		require.False(t, seen[r.ID])
		seen[r.ID] = true
		require.NotEmpty(t, r.When)
		require.NotEmpty(t, r.Source)
		require.True(t, (r.Verdict == "") != (r.Likelihood == ""), r.ID)
	}
	require.Len(t, seen, 10)
	for _, u := range aims.UnseenRows() {
		require.NotEmpty(t, u.What.String())
		require.Contains(t, aims.Stages(), u.From)
	}
}
