package dashboard

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
)

// Options are what a product can set. A nil *Options, and each zero field, means the
// default.
type Options struct {
	// Base is the path under which the handler is mounted, such as "/aims". It is cut
	// off the path of a request if it is there, and stands before each link.
	Base string
	// Title stands in place of the organisation's name, Logo is the URL of a picture
	// of the same origin.
	Title string
	Logo  string
	// Theme is the colours; DefaultTheme by default. One that can't be read is an
	// error of NewHandler.
	Theme *Theme
	// Follow keeps the level and the findings and follows what is committed (Watch). It is for
	// organisations of thousands of systems whose registers change more often than their people:
	// it takes memory by the systems. Where it has to begin anew, as on another day, a goroutine
	// of the handler's does so beside the requests, and until it is done they are answered as
	// without; it ends by itself.
	Follow bool
	// Input is what Compute takes: model, frameworks, forecast and the like. Its Past
	// and Erasures are read from the source unless they are set.
	Input *Input
	// Weeks is how many weeks of the past are judged for the line of time and for the
	// criteria that ask for a year, once a day; 65 by default, none if negative. Of
	// very many systems that takes long: see the package's documentation.
	Weeks int
	// Reader says who reads a request, as aims.Options.Redact knows it, and a key that
	// tells readers apart who see different things, for caches; nothing is cached for
	// an empty key. Its error is answered with its code. Without it everybody sees all.
	Reader func(*http.Request) (reader any, key string, err error)
	// Allow is asked before a page is shown: what it refuses is answered with the
	// error's code, 403 if it has none.
	Allow func(*http.Request, Asked) error
	// Language is the language of all pages; that of Input by default, and English where it
	// has none. Languages are those among which a reader has the choice besides, by ?lang=de
	// or by what the browser asks for (Accept-Language). Those that there are:
	// phrase.Languages.
	Language  language.Tag
	Languages []language.Tag
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// Logger hears of errors that are not the caller's fault; silent by default.
	Logger *slog.Logger
}

// Asked is the page that a request asks for.
type Asked struct {
	// Route is its route, such as "lead" or "systems/credit-scoring"; empty for the
	// board.
	Route string `json:"route"`
	// Subject is the record that it is about; zero if it is about none.
	Subject aims.Subject `json:"subject"`
}

// Handler returns a handler of all pages of a management system, for any mux: the
// board's view at /, /lead, /auditor, a list for each kind of records such as
// /systems, a page for each record such as /systems/credit-scoring, and what is worked
// out (/findings, /criteria, /agenda, /expiries, /trail). The page of a version of a paper
// says what changed from the one before it, or from another one (?against=ID). It panics if
// the options can't be used; NewHandler returns the error.
//
//	http.Handle("/aims/", dashboard.Handler(m, &dashboard.Options{Base: "/aims"}))
func Handler(source Source, o *Options) http.Handler {
	h, err := NewHandler(source, o)
	if err != nil {
		panic(err)
	}
	return h
}

