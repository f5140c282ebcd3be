package annexa

import (
	"slices"
	"strings"
)

// RowChange is how the row of one control differs between two statements.
type RowChange struct {
	// Control and Title are the control's, the title as it is after.
	Control ID     `json:"control"`
	Title   string `json:"title"`
	// Kind says whether the row was added, removed or changed.
	Kind ChangeKind `json:"kind"`
	// Fields are the fields that differ, in the order of [Row]. A row that was
	// added or removed has all that it holds.
	Fields []FieldChange `json:"fields"`
}

// ChangeKind is a sort of change to a row.
type ChangeKind string

// The sorts of change.
const (
	RowAdded   ChangeKind = "added"
	RowRemoved ChangeKind = "removed"
	RowChanged ChangeKind = "changed"
)

// IsValid reports whether it is one of the sorts; the zero value is none.
func (k ChangeKind) IsValid() bool { return k == RowAdded || k == RowRemoved || k == RowChanged }

// FieldChange is one field that differs.
type FieldChange struct {
	// Field is its JSON name in [Row]. Of the gaps, their kinds are compared.
	Field string `json:"field"`
	// Before and After are its values as people read them, with list items joined
	// by "; " and days as 2006-01-02. Empty is no value. The values themselves
	// stand in the two statements.
	Before string `json:"before"`
	After  string `json:"after"`
}

// Diff lists the rows that differ between two statements, in the order of the
// controls. Since the 38 controls are in every statement, only own controls
// are ever added or removed.
func Diff(before, after Statement) []RowChange {
	old, now := rowsByControl(before), rowsByControl(after)
	var ids []ID
	for id := range old {
		ids = append(ids, id)
	}
	for id := range now {
		if _, both := old[id]; !both {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, Compare)

	changes := []RowChange{}
	for _, id := range ids {
		b, had := old[id]
		a, has := now[id]
		change := RowChange{Control: id, Title: a.Title, Kind: RowChanged}
		switch {
		case !had:
			change.Kind = RowAdded
		case !has:
			change.Kind, change.Title = RowRemoved, b.Title
		}
		was, is := b.texts(), a.texts()
		for i, field := range rowFields {
			if was[i] != is[i] {
				change.Fields = append(change.Fields, FieldChange{Field: field, Before: was[i], After: is[i]})
			}
		}
		if len(change.Fields) > 0 {
			changes = append(changes, change)
		}
	}
	return changes
}

func rowsByControl(s Statement) map[ID]Row {
	rows := make(map[ID]Row, len(s.Rows))
	for _, r := range s.Rows {
		rows[r.Control] = r
	}
	return rows
}

// rowFields are the fields that Diff compares, by their JSON names.
var rowFields = [...]string{
	"title", "statement", "applicability", "justification", "grounds", "status", "planned_for",
	"owner", "approved_by", "review_due", "required_by", "evidence", "gaps",
}

// texts returns the values of rowFields as text.
func (r Row) texts() [len(rowFields)]string {
	return [...]string{
		r.Title, r.Statement, string(r.Applicability), r.Justification, groundsText(r.Grounds), string(r.Status), r.PlannedFor.String(),
		r.Owner, r.ApprovedBy, r.ReviewDue.String(), strings.Join(requiredTexts(r.RequiredBy), "; "), strings.Join(r.Evidence, "; "), gapKindsText(r.Gaps),
	}
}

// groundsText writes grounds as "risk R-7; own choice".
func groundsText(grounds []Ground) string {
	parts := make([]string, len(grounds))
	for i, g := range grounds {
		parts[i] = strings.TrimSpace(label(g.Kind) + " " + g.Ref)
	}
	return strings.Join(parts, "; ")
}

// requiredTexts writes each requirement as "credit-scoring (IA-3: BAS-01, DEC-02)".
func requiredTexts(required []RequiredBy) []string {
	parts := make([]string, len(required))
	for i, q := range required {
		why := q.Assessment
		if rules := strings.Join(q.Rules, ", "); rules != "" && why != "" {
			why += ": " + rules
		} else {
			why += rules
		}
		if q.System != "" && why != "" {
			why = " (" + why + ")"
		}
		parts[i] = q.System + why
	}
	return parts
}

func gapKindsText(gaps []Gap) string {
	kinds := make([]string, len(gaps))
	for i, g := range gaps {
		kinds[i] = string(g.Kind)
	}
	return strings.Join(kinds, "; ")
}
