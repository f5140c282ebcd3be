package aims_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// houseRules are what an organisation adds to the gates, as its file says it.
const houseRules = `[
  {"gate": "G1", "id": "x-sponsor", "requires": "a change that the sponsor approved", "kind": "record", "why": "The board wants to know of each system that is built.",
   "record": {"kind": "planned_change", "role": "executive-sponsor", "where": [{"field": "owner", "in": ["ada", "bob"]}]}, "absolute": true},
  {"gate": "G2", "id": "x-logs", "requires": "logs, whatever the assessment says", "kind": "proof", "controls": ["A.6.2.8"], "why": "The regulator asks for logs."},
  {"gate": "G2", "id": "x-pentest", "requires": "a penetration test", "kind": "record", "for": "all", "levels": ["limited", "high", "minimal"], "why": "Ours are attacked.",
   "record": {"kind": "evidence", "where": [{"field": "kind", "in": ["x-pentest"]}]}}
]`

func rulesOf(t testing.TB, text string) (own []register.OwnItem) {
	t.Helper()
	require.NoError(t, aims.Decode(strings.NewReader(text), 1<<20, &own))
	return own
}

func orgWith(t testing.TB, own []register.OwnItem, limits aims.ExceptionLimits, kinds ...ledger.AnyKind) *org {
	t.Helper()
	c := &clock{now: day0}
	j := memory.New()
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, NewID: counter(), Founder: setup, Gates: own, Exceptions: limits, Kinds: kinds})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: j, clock: c}
}

// A gate stays closed until what the organisation has added is there, by the hands that
// it asks for.
func TestOwnItemsKeepAGateClosed(t *testing.T) {
	o := orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{}).staffed()
	o.register(officeTool("spam", register.StageDesign))
	o.assess("spam")
	blocked := func() []string { return items(o.closed("spam", register.StageVerification)) }
	require.Equal(t, []string{"x-sponsor"}, blocked())

	plan := moveOfModels("ada")
	plan.Systems = nil
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	o.do("eve", approveChange(plan.ID))
	require.Equal(t, []string{"x-sponsor"}, blocked(), "it is about no system")
	plan.ID, plan.Systems = "second", []string{"spam"}
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	require.Equal(t, []string{"x-sponsor"}, blocked(), "nobody has approved it")
	o.do("lea", approveChange("second"))
	require.Equal(t, []string{"x-sponsor"}, blocked(), "somebody else has")
	o.refused("eve", aims.ErrState, approveChange("second"))
	plan.ID, plan.Owner = "third", "lea"
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	o.do("eve", approveChange("third"))
	require.Equal(t, []string{"x-sponsor"}, blocked(), "its owner is another than the item wants")
	plan.ID, plan.Owner = "fourth", "bob"
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	// All in one commit, and by whoever types another's name, it opens nothing.
	typed := plan
	typed.ID, typed.State, typed.Approval = "fifth", aims.ChangeApproved, aims.ChangeApproval{By: "eve", At: day0, PlannedFor: plan.PlannedFor}
	_ = o.try("ada", func(tx *aims.Tx) error { return tx.DraftChange(typed) })
	require.Equal(t, []string{"x-sponsor"}, blocked())
	require.Error(t, o.try("eve", func(tx *aims.Tx) error {
		if err := tx.ApproveChange("fourth"); err != nil {
			return err
		}
		return tx.AdvanceStage("spam", register.StageVerification)
	}))
	require.Equal(t, []string{"x-sponsor"}, blocked())
	o.do("eve", approveChange("fourth"))
	atG1, _ := o.View().Systems().Get("spam")
	require.Empty(t, o.View().Blockers(atG1, o.View().Gates()[0], day0))
	// Given up, it counts no more.
	o.do("bob", func(tx *aims.Tx) error { return tx.DropChange("fourth", "not now") })
	require.Equal(t, []string{"x-sponsor"}, blocked())
	plan.ID = "sixth"
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	o.do("eve", approveChange("sixth"))
	o.do("ada", advance("spam", register.StageVerification))

	missing := o.closed("spam", register.StageDeployment)
	require.Equal(t, []string{"G2.8", "x-logs", "x-pentest"}, items(missing))
	require.Equal(t, "no fresh evidence for A.6.2.8", missing[1].Missing)
	require.Contains(t, missing[2].Next, "Ours are attacked.")
	o.prove("rest", []string{"spam"}, "A.9.2", "A.6.2.8")
	require.Equal(t, []string{"x-pentest"}, items(o.closed("spam", register.StageDeployment)))

	// The gates of the library alone, asked for by who does not know of the others, do not
	// leave them out.
	s, _ := o.View().Systems().Get("spam")
	g, _ := register.GateByID("G2")
	require.Equal(t, []string{"x-pentest"}, items(o.View().Blockers(s, g, day0)))
	o.pentest("old", "spam", 10)
	o.clock.Set(day(11))
	require.Equal(t, []string{"x-pentest"}, items(o.View().Blockers(s, g, day(11))), "what has run out shows nothing")
	o.pentest("new", "spam", 400)
	o.do("ada", advance("spam", register.StageDeployment))
}

