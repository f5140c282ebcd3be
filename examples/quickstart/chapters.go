package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// appoint puts people on file and into the roles that the standard asks for: until
// the sponsor accepts it is the founder who does, and the sponsor confirms it.
func appoint(ctx context.Context, m *aims.Manager, now time.Time) error {
	err := m.Update(ctx, as(founder.ID, "people and roles"), func(tx *aims.Tx) error {
		for _, p := range staff {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		for _, a := range appointments {
			if err := tx.AssignRole(a.role, a.person); err != nil {
				return err
			}
		}
		o := tx.Organisation()
		o.Name, o.Jurisdictions, o.HoldsISO27001 = "Harbour Bank", []string{"AU"}, true
		return tx.PutOrganisation(o)
	})
	if err != nil {
		return err
	}
	for _, a := range appointments { // each accepts in person
		if err := m.Update(ctx, as(a.person, "I accept the role"), func(tx *aims.Tx) error {
			return tx.AcceptRole(a.role)
		}); err != nil {
			return err
		}
	}
	if err := m.Update(ctx, as("ines", "looked through"), func(tx *aims.Tx) error { return tx.ConfirmFounding() }); err != nil {
		return err
	}
	// What the management system covers, and what it commits the bank to: Lena
	// writes, Ines approves.
	if err := m.Update(ctx, as("lena", "first scope and policy"), func(tx *aims.Tx) error {
		if err := tx.DraftScope(aims.Scope{Statement: "All AI that Harbour Bank develops or uses, in all branches and offices.",
			DocumentControl: aims.DocumentControl{Distribution: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}}}); err != nil {
			return err
		}
		err := tx.DraftPolicy(aims.Policy{ID: "ai-policy-v1", Title: "AI policy", Owner: "ruth", URI: "https://intranet.example/ai-policy",
			FramesObjectives: true, CommitsToRequirements: true, CommitsToImprovement: true, AlignedOn: tx.Today().AddDate(0, 0, -7)})
		return err
	}); err != nil {
		return err
	}
	return m.Update(ctx, as("ines", "approved by the executive"), func(tx *aims.Tx) error {
		if err := tx.ApproveScope("scope", tx.Today().AddDate(1, 0, 0)); err != nil {
			return err
		}
		return tx.ApprovePolicy("ai-policy-v1", tx.Today().AddDate(1, 0, 0))
	})
}

