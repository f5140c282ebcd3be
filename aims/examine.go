package aims

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// AuditItem is one row of the checklist of an audit: a clause, a control or a system that
// is audited, what was looked at, and what came of it (9.2).
type AuditItem struct {
	// One of Clause, Control and System says what it is about.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	System  string    `json:"system,omitempty"`
	// Looked says what was looked at, Records which records and evidence.
	Looked  string    `json:"looked,omitempty"`
	Records []Subject `json:"records,omitempty"`
	// Result is what came of it; empty while nobody has looked.
	Result AuditResult `json:"result,omitempty"`
	// Nonconformity is the ID of the record of what does not conform, which names the
	// audit and has the grade of the result.
	Nonconformity string `json:"nonconformity,omitempty"`
	// By is the ID of the auditor who looked, At when it was recorded.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// AuditResult is what came of one item of an audit.
type AuditResult string

// The results.
const (
	AuditConforms    AuditResult = "conforms"
	AuditOpportunity AuditResult = "opportunity" // it conforms, and could be better
	AuditMinor       AuditResult = "minor"       // a minor nonconformity
	AuditMajor       AuditResult = "major"       // a major one
)

// AuditResults lists the results, the best first.
func AuditResults() []AuditResult {
	return []AuditResult{AuditConforms, AuditOpportunity, AuditMinor, AuditMajor}
}

// about names what an item is about.
func (i AuditItem) about() string {
	switch {
	case !i.Clause.IsZero():
		return "clause " + i.Clause.String()
	case !i.Control.IsZero():
		return "control " + i.Control.String()
	}
	return "system " + i.System
}

func (i AuditItem) isOf(o AuditItem) bool { return i.matter() == o.matter() }

// matter is what an item is about, one of the three.
type matter struct {
	clause  Clause
	control annexa.ID
	system  string
}

func (i AuditItem) matter() matter { return matter{i.Clause, i.Control, i.System} }

// Checklist returns what an audit has to look at, with the results so far: each clause in
// its scope that has none below it, in order, then each control and each system. What has
// been looked at and is no longer in its scope comes last.
func (a Audit) Checklist() []AuditItem {
	all := make([]AuditItem, 0, len(leaves())+len(a.Controls)+len(a.Systems))
	place := make(map[matter]int, cap(all))
	add := func(i AuditItem) int {
		n, known := place[i.matter()]
		if !known {
			n = len(all)
			place[i.matter()], all = n, append(all, i)
		}
		return n
	}
	for _, c := range leaves() {
		if a.Covers(c) {
			add(AuditItem{Clause: c})
		}
	}
	for _, c := range a.Clauses { // none of the standard's, or one above all
		if !slices.ContainsFunc(all, func(i AuditItem) bool { return (Audit{Clauses: []Clause{c}}).Covers(i.Clause) }) {
			add(AuditItem{Clause: c})
		}
	}
	for _, c := range a.Controls {
		add(AuditItem{Control: c})
	}
	for _, s := range a.Systems {
		add(AuditItem{System: s})
	}
	for _, i := range a.Items {
		all[add(i)] = i
	}
	for n := range all {
		all[n].Records = slices.Clone(all[n].Records)
	}
	return all
}

// leaves are the clauses that have none below them.
var leaves = sync.OnceValue(func() []Clause {
	all := Clauses()
	return slices.DeleteFunc(slices.Clone(all), func(c Clause) bool {
		return slices.ContainsFunc(all, func(below Clause) bool { return parent(below.String()) == c.String() })
	})
})

// Unexamined returns the items of the checklist without a result.
func (a Audit) Unexamined() []AuditItem {
	return slices.DeleteFunc(a.Checklist(), func(i AuditItem) bool { return i.Result != "" })
}

// Done reports whether the audit was carried out: it is closed, and each item of its
// checklist has a result. One that was closed without looking counts as none.
func (a Audit) Done() bool { return !a.ClosedOn.IsZero() && len(a.Unexamined()) == 0 }

// ExamineAudit records what the actor, one of its auditors, has looked at in an audit that
// is open, and what came of it, item by item. The audit says what it is to find out, against
// what, and how, from a commit before this one (PlanAudit). An item that has a result is told anew as
// long as the audit is open. What does not conform is raised first (RaiseNonconformity),
// with the grade that the result has and the audit that found it.
func (tx *Tx) ExamineAudit(id string, items ...AuditItem) error {
	return decide(tx, "ExamineAudit", audits, id, func(a *Audit) error {
		if err := closedOn("closed", a.ClosedOn); err != nil {
			return err
		}
		is := a.unsaid()
		if len(items) == 0 {
			is.Add("items", "required", "", "say what was looked at")
		}
		list := a.Checklist()
		for n, item := range items {
			field := issue.Index("items", n)
			item.By, item.At, item.Records = tx.By().Actor, tx.Now(), slices.Clone(item.Records)
			if !slices.ContainsFunc(list, item.isOf) {
				is.Add(field, "scope", item.about(), "is not on the checklist of this audit")
				continue
			}
			if blank(item.Looked) {
				is.Add(field+".looked", "required", item.Looked, "say what was looked at")
			}
			if item.Result == "" {
				is.Add(field+".result", "required", "", "say what came of it")
			}
			if i := slices.IndexFunc(a.Items, item.isOf); i >= 0 {
				a.Items[i] = item
			} else {
				a.Items = append(a.Items, item)
			}
		}
		return is.Err()
	})
}

// auditEarlyDays is how long before its day an audit may be closed: a month, as plans are
// moved forward; a choice of this project.
const auditEarlyDays = 31

// carriedOut refuses to close an audit before its day, or while an item of it has no
// result.
func (tx *Tx) carriedOut(a *Audit) error {
	if first := a.PlannedFor.AddDate(0, 0, -auditEarlyDays); tx.Today().Before(first) {
		return ledger.Refuse(ErrState, "it is planned for %s; plan it for the day on which it is carried out (PlanAudit)", day(a.PlannedFor))
	}
	if open := a.Unexamined(); len(open) > 0 {
		return ledger.Refuse(ErrState, "%d of %d items have no result, the first: %s (ExamineAudit)", len(open), len(a.Checklist()), open[0].about())
	}
	return nil
}

func checkAuditItems(c checker, a *Audit) {
	for n, i := range a.Items {
		field := issue.Index("items", n)
		c.text(field+".looked", i.Looked, true)
		oneOf(c, field+".result", i.Result, AuditResults())
		for m, s := range i.Records {
			if !c.r.Has(s) {
				c.Add(issue.Index(field+".records", m), "record", string(s.Kind)+"/"+s.ID, "no such record on file")
			}
		}
		rec, _ := c.r.Record(Subject{Kind: KindNonconformity, ID: i.Nonconformity})
		found, ok := rec.(*Nonconformity)
		grade, bad := map[AuditResult]Severity{AuditMinor: SeverityMinor, AuditMajor: SeverityMajor}[i.Result]
		switch {
		case !bad && i.Nonconformity != "":
			c.Add(field+".nonconformity", "result", i.Nonconformity, "the result is %s", string(i.Result))
		case bad && !ok:
			c.Add(field+".nonconformity", "nonconformity", i.Nonconformity, "name the nonconformity on file; raise it first (RaiseNonconformity)")
		case bad && found.Audit != a.ID:
			c.Add(field+".nonconformity", "audit", i.Nonconformity, "it names audit %q as the one that found it", found.Audit)
		case bad && found.Severity != grade && len(found.Regraded) == 0:
			c.Add(field+".nonconformity", "grade", i.Nonconformity, "it is %s, the result %s", string(found.Severity), fmt.Sprint(i.Result))
		}
	}
}
