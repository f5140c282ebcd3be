package dashboard

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// Due is one thing that somebody is to do by a day.
type Due struct {
	Ref
	// What is to be done, by Who, by On.
	What string        `json:"what"`
	Who  Person        `json:"who"`
	On   calendar.Date `json:"on"`
	// Late says that the day has passed.
	Late bool `json:"late,omitempty"`
}

// owed is one thing to be done of a record, or until when it counts, before it is told: of
// many a few are.
type owed struct {
	of   aims.Subject
	name string
	// system is the ID of the one whose name and owner are its own; empty for the name here and who.
	system string
	what   string // marked
	who    string // ID of a person; of who leads the system where nobody is named
	as     string // marked
	on     calendar.Date
}

func (o *owed) late(k *look) bool { return o.on.Before(k.today) }

// whoOf is who is to do it.
func (k *look) whoOf(o *owed) Person {
	if o.system != "" {
		return k.person(k.systems[k.byID[o.system]].owner, o.as)
	}
	if o.of.Kind == aims.KindEvidence {
		return k.collector(o.who)
	}
	return k.person(o.who, o.as)
}

// owedRef names the record of it.
func (k *look) owedRef(o *owed) Ref {
	if o.system != "" {
		return k.ref(o.of, k.systems[k.byID[o.system]].name)
	}
	return k.ref(o.of, o.name)
}

// due tells what is to be done.
func (k *look) due(o *owed) Due {
	return Due{Ref: k.owedRef(o), What: k.told(o.what), Who: k.whoOf(o), On: o.on, Late: o.late(k)}
}

// owing is what is owed, in lists that are each by day.
type owing [][]owed

// all yields what is owed by day, of one day in the order of the lists.
func (o owing) all() iter.Seq[*owed] {
	return func(yield func(*owed) bool) {
		at := make([]int, len(o))
		for {
			var next *owed
			from := 0
			for i, list := range o {
				if at[i] < len(list) && (next == nil || list[at[i]].on.Before(next.on)) {
					next, from = &list[at[i]], i
				}
			}
			if next == nil || !yield(next) {
				return
			}
			at[from]++
		}
	}
}

func (o owing) len() (n int) {
	for _, list := range o {
		n += len(list)
	}
	return n
}

// byDay puts in the order of their days what is owed.
func byDay(all []owed) []owed {
	of := make(map[calendar.Date]int)
	for i := range all {
		of[all[i].on]++
	}
	at := 0
	for _, day := range slices.SortedFunc(maps.Keys(of), calendar.Date.Compare) {
		of[day], at = at, at+of[day]
	}
	sorted := make([]owed, len(all))
	for i := range all {
		sorted[of[all[i].on]] = all[i]
		of[all[i].on]++
	}
	return sorted
}

// Agenda is what is due within the horizon, and what is late, by person.
type Agenda struct {
	Horizon int `json:"horizon"`
	// People are those who have something to do, who is latest first.
	People []Diary `json:"people"`
	// Total counts what is late or due, Late what is late.
	Total int `json:"total"`
	Late  int `json:"late"`
	// List is the route of the list that makes it.
	List string `json:"list"`
	// Weeks count what is due in each week to come.
	Weeks []DueBin `json:"weeks"`
}

// DueBin is how much is due in one week.
type DueBin struct {
	// From is the first day of the week.
	From calendar.Date `json:"from"`
	// Value is how many there are.
	Value int `json:"value"`
}

// Diary is what one person is to do.
type Diary struct {
	// Who is the person; zero where nobody is named.
	Who Person `json:"who"`
	// Items are the first, by day; Total and Late count all.
	Items []Due `json:"items"`
	Total int   `json:"total"`
	Late  int   `json:"late"`
	// List is the route of all of it.
	List string `json:"list"`
}

// mostItems is how many items of one person are shown.
const mostItems = 4

