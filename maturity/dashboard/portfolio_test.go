package dashboard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// shelf is a store of tenants with journals that tests have made, some of which they
// break.
type shelf struct {
	mu         sync.Mutex
	journals   map[string]storage.Journal
	broken     map[string]error
	open, most int
}

func (s *shelf) Create(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journals[name] != nil {
		return storage.ErrTenantExists
	}
	s.journals[name] = memory.New()
	return nil
}

func (s *shelf) Open(_ context.Context, name string) (*storage.Tenant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.journals[name]
	switch {
	case j == nil:
		return nil, storage.ErrNoTenant
	case s.broken[name] != nil:
		return nil, s.broken[name]
	}
	s.open++
	s.most = max(s.most, s.open)
	return &storage.Tenant{Journal: j, Close: func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
		return nil
	}}, nil
}

func (s *shelf) List(context.Context) iter.Seq2[string, error] {
	s.mu.Lock()
	names := slices.Sorted(maps.Keys(s.journals))
	s.mu.Unlock()
	return func(yield func(string, error) bool) {
		for _, name := range names {
			if !yield(name, nil) {
				return
			}
		}
	}
}

func (s *shelf) Delete(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.journals, name)
	return nil
}

// many organisations under test, with a clock that tests move.
type orgs struct {
	*aims.Fleet
	t     testing.TB
	shelf *shelf
	now   time.Time
}

func newOrgs(t testing.TB) *orgs {
	o := &orgs{t: t, shelf: &shelf{journals: make(map[string]storage.Journal), broken: make(map[string]error)}, now: day0}
	f, err := aims.NewFleet(o.shelf, &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Clock: func() time.Time { return o.now }, Founder: aims.Person{ID: "ada", Name: "Ada Byron"}}
	}})
	require.NoError(t, err)
	o.Fleet = f
	t.Cleanup(func() { _ = f.Close(context.Background()) })
	return o
}

// add founds an organisation.
func (o *orgs) add(tenant, name string) {
	o.t.Helper()
	require.NoError(o.t, o.Create(context.Background(), tenant, aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
		own := tx.Organisation()
		own.Name = name
		return tx.PutOrganisation(own)
	}))
}

func (o *orgs) do(tenant string, fn func(tx *aims.Tx) error) {
	o.t.Helper()
	require.NoError(o.t, o.Update(context.Background(), tenant, aims.By{Actor: "ada", Reason: "test"}, fn))
}

// system registers a system that is in use, which nobody has assessed.
func (o *orgs) system(tenant, id string) {
	o.t.Helper()
	o.do(tenant, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: id, Name: "System " + id, Owner: "ada", Stage: register.StageOperation})
	})
}

func (o *orgs) folio(opts dashboard.FolioOptions) *dashboard.Folio {
	o.t.Helper()
	opts.Clock = func() time.Time { return o.now }
	if opts.Weeks == 0 {
		opts.Weeks = -1
	}
	f, err := dashboard.NewFolio(o.Fleet, &opts)
	require.NoError(o.t, err)
	return f
}

func refresh(t testing.TB, f *dashboard.Folio) dashboard.Refreshed {
	t.Helper()
	done, err := f.Refresh(context.Background())
	require.NoError(t, err)
	return done
}

// anew is the line of a tenant as the whole screen has it.
func (o *orgs) anew(tenant string, weeks int) (l dashboard.Line) {
	o.t.Helper()
	ctx := context.Background()
	require.NoError(o.t, o.Look(ctx, tenant, func(m *aims.Manager) error {
		to := o.now.Truncate(24 * time.Hour)
		past, err := dashboard.PastOf(maturity.DefaultModel(), m.Between(ctx, to.Add(-time.Duration(weeks)*week), to, week))
		if err != nil {
			return err
		}
		s, err := dashboard.Compute(m.View(), o.now, &dashboard.Input{Past: past})
		l = dashboard.LineOf(tenant, s, m.View().Head(), weeks)
		return err
	}))
	return l
}

// lineStore keeps lines as JSON, as a database does.
type lineStore struct {
	mu    sync.Mutex
	lines map[string][]byte
	fails error
}

func (s *lineStore) Load(context.Context) iter.Seq2[dashboard.Line, error] {
	return func(yield func(dashboard.Line, error) bool) {
		for _, text := range s.lines {
			var l dashboard.Line
			if err := json.Unmarshal(text, &l); !yield(l, err) {
				return
			}
		}
	}
}

