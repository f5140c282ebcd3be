package impact

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/register"
)

// EUClassification is what the EU AI Act makes of a system, as far as the
// register says what it takes to tell. It is decision support, not legal advice:
// rows paraphrase the law, and some of its terms (significant harm, substantial
// modification) are for a lawyer to apply before an attribute is answered.
type EUClassification struct {
	// Table is the version of the decision table.
	Table string `json:"table"`
	// At is the moment for which duties are said to be in force or not.
	At time.Time `json:"at"`
	// Class is what the answers establish; minimal where they establish nothing
	// else. It does not hang on At: a practice that will be prohibited is classed
	// so before.
	Class EUClass `json:"class"`
	// Worst is the heaviest class that the answers leave possible; never
	// prohibited unless that is established.
	Worst EUClass `json:"worst"`
	// Reasons are the rows behind the class.
	Reasons []EUReason `json:"reasons"`
	// Also are the other rows that hold: transparency beside high risk (Art.
	// 50(6)), a claim that fails, a relief, an assessment of fundamental rights,
	// and checks: answers that do not seem to fit each other, of which a person
	// should think again.
	Also []EUReason `json:"also"`
	// Roles are what the organisation is in law, with the rows that say so; by
	// Art. 25 it can be the provider of what others made.
	Roles []EURoleHeld `json:"roles"`
	// Model is the separate answer on general-purpose models (Art. 51 to 55).
	Model EUModel `json:"model"`
	// FRIA says whether the organisation has to assess the impact on
	// fundamental rights (Art. 27); unknown where that hangs on an answer.
	FRIA register.Answer `json:"fria,omitempty"`
	// Duties are what the organisation has to do in its roles.
	Duties []EUDuty `json:"duties"`
	// Open are the questions whose answer could change class or duties.
	Open []EUQuestion `json:"open"`
}

// EUReason is a row that holds.
type EUReason struct {
	// Row is the row's ID, Ref the article, Why the reason in own words.
	Row string `json:"row"`
	Ref string `json:"ref"`
	Why string `json:"why"`
	// From is the day from which it applies, at midnight UTC; zero where no date
	// of its own goes with it. InForce says whether that has come.
	From    time.Time `json:"from,omitzero"`
	InForce bool      `json:"in_force"`
}

// EURoleHeld is a role that the organisation has, and the rows that say so.
type EURoleHeld struct {
	// Role is the role, Rows the IDs of the rows.
	Role register.AIRole `json:"role"`
	Rows []string        `json:"rows"`
}

// EUModel is what the Act makes of a general-purpose model that the
// organisation provides.
type EUModel struct {
	// Provider says whether it provides one, Systemic whether that is one of
	// systemic risk, Open whether it is relieved as free and open (Art. 53(2)).
	Provider register.Answer `json:"provider,omitempty"`
	Systemic register.Answer `json:"systemic,omitempty"`
	Open     register.Answer `json:"open,omitempty"`
}

// EUDuty is a duty of the organisation.
type EUDuty struct {
	// Row is the row's ID, Ref the article, What what is to be done.
	Row  string `json:"row"`
	Ref  string `json:"ref"`
	What string `json:"what"`
	// Role is the role that brings the duty: one of the register's,
	// "model_provider", or "operator" for whichever it has.
	Role string `json:"role"`
	// From is the day from which the organisation has to do it, at midnight UTC.
	// Zero means not before the design changes significantly; Transition is then,
	// and where a date was moved, the ID of the transitional rule.
	From       time.Time `json:"from,omitzero"`
	Transition string    `json:"transition,omitempty"`
	// InForce says whether it binds at the moment of the classification.
	InForce bool `json:"in_force"`
	// Fine is how high the fine for a breach can be, for an undertaking the
	// higher of the two figures and for a small or medium one the lower (Art.
	// 99(6)); empty where Art. 99 and 101 do not name the duty, and a member
	// state can.
	Fine string `json:"fine,omitempty"`
}

// EUQuestion is an attribute that is not answered and on which class or duties
// hang.
type EUQuestion struct {
	// Attribute is the attribute's name, Rows the IDs of the rows and
	// transitional rules.
	Attribute string   `json:"attribute"`
	Rows      []string `json:"rows"`
	// Leads are the classes other than the present one to which an answer could
	// lead; empty where it could change duties alone.
	Leads []EUClass `json:"leads"`
}

// Decided reports whether no answer could make the class heavier.
func (c EUClassification) Decided() bool { return c.Class == c.Worst }

// Holds reports whether a row is behind the class or holds beside it.
func (c EUClassification) Holds(row string) bool {
	is := func(r EUReason) bool { return r.Row == row }
	return slices.ContainsFunc(c.Reasons, is) || slices.ContainsFunc(c.Also, is)
}

