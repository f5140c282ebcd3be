package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

// Programme is what internal audits and management reviews have covered.
type Programme struct {
	// Clauses are the parts of clauses 4 to 10, Controls the controls that apply: Met were
	// audited as often as their importance and earlier results ask for, NotMet were not.
	Clauses  Split `json:"clauses"`
	Controls Split `json:"controls"`
	// Next are the parts to be audited next, those that are late first; Rest is how many
	// there are besides.
	Next []PartRow `json:"next,omitempty"`
	Rest int       `json:"rest,omitempty"`
	// Audits are the last and the next ones.
	Audits []AuditRow `json:"audits"`
	// Review is the last management review; nil if there was none.
	Review *ReviewRow `json:"review,omitempty"`
	// Adopted is what became of the audit programme in force; nil if none is.
	Adopted *AdoptedRow `json:"adopted,omitempty"`
	// Cycle is how the management system did over the cycle of the certification that is
	// spoken of; nil if none was decided on.
	Cycle *CycleRow `json:"cycle,omitempty"`
}

// AdoptedRow is an audit programme that was adopted, and what became of it.
type AdoptedRow struct {
	Ref
	// From and To are its first and its last day.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Planned are the parts that it has audited within its time. Of those, Ahead are due
	// later, InTime were to be audited by now and were, Late were after their day, Missed
	// were not.
	Planned int `json:"planned"`
	Ahead   int `json:"ahead"`
	InTime  int `json:"in_time"`
	Late    int `json:"late"`
	Missed  int `json:"missed"`
	// Extra is how many parts were audited that it did not plan.
	Extra int `json:"extra"`
}

// CycleRow is how the management system did over a cycle of certification.
type CycleRow struct {
	// Certificate is the certification, From and Until are the days that count.
	Certificate Ref           `json:"certificate"`
	From        calendar.Date `json:"from"`
	Until       calendar.Date `json:"until"`
	// Topics are what is looked at, in the order of aims.CycleRows.
	Topics []CycleTopic `json:"topics"`
}

// CycleTopic is one thing that is looked at over a cycle.
type CycleTopic struct {
	// ID is that of the row of aims.CycleRows, Count how many there are of what it counts.
	ID    string `json:"id"`
	Count int    `json:"count"`
	// Text says what is on file of it.
	Text string `json:"text"`
}

// adopted is what became of the audit programme in force, part by part: one that was missed
// once counts as missed, whatever came after.
func (k *look) adopted() *AdoptedRow {
	p, ok := k.v.ProgrammeInForce()
	if !ok || p.State != aims.StateApproved {
		return nil
	}
	row := AdoptedRow{Ref: k.ref(aims.Subject{Kind: aims.KindAuditProgramme, ID: p.ID}, ""), From: p.From, To: p.To}
	was := make(map[string]aims.ProgrammeOutcomeKind)
	for _, o := range k.v.ProgrammeOutcomes(p.ID, k.now) {
		if o.Kind == aims.ProgrammeMissed || was[o.Element()] == "" || was[o.Element()] == aims.ProgrammeExtra {
			was[o.Element()] = o.Kind
		}
	}
	for _, a := range p.Areas {
		kind := was[a.Element()]
		if a.Due.IsZero() {
			row.Extra += truth(kind == aims.ProgrammeExtra)
			continue
		}
		row.Planned++
		switch {
		case kind == aims.ProgrammeMissed:
			row.Missed++
		case kind == aims.ProgrammeLate:
			row.Late++
		case a.Due.Before(k.today):
			row.InTime++
		default:
			row.Ahead++
		}
	}
	return &row
}

// cycle is how the management system did over the cycle of the certification that is spoken of.
func (k *look) cycle() *CycleRow {
	c, ok := k.v.CertificateMeant(k.now)
	if !ok {
		return nil
	}
	p, err := k.v.CyclePerformance(c.ID, k.now)
	if err != nil { // it was not decided on yet
		return nil
	}
	row := CycleRow{Certificate: k.ref(aims.Subject{Kind: aims.KindCertificate, ID: c.ID}, c.Body), From: p.From, Until: p.Until}
	for _, point := range p.Points {
		row.Topics = append(row.Topics, CycleTopic{ID: point.ID, Count: point.Count, Text: k.of(point.Text, point.Text.String())})
	}
	return &row
}

