package aims

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Stage is one of the audits of a certification cycle (ISO/IEC 17021-1, 9.3 and 9.6). Stages
// are words in JSON; those of surveillance are the IDs of Certificate.Cycle.
type Stage string

// The stages, in the order in which they come.
const (
	// Stage1 looks at documents, scope and planning (ISO/IEC 17021-1, 9.3.1.2).
	Stage1 Stage = "stage_1"
	// Stage2 looks at what is done (ISO/IEC 17021-1, 9.3.1.3).
	Stage2 Stage = "stage_2"
	// Surveillance1 and Surveillance2 are in the years between (ISO/IEC 17021-1, 9.6.2).
	Surveillance1 Stage = "surveillance_1"
	Surveillance2 Stage = "surveillance_2"
	// Recertification comes before the certificate expires (ISO/IEC 17021-1, 9.6.3).
	Recertification Stage = "recertification"
)

var stages = []Stage{Stage1, Stage2, Surveillance1, Surveillance2, Recertification}

// Stages returns the stages, in the order in which they come (ISO/IEC 17021-1, 9.1.3).
func Stages() []Stage { return slices.Clone(stages) }

// place is where a stage stands among them; -1 of what is none.
func (s Stage) place() int { return slices.Index(stages, s) }

// Readiness is how an organisation would come through an audit of its certification. It
// is a value: nothing in it is shared with the view or with another one. Source: ISO/IEC
// 17021-1 as certification bodies report it, and rules of this project (ReadinessRules).
type Readiness struct {
	// Stage is the audit that was asked about, At when.
	Stage Stage     `json:"stage"`
	At    time.Time `json:"at"`
	// Verdict says whether it can come, Why by which rule.
	Verdict Verdict         `json:"verdict"`
	Why     ReadinessReason `json:"why"`
	// Likelihood says how likely it is that the body raises a major nonconformity, or at
	// Stage 1 an area of concern that would become one; LikelyWhy by which rule. The words
	// and the rules are this project's: nobody has counted.
	Likelihood Likelihood      `json:"likelihood,omitempty"`
	LikelyWhy  ReadinessReason `json:"likely_why,omitzero"`
	// Checks are what stands in the way, heaviest first, then in the order of the probes.
	Checks []ReadinessCheck `json:"checks"`
	// Together are the minors that make one major.
	Together []MinorsTogether `json:"together"`
	// Unseen is what the body looks at and this library can't.
	Unseen []Unseen `json:"unseen"`
	// Certificate is the certification that is meant, without ID if the reader does not
	// see it; Windows are the times within which the audit is held, and what follows it.
	Certificate Subject       `json:"certificate,omitzero"`
	Windows     []AuditWindow `json:"windows"`
}

// Verdict says whether an audit can come (ISO/IEC 17021-1, 9.3 and 9.5.3).
type Verdict string

// The verdicts.
const (
	// Ready: nothing that is seen stands in the way.
	Ready Verdict = "ready"
	// ReadyWithConditions: minors, each of them planned; at Stage 1 any minors.
	ReadyWithConditions Verdict = "ready_with_conditions"
	// NotReady: a major, or a minor that nobody has planned.
	NotReady Verdict = "not_ready"
)

// Likelihood is how likely something is, in words: a figure would claim that somebody had
// counted. The words are this project's.
type Likelihood string

// The likelihoods.
const (
	Unlikely Likelihood = "unlikely"
	Possible Likelihood = "possible"
	Likely   Likelihood = "likely"
)

// ReadinessReason is the rule by which something was said (ReadinessRules), and what made
// it hold. Source: as the rule has it.
type ReadinessReason struct {
	// Rule is the ID of the rule.
	Rule string `json:"rule"`
	// Text says what made it hold.
	Text issue.Text `json:"text"`
}

// ReadinessCheck is what one probe sees, graded for one audit: one root cause is one
// nonconformity, with all that it concerns (ISO/IEC 17021-1, 9.4.5).
type ReadinessCheck struct {
	// Probe is the ID of the probe, Title what it looks for, Clause and Controls what it
	// rests on; the zero Clause for what certification asks for.
	Probe    string      `json:"probe"`
	Title    string      `json:"title"`
	Clause   Clause      `json:"clause,omitzero"`
	Controls []annexa.ID `json:"controls,omitempty"`
	// Severity is the heaviest of its items, at this stage.
	Severity Severity `json:"severity"`
	// AreaOfConcern says that Stage 1 reports it as an area of concern, which would become
	// what Severity says at Stage 2.
	AreaOfConcern bool `json:"area_of_concern,omitempty"`
	// Reason says why it is graded so at this stage, Source what that rests on.
	Reason string `json:"reason"`
	Source string `json:"source"`
	// Items are what is concerned, heaviest first.
	Items []ReadinessItem `json:"items"`
}

