package aims_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// setByVerbs are times that a verb sets itself, whatever it is given, or refuses to be
// given at all.
var setByVerbs = []string{"tenures.from", "tenures.until", "decisions.at of opportunity", "effects.on", "results.at of monitoring", "evaluations.at", "results.on of monitoring", "evaluations.on", "approval.at", "approval.review_due", "approved_at", "review_due of criteria", "closed_on", "answered_on", "recorded_at", "told.at of communication", "told.on of communication", "outside.checks.on", "outside.checks.at", "ended.on", "ended.at",
	"top_since", "external_since", "no_ai.at", "former_names.until", "since", "accepted_on", "reworded_at", "grants.at", "grants.expires", "requested_at", "verification.on",
	"assessed.on", "assessed.at", "before.due", "before.until", "earlier.at", "earlier.review_due", "verifications.on", "regraded.at", "regraded.due", "reopened.at",
	"moves.at", "stages.at", "pending_at", "changed_at", "moves.from", "moves.to", "checks.at", "checks.of.on", "checks.of.at", "cancelled_at", "postponed.at", "postponed.from", "decisions.done_on", "roles_since", "foundings.at", "foundings.until", "foundings.ended_at", "foundings.confirmed_at", "distinct.at", "placed_at", "released_at", "ended_at", "briefings.on", "briefings.noted_at", "assessments.on", "assessments.until", "assessments.at", "dropped_at", "done.on", "done.at", "reviews.at", "outside_since", "ended_on of public_claim", "reviews.on of public_claim", "earlier.planned_for", "approval.planned_for", "reporting.filings.on", "reporting.filings.for", "reporting.filings.at", "reporting.postponed.at", "reporting.postponed.from", "notices.on", "notices.at", "action.recorded_at", "items.at", "acceptance.at", "acceptance.expires", "measurements.on", "results.recorded_at", "planned_at", "review.recorded_at", "return.recorded_at", "results.on", "in_force.at", "accepted.at", "counts.at", "compared.on", "compared.at", "trials.on", "trials.at", "told.on", "told.recorded_at", "remains.on", "remains.until", "remains.recorded_at", "decided_at", "closing.at", "on of verification", "live_on", "review.on", "return.on", "equivalent.at", "applied.at", "applied.on", "told.at", "told.now.at", "told.now.on", "stages.on", "pending_on", "restored_on", "special.on", "special.at", "suspensions.from", "suspensions.until", "suspensions.at", "scope_decisions.on", "scope_decisions.at", "appeals.on", "appeals.answered_on", "appeals.at", "transferred_on", "described_at", "unchecked_since", "checks.on", "created_at", "gaps.at", "gaps.closed_on", "gaps.closed_at", "gaps.since", "gaps.due", "reviews.on", "areas.due"}

// timesOf are the paths of the times and days of a type.
func timesOf(t reflect.Type, path string) (all []string) {
	switch {
	case t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[calendar.Date]():
		return []string{strings.TrimPrefix(path, ".")}
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				all = append(all, timesOf(f.Type, strings.TrimSuffix(path+"."+name, "."))...)
			}
		}
	case t.Kind() == reflect.Slice:
		return timesOf(t.Elem(), path)
	}
	return all
}

// setTime sets the time, or the day, at a path.
func setTime(v reflect.Value, path []string, at time.Time) {
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		v = v.Index(0)
	}
	if len(path) == 0 {
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			v.Set(reflect.ValueOf(calendar.Of(at, nil)))
		} else {
			v.Set(reflect.ValueOf(at))
		}
		return
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous {
			setTime(v.Field(i), path, at)
		} else if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == path[0] {
			setTime(v.Field(i), path[1:], at)
		}
	}
}

// Every date of every kind that a caller may tell is refused at 1890 and at 9999, by
// its own name: the test walks the declarations.
func TestDaysBeyondReasonAreRefused(t *testing.T) {
	o := newOrg(t).staffed()
	tried := 0
	for _, k := range aims.Kinds() {
		put := putters[k.Name]
		if put == nil {
			continue // written by no verb as a whole
		}
		for _, path := range timesOf(reflect.TypeOf(k.New()).Elem(), "") {
			if slices.Contains(setByVerbs, path) || slices.Contains(setByVerbs, path+" of "+string(k.Name)) {
				continue
			}
			for _, at := range []time.Time{time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
				rec := k.New()
				if id := reflect.ValueOf(rec).Elem().FieldByName("ID"); id.IsValid() {
					id.SetString("new")
				}
				if d, ok := rec.(*annexa.Decision); ok {
					d.Control, d.Revision = annexa.MustParse("A.2.2"), 1
				}
				if our, ok := rec.(*aims.Organisation); ok {
					our.Revision = o.View().Organisation().Revision
				}
				if c, ok := rec.(*aims.Concern); ok {
					c.RaisedBy = "staff"
				}
				setTime(reflect.ValueOf(rec).Elem(), strings.Split(path, "."), at)
				err := o.try("eve", func(tx *aims.Tx) error { return put(tx, rec) })
				require.True(t, slices.ContainsFunc(issuesOf(err), func(i issue.Issue) bool {
					return places.ReplaceAllString(i.Field, "") == path
				}), "%s.%s at %s: %v", k.Name, path, at, err)
				tried++
			}
		}
	}
	require.Greater(t, tried, 70)
}

// Each row of the table is of a time that is there, and says why.
func TestDayBounds(t *testing.T) {
	require.Empty(t, aims.DayBounds()[0].Kind)
	for _, b := range aims.DayBounds() {
		require.NotEmpty(t, b.Why)
		if b.Kind == "" {
			continue
		}
		k, ok := aims.KindByName(b.Kind)
		require.True(t, ok, b.Kind)
		limit, ok := k.Limits.Times[b.Field]
		require.True(t, ok, "%s.%s", b.Kind, b.Field)
		require.Equal(t, [2]int{b.Back, b.Ahead}, [2]int{limit.Back, limit.Ahead})
	}
}
