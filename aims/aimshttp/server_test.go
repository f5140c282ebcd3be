package aimshttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/aimshttp"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// service is a Server over two routes of each sort, whose callers are "user:role".
type service struct {
	*aimshttp.Server
	t   *testing.T
	mux *http.ServeMux
}

var by = aims.By{Actor: "ada", Reason: "test"}

func serve(t *testing.T) *service {
	fleet, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{
			Authorize: func(ctx context.Context, _ aims.By, _ aims.Access) error {
				if c, ok := aimshttp.CallerOf(ctx); ok && c.Reader != "editor" {
					return errors.New("not yours")
				}
				return nil
			},
			Redact: func(reader any, s aims.Subject, rec any) bool {
				if p, ok := rec.(*aims.Person); ok && reader == "reader" {
					p.Email = ""
				}
				return reader == "editor" || s.Kind != aims.KindSupplier
			},
		}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, fleet.Close(context.Background())) })
	s := &service{t: t, mux: http.NewServeMux(), Server: &aimshttp.Server{Fleet: fleet, MaxBody: 1000, Page: 2, Who: func(r *http.Request) (aimshttp.Caller, error) {
		user, role, ok := strings.Cut(r.Header.Get("Who"), ":")
		switch {
		case !ok:
			return aimshttp.Caller{}, errors.New("no token")
		case user == "eve":
			return aimshttp.Caller{}, aims.ErrForbidden
		}
		return aimshttp.Caller{By: aims.By{Actor: user, Reason: r.Method}, Reader: role}, nil
	}}}
	for pattern, h := range map[string]http.HandlerFunc{
		"GET /{tenant}/r/{kind}": s.List, "POST /{tenant}/r/{kind}": s.Create, "GET /{tenant}/r/{kind}/{id}": s.Get,
		"PATCH /{tenant}/r/{kind}/{id}": s.Patch, "GET /{tenant}/r/{kind}/{id}/history": s.History,
		"GET /{tenant}/export": s.Export, "POST /{tenant}/import": s.Import, "GET /{tenant}/changes": s.Changes, "GET /changes": s.AllChanges,
		"GET /{tenant}/systems": aimshttp.Of(aims.KindSystem, s.List), "POST /{tenant}/r/{kind}/{id}/{verb}": s.Verb,
		"GET /{tenant}/r/system/{id}/questions": s.Questions, "GET /{tenant}/r/assessment/{id}/draft": s.Draft, "PUT /{tenant}/r/assessment/{id}/draft": s.SaveDraft,
		"GET /tenants": s.Tenants, "DELETE /{tenant}": s.DeleteTenant,
		"POST /{tenant}": s.CreateTenant(func(tx *aims.Tx, body []byte) error { _, err := tx.Create(aims.KindPerson, body); return err }),
		"GET /broken":    s.Handle(func(http.ResponseWriter, *aimshttp.Request) error { return errors.New("secret of the disk") }),
	} {
		s.mux.HandleFunc(pattern, h)
	}
	require.NoError(t, fleet.Create(t.Context(), "acme", by, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ada", Name: "Ada", Email: "ada@example.org"})
	}))
	return s
}

func (s *service) request(who, method, path, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Who", who)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func (s *service) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	return w
}

func (s *service) do(status int, who, method, path, body string, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := s.send(s.request(who, method, path, body, header...))
	require.Equal(s.t, status, w.Code, "%s", w.Body)
	if status >= 400 {
		require.Equal(s.t, "application/problem+json", w.Header().Get("Content-Type"))
		var p map[string]any
		require.NoError(s.t, json.Unmarshal(w.Body.Bytes(), &p))
		require.EqualValues(s.t, status, p["status"])
		require.Equal(s.t, http.StatusText(status), p["title"])
		require.NotEmpty(s.t, p["code"])
	}
	return w
}