// ReadinessItem is one record that a check concerns (ISO/IEC 17021-1, 9.4.5.2: a finding
// names its objective evidence).
type ReadinessItem struct {
	// Severity is what it is by itself.
	Severity Severity `json:"severity"`
	// Subject is the record, or the whole management system (kind "organisation"); Name
	// what people call it, Controls the controls concerned.
	Subject  Subject     `json:"subject"`
	Name     string      `json:"name,omitempty"`
	Controls []annexa.ID `json:"controls,omitempty"`
	// Text says what was seen, Close what would close it.
	Text  issue.Text `json:"text"`
	Close issue.Text `json:"close"`
	// Since is when it came to be so, or was due; zero if that can't be told.
	Since calendar.Date `json:"since,omitzero"`
	// Plan is the nonconformity that plans it, without ID if the reader does not see it;
	// zero if none does. One does that is open, in time, on the clause or the control and
	// on the system, and says correction, cause, action and who takes it (10.2).
	Plan Subject `json:"plan,omitzero"`
}

// MinorsTogether are minors on one clause that a body takes together for a major. Source:
// definition of a major nonconformity in ISO/IEC 17021-1, 3.12; that three are enough is
// the habit of certification bodies.
type MinorsTogether struct {
	// Clause is the clause, Probes are the IDs of the checks.
	Clause Clause   `json:"clause"`
	Probes []string `json:"probes"`
}

// AuditWindow is a time within which a step of the certification is held (ISO/IEC 17021-1,
// 9.1.3, 9.5.3 and 9.6).
type AuditWindow struct {
	// ID names the step, such as "surveillance_1".
	ID string `json:"id"`
	// Opens is the first day, Closes the last one.
	Opens  calendar.Date `json:"opens"`
	Closes calendar.Date `json:"closes"`
	// State says how it stands.
	State WindowState `json:"state"`
	// Rule says how it comes about, Basis what it rests on: "norm" for ISO/IEC 17021-1,
	// "convention" for the habit of certification bodies.
	Rule  string `json:"rule"`
	Basis string `json:"basis"`
}

// WindowState says how a window stands (ISO/IEC 17021-1, 9.1.3).
type WindowState string

// The states of a window.
const (
	// WindowAhead: it has not opened. WindowOpen: the step can be taken. WindowOver: it
	// has closed. WindowDone: what is due in it has taken place.
	WindowAhead WindowState = "ahead"
	WindowOpen  WindowState = "open"
	WindowOver  WindowState = "over"
	WindowDone  WindowState = "done"
)

// Unseen is something that a certification body looks at and no probe does: since no
// record shows it (ISO/IEC 17021-1, 9.4.4: interviews and observation beside documents), or
// since none asks.
type Unseen struct {
	// ID names it, What says what it is.
	ID   string     `json:"id"`
	What issue.Text `json:"what"`
	// Clause is the clause that is looked at; zero for what certification asks for.
	Clause Clause `json:"clause,omitzero"`
	// From is the stage from which on it is looked at.
	From Stage `json:"from"`
}

var unseen = []Unseen{
	{"UN-01", issue.NewText("What stands in the texts that are kept elsewhere, and whether it is what is done."), Clause{"7.5.2"}, Stage1},
	{"UN-02", issue.NewText("Whether the scope fits what the organisation does, and whether all AI in use was found."), Clause{"4.3"}, Stage1},
	{"UN-03", issue.NewText("What people say in interviews: whether they know the policy and their part in it."), Clause{"7.3"}, Stage2},
	{"UN-04", issue.NewText("Whether people are competent, beyond what records say."), Clause{"7.2"}, Stage2},
	{"UN-05", issue.NewText("What is seen at the sites, and how the systems behave while somebody watches."), Clause{"8.1"}, Stage2},
	{"UN-06", issue.NewText("Whether evidence shows what its title says, and whether samples other than those taken show the same."), Clause{"9.1"}, Stage2},
	{"UN-07", issue.NewText("How top management leads, beyond what it signs."), Clause{"5.1"}, Stage2},
	{"UN-08", issue.NewText("Whether the management system has been in use for long enough: how far records go back is counted (S2-24), and not how much they show."), Clause{"8.1"}, Stage2},
	{"UN-09", issue.NewText("What the body itself has raised and not closed, where it was not recorded as a nonconformity."), Clause{"10.2"}, Stage2},
	{"UN-10", issue.NewText("Whether the risks of each system were assessed as often as planned, and whether all of them: those that nobody wrote down are not seen."), Clause{"8.2"}, Stage2},
	{"UN-11", issue.NewText("Whether oversight, intended use and what users are told fit the system: there are records of each, and nobody reads them here."), Clause{"8.1"}, Stage2},
	{"UN-12", issue.NewText("How certificate and marks are used in public, beyond the claims on file."), Clause{}, Surveillance1},
	{"UN-13", issue.NewText("Whether the body was told of all that has changed, beyond what is on file, and what complaints it received."), Clause{}, Surveillance1},
	{"UN-14", issue.NewText("What the body's own reports of the cycle say beyond what was recorded of them."), Clause{}, Recertification},
}

