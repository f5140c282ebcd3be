package aims

import (
	"slices"

	"github.com/aimskit/aimskit/issue"
)

// AuditMethod is a way in which an audit finds out (9.2.2; ISO 19011, A.1, in own words).
type AuditMethod string

// The methods.
const (
	// MethodInterview: people are asked. MethodObservation: somebody watches what is done.
	MethodInterview   AuditMethod = "interview"
	MethodObservation AuditMethod = "observation"
	// MethodDocuments: documents and records are read. MethodSample: some of many are drawn,
	// and all that is drawn is looked at (DrawAuditSample).
	MethodDocuments AuditMethod = "document_review"
	MethodSample    AuditMethod = "sampling"
	// MethodTest: something is done again, or tried, to see what comes of it.
	MethodTest AuditMethod = "test"
)

// AuditMethods lists the methods.
func AuditMethods() []AuditMethod {
	return []AuditMethod{MethodInterview, MethodObservation, MethodDocuments, MethodSample, MethodTest}
}

// unsaid adds an issue for each thing that an audit has to say before anybody looks: what
// it is to find out, against what, and how (9.2.2).
func (a *Audit) unsaid() Issues {
	var is Issues
	said := func(field, text string) {
		saying(&is, field, text)
		unfilled(&is, field, text)
	}
	said("objective", a.Objective)
	said("criteria", a.Criteria)
	unfilled(&is, "scope", a.Scope)
	if len(a.Methods) == 0 {
		is.Add("methods", "required", "", "say how it finds out: one or more of %v", AuditMethods())
	}
	return is
}

// stays adds an issue for what an audit said before it looked and no longer says.
func (a *Audit) stays(is *Issues, old *Audit) {
	const instead = "what was looked at was looked at so: finish this audit and plan another"
	for _, f := range []struct{ field, was, now string }{
		{"objective", old.Objective, a.Objective}, {"criteria", old.Criteria, a.Criteria}, {"scope", old.Scope, a.Scope},
	} {
		if !blank(f.was) {
			kept(is, f.field, f.was, f.now, instead)
		}
	}
	for _, m := range old.Methods {
		if !slices.Contains(a.Methods, m) {
			is.Add("methods", "kept", string(m), "the audit has begun, and said that it finds out so")
		}
	}
}

func checkAuditPlan(c checker, a *Audit) {
	c.says("objective", a.Objective, false)
	c.text("criteria", a.Criteria, false)
	c.says("scope", a.Scope, false)
	checkMethods(c, a.Methods)
}

func checkMethods(c checker, all []AuditMethod) {
	for i, m := range all {
		field := issue.Index("methods", i)
		oneOf(c, field, m, AuditMethods())
		if slices.Contains(all[:i], m) {
			c.Add(field, "repeated", string(m), "is there already")
		}
	}
}

var auditsPlanned = Probe{
	ID: "AU-01", Title: "Audit without objective, criteria or methods", Clause: Clause{"9.2.2"},
	Grading: "minor; of an audit that was closed in the last year, or whose day is over",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, a := range audits.Shared(x.r).All() {
			closed := !a.ClosedOn.IsZero()
			if closed && x.on(a.ClosedOn).Before(x.daysAgo(year)) || !closed && !x.overdue(a.PlannedFor) {
				continue
			}
			if len(a.unsaid()) == 0 {
				continue
			}
			since, text, next := a.PlannedFor, issue.NewText("Its day is over, and it does not say what it is to find out, against what, and how."), issue.NewText("Say what it is to find out, against what, and how, before anybody looks (PlanAudit).")
			if closed {
				since, text, next = x.on(a.ClosedOn), issue.NewText("It was closed, and does not say what it was to find out, against what, and how."), issue.NewText("Plan the next one with what it is to find out, against what, and how (PlanAudit).")
			}
			if !yield(about(audits.Name(), a.ID, a.Title, since, text, next)) {
				return
			}
		}
	},
}
