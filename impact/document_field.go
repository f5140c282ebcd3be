package impact

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// documentField is one field that elements of documents come from.
type documentField struct {
	path, title string
	// lines are what it says, one for each value or entry; none where nothing is on
	// file.
	lines func(*documentSource) []issue.Text
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
	lineOf("assessment.id", "Assessment", func(a *Assessment) issue.Text { return own(a.ID) }),
	lineOf("assessment.system", "System assessed", func(a *Assessment) issue.Text { return own(a.System) }),
	lineOf("assessment.number", "Number", func(a *Assessment) issue.Text { return number(a.Number) }),
	lineOf("assessment.state", "State", func(a *Assessment) issue.Text { return issue.Word(a.State) }),
	entriesOf("assessment.triggers", "Why it was made", func(a *Assessment) []Trigger { return a.Triggers }, func(t Trigger) issue.Text {
		info, _ := TriggerByKind(t.Kind)
		return parts(dated(t.At), issue.Plain(info.Event), t.Text())
	}),
	lineOf("assessment.opened_at", "Opened", func(a *Assessment) issue.Text { return dated(a.OpenedAt) }),
	lineOf("assessment.due", "Due", func(a *Assessment) issue.Text { return onDay(a.Due) }),
	lineOf("assessment.criteria", "Version of the risk criteria", func(a *Assessment) issue.Text { return number(a.Criteria) }),
	{"assessment.result", "What the rules say", func(s *documentSource) []issue.Text {
		r := s.a.Result
		if r.Rules == "" {
			return nil
		}
		return []issue.Text{issue.NewText("rules %s", r.Rules), parts(issue.NewText("level %s", issue.Word(r.Level)), byRules(r.LevelRules)), label("level by what is answered alone", issue.Word(r.Known))}
	}, nil},
	entriesOf("assessment.result.controls", "Controls that the rules ask for", func(a *Assessment) []Requirement { return a.Result.Controls }, func(r Requirement) issue.Text {
		return parts(control(r.Control), byRules(r.Rules))
	}),
	entriesOf("assessment.result.evidence", "Evidence that the rules ask for", func(a *Assessment) []EvidenceRequirement { return a.Result.Evidence }, func(r EvidenceRequirement) issue.Text {
		k, _ := EvidenceKindByID(r.Kind)
		return parts(issue.Plain(k.Title), byRules(r.Rules))
	}),
	entriesOf("assessment.result.duties", "Duties that the rules bring", func(a *Assessment) []DutyRequirement { return a.Result.Duties }, func(r DutyRequirement) issue.Text {
		d, _ := DutyByID(r.Duty)
		return parts(issue.Plain(d.Title), issue.Plain(d.Source))
	}),
	entriesOf("assessment.result.open", "What is not answered and counts as the worst", func(a *Assessment) []OpenQuestion { return a.Result.Open }, func(q OpenQuestion) issue.Text {
		return parts(own("system."+q.Attribute), byRules(q.Rules))
	}),
	lineOf("assessment.level", "Impact level", func(a *Assessment) issue.Text { return issue.Word(a.Level) }),
	{"assessment.parties", "Affected parties", each(func(a *Assessment) []PartyImpact { return a.Parties }, func(p PartyImpact) issue.Text {
		return parts(partyText(p.Party), own(p.How), label("no harm", own(p.NoHarm)))
	}), partyGaps},
	{"assessment.harms", "Harms considered", each(func(a *Assessment) []HarmRating { return a.Harms }, harmLine), harmGaps},
	{"assessment.harms[].outcome", "Risk before and with measures", ofRated(func(h HarmRating) []issue.Text {
		o := h.Outcome
		if o.IsZero() {
			return nil
		}
		return []issue.Text{parts(harmText(h.Harm), label("before", issue.Plain(string(o.Inherent))), label("with measures", issue.Plain(string(o.Residual))), label("counted as the worst", ownList(o.Assumed)))}
	}), nil},
	{"assessment.harms[].controls", "Measures against harms", ofRated(func(h HarmRating) []issue.Text {
		lines := make([]issue.Text, len(h.Controls))
		for i, c := range h.Controls {
			lines[i] = parts(harmText(h.Harm), control(c.Control), own(c.Why), label("evidence", ownList(c.Evidence)))
		}
		return lines
	}), nil},
	entriesOf("assessment.benefits", "Benefits", func(a *Assessment) []Benefit { return a.Benefits }, func(b Benefit) issue.Text {
		return parts(own(b.What), label("for", partyTexts(b.Parties)))
	}),
	entriesOf("assessment.misuse", "Misuse that can be expected", func(a *Assessment) []Misuse { return a.Misuse }, func(m Misuse) issue.Text {
		harms := make([]issue.Text, len(m.Harms))
		for i, id := range m.Harms {
			harms[i] = harmText(id)
		}
		return parts(own(m.What), label("by", own(m.By)), label("can do", issue.Join("%s, %s", harms)))
	}),
	{"assessment.misuse[].measure", "Measures against misuse", each(func(a *Assessment) []Misuse { return a.Misuse }, func(m Misuse) issue.Text {
		if strings.TrimSpace(m.Measure) == "" {
			return issue.Text{}
		}
		return parts(own(m.What), own(m.Measure))
	}), func(s *documentSource) (gaps []string) {
		for i, m := range s.a.Misuse {
			if strings.TrimSpace(m.Measure) == "" {
				gaps = append(gaps, fmt.Sprintf("assessment.misuse[%d].measure", i))
			}
		}
		return gaps
	}},
	entriesOf("assessment.alternatives", "Alternatives considered", func(a *Assessment) []string { return a.Alternatives }, own),
	{"assessment.consultation", "Who was heard", each(func(a *Assessment) []Consultation { return a.Consultation }, func(c Consultation) issue.Text {
		return parts(onDay(c.On), own(c.Who), label("for", partyTexts(c.Parties)), own(c.Result), label("changed", own(c.Changed)))
	}), consultationGaps},
	lineOf("assessment.no_consultation", "Why nobody was heard", func(a *Assessment) issue.Text { return own(a.NoConsultation) }),
	{"assessment.deviations", "What the differences mean for people", each(func(a *Assessment) []Deviation { return a.Deviations }, func(d Deviation) issue.Text {
		return parts(own("system."+d.Attribute), own(d.Note))
	}), func(s *documentSource) (gaps []string) {
		noted := s.a.noted()
		for _, at := range s.a.Differs {
			if !noted[at] {
				gaps = append(gaps, "assessment.deviations["+at+"]")
			}
		}
		return gaps
	}},
	lineOf("assessment.summary", "Outcome", func(a *Assessment) issue.Text { return own(a.Summary) }),
	lineOf("assessment.assessor", "Assessor", func(a *Assessment) issue.Text { return own(a.Assessor) }),
	entriesOf("assessment.authors", "Authors", func(a *Assessment) []string { return a.Authors }, own),
	entriesOf("assessment.questionnaires", "Scored questionnaires", func(a *Assessment) []QuestionnaireResult { return a.Questionnaires }, func(q QuestionnaireResult) issue.Text {
		return parts(own(q.Title), own(q.Scoring+" "+q.ScoringVersion), issue.NewText("score: %s of %s", fmt.Sprintf("%g", q.Total), fmt.Sprintf("%g", q.Max)), label("grade", own(q.Grade)), label("level", issue.Word(q.Level)),
			label("unanswered", number(q.Unanswered)), dated(q.AnsweredOn), label("evidence", own(q.Evidence)))
	}),
	{"assessment.reused", "Taken over from an earlier assessment", func(s *documentSource) []issue.Text {
		r := s.a.Reused
		if r.IsZero() {
			return nil
		}
		changed := make([]string, len(r.Changed))
		for i, c := range r.Changed {
			changed[i] = "system." + c.Attribute
		}
		return []issue.Text{parts(own(r.From), dated(r.At), label("changed since", ownList(changed)), label("new harms", ownList(r.NewHarms)),
			label("harms gone", ownList(r.GoneHarms)), label("new parties", ownList(r.NewParties)))}
	}, nil},
	lineOf("assessment.group", "Follows the assessment", func(a *Assessment) issue.Text { return own(a.Group) }),
	entriesOf("assessment.differs", "Differs from it in", func(a *Assessment) []string { return a.Differs }, func(x string) issue.Text { return own("system." + x) }),
	entriesOf("assessment.members", "Systems that it covers too", func(a *Assessment) []Member { return a.Members }, func(m Member) issue.Text {
		return parts(own(m.System), own(m.Assessment), label("level", issue.Word(m.Level)))
	}),
	lineOf("assessment.submitted_by", "Handed in by", func(a *Assessment) issue.Text { return own(a.SubmittedBy) }),
	lineOf("assessment.submitted_at", "Handed in", func(a *Assessment) issue.Text { return dated(a.SubmittedAt) }),
	entriesOf("assessment.signatures", "Signatures", func(a *Assessment) []Signature { return a.Signatures }, func(g Signature) issue.Text {
		return parts(own(g.By), own(g.Role), dated(g.At), label("in the place of", own(g.For)))
	}),
	entriesOf("assessment.delegations", "Delegations", func(a *Assessment) []Delegation { return a.Delegations }, func(d Delegation) issue.Text {
		return parts(own(d.Role), issue.NewText("from %s to %s", d.From, d.To), label("until", onDay(d.Until)), own(d.Reason))
	}),
	entriesOf("assessment.conflicts", "Conflicts of interest declared", func(a *Assessment) []Conflict { return a.Conflicts }, func(c Conflict) issue.Text {
		return parts(own(c.Person), own(c.What), dated(c.At))
	}),
	entriesOf("assessment.returns", "Sent back", func(a *Assessment) []Return { return a.Returns }, func(r Return) issue.Text {
		return parts(dated(r.At), own(r.By), own(strings.Join(r.Reasons, "; ")))
	}),
	entriesOf("assessment.conditions", "Conditions of approval", func(a *Assessment) []ApprovalCondition { return a.Conditions }, func(c ApprovalCondition) issue.Text {
		return parts(own(c.Text), label("owner", own(c.Owner)), label("due", onDay(c.Due)), label("done", dated(c.DoneOn)), own(c.Note))
	}),
	lineOf("assessment.approved_at", "Approved", func(a *Assessment) issue.Text { return dated(a.ApprovedAt) }),
	lineOf("assessment.valid_until", "Approval holds until", func(a *Assessment) issue.Text { return onDay(a.ValidUntil) }),
	entriesOf("assessment.confirmations", "Confirmed without a new assessment", func(a *Assessment) []Confirmation { return a.Confirmations }, func(c Confirmation) issue.Text {
		var by []string
		for _, g := range c.Signatures {
			by = append(by, g.By)
		}
		at := issue.NewText("not yet by all")
		if c.InForce() {
			at = dated(c.At)
		}
		return parts(at, issue.Word(c.Kind), own(c.Reason), label("changed since the approval", ownList(c.Changes)), label("evidence", own(c.Evidence)), label("signed by", ownList(by)))
	}),
	lineOf("assessment.superseded_by", "Superseded by", func(a *Assessment) issue.Text { return own(a.SupersededBy) }),
	{"assessment.published", "Summary published", func(s *documentSource) []issue.Text {
		p := s.a.Published
		if p.IsZero() {
			return nil
		}
		lines := []issue.Text{parts(dated(p.At), own(p.By))}
		for _, w := range p.Withheld {
			lines = append(lines, parts(label("withheld", w.part()), own(w.Reason)))
		}
		return lines
	}, nil},
	lineOf("assessment.ended", "Ended without approval", func(a *Assessment) issue.Text {
		return parts(dated(a.Ended.At), own(a.Ended.By), own(a.Ended.Reason))
	}),
	{"organisation", "Organisation", func(s *documentSource) []issue.Text { return []issue.Text{own(s.in.Organisation)} }, nil},
	{"law", "What the law makes of it", func(s *documentSource) []issue.Text {
		r := s.in.Law
		lines := []issue.Text{parts(own(r.Law), label("class", own(r.Class)))}
		for _, g := range r.Grounds {
			lines = append(lines, label("ground", own(g)))
		}
		for _, o := range r.Open {
			lines = append(lines, label("open", own(o)))
		}
		return lines
	}, nil},
	{"dpia", "Data protection impact assessment", func(s *documentSource) []issue.Text { return []issue.Text{own(s.in.DPIA)} }, nil},
}

