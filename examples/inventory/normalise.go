package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// problem is something about a cell of the file: what rejects its row, or what
// is merely worth a warning.
type problem struct {
	Line   int    // of the file
	Column string // the header; "" for the row as a whole
	Value  string // what the cell holds
	Reason string
}

// entry is what became of one row.
type entry struct {
	Row      int
	Line     int
	System   register.System
	Warnings []problem
	Rejected []problem // not empty: the row can't be imported
}

// form is the tables of questions.go made ready to be looked up.
type form struct {
	headers []string                      // that a file must have
	answers map[string]map[string]*answer // by header and folded spelling
}

func newForm() *form {
	f := &form{answers: make(map[string]map[string]*answer)}
	for _, t := range texts {
		f.headers = append(f.headers, t.Header)
	}
	for _, d := range dates {
		f.headers = append(f.headers, d.Header)
	}
	for i := range questions {
		q := &questions[i]
		f.headers = append(f.headers, q.Header)
		f.answers[q.Header] = make(map[string]*answer)
		for j := range q.Answers {
			for _, spelling := range q.Answers[j].Spellings {
				f.answers[q.Header][fold(spelling)] = &q.Answers[j]
			}
		}
	}
	return f
}

// inventoryName is the name of the inventory among a system's external IDs,
// and the start of the IDs of the systems from it.
const (
	inventoryName = "us-federal-2024"
	idPrefix      = "us-2024"
)

// maxName is the longest name that the register takes, in characters.
const maxName = 200

// maxText is how much of a free text is taken over, in bytes. It leaves room
// in the register's 20,000 for several texts in one description.
const maxText = 6_000

// normalise turns the rows of a sheet into systems, blank rows left out. Dates
// after now are plans: they become labels, but no dates of the system.
func (f *form) normalise(s sheet, now time.Time) ([]entry, error) {
	at, err := locate(s.Header, f.headers)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, r := range s.Rows {
		if !r.blank() {
			out = append(out, f.entry(r, s.Header, at, now))
		}
	}
	return out, nil
}

// entry turns one row into a system.
func (f *form) entry(r row, header []string, at map[string]int, now time.Time) entry {
	e := entry{Row: r.Number, Line: r.Line}
	if len(r.Cells) != len(header) {
		p := problem{Line: r.Line, Value: fmt.Sprintf("%d cells", len(r.Cells)), Reason: fmt.Sprintf("the header has %d", len(header))}
		if len(r.Cells) < len(header) {
			p.Column = header[len(r.Cells)]
			p.Reason = "the row ends before this column; " + p.Reason
		}
		e.Rejected = append(e.Rejected, p)
		return e
	}
	cell := func(h string) string { return r.Cells[at[h]] }
	reject := func(h, value, reason string) {
		e.Rejected = append(e.Rejected, problem{r.Lines[at[h]], h, value, reason})
	}
	warn := func(h, value, reason string) {
		e.Warnings = append(e.Warnings, problem{r.Lines[at[h]], h, value, reason})
	}

	sum := summation{open: make(map[string]bool)}
	sum.system.Labels = make(map[string]string)
	sum.add(common.System)
	for i := range questions {
		q := &questions[i]
		var is []string
		for _, part := range f.split(q, cell(q.Header)) {
			a, ok := f.answer(q, part)
			if !ok {
				reject(q.Header, part, "unknown answer; "+f.near(q, part))
				continue
			}
			if a.Is != "" {
				is = append(is, a.Is)
			}
			for _, attribute := range sum.add(a.Gives) {
				warn(q.Header, part, "contradicts another answer on "+attribute+", which stays open")
			}
		}
		if len(is) > 0 {
			sum.system.Labels[q.Label] = strings.Join(slices.Compact(is), ", ")
		}
	}
	e.System = sum.result()
	f.texts(&e, cell, reject, warn)

	when := make(map[string]calendar.Date)
	for _, d := range dates {
		value := said(oneLine(cell(d.Header)))
		t, why := parseDate(value)
		switch {
		case why != "":
			warn(d.Header, value, why+"; kept as a label")
		case t.After(calendar.Of(now, nil)):
			warn(d.Header, value, "lies ahead; kept as a label")
		default:
			when[d.Header] = t
		}
		switch {
		case !t.IsZero():
			e.System.Labels[d.Label] = t.Format(time.DateOnly)
		case value != "":
			e.System.Labels[d.Label] = value
		}
	}
	derive(&e.System, when, warn)

	e.System = e.System.Normalised()
	if len(e.Rejected) == 0 {
		e.validate()
	}
	return e
}

