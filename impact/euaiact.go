package impact

import (
	"bytes"
	_ "embed" // for the table
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// EUClass is the class of a system under the EU AI Act (Regulation (EU)
// 2024/1689). It is a legal matter and stands beside the Level, which says how
// much a system can do to people: a chatbot of a benefits office is a matter of
// transparency in law, and of high impact.
type EUClass string

// The classes. The Act itself speaks of none but prohibited and high-risk; the
// others are common usage.
const (
	EUOutOfScope   EUClass = "out_of_scope" // Art. 2
	EUMinimal      EUClass = "minimal"      // nothing but AI literacy (Art. 4)
	EUTransparency EUClass = "transparency" // Art. 50
	EUExempt       EUClass = "exempt_63"    // listed in Annex III, and exempt by Art. 6(3)
	EUHigh         EUClass = "high"         // Art. 6
	EUProhibited   EUClass = "prohibited"   // Art. 5
)

// EUClasses returns the classes, the lightest first.
func EUClasses() []EUClass { return slices.Clone(euClasses) }

var euClasses = []EUClass{EUOutOfScope, EUMinimal, EUTransparency, EUExempt, EUHigh, EUProhibited}

// Rank returns the place of the class from 1 (out of scope) to 6 (prohibited);
// 0 for what is no class.
func (c EUClass) Rank() int { return slices.Index(euClasses, c) + 1 }

// IsValid reports whether it is one of the classes; the zero value is none.
func (c EUClass) IsValid() bool { return c.Rank() > 0 }

// EURowKind says what a row of the decision table is about.
type EURowKind string

// The kinds of row.
const (
	EURowScope        EURowKind = "scope"        // whether the Act applies
	EURowRole         EURowKind = "role"         // what the organisation is in law
	EURowProhibited   EURowKind = "prohibited"   // a prohibited practice
	EURowHigh         EURowKind = "high"         // a ground of high risk
	EURowExemption    EURowKind = "exemption"    // a claim under Art. 6(3)
	EURowTransparency EURowKind = "transparency" // a ground of transparency
	EURowRelief       EURowKind = "relief"       // something that spares a duty
	EURowModel        EURowKind = "model"        // general-purpose models
	EURowRights       EURowKind = "rights"       // the assessment of fundamental rights
	EURowMinimal      EURowKind = "minimal"      // that nothing else holds
	EURowCheck        EURowKind = "check"        // answers that do not seem to fit each other
	EURowDuty         EURowKind = "duty"         // a duty
)

// IsValid reports whether it is one of the kinds; the zero value is none.
func (k EURowKind) IsValid() bool { return slices.Contains(euKinds, k) }

// EURow is a row of the decision table: plain data. It holds if its conditions
// and the marks that it needs hold, and nothing that it excepts is established.
// Rows are asked in order, and pass marks on to those that follow.
type EURow struct {
	// ID names the row, after the article: EU-5-1-a, EU-III-4-a, EU-D-26-7.
	ID string `json:"id"`
	// Kind says what the row is about.
	Kind EURowKind `json:"kind"`
	// When are conditions over the attributes of a system; all must hold.
	When []Condition `json:"when,omitempty"`
	// Needs are marks of earlier rows that must all hold.
	Needs []string `json:"needs,omitempty"`
	// Unless are marks that must not be established. What is open does not count:
	// who is to be spared shows the ground.
	Unless []string `json:"unless,omitempty"`
	// Lacks are marks that must be known not to hold; open ones leave the row
	// open.
	Lacks []string `json:"lacks,omitempty"`
	// Gives are the marks that hold if the row does. A mark of the name of a
	// class gives that class.
	Gives []string `json:"gives,omitempty"`
	// Ref is the article, as amended.
	Ref string `json:"ref"`
	// From is the day from which it applies, as 2006-01-02; empty: as of what it
	// needs.
	From string `json:"from,omitempty"`
	// Role is who has the duty: a role of the register, "operator" for everybody
	// or "model_provider". Only duties have it.
	Role string `json:"role,omitempty"`
	// Fine names the paragraph of the fines that can follow (EUTable.Fines).
	Fine string `json:"fine,omitempty"`
	// Why gives the reason or, of a duty, what is to be done, in own words.
	Why string `json:"why"`
	// Quiet says that nobody is asked for it: a relief that who wants it claims.
	Quiet bool `json:"quiet,omitempty"`
}

// EUTransition is a transitional rule: it moves or lifts the date of duties for
// what was on the market before.
type EUTransition struct {
	// ID names the rule.
	ID string `json:"id"`
	// On are marks; it is about the duties that need one of them.
	On []string `json:"on"`
	// When are conditions; all must hold.
	When []Condition `json:"when,omitempty"`
	// Before is the day before which the system was on the market, as
	// 2006-01-02; empty: the day from which the duty applies.
	Before string `json:"before,omitempty"`
	// From is the day from which the duty binds then; empty: only once the
	// design changes significantly.
	From string `json:"from,omitempty"`
	// Ref is the article, Why the reason in own words.
	Ref string `json:"ref"`
	Why string `json:"why"`
}

// EUTable is the decision table of an EUAct.
type EUTable struct {
	// Version is the table's version.
	Version string `json:"version"`
	// Fines says how high fines can be, by paragraph.
	Fines map[string]string `json:"fines"`
	// Rows are the rows in the order in which they are asked: scope, roles,
	// prohibited practices, high risk by Annex I and III, exemption,
	// transparency, models, fundamental rights, checks, duties.
	Rows []EURow `json:"rows"`
	// Transitions are asked in order; the first that holds decides.
	Transitions []EUTransition `json:"transitions"`
}

// EUAct is the EU AI Act as a decision table made ready. It is immutable.
type EUAct struct {
	table       EUTable
	marks       []string
	rows        []euRow
	core        []euRow // all but duties
	transitions []euTransition
	class       [7]uint64 // the mark of each class, by rank
	facts       [len(euFacts)]uint64
}

//go:embed data/euaiact.json
var euActJSON []byte

var defaultEUAct = sync.OnceValue(func() *EUAct {
	a, err := NewEUAct(mustDecode[EUTable](euActJSON))
	if err != nil {
		panic("impact: embedded table of the EU AI Act: " + err.Error())
	}
	return a
})

// DefaultEUAct returns the table that this package brings: Regulation (EU)
// 2024/1689 as amended by Regulation (EU) 2026/1744 of 8 July 2026 (Digital
// Omnibus on AI, in force since 27 July 2026), as of 24 November 2026. It is
// decision support, not legal advice.
func DefaultEUAct() *EUAct { return defaultEUAct() }

// NewEUAct makes a table ready, such as one that carries a later amendment. An
// unknown field, operator or value, a mark that no earlier row gives, a date that
// is none, and an ID that is missing or stands twice are errors of type
// issue.Issues. Rules.WithEUAct lets rules ask it.
func NewEUAct(t EUTable) (*EUAct, error) { return compileEUAct(t) }

// Version returns the table's version.
func (a *EUAct) Version() string { return a.table.Version }

// Table returns the table, to read or to start another from.
func (a *EUAct) Table() EUTable { return a.table.clone() }

// Row returns the row of an ID.
func (a *EUAct) Row(id string) (EURow, bool) {
	r, ok := find(a.table.Rows, func(r *EURow) bool { return r.ID == id })
	return r.clone(), ok
}

func (t EUTable) clone() EUTable {
	fines := make(map[string]string, len(t.Fines))
	for k, v := range t.Fines {
		fines[k] = v
	}
	t.Fines = fines
	t.Rows, t.Transitions = slices.Clone(t.Rows), slices.Clone(t.Transitions)
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i].clone()
	}
	for i := range t.Transitions {
		x := &t.Transitions[i]
		x.On, x.When = slices.Clone(x.On), cloneConditions(x.When)
	}
	return t
}

