package euact

import (
	"bytes"
	_ "embed" // for the table
	"encoding/json"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Class is the class of a system under the EU AI Act (Regulation (EU)
// 2024/1689). It is a legal matter and stands beside the Level, which says how
// much a system can do to people: a chatbot of a benefits office is a matter of
// transparency in law, and of high impact.
type Class string

// The classes. The Act itself speaks of none but prohibited and high-risk; the
// others are common usage. Undecided is none of them: what is answered establishes
// no class yet.
const (
	Undecided    Class = "undecided"    // of Classification.Class alone
	OutOfScope   Class = "out_of_scope" // Art. 2
	Minimal      Class = "minimal"      // nothing but AI literacy (Art. 4)
	Transparency Class = "transparency" // Art. 50
	Exempt       Class = "exempt_63"    // listed in Annex III, and exempt by Art. 6(3)
	High         Class = "high"         // Art. 6
	Prohibited   Class = "prohibited"   // Art. 5
)

// Classes returns the classes: Undecided, then the others, the lightest first.
func Classes() []Class { return slices.Clone(classes) }

var classes = []Class{Undecided, OutOfScope, Minimal, Transparency, Exempt, High, Prohibited}

// Rank returns the place of the class from 1 (out of scope) to 6 (prohibited);
// 0 for Undecided, which is neither lighter nor heavier than another, and for what
// is no class.
func (c Class) Rank() int { return max(slices.Index(classes, c), 0) }

// IsValid reports whether it is one of the classes; the zero value is none.
func (c Class) IsValid() bool { return slices.Contains(classes, c) }

// RowKind says what a row of the decision table is about.
type RowKind string

// The kinds of row.
const (
	RowScope        RowKind = "scope"        // whether the Act applies
	RowRole         RowKind = "role"         // what the organisation is in law
	RowProhibited   RowKind = "prohibited"   // a prohibited practice
	RowHigh         RowKind = "high"         // a ground of high risk
	RowExemption    RowKind = "exemption"    // a claim under Art. 6(3)
	RowTransparency RowKind = "transparency" // a ground of transparency
	RowRelief       RowKind = "relief"       // something that spares a duty
	RowModel        RowKind = "model"        // general-purpose models
	RowRights       RowKind = "rights"       // the assessment of fundamental rights
	RowMinimal      RowKind = "minimal"      // that nothing else holds
	RowUndecided    RowKind = "undecided"    // that no class is established
	RowCheck        RowKind = "check"        // answers that do not seem to fit each other
	RowDuty         RowKind = "duty"         // a duty
)

// IsValid reports whether it is one of the kinds; the zero value is none.
func (k RowKind) IsValid() bool { return slices.Contains(kinds, k) }

// Row is a row of the decision table: plain data. It holds if its conditions
// and the marks that it needs hold, and nothing that it excepts is established.
// Rows are asked in order, and pass marks on to those that follow.
type Row struct {
	// ID names the row, after the article: EU-5-1-a, EU-III-4-a, EU-D-26-7.
	ID string `json:"id"`
	// Kind says what the row is about.
	Kind RowKind `json:"kind"`
	// When are conditions over the attributes of a system; all must hold.
	When []decide.Condition `json:"when,omitempty"`
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
	// Letter is the day from which the article of a duty applies by its letter,
	// where that is before what it needs does (Table.Letter), as 2006-01-02.
	Letter string `json:"letter,omitempty"`
	// Role is who has the duty: a role of the register, "operator" for everybody,
	// "model_provider", or "supplier" of a part of somebody else's system. Only
	// duties have it.
	Role string `json:"role,omitempty"`
	// Fine names the paragraph of the fines that can follow (Table.Fines).
	Fine string `json:"fine,omitempty"`
	// Why gives the reason or, of a duty, what is to be done, in own words.
	Why string `json:"why"`
	// Quiet says that nobody is asked for it: a relief that who wants it claims.
	Quiet bool `json:"quiet,omitempty"`
}

// Transition is a transitional rule: it moves or lifts the date of duties for
// what was on the market before.
type Transition struct {
	// ID names the rule.
	ID string `json:"id"`
	// On are marks; it is about the duties that need one of them.
	On []string `json:"on"`
	// Roles are those whose duties it is about; empty: all.
	Roles []string `json:"roles,omitempty"`
	// When are conditions; all must hold.
	When []decide.Condition `json:"when,omitempty"`
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

// Size is the size of an undertaking, on which the cap of a fine hangs.
type Size string

// The sizes, as Art. 3(14a) and (14b) define them.
const (
	SizeSME   Size = "sme"   // micro, small and medium-sized enterprises, start-ups too
	SizeSMC   Size = "smc"   // small mid-caps
	SizeOther Size = "other" // all others
)

// Fine is how high a fine can be.
type Fine struct {
	// Text says it in words.
	Text string `json:"text"`
	// EUR is the amount in euros, Percent the share of an undertaking's worldwide
	// turnover in the year before. The higher of the two is the cap.
	EUR     int64 `json:"eur,omitempty"`
	Percent int64 `json:"percent,omitempty"`
	// Lower are the sizes for which the lower of the two is the cap (Art. 99(6),
	// (6a)).
	Lower []Size `json:"lower,omitempty"`
	// From is the day from which it can be imposed, as 2006-01-02.
	From string `json:"from,omitempty"`
}

// Cap returns the cap in euros for an undertaking of a size and of a worldwide
// turnover in euros in the year before. Who is no undertaking has none, so that the
// amount is the cap; a turnover below zero counts as none.
func (f Fine) Cap(size Size, turnover int64) int64 {
	share := max(turnover, 0) / 100 * f.Percent
	if slices.Contains(f.Lower, size) {
		return min(f.EUR, share)
	}
	return max(f.EUR, share)
}

// UnmarshalJSON also reads a fine of which the text alone is known, as tables held
// it before.
func (f *Fine) UnmarshalJSON(b []byte) error {
	*f = Fine{}
	if err := json.Unmarshal(b, &f.Text); err == nil {
		return nil
	}
	type plain Fine
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(f))
}

// Table is the decision table of an Act.
type Table struct {
	// Version is the table's version.
	Version string `json:"version"`
	// Letter says why a row has a day of its letter (Row.Letter) beside the day
	// from which it binds.
	Letter string `json:"letter,omitempty"`
	// Fines says how high fines can be, by paragraph.
	Fines map[string]Fine `json:"fines"`
	// Rows are the rows in the order in which they are asked: scope, roles,
	// prohibited practices, high risk by Annex I and III, exemption,
	// transparency, models, fundamental rights, checks, duties.
	Rows []Row `json:"rows"`
	// Transitions are asked in order; the first that holds decides.
	Transitions []Transition `json:"transitions"`
}

// Act is the EU AI Act as a decision table made ready. It is immutable.
type Act struct {
	table       Table
	ready       *decide.Table   // its rows
	from        []calendar.Date // the day from which each applies by itself
	letter      []calendar.Date // and by the letter of its article
	fine        []string        // the fine of each in words
	nmarks      int             // how many marks there are
	transitions []transition
	class       [7]decide.Mark  // the mark of each class, by rank; that of Undecided first
	undecides   bool            // whether a row gives that
	facts       [][]decide.Mark // the marks of each fact's values
}

//go:embed table.json
var tableJSON []byte

var embedded = sync.OnceValue(func() *Act {
	var t Table
	d := json.NewDecoder(bytes.NewReader(tableJSON))
	d.DisallowUnknownFields()
	err := d.Decode(&t)
	if err == nil {
		var a *Act
		if a, err = New(t); err == nil {
			return a
		}
	}
	panic("euact: embedded table: " + err.Error())
})

// Default returns the table that this package brings: Regulation (EU)
// 2024/1689 as amended by Regulation (EU) 2026/1744 of 8 July 2026 (Digital
// Omnibus on AI, in force since 27 July 2026), as of 28 November 2026. It is
// decision support, not legal advice.
func Default() *Act { return embedded() }

// New makes a table ready, such as one that carries a later amendment. An
// unknown field, operator or value, a mark that no earlier row gives, a date that
// is none, and an ID that is missing or stands twice are errors of type
// issue.Issues. Rules.WithEUAct lets rules ask it.
func New(t Table) (*Act, error) { return compile(t) }

// Ready returns the table as it is asked.
func (a *Act) Ready() *decide.Table { return a.ready }

// Version returns the table's version.
func (a *Act) Version() string { return a.table.Version }

// Table returns the table, to read or to start another from.
func (a *Act) Table() Table { return a.table.clone() }

// Row returns the row of an ID.
func (a *Act) Row(id string) (Row, bool) {
	i := slices.IndexFunc(a.table.Rows, func(r Row) bool { return r.ID == id })
	if i < 0 {
		return Row{}, false
	}
	return a.table.Rows[i].clone(), true
}

func (t Table) clone() Table {
	fines := make(map[string]Fine, len(t.Fines))
	for k, v := range t.Fines {
		v.Lower = slices.Clone(v.Lower)
		fines[k] = v
	}
	t.Fines = fines
	t.Rows, t.Transitions = slices.Clone(t.Rows), slices.Clone(t.Transitions)
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i].clone()
	}
	for i := range t.Transitions {
		x := &t.Transitions[i]
		x.On, x.Roles, x.When = slices.Clone(x.On), slices.Clone(x.Roles), decide.CloneConditions(x.When)
	}
	return t
}

