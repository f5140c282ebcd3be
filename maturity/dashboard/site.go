package dashboard

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage"
)

// state is what pages of one moment are drawn from.
type state struct {
	k      *look
	screen Screen
	tables *tables
	head   storage.Head
	day    string // of ?at=, empty without

	journal storage.Head // when it was worked out, which is later than head on a day that is over
	from    string       // of stateKey

	mu    sync.Mutex
	pages map[string][]byte // that have been drawn, by their tag
}

// request asks for one page.
type request struct {
	route string // without the query, such as "systems/credit%2Fscoring"
	query url.Values
	link  func(route string) string
	form  bool // lists can be chosen from
	style style
	read  Reader
}

// errNothing says that nothing was on file on a day.
type errNothing struct {
	day   calendar.Date
	first time.Time
}

func (e errNothing) Error() string { return e.in(english) }

func (e errNothing) in(v voice) string {
	return v.say("nothing is on file as of %s; the first commit is of %s", v.day(e.day), v.day(e.first))
}

// page finds the page that is asked for.
func (s *state) page(ctx context.Context, r request) (*page, error) {
	parts := strings.Split(strings.Trim(r.route, "/"), "/")
	for i := range parts {
		part, err := url.PathUnescape(parts[i])
		if err != nil {
			return nil, errNoPage
		}
		parts[i] = part
	}
	first, id := parts[0], ""
	if len(parts) == 2 {
		id = parts[1]
	}
	if len(parts) > 2 || len(parts) == 2 && id == "" {
		return nil, errNoPage
	}
	if id != "" {
		return s.one(ctx, r, first, id)
	}
	switch first {
	case "", string(ViewBoard):
		return s.view(ViewBoard, r)
	case string(ViewLead), string(ViewAuditor):
		return s.view(View(first), r)
	case "records":
		return s.records(r)
	case "trail":
		return s.trail(ctx, r)
	}
	if p, ok, err := s.long(r, first); ok || err != nil {
		return p, err
	}
	list, ok, err := s.tables.list(s.k, first)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errNoPage
	}
	q, err := parseQuery(list, r.query)
	if err != nil {
		return nil, err
	}
	p := s.blank(r, list.title)
	return p, list.page(q, p, r.form)
}

// long is the page of a whole list of records in the order of their keys, of which each is
// read as it is drawn, so that it has all columns; false if a page is asked for that is not.
func (s *state) long(r request, slug string) (*page, bool, error) {
	info, ok := s.tables.kind(slug)
	if !ok || s.k.standardOrder(info.Name) || r.query.Get(queryPage) != wholeList {
		return nil, false, nil
	}
	t, rows := s.k.kindList(info)
	q, err := parseQuery(t, r.query)
	if err != nil || q.chooses() || q.sort != "" {
		return nil, false, err
	}
	n, err := aims.CountOf(s.k.v, info.Name)
	if err != nil {
		return nil, false, err
	}
	p := s.blank(r, t.title)
	t.draw(q, p, n, n, rows, false)
	return p, true, nil
}

// one is a page of one thing.
func (s *state) one(ctx context.Context, r request, first, id string) (*page, error) {
	others := []string{"history"}
	info, ok := s.tables.kind(first)
	if ok && slices.Contains(aims.VersionedKinds(), info.Name) {
		others = append(others, queryAgainst)
	}
	if first == "packs" {
		others = []string{"seed"}
	}
	if err := onlyAt(r.query, others...); err != nil {
		return nil, err
	}
	switch first {
	case "criteria":
		return s.criterion(r, id)
	case "checks":
		return s.check(r, id)
	case "frameworks":
		return s.framework(r, id)
	case "packs":
		return s.pack(r, id)
	}
	if !ok {
		return nil, errNoPage
	}
	return s.record(ctx, r, aims.Subject{Kind: info.Name, ID: id})
}

// onlyAt refuses a query that names more than the day and some others.
func onlyAt(values url.Values, others ...string) error {
	t := &table{}
	left := make(url.Values)
	for name, v := range values {
		if !slices.Contains(others, name) {
			left[name] = v
		}
	}
	_, err := parseQuery(t, left)
	return err
}

func (s *state) view(v View, r request) (*page, error) {
	if err := onlyAt(r.query, "seed"); err != nil {
		return nil, err
	}
	p := s.screen.page(v, r.style, r.link)
	p.StyleURL = r.link("style")
	s.past(p)
	pack := viewPacks[v]
	p.FootLinks = append(s.more(p), anchor{URL: p.URL(packRoute(pack, r.query.Get("seed"))), Text: s.k.told(packTitles[pack])})
	return p, nil
}

// past says that a page shows a day that has gone.
func (s *state) past(p *page) {
	if s.day != "" && !s.screen.Ahead {
		p.Banner = s.k.say("This is how it stood at the end of %s.", p.Day)
	}
}

func (s *state) more(p *page) []anchor {
	return []anchor{{URL: p.URL("criteria"), Text: s.k.say("All criteria")}, {URL: p.URL("findings"), Text: s.k.say("All findings")}, {URL: p.URL("trail"), Text: s.k.say("Every commit")}}
}

