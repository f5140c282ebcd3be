package maturity_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage/memory"
)

// twenty is a model that asks for twenty suppliers. With an end, a meeting of it lasts
// so many days from the first.
func twenty(level maturity.Level) maturity.Model {
	return maturity.Model{ID: "twenty", Version: "1", Levels: maturity.DefaultModel().Levels, Parameters: maturity.DefaultParameters(),
		Criteria: []maturity.Criterion{{ID: "S-1", Title: "Twenty suppliers", Level: level, Phase: aims.Do, Weight: 1,
			Predicate: func(in *maturity.Input) maturity.Outcome {
				o := maturity.Outcome{State: maturity.StateNotMet, Met: min(20, in.View.Suppliers().Len()), Of: 20}
				if o.Met == o.Of {
					o.State = maturity.StateMet
				}
				return o
			}}}}
}

// suppliers puts some more suppliers on file.
func (o *org) suppliers(n int) {
	o.tb.Helper()
	o.do("setup", func(tx *aims.Tx) error {
		for range n {
			id := fmt.Sprintf("s-%d", tx.Suppliers().Len())
			if err := tx.PutSupplier(aims.Supplier{ID: id, Name: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// forecast looks back so many days, week by week.
func (o *org) forecast(m maturity.Model, days int, target maturity.Level) maturity.Outlook {
	o.tb.Helper()
	h, err := maturity.Past(m, o.Between(o.ctx, o.now.AddDate(0, 0, -days), o.now, week))
	require.NoError(o.tb, err)
	f, err := maturity.Forecast(m, o.View(), h, o.now, target)
	require.NoError(o.tb, err)
	return f
}

// Two suppliers at the start and one more each week: after seven weeks nine of twenty,
// 0.45, and 0.05 a week, so eleven weeks are left on every path.
func TestForecastOfASteadyPace(t *testing.T) {
	o := newOrg(t)
	o.suppliers(2)
	for range 7 {
		o.pass(7)
		o.suppliers(1)
	}
	f := o.forecast(twenty(maturity.ML1), 49, maturity.ML1)
	require.Equal(t, maturity.OutlookForecast, f.Status, f.Text.String())
	require.InDelta(t, 0.45, f.Credit, 1e-9)
	require.InDelta(t, 0.05, f.Slope, 1e-9)
	require.Equal(t, []int{8, 49}, []int{f.Days, f.Span})
	want := o.now.AddDate(0, 0, 77)
	for _, a := range []*maturity.Arrivals{f.Renewed, f.Lapsing} {
		require.Equal(t, want, a.Point.Day)
		require.Equal(t, []time.Time{want, want, want}, []time.Time{a.Early.Day, a.Middle.Day, a.Late.Day})
		require.Zero(t, a.NotArriving)
	}
	require.Nil(t, f.RenewalRate, "nothing has run out")
	require.Empty(t, f.Losses)
	require.Empty(t, f.Floors)
	require.Equal(t, "At this pace 5.0 percent of what ML1 asks for come to it in a week; 45 percent are there.", f.Text.String())
	require.Equal(t, "At this pace, and with nothing renewed, ML1 is reached between 2026-05-11 and 2026-05-11.", f.Lapsing.Text.String())

	text, err := json.Marshal(f)
	require.NoError(t, err)
	again, err := json.Marshal(o.forecast(twenty(maturity.ML1), 49, maturity.ML1))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(text), string(again)))
	for _, key := range []string{"as_of", "model_version", "parameters", "window_from", "losses", "floors", "past", "not_arriving"} {
		require.Contains(t, string(text), `"`+key+`":`)
	}
}

func TestForecastSaysWhyThereIsNone(t *testing.T) {
	o := newOrg(t)
	o.suppliers(2)
	o.pass(35)
	o.suppliers(1)
	m := twenty(maturity.ML1)
	f := o.forecast(m, 35, maturity.ML1)
	require.Equal(t, maturity.OutlookInsufficient, f.Status)
	require.Contains(t, f.Text.String(), "6 days over 35; it takes 6 over 42")
	require.Nil(t, f.Renewed)
	require.Equal(t, o.now.AddDate(0, 1, 0), f.With(maturity.Plan{End: o.now.AddDate(0, 1, 0)}).Plan)

	o.pass(60) // nothing happens
	f = o.forecast(m, 60, maturity.ML1)
	require.Equal(t, maturity.OutlookNotConverging, f.Status)
	require.Zero(t, f.Slope)

	o.suppliers(9) // nearly half at once
	f = o.forecast(m, 90, maturity.ML1)
	require.Equal(t, maturity.OutlookInsufficient, f.Status, "a step begins the window anew")
	require.Equal(t, o.now, f.Restarted)

	o.suppliers(10)
	require.Equal(t, maturity.OutlookReached, o.forecast(m, 90, maturity.ML1).Status)

	f = o.forecast(twenty(maturity.ML3), 90, maturity.ML3)
	require.Equal(t, maturity.OutlookReached, f.Status)

	other := openOrg(t, memory.New(), o.now, "other")
	other.suppliers(1)
	past, err := maturity.Past(m, o.Between(o.ctx, o.now.AddDate(0, 0, -90), o.now, week))
	require.NoError(t, err)
	f, err = maturity.Forecast(m, other.View(), past, o.now, maturity.ML1)
	require.NoError(t, err)
	require.Equal(t, maturity.OutlookInsufficient, f.Status)
	require.Contains(t, f.Text.String(), "another journal")
	m.Version = "2"
	f, err = maturity.Forecast(m, o.View(), past, o.now, maturity.ML2)
	require.NoError(t, err)
	require.Equal(t, maturity.OutlookReached, f.Status, "a model without criteria up to ML2 asks for nothing")

	for _, bad := range []struct {
		target maturity.Level
		now    time.Time
		field  string
	}{{maturity.ML0, o.now, "target"}, {maturity.Level(7), o.now, "target"}, {maturity.ML1, o.now.AddDate(0, 0, -1), "now"}} {
		_, err := maturity.Forecast(m, o.View(), past, bad.now, bad.target)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.Equal(t, bad.field, is[0].Field)
	}
}

// The past that another model found is no pace of this one.
func TestForecastKeepsToOneModel(t *testing.T) {
	o := newOrg(t)
	o.suppliers(2)
	for range 7 {
		o.pass(7)
		o.suppliers(1)
	}
	m := twenty(maturity.ML1)
	past, err := maturity.Past(m, o.Between(o.ctx, o.now.AddDate(0, 0, -49), o.now, week))
	require.NoError(t, err)
	m.Version = "2"
	f, err := maturity.Forecast(m, o.View(), past, o.now, maturity.ML1)
	require.NoError(t, err)
	require.Equal(t, maturity.OutlookInsufficient, f.Status)
	require.Contains(t, f.Text.String(), "another model, twenty 1")
	require.Equal(t, "2", f.ModelVersion)
	one := f.Parameters
	m.Parameters.AuditDays++
	f, err = maturity.Forecast(m, o.View(), past, o.now, maturity.ML1)
	require.NoError(t, err)
	require.NotEqual(t, one, f.Parameters)
}

// ML2 of the default model: what it waits for is known whatever the pace.
func TestForecastHasFloors(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.step2()
	f := o.forecast(maturity.DefaultModel(), 0, maturity.ML2)
	floors := make(map[maturity.FloorID]time.Time)
	for _, x := range f.Floors {
		floors[x.ID] = x.Day
	}
	require.Equal(t, map[maturity.FloorID]time.Time{
		maturity.FloorHistory: lastOf(o.now.AddDate(0, 0, 89)).Add(1), // from today on
		maturity.FloorAudit:   o.now.AddDate(0, 0, 14),
		maturity.FloorReview:  o.now.AddDate(0, 0, 21), // after it
	}, floors)
	require.Empty(t, o.forecast(maturity.DefaultModel(), 0, maturity.ML1).Floors)

	o.step3()
	o.operate(1)
	o.step4()
	o.do("xia", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(nonconformity("major", aims.SeverityMajor, o.now))
	})
	o.pass(10)
	f = o.forecast(maturity.DefaultModel(), 0, maturity.ML2)
	require.Len(t, f.Floors, 2)
	require.Equal(t, maturity.FloorHistory, f.Floors[0].ID)
	require.Equal(t, day0.AddDate(0, 0, 90), f.Floors[0].Day)
	require.Equal(t, maturity.FloorClosure, f.Floors[1].ID)
	require.Equal(t, calendar.Of(o.now.AddDate(0, 0, 20), nil).Start(nil), f.Floors[1].Day, "thirty days from when it was raised")
	ids := make(map[string]bool)
	for _, c := range maturity.DefaultModel().Criteria {
		ids[c.ID] = true
	}
	for _, row := range maturity.Floors() {
		require.True(t, ids[row.Criterion], row.Criterion)
		require.NotEmpty(t, row.Why)
	}
	for _, row := range maturity.ForecastParameters() {
		require.NotEmpty(t, row.Why)
		require.NotEmpty(t, row.Unit)
	}
}

// No pace towards ML3 before ML2 has been held for a quarter, and no day before a year.
func TestForecastOfSustained(t *testing.T) {
	o := mature(t)
	reached := o.now
	f := o.forecast(maturity.DefaultModel(), 120, maturity.ML3)
	require.Equal(t, maturity.OutlookNotHeld, f.Status)
	o.operate(1)
	o.sweep()
	o.operate(3)
	f = o.forecast(maturity.DefaultModel(), 120, maturity.ML3)
	require.NotEqual(t, maturity.OutlookNotHeld, f.Status, f.Text.String())
	held := f.Floors[slices.IndexFunc(f.Floors, func(x maturity.Floor) bool { return x.ID == maturity.FloorHeld })]
	require.False(t, held.Day.Before(reached.AddDate(1, 0, 0)), held.Day)
	require.Less(t, held.Day.Sub(reached.AddDate(1, 0, 0)), 8*24*time.Hour, "to the week that was looked at")
	for _, a := range []*maturity.Arrivals{f.Renewed, f.Lapsing} {
		if a != nil && a.Early != nil {
			require.False(t, a.Early.Day.Before(held.Day))
		}
	}

	lose("A.4.5")(o)
	o.pass(8)
	lost := o.forecast(maturity.DefaultModel(), 120, maturity.ML3)
	require.Equal(t, maturity.OutlookNotHeld, lost.Status, "it is not held now")
}

// What runs out is lost on its day, and what was renewed before is half counted on.
func TestForecastKnowsWhatRunsOut(t *testing.T) {
	o := mature(t)
	o.pass(14)
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "proof-A.4.5-2026-01-05"}); err != nil {
			return err
		}
		return tx.AttachEvidence(proofOf(annexa.MustParse("A.4.5"), o.now, 30))
	})
	o.judge()
	lose("A.10.4")(o) // so that ML2 lies ahead
	f := o.forecast(maturity.DefaultModel(), 126, maturity.ML2)
	require.Equal(t, maturity.OutlookForecast, f.Status, f.Text.String())
	require.NotEmpty(t, f.Losses)
	first := f.Losses[slices.IndexFunc(f.Losses, func(l maturity.Loss) bool { return slices.Contains(l.Criteria, "ML2.05") })]
	require.Equal(t, 5, first.Week, "thirty days are in the fifth week")
	require.Equal(t, o.now.AddDate(0, 0, 35), first.By)
	require.Greater(t, first.Credit, 0.0)
	require.NotNil(t, f.RenewalRate)
	require.True(t, *f.RenewalRate > 0 && *f.RenewalRate <= 1)
	require.LessOrEqual(t, f.Renewed.NotArriving, f.Lapsing.NotArriving)

	// As judging every week would find.
	weeks := make(map[int][]string)
	for _, l := range f.Losses {
		weeks[l.Week] = l.Criteria
	}
	past := o.past(126)
	before, ended := o.report(past), 0
	for w := 1; w <= 104; w++ {
		then := maturity.Evaluate(maturity.DefaultModel(), o.View(), o.now.AddDate(0, 0, 7*w), past)
		for i, c := range then.Criteria {
			if c.Criterion.Level <= maturity.ML2 && c.State == maturity.StateNotMet && before.Criteria[i].State == maturity.StateMet {
				require.Contains(t, weeks[w], c.ID, "week %d", w)
				ended++
			}
		}
		before = then
	}
	require.Greater(t, ended, 10)
	require.Len(t, f.Past, 3, "ML1 was there in the first week, ML2 came later")
	for _, p := range f.Past {
		require.Equal(t, maturity.ML2, p.Level)
	}
}