// registerAll puts the inventory on the register, in one commit. The same
// commit opens an impact assessment for each system.
func registerAll(ctx context.Context, m *aims.Manager, now time.Time) error {
	err := m.Update(ctx, as("lena", "inventory of the AI in use"), func(tx *aims.Tx) error {
		for _, s := range suppliers {
			if err := tx.PutSupplier(s); err != nil {
				return err
			}
		}
		for _, s := range inventory {
			if err := tx.RegisterSystem(plain(s)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	v := m.View()
	heading("1. Register what runs: %d systems, and %d impact assessments fired with them", v.Systems().Len(), v.Assessments().Len())
	// First what is known to be grave, then what is most open: nearly everything that
	// is new counts as high, since what nobody has answered counts as the worst.
	list := slices.SortedStableFunc(v.Assessments().All(), func(a, b impact.Assessment) int { return a.Span().Compare(b.Span()) })
	fmt.Printf("   %-36s %-12s %-12s %-10s %-8s %s\n", "system", "stage", "known level", "counts as", "controls", "due")
	for _, a := range list {
		s, _ := v.Systems().Get(a.System)
		fmt.Printf("   %-36s %-12s %-12s %-10s %-8d %s\n", s.Name, s.Stage, a.Span().Known, a.Span().Level, len(a.Result.Controls), a.Due.Format(time.DateOnly))
		if q := v.QuestionsOf(s.ID); len(q.Level) > 0 {
			fmt.Printf("      settled by %s\n", titles(q.Level))
		}
	}
	return nil
}

// titles names questions.
func titles(questions []impact.Question) string {
	var all []string
	for _, q := range questions {
		all = append(all, strings.ToLower(q.Title))
	}
	return strings.Join(all, ", ")
}

// tryToSkip shows three things that nobody can do.
func tryToSkip(ctx context.Context, m *aims.Manager, now time.Time) error {
	heading("2. Nobody skips it")
	refused := func(what string, err error, want error) error {
		if !errors.Is(err, want) {
			return fmt.Errorf("%s: expected %v, got %v", what, want, err)
		}
		fmt.Println("   " + what)
		return nil
	}
	err := m.Update(ctx, as("joan", "we need it on Monday"), func(tx *aims.Tx) error {
		return tx.AdvanceStage("cv-screener", register.StageDeployment)
	})
	if err := refused("Joan puts the CV screener into use, unassessed:", err, aims.ErrGate); err != nil {
		return err
	}
	var gate *aims.GateError
	if errors.As(err, &gate) {
		fmt.Printf("     refused: gate %s misses %d things, the first: %s\n", gate.Gate, len(gate.Blockers), gate.Blockers[0].Missing)
	}
	err = m.Update(ctx, as("joan", "straight to operation"), func(tx *aims.Tx) error {
		return tx.AdvanceStage("cv-screener", register.StageOperation)
	})
	if err := refused("Then straight into operation: refused, that skips a gate.", err, aims.ErrGate); err != nil {
		return err
	}
	err = m.Update(ctx, as("joan", "new owner"), func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv-screener")
		s.Owner = "the-hr-team"
		_, err := tx.ReviseSystem(s)
		return err
	})
	return refused("Then hands it to a team: refused, an owner is a person on file.", err, aims.ErrInvalid)
}

// assess writes, submits and signs the assessments that are ready.
func assess(ctx context.Context, m *aims.Manager, now time.Time) error {
	heading("5. Assess: whoever writes does not sign")
	for _, d := range drafts {
		if err := d.assess(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// assess carries one assessment from open to approved.
func (d draft) assess(ctx context.Context, m *aims.Manager) error {
	open, ok := m.View().OpenAssessment(d.system)
	if !ok {
		return fmt.Errorf("no open assessment of %s", d.system)
	}
	if err := m.Update(ctx, as(d.author, "impact assessment of "+d.system), func(tx *aims.Tx) error {
		a, _ := tx.Assessments().Get(open.ID)
		for i := range d.heard {
			d.heard[i].On = tx.Today().AddDays(-20)
		}
		a.Content = impact.Content{Parties: d.parties, Harms: d.harms, Benefits: d.benefits, Misuse: d.misuse,
			Alternatives: d.alternatives, Consultation: d.heard, Summary: d.summary}
		if err := tx.SaveAssessment(a); err != nil {
			return err
		}
		return tx.SubmitAssessment(open.ID)
	}); err != nil {
		return err
	}
	// The author tries to sign first, and can't.
	if err := m.Update(ctx, as(d.author, "sign my own"), func(tx *aims.Tx) error {
		return tx.ApproveAssessment(open.ID, aims.RoleImpactApprover)
	}); !errors.Is(err, aims.ErrForbidden) {
		return fmt.Errorf("an author could sign: %v", err)
	}
	for _, s := range []struct{ person, role string }{{"tom", aims.RoleImpactApprover}, {"ruth", aims.RolePolicyOwner}} {
		if a, _ := m.View().Assessments().Get(open.ID); a.State == "approved" {
			break // at this level one signature is enough
		}
		if err := m.Update(ctx, as(s.person, "read and agreed"), func(tx *aims.Tx) error {
			return tx.ApproveAssessment(open.ID, s.role)
		}); err != nil {
			return err
		}
	}
	a, _ := m.View().Assessments().Get(open.ID)
	var signers []string
	for _, s := range a.Signatures {
		signers = append(signers, s.By)
	}
	rated := 0
	for _, h := range a.Harms {
		if h.Dismissed == "" {
			rated++
		}
	}
	fmt.Printf("   %-15s %-8s %2d of %2d harms; by %s, signed by %s; to %s\n",
		d.system, a.Level, rated, len(a.Harms), d.author, strings.Join(signers, " and "), a.ValidUntil.Format(time.DateOnly))
	return nil
}

// decide decides the 38 controls from what the assessments require.
func decide(ctx context.Context, m *aims.Manager, now time.Time) error {
	err := m.Update(ctx, as("tom", "first decisions on the controls"), func(tx *aims.Tx) error {
		required := make(map[annexa.ID]string) // control to the assessment that requires it
		for a := range tx.Assessments().All() {
			for _, q := range a.Result.Controls {
				if required[q.Control] == "" {
					required[q.Control] = a.ID
				}
			}
		}
		for _, d := range tx.Controls() {
			d.Owner = "lena"
			switch {
			case required[d.Control] == "":
				d.Applicability, d.Status = annexa.Excluded, annexa.StatusNotApplicable
				d.Justification = "No system of the bank calls for it."
				d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
				d.ReviewDue = tx.Today().AddDate(0, 6, 0)
			default:
				d.Applicability, d.Status, d.PlannedFor = annexa.Applicable, annexa.StatusPlanned, tx.Today().AddDate(0, 3, 0)
				d.Justification = "Required by impact assessments."
				d.Grounds = []annexa.Ground{{Kind: annexa.GroundImpact, Ref: required[d.Control]}}
				if slices.Contains(inPlace, d.Control.String()) {
					d.Status, d.PlannedFor = annexa.StatusImplemented, calendar.Date{}
				}
			}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	count := make(map[annexa.Status]int)
	for _, d := range m.View().Controls() {
		count[d.Status]++
	}
	heading("3. Decide the 38 controls, each with a ground")
	fmt.Printf("   %d in place, %d planned, %d left out with a reason and a review date\n",
		count[annexa.StatusImplemented], count[annexa.StatusPlanned], count[annexa.StatusNotApplicable])
	return nil
}

// state approves what the decisions and the assessments add up to.
func state(ctx context.Context, m *aims.Manager, now time.Time) error {
	// Ines approves the Statement of Applicability, once what it rests on has been looked
	// at: what assessments require can't be left out.
	err := m.Update(ctx, as("ines", "Statement of Applicability, first version"), func(tx *aims.Tx) error {
		return tx.ApproveStatement(tx.Today().AddDate(1, 0, 0))
	})
	if err != nil {
		return err
	}
	s, _ := m.View().ApprovedStatement()
	fmt.Printf("   Statement of Applicability %s approved by %s\n", s.ID, s.Approval.By)
	return nil
}

// collect puts evidence on file: each piece once, for all the requirements of
// both standards that it supports.
func collect(ctx context.Context, m *aims.Manager, now time.Time) error {
	requirements := 0
	err := m.Update(ctx, as("lena", "evidence at hand"), func(tx *aims.Tx) error {
		for _, e := range atHand {
			item := aims.Evidence{ID: e.id, Title: e.title, Kind: e.kind, Collected: tx.Today().AddDate(0, 0, -e.daysAgo),
				URI: "https://files.example/" + e.id, Quality: aims.QualityGood}
			for _, ref := range e.supports {
				item.Supports = append(item.Supports, crosswalk.MustParseRef(ref))
			}
			requirements += len(item.Supports)
			if err := tx.AttachEvidence(item); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	heading("4. Collect evidence once")
	fmt.Printf("   %d pieces of evidence support %d requirements of ISO/IEC 42001 and ISO/IEC 27001\n", len(atHand), requirements)
	return nil
}

func heading(format string, args ...any) { fmt.Printf("\n"+format+"\n", args...) }
