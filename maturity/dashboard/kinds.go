package dashboard

import (
	"strings"

	"github.com/aimskit/aimskit/aims"
)

// naming is how pages name a kind of records.
type naming struct{ slug, one, many string }

// namings are the kinds whose names do not follow from the kind's own. A kind that is
// not here, an embedder's among them, is named after itself.
var namings = map[aims.Kind]naming{
	aims.KindOrganisation:    {"organisation", "organisation", "organisation"},
	aims.KindPerson:          {"people", "person", "people"},
	aims.KindDecision:        {"controls", "control", "controls"},
	aims.KindEvidence:        {"evidence", "piece of evidence", "evidence"},
	aims.KindCriteria:        {"risk-criteria", "risk criteria", "risk criteria"},
	aims.KindProcessMap:      {"processes", "map of processes", "versions of the map of processes"},
	aims.KindScope:           {"scopes", "scope", "versions of the scope"},
	aims.KindSweep:           {"searches", "search for AI in use", "searches for AI in use"},
	aims.KindReview:          {"reviews", "management review", "management reviews"},
	aims.KindStatement:       {"statements", "Statement of Applicability", "Statements of Applicability"},
	aims.KindAssessment:      {"assessments", "impact assessment", "impact assessments"},
	aims.KindSystem:          {"systems", "AI system", "AI systems"},
	aims.KindException:       {"exceptions", "exception at a gate", "exceptions at gates"},
	aims.KindContextIssue:    {"issues", "issue of the context", "issues of the context"},
	aims.KindUseRules:        {"rules-of-use", "rules of use", "rules of use"},
	aims.KindSystemLog:       {"event-logs", "event log of a system", "event logs of systems"},
	aims.KindInterestedParty: {"interested-parties", "interested party", "interested parties"},
}

func nameOf(k aims.Kind) naming {
	if n, ok := namings[k]; ok {
		return n
	}
	plain := strings.ReplaceAll(string(k), "_", "-")
	one := words(strings.TrimPrefix(string(k), aims.OwnKind))
	n := naming{slug: plain + "s", one: one, many: one + "s"}
	if stem, ok := strings.CutSuffix(one, "y"); ok && !strings.ContainsAny(stem[max(0, len(stem)-1):], "aeiou") {
		n.slug, n.many = strings.TrimSuffix(plain, "y")+"ies", stem+"ies"
	}
	return n
}

// slugOf is the first part of the routes of a kind's records.
func slugOf(k aims.Kind) string { return nameOf(k).slug }
