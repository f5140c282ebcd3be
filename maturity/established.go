package maturity

import (
	"cmp"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// established returns the criteria of ML1: the first two steps of the path.
func established() []Criterion {
	return []Criterion{
		{ID: "ML1.01", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 3, Basis: SelfDeclared,
			Title:     "Inventory exists and is current",
			Statement: "A dated search for AI in use has been made, and what it found is registered or dismissed with a reason.",
			Clauses:   clauses("4.3", "8.1"), Controls: controls("A.4.2"),
			Next:      "Search purchasing, sign-on logs, expenses, code and bought software, and settle every find (PutSweep).",
			Why:       "An incomplete inventory is what auditors report most; an empty register is never complete.",
			Predicate: inventoryCurrent},
		{ID: "ML1.02", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 1, Basis: SelfDeclared,
			Title:     "Register entries are complete",
			Statement: "Each active system records purpose, roles, source, supplier, data, hosting and whom it affects.",
			Clauses:   clauses("7.1", "7.5"), Controls: controls("A.4.2", "A.4.3", "A.4.4", "A.4.5", "A.4.6"),
			Next:      "Complete the missing fields, highest impact first (ReviseSystem).",
			Why:       "A.4 asks that the resources behind a system are documented.",
			Predicate: entriesComplete},
		{ID: "ML1.03", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 3, Basis: SelfDeclared,
			Title:     "Every system has an accountable owner",
			Statement: "Each active system has one owner: a named person who is still there.",
			Clauses:   clauses("5.3"), Controls: controls("A.3.2"),
			Next:      "Name an owner for each (ReviseSystem).",
			Why:       "One system without an owner is one system out of control; the lack is a finding by itself.",
			Predicate: systemsOwned},
		{ID: "ML1.04", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 3, Basis: SecondPerson,
			Title:     "AI policy approved by top management",
			Statement: "An AI policy is in force that top management approved; it frames objectives and commits to requirements and improvement.",
			Clauses:   clauses("5.1", "5.2"), Controls: controls("A.2.2"),
			Next:      "Draft it (DraftPolicy) and have top management approve it (ApprovePolicy).",
			Why:       "Without it nothing else has authority.",
			Predicate: policyInForce},
		{ID: "ML1.05", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 2, Basis: SecondPerson,
			Title:     "Policy has an owner and is within review",
			Statement: "The policy has an owner who is still there, was checked against the other policies, and is not due for review.",
			Clauses:   clauses("5.2", "5.3"), Controls: controls("A.2.3", "A.2.4"),
			Next:      "Name the owner, compare the policies, review and approve anew (DraftPolicy, ApprovePolicy).",
			Why:       "A.2.3 asks for alignment, A.2.4 for review at planned intervals.",
			Predicate: policyKept},
		{ID: "ML1.06", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 2, Basis: SelfDeclared,
			Title:     "Roles are assigned",
			Statement: "Somebody who accepted it and is still there holds each mandatory role.",
			Clauses:   clauses("5.1", "5.3"), Controls: controls("A.3.2"),
			Next:      "Appoint somebody (AssignRole), who accepts (AcceptRole).",
			Why:       "5.3 asks that duties are assigned; signatures need somebody whose duty they are.",
			Predicate: rolesFilled},
		{ID: "ML1.07", Level: ML1, Step: 1, Phase: aims.Plan, Weight: 1, Basis: SelfDeclared,
			Title:     "Policy is communicated",
			Statement: "The version in force is available and was made known since it was approved.",
			Clauses:   clauses("5.2", "7.3", "7.4"), Controls: controls("A.2.2"),
			Next:      "Publish and announce it, and record the days (DraftPolicy).",
			Why:       "A policy that nobody has been told of guides nobody.",
			Predicate: policyCommunicated},
		{ID: "ML1.08", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 1, Basis: SelfDeclared,
			Title:     "Context, parties and AI roles determined",
			Statement: "Issues, interested parties and the organisation's own roles towards AI are recorded and were looked at within a year.",
			Clauses:   clauses("4.1", "4.2"),
			Next:      "Record issues (PutContextIssue), parties (PutInterestedParty) and roles (SetOrganisation).",
			Why:       "What the management system must cover follows from them.",
			Predicate: contextDetermined},
		{ID: "ML1.09", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 2, Basis: SecondPerson,
			Title:     "Scope is documented and matches the register",
			Statement: "The scope is approved and within review; each system of high impact that lies outside was there, and known to be so, when it was approved.",
			Clauses:   clauses("4.3", "4.4"),
			Next:      "Approve the scope (ApproveScope) with the systems outside it on the table.",
			Why:       "Leaving high-impact systems out hollows the certificate, so top management must have seen it.",
			Predicate: scopeMatches},
		{ID: "ML1.10", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 2, Basis: SelfDeclared,
			Title:     "Every system has an impact level",
			Statement: "The level of each active system follows from its assessment, with no question open that could change it.",
			Clauses:   clauses("6.1.1", "6.1.2"), Controls: controls("A.5.2"),
			Next:      "Answer the open questions of each (ReviseSystem).",
			Why:       "What nobody has answered counts as the worst case everywhere else: not knowing can't help the score.",
			Predicate: systemsLevelled},
		{ID: "ML1.11", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 1, Basis: SecondPerson,
			Title:     "AI risk criteria approved",
			Statement: "The criteria by which risks are rated and accepted are approved and within review.",
			Clauses:   clauses("6.1.1", "6.1.2", "6.1.3"),
			Next:      "Have top management approve them (ApproveCriteria).",
			Why:       "Ratings mean nothing without agreed scales and limits.",
			Predicate: criteriaApproved},
		{ID: "ML1.12", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 2, Basis: SecondPerson,
			Title:     "Impact-assessment process approved",
			Statement: "A document says how impact assessments are made, and somebody is appointed to approve them.",
			Clauses:   clauses("6.1.4"), Controls: controls("A.5.2"),
			Next:      "Write the process for 6.1.4 (DraftDocument), have it approved, and appoint the impact approver.",
			Why:       "Assessments that follow no rule can't be compared.",
			Predicate: impactProcess},
		{ID: "ML1.13", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 3, Basis: SecondPerson,
			Title:     "High-impact systems have signed impact assessments",
			Statement: "An approved assessment covers each system of high or unknown impact as it is now.",
			Clauses:   clauses("8.4"), Controls: controls("A.5.3", "A.5.4", "A.5.5"),
			Next:      "Complete their assessments and have them signed (SubmitAssessment, ApproveAssessment).",
			Why:       "Where people can come to harm, looking comes first.",
			Predicate: highAssessed},
		{ID: "ML1.14", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 2, Basis: SelfDeclared,
			Title:     "High-impact systems have a risk assessment",
			Statement: "Of each, a risk to people comes from the impact assessment that covers it, and one to the organisation is on the register, both rated on the scales in force and fresh enough.",
			Clauses:   clauses("8.2", "6.1.2"),
			Next:      "Rate the risks that the impact assessment found, and those to the organisation (PutRisk, AssessRisk).",
			Why:       "8.2 asks for risk assessments; 6.1.2 that they look at the organisation, at individuals and at societies.",
			Predicate: highRisksAssessed},
		{ID: "ML1.15", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 1, Basis: SelfDeclared,
			Title:     "AI objectives set",
			Statement: "There is at least one objective, and each can be measured, is dated and has an owner who is still there.",
			Clauses:   clauses("6.2"), Controls: controls("A.6.1.2", "A.9.3"),
			Next:      "Set a few objectives for developing and using AI responsibly (PutObjective).",
			Why:       "6.2; A.6.1.2 for those who develop, A.9.3 for those who use.",
			Predicate: objectivesSet},
		{ID: "ML1.16", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 3, Basis: SecondPerson, PerControl: true,
			Title:     "Statement of Applicability approved",
			Statement: "A Statement is approved and within review, decides and justifies every control as now on file, and speaks for the present scope.",
			Clauses:   clauses("6.1.3"), Controls: allControls(),
			Next:      "Decide what is undecided (DecideControl) and approve the next version (ApproveStatement).",
			Why:       "6.1.3 asks for reasons both for taking a control in and for leaving it out.",
			Predicate: statementApproved},
		{ID: "ML1.17", Level: ML1, Step: 2, Phase: aims.Plan, Weight: 2, Basis: SecondPerson,
			Title:     "Treatment plan approved",
			Statement: "The plan is an approved document; each risk above the criteria has a treatment with controls, owner and date, or is accepted.",
			Clauses:   clauses("6.1.3"),
			Next:      "Complete the treatments (PutRisk), and have the plan for 6.1.3 approved (ApproveDocument).",
			Why:       "A risk that is known and not treated is a decision that nobody took.",
			Predicate: treatmentPlanned},
	}
}

// count makes the outcome of a tally over many of a kind, with a message such
// as "3 of 12 systems have no active owner: a, b, c".
func (t *Tally) count(phrase issue.Text) Outcome {
	if len(t.failing) == 1 && t.failing[0].Subject == whole() {
		return t.Outcome(t.failing[0].Text) // there was nothing to count
	}
	return t.Outcome(issue.NewText("%d of %d %s: %s.", len(t.failing), t.met+len(t.failing), phrase, t.names()))
}

// names joins the names of the first failures and counts the others.
func (t *Tally) names() issue.Text {
	const most = 3
	var parts []issue.Text
	for _, f := range t.failing[:min(most, len(t.failing))] {
		parts = append(parts, f.nameText())
	}
	if more := len(t.failing) - most; more > 0 {
		return issue.NewText("%s and %d more", issue.Join("%s, %s", parts), more)
	}
	return issue.Join("%s, %s", parts)
}

// nameText is the name of what fails, or its ID: a control of Annex A by its title, which can
// be told in another language.
func (f Failure) nameText() issue.Text {
	if id, err := annexa.Parse(f.Subject.ID); err == nil && f.Subject.Kind == aims.KindDecision {
		if title, ok := annexa.Title(id); ok && strings.HasSuffix(f.Name, title) {
			return issue.NewText("%s %s", id.String(), issue.Plain(title))
		}
	}
	return issue.NewText("%s", cmp.Or(f.Name, f.Subject.ID))
}

// list makes the outcome of a tally over a few different things, with their
// reasons as the message.
func (t *Tally) list() Outcome {
	switch f := t.failing; len(f) {
	case 0:
		return t.Outcome(issue.Text{})
	case 1:
		return t.Outcome(f[0].Text)
	case 2:
		return t.Outcome(issue.NewText("%s %s", f[0].Text, f[1].Text))
	case 3:
		return t.Outcome(issue.NewText("%s %s %s", f[0].Text, f[1].Text, f[2].Text))
	default:
		return t.Outcome(issue.NewText("%s %s %s And %d more.", f[0].Text, f[1].Text, f[2].Text, len(f)-3))
	}
}

// check counts one of a few things: it holds until a moment, or fails.
func (t *Tally) check(ok bool, until time.Time, s aims.Subject, name string, why issue.Text) {
	if ok {
		t.Pass(until)
		return
	}
	t.Fail(s, name, why)
}

// graced counts a system that is judged with grace: days after it was found,
// or none if days is 0.
func (t *Tally) graced(in *Input, s *system, days int, ok bool, until time.Time, why issue.Text) {
	end := s.DiscoveredOn.AddDate(0, 0, days)
	spared := days > 0 && !s.DiscoveredOn.IsZero() && !s.DiscoveredOn.After(in.today) && !in.today.After(end)
	if spared { // what comes back under another name was found before
		if known := s.knownSince(); known.Before(s.DiscoveredOn) {
			end = known.AddDate(0, 0, days)
			spared = !in.today.After(end)
		}
	}
	if !spared {
		t.check(ok, until, s.Subject(), s.Name, why)
		return
	}
	if ok {
		t.Pass(later(until, in.lastOf(end)))
		return
	}
	t.Grace(s.Subject(), s.Name, why, in.lastOf(end))
}

// nonempty fails a tally over active systems if there are none: an empty register is not
// good enough, unless top management gives its word that no AI is run, on a search of lately
// (aims.Tx.AttestNoAI). It reports whether it does not fail.
func (t *Tally) nonempty(in *Input) bool {
	if in.number() == 0 {
		if s, ok := in.View.RunsNoAI(in.Now); ok && !in.gone(aims.KindSweep, s.ID) {
			if until, lately := in.within(s.On, in.Parameters.SweepDays); lately {
				t.Pass(until)
				return true
			}
		}
		t.Fail(whole(), "", issue.NewText("The register holds no active AI system."))
		return false
	}
	return true
}

func inventoryCurrent(in *Input) Outcome {
	var t Tally
	if t.nonempty(in) {
		t.Pass(time.Time{})
	}
	last := in.lastSweep()
	for s := range in.View.Sweeps().All() {
		if s.On.After(in.today) {
			continue
		}
		for _, c := range s.Candidates {
			if c.Open() {
				until, ok := in.within(s.On, in.Parameters.RegisterGraceDays)
				t.check(ok, until, aims.Subject{Kind: aims.KindSweep, ID: s.ID}, c.Name,
					issue.NewText("%s, found on %s, is neither registered nor dismissed.", c.Name, day(s.On)))
			}
		}
	}
	if last.ID == "" {
		t.Fail(whole(), "", issue.NewText("Nobody has searched for AI in use."))
	} else {
		until, ok := in.within(last.On, in.Parameters.SweepDays)
		t.check(ok, until, aims.Subject{Kind: aims.KindSweep, ID: last.ID}, "", issue.NewText("The last search for AI in use was on %s.", day(last.On)))
	}
	return t.list()
}

// lastSweep is the last search for AI in use; without an ID if there was none.
func (in *Input) lastSweep() (last aims.Sweep) {
	for s := range in.View.Sweeps().All() {
		if !s.On.After(in.today) && s.On.After(last.On) && !in.gone(aims.KindSweep, s.ID) {
			last = s
		}
	}
	return last
}

func entriesComplete(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		lacks := aims.MissingFields(*s.System)
		var why issue.Text
		if len(lacks) > 0 {
			why = issue.NewText("Not on file: %s.", issue.Join("%s, %s", register.Titles(lacks...)))
		}
		t.graced(in, s, in.Parameters.OwnerGraceDays, len(lacks) == 0, time.Time{}, why)
	}, issue.NewText("register entries are incomplete"))
}

