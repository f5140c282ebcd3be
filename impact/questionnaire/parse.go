package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// commentSuffix is what SurveyJS appends to a question's name to keep the text
// that belongs to the answer.
const commentSuffix = "-Comment"

// refused are the properties that would change which questions there are, what
// they offer or where an answer is stored, in ways that are not read here. Any
// other property that is not read bears on looks, on how answers are gathered,
// or on what happens after.
var refused = map[string]string{
	"choicesByUrl":           "choices from an address are not known here; list them in choices",
	"choicesLazyLoadEnabled": "choices that are loaded later are not known here; list them in choices",
	"choicesFromQuestion":    "choices of another question are not read; list them in choices",
	"choicesFrom":            "choices of another question are not read; list them in choices",
	"choicesMin":             "choices made by counting are not read; list them in choices",
	"choicesMax":             "choices made by counting are not read; list them in choices",
	"choicesVisibleIf":       "choices that come and go are not read",
	"valueName":              "an answer stored under another name is not read; give the question that name",
	"valuePropertyName":      "answers that are objects are not read",
	"templateElements":       "panels that repeat are not read",
	"triggers":               "triggers, which may change what is shown, are not read; use visibleIf",
}

// Parse reads a questionnaire in the form of SurveyJS. It never panics; its
// error is an [issue.Issues], which names each fault by its path in the file,
// the rule and the value: what is no JSON or too large, an element without a
// name or of a kind that is not read, two questions of one name, choices that
// are missing or given twice, a condition that is malformed or refers to more than
// one question, a property that must not be passed over.
//
// Only what is answered has to have a name of its own: HTML, images, panels and
// pages may share one, as they do in files in use. A condition may refer to the
// text that SurveyJS keeps with an answer, under the question's name and
// "-Comment". What refers to a question that is not there, or to a panel, reads no
// answer, as in SurveyJS, so that a comparison with it is never met; Validate says so.
func Parse(b []byte) (*Questionnaire, error) {
	root, err := decode(b)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	l := loader{q: &Questionnaire{
		digest: hex.EncodeToString(sum[:]),
		byName: make(map[string]int),
		slots:  make(map[string]int),
	}, paths: make(map[string]string), folded: make(map[string][]string)}
	if root.kind != objectNode {
		l.is.Add("questionnaire", "type", root.kind.String(), "must be an object with pages")
		return nil, l.is
	}
	l.survey(root)
	l.conditions()
	if err := l.is.Err(); err != nil {
		return nil, err
	}
	return l.q, nil
}

// loader turns nodes into elements.
type loader struct {
	q       *Questionnaire
	is      issue.Issues
	paths   map[string]string   // of what is stored, by name
	folded  map[string][]string // names of what is stored, by their lower case
	pending []condition
	void    int // one more than where no answer is, once a condition has asked for one
}

// condition is one that is resolved once all questions are known.
type condition struct {
	path, source string
	element      int
	required     bool
}

func (l *loader) survey(root node) {
	l.refuse(root, "")
	l.q.title = l.text(root, "title", "")
	pages, field, ok := l.children(root, "", "pages", "elements", "questions")
	if ok && field != "pages" {
		// SurveyJS takes elements without a page for those of one page.
		page := l.append(element{Element: Element{Kind: KindPage}, parent: -1, slot: -1, comment: -1})
		l.elements(pages, field, page, 1)
		return
	}
	if len(pages) == 0 {
		l.is.Add("pages", "required", "", "a questionnaire has pages")
	}
	for i, n := range pages {
		at := field + "[" + strconv.Itoa(i) + "]"
		if n.kind != objectNode {
			l.is.Add(at, "type", n.kind.String(), "a page is an object")
			continue
		}
		l.container(n, at, element{Element: Element{Kind: KindPage}, parent: -1, slot: -1, comment: -1})
	}
}

// container reads a page or a panel and what it holds.
func (l *loader) container(n node, at string, e element) {
	i := l.append(l.common(n, at, e))
	if children, field, ok := l.children(n, at, "elements", "questions"); ok {
		l.elements(children, field, i, e.Depth+1)
	}
}

