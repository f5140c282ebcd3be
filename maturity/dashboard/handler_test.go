package dashboard_test

import (
	"context"
	"encoding/json"
	"errors"
	htm "html"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// handler serves an organisation at its own time, without a look at the past.
func (o *org) handler(opts dashboard.Options) http.Handler {
	o.tb.Helper()
	opts.Clock = func() time.Time { return o.now }
	if opts.Weeks == 0 {
		opts.Weeks = -1
	}
	h, err := dashboard.NewHandler(o, &opts)
	require.NoError(o.tb, err)
	return h
}

// answer is what a handler answers.
type answer struct {
	status int
	header http.Header
	body   string
}

func get(h http.Handler, path string, header ...string) answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return answer{w.Code, w.Result().Header, string(body)}
}

// Every kind of page, and every way to ask for what there is not.
func TestHandlerAnswers(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{})
	for path, status := range map[string]int{
		"/": 200, "/board": 200, "/lead": 200, "/auditor": 200, "/auditor?seed=7": 200, "/records": 200, "/trail": 200, "/trail?page=1": 200, "/trail?who=lea": 200,
		"/systems": 200, "/systems?level=high": 200, "/systems?sort=-name&q=credit": 200, "/systems?page=1": 200, "/systems?stage=design": 200,
		"/systems/credit": 200, "/systems/credit?history=all": 200, "/controls": 200, "/controls/A.6.2.4": 200, "/controls?area=A.5&practice=shown": 200,
		"/findings": 200, "/findings?severity=major&age=older": 200, "/criteria": 200, "/criteria?level=ML2&state=not_met": 200, "/criteria/ML1.03": 200,
		"/checks/S1-01": 200, "/frameworks/iso27001": 200, "/packs/board": 200, "/packs/review": 200, "/packs/audit?seed=7": 200, "/agenda": 200, "/expiries": 200, "/evidence": 200, "/risks": 200, "/assessments": 200, "/people/lea": 200,
		"/roles": 200, "/policies/policy-1": 200, "/audits": 200, "/reviews": 200, "/statements": 200, "/organisation/organisation": 200, "/risk-criteria/criteria": 200,
		"/certificates": 200, "/duties": 200, "/concerns": 200,
		"/?at=2026-02-01": 200, "/systems/credit?at=2026-01-05": 200, "/?at=2099-12-31": 200,
		"/nope": 404, "/systems/nope": 404, "/criteria/ML9.99": 404, "/checks/XX": 404, "/frameworks/nope": 404, "/packs": 404, "/packs/nope": 404, "/packs/board?x=1": 400, "/nope/x": 404, "/systems/credit/x": 404,
		"/systems?page=9": 404, "/trail?page=9999": 404, "/?at=2020-01-01": 404, "//": 404, "/systems/": 200, "/systems/%zz": 404, "/.json": 200,
		"/systems?colour=red": 400, "/systems?sort=colour": 400, "/systems?page=0": 400, "/systems?page=x": 400, "/?at=junk": 400, "/?at=2026-02-30": 400,
		"/systems?stage=a&stage=b": 400, "/?x=1": 400, "/systems/credit?x=1": 400, "/records?x=1": 400, "/?at=0001-01-01": 400,
		"/?at=2026-02-01%": 400, "/systems?stage=design;level=high": 400,
	} {
		t.Run(path, func(t *testing.T) {
			if _, err := url.Parse(path); err != nil {
				return // no request can ask for it
			}
			for _, accept := range []string{"text/html", "application/json"} {
				a := get(h, path, "Accept", accept)
				require.Equal(t, status, a.status, "%.300s", a.body)
				require.NotEmpty(t, a.body)
				require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
				require.Contains(t, a.header.Get("Content-Security-Policy"), "default-src 'none'")
				switch {
				case accept == "text/html" && path != "/.json":
					require.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
					require.True(t, strings.Contains(a.body, "<h1>") && strings.HasSuffix(a.body, "</html>\n"))
					sound(t, a.body)
				case status == 200:
					require.Equal(t, "application/json", a.header.Get("Content-Type"))
					require.True(t, json.Valid([]byte(a.body)))
				default:
					require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
					var p struct {
						Status int    `json:"status"`
						Detail string `json:"detail"`
						Code   string `json:"code"`
					}
					require.NoError(t, json.Unmarshal([]byte(a.body), &p))
					require.Equal(t, status, p.Status)
					require.NotEmpty(t, p.Detail)
					require.Equal(t, map[int]string{400: "invalid", 404: "not_found"}[status], p.Code)
				}
			}
		})
	}
}

