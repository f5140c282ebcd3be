package impact_test

import (
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// euDay is a day on which transparency is in force and high risk is not yet.
var euDay = day("2026-11-24")

func day(s string) calendar.Date { return calendar.MustParse(s) }

// changed returns a system after an edit.
func changed(s register.System, edit func(*register.System)) register.System {
	edit(&s)
	return s
}

func helplineBot() register.System {
	return changed(calm(), func(s *register.System) {
		s.Domains, s.Functions = []register.Domain{register.DomainPublicBenefits}, []register.Function{register.FunctionConverse}
		s.Roles, s.DeployerKind = []register.AIRole{register.RoleProvider, register.RoleDeployer}, register.DeployerPublicBody
		s.Direct, s.Generates, s.Interacts = register.Yes, []register.Content{register.ContentText}, []register.Audience{register.AudiencePublic}
		s.Affected, s.Reach, s.Effects = []string{"beneficiary"}, register.ReachMass, []register.Effect{register.EffectSignificant}
	})
}

// drawEUSystem draws a system from JSON, some attributes of it unanswered.
func drawEUSystem(t *rapid.T, oneIn int) map[string]any {
	doc := drawDoc(t, oneIn)
	if rapid.Bool().Draw(t, "in the Union") {
		doc["jurisdictions"] = []string{"FR"}
	}
	if rapid.Bool().Draw(t, "on the market") {
		doc["market_since"] = day("2025-01-01").AddDate(0, rapid.IntRange(0, 60).Draw(t, "months"), 0)
	}
	return doc
}

// tinyEUAct is a table that is ready to be asked: every class and fact has a row,
// and a duty follows.
const tinyEUAct = `{"version":"v","rows":[` +
	`{"id":"a","kind":"scope","when":[{"field":"jurisdictions","op":"has","any":["EU"]}],"gives":["in_union"],"ref":"x","why":"y"},` +
	`{"id":"b","kind":"scope","lacks":["in_union"],"gives":["out_of_scope"],"ref":"x","why":"y"},` +
	`{"id":"c","kind":"high","when":[{"field":"practice","op":"has","any":["recruitment"]}],"needs":["in_union"],"gives":["high","annex_iii","chapter_iii","fria"],"ref":"x","why":"y"},` +
	`{"id":"d","kind":"transparency","when":[{"field":"direct","op":"in","any":["yes"]}],"gives":["transparency","own_transparency","exempt_63"],"ref":"x","why":"y"},` +
	`{"id":"e","kind":"prohibited","when":[{"field":"practice","op":"has","any":["social_scoring"]}],"needs":["in_union"],"gives":["prohibited"],"ref":"x","why":"y"},` +
	`{"id":"f","kind":"minimal","lacks":["high","prohibited"],"unless":["out_of_scope"],"gives":["minimal"],"ref":"x","why":"y"},` +
	`{"id":"g","kind":"duty","role":"deployer","needs":["high"],"from":"2027-12-02","ref":"x","why":"y"}]}`
