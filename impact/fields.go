package impact

import (
	"sync"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Condition is one condition of a rule; see decide.Condition. Its field is the
// name of an attribute of the system (register.Attributes), "owner" ("none" or
// "named") among them, or one of the facts: "level" (in the second pass of
// Derive), "policy_covers", "questionnaire", and the counts "incidents",
// "concerns", "severity", "irremediability" and "misuse"; see Facts. Five more are
// what the EU AI Act makes of the system (euact.Facts).
type Condition = decide.Condition

// Facts are what rules must know beside the system's own attributes: what
// happened to it, and what its assessment answers. More of any of them never
// makes the rules ask for less.
type Facts struct {
	// Incidents is how many incidents the system had within a year, Concerns
	// how many concerns about it are open.
	Incidents int `json:"incidents,omitempty"`
	Concerns  int `json:"concerns,omitempty"`
	// PolicyCovers says whether the AI policy covers this kind of use.
	PolicyCovers register.Answer `json:"policy_covers,omitempty"`
	// Parties are the IDs of affected parties that the assessment names, be it
	// beyond those of the system. Rules see them together, as "affected".
	Parties []string `json:"parties,omitempty"`
	// Severity is the gravest severity that the assessment gives a harm, and
	// Irremediability how hard the harm that is hardest to make good is to make
	// good, both in steps from 1 to 5 as HarmRating counts them; 0 before any
	// is rated.
	Severity        int `json:"severity,omitempty"`
	Irremediability int `json:"irremediability,omitempty"`
	// Misuse is how many foreseeable misuses are named.
	Misuse int `json:"misuse,omitempty"`
	// Questionnaire is the highest level that the result of an attached
	// questionnaire stands for; empty where none is attached.
	Questionnaire Level `json:"questionnaire,omitempty"`
}

// unknownValue is what "policy_covers" has where nobody has said.
const unknownValue = "unknown"

// fieldTable are the fields that rules look at, and the numbers of those that
// this package sets.
type fieldTable struct {
	*decide.Fields
	level, policy, questionnaire, incidents, concerns, severity, irremediability, misuse, act int
	stage, affected                                                                           int
	titles                                                                                    []string // of attributes, by field
	byName                                                                                    []int    // the fields, sorted by name
	attributes                                                                                decide.FieldSet
	apart                                                                                     *decide.Table // see retired
}

// retired is the row of fieldTable.apart: a retired system does nothing to people any
// more, so that only rules that look at the stage are asked of it. Whatever else
// systems are treated apart by, beside what rules say, goes into that table: by it
// Rules.groups tells answers apart that no rule does.
const retired = 0

var fields = sync.OnceValue(func() *fieldTable {
	levels := make([]string, len(Levels()))
	for i, l := range Levels() {
		levels[i] = string(l)
	}
	facts := append([]decide.Fact{
		{Name: "level", Values: levels, Ordered: true},
		{Name: "policy_covers", Values: []string{string(register.Yes), string(register.No), unknownValue}},
		{Name: "questionnaire", Values: levels, Ordered: true},
		{Name: "incidents"}, {Name: "concerns"}, {Name: "severity"}, {Name: "irremediability"}, {Name: "misuse"},
	}, euact.Facts()...)
	t := &fieldTable{Fields: decide.NewFields(facts...)}
	for name, at := range map[string]*int{
		"level": &t.level, "policy_covers": &t.policy, "questionnaire": &t.questionnaire, "incidents": &t.incidents,
		"concerns": &t.concerns, "severity": &t.severity, "irremediability": &t.irremediability, "misuse": &t.misuse,
		euact.Facts()[0].Name: &t.act, "stage": &t.stage, "affected": &t.affected,
	} {
		*at = t.Field(name)
	}
	t.byName, t.titles = t.ByName(), make([]string, t.Len())
	for i := range t.titles {
		a, ok := register.AttributeByName(t.Name(i))
		if ok {
			t.attributes.Add(i)
		}
		t.titles[i] = a.Title
	}
	t.apart = decide.Compile(new(issue.Issues), "apart", t.Fields, []decide.Row{
		retired: {ID: "retired", When: []decide.Condition{{Field: "stage", Op: "in", Any: []string{string(register.StageRetirement)}}}},
	})
	return t
})

// subject is a system made ready for the rules.
type subject struct {
	decide.Subject
	retired bool
	implied []implied.Told
	law     decide.Answer // what the EU AI Act makes of it
	rules   decide.Answer
}

// subjects are those that derive has done with, to be used again: they are large.
var subjects = sync.Pool{New: func() any { return new(subject) }}

// newSubject reads a system, and adds what rules must know beside the answers: what
// they imply, the facts, and what the EU AI Act makes of them.
func (r *Rules) newSubject(s *register.System, f Facts) *subject {
	sub := subjects.Get().(*subject)
	sub.Read(fields().Fields, s)
	euact.DefaultUseForm().Tell(&sub.Subject, s.UseAnswers)
	return r.ready(sub, f)
}

// recordedSubject is newSubject for what was recorded of a system.
func (r *Rules) recordedSubject(values map[string][]string, f Facts) *subject {
	sub := subjects.Get().(*subject)
	sub.ReadRecorded(fields().Fields, values)
	euact.DefaultUseForm().Tell(&sub.Subject, recordedUses(values))
	return r.ready(sub, f)
}

func (r *Rules) ready(sub *subject, f Facts) *subject {
	f.tell(&sub.Subject)
	sub.implied = r.Implications().Tell(&sub.Subject)
	r.know(sub)
	return sub
}

// useAnswers is the attribute that holds stored answers to the questions on uses.
const useAnswers = "use_answers"

// recordedUses returns the stored answers to the questions on uses that are on record.
func recordedUses(values map[string][]string) []register.UseAnswer {
	var s register.System
	_ = s.Set(useAnswers, values[useAnswers]...) // what can't be read counts as not answered, as elsewhere
	return s.UseAnswers
}

// know notes whether a system is retired, and asks the EU AI Act about it.
func (r *Rules) know(sub *subject) {
	table := fields()
	sub.retired = table.apart.On(retired, &sub.Subject) == decide.Yes
	if r.asksAct {
		r.EUAct().Tell(&sub.Subject, table.act, &sub.law)
	}
}

// tell tells a subject the facts. A party that the assessment names is affected
// whether or not the system's own answer is there, and leaves a missing one
// missing.
func (f Facts) tell(s *decide.Subject) {
	table := fields()
	covers := string(f.PolicyCovers)
	if covers == "" {
		covers = unknownValue
	}
	s.Set(table.policy, covers)
	if f.Questionnaire != "" {
		s.Set(table.questionnaire, string(f.Questionnaire))
	}
	s.Add(table.affected, f.Parties...)
	s.SetCount(table.incidents, f.Incidents)
	s.SetCount(table.concerns, f.Concerns)
	s.SetCount(table.severity, f.Severity)
	s.SetCount(table.irremediability, f.Irremediability)
	s.SetCount(table.misuse, f.Misuse)
}

// RecordedValues returns what rules can read of a system that is not material,
// by attribute: the stage, whether anybody owns it ("none" or "named"), whether
// there is another supplier. Together with register.Fingerprint.Attributes it
// is all that Rules.DeriveRecorded needs.
func RecordedValues(s register.System) map[string][]string {
	return fields().Recorded(&s, func(a register.Attribute) bool { return !a.Material })
}