// Pages are called by what they are of, and not by an ID, in the language of the reader; no
// field of a record leads to the page that it stands on.
func TestPagesAreCalledByWhatTheyAreOf(t *testing.T) {
	o := mature(t)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "kept", Records: []aims.Subject{{Kind: aims.KindSystem, ID: "credit"}}, Reason: "a dispute"})
	})
	h := o.handler(dashboard.Options{Languages: phrase.Languages()})
	for route, want := range map[string][2]string{
		"/reviews/review-2026-05-05":            {"Management review of 5 May 2026", "Managementbewertung vom 5. Mai 2026"},
		"/audit-programmes/audit-programme":     {"Audit programme from ", "Auditprogramm vom "},
		"/searches/sweep-2026-01-05":            {"Search of 5 January 2026", "Suche vom 5. Januar 2026"},
		"/statements/soa-0001":                  {"Statement of Applicability, version 1", "Erklärung zur Anwendbarkeit, Fassung 1"},
		"/control-tests/test-A.10.2-2026-01-05": {"Test of A.10.2 on 5 January 2026", "Prüfung von A.10.2 am 5. Januar 2026"},
		"/held-competences/ada-policy-known":    {"Name of ada: ", "Name of ada: "},
		"/processes/processes":                  {"The processes", "Die Prozesse"},
		"/holds/kept":                           {"Hold of 5 ", "Sperre vom 5. "},
	} {
		list := route[:strings.LastIndex(route, "/")]
		for i, lang := range []string{"en", "de"} {
			page := get(h, route+"?lang="+lang).body
			require.Contains(t, page, "<h1>"+want[i], route)
			require.Contains(t, get(h, list+"?lang="+lang).body, `">`+want[i], "the list calls it so too")
		}
	}
	for _, route := range []string{"/controls/A.6.2.4", "/people/ada", "/systems/credit"} {
		_, main, _ := strings.Cut(get(h, route).body, "<main")
		require.NotContains(t, main, `href="`+route+`"`)
	}
}

// What can't be asked is answered with what can.
func TestHandlerSaysWhatIsAllowed(t *testing.T) {
	h := mature(t).handler(dashboard.Options{})
	page := get(h, "/systems?stages=red").body
	require.Contains(t, page, "“stages” is “red”: it is no column; the nearest are stage, ")
	visible, folded, _ := strings.Cut(page, "<details>")
	require.Less(t, strings.Count(visible[strings.Index(visible, "nearest"):], ","), 10, "a few are named")
	require.Contains(t, folded, "deployment_context", "the others are folded")
	var problem struct{ Columns []string }
	require.NoError(t, json.Unmarshal([]byte(get(h, "/systems.json?stages=red").body), &problem))
	require.Contains(t, problem.Columns, "deployment_context")
	require.Contains(t, get(h, "/systems?sort=-ovner").body, "is sorted by a column, such as owner, ")
	require.Contains(t, get(h, "/systems?page=9").body, "There is no page 9; the last is 1.")
	require.Contains(t, get(h, "/?at=2020-01-01").body, "the first commit is of 5 January 2026")
	require.Contains(t, get(h, "/?at=junk").body, "2026-06-30")
}

func TestHandlerReadsOnly(t *testing.T) {
	h := mature(t).handler(dashboard.Options{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/systems", nil))
		require.Equal(t, http.StatusMethodNotAllowed, w.Code)
		require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/systems", nil))
	require.Equal(t, 200, w.Code)
	require.Zero(t, w.Body.Len())
	require.NotEmpty(t, w.Header().Get("Content-Length"))
}

// hrefs are what a page links to within the site.
func hrefs(page string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		link, _, _ := strings.Cut(htm.UnescapeString(m[1]), "#")
		if link != "" && link != "data:," && !slices.Contains(all, link) {
			all = append(all, link)
		}
	}
	return all
}

// Every link of every page leads to a page, under a base and on a day as well.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for _, c := range []struct{ base, start string }{{"/grc/aims", "/grc/aims/?at=2026-05-02"}} { // without either an export shows it
		o := mature(t)
		h := o.handler(dashboard.Options{Base: c.base})
		seen := map[string]bool{c.start: true}
		queue := []string{c.start}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			a := get(h, path)
			require.Equal(t, 200, a.status, path)
			if strings.Contains(path, "sort=") || strings.Contains(path, "history=all") {
				continue // the same rows in another order
			}
			for _, link := range hrefs(a.body) {
				require.True(t, strings.HasPrefix(link, c.base+"/"), "%s: %s", path, link)
				if c.base != "" && !strings.Contains(link, "style-") {
					require.Contains(t, link+"?at=2026-05-02", "at=2026-05-02", path)
				}
				if !seen[link] {
					seen[link] = true
					queue = append(queue, link)
				}
			}
		}
		require.Greater(t, len(seen), 300)
	}
}

