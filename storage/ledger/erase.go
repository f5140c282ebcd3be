package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

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
// Snapshots are written anew without the records; the commit vouches for what is
// left of them, so that opening and the past cost what they did before. So the
// whole costs about twice as much as reading all snapshots, and what the store takes
// to write its log anew.
//
// The commit comes first and the removal after it. If the process dies or the
// store fails in between, the error is ErrUnerased, [Ledger.Unerased] names
// the records, and Open or the next call of Erase finishes the work; erasing
// again what is erased does nothing.
//
// Whether a record can be erased its kind says (MayErase): never (ErrForbidden),
// or not as it is (ErrState). A store without this power, Options.Eraser being
// nil, gives errors.ErrUnsupported.
//
// The key of an erased record is never given again. What refers to it keeps the
// key, and commits keep the actor and the reason that they were made with: so
// let keys tell nothing, and keep personal data out of reasons. Views taken
// before, exports and backups are the caller's to deal with; [Published] tells
// search indexes and the like what to drop.
//
// Withdraw is the ordinary delete: it keeps the history.
func (l *Ledger) Erase(ctx context.Context, by By, subjects ...Subject) error {
	if l.opts.Eraser == nil {
		return fmt.Errorf("Erase: no Options.Eraser, so bodies can't be removed from the journal: %w", errors.ErrUnsupported)
	}
	if len(subjects) == 0 {
		var is issue.Issues
		is.Add("subjects", "required", "", "name at least one record")
		return fmt.Errorf("Erase: %w: %w", ErrInvalid, is)
	}
	if err := l.ReadOnly(); err != nil {
		return err
	}
	for _, s := range subjects {
		k, _, ok := l.kinds.named(s.Kind)
		if !ok {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: eraseVerb, Err: ErrNotFound, Why: errors.New("no such kind of record")}
		}
		if k.mayErase == nil {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: eraseVerb, Err: ErrForbidden,
				Why: errors.New("accountability hangs on records of this kind, so they can't be erased")}
		}
	}
	if err := l.finishErasures(ctx); err != nil { // an earlier call may have named the same records
		return err
	}
	kept, err := l.bodies(ctx, subjects)
	if err != nil {
		return err
	}
	if err := l.eraseInCommit(ctx, by, subjects, kept); err != nil {
		return err
	}
	return l.finishErasures(ctx)
}

// eraseInCommit makes the commit that has records erased. It vouches for what will
// be left of the snapshots, so none is written meanwhile.
func (l *Ledger) eraseInCommit(ctx context.Context, by By, subjects []Subject, kept map[Subject]bool) error {
	select {
	case l.keeping <- struct{}{}:
		defer func() { <-l.keeping }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	marks, err := l.marksWithout(ctx, subjects)
	if err != nil {
		return err
	}
	return l.Update(ctx, by, func(tx *Tx) error {
		tx.mark = marks
		seen := make(map[Subject]bool)
		for _, s := range subjects {
			if seen[s] {
				continue
			}
			seen[s] = true
			if err := tx.Verb(eraseVerb, s, func() error { return tx.erase(s, kept) }); err != nil {
				return err
			}
		}
		return nil
	})
}

const eraseVerb = "Erase"

// Unerased returns the records whose erasure is on record but may not be
// carried out: none unless a store failed in the midst of one, or no
// Options.Eraser was given.
func (l *Ledger) Unerased() []Subject {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Subject
	for _, e := range l.unerased {
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
func (tx *Tx) erase(s Subject, kept map[Subject]bool) error {
	k, i, _ := tx.ts.kinds.named(s.Kind)
	live := tx.ts.of[i].get(s.ID)
	if live == nil {
		bodied, known := kept[s]
		if !known {
			return ErrNotFound
		}
		if bodied {
			tx.erases = append(tx.erases, s)
		}
		return nil
	}
	if err := k.mayErase(tx, live); err != nil {
		return Because(ErrState, err)
	}
	tx.record(k, s.ID, nil)
	tx.erases = append(tx.erases, s)
	return nil
}

// bodies looks records up: those that the journal knows, and whether it holds a body
// of them.
func (l *Ledger) bodies(ctx context.Context, subjects []Subject) (map[Subject]bool, error) {
	v, kept := l.View(), make(map[Subject]bool)
	for _, s := range subjects {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("Erase: %w", err)
		}
		if v.find(s) != nil {
			kept[s] = true
			continue
		}
		co, err := l.courseOf(ctx, s, v)
		if err != nil {
			return nil, fmt.Errorf("Erase: %w", err)
		}
		for c, err := range co.commits(ctx) {
			if err != nil {
				return nil, fmt.Errorf("Erase: %w", err)
			}
			for _, ch := range c.Changes {
				if s.isOf(ch) {
					kept[s] = kept[s] || ch.Body != nil
				}
			}
		}
	}
	return kept, nil
}

// finishErasures has the store carry out what erasures are on record.
func (l *Ledger) finishErasures(ctx context.Context) error {
	left := l.Unerased()
	if len(left) == 0 {
		return nil
	}
	select {
	case l.keeping <- struct{}{}: // a snapshot of before must not be saved after
		defer func() { <-l.keeping }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %v: %w", ErrUnerased, left, context.Cause(ctx))
	}
	l.mu.Lock()
	pending, head := slices.Clone(l.unerased), l.confirmedHead.Seq
	l.mu.Unlock()
	if err := l.clean(ctx, pending, head); err != nil {
		return fmt.Errorf("%w: %v: taking them out of the snapshots: %w", ErrUnerased, left, err)
	}
	for _, e := range pending {
		ids := make([]storage.RecordID, len(e.records))
		for i, s := range e.records {
			ids[i] = storage.RecordID{Kind: string(s.Kind), Key: s.ID}
		}
		if err := l.opts.Eraser.Erase(ctx, ids, e.through); err != nil {
			return fmt.Errorf("%w: %v up to commit %d: %w", ErrUnerased, e.records, e.through, err)
		}
		l.mu.Lock()
		l.unerased = l.unerased[1:]
		l.mu.Unlock()
	}
	if len(l.snapshots(ctx, anySnapshot)) == 0 {
		l.mu.Lock()
		l.grown.last = 0 // the store has dropped them
		l.mu.Unlock()
	}
	return nil
}

// resumeErasures finishes on opening what an earlier process could not. That
// it can't either keeps nobody from reading and writing.
func (l *Ledger) resumeErasures(ctx context.Context) {
	left := l.Unerased()
	if len(left) == 0 {
		return
	}
	if l.opts.Eraser == nil {
		l.opts.Logger.Warn("ledger: erasures are on record but may not be carried out, and there is no Options.Eraser", "records", left)
		return
	}
	if err := l.finishErasures(ctx); err != nil {
		l.opts.Logger.Error("ledger: erasures could not be finished", "records", l.Unerased(), "error", err)
	}
}
