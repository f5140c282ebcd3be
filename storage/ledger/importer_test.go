package ledger_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever imports the package compiles none of the engine anew: the object of a
// program that names its types stays small.
func TestImportersCompileLittle(t *testing.T) {
	const most = 3 << 20                        // bytes
	dir, err := os.MkdirTemp(".", "_importers") // within the module, which go list leaves out
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	for name, src := range map[string]string{
		"bare": `package p

import "github.com/aimskit/aimskit/storage/ledger"

func F(l *ledger.Ledger) {}
`,
		"view": `package p

import "github.com/aimskit/aimskit/storage/ledger"

func F(l *ledger.Ledger) int { return l.View().Len() }
`,
		"kind": `package p

import "github.com/aimskit/aimskit/storage/ledger"

type note struct {
	ID, Text string
	Revision uint64
}

var notes = ledger.MustDeclare(ledger.Spec[note]{Name: "note", Key: func(n *note) string { return n.ID }, Revision: func(n *note) *uint64 { return &n.Revision }})

func F(l *ledger.Ledger) (n int) {
	for range notes.Of(l.View()).Where("by", "x").All() {
		n++
	}
	return n
}
`,
	} {
		t.Run(name, func(t *testing.T) {
			file, object := filepath.Join(dir, name+".go"), filepath.Join(t.TempDir(), "p.a")
			require.NoError(t, os.WriteFile(file, []byte(src), 0o600))
			out, err := exec.Command("go", "build", "-buildmode=archive", "-o", object, file).CombinedOutput()
			require.NoError(t, err, "%s", out)
			info, err := os.Stat(object)
			require.NoError(t, err)
			t.Log(info.Size(), "bytes")
			require.Less(t, info.Size(), int64(most))
		})
	}
}
