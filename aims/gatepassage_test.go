package aims_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

func signGate(system string, to register.Stage, role string) func(*aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.SignGate(system, to, role) }
}

// signs has who holds the first role of an item of a gate sign.
func (o *org) signs(system string, to register.Stage, item string) {
	o.t.Helper()
	for _, g := range o.View().Gates() {
		for _, i := range g.Items {
			if i.ID == item {
				p, ok := o.View().Holder(i.Signer.Roles[0], o.clock.Now())
				require.True(o.t, ok, item)
				o.do(p.ID, signGate(system, to, i.Signer.Roles[0]))
			}
		}
	}
}

// atGate is a staffed organisation with a system of high impact, cv, of which nothing is
// missing at the gate that leads on from a stage but what is signed.
func atGate(t *testing.T, from register.Stage, own ...register.OwnItem) *org {
	o := orgWith(t, own, aims.ExceptionLimits{}).staffed()
	s := cvScreener()
	s.Stage = from
	o.register(s)
	gate := o.ahead("cv")
	e := exception()
	e.Gate = gate.ID
	for _, i := range gate.Items {
		if !i.Absolute && i.Kind != register.ItemSignature {
			e.Items = append(e.Items, i.ID)
		}
	}
	o.except("eve", e, day(14))
	if from != register.StageDesign {
		o.assess("cv")
	}
	return o
}

// ahead is the gate that leads on from the stage of a system.
func (o *org) ahead(system string) register.Gate {
	s, _ := o.View().Systems().Get(system)
	all := o.View().Gates()
	return all[slices.Index(register.Stages(), s.Stage)]
}

// unsigned are the signatures that a system lacks at the gate ahead.
func (o *org) unsigned(system string) []string {
	s, _ := o.View().Systems().Get(system)
	gate := o.ahead(system)
	return items(slices.DeleteFunc(o.View().Blockers(s, gate, o.clock.Now()), func(b aims.Blocker) bool {
		return !slices.ContainsFunc(gate.Items, func(i register.GateItem) bool { return i.ID == b.Item && i.Kind == register.ItemSignature })
	}))
}

// halfSigned is atGate with the first of two signatures that are missing.
func halfSigned(t *testing.T) *org {
	o := atGate(t, register.StageVerification)
	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	return o
}

func onlyPassage(t *testing.T, v *aims.View) aims.GatePassage {
	all := list(v.GatePassages().All())
	require.Len(t, all, 1)
	return all[0]
}

// The roles of the table are those that a management system has.
func TestWhoSignsIsARole(t *testing.T) {
	require.Equal(t, impact.SignerOwner, register.SignerOwner)
	known := []string{register.SignerOwner}
	for _, r := range aims.MandatoryRoles() {
		known = append(known, r.ID)
	}
	for _, g := range register.Gates() {
		for _, i := range g.Items {
			require.Subset(t, known, i.Signer.Roles, i.ID)
		}
	}
}

// A system below high impact goes on by its owner's word alone, which is the advance; the
// passage says so.
func TestTheOwnersWordIsTheAdvance(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("spam", register.StageDesign))
	o.assess("spam")
	require.Empty(t, o.unsigned("spam"))
	var gate *aims.GateError
	require.ErrorAs(t, o.refused("lea", aims.ErrGate, advance("spam", register.StageVerification)), &gate)
	require.Equal(t, []string{"G1.S1"}, items(gate.Blockers))
	require.Contains(t, gate.Error(), "not signed by the system owner")
	require.Empty(t, list(o.View().GatePassages().All()), "what was refused leaves nothing")
	o.do("ada", advance("spam", register.StageVerification))
	p := onlyPassage(t, o.View())
	require.True(t, p.Passed())
	require.Equal(t, []string{"spam", "G1", "ada"}, []string{p.System, p.Gate, p.PassedBy})
	require.Len(t, p.Signatures, 1)
	require.Equal(t, register.SignerOwner, p.Signatures[0].Role)

	// Or the owner signs, and the lead advances it; in the commit of another it is too late.
	o.prove("rules-of-use", []string{"spam"}, "A.9.2")
	o.do("ada", signGate("spam", register.StageDeployment, register.SignerOwner))
	o.refused("ada", aims.ErrState, signGate("spam", register.StageDeployment, register.SignerOwner))
	o.do("lea", advance("spam", register.StageDeployment))
	all := list(o.View().GatePassages().All())
	require.Equal(t, "ada", all[1].Signatures[0].By)
	require.Equal(t, "lea", all[1].PassedBy)
	require.Equal(t, impact.LevelMinimal, all[1].Level)
}

