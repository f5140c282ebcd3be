package maturity

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// Model is a maturity model: levels, criteria and the numbers they work with.
// It is data: take the default one, change it, add to it, or read one from a file
// (ParseModel), which is how it is written as JSON.
type Model struct {
	// ID and Version name the model; both stand in every Report.
	ID      string `json:"id"`
	Version string `json:"version"`
	// Levels say what each level means, lowest first.
	Levels []LevelInfo `json:"levels"`
	// Steps are the steps of the path, in order.
	Steps []StepInfo `json:"steps"`
	// Criteria are what the levels ask for.
	Criteria []Criterion `json:"criteria"`
	// Parameters are the numbers that the criteria work with.
	Parameters Parameters `json:"parameters"`
}

// StepInfo is one step of the path from nothing to a system that holds.
type StepInfo struct {
	// Step counts from 1.
	Step int `json:"step"`
	// Title says what is done in it.
	Title string `json:"title"`
}

// Criterion is one thing that a level asks for.
type Criterion struct {
	// ID names the criterion, such as "ML1.03".
	ID string `json:"id"`
	// Level is the level that asks for it, ML1 to ML3.
	Level Level `json:"level"`
	// Step is the step of the path in which it is reached, Phase the phase of
	// Plan-Do-Check-Act that it belongs to.
	Step  int        `json:"step"`
	Phase aims.Phase `json:"phase"`
	// Title is a short name; Statement says what is the case once it is met.
	Title     string `json:"title"`
	Statement string `json:"statement"`
	// Clauses and Controls are what it rests on. The areas of Annex A that it
	// counts for are those of its controls.
	Clauses  []aims.Clause `json:"clauses,omitempty"`
	Controls []annexa.ID   `json:"controls,omitempty"`
	// PerControl says that it is judged control by control, so that an area
	// answers for its own controls only. Its failures are then decisions.
	PerControl bool `json:"per_control,omitempty"`
	// Weight is what it counts in progress, 1 to 3.
	Weight int `json:"weight"`
	// Next says what to do to meet it, Why why it is asked for.
	Next string `json:"next"`
	Why  string `json:"why"`
	// Basis says on whose word it rests while no audit has covered it.
	Basis Basis `json:"basis"`
	// PredicateName names what judges it: one of Predicates, or, of a Predicate of
	// one's own, a name that begins with OwnPrefix. It is what the file of a model says.
	PredicateName string `json:"predicate,omitempty"`
	// Predicate judges it. It must be a pure function of its input. Where it is nil, the
	// predicate of the library does that PredicateName names; a criterion with neither
	// is unknown.
	Predicate Predicate `json:"-"`
	// Parameters are the numbers that it works with in place of the model's, all of
	// them; nil for those of the model. So two criteria may ask the same with other days.
	Parameters *Parameters `json:"-"`
}

// Areas returns the areas of Annex A that the criterion counts for, such as
// "A.5", in order.
func (c Criterion) Areas() []string {
	var areas []string
	for _, o := range areaIDs {
		if slices.ContainsFunc(c.Controls, func(id annexa.ID) bool { return id.Objective() == o }) {
			areas = append(areas, o)
		}
	}
	return areas
}

// areaIDs are the nine areas of Annex A.
var areaIDs = [...]string{"A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10"}

// DefaultModel returns this project's model: levels, criteria and thresholds
// are its own; the standard knows no levels. The caller may change what it
// gets.
func DefaultModel() Model {
	m := Model{
		ID: "aimskit", Version: "2",
		Levels: []LevelInfo{
			{ML0, "Unmanaged", "At least one criterion of ML1 is not met, or can't be shown to be."},
			{ML1, "Established", "What runs is known, owned, in scope and assessed where it matters; controls are decided. One Plan; about what a Stage 1 audit looks at."},
			{ML2, "Defensible", "Controls run with fresh evidence, audited independently, reviewed by top management. One full turn of Plan-Do-Check-Act; about ready for Stage 2."},
			{ML3, "Sustained", "Held for a year through a second turn, with strong evidence and assurance from outside."},
		},
		Steps: []StepInfo{
			{1, "Register what you run"}, {2, "Assess and scope"}, {3, "Operate the controls"},
			{4, "Audit and review"}, {5, "Sustain it"},
		},
		Parameters: DefaultParameters(),
	}
	m.Criteria = slices.Concat(established(), defensible(), sustained())
	for i := range m.Criteria {
		m.Criteria[i].PredicateName = m.Criteria[i].judgedBy()
	}
	return m
}

// With returns the model with criteria of one's own added. One whose ID is
// there already takes its place. The model itself stays as it is; give the
// result a Version of its own, since its levels mean something else now.
func (m Model) With(own ...Criterion) Model {
	m.Levels, m.Steps = slices.Clone(m.Levels), slices.Clone(m.Steps)
	m.Criteria, m.Parameters = slices.Clone(m.Criteria), m.Parameters.clone()
	for _, c := range own {
		if i := slices.IndexFunc(m.Criteria, func(x Criterion) bool { return x.ID == c.ID }); i >= 0 {
			m.Criteria[i] = c
		} else {
			m.Criteria = append(m.Criteria, c)
		}
	}
	for i, c := range m.Criteria {
		if c.Parameters != nil {
			p := c.Parameters.clone()
			m.Criteria[i].Parameters = &p
		}
	}
	return m
}

// ParametersOf returns the numbers that the criterion of that ID works with: its own, or
// else those of the model. They are the caller's.
func (m Model) ParametersOf(criterion string) Parameters {
	if c, ok := m.Criterion(criterion); ok && c.Parameters != nil {
		return c.Parameters.clone()
	}
	return m.Parameters.clone()
}

