package aimshttp

import (
	"fmt"
	"net/http"
	"time"

	"github.com/aimskit/aimskit/aims"
)

// Programmed is what Outcomes answers with.
type Programmed struct {
	// Outcomes are what became of the programme otherwise than it says, part by part: what
	// was missed, what was late, what was audited besides (9.2.2).
	Outcomes []aims.ProgrammeOutcome `json:"outcomes"`
}

// Performance answers with how the management system did over the cycle of the certification
// {id}, topic by topic (aims.View.CyclePerformance; ISO/IEC 17021-1, 9.6.3.1).
func (s *Server) Performance(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		p, err := v.CyclePerformance(r.PathValue("id"), time.Now())
		if err != nil {
			return err
		}
		return WriteJSON(w, http.StatusOK, p)
	})(w, r)
}

// Outcomes answers with what became of the audit programme {id} (Programmed,
// aims.View.ProgrammeOutcomes); what it plans is in the record itself.
func (s *Server) Outcomes(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		id := r.PathValue("id")
		if _, ok := v.Record(aims.Subject{Kind: aims.KindAuditProgramme, ID: id}); !ok {
			return fmt.Errorf("%s %q: %w", aims.KindAuditProgramme, id, aims.ErrNotFound)
		}
		out := v.ProgrammeOutcomes(id, time.Now())
		if out == nil {
			out = []aims.ProgrammeOutcome{}
		}
		return WriteJSON(w, http.StatusOK, Programmed{out})
	})(w, r)
}

// Versions answers with in what the paper {kind} {id} differs from the version that
// ?against= names, or from the one before (aims.View.ComparedVersions).
func (s *Server) Versions(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		query, err := r.query()
		if err != nil {
			return err
		}
		v, err := r.View()
		if err != nil {
			return err
		}
		c, err := v.ComparedVersions(r.Subject(), query.Get("against"))
		if err != nil {
			return err
		}
		return WriteJSON(w, http.StatusOK, c)
	})(w, r)
}
