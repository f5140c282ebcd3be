package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func planVerification(v aims.SystemVerification) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PlanVerification(v) }
}

func recordVerification(id string, r aims.VerificationReport) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.RecordVerification(id, r) }
}

// built is an organisation with a system of its own that ada owns and built, and a plan by
// bob to verify it.
func built(t *testing.T) *org {
	o := newOrg(t).staffed()
	s := ownModel()
	s.Stage = register.StageOperation
	o.register(s)
	o.do("bob", planVerification(verification("v", "cv")))
	return o
}

// The verdict follows from what was seen of each criterion, whatever is typed.
func TestVerdictsFollowFromResults(t *testing.T) {
	o := built(t)
	v, _ := o.View().Verifications().Get("v")
	require.Equal(t, aims.VerificationPlanned, v.State)
	require.Equal(t, []string{"bob"}, v.Authors)
	r := verified(true)
	r.Results[0].Met = false // it was measured, and is
	o.do("una", recordVerification("v", r))
	v, _ = o.View().Verifications().Get("v")
	require.Equal(t, aims.VerificationPassed, v.State)
	require.True(t, v.Results[0].Met)
	require.Equal(t, "una", v.By)
	require.Equal(t, ownModel().Model, v.Model)
	require.Empty(t, v.Unmet())

	o.do("bob", planVerification(verification("w", "cv")))
	r = verified(false)
	r.Results[0].Met, r.Results[1].Met = true, true // typed over 0.88 of 0.9
	o.do("una", recordVerification("w", r))
	w, _ := o.View().Verifications().Get("w")
	require.Equal(t, aims.VerificationFailed, w.State)
	require.Equal(t, "recall", w.Unmet()[0].ID)
	require.Len(t, w.Unmet(), 1)
}

// Who owns the system, built it or wrote the plan does not test it; nor does a service,
// and nobody becomes another owner for it in the same commit.
func TestWhoVerifies(t *testing.T) {
	o := built(t)
	o.do("eve", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "una"}) })
	o.do("bob", func(tx *aims.Tx) error {
		v, _ := tx.Verifications().Get("v")
		v.Builders = []string{"lea"}
		return tx.PlanVerification(v)
	})
	for _, who := range []string{"ada", "bob", "lea"} {
		o.refused(who, aims.ErrSeparation, recordVerification("v", verified(true)))
	}
	o.refused("scan", aims.ErrForbidden, recordVerification("v", verified(true)))
	o.refused("ghost", aims.ErrForbidden, recordVerification("v", verified(true)))
	o.refused("ada", aims.ErrSeparation, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.Owner = "pam"
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		return tx.RecordVerification("v", verified(true))
	})
	o.refused("una", aims.ErrSeparation, func(tx *aims.Tx) error { // who comes to plan has planned
		v, _ := tx.Verifications().Get("v")
		v.Criteria[0].Required = 0.8
		if err := tx.PlanVerification(v); err != nil {
			return err
		}
		return tx.RecordVerification("v", verified(false))
	})
	o.refused("una", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		if err := tx.RecordVerification("v", verified(true)); err != nil {
			return err
		}
		v, _ := tx.Verifications().Get("v")
		return tx.RecordVerification(v.ID, verified(true))
	})
	o.do("una", recordVerification("v", verified(true)))
}

// Criteria are on file before anybody tests: in an earlier commit, and by the day of the
// test since they were last changed.
func TestCriteriaComeFirst(t *testing.T) {
	o := built(t)
	err := o.refused("una", aims.ErrInvalid, func() func(tx *aims.Tx) error {
		r := verified(true)
		r.On = calendar.MustParse("2026-01-04")
		return recordVerification("v", r)
	}())
	require.Contains(t, err.Error(), "were set on 2026-01-05")
	o.clock.Set(day(3))
	o.do("bob", func(tx *aims.Tx) error {
		v, _ := tx.Verifications().Get("v")
		v.Title = "Before release, again" // no criterion
		return tx.PlanVerification(v)
	})
	v, _ := o.View().Verifications().Get("v")
	require.Equal(t, day0, v.PlannedAt)
	for _, change := range []func(v *aims.SystemVerification){
		func(v *aims.SystemVerification) { v.Method = "by eye" },
		func(v *aims.SystemVerification) { v.Criteria[0].Required = 0.85 },
	} {
		o.clock.Set(o.clock.Now().Add(1e9))
		o.do("bob", func(tx *aims.Tx) error {
			v, _ := tx.Verifications().Get("v")
			change(&v)
			return tx.PlanVerification(v)
		})
		v, _ = o.View().Verifications().Get("v")
		require.Equal(t, o.clock.Now(), v.PlannedAt)
	}
	o.refused("una", aims.ErrInvalid, recordVerification("v", verified(true))) // of day 0
	r := verified(true)
	r.On = calendar.MustParse("2026-01-08")
	o.do("una", recordVerification("v", r))
}

