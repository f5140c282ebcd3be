package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Verify compares what the ledger shows, and the snapshot beside the journal if
// there is one, with what the journal says: it reads all of it, checks each hash
// and digest, and builds the live records anew. An ErrTampered names the first
// record that differs. It costs about what opening without a snapshot does, and
// the memory of the live records once more; readers and writers go on meanwhile.
func (l *Ledger) Verify(ctx context.Context) error {
	v := l.View()
	b := &builder{ts: newTables(l.kinds)}
	if l.opts.Snapshots != nil {
		s, ok, err := l.opts.Snapshots.LoadSnapshot(ctx)
		if err != nil {
			return fmt.Errorf("Verify: loading the snapshot: %w", err)
		}
		// One of other kinds or another form is used by nobody.
		if kept, err := readSnapshot(l.kinds, s); ok && err == nil && kept.head.Seq <= v.head.Seq {
			if err := b.readTo(ctx, l.journal, kept.head); err != nil {
				return fmt.Errorf("Verify: the snapshot: %w", err)
			}
			if err := compare("the snapshot", kept.ts, b.ts); err != nil {
				return fmt.Errorf("Verify: %w", err)
			}
		}
	}
	if err := b.readTo(ctx, l.journal, v.head); err != nil {
		return fmt.Errorf("Verify: %w", err)
	}
	if err := compare("what is shown", v.ts, b.ts); err != nil {
		return fmt.Errorf("Verify: %w", err)
	}
	return nil
}

// readTo is read up to a head, which the journal must hold.
func (b *builder) readTo(ctx context.Context, j storage.Journal, head storage.Head) error {
	if b.head == head {
		return nil
	}
	if err := b.read(ctx, upTo{j, head.Seq}, time.Time{}); err != nil {
		return err
	}
	if b.head != head {
		return fmt.Errorf("%w: the journal does not hold commit %d with hash %s", ErrTampered, head.Seq, head.Hash)
	}
	return nil
}

// compare finds the first record that is not the same in shown and in built.
func compare(what string, shown, built *tables) error {
	for i, k := range shown.kinds.all {
		a, b := shown.of[i].m.Iter(), built.of[i].m.Iter()
		moreA, moreB := a.First(), b.First()
		for moreA || moreB {
			switch {
			case !moreB || moreA && a.Key() < b.Key():
				return fmt.Errorf("%w: %s has %s, the journal does not", ErrTampered, what, Subject{k.name, a.Key()})
			case !moreA || b.Key() < a.Key():
				return fmt.Errorf("%w: the journal has %s, %s does not", ErrTampered, Subject{k.name, b.Key()}, what)
			case *k.revision(a.Value()) != *k.revision(b.Value()) || !k.same(a.Value(), b.Value()):
				return fmt.Errorf("%w: %s of revision %d is not what the journal says in commit %d (%s)", ErrTampered,
					Subject{k.name, a.Key()}, *k.revision(a.Value()), *k.revision(b.Value()), what)
			}
			moreA, moreB = a.Next(), b.Next()
		}
	}
	for _, pair := range [][2]*tables{{shown, built}, {built, shown}} {
		var only string
		pair[0].erased.Scan(func(s string, _ struct{}) bool {
			if _, ok := pair[1].erased.Get(s); !ok {
				only = s
			}
			return only == ""
		})
		if only != "" {
			return fmt.Errorf("%w: %s and the journal differ in whether %s has been erased", ErrTampered, what, only)
		}
	}
	return nil
}
