package ledger_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
)

// Whoever asks for an erasure and does not want to wait for a snapshot that is
// being saved gets an answer: that nothing was done.
func TestEraseGivesUpWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, left := adaLeft(t)
		slow := &slowSave{store: s, gate: make(chan struct{})}
		m := open(t, s, &ledger.Options{Clock: left.clock.Now, Eraser: s, Snapshots: slow})
		saved := make(chan error, 1)
		go func() { saved <- m.Checkpoint(t.Context()) }()
		synctest.Wait()

		head := m.View().Head()
		hurry := errors.New("in a hurry")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(hurry)
		err := m.Erase(ctx, asks, adaID)
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, ledger.ErrUnerased)
		require.Equal(t, head, m.View().Head(), "nothing was done")

		ctx, cancel = context.WithCancelCause(t.Context())
		erased := make(chan error, 1)
		go func() { erased <- m.Erase(ctx, asks, adaID) }()
		synctest.Wait()
		require.Empty(t, erased, "it waits")
		cancel(hurry)
		err = <-erased
		require.ErrorIs(t, err, hurry)
		require.NotErrorIs(t, err, ledger.ErrUnerased)
		require.Equal(t, head, m.View().Head(), "nothing was done")

		close(slow.gate)
		require.NoError(t, <-saved)
		require.NoError(t, m.Erase(t.Context(), asks, adaID))
		require.Empty(t, m.Unerased())
		s.requireGone(t, "Owner of ada")
		require.NoError(t, m.Close(t.Context()))
	})
}
