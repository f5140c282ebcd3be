package annexa

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"

	"github.com/aimskit/aimskit/issue"
)

// csvHeader are the columns of WriteCSV.
var csvHeader = []issue.Text{
	{ID: "Control"}, {ID: "Title"}, {ID: "Objective"}, {ID: "Applicability"}, {ID: "Justification"}, {ID: "Grounds"}, {ID: "Status"}, {ID: "Planned for"},
	{ID: "Owner"}, {ID: "Approved by"}, {ID: "Review due"}, {ID: "Required by"}, {ID: "Evidence"}, {ID: "Gaps"},
	{ID: "Statement version"}, {ID: "Statement approved by"}, {ID: "Statement approved on"}, {ID: "Statement review due"},
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
func (s Statement) WriteCSV(w io.Writer) error { return s.writeCSV(w, told{}) }

func (s Statement) writeCSV(w io.Writer, t told) error {
	out := csv.NewWriter(w)
	header := make([]string, len(csvHeader))
	for i, h := range csvHeader {
		header[i] = t.text(h)
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, r := range s.Rows {
		gaps := make([]string, len(r.Gaps))
		for i, g := range r.Gaps {
			gaps[i] = t.gap(g)
		}
		applicability := t.say("undecided")
		if r.Applicability != Undecided {
			applicability = t.text(issue.Word(r.Applicability))
		}
		cells := []string{
			r.Control.String(), t.title(r), r.Objective, applicability, r.Justification, t.grounds(r.Grounds), t.text(issue.Word(r.Status)), r.PlannedFor.String(),
			r.Owner, r.ApprovedBy, r.ReviewDue.String(), t.joined(requiredTexts(r.RequiredBy), namesInCell), t.joined(r.Evidence, namesInCell), strings.Join(gaps, "; "),
			t.text(s.version()), s.Approval.By, date(s.Approval.At), s.Approval.ReviewDue.String(),
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
