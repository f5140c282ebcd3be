package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// sample draws systems of each level of impact (aims.Draw).
func (k *look) sample() []SampleRow {
	out := []SampleRow{}
	by := make(map[impact.Level][]string)
	for _, s := range k.systems {
		by[s.span.Level] = append(by[s.span.Level], s.id)
	}
	for _, l := range []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal} {
		for _, id := range aims.Draw(k.in.Seed, by[l], k.in.Sample) {
			s := k.systems[k.byID[id]]
			row := SampleRow{Ref: k.systemRef(s.id), Level: s.span.Level, Stage: s.stage, Coverage: s.coverage, Owner: Person{ID: s.owner, Name: k.name(s.owner), As: k.say("owner")}}
			row.Coverage.Text = row.Coverage.Text.Clone()
			row.Coverage.Why = plain(k.of(row.Coverage.Text, row.Coverage.Why))
			switch id := s.coverage.Assessment; {
			case id != "":
				row.Assessment = recordRoute(aims.Subject{Kind: aims.KindAssessment, ID: id})
			case k.assessed.open[s.id].id != "":
				row.Assessment = recordRoute(aims.Subject{Kind: aims.KindAssessment, ID: k.assessed.open[s.id].id})
			}
			out = append(out, row)
		}
	}
	return out
}
