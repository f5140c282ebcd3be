package dashboard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// PortfolioOptions are what a product can set. A nil *PortfolioOptions, and each zero
// field, means the default.
type PortfolioOptions struct {
	// Base is the path under which the handler is mounted, such as "/portfolio".
	Base string
	// Tenants is the path under which each tenant's own pages are mounted, below its
	// name with what a path can't hold escaped (url.PathEscape): with "/tenants" those
	// of "acme" are at /tenants/acme/. Without it no figure is a link.
	Tenants string
	// Title stands in place of "Portfolio", Logo is the URL of a picture of the same
	// origin.
	Title string
	Logo  string
	// Theme is the colours; DefaultTheme by default.
	Theme *Theme
	// Sees says which tenants a request may see; nothing that is answered tells of
	// another, sums among it. A nil function sees none. Its error is answered with its
	// code, 401 if it has none. Without Sees everybody sees all.
	Sees func(*http.Request) (sees func(tenant string) bool, err error)
	// Redact returns what a request may see of the line of a tenant that it sees, such as
	// Line.WithoutRecords; sums, needs and the order follow from what is left. Without it
	// who sees a tenant sees its whole line: lines are kept for all, so aims.Options.Redact,
	// which asks of records, is not asked.
	Redact func(*http.Request, Line) Line
	// Language is the language of the page, English by default; Languages are those among
	// which a reader has the choice besides, as with Options.Languages.
	Language  language.Tag
	Languages []language.Tag
	// Logger hears of errors that are not the caller's fault; silent by default.
	Logger *slog.Logger
}

// PortfolioHandler returns a handler of the page of a folio, for any mux. It panics if
// the options can't be used; NewPortfolioHandler returns the error.
//
//	http.Handle("/portfolio/", dashboard.PortfolioHandler(folio, &dashboard.PortfolioOptions{Base: "/portfolio", Tenants: "/tenants"}))
func PortfolioHandler(f *Folio, o *PortfolioOptions) http.Handler {
	h, err := NewPortfolioHandler(f, o)
	if err != nil {
		panic(err)
	}
	return h
}

