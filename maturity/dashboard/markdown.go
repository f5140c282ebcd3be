package dashboard

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
)

// Pack names a report.
type Pack string

// The packs: for a board of two pages, for a management review (9.3) by what it has to
// look at, for an audit.
const (
	PackBoard  Pack = "board"
	PackReview Pack = "review"
	PackAudit  Pack = "audit"
)

// Packs returns the packs.
func Packs() []Pack { return []Pack{PackBoard, PackReview, PackAudit} }

// WriteMarkdown writes a report of the screen as Markdown (CommonMark with tables). What
// people wrote stands in it as text: it can't become markup. The error is issue.Issues
// of an unknown pack, or that of the writer.
func (s Screen) WriteMarkdown(w io.Writer, p Pack) error {
	return s.writePack(w, p, nil)
}

// packed is what a report is drawn of: a screen, and where routes are shown.
type packed struct {
	Screen
	link func(route string) string // nil if they are shown nowhere
}

// URL is where a route is shown, from the report; empty if nowhere.
func (p packed) URL(route string) string {
	if p.link == nil || route == "" {
		return ""
	}
	return p.link(route)
}

// Before are the points of some matters that a review has before it.
func (p packed) Before(topics ...aims.ReviewTopic) (all packedPoints) {
	all.Packed = p
	for _, point := range p.Lead.Review.Points {
		if slices.Contains(topics, point.Topic) {
			all.Points = append(all.Points, point)
		}
	}
	return all
}

// packedPoints are some of the points that a review has before it.
type packedPoints struct {
	Packed packed
	Points []ReviewPoint
}

func (s Screen) writePack(w io.Writer, p Pack, link func(string) string) error {
	if p != PackBoard && p != PackReview && p != PackAudit {
		var is issue.Issues
		is.Add("pack", "oneof", shorten(string(p), 40), "is one of %v", Packs())
		return is
	}
	var b bytes.Buffer
	if err := packs()[voiceOf(s.Language).Language().String()].ExecuteTemplate(&b, string(p), packed{s, link}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// packs draw reports, by language.
var packs = sync.OnceValue(func() map[string]*template.Template {
	all := make(map[string]*template.Template)
	for _, tag := range phrase.Languages() {
		all[tag.String()] = template.Must(template.New("").Funcs(voiceOf(tag.String()).packFuncs()).ParseFS(files, "page/*.md"))
	}
	return all
})

// code is text of ours that Markdown shows as it is.
type code string

// packFuncs are what the templates of reports call.
func (v voice) packFuncs() template.FuncMap {
	return template.FuncMap{
		"t": func(format string, args ...any) string {
			for i, a := range args {
				switch a := a.(type) {
				case int, uint64:
				case code:
					args[i] = "`" + string(a) + "`"
				default:
					args[i] = escapeMarkdown(fmt.Sprint(a))
				}
			}
			return v.Sprintf(format, args...)
		},
		"e":      func(s any) string { return escapeMarkdown(fmt.Sprint(s)) },
		"linked": linkedMarkdown,
		"refs": func(p packed, all []Ref, more int) string {
			var parts []string
			for _, r := range all {
				parts = append(parts, linkedMarkdown(r.Name, p.URL(r.Route)))
			}
			listed := strings.Join(parts, ", ")
			if more > 0 {
				return v.say("%s and %d more", listed, more)
			}
			return listed
		},
		"code":     func(s string) code { return code(s) },
		"n":        v.Number,
		"day":      v.day,
		"moment":   v.Moment,
		"told":     v.told,
		"word":     func(s any) string { return v.words(fmt.Sprint(s)) },
		"wordname": v.wordName,
		"capital":  capital,
		"add":      func(a, b int) int { return a + b },
		"yesno":    func(b bool) string { return v.yesNo(b).text },
		"wordcounts": func(all []WordCount) string {
			var parts []string
			for _, w := range all {
				parts = append(parts, v.say("%d %s", w.Value, v.wordName(w.Word)))
			}
			return strings.Join(parts, ", ")
		},
		"orname": func(p Person) string { return cmp.Or(p.Name, v.say("nobody is named")) },
		"on": func(s Step) string {
			switch {
			case s.Due.IsZero():
				return v.say("no day is set")
			case s.Late:
				return v.say("was due %s", v.day(s.Due))
			}
			return v.day(s.Due)
		},
	}
}

// linkedMarkdown is text that leads to where a URL says, if it says anything.
func linkedMarkdown(text, url string) string {
	if url == "" {
		return escapeMarkdown(text)
	}
	return "[" + escapeMarkdown(text) + "](<" + url + ">)"
}

// escapeMarkdown makes text one line that is no markup.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
