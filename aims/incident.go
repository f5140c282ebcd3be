package aims

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/impact"
)

// Incident is something that went wrong with an AI system in use, or nearly
// did (A.8.4, 10.2).
type Incident struct {
	// ID names the incident.
	ID string `json:"id"`
	// Title says what happened, Description how.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Systems are the IDs of the systems concerned.
	Systems []string `json:"systems,omitempty"`
	// Grade says how grave it is.
	Grade Grade `json:"grade"`
	// Harms are the IDs of the harms (impact.Harms) that came about.
	Harms []string `json:"harms,omitempty"`
	// PersonsHarmed says that people came to harm.
	PersonsHarmed bool `json:"persons_harmed,omitempty"`
	// DetectedOn is when it was noticed.
	DetectedOn time.Time `json:"detected_on"`
	// TriagedOn is when it was first looked at.
	TriagedOn time.Time `json:"triaged_on,omitzero"`
	// Owner is the ID of the person who runs it.
	Owner string `json:"owner,omitempty"`
	// CommunicatedTo says who was told, CommunicatedOn when (A.8.4).
	CommunicatedTo []string  `json:"communicated_to,omitempty"`
	CommunicatedOn time.Time `json:"communicated_on,omitzero"`
	// Lessons says what was learnt and changed.
	Lessons string `json:"lessons,omitempty"`
	// ClosedOn is when it was closed; CloseIncident sets it.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Grade says how grave an incident is.
type Grade string

// The grades of incidents.
const (
	GradeLow      Grade = "low"
	GradeMedium   Grade = "medium"
	GradeHigh     Grade = "high"
	GradeCritical Grade = "critical"
)

// targetDays is within how many days an incident of a grade is to be closed.
// A convention; the standard sets none.
var targetDays = map[Grade]int{GradeCritical: 14, GradeHigh: 30, GradeMedium: 60, GradeLow: 90}

// Target returns by when the incident is to be closed: 14, 30, 60 or 90 days
// after it was noticed, by grade.
func (i Incident) Target() time.Time { return i.DetectedOn.AddDate(0, 0, targetDays[i.Grade]) }

// Open reports whether the incident has not been closed.
func (i Incident) Open() bool { return i.ClosedOn.IsZero() }

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
	// RaisedBy says by whom; empty keeps them unnamed.
	RaisedBy string `json:"raised_by,omitempty"`
	// RaisedOn is when, Handler the ID of the person who looks into it.
	RaisedOn time.Time `json:"raised_on"`
	Handler  string    `json:"handler,omitempty"`
	// Due is by when it is answered; 30 days after it was raised if not said.
	Due time.Time `json:"due,omitzero"`
	// Answer is what came of it; AnsweredOn when. AnswerConcern sets both.
	Answer     string    `json:"answer,omitempty"`
	AnsweredOn time.Time `json:"answered_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Open reports whether the concern has not been answered.
func (c Concern) Open() bool { return c.AnsweredOn.IsZero() }

var (
	incidents = &kind[Incident]{name: KindIncident, at: incidentIndex, schema: 1,
		id: func(r *Incident) string { return r.ID }, setID: func(r *Incident, id string) { r.ID = id },
		rev: func(r *Incident) *uint64 { return &r.Revision }}
	concerns = &kind[Concern]{name: KindConcern, at: concernIndex, schema: 1,
		id: func(r *Concern) string { return r.ID }, setID: func(r *Concern, id string) { r.ID = id },
		rev: func(r *Concern) *uint64 { return &r.Revision }}
)

// ReportIncident adds an incident. If people came to harm, or it is graver
// than medium, it opens an impact assessment of each system concerned that is
// not retired, or joins the one that is open.
func (tx *Tx) ReportIncident(i Incident) (Incident, error) {
	const verb = "ReportIncident"
	i.ClosedOn = time.Time{}
	i, err := put(tx, verb, incidents, i)
	if err != nil {
		return i, err
	}
	if i.PersonsHarmed || i.Grade == GradeHigh || i.Grade == GradeCritical {
		for _, id := range i.Systems {
			if err := tx.fire(verb, id, impact.TriggerIncident, "incident "+i.ID+": "+i.Title); err != nil {
				return i, err
			}
		}
	}
	return i, nil
}

// UpdateIncident records what has been done about an incident that is open.
func (tx *Tx) UpdateIncident(i Incident) (Incident, error) {
	const verb = "UpdateIncident"
	old, err := get(tx, verb, incidents, i.ID)
	if err != nil {
		return i, err
	}
	if !old.Open() {
		return i, &RecordError{Kind: KindIncident, ID: i.ID, Verb: verb, Err: ErrState, Why: fmt.Errorf("closed on %s", old.ClosedOn.Format(time.DateOnly))}
	}
	i.ClosedOn = time.Time{}
	return put(tx, verb, incidents, i)
}

// CloseIncident closes an incident with what was learnt from it.
func (tx *Tx) CloseIncident(id, lessons string) (Incident, error) {
	const verb = "CloseIncident"
	i, err := get(tx, verb, incidents, id)
	if err != nil {
		return i, err
	}
	if !i.Open() {
		return i, &RecordError{Kind: KindIncident, ID: id, Verb: verb, Err: ErrState, Why: fmt.Errorf("closed on %s", i.ClosedOn.Format(time.DateOnly))}
	}
	var is Issues
	required(&is, "lessons", lessons)
	if len(is) > 0 {
		return i, &RecordError{Kind: KindIncident, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	i.Lessons, i.ClosedOn = lessons, tx.asOf
	return put(tx, verb, incidents, i)
}

// RaiseConcern adds a concern. One that names a harm opens an impact
// assessment of each system concerned that is not retired, or joins the one
// that is open.
func (tx *Tx) RaiseConcern(c Concern) (Concern, error) {
	const verb = "RaiseConcern"
	c.Answer, c.AnsweredOn = "", time.Time{}
	if c.Due.IsZero() && !c.RaisedOn.IsZero() {
		c.Due = c.RaisedOn.AddDate(0, 0, 30)
	}
	c, err := put(tx, verb, concerns, c)
	if err != nil || c.Harm == "" {
		return c, err
	}
	for _, id := range c.Systems {
		if err := tx.fire(verb, id, impact.TriggerConcern, "concern "+c.ID); err != nil {
			return c, err
		}
	}
	return c, nil
}

// AnswerConcern records what came of a concern.
func (tx *Tx) AnswerConcern(id, answer string) (Concern, error) {
	const verb = "AnswerConcern"
	c, err := get(tx, verb, concerns, id)
	if err != nil {
		return c, err
	}
	if !c.Open() {
		return c, &RecordError{Kind: KindConcern, ID: id, Verb: verb, Err: ErrState, Why: fmt.Errorf("answered on %s", c.AnsweredOn.Format(time.DateOnly))}
	}
	var is Issues
	required(&is, "answer", answer)
	if len(is) > 0 {
		return c, &RecordError{Kind: KindConcern, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	c.Answer, c.AnsweredOn = answer, tx.asOf
	if c.Handler == "" && people.records(tx.ts).Has(tx.by.Actor) {
		c.Handler = tx.by.Actor
	}
	return put(tx, verb, concerns, c)
}

func checkIncident(tx *Tx, i *Incident, is *Issues) {
	c := checker{is, tx}
	c.text("title", i.Title, true)
	c.text("description", i.Description, false)
	c.text("lessons", i.Lessons, false)
	oneOf(c, "grade", i.Grade, []Grade{GradeLow, GradeMedium, GradeHigh, GradeCritical})
	c.systems("systems", i.Systems)
	for n, h := range i.Harms {
		c.harm(index("harms", n), h)
	}
	if i.DetectedOn.IsZero() {
		c.Add("detected_on", "required", "", "say when it was noticed")
	}
	c.past("detected_on", i.DetectedOn)
	c.order("detected_on", i.DetectedOn, "triaged_on", i.TriagedOn)
	c.order("detected_on", i.DetectedOn, "communicated_on", i.CommunicatedOn)
	c.person("owner", i.Owner, false)
}

func checkConcern(tx *Tx, n *Concern, is *Issues) {
	c := checker{is, tx}
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

// harm adds an issue unless id names a harm of the taxonomy.
func (c checker) harm(field, id string) {
	if _, ok := impact.HarmByID(id); !ok {
		c.Add(field, "harm", id, "no such harm; see impact.Harms")
	}
}
