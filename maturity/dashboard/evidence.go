package dashboard

import (
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/internal/uncopied"
)

// item is what the tiles need of one piece of evidence.
type item struct {
	id, title string
	collected calendar.Date
	until     calendar.Date
	collector string
	fresh     bool
	supports  []crosswalk.Ref
}

// proofs is what the evidence says.
type proofs struct {
	ends    []owed             // until when each counts, by day
	shown   map[annexa.ID]bool // controls that some shows which is fresh
	clauses map[string]*clauseShown
	reuse   Evidence
	ages    []AgeBin
	shared  Figure // by ISO/IEC 27001 too
}

func (k *look) walkEvidence() proofs {
	items := k.items()
	return proofs{ends: endsOf(items), shown: evidenced(items), clauses: clausesShown(items), reuse: k.reuse(items), ages: k.evidenceAges(items), shared: k.sharedWith27001(items)}
}

// told is what the board is told of evidence.
func (p *proofs) told() Evidence {
	e := p.reuse
	e.Frameworks, e.Items, e.Shared, e.RunOut = slices.Clone(e.Frameworks), e.Items.own(), e.Shared.own(), e.RunOut.own()
	return e
}

func endsOf(items []item) []owed {
	ends := make([]owed, 0, len(items))
	for i := range items {
		if e := &items[i]; !e.until.IsZero() {
			ends = append(ends, owed{of: aims.Subject{Kind: aims.KindEvidence, ID: e.id}, name: e.title, what: mark("Evidence"), who: e.collector, as: "collector", on: e.until})
		}
	}
	return byDay(ends)
}

func (k *look) items() (items []item) {
	for e := range all[aims.Evidence](k.v, aims.KindEvidence) {
		i := item{id: e.ID, title: e.Title, collected: e.Collected, until: e.ValidUntil, collector: e.Collector, fresh: e.Fresh(k.today), supports: e.Supports}
		if not := func(r crosswalk.Ref) bool { return r.Framework() == aims.FrameworkID && !k.v.CouldProve(*e, r) }; slices.ContainsFunc(e.Supports, not) {
			i.supports = slices.DeleteFunc(slices.Clone(e.Supports), not)
		}
		items = append(items, i)
	}
	return items
}

func (k *look) itemRef(i *item) Ref {
	return k.ref(aims.Subject{Kind: aims.KindEvidence, ID: i.id}, i.title)
}

// evidenced are the controls that fresh evidence shows.
func evidenced(items []item) map[annexa.ID]bool {
	shown := make(map[annexa.ID]bool)
	seen := make(map[crosswalk.Ref]bool)
	for n := range items {
		i := &items[n]
		if !i.fresh {
			continue
		}
		for _, r := range i.supports {
			if seen[r] || r.Framework() != aims.FrameworkID {
				continue
			}
			seen[r] = true
			if id, err := annexa.Parse(r.Element()); err == nil {
				shown[id] = true
			}
		}
	}
	return shown
}

// Evidence is what evidence that is collected once covers of each framework.
type Evidence struct {
	// Frameworks are how far each framework is covered.
	Frameworks []FrameworkRow `json:"frameworks"`
	// Items is how many pieces of fresh evidence there are of all, Requirements how
	// many requirements of any framework they serve.
	Items        Figure `json:"items"`
	Requirements int    `json:"requirements"`
	// Shared serve more than one framework; RunOut run out within the horizon.
	Shared  Figure `json:"shared"`
	RunOut  Figure `json:"run_out"`
	Horizon int    `json:"horizon"`
}