// Criterion returns the criterion of that ID; false if there is none.
func (m Model) Criterion(id string) (Criterion, bool) {
	for _, c := range m.Criteria {
		if c.ID == id {
			return c, true
		}
	}
	return Criterion{}, false
}

// level returns what the model says of a level.
func (m Model) level(l Level) LevelInfo {
	for _, info := range m.Levels {
		if info.Level == l {
			return info
		}
	}
	return LevelInfo{Level: l}
}

// Validate checks that the model can be evaluated: IDs there and unique,
// levels ML1 to ML3, phases known, weights positive, a predicate for each
// criterion, parameters in range. The error is annexa.Issues.
func (m Model) Validate() error {
	var is annexa.Issues
	if strings.TrimSpace(m.ID) == "" {
		is.Add("id", "required", m.ID, "name the model")
	}
	if strings.TrimSpace(m.Version) == "" {
		is.Add("version", "required", m.Version, "every result carries the version of its model")
	}
	seen := make(map[string]bool)
	for i, c := range m.Criteria {
		field := fmt.Sprintf("criteria[%d]", i)
		switch {
		case strings.TrimSpace(c.ID) == "":
			is.Add(field+".id", "required", c.ID, "name the criterion")
		case seen[c.ID]:
			is.Add(field+".id", "repeated", c.ID, "stands there twice; With replaces a criterion")
		}
		seen[c.ID] = true
		if c.Level < ML1 || c.Level > ML3 {
			is.Add(field+".level", "oneof", fmt.Sprint(int(c.Level)), "must be ML1, ML2 or ML3; ML0 asks for nothing")
		}
		if !slices.Contains(aims.Phases(), c.Phase) {
			is.Add(field+".phase", "oneof", string(c.Phase), "must be one of %v", aims.Phases())
		}
		if strings.TrimSpace(c.Title) == "" {
			is.Add(field+".title", "required", c.Title, "say what it asks for")
		}
		if c.Weight < 1 {
			is.Add(field+".weight", "min", fmt.Sprint(c.Weight), "must be 1 or more")
		}
		switch {
		case c.judge() != nil:
		case c.PredicateName == "":
			is.Add(field+".predicate", "required", "", "nothing judges it, so it would stay unknown")
		default:
			is.Add(field+".predicate", "exists", c.PredicateName, "no predicate has that name; Predicates lists those of the library")
		}
		if c.Parameters != nil {
			c.Parameters.check(&is, field+".parameters.")
		}
	}
	m.Parameters.check(&is, "parameters.")
	return is.Err()
}

// check adds what no parameter may be: below zero, or a share above one.
func (p Parameters) check(is *annexa.Issues, under string) {
	for _, d := range []struct {
		name  string
		value int
	}{
		{"sweep_days", p.SweepDays}, {"register_grace_days", p.RegisterGraceDays}, {"legacy_days", p.LegacyDays},
		{"owner_grace_days", p.OwnerGraceDays}, {"assess_grace_days", p.AssessGraceDays},
		{"policy_days", p.PolicyDays}, {"year_days", p.YearDays}, {"audit_days", p.AuditDays},
		{"review_days", p.ReviewDays}, {"evidence_days", p.EvidenceDays}, {"triage_days", p.TriageDays}, {"answer_days", p.AnswerDays},
		{"change_days", p.ChangeDays}, {"compare_days", p.CompareDays}, {"found_days", p.FoundDays},
		{"history_days", p.HistoryDays}, {"held_days", p.HeldDays}, {"held_window", p.HeldWindow},
		{"past_days", p.PastDays}, {"cycle_months", p.CycleMonths}, {"cycle_days", p.CycleDays},
		{"measurements", p.Measurements},
	} {
		if d.value < 0 || d.value > 36500 {
			is.Add(under+d.name, "range", fmt.Sprint(d.value), "0 to 36500 (a hundred years)")
		}
	}
	for _, s := range []struct {
		name  string
		value float64
	}{{"planned_share", p.PlannedShare}, {"good_share", p.GoodShare}, {"found_share", p.FoundShare}, {"target_share", p.TargetShare}} {
		if !(s.value >= 0 && s.value <= 1) {
			is.Add(under+s.name, "range", fmt.Sprint(s.value), "a share is 0 to 1")
		}
	}
	for _, l := range []struct {
		name string
		days map[impact.Level]int
	}{{"risk_days", p.RiskDays}, {"monitor_days", p.MonitorDays}} {
		for _, level := range slices.Sorted(maps.Keys(l.days)) {
			switch d := l.days[level]; {
			case !level.IsValid():
				is.Add(under+l.name, "oneof", string(level), "must be one of %v", impact.Levels())
			case d < 0 || d > 36500:
				is.Add(under+l.name+"."+string(level), "range", fmt.Sprint(d), "0 to 36500 (a hundred years)")
			}
		}
	}
}

// clauses and controls read the constants of the tables of criteria.
func clauses(numbers ...string) []aims.Clause {
	out := make([]aims.Clause, len(numbers))
	for i, n := range numbers {
		out[i] = aims.MustParseClause(n)
	}
	return out
}

func controls(numbers ...string) []annexa.ID {
	out := make([]annexa.ID, len(numbers))
	for i, n := range numbers {
		out[i] = annexa.MustParse(n)
	}
	return out
}

// allControls returns the 38 controls of Annex A.
func allControls() []annexa.ID {
	var all []annexa.ID
	for _, c := range annexa.Controls() {
		all = append(all, c.ID)
	}
	return all
}
