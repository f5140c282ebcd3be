package euact_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
)

var update = flag.Bool("update", false, "write golden files anew")

// form is the form about a system in a language.
func form(t *testing.T, s register.System, in issue.Teller) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, euact.DefaultUseForm().WriteIn(&b, s, in))
	return b.String()
}

// Whoever fills the form in in German answers the same questions under the same conditions.
func TestFormInGerman(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	english, err := phrase.In(language.English)
	require.NoError(t, err)
	for name, s := range map[string]register.System{
		"empty":   {},
		"recruit": {Practices: []register.Practice{register.PracticeRecruitment}, Domains: []register.Domain{register.DomainEmployment}, Profiling: register.No},
		"content": {Functions: []register.Function{register.FunctionGenerate}, Profiling: register.Yes},
	} {
		plain, told := form(t, s, nil), form(t, s, german)
		require.Equal(t, plain, form(t, s, english), name)
		codes := func(page string) (all []string) {
			for i, part := range strings.Split(page, "`") {
				if i%2 == 1 {
					all = append(all, part)
				}
			}
			return all
		}
		require.Equal(t, codes(plain), codes(told), name)
		for _, mark := range []string{"\n### ", "\n## ", "\n- ", "\n  - ", "\n**"} {
			require.Equal(t, strings.Count(plain, mark), strings.Count(told, mark), "%s: %q", name, mark)
		}
		require.NotContains(t, told, "%!", name)
	}
	require.Empty(t, german.Missing())
	page := form(t, register.System{}, german)
	path := filepath.Join("testdata", "form.de.md")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(page), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./impact/euact -run TestFormInGerman -update")
	require.Equal(t, string(want), page)
}
