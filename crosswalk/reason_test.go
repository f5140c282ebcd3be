package crosswalk_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
)

// What is told of a requirement is what stands there in English, to the letter, and so is
// each reason: a catalogue may tell both in another language.
func TestTextsSayTheSame(t *testing.T) {
	c := crosswalk.Default()
	for _, from := range c.Frameworks() {
		for _, to := range c.Frameworks() {
			r, err := c.Reuse(from.ID, to.ID)
			require.NoError(t, err)
			require.Equal(t, r.Summary(), r.SummaryText().String())
			for _, e := range r.Elements {
				require.Equal(t, e.Why, e.Text.String())
				for _, p := range e.Paths {
					for _, s := range p.Steps {
						require.Equal(t, s.Reason, s.Text().String())
					}
				}
			}
			var back crosswalk.Report
			b, err := json.Marshal(r)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(b, &back))
			require.Equal(t, r, back)
		}
	}
	for _, s := range c.MappingSets() {
		for _, m := range s.Mappings {
			require.Equal(t, m.Reason, m.Text().String())
		}
		for _, u := range s.Unmatched {
			require.Equal(t, u.Reason, u.Text().String())
		}
	}
}

// What many pairs share is told as one format; what somebody wrote stays whole.
func TestReasonsThatFollowFromNumbers(t *testing.T) {
	for reason, want := range map[string]issue.Text{
		"A.6.2.4 is a part of A.6.2": issue.NewText("%s is a part of %s", "A.6.2.4", "A.6.2"),
		"NIST's crosswalk lists clause 7.5.1 (General (in part)) for GOVERN 1.1; it does not say how far they agree.": issue.NewText(
			"NIST's crosswalk lists clause %s (%s) for %s; it does not say how far they agree.", "7.5.1", issue.Text{ID: "General (in part)"}, "GOVERN 1.1"),
		"Our handbook is a part of theirs": {ID: "Our handbook is a part of theirs"},
		"A 90 % match":                     issue.NewText("%s", "A 90 % match"),
		" is a part of ":                   {ID: " is a part of "},
	} {
		require.Equal(t, want, crosswalk.Mapping{Reason: reason}.Text())
	}
}
