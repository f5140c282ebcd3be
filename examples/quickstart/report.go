package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
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
	screen, err := dashboard.Compute(v, now, nil)
	if err != nil {
		return err
	}
	return screen.WriteText(os.Stdout)
}

func row(name string, t crosswalk.Totals) {
	fmt.Printf("     %-46s %10d %9d %9d\n", name, t.Covered, t.Partial, t.Open)
}

// next says what the codes above mean and where to go on. kept is the directory
// of the store, empty if it goes with the program.
func next(kept string) {
	heading("8. What to do next")
	fmt.Printf(`   The codes: a finding is named after the audit that would write it down, S1 at Stage 1, S2 at
   Stage 2, SV at surveillance; IA is about impact assessments, OW about owners, EV about evidence
   (aims.Probes lists them all). The numbers beside it are clauses of ISO/IEC 42001; A.2 to A.10 are
   the control objectives of its Annex A. ML1.03 is a criterion of maturity (maturity.DefaultModel
   has all %d with their weights). G2.2 is an item of a life-cycle gate (register.Gates), T-REG a
   trigger (impact.Triggers).

   The code: examples/quickstart/chapters.go writes all of this, one Update to a commit; report.go
   reads it. Begin with README.md, then go doc github.com/aimskit/aimskit/aims.
`, len(maturity.DefaultModel().Criteria))
	if kept == "" {
		fmt.Print(`
   The store was a temporary directory and is gone. To keep it, and open it again:
       go run ./examples/quickstart -dir bank
`)
		return
	}
	fmt.Printf(`
   The store is kept in
       %s
   Run this again to open it. To back it up, copy the directory while nobody writes, or call Backup
   of the file store while somebody does.
`, kept)
}
