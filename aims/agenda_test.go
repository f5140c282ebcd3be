package aims_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/register"
)

func TestAgendaRowsAreOfAllProbes(t *testing.T) {
	rows, probes := aims.AgendaRows(), aims.Probes()
	require.Len(t, rows, len(probes))
	for i, p := range probes {
		r := rows[i]
		require.Equal(t, p.ID, r.Probe)
		require.Equal(t, r.Kind == "", r.Undated != "", "%s either has a day or a reason for none", p.ID)
		require.Equal(t, r.Kind == "", r.Title.ID == "", p.ID)
	}
}

// What is to be seen to in the first year of an organisation that is well run.
func TestAgendaOfAYear(t *testing.T) {
	o := wellRun(t)
	a := o.View().Agenda(dayOf(1), calendar.Of(day0.AddDate(1, 0, 2), nil))
	require.Equal(t, []string{"2026-01-06", "2027-01-07"}, []string{a.From.String(), a.To.String()})
	by := make(map[string][]aims.AgendaEntry)
	for _, e := range a.Entries {
		by[e.Probe] = append(by[e.Probe], e)
	}
	sweep := by["S1-10"][0]
	require.Equal(t, "2026-07-04", sweep.Day.String(), "180 days after the last one")
	require.Equal(t, aims.AgendaSweep, sweep.Kind)
	require.Equal(t, aims.Responsible{Person: "lea", Role: aims.RoleLead}, sweep.Responsible)
	require.Equal(t, "S1-10/organisation/organisation", sweep.ID)
	require.Equal(t, "The last search for AI in use was on 2026-01-05.", sweep.Otherwise.String())

	decision := by["MR-01"][0]
	require.Equal(t, "MR-01/action/m#1", decision.ID)
	require.Equal(t, []string{"go on", "lea", "2027-01-05"}, []string{decision.Name, decision.Person, decision.Day.String()})
	require.Equal(t, aims.Responsible{Person: "eve", Role: aims.RoleSponsor}, by["S2-16"][0].Responsible)
	require.Equal(t, aims.Responsible{Person: "una", Role: aims.RoleAuditLead}, by["S2-13"][0].Responsible)
	require.Equal(t, "pam", by["S1-05"][0].Person, "the policy's owner")
	require.Equal(t, "ada", by["S2-10"][0].Person, "the system's owner")
	require.Equal(t, "2027-01-05", by["S2-10"][0].Day.String(), "found day by day: the finding knows no day")
	require.Len(t, by["S2-07"], 38)
	for _, e := range by["S2-07"] {
		require.Equal(t, o.View().Decision(annexa.MustParse(e.Subject.ID)).Owner, e.Person)
	}

	require.Equal(t, []string{"ada", "bob", "eve", "lea", "pam", "una"}, slices.DeleteFunc(a.People(), func(id string) bool { return id == "rob" || id == "ian" }))
	some := 0
	for _, id := range append(a.People(), "") {
		for _, e := range a.Of(id).Entries {
			require.Equal(t, id, e.Person)
			some++
		}
	}
	require.Equal(t, len(a.Entries), some)
	require.Empty(t, o.View().Agenda(dayOf(3), dayOf(2)).Entries)
	require.Empty(t, o.View().Agenda(dayOf(1), dayOf(30)).Entries, "nothing falls due in the first month")

	text, err := json.Marshal(a)
	require.NoError(t, err)
	var read aims.Agenda
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again))
	require.Contains(t, string(text), `"person":"lea","role":"aims-lead"`)
}

// To the last moment of its day it is in time, and on the next it is late.
func TestAgendaKeepsToDays(t *testing.T) {
	o := newOrg(t).staffed()
	raise := func(id string, due time.Time) {
		o.do("una", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: id, Title: id, Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: calendar.Of(due, nil)})
		})
	}
	midnight := time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC)
	raise("before", midnight.Add(-1000))
	raise("at", midnight)
	raise("in", midnight.Add(15*time.Hour))
	raise("last", midnight.AddDate(0, 0, 1).Add(-1000))
	raise("after", midnight.AddDate(0, 0, 1))
	on := func(d time.Time) []string {
		var ids []string
		for _, e := range o.View().Agenda(calendar.Of(d, nil), calendar.Of(d, nil)).Entries {
			require.Equal(t, calendar.Of(d, nil), e.Day)
			ids = append(ids, e.Subject.ID)
		}
		return ids
	}
	require.Equal(t, []string{"before"}, on(midnight.AddDate(0, 0, -1)))
	require.Equal(t, []string{"at", "in", "last"}, on(midnight.Add(12*time.Hour)))
	require.Equal(t, []string{"after"}, on(midnight.AddDate(0, 0, 1)))

	// Moved, it is the same thing on another day; closed, it is none.
	entry := func() aims.AgendaEntry {
		a := o.View().Agenda(dayOf(0), dayOf(200))
		i := slices.IndexFunc(a.Entries, func(e aims.AgendaEntry) bool { return e.Subject.ID == "in" })
		require.GreaterOrEqual(t, i, 0)
		return a.Entries[i]
	}
	was := entry()
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("in")
		n.Due = calendar.Of(midnight.AddDate(0, 0, -10), nil)
		return tx.CorrectNonconformity(n)
	})
	is := entry()
	require.Equal(t, was.ID, is.ID)
	require.Equal(t, "2026-01-31", is.Day.String())
}

