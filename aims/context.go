package aims

import "time"

// ContextIssue is an internal or external issue that bears on the management
// system (4.1).
type ContextIssue struct {
	// ID names the issue.
	ID string `json:"id"`
	// Title says what it is, Description how it bears on the aims.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Origin is "internal" or "external".
	Origin Origin `json:"origin"`
	// ReviewedOn is when it was last looked at.
	ReviewedOn time.Time `json:"reviewed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Origin says whether an issue lies inside or outside the organisation.
type Origin string

// The origins.
const (
	Internal Origin = "internal"
	External Origin = "external"
)

// InterestedParty is somebody whose needs and expectations count (4.2).
type InterestedParty struct {
	// ID names the party.
	ID string `json:"id"`
	// Name is who it is, such as "loan applicants" or "the regulator".
	Name string `json:"name"`
	// Needs are its needs and expectations; Addressed says which of them the
	// management system takes up, and how.
	Needs     []string `json:"needs,omitempty"`
	Addressed string   `json:"addressed,omitempty"`
	// ReviewedOn is when they were last looked at.
	ReviewedOn time.Time `json:"reviewed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

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

var (
	contextIssues = &kind[ContextIssue]{name: KindContextIssue, at: contextIssueIndex, schema: 1,
		id: func(r *ContextIssue) string { return r.ID }, setID: func(r *ContextIssue, id string) { r.ID = id },
		rev: func(r *ContextIssue) *uint64 { return &r.Revision }}
	interestedParties = &kind[InterestedParty]{name: KindInterestedParty, at: interestedPartyIndex, schema: 1,
		id: func(r *InterestedParty) string { return r.ID }, setID: func(r *InterestedParty, id string) { r.ID = id },
		rev: func(r *InterestedParty) *uint64 { return &r.Revision }}
	sweeps = &kind[Sweep]{name: KindSweep, at: sweepIndex, schema: 1,
		id: func(r *Sweep) string { return r.ID }, setID: func(r *Sweep, id string) { r.ID = id },
		rev: func(r *Sweep) *uint64 { return &r.Revision }}
)

// PutContextIssue adds or revises an internal or external issue (4.1).
func (tx *Tx) PutContextIssue(c ContextIssue) (ContextIssue, error) {
	return put(tx, "PutContextIssue", contextIssues, c)
}

// PutInterestedParty adds or revises an interested party (4.2).
func (tx *Tx) PutInterestedParty(p InterestedParty) (InterestedParty, error) {
	return put(tx, "PutInterestedParty", interestedParties, p)
}

// PutSweep adds a search for AI in use, or records what became of its finds.
func (tx *Tx) PutSweep(s Sweep) (Sweep, error) { return put(tx, "PutSweep", sweeps, s) }

func checkContextIssue(tx *Tx, i *ContextIssue, is *Issues) {
	c := checker{is, tx}
	c.text("title", i.Title, true)
	c.text("description", i.Description, false)
	oneOf(c, "origin", i.Origin, []Origin{Internal, External})
	c.past("reviewed_on", i.ReviewedOn)
}

func checkInterestedParty(tx *Tx, p *InterestedParty, is *Issues) {
	c := checker{is, tx}
	c.text("name", p.Name, true)
	for i, n := range p.Needs {
		c.text(index("needs", i), n, true)
	}
	c.text("addressed", p.Addressed, false)
	c.past("reviewed_on", p.ReviewedOn)
}

func checkSweep(tx *Tx, s *Sweep, is *Issues) {
	c := checker{is, tx}
	if s.On.IsZero() {
		c.Add("on", "required", "", "say when the sweep was made")
	}
	c.past("on", s.On)
	c.person("by", s.By, true)
	if len(s.Sources) == 0 {
		c.Add("sources", "required", "", "say where the sweep looked")
	}
	for i, f := range s.Candidates {
		c.text(index("candidates", i)+".name", f.Name, true)
		if f.System != "" {
			c.systems(index("candidates", i)+".system", []string{f.System})
		}
	}
}
