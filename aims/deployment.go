package aims

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Deployment is one time that an AI system, or a new state of it, is put into use
// (A.6.2.5): the plan with what is to be met before and the way back, who released it and
// when it went live, and what it did then, beside what was predicted.
type Deployment struct {
	// ID names the deployment, System is the ID of the system, Title says what of it is
	// deployed, Where in which surroundings.
	ID     string `json:"id"`
	System string `json:"system"`
	Title  string `json:"title"`
	Where  string `json:"where"`
	// Requirements are what is to be met before it goes live.
	Requirements []DeploymentRequirement `json:"requirements"`
	// Rollback says how it is taken back, who does and how soon.
	Rollback string `json:"rollback"`
	// Predicted says what it is expected to do to those whom it touches.
	Predicted string `json:"predicted"`
	// Verification is the ID of the verification that it rests on; may be empty.
	Verification string `json:"verification,omitempty"`
	// Releaser is the ID of the person who is to release it, none of its Authors.
	// PlannedFor is the day.
	Releaser   string        `json:"releaser"`
	PlannedFor calendar.Date `json:"planned_for"`
	// Authors are the IDs of those who wrote the plan, PlannedAt is when it was first put on
	// file; verbs set both.
	Authors   []string  `json:"authors,omitempty"`
	PlannedAt time.Time `json:"planned_at"`

	// State says how it stands.
	State DeploymentState `json:"state"`
	// LiveOn is when it went live, ReleasedBy who released it, ReleasedAt when that was
	// recorded; Model is what the register then said that the system runs on.
	LiveOn     calendar.Date  `json:"live_on,omitzero"`
	ReleasedBy string         `json:"released_by,omitempty"`
	ReleasedAt time.Time      `json:"released_at,omitzero"`
	Model      register.Model `json:"model,omitzero"`
	// Review is what was seen of it afterwards.
	Review DeploymentReview `json:"review,omitzero"`
	// Return is why it was taken back, and when.
	Return DeploymentReturn `json:"return,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// DeploymentRequirement is one thing that is to be met before a deployment.
type DeploymentRequirement struct {
	// What is to be met; How says by what it is, empty while it is not.
	What string `json:"what"`
	How  string `json:"how,omitempty"`
}

// DeploymentReview is what was seen of a deployment, a month after it went live at the
// earliest.
type DeploymentReview struct {
	// On is when it was looked at, Seen what it did to those whom it touches. AsPredicted
	// says that it is what was predicted, or less.
	On          calendar.Date `json:"on,omitzero"`
	Seen        string        `json:"seen"`
	AsPredicted bool          `json:"as_predicted"`
	// By is the ID of who looked, which is who records it, RecordedAt when that was.
	By         string    `json:"by,omitempty"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
}

// IsZero reports whether nobody has looked.
func (r DeploymentReview) IsZero() bool { return r.RecordedAt.IsZero() }

// DeploymentReturn says that a deployment was taken back.
type DeploymentReturn struct {
	// On is when, Reason why; By is the ID of who recorded it, RecordedAt when.
	On         calendar.Date `json:"on,omitzero"`
	Reason     string        `json:"reason"`
	By         string        `json:"by,omitempty"`
	RecordedAt time.Time     `json:"recorded_at,omitzero"`
}

// IsZero reports whether it was not taken back.
func (r DeploymentReturn) IsZero() bool { return r.RecordedAt.IsZero() }

// DeploymentState says how a deployment stands.
type DeploymentState string

// The states.
const (
	DeploymentPlanned DeploymentState = "planned"
	DeploymentLive    DeploymentState = "live"
	DeploymentBack    DeploymentState = "taken_back"
)

// After how many days of use a deployment can be looked back on, and by when it is to be; a
// choice of this project.
const (
	reviewFrom = 30
	reviewBy   = 90
)

// controlDeployed is the control of deployment.
var controlDeployed = annexa.MustParse("A.6.2.5")

var deployments = ledger.MustDeclare(ledger.Spec[Deployment]{
	Name: KindDeployment,
	Key:  func(d *Deployment) string { return d.ID }, SetKey: func(d *Deployment, id string) { d.ID = id },
	Revision:  func(d *Deployment) *uint64 { return &d.Revision },
	Completes: []string{"authors", "planned_at", "state"},
	Listings:  []ledger.Listing[Deployment]{{Name: bySystem, Value: func(d *Deployment) string { return d.System }}},
	Limits: within(KindDeployment, bounded(lists{"requirements": 200, "authors": 200},
		"where", "rollback", "predicted", "requirements.what", "requirements.how", "review.seen", "return.reason")),
	MayDrop: func(_ ledger.Reader, d *Deployment) error {
		if d.State != DeploymentPlanned {
			return errors.New("it went live; what was put into use stays on record")
		}
		return nil
	},
	Check: checked(checkDeployment),
})

