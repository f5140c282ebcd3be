package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// simOf is a simulated disk with these files, for tests that do not let it
// crash.
func simOf(files map[string][]byte) *simDisk {
	d := newSim()
	for name, b := range files {
		n := &inode{shown: slices.Clone(b)}
		d.entries[name], d.durable[name] = n, n
	}
	return d
}

// holds reports whether the disk still holds these files and no others.
func (d *simDisk) holds(files map[string][]byte) bool {
	for name, n := range d.entries {
		if b, ok := files[name]; !ok || !bytes.Equal(b, n.shown) {
			return false
		}
	}
	return len(files) == len(d.entries)
}

func (d *simDisk) files() map[string][]byte {
	files := make(map[string][]byte)
	for name, n := range d.entries {
		files[name] = slices.Clone(n.shown)
	}
	return files
}

// smallStore is a closed store of a few batches in segments of about two, and a
// snapshot, and the commits in it.
func smallStore(t testing.TB, batches int) (map[string][]byte, []storage.Commit, storage.Snapshot) {
	d := newSim()
	opts := &Options{directory: d, SegmentSize: groupsStart + 600, ahead: 100}
	j, err := Open("small", opts)
	require.NoError(t, err)
	var log []storage.Commit
	var head storage.Head
	for i := range batches {
		batch := storagetest.Chain(head, fmt.Sprint("b", i), 1+i%2)
		require.NoError(t, storagetest.Append(context.Background(), j, head, batch))
		log = append(log, batch...)
		head = log[len(log)-1].Head
	}
	s := storage.Snapshot{Head: log[1].Head, Time: log[1].Time, Form: "f", Data: []byte("snapshot")}
	require.NoError(t, j.SaveSnapshot(context.Background(), s))
	require.NoError(t, j.Close())
	return d.files(), log, s
}

// detected holds a damaged store against what was in it: the damage is
// reported, or the content is as it was. Check reports it in any case. What is
// refused is left as it is.
func detected(t *testing.T, files map[string][]byte, log []storage.Commit, s storage.Snapshot, what string) {
	for _, readOnly := range []bool{true, false} {
		d := simOf(files)
		j, err := Open("small", &Options{directory: d, ReadOnly: readOnly})
		if err != nil {
			if !errors.Is(err, storage.ErrCorrupt) {
				require.ErrorIs(t, err, storage.ErrCorrupt, what)
			}
			if !d.holds(files) {
				require.Equal(t, files, d.files(), "%s: a store that is refused is left as it is", what)
			}
			continue
		}
		var got []storage.Commit
		var logErr error
		for c, err := range j.Log(context.Background(), 0) {
			if err != nil {
				logErr = err
				break
			}
			got = append(got, c)
		}
		if logErr != nil && !errors.Is(logErr, storage.ErrCorrupt) {
			require.ErrorIs(t, logErr, storage.ErrCorrupt, what)
		}
		if logErr == nil && len(got) != len(log) {
			require.Len(t, got, len(log), "%s: acknowledged commits are lost, and nothing is said", what)
		}
		for i, c := range got {
			if !sameCommit(c, log[i]) {
				require.Equal(t, log[i], c, "%s: other content", what)
			}
		}
		loaded, ok, err := j.LoadSnapshot(context.Background(), math.MaxUint64)
		if err != nil && !errors.Is(err, storage.ErrCorrupt) {
			require.ErrorIs(t, err, storage.ErrCorrupt, what)
		}
		if ok && (loaded.Head != s.Head || !bytes.Equal(loaded.Data, s.Data) || loaded.Form != s.Form || !loaded.Time.Equal(s.Time)) {
			require.Equal(t, s, loaded, what)
		}
		if err := j.Close(); err != nil {
			require.NoError(t, err, what)
		}
	}
	report, err := check(context.Background(), simOf(files), "small")
	if !errors.Is(err, storage.ErrCorrupt) || len(report.Damage) == 0 {
		require.ErrorIs(t, err, storage.ErrCorrupt, "%s: Check overlooks it", what)
		require.NotEmpty(t, report.Damage, what)
	}
}