// pentest is evidence that counts for some days.
func (o *org) pentest(id, system string, days int) {
	o.t.Helper()
	today := calendar.Of(o.clock.Now(), nil)
	o.do("bob", func(tx *aims.Tx) error {
		return tx.AttachEvidence(aims.Evidence{ID: id, Title: "Penetration test", Kind: "x-pentest", URI: "https://dms.example.org/" + id, Collected: today, ValidUntil: today.AddDays(days),
			Systems: []string{system}, Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.4"))}})
	})
}

// The owner of a system is not the second pair of eyes, whatever role he holds.
func TestOwnItemsAreNotDecidedByTheOwner(t *testing.T) {
	o := orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{}).staffed()
	s := officeTool("spam", register.StageDesign)
	s.Owner = "eve"
	o.register(s)
	o.assess("spam")
	plan := moveOfModels("ada")
	plan.Systems = []string{"spam"}
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftChange(plan) })
	o.do("eve", approveChange(plan.ID))
	s, _ = o.View().Systems().Get("spam")
	require.Equal(t, []string{"x-sponsor"}, items(o.View().Blockers(s, o.View().Gates()[0], day0)))
}

// Exceptions name own items, but for those that are absolute, and hold for as short as
// the organisation says.
func TestExceptionsOfOwnItems(t *testing.T) {
	o := orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{Days: 7}).staffed()
	o.register(officeTool("spam", register.StageVerification))
	o.assess("spam")
	o.prove("rest", []string{"spam"}, "A.9.2", "A.6.2.8")
	except := func(id, gate string, items ...string) aims.Exception {
		return aims.Exception{ID: id, System: "spam", Gate: gate, Items: items, Reason: "the tester is ill", Measures: "it is watched daily"}
	}
	o.invalid("ada", "items[0]", "item", "x-nothing", func(tx *aims.Tx) error { return tx.RequestException(except("e", "G2", "x-nothing")) })
	o.invalid("ada", "items[0]", "item", "x-sponsor", func(tx *aims.Tx) error { return tx.RequestException(except("e", "G2", "x-sponsor")) })
	o.do("ada", func(tx *aims.Tx) error { return tx.RequestException(except("e", "G2", "x-pentest")) })
	o.invalid("rob", "expires", "range", due(8).String(), func(tx *aims.Tx) error { return tx.GrantException("e", due(8)) })
	o.do("rob", func(tx *aims.Tx) error { return tx.GrantException("e", due(7)) })
	o.do("ada", advance("spam", register.StageDeployment))
	require.Len(t, find(o.View(), day(1), "EX-01"), 1)
	require.Contains(t, find(o.View(), day(8), "S2-25")[0].Message, "x-pentest")
	var gate *aims.GateError
	require.ErrorAs(t, o.try("ada", func(tx *aims.Tx) error { return tx.CloseException("e") }), &gate)
	require.Equal(t, []string{"x-pentest"}, items(gate.Blockers))
	o.pentest("made-good", "spam", 100)
	o.do("ada", func(tx *aims.Tx) error { return tx.CloseException("e") })
	require.Empty(t, find(o.View(), day(8), "S2-25"))

	// What is absolute is excepted by nobody.
	p := orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{}).staffed()
	p.register(officeTool("spam", register.StageDesign))
	p.invalid("ada", "items[0]", "absolute", "x-sponsor", func(tx *aims.Tx) error { return tx.RequestException(except("e", "G1", "x-sponsor")) })
}

