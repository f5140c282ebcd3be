// Package implied says what answers about an AI system say of others that nobody
// has given: where a system rests on no general-purpose model, it has no model of
// systemic risk, and nobody need be asked.
//
// The implications are a table ([Table]), each with its reason and source. They are
// applied before rules and law are asked; what they say is shown as implied,
// because of what ([Told]), and is never stored as if a person had said it. Where a
// person said otherwise that stands, and a [Told] shows the two beside each other.
package implied

import (
	"bytes"
	_ "embed" // for the table
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Implication says what follows for one attribute from what is answered.
type Implication struct {
	// ID names the implication.
	ID string `json:"id"`
	// When are conditions over the attributes of a system; all must hold. One that
	// hangs on what is not answered implies nothing.
	When []decide.Condition `json:"when"`
	// Attribute is the name of the attribute that is implied, one with a list of
	// values, and Values those that it has then.
	Attribute string   `json:"attribute"`
	Values    []string `json:"values,omitempty"`
	// Includes says that it has these values at least, so that others may be
	// answered beside them.
	Includes bool `json:"includes,omitempty"`
	// Excludes are values that it can't have, in place of Values: it stays a
	// question, of fewer answers.
	Excludes []string `json:"excludes,omitempty"`
	// Allows are values that a person may state without contradiction: beside Values
	// or, where it includes these, one of them in their place.
	Allows []string `json:"allows,omitempty"`
	// Why gives the reason, Source what it rests on.
	Why    string `json:"why"`
	Source string `json:"source"`
}

func (i Implication) clone() Implication {
	i.When, i.Values, i.Allows = decide.CloneConditions(i.When), slices.Clone(i.Values), slices.Clone(i.Allows)
	i.Excludes = slices.Clone(i.Excludes)
	return i
}

// Told is what an implication says of a system.
type Told struct {
	// Implication is its ID.
	Implication string `json:"implication"`
	// Attribute and Values are what is implied; Includes says that there can be
	// more, Excludes what there can't be.
	Attribute string   `json:"attribute"`
	Values    []string `json:"values,omitempty"`
	Includes  bool     `json:"includes,omitempty"`
	Excludes  []string `json:"excludes,omitempty"`
	// Said are the values that a person has stated and that do not agree: they
	// stand, and one of the two answers is to be looked at again. Empty where
	// nothing was said, so that what is implied counts.
	Said []string `json:"said,omitempty"`
	// Why gives the reason.
	Why string `json:"why"`
}

// Contradicts reports whether a person has said otherwise.
func (t Told) Contradicts() bool { return len(t.Said) > 0 }

// Table is an immutable, versioned table of implications.
type Table struct {
	version string
	rows    []Implication
	says    []said // by row
	ready   *decide.Table
}

// said is what an implication says, made ready.
type said struct {
	field                    int
	values, allows, excludes decide.Values
}

//go:embed table.json
var tableJSON []byte

var embedded = sync.OnceValue(func() *Table {
	t := new(Table)
	if err := json.Unmarshal(tableJSON, t); err != nil {
		panic("implied: embedded table: " + err.Error())
	}
	return t
})

// Default returns the table that this package brings.
func Default() *Table { return embedded() }

// attributes are what implications look at.
var attributes = decide.NewFields()

// New makes a table of a version. An ID that is missing or stands twice, an unknown
// attribute, operator or value, a condition on what a later implication says, an
// implication of an attribute that has no list of values, or without a reason, are
// errors of type issue.Issues.
func New(version string, rows []Implication) (*Table, error) {
	var is issue.Issues
	if strings.TrimSpace(version) == "" {
		is.Add("version", "required", version, "a table has a version")
	}
	t := &Table{version: version}
	ready := make([]decide.Row, 0, len(rows))
	read := make(map[string]string) // attributes that earlier rows look at, by row
	for i, r := range rows {
		at := issue.Index("rows", i)
		a, ok := register.AttributeByName(r.Attribute)
		field := attributes.Field(r.Attribute)
		switch {
		case !ok || field < 0 || len(a.Values) == 0 || r.Attribute == "owner":
			is.Add(at+".attribute", "attribute", r.Attribute, "no attribute with a list of values")
		case read[r.Attribute] != "" && len(r.Excludes) == 0: // what excludes makes no condition hold but "only", which may go before it in vain
			is.Add(at+".attribute", "order", r.Attribute, "%s looks at it before it is implied", read[r.Attribute])
		}
		if len(r.Values) == 0 && len(r.Excludes) == 0 {
			is.Add(at+".values", "required", "", "say what is implied, or what is excluded")
		}
		if len(r.Excludes) > 0 && len(r.Values)+len(r.Allows) > 0 {
			is.Add(at+".excludes", "alone", strings.Join(r.Excludes, ", "), "excludes stands in place of values")
		}
		for _, of := range []struct {
			name   string
			values []string
		}{{"values", r.Values}, {"allows", r.Allows}, {"excludes", r.Excludes}} {
			for j, v := range of.values {
				if _, known := a.Rank(v); ok && !known {
					is.Add(issue.Index(at+"."+of.name, j), "oneof", v, "is no value of %s", r.Attribute)
				}
			}
		}
		if strings.TrimSpace(r.Why) == "" {
			is.Add(at+".why", "required", r.Why, "say why it follows")
		}
		for _, w := range r.When {
			if w.Field != r.Attribute && read[w.Field] == "" {
				read[w.Field] = r.ID
			} else if w.Field == r.Attribute {
				is.Add(at+".when", "order", w.Field, "an attribute does not imply itself")
			}
		}
		t.rows = append(t.rows, r.clone())
		if field >= 0 {
			t.says = append(t.says, said{field, attributes.Values(field, r.Values...), attributes.Values(field, r.Allows...), attributes.Values(field, r.Excludes...)})
		}
		ready = append(ready, decide.Row{ID: r.ID, When: r.When})
	}
	t.ready = decide.Compile(&is, "rows", attributes, ready)
	if err := is.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// Ready returns the table as it is asked.
func (t *Table) Ready() *decide.Table { return t.ready }

// Version returns the table's version.
func (t *Table) Version() string { return t.version }

// Rows returns the implications, in the order in which they are applied.
func (t *Table) Rows() []Implication {
	rows := slices.Clone(t.rows)
	for i := range rows {
		rows[i] = rows[i].clone()
	}
	return rows
}

// Implication returns the implication of an ID.
func (t *Table) Implication(id string) (Implication, bool) {
	i := slices.IndexFunc(t.rows, func(r Implication) bool { return r.ID == id })
	if i < 0 {
		return Implication{}, false
	}
	return t.rows[i].clone(), true
}

// Apply answers for a subject what is implied and nobody has answered.
func (t *Table) Apply(s *decide.Subject) { t.apply(s, nil, nil) }

// ApplySince is Apply for a subject to which the table was applied before some
// attributes were answered; it adds those that it answered to them.
func (t *Table) ApplySince(s *decide.Subject, answered *decide.FieldSet) { t.apply(s, nil, answered) }

// Tell applies the implications and returns what they say that was not said: what
// is implied, and what contradicts an answer.
func (t *Table) Tell(s *decide.Subject) []Told {
	var told []Told
	t.apply(s, &told, nil)
	return told
}

func (t *Table) apply(s *decide.Subject, told *[]Told, since *decide.FieldSet) {
	var words []string // of all that is told
	var memory [4]uint64
	todo := t.ready.All()
	if since != nil {
		todo = t.ready.Naming(memory[:], s, since)
	}
	for i := todo.Next(0); i >= 0; i = todo.Next(i + 1) {
		if t.ready.On(i, s) != decide.Yes {
			continue
		}
		r, says := &t.rows[i], &t.says[i]
		var news bool
		var denied decide.Values
		if len(r.Excludes) > 0 {
			news, denied = s.Exclude(says.field, says.excludes)
		} else {
			news, denied = s.Imply(says.field, says.values, says.allows, r.Includes)
		}
		if news && since != nil {
			since.Add(says.field)
			t.ready.AddNaming(todo, s, says.field) // those to come are asked
		}
		if told != nil && (news || !denied.IsZero()) {
			if *told == nil {
				*told, words = make([]Told, 0, 16), make([]string, 0, 64)
			}
			*told = append(*told, Told{Implication: r.ID, Attribute: r.Attribute, Values: own(&words, r.Values), Includes: r.Includes,
				Excludes: own(&words, r.Excludes), Said: stated(&words, says.field, denied), Why: r.Why})
		}
	}
}

// own returns a copy of a list that stands in words, which has room for most; nil
// for nothing.
func own(words *[]string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	from := len(*words)
	*words = append(*words, list...)
	return (*words)[from:len(*words):len(*words)]
}

// stated returns, as own does, what was said.
func stated(words *[]string, field int, v decide.Values) []string {
	if v.IsZero() {
		return nil
	}
	from := len(*words)
	*words = attributes.AppendValues(*words, field, v)
	return (*words)[from:len(*words):len(*words)]
}

// Same reports whether two tables are the same, word for word.
func (t *Table) Same(o *Table) bool {
	if t == o {
		return true
	}
	x, errX := json.Marshal(t)
	y, errY := json.Marshal(o)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// table is the JSON form of Table.
type table struct {
	Version string        `json:"version"`
	Rows    []Implication `json:"rows"`
}

// MarshalJSON writes the table.
func (t *Table) MarshalJSON() ([]byte, error) { return json.Marshal(table{t.version, t.rows}) }

// UnmarshalJSON reads what MarshalJSON writes, under the rules of New. An unknown
// field is an error.
func (t *Table) UnmarshalJSON(b []byte) error {
	var s table
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return err
	}
	made, err := New(s.Version, s.Rows)
	if err != nil {
		return err
	}
	*t = *made
	return nil
}