// An unchanged page is not sent again; a changed one is, and so is that of another
// reader, day or look.
func TestETag(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{})
	a := get(h, "/lead")
	tag := a.header.Get("ETag")
	require.NotEmpty(t, tag)
	again := get(h, "/lead", "If-None-Match", `"other", W/`+tag)
	require.Equal(t, http.StatusNotModified, again.status)
	require.Empty(t, again.body)
	require.NotEqual(t, tag, get(h, "/lead.json").header.Get("ETag"))
	require.NotEqual(t, tag, get(h, "/").header.Get("ETag"))
	require.NotEqual(t, tag, get(h, "/lead?at=2026-04-01").header.Get("ETag"))
	require.NotEqual(t, tag, get(o.handler(dashboard.Options{Title: "Group"}), "/lead").header.Get("ETag"))
	o.sweep()
	changed := get(h, "/lead", "If-None-Match", tag)
	require.Equal(t, 200, changed.status)
	require.NotEqual(t, tag, changed.header.Get("ETag"))

	// Time alone changes it as well: the next day begins.
	tag = changed.header.Get("ETag")
	require.Equal(t, http.StatusNotModified, get(h, "/lead", "If-None-Match", tag).status)
	o.pass(1)
	require.Equal(t, 200, get(h, "/lead", "If-None-Match", tag).status)
}

func TestJSONIsTheScreen(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{})
	var s dashboard.Screen
	require.NoError(t, json.Unmarshal([]byte(get(h, "/board.json").body), &s))
	want := o.screen(nil)
	want.Chain.Erasures = nil
	require.JSONEq(t, string(marshal(t, want)), string(marshal(t, s)))
	var l dashboard.ListPage
	require.NoError(t, json.Unmarshal([]byte(get(h, "/systems?level=high", "Accept", "application/json").body), &l))
	require.Equal(t, 1, l.Total)
	require.Equal(t, "credit", l.Rows[0].Subject.ID)
	require.Equal(t, "systems/credit", l.Rows[0].Route)
	var r dashboard.RecordPage
	require.NoError(t, json.Unmarshal([]byte(get(h, "/systems/credit.json").body), &r))
	require.NotEmpty(t, r.History)
	require.Equal(t, "ada", r.History[0].By.Actor)
}

