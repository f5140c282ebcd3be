package crosswalk

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// CoverageModel names the rules by which Coverage judges. It changes when the
// same input could give another result.
const CoverageModel = "crosswalk-coverage-1"

// Support says that evidence supports an element.
type Support struct {
	// Ref is the element that the evidence supports.
	Ref Ref `json:"ref"`
	// By are the IDs of the evidence, as the caller knows them; it may be empty.
	By []string `json:"by,omitempty"`
}

// Report says how far a framework is covered.
type Report struct {
	// Model is CoverageModel.
	Model string `json:"model"`
	// Target is the ID of the framework.
	Target string `json:"target"`
	// Title is the framework's title.
	Title string `json:"title"`
	// Version is the framework's version.
	Version string `json:"version"`
	// Sets are the mapping sets that paths could run over.
	Sets []SetVersion `json:"sets"`
	// Supported is how many different elements the evidence supports.
	Supported int `json:"supported"`
	// Unknown are the references among them that no framework of the catalogue
	// holds; they count for nothing.
	Unknown []Ref `json:"unknown,omitempty"`
	// Totals are those of the whole framework.
	Totals Totals `json:"totals"`
	// Partly splits the partly covered by the relation of their best path, in
	// the order of Relations, leaving out those with none.
	Partly []RelationTotal `json:"partly,omitempty"`
	// Groups are the totals of each clause, objective, theme, function or
	// category that has requirements below it, in the framework's order.
	Groups []Group `json:"groups"`
	// Elements are the requirements, in the framework's order.
	Elements []ElementCoverage `json:"elements"`
}

// SetVersion names a mapping set as it was used.
type SetVersion struct {
	// ID is the set's ID.
	ID string `json:"id"`
	// Version is its version.
	Version string `json:"version"`
}

// Totals counts requirements by status.
type Totals struct {
	// Elements is how many requirements there are; the sum of the others.
	Elements int `json:"elements"`
	// Covered counts those that are covered.
	Covered int `json:"covered"`
	// Partial counts those that are covered in part.
	Partial int `json:"partial"`
	// Open counts those that nothing reaches.
	Open int `json:"open"`
}

func (t *Totals) count(s Status) {
	t.Elements++
	switch s {
	case Covered:
		t.Covered++
	case Partial:
		t.Partial++
	default:
		t.Open++
	}
}

// RelationTotal counts requirements by the relation of their best path.
type RelationTotal struct {
	// Relation is the relation.
	Relation Relation `json:"relation"`
	// Elements is how many requirements there are of it.
	Elements int `json:"elements"`
}

// Group is the totals of what is below one element.
type Group struct {
	// Ref is the element.
	Ref Ref `json:"ref"`
	// Name is its title, or its statement if it has none.
	Name string `json:"name"`
	// Kind is its kind.
	Kind Kind `json:"kind"`
	// Totals counts all requirements below it, at any depth.
	Totals Totals `json:"totals"`
}

// ElementCoverage is how far one requirement is covered.
type ElementCoverage struct {
	// Ref is the requirement.
	Ref Ref `json:"ref"`
	// Name is its title, or its statement if it has none.
	Name string `json:"name"`
	// Kind is its kind.
	Kind Kind `json:"kind"`
	// Parent is the ID of the element that it is a part of.
	Parent string `json:"parent,omitempty"`
	// Status is the best that any one path gives.
	Status Status `json:"status"`
	// Relation is that of the best path; empty if it is open.
	Relation Relation `json:"relation,omitempty"`
	// Strength is that of the best path.
	Strength Strength `json:"strength,omitempty"`
	// Why says in a sentence what the status rests on; Text is the same as format and
	// arguments, to be told in another language.
	Why  string     `json:"why"`
	Text issue.Text `json:"text"`
	// Paths are the ways by which the evidence reaches it, the best first: one
	// for each supported element, and that element's best.
	Paths []Path `json:"paths,omitempty"`
}

// Element returns how far the requirement with the given ID is covered.
func (r Report) Element(id string) (ElementCoverage, bool) {
	for _, e := range r.Elements {
		if e.Ref.Element() == id {
			return e, true
		}
	}
	return ElementCoverage{}, false
}

// Summary returns the totals in a sentence.
func (r Report) Summary() string { return r.SummaryText().String() }

