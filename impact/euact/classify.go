package euact

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/decide"
	"github.com/aimskit/aimskit/impact/implied"
	"github.com/aimskit/aimskit/register"
)

// Classification is what the EU AI Act makes of a system, as far as the
// register says what it takes to tell. It is decision support, not legal advice:
// rows paraphrase the law, and some of its terms (significant harm, substantial
// modification) are for a lawyer to apply before an attribute is answered.
type Classification struct {
	// Table is the version of the decision table.
	Table string `json:"table"`
	// At is the day for which duties are said to be in force or not.
	At calendar.Date `json:"at"`
	// Class is what the answers establish; Undecided where they establish none. It
	// does not hang on At: a practice that will be prohibited is classed so before.
	Class Class `json:"class"`
	// Worst is the heaviest class that the answers leave possible; never
	// prohibited unless that is established, and never Undecided.
	Worst Class `json:"worst"`
	// Reasons are the rows behind the class: there is one at least, also where it is
	// Undecided, of a table whose rows say why that is so, as Default's do.
	Reasons []Reason `json:"reasons"`
	// Also are the other rows that hold: transparency beside high risk (Art.
	// 50(6)), a claim that fails, a relief, an assessment of fundamental rights,
	// and checks: answers that do not seem to fit each other, of which a person
	// should think again.
	Also []Reason `json:"also"`
	// Roles are what the organisation is in law, with the rows that say so; by
	// Art. 25 it can be the provider of what others made.
	Roles []RoleHeld `json:"roles"`
	// Model is the separate answer on general-purpose models (Art. 51 to 55).
	Model Model `json:"model"`
	// FRIA says whether the organisation has to assess the impact on
	// fundamental rights (Art. 27); unknown where that hangs on an answer.
	FRIA register.Answer `json:"fria,omitempty"`
	// Duties are what the organisation has to do in its roles.
	Duties []Duty `json:"duties"`
	// Open are the questions whose answer could change class or duties.
	Open []Question `json:"open"`
	// Implied is what answers say of questions that nobody has answered, and where
	// they contradict one that somebody has (implied.Default).
	Implied []implied.Told `json:"implied,omitempty"`
}

// Reason is a row that holds.
type Reason struct {
	// Row is the row's ID, Ref the article, Why the reason in own words.
	Row string `json:"row"`
	Ref string `json:"ref"`
	Why string `json:"why"`
	// From is the day from which it applies; zero where no date
	// of its own goes with it. InForce says whether that has come.
	From    calendar.Date `json:"from,omitzero"`
	InForce bool          `json:"in_force"`
}

// RoleHeld is a role that the organisation has, and the rows that say so.
type RoleHeld struct {
	// Role is the role, Rows the IDs of the rows.
	Role register.AIRole `json:"role"`
	Rows []string        `json:"rows"`
}

// Model is what the Act makes of a general-purpose model that the
// organisation provides.
type Model struct {
	// Provider says whether it provides one, Systemic whether that is one of
	// systemic risk, Open whether it is relieved as free and open (Art. 53(2)).
	Provider register.Answer `json:"provider,omitempty"`
	Systemic register.Answer `json:"systemic,omitempty"`
	Open     register.Answer `json:"open,omitempty"`
}

// Duty is a duty of the organisation.
type Duty struct {
	// Row is the row's ID, Ref the article, What what is to be done.
	Row  string `json:"row"`
	Ref  string `json:"ref"`
	What string `json:"what"`
	// Role is the role that brings the duty: one of the register's,
	// "model_provider", "supplier" of a part of somebody else's system, or
	// "operator" for whichever it has.
	Role string `json:"role"`
	// Letter is the day from which its article applies by the letter of the law,
	// where that is before From, and LetterWhy says why it binds only from then;
	// zero and empty where there is one day.
	Letter    calendar.Date `json:"letter,omitzero"`
	LetterWhy string        `json:"letter_why,omitempty"`
	// From is the day from which the organisation has to do it.
	// Zero means not before the design changes significantly; Transition is then,
	// and where a date was moved, the ID of the transitional rule.
	From       calendar.Date `json:"from,omitzero"`
	Transition string        `json:"transition,omitempty"`
	// InForce says whether it binds on the day of the classification.
	InForce bool `json:"in_force"`
	// Fine is how high the fine for a breach can be, in words, and FineBy the
	// paragraph (Table.Fines), whose figures tell the cap for a size and a turnover;
	// empty where Art. 99 and 101 do not name the duty, and a member state can.
	Fine   string `json:"fine,omitempty"`
	FineBy string `json:"fine_by,omitempty"`
}

