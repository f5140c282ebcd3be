package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// secret is in every body that the workload erases.
const secret = "forget me"

// simOptions make segments of a few groups.
func simOptions(d directory) *Options {
	return &Options{directory: d, SegmentSize: groupsStart + 1700, ahead: 600}
}

// course is what a workload has been told.
type course struct {
	acknowledged []storage.Commit
	tried        []storage.Commit // appended, with no answer or an error
	saved        []storage.Snapshot
	kept         uint64 // the greatest head of a snapshot that was acknowledged, and not dropped by an erasure
	erasing      bool   // an erasure was tried
	erased       uint64 // up to where one was acknowledged
	backup       storage.Head
	backupMin    int // commits acknowledged when a backup was begun
}

func (c *course) head() storage.Head {
	if len(c.acknowledged) == 0 {
		return storage.Head{}
	}
	return c.acknowledged[len(c.acknowledged)-1].Head
}

var forgotten = storage.RecordID{Kind: "person", Key: "p"}

func (c *course) append(j *Journal, id string, n int) error {
	var batch []storage.Commit
	head := c.head()
	for i := range n {
		commit := storagetest.Next(head, fmt.Sprintf("%s-%d", id, i),
			storage.Change{Kind: "thing", Key: fmt.Sprint(i), Schema: 1, Salt: []byte{1, byte(i)}, Body: bytes.Repeat([]byte(id), 30)},
			storage.Change{Kind: forgotten.Kind, Key: forgotten.Key, Schema: 1, Salt: []byte{2, byte(i)}, Body: []byte(secret + id)})
		batch, head = append(batch, commit), commit.Head
	}
	c.tried = batch
	if err := storagetest.Append(context.Background(), j, c.head(), batch); err != nil {
		return err
	}
	c.acknowledged, c.tried = append(c.acknowledged, batch...), nil
	return nil
}

func (c *course) save(j *Journal, form string) error {
	last := c.acknowledged[len(c.acknowledged)-1]
	s := storage.Snapshot{Head: last.Head, Time: last.Time, Form: form, Data: bytes.Repeat([]byte(form), 200)}
	c.saved = append(c.saved, s) // or not
	if err := j.SaveSnapshot(context.Background(), s); err != nil {
		return err
	}
	c.kept = last.Seq
	return nil
}

// saveClean saves a snapshot of before the last erasure that heeds it.
func (c *course) saveClean(j *Journal, form string) error {
	first, last := c.acknowledged[0], c.head()
	s := storage.Snapshot{Head: first.Head, Time: first.Time, Clean: last.Seq, Form: form, Data: []byte("of what is left")}
	c.saved = append(c.saved, s)
	return j.SaveSnapshot(context.Background(), s)
}

func (c *course) erase(j *Journal) error {
	c.erasing, c.kept = true, 0
	through := c.head().Seq
	if err := j.Erase(context.Background(), []storage.RecordID{forgotten}, through); err != nil {
		return err
	}
	c.erased = through
	return nil
}

// run does everything that a store can do, several segments long, until
// something fails.
func (c *course) run(d, backup directory) (err error) {
	for round := range 2 {
		j, err := Open("sim", simOptions(d))
		if err != nil {
			return err
		}
		steps := []func() error{
			func() error { return c.append(j, fmt.Sprintf("a%d", round), 1) },
			func() error { return c.append(j, fmt.Sprintf("b%d", round), 2) },
			func() error { return c.append(j, fmt.Sprintf("c%d", round), 3) },
			func() error { return c.save(j, fmt.Sprintf("first/%d", round)) },
			func() error { return c.append(j, fmt.Sprintf("d%d", round), 1) },
			func() error { return c.save(j, fmt.Sprintf("second/%d", round)) },
			func() error { return j.DropSnapshot(context.Background(), c.saved[len(c.saved)-2].Head) },
			func() error { return c.erase(j) },
			func() error { return c.append(j, fmt.Sprintf("e%d", round), 2) },
			func() error { return c.save(j, fmt.Sprintf("third/%d", round)) },
			func() error { return c.saveClean(j, fmt.Sprintf("clean/%d", round)) },
			func() error {
				if round == 0 {
					return nil
				}
				c.backupMin = len(c.acknowledged)
				head, err := j.backupTo(context.Background(), backup, "backup")
				c.backup = head
				return err
			},
			func() error { return c.append(j, fmt.Sprintf("f%d", round), 1) },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return errors.Join(err, j.Close())
			}
		}
		if err := j.Close(); err != nil {
			return err
		}
	}
	return nil
}

