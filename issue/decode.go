package issue

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxDepth is how deep values may stand within one another.
const maxDepth = 100

// Read is Decode of all that r holds, of which at most so many bytes are read: of
// more it is ErrTooLarge. A null alone says nothing, and is refused.
func Read(r io.Reader, most int64, v any) error {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(text)) > most:
		return fmt.Errorf("%w: at most %d bytes", ErrTooLarge, most)
	case err != nil:
		return fmt.Errorf("reading: %w", err)
	case string(bytes.TrimSpace(text)) == "null":
		var is Issues
		is.Add("", "json", "null", "a null alone says nothing")
		return is
	}
	return Decode(text, v)
}

// Decode reads a JSON value that comes from outside into what v points to, and takes
// nothing for what it is not: a name that v has no field of, in this very case, or
// that stands in an object twice, text that is not UTF-8 or has half of a surrogate
// pair, a value of another type and what follows after the value are refused. The
// error is Issues, each with the path of its field; v holds nothing to be used then.
// A null leaves what it is for as it is, as encoding/json has it, and values stand
// within one another at most 100 deep.
func Decode(text []byte, v any) error {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Pointer {
		return fmt.Errorf("decoding into %T: not a pointer", v)
	}
	d := decoding{text: text}
	if d.whole(shapeOf(t.Elem())); len(d.found) > 0 {
		return d.found
	}
	err := json.Unmarshal(text, v)
	if err == nil {
		return nil
	}
	// Something reads itself, or a number is out of range: each value is asked alone.
	d = decoding{text: text, trying: true}
	if d.whole(shapeOf(t.Elem())); len(d.found) == 0 {
		d.found.Add("", "json", "", "can't be read: %v", err)
	}
	return d.found
}

// decoding is a walk over a JSON value beside the type that it is for.
type decoding struct {
	text   []byte
	at     int
	path   []place
	trying bool // each value that holds no other is decoded alone
	broken bool // the text is no JSON from here on
	found  Issues
}

// place is one step of a path: a name, or a place in a list where that is empty.
type place struct {
	name  []byte
	index int
}

// say adds an issue at where the walk is.
func (d *decoding) say(rule string, value []byte, format string, args ...any) {
	var field string
	for _, p := range d.path {
		if p.name == nil {
			field = Index(field, p.index)
		} else {
			field = Under(field, string(p.name[:min(len(p.name), maxField)]))
		}
	}
	d.found.Add(field, rule, string(value[:min(len(value), 2*maxValue)]), format, args...)
}

func (d *decoding) fail(format string, args ...any) {
	if !d.broken {
		d.broken = true
		d.say("json", d.text[min(d.at, len(d.text)):], format, args...)
	}
}

func (d *decoding) whole(s *shape) {
	d.value(s)
	if d.space(); !d.broken && d.at < len(d.text) {
		d.fail("something follows after the value")
	}
}

// space passes over what separates.
func (d *decoding) space() {
	for d.at < len(d.text) && (d.text[d.at] == ' ' || d.text[d.at] == '\n' || d.text[d.at] == '\t' || d.text[d.at] == '\r') {
		d.at++
	}
}

