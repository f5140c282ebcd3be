package impact

import (
	_ "embed" // for the table
	"slices"
	"sync"
)

// Party is a kind of people, or a common good, that an AI system can affect.
type Party struct {
	// ID names the party in System.Affected.
	ID string `json:"id"`
	// Title and Description say who it is.
	Title       string `json:"title"`
	Description string `json:"description"`
	// Axis says where harm to it lands.
	Axis Axis `json:"axis"`
	// Vulnerable says that severity is rated as the most exposed member feels
	// it, not the average one.
	Vulnerable bool `json:"vulnerable"`
	// Source says where the kind is taken from; the words are our own.
	Source string `json:"source"`
}

//go:embed data/parties.json
var partiesJSON []byte

var parties = sync.OnceValue(func() []Party { return mustDecode[[]Party](partiesJSON) })

// Parties returns the affected parties. The caller may change what it gets.
// Sources: the Council of Europe's HUDERIA; the OECD classification; the EU AI
// Act, Article 27(1)(c) and Annex III; each party names its own.
func Parties() []Party { return slices.Clone(parties()) }

// partyIndex is parties by ID.
var partyIndex = sync.OnceValue(func() map[string]Party {
	all := make(map[string]Party, len(parties()))
	for _, p := range parties() {
		all[p.ID] = p
	}
	return all
})

// PartyByID returns the party of an ID.
func PartyByID(id string) (Party, bool) {
	p, ok := partyIndex()[id]
	return p, ok
}

func knownParty(id string) bool { _, ok := partyIndex()[id]; return ok }