func (r EURow) clone() EURow {
	r.When, r.Needs, r.Unless = cloneConditions(r.When), slices.Clone(r.Needs), slices.Clone(r.Unless)
	r.Lacks, r.Gives = slices.Clone(r.Lacks), slices.Clone(r.Gives)
	return r
}

func cloneConditions(when []Condition) []Condition {
	when = slices.Clone(when)
	for i := range when {
		when[i].Any = slices.Clone(when[i].Any)
	}
	return when
}

// same reports whether two tables are the same, word for word.
func (a *EUAct) same(o *EUAct) bool {
	if a == o {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(o)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// MarshalJSON writes the table.
func (a *EUAct) MarshalJSON() ([]byte, error) { return json.Marshal(a.table) }

// UnmarshalJSON reads what MarshalJSON writes, under the rules of NewEUAct.
func (a *EUAct) UnmarshalJSON(b []byte) error {
	var t EUTable
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	set, err := NewEUAct(t)
	if err != nil {
		return err
	}
	*a = *set
	return nil
}

// euDay reads a date of the table; zero for the empty text.
func euDay(is *issue.Issues, at, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		is.Add(at, "date", text, "a date reads 2026-08-02")
	}
	return day
}

// euMembers are the member states of the Union by their ISO 3166-1 codes. The
// EEA states are not among them: the Act binds there once the EEA agreement takes
// it up.
const euMembers = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

// inPlace reports whether a jurisdiction lies in another: the same, a region of
// it, or, for the Union, a member state or a region of one.
func inPlace(jurisdiction, place string) bool {
	country, _, _ := strings.Cut(jurisdiction, "-")
	return jurisdiction == place || country == place ||
		place == "EU" && len(country) == 2 && strings.Contains(euMembers, country)
}

// marketSince is since when a system is on the market or in service, as far as
// that is known.
func marketSince(s *register.System) time.Time {
	if s.MarketSince.IsZero() {
		return s.InUseSince
	}
	return s.MarketSince
}
