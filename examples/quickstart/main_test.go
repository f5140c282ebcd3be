package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// output runs the program on a directory and returns what it prints.
func output(t *testing.T, dir string) string {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	stdout := os.Stdout
	os.Stdout = write
	defer func() { os.Stdout = stdout }()
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(read)
		text <- string(b)
	}()
	err = run(t.Context(), dir, false)
	require.NoError(t, write.Close())
	printed := <-text
	require.NoError(t, err)
	return printed
}

func TestStory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bank")
	first := output(t, dir)
	for _, part := range []string{
		"12 systems, and 12 impact assessments fired",
		"refused: gate G2",
		"an owner is a person on file",
		"signed by tom and ruth",
		"of ISO/IEC 42001 and ISO/IEC 27001",
		"no fresh evidence",
		"nist-ai-rmf",
		"MATURITY   ML0",
		"Next       1.",
		"7. What lies ahead?",
		"ML2 by ",
		"ML1.07 Policy is communicated",
		"The next sixty days",
		"Of 49 pieces of documented information",
		"8. What to do next",
		"The store is kept in",
		"bank-pages/index.html",
	} {
		require.Contains(t, first, part)
	}
	for line := range strings.Lines(first) {
		require.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 100, line)
	}

	// The pages stand beside the store.
	board, err := os.ReadFile(dir + "-pages/index.html")
	require.NoError(t, err)
	require.Contains(t, string(board), "Harbour Bank")
	require.FileExists(t, dir+"-pages/systems/credit-scoring.html")

	// Run again, it opens what it left and writes nothing.
	again := output(t, dir)
	require.Contains(t, again, "Nothing is written this time.")
	require.Contains(t, output(t, ""), "go run ./examples/quickstart -dir bank")
	_, report, ok := strings.Cut(first, "6. Where are we?")
	require.True(t, ok)
	require.True(t, strings.HasSuffix(again, report), "the second run reports the same state")
}
