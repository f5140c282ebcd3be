package impact

import (
	_ "embed" // for the table
	"maps"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/annexa"
)

// EvidenceKind is a kind of evidence that rules can require.
type EvidenceKind struct {
	// ID names the kind; Title says what it is.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Controls are the controls that it shows.
	Controls []annexa.ID `json:"controls"`
	// Days is for how many days it counts, by level.
	Days map[Level]int `json:"fresh_days"`
	// Accepts are the forms that it can take.
	Accepts []string `json:"accepts"`
	// Source says what asks for it; for how long it counts is our own proposal.
	Source string `json:"source"`
}

// FreshDays returns for how many days evidence of the kind counts for a system
// of a level; for unacceptable, and for no level, as for high.
func (k EvidenceKind) FreshDays(l Level) int {
	if days, ok := k.Days[l]; ok {
		return days
	}
	return k.Days[LevelHigh]
}

//go:embed data/evidence.json
var evidenceJSON []byte

var evidence = sync.OnceValue(func() []EvidenceKind { return mustDecode[[]EvidenceKind](evidenceJSON) })

// EvidenceKinds returns the kinds of evidence that rules can require. The
// caller may change what it gets.
func EvidenceKinds() []EvidenceKind {
	all := slices.Clone(evidence())
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// EvidenceKindByID returns the kind of evidence of an ID.
func EvidenceKindByID(id string) (EvidenceKind, bool) {
	k, ok := find(evidence(), func(k *EvidenceKind) bool { return k.ID == id })
	return k.clone(), ok
}

// clone returns a copy that shares nothing with the table.
func (k EvidenceKind) clone() EvidenceKind {
	k.Controls, k.Days, k.Accepts = slices.Clone(k.Controls), maps.Clone(k.Days), slices.Clone(k.Accepts)
	return k
}
