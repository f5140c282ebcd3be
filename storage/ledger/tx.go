package ledger

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/issue"
)

// Tx is one change in the making, inside [Ledger.Update]. Its reading methods
// see what it has written. A Tx is not safe for concurrent use; once its Update
// has returned it shows nothing and refuses everything with ErrOver.
type Tx struct {
	work
	ctx  context.Context
	l    *Ledger
	by   By
	seq  uint64 // the number that this commit will have
	over atomic.Bool

	depth     int            // how many verbs run within one another
	current   string         // the name of the innermost
	deciding  bool           // one of them decides
	rehearsal bool           // it is tried on the state before the commit
	founding  bool           // the ledger makes its first commit
	base      *tables        // of before the transaction; nil until somebody asks
	mark      []snapshotMark // of snapshots that the commit vouches for

	migrations []string // that are made by it
	imported   *Origin  // of what it brings; nil unless it is an import
	threads    []uint64 // which commit touched before what this one touches; see meta.Before

	// Room for what most need.
	oneVerb   [1]string
	oneChange [1]txChange
	oneStep   [1]step
	oneThread [1]uint64
}

// work is what a transaction has done so far, and what it is done to.
type work struct {
	reading
	verbs   []string
	changes []txChange      // in the order of first writing
	byKey   map[Subject]int // of changes, once there are more than fewChanges
	steps   []step          // by which a verb can be undone
	erases  []Subject       // whose bodies before this commit are to be erased
	decided []Subject       // on which a verb has decided

	decidedBy map[Subject]string // by which verb
	sourced   int                // outermost verbs whose origin is told
	unsourced int                // and those whose is not
}

// txChange is one record that the transaction writes or withdraws.
type txChange struct {
	kind   *kind
	key    string
	after  any // nil: withdrawn
	before any // as it stood before the transaction; nil: there was none
}

// step is one writing of a record.
type step struct {
	change int  // which of the changes it made or went on with
	first  bool // it made it
	before any  // the record as it stood before the step; nil: there was none
}

// Writer is what can be written through: a Tx, or what embeds one.
type Writer interface {
	Reader
	tx() *Tx
}

func (tx *Tx) tx() *Tx { return tx }

// Now returns the time that the commit will carry: the ledger's clock at the
// start of the Update, in UTC, cut to microseconds.
func (tx *Tx) Now() time.Time { return tx.asOf }

// Seq returns the number that the commit will have, unless another writer is
// first.
func (tx *Tx) Seq() uint64 { return tx.seq }

// By returns who makes the change and why.
func (tx *Tx) By() By { return tx.by }

// Unsourced leaves Request, OnBehalfOf and From out of what the commit says of who
// made it, for a verb that must not tell who stands behind it. It is for within a
// verb, and undone with it. As nothing may hide where another verb came from, the
// others of such a commit must do so too: else the error of the later one is
// ErrCommitFirst, unless there is nothing to leave out.
func (tx *Tx) Unsourced() { tx.unsourced++ }

// NewID returns a fresh ID, as Options.NewID makes them.
func (tx *Tx) NewID() string { return tx.l.opts.NewID() }

// Context returns the context of the Update. It knows that it is within one: an
// Update of the same ledger under it is ErrNested.
func (tx *Tx) Context() context.Context {
	return context.WithValue(tx.ctx, withinUpdate{tx.l}, true)
}

type withinUpdate struct{ *Ledger }

// Owner returns what Options.Owner says.
func (tx *Tx) Owner() any { return tx.l.opts.Owner }

// Verb runs do as a verb on a record: one move that is whole or nothing. First
// it asks Options.Authorize, and once more when do has returned, with what it wrote.
// If that refuses, or do returns an error or panics, whatever it had written is
// undone, so that a caller who goes on all the same commits nothing
// of it; the error then says which verb and record it was, as a *RecordError.
// A verb may use others.
func (tx *Tx) Verb(name string, s Subject, do func() error) error {
	return tx.run(name, s, false, do)
}

// Decide is Verb for a verb that decides: approves, accepts, signs, closes,
// grants, appoints. What it rests on must have stood before this commit as well,
// so it is first tried on that state, on which Check is not asked: what a record
// refers to may be new. It is refused with ErrCommitFirst if that fails, or if
// this commit has written the record before; and so is whatever would write the
// record after it in the same commit. That holds for one that another uses, too. What
// do does beside the ledger it may do twice.
func (tx *Tx) Decide(name string, s Subject, do func() error) error {
	return tx.run(name, s, true, do)
}

