package crosswalk

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// csvColumns are the columns of a mapping set; the first csvRequired of them
// have to be there.
var csvColumns = []string{"from", "to", "relation", "reason", "strength", "derived", "repeat", "printed", "note"}

const (
	csvRequired = 4
	maxCSV      = 16 << 20 // bytes
	// relationNone stands in the relation column of an Unmatched element.
	relationNone = "none"
)

// ParseCSV reads the mappings of a set from CSV (UTF-8, comma-separated, with
// or without byte-order mark, up to 16 MiB). The set's ID, title, version,
// source and frameworks are those of head; what head holds in mappings and
// unmatched elements is replaced. The frameworks have to be in the catalogue,
// and the set is checked as Validate does.
//
// The first line names the columns. from, to, relation and reason have to be
// there; strength (empty for unstated), derived and repeat ("true", "false" or
// empty), printed and note may. No other name is taken, and none twice. A row
// with the relation "none" and only one of from and to is an Unmatched element.
// Space around a cell is dropped, and so is the apostrophe that WriteCSV puts
// before a cell that a spreadsheet would run.
//
// The error for what stands in the file is an issue.Issues, with the line, the
// field with the index of the mapping, and the value.
func (c *Catalogue) ParseCSV(r io.Reader, head MappingSet) (MappingSet, error) {
	set := head.clone()
	set.Mappings, set.Unmatched = []Mapping{}, nil
	v := set.validator(nil, nil)
	for _, end := range []struct {
		field, id string
		elements  *map[string]bool
	}{{"from", set.From, &v.from}, {"to", set.To, &v.to}} {
		if i, ok := c.byID(end.id); ok {
			*end.elements = elementIDs(c.frameworks[i])
		} else {
			v.add(end.field, "unknown", end.id, "the catalogue has no such framework")
		}
	}
	v.head()
	if err := v.err(); err != nil {
		return MappingSet{}, err
	}

	data, err := io.ReadAll(io.LimitReader(r, maxCSV+1))
	if err != nil {
		return MappingSet{}, issue.Errorf(issue.CodeInvalid, "read CSV of mapping set %s: %w", set.ID, err)
	}
	if len(data) > maxCSV {
		v.add("file", "length", "", "more than %d MiB", maxCSV>>20)
		return MappingSet{}, v.err()
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(data) {
		bad := 0
		for bad < len(data) {
			if r, n := utf8.DecodeRune(data[bad:]); r == utf8.RuneError && n <= 1 {
				break
			} else {
				bad += n
			}
		}
		v.line = 1 + bytes.Count(data[:bad], []byte("\n"))
		v.add("file", "utf8", fmt.Sprintf("byte 0x%02x", data[bad]), "not UTF-8; save the file as CSV in UTF-8")
		return MappingSet{}, v.err()
	}

	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = -1 // counted below, with an error of our own
	names, err := in.Read()
	if err == io.EOF {
		v.add("file", "required", "", "empty; the first line names the columns %s", strings.Join(csvColumns, ", "))
		return MappingSet{}, v.err()
	}
	if err != nil {
		v.syntax(err)
		return MappingSet{}, v.err()
	}
	column := v.header(names)
	if err := v.err(); err != nil {
		return MappingSet{}, err
	}

	var lines []int // of unmatched, which are checked once all mappings are known
	for !v.full() {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			v.syntax(err)
			break // what follows a broken quote can't be told into rows
		}
		v.line, _ = in.FieldPos(0)
		if len(row) != len(names) {
			v.add("row", "columns", strconv.Itoa(len(row)), "%d cells, as the first line has", len(names))
			continue
		}
		cell := func(name string) string {
			if i, ok := column[name]; ok {
				return row[i]
			}
			return ""
		}
		for i := range row {
			row[i] = strings.TrimSpace(bare(strings.TrimSpace(row[i])))
		}
		if strings.EqualFold(cell("relation"), relationNone) {
			if u, ok := v.unmatchedRow(len(set.Unmatched), cell); ok {
				set.Unmatched = append(set.Unmatched, u)
				lines = append(lines, v.line)
			}
			continue
		}
		if m, ok := v.mappingRow(len(set.Mappings), cell); ok {
			v.mapping(len(set.Mappings), m)
			set.Mappings = append(set.Mappings, m)
		}
	}
	for i, u := range set.Unmatched {
		v.line = lines[i]
		v.unmatched(i, u)
	}
	if err := v.err(); err != nil {
		// Rows that could not be read were found before those that contradict
		// each other; the reader of the file goes from top to bottom.
		slices.SortStableFunc(v.all, func(a, b issue.Issue) int { return a.Line - b.Line })
		return MappingSet{}, v.all
	}
	return set, nil
}

func (v *validator) syntax(err error) {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		v.line = e.Line
		v.add("row", "csv", "", "not CSV: %v in column %d", e.Err, e.Column)
		return
	}
	v.add("file", "csv", "", "%v", err)
}

