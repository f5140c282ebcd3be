package impact

import (
	_ "embed" // for the table
	"slices"
	"sync"
)

// Category is an entry of a taxonomy that the harms are grouped by or aligned
// with. No ID stands in two of the taxonomies, so that Harm.In needs no more.
type Category struct {
	// ID is the entry's number or name: "FAIR", "6", "6.3", "people/group",
	// "C.2.5".
	ID string `json:"id"`
	// Title is what its source calls it.
	Title string `json:"title"`
	// Source says whose it is, with the attribution that its licence asks for.
	Source string `json:"source"`
}

//go:embed data/categories.json
var categoriesJSON []byte

// taxonomies is the shape of the embedded table.
type taxonomies struct {
	Groups        []Category `json:"groups"`
	MITDomains    []Category `json:"mit_domains"`
	MITSubdomains []Category `json:"mit_subdomains"`
	NIST          []Category `json:"nist"`
	Objectives    []Category `json:"objectives"`
	RiskSources   []Category `json:"risk_sources"`
}

var categories = sync.OnceValue(func() taxonomies { return mustDecode[taxonomies](categoriesJSON) })

// HarmGroups returns the nine groups of Harms in order. They are our own.
func HarmGroups() []Category { return slices.Clone(categories().Groups) }

// MITDomains returns the seven domains of the MIT AI Risk Repository: Slattery
// et al., "The AI Risk Repository", 2024, arXiv:2408.12622. Numbers and titles
// are used under CC BY 4.0.
func MITDomains() []Category { return slices.Clone(categories().MITDomains) }

// MITSubdomains returns the 24 subdomains of the MIT AI Risk Repository, of
// which 7.6 came with its update of April 2025. Attribution and licence are
// those of MITDomains.
func MITSubdomains() []Category { return slices.Clone(categories().MITSubdomains) }

// NISTHarms returns whom AI can harm in the manner of the NIST AI RMF 1.0,
// figure 1: people, with three kinds below, an organisation, an ecosystem. NIST
// doesn't number them; the IDs are ours.
func NISTHarms() []Category { return slices.Clone(categories().NIST) }

// AnnexCObjectives returns the eleven objectives that ISO/IEC 42001:2023 Annex
// C names for organisations that manage AI risk, C.2.1 to C.2.11. Annex C is
// informative: an organisation sets its own.
func AnnexCObjectives() []Category { return slices.Clone(categories().Objectives) }

// AnnexCRiskSources returns the seven sources of risk that ISO/IEC 42001:2023
// Annex C names, C.3.1 to C.3.7. Annex C is informative.
func AnnexCRiskSources() []Category { return slices.Clone(categories().RiskSources) }