// ReadinessRow is one row of the table of how what probes observe is graded at an audit
// of the certification.
type ReadinessRow struct {
	// Probes are the IDs of the probes that it is of.
	Probes []string `json:"probes"`
	// From is the stage from which on it holds, until another row of the probe does; empty
	// if what it sees does not bear on certification.
	From Stage `json:"from,omitempty"`
	// Severity is what it is at that stage, whatever Findings say; empty if it is graded
	// as Findings do (Probe.Grading).
	Severity Severity `json:"severity,omitempty"`
	// Reason says why, Source what that rests on.
	Reason string `json:"reason"`
	Source string `json:"source"`
}

// The sources of the table.
const (
	sourceStage1          = "ISO/IEC 17021-1, 9.3.1.2"
	sourceStage2          = "ISO/IEC 17021-1, 9.3.1.3"
	sourceSurveillance    = "ISO/IEC 17021-1, 9.6.2"
	sourceRecertification = "ISO/IEC 17021-1, 9.6.3.1"
	sourceOurs            = "a choice of this project"
)

// readinessTable is the table; of the rows of one probe a later one is of a later stage.
var readinessTable = []ReadinessRow{
	// Stage 1: documents, roles, planning.
	{[]string{"S1-01", "S1-02", "SC-01", "SC-02", "S1-12"}, Stage1, "", "context and scope are what the audit is planned by", sourceStage1},
	{[]string{"OB-01", "OB-02", "OB-03"}, Stage1, "", "Stage 1 asks which law binds, and whether it is met", sourceStage1},
	{[]string{"S1-03", "S1-04", "S1-05", "S1-06", "PO-01"}, Stage1, "", "the policy is read before anything is looked at", sourceStage1},
	{[]string{"S1-07", "S1-08", "OW-04", "PE-04"}, Stage1, "", "roles and who answers are on paper before anybody is asked", sourceStage1},
	{[]string{"S1-09", "S1-10", "S1-11", "RG-01"}, Stage1, "", "the register says what the management system is about", sourceStage1},
	{[]string{"PM-01"}, Stage1, "", "which processes there are is read before they are looked at", sourceStage1},
	{[]string{"S1-13", "S1-14", "S1-15", "S1-20"}, Stage1, "", "planning is read before its results are", sourceStage1},
	{[]string{"S1-16", "S1-17", "S1-18", "SA-01", "SA-02"}, Stage1, "", "Stage 2 is planned by the Statement of Applicability", sourceStage1},
	{[]string{"S1-21"}, Stage1, "", "documents are what Stage 1 reads", sourceStage1},
	{[]string{"DO-01", "DO-02"}, Stage2, "", "people are asked for what they work by, and in which edition", sourceStage2},
	{[]string{"CM-02"}, Stage1, "", "what is told to whom is read before people are asked", sourceStage1},
	{[]string{"CM-01"}, Stage2, "", "people are asked what they were told", sourceStage2},
	{[]string{"DO-03"}, Stage2, SeverityOpportunity, "that a document is kept for longer than it has to be stands in no clause", sourceOurs},
	{[]string{"S1-26"}, Stage1, "", "a body that audits both systems together looks at what they share", sourceOurs},
	{[]string{"S2-24"}, Stage1, "", "Stage 1 asks whether enough has been done for Stage 2 to look at", sourceStage1},
	{[]string{"AU-02"}, Stage1, "", "the programme is read before what came of it", sourceStage1},
	{[]string{"S1-22", "S1-24"}, Stage1, "", "Stage 1 asks whether audit and review are planned and performed", sourceStage1},
	{[]string{"S1-22", "S1-24"}, Stage2, SeverityMajor, "what was planned has to have taken place by Stage 2", sourceStage2},
	{[]string{"S1-25"}, Stage1, SeverityOpportunity, "at Stage 1 it is read, and not asked yet who knows of it", sourceStage1},
	{[]string{"S1-25"}, Stage2, "", "people are asked what they know of the policy", sourceStage2},

	// Stage 2: what is done.
	{[]string{"S2-01", "S2-02", "DU-01", "DU-02", "IA-01", "IA-02", "IA-03", "IA-05", "IA-06"}, Stage2, "", "results of impact assessments are looked at, and what followed", sourceStage2},
	{[]string{"S2-04", "S2-05", "OW-02"}, Stage2, "", "results of risk treatment are looked at", sourceStage2},
	{[]string{"S2-06", "S2-07", "S2-08", "S2-26", "CT-01", "OW-01", "EV-02"}, Stage2, "", "controls are looked at in operation", sourceStage2},
	{[]string{"S2-09", "S2-10", "S2-11", "S2-25", "EX-01", "GP-01"}, Stage2, "", "operational control is looked at, system by system", sourceStage2},
	{[]string{"DS-01", "DS-02", "DS-03", "DS-04"}, Stage2, "", "data is looked at with the systems that rest on it", sourceStage2},
	{[]string{"VE-01", "DP-01", "RE-01", "RE-02", "US-01", "US-02", "US-03", "LG-01", "LG-02", "LG-03"}, Stage2, "", "the life cycle is looked at, system by system", sourceStage2},
	{[]string{"RS-01", "RS-02", "RS-03"}, Stage2, "", "resources are looked at with the systems that need them", sourceStage2},
	{[]string{"S2-13", "S2-14", "S2-15", "AU-01", "AU-03", "AU-04"}, Stage2, "", "the internal audit is looked at as a whole", sourceStage2},
	{[]string{"S2-16", "S2-17", "MR-01"}, Stage2, "", "the management review is looked at, and what it decided", sourceStage2},
	{[]string{"S2-18"}, Stage2, "", "corrective action is followed up", sourceStage2},
	{[]string{"S2-18"}, Surveillance1, SeverityMajor, "a nonconformity that is open past its day at the next audit was not corrected", sourceSurveillance},
	{[]string{"S2-20"}, Stage2, "", "what is outsourced is under control", sourceStage2},
	{[]string{"AT-01", "AT-03"}, Stage2, "", "what was decided is followed until it is done", sourceStage2},
	{[]string{"AT-02"}, Stage2, "", "improvement that is always put off is none", sourceStage2},
	{[]string{"S2-21", "IN-01", "FB-01"}, Stage2, "", "incidents and concerns are followed through", sourceStage2},
	{[]string{"OB-04"}, Stage2, "", "what has to be reported is looked at", sourceStage2},
	{[]string{"CH-01", "CH-02", "CH-03"}, Stage2, "", "changes are looked at as they were planned, and as they came about", sourceStage2},
	{[]string{"CO-01", "CO-02", "CO-03", "CO-04"}, Stage2, "", "people are asked what they do and know, and records have to bear it out", sourceStage2},
	{[]string{"GB-01", "GB-02"}, Stage2, SeverityOpportunity, "no clause asks for a governing body; where there is one it is heard", sourceOurs},
	{[]string{"OP-01"}, Stage2, SeverityOpportunity, "that nothing was decided yet is no lapse", sourceOurs},
	{[]string{"OP-02"}, Stage2, "", "what is done about opportunities is looked at, and whether it worked", sourceStage2},
	{[]string{"S2-23", "MO-01", "MO-02", "MO-03", "MO-04"}, Stage2, "", "performance against objectives is looked at", sourceStage2},
	{[]string{"PE-01", "PE-03", "PE-05"}, Stage2, "", "who did what is asked of people, and records have to bear it out", sourceStage2},
	{[]string{"PE-06"}, Stage2, SeverityOpportunity, "no clause asks that work is spread; a body notes that it hangs on one person", sourceOurs},

	// Surveillance and recertification.
	{[]string{"SV-07"}, Stage1, "", "a body that advised or audited does not certify for two years", "ISO/IEC 17021-1, 5.2"},
	{[]string{"SV-09"}, Stage1, SeverityOpportunity, "the body owes the answer, not the organisation", "ISO/IEC 17021-1, 9.7 and 9.8"},
	{[]string{"SV-08"}, Stage1, "", "who is not accredited grants no accredited certificate", "ISO/IEC 17011"},
	{[]string{"SV-12"}, Surveillance1, SeverityOpportunity, "the body has what it issued itself", "ISO/IEC 17021-1, 8.2.2"},
	{[]string{"SV-04"}, Stage1, "", "the audit is planned by what the body was told", "ISO/IEC 17021-1, 8.5.3 and 9.1.1"},
	{[]string{"SV-02"}, Stage2, "", "the body does not decide before what it raised is dealt with", "ISO/IEC 17021-1, 9.5.3.2"},
	{[]string{"SV-05"}, Surveillance1, "", "the certificate covers what the body decided on", "ISO/IEC 17021-1, 9.6.4.1"},
	{[]string{"SV-06"}, Surveillance1, "", "what is suspended for longer is withdrawn or reduced", "ISO/IEC 17021-1, 9.6.5"},
	{[]string{"SV-10"}, Recertification, "", "recertification looks at how the management system did over the whole cycle", sourceRecertification},
	{[]string{"SV-01"}, Surveillance1, "", "the body suspends what it could not audit in time", "ISO/IEC 17021-1, 9.1.3.3 and 9.6.5"},
	{[]string{"SV-03"}, Stage1, "", "a certification that is claimed wrongly is one the body acts on, and before there is one nothing is claimed", "ISO/IEC 17021-1, 8.3"},
	{[]string{"SV-11"}, Surveillance1, SeverityOpportunity, "the body looks at what is said of its certification, and no clause has the organisation do so before", "ISO/IEC 17021-1, 9.6.2.2"},

	// What does not bear on certification.
	{[]string{"EV-01"}, "", "", "what rests on the evidence is found by S2-07, and would be told twice", sourceOurs},
	{[]string{"IA-04"}, "", "", "ISO/IEC 42005 is guidance, and nobody is certified against it", sourceOurs},
	{[]string{"PE-02"}, "", "", "an ID that is an address concerns data protection, and no clause", sourceOurs},
}

