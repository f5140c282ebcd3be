package aims

import (
	"iter"
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ProcessMap is one version of the processes of the management system, and of how they meet
// (4.4): what each takes in and gives out, who answers for it, and by what it is judged. A
// new version is a new record; the one in force stays so until another is adopted. Package
// aims/templates has a first draft.
type ProcessMap struct {
	// ID names the version: "processes" is the first, "processes-2" the second.
	ID string `json:"id"`
	// Text says in words how the processes meet.
	Text string `json:"text,omitempty"`
	// Processes are the processes.
	Processes []Process `json:"processes"`
	// DocumentControl is to whom it is given, how long it is kept, and when it ended.
	DocumentControl
	// Authors are the IDs of those who wrote in it, in any draft. Who drafts becomes one
	// of them, and none of them adopts it.
	Authors []string `json:"authors,omitempty"`
	// State is draft, approved, superseded or withdrawn; verbs move it. What is approved is
	// adopted.
	State DocumentState `json:"state"`
	// Approval is that by which it is in force, Earlier are those before, oldest first.
	Approval DocumentApproval   `json:"approval,omitzero"`
	Earlier  []DocumentApproval `json:"earlier,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Process is one process of the management system.
type Process struct {
	// ID names it within the map, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Does says what is done in it, Clauses which clauses it serves.
	Does    string   `json:"does,omitempty"`
	Clauses []Clause `json:"clauses,omitempty"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner,omitempty"`
	// Inputs are what it takes in, Outputs what it gives out.
	Inputs  []ProcessInput `json:"inputs,omitempty"`
	Outputs []string       `json:"outputs,omitempty"`
	// Criteria are by what it is judged.
	Criteria []ProcessCriterion `json:"criteria,omitempty"`
}

// ProcessInput is something that a process takes in.
type ProcessInput struct {
	// What it is, From the ID of the process of the map that gives it; empty if it comes
	// from outside of them.
	What string `json:"what"`
	From string `json:"from,omitempty"`
}

// ProcessCriterion is something by which a process is judged.
type ProcessCriterion struct {
	// What says what is looked at, and when it is well.
	What string `json:"what"`
	// By is the record in which that is seen: an objective that is measured, an audit or a
	// test of a control. It may be told later.
	By Subject `json:"by,omitzero"`
}

// judges are the kinds of records by which a process can be judged.
var judges = []Kind{KindObjective, KindAudit, KindControlTest}

const (
	processesID   = "processes"
	processesName = "The processes"
)

var processMaps = ledger.MustDeclare(ledger.Spec[ProcessMap]{
	Name: KindProcessMap,
	Key:  func(m *ProcessMap) string { return m.ID }, SetKey: func(m *ProcessMap, id string) { m.ID = id },
	Revision:  func(m *ProcessMap) *uint64 { return &m.Revision },
	Completes: []string{"authors"},
	MayDrop:   keptOverLong(KindProcessMap, func(m *ProcessMap) bool { return m.State == StateDraft }, "WithdrawProcesses, AdoptProcesses"),
	Limits: within(KindProcessMap, bounded(lists{"processes": 100, "processes.clauses": 50, "processes.inputs": 50, "processes.outputs": 50, "processes.criteria": 20, "authors": 200, "earlier": 100, "distribution": 200},
		"text", "processes.does", "processes.criteria.what", "disposal", "distribution.how", "ended.reason")),
	Check: checked(checkProcessMap),
})

// DraftProcesses writes a version of the processes: a new one, or, with the revision of one
// that is not adopted yet, that. With the revision of one that is it makes the next version
// of it, whose ID is new; where it says to whom that is given and how long it is kept, and
// nothing else, it is that one still.
func (tx *Tx) DraftProcesses(m ProcessMap) error {
	old, exists := processMaps.Of(tx).Get(m.ID)
	from := m.Revision
	said := m
	said.DocumentControl, said.State, said.Approval, said.Earlier, said.Authors, said.Revision = old.DocumentControl, old.State, old.Approval, old.Earlier, old.Authors, old.Revision
	controls := exists && from != 0 && old.State != StateDraft && processMaps.Same(said, old) && !sameControl(m.DocumentControl, old.DocumentControl)
	if m.ID == "" || exists && from != 0 && old.State != StateDraft && !controls {
		m.ID, m.Revision = versionID(processesID, processMaps.Shared(tx).Len()+1), 0
	}
	return put(tx, "DraftProcesses", processMaps, m, func(m *ProcessMap) error {
		if exists && m.ID != old.ID && from != old.Revision {
			return ledger.Refuse(ErrStale, "field revision: made from %d, %d is current", from, old.Revision)
		}
		if controls {
			m.State, m.Approval, m.Earlier, m.Authors = old.State, old.Approval, old.Earlier, old.Authors
			return m.kept(old.DocumentControl, true)
		}
		m.State, m.Approval, m.Earlier, m.Authors = StateDraft, DocumentApproval{}, nil, tx.authors(old.Authors, m.Authors)
		return m.kept(DocumentControl{}, false)
	})
}

// AdoptProcesses puts a version of the processes in force until reviewDue and supersedes the
// one before; of the one in force it renews that. Each process says what it does, what it
// gives out and by what it is judged, has an owner who is active, and meets another one. The
// actor is not one of the authors.
func (tx *Tx) AdoptProcesses(id string, reviewDue calendar.Date) error {
	return decide(tx, "AdoptProcesses", processMaps, id, func(m *ProcessMap) error {
		if err := tx.approveVersion(&m.State, &m.Approval, &m.Earlier, reviewDue); err != nil {
			return err
		}
		var is Issues
		m.complete(&is)
		m.DocumentControl.complete(&is)
		for i, p := range m.Processes {
			if owner, ok := people.Shared(tx).Get(p.Owner); p.Owner != "" && (!ok || !owner.ActiveOn(tx.Today())) {
				is.Add(issue.Index("processes", i)+".owner", "person", p.Owner, "this person is not active on %s", tx.Today().String())
			}
		}
		if err := is.Err(); err != nil {
			return err
		}
		for before := range processMaps.Of(tx).All() {
			if before.State != StateApproved || before.ID == m.ID {
				continue
			}
			before.State = StateSuperseded
			before.supersede(tx)
			if err := processMaps.Keep(tx, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// WithdrawProcesses takes the map of processes in force out of use from a day on, which is not
// to come, without another one in its place. It stays on file for as long as it is kept
// (Retentions, KeepYears), and who withdrew it and why stays with it (7.5.3).
func (tx *Tx) WithdrawProcesses(id string, on calendar.Date, reason string) error {
	return decide(tx, "WithdrawProcesses", processMaps, id, func(m *ProcessMap) error {
		return m.withdrawState(tx, &m.State, m.Approval.At, on, reason)
	})
}

// ProcessMap returns the version of the processes in force (4.4); if none is, the last draft.
// False if none is written yet.
func (r *reading) ProcessMap() (ProcessMap, bool) {
	var found *ProcessMap
	for _, m := range processMaps.Shared(r.r).All() {
		if m.State == StateApproved {
			found = m
			break
		}
		if m.State == StateDraft && (found == nil || m.Revision > found.Revision) {
			found = m
		}
	}
	if found == nil {
		return ProcessMap{}, false
	}
	return processMaps.Of(r.r).Get(found.ID)
}

// ProcessMaps yields all versions of the processes (4.4).
//
//go:noinline
func (r *reading) ProcessMaps() iter.Seq[ProcessMap] { return processMaps.Of(r.r).All() }

// complete adds an issue for what a map lacks before it can be adopted.
func (m *ProcessMap) complete(is *Issues) {
	saying(is, "text", m.Text)
	unfilled(is, "text", m.Text)
	if len(m.Processes) == 0 {
		is.Add("processes", "required", "", "there are none")
	}
	meets := make(map[string]bool)
	for _, p := range m.Processes {
		for _, in := range p.Inputs {
			if in.From != "" {
				meets[p.ID], meets[in.From] = true, true
			}
		}
	}
	for i, p := range m.Processes {
		at := issue.Index("processes", i)
		saying(is, at+".does", p.Does)
		unfilled(is, at+".does", p.Does)
		required(is, at+".owner", p.Owner)
		if len(p.Outputs) == 0 {
			is.Add(at+".outputs", "required", "", "say what comes out of it")
		}
		if len(p.Criteria) == 0 {
			is.Add(at+".criteria", "required", "", "say by what it is judged")
		}
		for j, c := range p.Criteria {
			unfilled(is, issue.Index(at+".criteria", j)+".what", c.What)
		}
		if len(m.Processes) > 1 && !meets[p.ID] {
			is.Add(at+".inputs", "meets", p.ID, "it takes in nothing of another one, and none takes in anything of it: say how they meet (from)")
		}
	}
}

func checkProcessMap(c checker, m *ProcessMap) {
	c.text("text", m.Text, false)
	c.past("approval.at", c.DayOf(m.Approval.At))
	c.approved(m.State, m.Approval)
	c.control(&m.DocumentControl, m.State == StateWithdrawn)
	known := make(map[string]bool)
	for i, p := range m.Processes {
		at := issue.Index("processes", i)
		switch {
		case !issue.ValidKey(p.ID):
			c.Add(at+".id", "key", p.ID, "is no ID")
		case known[p.ID]:
			c.Add(at+".id", "repeated", p.ID, "is there already")
		}
		known[p.ID] = true
		c.says(at+".title", p.Title, true)
		c.says(at+".does", p.Does, false)
		c.person(at+".owner", p.Owner, false)
		for j, out := range p.Outputs {
			c.says(issue.Index(at+".outputs", j), out, true)
		}
		for j, cr := range p.Criteria {
			field := issue.Index(at+".criteria", j)
			c.says(field+".what", cr.What, true)
			switch {
			case cr.By == (Subject{}):
			case !slices.Contains(judges, cr.By.Kind):
				c.Add(field+".by.kind", "oneof", string(cr.By.Kind), "must be one of %v", judges)
			case !c.r.Has(cr.By):
				c.Add(field+".by.id", "record", cr.By.ID, "no such record on file")
			}
		}
	}
	for i, p := range m.Processes {
		for j, in := range p.Inputs {
			field := issue.Index(issue.Index("processes", i)+".inputs", j)
			c.says(field+".what", in.What, true)
			if in.From != "" && (in.From == p.ID || !known[in.From]) {
				c.Add(field+".from", "record", in.From, "no such other process of the map")
			}
		}
	}
	if m.State == StateApproved {
		var is Issues
		m.complete(&is)
		for _, i := range is {
			c.needs(i.Field, false, i.Message)
		}
	}
}

var processesAdopted = Probe{
	ID: "PM-01", Title: "Processes of the management system not adopted", Clause: Clause{"4.4"},
	Grading: "minor; while no scope is in force it is not asked, and an approved document for clause 4.4 says as much",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if !x.scoped() {
			return
		}
		m, ok := x.ProcessMap()
		var o Observation
		switch {
		case ok && m.State == StateApproved && !m.Approval.Overdue(x.today):
			return
		case ok && m.State == StateApproved:
			o = about(processMaps.Name(), m.ID, processesName, m.Approval.ReviewDue, issue.NewText("The processes were due for review on %s.", day(m.Approval.ReviewDue)),
				issue.NewText("Look at whether it is still done so, and adopt them anew (AdoptProcesses)."))
		case x.documented(Clause{"4.4"}):
			return
		case ok:
			o = about(processMaps.Name(), m.ID, processesName, x.on(x.began()), issue.NewText("The processes are a draft."), issue.NewText("Have somebody adopt them who did not write them (AdoptProcesses)."))
			o.Absent = true
		default:
			o = x.whole(x.on(x.began()), issue.NewText("Nothing says which processes the management system has, and how they meet."),
				issue.NewText("Write them down, from the template or your own (DraftProcesses), and have them adopted (AdoptProcesses)."))
			o.Absent = true
		}
		yield(o)
	},
}