func (s *lineStore) Save(_ context.Context, l dashboard.Line) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := json.Marshal(l)
	s.lines[l.Tenant] = text
	return errors.Join(err, s.fails)
}

func (s *lineStore) Drop(_ context.Context, tenant string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.lines, tenant)
	return nil
}

// Whatever is written, deleted and created anew, and whatever time does: a portfolio says
// of each tenant what its whole screen says at that moment or said since when nothing has
// changed, and what has not changed is not worked out again.
func TestRefreshAgainstScratch(t *testing.T) {
	const weeks = 3
	o := newOrgs(t)
	store := &lineStore{lines: make(map[string][]byte)}
	f := o.folio(dashboard.FolioOptions{Weeks: weeks, Store: store, AtATime: 2})
	draw := rand.New(rand.NewPCG(3, 4))
	dirty := make(map[string]bool)
	names := func() []string { return slices.Sorted(maps.Keys(o.shelf.journals)) }
	for i := range 40 {
		if all := names(); len(all) > 0 {
			tenant := all[draw.IntN(len(all))]
			switch draw.IntN(6) {
			case 0, 1:
				o.system(tenant, fmt.Sprint("s", i))
				dirty[tenant] = true
			case 2:
				o.now = o.now.Add(time.Duration(draw.IntN(30)) * time.Hour)
			case 3:
				if draw.IntN(3) == 0 {
					require.NoError(t, o.Delete(t.Context(), tenant, aims.By{Actor: "ada", Reason: "test"}))
					delete(dirty, tenant)
				}
			case 4:
				f = o.folio(dashboard.FolioOptions{Weeks: weeks, Store: store}) // as after a restart
			}
		}
		if draw.IntN(4) == 0 || len(names()) == 0 {
			tenant := fmt.Sprint("t", draw.IntN(5))
			if o.shelf.journals[tenant] == nil {
				o.add(tenant, "Organisation "+tenant)
				dirty[tenant] = true
			}
		}
		before := make(map[string]dashboard.Line)
		for _, l := range f.Portfolio().Lines {
			before[l.Tenant] = l
		}
		want := 0
		for _, tenant := range names() {
			var l dashboard.Line
			if text := store.lines[tenant]; text != nil {
				require.NoError(t, json.Unmarshal(text, &l))
			}
			if dirty[tenant] || l.Tenant == "" || o.now.After(l.Until) {
				want++
			}
		}
		done := refresh(t, f)
		require.Equal(t, want, done.Computed, "%d", i)
		require.Equal(t, len(names()), done.Kept+done.Computed)
		clear(dirty)
		p := f.Portfolio()
		require.Len(t, p.Lines, len(names()))
		for _, l := range p.Lines {
			now := o.anew(l.Tenant, weeks)
			l.Needs = nil
			if l.At.Before(o.now) { // it was kept, and says the same
				now.At, now.Until = l.At, l.Until
				if now.Standing.Drop != nil && l.Standing.Drop != nil {
					now.Standing.Drop.Days = l.Standing.Drop.Days
				}
			}
			require.Equal(t, string(marshal(t, now)), string(marshal(t, l)), "%d", i)
		}
		require.Zero(t, refresh(t, f).Computed, "nothing has changed since")
	}
}

// The organisations of other tests, at every age, have the line that their screen has.
func TestLinesOfEveryAge(t *testing.T) {
	o, past := sustained(t)
	o.pass(40)
	young := mature(t)
	s := &shelf{journals: map[string]storage.Journal{"old": o.journal, "young": young.journal, "new": newOrg(t).journal}}
	fleet, err := aims.NewFleet(s, nil)
	require.NoError(t, err)
	all := &orgs{Fleet: fleet, t: t, shelf: s, now: o.now}
	f := all.folio(dashboard.FolioOptions{Weeks: 65})
	require.Equal(t, dashboard.Refreshed{Tenants: 3, Computed: 3}, refresh(t, f))
	for _, l := range f.Portfolio().Lines {
		require.NotEmpty(t, l.Needs, "%s: all of them have been left for long", l.Tenant)
		l.Needs = nil
		require.Equal(t, all.anew(l.Tenant, 65), l)
	}
	_ = past
	all.now = day0.AddDate(0, 5, 0)
	refresh(t, f)
	levels := make(map[string]maturity.Level)
	for _, l := range f.Portfolio().Lines {
		levels[l.Tenant] = l.Standing.Level
	}
	require.Equal(t, maturity.ML2, levels["young"])
}