// A system of high impact goes into deployment and operation when two persons at least have
// signed, each on the system as it is.
func TestHighImpactIsSignedByOthers(t *testing.T) {
	o := atGate(t, register.StageVerification)
	require.Equal(t, []string{"G2.S2", "G2.S3"}, o.unsigned("cv"))
	var gate *aims.GateError
	require.ErrorAs(t, o.refused("ada", aims.ErrGate, advance("cv", register.StageDeployment)), &gate)
	require.Equal(t, "G2", gate.Gate)
	require.Equal(t, "not signed by the risk approver or the executive sponsor", gate.Blockers[1].Missing)
	require.True(t, gate.Blockers[1].Absolute, "no exception is granted for a signature")

	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	require.Equal(t, []string{"G2.S3"}, o.unsigned("cv"))
	o.do("rob", signGate("cv", register.StageDeployment, aims.RoleRiskApprover))
	require.Empty(t, o.unsigned("cv"))
	o.do("ada", advance("cv", register.StageDeployment))
	p := onlyPassage(t, o.View())
	require.Equal(t, impact.LevelHigh, p.Level)
	by := make([]string, len(p.Signatures))
	for i, s := range p.Signatures {
		by[i] = s.By + " " + s.Role
	}
	require.Equal(t, []string{"ian impact-approver", "rob risk-approver", "ada system-owner"}, by)
	require.Equal(t, "cv#1", p.Signatures[0].Assessment)

	// What was signed for one passage is no word for the next, or for the same once more.
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageVerification) })
	require.Equal(t, []string{"G2.S2", "G2.S3"}, o.unsigned("cv"))
}

// One person who holds two roles signs in both; where the lead owns the system, the sponsor
// signs beside: a firm of five is able.
func TestAFirmOfFiveSigns(t *testing.T) {
	o := atGate(t, register.StageVerification)
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "ian") })
	o.do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleRiskApprover))
	o.do("ada", advance("cv", register.StageDeployment))

	o = atGate(t, register.StageDeployment)
	o.revise("cv", func(s *register.System) { s.Owner = "lea" })
	o.refused("lea", aims.ErrGate, advance("cv", register.StageOperation))
	o.refused("lea", aims.ErrSeparation, signGate("cv", register.StageOperation, aims.RoleLead))
	o.do("eve", signGate("cv", register.StageOperation, aims.RoleSponsor))
	o.do("lea", advance("cv", register.StageOperation))
}

// The lead's own signature is his advance as well, once the owner has signed.
func TestTheLeadSignsByAdvancing(t *testing.T) {
	o := atGate(t, register.StageDeployment)
	o.do("ada", signGate("cv", register.StageOperation, register.SignerOwner))
	o.do("lea", advance("cv", register.StageOperation))
	p := onlyPassage(t, o.View())
	require.Equal(t, "lea", p.Signatures[1].By)
	require.Equal(t, aims.RoleLead, p.Signatures[1].Role)
}