// next returns the next byte that is not a space; 0 at the end.
func (d *decoding) next() byte {
	if d.space(); d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

// value walks over one value.
func (d *decoding) value(s *shape) {
	if len(d.path) > maxDepth {
		d.fail("at most %d values within one another", maxDepth)
		return
	}
	c := d.next()
	start := d.at
	is := ""
	switch {
	case c == '{':
		is = "object"
		d.object(s.of(is))
	case c == '[':
		is = "array"
		d.array(s.of(is))
	case c == '"':
		is = "string"
		d.quoted()
	case c == '-' || '0' <= c && c <= '9':
		is = "number"
		d.number()
	case d.word("true") || d.word("false"):
		is = "boolean"
	case d.word("null"):
		return
	case d.at >= len(d.text):
		d.fail("it ends where a value is to stand")
	default:
		d.fail("a JSON value is to stand here")
	}
	if d.broken {
		return
	}
	text := d.text[start:d.at]
	switch {
	case s.is == "" || s.is == is:
	case s.is == "integer" && is == "number":
		if bytes.ContainsAny(text, ".eE") {
			d.say("type", text, "must be of type %s", s.is)
			return
		}
	default:
		d.say("type", text, "must be of type %s", s.is)
		return
	}
	if d.trying && s.typ != nil && (s.opaque || is != "object" && is != "array") {
		v := reflect.New(s.typ)
		if err := json.Unmarshal(text, v.Interface()); err != nil {
			var wrong *json.UnmarshalTypeError
			var is Issues
			switch {
			case errors.As(err, &is):
				d.say("valid", text, "can't be read: %v", is)
			case errors.As(err, &wrong) && s.is != "":
				d.say("range", text, "must be of type %s, within its range", s.is)
			case errors.As(err, &wrong):
				d.say("type", text, "can't be read as what it is for")
			default:
				d.say("valid", text, "can't be read: %v", err)
			}
		}
	}
}

// word passes over a word, if it stands here.
func (d *decoding) word(w string) bool {
	if !bytes.HasPrefix(d.text[d.at:], []byte(w)) {
		return false
	}
	d.at += len(w)
	return true
}

func (d *decoding) number() {
	digits := func() bool {
		start := d.at
		for d.at < len(d.text) && '0' <= d.text[d.at] && d.text[d.at] <= '9' {
			d.at++
		}
		return d.at > start
	}
	is := func(chars string) bool {
		if d.at < len(d.text) && strings.IndexByte(chars, d.text[d.at]) >= 0 {
			d.at++
			return true
		}
		return false
	}
	is("-")
	ok := is("0") || digits()
	if ok && is(".") {
		ok = digits()
	}
	if ok && is("eE") {
		is("+-")
		ok = digits()
	}
	if !ok {
		d.fail("is no number as JSON has it")
	}
}

// ordinary are the bytes of a string that stand for themselves.
var ordinary = func() (is [256]bool) {
	for c := ' '; c < 256; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// quoted walks over a string and returns what stands in it, as it is written.
func (d *decoding) quoted() (inner []byte, escaped bool) {
	start := d.at
	d.at++
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			inner = d.text[start+1 : d.at-1]
			switch {
			case !utf8.Valid(inner):
				d.say("utf8", bytes.ToValidUTF8(inner[:min(len(inner), maxValue)], []byte("\uFFFD")), "must be valid UTF-8")
			case escaped && !paired(inner):
				d.say("utf8", inner, "has half of a surrogate pair, which is no character")
			}
			return inner, escaped
		case c < ' ':
			d.fail("a control character stands in a string")
			return nil, false
		case c == '\\':
			escaped = true
			if d.at+1 >= len(d.text) || !d.escape() {
				d.fail("is no escape as JSON has it")
				return nil, false
			}
		default:
			for d.at++; d.at < len(d.text) && ordinary[d.text[d.at]]; d.at++ {
			}
		}
	}
	d.fail("a string does not end")
	return nil, false
}

// escape passes over a backslash and what follows it.
func (d *decoding) escape() bool {
	switch c := d.text[d.at+1]; {
	case strings.IndexByte(`"\/bfnrt`, c) >= 0:
		d.at += 2
		return true
	case c == 'u' && unit(d.text[d.at:]) >= 0:
		d.at += 6
		return true
	}
	return false
}

// unit is the number of an escape such as \u00e9 at the start of a text, -1 if there
// is none.
func unit(text []byte) int {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// paired reports whether no half of a surrogate pair stands alone.
func paired(inner []byte) bool {
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			i++
			continue
		}
		switch u := unit(inner[i:]); {
		case u < 0:
			i += 2
		case u < 0xD800 || u > 0xDFFF:
			i += 6
		case u > 0xDBFF:
			return false
		default:
			if low := unit(inner[i+6:]); low < 0xDC00 || low > 0xDFFF {
				return false
			}
			i += 12
		}
	}
	return true
}

