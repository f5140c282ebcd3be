package bench

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// reads are ways to read a View of many systems, and their limits.
type reads struct {
	view  *aims.View
	plain map[string]register.System
	keys  []string
	n     int // keys read so far
	sink  register.System
}

func newReads() (*reads, error) {
	m, err := large()
	if err != nil {
		return nil, err
	}
	r := &reads{view: m.View(), plain: make(map[string]register.System)}
	for s := range r.view.Systems().All() {
		r.plain[s.ID] = s
		r.keys = append(r.keys, s.ID)
	}
	return r, nil
}

// key steps through the keys in an order that no cache foresees.
func (r *reads) key() string {
	r.n += 7919
	return r.keys[r.n%len(r.keys)]
}

func (r *reads) fromMap()  { r.sink = r.plain[r.key()] }
func (r *reads) fromView() { r.sink, _ = r.view.Systems().Get(r.key()) }

// nextOwner is each person in turn.
func (r *reads) nextOwner() string {
	r.n++
	return owner(r.n % max(1, len(r.keys)/owned))
}

// byOwner lists the systems of one person after the other by their IDs,
// byOwnerWhole with all that they hold, which copies each.
func (r *reads) byOwner() {
	count := 0
	for id := range r.view.SystemsByOwner(r.nextOwner()).IDs() {
		count += len(id)
	}
	notNone(count)
}

func (r *reads) byOwnerWhole() {
	count := 0
	for s := range r.view.SystemsByOwner(r.nextOwner()).All() {
		count += len(s.ID)
	}
	notNone(count)
}

func (r *reads) byStage() {
	count := 0
	for id := range r.view.SystemsAt(register.StageVerification).IDs() {
		count += len(id)
	}
	notNone(count)
}

// byWalk is what a list by owner costs without an index.
func (r *reads) byWalk() {
	count, who := 0, r.nextOwner()
	for s := range r.view.Systems().All() {
		if s.Owner == who {
			count += len(s.ID)
		}
	}
	notNone(count)
}

func notNone(count int) {
	if count == 0 {
		panic("nothing was listed")
	}
}

func TestListsAreComplete(t *testing.T) {
	m, err := inMemory(2 * owned)
	require.NoError(t, err)
	n := 0
	for s := range m.View().SystemsByOwner(owner(1)).All() {
		require.Equal(t, owner(1), s.Owner)
		n++
	}
	require.Equal(t, owned, n)
	n = 0
	for s := range m.View().SystemsAt(register.StageVerification).All() {
		require.Equal(t, register.StageVerification, s.Stage)
		n++
	}
	require.Equal(t, owned, n)
}

// BenchmarkRead reads a View of -records systems: one system, and a list of
// 500, beside a Go map and a walk over all.
func BenchmarkRead(b *testing.B) {
	r, err := newReads()
	require.NoError(b, err)
	for _, c := range []struct {
		name string
		read func()
	}{
		{"point/map", r.fromMap}, {"point/view", r.fromView},
		{"list/owner", r.byOwner}, {"list/owner-whole", r.byOwnerWhole},
		{"list/stage", r.byStage}, {"list/walk", r.byWalk},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.read()
			}
		})
	}
}

// nanoseconds returns how long fn takes, on average over n calls.
func nanoseconds(n int, fn func()) float64 {
	start := time.Now()
	for range n {
		fn()
	}
	return float64(time.Since(start)) / float64(n)
}

// reviseAndView revises one system and takes a View that shows it.
func reviseAndView(m *aims.Manager, n int) error {
	id := fmt.Sprintf("sys-%06d", (n*7919)%m.View().Systems().Len())
	err := m.Update(context.Background(), by, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get(id)
		s.Description = text(uint64(n), 40)
		_, err := tx.ReviseSystem(s)
		return err
	})
	if err != nil {
		return err
	}
	if _, ok := m.View().Systems().Get(id); !ok {
		return fmt.Errorf("%s is not in the View", id)
	}
	return nil
}

// allocated returns how many bytes an update with a View after it allocates, on
// average over n of them.
func allocated(m *aims.Manager, n int) (float64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		if err := reviseAndView(m, i); err != nil {
			return 0, err
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / float64(n), nil
}

// BenchmarkViewWhileWriting revises one system and takes a View, on -records
// systems and on a hundredth of that: what it allocates does not grow along.
func BenchmarkViewWhileWriting(b *testing.B) {
	for _, c := range []struct {
		name string
		open func() (*aims.Manager, error)
	}{{"small", small}, {"large", large}} {
		b.Run(c.name, func(b *testing.B) {
			m, err := c.open()
			require.NoError(b, err)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				if err := reviseAndView(m, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
