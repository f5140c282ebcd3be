package impact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// documentField is one field that elements of documents come from.
type documentField struct {
	path, title string
	// lines are what it says, one for each value or entry; none where nothing is on
	// file.
	lines func(*documentSource) []string
	// gaps are paths within it that lack something; nil where nothing can.
	gaps func(*documentSource) []string
}

// documentFields are the fields by path: those of the system from the attribute
// table, the rest from the table below.
var documentFields = sync.OnceValue(func() map[string]documentField {
	all := make(map[string]documentField)
	add := func(f documentField) {
		if _, dup := all[f.path]; dup {
			panic("impact: two fields of documents have the path " + f.path)
		}
		all[f.path] = f
	}
	for _, at := range register.Attributes() {
		add(systemField(at))
	}
	for _, t := range register.ProcessTopics() {
		add(processField(t))
	}
	for _, f := range recordFields {
		add(f)
	}
	return all
})

// recordFields are the fields of an assessment, and those that come with it.
var recordFields = []documentField{
	lineOf("assessment.id", "Assessment", func(a *Assessment) string { return a.ID }),
	lineOf("assessment.system", "System assessed", func(a *Assessment) string { return a.System }),
	{"assessment.number", "Number", func(s *documentSource) []string {
		if s.a.Number == 0 {
			return nil
		}
		return []string{strconv.Itoa(s.a.Number)}
	}, nil},
	lineOf("assessment.state", "State", func(a *Assessment) string { return string(a.State) }),
	entriesOf("assessment.triggers", "Why it was made", func(a *Assessment) []Trigger { return a.Triggers }, func(t Trigger) string {
		info, _ := TriggerByKind(t.Kind)
		return parts(day(t.At), info.Event, t.Detail)
	}),
	lineOf("assessment.opened_at", "Opened", func(a *Assessment) string { return dated(a.OpenedAt) }),
	lineOf("assessment.due", "Due", func(a *Assessment) string { return a.Due.String() }),
	{"assessment.criteria", "Version of the risk criteria", func(s *documentSource) []string {
		if s.a.Criteria == 0 {
			return nil
		}
		return []string{strconv.Itoa(s.a.Criteria)}
	}, nil},
	{"assessment.result", "What the rules say", func(s *documentSource) []string {
		r := s.a.Result
		if r.Rules == "" {
			return nil
		}
		return []string{"rules " + r.Rules, parts("level "+string(r.Level), byRules(r.LevelRules)), "level by what is answered alone: " + string(r.Known)}
	}, nil},
	entriesOf("assessment.result.controls", "Controls that the rules ask for", func(a *Assessment) []Requirement { return a.Result.Controls }, func(r Requirement) string {
		return parts(control(r.Control), byRules(r.Rules))
	}),
	entriesOf("assessment.result.evidence", "Evidence that the rules ask for", func(a *Assessment) []EvidenceRequirement { return a.Result.Evidence }, func(r EvidenceRequirement) string {
		k, _ := EvidenceKindByID(r.Kind)
		return parts(k.Title, byRules(r.Rules))
	}),
	entriesOf("assessment.result.duties", "Duties that the rules bring", func(a *Assessment) []DutyRequirement { return a.Result.Duties }, func(r DutyRequirement) string {
		d, _ := DutyByID(r.Duty)
		return parts(d.Title, d.Source)
	}),
	entriesOf("assessment.result.open", "What is not answered and counts as the worst", func(a *Assessment) []OpenQuestion { return a.Result.Open }, func(q OpenQuestion) string {
		return parts("system."+q.Attribute, byRules(q.Rules))
	}),
	lineOf("assessment.level", "Impact level", func(a *Assessment) string { return string(a.Level) }),
	{"assessment.parties", "Affected parties", each(func(a *Assessment) []PartyImpact { return a.Parties }, func(p PartyImpact) string {
		return parts(partyTitle(p.Party), p.How, label("no harm", p.NoHarm))
	}), partyGaps},
	{"assessment.harms", "Harms considered", each(func(a *Assessment) []HarmRating { return a.Harms }, harmLine), harmGaps},
	{"assessment.harms[].outcome", "Risk before and with measures", ofRated(func(h HarmRating) []string {
		o := h.Outcome
		if o.IsZero() {
			return nil
		}
		return []string{parts(harmTitle(h.Harm), label("before", string(o.Inherent)), label("with measures", string(o.Residual)), label("counted as the worst", strings.Join(o.Assumed, ", ")))}
	}), nil},
	{"assessment.harms[].controls", "Measures against harms", ofRated(func(h HarmRating) []string {
		lines := make([]string, len(h.Controls))
		for i, c := range h.Controls {
			lines[i] = parts(harmTitle(h.Harm), control(c.Control), c.Why, label("evidence", strings.Join(c.Evidence, ", ")))
		}
		return lines
	}), nil},
	entriesOf("assessment.benefits", "Benefits", func(a *Assessment) []Benefit { return a.Benefits }, func(b Benefit) string {
		return parts(b.What, label("for", strings.Join(partyTitles(b.Parties), ", ")))
	}),
	entriesOf("assessment.misuse", "Misuse that can be expected", func(a *Assessment) []Misuse { return a.Misuse }, func(m Misuse) string {
		harms := make([]string, len(m.Harms))
		for i, id := range m.Harms {
			harms[i] = harmTitle(id)
		}
		return parts(m.What, label("by", m.By), label("can do", strings.Join(harms, ", ")))
	}),
	{"assessment.misuse[].measure", "Measures against misuse", each(func(a *Assessment) []Misuse { return a.Misuse }, func(m Misuse) string {
		if strings.TrimSpace(m.Measure) == "" {
			return ""
		}
		return parts(m.What, m.Measure)
	}), func(s *documentSource) (gaps []string) {
		for i, m := range s.a.Misuse {
			if strings.TrimSpace(m.Measure) == "" {
				gaps = append(gaps, fmt.Sprintf("assessment.misuse[%d].measure", i))
			}
		}
		return gaps
	}},
	entriesOf("assessment.alternatives", "Alternatives considered", func(a *Assessment) []string { return a.Alternatives }, func(x string) string { return x }),
	{"assessment.consultation", "Who was heard", each(func(a *Assessment) []Consultation { return a.Consultation }, func(c Consultation) string {
		return parts(c.On.String(), c.Who, label("for", strings.Join(partyTitles(c.Parties), ", ")), c.Result, label("changed", c.Changed))
	}), consultationGaps},
	lineOf("assessment.no_consultation", "Why nobody was heard", func(a *Assessment) string { return a.NoConsultation }),
	{"assessment.deviations", "What the differences mean for people", each(func(a *Assessment) []Deviation { return a.Deviations }, func(d Deviation) string {
		return parts("system."+d.Attribute, d.Note)
	}), func(s *documentSource) (gaps []string) {
		noted := s.a.noted()
		for _, at := range s.a.Differs {
			if !noted[at] {
				gaps = append(gaps, "assessment.deviations["+at+"]")
			}
		}
		return gaps
	}},
	lineOf("assessment.summary", "Outcome", func(a *Assessment) string { return a.Summary }),
	lineOf("assessment.assessor", "Assessor", func(a *Assessment) string { return a.Assessor }),
	entriesOf("assessment.authors", "Authors", func(a *Assessment) []string { return a.Authors }, func(x string) string { return x }),
	entriesOf("assessment.questionnaires", "Scored questionnaires", func(a *Assessment) []QuestionnaireResult { return a.Questionnaires }, func(q QuestionnaireResult) string {
		unanswered := ""
		if q.Unanswered > 0 {
			unanswered = strconv.Itoa(q.Unanswered)
		}
		return parts(q.Title, q.Scoring+" "+q.ScoringVersion, label("score", fmt.Sprintf("%g of %g", q.Total, q.Max)), label("grade", q.Grade), label("level", string(q.Level)),
			label("unanswered", unanswered), dated(q.AnsweredOn), label("evidence", q.Evidence))
	}),
	{"assessment.reused", "Taken over from an earlier assessment", func(s *documentSource) []string {
		r := s.a.Reused
		if r.IsZero() {
			return nil
		}
		changed := make([]string, len(r.Changed))
		for i, c := range r.Changed {
			changed[i] = "system." + c.Attribute
		}
		return []string{parts(r.From, dated(r.At), label("changed since", strings.Join(changed, ", ")), label("new harms", strings.Join(r.NewHarms, ", ")),
			label("harms gone", strings.Join(r.GoneHarms, ", ")), label("new parties", strings.Join(r.NewParties, ", ")))}
	}, nil},
	lineOf("assessment.group", "Follows the assessment", func(a *Assessment) string { return a.Group }),
	entriesOf("assessment.differs", "Differs from it in", func(a *Assessment) []string { return a.Differs }, func(x string) string { return "system." + x }),
	entriesOf("assessment.members", "Systems that it covers too", func(a *Assessment) []Member { return a.Members }, func(m Member) string {
		return parts(m.System, m.Assessment, label("level", string(m.Level)))
	}),
	lineOf("assessment.submitted_by", "Handed in by", func(a *Assessment) string { return a.SubmittedBy }),
	lineOf("assessment.submitted_at", "Handed in", func(a *Assessment) string { return dated(a.SubmittedAt) }),
	entriesOf("assessment.signatures", "Signatures", func(a *Assessment) []Signature { return a.Signatures }, func(g Signature) string {
		return parts(g.By, g.Role, day(g.At), label("in the place of", g.For))
	}),
	entriesOf("assessment.delegations", "Delegations", func(a *Assessment) []Delegation { return a.Delegations }, func(d Delegation) string {
		return parts(d.Role, label("from", d.From), label("to", d.To), label("until", d.Until.String()), d.Reason)
	}),
	entriesOf("assessment.conflicts", "Conflicts of interest declared", func(a *Assessment) []Conflict { return a.Conflicts }, func(c Conflict) string {
		return parts(c.Person, c.What, day(c.At))
	}),
	entriesOf("assessment.returns", "Sent back", func(a *Assessment) []Return { return a.Returns }, func(r Return) string {
		return parts(day(r.At), r.By, strings.Join(r.Reasons, "; "))
	}),
	entriesOf("assessment.conditions", "Conditions of approval", func(a *Assessment) []ApprovalCondition { return a.Conditions }, func(c ApprovalCondition) string {
		return parts(c.Text, label("owner", c.Owner), label("due", c.Due.String()), label("done", dated(c.DoneOn)), c.Note)
	}),
	lineOf("assessment.approved_at", "Approved", func(a *Assessment) string { return dated(a.ApprovedAt) }),
	lineOf("assessment.valid_until", "Approval holds until", func(a *Assessment) string { return a.ValidUntil.String() }),
	entriesOf("assessment.confirmations", "Confirmed without a new assessment", func(a *Assessment) []Confirmation { return a.Confirmations }, func(c Confirmation) string {
		var by []string
		for _, g := range c.Signatures {
			by = append(by, g.By)
		}
		at := "not yet by all"
		if c.InForce() {
			at = day(c.At)
		}
		return parts(at, string(c.Kind), c.Reason, label("changed since the approval", strings.Join(c.Changes, ", ")), label("evidence", c.Evidence), label("signed by", strings.Join(by, ", ")))
	}),
	lineOf("assessment.superseded_by", "Superseded by", func(a *Assessment) string { return a.SupersededBy }),
	{"assessment.published", "Summary published", func(s *documentSource) []string {
		p := s.a.Published
		if p.IsZero() {
			return nil
		}
		lines := []string{parts(dated(p.At), p.By)}
		for _, w := range p.Withheld {
			lines = append(lines, parts(label("left out", w.Part), w.Reason))
		}
		return lines
	}, nil},
	{"assessment.ended", "Ended without approval", func(s *documentSource) []string {
		e := s.a.Ended
		return []string{parts(dated(e.At), e.By, e.Reason)}
	}, nil},
	{"organisation", "Organisation", func(s *documentSource) []string { return []string{s.in.Organisation} }, nil},
	{"law", "What the law makes of it", func(s *documentSource) []string {
		r := s.in.Law
		lines := []string{parts(r.Law, label("class", r.Class))}
		for _, g := range r.Grounds {
			lines = append(lines, label("ground", g))
		}
		for _, o := range r.Open {
			lines = append(lines, label("open", o))
		}
		return lines
	}, nil},
	{"dpia", "Data protection impact assessment", func(s *documentSource) []string { return []string{s.in.DPIA} }, nil},
}

