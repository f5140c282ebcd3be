package register_test

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// A model that scores loans is taken to another country and learns to refuse
// by itself.
func ExampleCompare() {
	before := register.System{
		ID: "credit", Name: "Credit scoring", Stage: register.StageOperation,
		Purpose:       "Scores applications for consumer loans.",
		Jurisdictions: []string{"AT"},
		Autonomy:      register.AutonomyRecommends,
		Explain:       register.ExplainOpaque,
	}
	after := before
	after.Purpose = "scores applications for consumer loans"
	after.Jurisdictions = []string{"AT", "DE"}
	after.Autonomy = register.AutonomyAutomated
	after.Explain = register.ExplainPostHoc

	diff := register.Compare(before, after)
	for _, c := range diff.Changes {
		fmt.Printf("%-13s %-12s %s material=%-5t %s\n", c.Attribute, c.What, c.Rule, c.Material, c.Why)
	}
	fmt.Println("a new assessment:", diff.Material())
	// Output:
	// purpose       editorial    MC-02 material=false the same words; anything beyond spelling is another matter
	// jurisdictions widened      MC-03 material=true  wider than what was assessed
	// autonomy      raised       MC-06 material=true  more effect without a person, or on more people
	// explain       strengthened MC-09 material=false safer
	// a new assessment: true
}

// An approval covers a system as long as nothing material differs from what
// was approved.
func ExampleFingerprint_Compare() {
	s := register.System{ID: "mail", Name: "Spam filter", Stage: register.StageOperation, Reach: register.ReachUnder1K}
	approved := register.FingerprintOf(s)

	s.Name = "Mail filter"
	fmt.Println("renamed:", approved.Compare(s).Material())
	s.Reach = register.ReachUnder1M
	fmt.Println("for everybody:", approved.Compare(s).Material())
	// Output:
	// renamed: false
	// for everybody: true
}

func ExampleSystem_Validate() {
	s := register.System{ID: "cv", Name: " CV screener ", Stage: register.StageDesign,
		Domains: []register.Domain{"Employment"}, RetiredOn: calendar.Of(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), nil)}
	for _, issue := range asList(s.Normalised().Validate()) {
		fmt.Printf("%s (%s)\n", issue.Field, issue.Rule)
	}
	// Output:
	// domain[0] (oneof)
	// retired_on (stage)
}

func asList(err error) issue.Issues { is, _ := err.(issue.Issues); return is }

func ExampleCheckMove() {
	m, _ := register.CheckMove(register.StageVerification, register.StageDeployment)
	for _, item := range m.Gate.Items[:3] {
		fmt.Println(item.ID, item.Requires)
	}
	_, err := register.CheckMove(register.StageDesign, register.StageDeployment)
	fmt.Println(err)
	// Output:
	// G2.1 an accountable owner
	// G2.2 an approved impact assessment that covers the system
	// G2.3 risks within the criteria, or accepted
	// from design to deployment skips gate G1 into verification; a system goes forward one stage at a time
}

// An organisation's own item stands after those of the library.
func ExampleGates() {
	own := register.OwnItem{Gate: "G1", GateItem: register.GateItem{ID: "x-logs", Requires: "logs from the first day", Kind: register.ItemProof,
		Controls: []annexa.ID{annexa.MustParse("A.6.2.8")}, Why: "The regulator asks for them."}}
	fmt.Println(register.CheckItems([]register.OwnItem{own}))
	items := register.Gates(own)[0].Items
	fmt.Println(items[0].ID, items[len(items)-1].ID)
	own.Gate = "G4"
	fmt.Println(register.CheckItems([]register.OwnItem{own}))
	// Output:
	// <nil>
	// G1.1 x-logs
	// gates[0].gate: nothing more is asked of who stops a system (rule absolute, got "G4")
}

// A risk to people is rated, treated and rated again.
func ExampleCriteria_Level() {
	criteria := register.DefaultCriteria()
	r := register.Risk{
		ID: "refusals", Title: "Refuses groups that would pay back", Systems: []string{"credit"},
		Axis: register.AxisPeople, Area: register.AreaBias,
		Inherent: register.Rating{Likelihood: 4, Consequence: 3, Criteria: criteria.Version},
		Residual: register.Rating{Likelihood: 2, Consequence: 3, Criteria: criteria.Version},
	}
	fmt.Println(r.Validate(criteria))

	r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.6.2.4")}}
	fmt.Println(r.Validate(criteria))
	for _, rating := range []register.Rating{r.Inherent, r.Residual} {
		level, _ := criteria.Level(rating)
		fmt.Println(level, "needs acceptance:", criteria.Exceeds(r.Axis, level))
	}
	// Output:
	// treatment.controls: what remains is rated lower than before; name the controls that lower it (rule required, got "")
	// <nil>
	// high needs acceptance: true
	// medium needs acceptance: false
}
