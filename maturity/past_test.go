package maturity_test

import (
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage/memory"
)

// result is what a criterion comes to.
func (o *org) result(id string, history ...maturity.History) maturity.Result {
	o.tb.Helper()
	r, ok := o.report(history...).Result(id)
	require.True(o.tb, ok)
	return r
}

func TestThePastIsTheJournalsOwn(t *testing.T) {
	o, history := sustained(t)
	require.Equal(t, maturity.StateMet, o.result("ML3.01", history).State)
	require.Equal(t, maturity.StateUnknown, o.result("ML3.01").State, "one view does not tell the last year")
	require.Equal(t, maturity.StateUnknown, o.result("ML3.01", maturity.History{}).State)

	levels := slices.Collect(history.All())
	require.Equal(t, maturity.ML1, levels[0].Level, "it had only begun")
	require.Equal(t, o.View().Head(), levels[len(levels)-1].Head)
	for l := range history.All() {
		require.Equal(t, l.Level >= maturity.ML2, !l.At.Before(time.Date(2026, 5, 5, 9, 0, 0, 0, time.UTC)), "%s: %s", l.At, l.Level)
	}

	// Of few moments little is known.
	year, err := maturity.Past(maturity.DefaultModel(), o.Between(o.ctx, o.now.AddDate(-1, 0, 0), o.now, 31*24*time.Hour))
	require.NoError(t, err)
	held := o.result("ML3.01", year)
	require.Equal(t, maturity.StateUnknown, held.State)
	// Two halves are a whole.
	first, err := maturity.Past(maturity.DefaultModel(), o.Between(o.ctx, o.now.AddDate(0, 0, -455), o.now.AddDate(0, -6, 0), week))
	require.NoError(t, err)
	require.Equal(t, maturity.ML3, o.report(o.past(200), first).Level)
}

// A year in which the level fell for two months was not held.
func TestAGapInThePastShows(t *testing.T) {
	o := mature(t)
	o.operate(1)
	lose("A.4.5")(o)
	o.operate(2)
	o.do("bob", func(tx *aims.Tx) error { return tx.AttachEvidence(proofOf(annexa.MustParse("A.4.5"), o.now, 900)) })
	o.operate(9)
	require.Equal(t, maturity.StateNotMet, o.result("ML3.01", o.past(365)).State)
}

func TestAPastOfAnythingElseDoesNotCount(t *testing.T) {
	o, history := sustained(t)
	other := openOrg(t, memory.New(), day0.AddDate(3, 0, 0), "other")
	other.step1()
	other.do("ada", func(tx *aims.Tx) error {
		return tx.PutSupplier(aims.Supplier{ID: "second", Name: "Second", Owner: "ada"})
	})
	held := other.result("ML3.01", history)
	require.Equal(t, maturity.StateUnknown, held.State)
	require.Contains(t, held.Message, "another journal")

	// What comes after a view does not speak for it.
	early, err := o.At(o.ctx, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	of := func(v *aims.View, now time.Time) maturity.Result {
		r, _ := maturity.Evaluate(maturity.DefaultModel(), v, now, history).Result("ML3.01")
		return r
	}
	require.Less(t, of(early, o.now).Met, 40)
	require.Less(t, of(o.View(), early.AsOf()).Met, 40)

	// Nor does what an easier model found.
	easy := maturity.DefaultModel()
	easy.Criteria = easy.Criteria[:1]
	found, err := maturity.Past(easy, o.Between(o.ctx, o.now.AddDate(-1, 0, 0), o.now, week))
	require.NoError(t, err)
	held = o.result("ML3.01", found)
	require.Equal(t, maturity.StateUnknown, held.State)
	require.Contains(t, held.Message, "another model")
}

func TestAPastIsNotMadeUp(t *testing.T) {
	o, history := sustained(t)
	text, err := json.Marshal(history)
	require.NoError(t, err)
	require.Contains(t, string(text), `"level":"ML2"`)
	var read maturity.History
	require.Error(t, json.Unmarshal(text, &read))
	require.Equal(t, maturity.StateUnknown, o.result("ML3.01", read).State)

	other := openOrg(t, memory.New(), day0.AddDate(0, 1, 0), "other")
	other.step1()
	fail := errors.New("the disk is gone")
	give := func(all ...*aims.View) iter.Seq2[*aims.View, error] {
		return func(yield func(*aims.View, error) bool) {
			for _, v := range all {
				if !yield(v, nil) {
					return
				}
			}
			yield(nil, fail)
		}
	}
	before, err := o.At(o.ctx, o.now.AddDate(0, -1, 0))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		views []*aims.View
		rule  string
	}{
		"out of order": {[]*aims.View{o.View(), before}, "order"}, "of two journals": {[]*aims.View{other.View(), o.View()}, "journal"},
		"missing": {[]*aims.View{before, nil}, "required"},
	} {
		_, err := maturity.Past(maturity.DefaultModel(), give(c.views...))
		var is issue.Issues
		require.ErrorAs(t, err, &is, name)
		require.Equal(t, c.rule, is[0].Rule, name)
		require.Equal(t, "views[1]", is[0].Field, name)
	}
	_, err = maturity.Past(maturity.DefaultModel(), give(before, o.View()))
	require.ErrorIs(t, err, fail)
}

