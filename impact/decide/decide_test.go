package decide_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

var fields = decide.NewFields(decide.Fact{Name: "told", Values: []string{"yes", "no"}}, decide.Fact{Name: "times"})

func compile(t require.TestingT, rows ...decide.Row) *decide.Table {
	var is issue.Issues
	table := decide.Compile(&is, "rows", fields, rows)
	require.NoError(t, is.Err())
	return table
}

func has(field string, any ...string) decide.Condition {
	return decide.Condition{Field: field, Op: "has", Any: any}
}

func when(c ...decide.Condition) []decide.Condition { return c }

// drawRows draws a table over three answers, whose rows pass marks on.
func drawRows(t *rapid.T) []decide.Row {
	answers := []string{"direct", "gpai", "acts"}
	var rows []decide.Row
	var given []string
	for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
		r := decide.Row{ID: fmt.Sprint("R", i), Gives: []string{rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "gives")}}
		for _, f := range rapid.SliceOfNDistinct(rapid.SampledFrom(answers), 1, 2, rapid.ID[string]).Draw(t, "fields") {
			r.When = append(r.When, has(f, rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "value")))
		}
		if len(given) > 0 {
			for _, to := range []*[]string{&r.Needs, &r.Unless, &r.Lacks} {
				if rapid.IntRange(0, 3).Draw(t, "uses") == 0 {
					*to = []string{rapid.SampledFrom(given).Draw(t, "mark")}
				}
			}
		}
		rows, given = append(rows, r), append(given, r.Gives...)
	}
	return rows
}

// model decides as the documentation says, by looking up texts.
func model(rows []decide.Row, answers map[string]string) (outcomes []decide.Truth, marks map[string]decide.Truth) {
	marks = make(map[string]decide.Truth)
	for _, r := range rows {
		out := decide.Yes
		for _, c := range r.When {
			switch v := answers[c.Field]; {
			case v == "":
				out = min(out, decide.Open)
			case !slices.Contains(c.Any, v):
				out = decide.No
			}
		}
		for _, m := range r.Needs {
			out = min(out, marks[m])
		}
		for _, m := range r.Unless {
			if marks[m] == decide.Yes {
				out = decide.No
			}
		}
		for _, m := range r.Lacks {
			out = min(out, decide.Yes-marks[m])
		}
		for _, m := range r.Gives {
			marks[m] = max(marks[m], out)
		}
		outcomes = append(outcomes, out)
	}
	return outcomes, marks
}

// Any table decides as a model does that only reads texts; what it says if a row
// came out otherwise is what the model says of the table with that row replaced.
func TestTableIsItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		answers := make(map[string]string)
		values := make(map[string][]string)
		for _, f := range []string{"direct", "gpai", "acts"} {
			if v := rapid.SampledFrom([]string{"", "yes", "no"}).Draw(t, f); v != "" {
				answers[f], values[f] = v, []string{v}
			}
		}
		table, s := compile(t, rows...), decide.NewRecordedSubject(fields, values)
		a := table.Ask(s, nil)
		outcomes, marks := model(rows, answers)
		for i, want := range outcomes {
			require.Equal(t, want, a.Outcome(i), rows[i].ID)
			if want != decide.Open {
				continue
			}
			for _, f := range a.Hangs(nil, i) {
				require.Empty(t, answers[fields.Name(f)], "what is answered is not asked")
			}
		}
		for m, want := range marks {
			require.Equal(t, want, a.Mark(m), m)
		}
		row := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
		b := a.If(row, decide.No, nil)
		without := slices.Delete(slices.Clone(rows), row, row+1)
		outcomes, _ = model(without, answers)
		outcomes = slices.Insert(outcomes, row, decide.No)
		for i, want := range outcomes {
			require.Equal(t, want, b.Outcome(i), rows[i].ID)
		}
	})
}