func (d *decoding) array(s *shape) {
	d.at++
	if d.next() == ']' {
		d.at++
		return
	}
	d.path = append(d.path, place{})
	for i := 0; !d.broken; i++ {
		d.path[len(d.path)-1].index = i
		d.value(s.elem)
		switch c := d.next(); {
		case d.broken:
		case c == ',':
			d.at++
		case c == ']':
			d.at++
			d.path = d.path[:len(d.path)-1]
			return
		default:
			d.fail("a comma or the end of the list is to stand here")
		}
	}
}

func (d *decoding) object(s *shape) {
	d.at++
	if d.next() == '}' {
		d.at++
		return
	}
	var names names
	d.path = append(d.path, place{})
	for !d.broken {
		if d.next() != '"' {
			d.fail("the name of a field is to stand here")
			return
		}
		here := len(d.path) - 1
		d.path = d.path[:here]
		start := d.at
		name, escaped := d.quoted()
		if d.broken {
			return
		}
		if escaped {
			var text string
			if json.Unmarshal(d.text[start:d.at], &text) == nil {
				name = []byte(text)
			}
		}
		if name == nil {
			name = []byte{}
		}
		d.path = append(d.path, place{name: name})
		if d.next() != ':' {
			d.fail("a colon is to stand here")
			return
		}
		d.at++
		if names.repeated(name) {
			d.say("repeated", name, "the name stands in the object more than once")
		}
		elem := s.elem
		if s.fields != nil {
			if f, ok := s.fields[string(name)]; ok {
				elem = f
			} else if near := s.near(string(name)); near != "" {
				d.say("field", name, "there is no such field; did you mean %q?", near)
			} else {
				d.say("field", name, "there is no such field")
			}
		}
		if d.trying && s.key != nil {
			if quoted, err := json.Marshal(string(name)); err == nil {
				m := reflect.New(reflect.MapOf(s.key, reflect.TypeFor[json.RawMessage]()))
				if err := json.Unmarshal(slices.Concat([]byte("{"), quoted, []byte(":0}")), m.Interface()); err != nil {
					d.say("valid", name, "can't be a name here: %v", err)
				}
			}
		}
		d.value(elem)
		switch c := d.next(); {
		case d.broken:
		case c == ',':
			d.at++
		case c == '}':
			d.at++
			d.path = d.path[:len(d.path)-1]
			return
		default:
			d.fail("a comma or the end of the object is to stand here")
		}
	}
}

// names are the names of one object so far.
type names struct {
	few  [16][]byte
	n    int
	many map[string]bool
}

// repeated notes a name and reports whether it was there before.
func (s *names) repeated(name []byte) bool {
	if s.many != nil {
		was := s.many[string(name)]
		s.many[string(name)] = true
		return was
	}
	for _, other := range s.few[:s.n] {
		if bytes.Equal(other, name) {
			return true
		}
	}
	if s.n == len(s.few) {
		s.many = map[string]bool{string(name): true}
		for _, other := range s.few {
			s.many[string(other)] = true
		}
		return false
	}
	s.few[s.n] = name
	s.n++
	return false
}

// shape is what the JSON of a type looks like.
type shape struct {
	typ    reflect.Type      // nil for anything
	is     string            // string, number, integer, boolean, array, object; empty for anything
	fields map[string]*shape // of a struct
	elem   *shape            // of a list or a map
	key    reflect.Type      // of a map whose names are not just strings
	opaque bool              // it reads itself
}

var anything = &shape{}

func init() { anything.elem = anything }

// of is the shape of what stands within a value, if that is what it is to be.
func (s *shape) of(is string) *shape {
	if s.is != is {
		return anything
	}
	return s
}