// What failed stays so, and is told of until a later one with the same criteria follows.
func TestWhatFailedIsVerifiedAgain(t *testing.T) {
	o := built(t)
	require.Empty(t, find(o.View(), day0, "VE-01"))
	o.do("una", recordVerification("v", verified(false)))
	found := find(o.View(), day0, "VE-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Equal(t, "2 of 2 criteria were not met on 2026-01-05: recall, stop.", found[0].Message)
	o.refused("una", aims.ErrState, recordVerification("v", verified(true)))
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error {
		v, _ := tx.Verifications().Get("v")
		v.Criteria[0].Required = 0.5
		return tx.PlanVerification(v)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindVerification, ID: "v"})
	})
	o.refused("bob", aims.ErrState, planVerification(verification("v", "cv"))) // nor is it planned over

	// One beside it does not do; neither does one that asks for less.
	o.do("bob", planVerification(verification("beside", "cv")))
	o.do("una", recordVerification("beside", verified(true)))
	require.Len(t, find(o.View(), day0, "VE-01"), 1)
	_, ok := o.View().VerificationOf("cv", day0)
	require.False(t, ok)
	next := verification("next", "cv")
	next.Follows = "v"
	for _, easier := range []func(v *aims.SystemVerification){
		func(v *aims.SystemVerification) { v.Criteria = v.Criteria[1:] },
		func(v *aims.SystemVerification) { v.Criteria[0].Required = 0.8 },
		func(v *aims.SystemVerification) { v.Criteria[0].Direction = aims.AtMost },
		func(v *aims.SystemVerification) { v.Criteria[1].What = "staff can stop it within a week" },
		func(v *aims.SystemVerification) { v.Criteria, v.Eased = v.Criteria[1:], "n/a" },
	} {
		v := next
		v.Criteria = append([]aims.VerificationCriterion(nil), next.Criteria...)
		easier(&v)
		err := o.refused("bob", aims.ErrInvalid, planVerification(v))
		require.Contains(t, err.Error(), "rule eased")
	}
	o.do("bob", planVerification(next))
	require.Len(t, find(o.View(), day0, "VE-01"), 1, "a plan shows nothing")
	o.do("una", recordVerification("next", verified(true)))
	require.Empty(t, find(o.View(), day0, "VE-01"))
	v, ok := o.View().VerificationOf("cv", day0)
	require.True(t, ok)
	require.True(t, v.ID == "next" || v.ID == "beside")
}

// A plan that nobody carries out is late when its last day is over; a system that runs on
// another model was not verified as it is.
func TestVerificationsGrowOld(t *testing.T) {
	o := built(t)
	o.do("bob", func(tx *aims.Tx) error {
		v, _ := tx.Verifications().Get("v")
		v.PlannedFor = calendar.MustParse("2026-01-20")
		return tx.PlanVerification(v)
	})
	require.Empty(t, find(o.View(), day(15), "VE-01"))
	require.Contains(t, find(o.View(), day(16), "VE-01")[0].Message, "to be carried out by 2026-01-20")
	var days []string
	for _, e := range o.View().Agenda(dayOf(0), dayOf(30)).Entries {
		if e.Probe == "VE-01" {
			days = append(days, e.Day.String()+" "+e.Person)
		}
	}
	require.Equal(t, []string{"2026-01-20 ada"}, days)
	o.do("una", recordVerification("v", verified(true)))
	require.Empty(t, find(o.View(), day(16), "VE-01"))
	_, ok := o.View().VerificationOf("cv", day(365))
	require.True(t, ok)
	_, ok = o.View().VerificationOf("cv", day(366))
	require.False(t, ok, "it shows so for a year")

	o.revise("cv", func(s *register.System) { s.Model = register.Model{Name: "ranker", Version: "9"} })
	found := find(o.View(), day(16), "VE-01")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "It runs on ranker 9")
	_, ok = o.View().VerificationOf("cv", day0)
	require.False(t, ok)
	o.do("bob", planVerification(verification("w", "cv")))
	o.do("una", recordVerification("w", verified(true)))
	require.Empty(t, find(o.View(), day(16), "VE-01"))
}

// A verification that passed is what the gate into deployment asks for.
func TestVerificationOpensItsGate(t *testing.T) {
	o := newOrg(t).staffed()
	s := ownModel()
	s.Stage = register.StageVerification
	o.register(s)
	g, _ := register.GateByID("G2")
	asked := func() bool {
		s, _ := o.View().Systems().Get("cv")
		for _, b := range o.View().Blockers(s, g, day0) {
			if b.Item == "G2.4" {
				return true
			}
		}
		return false
	}
	require.True(t, asked())
	o.do("bob", planVerification(verification("v", "cv")))
	require.True(t, asked())
	o.do("una", recordVerification("v", verified(false)))
	require.True(t, asked())
	v := verification("w", "cv")
	v.Follows = "v"
	o.do("bob", planVerification(v))
	o.do("una", recordVerification("w", verified(true)))
	require.False(t, asked())
	o.revise("cv", func(s *register.System) { s.Model.Version = "77" })
	require.True(t, asked())
}

