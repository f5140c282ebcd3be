package dashboard

import (
	"cmp"
	"encoding"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Which fields of a record a list shows, if the kind has them: how it is called, who
// answers for it, how it stands, and what days it has.
var (
	nameFields  = []string{"name", "title", "what", "text", "statement", "body"}
	whoFields   = []string{"owner", "holder", "assessor", "collector", "chair", "handler", "auditors", "requested_by", "by"}
	stateFields = []string{"stage", "state", "applicability", "status", "severity", "grade", "quality", "axis", "kind", "unit", "version"}
	dayFields   = []string{"due", "planned_for", "valid_until", "review_due", "held_on", "on", "collected", "raised_on", "detected_on", "opened_at", "reviewed_on", "decided_on", "since", "left_on"}
)

const (
	mostStates = 2
	mostDays   = 2
	fewest     = 3 // fields that a list shows
)

// fieldOf is one field of a kind's record that a list can show.
type fieldOf struct {
	key   string
	index []int
	kind  aims.Kind // of the record that its value names; empty if it names none
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	clauseType      = reflect.TypeFor[aims.Clause]()
	systemType      = reflect.TypeFor[register.System]()
	subjectType     = reflect.TypeFor[aims.Subject]()
	applicationType = reflect.TypeFor[aims.CertificationApplication]()
	groundType      = reflect.TypeFor[annexa.Ground]()
	saidType        = reflect.TypeFor[issue.Text]()
	dateType        = reflect.TypeFor[calendar.Date]()
	textType        = reflect.TypeFor[encoding.TextMarshaler]()
)

// fieldsOf are the fields of a record type, by their JSON names, that hold one value or
// a list of words.
func fieldsOf(t reflect.Type) []fieldOf {
	var all []fieldOf
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				all = append(all, inner)
			}
			continue
		}
		if !f.IsExported() || name == "" || name == "-" || name == "revision" || name == "id" || !listable(f.Type) {
			continue
		}
		all = append(all, fieldOf{key: name, index: []int{i}, kind: place{name: name, record: t}.names()})
	}
	return all
}

func listable(t reflect.Type) bool {
	if t == timeType || t.Implements(textType) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		return true
	case reflect.Slice:
		return t.Elem().Kind() == reflect.String || t.Elem().Implements(textType)
	}
	return false
}

// cellOf is the value of a field as a cell.
func (k *look) cellOf(f fieldOf, v reflect.Value) cell {
	switch {
	case v.Type() == dateType:
		return k.dayCell(v.Interface().(calendar.Date))
	case v.Type() == timeType:
		return k.dayCell(k.on(v.Interface().(time.Time)))
	case v.Type().Implements(textType):
		b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return cell{} // the zero value of an ID has no text
		}
		return k.named(f, string(b))
	}
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 && isEnumeration(v.Type()) && f.kind == "" && titleOf(f.key, v.String()) == "" {
			return cell{text: k.words(v.String()), key: v.String(), word: true}
		}
		return k.named(f, v.String())
	case reflect.Bool:
		return k.yesNo(v.Bool())
	case reflect.Int, reflect.Int64:
		return k.numberCell(int(v.Int()))
	case reflect.Uint64:
		return k.numberCell(int(v.Uint()))
	case reflect.Float64:
		return textCell(trimFloat(v.Float()))
	case reflect.Slice:
		var c cell
		var texts []string
		for i := range v.Len() {
			one := k.cellOf(f, v.Index(i))
			c.all = append(c.all, cmp.Or(one.key, one.text))
			if texts = append(texts, one.text); i == 0 {
				c.route = one.route
			}
		}
		if len(texts) > 3 {
			texts = append(texts[:3], k.say("%d more", len(texts)-3))
		}
		if len(c.all) > 1 {
			c.route = ""
		}
		c.text = strings.Join(texts, ", ")
		return c
	}
	return cell{}
}

// named is a word, or the ID of a record by its name.
func (k *look) named(f fieldOf, s string) cell {
	if s == "" {
		return cell{}
	}
	c := cell{text: shorten(s, 90), key: s}
	switch title := titleOf(f.key, s); {
	case title != "" && f.key == "gate":
		c.text = k.say("%s %s", s, k.told(title))
	case title != "":
		c.text = k.told(title)
	case slices.Contains(stateFields, f.key):
		c.text = k.words(c.text)
	case f.kind == aims.KindPerson:
		c.text = k.name(s)
	case f.kind == aims.KindSystem:
		if i, ok := k.byID[s]; ok {
			c.text = shorten(k.systems[i].name, 60)
		}
	case f.kind != "":
		of := aims.Subject{Kind: f.kind, ID: s}
		c.text = cmp.Or(oneLine(k.called(of, k.calledBy(of))), c.text)
	}
	if f.kind != "" && k.v.Has(aims.Subject{Kind: f.kind, ID: s}) {
		c.route = recordRoute(aims.Subject{Kind: f.kind, ID: s})
	}
	return c
}

// kindTable is the list of all records of a kind.
func (k *look) kindTable(info aims.KindInfo) (*table, error) {
	t, rows := k.kindList(info)
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, r)
	}
	if k.standardOrder(info.Name) {
		slices.SortStableFunc(t.rows, func(a, b row) int { return controlOrder(a.subject.ID, b.subject.ID) })
	}
	return t, nil
}

