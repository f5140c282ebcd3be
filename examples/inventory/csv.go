package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// sheet is a CSV file taken apart: its header and its rows.
type sheet struct {
	Header []string
	Rows   []row
}

// row is one record of a sheet. Cells in quotes may hold line breaks, so one
// row can span several lines of the file.
type row struct {
	Number int // from 1, the header not counted
	Line   int // the line of the file on which it starts, from 1
	Cells  []string
	Lines  []int // the line on which each cell starts
}

// blank reports whether no cell of the row holds anything, as in the empty
// rows that spreadsheets leave at the end.
func (r row) blank() bool {
	return !slices.ContainsFunc(r.Cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// readSheet takes a CSV text apart. Rows may have too few or too many cells;
// it is for the reader of a row to say so. A quotation mark that does not
// close is an error, since from there on nobody can tell the rows apart.
func readSheet(text string) (sheet, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	var s sheet
	for {
		cells, err := r.Read()
		var syntax *csv.ParseError
		switch {
		case err == io.EOF:
			if s.Header == nil {
				return s, errors.New("the file is empty: it has no header")
			}
			return s, nil
		case errors.As(err, &syntax):
			return s, fmt.Errorf("line %d, byte %d of it (in the row that starts on line %d): %w", syntax.Line, syntax.Column, syntax.StartLine, syntax.Err)
		case err != nil:
			return s, err
		case s.Header == nil:
			s.Header = cells
			continue
		}
		next := row{Number: len(s.Rows) + 1, Cells: cells, Lines: make([]int, len(cells))}
		for i := range cells {
			next.Lines[i], _ = r.FieldPos(i)
		}
		next.Line = next.Lines[0]
		s.Rows = append(s.Rows, next)
	}
}

// plain replaces the characters that programs put in place of those that
// people type: curly quotation marks and long dashes.
var plain = strings.NewReplacer("‘", "'", "’", "'", "´", "'", "`", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "\u00AD", "")

// fold brings a header or an answer into the form in which two spellings are
// compared: lower case, plain quotation marks and dashes, runs of white space
// and line breaks as one space, no full stop at the end.
func fold(s string) string {
	s = strings.Join(strings.Fields(plain.Replace(s)), " ")
	return strings.ToLower(strings.TrimRight(s, ". "))
}

// columnsError says which columns a file lacks or has twice.
type columnsError struct {
	Problems []columnProblem
}

type columnProblem struct {
	Header string   // the header that was looked for
	Twice  bool     // it is there more than once
	Near   []string // what is most like it in the file
}

// maxColumnProblems is how many columns the error names; a wrong file lacks
// them all.
const maxColumnProblems = 5

func (e *columnsError) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		switch {
		case i == maxColumnProblems:
			fmt.Fprintf(&b, "; and %d more: is this the right form?", len(e.Problems)-i)
			return b.String()
		case i > 0:
			b.WriteString("; ")
		}
		if p.Twice {
			fmt.Fprintf(&b, "column %q is there twice", p.Header)
			continue
		}
		fmt.Fprintf(&b, "no column %q", p.Header)
		for j, near := range p.Near {
			if j == 0 {
				b.WriteString(" (near: ")
			} else {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", near)
		}
		if len(p.Near) > 0 {
			b.WriteByte(')')
		}
	}
	return b.String()
}

// locate finds the place of each wanted header in a file's header. Spellings
// are folded, the order is free and further columns are left alone. What is
// missing or there twice is a *columnsError.
func locate(header, want []string) (map[string]int, error) {
	at := make(map[string]int, len(header))
	times := make(map[string]int, len(header))
	for i, h := range header {
		f := fold(h)
		if times[f]++; times[f] == 1 {
			at[f] = i
		}
	}
	found := make(map[string]int, len(want))
	var e columnsError
	for _, w := range want {
		switch f := fold(w); times[f] {
		case 1:
			found[w] = at[f]
		case 0:
			p := columnProblem{Header: w}
			if len(e.Problems) < maxColumnProblems { // the others are only counted
				p.Near = nearest(w, header)
			}
			e.Problems = append(e.Problems, p)
		default:
			e.Problems = append(e.Problems, columnProblem{Header: w, Twice: true})
		}
	}
	if len(e.Problems) > 0 {
		return nil, &e
	}
	return found, nil
}

// nearest returns the header that shares most letter pairs with w, where it
// shares at least half of them; two, if they are equally near.
func nearest(w string, header []string) []string {
	want := pairs(fold(w))
	best, near := 0.5, []string(nil)
	for _, h := range header {
		have := pairs(fold(h))
		common := 0
		for p, n := range want {
			common += min(n, have[p])
		}
		total := 0
		for _, n := range want {
			total += n
		}
		for _, n := range have {
			total += n
		}
		if total == 0 {
			continue
		}
		switch like := 2 * float64(common) / float64(total); {
		case like > best:
			best, near = like, []string{h}
		case like == best && len(near) < 2:
			near = append(near, h)
		}
	}
	return near
}

// pairs counts the pairs of neighbouring bytes in a text.
func pairs(s string) map[string]int {
	n := make(map[string]int, len(s))
	for i := 0; i+2 <= len(s); i++ {
		n[s[i:i+2]]++
	}
	return n
}
