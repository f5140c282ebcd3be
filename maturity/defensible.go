package maturity

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// defensible returns the criteria of ML2: steps three and four of the path.
func defensible() []Criterion {
	return []Criterion{
		{ID: "ML2.01", Level: ML2, Step: 3, Phase: aims.Do, Weight: 3, Basis: SecondPerson,
			Title:     "All systems assessed for impact",
			Statement: "An approved assessment covers each active system as it is now.",
			Clauses:   clauses("8.4", "6.3"), Controls: controls("A.5.3", "A.5.4", "A.5.5"),
			Next:      "Assess what is left, by level, then by age (SubmitAssessment, ApproveAssessment).",
			Why:       "8.4 asks for it at planned intervals and at each significant change.",
			Predicate: allAssessed},
		{ID: "ML2.02", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SelfDeclared,
			Title:     "All systems risk-assessed",
			Statement: "Of each active system the risks to people and to the organisation were rated lately, or, below high impact, an approved assessment found none.",
			Clauses:   clauses("8.2"),
			Next:      "Rate the risks of each, on both axes (PutRisk, AssessRisk).",
			Why:       "8.2 asks for risk assessments at planned intervals.",
			Predicate: allRisksAssessed},
		{ID: "ML2.03", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SelfDeclared,
			Title:     "Treatment is carried out",
			Statement: "No treatment is overdue, and what remains above the criteria is accepted.",
			Clauses:   clauses("8.3"),
			Next:      "Finish, plan anew (PutRisk) or have what remains accepted (AcceptRisk).",
			Why:       "A plan that nobody carries out treats nothing.",
			Predicate: treatmentCarriedOut},
		{ID: "ML2.04", Level: ML2, Step: 3, Phase: aims.Do, Weight: 3, Basis: SelfDeclared, PerControl: true,
			Title:     "Applicable controls are implemented",
			Statement: "Each applicable control has an active owner and is implemented; a test within the year shows those of the core to work, and a few outside it may still be planned for a day to come, unless that was put off again and again.",
			Clauses:   clauses("8.1"), Controls: allControls(),
			Next:      "Put them into practice, or plan them with a date (DecideControl); test those of the core (RecordTest).",
			Why:       "ISO/IEC 33020 calls more than 85 percent fully achieved: a cap on what is openly planned, no pardon for what failed.",
			Predicate: controlsImplemented},
		{ID: "ML2.05", Level: ML2, Step: 3, Phase: aims.Do, Weight: 3, Basis: SelfDeclared, PerControl: true,
			Title:     "Evidence is dated, fresh and good enough",
			Statement: "Fresh evidence of fair quality or better shows each implemented control; good or better where a system of high impact needs it.",
			Clauses:   clauses("7.5", "8.1", "9.1"), Controls: allControls(),
			Next:      "Collect new evidence for them (AttachEvidence) and judge its quality.",
			Why:       "Certification looks at each control working within the year; a statement of intent shows nothing working.",
			Predicate: evidenceFresh},
		{ID: "ML2.06", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SelfDeclared,
			Title:     "Data governance operates",
			Statement: "For each system that the organisation trains or tunes, its data sets on record, or fresh evidence, show how data was acquired, its quality, provenance and preparation.",
			Clauses:   clauses("8.1"), Controls: controls("A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6"),
			Next:      "Put the data sets of each on record and measure them (PutDataset, MeasureDataset), or attach evidence of A.7.3 to A.7.6 (AttachEvidence).",
			Why:       "Who shapes a model answers for what it was shaped with.",
			Predicate: dataGoverned},
		{ID: "ML2.07", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SecondPerson,
			Title:     "Life-cycle gates are kept",
			Statement: "Each live system runs under an approved assessment or an exception in force, no exception has run out, and evidence shows what the gates ask for of controls that are in place.",
			Clauses:   clauses("8.1"), Controls: controls("A.6.1.3", "A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.7"),
			Next:      "Make good what was missing at the gate (CloseException, AttachEvidence), or take the system back (RevertStage).",
			Why:       "A gate that stays open by habit is none.",
			Predicate: gatesKept},
		{ID: "ML2.08", Level: ML2, Step: 3, Phase: aims.Check, Weight: 2, Basis: SelfDeclared,
			Title:     "Operation is monitored",
			Statement: "A result of monitoring that names it is on file for each system in operation, as fresh as its level asks for. What each live system logs is on record, and somebody without a part in it looks whether it is there; or fresh evidence shows it.",
			Clauses:   clauses("9.1"), Controls: controls("A.6.2.6", "A.6.2.8"),
			Next:      "Record a result now (AttachEvidence of kind ev-monitoring), then let it come by itself; say what is logged (DescribeLogs) and have somebody look (CheckLogs).",
			Why:       "Models drift; what nobody looks at is not under control, and what is not logged nobody can look at.",
			Predicate: operationMonitored},
		{ID: "ML2.09", Level: ML2, Step: 3, Phase: aims.Do, Weight: 1, Basis: SelfDeclared,
			Title:     "Users and parties are informed",
			Statement: "For each live system that people use or are touched by, fresh evidence shows user information, a way to report harm, and information for those concerned.",
			Clauses:   clauses("7.4"), Controls: controls("A.8.2", "A.8.3", "A.8.5"),
			Next:      "Publish what is missing and attach it (AttachEvidence for A.8.2, A.8.3, A.8.5).",
			Why:       "People can neither use well nor contest what they do not know of.",
			Predicate: partiesInformed},
		{ID: "ML2.10", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SelfDeclared,
			Title:     "Use is kept within intent",
			Statement: "Each live system has a stated purpose, rules for its use, and, above minimal level, somebody active who oversees it.",
			Clauses:   clauses("8.1"), Controls: controls("A.9.2", "A.9.3", "A.9.4"),
			Next:      "State purpose and oversight (ReviseSystem); attach the rules for use (AttachEvidence for A.9.2).",
			Why:       "What was assessed is the intended use; any other use is not assessed.",
			Predicate: useWithinIntent},
		{ID: "ML2.11", Level: ML2, Step: 3, Phase: aims.Do, Weight: 1, Basis: SelfDeclared,
			Title:     "Suppliers and customers have allocated duties",
			Statement: "Each supplier behind an active system has duties allocated and was reviewed within a year; a provider can show that it considers its customers.",
			Clauses:   clauses("8.1"), Controls: controls("A.10.2", "A.10.3", "A.10.4"),
			Next:      "Allocate the duties and review them (PutSupplier); attach what customers get (AttachEvidence for A.10.4).",
			Why:       "Duties that nobody was given fall between the parties.",
			Predicate: dutiesAllocated},
		{ID: "ML2.12", Level: ML2, Step: 3, Phase: aims.Do, Weight: 2, Basis: SelfDeclared,
			Title:     "Concerns and incidents are handled",
			Statement: "Fresh evidence shows a channel and a procedure that was used or exercised in the year; nothing is open past its time.",
			Clauses:   clauses("10.2", "7.4"), Controls: controls("A.3.3", "A.8.4"),
			Next:      "Open the channel, exercise the procedure, attach both (AttachEvidence for A.3.3, A.8.4), close what is late.",
			Why:       "A procedure that was never used fails the first time.",
			Predicate: incidentsHandled},
		{ID: "ML2.13", Level: ML2, Step: 3, Phase: aims.Do, Weight: 1, Basis: SecondPerson,
			Title:     "People are competent and aware",
			Statement: "What each mandatory role takes is on file. Somebody else has seen, in date, that each holder has it, and that owners of systems and holders of roles are aware of the policy.",
			Clauses:   clauses("7.2", "7.3"), Controls: controls("A.4.6"),
			Next:      "Say what it takes (PutCompetence), on what it rests (ClaimCompetence), and have it assessed (AssessCompetence), before somebody is appointed.",
			Why:       "7.2 asks for evidence of competence, 7.3 that people know the policy and their part in it; a rate that is typed in is neither.",
			Predicate: peopleCompetent},
		{ID: "ML2.14", Level: ML2, Step: 3, Phase: aims.Do, Weight: 1, Basis: SecondPerson,
			Title:     "Documented information is controlled",
			Statement: "Each document that the standard asks for is approved and within review, and of one from outside that is given to somebody it is known that its edition is current.",
			Clauses:   clauses("7.5"),
			Next:      "Write what is missing (DraftDocument), look for current editions (CheckEdition), and review and approve the rest (ApproveDocument).",
			Why:       "7.5; documents that are out of date are worse than none.",
			Predicate: documentsControlled},
		{ID: "ML2.15", Level: ML2, Step: 3, Phase: aims.Do, Weight: 1, Basis: SelfDeclared,
			Title:     "Change is planned",
			Statement: "Each change carried out in the year was approved before, and one that nobody planned is reviewed within a month. What went live in the year did so by a plan, and after an assessment that covers it was approved.",
			Clauses:   clauses("6.3", "8.1"), Controls: controls("A.6.2.5"),
			Next:      "Plan changes and deployments and have them approved before (DraftChange, ApproveChange, PlanDeployment); review what came about unplanned (ReviewChange).",
			Why:       "6.3 asks that changes are planned, 8.1 that those which nobody intended are looked at.",
			Predicate: changePlanned},
		{ID: "ML2.16", Level: ML2, Step: 4, Phase: aims.Check, Weight: 1, Basis: SelfDeclared,
			Title:     "Objectives are measured",
			Statement: "Each objective was measured within its interval, and a target missed at its date has a word on what follows.",
			Clauses:   clauses("6.2", "9.1"), Controls: controls("A.6.1.2", "A.9.3"),
			Next:      "Measure (MeasureObjective); where the target is missed, note what follows.",
			Why:       "An objective that nobody measures is a wish.",
			Predicate: objectivesMeasured},
		{ID: "ML2.17", Level: ML2, Step: 4, Phase: aims.Check, Weight: 3, Basis: SecondPerson,
			Title:     "Internal audit complete",
			Statement: "An audit was closed within the year, and each part of clauses 4 to 10 and each applicable control was audited as often as its importance and earlier results ask for, parts audited by their own people left out.",
			Clauses:   clauses("9.2.1", "9.2.2"),
			Next:      "Audit what is late (PlanAudit, CloseAudit); AuditProgramme says how often and why.",
			Why:       "9.2.2 has the programme follow importance and earlier results; a certification looks at the whole in three years.",
			Predicate: auditComplete},
		{ID: "ML2.18", Level: ML2, Step: 4, Phase: aims.Check, Weight: 2, Basis: SelfDeclared,
			Title:     "Auditors were independent, duties are apart",
			Statement: "No auditor of the last year audited what they own, wrote or signed; who holds two roles that keep each other in check does so among fewer than five, with what makes up for it on file.",
			Clauses:   clauses("9.2.2"),
			Next:      "Have the part audited anew by somebody independent (PlanAudit); appoint another person (AssignRole), or do what makes up for it.",
			Why:       "9.2.2 asks for objectivity and impartiality; two founders can have both, if somebody else looks.",
			Predicate: auditorsIndependent},
		{ID: "ML2.19", Level: ML2, Step: 4, Phase: aims.Act, Weight: 2, Basis: SelfDeclared,
			Title:     "Nonconformities are under control",
			Statement: "No major one is open; each open one has an owner, within a month correction, cause, extent and action, and is not overdue.",
			Clauses:   clauses("10.2"),
			Next:      "Close the majors first, then plan the others anew with the auditor (CorrectNonconformity, CloseNonconformity).",
			Why:       "10.2 asks for each of these.",
			Predicate: nonconformitiesControlled},
		{ID: "ML2.20", Level: ML2, Step: 4, Phase: aims.Act, Weight: 3, Basis: SecondPerson,
			Title:     "Management review held",
			Statement: "Within a year and after an internal audit, top management looked at all matters of 9.3.2 and decided.",
			Clauses:   clauses("9.3.1", "9.3.2", "9.3.3"),
			Next:      "Hold it (HoldReview) with findings, audits, objectives and this report on the table.",
			Why:       "The audit's results are among what 9.3.2 has them look at.",
			Predicate: reviewHeld},
		{ID: "ML2.21", Level: ML2, Step: 4, Phase: aims.Act, Weight: 1, Basis: SelfDeclared,
			Title:     "Review decisions are followed up",
			Statement: "No decision of a management review is overdue, or put off again and again.",
			Clauses:   clauses("9.3.3", "10.1"),
			Next:      "Carry them out (CompleteAction), or have top management decide that they are not (CancelAction).",
			Why:       "Decisions that lapse teach everybody that reviews do not matter.",
			Predicate: decisionsFollowed},
		{ID: "ML2.22", Level: ML2, Step: 4, Phase: aims.Check, Weight: 1, Basis: SelfDeclared,
			Title:     "There is an operating history",
			Statement: "Records of operation reach back three months by when they were recorded, with at least one in each of the last three full months.",
			Clauses:   clauses("8.1", "9.1"),
			Next:      "Keep operating and recording; time does the rest.",
			Why:       "Certification bodies commonly expect about three months of records before Stage 2; not a clause.",
			Predicate: operatingHistory},
	}
}

