package dashboard

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity"
)

// portfolioPage is a portfolio as a page draws it.
type portfolioPage struct {
	*Portfolio
	EmptyHead string
	Empty     []string // what to do first
}

// tenantRoute stands before the routes of a tenant's own pages.
const tenantRoute = "tenant/"

// lineColumns are what lines can be chosen and sorted by.
var lineColumns = []column{
	{key: "name", label: mark("Organisation"), shown: true},
	{key: "need", label: mark("Needs help because"), shown: true},
	{key: "level", label: mark("Level"), shown: true},
	{key: "progress", label: mark("To the next"), shown: true, unasked: true, folded: true},
	{key: "way", label: mark("Quarter"), shown: true, folded: true},
	{key: "majors", label: mark("Majors"), shown: true, number: true, unasked: true, folded: true},
	{key: "minors", label: mark("Minors"), shown: true, number: true, unasked: true, folded: true},
	{key: "overdue", label: mark("Overdue"), shown: true, number: true, unasked: true, folded: true},
	{key: "ungoverned", label: mark("Ungoverned"), shown: true, number: true, unasked: true, folded: true},
	{key: "systems", label: mark("Systems"), shown: true, number: true, unasked: true, folded: true},
	{key: "fall", label: mark("Next fall"), shown: true, unasked: true, folded: true},
	{key: "certificate", label: mark("Certificate"), shown: true, folded: true},
	{key: "tenant", label: mark("Tenant")},
	{key: "since", label: mark("Since")},
	{key: "lead", label: mark("Lead")},
	{key: "known", label: mark("Known")},
}

// lineTable is the list of lines, in the order of the portfolio.
func lineTable(v voice, p *Portfolio) *table {
	t := &table{slug: homeRoute, title: v.say("Organisations"), about: v.say("Those that need help most come first."), still: true, rows: make([]row, 0, len(p.Lines))}
	titles := make(map[string]string, len(p.Rules))
	for _, r := range p.Rules {
		titles[r.ID] = v.told(r.Title)
	}
	for _, c := range lineColumns {
		c.label = v.told(c.label)
		t.columns = append(t.columns, c)
	}
	for i := range p.Lines {
		t.rows = append(t.rows, row{subject: aims.Subject{ID: p.Lines[i].Tenant}, route: tenantOwn(p.Lines[i].Tenant, ""), cells: p.Lines[i].cells(v, titles, p.At)})
	}
	return t
}

// tenantOwn is the route of one of a tenant's own pages.
func tenantOwn(tenant, route string) string {
	return tenantRoute + url.PathEscape(tenant) + "/" + route
}

// ways are what the ways are called.
var ways = map[Way]string{WayUp: mark("↑ up"), WayDown: mark("↓ down"), WayLevel: mark("level [way]"), WayUnknown: mark("unknown")}

// nexts are what to do for the criteria of the library's own model, by their IDs.
var nexts = sync.OnceValue(func() map[string]string {
	of := make(map[string]string)
	for _, c := range maturity.DefaultModel().Criteria {
		of[c.ID] = c.Next
	}
	return of
})

// helps says what helps most. A line keeps it as pages say it, without the verb that a catalogue
// knows it by.
func (v voice) helps(h *Help) string {
	switch next := nexts()[h.Criterion]; {
	case h.Criterion == "": // one of the first steps
		return v.told(h.Do)
	case plain(next) == h.Do:
		return plain(v.told(next))
	}
	return h.Do // as the organisation says it
}

// mostOfName is how many characters of an organisation's name a row shows.
const mostOfName = 80

