package aimshttp

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/aimskit/aimskit/aims"
)

// Server serves the tenants of a fleet. Its fields are set before its first use.
type Server struct {
	// Fleet keeps the tenants.
	Fleet *aims.Fleet
	// Who says who makes a request: required. Its error is answered with its code; one
	// without a code is that nobody is signed in (aims.ErrUnauthenticated, 401).
	Who func(*http.Request) (Caller, error)
	// Tenant says which tenant a request is about; the path's {tenant} by default.
	Tenant func(*http.Request) string
	// MaxBody is how many bytes the body of a request may have, 1 MiB by default;
	// MaxImport that of an import, 1 GiB by default. Of more the answer is 413.
	MaxBody, MaxImport int64
	// Page is how many items a page has, 50 by default, and MaxPage how many ?limit= may
	// ask for, 500 by default.
	Page, MaxPage int
	// KeepAlive is how often a stream gives a sign of life; 15 seconds by default.
	KeepAlive time.Duration
	// Stop ends all streams once it is closed, as http.Server.Shutdown does not; nil
	// if they end with their requests alone, or by Serve.
	Stop <-chan struct{}
	// Grace is how long Serve lets requests and stores take to end; 10 seconds by
	// default.
	Grace time.Duration
	// Logger hears of errors that are not the caller's fault; silent by default.
	Logger *slog.Logger

	ending <-chan struct{} // of Serve; nil without
}

// Caller is who makes a request.
type Caller struct {
	// By is written into the commits that the request makes.
	By aims.By `json:"by"`
	// Reader is what aims.Options.Redact is given, such as a role.
	Reader any `json:"reader"`
}

type callerKey struct{}

// CallerOf returns who makes the request that a context is of, for
// aims.Options.Authorize; false if it has none.
func CallerOf(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// WithCaller returns a context as that of a request which a caller makes, for what the
// program does besides.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Request is a request of which it is known who makes it.
type Request struct {
	*http.Request
	Caller
	// Tenant is the tenant that it is about; empty if it is about none.
	Tenant string
	s      *Server
}

// requestID names the header that a request is known by.
const requestID = "X-Request-ID"

// Handle returns the handler of a function: it finds out who calls and which tenant is
// meant, and answers with the error that the function returns.
//
// The request is known by what Who says (By.Request), else by its header X-Request-ID,
// else by an ID made here: so it stands in the trail, in the log and in the answer.
func (s *Server) Handle(h func(http.ResponseWriter, *Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := cmp.Or(r.Header.Get(requestID), rand.Text())
		w.Header().Set(requestID, id)
		caller, err := s.Who(r)
		if err != nil {
			if aims.CodeOf(err) == "unknown" {
				err = errors.Join(aims.ErrUnauthenticated, err)
			}
			WriteProblem(w, err)
			return
		}
		caller.By.Request = cmp.Or(caller.By.Request, id)
		w.Header().Set(requestID, caller.By.Request)
		tenant := r.PathValue("tenant")
		if s.Tenant != nil {
			tenant = s.Tenant(r)
		}
		r = r.WithContext(WithCaller(r.Context(), caller))
		if err := h(w, &Request{r, caller, tenant, s}); err != nil {
			if s.Logger != nil && aims.CodeOf(err).HTTP() >= 500 {
				s.Logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "request", caller.By.Request, "error", err)
			}
			WriteProblem(w, err)
		}
	}
}

// problem is aims.Problem in the words of RFC 9457.
type problem struct {
	Title  string          `json:"title"`
	Status int             `json:"status"`
	Detail string          `json:"detail"`
	Code   aims.Code       `json:"code"`
	Tenant string          `json:"tenant,omitempty"`
	Kind   aims.Kind       `json:"kind,omitempty"`
	ID     string          `json:"id,omitempty"`
	Verb   string          `json:"verb,omitempty"`
	Issues aims.Issues     `json:"issues,omitempty"`
	Gate   *aims.GateError `json:"gate,omitempty"`
}

func problemOf(err error) problem {
	p := aims.ProblemOf(err)
	return problem{http.StatusText(p.Status), p.Status, p.Message, p.Code, p.Tenant, p.Kind, p.ID, p.Verb, p.Issues, p.Gate}
}

// WriteProblem answers with an error as application/problem+json (RFC 9457): the status
// and code that aims.ProblemOf gives, and of what is not the caller's fault no more.
func WriteProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller has gone
}

// WriteJSON answers with a value as JSON. A body that can't be sent is no error: the
// caller has gone.
func WriteJSON(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
	return nil
}

// ReadBody returns the body, if it has no more bytes than Server.MaxBody.
func (r *Request) ReadBody(w http.ResponseWriter) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, orDefault(r.s.MaxBody, 1<<20)))
}

// Decode reads the body as JSON, as strictly as aims.Decode: a null is no body.
func (r *Request) Decode(v any) error {
	return aims.Decode(r.Body, orDefault(r.s.MaxBody, 1<<20), v)
}

// View returns the tenant as the caller may see it.
func (r *Request) View() (*aims.View, error) {
	return r.s.Fleet.ViewFor(r.Context(), r.Tenant, r.Reader)
}

// Subject returns the record that the path names by {kind} and {id}.
func (r *Request) Subject() aims.Subject {
	return aims.Subject{Kind: aims.Kind(r.PathValue("kind")), ID: r.PathValue("id")}
}

// Update makes one commit in the caller's name and answers with the record that fn
// returns, as it is written and the caller may see it: of one that is hidden from him,
// such as a concern that he may raise and not read, with its kind and ID alone.
func (r *Request) Update(w http.ResponseWriter, status int, fn func(tx *aims.Tx) (aims.Subject, error)) error {
	var rec any
	var tag string
	err := r.s.Fleet.Update(r.Context(), r.Tenant, r.By, func(tx *aims.Tx) error {
		s, err := fn(tx)
		if err != nil {
			return err
		}
		if _, err := tx.MustRecord(s); err != nil {
			return err
		}
		shown, revision, ok := tx.Shown(r.Reader, s)
		if tag = etag(revision, ok); !ok {
			shown = s
		}
		rec = shown
		return nil
	})
	if err != nil {
		return err
	}
	if tag != "" {
		w.Header().Set("ETag", tag)
	}
	return WriteJSON(w, status, rec)
}

// about runs what a request does to the record that it names, if the caller is shown
// that: else there is none for him, as with Get. Who may use the verb is asked first.
func (r *Request) about(tx *aims.Tx, verb string, s aims.Subject, do func() error) error {
	if _, _, ok := tx.Shown(r.Reader, s); ok {
		return do()
	}
	if err := tx.Authorize(verb, s); err != nil {
		return err
	}
	return &aims.RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: aims.ErrNotFound}
}

func orDefault[T int | int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Of returns a handler for records of one kind, for a path without {kind}.
func Of(kind aims.Kind, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue("kind", string(kind))
		h(w, r)
	}
}
