package aims

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Tx is one change in the making, inside [Manager.Update]. Its reading methods
// see what it has written; its verbs check their rules and say what is
// missing. A Tx is not safe for concurrent use and must not outlive its
// Update.
type Tx struct {
	reading
	ctx     context.Context
	m       *Manager
	by      By
	seq     uint64 // the number that this commit will have
	verbs   []string
	changes []txChange      // in the order of first writing
	byKey   map[Subject]int // of changes, once there are more than fewChanges
	erases  []Subject       // whose bodies before this commit are to be erased

	// Room for what most need.
	oneVerb   [1]string
	oneChange [1]txChange
}

// txChange is one record that the transaction writes or withdraws.
type txChange struct {
	kind   anyKind
	key    string
	after  any // *T; nil: withdrawn
	before any // *T as it stood before the transaction; nil: there was none
}

// Now returns the time that the commit will carry: the Manager's clock at the
// start of the Update, in UTC, cut to microseconds.
func (tx *Tx) Now() time.Time { return tx.asOf }

// By returns who makes the change and why.
func (tx *Tx) By() By { return tx.by }

// NewID returns a fresh ID, as Options.NewID makes them.
func (tx *Tx) NewID() string { return tx.m.opts.NewID() }

// act records that a verb is used and asks whether the actor may.
func (tx *Tx) act(verb string, k Kind, id string) error {
	if !slices.Contains(tx.verbs, verb) {
		tx.verbs = append(tx.verbs, verb)
	}
	if tx.m.opts.Authorize == nil {
		return nil
	}
	if err := tx.m.opts.Authorize(tx.ctx, tx.by, Action{Verb: verb, Kind: k, ID: id}); err != nil {
		return &RecordError{Kind: k, ID: id, Verb: verb, Err: ErrForbidden, Why: err}
	}
	return nil
}

// get returns a record of the transaction's state, or ErrNotFound.
func get[T any](tx *Tx, verb string, k *kind[T], id string) (rec T, err error) {
	p := k.records(tx.ts).find(id)
	if p == nil {
		return rec, &RecordError{Kind: k.name, ID: id, Verb: verb, Err: ErrNotFound}
	}
	return clone(k, p), nil
}

// put creates or revises a record on behalf of a verb: with revision zero it
// must not exist yet, otherwise its revision must be the current one.
func put[T any](tx *Tx, verb string, k *kind[T], rec T) (T, error) {
	own := owned(k, rec)
	if err := tx.act(verb, k.name, k.id(own)); err != nil {
		return rec, err
	}
	return keep(tx, verb, k, own)
}

// write is put without asking for authority, for records that a verb writes
// besides its own.
func write[T any](tx *Tx, verb string, k *kind[T], rec T) (T, error) {
	return keep(tx, verb, k, owned(k, rec))
}

// keep is what put and write share. The record becomes the table's.
func keep[T any](tx *Tx, verb string, k *kind[T], rec *T) (T, error) {
	fail := func(sentinel, why error) (T, error) {
		return *rec, &RecordError{Kind: k.name, ID: k.id(rec), Verb: verb, Err: sentinel, Why: why}
	}
	if k.id(rec) == "" && k.setID != nil {
		k.setID(rec, tx.NewID())
	}
	id := k.id(rec)
	if !issue.ValidKey(id) {
		var is Issues
		is.Add("id", "key", id, issue.KeyRule)
		return fail(ErrInvalid, is)
	}
	old := k.records(tx.ts).find(id)
	switch given := *k.rev(rec); {
	case given == 0 && old != nil:
		return fail(ErrExists, fmt.Errorf("revision %d is current; to change it, carry that revision", *k.rev(old)))
	case given != 0 && old == nil:
		return fail(ErrNotFound, nil)
	case given != 0 && given != *k.rev(old):
		return fail(ErrStale, fmt.Errorf("field revision: made from %d, %d is current", given, *k.rev(old)))
	}
	var is Issues
	tx.check(rec, &is)
	tidy(k.plan().tidy, reflect.ValueOf(rec).Elem(), &is)
	if old != nil && len(is) > 0 {
		before := clone(k, old)
		is = tx.news(is, &before)
	}
	if len(is) > 0 {
		return fail(ErrInvalid, is)
	}
	*k.rev(rec) = tx.seq
	var before any
	if old != nil {
		before = old
	}
	tx.record(k, id, rec, before)
	return clone(k, rec), nil
}

// news drops issues about persons whom the revision before named at the same
// place: that somebody has left since is a finding, and must not keep others
// from closing, signing or retiring what names them.
func (tx *Tx) news(is Issues, before any) Issues {
	var known Issues
	tx.check(before, &known)
	return slices.DeleteFunc(is, func(i annexa.Issue) bool {
		return i.Rule == "person" && slices.ContainsFunc(known, func(o annexa.Issue) bool {
			return o.Rule == i.Rule && o.Field == i.Field && o.Value == i.Value
		})
	})
}

