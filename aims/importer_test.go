package aims_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever names a Manager compiles what has a type parameter once more. So that
// none of the engine has one, and the object of a package of three lines stays
// small: it was of 33 MB once, and took 8 s. An accessor that returns Records adds
// some 80 kB, one that yields hardly anything. Retirements, channels and rules of use are
// looked up and chosen by system, and so return Records; so are resources, which systems share, and passages of gates.
func TestImporterIsCheap(t *testing.T) {
	object := filepath.Join(t.TempDir(), "importer.a")
	out, err := exec.Command("go", "build", "-o", object, "./testdata/importer").CombinedOutput()
	require.NoError(t, err, string(out))
	info, err := os.Stat(object)
	require.NoError(t, err)
	t.Logf("%d bytes", info.Size())
	require.Less(t, info.Size(), int64(5_600_000))
}
