package impact

import (
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/register"
)

// Derive says what the rules make of a system: its level and what is required
// of it. It is a pure function: the same system, facts and rules give the same
// result, byte for byte. The rules are asked in two passes: first those that
// look at the system, which give the level, then those that look at the level.
func (r *Rules) Derive(s register.System, f Facts) Result { return r.derive(r.newSubject(&s, f)) }

// DeriveRecorded says what the rules make of a system of which only the values
// of its attributes are on record, by attribute name: those that an assessment
// keeps in its Fingerprint, and those of RecordedValues. It gives what Derive
// gives of the system that they were taken of; what is not recorded counts as
// not answered.
func (r *Rules) DeriveRecorded(values map[string][]string, f Facts) Result {
	return r.derive(r.recordedSubject(values, f))
}

// ask puts rules to a system, in two passes, of which the second begins at a place
// of order. It returns the ranks of the level that is known and of the one that
// counts what is open.
func (r *Rules) ask(sub *subject, order []int, early int) (known, level int) {
	known, level = 1, 1
	a := r.table.Begin(&sub.Subject, &sub.rules)
	field := fields().level
	sub.SetRank(field, 0) // minimal, in case that nothing raises it
	for at, i := range order {
		c := &r.rules[i]
		if at == early {
			sub.SetRank(field, level-1)
		}
		if sub.retired && !c.stage {
			continue
		}
		switch a.Put(i) {
		case decide.Yes:
			known, level = max(known, c.level), max(level, c.level)
		case decide.Open:
			level = max(level, c.openLevel)
		}
	}
	return known, level
}

// few is how many rules, and how many places, Derive handles without asking for
// memory.
const few = 512

// derive asks the rules and gathers what they say: it counts how many rules
// stand behind each place, takes one list for the IDs of them all, and fills
// it. The subject is used again afterwards.
func (r *Rules) derive(sub *subject) Result {
	defer subjects.Put(sub)
	var countMemory, endMemory, levelMemory [few]int
	p := &r.places
	counts, ends, levels := sized(countMemory[:], p.end), sized(endMemory[:], p.end), sized(levelMemory[:], p.end)
	known, level := r.ask(sub, r.order, r.early)
	a := &sub.rules

	// What open rules hang on is found once: it stands in asked, and where that
	// of each rule ends in askedEnds, in the order of asking.
	var askedMemory [few]int
	var askedEndMemory [few]int
	asked, askedEnds := askedMemory[:0], sized(askedEndMemory[:], len(r.order))
	levelRules := 0
	for at, i := range r.order {
		c, outcome := &r.rules[i], a.Outcome(i)
		askedEnds[at] = len(asked)
		if outcome == decide.No {
			continue
		}
		spoken := r.table.Gives(i)
		if outcome == decide.Open {
			from := len(asked)
			asked = r.questions(asked, a, i)
			spoken = asked[from:]
			askedEnds[at] = len(asked)
		}
		for _, place := range spoken {
			counts[place]++
		}
		if c.sets(outcome) == level {
			levelRules++
		}
	}
	total := levelRules
	for place, n := range counts {
		ends[place] = total
		total += n
	}
	held, hang := a.Holding().Len(), a.Open().Len()
	ids := make([]string, total+held+hang)
	spare := ids[total:]
	levelRules = 0
	from := 0
	for at, i := range r.order {
		c, outcome := &r.rules[i], a.Outcome(i)
		if outcome == decide.No {
			continue
		}
		spoken := r.table.Gives(i)
		if outcome == decide.Open {
			spoken = asked[from:askedEnds[at]]
		}
		for _, place := range spoken {
			ids[ends[place]] = c.ID
			ends[place]++
			levels[place] = max(levels[place], c.openLevel)
		}
		from = askedEnds[at]
		if c.sets(outcome) == level {
			ids[levelRules] = c.ID
			levelRules++
		}
	}

	holding, hanging := spare[:0:held], spare[held:held]
	for i := a.Holding().Next(0); i >= 0; i = a.Holding().Next(i + 1) {
		holding = append(holding, r.rules[i].ID)
	}
	for i := a.Open().Next(0); i >= 0; i = a.Open().Next(i + 1) {
		hanging = append(hanging, r.rules[i].ID)
	}

	if held == 0 {
		holding = nil // as it reads back
	}
	if hang == 0 {
		hanging = nil
	}
	in := func(start, end int) (c, e []int) { return counts[start:end], ends[start:end] }
	result := Result{Rules: r.version, Known: levelByRank[known], Level: levelByRank[level], LevelRules: ids[:levelRules:levelRules], Held: holding, Hang: hanging, Implied: sub.implied}
	c, e := in(0, p.control)
	result.Harms = list(ids, c, e, func(i int, rules []string) HarmPrompt { return HarmPrompt{p.harms[i], rules} })
	c, e = in(p.control, p.kind)
	result.Controls = list(ids, c, e, func(i int, rules []string) Requirement { return Requirement{p.controls[i], rules} })
	c, e = in(p.kind, p.duty)
	result.Evidence = list(ids, c, e, func(i int, rules []string) EvidenceRequirement {
		return EvidenceRequirement{p.evidence[i].id, p.evidence[i].fresh[level], rules}
	})
	c, e = in(p.duty, p.question)
	result.Duties = list(ids, c, e, func(i int, rules []string) DutyRequirement { return DutyRequirement{p.duties[i], rules} })
	c, e = in(p.question, p.end)
	result.Open = list(ids, c, e, func(i int, rules []string) OpenQuestion {
		return OpenQuestion{p.questions[i], rules, levelByRank[levels[p.question+i]]}
	})
	return result
}

// sized returns n elements: of memory if it is large enough.
func sized[T any](memory []T, n int) []T {
	if n <= len(memory) {
		return memory[:n]
	}
	return make([]T, n)
}

// questions appends to dst the places of what an open rule hangs on.
func (r *Rules) questions(dst []int, a *decide.Answer, rule int) []int {
	from := len(dst)
	dst = append(dst[:from], a.Hangs(dst[from:from], rule)...) // where they stand already, if there was room
	for i := from; i < len(dst); i++ {
		dst[i] = r.places.asked[dst[i]]
	}
	return dst
}

// sets returns the rank of the level that a rule of an outcome sets.
func (c *compiled) sets(t decide.Truth) int {
	switch t {
	case decide.Yes:
		return c.level
	case decide.Open:
		return c.openLevel
	}
	return 0
}

// list makes a list of what has rules behind it: as many as counts says, whose
// IDs stand in ids up to ends. An empty list is written as [], never as null.
func list[T any](ids []string, counts, ends []int, entry func(i int, rules []string) T) []T {
	n := 0
	for _, count := range counts {
		if count > 0 {
			n++
		}
	}
	all := make([]T, 0, n)
	for i, count := range counts {
		if count > 0 {
			all = append(all, entry(i, ids[ends[i]-count:ends[i]:ends[i]]))
		}
	}
	return all
}