// Duty returns the duty of a row.
func (c EUClassification) Duty(row string) (EUDuty, bool) {
	return find(c.Duties, func(d *EUDuty) bool { return d.Row == row })
}

// ClassifyEU classifies a system under the EU AI Act, by DefaultEUAct.
func ClassifyEU(s register.System, at time.Time) EUClassification {
	return DefaultEUAct().Classify(s, at)
}

// Classify classifies a system, in whatever stage of its life cycle it is: a
// system in design has the class and the duties that it will have. It is a pure function: the same system, moment
// and table give the same result, byte for byte. The moment decides nothing but
// which duties are in force; days begin at midnight UTC.
//
// What is not answered establishes nothing: neither that a system is high-risk,
// nor an exclusion, exemption or relief. Class is what is known, Worst what could
// still come, Open what would decide it.
func (a *EUAct) Classify(s register.System, at time.Time) EUClassification {
	x := euInquiry{act: a, subject: newSubject(&s, Facts{}), system: &s, at: at.Round(0).UTC()}
	x.outcomes = make([]truth, len(a.rows))
	x.marks = a.all(x.subject, x.outcomes, -1, no)
	x.date()
	c := EUClassification{
		Table: a.table.Version, At: x.at, Class: a.established(x.marks), Worst: a.worst(x.marks),
		Reasons: []EUReason{}, Also: []EUReason{}, Roles: []EURoleHeld{}, Duties: []EUDuty{}, Open: []EUQuestion{},
		FRIA:  x.answer("fria"),
		Model: EUModel{Provider: x.answer("model"), Systemic: x.answer("model_systemic"), Open: x.answer("model_open")},
	}
	behind := x.behind(a.class[c.Class.Rank()])
	for i := range a.rows {
		if x.outcomes[i] != yes {
			continue
		}
		switch row := &a.table.Rows[i]; {
		case row.Kind == EURowDuty:
			c.Duties = append(c.Duties, x.duty(i))
		case behind[i]:
			c.Reasons = append(c.Reasons, x.reason(i))
		case row.Kind == EURowRole && x.roles(&c, row):
		case row.Kind != EURowScope || a.rows[i].gives&a.class[EUOutOfScope.Rank()] != 0:
			c.Also = append(c.Also, x.reason(i))
		}
	}
	x.questions(&c)
	return c
}

// euInquiry is one system before the table.
type euInquiry struct {
	act      *EUAct
	subject  *subject
	system   *register.System
	at       time.Time
	outcomes []truth
	marks    euMarks
	from     []time.Time // by row
	asked    map[string]*EUQuestion
}

func (x *euInquiry) answer(mark string) register.Answer {
	switch bit := x.act.mark(mark); {
	case x.marks.yes&bit != 0:
		return register.Yes
	case x.marks.open&bit != 0:
		return register.Unknown
	}
	return register.No
}

// date finds from when each row that holds applies: its own day, or the last of
// the days of what it needs, each of which is the first of the rows that give
// it.
func (x *euInquiry) date() {
	x.from = make([]time.Time, len(x.act.rows))
	var first [euMaxMarks]time.Time
	var given uint64
	for i := range x.act.rows {
		r := &x.act.rows[i]
		if x.outcomes[i] != yes {
			continue
		}
		x.from[i] = r.from
		for m := range euMaxMarks {
			if r.from.IsZero() && r.needs&(1<<m) != 0 && first[m].After(x.from[i]) {
				x.from[i] = first[m]
			}
		}
		for m := range euMaxMarks {
			if bit := uint64(1) << m; r.gives&bit != 0 && (given&bit == 0 || x.from[i].Before(first[m])) {
				first[m] = x.from[i]
				given |= bit
			}
		}
	}
}

// behind returns the rows that stand behind marks: those that give them, those
// behind what these need, and so on; not the scope, which is behind everything
// but its own class.
func (x *euInquiry) behind(marks uint64) []bool {
	rows := make([]bool, len(x.act.rows))
	for i := len(x.act.rows) - 1; i >= 0; i-- {
		r := &x.act.rows[i]
		if x.outcomes[i] == yes && r.gives&marks != 0 && !x.passes(i) {
			rows[i] = true
			marks |= r.needs
		}
	}
	return rows
}

// passes reports whether a row merely lets the others be asked.
func (x *euInquiry) passes(i int) bool {
	return x.act.table.Rows[i].Kind == EURowScope && x.act.rows[i].gives&x.act.class[EUOutOfScope.Rank()] == 0
}

func (x *euInquiry) reason(i int) EUReason {
	row := &x.act.table.Rows[i]
	return EUReason{Row: row.ID, Ref: row.Ref, Why: row.Why, From: x.from[i], InForce: !x.at.Before(x.from[i])}
}

