package impact

import (
	"slices"

	"github.com/aimskit/aimskit/register"
)

// Derive says what the rules make of a system: its level and what is required
// of it. It is a pure function: the same system, facts and rules give the same
// result, byte for byte. The rules are asked in two passes: first those that
// look at the system, which give the level, then those that look at the level.
func (r *Rules) Derive(s register.System, f Facts) Result { return r.derive(newSubject(&s, f)) }

// DeriveRecorded says what the rules make of a system of which only the values
// of its attributes are on record, by attribute name: those that an assessment
// keeps in its Fingerprint, and those of RecordedValues. It gives what Derive
// gives of the system that they were taken of; what is not recorded counts as
// not answered.
func (r *Rules) DeriveRecorded(values map[string][]string, f Facts) Result {
	return r.derive(recordedSubject(values, f))
}

// ask puts every rule to a system, in two passes, and notes the outcomes by
// rule. It returns the ranks of the level that is known and of the one that
// counts what is open.
func (r *Rules) ask(sub *subject, outcomes []truth) (known, level int) {
	sub.act = r.act
	known, level = 1, 1
	sub.bits[factLevel] = 1 // minimal, in case that nothing raises it
	for at, i := range r.order {
		c := &r.rules[i]
		if at == r.early {
			sub.bits[factLevel] = 1 << (level - 1)
		}
		switch outcomes[i] = c.holds(sub); outcomes[i] {
		case yes:
			known, level = max(known, c.level), max(level, c.level)
		case open:
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
// it.
func (r *Rules) derive(sub *subject) Result {
	var outcomeMemory [few]truth
	var countMemory, endMemory, levelMemory [few]int
	p := &r.places
	outcomes := sized(outcomeMemory[:], len(r.rules))
	counts, ends, levels := sized(countMemory[:], p.end), sized(endMemory[:], p.end), sized(levelMemory[:], p.end)
	known, level := r.ask(sub, outcomes)

	// What open rules hang on is found once: it stands in asked, and where that
	// of each rule ends in askedEnds, in the order of asking.
	var askedMemory [few]int
	var askedEndMemory [few]int
	asked, askedEnds := askedMemory[:0], sized(askedEndMemory[:], len(r.order))
	levelRules := 0
	for at, i := range r.order {
		c := &r.rules[i]
		spoken := c.effects
		if outcomes[i] != yes {
			from := len(asked)
			spoken = c.questions(asked[from:from], outcomes[i], sub, p)
			asked = append(asked, spoken...) // where they stand already, if there was room
		}
		for _, place := range spoken {
			counts[place]++
		}
		askedEnds[at] = len(asked)
		if c.sets(outcomes[i]) == level {
			levelRules++
		}
	}
	total := levelRules
	for place, n := range counts {
		ends[place] = total
		total += n
	}
	ids := make([]string, total)
	levelRules = 0
	from := 0
	for at, i := range r.order {
		c := &r.rules[i]
		spoken := c.effects
		if outcomes[i] != yes {
			spoken = asked[from:askedEnds[at]]
		}
		for _, place := range spoken {
			ids[ends[place]] = c.ID
			ends[place]++
			levels[place] = max(levels[place], c.openLevel)
		}
		from = askedEnds[at]
		if c.sets(outcomes[i]) == level {
			ids[levelRules] = c.ID
			levelRules++
		}
	}

	in := func(start, end int) (c, e []int) { return counts[start:end], ends[start:end] }
	result := Result{Rules: r.version, Known: levelByRank[known], Level: levelByRank[level], LevelRules: ids[:levelRules:levelRules]}
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

// questions appends to dst the places of what a rule of an outcome hangs on, if
// it is open. dst is empty; its room is used.
func (c *compiled) questions(dst []int, t truth, sub *subject, p *places) []int {
	if t != open {
		return dst
	}
	for i := range c.tests {
		w := &c.tests[i]
		switch {
		case w.repeats || w.on(sub) != open:
		case w.kind == ruled:
			dst = sub.ruling().ask(dst, w, sub, p)
		case !slices.Contains(dst, p.asked[w.field]):
			dst = append(dst, p.asked[w.field])
		}
	}
	return dst
}

// sets returns the rank of the level that a rule of an outcome sets.
func (c *compiled) sets(t truth) int {
	switch t {
	case yes:
		return c.level
	case open:
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
