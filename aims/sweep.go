package aims

import (
	"errors"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
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
	// NoAI is the word of top management that the organisation runs no AI, as the sweep
	// found none; AttestNoAI sets it, and whoever writes in the sweep afterwards takes it
	// away.
	NoAI Attestation `json:"no_ai,omitzero"`
	// Authors are the IDs of those who wrote in it; verbs keep them.
	Authors []string `json:"authors,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Attestation is the word of a member of top management, signed by the commit that wrote it,
// that the organisation runs no AI.
type Attestation struct {
	// Says is what was looked at, and why it is so.
	Says string `json:"says"`
	// By is the ID of the person, At when it was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Given reports whether somebody gave it.
func (a Attestation) Given() bool { return a.By != "" }

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
	Revision:  func(s *Sweep) *uint64 { return &s.Revision },
	Completes: []string{"authors"},
	Limits:    within(KindSweep, sweepLimits()),
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
	l := bounded(lists{"sources": 200, "candidates": 10_000, "authors": 200}, "no_ai.says")
	l.Body = 16 << 20
	return l
}

// PutSweep adds a search for AI in use, or records what became of its finds. What it
// found stays: none of its candidates is dropped, and when and where it looked is as it
// was told first.
func (tx *Tx) PutSweep(s Sweep) error {
	return put(tx, "PutSweep", sweeps, s, func(s *Sweep) error {
		old, exists := sweeps.Of(tx).Get(s.ID)
		s.NoAI, s.Authors = Attestation{}, with(old.Authors, tx.By().Actor)
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

// AttestNoAI is the word of top management, and of nobody who answers for the sweep or wrote
// in it, that the organisation runs no AI (4.1, 4.3): it is the last sweep, and all that any
// found is settled.
// It counts while no system is on file, in scope or out of it, that is not retired
// (View.RunsNoAI), whenever that came on file.
func (tx *Tx) AttestNoAI(sweep, says string) error {
	return decide(tx, "AttestNoAI", sweeps, sweep, func(s *Sweep) error {
		var is Issues
		saying(&is, "says", says)
		if err := is.Err(); err != nil {
			return err
		}
		for id, o := range sweeps.Shared(tx).All() {
			if o.On.After(s.On) {
				return ledger.Refuse(ErrState, "sweep %q of %s is a later one", id, o.On.String())
			}
			if i := slices.IndexFunc(o.Candidates, Candidate.Open); i >= 0 {
				return ledger.Refuse(ErrState, "%q, which sweep %q found, is neither registered nor dismissed", o.Candidates[i].Name, id)
			}
		}
		s.NoAI = Attestation{Says: says, By: tx.By().Actor, At: tx.Now()}
		return nil
	})
}

// runs is a system on file that is not retired, if there is one.
func (r *reading) runs() (id string, ok bool) {
	for id, s := range systems.Shared(r.r).All() {
		if s.Stage != register.StageRetirement {
			return id, true
		}
	}
	return "", false
}

// RunsNoAI returns the word of top management that the organisation runs no AI, with the
// sweep that it rests on, if it holds at time now: no later sweep was made, nothing that one
// found is open, and no system is on file that is not retired. Whether the sweep is of lately
// enough is for who asks.
func (r *reading) RunsNoAI(now time.Time) (Sweep, bool) {
	var last *Sweep
	for _, s := range sweeps.Shared(r.entire().r).All() {
		if slices.ContainsFunc(s.Candidates, Candidate.Open) {
			return Sweep{}, false
		}
		if last == nil || s.On.After(last.On) || s.On == last.On && s.NoAI.Given() {
			last = s
		}
	}
	if last == nil || !last.NoAI.Given() || last.NoAI.At.After(now) {
		return Sweep{}, false
	}
	if _, ok := r.entire().runs(); ok {
		return Sweep{}, false
	}
	return sweeps.Of(r.r).Get(last.ID)
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
	c.past("no_ai.at", c.DayOf(s.NoAI.At))
	c.says("no_ai.says", s.NoAI.Says, s.NoAI.Given())
	c.needs("no_ai.by", s.NoAI.Given() || s.NoAI.At.IsZero() && s.NoAI.Says == "", "somebody gives their word")
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
