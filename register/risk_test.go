package register_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

var riskDay = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// goodRisk is a treated and accepted risk with nothing wrong.
func goodRisk() register.Risk {
	return register.Risk{
		ID: "r1", Title: "Refuses the wrong people", Systems: []string{"credit"}, Axis: register.AxisPeople, Area: register.AreaBias, Harms: []string{"HF-01"},
		Inherent: register.Rating{Likelihood: 4, Consequence: 4, Criteria: 1}, Residual: register.Rating{Likelihood: 2, Consequence: 4, Criteria: 1},
		Treatment:  register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.6.2.4")}, Owner: "bob", Due: calendar.Of(riskDay, nil)},
		Owner:      "ada",
		Acceptance: register.Acceptance{By: "ruth", Reason: "measured each month", At: riskDay, Expires: calendar.Of(riskDay.AddDate(1, 0, 0), nil)},
		AssessedOn: calendar.Of(riskDay, nil), ReviewDue: calendar.Of(riskDay.AddDate(1, 0, 0), nil),
	}
}

func TestValidateRisk(t *testing.T) {
	type risk = register.Risk
	for _, c := range []struct {
		name string
		edit func(*risk)
		want []string
	}{
		{"good", func(r *risk) {}, nil},
		{"only identified", func(r *risk) {
			*r = risk{ID: "r", Title: "t", Axis: register.AxisOrganisation, Area: register.AreaLegal}
		}, nil},
		{"above the appetite, not accepted", func(r *risk) { r.Acceptance = register.Acceptance{} }, nil},
		{"treatment late", func(r *risk) { r.Treatment.Due = calendar.Of(riskDay.AddDate(0, -1, 0), nil) }, nil},
		{"nothing", func(r *risk) { *r = risk{} }, []string{"id key", "title required", "axis oneof"}},
		{"area of the other axis", func(r *risk) { r.Area = register.AreaFinancial }, []string{"area oneof"}},
		{"likelihood off the scale", func(r *risk) { r.Inherent.Likelihood = 6 }, []string{"inherent.likelihood scale"}},
		{"half a rating", func(r *risk) { r.Residual.Consequence = 0 }, []string{"residual.consequence scale"}},
		{"criteria not named", func(r *risk) { r.Inherent.Criteria, r.Residual.Criteria = 0, 0 }, []string{"inherent.criteria version", "residual.criteria version"}},
		{"criteria to come", func(r *risk) { r.Inherent.Criteria, r.Residual.Criteria = 2, 2 }, []string{"inherent.criteria version", "residual.criteria version"}},
		{"two criteria", func(r *risk) { r.Residual.Criteria = 0 }, []string{"residual.criteria version", "residual.criteria version"}},
		{"more likely after", func(r *risk) { r.Residual.Likelihood = 5 }, []string{"residual.likelihood residual"}},
		{"worse after", func(r *risk) { r.Residual.Consequence = 5 }, []string{"residual.consequence residual"}},
		{"nothing before", func(r *risk) { r.Inherent = register.Rating{} }, []string{"residual inherent"}},
		{"lower by nothing", func(r *risk) { r.Treatment = register.Treatment{} }, []string{"treatment.controls required"}},
		{"lower by retaining", func(r *risk) { r.Treatment.Option, r.Treatment.Controls = register.OptionRetain, nil }, []string{"treatment.controls required"}},
		{"lower by sharing", func(r *risk) { r.Treatment.Option, r.Treatment.Controls = register.OptionShare, nil }, nil},
		{"modified by nothing", func(r *risk) { r.Residual, r.Treatment.Controls = r.Inherent, nil }, []string{"treatment.controls required"}},
		{"unknown treatment", func(r *risk) { r.Treatment.Option = "pray" }, []string{"treatment.option oneof"}},
		{"no control", func(r *risk) { r.Treatment.Controls = append(r.Treatment.Controls, annexa.ID{}) }, []string{"treatment.controls[1] control"}},
		{"a control twice", func(r *risk) { r.Treatment.Controls = append(r.Treatment.Controls, r.Treatment.Controls[0]) }, []string{"treatment.controls[1] repeated"}},
		{"accepted by nobody", func(r *risk) { r.Acceptance.By = " " }, []string{"acceptance.by required"}},
		{"accepted for nothing", func(r *risk) { r.Acceptance.Reason = "" }, []string{"acceptance.reason required"}},
		{"accepted at no time", func(r *risk) { r.Acceptance.At = time.Time{} }, []string{"acceptance.at required"}},
		{"accepted for ever", func(r *risk) { r.Acceptance.Expires = calendar.Of(time.Time{}, nil) }, []string{"acceptance.expires order"}},
		{"review before assessment", func(r *risk) { r.ReviewDue = calendar.Of(riskDay.AddDate(0, 0, -1), nil) }, []string{"review_due order"}},
		{"a system twice", func(r *risk) { r.Systems = []string{"a", "a"} }, []string{"systems[1] repeated"}},
		{"an empty harm", func(r *risk) { r.Harms = []string{""} }, []string{"harms[0] required"}},
		{"not UTF-8", func(r *risk) { r.Description, r.Treatment.Plan = "\xff", "\xff" }, []string{"description utf8", "treatment.plan utf8"}},
		{"a long text", func(r *risk) { r.Source = strings.Repeat("x", 20_001) }, []string{"source length"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := goodRisk()
			c.edit(&r)
			require.Equal(t, c.want, issues(t, r.Validate(register.DefaultCriteria())))
		})
	}
}

