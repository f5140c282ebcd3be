package ledger

import (
	"context"
	"errors"
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
// The journal is read once for all of them, from where At would begin for the first,
// by a goroutine that is a few moments ahead and has ended when the sequence does.
// Once ctx has ended no further view comes. The views share what did not change
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
		moment := from
		periods := ahead(ctx, func(ctx context.Context, hand func(period) bool) error {
			return b.periods(ctx, l.journal, from, to, every, hand)
		})
		for p, err := range periods {
			if err == nil {
				err = b.put(p)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			v := &View{reading: reading{ts: b.ts.copy(), asOf: moment.UTC()}, head: p.head, at: p.at}
			if !yield(v, nil) {
				return
			}
			moment = moment.Add(every)
		}
	}
}

// periods takes in the commits up to a moment, and at each of many moments hands over
// what was read since the last; as long as more are wanted.
func (in *intake) periods(ctx context.Context, j storage.Journal, from, to time.Time, every time.Duration, hand func(period) bool) error {
	next := from
	// before hands over for the moments before one, and reports whether there are more.
	before := func(t time.Time) bool {
		for !next.After(to) && (t.IsZero() || next.Before(t)) {
			if !hand(in.take()) {
				return false
			}
			next = next.Add(every)
		}
		return !next.After(to)
	}
	err := in.each(ctx, j, func(c storage.Commit) bool { return before(c.Time) })
	if err == errStopped {
		return nil
	}
	if err == nil {
		before(time.Time{})
	}
	return err
}

// aheadBy is how many values wait at most for who takes them.
const aheadBy = 2

// ahead yields what run hands over, which runs meanwhile, some values ahead. What run
// returns comes last, if it is an error; if ctx ends, its cause does, and no value any
// more. run has returned when the sequence ends, however it does.
func ahead[T any](ctx context.Context, run func(ctx context.Context, hand func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		within, cancel := context.WithCancel(ctx)
		made := make(chan T, aheadBy)
		var failed error
		var panicked any
		go func() {
			defer close(made)
			returned := false
			defer func() { // what it panics with is the caller's to see
				if panicked = recover(); panicked == nil && !returned {
					failed = errors.New("reading the journal ended without an answer")
				}
			}()
			cut := false
			failed = run(within, func(v T) bool {
				select {
				case made <- v:
				case <-within.Done():
					cut = true
				}
				return !cut
			})
			if cut || failed != nil && within.Err() != nil {
				failed = context.Cause(within)
			}
			returned = true
		}()
		defer func() {
			cancel()
			for range made { // until run has returned
			}
		}()
		var none T
		for v := range made {
			if ctx.Err() != nil {
				yield(none, context.Cause(ctx))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if panicked != nil {
			panic(panicked)
		}
		if failed != nil {
			yield(none, failed)
		}
	}
}
