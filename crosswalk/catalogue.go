package crosswalk

import (
	"slices"

	"github.com/aimskit/aimskit/issue"
)

// Catalogue holds frameworks and the mapping sets between them. It does not
// change once made, and may be used by any number of goroutines. The zero
// Catalogue is empty.
type Catalogue struct {
	frameworks []Framework
	sets       []MappingSet
	graph      graph
}

// NewCatalogue returns a catalogue of the given frameworks and mapping sets, in
// that order. It copies them. It fails with an issue.Issues if one of them is not
// valid, if two frameworks or two sets have the same ID, or if a set is between
// frameworks that are not there.
func NewCatalogue(frameworks []Framework, sets []MappingSet) (*Catalogue, error) {
	return (*Catalogue)(nil).With(frameworks, sets)
}

// With returns a catalogue that has the given frameworks and mapping sets after
// those of c, on the same terms as NewCatalogue. A set may be between new
// frameworks and those of c. c stays as it is.
func (c *Catalogue) With(frameworks []Framework, sets []MappingSet) (*Catalogue, error) {
	out := &Catalogue{}
	if c != nil {
		out.frameworks, out.sets = slices.Clip(c.frameworks), slices.Clip(c.sets)
	}
	var all issue.Issues
	places, ids := make(map[string]int, len(out.frameworks)), make(map[string]bool, len(out.sets))
	for i, f := range out.frameworks {
		places[f.ID] = i
	}
	for _, s := range out.sets {
		ids[s.ID] = true
	}
	for _, f := range frameworks {
		if err := f.Validate(); err != nil {
			all.Merge("", err)
		} else if _, dup := places[f.ID]; dup {
			all.Append(issueIn("framework "+f.ID, 0, "id", "repeated", f.ID, "the catalogue has a framework of this ID"))
		} else {
			places[f.ID] = len(out.frameworks)
			out.frameworks = append(out.frameworks, f.clone())
		}
	}
	for _, s := range sets {
		from, okFrom := places[s.From]
		to, okTo := places[s.To]
		in := "mapping set " + clip(s.ID)
		if !okFrom {
			all.Append(issueIn(in, 0, "from", "unknown", s.From, "the catalogue has no such framework"))
		}
		if !okTo {
			all.Append(issueIn(in, 0, "to", "unknown", s.To, "the catalogue has no such framework"))
		}
		if !okFrom || !okTo {
			continue
		}
		if err := s.Validate(out.frameworks[from], out.frameworks[to]); err != nil {
			all.Merge("", err)
		} else if ids[s.ID] {
			all.Append(issueIn(in, 0, "id", "repeated", s.ID, "the catalogue has a mapping set of this ID"))
		} else {
			ids[s.ID] = true
			out.sets = append(out.sets, s.clone())
		}
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	out.graph = newGraph(out.frameworks, out.sets)
	return out, nil
}

func (c *Catalogue) byID(id string) (int, bool) {
	if c == nil {
		return 0, false
	}
	i := slices.IndexFunc(c.frameworks, func(f Framework) bool { return f.ID == id })
	return i, i >= 0
}

// Frameworks returns copies of the frameworks, in the order in which they were
// added.
func (c *Catalogue) Frameworks() []Framework {
	if c == nil {
		return nil
	}
	out := make([]Framework, len(c.frameworks))
	for i, f := range c.frameworks {
		out[i] = f.clone()
	}
	return out
}

// Framework returns a copy of the framework with the given ID. To look up
// single elements, Element is cheaper.
func (c *Catalogue) Framework(id string) (Framework, bool) {
	i, ok := c.byID(id)
	if !ok {
		return Framework{}, false
	}
	return c.frameworks[i].clone(), true
}

// Element returns the element that r points at.
func (c *Catalogue) Element(r Ref) (Element, bool) {
	if c == nil {
		return Element{}, false
	}
	n, ok := c.graph.index[r]
	if !ok {
		return Element{}, false
	}
	return c.graph.nodes[n].element, true
}

// MappingSets returns copies of the mapping sets, in the order in which they
// were added.
func (c *Catalogue) MappingSets() []MappingSet {
	if c == nil {
		return nil
	}
	out := make([]MappingSet, len(c.sets))
	for i, s := range c.sets {
		out[i] = s.clone()
	}
	return out
}

// MappingSet returns a copy of the mapping set with the given ID.
func (c *Catalogue) MappingSet(id string) (MappingSet, bool) {
	if c != nil {
		for _, s := range c.sets {
			if s.ID == id {
				return s.clone(), true
			}
		}
	}
	return MappingSet{}, false
}
