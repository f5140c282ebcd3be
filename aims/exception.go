package aims

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Exception lets a system pass a life-cycle gate with items missing, for a
// time: somebody asks, somebody else answers for it, and it shows as a
// finding until it is closed. It counts for that gate and nothing else.
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
	// RequestedBy asked for it, at RequestedAt; RequestException sets both.
	RequestedBy string    `json:"requested_by"`
	RequestedAt time.Time `json:"requested_at,omitzero"`
	// Grants are the decisions to let it hold, oldest first: the first by
	// GrantException, those that extend it by ExtendException. None is changed later.
	Grants []ExceptionGrant `json:"grants,omitempty"`
	// ClosedOn is when what was missing had been made good.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ExceptionGrant is one decision to let an exception hold for a time.
type ExceptionGrant struct {
	// By is the ID of the person who answers for it, At when it was given, Expires
	// until when it holds.
	By      string        `json:"by"`
	At      time.Time     `json:"at"`
	Expires calendar.Date `json:"expires"`
	// Done says what has been done since the grant before; of extensions alone.
	Done string `json:"done,omitempty"`
}

// Granted returns the last grant; false while nobody has granted it.
func (e Exception) Granted() (ExceptionGrant, bool) {
	if len(e.Grants) == 0 {
		return ExceptionGrant{}, false
	}
	return e.Grants[len(e.Grants)-1], true
}

// Expires returns the last day on which it holds; none while nobody has granted it.
func (e Exception) Expires() calendar.Date {
	g, _ := e.Granted()
	return g.Expires
}

// InForce reports whether the exception opens its gate on a day.
func (e Exception) InForce(today calendar.Date) bool {
	return e.ClosedOn.IsZero() && slices.ContainsFunc(e.Grants, func(g ExceptionGrant) bool { return !today.After(g.Expires) })
}

// The longest that a grant holds, in days, how often it is extended, and how long an
// exception holds in all; a choice of this project.
const (
	exceptionDays       = 30
	exceptionDaysHigh   = 14 // for systems of high impact
	exceptionExtensions = 1
)

var exceptions = ledger.MustDeclare(ledger.Spec[Exception]{
	Name: KindException,
	Key:  func(e *Exception) string { return e.ID }, SetKey: func(e *Exception, id string) { e.ID = id },
	Revision:  func(e *Exception) *uint64 { return &e.Revision },
	Schema:    3,
	Upcast:    []ledger.Upcaster{grantToGrants, toDays("grants.expires")},
	Completes: []string{"requested_by", "requested_at"},
	Listings:  []ledger.Listing[Exception]{{Name: bySystem, Value: func(e *Exception) string { return e.System }}},
	// No gate has so many items.
	Limits: within(KindException, bounded(lists{"items": 20, "grants": 1 + exceptionExtensions}, "reason", "measures", "grants.done")),
	Check:  checked(checkException),
})

// grantToGrants makes the one grant of the first schema a list.
func grantToGrants(fields map[string]json.RawMessage) error {
	grant := make(map[string]json.RawMessage)
	for from, to := range map[string]string{"granted_by": "by", "granted_at": "at", "expires": "expires"} {
		if raw, ok := fields[from]; ok {
			grant[to] = raw
		}
		delete(fields, from)
	}
	list, err := json.Marshal([]any{grant})
	fields["grants"] = list
	return err
}

// RequestException asks for an exception, in the actor's name, or revises what the
// actor has asked for while nobody has granted it. The gate lies ahead of the system.
func (tx *Tx) RequestException(e Exception) error {
	return put(tx, "RequestException", exceptions, e, func(e *Exception) error {
		old, exists := exceptions.Of(tx).Get(e.ID)
		switch {
		case exists && len(old.Grants) > 0:
			return ledger.Refuse(ErrState, "it has been granted; it is extended (ExtendException) or closed (CloseException)")
		case exists && old.RequestedBy != tx.By().Actor:
			return ledger.Refuse(ErrForbidden, "%q asked for it", old.RequestedBy)
		}
		e.RequestedBy, e.RequestedAt, e.Grants, e.ClosedOn = tx.By().Actor, tx.Now(), nil, time.Time{}
		return tx.gateAhead(*e)
	})
}

