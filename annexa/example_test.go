package annexa_test

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
)

func ExampleParse() {
	id, err := annexa.Parse(" a.6.2.8 ")
	fmt.Println(id, err)
	_, err = annexa.Parse("6.2.8")
	fmt.Println(err)
	_, err = annexa.Parse("A.5.1")
	fmt.Println(err)
	// Output:
	// A.6.2.8 <nil>
	// "6.2.8" is not a control of ISO/IEC 42001 Annex A; did you mean A.6.2.8?
	// "A.5.1" is not a control of ISO/IEC 42001 Annex A; A.5 holds A.5.2, A.5.3, A.5.4, A.5.5
}

func ExampleLookup() {
	c, ok := annexa.Lookup(annexa.MustParse("A.6.2.8"))
	fmt.Println(ok, c.Title, c.AnnexB, c.Scope)
	fmt.Println(c.Purpose)
	for _, e := range c.Evidence {
		fmt.Printf("%s (%s), fresh for %d days\n", e.Title, e.Kind, e.FreshDays)
	}
	// Output:
	// true AI system recording of event logs B.6.2.8 system
	// What a system did, on what input and in which version, can be reconstructed when somebody asks.
	// Event log policy and sample (ev-logs), fresh for 365 days
	// Trace of one case from the logs or the data's lineage, end to end (ev-trace), fresh for 365 days
	// Individual reasons can be given: sample of explanations (ev-reasons), fresh for 365 days
}

func ExampleCompile() {
	logs := annexa.MustParse("A.6.2.8")
	statement, err := annexa.Compile(annexa.Input{
		Organisation: "Lender",
		Scope:        "Lending to consumers",
		At:           time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC),
		Decisions: []annexa.Decision{{
			Control:       logs,
			Applicability: annexa.Applicable,
			Justification: "Applicants contest outcomes, and we have to show how they came about.",
			Grounds:       []annexa.Ground{{Kind: annexa.GroundImpact, Ref: "IA-7"}},
			Status:        annexa.StatusImplemented,
			Owner:         "ada",
		}},
		Required: []annexa.Required{{Control: logs, System: "credit-scoring", Assessment: "IA-7", Rules: []string{"DEC-02"}}},
		Evidence: []annexa.EvidenceItem{{
			ID: "EV-12", Control: logs, System: "credit-scoring", Kind: "ev-logs",
			ValidUntil: calendar.Of(time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC), nil),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(statement.Rows), "rows,", len(statement.Gaps()), "gaps")
	row, _ := statement.Row(logs)
	for _, gap := range row.Gaps {
		fmt.Printf("%s: %s: %s\n", gap.Control, gap.Kind, gap.Message)
	}
	// Output:
	// 38 rows, 38 gaps
	// A.6.2.8: no_fresh_evidence: in place, but nothing fresh shows it for credit-scoring (1 of 1 that need it)
}

func ExampleDiff() {
	at := time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
	policy := annexa.Decision{
		Control:       annexa.MustParse("A.2.2"),
		Applicability: annexa.Applicable,
		Justification: "We use AI in lending.",
		Grounds:       []annexa.Ground{{Kind: annexa.GroundOwn}},
		Status:        annexa.StatusInProgress,
		Owner:         "ada",
	}
	before, _ := annexa.Compile(annexa.Input{At: at})
	after, _ := annexa.Compile(annexa.Input{At: at, Decisions: []annexa.Decision{policy}})
	for _, change := range annexa.Diff(before, after) {
		fmt.Println(change.Control, change.Title, change.Kind)
		for _, f := range change.Fields {
			fmt.Printf("  %s: %q -> %q\n", f.Field, f.Before, f.After)
		}
	}
	// Output:
	// A.2.2 AI policy changed
	//   applicability: "" -> "applicable"
	//   justification: "" -> "We use AI in lending."
	//   grounds: "" -> "own choice"
	//   status: "" -> "in_progress"
	//   owner: "" -> "ada"
	//   gaps: "undecided" -> ""
}
