package aimshttp

import (
	"cmp"
	"net/http"
	"strconv"

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
			if matches(r.Header, tag) {
				w.WriteHeader(http.StatusNotModified)
				return nil
			}
		}
		return WriteJSON(w, http.StatusOK, rec)
	})(w, r)
}

// List answers with a Page of the records of {kind}: those that have the values that
// the query names for listings of the kind (aims.KindInfo.Listings), such as
// ?owner=ada&stage=operation, from the ID of ?from= on. An empty value asks for those
// that have none. A name that is no listing, or stands there twice, is refused.
func (s *Server) List(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		at, where, err := r.paged()
		if err != nil {
			return err
		}
		v, err := r.View()
		if err != nil {
			return err
		}
		items, next, err := aims.PageOf(v, r.Subject().Kind, where, at.from, at.limit)
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
			return r.Subject(), r.about(tx, "Patch", r.Subject(), func() error {
				revision, err := r.IfMatch(tx, r.Subject())
				if err != nil {
					return err
				}
				return tx.Patch(r.Subject(), revision, body)
			})
		})
	})(w, r)
}

// History answers with a Page of the history of the record of {kind} and {id}: of
// aims.Entry, from the commit of ?from= on.
func (s *Server) History(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		at, err := r.page()
		if err != nil {
			return err
		}
		first, err := strconv.ParseUint(cmp.Or(at.from, "0"), 10, 64)
		if err != nil {
			return refused("from", "number", at.from, "must be the number of a commit")
		}
		entries, err := s.Fleet.History(r.Context(), r.Tenant, r.Reader, r.Subject())
		if err != nil {
			return err
		}
		p := Page{Items: []any{}}
		for _, e := range entries {
			switch {
			case e.Seq < first:
			case len(p.Items) == at.limit:
				p.Next = strconv.FormatUint(e.Seq, 10)
				return WriteJSON(w, http.StatusOK, p)
			default:
				p.Items = append(p.Items, e)
			}
		}
		return WriteJSON(w, http.StatusOK, p)
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
// answers 201 as CreateTenant does.
func (s *Server) Import(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		body := http.MaxBytesReader(w, r.Body, orDefault(s.MaxImport, 1<<30))
		if err := s.Fleet.Import(r.Context(), r.Tenant, r.By, body); err != nil {
			return err
		}
		return writeTenant(w, r.Tenant)
	})(w, r)
}