// The figure of each split and figure is the number of rows of the list that it links
// to.
func TestFiguresAreTheirLists(t *testing.T) {
	o := mature(t)
	o.pass(200) // so that much has run out
	h := o.handler(dashboard.Options{})
	s := o.screen(nil)
	rows := func(route string) int {
		a := get(h, "/"+route, "Accept", "application/json")
		require.Equal(t, 200, a.status, route)
		var l dashboard.ListPage
		require.NoError(t, json.Unmarshal([]byte(a.body), &l), route)
		return l.Total
	}
	for _, f := range s.Board.Burning {
		if f.ID != "board.burning.certificate" {
			require.Equal(t, f.Value, rows(f.List), f.ID)
		}
	}
	for _, f := range s.Lead.Overdue {
		require.Equal(t, f.Value, rows(f.List), f.ID)
	}
	splits := append([]dashboard.Split{*s.Board.Where.Progress}, s.Board.Systems.Levels...)
	for _, x := range s.Lead.Phases {
		splits = append(splits, x.Split)
	}
	for _, x := range s.Lead.Path {
		splits = append(splits, x.Split)
	}
	for _, x := range splits {
		require.Equal(t, x.Met, rows(x.MetList), x.ID)
		require.Equal(t, x.NotMet, rows(x.NotMetList), x.ID)
		require.Equal(t, x.Unknown, rows(x.UnknownList), x.ID)
	}
	for _, x := range s.Lead.Controls.Rows {
		require.Equal(t, x.Of, rows(x.List), x.Area)
		for _, c := range x.Cells {
			require.Equal(t, c.Value, rows(c.List), c.List)
		}
	}
	for _, x := range s.Auditor.Ages {
		for _, c := range x.Cells {
			require.Equal(t, c.Value, rows(c.List), c.List)
		}
	}
	for _, x := range s.Lead.Ages {
		require.Equal(t, x.Fresh+x.RunOut, rows(x.List), x.Label)
	}
	for _, x := range s.Auditor.Clauses {
		require.Equal(t, x.Findings, rows(x.FindingsList), x.Clause)
		require.Equal(t, x.Criteria.Met, rows(x.Criteria.MetList), x.Clause)
	}
	for _, f := range []dashboard.Figure{s.Board.Systems.Unowned, s.Board.Systems.Live, s.Board.Risks.Unaccepted, s.Board.Evidence.Items, s.Board.Evidence.Shared, s.Lead.Controls.Unproven} {
		require.Equal(t, f.Value, rows(f.List), f.ID)
	}
	for _, x := range s.Board.Risks.Axes {
		require.Equal(t, x.Above.Value, rows(x.Above.List), x.Axis)
	}
	require.Equal(t, s.Lead.Agenda.Total, rows(s.Lead.Agenda.List))
	require.Equal(t, s.Lead.Expiries.Total, rows(s.Lead.Expiries.List))
}

// What a reader may not see is on no page, and in no JSON.
func TestRedaction(t *testing.T) {
	o := openOrg(t, memory.New(), day0, "id", func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s != aims.Subject{Kind: aims.KindSystem, ID: "credit"}
	})
	o.step1()
	h := o.handler(dashboard.Options{Languages: phrase.Languages(), Reader: func(r *http.Request) (any, string, error) {
		switch who := r.Header.Get("X-Who"); who {
		case "":
			return nil, "", errors.New("nobody")
		default:
			return who, who, nil
		}
	}})
	require.Equal(t, http.StatusUnauthorized, get(h, "/").status)
	require.Equal(t, 200, get(h, "/systems/credit", "X-Who", "lea").status)
	require.Equal(t, 404, get(h, "/systems/credit", "X-Who", "guest").status)
	for _, path := range []string{"/", "/lead", "/auditor", "/systems", "/findings", "/criteria", "/criteria/ML1.13", "/agenda", "/board.json", "/auditor.json", "/findings.json", "/criteria/ML1.13.json", "/trail"} {
		for _, path := range []string{path, path + "?lang=de"} { // English sentences, and formats with arguments
			require.False(t, strings.Contains(get(h, path, "X-Who", "guest").body, "Credit scorer"), path)
			require.Equal(t, 200, get(h, path, "X-Who", "guest").status, path)
		}
	}
	require.True(t, strings.Contains(get(h, "/", "X-Who", "guest").body, "Some records are not shown to you"))
	require.True(t, strings.Contains(get(h, "/systems", "X-Who", "lea").body, "Credit scorer"))
	require.NotEqual(t, get(h, "/", "X-Who", "lea").header.Get("ETag"), get(h, "/", "X-Who", "guest").header.Get("ETag"))
}

func TestAllow(t *testing.T) {
	o := mature(t)
	var asked []dashboard.Asked
	h := o.handler(dashboard.Options{Allow: func(_ *http.Request, a dashboard.Asked) error {
		asked = append(asked, a)
		if a.Subject.Kind == aims.KindPerson || a.Route == "trail" {
			return errors.New("not for you")
		}
		return nil
	}})
	require.Equal(t, 200, get(h, "/").status)
	require.Equal(t, http.StatusForbidden, get(h, "/people/lea").status)
	require.Equal(t, http.StatusForbidden, get(h, "/people/lea.json").status)
	require.Equal(t, http.StatusForbidden, get(h, "/trail").status)
	require.Equal(t, dashboard.Asked{Route: "people/lea", Subject: aims.Subject{Kind: aims.KindPerson, ID: "lea"}}, asked[1])
	// However its path is written, a page is the same.
	for _, path := range []string{"/%70eople/lea", "/people/le%61", "/people/lea/", "/%70eople/lea.json", "/people/%6Cea%2Ejson/", "/%74rail", "/trai%6c.json"} {
		require.NotEqual(t, 200, get(h, path).status, path)
	}
	asked = nil
	for _, path := range []string{"/", "/board", "/b%6fard", "/board.json", "//"} {
		get(h, path)
	}
	require.Equal(t, make([]dashboard.Asked, 4), asked)
}

