package dashboard_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
)

// nasty is text as somebody may have written it who means harm.
const nasty = `<script>pwn()</script>"><img src=x onerror='pwn()'>` + "\u202e" + `{{.}} | # _x_ [a](javascript:pwn()) </title></style>`

// Text that people wrote stands on pages as text: nothing of it becomes markup, turns the
// direction of what stands beside it, or leads anywhere. Package browsertest looks at
// more of it in a browser.
func TestHostileText(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		own := tx.Organisation()
		own.Name = nasty
		if err := tx.PutOrganisation(own); err != nil {
			return err
		}
		s := creditScorer()
		s.ID, s.Name, s.Purpose, s.Description = "nasty", nasty, nasty, nasty
		if err := tx.RegisterSystem(s); err != nil {
			return err
		}
		if err := tx.PutRisk(register.Risk{ID: "nasty", Title: nasty, Axis: register.AxisPeople, Area: "safety", Owner: "ada", Systems: []string{"nasty"}}); err != nil {
			return err
		}
		if err := tx.ReportIncident(aims.Incident{ID: "nasty", Title: nasty, Description: nasty, Systems: []string{"nasty"}, Grade: aims.GradeHigh, DetectedOn: o.now, Owner: "ada"}); err != nil {
			return err
		}
		return tx.AttachEvidence(aims.Evidence{ID: "nasty", Title: nasty, Collected: calendar.Of(o.now, nil), URI: "javascript:pwn()", Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.4"))}})
	})
	require.NoError(t, o.Update(o.ctx, aims.By{Actor: "ada", Reason: nasty}, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("nasty")
		s.Decisions = nasty
		_, err := tx.ReviseSystem(s)
		return err
	}))
	h := o.handler(dashboard.Options{})
	own := regexp.MustCompile(`(?i)<script|<img|onerror='|href="javascript|\x{202e}|</title></style>`)
	for _, path := range []string{"/", "/lead", "/auditor", "/systems", "/systems/nasty", "/risks", "/risks/nasty", "/incidents/nasty", "/evidence", "/evidence/nasty", "/findings", "/agenda", "/trail",
		"/criteria/ML1.13", "/organisation/organisation", "/systems?q=" + strings.ReplaceAll(`%3Cscript%3E%22%3E`, " ", ""), "/systems?%3Cscript%3E=1", "/systems/%3Cscript%3E", "/?at=%3Cscript%3E"} {
		a := get(h, path)
		require.NotEqual(t, http.StatusInternalServerError, a.status, path)
		if at := own.FindStringIndex(a.body); at != nil {
			t.Errorf("%s: …%s…", path, a.body[max(0, at[0]-100):min(len(a.body), at[1]+60)])
		}
		require.Equal(t, 1, strings.Count(a.body, "<h1>"), path)
	}
	var b strings.Builder
	s := o.screen(nil)
	for _, p := range dashboard.Packs() {
		b.Reset()
		require.NoError(t, s.WriteMarkdown(&b, p))
		require.NotRegexp(t, `[^\\]<script|[^\\]\[a\\?\]\(|\x{202e}`, b.String())
	}
}
