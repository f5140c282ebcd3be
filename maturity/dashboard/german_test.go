package dashboard_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
)

// The pages in German are as they were.
func TestGoldenGerman(t *testing.T) {
	o := mature(t)
	o.pass(40)
	h := o.handler(dashboard.Options{Language: language.German})
	for name, path := range map[string]string{"board": "/", "lead": "/lead", "auditor": "/auditor", "systems": "/systems"} {
		golden(t, "de-"+name+".html", lines(get(h, path).body))
	}
	var b bytes.Buffer
	require.NoError(t, o.screen(&dashboard.Input{Language: language.German}).WriteText(&b))
	golden(t, "de-terminal.txt", b.String())
}

// Who reads German reads no English that the dashboard says.
func TestNothingIsMissingInGerman(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	o := mature(t)
	o.pass(40)
	empty := newOrg(t)
	for _, o := range []*org{o, empty} {
		h := o.handler(dashboard.Options{Language: language.German})
		for _, path := range []string{"/", "/lead", "/auditor", "/records", "/systems", "/systems/credit", "/systems/nope", "/nope", "/systems?colour=red", "/systems?page=9", "/?at=1999-01-01",
			"/?at=2031-01-01", "/controls", "/controls/A.6.2.4", "/risks", "/evidence", "/findings", "/criteria", "/criteria/ML1.01", "/criteria/ML9", "/agenda", "/expiries", "/trail",
			"/checks/S1-01", "/checks/nope", "/frameworks/iso27001", "/frameworks/iso42001", "/frameworks/nope", "/packs/board", "/packs/review", "/packs/audit", "/people", "/roles", "/actions"} {
			a := get(h, path)
			require.Contains(t, a.body, `<html lang="de">`, path)
			require.NotContains(t, a.body, "%!", path)
		}
		s := o.screen(&dashboard.Input{Language: language.German})
		for _, p := range dashboard.Packs() {
			require.NoError(t, s.WriteMarkdown(new(bytes.Buffer), p))
		}
	}
	said := dashboard.Said(t)
	_, whole := os.Stat("../../phrase/de/aims.json")
	for _, m := range german.Missing() {
		require.NotContains(t, said, m)
		if whole == nil {
			require.Fail(t, "is told in English", m)
		}
	}
}

// A reader chooses among the languages that the program offers, by the address or by
// what the browser asks for; each is kept and named apart.
func TestLanguageOfAReader(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{Languages: phrase.Languages()})
	english := get(h, "/")
	require.Contains(t, english.body, `<html lang="en">`)
	require.Contains(t, english.body, "Where are we?")
	require.Equal(t, "en", english.header.Get("Content-Language"))
	require.Contains(t, english.header.Values("Vary"), "Accept-Language")
	german := get(h, "/", "Accept-Language", "fr, de-AT;q=0.9, en;q=0.1")
	require.Contains(t, german.body, `<html lang="de">`)
	require.Contains(t, german.body, "Wo stehen wir?")
	require.NotEqual(t, english.header.Get("ETag"), german.header.Get("ETag"))
	require.Equal(t, http.StatusOK, get(h, "/", "Accept-Language", "de", "If-None-Match", english.header.Get("ETag")).status)
	require.Equal(t, http.StatusNotModified, get(h, "/", "Accept-Language", "de", "If-None-Match", german.header.Get("ETag")).status)
	require.Equal(t, english.body, get(h, "/").body)

	asked := get(h, "/?lang=de&at=2026-02-01", "Accept-Language", "en")
	require.Contains(t, asked.body, "Wo stehen wir?")
	require.Contains(t, asked.body, `href="/lead?at=2026-02-01&amp;lang=de"`, "links stay in the language that was asked for")
	list := get(h, "/systems?lang=de&stage=operation")
	require.Contains(t, list.body, `name="lang" value="de"`)
	require.Contains(t, list.body, "Betrieb")
	require.Equal(t, http.StatusOK, list.status)

	unknown := get(h, "/?lang=fr")
	require.Equal(t, http.StatusBadRequest, unknown.status)
	require.Contains(t, unknown.body, "is one of [en de]")
	var s dashboard.Screen
	require.NoError(t, json.Unmarshal([]byte(get(h, "/board.json?lang=de").body), &s))
	require.Equal(t, "de", s.Language)
	require.Equal(t, "Offene Vorfälle", s.Board.Burning[0].Label)
	problem := get(h, "/systems/nope.json?lang=de")
	require.Contains(t, problem.body, `"title":"Nicht gefunden"`)
	require.Contains(t, problem.body, "nicht vorhanden: KI-System „nope“")

	// A page that stands alone is in the language of its screen, one that came as JSON too.
	var b bytes.Buffer
	require.NoError(t, s.WriteHTML(&b, dashboard.ViewBoard, nil))
	require.Contains(t, b.String(), "Wo stehen wir?")

	_, err := dashboard.NewHandler(o, &dashboard.Options{Language: language.French})
	require.ErrorContains(t, err, "is one of [en de]")
	_, err = dashboard.NewHandler(o, &dashboard.Options{Languages: []language.Tag{language.English, language.French}})
	require.ErrorContains(t, err, "is one of [en de]")
	_, err = dashboard.Compute(o.View(), o.now, &dashboard.Input{Language: language.French})
	require.ErrorContains(t, err, "is one of [en de]")
}

