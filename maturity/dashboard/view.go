package dashboard

import (
	"io"
	"strings"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/issue"
)

// View names one of the views of a screen.
type View string

// The views. Each is also the route at which Handler serves it; the board's is "".
const (
	ViewBoard   View = "board"
	ViewLead    View = "lead"
	ViewAuditor View = "auditor"
)

// Views returns the views in the order in which pages show them.
func Views() []View { return []View{ViewBoard, ViewLead, ViewAuditor} }

func (v View) route() string {
	if v == ViewBoard {
		return ""
	}
	return string(v)
}

// homeRoute stands for the board's route where an empty one means none.
const homeRoute = "/"

// PageOptions are how a page that stands alone looks. A nil *PageOptions, and each zero
// field, means the default.
type PageOptions struct {
	// Title stands in place of the organisation's name.
	Title string
	// Theme is the colours; DefaultTheme by default.
	Theme *Theme
	// Base is the URL under which Handler serves what figures link to, such as
	// "https://grc.example/aims"; without one nothing is a link.
	Base string
	// Language is that of the page of a Portfolio, English by default. A Screen is in one
	// already (Input.Language).
	Language language.Tag
}

// WriteHTML writes one view of a screen as a page that stands alone: the style sheet is
// in it, nothing is loaded from elsewhere, no script runs. The error is issue.Issues of
// an unknown view or a theme that can't be read, or that of the writer.
func (s Screen) WriteHTML(w io.Writer, v View, o *PageOptions) error {
	return s.alone(w, o, func(look style, link func(string) string) (*page, error) {
		if v != ViewBoard && v != ViewLead && v != ViewAuditor {
			var is issue.Issues
			is.Add("view", "oneof", shorten(string(v), 40), "is one of %v", Views())
			return nil, is
		}
		return s.page(v, look, link), nil
	})
}

// alone writes a page that stands alone.
func (s Screen) alone(w io.Writer, o *PageOptions, make func(style, func(string) string) (*page, error)) error {
	if o == nil {
		o = new(PageOptions)
	}
	look, err := newStyle(o.Theme, "", o.Title)
	if err != nil {
		return err
	}
	var link func(string) string
	if o.Base != "" {
		base := strings.TrimSuffix(o.Base, "/")
		link = func(route string) string { return base + "/" + strings.TrimPrefix(route, "/") }
	}
	p, err := make(look, link)
	if err != nil {
		return err
	}
	p.inline(look)
	return p.write(w)
}

// inline puts the style sheet into the page.
func (p *page) inline(l style) {
	p.MetaCSP = "default-src 'none'; style-src " + l.csp + "; img-src 'self' data:; form-action 'self'; base-uri 'none'"
	p.InlineCSS = cssOf(l)
}

// page is a page of a view.
func (s *Screen) page(v View, l style, link func(string) string) *page {
	p := &page{voice: voiceOf(s.Language), body: string(v), Screen: s, json: s, link: link}
	p.about(s, l)
	p.Heading = p.Org
	p.Title = p.told(viewTitles[v])
	p.tabs(v)
	return p
}

var viewTitles = map[View]string{ViewBoard: mark("Board"), ViewLead: mark("Lead"), ViewAuditor: mark("Auditor")}

// about says on a page what it is about.
func (p *page) about(s *Screen, l style) {
	p.Org, p.Now, p.Today, p.Day, p.Redacted, p.Logo = s.Organisation, s.At, s.Today, p.day(s.Today), s.Redacted, l.logo
	if l.head != "" {
		p.Org = oneLine(l.head)
	}
	p.Under = p.say("AI management system after ISO/IEC 42001:2023, as of %s", p.Day)
	if s.Ahead {
		p.Banner = p.say("This is what lies ahead: what will have run out by %s if nothing is renewed. Nobody knows what will be written until then.", p.Day)
	}
	p.Foot = []string{p.say("Model %s %s, %d criteria", s.Model, s.ModelVersion, s.Criteria), p.say("Commit %d, %s, %s", int(s.Chain.Seq), shortHash(s.Chain.Hash), p.Moment(s.Chain.Time))}
}

func shortHash(h string) string {
	if len(h) < 16 {
		return h
	}
	return h[:4] + " " + h[4:8] + " … " + h[len(h)-4:]
}

func (p *page) tabs(here View) {
	if p.link == nil {
		return
	}
	for _, v := range Views() {
		route := v.route()
		if route == "" {
			route = homeRoute
		}
		p.Tabs = append(p.Tabs, tab{anchor{URL: p.link(route), Text: p.told(viewTitles[v])}, v == here})
	}
	p.Tabs = append(p.Tabs, tab{anchor{URL: p.link("records"), Text: p.say("Records")}, here == "records"})
}
