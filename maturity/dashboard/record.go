package dashboard

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
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
	// Compared is in what a version of a paper differs from another one; nil of other
	// records, and of a paper's first version.
	Compared *Comparison `json:"compared,omitempty"`
	// History is who wrote it when and why, oldest first.
	History []aims.Entry `json:"history"`
}

type recordPage struct {
	Fields       []field
	Wide         []field // those that take the whole width
	Rules        []impact.Rule
	Findings     []spokenFinding
	Criteria     []spokenCriterion
	Level        string
	Related      []anchor
	Explained    []string
	Practice     []string
	Signed       []string
	Compared     *comparison
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

// spokenCriterion is a criterion that a record fails, for each reason of which it was told.
type spokenCriterion struct {
	Spoken
	Whys []string
}

// together are criteria that a record fails, each once.
func together(all []Spoken) (out []spokenCriterion) {
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].ID == c.ID {
			out[n-1].Whys = append(out[n-1].Whys, c.Why)
			continue
		}
		out = append(out, spokenCriterion{c, []string{c.Why}})
	}
	return out
}

type written struct {
	anchor
	When, Who, For, Why, Verbs, What string
	Seq                              uint64
	Fields                           []changed
	Few                              bool
}

type changed struct{ Path, Before, After string }

// fieldsOfRecord are the fields of a record in the order in which they are written.
func (k *look) fieldsOfRecord(rec any, p *page) ([]field, error) {
	text, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	f, err := k.value(inOrder(text), place{of: reflect.TypeOf(rec)}, p)
	return f.Sub, err
}

// place is where a value stands in a record: the name of its field, and its type; nil of
// what has none that is known.
type place struct {
	name string
	of   reflect.Type
	// record is the type of record that it is a field of; nil where that does not matter.
	record reflect.Type
}

// in is a field of a value, each an element of it.
func (at place) in(name string) place {
	switch of := at.base(); {
	case of == nil:
	case of.Kind() == reflect.Map: // attributes of a system by name, or what people named
		if a, ok := register.AttributeByName(name); ok {
			return place{of: reflect.TypeFor[register.System]()}.in(a.Name)
		}
		return place{name: name, of: of.Elem()}
	case of.Kind() == reflect.Struct:
		return place{name, fieldTypes(of)[name], of}
	}
	return place{name: name}
}

// typesOf are the types of the fields of a struct by their names in JSON, by its own.
var typesOf sync.Map

func fieldTypes(of reflect.Type) map[string]reflect.Type {
	if known, ok := typesOf.Load(of); ok {
		return known.(map[string]reflect.Type)
	}
	fields := make(map[string]reflect.Type)
	for _, f := range reflect.VisibleFields(of) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, first := fields[tag]; !first {
			fields[tag] = f.Type
		}
	}
	typesOf.Store(of, fields)
	return fields
}

// recordTypes are the types of our records by kind.
var recordTypes = sync.OnceValue(func() map[aims.Kind]reflect.Type {
	of := make(map[aims.Kind]reflect.Type)
	for _, info := range aims.Kinds() {
		of[info.Name] = reflect.TypeOf(info.New())
	}
	return of
})

func (at place) each() place {
	if of := at.base(); of != nil && of.Kind() == reflect.Slice {
		return place{at.name, of.Elem(), at.record}
	}
	return at // an attribute of one value is kept as a list of it
}

func (at place) base() reflect.Type {
	of := at.of
	for of != nil && of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	return of
}

// enumeration reports whether it holds one of the values of a type of ours.
func (at place) enumeration() bool {
	of := at.base()
	for of != nil && of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	return of != nil && isEnumeration(of)
}

func isEnumeration(of reflect.Type) bool {
	return of.Kind() == reflect.String && strings.HasPrefix(of.PkgPath(), "github.com/aimskit/aimskit/")
}

