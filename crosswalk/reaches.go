package crosswalk

// Reach is a requirement that evidence for something else helps with.
type Reach struct {
	// Ref is the requirement.
	Ref Ref `json:"ref"`
	// Name is its title, or its statement if it has none.
	Name string `json:"name"`
	// Status is what the path gives.
	Status Status `json:"status"`
	// Path is the best way to it.
	Path Path `json:"path"`
}

// Reaches returns the requirements that evidence for refs helps with besides
// refs themselves: what one piece of evidence is good for. They come in the
// order of the catalogue's frameworks and their elements. References that the
// catalogue does not know reach nothing.
func (c *Catalogue) Reaches(refs ...Ref) []Reach {
	if c == nil {
		return nil
	}
	given := make(map[int]bool, len(refs))
	var sources []int
	for _, r := range refs {
		if n, ok := c.graph.index[r]; ok && !given[n] {
			given[n] = true
			sources = append(sources, n)
		}
	}
	type arrival struct {
		source int
		trail  *trail
	}
	best := make(map[int]arrival)
	for _, from := range sources {
		found, _ := c.graph.walk(from)
		for n, t := range found {
			old, ok := best[n]
			if !ok {
				best[n] = arrival{from, t}
				continue
			}
			// Between equals the earlier element wins, whatever the order of refs.
			if o := better(t, old.trail); o < 0 || o == 0 && from < old.source {
				best[n] = arrival{from, t}
			}
		}
	}
	var out []Reach
	for n, nd := range c.graph.nodes {
		a, ok := best[n]
		if !ok || given[n] || !nd.element.Requirement() {
			continue
		}
		p := a.trail.path(c.graph.nodes[a.source].ref, nil)
		out = append(out, Reach{Ref: nd.ref, Name: nd.element.Name(), Status: p.Status, Path: p})
	}
	return out
}