func (r Row) clone() Row {
	r.When, r.Needs, r.Unless = decide.CloneConditions(r.When), slices.Clone(r.Needs), slices.Clone(r.Unless)
	r.Lacks, r.Gives = slices.Clone(r.Lacks), slices.Clone(r.Gives)
	return r
}

// Same reports whether two tables are the same, word for word.
func (a *Act) Same(o *Act) bool {
	if a == o {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(o)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// MarshalJSON writes the table.
func (a *Act) MarshalJSON() ([]byte, error) { return json.Marshal(a.table) }

// UnmarshalJSON reads what MarshalJSON writes, under the rules of New.
func (a *Act) UnmarshalJSON(b []byte) error {
	var t Table
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	set, err := New(t)
	if err != nil {
		return err
	}
	*a = *set
	return nil
}

// dayOf reads a date of the table; zero for the empty text.
func dayOf(is *issue.Issues, at, text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	day, err := calendar.Parse(text)
	if err != nil {
		is.Add(at, "date", text, "a date reads 2026-08-02")
	}
	return day
}

// marketSince is since when a system is on the market or in service, as far as
// that is known.
func marketSince(s *register.System) calendar.Date {
	if s.MarketSince.IsZero() {
		return s.InUseSince
	}
	return s.MarketSince
}
