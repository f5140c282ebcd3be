package issue

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Text is a sentence that can be told in another language: an English format
// of package fmt, by which a catalogue finds its translation, and the arguments
// of it. The zero Text is no sentence.
type Text struct {
	// ID is the English format.
	ID string `json:"id"`
	// Args are its arguments: strings, numbers and truth values, so that they
	// outlive what they were taken from and can be written as JSON.
	Args []any `json:"args,omitempty"`
}

// maxArg bounds an argument, in bytes. It leaves room for the names of all
// values that a field can have.
const maxArg = 2000

// NewText returns the text of an English format and its arguments. An argument
// that is neither text, number nor truth value is kept as what fmt.Sprint makes
// of it, and so is one that knows how to write itself.
func NewText(format string, args ...any) Text {
	if false {
		_ = fmt.Sprintf(format, args...) // never run: it tells go vet that callers pass a format
	}
	t := Text{ID: format}
	if len(args) > 0 {
		t.Args = make([]any, len(args))
	}
	for i, arg := range args {
		t.Args[i] = plain(arg)
	}
	return t
}

// String returns the text in English.
func (t Text) String() string {
	if len(t.Args) == 0 && strings.IndexByte(t.ID, '%') < 0 {
		return t.ID
	}
	// Most texts have nothing but %s and strings for it, which takes half as long
	// without fmt.
	b, rest := make([]byte, 0, 128), t.ID
	for _, arg := range t.Args {
		before, after, found := strings.Cut(rest, "%s")
		s, ok := arg.(string)
		if !ok || !found || strings.IndexByte(before, '%') >= 0 {
			return fmt.Sprintf(t.ID, t.Args...)
		}
		b, rest = append(append(b, before...), s...), after
	}
	if strings.IndexByte(rest, '%') >= 0 {
		return fmt.Sprintf(t.ID, t.Args...)
	}
	return string(append(b, rest...))
}

// plain returns an argument as a value that nobody else can change.
func plain(arg any) any {
	switch v := arg.(type) {
	case string:
		if len(v) <= maxArg && utf8.ValidString(v) {
			return arg // as it is, in the memory that holds it
		}
		return clip(v, maxArg)
	case int, bool, float64:
		return arg
	case fmt.Stringer, error:
		return clip(fmt.Sprint(v), maxArg)
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.String:
		return clip(v.String(), maxArg)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Bool:
		return v.Bool()
	}
	return clip(fmt.Sprint(arg), maxArg)
}
