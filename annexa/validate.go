package annexa

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/issue"
)

// Validate checks that the decision could stand in a Statement of
// Applicability (ISO/IEC 42001 6.1.3). The error is [issue.Issues].
//
// An undecided decision is valid, and so are drafts of its reasons. One that
// is decided needs a justification that says something and at least one
// ground, and each ground but an own choice says what it points at; leaving a
// control out needs an approver and a date to look at it again besides, and
// status not_applicable, which no other decision may have. Status planned needs
// a date. An own control needs a title, and one of Annex A carries none, since
// the catalogue has it.
func (d Decision) Validate() error {
	var issues issue.Issues
	issue.Check(decisionBounds(), &issues, &d)
	d.checkForm(&issues)
	d.checkReasons(&issues)
	return issues.Err()
}

// checkForm adds what no record may have: values that are unknown or
// contradict each other.
func (d Decision) checkForm(issues *issue.Issues) {
	switch {
	case d.Control.IsZero():
		issues.Add("control", "required", "", "a decision is about a control, such as A.6.2.4")
	case d.Control.Custom():
		if blank(d.Title) {
			issues.Add("title", "required", d.Title, "the own control %s needs a title", d.Control)
		}
	default:
		if d.Title != "" {
			issues.Add("title", "own_only", d.Title, "%s has its title from Annex A; only an own control (X.…) carries one", d.Control)
		}
		if d.Statement != "" {
			issues.Add("statement", "own_only", d.Statement, "%s has its statement from Annex A; only an own control (X.…) carries one", d.Control)
		}
	}
	if !d.Applicability.IsValid() {
		issues.Add("applicability", "oneof", string(d.Applicability), "must be %s, or empty while undecided", list(Applicabilities()))
	}
	if d.Status != "" && !d.Status.IsValid() {
		issues.Add("status", "oneof", string(d.Status), "must be %s, or empty", list(Statuses()))
	}
	for i, g := range d.Grounds[:min(len(d.Grounds), decisionBounds().Max("grounds"))] {
		if !g.Kind.IsValid() {
			issues.Add(fmt.Sprintf("grounds[%d].kind", i), "oneof", string(g.Kind), "must be %s", list(GroundKinds()))
		}
	}
	switch {
	case d.Applicability == Excluded && d.Status != StatusNotApplicable:
		issues.Add("status", "fits_applicability", string(d.Status), "a control that is left out has status %s", StatusNotApplicable)
	case d.Applicability != Excluded && d.Status == StatusNotApplicable:
		issues.Add("status", "fits_applicability", string(d.Status), "only a control that is left out has this status; leave the control out, with its reasons, or choose another")
	}
	if d.Status == StatusPlanned && d.PlannedFor.IsZero() {
		issues.Add("planned_for", "required", "", "a planned control needs the date by which it will be in place")
	}
}

// checkReasons adds what a decided control still lacks to be justified. A
// statement reports these as gaps, so that it can be compiled from work in
// progress.
func (d Decision) checkReasons(issues *issue.Issues) {
	if d.Applicability == Undecided {
		return
	}
	if blank(d.Justification) {
		issues.Add("justification", "required", d.Justification, "say why the control is %s", issue.Word(d.Applicability))
	}
	if len(d.Grounds) == 0 {
		issues.Add("grounds", "required", "", "name at least one ground: %s", list(GroundKinds()))
	}
	for i, g := range d.Grounds[:min(len(d.Grounds), decisionBounds().Max("grounds"))] {
		if g.Kind.NeedsRef() && blank(g.Ref) {
			issues.Add(fmt.Sprintf("grounds[%d].ref", i), "required", g.Ref, "a ground of kind %s says what it points at", issue.Word(g.Kind))
		}
	}
	if d.Applicability != Excluded {
		return
	}
	if blank(d.ApprovedBy) {
		issues.Add("approved_by", "required", d.ApprovedBy, "leaving a control out needs the person who approved it")
	}
	if d.ReviewDue.IsZero() {
		issues.Add("review_due", "required", "", "leaving a control out needs a date on which it is looked at again")
	}
}

// blank reports whether s has neither a letter nor a digit, so that "-" or a
// zero-width space is no justification.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// list joins the values of an enumeration as "a, b or c".
func list[T ~string](values []T) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}