func allAssessed(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		grace := in.Parameters.AssessGraceDays
		if s.Live() && s.High() {
			grace = 0
		}
		t.graced(in, s, grace, s.Covered, s.CoveredUntil, s.NotCoveredText)
	}, issue.NewText("systems lack an approved assessment that covers them"))
}

func allRisksAssessed(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		grace := in.Parameters.AssessGraceDays
		if s.Live() && s.High() {
			grace = 0
		}
		risks := in.risksOf(s)
		var until time.Time
		var why issue.Text
		for _, side := range []struct {
			ratedRisks
			whom issue.Text
			axis register.Axis
		}{{risks.people, issue.NewText("people"), register.AxisPeople}, {risks.organisation, issue.NewText("the organisation"), register.AxisOrganisation}} {
			switch {
			case !side.until.IsZero():
				until = sooner(until, side.until)
			case side.some:
				why = or(why, issue.NewText("Its risks to %s were rated too long ago, or off the scales in force.", side.whom))
			case s.Covered && !s.High() && !in.foundRisk(s, side.axis):
				// An approved assessment that found no harm is a risk assessment
				// with a clean result: harms are of both kinds.
				until = sooner(until, s.CoveredUntil)
			default:
				why = or(why, issue.NewText("No risk of it to %s is on the register.", side.whom))
			}
		}
		t.graced(in, s, grace, why.ID == "", until, why)
	}, issue.NewText("systems lack a current risk assessment"))
}

