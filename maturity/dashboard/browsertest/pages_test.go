package browsertest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	htm "html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

var (
	all   = flag.Bool("all", false, "look at every page of the small organisations, not at some of each kind")
	shots = flag.String("shots", "", "`directory` to write pictures of the views into")
	paths = flag.String("paths", "", "`pages` to take pictures of in place of the views, such as holds,holds/h1")
)

// languages are those that a reader has the choice of.
var languages = []language.Tag{language.English, language.German}

// widths are those at which each page is looked at.
var widths = []int64{1280, 360, 768, 1600}

// browser is some chromiums, each of which looks at one page at a time: a tab that is not
// in front draws nothing.
type browser struct {
	ctx     context.Context // of the first
	windows []*window
}

// window is one of them.
type window struct {
	ctx context.Context
	con *console
	axe string
}

// start starts the browser; where there is none the tests are left out, unless CI says
// that it must be there.
func start(t *testing.T) *browser {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js")) // as npm ci has checked it
	if err != nil {
		without(t, fmt.Errorf("no axe-core, which npm ci gets: %w", err))
	}
	b := new(browser)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true), chromedp.WindowSize(1280, 800))
	for range max(2, goruntime.NumCPU()) {
		alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
		t.Cleanup(stop)
		ctx, cancel := chromedp.NewContext(alloc)
		t.Cleanup(cancel)
		w := &window{ctx: ctx, con: new(console), axe: string(axe)}
		w.con.listen(ctx)
		if err := chromedp.Run(ctx, runtime.Enable(), log.Enable(), emulation.SetFocusEmulationEnabled(true)); err != nil {
			without(t, fmt.Errorf("no browser: %w", err))
		}
		b.windows = append(b.windows, w)
	}
	b.ctx = b.windows[0].ctx
	return b
}