// An import is no pace: what it brought was done elsewhere.
func TestForecastBeginsAnewWithAnImport(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.suppliers(3)
	var text bytes.Buffer
	require.NoError(t, o.View().Export(&text))
	o.pass(7)
	j := memory.New()
	_, err := aims.Import(t.Context(), j, &aims.Options{Clock: func() time.Time { return o.now }}, aims.By{Actor: "ada", Reason: "move"}, &text)
	require.NoError(t, err)
	moved := openOrg(t, j, o.now, "moved")
	at := moved.now
	for range 5 {
		moved.pass(7)
		moved.do("ada", func(tx *aims.Tx) error {
			return tx.PutSupplier(aims.Supplier{ID: fmt.Sprint("later-", moved.now.Unix()), Name: "Later"})
		})
	}
	f := moved.forecast(twenty(maturity.ML1), 84, maturity.ML1)
	require.Equal(t, maturity.OutlookInsufficient, f.Status)
	require.Equal(t, []any{at, at, 35}, []any{f.WindowFrom, f.Restarted, f.Span})
	moved.pass(7)
	f = moved.forecast(twenty(maturity.ML1), 84, maturity.ML1)
	require.Equal(t, maturity.OutlookForecast, f.Status)
	require.InDelta(t, 0.05, f.Slope, 1e-9, "one of twenty a week, and nothing of the four of before")
}

