package crosswalk

import (
	"cmp"
	"fmt"
	"slices"
)

// MaxSteps is how many steps a path has at most. Two are needed from a
// subcategory of NIST over the guidance of Annex B to a control; a third leaves
// room for one of an organisation's own sets. A longer chain of judgements by
// different people says little.
const MaxSteps = 3

// Step is one step of a path, over a mapping read in either direction or from
// an element to what it is a part of and back.
type Step struct {
	// From is where the step begins.
	From Ref `json:"from"`
	// To is where it ends.
	To Ref `json:"to"`
	// Relation says how From relates to To.
	Relation Relation `json:"relation"`
	// Strength is the mapping's.
	Strength Strength `json:"strength,omitempty"`
	// Reason is the mapping's.
	Reason string `json:"reason"`
	// Set is the ID of the mapping set; empty for a step within a framework's
	// own order of parts.
	Set string `json:"set,omitempty"`
	// Reversed says that the mapping stands in the set from To to From.
	Reversed bool `json:"reversed,omitempty"`
	// Derived says that no source states the mapping.
	Derived bool `json:"derived,omitempty"`
	// Note is the mapping's, such as a corrected misprint.
	Note string `json:"note,omitempty"`
}

// Path is a way from something that evidence supports to a requirement.
type Path struct {
	// From is what the evidence supports.
	From Ref `json:"from"`
	// By are the IDs of the evidence for it.
	By []string `json:"by,omitempty"`
	// Steps are the steps; none where the evidence names the requirement.
	Steps []Step `json:"steps,omitempty"`
	// Relation is what the relations of all steps come to (see Compose).
	Relation Relation `json:"relation"`
	// Strength is what the strengths of all steps come to (see Strength.Then).
	Strength Strength `json:"strength,omitempty"`
	// Status is what the path gives on its own.
	Status Status `json:"status"`
	// Derived says that one of the steps is derived.
	Derived bool `json:"derived,omitempty"`
}

// graph is the elements of all frameworks and the ways between them.
type graph struct {
	nodes []node
	index map[Ref]int
	edges [][]edge // by node, in the order of the sets
}

type node struct {
	ref       Ref
	element   Element
	framework int
	absences  []absence
}

// absence is what a set says of an element that nothing in the other framework
// answers.
type absence struct {
	framework string // the other one
	reason    string
}

type edge struct {
	to   int
	step Step
}

func newGraph(frameworks []Framework, sets []MappingSet) graph {
	g := graph{index: make(map[Ref]int)}
	for i, f := range frameworks {
		for _, e := range f.Elements {
			ref := Ref{f.ID, e.ID}
			g.index[ref] = len(g.nodes)
			g.nodes = append(g.nodes, node{ref: ref, element: e, framework: i})
		}
	}
	g.edges = make([][]edge, len(g.nodes))
	for n, nd := range g.nodes {
		f := frameworks[nd.framework].ID
		for up := nd.element.Parent; up != ""; {
			p := g.index[Ref{f, up}]
			g.add(n, p, Step{Relation: Subset, Reason: fmt.Sprintf(partOf.format, nd.ref.Element(), up)})
			g.add(p, n, Step{Relation: Intersects, Reason: fmt.Sprintf(asWhole.format, up)})
			up = g.nodes[p].element.Parent
		}
	}
	for _, s := range sets {
		for _, m := range s.Mappings {
			if m.Repeat {
				continue
			}
			from, to := g.index[m.From], g.index[m.To]
			st := Step{Relation: m.Relation, Strength: m.Strength, Reason: m.Reason, Set: s.ID, Derived: m.Derived, Note: m.Note}
			g.add(from, to, st)
			st.Relation, st.Reversed = st.Relation.Reverse(), true
			g.add(to, from, st)
		}
		for _, u := range s.Unmatched {
			n := g.index[u.Ref]
			other := s.From
			if u.Ref.framework == s.From {
				other = s.To
			}
			g.nodes[n].absences = append(g.nodes[n].absences, absence{other, u.Reason})
		}
	}
	return g
}

func (g *graph) add(from, to int, s Step) {
	s.From, s.To = g.nodes[from].ref, g.nodes[to].ref
	g.edges[from] = append(g.edges[from], edge{to, s})
}

// trail is a way found so far. It shares its beginning with others.
type trail struct {
	relation Relation
	strength Strength
	derived  bool
	length   int
	last     *Step
	before   *trail
}

// better orders trails by what they are worth: what they give, then how much
// of the evidence serves, then the relation, then the shorter, then those that
// somebody states.
func better(a, b *trail) int {
	return cmp.Or(
		-cmp.Compare(a.relation.Gives().Rank(), b.relation.Gives().Rank()),
		-cmp.Compare(a.strength, b.strength),
		cmp.Compare(slices.Index(Relations(), a.relation), slices.Index(Relations(), b.relation)),
		cmp.Compare(a.length, b.length),
		cmpBool(a.derived, b.derived),
	)
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// walk finds the best trail from one node to each that can be reached. In dead
// it gives, for nodes at which ways over mappings arrive that carry nothing, the
// first of these.
//
// A trail that goes on depends on its relation and strength alone, so it is
// enough to keep the strongest for each node and relation: the work is bounded
// by the number of mappings, not of paths.
func (g *graph) walk(from int) (best map[int]*trail, dead map[int]*trail) {
	type state struct {
		node     int
		relation Relation
	}
	start := state{from, Equal}
	known := map[state]*trail{start: {relation: Equal, strength: Full}}
	dead = make(map[int]*trail)
	frontier := []state{start}
	for step := 1; step <= MaxSteps && len(frontier) > 0; step++ {
		found := make(map[state]*trail)
		var next []state
		for _, at := range frontier {
			t := known[at]
			for i := range g.edges[at.node] {
				e := &g.edges[at.node][i]
				if e.to == from {
					continue
				}
				way := &trail{strength: t.strength.Then(e.step.Strength), derived: t.derived || e.step.Derived, length: step, last: &e.step, before: t}
				r, ok := Compose(at.relation, e.step.Relation)
				if !ok {
					if _, seen := dead[e.to]; !seen && way.mapped() {
						dead[e.to] = way
					}
					continue
				}
				way.relation = r
				s := state{e.to, r}
				if old, ok := known[s]; ok && better(old, way) <= 0 {
					continue
				}
				if old, ok := found[s]; !ok {
					next = append(next, s)
				} else if better(old, way) <= 0 {
					continue
				}
				found[s] = way
			}
		}
		for s, t := range found {
			known[s] = t
		}
		frontier = next
	}
	best = make(map[int]*trail)
	for s, t := range known {
		// Two states of one node differ in relation, so better never ties.
		if old, ok := best[s.node]; !ok || better(t, old) < 0 {
			best[s.node] = t
		}
	}
	return best, dead
}

// mapped reports whether every step of the trail runs over a mapping.
func (t *trail) mapped() bool {
	for ; t.length > 0; t = t.before {
		if t.last.Set == "" {
			return false
		}
	}
	return true
}

// steps returns the steps of the trail from its beginning.
func (t *trail) steps() []Step {
	if t.length == 0 {
		return nil
	}
	out := make([]Step, t.length)
	for i := t.length - 1; i >= 0; i-- {
		out[i] = *t.last
		t = t.before
	}
	return out
}

func (t *trail) path(from Ref, by []string) Path {
	return Path{From: from, By: by, Steps: t.steps(), Relation: t.relation, Strength: t.strength, Status: t.relation.Gives(), Derived: t.derived}
}