func systemsOwned(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		until, ok := in.Active(s.Owner)
		t.graced(in, s, in.Parameters.OwnerGraceDays, ok, until, issue.NewText("No active person owns it."))
	}, issue.NewText("systems have no active owner"))
}

// policy returns the policy in force and its subject.
func (in *Input) policy() (aims.Policy, aims.Subject, bool) {
	p, ok := in.View.Policy()
	if !ok || !p.Approval.Given() || p.Approval.At.After(in.Now) || in.gone(aims.KindPolicy, p.ID) {
		return aims.Policy{}, whole(), false
	}
	return p, aims.Subject{Kind: aims.KindPolicy, ID: p.ID}, true
}

func policyInForce(in *Input) Outcome {
	var t Tally
	p, s, ok := in.policy()
	if !ok {
		for range 4 { // it, and the three things that it must say
			t.Fail(s, "", issue.NewText("No AI policy is in force."))
		}
		return t.Outcome(issue.NewText("No AI policy is in force."))
	}
	t.Pass(time.Time{})
	t.check(p.FramesObjectives, time.Time{}, s, p.Title, issue.NewText("The policy gives no frame for objectives."))
	t.check(p.CommitsToRequirements, time.Time{}, s, p.Title, issue.NewText("The policy does not commit to meeting requirements."))
	t.check(p.CommitsToImprovement, time.Time{}, s, p.Title, issue.NewText("The policy does not commit to improvement."))
	return t.list()
}

