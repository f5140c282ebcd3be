package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// scribble writes over everything that can be reached and written to from a
// value: elements of slices up to their capacity, entries of maps, targets of
// pointers, and whatever is in those. It returns how much that was.
func scribble(v reflect.Value, seen map[any]bool) (n int) {
	if !v.IsValid() {
		return 0
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return 0
		}
		seen[v.Pointer()] = true
		return scribble(v.Elem(), seen)
	case reflect.Interface:
		return scribble(v.Elem(), seen)
	case reflect.Struct:
		for i := range v.NumField() {
			n += scribble(v.Field(i), seen)
		}
	case reflect.Slice:
		if v.IsNil() {
			return 0
		}
		whole := v.Slice(0, v.Cap())
		for i := range whole.Len() {
			n += scribble(whole.Index(i), seen)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			n += scribble(v.MapIndex(k), seen)
			if v.CanInterface() {
				v.SetMapIndex(k, reflect.Zero(v.Type().Elem()))
				n++
			}
		}
		if v.CanInterface() && !v.IsNil() {
			v.SetMapIndex(reflect.ValueOf("scribbled").Convert(v.Type().Key()), reflect.Zero(v.Type().Elem()))
		}
	}
	if v.CanSet() {
		switch v.Kind() {
		case reflect.String:
			v.SetString("scribbled")
		case reflect.Int, reflect.Int8, reflect.Int64:
			v.SetInt(99)
		case reflect.Uint, reflect.Uint8, reflect.Uint64:
			v.SetUint(99)
		case reflect.Float32, reflect.Float64:
			v.SetFloat(99)
		case reflect.Bool:
			v.SetBool(!v.Bool())
		default:
			v.SetZero()
		}
		n++
	}
	return n
}

// scrawl scribbles over a value that was handed out.
func scrawl[T any](t *testing.T, v T) {
	t.Helper()
	require.NotZero(t, scribble(reflect.ValueOf(&v), map[any]bool{}))
}

// logText is all that a journal holds.
func logText(t *testing.T, j storage.Journal) (text []string) {
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err)
		text = append(text, fmt.Sprintf("%x", storage.AppendCommit(nil, c)))
	}
	return text
}

func parcelsText(t require.TestingT, r ledger.Reader) string {
	var all []any
	for _, p := range ledger.Parcels.Shared(r).All() {
		all = append(all, p)
	}
	b, err := json.Marshal(all)
	require.NoError(t, err)
	return string(b)
}

