package aims_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

var updateDoc = flag.Bool("update-doc", false, "write the table of rights into doc.go")

// rightsTable is the table of rights as the package documentation prints it.
func rightsTable() string {
	var b strings.Builder
	line := func(verb, does, may, never, clause string) {
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("//\t%-23s %-9s  %-56s  %-27s  %s", verb, does, may, never, clause), " "))
	}
	line("verb", "does", "who may", "who never", "clause")
	for _, r := range aims.Rights() {
		verb := r.Verb
		if r.When != "" {
			fmt.Fprintf(&b, "//\t  if %s:\n", r.When)
			verb = "  " + verb
		}
		never := join(r.Never)
		if never == "" {
			never = "-"
		}
		line(verb, r.Does, join(r.May), never, r.Clause)
	}
	return b.String()
}

func join[T ~string](of []T) string {
	texts := make([]string, len(of))
	for i, s := range of {
		texts[i] = string(s)
	}
	return strings.Join(texts, ", ")
}

// The table in the package documentation is the data.
func TestRightsAreInTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), "//\tverb ")
	if *updateDoc && !ok {
		before, rest, ok = strings.Cut(string(text), "//\t@@TABLE@@")
	}
	require.True(t, ok)
	i := strings.Index(rest, "\n//\n")
	require.GreaterOrEqual(t, i, 0)
	if *updateDoc {
		require.NoError(t, os.WriteFile("doc.go", []byte(before+strings.TrimSuffix(rightsTable(), "\n")+rest[i:]), 0o644))
		return
	}
	require.Equal(t, strings.TrimSuffix(rightsTable(), "\n"), "//\tverb "+rest[:i], "go test ./aims -run RightsAreIn -update-doc")
}
