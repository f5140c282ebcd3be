package aims_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/memory"
)

func exported(t testing.TB, v *aims.View) string {
	var out bytes.Buffer
	require.NoError(t, v.Export(&out))
	return out.String()
}

var mover = aims.By{Actor: "ada", Reason: "move to the new server"}

// What has been exported and imported says the same, and has the same findings;
// exported again, it gives the same lines but for revisions and head.
func TestExportAndImport(t *testing.T) {
	o := newOrg(t).staffed()
	castOf(o)
	text := exported(t, o.View())
	require.Equal(t, text, exported(t, o.View()))

	j := memory.New()
	opts := &aims.Options{Clock: o.clock.Now, NewID: counter()}
	m, err := aims.Import(t.Context(), j, opts, mover, strings.NewReader(text))
	require.NoError(t, err)
	was, now := o.View(), m.View()
	require.Equal(t, was.Len(), now.Len())
	revisions := regexp.MustCompile(`"revision": ?[0-9]+`)
	require.Empty(t, cmp.Diff(revisions.ReplaceAllString(everything(t, was), ""), revisions.ReplaceAllString(everything(t, now), "")))
	require.Equal(t, was.Findings(o.clock.Now()), now.Findings(o.clock.Now()))
	require.Equal(t, slices.Collect(was.Observations(o.clock.Now())), slices.Collect(now.Observations(o.clock.Now())))
	for a := range was.Assessments().All() {
		b, _ := now.Assessments().Get(a.ID)
		require.Equal(t, a.Digest(), b.Digest())
	}
	require.NoError(t, m.Verify(t.Context()))
	require.EqualValues(t, 1, now.Head().Seq)

	// The trail says what it is.
	for e, err := range m.Trail(t.Context(), 0) {
		require.NoError(t, err)
		require.Equal(t, mover, e.By)
		require.Equal(t, []string{"Import"}, e.Verbs)
		require.Equal(t, was.Head(), e.Imported.Head)
		require.Len(t, e.Changes, now.Len())
	}
	// What came by it shows as imported, what is done after does not.
	origin, ok := now.Imported()
	require.True(t, ok)
	require.Equal(t, was.Head(), origin.Head)
	a, _ := now.Assessments().Get("done#1")
	require.True(t, now.IsImported(a.Revision, a.Signatures[0].At))
	o.clock.Set(day(8))
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "eve", Reason: "signed"}, func(tx *aims.Tx) error { return tx.ApprovePolicy("p", dayOf(300)) }))
	p, _ := m.View().Policies().Get("p")
	require.False(t, m.View().IsImported(p.Revision, m.View().Time()))
	require.True(t, m.View().IsImported(p.Revision, day(3)), "what was said before is still imported")
	_, ok = was.Imported()
	require.False(t, ok)
	require.Empty(t, was.ImportedDecisions())
	var what []string
	for _, d := range now.ImportedDecisions() {
		what = append(what, fmt.Sprint(d.Subject, " ", d.What, " ", d.By))
	}
	require.Subset(t, what, []string{"assessment/done#1 signature as impact-approver ian", "risk/old acceptance of the risk rob", "exception/x grant rob"})
	require.Len(t, m.View().ImportedDecisions(), len(what), "a new approval is none of them")

	// A ledger that opens the journal again knows it too, and verbs go on.
	again, err := aims.Open(t.Context(), j, opts)
	require.NoError(t, err)
	known, _ := again.View().Imported()
	require.Equal(t, origin, known)

	lines := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			var row map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &row))
			delete(row, "revision")
			if row["format"] == nil {
				b, _ := json.Marshal(row)
				all = append(all, string(b))
			}
		}
		return all
	}
	require.Equal(t, lines(text), lines(exported(t, now)))
}

