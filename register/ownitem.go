package register

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
)

// OwnItemPrefix is how the ID of an organisation's own gate item begins. No item of the
// library ever has such an ID.
const OwnItemPrefix = "x-"

// OwnItem is an item that an organisation adds to a gate. It only ever asks for more: it
// is added to the library's items, which nothing removes, renames or changes.
type OwnItem struct {
	// Gate is the ID of the gate, G1 to G3. To retirement nothing is added: a gate that is
	// hard to pass would keep running what had better be stopped.
	Gate string `json:"gate"`
	// GateItem is the item. Its ID begins with OwnItemPrefix; where For is empty, it is
	// asked of all systems. Where Absolute, no exception is granted for it.
	GateItem
}

// RecordAsked says which record about the system a gate item asks for: one of a kind
// for which all conditions hold.
type RecordAsked struct {
	// Kind is the kind of the record, which is listed by system.
	Kind string `json:"kind"`
	// Where are the conditions.
	Where []FieldIs `json:"where,omitempty"`
	// Role is the ID of a role whose holder, somebody else than the system's owner, has
	// decided on the record; empty if it may be anybody. What holds of a record that was
	// decided on says package aims, for the kinds that know it.
	Role string `json:"role,omitempty"`
}

// IsZero reports whether it asks for nothing.
func (a RecordAsked) IsZero() bool { return a.Kind == "" && len(a.Where) == 0 && a.Role == "" }

// FieldIs is a condition on one field of a record.
type FieldIs struct {
	// Field is its path by the names in JSON, such as "review.as_predicted". Of a list any
	// element may be the one.
	Field string `json:"field"`
	// In are the texts of which it has one. Truth and numbers are written as in JSON.
	In []string `json:"in"`
}

// mostOwn is how many own items one gate has at most: with those of the library no more
// than an exception can name.
const mostOwn = 10

// item is the item as a gate has it.
func (o OwnItem) item() GateItem {
	i := o.clone()
	if i.For == "" {
		i.For = ForAll
	}
	return i
}

func (i GateItem) clone() GateItem {
	i.Controls, i.Clauses, i.Levels = slices.Clone(i.Controls), slices.Clone(i.Clauses), slices.Clone(i.Levels)
	i.Record.Where, i.Signer.Roles = slices.Clone(i.Record.Where), slices.Clone(i.Signer.Roles)
	for n := range i.Record.Where {
		i.Record.Where[n].In = slices.Clone(i.Record.Where[n].In)
	}
	return i
}

// CheckItems checks an organisation's own items: each belongs to a gate, has an ID of its
// own that is none of the library's, says what it asks for, of whom and why, and what it
// asks for can be found. The error is issue.Issues.
func CheckItems(own []OwnItem) error {
	var is issue.Issues
	for n, o := range own {
		checkItem(&is, issue.Index("gates", n), o, own[:n])
	}
	return is.Err()
}

// checkItem checks an item beside those before it.
func checkItem(is *issue.Issues, field string, o OwnItem, before []OwnItem) {
	under := func(name string) string { return issue.Under(field, name) }
	add := func(name, rule, value, format string, args ...any) {
		is.Add(under(name), rule, value, format, args...)
	}
	g := slices.IndexFunc(gateTable, func(g Gate) bool { return g.ID == o.Gate })
	switch {
	case g < 0:
		add("gate", "oneof", o.Gate, "no such gate")
	case gateTable[g].To == StageRetirement:
		add("gate", "absolute", o.Gate, "nothing more is asked of who stops a system")
	}
	same := 0
	for _, b := range before {
		if b.ID == o.ID {
			add("id", "repeated", o.ID, "an item of that ID is there already")
		}
		if b.Gate == o.Gate {
			same++
		}
	}
	if same >= mostOwn {
		add("gate", "length", o.Gate, "at most %d items are added to a gate", mostOwn)
	}
	if !strings.HasPrefix(o.ID, OwnItemPrefix) || len(o.ID) == len(OwnItemPrefix) || !issue.ValidKeyUpTo(o.ID, 64) {
		add("id", "prefix", o.ID, "the ID of an item of one's own begins with %q and has up to 64 letters, digits and signs", OwnItemPrefix)
	}
	for _, text := range [][2]string{{"requires", o.Requires}, {"why", o.Why}} {
		switch {
		case strings.TrimSpace(text[1]) == "":
			add(text[0], "required", text[1], "say it in a few words")
		case len(text[1]) > 1000:
			add(text[0], "length", text[1], "at most 1000 bytes")
		}
	}
	if o.For != "" && !slices.Contains(itemsFor(), o.For) {
		add("for", "oneof", string(o.For), "must be one of %v", itemsFor())
	}
	levels := []string{"minimal", "limited", "high", "unacceptable"}
	for _, l := range o.Levels {
		if !slices.Contains(levels, l) {
			add("levels", "oneof", l, "must be one of %v", levels)
		}
	}
	if slices.ContainsFunc(o.Controls, annexa.ID.IsZero) {
		add("controls", "required", "", "a control has a number")
	}
	switch o.Kind {
	case ItemEvidence, ItemProof:
		if len(o.Controls) == 0 {
			add("controls", "required", "", "evidence of what?")
		}
	case ItemRecord:
		if strings.TrimSpace(o.Record.Kind) == "" {
			add("record.kind", "required", o.Record.Kind, "name the kind of record")
		}
	case ItemSignature:
		if n := len(o.Signer.Roles); n == 0 || n > 20 {
			add("signer.roles", "required", fmt.Sprint(n), "name the roles any one of which signs, 20 at most")
		}
		for n, role := range o.Signer.Roles {
			if !issue.ValidKey(role) {
				add(issue.Index("signer.roles", n), "key", role, issue.KeyRule)
			}
		}
	default:
		if !slices.Contains(itemKinds(), o.Kind) {
			add("kind", "oneof", string(o.Kind), "must be one of %v", itemKinds())
		}
	}
	if o.Kind != ItemRecord && !o.Record.IsZero() {
		add("record", "unused", o.Record.Kind, "an item of kind %s asks for no record", o.Kind)
	}
	if o.Kind != ItemSignature && !o.Signer.IsZero() {
		add("signer", "unused", strings.Join(o.Signer.Roles, ", "), "an item of kind %s asks for no signature", o.Kind)
	}
	if len(o.Record.Where) > 20 {
		add("record.where", "length", fmt.Sprint(len(o.Record.Where)), "at most 20 conditions")
	}
	for n, w := range o.Record.Where {
		at := issue.Index("record.where", n)
		if strings.TrimSpace(w.Field) == "" {
			add(at+".field", "required", w.Field, "name the field")
		}
		if len(w.In) == 0 || slices.Contains(w.In, "") || len(w.In) > 50 {
			add(at+".in", "required", strings.Join(w.In, ", "), "say what it is to be: 1 to 50 texts, none of them empty")
		}
	}
}
