package impact

import (
	"bytes"
	_ "embed" // for the tables
	"encoding/json"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// Axis says where a harm lands first.
type Axis string

// The axes.
const (
	AxisIndividual   Axis = "individual"
	AxisGroup        Axis = "group"
	AxisSociety      Axis = "society"
	AxisOrganisation Axis = "organisation"
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
}

// Harm is a kind of harm that an AI system can do.
type Harm struct {
	// ID names the harm; Group is its group, such as "FAIR".
	ID    string `json:"id"`
	Group string `json:"group"`
	// Title and Description say what it is, Examples what it has looked like.
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Examples    []string `json:"examples"`
	// Axes say on whom it lands.
	Axes []Axis `json:"axes"`
	// Areas are the areas of the two-axis risk register that it belongs to, as
	// "people/bias".
	Areas []string `json:"areas"`
	// MIT are the sub-domains of the MIT AI Risk Repository that it belongs
	// to; NIST whom it harms in the words of the NIST AI RMF.
	MIT  []string `json:"mit"`
	NIST []string `json:"nist"`
	// Controls are the controls that bear on it, and how.
	Controls []HarmControl `json:"controls"`
}

// HarmControl is a control that bears on a harm.
type HarmControl struct {
	// ID is the control, Why says how it lowers the harm.
	ID  annexa.ID `json:"id"`
	Why string    `json:"why"`
}

// BearsOn reports whether a control is known to bear on the harm.
func (h Harm) BearsOn(id annexa.ID) bool {
	return slices.ContainsFunc(h.Controls, func(c HarmControl) bool { return c.ID == id })
}

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
}

// FreshDays returns for how many days evidence of the kind counts for a system
// of a level; for unacceptable, and for no level, as for high.
func (k EvidenceKind) FreshDays(l Level) int {
	if days, ok := k.Days[l]; ok {
		return days
	}
	return k.Days[LevelHigh]
}

// Duty is a duty beyond controls that a rule can bring: a notice to people, a
// data protection impact assessment, a way to a human.
type Duty struct {
	// ID names the duty; Title says what it is.
	ID    string `json:"id"`
	Title string `json:"title"`
}

//go:embed data/parties.json
var partiesJSON []byte

//go:embed data/harms.json
var harmsJSON []byte

//go:embed data/evidence.json
var evidenceJSON []byte

//go:embed data/duties.json
var dutiesJSON []byte

var (
	parties  = sync.OnceValue(func() []Party { return mustDecode[[]Party](partiesJSON) })
	harms    = sync.OnceValue(func() []Harm { return mustDecode[[]Harm](harmsJSON) })
	evidence = sync.OnceValue(func() []EvidenceKind { return mustDecode[[]EvidenceKind](evidenceJSON) })
	duties   = sync.OnceValue(func() []Duty { return mustDecode[[]Duty](dutiesJSON) })
)

// mustDecode reads a table of this package. A table that can't be read is a
// fault of the build, which the tests rule out.
func mustDecode[T any](b []byte) T {
	var v T
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		panic("impact: embedded table: " + err.Error())
	}
	return v
}

// Parties returns the affected parties. Sources: the Council of Europe's
// HUDERIA; the OECD classification; the EU AI Act, Article 27(1)(c).
func Parties() []Party { return slices.Clone(parties()) }

// PartyByID returns the party of an ID.
func PartyByID(id string) (Party, bool) {
	return find(parties(), func(p *Party) bool { return p.ID == id })
}

// Harms returns the harms, grouped. They are aligned with the MIT AI Risk
// Repository (Slattery et al. 2024, CC BY 4.0) and the harms of the NIST AI
// RMF 1.0.
func Harms() []Harm {
	all := slices.Clone(harms())
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// HarmByID returns the harm of an ID.
func HarmByID(id string) (Harm, bool) {
	h, ok := find(harms(), func(h *Harm) bool { return h.ID == id })
	return h.clone(), ok
}

func (h Harm) clone() Harm {
	h.Examples, h.Axes, h.Areas = slices.Clone(h.Examples), slices.Clone(h.Axes), slices.Clone(h.Areas)
	h.MIT, h.NIST, h.Controls = slices.Clone(h.MIT), slices.Clone(h.NIST), slices.Clone(h.Controls)
	return h
}

// area returns the place of the harm in the risk register: on people if it
// lands on them at all, else on the organisation.
func (h Harm) area() (register.Axis, register.Area) {
	best := h.Areas[0]
	for _, a := range h.Areas {
		if len(a) > 7 && a[:7] == "people/" && slices.ContainsFunc(h.Axes, func(x Axis) bool { return x != AxisOrganisation }) {
			best = a
			break
		}
	}
	i := bytes.IndexByte([]byte(best), '/')
	return register.Axis(best[:i]), register.Area(best[i+1:])
}

// EvidenceKinds returns the kinds of evidence that rules can require.
func EvidenceKinds() []EvidenceKind { return slices.Clone(evidence()) }

// EvidenceKindByID returns the kind of evidence of an ID.
func EvidenceKindByID(id string) (EvidenceKind, bool) {
	return find(evidence(), func(k *EvidenceKind) bool { return k.ID == id })
}

// Duties returns the duties that rules can bring.
func Duties() []Duty { return slices.Clone(duties()) }

// DutyByID returns the duty of an ID.
func DutyByID(id string) (Duty, bool) {
	return find(duties(), func(d *Duty) bool { return d.ID == id })
}

func find[T any](list []T, is func(*T) bool) (T, bool) {
	for i := range list {
		if is(&list[i]) {
			return list[i], true
		}
	}
	var none T
	return none, false
}
