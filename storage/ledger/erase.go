package aims

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/storage"
)

// ErrUnerased says that an erasure is on record but not yet carried out: the
// record is no longer live, but the journal may still hold its bodies.
// [Open] and the next [Manager.Erase] take it up again.
var ErrUnerased = errors.New("aims: erasure on record but not finished")

// erasable are the kinds whose records may be about a person who asks to be
// forgotten. What was decided, signed, assessed and audited is not among them:
// accountability hangs on it, and it names people by their IDs only.
var erasable = []Kind{KindPerson, KindInterestedParty, KindEvidence, KindIncident, KindConcern}

// erasure is what a commit asks to be erased: all bodies of the records in the
// commits before it. Its own holds none.
type erasure struct {
	through uint64
	records []Subject
}

// Erase removes all that was ever written of some records, for good: a person
// who asks to be forgotten, what somebody said in a concern. They go from the
// live records, and the store removes their bodies from the log and from what
// else it keeps of it. The commits stay, with the digests of what stood there,
// so the chain still verifies; the history says of each revision that it was
// erased. A commit of its own records who had them erased and why.
//
// The commit comes first and the removal after it. If the process dies or the
// store fails in between, the error is ErrUnerased, [Manager.Unerased] names
// the records, and Open or the next call of Erase finishes the work; erasing
// again what is erased does nothing.
//
// Only persons, interested parties, evidence, incidents and concerns can be
// erased (else ErrForbidden), and only once nothing hangs on them: a person has
// left, an incident is closed, a concern answered (else ErrState). A store
// without this power, Options.Eraser being nil, gives errors.ErrUnsupported.
//
// What refers to an erased record keeps its ID, and commits keep the actor and
// the reason that they were made with. So let the ID of a person be a
// pseudonym, such as "p-7f3a" with the key to it in the staff directory, and
// keep personal data out of reasons. Views taken before, exports and backups
// are the caller's to deal with, as are the files that evidence points to;
// [Published] tells search indexes and the like what to drop.
//
// Withdraw is the ordinary delete: it keeps the history.
func (m *Manager) Erase(ctx context.Context, by By, subjects ...Subject) error {
	const verb = "Erase"
	if m.opts.Eraser == nil {
		return fmt.Errorf("aims: Erase: no Options.Eraser, so bodies can't be removed from the journal: %w", errors.ErrUnsupported)
	}
	if len(subjects) == 0 {
		var is Issues
		is.Add("subjects", "required", "", "name at least one record")
		return fmt.Errorf("aims: Erase: %w: %w", ErrInvalid, is)
	}
	for _, s := range subjects {
		if _, ok := kindByName(string(s.Kind)); !ok {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrNotFound, Why: errors.New("no such kind of record")}
		}
		if !slices.Contains(erasable, s.Kind) {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrForbidden,
				Why: fmt.Errorf("accountability hangs on records of this kind; only these can be erased: %v", erasable)}
		}
	}
	if err := m.finishErasures(ctx); err != nil { // an earlier call may have named the same records
		return err
	}
	kept, err := m.bodies(ctx, subjects)
	if err != nil {
		return err
	}
	err = m.Update(ctx, by, func(tx *Tx) error {
		tx.erases = nil
		seen := make(map[Subject]bool)
		for _, s := range subjects {
			if seen[s] {
				continue
			}
			seen[s] = true
			if err := tx.erase(verb, s, kept); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.finishErasures(ctx)
}

// Unerased returns the records whose erasure is on record but may not be
// carried out: none unless a store failed in the midst of one, or no
// Options.Eraser was given.
func (m *Manager) Unerased() []Subject {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Subject
	for _, e := range m.unerased {
		for _, s := range e.records {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// erase takes a record from the live ones and notes that it is to be erased.
// kept says of records that were once on file whether the journal still holds
// a body.
func (tx *Tx) erase(verb string, s Subject, kept map[Subject]bool) error {
	if err := tx.act(verb, s.Kind, s.ID); err != nil {
		return err
	}
	k, _ := kindByName(string(s.Kind))
	live, ok := k.get(tx.ts[k.index()], s.ID)
	if !ok {
		bodied, known := kept[s]
		if !known {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrNotFound}
		}
		if bodied {
			tx.erases = append(tx.erases, s)
		}
		return nil
	}
	var why string
	switch r := live.(type) {
	case *Person:
		if r.ActiveAt(tx.asOf) {
			why = "field left_on: somebody who still works here may be accountable; record when they left first"
		}
	case *Incident:
		if r.Open() {
			why = "field closed_on: close the incident first"
		}
	case *Concern:
		if r.Open() {
			why = "field answered_on: answer the concern first"
		}
	}
	if why != "" {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrState, Why: errors.New(why)}
	}
	tx.record(k, s.ID, nil, live)
	tx.erases = append(tx.erases, s)
	return nil
}

// bodies looks records up in the journal: those that it knows, and whether it
// holds a body of them.
func (m *Manager) bodies(ctx context.Context, subjects []Subject) (map[Subject]bool, error) {
	wanted, kept := make(map[Subject]bool), make(map[Subject]bool)
	for _, s := range subjects {
		wanted[s] = true
	}
	for c, err := range m.journal.Log(ctx, 0) {
		if err != nil {
			return nil, fmt.Errorf("aims: Erase: reading the journal: %w", err)
		}
		for _, ch := range c.Changes {
			if s := (Subject{Kind(ch.Kind), ch.Key}); wanted[s] {
				kept[s] = kept[s] || ch.Body != nil
			}
		}
	}
	return kept, nil
}

// finishErasures has the store carry out what erasures are on record.
func (m *Manager) finishErasures(ctx context.Context) error {
	left := m.Unerased()
	if len(left) == 0 {
		return nil
	}
	select {
	case m.keeping <- struct{}{}: // a snapshot of before must not be saved after
		defer func() { <-m.keeping }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %v: %w", ErrUnerased, left, context.Cause(ctx))
	}
	for {
		m.mu.Lock()
		if len(m.unerased) == 0 {
			m.mu.Unlock()
			return nil
		}
		e := m.unerased[0]
		m.mu.Unlock()
		ids := make([]storage.RecordID, len(e.records))
		for i, s := range e.records {
			ids[i] = storage.RecordID{Kind: string(s.Kind), Key: s.ID}
		}
		if err := m.opts.Eraser.Erase(ctx, ids, e.through); err != nil {
			return fmt.Errorf("%w: %v up to commit %d: %w", ErrUnerased, e.records, e.through, err)
		}
		m.mu.Lock()
		m.unerased = m.unerased[1:]
		m.grown.last = 0 // the store has dropped the snapshot
		m.mu.Unlock()
	}
}

// resumeErasures finishes on opening what an earlier process could not. That
// it can't either keeps nobody from reading and writing.
func (m *Manager) resumeErasures(ctx context.Context) {
	left := m.Unerased()
	if len(left) == 0 {
		return
	}
	if m.opts.Eraser == nil {
		m.opts.Logger.Warn("aims: erasures are on record but may not be carried out, and there is no Options.Eraser", "records", left)
		return
	}
	if err := m.finishErasures(ctx); err != nil {
		m.opts.Logger.Error("aims: erasures could not be finished", "records", m.Unerased(), "error", err)
	}
}

// erasesOf returns what a commit asks to be erased. Few do, so the metadata is
// decoded only where the field can stand in it.
func erasesOf(c storage.Commit) ([]Subject, error) {
	if !bytes.Contains(c.Meta, []byte(`"erases"`)) {
		return nil, nil
	}
	mt, err := decodeMeta(c.Meta)
	if err != nil {
		return nil, fmt.Errorf("aims: commit %d: who and why can't be read: %w", c.Seq, err)
	}
	return mt.Erases, nil
}
