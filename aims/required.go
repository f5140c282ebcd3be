package aims

import (
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// RequiredRow is one row of the table of documented information that ISO/IEC 42001 asks
// for: by a clause, or by a control of Annex A as far as it applies.
type RequiredRow struct {
	// ID names the row: the clause or control, with a letter where there is more than one.
	ID string `json:"id"`
	// Clause asks for it; or Control does.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// What says what it is, in own words; Kept where it is kept here.
	What issue.Text `json:"what"`
	Kept issue.Text `json:"kept"`
	// Implied says that the standard does not ask for it by name: it is hard to show
	// without.
	Implied bool `json:"implied,omitempty"`
	// EachSystem says that it is asked for of each active system.
	EachSystem bool `json:"each_system,omitempty"`
	// Probes are the IDs of those of which one finds it where nothing of it is there, as far
	// as it can be asked for yet. Of what no other one finds S1-21 does.
	Probes []string `json:"probes"`

	look func(x *index, d *dossier)
}

// RequiredStatus says how it stands with a piece of documented information.
type RequiredStatus string

// The statuses.
const (
	// RequiredCurrent: it is there and in date.
	RequiredCurrent RequiredStatus = "current"
	// RequiredIncomplete: some of it is there.
	RequiredIncomplete RequiredStatus = "incomplete"
	// RequiredStale: it is there, and past its day.
	RequiredStale RequiredStatus = "stale"
	// RequiredMissing: nothing of it is there.
	RequiredMissing RequiredStatus = "missing"
	// RequiredNotApplied: the control was left out, or there is nothing yet of which it
	// would tell.
	RequiredNotApplied RequiredStatus = "not_applicable"
)

// RequiredInformation is how it stands with one row.
type RequiredInformation struct {
	RequiredRow
	// Status is how it stands.
	Status RequiredStatus `json:"status"`
	// Records are those that it is in, in date; Stale those that are past their day; Lacks
	// those of which something is missing, such as systems. A record that the reader does
	// not see (View.For) has no ID.
	Records []Subject `json:"records"`
	Stale   []Subject `json:"stale"`
	Lacks   []Subject `json:"lacks"`
}

// dossier is what is found of one row.
type dossier struct {
	have, stale, lack []Subject
	// each says that nothing may be stale: each record is owed, and not one of them.
	each bool
	// nothing says that there is nothing of which it would tell.
	nothing bool
}

func (d *dossier) status() RequiredStatus {
	switch {
	case d.nothing:
		return RequiredNotApplied
	case len(d.have)+len(d.stale) == 0:
		return RequiredMissing
	case len(d.have) == 0 && len(d.lack) == 0:
		return RequiredStale
	case len(d.lack) > 0 || d.each && len(d.stale) > 0:
		return RequiredIncomplete
	}
	return RequiredCurrent
}

// take takes in a record that is in date, or not.
func (d *dossier) take(k Kind, id string, current bool) {
	s := Subject{Kind: k, ID: id}
	if current {
		d.have = append(d.have, s)
	} else {
		d.stale = append(d.stale, s)
	}
}

func (d *dossier) lacks(k Kind, id string) { d.lack = append(d.lack, Subject{Kind: k, ID: id}) }

// Required returns how it stands with each piece of documented information that ISO/IEC
// 42001 asks for, at time now, in the order of the clauses and then of the controls: which
// records it is in, and what is missing. A control that nobody has decided on counts as
// one that applies. What it says of a document it says by the record of it; what stands
// in the text it does not know. RequiredRows is the table.
//
// What the organisation itself finds necessary (7.5.1) has no row: nobody but the
// organisation knows what that is.
func Required(v *View, now time.Time) []RequiredInformation {
	x := v.index(now)
	excluded := make(map[annexa.ID]bool)
	for _, d := range x.controls {
		excluded[d.Control] = d.Applicability == annexa.Excluded
	}
	out := make([]RequiredInformation, 0, len(requiredTable))
	for _, row := range requiredTable {
		var d dossier
		if d.nothing = excluded[row.Control]; !d.nothing {
			row.look(x, &d)
		}
		row.Probes = slices.Clone(row.Probes)
		info := RequiredInformation{RequiredRow: row, Status: d.status(), Records: v.told(d.have), Stale: v.told(d.stale), Lacks: v.told(d.lack)}
		info.look = nil
		out = append(out, info)
	}
	return out
}

// told is what a reader is told of some records.
func (v *View) told(all []Subject) []Subject {
	out := make([]Subject, len(all))
	for i, s := range all {
		if out[i] = s; !v.reading.sees(s.Kind, s.ID) && s.Kind != KindOrganisation {
			out[i].ID = ""
		}
	}
	return out
}

// RequiredRows returns the table.
func RequiredRows() []RequiredRow {
	out := slices.Clone(requiredTable)
	for i := range out {
		out[i].look, out[i].Probes = nil, slices.Clone(out[i].Probes)
	}
	return out
}

var requiredTable = []RequiredRow{
	{ID: "4.3", Probes: []string{"S1-01"}, Clause: Clause{"4.3"}, What: issue.NewText("The scope of the management system."), Kept: issue.NewText("the scope in force (ApproveScope)"),
		look: func(x *index, d *dossier) {
			if s, ok := x.Scope(); ok && s.State == StateApproved {
				d.take(scopes.Name(), s.ID, !s.Approval.Overdue(x.today))
			}
		}},
	document("4.4", issue.NewText("The processes of the management system, and how they meet."), "PM-01").implied().
		or(issue.NewText("the processes in force (DraftProcesses, AdoptProcesses), or an approved document for clause 4.4 (DraftDocument, ApproveDocument)"), func(x *index, d *dossier) {
			if m, ok := x.ProcessMap(); ok && m.State == StateApproved {
				d.take(processMaps.Name(), m.ID, !m.Approval.Overdue(x.today))
			}
		}),
	{ID: "5.2", Probes: []string{"S1-03"}, Clause: Clause{"5.2"}, What: issue.NewText("The AI policy."), Kept: issue.NewText("the version in force (ApprovePolicy)"),
		look: func(x *index, d *dossier) {
			switch p, ok := x.Policy(); {
			case !ok:
			case empty(p.Text, p.URI, p.Digest):
				d.lacks(policies.Name(), p.ID)
			default:
				d.take(policies.Name(), p.ID, !p.Approval.Overdue(x.today))
			}
		}},
	document("6.1.1", issue.NewText("What is done to find and to meet risks and opportunities."), "S1-21").
		or(issue.NewText("an approved document for clause 6.1.1 (DraftDocument, ApproveDocument), and beside it the opportunities on file (PutOpportunity)"), func(x *index, d *dossier) {
			if len(d.have) == 0 {
				return // they do not stand in its place
			}
			for id, o := range opportunities.Shared(x.r).All() {
				d.take(opportunities.Name(), id, !x.late(o))
			}
		}),
	document("6.1.2", issue.NewText("How AI risks are assessed."), "S1-21"),
	document("6.1.3", issue.NewText("How AI risks are treated."), "S1-14").as("6.1.3a"),
	{ID: "6.1.3b", Probes: []string{"S1-16"}, Clause: Clause{"6.1.3"}, What: issue.NewText("The Statement of Applicability, with a reason for each control that is taken up or left out."),
		Kept: issue.NewText("the approved Statement (ApproveStatement)"),
		look: func(x *index, d *dossier) {
			if s, ok := x.ApprovedStatement(); ok {
				d.take(statements.Name(), s.ID, s.Approval.ReviewDue.IsZero() || !x.overdue(s.Approval.ReviewDue))
			}
		}},
	{ID: "6.1.3c", Probes: []string{"S2-04", "S2-05"}, Clause: Clause{"6.1.3"}, What: issue.NewText("The risk treatment plan."), Kept: issue.NewText("the treatment of each risk (PutRisk)"),
		look: func(x *index, d *dossier) {
			d.each, d.nothing = true, true
			for _, r := range risks.Shared(x.r).All() {
				switch planned := r.Treatment.Option != "" && r.Treatment.Owner != "" && (!r.Treatment.Due.IsZero() || !r.Treatment.DoneOn.IsZero()); {
				case planned:
					d.take(risks.Name(), r.ID, true)
				case x.Exceeds(*r) && r.Acceptance.IsZero():
					d.lacks(risks.Name(), r.ID)
				default:
					continue
				}
				d.nothing = false
			}
			if risks.Shared(x.r).Len() == 0 {
				d.nothing = false // it is not that there is no risk: nobody has looked
			}
		}},
	document("6.1.4", issue.NewText("How the impact of AI systems is assessed."), "S1-15").as("6.1.4a"),
	results("6.1.4b", "6.1.4", issue.NewText("What impact assessments came to, for those whom it concerns.")),
	{ID: "6.2", Probes: []string{"S1-20"}, Clause: Clause{"6.2"}, What: issue.NewText("The AI objectives."), Kept: issue.NewText("objectives (PutObjective)"),
		look: func(x *index, d *dossier) {
			for _, o := range objectives.Shared(x.r).All() {
				last, measured := o.Last()
				d.take(objectives.Name(), o.ID, !x.overdue(o.Due) || measured && o.Met(last.Value))
			}
		}},
	evidenced("7.2", issue.NewText("That people are competent."), "CO-01", "CO-03", "CO-04").
		or(issue.NewText("assessed competences (ClaimCompetence, AssessCompetence), evidence (AttachEvidence) or an approved document (ApproveDocument) for clause 7.2"), func(x *index, d *dossier) {
			for id, h := range heldCompetences.Shared(x.r).All() {
				if _, assessed := h.Last(); assessed && x.active(h.Person) {
					d.take(heldCompetences.Name(), id, h.HeldOn(x.today))
				}
			}
			for id, c := range competences.Shared(x.r).All() {
				if all, _ := x.without(c); c.Kind == CompetenceSkill && len(all) > 0 {
					d.lacks(competences.Name(), id)
				}
			}
		}),
	document("7.4", issue.NewText("What is told of the management system, when, to whom, how and by whom."), "CM-02").implied().
		or(issue.NewText("the plan of what is told (PutCommunication), or an approved document for clause 7.4 (DraftDocument, ApproveDocument)"), func(x *index, d *dossier) {
			for id, c := range communications.Shared(x.r).All() {
				if c.InForce() {
					d.take(communications.Name(), id, !x.overdue(c.Due()))
				}
			}
		}),
	outsideDocuments("7.5.3", issue.NewText("Documents from outside: which there are, and how they are controlled."), "S1-21"),
	{ID: "8.1", Probes: []string{"S1-17", "S2-06", "S2-07"}, Clause: Clause{"8.1"}, What: issue.NewText("Enough to trust that processes ran as planned."), Kept: issue.NewText("tests of controls (RecordTest), and evidence for clause 8.1 or a control (AttachEvidence)"),
		look: func(x *index, d *dossier) {
			for _, t := range controlTests.Shared(x.r).All() {
				d.take(controlTests.Name(), t.ID, !x.overdue(t.NextDue))
			}
			for _, e := range evidence.Shared(x.r).All() {
				for _, ref := range e.Supports {
					id, err := annexa.Parse(ref.Element())
					if ref.Framework() == FrameworkID && (ref.Element() == "8.1" || err == nil && !id.IsZero() && x.CouldProve(*e, ref)) {
						d.take(evidence.Name(), e.ID, e.Fresh(x.today))
						break
					}
				}
			}
		}},
	{ID: "8.2", Probes: []string{"S2-04"}, Clause: Clause{"8.2"}, EachSystem: true, What: issue.NewText("What risk assessments came to."), Kept: issue.NewText("risks of each system (PutRisk, AssessRisk)"),
		look: func(x *index, d *dossier) {
			of := make(map[string]bool)
			for _, r := range risks.Shared(x.r).All() {
				if r.AssessedOn.IsZero() {
					continue
				}
				d.take(risks.Name(), r.ID, !x.overdue(r.ReviewDue))
				for _, s := range r.Systems {
					of[s] = true
				}
			}
			d.each = true
			for i := range x.states {
				if id := x.states[i].s.ID; !of[id] {
					d.lacks(systems.Name(), id)
				}
			}
		}},
	{ID: "8.3", Probes: []string{"S2-05"}, Clause: Clause{"8.3"}, What: issue.NewText("What risk treatments came to."), Kept: issue.NewText("treatments that were carried out (PutRisk)"),
		look: func(x *index, d *dossier) {
			d.nothing = true
			for _, r := range risks.Shared(x.r).All() {
				switch t := r.Treatment; {
				case !t.DoneOn.IsZero():
					d.take(risks.Name(), r.ID, true)
				case x.overdue(t.Due):
					d.lacks(risks.Name(), r.ID)
				default:
					continue // none is due yet
				}
				d.nothing = false
			}
		}},
	results("8.4", "8.4", issue.NewText("What each impact assessment came to.")),
	{ID: "9.1", Probes: []string{"S2-10", "S2-23", "MO-01"}, Clause: Clause{"9.1"}, What: issue.NewText("What monitoring and measuring showed."), Kept: issue.NewText("measurements of objectives (MeasureObjective), results of what is monitored (RecordMonitoring), and evidence of kind ev-monitoring"),
		look: func(x *index, d *dossier) {
			for _, o := range objectives.Shared(x.r).All() {
				if _, ok := o.Last(); ok {
					d.take(objectives.Name(), o.ID, !x.overdue(o.NextMeasurement()))
				} else {
					d.lacks(objectives.Name(), o.ID)
				}
			}
			for id, m := range monitorings.Shared(x.r).All() {
				switch due := m.nextResult(x.on); {
				case len(m.Results) > 0:
					d.take(monitorings.Name(), id, !m.RunsOn(x.today) || !x.overdue(due))
				case m.RunsOn(x.today):
					d.lacks(monitorings.Name(), id)
				}
			}
			for _, e := range evidence.Shared(x.r).All() {
				if e.Kind == "ev-monitoring" {
					d.take(evidence.Name(), e.ID, e.Fresh(x.today))
				}
			}
		}},
	{ID: "9.2.2a", Probes: []string{"S1-22", "AU-02"}, Clause: Clause{"9.2.2"}, What: issue.NewText("The audit programme."), Kept: issue.NewText("the programme in force (DraftAuditProgramme, AdoptAuditProgramme)"),
		look: func(x *index, d *dossier) {
			if p, ok := x.ProgrammeInForce(); ok && p.State == StateApproved {
				d.take(auditProgrammes.Name(), p.ID, !p.Approval.Overdue(x.today))
			}
		}},
	{ID: "9.2.2b", Probes: []string{"S1-22", "S2-13"}, Clause: Clause{"9.2.2"}, What: issue.NewText("What internal audits came to."), Kept: issue.NewText("audits that were closed (CloseAudit)"),
		look: func(x *index, d *dossier) {
			for _, a := range audits.Shared(x.r).All() {
				if a.Done() {
					d.take(audits.Name(), a.ID, !x.on(a.ClosedOn).Before(x.daysAgo(year)))
				}
			}
		}},
	{ID: "9.3.3", Probes: []string{"S1-24", "S2-16"}, Clause: Clause{"9.3.3"}, What: issue.NewText("What management reviews came to."), Kept: issue.NewText("reviews with what was decided (HoldReview), and what became of it (CompleteAction)"),
		look: func(x *index, d *dossier) {
			for _, r := range reviews.Shared(x.r).All() {
				if len(r.Decisions) > 0 {
					d.take(reviews.Name(), r.ID, !r.HeldOn.Before(x.daysAgo(year)))
				}
			}
			for a, filed := range x.eachAction {
				switch {
				case a.Decision == 0:
				case a.Open() && x.overdue(a.Due) && filed:
					d.lacks(actions.Name(), a.ID)
				case a.Open() && x.overdue(a.Due):
					d.lacks(a.Source.Kind, a.Source.ID)
				case filed:
					d.take(actions.Name(), a.ID, !a.SetOn.Before(x.daysAgo(year)))
				}
			}
		}},
	{ID: "10.2a", Probes: []string{"S2-18"}, Clause: Clause{"10.2"}, What: issue.NewText("What nonconformities were, and what was done about them."), Kept: issue.NewText("nonconformities with cause and action (CorrectNonconformity)"),
		look: func(x *index, d *dossier) {
			d.nothing = nonconformities.Shared(x.r).Len() == 0
			for _, n := range nonconformities.Shared(x.r).All() {
				if blank(n.Correction) || blank(n.Cause) || blank(n.Action.Plan) {
					d.lacks(nonconformities.Name(), n.ID)
				} else {
					d.take(nonconformities.Name(), n.ID, true)
				}
			}
		}},
	{ID: "10.2b", Probes: []string{"S2-18"}, Clause: Clause{"10.2"}, What: issue.NewText("What corrective actions came to."), Kept: issue.NewText("nonconformities that were closed (CloseNonconformity), and actions that come from them (CompleteAction)"),
		look: func(x *index, d *dossier) {
			d.nothing = true
			for _, n := range nonconformities.Shared(x.r).All() {
				switch {
				case !n.Open():
					d.take(nonconformities.Name(), n.ID, true)
				case x.overdue(n.Due):
					d.lacks(nonconformities.Name(), n.ID)
				default:
					continue // it is being worked on
				}
				d.nothing = false
			}
			for id, a := range actions.Shared(x.r).All() {
				switch {
				case a.Source.Kind != nonconformities.Name() || !a.CancelledAt.IsZero():
				case !a.Open():
					d.take(actions.Name(), id, true)
					d.nothing = false
				case x.overdue(a.Due):
					d.lacks(actions.Name(), id)
					d.nothing = false
				}
			}
		}},

	{ID: "A.4.2", Probes: []string{"S1-09", "S1-11"}, Control: annexa.MustParse("A.4.2"), EachSystem: true, What: issue.NewText("The resources of each AI system: the register."), Kept: issue.NewText("register entries (RegisterSystem)"),
		look: func(x *index, d *dossier) { x.entries(d, func(string) bool { return true }) }},
	entry("A.4.3", issue.NewText("The data that each AI system rests on."), "data").
		or(issue.NewText("the entry of each system (ReviseSystem): data; its data sets (PutDataset)"), func(x *index, d *dossier) {
			for set := range x.restingOn {
				d.take(datasets.Name(), set.ID, true)
			}
		}),
	resourceEach("A.4.4", ResourceTooling, issue.NewText("The tools of each AI system.")),
	entry("A.4.5", issue.NewText("Where each AI system runs, and on what."), "hosting").
		or(issue.NewText("the entry of each system (ReviseSystem): hosting; resources (PutResource)"), func(x *index, d *dossier) { x.resources(d, ResourceComputing, nil) }),
	resourceEach("A.4.6", ResourcePeople, issue.NewText("The people of each AI system, and what they can do.")),
	results("A.5.3", "", issue.NewText("The impact assessments of each AI system.")),
	shown("A.6.1.3", false, issue.NewText("How AI systems are designed and developed responsibly.")),
	shown("A.6.2.2", true, issue.NewText("What is asked of an AI system.")),
	shown("A.6.2.3", true, issue.NewText("How an AI system was designed and developed.")),
	verifiedEach("A.6.2.4", issue.NewText("How an AI system is verified and validated, against which criteria.")),
	deployedEach("A.6.2.5", issue.NewText("How an AI system is put into use.")),
	shown("A.6.2.6", true, issue.NewText("How an AI system is operated, monitored and mended.")),
	shown("A.6.2.7", true, issue.NewText("What each audience needs to know of an AI system.")),
	loggedEach("A.6.2.8", issue.NewText("What an AI system logs, at which phases.")),
	ofData("A.7.2", issue.NewText("How data is managed for an AI system.")),
	ofData("A.7.3", issue.NewText("Where its data was acquired, and by which right.")),
	ofData("A.7.4", issue.NewText("What quality its data is to have, and has.")),
	ofData("A.7.5", issue.NewText("From where its data came, through all changes.")),
	ofData("A.7.6", issue.NewText("How its data is prepared.")),
	channelFor("A.8.3", issue.NewText("How adverse impact can be reported from outside.")),
	shown("A.8.5", false, issue.NewText("What is owed to be reported, to whom.")).
		or(issue.NewText("evidence for A.8.5 (AttachEvidence), or obligations with what is to be reported (PutObligation)"), func(x *index, d *dossier) {
			for o := range x.bound {
				if len(o.Reporting) > 0 {
					d.take(obligations.Name(), o.ID, !x.overdue(o.ReviewDue))
				}
			}
		}),
	ruledUse("A.9.2", issue.NewText("How AI systems are used responsibly.")),
	{ID: "A.10.2", Probes: []string{"S2-20"}, Control: annexa.MustParse("A.10.2"), What: issue.NewText("Who bears which duty, among those who take part."), Kept: issue.NewText("duties of each supplier behind a system (PutSupplier)"),
		look: func(x *index, d *dossier) {
			x.suppliers(d, func(s *Supplier) (there, current bool) { return len(s.Duties) > 0, true })
		}},
	{ID: "A.10.3", Probes: []string{"S2-20"}, Control: annexa.MustParse("A.10.3"), What: issue.NewText("That suppliers were looked at."), Kept: issue.NewText("reviews of each supplier behind a system (PutSupplier)"),
		look: func(x *index, d *dossier) {
			x.suppliers(d, func(s *Supplier) (there, current bool) {
				return !s.ReviewedOn.IsZero(), !s.ReviewedOn.Before(x.daysAgo(year)) && !x.overdue(s.ReviewDue)
			})
		}},
	shown("A.10.4", false, issue.NewText("What customers expect and need.")),
}

// missing yields the rows of which nothing is there, and which the probe is to find.
func (x *index) missing(probe string) iter.Seq[RequiredRow] {
	return func(yield func(RequiredRow) bool) {
		for _, row := range requiredTable {
			if !slices.Contains(row.Probes, probe) {
				continue
			}
			var d dossier
			if row.look(x, &d); d.status() == RequiredMissing && !yield(row) {
				return
			}
		}
	}
}

func (r RequiredRow) implied() RequiredRow { r.Implied = true; return r }

func (r RequiredRow) as(id string) RequiredRow { r.ID = id; return r }

// or lets records of another sort be what a row asks for as well.
func (r RequiredRow) or(kept issue.Text, look func(*index, *dossier)) RequiredRow {
	first := r.look
	r.Kept = kept
	r.look = func(x *index, d *dossier) { first(x, d); look(x, d) }
	return r
}

// document is the row of an approved document for a clause.
func document(clause string, what issue.Text, probes ...string) RequiredRow {
	return RequiredRow{ID: clause, Probes: probes, Clause: Clause{clause}, What: what, Kept: issue.NewText("an approved document for clause %s (DraftDocument, ApproveDocument)", clause),
		look: func(x *index, d *dossier) { x.papers(d, clause) }}
}

// outsideDocuments is the row of documents of external origin under control.
func outsideDocuments(clause string, what issue.Text, probes ...string) RequiredRow {
	r := document(clause, what, probes...)
	r.Kept = issue.NewText("documents from outside that are adopted, given to somebody, and of the current edition (DraftDocument, CheckEdition, ApproveDocument)")
	return r
}

// empty reports whether a paper says nothing, as one can that was approved before that was
// refused.
func empty(text, uri, digest string) bool {
	var is Issues
	content(&is, text, uri, digest)
	return len(is) > 0
}

// papers takes in the documents for a clause, or for one below it.
func (x *index) papers(d *dossier, clause string) {
	for doc := range x.documentsFor(clause) {
		if !doc.InForce() || !x.controls753(doc) {
			d.lacks(documents.Name(), doc.ID)
		} else {
			d.take(documents.Name(), doc.ID, !x.overdue(doc.CountsUntil()))
		}
	}
}

// evidenced is the row of what an approved document or fresh evidence for a clause shows.
func evidenced(clause string, what issue.Text, probes ...string) RequiredRow {
	return RequiredRow{ID: clause, Probes: probes, Clause: Clause{clause}, What: what,
		Kept: issue.NewText("evidence (AttachEvidence) or an approved document (ApproveDocument) for clause %s", clause),
		look: func(x *index, d *dossier) {
			x.papers(d, clause)
			for _, e := range evidence.Shared(x.r).All() {
				if slices.Contains(e.Supports, (Clause{clause}).Ref()) {
					d.take(evidence.Name(), e.ID, e.Fresh(x.today))
				}
			}
		}}
}

// results is the row of an approved impact assessment of each active system.
func results(id, clause string, what issue.Text) RequiredRow {
	r := RequiredRow{ID: id, Probes: []string{"S2-01", "S2-02"}, What: what, EachSystem: true, Kept: issue.NewText("the approved assessment of each system (ApproveAssessment)"),
		look: func(x *index, d *dossier) {
			for i := range x.states {
				switch st := x.states[i]; {
				case st.approved == nil:
					d.lacks(systems.Name(), st.s.ID)
				default:
					d.take(assessments.Name(), st.approved.ID, st.coverage.Covered)
				}
			}
			d.each = true
		}}
	if clause == "" {
		r.Control = annexa.MustParse(id)
	} else {
		r.Clause = Clause{clause}
	}
	return r
}

// entry is the row of some attributes of each register entry.
func entry(control string, what issue.Text, attributes ...string) RequiredRow {
	return RequiredRow{ID: control, Control: annexa.MustParse(control), Probes: []string{"S1-11"}, What: what, EachSystem: true, Kept: issue.NewText("the entry of each system (ReviseSystem): %s", issue.Join("%s, %s", register.Titles(attributes...))),
		look: func(x *index, d *dossier) {
			x.entries(d, func(missing string) bool { return slices.Contains(attributes, missing) })
		}}
}

// entries takes in the active systems, and those of which an attribute is missing that
// counts.
func (x *index) entries(d *dossier, counts func(missing string) bool) {
	for i := range x.states {
		s := x.states[i].s
		if slices.ContainsFunc(missingFields(s), counts) {
			d.lacks(systems.Name(), s.ID)
		} else {
			d.take(systems.Name(), s.ID, true)
		}
	}
}

// suppliers takes in the suppliers behind active systems.
func (x *index) suppliers(d *dossier, look func(*Supplier) (there, current bool)) {
	d.each, d.nothing = true, true
	for _, s := range suppliers.Shared(x.r).All() {
		if len(x.behind[s.ID]) == 0 {
			continue
		}
		d.nothing = false
		if there, current := look(s); there {
			d.take(suppliers.Name(), s.ID, current)
		} else {
			d.lacks(suppliers.Name(), s.ID)
		}
	}
}

// shown is the row of fresh evidence for a control: of each active system, or of the
// organisation as a whole.
func shown(control string, each bool, what issue.Text) RequiredRow {
	id := annexa.MustParse(control)
	r := RequiredRow{ID: control, Control: id, Probes: []string{"S1-17", "S2-06", "S2-07"}, What: what, EachSystem: each, Kept: issue.NewText("evidence for %s (AttachEvidence)", control)}
	if each {
		r.Kept = issue.NewText("evidence for %s that names each system (AttachEvidence)", control)
	}
	r.look = func(x *index, d *dossier) { x.shows(d, id, each, make(map[string]bool)) }
	return r
}

// ofData is the row of what is on file of the data sets of each system, or of fresh
// evidence for the control.
func ofData(control string, what issue.Text) RequiredRow {
	r := shown(control, true, what)
	r.Kept = issue.NewText("data sets of each system (PutDataset, MeasureDataset), or evidence for %s that names it (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		of := make(map[string]bool)
		for set := range x.restingOn {
			if set.tells(r.Control) {
				d.take(datasets.Name(), set.ID, true)
			} else {
				d.lacks(datasets.Name(), set.ID) // which is told of the data set, and not of its systems again
			}
			for _, s := range set.Systems {
				of[s] = true
			}
		}
		x.shows(d, r.Control, true, of)
	}
	return r
}

// verifiedEach is the row of what was verified of each system, or of fresh evidence for the
// control.
func verifiedEach(control string, what issue.Text) RequiredRow {
	r := shown(control, true, what)
	r.Kept = issue.NewText("verifications of each system (PlanVerification, RecordVerification), or evidence for %s that names it (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		of := make(map[string]bool)
		for i := range x.states {
			id := x.states[i].s.ID
			for _, v := range verifications.Shared(x.r).Where(bySystem, id).All() {
				if v.Recorded() {
					d.take(verifications.Name(), v.ID, v.Model == x.states[i].s.Model)
					of[id] = of[id] || v.Model == x.states[i].s.Model
				}
			}
		}
		x.shows(d, r.Control, true, of)
	}
	return r
}

// channelFor is the row of channels that are open to people outside, or of fresh evidence
// for the control.
func channelFor(control string, what issue.Text) RequiredRow {
	r := shown(control, false, what)
	r.Kept = issue.NewText("channels open to people outside (PutChannel), or evidence for %s (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		for id, c := range channels.Shared(x.r).All() {
			if c.ForOutside() {
				d.take(channels.Name(), id, c.Open(x.today))
			}
		}
		x.shows(d, r.Control, false, make(map[string]bool))
	}
	return r
}