// ReadinessRows returns the table, of which each probe has a row (ISO/IEC 17021-1, 9.3 and
// 9.6).
func ReadinessRows() []ReadinessRow {
	out := slices.Clone(readinessTable)
	for i := range out {
		out[i].Probes = slices.Clone(out[i].Probes)
	}
	return out
}

// UnseenRows returns what a body looks at and no probe does (ISO/IEC 17021-1, 9.4.4).
func UnseenRows() []Unseen { return slices.Clone(unseen) }

// ReadinessRule is a rule by which a verdict, or a likelihood, is found: the first that
// holds, in the order of ReadinessRules.
type ReadinessRule struct {
	// ID names it: RV for verdicts, RL for likelihoods.
	ID string `json:"id"`
	// When says when it holds.
	When string `json:"when"`
	// Verdict or Likelihood is what it gives.
	Verdict    Verdict    `json:"verdict,omitempty"`
	Likelihood Likelihood `json:"likelihood,omitempty"`
	// Source says what it rests on.
	Source string `json:"source"`
}

var readinessRules = []ReadinessRule{
	{ID: "RV-1", Verdict: NotReady, When: "what is asked about is no audit of a certification", Source: "ISO/IEC 17021-1, 9.1.3"},
	{ID: "RV-2", Verdict: NotReady, When: "surveillance or recertification without a certificate that could be kept up", Source: "ISO/IEC 17021-1, 9.6.2 and 9.6.3"},
	{ID: "RV-3", Verdict: NotReady, When: "a check is a major", Source: "ISO/IEC 17021-1, 9.5.3.2"},
	{ID: "RV-4", Verdict: NotReady, When: "three checks or more on one clause are minors: together they are a major", Source: "ISO/IEC 17021-1, 3.12; the number is a habit of certification bodies"},
	{ID: "RV-5", Verdict: NotReady, When: "from Stage 2 on, a minor that no nonconformity plans", Source: "ISO/IEC 17021-1, 9.5.3.2: plans are accepted before the decision"},
	{ID: "RV-6", Verdict: ReadyWithConditions, When: "minors: planned ones, at Stage 1 whichever", Source: "ISO/IEC 17021-1, 9.3.1.2.3 and 9.5.3.2"},
	{ID: "RV-7", Verdict: Ready, When: "nothing but opportunities, which never stand in the way", Source: "ISO/IEC 17021-1, 9.4.5.3"},
	{ID: "RL-1", Likelihood: Likely, When: "a check is a major, or minors on one clause make one", Source: sourceOurs},
	{ID: "RL-2", Likelihood: Possible, When: "two minors on one clause, or a minor that nobody has planned: one more find, or a sample that shows the same, makes a major", Source: sourceOurs},
	{ID: "RL-3", Likelihood: Unlikely, When: "neither; what is unseen remains", Source: sourceOurs},
}