// A material change takes a signature back, and so does another assessment; what is no
// material change does not.
func TestASignatureIsOfTheSystemAsItWas(t *testing.T) {
	o := halfSigned(t)
	o.revise("cv", func(s *register.System) { s.Name = "Another name" })
	require.NotContains(t, o.unsigned("cv"), "G2.S2")
	o.revise("cv", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	require.Contains(t, o.unsigned("cv"), "G2.S2")
	s, _ := o.View().Systems().Get("cv")
	for _, b := range o.View().Blockers(s, o.ahead("cv"), o.clock.Now()) {
		if b.Item == "G2.S2" {
			require.Equal(t, "what the impact approver signed has changed since", b.Missing)
		}
	}
	o.refused("ian", aims.ErrGate, signGate("cv", register.StageDeployment, aims.RoleImpactApprover)) // nothing covers it
	o.assess("cv")
	require.Equal(t, []string{"G2.S2", "G2.S3"}, o.unsigned("cv"), "another assessment is signed for anew")
	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	require.Len(t, onlyPassage(t, o.View()).Signatures, 2, "the old one stays on record")
}

// Who wants the passage without the work: in one commit, by roles just given, by appointing
// his own signer, under two names, by lowering the level, on what is not there.
func TestLiarsAtAGate(t *testing.T) {
	o := atGate(t, register.StageVerification)
	sign := signGate("cv", register.StageDeployment, aims.RoleRiskApprover)
	o.refused("ada", aims.ErrForbidden, sign)
	o.refused("bob", aims.ErrForbidden, sign)
	o.refused("ian", aims.ErrForbidden, sign)
	o.invalid("ian", "role", "role", aims.RolePolicyOwner, signGate("cv", register.StageDeployment, aims.RolePolicyOwner))
	o.refused("rob", aims.ErrForbidden, signGate("cv", register.StageDeployment, register.SignerOwner))
	o.refused("rob", aims.ErrGate, signGate("cv", register.StageOperation, aims.RoleRiskApprover))
	o.refused("rob", aims.ErrGate, signGate("cv", register.StageDesign, aims.RoleRiskApprover))
	o.refused("rob", aims.ErrNotFound, signGate("none", register.StageDeployment, aims.RoleRiskApprover))

	// A role held since the same commit.
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "bob") })
	o.refused("bob", aims.ErrCommitFirst, func(tx *aims.Tx) error { return errors.Join(tx.AcceptRole(aims.RoleRiskApprover), sign(tx)) })

	// A signer whom the owner appointed.
	o.revise("cv", func(s *register.System) { s.Owner = "eve" })
	o.do("bob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.refused("bob", aims.ErrSeparation, sign)
	o.refused("eve", aims.ErrSeparation, signGate("cv", register.StageDeployment, aims.RoleSponsor))

	// The owner under another name: two records of one human.
	o = atGate(t, register.StageVerification)
	o.do("eve", func(tx *aims.Tx) error {
		a, _ := tx.People().Get("ada")
		b, _ := tx.People().Get("bob")
		a.Email, b.Email = "ada@example.org", "ada@example.org"
		return errors.Join(tx.PutPerson(a), tx.PutPerson(b))
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleRiskApprover, "bob") })
	o.do("bob", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.refused("bob", aims.ErrSeparation, sign)

	// What makes the level lower, in the commit that advances it.
	o = atGate(t, register.StageVerification)
	o.refused("ada", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.Domains = []register.Domain{register.DomainInternalOperations}
		_, err := tx.ReviseSystem(s)
		return errors.Join(err, tx.AdvanceStage("cv", register.StageDeployment))
	})

	// A blank cheque: signed before what is asked for is there.
	o = newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageVerification
	o.register(s)
	o.refused("ian", aims.ErrGate, signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	require.Empty(t, list(o.View().GatePassages().All()))
}

