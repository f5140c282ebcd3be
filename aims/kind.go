package aims

import (
	"github.com/aimskit/aimskit/storage/ledger"
)

// Kind is a sort of record, as the journal and the audit trail name it.
type Kind = ledger.KindName

// The kinds of records.
const (
	KindOrganisation    Kind = "organisation"
	KindPerson          Kind = "person"
	KindRole            Kind = "role"
	KindPolicy          Kind = "policy"
	KindDocument        Kind = "document"
	KindScope           Kind = "scope"
	KindContextIssue    Kind = "context_issue"
	KindInterestedParty Kind = "interested_party"
	KindObjective       Kind = "objective"
	KindCriteria        Kind = "criteria"
	KindSupplier        Kind = "supplier"
	KindSweep           Kind = "sweep"
	KindSystem          Kind = "system"
	KindAssessment      Kind = "assessment"
	KindRisk            Kind = "risk"
	KindDecision        Kind = "decision"
	KindStatement       Kind = "statement"
	KindEvidence        Kind = "evidence"
	KindException       Kind = "exception"
	KindAudit           Kind = "audit"
	KindReview          Kind = "management_review"
	KindNonconformity   Kind = "nonconformity"
	KindIncident        Kind = "incident"
	KindConcern         Kind = "concern"
	KindCertificate     Kind = "certificate"
)

// kinds are all kinds of records. Each is declared beside the records that it is
// of; schema, erasing, generic reading and the rest follow from that.
var kinds = []ledger.AnyKind{
	organisations, people, roles, policies, documents, scopes, contextIssues, interestedParties, objectives,
	criteria, suppliers, sweeps, systems, assessments, risks, decisions, statements, evidence, exceptions, audits,
	reviews, nonconformities, incidents, concerns, certificates,
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