// record puts a revision (or, with nil, a withdrawal) into the tentative
// tables and remembers what stood there.
func (tx *Tx) record(k anyKind, key string, after, before any) {
	if after == nil {
		k.remove(tx.ts[k.index()], key)
	} else {
		k.set(tx.ts[k.index()], key, after)
	}
	if i := tx.changed(k, key); i >= 0 {
		tx.changes[i].after = after
		return
	}
	tx.changes = append(tx.changes, txChange{kind: k, key: key, after: after, before: before})
}

// fewChanges is up to how many of them looking at each is faster than a map.
const fewChanges = 16

// changed returns which of the changes is that of a record, -1 if none is.
func (tx *Tx) changed(k anyKind, key string) int {
	if len(tx.changes) <= fewChanges {
		return slices.IndexFunc(tx.changes, func(c txChange) bool { return c.key == key && c.kind == k })
	}
	if tx.byKey == nil {
		tx.byKey = make(map[Subject]int)
	}
	for i := len(tx.byKey); i < len(tx.changes); i++ {
		tx.byKey[Subject{tx.changes[i].kind.kindName(), tx.changes[i].key}] = i
	}
	if i, ok := tx.byKey[Subject{k.kindName(), key}]; ok {
		return i
	}
	return -1
}

// rollback puts the tentative tables back as they were.
func (tx *Tx) rollback() {
	for _, c := range tx.changes {
		if c.before == nil {
			c.kind.remove(tx.ts[c.kind.index()], c.key)
		} else {
			c.kind.set(tx.ts[c.kind.index()], c.key, c.before)
		}
	}
	tx.changes, tx.byKey = nil, nil
}

func (tx *Tx) meta() meta { return meta{By: tx.by, Verbs: tx.verbs, Erases: tx.erases} }

// wrote reports whether the transaction has anything to commit.
func (tx *Tx) wrote() bool {
	return len(tx.erases) > 0 || slices.ContainsFunc(tx.changes, txChange.lasts)
}

// lasts is false for what was created and withdrawn in the same transaction.
func (c txChange) lasts() bool { return c.after != nil || c.before != nil }

// encode makes a commit of what a transaction wrote. The records are shared with
// the tables by now, and only read.
func (a *arena) encode(tx *Tx) (err error) {
	a.commit.ID, a.commit.Time, a.meta = tx.NewID(), tx.asOf, tx.meta()
	b, changes, ends := a.bytes[:0], a.changes[:0], a.ends[:0]
	if b, err = a.meta.append(b); err != nil {
		return err
	}
	ends = append(ends, len(b))
	for _, ch := range tx.changes {
		if !ch.lasts() {
			continue
		}
		changes = append(changes, storage.Change{Kind: string(ch.kind.kindName()), Key: ch.key, Schema: ch.kind.schemaVersion()})
		if ch.after != nil {
			b = append(b, make([]byte, saltSize)...)
			rand.Read(b[len(b)-saltSize:]) // never fails, by its own word
			if b, err = ch.kind.appendBody(b, ch.after); err != nil {
				return fmt.Errorf("aims: encoding %s %q: %w", ch.kind.kindName(), ch.key, err)
			}
		}
		ends = append(ends, len(b))
	}
	// Only now do the bytes stay where they are.
	a.commit.Meta, a.commit.Changes = b[:ends[0]:ends[0]], changes
	for i := range changes {
		start, end := ends[i], ends[i+1]
		if start == end {
			continue // withdrawn
		}
		out := &changes[i]
		out.Salt, out.Body = b[start:start+saltSize:start+saltSize], b[start+saltSize:end:end]
	}
	a.bytes, a.changes, a.ends = b, changes, ends
	return nil
}

// saltSize is how many bytes a salt has.
const saltSize = 16

// Withdraw removes a record from the live ones; its history stays. Records
// that accountability hangs on can't be withdrawn: a system is retired, an
// assessment superseded, a person leaves, a policy is replaced.
func (tx *Tx) Withdraw(s Subject) error {
	const verb = "Withdraw"
	k, ok := kindByName(string(s.Kind))
	if !ok {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrNotFound, Why: errors.New("no such kind of record")}
	}
	if err := tx.act(verb, s.Kind, s.ID); err != nil {
		return err
	}
	if !slices.Contains(withdrawable, s.Kind) {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrForbidden,
			Why: errors.New("records of this kind stay; move them to their last state instead")}
	}
	before, ok := k.get(tx.ts[k.index()], s.ID)
	if !ok {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrNotFound}
	}
	tx.record(k, s.ID, nil, before)
	return nil
}

// withdrawable are the kinds that nothing else rests on.
var withdrawable = []Kind{KindContextIssue, KindInterestedParty, KindEvidence, KindObjective, KindDocument, KindSweep}

// person adds an issue unless id is empty or names a person on file who is
// active at the transaction's time.
func (tx *Tx) person(is *Issues, field, id string) {
	if id == "" {
		return
	}
	p, ok := people.records(tx.ts).Get(id)
	switch {
	case !ok:
		is.Add(field, "person", id, "no such person on file; add the person first")
	case !p.ActiveAt(tx.asOf):
		is.Add(field, "person", id, "this person is not active on %s", tx.asOf.Format(time.DateOnly))
	}
}

// required adds an issue if the text is blank.
func required(is *Issues, field, value string) {
	if blank(value) {
		is.Add(field, "required", value, "may not be empty")
	}
}
