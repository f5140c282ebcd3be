package aims

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Certificate is a certification of the management system: the way there
// (application, Stage 1, Stage 2), the decision, the surveillance of a three-year cycle,
// what suspends, reduces and ends it. The rules are those of ISO/IEC 17021-1, with
// ISO/IEC 42006 for AI management systems and IAF MD 2 for a transfer; they bind the
// certification body and are no clauses of ISO/IEC 42001. How much audit time a body takes
// they have tables for that are not at hand here; what it hangs on stands in Applied.
type Certificate struct {
	// ID names the certification, such as "iso42001-2026".
	ID string `json:"id"`
	// Body is the certification body, Accreditation who accredited it, AccreditedUntil the
	// last day on which that holds, if it is known to end.
	Body            string        `json:"body"`
	Accreditation   string        `json:"accreditation,omitempty"`
	AccreditedUntil calendar.Date `json:"accredited_until,omitzero"`
	// Ties are the persons and suppliers on file that belong to the body or are tied to it:
	// none of them may have advised or audited the organisation (ISO/IEC 17021-1, 5.2).
	Ties []BodyTie `json:"ties,omitempty"`
	// Number is the certificate's number, Scope the scope that it prints.
	Number string `json:"number,omitempty"`
	Scope  string `json:"scope,omitempty"`
	// ScopeVersion is the ID of the version of the management system's scope (4.3) that the
	// body last decided on; verbs set it.
	ScopeVersion string `json:"scope_version,omitempty"`
	// Renews is the ID of the certification that this one takes over from: a
	// recertification, which needs a Stage 1 only where much has changed (ISO/IEC 17021-1,
	// 9.6.3.1), is decided before the other one ends or within the time to restore it, and
	// may print an expiry that counts from that of the other.
	Renews string `json:"renews,omitempty"`
	// Transfers is the ID of the certification of another body that this one takes over
	// with its cycle (IAF MD 2; TransferCertificate).
	Transfers string `json:"transfers,omitempty"`
	// State is where it stands; verbs move it.
	State CertState `json:"state"`
	// Applied is what the body was told when it was applied to, Told what it was told since
	// (TellBody), oldest first.
	Applied CertificationApplication `json:"applied,omitzero"`
	Told    []BodyNotice             `json:"told,omitempty"`
	// Stages are the audits of Stage 1 and Stage 2 that have taken place, oldest first,
	// those of earlier rounds among them. Stage1On and Stage2On are the last days of the
	// last ones of this round.
	Stages   []StageAudit  `json:"stages,omitempty"`
	Stage1On calendar.Date `json:"stage1_on,omitzero"`
	Stage2On calendar.Date `json:"stage2_on,omitzero"`
	// PendingOn is since when the body has what it decides by, if that was told; PendingAt
	// when that came on file, PendingBy the ID of who put it there. Verbs set them. Empty of
	// those of before.
	PendingOn calendar.Date `json:"pending_on,omitzero"`
	PendingAt time.Time     `json:"pending_at,omitzero"`
	PendingBy string        `json:"pending_by,omitempty"`
	// DecidedOn is the day of the decision to certify: the cycle starts. RestoredOn is the
	// day on which one that had expired was restored, within the cycle of the one before.
	// DecidedAt is when that decision came on file, DecidedBy the ID of who put it there;
	// verbs set them, and one that was told long after shows (Late). Empty of those of before.
	DecidedOn  calendar.Date `json:"decided_on,omitzero"`
	RestoredOn calendar.Date `json:"restored_on,omitzero"`
	DecidedAt  time.Time     `json:"decided_at,omitzero"`
	DecidedBy  string        `json:"decided_by,omitempty"`
	// PrintedExpiry is the expiry that the certificate prints, if it prints
	// one; it wins over the calculated one.
	PrintedExpiry calendar.Date `json:"printed_expiry,omitzero"`
	// Surveillance are the surveillance audits that took place, Special the audits beside
	// (RecordSpecialAudit).
	Surveillance []calendar.Date `json:"surveillance,omitempty"`
	Special      []SpecialAudit  `json:"special,omitempty"`
	// SuspendedOn is when it was suspended, if it is; Suspensions are all, oldest first.
	SuspendedOn calendar.Date `json:"suspended_on,omitzero"`
	Suspensions []Suspension  `json:"suspensions,omitempty"`
	// WithdrawnOn is when the body withdrew it; zero if it did not.
	WithdrawnOn calendar.Date `json:"withdrawn_on,omitzero"`
	// ScopeDecisions are the body's decisions on what it covers, oldest first
	// (ChangeCertificateScope).
	ScopeDecisions []ScopeDecision `json:"scope_decisions,omitempty"`
	// Appeals are the appeals and complaints about the body's decisions, oldest first
	// (NoteAppeal).
	Appeals []Appeal `json:"appeals,omitempty"`
	// TransferredOn is when it was taken over by another body, or took over; TransferredTo is
	// the ID of the certification that took it over, TransferReview what that body's review
	// of it found.
	TransferredOn  calendar.Date `json:"transferred_on,omitzero"`
	TransferredTo  string        `json:"transferred_to,omitempty"`
	TransferReview string        `json:"transfer_review,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// StageAudit is one audit on the way to the decision (ISO/IEC 17021-1, 9.3.1).
type StageAudit struct {
	// Stage is stage_1 or stage_2, On its last day.
	Stage Stage         `json:"stage"`
	On    calendar.Date `json:"on"`
	// By is the ID of the person who recorded it, At when; verbs set them. Empty of those of
	// before.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}

// SpecialAudit is an audit of the body beside surveillance: to extend the scope, or at
// short notice, to look into complaints, changes or a suspension (ISO/IEC 17021-1, 9.6.4);
// or the one for recertification (9.6.3.2).
type SpecialAudit struct {
	// On is its last day, ShortNotice says that it came at short notice.
	On          calendar.Date `json:"on"`
	ShortNotice bool          `json:"short_notice,omitempty"`
	// Recertifies says that it is the audit for recertification (ISO/IEC 17021-1, 9.6.3.2):
	// what has expired is restored by one alone.
	Recertifies bool `json:"recertifies,omitempty"`
	// Reason says why the body came, Result what came of it.
	Reason string `json:"reason"`
	Result string `json:"result"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Suspension is a time during which nothing may be claimed (ISO/IEC 17021-1, 9.6.5).
type Suspension struct {
	// From is its first day, Until the day that ended it, none while it lasts.
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until,omitzero"`
	// Reason says why.
	Reason string `json:"reason"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ScopeDecision is a decision of the body on what the certificate covers (ISO/IEC 17021-1,
// 9.6.4.1 and 9.6.5.5).
type ScopeDecision struct {
	// Kind says what became of the scope, On is the day of the decision.
	Kind ScopeChange   `json:"kind"`
	On   calendar.Date `json:"on"`
	// Changed says what changed and why. Parts are, one by one, the sites, activities,
	// roles and systems taken in or taken out; of what was taken out nothing is claimed
	// any more.
	Changed string   `json:"changed"`
	Parts   []string `json:"parts,omitempty"`
	// Scope is what the certificate prints from then on; empty where that stays.
	Scope string `json:"scope,omitempty"`
	// Before is what it printed, Version the version of the management system's scope that
	// was in force; verbs set them.
	Before  string `json:"before,omitempty"`
	Version string `json:"version,omitempty"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ScopeChange is what becomes of the scope of a certificate.
type ScopeChange string

// The changes of scope.
const (
	ScopeExtended  ScopeChange = "extended"
	ScopeReduced   ScopeChange = "reduced"
	ScopeUnchanged ScopeChange = "unchanged" // the body looked at another version of the scope, and the certificate stays
)

// ScopeChanges lists the changes of scope.
func ScopeChanges() []ScopeChange { return []ScopeChange{ScopeExtended, ScopeReduced, ScopeUnchanged} }

// Appeal is an appeal against a decision of the body, or a complaint about it (ISO/IEC
// 17021-1, 9.7 and 9.8).
type Appeal struct {
	// ID names it within the certification.
	ID string `json:"id"`
	// Complaint says that it is one; else it is an appeal against a decision.
	Complaint bool `json:"complaint,omitempty"`
	// Text says against what, and why; On is when it was made.
	Text string        `json:"text"`
	On   calendar.Date `json:"on"`
	// Answer says what the body answered, AnsweredOn when.
	Answer     string        `json:"answer,omitempty"`
	AnsweredOn calendar.Date `json:"answered_on,omitzero"`
	// By is the ID of the person who recorded it last, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Open reports whether nobody has answered.
func (a Appeal) Open() bool { return a.AnsweredOn.IsZero() }

// CertState is where a certification stands.
type CertState string

// The states of a certification.
const (
	CertPreparing   CertState = "preparing"
	CertApplied     CertState = "applied"
	CertStage1Done  CertState = "stage1_done"
	CertStage2Done  CertState = "stage2_done"
	CertPending     CertState = "decision_pending" // the body has all that it decides by
	CertCertified   CertState = "certified"
	CertSuspended   CertState = "suspended"
	CertExpired     CertState = "expired"
	CertWithdrawn   CertState = "withdrawn"
	CertRefused     CertState = "refused"
	CertTransferred CertState = "transferred" // another body has taken it over
)

// CertStates lists the states, in the order in which they come.
func CertStates() []CertState {
	return []CertState{CertPreparing, CertApplied, CertStage1Done, CertStage2Done, CertPending, CertCertified, CertSuspended, CertExpired, CertWithdrawn, CertRefused, CertTransferred}
}

// certMoves are the moves that MoveCertificate can make. Source: ISO/IEC 17021-1 as
// certification bodies report it. A second Stage 2 takes what beforeStage2 asks for; to
// suspend and to transfer are verbs of their own.
var certMoves = map[CertState][]CertState{
	"":             {CertPreparing},
	CertPreparing:  {CertApplied},
	CertApplied:    {CertStage1Done},
	CertStage1Done: {CertStage1Done, CertStage2Done},
	CertStage2Done: {CertStage1Done, CertStage2Done, CertPending, CertCertified, CertRefused},
	CertPending:    {CertCertified, CertRefused},
	CertCertified:  {CertCertified, CertExpired, CertWithdrawn},
	CertSuspended:  {CertCertified, CertExpired, CertWithdrawn},
	CertExpired:    {CertCertified, CertApplied},
	CertWithdrawn:  {CertApplied},
	CertRefused:    {CertApplied},
}

// underWay reports whether the body is at it, or keeps it up: what it was told has to be
// right, and who it is independent.
func (c *Certificate) underWay() bool {
	switch c.State {
	case CertApplied, CertStage1Done, CertStage2Done, CertPending, CertCertified, CertSuspended:
		return true
	}
	return false
}

// upheld reports whether there is a certificate that is kept up.
func (c *Certificate) upheld() bool { return c.State == CertCertified || c.State == CertSuspended }

// CycleDate is one date of a certification cycle.
type CycleDate struct {
	// ID names the date, such as "surveillance_1".
	ID string `json:"id"`
	// Due is the date.
	Due calendar.Date `json:"due,omitzero"`
	// Rule says how it comes about, Basis what it rests on: "norm" for ISO/IEC
	// 17021-1, "convention" for the habit of certification bodies.
	Rule  string `json:"rule"`
	Basis string `json:"basis"`
	// Done reports whether what is due has taken place.
	Done bool `json:"done"`
	// Planned is the day that bodies plan by habit, where that is another than Due.
	Planned calendar.Date `json:"planned,omitzero"`
}

// Expires returns the last day of the certificate: the printed one, or three
// years after the decision; no day before a decision.
func (c Certificate) Expires() calendar.Date {
	switch {
	case !c.PrintedExpiry.IsZero():
		return c.PrintedExpiry
	case c.DecidedOn.IsZero():
		return calendar.Date{}
	}
	return c.DecidedOn.AddDate(0, 36, 0)
}

// Valid reports whether the certificate can be claimed on a day: certified,
// not suspended, not expired.
func (c Certificate) Valid(today calendar.Date) bool {
	return c.State == CertCertified && !today.After(c.Expires())
}

// Identified reports whether what a certificate can be looked up by is on file: its number
// (ISO/IEC 17021-1, 8.2.2). Before, nothing is claimed of it.
func (c Certificate) Identified() bool { return !idle(c.Number) }

// Accredited reports whether who accredited the body is on file, and that it holds on a day.
func (c Certificate) Accredited(today calendar.Date) bool {
	return !idle(c.Accreditation) && (c.AccreditedUntil.IsZero() || !today.After(c.AccreditedUntil))
}

// toldDays is after how many days a step to a certificate came on file long after it was
// taken; a choice of this package, as bodies send reports and the certificate within weeks.
const toldDays = 90

// LateStep is a step to a certificate that came on file long after it was taken.
type LateStep struct {
	// To is what it led to: applied, stage1_done, stage2_done, decision_pending, certified.
	To CertState `json:"to"`
	// On is the day on which it is said to have been taken, Told that on which it came on
	// file.
	On   calendar.Date `json:"on"`
	Told calendar.Date `json:"told"`
}

// Late returns the steps of this round, in order, that came on file more than 90 days after
// the day on which they are said to have been taken, as days are in loc. Of records of before
// that do not say when one came on file it is not told.
func (c Certificate) Late(loc *time.Location) (late []LateStep) {
	take := func(to CertState, on calendar.Date, at time.Time) {
		if told := calendar.Of(at, loc); !at.IsZero() && !on.IsZero() && told.Sub(on) > toldDays {
			late = append(late, LateStep{to, on, told})
		}
	}
	take(CertApplied, c.Applied.On, c.Applied.At)
	for _, s := range c.Stages {
		if s.On.Before(c.Applied.On) {
			continue // of another round
		}
		to := CertStage2Done
		if s.Stage == Stage1 {
			to = CertStage1Done
		}
		take(to, s.On, s.At)
	}
	take(CertPending, c.PendingOn, c.PendingAt)
	take(CertCertified, c.DecidedOn, c.DecidedAt)
	return late
}

// text says of a step that it came on file late.
func (s LateStep) text() issue.Text {
	switch s.To {
	case CertApplied:
		return issue.NewText("The application of %s came on file on %s.", day(s.On), day(s.Told))
	case CertStage1Done:
		return issue.NewText("Stage 1 of %s came on file on %s.", day(s.On), day(s.Told))
	case CertStage2Done:
		return issue.NewText("Stage 2 of %s came on file on %s.", day(s.On), day(s.Told))
	case CertPending:
		return issue.NewText("What the body decided by was there on %s, and that came on file on %s.", day(s.On), day(s.Told))
	}
	return issue.NewText("The decision of %s came on file on %s.", day(s.On), day(s.Told))
}

// recertified is the last day of the last audit for recertification of this cycle; zero if
// none is on file.
func (c *Certificate) recertified() (last calendar.Date) {
	for _, s := range c.Special {
		if s.Recertifies && s.On.After(c.DecidedOn) {
			last = calendar.Later(last, s.On)
		}
	}
	return last
}

// Cycle returns the dates of the cycle, in order; none before a decision. Surveillance is
// due within twelve months of a first certification, and then once in each calendar year but
// that of the recertification (ISO/IEC 17021-1, 9.1.3.3). Of what was missed, a surveillance
// audit later on makes up.
func (c Certificate) Cycle() []CycleDate {
	if c.DecidedOn.IsZero() {
		return nil
	}
	d, e := c.DecidedOn, c.Expires()
	begun, _, _ := d.Date()
	ends, _, _ := e.Date()
	heldFrom := func(year int) bool {
		return slices.ContainsFunc(c.Surveillance, func(s calendar.Date) bool {
			held, _, _ := s.Date()
			return s.After(d) && held >= year
		})
	}
	var out []CycleDate
	surveillance := func(due, planned calendar.Date, rule string, done bool) {
		if planned == due {
			planned = calendar.Date{}
		}
		out = append(out, CycleDate{ID: "surveillance_" + strconv.Itoa(len(out)+1), Due: due, Rule: rule, Basis: "norm", Done: done, Planned: planned})
	}
	from := begun + 1
	if c.Renews == "" && c.RestoredOn.IsZero() { // a first certification
		surveillance(d.AddDate(0, 12, 0), calendar.Date{}, "at most 12 months after the decision", heldFrom(begun))
		early := slices.ContainsFunc(c.Surveillance, func(s calendar.Date) bool {
			held, _, _ := s.Date()
			return s.After(d) && held == begun
		})
		if !early {
			from++ // the first one is that of the year after
		}
	}
	for year := from; year < ends && len(out) < 10; year++ {
		surveillance(calendar.New(year, time.December, 31), d.AddDate(year-begun, 0, 0), "at least once in a calendar year; bodies plan it at the day of the decision", heldFrom(year))
	}
	return append(out,
		CycleDate{ID: "recertification_audit", Due: e.AddDays(-60), Rule: "60 days before expiry, so that the decision can be made in time", Basis: "convention", Done: !c.recertified().IsZero()},
		CycleDate{ID: "expiry", Due: e, Rule: "three years after the decision, or as printed", Basis: "norm"})
}

var certificates = ledger.MustDeclare(ledger.Spec[Certificate]{
	Name:   KindCertificate,
	Schema: 3, Upcast: []ledger.Upcaster{toDays("stage1_on", "stage2_on", "decided_on", "printed_expiry", "surveillance", "suspended_on"), stagesOf},
	Key: func(c *Certificate) string { return c.ID }, SetKey: func(c *Certificate, id string) { c.ID = id },
	Revision: func(c *Certificate) *uint64 { return &c.Revision },
	// A cycle of three years sees two or three.
	Limits: within(KindCertificate, bounded(lists{"surveillance": 50, "ties": 100, "stages": 50, "special": 50, "suspensions": 50, "scope_decisions": 50,
		"scope_decisions.parts": 200, "appeals": 50, "told": 200, "told.parts": 20,
		"applied.roles": 10, "applied.sites": maxSites, "applied.levels": 10, "applied.high": namedMost, "applied.outsourced": namedMost, "applied.standards": 50, "applied.languages": 100,
		"applied.top_management": 200, "applied.incidents": namedMost, "applied.missing": 20,
		"told.now.roles": 10, "told.now.sites": maxSites, "told.now.levels": 10, "told.now.high": namedMost, "told.now.outsourced": namedMost, "told.now.standards": 50, "told.now.languages": 100,
		"told.now.top_management": 200, "told.now.incidents": namedMost, "told.now.missing": 20},
		"scope", "transfer_review", "special.reason", "special.result", "suspensions.reason", "scope_decisions.changed", "scope_decisions.scope", "scope_decisions.before", "appeals.text", "appeals.answer",
		"told.how", "told.what", "applied.scope", "applied.boundaries", "told.now.scope", "told.now.boundaries")),
	Check: checked(checkCertificate),
})

// stagesOf lists, of a certification of before, the audits of which it kept the last alone.
func stagesOf(fields map[string]json.RawMessage) error {
	type stage struct {
		Stage Stage           `json:"stage"`
		On    json.RawMessage `json:"on"`
	}
	var stages []stage
	for _, f := range []struct {
		field string
		stage Stage
	}{{"stage1_on", Stage1}, {"stage2_on", Stage2}} {
		if on, ok := fields[f.field]; ok && string(on) != "null" {
			stages = append(stages, stage{f.stage, on})
		}
	}
	if len(stages) > 0 {
		list, err := json.Marshal(stages)
		if err != nil {
			return err
		}
		fields["stages"] = list
	}
	return nil
}

// PutCertificate adds a certification, in state preparing, or revises one. Its
// state, its days and what the body decided stay; verbs move it. Once it is applied for, its
// body stays, and who was told to be tied to it. The printed expiry is taken once it
// is decided, within a cycle of three years.
func (tx *Tx) PutCertificate(c Certificate) error {
	return put(tx, "PutCertificate", certificates, c, func(c *Certificate) error {
		old, exists := certificates.Of(tx).Get(c.ID)
		if !exists {
			old.State = CertPreparing
		}
		var is Issues
		const instead = "MoveCertificate sets it"
		for _, f := range []struct {
			field    string
			was, now calendar.Date
		}{{"stage1_on", old.Stage1On, c.Stage1On}, {"stage2_on", old.Stage2On, c.Stage2On}, {"decided_on", old.DecidedOn, c.DecidedOn}, {"suspended_on", old.SuspendedOn, c.SuspendedOn}, {"withdrawn_on", old.WithdrawnOn, c.WithdrawnOn}} {
			if !f.now.IsZero() && !f.now.Equal(f.was) {
				is.Add(f.field, "verb", f.now.String(), instead)
			}
		}
		if len(c.Surveillance) > 0 && !slices.Equal(c.Surveillance, old.Surveillance) {
			is.Add("surveillance", "verb", strconv.Itoa(len(c.Surveillance)), instead)
		}
		if old.State != CertPreparing {
			kept(&is, "renews", old.Renews, c.Renews, "what is under way takes over from what it was said to")
			kept(&is, "transfers", old.Transfers, c.Transfers, "what is under way takes over what it was said to")
			for _, t := range old.Ties {
				if !slices.Contains(c.Ties, t) {
					is.Add("ties", "kept", t.Person+t.Supplier, "it was told to be tied to the body, and stays so")
				}
			}
		}
		if old.underWay() || old.State == CertTransferred {
			kept(&is, "body", old.Body, c.Body, "another body has a certification of its own, which can take this one over (TransferCertificate)")
		}
		if old.upheld() && old.Scope != "" {
			kept(&is, "scope", old.Scope, c.Scope, "ChangeCertificateScope records what the body decided on")
		}
		if last := tx.printedBy(old); !c.PrintedExpiry.IsZero() && (old.DecidedOn.IsZero() || c.PrintedExpiry.After(last)) {
			is.Add("printed_expiry", "range", c.PrintedExpiry.String(), "a certificate that is decided on prints an expiry within three years")
		}
		c.keepTold(&old)
		return is.Err()
	})
}

// keepTold keeps, in a revision that somebody hands in, what verbs alone set.
func (c *Certificate) keepTold(old *Certificate) {
	c.State, c.Stage1On, c.Stage2On, c.DecidedOn, c.SuspendedOn, c.WithdrawnOn, c.Surveillance = old.State, old.Stage1On, old.Stage2On, old.DecidedOn, old.SuspendedOn, old.WithdrawnOn, old.Surveillance
	c.DecidedAt, c.DecidedBy, c.PendingAt, c.PendingBy = old.DecidedAt, old.DecidedBy, old.PendingAt, old.PendingBy
	c.Stages, c.PendingOn, c.RestoredOn, c.Special, c.Suspensions, c.ScopeDecisions = old.Stages, old.PendingOn, old.RestoredOn, old.Special, old.Suspensions, old.ScopeDecisions
	c.ScopeVersion, c.Applied, c.Told, c.Appeals, c.TransferredTo, c.TransferredOn, c.TransferReview = old.ScopeVersion, old.Applied, old.Told, old.Appeals, old.TransferredTo, old.TransferredOn, old.TransferReview
}

// printedBy is the last day that a certificate can print as its expiry: three years after
// the decision, or after the end of the one that it renews in time.
func (r *reading) printedBy(c Certificate) calendar.Date {
	last := c.DecidedOn.AddDate(0, 36, 0)
	if o, ok := certificates.Shared(r.r).Get(c.Renews); ok && !c.DecidedOn.After(o.Expires()) {
		last = calendar.Later(last, o.Expires().AddDate(0, 36, 0))
	}
	return last
}

func checkCertificate(c checker, r *Certificate) {
	c.text("body", r.Body, true)
	c.text("scope", r.Scope, false)
	c.text("transfer_review", r.TransferReview, false)
	for _, f := range []struct {
		field string
		on    calendar.Date
	}{{"stage1_on", r.Stage1On}, {"stage2_on", r.Stage2On}, {"pending_on", r.PendingOn}, {"decided_on", r.DecidedOn}, {"restored_on", r.RestoredOn}, {"suspended_on", r.SuspendedOn}, {"withdrawn_on", r.WithdrawnOn}, {"transferred_on", r.TransferredOn}} {
		c.past(f.field, f.on)
	}
	c.order("stage1_on", r.Stage1On, "stage2_on", r.Stage2On)
	c.order("stage2_on", r.Stage2On, "pending_on", r.PendingOn)
	c.order("stage2_on", r.Stage2On, "decided_on", r.DecidedOn)
	c.order("decided_on", r.DecidedOn, "printed_expiry", r.PrintedExpiry)
	c.order("decided_on", r.DecidedOn, "suspended_on", r.SuspendedOn)
	c.order("decided_on", r.DecidedOn, "withdrawn_on", r.WithdrawnOn)
	c.order("decided_on", r.DecidedOn, "transferred_on", r.TransferredOn)
	for _, f := range []struct{ field, other string }{{"renews", r.Renews}, {"transfers", r.Transfers}, {"transferred_to", r.TransferredTo}} {
		if f.other != "" && (f.other == r.ID || !c.has(KindCertificate, f.other)) {
			c.Add(f.field, "record", f.other, "must be another certification on file")
		}
	}
	if r.Renews != "" && r.Transfers != "" && r.Renews == r.Transfers {
		c.Add("transfers", "record", r.Transfers, "a recertification is of the same body; a transfer goes to another")
	}
	for i, s := range r.Surveillance {
		c.past(issue.Index("surveillance", i), s)
		c.order("decided_on", r.DecidedOn, issue.Index("surveillance", i), s)
	}
	for i, s := range r.Stages {
		c.past(issue.Index("stages", i)+".on", s.On)
	}
	for i, s := range r.Special {
		at := issue.Index("special", i)
		c.happened(at+".on", s.On)
		c.says(at+".reason", s.Reason, true)
		c.says(at+".result", s.Result, true)
	}
	for i, s := range r.Suspensions {
		at := issue.Index("suspensions", i)
		c.happened(at+".from", s.From)
		c.past(at+".until", s.Until)
		c.order(at+".from", s.From, at+".until", s.Until)
		c.says(at+".reason", s.Reason, true)
	}
	for i, s := range r.ScopeDecisions {
		at := issue.Index("scope_decisions", i)
		oneOf(c, at+".kind", s.Kind, ScopeChanges())
		c.happened(at+".on", s.On)
		c.says(at+".changed", s.Changed, true)
		for n, p := range s.Parts {
			c.says(issue.Index(at+".parts", n), p, true)
		}
		if len(s.Parts) == 0 && s.Kind != ScopeUnchanged {
			c.Add(at+".parts", "required", "", "name, one by one, what was taken in or taken out")
		}
	}
	for i, a := range r.Appeals {
		at := issue.Index("appeals", i)
		c.text(at+".id", a.ID, true)
		c.says(at+".text", a.Text, true)
		c.happened(at+".on", a.On)
		c.past(at+".answered_on", a.AnsweredOn)
		c.order(at+".on", a.On, at+".answered_on", a.AnsweredOn)
		if a.Open() != blank(a.Answer) {
			c.Add(at+".answer", "required", a.Answer, "an answer has a day, and a day an answer")
		}
		c.says(at+".answer", a.Answer, false)
	}
	checkBody(c, r)
}

// happened is past of a day that has to be told.
func (c checker) happened(field string, d calendar.Date) {
	if d.IsZero() {
		c.Add(field, "required", "", "say on which day")
	}
	c.past(field, d)
}

var certificateCycle = Probe{
	ID: "SV-01", Title: "Surveillance or recertification overdue",
	Grading: "major: the certificate is at risk; an opportunity where only the habit of certification bodies has a day",
	grade: func(o Observation) Severity {
		if o.Grave {
			return SeverityMajor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		audited, decided := x.renewing()
		for _, c := range certificates.Shared(x.r).All() {
			if !c.upheld() {
				continue
			}
			for _, d := range c.Cycle() {
				if decided[c.ID] || audited[c.ID] && d.ID == "recertification_audit" {
					continue
				}
				o := about(KindCertificate, c.ID, c.Number, d.Due, d.late(), issue.NewText("Agree the earliest day with %s.", c.Body)).by(d.ID, "")
				o.Grave = d.Basis != "convention"
				if !d.Done && x.overdue(d.Due) && !yield(o) {
					return
				}
			}
		}
	},
}

// What an operating history is to have, in days, before Stage 2, and below how many a body
// may put it off. Source: habit of certification bodies.
const (
	historyDays      = 90
	historyShortDays = 30
)

// operatesSince is the day of the first record of operation: evidence put on file, a
// control tested, an impact assessment approved. It goes by when verbs recorded it, as a
// day that is typed in makes no history. Zero if there is none.
func (x *index) operatesSince() calendar.Date {
	var first time.Time
	take := func(t time.Time) {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	for _, e := range evidence.Shared(x.r).All() {
		take(e.RecordedAt)
	}
	for _, t := range controlTests.Shared(x.r).All() {
		take(t.RecordedAt)
	}
	for _, a := range assessments.Shared(x.r).All() {
		take(a.ApprovedAt)
	}
	if first.IsZero() {
		return calendar.Date{}
	}
	return x.on(first)
}

var historyLong = Probe{
	ID: "S2-24", Title: "Operating history short", Clause: Clause{"8.1"},
	Grading: "opportunity; minor below 30 days or without any record: the body may put Stage 2 off. Found from the application to Stage 2",
	grade: func(o Observation) Severity {
		if o.Absent || o.Count < historyShortDays {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			if c.State != CertApplied && c.State != CertStage1Done {
				continue
			}
			next := issue.NewText("Agree with %s on a day for Stage 2 by which there is enough to see, and record what is done until then.", c.Body)
			var o Observation
			switch first := x.operatesSince(); {
			case first.IsZero():
				o = about(KindCertificate, c.ID, c.Number, calendar.Date{}, issue.NewText("It is applied for, and there is no record of operation."), next)
				o.Absent = true
			case x.today.Sub(first) < historyDays:
				o = about(KindCertificate, c.ID, c.Number, calendar.Date{}, issue.NewText("It is applied for, and records of operation go back %d days of the %d that bodies look for.", x.today.Sub(first), historyDays), next)
				o.Count, o.Of = x.today.Sub(first), historyDays
			default:
				return
			}
			if !yield(o) {
				return
			}
		}
	},
}

// renewing are the certifications that another one renews which was audited, and those of
// which that was decided on.
func (x *index) renewing() (audited, decided map[string]bool) {
	audited, decided = make(map[string]bool), make(map[string]bool)
	for _, c := range certificates.Shared(x.r).All() {
		audited[c.Renews] = audited[c.Renews] || !c.Stage2On.IsZero()
		decided[c.Renews] = decided[c.Renews] || !c.DecidedOn.IsZero()
	}
	return audited, decided
}

// late says of a date of the cycle that it has passed.
func (d CycleDate) late() issue.Text {
	switch d.ID {
	case "recertification_audit":
		return issue.NewText("recertification audit was due on %s.", day(d.Due))
	case "expiry":
		return issue.NewText("expiry was due on %s.", day(d.Due))
	}
	return issue.NewText("surveillance %s was due on %s.", d.ID[len("surveillance_"):], day(d.Due))
}