// Question is an attribute that is not answered and on which class or duties
// hang.
type Question struct {
	// Attribute is the attribute's name, Rows the IDs of the rows and
	// transitional rules.
	Attribute string   `json:"attribute"`
	Rows      []string `json:"rows"`
	// Leads are the classes other than the present one to which an answer could
	// lead by itself, and heavier ones to which it could lead together with other
	// answers, where none does so by itself; empty where it could change duties
	// alone, or leads to Undecided, where others are wanted too.
	Leads []Class `json:"leads"`
}

// Decided reports whether no answer could make the class heavier, prohibited
// included, which Worst does not show.
func (c Classification) Decided() bool {
	return c.Class == c.Worst && !slices.ContainsFunc(c.Open, func(q Question) bool {
		return slices.ContainsFunc(q.Leads, func(l Class) bool { return l.Rank() > c.Class.Rank() })
	})
}

// Holds reports whether a row is behind the class or holds beside it.
func (c Classification) Holds(row string) bool {
	is := func(r Reason) bool { return r.Row == row }
	return slices.ContainsFunc(c.Reasons, is) || slices.ContainsFunc(c.Also, is)
}

// Duty returns the duty of a row.
func (c Classification) Duty(row string) (Duty, bool) {
	i := slices.IndexFunc(c.Duties, func(d Duty) bool { return d.Row == row })
	if i < 0 {
		return Duty{}, false
	}
	return c.Duties[i], true
}

// Classify classifies a system under the EU AI Act, by Default.
func Classify(s register.System, at calendar.Date) Classification {
	return Default().Classify(s, at)
}

// Classify classifies a system, in whatever stage of its life cycle it is: a
// system in design has the class and the duties that it will have. It is a pure function: the same system, day
// and table give the same result, byte for byte. The day decides nothing but which
// duties are in force.
//
// What stored answers to questions say (DefaultUseForm) counts while others are open.
// What is not answered establishes nothing: neither that a system is high-risk,
// nor an exclusion, exemption or relief. Class is what is known, Worst what could
// still come, Open what would decide it.
func (a *Act) Classify(s register.System, at calendar.Date) Classification {
	x := inquiry{act: a, subject: decide.NewSubject(attributes, &s), system: &s, at: at}
	DefaultUseForm().Tell(x.subject, s.UseAnswers)
	told := implied.Default().Tell(x.subject)
	x.answer = a.ready.Ask(x.subject, nil)
	x.date()
	c := Classification{
		Table: a.table.Version, At: x.at, Class: a.established(x.answer), Worst: a.worst(x.answer),
		Reasons: []Reason{}, Also: []Reason{}, Roles: []RoleHeld{}, Open: []Question{}, Implied: told,
		FRIA:  x.told("fria"),
		Model: Model{Provider: x.told("model"), Systemic: x.told("model_systemic"), Open: x.told("model_open")},
	}
	var behind []bool
	if c.Class != Undecided || a.undecides {
		behind = x.answer.Behind(a.class[c.Class.Rank()], x.passes)
	} else {
		behind = make([]bool, len(a.table.Rows))
	}
	duties := 0
	for i := range a.table.Rows {
		if a.table.Rows[i].Kind == RowDuty && x.answer.Outcome(i) == decide.Yes {
			duties++
		}
	}
	c.Duties = make([]Duty, 0, duties)
	for i := range a.table.Rows {
		if x.answer.Outcome(i) != decide.Yes {
			continue
		}
		switch row := &a.table.Rows[i]; {
		case row.Kind == RowDuty:
			c.Duties = append(c.Duties, x.duty(i))
		case row.Kind == RowRole && x.roles(&c, row):
		case behind[i]:
			c.Reasons = append(c.Reasons, x.reason(i))
		case row.Kind != RowScope || !x.passes(i):
			c.Also = append(c.Also, x.reason(i))
		}
	}
	x.questions(&c)
	return c
}

// inquiry is one system before the table.
type inquiry struct {
	act     *Act
	subject *decide.Subject
	answer  *decide.Answer
	system  *register.System
	at      calendar.Date
	from    []calendar.Date // by row
	asked   map[string]*Question
}