func sameCommit(a, b storage.Commit) bool {
	if a.Head != b.Head || a.ID != b.ID || !a.Time.Equal(b.Time) || !bytes.Equal(a.Meta, b.Meta) || len(a.Changes) != len(b.Changes) {
		return false
	}
	return slices.EqualFunc(a.Changes, b.Changes, func(x, y storage.Change) bool {
		return x.Kind == y.Kind && x.Key == y.Key && x.Schema == y.Schema && x.Digest == y.Digest &&
			bytes.Equal(x.Salt, y.Salt) && bytes.Equal(x.Body, y.Body) && (x.Body == nil) == (y.Body == nil)
	})
}

// padding reports whether a byte is one of the many zeros before the groups.
func padding(name string, i int) bool {
	if isSnapshot(name) || i >= groupsStart || i >= blockSize-4 && i < blockSize {
		return false
	}
	if i < blockSize {
		return i >= 88
	}
	return i%blockSize >= slotSize
}

// payload reports whether a byte is within the commits of a group.
func payload(name string, b []byte, i int) bool {
	for at := groupsStart; !isSnapshot(name) && at < len(b); {
		g, err := parseGroup(b[at:])
		if err != nil {
			return false
		}
		if i >= at+groupHeader && i < at+int(g.size()) {
			return true
		}
		at += int(g.size())
	}
	return false
}

// TestEveryBit flips each bit of a store; of the zeros before the groups one in
// a while, and of the commits, which one checksum covers, one in each byte.
// With AIMSKIT_LONG it is each without exception.
func TestEveryBit(t *testing.T) {
	t.Parallel()
	files, log, s := smallStore(t, 2)
	flips := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for bit := range len(files[name]) * 8 {
			few := padding(name, bit/8) && bit%1013 != 0 || bit%8 != bit/8%8 && payload(name, files[name], bit/8)
			if few && !long {
				continue
			}
			files[name][bit/8] ^= 1 << (bit % 8)
			detected(t, files, log, s, fmt.Sprintf("bit %d of byte %d of %s", bit%8, bit/8, name))
			files[name][bit/8] ^= 1 << (bit % 8)
			flips++
		}
	}
	t.Logf("%d bits", flips)
}

// TestEverySector fills each sector of a store, and each block, with zeros and
// with what stands in another, as a disk does that loses a write or puts it in
// the wrong place.
func TestEverySector(t *testing.T) {
	t.Parallel()
	files, log, s := smallStore(t, 5)
	changed := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		whole := files[name]
		for _, size := range []int{sector, blockSize} {
			for at := 0; at < len(whole); at += size {
				end := min(at+size, len(whole))
				for from := -size; from < len(whole); from += size {
					b := slices.Clone(whole)
					if clear(b[at:end]); from >= 0 {
						copy(b[at:end], whole[from:min(from+size, len(whole))])
					}
					// A slot that is one of the past, in full, can't be told from the present.
					slot := !isSnapshot(name) && (at == blockSize || at == 2*blockSize) && (from == blockSize || from == 2*blockSize)
					if bytes.Equal(b, whole) || slot {
						continue
					}
					files[name] = b
					detected(t, files, log, s, fmt.Sprintf("%d bytes at %d of %s are those at %d", size, at, name, from))
					changed++
				}
			}
		}
		files[name] = whole
	}
	require.Greater(t, changed, 500)
}

// TestEveryTruncation ends each file of a store at each byte; before the groups at
// each sector, and within commits at every eighth, unless there is AIMSKIT_LONG.
func TestEveryTruncation(t *testing.T) {
	t.Parallel()
	files, log, s := smallStore(t, 5)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		whole := files[name]
		for n := range whole {
			few := !isSnapshot(name) && n < groupsStart && n%512 > 0 || n%8 > 0 && payload(name, whole, n)
			if few && !long {
				continue
			}
			files[name] = whole[:n:n]
			detected(t, files, log, s, fmt.Sprintf("%s ends at byte %d", name, n))
		}
		files[name] = whole
	}
}