// NewPortfolioHandler is PortfolioHandler with an error in place of a panic: issue.Issues
// of what can't be used.
func NewPortfolioHandler(f *Folio, o *PortfolioOptions) (http.Handler, error) {
	if o == nil {
		o = new(PortfolioOptions)
	}
	var is issue.Issues
	if f == nil {
		is.Add("folio", "required", "", "there is nothing to show")
	}
	base, tenants := strings.TrimSuffix(o.Base, "/"), strings.TrimSuffix(o.Tenants, "/")
	for _, p := range []struct{ field, path string }{{"base", base}, {"tenants", tenants}} {
		if p.path != "" && !strings.HasPrefix(p.path, "/") {
			is.Add(p.field, "path", p.path, "begins with /")
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	look, err := newStyle(o.Theme, o.Logo, o.Title)
	if err != nil {
		return nil, err
	}
	voices, err := voicesOf(o.Language, o.Languages)
	if err != nil {
		return nil, err
	}
	return &portfolioHandler{folio: f, o: *o, tenants: tenants,
		handler: handler{o: Options{Title: o.Title, Logger: o.Logger}, base: base, style: look, alone: true, voices: voices}}, nil
}

type portfolioHandler struct {
	handler
	folio   *Folio
	o       PortfolioOptions
	tenants string
}

// ServeHTTP answers with the page, the same as JSON, the style sheet or the schema.
func (h *portfolioHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Content-Security-Policy", csp)
	head.Add("Vary", "Accept")
	route, ok := h.route(r.URL)
	wantsJSON := acceptsJSON(r.Header.Get("Accept"))
	v, unknown := h.speak(w, r)
	cut, suffix := strings.CutSuffix(route, ".json")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		head.Set("Allow", "GET, HEAD")
		h.fail(w, r, v, wantsJSON, http.StatusMethodNotAllowed, errReadOnly)
	case ok && route == "style-"+h.style.hash+".css":
		head.Set("Content-Type", "text/css; charset=utf-8")
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write([]byte(h.style.css)) // the caller has gone
	case ok && route == "schema.json":
		head.Set("Content-Type", "application/schema+json")
		_, _ = w.Write(PortfolioJSONSchema()) // the caller has gone
	case ok && (cut == "" || suffix && cut == "portfolio"):
		wantsJSON = wantsJSON || suffix
		err := unknown
		if err == nil {
			err = h.serve(w, r, v, wantsJSON)
		}
		if err != nil {
			h.fail(w, r, v, wantsJSON, h.status(err), err)
		}
	default:
		h.fail(w, r, v, wantsJSON || suffix, http.StatusNotFound, errNoPage)
	}
}

func (h *portfolioHandler) serve(w http.ResponseWriter, r *http.Request, v voice, wantsJSON bool) error {
	shown := h.folio.shown.Load()
	p, t := &shown.Portfolio, (*table)(nil)
	if h.o.Sees == nil {
		t = shown.whole(v)
	} else {
		sees, err := h.o.Sees(r)
		if err != nil {
			if aims.CodeOf(err) == issue.CodeUnknown {
				err = errors.Join(aims.ErrUnauthenticated, err)
			}
			return err
		}
		if sees == nil {
			sees = func(string) bool { return false }
		}
		own := p.Only(sees)
		seen := make(map[string]bool, len(own.Lines)) // it is asked once of each
		for i := range own.Lines {
			seen[own.Lines[i].Tenant] = true
		}
		p, t = &own, shown.whole(v).only(seen)
	}
	if h.o.Redact != nil {
		own := p.Redact(func(l Line) Line { return h.o.Redact(r, l) })
		p, t = &own, lineTable(v, &own)
	}
	values, err := queryOf(r.URL)
	if err != nil {
		return err
	}
	q, err := parseQuery(t, values)
	if err != nil {
		return err
	}
	link := h.link
	if lang := values.Get(queryLang); lang != "" {
		link = func(route string) string { return h.link(withLang(route, lang)) }
	}
	out, err := p.page(v, t, q, h.style, link, true)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if wantsJSON {
		err = json.NewEncoder(&body).Encode(p.part(t, q))
	} else {
		out.StyleURL = h.link("style")
		out.FootLinks = []anchor{{URL: h.link(queryRoute("portfolio.json", values)), Text: v.say("This page as JSON")}, {URL: h.link("schema.json"), Text: v.say("Its schema")}}
		err = out.write(&body)
	}
	if err != nil {
		return err
	}
	digest := sha256.Sum256(body.Bytes())
	tag := `"` + hex.EncodeToString(digest[:12]) + `"`
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", tag)
	if matchesTag(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.send(w, r, wantsJSON, body.Bytes())
	return nil
}

// queryRoute is a route with the query that a page was asked for with.
func queryRoute(route string, values url.Values) string {
	v := maps.Clone(values)
	maps.DeleteFunc(v, func(_ string, all []string) bool {
		return !slices.ContainsFunc(all, func(s string) bool { return s != "" })
	})
	if len(v) == 0 {
		return route
	}
	return route + "?" + v.Encode()
}

// link makes URLs of routes, those of tenants' own pages among them.
func (h *portfolioHandler) link(route string) string {
	switch {
	case strings.HasPrefix(route, tenantRoute):
		return tenantURL(h.tenants, route)
	case route == "style":
		return h.base + "/style-" + h.style.hash + ".css"
	}
	return h.base + "/" + strings.TrimPrefix(route, "/")
}

// withLang keeps the language that was asked for on a route of the portfolio's own.
func withLang(route, lang string) string {
	if strings.HasPrefix(route, tenantRoute) || route == "style" || strings.HasPrefix(route, "schema.json") || strings.Contains(route, queryLang+"=") {
		return route
	}
	sep := "?"
	if strings.Contains(route, "?") {
		sep = "&"
	}
	return route + sep + queryLang + "=" + url.QueryEscape(lang)
}

// whole is the table of all lines in a language.
func (s *shownFolio) whole(v voice) *table {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables[v] == nil {
		if s.tables == nil {
			s.tables = make(map[voice]*table)
		}
		s.tables[v] = lineTable(v, &s.Portfolio)
	}
	return s.tables[v]
}

// only is the table of the lines of some tenants.
func (t *table) only(tenants map[string]bool) *table {
	out := &table{slug: t.slug, title: t.title, about: t.about, columns: t.columns, still: t.still, rows: []row{}}
	for _, r := range t.rows {
		if tenants[r.subject.ID] {
			out.rows = append(out.rows, r)
		}
	}
	return out
}
