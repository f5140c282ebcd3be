package aims

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
)

// tidy puts all times of a record into UTC, without the reading of a clock
// that only this process knows, and adds an issue for each text, time and
// number that a stored body can't hold as it is: text that is not UTF-8 or
// beyond the bound, years beyond 9999, what is not a number. So what is live is
// what is read back.
func tidy(rec any, is *Issues) {
	t := tidier{Issues: is}
	t.value(reflect.ValueOf(rec).Elem())
}

// tidier walks a record. It keeps where it is in a form that costs nothing
// where nothing is wrong.
type tidier struct {
	*Issues
	path []step
}

// step leads to a field or, without a name, to an element of a list.
type step struct {
	field string
	index int
}

func (t *tidier) into(s step, v reflect.Value) {
	t.path = append(t.path, s)
	t.value(v)
	t.path = t.path[:len(t.path)-1]
}

// at returns the path as issues name it.
func (t *tidier) at() string {
	var path string
	for _, s := range t.path {
		switch {
		case s.field == "":
			path = index(path, s.index)
		case path == "":
			path = s.field
		default:
			path += "." + s.field
		}
	}
	return path
}

func (t *tidier) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		t.text(v.String(), "")
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			t.add("finite", strconv.FormatFloat(f, 'g', -1, 64), "must be a finite number")
		}
	case reflect.Struct:
		if at, ok := v.Addr().Interface().(*time.Time); ok {
			if *at = at.Round(0).UTC(); at.Year() < 0 || at.Year() > 9999 {
				t.add("range", at.Format(time.RFC3339), "the year must be one of four digits")
			}
			return
		}
		for _, f := range fieldsToTidy(v.Type()) {
			if f.name == "" {
				t.value(v.Field(f.index))
			} else {
				t.into(step{field: f.name}, v.Field(f.index))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			t.into(step{index: i}, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if it.Key().Kind() == reflect.String {
				t.text(it.Key().String(), "")
			}
			if e := it.Value(); e.Kind() == reflect.String {
				t.text(e.String(), it.Key().String())
			}
		}
	}
}

// text adds an issue for a text that can't be kept; key is set if it is what a
// map holds under that.
func (t *tidier) text(s, key string) {
	if utf8.ValidString(s) && len(s) <= maxText {
		return
	}
	if key != "" {
		t.path = append(t.path, step{field: key})
		defer func() { t.path = t.path[:len(t.path)-1] }()
	}
	if !utf8.ValidString(s) {
		t.add("utf8", strings.ToValidUTF8(s, "\uFFFD"), "must be valid UTF-8")
	} else {
		t.add("length", s, "at most %d bytes, has %d", maxText, len(s))
	}
}

// add adds an issue unless the record's own check has said so.
func (t *tidier) add(rule, value, format string, args ...any) {
	path := t.at()
	if !slices.ContainsFunc(*t.Issues, func(i annexa.Issue) bool { return i.Field == path && i.Rule == rule }) {
		t.Add(path, rule, value, format, args...)
	}
}

// fieldToTidy is a field that may need it, under its name in JSON: none if it is
// embedded.
type fieldToTidy struct {
	index int
	name  string
}

var tidied sync.Map // reflect.Type -> []fieldToTidy

func fieldsToTidy(t reflect.Type) []fieldToTidy {
	if cached, ok := tidied.Load(t); ok {
		return cached.([]fieldToTidy)
	}
	var fields []fieldToTidy
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || !needsTidying(f.Type) {
			continue // IDs and references, too, which their parsers have checked
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous {
			name = ""
		}
		fields = append(fields, fieldToTidy{i, name})
	}
	tidied.Store(t, fields)
	return fields
}

func needsTidying(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Float64, reflect.Map:
		return true
	case reflect.Slice:
		return needsTidying(t.Elem())
	case reflect.Struct:
		return t == reflect.TypeFor[time.Time]() || len(fieldsToTidy(t)) > 0
	}
	return false
}