// ReadinessRules returns the rules of verdicts and of likelihoods, in the order in which
// they are tried. Their sources are ISO/IEC 17021-1 as certification bodies report it; the
// likelihoods are this project's.
func ReadinessRules() []ReadinessRule { return slices.Clone(readinessRules) }

// together is how many minors on one clause make a major.
const together = 3

// Readiness says how the organisation would come through an audit of its certification at
// time now. It looks at nothing but what the probes observe (Observations), and grades it
// as that audit would, by the table ReadinessRows and the rules ReadinessRules; the clauses
// are those of the probes, the rules of the audit those of ISO/IEC 17021-1 (9.3 to 9.6).
//
// Who is not ready and why is the same for every reader (View.For); of what a reader does
// not see it says as little as Findings do.
func (v *View) Readiness(now time.Time, stage Stage) Readiness {
	x := v.index(now)
	return v.readiness(stage, x, func(p *Probe) iter.Seq[Observation] { return slices.Values(x.observed(p, nil)) })
}

// readiness is Readiness by what each probe observes.
func (v *View) readiness(stage Stage, x *index, of func(*Probe) iter.Seq[Observation]) Readiness {
	r := Readiness{Stage: stage, At: x.now, Checks: []ReadinessCheck{}, Together: []MinorsTogether{}, Unseen: []Unseen{}, Windows: []AuditWindow{}}
	if stage.place() < 0 {
		r.judge("RV-1", issue.NewText("There is no audit %q; there are %s.", strings.ToValidUTF8(string(stage[:min(len(stage), 40)]), ""), fmt.Sprint(stages)))
		return r
	}
	for _, u := range unseen {
		if u.From.place() <= stage.place() {
			r.Unseen = append(r.Unseen, u)
		}
	}
	plans := x.plans()
	for _, p := range probes {
		row, counts := readinessRow(p, stage)
		if !counts {
			continue
		}
		c := ReadinessCheck{Probe: p.ID, Title: p.Title, Clause: p.Clause, Controls: slices.Clone(p.Controls), AreaOfConcern: stage == Stage1, Reason: row.Reason, Source: row.Source}
		var may []*Nonconformity
		for _, n := range plans {
			if n.Clause.IsZero() || n.Clause == p.Clause {
				may = append(may, n)
			}
		}
		for o := range of(p) {
			item := ReadinessItem{Severity: cmp.Or(row.Severity, p.grade(o))}
			if i := slices.IndexFunc(may, func(n *Nonconformity) bool { return n.plans(o) }); i >= 0 {
				item.Plan = v.told([]Subject{{Kind: nonconformities.Name(), ID: may[i].ID}})[0]
			}
			o = v.redacted(o, p)
			item.Subject, item.Name, item.Controls, item.Text, item.Close, item.Since = o.Subject, o.Name, o.Controls, o.Text, o.Next, o.Since
			c.Items = append(c.Items, item)
		}
		if len(c.Items) == 0 {
			continue
		}
		slices.SortStableFunc(c.Items, func(a, b ReadinessItem) int { return heavier(a.Severity, b.Severity) })
		c.Severity = c.Items[0].Severity
		c.AreaOfConcern = c.AreaOfConcern && c.Severity != SeverityOpportunity
		r.Checks = append(r.Checks, c)
	}
	slices.SortStableFunc(r.Checks, func(a, b ReadinessCheck) int { return heavier(a.Severity, b.Severity) })
	r.certified(v, x)
	r.conclude()
	return r
}

