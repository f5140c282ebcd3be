package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Verify compares what the ledger shows, and the snapshots beside the journal if
// there are any, with what the journal says: it reads all of it, checks each hash
// and digest and which commits are said to have touched a record before, and builds
// the live records anew. An ErrTampered names the first record that differs. It
// costs about what opening without a snapshot does, and the memory of the live
// records once more; readers and writers go on meanwhile.
func (l *Ledger) Verify(ctx context.Context) error {
	v := l.View()
	b := newBuilder(newTables(l.kinds))
	b.threads = make(map[Subject]uint64)
	snapshots := l.snapshots(ctx, func(s storage.SnapshotInfo) bool { return s.Head.Seq <= v.head.Seq })
	for _, info := range slices.Backward(snapshots) {
		kept, _, err := l.load(ctx, info.Head)
		if errors.Is(err, errSnapshot) {
			continue // nobody uses it
		}
		if err == nil {
			err = b.readTo(ctx, l.journal, kept.head)
		}
		if err == nil {
			// What is erased may be gone from the one and not from the other yet.
			err = compare("the snapshot", kept.ts, b.ts, v.ts.erased)
		}
		if err != nil {
			return fmt.Errorf("Verify: the snapshot of commit %d: %w", info.Head.Seq, err)
		}
	}
	if err := b.readTo(ctx, l.journal, v.head); err != nil {
		return fmt.Errorf("Verify: %w", err)
	}
	if err := compare("what is shown", v.ts, b.ts, nil); err != nil {
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

// compare finds the first record that is not the same in shown and in built, those
// that are passed over aside.
func compare(what string, shown, built *tables, pass omap) error {
	for i, k := range shown.kinds.all {
		passed := func(key string) bool {
			if pass == nil || pass.Len() == 0 {
				return false
			}
			_, ok := pass.Get(Subject{k.name, key}.String())
			return ok
		}
		var wrong error
		shown.of[i].m.Scan(func(key string, a any) bool {
			s := Subject{k.name, key}
			switch b, ok := built.of[i].m.Get(key); {
			case passed(key):
			case !ok:
				wrong = fmt.Errorf("%w: %s has %s, the journal does not", ErrTampered, what, s)
			case *k.revision(a) != *k.revision(b) || !k.same(a, b):
				wrong = fmt.Errorf("%w: %s of revision %d is not what the journal says in commit %d (%s)", ErrTampered, s, *k.revision(a), *k.revision(b), what)
			}
			return wrong == nil
		})
		if wrong == nil && (pass != nil || shown.of[i].m.Len() != built.of[i].m.Len()) {
			built.of[i].m.Scan(func(key string, _ any) bool {
				if _, ok := shown.of[i].m.Get(key); !ok && !passed(key) {
					wrong = fmt.Errorf("%w: the journal has %s, %s does not", ErrTampered, Subject{k.name, key}, what)
				}
				return wrong == nil
			})
		}
		if wrong == nil {
			wrong = compareGone(what, k, shown.of[i], built.of[i], passed)
		}
		if wrong != nil {
			return wrong
		}
	}
	for _, pair := range [][2]*tables{{shown, built}, {built, shown}} {
		var only string
		pair[0].erased.Scan(func(s string, _ any) bool {
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

// compareGone finds a key of which shown and built remember another commit as the
// last that touched it.
func compareGone(what string, k *kind, shown, built *table, passed func(string) bool) (wrong error) {
	for _, pair := range [][2]*table{{shown, built}, {built, shown}} {
		if pair[0].gone == nil {
			continue
		}
		pair[0].gone.Scan(func(key string, _ any) bool {
			if a, b := shown.goneAt(key), built.goneAt(key); a != b && !passed(key) {
				wrong = fmt.Errorf("%w: %s says that commit %d touched %s last, the journal that %d did (0: none)", ErrTampered, what, a, Subject{k.name, key}, b)
			}
			return wrong == nil
		})
		if wrong != nil {
			return wrong
		}
	}
	return nil
}
