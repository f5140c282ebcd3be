package aims_test

import (
	"context"
	"fmt"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// onboard opens a management system in which tom signs assessments and a FAQ
// assistant is registered.
func onboard(ctx context.Context) (*aims.Manager, error) {
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}})
	if err != nil {
		return nil, err
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "set up"}, func(tx *aims.Tx) error {
		for _, p := range []aims.Person{{ID: "kofi", Name: "Kofi"}, {ID: "tom", Name: "Tom"}} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		if err := tx.AssignRole(aims.RoleImpactApprover, "tom"); err != nil {
			return err
		}
		return tx.RegisterSystem(register.System{ID: "faq", Name: "Staff FAQ", Owner: "kofi", Stage: register.StageDesign,
			Purpose: "answers questions of staff from the handbook", Affected: []string{"user"},
			Functions: []register.Function{register.FunctionSearch}, Practices: []register.Practice{register.PracticeNone},
			Domains: []register.Domain{register.DomainInternalOperations}, Data: []register.DataCategory{register.DataConfidential}})
	})
	if err != nil {
		return nil, err
	}
	return m, m.Update(ctx, aims.By{Actor: "tom", Reason: "accept"}, func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
}

// From the trigger to the signature: ask what matters, answer it, write the draft,
// hand it in, have somebody else sign.
func ExampleTx_SaveAssessment() {
	ctx := context.Background()
	m, err := onboard(ctx)
	if err != nil {
		panic(err)
	}
	a, _ := m.View().OpenAssessment("faq") // registering has opened it
	fmt.Println(a.ID, a.State, "for", a.Triggers[0].Kind, "level", a.Span())

	// Which questions settle the level?
	s, _ := m.View().Systems().Get("faq")
	for _, q := range m.View().QuestionsOf("faq").Level {
		fmt.Println("  ask:", q.Title)
	}

	// Kofi answers them, and writes: of each party how it is affected, of each harm
	// that the rules ask for how grave and how likely, or why it does not arise.
	err = m.Update(ctx, aims.By{Actor: "kofi", Reason: "assess the FAQ"}, func(tx *aims.Tx) error {
		for name, value := range map[string]string{"effect": "convenience", "autonomy": "informs", "model_source": "third_party",
			"interacts": "employees", "critical": "no", "data_origin": "own", "build": "configured", "jurisdictions": "CH"} {
			if err := s.Set(name, value); err != nil {
				return err
			}
		}
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		d, err := tx.DraftOf(a.ID, tx.Now())
		if err != nil {
			return err
		}
		d.Spare("user", "reads what the handbook says", "the source is shown beside each answer")
		for _, sheet := range d.Sheets {
			d.Dismiss(sheet.Harm.ID, "it shows pages of the handbook and nothing else")
		}
		d.Rate(impact.HarmRating{Harm: "confidentiality", Description: "a page that is not for all staff is shown",
			Scale: 2, Scope: 1, Irremediability: 2, Likelihood: 2, Confidence: impact.ConfidenceMedium})
		d.Summary = "Little can go wrong; pages that are not for all are kept out."
		d.NoConsultation = "staff were asked in the pilot, nobody else meets it"
		if err := tx.SaveAssessment(d.Assessment); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	if err != nil {
		fmt.Println(err)
	}

	// Kofi wrote it and holds no role that signs; Tom does.
	sign := func(who string) error {
		return m.Update(ctx, aims.By{Actor: who, Reason: "read and agreed"}, func(tx *aims.Tx) error {
			return tx.ApproveAssessment(a.ID, aims.RoleImpactApprover)
		})
	}
	fmt.Println("kofi:", aims.CodeOf(sign("kofi")))
	fmt.Println("tom:", sign("tom"))
	a, _ = m.View().Assessments().Get(a.ID)
	fmt.Printf("%s level %s, signed by %s, written by %s\n", a.State, a.Span(), a.Signatures[0].By, a.Authors[0])
	// Output:
	// faq#1 open for T-REG level minimal, counted as high
	//   ask: Effect on people
	//   ask: Source of the model
	//   ask: Meets directly
	//   ask: An activity stops without it
	//   ask: Origin of data
	// kofi: separation
	// tom: <nil>
	// approved level minimal, signed by tom, written by kofi
}
