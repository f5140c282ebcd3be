package aims_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
)

// One file under many records is one piece of evidence, and shows no more than one may.
func TestOneFileIsOnePiece(t *testing.T) {
	o := newOrg(t).staffed()
	digest := strings.Repeat("a1", 32)
	piece := func(id, digest string, from, to int) func(tx *aims.Tx) error {
		e := aims.Evidence{ID: id, Title: "The binder", Collected: dayOf(0), ValidUntil: dayOf(100), URI: "https://example.org/binder.pdf", Digest: digest}
		for _, c := range annexa.Controls()[from:to] {
			e.Supports = append(e.Supports, aims.ControlRef(c.ID))
		}
		return func(tx *aims.Tx) error { return tx.AttachEvidence(e) }
	}
	o.do("lea", piece("b1", digest, 0, 5))
	o.do("lea", piece("b2", digest, 3, 8))
	o.invalid("lea", "supports", "breadth", "9", piece("b3", digest, 8, 9))
	for n := 1; n < 4; n++ {
		o.invalid("lea", "supports", "breadth", "16", piece(fmt.Sprint("more", n), strings.ToUpper(digest), 8*n, 8*n+8))
	}
	o.do("lea", piece("b4", digest, 0, 8))
	o.do("lea", piece("other", strings.Repeat("b2", 32), 8, 16))
	o.do("lea", func(tx *aims.Tx) error { // it may come to show less
		e, _ := tx.Evidence().Get("b4")
		e.Supports = []crosswalk.Ref{e.Supports[0]}
		return tx.AttachEvidence(e)
	})
	o.clock.Set(day(101))
	o.do("lea", func(tx *aims.Tx) error { // what counts no more is not counted
		return tx.AttachEvidence(aims.Evidence{ID: "new", Title: "The binder", Collected: dayOf(101), URI: "https://example.org/binder.pdf", Digest: digest, Supports: []crosswalk.Ref{aims.ControlRef(annexa.Controls()[20].ID)}})
	})
	require.Equal(t, 5, o.View().Evidence().Len())
}
