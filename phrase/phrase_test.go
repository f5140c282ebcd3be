package phrase

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// book is a small catalogue.
func book(t *testing.T) (english, german *Phrases) {
	t.Helper()
	from := fstest.MapFS{
		"en/a.json": {Data: []byte(`{"%d days": {"plural": 1, "one": "%d day", "other": "%d days"}, "By [day]": "By"}`)},
		"de/a.json": {Data: []byte(`{"%d days": {"plural": 1, "one": "%d Tag", "other": "%d Tage"}, "By [day]": "Bis", "high": "hoch",
			"%s holds %s.": "%[2]s hält %[1]s.", "The level is %s.": "Die Stufe ist %s.", "%d of %d": "%d von %d", "%.1f points": "%.1f Punkte"}`)},
	}
	english, err := read(from, language.English)
	require.NoError(t, err)
	german, err = read(from, language.German)
	require.NoError(t, err)
	german.english = english
	return english, german
}

func TestPhrases(t *testing.T) {
	english, german := book(t)
	level := issue.NewText("The level is %s.", issue.NewText("high"))
	for _, c := range []struct {
		format  string
		args    []any
		en, de  string
		missing bool
	}{
		{"%d days", []any{1}, "1 day", "1 Tag", false},
		{"%d days", []any{0}, "0 days", "0 Tage", false},
		{"%d days", []any{12345}, "12,345 days", "12.345 Tage", false},
		{"By [day]", nil, "By", "Bis", false},
		{"%s holds %s.", []any{"Ada", "A"}, "Ada holds A.", "A hält Ada.", false},
		{"The level is %s.", level.Args, "The level is high.", "Die Stufe ist hoch.", false},
		{"The level is %s.", []any{"high"}, "The level is high.", "Die Stufe ist high.", false}, // somebody's own word
		{"%d of %d", []any{1, 2000}, "1 of 2,000", "1 von 2.000", false},
		{"%.1f points", []any{1.5}, "1.5 points", "1,5 Punkte", false},
		{"Nobody said it, 100%%.", nil, "Nobody said it, 100%.", "Nobody said it, 100%.", true},
		{"%d said it.", []any{3}, "3 said it.", "3 said it.", true},
	} {
		before := len(german.Missing())
		require.Equal(t, c.en, english.Text(issue.Text{ID: c.format, Args: c.args}))
		require.Equal(t, c.de, german.Text(issue.Text{ID: c.format, Args: c.args}))
		require.Equal(t, c.missing, len(german.Missing()) > before, c.format)
	}
	require.Equal(t, []string{"%d said it.", "Nobody said it, 100%%."}, german.Missing())
	require.Empty(t, english.Missing())
	require.Equal(t, "hoch", german.Word("high"))
	require.Equal(t, "nobody's", german.Word("nobody's"))
	require.Equal(t, "high", english.Word("high"))
}

func TestNumbersAndDays(t *testing.T) {
	english, err := In(language.Und)
	require.NoError(t, err)
	german, err := In(language.MustParse("de-AT"))
	require.NoError(t, err)
	require.Equal(t, language.German, german.Language())
	for n, want := range map[int][2]string{0: {"0", "0"}, 999: {"999", "999"}, -1000: {"-1,000", "-1.000"}, 1234567: {"1,234,567", "1.234.567"}} {
		require.Equal(t, want[0], english.Number(n))
		require.Equal(t, want[1], german.Number(n))
		require.Equal(t, want[0], english.Sprintf("%d", n))
	}
	d, at := calendar.New(2026, time.March, 5), time.Date(2026, 3, 5, 14, 2, 1, 0, time.UTC)
	require.Equal(t, "5 March 2026", english.Day(d))
	require.Equal(t, "5. März 2026", german.Day(d))
	require.Equal(t, "5 March 2026 14:02:01 UTC", english.Moment(at))
	require.Equal(t, "5. März 2026, 14:02:01 UTC", german.Moment(at))
	require.Equal(t, "Mar 2026", english.Date("Jan 2006", d))
	require.Equal(t, "Mai", german.Date("January", calendar.New(2026, time.May, 1)))
	require.Equal(t, "Sept.", german.Date("Jan", calendar.New(2026, time.September, 1)))
	require.Empty(t, german.Day(calendar.Date{}))
	require.Empty(t, german.Moment(time.Time{}))
}