// Who has left by then does not see to it.
func TestAgendaKnowsWhoLeaves(t *testing.T) {
	o := wellRun(t)
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = dayOf(100)
		return tx.PutPerson(p)
	})
	a := o.View().Agenda(dayOf(1), calendar.Of(day0.AddDate(1, 0, 2), nil))
	left := slices.IndexFunc(a.Entries, func(e aims.AgendaEntry) bool { return e.Probe == "PE-03" })
	require.Equal(t, dayOf(99), a.Entries[left].Day)
	owner := slices.IndexFunc(a.Entries, func(e aims.AgendaEntry) bool { return e.Probe == "S1-08" })
	require.Equal(t, dayOf(99), a.Entries[owner].Day)
	for _, e := range a.Of("ada").Entries {
		require.False(t, e.Day.After(dayOf(99)), e.ID)
	}
}

// Of several times the first one counts.
func TestAgendaNamesTheFirstTime(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("una", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "n", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(200)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "s", Name: "S", Owner: "bob", ReviewedOn: dayOf(0), ReviewDue: dayOf(300),
			Duties: []aims.AllocatedDuty{{What: "tells of changes", Bearer: aims.BearerSupplier}}}); err != nil {
			return err
		}
		s := spamFilter()
		s.Supplier = "s"
		return tx.RegisterSystem(s)
	})
	days := make(map[string]calendar.Date)
	for _, e := range o.View().Agenda(dayOf(0), dayOf(900)).Entries {
		days[e.Probe] = e.Day
	}
	require.Equal(t, dayOf(90), days["S2-18"], "a major is open for ninety days at most")
	require.Equal(t, dayOf(300), days["S2-20"], "its own day, which lies before the year is over")
}