// verify opens the disk that is left and holds it against what was told. The
// store must go on afterwards.
func (c *course) verify(t *testing.T, d *simDisk, what string) {
	j, err := Open("sim", simOptions(d))
	require.NoError(t, err, what)
	log := c.compare(t, j, what)
	for name, n := range d.entries {
		if c.erased > 0 && name != lockName {
			require.False(t, c.holdsErased(n.shown), "%s: %s holds what was erased", what, name)
		}
	}
	s, ok, err := j.LoadSnapshot(context.Background(), math.MaxUint64)
	require.NoError(t, err, what)
	if ok {
		require.True(t, slices.ContainsFunc(c.saved, func(saved storage.Snapshot) bool { return reflect.DeepEqual(saved, s) }), "%s: a snapshot that nobody saved", what)
		require.Greater(t, max(s.Head.Seq, s.Clean), c.erased, "%s: a snapshot of before an erasure", what)
	}
	require.GreaterOrEqual(t, s.Head.Seq, c.kept, "%s: the snapshot is lost", what)
	next := course{acknowledged: log}
	require.NoError(t, next.append(j, "after", 4), what)
	require.NoError(t, next.append(j, "later", 1), what)
	require.NoError(t, j.Close(), what)
	report, err := check(context.Background(), d, "sim")
	require.NoError(t, err, what)
	require.Equal(t, next.head(), report.Head, what)
	require.Zero(t, report.Torn, what)
}

// holdsErased looks for the bodies that are to be gone.
func (c *course) holdsErased(b []byte) bool {
	for _, commit := range c.acknowledged[:c.erased] {
		for _, ch := range commit.Changes {
			if ch.Kind == forgotten.Kind && ch.Body != nil && bytes.Contains(b, ch.Body) {
				return true
			}
		}
	}
	return false
}

// compare reads the log and returns it.
func (c *course) compare(t *testing.T, j *Journal, what string) []storage.Commit {
	want := c.acknowledged
	var log []storage.Commit
	for commit, err := range j.Log(context.Background(), 0) {
		require.NoError(t, err, what)
		log = append(log, commit)
	}
	if len(log) > len(want) {
		want = append(slices.Clip(want), c.tried...)
	}
	require.Equal(t, len(want), len(log), "%s: a batch is there whole or not at all, and all that was acknowledged is there", what)
	for i, have := range log {
		if have.Hash != want[i].Hash || have.ID != want[i].ID || len(have.Changes) != len(want[i].Changes) {
			require.Equal(t, want[i], have, what)
		}
		for k, ch := range have.Changes {
			erasable := ch.Kind == forgotten.Kind
			switch {
			case ch.Body == nil && erasable && c.erasing:
			case erasable && have.Seq <= c.erased:
				require.Nil(t, ch.Body, "%s: commit %d holds what was erased", what, have.Seq)
			default:
				if !bytes.Equal(want[i].Changes[k].Body, ch.Body) || !bytes.Equal(want[i].Changes[k].Salt, ch.Salt) {
					require.Equal(t, want[i].Changes[k], ch, what)
				}
			}
		}
	}
	return log
}

// verifyBackup holds what is in the backup's directory against what was told:
// a whole copy, or nothing that is taken for one.
func (c *course) verifyBackup(t *testing.T, d *simDisk, what string) {
	j, err := Open("backup", &Options{directory: d, ReadOnly: true})
	if err != nil {
		require.Zero(t, c.backup, "%s: a backup that was acknowledged does not open: %v", what, err)
		return
	}
	head, err := j.Head()
	require.NoError(t, err, what)
	require.Equal(t, c.acknowledged[c.backupMin-1].Head, head, "%s: a backup that opens is whole", what)
	_, err = storage.Verify(context.Background(), j)
	require.NoError(t, err, what)
	_, err = check(context.Background(), d, "backup")
	require.NoError(t, err, what)
}