// kindList is the list of a kind without its rows, and the rows as they are read, in the
// order of their keys; an error comes last. Which columns it has follows from the record's
// own fields, and from what else the screen knows of the kind (extras).
func (k *look) kindList(info aims.KindInfo) (*table, iter.Seq2[row, error]) {
	n := k.nameOf(info.Name)
	t := &table{slug: n.slug, title: capital(n.many)}
	zero := info.New()
	fields := fieldsOf(reflect.TypeOf(zero).Elem())
	extra := extras[info.Name]
	fields = slices.DeleteFunc(fields, func(f fieldOf) bool {
		return slices.ContainsFunc(extra.columns, func(c column) bool { return c.key == f.key })
	})
	shown := shownFields(fields)
	// What a record is called comes first; who has its ID can look for it all the same. Of
	// controls the number is what people call them.
	called := ""
	if i := slices.IndexFunc(shown, func(s string) bool { return slices.Contains(nameFields, s) }); i >= 0 && info.Name != aims.KindDecision {
		called = shown[i]
	}
	own := untitled(info.Name)
	if own != nil {
		called = ""
		shown = slices.DeleteFunc(shown, func(s string) bool { return slices.Contains(nameFields, s) })
	}
	id := column{key: "id", label: k.say("ID"), shown: called == ""}
	if own != nil {
		id.label = capital(n.one)
	}
	t.columns = append(t.columns, id)
	for _, c := range extra.columns {
		if c.key == "title" {
			shown = slices.DeleteFunc(shown, func(s string) bool { return slices.Contains(nameFields, s) })
		}
	}
	for _, f := range fields {
		kind := reflect.TypeOf(zero).Elem().FieldByIndex(f.index).Type.Kind()
		label := k.labelOf(place{of: reflect.TypeOf(zero)}, f.key)
		if f.key == called {
			label = capital(n.one)
		}
		t.columns = append(t.columns, column{key: f.key, label: label, shown: slices.Contains(shown, f.key), number: kind == reflect.Int || kind == reflect.Float64})
	}
	for _, c := range extra.columns {
		c.label = k.told(c.label)
		t.columns = append(t.columns, c)
	}
	at := t.order(shown)
	k.naming(t)
	rowOf := func(rec any) row {
		s := aims.Subject{Kind: info.Name, ID: info.Key(rec)}
		r := row{subject: s, route: recordRoute(s)}
		all := make([]cell, 0, len(at))
		name := cell{text: shorten(s.ID, 60), key: s.ID, route: r.route}
		if own != nil {
			name.text = cmp.Or(own(k, rec), name.text)
		}
		all = append(all, name)
		v := reflect.ValueOf(rec).Elem()
		for _, f := range fields {
			c := k.cellOf(f, v.FieldByIndex(f.index))
			if f.key == called {
				c.route, c.text = r.route, cmp.Or(c.text, shorten(s.ID, 60))
			}
			all = append(all, c)
		}
		if extra.of != nil {
			all = append(all, extra.of(k, rec)...)
		}
		r.cells = make([]cell, len(at))
		for i, from := range at {
			r.cells[i] = all[from]
		}
		return r
	}
	return t, func(yield func(row, error) bool) {
		for from, more := "", true; more; more = from != "" {
			items, next, err := aims.PageOf(k.v, info.Name, nil, from, PageSize)
			if err != nil {
				yield(row{}, err)
				return
			}
			for _, rec := range items {
				if reflect.TypeOf(rec) != reflect.TypeOf(zero) {
					continue // one that can't be read
				}
				if !yield(rowOf(rec), nil) {
					return
				}
			}
			from = next
		}
	}
}

// shownFields are the fields that a list shows, in order.
func shownFields(fields []fieldOf) []string {
	has := func(key string) bool {
		return slices.ContainsFunc(fields, func(f fieldOf) bool { return f.key == key })
	}
	var out []string
	pick := func(from []string, most int) {
		for _, key := range from {
			if most > 0 && has(key) {
				out = append(out, key)
				most--
			}
		}
	}
	pick(nameFields, 1)
	pick([]string{"system", "systems", "supplier"}, 1)
	pick(whoFields, 1)
	pick(stateFields, mostStates)
	pick(dayFields, mostDays)
	for _, f := range fields { // of a kind that has little of this, what it has first
		if len(out) < fewest && !slices.Contains(out, f.key) && f.key != "revision" {
			out = append(out, f.key)
		}
	}
	return out
}

// order puts the columns that are shown into the order in which they are read: the name
// or the ID, what the screen knows, then the rest. It returns where each stood before.
func (t *table) order(shown []string) []int {
	rank := func(c column) int {
		switch i := slices.Index(shown, c.key); {
		case c.key == "id":
			return 0
		case c.key == "title" || slices.Contains(nameFields, c.key):
			return 1
		case i >= 0:
			return 3 + i
		case c.shown:
			return 2
		}
		return 100
	}
	at := make([]int, len(t.columns))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(rank(t.columns[a]), rank(t.columns[b])) })
	columns := make([]column, len(at))
	for i, from := range at {
		columns[i] = t.columns[from]
	}
	t.columns = columns
	return at
}
