package aims

import (
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Sweep is one search for AI in use that nobody has registered: in purchasing,
// sign-on logs, expenses, code, features of bought software, a staff survey.
type Sweep struct {
	// ID names the sweep.
	ID string `json:"id"`
	// On is when it was made, By the ID of the person who answers for it.
	On time.Time `json:"on"`
	By string    `json:"by"`
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
	Name: KindSweep,
	Key:  func(s *Sweep) string { return s.ID }, SetKey: func(s *Sweep, id string) { s.ID = id },
	Revision: func(s *Sweep) *uint64 { return &s.Revision },
	Limits:   sweepLimits(),
	MayDrop:  always[Sweep],
	Check:    checked(checkSweep),
})

// sweepLimits: a whole inventory may come out of one sweep; it looks into few
// sources.
func sweepLimits() ledger.Limits {
	l := bounded(lists{"sources": 200, "candidates": 10_000})
	l.Body = 16 << 20
	return l
}

// PutSweep adds a search for AI in use, or records what became of its finds.
func (tx *Tx) PutSweep(s Sweep) error { return put(tx, "PutSweep", sweeps, s, nil) }

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
