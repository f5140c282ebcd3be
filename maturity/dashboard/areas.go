package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/maturity"
)

// Area is one of the nine objectives of Annex A.
type Area struct {
	Split
	// Area is its number, such as "A.5".
	Area string `json:"area"`
	// Applicable is false if all its controls were left out for good reason.
	Applicable bool `json:"applicable"`
	// Level is the highest level of which all criteria that bear on it are met.
	Level maturity.Level `json:"level"`
}

// ownArea stands for the controls that the organisation has added.
const ownArea = "own"

// shortAreas are names for the nine areas that fit beside a bar.
var shortAreas = map[string]string{"A.2": mark("Policies"), "A.3": mark("Organisation"), "A.4": mark("Resources"), "A.5": mark("Assessing impacts"), "A.6": mark("Life cycle"),
	"A.7": mark("Data"), "A.8": mark("Information"), "A.9": mark("Responsible use"), "A.10": mark("Third parties")}

func (k *look) areas() []Area {
	out := []Area{}
	for _, a := range k.report.Areas {
		label := k.told(cmp.Or(shortAreas[a.ID], a.Title))
		row := Area{Area: a.ID, Applicable: a.Applicable, Level: a.Level, Split: Split{ID: "board.objectives." + a.ID, Label: label, Note: k.told(a.Title),
			Met: a.Met, Of: a.Of, List: listRoute("criteria", "area", a.ID),
			MetList: listRoute("criteria", "area", a.ID, "state", "met"), NotMetList: listRoute("criteria", "area", a.ID, "state", "not_met"),
			UnknownList: listRoute("criteria", "area", a.ID, "state", "unknown")}}
		for _, c := range k.report.Criteria {
			if c.State == maturity.StateUnknown && slices.Contains(c.Areas(), a.ID) && !holdsIn(c, a.ID) {
				row.Unknown++
			}
		}
		row.Unknown = min(row.Unknown, a.Of-a.Met)
		row.NotMet = a.Of - a.Met - row.Unknown
		out = append(out, row)
	}
	return out
}

// holdsIn reports whether a criterion holds as far as it concerns an area: of one that
// is judged control by control only the area's own count.
func holdsIn(c maturity.Result, area string) bool {
	if c.State.Holds() {
		return true
	}
	return c.PerControl && len(c.Failing) > 0 && !slices.ContainsFunc(c.Failing, func(f maturity.Failure) bool {
		return f.Subject.Kind != aims.KindDecision || strings.HasPrefix(f.Subject.ID, area+".")
	})
}

// Phase is one phase of Plan-Do-Check-Act.
type Phase struct {
	Split
	Phase aims.Phase `json:"phase"`
	// Level is the highest of which all criteria of the phase are met.
	Level maturity.Level `json:"level"`
}

func (k *look) phases() []Phase {
	out := []Phase{}
	for _, p := range k.report.Phases {
		row := Phase{Phase: p.Phase, Level: p.Level, Split: Split{ID: "lead.phases." + string(p.Phase), Label: k.title(string(p.Phase)),
			List: listRoute("criteria", "phase", string(p.Phase)), MetList: listRoute("criteria", "phase", string(p.Phase), "state", "met"),
			NotMetList:  listRoute("criteria", "phase", string(p.Phase), "state", "not_met"),
			UnknownList: listRoute("criteria", "phase", string(p.Phase), "state", "unknown")}}
		for _, c := range k.report.Criteria {
			if c.Phase == p.Phase {
				row.add(c.State)
			}
		}
		out = append(out, row)
	}
	return out
}

// PathStep is one step of the path from nothing to a system that holds.
type PathStep struct {
	Split
	Step int `json:"step"`
}

func (k *look) path() []PathStep {
	out := []PathStep{}
	for _, p := range k.report.Steps {
		step := strconv.Itoa(p.Step)
		row := PathStep{Step: p.Step, Split: Split{ID: "lead.path." + step, Label: k.told(p.Title), List: listRoute("criteria", "step", step),
			MetList: listRoute("criteria", "step", step, "state", "met"), NotMetList: listRoute("criteria", "step", step, "state", "not_met"),
			UnknownList: listRoute("criteria", "step", step, "state", "unknown")}}
		for _, c := range k.report.Criteria {
			if c.Step == p.Step {
				row.add(c.State)
			}
		}
		out = append(out, row)
	}
	return out
}

// Controls are the controls by area and by how far they are put into practice.
type Controls struct {
	// Rows are the rows of it.
	Rows []ControlRow `json:"rows"`
	// Columns are the states that the cells of each row count, in order.
	Columns []ControlState `json:"columns"`
	// Applicable, Proven and Unproven count all rows: of those that apply, how many
	// fresh evidence shows.
	Applicable int    `json:"applicable"`
	Proven     int    `json:"proven"`
	Unproven   Figure `json:"unproven"`
}

// ControlState is one state that a control can be in.
type ControlState struct {
	// ID names it.
	ID string `json:"id"`
	// Label is what a page calls it.
	Label string `json:"label"`
	// Says explains it.
	Says string `json:"says"`
}

