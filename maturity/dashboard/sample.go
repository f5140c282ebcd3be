package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// draw draws of each level, the gravest first.
func (k *look) draw() (drawn [][]string) {
	by := make(map[impact.Level][]string)
	for _, s := range k.systems {
		by[s.span.Level] = append(by[s.span.Level], s.id)
	}
	for _, l := range []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal} {
		drawn = append(drawn, aims.Draw(k.in.Seed, by[l], k.in.Sample))
	}
	return drawn
}

// sample draws systems of each level of impact (aims.Draw).
func (k *look) sample() []SampleRow {
	out := []SampleRow{}
	for _, drawn := range keep(k, "sample/"+k.in.Seed, k.draw, ofLevels) {
		for _, id := range drawn {
			s := k.systems[k.byID[id]]
			row := SampleRow{Ref: k.systemRef(s.id), Level: s.span.Level, Stage: s.stage, Coverage: s.coverage, Owner: Person{ID: s.owner, Name: k.name(s.owner), As: k.say("owner")}}
			row.Coverage.Text = row.Coverage.Text.Clone()
			row.Coverage.Why = plain(k.of(row.Coverage.Text, row.Coverage.Why))
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