func TestLiarsAboutVerification(t *testing.T) {
	o := newOrg(t).staffed()
	s := ownModel()
	o.register(s, spamFilter())
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("train", "cv")) })
	for _, bad := range []struct {
		field, rule string
		change      func(v *aims.SystemVerification)
	}{
		{"system", "system", func(v *aims.SystemVerification) { v.System = "none" }},
		{"title", "required", func(v *aims.SystemVerification) { v.Title = " " }},
		{"method", "required", func(v *aims.SystemVerification) { v.Method = "" }},
		{"method", "reason", func(v *aims.SystemVerification) { v.Method = "TBD" }},
		{"builders", "required", func(v *aims.SystemVerification) { v.Builders = nil }},
		{"builders[0]", "person", func(v *aims.SystemVerification) { v.Builders = []string{"ghost"} }},
		{"criteria", "required", func(v *aims.SystemVerification) { v.Criteria = nil }},
		{"criteria[0].what", "reason", func(v *aims.SystemVerification) { v.Criteria[0].What = "n/a" }},
		{"criteria[0].id", "required", func(v *aims.SystemVerification) { v.Criteria[0].ID = "" }},
		{"criteria[1].id", "repeated", func(v *aims.SystemVerification) { v.Criteria[1].ID = "recall" }},
		{"criteria[0].direction", "required", func(v *aims.SystemVerification) { v.Criteria[0].Direction = "" }},
		{"criteria[0].direction", "oneof", func(v *aims.SystemVerification) { v.Criteria[0].Direction = "about" }},
		{"planned_for", "range", func(v *aims.SystemVerification) { v.PlannedFor = calendar.MustParse("2025-12-31") }},
		{"planned_for", "range", func(v *aims.SystemVerification) { v.PlannedFor = calendar.MustParse("9999-12-31") }},
		{"data[0]", "dataset", func(v *aims.SystemVerification) { v.Data = []string{"none"} }},
		{"data[0]", "trained", func(v *aims.SystemVerification) { v.Data = []string{"train"} }},
		{"follows", "verification", func(v *aims.SystemVerification) { v.Follows = "none" }},
	} {
		v := verification("v", "cv")
		bad.change(&v)
		err := o.refused("bob", aims.ErrInvalid, planVerification(v))
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	// What is typed of results into a plan is not taken.
	v := verification("v", "cv")
	v.State, v.By, v.Results, v.Authors = aims.VerificationPassed, "una", verified(true).Results, []string{"una"}
	o.do("bob", planVerification(v))
	v, _ = o.View().Verifications().Get("v")
	require.Equal(t, aims.VerificationPlanned, v.State)
	require.False(t, v.Recorded())
	require.Equal(t, []string{"bob"}, v.Authors)

	o.prove("spam-proof", []string{"spam"}, "A.6.2.4")
	for _, bad := range []struct {
		field, rule string
		change      func(r *aims.VerificationReport)
	}{
		{"on", "required", func(r *aims.VerificationReport) { r.On = calendar.Date{} }},
		{"on", "past", func(r *aims.VerificationReport) { r.On = calendar.MustParse("2026-01-06") }},
		{"on", "order", func(r *aims.VerificationReport) { r.On = calendar.MustParse("1890-01-01") }},
		{"results", "missing", func(r *aims.VerificationReport) { r.Results = r.Results[1:] }},
		{"results[0].criterion", "criterion", func(r *aims.VerificationReport) { r.Results[0].Criterion = "charm" }},
		{"results[1].criterion", "repeated", func(r *aims.VerificationReport) { r.Results[1].Criterion = "recall" }},
		{"results[0].seen", "required", func(r *aims.VerificationReport) { r.Results[0].Seen = "" }},
		{"results[0].seen", "reason", func(r *aims.VerificationReport) { r.Results[0].Seen = "yes" }},
		{"limitations", "required", func(r *aims.VerificationReport) { r.Limitations = "" }},
		{"limitations", "reason", func(r *aims.VerificationReport) { r.Limitations = "none" }},
		{"evidence[0]", "record", func(r *aims.VerificationReport) { r.Evidence = []string{"none"} }},
		{"evidence[0]", "system", func(r *aims.VerificationReport) { r.Evidence = []string{"spam-proof"} }},
	} {
		r := verified(true)
		bad.change(&r)
		err := o.refused("una", aims.ErrInvalid, recordVerification("v", r))
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	o.refused("una", aims.ErrNotFound, recordVerification("none", verified(true)))
	o.do("lea", func(tx *aims.Tx) error { // a plan may be given up
		return tx.Withdraw(aims.Subject{Kind: aims.KindVerification, ID: "v"})
	})
}