// ControlRow is one area.
type ControlRow struct {
	Area string `json:"area"`
	// Label is what a page calls it.
	Label string `json:"label"`
	// Cells are its figures, one for each column.
	Cells []ControlCell `json:"cells"`
	// Of is how many there are in all.
	Of int `json:"of"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

// ControlCell is how many controls of an area are in one state.
type ControlCell struct {
	State string `json:"state"`
	// Value is how many there are.
	Value int `json:"value"`
	// List is the route of the list that makes it.
	List string `json:"list"`
}

// controlStates are the columns of the heat map, best first. A control that is in place
// counts as shown only while fresh evidence shows it.
var controlStates = []ControlState{
	{"shown", mark("shown"), mark("in place, with fresh evidence")},
	{"in_place", mark("in place"), mark("in place by decision, without fresh evidence")},
	{"under_way", mark("under way"), mark("being put in place")},
	{"planned", mark("planned"), mark("planned for a day")},
	{"not_started", mark("not begun"), mark("applies, and nothing is done yet")},
	{"undecided", mark("undecided"), mark("nobody has decided whether it applies")},
	{"left_out", mark("left out"), mark("does not apply, for a reason on file")},
}

// controlState is the column of a decision.
func controlState(d annexa.Decision, shown bool) string {
	switch {
	case d.Applicability == annexa.Excluded:
		return "left_out"
	case d.Applicability == annexa.Undecided:
		return "undecided"
	case d.Status == annexa.StatusImplemented && shown:
		return "shown"
	case d.Status == annexa.StatusImplemented:
		return "in_place"
	case d.Status == annexa.StatusInProgress:
		return "under_way"
	case d.Status == annexa.StatusPlanned:
		return "planned"
	}
	return "not_started"
}

func (k *look) controls() Controls {
	out := Controls{
		Unproven: Figure{ID: "lead.controls.unproven", Label: k.say("that apply have no fresh evidence"), List: listRoute("controls", "applicability", "applicable", "evidenced", "no")}}
	for _, c := range controlStates {
		out.Columns = append(out.Columns, ControlState{c.ID, k.told(c.Label), k.told(c.Says)})
	}
	shown := k.proofs.shown
	rows := make(map[string]*ControlRow)
	var order []string
	for _, d := range k.v.Controls() {
		area := d.Control.Objective()
		if area == "" {
			area = ownArea
		}
		row := rows[area]
		if row == nil {
			row = &ControlRow{Area: area, Label: k.told(shortAreas[area]), List: listRoute("controls", "area", area)}
			if row.Label == "" {
				row.Label = k.say("Own controls")
			}
			for _, c := range controlStates {
				row.Cells = append(row.Cells, ControlCell{State: c.ID, List: listRoute("controls", "area", area, "practice", c.ID)})
			}
			rows[area] = row
			order = append(order, area)
		}
		state := controlState(d, shown[d.Control])
		row.Of++
		for i := range row.Cells {
			row.Cells[i].Value += truth(row.Cells[i].State == state)
		}
		if d.Applicability != annexa.Applicable {
			continue
		}
		out.Applicable++
		if shown[d.Control] {
			out.Proven++
			continue
		}
		r := k.ref(aims.Subject{Kind: aims.KindDecision, ID: d.Control.String()}, k.controlName(d))
		out.Unproven.count(k, r)
	}
	out.Unproven.Of = out.Applicable
	if out.Unproven.Value > 0 {
		out.Unproven.Tone, out.Unproven.Who, out.Unproven.Next = ToneWarn, k.lead, k.say("Collect evidence that shows them at work.")
	}
	for _, area := range order {
		out.Rows = append(out.Rows, *rows[area])
	}
	return out
}

// called is how a record that a finding or criterion speaks of is called there: by its own
// name, and with the title of a control or role where it has one of ours.
func (k *look) called(s aims.Subject, name string) string {
	switch s.Kind {
	case aims.KindDecision:
		if id, err := annexa.Parse(s.ID); err == nil {
			if title, ok := annexa.Title(id); ok {
				return strings.Replace(name, title, k.told(title), 1)
			}
		}
	case aims.KindRole:
		title := cmp.Or(k.calledBy(s), name)
		for _, m := range aims.MandatoryRoles() {
			if m.ID == s.ID && m.Title == title {
				return k.told(title)
			}
		}
		return title
	case aims.KindAuditProgramme, aims.KindProcessMap: // whatever a finding calls it
		return cmp.Or(k.calledBy(s), name)
	}
	if name == "" && untitled(s.Kind) != nil {
		return k.calledBy(s)
	}
	return name
}

// controlName is a control's number and title.
func (k *look) controlName(d annexa.Decision) string {
	if c, ok := annexa.Lookup(d.Control); ok {
		return c.ID.String() + " " + k.told(c.Title)
	}
	return strings.TrimSpace(d.Control.String() + " " + oneLine(d.Title))
}
