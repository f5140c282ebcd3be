package dashboard

import (
	"bytes"
	"html/template"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WritePack writes a report as a page that stands alone, as WriteHTML writes a view. It says
// what WriteMarkdown says, and prints on sheets of A4 upright. The error is issue.Issues of an
// unknown pack or a theme that can't be read, or that of the writer.
func (s Screen) WritePack(w io.Writer, k Pack, o *PageOptions) error {
	return s.alone(w, o, func(look style, link func(string) string) (*page, error) { return s.packPage(k, look, link) })
}

// packTitles are what leads to the reports, and viewPacks the one of each view.
var (
	packTitles = map[Pack]string{PackBoard: mark("Report for the board"), PackReview: mark("Report for the management review"), PackAudit: mark("Report for the audit")}
	viewPacks  = map[View]Pack{ViewBoard: PackBoard, ViewLead: PackReview, ViewAuditor: PackAudit}
)

// packRoute is where a report is shown, with the systems drawn by a seed.
func packRoute(k Pack, seed string) string {
	if seed == "" {
		return "packs/" + string(k)
	}
	return "packs/" + string(k) + "?" + url.Values{"seed": {seed}}.Encode()
}

// packPage is the page of a report.
func (s *Screen) packPage(k Pack, l style, link func(string) string) (*page, error) {
	var text bytes.Buffer
	if err := s.writePack(&text, k, link); err != nil {
		return nil, err
	}
	p := &page{voice: voiceOf(s.Language), body: "pack", Screen: s, json: s, link: link}
	p.about(s, l)
	p.Heading, p.Pack = drawPack(text.String())
	p.Title = p.told(packTitles[k])
	p.tabs("")
	return p, nil
}

// pack is the page of a report as it is served.
func (s *state) pack(r request, id string) (*page, error) {
	k := Pack(id)
	if _, ok := packTitles[k]; !ok {
		return nil, errNoPage
	}
	p, err := s.screen.packPage(k, r.style, r.link)
	if err != nil {
		return nil, err
	}
	p.StyleURL = r.link("style")
	s.past(p)
	for _, other := range Packs() {
		if other != k {
			p.FootLinks = append(p.FootLinks, anchor{URL: p.URL(packRoute(other, r.query.Get("seed"))), Text: s.k.told(packTitles[other])})
		}
	}
	return p, nil
}

// drawPack draws the Markdown of a report: its heading, and the rest as sections. It knows what
// page/packs.md writes: headings, paragraphs, lists, tables, a rule before the last words; in a
// line what is bold, code or a link, and what a backslash has made text.
func drawPack(text string) (heading string, body template.HTML) {
	d := packDrawing{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
			heading = plainMarkdown(line[2:])
		case strings.HasPrefix(line, "## "):
			d.section()
			d.sections++
			id := "k-" + strconv.Itoa(d.sections)
			d.raw(`<section class="c12 pack"`)
			d.attr("aria-labelledby", id)
			d.raw("><h2")
			d.attr("id", id)
			d.raw(">")
			d.inline(line[3:])
			d.raw("</h2>\n")
			d.inside = true
		case line == "---":
			d.section()
		case strings.HasPrefix(line, "|"):
			d.begin("table")
			d.rows = append(d.rows, cellsOf(line))
		case strings.HasPrefix(line, "- "):
			d.begin("ul")
			d.raw("<li>")
			d.inline(line[2:])
			d.raw("</li>")
		case strings.TrimSpace(line) == "":
			d.end()
		default:
			if d.block != "p" {
				d.begin("p")
			} else {
				d.raw(" ")
			}
			d.inline(line)
		}
	}
	d.section()
	return heading, d.html()
}

// short is how long a cell is that stands on one line: a name, a day.
const short = 20

// packDrawing is a report as far as it is drawn.
type packDrawing struct {
	markup
	sections int
	inside   bool       // a section
	block    string     // that is open: p, ul, table
	rows     [][]string // of the table
}

