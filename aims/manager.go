package aims

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Options are what an embedder can set. A nil *Options, and each zero field,
// means the default.
type Options struct {
	// Kinds are kinds of records of the embedder's own, such as tickets or form
	// answers: kept in the same commits, with the same history, erasing and feed as
	// the library's. Their names begin with OwnKind. See ledger.Declare.
	Kinds []ledger.AnyKind
	// Founder is the person who puts the first persons, services and roles on file and
	// appoints, until somebody has accepted the sponsor's role (RoleSponsor), for 30 days
	// at most. ID and Name are needed; a new management system has the person on file,
	// and of top management only if somebody else says so. Without a founder nothing can
	// be written to a management system that has nobody on file. Who creates a tenant
	// (Fleet.Create) founds it without being named here. See Founding.
	Founder Person
	// Rights lets others use verbs besides those that the table of rights names
	// (Rights), such as holders of roles of the organisation's own. Where a standard,
	// or the separation of duties, makes a row absolute, it can't; who is barred stays
	// barred. To let fewer, use Authorize.
	Rights []ExtraRight
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// NewID makes IDs for records and commits; UUIDs of version 7 by default. It
	// is called by one goroutine at a time.
	NewID func() string
	// Tenant names whose management system it is, for Authorize; a Fleet says so
	// by itself.
	Tenant string
	// Authorize is asked twice of each verb: with verb and subject before
	// anything is told of the record, and once the verb has been tried, with the
	// records that it wrote before and after (Access.Done). An error refuses it
	// with ErrForbidden, and nothing of it is left. It is a further lock beside the
	// table of rights, which can't be turned off. It is
	// asked while other writers wait, so it should not have to ask others in turn. Its
	// context is the one that Update was called with: whatever the program knows of
	// the caller, such as roles, it finds there. A Fleet asks it of the verbs
	// "CreateTenant", "DeleteTenant" and "Import" as well.
	Authorize func(context.Context, By, Access) error
	// Redact decides what a reader sees, for View.For and Manager.For: reader is
	// what those were given, rec a pointer to a copy of a record, such as a
	// *Concern, of which it may change all but the ID; false hides the record. It is
	// asked often and by several goroutines, and must answer the same each time.
	//
	// It decides on records, each by itself, and on no more: where a record that is
	// shown names one that is hidden, that ID is seen. An assessment says which
	// incident or concern opened it (Trigger.Detail), a management review which actions it
	// saw put off (ReviewSight.Said): to hide those, take that out too (issue.Text.Hiding). The trail and History tell of a commit of which anything is
	// shown who made it, why (By.Reason) and by which verbs, such as ReportIncident;
	// feeds for a reader leave out the verbs, not the reason.
	Redact func(reader any, s Subject, rec any) (show bool)
	// Rules are the impact rules; impact.DefaultRules by default.
	Rules *impact.Rules
	// AssessmentPolicy says when assessments are due, how long they hold and who
	// signs; impact.DefaultPolicy by default.
	AssessmentPolicy *impact.Policy
	// Catalogue knows the frameworks that evidence may refer to;
	// crosswalk.Default by default.
	Catalogue *crosswalk.Catalogue
	// Eraser removes bodies from the journal, for Erase: the power of the store
	// that the journal is of. Without it nothing can be erased.
	Eraser storage.Eraser
	// Retain sets for how many years records are kept from erasing, by the ID of a
	// row of Retentions, where the organisation's law or contracts say otherwise.
	Retain map[string]int
	// Clocks are whom the organisation tells of incidents, and within what time, besides
	// what the law asks for (the table Clocks), such as a customer by contract.
	Clocks []Clock
	// Gates are items that the organisation adds to the gates of the life cycle: evidence
	// of a control, a record, a decision or a signature of who holds a role. They keep a gate closed, are
	// named by exceptions and found missing of a system in operation (S2-09) as those of
	// the library are, which none of them takes away or makes mean less. The maturity
	// model looks at the library's alone.
	Gates []register.OwnItem
	// Exceptions makes the time of exceptions at gates shorter.
	Exceptions ExceptionLimits
	// Snapshots keeps snapshots of the live records beside the journal, so that
	// opening, and looking at a moment of the past, need not read all of it: the
	// power of the store that the journal is of. See Checkpoint. Without it each
	// Open reads the whole journal.
	Snapshots storage.Snapshots
	// VouchedOnly lets Open, At and Between use a snapshot only if a later commit
	// holds its digest, and read from an older one, or the whole journal, otherwise.
	// See Checkpoint.
	VouchedOnly bool
	// Logger hears of retries and of other writers; silent by default.
	Logger *slog.Logger
	// Retry bounds how often, and how long, a change is tried.
	Retry Retry

	covers comparer // once opened
	gates  *ownGates
}

