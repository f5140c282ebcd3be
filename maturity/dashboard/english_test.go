package dashboard_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	markup "html"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

// Words that stand in nearly every sentence of one language and are none of the other.
var (
	englishWords = regexp.MustCompile(`(?i)\b(the|of|and|which|is|not|with|for|by|to|from|are|has|have|its|that|nobody|there|their|who|be|been|this|these|than|or|yet|every|each|no|none|must|can|does|where|when|what|whom|only|under|on|at|as|since|until|before|after|between|into|out|other|others|own|more|less|but|if)\b`)
	germanWords  = regexp.MustCompile(`(?i)\b(der|das|und|ist|nicht|mit|für|von|zu|aus|sind|hat|haben|es|kein|keine|niemand|wer|wird|werden|diese|als|oder|noch|jede|muss|kann|wo|wenn|wen|nur|unter|seit|bis|vor|nach|zwischen|andere|eigene|mehr|aber|auf|im|am|zum|zur|des|dem|den|ein|eine|einer|eines)\b`)
)

// written are all texts on record, the longest first: what people wrote, and what the library
// wrote into a record when it was made, which stays as it was.
func (o *org) written() []string {
	o.tb.Helper()
	all := make(map[string]bool)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				walk(k)
				walk(e)
			}
		case string:
			if v = strings.Join(strings.Fields(v), " "); strings.ContainsAny(v, " -") {
				all[v] = true
			}
		}
	}
	for c, err := range o.journal.Log(o.ctx, 0) {
		require.NoError(o.tb, err)
		bodies := [][]byte{c.Meta}
		for _, change := range c.Changes {
			bodies = append(bodies, change.Body)
		}
		for _, body := range bodies {
			var v any
			if json.Unmarshal(body, &v) == nil {
				walk(v)
			}
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int { return len(b) - len(a) })
}

var (
	code     = regexp.MustCompile(`(?s)<(style|script|code|pre|cite)\b.*?</(style|script|code|pre|cite)>|<!--.*?-->`)
	shown    = regexp.MustCompile(`\b(?:aria-label|data-l|title|alt|placeholder)="([^"]*)"`)
	begun    = regexp.MustCompile(`: \S{1,10}$`)
	anyTag   = regexp.MustCompile(`(?s)<[^>]*>`)
	inline   = regexp.MustCompile(`</?(b|i|em|strong|span|a|q|bdi|small|abbr|time)\b[^>]*>`)
	anyPlace = regexp.MustCompile(`https?://\S+|\S+@\S+|\b\S*[/_#]\S*`)
)

// textsOf are the texts of a page, each once: of elements, and of what is read aloud.
func textsOf(page string) map[string]bool {
	page = code.ReplaceAllString(page, "\x00")
	all := make(map[string]bool)
	add := func(s string) {
		if s = strings.Join(strings.Fields(markup.UnescapeString(s)), " "); s != "" {
			all[s] = true
		}
	}
	for _, m := range shown.FindAllStringSubmatch(page, -1) {
		add(m[1])
	}
	for part := range strings.SplitSeq(anyTag.ReplaceAllString(inline.ReplaceAllString(page, ""), "\x00"), "\x00") {
		add(part)
	}
	return all
}

// foreign notes the texts of a page in which words of a language stand that nobody wrote.
func foreign(found map[string]string, where string, texts map[string]bool, words *regexp.Regexp, written []string) {
	for text := range texts {
		if _, known := found[text]; known || !words.MatchString(text) {
			continue
		}
		left := text
		for _, w := range written {
			left = strings.ReplaceAll(left, w, "…")
		}
		parts := strings.Split(left, "…") // a long one is cut
		for i := range parts[:len(parts)-1] {
			for _, w := range written {
				for n := len(w); n > 10; n-- {
					parts[i] = strings.TrimSuffix(parts[i], w[:n])
				}
			}
			parts[i] = begun.ReplaceAllString(parts[i], ": ") // too little is left of it to be known again
		}
		left = strings.Join(parts, "…")
		if left = anyPlace.ReplaceAllString(left, "…"); words.MatchString(left) {
			found[text] = fmt.Sprintf("%s: %q", where, left)
		}
	}
}

