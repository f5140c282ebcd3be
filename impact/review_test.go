package impact_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// reading is what a reviewer has on the desk.
type reading struct {
	a    impact.Assessment
	s    register.System
	seen impact.Observed
	b    impact.Basis
}

func (r reading) prompts() []string {
	var ids []string
	for _, m := range impact.Review(r.a, r.s, r.seen, r.b) {
		ids = append(ids, m.Prompt)
	}
	return ids
}

// careful is a reading of an assessment that is well made: each harm that the
// rules or a template name is rated or dismissed, ratings differ, people were
// heard, what could go wrong is named.
func careful(t require.TestingT, s register.System, ratings []impact.HarmRating) reading {
	b := basis()
	a := opened(s, b)
	draft := rated(dismissing(a), ratings...)
	for _, tpl := range impact.TemplatesFor(s) {
		for _, h := range tpl.Harms {
			if !slices.ContainsFunc(draft.Harms, func(x impact.HarmRating) bool { return x.Harm == h }) {
				draft.Harms = append(draft.Harms, impact.HarmRating{Harm: h, Dismissed: "not here"})
			}
		}
	}
	draft.Benefits = []impact.Benefit{{What: "less waiting", Parties: s.Affected[:1]}}
	draft.Misuse = []impact.Misuse{{What: "taking its word for the decision", By: "staff"}}
	draft.Alternatives = []string{"more people"}
	draft.NoConsultation, draft.Consultation = "", []impact.Consultation{{Who: "those affected", On: calendar.Of(now, nil), Result: "want a person to talk to", Parties: s.Affected}}
	a, err := a.Save(draft, "ada", s, b)
	require.NoError(t, err)
	a, err = a.Submit("ada", s, nil, b)
	require.NoError(t, err)
	a = signed(t, a, s, on(b, now.Add(48*time.Hour)))
	return reading{a, s, impact.Observed{Overrides: 0.12, Units: map[string]string{"ada": "data", "eve": "hr"}, Consulted: []string{"eve"}, Evidence: []string{"ev-dpia"}}, b}
}

func carefulFAQ(t require.TestingT) reading {
	s := faqAssistant()
	s.Purpose, s.Direct = "answer questions of staff about the handbook", register.Yes
	wrong := lowered("false-information", "A.6.2.4", "user")
	wrong.Scale, wrong.Likelihood, wrong.ResidualLikelihood = 2, 4, 3
	trust := lowered("over-reliance", "A.8.2", "user")
	trust.Scale = 2
	return careful(t, s, []impact.HarmRating{wrong, trust})
}

func carefulCV(t require.TestingT) reading {
	s := cvScreener()
	s.Purpose = "rank applications for a recruiter to read"
	two := lowered("unequal-treatment", "A.6.2.4", "applicant", "gender")
	two.Scale, two.Likelihood, two.ResidualLikelihood = 4, 3, 1
	two.Controls = append(two.Controls, impact.Reduction{Control: annexa.MustParse("A.7.4"), Evidence: []string{"audit-report"}})
	denied := lowered("denied-opportunity", "A.9.2", "applicant")
	opaque := lowered("opacity", "A.8.5", "applicant")
	opaque.Scale, opaque.Likelihood, opaque.ResidualLikelihood = 2, 4, 3
	redress := lowered("no-redress", "A.8.3", "applicant")
	redress.Scale = 2
	return careful(t, s, []impact.HarmRating{two, denied, opaque, redress})
}

func TestReviewOfWhatIsWellMade(t *testing.T) {
	require.Empty(t, impact.Review(carefulFAQ(t).a, carefulFAQ(t).s, carefulFAQ(t).seen, carefulFAQ(t).b))
	require.Empty(t, impact.Review(carefulCV(t).a, carefulCV(t).s, carefulCV(t).seen, carefulCV(t).b))
}

// harms applies an edit to each harm, on a copy.
func (r *reading) harms(edit func(*impact.HarmRating)) {
	r.a.Harms = slices.Clone(r.a.Harms)
	for i := range r.a.Harms {
		r.a.Harms[i].Controls = slices.Clone(r.a.Harms[i].Controls)
		edit(&r.a.Harms[i])
	}
}

func (r *reading) harm(id string, edit func(*impact.HarmRating)) {
	r.harms(func(h *impact.HarmRating) {
		if h.Harm == id {
			edit(h)
		}
	})
}

