package dashboard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/calendar"
)

// Files takes the files of an export, one after the other: what Create returned is
// written before the next one is asked for. A *zip.Writer is one, and so is [Dir].
type Files interface {
	// Create begins a file. Its name is relative, with slashes.
	Create(name string) (io.Writer, error)
}

// ExportOptions are what an export holds. A nil *ExportOptions, and each zero field,
// means the default.
type ExportOptions struct {
	// Title stands in place of the organisation's name; Theme is the colours.
	Title string
	Theme *Theme
	// Input is what Compute takes. Its Past and Erasures are read from the source unless
	// they are set.
	Input *Input
	// Weeks is how many weeks of the past are judged, as Options.Weeks.
	Weeks int
	// Reader is who takes it home, as aims.Options.Redact knows him; nil sees all.
	Reader any
	// At is the day at the end of which it is to show the system, where the organisation is; none for now.
	At calendar.Date
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
}

// Exported says what an export wrote.
type Exported struct {
	// Pages is how many pages, Bytes how much of them and the style sheet.
	Pages int   `json:"pages"`
	Bytes int64 `json:"bytes"`
}

// Export writes all pages as files that link to each other by relative paths, so that
// somebody can take them home and open index.html without a server: the views, every
// list that a figure leads to, every record with its whole history. What a server works
// out when it is asked, such as another order of a list, is left out. The same state
// gives the same bytes.
//
//	z := zip.NewWriter(w)
//	_, err := dashboard.Export(ctx, m, z, nil)
//	err = errors.Join(err, z.Close())
func Export(ctx context.Context, source Source, files Files, o *ExportOptions) (Exported, error) {
	if o == nil {
		o = new(ExportOptions)
	}
	var done Exported
	look, err := newStyle(o.Theme, "", o.Title)
	if err != nil {
		return done, err
	}
	in := o.Input.filled()
	if err := in.check(); err != nil {
		return done, err
	}
	whole := o.Reader == nil
	read := Reader(source)
	if !whole {
		read = source.For(o.Reader)
	}
	if read, err = tell(ctx, read); err != nil {
		return done, err
	}
	if whole && in.Erasures == nil { // what was erased stands in the trail that has been read
		if in.Erasures, err = ErasuresOf(read.Trail(ctx, 0)); err != nil {
			return done, err
		}
		in.Erasures = append([]Erasure{}, in.Erasures...)
	}
	st, err := newSite(source, &Options{Input: &in, Weeks: o.Weeks, Clock: o.Clock}).state(ctx, in.voice, read, "", o.At, "")
	if err != nil {
		return done, err
	}
	write := func(name string, body []byte) error {
		w, err := files.Create(name)
		if err == nil {
			_, err = w.Write(body)
		}
		done.Bytes += int64(len(body))
		return err
	}
	if err := write("style.css", []byte(look.css)); err != nil {
		return done, err
	}
	queue := []string{homeRoute, string(ViewLead), string(ViewAuditor), "records"}
	seen := make(map[string]bool)
	for _, route := range queue {
		seen[fileOf(route)] = true
	}
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		// Some are drawn at a time, and written in their order.
		batch := queue[:min(len(queue), 16*runtime.GOMAXPROCS(0))]
		queue = queue[len(batch):]
		drawn := make([]drawn, len(batch))
		var wg sync.WaitGroup
		for part := range runtime.GOMAXPROCS(0) {
			wg.Go(func() {
				for i := part; i < len(batch); i += runtime.GOMAXPROCS(0) {
					drawn[i] = st.draw(ctx, batch[i], look, read)
				}
			})
		}
		wg.Wait()
		for i, d := range drawn {
			if d.err != nil {
				return done, fmt.Errorf("page %s: %w", batch[i], d.err)
			}
			if err := write(fileOf(batch[i]), d.body); err != nil {
				return done, err
			}
			done.Pages++
			for _, to := range d.links {
				if name := fileOf(to); !seen[name] {
					seen[name] = true
					queue = append(queue, to)
				}
			}
		}
	}
	return done, nil
}

// drawn is one page of an export, and the routes that it leads to.
type drawn struct {
	body  []byte
	links []string
	err   error
}

