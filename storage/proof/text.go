package proof

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aimskit/aimskit/storage"
)

// maxPath is the most hashes of an audit path or a consistency proof in a tree
// of MaxSize leaves: one for each level, and one more.
const maxPath = 49

// writer writes the lines of a text form.
type writer struct{ b []byte }

func (w *writer) line(name, value string) {
	w.b = append(w.b, name...)
	w.b = append(w.b, ' ')
	w.b = append(w.b, value...)
	w.b = append(w.b, '\n')
}

func (w *writer) number(name string, n uint64) { w.line(name, strconv.FormatUint(n, 10)) }

func (w *writer) hash(name string, h storage.Hash) {
	w.line(name, base64.StdEncoding.EncodeToString(h[:]))
}

func (w *writer) path(name string, path []storage.Hash) {
	for _, h := range path {
		w.hash(name, h)
	}
}

// escapes are what a backslash stands before in a text value, and what the two
// mean.
var escapes = []string{`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`}

var escaper = strings.NewReplacer(escapes...)

// value writes bytes: as text where that is possible.
func (w *writer) value(name string, data []byte) {
	s := string(data)
	switch {
	case s == "":
		w.line(name, "empty")
	case isText(s):
		w.line(name, "text "+escaper.Replace(s))
	default:
		w.line(name, "base64 "+base64.StdEncoding.EncodeToString(data))
	}
}

// isText reports whether s is written as text: UTF-8 without control
// characters but those that are escaped.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// reader takes lines off the front of a text form. After an error it yields
// zeros. That numbers, values and hashes have their one form is left to whoever
// writes what was read again and compares.
type reader struct {
	form string // for errors
	rest string
	n    int // lines taken
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s: line %d: %s", ErrMalformed, r.form, r.n, fmt.Sprintf(format, args...))
	}
	r.rest = ""
}

// short cuts a text from outside for an error message.
func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// next reports whether the next line is of that name.
func (r *reader) next(name string) bool { return strings.HasPrefix(r.rest, name+" ") }

// line takes a line and returns what follows its name.
func (r *reader) line(name string) string {
	if r.err != nil {
		return ""
	}
	r.n++
	line, rest, ok := strings.Cut(r.rest, "\n")
	value, named := strings.CutPrefix(line, name+" ")
	switch {
	case !ok:
		r.fail("%q is missing or cut short", name)
		return ""
	case !named:
		r.fail("%q is due, got %q", name, short(line))
		return ""
	}
	r.rest = rest
	return value
}

func (r *reader) number(name string) uint64 {
	s := r.line(name)
	if r.err != nil {
		return 0
	}
	n, err := parseSize(s)
	if err != nil {
		r.fail("%s: %v", name, err)
	}
	return n
}

func (r *reader) hash(name string) storage.Hash {
	s := r.line(name)
	if r.err != nil {
		return storage.Hash{}
	}
	h, err := parseHash(s)
	if err != nil {
		r.fail("%s: %v", name, err)
	}
	return h
}

// path takes as many lines of that name as follow.
func (r *reader) path(name string) []storage.Hash {
	var path []storage.Hash
	for r.next(name) {
		if len(path) == maxPath {
			r.n++
			r.fail("more than %d lines of %q", maxPath, name)
			return nil
		}
		path = append(path, r.hash(name))
	}
	return path
}

// value takes what writer.value writes; nil where it is empty.
func (r *reader) value(name string) []byte {
	s := r.line(name)
	if r.err != nil || s == "empty" {
		return nil
	}
	if text, ok := strings.CutPrefix(s, "text "); ok {
		b, err := unescape(text)
		if err != nil {
			r.fail("%s: %v", name, err)
		}
		return b
	}
	if text, ok := strings.CutPrefix(s, "base64 "); ok {
		b, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			r.fail("%s: %v", name, err)
		}
		return b
	}
	r.fail(`%s: a value is "empty", "text …" or "base64 …", got %q`, name, short(s))
	return nil
}

// end returns the first error, also of text that is left.
func (r *reader) end() error {
	if r.err == nil && r.rest != "" {
		r.n++
		line, _, _ := strings.Cut(r.rest, "\n")
		r.fail("nothing more is due, got %q", short(line))
	}
	return r.err
}

func unescape(s string) ([]byte, error) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		i++
		if i == len(s) {
			return nil, errors.New("a backslash at the end")
		}
		switch s[i] {
		case '\\':
			out = append(out, '\\')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		default:
			return nil, fmt.Errorf("unknown escape %q", s[i-1:i+1])
		}
	}
	return out, nil
}

// parseSize reads a decimal number in its one form.
func parseSize(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, fmt.Errorf("%q is not a decimal number of 64 bits without leading zeros", short(s))
	}
	return n, nil
}

// parseHash reads a hash in base64.
func parseHash(s string) (storage.Hash, error) {
	// The decoder skips line breaks, so the length is compared, too.
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(storage.Hash{}) || len(s) != base64.StdEncoding.EncodedLen(len(b)) {
		return storage.Hash{}, fmt.Errorf("%q is not %d bytes in base64", short(s), len(storage.Hash{}))
	}
	return storage.Hash(b), nil
}
