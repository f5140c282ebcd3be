package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
)

// Audit is one internal audit (9.2): planned with scope and auditors, carried
// out, closed with a conclusion that reaches the managers concerned.
type Audit struct {
	// ID names the audit.
	ID string `json:"id"`
	// Title says what it is about.
	Title string `json:"title"`
	// Clauses, Controls and Systems are what it covers. A clause covers those
	// below it: "9" covers "9.2.1".
	Clauses  []Clause    `json:"clauses,omitempty"`
	Controls []annexa.ID `json:"controls,omitempty"`
	Systems  []string    `json:"systems,omitempty"`
	// Criteria says what it audits against.
	Criteria string `json:"criteria,omitempty"`
	// Auditors are the IDs of the persons who audit; none of them may audit
	// work of their own.
	Auditors []string `json:"auditors"`
	// PlannedFor is when it is to happen.
	PlannedFor time.Time `json:"planned_for"`
	// Conclusion says what came out. Nonconformities stand on records of
	// their own that name the audit.
	Conclusion string `json:"conclusion,omitempty"`
	// ReportedTo are the IDs of the persons who got the report.
	ReportedTo []string `json:"reported_to,omitempty"`
	// ClosedOn is when it was closed; zero while it is open. CloseAudit sets it.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Covers reports whether a clause lies within the audit's scope.
func (a Audit) Covers(c Clause) bool {
	return slices.ContainsFunc(a.Clauses, func(in Clause) bool {
		return in == c || strings.HasPrefix(c.String(), in.String()+".")
	})
}

var audits = &kind[Audit]{name: KindAudit, at: auditIndex, schema: 1,
	id: func(r *Audit) string { return r.ID }, setID: func(r *Audit, id string) { r.ID = id },
	rev: func(r *Audit) *uint64 { return &r.Revision }}

// PlanAudit adds an audit to the programme, or revises one that is open. An
// auditor who would audit own work is refused with ErrForbidden (9.2.2).
func (tx *Tx) PlanAudit(a Audit) (Audit, error) {
	const verb = "PlanAudit"
	old, exists := audits.records(tx.ts).Get(a.ID)
	if exists && !old.ClosedOn.IsZero() {
		return a, &RecordError{Kind: KindAudit, ID: a.ID, Verb: verb, Err: ErrState, Why: fmt.Errorf("closed on %s", old.ClosedOn.Format(time.DateOnly))}
	}
	a.ClosedOn, a.Conclusion, a.ReportedTo = time.Time{}, "", nil
	if err := tx.independent(verb, a); err != nil {
		return a, err
	}
	return put(tx, verb, audits, a)
}

// CloseAudit closes an audit with its conclusion and the persons who got the
// report. Independence is looked at again: who has come to own what was
// audited can't close over it.
func (tx *Tx) CloseAudit(id, conclusion string, reportedTo []string) (Audit, error) {
	const verb = "CloseAudit"
	a, err := get(tx, verb, audits, id)
	if err != nil {
		return a, err
	}
	if !a.ClosedOn.IsZero() {
		return a, &RecordError{Kind: KindAudit, ID: id, Verb: verb, Err: ErrState, Why: fmt.Errorf("closed on %s already", a.ClosedOn.Format(time.DateOnly))}
	}
	if err := tx.independent(verb, a); err != nil {
		return a, err
	}
	var is Issues
	required(&is, "conclusion", conclusion)
	if len(reportedTo) == 0 {
		is.Add("reported_to", "required", "", "the report goes to the managers concerned; name them")
	}
	if len(is) > 0 {
		return a, &RecordError{Kind: KindAudit, ID: id, Verb: verb, Err: ErrInvalid, Why: is}
	}
	a.Conclusion, a.ReportedTo, a.ClosedOn = conclusion, reportedTo, tx.asOf
	return put(tx, verb, audits, a)
}

// independent returns ErrForbidden if an auditor would audit own work.
func (tx *Tx) independent(verb string, a Audit) error {
	var why []string
	for _, c := range tx.Conflicts(a) {
		why = append(why, c.String())
	}
	if len(why) == 0 {
		return nil
	}
	return &RecordError{Kind: KindAudit, ID: a.ID, Verb: verb, Err: ErrForbidden, Why: fmt.Errorf("nobody audits own work: %s", strings.Join(why, "; "))}
}

// Conflict is one reason why an auditor is not independent of an audit.
type Conflict struct {
	// Auditor is the person's ID.
	Auditor string
	// Relation is what ties the person to what is audited, such as "owns
	// system"; Subject is what it ties the person to.
	Relation string
	Subject  Subject
}

// String says who is tied to what.
func (c Conflict) String() string {
	return fmt.Sprintf("%s %s %s", c.Auditor, c.Relation, c.Subject.ID)
}

// rolesAudited says which clauses a role's holder answers for, and so can't
// audit. Source: ISO 19011 on independence; 5.3 and 9.2.2.
var rolesAudited = []struct{ role, clause string }{
	{RolePolicyOwner, "5.2"},
	{RoleLead, "4.4"},
	{RoleLead, "9.1"},
	{RoleLead, "10.1"},
	{RoleLead, "10.2"},
	{RoleRiskApprover, "6.1.3"},
	{RoleRiskApprover, "8.3"},
	{RoleImpactApprover, "6.1.4"},
	{RoleImpactApprover, "8.4"},
	{RoleSponsor, "5.1"},
	{RoleSponsor, "9.3.1"},
}

// Conflicts lists, for an audit, what its auditors own, wrote or signed of
// what it covers.
func (r *reading) Conflicts(a Audit) []Conflict {
	var found []Conflict
	for _, auditor := range a.Auditors {
		for _, id := range a.Systems {
			if s, ok := systems.records(r.ts).Get(id); ok && s.Owner == auditor {
				found = append(found, Conflict{auditor, "owns system", Subject{KindSystem, id}})
			}
			for as := range r.AssessmentsOf(id) {
				switch {
				case slices.Contains(as.Authors, auditor):
					found = append(found, Conflict{auditor, "wrote assessment", Subject{KindAssessment, as.ID}})
				case as.SignedBy(auditor):
					found = append(found, Conflict{auditor, "signed assessment", Subject{KindAssessment, as.ID}})
				}
			}
		}
		for _, id := range a.Controls {
			if d, ok := decisions.records(r.ts).Get(id.String()); ok && d.Owner == auditor {
				found = append(found, Conflict{auditor, "owns control", Subject{KindDecision, id.String()}})
			}
		}
		for _, ra := range rolesAudited {
			if a.Covers(MustParseClause(ra.clause)) && r.holds(auditor, ra.role) {
				found = append(found, Conflict{auditor, "answers for clause " + ra.clause + " as", Subject{KindRole, ra.role}})
			}
		}
	}
	return found
}

func checkAudit(tx *Tx, a *Audit, is *Issues) {
	c := checker{is, tx}
	c.text("title", a.Title, true)
	c.text("criteria", a.Criteria, false)
	c.text("conclusion", a.Conclusion, false)
	if len(a.Clauses)+len(a.Controls)+len(a.Systems) == 0 {
		c.Add("clauses", "required", "", "say which clauses, controls or systems it covers")
	}
	for i, cl := range a.Clauses {
		if cl.IsZero() {
			c.Add(index("clauses", i), "clause", "", "names no clause")
		}
	}
	c.controls("controls", a.Controls)
	c.systems("systems", a.Systems)
	if len(a.Auditors) == 0 {
		c.Add("auditors", "required", "", "name at least one auditor")
	}
	c.people("auditors", a.Auditors)
	c.people("reported_to", a.ReportedTo)
	if a.PlannedFor.IsZero() {
		c.Add("planned_for", "required", "", "say when it is to happen")
	}
}