// A record whose ID ends like the name of a file of JSON has a page, and so has the one whose
// ID is what stands before.
func TestIDsLikeFiles(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		for _, id := range []string{"model", "model.json", "model.json.json", "model.html"} {
			s := spamFilter()
			s.ID, s.Name = id, "Name of "+id+"!"
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	h := o.handler(dashboard.Options{Allow: func(_ *http.Request, a dashboard.Asked) error {
		if a.Subject.ID == "model.json" {
			return errors.New("not for you")
		}
		return nil
	}})
	list := get(h, "/systems").body
	for _, id := range []string{"model", "model.json", "model.json.json", "model.html"} {
		at := strings.Index(list, ">Name of "+id+"!<")
		require.Positive(t, at, id)
		from := strings.LastIndex(list[:at], `href="`) + len(`href="`)
		to := list[from : from+strings.Index(list[from:], `"`)]
		for suffix, kind := range map[string]string{"": "text/html; charset=utf-8", ".json": "application/json"} {
			a := get(h, to+suffix)
			if id == "model.json" {
				require.Equal(t, http.StatusForbidden, a.status, to+suffix)
				continue
			}
			require.Equal(t, 200, a.status, to+suffix)
			require.Equal(t, kind, a.header.Get("Content-Type"), to+suffix)
			require.Contains(t, a.body, "Name of "+id+"!", to+suffix)
		}
	}
}

// A list of many records has pages of a hundred.
func TestPages(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		for i := range 250 {
			s := spamFilter()
			s.ID = "s" + string(rune('a'+i%26)) + string(rune('a'+i/26))
			s.Name = "System " + s.ID
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	h := o.handler(dashboard.Options{})
	var seen []string
	for _, page := range []string{"1", "2", "3"} {
		var l dashboard.ListPage
		require.NoError(t, json.Unmarshal([]byte(get(h, "/systems.json?sort=name&page="+page).body), &l))
		require.Equal(t, 252, l.Total)
		require.Equal(t, 3, l.Pages)
		for _, r := range l.Rows {
			require.NotContains(t, seen, r.Subject.ID)
			seen = append(seen, r.Subject.ID)
		}
	}
	require.Len(t, seen, 252)
	require.Equal(t, 404, get(h, "/systems?page=4").status)
	require.Contains(t, get(h, "/systems?sort=name&page=2").body, `href="/systems?page=3&amp;sort=name"`)
}

// As of a day, the record is as it stood, and what came later is not told.
func TestAtADay(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.pass(10)
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("credit")
		s.Name = "Renamed scorer"
		_, err := tx.ReviseSystem(s)
		return err
	})
	h := o.handler(dashboard.Options{})
	now, then := get(h, "/systems/credit"), get(h, "/systems/credit?at=2026-01-06")
	require.True(t, strings.Contains(now.body, "Renamed scorer"))
	require.True(t, strings.Contains(now.body, "<del>Credit scorer</del>"), "the history says what stood there")
	require.False(t, strings.Contains(then.body, "Renamed scorer"))
	require.True(t, strings.Contains(then.body, "This is how it stood at the end of 6 January 2026."))
	ahead := get(h, "/?at=2027-01-06")
	require.True(t, strings.Contains(ahead.body, "This is what lies ahead"))
}

// What a page draws is what the screen says: the board's figures stand on its page.
func TestPageShowsTheFigures(t *testing.T) {
	for name, s := range screens(t) {
		page := html(t, s, dashboard.ViewBoard)
		require.True(t, strings.Contains(page, ">"+s.Board.Where.Level.String()+"<"), name)
		if p := s.Board.Where.Progress; p != nil {
			require.Regexp(t, regexp.MustCompile(`\b`+strconv.Itoa(p.Met)+` of `+strconv.Itoa(p.Of)+` criteria for `), page, name)
		}
		if s.Start != nil {
			continue
		}
		for _, a := range s.Board.Objectives {
			require.True(t, strings.Contains(page, strconv.Itoa(a.Met)+" met, "+strconv.Itoa(a.NotMet)+" not met, "+strconv.Itoa(a.Unknown)+" unknown: </span>"+strconv.Itoa(a.Met)+" / "+strconv.Itoa(a.Of)), "%s %s", name, a.Area)
		}
		for _, f := range s.Board.Burning {
			require.True(t, strings.Contains(page, f.Label), f.ID)
		}
	}
}