// NewHandler is Handler with an error in place of a panic: issue.Issues of what can't be
// used.
func NewHandler(source Source, o *Options) (http.Handler, error) {
	if o == nil {
		o = new(Options)
	}
	var is issue.Issues
	if source == nil {
		is.Add("source", "required", "", "there is nothing to show")
	}
	base := strings.TrimSuffix(o.Base, "/")
	if base != "" && !strings.HasPrefix(base, "/") {
		is.Add("base", "path", o.Base, "begins with /")
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	look, err := newStyle(o.Theme, o.Logo, o.Title)
	if err != nil {
		return nil, err
	}
	in := o.Input.filled()
	if err := in.check(); err != nil {
		return nil, err
	}
	voices, err := voicesOf(cmp.Or(o.Language, in.Language), o.Languages)
	if err != nil {
		return nil, err
	}
	h := &handler{source: source, o: *o, base: base, style: look, site: newSite(source, o), voices: voices}
	return h, nil
}

// voicesOf are the voices of a language and of those that can be chosen besides. The
// error is issue.Issues of one that there is not.
func voicesOf(first language.Tag, others []language.Tag) ([]voice, error) {
	if first == language.Und && len(others) > 0 {
		first = others[0]
	}
	var voices []voice
	for _, tag := range append([]language.Tag{first}, others...) {
		v, err := voiceIn(tag)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(voices, v) {
			voices = append(voices, v)
		}
	}
	return voices, nil
}

// voice is that of a request: the one that its address names, or else the one that suits
// what the browser asks for.
func (h *handler) voice(r *http.Request) (voice, error) {
	if len(h.voices) == 1 {
		return h.voices[0], nil
	}
	var tags []language.Tag
	for _, v := range h.voices {
		tags = append(tags, v.Language())
	}
	if asked := r.URL.Query().Get(queryLang); asked != "" {
		if v, err := voiceIn(language.Make(asked)); err == nil && slices.Contains(h.voices, v) {
			return v, nil
		}
		var is issue.Issues
		is.Add(queryLang, "oneof", shorten(asked, 60), "is one of %v", tags)
		return h.voices[0], is
	}
	i := slices.Index(tags, phrase.Match(r.Header.Get("Accept-Language"), tags...))
	return h.voices[max(0, i)], nil
}

// speak settles the voice of a request, and says so in the head of the answer.
func (h *handler) speak(w http.ResponseWriter, r *http.Request) (voice, error) {
	if len(h.voices) > 1 {
		w.Header().Add("Vary", "Accept-Language")
	}
	v, err := h.voice(r)
	w.Header().Set("Content-Language", v.Language().String())
	return v, err
}

type handler struct {
	source Source
	o      Options
	base   string
	style  style
	site   *site
	alone  bool    // it has no pages but one
	voices []voice // the first is that of who asks for none
}

// csp lets a page load its style sheet and pictures of its own origin, send its form
// back, and nothing else.
const csp = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Content-Security-Policy", csp)
	route, ok := h.route(r.URL)
	wantsJSON := acceptsJSON(r.Header.Get("Accept"))
	v, unknown := h.speak(w, r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		h.fail(w, r, v, wantsJSON, http.StatusMethodNotAllowed, errReadOnly)
		return
	}
	if !ok {
		h.fail(w, r, v, wantsJSON, http.StatusNotFound, errNoPage)
		return
	}
	if route == "style-"+h.style.hash+".css" {
		head.Set("Content-Type", "text/css; charset=utf-8")
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write([]byte(h.style.css)) // the caller has gone
		return
	}
	if route == "schema.json" {
		head.Set("Content-Type", "application/schema+json")
		_, _ = w.Write(Schema()) // the caller has gone
		return
	}
	if cut, ok := strings.CutSuffix(route, ".json"); ok {
		route, wantsJSON = cut, true
	}
	route = plainRoute(route)
	head.Add("Vary", "Accept")
	err := unknown
	if err == nil {
		err = h.serve(w, r, v, route, wantsJSON)
	}
	if err != nil {
		h.fail(w, r, v, wantsJSON, h.status(err), err)
	}
}

// route is the route of a URL below the base.
func (h *handler) route(u *url.URL) (string, bool) {
	path := u.EscapedPath()
	if h.base != "" {
		if cut, ok := strings.CutPrefix(path, h.base); ok && (cut == "" || cut[0] == '/') {
			path = cut
		}
	}
	return strings.Trim(path, "/"), !strings.Contains(path, "//")
}

// plainRoute is a route in the one form that Allow and the cache know it by, whichever of its
// letters a request escapes.
func plainRoute(route string) string {
	parts := strings.Split(strings.Trim(route, "/"), "/")
	for i, part := range parts {
		text, err := url.PathUnescape(part)
		if err != nil {
			return route // no page has it
		}
		parts[i] = escapeID(text)
	}
	if route = strings.Join(parts, "/"); route == string(ViewBoard) {
		return ""
	}
	return route
}

