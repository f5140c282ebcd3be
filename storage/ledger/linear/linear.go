// Package linear checks that a Ledger over a store is linearizable: that
// concurrent Updates and Views of one record look as if each had taken effect
// at one moment between its call and its return, in one order that all see.
// It is a module of its own, for it rests on porcupine, a checker of
// histories:
//
//	func TestLinearizable(t *testing.T) {
//		history, err := linear.Record(t.Context(), mystore.New(), linear.Work{})
//		…
//		if err := linear.Check(history, time.Minute); err != nil {
//			t.Error(err)
//		}
//	}
//
// [Flaky] makes the store fail on top, before or after taking effect, so that
// outcomes are unknown.
package linear

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/anishathalye/porcupine"
)

// Op is one call in a history: what was asked and what came of it.
type Op struct {
	// Client is who called; a client makes one call at a time.
	Client int
	// Kind is what was called.
	Kind Kind
	// Write is the value written, different for each call; Expect the value
	// that a Swap was made from.
	Write, Expect string
	// Outcome is what the call returned, Read the value it saw.
	Outcome Outcome
	Read    string
	// Call and Return are when it was called and when it returned, since the
	// history's start.
	Call, Return time.Duration
}

// Kind is a kind of call.
type Kind string

// The kinds of calls.
const (
	// View reads the record from Ledger.View.
	View Kind = "view"
	// Put replaces the record whatever it holds, and reads what it held.
	Put Kind = "put"
	// Swap replaces the record if it still has the revision that the client
	// saw in a View before.
	Swap Kind = "swap"
)

// Outcome is how a call ended.
type Outcome string

// The outcomes.
const (
	// Done says that the call took effect.
	Done Outcome = "done"
	// Stale says that a Swap found another revision and changed nothing.
	Stale Outcome = "stale"
	// Unknown says that the call took effect at some time after it was made,
	// or never.
	Unknown Outcome = "unknown"
	// Failed says that the outcome was unknown to the caller, and that the
	// journal shows in the end that the call came to nothing.
	Failed Outcome = "failed"
)

// String renders the call and its outcome on one line.
func (o Op) String() string {
	switch o.Kind {
	case View:
		return fmt.Sprintf("view() = %q", o.Read)
	case Swap:
		return fmt.Sprintf("swap(%q, %q): %s", o.Expect, o.Write, o.Outcome)
	}
	return fmt.Sprintf("put(%q): %s, was %q", o.Write, o.Outcome, o.Read)
}

// model is one record, whose state is its value: each call writes another
// value, so a value stands for a revision.
var model = porcupine.Model{
	Init: func() any { return "" },
	Step: func(state, input, _ any) (bool, any) {
		value, o := state.(string), input.(Op)
		switch {
		case o.Kind == View:
			return o.Read == value, value
		case o.Kind == Put && o.Outcome == Done:
			return o.Read == value, o.Write
		case o.Kind == Put: // unknown: what it saw is not known either
			return true, o.Write
		case o.Outcome == Stale:
			return o.Expect != value, value
		case o.Expect == value:
			return true, o.Write
		default: // a swap of another value than expected has no effect
			return o.Outcome == Unknown, value
		}
	},
	DescribeOperation: func(input, _ any) string { return input.(Op).String() },
}

// ErrNotLinearizable says that no order of the calls explains what they
// returned.
var ErrNotLinearizable = errors.New("linear: history is not linearizable")

// ErrUndecided says that the time ran out before an answer was found.
var ErrUndecided = errors.New("linear: undecided when the time ran out")

// Check returns nil if the history is linearizable, else ErrNotLinearizable,
// or ErrUndecided if that could not be found out in time.
func Check(history []Op, within time.Duration) error {
	seen := observed(history)
	var ops []porcupine.Operation
	for _, o := range history {
		if o.Outcome == Failed {
			continue
		}
		end := int64(o.Return)
		if o.Outcome == Unknown {
			end = math.MaxInt64 // it may take effect at any time; last of all is as good as never
			if at, ok := seen[o.Write]; ok {
				end = int64(at)
			}
		}
		ops = append(ops, porcupine.Operation{ClientId: o.Client, Input: o, Call: int64(o.Call), Return: end})
	}
	switch porcupine.CheckOperationsTimeout(model, ops, within) {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("%w: %d calls, %s", ErrUndecided, len(history), within)
	}
	return fmt.Errorf("%w: %d calls", ErrNotLinearizable, len(history))
}

// observed returns when each value had been seen at the latest: by the return
// of the first call that read it, or swapped it for another. Its own call took
// effect before.
func observed(history []Op) map[string]time.Duration {
	first := make(map[string]time.Duration)
	for _, o := range history {
		value := o.Read
		if o.Kind == Swap {
			value = o.Expect
		}
		if at, ok := first[value]; o.Outcome == Done && (!ok || o.Return < at) {
			first[value] = o.Return
		}
	}
	return first
}
