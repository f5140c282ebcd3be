package issue

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Bound is how much one field of a value holds at most, and why.
type Bound struct {
	// Field is the path of the field by its JSON names, with [] for any element
	// of a list and {} for any value of a map: "harms[].parties". "*" is any text
	// that has no row of its own, "*[]" any such list, "{}" any key of a map.
	Field string `json:"field"`
	// Max is the most it holds, in Unit; or Derived.
	Max  int  `json:"max"`
	Unit Unit `json:"unit"`
	// Unique says which elements of a list are one and the same: those that are
	// equal ("."), or those with equal fields, by their JSON names and with commas
	// between. Empty: a list may hold the same twice.
	Unique string `json:"unique,omitempty"`
	// Why says why no more is needed.
	Why string `json:"why"`
}

// Derived stands as the Max of what is worked out of other things, whose bounds
// hold for it: it is not looked at, nor what is in it.
const Derived = -1

// Unit is what a Bound counts.
type Unit string

// The units. The zero Unit counts bytes of a text and elements of a list.
const (
	Bytes      Unit = "bytes"
	Characters Unit = "characters"
	Elements   Unit = "elements"
)

// Bounds are the bounds of all that a type holds.
type Bounds struct {
	table []Bound
	parts map[string]*part // by path
	root  *part
	spare sync.Pool // values of the type, for Check
}

// part is one place in a type.
type part struct {
	kind   reflect.Kind // String, Slice, Map, Struct; Invalid for what holds nothing of interest
	time   bool
	bound  Bound
	keys   *part // of a map
	elem   *part // of a list or map
	fields []field
	unique [][]int // in an element: the fields that tell it apart, none if the whole does
}

type field struct {
	index int
	name  string // in JSON; none if it is embedded
	part  *part
}

var timeType = reflect.TypeFor[time.Time]()

// NewBounds returns the bounds of a type. It panics unless the table has a row
// for every text and list that the type holds, and the type something for every
// row: a fault of the program.
func NewBounds[T any](table ...Bound) *Bounds {
	b := &Bounds{table: slices.Clone(table), parts: map[string]*part{}}
	used := map[string]bool{}
	b.root = b.part(reflect.TypeFor[T](), "", used)
	for i := range b.table {
		row := &b.table[i]
		if !used[row.Field] {
			panic(fmt.Sprintf("issue: bounds of %v: no field for row %q", reflect.TypeFor[T](), row.Field))
		}
		if p := b.parts[row.Field]; p != nil {
			row.Unit = p.bound.Unit
		}
		switch row.Field {
		case "*", "{}":
			row.Unit = cmp.Or(row.Unit, Bytes)
		case "*[]":
			row.Unit = Elements
		}
	}
	return b
}

// Table returns the rows, in order, with their units.
func (b *Bounds) Table() []Bound { return slices.Clone(b.table) }

// part compiles the place at path.
func (b *Bounds) part(t reflect.Type, path string, used map[string]bool) *part {
	p := &part{kind: t.Kind()}
	b.parts[path] = p
	row, ok := b.row(path, used)
	if ok && row.Max == Derived {
		p.kind = reflect.Invalid
		return p
	}
	bounded := func(fallback string, unit Unit) Bound {
		if !ok {
			if row, ok = b.row(fallback, used); !ok {
				panic(fmt.Sprintf("issue: bounds: no row for %q", path))
			}
		}
		row.Unit = cmp.Or(row.Unit, unit)
		return row
	}
	switch t.Kind() {
	case reflect.String:
		p.bound = bounded("*", Bytes)
	case reflect.Slice:
		p.bound = bounded("*[]", Elements)
		p.elem = b.part(t.Elem(), path+"[]", used)
		if p.bound.Unique != "" && p.bound.Unique != "." {
			for name := range strings.SplitSeq(p.bound.Unique, ",") {
				p.unique = append(p.unique, fieldOf(t.Elem(), name))
			}
		}
	case reflect.Map:
		p.bound = bounded("*[]", Elements)
		key, _ := b.row("{}", used)
		key.Unit = cmp.Or(key.Unit, Bytes)
		p.keys = &part{kind: reflect.String, bound: key}
		p.elem = b.part(t.Elem(), path+"{}", used)
	case reflect.Struct:
		if t == timeType {
			p.time = true
			return p
		}
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue // of IDs and references, which their parsers check
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous {
				name = ""
			}
			inner := b.part(f.Type, Under(path, name), used)
			if f.Anonymous {
				b.parts[path] = p
			}
			p.fields = append(p.fields, field{i, name, inner})
		}
		if len(p.fields) == 0 {
			p.kind = reflect.Invalid
		}
	default:
		p.kind = reflect.Invalid
	}
	return p
}

func (b *Bounds) row(field string, used map[string]bool) (Bound, bool) {
	for _, row := range b.table {
		if row.Field == field {
			used[field] = true
			return row, true
		}
	}
	return Bound{}, false
}

// fieldOf finds a field of a struct by its JSON name.
func fieldOf(t reflect.Type, name string) []int {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return []int{i}
		}
	}
	panic(fmt.Sprintf("issue: bounds: %v has no field %q", t, name))
}

// Check adds an issue for all that is beyond its bound: a text or list that is
// too long ("length"), a text that is not UTF-8 ("utf8"), what stands twice in a
// list of what is told apart ("repeated"), a time in a year that JSON can't write
// ("range"). It does not look into a list that is too long. b is of T.
func Check[T any](b *Bounds, is *Issues, v *T) {
	// What is looked at by reflection goes to the heap. So this is a copy that is
	// used again and again, and v stays where it is.
	own, ok := b.spare.Get().(*T)
	if !ok {
		own = new(T)
	}
	*own = *v
	b.root.walk(is, "", reflect.ValueOf(own).Elem())
	*own = *new(T)
	b.spare.Put(own)
}

