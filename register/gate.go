package register

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
)

// Gate is what a system must pass to enter a stage of its life cycle (A.6).
type Gate struct {
	// ID names the gate, such as "G2".
	ID string `json:"id"`
	// Title says what it is.
	Title string `json:"title"`
	// From is the stage before it, To the one that it opens. The gate of
	// retirement can be passed from any stage.
	From Stage `json:"from"`
	To   Stage `json:"to"`
	// Items are what it asks for.
	Items []GateItem `json:"items"`
}

// GateItem is one thing that a gate asks for.
type GateItem struct {
	// ID names the item, such as "G2.2".
	ID string `json:"id"`
	// Requires says what it asks for.
	Requires string `json:"requires"`
	// Kind says where it is found.
	Kind ItemKind `json:"kind"`
	// Controls are the controls that it puts into practice, Clauses the
	// clauses.
	Controls []annexa.ID `json:"controls,omitempty"`
	Clauses  []string    `json:"clauses,omitempty"`
	// For says which systems it is asked of.
	For ItemFor `json:"for"`
	// Absolute says that no exception can be granted for it.
	Absolute bool `json:"absolute,omitempty"`
	// Levels are the impact levels of the systems that it is asked of; none for all. A
	// system whose level nobody knows is asked. Of signatures and of an organisation's own
	// items alone.
	Levels []string `json:"levels,omitempty"`
	// Record says which record an item of kind ItemRecord asks for.
	Record RecordAsked `json:"record,omitzero"`
	// Signer says whose signature an item of kind ItemSignature asks for.
	Signer Signer `json:"signer,omitzero"`
	// Why says why an organisation's own item is asked for, or a signature.
	Why string `json:"why,omitempty"`
}

// Signer is whose signature a gate asks for: that of who holds one of some roles.
type Signer struct {
	// Roles are the IDs of the roles any one of which signs; SignerOwner is who owns the
	// system.
	Roles []string `json:"roles"`
	// Apart says that whoever signs here signs for nothing else at the same passage.
	// Without, one person who holds two roles may sign in both.
	Apart bool `json:"apart,omitempty"`
}

// IsZero reports whether nobody's signature is asked for.
func (s Signer) IsZero() bool { return len(s.Roles) == 0 && !s.Apart }

// SignerOwner stands among the roles of a Signer for whoever owns the system.
const SignerOwner = "system-owner"

// ItemKind says where a gate finds what an item asks for.
type ItemKind string

// The kinds of item.
const (
	ItemOwner              ItemKind = "owner"               // a person on file owns the system
	ItemPurpose            ItemKind = "purpose"             // the intended use is written
	ItemAssessmentStarted  ItemKind = "assessment_started"  // somebody has begun the impact assessment
	ItemAssessmentApproved ItemKind = "assessment_approved" // an approved impact assessment covers the system
	ItemRisks              ItemKind = "risks"               // its risks are within the criteria or accepted
	ItemEvidence           ItemKind = "evidence"            // fresh evidence for one of the controls, if one is required of the system
	ItemProof              ItemKind = "proof"               // fresh evidence for one of the controls, required or not; of own items alone
	ItemRecord             ItemKind = "record"              // a record about the system, as Record says; of own items alone
	ItemRetirement         ItemKind = "retirement"          // somebody apart has decided how it ends
	ItemRetirementTold     ItemKind = "retirement_told"     // those who rely on it were told
	ItemSignature          ItemKind = "signature"           // somebody has signed that it passes, as Signer says
)

func itemKinds() []ItemKind {
	return []ItemKind{ItemOwner, ItemPurpose, ItemAssessmentStarted, ItemAssessmentApproved, ItemRisks, ItemEvidence, ItemProof, ItemRecord, ItemSignature}
}

// ItemFor says which systems a gate item is asked of.
type ItemFor string