// What was in operation before the item is asked for it too, after the time to catch up;
// without own items nothing changes.
func TestASystemInOperationLacksOwnItems(t *testing.T) {
	plain := orgWith(t, nil, aims.ExceptionLimits{}).staffed()
	o := orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{}).staffed()
	for _, p := range []*org{plain, o} {
		p.register(officeTool("spam", register.StageOperation))
		p.assess("spam")
	}
	require.Empty(t, find(plain.View(), day(100), "S2-09"))
	found := find(o.View(), day(90), "S2-09")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	found = find(o.View(), day(91), "S2-09")
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Contains(t, found[0].Message, "x-logs logs, whatever the assessment says")
	require.Contains(t, found[0].Message, "x-pentest")
	require.NotContains(t, found[0].Message, "x-sponsor", "the gate into verification is not asked again")
	require.Equal(t, []annexa.ID{annexa.MustParse("A.6.2.8")}, found[0].Controls)
	o.prove("logs", []string{"spam"}, "A.6.2.8")
	require.NotContains(t, find(o.View(), day(91), "S2-09")[0].Message, "x-logs")
	o.pentest("tested", "spam", 300)
	require.Empty(t, find(o.View(), day(91), "S2-09"))
}

// A record of an embedder's own kind counts if it is listed by system.
func TestOwnItemsOfOwnKinds(t *testing.T) {
	own := rulesOf(t, `[{"gate": "G1", "id": "x-form", "requires": "the form filled in", "kind": "record", "why": "We ask everybody.",
		"record": {"kind": "x-form", "where": [{"field": "answers.secure", "in": ["yes"]}]}}]`)
	o := orgWith(t, own, aims.ExceptionLimits{}, forms).staffed()
	o.register(officeTool("spam", register.StageDesign))
	o.assess("spam")
	for _, answer := range []string{"no", "yes"} {
		o.do("ada", func(tx *aims.Tx) error {
			return forms.Keep(tx, answers{ID: answer, System: "spam", Answers: map[string]string{"secure": answer}})
		})
		s, _ := o.View().Systems().Get("spam")
		missing := o.View().Blockers(s, o.View().Gates()[0], day0)
		require.Equal(t, answer == "no", len(missing) == 1 && missing[0].Item == "x-form", answer)
	}
}

