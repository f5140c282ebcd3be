package bench

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var (
	showTable = flag.Bool("table", false, "TestTable measures and prints the table")
	records   = flag.Int("records", 10_000, "live records of the stores that are opened and read")
	commits   = flag.Int("commits", 0, "commits of the journal with a long history; 0: ten times -records")
	rounds    = flag.Int("rounds", 5, "rounds of which TestTable takes the medians")
	period    = flag.Duration("period", time.Second, "how long TestTable lets each peer write in a round")
)

// scratch holds the stores that several measurements share.
var scratch string

func TestMain(m *testing.M) {
	flag.Parse()
	if which := os.Getenv(syncsOf); which != "" {
		if err := writeForCounting(which, os.Getenv(syncsDir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	var err error
	if scratch, err = os.MkdirTemp("", "aimskit-bench-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// scratchDir returns a path for a store that is shared.
func scratchDir(name string) string { return filepath.Join(scratch, name) }
