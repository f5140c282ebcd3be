package aims

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Communication is one row of the plan of what is told of the management system, inside and
// outside (7.4): on what, when, to whom, how and by whom; and what was told by it.
type Communication struct {
	// ID names the row, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Topic is on what it is, What says what is told.
	Topic CommunicationTopic `json:"topic"`
	What  string             `json:"what"`
	// EveryDays is after how many days at the latest it is told again; 0 if it goes by events
	// alone. When says which event.
	EveryDays int    `json:"every_days,omitempty"`
	When      string `json:"when,omitempty"`
	// With are those who are told: persons, roles, interested parties, suppliers or governing
	// bodies on file; without an ID all of that kind, so that kind "person" alone is everybody
	// inside.
	With []Subject `json:"with"`
	// How says by what way.
	How string `json:"how"`
	// Owner is the ID of the person who sees to it.
	Owner string `json:"owner"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Since is from when on it is done so; it stays as it was first told.
	Since calendar.Date `json:"since"`
	// Told is what was told by it, in the order in which it was recorded; verbs keep it.
	Told []Telling `json:"told,omitempty"`
	// EndedAt, EndedBy and EndReason say when it ceased to hold, who decided so and why; zero
	// while it holds.
	EndedAt   time.Time `json:"ended_at,omitzero"`
	EndedBy   string    `json:"ended_by,omitempty"`
	EndReason string    `json:"end_reason,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CommunicationTopic is on what something is told.
type CommunicationTopic string

// The topics. Of the first three it is found if nothing is planned.
const (
	CommunicationPolicy        CommunicationTopic = "policy"         // the AI policy (5.2, 7.3)
	CommunicationImpactResults CommunicationTopic = "impact_results" // what impact assessments came to (6.1.4)
	CommunicationIncidents     CommunicationTopic = "incidents"      // what went wrong (A.8.4)
	CommunicationRoles         CommunicationTopic = "roles"          // who answers for what (5.3)
	CommunicationObjectives    CommunicationTopic = "objectives"     // what is to be reached (6.2)
	CommunicationRisks         CommunicationTopic = "risks"          // and what is done about them (6.1.3)
	CommunicationSystems       CommunicationTopic = "systems"        // what users are told of them (A.8.2)
	CommunicationChanges       CommunicationTopic = "changes"        // of the management system (6.3)
	CommunicationOther         CommunicationTopic = "other"
)

// CommunicationTopics lists the topics.
func CommunicationTopics() []CommunicationTopic {
	return []CommunicationTopic{CommunicationPolicy, CommunicationImpactResults, CommunicationIncidents, CommunicationRoles, CommunicationObjectives, CommunicationRisks, CommunicationSystems, CommunicationChanges, CommunicationOther}
}

// Telling is that something was told.
type Telling struct {
	// On is when, To to whom of those who are to be told, What says what.
	On   calendar.Date `json:"on"`
	To   []Subject     `json:"to"`
	What string        `json:"what"`
	// Evidence are the IDs of evidence of it.
	Evidence []string `json:"evidence,omitempty"`
	// By is the ID of the person who told it, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// InForce reports whether the row has not been ended.
func (c Communication) InForce() bool { return c.EndedAt.IsZero() }

// Last returns when somebody of those who are to be told was last told; zero if never.
func (c Communication) Last(to Subject) (last calendar.Date) {
	for _, t := range c.Told {
		if slices.Contains(t.To, to) {
			last = calendar.Later(last, t.On)
		}
	}
	return last
}

// Due is by when it is to be told again, to whom it was told longest ago; zero if it goes by
// events alone.
func (c Communication) Due() (due calendar.Date) {
	if c.EveryDays == 0 {
		return due
	}
	for _, to := range c.With {
		next := calendar.Later(c.Since, c.Last(to)).AddDays(c.EveryDays)
		if due.IsZero() || next.Before(due) {
			due = next
		}
	}
	return due
}

var communications = ledger.MustDeclare(ledger.Spec[Communication]{
	Name: KindCommunication,
	Key:  func(c *Communication) string { return c.ID }, SetKey: func(c *Communication, id string) { c.ID = id },
	Revision:  func(c *Communication) *uint64 { return &c.Revision },
	Completes: []string{"tenures"},
	Carry:     handed(func(rec *Communication) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Limits: within(KindCommunication, bounded(lists{"with": 100, "told": 500, "told.to": 100, "told.evidence": 20},
		"what", "when", "how", "end_reason", "told.what")),
	MayDrop: func(_ ledger.Reader, c *Communication) error {
		if len(c.Told) > 0 {
			return errors.New("something was told by it; end it (EndCommunication), and that stays on file")
		}
		return nil
	},
	Check: checked(checkCommunication),
})

// PutCommunication adds a row to the plan of what is told, or revises one that holds (7.4).
// What was told stays, and so does since when it holds. While it is late, the day by which it
// is to be told does not come to be later: it is told, or ended by somebody else
// (EndCommunication).
func (tx *Tx) PutCommunication(c Communication) error {
	return put(tx, "PutCommunication", communications, c, func(c *Communication) error {
		old, exists := communications.Of(tx).Get(c.ID)
		c.Told, c.EndedAt, c.EndedBy, c.EndReason = old.Told, time.Time{}, "", ""
		if !exists {
			return nil
		}
		if err := closedOn("ended", old.EndedAt); err != nil {
			return err
		}
		var is Issues
		kept(&is, "since", old.Since, c.Since, "what is told otherwise from another day on is another row")
		if due := old.Due(); !due.IsZero() && tx.Today().After(due) && (c.Due().IsZero() || c.Due().After(due)) {
			is.Add("every_days", "kept", strconv.Itoa(c.EveryDays), "it was to be told by %s; tell it first (RecordTelling)", due.String())
		}
		return is.Err()
	})
}

// RecordTelling records that something was told by a row of the plan, to some of those whom it
// names or to all of them, by the actor (7.4).
func (tx *Tx) RecordTelling(id string, t Telling) error {
	return revise(tx, "RecordTelling", communications, id, func(c *Communication) error {
		if err := closedOn("ended", c.EndedAt); err != nil {
			return err
		}
		var is Issues
		saying(&is, "what", t.What)
		switch {
		case t.On.IsZero():
			is.Add("on", "required", "", "say when it was told")
		case t.On.After(tx.Today()):
			is.Add("on", "past", t.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case t.On.Before(c.Since):
			is.Add("on", "order", t.On.String(), "it is done so since %s", c.Since.String())
		}
		if len(t.To) == 0 {
			is.Add("to", "required", "", "say who was told")
		}
		for i, to := range t.To {
			switch at := issue.Index("to", i); {
			case !slices.Contains(c.With, to):
				is.Add(at, "oneof", fmt.Sprintf("%s %s", to.Kind, to.ID), "is none of those whom the row names")
			case slices.Contains(t.To[:i], to):
				is.Add(at, "repeated", to.ID, "is there already")
			}
		}
		t.By, t.At = tx.By().Actor, tx.Now()
		c.Told = append(c.Told, t)
		return is.Err()
	})
}

// EndCommunication decides that a row of the plan holds no more; what was told by it stays. Its
// owner does not (7.4).
func (tx *Tx) EndCommunication(id, reason string) error {
	return decide(tx, "EndCommunication", communications, id, func(c *Communication) error {
		if err := closedOn("ended", c.EndedAt); err != nil {
			return err
		}
		var is Issues
		saying(&is, "end_reason", reason)
		c.EndedAt, c.EndedBy, c.EndReason = tx.Now(), tx.By().Actor, reason
		return is.Err()
	})
}

// maxEveryDays is how long it may be until something is told again: a certification cycle.
const maxEveryDays = year3

func checkCommunication(c checker, m *Communication) {
	c.says("title", m.Title, true)
	oneOf(c, "topic", m.Topic, CommunicationTopics())
	c.says("what", m.What, true)
	c.says("how", m.How, true)
	c.says("when", m.When, m.EveryDays == 0)
	if m.EveryDays < 0 || m.EveryDays > maxEveryDays {
		c.Add("every_days", "range", strconv.Itoa(m.EveryDays), "days from 0 to %d", maxEveryDays)
	}
	if len(m.With) == 0 {
		c.Add("with", "required", "", "say who is told")
	}
	for i, to := range m.With {
		at := issue.Index("with", i)
		c.audience(at, to)
		if slices.Contains(m.With[:i], to) {
			c.Add(at, "repeated", to.ID, "is there already")
		}
	}
	if m.InForce() {
		c.person("owner", m.Owner, true)
	}
	if m.Since.IsZero() {
		c.Add("since", "required", "", "say from when on it is done so")
	}
	for i, t := range m.Told {
		at := issue.Index("told", i)
		c.past(at+".on", t.On)
		for j, id := range t.Evidence {
			if !c.has(KindEvidence, id) {
				c.Add(issue.Index(at+".evidence", j), "record", id, "no such evidence on file")
			}
		}
	}
}

// Communications yields the plan of what is told, with what was told (7.4).
//
//go:noinline
func (r *reading) Communications() iter.Seq[Communication] { return communications.Of(r.r).All() }

var communicated = Probe{
	ID: "CM-01", Title: "What was to be told by the plan was not told", Clause: Clause{"7.4"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, c := range communications.Shared(x.r).All() {
			due := c.Due()
			if !c.InForce() || !x.overdue(due) {
				continue
			}
			if !yield(about(communications.Name(), id, c.Title, due, issue.NewText("It was to be told by %s.", day(due)),
				issue.NewText("Tell it, and record that (RecordTelling)."))) {
				return
			}
		}
	},
}

// toBeTold are the topics of which something has to reach people, and when it has to.
var toBeTold = []struct {
	topic CommunicationTopic
	what  issue.Text
	is    func(x *index) bool
}{
	{CommunicationPolicy, issue.NewText("the AI policy"), func(x *index) bool { _, ok := x.Policy(); return ok }},
	{CommunicationImpactResults, issue.NewText("what impact assessments came to"), func(x *index) bool {
		return slices.ContainsFunc(x.all(), func(st *systemState) bool { return st.approved != nil })
	}},
	{CommunicationIncidents, issue.NewText("incidents"), func(x *index) bool { return x.inOperation() > 0 }},
}

var communicationPlanned = Probe{
	ID: "CM-02", Title: "Nothing planned of what has to be told", Clause: Clause{"7.4"}, Controls: ids("A.8.4"),
	Grading: "minor; while no scope is in force it is not asked, and an approved document for clause 7.4 says as much. The policy once one is in force, incidents once a system is in use, results once an assessment is approved",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if !x.scoped() || x.documented(Clause{"7.4"}) {
			return
		}
		planned := make(map[CommunicationTopic]bool)
		for _, c := range communications.Shared(x.r).All() {
			if c.InForce() && slices.ContainsFunc(c.With, x.reaches) {
				planned[c.Topic] = true
			}
		}
		var lacks []issue.Text
		for _, t := range toBeTold {
			if !planned[t.topic] && t.is(x) {
				lacks = append(lacks, t.what)
			}
		}
		if len(lacks) == 0 {
			return
		}
		o := x.whole(x.on(x.began()), issue.NewText("Nothing says who is told, when and how: %s.", issue.Join("%s, %s", lacks)),
			issue.NewText("Plan it, with whom, when, how and by whom (PutCommunication)."))
		o.Absent = true
		yield(o)
	},
}