// lineOf is a field of one line, entriesOf one of entries.
func lineOf(path, title string, of func(*Assessment) issue.Text) documentField {
	return documentField{path, title, func(s *documentSource) []issue.Text { return []issue.Text{of(&s.a)} }, nil}
}

func entriesOf[T any](path, title string, of func(*Assessment) []T, line func(T) issue.Text) documentField {
	return documentField{path, title, each(of, line), nil}
}

func each[T any](of func(*Assessment) []T, line func(T) issue.Text) func(*documentSource) []issue.Text {
	return func(s *documentSource) []issue.Text {
		var lines []issue.Text
		for _, v := range of(&s.a) {
			lines = append(lines, line(v))
		}
		return lines
	}
}

// ofRated are lines of the harms that are not dismissed. Where all are, nothing
// is asked for, which is an answer.
func ofRated(lines func(HarmRating) []issue.Text) func(*documentSource) []issue.Text {
	return func(s *documentSource) []issue.Text {
		var all []issue.Text
		rated := false
		for _, h := range s.a.Harms {
			if h.Dismissed == "" {
				rated = true
				all = append(all, lines(h)...)
			}
		}
		if len(s.a.Harms) > 0 && !rated {
			return []issue.Text{issue.NewText("none: every harm considered was dismissed")}
		}
		return all
	}
}