// TestMissingFiles takes each segment away, and puts each in another's place.
func TestMissingFiles(t *testing.T) {
	files, log, s := smallStore(t, 5)
	for name := range files {
		if isSnapshot(name) {
			continue
		}
		without := maps.Clone(files)
		delete(without, name)
		detected(t, without, log, s, name+" is missing")
		for other := range files {
			if other != name {
				swapped := maps.Clone(files)
				swapped[name] = files[other]
				detected(t, swapped, log, s, other+" stands in the place of "+name)
			}
		}
	}
	t.Run("an older segment", func(t *testing.T) {
		older := maps.Clone(files)
		last := slices.Max(slices.DeleteFunc(slices.Collect(maps.Keys(files)), func(n string) bool { return isSnapshot(n) }))
		s, _, err := (&Journal{dir: simOf(files)}).viewSegment(last)
		require.NoError(t, err)
		d := newSim()
		j, err := Open("x", &Options{directory: d})
		require.NoError(t, err)
		require.NoError(t, j.Close())
		older[last] = s.start(s.nothing()) // as it was when it was new
		j, err = Open("small", &Options{directory: simOf(older)})
		require.NoError(t, err, "a whole file put back is a whole store of an earlier time")
		require.NoError(t, j.Close())
		_, err = Open("small", &Options{directory: simOf(older), Expect: log[len(log)-1].Head})
		require.ErrorIs(t, err, ErrRolledBack, "which the head kept elsewhere shows")
		require.ErrorIs(t, err, storage.ErrCorrupt)
	})
}

// TestExpect opens a store that holds, or does not hold, the head expected.
func TestExpect(t *testing.T) {
	files, log, _ := smallStore(t, 5)
	for _, c := range log {
		j, err := Open("small", &Options{directory: simOf(files), Expect: c.Head})
		require.NoError(t, err)
		require.NoError(t, j.Close())
		_, err = Open("small", &Options{directory: simOf(files), Expect: storage.Head{Seq: c.Seq, Hash: storage.Hash{1}}})
		require.ErrorIs(t, err, ErrRolledBack)
	}
	_, err := Open("small", &Options{directory: simOf(files), Expect: storage.Head{Seq: 99, Hash: log[0].Hash}})
	require.ErrorIs(t, err, ErrRolledBack)
	require.ErrorContains(t, err, "99")
}

// TestExpectKeepsTheTail opens a store whose last group is damaged, and which
// the slots do not vouch for because the power failed right after it was
// acknowledged. Whoever has kept its head elsewhere knows that it is no torn
// tail: opening refuses, and leaves what there is to be salvaged.
func TestExpectKeepsTheTail(t *testing.T) {
	d := newSim()
	j, err := Open("small", &Options{directory: d})
	require.NoError(t, err)
	var c course
	require.NoError(t, c.append(j, "a", 2))
	slots := slices.Clone(d.entries[segmentName(1)].shown[blockSize:groupsStart])
	require.NoError(t, c.append(j, "b", 3))
	files := d.files()
	b := files[segmentName(1)]
	copy(b[blockSize:], slots)
	b[j.segments[0].end-1] ^= 1
	for _, expect := range []storage.Head{c.head(), c.acknowledged[3].Head} {
		left := simOf(files)
		_, err = Open("small", &Options{directory: left, Expect: expect})
		require.ErrorIs(t, err, ErrRolledBack)
		require.True(t, left.holds(files), "what was acknowledged is not cut off")
	}
	got, err := salvage(t.Context(), simOf(files), "small", newSim(), "new")
	require.NoError(t, err)
	require.Equal(t, c.head(), got.Head, "only a body is lost")
	left := simOf(files)
	j, err = Open("small", &Options{directory: left, Expect: c.acknowledged[1].Head})
	require.NoError(t, err, "a tail beyond the head kept elsewhere may be torn")
	require.Positive(t, j.Recovered())
	require.NoError(t, j.Close())
}

// TestExpectMakesNoStore opens a directory that has lost its store.
func TestExpectMakesNoStore(t *testing.T) {
	for _, missing := range []bool{true, false} {
		dir := filepath.Join(t.TempDir(), "store")
		if !missing {
			require.NoError(t, os.Mkdir(dir, 0o700))
		}
		_, err := Open(dir, &Options{Expect: storage.Head{Seq: 1, Hash: storage.Hash{1}}})
		require.ErrorIs(t, err, ErrRolledBack)
		entries, err := os.ReadDir(dir)
		if !missing {
			require.NoError(t, err)
		}
		require.Empty(t, entries, "nobody takes an empty store for the one that is gone")
	}
}

