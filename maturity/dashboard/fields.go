package dashboard

import (
	"html/template"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// field is one field of a record: a text, a list, or fields of its own.
type field struct {
	anchor
	Label string
	Sub   []field
	List  []field
	bare  bool // its text says nothing without the label: a number, yes or no
	no    bool // it is no
	word  bool // it is one of ours
}

// labels are what pages call fields whose names say too little, or something else elsewhere.
var labels = map[place]string{
	{name: "measure", of: reflect.TypeFor[register.Oversight]()}:       mark("What the person does"),
	{name: "measure", of: reflect.TypeFor[impact.Misuse]()}:            mark("What is done against it"),
	{name: "implied", of: reflect.TypeFor[impact.Result]()}:            mark("What follows from the answers"),
	{name: "means", of: reflect.TypeFor[aims.Competence]()}:            mark("What it means"),
	{name: "to", of: reflect.TypeFor[aims.Distribution]()}:             mark("Whom it is for"),
	{name: "to", of: reflect.TypeFor[aims.Telling]()}:                  mark("Who was told"),
	{name: "to", of: reflect.TypeFor[aims.RetirementNotice]()}:         mark("Who was told"),
	{name: "to", of: reflect.TypeFor[aims.BodyNotice]()}:               mark("Who was told"),
	{name: "to", of: reflect.TypeFor[aims.Notice]()}:                   mark("Who was told"),
	{name: "to", of: reflect.TypeFor[aims.ReportingDuty]()}:            mark("Who is told"),
	{name: "to", of: reflect.TypeFor[aims.MovedMatters]()}:             mark("Where it goes on"),
	{name: "to", of: reflect.TypeFor[impact.Delegation]()}:             mark("Who signs instead"),
	{name: "from", of: reflect.TypeFor[impact.Delegation]()}:           mark("In place of"),
	{name: "nobody", of: reflect.TypeFor[aims.RetirementNotice]()}:     mark("Nobody, because"),
	{name: "means", of: reflect.TypeFor[aims.MonitoringEvaluation]()}:  mark("What follows from it"),
	{name: "of", of: reflect.TypeFor[aims.MonitoringEvaluation]()}:     mark("Results looked at"),
	{name: "of", of: reflect.TypeFor[aims.ActionCheck]()}:              mark("Of what was told"),
	{name: "target", of: reflect.TypeFor[aims.Channel]()}:              mark("Answered within days"),
	{name: "return", of: reflect.TypeFor[aims.Deployment]()}:           mark("Taken back"),
	{name: "assessments", of: reflect.TypeFor[aims.HeldCompetence]()}:  mark("Looked at"),
	{name: "ended_at", of: reflect.TypeFor[aims.PublicClaim]()}:        mark("End recorded at"),
	{name: "decided_at", of: reflect.TypeFor[aims.Certificate]()}:      mark("Decision recorded at"),
	{name: "closed_at", of: reflect.TypeFor[aims.ResourceGap]()}:       mark("Closing recorded at"),
	{name: "grade", of: reflect.TypeFor[impact.QuestionnaireResult]()}: mark("Level by its own name"),
	{name: "seen_at", of: reflect.TypeFor[aims.ManagementReview]()}:    mark("Seen as of commit"),
	{name: "seen", of: reflect.TypeFor[aims.ManagementReview]()}:       mark("What was seen"),
	{name: "rows", of: reflect.TypeFor[annexa.Statement]()}:            mark("Controls"),
	{name: "scope", of: reflect.TypeFor[impact.HarmRating]()}:          mark("Scope [of a harm]"),
	{name: "known", of: reflect.TypeFor[impact.Result]()}:              mark("Level by what is answered"),
	{name: "level", of: reflect.TypeFor[impact.Result]()}:              mark("Level with the worst of what is open"),
	{name: "rules", of: reflect.TypeFor[impact.Result]()}:              mark("Version of the rules"),
	{name: "level_rules", of: reflect.TypeFor[impact.Result]()}:        mark("Rules that give the level"),
	{name: "held", of: reflect.TypeFor[impact.Result]()}:               mark("Rules that hold"),
	{name: "hang", of: reflect.TypeFor[impact.Result]()}:               mark("Rules that hang on open questions"),
	{name: "result", of: reflect.TypeFor[impact.Assessment]()}:         mark("What the rules say"),
	{name: "fingerprint", of: reflect.TypeFor[impact.Assessment]()}:    mark("What was assessed of the system"),
}

// ownMaps are the fields of records whose keys people make up, which are no words of ours.
var ownMaps = []string{"labels", "external_ids"}

// labelOf is how a page calls a field: an attribute of a system as forms call it.
func (v voice) labelOf(of place, name string) string {
	base := of.base()
	if says, ok := labels[place{name: name, of: base}]; ok {
		return v.told(says)
	}
	if slices.Contains(ownMaps, of.name) && base != nil && base.Kind() == reflect.Map {
		return english.title(name) // people named it, in whatever language
	}
	if name == "at" && base != nil && base.Kind() == reflect.Struct && fieldTypes(base)["on"] != nil {
		return v.title("recorded_at") // beside the day on which it was so
	}
	if base == systemType || of.name == "attributes" || of.name == "recorded" {
		if a, ok := register.AttributeByName(name); ok {
			return v.told(a.Title)
		}
	}
	return v.title(name)
}

// joined makes one text of a list of short ones that lead nowhere.
func joined(list []field) []field {
	var texts []string
	long := 0
	for _, f := range list {
		if f.Sub != nil || f.List != nil || f.URL != "" || strings.Contains(f.Text, ",") {
			return list
		}
		texts = append(texts, f.Text)
		long += len(f.Text)
	}
	if len(list) < 2 || long > 60*len(list) || long > 400 {
		return list
	}
	return []field{{anchor: anchor{Text: strings.Join(texts, ", ")}}}
}

// What a page shows in one column beside what speaks of a record, and what it folds.
const (
	mostLines   = 12 // lines of one field
	mostColumns = 3  // columns of a list of records within it
	mostNos     = 3  // fields that say no, each on a line of its own
	mostRows    = 6  // rows of a list that stands below others
	mostNarrow  = 8  // columns of a table on a page that is not wide
	shortWords  = 16 // letters of words of ours that are not broken
)

// rows reports whether it is a list of what has fields of its own, which is a table.
func (f field) rows() bool {
	return len(f.List) > 1 && !slices.ContainsFunc(f.List, func(one field) bool { return one.Sub == nil })
}

// lines is about how many lines a field takes.
func (f field) lines() int {
	n := 0
	for _, one := range f.Sub {
		n += one.lines()
	}
	if f.rows() {
		return len(f.List)
	}
	for _, one := range f.List {
		n += one.lines()
	}
	return max(n, 1)
}

// wide reports whether a field wants the width of the page.
func (f field) wide() bool {
	return f.lines() > mostLines || f.rows() && many(f.List) || slices.ContainsFunc(f.Sub, field.wide) || slices.ContainsFunc(f.List, field.wide)
}

// many reports whether rows have more columns than stand in a part of the page.
func many(rows []field) bool {
	columns, _ := columnsOf(rows)
	return len(columns) > mostColumns
}

// parted are the fields of a record that stand in a column, and those that want the width of
// the page. What is answered with no stands last, together.
func (v voice) parted(fields []field) (narrow, wide []field) {
	var nos []string
	for _, f := range fields {
		switch {
		case f.wide():
			wide = append(wide, f)
		case f.no:
			nos = append(nos, f.Label)
		default:
			narrow = append(narrow, f)
		}
	}
	if len(nos) <= mostNos {
		return slices.DeleteFunc(slices.Clone(fields), field.wide), wide
	}
	return append(narrow, field{Label: v.say("Answered with no"), anchor: anchor{Text: v.say("%s.", strings.Join(nos, "; "))}}), wide
}

// readable are the rows of a list as a table has them: the ID last, and what is named by one
// thing or else by another, such as a clause or a control, in one column that comes first.
func (v voice) readable(rows []field) []field {
	out := make([]field, len(rows))
	for i, r := range rows {
		out[i] = r
		out[i].Sub = slices.Clone(r.Sub)
		if at := slices.IndexFunc(r.Sub, func(f field) bool { return f.Label == v.title("id") }); at >= 0 {
			out[i].Sub = append(slices.Delete(out[i].Sub, at, at+1), r.Sub[at])
		}
	}
	first := make(map[string]int) // how many rows begin with it
	for _, r := range out {
		if len(r.Sub) > 0 {
			first[r.Sub[0].Label]++
		}
	}
	if len(first) != 2 {
		return out
	}
	one := out[0].Sub[0].Label
	other := ""
	for label := range first {
		if label != one {
			other = label
		}
	}
	if slices.ContainsFunc(out, func(r field) bool { return r.at(one).Label != "" && r.at(other).Label != "" }) {
		return out
	}
	for _, r := range out {
		r.Sub[0].Label = v.say("%s or %s", one, v.lower(other))
	}
	return out
}

// columnsOf are the labels of what the rows of a list hold, in the order of the fields, and
// beside them what each row says alike. What says nothing that the first does not is left out.
func columnsOf(rows []field) (columns []string, alike []field) {
	var labels []string
	for _, r := range rows {
		at := 0
		for _, f := range r.Sub {
			if i := slices.Index(labels, f.Label); i >= 0 {
				at = i + 1
				continue
			}
			labels = slices.Insert(labels, at, f.Label)
			at++
		}
	}
	for i, label := range labels {
		first, same := true, len(rows) > 2
		for _, r := range rows {
			f := r.at(label)
			lone := f.Sub == nil && f.List == nil
			first = first && lone && utf8.RuneCountInString(f.Text) > 2 && strings.Contains(r.at(labels[0]).Text, f.Text)
			same = same && lone && f.Text == rows[0].at(label).Text
		}
		switch {
		case i > 0 && first:
		case i > 0 && same && len(labels) > mostColumns:
			alike = append(alike, rows[0].at(label))
		default:
			columns = append(columns, label)
		}
	}
	return columns, alike
}

// at is the field of a label.
func (f field) at(label string) field {
	if i := slices.IndexFunc(f.Sub, func(sub field) bool { return sub.Label == label }); i >= 0 {
		return f.Sub[i]
	}
	return field{}
}

// drawFields draws the fields of a record.
func (v voice) drawFields(fields []field) template.HTML {
	var m markup
	v.writeFields(&m, fields)
	return m.html()
}

// drawWide draws a field over the width of the page: what is short first, then each list, of
// which the long ones are folded.
func (v voice) drawWide(f field) template.HTML {
	var m markup
	if f.rows() || len(f.Sub) == 0 {
		v.writeField(&m, f)
		return m.html()
	}
	var short, long []field
	for _, sub := range f.Sub {
		if sub.rows() || sub.Sub != nil || sub.lines() > mostLines || slices.ContainsFunc(sub.List, func(one field) bool { return one.Sub != nil }) {
			long = append(long, sub)
		} else {
			short = append(short, sub)
		}
	}
	if len(short) > 0 {
		v.writePairs(&m, short)
	}
	for _, sub := range long {
		if sub.lines() <= mostRows {
			m.raw("<h3>")
			m.text(sub.Label)
			m.raw("</h3>")
			if len(sub.Sub) > 0 {
				v.writePairs(&m, sub.Sub)
			} else {
				v.writeField(&m, sub)
			}
			continue
		}
		m.raw("<details><summary>")
		m.text(v.say("%s: %d", sub.Label, max(len(sub.List), len(sub.Sub))))
		m.raw("</summary>")
		if len(sub.Sub) > 0 {
			v.writePairs(&m, sub.Sub)
		} else {
			v.writeField(&m, sub)
		}
		m.raw("</details>")
	}
	return m.html()
}

func (v voice) writeFields(m *markup, fields []field) {
	if len(fields) == 0 {
		m.raw(`<p class="soft">`)
		m.text(v.say("Nothing."))
		m.raw("</p>")
		return
	}
	m.raw(`<dl class="rec">`)
	v.writeEach(m, fields)
	m.raw("</dl>")
}

// writePairs writes fields beside each other, as many as there is room for.
func (v voice) writePairs(m *markup, fields []field) {
	m.raw(`<dl class="rec pairs">`)
	v.writeEach(m, fields)
	m.raw("</dl>")
}

func (v voice) writeEach(m *markup, fields []field) {
	for _, f := range fields {
		m.raw("<div><dt>")
		m.text(f.Label)
		m.raw("</dt><dd>")
		v.writeField(m, f)
		m.raw("</dd></div>")
	}
}

func (v voice) writeField(m *markup, f field) {
	switch {
	case len(f.Sub) > 0:
		v.writeFields(m, f.Sub)
	case f.rows():
		v.writeRows(m, f)
	case inOneLine(f.List):
		v.writeInline(m, f, "")
	case len(f.List) > 0:
		if len(f.List) > mostLines {
			m.raw(`<ul class="cols">`)
		} else {
			m.raw("<ul>")
		}
		for _, one := range f.List {
			m.raw("<li>")
			v.writeField(m, one)
			m.raw("</li>")
		}
		m.raw("</ul>")
	default:
		m.anchor(f.anchor)
	}
}

// writeRows writes a list of what has fields as a table.
func (v voice) writeRows(m *markup, f field) {
	columns, alike := columnsOf(f.List)
	rare := rareOf(f.List, columns)
	columns = slices.DeleteFunc(columns, func(c string) bool { return slices.Contains(rare, c) })
	if len(alike) > 0 {
		m.raw(`<p class="soft small">`)
		m.text(v.say("In each row:"))
		m.raw(" ")
		v.writeInline(m, field{Sub: labelled(alike)}, "")
		m.raw("</p>")
	}
	if len(columns) == 1 && len(rare) == 0 {
		m.raw(`<ul class="cols in">`)
		for _, r := range f.List {
			m.raw("<li>")
			v.writeInline(m, r.at(columns[0]), "")
			m.raw("</li>")
		}
		m.raw("</ul>")
		return
	}
	if len(columns) > mostNarrow {
		m.raw(`<table class="stack many">`)
	} else {
		m.raw(`<table class="stack">`)
	}
	m.raw(`<caption class="vh">`)
	m.text(f.Label)
	m.raw("</caption><thead><tr>")
	for _, c := range columns {
		m.raw(`<th scope="col">`)
		m.text(c)
		m.raw("</th>")
	}
	if len(rare) > 0 {
		m.raw(`<th scope="col">`)
		m.text(v.say("Also"))
		m.raw("</th>")
	}
	m.raw("</tr></thead><tbody>")
	for _, r := range f.List {
		m.raw("<tr>")
		first := r.at(columns[0])
		for i, c := range columns {
			if i == 0 {
				m.raw(`<th scope="row"`)
				if first.Text != "" && !strings.Contains(first.Text, " ") && utf8.RuneCountInString(first.Text) <= shortWords {
					m.attr("class", "nw")
				}
				m.raw(">")
				v.writeInline(m, first, "")
				m.raw("</th>")
				continue
			}
			sub := r.at(c)
			m.raw("<td")
			if sub.word && utf8.RuneCountInString(sub.Text) <= shortWords {
				m.attr("class", "nw")
			}
			m.attr("data-l", c)
			m.raw(">")
			v.writeInline(m, sub, first.Text)
			m.raw("</td>")
		}
		if len(rare) > 0 {
			var has []field
			for _, label := range rare {
				if sub := r.at(label); sub.Label != "" {
					has = append(has, sub)
				}
			}
			m.raw("<td>")
			v.writeInline(m, field{Sub: labelled(has)}, first.Text)
			m.raw("</td>")
		}
		m.raw("</tr>")
	}
	m.raw("</tbody></table>")
}

// rareOf are those of many columns that few rows have something in: they stand together in
// one, each with its label.
func rareOf(rows []field, columns []string) (rare []string) {
	if len(columns) <= mostNarrow {
		return nil
	}
	for _, c := range columns[1:] {
		n := 0
		for _, r := range rows {
			n += truth(r.at(c).Label != "")
		}
		if 4*n < len(rows) {
			rare = append(rare, c)
		}
	}
	return rare
}

// labelled are fields that stand with their labels wherever they are.
func labelled(fields []field) []field {
	out := slices.Clone(fields)
	for i := range out {
		out[i].bare = true
	}
	return out
}

// writeInline writes a field within a line: of what has fields the values, with the label of
// those that say nothing without it, without what was said already.
func (v voice) writeInline(m *markup, f field, said string) {
	switch {
	case len(f.Sub) > 0:
		comma, told := "", slices.ContainsFunc(f.Sub, func(sub field) bool { return sub.bare })
		next := ", "
		if slices.ContainsFunc(f.Sub, func(sub field) bool { return sub.List != nil }) {
			next = "; "
		}
		for _, sub := range f.Sub {
			if said != "" && sub.Text == said {
				continue
			}
			m.raw(comma)
			comma = next
			if sub.bare || sub.Sub != nil || sub.word && told {
				m.raw(`<span class="soft">`)
				m.text(v.say("%s:", sub.Label))
				m.raw("</span> ")
			}
			for i, one := range sub.List { // within the line
				if i > 0 {
					m.raw(", ")
				}
				v.writeInline(m, one, said)
			}
			if sub.List == nil {
				v.writeInline(m, sub, said)
			}
		}
	case inOneLine(f.List):
		for i, one := range f.List {
			if i > 0 {
				m.raw(", ")
			}
			m.anchor(one.anchor)
		}
	case len(f.List) > 0:
		m.raw(`<ul class="in">`)
		for _, one := range f.List {
			m.raw("<li>")
			v.writeInline(m, one, said)
			m.raw("</li>")
		}
		m.raw("</ul>")
	default:
		m.anchor(f.anchor)
	}
}

// inOneLine reports whether a list is of short names, such as those of rules.
func inOneLine(list []field) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(f field) bool {
		return f.Sub != nil || f.List != nil || utf8.RuneCountInString(f.Text) > 12 || strings.Contains(f.Text, ",")
	})
}

