package maturity

import (
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
)

// Change is one thing that WhatIf supposes: exactly one of its fields says which.
type Change struct {
	// Met is the ID of a criterion that is supposed to be met.
	Met string `json:"met,omitempty"`
	// Lapsed is a record whose time is supposed to be over: evidence or an assessment that
	// has run out, an approval that has lapsed, an audit, a review or a sweep that is too
	// long ago, the review of a supplier, a certificate that can't be claimed, a person who
	// has left.
	Lapsed aims.Subject `json:"lapsed,omitzero"`
	// On is a day to come up to which nothing is supposed to be renewed.
	On time.Time `json:"on,omitzero"`
}

// Hypothesis is what WhatIf finds.
type Hypothesis struct {
	// AsOf is when it is as of: now, or the day supposed, in UTC.
	AsOf time.Time `json:"as_of"`
	// Level is the level that there is now, Then what it would be.
	Level Level `json:"level"`
	Then  Level `json:"then"`
	// Lost are the criteria that hold now and would not, with what would fail them; Gained
	// the IDs of those that do not hold now and would.
	Lost   []Cause  `json:"lost"`
	Gained []string `json:"gained"`
	// Blockers are the IDs of the criteria that would keep the next level from being
	// reached.
	Blockers []string `json:"blockers"`
}

// lapsing are the kinds of records of which WhatIf knows what it means that their time is
// over.
var lapsing = []aims.Kind{aims.KindEvidence, aims.KindAssessment, aims.KindAudit, aims.KindReview, aims.KindPolicy,
	aims.KindDocument, aims.KindStatement, aims.KindSweep, aims.KindSupplier, aims.KindCertificate, aims.KindPerson, aims.KindHeldCompetence, aims.KindSystemLog}

// LapsingKinds returns the kinds of records that Change.Lapsed can name.
func LapsingKinds() []aims.Kind { return slices.Clone(lapsing) }

// WhatIf says what the level would be if some things were so: criteria met, records
// lapsed, nothing renewed up to a day. It makes up no record: what has lapsed is judged
// as it would be after its end, and all else as it is. So the level can rise with an
// audit that lapses, where a fault of it leaves the year that is looked at.
//
//	h, err := maturity.WhatIf(model, m.View(), now, past,
//		maturity.Change{Lapsed: aims.Subject{Kind: aims.KindPerson, ID: "ada"}})
//
// The predicates of an embedder's own (Model.With) know of lapses what Input tells them:
// Systems, Active and Supported.
//
// The error is issue.Issues if a change says nothing or two things, names a criterion
// that the model does not have, a record that is not on file or of no kind that lapses
// (LapsingKinds), or a day before now or beside another one.
func WhatIf(m Model, v *aims.View, now time.Time, h History, changes ...Change) (Hypothesis, error) {
	var is issue.Issues
	lapsed, met, on := make(map[aims.Subject]bool), make(map[string]bool), now
	for i, c := range changes {
		field := issue.Index("changes", i)
		said := 0
		if c.Met != "" {
			said++
			if _, ok := m.Criterion(c.Met); !ok {
				is.Add(field+".met", "oneof", c.Met, "the model has no such criterion")
			}
			met[c.Met] = true
		}
		if c.Lapsed != (aims.Subject{}) {
			said++
			switch {
			case !slices.Contains(lapsing, c.Lapsed.Kind):
				is.Add(field+".lapsed.kind", "oneof", string(c.Lapsed.Kind), "must be one of %v", lapsing)
			case !v.Has(c.Lapsed):
				is.Add(field+".lapsed.id", "exists", c.Lapsed.ID, "no such record is on file")
			}
			lapsed[c.Lapsed] = true
		}
		if !c.On.IsZero() {
			said++
			switch {
			case c.On.Before(now):
				is.Add(field+".on", "order", c.On.Format(time.RFC3339), "lies before now, %s; what was is asked of Manager.At", now.Format(time.RFC3339))
			case !on.Equal(now):
				is.Add(field+".on", "repeated", c.On.Format(time.RFC3339), "another change names a day")
			}
			on = c.On
		}
		if said != 1 {
			is.Add(field, "one", strconv.Itoa(said), "say one thing: met, lapsed or on")
		}
	}
	if err := is.Err(); err != nil {
		return Hypothesis{}, err
	}
	entire := unredacted.Of(v).(*aims.View)
	before := pastOf(m, entire, []History{h})
	r, _ := judge(m, entire, now, before)
	then, _ := judgeWithout(m, entire, on, before, lapsed)
	out := Hypothesis{AsOf: then.At, Level: r.Level, Lost: []Cause{}, Gained: []string{}, Blockers: []string{}}
	holds := func(c Result) bool { return c.State.Holds() || met[c.ID] }
	out.Then = reached(then.Criteria, holds)
	shown := then
	if entire != v {
		shown = then.For(v)
	}
	for i, c := range then.Criteria {
		switch was := r.Criteria[i].State.Holds(); {
		case was && !holds(c):
			out.Lost = append(out.Lost, Cause{Criterion: c.ID, Title: c.Title, Failing: shown.Criteria[i].Failing})
		case !was && holds(c):
			out.Gained = append(out.Gained, c.ID)
		}
		if !holds(c) && c.Criterion.Level <= out.Then+1 {
			out.Blockers = append(out.Blockers, c.ID)
		}
	}
	return out, nil
}

// gone reports whether the time of a record is taken to be over.
func (in *Input) gone(k aims.Kind, id string) bool {
	return len(in.lapsed) > 0 && in.lapsed[aims.Subject{Kind: k, ID: id}]
}
