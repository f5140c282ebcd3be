package issue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Text is a sentence that can be told in another language: an English format
// of package fmt, by which a catalogue finds its translation, and the arguments
// of it. The zero Text is no sentence.
type Text struct {
	// ID is the English format.
	ID string `json:"id"`
	// Args are its arguments: strings, numbers, truth values, days, records, and texts where
	// a word of ours stands in the sentence that is to be told in that language too.
	// So they outlive what they were taken from, and can be written as JSON and read back as
	// what they were: see [Text.MarshalJSON].
	Args []any `json:"args,omitempty"`
}

// maxArg bounds an argument, in bytes. It leaves room for the names of all
// values that a field can have.
const maxArg = 2000

// Teller tells texts in one language, as phrase.Phrases does.
type Teller interface {
	// Text tells a text.
	Text(Text) string
}

// Tell tells a text by a teller; nil tells English. The zero Text says nothing.
func Tell(in Teller, t Text) string {
	if in == nil || t.ID == "" {
		return t.String()
	}
	return in.Text(t)
}

// Day is a day among the arguments of a text, as "2026-06-30": another language has a
// form of its own for it.
type Day string

// Record is a record among the arguments of a text, told by its ID: who shows the text to
// somebody who sees the record may call it by its name instead.
type Record struct {
	// Kind is what it is a record of, ID its ID.
	Kind, ID string
}

// String returns the ID.
func (r Record) String() string { return r.ID }

// MarshalText writes the ID.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.ID), nil }

// NewText returns the text of an English format and its arguments. An argument
// that is neither string, number, truth value, day, Record nor Text is kept as what fmt.Sprint
// makes of it, and so is one that knows how to write itself; a calendar.Date is kept as a
// Day. A Text among the arguments stays one, with arguments of the same kinds.
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

// Plain returns the text of a sentence that is no format, such as a title that an embedder
// gave: a % in it is one. A catalogue finds it by the sentence, unless there is a % in it.
func Plain(sentence string) Text {
	if strings.IndexByte(sentence, '%') >= 0 {
		return NewText("%s", sentence)
	}
	return Text{ID: sentence}
}

// Word returns the value of an enumeration as a word that people say, such as "not started"
// of not_started, to stand among the arguments of a text; the zero Text of none.
func Word[T ~string](value T) Text {
	return Plain(asWords.Replace(string(value)))
}

var asWords = strings.NewReplacer("_", " ", "-", " ")

// Words returns the values of an enumeration as words, each by Word.
func Words[T ~string](values []T) []Text {
	out := make([]Text, len(values))
	for i, v := range values {
		out[i] = Word(v)
	}
	return out
}

// Join says several texts, each joined to those before it by a format of two, such as
// "%s, %s"; the zero Text of none.
func Join(format string, texts []Text) (joined Text) {
	for i, t := range texts {
		if i == 0 {
			joined = t
			continue
		}
		joined = Text{ID: format, Args: []any{joined, t}}
	}
	return joined
}

// Clone returns a copy of a text that shares nothing with it.
func (t Text) Clone() Text {
	t.Args = slices.Clone(t.Args)
	for i, arg := range t.Args {
		if nested, ok := arg.(Text); ok {
			t.Args[i] = nested.Clone()
		}
	}
	return t
}

// Hiding returns the text with what it is, such as "action", in place of each record among
// the arguments that is hidden: for a reader who is not to know of it.
func (t Text) Hiding(hidden func(Record) bool) Text {
	t.Args = slices.Clone(t.Args)
	for i, arg := range t.Args {
		switch arg := arg.(type) {
		case Text:
			t.Args[i] = arg.Hiding(hidden)
		case Record:
			if hidden(arg) {
				t.Args[i] = Word(arg.Kind)
			}
		}
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
		switch arg := arg.(type) {
		case Day:
			s, ok = string(arg), true
		case Record:
			s, ok = arg.ID, true
		}
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

// mostNested is how deep texts stand in one another at most in what is read.
const mostNested = 100

// MarshalJSON writes a text so that UnmarshalJSON reads the same: {"id": …, "args": […]}. A
// string, a number and a truth value among the arguments are what they are, and a number that
// is not whole by its type has a point or an exponent (3.0). A text is an object of the same
// form, a day {"day": "2026-06-30"}, a record {"kind": "person", "record": "ada"}. Arguments
// of other types, which NewText leaves none of, are as encoding/json has them.
func (t Text) MarshalJSON() ([]byte, error) {
	out := struct {
		ID   string `json:"id"`
		Args []any  `json:"args,omitempty"`
	}{ID: t.ID}
	for _, arg := range t.Args {
		switch v := arg.(type) {
		case Day:
			arg = dayArg{string(v)}
		case Record:
			arg = recordArg{v.Kind, v.ID}
		case float64:
			if number, err := json.Marshal(v); err == nil && !bytes.ContainsAny(number, ".e") {
				arg = json.RawMessage(append(number, ".0"...))
			}
		}
		out.Args = append(out.Args, arg)
	}
	return json.Marshal(out)
}

// The forms of arguments in JSON that are objects.
type (
	dayArg struct {
		Day string `json:"day"`
	}
	recordArg struct {
		Kind   string `json:"kind"`
		Record string `json:"record"`
	}
)

// UnmarshalJSON reads what MarshalJSON writes. Whole numbers are of type int, or of the
// smallest that holds them.
func (t *Text) UnmarshalJSON(data []byte) error { return t.read(data, mostNested) }

func (t *Text) read(data []byte, deep int) error {
	var raw struct {
		ID   string            `json:"id"`
		Args []json.RawMessage `json:"args"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if deep == 0 && len(raw.Args) > 0 {
		return fmt.Errorf("texts stand at most %d deep in one another", mostNested)
	}
	out := Text{ID: raw.ID}
	for _, r := range raw.Args {
		arg, err := readArg(r, deep-1)
		if err != nil {
			return err
		}
		out.Args = append(out.Args, arg)
	}
	*t = out
	return nil
}

func readArg(r json.RawMessage, deep int) (arg any, err error) {
	switch {
	case r[0] == '{':
		var of struct {
			Day    *string
			Kind   string
			Record *string
		}
		if err := json.Unmarshal(r, &of); err != nil {
			return nil, err
		}
		switch {
		case of.Day != nil:
			return Day(*of.Day), nil
		case of.Record != nil:
			return Record{of.Kind, *of.Record}, nil
		}
		var nested Text
		err = nested.read(r, deep)
		return nested, err
	case r[0] == '-' || r[0] >= '0' && r[0] <= '9':
		if n, err := strconv.ParseInt(string(r), 10, 0); err == nil {
			return int(n), nil
		}
		if n, err := strconv.ParseUint(string(r), 10, 64); err == nil {
			return n, nil
		}
	}
	err = json.Unmarshal(r, &arg)
	return arg, err
}

// dated is a day, as calendar.Date is one.
type dated interface {
	fmt.Stringer
	IsZero() bool
	Format(layout string) string
}

// plain returns an argument as a value that nobody else can change.
func plain(arg any) any {
	switch v := arg.(type) {
	case string:
		if len(v) <= maxArg && utf8.ValidString(v) {
			return arg // as it is, in the memory that holds it
		}
		return clip(v, maxArg)
	case int, bool, float64, Day:
		return arg
	case Record:
		return Record{clip(v.Kind, maxArg), clip(v.ID, maxArg)}
	case time.Time:
		return v.String()
	case dated:
		return Day(v.String())
	case Text:
		return NewText(clip(v.ID, maxArg), v.Args...)
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