func TestLanguagesThatThereAreNot(t *testing.T) {
	_, err := In(language.French)
	require.ErrorContains(t, err, "is one of [en de]")
	require.Equal(t, language.German, Match("fr, de-CH;q=0.8, en;q=0.5", Languages()...))
	require.Equal(t, language.English, Match("fr", Languages()...))
	require.Equal(t, language.German, Match("", language.German, language.English))
	require.Equal(t, language.English, Match("de", language.English))
	require.Equal(t, language.English, Match("nonsense;;"))
}

// A word that two packages say is told in one way.
func TestKeysAreToldInOneWay(t *testing.T) {
	_, err := read(fstest.MapFS{"de/a.json": {Data: []byte(`{"a": "x"}`)}, "de/b.json": {Data: []byte(`{"a": "x"}`)}}, language.German)
	require.NoError(t, err)
	_, err = read(fstest.MapFS{"de/a.json": {Data: []byte(`{"a": "x"}`)}, "de/b.json": {Data: []byte(`{"a": "y"}`)}}, language.German)
	require.ErrorContains(t, err, "is told otherwise in")
}

// meant is what tells two meanings of an English word apart.
var meant = regexp.MustCompile(` \[[a-z]+\]$`)

// Each translation has the verbs of the English format, and says something.
func TestVerbsAreTheSame(t *testing.T) {
	for _, tag := range Languages() {
		p, err := read(files, tag)
		require.NoError(t, err)
		for key, f := range p.forms {
			want := verbs(key)
			require.NotEmpty(t, f.other, key)
			require.Equal(t, want, verbs(f.other), "%s: %s", tag, key)
			require.False(t, strings.ContainsAny(f.other+f.one, "<>&"), "%s: %s is no markup", tag, key)
			if f.plural > 0 {
				require.Equal(t, "d", want[f.plural], "%s: %s", tag, key)
				require.NotEmpty(t, f.one, key)
				one := verbs(f.one)
				if one[f.plural] == "" { // "one", not "1"
					delete(want, f.plural)
				}
				require.Equal(t, want, one, "%s: %s", tag, key)
			}
			if meant.MatchString(key) && !strings.HasSuffix(key, " [month]") && !strings.HasSuffix(key, " [layout]") {
				require.Contains(t, all()[0].forms, key, "English says without the brackets what they tell apart")
			}
		}
	}
}

// The files are sorted by key, each on lines of its own, so that a change shows.
func TestFilesAreInOrder(t *testing.T) {
	line := regexp.MustCompile(`(?m)^  ("(?:[^"\\]|\\.)*"): `)
	for _, tag := range Languages() {
		entries, err := files.ReadDir(tag.String())
		require.NoError(t, err)
		for _, e := range entries {
			text, err := files.ReadFile(tag.String() + "/" + e.Name())
			require.NoError(t, err)
			var keys []string
			for _, m := range line.FindAllStringSubmatch(string(text), -1) {
				key, err := strconv.Unquote(m[1])
				require.NoError(t, err)
				keys = append(keys, key)
			}
			require.True(t, slices.IsSorted(keys), e.Name())
		}
	}
}

// One Phrases serves all readers at a time.
func TestPhrasesAtTheSameTime(t *testing.T) {
	english, german := book(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 200 {
				_, _, _ = english.Sprintf("%d days", n), german.Sprintf("%d days", n*i), german.Sprintf("missing %d", n)
			}
		})
	}
	wg.Wait()
	require.Equal(t, []string{"missing %d"}, german.Missing())
}

// A title of one's own may speak of shares.
func TestAShareIsNoVerb(t *testing.T) {
	english, german := book(t)
	for _, title := range []string{"90 % of systems", "31 to 60 %", "100%", "100%%", "%d and %s"} {
		require.Equal(t, title, issue.Plain(title).String())
		require.Equal(t, title, english.Text(issue.Plain(title)))
		require.Equal(t, title, german.Text(issue.Plain(title)))
		require.Equal(t, "x: "+title, german.Text(issue.NewText("%s: %s", "x", issue.Plain(title))))
	}
}

