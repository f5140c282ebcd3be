package euact

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// filling is a form with the answers of one system.
type filling struct {
	form     *UseForm
	subject  *decide.Subject
	said     func(field int) bool // whether the system itself answers an attribute
	recorded []register.Answer    // by question
	editions []string
}

// fill reads a system.
func (f *UseForm) fill(s *register.System) *filling {
	return f.filling(decide.NewSubject(attributes, s), s.UseAnswers)
}

// filling reads what a system says, and stored answers. Where a set is not answered
// yet, what stored answers say of its values is supposed, the rest of it stays open.
// Whether the system itself answers an attribute, said is asked later on, too.
func (f *UseForm) filling(said *decide.Subject, stored []register.UseAnswer) *filling {
	x := &filling{form: f, subject: new(decide.Subject), said: said.Answered,
		recorded: make([]register.Answer, len(f.questions)), editions: make([]string, len(f.questions))}
	x.subject.Pose(said)
	for _, u := range stored {
		if i, ok := f.index[u.Question]; ok {
			x.recorded[i], x.editions[i] = u.Answer, u.Edition
		}
	}
	for i := range f.attributes {
		if a := &f.attributes[i]; a.set && !x.said(a.field) {
			for _, v := range a.order {
				if x.affirmed(a.values[v]) {
					x.subject.Add(a.field, v)
				}
			}
		}
	}
	implied.Default().Tell(x.subject)
	for news := true; news; {
		news = false
		for i := range f.attributes {
			a := &f.attributes[i]
			if !a.set || x.subject.Answered(a.field) {
				continue
			}
			for _, v := range a.order {
				if x.denied(a.values[v]) {
					more, _ := x.subject.Exclude(a.field, attributes.Values(a.field, v))
					news = news || more
				}
			}
		}
	}
	return x
}

// Tell tells a subject, of which nothing but its own answers is known yet, what stored
// answers say of attributes that are not answered whole: what was answered yes it has,
// be other questions open or not, and what was answered no it can't have. Which
// questions can be asked at all, and so what is answered no by that, hangs on its other
// answers.
func (f *UseForm) Tell(sub *decide.Subject, stored []register.UseAnswer) {
	if !f.Tells(sub, stored) {
		return
	}
	x := f.filling(sub, stored)
	for i := range f.attributes {
		a := &f.attributes[i]
		if !a.set || x.said(a.field) {
			continue
		}
		for _, v := range a.order {
			switch {
			case x.affirmed(a.values[v]):
				sub.Add(a.field, v)
			case x.denied(a.values[v]):
				sub.Exclude(a.field, attributes.Values(a.field, v))
			}
		}
	}
}

// Tells reports whether Tell can say something: answers are stored, and one of the
// attributes of which they say something is not answered.
func (f *UseForm) Tells(sub *decide.Subject, stored []register.UseAnswer) bool {
	return len(stored) > 0 && slices.ContainsFunc(f.attributes, func(a useAttribute) bool { return a.set && !sub.Answered(a.field) })
}

// affirmed reports whether one of the questions is answered yes, denied whether
// each is answered no or can't be asked.
func (x *filling) affirmed(questions []int) bool {
	return slices.ContainsFunc(questions, func(i int) bool { return x.recorded[i] == register.Yes })
}

func (x *filling) denied(questions []int) bool {
	return !slices.ContainsFunc(questions, func(i int) bool {
		return x.recorded[i] == register.Yes || x.recorded[i] == register.Unknown && x.reach(i) != decide.No
	})
}

// best returns how true the truest of alternatives is; Yes if there are none.
func (x *filling) best(list []decide.When) decide.Truth {
	if len(list) == 0 {
		return decide.Yes
	}
	truth := decide.No
	for i := range list {
		truth = max(truth, list[i].On(x.subject))
	}
	return truth
}

// sure reports whether a gate need not be asked.
func (x *filling) sure(i int) bool {
	q := &x.form.questions[i]
	return len(q.sure) > 0 && x.best(q.sure) == decide.Yes
}

// reach says whether a question is to be asked, now (Yes), perhaps once others are
// answered (Open), or not at all (No). What is answered was to be asked.
func (x *filling) reach(i int) decide.Truth {
	q := &x.form.questions[i]
	if x.recorded[i] != register.Unknown {
		return decide.Yes
	}
	truth := x.bare(i)
	if truth == decide.No || q.gate < 0 {
		return truth
	}
	switch g := q.gate; {
	case x.recorded[g] == register.Yes:
		return truth
	case x.recorded[g] == register.No:
		return decide.No
	case x.bare(g) == decide.No:
		return decide.No
	case x.sure(g):
		return min(truth, x.reach(g))
	}
	return min(truth, x.reach(q.gate), decide.Open)
}