// ruledUse is the row of rules of use, or of fresh evidence for the control.
func ruledUse(control string, what issue.Text) RequiredRow {
	r := shown(control, false, what)
	r.Kept = issue.NewText("rules of use in force (DraftUseRules, ApproveUseRules), or evidence for %s (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		for id, u := range useRules.Shared(x.r).All() {
			d.take(useRules.Name(), id, u.InForce.Given())
		}
		x.shows(d, r.Control, false, make(map[string]bool))
	}
	return r
}

// deployedEach is the row of how each system was put into use, or of fresh evidence for the
// control.
func deployedEach(control string, what issue.Text) RequiredRow {
	r := shown(control, true, what)
	r.Kept = issue.NewText("deployments of each system (PlanDeployment, ReleaseDeployment), or evidence for %s that names it (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		of := make(map[string]bool)
		for i := range x.states {
			id := x.states[i].s.ID
			for _, p := range deployments.Shared(x.r).Where(bySystem, id).All() {
				d.take(deployments.Name(), p.ID, true)
				of[id] = true
			}
		}
		x.shows(d, r.Control, true, of)
	}
	return r
}

// loggedEach is the row of what each system logs, or of fresh evidence for the control.
func loggedEach(control string, what issue.Text) RequiredRow {
	r := shown(control, true, what)
	r.Kept = issue.NewText("what each system logs (DescribeLogs, CheckLogs), or evidence for %s that names it (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		of := make(map[string]bool)
		for i := range x.states {
			id := x.states[i].s.ID
			if l, ok := systemLogs.Shared(x.r).Get(id); ok {
				last, looked := x.lastLook(l)
				d.take(systemLogs.Name(), id, (!looked || last.Found) && !x.overdue(x.logsDue(l)))
				of[id] = true
			}
		}
		x.shows(d, r.Control, true, of)
	}
	return r
}

