package aims

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// RegisterSystem puts an AI system on the register (A.4.2), at the stage that
// it is in: what is in use already is registered in operation, and stays
// ungoverned until it is assessed. The same commit opens its impact
// assessment (6.1.4); nothing turns that off.
func (tx *Tx) RegisterSystem(s register.System) (register.System, error) {
	const verb = "RegisterSystem"
	if s.Revision != 0 {
		return s, &RecordError{Kind: KindSystem, ID: s.ID, Verb: verb, Err: ErrExists, Why: errors.New("it carries a revision, so it is on the register; use ReviseSystem")}
	}
	s, err := put(tx, verb, systems, s.Normalised())
	if err != nil {
		return s, err
	}
	return s, tx.fire(verb, s.ID, impact.TriggerRegistration, "registered at stage "+string(s.Stage))
}

// ReviseSystem changes what is on file of a system, save its stage, which
// AdvanceStage and RevertStage move. If the change is material against what
// was last approved (or, before any approval, at all), the same commit opens
// an assessment, or the open one takes the change up; nothing turns that off.
// Only of a system that is retired none is opened. The comparison says what
// counts as material and why.
func (tx *Tx) ReviseSystem(s register.System) (register.System, register.Comparison, error) {
	const verb = "ReviseSystem"
	old, err := get(tx, verb, systems, s.ID)
	if err != nil {
		return s, register.Comparison{}, err
	}
	if s.Stage != old.Stage {
		var is Issues
		is.Add("stage", "verb", string(s.Stage), "the stage moves by AdvanceStage and RevertStage only; it is %s", old.Stage)
		return s, register.Comparison{}, &RecordError{Kind: KindSystem, ID: s.ID, Verb: verb, Err: ErrInvalid, Why: is}
	}
	s = s.Normalised()
	diff := register.Compare(old, s)
	s, err = put(tx, verb, systems, s)
	if err != nil {
		return s, diff, err
	}
	// Against the approved fingerprint, never against the last revision: drift
	// by small steps must not slip through.
	against := diff
	if approved := tx.standing(s.ID).approved; approved != nil {
		against = approved.Fingerprint.Compare(s)
	}
	for _, t := range []struct {
		kind    impact.TriggerKind
		changes []register.Change
	}{{impact.TriggerChange, ownChanges(against)}, {impact.TriggerSupplier, supplierChanges(against)}} {
		if len(t.changes) == 0 {
			continue
		}
		if err := tx.fire(verb, s.ID, t.kind, describe(t.changes)); err != nil {
			return s, diff, err
		}
	}
	return s, diff, tx.refresh(verb, s.ID)
}

// bought are the attributes in which a change is one of supplier or model.
var bought = []string{"supplier", "model", "model_source"}

// supplierChanges are the material changes of supplier or model, ownChanges the
// others.
func supplierChanges(c register.Comparison) []register.Change {
	return slices.DeleteFunc(c.MaterialChanges(), func(ch register.Change) bool { return !slices.Contains(bought, ch.Attribute) })
}

func ownChanges(c register.Comparison) []register.Change {
	return slices.DeleteFunc(c.MaterialChanges(), func(ch register.Change) bool { return slices.Contains(bought, ch.Attribute) })
}

// describe says which attributes changed and under which rules.
func describe(changes []register.Change) string {
	text := "changed:"
	for _, ch := range changes {
		text += fmt.Sprintf(" %s (%s)", ch.Attribute, ch.Rule)
	}
	return text
}

// AdvanceStage moves a system forward through the gate of its stage, or to
// retirement. If items of the gate are missing the error is a *GateError that
// lists them; an exception in force (GrantException) opens the gate for the
// items that it names.
func (tx *Tx) AdvanceStage(id string, to register.Stage) (register.System, error) {
	const verb = "AdvanceStage"
	s, move, err := tx.move(verb, id, to)
	if err != nil {
		return s, err
	}
	if move.Backward {
		return s, &RecordError{Kind: KindSystem, ID: id, Verb: verb, Err: ErrGate, Why: fmt.Errorf("%s lies before %s; to go back, use RevertStage", to, s.Stage)}
	}
	if blockers := tx.Blockers(s, move.Gate, tx.asOf); len(blockers) > 0 {
		open := blockers[:0]
		for _, b := range blockers {
			if b.Absolute || !tx.excepted(id, move.Gate.ID, b.Item) {
				open = append(open, b)
			}
		}
		if len(open) > 0 {
			return s, &RecordError{Kind: KindSystem, ID: id, Verb: verb, Err: ErrGate,
				Why: &GateError{System: id, From: s.Stage, To: to, Gate: move.Gate.ID, Blockers: open}}
		}
	}
	s.Stage = to
	switch {
	case to == register.StageRetirement && s.RetiredOn.IsZero():
		s.RetiredOn = tx.asOf
	case to == register.StageOperation && s.InUseSince.IsZero():
		s.InUseSince = tx.asOf
	}
	s, err = put(tx, verb, systems, s)
	if err != nil {
		return s, err
	}
	if to == register.StageRetirement {
		return s, tx.closeAssessments(verb, s)
	}
	return s, tx.refresh(verb, id)
}