// Whatever is done to what is handed out, and to what was handed in, nothing that
// is shown or stored changes, while others read all of it.
func TestScribblingChangesNothing(t *testing.T) {
	j := memory.New()
	opts := func() *ledger.Options {
		return &ledger.Options{Kinds: []ledger.AnyKind{ledger.Parcels}, Eraser: j, Snapshots: j}
	}
	l, err := ledger.Open(t.Context(), j, opts())
	require.NoError(t, err)
	parcels, rng := ledger.Parcels, rand.New(rand.NewPCG(3, 4))
	full := func(id string) ledger.Parcel {
		for {
			p := *ledger.Filled(rng)
			p.ID, p.Revision = id, 0
			if p.Ptr == nil || p.Deep == nil || p.Days == nil || len(p.Lists) == 0 || p.Count == nil {
				continue
			}
			p.Tags, p.Words, p.Colours, p.Codes, p.Marks = []string{"a", "b"}, nil, []ledger.Colour{"red"}, []ledger.Code{ledger.ParseCode("c")}, []string{"m"}
			p.Piece, p.Pieces, p.Ptr.Tags = ledger.Piece{Tags: []string{"t"}}, []ledger.Piece{{Next: &ledger.Step{Hops: []int{1}}}}, []string{"x"}
			p.Deep["key"] = []ledger.Piece{{Notes: map[string]string{"k": "v"}}}
			for k, pieces := range p.Deep {
				for i := range pieces {
					p.Deep[k][i].Tags = nil
				}
			}
			return p
		}
	}
	ctx, stopWatching := context.WithCancel(t.Context())
	told := make(chan ledger.Published, 100)
	var watching sync.WaitGroup
	watching.Go(func() {
		for p, err := range l.Changes(ctx, 0) {
			if err != nil {
				return
			}
			told <- p
		}
	})
	const n = 20
	for i := range n {
		in := full(fmt.Sprint("p", i))
		update(t, l, func(tx *ledger.Tx) error {
			if i%2 == 0 {
				return parcels.Keep(tx, in)
			}
			out, err := parcels.Put(tx, in)
			if err == nil {
				scrawl(t, out)
			}
			return err
		})
		scrawl(t, in) // what was handed in is the caller's
	}
	require.NoError(t, l.Erase(t.Context(), by, ledger.Subject{Kind: "parcel", ID: "p0"}))
	update(t, l, func(tx *ledger.Tx) error {
		p, err := parcels.Must(tx, "p1")
		require.NoError(t, err)
		require.NoError(t, parcels.Keep(tx, p))
		require.NoError(t, parcels.Keep(tx, full("dropped")))
		return tx.Withdraw(ledger.Subject{Kind: "parcel", ID: "dropped"})
	})
	require.NoError(t, l.Checkpoint(t.Context()))
	views := map[string]*ledger.View{"published": l.View()}
	again, err := ledger.Open(t.Context(), j, opts())
	require.NoError(t, err)
	views["from a snapshot"] = again.View()
	fromLog, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: opts().Kinds})
	require.NoError(t, err)
	views["from the log"] = fromLog.View()
	views["of a moment"], err = l.At(t.Context(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	before := make(map[string]string)
	for name, v := range views {
		before[name] = parcelsText(t, v)
	}
	require.Equal(t, before["from the log"], before["published"])
	journal := logText(t, j)
	snapshot, _, err := j.LoadSnapshot(t.Context(), math.MaxUint64)
	require.NoError(t, err)

	// Others read all the time what is scribbled over.
	reading, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for _, v := range views {
		readers.Go(func() {
			for reading.Err() == nil {
				_ = parcelsText(t, v)
			}
		})
	}
	for _, v := range views {
		for p := range parcels.Of(v).All() {
			scrawl(t, p)
		}
		for p := range parcels.Of(v).Where("tag", "a").All() {
			scrawl(t, p)
		}
		for id := range parcels.Of(v).IDs() {
			p, _ := parcels.Of(v).Get(id)
			scrawl(t, p)
			rec, ok := v.Record(ledger.Subject{Kind: "parcel", ID: id})
			require.True(t, ok)
			scrawl(t, rec)
			held, _ := parcels.Shared(v).Get(id)
			scrawl(t, parcels.Copy(held))
		}
		scrawl(t, v.Head())
	}
	for range 2 {
		for e, err := range l.Trail(t.Context(), 0) {
			require.NoError(t, err)
			scrawl(t, e)
		}
		for e, err := range l.History(t.Context(), ledger.Subject{Kind: "parcel", ID: "p1"}) {
			require.NoError(t, err)
			scrawl(t, e)
		}
		seq := uint64(0)
		for p, err := range l.Changes(t.Context(), 0) {
			require.NoError(t, err)
			require.Equal(t, seq+1, p.Seq, "as it was told the first time")
			require.Equal(t, by, p.By)
			if seq = p.Seq; seq == l.View().Head().Seq {
				break
			}
			scrawl(t, p)
		}
		info := ledger.Info(parcels)
		require.Equal(t, []string{"colour", "tag"}, info.Listings)
		scrawl(t, info)
	}
	for range n {
		scrawl(t, <-told)
	}
	// In a transaction, too; it fails, so that nothing of it is to be seen.
	require.ErrorIs(t, l.Update(t.Context(), by, func(tx *ledger.Tx) error {
		for p := range parcels.Of(tx).All() {
			scrawl(t, p)
		}
		for id := range parcels.Of(tx).Where("tag", "b").IDs() {
			p, err := parcels.Must(tx, id)
			require.NoError(t, err)
			scrawl(t, p)
			rec, _ := tx.Record(ledger.Subject{Kind: "parcel", ID: id})
			scrawl(t, rec)
		}
		require.Equal(t, before["published"], parcelsText(t, tx))
		return errLate
	}), errLate)
	stop()
	readers.Wait()
	stopWatching()
	watching.Wait()

	for name, v := range views {
		require.Equal(t, before[name], parcelsText(t, v), name)
	}
	require.NoError(t, l.Verify(t.Context()))
	require.Equal(t, journal, logText(t, j))
	kept, _, err := j.LoadSnapshot(t.Context(), math.MaxUint64)
	require.NoError(t, err)
	require.Equal(t, snapshot, kept)
	fresh, err := ledger.Open(t.Context(), j, &ledger.Options{Kinds: opts().Kinds})
	require.NoError(t, err)
	require.Equal(t, before["published"], parcelsText(t, fresh.View()))
}