// Whatever text or time is added to a risk one day, Validate looks at it.
func TestRiskValidateLooksEverywhere(t *testing.T) {
	good := goodRisk()
	good.Systems, good.Harms = []string{"s"}, []string{"h"}
	var walk func(v reflect.Value, field string)
	checked := 0
	expect := func(field, rule string) {
		checked++
		require.Contains(t, issues(t, good.Validate(register.DefaultCriteria())), field+" "+rule)
	}
	walk = func(v reflect.Value, field string) {
		before := reflect.New(v.Type()).Elem()
		before.Set(v)
		defer v.Set(before)
		switch {
		case v.Kind() == reflect.String:
			v.SetString("\xff")
			expect(field, "utf8")
		case v.Type() == reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)))
			expect(field, "range")
		case v.Type() == reflect.TypeFor[[]string]():
			v.Set(reflect.ValueOf([]string{"\xff"}))
			expect(field+"[0]", "utf8")
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
					walk(v.Field(i), strings.TrimPrefix(field+"."+name, "."))
				}
			}
		}
	}
	walk(reflect.ValueOf(&good).Elem(), "")
	require.Greater(t, checked, 15)
}

// A rating of older criteria stays, even if the scale has become shorter.
func TestRatingOfOlderCriteria(t *testing.T) {
	c := register.DefaultCriteria()
	c.Version = 2
	c.Likelihood, c.Matrix = c.Likelihood[:3], c.Matrix[:3]
	require.NoError(t, c.Validate())
	r := goodRisk()
	require.NoError(t, r.Validate(c))
	r.Inherent.Likelihood = 8
	require.Equal(t, []string{"inherent.likelihood scale"}, issues(t, r.Validate(c)))
}

func TestRiskRoundTrip(t *testing.T) {
	for _, r := range []register.Risk{goodRisk(), {ID: "r", Title: "t", Axis: register.AxisPeople, Area: register.AreaRights}} {
		b, err := json.Marshal(r)
		require.NoError(t, err)
		var back register.Risk
		require.NoError(t, json.Unmarshal(b, &back))
		require.Empty(t, cmp.Diff(r, back, cmp.Comparer(func(a, b annexa.ID) bool { return a == b })))
		require.NotContains(t, string(b), "null")
		require.NotContains(t, string(b), "0001-01-01")
	}
}

