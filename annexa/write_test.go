package annexa_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/phrase"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), string(got)))
}

// sample is a statement in which every sort of row and gap occurs.
func sample(t *testing.T) annexa.Statement {
	t.Helper()
	s := compile(t, sampleInput())
	s.ID, s.Version = "soa", 3
	return s
}

func sampleInput() annexa.Input {
	in := annexa.Input{Organisation: "Lender & Söhne", Scope: "Lending to consumers | all sites", At: at}
	policy := applicable("A.2.2")
	policy.Status = annexa.StatusImplemented
	policy.Grounds = []annexa.Ground{{Kind: annexa.GroundLegal, Ref: "Regulation (EU) 2024/1689, Article 26"}, {Kind: annexa.GroundOwn}}
	link := applicable("A.2.3")
	link.Status, link.PlannedFor, link.Owner = annexa.StatusPlanned, calendar.Of(at.AddDate(0, -1, 0), nil), ""
	logs := applicable("A.6.2.8")
	logs.Status = annexa.StatusImplemented
	unjustified := applicable("A.7.2")
	unjustified.Justification = ""
	hostile := applicable("A.9.2")
	hostile.Justification = "=HYPERLINK(\"http://example.com\")\n| <script>alert(1)</script> | [click](javascript:x) `code`"
	hostile.Owner = "＝cmd"
	overdue := excluded("A.6.1.3")
	overdue.ReviewDue = calendar.Of(at.AddDate(0, -2, 0), nil)
	own := applicable("X.model-cards")
	own.Title, own.Statement = "Model cards", "Every model has a card.\nIt is public."
	in.Decisions = []annexa.Decision{own, policy, link, logs, unjustified, hostile, overdue, excluded("A.6.1.2")}
	for i := range 7 {
		in.Required = append(in.Required, annexa.Required{Control: logs.Control, System: fmt.Sprintf("system-%d", i), Assessment: fmt.Sprintf("IA-%d", i), Rules: []string{"DEC-02"}})
	}
	in.Required = append(in.Required, annexa.Required{Control: annexa.MustParse("A.6.1.2"), System: "system-1", Rules: []string{"BLD-01"}})
	in.Evidence = []annexa.EvidenceItem{
		{ID: "EV-1", Control: policy.Control, Kind: "ev-policy", ValidUntil: calendar.Of(at.AddDate(1, 0, 0), nil)},
		{ID: "EV-2", Control: logs.Control, System: "system-3", Kind: "ev-logs", ValidUntil: calendar.Of(at, nil)},
		{ID: "EV-3", Control: logs.Control, System: "system-4", Kind: "ev-logs", ValidUntil: calendar.Of(at.AddDate(0, 0, -1), nil)},
	}
	return in
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}

func TestWriteGolden(t *testing.T) {
	s := sample(t)
	seen := map[annexa.GapKind]bool{}
	for _, g := range s.Gaps() {
		seen[g.Kind] = true
	}
	for _, k := range annexa.GapKinds() {
		require.True(t, seen[k] || k == annexa.GapRequiredUndecided, k)
	}
	golden(t, "statement.json", written(t, s.WriteJSON))
	golden(t, "statement.csv", written(t, s.WriteCSV))
	golden(t, "statement.md", written(t, s.WriteMarkdown))

	approved, err := compile(t, decided()).Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.NoError(t, err)
	require.Contains(t, string(written(t, approved.WriteMarkdown)), "- **Approval:** grace on 2026-06-15, to be reviewed by 2027-06-15\n")
	require.Contains(t, string(written(t, approved.WriteMarkdown)), "## Gaps\n\nNone.\n")
}

// The same in German: what people wrote stays as it is, and so do days in CSV.
func TestWriteGoldenInGerman(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	s := sample(t)
	page := written(t, func(w io.Writer) error { return s.WriteMarkdownIn(w, german) })
	golden(t, "statement.de.md", page)
	golden(t, "statement.de.csv", written(t, func(w io.Writer) error { return s.WriteCSVIn(w, german) }))
	require.Empty(t, german.Missing())

	// One that was kept, and comes back from its JSON, says the same.
	var kept annexa.Statement
	require.NoError(t, json.Unmarshal(written(t, s.WriteJSON), &kept))
	require.Equal(t, string(page), string(written(t, func(w io.Writer) error { return kept.WriteMarkdownIn(w, german) })))
	// In English there is one form, whoever tells it.
	english, err := phrase.In(language.English)
	require.NoError(t, err)
	require.Equal(t, string(written(t, s.WriteMarkdown)), string(written(t, func(w io.Writer) error { return s.WriteMarkdownIn(w, english) })))
}