// Retry bounds how often, and how long, a change is tried; see ledger.Retry.
type Retry = ledger.Retry

// Manager is one organisation's management system: the one door to writing
// ([Manager.Update]) and the source of Views. It is a thin skin over a ledger
// (package storage/ledger). It is safe for concurrent use.
type Manager struct {
	l    *ledger.Ledger
	opts *Options
	last atomic.Pointer[View] // as last returned
}

// Open opens the management system that a journal holds. An empty journal
// becomes a new one: its first commit puts the 38 controls on file, undecided,
// with default risk criteria and the roles to fill. The Manager does not close
// the journal.
func Open(ctx context.Context, journal storage.Journal, opts *Options) (*Manager, error) {
	return open(opts, func(o *ledger.Options) (*ledger.Ledger, error) { return ledger.Open(ctx, journal, o) })
}

// Import opens the management system of an empty journal with the records of an
// export (View.Export) in place of those that Open would put on file: one commit
// of by, which the trail marks as an import. Options.Authorize is asked for the
// verb "Import", once, before anything is read. Every record is checked: an ErrInvalid
// names the line, kind, ID, field and rule of each that is wrong, and then nothing has
// been written. A journal that holds something is ErrExists, and so is one that Open
// has started a management system in: for a tenant, Fleet.Import is Create with an
// export in place of it.
//
// The same records give the same findings, and the same approvals count. But no
// file proves who signed: what was signed or decided before the import shows as
// imported ([View.Imported], [View.IsImported]). Who moves a management system with
// its history and its proof copies the journal instead.
func Import(ctx context.Context, journal storage.Journal, opts *Options, by By, r io.Reader) (*Manager, error) {
	return open(opts, func(o *ledger.Options) (*ledger.Ledger, error) { return ledger.Import(ctx, journal, o, by, r) })
}

// open fills in what options leave out, and makes a Manager of a ledger.
func open(opts *Options, openLedger func(*ledger.Options) (*ledger.Ledger, error)) (*Manager, error) {
	o := new(Options)
	if opts != nil {
		*o = *opts
	}
	if o.Rules == nil {
		o.Rules = impact.DefaultRules()
	}
	if o.AssessmentPolicy == nil {
		p := impact.DefaultPolicy()
		o.AssessmentPolicy = &p
	}
	if o.Catalogue == nil {
		o.Catalogue = crosswalk.Default()
	}
	if err := checkOwn(o.Kinds); err != nil {
		return nil, err
	}
	if err := checkRights(o.Rights); err != nil {
		return nil, err
	}
	if err := checkRetain(o.Retain); err != nil {
		return nil, err
	}
	if err := checkClocks(o.Clocks); err != nil {
		return nil, err
	}
	gates, err := checkGates(o)
	if err != nil {
		return nil, err
	}
	o.gates, o.Gates = gates, gates.items
	o.Kinds, o.Rights, o.Retain, o.Clocks = slices.Clone(o.Kinds), slices.Clone(o.Rights), maps.Clone(o.Retain), slices.Clone(o.Clocks)
	for i := range o.Clocks {
		o.Clocks[i].Effects, o.Clocks[i].Systems = slices.Clone(o.Clocks[i].Effects), slices.Clone(o.Clocks[i].Systems)
	}
	o.covers = new(comparisons)
	l, err := openLedger(&ledger.Options{
		Kinds: slices.Concat(kinds, o.Kinds), MayLack: isOwn, Owner: owner{o},
		Clock: o.Clock, NewID: o.NewID, Tenant: o.Tenant, Authorize: o.Authorize, May: mayUse(o), Redact: o.Redact,
		Found: func(tx *ledger.Tx) error { return preload(newTx(tx)) },
		FoundBy: By{Actor: librarian,
			Reason: "start the management system: 38 controls to decide on, default risk criteria, roles to fill"},
		Migrations: migrations, Eraser: o.Eraser, Snapshots: o.Snapshots, VouchedOnly: o.VouchedOnly, Logger: o.Logger, Retry: o.Retry,
	})
	if err != nil {
		return nil, err
	}
	return &Manager{l: l, opts: o}, nil
}