// Every answer has the status of its error's code, and a change is of the revision that
// the tag names.
func TestRecords(t *testing.T) {
	s := serve(t)
	s.do(401, "nobody", "GET", "/acme/r/person/ada", "")
	s.do(403, "eve:editor", "GET", "/acme/r/person/ada", "")
	s.do(404, "ada:editor", "GET", "/none/r/person/ada", "")
	s.do(404, "ada:editor", "GET", "/acme/r/planet/x", "")
	s.do(404, "ada:editor", "GET", "/acme/r/planet", "")
	w := s.do(500, "ada:editor", "GET", "/broken", "")
	require.NotContains(t, w.Body.String(), "secret")

	w = s.do(200, "ada:editor", "GET", "/acme/r/person/ada", "")
	tag := w.Header().Get("ETag")
	require.Equal(t, `"1"`, tag)
	require.Contains(t, w.Body.String(), "ada@example.org")
	s.do(304, "ada:editor", "GET", "/acme/r/person/ada", "", "If-None-Match", tag)
	w = s.do(200, "bob:reader", "GET", "/acme/r/person/ada", "")
	require.Empty(t, w.Header().Get("ETag"), "what is altered is no ground for a change")
	require.NotContains(t, w.Body.String(), "ada@example.org")

	w = s.do(201, "ada:editor", "POST", "/acme/r/supplier", `{"name":"S"}`)
	var made aims.Supplier
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &made))
	require.NotEmpty(t, made.ID)
	require.Equal(t, `"2"`, w.Header().Get("ETag"))
	s.do(409, "ada:editor", "POST", "/acme/r/supplier", `{"id":"`+made.ID+`","name":"S"}`)
	s.do(422, "ada:editor", "POST", "/acme/r/supplier", `{"name":"S","name":"T"}`)
	s.do(422, "ada:editor", "POST", "/acme/r/supplier", ``)
	s.do(413, "ada:editor", "POST", "/acme/r/supplier", `{"name":"`+strings.Repeat("x", 2000)+`"}`)
	s.do(403, "bob:reader", "POST", "/acme/r/supplier", `{"name":"S"}`)
	s.do(404, "bob:reader", "GET", "/acme/r/supplier/"+made.ID, "")
	s.do(404, "bob:reader", "GET", "/acme/r/supplier/"+made.ID+"/history", "")

	path := "/acme/r/supplier/" + made.ID
	require.Contains(t, s.do(428, "ada:editor", "PATCH", path, `{"name":"T"}`).Body.String(), "send the header If-Match")
	s.do(412, "ada:editor", "PATCH", path, `{"name":"T"}`, "If-Match", `W/"2"`)
	s.do(412, "ada:editor", "PATCH", path, `{"name":"T"}`, "If-Match", `"1"`)
	require.Equal(t, `"3"`, s.do(200, "ada:editor", "PATCH", path, `{"name":"T"}`, "If-Match", `"2"`).Header().Get("ETag"))
	require.Equal(t, `"4"`, s.do(200, "ada:editor", "PATCH", path, `{"name":"U"}`, "If-Match", `*`).Header().Get("ETag"))
	s.do(404, "ada:editor", "PATCH", "/acme/r/supplier/none", `{"name":"U"}`, "If-Match", `*`)
	var entries []aims.Entry
	for from := "0"; from != ""; { // two at a time
		var page struct {
			Items []aims.Entry
			Next  string
		}
		require.NoError(t, json.Unmarshal(s.do(200, "ada:editor", "GET", path+"/history?from="+from, "").Body.Bytes(), &page))
		entries, from = append(entries, page.Items...), page.Next
	}
	require.Len(t, entries, 3)
	s.do(422, "ada:editor", "GET", path+"/history?from=x", "")
	s.do(422, "ada:editor", "GET", path+"/history?owner=x", "")
	require.NotEmpty(t, entries[2].By.Request)
	require.Equal(t, aims.By{Actor: "ada", Reason: "PATCH", Request: entries[2].By.Request}, entries[2].By)
}

