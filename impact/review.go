package impact

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// ReviewPrompt is something that a careful reviewer would ask of an assessment.
type ReviewPrompt struct {
	// ID names the prompt, Ask is what it asks.
	ID  string `json:"id"`
	Ask string `json:"ask"`
	// Source is what it rests on.
	Source string `json:"source"`
}

// Remark is a prompt that an assessment gives cause for. It is a question, not a
// verdict: people decide what becomes of it.
type Remark struct {
	// Prompt is the prompt's ID, Ask what it asks.
	Prompt string `json:"prompt"`
	Ask    string `json:"ask"`
	// Part is the part of the assessment that it is about, in the form of
	// Comment.Part; Detail says what gave cause, Text the same as format and
	// arguments, to be told in another language.
	Part   string     `json:"part"`
	Detail string     `json:"detail"`
	Text   issue.Text `json:"text"`
}

// Observed is what is known of a system beside its assessment. The zero value
// is "nothing is known", which gives no cause for a remark by itself, save
// where a remark asks for what should be known.
type Observed struct {
	// Incidents counts the incidents on file by the ID of the harm.
	Incidents map[string]int
	// Overrides is how often, from 0 to 1, the person who decides differs from
	// what the system says; negative while nobody has measured it.
	Overrides float64
	// Units are the parts of the organisation that persons work for, by ID.
	Units map[string]string
	// Consulted are the IDs of persons of the organisation who were heard.
	Consulted []string
	// Evidence are the kinds of fresh evidence on file for the system.
	Evidence []string
}

const (
	sourceOwn = "this project's own"
	sourceMS  = "Microsoft Responsible AI Impact Assessment Template (2022)"
	sourceDTA = "Australian Government, guidance to the AI impact assessment tool"
	sourceISO = "ISO/IEC 42005:2025, headings of clause 6"
	sourceUN  = "UN Guiding Principles, principle 18 (consultation); " + sourceOwn
)

var reviewPrompts = []struct {
	ReviewPrompt
	find func(*review)
}{
	{ReviewPrompt{"RP-01", "An affected party has no harm, and nobody says why not.", sourceMS}, (*review).partiesWithoutHarm},
	{ReviewPrompt{"RP-02", "A harm that systems of this kind have done is neither rated nor dismissed.", sourceISO}, (*review).harmsOfTheKind},
	{ReviewPrompt{"RP-03", "A vulnerable group is named, and no measure is for it.", sourceUN}, (*review).vulnerableWithoutMeasure},
	{ReviewPrompt{"RP-04", "The likelihood is rare though incidents of that harm are on file.", sourceOwn}, (*review).rareWithIncidents},
	{ReviewPrompt{"RP-05", "What remains is the same for all harms.", sourceOwn}, (*review).sameResidual},
	{ReviewPrompt{"RP-06", "All harms are rated the same before controls.", sourceOwn}, (*review).sameInherent},
	{ReviewPrompt{"RP-07", "A reduction has no evidence, or only stale evidence.", "ICO AI and data protection risk toolkit"}, (*review).reductionsWithoutEvidence},
	{ReviewPrompt{"RP-08", "One control carries nearly all reductions.", sourceOwn}, (*review).oneControl},
	{ReviewPrompt{"RP-09", "The purpose speaks of data that the categories lack.", sourceISO}, (*review).purposeAndData},
	{ReviewPrompt{"RP-10", "A person is said to decide, but hardly ever differs from the system, or nobody knows.", "Robodebt Royal Commission; MIT AI Risk Repository 5.1"}, (*review).rubberStamp},
	{ReviewPrompt{"RP-11", "No positive impact is named, so necessity can't be weighed.", sourceMS}, (*review).noBenefit},
	{ReviewPrompt{"RP-12", "No alternative was considered.", "Fundamental Rights and Algorithms Impact Assessment (NL)"}, (*review).noAlternative},
	{ReviewPrompt{"RP-13", "No foreseeable misuse is named.", sourceMS}, (*review).noMisuse},
	{ReviewPrompt{"RP-14", "All who wrote it and all who were heard are of one unit.", sourceDTA}, (*review).oneUnit},
	{ReviewPrompt{"RP-15", "Ratings were taken over unchanged though the system has changed.", sourceOwn}, (*review).copiedUnchanged},
	{ReviewPrompt{"RP-16", "It was signed within minutes of being handed in.", sourceOwn}, (*review).hastySignature},
	{ReviewPrompt{"RP-17", "A severe harm is rated on judgement alone.", sourceOwn}, (*review).severeOnJudgement},
	{ReviewPrompt{"RP-18", "A member of the group differs in what matters, and nothing says what that means.", sourceOwn}, (*review).membersThatDiffer},
	{ReviewPrompt{"RP-19", "A legal ground is called for, and none is on record.", "EU Charter, Article 52(1); SyRI judgment"}, (*review).noLegalGround},
	{ReviewPrompt{"RP-20", "An exemption from high risk is claimed, and whether people are profiled is not answered.", "EU AI Act, Article 6(3)"}, (*review).profilingUnknown},
	{ReviewPrompt{"RP-21", "Two answers about the system contradict each other.", sourceOwn}, (*review).contradictions},
}

