package impact

import (
	"github.com/aimskit/aimskit/register"
)

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

// subject is a system made ready for the rules: its values, read once. Every
// coded field is a set of bits, so that a condition is one operation; texts,
// which few rules look at, are read when one does.
type subject struct {
	bits   []uint64 // by field
	counts [facts]int
	// Where texts come from: the system or, where that is nil, what was
	// recorded of one.
	system   *register.System
	recorded map[string][]string
	// retired systems do nothing to people any more: only rules that look at
	// the stage are asked of them.
	retired bool
	buffer  [16]string
	// act is the table of the EU AI Act that is asked, nil for DefaultEUAct; ruled
	// what it makes of the system, once a rule has looked at it.
	act   *EUAct
	ruled ruling
}

// newSubject reads a system.
func newSubject(s *register.System, f Facts) *subject {
	table := fields()
	sub := &subject{bits: make([]uint64, len(table.list)), system: s}
	for i := facts; i < len(table.list); i++ {
		if at := &table.list[i]; at.kind == coded {
			sub.bits[i] = at.code(at.attribute.Append(sub.buffer[:0], s))
		}
	}
	sub.bits[factOwner] = table.list[factOwner].bit[owner(s)]
	sub.take(f)
	return sub
}

// recordedSubject reads what was recorded of a system.
func recordedSubject(values map[string][]string, f Facts) *subject {
	table := fields()
	sub := &subject{bits: make([]uint64, len(table.list)), recorded: values}
	for i := facts; i < len(table.list); i++ {
		if at := &table.list[i]; at.kind == coded {
			sub.bits[i] = at.code(values[at.name])
		}
	}
	sub.bits[factOwner] = table.list[factOwner].code(values["owner"])
	sub.take(f)
	return sub
}

// take adds the facts. A party that the assessment names is affected whether or
// not the system's own answer is there, and leaves a missing one missing.
func (s *subject) take(f Facts) {
	table := fields()
	covers := string(f.PolicyCovers)
	if covers == "" {
		covers = unknownValue
	}
	s.bits[factPolicy] = table.list[factPolicy].bit[covers]
	s.bits[factQuestionnaire] = table.list[factQuestionnaire].bit[string(f.Questionnaire)]
	for _, p := range f.Parties {
		s.bits[table.affected] |= table.list[table.affected].bit[p]
	}
	s.counts[factIncidents], s.counts[factConcerns] = f.Incidents, f.Concerns
	s.counts[factSeverity], s.counts[factIrremediability], s.counts[factMisuse] = f.Severity, f.Irremediability, f.Misuse
	s.retired = s.bits[table.stage]&table.list[table.stage].bit[string(register.StageRetirement)] != 0
}

// texts returns the values of a text field. They hold until the next call.
func (s *subject) texts(field int) []string {
	f := &fields().list[field]
	if s.system == nil {
		return s.recorded[f.name]
	}
	return f.attribute.Append(s.buffer[:0], s.system)
}

func owner(s *register.System) string {
	if s.Owner == "" {
		return ownerNone
	}
	return ownerNamed
}

// RecordedValues returns what rules can read of a system that is not material,
// by attribute: the stage, whether anybody owns it ("none" or "named"), whether
// there is another supplier. Together with register.Fingerprint.Attributes it
// is all that Rules.DeriveRecorded needs.
func RecordedValues(s register.System) map[string][]string {
	values := map[string][]string{"owner": {owner(&s)}}
	for _, f := range fields().list[facts:] {
		if f.attribute.Material {
			continue
		}
		if v := f.attribute.Append(nil, &s); len(v) > 0 {
			values[f.name] = v
		}
	}
	return values
}
