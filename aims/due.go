package aims

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// DueAssessment is a trigger that time or law has pulled and that nobody has
// taken up yet: the review of an assessment is near, evidence behind a reduction
// has gone stale, rules or criteria give another outcome, the acceptance of a
// risk has run out.
type DueAssessment struct {
	// System is the ID of the system to be assessed again.
	System string `json:"system"`
	// Trigger says what calls for it.
	Trigger impact.Trigger `json:"trigger"`
}

// DueAssessments lists the triggers that time and law have pulled at time now and
// that no open assessment has taken up, by system. Other events open an
// assessment by themselves; these have nobody who causes them, so somebody has to
// ask: OpenDueAssessments takes them up.
func (r *reading) DueAssessments(now time.Time) []DueAssessment {
	var due []DueAssessment
	add := func(s *register.System, t impact.Trigger) {
		if s.Stage == register.StageRetirement || !r.sees(KindSystem, s.ID) {
			return
		}
		if open := r.standing(s.ID).open; open != nil && slices.ContainsFunc(open.Triggers, func(o impact.Trigger) bool { return o.Kind == t.Kind }) {
			return // it is being looked at
		}
		due = append(due, DueAssessment{System: s.ID, Trigger: t})
	}
	basis := r.basis("", now) // the same for all but its facts
	for _, a := range assessments.Shared(r.r).Where(byOpen, string(impact.StateApproved)).All() {
		s, ok := systems.Shared(r.r).Get(a.System)
		if !ok {
			continue
		}
		basis.Facts = r.Facts(a.System)
		for _, t := range a.Calls(basis) {
			if !r.sees(assessments.Name(), a.ID) {
				t.Detail = ""
			}
			add(s, t)
		}
	}
	limits := r.riskCriteria()
	for _, risk := range risks.Shared(r.r).All() {
		if risk.Acceptance.IsZero() || !r.DayOf(now).After(risk.Acceptance.Expires) || !r.unaccepted(&limits, risk, now) {
			continue
		}
		for _, id := range risk.Systems {
			if a := r.standing(id).approved; a != nil && r.DayOf(a.ApprovedAt).After(risk.Acceptance.Expires) {
				continue // looked at since; that nobody has accepted it again is a finding
			}
			if s, ok := systems.Shared(r.r).Get(id); ok {
				of := "risk " + risk.ID
				if !r.sees(KindRisk, risk.ID) {
					of = "a risk"
				}
				add(s, impact.Trigger{Kind: impact.TriggerAcceptance, At: now,
					Detail: fmt.Sprintf("the acceptance of %s ran out on %s", of, day(risk.Acceptance.Expires))})
			}
		}
	}
	slices.SortStableFunc(due, func(a, b DueAssessment) int { return cmp.Compare(a.System, b.System) })
	return due
}

// OpenDueAssessments opens an assessment for all that is due (DueAssessments) at
// the time of the commit, or lets the open one take it up, and returns what was
// due. A program that runs once a day keeps reviews from being forgotten.
func (tx *Tx) OpenDueAssessments() ([]DueAssessment, error) {
	const verb = "OpenDueAssessments"
	due := tx.DueAssessments(tx.Now())
	err := tx.Verb(verb, Subject{Kind: KindOrganisation, ID: organisationID}, func() error {
		for _, d := range due {
			if err := tx.alive(); err != nil {
				return err
			}
			if err := tx.Authorize(verb, Subject{Kind: KindSystem, ID: d.System}); err != nil {
				return err
			}
		}
		for _, d := range due {
			if err := tx.fire(d.System, d.Trigger.Kind, d.Trigger.Detail); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// takeUp opens an assessment for what calls for one of some kinds, of the approved
// assessments of which a condition holds.
func (tx *Tx) takeUp(of func(*impact.Assessment) bool, kinds ...impact.TriggerKind) error {
	var due []DueAssessment
	for _, a := range assessments.Shared(tx).Where(byOpen, string(impact.StateApproved)).All() {
		if !of(a) {
			continue
		}
		for _, t := range a.Calls(tx.basis(a.System)) {
			if slices.Contains(kinds, t.Kind) {
				due = append(due, DueAssessment{a.System, t})
			}
		}
	}
	for _, d := range due {
		if err := tx.fire(d.System, d.Trigger.Kind, d.Trigger.Detail); err != nil {
			return err
		}
	}
	return nil
}

// restsOn reports whether a reduction of an assessment rests on a control, or on a piece
// of evidence.
func restsOn(a *impact.Assessment, control annexa.ID, item string) bool {
	return slices.ContainsFunc(a.Harms, func(h impact.HarmRating) bool {
		return slices.ContainsFunc(h.Controls, func(r impact.Reduction) bool {
			return r.Control == control && !control.IsZero() || item != "" && slices.Contains(r.Evidence, item)
		})
	})
}

// ReassessSystem opens an impact assessment for a reason that no verb fires by
// itself: a planned review, a change of the law, a request. If one is open it
// joins that. A retired system is not assessed again.
func (tx *Tx) ReassessSystem(system string, trigger impact.TriggerKind, detail string) error {
	return tx.Verb("ReassessSystem", Subject{Kind: KindSystem, ID: system}, func() error {
		if _, ok := impact.TriggerByKind(trigger); !ok {
			var is Issues
			is.Add("trigger", "trigger", string(trigger), "no such trigger; see impact.Triggers")
			return is
		}
		s, err := systems.Must(tx, system)
		if err != nil {
			return err
		}
		if s.Stage == register.StageRetirement {
			return ledger.Refuse(ErrState, "it is retired; what comes back is a new system")
		}
		return tx.fire(system, trigger, detail)
	})
}

// ReportSupplierEvent opens an assessment of every system in use or in the
// making that rests on a supplier, or lets the open one take it up: the supplier
// changes or ends a model, changes hands, or had an incident (A.10.3). It returns
// the IDs of the systems.
func (tx *Tx) ReportSupplierEvent(supplier, what string) ([]string, error) {
	var concerned []string
	err := tx.Verb("ReportSupplierEvent", Subject{Kind: KindSupplier, ID: supplier}, func() error {
		if _, err := suppliers.Must(tx, supplier); err != nil {
			return err
		}
		var is Issues
		required(&is, "what", what)
		if len(is) > 0 {
			return is
		}
		concerned = tx.restOn(supplier)
		return tx.fireAll(concerned, impact.TriggerSupplier, "supplier "+supplier+": "+what)
	})
	if err != nil {
		return nil, err
	}
	return concerned, nil
}