// begin begins a block, in a section without a heading where there is none.
func (d *packDrawing) begin(block string) {
	if d.block == block {
		return
	}
	d.end()
	if !d.inside {
		d.raw(`<section class="c12 pack">`)
		d.inside = true
	}
	if d.block = block; block == "ul" {
		d.raw(`<ul class="gaps">`)
	} else if block == "p" {
		d.raw("<p>")
	}
}

// end ends the block.
func (d *packDrawing) end() {
	switch d.block {
	case "p", "ul":
		d.raw("</", d.block, ">\n")
	case "table":
		d.table()
	}
	d.block, d.rows = "", nil
}

// section ends the section.
func (d *packDrawing) section() {
	if d.end(); d.inside {
		d.raw("</section>\n")
	}
	d.inside = false
}

// table draws a table: of each row the first cell that is no number heads it.
func (d *packDrawing) table() {
	if len(d.rows) < 2 {
		return
	}
	heads, sides, rows := d.rows[0], d.rows[1], d.rows[2:]
	right := func(i int) bool { return i < len(sides) && strings.HasSuffix(sides[i], ":") }
	header := 0
	for right(header) {
		header++
	}
	cell := func(name string, i int, text string, attrs ...string) {
		d.raw("<", name)
		switch {
		case right(i):
			d.attr("class", "r")
		case utf8.RuneCountInString(text) <= short:
			d.attr("class", "nw")
		}
		for a := 0; a+1 < len(attrs); a += 2 {
			d.attr(attrs[a], attrs[a+1])
		}
		d.raw(">")
		d.inline(text)
		d.raw("</", name, ">")
	}
	d.raw(`<table class="stack"><thead><tr>`)
	for i, h := range heads {
		if h == "" {
			cell("td", i, h)
		} else {
			cell("th", i, h, "scope", "col")
		}
	}
	d.raw("</tr></thead><tbody>")
	for _, r := range rows {
		d.raw("<tr>")
		for i, c := range r {
			switch {
			case i == header:
				cell("th", i, c, "scope", "row")
			case i < len(heads):
				cell("td", i, c, "data-l", plainMarkdown(heads[i]))
			}
		}
		d.raw("</tr>")
	}
	d.raw("</tbody></table>\n")
}

// What stands between the text of a link and where it leads, and behind that: in text both
// are escaped.
const linkMiddle, linkEnd = "](<", ">)"

// inline draws a line.
func (d *packDrawing) inline(s string) {
	bold := false
	var plain strings.Builder
	flush := func() {
		d.text(plain.String())
		plain.Reset()
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			plain.WriteByte(s[i])
		case strings.HasPrefix(s[i:], "**"):
			flush()
			if bold = !bold; bold {
				d.raw("<b>")
			} else {
				d.raw("</b>")
			}
			i++
		case s[i] == '`' && strings.IndexByte(s[i+1:], '`') >= 0:
			flush()
			to := i + 1 + strings.IndexByte(s[i+1:], '`')
			d.raw(`<span class="hash">`)
			d.text(s[i+1 : to])
			d.raw("</span>")
			i = to
		case s[i] == '[' && strings.Contains(s[i:], linkMiddle) && strings.Contains(s[i:], linkEnd):
			flush()
			text, rest, _ := strings.Cut(s[i+1:], linkMiddle)
			url, rest, _ := strings.Cut(rest, linkEnd)
			d.anchor(anchor{URL: url, Text: plainMarkdown(text)})
			i = len(s) - len(rest) - 1
		default:
			plain.WriteByte(s[i])
		}
	}
	if flush(); bold {
		d.raw("</b>")
	}
}

// plainMarkdown is a line as text.
func plainMarkdown(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cellsOf are the cells of a row of a table.
func cellsOf(line string) []string {
	var cells []string
	from := 1
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			cells = append(cells, strings.TrimSpace(line[from:i]))
			from = i + 1
		}
	}
	return cells
}