// elements reads what a page or a panel holds.
func (l *loader) elements(nodes []node, field string, parent, depth int) {
	for i, n := range nodes {
		at := field + "[" + strconv.Itoa(i) + "]"
		if n.kind != objectNode {
			l.is.Add(at, "type", n.kind.String(), "an element is an object")
			continue
		}
		around := &l.q.elements[parent]
		e := element{Element: Element{Parent: around.Name, Page: around.Page, Depth: depth}, parent: parent, slot: -1, comment: -1}
		if around.Kind == KindPage {
			e.Page = around.Name
		}
		e.Kind = Kind(l.string(n, "type", at))
		switch {
		case e.Kind == "":
			l.is.Add(join(at, "type"), "required", "", "an element says of which kind it is")
		case e.Kind == KindPanel:
			l.container(n, at, e)
		case slices.Contains(questionKinds, e.Kind):
			l.question(n, at, e)
		default:
			l.is.Add(join(at, "type"), "type", string(e.Kind), "is not a kind that is read; these are panel and %v", questionKinds)
		}
	}
}

// common reads what pages, panels and questions have alike.
func (l *loader) common(n node, at string, e element) element {
	l.refuse(n, at)
	e.Name = l.string(n, "name", at)
	if e.Name == "" && e.Kind != KindPage {
		l.is.Add(join(at, "name"), "required", "", "a question or panel has a name")
	}
	e.Title, e.Description = l.text(n, "title", at), l.text(n, "description", at)
	e.hidden = !l.bool(n, "visible", at, true)
	e.Required = l.bool(n, "isRequired", at, false)
	e.VisibleIf, e.RequiredIf = l.string(n, "visibleIf", at), l.string(n, "requiredIf", at)
	if e.Kind.Holds() && (e.Required || e.RequiredIf != "") {
		l.is.Add(at, "unsupported", e.Name, "a %s of which some question has to be answered is not read; say which question", e.Kind)
	}
	index := len(l.q.elements)
	if strings.TrimSpace(e.VisibleIf) != "" {
		l.pending = append(l.pending, condition{join(at, "visibleIf"), e.VisibleIf, index, false})
	}
	if strings.TrimSpace(e.RequiredIf) != "" {
		l.pending = append(l.pending, condition{join(at, "requiredIf"), e.RequiredIf, index, true})
	}
	return e
}

func (l *loader) question(n node, at string, e element) {
	e = l.common(n, at, e)
	if e.Kind == KindHTML && e.Title == nil {
		e.Title = l.text(n, "html", at)
	}
	comment := l.bool(n, "hasComment", at, false) || l.bool(n, "showCommentArea", at, false)
	if e.Kind.Chooses() {
		e.Choices = l.choices(n, at)
		comment = l.extras(n, at, &e) || comment
		if len(e.Choices) > manyChoices {
			e.byValue = make(map[Value]int, len(e.Choices))
			for i, c := range e.Choices {
				e.byValue[c.Value] = i
			}
		}
	}
	if e.Kind == KindBoolean {
		// As which values yes and no are stored, where not as true and false.
		for _, name := range []string{"valueTrue", "valueFalse"} {
			if v, ok := n.member(name); ok {
				value, scalar := v.value()
				if !scalar || value.IsZero() {
					l.is.Add(join(at, name), "type", v.kind.String(), "must be a text, a number, true or false")
				}
				e.Choices = append(e.Choices, Choice{Value: value})
			}
		}
		if len(e.Choices) == 1 {
			l.is.Add(at, "required", e.Name, "has one of valueTrue and valueFalse; give both")
		}
	}
	if !e.Kind.Answered() {
		l.append(e)
		return
	}
	if e.slot = l.store(e.Name, at); e.slot >= 0 {
		l.q.byName[e.Name] = len(l.q.elements)
	}
	if comment && e.Name != "" {
		e.comment = l.store(e.Name+commentSuffix, at)
	}
	l.append(e)
}