func policyKept(in *Input) Outcome {
	var t Tally
	p, s, ok := in.policy()
	if !ok {
		t.Fail(s, "", issue.NewText("No AI policy is in force."))
		return t.list()
	}
	until, active := in.Active(p.Owner)
	t.check(active, until, s, p.Title, issue.NewText("No active person owns the policy."))
	due := sooner(in.lastOf(p.Approval.ReviewDue), p.Approval.At.AddDate(0, 0, in.Parameters.PolicyDays))
	t.check(in.notYet(due), due, s, p.Title, issue.NewText("The policy was due for review on %s.", day(due)))
	t.check(!p.AlignedOn.IsZero() && !p.AlignedOn.After(in.today), time.Time{}, s, p.Title, issue.NewText("The policy was never checked against the other policies."))
	return t.list()
}

func rolesFilled(in *Input) Outcome {
	var t Tally
	for _, m := range aims.MandatoryRoles() {
		if _, ok := in.View.Roles().Get(m.ID); !ok {
			t.Fail(aims.Subject{Kind: aims.KindRole, ID: m.ID}, m.Title, issue.NewText("It is not on file."))
		}
	}
	for r := range in.View.Roles().All() {
		if !r.Mandatory {
			continue
		}
		p, ok := in.View.Holder(r.ID, in.Now)
		until, active := in.Active(p.ID)
		s := aims.Subject{Kind: aims.KindRole, ID: r.ID}
		due := in.lastOf(r.AcceptBy(in.zone))
		if ok && active && !in.notYet(due) {
			t.Fail(s, r.Title, issue.NewText("Its duty is another one since %s, which its holder has not accepted.", day(in.dayOf(r.RewordedAt))))
			continue
		}
		t.check(ok && active && !r.AcceptedOn.After(in.Now), sooner(until, due), s, r.Title, issue.NewText("No active person holds the role and has accepted it."))
	}
	return t.count(issue.NewText("mandatory roles are not filled"))
}