// A tenant that can't be opened has a line that says so, under the tenant's name, and comes first; the others are shown, and it is tried again. What its store says
// is for the log alone.
func TestBrokenTenant(t *testing.T) {
	o := newOrgs(t)
	o.add("a", "Acme")
	o.add("b", "Bolt")
	f := o.folio(dashboard.FolioOptions{})
	refresh(t, f)
	require.NoError(t, o.Fleet.Close(t.Context()))
	again := newOrgs(t)
	again.shelf = o.shelf
	fleet, err := aims.NewFleet(o.shelf, nil)
	require.NoError(t, err)
	again.Fleet = fleet
	store := &lineStore{lines: make(map[string][]byte)}
	for _, l := range f.Portfolio().Lines {
		require.NoError(t, store.Save(t.Context(), l))
	}
	f = again.folio(dashboard.FolioOptions{Store: store})
	o.shelf.broken["b"] = fmt.Errorf("/secret/place: %w", storage.ErrCorrupt)
	o.shelf.journals["c"] = memory.New()
	o.shelf.broken["c"] = errors.New("the cable is cut")
	require.Equal(t, dashboard.Refreshed{Tenants: 3, Kept: 1, Unread: 2}, refresh(t, f))
	p := f.Portfolio()
	require.Equal(t, []string{"b", "c", "Acme"}, namesOf(p))
	require.Equal(t, &dashboard.Unread{Code: issue.CodeCorrupt, Why: "its journal is damaged"}, p.Lines[0].Unread)
	require.Equal(t, 2, p.Totals.Unread)
	require.Nil(t, p.Lines[0].Standing)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{})
	for _, path := range []string{"/", "/portfolio.json"} {
		a := get(h, path)
		require.Equal(t, 200, a.status)
		require.Contains(t, a.body, "its journal is damaged")
		require.NotContains(t, a.body, "secret")
		require.NotContains(t, a.body, "cable")
	}
	clear(o.shelf.broken)
	done := refresh(t, f)
	require.Equal(t, dashboard.Refreshed{Tenants: 3, Kept: 1, Computed: 2}, done)
	require.Zero(t, f.Portfolio().Totals.Unread)
}

// Who is deleted and founded anew under the same name, and can't be read yet, is not called by
// the name of the organisation that is gone: neither where the fleet saw it go, nor by lines that a
// store has kept.
func TestATenantFoundedAnewHasNoOldName(t *testing.T) {
	o := newOrgs(t)
	o.add("a", "Old & Secret")
	store := &lineStore{lines: make(map[string][]byte)}
	f := o.folio(dashboard.FolioOptions{Store: store})
	refresh(t, f)
	require.Equal(t, []string{"Old & Secret"}, namesOf(f.Portfolio()))
	require.NoError(t, o.Delete(t.Context(), "a", aims.By{Actor: "ada", Reason: "test"}))
	o.add("a", "New")
	require.NoError(t, o.Fleet.Close(t.Context()))
	fleet, err := aims.NewFleet(o.shelf, nil)
	require.NoError(t, err)
	o.Fleet = fleet
	o.shelf.broken["a"] = storage.ErrCorrupt
	for _, f := range []*dashboard.Folio{f, o.folio(dashboard.FolioOptions{Store: store})} {
		require.Equal(t, 1, refresh(t, f).Unread)
		require.Equal(t, []string{"a"}, namesOf(f.Portfolio()))
	}
}

func namesOf(p dashboard.Portfolio) (names []string) {
	for _, l := range p.Lines {
		names = append(names, l.Name)
	}
	return names
}

func portfolioHandler(t testing.TB, f *dashboard.Folio, o dashboard.PortfolioOptions) http.Handler {
	t.Helper()
	h, err := dashboard.NewPortfolioHandler(f, &o)
	require.NoError(t, err)
	return h
}

// seesAlways says of every request that it may see the same tenants.
func seesAlways(sees func(string) bool) func(*http.Request) (func(string) bool, error) {
	return func(*http.Request) (func(string) bool, error) { return sees, nil }
}

