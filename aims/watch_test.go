package aims_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// lines are findings as text, in an order of their own.
func lines(f []aims.Finding) []string {
	all := make([]string, len(f))
	for i, f := range f {
		all[i] = fmt.Sprintf("%s %s %s %s %s %q %s > %s since %s", f.Check, f.Severity, f.Clause, f.Controls, f.Subject, f.Name, f.Message, f.Next, f.Since)
	}
	slices.Sort(all)
	return all
}

func sameFindings(t require.TestingT, want, got []string, msg string) {
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		require.Fail(t, msg, diff)
	}
}

// Whatever anybody does, who follows finds what the whole is found to be, and is told of
// each finding that began or ended.
func TestWatchIsTheWhole(t *testing.T) {
	any := newAnybody(t)
	starts := []*org{any.base, messy(t), odd(t), wellRun(t)}
	followed := 0
	rapid.Check(t, func(rt *rapid.T) {
		o := starts[rapid.IntRange(0, len(starts)-1).Draw(rt, "start")].copied(t)
		now := o.clock.Now()
		w := o.View().Watch(now)
		before := lines(w.Findings())
		sameFindings(rt, lines(o.View().Findings(now)), before, "at the start")
		for range rapid.IntRange(3, 8).Draw(rt, "steps") {
			if rapid.IntRange(0, 3).Draw(rt, "another day") == 0 {
				o.clock.Set(o.clock.Now().AddDate(0, 0, rapid.IntRange(1, 40).Draw(rt, "days")))
			} else {
				o.clock.Set(o.clock.Now().Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "minutes")) * time.Minute))
			}
			_, name, err := any.does(rt, o)
			v, now := o.View(), o.clock.Now()
			changes := w.Follow(v, now)
			if err == nil && !changes.Afresh {
				followed++
			}
			after := lines(w.Findings())
			sameFindings(rt, lines(v.Findings(now)), after, "after "+name)
			sameFindings(rt, after, applied(before, changes), "what is told of "+name)
			before = after
		}
	})
	require.NotZero(t, followed)
	t.Logf("%d steps were followed by what they touched", followed)
}

// applied are findings with those that began, without those that ended.
func applied(f []string, c aims.Changes) []string {
	f = slices.Clone(f)
	for _, gone := range lines(c.Ended) {
		if i := slices.Index(f, gone); i >= 0 {
			f = slices.Delete(f, i, i+1)
		}
	}
	f = append(f, lines(c.Began)...)
	slices.Sort(f)
	return f
}

// What a reader may not see is not told by who follows for that reader, and the others of
// it are told the same.
func TestWatchForAReader(t *testing.T) {
	o := redactedOrg(t)
	now := o.clock.Now()
	w := o.View().For(guest{}).Watch(now)
	require.Equal(t, lines(o.View().For(guest{}).Findings(now)), lines(w.Findings()))
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("zzq")
		s.Owner = "una"
		_, err := tx.ReviseSystem(s)
		return err
	})
	c := w.Follow(o.View().For(guest{}), now)
	require.False(t, c.Afresh)
	require.Equal(t, lines(o.View().For(guest{}).Findings(now)), lines(w.Findings()))
	for _, f := range append(lines(c.Began), lines(c.Ended)...) {
		require.NotContains(t, f, hiddenWord)
	}
}

// Readiness of a watch is that of its view, and so are its observations.
func TestWatchSaysWhatTheViewSays(t *testing.T) {
	for name, o := range map[string]*org{"well run": wellRun(t), "messy": messy(t), "odd": odd(t), "ill certified": illCertified(t)} {
		for _, n := range []int{0, 61, 400} {
			w := o.View().Watch(day(n))
			require.Equal(t, o.View(), w.View())
			require.Equal(t, day(n), w.Now())
			for _, stage := range []aims.Stage{aims.Stage1, aims.Stage2, aims.Surveillance1, aims.Recertification} {
				of, is := o.View().Readiness(day(n), stage), w.Readiness(stage)
				for _, r := range []*aims.Readiness{&of, &is} {
					for i := range r.Checks {
						slices.SortFunc(r.Checks[i].Items, func(a, b aims.ReadinessItem) int {
							return cmp.Or(cmp.Compare(a.Subject.String(), b.Subject.String()), cmp.Compare(a.Text.String(), b.Text.String()))
						})
					}
				}
				require.Equal(t, of, is, "%s, day %d, %s", name, n, stage)
			}
			seen := 0
			for range w.Observations() {
				seen++
			}
			require.Equal(t, len(w.Findings()), seen)
		}
	}
}

// A commit that changes one system is followed by that system alone, and another day by
// all of it.
func TestWatchFollowsByWhatIsTouched(t *testing.T) {
	o := wellRun(t)
	w := o.View().Watch(o.clock.Now())
	id := slices.Collect(o.View().Systems().IDs())[0]
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get(id)
		s.Owner = "una"
		_, err := tx.ReviseSystem(s)
		return err
	})
	require.False(t, w.Follow(o.View(), o.clock.Now()).Afresh)
	o.do("ada", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("una")
		p.LeftOn = calendar.Of(o.clock.Now(), nil).AddDays(-1)
		return tx.PutPerson(p)
	})
	c := w.Follow(o.View(), o.clock.Now())
	require.True(t, c.Afresh, "much rests on people")
	require.Contains(t, fmt.Sprint(lines(c.Began)), "Its owner, una, is no longer active.")
	require.Equal(t, aims.Changes{}, w.Follow(o.View(), o.clock.Now()))
	o.clock.Set(o.clock.Now().AddDate(0, 0, 1))
	require.True(t, w.Follow(o.View(), o.clock.Now()).Afresh)
	before := o.View()
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "ada"}) })
	w.Follow(o.View(), o.clock.Now())
	require.True(t, w.Follow(before, o.clock.Now()).Afresh, "what is older is looked at whole")
	require.Equal(t, lines(before.Findings(o.clock.Now())), lines(w.Findings()))
}

// What a watch hands out is its reader's: whatever is done to it, it says the same after.
func TestWatchHandsOutCopies(t *testing.T) {
	o := wellRun(t)
	now := o.clock.Now()
	w := o.View().Watch(now)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(officeTool("another", register.StageDesign))
	})
	c := w.Follow(o.View(), now)
	require.False(t, c.Afresh)
	require.NotEmpty(t, c.Began)
	want := lines(o.View().Findings(now))
	spoil := func(f []aims.Finding) {
		for _, f := range f {
			for i := range f.Controls {
				f.Controls[i] = annexa.MustParse("A.10.4")
			}
			for _, text := range []issue.Text{f.Text, f.NextText} {
				for i := range text.Args {
					text.Args[i] = "spoilt"
				}
			}
		}
	}
	spoil(c.Began)
	spoil(c.Ended)
	require.Equal(t, want, lines(w.Findings()), "after its changes were written to")
	spoil(w.Findings())
	for o := range w.Observations() {
		spoil([]aims.Finding{{Controls: o.Controls, Text: o.Text, NextText: o.Next}})
	}
	for _, f := range w.Readiness(aims.Stage2).Checks {
		for _, item := range f.Items {
			spoil([]aims.Finding{{Controls: item.Controls, Text: item.Text, NextText: item.Close}})
		}
	}
	require.Equal(t, want, lines(w.Findings()))
}