// append adds an element and returns its index.
func (l *loader) append(e element) int {
	l.q.elements = append(l.q.elements, e)
	return len(l.q.elements) - 1
}

// store makes room for the answer of a name; -1 if the name is taken.
func (l *loader) store(name, at string) int {
	if name == "" {
		return -1 // which has been said
	}
	if first, taken := l.paths[name]; taken {
		l.is.Add(join(at, "name"), "repeated", name, "two questions of one name share one answer; the first is %s", first)
		return -1
	}
	l.paths[name] = at
	low := strings.ToLower(name)
	l.folded[low] = append(l.folded[low], name)
	slot := l.q.count
	l.q.slots[name] = slot
	l.q.count++
	return slot
}

// choices reads what a question offers.
func (l *loader) choices(n node, at string) []Choice {
	items, field, ok := l.children(n, at, "choices")
	if !ok || len(items) == 0 {
		if !slices.ContainsFunc(n.members, func(m member) bool { return refused[m.name] != "" && strings.HasPrefix(m.name, "choices") }) {
			l.is.Add(join(at, "choices"), "required", "", "a question to choose from has choices")
		}
		return nil
	}
	out := make([]Choice, 0, len(items))
	seen := make(map[string]bool, len(items))
	for i, item := range items {
		at := field + "[" + strconv.Itoa(i) + "]"
		c, ok := l.choice(item, at)
		if !ok {
			continue
		}
		if seen[c.Value.String()] { // SurveyJS takes "1" and 1 for the same
			l.is.Add(at+".value", "repeated", c.Value.String(), "the question offers this value twice")
			continue
		}
		seen[c.Value.String()] = true
		out = append(out, c)
	}
	return out
}

// choice reads one choice: an object, or a value alone, or, as SurveyJS has it
// too, value and text in one with a bar between them.
func (l *loader) choice(n node, at string) (Choice, bool) {
	var c Choice
	value, field := n, at
	switch n.kind {
	case objectNode:
		for _, name := range []string{"visibleIf", "valueExpression"} {
			if _, ok := n.member(name); ok {
				l.is.Add(join(at, name), "unsupported", name, "choices that come and go are not read")
				return c, false
			}
		}
		field = at + ".value"
		value, _ = n.member("value")
		c.Text = l.text(n, "text", at)
		for _, m := range n.members {
			if m.value.kind == numberNode && m.name != "value" && m.name != "text" {
				if c.Numbers == nil {
					c.Numbers = make(map[string]float64)
				}
				c.Numbers[m.name] = m.value.num
			}
		}
	case textNode:
		if before, after, ok := strings.Cut(n.text, "|"); ok {
			value.text, c.Text = before, Text{defaultLanguage: after}
		}
	}
	v, scalar := value.value()
	switch {
	case !scalar:
		l.is.Add(field, "type", value.kind.String(), "the value of a choice is a text, a number, true or false")
		return c, false
	case v.IsZero():
		l.is.Add(field, "required", "", "a choice has a value")
		return c, false
	}
	c.Value = v
	return c, true
}

// extras adds the choices that SurveyJS keeps apart from the others, and tells
// whether the answer may come with a text.
func (l *loader) extras(n node, at string, e *element) (comment bool) {
	for _, x := range []struct {
		value, text string
		properties  []string
	}{
		{"other", "otherText", []string{"hasOther", "showOtherItem"}},
		{"none", "noneText", []string{"hasNone", "showNoneItem"}},
		{"refused", "refuseText", []string{"showRefuseItem"}},
		{"dontknow", "dontKnowText", []string{"showDontKnowItem"}},
	} {
		for _, name := range x.properties {
			if !l.bool(n, name, at, false) {
				continue
			}
			v := TextOf(x.value)
			if !slices.ContainsFunc(e.Choices, func(c Choice) bool { return c.Value == v }) {
				e.Choices = append(e.Choices, Choice{Value: v, Text: l.text(n, x.text, at)})
			}
			comment = comment || x.value == "other"
		}
	}
	if comment && !l.bool(n, "storeOthersAsComment", at, true) {
		l.is.Add(join(at, "storeOthersAsComment"), "unsupported", "false", "a text in the place of a choice's value is not read; keep it as a comment")
	}
	return comment
}