// Who may see two of three organisations finds nothing of the third on any page, in no
// sum, by no filter; who may see none is told what to do.
func TestPortfolioOfAReader(t *testing.T) {
	o := newOrgs(t)
	for _, name := range []string{"one", "two", "hidden"} {
		o.add(name, "Company "+name)
		o.system(name, "s1")
	}
	o.do("hidden", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "zoe", Name: "Zoe Hidden"})
	})
	f := o.folio(dashboard.FolioOptions{})
	refresh(t, f)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Tenants: "/tenants", Sees: func(r *http.Request) (func(string) bool, error) {
		switch r.Header.Get("Who") {
		case "two":
			return func(tenant string) bool { return tenant != "hidden" }, nil
		case "all":
			return func(string) bool { return true }, nil
		case "none":
			return nil, nil
		}
		return nil, errors.New("log in first")
	}})
	var p dashboard.Portfolio
	for _, path := range []string{"/", "/?q=hidden", "/?tenant=hidden", "/?need=PF-03", "/?sort=-tenant", "/portfolio.json", "/.json?q=hidden", "/?page=2"} {
		a := get(h, path, "Who", "two")
		for _, x := range []string{"Company hidden", "/tenants/hidden", "Zoe", `"hidden"}`} {
			require.NotContains(t, a.body, x, path)
		}
		a = get(h, path)
		require.Equal(t, http.StatusUnauthorized, a.status, path)
		require.NotContains(t, a.body, "Company", path)
	}
	require.NoError(t, json.Unmarshal([]byte(get(h, "/portfolio.json", "Who", "two").body), &p))
	require.Equal(t, dashboard.Totals{Organisations: 2, Majors: p.Lines[0].Standing.Majors + p.Lines[1].Standing.Majors, Minors: p.Lines[0].Standing.Minors + p.Lines[1].Standing.Minors,
		Ungoverned: 2, Live: 2}, p.Totals)
	require.Equal(t, &dashboard.Part{Chosen: 2, Page: 1, Pages: 1}, p.Part)
	for _, r := range p.Rules {
		require.LessOrEqual(t, r.Value, 2)
	}
	require.Contains(t, get(h, "/", "Who", "all").body, "/tenants/hidden/")
	require.Contains(t, get(h, "/", "Who", "none").body, "There is no organisation to show")
	require.Equal(t, 404, get(h, "/?page=2", "Who", "two").status)
}

// What a reader may see of a line is asked of each, and what follows from a line follows
// from what is left of it: sums, needs and the order.
func TestPortfolioRedacts(t *testing.T) {
	line := func(tenant string, majors int) dashboard.Line {
		return dashboard.Line{Schema: dashboard.LineSchema, Tenant: tenant, Name: "Company " + tenant, At: day0, Until: day0.AddDate(0, 0, 1), Language: "de", Standing: &dashboard.Standing{
			Majors: majors, Minors: 1, Registered: 1, Systems: []dashboard.Graded{}, Leader: dashboard.Person{ID: "zoe", Name: "Zoe Quist"},
			Help: &dashboard.Help{Criterion: "ML1.03", Headline: "Secret scoring has no owner", Do: "Name an owner.", Who: dashboard.Person{ID: "zoe", Name: "Zoe Quist"}}}}
	}
	whole := dashboard.NewPortfolio([]dashboard.Line{line("a", 1), line("b", 7)}, day0, nil)
	require.Equal(t, "b", whole.Lines[0].Tenant)
	p := whole.Redact(func(l dashboard.Line) dashboard.Line {
		if l.Tenant == "b" {
			l.Standing.Majors = 0
		}
		l.Tenant = "another"
		return l.WithoutRecords()
	})
	text := string(marshal(t, p))
	for _, x := range []string{"Zoe", "zoe", "Secret", "another"} {
		require.NotContains(t, text, x)
	}
	require.Contains(t, text, "(hier nicht gezeigt)")
	require.Equal(t, []string{"a", "b"}, []string{p.Lines[0].Tenant, p.Lines[1].Tenant})
	require.Equal(t, []int{1, 2}, []int{p.Totals.Majors, p.Totals.Minors})
	for _, r := range p.Rules {
		if r.ID == "PF-05" {
			require.Equal(t, 1, r.Value)
		}
		if r.ID == "PF-09" {
			require.Zero(t, r.Value, "somebody leads")
		}
	}
	require.Equal(t, 8, whole.Totals.Majors)
	require.Equal(t, "Zoe Quist", whole.Lines[0].Standing.Leader.Name, "the whole stays as it was")
	var read dashboard.Portfolio
	require.NoError(t, json.Unmarshal(marshal(t, whole), &read))
	require.Equal(t, string(marshal(t, whole.Redact(dashboard.Line.WithoutRecords))), string(marshal(t, read.Redact(dashboard.Line.WithoutRecords))))
}

