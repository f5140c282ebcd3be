package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// small writes a store of three groups, closes it, and returns its directory,
// the commits of each group, and where each group starts; the last entry is
// the end of the last.
func small(t *testing.T) (dir string, groups [][]storage.Commit, offsets []int64) {
	t.Helper()
	dir = t.TempDir()
	j, err := Open(dir, nil)
	require.NoError(t, err)
	var head storage.Head
	for i := range 3 {
		batch := storagetest.Chain(head, fmt.Sprintf("g%d", i), i+1)
		offsets = append(offsets, j.end)
		require.NoError(t, j.Append(t.Context(), head, batch))
		groups, head = append(groups, batch), batch[i].Head
	}
	offsets = append(offsets, j.end)
	require.NoError(t, j.Close())
	return dir, groups, offsets
}

// reopen opens a store, reads it whole, appends to it, and closes it.
func reopen(t *testing.T, dir string) ([]storage.Commit, error) {
	t.Helper()
	j, err := Open(dir, nil)
	if err != nil {
		return nil, err
	}
	defer func() { require.NoError(t, j.Close()) }()
	log := storagetest.Read(t, j, 0)
	require.NoError(t, j.Append(t.Context(), j.head, storagetest.Chain(j.head, "after", 1)), "a store that opened takes the next batch")
	_, err = storage.Verify(t.Context(), j)
	require.NoError(t, err)
	return log, nil
}

// TestTornTail cuts the last group at each byte, by ending the file there or by
// zeros from there on: the groups before it stay, it is gone whole.
func TestTornTail(t *testing.T) {
	dir, groups, offsets := small(t)
	path := filepath.Join(dir, logName)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	want := append(append([]storage.Commit{}, groups[0]...), groups[1]...)
	start, end := offsets[2], offsets[3]
	for cut := start; cut < end; cut++ {
		zeroed := append([]byte(nil), whole...)
		clear(zeroed[cut:])
		for name, content := range map[string][]byte{"ended": whole[:cut], "zeroed": zeroed} {
			if name == "zeroed" && whole[cut] == 0 && isZero(whole[cut:end]) {
				continue // nothing was cut
			}
			require.NoError(t, os.WriteFile(path, content, 0o600))
			log, err := reopen(t, dir)
			require.NoError(t, err, "%s at %d", name, cut)
			require.Equal(t, want, log, "%s at %d", name, cut)
		}
	}
}

func isZero(b []byte) bool { return strings.Trim(string(b), "\x00") == "" }

// TestBitFlips flips a bit in each byte of a store: the history is as it was,
// or the damage is found. Only the last group can be taken for a torn tail.
func TestBitFlips(t *testing.T) {
	dir, groups, offsets := small(t)
	path := filepath.Join(dir, logName)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	kept := append(append([]storage.Commit{}, groups[0]...), groups[1]...)
	for i := range offsets[3] {
		damaged := append([]byte(nil), whole...)
		damaged[i] ^= 1 << (i % 8)
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		j, err := Open(dir, nil)
		switch {
		case i < offsets[2]:
			require.Error(t, err, "a flip at %d, before the last group, must be found", i)
			if !errors.Is(err, storage.ErrVersion) {
				require.ErrorIs(t, err, storage.ErrCorrupt, "at %d", i)
			}
			if i >= headerSize {
				at := offsets[0]
				if i >= offsets[1] {
					at = offsets[1]
				}
				require.ErrorContains(t, err, fmt.Sprintf("offset %d", at), "the error names the group")
			}
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, string(damaged) == string(after), "a damaged store is left as it is")
		default:
			require.NoError(t, err)
			require.Positive(t, j.Recovered())
			require.Equal(t, kept, storagetest.Read(t, j, 0))
			require.NoError(t, j.Close())
		}
	}
}

// faulty is a disk that fails at its n-th operation that changes anything.
type faulty struct {
	disk
	n     int
	short bool // the failing write writes half
}

var errDisk = errors.New("the disk failed")

func (f *faulty) fails() bool { f.n--; return f.n == 0 }

func (f *faulty) WriteAt(b []byte, at int64) (int, error) {
	if f.fails() {
		if f.short {
			n, _ := f.disk.WriteAt(b[:len(b)/2], at)
			return n, errDisk
		}
		return 0, errDisk
	}
	return f.disk.WriteAt(b, at)
}

func (f *faulty) Sync() error {
	if f.fails() {
		return errDisk
	}
	return f.disk.Sync()
}