// Somebody who adds a language translates the keys, is told what is wrong with a phrase,
// and sees what is still to be translated; until then that is told in English.
func TestALanguageOfOnesOwn(t *testing.T) {
	keys := Keys()
	require.Greater(t, len(keys), 3000)
	whole := make(map[string]any)
	for _, key := range keys {
		whole[key] = "fr " + key
	}
	whole["%d days"] = map[string]any{"plural": 1, "one": "%d jour", "other": "%d jours"}
	whole["January"] = "janvier"
	whole["2 January 2006 [layout]"] = "2 January 2006 [layout]"
	files := func(forms map[string]any) fstest.MapFS {
		text, err := json.Marshal(forms)
		require.NoError(t, err)
		return fstest.MapFS{"fr/all.json": {Data: text}}
	}
	french, err := Read(files(whole), language.French)
	require.NoError(t, err)
	require.Empty(t, french.Untold())
	require.Equal(t, "1 jour", french.Sprintf("%d days", 1))
	require.Equal(t, "3 jours", french.Sprintf("%d days", 3))
	require.Equal(t, "5 janvier 2026", french.Date("2 January 2006", calendar.New(2026, time.January, 5)))
	high := issue.NewText("In %s at level %s: %s.", issue.NewText("operation"), issue.NewText("high"), issue.NewText("it has never been assessed and approved"))
	require.Equal(t, "fr In fr operation at level fr high: fr it has never been assessed and approved.", french.Text(high))
	require.Empty(t, french.Missing())

	delete(whole, "high")
	french, err = Read(files(whole), language.French)
	require.NoError(t, err)
	require.Equal(t, []string{"high"}, french.Untold())
	require.Equal(t, "fr In fr operation at level high: fr it has never been assessed and approved.", french.Text(high))
	require.Equal(t, []string{"high"}, french.Missing())

	polish, err := Read(fstest.MapFS{"pl/all.json": {Data: []byte(`{"%d days": {"plural": 1, "one": "%d dzień", "few": "%d dni", "many": "%d dni!", "other": "%d dnia"}}`)}}, language.Polish)
	require.NoError(t, err)
	for n, want := range map[int]string{1: "1 dzień", 3: "3 dni", 5: "5 dni!"} {
		require.Equal(t, want, polish.Sprintf("%d days", n), "as many forms as a language has")
	}
	require.Len(t, polish.Untold(), len(keys)-1)

	for name, c := range map[string]struct {
		from fstest.MapFS
		want string
	}{
		"no file":       {fstest.MapFS{}, "there are no phrases in fr/*.json"},
		"no JSON":       {fstest.MapFS{"fr/a.json": {Data: []byte("{")}}, "can't be read"},
		"nothing":       {files(map[string]any{"high": " "}), "says nothing"},
		"no argument":   {files(map[string]any{"%d days": "jours"}), "does not tell the arguments"},
		"plural of one": {files(map[string]any{"%s holds it": map[string]any{"plural": 1, "one": "%s", "other": "%s"}}), "argument 1 is no whole number"},
	} {
		_, err := Read(c.from, language.French)
		var is issue.Issues
		require.ErrorAs(t, err, &is, name)
		require.ErrorContains(t, err, c.want, name)
	}
}

// German has one word for one thing: these are the others, with the one that stands in
// their place.
func TestGermanHasOneWordForOneThing(t *testing.T) {
	german, err := In(language.German)
	require.NoError(t, err)
	for _, c := range []struct{ about, other, word string }{
		{``, `\b(Tor|Tores|Tore|Toren|Gate|Gates)\b`, "Übergang"}, // a gate of the life cycle
		{``, `[Gg]eringfügig`, "gering"},                          // minor
		{``, `Selbstbestimmung`, "Autonomie"},                     // of a system
		// What is kept is an Aufzeichnung, as ISO has it; data about people are Datensätze.
		{`(?i)\b(record|kind)\b`, `\b(dieser|der|ein|kein|eines|des|einem|solcher) Datensatz(es)?\b`, "Aufzeichnung"},
		{`(?i)\bdata ?sets?\b`, `Datens[aä]tz`, "Datenbestand"},
		{`(?i)\bsign(s|ed|er|atures?)?\b`, `\b([Gg]e)?zeichne[nt]\b|\bZeichnung`, "unterschreiben"},
		{`(?i)\bowner|\bowns`, `\bEigner|Eigentümer`, "Verantwortlicher"},
		{`(?i)\bscope\b`, `Geltungsbereich`, "Anwendungsbereich"},
		{`(?i)\bappetite\b`, `[Bb]ereitschaft`, "was tragbar ist"},
		{`approved? .*(assessment|document|scope|Statement)\b|(assessment|document|scope|Statement)\b.* approve`, `\b[Gg]enehmig`, "freigeben"},
	} {
		about, other := regexp.MustCompile(c.about), regexp.MustCompile(c.other)
		for key, f := range german.forms {
			if !about.MatchString(key) {
				continue
			}
			for _, says := range []string{f.zero, f.one, f.two, f.few, f.many, f.other} {
				require.False(t, other.MatchString(strings.ReplaceAll(says, "View.Gates", "")), "%q is said as %q: say %s", key, says, c.word)
			}
		}
	}
}