// What lists are chosen by is the same in each language.
func TestListsAreChosenAlikeInEachLanguage(t *testing.T) {
	o := mature(t)
	o.pass(400) // so that much is late
	h := o.handler(dashboard.Options{Languages: phrase.Languages()})
	english := o.screen(nil)
	german := o.screen(&dashboard.Input{Language: language.German})
	require.NotEmpty(t, english.Lead.Overdue)
	for i, f := range german.Lead.Overdue {
		require.Equal(t, english.Lead.Overdue[i].List, f.List)
		require.Equal(t, english.Lead.Overdue[i].ID, f.ID)
		require.NotEqual(t, english.Lead.Overdue[i].Label, f.Label)
		var list dashboard.ListPage
		path := strings.Replace("/"+f.List, "?", ".json?lang=de&", 1)
		require.NoError(t, json.Unmarshal([]byte(get(h, path).body), &list), path)
		require.Equal(t, f.Value, list.Total)
	}
}

// A portfolio is drawn in the reader's language; what its lines say in words is in that
// of the folio.
func TestPortfolioInGerman(t *testing.T) {
	o := newOrgs(t)
	o.add("one", "Company one")
	o.system("one", "s1")
	f := o.folio(dashboard.FolioOptions{Language: language.German})
	refresh(t, f)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Tenants: "/tenants", Languages: phrase.Languages()})
	german := get(h, "/?lang=de")
	for _, want := range []string{`<html lang="de">`, "Wer braucht Hilfe, und warum?", "Schwere Feststellungen", "Am meisten hilft:", "keines angestrebt", `lang=de`} {
		require.Contains(t, german.body, want)
	}
	require.NotContains(t, german.body, "%!")
	require.Contains(t, get(h, "/").body, "Who needs help, and why?")
	require.Equal(t, http.StatusBadRequest, get(h, "/?lang=fr").status)
	var b bytes.Buffer
	require.NoError(t, f.Portfolio().WriteHTML(&b, &dashboard.PageOptions{Language: language.German}))
	require.Contains(t, b.String(), "Wo stehen sie?")
	_, err := dashboard.NewFolio(o.Fleet, &dashboard.FolioOptions{Language: language.French})
	require.ErrorContains(t, err, "is one of [en de]")
}

// What a model of one's own says of shares is told as it is, in each language.
func TestSharesInAModelOfOnesOwn(t *testing.T) {
	o := newOrg(t)
	model := maturity.DefaultModel()
	c := &model.Criteria[0]
	c.Title, c.Statement, c.Next = "90 % of systems found", "Of all systems 90 % or more stand on the register.", "Find 10 % more."
	c.Predicate = func(*maturity.Input) maturity.Outcome {
		return maturity.Outcome{State: maturity.StateNotMet, Of: 1, Message: "Only 50 % of them do.", Failing: []maturity.Failure{{Why: "50 % are missing."}}}
	}
	for _, tag := range phrase.Languages() {
		h := o.handler(dashboard.Options{Language: tag, Input: &dashboard.Input{Model: &model}})
		page := get(h, "/criteria/"+c.ID)
		require.Equal(t, http.StatusOK, page.status)
		for _, said := range []string{c.Title, c.Statement, c.Next, "Only 50 % of them do.", "50 % are missing."} {
			require.Contains(t, page.body, strings.TrimSuffix(said, "."), tag.String())
		}
		for _, path := range []string{"/", "/lead", "/auditor", "/criteria"} {
			require.NotContains(t, get(h, path).body, "%!", path)
		}
	}
}
