package linear

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
)

// Work says what a recording does; each zero field means the default.
type Work struct {
	// Clients is how many clients call at the same time; 6 by default.
	Clients int
	// Calls is how many calls each makes; 40 by default.
	Calls int
	// Managers is how many Managers write to the journal, as so many processes
	// would; 1 by default. With more, clients call Sync before they read, as
	// they must to see what others have written.
	Managers int
	// Seed chooses the calls.
	Seed uint64
}

// recordID is the record that all write.
const recordID = "register"

// Record opens Managers on an empty journal, lets clients call at random, and
// returns what was called and what came of it. An error means that a call
// failed in a way that no store's failure explains.
func Record(ctx context.Context, journal storage.Journal, w Work) ([]Op, error) {
	clients, calls, count := orElse(w.Clients, 6), orElse(w.Calls, 40), orElse(w.Managers, 1)
	managers := make([]*aims.Manager, count)
	for i := range managers {
		m, err := open(ctx, journal)
		if err != nil {
			return nil, err
		}
		defer m.Close() // closing twice is no error
		managers[i] = m
	}
	r := &recorder{start: time.Now(), several: count > 1}
	var wg sync.WaitGroup
	for id := range clients {
		wg.Go(func() {
			c := &client{recorder: r, id: id, manager: managers[id%count], random: rand.New(rand.NewPCG(w.Seed, uint64(id)))}
			for n := range calls {
				if err := c.call(ctx, fmt.Sprintf("%d.%d", id, n)); err != nil {
					r.fail(fmt.Errorf("linear: client %d, call %d: %w", id, n, err))
					return
				}
			}
		})
	}
	wg.Wait()
	for _, m := range managers {
		if err := m.Close(); err != nil {
			return nil, err
		}
	}
	kept, err := values(ctx, journal)
	if err != nil {
		return nil, err
	}
	for i, o := range r.history { // once all Managers are closed, what is not there will not come
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
				var s aims.Supplier
				if ch.Kind == string(aims.KindSupplier) && ch.Key == recordID {
					if err := json.Unmarshal(ch.Body, &s); err != nil {
						return nil, err
					}
				}
				kept[s.Name] = true
			}
		}
		if !errors.Is(err, errInjected) {
			return kept, err
		}
	}
}

// open opens a Manager that gives up soon, so that some outcomes are unknown.
// Founding the management system may take several tries on a flaky store.
func open(ctx context.Context, journal storage.Journal) (*aims.Manager, error) {
	opts := &aims.Options{Retry: aims.Retry{Attempts: 2, Wait: time.Microsecond}}
	for {
		m, err := aims.Open(ctx, journal, opts)
		if !errors.Is(err, aims.ErrOutcomeUnknown) || ctx.Err() != nil {
			return m, err
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
	id      int
	manager *aims.Manager
	random  *rand.Rand
	seen    aims.Supplier // in the last View
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
		if err := c.manager.Sync(ctx); err != nil {
			return nil // nothing was read
		}
	}
	c.seen, _ = c.manager.View().Suppliers().Get(recordID)
	o.Read = c.seen.Name
	c.add(o)
	return nil
}

func (c *client) put(ctx context.Context, value string) error {
	o := Op{Client: c.id, Kind: Put, Write: value, Call: time.Since(c.start)}
	err := c.update(ctx, func(tx *aims.Tx) error {
		s, _ := tx.Suppliers().Get(recordID)
		o.Read = s.Name
		s.ID, s.Name = recordID, value
		_, err := tx.PutSupplier(s)
		return err
	})
	return c.end(o, err)
}

func (c *client) swap(ctx context.Context, value string) error {
	o := Op{Client: c.id, Kind: Swap, Expect: c.seen.Name, Write: value, Call: time.Since(c.start)}
	err := c.update(ctx, func(tx *aims.Tx) error {
		s := c.seen
		s.ID, s.Name = recordID, value
		_, err := tx.PutSupplier(s)
		return err
	})
	return c.end(o, err)
}

func (c *client) update(ctx context.Context, fn func(*aims.Tx) error) error {
	return c.manager.Update(ctx, aims.By{Actor: fmt.Sprint("client ", c.id), Reason: "call"}, fn)
}

// end adds a call to the history by the error that it returned.
func (c *client) end(o Op, err error) error {
	switch {
	case err == nil:
		o.Outcome = Done
	case errors.Is(err, aims.ErrStale), errors.Is(err, aims.ErrExists): // exists: made from no revision
		o.Outcome = Stale
	case errors.Is(err, aims.ErrOutcomeUnknown):
		o.Outcome = Unknown
	case errors.Is(err, storage.ErrConflict), errors.Is(err, errInjected):
		return nil // given up before anything was kept, so nothing happened
	default:
		return err
	}
	c.add(o)
	return nil
}