// ReviewPrompts returns the prompts that Review works through, in order.
func ReviewPrompts() []ReviewPrompt {
	all := make([]ReviewPrompt, len(reviewPrompts))
	for i, p := range reviewPrompts {
		all[i] = p.ReviewPrompt
	}
	return all
}

// Review lists what a careful reviewer would ask of an assessment of a system,
// in the order of ReviewPrompts. It is a machine's reading: people decide.
func Review(a Assessment, s register.System, seen Observed, b Basis) []Remark {
	r := &review{a: a, s: s, seen: seen, b: &b}
	for _, p := range reviewPrompts {
		r.prompt = p.ReviewPrompt
		p.find(r)
	}
	return r.found
}

// review is one reading of an assessment.
type review struct {
	a      Assessment
	s      register.System
	seen   Observed
	b      *Basis
	prompt ReviewPrompt
	found  []Remark

	ratings []HarmRating // once somebody has asked
}

func (r *review) remark(part, format string, args ...any) {
	text := issue.NewText(format, args...)
	r.found = append(r.found, Remark{Prompt: r.prompt.ID, Ask: r.prompt.Ask, Part: part, Detail: text.String(), Text: text})
}

// rated are the harms that were rated. They are not to be changed.
func (r *review) rated() []HarmRating {
	if r.ratings == nil {
		r.ratings = slices.DeleteFunc(slices.Clone(r.a.Harms), func(h HarmRating) bool { return h.Outcome.Inherent == "" })
	}
	return r.ratings
}

func (r *review) partiesWithoutHarm() {
	_, harmed, _ := r.a.named()
	for _, p := range r.a.Parties {
		if !harmed[p.Party] && strings.TrimSpace(p.NoHarm) == "" {
			r.remark("parties/"+p.Party, "%s", partyText(p.Party))
		}
	}
}

func (r *review) harmsOfTheKind() {
	asked := make(map[string]issue.Text)
	for _, p := range r.a.Result.Harms {
		asked[p.Harm] = issue.NewText("%s", strings.Join(p.Rules, ", "))
	}
	for _, t := range TemplatesFor(r.s) {
		for _, h := range t.Harms {
			if asked[h].ID == "" {
				asked[h] = issue.NewText("template %s", t.ID)
			}
		}
	}
	answered := make(map[string]bool, len(r.a.Harms))
	for _, h := range r.a.Harms {
		answered[h.Harm] = answered[h.Harm] || h.Dismissed != "" || h.rated()
	}
	for _, h := range harms() {
		if why := asked[h.ID]; why.ID != "" && !answered[h.ID] {
			r.remark("harms/"+h.ID, "%s, asked for by %s", issue.Plain(h.Title), why)
		}
	}
}

func (r *review) vulnerableWithoutMeasure() {
	measured, heard := map[string]bool{}, map[string]bool{}
	for _, h := range r.a.Harms {
		for _, p := range h.Parties {
			measured[p] = measured[p] || len(h.Controls) > 0
		}
	}
	for _, c := range r.a.Consultation {
		for _, p := range c.Parties {
			heard[p] = true
		}
	}
	for _, p := range r.a.Parties {
		kind, ok := PartyByID(p.Party)
		if !ok || !kind.Vulnerable {
			continue
		}
		if !measured[p.Party] && !heard[p.Party] {
			r.remark("parties/"+p.Party, "%s: no harm that names them has a control, and nobody who speaks for them was heard", issue.Plain(kind.Title))
		}
	}
}

func (r *review) rareWithIncidents() {
	for _, h := range r.rated() {
		if n := r.seen.Incidents[h.Harm]; n > 0 && h.Likelihood == 1 {
			r.remark("harms/"+h.Harm, "incidents on file: %d", n)
		}
	}
}

// fewest is how many harms must be rated before their being alike means
// anything.
const fewest = 4

func (r *review) same(format string, level func(RiskOutcome) register.RiskLevel) {
	rated := r.rated()
	if len(rated) < fewest {
		return
	}
	first := level(rated[0].Outcome)
	if !slices.ContainsFunc(rated, func(h HarmRating) bool { return level(h.Outcome) != first }) {
		r.remark("harms", format, valueWords([]string{string(first)})[0], len(rated))
	}
}