func TestDefaultCriteria(t *testing.T) {
	c := register.DefaultCriteria()
	require.NoError(t, c.Validate())
	for _, x := range []struct {
		likelihood, consequence int
		level                   register.RiskLevel
		exceeds                 bool
	}{{1, 1, "low", false}, {1, 4, "medium", false}, {1, 5, "high", true}, {3, 3, "medium", false}, {5, 2, "medium", false}, {5, 5, "critical", true}} {
		level, err := c.Level(register.Rating{Likelihood: x.likelihood, Consequence: x.consequence})
		require.NoError(t, err)
		require.Equal(t, x.level, level)
		for _, axis := range []register.Axis{register.AxisOrganisation, register.AxisPeople} {
			require.Equal(t, x.exceeds, c.Exceeds(axis, level))
		}
	}
	require.True(t, c.Exceeds("planet", "low"), "an axis that the criteria don't know")
	require.True(t, c.Exceeds(register.AxisPeople, "grave"), "a level that they don't know")
	_, err := c.Level(register.Rating{Likelihood: 6})
	require.Equal(t, []string{"likelihood scale", "consequence scale"}, issues(t, err))
	require.ErrorContains(t, err, "the scale runs from 1 to 5")
	broken := register.DefaultCriteria()
	broken.Matrix = broken.Matrix[:1]
	_, err = broken.Level(register.Rating{Likelihood: 5, Consequence: 5})
	require.Equal(t, []string{"likelihood matrix"}, issues(t, err))
}

func TestValidateCriteria(t *testing.T) {
	type criteria = register.Criteria
	for _, c := range []struct {
		name string
		edit func(*criteria)
		want []string
	}{
		{"no version", func(c *criteria) { c.Version = 0 }, []string{"version range"}},
		{"no key", func(c *criteria) { c.ID = "" }, []string{"id key"}},
		{"a short scale", func(c *criteria) { c.Likelihood, c.Matrix = c.Likelihood[:2], c.Matrix[:2] }, []string{"likelihood range"}},
		{"a long scale", func(c *criteria) {
			for _, l := range []string{"f", "g", "h"} {
				c.Likelihood, c.Matrix = append(c.Likelihood, register.Step{Label: l}), append(c.Matrix, c.Matrix[4])
			}
		}, []string{"likelihood range"}},
		{"a step without label", func(c *criteria) { c.Consequence[2].Label = "" }, []string{"consequence[2].label required"}},
		{"two steps of a name", func(c *criteria) { c.Consequence[2].Label = "minor" }, []string{"consequence[2].label repeated"}},
		{"a row short", func(c *criteria) { c.Matrix = c.Matrix[:4] }, []string{"matrix size"}},
		{"a cell short", func(c *criteria) { c.Matrix[1] = c.Matrix[1][:4] }, []string{"matrix[1] size"}},
		{"unknown level in a cell", func(c *criteria) { c.Matrix[0][0] = "tiny" }, []string{"matrix[0][0] oneof"}},
		{"less for more likelihood", func(c *criteria) { c.Matrix[4][1] = "low" }, []string{"matrix[4][1] monotone"}},
		{"less for more consequence", func(c *criteria) { c.Matrix[0][4] = "low" }, []string{"matrix[0][4] monotone"}},
		{"two levels of a name", func(c *criteria) { c.Levels = append(c.Levels, "low") }, []string{"levels distinct"}},
		{"an axis without appetite", func(c *criteria) { delete(c.Appetite, register.AxisPeople) }, []string{"appetite.people oneof"}},
		{"appetite for another axis", func(c *criteria) { c.Appetite["planet"] = "low" }, []string{"appetite oneof"}},
		{"review before approval", func(c *criteria) { c.ApprovedAt, c.ReviewDue = riskDay, calendar.Of(riskDay.AddDate(0, 0, -2), nil) }, []string{"review_due order"}},
		{"not UTF-8", func(c *criteria) { c.Likelihood[0].Meaning = "\xff" }, []string{"likelihood[0].meaning utf8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := register.DefaultCriteria()
			c.edit(&x)
			require.Equal(t, c.want, issues(t, x.Validate()))
		})
	}
}

