// Package uncopied lets what is worked out beside package aims, such as a level of
// maturity or a screen, read the records of a view as the view holds them: copying each
// is most of what a pass over ten thousand systems costs. It is within the module, so that
// nobody else reaches what must not be written to. Who reads here writes to nothing that
// is given, and gives nothing of it on.
package uncopied

import (
	"iter"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Walk calls yield with the records of a kind that an *aims.View shows, in the order of
// their IDs, until it returns false; Find returns one of them, nil if there is none, or if the
// kind is an embedder's own. Of a view for a reader they are copies of what that reader
// sees. Stand calls yield with where the systems of the whole of a view stand at a time.
// Package aims sets them.
var (
	Walk  func(view any, kind string, yield func(record any) bool)
	Find  func(view any, kind, id string) any
	Stand func(view any, now time.Time, yield func(Standing) bool)
	// Exceeds is aims.View.Exceeds for many risks.
	Exceeds func(view any) func(*register.Risk) bool
	// Supported are the requirements of aims.View.Supports, each once and without what they
	// are supported by.
	Supported func(view any, now time.Time) []crosswalk.Support
	// LeftOut says of systems that are left out why the scope, which is in force, does not
	// know of them (S1-02); nothing if it does, or need not.
	LeftOut func(view any) func(*register.System) issue.Text
	// Track begins to follow a view from a time on.
	Track func(view any, now time.Time) Tracker
	// Findings are those of an *aims.Watch, a []*aims.Finding; FindingsFor are copies of
	// them as they are told to whom a view is for, a []aims.Finding.
	Findings    func(watch any) any
	FindingsFor func(watch, view any) any
	// Follow moves an *aims.Watch on, and says of which systems something may be other than
	// before, FollowLevels a *maturity.Watch; false if all has to be looked at, and then it
	// has come to nothing and is of no more use. Package maturity sets FollowLevels.
	Follow       func(watch, view any, now time.Time) (systems []string, followed bool)
	FollowLevels func(watch, view any, now time.Time) bool
	// Stood is Stand of what an *aims.Watch has come to, of some systems; of all if none are
	// named. AuditProgramme is what aims.View.AuditProgramme returns of it.
	Stood          func(watch any, systems []string, yield func(Standing) bool)
	AuditProgramme func(watch any) any
	// ReviewPoint is a point of aims.View.ReviewAgenda, an aims.ReviewPoint, and since when it
	// looks; one of what probes find is made of the findings, a []*aims.Finding.
	ReviewPoint func(view any, now time.Time, id string, findings any) (point any, since calendar.Date)
	// Traced is the whole of an *aims.View that tells the kinds that are read of it; "" is
	// told where all are.
	Traced func(view any, told func(kind string)) any
	// Touched are the kinds of which records were touched between two views of the whole, and
	// "" if any were; false if that is not known.
	Touched func(before, now any) (kinds map[string]bool, known bool)
	// Reported is the report of a *maturity.Watch, a maturity.Report that shares what it
	// lists with that. Package maturity sets it.
	Reported func(watch any) any
	// OwnWork is aims.View.OwnWork of an aims.Audit, by what a *maturity.Watch knows.
	OwnWork func(watch, audit any) any
	// Decided counts the decisions on file that an import brought, and those that count on
	// somebody's word alone: those in assessments, or all others.
	Decided func(view any, assessments bool) (imported, declared int)
)

// Tracker follows a view to later ones by what their commits touched, for who works out
// of each system apart what holds of it.
type Tracker interface {
	// View is the *aims.View that it has come to. What is read of it, and of that of a
	// part, is noted (Note).
	View() any
	// Parts are the systems that records are of, by ID.
	Parts() []string
	// Part is the view narrowed to the records of a system, or to those of none, and where
	// that stands at a time; false if it is not active.
	Part(system string, at time.Time) (view any, s Standing, active bool)
	// Stands calls yield with where the active systems stand, by ID.
	Stands(yield func(Standing) bool)
	// Programme is what aims.View.AuditProgramme returns at the time that it has come to.
	Programme() any
	// Note has the kinds noted that are read from now on, Parted as what parts rest on.
	// Tell notes one that is read elsewhere.
	Note(reads map[string]bool)
	Parted()
	Tell(kind string)
	// Follow moves on to a view at a time, and says of which systems something may be other
	// than before, the empty one for what is of none, which kinds were touched, and which
	// pieces of evidence. It is false if all has to be looked at, and then it has not moved.
	Follow(view any, now time.Time) (systems []string, kinds map[string]bool, evidence []string, ok bool)
}

// Standing is where an active system stands with its impact assessments.
type Standing struct {
	// System is the record.
	System *register.System
	// Span is its level, and what is known of that.
	Span impact.Span
	// Covered says whether an approved assessment covers it, Why why not.
	Covered bool
	Why     issue.Text
	// Approved and Open are its assessments in these states; nil where there is none.
	Approved, Open *impact.Assessment
	// RegisteredAt is when it was registered, RegisteredAs at which stage; zero if that is
	// not on file.
	RegisteredAt time.Time
	RegisteredAs register.Stage
	// KnownSince returns what aims.View.KnownSince does.
	KnownSince func() calendar.Date
	// Logs says what is wrong with the logs of the system by now as the records of them have
	// it, and if nothing is, until when; false if none are on record.
	Logs func() (lack issue.Text, until calendar.Date, onRecord bool)
	// Asks calls yield with what aims.View.OperationAsks returns.
	Asks func(yield func(item, requires string, controls []annexa.ID))
}

// All yields the records of a kind that a view shows, in the order of their IDs.
func All[T any, K ~string](view any, kind K) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		Walk(view, string(kind), func(record any) bool { return yield(record.(*T)) })
	}
}

// Get returns a record that a view shows; false if there is none.
func Get[T any, K ~string](view any, kind K, id string) (*T, bool) {
	record, ok := Find(view, string(kind), id).(*T)
	return record, ok
}

// Standings yields where the active systems of the whole of a view stand at a time, in the
// order of their IDs.
func Standings(view any, now time.Time) iter.Seq[Standing] {
	return func(yield func(Standing) bool) { Stand(view, now, yield) }
}
