package dashboard_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/maturity/dashboard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The pages of two organisations are as they were: a change of a page shows in review.
// The style sheet is left out, and a tag stands on each line.
func TestGoldenPages(t *testing.T) {
	o := mature(t)
	o.pass(40)
	h := o.handler(dashboard.Options{})
	for name, path := range map[string]string{"board": "/", "lead": "/lead", "auditor": "/auditor", "systems": "/systems", "system": "/systems/credit", "control": "/controls/A.6.2.4",
		"findings": "/findings", "criterion": "/criteria/ML1.01", "records": "/records", "not-found": "/systems/nope", "bad-query": "/systems?colour=red"} {
		golden(t, name+".html", lines(get(h, path).body))
	}
	n := newOrg(t)
	golden(t, "new.html", lines(get(n.handler(dashboard.Options{}), "/").body))
	s := o.screen(nil)
	for _, p := range dashboard.Packs() {
		var b bytes.Buffer
		require.NoError(t, s.WriteMarkdown(&b, p))
		var page bytes.Buffer
		require.NoError(t, s.WritePack(&page, p, nil))
		golden(t, "pack-"+string(p)+".html", regexp.MustCompile(`<style>[^<]*</style>|sha256-.*?&#39;`).ReplaceAllString(lines(page.String()), "STYLE"))
		golden(t, string(p)+".md", regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(b.String(), "HASH"))
	}
}

// lines puts each tag of a page on a line of its own.
func lines(page string) string {
	page = regexp.MustCompile(`style-[0-9a-f]+\.css`).ReplaceAllString(page, "style.css")
	page = regexp.MustCompile(`[0-9a-f]{4} [0-9a-f]{4} … [0-9a-f]{4}|[0-9a-f]{64}`).ReplaceAllString(page, "HASH") // salts are drawn
	page = regexp.MustCompile(`>\s*<`).ReplaceAllString(page, ">\n<")
	return strings.TrimSpace(page) + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "go test -run Golden -update writes it")
	require.Empty(t, cmp.Diff(string(want), got), name)
}