// librarian is who makes the library's own commits.
const librarian = "aimskit"

// View returns the management system as last confirmed by the journal. It
// never changes and can be kept.
func (m *Manager) View() *View {
	now, last := m.l.View(), m.last.Load()
	if last == nil || last.View != now {
		last = m.viewOf(now)
		m.last.Store(last)
	}
	return last
}

func (m *Manager) viewOf(v *ledger.View) *View {
	return &View{reading{r: v, opts: m.opts, known: new(workedOut)}, v}
}

// Update runs fn and makes what it wrote one commit: all of it or, if fn
// returns an error, nothing. It returns once the journal has confirmed the
// commit, and only then do Views show it. fn may run again after a conflict
// with another writer, so it should have no effects of its own; it must not
// call Update. What wrote nothing, or nothing but what is on file already, makes
// no commit.
//
// Waiting ends with ctx. If that ends, or the store keeps failing, while the
// commit is on its way, the error is ErrOutcomeUnknown: the commit may come to
// be kept.
func (m *Manager) Update(ctx context.Context, by By, fn func(*Tx) error) error {
	return m.l.Update(ctx, by, func(tx *ledger.Tx) error { return fn(newTx(tx)) })
}

// ReadOnly returns why the management system can only be read; nil if it can be
// written to. It is ErrReadOnly: the journal holds records that a later version of
// this library has written, or of a kind of the embedder's that is declared
// otherwise here. They show in View.Unknown, and what is worked out beside them,
// such as findings, may lack something.
func (m *Manager) ReadOnly() error { return m.l.ReadOnly() }

// Sync reads what other writers have added to the journal and publishes it. A
// Manager that is the only writer has no need of it. Waiting ends with ctx.
func (m *Manager) Sync(ctx context.Context) error { return m.l.Sync(ctx) }

// Close refuses further changes with ErrClosed, waits for what is on its way and
// writes a snapshot if Options.Snapshots is set and the last one is no longer of
// much use. Views stay readable; Changes ends. The journal stays open: it is the
// caller's. Waiting ends with ctx: the error says so, and what is on its way may
// still be kept.
func (m *Manager) Close(ctx context.Context) error { return m.l.Close(ctx) }

// At returns the management system as it stood at time t: after the last
// commit made at t or before. It reads the last snapshot up to then, if
// Options.Snapshots keeps any, and what the journal holds between the two; without
// one, the journal from its start. A record that has been erased since is missing;
// History says so.
func (m *Manager) At(ctx context.Context, t time.Time) (*View, error) {
	v, err := m.l.At(ctx, t)
	if err != nil {
		return nil, err
	}
	return m.viewOf(v), nil
}

// Between yields the management system as it stood at each of many moments, as At
// does of one: at from, and at each whole number of every after it that is not after
// to, such as each week of three years. At most one error, last: ErrInvalid if from
// is the zero time or every is not positive. The journal is read once for all of
// them, and the views share what did not change between them.
func (m *Manager) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*View, error] {
	return func(yield func(*View, error) bool) {
		for v, err := range m.l.Between(ctx, from, to, every) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(m.viewOf(v), nil) {
				return
			}
		}
	}
}