// TestTornTail cuts a last group that was not acknowledged at each byte, by
// ending the file there or by zeros from there on: the groups before it stay,
// it is gone whole.
func TestTornTail(t *testing.T) {
	t.Parallel()
	d := newSim()
	j, err := Open("torn", &Options{directory: d})
	require.NoError(t, err)
	var c course
	require.NoError(t, c.append(j, "a", 2))
	require.NoError(t, c.append(j, "b", 1))
	end := j.segments[0].end
	batch := storagetest.Chain(c.head(), "torn", 2)
	group := appendGroup(nil, batch)
	require.NoError(t, j.Close())
	name := segmentName(1)
	files := d.files()
	for cut := range len(group) {
		for _, zeros := range []int{0, len(group) - cut} {
			files[name] = slices.Concat(d.entries[name].shown[:end], group[:cut], make([]byte, zeros))
			left := simOf(files)
			what := fmt.Sprintf("cut at byte %d, %d zeros", cut, zeros)
			report, err := check(context.Background(), left, "torn")
			require.NoError(t, err, what)
			require.Equal(t, int64(lastByte(group[:cut])), report.Torn, what)
			if len(bytes.Trim(group[cut:], "\x00")) == 0 && zeros >= len(group)-cut {
				continue // nothing was cut
			}
			r, err := Open("torn", &Options{directory: left, ReadOnly: true})
			require.NoError(t, err, what)
			c.compare(t, r, what)
			j, err := Open("torn", &Options{directory: left})
			require.NoError(t, err, what)
			require.Equal(t, lastByte(group[:cut]), j.Recovered(), what)
			require.True(t, j.Recovered() == 0 || len(left.entries[name].shown) == int(end), "%s: what is cut off is gone", what)
			require.NoError(t, j.Close())
			c.verify(t, left, what)
		}
	}
}

// TestWholeButUnknown ends a log with a group that passes its checksums and is
// not understood, as a later version's or a faulty writer's may be. A crash
// does not leave such a thing, so it is no torn tail.
func TestWholeButUnknown(t *testing.T) {
	d := newSim()
	j, err := Open("small", &Options{directory: d, ahead: 1})
	require.NoError(t, err)
	first := storagetest.Chain(storage.Head{}, "a", 2)
	require.NoError(t, storagetest.Append(t.Context(), j, storage.Head{}, first))
	end := j.segments[0].end
	require.NoError(t, j.Close())
	next := storagetest.Chain(first[1].Head, "b", 1)
	sealAnew := func(g []byte) []byte {
		binary.BigEndian.PutUint64(g[4:], uint64(len(g)-groupHeader))
		binary.BigEndian.PutUint32(g[56:], checksum(g[groupHeader:]))
		binary.BigEndian.PutUint32(g[60:], checksum(g[:60]))
		return g
	}
	later := next[0]
	later.Seq++
	flag := appendGroup(nil, next)
	flag[len(flag)-1-4-len(next[0].Changes[len(next[0].Changes)-1].Body)] = 2
	for name, group := range map[string][]byte{
		"more than the commits": sealAnew(append(appendGroup(nil, next), 1)),
		"a body of a new kind":  sealAnew(flag),
		"a gap":                 appendGroup(nil, []storage.Commit{later}),
	} {
		files := d.files()
		files[segmentName(1)] = append(files[segmentName(1)][:end:end], group...)
		left := simOf(files)
		_, err := Open("small", &Options{directory: left})
		require.ErrorIs(t, err, storage.ErrCorrupt, name)
		require.ErrorContains(t, err, fmt.Sprint("at offset ", end), name)
		require.True(t, left.holds(files), "%s: it is left as it is", name)
		report, err := check(t.Context(), left, "small")
		require.ErrorIs(t, err, storage.ErrCorrupt, name)
		require.Zero(t, report.Torn, name)
		r, err := Open("small", &Options{directory: left, ReadOnly: true})
		require.NoError(t, err, name)
		require.Equal(t, first, storagetest.Read(t, r, 0), "%s: what was acknowledged can be read", name)
	}
}