// PlanDeployment plans a deployment, or revises the plan while it has not been released.
// Who plans it does not release it.
func (tx *Tx) PlanDeployment(d Deployment) error {
	return put(tx, "PlanDeployment", deployments, d, func(d *Deployment) error {
		old, exists := deployments.Of(tx).Get(d.ID)
		if exists && old.State != DeploymentPlanned {
			return ledger.Refuse(ErrState, "it went live on %s and stays as it was planned; what comes next is another deployment", old.LiveOn.String())
		}
		var is Issues
		d.Authors, d.PlannedAt, d.State = with(old.Authors, tx.By().Actor), tx.Now(), DeploymentPlanned
		if exists {
			d.PlannedAt = old.PlannedAt
			kept(&is, "system", old.System, d.System, "plan another one")
		}
		d.LiveOn, d.ReleasedBy, d.ReleasedAt, d.Model = calendar.Date{}, "", time.Time{}, register.Model{}
		d.Review, d.Return = DeploymentReview{}, DeploymentReturn{}
		return is.Err()
	})
}

// ReleaseDeployment decides that a deployment goes, or went, live on a day: the one whom
// the plan names, who has not written it. Each requirement is met, the verification that
// it rests on has passed, and the system has come through the gate into deployment. What
// was planned stays as it was.
func (tx *Tx) ReleaseDeployment(id string, on calendar.Date) error {
	return decide(tx, "ReleaseDeployment", deployments, id, func(d *Deployment) error {
		if d.State != DeploymentPlanned {
			return ledger.Refuse(ErrState, "it went live on %s", d.LiveOn.String())
		}
		s, err := systems.Must(tx, d.System)
		if err != nil {
			return err
		}
		if !live(&s) {
			return ledger.Refuse(ErrGate, "system %s is at stage %s; what goes live has come through the gate into deployment (AdvanceStage)", s.ID, s.Stage)
		}
		var is Issues
		switch planned := tx.DayOf(d.PlannedAt); {
		case on.IsZero():
			is.Add("live_on", "required", "", "say when it goes live")
		case on.Before(planned):
			is.Add("live_on", "order", on.String(), "it was planned on %s; what went live before went without a plan", planned.String())
		}
		for i, r := range d.Requirements {
			if blank(r.How) {
				is.Add(issue.Index("requirements", i)+".how", "required", r.What, "nobody has said how it is met (PlanDeployment)")
			}
		}
		if v, ok := verifications.Shared(tx).Get(d.Verification); d.Verification != "" && (!ok || v.State != VerificationPassed || v.Model != s.Model) {
			is.Add("verification", "passed", d.Verification, "it has not passed of the model that the system runs on")
		}
		d.State, d.LiveOn, d.ReleasedBy, d.ReleasedAt, d.Model = DeploymentLive, on, tx.By().Actor, tx.Now(), s.Model
		return is.Err()
	})
}

// ReviewDeployment records what a deployment was seen to do, a month after it went live at
// the earliest, by somebody who has not predicted it. If that is not what was predicted,
// the same commit opens an assessment of the system, or joins the one that is open.
func (tx *Tx) ReviewDeployment(id string, r DeploymentReview) error {
	return tx.Decide("ReviewDeployment", Subject{Kind: deployments.Name(), ID: id}, func() error {
		var system string
		err := moved(tx, deployments, id, func(d *Deployment) error {
			switch {
			case d.State == DeploymentPlanned:
				return ledger.Refuse(ErrState, "it has not gone live")
			case !d.Review.IsZero():
				return ledger.Refuse(ErrState, "it was looked at on %s, and that stays", d.Review.On.String())
			}
			var is Issues
			from := d.LiveOn.AddDays(reviewFrom)
			switch {
			case r.On.IsZero():
				is.Add("on", "required", "", "say when it was looked at")
			case r.On.Before(from):
				is.Add("on", "order", r.On.String(), "it went live on %s; what it does shows from %s on", d.LiveOn.String(), from.String())
			}
			r.By, r.RecordedAt = tx.By().Actor, tx.Now()
			d.Review, system = r, d.System
			return is.Err()
		})
		if err != nil || r.AsPredicted {
			return err
		}
		return tx.fire(system, impact.TriggerMonitoring, "deployment "+id+" was seen to do what nobody predicted")
	})
}

// TakeBackDeployment records that a deployment was taken back on a day, and why.
func (tx *Tx) TakeBackDeployment(id string, on calendar.Date, reason string) error {
	return revise(tx, "TakeBackDeployment", deployments, id, func(d *Deployment) error {
		if d.State != DeploymentLive {
			return ledger.Refuse(ErrState, "it is not live")
		}
		var is Issues
		if on.IsZero() {
			is.Add("return.on", "required", "", "say when")
		} else if on.Before(d.LiveOn) {
			is.Add("return.on", "order", on.String(), "it went live on %s", d.LiveOn.String())
		}
		d.State = DeploymentBack
		d.Return = DeploymentReturn{On: on, Reason: reason, By: tx.By().Actor, RecordedAt: tx.Now()}
		return is.Err()
	})
}

