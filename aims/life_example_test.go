package aims_test

import (
	"context"
	"fmt"
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