func policyCommunicated(in *Input) Outcome {
	var t Tally
	p, s, ok := in.policy()
	if !ok {
		t.Fail(s, "", issue.NewText("No AI policy is in force."))
		return t.list()
	}
	// A version is in force from its first approval on; what came before was a draft.
	// People record days, approvals have moments: both on one day will do.
	from := p.Approval.At
	if len(p.Earlier) > 0 {
		from = p.Earlier[0].At
	}
	done := func(on calendar.Date) bool { return !on.Before(in.dayOf(from)) && !on.After(in.today) }
	t.check(done(p.PublishedOn), time.Time{}, s, p.Title, issue.NewText("The version in force has not been published."))
	t.check(done(p.CommunicatedOn), time.Time{}, s, p.Title, issue.NewText("The version in force has not been made known."))
	return t.list()
}

func contextDetermined(in *Input) Outcome {
	var t Tally
	part := func(last calendar.Date, name issue.Text) {
		until, ok := in.within(last, in.Parameters.YearDays)
		why := issue.NewText("The %s have not been determined.", name)
		if !last.IsZero() {
			why = issue.NewText("The %s were last looked at on %s.", name, day(last))
		}
		t.check(ok, until, whole(), "", why)
	}
	newest := func(last *calendar.Date, on calendar.Date) {
		if on.After(*last) && !on.After(in.today) {
			*last = on
		}
	}
	var issues, parties calendar.Date
	for i := range in.View.ContextIssues().All() {
		newest(&issues, i.ReviewedOn)
	}
	for p := range in.View.InterestedParties().All() {
		newest(&parties, p.ReviewedOn)
	}
	part(issues, issue.NewText("internal and external issues"))
	part(parties, issue.NewText("interested parties"))
	t.check(len(in.View.Organisation().Roles) > 0, time.Time{}, whole(), "", issue.NewText("The organisation's own roles towards AI are not recorded."))
	return t.list()
}

