package crosswalk_test

import (
	"fmt"
	"strings"

	"github.com/aimskit/aimskit/crosswalk"
)

func ExampleParseRef() {
	r, err := crosswalk.ParseRef("iso42001:A.6.2.8")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, _ := crosswalk.Default().Element(r)
	fmt.Println(r.Framework(), r.Element(), e.Title)

	_, err = crosswalk.ParseRef("A.6.2.8")
	fmt.Println(err)
	// Output:
	// iso42001 A.6.2.8 AI system recording of event logs
	// "A.6.2.8": a reference is FRAMEWORK:ELEMENT, such as iso42001:A.6.2.4
}

// How much of ISO/IEC 42001 does an ISMS already give?
func ExampleCatalogue_Reuse() {
	r, err := crosswalk.Default().Reuse("iso27001", "iso42001")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Summary())
	for _, id := range []string{"7.5.3", "A.6.2.8", "A.5.4"} {
		e, _ := r.Element(id)
		fmt.Printf("%s %s: %s\n  %s\n", id, e.Name, e.Status, e.Why)
	}
	// Output:
	// ISO/IEC 42001 Artificial intelligence - Management system: of 70 requirements 0 covered, 61 in part (same: 22, extended: 8, intersects: 31), 9 open
	// 7.5.3 Control of documented information: partial
	//   iso27001:7.5.3, which is the same requirement on another subject (strength 9 of 10): How documents are protected, distributed, kept and disposed of does not depend on their subject.
	// A.6.2.8 AI system recording of event logs: partial
	//   iso27001:A.8.15, which overlaps with it (strength 7 of 10): Events are logged, protected and analysed; at which stages an AI system logs what, such as input and output, has to be decided. And 1 more.
	// A.5.4 Assessing AI system impact on individuals or groups of individuals: open
	//   nothing that is supported reaches it: Effects on individuals and groups are not assessed by any control; protecting personal data (A.5.34) is a safeguard and not an assessment.
}

func ExampleCatalogue_Coverage() {
	r, err := crosswalk.Default().Coverage("iso42001", []crosswalk.Support{
		{Ref: crosswalk.MustParseRef("iso42001:9.2.2"), By: []string{"audit-2026"}},
		{Ref: crosswalk.MustParseRef("iso27001:9.2.1"), By: []string{"audit-2026"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range r.Groups {
		if g.Ref.Element() == "9.2" {
			fmt.Printf("%s: %d covered, %d in part, %d open\n", g.Name, g.Totals.Covered, g.Totals.Partial, g.Totals.Open)
		}
	}
	// Output:
	// Internal audit: 1 covered, 1 in part, 0 open
}

// Which outcomes of the NIST AI RMF does an item of evidence serve, and who
// says so?
func ExampleCatalogue_Reaches() {
	eventLog := crosswalk.MustParseRef("iso42001:A.6.2.8")
	for _, r := range crosswalk.Default().Reaches(eventLog) {
		if r.Ref.Framework() != "nist-ai-rmf" {
			continue
		}
		var sets []string
		for _, s := range r.Path.Steps {
			sets = append(sets, s.Set)
		}
		fmt.Println(r.Ref.Element(), r.Status, "over", strings.Join(sets, ", "))
	}
	// Output:
	// MEASURE 2.4 partial over iso42001-guidance, nist-iso42001
	// MEASURE 2.6 partial over iso42001-guidance, nist-iso42001
	// MEASURE 3.2 partial over iso42001-guidance, nist-iso42001
}

func ExampleCatalogue_ParseCSV() {
	rules := crosswalk.Framework{ID: "acme", Title: "Acme rules for AI", Version: "3", Source: "acme.example", Elements: []crosswalk.Element{
		{ID: "1", Kind: crosswalk.KindRequirement, Title: "Log what it does", Leaf: true},
	}}
	c, err := crosswalk.Default().With([]crosswalk.Framework{rules}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	head := crosswalk.MappingSet{ID: "acme-iso42001", Title: "Acme to 42001", Version: "1", Source: "acme.example", From: "acme", To: "iso42001"}

	_, err = c.ParseCSV(strings.NewReader("from,to,relation,reason\nacme:1,iso42001:A.6.2.1,superset,asks for more\n"), head)
	fmt.Println(err)

	set, err := c.ParseCSV(strings.NewReader("from,to,relation,reason\nacme:1,iso42001:A.6.2.8,superset,asks for more\n"), head)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err = c.With(nil, []crosswalk.MappingSet{set})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range c.Reaches(crosswalk.MustParseRef("acme:1")) {
		fmt.Println(r.Ref, r.Status)
	}
	// Output:
	// mapping set acme-iso42001, line 2, mappings[0].to: iso42001 has no such element (rule unknown, got "iso42001:A.6.2.1")
	// iso42001:A.6.2.8 covered
	// iso27001:A.5.33 partial
	// iso27001:A.8.15 partial
	// nist-ai-rmf:MEASURE 2.4 partial
	// nist-ai-rmf:MEASURE 2.6 partial
	// nist-ai-rmf:MEASURE 3.2 partial
}