func (l *Line) cells(v voice, titles map[string]string, now time.Time) []cell {
	own := func(route string) string { return tenantOwn(l.Tenant, route) }
	name := cell{text: shorten(l.Name, mostOfName), key: oneLine(l.Name), route: own("")}
	need := cell{text: v.say("nothing"), key: "~"}
	if len(l.Needs) > 0 {
		n := l.Needs[0]
		need = cell{text: shorten(v.of(n.Said, n.Text), mostOfName), key: n.Rule, choice: titles[n.Rule]}
		if len(l.Needs) > 1 {
			need.note = v.say("and %d more", len(l.Needs)-1)
		}
		for _, n := range l.Needs {
			need.all = append(need.all, n.Rule)
		}
	}
	tenant, known := cell{text: oneLine(l.Tenant), key: l.Tenant}, v.yesNo(true)
	s := l.Standing
	if s == nil {
		known = v.yesNo(false)
		level := cell{text: v.say("can’t be read"), key: "unread", tone: ToneBad}
		if l.Unread != nil && l.Unread.Pending {
			level, known = cell{text: v.say("not yet"), key: "pending", tone: ToneWarn}, cell{text: v.say("not yet"), key: "pending"}
		}
		cells := make([]cell, len(lineColumns))
		cells[0], cells[1], cells[2], cells[12], cells[15] = name, need, level, tenant, known
		return cells
	}
	name.note = v.say("nobody leads")
	if s.Leader.ID != "" {
		name.note = v.say("led by %s", shorten(s.Leader.Name, 40))
	}
	if h := s.Help; h != nil {
		most := v.say("Most helps: %s", v.lower(shorten(v.helps(h), 80)))
		if need.note != "" {
			most = v.say("%s. %s", need.note, most)
		}
		need.note = most
	}
	level := cell{text: s.Level.String(), note: v.Word(s.LevelName), route: own(""), id: true}
	if !s.Since.IsZero() {
		level.note = v.say("%s since %s", v.Word(s.LevelName), v.near(s.Since, now))
	}
	progress := cell{text: v.say("none is higher"), key: padded(1000)}
	if q := s.Progress; q != nil {
		progress = cell{text: v.say("%d of %d for %s", q.Met, q.Of, s.Target.String()), key: padded(s.share())}
		if q.Unknown > 0 {
			progress.note = v.say("%d unknown", q.Unknown)
		}
	}
	way := cell{text: v.told(ways[s.Course.Way]), key: string(s.Course.Way), word: true}
	switch {
	case s.Course.Way == WayDown:
		way.tone = ToneBad
	case s.Course.Way == WayUp:
		way.tone = ToneOK
	}
	if !s.Course.At.IsZero() && s.Course.From != s.Level {
		way.note = v.say("from %s", s.Course.From.String())
	}
	counted := func(n int, tone Tone, list string) cell {
		c := v.numberCell(n)
		if c.route = own(list); n > 0 {
			c.tone = tone
		}
		return c
	}
	ungoverned := counted(s.Ungoverned, ToneBad, listRoute("systems", "covered", "no", "live", "yes"))
	ungoverned.note = v.say("of %d", s.Live)
	systems, total := counted(0, "", "systems"), 0
	var grades []string
	for _, g := range s.Systems {
		total += g.Of
		if g.Of > 0 && g.Level.Rank() >= impact.LevelLimited.Rank() {
			grades = append(grades, v.say("%d %s", g.Of, v.words(string(g.Level))))
		}
	}
	systems.text, systems.key, systems.note = v.Number(total), padded(total), strings.Join(grades, ", ")
	fall := cell{text: v.say("none [fall]"), key: "~"}
	if d := s.Drop; d != nil {
		fall = v.dayCell(d.After)
		fall.text, fall.note = v.near(d.After, now), v.say("to %s", d.To.String())
		if d.Days <= soon {
			fall.tone = ToneWarn
		}
	}
	certificate := cell{text: v.words(s.Certificate.State), key: oneLine(s.Certificate.State), note: oneLine(s.Certificate.Next), tone: s.Certificate.Tone}
	return []cell{name, need, level, progress, way,
		counted(s.Majors, ToneBad, listRoute("findings", "severity", "major")), counted(s.Minors, "", listRoute("findings", "severity", "minor")),
		counted(s.Overdue, ToneWarn, listRoute("agenda", "late", "yes")), ungoverned, systems, fall, certificate,
		tenant, v.dayCell(s.Since), {text: oneLine(s.Leader.Name), key: cmp.Or(s.Leader.ID, "~"), all: []string{s.Leader.ID}}, known}
}

