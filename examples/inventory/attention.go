package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// item is one system with what the ranking needs to know of it.
type item struct {
	System register.System
	// Known is the impact level that the answers on file give. Level counts
	// every open question as the worst case, and is the one that governs.
	Known, Level impact.Level
	// Open is how many questions are open on which an impact rule hangs.
	Open int
}

func (i item) live() bool {
	return i.System.Stage == register.StageDeployment || i.System.Stage == register.StageOperation
}

func (i item) effect(e register.Effect) bool { return slices.Contains(i.System.Effects, e) }

// grave reports whether the effect on people is grave, or open.
func (i item) grave() bool {
	return len(i.System.Effects) == 0 || i.effect(register.EffectLegal) || i.effect(register.EffectSafety) || i.effect(register.EffectSignificant)
}

func (i item) data(of ...register.DataCategory) bool {
	return slices.ContainsFunc(i.System.Data, func(d register.DataCategory) bool { return slices.Contains(of, d) })
}

// point is one reason to look at a system before others.
type point struct {
	Code   string // one letter, for the table
	What   string
	Why    string
	Points int
	Times  func(item) int // how often it counts; 0: not at all
}

// points are the reasons, heaviest first. The weights are ours: they put what
// reaches people now before what may, the graver effect before the lesser, and
// a missing safeguard before a missing answer.
var points = []point{
	{"L", "live", "in deployment or operation: people meet it now", 40,
		func(i item) int { return times(i.live()) }},
	{"U", "unacceptable", "by what is answered alone: can't be approved as it is", 40,
		func(i item) int { return times(i.Known == impact.LevelUnacceptable) }},
	{"H", "high", "impact level high by what is answered alone", 20,
		func(i item) int { return times(i.Known == impact.LevelHigh) }},
	{"R", "rights", "legal effect on people: the agency calls it rights-impacting", 15,
		func(i item) int { return times(i.effect(register.EffectLegal)) }},
	{"S", "safety", "effect on safety: the agency calls it safety-impacting", 15,
		func(i item) int { return times(i.effect(register.EffectSafety)) }},
	{"A", "acts alone", "acts before any person looks", 12,
		func(i item) int { return times(i.System.Autonomy == register.AutonomyAutomated) }},
	{"C", "no contest", "its outcome can't be challenged", 10,
		func(i item) int { return times(i.System.Contest == register.No) }},
	{"N", "not assessed", "grave or unknown effect, and no impact assessment reported as done", 10,
		func(i item) int { return times(i.grave() && i.System.Labels[labelAssessed] != "yes") }},
	{"D", "delicate data", "special, biometric, health, criminal or children's data", 8,
		func(i item) int {
			return times(i.data(register.DataSpecial, register.DataBiometric, register.DataHealth, register.DataCriminal, register.DataChildren))
		}},
	{"M", "not monitored", "live, and monitoring reported as not there", 8,
		func(i item) int { return times(i.live() && i.System.Labels[labelMonitored] == "none") }},
	{"O", "no owner", "nobody on file answers for it", 5,
		func(i item) int { return times(i.System.Owner == "") }},
	{"q", "open questions", "for each three open questions on which an impact rule hangs", 1,
		func(i item) int { return i.Open / 3 }},
}

func times(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// ranked is an item with its score and what it is made of.
type ranked struct {
	item
	Score int
	Codes string
}

// rank scores systems that are not retired and puts the highest first; equal
// ones by ID.
func rank(items []item) []ranked {
	var out []ranked
	for _, i := range items {
		if i.System.Stage == register.StageRetirement {
			continue
		}
		r := ranked{item: i}
		var codes strings.Builder
		for _, p := range points {
			if n := p.Times(i); n > 0 {
				r.Score += n * p.Points
				codes.WriteString(p.Code)
			}
		}
		r.Codes = codes.String()
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.System.ID, b.System.ID))
	})
	return out
}

// itemsOf looks up every system of a view.
func itemsOf(v *aims.View) []item {
	items := make([]item, 0, v.Systems().Len())
	for s := range v.Systems().All() {
		i := item{System: s, Level: v.LevelOf(s.ID)}
		i.Known = i.Level // where nothing is open, what is approved is known
		if a, ok := v.OpenAssessment(s.ID); ok {
			i.Known, i.Open = a.Result.Known, len(a.Result.Open)
		}
		items = append(items, i)
	}
	return items
}
