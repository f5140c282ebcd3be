package aims

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// What an auditor sees at a glance in a Statement of Applicability that was ticked off.

// neverLeftOut are controls that can't be left out, since something else on file, or a
// clause, asks for what they are about. A choice of this project: Annex A is a list to
// choose from, and these choices contradict the rest.
var neverLeftOut = []struct {
	control annexa.ID
	holds   func(x *index) bool // nil: always
	why     string
}{
	{annexa.MustParse("A.2.2"), nil, "clause 5.2 asks for an AI policy"},
	{annexa.MustParse("A.2.4"), nil, "clause 5.2 asks for a policy that is kept up, which a review does"},
	{annexa.MustParse("A.3.2"), nil, "clause 5.3 asks for roles and responsibilities"},
	{annexa.MustParse("A.5.2"), nil, "clause 6.1.4 asks for a process of impact assessments"},
	{annexa.MustParse("A.5.3"), nil, "clauses 6.1.4 and 8.4 ask for their results on record"},
	{annexa.MustParse("A.5.4"), nil, "clause 6.1.4 has the impact on persons assessed"},
	{annexa.MustParse("A.5.5"), nil, "clause 6.1.4 has the impact on society assessed"},
	{annexa.MustParse("A.10.3"), func(x *index) bool { return suppliers.Shared(x.r).Len() > 0 }, "suppliers are on file"},
	{annexa.MustParse("A.10.4"), suppliesOthers, "systems of the organisation are supplied to others"},
	{annexa.MustParse("A.7.4"), developsAny, "the organisation trains or tunes systems"},
	{annexa.MustParse("A.7.5"), developsAny, "the organisation trains or tunes systems"},
	{annexa.MustParse("A.6.2.3"), developsAny, "the organisation trains or tunes systems"},
	{annexa.MustParse("A.6.2.6"), func(x *index) bool {
		return slices.ContainsFunc(x.all(), func(st *systemState) bool { return st.s.Stage == register.StageOperation })
	}, "systems are in operation"},
}

func suppliesOthers(x *index) bool {
	return slices.ContainsFunc(x.all(), func(st *systemState) bool { return st.s.Supplies == register.Yes })
}

func developsAny(x *index) bool {
	return slices.ContainsFunc(x.all(), func(st *systemState) bool { return develops(st.s) })
}

// develops reports whether the organisation trains or tunes a system, by what is said.
func develops(s *register.System) bool {
	return s.Build == register.BuildTrained || s.Build == register.BuildFineTuned
}

var leftOutRightly = Probe{
	ID: "SA-01", Title: "Control left out that something on file asks for", Clause: Clause{"6.1.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range x.controls {
			if d.Applicability != annexa.Excluded {
				continue
			}
			for _, row := range neverLeftOut {
				if row.control == d.Control && (row.holds == nil || row.holds(x)) && !yield(aboutControl(d, calendar.Date{},
					issue.NewText("It is left out, and %s.", row.why), issue.NewText("Decide it anew (DecideControl)."))) {
					return
				}
			}
		}
	},
}

// sameWords is how many decisions may rest on one and the same justification before it is
// one that nobody thought about.
const sameWords = 5

var justifiedEach = Probe{
	ID: "SA-02", Title: "One justification for many controls", Clause: Clause{"6.1.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		by := make(map[string][]string)
		var order []string
		for _, d := range x.controls {
			if d.Applicability == annexa.Undecided || blank(d.Justification) {
				continue
			}
			words := strings.ToLower(strings.Join(strings.Fields(d.Justification), " "))
			if by[words] == nil {
				order = append(order, words)
			}
			by[words] = append(by[words], d.Control.String())
		}
		for _, words := range order {
			if n := len(by[words]); n >= sameWords {
				o := x.whole(calendar.Date{}, issue.NewText("%d controls rest on the same words: %s.", n, strings.Join(by[words], ", ")),
					issue.NewText("Say of each why it applies or is left out (DecideControl)."))
				o.Count, o.Of = n, len(x.controls)
				if !yield(o) {
					return
				}
			}
		}
	},
}

// From how many controls and pieces of evidence on it is looked at how they are spread.
const (
	manyControls = 10
	manyEvidence = 5
)

var dutiesSpread = Probe{
	ID: "PE-06", Title: "One person holds most of it", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; opportunity where fewer than five persons work",
	grade: func(o Observation) Severity {
		if o.Grave {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		owned, collected := make(map[string]int), make(map[string]int)
		controls, pieces := 0, 0
		for _, d := range x.controls {
			if d.Applicability == annexa.Applicable && d.Owner != "" {
				controls++
				owned[d.Owner]++
			}
		}
		for _, e := range evidence.Shared(x.r).All() {
			if e.Fresh(x.today) {
				pieces++
				collected[e.Collector]++
			}
		}
		staff := x.staff(x.now)
		tell := func(person string, n, of int, text issue.Text) bool {
			o := about(KindPerson, person, person, calendar.Date{}, text, issue.NewText("Share it out: what hangs on one person ends with that person (DecideControl, AttachEvidence)."))
			if p, ok := people.Shared(x.r).Get(person); ok {
				o.Name = p.Name
			}
			o.Count, o.Of, o.Grave = n, of, staff >= smallOrganisation
			return yield(o)
		}
		for person := range people.Shared(x.r).All() {
			if n := owned[person]; controls >= manyControls && 2*n > controls && !tell(person, n, controls, issue.NewText("Owns %d of %d controls that apply.", n, controls)) {
				return
			}
			if n := collected[person]; pieces >= manyEvidence && 5*n > 4*pieces && !tell(person, n, pieces, issue.NewText("Collected %d of %d pieces of evidence.", n, pieces)) {
				return
			}
		}
	},
}

var policyTold = Probe{
	ID: "S1-25", Title: "Policy not communicated", Clause: Clause{"7.3"}, Controls: ids("A.2.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		p, ok := x.Policy()
		if ok && p.CommunicatedOn.IsZero() {
			yield(about(KindPolicy, p.ID, p.Title, x.on(p.Approval.At), issue.NewText("Nobody has told those who work under it of the policy in force."),
				issue.NewText("Tell them, and record the day (DraftPolicy).")))
		}
	},
}

var dataOnRecord = Probe{
	ID: "S2-11", Title: "No record of the data that a system was built on", Clause: Clause{"8.1"}, Controls: ids("A.4.3", "A.7.2", "A.7.5"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		on := make(map[string]bool)
		for _, d := range datasets.Shared(x.r).All() {
			for _, id := range d.Systems {
				on[id] = true
			}
		}
		for _, st := range x.states {
			if develops(st.s) && len(st.s.DataResources) == 0 && !on[st.s.ID] && !yield(st.itself(calendar.Date{},
				issue.NewText("The organisation trained or tuned it, and no data set is on record that it did so with."),
				issue.NewText("Record each, with where it came from and by what right it is used (PutDataset, ReviseSystem)."))) {
				return
			}
		}
	},
}
