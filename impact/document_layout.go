package impact

import (
	_ "embed" // for the table
	"slices"
	"sync"
)

// DocumentLayout is a way to lay an assessment out: a table of what a standard or
// a law asks for and the fields that answer it.
type DocumentLayout struct {
	// ID is the layout, Title what the document is called.
	ID    Layout `json:"id"`
	Title string `json:"title"`
	// Source is what asks for it, Notes what is to be known of it.
	Source string   `json:"source"`
	Notes  []string `json:"notes,omitempty"`
	// Elements are what is asked for, in order.
	Elements []LayoutElement `json:"elements"`
	// LeavesOut are fields of an Assessment that the layout has no use for, with the
	// reason; only LayoutISO42005, which lays out all others, lists them.
	LeavesOut []LeftOut `json:"leaves_out,omitempty"`
}

// LayoutElement is one thing that a layout asks for.
type LayoutElement struct {
	// ID, Title and Source are those of the DocumentElement.
	ID     string `json:"id"`
	Title  string `json:"title"`
	Source string `json:"source"`
	// From are the fields that answer it, as paths.
	From []string `json:"from,omitempty"`
	// Optional are those of them that need not say anything, and Any groups of them
	// of which one is enough.
	Optional []string   `json:"optional,omitempty"`
	Any      [][]string `json:"any,omitempty"`
	// Against are answers that speak against what the document is to show.
	Against []LayoutAgainst `json:"against,omitempty"`
	// CannotAnswer says what no field has a place for.
	CannotAnswer string `json:"cannot_answer,omitempty"`
}

// LayoutAgainst is what a field must not say.
type LayoutAgainst struct {
	// Field is the path of an attribute of the system, Values are the answers.
	Field  string   `json:"field"`
	Values []string `json:"values"`
}

// LeftOut is a field that a layout leaves out.
type LeftOut struct {
	// Field is its path, Why the reason.
	Field string `json:"field"`
	Why   string `json:"why"`
}

//go:embed data/documents.json
var documentsJSON []byte

var documentLayouts = sync.OnceValue(func() []DocumentLayout { return mustDecode[[]DocumentLayout](documentsJSON) })

// DocumentLayouts returns the tables behind Assessment.Document. The caller may
// change what it gets. Sources: ISO/IEC 42005:2025 (numbers and titles); the EU
// AI Act, Articles 6(3) and (4), 27 and 49 and Annex VIII, as amended by
// Regulation (EU) 2026/1744; the GDPR, Article 35(7); Canada's Algorithmic
// Impact Assessment.
func DocumentLayouts() []DocumentLayout {
	all := slices.Clone(documentLayouts())
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// clone returns a copy that shares nothing with the table.
func (l DocumentLayout) clone() DocumentLayout {
	l.Notes, l.Elements, l.LeavesOut = slices.Clone(l.Notes), slices.Clone(l.Elements), slices.Clone(l.LeavesOut)
	for i := range l.Elements {
		e := &l.Elements[i]
		if e.From = slices.Clone(e.From); e.From == nil {
			e.From = []string{}
		}
		e.Optional, e.Any = slices.Clone(e.Optional), slices.Clone(e.Any)
		for j := range e.Any {
			e.Any[j] = slices.Clone(e.Any[j])
		}
		e.Against = slices.Clone(e.Against)
		for j := range e.Against {
			e.Against[j].Values = slices.Clone(e.Against[j].Values)
		}
	}
	return l
}

// either returns the fields of which one is enough: those that stand in a group
// with the path, or it alone.
func (e LayoutElement) either(path string) []string {
	for _, group := range e.Any {
		if slices.Contains(group, path) {
			return group
		}
	}
	return []string{path}
}