func scopeMatches(in *Input) Outcome {
	return in.apiece(func(in *Input, t *Tally) {
		subject := aims.Subject{Kind: aims.KindScope, ID: "scope"}
		scope, ok := in.approvedScope()
		if !ok {
			t.Fail(subject, "", issue.NewText("The scope has not been approved."))
			return
		}
		due := scope.Approval.ReviewDue
		t.check(in.notYet(in.lastOf(due)), in.lastOf(due), subject, "", issue.NewText("The scope was due for review on %s.", day(due)))
	}, leftOutside, func(_ *Input, t *Tally) Outcome { return t.list() })
}

// approvedScope is the scope, if it is approved.
func (in *Input) approvedScope() (aims.Scope, bool) {
	scope, ok := in.View.Scope()
	return scope, ok && scope.State == aims.StateApproved && !scope.Approval.At.After(in.Now)
}

// leftOutside judges the systems outside the scope.
func leftOutside(in *Input, t *Tally) {
	_, ok := in.approvedScope()
	leftOut := uncopied.LeftOut(in.View)
	for s := range all[register.System](in, aims.KindSystem) {
		if s.OutOfScope == "" || s.Stage == register.StageRetirement {
			continue
		}
		subject := aims.Subject{Kind: aims.KindSystem, ID: s.ID}
		high := in.View.LevelOf(s.ID).Rank() >= impact.LevelHigh.Rank()
		_, imported := in.View.Imported()
		switch why := leftOut(s); {
		case !high:
			t.Pass(time.Time{}) // its reason is enough
		case !ok:
			t.Fail(subject, s.Name, issue.NewText("%s has high or unknown impact and lies outside a scope that nobody has approved.", s.Name))
		case why.ID != "":
			t.Fail(subject, s.Name, issue.NewText("%s: %s", s.Name, why))
		case imported && s.Revision == 1 && s.OutsideSince.IsZero():
			t.Unknown(subject, s.Name, issue.NewText("%s has high or unknown impact and was imported with the scope, so it can't be told which was there first.", s.Name))
		default:
			t.Pass(time.Time{})
		}
	}
}