// TestSalvage flips a bit of each byte of the groups of a store and salvages
// it: what comes before the damage is there, a damaged body costs only itself,
// and what is left is named.
func TestSalvage(t *testing.T) {
	t.Parallel()
	files, log, _ := smallStore(t, 4)
	bodies := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if isSnapshot(name) {
			continue
		}
		for i := groupsStart; i < len(files[name]); i++ {
			damaged := maps.Clone(files)
			damaged[name] = slices.Clone(files[name])
			damaged[name][i] ^= 1 << (i % 8)
			before := simOf(damaged)
			to := newSim()
			got, err := salvage(context.Background(), before, "small", to, "new")
			what := fmt.Sprintf("byte %d of %s", i, name)
			require.NoError(t, err, what)
			require.True(t, before.holds(damaged), "the old store is left as it is")
			report, err := check(context.Background(), to, "new")
			require.NoError(t, err, what)
			require.Equal(t, got.Head, report.Head, what)
			require.Equal(t, log[len(log)-1].Head, got.Acknowledged, what)
			require.Equal(t, report.Erased, got.Lost, what)
			if got.Head.Seq < uint64(len(log)) {
				require.NotEmpty(t, got.Left, what)
				last := got.Left[len(got.Left)-1]
				if last.First > 0 {
					require.Equal(t, uint64(len(log)), last.Last, "%s: what is left reaches to the end", what)
				}
			}
			j, err := Open("new", &Options{directory: to, ReadOnly: true})
			require.NoError(t, err, what)
			for k, c := range storagetest.Read(t, j, 0) {
				require.Equal(t, log[k].Head, c.Head, what)
			}
			if got.Lost > 0 {
				bodies++
				require.Equal(t, len(log), int(got.Head.Seq), "%s: a damaged body costs no commit", what)
				require.Empty(t, got.Left, what)
			}
		}
	}
	require.Greater(t, bodies, 20)
	t.Run("sound", func(t *testing.T) {
		to := newSim()
		got, err := salvage(context.Background(), simOf(files), "small", to, "new")
		require.NoError(t, err)
		require.Equal(t, Salvaged{Head: log[len(log)-1].Head, Acknowledged: log[len(log)-1].Head}, got)
	})
	t.Run("missing segment", func(t *testing.T) {
		files, log, _ := smallStore(t, 5)
		names := slices.Sorted(maps.Keys(files))
		require.Len(t, names, 4)
		without := maps.Clone(files)
		delete(without, names[1])
		got, err := salvage(context.Background(), simOf(without), "small", newSim(), "new")
		require.NoError(t, err)
		require.Len(t, got.Left, 1)
		require.Equal(t, uint64(len(log)), got.Left[0].Last)
		require.Greater(t, got.Left[0].First, got.Head.Seq+1)
		require.Contains(t, got.Left[0].Why, fmt.Sprint("commit ", got.Head.Seq))
		without = maps.Clone(files)
		delete(without, names[2])
		got, err = salvage(context.Background(), simOf(without), "small", newSim(), "new")
		require.NoError(t, err)
		require.Equal(t, []Left{{File: names[2], Why: "the segment is missing; the one before it is sealed, so it was there"}}, got.Left)
	})
}