// Asking since another answer is asking anew, whatever is answered, taken back or
// said otherwise in between; and options that no row tells apart, and with which
// nothing turned, come out the same.
func TestAskSince(t *testing.T) {
	names := []string{"direct", "gpai", "acts", "build"}
	draw := func(t *rapid.T, field int) []string {
		var values []string
		for _, o := range fields.Options(field) {
			values = append(values, o.Value)
		}
		return rapid.SliceOfN(rapid.SampledFrom(values), 0, 1).Draw(t, fields.Name(field))
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		for i := range rows {
			if rapid.IntRange(0, 3).Draw(t, "more") == 0 {
				rows[i].When = append(rows[i].When, has("build", rapid.SampledFrom([]string{"none", "unknown"}).Draw(t, "build")))
			}
		}
		table := compile(t, rows...)
		now := decide.NewRecordedSubject(fields, nil)
		for _, name := range names {
			now.Set(fields.Field(name), draw(t, fields.Field(name))...)
		}
		base := table.Ask(now, nil)
		then := decide.NewRecordedSubject(fields, nil)
		then.Pose(now)
		var changed decide.FieldSet
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, rapid.ID[string]).Draw(t, "changed") {
			then.Set(fields.Field(name), draw(t, fields.Field(name))...)
			changed.Add(fields.Field(name))
		}
		since, anew := table.AskSince(then, nil, base, &changed, table.All()), table.Ask(then, nil)
		for i := range rows {
			require.Equal(t, anew.Outcome(i), since.Outcome(i), rows[i].ID)
		}

		field := fields.Field(rapid.SampledFrom(names).Draw(t, "field"))
		outcomes := func(o decide.Option) (out []decide.Truth, turned bool) {
			var one decide.FieldSet
			one.Add(field)
			then.Pose(now)
			then.Suppose(field, o)
			a := table.AskSince(then, nil, base, &one, table.All())
			for i := range rows {
				out = append(out, a.Outcome(i))
			}
			return out, a.Turned()
		}
		for _, g := range decide.Merge(nil, now, field, decide.Groups(fields, field, table), base) {
			want, turned := outcomes(g.First)
			for _, o := range fields.Options(field) {
				if got, _ := outcomes(o); g.Holds(o) && !(g.Joined() && turned) {
					require.Equal(t, want, got, o.Value)
				}
			}
		}
	})
}

// A fact told by another table is open where that is, and what it hangs on is what
// that hangs on.
func TestTell(t *testing.T) {
	law := compile(t,
		decide.Row{ID: "L1", When: when(has("direct", "yes")), Gives: []string{"talks"}},
		decide.Row{ID: "L2", When: when(has("gpai", "yes")), Needs: []string{"talks"}, Gives: []string{"told"}},
		decide.Row{ID: "L3", When: when(has("acts", "yes")), Gives: []string{"told"}, Quiet: true},
	)
	mark, ok := law.Mark("told")
	require.True(t, ok)
	rules := compile(t,
		decide.Row{ID: "R1", When: when(has("told", "yes")), Gives: []string{"x"}},
		decide.Row{ID: "R2", When: when(has("told", "no")), Gives: []string{"y"}})
	ask := func(s register.System) (*decide.Answer, []string) {
		sub := decide.NewSubject(fields, &s)
		answer := new(decide.Answer)
		law.Ask(sub, answer)
		sub.Tell(fields.Field("told"), answer, []decide.Mark{mark, mark.Not()})
		a := rules.Ask(sub, nil)
		var asked []string
		for _, f := range a.Hangs(nil, 0) {
			asked = append(asked, fields.Name(f))
		}
		return a, asked
	}
	a, asked := ask(register.System{})
	require.Equal(t, []decide.Truth{decide.Open, decide.Open}, []decide.Truth{a.Outcome(0), a.Outcome(1)})
	require.ElementsMatch(t, []string{"gpai", "direct"}, asked, "nobody is asked for what is quiet")
	a, asked = ask(register.System{Direct: register.Yes, Acts: register.No})
	require.Equal(t, []decide.Truth{decide.Open, decide.Open}, []decide.Truth{a.Outcome(0), a.Outcome(1)})
	require.Equal(t, []string{"gpai"}, asked)
	a, asked = ask(register.System{Direct: register.No, Acts: register.No})
	require.Equal(t, []decide.Truth{decide.No, decide.Yes}, []decide.Truth{a.Outcome(0), a.Outcome(1)})
	require.Empty(t, asked)
}