// Whoever is handed the file can tell a draft from what was approved.
func TestWritersSayWhatWasApproved(t *testing.T) {
	draft := compile(t, decided())
	require.Zero(t, draft.Version)
	require.Empty(t, draft.ID)
	require.Contains(t, string(written(t, draft.WriteMarkdown)), "- **Statement:** draft\n")
	require.Contains(t, string(written(t, draft.WriteMarkdown)), "- **Approval:** not approved\n")
	last := func(s annexa.Statement) []string {
		lines, err := csv.NewReader(bytes.NewReader(written(t, s.WriteCSV))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, []string{"Statement version", "Statement approved by", "Statement approved on", "Statement review due"}, lines[0][14:])
		return lines[1][14:]
	}
	require.Equal(t, []string{"draft", "", "", ""}, last(draft))
	approved, err := draft.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.NoError(t, err)
	approved.ID, approved.Version = "soa-0001", 1
	require.Contains(t, string(written(t, approved.WriteMarkdown)), "- **Statement:** soa-0001, version 1\n")
	require.Equal(t, []string{"1", "grace", "2026-06-15", "2027-06-15"}, last(approved))
}

func TestJSONReadsBack(t *testing.T) {
	approved, err := compile(t, decided()).Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
	require.NoError(t, err)
	for _, s := range []annexa.Statement{sample(t), approved} {
		var back annexa.Statement
		require.NoError(t, json.Unmarshal(written(t, s.WriteJSON), &back))
		require.Empty(t, cmp.Diff(s, back, cmp.Comparer(func(a, b annexa.ID) bool { return a == b })))
		require.NoError(t, back.Validate())
	}
	require.Contains(t, string(written(t, annexa.Statement{}.WriteJSON)), `"rows": []`)
	require.NotContains(t, string(written(t, sample(t).WriteJSON)), "<script", "safe to put into a page")
}

func TestCSVHasARowPerControl(t *testing.T) {
	s := sample(t)
	rows, err := csv.NewReader(bytes.NewReader(written(t, s.WriteCSV))).ReadAll()
	require.NoError(t, err, "every line has as many cells as the header")
	require.Len(t, rows, len(s.Rows)+1)
	for i, r := range s.Rows {
		require.Equal(t, r.Control.String(), rows[i+1][0])
	}
}

func TestLongListsAreCounted(t *testing.T) {
	id := annexa.MustParse("A.6.2.8")
	in := annexa.Input{}
	for i := range 2133 {
		in.Required = append(in.Required, annexa.Required{Control: id, System: fmt.Sprintf("system-%04d", i), Rules: []string{"DEC-02"}})
	}
	s := compile(t, in)
	require.Contains(t, string(written(t, s.WriteCSV)), "system-0199 (DEC-02); and 1933 more")
	require.Contains(t, string(written(t, s.WriteMarkdown)), "system-0004 (DEC-02); and 2128 more")
	require.Len(t, row(t, s, "A.6.2.8").RequiredBy, 2133)
}

// csvCell writes text as a justification and reads the cell back.
func csvCell(t *testing.T, text string) string {
	d := applicable("A.2.2")
	d.Justification = text
	s, err := annexa.Compile(annexa.Input{At: at, Decisions: []annexa.Decision{d}})
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(written(t, s.WriteCSV))).ReadAll()
	require.NoError(t, err)
	return rows[1][4]
}

func TestCSVNeutralisesFormulas(t *testing.T) {
	for _, text := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\tx", "\rx", "\nx", " =1", "   +1", "\u00a0-1", "\u200b@x", "\ufeff=1", "\x00=1",
		"＝1", "＋1", "－1", "＠x", " ＝1", "﹦1", "−1",
	} {
		require.True(t, strings.HasPrefix(csvCell(t, text), "'"), "%q", text)
	}
	for _, text := range []string{"", "a=b", "2026-06-15", "R-7", "'quoted'", " plain", "ä", "«x»", "say \"no\", twice\nor more"} {
		require.Equal(t, text, csvCell(t, text))
	}
	require.Equal(t, "a\ufffdb", csvCell(t, "a\xffb"))
}

