package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/aimskit/aimskit/storage"
)

// Answer is what a query found out about one tenant.
type Answer[T any] struct {
	Tenant string `json:"tenant"` // the tenant's name
	Value  T      `json:"value"`  // what the query's function returned
}

// Query asks all tenants of a fleet: it runs fn on the Member of each, at most n
// at a time (0: as many as there are processors), and yields the answers in
// the order of the tenants' names, so that adding them up needs no lock:
//
//	for a, err := range ledger.Query(ctx, fleet, 0, size) {
//		if err != nil {
//			failed = append(failed, err)
//			continue
//		}
//		total += a.Value
//	}
//
// A tenant that can't be opened, or for which fn fails, yields a *TenantError
// in its place and hides no other; one that is deleted meanwhile is left out.
// If the tenants can't all be listed, or ctx ends, an error with an empty
// Answer comes last. Leaving the loop ends the query, and nothing of it runs
// on.
//
// What a query opens does not push out the tenants at work: it is the first to
// be closed. fn runs on goroutines of the query's; if it panics, so does the
// loop.
func Query[M Member, T any](ctx context.Context, f *Fleet[M], n int, fn func(ctx context.Context, tenant string, m M) (T, error)) iter.Seq2[Answer[T], error] {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return func(yield func(Answer[T], error) bool) {
		inner, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		slots := make(chan chan reply[T], 4*n) // in the order of names; its size bounds how far the fast run ahead
		running.Go(func() {
			defer close(slots)
			dispatch(inner, f.fleet, n, slots, &running, func(ctx context.Context, tenant string, m Member) (T, error) {
				return fn(ctx, tenant, m.(M))
			})
		})
		for slot := range slots {
			var r reply[T]
			select {
			case r = <-slot:
			case <-inner.Done():
			}
			switch {
			case r.panicked != nil:
				panic(r.panicked)
			case ctx.Err() != nil:
				yield(Answer[T]{}, ctx.Err())
				return
			case errors.Is(r.err, errGone):
				continue
			}
			if !yield(r.answer, r.err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Answer[T]{}, err)
		}
	}
}

// reply is an Answer, or why there is none.
type reply[T any] struct {
	answer   Answer[T]
	err      error
	panicked any
}

// errGone says that a tenant was deleted between listing and opening.
var errGone = errors.New("tenant deleted meanwhile")

// dispatch asks the tenants, n at a time, and queues the places where their
// replies will be.
func dispatch[T any](ctx context.Context, f *fleet, n int, slots chan<- chan reply[T], running *sync.WaitGroup, fn func(context.Context, string, Member) (T, error)) {
	turns := make(chan struct{}, n)
	for name, err := range f.List(ctx) {
		slot := make(chan reply[T], 1)
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case slots <- slot:
		case <-ctx.Done():
			return
		}
		if err != nil {
			slot <- reply[T]{err: fmt.Errorf("listing tenants: %w", err)}
			return
		}
		running.Go(func() {
			defer func() { <-turns }()
			slot <- ask(ctx, f, name, fn)
		})
	}
}

// ask runs fn on one tenant.
func ask[T any](ctx context.Context, f *fleet, name string, fn func(context.Context, string, Member) (T, error)) (r reply[T]) {
	r.answer.Tenant = name
	defer func() {
		if p := recover(); p != nil {
			r.panicked = fmt.Sprintf("query of tenant %q: %v\n\n%s", name, p, debug.Stack())
		}
	}()
	asked := false
	err := f.use(ctx, name, false, func(m Member) (err error) {
		asked = true
		r.answer.Value, err = fn(ctx, name, m)
		return err
	})
	switch {
	case err == nil:
	case asked:
		r.err = &TenantError{name, err}
	case errors.Is(err, storage.ErrNoTenant):
		r.err = errGone
	default:
		r.err = err
	}
	return r
}
