package aims

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Service is a program that writes: an importer, a scanner, a job, a form that people
// outside use. It records and drafts, as By.Actor, and decides nothing; a person
// answers for what it writes (A.3.2).
type Service struct {
	// ID is what By.Actor says.
	ID string `json:"id"`
	// Name is what people call it, Purpose what it writes here.
	Name    string `json:"name"`
	Purpose string `json:"purpose,omitempty"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// EndedOn is when it was shut down; from then on it can write nothing.
	EndedOn calendar.Date `json:"ended_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// RunsOn reports whether the service has not ended by time t.
func (s Service) RunsOn(day calendar.Date) bool { return s.EndedOn.IsZero() || day.Before(s.EndedOn) }

var services = ledger.MustDeclare(ledger.Spec[Service]{
	Name:   KindService,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("ended_on")},
	Key: func(s *Service) string { return s.ID }, SetKey: func(s *Service, id string) { s.ID = id },
	Revision:  func(s *Service) *uint64 { return &s.Revision },
	Completes: []string{"tenures"},
	Carry:     handed(func(rec *Service) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Limits:    within(KindService, bounded(nil, "purpose")),
	Check: checked(func(c checker, s *Service) {
		c.text("name", s.Name, true)
		c.text("purpose", s.Purpose, false)
		c.person("owner", s.Owner, true)
		c.past("ended_on", s.EndedOn)
		if c.has(KindPerson, s.ID) {
			c.Add("id", "person", s.ID, "a person has this ID; who acts must be one or the other")
		}
	}),
})

// PutService registers a program that writes, or revises it.
func (tx *Tx) PutService(s Service) error {
	return put(tx, "PutService", services, s, func(*Service) error { return tx.founded("") })
}
