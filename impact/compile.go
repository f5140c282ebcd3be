package impact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
)

// compiled is a rule made ready.
type compiled struct {
	Rule
	tests []test
	// effects are the places of what the rule asks for (see places), without
	// repeats.
	effects []int
	// level is the rank of the level that it sets, 0 for none; openLevel the
	// one that it could set while a question is open: what nobody has answered
	// is no ground to forbid.
	level, openLevel int
	late             bool // looks at the level, so it is asked in the second pass
	stage            bool // looks at the stage, so it is asked of a retired system too
}

// compile makes a rule ready, and adds what is wrong with it to is.
func compile(is *issue.Issues, field string, r Rule) compiled {
	c := compiled{Rule: r.clone(), level: r.MinLevel.Rank()}
	c.openLevel = min(c.level, LevelHigh.Rank())
	if strings.TrimSpace(r.ID) == "" {
		is.Add(field+".id", "required", r.ID, "a rule has an ID")
	}
	if len(r.When) == 0 {
		is.Add(field+".when", "required", "", "rule %q has no condition", r.ID)
	}
	if len(r.Harms)+len(r.Controls)+len(r.Evidence)+len(r.Duties) == 0 && r.MinLevel == "" {
		is.Add(field, "effect", r.ID, "the rule would do nothing")
	}
	if r.MinLevel != "" && c.level == 0 {
		is.Add(field+".min_level", "oneof", string(r.MinLevel), "must be one of %v", Levels())
	}
	for i, id := range r.Controls {
		if id.IsZero() {
			is.Add(field+".controls["+strconv.Itoa(i)+"]", "control", "", "names no control")
		}
	}
	known(is, field+".harms", r.Harms, func(id string) bool { return harmIndex()[id] != nil })
	known(is, field+".evidence", r.Evidence, func(id string) bool { _, ok := EvidenceKindByID(id); return ok })
	known(is, field+".duties", r.Duties, func(id string) bool { _, ok := DutyByID(id); return ok })
	asks := make(map[int]bool, len(r.When)) // of each field, whether an earlier condition asks
	for i, w := range r.When {
		t := compileCondition(is, field+".when["+strconv.Itoa(i)+"]", w)
		c.late = c.late || w.Field == "level"
		c.stage = c.stage || w.Field == "stage"
		t.repeats = asks[t.field]
		asks[t.field] = asks[t.field] || t.asks()
		c.tests = append(c.tests, t)
	}
	return c
}

func known(is *issue.Issues, field string, ids []string, ok func(string) bool) {
	for i, id := range ids {
		if !ok(id) {
			is.Add(field+"["+strconv.Itoa(i)+"]", "known", id, "not in the taxonomy")
		}
	}
}

// holds says whether all conditions of a rule hold, whether one does not, or
// whether it hangs on what is not answered.
func (c *compiled) holds(s *subject) truth {
	if s.retired && !c.stage {
		return no
	}
	worst := yes
	for i := range c.tests {
		if worst = min(worst, c.tests[i].on(s)); worst == no {
			return no
		}
	}
	return worst
}

// places gives everything that a result can list a place, in the order of the
// result: first the harms that any rule of the set names, then the controls,
// evidence and duties, then the fields, which an open question is about. So a
// result is gathered by counting, and comes out sorted.
type places struct {
	harms    []string
	controls []annexa.ID
	evidence []kindPlace
	duties   []string
	// questions are the names of the fields.
	questions []string
	// Where each begins; harms begin at 0.
	control, kind, duty, question, end int
	asked                              []int // the place of a field's question, by field
}

// kindPlace is a kind of evidence with the days that it counts, by the level's
// rank.
type kindPlace struct {
	id    string
	fresh [len(levelByRank)]int
}

// levelByRank turns a rank back into a level.
var levelByRank = [...]Level{"", LevelMinimal, LevelLimited, LevelHigh, LevelUnacceptable}

// place finds the places that rules need, and gives each rule those of its
// effects.
func place(rules []compiled) places {
	var p places
	var kinds []string
	for i := range rules {
		c := &rules[i]
		p.harms, p.controls = append(p.harms, c.Harms...), append(p.controls, c.Controls...)
		kinds, p.duties = append(kinds, c.Evidence...), append(p.duties, c.Duties...)
	}
	p.harms, kinds, p.duties = sorted(p.harms, strings.Compare), sorted(kinds, strings.Compare), sorted(p.duties, strings.Compare)
	p.controls = sorted(p.controls, annexa.Compare)
	for _, id := range kinds {
		kind, _ := EvidenceKindByID(id)
		at := kindPlace{id: id}
		for rank, l := range levelByRank {
			at.fresh[rank] = kind.FreshDays(l)
		}
		p.evidence = append(p.evidence, at)
	}
	p.control = len(p.harms)
	p.kind = p.control + len(p.controls)
	p.duty = p.kind + len(kinds)
	p.question = p.duty + len(p.duties)
	table := fields()
	p.asked = make([]int, len(table.list))
	for i, f := range table.byName {
		p.asked[f] = p.question + i
		p.questions = append(p.questions, table.list[f].name)
	}
	p.end = p.question + len(table.list)
	for i := range rules {
		c := &rules[i]
		c.effects = at(c.effects, 0, p.harms, c.Harms, strings.Compare)
		c.effects = at(c.effects, p.control, p.controls, c.Controls, annexa.Compare)
		c.effects = at(c.effects, p.kind, kinds, c.Evidence, strings.Compare)
		c.effects = at(c.effects, p.duty, p.duties, c.Duties, strings.Compare)
	}
	return p
}

// sorted sorts a list and takes out repeats.
func sorted[T comparable](list []T, compare func(a, b T) int) []T {
	slices.SortFunc(list, compare)
	return slices.Compact(list)
}

// at appends the places of ids in all, which begins at start.
func at[T comparable](dst []int, start int, all, ids []T, compare func(a, b T) int) []int {
	for _, id := range sorted(slices.Clone(ids), compare) {
		i, _ := slices.BinarySearchFunc(all, id, compare)
		dst = append(dst, start+i)
	}
	return dst
}
