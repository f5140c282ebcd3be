package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTable measures everything and prints the table of the README.
func TestTable(t *testing.T) {
	if !*showTable {
		t.Skip("-table measures for some minutes")
	}
	fmt.Printf("%s, %s/%s, %d cores, medians of %d.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), *rounds)
	t.Run("writes", tableOfWrites)
	t.Run("opening", tableOfOpening)
	t.Run("reads", tableOfReads)
}

// writeKey is one measurement of writing.
type writeKey struct {
	name    string
	writers int
}

func tableOfWrites(t *testing.T) {
	all := peers()
	_ = recordBody(0)
	rates, syncs := make(map[writeKey][]float64), make(map[writeKey]string)
	each := func(fn func(writeKey, peer)) {
		for _, writers := range []int{1, 64} {
			for _, p := range all {
				if p.only == 0 || p.only == writers {
					fn(writeKey{p.name, writers}, p)
				}
			}
		}
	}
	for range *rounds {
		each(func(k writeKey, p peer) {
			dir := t.TempDir()
			runtime.GC()
			r, err := rate(p, dir, k.writers, *period)
			require.NoError(t, err, p.name)
			require.NoError(t, os.RemoveAll(dir))
			rates[k] = append(rates[k], r)
		})
	}
	each(func(k writeKey, p peer) {
		n, err := countSyncs(p, t.TempDir(), k.writers)
		switch {
		case errors.Is(err, errNoStrace):
			syncs[k] = "?"
		default:
			require.NoError(t, err)
			syncs[k] = strconv.FormatFloat(n, 'g', 3, 64)
		}
	})

	fmt.Printf("One record of %d bytes a commit, durable. The middle half of the rounds in brackets.\n\n", len(recordBody(0)))
	header("store", "hash chain", "1 writer, commits/s", "to bare", "syncs each", "64 writers, commits/s", "to pebble", "syncs each")
	bare, pebble := median(rates[writeKey{bareName, 1}]), median(rates[writeKey{pebbleName, 64}])
	for _, p := range all {
		chain := "no"
		if p.chain {
			chain = "yes"
		}
		cells := []string{p.name, chain}
		for _, beside := range []struct {
			writers int
			limit   float64
		}{{1, bare}, {64, pebble}} {
			k := writeKey{p.name, beside.writers}
			if len(rates[k]) == 0 {
				cells = append(cells, "", "", "")
				continue
			}
			cells = append(cells, spread(rates[k]), ratio(median(rates[k]), beside.limit), syncs[k])
		}
		row(cells...)
	}
	fmt.Println()
	target("1 writer on the journal, to the bare loop", median(rates[writeKey{journalName, 1}])/bare, ">=", 1.2)
	if pebble > 0 {
		target("64 writers on the journal, to pebble", median(rates[writeKey{journalName, 64}])/pebble, ">=", 1)
		target("64 writers through Manager.Update, to pebble", median(rates[writeKey{managerName, 64}])/pebble, ">=", 0.7)
	}
	fmt.Println()
}

func tableOfOpening(t *testing.T) {
	f, err := live()
	require.NoError(t, err)
	_, err = busy()
	require.NoError(t, err)
	all, times := openings(), make(map[string][]float64)
	for range *rounds {
		for _, o := range all {
			runtime.GC()
			start := time.Now()
			_, n, err := o.open()
			times[o.name] = append(times[o.name], time.Since(start).Seconds()*1000)
			require.NoError(t, err, o.name)
			require.Equal(t, f.records, n, o.name)
		}
	}
	total := *commits
	if total == 0 {
		total = 10 * *records
	}
	fmt.Printf("Open: %d records of %d bytes on average, decoded; the long history has %d commits over as many.\n\n", f.records, f.bytes/f.records, total)
	header("how", "ms", "to bbolt", "live heap to encoded bytes")
	scan := median(times[scanName])
	heaps := make(map[string]float64)
	for _, o := range all {
		bytes, err := heapOf(o.open)
		require.NoError(t, err)
		heaps[o.name] = float64(bytes) / float64(f.bytes)
		row(o.name, spread(times[o.name]), ratio(median(times[o.name]), scan), strconv.FormatFloat(heaps[o.name], 'f', 2, 64))
	}
	fmt.Println()
	target("open, to bbolt's scan", median(times[openedName])/scan, "<=", 0.25)
	target("open with a long history, to the live records alone", median(times[busyName])/median(times[openedName]), "<=", 2)
	target("live heap, to encoded bytes", heaps[openedName], "<=", 2)
	fmt.Println()
}

func tableOfReads(t *testing.T) {
	r, err := newReads()
	require.NoError(t, err)
	little, err := small()
	require.NoError(t, err)
	much, err := large()
	require.NoError(t, err)
	times, bytes := make(map[string][]float64), make(map[string][]float64)
	for range *rounds {
		runtime.GC()
		times["map"] = append(times["map"], nanoseconds(200_000, r.fromMap))
		times["view"] = append(times["view"], nanoseconds(200_000, r.fromView))
		times["owner"] = append(times["owner"], nanoseconds(1000, r.byOwner)/1000)
		times["whole"] = append(times["whole"], nanoseconds(200, r.byOwnerWhole)/1000)
		times["stage"] = append(times["stage"], nanoseconds(1000, r.byStage)/1000)
		times["walk"] = append(times["walk"], nanoseconds(3, r.byWalk)/1000)
		b, err := allocated(little, 500)
		require.NoError(t, err)
		bytes["small"] = append(bytes["small"], b)
		b, err = allocated(much, 500)
		require.NoError(t, err)
		bytes["large"] = append(bytes["large"], b)
	}
	fmt.Printf("Read a View of %d systems.\n\n", len(r.keys))
	header("what", "ours", "beside", "ratio")
	pair := func(what, unit string, ours, limit []float64, of string) {
		row(what, spread(ours)+" "+unit, spread(limit)+" "+unit+", "+of, ratio(median(ours), median(limit)))
	}
	pair("one system", "ns", times["view"], times["map"], "Go map")
	pair(fmt.Sprintf("IDs of the %d of an owner", owned), "µs", times["owner"], times["walk"], "walk over all")
	pair(fmt.Sprintf("the %d of an owner, whole", owned), "µs", times["whole"], times["walk"], "walk over all")
	pair(fmt.Sprintf("IDs of the %d at a stage", owned), "µs", times["stage"], times["walk"], "walk over all")
	pair("update and View: allocated", "bytes", bytes["large"], bytes["small"], fmt.Sprintf("of %d systems", little.View().Systems().Len()))
	fmt.Println()
	target("point read, to a Go map", median(times["view"])/median(times["map"]), "<=", 2)
	target("list by owner, IDs, µs", median(times["owner"]), "<=", 10)
	target("list by stage, IDs, µs", median(times["stage"]), "<=", 10)
	target("update and View on 100 times as many systems: allocated", median(bytes["large"])/median(bytes["small"]), "<=", 2)
}

func header(cells ...string) {
	row(cells...)
	rule := make([]string, len(cells))
	for i := range rule {
		rule[i] = "---:"
	}
	rule[0] = "---"
	row(rule...)
}

func row(cells ...string) { fmt.Println("| " + strings.Join(cells, " | ") + " |") }

// target says whether a figure is what is aimed at.
func target(what string, is float64, relation string, want float64) {
	verdict := "missed"
	if relation == "<=" && is <= want || relation == ">=" && is >= want {
		verdict = "met"
	}
	fmt.Printf("- %s: %.2f (%s %g): %s\n", what, is, relation, want, verdict)
}

func ratio(a, b float64) string {
	if b == 0 {
		return "?"
	}
	if a/b < 0.1 {
		return strconv.FormatFloat(a/b, 'g', 2, 64)
	}
	return strconv.FormatFloat(a/b, 'f', 2, 64)
}

func median(all []float64) float64 { return quantile(all, 0.5) }

// quantile is linear between the two figures that stand beside it.
func quantile(all []float64, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(all))
	at := q * float64(len(s)-1)
	i := int(at)
	if i+1 == len(s) {
		return s[i]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}

// spread is the median, and between what the middle half lies.
func spread(all []float64) string {
	return fmt.Sprintf("%s (%s–%s)", number(median(all)), number(quantile(all, 0.25)), number(quantile(all, 0.75)))
}

// number writes three digits or more, with commas.
func number(f float64) string {
	if f < 100 {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	s := strconv.FormatFloat(f, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func TestQuantilesAndNumbers(t *testing.T) {
	all := []float64{5, 1, 4, 2, 3}
	require.Equal(t, 3.0, median(all))
	require.Equal(t, 2.0, quantile(all, 0.25))
	require.Equal(t, 2.5, median([]float64{2, 3}))
	require.Equal(t, 7.0, quantile([]float64{7}, 1))
	require.Zero(t, median(nil))
	require.Equal(t, "3 (2–4)", spread(all))
	require.Equal(t, "1,234,567", number(1234567))
	require.Equal(t, "123", number(123))
	require.Equal(t, "0.123", number(0.12345))
	require.Equal(t, "?", ratio(1, 0))
	require.Equal(t, "0.25", ratio(1, 4))
	require.Equal(t, "0.0012", ratio(12, 10_000))
}
