package phrase

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"github.com/aimskit/aimskit/issue"
)

//go:embed en/*.json de/*.json
var files embed.FS

// form is what a language says in place of an English format.
type form struct {
	plural                           int // the argument that decides, from 1; 0 if none does
	zero, one, two, few, many, other string
}

// cases are the forms of a plural that there are, by the categories of CLDR.
func (f form) cases() (all []any) {
	for _, c := range []struct {
		of   plural.Form
		says string
	}{{plural.Zero, f.zero}, {plural.One, f.one}, {plural.Two, f.two}, {plural.Few, f.few}, {plural.Many, f.many}, {plural.Other, f.other}} {
		if c.says != "" {
			all = append(all, c.of, c.says)
		}
	}
	return all
}

// UnmarshalJSON reads a string, or an object of a plural.
func (f *form) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &f.other)
	}
	var o struct {
		Plural                           int
		Zero, One, Two, Few, Many, Other string
	}
	err := json.Unmarshal(data, &o)
	*f = form{o.Plural, o.Zero, o.One, o.Two, o.Few, o.Many, o.Other}
	return err
}

// all are the phrases of Languages, read when somebody first asks.
var all = sync.OnceValue(func() []*Phrases {
	var out []*Phrases
	for _, tag := range Languages() {
		p, err := read(files, tag)
		if err != nil {
			panic(err) // the files are embedded, and tested
		}
		if len(out) > 0 {
			p.english = out[0]
		}
		out = append(out, p)
	}
	return out
})

// Keys returns the English formats that a language is to tell, in order: those that German
// has.
func Keys() []string {
	return slices.Sorted(maps.Keys(all()[1].forms))
}

// Read reads a language of one's own from files such as fr/aims.json, in the form that the
// package documentation shows; their names but for the folder are free. What they leave out
// is told in English, and [Phrases.Untold] lists it. The error is issue.Issues: of no file, and
// of each phrase that says nothing or does not tell the arguments of its key.
func Read(from fs.FS, tag language.Tag) (*Phrases, error) {
	var is issue.Issues
	p, err := read(from, tag)
	if err != nil {
		is.Add("files", "form", tag.String(), "can't be read: %v", err)
		return nil, is
	}
	if len(p.forms) == 0 {
		is.Add("files", "required", tag.String(), "there are no phrases in %s/*.json", tag)
	}
	for _, key := range slices.Sorted(maps.Keys(p.forms)) {
		f := p.forms[key]
		if strings.TrimSpace(f.other) == "" {
			is.Add("other", "required", key, "says nothing")
		}
		want := verbs(key)
		if f.plural != 0 && want[f.plural] != "d" {
			is.Add("plural", "oneof", key, "argument %d is no whole number", f.plural)
		}
		for _, c := range f.cases() {
			if says, ok := c.(string); ok && !maps.Equal(want, verbs(says)) {
				is.Add("other", "verbs", says, "does not tell the arguments of %q", key)
			}
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	p.english = all()[0]
	return p, nil
}

// Untold returns those of Keys that a language does not tell, in order.
func (p *Phrases) Untold() []string {
	if p.english == nil {
		return []string{}
	}
	return slices.DeleteFunc(Keys(), func(key string) bool { _, ok := p.forms[key]; return ok })
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*(\d+|\*)?(?:\.\d+)?([a-zA-Z%])`)

// verbs are the kinds of a format's verbs by the argument that each is of.
func verbs(format string) map[int]string {
	out, at := make(map[int]string), 0
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[3] == "%" {
			continue
		}
		at++
		if m[1] != "" {
			_, _ = fmt.Sscan(m[1], &at)
		}
		out[at] += m[3]
	}
	return out
}

// read reads the files of a language.
func read(from fs.FS, tag language.Tag) (*Phrases, error) {
	p := &Phrases{tag: tag, forms: make(map[string]form), missing: make(map[string]bool)}
	names, err := fs.Glob(from, path.Join(tag.String(), "*.json"))
	if err != nil {
		return nil, err
	}
	in := make(map[string]string) // the file of each key
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		var forms map[string]form
		if err := json.Unmarshal(text, &forms); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, f := range forms {
			if other, ok := p.forms[key]; ok && other != f {
				return nil, fmt.Errorf("%s: %q is told otherwise in %s", name, key, in[key])
			}
			in[key], p.forms[key] = name, f
		}
	}
	b := catalog.NewBuilder(catalog.Fallback(tag))
	for key, f := range p.forms {
		msg := []catalog.Message{catalog.String(f.other)}
		if f.plural > 0 {
			msg[0] = plural.Selectf(f.plural, "%d", f.cases()...)
		}
		if err := b.Set(tag, key, msg...); err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
	}
	p.printer = message.NewPrinter(tag, message.Catalog(b))
	p.comma = strings.Trim(p.printer.Sprint(1000), "01")
	var months []string
	for m := time.January; m <= time.December; m++ {
		months = append(months, m.String(), p.Word(m.String()))
	}
	for m := time.January; m <= time.December; m++ { // short ones behind the long ones, which begin with them
		short := m.String()[:3]
		months = append(months, short, strings.TrimSuffix(p.Word(short+" [month]"), " [month]"))
	}
	p.months = strings.NewReplacer(months...)
	return p, nil
}