// roles notes the roles that a row gives, and reports whether it gives any.
func (x *euInquiry) roles(c *EUClassification, row *EURow) (any bool) {
	for _, mark := range row.Gives {
		name, ok := strings.CutPrefix(mark, "role_")
		if !ok {
			continue
		}
		any = true
		role := register.AIRole(name)
		at := slices.IndexFunc(c.Roles, func(h EURoleHeld) bool { return h.Role == role })
		if at < 0 {
			at = len(c.Roles)
			c.Roles = append(c.Roles, EURoleHeld{Role: role})
		}
		c.Roles[at].Rows = append(c.Roles[at].Rows, row.ID)
	}
	return any
}

// duty dates a duty that holds.
func (x *euInquiry) duty(i int) EUDuty {
	row := &x.act.table.Rows[i]
	d := EUDuty{Row: row.ID, Ref: row.Ref, What: row.Why, Role: row.Role, From: x.from[i], Fine: x.act.table.Fines[row.Fine]}
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
func (x *euInquiry) transition(i int, since time.Time) int {
	for t := range x.act.transitions {
		rule := &x.act.transitions[t]
		before := rule.before
		if before.IsZero() {
			before = x.from[i]
		}
		if rule.on&x.act.rows[i].needs == 0 || !since.Before(before) {
			continue
		}
		if x.test(rule.tests) != no {
			return t
		}
	}
	return -1
}

func (x *euInquiry) test(tests []test) truth {
	worst := yes
	for i := range tests {
		worst = min(worst, tests[i].on(x.subject))
	}
	return worst
}

// questions finds what is worth asking: an attribute on which an open row hangs,
// if it makes a difference whether that row holds.
func (x *euInquiry) questions(c *EUClassification) {
	x.asked = make(map[string]*EUQuestion)
	if_, ifNot := make([]truth, len(x.outcomes)), make([]truth, len(x.outcomes))
	for i := range x.act.rows {
		row := &x.act.table.Rows[i]
		if x.outcomes[i] != open || row.Quiet {
			continue
		}
		marks, without := x.act.all(x.subject, if_, i, yes), x.act.all(x.subject, ifNot, i, no)
		class, other := x.act.established(marks), x.act.established(without)
		if class == other && x.sameDuties(if_, ifNot) {
			continue
		}
		for w := range x.act.rows[i].tests {
			if x.act.rows[i].tests[w].on(x.subject) == open {
				x.note(row.When[w].Field, row.ID, c.Class, class, other)
			}
		}
	}
	x.dates(c)
	for _, q := range x.asked {
		slices.SortFunc(q.Leads, func(a, b EUClass) int { return a.Rank() - b.Rank() })
		c.Open = append(c.Open, *q)
	}
	slices.SortFunc(c.Open, func(a, b EUQuestion) int { return strings.Compare(a.Attribute, b.Attribute) })
}

// sameDuties reports whether the same duties hold. One that hangs on more than
// one question is asked for one after the other.
func (x *euInquiry) sameDuties(a, b []truth) bool {
	for i := range x.act.rows {
		if x.act.rows[i].duty && (a[i] == yes) != (b[i] == yes) {
			return false
		}
	}
	return true
}

// dates asks since when the system is on the market, and what the transitional
// rules hang on, where that can still move a date.
func (x *euInquiry) dates(c *EUClassification) {
	since := marketSince(x.system)
	unused := x.system.Stage == register.StageDesign || x.system.Stage == register.StageVerification
	for i := range x.act.rows {
		if !x.act.rows[i].duty || x.outcomes[i] != yes {
			continue
		}
		for t := range x.act.transitions {
			rule, info := &x.act.transitions[t], &x.act.table.Transitions[t]
			switch over := !rule.from.IsZero() && !x.at.Before(rule.from); {
			case over || rule.on&x.act.rows[i].needs == 0:
			case since.IsZero() && !unused:
				if x.test(rule.tests) != no {
					x.note("market_since", info.ID, c.Class)
				}
			case !since.IsZero() && x.transition(i, since) == t:
				for w := range rule.tests {
					if rule.tests[w].on(x.subject) == open {
						x.note(info.When[w].Field, info.ID, c.Class)
					}
				}
			}
		}
	}
}

// note notes that an attribute is to be asked.
func (x *euInquiry) note(attribute, row string, present EUClass, leads ...EUClass) {
	q := x.asked[attribute]
	if q == nil {
		q = &EUQuestion{Attribute: attribute, Rows: []string{}, Leads: []EUClass{}}
		x.asked[attribute] = q
	}
	if !slices.Contains(q.Rows, row) {
		q.Rows = append(q.Rows, row)
	}
	for _, class := range leads {
		if class != present && !slices.Contains(q.Leads, class) {
			q.Leads = append(q.Leads, class)
		}
	}
}
