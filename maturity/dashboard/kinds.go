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
	aims.KindOrganisation:    {"organisation", mark("organisation"), mark("organisation")},
	aims.KindPerson:          {"people", mark("person"), mark("people")},
	aims.KindDecision:        {"controls", mark("control"), mark("controls")},
	aims.KindEvidence:        {"evidence", mark("piece of evidence"), mark("evidence [many]")},
	aims.KindCriteria:        {"risk-criteria", mark("risk criteria"), mark("risk criteria")},
	aims.KindAuditProgramme:  {"audit-programmes", mark("audit programme"), mark("audit programmes")},
	aims.KindCommunication:   {"communications", mark("row of the plan of communication"), mark("plan of communication")},
	aims.KindProcessMap:      {"processes", mark("map of processes"), mark("versions of the map of processes")},
	aims.KindScope:           {"scopes", mark("scope"), mark("versions of the scope")},
	aims.KindSweep:           {"searches", mark("search for AI in use"), mark("searches for AI in use")},
	aims.KindReview:          {"reviews", mark("management review"), mark("management reviews")},
	aims.KindStatement:       {"statements", mark("Statement of Applicability"), mark("Statements of Applicability")},
	aims.KindAssessment:      {"assessments", mark("impact assessment"), mark("impact assessments")},
	aims.KindSystem:          {"systems", mark("AI system"), mark("AI systems")},
	aims.KindException:       {"exceptions", mark("exception at a gate"), mark("exceptions at gates")},
	aims.KindGatePassage:     {"gate-passages", mark("passage of a gate"), mark("passages of gates")},
	aims.KindOpportunity:     {"opportunities", mark("opportunity to gain by"), mark("opportunities to gain by")},
	aims.KindMonitoring:      {"monitoring", mark("thing monitored"), mark("things monitored")},
	aims.KindContextIssue:    {"issues", mark("issue of the context"), mark("issues of the context")},
	aims.KindUseRules:        {"rules-of-use", mark("rules of use"), mark("rules of use")},
	aims.KindSystemLog:       {"event-logs", mark("event log of a system"), mark("event logs of systems")},
	aims.KindInterestedParty: {"interested-parties", mark("interested party"), mark("interested parties")},
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

// nameOf names a kind in the language; one of an embedder's own as it is called.
func (v voice) nameOf(k aims.Kind) naming {
	n := nameOf(k)
	n.one, n.many = v.Word(n.one), v.Word(n.many)
	return n
}

// slugOf is the first part of the routes of a kind's records.
func slugOf(k aims.Kind) string { return nameOf(k).slug }