// The systems that an item can be asked of.
const (
	ForAll        ItemFor = "all"
	ForDeveloped  ItemFor = "developed"   // those that the organisation trains or tunes
	ForThirdParty ItemFor = "third_party" // those that rest on somebody else's model
	ForSupplied   ItemFor = "supplied"    // those that others receive
	ForLimitedUp  ItemFor = "limited_up"  // those of impact level limited or higher
)

func itemsFor() []ItemFor {
	return []ItemFor{ForAll, ForDeveloped, ForThirdParty, ForSupplied, ForLimitedUp}
}

// Applies reports whether the item is asked of a system of an impact level
// (minimal, limited, high or unacceptable; empty while nobody knows). What the
// system does not answer counts as the worst case: the item is asked.
func (i GateItem) Applies(s System, level string) bool {
	if len(i.Levels) > 0 && level != "" && !slices.Contains(i.Levels, level) {
		return false
	}
	switch i.For {
	case ForDeveloped:
		return s.Build == "" || s.Build == BuildFineTuned || s.Build == BuildTrained
	case ForThirdParty:
		return s.ModelSource == "" || s.ModelSource == ModelThirdParty || s.ModelSource == ModelOpenWeights || s.Supplier != ""
	case ForSupplied:
		return s.Supplies != No
	case ForLimitedUp:
		return level != "minimal"
	}
	return true
}

// Gates returns the gates in order, with items of an organisation's own after those of
// the library (OwnItem), which they add to: nothing takes one away or makes it mean less.
// An own item that CheckItems has a word against is left out. Whose signature a passage needs
// is an item like the others, by impact level. The library's items are
// choices of this project over the controls of A.6 to A.10. Registration is no gate:
// whatever is in use goes on the register as it is. Retirement asks for a decision and that
// people are told, not yet that all is disposed of; what had better be stopped at once goes
// back to an earlier stage, which asks for nothing.
func Gates(own ...OwnItem) []Gate {
	all := slices.Clone(gateTable)
	for i := range all {
		items := make([]GateItem, 0, len(all[i].Items))
		for _, item := range all[i].Items {
			items = append(items, item.clone())
		}
		all[i].Items = items
	}
	for n, o := range own {
		var is issue.Issues
		checkItem(&is, "", o, own[:n])
		if len(is) > 0 {
			continue
		}
		i := slices.IndexFunc(all, func(g Gate) bool { return g.ID == o.Gate })
		all[i].Items = append(all[i].Items, o.item())
	}
	return all
}

// GateByID returns the gate of an ID, with items of an organisation's own.
func GateByID(id string, own ...OwnItem) (Gate, bool) {
	all := Gates(own...)
	if i := slices.IndexFunc(all, func(g Gate) bool { return g.ID == id }); i >= 0 {
		return all[i], true
	}
	return Gate{}, false
}

func controls(texts ...string) []annexa.ID {
	list := make([]annexa.ID, len(texts))
	for i, t := range texts {
		list[i] = annexa.MustParse(t)
	}
	return list
}

// asks is a row of the table of items.
func asks(id, requires string, kind ItemKind, controls []annexa.ID, clauses []string, of ItemFor, absolute bool) GateItem {
	return GateItem{ID: id, Requires: requires, Kind: kind, Controls: controls, Clauses: clauses, For: of, Absolute: absolute}
}

// highest are the levels at which a gate asks for a second person.
var highest = []string{"high", "unacceptable"}

// signs is a row of the table of signatures. None of them is waived, save at the gate into
// retirement: what is to stop is not kept running for want of a name.
func signs(id, requires string, levels []string, apart, absolute bool, why string, roles ...string) GateItem {
	return GateItem{ID: id, Requires: requires, Kind: ItemSignature, Controls: controls("A.3.2"), Clauses: []string{"5.3"}, For: ForAll, Absolute: absolute,
		Levels: levels, Signer: Signer{Roles: roles, Apart: apart}, Why: why}
}

