package aimshttp

import (
	"net/http"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// Asked is what Questions answers with.
type Asked struct {
	// Span is the system's impact level, as far as it is known.
	Span impact.Span `json:"span"`
	impact.Questions
}

// Questions answers with what is open about the system of {id}: how far its level is
// known, and the questions that would settle it (aims.View.QuestionsOf).
func (s *Server) Questions(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		system, err := aims.Must(v.Systems(), r.PathValue("id"))
		if err != nil {
			return err
		}
		return WriteJSON(w, http.StatusOK, Asked{v.SpanOf(system.ID), v.QuestionsOf(system.ID)})
	})(w, r)
}

// Draft answers with the open assessment of {id} as it is prepared for who writes it
// (aims.View.DraftOf), and its revision as ETag.
func (s *Server) Draft(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		v, err := r.View()
		if err != nil {
			return err
		}
		d, err := v.DraftOf(r.PathValue("id"), time.Now())
		if err != nil {
			return err
		}
		if tag := etag(v.Revision(aims.Subject{Kind: aims.KindAssessment, ID: d.ID})); tag != "" {
			w.Header().Set("ETag", tag)
		}
		return WriteJSON(w, http.StatusOK, d)
	})(w, r)
}

// SaveDraft keeps the body, an impact.Content, as what is written so far into the open
// assessment of {id}, in place of what stood there at the revision that If-Match names
// (aims.Tx.SaveAssessment), and answers with the assessment.
func (s *Server) SaveDraft(w http.ResponseWriter, r *http.Request) {
	s.Handle(func(w http.ResponseWriter, r *Request) error {
		draft := impact.Assessment{ID: r.PathValue("id")}
		if err := r.Decode(&draft.Content); err != nil {
			return err
		}
		return r.Update(w, http.StatusOK, func(tx *aims.Tx) (aims.Subject, error) {
			s := aims.Subject{Kind: aims.KindAssessment, ID: draft.ID}
			return s, r.about(tx, "SaveAssessment", s, func() (err error) {
				if draft.Revision, err = r.IfMatch(tx, s); err != nil {
					return err
				}
				return tx.SaveAssessment(draft)
			})
		})
	})(w, r)
}