// RevertStage moves a system back to an earlier stage, for the reason that the
// actor gives in By. Going back needs no gate; going forward again does.
func (tx *Tx) RevertStage(id string, to register.Stage) (register.System, error) {
	const verb = "RevertStage"
	s, move, err := tx.move(verb, id, to)
	if err != nil {
		return s, err
	}
	if !move.Backward {
		return s, &RecordError{Kind: KindSystem, ID: id, Verb: verb, Err: ErrGate, Why: fmt.Errorf("%s lies after %s; to go on, use AdvanceStage", to, s.Stage)}
	}
	s.Stage = to
	s, err = put(tx, verb, systems, s)
	if err != nil {
		return s, err
	}
	return s, tx.refresh(verb, id)
}

func (tx *Tx) move(verb, id string, to register.Stage) (register.System, register.Move, error) {
	s, err := get(tx, verb, systems, id)
	if err != nil {
		return s, register.Move{}, err
	}
	move, err := register.CheckMove(s.Stage, to)
	if err != nil {
		return s, move, &RecordError{Kind: KindSystem, ID: id, Verb: verb, Err: ErrGate, Why: err}
	}
	return s, move, nil
}

// fire opens an impact assessment of a system for a trigger, or adds the
// trigger to the one that is open. Of a retired system none is opened, save by
// its registration: it does nothing to people any more.
func (tx *Tx) fire(verb, system string, trigger impact.TriggerKind, detail string) error {
	s, err := get(tx, verb, systems, system)
	if err != nil {
		return err
	}
	b := tx.basis(system)
	t := impact.Trigger{Kind: trigger, At: tx.asOf, Detail: detail}
	if a, ok := tx.OpenAssessment(system); ok {
		a, err := write(tx, verb, assessments, a.AddTrigger(t, s, b))
		if err != nil {
			return err
		}
		return tx.moved(verb, a)
	}
	if s.Stage == register.StageRetirement && trigger != impact.TriggerRegistration {
		return nil
	}
	number := tx.lastNumber(system) + 1
	_, err = write(tx, verb, assessments, impact.Open(AssessmentID(system, number), number, s, t, b))
	return err
}

// refresh lets the open assessment of a system, if there is one, take up what
// is on file of it now.
func (tx *Tx) refresh(verb, system string) error {
	a, ok := tx.OpenAssessment(system)
	if !ok {
		return nil
	}
	s, err := get(tx, verb, systems, system)
	if err != nil {
		return err
	}
	fresh := a.Refresh(s, tx.basis(system))
	if sameBody(assessments, fresh, a) {
		return nil
	}
	if fresh, err = write(tx, verb, assessments, fresh); err != nil || fresh.State == a.State {
		return err
	}
	return tx.moved(verb, fresh)
}

// closeAssessments ends the open assessment of a system that has been retired.
func (tx *Tx) closeAssessments(verb string, s register.System) error {
	a, ok := tx.OpenAssessment(s.ID)
	if !ok {
		return nil
	}
	ended, err := a.Withdraw(tx.by.Actor, "the system was retired", tx.asOf)
	if err != nil {
		return err
	}
	_, err = tx.keep(verb, a, ended)
	return err
}

// Facts returns what the impact rules must know beside the system's own
// attributes: its incidents of the last year and the concerns about it that are
// open. Whether the AI policy covers its kind of use is not on record, so that
// stays unanswered.
func (r *reading) Facts(system string) impact.Facts {
	var f impact.Facts
	since := r.asOf.AddDate(-1, 0, 0)
	for _, i := range incidents.records(r.ts).each() {
		if i.DetectedOn.After(since) && contains(i.Systems, system) {
			f.Incidents++
		}
	}
	for _, c := range concerns.records(r.ts).each() {
		if c.Open() && contains(c.Systems, system) {
			f.Concerns++
		}
	}
	return f
}

func checkSystem(tx *Tx, s *register.System, is *Issues) {
	c := checker{is, tx}
	mergeIssues(is, s.Validate())
	c.person("owner", s.Owner, false)
	c.person("human_oversight.person", s.HumanOversight.Person, false)
	if s.Supplier != "" && !suppliers.records(tx.ts).Has(s.Supplier) {
		c.Add("supplier", "supplier", s.Supplier, "no such supplier on file; add the supplier first")
	}
	for i, p := range s.Affected {
		if _, ok := impact.PartyByID(p); !ok {
			c.Add(index("affected", i), "party", p, "no such affected party; see impact.Parties")
		}
	}
	c.past("discovered_on", s.DiscoveredOn)
	c.past("in_use_since", s.InUseSince)
	c.past("retired_on", s.RetiredOn)
}

// ungovernedSince returns since when a system that runs has had no approved
// assessment: since it was found, used or registered.
func ungovernedSince(s *register.System) time.Time {
	if !s.DiscoveredOn.IsZero() {
		return s.DiscoveredOn
	}
	return s.InUseSince
}
