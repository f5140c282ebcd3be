package linear

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Work says what a recording does; each zero field means the default.
type Work struct {
	// Clients is how many clients call at the same time; 6 by default.
	Clients int
	// Calls is how many calls each makes; 40 by default.
	Calls int
	// Ledgers is how many Ledgers write to the journal, as so many processes
	// would; 1 by default. With more, clients call Sync before they read, as
	// they must to see what others have written.
	Ledgers int
	// Seed chooses the calls.
	Seed uint64
}

// cell is the record that all write, and tally what was written to it last: the
// two are of one commit and never differ.
type cell struct {
	ID       string `json:"id"`
	Value    string `json:"value"`
	Revision uint64 `json:"revision,omitempty"`
}

type tally struct {
	ID       string `json:"id"`
	Of       string `json:"of"`
	Revision uint64 `json:"revision,omitempty"`
}

var (
	cells = ledger.MustDeclare(ledger.Spec[cell]{Name: "cell", Key: func(c *cell) string { return c.ID },
		Revision: func(c *cell) *uint64 { return &c.Revision }})
	tallies = ledger.MustDeclare(ledger.Spec[tally]{Name: "tally", Key: func(t *tally) string { return t.ID },
		Revision: func(t *tally) *uint64 { return &t.Revision }})
)

// recordID is the key of the record that all write.
const recordID = "register"

// Record opens Ledgers on an empty journal, lets clients call at random, and
// returns what was called and what came of it. An error means that a call
// failed in a way that no store's failure explains.
func Record(ctx context.Context, journal storage.Journal, w Work) ([]Op, error) {
	clients, calls, count := orElse(w.Clients, 6), orElse(w.Calls, 40), orElse(w.Ledgers, 1)
	ledgers := make([]*ledger.Ledger, count)
	for i := range ledgers {
		l, err := open(ctx, journal)
		if err != nil {
			return nil, err
		}
		defer l.Close(ctx) // closing twice is no error
		ledgers[i] = l
	}
	r := &recorder{start: time.Now(), several: count > 1}
	var wg sync.WaitGroup
	for id := range clients {
		wg.Go(func() {
			c := &client{recorder: r, id: id, ledger: ledgers[id%count], random: rand.New(rand.NewPCG(w.Seed, uint64(id)))}
			for n := range calls {
				if err := c.call(ctx, fmt.Sprintf("%d.%d", id, n)); err != nil {
					r.fail(fmt.Errorf("linear: client %d, call %d: %w", id, n, err))
					return
				}
			}
		})
	}
	wg.Wait()
	for _, l := range ledgers {
		if err := l.Close(ctx); err != nil {
			return nil, err
		}
	}
	kept, err := values(ctx, journal)
	if err != nil {
		return nil, err
	}
	for i, o := range r.history { // once all Ledgers are closed, what is not there will not come
		if o.Outcome == Unknown && !kept[o.Write] {
			r.history[i].Outcome = Failed
		}
	}
	return r.history, errors.Join(r.errs...)
}

// values returns the values that the journal holds of the record.
func values(ctx context.Context, journal storage.Journal) (map[string]bool, error) {
	for {
		kept, err := make(map[string]bool), error(nil)
		for c, e := range journal.Log(ctx, 0) {
			if err = e; err != nil {
				break
			}
			for _, ch := range c.Changes {
				if ch.Kind != "cell" {
					continue
				}
				var s cell
				if err := json.Unmarshal(ch.Body, &s); err != nil {
					return nil, err
				}
				kept[s.Value] = true
			}
		}
		if !errors.Is(err, errInjected) {
			return kept, err
		}
	}
}

// open opens a Ledger that gives up soon, so that some outcomes are unknown. On a
// flaky store it may take several tries.
func open(ctx context.Context, journal storage.Journal) (*ledger.Ledger, error) {
	opts := &ledger.Options{Kinds: []ledger.AnyKind{cells, tallies}, Retry: ledger.Retry{Attempts: 2, Wait: time.Microsecond}}
	for {
		l, err := ledger.Open(ctx, journal, opts)
		if !errors.Is(err, errInjected) || ctx.Err() != nil {
			return l, err
		}
	}
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// recorder gathers the history of all clients.
type recorder struct {
	start   time.Time
	several bool

	mu      sync.Mutex
	history []Op
	errs    []error
}

func (r *recorder) add(o Op) {
	o.Return = time.Since(r.start)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.history = append(r.history, o)
}

func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

// client makes one call at a time.
type client struct {
	*recorder
	id     int
	ledger *ledger.Ledger
	random *rand.Rand
	seen   cell // in the last View
}

func (c *client) call(ctx context.Context, value string) error {
	switch n := c.random.IntN(10); {
	case n < 4:
		return c.view(ctx)
	case n < 7:
		return c.put(ctx, value)
	default:
		return c.swap(ctx, value)
	}
}

func (c *client) view(ctx context.Context) error {
	o := Op{Client: c.id, Kind: View, Outcome: Done, Call: time.Since(c.start)}
	if c.several {
		if err := c.ledger.Sync(ctx); err != nil {
			return nil // nothing was read
		}
	}
	v := c.ledger.View()
	c.seen, _ = cells.Of(v).Get(recordID)
	if t, _ := tallies.Of(v).Get(recordID); t.Of != c.seen.Value || t.Revision != c.seen.Revision {
		return fmt.Errorf("%w: a View shows %q beside a tally of %q", ErrNotLinearizable, c.seen.Value, t.Of)
	}
	o.Read = c.seen.Value
	c.add(o)
	return nil
}

func (c *client) put(ctx context.Context, value string) error {
	o := Op{Client: c.id, Kind: Put, Write: value, Call: time.Since(c.start)}
	err := c.update(ctx, func(tx *ledger.Tx) error {
		now, _ := cells.Of(tx).Get(recordID)
		o.Read = now.Value
		return write(tx, now, value)
	})
	return c.end(o, err)
}

func (c *client) swap(ctx context.Context, value string) error {
	o := Op{Client: c.id, Kind: Swap, Expect: c.seen.Value, Write: value, Call: time.Since(c.start)}
	err := c.update(ctx, func(tx *ledger.Tx) error { return write(tx, c.seen, value) })
	return c.end(o, err)
}

// write writes both records, made from a cell that may be stale.
func write(tx *ledger.Tx, from cell, value string) error {
	return tx.Verb("Write", ledger.Subject{Kind: "cell", ID: recordID}, func() error {
		t, _ := tallies.Of(tx).Get(recordID)
		t.ID, t.Of = recordID, value
		if err := tallies.Keep(tx, t); err != nil {
			return err
		}
		from.ID, from.Value = recordID, value
		return cells.Keep(tx, from)
	})
}

func (c *client) update(ctx context.Context, fn func(*ledger.Tx) error) error {
	return c.ledger.Update(ctx, ledger.By{Actor: fmt.Sprint("client ", c.id), Reason: "call"}, fn)
}

// end adds a call to the history by the error that it returned.
func (c *client) end(o Op, err error) error {
	switch {
	case err == nil:
		o.Outcome = Done
	case errors.Is(err, ledger.ErrStale), errors.Is(err, ledger.ErrExists): // exists: made from no revision
		o.Outcome = Stale
	case errors.Is(err, ledger.ErrOutcomeUnknown):
		o.Outcome = Unknown
	case errors.Is(err, storage.ErrConflict), errors.Is(err, errInjected):
		return nil // given up before anything was kept, so nothing happened
	default:
		return err
	}
	c.add(o)
	return nil
}
