package aims

import (
	"fmt"
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

var risks = ledger.MustDeclare(ledger.Spec[register.Risk]{
	Name:   KindRisk,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("treatment.due", "treatment.done_on", "acceptance.expires", "assessed_on", "review_due", "assessed.on")},
	Key: func(r *register.Risk) string { return r.ID }, SetKey: func(r *register.Risk, id string) { r.ID = id },
	MaxKey:    register.MaxRiskID,
	Revision:  func(r *register.Risk) *uint64 { return &r.Revision },
	Completes: []string{"authors", "assessed", "tenures"},
	Carry:     handed(func(rec *register.Risk) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings:  []ledger.Listing[register.Risk]{{Name: bySystem, Values: func(r *register.Risk) []string { return orNone(r.Systems) }}},
	Limits:    within(KindRisk, ledger.Limits{}),
	Check:     checked(checkRisk),
})

// PutRisk adds a risk to the AI risk register or revises one (6.1.2, 8.2). Its
// acceptance stays as it is; AcceptRisk gives one. A change of what the risk is about
// voids an acceptance, and so does a treatment that is put off, or said not to be carried out
// after all. What remains counts while the controls that it was rated with are in place; with
// others it is rated anew (AssessRisk). That its treatment is carried out is not told while an action that
// comes from it is open (View.Actions). How it is rated is told with a new risk, and changes by
// AssessRisk; what an impact assessment found stays as that found it.
func (tx *Tx) PutRisk(r register.Risk) error {
	return put(tx, "PutRisk", risks, r, func(r *register.Risk) error {
		old, exists := risks.Of(tx).Get(r.ID)
		r.Acceptance, r.Authors, r.Assessed = register.Acceptance{}, tx.authors(old.Authors, r.Authors), old.Assessed
		var is Issues
		if !exists {
			if r.Assessment != "" {
				is.Add("assessment", "verb", r.Assessment, "the risks that an assessment found come into the register with its approval")
			}
			if !r.Inherent.IsZero() {
				r.Assessed = []register.RiskAssessment{ratedBy(tx, *r, "")}
			}
			return is.Err()
		}
		if r.Inherent != old.Inherent || r.Residual != old.Residual || !r.AssessedOn.Equal(old.AssessedOn) {
			is.Add("inherent", "verb", fmt.Sprint(r.Inherent), "AssessRisk records how it is rated, by whom and by what method")
		}
		if old.Assessment != "" {
			const instead = "it came out of an assessment; assess the system anew"
			kept(&is, "assessment", old.Assessment, r.Assessment, instead)
			kept(&is, "title", old.Title, r.Title, instead)
			kept(&is, "description", old.Description, r.Description, instead)
			kept(&is, "axis", old.Axis, r.Axis, instead)
			kept(&is, "area", old.Area, r.Area, instead)
			kept(&is, "systems", strings.Join(old.Systems, ", "), strings.Join(r.Systems, ", "), instead)
			kept(&is, "harms", strings.Join(old.Harms, ", "), strings.Join(r.Harms, ", "), instead)
		}
		if !r.Treatment.DoneOn.IsZero() && r.Treatment.DoneOn != old.Treatment.DoneOn {
			for _, a := range actionsOf(tx, Subject{Kind: KindRisk, ID: r.ID}) {
				if a.Open() {
					is.Add("treatment.done_on", "actions", r.Treatment.DoneOn.String(), "action %q, which comes from it, is open; it is done first (CompleteAction)", a.ID)
				}
			}
		}
		if sameRisk(*r, old) {
			r.Acceptance = old.Acceptance
		}
		return is.Err()
	})
}

// sameRisk reports whether a revision, a, is of the same risk as b before it, as somebody who accepts it
// sees it: all but how its treatment goes on in time, and when it is looked at again.
func sameRisk(a, b register.Risk) bool {
	if putOff(a.Treatment, b.Treatment) {
		return false
	}
	for _, r := range []*register.Risk{&a, &b} {
		r.Authors, r.Tenures, r.Acceptance, r.Assessed, r.AssessedOn, r.ReviewDue, r.Revision = nil, nil, register.Acceptance{}, nil, calendar.Date{}, calendar.Date{}, 0
		r.Treatment.Due, r.Treatment.DoneOn, r.Treatment.Owner = calendar.Date{}, calendar.Date{}, ""
	}
	return risks.Same(a, b)
}

// putOff reports whether a treatment is to be carried out later than it was, or not, or is
// said not to have been after all.
func putOff(t, was register.Treatment) bool {
	switch {
	case !t.DoneOn.IsZero():
		return false
	case !was.DoneOn.IsZero():
		return true
	}
	return !was.Due.IsZero() && (t.Due.IsZero() || t.Due.After(was.Due))
}

// ratedBy is the assessment of a risk by the actor, as the risk has it.
func ratedBy(tx *Tx, r register.Risk, method string) register.RiskAssessment {
	on := r.AssessedOn
	if on.IsZero() {
		on = tx.Today()
	}
	return register.RiskAssessment{By: tx.By().Actor, On: on, At: tx.Now(), Method: method, Inherent: r.Inherent, Residual: r.Residual, Controls: slices.Clone(r.Treatment.Controls)}
}

// AssessRisk records a new assessment of a risk (8.2): how it is rated now, by the
// actor, on which day, and by what method. What was found before stays beside it. A
// rating that is another one voids an acceptance.
func (tx *Tx) AssessRisk(id string, a register.RiskAssessment) error {
	return revise(tx, "AssessRisk", risks, id, func(r *register.Risk) error {
		var is Issues
		required(&is, "method", a.Method)
		if a.On.IsZero() {
			a.On = tx.Today()
		}
		if n := len(r.Assessed); n > 0 && a.On.Before(r.Assessed[n-1].On) {
			is.Add("on", "order", a.On.String(), "lies before the last assessment, %s", day(r.Assessed[n-1].On))
		}
		before := *r
		r.Inherent, r.Residual, r.AssessedOn = a.Inherent, a.Residual, a.On
		a.By, a.At, a.On, a.Controls = tx.By().Actor, tx.Now(), r.AssessedOn, slices.Clone(r.Treatment.Controls)
		r.Assessed = append(r.Assessed, a)
		r.Authors = tx.authors(r.Authors, nil)
		if !sameRisk(*r, before) {
			r.Acceptance = register.Acceptance{}
		}
		return is.Err()
	})
}

// AcceptRisk accepts what remains of a risk to the end of the day expires, a year on at most. The actor
// must hold RoleRiskApprover, and have neither written in it nor own it or a system that
// it comes from (6.1.3). What is not rated on the scales in force is rated first, and
// what the criteria call intolerable nobody accepts.
func (tx *Tx) AcceptRisk(id, reason string, expires calendar.Date) error {
	return decide(tx, "AcceptRisk", risks, id, func(r *register.Risk) error {
		limits := tx.riskCriteria()
		level, err := limits.Level(tx.remains(r))
		if err != nil {
			return ledger.Refuse(ErrState, "it is not rated on the scales of version %d of the risk criteria; assess it first (AssessRisk)", limits.Version)
		}
		if r.Axis == register.AxisPeople && !limits.Tolerable(level) {
			return ledger.Refuse(impact.ErrUnacceptable, "what remains of a harm to people is %s, which nobody can accept; treat it, or stop the system", level)
		}
		var is Issues
		required(&is, "acceptance.reason", reason)
		if !expires.After(tx.Today()) {
			is.Add("acceptance.expires", "future", expires.String(), "must lie after the acceptance, %s", tx.Today())
		}
		r.Acceptance = register.Acceptance{By: tx.By().Actor, Reason: reason, At: tx.Now(), Expires: expires}
		return is.Err()
	})
}

// remains is the rating that counts: what is left after treatment, if all the controls
// that lower it are in place and worked when they were last tested; else what there is
// without. Those are the controls of the treatment and, whatever has become of that since,
// the ones that it was rated with.
func (r *reading) remains(risk *register.Risk) register.Rating {
	if risk.Residual.IsZero() {
		return risk.Inherent
	}
	lower := risk.Treatment.Controls
	if n := len(risk.Assessed); n > 0 {
		lower = append(slices.Clip(lower), risk.Assessed[n-1].Controls...)
	}
	for _, id := range lower {
		if d, ok := decisions.Shared(r.r).Get(id.String()); !ok || d.Applicability != annexa.Applicable || d.Status != annexa.StatusImplemented {
			return risk.Inherent
		}
		if t := r.lastTest(id); t == nil || t.Result != ResultWorks {
			return risk.Inherent
		}
	}
	return risk.Residual
}

// registerRisks brings the risks that an approved assessment found into the
// risk register, each linked back to it. A risk that an earlier one found, of a
// harm that this one dismisses, leaves the register, unless it is held; its history stays.
func (tx *Tx) registerRisks(a impact.Assessment) error {
	owner := ""
	if s, ok := systems.Shared(tx).Get(a.System); ok {
		owner = s.Owner
	}
	for _, r := range a.Risks(owner, tx.Today()) {
		if old, ok := risks.Of(tx).Get(r.ID); ok {
			r.Revision, r.Authors, r.Assessed = old.Revision, old.Authors, old.Assessed
			if r.Inherent == old.Inherent && r.Residual == old.Residual {
				r.Treatment, r.Acceptance = old.Treatment, old.Acceptance
			}
		}
		r.Assessed = append(r.Assessed, register.RiskAssessment{By: a.SubmittedBy, On: r.AssessedOn, At: tx.Now(), Method: "impact assessment " + a.ID, Inherent: r.Inherent, Residual: r.Residual, Controls: slices.Clone(r.Treatment.Controls)})
		if err := risks.Keep(tx, r); err != nil {
			return err
		}
	}
	for _, h := range a.Harms {
		id := a.RiskID(h.Harm)
		if old, ok := risks.Shared(tx).Get(id); ok && h.Dismissed != "" && old.Assessment != "" && tx.heldBy(Subject{Kind: KindRisk, ID: id}) == "" {
			if err := risks.Drop(tx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// Exceeds reports whether what remains of a risk stands above the risk criteria in
// force (6.1.1), so that somebody has to accept it (6.1.3). What remains counts only while
// the controls that lower it are in place. What can't be judged is judged worst: a risk
// that nobody has rated, a rating off the scales, criteria that nobody has approved.
func (r *reading) Exceeds(risk register.Risk) bool {
	e := r.entire()
	limits := e.riskCriteria()
	return e.exceeds(&limits, &risk)
}

func (r *reading) exceeds(c *register.Criteria, risk *register.Risk) bool {
	level, err := c.Level(r.remains(risk))
	return err != nil || c.ApprovedBy == "" || c.Exceeds(risk.Axis, level)
}

// unaccepted reports whether a risk exceeds the criteria with no acceptance in force by
// somebody who owns neither it nor a system that it comes from.
func (r *reading) unaccepted(c *register.Criteria, risk *register.Risk, now time.Time) bool {
	a := risk.Acceptance
	return r.exceeds(c, risk) && (a.IsZero() || r.DayOf(now).After(a.Expires) || r.ownsNow(a.By, Subject{Kind: risks.Name(), ID: risk.ID}))
}

func checkRisk(c checker, r *register.Risk) {
	c.Merge("", r.Validate(c.riskCriteria()))
	c.systems("systems", r.Systems)
	c.person("owner", r.Owner, false)
	c.past("acceptance.at", c.DayOf(r.Acceptance.At))
	c.person("treatment.owner", r.Treatment.Owner, false)
	c.controls("treatment.controls", r.Treatment.Controls)
	for i, h := range r.Harms {
		c.harm(issue.Index("harms", i), h)
	}
	if r.Assessment != "" && !c.has(KindAssessment, r.Assessment) {
		c.Add("assessment", "assessment", r.Assessment, "no such assessment")
	}
}

var treatmentPlanned = Probe{
	ID: "S1-14", Title: "No risk treatment plan", Clause: Clause{"6.1.3"},
	Grading: "major",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if !x.documented(Clause{"6.1.3"}) {
			o := x.whole(calendar.Date{}, issue.NewText("No document on risk treatment (6.1.3) has been approved."),
				issue.NewText("Write how risks are treated and the plan (DraftDocument), and have it approved."))
			o.Absent = true
			yield(o)
		}
	},
}

var risksAssessed = Probe{
	ID: "S2-04", Title: "Risks of systems not assessed", Clause: Clause{"8.2"},
	Grading: "minor; major for all systems, or more than a fifth of them. Below high impact an approved impact assessment stands for one; that a year on no risk at all was assessed is minor",
	grade:   majorIf(func(o Observation) bool { return 5*o.Count > o.Of }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			// Below high an approved impact assessment that found no risk is one.
			if (st.high || st.approved == nil) && !x.rated(st.s.ID) && !yield(st.itself(never, issue.Text{}, issue.Text{})) {
				return
			}
		}
	},
	sum: func(x *index, without []Observation, yield func(Observation) bool) {
		if len(without) == 0 {
			if due := x.on(x.began()).AddDays(year); x.number() > 0 && x.overdue(due) && !x.anyRated() {
				o := x.whole(due, issue.NewText("In a year no risk was assessed, of the systems or of the management system: impact assessments alone do not say what threatens either."),
					issue.NewText("Say what could go wrong, and rate it (PutRisk, AssessRisk)."))
				o.Absent, o.Of = true, x.number()
				yield(o)
			}
			return
		}
		o := x.whole(calendar.Date{}, issue.NewText("Of %d of %d systems no assessment of risks is on file: %s.", len(without), x.number(), namesOf(without)),
			issue.NewText("Rate the risks of each, to people and to the organisation (PutRisk, AssessRisk), or have it assessed for impact."))
		o.Count, o.Of, o.names = len(without), x.number(), subjectsOf(without)
		yield(o)
	},
}

// anyRated reports whether any risk has been assessed.
func (x *index) anyRated() bool {
	for _, r := range risks.Shared(x.r).All() {
		if !r.AssessedOn.IsZero() {
			return true
		}
	}
	return false
}

// rated reports whether a risk of a system has been assessed.
func (x *index) rated(system string) bool {
	for _, r := range risks.Shared(x.r).Where(bySystem, system).All() {
		if !r.Inherent.IsZero() {
			return true
		}
	}
	return false
}

var risksHandled = Probe{
	ID: "S2-05", Title: "Treatment overdue or risk not accepted", Clause: Clause{"8.3"},
	Grading: "minor; major for a risk to people from a live system of high impact that nobody has accepted, and 90 days after an acceptance ran out or a treatment was due",
	grade:   majorIf(func(o Observation) bool { return longLate(o) || o.Grave && highAndLive(o) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		limits := x.riskCriteria()
		for _, r := range risks.Shared(x.r).All() {
			if x.unaccepted(&limits, r, x.now) {
				since, text := r.AssessedOn, issue.NewText("It stands above the criteria and nobody has accepted it.")
				switch {
				case r.Acceptance.IsZero():
				case !x.today.After(r.Acceptance.Expires):
					text = issue.NewText("Who accepted it owns it by now, or a system that it comes from.")
				default:
					since, text = r.Acceptance.Expires, issue.NewText("Its acceptance ran out on %s.", day(r.Acceptance.Expires))
				}
				o := about(KindRisk, r.ID, r.Title, since, text, issue.NewText("Treat it (PutRisk) or have it accepted (AcceptRisk)."))
				o.Grave = r.Axis == register.AxisPeople
				for _, id := range r.Systems {
					if s, ok := systems.Shared(x.r).Get(id); ok && live(s) && highLevel(x.LevelOf(id)) {
						o.High, o.Live = true, true
						break
					}
				}
				if !yield(o) {
					return
				}
			}
			if t := r.Treatment; t.DoneOn.IsZero() && x.overdue(t.Due) && !yield(about(KindRisk, r.ID, r.Title, t.Due,
				issue.NewText("Its treatment was due on %s.", day(t.Due)), issue.NewText("Carry it out or plan it anew (PutRisk).")).by("treatment", t.Owner)) {
				return
			}
		}
	},
}

var riskOwners = Probe{
	ID: "OW-02", Title: "Risk without accountable owner", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, r := range risks.Shared(x.r).All() {
			if !x.active(r.Owner) && !yield(about(KindRisk, r.ID, r.Title, calendar.Date{},
				issue.NewText("No active person owns it."), issue.NewText("Name an owner (PutRisk)."))) {
				return
			}
		}
	},
}