// acceptsJSON reports whether a header asks for JSON rather than a page.
func acceptsJSON(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch strings.TrimSpace(kind) {
		case "application/json":
			return true
		case "text/html", "application/xhtml+xml", "*/*", "text/*":
			return false
		}
	}
	return false
}

func (h *handler) serve(w http.ResponseWriter, r *http.Request, v voice, route string, wantsJSON bool) error {
	query, err := queryOf(r.URL)
	if err != nil {
		return err
	}
	at, err := parseDay(query)
	if err != nil {
		return err
	}
	read, key := Reader(h.source), "all"
	if h.o.Reader != nil {
		reader, own, err := h.o.Reader(r)
		if err != nil {
			if aims.CodeOf(err) == issue.CodeUnknown {
				err = errors.Join(aims.ErrUnauthenticated, err)
			}
			return err
		}
		read, key = h.source.For(reader), own
		if own != "" {
			key = "reader " + own
		}
	}
	if h.o.Allow != nil {
		if err := h.o.Allow(r, h.asked(route)); err != nil {
			if aims.CodeOf(err) == issue.CodeUnknown {
				err = errors.Join(aims.ErrForbidden, err)
			}
			return err
		}
	}
	s, err := h.site.state(r.Context(), v, read, key, at, query.Get("seed"))
	if err != nil {
		return err
	}
	tag := h.etag(s, key, route, query, wantsJSON)
	w.Header().Set("Cache-Control", "private, no-cache")
	if key != "" {
		w.Header().Set("ETag", tag)
		if matchesTag(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		if body, ok := s.kept(tag); ok {
			h.send(w, r, wantsJSON, body)
			return nil
		}
	}
	p, err := s.page(r.Context(), request{route: route, query: query, link: h.linker(query), form: true, style: h.style, read: read})
	if err != nil {
		return err
	}
	write := p.write
	if wantsJSON {
		write = p.writeJSON
	}
	if p.long {
		h.stream(w, r, wantsJSON, write)
		return nil
	}
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	if key != "" {
		s.keep(tag, body.Bytes())
	}
	h.send(w, r, wantsJSON, body.Bytes())
	return nil
}

// stream sends a page as it is drawn. Where it can't be drawn to its end the connection is
// cut, so that nobody takes a part for the whole.
func (h *handler) stream(w http.ResponseWriter, r *http.Request, wantsJSON bool, write func(io.Writer) error) {
	setType(w, wantsJSON)
	if r.Method == http.MethodHead {
		return
	}
	if err := write(w); err != nil {
		if r.Context().Err() == nil && h.o.Logger != nil {
			h.o.Logger.Error("page failed", "path", r.URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

func setType(w http.ResponseWriter, wantsJSON bool) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if wantsJSON {
		w.Header().Set("Content-Type", "application/json")
	}
}

func (h *handler) send(w http.ResponseWriter, r *http.Request, wantsJSON bool, body []byte) {
	setType(w, wantsJSON)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the caller has gone
	}
}

// asked is what Allow is told of a route.
func (h *handler) asked(route string) Asked {
	a := Asked{Route: route}
	if slug, id, ok := strings.Cut(route, "/"); ok {
		if info, known := h.site.kindOf(slug); known {
			if id, err := url.PathUnescape(id); err == nil {
				a.Subject = aims.Subject{Kind: info.Name, ID: id}
			}
		}
	}
	return a
}

// linker makes URLs of routes; they stay on the day and in the language that were asked for.
func (h *handler) linker(query url.Values) func(string) string {
	kept := make(url.Values)
	for _, name := range []string{queryAt, queryLang} {
		if value := query.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return func(route string) string {
		if route == "style" {
			return h.base + "/style-" + h.style.hash + ".css"
		}
		u := h.base + "/" + strings.TrimPrefix(route, "/")
		if len(kept) == 0 {
			return u
		}
		if strings.Contains(u, "?") {
			return u + "&" + kept.Encode()
		}
		return u + "?" + kept.Encode()
	}
}

// etag stands for all that a page is drawn from: the state of the journal, the moment,
// the reader, the language, the look, and what was asked.
func (h *handler) etag(s *state, key, route string, query url.Values, wantsJSON bool) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%x %d %s %s %q %q %s %v %s %s %s", s.journal.Hash, s.journal.Seq, s.screen.At.Format(time.RFC3339Nano), s.screen.Language, key, route, query.Encode(), wantsJSON, h.style.hash, s.from, h.o.Title)))
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// matchesTag reports whether If-None-Match names a tag, or any.
func matchesTag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}

// status is the status that answers with an error.
func (h *handler) status(err error) int {
	var beyond errBeyond
	var nothing errNothing
	var issues issue.Issues
	switch {
	case errors.Is(err, errNoPage), errors.As(err, &beyond), errors.As(err, &nothing):
		return http.StatusNotFound
	case errors.As(err, &issues):
		return http.StatusBadRequest // the query, as nothing is written here
	}
	return aims.ProblemOf(err).Status
}

// problem is an error in the words of RFC 9457.
type problem struct {
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Code   issue.Code   `json:"code"`
	Issues issue.Issues `json:"issues,omitempty"`
	// Columns are those of the list that was asked for by one that it has not.
	Columns []string `json:"columns,omitempty"`
}

// fail answers with an error, as a page or as JSON.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, v voice, wantsJSON bool, status int, err error) {
	if status >= 500 && h.o.Logger != nil {
		h.o.Logger.Error("page failed", "path", r.URL.Path, "error", err)
	}
	pr := problem{Title: v.Word(cmp.Or(http.StatusText(status), "Error")), Status: status, Detail: v.sayError(err), Code: aims.CodeOf(err)}
	if status >= 500 {
		pr.Detail = v.say("Something failed that is not of your making. It has been noted.")
	}
	switch {
	case status == http.StatusNotFound:
		pr.Code = issue.CodeNotFound
	case status == http.StatusBadRequest:
		pr.Code = issue.CodeInvalid
	}
	if errors.As(err, &pr.Issues) {
		pr.Issues = slices.Clone(pr.Issues)
		for i, x := range pr.Issues {
			pr.Issues[i].Message = v.of(x.Text, x.Message)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("ETag")
	w.Header().Del("Content-Length")
	var noColumn errNoColumn
	if errors.As(err, &noColumn) {
		pr.Columns = noColumn.columns
	}
	if wantsJSON {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(pr) // the caller has gone
		return
	}
	p := &page{voice: v, Title: pr.Title, Heading: pr.Title, Org: cmp.Or(oneLine(h.o.Title), v.say("AI management system")), Under: v.say("AI management system after ISO/IEC 42001:2023"), Logo: h.style.logo,
		body: "plain", link: h.linker(url.Values{}), Day: strconv.Itoa(status)}
	p.StyleURL = p.URL("style")
	p.Plain = &plainPage{Head: pr.Title, Paras: []string{sentence(pr.Detail)}, Items: []anchor{{URL: p.URL(homeRoute), Text: v.say("To all organisations")}}}
	if h.alone {
		p.Org = cmp.Or(oneLine(h.o.Title), v.say("Portfolio"))
	} else {
		p.tabs("")
		p.Plain.Items = []anchor{{URL: p.URL(homeRoute), Text: v.say("To the board’s view")}, {URL: p.URL("records"), Text: v.say("To the records")}}
	}
	if pr.Issues != nil {
		p.Plain.Paras = nil
		for _, i := range pr.Issues {
			p.Plain.Paras = append(p.Plain.Paras, v.say("“%s” is “%s”: it %s", i.Field, i.Value, i.Message))
		}
		if len(pr.Columns) > mostNearest {
			p.Plain.Folded = v.say("All %d columns of the list", len(pr.Columns))
			p.Plain.Inside = strings.Join(pr.Columns, ", ")
		}
	}
	var body bytes.Buffer
	if err := p.write(&body); err != nil {
		http.Error(w, pr.Title, status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) // the caller has gone
	}
}
