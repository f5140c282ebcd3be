package ledger

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/memory"
)

// Whatever a body can't hold is named where it stands, once, and times come out
// in UTC however deep they are.
func TestTidyLooksEverywhere(t *testing.T) {
	east := time.FixedZone("", 3600)
	early := time.Date(2026, 1, 2, 1, 0, 0, 0, east)
	rec := Parcel{
		Untagged: "\xff",
		Stamp:    Stamp{By: "a\xffb"},
		Pieces:   []Piece{{At: early}, {Name: "\xff", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		Ptr:      &Piece{Notes: map[string]string{"k": "\xff"}},
		Numbers:  []float64{1, math.NaN(), math.Inf(1)},
		Labels:   map[string]string{"k": "\xff", "b": "\xff", "a": "\xff", "fine": ""},
		Deep:     map[string][]Piece{"deep": {{At: early}}},
		Days:     map[string]Day{"monday": {At: early}, "never": {At: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
	var is issue.Issues
	is.Add("pieces[1].name", "utf8", "", "said already")
	addAll(tidy(Parcels.k, &rec, nil), &is)
	var got []string
	for _, i := range is {
		got = append(got, i.Field+" "+i.Rule)
	}
	require.Equal(t, []string{"pieces[1].name utf8", "Untagged utf8", "numbers[1] finite", "numbers[2] finite",
		"labels.a utf8", "labels.b utf8", "labels.k utf8", "days.never.at range", "pieces[1].at range", "ptr.notes.k utf8", "by utf8"}, got)
	utc := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, at := range []time.Time{rec.Pieces[0].At, rec.Deep["deep"][0].At, rec.Days["monday"].At} {
		require.Equal(t, utc, at)
		require.Same(t, time.UTC, at.Location())
	}
}

// A record as it is live and as it is read back are written as the same bytes.
func TestWhatIsLiveIsWhatIsReadBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := memory.New()
		l := openParcels(rt, j, Parcels)
		for n := range rapid.IntRange(1, 5).Draw(rt, "records") {
			p := Filled(newRand(rapid.Uint64().Draw(rt, "seed")))
			p.ID, p.Revision = fmt.Sprint("p", n), 0
			p.Tags, p.Words, p.Colours, p.Codes = unlike(p.Tags), unlike(p.Words), unlike(p.Colours), unlike(p.Codes)
			p.Piece.Tags, p.Marks = unlike(p.Piece.Tags), unlike(p.Marks)
			p.Pieces, p.Deep, p.Ptr = nil, nil, nil // which hold lists with repeats
			require.NoError(rt, put(rt, l, Parcels, *p))
		}
		require.NoError(rt, l.Verify(rt.Context()))
		again := openParcels(rt, j, Parcels)
		require.Equal(rt, viewJSON(t, l.View().ts), viewJSON(t, again.View().ts))
	})
}

// A part of nothing but an empty list is written, and read back as no part at all.
func TestEmptyListsThatAreNotWritten(t *testing.T) {
	j := memory.New()
	l := openParcels(t, j, Parcels)
	require.NoError(t, put(t, l, Parcels, Parcel{ID: "p", Piece: Piece{Tags: []string{}, Notes: map[string]string{}}, Days: map[string]Day{"d": {}}}))
	require.NoError(t, l.Verify(t.Context()))
	p, _ := Parcels.Of(l.View()).Get("p")
	require.Equal(t, Piece{}, p.Piece)
	require.Equal(t, viewJSON(t, openParcels(t, j, Parcels).View().ts), viewJSON(t, l.View().ts))
}

// Names and numbers count for the bound of a whole record.
func TestManyNumbersMakeALargeRecord(t *testing.T) {
	type reading struct {
		TheFirstOfSeveralNumbers  int64 `json:"the_first_of_several_numbers"`
		TheSecondOfSeveralNumbers int64 `json:"the_second_of_several_numbers"`
		TheThirdOfSeveralNumbers  int64 `json:"the_third_of_several_numbers"`
	}
	type meter struct {
		ID       string    `json:"id"`
		Readings []reading `json:"readings"`
		Revision uint64    `json:"revision,omitempty"`
	}
	meters := MustDeclare(Spec[meter]{Name: "meter", Key: func(m *meter) string { return m.ID }, Revision: func(m *meter) *uint64 { return &m.Revision },
		Limits: Limits{Body: 130_000}})
	m := meter{ID: "m", Readings: make([]reading, 1000)}
	for i := range m.Readings {
		m.Readings[i] = reading{math.MinInt64, math.MinInt64, math.MinInt64}
	}
	body, err := meters.k.appendBody(nil, &m)
	require.NoError(t, err)
	require.Greater(t, len(body), 130_000)
	found := tidy(meters.k, &m, nil)
	require.Len(t, found, 1)
	require.Equal(t, ruleBody, found[0].rule)
}

// unlike leaves out repeats; what was there, though empty, stays there.
func unlike[T comparable](list []T) []T {
	kept := list[:0]
	for _, e := range list {
		if !slices.Contains(kept, e) {
			kept = append(kept, e)
		}
	}
	return kept
}

func TestBounds(t *testing.T) {
	spec := ParcelSpec()
	spec.Limits = Limits{Text: 10, List: 3, Body: 400}
	k := MustDeclare(spec)
	ten, eleven := strings.Repeat("x", 10), strings.Repeat("x", 11)
	many := func(n int) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprint(i)] = ""
		}
		return m
	}
	for name, c := range map[string]struct {
		rec  Parcel
		want string // field, rule and value; none if it may be
	}{
		"text that may be":         {Parcel{Text: ten}, ""},
		"text":                     {Parcel{Text: eleven}, "text length " + eleven},
		"text in bytes":            {Parcel{Text: "éééééé"}, "text length éééééé"},
		"text of a type":           {Parcel{Colour: Colour(eleven)}, "colour length " + eleven},
		"text of no tag":           {Parcel{Untagged: eleven}, "Untagged length " + eleven},
		"text of a part":           {Parcel{Pieces: []Piece{{}, {Name: eleven}}}, "pieces[1].name length " + eleven},
		"text of what is embedded": {Parcel{Stamp: Stamp{By: eleven}}, "by length " + eleven},
		"text behind a pointer":    {Parcel{Ptr: &Piece{Tags: []string{eleven}}}, "ptr.tags[0] length " + eleven},
		"text in a map":            {Parcel{Labels: map[string]string{"k": eleven}}, "labels.k length " + eleven},
		"key of a map":             {Parcel{Labels: map[string]string{eleven: ""}}, "labels length " + eleven},
		"list that may be":         {Parcel{Tags: []string{"a", "b", "c"}}, ""},
		"list":                     {Parcel{Tags: []string{"a", "b", "c", "d"}}, "tags count 4"},
		"list of numbers":          {Parcel{Numbers: make([]float64, 4)}, "numbers count 4"},
		"list of lists":            {Parcel{Lists: [][]int{nil, make([]int, 4)}}, "lists[1] count 4"},
		"map that may be":          {Parcel{Labels: many(3)}, ""},
		"map":                      {Parcel{Labels: many(4)}, "labels count 4"},
		"map of a part":            {Parcel{Piece: Piece{Notes: many(4)}}, "piece.notes count 4"},
		"repeat":                   {Parcel{Tags: []string{"a", "b", "a"}}, "tags[2] repeated a"},
		"repeat of a type":         {Parcel{Colours: []Colour{"a", "a"}}, "colours[1] repeated a"},
		"repeat of a value":        {Parcel{Codes: []Code{{"a"}, {"b"}, {"a"}}}, "codes[2] repeated {a}"},
		"numbers may repeat":       {Parcel{Numbers: []float64{1, 1, 1}}, ""},
		"parts may repeat":         {Parcel{Pieces: []Piece{{}, {}}}, ""},
		"whole":                    {Parcel{Text: ten, Colours: []Colour{"a\x00\x00\x00\x00\x00\x00\x00\x00", "b\x00\x00\x00\x00\x00\x00\x00\x00", "c\x00\x00\x00\x00\x00\x00\x00\x00"}, Untagged: strings.Repeat("\x00", 10), Stamp: Stamp{By: strings.Repeat("\x00", 10), Marks: []string{"\x00\x00\x00\x00\x00\x00\x00\x00\x00"}}}, " size "},
		"whole, of numbers":        {Parcel{Lists: [][]int{{math.MinInt64, math.MinInt64, math.MinInt64}, {math.MinInt64, math.MinInt64, math.MinInt64}, {math.MinInt64, math.MinInt64, math.MinInt64}}, Numbers: []float64{-math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64}, Pieces: []Piece{{Next: new(Step)}, {Next: new(Step)}, {Next: new(Step)}}}, " size "},
	} {
		t.Run(name, func(t *testing.T) {
			l := openParcels(t, memory.New(), k)
			c.rec.ID = "p"
			err := put(t, l, k, c.rec)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			requireIssue(t, err, "p", c.want)
			require.Zero(t, l.View().Len())
		})
	}
}

