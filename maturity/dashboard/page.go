package dashboard

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"io"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/phrase"
)

//go:embed page/*.html page/*.md page/style.css
var files embed.FS

// staticCSS is the style sheet without its colours.
var staticCSS = func() string {
	b, err := files.ReadFile("page/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	return string(b)
}()

// look of a site: its style sheet, and what stands on each page.
type style struct {
	css  string
	hash string // in the name of the file
	csp  string // of the sheet inside a page
	logo string
	head string
}

func newStyle(t *Theme, logo, head string) (style, error) {
	theme, err := t.filled()
	if err != nil {
		return style{}, err
	}
	css := theme.css() + staticCSS
	sum := sha256.Sum256([]byte(css))
	return style{css: css, hash: hex.EncodeToString(sum[:6]), csp: "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'", logo: logo, head: head}, nil
}

// cssOf is the style sheet for the inside of a page. Its colours have been looked at
// (Theme), the rest is a file of ours.
func cssOf(l style) template.CSS { return template.CSS(l.css) }

// page is one page, ready to be drawn.
type page struct {
	voice
	Title, Heading, Under, Org, Day, Banner string
	Tabs                                    []tab
	Foot                                    []string
	FootLinks                               []anchor
	Redacted                                bool
	MetaCSP, StyleURL                       string
	InlineCSS                               template.CSS
	Logo                                    string

	Screen    *Screen
	List      *listPage
	Record    *recordPage
	Criterion *criterionPage
	Plain     *plainPage
	Portfolio *portfolioPage
	Pack      template.HTML

	Now   time.Time
	Today calendar.Date // where the organisation is
	link  func(route string) string
	self  string   // the route of the record that it is of
	body  string   // the template of the content
	json  any      // the same as data
	long  bool     // it may be of any length, and is not kept
	rules []string // the rules of impact that it names
}

type tab struct {
	anchor
	Here bool
}

type anchor struct{ URL, Text, Note string }

// plainPage is a page of a few sentences and links.
type plainPage struct {
	Head           string
	Paras          []string
	Folded, Inside string // what is folded, under which words
	Items          []anchor
}

// URL is where a route is shown, from this page; empty if nowhere.
func (p *page) URL(route string) string {
	if p.link == nil || route == "" {
		return ""
	}
	return p.link(route)
}

// away is where a route is shown; empty if that is this page.
func (p *page) away(route string) string {
	if route == p.self {
		return ""
	}
	return p.URL(route)
}

// Near writes a day, without the year where that is this one.
func (p *page) Near(t phrase.Dated) string { return p.near(t, p.Now) }

// Lang is the language of the page.
func (p *page) Lang() string { return p.Language().String() }

// write draws the page.
func (p *page) write(w io.Writer) error {
	templates := drawnIn(p.voice)
	for _, part := range []string{"head", p.body, "foot"} {
		if err := templates.ExecuteTemplate(w, part, p); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes the same as data.
func (p *page) writeJSON(w io.Writer) error {
	if l, ok := p.json.(jsonList); ok {
		return l.writeJSON(w)
	}
	return json.NewEncoder(w).Encode(p.json)
}

// withArgs is what a template is given beside the page.
type withArgs struct {
	P *page
	V any
	T string
}

type linkTo struct{ Route, Text string }

func most[T any](all []T, of func(T) int) int {
	n := 1
	for _, x := range all {
		n = max(n, of(x))
	}
	return n
}

// roadBar is when one step of a roadmap is done, on the time of all of them.
func roadBar(r Roadmap, s RoadStep, now time.Time) []segment {
	first, last := r.Steps[0].From, r.Steps[0].To
	for _, x := range r.Steps {
		if x.From.Before(first) {
			first = x.From
		}
		if x.To.After(last) {
			last = x.To
		}
	}
	span := last.Sub(first).Seconds()
	if span <= 0 {
		return nil
	}
	at := func(t time.Time) float64 { return 100 * t.Sub(first).Seconds() / span }
	class := "fp"
	if !s.DoneOn.IsZero() {
		class = "fm"
	}
	return []segment{{Class: class, X: pc(at(s.From)), W: pc(max(0.8, at(s.To)-at(s.From))), Hatch: s.DoneOn.IsZero() && s.To.Before(now)}}
}