// TestSalvageAnyDamage salvages a store with each kind of damage but a flipped
// bit in its groups: what comes out is sound and a prefix of what was there, what
// is lost is said, and where all groups are whole nothing is lost.
func TestSalvageAnyDamage(t *testing.T) {
	t.Parallel()
	files, log, _ := smallStore(t, 5)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(n string) bool { return isSnapshot(n) })
	salvaged := func(damaged map[string][]byte, what string) Salvaged {
		before, to := simOf(damaged), newSim()
		got, err := salvage(t.Context(), before, "small", to, "new")
		require.NoError(t, err, what)
		require.True(t, before.holds(damaged), "%s: the old store is left as it is", what)
		report, err := check(t.Context(), to, "new")
		require.NoError(t, err, what)
		require.Equal(t, got.Head, report.Head, what)
		if n := got.Head.Seq; n > 0 {
			require.Equal(t, log[n-1].Head, got.Head, what)
		}
		if got.Head.Seq < uint64(len(log)) {
			require.True(t, len(got.Left) > 0 || got.Acknowledged.Seq > got.Head.Seq, "%s: a loss is said", what)
		}
		return got
	}
	with := func(name string, b []byte) map[string][]byte {
		damaged := maps.Clone(files)
		damaged[name] = b
		return damaged
	}
	for _, name := range names {
		whole := files[name]
		s, _, err := (&Journal{dir: simOf(files)}).viewSegment(name)
		require.NoError(t, err)
		for i := range whole {
			if i >= groupsStart && i < int(s.end) || padding(name, i) && i%101 != 0 {
				continue
			}
			b := slices.Clone(whole)
			b[i] ^= 1 << (i % 8)
			got := salvaged(with(name, b), fmt.Sprintf("byte %d of %s", i, name))
			require.Equal(t, log[len(log)-1].Head, got.Head, "all groups are whole: byte %d of %s", i, name)
			require.Zero(t, got.Lost)
		}
		for n := range whole {
			if n < groupsStart && n%512 != 0 {
				continue
			}
			salvaged(with(name, whole[:n:n]), fmt.Sprintf("%s ends at byte %d", name, n))
		}
		for at := 0; at < len(whole); at += sector {
			b := slices.Clone(whole)
			clear(b[at:min(at+sector, len(b))])
			salvaged(with(name, b), fmt.Sprintf("sector %d of %s is zeros", at/sector, name))
		}
		salvaged(with(name, nil), name+" is empty")
		for _, other := range names {
			salvaged(with(name, files[other]), other+" stands in the place of "+name)
		}
		without := maps.Clone(files)
		delete(without, name)
		got := salvaged(without, name+" is missing")
		require.NotEmpty(t, got.Left)
	}
}

// TestSalvageNamesWhatIsThere salvages a store whose last segment is no segment
// any more: that is said, and not that it is missing.
func TestSalvageNamesWhatIsThere(t *testing.T) {
	files, _, _ := smallStore(t, 5)
	names := slices.Sorted(maps.Keys(files))
	last := names[2]
	files[last] = files[last][:100]
	to := newSim()
	got, err := salvage(t.Context(), simOf(files), "small", to, "new")
	require.NoError(t, err)
	require.Equal(t, []Left{{File: last, Size: 100, Why: "there is nothing behind the header"}}, got.Left)
	require.Positive(t, got.Head.Seq)
}

// mend puts the checksums of a segment right, so that what they cover is read.
func mend(b []byte) {
	put := binary.BigEndian.PutUint32
	put(b[blockSize-4:], checksum(b[:blockSize-4]))
	for _, slot := range [][]byte{b[blockSize:], b[2*blockSize:]} {
		put(slot[slotSize-4:], checksum(slot[:slotSize-4]))
	}
	rest := mendGroups(b[groupsStart:])
	if len(rest) < sealTrailer {
		return
	}
	index, trailer := rest[:len(rest)-sealTrailer], rest[len(rest)-sealTrailer:]
	if n := uint64(markSize) * uint64(binary.BigEndian.Uint32(trailer[52:])); n <= uint64(len(index)) {
		put(trailer[56:], checksum(index[uint64(len(index))-n:]))
	}
	put(trailer[60:], checksum(trailer[:60]))
}

// mendGroups does it for the groups at the start of b, and returns what follows.
func mendGroups(b []byte) []byte {
	for len(b) >= groupHeader && string(b[:4]) == groupMagic {
		n := binary.BigEndian.Uint64(b[4:])
		if n > uint64(len(b)-groupHeader) {
			break
		}
		binary.BigEndian.PutUint32(b[56:], checksum(b[groupHeader:][:n]))
		binary.BigEndian.PutUint32(b[60:], checksum(b[:60]))
		b = b[groupHeader+n:]
	}
	return b
}