// requireIssue checks that an error names a parcel and one issue, as field, rule
// and value.
func requireIssue(t testing.TB, err error, id, want string) {
	t.Helper()
	require.ErrorIs(t, err, ErrInvalid)
	var re *RecordError
	require.ErrorAs(t, err, &re)
	require.Equal(t, Subject{"parcel", id}, Subject{re.Kind, re.ID})
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Len(t, is, 1)
	require.Contains(t, is[0].Field+" "+is[0].Rule+" "+is[0].Value, want)
	require.LessOrEqual(t, len(err.Error()), 5000)
}

// The estimate by which most records are spared being measured is never so low
// that one beyond the bound gets through.
func TestNoRecordIsLargerThanItsBound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spec := ParcelSpec()
		spec.Limits.Body = rapid.IntRange(1, 6000).Draw(rt, "bound")
		k := MustDeclare(spec)
		p := Filled(newRand(rapid.Uint64().Draw(rt, "seed")))
		if rapid.Bool().Draw(rt, "many") {
			for range rapid.IntRange(0, 200).Draw(rt, "n") {
				p.Pieces = append(p.Pieces, Piece{Name: "\x00\x00\x00", Next: &Step{Hops: []int{math.MinInt64}}})
				p.Numbers = append(p.Numbers, -math.MaxFloat64)
			}
		}
		body, err := k.k.appendBody(nil, p)
		require.NoError(rt, err)
		var is issue.Issues
		addAll(tidy(k.k, p, nil), &is)
		found := slices.ContainsFunc(is, func(i issue.Issue) bool { return i.Rule == "size" }) || len(is) == issue.Max
		require.Equal(rt, len(body) > spec.Limits.Body, found, "%d bytes, of which %d may be", len(body), spec.Limits.Body)
	})
}