// Who reads one language reads none of the other but what somebody typed: on all pages of an
// export, which are those that the handler serves, in reports, on the terminal and in the
// portfolio; of an organisation that has everything, of one that let it lie, and of a new one.
func TestEachLanguageStandsAlone(t *testing.T) {
	whole, late, empty := mature(t), mature(t), newOrg(t)
	whole.pass(40)
	late.pass(400)
	folio := newOrgs(t)
	folio.add("one", "Company one")
	folio.system("one", "s1")
	for tag, words := range map[language.Tag]*regexp.Regexp{language.German: englishWords, language.English: germanWords} {
		found := make(map[string]string)
		for name, o := range map[string]*org{"whole": whole, "late": late, "empty": empty} {
			written := o.written()
			in := dashboard.Input{Language: tag, PlanFrom: o.now, Expect: true}
			z, _, _ := o.zip(dashboard.ExportOptions{Input: &in})
			require.NoError(t, fs.WalkDir(z, ".", func(file string, d fs.DirEntry, err error) error {
				if err == nil && strings.HasSuffix(file, ".html") {
					foreign(found, name+"/"+file, textsOf(read(t, z, file)), words, written)
				}
				return err
			}))
			s := o.screen(&in)
			for _, p := range dashboard.Packs() {
				var b bytes.Buffer
				require.NoError(t, s.WriteMarkdown(&b, p))
				foreign(found, name+"/"+string(p), linesOf(b.String()), words, written)
			}
			foreign(found, name+" on the terminal", linesOf(o.text(&in)), words, written)
			h := o.handler(dashboard.Options{Language: tag})
			for _, path := range []string{"/systems/nope", "/nope", "/systems?page=9", "/?at=1999-01-01", "/?at=2031-01-01", "/criteria/ML9", "/checks/nope", "/frameworks/nope", "/systems?q=zzz"} {
				foreign(found, name+path, textsOf(get(h, path).body), words, written)
			}
		}
		f := folio.folio(dashboard.FolioOptions{Language: tag})
		refresh(t, f)
		var page, report bytes.Buffer
		require.NoError(t, f.Portfolio().WriteHTML(&page, &dashboard.PageOptions{Language: tag}))
		require.NoError(t, f.Portfolio().WriteMarkdown(&report, &dashboard.PageOptions{Language: tag}))
		written := []string{"Company one"}
		foreign(found, "portfolio", textsOf(page.String()), words, written)
		foreign(found, "report of the portfolio", linesOf(report.String()), words, written)
		for _, text := range slices.Sorted(maps.Keys(found)) {
			t.Errorf("%s: who reads %s reads %s", text, tag, found[text])
		}
	}
}

// The test above finds what it looks for, and spares what somebody typed.
func TestForeignWordsAreFound(t *testing.T) {
	page := `<style>.of{}</style><h1>Wo stehen wir?</h1><p>Gates <b>of the</b> bank</p><p title="not held">Für die <i>Bank of the East, which is far</i></p><p>von der Bank of the…</p>`
	found := make(map[string]string)
	foreign(found, "page", textsOf(page), englishWords, []string{"Bank of the East, which is far"})
	require.ElementsMatch(t, []string{"Gates of the bank", "not held"}, slices.Collect(maps.Keys(found)))
	found = make(map[string]string)
	foreign(found, "page", textsOf(page), germanWords, nil)
	require.ElementsMatch(t, []string{"Wo stehen wir?", "Für die Bank of the East, which is far", "von der Bank of the…"}, slices.Collect(maps.Keys(found)))
}

func linesOf(s string) map[string]bool {
	all := make(map[string]bool)
	for line := range strings.Lines(s) {
		all[strings.TrimSpace(line)] = true
	}
	return all
}