// carryOutDecision is what is due of a decision of a management review.
var carryOutDecision = mark("Carry out the decision of the review")

// dueDays is what is to be done by a day.
func (k *look) dueDays() owing {
	var some []owed
	add := func(kind aims.Kind, id, name, what, who, as string, on calendar.Date) { // what and as are marked
		if !on.IsZero() {
			some = append(some, owed{of: aims.Subject{Kind: kind, ID: id}, name: name, what: what, who: who, as: as, on: on})
		}
	}
	v := k.v
	for _, s := range k.systems {
		a, ok := k.open[s.id]
		if !ok {
			continue
		}
		who, as := s.owner, "owner"
		if a.assessor != "" {
			who, as = a.assessor, "assessor"
		}
		what := mark("Complete the impact assessment")
		if a.state == "submitted" {
			what = mark("Have the impact assessment signed")
		}
		add(aims.KindAssessment, a.id, s.name, what, who, as, a.due)
	}
	for n := range v.Nonconformities().All() {
		if n.Open() {
			add(aims.KindNonconformity, n.ID, n.Title, mark("Close the nonconformity"), n.Owner, "owner", n.Due)
		}
	}
	for i := range v.Incidents().All() {
		if i.Open() {
			add(aims.KindIncident, i.ID, i.Title, mark("Close the incident"), i.Owner, "owner", k.on(i.Target()))
		}
	}
	for c := range v.Concerns().All() {
		if c.Open() {
			add(aims.KindConcern, c.ID, shorten(c.Text, 60), mark("Answer the concern"), c.Handler, "handler", c.Due)
		}
	}
	for o := range v.Objectives().All() {
		add(aims.KindObjective, o.ID, o.Title, mark("Measure the objective"), o.Owner, "owner", o.NextMeasurement())
	}
	for a := range v.Actions().Where("open", "open").All() {
		what := mark("Carry out the action")
		if a.Decision > 0 {
			what = carryOutDecision
		}
		add(aims.KindAction, a.ID, shorten(a.What, 60), what, a.Owner, "owner", a.Due)
	}
	for r := range v.Reviews().All() { // of before there were actions
		for _, a := range v.ReviewActions(r) {
			if a.Open() && a.Revision == 0 {
				add(aims.KindReview, r.ID, shorten(a.What, 60), carryOutDecision, a.Owner, "owner", a.Due)
			}
		}
	}
	for a := range v.Audits().All() {
		if a.ClosedOn.IsZero() {
			who := ""
			if len(a.Auditors) > 0 {
				who = a.Auditors[0]
			}
			add(aims.KindAudit, a.ID, a.Title, mark("Carry out the audit"), who, "auditor", a.PlannedFor)
		}
	}
	for d := range v.Decisions().All() {
		switch {
		case d.Applicability == annexa.Excluded:
			add(aims.KindDecision, d.Control.String(), k.controlName(d), mark("Look again at leaving the control out"), d.Owner, "owner", d.ReviewDue)
		case d.Status == annexa.StatusPlanned:
			add(aims.KindDecision, d.Control.String(), k.controlName(d), mark("Put the control in place"), d.Owner, "owner", d.PlannedFor)
		}
	}
	for s := range v.Suppliers().All() {
		add(aims.KindSupplier, s.ID, s.Name, mark("Review the supplier"), s.Owner, "owner", s.ReviewDue)
	}
	before := byDay(some)
	some = nil
	ofRisks := keep(k, "risks.due", k.dueOfRisks)
	owe := keep(k, "duties", k.owing)
	for _, s := range k.systems {
		if !owe[s.id] {
			continue
		}
		for _, d := range v.DutiesOf(s.id, k.now) {
			if v.Has(aims.Subject{Kind: aims.KindDuty, ID: d.ID}) {
				add(aims.KindDuty, d.ID, s.name, mark("Assess as owed"), s.owner, mark("owner of the system"), d.Due)
			}
		}
	}
	for c := range v.Certificates().All() {
		for _, d := range c.Cycle() {
			if !d.Done && d.Due.After(k.today) {
				add(aims.KindCertificate, c.ID, c.Body, title(d.ID), "", "", d.Due)
			}
		}
	}
	return owing{before, ofRisks, byDay(some)}
}

