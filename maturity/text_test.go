package maturity_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestDashboard(t *testing.T) {
	registered := newOrg(t)
	registered.step1()
	third, history := sustained(t)
	for _, c := range []struct {
		name    string
		org     *org
		history []maturity.History
	}{{"new", newOrg(t), nil}, {"registered", registered, nil}, {"defensible", mature(t), nil}, {"sustained", third, []maturity.History{history}}} {
		t.Run(c.name, func(t *testing.T) {
			got := maturity.Dashboard(c.org.report(c.history...), c.org.View().Findings(c.org.now))
			file := filepath.Join("testdata", "dashboard-"+c.name+".txt")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err, "write it with -update")
			require.Empty(t, cmp.Diff(string(want), got))
			checkScreen(t, got)
		})
	}
}

func checkScreen(t *testing.T, text string) {
	t.Helper()
	lines := strings.Split(text, "\n")
	require.Less(t, len(lines), 50, "one screen")
	for _, l := range lines {
		require.LessOrEqual(t, utf8.RuneCountInString(l), 100, l)
		require.Equal(t, strings.TrimRight(l, " "), l)
		require.False(t, strings.ContainsFunc(l, unicode.IsControl), "%q", l)
	}
}

func TestDashboardKeepsItsFormWhateverNamesSay(t *testing.T) {
	o := mature(t)
	revise("spam", func(s *register.System) {
		s.Name, s.Owner = "Filter\x1b[31m\u202e "+strings.Repeat("long ", 30), ""
	})(o)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.AttachEvidence(proofOf(annexa.MustParse("A.4.5"), o.now, 3))
	})
	r := o.report()
	text := maturity.Dashboard(r, o.View().Findings(o.now))
	checkScreen(t, text)
	require.NotContains(t, text, "\u202e")
	require.Contains(t, text, "ML1.03 Every system has an accountable owner")
	checkScreen(t, maturity.Dashboard(maturity.Report{}, nil))
}
