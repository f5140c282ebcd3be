package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ImportOrigin says where records that were imported come from; see ledger.Origin.
type ImportOrigin = ledger.Origin

// IsImported reports whether what a record of a revision says to have been signed,
// decided or recorded at a time was brought by an import: then no commit of this
// journal shows who did it, and it is as the export says. All that a record says is
// so that has not been written since, whatever times it tells. It is false where
// nothing was imported.
func (r *reading) IsImported(revision uint64, at time.Time) bool {
	o, ok := r.r.Imported()
	return ok && (revision == 1 || !at.IsZero() && !at.After(o.At))
}

// ImportedDecision is something that somebody approved, signed, accepted or granted
// by what an import says.
type ImportedDecision struct {
	// Subject is the record.
	Subject
	// What is what was decided, such as "approval" or "signature".
	What string `json:"what"`
	// By is the ID of the person, as the export has it, and At when.
	By string    `json:"by"`
	At time.Time `json:"at,omitzero"`
}

// ImportedDecisions returns the decisions on file that were brought by an import,
// by kind and ID: they count, on the word of who exported them, until somebody
// decides anew. There are none where nothing was imported. For a reader (View.For)
// they are those of records that are shown as they are.
func (v *View) ImportedDecisions() []ImportedDecision {
	origin, ok := v.Imported()
	if !ok {
		return nil
	}
	var all []ImportedDecision
	v.decided(func(d decided) {
		if d.imported(origin) {
			all = append(all, ImportedDecision{d.subject, d.what, d.by, d.at})
		}
	})
	return all
}

// DeclaredDecision is a decision on file that counts on the word of whoever typed it: the
// rules as they are would not have let it.
type DeclaredDecision struct {
	// Subject is the record.
	Subject
	// What is what was decided, By the ID that stands there, At when.
	What string    `json:"what"`
	By   string    `json:"by"`
	At   time.Time `json:"at,omitzero"`
	// Why says what is against it.
	Why issue.Text `json:"why"`
}

// DeclaredDecisions returns the decisions on file, by kind and ID, that were taken before
// the table of rights was kept and that it would have refused: by somebody who is no
// person on file or had left, or by an author of the thing. They keep their effect, with
// no more behind it than that somebody typed it, until somebody decides anew.
func (v *View) DeclaredDecisions() []DeclaredDecision {
	var all []DeclaredDecision
	v.decided(func(d decided) {
		if why := v.against(d); why.ID != "" {
			all = append(all, DeclaredDecision{d.subject, d.what, d.by, d.at, why})
		}
	})
	return all
}

// against says why the rules as they are would not have let a decision; nothing if they
// would.
func (v *View) against(d decided) issue.Text {
	e := v.entire()
	p, ok := people.Shared(e.r).Get(d.by)
	switch {
	case !ok:
		return issue.NewText("%s is no person on file", d.by)
	case !d.at.IsZero() && !p.ActiveOn(v.DayOf(d.at)):
		return issue.NewText("%s had left by then", recordOf(people.Name(), d.by))
	case slices.ContainsFunc(d.authors, func(a string) bool { return e.same(a, d.by) }):
		return issue.NewText("%s wrote in it", recordOf(people.Name(), d.by))
	}
	return issue.Text{}
}

// decided is one decision that a record tells of.
type decided struct {
	subject  Subject
	revision uint64
	what, by string
	at       time.Time
	authors  []string
}

// imported reports whether an import brought the decision.
func (d decided) imported(by ledger.Origin) bool {
	return d.revision == 1 || !d.at.IsZero() && !d.at.After(by.At)
}

// decided walks over what somebody approved, signed, accepted or granted.
func (v *View) decided(yield func(decided)) { v.decidedIn(true, true, yield) }

// decidedIn is decided of assessments, which are the most, and of all others.
func (v *View) decidedIn(signed, others bool, yield func(decided)) {
	note := func(kind Kind, id string, revision uint64, what, by string, at time.Time, authors ...string) {
		if by != "" {
			yield(decided{Subject{Kind: kind, ID: id}, revision, what, by, at, authors})
		}
	}
	if others {
		v.decidedFirst(note)
	}
	if signed {
		for _, a := range assessments.Shared(v.r).All() { // not copied
			for _, s := range a.Signatures {
				note(KindAssessment, a.ID, a.Revision, "signature as "+s.Role, s.By, s.At, a.Authors...)
			}
		}
	}
	if others {
		v.decidedLast(note)
	}
}

// noteDecided is told of a decision.
type noteDecided func(kind Kind, id string, revision uint64, what, by string, at time.Time, authors ...string)