// foundRisk reports whether the approved assessment of a system rated a harm on an axis:
// that is a risk, whether or not it stands on the register.
func (in *Input) foundRisk(s *system, axis register.Axis) bool {
	a, ok := uncopied.Get[impact.Assessment](in.View, aims.KindAssessment, s.approval)
	return ok && slices.ContainsFunc(a.Risks("", in.today), func(r register.Risk) bool { return r.Axis == axis })
}

func treatmentCarriedOut(in *Input) Outcome {
	var t Tally
	t.nonempty(in)
	exceeds := uncopied.Exceeds(in.View)
	for r := range all[register.Risk](in, aims.KindRisk) {
		until, ok, why := time.Time{}, true, issue.Text{}
		if exceeds(r) {
			if until, ok = in.acceptedUntil(r); !ok {
				why = issue.NewText("%s stands above the criteria and is not accepted.", r.Title)
			}
		}
		if tr := r.Treatment; (tr.DoneOn.IsZero() || tr.DoneOn.After(in.today)) && !tr.Due.IsZero() {
			until = sooner(until, in.lastOf(tr.Due))
			if !in.notYet(in.lastOf(tr.Due)) {
				ok, why = false, issue.NewText("The treatment of %s was due on %s.", r.Title, day(tr.Due))
			}
		}
		t.check(ok, until, aims.Subject{Kind: aims.KindRisk, ID: r.ID}, r.Title, why)
	}
	return t.count(issue.NewText("risks are neither treated in time nor accepted"))
}

// applicable returns the decisions on applicable controls, in the standard's
// order.
func (in *Input) applicable() []annexa.Decision {
	var out []annexa.Decision
	for _, d := range in.decisions() {
		if d.Applicability == annexa.Applicable {
			out = append(out, d)
		}
	}
	return out
}

// implemented reports whether an applicable control is in place with an
// active owner, and until when.
func (in *Input) implemented(d annexa.Decision) (until time.Time, ok bool) {
	until, ok = in.Active(d.Owner)
	return until, ok && d.Status == annexa.StatusImplemented
}

// tested reports until when the last test of a control shows that it works, and if none
// does, why.
func (in *Input) tested(control annexa.ID) (until time.Time, why issue.Text) {
	t, ok := in.View.LastTest(control)
	switch {
	case !ok || t.On.After(in.today):
		return until, issue.NewText("Nobody has tested that it works.")
	case t.Result != aims.ResultWorks:
		return until, issue.NewText("The test of %s saw it fail in %d of %d cases.", day(t.On), t.Failed, t.Sample)
	case in.today.After(t.NextDue):
		return until, issue.NewText("It was to be tested again by %s.", day(t.NextDue))
	}
	return in.lastOf(t.NextDue), issue.Text{}
}

func controlsImplemented(in *Input) Outcome {
	var t Tally
	all := in.applicable()
	for _, d := range in.decisions() {
		if d.Applicability == annexa.Undecided {
			t.Unknown(decisionSubject(d.Control), controlTitle(d), issue.NewText("Nobody has decided whether it applies."))
		}
	}
	permitted := func(d annexa.Decision) bool {
		_, owned := in.Active(d.Owner)
		return owned && d.Status == annexa.StatusPlanned && in.notYet(in.lastOf(d.PlannedFor)) && !d.PlannedFor.IsZero() && !d.PutOff() &&
			!slices.Contains(in.Parameters.CoreControls, d.Control)
	}
	planned := 0
	for _, d := range all {
		if permitted(d) {
			planned++
		}
	}
	tooMany := float64(planned) > in.Parameters.PlannedShare*float64(len(all))
	for _, d := range all {
		until, ok := in.implemented(d)
		s, name := decisionSubject(d.Control), controlTitle(d)
		switch {
		case ok && !slices.Contains(in.Parameters.CoreControls, d.Control):
			t.Pass(until)
		case ok:
			shown, why := in.tested(d.Control)
			t.check(why.ID == "", sooner(until, shown), s, name, why)
		case permitted(d) && !tooMany:
			end, _ := in.Active(d.Owner)
			t.Pass(sooner(end, in.lastOf(d.PlannedFor)))
		case permitted(d):
			t.Fail(s, name, issue.NewText("It is only planned, as are %d of %d.", planned, len(all)))
		case d.Status == annexa.StatusPlanned && d.PutOff():
			times, days := d.Later()
			t.Fail(s, name, issue.NewText("Times it was put off: %d; days in all: %d.", times, days))
		case d.Status == annexa.StatusImplemented || d.Status == annexa.StatusPlanned && in.notYet(in.lastOf(d.PlannedFor)) && !slices.Contains(in.Parameters.CoreControls, d.Control):
			t.Fail(s, name, issue.NewText("No active person owns it."))
		case d.Status == annexa.StatusPlanned && !in.notYet(in.lastOf(d.PlannedFor)):
			t.Fail(s, name, issue.NewText("It was to be in place on %s.", day(d.PlannedFor)))
		case d.Status == "":
			t.Fail(s, name, issue.NewText("It is not started."))
		default:
			t.Fail(s, name, issue.NewText("It is %s.", issue.Word(d.Status)))
		}
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("No control applies."))
	}
	return t.count(issue.NewText("controls are not in place"))
}