// validate rejects the row if the register would not take its system.
func (e *entry) validate() {
	err := e.System.Validate()
	var is annexa.Issues
	switch {
	case err == nil:
	case errors.As(err, &is):
		for _, i := range is {
			e.Rejected = append(e.Rejected, problem{Line: e.Line, Column: i.Field, Value: i.Value, Reason: i.Message})
		}
	default:
		e.Rejected = append(e.Rejected, problem{Line: e.Line, Reason: err.Error()})
	}
}

// texts takes over the columns of free text and makes the ID.
func (f *form) texts(e *entry, cell func(string) string, reject, warn func(h, value, reason string)) {
	s := &e.System
	for _, t := range texts {
		if value := said(oneLine(cell(t.Header))); t.Label != "" && value != "" {
			s.Labels[t.Label] = value
		}
	}

	name, agency := oneLine(cell(headName)), oneLine(cell(headAgency))
	if name == "" {
		reject(headName, name, "a use case needs a name")
	}
	short := s.Labels[labelAbbreviation]
	if short == "" {
		short = agency
	}
	if agency == "" {
		reject(headAgency, agency, "say whose use case it is")
	}
	s.ID = fmt.Sprintf("%s-%04d-%s", idPrefix, e.Row, slug(short))
	s.ExternalIDs = map[string]string{inventoryName: fingerprint(agency, s.Labels["bureau"], name)}

	s.Name = name
	var about []string
	if cut, shortened := cutRunes(name, maxName); shortened {
		warn(headName, name, fmt.Sprintf("longer than %d characters; the whole name stands in the description", maxName))
		s.Name = cut
		about = append(about, "Full name: "+name)
	}
	prose := func(h string) string {
		text := said(paragraphs(cell(h)))
		if cut, shortened := cutBytes(text, maxText); shortened {
			warn(h, text, fmt.Sprintf("longer than %d bytes; cut", maxText))
			return cut
		}
		return text
	}
	s.Purpose, s.Decisions = prose(headPurpose), prose(headOutputs)
	for _, part := range []struct{ title, header string }{
		{"Agency-owned data: ", headTrainingData},
		{"Risks that the agency names: ", headRisks},
	} {
		if text := prose(part.header); text != "" {
			about = append(about, part.title+text)
		}
	}
	s.Description = strings.Join(about, "\n")

	code := said(oneLine(cell(headCode)))
	if link, err := url.Parse(code); err == nil && (link.Scheme == "http" || link.Scheme == "https") && link.Host != "" {
		s.Links = []string{code}
	} else if code != "" {
		s.Labels["code"] = code
	}
}

// split takes apart a cell that can hold several answers. A cell that is one
// of the answers as it stands is left whole.
func (f *form) split(q *question, cell string) []string {
	cell = strings.TrimSpace(cell)
	if _, whole := f.answers[q.Header][fold(cell)]; whole || q.Several == "" {
		return []string{oneLine(cell)}
	}
	var parts []string
	if json.Unmarshal([]byte(cell), &parts) != nil {
		parts = strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(q.Several, r) })
	}
	var out []string
	for _, p := range parts {
		p = strings.TrimSpace(strings.TrimPrefix(oneLine(p), "&"))
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return []string{oneLine(cell)}
	}
	return out
}

// answer looks an answer up in the table.
func (f *form) answer(q *question, text string) (*answer, bool) {
	known := f.answers[q.Header]
	if a, ok := known[fold(text)]; ok {
		return a, true
	}
	if head, _, ok := strings.Cut(text, ":"); q.Head && ok {
		a, ok := known[fold(head)]
		return a, ok
	}
	return nil, false
}

