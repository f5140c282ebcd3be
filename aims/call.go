package aims

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// Call is a trigger that time or law has pulled and that nobody has taken up
// yet: the review of an assessment is near, evidence behind a reduction has gone
// stale, rules or criteria give another outcome, the acceptance of a risk has
// run out.
type Call struct {
	// System is the ID of the system to be assessed again.
	System string
	// Trigger says what calls for it.
	Trigger impact.Trigger
}

// Calls lists the triggers that time and law have pulled at time now and that
// no open assessment has taken up, by system. Other events open an assessment
// by themselves; these have nobody who causes them, so somebody has to ask:
// AnswerCalls takes them up. Nil rules or policy mean the defaults.
func (v *View) Calls(rules *impact.Rules, policy *impact.Policy, now time.Time) []Call {
	return v.calls(rules, policy, now)
}

func (r *reading) calls(rules *impact.Rules, policy *impact.Policy, now time.Time) []Call {
	var calls []Call
	add := func(s *register.System, t impact.Trigger) {
		if s.Stage == register.StageRetirement {
			return
		}
		if open := r.standing(s.ID).open; open != nil && slices.ContainsFunc(open.Triggers, func(o impact.Trigger) bool { return o.Kind == t.Kind }) {
			return // it is being looked at
		}
		calls = append(calls, Call{System: s.ID, Trigger: t})
	}
	for _, a := range assessments.records(r.ts).each() {
		if a.State != impact.StateApproved {
			continue
		}
		s, ok := systems.records(r.ts).t.m.Get(a.System)
		if !ok {
			continue
		}
		b := r.basis(a.System, now)
		b.Rules, b.Policy = rules, policy
		for _, t := range a.Calls(b) {
			add(s, t)
		}
	}
	limits := r.Criteria()
	for _, risk := range risks.records(r.ts).each() {
		if risk.Acceptance.IsZero() || !now.After(risk.Acceptance.Expires) || !unaccepted(&limits, risk, now) {
			continue
		}
		for _, id := range risk.Systems {
			if a := r.standing(id).approved; a != nil && a.ApprovedAt.After(risk.Acceptance.Expires) {
				continue // looked at since; that nobody has accepted it again is a finding
			}
			if s, ok := systems.records(r.ts).t.m.Get(id); ok {
				add(s, impact.Trigger{Kind: impact.TriggerAcceptance, At: now,
					Detail: fmt.Sprintf("the acceptance of risk %s ran out on %s", risk.ID, day(risk.Acceptance.Expires))})
			}
		}
	}
	slices.SortStableFunc(calls, func(a, b Call) int { return cmp.Compare(a.System, b.System) })
	return calls
}

// AnswerCalls opens an assessment for every call (View.Calls) at the time of
// the commit, or lets the open one take it up, and returns the calls. A program
// that runs once a day keeps reviews from being forgotten.
func (tx *Tx) AnswerCalls() ([]Call, error) {
	const verb = "AnswerCalls"
	calls := tx.calls(tx.m.opts.Rules, tx.m.opts.Policy, tx.asOf)
	for _, c := range calls {
		if err := tx.act(verb, KindSystem, c.System); err != nil {
			return nil, err
		}
		if err := tx.fire(verb, c.System, c.Trigger.Kind, c.Trigger.Detail); err != nil {
			return nil, err
		}
	}
	return calls, nil
}

// ReassessSystem opens an impact assessment for a reason that no verb fires by
// itself: a planned review, a change of the law, a request. If one is open it
// joins that. A retired system is not assessed again.
func (tx *Tx) ReassessSystem(system string, trigger impact.TriggerKind, detail string) (impact.Assessment, error) {
	const verb = "ReassessSystem"
	if err := tx.act(verb, KindSystem, system); err != nil {
		return impact.Assessment{}, err
	}
	if _, ok := impact.TriggerByKind(trigger); !ok {
		var is Issues
		is.Add("trigger", "trigger", string(trigger), "no such trigger; see impact.Triggers")
		return impact.Assessment{}, &RecordError{Kind: KindSystem, ID: system, Verb: verb, Err: ErrInvalid, Why: is}
	}
	s, err := get(tx, verb, systems, system)
	if err != nil {
		return impact.Assessment{}, err
	}
	if s.Stage == register.StageRetirement {
		return impact.Assessment{}, &RecordError{Kind: KindSystem, ID: system, Verb: verb, Err: ErrState, Why: errors.New("it is retired; what comes back is a new system")}
	}
	if err := tx.fire(verb, system, trigger, detail); err != nil {
		return impact.Assessment{}, err
	}
	a, _ := tx.OpenAssessment(system)
	return a, nil
}

// ReportSupplierEvent opens an assessment of every system in use or in the
// making that rests on a supplier, or lets the open one take it up: the supplier
// changes or ends a model, changes hands, or had an incident (A.10.3).
func (tx *Tx) ReportSupplierEvent(supplier, what string) ([]impact.Assessment, error) {
	const verb = "ReportSupplierEvent"
	if _, err := get(tx, verb, suppliers, supplier); err != nil {
		return nil, err
	}
	if err := tx.act(verb, KindSupplier, supplier); err != nil {
		return nil, err
	}
	var is Issues
	required(&is, "what", what)
	if len(is) > 0 {
		return nil, &RecordError{Kind: KindSupplier, ID: supplier, Verb: verb, Err: ErrInvalid, Why: is}
	}
	var opened []impact.Assessment
	for s := range systems.records(tx.ts).All() {
		if s.Supplier != supplier || s.Stage == register.StageRetirement {
			continue
		}
		if err := tx.fire(verb, s.ID, impact.TriggerSupplier, "supplier "+supplier+": "+what); err != nil {
			return nil, err
		}
		a, _ := tx.OpenAssessment(s.ID)
		opened = append(opened, a)
	}
	return opened, nil
}
