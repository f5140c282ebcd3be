package ledger

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writer appends the JSON of a value: byte for byte what json.Marshal writes of
// it as a part of something larger, in a third of the time, as what reflection
// says of a type is worked out once. Reading is left to encoding/json.
type writer func(b []byte, v reflect.Value) ([]byte, error)

var writers perType[writer]

// writerOf returns the writer of a type. What it does not know, it leaves to
// encoding/json.
func writerOf(t reflect.Type) writer { return writers.of(t, newWriter) }

func newWriter(t reflect.Type) writer {
	if t == timeType || t == dateType {
		return writeTime
	}
	switch ptr := reflect.PointerTo(t); {
	case ptr.Implements(marshalsJSON):
		return writeAny
	case t.Implements(marshalsText) && t.Kind() == reflect.Struct:
		return writeText
	case ptr.Implements(marshalsText):
		return writeAny
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendText(b, v.String()), nil }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(b, v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(b, v.Int(), 10), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendUint(b, v.Uint(), 10), nil }
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return sliceWriter(t)
		}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return mapWriter(t)
		}
	case reflect.Struct:
		if fields, err := writtenFields(t); err == nil {
			return structWriter(fields)
		}
	}
	return writeAny
}

// part returns a value as an interface, or as a pointer, if it is part of
// something larger: that spares a copy.
func part(v reflect.Value) any {
	if v.CanAddr() {
		v = v.Addr()
	}
	return v.Interface()
}

func writeAny(b []byte, v reflect.Value) ([]byte, error) {
	text, err := json.Marshal(part(v))
	return append(b, text...), err
}

func writeTime(b []byte, v reflect.Value) ([]byte, error) {
	b, err := part(v).(encoding.TextAppender).AppendText(append(b, '"'))
	return append(b, '"'), err
}

func writeText(b []byte, v reflect.Value) ([]byte, error) {
	text, err := part(v).(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return b, fmt.Errorf("%s: %w", v.Type(), err)
	}
	return appendText(b, string(text)), nil
}

func sliceWriter(t reflect.Type) writer {
	elem := writerOf(t.Elem())
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = elem(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

func mapWriter(t reflect.Type) writer {
	elem := writerOf(t.Elem())
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		b = append(b, '{')
		for i, key := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, key.String()), ':')
			if b, err = elem(b, v.MapIndex(key)); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

// writtenField is a field of a struct, under the options of its tag.
type writtenField struct {
	at    []int                    // where it is: in an embedded struct, if more than one
	label string                   // its name in JSON, quoted, with a colon
	skip  func(reflect.Value) bool // nil: it is always written
	write writer
}

// writtenFields returns the fields of a struct, those of embedded ones among
// them. The error says what there is about them that is left to encoding/json.
func writtenFields(t reflect.Type) (fields []writtenField, err error) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		words := strings.Split(options, ",")
		omitEmpty, omitZero := slices.Contains(words, "omitempty"), slices.Contains(words, "omitzero")
		asksType := f.Type.Implements(isZeroerType)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct && f.IsExported() && f.Tag == "":
			embedded, err := writtenFields(f.Type)
			if err != nil {
				return nil, err
			}
			for _, e := range embedded {
				e.at = append([]int{i}, e.at...)
				fields = append(fields, e)
			}
			continue
		case f.Anonymous || slices.Contains(words, "string") || omitEmpty && omitZero,
			omitZero && !asksType && reflect.PointerTo(f.Type).Implements(isZeroerType):
			return nil, fmt.Errorf("field %s of %s has a tag that only encoding/json can follow", f.Name, t)
		case !f.IsExported() || f.Tag.Get("json") == "-":
			continue
		}
		w := writtenField{at: []int{i}, label: string(appendText(nil, cmp.Or(name, f.Name))) + ":", write: writerOf(f.Type)}
		switch {
		case omitEmpty:
			w.skip = emptiness(f.Type)
		case omitZero && asksType:
			w.skip = func(v reflect.Value) bool { return part(v).(isZeroer).IsZero() }
		case omitZero:
			w.skip = reflect.Value.IsZero
		}
		fields = append(fields, w)
	}
	for i, f := range fields {
		if slices.ContainsFunc(fields[:i], func(g writtenField) bool { return g.label == f.label }) {
			return nil, fmt.Errorf("two fields of %s have the JSON name %s", t, strings.TrimSuffix(f.label, ":"))
		}
	}
	return fields, nil
}

var isZeroerType = reflect.TypeFor[isZeroer]()

// emptiness is what omitempty takes for empty; nil if nothing of the type is.
func emptiness(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.Struct:
		return nil
	case reflect.String, reflect.Slice, reflect.Map, reflect.Array:
		return func(v reflect.Value) bool { return v.Len() == 0 }
	}
	return reflect.Value.IsZero
}

func structWriter(fields []writtenField) writer {
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		next := byte('{')
		for i := range fields {
			f := &fields[i]
			value := v
			for _, i := range f.at {
				value = value.Field(i)
			}
			if f.skip != nil && f.skip(value) {
				continue
			}
			b = append(append(b, next), f.label...)
			next = ','
			if b, err = f.write(b, value); err != nil {
				return b, err
			}
		}
		if next == '{' {
			b = append(b, next)
		}
		return append(b, '}'), nil
	}
}

// plain are the bytes that stand for themselves in a text.
var plain = func() (p [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		p[c] = !strings.ContainsRune(`"\\<>&`, rune(c))
	}
	return p
}()

// appendText appends a text in quotes. What would mean something in HTML is
// written as a number, as encoding/json does it.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(append(b, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029': // not allowed in JavaScript
			b = append(append(b, s[start:i]...), `\u202`...)
			b = append(b, hex[r&15])
			start = i + size
		}
		i += size
	}
	return append(append(b, s[start:]...), '"')
}