// PartRow is a part of the management system that audits look at.
type PartRow struct {
	// Element is the number of the clause or control, Name its title.
	Element string `json:"element"`
	Name    string `json:"name"`
	// Months is how often it is audited, Rules are the rows of aims.AuditRules that say so.
	Months int      `json:"months"`
	Rules  []string `json:"rules"`
	// Last is when it was audited last, Due by when it is again; zero if it never was.
	Last calendar.Date `json:"last,omitzero"`
	Due  calendar.Date `json:"due,omitzero"`
	// Late says that it is late, Planned when an audit that covers it is planned.
	Late    bool          `json:"late,omitempty"`
	Planned calendar.Date `json:"planned,omitzero"`
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
	out := Programme{Clauses: Split{ID: "auditor.programme.clauses", Label: k.say("parts of clauses 4 to 10"), List: "audits"},
		Controls: Split{ID: "auditor.programme.controls", Label: k.say("controls that apply"), List: "audits"}, Audits: []AuditRow{}, Adopted: k.adopted(), Cycle: k.cycle()}
	for a := range k.v.Audits().All() {
		row := AuditRow{Ref: k.ref(aims.Subject{Kind: aims.KindAudit, ID: a.ID}, a.Title), PlannedFor: a.PlannedFor, ClosedOn: k.on(a.ClosedOn),
			Ties: len(k.ownWork(a)), Conclusion: shorten(a.Conclusion, 120)}
		for _, id := range a.Auditors {
			row.Auditors = append(row.Auditors, Person{ID: id, Name: k.name(id), As: k.say("auditor")})
		}
		out.Audits = append(out.Audits, row)
	}
	parts := k.parts
	if parts == nil {
		parts = k.v.AuditProgramme(k.now)
	}
	for _, p := range parts {
		late := p.Late(k.today)
		row := PartRow{Element: p.Element(), Name: k.told(p.Clause.Title()), Months: p.Months, Rules: p.Rules, Last: p.Last, Due: p.Due, Late: late, Planned: p.Next}
		if p.Control.IsZero() {
			out.Clauses.part(!late)
		} else {
			out.Controls.part(!late)
			row.Name = k.v.Decision(p.Control).Title // of one of the organisation's own
			if c, ok := annexa.Lookup(p.Control); ok {
				row.Name = k.told(c.Title)
			}
		}
		if len(out.Next) == k.in.Subjects {
			out.Rest++
			continue
		}
		out.Next = append(out.Next, row)
	}
	for r := range k.v.Reviews().All() {
		if r.HeldOn.After(k.today) || out.Review != nil && !r.HeldOn.After(out.Review.HeldOn) {
			continue
		}
		row := ReviewRow{Ref: k.ref(aims.Subject{Kind: aims.KindReview, ID: r.ID}, ""), HeldOn: r.HeldOn, Chair: k.person(r.Chair, "chair"),
			Of: len(aims.ReviewTopics()), Decisions: len(r.Decisions)}
		for _, t := range r.Missing() {
			row.Missing = append(row.Missing, k.words(string(t)))
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
	// Imported is how many decisions count on the word of who exported them, Declared how
	// many on the word of who typed them alone.
	Imported int `json:"imported"`
	Declared int `json:"declared"`
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
	// Lacks says what of that is not on file.
	Lacks string `json:"lacks,omitempty"`
}

// ownWork is what ties the auditors of an audit to what it covers.
func (k *look) ownWork(a aims.Audit) []aims.OwnWork {
	if ties, known := k.ties[a.ID]; known {
		return ties
	}
	return k.v.OwnWork(a)
}

func (k *look) independence() Independence {
	out := Independence{Conflicts: []Tied{}, Combined: []CombinedRow{}, Imported: k.report.Imported, Declared: k.report.Declared}
	for a := range k.v.Audits().All() {
		for _, w := range k.ownWork(a) {
			if len(out.Conflicts) == k.in.Subjects {
				out.More++
				continue
			}
			out.Conflicts = append(out.Conflicts, Tied{Audit: k.ref(aims.Subject{Kind: aims.KindAudit, ID: a.ID}, a.Title),
				Auditor: Person{ID: w.Auditor, Name: k.name(w.Auditor), As: k.say("auditor")}, Relation: k.of(w.Text(), w.Relation), To: k.ref(w.Subject, "")})
		}
	}
	for _, c := range k.report.Combined {
		row := CombinedRow{Who: Person{ID: c.Person, Name: k.name(c.Person)}, One: k.roleName(c.One), Other: k.roleName(c.Other), Why: k.told(c.Why)}
		if c.Small {
			if row.Instead = k.told(c.Instead); !c.Made {
				row.Lacks = plain(k.of(c.Lacks, c.Lacks.String()))
			}
		}
		out.Combined = append(out.Combined, row)
	}
	return out
}
