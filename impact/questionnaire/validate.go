package questionnaire

import (
	"maps"
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/issue"
)

// Validate lists what is amiss with the questionnaire itself, then with answers, in
// the order of the questionnaire, and the names that it does not have after that, in
// theirs. The rules are:
//
//   - reference: a condition names a question that is not there, and is never met
//   - unknown: no question has this name
//   - shape: a list where one value belongs, or the other way round, or an
//     answer to what is not answered
//   - choice: the question does not offer this value
//   - repeated: a value is ticked twice
//   - hidden: these answers do not show the question
//   - required: a question that is shown has to be answered, and is not
//
// None of them keeps [Questionnaire.Score] from scoring.
func (q *Questionnaire) Validate(answers Answers) issue.Issues {
	is := slices.Clone(q.faults)
	slots, unknown := q.fill(answers)
	visible := q.visible(slots)
	for i := range q.elements {
		e := &q.elements[i]
		if e.slot < 0 {
			continue
		}
		a := slots[e.slot]
		switch {
		case !a.IsZero():
			if !visible[i] {
				is.Add(e.Name, "hidden", a.String(), "answers a question that these answers do not show")
			}
			e.validate(a, &is)
		case visible[i] && (e.Required || e.requiredIf != nil && e.requiredIf.holds(slots)):
			is.Add(e.Name, "required", "", "has to be answered")
		}
		if e.comment >= 0 && slots[e.comment].list {
			is.Add(e.Name+commentSuffix, "shape", slots[e.comment].String(), "must be one text, not a list")
		}
	}
	if unknown == 0 {
		return is
	}
	mute := make(map[string]bool) // what is there and holds no answer
	for i := range q.elements {
		mute[q.elements[i].Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if _, ok := q.slots[name]; ok || answers[name].IsZero() {
			continue
		}
		if mute[name] {
			is.Add(name, "shape", answers[name].String(), "holds no answer")
		} else {
			is.Add(name, "unknown", answers[name].String(), "this version of the questionnaire has no question of this name")
		}
	}
	return is
}

// validate checks an answer's shape and values.
func (e *element) validate(a Answer, is *issue.Issues) {
	switch {
	case a.list && e.Kind != KindCheckbox:
		is.Add(e.Name, "shape", a.String(), "must be one value, not a list, as the answer to a %s", e.Kind)
	case !a.list && e.Kind == KindCheckbox:
		is.Add(e.Name, "shape", a.String(), "must be a list of values, as the answer to a checkbox")
	}
	seen := make(map[Value]bool, len(a.values))
	for i, v := range a.values {
		field := e.Name
		if a.list {
			field += "[" + strconv.Itoa(i) + "]"
		}
		switch {
		case e.Kind == KindBoolean && len(e.Choices) == 0:
			if v.kind != boolValue {
				is.Add(field, "shape", v.String(), "must be true or false")
			}
		case e.Choices != nil && e.choice(v) < 0:
			is.Add(field, "choice", v.String(), "this version of the questionnaire does not offer this value")
		case seen[v]:
			is.Add(field, "repeated", v.String(), "is given twice")
		}
		seen[v] = true
	}
}