// without leaves a test out that lacks something, unless CI says that it must be there.
func without(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// look looks at pages, as many at a time as there are windows, and says what is wrong.
func (b *browser) look(t *testing.T, addresses ...string) {
	t.Helper()
	queue := make(chan string)
	var all sync.WaitGroup
	for _, w := range b.windows {
		all.Go(func() {
			for address := range queue {
				for _, wrong := range w.look(address) {
					t.Errorf("%s %s", address, wrong)
				}
			}
		})
	}
	for _, a := range addresses {
		queue <- a
	}
	close(queue)
	all.Wait()
}

// console collects what a page complains of.
type console struct {
	mu    sync.Mutex
	lines []string
}

func (c *console) listen(ctx context.Context) {
	chromedp.ListenTarget(ctx, func(ev any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			c.lines = append(c.lines, "exception: "+e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			c.lines = append(c.lines, fmt.Sprintf("console.%s", e.Type))
		case *log.EventEntryAdded:
			c.lines = append(c.lines, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		case *page.EventJavascriptDialogOpening:
			c.lines = append(c.lines, "dialog: "+e.Message)
		}
	})
}

func (c *console) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.lines
	c.lines = nil
	return lines
}

// layout looks for what sticks out, is cut off, is too small to read or stands a letter to a
// line.
const layout = `(() => {
	const bad = [], w = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > w) bad.push("the page is " + document.documentElement.scrollWidth + " wide");
	const name = e => e.tagName + "." + e.className + " " + (e.textContent || "").trim().slice(0, 40);
	for (const e of document.querySelectorAll("header *, main *, footer *")) {
		if (e.closest(".vh, .scroll, svg, option, .skip") || e.closest("thead") && getComputedStyle(e.closest("thead")).position === "absolute") continue;
		const r = e.getBoundingClientRect();
		if (r.width === 0 || r.height === 0) continue;
		if (r.right > w + 1 || r.left < -1) bad.push("sticks out: " + name(e) + " " + Math.round(r.left) + ".." + Math.round(r.right));
		const tile = e.closest("section");
		if (tile && r.right > tile.getBoundingClientRect().right + 1) bad.push("sticks out of its tile: " + name(e));
		const s = getComputedStyle(e);
		if ([...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && parseFloat(s.fontSize) < 12) bad.push("too small: " + s.fontSize + " " + name(e));
		if (!e.children.length && e.textContent.trim().length > 8 && r.width < 20 && r.height > 80) bad.push("a letter to a line: " + name(e));
		if (s.overflow !== "visible" && e.scrollWidth > e.clientWidth + 1 && !["INPUT", "SELECT"].includes(e.tagName)) bad.push("cut off: " + name(e));
	}
	for (const e of document.querySelectorAll("svg text")) {
		const r = e.getBoundingClientRect();
		if (r.width && (r.right > w + 1 || r.left < -1)) bad.push("sticks out: " + e.textContent);
		if (parseFloat(getComputedStyle(e).fontSize) < 12) bad.push("too small: " + e.textContent);
	}
	if (window.pwned) bad.push("a script has run");
	if (document.querySelectorAll("h1").length !== 1) bad.push("there are " + document.querySelectorAll("h1").length + " headings of the first order");
	return bad.slice(0, 5);
})()`

// focus walks through a page as the tab key does, and says where that is at odds with the
// order of reading, or can't be seen.
const focus = `(() => {
	const bad = [];
	const all = [...document.querySelectorAll("a[href], summary, input:not([type=hidden]), select, button, [tabindex]")].filter(e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
	for (const e of all) {
		if (e.tabIndex > 0) bad.push("an order of its own: " + e.outerHTML.slice(0, 80));
		e.focus({preventScroll: true, focusVisible: true});
		if (document.activeElement !== e) bad.push("takes no focus: " + e.outerHTML.slice(0, 80));
		const s = getComputedStyle(e);
		if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) bad.push("focus is not seen: " + e.outerHTML.slice(0, 80));
	}
	const tiles = [...document.querySelectorAll("main > *")].map(e => e.getBoundingClientRect());
	for (let i = 1; i < tiles.length; i++) {
		const a = tiles[i-1], b = tiles[i];
		if (b.top < a.top - 1 || Math.abs(b.top - a.top) <= 1 && b.left < a.left) bad.push("tile " + i + " stands before the one before it");
	}
	return bad.slice(0, 5);
})()`

// violations runs axe-core over the page.
func violations(only string) string {
	run := `{runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}, resultTypes: ["violations"], preload: false}`
	if only != "" {
		run = `{runOnly: {type: "rule", values: ["` + only + `"]}, resultTypes: ["violations"], preload: false}`
	}
	return `axe.run(document, ` + run + `).then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 2).map(n => n.html.slice(0, 160) + " " + n.failureSummary.slice(0, 200)).join(" | ")))`
}

func await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// look looks at one page, and returns what is wrong with it.
func (w *window) look(address string) (wrong []string) {
	ctx, cancel := context.WithTimeout(w.ctx, 3*time.Minute)
	defer cancel()
	// ask does what comes first, and asks the page what is bad.
	ask := func(where, script string, first ...chromedp.Action) {
		var found []string
		if err := chromedp.Run(ctx, append(first, chromedp.Evaluate(script, &found, await))...); err != nil {
			found = []string{err.Error()}
		}
		if len(found) > 0 {
			wrong = append(wrong, where+": "+strings.Join(found, "\n\t"))
		}
	}
	ask("as it opens", "[]", inTheme("light"), atWidth(widths[0]), chromedp.Navigate(address))
	for _, w := range widths {
		ask(fmt.Sprint("at ", w), layout, atWidth(w))
	}
	ask("by the keyboard", focus, atWidth(widths[0]))
	ask("in light", w.axe+";"+violations(""))
	ask("in dark", violations("color-contrast"), inTheme("dark"))
	if lines := w.con.take(); len(lines) > 0 {
		wrong = append(wrong, "says: "+strings.Join(lines, "\n\t"))
	}
	return wrong
}

// crawl finds the pages, without a browser: each link leads somewhere. Of a large
// organisation it follows some records of each kind, as the tests of exports show that the
// links of all lead somewhere, and its whole lists are asked for and not looked at: those
// of the others are. Parts of its lists are asked for in one order alone.
func crawl(t *testing.T, h http.Handler, from string, large bool) map[string]int {
	t.Helper()
	sizes, records := map[string]int{}, map[string]int{}
	queue := []string{from}
	seen := map[string]bool{from: true}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, at, nil))
		require.Equal(t, http.StatusOK, w.Code, at)
		if strings.HasSuffix(at, ".css") {
			continue
		}
		if large && strings.Contains(at, "page=all") {
			continue // rows as on the pages of the list, by the thousand
		}
		sizes[at] = w.Body.Len()
		if strings.Contains(at, "sort=") {
			continue // the same rows in another order
		}
		for _, m := range regexp.MustCompile(`href="([^"#]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
			link := htm.UnescapeString(m[1])
			if seen[link] || link == "data:," {
				continue
			}
			seen[link] = true
			if large && strings.Contains(link, "sort=") && strings.Count(link, "=") > 1 {
				continue
			}
			if kind, _, below := strings.Cut(strings.Trim(link, "/"), "/"); below {
				if records[kind]++; large && records[kind] > 10 {
					continue
				}
			}
			queue = append(queue, link)
		}
	}
	return sizes
}

// chosen are the pages to look at: all, or of each kind the longest and some by chance
// from a seed; of a large organisation the first and the last of each kind as well.
func chosen(sizes map[string]int, large, every bool) []string {
	paths := make([]string, 0, len(sizes))
	for p := range sizes {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	if every {
		return paths
	}
	kinds := map[string][]string{}
	for _, p := range paths {
		u, err := url.Parse(p)
		if err != nil {
			continue
		}
		kind, _, below := strings.Cut(strings.Trim(u.Path, "/"), "/")
		kind = fmt.Sprint(kind, below)
		if u.RawQuery != "" {
			kind = "asked" // a list of which some rows are chosen, or in another order
		}
		kinds[kind] = append(kinds[kind], p)
	}
	random := rand.New(rand.NewPCG(42, 42))
	picked := map[string]bool{}
	for _, of := range kinds {
		longest := slices.MaxFunc(of, func(a, b string) int { return sizes[a] - sizes[b] })
		picked[longest] = true
		if large {
			picked[of[0]], picked[of[len(of)-1]] = true, true
		}
	}
	for range map[bool]int{true: 30, false: 5}[large && *all] {
		picked[paths[random.IntN(len(paths))]] = true
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return !picked[p] })
	return paths
}

// The portfolio is laid out as other pages are, before and after anybody has looked.
func TestPortfolio(t *testing.T) {
	b := start(t)
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	fleet, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(tenant string) *aims.Options {
		return &aims.Options{Clock: func() time.Time { return now }, Founder: aims.Person{ID: "ada", Name: "Ada " + strings.Repeat("Byron", 30)}}
	}})
	require.NoError(t, err)
	defer fleet.Close(context.Background())
	for i := range 120 {
		require.NoError(t, fleet.Create(t.Context(), fmt.Sprintf("tenant-%03d", i), aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
			own := tx.Organisation()
			own.Name = []string{"Example Ltd", strings.Repeat("W", 200), "<script>alert(1)</script>"}[i%3]
			if err := tx.PutOrganisation(own); err != nil || i%4 == 0 {
				return err
			}
			return tx.RegisterSystem(register.System{ID: "spam", Name: "Spam filter", Owner: "ada", Stage: register.StageOperation})
		}))
	}
	folio, err := dashboard.NewFolio(fleet, &dashboard.FolioOptions{Weeks: -1, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	server := httptest.NewServer(dashboard.PortfolioHandler(folio, &dashboard.PortfolioOptions{Tenants: "/tenants", Languages: languages}))
	defer server.Close()
	b.look(t, server.URL+"/")
	_, err = folio.Refresh(t.Context())
	require.NoError(t, err)
	b.look(t, under(server.URL, "/", "/?page=2", "/?need=PF-03&sort=-name", "/?level=ML3", "/?lang=de")...)
	if *shots == "" {
		return
	}
	for _, lang := range languages {
		require.NoError(t, chromedp.Run(b.ctx, chromedp.Navigate(fmt.Sprintf("%s/?lang=%s", server.URL, lang))))
		b.picture(t, "portfolio-"+lang.String())
	}
}

func TestPages(t *testing.T) {
	b := start(t)
	for _, each := range organisations {
		t.Run(each.name, func(t *testing.T) {
			o := each.make(t)
			h, err := dashboard.NewHandler(o.m, &dashboard.Options{Input: o.input, Clock: o.clock, Languages: languages})
			require.NoError(t, err)
			server := httptest.NewServer(h)
			defer server.Close()
			sizes := crawl(t, h, "/", o.large)
			paths := chosen(sizes, o.large, *all && !o.large)
			if o.only != nil {
				paths = o.only
			}
			t.Logf("%d pages, %d looked at", len(sizes), len(paths))
			b.look(t, under(server.URL, paths...)...)
			if german := o.german; german != nil {
				if *all {
					german = chosen(crawl(t, h, german[0], false), false, true)
				}
				b.look(t, under(server.URL, german...)...)
			}
			fits(t, b.ctx, o, server.URL)
			if o.files != "" {
				b.look(t, under("file://"+o.files+"/", "index.html", "lead.html", "systems.html", "systems/credit-scoring.html")...)
			}
			standsAlone(t, b, server.URL)
		})
	}
}

// fits looks whether the board's view fits one screen, and one sheet.
func fits(t *testing.T, ctx context.Context, o organisation, address string) {
	t.Helper()
	var height int
	require.NoError(t, chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(1280, 800, 1, false), chromedp.Navigate(address), chromedp.Evaluate(`document.documentElement.scrollHeight`, &height)))
	if !o.hostile && height > 800 {
		t.Errorf("the board's view is %d high", height)
	}
	if o.german != nil {
		require.NoError(t, chromedp.Run(ctx, chromedp.Navigate(address+"/?lang=de"), chromedp.Evaluate(`document.documentElement.scrollHeight`, &height)))
		if height > 800 {
			t.Errorf("the board's view is %d high in German", height)
		}
		require.NoError(t, chromedp.Run(ctx, chromedp.Navigate(address)))
	}
	if n := sheets(t, ctx); n != 1 && !o.hostile {
		t.Errorf("the board's view is printed on %d sheets", n)
	}
	require.NoError(t, chromedp.Run(ctx, chromedp.Navigate(address+"/packs/board")))
	if n := sheets(t, ctx); n > 2 && !o.hostile {
		t.Errorf("the report for the board is printed on %d sheets", n)
	}
}

// sheets are how many the page before the browser is printed on.
func sheets(t *testing.T, ctx context.Context) int {
	t.Helper()
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(printed(t, ctx), -1))
}

// printed is the page before the browser as it is printed, as PDF.
func printed(t *testing.T, ctx context.Context) (sheets []byte) {
	t.Helper()
	require.NoError(t, chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		sheets, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithPrintBackground(true).Do(ctx)
		return err
	})))
	return sheets
}

// standsAlone looks at the page that is written rather than served: its style sheet is
// let in by its hash.
func standsAlone(t *testing.T, b *browser, address string) {
	t.Helper()
	r, err := http.Get(address + "/board.json")
	require.NoError(t, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	var s dashboard.Screen
	require.NoError(t, json.Unmarshal(text, &s))
	var alone []string
	for _, v := range dashboard.Views() {
		var text bytes.Buffer
		require.NoError(t, s.WriteHTML(&text, v, nil))
		name := filepath.Join(t.TempDir(), string(v)+".html")
		require.NoError(t, os.WriteFile(name, text.Bytes(), 0o644))
		alone = append(alone, "file://"+name)
		var colour string
		require.NoError(t, chromedp.Run(b.ctx, chromedp.Navigate("file://"+name), chromedp.Evaluate(`getComputedStyle(document.documentElement).getPropertyValue("--paper")`, &colour)))
		require.NotEmpty(t, colour, "the style sheet is let in")
	}
	b.look(t, alone...)
}

// under are addresses below another.
func under(base string, paths ...string) []string {
	var all []string
	for _, p := range paths {
		all = append(all, base+p)
	}
	return all
}

// TestPictures writes down what the views look like, and of the quickstart's organisation what
// an auditor opens from there, for somebody to look at.
func TestPictures(t *testing.T) {
	if *shots == "" {
		t.Skip("no -shots")
	}
	require.NoError(t, os.MkdirAll(*shots, 0o755))
	b := start(t)
	for _, each := range organisations {
		t.Run(each.name, func(t *testing.T) {
			o := each.make(t)
			h, err := dashboard.NewHandler(o.m, &dashboard.Options{Input: o.input, Clock: o.clock, Languages: languages})
			require.NoError(t, err)
			server := httptest.NewServer(h)
			defer server.Close()
			var pages []string
			for _, v := range dashboard.Views() {
				pages = append(pages, strings.TrimPrefix(string(v), "board"))
			}
			if o.files != "" { // what an auditor opens from there
				for a := range o.m.View().Assessments().All() {
					pages = append(pages, "assessments/"+url.PathEscape(a.ID))
					break
				}
				pages = append(pages, "findings", "controls/A.5.2", "systems/credit-scoring")
			}
			if *paths != "" {
				pages = strings.Split(*paths, ",")
			}
			for _, lang := range languages {
				for _, p := range pages {
					require.NoError(t, chromedp.Run(b.ctx, chromedp.Navigate(fmt.Sprintf("%s/%s%slang=%s", server.URL, p, map[bool]string{true: "&", false: "?"}[strings.Contains(p, "?")], lang))))
					name, _, _ := strings.Cut(cmp.Or(p, "board"), "/")
					if *paths != "" {
						name = strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(p)
					}
					b.picture(t, fmt.Sprintf("%s-%s-%s", each.name, name, lang))
				}
			}
		})
	}
}

// picture writes down what the page looks like that is before the browser.
func (b *browser) picture(t *testing.T, name string) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		for _, w := range widths {
			var png []byte
			require.NoError(t, chromedp.Run(b.ctx, inTheme(theme), atWidth(w), chromedp.FullScreenshot(&png, 100)))
			require.NoError(t, os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%s-%d.png", name, theme, w)), png, 0o644))
		}
	}
}

func inTheme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}})
}

func atWidth(w int64) chromedp.Action { return emulation.SetDeviceMetricsOverride(w, 800, 1, false) }

// Where a page is narrow each row of the findings says first how heavy it is, of what and what was
// found; the rest unfolds, without script. On a wide page nothing is folded.
func TestRowsAreFoldedWhereAPageIsNarrow(t *testing.T) {
	b := start(t)
	h, err := dashboard.NewHandler(founded(t, "Narrow"), nil)
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()
	const shown = `[...document.querySelectorAll("tbody tr:first-child td.f")].filter(e => e.checkVisibility()).length`
	var wide, narrow, unfolded, toggles int
	require.NoError(t, chromedp.Run(b.ctx, atWidth(1280), chromedp.Navigate(server.URL+"/findings"), chromedp.Evaluate(shown, &wide),
		chromedp.Evaluate(`[...document.querySelectorAll(".more")].filter(e => e.checkVisibility()).length`, &toggles),
		atWidth(360), chromedp.Evaluate(shown, &narrow), chromedp.Click("tbody tr:first-child .more > summary"), chromedp.Evaluate(shown, &unfolded)))
	require.Equal(t, []int{3, 0, 0, 3}, []int{wide, toggles, narrow, unfolded})
}