// page is the page of a portfolio, with the lines that a query asks for.
func (p *Portfolio) page(v voice, t *table, q query, look style, link func(string) string, form bool) (*page, error) {
	name := v.say("Portfolio")
	out := &page{voice: v, Title: name, Heading: name, Org: name, Logo: look.logo, Now: p.At, Day: v.day(p.At), link: link,
		Under: v.say("AI management systems after ISO/IEC 42001:2023")}
	if look.head != "" {
		out.Heading, out.Org = oneLine(look.head), oneLine(look.head)
	}
	if !p.At.IsZero() {
		out.Under = v.say("%s, as of %s", out.Under, v.Moment(p.At))
	}
	if err := t.page(q, out, form); err != nil {
		return nil, err
	}
	if !form {
		out.List.Pages = nil
		if n := len(p.Lines); n > PageSize {
			out.List.Count = v.say("The first %d of %d organisations", PageSize, n)
		}
	}
	d := &portfolioPage{Portfolio: p}
	switch {
	case p.At.IsZero():
		d.EmptyHead, d.Empty = v.say("Nobody has looked yet"), []string{v.say("Lines are worked out in the background. Come back in a while."), v.say("Who runs the program: it has to call Refresh, at its start and every few minutes (dashboard.Folio).")}
	case p.Totals.Organisations == 0:
		d.EmptyHead, d.Empty = v.say("There is no organisation to show"), []string{v.say("Add the first organisation, or ask for the right to see those that there are."), v.say("An organisation is shown here once it has been added and looked at, which takes a few minutes at most.")}
	}
	var notes []string
	if n := p.Totals.More; n > 0 {
		notes = append(notes, v.say("%d organisations are more than may be kept, and not shown.", n))
	}
	if n := p.Totals.Stale; n > 0 {
		notes = append(notes, v.say("%d organisations are as of an earlier moment: time alone may have changed more since.", n))
	}
	out.Banner = strings.Join(notes, " ")
	out.Portfolio, out.body = d, "portfolio"
	return out, nil
}

// part is the portfolio with the lines that a query asks for.
func (p *Portfolio) part(t *table, q query) Portfolio {
	out := *p
	at := make(map[string]int, len(p.Lines))
	for i := range p.Lines {
		at[p.Lines[i].Tenant] = i
	}
	rows := t.choose(q)
	from := (q.page - 1) * PageSize
	out.Lines = []Line{}
	for _, i := range rows[from:min(len(rows), from+PageSize)] {
		out.Lines = append(out.Lines, p.Lines[at[t.rows[i].subject.ID]])
	}
	out.Part = &Part{Chosen: len(rows), Page: q.page, Pages: pages(len(rows))}
	return out
}

// WriteHTML writes the portfolio as a page that stands alone, as Screen.WriteHTML does:
// the first PageSize lines, who needs help most. PageOptions.Base is the URL under which
// tenants' own pages are served, each below its name, such as
// "https://grc.example/tenants".
func (p Portfolio) WriteHTML(w io.Writer, o *PageOptions) error {
	out, look, err := p.alone(o)
	if err != nil {
		return err
	}
	out.inline(look)
	return out.write(w)
}

// WriteMarkdown writes the same as Markdown, as Screen.WriteMarkdown does: the same
// figures, and of the same lines what the page shows of them.
func (p Portfolio) WriteMarkdown(w io.Writer, o *PageOptions) error {
	out, _, err := p.alone(o)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := packs()[out.Language().String()].ExecuteTemplate(&b, "portfolio", out); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// alone is the page that stands alone.
func (p *Portfolio) alone(o *PageOptions) (*page, style, error) {
	if o == nil {
		o = new(PageOptions)
	}
	look, err := newStyle(o.Theme, "", o.Title)
	if err != nil {
		return nil, look, err
	}
	var link func(string) string
	if o.Base != "" {
		link = func(route string) string { return tenantURL(o.Base, route) }
	}
	v, err := voiceIn(o.Language)
	if err != nil {
		return nil, look, err
	}
	out, err := p.page(v, lineTable(v, p), query{page: 1}, look, link, false)
	return out, look, err
}

// tenantURL is the URL of a tenant's own page; empty if a route is none, or no URL can
// lead there.
func tenantURL(base, route string) string {
	rest, ok := strings.CutPrefix(route, tenantRoute)
	if name, _, _ := strings.Cut(rest, "/"); !ok || base == "" || name == "." || name == ".." {
		return ""
	}
	return strings.TrimSuffix(base, "/") + "/" + rest
}

// PortfolioJSONSchema returns the JSON Schema (draft 2020-12) of a Portfolio. It follows
// from the types.
func PortfolioJSONSchema() []byte {
	return schemaNamed(PortfolioSchema, "Portfolio", reflect.TypeFor[Portfolio]())
}

// levelBar is how many organisations of all are on a level.
func levelBar(n, of int) []segment { return bar(of, part{n, "fm", false}) }