// lineOf is a field of one line, entriesOf one of entries.
func lineOf(path, title string, of func(*Assessment) string) documentField {
	return documentField{path, title, func(s *documentSource) []string { return []string{of(&s.a)} }, nil}
}

func entriesOf[T any](path, title string, of func(*Assessment) []T, line func(T) string) documentField {
	return documentField{path, title, each(of, line), nil}
}

func each[T any](of func(*Assessment) []T, line func(T) string) func(*documentSource) []string {
	return func(s *documentSource) []string {
		var lines []string
		for _, v := range of(&s.a) {
			lines = append(lines, line(v))
		}
		return lines
	}
}

// ofRated are lines of the harms that are not dismissed. Where all are, nothing
// is asked for, which is an answer.
func ofRated(lines func(HarmRating) []string) func(*documentSource) []string {
	return func(s *documentSource) []string {
		var all []string
		rated := false
		for _, h := range s.a.Harms {
			if h.Dismissed == "" {
				rated = true
				all = append(all, lines(h)...)
			}
		}
		if len(s.a.Harms) > 0 && !rated {
			return []string{"none: every harm considered was dismissed"}
		}
		return all
	}
}

func harmLine(h HarmRating) string {
	if h.Dismissed != "" {
		return parts(harmTitle(h.Harm), label("dismissed", h.Dismissed))
	}
	step := func(name string, v int) string {
		if v == 0 {
			return ""
		}
		return name + " " + strconv.Itoa(v)
	}
	return parts(harmTitle(h.Harm), h.Description, label("falls on", strings.Join(partyTitles(h.Parties), ", ")), step("scale", h.Scale), step("scope", h.Scope),
		step("irremediability", h.Irremediability), step("likelihood", h.Likelihood), label("confidence", string(h.Confidence)),
		label("taken over unconfirmed from", h.CopiedFrom))
}