// What would make the library's own mean less, or could never be found, is refused when
// the management system is opened.
func TestOwnItemsOnlyEverAskForMore(t *testing.T) {
	base := func(change func(i *register.OwnItem)) []register.OwnItem {
		own := rulesOf(t, houseRules)
		change(&own[2])
		return own
	}
	for _, c := range []struct {
		path, rule, value string
		own               []register.OwnItem
		limits            aims.ExceptionLimits
	}{
		{"gates[2].id", "prefix", "G2.2", base(func(i *register.OwnItem) { i.ID = "G2.2" }), aims.ExceptionLimits{}},
		{"gates[2].id", "prefix", "x-", base(func(i *register.OwnItem) { i.ID = "x-" }), aims.ExceptionLimits{}},
		{"gates[2].id", "prefix", "x-a b", base(func(i *register.OwnItem) { i.ID = "x-a b" }), aims.ExceptionLimits{}},
		{"gates[2].id", "repeated", "x-logs", base(func(i *register.OwnItem) { i.ID = "x-logs" }), aims.ExceptionLimits{}},
		{"gates[2].gate", "oneof", "G9", base(func(i *register.OwnItem) { i.Gate = "G9" }), aims.ExceptionLimits{}},
		{"gates[2].gate", "absolute", "G4", base(func(i *register.OwnItem) { i.Gate = "G4" }), aims.ExceptionLimits{}},
		{"gates[2].kind", "oneof", "nothing", base(func(i *register.OwnItem) { i.Kind, i.Record = "nothing", register.RecordAsked{} }), aims.ExceptionLimits{}},
		{"gates[2].requires", "required", " ", base(func(i *register.OwnItem) { i.Requires = " " }), aims.ExceptionLimits{}},
		{"gates[2].why", "required", "", base(func(i *register.OwnItem) { i.Why = "" }), aims.ExceptionLimits{}},
		{"gates[2].for", "oneof", "nobody", base(func(i *register.OwnItem) { i.For = "nobody" }), aims.ExceptionLimits{}},
		{"gates[2].levels", "oneof", "huge", base(func(i *register.OwnItem) { i.Levels = []string{"huge"} }), aims.ExceptionLimits{}},
		{"gates[2].controls", "required", "", base(func(i *register.OwnItem) { i.Kind, i.Record = register.ItemProof, register.RecordAsked{} }), aims.ExceptionLimits{}},
		{"gates[2].record", "unused", "evidence", base(func(i *register.OwnItem) { i.Kind = register.ItemOwner }), aims.ExceptionLimits{}},
		{"gates[2].record.kind", "exists", "pentest", base(func(i *register.OwnItem) { i.Record.Kind = "pentest" }), aims.ExceptionLimits{}},
		{"gates[2].record.kind", "declared", "policy", base(func(i *register.OwnItem) { i.Record = register.RecordAsked{Kind: "policy"} }), aims.ExceptionLimits{}},
		{"gates[2].record.where[0].field", "exists", "colour", base(func(i *register.OwnItem) { i.Record.Where[0].Field = "colour" }), aims.ExceptionLimits{}},
		{"gates[2].record.where[0].in", "required", "", base(func(i *register.OwnItem) { i.Record.Where[0].In = nil }), aims.ExceptionLimits{}},
		{"gates[2].record.role", "unused", "lead", base(func(i *register.OwnItem) { i.Record = register.RecordAsked{Kind: "concern", Role: "lead"} }), aims.ExceptionLimits{}},
		{"gates[10].gate", "length", "G3", slices.Repeat(base(func(i *register.OwnItem) { i.Gate = "G3" })[2:], 11), aims.ExceptionLimits{}},
		{"exceptions.days", "range", "31", nil, aims.ExceptionLimits{Days: 31}},
		{"exceptions.days", "range", "-1", nil, aims.ExceptionLimits{Days: -1}},
		{"exceptions.days_high", "range", "15", nil, aims.ExceptionLimits{DaysHigh: 15}},
	} {
		_, err := aims.Open(t.Context(), memory.New(), &aims.Options{Gates: c.own, Exceptions: c.limits})
		require.ErrorIs(t, err, aims.ErrInvalid, "%s %s", c.path, c.value)
		var is issue.Issues
		require.ErrorAs(t, err, &is)
		require.True(t, slices.ContainsFunc(is, func(i issue.Issue) bool { return i.Field == c.path && i.Rule == c.rule && i.Value == c.value }), "%s %s %q: %v", c.path, c.rule, c.value, is)
	}

	// Whatever is added, and whatever becomes of it afterwards, the library's items stay as
	// they are, first and in their order.
	own := rulesOf(t, houseRules)
	o := orgWith(t, own, aims.ExceptionLimits{})
	own[0].Gate, own[1].Controls[0], own[2].Record.Where[0].In[0] = "G4", annexa.MustParse("A.2.2"), "x-other"
	gates := o.View().Gates()
	gates[1].Items[1].Absolute, gates[1].Items[1].Controls[0] = false, annexa.MustParse("A.2.2")
	for i, g := range register.Gates() {
		got := o.View().Gates()[i]
		require.Equal(t, g.Items, got.Items[:len(g.Items)])
		require.Equal(t, []int{1, 2, 0, 0}[i], len(got.Items)-len(g.Items))
	}
	require.Equal(t, "x-pentest", o.View().Gates()[1].Items[13].Record.Where[0].In[0])
	text, err := json.Marshal(register.Gates())
	require.NoError(t, err)
	require.NotContains(t, string(text), `"record"`, "the library's items are written as they were")
}

// A role that nobody has put on file decides nothing, and the gate says so.
func TestOwnItemsOfARoleThatIsNotThere(t *testing.T) {
	own := rulesOf(t, houseRules)
	own[0].Record.Role = "ciso"
	o := orgWith(t, own, aims.ExceptionLimits{}).staffed()
	o.register(officeTool("spam", register.StageDesign))
	o.assess("spam")
	require.Contains(t, o.closed("spam", register.StageVerification)[0].Missing, "no role ciso is on file")
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutRole(aims.Role{ID: "ciso", Title: "Chief information security officer", Duty: "Answers for security."})
	})
	require.Contains(t, o.closed("spam", register.StageVerification)[0].Missing, "who holds role ciso")
}

// With more asked, whatever blocks without it blocks with it.
func TestOwnItemsWeakenNoGate(t *testing.T) {
	plain, more := newOrg(t).staffed(), orgWith(t, rulesOf(t, houseRules), aims.ExceptionLimits{Days: 1, DaysHigh: 1}).staffed()
	for _, o := range []*org{plain, more} {
		o.register(officeTool("spam", register.StageDesign), ownModel())
		o.assess("spam")
	}
	for _, at := range []time.Time{day0, day(400)} {
		for _, id := range []string{"spam", "cv"} {
			s, _ := plain.View().Systems().Get(id)
			for _, g := range register.Gates() {
				have := items(more.View().Blockers(s, g, at))
				require.Subset(t, have, items(plain.View().Blockers(s, g, at)), "%s %s", id, g.ID)
			}
		}
	}
}