func (tx *Tx) run(name string, s Subject, decides bool, do func() error) (err error) {
	if tx.over.Load() {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: name, Err: ErrOver}
	}
	if err := tx.Authorize(name, s); err != nil {
		return err
	}
	if err := tx.may(name, s); err != nil {
		return err
	}
	if why := tx.decidedOn(s); why != "" {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: name, Err: ErrCommitFirst, Why: errors.New(why)}
	}
	if decides && tx.changed(s) >= 0 {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: name, Err: ErrCommitFirst, Why: errors.New("this commit has written it before")}
	}
	if decides && tx.wrote() { // also by a verb that decides and uses this one
		if err := tx.rehearse(name, s, do); err != nil {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: name, Err: ErrCommitFirst,
				Why: fmt.Errorf("what stood before this commit does not allow it: %w", err)}
		}
	}
	was := savepoint{len(tx.steps), len(tx.erases), len(tx.verbs), len(tx.decided), tx.sourced, tx.unsourced, tx.current, tx.deciding}
	if !slices.Contains(tx.verbs, name) {
		tx.verbs = append(tx.verbs, name)
	}
	tx.depth++
	tx.current, tx.deciding = name, tx.deciding || decides
	whole := false
	defer func() {
		tx.depth--
		tx.current, tx.deciding = was.current, was.deciding
		if !whole { // also when do panics
			tx.backTo(was)
		}
	}()
	if err := do(); err != nil {
		return recordError(name, s, err)
	}
	if err := tx.authorizeDone(name, s, was.steps); err != nil {
		return err
	}
	if tx.depth == 1 {
		if tx.unsourced == was.unsourced {
			tx.sourced++
		}
		if tx.sourced > 0 && tx.unsourced > 0 && tx.by != tx.by.unsourced() {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: name, Err: ErrCommitFirst,
				Why: errors.New("where it came from is left out of one verb of this commit, and stands for the others; give each a commit of its own")}
		}
	}
	whole = true
	if decides {
		about := tx.named(s, was.steps)
		tx.decided = append(tx.decided, about)
		if tx.decidedBy == nil {
			tx.decidedBy = make(map[Subject]string)
		}
		tx.decidedBy[about] = name
	}
	return nil
}

// named is the record that a verb was about, if that got its ID from the verb: the
// first of its kind that the steps since wrote.
func (tx *Tx) named(s Subject, since int) Subject {
	if s.ID != "" {
		return s
	}
	for _, step := range tx.steps[since:] {
		if c := tx.changes[step.change]; c.kind.name == s.Kind {
			return Subject{s.Kind, c.key}
		}
	}
	return s
}

// decidedOn says why nothing may be written on a record in this commit any more;
// empty if it may.
func (tx *Tx) decidedOn(s Subject) string {
	if by, ok := tx.decidedBy[s]; ok {
		return "this commit has decided on it, by " + by
	}
	return ""
}

// savepoint is how far a transaction had come when a verb began.
type savepoint struct {
	steps, erases, verbs, decided int
	sourced, unsourced            int
	current                       string
	deciding                      bool
}

// backTo takes back what has been done since a savepoint.
func (tx *Tx) backTo(p savepoint) {
	tx.undo(p.steps)
	for _, d := range tx.decided[p.decided:] {
		delete(tx.decidedBy, d)
	}
	tx.erases, tx.verbs, tx.decided = tx.erases[:p.erases], tx.verbs[:p.verbs], tx.decided[:p.decided]
	tx.sourced, tx.unsourced = p.sourced, p.unsourced
}

// Authorize asks Options.Authorize whether the actor may use a verb on a record.
// Verb and Decide do so of the one that they are given; this is for a verb on
// several.
func (tx *Tx) Authorize(verb string, s Subject) error {
	if !tx.asks() {
		return nil
	}
	return tx.authorize(Action{Tenant: tx.l.opts.Tenant, Verb: verb, Subject: s})
}

// asks reports whether anybody is asked who may.
func (tx *Tx) asks() bool { return tx.l.opts.Authorize != nil && !tx.rehearsal && !tx.founding }

// authorizeDone asks the same of a verb that has been tried, whose steps are those
// since: now it can be told what it did.
func (tx *Tx) authorizeDone(verb string, s Subject, since int) error {
	if !tx.asks() {
		return nil
	}
	a := Action{Tenant: tx.l.opts.Tenant, Verb: verb, Subject: tx.named(s, since), Done: true}
	seen := make(map[int]bool)
	for _, st := range tx.steps[since:] {
		if seen[st.change] {
			continue
		}
		seen[st.change] = true
		c := tx.changes[st.change]
		if st.before == nil && c.after == nil {
			continue // made and withdrawn again
		}
		a.Changes = append(a.Changes, ActionChange{Subject{c.kind.name, c.key}, c.kind, st.before, c.after})
	}
	return tx.authorize(a)
}

