package phrase

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Phrases tell texts in one language. All methods may be called at the same time.
type Phrases struct {
	tag     language.Tag
	forms   map[string]form
	printer *message.Printer
	comma   string   // between thousands
	english *Phrases // nil of English
	months  *strings.Replacer

	mu      sync.Mutex
	missing map[string]bool
}

// Languages returns the languages that there are, English first.
func Languages() []language.Tag { return []language.Tag{language.English, language.German} }

// In returns the phrases of a language, or of the one that a regional form belongs to:
// German for de-AT. The zero tag is English. The error is issue.Issues that name the
// languages that there are.
func In(tag language.Tag) (*Phrases, error) {
	if tag == language.Und {
		tag = language.English
	}
	base, _ := tag.Base()
	for i, known := range Languages() {
		if own, _ := known.Base(); own == base {
			return all()[i], nil
		}
	}
	var is issue.Issues
	is.Add("language", "oneof", tag.String(), "is one of %v", Languages())
	return nil, is
}

// Match returns the language of a list that suits a reader best who prefers some in
// the form of the header Accept-Language; the first of the list where none does.
func Match(header string, list ...language.Tag) language.Tag {
	want, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(want) == 0 || len(list) == 0 {
		if len(list) == 0 {
			return language.English
		}
		return list[0]
	}
	_, i, confidence := language.NewMatcher(list).Match(want...)
	if confidence == language.No {
		return list[0]
	}
	return list[i]
}

// Language returns the language that is told.
func (p *Phrases) Language() language.Tag { return p.tag }

// Text tells a text.
func (p *Phrases) Text(t issue.Text) string {
	return p.Sprintf(t.ID, t.Args...)
}

// Sprintf tells an English format and its arguments. An argument that is an issue.Text
// is told in the same language. Whole numbers are written as Number does.
func (p *Phrases) Sprintf(format string, args ...any) string {
	if false {
		_ = fmt.Sprintf(format, args...) // never run: it tells go vet that callers pass a format
	}
	f, ok := p.forms[format]
	if !ok {
		if p.english != nil {
			p.miss(format)
			return p.english.Sprintf(format, args...)
		}
		f.other = format
	}
	if len(args) == 0 && strings.IndexByte(f.other, '%') < 0 {
		return f.other
	}
	numbers := f.plural > 0
	args = slices.Clone(args)
	for i, a := range args {
		switch a := a.(type) {
		case issue.Text:
			args[i] = p.Text(a)
		case calendar.Date:
			args[i] = p.Day(a)
		case issue.Day:
			args[i] = p.day(a)
		case time.Time:
			args[i] = p.Moment(a)
		case fmt.Stringer:
			args[i] = a.String()
		case string:
		default:
			numbers = true
		}
	}
	if !numbers {
		return fmt.Sprintf(f.other, args...)
	}
	return p.printer.Sprintf(format, args...)
}

// Word tells a word that may be one of ours, such as the value of a field: in the
// language where the catalogue has it, and as it is where not, which nothing counts.
func (p *Phrases) Word(s string) string {
	if f, ok := p.forms[s]; ok && f.plural == 0 {
		return f.other
	}
	return s
}

// Number writes a whole number, such as 1,234.
func (p *Phrases) Number(n int) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + p.comma + s[at:]
	}
	return s
}

// Day writes a day, such as 27 November 2026; nothing of the zero day.
func (p *Phrases) Day(d calendar.Date) string { return p.Date("2 January 2006", d) }

// day writes a day among the arguments of a text: as it stands in English, which is what
// the text says by itself.
func (p *Phrases) day(d issue.Day) string {
	day, err := calendar.Parse(string(d))
	if err != nil || p.english == nil {
		return string(d)
	}
	return p.Day(day)
}

// Moment writes a moment to the second, in UTC; nothing of the zero time.
func (p *Phrases) Moment(t time.Time) string { return p.Date("2 January 2006 15:04:05 UTC", t.UTC()) }

// Dated is a day or a moment.
type Dated interface {
	// IsZero reports whether it is none.
	IsZero() bool
	// Format writes it by a layout of package time.
	Format(layout string) string
}

// Date writes a day or a moment by an English layout of package time, for which a
// language may have another one, with its own names of months; nothing of a zero one.
func (p *Phrases) Date(layout string, d Dated) string {
	if d.IsZero() {
		return ""
	}
	return p.months.Replace(d.Format(strings.TrimSuffix(p.Word(layout+" [layout]"), " [layout]")))
}

// mostMissing bounds what is kept of what is missing.
const mostMissing = 10_000

func (p *Phrases) miss(format string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.missing) < mostMissing {
		p.missing[format] = true
	}
}

// Missing returns the formats that were told in English as there was no translation,
// in order.
func (p *Phrases) Missing() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{}
	for f := range p.missing {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}
