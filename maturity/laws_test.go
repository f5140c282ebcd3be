package maturity_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// starts are organisations on their way, each built once.
type starts struct {
	orgs    []*org
	history maturity.History // of the last
}

func newStarts(t *testing.T) *starts {
	registered, established := newOrg(t), newOrg(t)
	registered.step1()
	established.step1()
	established.step2()
	established.step3()
	established.step4()
	third, history := sustained(t)
	return &starts{[]*org{registered, established, mature(t), third}, history}
}

// draw is an organisation somewhere on its way, with some things gone wrong
// and some dates that lie ahead.
func (s *starts) draw(t *testing.T, rt *rapid.T) (*org, []maturity.History) {
	i := rapid.IntRange(0, len(s.orgs)-1).Draw(rt, "start")
	o := s.orgs[i].twin(t)
	var history []maturity.History
	if i == len(s.orgs)-1 {
		history = []maturity.History{s.history}
	}
	ahead := func(name string) time.Time {
		return o.now.AddDate(0, 0, rapid.IntRange(1, 365).Draw(rt, name))
	}
	for i := range rapid.IntRange(0, 4).Draw(rt, "changes") {
		switch rapid.IntRange(0, 7).Draw(rt, "change") {
		case 0:
			o.do("lea", func(tx *aims.Tx) error {
				p, _ := tx.People().Get(rapid.SampledFrom([]string{"ada", "bob", "pam", "ian", "xia"}).Draw(rt, "who"))
				p.LeftOn = calendar.Of(ahead("leaves"), nil)
				return tx.PutPerson(p)
			})
		case 1:
			o.do("bob", func(tx *aims.Tx) error {
				return tx.AttachEvidence(anyEvidence(rt, fmt.Sprint("any-", i), o.now))
			})
		case 2:
			lose(rapid.SampledFrom(annexa.Controls()).Draw(rt, "lost").ID.String())(o)
		case 3:
			o.do("lea", func(tx *aims.Tx) error {
				s := spamFilter()
				s.ID, s.Name, s.DiscoveredOn = fmt.Sprint("found-", i), "Found", calendar.Of(o.now.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(rt, "found")), nil)
				s.Owner = rapid.SampledFrom([]string{"", "ada"}).Draw(rt, "owner")
				s.Stage = rapid.SampledFrom([]register.Stage{register.StageDesign, register.StageOperation}).Draw(rt, "stage")
				return tx.RegisterSystem(s)
			})
		case 4:
			o.do("ada", func(tx *aims.Tx) error {
				err := tx.ReportIncident(aims.Incident{ID: fmt.Sprint("incident-", i), Title: "Incident", Systems: []string{"spam"},
					Grade: rapid.SampledFrom([]aims.Grade{aims.GradeLow, aims.GradeHigh}).Draw(rt, "grade"), DetectedOn: o.now,
					TriagedOn: rapid.SampledFrom([]time.Time{{}, o.now}).Draw(rt, "triaged")})
				return err
			})
		case 5:
			o.do("xia", func(tx *aims.Tx) error {
				n := nonconformity(fmt.Sprint("nc-", i), aims.SeverityMinor, o.now)
				n.Due = calendar.Of(ahead("due"), nil)
				return tx.RaiseNonconformity(n)
			})
		case 6:
			control(rapid.SampledFrom([]string{"A.2.3", "A.4.5", "A.10.4"}).Draw(rt, "planned"), func(d *annexa.Decision) {
				if d.Applicability == annexa.Applicable {
					d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(ahead("planned for"), nil)
				}
			})(o)
		case 7:
			o.do("lea", func(tx *aims.Tx) error {
				err := tx.PutSweep(aims.Sweep{ID: fmt.Sprint("sweep-x", i), On: calendar.Of(o.now.AddDate(0, 0, -rapid.IntRange(0, 29).Draw(rt, "swept")), nil),
					By: "lea", Sources: []string{"code"}, Candidates: []aims.Candidate{{Name: "a plug-in"}}})
				return err
			})
		}
	}
	return o, history
}

