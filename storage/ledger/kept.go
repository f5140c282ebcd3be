package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// This file is about the snapshots that are kept beside the journal: which one to
// start from, which ones to drop, and what to do with them when something is erased.

// mark notes what commits vouch for.
func (t *tables) mark(marks []snapshotMark) {
	for _, m := range marks {
		if !slices.Contains(t.marks, m) {
			t.marks = append(slices.Clip(t.marks), m)
		}
	}
}

// vouched reports whether a commit vouches for a snapshot, and whether some vouch,
// but for others of its head. Of a snapshot of which something was erased both what
// it was and what is left of it are vouched for.
func (t *tables) vouched(m snapshotMark) (yes, denied bool) {
	for _, other := range t.marks {
		if other == m {
			return true, false
		}
		denied = denied || other.Seq == m.Seq
	}
	return false, denied
}

// errSnapshot says that a snapshot is not used.
var errSnapshot = fmt.Errorf("%w: snapshot", storage.ErrCorrupt)

// snapshots lists the snapshots that this code can read and a condition holds of, the
// last first. That they can't be listed is logged: the log has everything.
func (l *Ledger) snapshots(ctx context.Context, fits func(storage.SnapshotInfo) bool) []storage.SnapshotInfo {
	if l.opts.Snapshots == nil {
		return nil
	}
	all, err := l.opts.Snapshots.ListSnapshots(ctx)
	if err != nil {
		l.opts.Logger.Warn("ledger: the snapshots can't be listed", "error", err)
		return nil
	}
	form := l.kinds.form()
	all = slices.DeleteFunc(all, func(s storage.SnapshotInfo) bool { return s.Form != form || s.Head.Seq == 0 || !fits(s) })
	slices.Reverse(all)
	return all
}

func anySnapshot(storage.SnapshotInfo) bool { return true }

// load reads the snapshot of a head. The error is errSnapshot where it can't be
// used, and the cause of ctx where that is over.
func (l *Ledger) load(ctx context.Context, head storage.Head) (*builder, storage.Snapshot, error) {
	unfit := func(err error) (*builder, storage.Snapshot, error) {
		if ctx.Err() != nil {
			return nil, storage.Snapshot{}, context.Cause(ctx)
		}
		return nil, storage.Snapshot{}, fmt.Errorf("%w: %w", errSnapshot, err)
	}
	s, ok, err := l.opts.Snapshots.LoadSnapshot(ctx, head.Seq)
	if err != nil {
		return unfit(err)
	}
	if !ok || s.Head != head {
		return unfit(fmt.Errorf("%w: that of commit %d is not sound", storage.ErrCorrupt, head.Seq))
	}
	b, err := readSnapshot(l.kinds, s)
	if err != nil {
		return unfit(err)
	}
	for c, err := range l.journal.Log(ctx, head.Seq-1) {
		if err != nil {
			return unfit(fmt.Errorf("reading commit %d, which it shows: %w", head.Seq, err))
		}
		if c.Head == head && c.Time.Equal(b.at) {
			b.grown.last = len(s.Data)
			return b, s, nil
		}
		break
	}
	return unfit(fmt.Errorf("the journal does not hold commit %d with hash %s", head.Seq, head.Hash))
}

// mostDoubted is how many snapshots are tried of which no commit that was read
// vouches, where one must, before the whole journal is read.
const mostDoubted = 2