func (x *inquiry) told(mark string) register.Answer {
	return [...]register.Answer{decide.No: register.No, decide.Open: register.Unknown, decide.Yes: register.Yes}[x.answer.Mark(mark)]
}

// date finds from when each row that holds applies: its own day, or the last of
// the days of what it needs, each of which is the first of the rows that give
// it.
func (x *inquiry) date() {
	ready := x.act.ready
	x.from = make([]calendar.Date, ready.Len())
	first := make([]calendar.Date, x.act.nmarks) // by mark
	given := make([]bool, x.act.nmarks)
	for i := range x.from {
		if x.answer.Outcome(i) != decide.Yes {
			continue
		}
		x.from[i] = x.act.from[i]
		if x.from[i].IsZero() {
			ready.Needed(i, func(m int) {
				if first[m].After(x.from[i]) {
					x.from[i] = first[m]
				}
			})
		}
		for _, m := range ready.Gives(i) {
			if !given[m] || x.from[i].Before(first[m]) {
				first[m], given[m] = x.from[i], true
			}
		}
	}
}

// passes reports whether a row merely lets the others be asked.
func (x *inquiry) passes(i int) bool {
	row := &x.act.table.Rows[i]
	return row.Kind == RowScope && !slices.Contains(row.Gives, string(OutOfScope))
}

// established returns the class that is established: the heaviest whose mark
// holds, or Undecided.
func (a *Act) established(x *decide.Answer) Class {
	for rank := len(classes) - 1; rank > 0; rank-- {
		if x.Read(a.class[rank]) == decide.Yes {
			return classes[rank]
		}
	}
	return Undecided
}

// worst returns the heaviest class that is established or open; minimal if there is
// none. What nobody has answered is no ground to call a system prohibited.
func (a *Act) worst(x *decide.Answer) Class {
	class := a.established(x)
	for rank := len(classes) - 1; rank > class.Rank(); rank-- {
		if x.Read(a.class[rank]) == decide.Open {
			return classes[min(rank, High.Rank())]
		}
	}
	if class == Undecided {
		return Minimal
	}
	return class
}

func (x *inquiry) reason(i int) Reason {
	row := &x.act.table.Rows[i]
	return Reason{Row: row.ID, Ref: row.Ref, Why: row.Why, From: x.from[i], InForce: !x.at.Before(x.from[i])}
}

// roles notes the roles that a row gives, and reports whether it gives any.
func (x *inquiry) roles(c *Classification, row *Row) (any bool) {
	for _, mark := range row.Gives {
		name, ok := strings.CutPrefix(mark, "role_")
		if !ok {
			continue
		}
		any = true
		role := register.AIRole(name)
		at := slices.IndexFunc(c.Roles, func(h RoleHeld) bool { return h.Role == role })
		if at < 0 {
			at = len(c.Roles)
			c.Roles = append(c.Roles, RoleHeld{Role: role})
		}
		c.Roles[at].Rows = append(c.Roles[at].Rows, row.ID)
	}
	return any
}

// duty dates a duty that holds.
func (x *inquiry) duty(i int) Duty {
	row := &x.act.table.Rows[i]
	d := Duty{Row: row.ID, Ref: row.Ref, What: row.Why, Role: row.Role, From: x.from[i], Fine: x.act.fine[i], FineBy: row.Fine}
	if letter := x.act.letter[i]; !letter.IsZero() && letter.Before(d.From) {
		d.Letter, d.LetterWhy = letter, x.act.table.Letter
	}
	if since := marketSince(x.system); !since.IsZero() {
		if t := x.transition(i, since); t >= 0 {
			d.From, d.Transition = x.act.transitions[t].from, x.act.table.Transitions[t].ID
			d.InForce = !d.From.IsZero() && !x.at.Before(d.From)
			return d
		}
	}
	d.InForce = !x.at.Before(d.From)
	return d
}

// transition returns the transitional rule for a duty on a system of that age;
// -1 for none. One that hangs on what is not answered counts, since those with a
// date stand before those that spare the duty altogether.
func (x *inquiry) transition(i int, since calendar.Date) int {
	for t := range x.act.transitions {
		rule := &x.act.transitions[t]
		before := rule.before
		if before.IsZero() {
			before = x.from[i]
		}
		if slices.Contains(rule.on, i) && since.Before(before) && rule.when.On(x.subject) != decide.No {
			return t
		}
	}
	return -1
}

