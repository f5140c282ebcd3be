package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Concern is something that somebody raised about an AI system or how it is
// governed (A.3.3), or that people outside report of it (A.8.3). Who raised it may stay
// unnamed.
type Concern struct {
	// ID names the concern.
	ID string `json:"id"`
	// Text is what was raised.
	Text string `json:"text"`
	// Origin says of which sort the people are who raised it; empty if nobody says.
	// Channel is the ID of the channel that it came by, if it is one on file.
	Origin  ConcernOrigin `json:"origin,omitempty"`
	Channel string        `json:"channel,omitempty"`
	// Adverse says that they report of what was done to somebody, or happened to them.
	Adverse bool `json:"adverse,omitempty"`
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
	// Due is by when it is answered; if not said, as many days after it was raised as the
	// channel has for its target, or 30.
	Due calendar.Date `json:"due,omitzero"`
	// RecordedBy is the ID of who put it on file, RecordedAt when: of one that names
	// nobody, a service. Empty of those of before.
	RecordedBy string    `json:"recorded_by,omitempty"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	// Answer is what came of it; AnsweredOn when, AnsweredBy is the ID of who answered.
	// AnswerConcern sets them.
	Answer     string    `json:"answer,omitempty"`
	AnsweredOn time.Time `json:"answered_on,omitzero"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ConcernOrigin says of which sort people are who raise a concern.
type ConcernOrigin string

// The sorts.
const (
	FromStaff       ConcernOrigin = "staff"
	FromUsers       ConcernOrigin = "users" // who use the system and are not staff
	FromCustomers   ConcernOrigin = "customers"
	FromAffected    ConcernOrigin = "affected" // about whom the system says or decides something
	FromPublic      ConcernOrigin = "public"   // others, the press among them
	FromAuthorities ConcernOrigin = "authorities"
)

// ConcernOrigins lists the sorts.
func ConcernOrigins() []ConcernOrigin {
	return []ConcernOrigin{FromStaff, FromUsers, FromCustomers, FromAffected, FromPublic, FromAuthorities}
}

// Outside reports whether they are none of the organisation's own people.
func (o ConcernOrigin) Outside() bool { return o != "" && o != FromStaff }

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
		c.RecordedBy, c.RecordedAt, c.AnsweredBy = tx.By().Actor, tx.Now(), ""
		var is Issues
		days := 30
		if h, ok := channels.Shared(tx).Get(c.Channel); ok {
			days = h.Target
			if last := c.RaisedOn.AddDays(days); c.Due.After(last) && !c.RaisedOn.IsZero() {
				is.Add("due", "target", c.Due.String(), "what comes by this channel is answered within %d days, by %s", days, last.String())
			}
		}
		if c.Due.IsZero() && !c.RaisedOn.IsZero() {
			c.Due = c.RaisedOn.AddDays(days)
		}
		if err := is.Err(); err != nil {
			return err
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

// AnswerConcern records what came of a concern. Who raised it by name does not answer it,
// under another record of himself neither.
func (tx *Tx) AnswerConcern(id, answer string) error {
	return decide(tx, "AnswerConcern", concerns, id, func(c *Concern) error {
		if err := closedOn("answered", c.AnsweredOn); err != nil {
			return err
		}
		var is Issues
		required(&is, "answer", answer)
		c.Answer, c.AnsweredOn, c.AnsweredBy = answer, tx.Now(), tx.By().Actor
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
	if n.Origin != "" || n.Adverse || n.Channel != "" {
		oneOf(c, "origin", n.Origin, ConcernOrigins())
	}
	if n.Channel != "" {
		rec, _ := c.r.Record(Subject{Kind: KindChannel, ID: n.Channel})
		if h, ok := rec.(*Channel); !ok {
			c.Add("channel", "record", n.Channel, "no such channel on file")
		} else if !slices.Contains(h.For, n.Origin) {
			c.Add("channel", "origin", string(n.Origin), "it is open to %v", h.For)
		}
	}
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