func (r *review) sameResidual() {
	r.same("what remains is %s for all %d harms", func(o RiskOutcome) register.RiskLevel { return o.Residual })
}

func (r *review) sameInherent() {
	r.same("the rating before controls is %s for all %d harms", func(o RiskOutcome) register.RiskLevel { return o.Inherent })
}

func (r *review) reductionsWithoutEvidence() {
	for _, h := range r.rated() {
		for _, c := range h.Controls {
			fresh := slices.ContainsFunc(c.Evidence, func(id string) bool {
				until, ok := r.b.evidence(id)
				return ok && (until.IsZero() || !r.b.today().After(until))
			})
			if !fresh {
				r.remark("harms/"+h.Harm, "%s by %s", harmText(h.Harm), c.Control)
			}
		}
	}
}

func (r *review) oneControl() {
	uses, all := make(map[annexa.ID]int), 0
	for _, h := range r.rated() {
		for _, c := range h.Controls {
			uses[c.Control]++
			all++
		}
	}
	for id, n := range uses {
		if all >= 5 && 10*n > 7*all { // at most one control can be in more than 70 %
			r.remark("harms", "%s in %d of %d", id, n, all)
		}
	}
}

// purposeWords are words that give categories of data away, one of which is enough: stems in
// English and German, the latter with the terms of the EU AI Act and the GDPR; with a $, whole
// words. They feed RP-09 and nothing else.
var purposeWords = []struct {
	data  []register.DataCategory
	stems []string
}{
	{[]register.DataCategory{register.DataHealth}, []string{"health", "patient", "medical", "diagnos",
		"gesundheit", "medizin", "krank", "arzt", "ärzt"}},
	{[]register.DataCategory{register.DataBiometric}, []string{"face$", "faces$", "facial", "fingerprint", "voiceprint",
		"biometrisch", "gesicht$", "gesichter", "gesichtserkenn", "gesichtsbild", "fingerabdr", "stimmabdr"}},
	{[]register.DataCategory{register.DataChildren}, []string{"child", "pupil",
		"kinder", "kindes", "schüler", "minderjähr", "jugendlich"}},
	{[]register.DataCategory{register.DataFinancial, register.DataEmployment}, []string{"salar", "gehalt$", "gehalts", "gehält"}},
	{[]register.DataCategory{register.DataFinancial}, []string{"income", "einkommen"}},
	{[]register.DataCategory{register.DataFinancial}, []string{"credit", "loan", "kredit", "darlehen", "bonität"}},
	{[]register.DataCategory{register.DataLocation}, []string{"location", "gps", "standort", "aufenthaltsort"}},
	{[]register.DataCategory{register.DataCriminal}, []string{"criminal", "offend", "straftat", "straftät", "straffäll", "vorstraf", "kriminal", "kriminell"}},
	{[]register.DataCategory{register.DataPersonal, register.DataEmployment}, []string{"applicant", "bewerber", "bewerbung"}},
	{[]register.DataCategory{register.DataPersonal, register.DataEmployment}, []string{"cv$", "cvs$", "lebenslauf", "lebensläuf"}},
	{[]register.DataCategory{register.DataCommunications}, []string{"email", "mail", "chats"}},
	{[]register.DataCategory{register.DataSpecial}, []string{"religio", "religiös", "ethnic", "ethnisch", "gewerkschaft", "weltanschau"}},
}

func (r *review) purposeAndData() {
	if len(r.s.Data) == 0 {
		return // an open question, which the rules ask
	}
	words := strings.FieldsFunc(strings.ToLower(r.s.Purpose), func(c rune) bool { return !unicode.IsLetter(c) })
	for _, w := range purposeWords {
		i := slices.IndexFunc(words, func(word string) bool {
			return slices.ContainsFunc(w.stems, func(stem string) bool { return strings.HasPrefix(word+"$", stem) })
		})
		if i >= 0 && !slices.ContainsFunc(w.data, func(d register.DataCategory) bool { return slices.Contains(r.s.Data, d) }) {
			r.remark("system", "the purpose says %q, and data does not name %s", words[i], issue.Word(w.data[0]))
		}
	}
}

// grave reports whether an outcome does something to a person.
func (r *review) grave() bool {
	return slices.ContainsFunc(r.s.Effects, func(e register.Effect) bool {
		return e == register.EffectSignificant || e == register.EffectLegal || e == register.EffectSafety
	})
}

