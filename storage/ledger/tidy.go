package ledger

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// tidy puts all times of a record into UTC, without the reading of a clock
// that only this process knows, takes out empty lists that are not written, and
// returns what a record may not hold: text that is not UTF-8, years beyond 9999,
// what is not a number, and whatever is beyond the kind's limits or in a list
// twice. So what is live is what is read back. What was no better in old, the
// record before, is let be.
func tidy(k *kind, rec, old any) []overrun {
	found := k.overruns(rec)
	if len(found) == 0 || old == nil {
		return found
	}
	type place struct {
		field string
		*rule
	}
	before := make(map[place]int)
	for _, o := range k.overruns(k.clone(old)) { // it is tidied in place
		before[place{o.field, o.rule}] = o.size
	}
	return slices.DeleteFunc(found, func(u overrun) bool {
		size, was := before[place{u.field, u.rule}]
		return was && size >= u.size
	})
}

// tooMuch reports whether a record holds more than can be looked through: then
// there is no use in asking its check, which would say the same of each part.
func tooMuch(found []overrun) bool {
	return slices.ContainsFunc(found, func(o overrun) bool { return o.rule == ruleList || o.rule == ruleBody })
}

// addAll adds an issue for each, save what has been said of the same field. Of a
// record that holds too much it says that first, and nothing of repeats.
func addAll(found []overrun, is *issue.Issues) {
	much := func(o overrun) bool { return o.rule == ruleList || o.rule == ruleBody }
	add := func(u overrun) {
		if !slices.ContainsFunc(*is, func(i issue.Issue) bool { return i.Field == u.field && i.Rule == u.rule.name }) {
			u.addTo(is)
		}
	}
	for _, u := range found {
		if much(u) {
			add(u)
		}
	}
	over := tooMuch(found)
	for _, u := range found {
		if !much(u) && !(over && u.rule == ruleRepeated) {
			add(u)
		}
	}
}

// overruns returns what a record may not hold, and tidies it.
func (k *kind) overruns(rec any) []overrun {
	size := k.plan().flat
	found := k.plan().tidy(reflect.ValueOf(rec).Elem(), &size)
	if size < k.limits.Body/8 {
		return found
	}
	// It may be too large: some bytes of a text are written as six.
	if body, err := k.appendBody(nil, rec); err == nil && len(body) > k.limits.Body {
		found = append(found, overrun{"", ruleBody, len(body), "", k.limits.Body})
	}
	return found
}

// overrun is something that a record may not hold.
type overrun struct {
	field string
	rule  *rule
	size  int    // how far it goes, so that better can be told from worse
	value string // what is there
	limit int
}

type rule struct{ name, message string }

var (
	ruleUTF8     = &rule{"utf8", "must be valid UTF-8"}
	ruleText     = &rule{"length", "at most %d bytes, has %d"}
	ruleList     = &rule{"count", "at most %d elements, has %d"}
	ruleRepeated = &rule{"repeated", "stands in the list more than once"}
	ruleFinite   = &rule{"finite", "must be a finite number"}
	ruleYear     = &rule{"range", "the year must be one of four digits"}
	ruleBody     = &rule{"size", "at most %d bytes in all, has %d"}
)

func (o overrun) addTo(is *issue.Issues) {
	if o.limit > 0 {
		is.Add(o.field, o.rule.name, cmp.Or(o.value, strconv.Itoa(o.size)), o.rule.message, o.limit, o.size)
		return
	}
	i := issue.New(o.field, o.rule.name, o.value, "%s", o.rule.message)
	i.Text = issue.Text{ID: o.rule.message}
	is.Append(i)
}

// tidier tidies a value and returns what can't be kept, under its path from
// there, and adds about how many bytes it is written in. A nil tidier is for types
// that can hold nothing of that sort.
type tidier func(v reflect.Value, size *int) []overrun

// tidierOf works out the tidier of a type, once for each kind. path leads to it
// from the record, without the places in lists.
func tidierOf(t reflect.Type, l Limits, path string) tidier {
	switch t.Kind() {
	case reflect.String:
		limit := l.text(path)
		return func(v reflect.Value, size *int) []overrun {
			*size += len(v.String())
			return tidyText(v.String(), limit)
		}
	case reflect.Float32, reflect.Float64:
		return tidyNumber
	case reflect.Struct:
		switch t {
		case timeType:
			return tidyTime
		case saidType:
			return saidTidier(l, path)
		}
		return structTidier(t, l, path)
	case reflect.Pointer:
		if elem := tidierOf(t.Elem(), l, path); elem != nil {
			return func(v reflect.Value, size *int) []overrun {
				if v.IsNil() {
					return nil
				}
				*size += flatSize(t.Elem())
				return elem(v.Elem(), size)
			}
		}
	case reflect.Slice:
		return sliceTidier(t, l, path)
	case reflect.Map:
		return mapTidier(t, l, path)
	}
	return nil
}