// inOrder reads JSON in the order in which it is written. What our records and the
// journal hold is read as it is there, however odd.
func inOrder(text []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// whole reads one value of JSON as what it is.
func whole[T any](d *jsontext.Decoder) (v T, err error) {
	text, err := d.ReadValue()
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(text, &v)
}

// value reads one value of JSON.
func (k *look) value(d *jsontext.Decoder, at place, p *page) (field, error) {
	switch of := at.base(); {
	case of == saidType:
		t, err := whole[issue.Text](d)
		return field{anchor: anchor{Text: issue.Clean(k.plainOf(t, t.String()))}}, err
	case of == groundType && d.PeekKind() == '{':
		g, err := whole[annexa.Ground](d)
		return k.ground(g, p), err
	case of == subjectType && d.PeekKind() == '{':
		s, err := whole[aims.Subject](d)
		return k.subject(s, p), err
	}
	t, err := d.ReadToken()
	if err != nil {
		return field{}, err
	}
	switch kind := t.Kind(); kind {
	case '{', '[':
		var f field
		for next := d.PeekKind(); next != '}' && next != ']'; next = d.PeekKind() {
			inner := at.each()
			if kind == '{' {
				key, err := d.ReadToken()
				if err != nil {
					return f, err
				}
				inner = at.in(key.String())
			}
			v, err := k.value(d, inner, p)
			if err != nil {
				return f, err
			}
			if kind == '[' {
				f.List = append(f.List, v)
			} else if v.Text != "" || v.Sub != nil || v.List != nil {
				v.Label = k.labelOf(at, inner.name)
				f.Sub = append(f.Sub, v)
			}
		}
		if f.rows() {
			f.List = k.readable(f.List)
		}
		f.List = joined(f.List)
		if len(f.List) == 1 && f.List[0].Sub == nil && f.List[0].List == nil {
			f.Text, f.URL, f.List = f.List[0].Text, f.List[0].URL, nil
		}
		_, err := d.ReadToken()
		return f, err
	case '"':
		return k.textField(t.String(), at, p)
	case 't', 'f':
		yes := t.Bool()
		return field{anchor: anchor{Text: k.yesNo(yes).text}, bare: true, no: !yes}, nil
	case '0':
		return field{anchor: anchor{Text: t.String()}, bare: true}, nil
	}
	return field{}, nil
}

// subject is a record that another one names: what it is, and its name. Without an ID it is any
// of its kind, or one that is not shown.
func (k *look) subject(s aims.Subject, p *page) field {
	f := field{anchor: anchor{Text: k.kindAndName(s)}}
	if k.v.Has(s) {
		f.URL = p.away(recordRoute(s))
	}
	return f
}

// ground is what a decision on a control rests on: a risk or an assessment by its name.
func (k *look) ground(g annexa.Ground, p *page) field {
	s := aims.Subject{Kind: map[annexa.GroundKind]aims.Kind{annexa.GroundRisk: aims.KindRisk, annexa.GroundImpact: aims.KindAssessment}[g.Kind], ID: g.Ref}
	kind := capital(k.words(string(g.Kind)))
	switch {
	case g.Ref == "":
		return field{anchor: anchor{Text: kind}}
	case s.Kind != "" && k.v.Has(s):
		return k.subject(s, p)
	}
	return field{anchor: anchor{Text: k.say("%s: %s", kind, issue.Clean(g.Ref))}}
}

// kindAndName is what a record is and what it is called, such as "Audit: Second look"; what it is
// alone where it has no ID, and its name alone where that says what it is.
func (k *look) kindAndName(s aims.Subject) string {
	kind := capital(k.nameOf(s.Kind).one)
	if s.ID == "" {
		return kind
	}
	name := k.ref(s, k.calledBy(s)).Name
	if strings.HasPrefix(name, kind) {
		return name
	}
	return k.say("%s: %s", kind, name)
}

func (k *look) textField(s string, where place, p *page) (field, error) {
	if at, ok := moment(s); ok {
		if at.Truncate(24 * time.Hour).Equal(at) {
			return field{anchor: anchor{Text: k.day(at)}}, nil
		}
		return field{anchor: anchor{Text: k.Moment(at)}}, nil
	}
	if day, ok := dayIn(s); ok && !slices.Contains(versionFields, where.name) {
		return field{anchor: anchor{Text: k.day(day)}}, nil
	}
	if of := where.base(); of != nil && of.Kind() == reflect.Struct && strings.HasPrefix(s, "{") && json.Valid([]byte(s)) { // an attribute that is kept as text
		return k.value(inOrder([]byte(s)), where, p)
	}
	f := field{anchor: anchor{Text: issue.Clean(s)}}
	of := aims.Subject{Kind: where.names(), ID: s}
	if service := (aims.Subject{Kind: aims.KindService, ID: s}); of.Kind == aims.KindPerson && !k.v.Has(of) && k.v.Has(service) {
		of = service // which records, as a person does
	}
	switch title := titleOf(where.name, s); {
	case of.Kind != "" && s != "" && k.v.Has(of):
		f.URL = p.away(recordRoute(of))
		switch of.Kind {
		case aims.KindPerson:
			f.Text = k.name(s)
		case aims.KindSystem:
			f.Text = k.systemRef(s).Name
		case aims.KindDecision:
			if id, err := annexa.Parse(s); err == nil {
				f.Text = k.controlName(annexa.Decision{Control: id})
			}
		default:
			f.Text = cmp.Or(oneLine(k.called(of, k.calledBy(of))), f.Text)
		}
	case title != "" && (where.name == "gate" || where.name == "items"):
		f.Text = k.say("%s %s", s, k.told(title))
	case title != "":
		f.Text = k.told(title)
	case where.base() == clauseType && where.name == "clause": // of several the numbers are enough
		if c, err := aims.ParseClause(s); err == nil {
			f.Text = k.say("%s %s", s, k.told(c.Title()))
		}
	case where.enumeration():
		f.Text, f.word = k.words(f.Text), true
	case where.name == "missing" && where.record == applicationType: // fields of it
		f.Text = k.labelOf(place{of: applicationType}, s)
	case slices.Contains(valueFields, where.name) && isValue(s):
		f.Text = k.words(f.Text)
	case where.name == "detail":
		f.Text = issue.Clean(k.plainOf(impact.DetailText(s), s))
	case where.name == "why": // of a row of a table, which some records keep
		f.Text = k.Word(f.Text)
	case where.name == "owner" && s == "named": // as an assessment records that there is one
		f.Text = k.words(s)
	case of.Kind != "": // somebody or something that is on file no more
	case slices.Contains(ruleFields, where.name) && ruled(s):
		f.URL = "#" + ruleAnchor(s)
		p.rules = append(p.rules, s)
	case enumForm.MatchString(s) || slices.Contains(stateFields, where.name) && s == strings.ToLower(s):
		f.Text = k.words(f.Text)
	}
	if s == "yes" || s == "no" {
		f.Text, f.bare, f.no = k.words(s), true, s == "no"
	}
	return f, nil
}

// dayIn is the day that text is, if it is one.
func dayIn(s string) (calendar.Date, bool) {
	if len(s) != len(time.DateOnly) {
		return calendar.Date{}, false // most is none, and an error says why at length
	}
	day, err := calendar.Parse(s)
	return day, err == nil && !day.IsZero()
}

// valueFields hold values of an attribute that the field beside them names.
var valueFields = []string{"values", "excludes", "said"}

// isValue reports whether it is one of the values of an attribute of systems.
func isValue(s string) bool { return values()[s] }

var values = sync.OnceValue(func() map[string]bool {
	of := make(map[string]bool)
	for _, a := range register.Attributes() {
		for _, v := range a.Values {
			of[v.ID] = true
		}
	}
	return of
})

// titleOf is the title of a row of a table of ours that a field of a record names by its ID;
// empty of other fields, and of an ID that somebody has of his own.
func titleOf(name, id string) string {
	switch name {
	case "harm", "harms":
		h, _ := impact.HarmByID(id)
		return h.Title
	case "party", "parties", "affected":
		p, _ := impact.PartyByID(id)
		return p.Title
	case "duty", "duties":
		d, _ := impact.DutyByID(id)
		return d.Title
	case "role":
		if id == register.SignerOwner {
			return mark("Owner of the system")
		}
	case "unit":
		if id == "share" {
			return mark("share [unit]")
		}
	case "gate":
		g, _ := register.GateByID(id)
		return g.Title
	case "items":
		gate, _, _ := strings.Cut(id, ".")
		g, _ := register.GateByID(gate)
		if i := slices.IndexFunc(g.Items, func(i register.GateItem) bool { return i.ID == id }); i >= 0 {
			return g.Items[i].Requires
		}
	case "point":
		all := aims.ReviewPoints()
		if i := slices.IndexFunc(all, func(r aims.ReviewRow) bool { return r.ID == id }); i >= 0 {
			return all[i].What
		}
	case "attribute":
		a, _ := register.AttributeByName(id)
		return a.Title
	case "kind", "trigger":
		t, _ := impact.TriggerByKind(impact.TriggerKind(id))
		e, _ := impact.EvidenceKindByID(id)
		return cmp.Or(t.Event, e.Title)
	}
	return ""
}

// versionFields hold the version of a table, which may be called after a day.
var versionFields = []string{"rules", "version", "rules_version", "model_version"}

// enumForm is how the values of enumerations look that are of several words.
var enumForm = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$`)

// nameOfRecord is what people call a record.
func (k *look) nameOfRecord(kind aims.Kind, fields []field, id string) string {
	if untitled(kind) != nil {
		return cmp.Or(k.calledBy(aims.Subject{Kind: kind, ID: id}), shorten(id, 90))
	}
	for _, want := range nameFields {
		for _, f := range fields {
			if f.Label == k.title(want) && f.Text != "" {
				return shorten(f.Text, 90)
			}
		}
	}
	for _, f := range fields {
		if f.Label == k.title(string(aims.KindSystem)) && f.Text != "" {
			return shorten(k.say("%s: %s", capital(k.nameOf(kind).one), f.Text), 90) // such as an assessment, which has no name of its own
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
			w.URL = p.away(recordRoute(actor))
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
				at, path := k.placed(s.Kind, f.Path)
				before, after := differing(f.Before, f.After)
				w.Fields = append(w.Fields, changed{Path: path, Before: k.valueText(before, at, p), After: k.valueText(after, at, p)})
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

// differing are two lists without what stands alike at the beginning and the end of both,
// such as the measurements before the last; other values as they are.
func differing(before, after json.RawMessage) (json.RawMessage, json.RawMessage) {
	var was, is []json.RawMessage
	if json.Unmarshal(before, &was) != nil || json.Unmarshal(after, &is) != nil || len(was) == 0 || len(is) == 0 {
		return before, after
	}
	same := func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }
	for len(was) > 0 && len(is) > 0 && same(was[0], is[0]) {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && same(was[len(was)-1], is[len(is)-1]) {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	return listOf(was), listOf(is)
}

// listOf is a list in JSON; nothing of an empty one.
func listOf(all []json.RawMessage) json.RawMessage {
	if len(all) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil // it was JSON a moment ago
	}
	return text
}

// mostValue is how much of a value a history shows.
const mostValue = 300

// placed is where a path such as "harms[2].scale" leads in records of a kind, and how it is
// called: "Harms 3: Scale".
func (k *look) placed(kind aims.Kind, path string) (at place, called string) {
	at.of = recordTypes()[kind]
	for i, step := range strings.Split(path, ".") {
		name, index, inList := strings.Cut(step, "[")
		title := k.labelOf(at, name)
		at = at.in(name)
		if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); inList && err == nil {
			at, title = at.each(), k.say("%s %d", title, n+1)
		}
		if i > 0 {
			title = k.say("%s: %s", called, title)
		}
		called = title
	}
	return at, called
}

// valueText is JSON as a person reads it.
func (k *look) valueText(raw json.RawMessage, at place, p *page) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	read := func(raw []byte) (string, error) {
		f, err := k.value(inOrder(raw), at, p)
		return k.flat(f), err
	}
	if begins := 8 * mostValue; len(raw) > 2*begins && raw[0] == '{' {
		if text, _ := read(raw[:begins]); utf8.RuneCountInString(text) > mostValue {
			return shorten(text, mostValue) // what it begins with is all that is shown
		}
	}
	text, err := read(raw)
	if err != nil {
		return shorten(string(raw), mostValue)
	}
	return cmp.Or(shorten(text, mostValue), "“”")
}

// flat is a field with all that is in it as one text.
func (k *look) flat(f field) string {
	parts := []string{}
	for _, sub := range f.Sub {
		parts = append(parts, k.say("%s: %s", sub.Label, k.flat(sub)))
	}
	for _, one := range f.List {
		parts = append(parts, k.flat(one))
	}
	if len(parts) == 0 {
		return f.Text
	}
	return strings.Join(parts, "; ")
}

// spokenOf are findings as a page shows them.
func (k *look) spokenOf(found []aims.Finding, p *page) []spokenFinding {
	var out []spokenFinding
	for _, f := range found {
		out = append(out, spokenFinding{anchor: anchor{URL: p.URL("checks/" + f.Check)}, Tone: severityTone(f.Severity), Severity: string(f.Severity), Check: f.Check,
			Found: k.plainOf(f.Text, f.Message), Do: k.plainOf(f.NextText, f.Next), Since: k.day(f.Since), Clause: f.Clause.String()})
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