func (tx *Tx) authorize(a Action) error { return mayDo(tx.ctx, tx.l.opts.Authorize, tx.by, a) }

// may asks Options.May, of the state as it is and of that before the commit.
func (tx *Tx) may(verb string, s Subject) error {
	if tx.l.opts.May == nil || tx.founding {
		return nil
	}
	a := Action{Tenant: tx.l.opts.Tenant, Verb: verb, Subject: s}
	if err := tx.l.opts.May(tx, tx.by, a); err != nil {
		return tx.refused(a, ErrForbidden, err)
	}
	if tx.rehearsal || !tx.wrote() || tx.seq == 1 {
		return nil
	}
	before := &reading{ts: tx.before(), asOf: tx.asOf, live: true}
	if err := tx.l.opts.May(before, tx.by, a); err != nil {
		return tx.refused(a, ErrCommitFirst, fmt.Errorf("what stood before this commit does not allow it: %w", err))
	}
	return nil
}

func (tx *Tx) refused(a Action, as, why error) error {
	err := recordError(a.Verb, a.Subject, why)
	if as == ErrForbidden && issue.CodeOf(why) != issue.CodeUnknown {
		return err
	}
	return &RecordError{Kind: a.Kind, ID: a.ID, Verb: a.Verb, Err: as, Why: why}
}

// mayDo asks whether somebody may do something.
func mayDo(ctx context.Context, authorize func(context.Context, By, Action) error, by By, a Action) error {
	if authorize == nil {
		return nil
	}
	if err := authorize(ctx, by, a); err != nil {
		return &RecordError{Kind: a.Kind, ID: a.ID, Verb: a.Verb, Err: ErrForbidden, Why: err}
	}
	return nil
}

// rehearse runs a verb on the state before the transaction and throws away what
// it did.
func (tx *Tx) rehearse(name string, s Subject, do func() error) error {
	before := tx.before().copy()
	done := tx.work
	tx.work = work{reading: reading{ts: before, asOf: tx.asOf, live: true}}
	within := tx.rehearsal
	tx.rehearsal = true
	defer func() { tx.work, tx.rehearsal = done, within }()
	return tx.run(name, s, true, do)
}

// before returns the state before the transaction. It is made when it is first
// asked for: copies of the tables that have been written to, with what was
// written undone.
func (tx *Tx) before() *tables {
	if tx.base == nil {
		tx.base = tx.ts.copy()
		for _, c := range slices.Backward(tx.changes) {
			tx.base.table(c.kind).put(c.key, c.before)
		}
	}
	return tx.base
}

// put creates or revises a record: with revision zero it must not exist yet,
// otherwise its revision must be the current one. rec becomes the ledger's.
func (tx *Tx) put(k *kind, rec any) error {
	fail := func(sentinel, why error) error {
		return &RecordError{Kind: k.name, ID: k.key(rec), Verb: tx.current, Err: sentinel, Why: why}
	}
	if tx.over.Load() {
		return fail(ErrOver, nil)
	}
	if _, ok := tx.ts.kinds.at[k]; !ok {
		return fail(ErrNotFound, errUndeclared)
	}
	if why := tx.decidedOn(Subject{k.name, k.key(rec)}); why != "" {
		return fail(ErrCommitFirst, errors.New(why))
	}
	id := k.key(rec)
	if id == "" && k.setKey != nil {
		k.setKey(rec, tx.NewID())
		id = k.key(rec)
	}
	if !issue.ValidKeyUpTo(id, k.maxKey) {
		var is issue.Issues
		is.Add("id", "key", id, "%s; a %s may have %d", issue.KeyRule, k.name, k.maxKey)
		return fail(ErrInvalid, is)
	}
	old := tx.ts.table(k).get(id)
	switch given := *k.revision(rec); {
	case given == 0 && old != nil:
		return fail(ErrExists, fmt.Errorf("revision %d is current; to change it, carry that revision", *k.revision(old)))
	case given != 0 && old == nil:
		return fail(ErrNotFound, nil)
	case given != 0 && given != *k.revision(old):
		return fail(ErrStale, fmt.Errorf("field revision: made from %d, %d is current", given, *k.revision(old)))
	case old == nil && tx.ts.isErased(Subject{k.name, id}):
		return fail(ErrExists, fmt.Errorf("a record of this key has been erased; the key is not given again"))
	}
	if k.carry != nil {
		k.carry(tx, old, rec)
	}
	var is issue.Issues
	found := tidy(k, rec, old)
	if k.check != nil && !tx.rehearsal && !tooMuch(found) {
		k.check(tx, old, rec, &is)
	}
	addAll(found, &is)
	if !tx.rehearsal && tx.imported == nil && !tooMuch(found) {
		k.checkTimes(rec, old, tx.asOf, &is)
	}
	if now := k.key(rec); now != id {
		is.Add("id", "stable", now, "the key of a record was %q and changes as it is checked", id)
	}
	if len(is) > 0 {
		return fail(ErrInvalid, is)
	}
	if old != nil && k.same(old, rec) {
		*k.revision(rec) = *k.revision(old)
		return nil // it changes nothing
	}
	*k.revision(rec) = tx.seq
	if got := k.key(rec); got != id {
		is.Add("id", "stable", got, "the key of kind %s changes its answer: it was %q", k.name, id)
		return fail(ErrInvalid, is)
	}
	for _, by := range k.listings { // should one panic, then before anything is written
		if by.value != nil {
			by.value(rec)
		} else {
			by.values(rec)
		}
	}
	tx.record(k, id, rec)
	return nil
}

