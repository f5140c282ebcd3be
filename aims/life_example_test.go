package aims_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// Criteria come first, and who tests has no part in the system: the verdict follows from
// what was seen.
func ExampleTx_RecordVerification() {
	ctx := context.Background()
	m, err := aims.Open(ctx, memory.New(), &aims.Options{
		Founder: aims.Person{ID: "ada", Name: "Ada"},
		Clock:   func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close(ctx)
	as := func(actor string, do func(tx *aims.Tx) error) {
		if err := m.Update(ctx, aims.By{Actor: actor, Reason: "verification before release"}, do); err != nil {
			fmt.Println(err)
		}
	}
	as("ada", func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "tom", Name: "Tom"}); err != nil {
			return err
		}
		return tx.RegisterSystem(register.System{ID: "letters", Name: "Letter sorter", Owner: "ada", Stage: register.StageVerification})
	})
	as("ada", func(tx *aims.Tx) error {
		return tx.PlanVerification(aims.SystemVerification{ID: "v1", System: "letters", Title: "Before release", Method: "400 letters of last year, kept apart",
			Criteria: []aims.VerificationCriterion{{ID: "found", What: "share of complaints found", Direction: aims.AtLeast, Required: 0.9}}})
	})
	report := aims.VerificationReport{On: calendar.New(2026, 3, 2), Limitations: "letters by hand were not tested",
		Results: []aims.VerificationResult{{Criterion: "found", Seen: "352 of 400", Value: 0.88, Met: true}}}
	as("ada", func(tx *aims.Tx) error { return tx.RecordVerification("v1", report) })
	as("tom", func(tx *aims.Tx) error { return tx.RecordVerification("v1", report) })

	v, _ := m.View().Verifications().Get("v1")
	fmt.Println(v.State)
	// Output:
	// RecordVerification: verification "v1": "ada" is barred: the owner of a system that it is about (SD-9): an active person on file may; never the owner of a system that it is about, who carried out what is checked, an author of it, in any draft
	// failed
}

// An organisation adds to a gate what its own file says, and nothing of the library's
// goes away.
func ExampleOptions_gates() {
	ctx := context.Background()
	var own []register.OwnItem
	err := aims.Decode(strings.NewReader(`[{
		"gate": "G1", "id": "x-pentest", "requires": "a penetration test", "kind": "record", "why": "Ours are attacked.",
		"record": {"kind": "evidence", "where": [{"field": "kind", "in": ["x-pentest"]}], "role": "ciso"}
	}]`), 1<<20, &own)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := aims.Open(ctx, memory.New(), &aims.Options{
		Founder: aims.Person{ID: "ada", Name: "Ada"}, Gates: own, Exceptions: aims.ExceptionLimits{Days: 7},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close(ctx)
	s := register.System{ID: "letters", Name: "Letter sorter", Owner: "ada", Purpose: "Sorts letters.", Stage: register.StageDesign}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "a new tool"}, func(tx *aims.Tx) error { return tx.RegisterSystem(s) })
	if err != nil {
		fmt.Println(err)
		return
	}
	gate := m.View().Gates()[0]
	for _, b := range m.View().Blockers(s, gate, time.Now()) {
		if b.Item == "x-pentest" || b.Item == "G1.3" {
			fmt.Println(b.Item, b.Requires)
			fmt.Println(" ", b.Missing)
		}
	}
	own[0].ID = "G1.1" // to take its place
	_, err = aims.Open(ctx, memory.New(), &aims.Options{Gates: own})
	fmt.Println(err)
	// Output:
	// G1.3 the impact assessment begun
	//   nobody has begun the impact assessment
	// x-pentest a penetration test
	//   no record of kind evidence about the system is as it asks, and no role ciso is on file to decide on it
	// options: invalid: gates[0].id: the ID of an item of one's own begins with "x-" and has up to 64 letters, digits and signs (rule prefix, got "G1.1")
}