func systemsLevelled(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		var why issue.Text
		switch {
		case !s.assessed:
			why = issue.NewText("It has no assessment.")
		case s.questions == 1:
			why = issue.NewText("A question is open that could change its level.")
		case s.questions > 1:
			why = issue.NewText("%d questions are open that could change its level.", s.questions)
		}
		t.graced(in, s, in.Parameters.OwnerGraceDays, why.ID == "", time.Time{}, why)
	}, issue.NewText("systems have no certain impact level"))
}

func criteriaApproved(in *Input) Outcome {
	var t Tally
	c := in.View.Criteria()
	s := aims.Subject{Kind: aims.KindCriteria, ID: c.ID}
	if c.ApprovedBy == "" || c.ApprovedAt.After(in.Now) {
		t.Fail(s, c.Title, issue.NewText("The risk criteria have not been approved."))
	} else {
		t.check(in.notYet(in.lastOf(c.ReviewDue)), in.lastOf(c.ReviewDue), s, c.Title, issue.NewText("The risk criteria were due for review on %s.", day(c.ReviewDue)))
	}
	return t.list()
}

// document counts the document in force for a clause, or for one below it, that counts for
// longest (View.DocumentsFor).
func (t *Tally) document(in *Input, clause aims.Clause) {
	var best aims.Document
	found := false
	for d := range in.View.DocumentsFor(clause) {
		if in.gone(aims.KindDocument, d.ID) || !d.Approval.Given() || d.Approval.At.After(in.Now) {
			continue
		}
		due, longest := d.CountsUntil(), best.CountsUntil()
		if !found || due.IsZero() || !longest.IsZero() && !due.Before(longest) {
			best = d
		}
		found = true
	}
	due := best.CountsUntil()
	switch {
	case !found && clause.String() == "7.5.3":
		t.Fail(whole(), "", issue.NewText("No document from outside is adopted and given to somebody (clause %s).", clause))
	case !found:
		t.Fail(whole(), "", issue.NewText("No document for clause %s (%s) has been approved.", clause, issue.Plain(clause.Title())))
	case in.notYet(in.lastOf(due)):
		t.Pass(in.lastOf(due))
	case due == best.Approval.ReviewDue:
		t.Fail(aims.Subject{Kind: aims.KindDocument, ID: best.ID}, best.Title,
			issue.NewText("%s was due for review on %s.", best.Title, day(due)))
	default:
		t.Fail(aims.Subject{Kind: aims.KindDocument, ID: best.ID}, best.Title,
			issue.NewText("Which edition of %s is current is known up to %s alone.", best.Title, day(due)))
	}
}