// TestSmallSegments proves the journal on a simulated disk, with segments of a
// few groups.
func TestSmallSegments(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	disks := make(map[string]*simDisk)
	storagetest.RunDurable(t, func(t *testing.T, dir string) (storage.Journal, func() error) {
		mu.Lock()
		defer mu.Unlock()
		if disks[dir] == nil {
			disks[dir] = newSim()
		}
		j, err := Open(dir, &Options{directory: disks[dir], SegmentSize: groupsStart + 4000, ahead: 500})
		require.NoError(t, err)
		return j, j.Close
	})
}

// TestPowerLoss cuts the power before each operation that changes anything, of
// a workload that rolls segments, saves snapshots, erases, backs up, closes and
// opens. Each set of unsynced sectors and directory entries is left out in
// turn; a third of them unless there is AIMSKIT_LONG. What was acknowledged is there, the last batch whole or not at all, the
// snapshot old or new, and what was erased is gone.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	states, n := 0, 1
	for ; ; n++ {
		d := newSim()
		d.crashAt = n
		backup := d.beside()
		var c course
		err := c.run(d, backup)
		for left := range d.someCrashes(n) {
			c.verify(t, left, fmt.Sprintf("power lost before write %d, state %d", n, states))
			states++
		}
		for left := range backup.crashes {
			c.verifyBackup(t, left, fmt.Sprintf("power lost before write %d", n))
		}
		if err == nil {
			break
		}
		require.ErrorIs(t, err, errCrashed)
	}
	require.Greater(t, n, 100)
	t.Logf("%d points, %d states", n, states)
}

// TestEveryFault lets each operation fail in turn, reads included, in several
// ways, one of which takes effect nevertheless. What was acknowledged stays, what
// was not is there whole or not at all; after a restart the store goes on, and if
// the power is lost then, it is still so.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		err   error
		short bool
		after bool
		each  int // which operations fail, unless there is AIMSKIT_LONG
	}{"EIO": {syscall.EIO, false, false, 1}, "disk full": {errSpace, true, false, 2}, "permission lost": {fs.ErrPermission, false, false, 3},
		"EIO, but done": {syscall.EIO, false, true, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if long {
				fault.each = 1
			}
			n := 1
			for ; ; n += fault.each {
				d := newSim()
				d.failAt, d.failing, d.short, d.after = n, fault.err, fault.short, fault.after
				backup := d.beside()
				var c course
				err := c.run(d, backup)
				what := fmt.Sprintf("operation %d", n)
				if d.all < n {
					require.NoError(t, err)
					break
				}
				if err != nil {
					require.ErrorIs(t, err, fault.err, what)
					require.NotErrorIs(t, err, storage.ErrCorrupt, "%s: a fault of the disk is not damage", what)
				}
				c.verifyBackup(t, backup.restarted(), what)
				c.verify(t, d.restarted(), what)
				var logErr error
				c.acknowledged, logErr = logOf(d)
				require.NoError(t, logErr)
				c.tried, c.erased, c.erasing = nil, 0, true
				states := 0
				for left := range d.someCrashes(n) {
					if states++; states > 16 || !long && states > 4 {
						break
					}
					j, err := Open("sim", simOptions(left))
					require.NoError(t, err, what)
					c.compare(t, j, what+", then the power lost")
					require.NoError(t, j.Close())
				}
			}
			require.Greater(t, n, 200)
			t.Logf("%d operations", n)
		})
	}
}