// harmGaps are harms that the rules ask about and nobody considered, and what is
// not rated of those that are not dismissed.
func harmGaps(s *documentSource) (gaps []string) {
	_, _, considered := s.a.named()
	for _, p := range s.a.Result.Harms {
		if !considered[p.Harm] {
			gaps = append(gaps, "assessment.harms["+p.Harm+"]")
		}
	}
	for _, h := range s.a.Harms {
		if h.Dismissed != "" {
			continue
		}
		for _, r := range []struct {
			name  string
			rated bool
		}{{"scale", h.Scale != 0}, {"scope", h.Scope != 0}, {"irremediability", h.Irremediability != 0}, {"likelihood", h.Likelihood != 0}, {"confidence", h.Confidence != ""}} {
			if !r.rated {
				gaps = append(gaps, "assessment.harms["+h.Harm+"]."+r.name)
			}
		}
	}
	return gaps
}

// partyGaps are affected parties of the system that nobody looked at, and those
// that no harm falls on without it being said why.
func partyGaps(s *documentSource) (gaps []string) {
	named, harmed, _ := s.a.named()
	for _, p := range s.in.System.Affected {
		if !named[p] {
			gaps = append(gaps, "assessment.parties["+p+"]")
		}
	}
	for _, p := range s.a.Parties {
		if !harmed[p.Party] && strings.TrimSpace(p.NoHarm) == "" {
			gaps = append(gaps, "assessment.parties["+p.Party+"].no_harm")
		}
	}
	return gaps
}

