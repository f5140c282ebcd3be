package ledger

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// At returns the state as it stood at time t: after the last commit made at t or
// before. It reads the last snapshot up to then, if Options.Snapshots keeps any, and
// what the journal holds between the two; without one, the journal from its start. A
// record that has been erased since is missing; History says so.
func (l *Ledger) At(ctx context.Context, t time.Time) (*View, error) {
	var is issue.Issues
	if t.IsZero() {
		is.Add("t", "required", "", "say which moment")
		return nil, fmt.Errorf("At: %w: %w", ErrInvalid, is)
	}
	b, err := l.at(ctx, t)
	if err == nil {
		err = b.read(ctx, l.journal, t)
	}
	if err != nil {
		return nil, err
	}
	return b.view(t), nil
}

// view returns what the builder has read, as it stood at a moment.
func (b *builder) view(t time.Time) *View {
	return &View{reading: reading{ts: b.ts, asOf: t.UTC()}, head: b.head, at: b.at}
}

// derivedBytes is how many bytes of bodies are kept while views are made of one
// another, so that only what a revision changes need be decoded.
const derivedBytes = 64 << 20

// Between yields the state as it stood at each of many moments, as At does of one:
// at from, and at each whole number of every after it that is not after to. At
// most one error, last: ErrInvalid if from is the zero time or every is not
// positive.
//
// The journal is read once for all of them, from where At would begin for the first.
// The views share what did not change
// between them, so that a hundred of them take little more memory than the last;
// each can be kept as any View.
func (l *Ledger) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*View, error] {
	return func(yield func(*View, error) bool) {
		var is issue.Issues
		if from.IsZero() {
			is.Add("from", "required", "", "say from which moment on")
		}
		if every <= 0 {
			is.Add("every", "range", every.String(), "must be positive")
		}
		if err := is.Err(); err != nil {
			yield(nil, fmt.Errorf("Between: %w: %w", ErrInvalid, err))
			return
		}
		if from.After(to) {
			return
		}
		b, err := l.at(ctx, from)
		if err != nil {
			yield(nil, err)
			return
		}
		b.derived, b.room = make(map[Subject]*derived), derivedBytes
		next := from
		// before yields the moments before one, and reports whether there are more.
		before := func(t time.Time) bool {
			for !next.After(to) && (t.IsZero() || next.Before(t)) {
				err := b.settle()
				if err != nil {
					yield(nil, err)
					return false
				}
				v := b.view(next)
				v.ts = b.ts.copy()
				if !yield(v, nil) {
					return false
				}
				next = next.Add(every)
			}
			return !next.After(to)
		}
		err = b.each(ctx, l.journal, func(c storage.Commit) bool { return before(c.Time) })
		switch {
		case err == errStopped:
		case err != nil:
			yield(nil, err)
		default:
			before(time.Time{})
		}
	}
}
