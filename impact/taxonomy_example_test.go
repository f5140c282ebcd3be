package impact_test

import (
	"fmt"

	"github.com/aimskit/aimskit/impact"
)

// The way from a taxonomy of others to the harms: what stands behind MIT's
// subdomain 5.1, and which controls bear on the first of them.
func ExampleHarmsBy() {
	harms := impact.HarmsBy(func(h impact.Harm) bool { return h.In("5.1") })
	for _, h := range harms {
		fmt.Println(h.ID, h.Objectives, h.RiskSources)
	}
	for _, c := range harms[1].Controls {
		fmt.Println(c.ID, c.Why)
	}
	// Output:
	// child-harm [C.2.9] [C.3.2 C.3.3]
	// over-reliance [C.2.2 C.2.9] [C.3.2 C.3.3]
	// undisclosed-ai [C.2.11] [C.3.2]
	// dependence [C.2.9] [C.3.3]
	// psychological [C.2.9] [C.3.1 C.3.4 C.3.7]
	// A.4.6 users are trained to doubt it and have time to
	// A.6.2.2 the output must show how sure it is
	// A.6.2.4 users and system are tested together, with wrong output among the cases
	// A.8.2 users know where it is often wrong
	// A.9.2 says when output must be checked, and by whom
	// A.9.3 sets the aims that use is held to (fair, safe, supervised)
}

// Categories combine: harms that put privacy (C.2.7) at risk and come from
// machine learning (C.3.4).
func ExampleHarm_In() {
	for _, h := range impact.HarmsBy(func(h impact.Harm) bool { return h.In("C.2.7") && h.In("C.3.4") }) {
		fmt.Println(h.ID)
	}
	// Output:
	// excess-collection
	// data-leak
	// sensitive-inference
	// no-data-control
	// confidentiality
}

// How many harms stand under each domain of the MIT AI Risk Repository. A harm
// can stand under several.
func ExampleMITDomains() {
	for _, d := range impact.MITDomains() {
		n := len(impact.HarmsBy(func(h impact.Harm) bool { return h.In(d.ID) }))
		fmt.Printf("%s %s: %d\n", d.ID, d.Title, n)
	}
	// Output:
	// 1 Discrimination & Toxicity: 15
	// 2 Privacy & Security: 7
	// 3 Misinformation: 6
	// 4 Malicious Actors & Misuse: 12
	// 5 Human-Computer Interaction: 11
	// 6 Socioeconomic & Environmental Harms: 19
	// 7 AI System Safety, Failures & Limitations: 20
}

func ExampleNISTHarms() {
	for _, c := range impact.NISTHarms() {
		n := len(impact.HarmsBy(func(h impact.Harm) bool { return h.In(c.ID) }))
		fmt.Printf("%s: %d\n", c.Title, n)
	}
	// Output:
	// Harm to people: 54
	// Harm to people: individual: 34
	// Harm to people: group or community: 12
	// Harm to people: societal: 15
	// Harm to an organization: 20
	// Harm to an ecosystem: 6
}

// Which objectives of Annex C a harm puts at risk.
func ExampleAnnexCObjectives() {
	h, _ := impact.HarmByID("unequal-performance")
	for _, c := range impact.AnnexCObjectives() {
		if h.In(c.ID) {
			fmt.Println(c.ID, c.Title)
		}
	}
	// Output:
	// C.2.3 Availability and quality of training and test data
	// C.2.5 Fairness
	// C.2.8 Robustness
}

func ExampleHarmGroups() {
	for _, g := range impact.HarmGroups() {
		fmt.Println(g.ID, g.Title)
	}
	// Output:
	// FAIR Fairness and representation
	// OPP Opportunity and livelihood
	// LIB Liberty and rights
	// AUT Autonomy and human control
	// PRIV Privacy and data
	// SAFE Safety and health
	// INFO Information integrity and misuse
	// SOC Society and environment
	// ORG The organisation
}