// A record that a looser declaration let through opens, from the log and from a
// snapshot, and may be revised as long as it gets no worse.
func TestBoundsThatCameLater(t *testing.T) {
	j := memory.New()
	long := strings.Repeat("x", 30)
	l := openParcels(t, j, Parcels)
	tags := []string{"a", "b", "c", "d", "e"}
	for i := range 200 {
		tags = append(tags, fmt.Sprint("t", i))
	}
	over := Parcel{ID: "p", Text: long, Tags: tags, Words: []string{"fine", long}, Labels: map[string]string{"k": long}}
	for range 150 {
		over.Pieces = append(over.Pieces, Piece{Name: long})
	}
	require.NoError(t, put(t, l, Parcels, over))
	require.NoError(t, l.Checkpoint(t.Context()))
	require.NoError(t, l.Close(t.Context()))

	spec := ParcelSpec()
	spec.Limits = Limits{Text: 10, List: 3}
	k := MustDeclare(spec)
	revise := func(change func(*Parcel)) error {
		l := openParcels(t, j, k)
		return l.Update(t.Context(), By{Actor: "ada", Reason: "test"}, func(tx *Tx) error {
			p, err := k.Must(tx, "p")
			if err != nil {
				return err
			}
			change(&p)
			return k.Keep(tx, p)
		})
	}
	require.NoError(t, revise(func(p *Parcel) { p.Int++ }), "as it was")

	looser := k
	spec.Limits = Limits{Body: 5000}
	k = MustDeclare(spec)
	require.NoError(t, revise(func(p *Parcel) { p.Int = 7 }), "as large as it was")
	requireIssue(t, revise(func(p *Parcel) { p.Untagged = "x" }), "p", " size")
	k = looser

	requireIssue(t, revise(func(p *Parcel) { p.Text += "x" }), "p", "text length")
	requireIssue(t, revise(func(p *Parcel) { p.Untagged = long }), "p", "Untagged length")
	requireIssue(t, revise(func(p *Parcel) { p.Tags = append(p.Tags, "one more") }), "p", "tags count 206")
	requireIssue(t, revise(func(p *Parcel) { p.Words[0] = long + "z" }), "p", "words[0] length")
	requireIssue(t, revise(func(p *Parcel) { p.Words[0] = p.Words[1] + "y" }), "p", "words[0] length")
	requireIssue(t, revise(func(p *Parcel) { p.Tags[204] = "\xff" }), "p", "tags[204] utf8")
	requireIssue(t, revise(func(p *Parcel) { p.Tags[204] = "a" }), "p", "tags[204] repeated a")
	requireIssue(t, revise(func(p *Parcel) { p.Numbers = []float64{0, math.NaN()} }), "p", "numbers[1] finite")
	requireIssue(t, revise(func(p *Parcel) { p.Pieces[149].Name = "\xff" }), "p", "pieces[149].name utf8")
	require.NoError(t, revise(func(p *Parcel) { p.Text, p.Words[1], p.Tags = p.Text[1:], "", p.Tags[:9] }), "better")
	requireIssue(t, revise(func(p *Parcel) { p.Text += "x" }), "p", "text length")
	require.NoError(t, revise(func(p *Parcel) { p.Text, p.Tags, p.Labels, p.Words, p.Pieces = "", nil, nil, nil, nil }))
	requireIssue(t, revise(func(p *Parcel) { p.Text = long }), "p", "text length")
	require.NoError(t, openParcels(t, j, k).Verify(t.Context()))
}