// Who writes is answered with no more than he would be shown, and of what is hidden from him
// there is no record for him to write to.
func TestAnswersToWritersAreRedacted(t *testing.T) {
	fleet, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Redact: func(reader any, s aims.Subject, rec any) bool {
			if p, ok := rec.(*aims.Person); ok && reader == "reader" {
				p.Email = ""
			}
			return reader == "editor" || s.Kind != aims.KindSupplier
		}}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, fleet.Close(context.Background())) })
	s := &service{t: t, mux: http.NewServeMux(), Server: &aimshttp.Server{Fleet: fleet, Who: func(r *http.Request) (aimshttp.Caller, error) {
		return aimshttp.Caller{By: by, Reader: r.Header.Get("Who")}, nil
	}}}
	s.Register(s.mux, "/{tenant}")
	require.NoError(t, fleet.Create(t.Context(), "acme", by, func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "ada", Name: "Ada", Email: "ada@example.org"}); err != nil {
			return err
		}
		return tx.PutSupplier(aims.Supplier{ID: "secret", Name: "Of whom nobody may know", Owner: "ada"})
	}))
	for _, body := range []string{"{}", `{"name":"Ada Byron"}`} {
		w := s.do(200, "reader", "PATCH", "/acme/person/ada", body, "If-Match", "*")
		require.NotContains(t, w.Body.String(), "example.org")
		require.Empty(t, w.Header().Get("ETag"), "what is altered is no ground for a change")
	}
	require.Contains(t, s.do(200, "editor", "GET", "/acme/person/ada", "").Body.String(), "example.org", "and it is there still")

	// Of what is hidden the answer is that of what never was.
	for _, c := range [][]string{{"PATCH", "/acme/supplier/", "{}"}, {"PATCH", "/acme/supplier/", `{"x":1}`}, {"POST", "/acme/supplier/*/report", `{"what":"it was sold"}`}} {
		said := func(id string) string {
			path := c[1] + id
			if strings.Contains(c[1], "*") {
				path = strings.Replace(c[1], "*", id, 1)
			}
			return strings.ReplaceAll(s.do(404, "reader", c[0], path, c[2], "If-Match", `"7"`).Body.String(), id, "ID")
		}
		require.Equal(t, said("nobody"), said("secret"))
	}
	s.do(200, "editor", "POST", "/acme/supplier/secret/report", `{"what":"it was sold"}`)
	require.JSONEq(t, `{"kind":"supplier","id":"mine"}`, s.do(201, "reader", "POST", "/acme/supplier", `{"id":"mine","name":"M"}`).Body.String())
}

func TestLists(t *testing.T) {
	s := serve(t)
	for _, id := range []string{"a", "b", "c"} {
		s.do(201, "ada:editor", "POST", "/acme/r/system", `{"id":"`+id+`","name":"S","stage":"design","owner":"ada"}`)
	}
	list := func(path string) (ids string) {
		var page struct {
			Items []register.System
			Next  string
		}
		require.NoError(t, json.Unmarshal(s.do(200, "bob:reader", "GET", path, "").Body.Bytes(), &page))
		require.NotNil(t, page.Items)
		for _, x := range page.Items {
			ids += x.ID
		}
		return ids + ">" + page.Next
	}
	require.Equal(t, "ab>c", list("/acme/systems"))
	require.Equal(t, "c>", list("/acme/systems?from=c"))
	require.Equal(t, "bc>", list("/acme/r/system?owner=ada&stage=design&from=b"))
	require.Equal(t, ">", list("/acme/r/system?owner=eve"))
	require.Equal(t, "abc>", list("/acme/systems?limit=3"))
	require.Equal(t, "a>b", list("/acme/systems?limit=1"))
	s.do(201, "ada:editor", "POST", "/acme/r/system", `{"id":"nobodys","name":"S","stage":"design"}`)
	require.Equal(t, "nobodys>", list("/acme/r/system?owner="))
	s.do(201, "ada:editor", "POST", "/acme/r/incident", `{"id":"i","title":"I","grade":"low","detected_on":"2026-01-01T00:00:00Z"}`)
	require.Equal(t, "i>", list("/acme/r/incident?system="))
	for query, field := range map[string]string{"colour=red": "colour", "owner=ada&owner=bob": "owner", "limit=0": "limit", "limit=501": "limit", "limit=x": "limit", "from=a&from=b": "from", "owner=%zz": "query", "owner=eve;stage=design": "query"} {
		var p aims.Problem
		require.NoError(t, json.Unmarshal(s.do(422, "bob:reader", "GET", "/acme/systems?"+query, "").Body.Bytes(), &p))
		require.Len(t, p.Issues, 1)
		require.Equal(t, field, p.Issues[0].Field)
	}
	require.Contains(t, s.do(422, "bob:reader", "GET", "/acme/systems?colour=red", "").Body.String(), "but by owner, stage, supplier")
}

func TestExportAndImport(t *testing.T) {
	s := serve(t)
	s.do(403, "bob:reader", "GET", "/acme/export", "")
	w := s.do(200, "ada:editor", "GET", "/acme/export", "")
	require.Equal(t, "application/jsonl", w.Header().Get("Content-Type"))
	text := w.Body.String()
	s.do(403, "bob:reader", "POST", "/copy/import", "nonsense")
	s.do(422, "ada:editor", "POST", "/copy/import", "nonsense")
	s.do(409, "ada:editor", "POST", "/acme/import", text)
	s.do(201, "ada:editor", "POST", "/copy/import", text)
	s.do(200, "ada:editor", "GET", "/copy/r/person/ada", "")
	s.MaxImport = 10
	s.do(413, "ada:editor", "POST", "/other/import", text)
}

