package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// Papers without content: an approval of nothing, a place that is none, a reason that says
// nothing, an input of a review without a word.
func TestEmptyPapers(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("bob", func(tx *aims.Tx) error {
		if err := tx.DraftPolicy(aims.Policy{ID: "p", Title: "AI policy", Owner: "pam", Text: " \n"}); err != nil {
			return err
		}
		return tx.DraftDocument(aims.Document{ID: "d", Title: "Treatment"})
	})
	o.invalid("eve", "text", "required", "", func(tx *aims.Tx) error { return tx.ApprovePolicy("p", dayOf(300)) })
	o.invalid("eve", "text", "required", "", func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(300)) })
	for _, uri := range []string{"n/a", "N.A.", "none", "-", "tbd", "somewhere", "..."} {
		o.invalid("bob", "uri", "place", uri, func(tx *aims.Tx) error {
			d, _ := tx.Documents().Get("d")
			d.URI = uri
			return tx.DraftDocument(d)
		})
		o.invalid("bob", "uri", "place", uri, func(tx *aims.Tx) error {
			p, _ := tx.Policies().Get("p")
			p.URI = uri
			return tx.DraftPolicy(p)
		})
		o.invalid("bob", "uri", "place", uri, func(tx *aims.Tx) error {
			e := proof("e", day0, nil, "A.4.2")
			e.URI = uri
			return tx.AttachEvidence(e)
		})
	}
	for _, uri := range []string{"https://dms.example.org/12", "dms/12", `\\files\policy.pdf`, "policy.pdf"} {
		o.do("bob", func(tx *aims.Tx) error {
			d, _ := tx.Documents().Get("d")
			d.URI = uri
			return tx.DraftDocument(d)
		})
	}
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(300)) })

	for _, reason := range []string{"no", "n/a", "-", "x", "TBD"} {
		o.invalid("lea", "out_of_scope", "reason", reason, func(tx *aims.Tx) error {
			s := officeTool("tool", register.StageDesign)
			s.OutOfScope = reason
			return tx.RegisterSystem(s)
		})
	}
	r := aims.ManagementReview{}
	for _, topic := range aims.ReviewTopics() {
		r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic})
	}
	require.Len(t, r.Missing(), len(aims.ReviewTopics()))
	r.Inputs[0].Note = "all done"
	require.Len(t, r.Missing(), len(aims.ReviewTopics())-1)
}

// Two IDs that differ by case alone are asked about, whatever the systems are called.
func TestIDsThatDifferByCaseAreAskedAbout(t *testing.T) {
	o := newOrg(t).staffed()
	a, b := officeTool("Chat-Bot", register.StageDesign), officeTool("chatbot", register.StageDesign)
	a.Name, b.Name = "One", "Two"
	o.register(a, b)
	found := find(o.View(), day0, "RG-01")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "LK-4")
}