// TestLimitsOfSingleFields: a text and a list have the bound of their path, if it
// has one, and no record is asked for its check that holds too much.
func TestLimitsOfSingleFields(t *testing.T) {
	spec := ParcelSpec()
	asked := false
	spec.Check = func(*Tx, Change[Parcel], *issue.Issues) { asked = true }
	spec.Limits = Limits{Text: 10, List: 3, Texts: map[string]int{"text": 20, "words": 5, "pieces.name": 2}, Lists: map[string]int{"tags": 5, "words": 1}}
	k := MustDeclare(spec)
	l := openParcels(t, memory.New(), k)
	require.NoError(t, put(t, l, k, Parcel{ID: "p", Text: strings.Repeat("x", 20), Tags: []string{"a", "b", "c", "d", "0123456789"}, Words: []string{"12345"}}))
	requireIssue(t, put(t, l, k, Parcel{ID: "q", Text: strings.Repeat("x", 21)}), "q", "text length")
	requireIssue(t, put(t, l, k, Parcel{ID: "q", Words: []string{"123456"}}), "q", "words[0] length")
	requireIssue(t, put(t, l, k, Parcel{ID: "q", Pieces: []Piece{{Name: "abc"}}}), "q", "pieces[0].name length")
	require.True(t, asked)
	asked = false
	requireIssue(t, put(t, l, k, Parcel{ID: "q", Words: []string{"1", "2"}}), "q", "words count 2")
	require.False(t, asked)

	spec.Limits = Limits{Texts: map[string]int{"tex": 1, "text": 0}, Lists: map[string]int{"text": 1}}
	_, err := Declare(spec)
	for _, said := range []string{"limits.texts.tex", "limits.texts.text", "limits.lists.text"} {
		require.ErrorContains(t, err, said)
	}
}