// heavier orders severities, the heaviest first.
func heavier(a, b Severity) int {
	order := []Severity{SeverityMajor, SeverityMinor, SeverityOpportunity}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
}

// readinessRow is the row of a probe at a stage, and whether the probe counts there. One
// that the table does not name counts, as Findings grade it.
func readinessRow(p *Probe, stage Stage) (row ReadinessRow, counts bool) {
	named := false
	for _, r := range readinessTable {
		if slices.Contains(r.Probes, p.ID) {
			named = true
			if r.From != "" && r.From.place() <= stage.place() {
				row, counts = r, true
			}
		}
	}
	if !named {
		return ReadinessRow{Reason: "as Findings grade it", Source: sourceOurs}, true
	}
	return row, counts
}

// plans are the nonconformities that plan what a body would write down, by ID.
//
//go:noinline
func (x *index) plans() []*Nonconformity {
	var out []*Nonconformity
	for _, n := range nonconformities.Shared(x.r).All() {
		if n.Open() && !x.overdue(n.Due) && n.Correction != "" && n.Cause != "" && n.Action.Plan != "" && n.Action.By != "" {
			out = append(out, n)
		}
	}
	return out
}

// plans reports whether the nonconformity is about what was observed: the clause and the
// control, as far as it names them, and the system.
func (n *Nonconformity) plans(o Observation) bool {
	switch {
	case !n.Clause.IsZero() && n.Clause != o.Clause:
		return false
	case !n.Control.IsZero() && !slices.Contains(o.Controls, n.Control):
		return false
	case len(n.Systems) == 0:
		return true
	}
	return slices.ContainsFunc(n.Systems, func(id string) bool {
		rest, ok := strings.CutPrefix(o.Subject.ID, id)
		return ok && (rest == "" || rest[0] == '#' || rest[0] == '/') // the system, an assessment or a duty of it
	})
}

