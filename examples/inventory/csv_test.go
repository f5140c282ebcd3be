package main

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fixture writes a CSV in the form of the inventory: a row for each map from
// header to cell, on top of a row that says as little as it can.
func fixture(rows ...map[string]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	headers := newForm().headers
	_ = w.Write(headers) // a strings.Builder takes everything
	for _, given := range rows {
		cells := make([]string, len(headers))
		for i, h := range headers {
			switch cell, ok := given[h]; {
			case ok:
				cells[i] = cell
			case h == headName:
				cells[i] = "A use case"
			case h == headAgency:
				cells[i] = "Department of Examples"
			case h == headAbbreviation:
				cells[i] = "DOX"
			case h == headStage:
				cells[i] = "Initiated"
			}
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.String()
}

// today is a date after those of the fixtures.
var today = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// normalised reads a CSV text to the end.
func normalised(t testing.TB, text string) []entry {
	t.Helper()
	s, err := readSheet(text)
	require.NoError(t, err)
	entries, err := newForm().normalise(s, today)
	require.NoError(t, err)
	return entries
}

func TestReadSheetKnowsTheLinesOfTheFile(t *testing.T) {
	s, err := readSheet("\"Use\r\nCase\",Stage\r\n\"one\r\ntwo\r\nthree\",\"x\ny\"\r\n\r\nlast,z")
	require.NoError(t, err)
	require.Equal(t, []string{"Use\nCase", "Stage"}, s.Header)
	require.Len(t, s.Rows, 2)
	require.Equal(t, row{Number: 1, Line: 3, Cells: []string{"one\ntwo\nthree", "x\ny"}, Lines: []int{3, 5}}, s.Rows[0])
	require.Equal(t, row{Number: 2, Line: 8, Cells: []string{"last", "z"}, Lines: []int{8, 8}}, s.Rows[1])
}

func TestReadSheetRefusesWhatIsNoCSV(t *testing.T) {
	_, err := readSheet("")
	require.ErrorContains(t, err, "no header")
	_, err = readSheet("a,b\nc,d\"e\n")
	require.ErrorIs(t, err, csv.ErrBareQuote)
	require.ErrorContains(t, err, "line 2, byte 4")
	_, err = readSheet("a,b\n\"c,d\ne,f\n")
	require.ErrorContains(t, err, "starts on line 2")
}

func TestHeadersMatchHoweverTheyAreSet(t *testing.T) {
	text := strings.Replace(fixture(map[string]string{}), headStage, "\" STAGE of\r\n\u00A0 development. \"", 1)
	text = strings.Replace(text, "AI system's outputs", "AI system’s outputs", 1)
	entries := normalised(t, text)
	require.Len(t, entries, 1)
	require.Empty(t, entries[0].Rejected)
}

func TestMissingColumnsAreNamed(t *testing.T) {
	text := strings.Replace(fixture(map[string]string{}), headStage, "Stage of Developement", 1)
	text = strings.Replace(text, headRetired, headImplemented, 1)
	s, err := readSheet(text)
	require.NoError(t, err)
	_, err = newForm().normalise(s, today)
	var e *columnsError
	require.ErrorAs(t, err, &e)
	require.ErrorContains(t, err, `no column "Stage of Development" (near: "Stage of Developement")`)
	require.ErrorContains(t, err, `no column "Date Retired"`)
	require.ErrorContains(t, err, `column "Date Implemented" is there twice`)

	s, err = readSheet("some,other,form\n1,2,3\n")
	require.NoError(t, err)
	_, err = newForm().normalise(s, today)
	require.ErrorContains(t, err, "more: is this the right form?")
}

func TestRowsOfTheWrongLengthAreRejected(t *testing.T) {
	form := newForm()
	whole := fixture(map[string]string{}, map[string]string{}, map[string]string{})
	lines := strings.Split(strings.TrimSpace(whole), "\n")
	lines[2] = "Only,Three,Cells"
	lines[3] += ",one too many"
	entries := normalised(t, strings.Join(lines, "\n"))
	require.Len(t, entries, 3)
	require.Empty(t, entries[0].Rejected)
	require.Len(t, entries[1].Rejected, 1)
	p := entries[1].Rejected[0]
	require.Equal(t, 3, p.Line)
	require.Equal(t, form.headers[3], p.Column, "the first column that is missing")
	require.Equal(t, "3 cells", p.Value)
	require.Len(t, entries[2].Rejected, 1)
	require.Equal(t, 4, entries[2].Rejected[0].Line)
}

func TestBlankRowsAreNoUseCases(t *testing.T) {
	text := fixture(map[string]string{}) + strings.Repeat(",", len(newForm().headers)-1) + "\n , \n"
	s, err := readSheet(text)
	require.NoError(t, err)
	require.Len(t, s.Rows, 3)
	require.Len(t, normalised(t, text), 1)
}

// Whatever the bytes, the reader ends with rows or an error, each row knows
// its line, and each row that is not blank becomes a valid system or a
// rejection that says where and why.
func FuzzReader(f *testing.F) {
	f.Add([]byte(fixture(map[string]string{headPurpose: "line\nbreak"}, map[string]string{headStage: "Someday"})), encodingAuto)
	f.Add([]byte("a,\"b\r\n\",c\r\nd"), encodingUTF8)
	f.Add([]byte("\x92,\x81"), encodingWindows1252)
	f.Add([]byte("\xFF\xFEa\x00"), encodingAuto)
	form := newForm()
	f.Fuzz(func(t *testing.T, data []byte, encoding string) {
		text, _, err := decode(data, encoding)
		if err != nil {
			return
		}
		s, err := readSheet(text)
		if err != nil {
			return
		}
		last := 0
		for i, r := range s.Rows {
			if r.Number != i+1 || r.Line <= last || r.Line > 1+strings.Count(text, "\n") || len(r.Lines) != len(r.Cells) || !slices.IsSorted(r.Lines) {
				t.Fatalf("row %d: number %d, lines %v after line %d", i, r.Number, r.Lines, last)
			}
			last = r.Line
		}
		entries, err := form.normalise(s, today)
		if err != nil {
			return
		}
		for _, e := range entries {
			if len(e.Rejected) == 0 {
				require.NoError(t, e.System.Validate())
			}
			for _, p := range e.Rejected {
				require.NotEmpty(t, p.Reason)
				require.GreaterOrEqual(t, p.Line, e.Line)
			}
		}
	})
}
