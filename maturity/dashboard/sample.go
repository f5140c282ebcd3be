package dashboard

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// sample draws systems of each level of impact: those whose IDs, hashed with the seed,
// come first. So anybody who knows the seed draws the same ones, and a system that
// comes or goes changes no other's place.
func (k *look) sample() []SampleRow {
	out := []SampleRow{}
	type drawn struct {
		at  int
		key [sha256.Size]byte
	}
	by := make(map[impact.Level][]drawn)
	for i, s := range k.systems {
		by[s.span.Level] = append(by[s.span.Level], drawn{i, sha256.Sum256([]byte(k.in.Seed + "\x00" + s.id))})
	}
	for _, l := range []impact.Level{impact.LevelUnacceptable, impact.LevelHigh, impact.LevelLimited, impact.LevelMinimal} {
		all := by[l]
		slices.SortFunc(all, func(a, b drawn) int { return bytes.Compare(a.key[:], b.key[:]) })
		for _, d := range all[:min(len(all), k.in.Sample)] {
			s := k.systems[d.at]
			row := SampleRow{Ref: k.systemRef(s.id), Level: s.span.Level, Stage: s.stage, Coverage: s.coverage, Owner: Person{ID: s.owner, Name: k.name(s.owner), As: "owner"}}
			row.Coverage.Why = plain(row.Coverage.Why)
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