func consultationGaps(s *documentSource) (gaps []string) {
	for i, c := range s.a.Consultation {
		for _, r := range []struct {
			name string
			told bool
		}{{"who", c.Who != ""}, {"on", !c.On.IsZero()}, {"result", c.Result != ""}} {
			if !r.told {
				gaps = append(gaps, fmt.Sprintf("assessment.consultation[%d].%s", i, r.name))
			}
		}
	}
	return gaps
}

// systemField is the field of an attribute of the system.
func systemField(at register.Attribute) documentField {
	f := documentField{path: "system." + at.Name, title: at.Title}
	meanings := make(map[string]string, len(at.Values))
	for _, v := range at.Values {
		meanings[v.ID] = v.Meaning
	}
	f.lines = func(s *documentSource) []string {
		values := at.Append(nil, &s.in.System)
		for i, v := range values {
			switch m := meanings[v]; {
			case at.Name == "affected":
				values[i] = partyTitle(v)
			case at.Kind == register.KindAnswer || v == string(register.Yes) || v == string(register.No) || m == "" || m == v:
			default:
				values[i] = v + ": " + m
			}
		}
		return values
	}
	switch at.Kind {
	case register.KindDate:
		day := f.lines
		f.lines = func(s *documentSource) []string {
			values := day(s)
			for i, v := range values {
				values[i], _, _ = strings.Cut(v, "T")
			}
			return values
		}
	case register.KindRecord, register.KindList:
		if own, ok := systemRecords[at.Name]; ok {
			f.lines, f.gaps = own.lines, own.gaps
		}
	}
	return f
}