// TestReviewPrompts has, for each prompt, cases in which it fires alone, and
// near ones in which it does not.
func TestReviewPrompts(t *testing.T) {
	cases := map[string][]struct {
		name  string
		fires bool
		edit  func(*reading)
	}{
		"RP-01": {
			{"a party without harm", true, func(r *reading) { r.a.Parties = append(slices.Clone(r.a.Parties), impact.PartyImpact{Party: "worker"}) }},
			{"with a reason", false, func(r *reading) {
				r.a.Parties = append(slices.Clone(r.a.Parties), impact.PartyImpact{Party: "worker", NoHarm: "no say in it"})
			}},
		},
		"RP-02": {
			{"a harm that rules name is gone", true, func(r *reading) {
				r.a.Harms = slices.DeleteFunc(slices.Clone(r.a.Harms), func(h impact.HarmRating) bool { return h.Harm == "opacity" })
			}},
			{"a harm that only the template names is not rated", true, func(r *reading) {
				r.harm("indignity", func(h *impact.HarmRating) { h.Dismissed = "" })
			}},
			{"a harm that nobody names is gone", false, func(r *reading) { r.a.Harms = append(slices.Clone(r.a.Harms), impact.HarmRating{Harm: "injury"}) }},
		},
		"RP-03": {
			{"nobody heard, nothing done for them", true, func(r *reading) {
				r.a.Consultation = []impact.Consultation{{Who: "applicants", On: calendar.Of(now, nil), Result: "fine", Parties: []string{"applicant"}}}
				r.harm("unequal-treatment", func(h *impact.HarmRating) { h.Parties = []string{"applicant"} })
			}},
			{"heard", false, func(r *reading) {
				r.harm("unequal-treatment", func(h *impact.HarmRating) { h.Parties = []string{"applicant"} })
			}},
			{"something done", false, func(r *reading) {
				r.a.Consultation = []impact.Consultation{{Who: "applicants", On: calendar.Of(now, nil), Result: "fine", Parties: []string{"applicant"}}}
			}},
		},
		"RP-04": {
			{"rare with incidents", true, func(r *reading) {
				r.harm("opacity", func(h *impact.HarmRating) { h.Likelihood = 1 })
				r.seen.Incidents = map[string]int{"opacity": 2}
			}},
			{"rare without", false, func(r *reading) {
				r.harm("opacity", func(h *impact.HarmRating) { h.Likelihood = 1 })
				r.seen.Incidents = map[string]int{"no-redress": 2}
			}},
			{"incidents, and not rare", false, func(r *reading) { r.seen.Incidents = map[string]int{"opacity": 2} }},
		},
		"RP-05": {
			{"all the same remains", true, func(r *reading) { r.harms(func(h *impact.HarmRating) { level(h, "", "low") }) }},
			{"one is not", false, func(r *reading) {
				r.harms(func(h *impact.HarmRating) { level(h, "", "low") })
				r.harm("opacity", func(h *impact.HarmRating) { level(h, "", "medium") })
			}},
			{"three only", false, func(r *reading) {
				r.harms(func(h *impact.HarmRating) { level(h, "", "low") })
				r.harm("opacity", func(h *impact.HarmRating) { *h = impact.HarmRating{Harm: "opacity", Dismissed: "reasons are given"} })
			}},
		},
		"RP-06": {
			{"all the same before", true, func(r *reading) { r.harms(func(h *impact.HarmRating) { level(h, "high", "") }) }},
			{"one is not", false, func(r *reading) {
				r.harms(func(h *impact.HarmRating) { level(h, "high", "") })
				r.harm("opacity", func(h *impact.HarmRating) { level(h, "medium", "") })
			}},
		},
		"RP-07": {
			{"no evidence", true, func(r *reading) { r.harm("opacity", func(h *impact.HarmRating) { h.Controls[0].Evidence = nil }) }},
			{"stale by now", true, func(r *reading) { r.b.Now = later(90) }},
			{"one of two is fresh", false, func(r *reading) {
				r.harm("opacity", func(h *impact.HarmRating) { h.Controls[0].Evidence = []string{"old-report", "test-report"} })
			}},
		},
		"RP-08": {
			{"one control everywhere", true, func(r *reading) {
				r.harms(func(h *impact.HarmRating) {
					for i := range h.Controls {
						h.Controls[i].Control = annexa.MustParse("A.6.2.4")
					}
				})
			}},
			{"four of five is more than seven of ten", true, func(r *reading) {
				r.harms(func(h *impact.HarmRating) {
					if len(h.Controls) > 0 && h.Harm != "opacity" {
						h.Controls[len(h.Controls)-1].Control = annexa.MustParse("A.6.2.4")
					}
				})
			}},
			{"four in all are few", false, func(r *reading) {
				r.harms(func(h *impact.HarmRating) {
					for i := range h.Controls {
						h.Controls[i].Control = annexa.MustParse("A.6.2.4")
					}
				})
				r.harm("opacity", func(h *impact.HarmRating) { h.Controls = nil })
			}},
		},
		"RP-09": {
			{"health in the purpose", true, func(r *reading) { r.s.Purpose = "rank applications, mindful of the health of applicants" }},
			{"and in the data", false, func(r *reading) {
				r.s.Purpose, r.s.Data = "rank applications by health", append(slices.Clone(r.s.Data), register.DataHealth)
			}},
			{"within another word", false, func(r *reading) { r.s.Purpose = "rank applications by interface and surface" }},
			{"nobody has answered which data", false, func(r *reading) { r.s.Purpose, r.s.Data = "diagnose patients", nil }},
		},
		"RP-10": {
			{"people hardly differ", true, func(r *reading) { r.seen.Overrides = 0.009 }},
			{"nobody has measured", true, func(r *reading) { r.seen.Overrides = -1 }},
			{"nothing is known", true, func(r *reading) { r.seen.Overrides = 0 }},
			{"one in a hundred", false, func(r *reading) { r.seen.Overrides = 0.01 }},
			{"the system decides, and says so", false, func(r *reading) { r.seen.Overrides, r.s.Autonomy = -1, register.AutonomyAutomated }},
			{"nothing grave comes of it", false, func(r *reading) {
				r.seen.Overrides, r.s.Effects = -1, []register.Effect{register.EffectConvenience}
			}},
		},
		"RP-11": {
			{"no benefit", true, func(r *reading) { r.a.Benefits = nil }},
		},
		"RP-12": {
			{"no alternative at high level", true, func(r *reading) { r.a.Alternatives = nil }},
			{"nor at limited", false, func(r *reading) { r.a.Alternatives, r.a.Level = nil, impact.LevelLimited }},
		},
		"RP-13": {
			{"the public meets it", true, func(r *reading) { r.a.Misuse, r.s.Interacts = nil, []register.Audience{register.AudiencePublic} }},
			{"customers meet it", true, func(r *reading) { r.a.Misuse, r.s.Interacts = nil, []register.Audience{register.AudienceCustomers} }},
			{"staff only", false, func(r *reading) { r.a.Misuse = nil }},
			{"the register names it", false, func(r *reading) {
				r.a.Misuse, r.s.Interacts, r.s.ForeseeableMisuse = nil, []register.Audience{register.AudiencePublic}, []string{"ranking staff"}
			}},
		},
		"RP-14": {
			{"all of one unit", true, func(r *reading) {
				r.seen.Units = map[string]string{"ada": "data", "eve": "data"}
				r.a.Consultation = []impact.Consultation{{Who: "colleagues", On: calendar.Of(now, nil), Result: "fine"}}
			}},
			{"somebody affected was heard", false, func(r *reading) { r.seen.Units = map[string]string{"ada": "data", "eve": "data"} }},
			{"two units", false, func(r *reading) {
				r.a.Consultation = []impact.Consultation{{Who: "colleagues", On: calendar.Of(now, nil), Result: "fine"}}
			}},
			{"units are not known", false, func(r *reading) { r.seen.Units, r.a.Consultation = nil, nil }},
		},
		"RP-15": {
			{"taken over unchanged", true, func(r *reading) {
				r.a.Reused = impact.Reuse{From: "sys#0", Changed: []register.Change{{Attribute: "reach", Rule: "MC-05", Material: true}}}
				r.harm("opacity", func(h *impact.HarmRating) { h.CopiedFrom = "sys#0" })
			}},
			{"the system is as it was", false, func(r *reading) {
				r.a.Reused = impact.Reuse{From: "sys#0"}
				r.harm("opacity", func(h *impact.HarmRating) { h.CopiedFrom = "sys#0" })
			}},
			{"all confirmed", false, func(r *reading) {
				r.a.Reused = impact.Reuse{From: "sys#0", Changed: []register.Change{{Attribute: "reach", Rule: "MC-05", Material: true}}}
			}},
		},
		"RP-16": {
			{"within minutes", true, func(r *reading) {
				r.a.Signatures = []impact.Signature{{By: "ian", At: r.a.SubmittedAt.Add(29 * time.Minute)}}
			}},
			{"half an hour", false, func(r *reading) {
				r.a.Signatures = []impact.Signature{{By: "ian", At: r.a.SubmittedAt.Add(30 * time.Minute)}}
			}},
			{"at limited level", false, func(r *reading) {
				r.a.Level, r.a.Signatures = impact.LevelLimited, []impact.Signature{{By: "ian", At: r.a.SubmittedAt}}
			}},
		},
		"RP-17": {
			{"serious on judgement", true, func(r *reading) {
				r.harm("unequal-treatment", func(h *impact.HarmRating) { h.Confidence = impact.ConfidenceLow })
			}},
			{"moderate on judgement", false, func(r *reading) {
				r.harm("opacity", func(h *impact.HarmRating) { h.Confidence = impact.ConfidenceLow })
			}},
		},
		"RP-18": {
			{"a difference nobody looked at", true, func(r *reading) { r.a.Group, r.a.Differs = "lead#1", []string{"languages"} }},
			{"a word on it", false, func(r *reading) {
				r.a.Group, r.a.Differs, r.a.Deviations = "lead#1", []string{"languages"}, []impact.Deviation{{Attribute: "languages", Note: "tested in Portuguese"}}
			}},
		},
		"RP-19": {
			{"no ground", true, func(r *reading) {
				r.a.Result.Duties = append(slices.Clone(r.a.Result.Duties), impact.DutyRequirement{Duty: "legal-basis", Rules: []string{"PUB-01"}})
				r.seen.Evidence = nil
			}},
			{"a ground on record", false, func(r *reading) {
				r.a.Result.Duties = append(slices.Clone(r.a.Result.Duties), impact.DutyRequirement{Duty: "legal-basis", Rules: []string{"PUB-01"}})
			}},
			{"none called for", false, func(r *reading) { r.seen.Evidence = nil }},
		},
		"RP-20": {
			{"profiling is not answered", true, func(r *reading) {
				r.s.Claims63, r.s.Profiling = register.ExemptionNarrowTask, register.Unknown
			}},
			{"it is", false, func(r *reading) { r.s.Claims63 = register.ExemptionNarrowTask }},
			{"nothing is claimed", false, func(r *reading) { r.s.Profiling = register.Unknown }},
		},
		"RP-21": {
			{"a model of systemic risk without a general-purpose one", true, func(r *reading) {
				r.s.GPAI, r.s.Systemic = register.No, register.Yes
				r.a.Result = derive(r.s)
			}},
			{"one says no, and nobody the other", false, func(r *reading) {
				r.s.GPAI, r.s.Systemic = register.No, register.Unknown
				r.a.Result = derive(r.s)
			}},
		},
	}
	for _, p := range impact.ReviewPrompts() {
		require.NotEmpty(t, cases[p.ID], "%s has no case", p.ID)
		require.NotEmpty(t, p.Source)
		for _, c := range cases[p.ID] {
			t.Run(p.ID+" "+c.name, func(t *testing.T) {
				r := carefulCV(t)
				before := encode(t, r.a)
				c.edit(&r)
				want := []string{p.ID}
				if !c.fires {
					want = nil
				}
				got := slices.Compact(r.prompts())
				require.Equal(t, want, got)
				require.Equal(t, before, encode(t, carefulCV(t).a), "reading changes nothing")
			})
		}
	}
	require.Len(t, cases, len(impact.ReviewPrompts()))
}