// questions finds what is worth asking: an attribute on which an open row hangs,
// if it makes a difference whether that row holds.
func (x *inquiry) questions(c *Classification) {
	x.asked = make(map[string]*Question)
	ready := x.act.ready
	var yes, no decide.Answer
	var hangs []int
	var together []ground
	for i := range ready.Len() {
		if x.answer.Outcome(i) != decide.Open || x.act.table.Rows[i].Quiet {
			continue
		}
		class, other := c.Class, c.Class
		if len(ready.Gives(i)) > 0 { // else it changes no other row, and is a duty
			x.answer.If(i, decide.Yes, &yes)
			x.answer.If(i, decide.No, &no)
			class, other = x.act.established(&yes), x.act.established(&no)
			if class == other && class == c.Class && x.sameDuties(&yes, &no) {
				continue
			}
		} else if x.act.table.Rows[i].Kind != RowDuty {
			continue
		}
		hangs = x.answer.Hangs(hangs[:0], i)
		if len(hangs) == 0 && class.Rank() > max(c.Class.Rank(), Minimal.Rank()) { // minimal is what is left over
			together = append(together, ground{i, class})
		}
		for _, field := range hangs {
			x.note(attributes.Name(field), ready.ID(i), c.Class, class, other)
		}
	}
	x.together(c, together)
	x.dates(c)
	for _, q := range x.asked {
		slices.SortFunc(q.Leads, func(a, b Class) int { return a.Rank() - b.Rank() })
		c.Open = append(c.Open, *q)
	}
	slices.SortFunc(c.Open, func(a, b Question) int { return strings.Compare(a.Attribute, b.Attribute) })
}

// ground is an open row that would give a class.
type ground struct {
	row   int
	class Class
}

// together asks what lies behind open rows that would give a heavier class and have
// nothing to ask themselves, where no answer leads to the class by itself: such as a
// prohibition of those in one role, with an exception, where neither is said.
func (x *inquiry) together(c *Classification, grounds []ground) {
	var led []Class
	for _, q := range x.asked {
		led = append(led, q.Leads...)
	}
	for _, g := range grounds {
		if slices.Contains(led, g.class) {
			continue
		}
		for _, field := range x.answer.HangsBehind(nil, g.row) {
			x.note(attributes.Name(field), x.act.ready.ID(g.row), c.Class, g.class)
		}
	}
}

// sameDuties reports whether the same duties hold. One that hangs on more than
// one question is asked for one after the other.
func (x *inquiry) sameDuties(a, b *decide.Answer) bool {
	for i := range x.act.table.Rows {
		if x.act.table.Rows[i].Kind == RowDuty && (a.Outcome(i) == decide.Yes) != (b.Outcome(i) == decide.Yes) {
			return false
		}
	}
	return true
}

// dates asks since when the system is on the market, and what the transitional
// rules hang on, where that can still move a date.
func (x *inquiry) dates(c *Classification) {
	since := marketSince(x.system)
	unused := x.system.Stage == register.StageDesign || x.system.Stage == register.StageVerification
	for i := range x.act.table.Rows {
		if x.act.table.Rows[i].Kind != RowDuty || x.answer.Outcome(i) != decide.Yes {
			continue
		}
		for t := range x.act.transitions {
			rule, id := &x.act.transitions[t], x.act.table.Transitions[t].ID
			switch over := !rule.from.IsZero() && !x.at.Before(rule.from); {
			case over || !slices.Contains(rule.on, i):
			case since.IsZero() && !unused:
				if rule.when.On(x.subject) != decide.No {
					x.note("market_since", id, c.Class)
				}
			case !since.IsZero() && x.transition(i, since) == t:
				for _, field := range rule.when.Hangs(nil, x.subject) {
					x.note(attributes.Name(field), id, c.Class)
				}
			}
		}
	}
}

// note notes that an attribute is to be asked.
func (x *inquiry) note(attribute, row string, present Class, leads ...Class) {
	q := x.asked[attribute]
	if q == nil {
		q = &Question{Attribute: attribute, Rows: []string{}, Leads: []Class{}}
		x.asked[attribute] = q
	}
	if !slices.Contains(q.Rows, row) {
		q.Rows = append(q.Rows, row)
	}
	for _, class := range leads {
		if class != present && class != Undecided && !slices.Contains(q.Leads, class) {
			q.Leads = append(q.Leads, class)
		}
	}
}
