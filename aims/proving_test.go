package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
)

// Evidence of Monday proves no policy of Friday, for nobody who asks.
func TestEvidenceProvesNothingThatCameLater(t *testing.T) {
	control := annexa.MustParse("A.2.2")
	clause, err := crosswalk.NewRef(aims.FrameworkID, "5.2")
	require.NoError(t, err)
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		d := tx.Decision(control)
		d.Applicability, d.Justification, d.Grounds = annexa.Applicable, "policy", []annexa.Ground{{Kind: annexa.GroundOwn}}
		d.Status, d.Owner = annexa.StatusImplemented, "ada"
		return tx.DecideControl(d)
	})
	collect := func(id string) {
		o.do("bob", func(tx *aims.Tx) error {
			return tx.AttachEvidence(aims.Evidence{ID: id, Title: "The policy, as published", URI: "file:" + id, Collected: calendar.Of(tx.Now(), nil),
				Supports: []crosswalk.Ref{aims.ControlRef(control), clause, aims.ControlRef(annexa.MustParse("A.9.2"))}})
		})
	}
	put := func(id string) {
		o.do("pam", func(tx *aims.Tx) error {
			return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: id, Title: "AI policy", Owner: "pam", FramesObjectives: true, CommitsToRequirements: true, CommitsToImprovement: true})
		})
		o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy(id, calendar.Of(tx.Now().AddDate(1, 0, 0), nil)) })
	}
	// shown says of each way to ask whether anything shows the policy.
	shown := func(want bool, why string) {
		t.Helper()
		now, v := o.clock.Now(), o.View()
		found := false
		for _, f := range v.Findings(now) {
			found = found || f.Check == "S2-07" && f.Subject.ID == "A.2.2"
		}
		require.Equal(t, want, !found, "finding: %s", why)
		var control, other bool
		for _, s := range v.Supports(now) {
			control = control || s.Ref == clause
			other = other || s.Ref.Element() == "A.9.2"
		}
		require.Equal(t, want, control, "coverage: %s", why)
		require.True(t, other, "what it shows besides, it shows all the same")
		soa, err := v.Statement(now)
		require.NoError(t, err)
		for _, row := range soa.Rows {
			if row.Control.String() == "A.2.2" {
				require.Equal(t, want, len(row.Evidence) > 0, "statement: %s", why)
			}
		}
	}
	collect("monday")
	shown(false, "there is no policy")
	o.clock.Set(o.clock.Now().AddDate(0, 0, 4))
	put("p1")
	shown(false, "it came later")
	collect("friday")
	shown(true, "the same day")
	o.clock.Set(o.clock.Now().Add(100 * 24 * time.Hour))
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p1", calendar.Of(tx.Now().AddDate(1, 0, 0), nil)) })
	shown(true, "the same text, approved again")
	put("p2")
	shown(false, "another text")
	collect("renewed")
	shown(true, "of the text in force")
}