// CheckField is Check of one field alone, such as "comments", whose value is v.
// It panics if the type has no such field.
func (b *Bounds) CheckField(is *Issues, name string, v any) {
	p := b.parts[name]
	if p == nil {
		panic("issue: bounds: no field " + strconv.Quote(name))
	}
	p.walk(is, name, reflect.ValueOf(v))
}

// Fits reports whether a list, map or text of n elements or bytes is within the
// bound of a field. It panics if the type has no such field.
func (b *Bounds) Fits(name string, n int) bool { return n <= b.Max(name) }

// Max is the bound of a field. It panics if the type has no such field.
func (b *Bounds) Max(name string) int {
	p := b.parts[name]
	if p == nil {
		panic("issue: bounds: no field " + strconv.Quote(name))
	}
	return p.bound.Max
}

// walk is where a check stands: the names and places that lead there. Their text
// is made only where there is an issue.
type walk struct {
	is   *Issues
	path []segment
	room [8]segment
}

type segment struct {
	name  string
	index int // of an element, from 1
}

var walks = sync.Pool{New: func() any { return new(walk) }}

func (p *part) walk(is *Issues, name string, v reflect.Value) {
	w := walks.Get().(*walk)
	w.is = is
	w.path = w.room[:0]
	if name != "" {
		w.path = append(w.path, segment{name: name})
	}
	p.check(w, v)
	*w = walk{}
	walks.Put(w)
}

// at is where the walk stands.
func (w *walk) at() (path string) {
	for _, s := range w.path {
		if s.index > 0 {
			path = Index(path, s.index-1)
		} else {
			path = Under(path, s.name)
		}
	}
	return path
}

// into checks what a step leads to.
func (w *walk) into(s segment, p *part, v reflect.Value) {
	w.path = append(w.path, s)
	p.check(w, v)
	w.path = w.path[:len(w.path)-1]
}

func (p *part) check(w *walk, v reflect.Value) {
	switch p.kind {
	case reflect.String:
		p.text(w, v.String())
	case reflect.Slice:
		if !p.fits(w, v.Len()) {
			return
		}
		if p.elem.kind != reflect.Invalid {
			for i := range v.Len() {
				w.into(segment{index: i + 1}, p.elem, v.Index(i))
			}
		}
		if p.bound.Unique != "" && v.Len() > 1 {
			p.repeats(w, v)
		}
	case reflect.Map:
		if !p.fits(w, v.Len()) {
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if p.keys.bound.Max > 0 {
				p.keys.text(w, k.String())
			}
			if p.elem.kind != reflect.Invalid {
				w.into(segment{name: k.String()}, p.elem, v.MapIndex(k))
			}
		}
	case reflect.Struct:
		if p.time {
			t := timeOf(v)
			if y := t.Year(); min(y, t.UTC().Year()) < 1 || max(y, t.UTC().Year()) > 9999 {
				w.is.Add(w.at(), "range", strconv.Itoa(y), "the year lies between 1 and 9999")
			}
			return
		}
		for i := range p.fields {
			if f := &p.fields[i]; f.part.kind != reflect.Invalid {
				w.into(segment{name: f.name}, f.part, v.Field(f.index))
			}
		}
	}
}

func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time) // which copies nothing
	}
	return v.Interface().(time.Time)
}

func (p *part) text(w *walk, s string) {
	n := len(s)
	if p.bound.Unit == Characters {
		n = min(n, utf8.RuneCountInString(s))
	}
	switch {
	case n > p.bound.Max && p.bound.Unit == Characters:
		w.is.Add(w.at(), "length", s, "at most %d characters, has %d", p.bound.Max, n)
	case n > p.bound.Max && p.bound.Unit == Bytes:
		w.is.Add(w.at(), "length", s, "at most %d bytes, has %d", p.bound.Max, n)
	case n > p.bound.Max:
		w.is.Add(w.at(), "length", s, "at most %d elements, has %d", p.bound.Max, n)
	case !utf8.ValidString(s):
		w.is.Add(w.at(), "utf8", s, "must be valid UTF-8")
	}
}

func (p *part) fits(w *walk, n int) bool {
	if n > p.bound.Max {
		w.is.Add(w.at(), "length", strconv.Itoa(n), "at most %d elements, has %d", p.bound.Max, n)
		return false
	}
	return true
}

// repeats adds an issue for each element that stands in a list already. What
// is not filled in is not the same as something else that is not.
func (p *part) repeats(w *walk, v reflect.Value) {
	const few = 8
	if n := v.Len(); n <= few && p.unique == nil && distinct(v) {
		return
	}
	seen := make(map[any]bool, v.Len())
	for i := range v.Len() {
		e := v.Index(i)
		var key any
		zero := true
		if p.unique == nil {
			key, zero = e.Interface(), e.IsZero()
		} else {
			var all [4]any
			for n, index := range p.unique {
				f := e.FieldByIndex(index)
				all[n] = f.Interface()
				zero = zero && f.IsZero()
			}
			key = all
		}
		if zero {
			continue
		}
		if seen[key] {
			field, value := Index(w.at(), i), e
			if p.unique != nil {
				name, _, _ := strings.Cut(p.bound.Unique, ",")
				field, value = Under(field, name), e.FieldByIndex(p.unique[0])
			}
			w.is.Add(field, "repeated", fmt.Sprint(value.Interface()), "stands in it already")
		}
		seen[key] = true
	}
}

// distinct reports whether no two elements of a short list are the same.
func distinct(v reflect.Value) bool {
	for i := range v.Len() {
		for j := range i {
			if v.Index(i).Equal(v.Index(j)) {
				return false
			}
		}
	}
	return true
}
