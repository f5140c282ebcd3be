package impact

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/calendar"
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

// IsValid reports whether it is one of the triggers; the zero value is none.
func (k TriggerKind) IsValid() bool { _, ok := TriggerByKind(k); return ok }

// TriggerInfo describes a trigger.
type TriggerInfo struct {
	// Kind is the trigger, Event what happens.
	Kind  TriggerKind `json:"kind"`
	Event string      `json:"event"`
	// Days is within how many days the assessment is due, if the policy says
	// nothing else; -1 means as the policy says for the system's level and stage.
	Days int `json:"days"`
}

// triggers follow 8.4 of ISO/IEC 42001 (planned intervals, significant change)
// and the EU AI Act, Articles 26(5), 27(2) and 73. The days are this project's
// own.
var triggers = []TriggerInfo{
	{TriggerRegistration, "the system was registered", -1},
	{TriggerChange, "the system changed materially against what was approved", -1},
	{TriggerReview, "the review date is near or past", 30},
	{TriggerIncident, "an incident with harm to persons, or a serious one", 7},
	{TriggerConcern, "a concern was raised that names a harm", 30},
	{TriggerSupplier, "the supplier or the model changes, ends or had an incident", 30},
	{TriggerLaw, "law, rules or risk criteria changed so that the outcome differs", 90},
	{TriggerAcceptance, "the acceptance of a risk ran out", 0},
	{TriggerEvidence, "evidence behind a reduction went stale", 30},
	{TriggerMonitoring, "monitoring passed a threshold", 14},
	{TriggerDiscovery, "the system was found in use without being registered", 14},
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
	At  time.Time     `json:"at"`
	Due calendar.Date `json:"due"`
	// Detail says what happened, in English where the library says it, as it is part of what
	// is signed (Assessment.Digest); Text tells it in another language. One that is too long is
	// cut, and says so.
	Detail string `json:"detail,omitempty"`
	// By is the ID of who caused it, and Changes the attributes in which the system
	// differed materially then, where a change of the system caused it.
	By      string   `json:"by,omitempty"`
	Changes []string `json:"changes,omitempty"`
	// More counts the triggers of this kind that fired later and are not listed,
	// since the list is full.
	More int `json:"more,omitempty"`
}

const (
	// maxTriggers is how many triggers an assessment lists. What fires beyond is
	// counted, save the first of its kind.
	maxTriggers = 100
	// maxDetail is how many bytes the detail of a trigger has at most.
	maxDetail = 500
)

// fold adds a trigger to a list, which it may change. A trigger is never
// refused, since what fired is owed. The same kind with the same detail by the
// same person is the same trigger, of which the first stays: it was due first. In a full list a
// trigger is counted by the last of its kind, which fell due no later.
func fold(list []Trigger, t Trigger) []Trigger {
	t.Detail = cut(t.Detail, maxDetail)
	last := -1
	for i, x := range list {
		if x.Kind == t.Kind {
			if x.Detail == t.Detail && x.By == t.By {
				return list
			}
			last = i
		}
	}
	if _, known := TriggerByKind(t.Kind); last < 0 && !known {
		last = len(list) - 1
	}
	if len(list) < maxTriggers || last < 0 {
		return append(list, t)
	}
	list[last].More += 1 + t.More
	return list
}

// cut returns a text of at most limit bytes. One that is longer ends in how much
// of it is left out.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	const room = len(" ... (9223372036854775807 bytes left out)")
	end := limit - room
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return fmt.Sprintf("%s ... (%d bytes left out)", s[:end], len(s)-end)
}

// Policy says when assessments are due, how long approvals hold and who signs.
type Policy struct {
	// DueDays is within how many days an assessment is due, by level and
	// stage; a pair that is missing counts as 30.
	DueDays map[Level]map[register.Stage]int `json:"due_days,omitempty"`
	// TriggerDays is within how many days one is due after a trigger, whatever
	// the level, in place of the days of Triggers.
	TriggerDays map[TriggerKind]int `json:"trigger_days,omitempty"`
	// ReviewMonths is after how many months an approval runs out, by level; a
	// level that is missing counts as 12.
	ReviewMonths map[Level]int `json:"review_months,omitempty"`
	// ReviewDays is how many days before an approval runs out its review is
	// called for; zero means 30.
	ReviewDays int `json:"review_days"`
	// SignOff is the sign-off matrix by level. A level that is missing can't be
	// approved, and nothing makes LevelUnacceptable approvable.
	SignOff map[Level]SignOff `json:"sign_off,omitempty"`
	// DelegationDays is how many days a delegation holds at most; zero means 30.
	DelegationDays int `json:"delegation_days"`
}