// SummaryText is Summary as a text that can be told in another language.
func (r Report) SummaryText() issue.Text {
	title := issue.Plain(r.Title)
	if len(r.Partly) == 0 {
		return issue.NewText("%s: of %d requirements %d covered, %d in part, %d open", title, r.Totals.Elements, r.Totals.Covered, r.Totals.Partial, r.Totals.Open)
	}
	parts := make([]issue.Text, len(r.Partly))
	for i, p := range r.Partly {
		parts[i] = issue.NewText("%s: %d", issue.Word(p.Relation), p.Elements)
	}
	return issue.NewText("%s: of %d requirements %d covered, %d in part (%s), %d open", title, r.Totals.Elements, r.Totals.Covered, r.Totals.Partial,
		issue.Join("%s, %s", parts), r.Totals.Open)
}

// supported is one supported element with all the evidence for it.
type supported struct {
	node int
	by   []string
}

// gather merges supports of the same element. Its result depends on what is
// supported by what, and not on the order or on how it was cut up.
func (c *Catalogue) gather(in []Support) (known []supported, unknown []Ref, total int) {
	by := make(map[Ref][]string)
	for _, s := range in {
		if !s.Ref.IsZero() {
			by[s.Ref] = append(by[s.Ref], s.By...)
		}
	}
	for ref, ids := range by {
		slices.Sort(ids)
		if n, ok := c.graph.index[ref]; ok {
			known = append(known, supported{n, slices.Compact(ids)})
		} else {
			unknown = append(unknown, ref)
		}
	}
	slices.SortFunc(known, func(a, b supported) int { return a.node - b.node })
	slices.SortFunc(unknown, CompareRefs)
	return known, unknown, len(by)
}

// Coverage says how far what is supported covers the framework with the ID
// target, and over which paths; the package documentation has the rules. The
// same supports give the same report in any order, and one more support never
// lowers a status. Zero references are passed over. It fails only if the
// catalogue has no such framework.
func (c *Catalogue) Coverage(target string, supports []Support) (Report, error) {
	at, ok := c.byID(target)
	if !ok {
		return Report{}, issue.Issues{issueIn("coverage", 0, "target", "unknown", target, "the catalogue has no such framework")}
	}
	f := &c.frameworks[at]
	known, unknown, total := c.gather(supports)
	rep := Report{Model: CoverageModel, Target: f.ID, Title: f.Title, Version: f.Version, Supported: total, Unknown: unknown,
		Sets: make([]SetVersion, len(c.sets)), Groups: []Group{}, Elements: []ElementCoverage{}}
	for i, s := range c.sets {
		rep.Sets[i] = SetVersion{s.ID, s.Version}
	}

	type arrival struct {
		source int // in known
		trail  *trail
	}
	arrivals := make(map[int][]arrival) // by node
	leads := make(map[int]*trail)       // ways that carry nothing
	from := make(map[string]bool)       // frameworks that something is supported of
	for i, s := range known {
		from[c.graph.nodes[s.node].ref.framework] = true
		best, dead := c.graph.walk(s.node)
		for n, t := range best {
			if c.graph.nodes[n].framework == at {
				arrivals[n] = append(arrivals[n], arrival{i, t})
			}
		}
		for n, t := range dead {
			if _, seen := leads[n]; !seen {
				leads[n] = t
			}
		}
	}

	totals := make(map[string]*Totals) // by parent
	for _, e := range f.Elements {
		if !e.Leaf {
			totals[e.ID] = &Totals{}
		}
	}
	partly := make(map[Relation]int)
	for _, e := range f.Elements {
		if !e.Requirement() {
			continue
		}
		ref := Ref{f.ID, e.ID}
		n := c.graph.index[ref]
		ec := ElementCoverage{Ref: ref, Name: e.Name(), Kind: e.Kind, Parent: e.Parent, Status: Open}
		found := arrivals[n]
		slices.SortStableFunc(found, func(a, b arrival) int { return better(a.trail, b.trail) })
		for _, a := range found {
			s := known[a.source]
			ec.Paths = append(ec.Paths, a.trail.path(c.graph.nodes[s.node].ref, slices.Clone(s.by)))
		}
		if len(ec.Paths) > 0 {
			p := ec.Paths[0]
			ec.Status, ec.Relation, ec.Strength = p.Status, p.Relation, p.Strength
			ec.Text = because(p, len(ec.Paths)-1)
			if ec.Status == Partial {
				partly[ec.Relation]++
			}
		} else {
			ec.Text = c.openBecause(n, leads[n], from)
		}
		ec.Why = ec.Text.String()
		rep.Elements = append(rep.Elements, ec)
		rep.Totals.count(ec.Status)
		for up := e.Parent; up != ""; up = c.graph.nodes[c.graph.index[Ref{f.ID, up}]].element.Parent {
			totals[up].count(ec.Status)
		}
	}
	for _, e := range f.Elements {
		if t := totals[e.ID]; t != nil && t.Elements > 0 {
			rep.Groups = append(rep.Groups, Group{Ref: Ref{f.ID, e.ID}, Name: e.Name(), Kind: e.Kind, Totals: *t})
		}
	}
	for _, r := range Relations() {
		if n := partly[r]; n > 0 {
			rep.Partly = append(rep.Partly, RelationTotal{r, n})
		}
	}
	return rep, nil
}