// gateAhead refuses an exception of a gate that the system has passed.
func (tx *Tx) gateAhead(e Exception) error {
	s, ok := systems.Shared(tx).Get(e.System)
	gate, known := tx.gate(e.Gate)
	if !ok || !known { // Check says so
		return nil
	}
	if s.Stage != gate.From && (gate.To != register.StageRetirement || s.Stage == gate.To) { // into retirement one goes from everywhere
		return ledger.Refuse(ErrState, "system %s is at stage %s, and gate %s leads from %s to %s: an exception is for a gate that lies ahead", s.ID, s.Stage, gate.ID, gate.From, gate.To)
	}
	return nil
}

// atHigh is when only the sponsor grants an exception.
const atHigh = "the system is of high impact"

// mayGrant looks at level and right, and returns how many days a grant holds at most.
func (tx *Tx) mayGrant(e Exception) (days int, err error) {
	level := tx.LevelOf(e.System)
	if level == impact.LevelUnacceptable {
		return 0, ledger.Refuse(ErrForbidden, "the system's use can't be accepted; it is to be stopped or changed")
	}
	if level.Rank() >= impact.LevelHigh.Rank() {
		return tx.opts.gates.daysHigh, tx.right("GrantException", atHigh, Subject{Kind: KindException, ID: e.ID})
	}
	return tx.opts.gates.days, nil
}

// GrantException grants an exception that somebody else has asked for; the actor
// answers for it and must hold RoleRiskApprover, for a system of high impact
// RoleSponsor, and not own the system. It holds for at most 30 days, for a system of
// high impact 14, or as few as Options.Exceptions says. Nothing grants an exception for a prohibited use, a missing
// owner, a gate that has been passed, or twice for the same gate of a system within 90
// days.
func (tx *Tx) GrantException(id string, expires calendar.Date) error {
	return decide(tx, "GrantException", exceptions, id, func(e *Exception) error {
		if len(e.Grants) > 0 {
			return ledger.Refuse(ErrState, "it was granted on %s; it is extended (ExtendException) or closed (CloseException)", day(tx.DayOf(e.Grants[0].At)))
		}
		days, err := tx.mayGrant(*e)
		if err != nil {
			return err
		}
		if err := tx.gateAhead(*e); err != nil {
			return err
		}
		var is Issues
		checkExpiry(&is, tx.Today(), expires, tx.Today().AddDays(days))
		for _, o := range exceptions.Shared(tx).Where(bySystem, e.System).All() {
			if g, ok := o.Granted(); ok && o.Gate == e.Gate && tx.Now().Sub(g.At) < 90*24*time.Hour && o.ID != e.ID {
				is.Add("gate", "repeated", e.Gate, "exception %q for the same gate was granted on %s", o.ID, day(tx.DayOf(g.At)))
			}
		}
		e.Grants = []ExceptionGrant{{By: tx.By().Actor, At: tx.Now(), Expires: expires}}
		return is.Err()
	})
}

func checkExpiry(is *Issues, today, expires, last calendar.Date) {
	if expires.Before(today) || expires.After(last) {
		is.Add("expires", "range", expires.String(), "it holds to %s at most", last)
	}
}

