package questionnaire

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// conditionOn reads a condition over the names of answers.
func conditionOn(t require.TestingT, source string, answers Answers) (holds bool) {
	x, err := parseExpression(source)
	require.NoError(t, err, source)
	var slots []Answer
	require.NoError(t, x.resolve(func(name string) (int, bool) {
		slots = append(slots, answers[name])
		return len(slots) - 1, true
	}))
	return x.holds(slots)
}

// What each condition comes to is what SurveyJS makes of it.
func TestConditions(t *testing.T) {
	answers := Answers{
		"one": One("item1-3"), "ten": One("item10"), "few": List("a", "b", "c-1"), "n": Number(3), "typed": One("3"), "zero": Number(0),
		"code": One("007"), "yes": Bool(true), "no": Bool(false), "written": One("True"), "nothing": List(), "spaced": One(" Item1-3 "),
		"sums": {values: []Value{NumberOf(1), NumberOf(2)}, list: true}, "half": One("0.5"), "word": One("yes"),
	}
	for source, want := range map[string]bool{
		`{one} = "item1-3"`: true, `{one}="item1-3"`: true, `{one} == 'item1-3' `: true, `{one} equal "item1-3"`: true, `{one} = "item1-2"`: false,
		`{one} = "ITEM1-3"`: true, `{spaced} = "item1-3"`: true, `{ one } = "item1-3"`: true, "\t{one}\n=\r\"item1-3\"": true,
		`{one} != "item1-3"`: false, `{one} <> "x"`: true, `{one} notequal "x"`: true, `"item1-3" = {one}`: true,
		`{missing} = "x"`: false, `{missing} <> "x"`: true, `{missing} = ""`: true, `{missing} = null`: true, `{nothing} = undefined`: true, `{one} = null`: false,
		`{ten} = item10`: true, `{zero} = ""`: false,

		`{n} = 3`: true, `{n} = "3"`: true, `{typed} = 3`: true, `{typed} = "3"`: true, `{n} = {typed}`: true, `{n} = 3.0`: true, `{n} = -3`: false,
		`{code} = 7`: true, `{code} = "7"`: false, `{code} = "007"`: true, `{half} = 0.5`: true,
		`{n} > 2`: true, `{n} > 3`: false, `{n} >= 3`: true, `{n} => 3`: true, `{n} < 3`: false, `{n} <= 3`: true, `{n} =< 3`: true, `{n} less 4`: true,
		`{n} greater 2`: true, `{n} greaterorequal 4`: false, `{n} lessorequal 3`: true, `{typed} > 2.5`: true, `{n} > -1`: true, `{n} > "2"`: true,
		`{missing} < 3`: false, `{missing} > 3`: false, `{missing} <= 3`: false, `{missing} >= 3`: false, `{one} > 3`: false, `{one} < 3`: false, `{few} > 0`: false,
		`"b" > "a"`: true, `{yes} > 0`: true,

		`{few} contains "a"`: true, `{few} contains "A"`: true, `{few} contains "d"`: false, `{few} contains ["a"]`: true, `{few} contains ["a", "b"]`: true,
		`{few} contains ['a','d']`: false, `{few} contains "c"`: false, `{few} *= "c-1"`: true, `{few} contain "a"`: true, `{missing} contains "a"`: false, `{nothing} contains "a"`: false,
		`{few} contains []`: true, `{few} contains [{missing}]`: false, `{few} contains {missing}`: false,
		`{ten} contains "item1"`: true, `{ten} contains ["item1"]`: true, `{ten} contains ""`: false, `{n} contains 3`: true, `{zero} contains 0`: false, `{sums} contains 2`: true, `{sums} contains "2"`: true,
		`{few} notcontains "a"`: false, `{few} notcontains "d"`: true, `{few} notcontains ["a","d"]`: true, `{missing} notcontains "a"`: true, `{missing} notcontains ""`: false, `{ten} notcontains "item2"`: true, `{ten} notcontains ""`: false,

		`{few} anyof ["x","b"]`: true, `{few} anyof ["x"]`: false, `{one} anyof ["item1-3","y"]`: true, `{one} anyof ["y"]`: false, `{missing} anyof ["y"]`: false, `{missing} anyof []`: true, `{few} anyof []`: true, `{few} anyof "a"`: true,
		`{few} noneof ["x"]`: true, `{few} noneof ["a"]`: false,
		`{few} allof ["a","b"]`: true, `{few} allof ["a","x"]`: false, `{missing} allof ["a"]`: false, `{few} allof "a"`: true, `{few} allof []`: true, `{missing} allof []`: true,
		`{few} = ["c-1","a","b"]`: true, `{few} = ["a","b"]`: false, `{few} = ["a","b","x"]`: false, `{few} = "a"`: false,

		`{missing} empty`: true, `{one} empty`: false, `{nothing} empty`: true, `{zero} empty`: false, `{no} empty`: false, `{one} notempty`: true, `{missing} notempty`: false, `{nothing} NOTEMPTY`: false,

		`{yes} = true`: true, `{yes} = "true"`: true, `{written} = true`: true, `{yes}`: true, `{no}`: false, `{no} = false`: true, `{written}`: true, `{word}`: false, `{yes} = 1`: true, `{missing}`: false, `true`: true, `false`: false, `1`: true, `2`: false, `{yes} = "no"`: false,
		`!{no}`: true, `not {yes}`: false, `!({one} = "item1-3")`: false, `not ({one} = "x") and {yes}`: true, `negate {missing}`: true, `!!{yes}`: true, `not {one} empty`: true, `!{word}`: false, `!{few}`: false, `!{nothing}`: true,

		`{one} = "item1-3" and {n} = 3`: true, `{one} = "item1-3" && {n} = 4`: false, `{one} = "x" or {n} = 3`: true, `{one} = "x" || {n} = 4`: false,
		`{yes} or {no} and {no}`: true, `({yes} or {no}) and {no}`: false, `{no} and {no} or {yes}`: true, `{yes} AND {yes}`: true, `((({yes})))`: true, `{n} = 3or{no}`: true,
		`{one} = "x" or {one} = "y" or {one} = "item1-3"`: true, `({one} = "item1-3" or {one} = "x") and {n} = 3 `: true,
		`'it\'s' = "it's"`: true, `"a\"b" = 'a"b'`: true,
	} {
		require.Equal(t, want, conditionOn(t, source, answers), source)
	}
}