// record puts a revision (or, with nil, a withdrawal) into the tentative
// tables and remembers what stood there.
func (tx *Tx) record(k *kind, key string, after any) {
	t := tx.ts.table(k)
	before := t.get(key)
	t.put(key, after)
	if i := tx.changed(Subject{k.name, key}); i >= 0 {
		tx.steps = append(tx.steps, step{change: i, before: before})
		tx.changes[i].after = after
		return
	}
	tx.steps = append(tx.steps, step{change: len(tx.changes), first: true, before: before})
	tx.changes = append(tx.changes, txChange{kind: k, key: key, after: after, before: before})
}

// undo takes back all steps but the first n.
func (tx *Tx) undo(n int) {
	for _, s := range slices.Backward(tx.steps[n:]) {
		c := &tx.changes[s.change]
		tx.ts.table(c.kind).put(c.key, s.before)
		if !s.first {
			c.after = s.before
			continue
		}
		if tx.byKey != nil {
			delete(tx.byKey, Subject{c.kind.name, c.key})
		}
		*c = txChange{}
		tx.changes = tx.changes[:s.change] // the last, as steps are undone in reverse
	}
	clear(tx.steps[n:])
	tx.steps = tx.steps[:n]
}

// forgetIdle takes out the records that have come back to what they were. It ends
// what can be undone.
func (tx *Tx) forgetIdle() {
	if len(tx.steps) == len(tx.changes) {
		return // each was written once, and put saw that it changes something
	}
	idle := func(c txChange) bool { return c.before != nil && c.after != nil && c.kind.same(c.before, c.after) }
	for _, c := range tx.changes {
		if idle(c) {
			tx.ts.table(c.kind).put(c.key, c.before)
		}
	}
	tx.changes, tx.steps, tx.byKey = slices.DeleteFunc(tx.changes, idle), nil, nil
}

// fewChanges is up to how many of them looking at each is faster than a map.
const fewChanges = 16

// changed returns which of the changes is that of a record, -1 if none is.
func (tx *Tx) changed(s Subject) int {
	if len(tx.changes) <= fewChanges {
		return slices.IndexFunc(tx.changes, func(c txChange) bool { return c.key == s.ID && c.kind.name == s.Kind })
	}
	if tx.byKey == nil {
		tx.byKey = make(map[Subject]int)
	}
	for i := len(tx.byKey); i < len(tx.changes); i++ {
		tx.byKey[Subject{tx.changes[i].kind.name, tx.changes[i].key}] = i
	}
	if i, ok := tx.byKey[s]; ok {
		return i
	}
	return -1
}

// end makes the transaction show nothing and refuse everything. What it wrote
// stays for the commit to be made of.
func (tx *Tx) end() {
	tx.over.Store(true)
	tx.ts, tx.base = nothing, nil
}

// nothing is what a transaction shows that is over.
var nothing = newTables(&kindSet{all: []*kind{unreads}})

func (tx *Tx) meta() meta {
	m := meta{By: tx.by, Verbs: tx.verbs, Before: tx.threads, Erases: tx.erases, Dropped: tx.dropped(), Snapshots: tx.mark, Migrations: tx.migrations, Imported: tx.imported}
	if tx.unsourced > 0 {
		m.By = tx.by.unsourced()
	}
	return m
}