func anyEvidence(rt *rapid.T, id string, now time.Time) aims.Evidence {
	c := rapid.SampledFrom(annexa.Controls()).Draw(rt, "control")
	return aims.Evidence{ID: id, Title: "Evidence", Collected: calendar.Of(now.AddDate(0, 0, -rapid.IntRange(0, 20).Draw(rt, "age")), nil),
		ValidUntil: calendar.Of(now.AddDate(0, 0, rapid.IntRange(1, 500).Draw(rt, "valid")), nil), URI: "file:any",
		Kind:     rapid.SampledFrom([]string{"", "ev-monitoring"}).Draw(rt, "kind"),
		Quality:  rapid.SampledFrom([]aims.Quality{"", aims.QualityPoor, aims.QualityFair, aims.QualityGood, aims.QualityExcellent}).Draw(rt, "quality"),
		Supports: []crosswalk.Ref{aims.ControlRef(c.ID)}, Systems: rapid.SampledFrom([][]string{nil, {"spam"}}).Draw(rt, "systems")}
}

func asJSON(t require.TestingT, r maturity.Report) string {
	b, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	return string(b)
}

func TestSameInputSameReport(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		v := o.View()
		now := o.now.AddDate(0, 0, rapid.IntRange(0, 500).Draw(rt, "days"))
		first := asJSON(rt, maturity.Evaluate(maturity.DefaultModel(), v, now, history...))
		second := asJSON(rt, maturity.Evaluate(maturity.DefaultModel(), v, now.In(time.FixedZone("elsewhere", 5*3600)), append(slices.Clone(history), history...)...))
		require.Empty(rt, cmp.Diff(first, second))
	})
}

// What a criterion says of its own end is true to the nanosecond: it holds up
// to then and not after.
func TestCriteriaHoldUntilTheySay(t *testing.T) {
	seen := make(map[string]bool)
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		now := o.now.AddDate(0, 0, rapid.IntRange(0, 200).Draw(rt, "days"))
		model := maturity.DefaultModel()
		r := maturity.Evaluate(model, o.View(), now, history...)
		ends := make(map[time.Time][]string)
		for _, c := range r.Criteria {
			if c.State != maturity.StateMet {
				require.True(rt, c.Until.IsZero(), "%s is not met and has an end", c.ID)
				continue
			}
			if c.ID == "ML3.01" && r.Level < maturity.ML2 {
				continue // counts on ML2 holding on the day itself
			}
			require.False(rt, !c.Until.IsZero() && c.Until.Before(now), "%s ended before now", c.ID)
			ends[c.Until] = append(ends[c.Until], c.ID)
		}
		if len(ends) == 0 {
			return
		}
		until := rapid.SampledFrom(slices.SortedFunc(maps.Keys(ends), time.Time.Compare)).Draw(rt, "end")
		model = judging(model, ends[until])
		if until.IsZero() { // nothing ends it, ten years on
			for _, c := range maturity.Evaluate(model, o.View(), now.AddDate(10, 0, 0), history...).Criteria {
				if slices.Contains(ends[until], c.ID) && c.ID != "ML3.01" {
					require.True(rt, c.State.Holds(), "%s: %s", c.ID, c.Message)
				}
			}
			return
		}
		between := now.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(now))).Draw(rt, "between")))
		for _, when := range []time.Time{between, until, until.Add(time.Nanosecond)} {
			then := maturity.Evaluate(model, o.View(), when, history...)
			for _, id := range ends[until] {
				if id == "ML3.01" && then.Level < maturity.ML2 {
					continue
				}
				seen[id] = true
				c, _ := then.Result(id)
				require.Equal(rt, !when.After(until), c.State.Holds(), "%s at %s, until %s: %s", id, when, until, c.Message)
			}
		}
	})
	require.Greater(t, len(seen), 15, "the organisations drawn hardly have anything that ends")
}

// judging is a model of some criteria alone, which says of each what the whole
// one says: of ML3.01, which counts on the level, only the whole one can.
func judging(m maturity.Model, ids []string) maturity.Model {
	if !slices.Contains(ids, "ML3.01") {
		m.Criteria = slices.DeleteFunc(slices.Clone(m.Criteria), func(c maturity.Criterion) bool { return !slices.Contains(ids, c.ID) })
	}
	return m
}