// The handler redacts by who asks, in the page and the JSON alike.
func TestPortfolioHandlerRedacts(t *testing.T) {
	o := newOrgs(t)
	o.add("acme", "Acme Ltd")
	f := o.folio(dashboard.FolioOptions{})
	refresh(t, f)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Redact: func(r *http.Request, l dashboard.Line) dashboard.Line {
		if r.Header.Get("Who") != "group" {
			l.Name, l.Standing.Majors = "Somebody", 0
		}
		return l
	}})
	for _, path := range []string{"/", "/portfolio.json", "/?q=acme", "/?need=PF-05"} {
		require.NotContains(t, get(h, path).body, "Acme Ltd", path)
	}
	require.Contains(t, get(h, "/").body, "Somebody")
	require.Contains(t, get(h, "/", "Who", "group").body, "Acme Ltd")
	var all, left dashboard.Portfolio
	require.NoError(t, json.Unmarshal([]byte(get(h, "/portfolio.json", "Who", "group").body), &all))
	require.NoError(t, json.Unmarshal([]byte(get(h, "/portfolio.json").body), &left))
	require.Positive(t, all.Totals.Majors)
	require.Zero(t, left.Totals.Majors)
}

// The report says what the page says, and what people wrote is no markup in it.
func TestPortfolioMarkdown(t *testing.T) {
	line := dashboard.Line{Schema: dashboard.LineSchema, Tenant: "a|b", Name: "A | [B](javascript:x) <b>", At: day0, Until: day0.AddDate(0, 0, 1), Standing: &dashboard.Standing{Majors: 3, Registered: 1, Systems: []dashboard.Graded{}}}
	p := dashboard.NewPortfolio([]dashboard.Line{line, {Schema: dashboard.LineSchema, Tenant: "lost", Name: "lost", At: day0}}, day0, nil)
	for _, tag := range []language.Tag{language.English, language.German} {
		var b bytes.Buffer
		require.NoError(t, p.WriteMarkdown(&b, &dashboard.PageOptions{Base: "https://grc.example/tenants", Language: tag}))
		text := b.String()
		require.True(t, strings.HasPrefix(text, "# Portfolio\n"))
		require.Contains(t, text, `[A \| \[B\]\(javascript:x\) \<b\>](<https://grc.example/tenants/a%7Cb/>)`)
		require.NotContains(t, text, "<no value>")
		require.NotContains(t, text, "%!")
		cells := 0
		for line := range strings.Lines(text) {
			if !strings.HasPrefix(line, "|") {
				cells = 0
				continue
			}
			n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			require.True(t, cells == 0 || cells == n, line)
			cells = n
		}
	}
	var b bytes.Buffer
	require.NoError(t, dashboard.NewPortfolio(nil, day0, nil).WriteMarkdown(&b, nil))
	require.Contains(t, b.String(), "## There is no organisation to show")
}

// randomLine is a line as it may come.
func randomLine(draw *rand.Rand, i int) dashboard.Line {
	l := dashboard.Line{Schema: dashboard.LineSchema, Tenant: fmt.Sprintf("t%03d", i), Name: fmt.Sprint("Name ", draw.IntN(20)), At: day0, Until: day0.Add(time.Hour)}
	if draw.IntN(10) == 0 {
		l.Unread = &dashboard.Unread{Why: "it is broken"}
		return l
	}
	few := func() int { return max(0, draw.IntN(5)-2) }
	l.Standing = &dashboard.Standing{Level: maturity.Level(draw.IntN(4)), Majors: few(), Minors: few(), Overdue: few(), Ungoverned: few(), Live: 3, Registered: few(),
		Progress: &dashboard.Parts{Met: draw.IntN(5), NotMet: 5, Of: 10}, Systems: []dashboard.Graded{{Level: "high", Of: 3}}}
	return l
}