// A wrong line is named, and nothing of the export is taken.
func TestImportRefusesWrongLines(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(spamFilter()) })
	lines := strings.SplitAfter(strings.TrimSuffix(exported(t, o.View()), "\n"), "\n")
	at := func(part string) int {
		for i, line := range lines {
			if strings.Contains(line, part) {
				return i
			}
		}
		t.Fatal("no line with ", part)
		return 0
	}
	system := at(`"kind":"system"`)
	swap := func(i int, old, new string) []string {
		all := append([]string(nil), lines...)
		require.Contains(t, all[i], old)
		all[i] = strings.ReplaceAll(all[i], old, new)
		return all
	}
	line := func(i int) string { return fmt.Sprintf("line %d", i+1) }
	for name, c := range map[string]struct {
		lines []string
		says  []string
	}{
		"nothing":            {nil, []string{"line 1", "format"}},
		"not an export":      {[]string{"{}\n"}, []string{"line 1", `format: the first line of an export has the format "aimskit records 1"`}},
		"another format":     {swap(0, "aimskit records 1", "aimskit records 2"), []string{"line 1", "rule oneof"}},
		"broken JSON":        {swap(system, `"kind"`, `kind`), []string{line(system), "rule json"}},
		"a field too many":   {swap(system, `"body":{`, `"body":{"colour":"red",`), []string{line(system), "system/spam", "colour: there is no such field (rule field"}},
		"a type":             {swap(system, `"name":"`, `"name":7,"x":"`), []string{line(system), "system/spam", "name: must be of type string (rule type, got \"7\")", "x: there is no such field"}},
		"a name twice":       {swap(system, `"name":"`, `"name":"x","name":"`), []string{line(system), "system/spam", " name: the name stands in the object more than once"}},
		"a name in capitals": {swap(system, `"name":"`, `"NAME":"`), []string{line(system), "system/spam", `NAME: there is no such field; did you mean "name"?`}},
		"no UTF-8":           {swap(system, `"name":"`, "\"name\":\"\xff"), []string{line(system), "system/spam", " name: must be valid UTF-8"}},
		"half a character":   {swap(system, `"name":"`, `"name":"\ud800`), []string{line(system), "system/spam", " name: has half of a surrogate pair"}},
		"a revision within":  {swap(system, `"body":{`, `"body":{"revision":3,`), []string{line(system), "system/spam", "revision: it is not part of what a record says"}},
		"two records a line": {swap(system, "\n", lines[system]), []string{line(system), "something follows after the value"}},
		"another key":        {swap(system, `"id":"spam","schema"`, `"id":"ham","schema"`), []string{line(system), "system/ham", `the body is that of "spam"`}},
		"a reference":        {swap(system, `"owner":"ada"`, `"owner":"nobody"`), []string{line(system), "system/spam", "owner", "no such person"}},
		"a later version":    {swap(system, `"schema":2`, `"schema":9`), []string{line(system), "system/spam", "schema version 9, this code reads up to"}},
		"an undeclared kind": {swap(system, `"kind":"system"`, `"kind":"x-system"`), []string{line(system), "x-system/spam", "kind: there is no kind of that name", `got "x-system"`}},
		"a stage":            {swap(system, `"stage":"operation"`, `"stage":"dreaming"`), []string{line(system), "system/spam", "stage", "dreaming"}},
		"cut in the middle":  {append(append([]string(nil), lines[:system]...), lines[system][:20]), []string{line(system), "rule json"}},
		"cut at a line":      {lines[:system], []string{"the export was cut off"}},
		"one left out":       {append(append([]string(nil), lines[:system]...), lines[system+1:]...), []string{"records", "rule count"}},
		"one twice":          {append(append(append([]string(nil), lines[:system]...), lines[system]), lines[system:]...), []string{line(system + 1), "system/spam", "rule repeated"}},
		"more at the end":    {append(append([]string(nil), lines...), "\n", lines[system]), []string{"something follows the line that says that it is the last"}},
	} {
		t.Run(name, func(t *testing.T) {
			j := memory.New()
			_, err := aims.Import(t.Context(), j, &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(strings.Join(c.lines, "")))
			require.ErrorIs(t, err, aims.ErrInvalid)
			for _, part := range c.says {
				require.ErrorContains(t, err, part)
			}
			for range j.Log(t.Context(), 0) {
				t.Fatal("something was written")
			}
		})
	}
}