func evidenceFresh(in *Input) Outcome {
	var t Tally
	for _, d := range in.applicable() {
		if d.Status != annexa.StatusImplemented {
			continue // ML2.04 says so
		}
		p, need := in.proofOf(d.Control), issue.NewText("fair")
		until := p.fair
		if in.requiredHigh(d.Control) {
			until, need = p.good, issue.NewText("good")
		}
		s, name := decisionSubject(d.Control), controlTitle(d)
		switch {
		case !until.IsZero():
			t.Pass(until)
		case p.any.IsZero():
			t.Fail(s, name, issue.NewText("No fresh evidence supports it."))
		case !p.unjudged.IsZero():
			t.Unknown(s, name, issue.NewText("Nobody has judged the quality of its evidence."))
		default:
			t.Fail(s, name, issue.NewText("Its evidence is weaker than %s.", need))
		}
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("No control is implemented, so there is nothing to show."))
	}
	return t.count(issue.NewText("implemented controls have no evidence that is fresh and good enough"))
}

// supports judges a system by evidence for each of a few controls, those that
// were left out by decision aside. It returns until when all hold, and what is
// missing.
func (in *Input) supports(system string, ids []annexa.ID) (until time.Time, missing []string) {
	for _, id := range ids {
		if in.excluded(id) {
			continue
		}
		end, ok := in.supportedFor(id, system)
		if !ok {
			missing = append(missing, id.String())
			continue
		}
		until = sooner(until, end)
	}
	return until, missing
}

func noEvidenceFor(missing []string) issue.Text {
	if len(missing) == 0 {
		return issue.Text{}
	}
	return issue.NewText("No fresh evidence about it for %s.", strings.Join(missing, ", "))
}

func dataGoverned(in *Input) Outcome {
	ids := controls("A.7.3", "A.7.4", "A.7.5", "A.7.6")
	return in.apiece(nil, bySystem(func(in *Input, t *Tally, s *system) {
		if s.Build == register.BuildNone || s.Build == register.BuildConfigured {
			return // not answered counts as developed
		}
		rest := slices.DeleteFunc(slices.Clone(ids), func(c annexa.ID) bool { return in.View.DataShows(s.ID, c) })
		until, missing := in.supports(s.ID, rest)
		t.check(len(missing) == 0, until, s.Subject(), s.Name, noEvidenceFor(missing))
	}), func(in *Input, t *Tally) Outcome {
		if t.met+len(t.failing) == 0 {
			if !t.nonempty(in) {
				return t.list()
			}
			return NotApplicable(issue.NewText("The organisation trains or tunes no active system."))
		}
		return t.count(issue.NewText("systems developed or tuned here lack data records"))
	})
}

// excusesAssessment reports whether an exception lets a system pass its gate without
// an approved assessment: for another item it says nothing of that.
func excusesAssessment(e *aims.Exception) bool {
	gate, _ := register.GateByID(e.Gate)
	return slices.ContainsFunc(gate.Items, func(i register.GateItem) bool {
		return (i.Kind == register.ItemAssessmentStarted || i.Kind == register.ItemAssessmentApproved) && slices.Contains(e.Items, i.ID)
	})
}

// excepted is until when exceptions at gates held and hold, by system.
type excepted struct {
	expired map[string]time.Time
	inForce map[string]time.Time // the end that comes first: it then turns into expired
}

func (in *Input) exceptions() excepted {
	if in.excepted.expired != nil {
		return in.excepted
	}
	expired, inForce := make(map[string]time.Time), make(map[string]time.Time)
	for e := range all[aims.Exception](in, aims.KindException) {
		g, granted := e.Granted()
		switch {
		case !granted || e.Grants[0].At.After(in.Now) || !e.ClosedOn.IsZero() && !e.ClosedOn.After(in.Now):
		case !e.InForce(in.today):
			expired[e.System] = in.lastOf(g.Expires)
		case excusesAssessment(e):
			inForce[e.System] = sooner(inForce[e.System], in.lastOf(g.Expires))
		}
	}
	in.excepted = excepted{expired, inForce}
	return in.excepted
}

func gatesKept(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if !s.Live() {
			return
		}
		exceptions := in.exceptions()
		end, excepted := exceptions.inForce[s.ID]
		if on, late := exceptions.expired[s.ID]; late {
			t.Fail(s.Subject(), s.Name, issue.NewText("Its exception at a gate ran out on %s.", day(on)))
			return
		}
		grace := in.Parameters.AssessGraceDays
		if s.High() {
			grace = 0
		}
		shown, lacks := in.shownInOperation(s)
		switch {
		case lacks.ID != "" && in.Now.After(in.legacyUntil(s)):
			t.Fail(s.Subject(), s.Name, lacks)
		case lacks.ID != "":
			t.Grace(s.Subject(), s.Name, lacks, in.legacyUntil(s))
		case s.Covered && excepted:
			t.Pass(sooner(sooner(s.CoveredUntil, end), shown))
		case excepted:
			t.Pass(end)
		default:
			t.graced(in, s, grace, s.Covered, sooner(s.CoveredUntil, shown), s.NotCoveredText)
		}
	}, issue.NewText("live systems run without an approved assessment or exception in force, or without what their gates ask for"))
}

