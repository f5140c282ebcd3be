package dashboard

import (
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

// Programme is what internal audits and management reviews have covered.
type Programme struct {
	// Clauses are clauses 4 to 10, Controls the areas of Annex A: Met were audited
	// within the year, NotMet were not.
	Clauses  Split `json:"clauses"`
	Controls Split `json:"controls"`
	// Uncovered are the clauses that no audit of the year covers.
	Uncovered []string `json:"uncovered,omitempty"`
	// Audits are the last and the next ones.
	Audits []AuditRow `json:"audits"`
	// Review is the last management review; nil if there was none.
	Review *ReviewRow `json:"review,omitempty"`
}

// AuditRow is one audit.
type AuditRow struct {
	Ref
	// PlannedFor is when it is to happen.
	PlannedFor calendar.Date `json:"planned_for"`
	// ClosedOn is when it was closed; zero while it is open.
	ClosedOn calendar.Date `json:"closed_on,omitzero"`
	// Auditors are who audits.
	Auditors []Person `json:"auditors"`
	// Ties is how much ties the auditors to what it covers; none makes them
	// independent of it.
	Ties int `json:"ties"`
	// Conclusion says what came out.
	Conclusion string `json:"conclusion,omitempty"`
}

// ReviewRow is one management review.
type ReviewRow struct {
	Ref
	// HeldOn is when it was held.
	HeldOn calendar.Date `json:"held_on"`
	// Chair is who led it.
	Chair Person `json:"chair"`
	// Topics of Of matters were looked at; Missing are the others.
	Topics  int      `json:"topics"`
	Of      int      `json:"of"`
	Missing []string `json:"missing,omitempty"`
	// Open of Decisions are not carried out yet.
	Decisions int `json:"decisions"`
	Open      int `json:"open"`
}

func (k *look) programme() Programme {
	out := Programme{Clauses: Split{ID: "auditor.programme.clauses", Label: "clauses 4 to 10", List: "audits"},
		Controls: Split{ID: "auditor.programme.controls", Label: "areas of Annex A", List: "audits"}, Audits: []AuditRow{}}
	year := k.now.AddDate(0, 0, -k.in.Model.ParametersOf("ML2.17").AuditDays)
	var done []aims.Audit
	for a := range k.v.Audits().All() {
		row := AuditRow{Ref: k.ref(aims.Subject{Kind: aims.KindAudit, ID: a.ID}, a.Title), PlannedFor: a.PlannedFor, ClosedOn: k.on(a.ClosedOn),
			Ties: len(k.v.OwnWork(a)), Conclusion: shorten(a.Conclusion, 120)}
		for _, id := range a.Auditors {
			row.Auditors = append(row.Auditors, Person{ID: id, Name: k.name(id), As: "auditor"})
		}
		out.Audits = append(out.Audits, row)
		if a.ClosedOn.After(year) && !a.ClosedOn.After(k.now) {
			done = append(done, a)
		}
	}
	for _, c := range aims.Clauses() {
		if strings.Contains(c.String(), ".") {
			continue
		}
		covered := false
		for _, a := range done {
			covered = covered || a.Covers(c)
		}
		out.Clauses.part(covered)
		if !covered {
			out.Uncovered = append(out.Uncovered, c.String()+" "+c.Title())
		}
	}
	for _, o := range annexa.Objectives() {
		covered := false
		for _, a := range done {
			for _, id := range a.Controls {
				covered = covered || id.Objective() == o.ID
			}
		}
		out.Controls.part(covered)
	}
	for r := range k.v.Reviews().All() {
		if r.HeldOn.After(k.today) || out.Review != nil && !r.HeldOn.After(out.Review.HeldOn) {
			continue
		}
		row := ReviewRow{Ref: k.ref(aims.Subject{Kind: aims.KindReview, ID: r.ID}, "Review of "+day(r.HeldOn)), HeldOn: r.HeldOn, Chair: k.person(r.Chair, "chair"),
			Of: len(aims.ReviewTopics()), Decisions: len(r.Decisions)}
		for _, t := range r.Missing() {
			row.Missing = append(row.Missing, words(string(t)))
		}
		row.Topics = row.Of - len(row.Missing)
		for _, a := range k.v.ReviewActions(r) {
			row.Open += truth(a.Open())
		}
		out.Review = &row
	}
	return out
}

// part counts one thing that is met or not.
func (s *Split) part(met bool) {
	s.Of++
	s.Met += truth(met)
	s.NotMet += truth(!met)
}

// Independence is whether those who check have a part in what they check.
type Independence struct {
	// Conflicts are what ties auditors to what they audit.
	Conflicts []Tied `json:"conflicts"`
	// More is how many there are besides.
	More int `json:"more,omitempty"`
	// Combined is who holds two roles that keep each other in check.
	Combined []CombinedRow `json:"combined"`
	// Claimed are parts that somebody else has named and that the person has not
	// confirmed.
	Imported int `json:"imported"`
}

// Tied is one tie of an auditor.
type Tied struct {
	// Audit is the audit.
	Audit   Ref    `json:"audit"`
	Auditor Person `json:"auditor"`
	// Relation says what ties him.
	Relation string `json:"relation"`
	// To is the record that he is tied to.
	To Ref `json:"to"`
}

// CombinedRow is one person with two roles.
type CombinedRow struct {
	// Who holds both.
	Who Person `json:"who"`
	One string `json:"one"`
	// Other is the second role.
	Other string `json:"other"`
	// Why says why they keep each other in check.
	Why string `json:"why,omitempty"`
	// Instead is what makes up for it where few work.
	Instead string `json:"instead,omitempty"`
}

func (k *look) independence() Independence {
	out := Independence{Conflicts: []Tied{}, Combined: []CombinedRow{}, Imported: k.report.Imported}
	for a := range k.v.Audits().All() {
		for _, w := range k.v.OwnWork(a) {
			if len(out.Conflicts) == k.in.Subjects {
				out.More++
				continue
			}
			out.Conflicts = append(out.Conflicts, Tied{Audit: k.ref(aims.Subject{Kind: aims.KindAudit, ID: a.ID}, a.Title),
				Auditor: Person{ID: w.Auditor, Name: k.name(w.Auditor), As: "auditor"}, Relation: w.Relation, To: k.ref(w.Subject, "")})
		}
	}
	for _, c := range k.report.Combined {
		row := CombinedRow{Who: Person{ID: c.Person, Name: k.name(c.Person)}, One: words(c.One), Other: words(c.Other), Why: c.Why}
		if c.Small {
			row.Instead = c.Instead
		}
		out.Combined = append(out.Combined, row)
	}
	return out
}