// near says which known spelling of a question is most like a text or, if none
// is, which there are.
func (f *form) near(q *question, text string) string {
	var known []string
	for _, a := range q.Answers {
		for _, s := range a.Spellings {
			if s != "" {
				known = append(known, s)
			}
		}
	}
	quoted := func(s string) string { s, _ = cutRunes(s, 60); return strconv.Quote(s) }
	if near := nearest(text, known); len(near) > 0 {
		return "the nearest known is " + quoted(near[0])
	}
	const most = 3
	list := make([]string, 0, most)
	for _, s := range known[:min(len(known), most)] {
		list = append(list, quoted(s))
	}
	if len(known) > most {
		list = append(list, fmt.Sprintf("and %d more", len(known)-most))
	}
	return "known are " + strings.Join(list, ", ")
}

// summation adds up what the answers of a row give.
type summation struct {
	system register.System
	open   map[string]bool // attributes that answers contradict each other on
}

// add joins lists and settles single values. It returns the attributes on
// which g contradicts what was given before; these stay open from then on.
func (m *summation) add(g register.System) (contradicts []string) {
	s := &m.system
	s.Roles = append(s.Roles, g.Roles...)
	s.Jurisdictions = append(s.Jurisdictions, g.Jurisdictions...)
	s.Domains = append(s.Domains, g.Domains...)
	s.Functions = append(s.Functions, g.Functions...)
	s.Practices = append(s.Practices, g.Practices...)
	s.Effects = append(s.Effects, g.Effects...)
	s.Affected = append(s.Affected, g.Affected...)
	s.Interacts = append(s.Interacts, g.Interacts...)
	s.Data = append(s.Data, g.Data...)
	s.Generates = append(s.Generates, g.Generates...)
	for attribute, settled := range map[string]bool{
		"stage":         settle(&s.Stage, g.Stage),
		"deployer_kind": settle(&s.DeployerKind, g.DeployerKind),
		"autonomy":      settle(&s.Autonomy, g.Autonomy),
		"contest":       settle(&s.Contest, g.Contest),
		"direct":        settle(&s.Direct, g.Direct),
		"technique":     settle(&s.Model.Technique, g.Model.Technique),
	} {
		if !settled {
			m.open[attribute] = true
			contradicts = append(contradicts, attribute)
		}
	}
	slices.Sort(contradicts)
	return contradicts
}

// settle gives an attribute a value and reports whether that agrees with what
// it had. An empty value says nothing.
func settle[T ~string](have *T, value T) bool {
	if value == "" {
		return true
	}
	if *have == "" {
		*have = value
	}
	return *have == value
}

// result returns the sum, with what was contradicted left open.
func (m *summation) result() register.System {
	s := m.system
	for attribute, field := range map[string]func(){
		"stage":         func() { s.Stage = "" },
		"deployer_kind": func() { s.DeployerKind = "" },
		"autonomy":      func() { s.Autonomy = "" },
		"contest":       func() { s.Contest = "" },
		"direct":        func() { s.Direct = "" },
		"technique":     func() { s.Model.Technique = "" },
	} {
		if m.open[attribute] {
			field()
		}
	}
	return s
}

// nothing are the texts by which people fill a cell without saying anything,
// folded.
var nothing = []string{
	"", "n/a", "na", "-", "none", "not applicable", "blank/not provided", "tbd", "to be determined",
	"outputs were not documented and doi will update the use cases once additional data is collected from submitter",
	"see description", "n/a this was retired",
	`this use case is inactive. please see the "intended purpose and expected benefits" for a full description of this use case`,
}

// said returns a text, or "" if it says nothing.
func said(s string) string {
	if slices.Contains(nothing, fold(s)) {
		return ""
	}
	return s
}

// oneLine joins the lines of a cell and its runs of white space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// paragraphs trims each line of a cell and leaves out empty ones.
func paragraphs(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = oneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// cutRunes shortens a text to n characters, the last of them an ellipsis.
func cutRunes(s string, n int) (string, bool) {
	if utf8.RuneCountInString(s) <= n {
		return s, false
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…", true
}

// cutBytes shortens a text to n bytes, ellipsis included, between characters.
func cutBytes(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	end := n - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…", true
}

// slug makes a text fit for a key: lower-case letters and digits, everything
// else a hyphen.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	out := strings.Join(words, "-")
	if out = strings.Trim(out[:min(len(out), 40)], "-"); out == "" {
		return "agency"
	}
	return out
}

// fingerprint tells use cases apart by what names them, so that a later run
// notices that the rows of the file have moved.
func fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
