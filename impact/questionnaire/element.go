package questionnaire

import "slices"

// Kind is a kind of element of a questionnaire.
type Kind string

// The kinds. Pages and panels hold others; HTML and images hold no answer.
const (
	KindPage       Kind = "page"
	KindPanel      Kind = "panel"
	KindRadioGroup Kind = "radiogroup"
	KindDropdown   Kind = "dropdown"
	KindCheckbox   Kind = "checkbox"
	KindText       Kind = "text"
	KindComment    Kind = "comment"
	KindBoolean    Kind = "boolean"
	KindRating     Kind = "rating"
	KindHTML       Kind = "html"
	KindImage      Kind = "image"
)

// questionKinds are the kinds that an element may say that it is of.
var questionKinds = []Kind{KindRadioGroup, KindDropdown, KindCheckbox, KindText, KindComment, KindBoolean, KindRating, KindHTML, KindImage}

// Holds reports whether elements of this kind hold others.
func (k Kind) Holds() bool { return k == KindPage || k == KindPanel }

// Chooses reports whether the answer is taken from a list of choices.
func (k Kind) Chooses() bool {
	return k == KindRadioGroup || k == KindDropdown || k == KindCheckbox
}

// Answered reports whether questions of this kind are answered.
func (k Kind) Answered() bool {
	return slices.Contains(questionKinds, k) && k != KindHTML && k != KindImage
}

// Choice is one of the values that a question offers.
type Choice struct {
	// Value is what an answer holds when it is taken.
	Value Value `json:"value"`
	// Text is what people read; without one they read the value.
	Text Text `json:"text,omitempty"`
	// Numbers are the numbers that the choice carries beside its value, by name,
	// from which a [Scoring] may take its weight.
	Numbers map[string]float64 `json:"numbers,omitempty"`
}

// Element is a page, a panel or a question. It is a copy: changing it changes
// nothing about the questionnaire.
type Element struct {
	// Kind is what it is.
	Kind Kind `json:"kind"`
	// Name is what answers and conditions know it by; a page may have none.
	Name string `json:"name,omitempty"`
	// Parent is the name of the panel or page right around it, Page that of its
	// page; Depth counts what is around it, 0 for a page.
	Parent string `json:"parent,omitempty"`
	Page   string `json:"page,omitempty"`
	Depth  int    `json:"depth"`
	// Title and Description are what people read; the Title of HTML is its text.
	Title       Text `json:"title,omitempty"`
	Description Text `json:"description,omitempty"`
	// Required says that it has to be answered while it is shown; RequiredIf is
	// the condition under which it has to be.
	Required   bool   `json:"required,omitempty"`
	RequiredIf string `json:"required_if,omitempty"`
	// VisibleIf is the condition under which it is shown, as the file has it;
	// what is around it has to be shown too.
	VisibleIf string `json:"visible_if,omitempty"`
	// Choices are what a question offers, the ones for "other" and "none" among
	// them.
	Choices []Choice `json:"choices,omitempty"`
}

// element is an Element and what it was compiled to.
type element struct {
	Element
	parent     int // index of what is around it, -1 for a page
	slot       int // where its answer is, -1 if it holds none
	comment    int // where the text that comes with it is, likewise
	hidden     bool
	visibleIf  *expression
	requiredIf *expression
	byValue    map[Value]int // choices, where they are many
}

// manyChoices is from where a map finds a choice faster than a look at each.
const manyChoices = 12

// choice finds the choice of a value, -1 if it is not offered.
func (e *element) choice(v Value) int {
	if e.byValue != nil {
		if i, ok := e.byValue[v]; ok {
			return i
		}
		return -1
	}
	for i := range e.Choices {
		if e.Choices[i].Value == v {
			return i
		}
	}
	return -1
}