// TestPowerLossAfterRestart stops the workload at each operation, by a fault or
// by killing the process, so that the system still shows what it did not bring
// to the disk. The next process opens the store, appends once, and then the
// power is lost.
func TestPowerLossAfterRestart(t *testing.T) {
	t.Parallel()
	for _, killed := range []bool{false, true} {
		for n := 1; ; n++ {
			d := newSim()
			d.rng = rand.New(rand.NewPCG(uint64(n), 3)) // a sync that fails leaves other sectors out each time
			if d.failAt, d.failing = n, syscall.EIO; killed {
				d.failAt, d.crashAt = 0, n
			}
			var c course
			if err := c.run(d, d.beside()); err == nil && (killed || d.all < n) {
				break
			}
			what := fmt.Sprintf("operation %d, killed %t", n, killed)
			j, err := Open("sim", simOptions(d.restarted()))
			require.NoError(t, err, what)
			if len(c.compare(t, j, what)) > len(c.acknowledged) {
				c.acknowledged = append(c.acknowledged, c.tried...)
			}
			require.NoError(t, c.append(j, "next", 1), what)
			for _, again := range []bool{false, true} { // the erasure, which may have been done and not be on the disk
				if again {
					require.NoError(t, c.erase(j), what)
				}
				states := 0
				for left := range d.someCrashes(n) {
					if states++; states > 40 {
						break
					}
					after, err := Open("sim", simOptions(left))
					require.NoError(t, err, what)
					c.compare(t, after, what)
					require.NoError(t, after.Close(), what)
					for name, n := range left.entries {
						require.False(t, again && c.holdsErased(n.shown), "%s: %s holds what was erased", what, name)
					}
				}
			}
		}
	}
}

// TestEraseAgain kills an erasure at each operation, has the next process erase
// the same once more, and cuts the power: that the first has done all there was
// to do is not to say that it is on the disk.
func TestEraseAgain(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		d := newSim()
		j, err := Open("sim", simOptions(d))
		require.NoError(t, err)
		var c course
		require.NoError(t, c.append(j, "a", 4))
		require.NoError(t, c.save(j, "s"))
		for range 2 { // into another segment, which holds nothing to erase
			batch := storagetest.Chain(c.head(), "b", 5)
			require.NoError(t, storagetest.Append(context.Background(), j, c.head(), batch))
			c.acknowledged = append(c.acknowledged, batch...)
		}
		require.Greater(t, len(j.segments), 1)
		d.crashAt = d.writes + n
		if c.erase(j) == nil {
			require.Greater(t, n, 5)
			break
		}
		j, err = Open("sim", simOptions(d.restarted()))
		require.NoError(t, err)
		require.NoError(t, c.erase(j))
		for left := range d.crashes {
			for name, file := range left.entries {
				require.False(t, c.holdsErased(file.shown), "write %d: %s holds what was erased", n, name)
				require.False(t, isSnapshot(name), "write %d", n)
			}
		}
	}
}

