package dashboard

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity"
)

func (k *look) controlNameOf(rec any) string {
	if d, ok := rec.(*annexa.Decision); ok {
		return k.controlName(*d)
	}
	return ""
}

// criterionPage is one criterion, explained.
type criterionPage struct {
	Title, Statement, Found, Do, Why, Rests string
	Level                                   maturity.Level
	Weight, Met, Of, Unknown, More          int
	State                                   maturity.State
	Word                                    maturity.Basis
	Until                                   time.Time
	Subjects, Grace                         []Ref
}

// mostSubjects is how many records the page of a criterion names.
const mostSubjects = 200

func (s *state) criterion(r request, id string) (*page, error) {
	c, ok := s.k.report.Result(id)
	if !ok {
		return nil, notFound("the model has no criterion “%s”", shorten(id, 60))
	}
	p := s.blank(r, c.ID+" "+s.k.told(c.Title))
	p.body, p.json = "criterion", c
	out := &criterionPage{Title: s.k.told(c.Title), Statement: oneLine(s.k.told(c.Statement)), Found: s.k.plainOf(c.Text, c.Message), Do: plain(s.k.told(c.Criterion.Next)), Why: oneLine(s.k.told(c.Why)), Level: c.Criterion.Level,
		Weight: c.Weight, Met: c.Met, Of: c.Of, Unknown: c.Outcome.Unknown, State: c.State, Word: c.ResultBasis, Until: c.Until}
	var rests []string
	for _, x := range c.Clauses {
		rests = append(rests, s.k.say("clause %s", x.String()))
	}
	if len(c.Controls) == len(annexa.Controls()) {
		rests = append(rests, s.k.say("all controls of Annex A"))
	} else {
		for _, x := range c.Controls {
			rests = append(rests, x.String())
		}
	}
	out.Rests = strings.Join(rests, ", ")
	for i, f := range c.Failing {
		if i == mostSubjects {
			out.More = len(c.Failing) - i
			break
		}
		ref := s.k.ref(f.Subject, f.Name)
		ref.Why, ref.Unknown = s.k.plainOf(f.Text, f.Why), f.Unknown
		out.Subjects = append(out.Subjects, ref)
	}
	for _, g := range c.Grace {
		ref := s.k.ref(g.Subject, g.Name)
		ref.Why = s.k.say("%s, until %s", s.k.plainOf(g.Text, g.Lacks), s.k.day(g.Until))
		out.Grace = append(out.Grace, ref)
	}
	p.Criterion = out
	p.FootLinks = []anchor{{URL: p.URL("criteria"), Text: s.k.say("All criteria")}}
	return p, nil
}

// check is the page of one check that makes findings, explained.
func (s *state) check(r request, id string) (*page, error) {
	for _, c := range aims.Probes() {
		if c.ID != id {
			continue
		}
		p := s.blank(r, c.ID+" "+s.k.told(c.Title))
		n := 0
		for _, f := range s.k.findings {
			n += truth(f.Check == id)
		}
		p.body, p.json = "plain", c
		p.Plain = &plainPage{Head: s.k.say("What the check looks for"), Paras: []string{sentence(s.k.told(c.Title)), oneLine(s.k.told(c.Grading))}}
		if !c.Clause.IsZero() {
			p.Plain.Paras = append(p.Plain.Paras, s.k.say("It rests on clause %s, %s.", c.Clause.String(), s.k.told(c.Clause.Title())))
		}
		p.Plain.Items = []anchor{{URL: p.URL(listRoute("findings", "check", id)), Text: s.k.say("%d findings", n)}}
		return p, nil
	}
	return nil, notFound("there is no check “%s”", shorten(id, 60))
}

// framework is the page of one framework: each requirement with what covers it.
func (s *state) framework(r request, id string) (*page, error) {
	report, err := s.k.in.Catalogue.Coverage(id, s.k.v.Supports(s.k.now))
	if err != nil {
		return nil, notFound("the catalogue has no framework “%s”", shorten(id, 60))
	}
	t := &table{slug: "frameworks/" + id, title: cmp.Or(shortFrameworks[id], s.k.told(report.Title)), about: oneLine(s.k.Text(report.SummaryText())),
		columns: []column{{key: "element", label: s.k.say("Requirement"), shown: true}, {key: "name", label: s.k.say("What it is about"), shown: true},
			{key: "status", label: s.k.say("Status"), shown: true}, {key: "why", label: s.k.say("Why"), shown: true}}}
	for _, e := range report.Elements {
		status := s.k.enumCell(string(e.Status))
		switch e.Status {
		case "covered":
			status.tone = ToneOK
		case "partial":
			status.tone = ToneWarn
		}
		t.rows = append(t.rows, row{cells: []cell{textCell(e.Ref.Element()), textCell(shorten(s.k.told(e.Name), 160)), status, textCell(s.k.Text(e.Text))}})
	}
	if f, ok := s.k.in.Catalogue.Framework(id); ok && !s.k.isEnglish() && slices.ContainsFunc(f.Elements, func(e crosswalk.Element) bool { return e.Statement != "" }) {
		t.about = s.k.say("%s Statements are in this project's own translation; the English ones count.", t.about)
	}
	p := s.blank(r, t.title)
	err = t.page(query{page: 1}, p, false)
	p.json = report
	return p, err
}

