package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// Top management may give its word that no AI is run. It rests on a search that somebody else
// answers for, and counts for nothing once anything speaks against it.
func TestRunsNoAI(t *testing.T) {
	o := newOrg(t).staffed()
	at := func(n int) { o.clock.Set(day(n)) }
	put := func(id string, n int, found ...aims.Candidate) {
		o.do("lea", func(tx *aims.Tx) error {
			old, _ := tx.Sweeps().Get(id)
			return tx.PutSweep(aims.Sweep{ID: id, On: dayOf(n), By: "ada", Sources: []string{"purchasing", "sign-on logs"}, Candidates: found,
				NoAI: aims.Attestation{Says: "typed", By: "eve", At: day(n)}, Revision: old.Revision})
		})
	}
	attest := func(id string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.AttestNoAI(id, "Purchasing, sign-on logs and code were searched; nothing uses AI.")
		}
	}
	holds := func() bool {
		_, ok := o.View().RunsNoAI(o.clock.Now())
		return ok
	}
	at(1)
	put("spring", 1, aims.Candidate{Name: "A plug-in"})
	require.False(t, holds(), "what is typed in is not anybody's word")
	o.refused("lea", aims.ErrForbidden, attest("spring"))
	o.refused("ada", aims.ErrForbidden, attest("spring"))
	o.refused("eve", aims.ErrState, attest("spring")) // what it found is open
	put("spring", 1, aims.Candidate{Name: "A plug-in", Dismissed: "It sorts by name, and learns nothing."})
	o.invalid("eve", "says", "reason", "n/a", func(tx *aims.Tx) error { return tx.AttestNoAI("spring", "n/a") })
	o.do("eve", attest("spring"))
	require.True(t, holds())
	s, _ := o.View().RunsNoAI(o.clock.Now())
	require.Equal(t, "eve", s.NoAI.By)
	require.False(t, func() bool { _, ok := o.View().RunsNoAI(day(0)); return ok }(), "nobody had given it then")

	put("spring", 1, aims.Candidate{Name: "A plug-in", Dismissed: "It sorts by name, and learns nothing."}, aims.Candidate{Name: "A chat", Dismissed: "Nobody uses it."})
	require.False(t, holds(), "it was given of another list")
	o.do("eve", attest("spring"))

	at(40)
	put("summer", 40)
	require.False(t, holds(), "the word is of an earlier search")
	o.refused("eve", aims.ErrState, attest("spring"))
	o.do("eve", attest("summer"))
	require.True(t, holds())
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PutSweep(aims.Sweep{ID: "hers", On: dayOf(40), By: "ada", Sources: []string{"code"}})
	})
	o.refused("eve", aims.ErrForbidden, attest("hers")) // she wrote it, whoever answers for it
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(officeTool("chat", register.StageDesign)) })
	require.False(t, holds(), "a system is on file")
}