// start returns the present state: it reads the last snapshot that can be used and
// then what the journal holds beyond it. Those that are newer and that no commit
// vouches for, where one must, are compared on the way with what the journal shows
// there; if that is the same, the next commit vouches for them.
func (l *Ledger) start(ctx context.Context) (*builder, error) {
	var doubted []storage.Head // the last first
	for _, info := range l.snapshots(ctx, anySnapshot) {
		if len(doubted) == mostDoubted {
			break
		}
		b, _, err := l.load(ctx, info.Head)
		if errors.Is(err, errSnapshot) {
			l.opts.Logger.Warn("ledger: a snapshot is of no use", "commit", info.Head.Seq, "reason", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		sound, err := l.readPast(ctx, b, doubted)
		if err != nil {
			return nil, err
		}
		switch yes, denied := b.ts.vouched(b.mark()); {
		case denied:
			l.opts.Logger.Warn("ledger: commits vouch for another snapshot", "commit", info.Head.Seq)
		case !yes && l.opts.VouchedOnly:
			l.opts.Logger.Info("ledger: no commit vouches for a snapshot", "commit", info.Head.Seq)
			doubted = append(doubted, info.Head)
		default:
			l.mark = sound
			return b, nil
		}
	}
	b := newBuilder(newTables(l.kinds))
	sound, err := l.readPast(ctx, b, doubted)
	l.mark = sound
	return b, err
}

// mark is that of the snapshot which the builder started from.
func (b *builder) mark() snapshotMark { return snapshotMark{b.from.Seq, b.digest} }

// readPast reads all that the journal holds after the builder's head. It returns the
// marks of those snapshots on the way that show what the journal does.
func (l *Ledger) readPast(ctx context.Context, b *builder, heads []storage.Head) (sound []snapshotMark, err error) {
	for _, head := range slices.Backward(heads) {
		if err := b.readTo(ctx, l.journal, head); err != nil {
			return nil, err
		}
		kept, _, err := l.load(ctx, head)
		if err == nil {
			err = compare("the snapshot", kept.ts, b.ts, nil)
		}
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			l.opts.Logger.Error("ledger: a snapshot is not what the journal says", "commit", head.Seq, "error", err)
		default:
			sound = append(sound, kept.mark())
		}
	}
	err = b.read(ctx, l.journal, time.Time{})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return sound, err
}

// trusted reports whether a snapshot may be used for the past: whether a commit
// vouches for it, or this ledger has written it, or neither is asked for.
func (l *Ledger) trusted(m snapshotMark) (usable, vouched bool) {
	l.mu.Lock()
	own := slices.Contains(l.mark, m)
	l.mu.Unlock()
	yes, denied := l.View().ts.vouched(m)
	vouched = own || yes
	return vouched || !denied && !l.opts.VouchedOnly, vouched
}

// at returns a builder that stands at the last snapshot up to a moment that can be
// used, or at the start of the journal.
func (l *Ledger) at(ctx context.Context, t time.Time) (*builder, error) {
	for _, info := range l.snapshots(ctx, func(s storage.SnapshotInfo) bool { return !s.Time.After(t) }) {
		b, _, err := l.load(ctx, info.Head)
		if errors.Is(err, errSnapshot) {
			l.opts.Logger.Warn("ledger: a snapshot is of no use", "commit", info.Head.Seq, "reason", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if usable, _ := l.trusted(b.mark()); usable {
			return b, nil
		}
	}
	return newBuilder(newTables(l.kinds)), nil
}

// keptPart is what part of the journal's bytes the snapshots take at most, all but
// the last together.
const keptPart = 3

// thin drops snapshots that are of little use: those that this code can't read; those
// so near to others that little is read in their place, the nearer the older they
// are; and while they take more than their part, the one that is missed least. It is
// called by who has put something into keeping.
func (l *Ledger) thin(ctx context.Context, head, bytes uint64) {
	all, err := l.opts.Snapshots.ListSnapshots(ctx)
	if err != nil {
		l.opts.Logger.Warn("ledger: the snapshots can't be listed", "error", err)
		return
	}
	form := l.kinds.form()
	fits := func(s storage.SnapshotInfo) bool { return s.Form == form && s.Head.Seq > 0 }
	stay := thinned(slices.DeleteFunc(slices.Clone(all), func(s storage.SnapshotInfo) bool { return !fits(s) }), head, bytes)
	for _, s := range all {
		if slices.Contains(stay, s) || !fits(s) && s.Head.Seq > head {
			continue
		}
		if err := l.opts.Snapshots.DropSnapshot(ctx, s.Head); err != nil {
			l.opts.Logger.Warn("ledger: a snapshot that is of little use can't be dropped", "commit", s.Head.Seq, "error", err)
			return
		}
	}
}

// thinned returns those of some snapshots, in the order of their heads, that stay:
// of a journal whose last commit is head and that takes so many bytes. The last one
// always does.
func thinned(all []storage.SnapshotInfo, head, bytes uint64) []storage.SnapshotInfo {
	stay := slices.Clone(all)
	// gap is how many commits lie between the snapshots beside one, and near up to
	// how many are little: in the last quarter of the commits about what is read in
	// the time that reading the snapshot takes, before that an eighth of its age on
	// either side.
	gap := func(i int) float64 {
		before := uint64(0)
		if i > 0 {
			before = stay[i-1].Head.Seq
		}
		return float64(stay[i+1].Head.Seq - before)
	}
	near := func(i int) float64 {
		n := float64(max(checkpointBytes, stay[i].Size)) * float64(head) / float64(max(bytes, 1))
		if age := float64(head - min(head, stay[i].Head.Seq)); age > float64(head)/4 {
			n = max(n, age/4)
		}
		return n
	}
	for i := len(stay) - 2; i >= 0; i-- {
		if gap(i) <= near(i) {
			stay = slices.Delete(stay, i, i+1)
		}
	}
	for {
		size, least, missed := uint64(0), -1, math.Inf(1)
		for i := range len(stay) - 1 {
			size += uint64(stay[i].Size)
			age := float64(head - min(head, stay[i].Head.Seq))
			if m := gap(i) / max(age, float64(head)/4); m < missed {
				least, missed = i, m
			}
		}
		if least < 0 || size <= bytes/keptPart {
			return stay
		}
		stay = slices.Delete(stay, least, least+1)
	}
}

// strip takes records out of the tables, and reports whether any was there. Which
// commit touched them last, that one says which has them erased.
func (t *tables) strip(records []Subject) (found bool) {
	for _, s := range records {
		home, key := t.home(s)
		found = found || home.get(key) != nil || t.unread().get(s.String()) != nil
		home.remove(key)
		t.unread().remove(s.String())
	}
	return found
}

// stripped yields what is left of each snapshot that does not heed erasures after a
// commit, once records are taken out of it, and its mark; and whether a commit
// vouches for what it was, or this ledger wrote it. Those that can't be used are left
// out: the store drops them as it erases.
func (l *Ledger) stripped(ctx context.Context, through uint64, records []Subject, yield func(s storage.Snapshot, m snapshotMark, vouched bool) error) error {
	for _, info := range l.snapshots(ctx, func(s storage.SnapshotInfo) bool { return max(s.Head.Seq, s.Clean) <= through }) {
		b, s, err := l.load(ctx, info.Head)
		if errors.Is(err, errSnapshot) {
			continue
		}
		if err != nil {
			return err
		}
		usable, vouched := l.trusted(b.mark())
		if !usable {
			continue
		}
		if b.ts.strip(records) {
			if s, err = snapshotOf(b.view(b.at), b.erasures); err != nil {
				return err
			}
		}
		if err := yield(s, snapshotMark{s.Head.Seq, digestOf(s.Data)}, vouched); err != nil {
			return err
		}
	}
	return nil
}

// marksWithout returns the marks of what will be left of the snapshots once records
// are erased, for the commit to hold that has them erased: so that they are vouched
// for as they were.
func (l *Ledger) marksWithout(ctx context.Context, records []Subject) (marks []snapshotMark, err error) {
	err = l.stripped(ctx, math.MaxUint64, records, func(_ storage.Snapshot, m snapshotMark, vouched bool) error {
		if known, _ := l.View().ts.vouched(m); vouched && !known {
			marks = append(marks, m)
		}
		return nil
	})
	return marks, err
}

// clean writes the snapshots anew without what is to be erased, so that the store
// need not drop them. That one can't be written is logged: the store drops it.
func (l *Ledger) clean(ctx context.Context, erasures []erasure, head uint64) error {
	var records []Subject
	through := uint64(0)
	for _, e := range erasures {
		records = append(records, e.records...)
		through = max(through, e.through)
	}
	return l.stripped(ctx, through, records, func(s storage.Snapshot, m snapshotMark, vouched bool) error {
		s.Clean = head
		if err := l.opts.Snapshots.SaveSnapshot(ctx, s); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			l.opts.Logger.Warn("ledger: a snapshot could not be written without what is erased, and is dropped", "commit", s.Head.Seq, "error", err)
			return nil
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if known, _ := l.confirmed.vouched(m); vouched && !known && !slices.Contains(l.mark, m) {
			l.mark = append(slices.Clip(l.mark), m)
		}
		return nil
	})
}