// shownInOperation reports until when evidence shows all that the gates before operation
// ask of a system, and what it lacks, if anything.
func (in *Input) shownInOperation(s *system) (until time.Time, lacks issue.Text) {
	var missing []issue.Text
	s.asks(func(item, requires string, controls []annexa.ID) {
		var shown time.Time // evidence of one control suffices
		for _, c := range controls {
			if end, ok := in.supportedFor(c, s.ID); ok && end.After(shown) {
				shown = end
			}
		}
		if shown.IsZero() {
			missing = append(missing, issue.NewText("%s %s", item, issue.Plain(requires)))
			return
		}
		until = sooner(until, shown)
	})
	if len(missing) > 0 {
		return until, issue.NewText("No fresh evidence of %s.", issue.Join("%s; %s", missing))
	}
	return until, issue.Text{}
}

// legacyUntil is until when a system may lack what its gates ask for: it was in use when
// the organisation came to know of it.
func (in *Input) legacyUntil(s *system) time.Time {
	return in.lastOf(s.knownSince().AddDate(0, 0, in.Parameters.LegacyDays))
}

func operationMonitored(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if !s.Live() {
			return
		}
		until, why := in.logged(s)
		if s.Stage == register.StageOperation {
			days := in.Parameters.MonitorDays[s.Level]
			best := in.monitored(in.evidence().watched[s.ID], days)
			if until = sooner(until, best); best.IsZero() {
				none := issue.NewText("No result of monitoring of the last %d days is on file.", days)
				if why.ID != "" {
					none = issue.NewText("%s %s", none, why)
				}
				why = none
			}
		}
		t.graced(in, s, in.Parameters.OwnerGraceDays, why.ID == "", until, why)
	}, issue.NewText("live systems are not monitored in time, or their logs are not kept"))
}

// logged judges the logs of a live system by what is on record of them, as LG-02 and LG-03
// do, or where nothing is by fresh evidence of A.6.2.8, as LG-01 does. It returns until when
// they hold, and why they don't.
func (in *Input) logged(s *system) (until time.Time, why issue.Text) {
	lack, last, onRecord := s.logs()
	if onRecord {
		if lack.ID == "" && in.gone(aims.KindSystemLog, s.ID) {
			lack = issue.NewText("The look at its logs is taken to be too long ago.")
		}
		return in.lastOf(last), lack
	}
	until, missing := in.supports(s.ID, controls("A.6.2.8"))
	if len(missing) > 0 {
		why = issue.NewText("Nothing on record says what it logs.")
	}
	return until, why
}

// monitored is until when the best of some results of monitoring counts, each for some
// days; zero if none does now.
func (in *Input) monitored(results []span, days int) (best time.Time) {
	for _, w := range results {
		end := sooner(w.until, in.lastOf(in.dayOf(w.collected).AddDays(days)))
		if !in.Now.After(end) && end.After(best) {
			best = end
		}
	}
	return best
}

// touchesPeople reports whether people use a system, meet it or are affected
// by it. Not answered counts as yes.
func touchesPeople(s *system) bool {
	none := func(list []register.Audience) bool { return len(list) == 1 && list[0] == register.AudienceNone }
	noEffect := len(s.Effects) == 1 && s.Effects[0] == register.EffectNone
	return !(none(s.IntendedUsers) && none(s.Interacts) && noEffect)
}

func partiesInformed(in *Input) Outcome {
	ids := controls("A.8.2", "A.8.3", "A.8.5")
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if !s.Live() || !touchesPeople(s) {
			return
		}
		until, missing := in.supports(s.ID, ids)
		t.graced(in, s, in.Parameters.OwnerGraceDays, len(missing) == 0, until, noEvidenceFor(missing))
	}, issue.NewText("live systems lack information for those concerned"))
}

func useWithinIntent(in *Input) Outcome {
	rules := controls("A.9.2")
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if !s.Live() {
			return
		}
		until, missing := in.supports(s.ID, rules)
		var lacks []issue.Text
		if strings.TrimSpace(s.Purpose) == "" {
			lacks = append(lacks, issue.NewText("a purpose"))
		}
		if len(missing) > 0 {
			lacks = append(lacks, issue.NewText("fresh evidence of rules for its use (A.9.2)"))
		}
		if s.Level.Rank() > impact.LevelMinimal.Rank() {
			end, active := in.Active(s.HumanOversight.Person)
			if !active {
				lacks = append(lacks, issue.NewText("an active person who oversees it"))
			}
			until = sooner(until, end)
		}
		var why issue.Text
		if len(lacks) > 0 {
			why = issue.NewText("It lacks %s.", issue.Join("%s, %s", lacks))
		}
		t.graced(in, s, in.Parameters.OwnerGraceDays, len(lacks) == 0, until, why)
	}, issue.NewText("live systems lack purpose, rules for use or oversight"))
}

func dutiesAllocated(in *Input) Outcome {
	return in.apiece(nil, bySystem(func(in *Input, t *Tally, s *system) {
		if s.Supplier == "" && s.ModelSource == register.ModelThirdParty {
			t.graced(in, s, in.Parameters.AssessGraceDays, false, time.Time{}, issue.NewText("%s rests on a third party's model, and no supplier is named.", s.Name))
		}
	}), suppliersKept)
}

// suppliersKept judges those who stand behind systems, and what is due to customers.
func suppliersKept(in *Input, t *Tally) Outcome {
	provider := slices.Contains(in.View.Organisation().Roles, register.RoleProvider) || in.provided()
	for s := range in.View.Suppliers().All() {
		if len(in.usersOf(s.ID)) == 0 {
			continue
		}
		until, reviewed := in.within(s.ReviewedOn, in.Parameters.YearDays)
		reviewed = reviewed && !in.gone(aims.KindSupplier, s.ID)
		var why issue.Text
		late := !reviewed || !in.notYet(in.lastOf(s.ReviewDue))
		switch {
		case len(s.Duties) == 0 && late:
			why = issue.NewText("%s has no duties allocated and was not reviewed in time.", s.Name)
		case len(s.Duties) == 0:
			why = issue.NewText("%s has no duties allocated.", s.Name)
		case late:
			why = issue.NewText("%s was not reviewed in time.", s.Name)
		}
		t.check(why.ID == "", sooner(until, in.lastOf(s.ReviewDue)), aims.Subject{Kind: aims.KindSupplier, ID: s.ID}, s.Name, why)
	}
	if customers := annexa.MustParse("A.10.4"); provider && !in.excluded(customers) {
		until, ok := in.Supported(customers)
		t.check(ok, until, decisionSubject(customers), "", issue.NewText("No fresh evidence shows that customers are considered (A.10.4)."))
	}
	if t.met+len(t.failing) == 0 {
		if !t.nonempty(in) {
			return t.list()
		}
		return NotApplicable(issue.NewText("No third party stands behind an active system, and the organisation provides none."))
	}
	return t.list()
}