// A kind that an embedder declares has its list and its records by itself.
func TestOwnKind(t *testing.T) {
	o := &org{tb: t, ctx: t.Context(), now: day0}
	m, err := aims.Open(o.ctx, memory.New(), &aims.Options{Clock: func() time.Time { return o.now }, Kinds: []ledger.AnyKind{tickets}, Founder: aims.Person{ID: "setup", Name: "Setup"}})
	require.NoError(t, err)
	o.Manager = m
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		return tickets.Keep(tx, ticket{ID: "t-1", Title: "Look into it", System: "credit", Due: o.now.AddDate(0, 0, 3)})
	})
	h := o.handler(dashboard.Options{})
	require.True(t, strings.Contains(get(h, "/records").body, "Tickets"))
	list := get(h, "/x-tickets?system=credit").body
	require.True(t, strings.Contains(list, "Look into it") && strings.Contains(list, "Credit scorer") && strings.Contains(list, "8 January 2026"), list)
	record := get(h, "/x-tickets/t-1").body
	require.True(t, strings.Contains(record, `<a href="/systems/credit">Credit scorer</a>`), record)
	require.True(t, strings.Contains(get(h, "/systems/credit").body, `<a href="/x-tickets?system=credit">1 ticket</a>`))
}

// ticket is a record of an embedder's own.
type ticket struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	System   string    `json:"system,omitempty"`
	Due      time.Time `json:"due,omitzero"`
	Revision uint64    `json:"revision,omitempty"`
}

var tickets = ledger.MustDeclare(ledger.Spec[ticket]{
	Name: "x-ticket", Key: func(f *ticket) string { return f.ID }, Revision: func(f *ticket) *uint64 { return &f.Revision },
	Listings: []ledger.Listing[ticket]{{Name: "system", Value: func(f *ticket) string { return f.System }}},
})

// Readers and a writer at once: each answer is whole, and nothing is shared that changes.
func TestReadersAndAWriter(t *testing.T) {
	o := newOrg(t)
	o.step1()
	h, err := dashboard.NewHandler(o, &dashboard.Options{Weeks: -1, Clock: func() time.Time { return day0 }})
	require.NoError(t, err)
	paths := []string{"/", "/lead", "/auditor", "/systems", "/systems?sort=-name", "/systems/credit", "/findings", "/criteria/ML1.03", "/trail", "/?at=2026-01-05", "/board.json"}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 3 * len(paths) {
				if a := get(h, paths[(i+n)%len(paths)]); a.status != 200 {
					t.Errorf("%s: %d", paths[(i+n)%len(paths)], a.status)
				}
			}
		})
	}
	for i := range 10 {
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			s.Description = strconv.Itoa(i)
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	wg.Wait()
}

// A day ends where the organisation is, also that of ?at.
func TestAtADayOfTheOrganisation(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Zone = "Europe/Berlin"
		return tx.PutOrganisation(our)
	})
	o.now = calendar.MustParse("2026-02-03").Start(nil).Add(-30 * time.Minute) // half past midnight in Berlin
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("credit")
		s.Name = "Renamed scorer"
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.pass(5)
	h := o.handler(dashboard.Options{})
	require.NotContains(t, get(h, "/systems/credit?at=2026-02-02").body, "Renamed scorer")
	require.Contains(t, get(h, "/systems/credit?at=2026-02-03").body, "Renamed scorer")
}

// Pages of a later day, on which much is due, are drawn as well.
func TestPagesOfALaterDay(t *testing.T) {
	o := mature(t)
	for range 12 {
		o.pass(40)
		h := o.handler(dashboard.Options{})
		for _, path := range []string{"/", "/lead", "/auditor", "/agenda", "/expiries", "/findings"} {
			require.Equal(t, 200, get(h, path).status, "%s on %s", path, o.now)
		}
	}
}

