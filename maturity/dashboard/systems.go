package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// Systems are the active systems by impact, and how many a signed assessment covers.
type Systems struct {
	// Levels are the levels of impact, gravest first: Met are covered, NotMet are not,
	// and of Unknown open questions could still change the level. All of them count as
	// the worst that they could be.
	Levels []Split `json:"levels"`
	// All is the sum of them.
	All Split `json:"all"`
	// Unowned have no active owner.
	Unowned Figure `json:"unowned"`
	// Live are in deployment or operation without being covered.
	Live Figure `json:"live"`
	// Left is how many are retired or out of scope, and not counted.
	Left int `json:"left"`
}

func (k *look) systemsByImpact() Systems {
	out := Systems{All: Split{ID: "board.systems", Label: k.say("all"), List: "systems", MetList: listRoute("systems", "covered", "yes"), NotMetList: listRoute("systems", "covered", "no")},
		Unowned: Figure{ID: "board.systems.unowned", Label: k.say("without an owner"), Of: len(k.systems), List: listRoute("systems", "owned", "no")},
		Live:    Figure{ID: "board.systems.live", Label: k.say("in use and not covered"), List: listRoute("systems", "covered", "no", "live", "yes")},
		Left:    k.v.Systems().Len() - len(k.systems)}
	levels := []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal}
	at := make(map[impact.Level]*Split)
	for _, l := range levels {
		at[l] = &Split{ID: "board.systems." + string(l), Label: k.words(string(l)), List: listRoute("systems", "level", string(l)),
			MetList:     listRoute("systems", "level", string(l), "covered", "yes"),
			NotMetList:  listRoute("systems", "level", string(l), "covered", "no", "certain", "yes"),
			UnknownList: listRoute("systems", "level", string(l), "covered", "no", "certain", "no")}
	}
	owned := make(map[string]bool)
	for _, s := range k.systems {
		row := at[s.span.Level]
		if row == nil {
			row = at[impact.LevelHigh]
		}
		for _, r := range []*Split{row, &out.All} {
			r.Of++
			switch {
			case s.coverage.Covered:
				r.Met++
			case !s.span.Certain():
				r.Unknown++
			default:
				r.NotMet++
			}
		}
		is, known := owned[s.owner]
		if !known {
			is = k.owned(s.owner)
			owned[s.owner] = is
		}
		if !is {
			out.Unowned.counted(k, func() Ref { return k.systemRef(s.id) })
		}
		if s.live() {
			if out.Live.Of++; !s.coverage.Covered {
				out.Live.counted(k, func() Ref {
					ref := k.systemRef(s.id)
					ref.Why = k.plainOf(s.coverage.Text, s.coverage.Why)
					return ref
				})
			}
		}
	}
	for _, l := range levels {
		if l != impact.LevelUnacceptable || at[l].Of > 0 {
			out.Levels = append(out.Levels, *at[l])
		}
	}
	for _, f := range []*Figure{&out.Unowned, &out.Live} {
		if f.Value > 0 {
			f.Tone, f.Who = ToneBad, k.person("", "")
		}
	}
	out.Unowned.Next, out.Live.Next = k.say("Name an owner for each."), k.say("Complete the assessments and have them signed.")
	return out
}

// owned reports whether an owner is a person on file who is active.
func (k *look) owned(id string) bool {
	if id == "" {
		return false
	}
	p, ok := k.v.People().Get(id)
	return ok && p.ActiveOn(k.today)
}

func (s *system) live() bool {
	return s.stage == register.StageDeployment || s.stage == register.StageOperation
}

// StageRow is how far the systems of one stage of the life cycle are.
type StageRow struct {
	Stage register.Stage `json:"stage"`
	// Split are the systems: covered, not, and of an impact that is not known yet.
	Split
	// Gate is the gate that leads out of the stage, Title what it is called; empty for
	// the last. Exceptions hold in it.
	Gate string `json:"gate,omitempty"`
	// GateTitle is what the gate is called.
	GateTitle string `json:"gate_title,omitempty"`
	// Passable is how many could pass it now; Asked says of how many that was asked.
	Passable int `json:"passable"`
	Asked    int `json:"asked"`
}

// mostGates is of how many systems it is worked out whether they could pass the gate
// before them: it takes long of very many.
const mostGates = 1000

func (k *look) stages() []StageRow {
	rows := []StageRow{}
	at := make(map[register.Stage]int)
	gates := make(map[register.Stage]register.Gate)
	for _, g := range k.v.Gates() {
		if g.To != register.StageRetirement {
			gates[g.From] = g
		}
	}
	for _, stage := range register.Stages() {
		if stage == register.StageRetirement {
			continue
		}
		at[stage] = len(rows)
		rows = append(rows, StageRow{Stage: stage, Gate: gates[stage].ID, GateTitle: k.told(gates[stage].Title), Split: Split{ID: "lead.stages." + string(stage), Label: k.words(string(stage)),
			List:    listRoute("systems", "stage", string(stage)),
			MetList: listRoute("systems", "stage", string(stage), "covered", "yes"), NotMetList: listRoute("systems", "stage", string(stage), "covered", "no", "certain", "yes"),
			UnknownList: listRoute("systems", "stage", string(stage), "covered", "no", "certain", "no")}})
	}
	for _, s := range k.systems {
		n, shown := at[s.stage]
		if !shown {
			continue
		}
		row := &rows[n]
		row.Of++
		switch {
		case s.coverage.Covered:
			row.Met++
		case !s.span.Certain():
			row.Unknown++
		default:
			row.NotMet++
		}
		if row.Gate != "" && row.Asked < mostGates {
			if sys, ok := k.v.Systems().Get(s.id); ok {
				row.Asked++
				row.Passable += truth(len(k.v.Blockers(sys, gates[s.stage], k.now)) == 0)
			}
		}
	}
	return rows
}

// SampleRow is one system that an auditor is shown.
type SampleRow struct {
	Ref
	// Level is its impact.
	Level impact.Level `json:"level"`
	// Stage is its stage of life.
	Stage register.Stage `json:"stage"`
	// Owner is who answers for it.
	Owner Person `json:"owner"`
	// Coverage says whether a signed assessment covers it.
	Coverage aims.Coverage `json:"coverage"`
	// Assessment is where the approved one, or else the open one, is shown.
	Assessment string `json:"assessment,omitempty"`
}
