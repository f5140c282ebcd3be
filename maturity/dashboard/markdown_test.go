package dashboard_test

import (
	"bytes"
	"fmt"
	htm "html"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
)

// Every table of a report has as many cells in each row as in its head, and a report
// says no more than the screen.
func TestMarkdown(t *testing.T) {
	for name, s := range screens(t) {
		for _, p := range dashboard.Packs() {
			var b bytes.Buffer
			require.NoError(t, s.WriteMarkdown(&b, p))
			text := b.String()
			require.True(t, strings.HasPrefix(text, "# "), name)
			require.Contains(t, text, "**"+s.Board.Where.Level.String())
			require.NotContains(t, text, "<no value>")
			cells := 0
			for line := range strings.Lines(text) {
				if !strings.HasPrefix(line, "|") {
					cells = 0
					continue
				}
				n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
				if cells != 0 {
					require.Equal(t, cells, n, "%s %s: %s", name, p, line)
				}
				cells = n
			}
		}
	}
	require.Error(t, newOrg(t).screen(nil).WriteMarkdown(&bytes.Buffer{}, "nope"))
}

// A report as a page says what it says as Markdown, and what people wrote is text there too.
func TestPackPages(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		own := tx.Organisation()
		own.Name = "A*B_C `x` | <script>alert(1)</script> **d** \\ & Co."
		return tx.PutOrganisation(own)
	})
	s := o.screen(nil)
	for _, p := range dashboard.Packs() {
		var md, page bytes.Buffer
		require.NoError(t, s.WriteMarkdown(&md, p))
		require.NoError(t, s.WritePack(&page, p, nil))
		text := htm.UnescapeString(page.String())
		require.Equal(t, strings.Count(md.String(), "\n## "), strings.Count(text, "<h2 "), p)
		require.Contains(t, text, "<h1>A*B_C `x` | <script>alert(1)</script> **d** \\ & Co.: ")
		require.NotContains(t, page.String(), "<script")
		require.Contains(t, text, s.Chain.Hash, "it names what it was made from")
		sound(t, page.String())
		rows := 0
		for line := range strings.Lines(md.String()) {
			if strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "|--") {
				rows++
			}
		}
		require.Equal(t, rows, strings.Count(text, "<tr>"), p)
	}
	require.Error(t, s.WritePack(&bytes.Buffer{}, "nope", nil))
	require.Error(t, s.WritePack(&bytes.Buffer{}, dashboard.PackBoard, &dashboard.PageOptions{Theme: &dashboard.Theme{Light: dashboard.Palette{Soft: "#bbbbbb"}}}))
}

// The report for the management review says each thing that the review has before it (9.3.2),
// with the records behind it, in both languages, and leads to them where pages are shown.
func TestTheReviewHasAllBeforeIt(t *testing.T) {
	o := mature(t)
	o.pass(30)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "hides-mail", Text: "It hides mail.", RaisedBy: "ada", RaisedOn: tx.Today()})
	})
	agenda := o.View().ReviewAgenda(o.now)
	require.Len(t, agenda.Points, len(aims.ReviewPoints()))
	for _, tag := range phrase.Languages() {
		said, err := phrase.In(tag)
		require.NoError(t, err)
		s := o.screen(&dashboard.Input{Language: tag})
		require.Equal(t, agenda.Since, s.Lead.Review.Since)
		require.Len(t, s.Lead.Review.Points, len(agenda.Points))
		var page bytes.Buffer
		require.NoError(t, s.WritePack(&page, dashboard.PackReview, &dashboard.PageOptions{Base: "/aims"}))
		text := htm.UnescapeString(page.String())
		for i, p := range agenda.Points {
			shown := s.Lead.Review.Points[i]
			require.Equal(t, p.ID, shown.ID)
			if tag == language.German {
				require.NotEqual(t, p.Text.String(), shown.Text, p.ID)
			} else if !strings.Contains(shown.Text, " on ") { // with days as pages write them
				require.Equal(t, said.Text(p.Text), shown.Text)
			}
			require.Contains(t, text, shown.Text)
			require.Equal(t, len(p.Subjects), len(shown.Subjects)+shown.More, p.ID)
			for j, r := range shown.Subjects {
				require.Contains(t, p.Subjects, r.Subject)
				if p.ID != "RA-14" { // in the order of the findings
					require.Equal(t, p.Subjects[j], r.Subject)
				}
				require.Contains(t, text, `<a href="/aims/`+r.Route+`">`, p.ID)
			}
		}
		require.Contains(t, text, `<a href="/aims/concerns/hides-mail">`)
		for _, part := range []string{"9.3.2 a", "9.3.2 b", "9.3.2 c", "9.3.2 d", "9.3.2 e"} {
			require.Regexp(t, `<h2[^>]*>[^<]*\(`+part+`\)</h2>`, text)
		}
	}
}

// The report for an audit says each finding: what, of what, since when, by whom and when, the
// heaviest first and of those the oldest; of very many it says how many there are besides.
func TestTheAuditHasTheFindings(t *testing.T) {
	o := mature(t)
	o.do("una", func(tx *aims.Tx) error {
		for _, n := range []struct {
			id  string
			ago int
		}{{"young", 3}, {"old", 100}} {
			if err := tx.RaiseNonconformity(aims.Nonconformity{ID: n.id, Title: "The " + n.id + " one", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), RaisedOn: tx.Today().AddDays(-n.ago), Owner: "bob", Due: tx.Today().AddDays(30)}); err != nil {
				return err
			}
		}
		return nil
	})
	o.pass(40) // both are late
	s := o.screen(nil)
	all := o.View().Findings(o.now)
	found := s.Auditor.Found
	require.Len(t, found.Items, len(all))
	require.Zero(t, found.More)
	for i, x := range found.Items[1:] {
		before := found.Items[i]
		if before.Severity == x.Severity && !before.Since.IsZero() && !x.Since.IsZero() {
			require.False(t, x.Since.Before(before.Since), "%s comes after %s", x.Found, before.Found)
		}
	}
	var md bytes.Buffer
	require.NoError(t, s.WriteMarkdown(&md, dashboard.PackAudit))
	for _, f := range all {
		at := slices.IndexFunc(found.Items, func(r dashboard.FoundRow) bool {
			return r.Check == f.Check && r.Subject == f.Subject && r.Severity == f.Severity
		})
		require.GreaterOrEqual(t, at, 0, f.Message)
		require.Contains(t, md.String(), f.Clause.String()+" ("+f.Check+")", f.Message)
	}
	old, young := strings.Index(md.String(), "| The old one: "), strings.Index(md.String(), "| The young one: ")
	require.Greater(t, old, 0)
	require.Greater(t, young, old)
	row, _, _ := strings.Cut(md.String()[old:], "\n")
	require.Contains(t, row, "| Name of bob, 4 June 2026 |")

	// Of many the first are told, the others counted and led to.
	n := mature(t)
	n.do("ada", func(tx *aims.Tx) error {
		for i := range 150 {
			x := spamFilter()
			x.ID, x.Owner = fmt.Sprintf("s-%03d", i), ""
			if err := tx.RegisterSystem(x); err != nil {
				return err
			}
		}
		return nil
	})
	s = n.screen(nil)
	found = s.Auditor.Found
	require.Len(t, found.Items, 100)
	require.Equal(t, len(n.View().Findings(n.now)), 100+found.More)
	var page bytes.Buffer
	require.NoError(t, s.WritePack(&page, dashboard.PackAudit, &dashboard.PageOptions{Base: "/aims"}))
	require.Contains(t, page.String(), fmt.Sprintf(`<a href="/aims/findings">And %d more.</a>`, found.More))
}
