package phrase

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

//go:embed en/*.json de/*.json
var files embed.FS

// form is what a language says in place of an English format.
type form struct {
	plural     int // the argument that decides, from 1; 0 if none does
	one, other string
}

// UnmarshalJSON reads a string, or an object of a plural.
func (f *form) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &f.other)
	}
	var o struct {
		Plural     int
		One, Other string
	}
	err := json.Unmarshal(data, &o)
	*f = form{o.Plural, o.One, o.Other}
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
			msg[0] = plural.Selectf(f.plural, "%d", plural.One, f.one, plural.Other, f.other)
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