func TestMalformedConditions(t *testing.T) {
	for source, want := range map[string]string{
		``:                         `at byte 0: expected a {question}, a value or "(", found the end`,
		`{a`:                       `at byte 0: "{" without "}"`,
		`{} = 1`:                   `at byte 0: expected a {question}, a value or "(", found "{}"`,
		`{a} = "x`:                 `at byte 6: a quotation mark without its pair`,
		`{a} = `:                   `at byte 6: expected a {question}, a value or "(", found the end`,
		`= 1`:                      `at byte 0: expected a {question}, a value or "(", found "="`,
		`{a} = and`:                `at byte 6: expected a {question}, a value or "(", found "and"`,
		`{a} {b}`:                  `at byte 4: expected "and", "or" or the end, found "{b}"`,
		`({a} = 1`:                 `at byte 8: expected ")", found the end`,
		`{a} = 1)`:                 `at byte 7: expected "and", "or" or the end, found ")"`,
		`{a} contains ["x"`:        `at byte 17: expected ",", found the end`,
		`{a} contains ["x" "y"]`:   `at byte 18: expected ",", found "\"y\""`,
		`{a} contains ["x",]`:      `at byte 18: expected a {question}, a value or "(", found "]"`,
		`{a} = 1 = 2`:              `at byte 8: one comparison after the other; join them by "and" or "or"`,
		`!{a} = 1`:                 `at byte 5: put what is negated in parentheses`,
		`age({a}) > 3`:             `at byte 3: functions such as "age" are not read`,
		`{a} + 1 = 2`:              `at byte 4: '+' is not part of the language that is read here; it has no arithmetic`,
		`{a} = item1-3`:            `at byte 11: expected "and", "or" or the end, found "-3"`,
		`{a} = 1.2.3`:              `at byte 6: "1.2.3" is not a number`,
		`{a} = ü`:                  `at byte 6: 'ü' is not part of the language that is read here; it has no arithmetic`,
		`{a} and`:                  `at byte 7: expected a {question}, a value or "(", found the end`,
		strings.Repeat("(", 100):   `at byte 64: at most 64 levels of nesting`,
		strings.Repeat("!", 100):   `at byte 64: at most 64 levels of nesting`,
		strings.Repeat(" ", 1<<20): `at byte 65536: at most 65536 bytes`,
	} {
		_, err := parseExpression(source)
		require.EqualError(t, err, want, "%.40s", source)
	}
}