// Whatever happened: a forecast keeps its own rules.
func TestForecastKeepsItsRules(t *testing.T) {
	m := twenty(maturity.ML1)
	seen := make(map[maturity.OutlookStatus]int)
	rapid.Check(t, func(rt *rapid.T) {
		o := newOrg(t)
		o.suppliers(rapid.IntRange(1, 3).Draw(rt, "begin"))
		for range rapid.IntRange(5, 14).Draw(rt, "weeks") {
			o.pass(7)
			if n := rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2, 6}).Draw(rt, "new"); n > 0 {
				o.suppliers(n)
			}
		}
		f := o.forecast(m, 120, maturity.ML1)
		seen[f.Status]++
		require.Equal(rt, f.Status == maturity.OutlookForecast, f.Renewed != nil && f.Lapsing != nil)
		require.NotEmpty(rt, f.Text.ID)
		if f.Renewed == nil {
			return
		}
		require.Greater(rt, f.Slope, 0.0)
		for _, a := range []*maturity.Arrivals{f.Renewed, f.Lapsing} {
			switch {
			case !a.LaterThan.IsZero():
				require.Nil(rt, a.Early)
				require.Empty(rt, a.FromQuarter)
				require.True(rt, a.LaterThan.After(f.AsOf))
			case a.FromQuarter != "":
				require.Nil(rt, a.Early)
				require.LessOrEqual(rt, a.FromQuarter, a.ToQuarter)
			default:
				require.LessOrEqual(rt, a.Late.Day.Sub(a.Early.Day), 26*week)
				require.False(rt, a.Middle.Day.Before(a.Early.Day) || a.Late.Day.Before(a.Middle.Day))
				require.LessOrEqual(rt, a.NotArriving, 0.2)
			}
			require.Contains(rt, a.Text.String(), "At this pace")
		}
	})
	require.Greater(t, seen[maturity.OutlookForecast], 10)
	require.Greater(t, seen[maturity.OutlookInsufficient], 0)
}
