package dashboard

import (
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
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
	aims.KindHold:            {"holds", mark("hold"), mark("holds [many]")},
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

// untitled says what records of a kind are called that has no name of its own: what they are,
// and of which day or time. It is nil of other kinds.
func untitled(kind aims.Kind) func(k *look, rec any) string {
	switch kind {
	case aims.KindProcessMap: // whose text is no name
		return func(k *look, _ any) string { return k.say("The processes") }
	case aims.KindReview:
		return func(k *look, rec any) string {
			return k.say("Management review of %s", k.day(rec.(*aims.ManagementReview).HeldOn))
		}
	case aims.KindAuditProgramme:
		return func(k *look, rec any) string {
			p := rec.(*aims.AuditProgramme)
			return k.say("Audit programme from %s to %s", k.day(p.From), k.day(p.To))
		}
	case aims.KindSweep:
		return func(k *look, rec any) string { return k.say("Search of %s", k.day(rec.(*aims.Sweep).On)) }
	case aims.KindStatement:
		return func(k *look, rec any) string {
			return k.say("Statement of Applicability, version %d", rec.(*annexa.Statement).Version)
		}
	case aims.KindControlTest:
		return func(k *look, rec any) string {
			t := rec.(*aims.ControlTest)
			return k.say("Test of %s on %s", t.Control.String(), k.day(t.On))
		}
	case aims.KindHeldCompetence:
		return func(k *look, rec any) string {
			h := rec.(*aims.HeldCompetence)
			what := aims.Subject{Kind: aims.KindCompetence, ID: h.Competence}
			return k.say("%s: %s", k.name(h.Person), k.ref(what, k.calledBy(what)).Name)
		}
	case aims.KindException:
		return func(k *look, rec any) string {
			e := rec.(*aims.Exception)
			return k.say("%s: %s", e.Gate, k.systemRef(e.System).Name)
		}
	case aims.KindGatePassage:
		return func(k *look, rec any) string {
			g := rec.(*aims.GatePassage)
			return k.say("%s: %s", g.Gate, k.systemRef(g.System).Name)
		}
	case aims.KindSystemLog:
		return func(k *look, rec any) string { return k.systemRef(rec.(*aims.SystemLog).System).Name }
	case aims.KindHold:
		return func(k *look, rec any) string { return k.say("Hold of %s", k.day(k.on(rec.(*aims.Hold).PlacedAt))) }
	}
	return nil
}

// slugOf is the first part of the routes of a kind's records.
func slugOf(k aims.Kind) string { return nameOf(k).slug }