func FuzzCSVCell(f *testing.F) {
	for _, s := range []string{"=1", " \t@x", "plain", "\"=1", "a,b\n=c", "\xff=1", "＝", "'", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := csvCell(t, text)
		require.True(t, utf8.ValidString(got))
		if first := strings.TrimLeftFunc(got, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
		}); first != "" {
			r, _ := utf8.DecodeRuneInString(first)
			require.NotContains(t, "=+-@＝＋－＠﹦﹢﹣﹫−", string(r), "%q", got)
		}
		if got != "" {
			require.NotContains(t, "\t\r\n", got[:1])
		}
		// Nothing but the apostrophe is added and nothing is lost. The reader
		// joins carriage return and line feed, wherever they came from.
		want := strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
		if got != want {
			require.Equal(t, "'"+want, got)
		}
	})
}

func TestMarkdownCannotBeBrokenFromInside(t *testing.T) {
	plain := compile(t, decided())
	lines := bytes.Count(written(t, plain.WriteMarkdown), []byte("\n"))
	in := decided()
	d := applicable("A.2.2")
	hostile := "a|b\r\nc\u2028d\\|e <img src=x onerror=y> ![i](u) **bold** `code` ~~x~~\x00"
	d.Justification, d.Owner, d.Grounds[0].Ref = hostile, hostile, hostile
	set(&in, d)
	in.Organisation, in.Scope = hostile, hostile
	got := string(written(t, compile(t, in).WriteMarkdown))
	require.Equal(t, lines, strings.Count(got, "\n"), "no line is added")
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "| A.2.2") {
			bare := strings.NewReplacer(`\\`, "", `\|`, "").Replace(line)
			require.Equal(t, 8, strings.Count(bare, "|"), line)
		}
	}
	require.NotContains(t, got, "<img")
	require.NotContains(t, got, "![")
	require.NotContains(t, got, "**bold**")
	require.NotContains(t, got, "\x00")
}

func TestEscapeMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"Sort unwanted mail.":          "Sort unwanted mail.",
		" two\tparts \r\n\u2028 more ": "two parts more",
		"a\x00b\x1b[31m":               `a b \[31m`,
		"half a \xe2\x82 sign":         "half a \ufffd sign",
		"Scorer \u202edeifitrec ton":   "Scorer deifitrec ton",
		"\u202e":                       "",
		"R&D <b>x</b> > y":             "R&amp;D &lt;b&gt;x&lt;/b&gt; &gt; y",
		"&lt;b&gt;":                    "&amp;lt;b&amp;gt;",
		"**b** _i_ `c` ~~s~~ a|b":      "\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\~\\~s\\~\\~ a\\|b",
		"![i](u) [l](javascript:x)":    `!\[i\](u) \[l\](javascript:x)`,
		`\[x\] \| C:\dir`:              `\\\[x\\\] \\\| C:\\dir`,
		"# Approved":                   `\# Approved`,
		"C # and a heading's end ##":   `C \# and a heading's end \##`,
		"credit-scoring#1":             "credit-scoring#1",
		"- item":                       `\- item`,
		"+ item":                       `\+ item`,
		"* item":                       `\* item`,
		"---":                          `\---`,
		"===":                          `\===`,
		"> quote":                      "&gt; quote",
		"12. item":                     `12\. item`,
		"12) item":                     `12\) item`,
		"1.5 m, 2. and - stay":         "1.5 m, 2. and - stay",
		"-5 to +5 degrees":             "-5 to +5 degrees",
		"12":                           "12",
	} {
		require.Equal(t, want, annexa.EscapeMarkdown(text), "%q", text)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("disk full")

func TestWritersReportErrors(t *testing.T) {
	s := sample(t)
	for _, write := range []func(io.Writer) error{s.WriteJSON, s.WriteCSV, s.WriteMarkdown} {
		require.ErrorIs(t, write(brokenWriter{}), errBroken)
	}
}