// decidedFirst and decidedLast walk over those that come before and after the assessments.
func (v *View) decidedFirst(note noteDecided) {
	for r := range v.Roles().All() {
		if !r.AcceptedOn.IsZero() {
			note(KindRole, r.ID, r.Revision, "acceptance of the role", r.Holder, r.AcceptedOn)
		}
	}
	for p := range v.Policies().All() {
		note(KindPolicy, p.ID, p.Revision, "approval", p.Approval.By, p.Approval.At, p.Authors...)
	}
	for d := range v.Documents().All() {
		note(KindDocument, d.ID, d.Revision, "approval", d.Approval.By, d.Approval.At, d.Authors...)
	}
	for s := range v.Sweeps().All() {
		note(KindSweep, s.ID, s.Revision, "attestation that no AI is run", s.NoAI.By, s.NoAI.At, append([]string{s.By}, s.Authors...)...)
	}
	for c := range v.PlannedChanges().All() {
		for _, a := range c.approvals() {
			note(KindPlannedChange, c.ID, c.Revision, "approval", a.By, a.At, c.Authors...)
		}
	}
	for s := range v.Scopes() {
		note(KindScope, s.ID, s.Revision, "approval", s.Approval.By, s.Approval.At, s.Authors...)
	}
	for p := range v.AuditProgrammes() {
		note(KindAuditProgramme, p.ID, p.Revision, "approval", p.Approval.By, p.Approval.At, p.Authors...)
	}
	for m := range v.ProcessMaps() {
		note(KindProcessMap, m.ID, m.Revision, "approval", m.Approval.By, m.Approval.At, m.Authors...)
	}
	for c := range criteria.Of(v.r).All() {
		note(KindCriteria, c.ID, c.Revision, "approval", c.ApprovedBy, c.ApprovedAt, c.Authors...)
	}
}

func (v *View) decidedLast(note noteDecided) {
	for _, r := range risks.Shared(v.r).All() {
		note(KindRisk, r.ID, r.Revision, "acceptance of the risk", r.Acceptance.By, r.Acceptance.At, r.Authors...)
	}
	for d := range v.Decisions().All() {
		note(KindDecision, d.Control.String(), d.Revision, "leaving the control out", d.ApprovedBy, time.Time{})
	}
	for s := range v.Statements().All() {
		note(KindStatement, s.ID, s.Revision, "approval", s.Approval.By, s.Approval.At)
	}
	for s := range v.Verifications().All() {
		note(KindVerification, s.ID, s.Revision, "verification", s.By, s.RecordedAt, slices.Concat(s.Authors, s.Builders)...)
	}
	for d := range v.Deployments().All() {
		note(KindDeployment, d.ID, d.Revision, "release", d.ReleasedBy, d.ReleasedAt, d.Authors...)
	}
	for a := range v.Actions().All() {
		for _, k := range a.Checks {
			note(KindAction, a.ID, a.Revision, "check of the action", k.By, k.At, k.Of.By)
		}
		note(KindAction, a.ID, a.Revision, "cancelling the action", a.CancelledBy, a.CancelledAt)
	}
	for u := range v.UseRules().All() {
		for _, a := range append(slices.Clone(u.Earlier), u.InForce) {
			note(KindUseRules, u.ID, u.Revision, "approval", a.By, a.At, a.Authors...)
		}
	}
	for o := range v.Opportunities() {
		for _, d := range o.Decisions {
			note(KindOpportunity, o.ID, o.Revision, "decision on the opportunity", d.By, d.At)
		}
		for _, e := range o.Effects {
			note(KindOpportunity, o.ID, o.Revision, "whether what was done worked", e.By, e.On, append(slices.Clone(o.FormerOwners), o.Owner)...)
		}
	}
	for m := range v.Monitorings() {
		for _, e := range m.Evaluations {
			note(KindMonitoring, m.ID, m.Revision, "evaluation of results", e.By, e.At)
		}
	}
	for r := range v.Resources().All() {
		for _, g := range r.Gaps {
			note(KindResource, r.ID, r.Revision, "closing of a gap", g.ClosedBy, g.ClosedAt)
		}
		for _, l := range r.Reviews {
			note(KindResource, r.ID, r.Revision, "review of the resource", l.By, l.At)
		}
	}
	for c := range v.Communications() {
		if !c.InForce() {
			note(KindCommunication, c.ID, c.Revision, "end of the communication", c.EndedBy, c.EndedAt)
		}
	}
	for p := range v.PublicClaims().All() {
		for _, l := range p.Reviews {
			note(KindPublicClaim, p.ID, p.Revision, "review of the claim", l.By, l.At)
		}
	}
	for l := range v.SystemLogs().All() {
		last, _ := l.Last()
		for _, c := range l.Checks {
			var authors []string
			if c == last && l.UncheckedSince.IsZero() { // who looked before may have written since
				authors = l.Authors
			}
			note(KindSystemLog, l.System, l.Revision, "check of the logs", c.By, c.At, authors...)
		}
	}
	for p := range v.GatePassages().All() {
		for _, o := range p.Signatures {
			note(KindGatePassage, p.ID, p.Revision, "signature", o.By, o.At)
		}
	}
	for r := range v.Retirements().All() {
		note(KindRetirement, r.ID, r.Revision, "decision", r.DecidedBy, r.DecidedAt, r.Authors...)
		note(KindRetirement, r.ID, r.Revision, "closing", r.Closing.By, r.Closing.At)
	}
	for e := range v.Exceptions().All() {
		for _, g := range e.Grants {
			note(KindException, e.ID, e.Revision, "grant", g.By, g.At)
		}
	}
}