// bare is reach but for the gate.
func (x *filling) bare(i int) decide.Truth {
	q := &x.form.questions[i]
	if x.best(q.when) == decide.No {
		return decide.No
	}
	if q.field >= 0 && !x.subject.Answered(q.field) && q.value.On(x.subject) == decide.No {
		return decide.No // other answers say that it is not so
	}
	return x.best(q.after)
}

// closed reports whether a question needs no asking any more: it was asked, or what
// it is about is answered.
func (x *filling) closed(i int) bool {
	q := &x.form.questions[i]
	switch {
	case x.recorded[i] != register.Unknown:
		return true
	case q.field >= 0:
		return x.subject.Answered(q.field) && !x.decides(i)
	}
	return x.sure(i) || !x.opens(i, func(j int) bool { return !x.closed(j) })
}

// decides reports whether a yes to a question would take the place of what another
// one, which stands behind it, says of a single value.
func (x *filling) decides(i int) bool {
	for k := range x.form.attributes {
		a := &x.form.attributes[k]
		if at := slices.Index(a.questions, i); at >= 0 && !a.set {
			return x.affirmed(a.questions[at+1:])
		}
	}
	return false
}

// opens reports whether a gate opens a question of which that is so and that could
// be asked then.
func (x *filling) opens(i int, of func(i int) bool) bool {
	return slices.ContainsFunc(x.form.questions[i].opens, func(j int) bool {
		if x.bare(j) == decide.No {
			return false
		}
		if len(x.form.questions[j].opens) > 0 && x.sure(j) {
			return x.opens(j, of)
		}
		return of(j)
	})
}

// Ask returns the questions that are to be asked about a system now: those that are
// possible and not answered, the topics that its domain names first. It is empty if
// nothing is left; an answer can lead to further questions, so ask again.
//
// A question is possible unless other answers rule it out: domain and function
// where they are given, a gate that was answered no, what package implied says.
// Where practice is on file it stands, however it was answered, and no question
// about it is asked; Stale says which would be asked. Where nothing is possible from
// the start, Answer without answers says that none of the practices applies.
func (f *UseForm) Ask(s register.System) []UseQuestion {
	x := f.fill(&s)
	list := []UseQuestion{}
	for _, i := range x.order() {
		if !x.closed(i) && x.reach(i) == decide.Yes {
			list = append(list, f.table.Questions[i].clone())
		}
	}
	return list
}

// order returns the questions by topics, those first that other answers make sure,
// and each behind what it refines.
func (x *filling) order() []int {
	own := make(map[string]bool)
	order := make([]int, len(x.form.questions))
	for i := range order {
		order[i] = i
		own[x.form.questions[i].Topic] = own[x.form.questions[i].Topic] || x.sure(i)
	}
	rank := func(i int) int {
		topic := x.form.questions[i].Topic
		place := slices.IndexFunc(x.form.table.Topics, func(t UseTopic) bool { return t.ID == topic })
		if own[topic] {
			place -= len(x.form.table.Topics)
		}
		return place
	}
	place := func(i int) int { return max(i, x.form.questions[i].behind) }
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(rank(a)-rank(b), place(a)-place(b), b-a)
	})
	return order
}

// Stale returns the IDs of the questions to put again to whoever answered for a
// system: those whose meaning changed since the edition by which they were answered
// and, where what they are about is on file, those that nobody was asked. They are
// in the order of Ask. What is not answered at all is for Ask.
func (f *UseForm) Stale(s register.System) []string {
	x := f.fill(&s)
	list := []string{}
	told := func(i int) bool {
		q := &f.questions[i]
		return x.recorded[i] != register.Unknown || q.field >= 0 && x.said(q.field)
	}
	for _, i := range x.order() {
		q := &f.questions[i]
		switch {
		case x.recorded[i] != register.Unknown:
			if before(x.editions[i], q.Since) {
				list = append(list, q.ID)
			}
		case x.reach(i) != decide.Yes:
		case q.field >= 0 && x.said(q.field), q.field < 0 && !x.sure(i) && x.opens(i, func(j int) bool { return told(j) || f.questions[j].field < 0 && x.said(f.attributes[0].field) }):
			list = append(list, q.ID)
		}
	}
	return list
}

