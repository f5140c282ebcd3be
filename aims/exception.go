package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Exception lets a system pass a life-cycle gate with items missing, for a
// time: somebody asked, somebody else answers for it, and it shows as a
// finding until it is closed.
type Exception struct {
	// ID names the exception.
	ID string `json:"id"`
	// System is the system's ID, Gate the gate's, Items the missing items'.
	System string   `json:"system"`
	Gate   string   `json:"gate"`
	Items  []string `json:"items"`
	// Reason says why it can't wait, Measures what is done meanwhile.
	Reason   string `json:"reason"`
	Measures string `json:"measures"`
	// RequestedBy asked for it, GrantedBy answers for it: two persons.
	RequestedBy string `json:"requested_by"`
	GrantedBy   string `json:"granted_by"`
	// GrantedAt is when, Expires until when it holds.
	GrantedAt time.Time `json:"granted_at"`
	Expires   time.Time `json:"expires"`
	// ClosedOn is when what was missing had been made good.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// InForce reports whether the exception opens its gate at time now.
func (e Exception) InForce(now time.Time) bool {
	return e.ClosedOn.IsZero() && !now.Before(e.GrantedAt) && !now.After(e.Expires)
}

// The longest that an exception can hold, in days; a choice of this project.
const (
	exceptionDays     = 30
	exceptionDaysHigh = 14 // for systems of high impact
)

var exceptions = ledger.MustDeclare(ledger.Spec[Exception]{
	Name: KindException,
	Key:  func(e *Exception) string { return e.ID }, SetKey: func(e *Exception, id string) { e.ID = id },
	Revision: func(e *Exception) *uint64 { return &e.Revision },
	Listings: []ledger.Listing[Exception]{{Name: bySystem, Value: func(e *Exception) string { return e.System }}},
	// No gate has so many items.
	Limits: bounded(lists{"items": 20}, "reason", "measures"),
	Check:  checked(checkException),
})

// GrantException grants an exception; the actor answers for it and must hold
// RoleRiskApprover, for a system of high impact RoleSponsor, and be another
// person than the one who asked. It holds for at most 30 days, for a system of
// high impact 14. Nothing grants an exception for a prohibited use, a missing
// owner, or twice for the same gate of a system within 90 days.
func (tx *Tx) GrantException(e Exception) error {
	return putDeciding(tx, "GrantException", exceptions, e, func(e *Exception) error {
		if _, err := tx.signatory(); err != nil {
			return err
		}
		e.GrantedBy, e.GrantedAt, e.ClosedOn = tx.By().Actor, tx.Now(), time.Time{}
		level, role, days := tx.LevelOf(e.System), RoleRiskApprover, exceptionDays
		if level.Rank() >= impact.LevelHigh.Rank() {
			role, days = RoleSponsor, exceptionDaysHigh
		}
		switch {
		case e.RequestedBy == tx.By().Actor:
			return ledger.Refuse(ErrSeparation, "%q asked for it; another person grants it", e.RequestedBy)
		case !tx.holds(tx.By().Actor, role):
			return ledger.Refuse(ErrForbidden, "at level %s the %s grants it, which %q is not", level, role, tx.By().Actor)
		case level == impact.LevelUnacceptable:
			return ledger.Refuse(ErrForbidden, "the system's use can't be accepted; it is to be stopped or changed")
		}
		var is Issues
		if last := tx.Now().AddDate(0, 0, days); !e.Expires.After(tx.Now()) || e.Expires.After(last) {
			is.Add("expires", "range", e.Expires.Format(time.RFC3339), "at level %s it holds for at most %d days, to %s", level, days, last.Format(time.RFC3339))
		}
		for _, o := range exceptions.Shared(tx).Where(bySystem, e.System).All() {
			if o.Gate == e.Gate && tx.Now().Sub(o.GrantedAt) < 90*24*time.Hour && o.ID != e.ID {
				is.Add("gate", "repeated", e.Gate, "exception %q for the same gate was granted on %s", o.ID, o.GrantedAt.Format(time.DateOnly))
			}
		}
		return is.Err()
	})
}

// CloseException records that what was missing at the gate has been made good.
func (tx *Tx) CloseException(id string) error {
	return decide(tx, "CloseException", exceptions, id, func(e *Exception) error {
		if err := closedOn("closed", e.ClosedOn); err != nil {
			return err
		}
		s, err := systems.Must(tx, e.System)
		if err != nil {
			return err
		}
		gate, _ := register.GateByID(e.Gate)
		var missing []Blocker
		for _, b := range tx.Blockers(s, gate, tx.Now()) {
			if slices.Contains(e.Items, b.Item) {
				missing = append(missing, b)
			}
		}
		if len(missing) > 0 {
			return &GateError{System: s.ID, From: gate.From, To: gate.To, Gate: gate.ID, Blockers: missing}
		}
		e.ClosedOn = tx.Now()
		return nil
	})
}

// excepted reports whether an exception in force covers an item of a gate.
func (tx *Tx) excepted(system, gate, item string) bool {
	for _, e := range exceptions.Shared(tx).Where(bySystem, system).All() {
		if e.Gate == gate && e.InForce(tx.Now()) && slices.Contains(e.Items, item) {
			return true
		}
	}
	return false
}

func checkException(c checker, e *Exception) {
	c.systems("system", []string{e.System})
	c.text("reason", e.Reason, true)
	c.text("measures", e.Measures, true)
	c.person("requested_by", e.RequestedBy, true)
	c.past("granted_at", e.GrantedAt)
	gate, ok := register.GateByID(e.Gate)
	if !ok {
		c.Add("gate", "gate", e.Gate, "no such gate; see register.Gates")
		return
	}
	if len(e.Items) == 0 {
		c.Add("items", "required", "", "name the items of the gate that are missing")
	}
	for i, id := range e.Items {
		n := slices.IndexFunc(gate.Items, func(it register.GateItem) bool { return it.ID == id })
		switch {
		case n < 0:
			c.Add(issue.Index("items", i), "item", id, "gate %s has no such item", gate.ID)
		case gate.Items[n].Absolute:
			c.Add(issue.Index("items", i), "absolute", id, "no exception can be granted for it")
		}
	}
}

// Blockers returns what keeps a system from passing a gate at time now, in the
// order of the gate's items. An item that asks for evidence is met where none
// of its controls is required of the system, or fresh evidence about the system
// (or the whole organisation) supports one of them. Controls are required by
// its approved and its open assessment, and by the rules for the stage that the
// gate leads to: an approval given in design does not know of operation.
func (r *reading) Blockers(s register.System, gate register.Gate, now time.Time) []Blocker {
	level := r.LevelOf(s.ID)
	var required map[annexa.ID][]string
	if slices.ContainsFunc(gate.Items, func(i register.GateItem) bool { return i.Kind == register.ItemEvidence }) {
		required = r.requiredAt(s, gate.To)
	}
	var found []Blocker
	for _, item := range gate.Items {
		if !item.Applies(s, string(level)) {
			continue
		}
		if b := r.gateItem(s, item, required, now); b.Missing != "" {
			b.Item, b.Requires, b.Absolute = item.ID, item.Requires, item.Absolute
			found = append(found, b)
		}
	}
	return found
}

// gateItem says what an item misses, and what to do; Missing is empty if it is
// met.
func (r *reading) gateItem(s register.System, item register.GateItem, required map[annexa.ID][]string, now time.Time) Blocker {
	switch item.Kind {
	case register.ItemOwner:
		if p, ok := people.Shared(r.r).Get(s.Owner); !ok || !p.ActiveAt(now) {
			return Blocker{Missing: "the system has no owner who is on file and active", Next: "name an owner (ReviseSystem)"}
		}
	case register.ItemAssessmentStarted:
		st := r.standing(s.ID)
		if st.approved == nil && (st.open == nil || st.open.State == impact.StateOpen) {
			return Blocker{Missing: "nobody has begun the impact assessment", Next: "write a first draft (SaveAssessment)"}
		}
	case register.ItemAssessmentApproved:
		if c := r.coverage(&s, now); !c.Covered {
			return Blocker{Missing: c.Why, Next: "complete the impact assessment and have it approved"}
		}
	case register.ItemRisks:
		limits := r.riskCriteria()
		for _, risk := range risks.Shared(r.r).Where(bySystem, s.ID).All() {
			if unaccepted(&limits, risk, now) {
				if !r.sees(KindRisk, risk.ID) {
					return Blocker{Missing: "a risk stands above the criteria and nobody has accepted it", Next: "treat the risk, or have it accepted (AcceptRisk)"}
				}
				return Blocker{Missing: fmt.Sprintf("risk %q stands above the criteria and nobody has accepted it", risk.ID), Next: "treat the risk, or have it accepted (AcceptRisk)"}
			}
		}
	case register.ItemPurpose:
		if blank(s.Purpose) {
			return Blocker{Missing: "the purpose is not written", Next: "write the intended use (ReviseSystem)"}
		}
	case register.ItemEvidence:
		var asked []annexa.ID
		var rules []string
		for _, c := range item.Controls {
			if by, ok := required[c]; ok {
				asked, rules = append(asked, c), append(rules, by...)
			}
		}
		if len(asked) == 0 {
			return Blocker{}
		}
		for _, about := range []string{s.ID, ""} {
			for _, e := range evidence.Shared(r.r).Where(bySystem, about).All() {
				if e.Fresh(now) && slices.ContainsFunc(asked, e.SupportsControl) {
					return Blocker{}
				}
			}
		}
		slices.Sort(rules)
		return Blocker{Missing: fmt.Sprintf("no fresh evidence for %v", asked), Next: "attach evidence (AttachEvidence)", Rules: slices.Compact(rules)}
	}
	return Blocker{}
}

// requiredAt returns the controls required of a system that is to enter a
// stage, each with the IDs of the rules that require it: those of its
// assessments, which people have signed or are writing, and those that the
// rules ask for at that stage with what the assessments answer.
func (r *reading) requiredAt(s register.System, stage register.Stage) map[annexa.ID][]string {
	required := make(map[annexa.ID][]string)
	add := func(result *impact.Result) {
		for _, q := range result.Controls {
			required[q.Control] = append(required[q.Control], q.Rules...)
		}
	}
	facts := r.Facts(s.ID)
	st := r.standing(s.ID)
	for _, a := range []*impact.Assessment{st.approved, st.open} {
		if a == nil {
			continue
		}
		add(&a.Result)
		facts.Parties = slices.Concat(facts.Parties, a.Facts.Parties)
		facts.Severity = max(facts.Severity, a.Facts.Severity)
		facts.Irremediability = max(facts.Irremediability, a.Facts.Irremediability)
		facts.Misuse = max(facts.Misuse, a.Facts.Misuse)
		facts.Questionnaire = impact.MaxLevel(facts.Questionnaire, a.Facts.Questionnaire)
	}
	s.Stage = stage
	result := r.opts.Rules.Derive(s, facts)
	add(&result)
	return required
}

var exceptionsExpired = Probe{
	ID: "S2-25", Title: "Exception at a gate expired", Clause: Clause{"8.1"},
	Grading: "minor; major for a system of high impact",
	grade:   majorIf(high),
	look: func(x *index, yield func(Observation) bool) {
		for _, e := range exceptions.Shared(x.r).All() {
			if e.ClosedOn.IsZero() && x.overdue(e.Expires) && !yield(x.aboutException(e, e.Expires,
				issue.NewText("System %s passed gate %s without %v; the exception ran out on %s.", e.System, e.Gate, e.Items, day(e.Expires)),
				issue.NewText("Make good what is missing (CloseException) or take the system back (RevertStage)."))) {
				return
			}
		}
	},
}

var exceptionsInForce = Probe{
	ID: "EX-01", Title: "Exception at a gate in force", Clause: Clause{"8.1"},
	Grading: "opportunity: it is allowed and stays in sight",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for _, e := range exceptions.Shared(x.r).All() {
			if e.InForce(x.now) && !yield(x.aboutException(e, e.GrantedAt,
				issue.NewText("System %s passed gate %s without %v; granted by %s until %s.", e.System, e.Gate, e.Items, e.GrantedBy, day(e.Expires)),
				issue.NewText("Make good what is missing in time (CloseException)."))) {
				return
			}
		}
	},
}

// aboutException is an observation of an exception, with how its system stands.
func (x *index) aboutException(e *Exception, since time.Time, text, next issue.Text) Observation {
	o := about(KindException, e.ID, e.System, since, text, next)
	s, ok := systems.Shared(x.r).Get(e.System)
	o.High, o.Live = highLevel(x.LevelOf(e.System)), ok && live(s)
	return o
}
