package storagetest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
)

// brokenMode is set in the process that runs the suite over what is broken.
const brokenMode = "STORAGETEST_BROKEN"

// TestBroken runs the suite over stores that are broken, and fails. It is for
// TestSuiteCatches, in a process of its own.
func TestBroken(t *testing.T) {
	if os.Getenv(brokenMode) == "" {
		t.Skip("fails on purpose; TestSuiteCatches runs it")
	}
	patience, many = 500*time.Millisecond, 500
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) { Run(t, f.open) })
	}
	runBrokenPowers(t)
	for _, f := range durableFaults {
		t.Run(f.name, func(t *testing.T) {
			kept := map[string][]storage.Commit{}
			RunDurable(t, func(t *testing.T, dir string) (storage.Journal, func() error) {
				closed := false
				o := &own{log: kept[dir], add: func(o *own, batch storage.Batch) error {
					if closed {
						return storage.ErrClosed
					}
					if err := batch.Fits(o.last()); err != nil {
						return err
					}
					o.log = append(o.log, copied(batch.Commits())...)
					return nil
				}}
				return o, func() error { closed, kept[dir] = true, f.lose(o.log); return nil }
			})
		})
	}
}

// The suite catches what is broken, in the test that is about it and in words
// that say what is wrong.
func TestSuiteCatches(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBroken$", "-test.v", "-test.timeout=2m",
		"-rapid.checks=10", "-rapid.nofailfile", "-rapid.shrinktime=1ns")
	cmd.Env = append(os.Environ(), brokenMode+"=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "all passes")
	if at := strings.Index(string(out), "\npanic: "); at >= 0 {
		t.Fatalf("it does not come to its end: %s", out[at:])
	}
	// What each test has said, by its name.
	said := map[string]string{}
	var test string
	for line := range strings.Lines(string(out)) {
		if m := regexp.MustCompile(`^=== (?:RUN|NAME) +TestBroken/(.*)\n$`).FindStringSubmatch(line); m != nil {
			test = strings.ReplaceAll(m[1], "_", " ")
			continue
		}
		said[test] += line
	}
	failed := func(test string) bool {
		return strings.Contains(string(out), "--- FAIL: TestBroken/"+strings.ReplaceAll(test, " ", "_")+" (")
	}
	check := func(name, test, says string) {
		t.Run(name, func(t *testing.T) {
			if test == "" {
				require.False(t, failed(name), "what is sound passes")
				return
			}
			test := name + "/" + test
			require.True(t, failed(test), "it passes %s", test)
			require.True(t, strings.Contains(said[test], says), "it does not say %q but\n%s", says, said[test])
		})
	}
	for _, f := range faults {
		check(f.name, f.test, f.says)
	}
	for _, f := range durableFaults {
		check(f.name, "Reopen", f.says)
	}
	for _, f := range snapshotFaults {
		check("snapshots: "+f.name, f.test, f.says)
	}
	for _, f := range eraserFaults {
		check("eraser: "+f.name, f.test, f.says)
	}
	for _, f := range tenantFaults {
		check("tenants: "+f.name, f.test, f.says)
	}
}
