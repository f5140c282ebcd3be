package dashboard

import (
	"slices"
	"sort"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// ClauseRow is one clause of the standard with what shows it.
type ClauseRow struct {
	Clause aims.Clause `json:"clause"`
	// Title is the clause's title.
	Title string `json:"title"`
	// Depth is 0 of clauses 4 to 10, 1 of those below them.
	Depth int `json:"depth"`
	// Fresh of All pieces of evidence for it count; Last is when the newest was
	// collected, By whom.
	Fresh int           `json:"fresh"`
	All   int           `json:"all"`
	Last  calendar.Date `json:"last,omitzero"`
	By    Person        `json:"by,omitzero"`
	// Criteria are those that rest on it.
	Criteria Split `json:"criteria"`
	// Majors and Findings count what was found about it.
	Majors   int `json:"majors"`
	Findings int `json:"findings"`
	// Audited is when the last audit that covers it was closed.
	Audited calendar.Date `json:"audited,omitzero"`
	// The lists that make them.
	EvidenceList string `json:"evidence_list"`
	// FindingsList makes the findings.
	FindingsList string `json:"findings_list"`
}

// under reports whether a clause is another one or below it.
func under(c, parent string) bool {
	return strings.HasPrefix(c, parent) && (len(c) == len(parent) || c[len(parent)] == '.')
}

func (k *look) clauses() []ClauseRow {
	rows := []ClauseRow{}
	shown := k.proofs.clauses
	audits := slices.Collect(all[aims.Audit](k.v, aims.KindAudit))
	for _, c := range aims.Clauses() {
		depth := strings.Count(c.String(), ".")
		if depth > 1 {
			continue
		}
		n := c.String()
		row := ClauseRow{Clause: c, Title: k.told(c.Title()), Depth: depth, EvidenceList: listRoute("evidence", "clause", n), FindingsList: listRoute("findings", "clause", n),
			Criteria: Split{ID: "auditor.clauses." + n, Label: n, List: listRoute("criteria", "clause", n), MetList: listRoute("criteria", "clause", n, "state", "met"),
				NotMetList: listRoute("criteria", "clause", n, "state", "not_met"), UnknownList: listRoute("criteria", "clause", n, "state", "unknown")}}
		if p := shown[n]; p != nil {
			row.All, row.Fresh, row.Last = p.all, p.fresh, p.last
			if !p.last.IsZero() {
				row.By = Person{ID: p.by, Name: k.name(p.by), As: k.say("collector")}
			}
		}
		for _, x := range k.report.Criteria {
			if slices.ContainsFunc(x.Clauses, func(y aims.Clause) bool { return under(y.String(), n) }) {
				row.Criteria.add(x.State)
			}
		}
		for clause, f := range k.ofClause {
			if under(clause.String(), n) {
				row.Findings += f.findings
				row.Majors += f.majors
			}
		}
		for _, a := range audits {
			if !a.ClosedOn.IsZero() && !a.ClosedOn.After(k.now) && a.Covers(c) && k.on(a.ClosedOn).After(row.Audited) {
				row.Audited = k.on(a.ClosedOn)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// clauseShown is the evidence of a clause and of what is under it.
type clauseShown struct {
	all, fresh int
	last       calendar.Date
	by         string // who collected the last
	item       *item  // the last that was counted
}

// clausesShown is what evidence there is, by clause.
func clausesShown(items []item) map[string]*clauseShown {
	shown := make(map[string]*clauseShown)
	for n := range items {
		i := &items[n]
		for _, r := range i.supports {
			if r.Framework() != aims.FrameworkID {
				continue
			}
			for clause := r.Element(); clause != ""; clause = clause[:max(0, strings.LastIndexByte(clause, '.'))] {
				p := shown[clause]
				if p == nil {
					p = new(clauseShown)
					shown[clause] = p
				}
				if p.item == i {
					continue
				}
				p.item = i
				p.all++
				p.fresh += truth(i.fresh)
				if i.collected.After(p.last) {
					p.last, p.by = i.collected, i.collector
				}
			}
		}
	}
	return shown
}

// CriterionRow is one criterion with what came of it and on whose word.
type CriterionRow struct {
	// ID names it.
	ID string `json:"id"`
	// Title is what it is called.
	Title string `json:"title"`
	// Level is the level that asks for it.
	Level maturity.Level `json:"level"`
	// State is what came of it.
	State maturity.State `json:"state"`
	Word  maturity.Basis `json:"word"`
	// Met counts what is met.
	Met int `json:"met"`
	Of  int `json:"of"`
	// Unknown counts what can't be told.
	Unknown int `json:"unknown"`
	// Found says what was found.
	Found string `json:"found,omitempty"`
	// Until is the last moment at which it stays met.
	Until calendar.Date `json:"until,omitzero"`
	// Subjects are the first records that fail it.
	Subjects []Ref `json:"subjects,omitempty"`
	// More is how many there are besides.
	More int `json:"more,omitempty"`
	// Route is where it is shown.
	Route string `json:"route"`
}

func (k *look) criteria() []CriterionRow {
	rows := []CriterionRow{}
	for _, c := range k.report.Criteria {
		row := CriterionRow{ID: c.ID, Title: k.told(c.Title), Level: c.Criterion.Level, State: c.State, Word: c.ResultBasis, Met: c.Met, Of: c.Of, Unknown: c.Outcome.Unknown,
			Found: k.plainOf(c.Text, c.Message), Until: k.on(c.Until), Route: "criteria/" + c.ID}
		row.Subjects, row.More = k.refs(c.Failing)
		rows = append(rows, row)
	}
	return rows
}

// FindingRow counts findings of one severity by how long they are so.
type FindingRow struct {
	Severity aims.Severity `json:"severity"`
	// Cells are its figures, one for each column.
	Cells []FindingCell `json:"cells"`
	Of    int           `json:"of"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

// FindingCell is how many are so old.
type FindingCell struct {
	// Age names how old they are.
	Age string `json:"age"`
	// Label is what a page calls it.
	Label string `json:"label"`
	// Value is how many there are.
	Value int `json:"value"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

var findingAges = []age{{"month", mark("up to 30 days"), 30}, {"quarter", mark("31 to 90 days"), 90}, {"older", mark("more than 90 days"), 1 << 30}, {"unknown", mark("not known since when"), 0}}

// findingAge is the place in findingAges of how old a finding is.
func findingAge(since, today calendar.Date) int {
	unknown := len(findingAges) - 1
	if since.IsZero() || since.After(today) {
		return unknown
	}
	days := today.Sub(since)
	for i, a := range findingAges[:unknown] {
		if days <= a.most {
			return i
		}
	}
	return unknown - 1
}

// foundIn are how many findings there are of a clause, and majors among them.
type foundIn struct{ findings, majors int }

// counted counts the findings by clause, and by severity and place of the age.
func (k *look) counted() (map[aims.Clause]*foundIn, map[aims.Severity][]int) {
	clauses, ages := make(map[aims.Clause]*foundIn), make(map[aims.Severity][]int)
	var last aims.Finding
	var in *foundIn
	var of []int
	for _, f := range k.findings {
		if in == nil || f.Clause != last.Clause || f.Severity != last.Severity { // those of one probe have the same
			if in = clauses[f.Clause]; in == nil {
				in = new(foundIn)
				clauses[f.Clause] = in
			}
			if of = ages[f.Severity]; of == nil {
				of = make([]int, len(findingAges))
				ages[f.Severity] = of
			}
			last.Clause, last.Severity = f.Clause, f.Severity
		}
		in.findings++
		in.majors += truth(f.Severity == aims.SeverityMajor)
		of[findingAge(f.Since, k.today)]++
	}
	return clauses, ages
}

// FoundList are findings one by one, the heaviest first, and of one severity those that are so
// longest.
type FoundList struct {
	// Items are the first of them, More is how many there are besides.
	Items []FoundRow `json:"items"`
	More  int        `json:"more,omitempty"`
	// List is the route of the list that has all.
	List string `json:"list"`
}

// FoundRow is one finding.
type FoundRow struct {
	// The record that it is of.
	Ref
	// Severity is how heavy it is, Check the ID of the check that made it, Clause what it
	// rests on.
	Severity aims.Severity `json:"severity"`
	Check    string        `json:"check"`
	Clause   string        `json:"clause,omitempty"`
	// Found says what was found, Next what to do.
	Found string `json:"found"`
	Next  string `json:"next,omitempty"`
	// Since is since when it is so, zero if nobody knows; Who answers for it, by Due, zero if
	// no day is on file.
	Since calendar.Date `json:"since,omitzero"`
	Who   Person        `json:"who,omitzero"`
	Due   calendar.Date `json:"due,omitzero"`
}

// mostFound is how many findings an auditor is told one by one: of more there is a list.
const mostFound = 100

// foundList is the list of the findings.
func (k *look) foundList() FoundList {
	unknown := func(f *aims.Finding) bool { return f.Since.IsZero() || f.Since.After(k.today) }
	// before reports whether one comes before another of the same severity: the oldest first, and
	// last those of which nobody knows since when.
	before := func(a, b *aims.Finding) bool {
		if unknown(a) || unknown(b) {
			return !unknown(a) && unknown(b)
		}
		return a.Since.Before(b.Since)
	}
	var first []*aims.Finding
	from := 0 // of those of this severity: the heaviest come first
	for _, f := range k.findings {
		if len(first) > 0 && first[len(first)-1].Severity != f.Severity {
			from = len(first)
		}
		if len(first) == mostFound {
			if from == mostFound || !before(f, first[mostFound-1]) {
				continue
			}
			first = first[:mostFound-1]
		}
		at := from + sort.Search(len(first)-from, func(i int) bool { return before(f, first[from+i]) })
		first = slices.Insert(first, at, f)
	}
	out := FoundList{Items: []FoundRow{}, More: len(k.findings) - len(first), List: "findings"}
	for _, f := range first {
		row := FoundRow{Ref: k.ref(f.Subject, f.Name), Severity: f.Severity, Check: f.Check, Clause: f.Clause.String(), Found: k.plainOf(f.Text, f.Message), Next: k.plainOf(f.NextText, f.Next), Since: f.Since}
		row.Who, row.Due = k.answers(f.Subject)
		out.Items = append(out.Items, row)
	}
	return out
}

func (k *look) findingAges() []FindingRow {
	rows := []FindingRow{}
	for _, s := range []aims.Severity{aims.SeverityMajor, aims.SeverityMinor, aims.SeverityOpportunity} {
		row := FindingRow{Severity: s, List: listRoute("findings", "severity", string(s))}
		for i, a := range findingAges {
			n := 0
			if of := k.ofAge[s]; of != nil {
				n = of[i]
			}
			c := FindingCell{Age: a.id, Label: k.told(a.label), Value: n, List: listRoute("findings", "severity", string(s), "age", a.id)}
			row.Of += c.Value
			row.Cells = append(row.Cells, c)
		}
		rows = append(rows, row)
	}
	return rows
}