// resourceEach is the row of resources of a sort of each system, or of fresh evidence for the
// control.
func resourceEach(control string, sort ResourceSort, what issue.Text) RequiredRow {
	r := shown(control, true, what)
	r.Kept = issue.NewText("resources of each system (PutResource), or evidence for %s (AttachEvidence)", control)
	r.look = func(x *index, d *dossier) {
		of := make(map[string]bool)
		x.resources(d, sort, of)
		x.shows(d, r.Control, true, of)
	}
	return r
}

// resources takes in the resources of a sort that active systems need, those past their
// review or with a gap that is late as stale, and notes which systems they are of.
func (x *index) resources(d *dossier, sort ResourceSort, of map[string]bool) {
	for id, r := range resources.Shared(x.r).All() {
		if r.Sort != sort || !r.ServesOn(x.today) {
			continue
		}
		late := slices.ContainsFunc(r.Gaps, func(g ResourceGap) bool { return g.Open() && x.overdue(g.Due) })
		d.take(resources.Name(), id, !late && !x.overdue(x.reviewBy(r)))
		for _, s := range r.Systems {
			if of != nil {
				of[s] = true
			}
		}
	}
}

// shows takes in the evidence for a control, and the systems that nothing shows it of,
// those aside of which something else does.
func (x *index) shows(d *dossier, id annexa.ID, each bool, of map[string]bool) {
	all := false
	for _, e := range evidence.Shared(x.r).All() {
		if !e.SupportsControl(id) {
			continue
		}
		fresh := e.Fresh(x.today)
		d.take(evidence.Name(), e.ID, fresh)
		if fresh {
			all = all || len(e.Systems) == 0 && e.ShowsOf(id, "")
			for _, s := range e.Systems {
				of[s] = true
			}
		}
	}
	if !each || all {
		return
	}
	for i := range x.states {
		if s := x.states[i].s.ID; !of[s] {
			d.lacks(systems.Name(), s)
		}
	}
}
