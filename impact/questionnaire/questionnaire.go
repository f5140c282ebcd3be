package questionnaire

import (
	"iter"
	"slices"

	"github.com/aimskit/aimskit/issue"
)

// Questionnaire is a questionnaire as [Parse] read it. It does not change, and
// may be used from several goroutines at once.
type Questionnaire struct {
	title    Text
	digest   string
	elements []element      // what is around an element comes before it
	byName   map[string]int // the elements that are answered
	slots    map[string]int // where an answer goes, by its name
	count    int            // of slots
	faults   issue.Issues   // what is amiss with it, and did not keep it from being read
}

// Title returns the title, which a file need not have.
func (q *Questionnaire) Title() Text { return q.title }

// Digest returns the SHA-256, in hexadecimal digits, of the bytes that the
// questionnaire was read from: it tells one version from the next.
func (q *Questionnaire) Digest() string { return q.digest }

// Elements walks pages, panels and questions in the order of the file, what is
// around an element before the element.
func (q *Questionnaire) Elements() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for i := range q.elements {
			if !yield(q.elements[i].copy()) {
				return
			}
		}
	}
}

// Questions walks the questions that are answered, in the order of the file.
func (q *Questionnaire) Questions() iter.Seq[Element] {
	return func(yield func(Element) bool) {
		for i := range q.elements {
			if q.elements[i].Kind.Answered() && !yield(q.elements[i].copy()) {
				return
			}
		}
	}
}

// Question returns the question of a name.
func (q *Questionnaire) Question(name string) (Element, bool) {
	i, ok := q.byName[name]
	if !ok {
		return Element{}, false
	}
	return q.elements[i].copy(), true
}

func (e *element) copy() Element {
	out := e.Element
	out.Choices = slices.Clone(e.Choices)
	return out
}

// Visible reports whether the question of a name is shown with these answers:
// its own condition holds, and so do those of all that is around it. For a name
// that is no question's, it answers for the first panel, page or text of that
// name; a name that nothing has is not shown.
func (q *Questionnaire) Visible(name string, answers Answers) bool {
	i, ok := q.byName[name]
	if !ok {
		i = q.first(name)
	}
	if i < 0 {
		return false
	}
	slots, _ := q.fill(answers)
	for ; i >= 0; i = q.elements[i].parent {
		if !q.elements[i].shows(slots) {
			return false
		}
	}
	return true
}

// Shown walks the pages, panels and questions that are shown with these answers,
// in the order of the file. For many names at once it is much faster than
// [Questionnaire.Visible] for each.
func (q *Questionnaire) Shown(answers Answers) iter.Seq[Element] {
	return func(yield func(Element) bool) {
		slots, _ := q.fill(answers)
		for i, shown := range q.visible(slots) {
			if shown && !yield(q.elements[i].copy()) {
				return
			}
		}
	}
}

// first returns the index of the first element of a name, -1 if there is none.
func (q *Questionnaire) first(name string) int {
	for i := range q.elements {
		if name != "" && q.elements[i].Name == name {
			return i
		}
	}
	return -1
}

// shows reports whether the element's own condition holds. As in SurveyJS, a
// condition takes the place of a fixed "visible".
func (e *element) shows(slots []Answer) bool {
	if e.visibleIf != nil {
		return e.visibleIf.holds(slots)
	}
	return !e.hidden
}

// visible tells for each element whether it is shown.
func (q *Questionnaire) visible(slots []Answer) []bool {
	out := make([]bool, len(q.elements))
	for i := range q.elements {
		e := &q.elements[i]
		out[i] = (e.parent < 0 || out[e.parent]) && e.shows(slots)
	}
	return out
}

// fill puts the answers where the compiled conditions and scores look for them,
// and counts those of a name that nothing here has.
func (q *Questionnaire) fill(answers Answers) (slots []Answer, unknown int) {
	slots = make([]Answer, q.count)
	for name, a := range answers {
		if i, ok := q.slots[name]; ok {
			slots[i] = a
		} else if !a.IsZero() {
			unknown++
		}
	}
	return slots, unknown
}