// Any valid criteria give every rating on their scales a level, and never a
// lower one for more.
func TestLevelIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(3, 7).Draw(t, "rows"), rapid.IntRange(3, 7).Draw(t, "columns")
		c := register.Criteria{ID: "c", Version: 1, Title: "c", Levels: []register.RiskLevel{"a", "b", "c", "d"},
			Appetite: map[register.Axis]register.RiskLevel{register.AxisOrganisation: "b", register.AxisPeople: "a"}}
		for i := range max(rows, columns) {
			step := register.Step{Label: strings.Repeat("i", i+1)}
			if i < rows {
				c.Likelihood = append(c.Likelihood, step)
			}
			if i < columns {
				c.Consequence = append(c.Consequence, step)
			}
		}
		for range rows {
			row := make([]register.RiskLevel, columns)
			for j := range row {
				row[j] = c.Levels[rapid.IntRange(0, 3).Draw(t, "level")]
				if rapid.IntRange(0, 9).Draw(t, "keep") > 0 { // mostly monotone
					if j > 0 {
						row[j] = max(row[j], row[j-1])
					}
					if n := len(c.Matrix); n > 0 {
						row[j] = max(row[j], c.Matrix[n-1][j])
					}
				}
			}
			c.Matrix = append(c.Matrix, row)
		}
		valid := c.Validate() == nil
		monotone := true
		for i := 1; i <= rows; i++ {
			for j := 1; j <= columns; j++ {
				level, err := c.Level(register.Rating{Likelihood: i, Consequence: j, Criteria: 1})
				require.NoError(t, err)
				for _, less := range []register.Rating{{Likelihood: i - 1, Consequence: j}, {Likelihood: i, Consequence: j - 1}} {
					if lower, err := c.Level(less); err == nil && lower > level {
						monotone = false
					}
				}
			}
		}
		require.Equal(t, monotone, valid)
	})
}

func FuzzRisk(f *testing.F) {
	good, err := json.Marshal(goodRisk())
	require.NoError(f, err)
	criteria, err := json.Marshal(register.DefaultCriteria())
	require.NoError(f, err)
	f.Add(good, criteria)
	f.Add([]byte(`{"inherent":{"likelihood":-1,"consequence":9,"criteria":1}}`), []byte(`{"version":1,"likelihood":[{}],"consequence":[{}],"matrix":[[]]}`))
	f.Fuzz(func(t *testing.T, risk, criteria []byte) {
		var r register.Risk
		var c register.Criteria
		if json.Unmarshal(risk, &r) != nil || json.Unmarshal(criteria, &c) != nil {
			return
		}
		level, err := c.Level(r.Inherent)
		_ = c.Exceeds(r.Axis, level)
		if r.Validate(c) == nil && !r.Inherent.IsZero() && r.Inherent.Criteria == c.Version {
			require.NoError(t, err, "a valid risk has a level")
		}
		if c.Validate() == nil {
			_, err := c.Level(register.Rating{Likelihood: len(c.Likelihood), Consequence: len(c.Consequence)})
			require.NoError(t, err, "valid criteria have a level for every rating on their scales")
		}
	})
}

// What is accepted or approved in the evening is right by the day where that is, which is no
// later than the one by UTC.
func TestADayIsNotTheOneByUTC(t *testing.T) {
	at := time.Date(2026, 3, 3, 5, 0, 0, 0, time.UTC) // of 2 March in Los Angeles
	r := goodRisk()
	r.Acceptance = register.Acceptance{By: "rob", Reason: "until it is treated", At: at, Expires: calendar.MustParse("2026-03-03")}
	require.NoError(t, r.Validate(register.DefaultCriteria()))
	r.Acceptance.Expires = calendar.MustParse("2026-03-02")
	require.Equal(t, []string{"acceptance.expires order"}, issues(t, r.Validate(register.DefaultCriteria())))
	c := register.DefaultCriteria()
	c.ApprovedBy, c.ApprovedAt, c.ReviewDue = "eve", at, calendar.MustParse("2026-03-02")
	require.NoError(t, c.Validate())
	c.ReviewDue = calendar.MustParse("2026-03-01")
	require.Equal(t, []string{"review_due order"}, issues(t, c.Validate()))
}