func sliceTidier(t reflect.Type, l Limits, path string) tidier {
	elem, flat, limit := tidierOf(t.Elem(), l, path), flatSize(t.Elem())+1, l.list(path)
	isSet := (t.Elem().Kind() == reflect.String || isValue(t.Elem()) && t.Elem() != timeType && t.Elem() != dateType) && !slices.Contains(l.Repeats, path)
	return func(v reflect.Value, size *int) (found []overrun) {
		n := v.Len()
		if n > limit {
			found = append(found, overrun{"", ruleList, n, "", limit})
		}
		*size += flat * n
		if elem != nil {
			for i := range n {
				if f := elem(v.Index(i), size); f != nil {
					found = append(found, under(issue.Index("", i), f)...)
				}
			}
		}
		if isSet && n > 1 {
			found = append(found, repeats(v)...)
		}
		return found
	}
}

// repeats finds what stands in a list of comparable values twice.
func repeats(v reflect.Value) (found []overrun) {
	const few = 8
	n := v.Len()
	var seen map[any]bool
	if n > few {
		seen = make(map[any]bool, n)
	}
	for i := range n {
		e, again := v.Index(i), false
		if seen != nil {
			key := e.Interface()
			again, seen[key] = seen[key], true
		} else {
			for j := 0; j < i && !again; j++ {
				again = e.Equal(v.Index(j))
			}
		}
		if again {
			found = append(found, overrun{field: issue.Index("", i), rule: ruleRepeated, value: fmt.Sprint(e)})
		}
	}
	return found
}

func structTidier(t reflect.Type, l Limits, path string) tidier {
	type field struct {
		index int
		name  string // in JSON; none if it is embedded
		tidy  tidier
		lost  bool // a list or a map that is not written if it is empty
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue // of IDs and references, which their parsers have checked
		}
		name := jsonName(f)
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		lost := (f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Map) && slices.Contains(strings.Split(options, ","), "omitempty")
		if tidy := tidierOf(f.Type, l, issue.Under(path, name)); tidy != nil {
			fields = append(fields, field{i, name, tidy, lost})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return func(v reflect.Value, size *int) (found []overrun) {
		for i := range fields {
			f := &fields[i]
			if f.lost {
				if list := v.Field(f.index); !list.IsNil() && list.Len() == 0 {
					list.SetZero()
				}
			}
			if more := f.tidy(v.Field(f.index), size); more != nil {
				found = append(found, under(f.name, more)...)
			}
		}
		return found
	}
}

// under puts overruns under the part of a path that leads to them.
func under(path string, found []overrun) []overrun {
	for i := range found {
		switch field := &found[i].field; {
		case path == "" || *field == "":
			*field = path + *field
		case strings.HasPrefix(*field, "["):
			*field = path + *field
		default:
			*field = path + "." + *field
		}
	}
	return found
}

func tidyText(s string, limit int) []overrun {
	if !utf8.ValidString(s) {
		return []overrun{{field: "", rule: ruleUTF8, size: 1, value: strings.ToValidUTF8(s, "\uFFFD")}}
	}
	if len(s) > limit {
		return []overrun{{"", ruleText, len(s), s, limit}}
	}
	return nil
}

func tidyNumber(v reflect.Value, _ *int) []overrun {
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		return []overrun{{field: "", rule: ruleFinite, value: strconv.FormatFloat(f, 'g', -1, 64)}}
	}
	return nil
}

var (
	year0     = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	year10000 = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func tidyTime(v reflect.Value, _ *int) []overrun {
	at := v.Addr().Interface().(*time.Time)
	if *at = at.Round(0).UTC(); at.Before(year0) || !at.Before(year10000) {
		return []overrun{{field: "", rule: ruleYear, value: at.Format(time.RFC3339)}}
	}
	return nil
}

// mapTidier looks at the keys and the values of a map, and names what it finds in
// order of the keys.
func mapTidier(t reflect.Type, l Limits, path string) tidier {
	elem, flat, limit := tidierOf(t.Elem(), l, path), flatSize(t.Elem())+4, l.list(path)
	return func(v reflect.Value, size *int) (found []overrun) {
		n := v.Len()
		*size += flat * n
		for it := v.MapRange(); it.Next(); {
			*size += len(it.Key().String())
			found = append(found, tidyText(it.Key().String(), l.Text)...)
			if elem == nil {
				continue
			}
			e := reflect.New(t.Elem()).Elem()
			e.Set(it.Value())
			if more := elem(e, size); more != nil {
				found = append(found, under(it.Key().String(), more)...)
			}
			v.SetMapIndex(it.Key(), e)
		}
		slices.SortStableFunc(found, func(a, b overrun) int { return cmp.Compare(a.field, b.field) })
		if n > limit {
			found = append(found, overrun{"", ruleList, n, "", limit})
		}
		return found
	}
}

// flatSize is about how many bytes a value takes at most as it is written, but
// for its texts and for the elements of its lists.
func flatSize(t reflect.Type) int {
	switch {
	case t == timeType:
		return 37
	case isValue(t):
		return 32 // its package bounds it
	case t.Kind() != reflect.Struct:
		return 26
	}
	n := 2
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			n += len(cmp.Or(name, f.Name)) + 4 + flatSize(f.Type)
		}
	}
	return n
}