func incidentsHandled(in *Input) Outcome {
	var t Tally
	channel, procedure := annexa.MustParse("A.3.3"), annexa.MustParse("A.8.4")
	until, ok := in.Supported(channel)
	t.check(ok, until, decisionSubject(channel), "", issue.NewText("No fresh evidence shows a channel for concerns (A.3.3)."))
	until, ok = in.Supported(procedure)
	t.check(ok, until, decisionSubject(procedure), "", issue.NewText("No fresh evidence shows a procedure for incidents (A.8.4)."))

	var used time.Time // the end of the latest use or exercise
	use := func(on calendar.Date) {
		if end, ok := in.within(on, in.Parameters.YearDays); ok && end.After(used) {
			used = end
		}
	}
	if p := in.proofOf(procedure); p.tested.After(used) {
		used = p.tested
	}
	for i := range in.View.Incidents().All() {
		if i.DetectedOn.After(in.Now) {
			continue
		}
		use(in.dayOf(i.DetectedOn))
		if !i.Open() && !i.ClosedOn.After(in.Now) {
			continue
		}
		s := aims.Subject{Kind: aims.KindIncident, ID: i.ID}
		end := i.Target()
		late := issue.NewText("%s was to be closed by %s.", i.Title, day(end))
		if i.TriagedOn.IsZero() || i.TriagedOn.After(in.Now) {
			triage := i.DetectedOn.AddDate(0, 0, in.Parameters.TriageDays)
			if !in.notYet(triage) {
				late = issue.NewText("%s was to be looked at by %s.", i.Title, day(triage))
			}
			end = sooner(end, triage)
		}
		t.check(in.notYet(end), end, s, i.Title, late)
	}
	for c := range in.View.Concerns().All() {
		if c.RaisedOn.After(in.today) {
			continue
		}
		if !c.Open() && !c.AnsweredOn.After(in.Now) && !in.alone(c) {
			use(c.RaisedOn) // what nobody has answered yet, or one alone, uses no procedure
		}
		if c.Open() {
			t.check(in.notYet(in.lastOf(c.Due)), in.lastOf(c.Due), aims.Subject{Kind: aims.KindConcern, ID: c.ID}, "", issue.NewText("A concern was to be answered by %s.", day(c.Due)))
		}
	}
	t.check(!used.IsZero(), used, whole(), "", issue.NewText("The procedure was neither used nor exercised in the last year."))
	return t.list()
}

func documentsControlled(in *Input) Outcome {
	var t Tally
	for _, c := range in.Parameters.RequiredDocuments {
		t.document(in, c)
	}
	return t.list()
}

func objectivesMeasured(in *Input) Outcome {
	var t Tally
	for o := range in.View.Objectives().All() {
		s := aims.Subject{Kind: aims.KindObjective, ID: o.ID}
		last, ok := o.Last()
		if !ok || last.On.After(in.today) {
			t.Fail(s, o.Title, issue.NewText("%s has never been measured.", o.Title))
			continue
		}
		end := o.NextMeasurement()
		why := issue.NewText("%s was last measured on %s.", o.Title, day(last.On))
		if !in.hit(o, last) && strings.TrimSpace(last.Note) == "" {
			if in.notYet(in.lastOf(end)) {
				why = issue.NewText("%s missed its target and nothing says what follows.", o.Title)
			}
			end = calendar.Earlier(end, o.Due)
		}
		t.check(in.notYet(in.lastOf(end)), in.lastOf(end), s, o.Title, why)
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("There is no objective to measure."))
	}
	return t.list()
}

// hit reports whether a measurement reached the target that the objective had then: one
// that is made easier afterwards was missed all the same. Of a day on which there was more
// than one, nobody can tell which was first, and it has to reach them all.
func (in *Input) hit(o aims.Objective, m aims.Measurement) bool {
	for _, f := range o.Before {
		until := in.dayOf(f.Until)
		if m.On.After(until) {
			continue
		}
		was := aims.Objective{Target: f.Target, Direction: f.Direction}
		if !was.Met(m.Value) || m.On.Before(until) {
			return was.Met(m.Value)
		}
	}
	return o.Met(m.Value)
}

// audits returns the audits that were carried out and closed within AuditDays, with until when each
// counts.
func (in *Input) audits() (done []aims.Audit, until []time.Time) {
	in.tell(aims.KindAudit)
	if in.audited.known {
		return in.audited.done, in.audited.until
	}
	for a := range in.View.Audits().All() {
		if end, ok := in.within(in.dayOf(a.ClosedOn), in.Parameters.AuditDays); ok && a.Done() && !in.gone(aims.KindAudit, a.ID) {
			done, until = append(done, a), append(until, end)
		}
	}
	in.audited = audited{done, until, true}
	return done, until
}

// audited are audits that count, and until when.
type audited struct {
	done  []aims.Audit
	until []time.Time
	known bool
}

// covered returns until when some audits cover a clause between them, or the clauses
// that they leave out. One with others below it is covered if it is in the scope of an
// audit itself, or all of those are: a look at 4.1 is none at 4.
func covered(done []aims.Audit, until []time.Time, clause aims.Clause) (best time.Time, missing []aims.Clause) {
	for i, a := range done {
		if a.Covers(clause) && until[i].After(best) {
			best = until[i]
		}
	}
	var parts time.Time
	some := false // of what is below it was looked at
	for _, c := range below()[clause] {
		end, lacks := covered(done, until, c)
		some = some || !slices.Contains(lacks, c)
		parts, missing = sooner(parts, end), append(missing, lacks...)
	}
	switch {
	case some && len(missing) == 0 && parts.After(best):
		return parts, nil
	case !best.IsZero():
		return best, nil
	case !some:
		return best, []aims.Clause{clause}
	}
	return best, missing
}