// counts is a number and what is counted, or what a number of things are or have; bound is what
// stands before a number that is no count but a limit, a span, the number of something, or of how
// many.
var (
	counts = regexp.MustCompile(`%(?:\[\d\])?d (?:[a-z]+ ){0,2}?(?:[a-z]+[^\Ws]s|people|persons|criteria|are|were|have|name|look|count|rest)\b`)
	bound  = regexp.MustCompile(`(most|within|last|next|every|more than|each|to|of|of its|all|[Vv]ersion|Condition|line|from)( the)? $`)
)

// neverOne are sentences whose number is never one, and why.
var neverOne = map[string]string{
	"Set on %s, put off %d times by %d days in all, due on %s from %s.":                                       "once is told by a sentence of its own",
	"%s of the AI Act has the logs of this system kept for six months, which is %d days, at least":            "it is the days of six months",
	"%d controls of Annex A and %d own: %d apply (%d of them in place), %d left out, %d undecided. Gaps: %d.": "there are 38",
	"%d bytes; at most %d":                                "it is beyond the most",
	"%d cells, as the first line has":                     "a head has several",
	"%d serious in 12 months":                             "serious is no plural",
	"bodies of schema versions 1 to %d need %d upcasters": "it is told to who writes a kind",
}

// A sentence that counts does so of one as well: where one number decides, English has a form of
// it; where several do, the sentence says what is counted and then how many.
func TestSentencesCountOne(t *testing.T) {
	english, any := all()[0], regexp.MustCompile(`%(?:\[\d\])?[a-z]`)
	used := make(map[string]bool)
	for _, key := range Keys() {
		for _, at := range counts.FindAllStringIndex(key, -1) {
			if bound.MatchString(key[:at[0]]) || neverOne[key] != "" {
				used[key] = true
				continue
			}
			require.Equal(t, len(any.FindAllString(key[:at[0]], -1))+1, english.forms[key].plural, "what does %q say of one? say it in phrase/en, or what is counted before how many", key)
		}
	}
	for key, why := range neverOne {
		require.True(t, used[key], "%q is not said: %s", key, why)
	}
}

// germanCounts is a number and what is counted in German: nouns have capitals, and of one hardly
// any is as of several. germanBound is what stands before a number that is no count but one of how
// many, a limit or a name; neverSeveral are no plurals, or the same of one.
var (
	germanCounts = regexp.MustCompile(`%(?:\[\d\])?d (?:[a-zäöüß]+ ){0,2}?(?:[A-ZÄÖÜ]\w+|(?:sind|waren|haben|wurden|werden|laufen|fehlen)\b)`)
	germanBound  = regexp.MustCompile(`(%[ds] von|%d der|: Von|höchstens|[Aa]lle|allen|jede der|bis|letzten|Version|Bedingung|Wahrscheinlichkeit|%d und Auswirkung|darf) $`)
	neverSeveral = regexp.MustCompile(`d (?:[a-zäöüß]+ ){0,2}(MiB|Bytes|Zeichen|mit offenem Grad)\b`)
)

// German counts one as well wherever a sentence counts days, months or years, or things of which
// the number stands first.
func TestGermanCountsOne(t *testing.T) {
	german := all()[1]
	for _, key := range Keys() {
		f := german.forms[key]
		if f.plural != 0 || neverOne[key] != "" {
			continue
		}
		for _, at := range germanCounts.FindAllStringIndex(f.other, -1) {
			if germanBound.MatchString(f.other[:at[0]]) || neverSeveral.MatchString(f.other[at[0]:at[1]]) {
				continue
			}
			t.Errorf("what does %q say of one, which is %q?", key, f.other)
		}
	}
}
