package maturity

import (
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// PathStep is one of the steps of the path to a level with the weeks that a plan gives
// it. Weeks count from 1, the week of the start.
type PathStep struct {
	// Step is its number, as in Model.Steps; First and Last are its weeks.
	Step  int `json:"step"`
	First int `json:"first"`
	Last  int `json:"last"`
	// Milestones are what stands at the end of some of its weeks.
	Milestones []Milestone `json:"milestones"`
}

// Milestone is what stands at the end of a week of the plan.
type Milestone struct {
	Week int `json:"week"`
	// Text says what, Criteria are those that are met then.
	Text     issue.Text `json:"text"`
	Criteria []string   `json:"criteria"`
}

// The weeks of a plan to ML2; ML3 is to be held for a year after that.
const (
	planWeeks      = 26
	sustainedWeeks = planWeeks + 52
)

var pathSteps = []PathStep{
	{1, 1, 6, []Milestone{
		{1, issue.NewText("Sponsor and AIMS lead are appointed, and all other roles."), []string{"ML1.06"}},
		{3, issue.NewText("The first search for AI in use is done, and all that it found is settled."), []string{"ML1.01"}},
		{5, issue.NewText("Every system has an owner."), []string{"ML1.03"}},
		{6, issue.NewText("The policy is approved and made known."), []string{"ML1.04", "ML1.07"}},
	}},
	{2, 5, 12, []Milestone{
		{7, issue.NewText("Impact levels and risk criteria are settled."), []string{"ML1.10", "ML1.11"}},
		{9, issue.NewText("Context, scope and objectives are settled."), []string{"ML1.08", "ML1.09", "ML1.15"}},
		{11, issue.NewText("Systems of high impact are assessed, and their risks too."), []string{"ML1.13", "ML1.14"}},
		{12, issue.NewText("Statement of Applicability and treatment plan are approved: ML1."), []string{"ML1.16", "ML1.17"}},
	}},
	{3, 10, 24, []Milestone{
		{11, issue.NewText("The first records of operation are there; their 90 days begin."), []string{"ML2.08"}},
		{16, issue.NewText("All systems are assessed."), []string{"ML2.01", "ML2.02"}},
		{20, issue.NewText("Controls are in place with evidence, and an incident was exercised."), []string{"ML2.04", "ML2.05", "ML2.12"}},
		{24, issue.NewText("The records of operation reach back far enough."), []string{"ML2.22"}},
	}},
	// Closing a major takes thirty days, so the audit ends in week 21 and not, as in the
	// first draft of this plan, 28 days before its end.
	{4, 14, planWeeks, []Milestone{
		{21, issue.NewText("The internal audit is closed, by somebody independent."), []string{"ML2.17", "ML2.18"}},
		{24, issue.NewText("Top management has reviewed."), []string{"ML2.20"}},
		{26, issue.NewText("Major nonconformities are closed, the others planned: ML2."), []string{"ML2.19", "ML2.21"}},
	}},
	{5, planWeeks + 1, sustainedWeeks, []Milestone{
		{65, issue.NewText("Somebody from outside has looked at all of it."), []string{"ML3.15"}},
		{sustainedWeeks, issue.NewText("ML2 has been held for a year, through a second audit and review: ML3."), []string{"ML3.01", "ML3.02"}},
	}},
}

// PathSteps returns the steps of the path and their weeks.
func PathSteps() []PathStep {
	out := slices.Clone(pathSteps)
	for i := range out {
		out[i].Milestones = slices.Clone(out[i].Milestones)
		for j := range out[i].Milestones {
			out[i].Milestones[j].Criteria = slices.Clone(out[i].Milestones[j].Criteria)
		}
	}
	return out
}

// Work is one row of the table of what it takes to meet a criterion. The figures are this
// project's own, by the reason of the row: a plan needs some, and whoever knows better
// looks at the dates and not at them.
type Work struct {
	// Criterion is its ID; empty in the row for all that the others do not name.
	Criterion string `json:"criterion,omitempty"`
	// Week is the week at whose end the plan has it met; zero for the last of its step.
	Week int `json:"week,omitempty"`
	// Days is how long it takes at least, in calendar days.
	Days int `json:"days"`
	// Effort is how many days of work it takes as a whole, and Each how many for each
	// subject that does not meet it.
	Effort float64 `json:"effort"`
	Each   float64 `json:"each,omitempty"`
	// Role is whose task it is.
	Role string `json:"role"`
	// After are what has to be met before it can be begun.
	After []Wait `json:"after,omitempty"`
	// Why says why so long and in that order.
	Why string `json:"why"`
}

// Wait is a criterion, or all of a level, that has to be met first, and for how long.
type Wait struct {
	// Criterion is its ID; empty for all of Level and the levels below.
	Criterion string `json:"criterion,omitempty"`
	Level     Level  `json:"level,omitempty"`
	// Days is for how many days after.
	Days int `json:"days,omitempty"`
}

func after(ids ...string) []Wait {
	out := make([]Wait, len(ids))
	for i, id := range ids {
		out[i].Criterion = id
	}
	return out
}

// auditRecords is for how long records are kept before an audit has something to look at.
const auditRecords = 56

var workTable = []Work{
	{"ML1.06", 1, 5, 1, 0, aims.RoleSponsor, nil, "appointing takes a talk with each and their yes"},
	{"ML1.01", 3, 10, 5, 0.25, aims.RoleLead, after("ML1.06"), "purchasing, sign-on, expenses and code are asked one after another"},
	{"ML1.03", 5, 5, 1, 0.25, aims.RoleLead, after("ML1.01"), "a talk per system"},
	{"ML1.02", 6, 5, 1, 0.5, aims.RoleLead, after("ML1.03"), "half a day per entry, with its owner"},
	{"ML1.04", 6, 15, 3, 0, aims.RolePolicyOwner, after("ML1.06"), "a draft, a round of remarks, a meeting of top management"},
	{"ML1.05", 6, 2, 1, 0, aims.RolePolicyOwner, after("ML1.04"), "a comparison with the other policies"},
	{"ML1.07", 6, 2, 0.5, 0, aims.RolePolicyOwner, after("ML1.04"), "an announcement"},

	{"ML1.10", 7, 5, 1, 0.25, aims.RoleLead, after("ML1.02"), "the questions on a system are answered in an hour or two"},
	{"ML1.11", 7, 5, 2, 0, aims.RoleRiskApprover, after("ML1.06"), "a workshop and an approval"},
	{"ML1.08", 9, 5, 2, 0, aims.RoleLead, after("ML1.01"), "a workshop, with the register on the table"},
	{"ML1.09", 9, 10, 2, 0.25, aims.RoleLead, after("ML1.08"), "a text and an approval by top management"},
	{"ML1.15", 9, 5, 1, 0, aims.RoleLead, after("ML1.04"), "few objectives, which the policy frames"},
	{"ML1.12", 9, 5, 2, 0, aims.RoleImpactApprover, after("ML1.06"), "a text and an approval"},
	{"ML1.13", 11, 15, 0, 3, aims.RoleImpactApprover, after("ML1.10", "ML1.12"), "three days per assessment, and the people to be heard have to be found"},
	{"ML1.14", 11, 10, 1, 1, aims.RoleRiskApprover, after("ML1.10", "ML1.11"), "a day per system, after its assessment shows the harms"},
	{"ML1.16", 12, 10, 5, 0.1, aims.RoleLead, after("ML1.13", "ML1.14"), "38 decisions with a reason each; risks come first (6.1.3)"},
	{"ML1.17", 12, 5, 2, 0.25, aims.RoleRiskApprover, after("ML1.16"), "it is written from the register, and the Statement comes before it (6.1.3)"},

	{"ML2.08", 11, 5, 2, 1, aims.RoleLead, after("ML1.10"), "a first result per system begins the history, so it comes first"},
	{"ML2.01", 16, 20, 0, 1.5, aims.RoleImpactApprover, after("ML1.13"), "what is less than high takes half the time"},
	{"ML2.02", 16, 10, 1, 0.5, aims.RoleRiskApprover, after("ML1.14"), "half a day per system"},
	{"ML2.07", 16, 10, 1, 1, aims.RoleLead, after("ML2.01"), "what was missing at a gate is made good"},
	{"ML2.14", 16, 15, 5, 1, aims.RoleLead, after("ML1.04"), "a day per document, with its approval"},
	{"ML2.03", 20, 30, 2, 2, aims.RoleRiskApprover, after("ML1.17"), "two days per treatment that is late"},
	{"ML2.04", 20, 40, 2, 1, aims.RoleLead, after("ML1.16"), "a day per control: most put into words what is done already; all 38 fill the eight weeks"},
	{"ML2.05", 20, 20, 2, 0.5, aims.RoleLead, after("ML2.04"), "half a day per control, once it runs"},
	{"ML2.06", 20, 20, 1, 2, aims.RoleLead, after("ML1.16"), "two days of looking at data per system"},
	{"ML2.09", 20, 10, 1, 1, aims.RoleLead, after("ML1.16"), "a day per system for what its users read"},
	{"ML2.10", 20, 10, 1, 1, aims.RoleLead, after("ML1.16"), "a day per system for the rules of its use"},
	{"ML2.11", 20, 30, 1, 1.5, aims.RoleLead, after("ML1.01"), "suppliers answer after weeks"},
	{"ML2.12", 20, 15, 3, 0.5, aims.RoleLead, after("ML1.06"), "a channel, a procedure, an afternoon of exercise"},
	{"ML2.13", 20, 20, 2, 0.5, aims.RoleLead, after("ML1.06"), "a day for what six roles take; half a day for each who is looked at or told"},
	{"ML2.15", 20, 5, 1, 0.5, aims.RoleLead, after("ML2.01"), "half a day per plan; what went live without one is looked at for a year"},
	{"ML2.22", 24, 0, 0, 0, aims.RoleLead, after("ML2.08"), "time alone: Parameters.HistoryDays from the first record"},

	{"ML2.16", 20, 5, 0.5, 0.5, aims.RoleLead, after("ML1.15"), "a figure per objective"},
	{"ML2.17", 21, 14, 8, 0, aims.RoleAuditLead, []Wait{{Criterion: "ML2.08", Days: auditRecords}, {Criterion: "ML1.16"}}, "eight weeks of records, or there is nothing to sample; a week of looking and one of writing"},
	{"ML2.18", 21, 0, 0.5, 1, aims.RoleAuditLead, after("ML2.17"), "it is a matter of whom one asks"},
	{"ML2.20", 24, 7, 2, 0, aims.RoleSponsor, after("ML2.17"), "the results of the audit are on its table (9.3.2)"},
	{"ML2.19", 26, 30, 2, 1, aims.RoleLead, after("ML2.17"), "cause, action, and a look at whether it worked (10.2): thirty days for a major; how long effects are watched comes on top"},
	{"ML2.21", 26, 14, 1, 0.5, aims.RoleLead, after("ML2.20"), "what was decided is done in two weeks, or planned for a day"},

	{"ML3.03", 52, 60, 2, 2, aims.RoleLead, after("ML2.04"), "as ML2.04, for what was only planned"},
	{"ML3.04", 60, 60, 2, 1, aims.RoleLead, after("ML2.05"), "a day per control for what is seen in the live system in place of a screenshot"},
	{"ML3.07", 60, 60, 1, 1, aims.RoleLead, after("ML2.19"), "effects show after some weeks"},
	{"ML3.11", 60, 60, 1, 2, aims.RoleLead, after("ML2.11"), "reports of others are asked for, and come late"},
	{"ML3.12", 60, 30, 1, 1, aims.RoleImpactApprover, after("ML2.12"), "an assessment after each incident"},
	{"ML3.05", 60, 30, 2, 2, aims.RoleLead, after("ML2.08"), "two days to connect what watches a system, and a month to see it come"},
	{"ML3.08", 60, 30, 1, 1, aims.RoleImpactApprover, after("ML2.15"), "an assessment before each release; the gate is wired into how one releases"},
	{"ML3.09", 60, 90, 1, 1, aims.RoleLead, after("ML2.15"), "what a system does to people shows after three months; a day of looking at each"},
	{"ML3.13", 60, 30, 2, 0.5, aims.RoleLead, after("ML1.01"), "a month of invoices and sign-on logs, looked at as they come"},
	{"ML3.10", 60, 30, 3, 0.5, aims.RoleLead, after("ML2.12"), "a channel that is told of, and a trial of it; it is on the table of the next review"},
	{"ML3.14", 60, 30, 1, 1, aims.RoleLead, after("ML1.02"), "half a day for what a system leaves, half a day to look whether it is gone; a month to see to it"},
	{"ML3.06", 65, 180, 1, 0.5, aims.RoleLead, after("ML2.16"), "four results in a row take half a year at least"},
	{"ML3.15", 65, 90, 5, 0, aims.RoleSponsor, after("ML2.20"), "a body is booked months ahead, and comes twice"},
	{"ML3.02", 76, 180, 10, 0, aims.RoleAuditLead, []Wait{{Level: ML2}}, "a second audit and review, half a year after the first at least (Parameters.CycleDays)"},
	{"ML3.01", sustainedWeeks, 365, 0, 0, aims.RoleLead, []Wait{{Level: ML2}}, "time alone: a year on ML2"},

	{"", 0, 10, 1, 0.5, aims.RoleLead, nil, "nothing is known of a criterion of an organisation's own"},
}

// WorkTable returns the table of what it takes to meet each criterion.
func WorkTable() []Work {
	out := slices.Clone(workTable)
	for i := range out {
		out[i].After = slices.Clone(out[i].After)
	}
	return out
}

// workOf returns the row of a criterion, with a week.
func workOf(c Criterion) Work {
	i := slices.IndexFunc(workTable, func(w Work) bool { return w.Criterion == c.ID || w.Criterion == "" })
	w := workTable[i]
	if w.Week == 0 {
		w.Week = map[Level]int{ML1: 12, ML2: planWeeks, ML3: sustainedWeeks}[c.Level]
		for _, s := range pathSteps {
			if s.Step == c.Step {
				w.Week = s.Last
			}
		}
	}
	return w
}

// Accelerator is something that makes a plan shorter.
type Accelerator struct {
	// ID names it, for RoadmapOptions.
	ID string `json:"id"`
	// Text says what it is and what it never gives.
	Text issue.Text `json:"text"`
	// ML1 and ML2 are the weeks in which those levels are reached with it, in place of 12
	// and 26.
	ML1 int `json:"ml1"`
	ML2 int `json:"ml2"`
	// Halves are the criteria whose effort it halves.
	Halves []string `json:"halves"`
	// Why says what it rests on.
	Why string `json:"why"`
}

// accelerateISO27001 is the accelerator that the organisation's record can tell of.
const accelerateISO27001 = "iso27001"

var accelerators = []Accelerator{{
	ID:   accelerateISO27001,
	Text: issue.NewText("A certified ISO/IEC 27001 management system lends its documents, audit programme, incident and supplier processes. It never lends the register of AI systems, impact levels and assessments, or what areas A.5 to A.9 ask for."),
	ML1:  8, ML2: 20,
	Halves: []string{"ML1.04", "ML1.05", "ML1.07", "ML1.08", "ML1.11", "ML2.11", "ML2.12", "ML2.14", "ML2.17", "ML2.19", "ML2.20"},
	Why:    "practitioners put what can be used again at about half of clauses 4 to 10",
}}

// Accelerators returns what makes a plan shorter.
func Accelerators() []Accelerator {
	out := slices.Clone(accelerators)
	for i := range out {
		out[i].Halves = slices.Clone(out[i].Halves)
	}
	return out
}

// week is a week of the plan as it is with the accelerator: it keeps the share of the
// stretch in which it lies.
func (a Accelerator) week(w int) int {
	up := func(n, of int) int { return (n + of - 1) / of }
	switch {
	case w <= 12:
		return up(w*a.ML1, 12)
	case w <= planWeeks:
		return a.ML1 + up((w-12)*(a.ML2-a.ML1), planWeeks-12)
	}
	return w - planWeeks + a.ML2
}

// Slip is something that makes a plan longer, or stops it.
type Slip struct {
	// ID names it, Text says what it is.
	ID   string     `json:"id"`
	Text issue.Text `json:"text"`
	// Weeks is by how much every week of the plan moves; Stops says that there is no plan
	// while it holds.
	Weeks int  `json:"weeks,omitempty"`
	Stops bool `json:"stops,omitempty"`
}

// How many systems a plan of 26 weeks has room for, and how many more take one week.
const (
	slipSystems = 20
	slipEach    = 10
)

// slips are those that hold for a number of systems, with or without a sponsor.
func slips(systems int, sponsored bool) []Slip {
	out := []Slip{}
	if n := (systems - slipSystems) / slipEach; n > 0 {
		out = append(out, Slip{ID: "many_systems", Weeks: n,
			Text: issue.NewText("%d systems are on file: a week more for each %d above %d.", systems, slipEach, slipSystems)})
	}
	if !sponsored {
		out = append(out, Slip{ID: "no_sponsor", Stops: true, Text: issue.NewText("Nobody holds the sponsor's role: nothing else counts before somebody does.")})
	}
	return out
}
