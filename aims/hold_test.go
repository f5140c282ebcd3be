package aims_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/storage/memory"
)

// What is held goes for nobody, by no verb, until it is released by who may.
func TestHolds(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.AttachEvidence(proof("e", day0, nil, "A.4.2")); err != nil {
			return err
		}
		return tx.AttachEvidence(proof("free", day0, nil, "A.4.2"))
	})
	e := aims.Subject{Kind: aims.KindEvidence, ID: "e"}
	hold := func(change func(h *aims.Hold)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			h := aims.Hold{ID: "h", Records: []aims.Subject{e}, Reason: "the regulator asks", PlacedBy: "nobody", ReleasedAt: day0}
			if change != nil {
				change(&h)
			}
			return tx.PlaceHold(h)
		}
	}
	o.refused("bob", aims.ErrForbidden, hold(nil))
	o.invalid("lea", "reason", "required", " ", hold(func(h *aims.Hold) { h.Reason = " " }))
	o.invalid("lea", "records", "required", "", hold(func(h *aims.Hold) { h.Records = nil }))
	o.invalid("lea", "records[0]", "record", "evidence/none", hold(func(h *aims.Hold) { h.Records[0].ID = "none" }))
	o.do("lea", hold(nil))
	for h := range o.View().Holds() {
		require.Equal(t, []any{"lea", true}, []any{h.PlacedBy, h.InForce()})
	}
	o.refused("lea", aims.ErrExists, hold(func(h *aims.Hold) { h.Reason = "another" }))

	withdraw := func(s aims.Subject) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.Withdraw(s) }
	}
	err := o.refused("lea", aims.ErrForbidden, withdraw(e))
	require.ErrorContains(t, err, `held by "h"`)
	var rec *aims.RecordError
	require.ErrorAs(t, err, &rec)
	require.Equal(t, []any{"h"}, rec.Text().Args, "a text with its arguments, to be said in another language")
	o.refused("eve", aims.ErrForbidden, withdraw(e))
	o.do("lea", withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "free"}))
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.ReleaseHold("h", "done") })
	o.invalid("eve", "release_reason", "required", "", func(tx *aims.Tx) error { return tx.ReleaseHold("h", "") })
	o.do("eve", func(tx *aims.Tx) error { return tx.ReleaseHold("h", "the inquiry is over") })
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error { return tx.ReleaseHold("h", "again") })
	o.do("lea", withdraw(e))
}

// A hold comes before erasing, also of what is long over.
func TestHeldIsNotErased(t *testing.T) {
	o, _ := onDisk(t, t.TempDir(), &clock{now: day0})
	o.staffed()
	i := aims.Subject{Kind: aims.KindIncident, ID: "i"}
	o.do("lea", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "x", Grade: aims.GradeLow, DetectedOn: day0, Owner: "lea"})
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.CloseIncident("i", "x") })
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "h", Records: []aims.Subject{i}, Reason: "a claim"})
	})
	o.clock.Set(day(5 * 366))
	require.ErrorIs(t, o.Erase(t.Context(), asks, i), aims.ErrForbidden)
	o.do("eve", func(tx *aims.Tx) error { return tx.ReleaseHold("h", "settled") })
	require.NoError(t, o.Erase(t.Context(), asks, i))
}

// A decision that the rules would not have let is told, with what is against it.
func TestDecisionsFromBeforeTheRulesAreDeclared(t *testing.T) {
	o := wellRun(t)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "zed", Name: "Zed"}) })
	o.do("ada", func(tx *aims.Tx) error { return tx.PlanVerification(verification("v", "spam")) })
	o.do("una", recordVerification("v", verified(true)))
	o.do("bob", planDeployment(deployment("d", "spam")))
	o.do("una", release("d"))
	require.Empty(t, o.View().DeclaredDecisions())
	text := exported(t, o.View())
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		switch {
		case strings.Contains(l, `"kind":"scope"`):
			lines[i] = strings.Replace(l, `"by":"eve"`, `"by":"ada"`, 1) // who wrote it
		case strings.Contains(l, `"kind":"document"`) && strings.Contains(l, `"id":"d1"`):
			lines[i] = strings.Replace(l, `"by":"eve"`, `"by":"zed"`, 1) // who had left
		case strings.Contains(l, `"kind":"person"`) && strings.Contains(l, `"id":"zed"`):
			lines[i] = strings.Replace(l, `"name":"Zed"`, `"name":"Zed","left_on":"2025-12-01"`, 1)
		case strings.Contains(l, `"kind":"verification"`):
			lines[i] = strings.Replace(l, `"by":"una"`, `"by":"ada"`, 1) // who planned and built it
		case strings.Contains(l, `"kind":"deployment"`):
			lines[i] = strings.Replace(l, `"released_by":"una"`, `"released_by":"bob"`, 1) // who planned it
		case strings.Contains(l, `"kind":"statement"`):
			lines[i] = strings.Replace(l, `"by":"eve"`, `"by":"ghost"`, 1)
		}
	}
	m, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now, NewID: counter()}, mover, strings.NewReader(strings.Join(lines, "")))
	require.NoError(t, err)
	told := make(map[aims.Kind]string)
	for _, d := range m.View().DeclaredDecisions() {
		told[d.Kind] = d.Why.String()
	}
	require.Equal(t, map[aims.Kind]string{aims.KindScope: "ada wrote in it", aims.KindVerification: "ada wrote in it", aims.KindDeployment: "bob wrote in it", aims.KindDocument: "zed had left by then", aims.KindStatement: "ghost is no person on file"}, told)
}

// Nor does a new assessment take a risk away that is held: what it dismisses stays on file.
func TestAHeldRiskStaysThoughItsHarmIsDismissed(t *testing.T) {
	for _, held := range []bool{false, true} {
		o := newOrg(t).staffed()
		o.register(spamFilter())
		harm := o.open("spam").Result.Harms[0].Harm
		o.submit("spam", impact.HarmRating{Harm: harm, Parties: []string{"user"}, Description: "could come about", Scale: 1, Scope: 1, Irremediability: 1, Likelihood: 1, Confidence: impact.ConfidenceHigh})
		o.sign("ian", "spam#1", aims.RoleImpactApprover)
		id := ""
		for r := range o.View().Risks().All() {
			id = r.ID
		}
		require.NotEmpty(t, id, "the assessment found a risk")
		if held {
			o.do("lea", func(tx *aims.Tx) error {
				return tx.PlaceHold(aims.Hold{ID: "h", Records: []aims.Subject{{Kind: aims.KindRisk, ID: id}}, Reason: "a claim"})
			})
		}
		o.do("lea", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", impact.TriggerReview, "x") })
		o.submit("spam") // dismisses it
		o.sign("ian", "spam#2", aims.RoleImpactApprover)
		require.Equal(t, held, o.View().Risks().Has(id))
	}
}