// drawAgendaOrg puts things on file of an organisation that fall due somewhere ahead.
func drawAgendaOrg(o *org, rt *rapid.T) *org {
	ahead := func(most int) calendar.Date {
		return dayOf(rapid.IntRange(1, most).Draw(rt, "days"))
	}
	for i := range rapid.IntRange(1, 6).Draw(rt, "changes") {
		id := fmt.Sprint("x", i)
		switch rapid.IntRange(0, 9).Draw(rt, "change") {
		case 0:
			o.do("una", func(tx *aims.Tx) error {
				return tx.RaiseNonconformity(aims.Nonconformity{ID: id, Title: id, Severity: rapid.SampledFrom([]aims.Severity{aims.SeverityMajor, aims.SeverityMinor}).Draw(rt, "severity"),
					Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: ahead(300)})
			})
		case 1:
			o.do("bob", func(tx *aims.Tx) error {
				return tx.AttachEvidence(aims.Evidence{ID: id, Title: id, Collected: dayOf(0), ValidUntil: ahead(500), URI: "x:" + id,
					Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.6"))}})
			})
		case 2:
			o.do("lea", func(tx *aims.Tx) error {
				p, _ := tx.People().Get(rapid.SampledFrom([]string{"ada", "bob", "pam", "ian", "una"}).Draw(rt, "who"))
				p.LeftOn = ahead(300)
				return tx.PutPerson(p)
			})
		case 3:
			o.do("ada", func(tx *aims.Tx) error {
				return tx.ReportIncident(aims.Incident{ID: id, Title: id, Systems: []string{"spam"}, DetectedOn: day0,
					Grade: rapid.SampledFrom([]aims.Grade{aims.GradeLow, aims.GradeHigh, aims.GradeCritical}).Draw(rt, "grade")})
			})
		case 4:
			o.do("ada", func(tx *aims.Tx) error {
				return tx.PutObjective(aims.Objective{ID: id, Title: id, Measure: "share", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: ahead(500),
					IntervalDays: rapid.IntRange(1, 400).Draw(rt, "interval")})
			})
			o.do("ada", func(tx *aims.Tx) error {
				return tx.MeasureObjective(id, aims.Measurement{On: dayOf(0), Value: rapid.SampledFrom([]float64{0, 2}).Draw(rt, "value")})
			})
		case 5:
			o.do("ada", func(tx *aims.Tx) error {
				r := risk(id)
				r.Treatment = register.Treatment{Option: register.OptionAvoid, Plan: "x", Owner: "bob", Due: ahead(300)}
				return tx.PutRisk(r)
			})
		case 6:
			o.do("ada", func(tx *aims.Tx) error {
				s := spamFilter()
				s.ID, s.Stage = id, rapid.SampledFrom([]register.Stage{register.StageDesign, register.StageOperation}).Draw(rt, "stage")
				return tx.RegisterSystem(s)
			})
		case 7:
			o.do("lea", func(tx *aims.Tx) error {
				d := tx.Decision(annexa.MustParse(rapid.SampledFrom([]string{"A.2.3", "A.4.5"}).Draw(rt, "control")))
				d.Status, d.PlannedFor = annexa.StatusPlanned, ahead(300)
				return tx.DecideControl(d)
			})
		case 8:
			o.do("lea", func(tx *aims.Tx) error {
				return tx.PutSweep(aims.Sweep{ID: id, On: dayOf(0), By: "lea", Sources: []string{"code"}, Candidates: []aims.Candidate{{Name: "one"}, {Name: "two"}}})
			})
		case 9:
			o.do("ada", func(tx *aims.Tx) error {
				return tx.RaiseConcern(aims.Concern{ID: id, RaisedBy: "bob", Text: "x", RaisedOn: dayOf(0), Systems: []string{"spam"}, Harm: unfairness().Harm, Due: ahead(90)})
			})
		}
	}
	return o
}

type sight struct {
	probe   string
	subject aims.Subject
	name    string
	text    string
	since   calendar.Date
}

func sights(v *aims.View, now time.Time) map[sight]bool {
	out := make(map[sight]bool)
	for o := range v.Observations(now) {
		out[sight{o.Probe, o.Subject, o.Name, o.Text.ID, o.Since}] = true
	}
	return out
}

// What is late today was on the agenda yesterday: of every finding that was not there at
// the beginning of the window, in an organisation in which nobody did anything, the
// agenda of the window has an entry, on the day on which it began to show. The probes
// that time alone does not make speak have their reason in AgendaRows.
func TestWhatIsLateWasOnTheAgenda(t *testing.T) {
	undated := make(map[string]bool)
	for _, r := range aims.AgendaRows() {
		undated[r.Probe] = r.Kind == ""
	}
	fixed := []*org{messy(t), odd(t), excepted(t), conditioned(t), habitual(t)}
	seen := make(map[string]bool)
	base := wellRun(t)
	rapid.Check(t, func(rt *rapid.T) {
		var o *org
		if n := rapid.IntRange(0, 2*len(fixed)).Draw(rt, "fixed"); n < len(fixed) {
			o = fixed[n]
		} else {
			o = drawAgendaOrg(base.copied(t), rt)
		}
		v := o.View()
		from := v.Time().AddDate(0, 0, rapid.IntRange(0, 500).Draw(rt, "from"))
		today := from.AddDate(0, 0, rapid.SampledFrom([]int{1, 1, 10, 100, 400}).Draw(rt, "window")).Add(time.Duration(rapid.IntRange(0, 23).Draw(rt, "hour")) * time.Hour)
		a := v.Agenda(calendar.Of(from, nil), calendar.Of(today, nil))
		midnight := func(d calendar.Date, days int) time.Time { return d.AddDays(days).Start(v.Zone()) }
		at := make(map[time.Time]map[sight]bool) // what is seen at a midnight
		seenAt := func(m time.Time) map[sight]bool {
			if at[m] == nil {
				at[m] = sights(v, m)
			}
			return at[m]
		}
		begin := seenAt(midnight(a.From, 0))
		for s := range sights(v, today) {
			if begin[s] {
				continue
			}
			if undated[s.probe] {
				continue
			}
			i := slices.IndexFunc(a.Entries, func(e aims.AgendaEntry) bool {
				return e.Probe == s.probe && e.Subject == s.subject && e.Name == s.name && e.Since == s.since
			})
			require.GreaterOrEqual(rt, i, 0, "%s of %v, %s, since %s, was on no agenda", s.probe, s.subject, s.text, s.since)
			seen[s.probe] = true
		}
		ids := make(map[string]bool)
		for i, e := range a.Entries {
			require.False(rt, ids[e.ID], e.ID)
			ids[e.ID] = true
			require.NotContains(rt, e.ID, "~", "the day alone tells it from another")
			require.True(rt, !e.Day.Before(a.From) && !e.Day.After(a.To), e.Day)
			require.NotEmpty(rt, e.Title.ID)
			is := func(all map[sight]bool) (n int) {
				for s := range all {
					if s.probe == e.Probe && s.subject == e.Subject && s.name == e.Name && s.text == e.Otherwise.ID && s.since == e.Since {
						n++
					}
				}
				return n
			}
			require.NotZero(rt, is(seenAt(midnight(e.Day, 1))), "%s: not late when %s was over", e.ID, e.Day)
			if e.Probe != "DU-01" { // which is owed before it is due
				require.Less(rt, is(seenAt(midnight(e.Day, 0))), is(seenAt(midnight(e.Day, 1))), "%s: late before %s", e.ID, e.Day)
			}
			if i > 0 {
				before := a.Entries[i-1]
				require.Less(rt, strings.Join([]string{before.Day.String(), string(before.Kind), before.ID}, " "), strings.Join([]string{e.Day.String(), string(e.Kind), e.ID}, " "))
			}
		}
		require.Empty(rt, cmp.Diff(a, v.Agenda(calendar.Of(from, nil), calendar.Of(today, nil)), cmp.AllowUnexported(aims.Clause{})))
	})
	require.Greater(t, len(seen), 15, "the organisations drawn hardly have anything that falls due: %v", seen)
}
