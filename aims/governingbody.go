package aims

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// GoverningBody is a body that oversees top management, where there is one: a supervisory
// board, a council, owners (5.1; ISO/IEC 38507). It says which decisions the body keeps to
// itself and what it was told when.
type GoverningBody struct {
	// ID names the body, Name is what people call it.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Chair is the ID of the person who leads it, Members are those of all who sit in it.
	Chair   string   `json:"chair"`
	Members []string `json:"members"`
	// Reserves are the decisions on AI that it keeps to itself, in words.
	Reserves []string `json:"reserves"`
	// Months is after how many months it is told again how the management system does.
	Months int `json:"months"`
	// Since is the day on which it was put on file; a verb sets it.
	Since calendar.Date `json:"since,omitzero"`
	// Briefings are what it was told (NoteBriefing), oldest first.
	Briefings []Briefing `json:"briefings,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Briefing is one time that a governing body was told.
type Briefing struct {
	// On is when, What it was told, and Decided what it said to that.
	On      calendar.Date `json:"on"`
	What    string        `json:"what"`
	Decided string        `json:"decided"`
	// By is the ID of the person who told it: not who notes it.
	By string `json:"by"`
	// NotedBy is the ID of who chaired, and noted it, NotedAt when; verbs set them.
	NotedBy string    `json:"noted_by"`
	NotedAt time.Time `json:"noted_at"`
}

// ToldOn returns the day on which it was told last, or put on file.
func (g GoverningBody) ToldOn() calendar.Date {
	last := g.Since
	for _, b := range g.Briefings {
		last = calendar.Later(last, b.On)
	}
	return last
}

// Due returns the day by which it is to be told again.
func (g GoverningBody) Due() calendar.Date { return g.ToldOn().AddDate(0, g.Months, 0) }

var governingBodies = ledger.MustDeclare(ledger.Spec[GoverningBody]{
	Name: KindGoverningBody,
	Key:  func(g *GoverningBody) string { return g.ID }, SetKey: func(g *GoverningBody, id string) { g.ID = id },
	Revision:  func(g *GoverningBody) *uint64 { return &g.Revision },
	Completes: []string{"since"},
	Limits:    within(KindGoverningBody, bounded(lists{"members": 100, "reserves": 100, "briefings": 200}, "briefings.what", "briefings.decided")),
	Check:     checked(checkGoverningBody),
})

// PutGoverningBody puts a body on file that oversees top management, or revises who sits in
// it and what it keeps to itself (5.1). What it was told stays.
func (tx *Tx) PutGoverningBody(g GoverningBody) error {
	return put(tx, "PutGoverningBody", governingBodies, g, func(g *GoverningBody) error {
		old, exists := governingBodies.Of(tx).Get(g.ID)
		g.Since, g.Briefings = old.Since, old.Briefings
		if !exists {
			g.Since = tx.Today()
		}
		var is Issues
		if exists && g.Months > old.Months && tx.Today().After(old.Due()) {
			is.Add("months", "kept", fmt.Sprint(g.Months), "it was to be told by %s; tell it first", old.Due().String())
		}
		return is.Err()
	})
}

// NoteBriefing records, by the body's chair, what it was told and what it said to that. Who
// told it is somebody else.
func (tx *Tx) NoteBriefing(id string, b Briefing) error {
	return decide(tx, "NoteBriefing", governingBodies, id, func(g *GoverningBody) error {
		var is Issues
		saying(&is, "what", b.What)
		saying(&is, "decided", b.Decided)
		if b.On.IsZero() {
			is.Add("on", "required", "", "say when it was told")
		}
		if tx.same(b.By, tx.By().Actor) {
			is.Add("by", "apart", b.By, "who notes what the body was told has not told it")
		}
		if n := len(g.Briefings); n > 0 && b.On.Before(g.Briefings[n-1].On) {
			is.Add("on", "order", b.On.String(), "it was told on %s since", g.Briefings[n-1].On.String())
		}
		b.NotedBy, b.NotedAt = tx.By().Actor, tx.Now()
		g.Briefings = append(g.Briefings, b)
		return is.Err()
	})
}

func checkGoverningBody(c checker, g *GoverningBody) {
	c.says("name", g.Name, true)
	c.person("chair", g.Chair, true)
	c.people("members", g.Members)
	if g.Chair != "" && !slices.Contains(g.Members, g.Chair) {
		c.Add("members", "chair", g.Chair, "who leads it sits in it")
	}
	if len(g.Reserves) == 0 {
		c.Add("reserves", "required", "", "say which decisions it keeps to itself")
	}
	for i, r := range g.Reserves {
		c.says(issue.Index("reserves", i), r, true)
	}
	if g.Months < 1 || g.Months > 24 {
		c.Add("months", "range", fmt.Sprint(g.Months), "1 to 24")
	}
	for i, b := range g.Briefings {
		at := issue.Index("briefings", i)
		c.past(at+".on", b.On)
		c.person(at+".by", b.By, true)
	}
}

// GoverningBodies yields the bodies that oversee top management, by ID (5.1).
//
//go:noinline
func (r *reading) GoverningBodies() iter.Seq[GoverningBody] { return governingBodies.Of(r.r).All() }

var bodiesTold = Probe{
	ID: "GB-01", Title: "Governing body not told", Clause: Clause{"5.1"},
	Grading: "minor; found where such a body is on file",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, g := range governingBodies.Shared(x.r).All() {
			if due := g.Due(); x.overdue(due) && !yield(about(KindGoverningBody, g.ID, g.Name, due, issue.NewText("It was to be told by %s how the management system does.", due),
				issue.NewText("Tell it, and have its chair note what it said (NoteBriefing)."))) {
				return
			}
		}
	},
}

var bodiesApart = Probe{
	ID: "GB-02", Title: "Governing body not apart from top management", Clause: Clause{"5.1"},
	Grading: "opportunity: no clause asks for such a body; one that is top management itself oversees nothing",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for _, g := range governingBodies.Shared(x.r).All() {
			apart := slices.ContainsFunc(g.Members, func(id string) bool {
				p, ok := people.Shared(x.r).Get(id)
				return ok && !p.TopManagement && x.active(id)
			})
			if !apart && !yield(about(KindGoverningBody, g.ID, cmp.Or(g.Name, g.ID), never, issue.NewText("No active member of it is apart from top management."),
				issue.NewText("Have somebody sit in it who is not of top management (PutGoverningBody)."))) {
				return
			}
		}
	},
}
