package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// RecordPage is one record with all that is said of it, as JSON.
type RecordPage struct {
	// Subject names the record.
	Subject aims.Subject `json:"subject"`
	// Record is the record as it stands.
	Record any `json:"record"`
	// Findings and Criteria speak of it.
	Findings []aims.Finding `json:"findings"`
	Criteria []Spoken       `json:"criteria"`
	// Level is how far an active system has come by itself; nil of other records.
	Level *maturity.SystemLevel `json:"level,omitempty"`
	// History is who wrote it when and why, oldest first.
	History []aims.Entry `json:"history"`
}

type recordPage struct {
	Fields       []field
	Findings     []spokenFinding
	Criteria     []Spoken
	Level        string
	Related      []anchor
	Explained    []string
	Practice     []string
	Signed       []string
	History      []written
	FindingsNote string
	AllFindings  *anchor
	HistoryNote  string
	More         *anchor
}

// levelOf is how far an active system has come by itself, and what a page says of that.
func (k *look) levelOf(of aims.Subject) (*maturity.SystemLevel, string) {
	if of.Kind != aims.KindSystem {
		return nil, ""
	}
	k.levelling.Do(func() {
		k.levels = make(map[string]maturity.SystemLevel)
		for _, l := range maturity.SystemLevels(*k.in.Model, k.v, k.now) {
			k.levels[l.System] = l
		}
	})
	l, ok := k.levels[of.ID]
	switch {
	case !ok:
		return nil, ""
	case len(l.Lacks) > 0:
		return &l, k.say("By itself it is at %s: of %d criteria that concern it, it meets %d.", l.Level, l.Of, l.Met)
	case l.Until.IsZero():
		return &l, k.say("By itself it is at %s: it meets all %d criteria that concern it.", l.Level, l.Of)
	}
	return &l, k.say("By itself it is at %s: it meets all %d criteria that concern it, until %s if nothing is renewed.", l.Level, l.Of, k.day(calendar.Of(l.Until, k.zone)))
}

type spokenFinding struct {
	anchor
	Tone                                      Tone
	Severity, Check, Found, Do, Since, Clause string
}

type written struct {
	anchor
	When, Who, For, Why, Verbs, What string
	Seq                              uint64
	Fields                           []changed
	Few                              bool
}

type changed struct{ Path, Before, After string }

// field is one field of a record: a text, a list, or fields of its own.
type field struct {
	anchor
	Label string
	Sub   []field
	List  []field
}

// fieldsOfRecord are the fields of a record in the order in which they are written.
func (k *look) fieldsOfRecord(rec any, p *page) ([]field, error) {
	text, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	f, err := k.value(d, "", p)
	return f.Sub, err
}

// value reads one value of JSON, of the field of a name.
func (k *look) value(d *json.Decoder, name string, p *page) (field, error) {
	t, err := d.Token()
	if err != nil {
		return field{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		var f field
		for d.More() {
			inner := name
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return f, err
				}
				inner = key.(string)
			}
			v, err := k.value(d, inner, p)
			if err != nil {
				return f, err
			}
			if t == '[' {
				f.List = append(f.List, v)
			} else if v.Text != "" || v.Sub != nil || v.List != nil {
				v.Label = k.title(inner)
				f.Sub = append(f.Sub, v)
			}
		}
		f.List = joined(f.List)
		if len(f.List) == 1 && f.List[0].Sub == nil && f.List[0].List == nil {
			f.Text, f.URL, f.List = f.List[0].Text, f.List[0].URL, nil
		}
		_, err := d.Token()
		return f, err
	case string:
		return k.textField(t, name, p), nil
	case bool:
		return field{anchor: anchor{Text: k.yesNo(t).text}}, nil
	case json.Number:
		return field{anchor: anchor{Text: t.String()}}, nil
	}
	return field{}, nil
}

func (k *look) textField(s, name string, p *page) field {
	if at, ok := moment(s); ok {
		if at.Truncate(24 * time.Hour).Equal(at) {
			return field{anchor: anchor{Text: k.day(at)}}
		}
		return field{anchor: anchor{Text: k.Moment(at)}}
	}
	if day, err := calendar.Parse(s); err == nil && !day.IsZero() && !slices.Contains(versionFields, name) {
		return field{anchor: anchor{Text: k.day(day)}}
	}
	f := field{anchor: anchor{Text: clean(s)}}
	if kind := namesKind(name); kind != "" && s != "" {
		if of := (aims.Subject{Kind: kind, ID: s}); k.v.Has(of) {
			f.URL = p.URL(recordRoute(of))
			switch kind {
			case aims.KindPerson:
				f.Text = k.name(s)
			case aims.KindSystem:
				f.Text = k.systemRef(s).Name
			case aims.KindDecision:
				if id, err := annexa.Parse(s); err == nil {
					f.Text = k.controlName(annexa.Decision{Control: id})
				}
			}
		}
	} else if enumForm.MatchString(s) || slices.Contains(stateFields, name) && s == strings.ToLower(s) || s == "yes" || s == "no" {
		f.Text = k.words(f.Text)
	}
	return f
}

// drawFields draws the fields of a record.
func (v voice) drawFields(fields []field) template.HTML {
	var m markup
	v.writeFields(&m, fields)
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
	for _, f := range fields {
		m.raw("<dt>")
		m.text(f.Label)
		m.raw("</dt><dd>")
		v.writeField(m, f)
		m.raw("</dd>")
	}
	m.raw("</dl>")
}