// draw draws the page of a route as a file.
func (s *state) draw(ctx context.Context, route string, look style, read Reader) (d drawn) {
	here := fileOf(route)
	link := func(to string) string {
		if to != "style" {
			d.links = append(d.links, to)
		}
		if path.Dir(here) == "." {
			return fileOf(to)
		}
		return "../" + fileOf(to)
	}
	at, query, _ := strings.Cut(route, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return drawn{err: err}
	}
	p, err := s.page(ctx, request{route: at, query: values, link: link, style: look, read: read})
	if err != nil {
		return drawn{err: err}
	}
	p.MetaCSP = "default-src 'none'; style-src 'self' file:; img-src 'self' data:; base-uri 'none'"
	var body bytes.Buffer
	body.Grow(40 << 10) // more than most pages have
	if err := p.write(&body); err != nil {
		return drawn{err: err}
	}
	d.body = body.Bytes()
	return d
}

// fileOf is the file of a route. IDs begin with a letter or digit, so that no record's
// file is that of a query.
func fileOf(route string) string {
	route = strings.Trim(route, "/")
	switch route {
	case "", string(ViewBoard):
		return "index.html"
	case "style":
		return "style.css"
	}
	at, query, asked := strings.Cut(route, "?")
	first, id, below := strings.Cut(at, "/")
	if text, err := url.PathUnescape(id); err == nil {
		id = text
	}
	switch {
	case asked && below:
		return fileName(first) + "/" + fileName(id) + "_" + fileName(query) + ".html"
	case asked:
		return fileName(first) + "/_" + fileName(query) + ".html"
	case below:
		return fileName(first) + "/" + fileName(id) + ".html"
	}
	return fileName(first) + ".html"
}

// mostName is how long the name of a file is before it is cut.
const mostName = 120

// device reports whether a name is one that Windows keeps for devices, whatever stands
// behind a dot.
func device(s string) bool {
	s, _, _ = strings.Cut(s, ".")
	switch len(s) {
	case 3:
		s = strings.ToLower(s)
		return s == "con" || s == "prn" || s == "aux" || s == "nul"
	case 4:
		head := strings.ToLower(s[:3])
		return (head == "com" || head == "lpt") && s[3] >= '0' && s[3] <= '9'
	}
	return false
}

// fileName makes a name of text that is one on every system, also where large and small
// letters are the same: a large one is written with a + before it.
func fileName(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := range len(s) {
		switch c := s[i]; {
		case i == 0 && device(s):
			fmt.Fprintf(&b, "~%02x", c)
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '.', c == '=':
			b.WriteByte(c)
		case c >= 'A' && c <= 'Z':
			b.WriteByte('+')
			b.WriteByte(c + 'a' - 'A')
		case c == '&':
			b.WriteByte(',')
		default:
			fmt.Fprintf(&b, "~%02x", c)
		}
	}
	name := b.String()
	if len(name) > mostName {
		sum := sha256.Sum256([]byte(s))
		name = name[:mostName] + "~" + hex.EncodeToString(sum[:8])
	}
	return name
}

// Dir is a directory that takes the files of an export. Close it when all are written.
type Dir struct {
	root *os.Root
	last *os.File
}

// NewDir makes a directory, unless it is there, and returns it for Export. Files that it
// holds already are written over; none is written outside of it.
func NewDir(name string) (*Dir, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &Dir{root: root}, nil
}

// Create begins a file of the directory.
func (d *Dir) Create(name string) (io.Writer, error) {
	if err := d.done(); err != nil {
		return nil, err
	}
	if dir := path.Dir(name); dir != "." {
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	f, err := d.root.Create(name)
	if err != nil {
		return nil, err
	}
	d.last = f
	return f, nil
}

func (d *Dir) done() error {
	if d.last == nil {
		return nil
	}
	err := d.last.Close()
	d.last = nil
	return err
}

// Close ends the last file and lets go of the directory.
func (d *Dir) Close() error {
	err := d.done()
	if other := d.root.Close(); err == nil {
		err = other
	}
	return err
}