func harmLine(h HarmRating) issue.Text {
	if h.Dismissed != "" {
		return parts(harmText(h.Harm), label("dismissed", own(h.Dismissed)))
	}
	step := func(format string, v int) issue.Text {
		if v == 0 {
			return issue.Text{}
		}
		return issue.NewText(format, v)
	}
	return parts(harmText(h.Harm), own(h.Description), label("falls on", partyTexts(h.Parties)), step("scale %d", h.Scale), step("scope %d", h.Scope),
		step("irremediability %d", h.Irremediability), step("likelihood %d", h.Likelihood), label("confidence", issue.Word(h.Confidence)),
		label("taken over unconfirmed from", own(h.CopiedFrom)))
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
	f.lines = func(s *documentSource) []issue.Text {
		var lines []issue.Text
		for _, v := range at.Append(nil, &s.in.System) {
			switch m := meanings[v]; {
			case at.Name == "affected":
				lines = append(lines, partyText(v))
			case at.Kind == register.KindDate:
				lines = append(lines, issue.NewText("%s", issue.Day(v)))
			case at.Kind == register.KindAnswer || v == string(register.Yes) || v == string(register.No):
				lines = append(lines, issue.Word(register.Answer(v)))
			case m == "" || m == v:
				lines = append(lines, own(v))
			default:
				lines = append(lines, issue.NewText("%s: %s", v, issue.Plain(m)))
			}
		}
		return lines
	}
	switch at.Kind {
	case register.KindRecord, register.KindList:
		if own, ok := systemRecords[at.Name]; ok {
			f.lines, f.gaps = own.lines, own.gaps
		}
	}
	return f
}