func (v voice) writeField(m *markup, f field) {
	switch {
	case len(f.Sub) > 0:
		v.writeFields(m, f.Sub)
	case len(f.List) > 0:
		m.raw("<ul>")
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

// versionFields hold the version of a table, which may be called after a day.
var versionFields = []string{"rules", "version", "rules_version", "model_version"}

// enumForm is how the values of enumerations look that are of several words.
var enumForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$`)

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

// nameOfRecord is what people call a record.
func (k *look) nameOfRecord(fields []field, id string) string {
	for _, want := range nameFields {
		for _, f := range fields {
			if f.Label == k.title(want) && f.Text != "" {
				return shorten(f.Text, 90)
			}
		}
	}
	for _, f := range fields {
		if f.Label == k.title(string(aims.KindSystem)) && f.Text != "" {
			return shorten(f.Text+", "+id, 90) // such as an assessment, which has no name of its own
		}
	}
	return shorten(id, 90)
}

// mostFindings is how many of the findings that speak of a record a page shows: a control
// can be named by those of every system.
const mostFindings = 30

// mostHistory is how many of the last revisions a page shows unless it is asked for
// all.
const mostHistory = 30

// history is who wrote a record, the last first.
func (k *look) history(entries []aims.Entry, s aims.Subject, all bool, p *page) (out []written, more int) {
	slices.Reverse(entries)
	for i, e := range entries {
		if i == mostHistory && !all {
			return out, len(entries) - i
		}
		w := written{When: k.Moment(e.Time), Who: k.name(e.By.Actor), Why: oneLine(e.By.Reason), Verbs: strings.Join(e.Verbs, ", "), Seq: e.Seq, For: oneLine(e.By.OnBehalfOf)}
		if actor := (aims.Subject{Kind: aims.KindPerson, ID: e.By.Actor}); k.v.Has(actor) {
			w.URL = p.URL(recordRoute(actor))
		}
		for _, c := range e.Changes {
			if c.Subject != s {
				continue
			}
			w.What = k.title(string(c.What))
			for _, f := range c.Fields {
				if f.Path == "revision" {
					continue
				}
				w.Fields = append(w.Fields, changed{Path: f.Path, Before: k.valueText(f.Before), After: k.valueText(f.After)})
			}
		}
		if slices.Contains(e.Erases, s) {
			w.What = k.say("Erased")
		}
		w.Few = len(w.Fields) <= 4
		out = append(out, w)
	}
	return out, 0
}

// mostValue is how much of a value a history shows.
const mostValue = 300

// valueText is JSON as a person reads it.
func (k *look) valueText(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		if at, ok := moment(s); ok {
			return k.Moment(at)
		}
		return cmp.Or(shorten(s, mostValue), "“”")
	}
	return shorten(string(raw), mostValue)
}

// spokenOf are findings as a page shows them.
func (k *look) spokenOf(found []aims.Finding, p *page) []spokenFinding {
	var out []spokenFinding
	for _, f := range found {
		out = append(out, spokenFinding{anchor: anchor{URL: p.URL("checks/" + f.Check)}, Tone: severityTone(f.Severity), Severity: string(f.Severity), Check: f.Check,
			Found: plain(k.of(f.Text, f.Message)), Do: plain(k.of(f.NextText, f.Next)), Since: k.day(f.Since), Clause: f.Clause.String()})
	}
	return out
}

// explained says in our own words what a record is about, where a catalogue knows it.
func (k *look) explained(rec any) []string {
	d, ok := rec.(*annexa.Decision)
	if !ok {
		return nil
	}
	c, ok := annexa.Lookup(d.Control)
	if !ok {
		return nil
	}
	out := []string{k.told(c.Purpose), k.say("In place means: %s", k.told(c.Statement))}
	var evidence []string
	for i, e := range c.Evidence {
		if i < 4 {
			evidence = append(evidence, k.told(e.Title))
		}
	}
	if len(evidence) > 0 {
		out = append(out, k.say("Shown by: %s.", strings.Join(evidence, "; ")))
	}
	return out
}

// practice are points on how what a record is about is put into practice, where a
// catalogue knows it.
func (k *look) practice(rec any) (out []string) {
	if d, ok := rec.(*annexa.Decision); ok {
		c, _ := annexa.Lookup(d.Control)
		for _, g := range c.Guidance {
			out = append(out, k.told(g))
		}
	}
	return out
}

// related are the lists of what belongs to a record: by listings that are named after
// its kind, and of a control the evidence for it.
func (t *tables) related(k *look, s aims.Subject, p *page) []anchor {
	var out []anchor
	for _, info := range t.kinds {
		var by string
		switch {
		case slices.Contains(info.Listings, string(s.Kind)):
			by = string(s.Kind)
		case s.Kind == aims.KindPerson && slices.Contains(info.Listings, "owner"):
			by = "owner"
		case s.Kind == aims.KindDecision && info.Name == aims.KindEvidence:
			by = "control"
		default:
			continue
		}
		list, err := t.of(k, info)
		if err != nil {
			continue
		}
		key := by
		if list.column(key) < 0 {
			key = by + "s" // a record that names several
		}
		at := list.column(key)
		if at < 0 {
			continue
		}
		n := len(list.rowsOf(at, s.ID))
		if n == 0 {
			continue
		}
		name := k.nameOf(info.Name)
		out = append(out, anchor{URL: p.URL(listRoute(list.slug, key, s.ID)), Text: k.say("%d %s", n, map[bool]string{true: name.one, false: name.many}[n == 1])})
	}
	return out
}
