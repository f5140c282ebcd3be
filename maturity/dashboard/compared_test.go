package dashboard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// revised is an organisation with three versions of its policy, the third a draft, and a
// document that another one replaces, beside one of its own.
func revised(t *testing.T) *org {
	o := newOrg(t)
	o.step1()
	o.pass(1)
	document := func(id, text, replaces string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.DraftDocument(aims.Document{ID: id, Title: "How we work", Text: text, Replaces: replaces, DocumentControl: aims.DocumentControl{Distribution: everybody}})
		}
	}
	for i, text := range []string{"We use AI.\nA person answers.\nWe ask.", "We use AI.\nTwo persons answer.\nWe ask."} {
		id := []string{"pol-1", "pol-2"}[i]
		o.do("ada", func(tx *aims.Tx) error {
			return tx.DraftPolicy(aims.Policy{ID: id, Title: "AI policy", Owner: "pam", Text: text, FramesObjectives: i == 1})
		})
		o.approvePolicy(id)
		o.pass(1)
	}
	o.do("ada", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{ID: "pol-3", Title: "AI policy", Owner: "pam", Text: "We use AI, <b>boldly</b>."})
	})
	o.do("ada", document("doc-1", "By two.", ""))
	o.do("ada", document("doc-other", "By nobody.", ""))
	o.do("ada", document("doc-2", "By three.", "doc-1"))
	return o
}

// The page of a paper says what changed from the version before, in words and not by colour
// alone, or from another one that is asked for; the same as JSON.
func TestVersionsAreCompared(t *testing.T) {
	o := revised(t)
	h := o.handler(dashboard.Options{})
	page := func(path string) string {
		a := get(h, path)
		require.Equal(t, 200, a.status, path)
		return a.body
	}
	body := page("/policies/pol-2")
	require.Contains(t, body, "What changed from pol-1")
	require.Contains(t, body, `Line 2 removed:</span> <del>A person answers.</del>`)
	require.Contains(t, body, `Line 2 added:</span> <ins>Two persons answer.</ins>`)
	require.NotContains(t, body, "<del>We ask.</del>", "what stayed is not told")
	require.Contains(t, body, `?against=pol-3"`)
	require.Contains(t, page("/policies/pol-3"), "What changed from pol-2", "a draft is compared with what is in force")
	require.Contains(t, page("/policies/pol-3"), "We use AI, &lt;b&gt;boldly&lt;/b&gt;.")
	require.Contains(t, page("/policies/pol-3?against=pol-1"), "What changed from pol-1")
	require.NotContains(t, page("/people/ada"), "What changed from")
	require.Contains(t, page("/documents/doc-2"), "What changed from doc-1")
	require.NotContains(t, page("/documents/doc-other"), "What changed from", "it is another document")

	var r dashboard.RecordPage
	require.NoError(t, json.Unmarshal([]byte(get(h, "/policies/pol-2.json").body), &r))
	before, _ := o.View().Policies().Get("pol-1")
	after, _ := o.View().Policies().Get("pol-2")
	require.Equal(t, &dashboard.Comparison{Against: "pol-1", Differences: aims.CompareVersions(before, after)}, r.Compared)

	for path, status := range map[string]int{
		"/policies/pol-2?against=ghost":               404,
		"/documents/doc-2?against=doc-other":          404,
		"/policies/pol-2?against=pol-2":               400,
		"/policies/pol-2?against=pol-1&against=pol-3": 400,
		"/people/ada?against=bob":                     400,
	} {
		require.Equal(t, status, get(h, path).status, path)
	}
}

// The pages that are exported compare as those that are served.
func TestVersionsAreComparedInAnExport(t *testing.T) {
	z, _, _ := revised(t).zip(dashboard.ExportOptions{})
	var found []string
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "policies/") && strings.Contains(read(t, z, f.Name), "What changed from") {
			found = append(found, f.Name)
		}
	}
	require.Greater(t, len(found), 4, "%v", found)
}
