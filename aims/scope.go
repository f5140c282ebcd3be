package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Scope is one version of the scope of the management system (4.3). A new version is a
// new record; the one in force stays so until another is approved.
type Scope struct {
	// ID names the version: "scope" is the first, "scope-2" the second.
	ID string `json:"id"`
	// Statement says what the management system covers.
	Statement string `json:"statement"`
	// Boundaries says where it ends, and why there.
	Boundaries string `json:"boundaries,omitempty"`
	// Units are the parts of the organisation that lie within it, and those that do not;
	// where work is done and by how many, Organisation.Sites says.
	Units []ScopeUnit `json:"units,omitempty"`
	// Interfaces are where it meets what lies outside of it.
	Interfaces []ScopeInterface `json:"interfaces,omitempty"`
	// DocumentControl is to whom it is given, how long it is kept, and when it ended.
	DocumentControl
	// Authors are the IDs of those who wrote in it, in any draft. Who drafts becomes one
	// of them, and none of them approves it.
	Authors []string `json:"authors,omitempty"`
	// State is draft, approved, superseded or withdrawn; verbs move it.
	State DocumentState `json:"state"`
	// Approval is by a member of top management.
	Approval DocumentApproval `json:"approval,omitzero"`
	// Earlier are the approvals before, oldest first.
	Earlier []DocumentApproval `json:"earlier,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

const (
	scopeID   = "scope"
	scopeName = "The scope"
)

var scopes = ledger.MustDeclare(ledger.Spec[Scope]{
	Name:      KindScope,
	Key:       func(s *Scope) string { return s.ID },
	SetKey:    func(s *Scope, id string) { s.ID = id },
	Revision:  func(s *Scope) *uint64 { return &s.Revision },
	Completes: []string{"authors"},
	Schema:    3,
	Upcast:    []ledger.Upcaster{authorToAuthors, toDays("approval.review_due", "earlier.review_due")},
	MayDrop:   keptOverLong(KindScope, func(s *Scope) bool { return s.State == StateDraft }, "WithdrawScope, ApproveScope"),
	Limits: within(KindScope, bounded(lists{"authors": 200, "earlier": 100, "units": 500, "interfaces": 500, "distribution": 200},
		"statement", "boundaries", "units.reason", "interfaces.passes", "disposal", "distribution.how", "ended.reason")),
	Check: checked(checkScope),
})

// DraftScope writes a version of the scope: a new one, or, with the revision of one that
// is not approved yet, that. With the revision of one that is approved it makes the next
// version of it, whose ID is new; where it says to whom that is given and how long it is kept,
// and nothing else, it is that one still.
func (tx *Tx) DraftScope(s Scope) error {
	old, exists := scopes.Of(tx).Get(s.ID)
	from := s.Revision
	said := s
	said.DocumentControl, said.State, said.Approval, said.Earlier, said.Authors, said.Revision = old.DocumentControl, old.State, old.Approval, old.Earlier, old.Authors, old.Revision
	controls := exists && from != 0 && old.State != StateDraft && scopes.Same(said, old) && !sameControl(s.DocumentControl, old.DocumentControl)
	if s.ID == "" || exists && from != 0 && old.State != StateDraft && !controls {
		s.ID, s.Revision = versionID(scopeID, scopes.Shared(tx).Len()+1), 0
	}
	return put(tx, "DraftScope", scopes, s, func(s *Scope) error {
		if exists && s.ID != old.ID && from != old.Revision {
			return ledger.Refuse(ErrStale, "field revision: made from %d, %d is current", from, old.Revision)
		}
		if controls {
			s.State, s.Approval, s.Earlier, s.Authors = old.State, old.Approval, old.Earlier, old.Authors
			return s.kept(old.DocumentControl, true)
		}
		s.State, s.Approval, s.Earlier, s.Authors = StateDraft, DocumentApproval{}, nil, tx.authors(old.Authors, s.Authors)
		return s.kept(DocumentControl{}, false)
	})
}

// versionID is the ID of the n-th version of what there is one of.
func versionID(first string, n int) string {
	if n == 1 {
		return first
	}
	return fmt.Sprintf("%s-%d", first, n)
}

// ApproveScope puts a version of the scope in force until reviewDue and supersedes the
// one before; of the one in force it renews the approval. The actor must belong to
// top management and not be one of its authors.
func (tx *Tx) ApproveScope(id string, reviewDue calendar.Date) error {
	return decide(tx, "ApproveScope", scopes, id, func(s *Scope) error {
		if err := tx.approveVersion(&s.State, &s.Approval, &s.Earlier, reviewDue); err != nil {
			return err
		}
		var is Issues
		if len(s.Units) > 0 && !slices.ContainsFunc(s.Units, func(u ScopeUnit) bool { return !u.Out }) {
			is.Add("units", "required", "", "each of them lies outside; say which lies within")
		}
		if s.complete(&is); len(is) > 0 {
			return is
		}
		for before := range scopes.Of(tx).All() {
			if before.State != StateApproved || before.ID == s.ID {
				continue
			}
			before.State = StateSuperseded
			before.supersede(tx)
			if err := scopes.Keep(tx, before); err != nil {
				return err
			}
		}
		return nil
	})
}

// WithdrawScope takes the scope in force out of use from a day on, which is not to come,
// without another one in its place: the management system has none then. It stays on file for
// as long as it is kept (Retentions, KeepYears), and who withdrew it and why stays with it
// (7.5.3).
func (tx *Tx) WithdrawScope(id string, on calendar.Date, reason string) error {
	return decide(tx, "WithdrawScope", scopes, id, func(s *Scope) error {
		return s.withdrawState(tx, &s.State, s.Approval.At, on, reason)
	})
}

// Scope returns the version of the scope in force (4.3); if none is, the last draft.
// False if none is written yet.
func (r *reading) Scope() (Scope, bool) {
	var found *Scope
	for _, s := range scopes.Shared(r.r).All() {
		if s.State == StateApproved {
			found = s
			break
		}
		if s.State == StateDraft && (found == nil || s.Revision > found.Revision) {
			found = s
		}
	}
	if found == nil {
		return Scope{}, false
	}
	return scopes.Of(r.r).Get(found.ID)
}

func checkScope(c checker, s *Scope) {
	c.text("statement", s.Statement, true)
	c.text("boundaries", s.Boundaries, false)
	c.boundaries(s)
	c.control(&s.DocumentControl, s.State == StateWithdrawn)
	c.past("approval.at", c.DayOf(s.Approval.At))
	c.approved(s.State, s.Approval)
}

var scopeAgrees = Probe{
	ID: "S1-02", Title: "System left out that the scope in force does not know of", Clause: Clause{"4.3"}, Controls: ids("A.4.2"),
	Grading: "minor; major for a live system of high impact. For one of lesser impact the reason on record is enough; without a scope in force it is S1-01",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		scope, ok := x.Scope()
		if !ok || scope.State != StateApproved {
			return
		}
		for id, s := range systems.Shared(x.r).All() {
			since, text := x.leftOut(s, &scope)
			if text.ID == "" {
				continue
			}
			o := about(systems.Name(), id, s.Name, since, text,
				issue.NewText("Have top management look at what is left out and approve the scope anew (ApproveScope), or take the system in (ReviseSystem)."))
			o.High, o.Live = true, live(s)
			if !yield(o) {
				return
			}
		}
	},
}

// leftOut says why a scope in force does not know of a system of high impact that is left
// out, and since when; nothing if it does.
func (r *reading) leftOut(s *register.System, scope *Scope) (since calendar.Date, text issue.Text) {
	if s.OutOfScope == "" || s.Stage == register.StageRetirement || !highLevel(r.LevelOf(s.ID)) {
		return since, text
	}
	approved := day(r.DayOf(scope.Approval.At))
	switch raised := r.raisedAfter(s.ID, scope.Approval.At); {
	case outsideBy(s, scope) && raised == nil:
		return since, text
	case outsideBy(s, scope):
		since = r.DayOf(raised.ApprovedAt)
		text = issue.NewText("It lies outside the scope, and was found on %s to be of high impact: when the scope in force was approved on %s, it was not.", day(since), approved)
	case s.OutsideSince.IsZero():
		text = issue.NewText("It has high or unknown impact and lies outside the scope, and was put there, or changed, after the scope in force was approved on %s.", approved)
	default:
		since = r.DayOf(s.OutsideSince)
		text = issue.NewText("It has high or unknown impact and lies outside the scope since %s; the scope in force was approved before, on %s.", day(since), approved)
	}
	return since, text
}

// outsideBy reports whether top management had before it that a system lies outside, when it
// approved the scope. Of what was put there at that very moment the order of the commits
// tells, and of what was put there before anything said when, the last revision: whatever was
// changed since may have been that.
func outsideBy(s *register.System, scope *Scope) bool {
	if s.OutsideSince.IsZero() || s.OutsideSince.Equal(scope.Approval.At) {
		return s.Revision <= scope.Revision
	}
	return s.OutsideSince.Before(scope.Approval.At)
}

// raisedAfter is the assessment by which a system came to be of high impact after a moment,
// for which it was known to be of less; nil if there is none. Assessments say when, so that
// no stamp on the system does; what nobody had assessed by then counted as high.
func (r *reading) raisedAfter(system string, at time.Time) (raised *impact.Assessment) {
	var known, since *impact.Assessment
	for _, a := range assessments.Shared(r.r).Where(bySystem, system).All() {
		switch {
		case a.ApprovedAt.IsZero():
		case !a.ApprovedAt.After(at):
			if known == nil || !a.ApprovedAt.Before(known.ApprovedAt) {
				known = a
			}
		case highLevel(a.Level) && (since == nil || a.ApprovedAt.Before(since.ApprovedAt)):
			since = a
		}
	}
	if known == nil || highLevel(known.Level) {
		return nil
	}
	return since
}

var scopeInForce = Probe{
	ID: "S1-01", Title: "No scope in force", Clause: Clause{"4.3"},
	Grading: "major: without a scope nothing else can be judged; minor past its review, or where it names no boundaries",
	grade:   majorIf(absent),
	look: func(x *index, yield func(Observation) bool) {
		var o Observation
		switch s, ok := x.Scope(); {
		case !ok && scopes.Shared(x.r).Len() > 0:
			o = x.whole(calendar.Date{}, issue.NewText("The scope was withdrawn, and no other one has been written."),
				issue.NewText("Write the scope (DraftScope) and have top management approve it."))
			o.Absent = true
		case !ok:
			o = x.whole(calendar.Date{}, issue.NewText("No scope has been written."),
				issue.NewText("Write the scope (DraftScope) and have top management approve it."))
			o.Absent = true
		case s.State != StateApproved:
			o = x.whole(calendar.Date{}, issue.NewText("The scope is a draft."), issue.NewText("Have top management approve it (ApproveScope)."))
			o.Absent = true
		case s.Approval.Overdue(x.today):
			o = x.whole(s.Approval.ReviewDue, issue.NewText("The scope was due for review on %s.", day(s.Approval.ReviewDue)),
				issue.NewText("Review it and approve it anew."))
		case blank(s.Boundaries):
			o = x.whole(x.on(s.Approval.At), issue.NewText("The scope does not say where it ends."), issue.NewText("Write the boundaries (DraftScope), and have the version approved."))
		default:
			return
		}
		yield(o)
	},
}