// Why whose signature is asked for; choices of this project, after the life-cycle guides
// on A.6.2. Who verified has signed with the verdict, so no gate asks for that again.
const (
	whyOwner   = "who answers for the system says that it goes on"
	whySecond  = "what can do grave harm goes live when somebody besides its owner says so; where the lead owns it, the sponsor does"
	whyImpact  = "who signs for what it does to people has seen what is to be deployed"
	whyRisk    = "who takes the risks that remain has seen what is to be deployed; where that is the owner, the sponsor does"
	whySponsor = "to stop what others rely on is for top management; the decision on its retirement, if the sponsor's, is the signature"
	whyStops   = "who stops it is its owner, or the lead where nobody owns it any more"
)

var gateTable = []Gate{
	{"G1", "into verification", StageDesign, StageVerification, []GateItem{
		asks("G1.1", "an accountable owner", ItemOwner, controls("A.3.2"), []string{"5.3"}, ForAll, true),
		asks("G1.2", "a written purpose", ItemPurpose, controls("A.9.4"), []string{"8.1"}, ForAll, false),
		asks("G1.3", "the impact assessment begun", ItemAssessmentStarted, controls("A.5.2"), []string{"6.1.4"}, ForLimitedUp, false),
		asks("G1.4", "requirements and specification", ItemEvidence, controls("A.6.2.2"), []string{"8.1"}, ForAll, false),
		asks("G1.5", "design and development on record", ItemEvidence, controls("A.6.2.3"), []string{"8.1"}, ForDeveloped, false),
		asks("G1.6", "data: acquisition, quality, provenance, preparation on record", ItemEvidence, controls("A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6"), []string{"8.1"}, ForDeveloped, false),
		asks("G1.7", "the supplier reviewed and duties shared out", ItemEvidence, controls("A.10.2", "A.10.3"), []string{"8.1"}, ForThirdParty, false),
		signs("G1.S1", "the owner's signature", nil, true, true, whyOwner, SignerOwner),
	}},
	{"G2", "into deployment", StageVerification, StageDeployment, []GateItem{
		asks("G2.1", "an accountable owner", ItemOwner, controls("A.3.2"), []string{"5.3"}, ForAll, true),
		asks("G2.2", "an approved impact assessment that covers the system", ItemAssessmentApproved, controls("A.5.3", "A.5.4", "A.5.5"), []string{"8.4"}, ForAll, true),
		asks("G2.3", "risks within the criteria, or accepted", ItemRisks, nil, []string{"8.2", "8.3"}, ForAll, false),
		asks("G2.4", "verification and validation against criteria set beforehand", ItemEvidence, controls("A.6.2.4"), []string{"8.1"}, ForAll, false),
		asks("G2.5", "a deployment plan with a way back", ItemEvidence, controls("A.6.2.5"), []string{"8.1"}, ForAll, false),
		asks("G2.6", "technical documentation", ItemEvidence, controls("A.6.2.7"), []string{"7.5"}, ForAll, false),
		asks("G2.7", "information for users", ItemEvidence, controls("A.8.2"), []string{"7.4"}, ForAll, false),
		asks("G2.8", "rules of use", ItemEvidence, controls("A.9.2", "A.9.3"), []string{"8.1"}, ForAll, false),
		asks("G2.9", "customers' part agreed", ItemEvidence, controls("A.10.4"), []string{"8.1"}, ForSupplied, false),
		signs("G2.S1", "the owner's signature", nil, true, true, whyOwner, SignerOwner),
		signs("G2.S2", "the signature of who approves impact", highest, false, true, whyImpact, "impact-approver"),
		signs("G2.S3", "the signature of who approves risks", highest, false, true, whyRisk, "risk-approver", "executive-sponsor"),
	}},
	{"G3", "into operation", StageDeployment, StageOperation, []GateItem{
		asks("G3.1", "an accountable owner", ItemOwner, controls("A.3.2"), []string{"5.3"}, ForAll, true),
		asks("G3.2", "an approved impact assessment that covers the system", ItemAssessmentApproved, controls("A.5.3"), []string{"8.4"}, ForAll, true),
		asks("G3.3", "risks within the criteria, or accepted", ItemRisks, nil, []string{"8.2", "8.3"}, ForAll, false),
		asks("G3.4", "monitoring in place", ItemEvidence, controls("A.6.2.6"), []string{"9.1"}, ForAll, false),
		asks("G3.5", "event logs kept", ItemEvidence, controls("A.6.2.8"), []string{"9.1"}, ForAll, false),
		asks("G3.6", "ways to report concerns and incidents", ItemEvidence, controls("A.3.3", "A.8.3", "A.8.4"), []string{"10.2"}, ForAll, false),
		asks("G3.7", "interested parties informed", ItemEvidence, controls("A.8.5"), []string{"7.4"}, ForAll, false),
		asks("G3.8", "people who use and watch it trained", ItemEvidence, controls("A.4.6"), []string{"7.2"}, ForAll, false),
		signs("G3.S1", "the owner's signature", nil, true, true, whyOwner, SignerOwner),
		signs("G3.S2", "the signature of the lead", highest, false, true, whySecond, "aims-lead", "executive-sponsor"),
	}},
	{"G4", "into retirement", StageOperation, StageRetirement, []GateItem{
		asks("G4.1", "an accountable owner", ItemOwner, controls("A.3.2"), []string{"5.3"}, ForAll, false),
		asks("G4.2", "a decision that weighs what stopping does, and says what becomes of what is left", ItemRetirement, controls("A.5.4", "A.6.2.6", "A.7.2"), []string{"8.1"}, ForAll, false),
		asks("G4.3", "users, customers and suppliers told", ItemRetirementTold, controls("A.8.2", "A.10.4"), []string{"7.4"}, ForAll, false),
		signs("G4.S1", "the owner's signature", nil, true, false, whyStops, SignerOwner, "aims-lead"),
		signs("G4.S2", "the signature of the sponsor", highest, false, false, whySponsor, "executive-sponsor"),
	}},
}