// owing are the systems of which a duty to assess is on file.
func (k *look) owing() map[string]bool {
	of := make(map[string]bool)
	for d := range all[aims.Duty](k.v, aims.KindDuty) {
		of[d.System] = true
	}
	return of
}

// dueOfRisks is what is to be done of risks, by day.
func (k *look) dueOfRisks() []owed {
	var some []owed
	add := func(r *register.Risk, what, who, as string, on calendar.Date) { // what and as are marked
		if !on.IsZero() {
			some = append(some, owed{of: aims.Subject{Kind: aims.KindRisk, ID: r.ID}, name: r.Title, what: what, who: who, as: as, on: on})
		}
	}
	for r := range all[register.Risk](k.v, aims.KindRisk) {
		add(r, mark("Rate the risk again"), r.Owner, "owner", r.ReviewDue)
		if r.Treatment.DoneOn.IsZero() {
			who, as := r.Treatment.Owner, mark("treats it")
			if who == "" {
				who, as = r.Owner, "owner"
			}
			add(r, mark("Carry out the treatment"), who, as, r.Treatment.Due)
		}
	}
	return byDay(some)
}

func (k *look) agenda() Agenda {
	out := Agenda{Horizon: k.in.Horizon, People: []Diary{}, Weeks: []DueBin{}, List: listRoute("agenda", "within", "yes")}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	at := make(map[string]int)
	for w := k.now; w.Before(end); w = w.AddDate(0, 0, 7) {
		out.Weeks = append(out.Weeks, DueBin{From: k.on(w)})
	}
	for d := range k.dues.all() {
		if d.on.After(k.on(end)) {
			break
		}
		id := cmp.Or(d.who, k.lead.ID)
		i, ok := at[id]
		if !ok {
			i = len(out.People)
			at[id] = i
			list := listRoute("agenda", "within", "yes", "who", id)
			out.People = append(out.People, Diary{Who: k.whoOf(d), List: list})
		}
		p := &out.People[i]
		p.Total++
		out.Total++
		if d.late(k) {
			p.Late++
			out.Late++
		} else if w := d.on.Sub(k.today) / 7; w < len(out.Weeks) {
			out.Weeks[w].Value++
		}
		if len(p.Items) < mostItems {
			p.Items = append(p.Items, k.due(d))
		}
	}
	slices.SortStableFunc(out.People, func(a, b Diary) int {
		if a.Late != b.Late {
			return b.Late - a.Late
		}
		if a.Total != b.Total {
			return b.Total - a.Total
		}
		return strings.Compare(a.Who.Name, b.Who.Name)
	})
	return out
}

// overdue counts what is late by what is to be done.
func (k *look) overdue() []Figure {
	var order []string
	by := make(map[string]*Figure)
	for d := range k.dues.all() {
		if !d.late(k) {
			break
		}
		f := by[d.what]
		if f == nil {
			what := k.told(d.what)
			f = &Figure{ID: "lead.overdue." + strings.ReplaceAll(strings.ToLower(d.what), " ", "_"), Label: what, Tone: ToneBad, Who: k.whoOf(d), Due: d.on, Next: what,
				List: listRoute("agenda", "late", "yes", "what", d.what)}
			by[d.what] = f
			order = append(order, d.what)
		}
		f.counted(k, func() Ref { return k.ref(d.of, d.name) })
		f.oldest(d.on)
	}
	out := []Figure{}
	for _, what := range order {
		f := by[what]
		f.Note = k.say("oldest %d days", k.today.Sub(f.Since))
		out = append(out, *f)
	}
	return out
}
