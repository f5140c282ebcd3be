package annexa

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Approve returns a copy of the statement with the approval of a person, at a
// moment, until a review (ISO/IEC 42001 6.1.3, 7.5.2). The moment is kept in
// UTC; the review follows the day on which it falls in the zone that it is given in.
//
// It refuses a statement with a row that is undecided, not justified, or left
// out though an assessment requires the control, whatever the Gaps of its rows
// say; one without organisation or scope; one that is approved already; and an
// approval from before the compilation or with a review that does not follow
// it. The error is [issue.Issues], which name each row and what it lacks. Other gaps
// don't stand in the way: a control may well be planned.
//
// Whether that person may approve is for the caller to say.
func (s Statement) Approve(by string, at time.Time, reviewDue calendar.Date) (Statement, error) {
	if !s.Approval.IsZero() {
		var issues issue.Issues
		issues.Add("approval", "once", s.Approval.By, "the statement is approved already; compile a new one to change it")
		return Statement{}, issues
	}
	s.Approval = Approval{By: by, At: at.UTC(), ReviewDue: reviewDue}
	rows := slices.Clone(s.Rows)
	for i := range rows {
		rows[i] = rows[i].clone()
	}
	s.Rows = rows
	var issues issue.Issues
	if s.CompiledAt.IsZero() {
		issues.Add("compiled_at", "required", "", "a statement holds as of a moment")
	}
	issue.Check(statementBounds(), &issues, &s)
	s.checkRows(&issues)
	s.checkApprovable(&issues, calendar.Of(at, at.Location()))
	if err := issues.Err(); err != nil {
		return Statement{}, err
	}
	return s, nil
}

// checkApprovable adds what stands in the way of the statement's approval on a day.
func (s Statement) checkApprovable(issues *issue.Issues, on calendar.Date) {
	a := s.Approval
	if blank(a.By) {
		issues.Add("approval.by", "required", a.By, "say who approves")
	}
	switch {
	case a.At.IsZero():
		issues.Add("approval.at", "required", "", "say when it was approved")
	case a.At.Before(s.CompiledAt):
		issues.Add("approval.at", "after_compilation", instant(a.At), "it was compiled on %s, which is later", instant(s.CompiledAt))
	}
	switch {
	case a.ReviewDue.IsZero():
		issues.Add("approval.review_due", "required", "", "say when the statement is looked at again")
	case !a.ReviewDue.After(on):
		issues.Add("approval.review_due", "after_approval", a.ReviewDue.String(), "the review must follow the approval on %s", on.String())
	}
	if blank(s.Organisation) {
		issues.Add("organisation", "required", s.Organisation, "say whose statement it is")
	}
	if blank(s.Scope) {
		issues.Add("scope", "required", s.Scope, "say which scope of the management system it speaks for")
	}
	for _, r := range s.Rows {
		if r.Applicability == Undecided {
			issues.Add(r.field()+".applicability", "decided", "", "%s is undecided", r.Control)
			continue
		}
		var reasons issue.Issues
		r.decision().checkReasons(&reasons)
		issues.Merge(r.field(), reasons.Err())
		if r.Applicability == Excluded && len(r.RequiredBy) > 0 {
			issues.Add(r.field()+".applicability", "required_by", string(r.Applicability),
				"%s is left out, but required for %s", r.Control, some(systemsOf(r.RequiredBy), namesInMessage))
		}
	}
}