// Reuse says how much of the framework with the ID to is given by one that is
// wholly fulfilled: the coverage if evidence supports every requirement of the
// framework with the ID from. It answers "how much of ISO/IEC 42001 does our
// ISMS already give us?" before any evidence is on file.
func (c *Catalogue) Reuse(from, to string) (Report, error) {
	i, ok := c.byID(from)
	if !ok {
		return Report{}, issue.Issues{issueIn("reuse", 0, "from", "unknown", from, "the catalogue has no such framework")}
	}
	var all []Support
	for _, e := range c.frameworks[i].Elements {
		if e.Requirement() {
			all = append(all, Support{Ref: Ref{from, e.ID}})
		}
	}
	return c.Coverage(to, all)
}

// because says what the best path gives, and that there are more.
func because(p Path, more int) issue.Text {
	text := issue.NewText("supported directly")
	switch {
	case len(p.Steps) == 0 && len(p.By) > 0:
		text = issue.NewText("supported directly by %s", some(p.By))
	case len(p.Steps) > 0:
		text = issue.NewText("%s, which %s", p.From, verb(p.Relation))
		if p.Strength != Unstated {
			text = issue.NewText("%s (strength %d of %d)", text, int(p.Strength), int(Full))
		}
		if len(p.Steps) > 1 {
			over := make([]issue.Text, len(p.Steps)-1)
			for i, s := range p.Steps[1:] {
				over[i] = issue.NewText("%s", s.From)
			}
			text = issue.NewText("%s, over %s", text, issue.Join("%s and %s", over))
		}
		if p.Derived {
			text = issue.NewText("%s, by a step that is derived", text)
		}
		text = issue.NewText("%s: %s", text, p.Steps[0].Text())
	}
	switch {
	case more == 0:
		return text
	case len(p.Steps) > 0 && strings.HasSuffix(p.Steps[0].Reason, "."):
		return issue.NewText("%s And %d more.", text, more)
	}
	return issue.NewText("%s; and %d more", text, more)
}

// openBecause says why nothing reaches a requirement: sets know that the
// frameworks that something is supported of have no counterpart, or all ways to
// it carry nothing, or there is none.
func (c *Catalogue) openBecause(n int, lead *trail, from map[string]bool) issue.Text {
	var reasons []issue.Text
	for _, a := range c.graph.nodes[n].absences {
		if from[a.framework] {
			reasons = append(reasons, reasonText(a.reason))
		}
	}
	switch {
	case len(reasons) > 0:
		return issue.NewText("nothing that is supported reaches it: %s", issue.Join("%s %s", reasons))
	case lead == nil:
		return issue.NewText("nothing that is supported reaches it")
	}
	steps := lead.steps()
	names := []issue.Text{issue.NewText("%s", steps[0].From)}
	for _, s := range steps {
		names = append(names, issue.NewText("%s", s.To))
	}
	return issue.NewText("the ways to it carry nothing, such as %s: what overlaps the middle need not meet at the end", issue.Join("%s, then %s", names))
}

func verb(r Relation) issue.Text {
	switch r {
	case Equal:
		return issue.NewText("asks for the same")
	case Superset:
		return issue.NewText("asks for all of it and more")
	case Subset:
		return issue.NewText("asks for a part of it")
	case Same:
		return issue.NewText("is the same requirement on another subject")
	case Extended:
		return issue.NewText("is the same requirement on another subject, with less in it")
	case Extends:
		return issue.NewText("is the same requirement on another subject, with more in it")
	}
	return issue.NewText("overlaps with it")
}

// some lists the first three.
func some(ids []string) issue.Text {
	if len(ids) > 3 {
		return issue.NewText("%s and %d more", strings.Join(ids[:3], ", "), len(ids)-3)
	}
	return issue.NewText("%s", strings.Join(ids, ", "))
}
