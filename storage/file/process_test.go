package file

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// The test binary is also the program whose death these tests look at.
func TestMain(m *testing.M) {
	if dir := os.Getenv("AIMSKIT_CHILD_DIR"); dir != "" {
		runtime.LockOSThread() // strace counts the calls of each thread by itself
		if err := children[os.Getenv("AIMSKIT_CHILD")](dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	debug.SetGCPercent(400) // the simulated disks are many and short-lived
	os.Exit(m.Run())
}

// children are the programs, by name.
var children = map[string]func(dir string) error{
	"work":  workForever,
	"count": func(dir string) error { return work(dir, 12) },
	"hold":  hold,
}

// child is the command that runs one of them.
func child(name, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "AIMSKIT_CHILD="+name, "AIMSKIT_CHILD_DIR="+dir)
	return cmd
}

func workForever(dir string) error { return work(dir, math.MaxInt32) }

// work appends, rolls segments, saves snapshots and erases, and prints each
// sequence number once it is acknowledged; "-" and the number once everything
// up to it is erased.
func work(dir string, steps int) error {
	ctx := context.Background()
	j, err := Open(dir, &Options{SegmentSize: groupsStart + 3000})
	if err != nil {
		return err
	}
	for i := range steps {
		head, err := j.Head()
		if err != nil {
			return err
		}
		batch := storagetest.Chain(head, fmt.Sprintf("p%d-%d", os.Getpid(), i), 1+i%3)
		if err := storagetest.Append(ctx, j, head, batch); err != nil {
			return err
		}
		last := batch[len(batch)-1]
		fmt.Println(last.Seq)
		switch i % 8 {
		case 3:
			err = j.SaveSnapshot(ctx, storage.Snapshot{Head: last.Head, Time: last.Time, Form: "f", Data: []byte("data")})
		case 6:
			if err = j.Erase(ctx, []storage.RecordID{{Kind: "thing", Key: "k0"}}, last.Seq); err == nil {
				fmt.Println("-", last.Seq)
			}
		}
		if err != nil {
			return err
		}
	}
	return j.Close()
}

// hold opens a store, says so, and stays.
func hold(dir string) error {
	if _, err := Open(dir, nil); err != nil {
		return err
	}
	fmt.Println("held")
	select {}
}

// told is what a child has said.
type told struct{ acknowledged, erased uint64 }

func (k *told) hear(line string) error {
	if rest, ok := cutErased(line); ok {
		n, err := strconv.ParseUint(rest, 10, 64)
		k.erased = max(k.erased, n)
		return err
	}
	n, err := strconv.ParseUint(line, 10, 64)
	k.acknowledged = max(k.acknowledged, n)
	return err
}

func cutErased(line string) (string, bool) {
	if len(line) > 2 && line[:2] == "- " {
		return line[2:], true
	}
	return "", false
}

// survives opens what a dead child has left and holds it against what it said.
func (k *told) survives(t *testing.T, dir, what string) {
	r, err := Open(dir, &Options{ReadOnly: true})
	require.NoError(t, err, what)
	require.NoError(t, r.Close())
	j, err := Open(dir, nil)
	require.NoError(t, err, what)
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err, what)
		for _, ch := range c.Changes {
			require.False(t, c.Seq <= k.erased && ch.Key == "k0" && ch.Body != nil, "%s: commit %d holds what was erased", what, c.Seq)
		}
	}
	head, err := j.Head()
	require.NoError(t, err)
	require.GreaterOrEqual(t, head.Seq, k.acknowledged, "%s: an acknowledged commit is lost", what)
	require.NoError(t, j.Close())
	report, err := Check(t.Context(), dir)
	require.NoError(t, err, what)
	require.Equal(t, head, report.Head, what)
}

// TestKill kills a process at work, again and again, at a random moment: every
// commit that it has acknowledged is there. AIMSKIT_KILLS says how often.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 10
	if n, err := strconv.Atoi(os.Getenv("AIMSKIT_KILLS")); err == nil {
		rounds = n
	}
	rng := rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	var dir string
	var k told
	for round := range rounds {
		if round%20 == 0 {
			dir, k = t.TempDir(), told{}
		}
		cmd := child("work", dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		kill := 1 + rng.IntN(40)
		delay := time.Duration(rng.IntN(2000)) * time.Microsecond
		lines := bufio.NewScanner(out)
		for n := 1; lines.Scan(); n++ {
			require.NoError(t, k.hear(lines.Text()), "the child says: %s", lines.Text())
			if n == kill {
				time.AfterFunc(delay, func() { _ = cmd.Process.Kill() }) // it may be anywhere in what it does by then
			}
		}
		_ = cmd.Wait() // killed
		require.Positive(t, k.acknowledged)
		k.survives(t, dir, fmt.Sprintf("round %d", round))
	}
}

// TestFollowProcess follows a process that appends, rolls segments, saves
// snapshots and erases: what it acknowledges is read, once and in order, whatever
// it does meanwhile, and copies and checks of its store are sound.
func TestFollowProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := child("work", dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}()
	lines := bufio.NewScanner(out)
	var k told
	hear := func() {
		require.True(t, lines.Scan(), "the child has died")
		require.NoError(t, k.hear(lines.Text()), lines.Text())
	}
	for k.acknowledged == 0 {
		hear()
	}
	r, err := Open(dir, &Options{ReadOnly: true})
	require.NoError(t, err)
	defer r.Close()
	var head storage.Head
	for round := 0; head.Seq < 400; round++ {
		hear()
		for c, err := range r.Log(t.Context(), head.Seq) {
			require.NoError(t, err)
			_, err = storage.NewBatch(head, []storage.Commit{c})
			require.NoError(t, err, "the chain goes on")
			head = c.Head
		}
		require.GreaterOrEqual(t, head.Seq, k.acknowledged)
		_, _, err := r.LoadSnapshot(t.Context(), math.MaxUint64)
		require.NoError(t, err)
		if round%10 != 9 {
			continue
		}
		for c, err := range r.Log(t.Context(), 0) { // from segments that are written anew
			require.NoError(t, err)
			if c.Seq == head.Seq {
				break
			}
		}
		copied := filepath.Join(t.TempDir(), "copy")
		at, err := r.Backup(t.Context(), copied)
		require.NoError(t, err)
		require.GreaterOrEqual(t, at.Seq, head.Seq)
		for _, store := range []string{copied, dir} {
			report, err := Check(t.Context(), store)
			require.NoError(t, err)
			require.GreaterOrEqual(t, report.Head.Seq, head.Seq)
		}
	}
	require.Positive(t, k.erased)
}

// TestSecondProcess opens a store that another process holds: it is refused,
// the holder is named, and reading goes beside it.
func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	cmd := child("hold", dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "held\n", line)
	_, err = Open(dir, nil)
	require.ErrorIs(t, err, storage.ErrLocked)
	require.ErrorContains(t, err, fmt.Sprint("process ", cmd.Process.Pid, " on "))
	require.ErrorContains(t, err, " since 20")
	r, err := Open(dir, &Options{ReadOnly: true})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // killed
	j, err := Open(dir, nil)
	require.NoError(t, err, "the lock goes with the process, however it ends")
	require.NoError(t, j.Close())
}