func logOf(d *simDisk) (log []storage.Commit, err error) {
	j, err := Open("sim", &Options{directory: d, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	for c, err := range j.Log(context.Background(), 0) {
		if err != nil {
			return log, err
		}
		log = append(log, c)
	}
	return log, nil
}

// TestFaultInOpenStore lets each operation of one append fail: the store takes
// nothing more until it is opened again, and still shows what it had.
func TestFaultInOpenStore(t *testing.T) {
	t.Parallel()
	failures := 0
	for n := 1; n <= 40; n++ {
		d := newSim()
		j, err := Open("sim", simOptions(d))
		require.NoError(t, err)
		var c course
		require.NoError(t, c.append(j, "a", 2))
		d.failAt, d.failing = d.all+n, syscall.EIO
		var failed error
		for i := range 4 {
			if err := c.append(j, fmt.Sprintf("b%d", i), 2); err != nil {
				failed = err
				break
			}
		}
		if failed == nil {
			continue
		}
		failures++
		head := c.head()
		if !errors.Is(failed, ErrFailed) {
			require.ErrorIs(t, failed, syscall.EIO)
		}
		tried := c.tried
		require.ErrorIs(t, c.append(j, "c", 1), ErrFailed, "fault %d: nothing more is acknowledged", n)
		require.ErrorIs(t, c.save(j, "s"), ErrFailed)
		require.ErrorIs(t, c.erase(j), ErrFailed)
		c.erasing = false
		have, err := j.Head()
		require.NoError(t, err)
		require.Equal(t, head, have, "what failed does not show")
		c.tried = nil
		c.compare(t, j, "in the failed store")
		require.NoError(t, j.Close())
		c.tried = tried
		c.verify(t, d.restarted(), fmt.Sprintf("fault %d", n))
	}
	require.Greater(t, failures, 10)
}

// TestGoingOnAfterAFault lets each operation of a workload fail in turn, before
// or after it takes effect, and goes on with the same open store as its caller
// may, whatever failed: nothing that is acknowledged then is lost, also if the
// power is.
func TestGoingOnAfterAFault(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		n := 1
		for ; ; n++ {
			d := newSim()
			d.failing, d.after = syscall.EIO, after
			j, err := Open("sim", simOptions(d))
			require.NoError(t, err)
			d.failAt = d.all + n
			var c course
			var lost []storage.Commit // the batch whose outcome is unknown
			for i := range 5 {
				for _, step := range []func() error{
					func() error { return c.append(j, fmt.Sprint("a", i), 2) },
					func() error { return c.save(j, fmt.Sprint("s", i)) },
					func() error { return c.append(j, fmt.Sprint("b", i), 1) },
					func() error { return c.erase(j) },
				} {
					if len(c.acknowledged) == 0 && c.tried != nil {
						break
					}
					if err := step(); err != nil && lost == nil {
						lost = c.tried
					}
				}
			}
			done := d.all < d.failAt
			_ = j.Close() // it may fail too
			c.tried = lost
			what := fmt.Sprintf("operation %d, done %t", n, after)
			c.kept = 0 // whether one is there depends on what failed
			states := 0
			for left := range d.someCrashes(n) {
				if states++; states > 16 {
					break
				}
				c.verify(t, left, what+", then the power lost")
			}
			c.verify(t, d.restarted(), what)
			if done {
				break
			}
		}
		require.Greater(t, n, 100)
	}
}

// TestLyingSync runs the workload on a disk that says it has synced and has
// not, and cuts the power. Nothing can save what was acknowledged there; what
// is left must be a valid prefix, or be refused, and whoever has kept the head
// elsewhere must learn of the loss.
func TestLyingSync(t *testing.T) {
	t.Parallel()
	refused, shorter := 0, 0
	for n := 20; ; n += 5 {
		d := newSim()
		c := course{}
		j, err := Open("sim", simOptions(d))
		require.NoError(t, err)
		require.NoError(t, c.append(j, "honest", 1))
		require.NoError(t, j.Close())
		d.lies, d.crashAt = true, n
		backup := d.beside()
		err = c.run(d, backup)
		for left := range d.crashes {
			j, openErr := Open("sim", simOptions(left))
			if openErr != nil {
				require.ErrorIs(t, openErr, storage.ErrCorrupt, "write %d", n)
				refused++
				continue
			}
			log, err := logOf(left)
			if err != nil {
				require.ErrorIs(t, err, storage.ErrCorrupt, "write %d", n)
				refused++
				continue
			}
			all := append(slices.Clip(c.acknowledged), c.tried...)
			require.LessOrEqual(t, len(log), len(all))
			for i := range log {
				require.Equal(t, all[i].Hash, log[i].Hash, "write %d: what is left is a prefix", n)
			}
			require.NoError(t, j.Close())
			opts := simOptions(left)
			opts.Expect = c.head()
			again, expectErr := Open("sim", opts)
			if len(log) < len(c.acknowledged) {
				require.ErrorIs(t, expectErr, ErrRolledBack, "write %d: the loss is reported", n)
				shorter++
				continue
			}
			require.NoError(t, expectErr)
			require.NoError(t, again.Close())
		}
		if err == nil {
			break
		}
	}
	require.Positive(t, refused)
	require.Positive(t, shorter)
	t.Logf("%d states refused, %d shorter", refused, shorter)
}
