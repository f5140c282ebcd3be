package impact

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/register"
)

// TriggerKind is an event that calls for an impact assessment.
type TriggerKind string

// The triggers.
const (
	TriggerRegistration TriggerKind = "T-REG"
	TriggerChange       TriggerKind = "T-CHG"
	TriggerReview       TriggerKind = "T-DATE"
	TriggerIncident     TriggerKind = "T-INC"
	TriggerConcern      TriggerKind = "T-CON"
	TriggerSupplier     TriggerKind = "T-SUP"
	TriggerLaw          TriggerKind = "T-LAW"
	TriggerAcceptance   TriggerKind = "T-ACC"
	TriggerEvidence     TriggerKind = "T-EVD"
	TriggerMonitoring   TriggerKind = "T-MON"
	TriggerDiscovery    TriggerKind = "T-DISC"
	TriggerRequest      TriggerKind = "T-ASK"
)

// TriggerInfo describes a trigger.
type TriggerInfo struct {
	// Kind is the trigger, Event what happens.
	Kind  TriggerKind `json:"kind"`
	Event string      `json:"event"`
	// Days is within how many days the assessment is due; -1 means as the
	// policy says for the system's level and stage.
	Days int `json:"days"`
}

// triggers follow 8.4 of ISO/IEC 42001 (planned intervals, significant change)
// and the EU AI Act, Articles 26(5), 27(2) and 73. The days are this project's
// own.
var triggers = []TriggerInfo{
	{TriggerRegistration, "the system was registered", -1},
	{TriggerChange, "the system changed materially against what was approved", -1},
	{TriggerReview, "the review date was reached", 30},
	{TriggerIncident, "people came to harm, or a grave incident happened", 7},
	{TriggerConcern, "somebody raised a concern that names a harm", 30},
	{TriggerSupplier, "supplier or model changed, or the supplier announced it", 30},
	{TriggerLaw, "law, rules or risk criteria changed the outcome", 90},
	{TriggerAcceptance, "the acceptance of a risk ran out", 0},
	{TriggerEvidence, "evidence that carries a reduction went stale", 30},
	{TriggerMonitoring, "monitoring passed a threshold", 14},
	{TriggerDiscovery, "the system was found in use, unregistered", 14},
	{TriggerRequest, "an authority, a customer or an affected person asked for it", 30},
}

// Triggers returns all triggers.
func Triggers() []TriggerInfo { return slices.Clone(triggers) }

// TriggerByKind returns the description of a trigger.
func TriggerByKind(k TriggerKind) (TriggerInfo, bool) {
	return find(triggers, func(t *TriggerInfo) bool { return t.Kind == k })
}

// Trigger is one event that called for an assessment.
type Trigger struct {
	// Kind is the trigger.
	Kind TriggerKind `json:"kind"`
	// At is when it fired, Due by when it calls for an approved assessment.
	At  time.Time `json:"at"`
	Due time.Time `json:"due"`
	// Detail says what happened.
	Detail string `json:"detail,omitempty"`
}

// Policy says when assessments are due, how long approvals hold and who signs.
type Policy struct {
	// DueDays is within how many days an assessment is due, by level and
	// stage; a pair that is missing counts as 30.
	DueDays map[Level]map[register.Stage]int
	// ReviewMonths is after how many months an approval runs out, by level; a
	// level that is missing counts as 12.
	ReviewMonths map[Level]int
	// SignOff is which roles sign, by level; each is another person. A level
	// that is missing can't be approved.
	SignOff map[Level][]string
}

// The roles that sign impact assessments.
const (
	SignerApprover    = "impact-approver"
	SignerPolicyOwner = "policy-owner"
)

// DefaultPolicy returns the policy of a new management system. Due days and
// review months are this project's own; that the policy owner signs too at high
// level follows Canada's Directive on Automated Decision-Making, Appendix C.
func DefaultPolicy() Policy {
	days := func(design, verification, operation int) map[register.Stage]int {
		return map[register.Stage]int{register.StageDesign: design, register.StageVerification: verification,
			register.StageDeployment: 0, register.StageOperation: operation, register.StageRetirement: 30}
	}
	high := days(30, 14, 14)
	return Policy{
		DueDays:      map[Level]map[register.Stage]int{LevelUnacceptable: high, LevelHigh: high, LevelLimited: days(60, 30, 45), LevelMinimal: days(90, 60, 90)},
		ReviewMonths: map[Level]int{LevelHigh: 12, LevelLimited: 24, LevelMinimal: 36},
		SignOff: map[Level][]string{LevelMinimal: {SignerApprover}, LevelLimited: {SignerApprover},
			LevelHigh: {SignerApprover, SignerPolicyOwner}},
	}
}

// due returns by when a trigger calls for an approved assessment.
func (p Policy) due(t Trigger, level Level, stage register.Stage) time.Time {
	info, _ := TriggerByKind(t.Kind)
	days := info.Days
	if days < 0 {
		var ok bool
		if days, ok = p.DueDays[level][stage]; !ok {
			days = 30
		}
	}
	return t.At.AddDate(0, 0, days)
}

// validUntil returns until when an approval at a level holds.
func (p Policy) validUntil(level Level, at time.Time) time.Time {
	months, ok := p.ReviewMonths[level]
	if !ok {
		months = 12
	}
	return at.AddDate(0, months, 0)
}