func impactProcess(in *Input) Outcome {
	var t Tally
	t.document(in, aims.MustParseClause("6.1.4"))
	p, ok := in.View.Holder(aims.RoleImpactApprover, in.Now)
	until, active := in.Active(p.ID)
	t.check(ok && active, until, aims.Subject{Kind: aims.KindRole, ID: aims.RoleImpactApprover}, "", issue.NewText("Nobody is appointed to approve impact assessments."))
	return t.list()
}

func highAssessed(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if s.High() {
			grace := in.Parameters.AssessGraceDays
			if s.Live() {
				grace = 0
			}
			t.graced(in, s, grace, s.Covered, s.CoveredUntil, s.NotCoveredText)
		}
	}, issue.NewText("systems of high or unknown impact lack a signed assessment that covers them"))
}

// risksOf returns until when the risk assessments of a system hold. A rating off the scales
// in force is none.
func (in *Input) risksOf(of *system) riskState {
	if in.risks != nil {
		return in.risks[of.ID]
	}
	limits := in.View.Criteria()
	in.risks = make(map[string]riskState)
	for r := range all[register.Risk](in, aims.KindRisk) {
		_, off := limits.Level(r.Inherent)
		for _, id := range r.Systems {
			s := in.system(id)
			if s == nil {
				continue
			}
			st := in.risks[id]
			side := &st.people
			if r.Axis == register.AxisOrganisation {
				side = &st.organisation
			}
			until, fresh := in.within(r.AssessedOn, in.Parameters.RiskDays[s.Level])
			until, fresh = sooner(until, in.lastOf(r.ReviewDue)), fresh && in.notYet(in.lastOf(r.ReviewDue)) && off == nil
			side.some = true
			if fresh && until.After(side.until) {
				side.until = until
			}
			if fresh && r.Assessment != "" && r.Assessment == s.approval && until.After(side.linked) {
				side.linked = until
			}
			in.risks[id] = st
		}
	}
	return in.risks[of.ID]
}

// riskState is what the risk register holds of a system on each axis.
type riskState struct{ people, organisation ratedRisks }

// ratedRisks are the risks of a system on one axis.
type ratedRisks struct {
	some   bool
	until  time.Time // until when the freshest rating holds; zero: none does
	linked time.Time // the same of those that the impact assessment found
}

func highRisksAssessed(in *Input) Outcome {
	return in.eachSystem(func(in *Input, t *Tally, s *system) {
		if !s.High() {
			return
		}
		grace := in.Parameters.AssessGraceDays
		if s.Live() {
			grace = 0
		}
		st := in.risksOf(s)
		var why issue.Text
		switch {
		case !s.Covered:
			why = issue.NewText("No risk assessment rests on an approved impact assessment that covers it.")
		case !st.people.some:
			why = issue.NewText("No risk of it to people is on the register.")
		case st.people.linked.IsZero():
			why = issue.NewText("Its risks to people were rated too long ago, off the scales in force, or not from its impact assessment.")
		case !st.organisation.some:
			why = issue.NewText("No risk of it to the organisation is on the register.")
		case st.organisation.until.IsZero():
			why = issue.NewText("Its risks to the organisation were rated too long ago, or off the scales in force.")
		}
		t.graced(in, s, grace, why.ID == "", sooner(sooner(st.people.linked, st.organisation.until), s.CoveredUntil), why)
	}, issue.NewText("systems of high or unknown impact lack a current risk assessment"))
}

func objectivesSet(in *Input) Outcome {
	var t Tally
	for o := range in.View.Objectives().All() {
		until, ok := in.Active(o.Owner)
		t.check(ok && o.Measure != "" && !o.Due.IsZero(), until, aims.Subject{Kind: aims.KindObjective, ID: o.ID}, o.Title,
			issue.NewText("%s lacks a measure, a date or an active owner.", o.Title))
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("No AI objective has been set."))
	}
	return t.list()
}

