package dashboard

import (
	"context"
	"iter"

	"github.com/aimskit/aimskit/aims"
)

// told is a reader whose trail has been read once: an export asks for the history of
// every record, and one commit may have written thousands of them.
type told struct {
	Reader
	all []aims.Entry
	of  map[aims.Subject][]aims.Entry
}

func tell(ctx context.Context, r Reader) (*told, error) {
	t := &told{Reader: r, of: make(map[aims.Subject][]aims.Entry)}
	for e, err := range r.Trail(ctx, 0) {
		if err != nil {
			return nil, err
		}
		for i, c := range e.Changes {
			e.Changes[i].Body = nil // pages show the fields
			one := e
			c.Body = nil
			one.Changes, one.Erases, one.Dropped = []aims.RecordChange{c}, nil, nil
			t.of[c.Subject] = append(t.of[c.Subject], one)
		}
		for _, s := range e.Erases {
			one := e
			one.Changes, one.Erases, one.Dropped = nil, []aims.Subject{s}, nil
			t.of[s] = append(t.of[s], one)
		}
		t.all = append(t.all, e)
	}
	return t, nil
}

// Trail yields the commits after one.
func (t *told) Trail(_ context.Context, after uint64) iter.Seq2[aims.Entry, error] {
	return func(yield func(aims.Entry, error) bool) {
		for _, e := range t.all {
			if e.Seq > after && !yield(e, nil) {
				return
			}
		}
	}
}

// History yields the commits that touched a record, each with its change only.
func (t *told) History(_ context.Context, s aims.Subject) iter.Seq2[aims.Entry, error] {
	return func(yield func(aims.Entry, error) bool) {
		for _, e := range t.of[s] {
			if !yield(e, nil) {
				return
			}
		}
	}
}
