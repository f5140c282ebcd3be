package dashboard_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
)

// text is the terminal's text of an organisation as it is.
func (o *org) text(in *dashboard.Input) string {
	o.tb.Helper()
	var b bytes.Buffer
	require.NoError(o.tb, o.screen(in).WriteText(&b))
	checkText(o.tb, b.String())
	return b.String()
}

func checkText(tb testing.TB, text string) {
	tb.Helper()
	lines := strings.Split(text, "\n")
	require.Less(tb, len(lines), 50, "one screen")
	for _, l := range lines {
		require.LessOrEqual(tb, utf8.RuneCountInString(l), 100, l)
		require.Equal(tb, strings.TrimRight(l, " "), l)
		require.False(tb, strings.ContainsFunc(l, unicode.IsControl), "%q", l)
	}
}

func TestGoldenTexts(t *testing.T) {
	registered := newOrg(t)
	registered.step1()
	third, past := sustained(t)
	golden(t, "new.txt", newOrg(t).text(nil))
	golden(t, "registered.txt", registered.text(nil))
	golden(t, "defensible.txt", mature(t).text(nil))
	golden(t, "sustained.txt", third.text(&dashboard.Input{Past: past}))
}

func TestTextKeepsItsFormWhateverNamesSay(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Name, s.Owner = "Filter\x1b[31m\u202e "+strings.Repeat("long ", 30), ""
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.AttachEvidence(proofOf(annexa.MustParse("A.4.5"), o.now, 3))
	})
	text := o.text(nil)
	require.NotContains(t, text, "\u202e")
	require.NotContains(t, text, "\x1b")
	require.Contains(t, text, "ML1.03 Every system has an accountable owner")
	var b bytes.Buffer
	require.NoError(t, dashboard.Screen{}.WriteText(&b))
	checkText(t, b.String())
}

// The text says what the pages say: the same figures, of the same value.
func TestTextSaysWhatTheScreenHolds(t *testing.T) {
	o := mature(t)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "ian") })
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Stage = "third", register.StageOperation
		return tx.RegisterSystem(s)
	})
	s, text := o.screen(nil), o.text(nil)
	require.Contains(t, text, "MATURITY   "+s.Board.Where.Level.String()+" "+s.Board.Where.Name)
	for _, l := range s.Board.Where.Levels {
		require.Regexp(t, l.Level.String()+` +\[[#.]{40}\] `+strings.Join([]string{strconv.Itoa(l.Met), "of", strconv.Itoa(l.Of)}, " ")+" criteria met", text)
	}
	for _, step := range s.Lead.Actions[:3] {
		require.Contains(t, text, step.Criterion+" "+step.Title)
	}
	require.Contains(t, text, "Name of ian holds Risk approver and Impact approver")
}