func statementApproved(in *Input) Outcome {
	var t Tally
	s, ok := in.View.ApprovedStatement()
	if !ok || s.Approval.IsZero() || s.Approval.At.After(in.Now) || in.gone(aims.KindStatement, s.ID) {
		for _, d := range in.decisions() {
			if d.Applicability == annexa.Undecided {
				t.Fail(decisionSubject(d.Control), controlTitle(d), issue.NewText("Nobody has decided whether it applies."))
			} else {
				t.met++ // decided, for the progress; what fails is the approval
			}
		}
		t.Fail(whole(), "", issue.NewText("No Statement of Applicability has been approved."))
		return t.Outcome(issue.NewText("No Statement of Applicability has been approved; controls undecided: %d.", len(t.failing)-1))
	}
	subject := aims.Subject{Kind: aims.KindStatement, ID: s.ID}
	t.check(in.notYet(in.lastOf(s.Approval.ReviewDue)), in.lastOf(s.Approval.ReviewDue), subject, "", issue.NewText("The Statement was due for review on %s.", day(s.Approval.ReviewDue)))
	scope, _ := in.View.Scope()
	t.check(scope.Statement == s.Scope, time.Time{}, subject, "", issue.NewText("The scope has changed since the Statement was approved."))
	rows := make(map[annexa.ID]annexa.Row, len(s.Rows))
	for _, r := range s.Rows {
		rows[r.Control] = r
	}
	for _, d := range in.decisions() {
		r, stands := rows[d.Control]
		switch {
		case d.Applicability == annexa.Undecided:
			t.Fail(decisionSubject(d.Control), controlTitle(d), issue.NewText("%s is undecided.", d.Control.String()))
		case strings.TrimSpace(d.Justification) == "":
			t.Fail(decisionSubject(d.Control), controlTitle(d), issue.NewText("%s is decided without a reason.", d.Control.String()))
		case !stands || r.Applicability != d.Applicability:
			t.Fail(decisionSubject(d.Control), controlTitle(d), issue.NewText("%s was decided anew since the Statement was approved.", d.Control.String()))
		default:
			t.Pass(time.Time{})
		}
	}
	return t.list()
}

func decisionSubject(id annexa.ID) aims.Subject {
	return aims.Subject{Kind: aims.KindDecision, ID: id.String()}
}

func controlTitle(d annexa.Decision) string {
	if title, ok := annexa.Title(d.Control); ok {
		return d.Control.String() + " " + title
	}
	return d.Control.String() + " " + d.Title
}

// acceptedUntil returns until when a risk is accepted, and whether it is now, by somebody
// who owns neither it nor a system that it comes from.
func (in *Input) acceptedUntil(r *register.Risk) (until time.Time, ok bool) {
	a := r.Acceptance
	return in.lastOf(a.Expires), !a.IsZero() && !a.At.After(in.Now) && !in.today.After(a.Expires) &&
		!in.View.OwnsNow(a.By, aims.Subject{Kind: aims.KindRisk, ID: r.ID})
}

// treated reports whether a risk has a treatment that is complete: an option
// other than bearing it, somebody who answers, a date, and controls where
// controls are to lower it.
func treated(r *register.Risk) bool {
	tr := r.Treatment
	switch {
	case tr.Option == "" || tr.Option == register.OptionRetain:
		return false
	case tr.Owner == "" && r.Owner == "":
		return false
	case tr.Due.IsZero() && tr.DoneOn.IsZero():
		return false
	}
	return tr.Option != register.OptionModify || len(tr.Controls) > 0
}

func treatmentPlanned(in *Input) Outcome {
	var t Tally
	t.document(in, aims.MustParseClause("6.1.3"))
	exceeds := uncopied.Exceeds(in.View)
	var inherent register.Risk // of one after the other
	for r := range all[register.Risk](in, aims.KindRisk) {
		inherent = *r
		inherent.Residual = register.Rating{}
		if !exceeds(&inherent) {
			continue
		}
		s := aims.Subject{Kind: aims.KindRisk, ID: r.ID}
		if treated(r) {
			t.Pass(time.Time{})
			continue
		}
		until, ok := in.acceptedUntil(r)
		t.check(ok, until, s, r.Title, issue.NewText("%s is above the criteria without a complete treatment, and not accepted.", r.Title))
	}
	return t.list()
}
