package aims

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

const criteriaID = "criteria"

var criteria = ledger.MustDeclare(ledger.Spec[register.Criteria]{
	Name:      KindCriteria,
	Key:       func(c *register.Criteria) string { return c.ID },
	Revision:  func(c *register.Criteria) *uint64 { return &c.Revision },
	Completes: []string{"authors"},
	Limits:    within(KindCriteria, ledger.Limits{Repeats: []string{"matrix"}}),
	Check: checked(func(c checker, r *register.Criteria) {
		c.Merge("", r.Validate())
		c.person("approved_by", r.ApprovedBy, false)
		c.past("approved_at", r.ApprovedAt)
	}),
})

// Criteria returns the risk criteria in force (6.1.2).
func (r *reading) Criteria() register.Criteria {
	if c, ok := criteria.Of(r.r).Get(criteriaID); ok {
		return c
	}
	return register.DefaultCriteria()
}

// riskCriteria is Criteria as they are held: for reading only.
func (r *reading) riskCriteria() register.Criteria {
	if c, ok := criteria.Shared(r.r).Get(criteriaID); ok {
		return *c
	}
	return register.DefaultCriteria()
}

// DraftCriteria replaces the risk criteria by a new version (6.1.2), with what is
// decided of the process of impact assessments (Criteria.Process, 6.1.4). They come
// into force with ApproveCriteria; ratings keep the version that they were
// made with. Open assessments take the new version up: one that has been handed
// in with ratings of the old goes back to being written.
func (tx *Tx) DraftCriteria(c register.Criteria) error {
	c.ID = criteriaID
	return put(tx, "DraftCriteria", criteria, c, func(c *register.Criteria) error {
		old, err := criteria.Must(tx, criteriaID)
		if err != nil {
			return err
		}
		c.Version, c.Authors = old.Version+1, tx.authors(old.Authors, c.Authors)
		c.ApprovedBy, c.ApprovedAt, c.ReviewDue = "", time.Time{}, time.Time{}
		return nil
	}, func(*register.Criteria) error {
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

// ApproveCriteria approves the risk criteria until reviewDue. The actor must
// belong to top management.
func (tx *Tx) ApproveCriteria(reviewDue time.Time) error {
	return decide(tx, "ApproveCriteria", criteria, criteriaID, func(c *register.Criteria) error {
		a, err := tx.approve(reviewDue)
		c.ApprovedBy, c.ApprovedAt, c.ReviewDue = a.By, a.At, a.ReviewDue
		return err
	})
}

var criteriaApproved = Probe{
	ID: "S1-13", Title: "Risk criteria not approved", Clause: Clause{"6.1.2"},
	Grading: "major; minor past their review",
	grade:   majorIf(absent),
	look: func(x *index, yield func(Observation) bool) {
		switch c := x.Criteria(); {
		case c.ApprovedBy == "":
			o := about(KindCriteria, c.ID, c.Title, time.Time{}, issue.NewText("The risk criteria have not been approved."),
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
		topics := make([]string, len(open))
		for i, t := range open {
			topics[i] = string(t.ID)
		}
		o := about(KindCriteria, c.ID, c.Title, time.Time{}, issue.NewText("Of the process of impact assessments this is undecided: %s.", strings.Join(topics, ", ")),
			issue.NewText("Decide it (DraftCriteria, process) and have top management approve it (ApproveCriteria)."))
		o.Absent, o.Count, o.Of = len(c.Process) == 0, len(open), len(register.ProcessTopics())
		yield(o)
	},
}