// What is wrong with rows is told with its place.
func TestCompileErrors(t *testing.T) {
	ok := decide.Row{ID: "a", When: when(has("direct", "yes")), Gives: []string{"m"}}
	for name, c := range map[string]struct {
		row               decide.Row
		field, rule, text string
	}{
		"no id":        {decide.Row{When: ok.When}, "rows[1].id", "required", ""},
		"twice":        {ok, "rows[1].id", "repeated", "a"},
		"always":       {decide.Row{ID: "b"}, "rows[1].when", "required", ""},
		"field":        {decide.Row{ID: "b", When: when(has("colour", "red"))}, "rows[1].when[0].field", "attribute", "colour"},
		"unreadable":   {decide.Row{ID: "b", When: when(has("labels", "red"))}, "rows[1].when[0].field", "attribute", "labels"},
		"operator":     {decide.Row{ID: "b", When: when(decide.Condition{Field: "direct", Op: "lacks", Any: []string{"yes"}})}, "rows[1].when[0].op", "oneof", "lacks"},
		"value":        {decide.Row{ID: "b", When: when(has("direct", "maybe"))}, "rows[1].when[0].any[0]", "oneof", "maybe"},
		"no value":     {decide.Row{ID: "b", When: when(has("direct"))}, "rows[1].when[0].any", "required", ""},
		"count":        {decide.Row{ID: "b", When: when(has("times", "3"))}, "rows[1].when[0].op", "oneof", "has"},
		"no count":     {decide.Row{ID: "b", When: when(decide.Condition{Field: "times", Op: "at_least", Value: "-1"})}, "rows[1].when[0].value", "count", "-1"},
		"unordered":    {decide.Row{ID: "b", When: when(decide.Condition{Field: "build", Op: "at_least", Value: "none"})}, "rows[1].when[0].op", "oneof", "at_least"},
		"unknown fact": {decide.Row{ID: "b", When: when(has("told", "unknown"))}, "rows[1].when[0].any[0]", "oneof", "unknown"},
		"mark":         {decide.Row{ID: "b", When: ok.When, Needs: []string{"n"}}, "rows[1].needs[0]", "mark", "n"},
		"own mark":     {decide.Row{ID: "b", When: ok.When, Lacks: []string{"n"}, Gives: []string{"n"}}, "rows[1].lacks[0]", "mark", "n"},
	} {
		var is issue.Issues
		decide.Compile(&is, "rows", fields, []decide.Row{ok, c.row})
		require.Len(t, is, 1, name)
		require.Equal(t, []string{c.field, c.rule, c.text}, []string{is[0].Field, is[0].Rule, is[0].Value}, name)
	}
	require.Panics(t, func() { decide.NewFields(decide.Fact{Name: "stage"}) })
	require.Panics(t, func() { decide.NewFields(decide.Fact{}) })
}

// What refines an answer is asked once that is given, and once the marks that the
// row needs are settled.
func TestThen(t *testing.T) {
	then := func(c decide.Condition) decide.Condition { c.Then = true; return c }
	table := compile(t,
		decide.Row{ID: "R0", When: when(has("acts", "yes")), Gives: []string{"a"}},
		decide.Row{ID: "R1", When: when(has("direct", "yes"), then(has("gpai", "yes"))), Needs: []string{"a"}, Gives: []string{"b"}},
		decide.Row{ID: "R2", When: when(then(has("gpai", "yes"))), Lacks: []string{"a"}, Gives: []string{"c"}})
	asked := func(s register.System, row int) (names []string) {
		a := table.Ask(decide.NewSubject(fields, &s), nil)
		require.Equal(t, decide.Open, a.Outcome(row))
		for _, f := range a.Hangs(nil, row) {
			names = append(names, fields.Name(f))
		}
		w := decide.NewWeights(fields)
		w.Add(a, row, 1)
		field, _, ok := w.Best()
		require.Equal(t, len(names) > 0, ok, "what is weighed is what is asked")
		require.True(t, !ok || slices.Contains(names, fields.Name(field)))
		return names
	}
	require.Equal(t, []string{"direct"}, asked(register.System{}, 1))
	require.Empty(t, asked(register.System{Direct: register.Yes}, 1), "the mark is settled first")
	require.Equal(t, []string{"gpai"}, asked(register.System{Direct: register.Yes, Acts: register.Yes}, 1))
	require.Empty(t, asked(register.System{}, 2))
	require.Equal(t, []string{"gpai"}, asked(register.System{Acts: register.No}, 2))
}