// Move is a step of a system through its life cycle.
type Move struct {
	// From and To are the stages.
	From Stage `json:"from"`
	To   Stage `json:"to"`
	// Backward says that it goes back, which needs a reason and no gate.
	Backward bool `json:"backward"`
	// Gate is the gate of a step forward; zero for a step back.
	Gate Gate `json:"gate,omitzero"`
}

// Stages returns the stages of the life cycle in order.
func Stages() []Stage {
	return []Stage{StageDesign, StageVerification, StageDeployment, StageOperation, StageRetirement}
}

// CheckMove says which gate a move passes, with items of an organisation's own. One goes forward by one stage at a
// time, back by any number, and into retirement from everywhere: a system can
// be given up in design. Nothing leaves retirement: what comes back is a new
// system.
func CheckMove(from, to Stage, own ...OwnItem) (Move, error) {
	stages := Stages()
	i, j := slices.Index(stages, from), slices.Index(stages, to)
	m := Move{From: from, To: to}
	switch {
	case j < 0:
		return m, issue.Errorf(issue.CodeInvalid, "no stage %q; the stages are %s", to, list(stageValues()))
	case i < 0:
		return m, issue.Errorf(issue.CodeInvalid, "no stage %q; the stages are %s", from, list(stageValues()))
	case i == j:
		return m, issue.Errorf(issue.CodeState, "the system is in stage %s already", from)
	case from == StageRetirement:
		return m, issue.Errorf(issue.CodeState, "a retired system stays so; register what comes back as a new system")
	case j < i:
		m.Backward = true
		return m, nil
	case j > i+1 && to != StageRetirement:
		var skipped []string
		for _, g := range gateTable[i : j-1] {
			skipped = append(skipped, g.ID+" "+g.Title)
		}
		return m, issue.Errorf(issue.CodeState, "from %s to %s skips gate %s; a system goes forward one stage at a time", from, to, strings.Join(skipped, ", "))
	}
	m.Gate = Gates(own...)[j-1]
	return m, nil
}
