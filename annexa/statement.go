package annexa

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Statement is a Statement of Applicability (ISO/IEC 42001 6.1.3): what the
// organisation has decided about each of the 38 controls of Annex A and its
// own, why, and how far it is put into practice. It is made by [Compile], not
// typed, so that it says what the decisions, assessments and evidence say.
type Statement struct {
	// ID is the key of the record. Compile leaves it to the caller; a draft has
	// none.
	ID string `json:"id,omitempty"`
	// Version counts the statements of an organisation from 1. Compile leaves
	// it to the caller; 0 is a draft.
	Version int `json:"version,omitempty"`
	// Organisation is whose statement it is.
	Organisation string `json:"organisation"`
	// Scope is the scope of the management system that it speaks for (4.3).
	Scope string `json:"scope"`
	// CompiledAt is the moment as of which it was compiled, in UTC.
	CompiledAt time.Time `json:"compiled_at"`
	// Rows are the 38 controls of Annex A in order, then own controls by name.
	Rows []Row `json:"rows"`
	// Approval is zero until the statement is approved.
	Approval Approval `json:"approval,omitzero"`
	// Revision is the sequence number of the commit that wrote this revision.
	// The store sets it; a change must carry the revision that it was made from.
	Revision uint64 `json:"revision,omitempty"`
}

// Approval is who approved a statement and until when it stands.
type Approval struct {
	// By is the ID of the person who approved.
	By string `json:"by"`
	// At is when, in UTC.
	At time.Time `json:"at"`
	// ReviewDue is when the statement is looked at again.
	ReviewDue calendar.Date `json:"review_due"`
}

// IsZero reports whether nobody has approved.
func (a Approval) IsZero() bool { return a.By == "" && a.At.IsZero() && a.ReviewDue.IsZero() }

// Row is what a statement says about one control: the decision on it, and what
// follows from assessments and evidence.
type Row struct {
	// Control is the control.
	Control ID `json:"control"`
	// Title is its title, from Annex A or as the organisation gave it.
	Title string `json:"title"`
	// Statement describes an own control; it is empty for one of Annex A.
	Statement string `json:"statement,omitempty"`
	// Objective is the area of Annex A; it is empty for an own control.
	Objective string `json:"objective,omitempty"`

	// Applicability to ReviewDue are as in [Decision].
	Applicability Applicability `json:"applicability,omitempty"`
	Justification string        `json:"justification,omitempty"`
	Grounds       []Ground      `json:"grounds,omitempty"`
	Status        Status        `json:"status,omitempty"`
	PlannedFor    calendar.Date `json:"planned_for,omitzero"`
	Owner         string        `json:"owner,omitempty"`
	ApprovedBy    string        `json:"approved_by,omitempty"`
	ReviewDue     calendar.Date `json:"review_due,omitzero"`

	// RequiredBy are the assessments that call for the control, by system.
	RequiredBy []RequiredBy `json:"required_by,omitempty"`
	// Evidence are the IDs of the evidence that was fresh at CompiledAt, in
	// order.
	Evidence []string `json:"evidence,omitempty"`
	// Gaps are what was open at CompiledAt.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Says reports whether the row says of a control what the decision does.
func (r Row) Says(d Decision) bool {
	return r.Control == d.Control && r.Applicability == d.Applicability && r.Justification == d.Justification &&
		slices.Equal(r.Grounds, d.Grounds) && r.Status == d.Status && r.PlannedFor.Equal(d.PlannedFor) &&
		r.Owner == d.Owner && r.ApprovedBy == d.ApprovedBy && r.ReviewDue.Equal(d.ReviewDue)
}

// RequiredBy is one assessment that calls for a control.
type RequiredBy struct {
	// System is the ID of the system, Assessment that of its assessment.
	System     string `json:"system,omitempty"`
	Assessment string `json:"assessment,omitempty"`
	// Rules are the IDs of the impact rules that led to it, in order.
	Rules []string `json:"rules,omitempty"`
}

// version writes the version for people.
func (s Statement) version() issue.Text {
	if s.Version == 0 {
		return issue.NewText("draft")
	}
	return issue.NewText("%s", strconv.Itoa(s.Version))
}

// Gaps returns the gaps of all rows in the order of the rows.
func (s Statement) Gaps() []Gap {
	gaps := []Gap{}
	for _, r := range s.Rows {
		gaps = append(gaps, r.Gaps...)
	}
	return gaps
}

// Row returns the row of that control, and false if there is none.
func (s Statement) Row(id ID) (Row, bool) {
	i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.Control == id })
	if i < 0 {
		return Row{}, false
	}
	return s.Rows[i].clone(), true
}

