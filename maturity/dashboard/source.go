package dashboard

import (
	"context"
	"iter"
	"time"

	"github.com/aimskit/aimskit/aims"
)

// Source is the management system that pages are drawn of: an *aims.Manager.
type Source interface {
	Reader
	// Kinds describes all kinds of records that it keeps.
	Kinds() []aims.KindInfo
	// For returns it as a reader may see it.
	For(reader any) *aims.Window
}

// Reader is a management system to be read: an *aims.Manager, or an *aims.Window of
// what one reader may see.
type Reader interface {
	// View returns it as last confirmed.
	View() *aims.View
	// At returns it as it stood at a moment.
	At(ctx context.Context, t time.Time) (*aims.View, error)
	// Between yields it as it stood at many moments.
	Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*aims.View, error]
	// History yields the commits that touched a record, oldest first.
	History(ctx context.Context, s aims.Subject) iter.Seq2[aims.Entry, error]
	// Trail yields all commits after one, in order.
	Trail(ctx context.Context, after uint64) iter.Seq2[aims.Entry, error]
}

var (
	_ Source = (*aims.Manager)(nil)
	_ Reader = (*aims.Window)(nil)
)