func checkDeployment(c checker, d *Deployment) {
	c.text("title", d.Title, true)
	if !c.has(KindSystem, d.System) {
		c.Add("system", "system", d.System, "no such system in the register")
	}
	c.says("where", d.Where, true)
	c.says("rollback", d.Rollback, true)
	c.says("predicted", d.Predicted, true)
	if len(d.Requirements) == 0 {
		c.Add("requirements", "required", "", "say what is to be met before it goes live")
	}
	for i, r := range d.Requirements {
		c.says(issue.Index("requirements", i)+".what", r.What, true)
		c.says(issue.Index("requirements", i)+".how", r.How, false)
	}
	if d.Verification != "" {
		rec, _ := c.r.Record(Subject{Kind: KindVerification, ID: d.Verification})
		if v, ok := rec.(*SystemVerification); !ok {
			c.Add("verification", "verification", d.Verification, "no such verification on file")
		} else if v.System != d.System {
			c.Add("verification", "system", d.Verification, "is one of system %s", v.System)
		}
	}
	if d.PlannedFor.IsZero() {
		c.Add("planned_for", "required", "", "say for when it is planned")
	}
	if d.State == DeploymentPlanned {
		c.person("releaser", d.Releaser, true)
		if slices.ContainsFunc(d.Authors, func(a string) bool { return c.same(a, d.Releaser) }) {
			c.Add("releaser", "separation", d.Releaser, "wrote in the plan; have it released by somebody else")
		}
	}
	if !d.Review.IsZero() {
		c.says("review.seen", d.Review.Seen, true)
	}
	if !d.Return.IsZero() {
		c.says("return.reason", d.Return.Reason, true)
	}
}

// deployed reports whether a deployment of a system as it is is planned, or live.
func (r *reading) deployed(system string) bool {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok {
		return false
	}
	for _, d := range deployments.Shared(r.r).Where(bySystem, system).All() {
		if d.State == DeploymentPlanned || d.State == DeploymentLive && d.Model == s.Model {
			return true
		}
	}
	return false
}

// unreviewed is the first deployment that went live since the last one that was looked
// back on; nil if there is none.
func unreviewed(of ledger.Shared[Deployment]) (first *Deployment) {
	var last calendar.Date
	for _, d := range of.All() {
		if !d.Review.IsZero() {
			last = calendar.Later(last, d.LiveOn)
		}
	}
	for _, d := range of.All() {
		if d.State == DeploymentLive && d.Review.IsZero() && d.LiveOn.After(last) &&
			(first == nil || cmp.Or(d.LiveOn.Compare(first.LiveOn), cmp.Compare(d.ID, first.ID)) < 0) {
			first = d
		}
	}
	return first
}

// wentBack is the last deployment of a system in operation, if it was taken back and the
// system is said to run on what it deployed.
func (x *index) wentBack(st *systemState, of ledger.Shared[Deployment]) (last *Deployment) {
	for _, d := range of.All() {
		if d.State != DeploymentPlanned && (last == nil || cmp.Or(d.LiveOn.Compare(last.LiveOn), d.ReleasedAt.Compare(last.ReleasedAt)) > 0) {
			last = d
		}
	}
	if last == nil || last.State != DeploymentBack || last.Model != st.s.Model || st.s.Stage != register.StageOperation {
		return nil
	}
	return last
}

var deploymentsReviewed = Probe{
	ID: "DP-01", Title: "Deployment not looked back on, or not as recorded", Clause: Clause{"8.1"}, Controls: ids("A.6.2.5", "A.6.2.6"),
	Grading: "minor; major where a live system of high impact is 90 days late",
	grade:   majorIf(func(o Observation) bool { return highAndLive(o) && longLate(o) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		if deployments.Shared(x.r).Len() == 0 {
			return // it is S2-09, or the gate
		}
		for _, st := range x.states {
			of := deployments.Shared(x.r).Where(bySystem, st.s.ID)
			for id, d := range of.All() {
				if d.State == DeploymentPlanned && x.today.After(d.PlannedFor) && !yield(st.about(deployments.Name(), id, d.PlannedFor,
					issue.NewText("It was to go live on %s, and nobody has released it.", d.PlannedFor),
					issue.NewText("Release it, plan it anew or give it up (ReleaseDeployment, PlanDeployment, Withdraw).")).by("late", "")) {
					return
				}
			}
			if d := x.wentBack(st, of); d != nil {
				o := st.about(deployments.Name(), d.ID, d.Return.On, issue.NewText("It was taken back on %s, and the register has the system in operation on the same model.", d.Return.On),
					issue.NewText("Say what it runs on (ReviseSystem), plan what goes live instead (PlanDeployment), or take the system back (RevertStage).")).by("back", "")
				if !yield(o) {
					return
				}
			}
			d := unreviewed(of)
			if d == nil {
				continue
			}
			due := d.LiveOn.AddDays(reviewBy)
			if x.today.After(due) && !yield(st.about(deployments.Name(), d.ID, due,
				issue.NewText("It went live on %s, and nobody has said whether it does what was predicted.", d.LiveOn),
				issue.NewText("Look at what it does, and say so (ReviewDeployment)."))) {
				return
			}
		}
	},
}
