package maturity

import (
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/unredacted"
)

// SystemLevel is how far one active system has come, by the criteria that look at systems
// one by one (ISO/IEC 42001, 8.1 to 8.4, and the controls of A.4 to A.10 that are about a
// system). It says nothing of policy, audit and the like, which are the organisation's: that
// has a level only if it and each system have it.
type SystemLevel struct {
	// System is its ID, Name what people call it, Impact its impact level; one that nobody
	// has assessed counts as high.
	System string       `json:"system"`
	Name   string       `json:"name"`
	Impact impact.Level `json:"impact"`
	// Level is the highest of which, and of the levels below it, it fails no criterion.
	Level Level `json:"level"`
	// Met of Of criteria that concern it are met by it; those in grace count as met.
	Met int `json:"met"`
	Of  int `json:"of"`
	// Lacks are the criteria that it fails, or of which it can't be told, in the order of
	// the model, with what fails them: it, or records of it.
	Lacks []Cause `json:"lacks,omitempty"`
	// Until is the last moment at which the level holds if nothing on file is renewed. Zero
	// means that time alone does not end it.
	Until time.Time `json:"until,omitzero"`
}

// SystemLevels judges the active systems of a view one by one as of a moment, in the order
// of their IDs. Of what View.For shows a reader they are the systems that the reader sees,
// each with the level that it has, and with no more of what fails it than Report.For tells.
func SystemLevels(m Model, v *aims.View, now time.Time) []SystemLevel {
	entire := unredacted.Of(v).(*aims.View)
	in := newInput(m, entire, now, past{}, nil)
	all := make([]SystemLevel, 0, len(in.all()))
	place := make(map[string]int, len(in.all()))
	for _, s := range in.all() {
		place[s.ID] = len(all)
		all = append(all, SystemLevel{System: s.ID, Name: s.Name, Impact: s.Level, Level: ML3})
	}
	ends := make([]map[Level]time.Time, len(all)) // until when what asks for a level is met
	for _, c := range m.Criteria {
		in.apart = func(s *system, t *Tally) {
			l := &all[place[s.ID]]
			switch {
			case t.isZero():
				return
			case len(t.failing) > 0:
				l.Lacks = append(l.Lacks, Cause{Criterion: c.ID, Title: c.Title, Failing: t.failing})
				l.Level = min(l.Level, c.Level-1)
			default:
				l.Met++
				of := ends[place[s.ID]]
				if of == nil {
					of = make(map[Level]time.Time)
					ends[place[s.ID]] = of
				}
				of[c.Level] = sooner(of[c.Level], t.until)
			}
			l.Of++
		}
		judgeOne(c, in)
	}
	for i := range all {
		for l := ML1; l <= all[i].Level; l++ {
			all[i].Until = sooner(all[i].Until, ends[i][l])
		}
	}
	if entire == v {
		return all
	}
	shown := all[:0]
	for _, l := range all {
		s, ok := v.Systems().Get(l.System)
		if !ok {
			continue
		}
		l.Name = s.Name
		for i := range l.Lacks {
			l.Lacks[i].Failing, _ = shownOf(v, l.Lacks[i].Failing)
		}
		shown = append(shown, l)
	}
	return shown
}