func (r *review) rubberStamp() {
	advises := r.s.Autonomy == register.AutonomyAdvises || r.s.Autonomy == register.AutonomyRecommends
	switch {
	case !advises || !r.grave():
	case r.seen.Overrides == 0:
		r.remark("system", "autonomy is %s, and no case is known in which people differed", issue.Word(r.s.Autonomy))
	case r.seen.Overrides < 0:
		r.remark("system", "autonomy is %s, and nobody has measured how often people differ", issue.Word(r.s.Autonomy))
	case r.seen.Overrides < 0.01:
		r.remark("system", "autonomy is %s, and people differ in %.1f %% of cases", issue.Word(r.s.Autonomy), 100*r.seen.Overrides)
	}
}

func (r *review) noBenefit() {
	if len(r.a.Benefits) == 0 {
		r.remark("benefits", "none")
	}
}

func (r *review) noAlternative() {
	if len(r.a.Alternatives) == 0 && r.a.Level.Rank() >= LevelHigh.Rank() {
		r.remark("alternatives", "none, at level %s", issue.Word(r.a.Level))
	}
}

func (r *review) noMisuse() {
	outside := slices.Contains(r.s.Interacts, register.AudiencePublic) || slices.Contains(r.s.Interacts, register.AudienceCustomers)
	if len(r.a.Misuse) == 0 && len(r.s.ForeseeableMisuse) == 0 && outside {
		r.remark("misuse", "people outside the organisation meet the system")
	}
}

func (r *review) oneUnit() {
	people := union(r.a.Authors, r.seen.Consulted)
	if len(people) < 2 || r.a.consulted() {
		return
	}
	unit := r.seen.Units[people[0]]
	if unit != "" && !slices.ContainsFunc(people, func(p string) bool { return r.seen.Units[p] != unit }) {
		r.remark("consultation", "all %d persons are of %s", len(people), unit)
	}
}

func (r *review) copiedUnchanged() {
	if r.a.Reused.From == "" || !(register.Comparison{Changes: r.a.Reused.Changed}).Material() {
		return
	}
	var copied []string
	for _, h := range r.a.Harms {
		if h.CopiedFrom != "" {
			copied = append(copied, h.Harm)
		}
	}
	if len(copied) > 0 {
		r.remark("harms", "taken over from %s: %s", r.a.Reused.From, strings.Join(copied, ", "))
	}
}

func (r *review) hastySignature() {
	if r.a.Level.Rank() < LevelHigh.Rank() {
		return
	}
	for _, sig := range r.a.Signatures {
		if took := sig.At.Sub(r.a.SubmittedAt); took < 30*time.Minute {
			r.remark("level", "%s signed after %d minutes, at level %s", sig.By, int(took.Minutes()), issue.Word(r.a.Level))
		}
	}
}

func (r *review) severeOnJudgement() {
	steps := len(r.b.criteria().Consequence)
	for _, h := range r.rated() {
		if h.Confidence == ConfidenceLow && h.Outcome.Severity >= steps-1 {
			r.remark("harms/"+h.Harm, "severity %d of %d", h.Outcome.Severity, steps)
		}
	}
}

func (r *review) membersThatDiffer() {
	noted := r.a.noted()
	for _, name := range r.a.Differs {
		if !noted[name] {
			r.remark("deviations", "%s differs from the system of %s", name, r.a.Group)
		}
	}
}

// groundKinds are kinds of evidence that hold a legal ground.
var groundKinds = []string{"ev-fria", "ev-dpia", "ev-policy-link"}

func (r *review) noLegalGround() {
	duty, ok := find(r.a.Result.Duties, func(d *DutyRequirement) bool { return d.Duty == "legal-basis" })
	if ok && !slices.ContainsFunc(groundKinds, func(k string) bool { return slices.Contains(r.seen.Evidence, k) }) {
		r.remark("system", "asked for by %s", strings.Join(duty.Rules, ", "))
	}
}

func (r *review) profilingUnknown() {
	if s := r.s; s.Profiling == register.Unknown && s.Claims63 != "" && s.Claims63 != register.ExemptionNone {
		r.remark("system", "an exemption is claimed: %s", issue.Word(s.Claims63))
	}
}

func (r *review) contradictions() {
	for _, t := range r.a.Result.Contradictions() {
		other := issue.NewText("not %s", issue.Join("%s or %s", valueWords(t.Excludes)))
		if len(t.Values) > 0 {
			other = issue.Join("%s, %s", valueWords(t.Values))
		}
		r.remark("system."+t.Attribute, "it is said to be %s, and other answers say %s: %s (%s)", issue.Join("%s, %s", valueWords(t.Said)), other, issue.Plain(t.Why), t.Implication)
	}
}

// valueWords are values of attributes of the register, as words.
func valueWords(values []string) []issue.Text { return issue.Words(values) }