// FuzzSegment reads, checks and salvages a store of one segment in which anything
// may stand. The seeds are as small as a segment can be, since the fuzzer spends
// its time on making what it finds smaller, with every byte of it.
func FuzzSegment(f *testing.F) {
	var commits []storage.Commit
	var head storage.Head
	for i := range 3 {
		c := storage.Seal(head, storage.Commit{ID: fmt.Sprint(i), Time: time.UnixMicro(int64(i)).UTC()})
		if i == 0 {
			c = storage.Seal(head, storage.Commit{ID: "0", Time: time.UnixMicro(0).UTC(), Changes: []storage.Change{{Kind: "k", Key: "k", Salt: []byte("s"), Body: []byte("b")}}})
		}
		commits, head = append(commits, c), c.Head
	}
	for _, groups := range [][][]storage.Commit{{}, {commits[:1]}, {commits[1:2]}, {commits[1:2], commits[2:]}, {commits[1:]}} {
		s := segment{header: header{first: 1}, end: groupsStart}
		var rest []byte
		for i, g := range groups {
			if i == 0 && g[0].Seq > 1 {
				s.header = header{first: g[0].Seq, parent: commits[g[0].Seq-2].Hash, time: commits[g[0].Seq-2].Time}
			}
			s.index = addMark(s.index, g[0].Seq, s.end)
			rest = appendGroup(rest, g)
			s.last, s.end = g[len(g)-1].Head, groupsStart+int64(len(rest))
		}
		slots := append(s.nothing().bytes(), slot{s.last, s.end}.bytes()...)
		f.Add(s.block()[16:88], slots, rest, true)
		f.Add(s.block()[16:88], slots, append(rest, s.seal()...), true)
	}
	f.Add([]byte{}, []byte{}, []byte(groupMagic), false)
	f.Fuzz(func(t *testing.T, head, slots, rest []byte, right bool) {
		if len(head) > 72 || len(slots) > 2*slotSize || len(rest) > 1<<12 {
			return
		}
		b := make([]byte, groupsStart, groupsStart+len(rest))
		copy(b, headerText)
		copy(b[16:], head)
		copy(b[blockSize:blockSize+slotSize], slots)
		copy(b[2*blockSize:], slots[min(len(slots), slotSize):])
		b = append(b, rest...)
		if right {
			mend(b)
		}
		files := map[string][]byte{segmentName(max(binary.BigEndian.Uint64(b[24:]), 1)): b}
		_, _ = check(context.Background(), simOf(files), "fuzz")
		_, _ = salvage(context.Background(), simOf(files), "fuzz", newSim(), "new")
		for _, readOnly := range []bool{true, false} {
			d := simOf(files)
			j, err := Open("fuzz", &Options{directory: d, ReadOnly: readOnly, ahead: 1})
			if err != nil {
				require.True(t, d.holds(files), "a store that is refused was changed: %v", err)
				continue
			}
			for range j.Log(context.Background(), 0) {
			}
			require.NoError(t, j.Close())
		}
	})
}

func FuzzGroup(f *testing.F) {
	f.Add(appendGroup(nil, storagetest.Chain(storage.Head{}, "a", 1)), true)
	f.Add(make([]byte, 70), false)
	f.Fuzz(func(t *testing.T, b []byte, right bool) {
		if right {
			b = bytes.Clone(b)
			mendGroups(b)
		}
		g, err := parseGroup(b)
		if err != nil {
			return
		}
		commits, err := g.decode()
		if err != nil {
			return
		}
		require.Equal(t, b[:g.size()], appendGroup(nil, commits), "what is read is written as it was")
	})
}

func FuzzSnapshot(f *testing.F) {
	whole := func(s storage.Snapshot) []byte {
		head, data := encodeSnapshot(s)
		return slices.Concat(head, data)
	}
	f.Add(whole(storage.Snapshot{Head: storage.Head{Seq: 3}, Form: "f", Data: []byte("data")}), true)
	f.Add([]byte(snapshotText), false)
	f.Fuzz(func(t *testing.T, b []byte, right bool) {
		if right && len(b) >= snapshotHeader {
			b = bytes.Clone(b)
			binary.BigEndian.PutUint32(b[80:], checksum(b[snapshotHeader:]))
			binary.BigEndian.PutUint32(b[snapshotHeader-4:], checksum(b[:snapshotHeader-4]))
		}
		s, err := decodeSnapshot(oldSnapshot, b)
		if err != nil {
			return
		}
		again, err := decodeSnapshot(oldSnapshot, whole(s))
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
