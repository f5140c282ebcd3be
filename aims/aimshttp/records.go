package aimshttp

import (
	"net/http"

	"github.com/aimskit/aimskit/aims"
)

// Get answers with the record of {kind} and {id}, and its revision as ETag; with 304 if
// If-None-Match has that.
func (s *Server) Get(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		rec, err := v.MustRecord(r.Subject())
		if err != nil {
			return err
		}
		if tag := etag(v.Revision(r.Subject())); tag != "" {
			w.Header().Set("ETag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
		}
		return WriteJSON(w, http.StatusOK, rec)
	})(w, r)
}

// Page is what List answers with.
type Page struct {
	// Items are the records, in the order of their IDs.
	Items []any `json:"items"`
	// Next is the ID at which the next page begins, for ?from=; empty on the last.
	Next string `json:"next,omitempty"`
}

// List answers with a Page of the records of {kind}: those that have the values that
// the query names for listings of the kind (aims.KindInfo.Listings), such as
// ?owner=ada&stage=operation, from the ID of ?from= on.
func (s *Server) List(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		where := make(map[string]string)
		for name, values := range r.URL.Query() {
			if name != "from" && values[0] != "" {
				where[name] = values[0]
			}
		}
		items, next, err := aims.PageOf(v, r.Subject().Kind, where, r.FormValue("from"), orDefault(s.Page, 50))
		if err != nil {
			return err
		}
		return WriteJSON(w, http.StatusOK, Page{items, next})
	})(w, r)
}

// Create makes a record of {kind} of the body, by the verb that is for it
// (aims.Tx.Create), and answers with it.
func (s *Server) Create(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		body, err := r.ReadBody(w)
		if err != nil {
			return err
		}
		return r.Update(w, http.StatusCreated, func(tx *aims.Tx) (aims.Subject, error) {
			return tx.Create(r.Subject().Kind, body)
		})
	})(w, r)
}

// Patch changes the record of {kind} and {id} by the body, a merge patch (RFC 7396) of
// the revision that If-Match names, by the verb that is for it (aims.Tx.Patch), and
// answers with it.
func (s *Server) Patch(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		body, err := r.ReadBody(w)
		if err != nil {
			return err
		}
		return r.Update(w, http.StatusOK, func(tx *aims.Tx) (aims.Subject, error) {
			return r.Subject(), tx.Patch(r.Subject(), r.IfMatch(tx, r.Subject()), body)
		})
	})(w, r)
}

// History answers with the history of the record of {kind} and {id}: a list of
// aims.Entry.
func (s *Server) History(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		entries, err := s.Fleet.History(r.Context(), r.Tenant, r.Reader, r.Subject())
		if err != nil {
			return err
		}
		return WriteJSON(w, http.StatusOK, entries)
	})(w, r)
}

// Export answers with all records of the tenant as JSON Lines (aims.View.Export): 403
// for a caller from whom any of them is hidden.
func (s *Server) Export(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		out := &begun{w: w}
		if err := v.Export(out); err != nil && !out.is {
			return err
		}
		return nil
	})(w, r)
}

// begun is an answer that is an export once anything of it is written.
type begun struct {
	w  http.ResponseWriter
	is bool
}

func (b *begun) Write(text []byte) (int, error) {
	if !b.is {
		b.is = true
		b.w.Header().Set("Content-Type", "application/jsonl")
	}
	return b.w.Write(text)
}

// Import founds the tenant, which must not be there yet, with an export, the body, and
// answers 201.
func (s *Server) Import(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		body := http.MaxBytesReader(w, r.Body, orDefault(s.MaxImport, 1<<30))
		if err := s.Fleet.Import(r.Context(), r.Tenant, r.By, body); err != nil {
			return err
		}
		w.WriteHeader(http.StatusCreated)
		return nil
	})(w, r)
}