// The laws of logic hold for conditions, whatever they are about.
func TestConditionsObeyLogic(t *testing.T) {
	atom := rapid.SampledFrom([]string{`{a} = "x"`, `{b} contains "y"`, `{c} > 2`, `{a} empty`, `{b} anyof ["x","y"]`, `{d}`, `({a} = "x" or {d})`})
	rapid.Check(t, func(t *rapid.T) {
		answers := Answers{}
		if rapid.Bool().Draw(t, "a?") {
			answers["a"] = One(rapid.SampledFrom([]string{"x", "y"}).Draw(t, "a"))
		}
		answers["b"] = List(rapid.SliceOfDistinct(rapid.SampledFrom([]string{"x", "y", "z"}), func(s string) string { return s }).Draw(t, "b")...)
		answers["c"] = Number(float64(rapid.IntRange(0, 4).Draw(t, "c")))
		answers["d"] = Bool(rapid.Bool().Draw(t, "d"))
		p, q, r := atom.Draw(t, "p"), atom.Draw(t, "q"), atom.Draw(t, "r")
		at := func(source string) bool { return conditionOn(t, source, answers) }

		require.Equal(t, at(p) && at(q), at(p+" and "+q))
		require.Equal(t, at(p) || at(q), at(p+" or "+q))
		require.Equal(t, !at(p), at("not ("+p+")"))
		require.Equal(t, at("not ("+p+") or not ("+q+")"), at("not ("+p+" and "+q+")"))
		require.Equal(t, at(p) || at(q) && at(r), at(p+" or "+q+" and "+r))
		require.Equal(t, at(p) && at(q) || at(r), at(p+" and "+q+" or "+r))
		require.Equal(t, (at(p) || at(q)) && at(r), at("("+p+" or "+q+") and "+r))

		// Each negative is the contrary of its positive where there is an answer.
		require.NotEqual(t, at(`{a} = "x"`), at(`{a} <> "x"`))
		require.NotEqual(t, at(`{a} empty`), at(`{a} notempty`))
		require.NotEqual(t, at(`{b} contains "x"`), at(`{b} notcontains "x"`))
		require.NotEqual(t, at(`{b} anyof ["x"]`), at(`{b} noneof ["x"]`))
		require.NotEqual(t, at(`{c} < 2`), at(`{c} >= 2`))
	})
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		`{a} = "item1" and ({b} contains ["x", 'y'] or !({c} >= -1.5)) `, `{a} notempty`, `not {a} anyof [1,true,{b}]`,
		`{a}<>null||{b}*='x'&&{c}=item1`, `"\"'`, `{`, `[[`, `{a} contains []`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		x, err := parseExpression(source)
		if err != nil {
			var where *syntaxError
			require.ErrorAs(t, err, &where)
			require.LessOrEqual(t, where.at, len(source))
			return
		}
		var names []string
		require.NoError(t, x.resolve(func(name string) (int, bool) {
			names = append(names, name)
			return len(names) - 1, true
		}))
		for _, a := range []Answer{{}, One("x"), One(" 7"), Number(0), Bool(true), List(), List("x", "1")} {
			slots := slices.Repeat([]Answer{a}, len(names))
			held := x.holds(slots)
			require.Equal(t, held, x.holds(slots))
			// Parentheses around the whole change nothing.
			if inside, err := parseExpression("(" + source + ")"); err == nil {
				i := -1
				require.NoError(t, inside.resolve(func(string) (int, bool) { i++; return i, true }))
				require.Equal(t, held, inside.holds(slots))
			}
		}
	})
}
