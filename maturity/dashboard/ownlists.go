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
	t := &table{slug: "criteria", title: "Criteria of maturity", about: plainf("Model %s %s. A level holds when every criterion up to it is met; unknown is not met.", k.report.Model, k.report.ModelVersion),
		columns: []column{{key: "id", label: "Criterion", shown: true}, {key: "title", label: "Asks for", shown: true}, {key: "level", label: "Level", shown: true},
			{key: "state", label: "Outcome", shown: true}, {key: "met", label: "Met", shown: true, number: true}, {key: "basis", label: "On whose word", shown: true},
			{key: "until", label: "Holds until", shown: true}, {key: "weight", label: "Weight", number: true}, {key: "step", label: "Step"}, {key: "phase", label: "Phase"},
			{key: "area", label: "Area"}, {key: "clause", label: "Clause"}}}
	for _, c := range k.report.Criteria {
		state := enumCell(string(c.State))
		state.tone = stateTone(c.State)
		met := cell{}
		if c.Of > 0 {
			met = cell{text: plainf("%d of %d", c.Met, c.Of), key: padded(c.Met)}
		}
		basis := cell{text: wordName(c.ResultBasis), key: string(c.ResultBasis)}
		var area, clause cell
		area.all = c.Areas()
		for _, x := range c.Clauses {
			clause.all = append(clause.all, upwards(x.String())...)
		}
		t.rows = append(t.rows, row{route: "criteria/" + c.ID, cells: []cell{{text: c.ID, route: "criteria/" + c.ID}, textCell(c.Title), {text: c.Criterion.Level.String()},
			state, met, basis, dayCell(k.on(c.Until)), numberCell(c.Weight), {text: strconv.Itoa(c.Step)}, enumCell(string(c.Phase)), area, clause}})
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
	t := &table{slug: "findings", title: "Findings", about: "What is missing, late or at odds, as an auditor would write it down.",
		columns: []column{{key: "severity", label: "Severity", shown: true}, {key: "check", label: "Check", shown: true}, {key: "subject", label: "Record", shown: true},
			{key: "found", label: "Found", shown: true}, {key: "next", label: "What to do", shown: true}, {key: "since", label: "Since", shown: true},
			{key: "clause", label: "Clause", shown: true}, {key: "kind", label: "Kind"}, {key: "id", label: "ID"}, {key: "age", label: "Age"}, {key: "control", label: "Control"}}}
	for _, f := range k.findings {
		ref := k.ref(f.Subject, f.Name)
		sev := enumCell(string(f.Severity))
		sev.tone = severityTone(f.Severity)
		var control cell
		for _, c := range f.Controls {
			control.all = append(control.all, upwards(c.String())...)
		}
		t.rows = append(t.rows, row{subject: f.Subject, route: ref.Route, cells: []cell{sev, {text: f.Check, route: "checks/" + f.Check}, {text: shorten(ref.Name, 80), route: ref.Route},
			textCell(plain(f.Message)), textCell(plain(f.Next)), dayCell(f.Since), {text: f.Clause.String(), all: upwards(f.Clause.String())},
			enumCell(string(f.Subject.Kind)), {text: f.Subject.ID}, {text: findingAge(f.Since, k.today)}, control}})
	}
	return t
}

func (k *look) agendaTable() *table {
	t := &table{slug: "agenda", title: "Agenda", about: plainf("All that is to be done by a day. “Soon” is what is late or due within %d days.", k.in.Horizon),
		columns: []column{{key: "on", label: "By", shown: true}, {key: "who", label: "Who", shown: true}, {key: "what", label: "What", shown: true},
			{key: "subject", label: "Record", shown: true}, {key: "late", label: "Late", shown: true}, {key: "within", label: "Soon"}, {key: "kind", label: "Kind"}}}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for _, d := range k.dues {
		late := yesNo(d.Late)
		if d.Late {
			late.tone = ToneBad
		}
		t.rows = append(t.rows, row{subject: d.Subject, route: d.Route, cells: []cell{dayCell(d.On), k.whoCell(d.Who), textCell(d.What),
			{text: shorten(d.Name, 80), route: d.Route}, late, yesNo(!d.On.After(k.on(end))), enumCell(string(d.Kind))}})
	}
	return t
}

func (k *look) whoCell(p Person) cell {
	if p.ID == "" {
		return cell{text: "nobody"}
	}
	c := cell{text: p.Name, key: p.ID}
	if s := (aims.Subject{Kind: aims.KindPerson, ID: p.ID}); k.v.Has(s) {
		c.route = recordRoute(s)
	}
	return c
}

func (k *look) expiriesTable() *table {
	t := &table{slug: "expiries", title: "What runs out", about: plainf("All that counts until a day. “Soon” is what runs out within %d days.", k.in.Horizon),
		columns: []column{{key: "on", label: "Counts until", shown: true}, {key: "what", label: "What", shown: true}, {key: "subject", label: "Record", shown: true},
			{key: "who", label: "Who renews it", shown: true}, {key: "gone", label: "Has run out", shown: true}, {key: "fall", label: "The level falls", shown: true},
			{key: "within", label: "Soon"}, {key: "kind", label: "Kind"}}}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for _, e := range k.runsOut {
		fall := yesNo(e.Fall)
		if e.Fall {
			fall = cell{text: "to " + e.To.String(), key: "yes", tone: ToneBad}
		}
		gone := yesNo(e.Gone)
		if e.Gone {
			gone.tone = ToneWarn
		}
		t.rows = append(t.rows, row{subject: e.Subject, route: e.Route, cells: []cell{dayCell(e.On), textCell(e.What), {text: shorten(e.Name, 80), route: e.Route},
			k.whoCell(e.Who), gone, fall, yesNo(!e.Gone && !e.On.After(k.on(end))), enumCell(string(e.Kind))}})
	}
	return t
}

// about are the findings and the criteria that speak of a record.
func (k *look) about(s aims.Subject) (found []aims.Finding, criteria []Spoken) {
	k.index()
	for _, i := range k.found[s] {
		found = append(found, k.findings[i])
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
				k.spoken[f.Subject] = append(k.spoken[f.Subject], Spoken{ID: c.ID, Title: c.Title, State: c.State, Why: plain(f.Why), Do: plain(c.Next), Route: "criteria/" + c.ID})
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