// judge sets the verdict by a rule, or the likelihood.
func (r *Readiness) judge(rule string, text issue.Text) {
	for _, by := range readinessRules {
		if by.ID != rule {
			continue
		}
		if by.Verdict != "" {
			r.Verdict, r.Why = by.Verdict, ReadinessReason{rule, text}
		} else {
			r.Likelihood, r.LikelyWhy = by.Likelihood, ReadinessReason{rule, text}
		}
	}
}

// conclude goes through the rules. A verdict that is there already stays.
func (r *Readiness) conclude() {
	var majors, minors, unplanned []string
	on := make(map[Clause][]string)
	two := Clause{}
	for _, c := range r.Checks {
		switch c.Severity {
		case SeverityMajor:
			majors = append(majors, c.Probe)
		case SeverityMinor:
			minors = append(minors, c.Probe)
			if !c.Clause.IsZero() {
				on[c.Clause] = append(on[c.Clause], c.Probe)
			}
		}
		// A major has minors beside it that are one more reason, and no other one.
		if c.Severity == SeverityMinor && slices.ContainsFunc(c.Items, func(i ReadinessItem) bool { return i.Severity == SeverityMinor && i.Plan == (Subject{}) }) {
			unplanned = append(unplanned, c.Probe)
		}
	}
	for _, c := range Clauses() {
		switch n := len(on[c]); {
		case n >= together:
			r.Together = append(r.Together, MinorsTogether{Clause: c, Probes: on[c]})
		case n == together-1 && two.IsZero():
			two = c
		}
	}
	listed := func(all []string) string { return strings.Join(all, ", ") }
	sum := ""
	if len(r.Together) > 0 {
		sum = r.Together[0].Clause.String()
	}
	if r.Verdict == "" {
		switch {
		case len(majors) > 0:
			r.judge("RV-3", issue.NewText("Majors: %s.", listed(majors)))
		case sum != "":
			r.judge("RV-4", issue.NewText("On clause %s these are minors: %s.", sum, listed(r.Together[0].Probes)))
		case r.Stage != Stage1 && len(unplanned) > 0:
			r.judge("RV-5", issue.NewText("Minors that no nonconformity plans: %s.", listed(unplanned)))
		case len(minors) > 0:
			r.judge("RV-6", issue.NewText("Minors: %s.", listed(minors)))
		default:
			r.judge("RV-7", issue.NewText("The probes see nothing that is missing, late or at odds and heavier than an opportunity."))
		}
	}
	switch {
	case len(majors) > 0:
		r.judge("RL-1", issue.NewText("Majors: %s.", listed(majors)))
	case sum != "":
		r.judge("RL-1", issue.NewText("On clause %s these are minors: %s.", sum, listed(r.Together[0].Probes)))
	case !two.IsZero():
		r.judge("RL-2", issue.NewText("On clause %s these are minors: %s.", two, listed(on[two])))
	case len(unplanned) > 0:
		r.judge("RL-2", issue.NewText("Minors that no nonconformity plans: %s.", listed(unplanned)))
	default:
		r.judge("RL-3", issue.NewText("What is seen gives no reason for one."))
	}
}