// ExtendException lets an exception that is in force hold on, once, and for at most
// twice its first time in all, by those who may grant one; done says what has been
// done since to make good what is missing.
func (tx *Tx) ExtendException(id, done string, expires calendar.Date) error {
	return decide(tx, "ExtendException", exceptions, id, func(e *Exception) error {
		if err := closedOn("closed", e.ClosedOn); err != nil {
			return err
		}
		switch {
		case !e.InForce(tx.Today()):
			return ledger.Refuse(ErrState, "it is not in force; what has run out, or was never granted, is not extended")
		case len(e.Grants) > exceptionExtensions:
			return ledger.Refuse(ErrState, "it has been extended; make good what is missing, or take the system back (RevertStage)")
		}
		days, err := tx.mayGrant(*e)
		if err != nil {
			return err
		}
		var is Issues
		required(&is, "done", done)
		last := calendar.Earlier(tx.DayOf(e.Grants[0].At).AddDays(days*(1+exceptionExtensions)), tx.Today().AddDays(days))
		checkExpiry(&is, tx.Today(), expires, last)
		e.Grants = append(e.Grants, ExceptionGrant{By: tx.By().Actor, At: tx.Now(), Expires: expires, Done: done})
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
		gate, _ := tx.gate(e.Gate)
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

// excepted reports whether an exception in force covers an item of a gate, granted last by
// somebody who does not own the system by now.
func (tx *Tx) excepted(system, gate, item string) bool {
	for _, e := range exceptions.Shared(tx).Where(bySystem, system).All() {
		g, _ := e.Granted()
		if e.Gate == gate && e.InForce(tx.Today()) && slices.Contains(e.Items, item) && !tx.ownsNow(g.By, Subject{Kind: exceptions.Name(), ID: e.ID}) {
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
	c.past("requested_at", c.DayOf(e.RequestedAt))
	for i, g := range e.Grants {
		c.past(issue.Index("grants", i)+".at", c.DayOf(g.At))
		c.order(issue.Index("grants", i)+".at", c.DayOf(g.At), issue.Index("grants", i)+".expires", g.Expires)
	}
	gate, ok := c.gate(e.Gate)
	if !ok {
		c.Add("gate", "gate", e.Gate, "no such gate; see View.Gates")
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
// order of the gate's items; those that the organisation has added to the gate
// (Options.Gates) are asked for whether or not they stand in it. An item that asks for evidence is met where none
// of its controls is required of the system, or fresh evidence about the system
// (or, where the control is one of the organisation, about that) supports one of them. Controls are required by
// its approved and its open assessment, and by the rules for the stage that the
// gate leads to: an approval given in design does not know of operation.
//
// Of signatures those are missing that the system's owner does not give by advancing it
// (AdvanceStage) and that nobody has given (SignGate).
func (r *reading) Blockers(s register.System, gate register.Gate, now time.Time) []Blocker {
	g := r.signing(&s, gate)
	g.advancedBy(s.Owner, now)
	return r.blockers(s, gate, now, g)
}

// blockers is Blockers of what is signed; without that, of all else.
func (r *reading) blockers(s register.System, gate register.Gate, now time.Time, g *signing) []Blocker {
	level := r.LevelOf(s.ID)
	var unsigned []register.GateItem
	if g != nil {
		unsigned = g.unsigned()
	}
	var required map[annexa.ID][]string
	items := r.withOwn(gate)
	if slices.ContainsFunc(items, func(i register.GateItem) bool { return i.Kind == register.ItemEvidence }) {
		required = r.requiredAt(s, gate.To)
	}
	var found []Blocker
	for _, item := range items {
		if !item.Applies(s, string(level)) {
			continue
		}
		b := r.gateItem(s, item, required, now)
		if slices.ContainsFunc(unsigned, func(u register.GateItem) bool { return u.ID == item.ID }) {
			b = g.lacks(item)
		}
		if b.Missing != "" {
			b.Item, b.Requires, b.RequiresText, b.Absolute = item.ID, item.Requires, issue.Plain(item.Requires), item.Absolute
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
		if p, ok := people.Shared(r.r).Get(s.Owner); !ok || !p.ActiveOn(r.DayOf(now)) {
			return missing(issue.NewText("the system has no owner who is on file and active"), issue.NewText("name an owner (ReviseSystem)"))
		}
	case register.ItemAssessmentStarted:
		st := r.standing(s.ID)
		if st.approved == nil && (st.open == nil || st.open.State == impact.StateOpen) {
			return missing(issue.NewText("nobody has begun the impact assessment"), issue.NewText("write a first draft (SaveAssessment)"))
		}
	case register.ItemAssessmentApproved:
		if c := r.coverage(&s, now); !c.Covered {
			return missing(c.Text, issue.NewText("complete the impact assessment and have it approved"))
		}
	case register.ItemRisks:
		limits := r.riskCriteria()
		for _, risk := range risks.Shared(r.r).Where(bySystem, s.ID).All() {
			if r.unaccepted(&limits, risk, now) {
				if !r.sees(KindRisk, risk.ID) {
					return missing(issue.NewText("a risk stands above the criteria and nobody has accepted it"), issue.NewText("treat the risk, or have it accepted (AcceptRisk)"))
				}
				return missing(issue.NewText("risk %q stands above the criteria and nobody has accepted it", risk.ID), issue.NewText("treat the risk, or have it accepted (AcceptRisk)"))
			}
		}
	case register.ItemPurpose:
		if blank(s.Purpose) {
			return missing(issue.NewText("the purpose is not written"), issue.NewText("write the intended use (ReviseSystem)"))
		}
	case register.ItemRetirement:
		return r.retirementGate(s.ID, false)
	case register.ItemRetirementTold:
		return r.retirementGate(s.ID, true)
	case register.ItemRecord:
		if !r.hasRecord(s, item.Record, now) {
			return missing(r.lacksRecord(item.Record), issue.NewText("put the record on file, or have it decided on: %s", issue.Plain(item.Why)))
		}
	case register.ItemEvidence, register.ItemProof:
		var asked []annexa.ID
		var rules []string
		for _, c := range item.Controls {
			if by, ok := required[c]; ok || item.Kind == register.ItemProof {
				asked, rules = append(asked, c), append(rules, by...)
			}
		}
		if len(asked) == 0 {
			return Blocker{}
		}
		if slices.Contains(asked, controlVerified) && r.verified(s.ID, now) != nil {
			return Blocker{}
		}
		if !slices.ContainsFunc(asked, func(c annexa.ID) bool { return !r.DataShows(s.ID, c) }) {
			return Blocker{}
		}
		if slices.Contains(asked, controlDeployed) && r.deployed(s.ID) {
			return Blocker{}
		}
		if slices.Contains(asked, controlLogged) && r.logged(s.ID, now) {
			return Blocker{}
		}
		for _, about := range []string{s.ID, ""} {
			for _, e := range evidence.Shared(r.r).Where(bySystem, about).All() {
				if e.Fresh(r.DayOf(now)) && slices.ContainsFunc(asked, func(c annexa.ID) bool { return e.ShowsOf(c, s.ID) && r.CouldProve(*e, ControlRef(c)) }) {
					return Blocker{}
				}
			}
		}
		slices.Sort(rules)
		names := make([]string, len(asked))
		for i, c := range asked {
			names[i] = c.String()
		}
		b := missing(issue.NewText("no fresh evidence for %s", strings.Join(names, ", ")), issue.NewText("attach evidence (AttachEvidence)"))
		b.Rules = slices.Compact(rules)
		return b
	}
	return Blocker{}
}

// lacksRecord says which record is not there, and who is to have decided on it.
func (r *reading) lacksRecord(asked register.RecordAsked) issue.Text {
	kind, role := issue.Word(Kind(asked.Kind)), asked.Role
	switch {
	case role == "":
		return issue.NewText("no record of kind %s about the system is as it asks", kind)
	case !roles.Shared(r.entire().r).Has(role):
		return issue.NewText("no record of kind %s about the system is as it asks, and no role %s is on file to decide on it", kind, role)
	}
	return issue.NewText("no record of kind %s about the system is as it asks, decided on by who holds role %s and does not own the system", kind, role)
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
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, e := range exceptions.Shared(x.r).All() {
			if e.ClosedOn.IsZero() && x.overdue(e.Expires()) && !yield(x.aboutException(e, e.Expires(),
				issue.NewText("System %s passed gate %s without %s; the exception ran out on %s.", recordOf(systems.Name(), e.System), e.Gate, strings.Join(e.Items, ", "), day(e.Expires())),
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
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, e := range exceptions.Shared(x.r).All() {
			if g, _ := e.Granted(); e.InForce(x.today) && !yield(x.aboutException(e, x.on(e.Grants[0].At),
				issue.NewText("System %s passed gate %s without %s; granted by %s until %s.", recordOf(systems.Name(), e.System), e.Gate, strings.Join(e.Items, ", "), recordOf(people.Name(), g.By), day(g.Expires)),
				issue.NewText("Make good what is missing in time (CloseException)."))) {
				return
			}
		}
	},
}

// aboutException is an observation of an exception, with how its system stands.
func (x *index) aboutException(e *Exception, since calendar.Date, text, next issue.Text) Observation {
	o := about(KindException, e.ID, e.System, since, text, next)
	s, ok := systems.Shared(x.r).Get(e.System)
	o.High, o.Live = highLevel(x.LevelOf(e.System)), ok && live(s)
	return o
}
