package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity"
)

// report shows where the bank stands: what an auditor would find, what the
// Statement of Applicability still lacks, what the evidence covers of each
// standard, and the maturity level with the next three steps.
func report(v *aims.View, now time.Time) error {
	heading("6. Where are we?")
	findings := v.Findings(now)
	count := make(map[aims.Severity]int)
	for _, f := range findings {
		count[f.Severity]++
	}
	fmt.Printf("   Findings: %d major, %d minor, %d opportunities. First of the major ones:\n",
		count[aims.SeverityMajor], count[aims.SeverityMinor], count[aims.SeverityOpportunity])
	seen := make(map[string]bool)
	for _, f := range findings {
		if seen[f.Check] || len(seen) == 5 {
			continue // one of each kind
		}
		seen[f.Check] = true
		name := f.Name
		if name == "" {
			name = f.Subject.ID
		}
		fmt.Printf("     %-5s %-6s %s: %s\n%11s> %s\n", f.Check, f.Clause, name, f.Message, "", f.Next)
	}

	soa, err := v.Statement(now)
	if err != nil {
		return err
	}
	gaps := make(map[annexa.GapKind][]string)
	for _, g := range soa.Gaps() {
		gaps[g.Kind] = append(gaps[g.Kind], g.Control.String())
	}
	fmt.Printf("   Statement of Applicability, %d rows:", len(soa.Rows))
	if len(gaps) == 0 {
		fmt.Print(" no gaps")
	}
	fmt.Println()
	for _, kind := range annexa.GapKinds() {
		if ids := gaps[kind]; len(ids) > 0 {
			fmt.Printf("     %-24s %s\n", strings.ReplaceAll(string(kind), "_", " "), strings.Join(ids, ", "))
		}
	}

	fmt.Println("   The same evidence, seen by each standard:           covered   in part      open")
	for _, framework := range []string{"iso42001", "iso27001", "nist-ai-rmf"} {
		r, err := crosswalk.Default().Coverage(framework, v.Supports(now))
		if err != nil {
			return err
		}
		row(framework, r.Totals)
	}
	// An ISMS brings the machinery, not the evidence on AI: so its part is
	// "in part", and Coverage gives the reason for each requirement.
	reuse, err := crosswalk.Default().Reuse("iso27001", "iso42001")
	if err != nil {
		return err
	}
	row("a whole iso27001 system, seen by iso42001", reuse.Totals)

	fmt.Println()
	fmt.Print(maturity.Dashboard(maturity.Evaluate(maturity.DefaultModel(), v, now), findings))
	return nil
}

func row(name string, t crosswalk.Totals) {
	fmt.Printf("     %-46s %10d %9d %9d\n", name, t.Covered, t.Partial, t.Open)
}