// level sets what was made of a rated harm.
func level(h *impact.HarmRating, inherent, residual register.RiskLevel) {
	if h.Outcome.Inherent == "" {
		return
	}
	if inherent != "" {
		h.Outcome.Inherent = inherent
	}
	if residual != "" {
		h.Outcome.Residual = residual
	}
}

// A purpose that somebody wrote in German gives the same data away (RP-09) as one in English;
// words that only look alike give nothing away in either.
func TestPurposesInGerman(t *testing.T) {
	for purpose, want := range map[string][]string{
		"Diagnose von Hautveränderungen anhand von Patientenfotos":             {"health"},
		"Gesundheitsdaten der Versicherten auswerten":                          {"health"},
		"Krankenhausaufenthalte vorhersagen":                                   {"health"},
		"medizinische Befunde zusammenfassen":                                  {"health"},
		"Arztbriefe entwerfen":                                                 {"health"},
		"Gesichtserkennung am Werkstor":                                        {"biometric"},
		"Personen an ihrem Gesicht wiedererkennen":                             {"biometric"},
		"Fingerabdrücke vergleichen":                                           {"biometric"},
		"biometrische Fernidentifizierung im Bahnhof":                          {"biometric"},
		"Schülerinnen und Schülern Aufgaben zuteilen":                          {"children"},
		"Inhalte für Kinder auswählen":                                         {"children"},
		"Schutz von Minderjährigen in Chats":                                   {"children", "communications"},
		"Gehälter vorschlagen":                                                 {"financial"},
		"Gehaltsbänder für Stellen vorschlagen":                                {"financial"},
		"Kreditwürdigkeit von Verbrauchern bewerten":                           {"financial"},
		"Bonität prüfen":                                                       {"financial"},
		"Darlehensanträge vorsortieren, nach Einkommen":                        {"financial", "financial"},
		"Standortdaten der Fahrer auswerten":                                   {"location"},
		"Rückfallrisiko nach Straftaten einschätzen":                           {"criminal"},
		"Kriminalität je Stadtteil vorhersagen":                                {"criminal"},
		"Bewerbungen ordnen":                                                   {"personal"},
		"BEWERBERAUSWAHL anhand von Lebensläufen":                              {"personal", "personal"},
		"E-Mails in Postfächer sortieren":                                      {"communications"},
		"religiöse Inhalte erkennen":                                           {"special"},
		"Beiträge nach ethnischer Herkunft der Verfasser ordnen":               {"special"},
		"Gewerkschaftsmitglieder ansprechen":                                   {"special"},
		"Wettbewerb beobachten und akkreditierte Labore suchen":                nil,
		"unter diesem Gesichtspunkt Abläufe straffen; es lohnt sich":           nil,
		"Unterlagen, die zehn Jahre gehalten werden, verschlagworten":          nil,
		"answer questions of any kind, at a kindly pace":                       nil,
		"Fettgehalt von Milch schätzen":                                        nil,
		"Pflege der Datenbank planen":                                          nil,
		"Maschinen überwachen und Ausfälle vorhersagen, bevor sie stattfinden": nil,
	} {
		r := carefulFAQ(t)
		r.s.Purpose, r.s.Data = purpose, []register.DataCategory{register.DataNone}
		var got []string
		for _, m := range impact.Review(r.a, r.s, r.seen, r.b) {
			if m.Prompt == "RP-09" {
				_, data, _ := strings.Cut(m.Detail, "does not name ")
				got = append(got, data)
			}
		}
		require.ElementsMatch(t, want, got, purpose)
	}
}