func TestImportNeedsAnEmptyJournalAndTheRight(t *testing.T) {
	o := newOrg(t).staffed()
	text := exported(t, o.View())
	head := o.View().Head()
	_, err := aims.Import(t.Context(), o.journal, nil, mover, strings.NewReader(text))
	require.ErrorIs(t, err, aims.ErrExists)
	require.NoError(t, o.Sync(t.Context()))
	require.Equal(t, head, o.View().Head())

	j := memory.New()
	asked := false
	_, err = aims.Import(t.Context(), j, &aims.Options{Authorize: func(_ context.Context, by aims.By, a aims.Access) error {
		asked = a.Verb == "Import" && by == mover
		return fmt.Errorf("not yours")
	}}, mover, strings.NewReader(text))
	require.ErrorIs(t, err, aims.ErrForbidden)
	require.True(t, asked)
	for range j.Log(t.Context(), 0) {
		t.Fatal("something was written")
	}
	_, err = aims.Import(t.Context(), j, nil, aims.By{Actor: "ada"}, strings.NewReader(text))
	require.ErrorIs(t, err, aims.ErrInvalid)
}

// What is approved says by whom, when, to when, and what it says, also where it comes by a
// file: no level is imported with empty papers.
func TestNoEmptyApprovalIsImported(t *testing.T) {
	o := wellRun(t)
	whole := exported(t, o.View())
	for name, c := range map[string]struct{ kind, part, with, says string }{
		"a policy without a word": {"policy", `"text":"It says what it has to."`, `"text":""`, "text"},
		"a blank of a template":   {"policy", `"text":"It says what it has to."`, `"text":"We use AI for [[purposes]]."`, "a blank of a template"},
		"by nobody":               {"document", `"by":"eve"`, `"by":""`, "approval"},
		"without a day":           {"scope", `"review_due":"2027-01-05"`, `"review_due":""`, "approval.review_due"},
		"nobody signed":           {"assessment", `"signatures":[`, `"signatures":[],"reuse_of":[`, "signatures"},
	} {
		lines := strings.SplitAfter(whole, "\n")
		done := false
		for i, l := range lines {
			if !done && strings.Contains(l, `"kind":"`+c.kind+`"`) && strings.Contains(l, `"state":"approved"`) && strings.Contains(l, c.part) {
				lines[i], done = strings.Replace(l, c.part, c.with, 1), true
			}
		}
		require.True(t, done, name)
		if name == "nobody signed" {
			for i, l := range lines {
				if at := strings.Index(l, `"signatures":[],"reuse_of":[`); at >= 0 {
					end := at + strings.Index(l[at:], "}]") + 2
					lines[i] = l[:at] + l[end+1:]
				}
			}
		}
		_, err := aims.Import(t.Context(), memory.New(), &aims.Options{}, aims.By{Actor: "mover", Reason: "test"}, strings.NewReader(strings.Join(lines, "")))
		require.ErrorIs(t, err, aims.ErrInvalid, name)
		require.ErrorContains(t, err, c.says, name)
		require.ErrorContains(t, err, "rule approved", name)
	}
}

// No import brings a corrective action that works by the word of who carried it out.
func TestNoImportBringsOnesOwnVerification(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("una", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "No minutes", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.3"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(60)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("n")
		n.Correction, n.Cause, n.Extent = "Written.", "Nobody was asked to.", "Nowhere else."
		n.Action = aims.CorrectiveAction{Plan: "A clerk.", By: "bob", DoneOn: tx.Today()}
		return tx.CorrectNonconformity(n)
	})
	o.clock.Set(day(20))
	o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "Three minutes were there.") })
	text := exported(t, o.View())
	for _, by := range []string{"bob", "ada"} {
		bad := strings.Replace(text, `"verification":{"by":"una"`, `"verification":{"by":"`+by+`"`, 1)
		require.NotEqual(t, text, bad)
		_, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(bad))
		require.ErrorIs(t, err, aims.ErrInvalid, by)
		require.ErrorContains(t, err, "verification.by", by)
	}
	_, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(text))
	require.NoError(t, err)
}