// systemRecords are the attributes that are structures.
var systemRecords = map[string]struct {
	lines, gaps func(*documentSource) []string
}{
	"human_oversight": {func(s *documentSource) []string {
		o := s.in.System.HumanOversight
		return []string{label("person", o.Person), o.Measure}
	}, func(s *documentSource) []string {
		o := s.in.System.HumanOversight
		return emptyOf("system.human_oversight", [][2]string{{"person", o.Person}, {"measure", o.Measure}})
	}},
	"model": {func(s *documentSource) []string {
		m := s.in.System.Model
		return []string{parts(m.Name, label("version", m.Version), m.Technique)}
	}, func(s *documentSource) []string {
		m := s.in.System.Model
		return emptyOf("system.model", [][2]string{{"name", m.Name}, {"version", m.Version}, {"technique", m.Technique}})
	}},
	"data_resources": {func(s *documentSource) []string {
		var lines []string
		for _, d := range s.in.System.DataResources {
			lines = append(lines, parts(d.Name, label("owner", d.Owner), label("origin", string(d.Origin)), d.Source, label("licence", d.Licence), label("period", d.Period), label("use", d.Use)))
		}
		return lines
	}, nil},
	"external_ids": {func(s *documentSource) []string { return pairs(s.in.System.ExternalIDs) }, nil},
	"labels":       {func(s *documentSource) []string { return pairs(s.in.System.Labels) }, nil},
}

// processField is the decision on a topic of the process of impact assessments.
func processField(t register.ProcessTopicInfo) documentField {
	return documentField{"process[" + string(t.ID) + "]", t.Title, func(s *documentSource) []string {
		c := register.Criteria{Process: s.in.Process}
		d, ok := c.Decision(t.ID)
		if !ok {
			return nil
		}
		lines := []string{d.Text}
		if len(d.Practices)+len(d.Domains) > 0 {
			lines = append(lines, label("practices", commaed(d.Practices)), label("domains", commaed(d.Domains)))
			covers := string(register.No)
			if d.Covers(s.in.System) {
				covers = string(register.Yes)
			}
			lines = append(lines, label("names a use of this system", covers))
		}
		return lines
	}, nil}
}

// emptyOf are the fields under a path that hold nothing.
func emptyOf(path string, fields [][2]string) (gaps []string) {
	for _, f := range fields {
		if strings.TrimSpace(f[1]) == "" {
			gaps = append(gaps, path+"."+f[0])
		}
	}
	return gaps
}

// parts joins what is not empty.
func parts(all ...string) string {
	return strings.Join(filled(all), "; ")
}

// label names a value, and is empty where the value is.
func label(name, value string) string {
	if strings.TrimSpace(value) == "" {
		return ""
	}
	return name + ": " + value
}

// byRules names the rules behind something.
func byRules(rules []string) string { return label("rules", strings.Join(rules, ", ")) }

func dated(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return day(t)
}

func control(id annexa.ID) string {
	c, _ := annexa.Lookup(id)
	return strings.TrimSpace(id.String() + " " + c.Title)
}

// harmTitle and partyTitle name what the taxonomy knows; what it does not know
// stands as it is.
func harmTitle(id string) string {
	if h, ok := HarmByID(id); ok {
		return h.Title
	}
	return id
}

func partyTitle(id string) string {
	if p, ok := PartyByID(id); ok {
		return p.Title
	}
	return id
}

func pairs(m map[string]string) []string {
	lines := make([]string, 0, len(m))
	for k, v := range m {
		lines = append(lines, label(k, v))
	}
	slices.Sort(lines)
	return lines
}
