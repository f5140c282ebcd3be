package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// Finding is something that is missing, late or at odds: what an auditor would
// write down. It is data, never an error.
type Finding struct {
	// Check is the ID of the check that found it; Checks lists them all.
	Check string `json:"check"`
	// Severity is how an auditor would grade it.
	Severity Severity `json:"severity"`
	// Clause is the clause concerned; zero for what certification asks for.
	Clause Clause `json:"clause,omitzero"`
	// Controls are the controls concerned.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Subject is the record concerned, or the whole management system (kind
	// "organisation").
	Subject Subject `json:"subject"`
	// Name is what people call the subject.
	Name string `json:"name,omitempty"`
	// Message says what was found, Next what to do about it.
	Message string `json:"message"`
	Next    string `json:"next"`
	// Since is when it came to be so, or was due; zero if that can't be told.
	Since time.Time `json:"since,omitzero"`
}

// CheckInfo describes one check of Findings.
type CheckInfo struct {
	// ID names the check: S1 what a Stage 1 audit looks at, S2 a Stage 2
	// audit, SV surveillance, OW ownership, IA the impact assessment.
	ID string
	// Title says what it looks for.
	Title string
	// Clause and Controls are what it rests on.
	Clause   string
	Controls []string
	// Grading says when it finds what severity, and why.
	Grading string
}

// check is a row of the table that Findings walks.
type check struct {
	CheckInfo
	run func(*finder)
}

// Checks returns the checks that Findings makes, in order.
func Checks() []CheckInfo {
	all := checks()
	infos := make([]CheckInfo, len(all))
	for i, c := range all {
		infos[i] = c.CheckInfo
		infos[i].Controls = slices.Clone(c.Controls)
	}
	return infos
}

// Findings lists what is missing, late or at odds at time now, heaviest
// first, then in the order of the checks and of their subjects.
func Findings(v *View, now time.Time) []Finding {
	f := &finder{v: v, now: now.UTC(), limits: v.Criteria(), found: make(map[Severity]pile)}
	f.index()
	for _, c := range checks() {
		f.check = c.CheckInfo
		if c.Clause != "" {
			f.clause = MustParseClause(c.Clause)
		} else {
			f.clause = Clause{}
		}
		f.controls = f.controls[:0:0]
		for _, id := range c.Controls {
			f.controls = append(f.controls, annexa.MustParse(id))
		}
		c.run(f)
	}
	return slices.Concat(slices.Concat(f.found[SeverityMajor], f.found[SeverityMinor], f.found[SeverityOpportunity])...)
}

// finder is what a check works with: the view, the time, indexes that many
// checks share, and where the findings go.
type finder struct {
	v        *View
	now      time.Time
	limits   register.Criteria
	check    CheckInfo
	clause   Clause
	controls []annexa.ID
	found    map[Severity]pile

	states    []systemState
	byControl map[annexa.ID][]*Evidence // fresh evidence
	monitored map[string]bool           // by system: fresh monitoring evidence; "" for all
}

// pile holds findings in the order in which they were made, in parts of which
// each is twice the one before: one list would be copied over and over.
type pile [][]Finding

func (p pile) add(x Finding) pile {
	last := len(p) - 1
	if last < 0 || len(p[last]) == cap(p[last]) {
		p = append(p, make([]Finding, 0, 16<<len(p)))
		last++
	}
	p[last] = append(p[last], x)
	return p
}

// systemState is what the checks need of one active system.
type systemState struct {
	s        *register.System
	level    impact.Level
	coverage Coverage
	standing
}

func (st systemState) live() bool {
	return st.s.Stage == register.StageDeployment || st.s.Stage == register.StageOperation
}

func (st systemState) high() bool { return st.level.Rank() >= impact.LevelHigh.Rank() }

func (f *finder) index() {
	r := &f.v.reading
	f.states = make([]systemState, 0, systems.Shared(r.r).Len())
	for _, s := range systems.Shared(r.r).All() {
		if s.Stage == register.StageRetirement || s.OutOfScope != "" {
			continue
		}
		st := r.standing(s.ID)
		f.states = append(f.states, systemState{s: s, level: r.level(s.ID, st), coverage: coverage(st.approved, s, f.now), standing: st})
	}
	f.byControl = make(map[annexa.ID][]*Evidence)
	f.monitored = make(map[string]bool)
	for _, e := range evidence.Shared(r.r).All() {
		if !e.Fresh(f.now) {
			continue
		}
		for _, ref := range e.Supports {
			if ref.Framework() != FrameworkID {
				continue
			}
			if id, err := annexa.Parse(ref.Element()); err == nil {
				f.byControl[id] = append(f.byControl[id], e)
			}
		}
		if e.Kind == "ev-monitoring" {
			for _, id := range e.Systems {
				f.monitored[id] = true
			}
			if len(e.Systems) == 0 {
				f.monitored[""] = true
			}
		}
	}
}

// add files a finding of the running check.
func (f *finder) add(sev Severity, k Kind, id, name string, since time.Time, message, next string) {
	f.found[sev] = f.found[sev].add(Finding{Check: f.check.ID, Severity: sev, Clause: f.clause, Controls: slices.Clone(f.controls),
		Subject: Subject{Kind: k, ID: id}, Name: name, Message: message, Next: next, Since: since})
}

// whole files a finding about the management system as a whole.
func (f *finder) whole(sev Severity, since time.Time, message, next string) {
	f.add(sev, KindOrganisation, organisationID, f.v.Organisation().Name, since, message, next)
}

// active reports whether a person on file is active now.
func (f *finder) active(id string) bool {
	p, ok := people.Shared(f.v).Get(id)
	return ok && p.ActiveAt(f.now)
}

// overdue reports whether a due time has passed.
func (f *finder) overdue(t time.Time) bool { return !t.IsZero() && f.now.After(t) }