// meantFirst are the states of certifications, in the order in which one is meant.
var meantFirst = []CertState{CertCertified, CertSuspended, CertExpired, CertPending, CertStage2Done, CertStage1Done, CertApplied, CertPreparing, CertTransferred, CertWithdrawn, CertRefused}

// meant is the certification that readiness is about: the one that has come furthest.
//
//go:noinline
func (x *index) meant() (found Certificate, ok bool) {
	for _, c := range certificates.Shared(x.r).All() {
		order := cmp.Or(cmp.Compare(slices.Index(meantFirst, c.State), slices.Index(meantFirst, found.State)),
			found.DecidedOn.Compare(c.DecidedOn), found.Stage1On.Compare(c.Stage1On))
		if !ok || order < 0 { // of equals the first by ID
			found, ok = *c, true
		}
	}
	return found, ok
}

// certified says what the certification that is meant says of the stage.
func (r *Readiness) certified(v *View, x *index) {
	c, ok := x.meant()
	if ok {
		r.Certificate = v.told([]Subject{{Kind: certificates.Name(), ID: c.ID}})[0]
	}
	if r.Stage.place() >= Surveillance1.place() {
		last := c.Expires()
		if r.Stage == Recertification {
			last = last.AddDate(0, restoreMonths, 0)
		}
		keeps := c.State == CertCertified || c.State == CertSuspended || c.State == CertExpired && r.Stage == Recertification
		switch {
		case !ok || c.DecidedOn.IsZero():
			r.judge("RV-2", issue.NewText("No certification has been decided on."))
		case !keeps:
			r.judge("RV-2", issue.NewText("The certification is in state %s.", issue.Word(c.State)))
		case x.overdue(last):
			r.judge("RV-2", issue.NewText("It could be kept up until %s; a Stage 2 at least is needed.", day(last)))
		}
	}
	if r.Certificate.ID == "" {
		return
	}
	if shown, ok := v.Certificates().Get(c.ID); ok { // as the reader sees it
		r.Windows = append(r.Windows, shown.windows(r.Stage, x.today)...)
	}
}

// Windows of a certification, in days. Source: habit of certification bodies, but for the
// last one, which is this project's.
const (
	stage2Opens   = 14
	stage2Closes  = 180
	recertOpens   = 180
	windowOpening = 90
)

// windows are the times within which the audit of a stage is held.
func (c Certificate) windows(stage Stage, today calendar.Date) []AuditWindow {
	var out []AuditWindow
	add := func(id string, opens, closes calendar.Date, done bool, rule, basis string) {
		w := AuditWindow{ID: id, Opens: opens, Closes: closes, State: WindowOpen, Rule: rule, Basis: basis}
		switch {
		case done:
			w.State = WindowDone
		case today.After(closes):
			w.State = WindowOver
		case today.Before(opens):
			w.State = WindowAhead
		}
		out = append(out, w)
	}
	if stage == Stage2 && !c.Stage1On.IsZero() {
		add("stage_2", c.Stage1On.AddDate(0, 0, stage2Opens), c.Stage1On.AddDate(0, 0, stage2Closes), !c.Stage2On.IsZero(),
			"from 14 to 180 days after Stage 1: time to settle its concerns, and not so much that it no longer holds", "convention")
	}
	if stage == Stage2 && !c.Stage2On.IsZero() {
		add("stage_2_majors", c.Stage2On, c.Stage2On.AddDate(0, 6, 0), !c.DecidedOn.IsZero(),
			"what was done about majors is verified within 6 months after Stage 2; else another Stage 2 (9.5.3.2)", "norm")
	}
	for _, d := range c.Cycle() {
		switch {
		case d.ID == string(stage):
			add(d.ID, d.Due.AddDate(0, 0, -windowOpening), d.Due, d.Done, d.Rule+"; open from 90 days before, which is ours", d.Basis)
		case stage == Recertification && d.ID == "recertification_audit":
			add(d.ID, c.Expires().AddDate(0, 0, -recertOpens), d.Due, d.Done, d.Rule+"; planned from 180 days before", d.Basis)
		case stage == Recertification && d.ID == "expiry":
			add("recertification_decision", c.Expires().AddDate(0, 0, -recertOpens), d.Due, d.Done, "majors are verified and the decision is made before expiry (9.6.3.2)", d.Basis)
			if today.After(d.Due) {
				add("restoration", d.Due, d.Due.AddDate(0, restoreMonths, 0), d.Done, "what is outstanding is completed within 6 months after expiry; else a Stage 2 at least (9.6.3.2.5)", "norm")
			}
		}
	}
	return out
}
