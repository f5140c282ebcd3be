package aims_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// Two versions of a policy: what it says and whom it reaches, line by line, and nothing of
// who wrote and approved which.
func TestCompareVersions(t *testing.T) {
	before := aims.Policy{ID: "p1", Title: "AI policy", Text: "We use AI.\nPeople decide.\nWe look each year.\n", Owner: "pam", Authors: []string{"ada"},
		State: aims.StateSuperseded, Approval: aims.DocumentApproval{By: "eve", At: day0}, Revision: 7}
	after := before
	after.ID, after.Revision, after.Authors, after.State = "p2", 9, []string{"bob"}, aims.StateDraft
	after.Approval = aims.DocumentApproval{}
	require.Empty(t, aims.CompareVersions(before, after))
	after.Text = "We use AI.\nWe say where.\nPeople decide.\nWe look each quarter.\n"
	after.Owner, after.AlignedOn, after.CommitsToImprovement, after.AvailableTo = "", dayOf(3), true, everybody
	require.Equal(t, []aims.Difference{
		{Field: "aligned_on", After: "2026-01-08"},
		{Field: "available_to", After: `[{"to":{"kind":"person","id":""},"how":"the intranet"}]`},
		{Field: "commits_to_improvement", After: "true"},
		{Field: "owner", Before: "pam"},
		{Field: "text", Before: before.Text, After: after.Text, Lines: []aims.LineDifference{
			{Is: 2, Text: "We say where."}, {Was: 3, Text: "We look each year."}, {Is: 4, Text: "We look each quarter."}}},
	}, aims.CompareVersions(before, after))

	old := standard("std", "bob")
	old.Outside.Checks = []aims.EditionCheck{{On: dayOf(0), Current: "2023", Seen: "there"}}
	next := standard("std-2", "bob")
	next.Replaces, next.Outside.Edition, next.Outside.EditionOn = "std", "2031", calendar.Date{}
	require.Equal(t, []aims.Difference{{Field: "outside.edition", Before: "2023", After: "2031"}, {Field: "outside.edition_on", Before: "2023-12-18"}}, aims.CompareVersions(old, next))
}

// Rules of use have all their versions in one record: what is being written is compared with
// what is in force, and that with what was.
func TestComparedVersionsOfRulesOfUse(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	of := aims.Subject{Kind: aims.KindUseRules, ID: "u"}
	rules := rulesOfUse("u", "spam")
	write := func(text string) {
		rules.Draft.Rules = text
		o.do("bob", func(tx *aims.Tx) error { return tx.DraftUseRules(rules) })
		rules, _ = o.View().UseRules().Get("u")
	}
	write("Nothing confidential.")
	c, err := o.View().ComparedVersions(of, "")
	require.NoError(t, err)
	require.Equal(t, aims.VersionComparison{Version: "draft", Differences: []aims.Difference{}}, c, "the first")
	for _, text := range []string{"Nothing confidential, nor personal.", "Nothing of others."} {
		o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
		rules, _ = o.View().UseRules().Get("u")
		write(text)
	}
	c, err = o.View().ComparedVersions(of, "")
	require.NoError(t, err)
	require.Equal(t, aims.VersionComparison{Version: "draft", Against: "2", Others: []string{"2", "1"}, Differences: []aims.Difference{
		{Field: "in_force.text.rules", Before: "Nothing confidential, nor personal.", After: "Nothing of others."}}}, c)
	c, err = o.View().ComparedVersions(of, "1")
	require.NoError(t, err)
	require.Equal(t, "Nothing confidential.", c.Differences[0].Before)
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
	c, err = o.View().ComparedVersions(of, "")
	require.NoError(t, err)
	require.Equal(t, []string{"3", "2"}, []string{c.Version, c.Against})
	_, err = o.View().ComparedVersions(of, "4")
	require.ErrorIs(t, err, aims.ErrNotFound)
}

// Whatever two texts say: who takes out the lines that fell out and puts in those that came in
// has the other text.
func TestCompareLinesMakesTheOther(t *testing.T) {
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c"}), 0, 12)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := text.Draw(rt, "before"), text.Draw(rt, "after")
		followed(rt, append(a, "end"), append(b, "end"))
	})
	var long, other []string
	for i := range 3_000 {
		long, other = append(long, fmt.Sprint(i)), append(other, fmt.Sprint(-i-1))
	}
	followed(t, long, other)
	followed(t, long, append([]string{"first"}, long...))
}

func followed(t require.TestingT, a, b []string) {
	before, after := strings.Join(a, "\n")+"\n", strings.Join(b, "\n")+"\n"
	all := aims.CompareVersions(aims.Document{Text: before}, aims.Document{Text: after})
	if before == after {
		require.Empty(t, all)
		return
	}
	require.Len(t, all, 1)
	out, in := make(map[int]bool), make(map[int]string)
	for _, l := range all[0].Lines {
		require.True(t, (l.Was == 0) != (l.Is == 0))
		if l.Was > 0 {
			require.Equal(t, a[l.Was-1], l.Text)
			out[l.Was] = true
		} else {
			in[l.Is] = l.Text
		}
	}
	var made []string
	for i, line := range a {
		for {
			text, is := in[len(made)+1]
			if !is {
				break
			}
			made = append(made, text)
		}
		if !out[i+1] {
			made = append(made, line)
		}
	}
	for len(made) < len(b) {
		made = append(made, in[len(made)+1])
	}
	require.Equal(t, b, made)
}
