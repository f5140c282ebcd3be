package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// A View that remembers what it saw on a day says at each moment, in whatever order it is
// asked, what one says that looks for the first time; whoever writes to what he was handed
// changes nothing of what is said next.
func TestAViewSaysAgainWhatItSaw(t *testing.T) {
	for name, o := range map[string]*org{"well run": wellRun(t), "messy": messy(t), "odd": odd(t), "ill certified": illCertified(t), "founding": newOrg(t), "staffed": newOrg(t).staffed()} {
		t.Run(name, func(t *testing.T) {
			v := o.View()
			at := v.Time()
			later := []time.Time{at, at.Add(time.Minute), at.Add(-time.Hour), at.Add(8 * time.Hour), at.AddDate(0, 0, 1), at.Add(time.Minute), at.AddDate(0, 7, 0), at.AddDate(1, 1, 0), at.AddDate(2, 0, 0), at}
			type said struct {
				findings     []aims.Finding
				readiness    aims.Readiness
				observations []aims.Observation
			}
			ask := func(v *aims.View, now time.Time) said {
				s := said{findings: v.Findings(now), readiness: v.Readiness(now, aims.Stage2)}
				for o := range v.Observations(now) {
					s.observations = append(s.observations, o)
				}
				return s
			}
			want := make([]said, len(later))
			for i, now := range later {
				want[i] = ask(v, now)
			}
			defer aims.RemembersAll()()
			again, err := o.At(t.Context(), at)
			require.NoError(t, err)
			require.Equal(t, v.Head(), again.Head())
			for i, now := range later {
				got := ask(again, now)
				require.Equal(t, want[i], got, "at %s", now)
				for _, f := range got.findings {
					scribbleText(f.Text.Args)
					scribbleText(f.NextText.Args)
					clear(f.Controls)
				}
				for _, o := range got.observations {
					scribbleText(o.Text.Args)
					clear(o.Controls)
				}
				for _, c := range got.readiness.Checks {
					for _, item := range c.Items {
						scribbleText(item.Text.Args)
						clear(item.Controls)
					}
				}
			}
			first := o.View()
			for hour := range 73 { // nothing but what looks at the time of day changes within one
				now := at.Add(time.Duration(hour) * time.Hour)
				fresh, err := o.At(t.Context(), at)
				require.NoError(t, err)
				require.Equal(t, fresh.Findings(now), first.Findings(now), "at %s", now)
			}
			someone := again.For("nobody")
			require.Equal(t, v.For("nobody").Findings(at), someone.Findings(at))
		})
	}
}

// A founding goes on until a moment, not through a day: what is said of it turns then, also
// where a View or a Watch has looked on that day already.
func TestAFoundingEndsAtAMoment(t *testing.T) {
	o := newOrg(t)
	o.clock.Set(day(1))
	o.do("setup", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "new", Name: "New"}) })
	until := o.View().Organisation().Foundings[0].Until
	defer aims.RemembersAll()()
	w := o.View().Watch(until)
	v := o.View()
	require.Equal(t, aims.SeverityOpportunity, find(v, until, "OW-04")[0].Severity)
	require.Equal(t, aims.SeverityMinor, find(v, until.Add(time.Second), "OW-04")[0].Severity)
	w.Follow(o.View(), until.Add(time.Second))
	require.Equal(t, o.View().Findings(until.Add(time.Second)), w.Findings())
}

// scribbleText writes to the arguments of a text, and of those in it.
func scribbleText(args []any) {
	for i, arg := range args {
		if in, ok := arg.(issue.Text); ok {
			scribbleText(in.Args)
		}
		args[i] = "scribbled"
	}
}