// systemRecords are the attributes that are structures.
var systemRecords = map[string]struct {
	lines func(*documentSource) []issue.Text
	gaps  func(*documentSource) []string
}{
	"human_oversight": {func(s *documentSource) []issue.Text {
		o := s.in.System.HumanOversight
		return []issue.Text{label("person", own(o.Person)), own(o.Measure)}
	}, func(s *documentSource) []string {
		o := s.in.System.HumanOversight
		return emptyOf("system.human_oversight", [][2]string{{"person", o.Person}, {"measure", o.Measure}})
	}},
	"model": {func(s *documentSource) []issue.Text {
		m := s.in.System.Model
		return []issue.Text{parts(own(m.Name), label("version", own(m.Version)), own(m.Technique))}
	}, func(s *documentSource) []string {
		m := s.in.System.Model
		return emptyOf("system.model", [][2]string{{"name", m.Name}, {"version", m.Version}, {"technique", m.Technique}})
	}},
	"data_resources": {func(s *documentSource) []issue.Text {
		var lines []issue.Text
		for _, d := range s.in.System.DataResources {
			lines = append(lines, parts(own(d.Name), label("owner", own(d.Owner)), label("origin", issue.Word(d.Origin)), own(d.Source), label("licence", own(d.Licence)), label("period", own(d.Period)), label("use", own(d.Use))))
		}
		return lines
	}, nil},
	"external_ids": {func(s *documentSource) []issue.Text { return pairs(s.in.System.ExternalIDs) }, nil},
	"labels":       {func(s *documentSource) []issue.Text { return pairs(s.in.System.Labels) }, nil},
}

