package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// The table is sound: each spelling belongs to one answer, each answer says
// why, and what it gives are values that the register knows.
func TestTheTableIsSound(t *testing.T) {
	headers := make(map[string]bool)
	labels := make(map[string]bool)
	unique := func(header, label string) {
		require.False(t, headers[fold(header)], header)
		headers[fold(header)] = true
		if label != "" {
			require.False(t, labels[label], label)
			labels[label] = true
		}
	}
	for _, x := range texts {
		unique(x.Header, x.Label)
	}
	for _, x := range dates {
		unique(x.Header, x.Label)
	}
	for _, q := range questions {
		unique(q.Header, q.Label)
		require.NotEmpty(t, q.Label, q.Header)
		spellings := make(map[string]string)
		for _, a := range q.Answers {
			require.NotEmpty(t, a.Why, "%s: %s", q.Header, a.Is)
			require.NotEmpty(t, a.Spellings, "%s: %s", q.Header, a.Is)
			for _, s := range a.Spellings {
				other, twice := spellings[fold(s)]
				require.False(t, twice, "%s: %q is %q and %q", q.Header, s, other, a.Is)
				spellings[fold(s)] = a.Is
			}
			s := a.Gives
			s.ID, s.Name = "x", "x"
			if s.Stage == "" {
				s.Stage = register.StageDesign
			}
			require.NoError(t, s.Validate(), "%s: %s", q.Header, a.Is)
			for _, party := range s.Affected {
				_, ok := impact.PartyByID(party)
				require.True(t, ok, "%s: %s: no party %q", q.Header, a.Is, party)
			}
		}
		require.Contains(t, spellings, "", "%s: a blank cell is accounted for", q.Header)
	}
	require.NotEmpty(t, common.Why)
}

// Every attribute that an answer gives arrives in the system: summation.add
// takes over each field by name, and must not forget one.
func TestWhatAnswersGiveArrives(t *testing.T) {
	for _, q := range questions {
		for _, a := range q.Answers {
			var m summation
			m.open = make(map[string]bool)
			require.Empty(t, m.add(a.Gives))
			require.Equal(t, a.Gives, m.result(), "%s: %s", q.Header, a.Is)
		}
	}
}