// conditions parses what was set aside, now that all names are known.
func (l *loader) conditions() {
	for _, c := range l.pending {
		x, err := parseExpression(c.source)
		if err != nil {
			l.is.Add(c.path, "expression", c.source, "%v", err)
			continue
		}
		err = x.resolve(func(name string) (int, bool) {
			slot, ok := l.find(name)
			if ok || len(l.folded[strings.ToLower(name)]) > 1 {
				return slot, ok
			}
			message := "no question is named %q, so that it never has an answer"
			if l.q.first(name) >= 0 {
				message = "%q holds no answer, so that it never has one"
			}
			l.q.faults.Add(c.path, "reference", name, message, name)
			return l.nothing(), true
		})
		if err != nil {
			l.is.Add(c.path, "reference", unknownReference(err), "%v but for case", err)
			continue
		}
		if e := &l.q.elements[c.element]; c.required {
			e.requiredIf = x
		} else {
			e.visibleIf = x
		}
	}
}

// nothing returns where an answer would be that nobody can give.
func (l *loader) nothing() int {
	if l.void == 0 {
		l.q.count++
		l.void = l.q.count
	}
	return l.void - 1
}

// find looks for what a condition refers to: by its name, else, as SurveyJS
// does, without regard to case. A "#" before the name keeps SurveyJS from
// reading a text as a number, and is not read here.
func (l *loader) find(name string) (slot int, ok bool) {
	if slot, ok = l.q.slots[name]; ok {
		return slot, true
	}
	if same := l.folded[strings.ToLower(name)]; len(same) == 1 {
		return l.q.slots[same[0]], true
	}
	return 0, false
}

// refuse notes the properties that must not be passed over.
func (l *loader) refuse(n node, at string) {
	for _, m := range n.members {
		if why := refused[m.name]; why != "" && m.value.kind != nullNode {
			l.is.Add(join(at, m.name), "unsupported", m.name, "%s", why)
		}
	}
}

// children returns the list under the first of the names that there is.
func (l *loader) children(n node, at string, names ...string) (items []node, field string, ok bool) {
	for _, name := range names {
		m, found := n.member(name)
		if !found {
			continue
		}
		switch {
		case ok:
			l.is.Add(join(at, name), "repeated", name, "stands beside %s, which means the same", field)
		case m.kind != arrayNode:
			l.is.Add(join(at, name), "type", m.kind.String(), "must be a list")
			return nil, join(at, name), true
		default:
			items, field, ok = m.items, join(at, name), true
		}
	}
	return items, field, ok
}

// string returns the text of a member, empty if there is none.
func (l *loader) string(n node, name, at string) string {
	m, ok := n.member(name)
	if ok && m.kind != textNode {
		l.is.Add(join(at, name), "type", m.kind.String(), "must be a text")
	}
	return m.text
}

// bool returns the truth value of a member, or what it is without one.
func (l *loader) bool(n node, name, at string, without bool) bool {
	m, ok := n.member(name)
	if !ok {
		return without
	}
	if m.kind != boolNode {
		l.is.Add(join(at, name), "type", m.kind.String(), "must be true or false")
	}
	return m.truth
}

// text returns a text that may be localised, nil if there is none.
func (l *loader) text(n node, name, at string) Text {
	m, ok := n.member(name)
	if !ok {
		return nil
	}
	switch m.kind {
	case textNode:
		return Text{defaultLanguage: m.text}
	case objectNode:
		out := make(Text, len(m.members))
		for _, t := range m.members {
			if t.value.kind != textNode {
				l.is.Add(join(join(at, name), t.name), "type", t.value.kind.String(), "must be a text")
			}
			out[t.name] = t.value.text
		}
		return out
	}
	l.is.Add(join(at, name), "type", m.kind.String(), "must be a text, or texts by language")
	return nil
}