// blank is a page without content.
func (s *state) blank(r request, heading string) *page {
	p := &page{voice: s.k.voice, link: r.link}
	p.about(&s.screen, r.style)
	p.Heading, p.Title = heading, heading
	p.Under = s.k.say("%s, as of %s", p.Org, p.Day)
	p.StyleURL = r.link("style")
	p.tabs("records")
	s.past(p)
	return p
}

// records is the list of all kinds, with how many records there are of each.
func (s *state) records(r request) (*page, error) {
	if err := onlyAt(r.query); err != nil {
		return nil, err
	}
	p := s.blank(r, s.k.say("Records"))
	p.body = "plain"
	p.Plain = &plainPage{Head: s.k.say("What is on file")}
	counts := make(map[string]int)
	for _, info := range s.tables.kinds {
		n, err := aims.CountOf(s.k.v, info.Name)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			name := s.k.nameOf(info.Name)
			counts[name.slug] = n
			p.Plain.Items = append(p.Plain.Items, anchor{URL: p.URL(name.slug), Text: capital(name.many), Note: s.k.Number(n)})
		}
	}
	for _, slug := range []string{"findings", "criteria", "agenda", "expiries"} {
		list, _, err := s.tables.list(s.k, slug)
		if err != nil {
			return nil, err
		}
		counts[slug] = len(list.rows)
		p.Plain.Items = append(p.Plain.Items, anchor{URL: p.URL(slug), Text: list.title, Note: s.k.say("%d, worked out", len(list.rows))})
	}
	p.Plain.Items = append(p.Plain.Items, anchor{URL: p.URL("trail"), Text: s.k.say("Every commit"), Note: s.k.Number(int(s.head.Seq))})
	p.json = counts
	return p, nil
}

// record is the page of a record.
func (s *state) record(ctx context.Context, r request, of aims.Subject) (*page, error) {
	rec, ok := s.k.v.Record(of)
	var entries []aims.Entry
	if r.read != nil {
		for e, err := range r.read.History(ctx, of) {
			if err != nil {
				return nil, err
			}
			if e.Seq <= s.head.Seq {
				entries = append(entries, e)
			}
		}
	}
	name := s.k.nameOf(of.Kind)
	if !ok && len(entries) == 0 {
		return nil, notFound("there is no %s “%s”", name.one, shorten(of.ID, 60))
	}
	p := s.blank(r, of.ID)
	p.body, p.self = "record", recordRoute(of)
	data := RecordPage{Subject: of, Record: rec, Findings: []aims.Finding{}, Criteria: []Spoken{}, History: []aims.Entry{}}
	out := &recordPage{}
	p.Record = out
	if ok {
		fields, err := s.k.fieldsOfRecord(rec, p)
		if err != nil {
			return nil, err
		}
		out.Fields, out.Wide = s.k.parted(fields)
		out.Rules = rulesNamed(p.rules)
		p.Heading = s.k.nameOfRecord(of.Kind, fields, of.ID)
		if info, ok := s.tables.kind(name.slug); ok && info.Name == aims.KindDecision {
			p.Heading = shorten(s.k.controlNameOf(rec), 90)
		}
		found, criteria := s.k.about(of)
		data.Findings, data.Criteria = append(data.Findings, found...), append(data.Criteria, criteria...)
		out.Findings, out.Criteria = s.k.spokenOf(found[:min(len(found), mostFindings)], p), together(criteria)
		if len(found) > mostFindings {
			list := listRoute("findings", "kind", string(of.Kind), "id", of.ID)
			if of.Kind == aims.KindDecision {
				list = listRoute("findings", "control", of.ID)
			}
			out.FindingsNote = s.k.say("The first %d of %d findings.", mostFindings, len(found))
			out.AllFindings = &anchor{URL: p.URL(list), Text: s.k.say("Show them in the list")}
		}
		data.Level, out.Level = s.k.levelOf(of)
		out.Related = s.tables.related(s.k, of, p)
		if data.Compared, out.Compared, err = s.compared(r, of, p); err != nil {
			return nil, err
		}
		out.Explained, out.Practice, out.Signed = s.k.explained(rec), s.k.practice(rec), s.k.signed(rec)
	} else {
		out.HistoryNote = s.k.say("The record is no longer on file. This is what is left of it.")
	}
	p.Title = p.Heading
	p.Under = s.k.say("%s %s, %s, as of %s", capital(name.one), of.ID, p.Org, p.Day)
	if n := nameOf(of.Kind); of.ID == n.slug || strings.HasSuffix(n.one, of.ID) { // the one record of its kind
		p.Under = s.k.say("%s, %s, as of %s", capital(name.one), p.Org, p.Day)
	}
	data.History = append(data.History, entries...)
	all := r.query.Get("history") == "all" || !r.form
	if more := 0; true {
		out.History, more = s.k.history(entries, of, all, p)
		if more > 0 {
			out.HistoryNote = s.k.say("The last %d of %d revisions.", mostHistory, len(entries))
			out.More = &anchor{URL: p.URL(recordRoute(of) + "?history=all"), Text: s.k.say("Show all %d", len(entries))}
		}
	}
	p.FootLinks = []anchor{{URL: p.URL(name.slug), Text: s.k.say("To the list: %s", name.many)}}
	p.json = data
	return p, nil
}
