package annexa

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Input is what a Statement of Applicability is compiled from. The order of
// its lists does not matter.
type Input struct {
	// Organisation and Scope head the statement.
	Organisation, Scope string
	// At is the moment as of which evidence is fresh and days are past; Zone is where
	// days begin and end, UTC if it is nil.
	At   time.Time
	Zone *time.Location
	// Decisions are the decisions on controls, at most one each. A control of
	// Annex A without one is undecided.
	Decisions []Decision
	// Required are the controls that approved impact assessments call for.
	Required []Required
	// Evidence is the evidence on file, fresh or not.
	Evidence []EvidenceItem
}

// Required says that an impact assessment calls for a control.
type Required struct {
	// Control is the control called for.
	Control ID
	// System and Assessment are their IDs; at least one is given.
	System, Assessment string
	// Rules are the IDs of the impact rules that led to it.
	Rules []string
}

// EvidenceItem is one item of evidence as it supports one control. An item
// that supports several is given once for each.
type EvidenceItem struct {
	// ID is the item's own ID.
	ID string
	// Control is the control it supports.
	Control ID
	// System is the ID of the system it speaks of, or empty if it speaks of
	// the whole organisation.
	System string
	// Kind is what sort of evidence it is, such as "ev-logs"; it may be empty.
	Kind string
	// ValidUntil is the last day on which it is fresh. An item without it doesn't
	// count as fresh.
	ValidUntil calendar.Date
}

// fresh reports whether the item still supports its control.
func (e EvidenceItem) fresh(today calendar.Date) bool {
	return !e.ValidUntil.IsZero() && !today.After(e.ValidUntil)
}

// Compile makes a Statement of Applicability: a row for each of the 38
// controls of Annex A, in order, then for each own control that is decided on
// or required, with the gaps derived. The same input in any order gives the
// same statement.
//
// Decisions may be incomplete: what they lack becomes a gap. The error, which
// is [issue.Issues], is for input that can't be read: no moment, a control without ID
// or decided on twice, an unknown or contradictory value ([Decision.Validate]
// tells), a requirement that names neither system nor assessment, evidence
// without an ID.
func Compile(in Input) (Statement, error) {
	if err := in.check(); err != nil {
		return Statement{}, err
	}
	decisions := map[ID]Decision{}
	required := map[ID][]RequiredBy{}
	evidence := map[ID][]EvidenceItem{}
	own := map[ID]bool{}
	for _, d := range in.Decisions {
		decisions[d.Control] = d
		own[d.Control] = d.Control.Custom()
	}
	for _, q := range in.Required {
		required[q.Control] = append(required[q.Control], RequiredBy{System: q.System, Assessment: q.Assessment, Rules: q.Rules})
		own[q.Control] = q.Control.Custom()
	}
	for _, e := range in.Evidence {
		evidence[e.Control] = append(evidence[e.Control], e)
	}

	ids := make([]ID, 0, len(controlIDs)+len(own))
	for _, id := range controlIDs {
		ids = append(ids, ID{id})
	}
	for id, custom := range own {
		if custom {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, Compare)

	s := Statement{Organisation: in.Organisation, Scope: in.Scope, CompiledAt: in.At.UTC(), Rows: make([]Row, 0, len(ids))}
	for _, id := range ids {
		s.Rows = append(s.Rows, compileRow(id, decisions[id], required[id], evidence[id], calendar.Of(in.At, in.Zone)))
	}
	return s, nil
}

// check finds what makes the input unreadable.
func (in Input) check() error {
	var issues issue.Issues
	if in.At.IsZero() {
		issues.Add("at", "required", "", "a statement holds as of a moment; give one")
	}
	seen := map[ID]bool{}
	for i, d := range in.Decisions {
		field := fmt.Sprintf("decisions[%d]", i)
		if !d.Control.IsZero() && seen[d.Control] {
			issues.Add(field+".control", "repeated", d.Control.text, "%s is decided on twice", d.Control)
		}
		seen[d.Control] = true
		var form issue.Issues
		d.checkForm(&form)
		issues.Merge(field, form.Err())
	}
	for i, q := range in.Required {
		if q.Control.IsZero() {
			issues.Add(fmt.Sprintf("required[%d].control", i), "required", "", "say which control is required")
		}
		if q.System == "" && q.Assessment == "" {
			issues.Add(fmt.Sprintf("required[%d].system", i), "required", "", "say which system or assessment requires %s", q.Control)
		}
	}
	for i, e := range in.Evidence {
		if e.ID == "" {
			issues.Add(fmt.Sprintf("evidence[%d].id", i), "required", "", "evidence needs an ID to be found by")
		}
		if e.Control.IsZero() {
			issues.Add(fmt.Sprintf("evidence[%d].control", i), "required", "", "say which control %s supports", e.ID)
		}
	}
	return issues.Err()
}

// compileRow makes the row of one control.
func compileRow(id ID, d Decision, required []RequiredBy, evidence []EvidenceItem, today calendar.Date) Row {
	r := Row{
		Control: id, Title: d.Title, Statement: d.Statement, Objective: id.Objective(),
		Applicability: d.Applicability, Justification: d.Justification, Grounds: slices.Clone(d.Grounds),
		Status: d.Status, PlannedFor: d.PlannedFor, Owner: d.Owner,
		ApprovedBy: d.ApprovedBy, ReviewDue: d.ReviewDue,
		RequiredBy: merge(required),
	}
	if c := find(id); c != nil {
		r.Title = c.Title
	} else if r.Title == "" {
		r.Title = id.text // required by a rule, and nobody has described it yet
	}
	for _, e := range evidence {
		if e.fresh(today) {
			r.Evidence = append(r.Evidence, e.ID)
		}
	}
	slices.Sort(r.Evidence)
	r.Evidence = slices.Compact(r.Evidence)
	r.Gaps = findGaps(r, evidence, today)
	return r
}

// merge sorts the requirements and joins those of the same assessment.
func merge(required []RequiredBy) []RequiredBy {
	slices.SortFunc(required, func(a, b RequiredBy) int {
		return cmp.Or(cmp.Compare(a.System, b.System), cmp.Compare(a.Assessment, b.Assessment))
	})
	var out []RequiredBy
	for _, q := range required {
		if n := len(out); n > 0 && out[n-1].System == q.System && out[n-1].Assessment == q.Assessment {
			out[n-1].Rules = append(out[n-1].Rules, q.Rules...)
			continue
		}
		q.Rules = slices.Clone(q.Rules)
		out = append(out, q)
	}
	for i := range out {
		slices.Sort(out[i].Rules)
		out[i].Rules = slices.Compact(out[i].Rules)
		if len(out[i].Rules) == 0 {
			out[i].Rules = nil
		}
	}
	return out
}