func TestNextDropIsWhenTheLevelFalls(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		r := o.report(history...)
		if r.NextDrop == nil {
			far := maturity.Evaluate(maturity.DefaultModel(), o.View(), o.now.AddDate(20, 0, 0), history...)
			require.Equal(rt, r.Level, far.Level)
			return
		}
		d := r.NextDrop
		before := o.now.Add(time.Duration(rapid.Int64Range(0, int64(d.After.Sub(o.now))).Draw(rt, "before")))
		require.GreaterOrEqual(rt, maturity.Evaluate(maturity.DefaultModel(), o.View(), before, history...).Level, r.Level)
		after := maturity.Evaluate(maturity.DefaultModel(), o.View(), d.After.Add(time.Nanosecond), history...)
		require.Equal(rt, d.To, after.Level)
		require.Less(rt, d.To, r.Level)
		require.NotEmpty(rt, d.Because)
		for _, c := range d.Because {
			require.Contains(rt, ids(after.BlockersTo(r.Level)), c.Criterion)
		}
	})
}

func TestFreshEvidenceNeverLowers(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		before := o.report(history...)
		o.do("bob", func(tx *aims.Tx) error {
			return tx.AttachEvidence(anyEvidence(rt, "more", o.now))
		})
		after := o.report(history...)
		require.GreaterOrEqual(rt, after.Level, before.Level)
		for i, c := range after.Criteria {
			require.True(rt, c.State.Holds() || !before.Criteria[i].State.Holds(), "%s: %s", c.ID, c.Message)
		}
		if before.Level == after.Level && before.NextDrop != nil && after.NextDrop != nil {
			require.False(rt, after.NextDrop.After.Before(before.NextDrop.After))
		}
	})
}

func TestLevelNeverRisesWithNothingRenewed(t *testing.T) {
	defensible := mature(t)
	third, history := sustained(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, h := defensible, maturity.History{}
		if rapid.Bool().Draw(rt, "sustained") {
			o, h = third, history
		}
		days := rapid.SliceOfN(rapid.IntRange(0, 1500), 2, 2).Draw(rt, "days")
		slices.Sort(days)
		at := func(d int) maturity.Level {
			return maturity.Evaluate(maturity.DefaultModel(), o.View(), o.now.AddDate(0, 0, d), h).Level
		}
		require.GreaterOrEqual(rt, at(days[0]), at(days[1]))
	})
}

func TestReportAgreesWithItself(t *testing.T) {
	all := newStarts(t)
	rapid.Check(t, func(rt *rapid.T) {
		o, history := all.draw(t, rt)
		r := maturity.Evaluate(maturity.DefaultModel(), o.View(), o.now.AddDate(0, 0, rapid.IntRange(0, 400).Draw(rt, "days")), history...)
		require.Equal(rt, r.Level, r.LevelIf())
		require.Equal(rt, maturity.ML3, r.LevelIf(ids(r.BlockersTo(maturity.ML3))...))
		if r.Level < maturity.ML3 {
			require.NotEmpty(rt, r.Blockers())
			require.Greater(rt, r.LevelIf(ids(r.Blockers())...), r.Level)
			require.Less(rt, r.ProgressTo(r.Level+1), 100)
		}
		for _, a := range r.Areas {
			require.True(rt, !a.Applicable || a.Level >= r.Level, "%s is below the level", a.ID)
		}
		for _, p := range r.Progress {
			require.Equal(rt, r.Level >= p.Level, p.Percent == 100, "%s", p.Level)
		}
		unknown := 0
		for _, c := range r.Criteria {
			if c.State == maturity.StateUnknown {
				unknown++
			}
			require.LessOrEqual(rt, c.Met, c.Of)
			require.Equal(rt, c.State.Holds(), len(c.Failing) == 0, c.ID)
		}
		require.Equal(rt, unknown, r.Unknowns)
		require.Len(rt, r.Next(-1), len(r.BlockersTo(maturity.ML3)))
		require.LessOrEqual(rt, len(r.Next(2)), 2)
	})
}