// ruleFields name rules of impact by their IDs.
var ruleFields = []string{"rules", "level_rules", "held", "hang"}

// libraryRules are the rules of the library by their IDs.
var libraryRules = sync.OnceValue(func() map[string]impact.Rule {
	all := make(map[string]impact.Rule)
	for r := range impact.DefaultRules().All() {
		all[r.ID] = r
	}
	return all
})

// ruled reports whether an ID is that of a rule of the library.
func ruled(id string) bool {
	_, ok := libraryRules()[id]
	return ok
}

func ruleAnchor(id string) string { return "rule-" + id }

// rulesNamed are the rules of the library that a page names, each once, in the order of IDs.
func rulesNamed(ids []string) (rules []impact.Rule) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if r, ok := libraryRules()[id]; ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// drawRules draws the rows of a table of rules; an assessment names dozens.
func (v voice) drawRules(rules []impact.Rule) template.HTML {
	var m markup
	for _, r := range rules {
		m.raw("<tr")
		m.attr("id", ruleAnchor(r.ID))
		m.raw(`><th scope="row" class="nw">`)
		m.text(r.ID)
		m.raw("</th><td>")
		m.text(v.told(r.Why))
		m.raw("</td><td")
		m.attr("data-l", v.say("Rests on"))
		m.raw(">")
		if r.Source == "own" {
			m.text(v.say("our own judgement"))
		} else {
			m.raw("<cite>")
			m.text(r.Source)
			m.raw("</cite>")
		}
		m.raw("</td></tr>")
	}
	return m.html()
}
