package dashboard

import (
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

	what string // in English, by which lists are chosen
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

// walkDues collects what is to be done by a day.
func (k *look) walkDues() {
	add := func(kind aims.Kind, id, name, what string, who Person, on calendar.Date) { // what is marked
		if !on.IsZero() {
			k.dues = append(k.dues, Due{Ref: k.ref(aims.Subject{Kind: kind, ID: id}, name), What: k.told(what), what: what, Who: who, On: on, Late: on.Before(k.today)})
		}
	}
	v := k.v
	for _, s := range k.systems {
		a, ok := k.open[s.id]
		if !ok {
			continue
		}
		who := k.person(s.owner, "owner")
		if a.assessor != "" {
			who = k.person(a.assessor, "assessor")
		}
		what := mark("Complete the impact assessment")
		if a.state == "submitted" {
			what = mark("Have the impact assessment signed")
		}
		add(aims.KindAssessment, a.id, s.name, what, who, a.due)
	}
	for n := range v.Nonconformities().All() {
		if n.Open() {
			add(aims.KindNonconformity, n.ID, n.Title, mark("Close the nonconformity"), k.person(n.Owner, "owner"), n.Due)
		}
	}
	for i := range v.Incidents().All() {
		if i.Open() {
			add(aims.KindIncident, i.ID, i.Title, mark("Close the incident"), k.person(i.Owner, "owner"), k.on(i.Target()))
		}
	}
	for c := range v.Concerns().All() {
		if c.Open() {
			add(aims.KindConcern, c.ID, shorten(c.Text, 60), mark("Answer the concern"), k.person(c.Handler, "handler"), c.Due)
		}
	}
	for o := range v.Objectives().All() {
		add(aims.KindObjective, o.ID, o.Title, mark("Measure the objective"), k.person(o.Owner, "owner"), o.NextMeasurement())
	}
	for a := range v.Actions().Where("open", "open").All() {
		what := mark("Carry out the action")
		if a.Decision > 0 {
			what = carryOutDecision
		}
		add(aims.KindAction, a.ID, shorten(a.What, 60), what, k.person(a.Owner, "owner"), a.Due)
	}
	for r := range v.Reviews().All() { // of before there were actions
		for _, a := range v.ReviewActions(r) {
			if a.Open() && a.Revision == 0 {
				add(aims.KindReview, r.ID, shorten(a.What, 60), carryOutDecision, k.person(a.Owner, "owner"), a.Due)
			}
		}
	}
	for a := range v.Audits().All() {
		if a.ClosedOn.IsZero() {
			who := k.person("", "")
			if len(a.Auditors) > 0 {
				who = k.person(a.Auditors[0], "auditor")
			}
			add(aims.KindAudit, a.ID, a.Title, mark("Carry out the audit"), who, a.PlannedFor)
		}
	}
	for d := range v.Decisions().All() {
		switch {
		case d.Applicability == annexa.Excluded:
			add(aims.KindDecision, d.Control.String(), k.controlName(d), mark("Look again at leaving the control out"), k.person(d.Owner, "owner"), d.ReviewDue)
		case d.Status == annexa.StatusPlanned:
			add(aims.KindDecision, d.Control.String(), k.controlName(d), mark("Put the control in place"), k.person(d.Owner, "owner"), d.PlannedFor)
		}
	}
	for s := range v.Suppliers().All() {
		add(aims.KindSupplier, s.ID, s.Name, mark("Review the supplier"), k.person(s.Owner, "owner"), s.ReviewDue)
	}
	for r := range all[register.Risk](v, aims.KindRisk) {
		add(aims.KindRisk, r.ID, r.Title, mark("Rate the risk again"), k.person(r.Owner, "owner"), r.ReviewDue)
		if r.Treatment.DoneOn.IsZero() {
			who := k.person(r.Treatment.Owner, "treats it")
			if r.Treatment.Owner == "" {
				who = k.person(r.Owner, "owner")
			}
			add(aims.KindRisk, r.ID, r.Title, mark("Carry out the treatment"), who, r.Treatment.Due)
		}
	}
	for _, s := range k.systems {
		for _, d := range v.DutiesOf(s.id, k.now) {
			if v.Has(aims.Subject{Kind: aims.KindDuty, ID: d.ID}) {
				add(aims.KindDuty, d.ID, s.name, mark("Assess as owed"), k.person(s.owner, "owner of the system"), d.Due)
			}
		}
	}
	for c := range v.Certificates().All() {
		for _, d := range c.Cycle() {
			if !d.Done && d.Due.After(k.today) {
				add(aims.KindCertificate, c.ID, c.Body, title(d.ID), k.lead, d.Due)
			}
		}
	}
}

func (k *look) agenda() Agenda {
	out := Agenda{Horizon: k.in.Horizon, People: []Diary{}, Weeks: []DueBin{}, List: listRoute("agenda", "within", "yes")}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	at := make(map[string]int)
	for w := k.now; w.Before(end); w = w.AddDate(0, 0, 7) {
		out.Weeks = append(out.Weeks, DueBin{From: k.on(w)})
	}
	for _, d := range k.dues {
		if d.On.After(k.on(end)) {
			continue
		}
		i, ok := at[d.Who.ID]
		if !ok {
			i = len(out.People)
			at[d.Who.ID] = i
			list := listRoute("agenda", "within", "yes", "who", d.Who.ID)
			out.People = append(out.People, Diary{Who: d.Who, List: list})
		}
		p := &out.People[i]
		p.Total++
		out.Total++
		if d.Late {
			p.Late++
			out.Late++
		} else if w := d.On.Sub(k.today) / 7; w < len(out.Weeks) {
			out.Weeks[w].Value++
		}
		if len(p.Items) < mostItems {
			p.Items = append(p.Items, d)
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
	for _, d := range k.dues {
		if !d.Late {
			continue
		}
		f := by[d.what]
		if f == nil {
			f = &Figure{ID: "lead.overdue." + strings.ReplaceAll(strings.ToLower(d.what), " ", "_"), Label: d.What, Tone: ToneBad, Who: d.Who, Due: d.On, Next: d.What,
				List: listRoute("agenda", "late", "yes", "what", d.what)}
			by[d.what] = f
			order = append(order, d.what)
		}
		f.count(k, d.Ref)
		f.oldest(d.On)
		f.Note = k.say("oldest %d days", k.today.Sub(f.Since))
	}
	out := []Figure{}
	for _, what := range order {
		out = append(out, *by[what])
	}
	return out
}
