package dashboard

import (
	"html/template"
	"strings"
)

// markup writes what pages repeat most, the cells of lists and the fields of records: a
// template takes some ten times as long for them. What it writes is what html/template
// would.
type markup struct{ strings.Builder }

func (m *markup) raw(parts ...string) {
	for _, s := range parts {
		m.WriteString(s)
	}
}

// entities is what html/template makes of text, and of an attribute in quotes.
var entities = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// text writes text as text.
func (m *markup) text(s string) { _, _ = entities.WriteString(m, s) }

// attr writes an attribute, unless it is empty.
func (m *markup) attr(name, value string) {
	if value != "" {
		m.raw(" ", name, `="`)
		m.text(value)
		m.raw(`"`)
	}
}

// anchor writes a link, or its text alone if it leads nowhere.
func (m *markup) anchor(a anchor) {
	if a.URL == "" {
		m.text(a.Text)
		return
	}
	if ours(a.URL) {
		m.raw(`<a href="`)
		m.text(a.URL)
		m.raw(`">`)
	} else if err := strangeLink.Execute(m, a.URL); err != nil {
		m.text(a.Text)
		return
	}
	m.text(a.Text)
	m.raw("</a>")
}

// strangeLink opens a link that may lead to what does harm, or holds what has to be
// written otherwise: html/template sees to both.
var strangeLink = template.Must(template.New("").Parse(`<a href="{{.}}">`))

// ours reports whether a URL is one as routes and files give them: a path and a query of
// letters, digits and what has no meaning before them.
func ours(url string) bool {
	for i := range len(url) {
		switch c := url[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~/?=&,;+#", c) >= 0:
		case c == '%' && i+2 < len(url) && isHex(url[i+1]) && isHex(url[i+2]):
		default:
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// html is what was written.
func (m *markup) html() template.HTML {
	return template.HTML(m.String()) // all that people wrote went through text
}