// processField is the decision on a topic of the process of impact assessments.
func processField(t register.ProcessTopicInfo) documentField {
	return documentField{"process[" + string(t.ID) + "]", t.Title, func(s *documentSource) []issue.Text {
		c := register.Criteria{Process: s.in.Process}
		d, ok := c.Decision(t.ID)
		if !ok {
			return nil
		}
		lines := []issue.Text{own(d.Text)}
		if len(d.Practices)+len(d.Domains) > 0 {
			lines = append(lines, label("practices", own(commaed(d.Practices))), label("domains", issue.Join("%s, %s", issue.Words(d.Domains))))
			covers := register.No
			if d.Covers(s.in.System) {
				covers = register.Yes
			}
			lines = append(lines, label("names a use of this system", issue.Word(covers)))
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

// own is what somebody wrote, or an ID: it is the same in each language, and whole however
// long it is.
func own(s string) issue.Text { return issue.Text{ID: "%s", Args: []any{s}} }

// ownList are several of those.
func ownList(all []string) issue.Text { return own(strings.Join(all, ", ")) }

// parts joins what is not empty.
func parts(all ...issue.Text) issue.Text { return issue.Join("%s; %s", filled(all)) }

// label names a value, and is empty where the value is.
func label(name string, value issue.Text) issue.Text {
	if empty(value) {
		return issue.Text{}
	}
	return issue.Text{ID: "%s: %s", Args: []any{issue.Text{ID: name}, value}}
}

// empty reports whether a text says nothing.
func empty(t issue.Text) bool { return strings.TrimSpace(t.String()) == "" }

// byRules names the rules behind something.
func byRules(rules []string) issue.Text { return label("rules", ownList(rules)) }

// number is a count; nothing of none.
func number(n int) issue.Text {
	if n == 0 {
		return issue.Text{}
	}
	return own(strconv.Itoa(n))
}

// dated is the day of a moment, onDay a day; nothing of a zero one.
func dated(t time.Time) issue.Text {
	if t.IsZero() {
		return issue.Text{}
	}
	return issue.NewText("%s", issue.Day(day(t)))
}

func onDay(d calendar.Date) issue.Text { return issue.NewText("%s", d) }

func control(id annexa.ID) issue.Text {
	c, ok := annexa.Lookup(id)
	if !ok {
		return own(id.String())
	}
	return issue.NewText("%s %s", id.String(), issue.Plain(c.Title))
}

func pairs(m map[string]string) []issue.Text {
	lines := make([]issue.Text, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, own(k+": "+m[k]))
	}
	return lines
}