// mostCommits is how many commits one page of the trail shows.
const mostCommits = 100

// trail is the page of the audit trail, the last commits first.
func (s *state) trail(ctx context.Context, r request) (*page, error) {
	t := &table{slug: "trail", title: s.k.say("Every commit"), about: s.k.say("Who wrote what, when and why, newest first. Each commit is chained to the one before by its hash."),
		columns: []column{{key: "commit", label: s.k.say("Commit"), shown: true, number: true}, {key: "time", label: s.k.say("When"), shown: true}, {key: "who", label: s.k.say("Who"), shown: true},
			{key: "why", label: s.k.say("Why"), shown: true}, {key: "records", label: s.k.say("Records"), shown: true}}}
	values := r.query
	q, err := parseQuery(t, values)
	if err != nil {
		return nil, err
	}
	last := max(1, (int(s.head.Seq)+mostCommits-1)/mostCommits)
	if q.chooses() || q.sort != "" || q.whole {
		last = 0 // all of it is read then
	}
	var after uint64
	until := s.head.Seq
	if last > 0 {
		if q.page > last {
			return nil, errBeyond{q.page, last}
		}
		until -= uint64((q.page - 1) * mostCommits)
		if until > mostCommits {
			after = until - mostCommits
		}
	}
	if r.read != nil {
		for e, err := range r.read.Trail(ctx, after) {
			if err != nil {
				return nil, err
			}
			if e.Seq > until {
				break
			}
			t.rows = append(t.rows, s.commit(e))
		}
	}
	for i, j := 0, len(t.rows)-1; i < j; i, j = i+1, j-1 {
		t.rows[i], t.rows[j] = t.rows[j], t.rows[i]
	}
	p := s.blank(r, t.title)
	if last == 0 {
		return p, t.page(q, p, r.form)
	}
	here := q
	here.page = 1
	if err := t.page(here, p, r.form); err != nil {
		return nil, err
	}
	p.List.Count = s.k.say("%d commits", int(s.head.Seq))
	if last > 1 {
		p.List.Count = s.k.say("%s, page %d of %d", p.List.Count, q.page, last)
		for _, n := range pageNumbers(q.page, last) {
			to := q
			to.page = n
			p.List.Pages = append(p.List.Pages, tab{anchor{URL: p.URL(to.route(t.slug)), Text: s.k.Number(n)}, n == q.page})
		}
	}
	l := p.json.(jsonList)
	l.Total, l.Page, l.Pages = int(s.head.Seq), q.page, last
	p.json = l
	return p, nil
}

// commit is one commit as a row.
func (s *state) commit(e aims.Entry) row {
	who := cell{text: s.k.name(e.By.Actor), key: e.By.Actor}
	if actor := (aims.Subject{Kind: aims.KindPerson, ID: e.By.Actor}); s.k.v.Has(actor) {
		who.route = recordRoute(actor)
	}
	what := cell{text: s.k.say("%d records", len(e.Changes)+len(e.Erases)), key: padded(len(e.Changes) + len(e.Erases))}
	if len(e.Changes) == 1 {
		c := e.Changes[0]
		what.text = shorten(s.k.say("%s %s", s.k.nameOf(c.Kind).one, c.ID), 80)
		what.route = recordRoute(c.Subject)
	}
	if len(e.Erases) > 0 {
		what.text, what.tone = s.k.say("%d records erased", len(e.Erases)), ToneWarn
	}
	return row{cells: []cell{{text: s.k.Number(int(e.Seq)), key: padded(int(e.Seq))}, {text: s.k.Moment(e.Time), key: e.Time.UTC().Format(time.RFC3339Nano)}, who, textCell(e.By.Reason), what}}
}