// An organisation asks for more signatures, also apart from all others; it never does with
// fewer.
func TestOwnSignatures(t *testing.T) {
	own := register.OwnItem{Gate: "G2", GateItem: register.GateItem{ID: "x-second", Requires: "a second pair of eyes", Kind: register.ItemSignature, Absolute: true, Levels: []string{"high"},
		Signer: register.Signer{Roles: []string{aims.RoleLead, aims.RoleImpactApprover}, Apart: true}, Why: "our own rule"}}
	o := atGate(t, register.StageVerification, own)
	require.Equal(t, []string{"G2.S2", "G2.S3", "x-second"}, o.unsigned("cv"))
	o.do("ian", signGate("cv", register.StageDeployment, aims.RoleImpactApprover))
	o.do("rob", signGate("cv", register.StageDeployment, aims.RoleRiskApprover))
	require.Equal(t, []string{"x-second"}, o.unsigned("cv"), "who signs for impact is not apart")
	o.do("lea", signGate("cv", register.StageDeployment, aims.RoleLead))
	o.do("ada", advance("cv", register.StageDeployment))

	for _, c := range []struct {
		field, rule string
		change      func(*register.OwnItem)
	}{
		{"gates[0].signer.roles", "required", func(i *register.OwnItem) { i.Signer.Roles = nil }},
		{"gates[0].signer.roles[0]", "key", func(i *register.OwnItem) { i.Signer.Roles = []string{"a b\x00"} }},
		{"gates[0].signer", "unused", func(i *register.OwnItem) { i.Kind = register.ItemPurpose }},
		{"gates[0].gate", "absolute", func(i *register.OwnItem) { i.Gate = "G4" }},
	} {
		bad := own
		c.change(&bad)
		err := register.CheckItems([]register.OwnItem{bad})
		var is aims.Issues
		require.ErrorAs(t, err, &is)
		require.Equal(t, []string{c.field, c.rule}, []string{is[0].Field, is[0].Rule})
	}
}

// The sponsor's decision on a retirement is the sponsor's signature at its gate.
func TestRetirementIsSignedByTheSponsor(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageOperation
	o.register(s)
	o.assess("cv")
	require.Contains(t, o.unsigned("cv"), "G4.S2")
	o.do("bob", planRetirement(retirement("r", "cv")))
	o.do("ada", func(tx *aims.Tx) error { r, _ := tx.Retirements().Get("r"); return tx.PlanRetirement(r) })
	o.do("eve", decideRetirement("r"))
	o.do("bob", tellUsers("r"))
	require.Empty(t, o.unsigned("cv"))
	o.do("ada", advance("cv", register.StageRetirement))
}

// Who follows a view sees of a passage what one sees who looks at the whole: as others sign,
// as its owner, its attributes and its stage change, and as roles do.
func TestAPassageIsWatched(t *testing.T) {
	o := halfSigned(t)
	o.register(officeTool("other", register.StageDesign))
	w := o.View().Watch(day(20))
	same := func(what string) {
		w.Follow(o.View(), day(20))
		sameFindings(t, lines(o.View().Findings(day(20))), lines(w.Findings()), what)
	}
	o.do("rob", signGate("cv", register.StageDeployment, aims.RoleRiskApprover))
	same("all have signed")
	require.Contains(t, find(o.View(), day(20), "GP-01")[0].Message, "nobody has advanced it")
	o.revise("cv", func(s *register.System) { s.Owner = "bob" })
	same("another owner")
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleImpactApprover, "una") })
	same("another impact approver")
	o.revise("cv", func(s *register.System) { s.Owner = "rob" })
	same("who signed for risk owns it")
	require.Contains(t, find(o.View(), day(20), "GP-01")[0].Message, "the signature of who approves risks")
	o.revise("cv", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	same("a material change")
	o.do("rob", func(tx *aims.Tx) error { return tx.RevertStage("cv", register.StageDesign) })
	same("back to design")
	require.Empty(t, find(o.View(), day(20), "GP-01"))
}

// What waits for a signature is found two weeks after the first one, and not before; and no
// more once it has passed, or gone back.
func TestAPassageThatWaits(t *testing.T) {
	o := halfSigned(t)
	require.Empty(t, find(o.View(), day(14), "GP-01"))
	f := find(o.View(), day(15), "GP-01")
	require.Len(t, f, 1)
	require.Equal(t, aims.KindGatePassage, f[0].Subject.Kind)
	require.Contains(t, f[0].Message, "gate G2 lacks: the signature of who approves risks")
	o.do("rob", signGate("cv", register.StageDeployment, aims.RoleRiskApprover))
	require.Contains(t, find(o.View(), day(15), "GP-01")[0].Message, "nobody has advanced it")
	o.do("ada", advance("cv", register.StageDeployment))
	require.Empty(t, find(o.View(), day(15), "GP-01"))
}
