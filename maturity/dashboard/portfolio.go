package dashboard

import (
	"cmp"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity"
)

// PortfolioSchema names the shape of a Portfolio as JSON.
const PortfolioSchema = "aimskit-portfolio/1"

// Portfolio is where many organisations stand, those that need help most first. It is a
// plain value; the page and the JSON are drawings of it.
type Portfolio struct {
	// Schema is PortfolioSchema.
	Schema string `json:"schema"`
	// At is when it was put together, in UTC; zero if nobody has looked yet. Each line
	// says as of when it holds.
	At time.Time `json:"at,omitzero"`
	// Totals are of all of its organisations, whatever part of the lines is shown.
	Totals Totals `json:"totals"`
	// Levels says how many organisations are on which level, Systems how their active
	// systems are spread over the levels of impact. Those of which nothing is known are
	// in neither.
	Levels  []LevelCount `json:"levels"`
	Systems []Graded     `json:"systems"`
	// Rules is the table by which the lines are sorted, with how many organisations
	// each rule holds for.
	Rules []RuleCount `json:"rules"`
	// Part says which part of the lines is shown; nil if it is all of them.
	Part *Part `json:"part,omitempty"`
	// Lines are the organisations.
	Lines []Line `json:"lines"`
}

// Totals are sums over the organisations of a portfolio.
type Totals struct {
	// Organisations is how many there are: Unread of them could not be opened or read,
	// and at Pending nobody has looked yet. Beyond that, More are not shown, as there
	// are more than may be kept (FolioOptions.Most).
	Organisations int `json:"organisations"`
	Unread        int `json:"unread"`
	Pending       int `json:"pending"`
	More          int `json:"more,omitempty"`
	// Stale is how many lines time alone may have changed since they were worked out.
	Stale int `json:"stale,omitempty"`
	// Majors, Minors, Overdue, Ungoverned and Live add up what the lines say.
	Majors     int `json:"majors"`
	Minors     int `json:"minors"`
	Overdue    int `json:"overdue"`
	Ungoverned int `json:"ungoverned"`
	Live       int `json:"live"`
	// Certified is how many have a certificate that is valid; Rising and Falling how
	// many went up and down within a quarter.
	Certified int `json:"certified"`
	Rising    int `json:"rising"`
	Falling   int `json:"falling"`
}

// LevelCount is how many organisations are on one level.
type LevelCount struct {
	Level maturity.Level `json:"level"`
	// Value is how many there are.
	Value int `json:"value"`
}

// RuleCount is a rule with how many organisations it holds for.
type RuleCount struct {
	HelpRule
	// Value is how many there are.
	Value int `json:"value"`
}

// Part is a part of the lines: those that were chosen, page by page.
type Part struct {
	// Chosen is how many lines were chosen, Page of Pages this is.
	Chosen int `json:"chosen"`
	Page   int `json:"page"`
	Pages  int `json:"pages"`
}

// NewPortfolio puts lines together, one for each tenant, as of a moment. They are sorted
// by a table of rules, HelpRules if it is nil. The same lines give the same portfolio,
// in whatever order they come.
func NewPortfolio(lines []Line, at time.Time, rules []HelpRule) Portfolio {
	if rules == nil {
		rules = HelpRules()
	}
	all := make([]Line, len(lines))
	for i, l := range lines {
		all[i] = l.clone()
		all[i].Needs = needsOf(all[i], rules)
	}
	rank := make(map[string]int, len(rules))
	for i, r := range rules {
		rank[r.ID] = i
	}
	slices.SortFunc(all, func(a, b Line) int { return worse(a, b, rank) })
	return sum(all, at.UTC(), rules)
}

func needsOf(l Line, rules []HelpRule) []Need {
	var out []Need
	for _, r := range rules {
		if n := r.Of(l); n > 0 {
			said := r.Says(l, n)
			out = append(out, Need{Rule: r.ID, Measure: n, Text: english.Text(said), Said: said})
		}
	}
	return out
}

