package aims_test

import (
	"fmt"
	"slices"
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

// inOneBinder is the organisation as if all evidence without a digest had always been at one
// place.
func inOneBinder(o *org) *org {
	return o.rewritten(func(s aims.Subject, body map[string]any) bool {
		if s.Kind == aims.KindEvidence && body["digest"] == nil {
			body["uri"] = "https://example.org/binder#" + s.ID
		}
		return true
	})
}

// What has no digest and is kept at one place is one piece, however the place is written. What
// came on file before is found.
func TestOnePlaceIsOnePiece(t *testing.T) {
	o := newOrg(t).staffed()
	piece := func(id, uri string, from, to int) func(tx *aims.Tx) error {
		e := aims.Evidence{ID: id, Title: "The binder", Collected: dayOf(0), ValidUntil: dayOf(100), URI: uri}
		for _, c := range annexa.Controls()[from:to] {
			e.Supports = append(e.Supports, aims.ControlRef(c.ID))
		}
		return func(tx *aims.Tx) error { return tx.AttachEvidence(e) }
	}
	o.do("lea", piece("b1", "https://Example.org/binder", 0, 8))
	for n, uri := range []string{"https://example.org/binder", "HTTPS://EXAMPLE.ORG/binder/", "https://example.org:443/binder#page=2", " https://example.org/binder"} {
		o.invalid("lea", "supports", "breadth", "16", piece(fmt.Sprint("more", n), uri, 8, 16))
	}
	for n, uri := range []string{"https://example.org/Binder", "https://example.org/binder?page=2", "https://example.org:8443/binder", "file:binder"} {
		o.do("lea", piece(fmt.Sprint("other", n), uri, 8, 16))
	}
	o.do("lea", func(tx *aims.Tx) error { // who says what it is says that it is another
		e, _ := tx.Evidence().Get("b1")
		e.ID, e.Revision, e.Digest, e.Supports = "sealed", 0, strings.Repeat("a1", 32), []crosswalk.Ref{aims.ControlRef(annexa.Controls()[20].ID)}
		return tx.AttachEvidence(e)
	})
	require.Empty(t, find(o.View(), day0, "EV-02"))

	before := inOneBinder(o)
	found := find(before.View(), day0, "EV-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.Subject{Kind: aims.KindEvidence, ID: "b1"}, found[0].Subject)
	require.Equal(t, "Records of this one piece: 5; controls that they support together: 16; one piece supports 8 at most.", found[0].Message)
	require.Empty(t, find(before.View(), day(101), "EV-02"), "what counts no more is not counted")
	before.do("lea", func(tx *aims.Tx) error { // it opens, and gets no worse
		e, _ := tx.Evidence().Get("b1")
		e.Title = "The old binder"
		return tx.AttachEvidence(e)
	})
	before.do("lea", func(tx *aims.Tx) error {
		all := slices.Collect(tx.Evidence().All())
		for _, e := range all {
			if strings.HasPrefix(e.ID, "other") {
				if err := tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: e.ID}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	require.Empty(t, find(before.View(), day0, "EV-02"))
}

// Records of one piece are no share of what serves two standards.
func TestRecordsOfOnePieceAreOneShare(t *testing.T) {
	o := newOrg(t).staffed()
	o.organised(func(our *aims.Organisation) { our.HoldsISO27001 = true })
	both := []string{"iso42001:A.2.2", "iso27001:A.5.1"}
	attach := func(id, uri string, supports ...string) {
		o.do("lea", func(tx *aims.Tx) error {
			e := aims.Evidence{ID: id, Title: id, Collected: dayOf(0), ValidUntil: dayOf(100), URI: uri}
			for _, ref := range supports {
				e.Supports = append(e.Supports, crosswalk.MustParseRef(ref))
			}
			return tx.AttachEvidence(e)
		})
	}
	attach("one", "file:policy", both...)
	attach("two", "file:policy/", both...)
	attach("three", "file:roles", "iso42001:A.3.2")
	attach("four", "file:reports", "iso42001:A.3.3")
	found := find(o.View(), day0, "S1-26")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "Fresh evidence that bears on both standards: 3; naming requirements of both: 1.")
}