// header finds the place of each column.
func (v *validator) header(names []string) map[string]int {
	v.line = 1
	column := make(map[string]int)
	for i, name := range names {
		name = strings.TrimSpace(name)
		if !slices.Contains(csvColumns, name) {
			v.add("header", "oneof", name, "no such column; the columns are %s", strings.Join(csvColumns, ", "))
			continue
		}
		if _, dup := column[name]; dup {
			v.add("header", "repeated", name, "the column stands twice")
		}
		column[name] = i
	}
	for _, name := range csvColumns[:csvRequired] {
		if _, ok := column[name]; !ok {
			v.add("header", "required", name, "the column is missing")
		}
	}
	return column
}

func (v *validator) mappingRow(i int, cell func(string) string) (Mapping, bool) {
	before := len(v.all)
	field := func(name string) string { return "mappings[" + strconv.Itoa(i) + "]." + name }
	m := Mapping{
		From:    v.refCell(field("from"), cell("from")),
		To:      v.refCell(field("to"), cell("to")),
		Reason:  cell("reason"),
		Derived: v.boolCell(field("derived"), cell("derived")),
		Repeat:  v.boolCell(field("repeat"), cell("repeat")),
		Printed: cell("printed"),
		Note:    cell("note"),
	}
	var err error
	if m.Relation, err = ParseRelation(cell("relation")); err != nil {
		v.add(field("relation"), "oneof", cell("relation"), "one of %s; or %s, with only one of from and to", relationNames(), relationNone)
	}
	if s := cell("strength"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			v.add(field("strength"), "range", s, "a whole number from 1 to 10, or empty where the source does not say")
		}
		m.Strength = Strength(n)
	}
	return m, len(v.all) == before
}

func (v *validator) unmatchedRow(i int, cell func(string) string) (Unmatched, bool) {
	before := len(v.all)
	field := func(name string) string { return "unmatched[" + strconv.Itoa(i) + "]." + name }
	for _, name := range csvColumns[csvRequired:] {
		if cell(name) != "" {
			v.add(field(name), "unmatched", cell(name), "a row with the relation %s has no %s", relationNone, name)
		}
	}
	u := Unmatched{Reason: cell("reason")}
	if (cell("from") == "") == (cell("to") == "") {
		v.add(field("ref"), "unmatched", cell("from")+" "+cell("to"), "a row with the relation %s has one of from and to", relationNone)
		return u, false
	}
	u.Ref = v.refCell(field("ref"), cell("from")+cell("to"))
	side, framework := "from", v.set.From
	if cell("from") == "" {
		side, framework = "to", v.set.To
	}
	if !u.Ref.IsZero() && u.Ref.Framework() != framework {
		v.add(field("ref"), "framework", u.Ref.String(), "in the column %s stands an element of %s", side, framework)
	}
	return u, len(v.all) == before
}

func (v *validator) refCell(field, s string) Ref {
	r, err := ParseRef(s)
	if err != nil {
		v.add(field, "ref", s, "a reference is FRAMEWORK:ELEMENT, such as iso42001:A.6.2.4")
	}
	return r
}

func (v *validator) boolCell(field, s string) bool {
	switch strings.ToLower(s) {
	case "true":
		return true
	case "", "false":
		return false
	}
	v.add(field, "oneof", s, "true, false or empty")
	return false
}

// WriteCSV writes the set's mappings and unmatched elements as CSV (RFC 4180
// with line feeds, UTF-8 without byte-order mark), which ParseCSV reads back.
//
// A cell that a spreadsheet would take for a formula is given a leading
// apostrophe, so that opening the file can't run what somebody typed into a
// reason.
func (s MappingSet) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	write := func(cells ...string) error {
		for i := range cells {
			cells[i] = neutralise(cells[i])
		}
		return out.Write(cells)
	}
	if err := write(slices.Clone(csvColumns)...); err != nil {
		return err
	}
	for _, m := range s.Mappings {
		strength := ""
		if m.Strength != Unstated {
			strength = strconv.Itoa(int(m.Strength))
		}
		if err := write(m.From.String(), m.To.String(), string(m.Relation), m.Reason, strength, yes(m.Derived), yes(m.Repeat), m.Printed, m.Note); err != nil {
			return err
		}
	}
	for _, u := range s.Unmatched {
		from, to := u.Ref.String(), ""
		if u.Ref.Framework() != s.From {
			from, to = to, from
		}
		if err := write(from, to, relationNone, u.Reason, "", "", "", "", ""); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// neutralise puts an apostrophe before a cell that runs, or that already looks
// as if one had been put there, so that bare can take it off again.
func neutralise(cell string) string {
	if runs(cell) {
		return "'" + cell
	}
	return cell
}

// bare takes off the apostrophe that neutralise put on.
func bare(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && runs(rest) {
		return rest
	}
	return cell
}

// runs reports whether a spreadsheet would take the cell for a formula, once
// the apostrophes before it are gone: it begins with one of = + - @, their
// full-width and small forms or the minus sign, or with a tab or line break
// that some programs drop. Space and invisible characters don't hide it.
func runs(cell string) bool {
	for _, r := range strings.TrimLeft(cell, "'") {
		switch r {
		case '\t', '\r', '\n', '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−':
			return true
		}
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return false
}