// worse compares two lines by who needs help more.
func worse(a, b Line, rank map[string]int) int {
	for i := 0; i < len(a.Needs) && i < len(b.Needs); i++ {
		x, y := a.Needs[i], b.Needs[i]
		if x.Rule != y.Rule {
			return cmp.Compare(rank[x.Rule], rank[y.Rule]) // the other has nothing of the earlier rule
		}
		if x.Measure != y.Measure {
			return cmp.Compare(y.Measure, x.Measure)
		}
	}
	if len(a.Needs) != len(b.Needs) {
		return cmp.Compare(len(b.Needs), len(a.Needs))
	}
	if a.Standing != nil && b.Standing != nil {
		p, q := a.Standing.share(), b.Standing.share()
		if c := cmp.Or(cmp.Compare(a.Standing.Level, b.Standing.Level), cmp.Compare(p, q)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Tenant, b.Tenant))
}

// share is how much of what the next level asks for is met, in a thousand.
func (s *Standing) share() int {
	if s.Progress == nil {
		return 1000
	}
	return 1000 * s.Progress.Met / max(1, s.Progress.Of)
}

// sum adds up lines that are in order.
func sum(lines []Line, at time.Time, rules []HelpRule) Portfolio {
	p := Portfolio{Schema: PortfolioSchema, At: at, Lines: lines, Levels: []LevelCount{}, Systems: []Graded{}, Rules: []RuleCount{}}
	t := &p.Totals
	levels, systems, held := make(map[maturity.Level]int), make(map[impact.Level]*Graded), make(map[string]int)
	for i := range lines {
		l := &lines[i]
		t.Organisations++
		for _, n := range l.Needs {
			held[n.Rule]++
		}
		s := l.Standing
		if s == nil {
			pending := l.Unread != nil && l.Unread.Pending
			t.Pending += truth(pending)
			t.Unread += truth(!pending)
			continue
		}
		t.Stale += truth(l.Until.Before(at))
		t.Majors += s.Majors
		t.Minors += s.Minors
		t.Overdue += s.Overdue
		t.Ungoverned += s.Ungoverned
		t.Live += s.Live
		t.Certified += truth(s.Certificate.Tone == ToneOK)
		t.Rising += truth(s.Course.Way == WayUp)
		t.Falling += truth(s.Course.Way == WayDown)
		levels[s.Level]++
		for _, g := range s.Systems {
			if systems[g.Level] == nil {
				systems[g.Level] = &Graded{Level: g.Level}
			}
			to := systems[g.Level]
			to.Covered, to.Unknown, to.Of = to.Covered+g.Covered, to.Unknown+g.Unknown, to.Of+g.Of
		}
	}
	for _, l := range maturity.Levels() {
		p.Levels = append(p.Levels, LevelCount{l, levels[l]})
	}
	for _, g := range systems {
		p.Systems = append(p.Systems, *g)
	}
	slices.SortFunc(p.Systems, func(a, b Graded) int { return cmp.Compare(b.Level.Rank(), a.Level.Rank()) })
	for _, r := range rules {
		p.Rules = append(p.Rules, RuleCount{r, held[r.ID]})
	}
	return p
}

// Only is the portfolio of those organisations of which sees returns true: nothing of
// it, sums among them, tells of another.
func (p Portfolio) Only(sees func(tenant string) bool) Portfolio {
	lines := []Line{}
	for _, l := range p.Lines {
		if sees(l.Tenant) {
			lines = append(lines, l)
		}
	}
	return sum(lines, p.At, p.rules())
}

// Redact is the portfolio as somebody sees it who is shown no more of each line than leave
// returns of it, such as [Line.WithoutRecords]: sums, the rules that hold and the order are
// worked out again on what is left. Its tenant stays. Rules that came as JSON measure
// nothing; without any other HelpRules are taken.
func (p Portfolio) Redact(leave func(Line) Line) Portfolio {
	lines := make([]Line, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = leave(l.clone())
		lines[i].Tenant = l.Tenant
	}
	rules := slices.DeleteFunc(p.rules(), func(r HelpRule) bool { return r.Of == nil || r.Says == nil })
	if len(rules) == 0 {
		rules = nil
	}
	out := NewPortfolio(lines, p.At, rules)
	out.Totals.More = p.Totals.More
	return out
}

// rules are its rules without how many they hold for.
func (p *Portfolio) rules() []HelpRule {
	rules := make([]HelpRule, len(p.Rules))
	for i, r := range p.Rules {
		rules[i] = r.HelpRule
	}
	return rules
}
