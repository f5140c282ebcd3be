package annexa

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// csvHeader are the columns of WriteCSV.
var csvHeader = []string{
	"Control", "Title", "Objective", "Applicability", "Justification", "Grounds", "Status", "Planned for",
	"Owner", "Approved by", "Review due", "Required by", "Evidence", "Gaps",
	"Statement version", "Statement approved by", "Statement approved on", "Statement review due",
}

// namesInCell is how many names a CSV cell holds before it counts: a
// spreadsheet cuts a cell off at 32,767 characters without saying so.
const namesInCell = 200

// WriteCSV writes the rows of the statement as CSV (RFC 4180 with line feeds,
// UTF-8 without byte-order mark), one line per control below a header line.
// Days are written as 2006-01-02, lists are joined by "; " and end after 200
// items with how many more there are; WriteJSON has them all. The last columns
// are of the statement and the same in each line: its version, or "draft", and
// its approval.
//
// A cell that a spreadsheet would take for a formula is given a leading
// apostrophe, so that opening the file can't run what somebody typed into a
// justification.
func (s Statement) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for _, r := range s.Rows {
		gaps := make([]string, len(r.Gaps))
		for i, g := range r.Gaps {
			gaps[i] = label(g.Kind) + ": " + g.Message
		}
		applicability := "undecided"
		if r.Applicability != Undecided {
			applicability = string(r.Applicability)
		}
		cells := []string{
			r.Control.String(), r.Title, r.Objective, applicability, r.Justification, groundsText(r.Grounds), label(r.Status), r.PlannedFor.String(),
			r.Owner, r.ApprovedBy, r.ReviewDue.String(), joined(requiredTexts(r.RequiredBy), namesInCell), joined(r.Evidence, namesInCell), strings.Join(gaps, "; "),
			s.version(), s.Approval.By, date(s.Approval.At), s.Approval.ReviewDue.String(),
		}
		for i := range cells {
			cells[i] = neutralise(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// joined joins the first items and counts the others.
func joined(items []string, limit int) string {
	if more := len(items) - limit; more > 0 {
		return strings.Join(items[:limit], "; ") + fmt.Sprintf("; and %d more", more)
	}
	return strings.Join(items, "; ")
}

// neutralise makes a cell safe to open in a spreadsheet. It puts an apostrophe
// before a cell that begins with a character that starts a formula (= + - @,
// their full-width and small forms, and the minus sign) or that some programs
// strip to reach one (tab, carriage return, line feed). Space and invisible
// characters in front don't hide it.
func neutralise(cell string) string {
	cell = strings.ToValidUTF8(cell, "\uFFFD")
	for _, r := range cell {
		switch r {
		case '\t', '\r', '\n',
			'=', '+', '-', '@',
			'＝', '＋', '－', '＠',
			'﹦', '﹢', '﹣', '﹫',
			'−':
			return "'" + cell
		}
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			return cell
		}
	}
	return cell
}