// Validate checks that the statement is whole: all 38 controls in order and
// own ones after them, no values that are unknown or contradict each other.
// One that is approved must besides meet what [Statement.Approve] asks. The
// error is [issue.Issues]; a row's fields are named "rows[A.6.2.4].justification".
func (s Statement) Validate() error {
	var issues issue.Issues
	if s.CompiledAt.IsZero() {
		issues.Add("compiled_at", "required", "", "a statement holds as of a moment")
	}
	if s.Version < 0 {
		issues.Add("version", "min", fmt.Sprint(s.Version), "versions count from 1; 0 is a draft")
	}
	issue.Check(statementBounds(), &issues, &s)
	s.checkRows(&issues)
	if !s.Approval.IsZero() {
		s.checkApprovable(&issues, calendar.Earliest(s.Approval.At))
	}
	return issues.Err()
}

// checkRows adds missing, surplus and misplaced rows and malformed ones.
func (s Statement) checkRows(issues *issue.Issues) {
	for _, id := range controlIDs {
		if !slices.ContainsFunc(s.Rows, func(r Row) bool { return r.Control.text == id }) {
			issues.Add("rows["+id+"]", "required", "", "a statement answers all 38 controls of Annex A; %s is missing", id)
		}
	}
	for i, r := range s.Rows {
		field := r.field()
		if i > 0 {
			switch c := Compare(s.Rows[i-1].Control, r.Control); {
			case c == 0:
				issues.Add(field, "repeated", r.Control.text, "%s stands there twice", r.Control)
			case c > 0:
				issues.Add(field, "ordered", r.Control.text, "%s stands after %s", r.Control, s.Rows[i-1].Control)
			}
		}
		if c := find(r.Control); c != nil && r.Title != c.Title {
			issues.Add(field+".title", "catalogue", r.Title, "the title of %s is %q", r.Control, c.Title)
		}
		var form issue.Issues
		r.decision().checkForm(&form)
		issues.Merge(field, form.Err())
	}
}

// field names the row in an Issue.
func (r Row) field() string { return "rows[" + r.Control.text + "]" }

// decision returns the decision that the row holds.
func (r Row) decision() Decision {
	d := Decision{
		Control: r.Control, Statement: r.Statement,
		Applicability: r.Applicability, Justification: r.Justification, Grounds: r.Grounds,
		Status: r.Status, PlannedFor: r.PlannedFor, Owner: r.Owner,
		ApprovedBy: r.ApprovedBy, ReviewDue: r.ReviewDue,
	}
	if r.Control.Custom() {
		d.Title = r.Title
	}
	return d
}

// clone returns a copy of r that shares nothing with it.
func (r Row) clone() Row {
	r.Grounds = slices.Clone(r.Grounds)
	r.RequiredBy = slices.Clone(r.RequiredBy)
	for i := range r.RequiredBy {
		r.RequiredBy[i].Rules = slices.Clone(r.RequiredBy[i].Rules)
	}
	r.Evidence = slices.Clone(r.Evidence)
	r.Gaps = slices.Clone(r.Gaps)
	for i := range r.Gaps {
		r.Gaps[i].Systems, r.Gaps[i].Message = slices.Clone(r.Gaps[i].Systems), r.Gaps[i].Message.Clone()
	}
	return r
}

// WriteJSON writes the statement as indented JSON with a final newline. It
// holds everything; json.Unmarshal reads it back.
func (s Statement) WriteJSON(w io.Writer) error {
	if s.Rows == nil {
		s.Rows = []Row{}
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("statement as JSON: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
