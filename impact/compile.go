package impact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
)

// compiled is a rule made ready, beside its row in the table.
type compiled struct {
	Rule
	// level is the rank of the level that it sets, 0 for none; openLevel the
	// one that it could set while a question is open: what nobody has answered
	// is no ground to forbid.
	level, openLevel int
	late             bool // looks at the level, so it is asked in the second pass
	stage            bool // looks at the stage, so it is asked of a retired system too
}

// compile makes a rule ready, and adds what is wrong with its effects to is.
func compile(is *issue.Issues, field string, r Rule) compiled {
	c := compiled{Rule: r.clone(), level: r.MinLevel.Rank()}
	c.openLevel = min(c.level, LevelHigh.Rank())
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
	for i, w := range r.When {
		if w.Op == "only" {
			is.Add(issue.Index(field+".when", i)+".op", "oneof", w.Op, "must be one of in, has, at_least: a rule does not fall silent when a system does more")
		}
		c.late = c.late || w.Field == "level"
		c.stage = c.stage || w.Field == "stage"
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

// The kinds of effect, which mark names begin with.
const (
	harmMark     = "harm:"
	controlMark  = "control:"
	evidenceMark = "evidence:"
	dutyMark     = "duty:"
)

// row returns the rule as a row of a table: its effects are the marks.
func (r *Rule) row() decide.Row {
	row := decide.Row{ID: r.ID, When: r.When}
	for _, id := range r.Harms {
		row.Gives = append(row.Gives, harmMark+id)
	}
	for _, id := range r.Controls {
		row.Gives = append(row.Gives, controlMark+id.String())
	}
	for _, id := range r.Evidence {
		row.Gives = append(row.Gives, evidenceMark+id)
	}
	for _, id := range r.Duties {
		row.Gives = append(row.Gives, dutyMark+id)
	}
	return row
}

// places gives everything that a result can list a place, in the order of the
// result: first the harms that any rule of the set names, then the controls,
// evidence and duties, which are the marks of the table, then the fields, which an
// open question is about. So a result is gathered by counting, and comes out
// sorted.
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

// place finds the places that rules need, and names the marks in their order.
func place(rules []compiled) (p places, marks []string) {
	var kinds []string
	for i := range rules {
		c := &rules[i]
		p.harms, p.controls = append(p.harms, c.Harms...), append(p.controls, c.Controls...)
		kinds, p.duties = append(kinds, c.Evidence...), append(p.duties, c.Duties...)
	}
	p.harms, kinds, p.duties = sorted(p.harms, strings.Compare), sorted(kinds, strings.Compare), sorted(p.duties, strings.Compare)
	p.controls = sorted(p.controls, annexa.Compare)
	for _, id := range p.harms {
		marks = append(marks, harmMark+id)
	}
	p.control = len(marks)
	for _, id := range p.controls {
		marks = append(marks, controlMark+id.String())
	}
	p.kind = len(marks)
	for _, id := range kinds {
		marks = append(marks, evidenceMark+id)
		kind, _ := EvidenceKindByID(id)
		at := kindPlace{id: id}
		for rank, l := range levelByRank {
			at.fresh[rank] = kind.FreshDays(l)
		}
		p.evidence = append(p.evidence, at)
	}
	p.duty = len(marks)
	for _, id := range p.duties {
		marks = append(marks, dutyMark+id)
	}
	p.question = len(marks)
	table := fields()
	p.asked = make([]int, table.Len())
	for i, f := range table.ByName() {
		p.asked[f] = p.question + i
		p.questions = append(p.questions, table.Name(f))
	}
	p.end = p.question + table.Len()
	return p, marks
}

// sorted sorts a list and takes out repeats.
func sorted[T comparable](list []T, compare func(a, b T) int) []T {
	slices.SortFunc(list, compare)
	return slices.Compact(list)
}
