package aims_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/register"
)

// sameInside asks of each active system what a pass over all of them works out, and what
// each accessor says of the one.
func sameInside(t require.TestingT, v *aims.View, now time.Time) {
	active := 0
	for s := range v.Systems().All() {
		if s.Stage != register.StageRetirement && s.OutOfScope == "" {
			active++
		}
	}
	for st := range uncopied.Standings(v, now) {
		id := st.System.ID
		active--
		c := v.CoverageOf(id, now)
		require.Equal(t, c.Covered, st.Covered, id)
		require.Equal(t, c.Text, st.Why, id)
		require.Equal(t, v.SpanOf(id), st.Span, id)
		require.Equal(t, v.KnownSince(id), st.KnownSince(), id)
		reg, _ := v.RegistrationOf(id)
		require.Equal(t, reg, aims.Registration{At: st.RegisteredAt, Stage: st.RegisteredAs}, id)
		open, ok := v.OpenAssessment(id)
		require.Equal(t, ok, st.Open != nil, id)
		if ok {
			require.Equal(t, open.ID, st.Open.ID)
		}
		var asks []aims.Asked
		st.Asks(func(item, requires string, controls []annexa.ID) {
			asks = append(asks, aims.Asked{Item: item, Requires: requires, Controls: controls})
		})
		require.Empty(t, cmp.Diff(v.OperationAsks(id, now), asks), id)
	}
	require.Zero(t, active, "each active system once")
	exceeds := uncopied.Exceeds(v)
	for r := range uncopied.All[register.Risk](v, aims.KindRisk) {
		require.Equal(t, v.Exceeds(*r), exceeds(r), r.ID)
	}
}

// However many systems may be one, and whatever is said of which follow and which are
// apart, a pass over all knows of each since when it is known as one look at it does.
func TestKnownSinceOfManyAlike(t *testing.T) {
	base := newOrg(t).staffed()
	base.clock.Set(day(100))
	rapid.Check(t, func(rt *rapid.T) {
		o := base.copied(t)
		n := rapid.IntRange(2, 9).Draw(rt, "systems")
		id := func(i int) string { return fmt.Sprint("s", i) }
		for i := range n {
			s := officeTool(id(i), rapid.SampledFrom([]register.Stage{register.StageOperation, register.StageDesign}).Draw(rt, "stage"))
			s.Name = rapid.SampledFrom([]string{"Mail sorter", "mail-sorter", "Post room"}).Draw(rt, "name")
			if rapid.Bool().Draw(rt, "found") {
				s.DiscoveredOn = dayOf(rapid.IntRange(0, 100).Draw(rt, "on"))
			}
			if rapid.Bool().Draw(rt, "listed") {
				s.ExternalIDs = map[string]string{"cmdb": rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "ci")}
			}
			if i > 0 && rapid.IntRange(0, 3).Draw(rt, "follows") == 0 {
				s.Follows = id(rapid.IntRange(0, i-1).Draw(rt, "before"))
			}
			o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(s) })
		}
		for range rapid.IntRange(0, 4).Draw(rt, "decisions") {
			a, b := id(rapid.IntRange(0, n-1).Draw(rt, "one")), id(rapid.IntRange(0, n-1).Draw(rt, "other"))
			_ = o.try("lea", func(tx *aims.Tx) error { return tx.TellApart(a, b, "another one") }) // where they are alike
		}
		sameInside(rt, o.View(), o.clock.Now())
		// Another look, at what changed since: what is remembered of the one before is not told of this.
		o.clock.Set(day(101))
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get(id(0))
			s.Purpose += " And more."
			_, err := tx.ReviseSystem(s)
			return err
		})
		sameInside(rt, o.View(), o.clock.Now())
	})
}

// What is remembered of one state is not told of another: of a system that changed, of the
// state before, nor of a day on which the approval has run out.
func TestCoverageIsOfTheRecordsAskedOf(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.assess("spam")
	before := o.View()
	covered := func(v *aims.View, now time.Time) bool {
		sameInside(t, v, now)
		for st := range uncopied.Standings(v, now) {
			if st.System.ID == "spam" {
				return st.Covered
			}
		}
		t.Fatal("no system")
		return false
	}
	now := o.clock.Now()
	require.True(t, covered(before, now))
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Purpose = "Score applicants by their mail."
		_, err := tx.ReviseSystem(s)
		return err
	})
	require.False(t, covered(o.View(), o.clock.Now()))
	require.True(t, covered(before, now))
	require.False(t, covered(before, calendar.MustParse("2099-01-01").Start(nil)))
	require.True(t, covered(before, now))
}
