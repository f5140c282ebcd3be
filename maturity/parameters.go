package maturity

import (
	"maps"
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// Parameters are the numbers that the criteria work with. None of them is the
// standard's: it speaks of planned intervals and leaves them to the
// organisation. The defaults are choices of this project, with the reason
// beside each.
type Parameters struct {
	// SweepDays is for how many days a search for AI in use counts: 180, half
	// way between the yearly audit and quarterly purchasing.
	SweepDays int `json:"sweep_days"`
	// LegacyDays is within how many days a system that was in use when it became
	// known shows what the gates before operation ask for.
	LegacyDays int `json:"legacy_days"`
	// RegisterGraceDays is within how many days a find of a search is
	// registered or dismissed: 30.
	RegisterGraceDays int `json:"register_grace_days"`
	// OwnerGraceDays and AssessGraceDays are for how many days after
	// discovery a found system is not counted against the organisation: 30 and
	// 90. If finding lowered the level at once, nobody would look.
	OwnerGraceDays  int `json:"owner_grace_days"`
	AssessGraceDays int `json:"assess_grace_days"`
	// PolicyDays is the longest that an approved policy holds: 366, a year.
	PolicyDays int `json:"policy_days"`
	// YearDays is the length of what is to be looked at yearly: 365, because
	// surveillance audits lie at most twelve months apart.
	YearDays int `json:"year_days"`
	// AuditDays and ReviewDays are for how many days an internal audit and a
	// management review count: 365 each.
	AuditDays  int `json:"audit_days"`
	ReviewDays int `json:"review_days"`
	// RiskDays is for how many days a risk assessment holds, by impact level.
	RiskDays map[impact.Level]int `json:"risk_days"`
	// MonitorDays is for how many days a result of monitoring counts, by
	// impact level: quarterly is the longest gap that can be defended for a
	// model that can drift. The evidence's own validity may end sooner.
	MonitorDays map[impact.Level]int `json:"monitor_days"`
	// EvidenceDays caps what evidence says of its own validity: 1095, the
	// three years of a certificate.
	EvidenceDays int `json:"evidence_days"`
	// PlannedShare is which share of the applicable controls may still be
	// planned at ML2: 0.15, because ISO/IEC 33020 calls more than 85 percent
	// fully achieved.
	PlannedShare float64 `json:"planned_share"`
	// CoreControls are the controls that may not be merely planned at ML2.
	CoreControls []annexa.ID `json:"core_controls"`
	// RequiredDocuments are the clauses that ask for a document that no other
	// record stands for.
	RequiredDocuments []aims.Clause `json:"required_documents"`
	// TriageDays is within how many days an incident is looked at: 3.
	TriageDays int `json:"triage_days"`
	// AnswerDays is within how many days a minor nonconformity has correction, cause,
	// extent and action on file: 30, what certification bodies give. If raising one
	// lowered the level at once, nobody would raise any.
	AnswerDays int `json:"answer_days"`
	// ChangeDays is within how many days somebody reviews a change that nobody had planned:
	// 30, as finding CH-03 has it.
	ChangeDays int `json:"change_days"`
	// HistoryDays is how long the records reach back at ML2: 90, as
	// certification bodies commonly expect before a Stage 2 audit.
	HistoryDays int `json:"history_days"`
	// HeldDays of the last HeldWindow days must have been at ML2 for ML3: 335
	// of 365. PastDays is for how many days a view of the past speaks: 7, so that
	// no month passes between two good days unseen.
	HeldDays   int `json:"held_days"`
	HeldWindow int `json:"held_window"`
	PastDays   int `json:"past_days"`
	// CycleMonths is the longest time between two audits or two reviews at
	// ML3: 13 months. CycleDays is how far apart they must lie to be two
	// cycles: 180 days.
	CycleMonths int `json:"cycle_months"`
	CycleDays   int `json:"cycle_days"`
	// GoodShare is which share of the applicable controls rests on good
	// evidence at ML3: 0.8.
	GoodShare float64 `json:"good_share"`
	// CompareDays is after how many days of use somebody has looked at what a deployment
	// did: 90, as finding DP-01 has it.
	CompareDays int `json:"compare_days"`
	// HeardShare is which share of what people outside report is answered within HeardDays:
	// nine of ten, as one may take long, and 30 days, what a concern has unless its channel
	// promises less.
	HeardShare float64 `json:"heard_share"`
	HeardDays  int     `json:"heard_days"`
	// CloseDays is within how many days of its end the retirement of a system is closed: 30,
	// as finding RE-02 has it.
	CloseDays int `json:"close_days"`
	// FoundShare is which share of the systems registered in the year is on file within
	// FoundDays of use: half, a median, since one find that was hidden well is no lapse; and
	// 30 days, a month of invoices and sign-on logs.
	FoundShare float64 `json:"found_share"`
	FoundDays  int     `json:"found_days"`
	// TargetShare is which share of the last Measurements results of each
	// objective reach the target at ML3: 0.8 of 4.
	TargetShare  float64 `json:"target_share"`
	Measurements int     `json:"measurements"`
}

// DefaultParameters returns the parameters of the default model.
func DefaultParameters() Parameters {
	p := Parameters{
		SweepDays: 180, RegisterGraceDays: 30, LegacyDays: 90, OwnerGraceDays: 30, AssessGraceDays: 90,
		PolicyDays: 366, YearDays: 365, AuditDays: 365, ReviewDays: 365,
		RiskDays: map[impact.Level]int{
			impact.LevelUnacceptable: 365, impact.LevelHigh: 365, impact.LevelLimited: 365, impact.LevelMinimal: 730},
		MonitorDays: map[impact.Level]int{
			impact.LevelUnacceptable: 90, impact.LevelHigh: 90, impact.LevelLimited: 180, impact.LevelMinimal: 365},
		EvidenceDays: 1095, PlannedShare: 0.15,
		TriageDays: 3, AnswerDays: 30, ChangeDays: 30, CompareDays: 90, CloseDays: 30, HeardShare: 0.9, HeardDays: 30, FoundShare: 0.5, FoundDays: 30, HistoryDays: 90, HeldDays: 335, HeldWindow: 365, PastDays: 7,
		CycleMonths: 13, CycleDays: 180, GoodShare: 0.8, TargetShare: 0.8, Measurements: 4,
	}
	for _, id := range []string{"A.2.2", "A.3.2", "A.3.3", "A.5.2", "A.5.3", "A.5.4", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.8.4", "A.9.2", "A.9.4"} {
		p.CoreControls = append(p.CoreControls, annexa.MustParse(id))
	}
	for _, c := range []string{"6.1.1", "6.1.2", "6.1.3", "6.1.4", "7.5.3"} {
		p.RequiredDocuments = append(p.RequiredDocuments, aims.MustParseClause(c))
	}
	return p
}

// clone returns a copy that shares nothing with p.
func (p Parameters) clone() Parameters {
	p.RiskDays, p.MonitorDays = maps.Clone(p.RiskDays), maps.Clone(p.MonitorDays)
	p.CoreControls, p.RequiredDocuments = slices.Clone(p.CoreControls), slices.Clone(p.RequiredDocuments)
	return p
}
