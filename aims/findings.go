package aims

import (
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Finding is something that is missing, late or at odds: what an auditor would
// write down. It is data, never an error.
type Finding struct {
	// Check is the ID of the probe that found it; Probes lists them all.
	Check string `json:"check"`
	// Severity is how an auditor would grade it.
	Severity Severity `json:"severity"`
	// Clause is the clause concerned; zero for what certification asks for.
	Clause Clause `json:"clause,omitzero"`
	// Controls are the controls concerned.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Subject is the record concerned, or the whole management system (kind
	// "organisation").
	Subject Subject `json:"subject"`
	// Name is what people call the subject.
	Name string `json:"name,omitempty"`
	// Message says in English what was found, Next what to do about it.
	Message string `json:"message"`
	Next    string `json:"next"`
	// Text and NextText are Message and Next as format and arguments.
	Text     issue.Text `json:"text"`
	NextText issue.Text `json:"next_text"`
	// Since is when it came to be so, or was due; zero if that can't be told.
	Since calendar.Date `json:"since,omitzero"`
}

// probes is the table that Observations and Findings walk: each row stands
// beside the records that it looks at. The IDs S1, S2 and SV say at which audit
// the lack would be written down; what an auditor grades major and minor follows
// the definitions of ISO/IEC 17021-1 and what certification bodies report of
// ISO/IEC 42001 audits.
var probes = []*Probe{
	&scopeInForce, &scopeAgrees, &unitsAgree, &interfacesKnown,
	&policyInForce, &policyContent, &policyReviewed, &policyAligned, &policyTold, &policyAvailable, &processesAdopted,
	&rolesFilled, &foundingConfirmed, &systemOwners,
	&personsOnce, &idsTellNothing, &leaversNamed, &dutiesApart, &dutiesSpread, &partsConfirmed,
	&registerExists, &registeredOnce, &sweepsMade, &entriesComplete,
	&contextDetermined, &obligationsPlaced, &obligationsLookedAfter, &obligationsMet, &opportunitiesDecided, &opportunitiesJudged, &criteriaApproved, &treatmentPlanned, &impactProcess,
	&statementApproved, &controlsDecided, &statementCurrent, &leftOutRightly, &justifiedEach,
	&objectivesSet, &changesCarriedOut, &changesApproved, &changesReviewed, &competencesHeld, &peopleAware, &competencesNamed, &competenceShown, &bodiesTold, &bodiesApart, &documentsReviewed, &documentsGiven, &editionsCurrent, &documentsDisposed, &communicationPlanned, &communicated, &auditPlanned, &reviewHeld,
	&highCovered, &othersCovered, &dutiesOwed, &assessmentsCalled, &assessmentsDue, &unacceptableUse, &conditionsMet, &processDecided, &oftenConfirmed, &usesAskedAgain,
	&risksAssessed, &risksHandled, &gatesPassed, &dataOnRecord, &datasetsComplete, &datasetQuality, &datasetsAgree, &datasetsInTime, &systemsVerified, &deploymentsReviewed, &retiredOnRecord, &retirementsClosed, &useRuled, &useAccepted, &useCompared, &logsOnRecord, &logsLookedAt, &logsKeptLong, &resourcesOnRecord, &resourceGaps, &resourcesReviewed, &plannedInPlace, &controlsEvidenced, &controlsIntended, &evidenceStrong, &controlsTested, &evidenceStale, &evidencePieces, &operationMonitored,
	&auditRecent, &auditCoverage, &auditsPlanned, &programmeAdopted, &programmeFollowsRules, &programmeKept, &auditorsIndependent,
	&reviewRecent, &reviewComplete, &reviewDecisionsDone, &actionsOverdue, &actionsPutOff, &actionsChecked,
	&nonconformitiesClosed, &suppliersReviewed, &incidentsClosed, &channelsTried, &notificationsMade, &reportsMade, &objectivesMeasured, &monitoringResults, &monitoringEvaluated, &monitoringAnswered, &monitoringApart,
	&exceptionsExpired, &exceptionsInForce, &gatesWait,
	&controlOwners, &riskOwners,
	&evidenceShared, &historyLong, &certificateCycle, &raisedLate, &bodyTold, &scopeCertified, &suspensionEnded, &bodyImpartial, &accreditationHolds, &certificateTold, &appealsAnswered, &cycleLookedAt, &claimsRight, &claimsLookedAt,
}

// Findings grades what the probes observe at time now: what is missing, late or
// at odds, heaviest first, then in the order of the probes and of their subjects.
//
// A View of more than 200 active systems remembers what its probes saw on a day, as long as
// the View is held: asked again on that day, also for Readiness or Observations, it does
// not look again. A Watch follows changes besides.
func (v *View) Findings(now time.Time) []Finding {
	x := v.index(now)
	var seen []Observation // of one probe after the other
	return v.findings(func(p *Probe) iter.Seq[Observation] {
		seen = x.observed(p, seen[:0])
		return slices.Values(seen)
	})
}

// findings grades what each probe observes.
func (v *View) findings(of func(*Probe) iter.Seq[Observation]) []Finding {
	found := map[Severity]*pile{SeverityMajor: {}, SeverityMinor: {}, SeverityOpportunity: {}}
	for _, p := range probes {
		for o := range of(p) {
			sev := p.grade(o)
			o = v.redacted(o, p)
			*found[sev].next() = findingOf(o, sev)
		}
	}
	return slices.Concat(slices.Concat(*found[SeverityMajor], *found[SeverityMinor], *found[SeverityOpportunity])...)
}

func findingOf(o Observation, sev Severity) Finding {
	return Finding{Check: o.Probe, Severity: sev, Clause: o.Clause, Controls: o.Controls, Subject: o.Subject, Name: o.Name,
		Message: o.Text.String(), Next: o.Next.String(), Text: o.Text, NextText: o.Next, Since: o.Since}
}

// pile holds findings in the order in which they were made, in parts of which
// each is twice the one before up to some size: one list would be copied over
// and over, and leave half of itself empty.
type pile [][]Finding

// next is room for one more.
func (p *pile) next() *Finding {
	last := len(*p) - 1
	if last < 0 || len((*p)[last]) == cap((*p)[last]) {
		*p = append(*p, make([]Finding, 0, 16<<min(len(*p), 6)))
		last++
	}
	part := &(*p)[last]
	*part = (*part)[:len(*part)+1]
	return &(*part)[len(*part)-1]
}

// graded grades all that a probe observes alike.
func graded(s Severity) func(Observation) Severity {
	return func(Observation) Severity { return s }
}

// majorIf grades as major that of which a condition holds, the rest as minor.
func majorIf(condition func(Observation) bool) func(Observation) Severity {
	return func(o Observation) Severity {
		if condition(o) {
			return SeverityMajor
		}
		return SeverityMinor
	}
}

// The conditions that several probes are graded by.
func absent(o Observation) bool      { return o.Absent }
func high(o Observation) bool        { return o.High }
func highAndLive(o Observation) bool { return o.High && o.Live }

// late is how many days after its time something weighs more.
const late = 90

func longLate(o Observation) bool {
	return !o.Since.IsZero() && o.On.After(o.Since.AddDate(0, 0, late))
}