// TestReviewOrder reads a poor assessment twice: remarks come in the order of
// the prompts, each with the part that it is about, which a comment can name.
func TestReviewOrder(t *testing.T) {
	s, b := cvScreener(), basis()
	s.Interacts, s.Purpose = []register.Audience{register.AudiencePublic}, "rank children by health, income and location"
	a := opened(s, b)
	a, err := a.Save(impact.Content{Parties: []impact.PartyImpact{{Party: "child"}, {Party: "applicant"}}}, "ada", s, b)
	require.NoError(t, err)
	found := impact.Review(a, s, impact.Observed{}, b)
	require.Equal(t, found, impact.Review(a, s, impact.Observed{}, b))
	var ids []string
	for _, p := range impact.ReviewPrompts() {
		ids = append(ids, p.ID)
	}
	last := 0
	for _, m := range found {
		at := slices.Index(ids, m.Prompt)
		require.GreaterOrEqual(t, at, last, m.Prompt)
		last = at
		require.NotEmpty(t, m.Detail)
		_, err := a.Comment(impact.Comment{Part: m.Part, Text: m.Ask + " " + m.Detail}, "zoe", now)
		require.NoError(t, err, "a person can make a remark of it")
	}
	got := slices.Compact(func() (all []string) {
		for _, m := range found {
			all = append(all, m.Prompt)
		}
		return all
	}())
	require.Equal(t, []string{"RP-01", "RP-02", "RP-03", "RP-09", "RP-10", "RP-11", "RP-12", "RP-13"}, got)
}