// What was asked of a day to come is asked anew once the day is over.
func TestADayToComeIsOver(t *testing.T) {
	o := newOrg(t)
	o.step1()
	h := o.handler(dashboard.Options{Weeks: 8})
	at := o.now.AddDate(0, 0, 2).Format(time.DateOnly)
	ahead := get(h, "/lead?at="+at)
	require.Contains(t, ahead.body, "This is what lies ahead")
	o.now = o.now.AddDate(0, 0, 1)
	require.Equal(t, get(o.handler(dashboard.Options{Weeks: 8}), "/lead?at="+at).body, get(h, "/lead?at="+at).body)
	o.now = o.now.AddDate(0, 0, 3)
	over := get(h, "/lead?at="+at)
	require.Equal(t, get(o.handler(dashboard.Options{Weeks: 8}), "/lead?at="+at).body, over.body)
	require.NotEqual(t, ahead.header.Get("ETag"), over.header.Get("ETag"))
}

// A commit of a clock that is behind counts for the past that it lies in, also where that was
// looked at before.
func TestAClockThatIsBehind(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.step2()
	options := dashboard.Options{Weeks: 8}
	following := options
	following.Follow = true
	h, follow := o.handler(options), o.handler(following)
	same := func() {
		for _, path := range []string{"/", "/auditor.json"} {
			want := get(o.handler(options), path)
			require.Equal(t, 200, want.status)
			require.Equal(t, want.body, get(h, path).body)
			require.Equal(t, want.body, get(follow, path).body)
		}
	}
	midnight := o.now.AddDate(0, 0, 2).Truncate(24 * time.Hour)
	o.now = midnight.Add(time.Second)
	same()
	o.now = midnight.Add(-time.Minute)
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Owner = ""
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.now = midnight.Add(time.Minute)
	same()
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Owner = "ada"
		_, err := tx.ReviseSystem(s)
		return err
	})
	same()
}

// panicking panics while the past of weeks is read, some times.
type panicking struct {
	dashboard.Source
	times int
}

func (p *panicking) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*aims.View, error] {
	if p.times--; p.times >= 0 {
		panic("a store that panics")
	}
	return p.Source.Between(ctx, from, to, every)
}

// A panic is that of the request that met it, and no later one finds what it left half done.
func TestAPanicIsNotKept(t *testing.T) {
	o := newOrg(t)
	o.step1()
	source := &panicking{Source: o, times: 2}
	h, err := dashboard.NewHandler(source, &dashboard.Options{Weeks: 8, Clock: func() time.Time { return o.now }})
	require.NoError(t, err)
	for range 2 {
		require.PanicsWithValue(t, "a store that panics", func() { get(h, "/") })
	}
	page := get(h, "/")
	require.Equal(t, 200, page.status)
	require.Equal(t, get(o.handler(dashboard.Options{Weeks: 8}), "/").body, page.body)
}

// Where nothing is registered, pages say what to do first, and leave out what would be zeros.
func TestNothingRegistered(t *testing.T) {
	h := newOrg(t).handler(dashboard.Options{Languages: phrase.Languages()})
	require.NotContains(t, get(h, "/auditor").body, ">impact-approver<", "a role is called by its title")
	german := get(h, "/auditor?lang=de").body
	require.Contains(t, german, ">Freigebender für Folgenabschätzungen<")
	require.NotContains(t, german, ">Executive sponsor<")
	lead, auditor := get(h, "/lead").body, get(h, "/auditor").body
	require.Contains(t, lead, "Register the first system")
	require.Contains(t, lead, "What do I do next?")
	for _, tile := range []string{"l-agenda", "l-exp", "l-stage", "l-ctl", "l-disc", "l-age"} {
		require.NotContains(t, lead, `id="`+tile+`"`)
	}
	require.NotContains(t, lead, "0 / 0")
	require.Contains(t, auditor, "No evidence is on file.")
	require.NotContains(t, auditor, "a-sample")
	full := mature(t).handler(dashboard.Options{})
	require.Contains(t, get(full, "/processes/processes").body, "<h1>The processes</h1>")
	for _, tile := range []string{"l-late", "l-path", "l-agenda", "l-exp", "l-stage", "l-ctl", "l-disc", "l-age"} {
		require.Equal(t, 1, strings.Count(get(full, "/lead").body, `id="`+tile+`"`), tile)
	}
	require.Contains(t, get(full, "/auditor").body, "a-sample")
}
