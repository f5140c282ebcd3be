package aimshttp

import (
	"net/http"

	"github.com/aimskit/aimskit/aims"
)

// Tenants answers with a Page of the names of all tenants: it is for a caller who may
// know of them, which the program sees to (Who).
func (s *Server) Tenants(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		at, err := r.page()
		if err != nil {
			return err
		}
		p := Page{Items: []any{}}
		for name, err := range s.Fleet.List(r.Context()) {
			switch {
			case err != nil:
				return err
			case name < at.from:
				continue
			}
			if len(p.Items) == at.limit {
				p.Next = name
				break
			}
			p.Items = append(p.Items, name)
		}
		return WriteJSON(w, http.StatusOK, p)
	})(w, r)
}

// CreateTenant returns the handler that adds the tenant with what a function makes of
// the body, such as the first person, in its first commit (aims.Fleet.Create), and
// answers 201 with its name. With a function of nil the body is not read.
func (s *Server) CreateTenant(first func(tx *aims.Tx, body []byte) error) http.HandlerFunc {
	return s.Handle(func(w http.ResponseWriter, r *Request) error {
		var founded func(*aims.Tx) error
		if first != nil {
			body, err := r.ReadBody(w)
			if err != nil {
				return err
			}
			founded = func(tx *aims.Tx) error { return first(tx, body) }
		}
		if err := s.Fleet.Create(r.Context(), r.Tenant, r.By, founded); err != nil {
			return err
		}
		return writeTenant(w, r.Tenant)
	})
}

// writeTenant answers that a tenant has been made.
func writeTenant(w http.ResponseWriter, tenant string) error {
	return WriteJSON(w, http.StatusCreated, struct {
		Tenant string `json:"tenant"`
	}{tenant})
}

// DeleteTenant removes the tenant with its whole history, for good
// (aims.Fleet.Delete), and answers 204.
func (s *Server) DeleteTenant(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		if err := s.Fleet.Delete(r.Context(), r.Tenant, r.By); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})(w, r)
}