var shapes sync.Map // of reflect.Type to *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	made := make(shaping)
	s := made.of(t)
	shapes.Store(t, s)
	return s
}

var (
	unmarshalsJSON = reflect.TypeFor[json.Unmarshaler]()
	unmarshalsText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func readsItself(t reflect.Type) bool {
	return t.Implements(unmarshalsJSON) || t.Implements(unmarshalsText)
}

// shaping are the shapes that are being made, as types may hold themselves.
type shaping map[reflect.Type]*shape

func (m shaping) of(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer && !readsItself(t) {
		t = t.Elem()
	}
	if s, ok := m[t]; ok {
		return s
	}
	s := &shape{typ: t, elem: anything}
	m[t] = s
	ptr := reflect.PointerTo(t)
	switch {
	case ptr.Implements(unmarshalsJSON):
		s.opaque = true
		return s
	case ptr.Implements(unmarshalsText):
		s.is, s.opaque = "string", true
		return s
	}
	switch t.Kind() {
	case reflect.String:
		s.is = "string"
	case reflect.Bool:
		s.is = "boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		s.is = "integer"
	case reflect.Float32, reflect.Float64:
		s.is = "number"
	case reflect.Slice:
		if s.is = "array"; t.Elem().Kind() == reflect.Uint8 && !readsItself(reflect.PointerTo(t.Elem())) {
			s.is = "string" // base64
			return s
		}
		s.elem = m.of(t.Elem())
	case reflect.Array:
		s.is, s.elem = "array", m.of(t.Elem())
	case reflect.Map:
		s.is, s.elem = "object", m.of(t.Elem())
		if t.Key().Kind() != reflect.String || readsItself(reflect.PointerTo(t.Key())) {
			s.key = t.Key()
		}
	case reflect.Struct:
		s.is, s.fields = "object", make(map[string]*shape)
		for name, typ := range fieldsOf(t) {
			if s.fields[name] = anything; typ != nil {
				s.fields[name] = m.of(typ)
			}
		}
	}
	return s
}

// fieldsOf returns the types of a struct's fields by their names in JSON: of an
// embedded struct's, those that are not hidden by others further out. The type is nil
// of one that is written in quotes.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type)
	seen := map[reflect.Type]bool{t: true}
	for level := []reflect.Type{t}; len(level) > 0; {
		var next []reflect.Type
		found := make(map[string][]reflect.Type)
		for _, t := range level {
			for i := range t.NumField() {
				f := t.Field(i)
				tag := f.Tag.Get("json")
				name, options, _ := strings.Cut(tag, ",")
				inner := f.Type
				if inner.Kind() == reflect.Pointer && inner.Name() == "" {
					inner = inner.Elem()
				}
				switch {
				case tag == "-":
				case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
					if !seen[inner] {
						seen[inner] = true
						next = append(next, inner)
					}
				case !f.IsExported():
				default:
					if name == "" {
						name = f.Name
					}
					typ := f.Type
					if slices.Contains(strings.Split(options, ","), "string") {
						typ = nil
					}
					found[name] = append(found[name], typ)
				}
			}
		}
		for name, types := range found {
			if _, hidden := fields[name]; !hidden && len(types) == 1 {
				fields[name] = types[0]
			}
		}
		level = next
	}
	return fields
}

// near returns the name of the field that a name was most likely meant for; empty if
// there is none.
func (s *shape) near(name string) string {
	const longest = 64
	if len(name) > longest {
		return ""
	}
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	best, least := "", 1+min(2, len(name)/2)
	for field := range s.fields {
		n := Distance(plain(name), plain(field))
		if n < least || n == least && best != "" && field < best {
			best, least = field, n
		}
	}
	return best
}

// Distance is how many bytes are to be put in, taken out or changed to come from one
// text to the other (Levenshtein): for who says which name is near a wrong one.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