// Answer puts answers to questions into a system: it stores them, each with the
// edition that it names or else this one, and sets the attributes that follow. What
// all questions on an attribute say sets it whole; so practice is answered once
// every question that is possible is, with "none" if all answers were no. What was
// on file before stands until then, but for what the answers themselves say. An
// answer counts whether or not its question was possible; a later answer to the
// same question takes the place of the first.
//
// An unknown question, one that is answered twice, an answer that is neither yes nor
// no, an edition that is no day, and a value of s that the register does not know are
// errors of type issue.Issues. The system that
// is returned shares no list with s that differs from it.
func (f *UseForm) Answer(s register.System, answers ...register.UseAnswer) (register.System, error) {
	var is issue.Issues
	given := make(map[int]bool)
	s.UseAnswers = slices.Clone(s.UseAnswers)
	for n, u := range answers {
		at := issue.Index("answers", n)
		i, ok := f.index[u.Question]
		switch {
		case !ok:
			is.Add(at+".question", "oneof", u.Question, "is none of the questions")
			continue
		case given[i]:
			is.Add(at+".question", "repeated", u.Question, "is answered twice")
		}
		given[i] = true
		if u.Answer != register.Yes && u.Answer != register.No {
			is.Add(at+".answer", "oneof", string(u.Answer), "must be one of yes, no")
		}
		if u.Edition == "" {
			u.Edition = f.table.Edition
		}
		if _, err := time.Parse(time.DateOnly, u.Edition); err != nil {
			is.Add(at+".edition", "date", u.Edition, "a date reads 2026-08-02")
		}
		s.UseAnswers = slices.DeleteFunc(s.UseAnswers, func(old register.UseAnswer) bool { return old.Question == u.Question })
		s.UseAnswers = append(s.UseAnswers, u)
		if u.Answer == register.No {
			f.shut(given, i)
		}
	}
	check := s
	for _, a := range f.attributes { // what stands there is kept, so it must be what can stand there
		was, _ := s.Get(a.name)
		var wrong issue.Issues
		if errors.As(check.Set(a.name, was...), &wrong) {
			is.Merge("", wrong)
		}
	}
	if err := is.Err(); err != nil {
		return register.System{}, err
	}
	slices.SortFunc(s.UseAnswers, func(a, b register.UseAnswer) int { return strings.Compare(a.Question, b.Question) })
	for again := true; again; { // what one attribute says can make another whole
		again = false
		for i := range f.attributes {
			again = f.settle(&s, &f.attributes[i], given) || again
		}
	}
	x := f.fill(&s)
	for i := range f.questions {
		if given[i] && x.recorded[i] == register.Yes && len(f.questions[i].Gives) > 1 {
			for _, v := range f.questions[i].Gives[1:] {
				set(&s, v.Attribute, []string{v.Value})
			}
		}
	}
	return s, nil
}

// shut notes that an answer also answers what it does not open.
func (f *UseForm) shut(given map[int]bool, i int) {
	for _, j := range f.questions[i].opens {
		given[j] = true
		f.shut(given, j)
	}
}

// settle sets an attribute to what its questions say, and reports whether that is
// something else than it was.
func (f *UseForm) settle(s *register.System, a *useAttribute, given map[int]bool) bool {
	was, _ := s.Get(a.name)
	if len(was) > 0 && !slices.ContainsFunc(a.questions, func(i int) bool { return given[i] }) {
		return false
	}
	x := f.fill(s)
	values := x.value(a, slices.Clone(was))
	if slices.Equal(values, was) {
		return false
	}
	set(s, a.name, values)
	return true
}

// value returns the values of an attribute by its questions, now being those that it
// has.
func (x *filling) value(a *useAttribute, now []string) []string {
	any, whole := false, true
	for _, i := range a.questions {
		asked := x.recorded[i] != register.Unknown
		any = any || asked
		whole = whole && (asked || x.reach(i) == decide.No)
	}
	otherwise := x.form.table.Otherwise[a.name]
	if !a.set {
		for _, i := range a.questions {
			if x.recorded[i] == register.Yes {
				return []string{x.form.questions[i].Gives[0].Value}
			}
		}
		switch {
		case any && whole:
			return []string{otherwise}
		case len(now) > 0 && x.denied(a.values[now[0]]):
			return nil
		}
		return now
	}
	switch {
	case whole && (any || a.name == practiceName):
		now = nil
	case len(now) == 0:
		return nil
	}
	for _, v := range a.order {
		switch has := slices.Contains(now, v); {
		case !has && x.affirmed(a.values[v]):
			now = append(now, v)
		case has && x.denied(a.values[v]):
			now = slices.DeleteFunc(now, func(o string) bool { return o == v })
		}
	}
	if len(now) > 1 {
		now = slices.DeleteFunc(now, func(o string) bool { return o == otherwise })
	}
	if len(now) == 0 {
		return []string{otherwise}
	}
	slices.Sort(now)
	return now
}

// set writes an attribute.
func set(s *register.System, attribute string, values []string) {
	if err := s.Set(attribute, values...); err != nil {
		panic("euact: " + err.Error()) // NewUseForm saw to it that it fits
	}
}
