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

// Retirement is the end of one AI system (A.6.2.6): why it stops and what that does to
// those who rely on it, who is told, what takes its place, what hangs on it, and what
// becomes of what it leaves. It is planned by one and decided by another; at the gate into
// retirement it is asked for, and closed once nothing is left.
type Retirement struct {
	// ID names the retirement, System is the ID of the system.
	ID     string `json:"id"`
	System string `json:"system"`
	// Reason says why it stops, Effect what that does to those who rely on it (A.5.4),
	// Fallback what takes its place, or what they do without.
	Reason   string `json:"reason"`
	Effect   string `json:"effect"`
	Fallback string `json:"fallback"`
	// Told are those who are to be told, and when they were (A.8.2, A.10.4).
	Told []RetirementNotice `json:"told"`
	// Remains are what the system leaves, and what became of it (A.4.2, A.7.2).
	Remains []Remain `json:"remains"`
	// Dependants are what stands on what the system gives or shares, Looked says how that
	// was looked for.
	Dependants []Dependant `json:"dependants,omitempty"`
	Looked     string      `json:"looked"`
	// PlannedFor is the day by which the system is out of use.
	PlannedFor calendar.Date `json:"planned_for"`
	// Authors are the IDs of those who wrote the plan, PlannedAt is when it was first put on
	// file; verbs set both.
	Authors   []string  `json:"authors,omitempty"`
	PlannedAt time.Time `json:"planned_at"`

	// State says how it stands.
	State RetirementState `json:"state"`
	// DecidedBy is the ID of who decided it, DecidedAt when.
	DecidedBy string    `json:"decided_by,omitempty"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
	// Closing says that nothing is left to do.
	Closing RetirementClosing `json:"closing,omitzero"`
	// DroppedBy, DroppedAt and DropReason say who gave it up, when and why.
	DroppedBy  string    `json:"dropped_by,omitempty"`
	DroppedAt  time.Time `json:"dropped_at,omitzero"`
	DropReason string    `json:"drop_reason,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// RetirementNotice is what one sort of people is told of the end of a system.
type RetirementNotice struct {
	// To is which sort, Who names them. Nobody says why there is nobody to tell, if so.
	To     RetirementAudience `json:"to"`
	Who    string             `json:"who,omitempty"`
	Nobody string             `json:"nobody,omitempty"`
	// On is when they were told, How by what way; By is the ID of the person who recorded
	// that, RecordedAt when. TellRetirement writes them.
	On         calendar.Date `json:"on,omitzero"`
	How        string        `json:"how,omitempty"`
	By         string        `json:"by,omitempty"`
	RecordedAt time.Time     `json:"recorded_at,omitzero"`
}

// open reports whether somebody is still to be told.
func (n RetirementNotice) open() bool { return blank(n.Nobody) && n.RecordedAt.IsZero() }

// RetirementAudience is a sort of people who are told that a system ends.
type RetirementAudience string

// The sorts. A plan says of users always whom it tells, of customers where others receive
// the system, of suppliers where there is one.
const (
	ToldUsers       RetirementAudience = "users"
	ToldCustomers   RetirementAudience = "customers"
	ToldSuppliers   RetirementAudience = "suppliers"
	ToldAffected    RetirementAudience = "affected"
	ToldAuthorities RetirementAudience = "authorities"
)

// RetirementAudiences lists the sorts.
func RetirementAudiences() []RetirementAudience {
	return []RetirementAudience{ToldUsers, ToldCustomers, ToldSuppliers, ToldAffected, ToldAuthorities}
}

// Remain is one thing that a system leaves.
type Remain struct {
	// ID names it within the retirement, Sort says of which sort it is, What what it is.
	ID   string     `json:"id"`
	Sort RemainSort `json:"sort"`
	What string     `json:"what"`
	// Dataset is the ID of the data set on file that it is, if it is one.
	Dataset string `json:"dataset,omitempty"`
	// Plan says what is to become of it.
	Plan string `json:"plan,omitempty"`
	// Fate is what became of it, On when, How by what way it was disposed of, why it is kept,
	// or why there is none; Until is the last day that it is kept for. By is the ID of the
	// person who recorded it, RecordedAt when. SettleRetirement writes them.
	Fate       RemainFate    `json:"fate,omitempty"`
	On         calendar.Date `json:"on,omitzero"`
	How        string        `json:"how,omitempty"`
	Until      calendar.Date `json:"until,omitzero"`
	By         string        `json:"by,omitempty"`
	RecordedAt time.Time     `json:"recorded_at,omitzero"`
}

// RemainSort is a sort of what a system leaves.
type RemainSort string

// The sorts. A plan has at least one of each of the first four, and each data set on file
// that the system stands on.
const (
	RemainData        RemainSort = "data"
	RemainModel       RemainSort = "model"
	RemainCredentials RemainSort = "credentials"
	RemainLogs        RemainSort = "logs"
	RemainOther       RemainSort = "other"
)

// RemainSorts lists the sorts.
func RemainSorts() []RemainSort {
	return []RemainSort{RemainData, RemainModel, RemainCredentials, RemainLogs, RemainOther}
}

// RemainFate is what became of what a system leaves.
type RemainFate string

// The fates; empty while nobody has said.
const (
	RemainDisposed RemainFate = "disposed"
	RemainKept     RemainFate = "kept" // with a reason, and until a day
	RemainNone     RemainFate = "none" // there is none
)

// RemainFates lists the fates.
func RemainFates() []RemainFate { return []RemainFate{RemainDisposed, RemainKept, RemainNone} }

// Dependant is another system that hangs on one that ends.
type Dependant struct {
	// System is the ID of the other one, Effect says what becomes of it.
	System string `json:"system"`
	Effect string `json:"effect"`
}

// RetirementClosing says that nothing of a retirement is left to do.
type RetirementClosing struct {
	// Checked says what was looked at, Moved where what is still open of the system goes on.
	Checked string         `json:"checked"`
	Moved   []MovedMatters `json:"moved,omitempty"`
	// By is the ID of the person who closed it, At when; verbs set them.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// MovedMatters is an incident, a concern or a nonconformity that outlives its system.
type MovedMatters struct {
	// Record names it, To says where it goes on and who sees to it.
	Record Subject `json:"record"`
	To     string  `json:"to"`
}

// RetirementState says how a retirement stands.
type RetirementState string

// The states.
const (
	RetirementPlanned RetirementState = "planned"
	RetirementDecided RetirementState = "decided"
	RetirementClosed  RetirementState = "closed"
	RetirementDropped RetirementState = "dropped"
)

// Decided reports whether somebody has decided it, and it was not given up.
func (r Retirement) Decided() bool {
	return r.State == RetirementDecided || r.State == RetirementClosed
}

// Untold are the sorts of people who are still to be told.
func (r Retirement) Untold() []RetirementAudience {
	var all []RetirementAudience
	for _, n := range r.Told {
		if n.open() {
			all = append(all, n.To)
		}
	}
	return all
}

// Unsettled is how much of what the system leaves nobody has said the fate of.
func (r Retirement) Unsettled() int {
	n := 0
	for _, m := range r.Remains {
		if m.Fate == "" {
			n++
		}
	}
	return n
}

// closeDays is within how many days of the end of a system its retirement is closed; a
// choice of this project.
const closeDays = 30

var retirements = ledger.MustDeclare(ledger.Spec[Retirement]{
	Name: KindRetirement,
	Key:  func(r *Retirement) string { return r.ID }, SetKey: func(r *Retirement, id string) { r.ID = id },
	Revision:  func(r *Retirement) *uint64 { return &r.Revision },
	Completes: []string{"authors", "planned_at", "state"},
	Listings:  []ledger.Listing[Retirement]{{Name: bySystem, Value: func(r *Retirement) string { return r.System }}},
	Limits: within(KindRetirement, bounded(lists{"told": 50, "remains": 500, "dependants": 500, "authors": 200, "closing.moved": 500},
		"reason", "effect", "fallback", "looked", "dependants.effect", "told.nobody", "told.how", "remains.what", "remains.plan", "remains.how", "closing.checked", "closing.moved.to", "drop_reason")),
	MayDrop: func(_ ledger.Reader, r *Retirement) error {
		if r.State != RetirementPlanned {
			return errors.New("it was decided; what was decided stays, and DropRetirement gives it up")
		}
		return nil
	},
	Check: checked(checkRetirement),
})

// PlanRetirement plans the end of a system, or revises the plan while nobody has decided.
// Who plans it does not decide it.
func (tx *Tx) PlanRetirement(r Retirement) error {
	return put(tx, "PlanRetirement", retirements, r, func(r *Retirement) error {
		old, exists := retirements.Of(tx).Get(r.ID)
		if exists && old.State != RetirementPlanned {
			return ledger.Refuse(ErrState, "it is %s, and stays as it was planned; what else it leaves adds SettleRetirement", old.State)
		}
		var is Issues
		r.Authors, r.PlannedAt, r.State = with(old.Authors, tx.By().Actor), tx.Now(), RetirementPlanned
		if exists {
			r.PlannedAt = old.PlannedAt
			kept(&is, "system", old.System, r.System, "plan another one")
		}
		r.DecidedBy, r.DecidedAt, r.Closing = "", time.Time{}, RetirementClosing{}
		r.DroppedBy, r.DroppedAt, r.DropReason = "", time.Time{}, ""
		r.Told, r.Remains = slices.Clone(r.Told), slices.Clone(r.Remains)
		for i, n := range r.Told {
			r.Told[i] = RetirementNotice{To: n.To, Who: n.Who, Nobody: n.Nobody}
		}
		for i, m := range r.Remains {
			r.Remains[i] = Remain{ID: m.ID, Sort: m.Sort, What: m.What, Dataset: m.Dataset, Plan: m.Plan}
		}
		return is.Err()
	})
}

// DecideRetirement decides that a system ends as it is planned: the owner, who answers for
// the management system, or who sponsors it, and none of those who wrote the plan. Of a
// system of high impact the sponsor decides, who does not own it, and the owner has put
// their name to the plan. The plan names each data set and each system that the register
// knows to hang on it.
func (tx *Tx) DecideRetirement(id string) error {
	return decide(tx, "DecideRetirement", retirements, id, func(r *Retirement) error {
		if r.State != RetirementPlanned {
			return ledger.Refuse(ErrState, "it is %s", r.State)
		}
		s, err := systems.Must(tx, r.System)
		if err != nil {
			return err
		}
		if err := tx.mayRetire("DecideRetirement", &s, r); err != nil {
			return err
		}
		if other := tx.retiring(s.ID); other != nil {
			return ledger.Refuse(ErrState, "retirement %q of it was decided by %s; give that up first (DropRetirement)", other.ID, other.DecidedBy)
		}
		var is Issues
		if highLevel(tx.LevelOf(s.ID)) && activeIn(tx, s.Owner, tx.Now()) && !slices.ContainsFunc(r.Authors, func(a string) bool { return tx.same(a, s.Owner) }) {
			is.Add("authors", "owner", s.Owner, "the system is of high impact, or of one that nobody knows, and its owner has no part in the plan; have the owner put their name to it (PlanRetirement)")
		}
		tx.complete(&is, r, &s)
		r.State, r.DecidedBy, r.DecidedAt = RetirementDecided, tx.By().Actor, tx.Now()
		return is.Err()
	})
}

// mayRetire asks for the right that a system of high impact takes besides.
func (tx *Tx) mayRetire(verb string, s *register.System, r *Retirement) error {
	if !highLevel(tx.LevelOf(s.ID)) {
		return nil
	}
	return tx.right(verb, atHigh, Subject{Kind: retirements.Name(), ID: r.ID})
}

// complete looks at what a plan leaves out.
func (r *reading) complete(is *Issues, p *Retirement, s *register.System) {
	asked := []RetirementAudience{ToldUsers}
	if s.Supplies != register.No {
		asked = append(asked, ToldCustomers)
	}
	if s.Supplier != "" {
		asked = append(asked, ToldSuppliers)
	}
	for _, to := range asked {
		if !slices.ContainsFunc(p.Told, func(n RetirementNotice) bool { return n.To == to }) {
			is.Add("told", "missing", string(to), "say whom of %s it tells, or why there is nobody", to)
		}
	}
	for _, sort := range RemainSorts() {
		if sort != RemainOther && !slices.ContainsFunc(p.Remains, func(m Remain) bool { return m.Sort == sort }) {
			is.Add("remains", "missing", string(sort), "say what it leaves of %s; that there is none is said as well", sort)
		}
	}
	r.datasetsNamed(is, p)
	for _, other := range r.dependants(s.ID) {
		if !slices.ContainsFunc(p.Dependants, func(d Dependant) bool { return d.System == other }) {
			is.Add("dependants", "missing", other, "system %s stands on a data set of it; say what becomes of that", other)
		}
	}
}

// datasetsNamed asks for each data set that a system stands on.
func (r *reading) datasetsNamed(is *Issues, p *Retirement) {
	named := make(map[string]bool)
	for _, m := range p.Remains {
		named[m.Dataset] = true
	}
	for id, d := range datasets.Shared(r.r).Where(bySystem, p.System).All() {
		if d.DeletedOn.IsZero() && !named[id] {
			is.Add("remains", "dataset", id, "it stands on data set %s; say what becomes of that", id)
		}
	}
}

// dependants are the other systems not retired that stand on a data set of a system.
func (r *reading) dependants(system string) []string {
	var all []string
	for _, d := range datasets.Shared(r.r).Where(bySystem, system).All() {
		if d.DeletedOn.IsZero() {
			all = append(all, r.runsOn(d, system)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// runsOn are the systems not retired, but one, that stand on a data set.
func (r *reading) runsOn(d *Dataset, but string) (all []string) {
	for _, id := range d.Systems {
		if s, ok := systems.Shared(r.r).Get(id); ok && id != but && s.Stage != register.StageRetirement {
			all = append(all, id)
		}
	}
	return all
}

// TellRetirement records that people were told of the end of a system, on a day and by
// some way. It is the actor's word, and stays.
func (tx *Tx) TellRetirement(id string, to RetirementAudience, on calendar.Date, how string) error {
	return revise(tx, "TellRetirement", retirements, id, func(r *Retirement) error {
		if err := r.going(); err != nil {
			return err
		}
		var is Issues
		i := slices.IndexFunc(r.Told, func(n RetirementNotice) bool { return n.To == to && n.open() })
		switch {
		case i >= 0:
		case slices.ContainsFunc(r.Told, func(n RetirementNotice) bool { return n.To == to && blank(n.Nobody) }):
			return ledger.Refuse(ErrState, "%s were told, and that stays", to)
		default: // whom nobody had thought of
			r.Told = append(r.Told, RetirementNotice{To: to, Who: string(to)})
			i = len(r.Told) - 1
		}
		if on.IsZero() {
			is.Add("on", "required", "", "say when they were told")
		}
		saying(&is, "how", how)
		n := &r.Told[i]
		n.On, n.How, n.By, n.RecordedAt = on, how, tx.By().Actor, tx.Now()
		return is.Err()
	})
}

// SettleRetirement records what became of one thing that a system leaves: that it was
// disposed of, on a day and by some way, that it is kept, for a reason and until a day, or
// that there is none. Of what the plan names m.ID, Fate, On, How and Until are taken; what
// it does not name is added. What is kept is settled again once its time is over. A data
// set on file is disposed of when its own record says so, and not while another system
// stands on it.
func (tx *Tx) SettleRetirement(id string, m Remain) error {
	return revise(tx, "SettleRetirement", retirements, id, func(r *Retirement) error {
		if r.State != RetirementClosed {
			if err := r.going(); err != nil {
				return err
			}
		}
		i := slices.IndexFunc(r.Remains, func(o Remain) bool { return o.ID == m.ID })
		switch {
		case i < 0:
			r.Remains = append(r.Remains, Remain{ID: m.ID, Sort: m.Sort, What: m.What, Dataset: m.Dataset})
			i = len(r.Remains) - 1
		case r.Remains[i].Fate == RemainDisposed || r.Remains[i].Fate == RemainNone:
			return ledger.Refuse(ErrState, "it is %s, and that stays", r.Remains[i].Fate)
		}
		var is Issues
		o := &r.Remains[i]
		saying(&is, "how", m.How)
		switch m.Fate {
		case RemainDisposed:
			if m.On.IsZero() {
				is.Add("on", "required", "", "say when it was disposed of")
			}
			if d, ok := datasets.Shared(tx).Get(o.Dataset); ok {
				if others := tx.runsOn(d, r.System); len(others) > 0 {
					is.Add("fate", "shared", o.Dataset, "system %s stands on it", others[0])
				} else if d.DeletedOn.IsZero() {
					is.Add("fate", "dataset", o.Dataset, "its record says nothing of it; say there first when it was deleted (PutDataset)")
				}
			}
		case RemainKept:
			if !m.Until.After(tx.Today()) {
				is.Add("until", "future", m.Until.String(), "say until when it is kept, a day to come")
			}
		case RemainNone:
			if o.Dataset != "" {
				is.Add("fate", "dataset", o.Dataset, "it is on file")
			}
		default:
			is.Add("fate", "oneof", string(m.Fate), "say whether it was disposed of, is kept, or is none")
		}
		o.Fate, o.On, o.How, o.Until = m.Fate, m.On, m.How, m.Until
		o.By, o.RecordedAt = tx.By().Actor, tx.Now()
		return is.Err()
	})
}

// CloseRetirement decides that nothing of a retirement is left to do: the system is
// retired, all are told, of each thing that it leaves it is said what became of it, and
// what is open of it is closed or goes on elsewhere (c.Moved). Who told or disposed does not
// close it; of a system of high impact its owner does not either.
func (tx *Tx) CloseRetirement(id string, c RetirementClosing) error {
	return decide(tx, "CloseRetirement", retirements, id, func(r *Retirement) error {
		if err := r.going(); err != nil {
			return err
		}
		s, err := systems.Must(tx, r.System)
		if err != nil {
			return err
		}
		if err := tx.mayRetire("CloseRetirement", &s, r); err != nil {
			return err
		}
		if s.Stage != register.StageRetirement {
			return ledger.Refuse(ErrState, "system %s is at stage %s (AdvanceStage)", s.ID, s.Stage)
		}
		var is Issues
		for _, to := range r.Untold() {
			is.Add("told", "open", string(to), "nobody has said that %s were told (TellRetirement)", to)
		}
		for i, m := range r.Remains {
			if m.Fate == "" {
				is.Add(issue.Index("remains", i)+".fate", "open", m.ID, "nobody has said what became of it (SettleRetirement)")
			}
		}
		tx.datasetsNamed(&is, r)
		saying(&is, "checked", c.Checked)
		for i, m := range c.Moved {
			saying(&is, issue.Index("moved", i)+".to", m.To)
		}
		for _, open := range tx.openOf(s.ID) {
			if !slices.ContainsFunc(c.Moved, func(m MovedMatters) bool { return m.Record == open }) {
				is.Add("moved", "open", open.String(), "it is open; close it, or say where it goes on")
			}
		}
		c.By, c.At = tx.By().Actor, tx.Now()
		r.State, r.Closing = RetirementClosed, c
		return is.Err()
	})
}

// openOf are the incidents, concerns and nonconformities of a system that are open.
func (r *reading) openOf(system string) (all []Subject) {
	for id, i := range incidents.Shared(r.r).Where(bySystem, system).All() {
		if i.Open() {
			all = append(all, Subject{Kind: incidents.Name(), ID: id})
		}
	}
	for id, c := range concerns.Shared(r.r).Where(bySystem, system).All() {
		if c.Open() {
			all = append(all, Subject{Kind: concerns.Name(), ID: id})
		}
	}
	for id, n := range nonconformities.Shared(r.r).Where(bySystem, system).All() {
		if n.Open() {
			all = append(all, Subject{Kind: nonconformities.Name(), ID: id})
		}
	}
	return all
}

// DropRetirement decides, with a reason, that a system does not end as was decided, while it
// has not.
func (tx *Tx) DropRetirement(id, reason string) error {
	return decide(tx, "DropRetirement", retirements, id, func(r *Retirement) error {
		if err := r.going(); err != nil {
			return err
		}
		if s, ok := systems.Shared(tx).Get(r.System); ok && s.Stage == register.StageRetirement {
			return ledger.Refuse(ErrState, "system %s is retired, and stays so", s.ID)
		}
		var is Issues
		saying(&is, "drop_reason", reason)
		r.State, r.DroppedBy, r.DroppedAt, r.DropReason = RetirementDropped, tx.By().Actor, tx.Now(), reason
		return is.Err()
	})
}

// going refuses what is done to a retirement that is not under way.
func (r *Retirement) going() error {
	switch r.State {
	case RetirementDecided:
		return nil
	case RetirementPlanned:
		return ledger.Refuse(ErrState, "nobody has decided it (DecideRetirement)")
	}
	return ledger.Refuse(ErrState, "it is %s", r.State)
}

func checkRetirement(c checker, r *Retirement) {
	if !c.r.Has(systemSubject(r.System)) {
		c.Add("system", "system", r.System, "no such system in the register")
	}
	c.says("reason", r.Reason, true)
	c.says("effect", r.Effect, true)
	c.says("fallback", r.Fallback, true)
	c.says("looked", r.Looked, true)
	if r.PlannedFor.IsZero() {
		c.Add("planned_for", "required", "", "say for when it is planned")
	}
	for i, n := range r.Told {
		at := issue.Index("told", i)
		oneOf(c, at+".to", n.To, RetirementAudiences())
		c.says(at+".nobody", n.Nobody, false)
		c.says(at+".who", n.Who, blank(n.Nobody))
		c.says(at+".how", n.How, false)
	}
	seen := make(map[string]bool, len(r.Remains))
	for i, m := range r.Remains {
		at := issue.Index("remains", i)
		if blank(m.ID) {
			c.Add(at+".id", "required", m.ID, "give it a name by which it is settled")
		} else if seen[m.ID] {
			c.Add(at+".id", "repeated", m.ID, "is there already")
		}
		seen[m.ID] = true
		oneOf(c, at+".sort", m.Sort, RemainSorts())
		c.says(at+".what", m.What, true)
		c.says(at+".plan", m.Plan, false)
		c.says(at+".how", m.How, false)
		if m.Dataset != "" && !c.has(KindDataset, m.Dataset) {
			c.Add(at+".dataset", "record", m.Dataset, "no such data set on file")
		} else if m.Dataset != "" && m.Sort != RemainData {
			c.Add(at+".sort", "dataset", string(m.Sort), "a data set on file is of sort %s", RemainData)
		}
	}
	for i, d := range r.Dependants {
		if !c.r.Has(systemSubject(d.System)) || d.System == r.System {
			c.Add(issue.Index("dependants", i)+".system", "system", d.System, "no such other system in the register")
		}
		c.says(issue.Index("dependants", i)+".effect", d.Effect, true)
	}
	for i, m := range r.Closing.Moved {
		if !c.r.Has(m.Record) {
			c.Add(issue.Index("closing.moved", i)+".record", "record", m.Record.String(), "no such record on file")
		}
	}
	if r.Decided() {
		c.needs("decided_by", r.DecidedBy != "" && !r.DecidedAt.IsZero(), "what is decided says by whom and when")
	}
	if r.State == RetirementClosed {
		c.needs("closing", r.Closing.By != "" && !r.Closing.At.IsZero() && !idle(r.Closing.Checked), "what is closed says by whom, when, and what was looked at")
	}
}

// retiring is the retirement of a system that was decided; nil if none was.
func (r *reading) retiring(system string) *Retirement {
	for _, d := range retirements.Shared(r.r).Where(bySystem, system).All() {
		if d.Decided() {
			return d
		}
	}
	return nil
}

// retirementGate says what is missing of a retirement at the gate.
func (r *reading) retirementGate(system string, told bool) Blocker {
	d := r.retiring(system)
	switch {
	case !told && d == nil:
		return missing(issue.NewText("nobody has decided that it is retired"), issue.NewText("say what its end does and leaves (PlanRetirement), and have another decide it (DecideRetirement); what has to stop at once goes back (RevertStage)"))
	case told && d == nil:
		return missing(issue.NewText("nothing says who is told"), issue.NewText("plan whom to tell (PlanRetirement), and say when they were told (TellRetirement)"))
	case told && len(d.Untold()) > 0:
		what := issue.NewText("nobody has said that they were told: %s", issue.Join("%s, %s", issue.Words(d.Untold())))
		if !r.sees(KindRetirement, d.ID) {
			what = issue.NewText("not all who rely on it are told")
		}
		return missing(what, issue.NewText("tell them, and say when and how (TellRetirement)"))
	}
	return Blocker{}
}

// gone is an observation of a system that is retired, or of its retirement.
func (x *index) gone(k Kind, id string, s *register.System, since calendar.Date, text, next issue.Text) Observation {
	o := about(k, id, s.Name, since, text, next)
	o.High, o.Live = highLevel(x.LevelOf(s.ID)), live(s)
	return o
}

var retiredOnRecord = Probe{
	ID: "RE-01", Title: "System retired without a record of its end", Clause: Clause{"8.1"}, Controls: ids("A.6.2.6", "A.4.2", "A.7.2"),
	Grading: "minor; major if the system was of high impact. Of what ended more than a year ago it is not asked",
	grade:   majorIf(func(o Observation) bool { return o.High }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, s := range systems.Shared(x.r).Where("stage", string(register.StageRetirement)).All() {
			if s.OutOfScope != "" || s.RetiredOn.IsZero() || s.RetiredOn.Before(x.daysAgo(year)) || x.retiring(s.ID) != nil {
				continue
			}
			o := x.gone(systems.Name(), s.ID, s, s.RetiredOn, issue.NewText("It was retired on %s, and nothing says who was told and what became of data, model, credentials and logs.", s.RetiredOn),
				issue.NewText("Write it down and have it decided (PlanRetirement, DecideRetirement)."))
			o.Absent = true
			if !yield(o) {
				return
			}
		}
	},
}

var retirementsClosed = Probe{
	ID: "RE-02", Title: "Retirement late, not closed, or what was kept is over its time", Clause: Clause{"8.1"}, Controls: ids("A.6.2.6", "A.7.2", "A.8.2"),
	Grading: "minor; major where it is three months late of a system of high impact",
	grade:   majorIf(func(o Observation) bool { return o.High && lateBy(o, late) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for id, r := range retirements.Shared(x.r).All() {
			s, ok := systems.Shared(x.r).Get(r.System)
			if !ok || r.State == RetirementDropped {
				continue
			}
			ended := s.Stage == register.StageRetirement
			switch due := r.closeBy(s.RetiredOn, x.on(r.DecidedAt)); {
			case !ended && x.overdue(r.PlannedFor):
				text, next := issue.NewText("The system was to end by %s, and nobody has decided that it does.", r.PlannedFor),
					issue.NewText("Have it decided, plan it anew or give it up (DecideRetirement, PlanRetirement, Withdraw).")
				if r.State != RetirementPlanned {
					text, next = issue.NewText("The system was to end by %s, and it is at stage %s.", r.PlannedFor, issue.Word(s.Stage)),
						issue.NewText("Retire it (AdvanceStage), or give that up (DropRetirement).")
				}
				if !yield(x.gone(retirements.Name(), id, s, r.PlannedFor, text, next).by("late", "")) {
					return
				}
			case ended && r.State == RetirementDecided && x.overdue(due):
				o := x.gone(retirements.Name(), id, s, due, issue.NewText("The system is retired; %d of %d things that it leaves are not settled, and nobody has closed its retirement.", r.Unsettled(), len(r.Remains)),
					issue.NewText("Say what became of each (SettleRetirement), and have somebody apart close it (CloseRetirement)."))
				o.Count, o.Of = r.Unsettled(), len(r.Remains)
				if !yield(o.by("open", "")) {
					return
				}
			}
			for _, m := range r.Remains {
				if m.Fate == RemainKept && x.overdue(m.Until) && !yield(x.gone(retirements.Name(), id, s, m.Until,
					issue.NewText("%s was kept until %s.", m.ID, m.Until), issue.NewText("Dispose of it, or say why it is kept on (SettleRetirement).")).by("kept "+m.ID, "")) {
					return
				}
			}
		}
	},
}

// closeBy is the day by which a retirement is closed: a month after the system ended, or
// after it was decided, if that came later.
func (r *Retirement) closeBy(ended, decided calendar.Date) calendar.Date {
	return calendar.Later(ended, decided).AddDays(closeDays)
}