// dropped are the records that were created and withdrawn in the same transaction.
func (tx *Tx) dropped() (all []Subject) {
	for _, c := range tx.changes {
		if !c.lasts() {
			all = append(all, Subject{c.kind.name, c.key})
		}
	}
	return all
}

// wrote reports whether the transaction has anything to commit.
func (tx *Tx) wrote() bool {
	return len(tx.erases)+len(tx.changes)+len(tx.migrations) > 0 || tx.imported != nil
}

// lasts is false for what was created and withdrawn in the same transaction.
func (c txChange) lasts() bool { return c.after != nil || c.before != nil }

// Withdraw removes a record from the live ones, if its kind lets it; its
// history stays. It is a verb of its own.
func (tx *Tx) Withdraw(s Subject) error {
	return tx.Verb("Withdraw", s, func() error {
		k, i, ok := tx.ts.kinds.named(s.Kind)
		if !ok {
			return Refuse(ErrNotFound, "no such kind of record")
		}
		if k.mayDrop == nil {
			return Refuse(ErrForbidden, "records of this kind stay; move them to their last state instead")
		}
		rec := tx.ts.of[i].get(s.ID)
		if rec == nil {
			return ErrNotFound
		}
		if err := k.mayDrop(tx, rec); err != nil {
			return Because(ErrForbidden, err)
		}
		tx.record(k, s.ID, nil)
		return nil
	})
}

// Put creates or revises a record and returns it as it is kept: with revision
// zero it must not exist yet, otherwise its revision must be the current one. One
// that says what is on file already writes nothing. Within a verb it is part of
// that; else it is the verb "Put". To create one of what a request says, set its
// revision to zero before, or use Tx.Create: with key and revision it would revise.
func (k Kind[T]) Put(w Writer, rec T) (T, error) {
	own := any(&rec) // which is a copy already
	k.k.detach(own)
	if err := w.tx().within("Put", k.k.subject(own), func() error { return w.tx().put(k.k, own) }); err != nil {
		return *new(T), err
	}
	return *k.k.clone(own).(*T), nil
}

// Keep is Put for who has no use for what it returns.
func (k Kind[T]) Keep(w Writer, rec T) error {
	return k.Give(w, &rec) // which is a copy already
}

// Give is Keep for who hands the record over: it may not be used again.
func (k Kind[T]) Give(w Writer, rec *T) error {
	k.k.detach(rec)
	return w.tx().within("Put", k.k.subject(rec), func() error { return w.tx().put(k.k, rec) })
}

// Drop withdraws a record, whatever the kind says about who may. Within a verb
// it is part of that; else it is the verb "Drop".
func (k Kind[T]) Drop(w Writer, id string) error {
	tx, s := w.tx(), Subject{k.k.name, id}
	return tx.within("Drop", s, func() error {
		if tx.ts.table(k.k).get(id) == nil {
			return &RecordError{Kind: k.k.name, ID: id, Verb: tx.current, Err: ErrNotFound}
		}
		if why := tx.decidedOn(s); why != "" {
			return &RecordError{Kind: k.k.name, ID: id, Verb: tx.current, Err: ErrCommitFirst, Why: errors.New(why)}
		}
		tx.record(k.k, id, nil)
		return nil
	})
}

// Must returns a copy of a record of the transaction's state, or ErrNotFound.
func (k Kind[T]) Must(w Writer, id string) (rec T, err error) {
	if p := w.tx().ts.table(k.k).get(id); p != nil {
		return *k.k.clone(p).(*T), nil
	}
	return rec, &RecordError{Kind: k.k.name, ID: id, Verb: w.tx().current, Err: ErrNotFound}
}

// within runs do as part of the verb that runs, or as a verb of its own.
func (tx *Tx) within(verb string, s Subject, do func() error) error {
	if tx.depth == 0 || tx.over.Load() {
		return tx.Verb(verb, s, do)
	}
	return do()
}

// same reports whether two records would be written as the same bytes.
func (k *kind) same(a, b any) bool {
	body := k.plan().body
	x, errX := body(nil, reflect.ValueOf(a).Elem())
	y, errY := body(nil, reflect.ValueOf(b).Elem())
	return errX == nil && errY == nil && slices.Equal(x, y)
}

func (t *tables) isErased(s Subject) bool {
	if t.erased.Len() == 0 {
		return false
	}
	_, erased := t.erased.Get(s.String())
	return erased
}

func (t *tables) erase(subjects []Subject) {
	for _, s := range subjects {
		t.erased.Set(s.String(), nil)
	}
}
