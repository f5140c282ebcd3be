package storage

import (
	"context"
	"fmt"
	"time"
)

// Verify walks a journal from its start and checks the whole chain: sequence
// numbers, times, hashes, and the digest of each body that has not been erased.
// It returns the head, or an error that wraps ErrCorrupt and names the commit.
func Verify(ctx context.Context, j Journal) (Head, error) {
	var head Head
	var at time.Time
	for c, err := range j.Log(ctx, 0) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return head, err
		}
		batch, err := NewBatch(head, []Commit{c})
		if err == nil {
			err = batch.Fits(head, at)
		}
		if err != nil {
			return head, fmt.Errorf("%w: after commit %d: %w", ErrCorrupt, head.Seq, err)
		}
		head, at = c.Head, c.Time
	}
	return head, nil
}