// Organisations are in the order that the table of rules says, whatever order they come
// in: of two neighbours, the first by which they differ puts the graver first.
func TestPortfolioIsSortedByItsRules(t *testing.T) {
	draw := rand.New(rand.NewPCG(5, 6))
	var lines []dashboard.Line
	for i := range 300 {
		lines = append(lines, randomLine(draw, i))
	}
	rules := dashboard.HelpRules()
	p := dashboard.NewPortfolio(lines, day0, nil)
	measures := func(l dashboard.Line) (all []int) {
		for _, r := range rules {
			all = append(all, -r.Of(l))
		}
		if l.Standing != nil {
			all = append(all, int(l.Standing.Level), l.Standing.Progress.Met)
		}
		return all
	}
	for i := 1; i < len(p.Lines); i++ {
		a, b := p.Lines[i-1], p.Lines[i]
		require.LessOrEqual(t, slices.Compare(measures(a), measures(b)), 0)
	}
	for range 5 {
		draw.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		require.Equal(t, marshal(t, p), marshal(t, dashboard.NewPortfolio(lines, day0, nil)))
	}
	seen := make(map[string]bool)
	for _, r := range rules {
		require.True(t, r.ID != "" && r.Title != "" && r.Why != "" && !seen[r.ID])
		seen[r.ID] = true
	}
	// A table of one's own: those with the most systems first, and nothing else.
	mine := []dashboard.HelpRule{{ID: "MY-1", Title: "Minors", Why: "they are ours", Of: func(l dashboard.Line) int {
		if l.Standing == nil {
			return 0
		}
		return l.Standing.Minors
	}, Says: func(_ dashboard.Line, n int) issue.Text { return issue.NewText("%d of them", n) }}}
	own := dashboard.NewPortfolio(lines, day0, mine)
	require.Equal(t, []dashboard.Need{{Rule: "MY-1", Measure: 2, Text: "2 of them", Said: issue.NewText("%d of them", 2)}}, own.Lines[0].Needs)
	require.Len(t, own.Rules, 1)
}

// manyLines is a folio of n organisations of which nothing was worked out but what a
// store has kept.
func manyLines(t testing.TB, n int) *dashboard.Folio {
	o := newOrgs(t)
	store := &lineStore{lines: make(map[string][]byte)}
	for i := range n {
		o.add(fmt.Sprintf("t%05d", i), fmt.Sprintf("Organisation %d", i))
	}
	f := o.folio(dashboard.FolioOptions{Store: store})
	refresh(t, f)
	return f
}

// Every way to ask for a page, and every way to ask for what there is not.
func TestPortfolioAnswers(t *testing.T) {
	f := manyLines(t, 120)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Base: "/portfolio", Tenants: "/tenants", Title: "Our customers"})
	for path, status := range map[string]int{
		"/portfolio/": 200, "/portfolio": 200, "/portfolio/?page=2": 200, "/portfolio/?q=organisation+7&sort=-name": 200, "/portfolio/?level=ML0&need=PF-10&page=2": 200,
		"/portfolio/?way=unknown": 200, "/portfolio/?level=ML3": 200, "/portfolio/portfolio.json": 200, "/portfolio/.json": 200, "/portfolio/schema.json": 200, "/portfolio/?lead=~": 200,
		"/portfolio/?page=3": 404, "/portfolio/?level=ML3&page=2": 404, "/portfolio/systems": 404, "/portfolio/t00001": 404, "/portfolio//": 404,
		"/portfolio/?colour=red": 400, "/portfolio/?at=2026-01-01": 400, "/portfolio/?page=0": 400, "/portfolio/?sort=colour": 400, "/portfolio/?level=ML0&level=ML1": 400,
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			a := get(h, path, "Accept", accept)
			require.Equal(t, status, a.status, "%s %.300s", path, a.body)
			require.Contains(t, a.header.Get("Content-Security-Policy"), "default-src 'none'")
			if accept == "text/html" && !strings.Contains(path, ".json") {
				sound(t, a.body)
				require.NotContains(t, a.body, "<script")
			} else {
				require.True(t, json.Valid([]byte(a.body)), path)
			}
		}
	}
	a := get(h, "/portfolio/?colour=red")
	for _, word := range []string{"colour", "ungoverned", "need", "page"} {
		require.Contains(t, a.body, word, "it says what can be asked")
	}
	require.NotContains(t, a.body, ", at", "no day can be asked for")
	a = get(h, "/portfolio/")
	require.Equal(t, 100, strings.Count(a.body, `<th scope="row" class="nm"><a href="/tenants/`))
	require.Equal(t, 304, get(h, "/portfolio/", "If-None-Match", a.header.Get("ETag")).status)
	require.Equal(t, 20, strings.Count(get(h, "/portfolio/?page=2").body, `<th scope="row" class="nm"><a href="/tenants/`))
	var p dashboard.Portfolio
	require.NoError(t, json.Unmarshal([]byte(get(h, "/portfolio/?sort=-tenant", "Accept", "application/json").body), &p))
	require.Equal(t, "t00119", p.Lines[0].Tenant)
	require.Equal(t, 120, p.Totals.Organisations)
	require.Len(t, p.Lines, 100)
	var b bytes.Buffer
	require.NoError(t, f.Portfolio().WriteHTML(&b, &dashboard.PageOptions{Base: "https://grc.example/tenants"}))
	require.Contains(t, b.String(), `href="https://grc.example/tenants/t00001/"`)
	require.Contains(t, b.String(), "The first 100 of 120 organisations")
	b.Reset()
	require.NoError(t, f.Portfolio().WriteHTML(&b, nil))
	require.NotRegexp(t, `<a href="[^#]`, b.String(), "nothing leads anywhere")
	for _, o := range []dashboard.PortfolioOptions{{Base: "x"}, {Tenants: "x"}} {
		_, err := dashboard.NewPortfolioHandler(f, &o)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
	}
}