// TestFaults lets each write and sync of a workload fail in turn: what was
// acknowledged stays, what was not is there whole or not at all, and after a
// failure nothing is acknowledged until the store has been opened again.
func TestFaults(t *testing.T) {
	for _, short := range []bool{false, true} {
		for n := 1; n <= 12; n++ {
			dir := t.TempDir()
			f := &faulty{n: n, short: short}
			j, err := Open(dir, &Options{wrap: func(d disk) disk { f.disk = d; return f }})
			require.NoError(t, err)
			var acknowledged, tried []storage.Commit
			failed := false
			for i := range 8 {
				var head storage.Head
				if len(acknowledged) > 0 {
					head = acknowledged[len(acknowledged)-1].Head
				}
				batch := storagetest.Chain(head, fmt.Sprintf("b%d", i), 3)
				err := j.Append(t.Context(), head, batch)
				switch {
				case failed:
					require.ErrorIs(t, err, ErrFailed, "operation %d: nothing more is acknowledged", n)
				case err != nil:
					require.ErrorIs(t, err, errDisk)
					failed, tried = true, batch
					require.Equal(t, acknowledged, storagetest.Read(t, j, 0), "what failed does not show")
				default:
					acknowledged = append(acknowledged, batch...)
				}
			}
			require.True(t, failed)
			require.NoError(t, j.Close())
			log, err := reopen(t, dir)
			require.NoError(t, err, "operation %d", n)
			if len(log) > len(acknowledged) {
				require.Equal(t, append(acknowledged, tried...), log, "operation %d: the batch is there whole", n)
			} else {
				require.Equal(t, acknowledged, log, "operation %d", n)
			}
		}
	}
}

// TestKill kills a process that appends, again and again: every commit that it
// has acknowledged is there.
func TestKill(t *testing.T) {
	if dir := os.Getenv("AIMSKIT_KILL_DIR"); dir != "" {
		appendForever(dir)
	}
	dir := t.TempDir()
	for round := range 10 {
		child := exec.Command(os.Args[0], "-test.run=^TestKill$")
		child.Env = append(os.Environ(), "AIMSKIT_KILL_DIR="+dir)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		var last uint64
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			seq, err := strconv.ParseUint(lines.Text(), 10, 64)
			require.NoError(t, err, "the child says: %s", lines.Text())
			last = seq
			if n == 5+round*7 {
				require.NoError(t, child.Process.Kill())
			}
		}
		_ = child.Wait() // killed
		require.Positive(t, last)
		j, err := Open(dir, nil)
		require.NoError(t, err)
		head, err := storage.Verify(t.Context(), j)
		require.NoError(t, err)
		require.GreaterOrEqual(t, head.Seq, last, "round %d: an acknowledged commit is lost", round)
		require.NoError(t, j.Close())
	}
}

// appendForever is the child of TestKill: it prints each sequence number once
// it is acknowledged.
func appendForever(dir string) {
	fail := func(err error) {
		fmt.Println(err)
		os.Exit(1)
	}
	j, err := Open(dir, nil) // the lock of the one before went with its process
	if err != nil {
		fail(err)
	}
	for i := 0; ; i++ {
		batch := storagetest.Chain(j.head, fmt.Sprintf("p%d-%d", os.Getpid(), i), 1+i%3)
		if err := j.Append(context.Background(), j.head, batch); err != nil {
			fail(err)
		}
		fmt.Println(j.head.Seq)
	}
}

// FuzzOpen opens arbitrary bytes as a log: no panic, and a log that is refused
// stays as it was.
func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	j, err := Open(filepath.Join(dir, "seed"), nil)
	require.NoError(f, err)
	require.NoError(f, j.Append(context.Background(), storage.Head{}, storagetest.Chain(storage.Head{}, "a", 2)))
	end := j.end
	require.NoError(f, j.Close())
	seed, err := os.ReadFile(filepath.Join(dir, "seed", logName))
	require.NoError(f, err)
	f.Add(seed[:end])
	f.Add(seed[:headerSize])
	f.Add(append(append([]byte{}, seed[:end]...), seed[headerSize:end-3]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, logName)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		j, err := Open(dir, nil)
		if err != nil {
			after, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.True(t, string(b) == string(after), "a log that is refused was changed: %v", err)
			return
		}
		for range j.Log(t.Context(), 0) {
		}
		require.NoError(t, j.Close())
	})
}
