package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// lot are the systems that a seed draws of each level, the gravest first.
type lot struct {
	seed string
	ids  [][]string
}

// draw draws of each level.
func (k *look) draw() lot {
	d := lot{seed: k.in.Seed}
	by := make(map[impact.Level][]string)
	for _, s := range k.systems {
		by[s.span.Level] = append(by[s.span.Level], s.id)
	}
	for _, l := range []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal} {
		d.ids = append(d.ids, aims.Draw(k.in.Seed, by[l], k.in.Sample))
	}
	return d
}

// sample draws systems of each level of impact (aims.Draw).
func (k *look) sample() []SampleRow {
	out := []SampleRow{}
	drawn := keep(k, "sample", k.draw, ofLevels)
	if drawn.seed != k.in.Seed { // a reader can ask for any, and one is kept
		drawn = k.draw()
	}
	for _, ids := range drawn.ids {
		for _, id := range ids {
			s := k.systems[k.byID[id]]
			row := SampleRow{Ref: k.systemRef(s.id), Level: s.span.Level, Stage: s.stage, Coverage: s.coverage, Owner: Person{ID: s.owner, Name: k.name(s.owner), As: k.say("owner")}}
			row.Coverage.Text = row.Coverage.Text.Clone()
			row.Coverage.Why = k.plainOf(row.Coverage.Text, row.Coverage.Why)
			switch id := s.coverage.Assessment; {
			case id != "":
				row.Assessment = recordRoute(aims.Subject{Kind: aims.KindAssessment, ID: id})
			case k.open[s.id].id != "":
				row.Assessment = recordRoute(aims.Subject{Kind: aims.KindAssessment, ID: k.open[s.id].id})
			}
			out = append(out, row)
		}
	}
	return out
}