var defaultPolicy = sync.OnceValue(func() *Policy { p := DefaultPolicy(); return &p })

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
		SignOff: map[Level]SignOff{
			LevelMinimal: {Signers: []Signer{{Roles: []string{SignerApprover, SignerOwner}, Why: "little can happen, so who answers for the system may sign"}}},
			LevelLimited: {Signers: []Signer{{Roles: []string{SignerApprover}, Why: "somebody else than the author looks at it"}}},
			LevelHigh: {Consultation: true, Signers: []Signer{
				{Roles: []string{SignerApprover}, NotOwner: true, Why: "somebody outside the system's line looks at it"},
				{Roles: []string{SignerPolicyOwner}, NotOwner: true, Why: "what the policy stands for is at stake"}}},
		},
	}
}

func (p *Policy) delegationDays() int {
	if p.DelegationDays == 0 {
		return 30
	}
	return p.DelegationDays
}

// due returns by when a trigger calls for an approved assessment.
func (p *Policy) due(t Trigger, level Level, stage register.Stage, zone *time.Location) calendar.Date {
	days, own := p.TriggerDays[t.Kind]
	if !own {
		info, _ := TriggerByKind(t.Kind)
		days = info.Days
	}
	if days < 0 {
		var ok bool
		if days, ok = p.DueDays[level][stage]; !ok {
			days = 30
		}
	}
	return calendar.Of(t.At, zone).AddDays(days)
}

// validUntil returns the last day of an approval at a level.
func (p *Policy) validUntil(level Level, approved calendar.Date) calendar.Date {
	months, ok := p.ReviewMonths[level]
	if !ok {
		months = 12
	}
	return approved.AddDate(0, months, 0)
}

// reviewFrom returns from when the review of an approval is called for.
func (p *Policy) reviewFrom(until calendar.Date) calendar.Date {
	return until.AddDays(-p.reviewDays())
}

func (p *Policy) reviewDays() int {
	if p.ReviewDays == 0 {
		return 30
	}
	return p.ReviewDays
}

// Calls returns the triggers that time and law have pulled on an approved
// assessment: the review is near or past, evidence behind a reduction has gone
// stale, the rules or criteria in force give another outcome. None on an
// assessment of another state. Events fire by themselves; these have nobody who
// causes them, so somebody has to ask.
func (a Assessment) Calls(b Basis) []Trigger {
	if a.State != StateApproved {
		return nil
	}
	var calls []Trigger
	call := func(k TriggerKind, format string, args ...any) {
		calls = fold(calls, Trigger{Kind: k, At: b.Now, Detail: fmt.Sprintf(format, args...)})
	}
	if !b.today().Before(b.policy().reviewFrom(a.ValidUntil)) {
		call(TriggerReview, "%s holds until %s", a.ID, a.ValidUntil)
	}
	for _, h := range a.Harms {
		for _, r := range h.Controls {
			for _, id := range r.Evidence {
				if until, ok := b.evidence(id); !ok || !until.IsZero() && b.today().After(until) {
					call(TriggerEvidence, "evidence %s that %s lowers %s is stale or gone", id, r.Control, h.Harm)
				}
			}
		}
	}
	// The same rules of the same answers give the same.
	if d := reassessed(a, b.rules()); d.Any() {
		call(TriggerLaw, "rules %s instead of %s: %s", d.RulesAfter, d.RulesBefore, strings.ReplaceAll(d.String(), "\n", "; "))
	}
	if c := b.criteria(); a.Criteria != c.Version {
		var differ []string
		for _, h := range a.Harms {
			if h.Outcome.Inherent == "" {
				continue
			}
			now := h.Rate(c)
			if now.Inherent != h.Outcome.Inherent || now.Residual != h.Outcome.Residual || now.Level != h.Outcome.Level || h.onPeople() && !c.Tolerable(now.Residual) {
				differ = append(differ, h.Harm)
			}
		}
		if len(differ) > 0 {
			call(TriggerLaw, "risk criteria %d instead of %d rate differently: %s", c.Version, a.Criteria, strings.Join(differ, ", "))
		}
	}
	return calls
}
