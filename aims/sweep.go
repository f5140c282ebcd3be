package aims

import (
	"errors"
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Sweep is one search for AI in use that nobody has registered: in purchasing,
// sign-on logs, expenses, code, features of bought software, a staff survey.
type Sweep struct {
	// ID names the sweep.
	ID string `json:"id"`
	// On is when it was made, By the ID of the person who answers for it.
	On calendar.Date `json:"on"`
	By string        `json:"by"`
	// Sources are where it looked.
	Sources []string `json:"sources"`
	// Candidates are what it found.
	Candidates []Candidate `json:"candidates,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Candidate is one thing that a sweep found: registered as a system, dismissed
// with a reason, or open while both are empty.
type Candidate struct {
	// Name is what it is called where it was found, Where the place.
	Name  string `json:"name"`
	Where string `json:"where,omitempty"`
	// System is the ID of the system that it was registered as.
	System string `json:"system,omitempty"`
	// Dismissed says why it is none, or none of the organisation's.
	Dismissed string `json:"dismissed,omitempty"`
}

// Open reports whether nothing has been decided about the candidate.
func (c Candidate) Open() bool { return c.System == "" && c.Dismissed == "" }

var sweeps = ledger.MustDeclare(ledger.Spec[Sweep]{
	Name:   KindSweep,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("on")},
	Key: func(s *Sweep) string { return s.ID }, SetKey: func(s *Sweep, id string) { s.ID = id },
	Revision: func(s *Sweep) *uint64 { return &s.Revision },
	Limits:   within(KindSweep, sweepLimits()),
	MayDrop: func(_ ledger.Reader, s *Sweep) error {
		if slices.ContainsFunc(s.Candidates, Candidate.Open) {
			return errors.New("what it found is open; say what became of it")
		}
		return nil
	},
	Check: checked(checkSweep),
})

// sweepLimits: a whole inventory may come out of one sweep; it looks into few
// sources.
func sweepLimits() ledger.Limits {
	l := bounded(lists{"sources": 200, "candidates": 10_000})
	l.Body = 16 << 20
	return l
}

// PutSweep adds a search for AI in use, or records what became of its finds. What it
// found stays: none of its candidates is dropped, and when and where it looked is as it
// was told first.
func (tx *Tx) PutSweep(s Sweep) error {
	return put(tx, "PutSweep", sweeps, s, func(s *Sweep) error {
		old, exists := sweeps.Of(tx).Get(s.ID)
		if !exists {
			return nil
		}
		var is Issues
		kept(&is, "on", old.On, s.On, "another search is another sweep")
		for _, c := range old.Candidates {
			if !slices.ContainsFunc(s.Candidates, func(o Candidate) bool {
				return o.Name == c.Name && o.Where == c.Where && (c.System == "" || o.System == c.System)
			}) {
				is.Add("candidates", "kept", c.Name, "the sweep found it; say what became of it")
			}
		}
		return is.Err()
	})
}

func checkSweep(c checker, s *Sweep) {
	if s.On.IsZero() {
		c.Add("on", "required", "", "say when the sweep was made")
	}
	c.past("on", s.On)
	c.person("by", s.By, true)
	if len(s.Sources) == 0 {
		c.Add("sources", "required", "", "say where the sweep looked")
	}
	for i, f := range s.Candidates {
		c.text(issue.Index("candidates", i)+".name", f.Name, true)
		if f.System != "" {
			c.systems(issue.Index("candidates", i)+".system", []string{f.System})
		}
	}
}

// How long a search for AI in use counts, in days: half a year, between the
// yearly audit and quarterly purchasing. And how long what it found may stay
// undecided. Choices of this project.
const (
	sweepDays     = 180
	candidateDays = 30
)

var sweepsMade = Probe{
	ID: "S1-10", Title: "Search for AI in use out of date, or finds not handled", Clause: Clause{"4.3"}, Controls: ids("A.4.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		var last calendar.Date
		for _, s := range sweeps.Shared(x.r).All() {
			if s.On.After(last) {
				last = s.On
			}
			if !x.today.After(s.On.AddDate(0, 0, candidateDays)) {
				continue
			}
			for _, c := range s.Candidates {
				if c.Open() && !yield(about(KindSweep, s.ID, c.Name, s.On.AddDate(0, 0, candidateDays), issue.NewText("Found on %s and neither registered nor dismissed since.", day(s.On)),
					issue.NewText("Register it or dismiss it with a reason (PutSweep).")).by(c.Name, s.By)) {
					return
				}
			}
		}
		switch {
		case last.IsZero():
			o := x.whole(calendar.Date{}, issue.NewText("Nobody has searched for AI in use."),
				issue.NewText("Search purchasing, sign-on logs, expenses, code and bought software, and record it (PutSweep)."))
			o.Absent = true
			yield(o)
		case last.Before(x.daysAgo(sweepDays)):
			yield(x.whole(last.AddDays(sweepDays), issue.NewText("The last search for AI in use was on %s.", day(last)),
				issue.NewText("Search again and record it (PutSweep).")))
		}
	},
}