// below are the clauses right below each that has any.
var below = sync.OnceValue(func() map[aims.Clause][]aims.Clause {
	of := make(map[aims.Clause][]aims.Clause)
	for _, c := range aims.Clauses() {
		if above := parent(c); above != (aims.Clause{}) {
			of[above] = append(of[above], c)
		}
	}
	return of
})

// parent returns the clause above one, such as 9.2 of 9.2.1; the zero Clause of 4 to 10.
func parent(c aims.Clause) aims.Clause {
	n := c.String()
	i := strings.LastIndexByte(n, '.')
	if i < 0 {
		return aims.Clause{}
	}
	return aims.MustParseClause(n[:i])
}

// ownWork reports whether a conflict is about what an auditor owns, wrote or
// signed. A role that somebody holds now does not taint what they audited
// before.
func ownWork(c aims.OwnWork) bool {
	return c.Subject.Kind != aims.KindRole
}

func auditComplete(in *Input) Outcome {
	var t Tally
	done, ends := in.audits()
	if len(done) == 0 {
		t.Fail(whole(), "", issue.NewText("No internal audit was closed in the last year."))
		return t.list()
	}
	for _, p := range in.programme() {
		s, name := whole(), "clause "+p.Element()
		if !p.Control.IsZero() {
			s, name = decisionSubject(p.Control), p.Element()
		}
		var why issue.Text
		switch {
		case p.Due.IsZero():
			why = issue.NewText("%s was never audited by somebody independent.", name)
		case p.Late(in.today) || in.gone(aims.KindAudit, p.Audit):
			why = issue.NewText("%s was to be audited again by %s: every %d months (%s).", name, day(p.Due), p.Months, p.Rules[0])
		}
		t.check(why.ID == "", in.lastOf(p.Due), s, name, why)
	}
	o := t.count(issue.NewText("parts were not audited as often as they have to be"))
	if o.State == StateMet {
		o.Until = sooner(o.Until, slices.MaxFunc(ends, time.Time.Compare))
	}
	return o
}

func auditorsIndependent(in *Input) Outcome {
	var t Tally
	done, until := in.audits()
	var last time.Time
	for i, a := range done {
		if until[i].After(last) {
			last = until[i]
		}
		s := aims.Subject{Kind: aims.KindAudit, ID: a.ID}
		var why issue.Text
		for _, c := range in.ownWork(a) {
			if ownWork(c) {
				why = issue.NewText("In %s, %s.", a.Title, c.String())
				break
			}
		}
		t.check(why.ID == "", time.Time{}, s, a.Title, why)
	}
	if len(done) == 0 {
		t.Fail(whole(), "", issue.NewText("No internal audit was closed in the last year."))
	}
	for _, c := range in.View.Combined(in.Now) {
		named := func(k aims.Kind, id string) issue.Record { return issue.Record{Kind: string(k), ID: id} }
		who, one, other := named(aims.KindPerson, c.Person), named(aims.KindRole, c.One), named(aims.KindRole, c.Other)
		why := issue.NewText("%s holds %s and %s.", who, one, other)
		if c.Small && c.Lacks.ID != "" {
			why = issue.NewText("%s holds %s and %s: %s.", who, one, other, c.Lacks)
		}
		t.check(c.Made, time.Time{}, aims.Subject{Kind: aims.KindRole, ID: c.One}, c.Person, why)
	}
	o := t.list()
	if o.State == StateMet {
		o.Until = last // then there is no audit left to speak of
	}
	return o
}

// looked fails a tally over nonconformities if there is none because nobody
// has looked for any.
func (t *Tally) looked(in *Input) {
	if in.View.Nonconformities().Len() > 0 {
		return
	}
	for a := range in.View.Audits().All() {
		if a.Done() && !a.ClosedOn.After(in.Now) {
			return
		}
	}
	t.Fail(whole(), "", issue.NewText("None is on file, and no internal audit has looked for any."))
}

func nonconformitiesControlled(in *Input) Outcome {
	var t Tally
	t.looked(in)
	for n := range in.View.Nonconformities().All() {
		if n.RaisedOn.After(in.today) {
			continue
		}
		s := aims.Subject{Kind: aims.KindNonconformity, ID: n.ID}
		if !n.Open() {
			t.Pass(time.Time{})
			continue
		}
		var lacks []issue.Text
		for _, f := range []struct {
			name issue.Text
			text string
		}{
			{issue.NewText("correction"), n.Correction}, {issue.NewText("cause"), n.Cause}, {issue.NewText("extent"), n.Extent}, {issue.NewText("action"), n.Action.Plan},
		} {
			if strings.TrimSpace(f.text) == "" {
				lacks = append(lacks, f.name)
			}
		}
		end := in.lastOf(n.Due)
		if by := in.lastOf(n.RaisedOn.AddDays(in.Parameters.AnswerDays)); len(lacks) > 0 && in.notYet(by) {
			lacks, end = nil, sooner(end, by)
		}
		owned, active := in.Active(n.Owner)
		if !active {
			lacks = append(lacks, issue.NewText("an active owner"))
		}
		var why issue.Text
		switch {
		case n.Severity == aims.SeverityMajor:
			why = issue.NewText("The major nonconformity %s is open.", n.Title)
		case !in.notYet(in.lastOf(n.Due)):
			why = issue.NewText("%s was to be closed by %s.", n.Title, day(n.Due))
		case len(lacks) > 0:
			why = issue.NewText("%s lacks %s.", n.Title, issue.Join("%s, %s", lacks))
		}
		t.check(why.ID == "", sooner(owned, end), s, n.Title, why)
	}
	return t.list()
}

