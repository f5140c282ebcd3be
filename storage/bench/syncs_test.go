package bench

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Syncs are counted by strace: this program runs itself under it, told by its
// environment which peer to write with and where.
const (
	syncsOf  = "AIMSKIT_BENCH_SYNCS_OF"
	syncsDir = "AIMSKIT_BENCH_SYNCS_DIR"
)

// countedCommits is how many commits syncs are counted over.
const countedCommits = 4096

// errNoStrace says that syncs can't be counted here.
var errNoStrace = errors.New("strace is not installed, or may not trace")

// countSyncs returns how often a peer calls fsync and fdatasync for a commit.
func countSyncs(p peer, dir string, writers int) (float64, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return 0, errNoStrace
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	trace := filepath.Join(dir, "trace")
	cmd := exec.Command(strace, "-f", "-qq", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=fsync,fdatasync,mkdirat", "-o", trace, self)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", syncsOf, writers, p.name), syncsDir+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "strace:") {
			return 0, errNoStrace
		}
		return 0, fmt.Errorf("%s: %w: %s", p.name, err, out)
	}
	b, err := os.ReadFile(trace)
	if err != nil {
		return 0, err
	}
	n, counting := 0, false
	for line := range strings.Lines(string(b)) {
		switch {
		case strings.Contains(line, "/counting-begins"):
			counting = true
		case strings.Contains(line, "/counting-ends"):
			return float64(n) / countedCommits, nil
		case counting && (strings.Contains(line, " fsync(") || strings.Contains(line, " fdatasync(")):
			n++
		}
	}
	return 0, errNoStrace
}

// writeForCounting is what the program does under strace. Two directories mark
// where the counting begins and ends.
func writeForCounting(which, dir string) error {
	number, name, _ := strings.Cut(which, " ")
	writers, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	for _, p := range peers() {
		if p.name != name {
			continue
		}
		s, err := p.open(dir, writers)
		if err != nil {
			return err
		}
		if _, err := drive(s, writers, 0, atMost(256)); err != nil {
			return err
		}
		begins, ends := filepath.Join(dir, "counting-begins"), filepath.Join(dir, "counting-ends")
		if err := os.Mkdir(begins, 0o700); err != nil {
			return err
		}
		if _, err := drive(s, writers, 1000, atMost(countedCommits)); err != nil {
			return err
		}
		return errors.Join(os.Mkdir(ends, 0o700), s.close())
	}
	return fmt.Errorf("there is no peer %q", which)
}
