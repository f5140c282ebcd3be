package dashboard

import (
	"strconv"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// ownLists are the lists of what is worked out rather than on file, by slug.
var ownLists = map[string]func(*look) *table{
	"criteria": (*look).criteriaTable,
	"findings": (*look).findingsTable,
	"agenda":   (*look).agendaTable,
	"expiries": (*look).expiriesTable,
}

func stateTone(s maturity.State) Tone {
	switch s {
	case maturity.StateMet:
		return ToneOK
	case maturity.StateNotMet:
		return ToneBad
	case maturity.StateUnknown:
		return ToneWarn
	}
	return ""
}

func (k *look) criteriaTable() *table {
	t := &table{slug: "criteria", title: k.say("Criteria of maturity"), about: k.say("Model %s %s. A level holds when every criterion up to it is met; unknown is not met.", k.report.Model, k.report.ModelVersion),
		columns: []column{{key: "id", label: k.say("Criterion"), shown: true}, {key: "title", label: k.say("Asks for"), shown: true}, {key: "level", label: k.say("Level"), shown: true},
			{key: "state", label: k.say("Outcome"), shown: true}, {key: "met", label: k.say("Met"), shown: true, number: true}, {key: "basis", label: k.say("On whose word"), shown: true},
			{key: "until", label: k.say("Holds until"), shown: true}, {key: "weight", label: k.say("Weight"), number: true}, {key: "step", label: k.say("Step")}, {key: "phase", label: k.say("Phase")},
			{key: "area", label: k.say("Area")}, {key: "clause", label: k.say("Clause")}}}
	for _, c := range k.report.Criteria {
		state := k.enumCell(string(c.State))
		state.tone = stateTone(c.State)
		met := cell{}
		if c.Of > 0 {
			met = cell{text: k.say("%d of %d", c.Met, c.Of), key: padded(c.Met)}
		}
		basis := cell{text: k.wordName(c.ResultBasis), key: string(c.ResultBasis)}
		var area, clause cell
		area.all = c.Areas()
		for _, x := range c.Clauses {
			clause.all = append(clause.all, upwards(x.String())...)
		}
		t.rows = append(t.rows, row{route: "criteria/" + c.ID, cells: []cell{{text: c.ID, route: "criteria/" + c.ID, id: true}, textCell(k.told(c.Title)), {text: c.Criterion.Level.String()},
			state, met, basis, k.dayCell(k.on(c.Until)), k.numberCell(c.Weight), {text: strconv.Itoa(c.Step)}, k.enumCell(string(c.Phase)), area, clause}})
	}
	return t
}

func severityTone(s aims.Severity) Tone {
	switch s {
	case aims.SeverityMajor:
		return ToneBad
	case aims.SeverityMinor:
		return ToneWarn
	}
	return ""
}

func (k *look) findingsTable() *table {
	t := &table{slug: "findings", title: k.say("Findings"), about: k.say("What is missing, late or at odds, as an auditor would write it down."),
		columns: []column{{key: "severity", label: k.say("Severity"), shown: true}, {key: "subject", label: k.say("Record"), shown: true},
			{key: "found", label: k.say("Found"), shown: true}, {key: "since", label: k.say("Since"), shown: true}, {key: "who", label: k.say("Who"), shown: true}, {key: "next", label: k.say("What to do"), shown: true, folded: true},
			{key: "clause", label: k.say("Clause"), shown: true, folded: true}, {key: "check", label: k.say("Check"), shown: true, folded: true}, {key: "kind", label: k.say("Kind")}, {key: "id", label: k.say("ID")}, {key: "age", label: k.say("Age")}, {key: "control", label: k.say("Control")}}}
	for _, f := range k.findings {
		ref := k.ref(f.Subject, f.Name)
		sev := k.enumCell(string(f.Severity))
		sev.tone = severityTone(f.Severity)
		who, _ := k.answers(f.Subject)
		age := findingAges[findingAge(f.Since, k.today)]
		var control cell
		for _, c := range f.Controls {
			control.all = append(control.all, upwards(c.String())...)
		}
		t.rows = append(t.rows, row{subject: f.Subject, route: ref.Route, cells: []cell{sev, {text: shorten(ref.Name, 80), route: ref.Route},
			textCell(k.plainOf(f.Text, f.Message)), k.dayCell(f.Since), k.whoCell(who), textCell(k.plainOf(f.NextText, f.Next)), {text: f.Clause.String(), key: f.Clause.String(), all: upwards(f.Clause.String())}, {text: f.Check, route: "checks/" + f.Check, id: true},
			k.enumCell(string(f.Subject.Kind)), {text: f.Subject.ID}, {text: k.told(age.label), key: age.id}, control}})
	}
	return t
}

func (k *look) agendaTable() *table {
	t := &table{slug: "agenda", title: k.say("Agenda"), about: k.say("All that is to be done by a day. “Soon” is what is late or due within %d days.", k.in.Horizon),
		columns: []column{{key: "on", label: k.say("By [day]"), shown: true}, {key: "who", label: k.say("Who"), shown: true}, {key: "what", label: k.say("What"), shown: true},
			{key: "subject", label: k.say("Record"), shown: true}, {key: "late", label: k.say("Late"), shown: true}, {key: "within", label: k.say("Soon")}, {key: "kind", label: k.say("Kind")}}}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for o := range k.dues.all() {
		d := k.due(o)
		late := k.quiet(k.yesNo(d.Late))
		if d.Late {
			late.tone = ToneBad
		}
		t.rows = append(t.rows, row{subject: d.Subject, route: d.Route, cells: []cell{k.dayCell(d.On), k.whoCell(d.Who), {text: oneLine(d.What), key: o.what},
			{text: shorten(d.Name, 80), route: d.Route}, late, k.yesNo(!d.On.After(k.on(end))), k.enumCell(string(d.Kind))}})
	}
	return t
}

// quiet leaves out a no that is what one hopes for.
func (k *look) quiet(c cell) cell {
	if c.key == "no" {
		c.choice, c.text = c.text, ""
	}
	return c
}

// nobody is what lists are chosen by where nobody answers for a thing.
const nobody = "nobody"

func (k *look) whoCell(p Person) cell {
	if p.ID == "" {
		return cell{text: k.say("nobody"), key: nobody}
	}
	c := cell{text: p.Name, key: p.ID}
	if s := (aims.Subject{Kind: aims.KindPerson, ID: p.ID}); k.v.Has(s) {
		c.route = recordRoute(s)
	}
	return c
}

func (k *look) expiriesTable() *table {
	t := &table{slug: "expiries", title: k.say("What runs out"), about: k.say("All that counts until a day. “Soon” is what runs out within %d days.", k.in.Horizon),
		columns: []column{{key: "on", label: k.say("Counts until"), shown: true}, {key: "what", label: k.say("What"), shown: true}, {key: "subject", label: k.say("Record"), shown: true},
			{key: "who", label: k.say("Who renews it"), shown: true}, {key: "gone", label: k.say("Has run out"), shown: true}, {key: "fall", label: k.say("The level falls"), shown: true},
			{key: "within", label: k.say("Soon")}, {key: "kind", label: k.say("Kind")}}}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for o := range k.runsOut.all() {
		e := k.expiry(o)
		fall := k.quiet(k.yesNo(e.Fall))
		if e.Fall {
			fall = cell{text: k.say("to %s", e.To.String()), key: "yes", tone: ToneBad}
		}
		gone := k.quiet(k.yesNo(e.Gone))
		if e.Gone {
			gone.tone = ToneWarn
		}
		t.rows = append(t.rows, row{subject: e.Subject, route: e.Route, cells: []cell{k.dayCell(e.On), textCell(e.What), {text: shorten(e.Name, 80), route: e.Route},
			k.whoCell(e.Who), gone, fall, k.yesNo(!e.Gone && !e.On.After(k.on(end))), k.enumCell(string(e.Kind))}})
	}
	return t
}

// about are the findings and the criteria that speak of a record.
func (k *look) about(s aims.Subject) (found []aims.Finding, criteria []Spoken) {
	k.index()
	for _, i := range k.found[s] {
		found = append(found, *k.findings[i])
	}
	return found, k.spoken[s]
}

// index puts findings and failing criteria by record.
func (k *look) index() {
	k.once.Do(func() {
		k.found, k.spoken = make(map[aims.Subject][]int), make(map[aims.Subject][]Spoken)
		for i, f := range k.findings {
			k.found[f.Subject] = append(k.found[f.Subject], i)
			for _, c := range f.Controls {
				if s := (aims.Subject{Kind: aims.KindDecision, ID: c.String()}); s != f.Subject {
					k.found[s] = append(k.found[s], i)
				}
			}
		}
		for _, c := range k.report.Criteria {
			for _, f := range c.Failing {
				k.spoken[f.Subject] = append(k.spoken[f.Subject], Spoken{ID: c.ID, Title: k.told(c.Title), State: c.State, Why: k.plainOf(f.Text, f.Why), Do: plain(k.told(c.Next)), Route: "criteria/" + c.ID})
			}
		}
	})
}

// Spoken is a criterion that a record fails.
type Spoken struct {
	// ID names it.
	ID string `json:"id"`
	// Title is what it is called.
	Title string `json:"title"`
	// State is what came of it.
	State maturity.State `json:"state"`
	// Why says why.
	Why string `json:"why"`
	// Do says what to do.
	Do string `json:"do"`
	// Route is where it is shown.
	Route string `json:"route"`
}
