package annexa

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
)

// Decision is what the organisation has decided about one control: whether it
// applies, why, how far it is put into practice and who answers for it
// (ISO/IEC 42001 6.1.3). An undecided control has Applicability Undecided.
type Decision struct {
	// Control is the control decided on: one of Annex A, or one of the
	// organisation's own (see [ID.Custom]).
	Control ID `json:"control"`
	// Title and Statement describe a control of the organisation's own; they
	// are empty for a control of Annex A.
	Title     string `json:"title,omitempty"`
	Statement string `json:"statement,omitempty"`

	// Applicability says whether the control applies.
	Applicability Applicability `json:"applicability,omitempty"`
	// Justification says why it applies or is left out; 6.1.3 asks for both.
	Justification string `json:"justification,omitempty"`
	// Grounds are what the justification rests on.
	Grounds []Ground `json:"grounds,omitempty"`

	// Status is how far the control is put into practice.
	Status Status `json:"status,omitempty"`
	// PlannedFor is when it will be in place; needed with status planned.
	PlannedFor calendar.Date `json:"planned_for,omitzero"`
	// Moves are the changes of that day once there was one, oldest first. The store keeps
	// them.
	Moves []PlanMove `json:"moves,omitempty"`
	// Owner is the ID of the person who answers for the control.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`

	// ApprovedBy is the ID of the person who approved leaving the control out.
	ApprovedBy string `json:"approved_by,omitempty"`
	// ReviewDue is when leaving it out is looked at again.
	ReviewDue calendar.Date `json:"review_due,omitzero"`

	// Revision is the sequence number of the commit that wrote this revision.
	// The store sets it; a change must carry the revision that it was made from.
	Revision uint64 `json:"revision,omitempty"`
}

// PlanMove is a change of the day on which a control will be in place.
type PlanMove struct {
	// By is the ID of who changed it, At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// From is the day before, To the day from then on; none where no day was named.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
}

// Later returns how often the control was put off, to a day after all those before, and by
// how many days in all it is planned for later than it was first.
func (d Decision) Later() (times, days int) {
	if len(d.Moves) == 0 {
		return 0, 0
	}
	first := d.Moves[0].From
	last := first
	for _, m := range d.Moves {
		if m.To.After(last) {
			times, last = times+1, m.To
		}
	}
	if d.PlannedFor.IsZero() {
		return times, 0
	}
	return times, max(0, d.PlannedFor.Sub(first))
}

// How often, or by how many days in all, a control is put off before its plan is none any
// more; choices of this project, the same as for an action (aims, AT-02).
const (
	putOffTimes = 3
	putOffDays  = 183
)

// PutOff reports whether the control was put off so often, or by so much, that it is planned
// by word alone: three times, or by half a year in all. Whether it was said to be in place
// in between does not matter.
func (d Decision) PutOff() bool {
	times, days := d.Later()
	return times >= putOffTimes || days >= putOffDays
}

// Applicability says whether a control applies to the organisation.
type Applicability string

// The values of Applicability; Undecided is the zero value.
const (
	Undecided  Applicability = ""
	Applicable Applicability = "applicable"
	Excluded   Applicability = "excluded"
)

// Applicabilities lists what can be decided, which leaves out Undecided.
func Applicabilities() []Applicability { return []Applicability{Applicable, Excluded} }

// IsValid reports whether it is one of the values, Undecided included.
func (a Applicability) IsValid() bool { return a == Undecided || slices.Contains(Applicabilities(), a) }

// Status is how far a control is put into practice.
type Status string

// The states of implementation; the zero value counts as not started.
const (
	StatusNotStarted    Status = "not_started"
	StatusPlanned       Status = "planned"
	StatusInProgress    Status = "in_progress"
	StatusImplemented   Status = "implemented"
	StatusNotApplicable Status = "not_applicable"
)

// Statuses lists the states of implementation, without the zero value.
func Statuses() []Status {
	return []Status{StatusNotStarted, StatusPlanned, StatusInProgress, StatusImplemented, StatusNotApplicable}
}

// IsValid reports whether it is one of the states; the zero value, which counts as
// not started, is none.
func (s Status) IsValid() bool { return slices.Contains(Statuses(), s) }

// Ground is one thing that a decision on a control rests on.
type Ground struct {
	// Kind is what sort of ground it is.
	Kind GroundKind `json:"kind"`
	// Ref is what it points at: the ID of a risk or an assessment, a law and
	// article, a contract. Own choices may leave it empty.
	Ref string `json:"ref,omitempty"`
}

// GroundKind is a sort of ground for a decision.
type GroundKind string

// The sorts of ground.
const (
	GroundRisk     GroundKind = "risk"
	GroundImpact   GroundKind = "impact_assessment"
	GroundLegal    GroundKind = "legal"
	GroundContract GroundKind = "contractual"
	GroundOwn      GroundKind = "own_choice"
)

// GroundKinds lists the sorts of ground.
func GroundKinds() []GroundKind {
	return []GroundKind{GroundRisk, GroundImpact, GroundLegal, GroundContract, GroundOwn}
}

// IsValid reports whether it is one of the sorts; the zero value is none.
func (k GroundKind) IsValid() bool { return slices.Contains(GroundKinds(), k) }

// NeedsRef reports whether a ground of this kind must say what it points at.
// Every known kind but the organisation's own choice must.
func (k GroundKind) NeedsRef() bool { return k != GroundOwn }