// FrameworkRow is how far one framework is covered: in full, in part, not at all.
type FrameworkRow struct {
	// ID names it.
	ID string `json:"id"`
	// Title is what it is called.
	Title string `json:"title"`
	// Version is the version of it.
	Version string `json:"version"`
	Covered int    `json:"covered"`
	// Partial counts requirements that are covered in part.
	Partial int `json:"partial"`
	// Open counts those that nothing reaches.
	Open int `json:"open"`
	// Of is how many there are in all.
	Of int `json:"of"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

var shortFrameworks = map[string]string{"iso42001": "ISO/IEC 42001", "iso27001": "ISO/IEC 27001", "nist-ai-rmf": "NIST AI RMF"}

func (k *look) reuse(items []item) Evidence {
	out := Evidence{Frameworks: []FrameworkRow{}, Horizon: k.in.Horizon,
		Items:  Figure{ID: "board.evidence.items", Label: k.say("pieces of evidence count"), Of: len(items), List: listRoute("evidence", "fresh", "yes")},
		Shared: Figure{ID: "board.evidence.shared", Label: k.say("serve more than one framework"), List: listRoute("evidence", "fresh", "yes", "shared", "yes")},
		RunOut: Figure{ID: "board.evidence.run_out", Label: k.say("run out within %d days", k.in.Horizon), List: listRoute("expiries", "kind", "evidence")}}
	supports := uncopied.Supported(k.v, k.now)
	for _, id := range k.in.Frameworks {
		r, err := k.in.Catalogue.Coverage(id, supports)
		if err != nil {
			continue // Compute has looked whether the catalogue knows it
		}
		name := shortFrameworks[id]
		if name == "" {
			name = k.told(r.Title)
		}
		out.Frameworks = append(out.Frameworks, FrameworkRow{ID: id, Title: name, Version: r.Version, Covered: r.Totals.Covered, Partial: r.Totals.Partial,
			Open: r.Totals.Open, Of: r.Totals.Elements, List: "frameworks/" + id})
	}
	served := make(map[crosswalk.Ref]bool)
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for n := range items {
		i := &items[n]
		if !i.fresh {
			continue
		}
		out.Items.counted(k, func() Ref { return k.itemRef(i) })
		for _, r := range i.supports {
			served[r] = true
		}
		out.Shared.Of++
		if shared(i.supports) {
			out.Shared.counted(k, func() Ref { return k.itemRef(i) })
		}
		out.RunOut.Of++
		if !i.until.IsZero() && !i.until.After(k.on(end)) {
			out.RunOut.counted(k, func() Ref { return k.itemRef(i) })
			out.RunOut.Tone = ToneWarn
		}
	}
	out.Requirements = len(served)
	return out
}

// shared reports whether requirements are of more than one framework.
func shared(refs []crosswalk.Ref) bool {
	for _, r := range refs {
		if r.Framework() != refs[0].Framework() {
			return true
		}
	}
	return false
}

// AgeBin is how many pieces of evidence were collected so long ago.
type AgeBin struct {
	// Label is what a page calls it.
	Label string `json:"label"`
	// From and To are days of age; To is 0 of the last.
	From int `json:"from"`
	To   int `json:"to,omitempty"`
	// Fresh count still, RunOut no more.
	Fresh  int `json:"fresh"`
	RunOut int `json:"run_out"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

func (k *look) evidenceAges(items []item) []AgeBin {
	var bins []AgeBin
	from := 0
	for _, a := range evidenceAges {
		bins = append(bins, AgeBin{Label: k.told(a.label), From: from, To: a.most, List: listRoute("evidence", "age", a.id)})
		from = a.most + 1
	}
	bins[len(bins)-1].To = 0
	for n := range items {
		e := &items[n]
		b := &bins[binOf(k.today.Sub(e.collected))]
		if e.fresh {
			b.Fresh++
		} else {
			b.RunOut++
		}
	}
	return bins
}

// age is a span of ages in days: those beyond the one before, up to the most.
type age struct {
	id, label string
	most      int
}

// evidenceAges are how old evidence is.
var evidenceAges = []age{{"month", mark("up to a month"), 30}, {"quarter", mark("to a quarter"), 91}, {"half-year", mark("to half a year"), 182}, {"year", mark("to a year"), 365}, {"older", mark("older"), 1 << 30}}

// ageName is what an age is called by its ID.
func (k *look) ageName(ages []age, id string) string {
	if i := slices.IndexFunc(ages, func(a age) bool { return a.id == id }); i >= 0 {
		return k.told(ages[i].label)
	}
	return id
}

// binOf is the place in evidenceAges of an age.
func binOf(days int) int {
	last := len(evidenceAges) - 1
	for i, a := range evidenceAges[:last] {
		if days <= a.most {
			return i
		}
	}
	return last
}

func (k *look) ageCell(days int) cell {
	a := evidenceAges[binOf(days)]
	return cell{text: k.told(a.label), key: a.id}
}

// Overlap is what an ISO/IEC 27001 management system and this one have in common.
type Overlap struct {
	// Holds says that the organisation has said it runs one.
	Holds bool `json:"holds"`
	// Shared are pieces of fresh evidence that serve both.
	Shared Figure `json:"shared"`
	// Covered, Partial and Open of Of requirements of ISO/IEC 42001 are what a whole
	// system of the other kind brings by itself.
	Covered int `json:"covered"`
	Partial int `json:"partial"`
	Open    int `json:"open"`
	Of      int `json:"of"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

// sharedWith27001 counts the pieces that serve both.
func (k *look) sharedWith27001(items []item) Figure {
	out := Figure{ID: "lead.overlap.shared", Label: k.say("pieces of evidence serve both"), List: listRoute("evidence", "fresh", "yes", "shared", "yes")}
	for n := range items {
		i := &items[n]
		if !i.fresh {
			continue
		}
		out.Of++
		var one, other bool
		for _, r := range i.supports {
			one = one || r.Framework() == aims.FrameworkID
			other = other || r.Framework() == "iso27001"
		}
		if one && other {
			out.counted(k, func() Ref { return k.itemRef(i) })
		}
	}
	return out
}

func (k *look) overlap() Overlap {
	out := Overlap{Holds: k.v.Organisation().HoldsISO27001, List: "frameworks/iso27001", Shared: k.proofs.shared.own()}
	r := keep(k, "reuse", func() crosswalk.Totals {
		r, err := k.in.Catalogue.Reuse("iso27001", aims.FrameworkID)
		if err != nil {
			return crosswalk.Totals{}
		}
		return r.Totals
	})
	out.Covered, out.Partial, out.Open, out.Of = r.Covered, r.Partial, r.Open, r.Elements
	return out
}
