package aims

import (
	"fmt"
	"strings"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Kind is a sort of record, as the journal and the audit trail name it.
type Kind = ledger.KindName

// The kinds of records.
const (
	KindOrganisation    Kind = "organisation"
	KindPerson          Kind = "person"
	KindService         Kind = "service"
	KindRole            Kind = "role"
	KindPolicy          Kind = "policy"
	KindDocument        Kind = "document"
	KindScope           Kind = "scope"
	KindProcessMap      Kind = "process_map"
	KindCommunication   Kind = "communication"
	KindContextIssue    Kind = "context_issue"
	KindInterestedParty Kind = "interested_party"
	KindOpportunity     Kind = "opportunity"
	KindObjective       Kind = "objective"
	KindCriteria        Kind = "criteria"
	KindSupplier        Kind = "supplier"
	KindSweep           Kind = "sweep"
	KindSystem          Kind = "system"
	KindDataset         Kind = "dataset"
	KindVerification    Kind = "verification"
	KindDeployment      Kind = "deployment"
	KindRetirement      Kind = "retirement"
	KindGatePassage     Kind = "gate_passage"
	KindUseRules        Kind = "use_rules"
	KindSystemLog       Kind = "system_log"
	KindResource        Kind = "resource"
	KindMonitoring      Kind = "monitoring"
	KindAssessment      Kind = "assessment"
	KindDuty            Kind = "duty"
	KindRisk            Kind = "risk"
	KindDecision        Kind = "decision"
	KindStatement       Kind = "statement"
	KindEvidence        Kind = "evidence"
	KindControlTest     Kind = "control_test"
	KindException       Kind = "exception"
	KindAuditProgramme  Kind = "audit_programme"
	KindAudit           Kind = "audit"
	KindReview          Kind = "management_review"
	KindNonconformity   Kind = "nonconformity"
	KindIncident        Kind = "incident"
	KindConcern         Kind = "concern"
	KindChannel         Kind = "channel"
	KindCertificate     Kind = "certificate"
	KindPublicClaim     Kind = "public_claim"
	KindHold            Kind = "hold"
	KindObligation      Kind = "obligation"
	KindPlannedChange   Kind = "planned_change"
	KindCompetence      Kind = "competence"
	KindHeldCompetence  Kind = "held_competence"
	KindGoverningBody   Kind = "governing_body"
	KindAction          Kind = "action"
)

// kinds are all kinds of records. Each is declared beside the records that it is
// of; schema, erasing, generic reading and the rest follow from that.
var kinds = []ledger.AnyKind{
	organisations, people, services, roles, policies, documents, scopes, processMaps, communications, contextIssues, interestedParties, opportunities, objectives, monitorings,
	criteria, suppliers, sweeps, systems, datasets, verifications, deployments, retirements, gatePassages, useRules, systemLogs, resources, assessments, duties, risks, decisions, statements, evidence, controlTests, exceptions, auditProgrammes, audits,
	reviews, nonconformities, incidents, concerns, channels, certificates, publicClaims, holds,
	obligations, plannedChanges, competences, heldCompetences, governingBodies, actions,
}

// KindInfo tells of a kind what a tool for all kinds needs; see ledger.KindInfo.
type KindInfo = ledger.KindInfo

// Kinds describes the kinds of records, in the order in which the package lists
// them.
func Kinds() []KindInfo {
	all := make([]KindInfo, len(kinds))
	for i, k := range kinds {
		all[i] = ledger.Info(k)
	}
	return all
}

// KindByName describes a kind of records; false if there is none of that name.
func KindByName(name Kind) (KindInfo, bool) {
	for _, k := range kinds {
		if k.Name() == name {
			return ledger.Info(k), true
		}
	}
	return KindInfo{}, false
}

// Kinds describes all kinds that the Manager keeps: the library's, then those of
// Options.Kinds.
func (m *Manager) Kinds() []KindInfo {
	all := Kinds()
	for _, k := range m.opts.Kinds {
		all = append(all, ledger.Info(k))
	}
	return all
}

// OwnKind is how the names of an embedder's own kinds begin (Options.Kinds), so
// that none of the library's, now or later, is theirs.
const OwnKind = "x-"

// isOwn reports whether a kind is an embedder's.
func isOwn(name Kind) bool { return strings.HasPrefix(string(name), OwnKind) }

// checkOwn refuses kinds that have the name of one of the library's, or may come
// to.
func checkOwn(own []ledger.AnyKind) error {
	var is Issues
	for i, k := range own {
		if k != nil && !isOwn(k.Name()) {
			is.Add(issue.Index("kinds", i), "prefix", string(k.Name()), "the name of a kind of your own begins with %s", OwnKind)
		}
	}
	if len(is) > 0 {
		return fmt.Errorf("options: %w: %w", ErrInvalid, is)
	}
	return nil
}

// Unknown is a live record that can't be read by what this Manager was opened
// with; see ledger.Unknown.
type Unknown = ledger.Unknown

// always lets every record be withdrawn or erased.
func always[T any](ledger.Reader, *T) error { return nil }

// checked is the check of a kind, for its declaration.
func checked[T any](check func(checker, *T)) func(*ledger.Tx, ledger.Change[T], *Issues) {
	return func(tx *ledger.Tx, ch ledger.Change[T], is *Issues) {
		c := checker{is, reading{r: tx, opts: optionsOf(tx)}}
		check(c, ch.After)
		if ch.Before != nil && len(*is) > 0 {
			var known Issues
			check(checker{&known, c.reading}, ch.Before)
			*is = news(*is, known)
		}
	}
}