// What is written is as the schema says.
func TestPortfolioFollowsItsSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(dashboard.PortfolioJSONSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource(dashboard.PortfolioSchema, doc))
	s, err := c.Compile(dashboard.PortfolioSchema)
	require.NoError(t, err)
	f := portfolioOfAll(t)
	for _, text := range [][]byte{marshal(t, f.Portfolio()), []byte(get(portfolioHandler(t, f, dashboard.PortfolioOptions{}), "/portfolio.json").body),
		marshal(t, newOrgs(t).folio(dashboard.FolioOptions{}).Portfolio())} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, s.Validate(v))
	}
}

// portfolioOfAll is one of organisations of every sort.
func portfolioOfAll(t *testing.T) *dashboard.Folio {
	m := mature(t)
	m.pass(40)
	o := newOrgs(t)
	o.now = day0
	o.add("blank", "Blank Ltd")
	o.add("busy", "Busy & Sons")
	o.system("busy", "spam")
	o.system("busy", "credit")
	o.add("broken", "Broken plc")
	o.shelf.broken["broken"] = storage.ErrCorrupt
	require.NoError(t, o.Fleet.Close(t.Context()))
	o.shelf.journals["bank"] = m.journal
	fleet, err := aims.NewFleet(o.shelf, nil)
	require.NoError(t, err)
	o.Fleet, o.now = fleet, m.now
	f := o.folio(dashboard.FolioOptions{Weeks: 30})
	refresh(t, f)
	return f
}

// The page is as it was: a change of it shows in review.
func TestGoldenPortfolio(t *testing.T) {
	f := portfolioOfAll(t)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Tenants: "/tenants"})
	golden(t, "portfolio.html", lines(get(h, "/").body))
	golden(t, "portfolio-bad-query.html", lines(get(h, "/?colour=red").body))
	o := newOrgs(t)
	empty := o.folio(dashboard.FolioOptions{})
	h = portfolioHandler(t, empty, dashboard.PortfolioOptions{})
	require.Contains(t, get(h, "/").body, "Nobody has looked yet")
	refresh(t, empty)
	golden(t, "portfolio-empty.html", lines(get(h, "/").body))
}

// Names that people gave stand on the page as text, and tenants' names lead nowhere else.
func TestHostilePortfolio(t *testing.T) {
	o := newOrgs(t)
	o.add(`"><script>x`, nasty)
	o.add("a/../../b?c#d", strings.Repeat("W", 200))
	o.add("..", "Dots")
	o.add("tenant/x", "<b>bold</b>")
	o.do("..", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.Name = nasty
		return tx.PutPerson(p)
	})
	f := o.folio(dashboard.FolioOptions{})
	refresh(t, f)
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{Tenants: "/tenants"})
	own := regexp.MustCompile(`(?i)<script|<img|<b>bold|onerror='|href="javascript|\x{202e}|</title></style>|W{100}|href="/tenants/\.\.`)
	for _, path := range []string{"/", "/?q=%3Cscript%3E%22%3E", "/?%3Cscript%3E=1", "/?tenant=%22%3E%3Cscript%3Ex", "/?sort=%3Cscript%3E"} {
		a := get(h, path)
		require.NotEqual(t, http.StatusInternalServerError, a.status, path)
		require.Empty(t, own.FindString(a.body), path)
		require.Equal(t, 1, strings.Count(a.body, "<h1>"), path)
	}
	var led []string
	for _, m := range regexp.MustCompile(`href="/tenants/([^"]*)"`).FindAllStringSubmatch(get(h, "/").body, -1) {
		name, _, _ := strings.Cut(m[1], "/")
		back, err := url.PathUnescape(name)
		require.NoError(t, err)
		led = append(led, back)
	}
	slices.Sort(led)
	require.Equal(t, []string{`"><script>x`, "a/../../b?c#d", "tenant/x"}, slices.Compact(led))
	var b bytes.Buffer
	require.NoError(t, f.Portfolio().WriteHTML(&b, nil))
	require.Empty(t, own.FindString(b.String()))
}

