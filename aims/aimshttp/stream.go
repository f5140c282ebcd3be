package aimshttp

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
)

// Changes streams the commits of the tenant as server-sent events named "change", each
// an aims.Published as the caller may see it. The ID of an event is where to go on
// from: Last-Event-ID, or ?after=; ?after=now begins with what comes. What ends the
// stream is told as an event named "problem", with a problem; but a tenant that is not
// there, or an ID that is not its own, is answered with its status. HEAD is answered with
// the headers alone.
func (s *Server) Changes(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		from, err := resumed(r)
		if err != nil {
			return err
		}
		after, err := r.head(from)
		if err != nil {
			return err
		}
		ctx, cancel := s.streaming(r)
		defer cancel()
		feed, err := s.Fleet.ChangesFor(ctx, r.Tenant, r.Reader, after)
		if err != nil {
			return err
		}
		if r.Method == http.MethodHead {
			begin(w)
			return nil
		}
		out := s.open(ctx, w, nil)
		defer out.close()
		for p, err := range feed {
			if err != nil {
				out.end(ctx, err)
				break
			}
			if out.send("change", storage.FormatHead(p.Head), p) != nil {
				break
			}
		}
		return nil
	})(w, r)
}

// AllChanges streams the commits of all tenants as server-sent events named "change",
// each an aims.TenantChange as the caller may see it: it is for a caller who may know
// of all tenants, which the program sees to (Who). A tenant that can't be read is told
// as an event named "tenant-problem", with a problem. Signs of life carry the ID to go on
// from, by Last-Event-ID or ?after=; what was told since the last of them is told
// again. ?after=now begins with what comes. The ID grows by some 90 bytes for each
// tenant of which anything was told: beyond a hundred tenants use Fleet.AllChanges in
// a program of its own.
func (s *Server) AllChanges(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		from, err := resumed(r)
		if err != nil {
			return err
		}
		sent, err := aims.ParseCursor(from)
		if err != nil {
			return err
		}
		if r.Method == http.MethodHead {
			begin(w)
			return nil
		}
		ctx, cancel := s.streaming(r)
		defer cancel()
		out := s.open(ctx, w, sent.String)
		defer out.close()
		for c, err := range s.Fleet.AllChangesFor(ctx, r.Reader, sent) {
			switch {
			case err != nil && c.Tenant == "":
				out.end(ctx, err)
			case err != nil:
				err = out.send("tenant-problem", "", problemOf(err))
			default:
				if err = out.send("change", "", c); err == nil {
					sent.Note(c)
				}
			}
			if err != nil {
				break
			}
		}
		return nil
	})(w, r)
}

// resumed is where a stream goes on from.
func resumed(r *Request) (string, error) {
	query, err := r.query()
	return cmp.Or(r.Header.Get("Last-Event-ID"), query.Get("after")), err
}

// head reads the ID of an event of a tenant's; "now" is the last that there is.
func (r *Request) head(text string) (storage.Head, error) {
	if text != "now" {
		return storage.ParseHead(text)
	}
	v, err := r.View()
	if err != nil {
		return storage.Head{}, err
	}
	return v.Head(), nil
}

// streaming returns a context that ends with the request, with Stop or with Serve.
func (s *Server) streaming(r *Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		select {
		case <-s.Stop:
		case <-s.ending:
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

// stream writes server-sent events, and signs of life between them.
type stream struct {
	mu    sync.Mutex // of w
	w     http.ResponseWriter
	rc    *http.ResponseController
	done  context.CancelFunc
	alive sync.WaitGroup
}

// begin answers that a stream follows.
func begin(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}

// open begins a stream. Its signs of life carry the ID that position returns, if that
// is not nil.
func (s *Server) open(ctx context.Context, w http.ResponseWriter, position func() string) *stream {
	ctx, done := context.WithCancel(ctx)
	out := &stream{w: w, rc: http.NewResponseController(w), done: done}
	begin(w)
	_ = out.rc.SetWriteDeadline(time.Time{}) // a server's WriteTimeout is for answers that end
	_ = out.rc.Flush()
	out.alive.Go(func() {
		tick := time.NewTicker(orDefault(s.KeepAlive, 15*time.Second))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			sign := ":\n\n"
			if position != nil {
				sign = "id: " + position() + "\n\n" // no event, as it has no data
			}
			if out.write(sign) != nil {
				return
			}
		}
	})
	return out
}

// close ends the stream: nothing writes to it afterwards.
func (out *stream) close() {
	out.done()
	out.alive.Wait()
}

func (out *stream) write(text string) error {
	out.mu.Lock()
	defer out.mu.Unlock()
	if _, err := out.w.Write([]byte(text)); err != nil {
		return err
	}
	return out.rc.Flush()
}

// send writes an event; one without an ID leaves that of the last as it is.
func (out *stream) send(event, id string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	return out.write(fmt.Sprintf("%sevent: %s\ndata: %s\n\n", id, event, data))
}

// end tells why a stream ends, unless it is the caller or the program who ends it.
func (out *stream) end(ctx context.Context, err error) {
	if ctx.Err() == nil {
		_ = out.send("problem", "", problemOf(err)) // the connection may be what failed
	}
}
