package euact

import (
	"bytes"
	_ "embed" // for the questions
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// UseQuestion is one question about the uses of a system that a layman can answer
// with yes or no: what one of the register's answers on which the Act hangs means,
// where its limits lie, and which examples stand on either side. A question without
// Gives is a gate: it tells whether others need be asked.
type UseQuestion struct {
	// ID names the question in stored answers; Topic is the ID of its topic.
	ID    string `json:"id"`
	Topic string `json:"topic"`
	// Gate is the question that must be answered yes, or need not be asked, before
	// this one is; empty for none.
	Gate string `json:"gate,omitempty"`
	// Ask is the question.
	Ask string `json:"ask"`
	// Covers and CoversNot say what belongs to it and what does not.
	Covers    []string `json:"covers,omitempty"`
	CoversNot []string `json:"covers_not,omitempty"`
	// Who says who must be doing it, Whom about whom, HowFar how far preparing or
	// supporting it counts. Empty where it makes no difference.
	Who    string `json:"who,omitempty"`
	Whom   string `json:"whom,omitempty"`
	HowFar string `json:"how_far,omitempty"`
	// Yes and No are examples of systems for which the answer is yes, and no.
	Yes []string `json:"yes,omitempty"`
	No  []string `json:"no,omitempty"`
	// Follows says what follows from an answer, by "yes" and "no", where that is not
	// a matter of the class alone.
	Follows map[register.Answer]string `json:"follows,omitempty"`
	// Only says in words when After holds.
	Only string `json:"only,omitempty"`
	// Ref is the article of the Act. Guidance is the section and paragraph of the
	// Commission's draft guidelines that say more; they bind nobody. Draft says that
	// nothing but them carries a limit that the question draws.
	Ref      string `json:"ref"`
	Guidance string `json:"guidance,omitempty"`
	Draft    bool   `json:"draft,omitempty"`
	// Gives are what a yes says in the register. The first is what the question is
	// about: its attribute is answered once all its questions are.
	Gives []UseValue `json:"gives,omitempty"`
	// When are alternatives, one of which must be possible (none: always). What is
	// not answered is possible. Sure are alternatives by which a gate needs no
	// asking, since the system says yes to it by its other answers. After are
	// alternatives one of which must hold, so that it is asked after what it refines.
	When  [][]decide.Condition `json:"when,omitempty"`
	Sure  [][]decide.Condition `json:"sure,omitempty"`
	After [][]decide.Condition `json:"after,omitempty"`
	// Since is the edition of the questions in which its meaning last changed. Who
	// answered by an earlier one is asked again (Stale).
	Since string `json:"since"`
}

// UseValue is a value of an attribute of the register.
type UseValue struct {
	// Attribute is the attribute's name, Value the value.
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

// UseTopic is a group of questions.
type UseTopic struct {
	// ID names the topic, Title is its heading.
	ID    string `json:"id"`
	Title string `json:"title"`
}

// UseTable are questions as plain data.
type UseTable struct {
	// Edition is the edition of the questions, a day such as 2026-11-28.
	Edition string `json:"edition"`
	// Topics are the topics in the order in which they are asked.
	Topics []UseTopic `json:"topics"`
	// Otherwise is, by attribute, what all its questions answered no say.
	Otherwise map[string]string `json:"otherwise"`
	// Questions are the questions, in the order in which they are asked within
	// their topic: a gate before what it opens. Of the questions on an attribute of a
	// single value, the first that is answered yes decides; where its After names
	// the answer of a later one, it is asked behind that.
	Questions []UseQuestion `json:"questions"`
}

// UseForm are questions made ready. It is immutable.
type UseForm struct {
	table     UseTable
	questions []useQuestion
	index     map[string]int
	// attributes are those that questions are about, practice first.
	attributes []useAttribute
}

// practiceName is the attribute that is answered by questions even where none is
// possible: nothing that the law singles out is.
const practiceName = "practice"

// useQuestion is a question made ready.
type useQuestion struct {
	*UseQuestion
	gate              int   // -1 for none
	opens             []int // the questions of which it is the gate
	when, sure, after []decide.When
	field             int // of its first value; -1 for a gate
	value             decide.When
	// behind is the question on the same single value behind which it stands, since it
	// refines that one's answer although it decides before it; -1 for none.
	behind int
	leads  [][]lead // After in answers
}

// lead is a condition in answers: that a question is answered so.
type lead struct {
	decide.Condition
	holds     decide.When
	questions []int
	answer    register.Answer // empty where no question is about the attribute
}

// useAttribute is an attribute that questions are about.
type useAttribute struct {
	name      string
	field     int
	set       bool
	questions []int
	// values are those that questions give, each with its questions.
	values map[string][]int
	order  []string // their keys in the order of the questions
}

//go:embed questions.json
var questionsJSON []byte

var embeddedForm = sync.OnceValue(func() *UseForm {
	var t UseTable
	d := json.NewDecoder(bytes.NewReader(questionsJSON))
	d.DisallowUnknownFields()
	err := d.Decode(&t)
	if err == nil {
		var f *UseForm
		if f, err = NewUseForm(t); err == nil {
			return f
		}
	}
	panic("euact: embedded questions: " + err.Error())
})

// DefaultUseForm returns the questions that this package brings, on the Act as
// Default has it, with the limits that the Commission's draft guidelines of 2026 on
// high-risk systems describe, in own words.
func DefaultUseForm() *UseForm { return embeddedForm() }

// Questions returns the questions of DefaultUseForm.
func Questions() []UseQuestion { return DefaultUseForm().Table().Questions }

// Ask is DefaultUseForm().Ask.
func Ask(s register.System) []UseQuestion { return DefaultUseForm().Ask(s) }

// Answer is DefaultUseForm().Answer.
func Answer(s register.System, answers ...register.UseAnswer) (register.System, error) {
	return DefaultUseForm().Answer(s, answers...)
}

// Stale is DefaultUseForm().Stale.
func Stale(s register.System) []string { return DefaultUseForm().Stale(s) }

// NewUseForm makes questions ready, such as a later edition. An ID that is missing
// or stands twice, an unknown topic, gate, attribute, value or operator, a gate that
// stands behind what it opens, a date that is none or later than the edition, and an
// attribute of which it is not said what all answers no say, are errors of type
// issue.Issues.
func NewUseForm(t UseTable) (*UseForm, error) {
	f := &UseForm{table: t.clone(), index: make(map[string]int)}
	var is issue.Issues
	edition := dayOf(&is, "edition", t.Edition)
	if t.Edition == "" {
		is.Add("edition", "required", "", "an edition is a day")
	}
	byName := make(map[string]int)
	for i := range f.table.Questions {
		u, at := &f.table.Questions[i], issue.Index("questions", i)
		q := useQuestion{UseQuestion: u, gate: -1, field: -1, behind: -1}
		_, twice := f.index[u.ID]
		switch {
		case !issue.ValidKey(u.ID):
			is.Add(at+".id", "key", u.ID, issue.KeyRule)
		case twice:
			is.Add(at+".id", "repeated", u.ID, "stands twice")
		}
		if !slices.ContainsFunc(t.Topics, func(x UseTopic) bool { return x.ID == u.Topic }) {
			is.Add(at+".topic", "oneof", u.Topic, "is none of the topics")
		}
		if u.Ask == "" {
			is.Add(at+".ask", "required", "", "say what is asked")
		}
		if since := dayOf(&is, at+".since", u.Since); u.Since == "" || since.After(edition) {
			is.Add(at+".since", "order", u.Since, "is no day up to the edition, %s", t.Edition)
		}
		if u.Gate != "" {
			g, ok := f.index[u.Gate]
			if !ok || len(f.table.Questions[g].Gives) > 0 {
				is.Add(at+".gate", "oneof", u.Gate, "is no earlier question that gives nothing")
			} else {
				q.gate = g
				f.questions[g].opens = append(f.questions[g].opens, i)
			}
		}
		q.when, q.sure, q.after = alternatives(&is, at+".when", u.When), alternatives(&is, at+".sure", u.Sure), alternatives(&is, at+".after", u.After)
		f.index[u.ID] = i
		f.questions = append(f.questions, q)
		for j, v := range u.Gives {
			a, ok := register.AttributeByName(v.Attribute)
			if _, is := a.Rank(v.Value); ok {
				ok = is
			}
			if !ok {
				is.Add(issue.Index(at+".gives", j), "oneof", v.Attribute+" "+v.Value, "is no value of an attribute")
			}
			if j > 0 && a.Kind == register.KindSet {
				is.Add(issue.Index(at+".gives", j), "set", v.Attribute, "a yes gives a set no value beside what it is about")
			}
			if !ok || j > 0 {
				continue
			}
			k, known := byName[v.Attribute]
			if !known {
				k = len(f.attributes)
				byName[v.Attribute] = k
				f.attributes = append(f.attributes, useAttribute{name: v.Attribute, field: attributes.Field(v.Attribute), set: a.Kind == register.KindSet, values: make(map[string][]int)})
				if _, ok := a.Rank(t.Otherwise[v.Attribute]); !ok {
					is.Add("otherwise", "required", v.Attribute, "say what all its questions answered no say")
				}
			}
			x := &f.attributes[k]
			x.questions = append(x.questions, i)
			if x.values[v.Value] == nil {
				x.order = append(x.order, v.Value)
			}
			x.values[v.Value] = append(x.values[v.Value], i)
			op := "in"
			if x.set {
				op = "has"
			}
			own := &f.questions[i]
			own.field = x.field
			own.value = decide.CompileWhen(&is, at, attributes, []decide.Condition{{Field: v.Attribute, Op: op, Any: []string{v.Value}}})
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(f.attributes, func(a, b useAttribute) int { return rankOf(a) - rankOf(b) })
	for i := range f.questions {
		f.lead(i)
	}
	return f, nil
}

// lead works out by which answers a question comes to be asked.
func (f *UseForm) lead(i int) {
	q := &f.questions[i]
	for _, alternative := range f.shorten(q.After) {
		var all []lead
		for _, c := range alternative {
			l := lead{Condition: c, holds: decide.CompileWhen(new(issue.Issues), "", attributes, []decide.Condition{c})}
			l.questions, l.answer = f.answering(c)
			l.questions = slices.DeleteFunc(l.questions, func(j int) bool { return j == i })
			if q.field >= 0 && c.Field == q.Gives[0].Attribute && c.Op == "in" {
				for _, j := range l.questions {
					q.behind = max(q.behind, j)
				}
			}
			all = append(all, l)
		}
		q.leads = append(q.leads, all)
	}
}

// answering returns the questions of which one must be answered so for a condition to
// hold. Where that is no, all must.
func (f *UseForm) answering(c decide.Condition) ([]int, register.Answer) {
	k := slices.IndexFunc(f.attributes, func(a useAttribute) bool { return a.name == c.Field })
	if k < 0 {
		return nil, ""
	}
	a := &f.attributes[k]
	var list []int
	for _, v := range c.Any {
		list = append(list, a.values[v]...)
	}
	if len(list) == 0 && slices.Contains(c.Any, f.table.Otherwise[a.name]) {
		return slices.Clone(a.questions), register.No
	}
	slices.Sort(list)
	return list, register.Yes
}

// shorten leaves out of alternatives what led to the question that their last
// condition is about: it was answered, so that held.
func (f *UseForm) shorten(alternatives [][]decide.Condition) [][]decide.Condition {
	var short [][]decide.Condition
	for len(alternatives) > 0 {
		last := alternatives[0][len(alternatives[0])-1:]
		var rest []string
		n := 0
		for ; n < len(alternatives) && text(alternatives[n][len(alternatives[n])-1:]) == text(last); n++ {
			rest = append(rest, text(alternatives[n][:len(alternatives[n])-1]))
		}
		var led []string
		if by, _ := f.answering(last[0]); len(by) == 1 {
			for _, a := range f.questions[by[0]].After {
				led = append(led, text(a))
			}
		}
		if slices.Equal(rest, led) {
			short = append(short, last)
		} else {
			short = append(short, alternatives[:n]...)
		}
		alternatives = alternatives[n:]
	}
	return short
}

// text is conditions in words, by which they are compared.
func text(list []decide.Condition) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = c.String()
	}
	return strings.Join(words, " and ")
}

func rankOf(a useAttribute) int {
	if a.name == practiceName {
		return 0
	}
	return 1
}

func alternatives(is *issue.Issues, at string, list [][]decide.Condition) []decide.When {
	when := make([]decide.When, len(list))
	for i, c := range list {
		when[i] = decide.CompileWhen(is, issue.Index(at, i), attributes, c)
	}
	return when
}

// Table returns the questions as plain data, to read or to start others from.
func (f *UseForm) Table() UseTable { return f.table.clone() }

// Edition returns the edition of the questions.
func (f *UseForm) Edition() string { return f.table.Edition }

// Question returns the question of an ID.
func (f *UseForm) Question(id string) (UseQuestion, bool) {
	i, ok := f.index[id]
	if !ok {
		return UseQuestion{}, false
	}
	return f.table.Questions[i].clone(), true
}

func (t UseTable) clone() UseTable {
	t.Topics, t.Questions = slices.Clone(t.Topics), slices.Clone(t.Questions)
	otherwise := make(map[string]string, len(t.Otherwise))
	for k, v := range t.Otherwise {
		otherwise[k] = v
	}
	t.Otherwise = otherwise
	for i := range t.Questions {
		t.Questions[i] = t.Questions[i].clone()
	}
	return t
}

func (q UseQuestion) clone() UseQuestion {
	q.Covers, q.CoversNot, q.Yes, q.No = slices.Clone(q.Covers), slices.Clone(q.CoversNot), slices.Clone(q.Yes), slices.Clone(q.No)
	q.Gives, q.When, q.Sure, q.After = slices.Clone(q.Gives), cloneAll(q.When), cloneAll(q.Sure), cloneAll(q.After)
	if q.Follows != nil {
		follows := make(map[register.Answer]string, len(q.Follows))
		for k, v := range q.Follows {
			follows[k] = v
		}
		q.Follows = follows
	}
	return q
}

func cloneAll(list [][]decide.Condition) [][]decide.Condition {
	list = slices.Clone(list)
	for i := range list {
		list[i] = decide.CloneConditions(list[i])
	}
	return list
}

// before reports whether an edition lies before another; one that is no day does.
func before(edition, other string) bool {
	a, err := time.Parse(time.DateOnly, edition)
	b, _ := time.Parse(time.DateOnly, other)
	return err != nil || a.Before(b)
}
