package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/proof"
)

// verify runs the program and returns what it prints.
func verify(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, &out)
	return out.String(), err
}

func TestVerify(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	in := func(name string) string { return filepath.Join(dir, name) }
	_, err := verify(t, "-demo", dir)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(in("store")), "the files are enough")

	printed, err := verify(t, "-key", in("key"), "-old", in("checkpoint.old"), "-consistency", in("consistency"), in("checkpoint"), in("receipt"))
	require.NoError(t, err)
	for _, want := range []string{
		`journal  harbour-bank\.example/aims, 3 commits, signed by harbour-bank\.example/aims\n`,
		`history  it continues the 2 commits`,
		`record   "system" "cv-screener", schema 2\n`,
		`what     \{.*"Sorts applications by how well they fit the post\.".*\}\n`,
		`when     20\d\d-.*Z, in commit 3 of 3, as change \d of \d\n`,
		`by       "joan": "what it is for, in our own words"\n`,
	} {
		require.Regexp(t, regexp.MustCompile(want), printed)
	}

	// What does not fit together is refused, and nothing is said of it.
	receipt, err := os.ReadFile(in("receipt"))
	require.NoError(t, err)
	forged := bytes.Replace(receipt, []byte("Sorts"), []byte("Shows"), 1)
	require.NoError(t, os.WriteFile(in("forged"), forged, 0o600))
	printed, err = verify(t, "-key", in("key"), in("checkpoint"), in("forged"))
	require.ErrorIs(t, err, proof.ErrMismatch)
	require.NotContains(t, printed, "Shows")
	_, err = verify(t, "-key", in("key"), in("checkpoint.old"), in("receipt"))
	require.ErrorIs(t, err, proof.ErrMismatch)
	_, err = verify(t, "-key", in("key"), "-old", in("checkpoint"), "-consistency", in("consistency"), in("checkpoint.old"))
	require.ErrorIs(t, err, proof.ErrMismatch)
	other := filepath.Join(t.TempDir(), "other")
	_, err = verify(t, "-demo", other)
	require.NoError(t, err)
	_, err = verify(t, "-key", filepath.Join(other, "key"), in("checkpoint"), in("receipt"))
	require.ErrorIs(t, err, proof.ErrSignature)

	for _, args := range [][]string{{}, {"-key", in("key")}, {"-key", in("key"), "-old", in("checkpoint.old"), in("checkpoint")},
		{"-key", in("none"), in("checkpoint")}, {"-key", in("receipt"), in("checkpoint")}, {"-demo", dir}} {
		_, err := verify(t, args...)
		require.Error(t, err, args)
	}
}