func reviewHeld(in *Input) Outcome {
	var t Tally
	done, auditEnds := in.audits()
	var best time.Time
	var last aims.ManagementReview
	var why issue.Text
	for r := range in.reviews() {
		end, ok := in.within(r.HeldOn, in.Parameters.ReviewDays)
		if !r.HeldOn.After(in.today) && r.HeldOn.After(last.HeldOn) {
			last = r
		}
		if !ok || in.gone(aims.KindReview, r.ID) {
			continue
		}
		lacks := in.reviewLacks(r)
		var audited time.Time
		for i, a := range done {
			// An audit and the review after it may share a day.
			if !in.dayOf(a.ClosedOn).After(r.HeldOn) && auditEnds[i].After(audited) {
				audited = auditEnds[i]
			}
		}
		if audited.IsZero() {
			lacks = append(lacks, issue.NewText("no internal audit of the last year came before it"))
		}
		if len(lacks) > 0 {
			if r.ID == last.ID {
				why = issue.NewText("The review of %s: %s.", day(r.HeldOn), issue.Join("%s; %s", lacks))
			}
			continue
		}
		if end = sooner(end, audited); end.After(best) {
			best = end
		}
	}
	s := aims.Subject{Kind: aims.KindReview, ID: last.ID}
	switch {
	case last.ID == "":
		s, why = whole(), issue.NewText("No management review has been held.")
	case why.ID == "":
		why = issue.NewText("The last management review was held on %s.", day(last.HeldOn))
	}
	t.check(!best.IsZero(), best, s, "", why)
	return t.list()
}

// reviews returns the management reviews that count: those that no other record tells
// anew.
func (in *Input) reviews() iter.Seq[aims.ManagementReview] {
	corrected := make(map[string]bool)
	for r := range in.View.Reviews().All() {
		corrected[r.Corrects] = true
	}
	return func(yield func(aims.ManagementReview) bool) {
		for r := range in.View.Reviews().All() {
			if !corrected[r.ID] && !yield(r) {
				return
			}
		}
	}
}

// reviewLacks says what a review was held without.
func (in *Input) reviewLacks(r aims.ManagementReview) []issue.Text {
	var lacks []issue.Text
	if p, ok := in.View.People().Get(r.Chair); !ok || !p.TopManagement {
		lacks = append(lacks, issue.NewText("top management did not chair it"))
	}
	var topics []issue.Text
	for _, topic := range r.Missing() {
		topics = append(topics, issue.Word(topic))
	}
	if len(topics) > 0 {
		lacks = append(lacks, issue.NewText("it did not look at %s", issue.Join("%s, %s", topics)))
	}
	if len(r.Decisions) == 0 {
		lacks = append(lacks, issue.NewText("it decided nothing"))
	}
	return lacks
}

func decisionsFollowed(in *Input) Outcome {
	var t Tally
	held := false
	for r := range in.View.Reviews().All() { // also of one that was corrected, until it is cancelled
		if r.HeldOn.After(in.today) {
			continue
		}
		held = true
		for _, a := range in.View.ReviewActions(r) {
			s := aims.Subject{Kind: aims.KindAction, ID: a.ID}
			if !in.View.Has(s) { // of before there were actions
				s = a.Source
			}
			switch times, days := a.Later(); {
			case !a.CancelledAt.IsZero():
			case !a.Open():
				t.Pass(time.Time{})
			case a.PutOff():
				t.Fail(s, a.What, issue.NewText("%s: times put off: %d; days in all: %d.", a.What, times, days))
			default:
				t.check(in.notYet(in.lastOf(a.Due)), in.lastOf(a.Due), s, a.What,
					issue.NewText("%s was due on %s from %s.", a.What, day(a.Due), issue.Record{Kind: string(aims.KindPerson), ID: a.Owner}))
			}
		}
	}
	if !held {
		t.Fail(whole(), "", issue.NewText("No management review has decided anything yet."))
	}
	return t.list()
}

// operations are the months that have records of operation, and when the first one counts:
// for certain, and by the days that were typed in.
type operations struct{ certain, claimed *operatingMonths }

type operatingMonths struct {
	first time.Time
	has   map[int]bool
}

func operatingIn(records []time.Time) *operatingMonths {
	m := &operatingMonths{has: make(map[int]bool)}
	for _, on := range records {
		m.has[month(on)] = true
		if m.first.IsZero() || on.Before(m.first) {
			m.first = on
		}
	}
	return m
}

// operation returns from when the records of operation count.
func (in *Input) operation() operations {
	if in.operations.certain != nil {
		return in.operations
	}
	m := moments{now: in.Now}
	for e := range all[aims.Evidence](in, aims.KindEvidence) {
		m.add(in.countsAt(e.Revision, e.RecordedAt))
	}
	for a := range in.View.Audits().All() {
		m.add(in.countsAt(a.Revision, a.ClosedOn))
	}
	for e := range typedDates(in.View) {
		m.add(in.counts(e))
	}
	in.operations = operations{operatingIn(m.certain), operatingIn(m.claimed)}
	return in.operations
}

// month numbers the calendar months, so that neighbours differ by one.
func month(t time.Time) int { return t.UTC().Year()*12 + int(t.UTC().Month()) - 1 }

func operatingHistory(in *Input) Outcome {
	m := in.operation()
	o := in.operated(m.certain)
	if o.State == StateNotMet && in.operated(m.claimed).State == StateMet {
		o.State, o.Unknown = StateUnknown, o.Of-o.Met
		o.fails(issue.NewText("%s %s", o.Text, unproven))
	}
	return o
}

// operated judges an operating history by when its records count.
func (in *Input) operated(m *operatingMonths) Outcome {
	first, has := m.first, m.has
	days := in.Parameters.HistoryDays
	o := Outcome{Of: days, State: StateNotMet}
	if days == 0 {
		return Outcome{State: StateMet}
	}
	if first.IsZero() {
		o.fails(issue.NewText("There are no records of operation."))
		return o
	}
	o.Met = min(days, int(in.Now.Sub(first)/(24*time.Hour)))
	this := month(in.Now)
	gaps := 0
	for m := this - 3; m < this; m++ {
		if !has[m] {
			gaps++
		}
	}
	if ripe := first.AddDate(0, 0, days); in.Now.Before(ripe) {
		o.fails(issue.NewText("Records reach back %d of %d days; they will by %s.", o.Met, days, day(ripe)))
	} else if gaps > 0 {
		o.Met = max(0, days-30*gaps)
		o.fails(issue.NewText("%d of the last three full months have no record of operation.", gaps))
	} else {
		o.State, o.Met = StateMet, days
		// The month after the last one with a record may pass empty; once it is
		// over it counts.
		quiet := this
		for has[quiet] {
			quiet++
		}
		o.Until = time.Date(quiet/12, time.Month(quiet%12+1)+1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Nanosecond)
	}
	return o
}
