package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/register"
)

// What was put on the register in operation has passed no gate: with an approved
// assessment it owes what the gates would have asked for, of controls that are said to
// be in place, 90 days after it became known.
func TestRegisteredInOperationOwesItsGates(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageOperation
	o.register(s)
	o.assess("cv")
	require.Empty(t, find(o.View(), day(200), "S2-09"), "no control is said to be in place: S2-06 and S1-17 tell that")

	a, _ := o.View().Assessments().Get("cv#1")
	asked := func(id string) bool {
		for _, q := range a.Result.Controls {
			if q.Control == annexa.MustParse(id) {
				return true
			}
		}
		return false
	}
	var all []string
	for _, q := range a.Result.Controls {
		all = append(all, q.Control.String())
	}
	require.True(t, asked("A.6.2.4") && asked("A.9.2"), all)
	implement := func(ids ...string) {
		o.do("lea", func(tx *aims.Tx) error {
			for _, id := range ids {
				d, _ := tx.Decisions().Get(id)
				d.Applicability, d.Status, d.Owner, d.Justification = annexa.Applicable, annexa.StatusImplemented, "bob", "it is used"
				d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
				if err := tx.DecideControl(d); err != nil {
					return err
				}
			}
			return nil
		})
	}
	implement("A.6.2.4", "A.9.2")
	early := find(o.View(), day(90), "S2-09")
	require.Len(t, early, 1)
	require.Equal(t, aims.SeverityOpportunity, early[0].Severity)
	late := find(o.View(), day(91), "S2-09")
	require.Len(t, late, 1)
	require.Equal(t, aims.SeverityMajor, late[0].Severity)
	require.Contains(t, late[0].Message, "G2.4")
	require.Contains(t, late[0].Message, "G2.8")
	require.NotContains(t, late[0].Message, "G3.5", "A.6.2.8 is not said to be in place")
	require.Equal(t, dayOf(90), late[0].Since)

	// Evidence of the whole organisation shows its rules of use, and documents no system.
	attach := func(id string, systems ...string) {
		o.do("ada", func(tx *aims.Tx) error {
			return tx.AttachEvidence(aims.Evidence{ID: id, Kind: "x-file", Title: "Files", URI: "https://dms.example.org/" + id, Collected: dayOf(0), Quality: aims.QualityGood,
				Systems: systems, Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.4")), aims.ControlRef(annexa.MustParse("A.9.2"))}})
		})
	}
	attach("all")
	late = find(o.View(), day(91), "S2-09")
	require.Len(t, late, 1)
	require.NotContains(t, late[0].Message, "G2.8")
	require.Contains(t, late[0].Message, "G2.4")
	attach("own", "cv")
	require.Empty(t, find(o.View(), day(91), "S2-09"))

	// Taken back, it asks at the gate; gone under another name, it was known before.
	o.clock.Set(day(95))
	again := cvScreener()
	again.ID, again.Stage = "cv-2", register.StageOperation
	o.register(again)
	o.assess("cv-2")
	require.Len(t, find(o.View(), day(95), "S2-09"), 1)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(95), "S2-09")[0].Severity)
	o.do("lea", func(tx *aims.Tx) error { return tx.TellApart("cv-2", "cv", "of another house") })
	require.Equal(t, aims.SeverityOpportunity, find(o.View(), day(95), "S2-09")[0].Severity)
}