// More tenants than may be kept are counted and named as such; a store that fails fails
// the call, not the page; a call that is broken off shows what it has.
func TestRefreshWithinBounds(t *testing.T) {
	o := newOrgs(t)
	for i := range 5 {
		o.add(fmt.Sprint("t", i), fmt.Sprint("Organisation ", i))
	}
	f := o.folio(dashboard.FolioOptions{Most: 3})
	require.Equal(t, dashboard.Refreshed{Tenants: 5, More: 2, Computed: 3}, refresh(t, f))
	require.Equal(t, 2, f.Portfolio().Totals.More)
	require.Contains(t, get(portfolioHandler(t, f, dashboard.PortfolioOptions{}), "/").body, "2 organisations are more than may be kept")

	again, err := aims.NewFleet(o.shelf, nil)
	require.NoError(t, err)
	require.NoError(t, o.Fleet.Close(t.Context()))
	o.Fleet, o.shelf.most = again, 0
	require.Equal(t, 5, refresh(t, o.folio(dashboard.FolioOptions{AtATime: 2})).Computed)
	require.LessOrEqual(t, o.shelf.most, 2)
	require.Zero(t, o.shelf.open)

	full := errors.New("the disk is full")
	f = o.folio(dashboard.FolioOptions{Store: &lineStore{lines: make(map[string][]byte), fails: full}})
	_, err = f.Refresh(t.Context())
	require.ErrorIs(t, err, full)
	require.Len(t, f.Portfolio().Lines, 5)

	ctx, cancel := context.WithCancel(t.Context())
	f = o.folio(dashboard.FolioOptions{Store: &stopping{lineStore{lines: make(map[string][]byte)}, cancel}})
	_, err = f.Refresh(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 4, f.Portfolio().Totals.Pending)
	require.Len(t, f.Portfolio().Lines, 5)
	require.Contains(t, get(portfolioHandler(t, f, dashboard.PortfolioOptions{}), "/").body, "4 not looked at yet")
}

// stopping ends the work once a line has been saved.
type stopping struct {
	lineStore
	stop func()
}

func (s *stopping) Save(ctx context.Context, l dashboard.Line) error {
	s.stop()
	return s.lineStore.Save(ctx, l)
}

// What is handed out can be written to without a trace, and pages are drawn while lines
// are worked out.
func TestPortfolioIsACopy(t *testing.T) {
	o := newOrgs(t)
	o.add("a", "Acme")
	f := o.folio(dashboard.FolioOptions{})
	refresh(t, f)
	before := marshal(t, f.Portfolio())
	p := f.Portfolio()
	p.Lines[0].Standing.Majors, p.Lines[0].Needs[0].Rule, p.Levels[0].Value = 99, "x", 99
	require.Equal(t, before, marshal(t, f.Portfolio()))
	h := portfolioHandler(t, f, dashboard.PortfolioOptions{})
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range 20 {
				require.Equal(t, 200, get(h, "/").status)
			}
		})
	}
	for i := range 5 {
		o.system("a", fmt.Sprint("s", i))
		refresh(t, f)
	}
	all.Wait()
}

// What helps most is told in the reader's language, though a line keeps it in the organisation's.
func TestPortfolioSaysWhatHelpsInGerman(t *testing.T) {
	page := get(portfolioHandler(t, portfolioOfAll(t), dashboard.PortfolioOptions{Languages: phrase.Languages()}), "/?lang=de").body
	require.Contains(t, page, "Am meisten hilft: ")
	require.NotRegexp(t, `Am meisten hilft: [^<]*\b(and|the|of|have)\b`, page)
}