// An organisation of a minute types in a year of reviews, measurements and evidence.
func TestAYearTypedTodayIsNoYearOfOperation(t *testing.T) {
	o := openOrg(t, memory.New(), day0.AddDate(2, 0, 0), "id")
	o.step1()
	o.step2()
	o.step3()
	now := o.now
	o.do("eve", func(tx *aims.Tx) error {
		for i := range 2 {
			r := aims.ManagementReview{ID: []string{"old", "new"}[i], HeldOn: calendar.Of(now.AddDate(0, -12+11*i, 0), nil), Chair: "eve",
				Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(now.AddDate(0, 1, 0), nil)}}}
			if err := tx.HoldReview(r); err != nil {
				return err
			}
		}
		return nil
	})
	for month := 1; month < 12; month++ {
		o.do("ada", func(tx *aims.Tx) error {
			return tx.MeasureObjective("appeals", aims.Measurement{On: calendar.Of(now.AddDate(0, -month, 0), nil), Value: 97})
		})
		o.do("bob", func(tx *aims.Tx) error {
			e := proofOf(annexa.MustParse("A.4.5"), now.AddDate(0, -month, 0), 365)
			return tx.AttachEvidence(e)
		})
	}
	for _, id := range []string{"ML2.22", "ML3.06"} {
		require.Equal(t, maturity.StateUnknown, o.result(id).State, id)
	}
	cycles := o.result("ML3.02")
	require.Equal(t, maturity.StateNotMet, cycles.State, "an audit can't be typed in")
	require.True(t, cycles.Failing[1].Unknown, cycles.Failing[1].Why)

	// The journal shows that none of it was on file.
	o.pass(1)
	past := o.past(500)
	for _, id := range []string{"ML2.22", "ML3.02", "ML3.06"} {
		r := o.result(id, past)
		require.Equal(t, maturity.StateNotMet, r.State, "%s: %s", id, r.Message)
		require.False(t, r.Failing[0].Unknown)
	}
	require.Contains(t, o.result("ML2.22", past).Message, "Records reach back 1 of 90 days")
}

// What was told at the time counts from its day.
func TestWhatWasToldAtTheTimeCounts(t *testing.T) {
	o, history := sustained(t)
	for _, id := range []string{"ML3.02", "ML3.06"} {
		require.Equal(t, maturity.StateUnknown, o.result(id).State, id)
		require.Equal(t, maturity.StateMet, o.result(id, history).State, id)
	}
}

// An audit of a few sub-clauses is none of clauses 4 to 10.
func TestASubClauseIsNotAClause(t *testing.T) {
	o, _ := sustained(t)
	audit := func(id string, numbers ...string) {
		o.do("una", func(tx *aims.Tx) error {
			a := aims.Audit{ID: id, Title: "Audit of parts", Objective: "whether it is done as written", Criteria: "ISO/IEC 42001", Methods: []aims.AuditMethod{aims.MethodDocuments}, Auditors: []string{"xia"}, PlannedFor: calendar.Of(o.now, nil)}
			for _, n := range numbers {
				a.Clauses = append(a.Clauses, aims.MustParseClause(n))
			}
			return tx.PlanAudit(a)
		})
		o.do("xia", examine(id))
		o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit(id, "in order", []string{"lea"}) })
	}
	o.pass(340) // the audits of everything are over
	audit("few", "4.1", "5.1", "6.3", "7.4", "8.1", "9.3.1", "10.1")
	require.Equal(t, maturity.StateNotMet, o.result("ML3.15").State)
	r := o.result("ML2.17")
	var names []string
	for _, f := range r.Failing {
		if f.Subject.Kind == aims.KindOrganisation {
			names = append(names, f.Name)
		}
	}
	require.Subset(t, names, []string{"clause 9.2.1", "clause 9.3.2", "clause 10.2", "clause 8.4"})
	for _, n := range []string{"clause 8.1", "clause 9.3.1", "clause 10.1", "clause 4.2"} {
		require.NotContains(t, names, n, "it was audited again, or need not be")
	}

	// What is left, by number or as a whole, makes it all of them.
	audit("rest", "4.2", "4.3", "4.4", "5.2", "5.3", "6.1", "6.2", "7.1", "7.2", "7.3", "7.5", "8.2", "8.3", "8.4", "9.1", "9.2", "9.3.2", "9.3.3", "10.2")
	require.Equal(t, maturity.StateMet, o.result("ML3.15").State)
	for _, f := range o.result("ML2.17").Failing {
		require.NotEqual(t, aims.KindOrganisation, f.Subject.Kind, f.Why)
	}
}

// A meeting that another record tells anew was held once.
func TestACorrectedReviewCountsOnce(t *testing.T) {
	o := mature(t)
	require.Equal(t, maturity.StateMet, o.result("ML2.20").State)
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "again", Corrects: "review-" + o.now.Format(time.DateOnly), HeldOn: calendar.Of(o.now, nil), Chair: "eve",
			Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(o.now, nil)}}})
	})
	r := o.result("ML2.20")
	require.Equal(t, maturity.StateNotMet, r.State)
	require.Contains(t, r.Message, "did not look at")
}

// An incident that is told late was not looked at by what was approved before.
func TestWhatIsToldLateWasNotLookedAtBefore(t *testing.T) {
	o, _ := sustained(t)
	o.pass(30)
	o.sweep()
	o.monitor()
	approved := time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)
	by("ada", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "bias", Title: "Biased scores", Systems: []string{"credit"}, Grade: aims.GradeHigh,
			DetectedOn: approved.AddDate(0, 0, -20), TriagedOn: approved})
	})(o)
	by("ada", func(tx *aims.Tx) error { return tx.CloseIncident("bias", "test by group") })(o)
	r := o.result("ML3.12", o.past(455))
	require.Equal(t, maturity.StateNotMet, r.State)
	require.Contains(t, r.Message, "has not been assessed anew")
}
