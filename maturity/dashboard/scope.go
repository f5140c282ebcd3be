package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// InForce is a document that is in force, or the draft where none is.
type InForce struct {
	Ref
	// Text is what it says, cut.
	Text string `json:"text"`
	// InForce says that it is approved, by By at At, to be looked at again on
	// ReviewDue.
	InForce   bool          `json:"in_force"`
	By        Person        `json:"by,omitzero"`
	At        calendar.Date `json:"at,omitzero"`
	ReviewDue calendar.Date `json:"review_due,omitzero"`
	// Missing says what is missing where there is none.
	Missing string `json:"missing,omitempty"`
}

// mostText is how much of a text a tile shows.
const mostText = 240

func (k *look) approval(f *InForce, a aims.DocumentApproval) {
	if f.InForce = a.Given(); f.InForce {
		f.By, f.At, f.ReviewDue = k.person(a.By, "approved it"), k.on(a.At), a.ReviewDue
	}
}

func (k *look) scope() InForce {
	s, ok := k.v.Scope()
	if !ok {
		return InForce{Missing: k.say("No scope is written.")}
	}
	f := InForce{Ref: k.ref(aims.Subject{Kind: aims.KindScope, ID: s.ID}, s.ID), Text: shorten(s.Statement, mostText)}
	k.approval(&f, s.Approval)
	return f
}

func (k *look) policy() InForce {
	p, ok := k.v.Policy()
	if !ok {
		return InForce{Missing: k.say("No AI policy is in force.")}
	}
	f := InForce{Ref: k.ref(aims.Subject{Kind: aims.KindPolicy, ID: p.ID}, p.Title), Text: p.URI}
	k.approval(&f, p.Approval)
	return f
}

// Statement is the Statement of Applicability in force.
type Statement struct {
	InForce
	// Version is the version of it.
	Version int `json:"version"`
	// Rows is how many controls it speaks of.
	Rows int `json:"rows"`
	// Applicable and Excluded count the rows; Gaps are what was open when it was made.
	Applicable int `json:"applicable"`
	Excluded   int `json:"excluded"`
	Gaps       int `json:"gaps"`
	// Changed are rows of which the decision is another one now.
	Changed Figure `json:"changed"`
}

func (k *look) statement() Statement {
	changed := Figure{ID: "auditor.statement.changed", Label: k.say("decided otherwise since"), List: "controls"}
	s, ok := k.v.ApprovedStatement()
	if !ok {
		return Statement{InForce: InForce{Missing: k.say("No Statement of Applicability is approved.")}, Changed: changed}
	}
	changed.Of = len(s.Rows)
	out := Statement{InForce: InForce{Ref: k.ref(aims.Subject{Kind: aims.KindStatement, ID: s.ID}, k.statementName(s)), Text: shorten(s.Scope, mostText), InForce: true,
		By: k.person(s.Approval.By, "approved it"), At: k.on(s.Approval.At), ReviewDue: s.Approval.ReviewDue}, Version: s.Version, Rows: len(s.Rows), Gaps: len(s.Gaps()), Changed: changed}
	for _, r := range s.Rows {
		switch r.Applicability {
		case "applicable":
			out.Applicable++
		case "excluded":
			out.Excluded++
		}
		if d := k.v.Decision(r.Control); !r.Says(d) {
			out.Changed.count(k, k.ref(aims.Subject{Kind: aims.KindDecision, ID: r.Control.String()}, r.Control.String()+" "+r.Title))
			out.Changed.Tone = ToneWarn
		}
	}
	return out
}
