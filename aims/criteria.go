package aims

import (
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

const criteriaID = "criteria"

var criteria = ledger.MustDeclare(ledger.Spec[register.Criteria]{
	Name:   KindCriteria,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("review_due", "earlier.review_due")},
	Key:       func(c *register.Criteria) string { return c.ID },
	Revision:  func(c *register.Criteria) *uint64 { return &c.Revision },
	Completes: []string{"authors"},
	Limits:    within(KindCriteria, ledger.Limits{Repeats: []string{"matrix"}}),
	Check: checked(func(c checker, r *register.Criteria) {
		c.Merge("", r.Validate())
		c.person("approved_by", r.ApprovedBy, false)
		c.past("approved_at", c.DayOf(r.ApprovedAt))
		c.needs("approved_at", r.ApprovedBy == "" || !r.ApprovedAt.IsZero(), "what is approved says when")
	}),
})

// Criteria returns the risk criteria in force (6.1.1): the latest version that has been
// approved; as long as none has, those that the management system started with, under
// which nothing counts as within the appetite.
func (r *reading) Criteria() register.Criteria {
	if c, ok := criteria.Of(r.r).Get(r.criteriaInForce()); ok {
		return c
	}
	return register.DefaultCriteria()
}

// CriteriaVersions yields all versions of the risk criteria, drafts among them.
//
//go:noinline
func (r *reading) CriteriaVersions() iter.Seq[register.Criteria] { return criteria.Of(r.r).All() }

// riskCriteria is Criteria as they are held: for reading only.
func (r *reading) riskCriteria() register.Criteria {
	if c, ok := criteria.Shared(r.r).Get(r.criteriaInForce()); ok {
		return *c
	}
	return register.DefaultCriteria()
}

// criteriaInForce is the ID of the version in force.
func (r *reading) criteriaInForce() string {
	id, version := criteriaID, 0
	for _, c := range criteria.Shared(r.r).All() {
		if c.ApprovedBy != "" && c.Version > version {
			id, version = c.ID, c.Version
		}
	}
	return id
}

// DraftCriteria writes a version of the risk criteria (6.1.1), with what is
// decided of the process of impact assessments (Criteria.Process, 6.1.4): the next one,
// made from the version whose ID and revision it carries; or, with those of a draft that
// is not the first version, that draft. It comes into force with ApproveCriteria;
// ratings keep the version that they were made with.
func (tx *Tx) DraftCriteria(c register.Criteria) error {
	if !criteria.Shared(tx).Has(c.ID) {
		c.ID = tx.criteriaInForce()
	}
	old, exists := criteria.Of(tx).Get(c.ID)
	from, last := c.Revision, 0
	for _, v := range criteria.Shared(tx).All() {
		last = max(last, v.Version)
	}
	next := exists && (old.ApprovedBy != "" || old.ID == criteriaID)
	if next {
		c.ID, c.Revision = versionID(criteriaID, last+1), 0
	}
	return put(tx, "DraftCriteria", criteria, c, func(c *register.Criteria) error {
		if !exists {
			return ErrNotFound
		}
		if next && from != old.Revision {
			if from == 0 {
				return ledger.Refuse(ErrExists, "revision %d is current; to make the next version of it, carry that revision", old.Revision)
			}
			return ledger.Refuse(ErrStale, "field revision: made from %d, %d is current", from, old.Revision)
		}
		c.Version = old.Version
		if next {
			c.Version = last + 1
		}
		c.Authors = tx.authors(old.Authors, c.Authors)
		c.ApprovedBy, c.ApprovedAt, c.ReviewDue = "", time.Time{}, calendar.Date{}
		return nil
	})
}

// ApproveCriteria puts a version of the risk criteria in force until reviewDue; of the
// one in force it renews the approval. An earlier version does not come back. The actor
// must belong to top management and not be one of its authors. Open assessments take the
// version up: one that has been handed in with ratings of another goes back to being
// written. What was approved and is rated otherwise now is to be assessed anew.
func (tx *Tx) ApproveCriteria(id string, reviewDue calendar.Date) error {
	return tx.Decide("ApproveCriteria", Subject{Kind: KindCriteria, ID: id}, func() error {
		c, err := criteria.Must(tx, id)
		if err != nil {
			return err
		}
		before := tx.riskCriteria()
		if before.Version > c.Version {
			return ledger.Refuse(ErrState, "version %d is in force; write a new version", before.Version)
		}
		a, err := tx.approve(reviewDue)
		if err != nil {
			return err
		}
		if c.ApprovedBy != "" {
			c.Earlier = append(c.Earlier, register.CriteriaApproval{By: c.ApprovedBy, At: c.ApprovedAt, ReviewDue: c.ReviewDue})
		}
		c.ApprovedBy, c.ApprovedAt, c.ReviewDue = a.By, a.At, a.ReviewDue
		if err := criteria.Keep(tx, c); err != nil {
			return err
		}
		if c.Version == before.Version {
			return nil
		}
		if err := tx.takeUp(func(a *impact.Assessment) bool { return true }, impact.TriggerLaw); err != nil {
			return err
		}
		for _, id := range slices.Collect(assessments.Shared(tx).Where(byOpen, "open").IDs()) {
			a, ok := assessments.Shared(tx).Get(id)
			if !ok {
				continue
			}
			if err := tx.refresh(a.System); err != nil {
				return err
			}
		}
		return nil
	})
}

var criteriaApproved = Probe{
	ID: "S1-13", Title: "Risk criteria not approved", Clause: Clause{"6.1.1"},
	Grading: "major; minor past their review",
	grade:   majorIf(absent),
	look: func(x *index, yield func(Observation) bool) {
		switch c := x.Criteria(); {
		case c.ApprovedBy == "":
			o := about(KindCriteria, c.ID, c.Title, calendar.Date{}, issue.NewText("The risk criteria have not been approved."),
				issue.NewText("Have top management approve them (ApproveCriteria)."))
			o.Absent = true
			yield(o)
		case x.overdue(c.ReviewDue):
			yield(about(KindCriteria, c.ID, c.Title, c.ReviewDue, issue.NewText("The risk criteria were due for review on %s.", day(c.ReviewDue)),
				issue.NewText("Review them and approve them anew.")))
		}
	},
}

// The scales are decided from the start, and S1-15 asks for the written process:
// what is left are the topics that the guidance gives to the organisation.
var processDecided = Probe{
	ID: "IA-04", Title: "Process of impact assessments undecided in part", Clause: Clause{"6.1.4"}, Controls: ids("A.5.2"),
	Grading: "opportunity: ISO/IEC 42005 is guidance",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		c := x.riskCriteria()
		open := c.Undecided()
		if len(open) == 0 {
			return
		}
		topics := make([]issue.Text, len(open))
		for i, t := range open {
			topics[i] = issue.Word(t.ID)
		}
		o := about(KindCriteria, c.ID, c.Title, calendar.Date{}, issue.NewText("Of the process of impact assessments this is undecided: %s.", issue.Join("%s, %s", topics)),
			issue.NewText("Decide it (DraftCriteria, process) and have top management approve it (ApproveCriteria)."))
		o.Absent, o.Count, o.Of = len(c.Process) == 0, len(open), len(register.ProcessTopics())
		yield(o)
	},
}
