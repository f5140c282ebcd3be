package aims

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Concern is something that somebody raised about an AI system or how it is
// governed (A.3.3). Who raised it may stay unnamed.
type Concern struct {
	// ID names the concern.
	ID string `json:"id"`
	// Text is what was raised.
	Text string `json:"text"`
	// Systems are the IDs of the systems concerned, if any.
	Systems []string `json:"systems,omitempty"`
	// Harm is the ID of the harm (impact.Harms) that it names, if any.
	Harm string `json:"harm,omitempty"`
	// RaisedBy says by whom; empty keeps them unnamed: see RaiseConcern.
	RaisedBy string `json:"raised_by,omitempty"`
	// RaiserConfirmed says that the person has said so as well (ConfirmPart).
	RaiserConfirmed bool `json:"raiser_confirmed,omitempty"`
	// RaisedOn is when, Handler the ID of the person who looks into it.
	RaisedOn calendar.Date `json:"raised_on"`
	Handler  string        `json:"handler,omitempty"`
	// Due is by when it is answered; 30 days after it was raised if not said.
	Due calendar.Date `json:"due,omitzero"`
	// Answer is what came of it; AnsweredOn when. AnswerConcern sets both.
	Answer     string    `json:"answer,omitempty"`
	AnsweredOn time.Time `json:"answered_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Open reports whether the concern has not been answered.
func (c Concern) Open() bool { return c.AnsweredOn.IsZero() }

var concerns = ledger.MustDeclare(ledger.Spec[Concern]{
	Name:   KindConcern,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("raised_on", "due")},
	Key: func(c *Concern) string { return c.ID }, SetKey: func(c *Concern, id string) { c.ID = id },
	Revision:  func(c *Concern) *uint64 { return &c.Revision },
	Completes: []string{"due", "raiser_confirmed"},
	Listings:  []ledger.Listing[Concern]{{Name: bySystem, Values: func(c *Concern) []string { return c.Systems }}},
	MayErase:  overLongEnough[Concern](KindConcern, "answer the concern first"),
	Personal:  []string{"text", "raised_by", "answer"},
	Limits:    within(KindConcern, bounded(nil, "text", "answer")),
	Check:     checked(checkConcern),
})

// RaiseConcern adds a concern. It opens an impact
// assessment of each system concerned that is not retired, or joins the one
// that is open.
//
// One that names nobody (RaisedBy) stays anonymous in the trail too: a service
// raises it, as By.Actor can't be a person on file (ErrForbidden), and Request,
// OnBehalfOf and From are left out of its commit. Where they are given, that is
// a commit of its own (ErrCommitFirst).
func (tx *Tx) RaiseConcern(c Concern) error {
	return put(tx, "RaiseConcern", concerns, c, func(c *Concern) error {
		c.Answer, c.AnsweredOn, c.RaiserConfirmed = "", time.Time{}, c.RaisedBy == tx.By().Actor
		if c.RaisedBy == "" {
			if people.Shared(tx).Has(tx.By().Actor) {
				return ledger.Refuse(ErrForbidden, "it names nobody, and the trail would name %q; let a service raise it, or say who did", tx.By().Actor)
			}
			tx.Unsourced()
		}
		if c.Due.IsZero() && !c.RaisedOn.IsZero() {
			c.Due = c.RaisedOn.AddDate(0, 0, 30)
		}
		return isNew(c.Revision, "AnswerConcern")
	}, func(c *Concern) error {
		for _, id := range c.Systems {
			if err := tx.fire(id, impact.TriggerConcern, "concern "+c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// AnswerConcern records what came of a concern.
func (tx *Tx) AnswerConcern(id, answer string) error {
	return decide(tx, "AnswerConcern", concerns, id, func(c *Concern) error {
		if err := closedOn("answered", c.AnsweredOn); err != nil {
			return err
		}
		var is Issues
		required(&is, "answer", answer)
		c.Answer, c.AnsweredOn = answer, tx.Now()
		if c.Handler == "" && people.Shared(tx).Has(tx.By().Actor) {
			c.Handler = tx.By().Actor
		}
		return is.Err()
	})
}

func checkConcern(c checker, n *Concern) {
	c.text("text", n.Text, true)
	c.text("answer", n.Answer, false)
	c.systems("systems", n.Systems)
	if n.Harm != "" {
		c.harm("harm", n.Harm)
	}
	if n.RaisedOn.IsZero() {
		c.Add("raised_on", "required", "", "say when it was raised")
	}
	c.past("raised_on", n.RaisedOn)
	c.person("handler", n.Handler, false)
	c.order("raised_on", n.RaisedOn, "due", n.Due)
}

// concernsAnswered looks at concerns, for the probe of incidents (S2-21).
func concernsAnswered(x *index, yield func(Observation) bool) {
	for _, c := range concerns.Shared(x.r).All() {
		if c.Open() && x.overdue(c.Due) && !yield(about(KindConcern, c.ID, "", c.Due,
			issue.NewText("It was to be answered by %s.", day(c.Due)), issue.NewText("Answer it (AnswerConcern)."))) {
			return
		}
	}
}
