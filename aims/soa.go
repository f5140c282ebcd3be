package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// DecideControl records a decision on a control of Annex A, or adds and
// decides a control of the organisation's own (6.1.3). Leaving a control out
// takes effect with the actor's approval: the actor must be a person on file
// and not the control's owner.
func (tx *Tx) DecideControl(d annexa.Decision) (annexa.Decision, error) {
	const verb = "DecideControl"
	if d.Control.IsZero() {
		var is Issues
		is.Add("control", "control", "", "names no control; annexa.Parse reads one")
		return d, &RecordError{Kind: KindDecision, Verb: verb, Err: ErrInvalid, Why: is}
	}
	if d.Applicability == annexa.Excluded {
		if _, err := tx.signatory(verb, KindDecision, d.Control.String()); err != nil {
			return d, err
		}
		if d.Owner == tx.by.Actor {
			return d, &RecordError{Kind: KindDecision, ID: d.Control.String(), Verb: verb, Err: ErrForbidden,
				Why: fmt.Errorf("%q owns the control; another person approves leaving it out", d.Owner)}
		}
		d.ApprovedBy = tx.by.Actor
	}
	return put(tx, verb, decisions, d)
}

func checkDecision(tx *Tx, d *annexa.Decision, is *Issues) {
	c := checker{is, tx}
	mergeIssues(is, d.Validate())
	c.person("owner", d.Owner, false)
	for i, g := range d.Grounds {
		field := index("grounds", i) + ".ref"
		switch g.Kind {
		case annexa.GroundRisk:
			if !risks.records(tx.ts).Has(g.Ref) {
				c.Add(field, "risk", g.Ref, "no such risk on the register")
			}
		case annexa.GroundImpact:
			if !assessments.records(tx.ts).Has(g.Ref) {
				c.Add(field, "assessment", g.Ref, "no such impact assessment")
			}
		}
	}
}

// Decision returns the decision on a control; an undecided one if there is
// none on file.
func (r *reading) Decision(id annexa.ID) annexa.Decision {
	if d, ok := decisions.records(r.ts).Get(id.String()); ok {
		return d
	}
	return annexa.Decision{Control: id}
}

// Statement compiles the Statement of Applicability as it stands at time now
// (6.1.3): every control with its decision, which systems' assessments require
// it, the fresh evidence for it and what is missing. It is a draft, of version 0 and
// without ID, until ApproveStatement. The error is annexa's for a zero now.
func (r *reading) Statement(now time.Time) (annexa.Statement, error) {
	in := annexa.Input{Organisation: r.Organisation().Name, At: now}
	if s, ok := r.Scope(); ok {
		in.Scope = s.Statement
	}
	for _, d := range decisions.records(r.ts).each() {
		in.Decisions = append(in.Decisions, *d)
	}
	for _, a := range assessments.records(r.ts).each() {
		if a.State != impact.StateApproved {
			continue
		}
		for _, q := range a.Result.Controls {
			in.Required = append(in.Required, annexa.Required{Control: q.Control, System: a.System, Assessment: a.ID, Rules: q.Rules})
		}
	}
	for _, e := range evidence.records(r.ts).each() {
		if !e.Fresh(now) {
			continue
		}
		for _, ref := range e.Supports {
			if ref.Framework() != FrameworkID {
				continue
			}
			id, err := annexa.Parse(ref.Element())
			if err != nil {
				continue // a clause
			}
			item := annexa.EvidenceItem{ID: e.ID, Control: id, Kind: e.Kind, ValidUntil: e.ValidUntil}
			if len(e.Systems) == 0 {
				in.Evidence = append(in.Evidence, item)
			}
			for _, item.System = range e.Systems {
				in.Evidence = append(in.Evidence, item)
			}
		}
	}
	return annexa.Compile(in)
}

func statementID(version int) string { return fmt.Sprintf("soa-%04d", version) }

// ApproveStatement compiles the Statement of Applicability, approves it until
// reviewDue and puts it on file as its next version. It is refused while a
// control is undecided or unjustified. The actor must be a person on file.
func (tx *Tx) ApproveStatement(reviewDue time.Time) (annexa.Statement, error) {
	const verb = "ApproveStatement"
	s, err := tx.Statement(tx.asOf)
	s.Version = statements.records(tx.ts).Len() + 1
	s.ID = statementID(s.Version)
	if err != nil {
		return s, &RecordError{Kind: KindStatement, ID: s.ID, Verb: verb, Err: ErrInvalid, Why: err}
	}
	if _, err := tx.signatory(verb, KindStatement, s.ID); err != nil {
		return s, err
	}
	approved, err := s.Approve(tx.by.Actor, tx.asOf, reviewDue.UTC())
	if err != nil {
		return s, &RecordError{Kind: KindStatement, ID: s.ID, Verb: verb, Err: ErrInvalid, Why: err}
	}
	return put(tx, verb, statements, approved)
}

// ApprovedStatement returns the latest approved Statement of Applicability;
// false if there is none.
func (r *reading) ApprovedStatement() (annexa.Statement, bool) {
	_, last, ok := statements.records(r.ts).t.m.Max()
	if !ok {
		return annexa.Statement{}, false
	}
	return *last, true
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// Controls returns the decisions on controls in the standard's order, the
// organisation's own after those of Annex A.
func (r *reading) Controls() []annexa.Decision {
	all := slices.Collect(decisions.records(r.ts).All())
	slices.SortFunc(all, func(a, b annexa.Decision) int { return annexa.Compare(a.Control, b.Control) })
	return all
}