type (
	// Entry is one commit as the audit trail tells it: who changed what, when and
	// why.
	Entry = ledger.Entry
	// RecordChange is one revision of one record.
	RecordChange = ledger.RecordChange
	// FieldChange is one field that a revision changed.
	FieldChange = ledger.FieldChange
	// ChangeKind says what a commit did to a record.
	ChangeKind = ledger.ChangeKind
	// Published is one commit as Changes tells of it.
	Published = ledger.Published
)

// What a commit can do to a record. Erased means that the body has been
// removed since: what it was can't be told any more, only that it was.
const (
	Created   = ledger.Created
	Revised   = ledger.Revised
	Withdrawn = ledger.Withdrawn
	Erased    = ledger.Erased
)

// Trail yields the audit trail: all commits after sequence number after, in
// order. At most one error, last.
func (m *Manager) Trail(ctx context.Context, after uint64) iter.Seq2[Entry, error] {
	return m.l.Trail(ctx, after)
}

// History yields the commits that touched one record, oldest first, each with
// that record's change only. Of an erased record it tells when and by whom each
// revision was written, and when it was erased, but not what stood there. At
// most one error, last: ErrNotFound if there is no such kind of record. It costs
// what was written of the record, however long the journal is.
func (m *Manager) History(ctx context.Context, s Subject) iter.Seq2[Entry, error] {
	return m.l.History(ctx, s)
}

// Changes yields the commits after sequence number after, in order, each once:
// first those that the journal holds already, then each as it is published,
// until ctx ends or the Manager is closed. To resume, pass the Seq of the last
// one that was dealt with; see ledger.Ledger.Changes.
func (m *Manager) Changes(ctx context.Context, after uint64) iter.Seq2[Published, error] {
	return m.l.Changes(ctx, after)
}

// Checkpoint writes a snapshot of the live records beside the journal, so that
// the next Open reads it and only what was committed after. The Manager writes
// one by itself now and then, as the journal grows, and on Close; this is for
// when there is time for it. Without Options.Snapshots the error is
// errors.ErrUnsupported. What a snapshot can be trusted with, and how a forged one
// is found, ledger.Ledger.Checkpoint says.
func (m *Manager) Checkpoint(ctx context.Context) error { return m.l.Checkpoint(ctx) }

// Verify compares what is shown, and the snapshots beside the journal if there are
// any, with what the journal says: it reads all of it, checks each hash and
// digest, and builds the live records anew. An ErrTampered names the first record
// that differs.
func (m *Manager) Verify(ctx context.Context) error { return m.l.Verify(ctx) }

// Erase removes all that was ever written of some records, for good: a person
// who asks to be forgotten, what somebody said in a concern. They go from the
// live records, and the store removes their bodies from the log and from what
// else it keeps of it. The commits stay, with the digests of what stood there,
// so the chain still verifies. A commit of its own records who had them erased
// and why. If the store fails in between the error is ErrUnerased, and Open or
// the next call finishes the work; see ledger.Ledger.Erase.
//
// Only persons, interested parties, evidence, incidents and concerns can be
// erased (else ErrForbidden), and only once nothing hangs on them: a person has
// left, evidence is withdrawn, an incident is closed and a concern answered for as
// long as Retentions says (else ErrState). A store
// without this power, Options.Eraser being nil, gives errors.ErrUnsupported.
//
// The ID of an erased record is never given again. What refers to it keeps the
// ID, and commits keep the actor and the reason that they were made with. So let
// the ID of a person be a pseudonym, such as "p-7f3a" with the key to it in the
// staff directory, and keep personal data out of reasons. Views taken before,
// exports and backups are the caller's to deal with, as are the files that
// evidence points to; [Published] tells search indexes and the like what to drop.
//
// Withdraw is the ordinary delete: it keeps the history.
func (m *Manager) Erase(ctx context.Context, by By, subjects ...Subject) error {
	return m.l.Erase(ctx, by, subjects...)
}

// Unerased returns the records whose erasure is on record but may not be
// carried out: none unless a store failed in the midst of one, or no
// Options.Eraser was given.
func (m *Manager) Unerased() []Subject { return m.l.Unerased() }

// Size returns how many live records there are.
func (m *Manager) Size() int { return m.l.Size() }