// wire is an answer that is read while it is written.
type wire struct {
	header http.Header
	status int
	out    *io.PipeWriter
}

func (w *wire) Header() http.Header              { return w.header }
func (w *wire) WriteHeader(status int)           { w.status = status }
func (w *wire) Write(b []byte) (int, error)      { return w.out.Write(b) }
func (w *wire) Flush()                           {}
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

// stream runs a request and returns a function that reads the next block of it.
func (s *service) stream(ctx context.Context, path string, header ...string) (next func() string, ended <-chan struct{}) {
	in, out := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer out.Close()
		s.mux.ServeHTTP(&wire{header: make(http.Header), out: out}, s.request("bob:reader", "GET", path, "", header...).WithContext(ctx))
	}()
	context.AfterFunc(ctx, func() { in.Close() })
	var buffer []byte
	return func() string {
		for {
			if block, rest, ok := bytes.Cut(buffer, []byte("\n\n")); ok {
				buffer = rest
				return string(block)
			}
			b := make([]byte, 4096)
			n, err := in.Read(b)
			if err != nil {
				return "EOF"
			}
			buffer = append(buffer, b[:n]...)
		}
	}, done
}

// A stream tells what comes, gives signs of life, goes on from the last event, and ends
// with its request, with Stop, and with its tenant.
func TestStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		stop := make(chan struct{})
		s.Stop = stop
		s.do(404, "bob:reader", "GET", "/none/changes", "")
		s.do(422, "bob:reader", "GET", "/acme/changes?after=x", "")
		s.do(422, "bob:reader", "GET", "/changes?after=x", "")
		s.do(404, "bob:reader", "HEAD", "/none/changes", "")
		for _, path := range []string{"/acme/changes", "/changes"} { // it ends
			head := s.send(s.request("bob:reader", "HEAD", path, ""))
			require.Equal(t, 200, head.Code)
			require.Equal(t, "text/event-stream", head.Header().Get("Content-Type"))
			require.Empty(t, head.Body.String())
		}

		ctx, cancel := context.WithCancel(t.Context())
		next, ended := s.stream(ctx, "/acme/changes")
		first := next()
		id, _, _ := strings.Cut(strings.TrimPrefix(first, "id: "), "\n")
		require.Contains(t, first, "event: change\ndata: {\"seq\":1,")
		require.Equal(t, ":", next(), "a sign of life")
		s.do(201, "ada:editor", "POST", "/acme/r/supplier", `{"name":"hidden"}`)
		s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"p","name":"P"}`)
		second := next()
		require.Contains(t, second, `"seq":3,`, "the hidden one is not told")
		cancel()
		<-ended

		next, _ = s.stream(t.Context(), "/acme/changes", "Last-Event-ID", id)
		require.Equal(t, second, next())
		ctx, cancel = context.WithCancel(t.Context())
		coming, ended := s.stream(ctx, "/acme/changes?after=now")
		synctest.Wait()
		s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"now","name":"N"}`)
		require.Contains(t, coming(), `"seq":4,`)
		require.Contains(t, next(), `"seq":4,`)
		cancel()
		<-ended

		// Over all tenants: the position comes with the signs of life.
		ctx, cancel = context.WithCancel(t.Context())
		var all func() string
		all, ended = s.stream(ctx, "/changes?after=now")
		synctest.Wait()
		s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"q","name":"Q"}`)
		told := all()
		require.Contains(t, told, `"tenant":"acme","seq":5,`)
		require.Contains(t, next(), `"seq":5,`)
		position := all()
		require.Regexp(t, `^id: [A-Za-z0-9_-]+$`, position)
		cancel()
		<-ended
		s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"r","name":"R"}`)
		all, _ = s.stream(t.Context(), "/changes", "Last-Event-ID", strings.TrimPrefix(position, "id: "))
		require.Contains(t, all(), `"tenant":"acme","seq":6,`)

		// The tenant goes, and then the service.
		require.NoError(t, s.Fleet.Delete(t.Context(), "acme", by))
		last := ""
		for !strings.Contains(last, "event: problem") {
			last = next()
			require.NotEqual(t, "EOF", last)
		}
		require.Contains(t, last, `"status":404`)
		require.Equal(t, "EOF", next())
		require.Contains(t, all(), `{"tenant":"acme","deleted":true}`)
		close(stop)
		for last != "EOF" {
			last = all()
		}
	})
}
