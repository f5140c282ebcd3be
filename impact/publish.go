package impact

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Publication says when the summary of an assessment was published for
// interested parties (A.8.5), and what was left out.
type Publication struct {
	// By is the ID of who published it, At when.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Withheld are the parts that were left out, with the reasons.
	Withheld []Withheld `json:"withheld,omitempty"`
}

// IsZero reports whether nothing has been published.
func (p Publication) IsZero() bool { return p.By == "" && p.At.IsZero() && len(p.Withheld) == 0 }

// Withheld is a part of a summary that is left out.
type Withheld struct {
	// Part is a Part that is Withholdable, or a harm or control by its ID, as
	// "harms/data-leak" or "measures/A.6.2.8".
	Part string `json:"part"`
	// Reason says why; it is published in its place.
	Reason string `json:"reason"`
}

// Summary is what interested parties are told of an approved assessment. It
// names no person, and holds neither evidence nor remarks.
type Summary struct {
	// System is the system's name, Assessment the assessment's ID, Purpose the
	// system's intended use.
	System     string `json:"system"`
	Assessment string `json:"assessment"`
	Purpose    string `json:"purpose,omitempty"`
	// Level is the impact level, Rules the version of the rules behind it.
	Level Level  `json:"level"`
	Rules string `json:"rules"`
	// Parties are the titles of the affected parties.
	Parties []string `json:"parties"`
	// Harms are the harms that were rated.
	Harms []SummaryHarm `json:"harms,omitempty"`
	// Measures are the controls that lower harms.
	Measures []SummaryMeasure `json:"measures,omitempty"`
	// Benefits and Misuse are as the assessment has them.
	Benefits []string `json:"benefits,omitempty"`
	Misuse   []string `json:"misuse,omitempty"`
	// Consultation says for which parties people were heard and what came of it,
	// or why nobody was; ConsultationTexts the same as formats and arguments.
	Consultation      []string     `json:"consultation,omitempty"`
	ConsultationTexts []issue.Text `json:"consultation_texts,omitempty"`
	// Oversight says how people watch the system; Contest whether an outcome can
	// be challenged.
	Oversight string          `json:"oversight,omitempty"`
	Contest   register.Answer `json:"contest,omitempty"`
	// Text is the assessors' summary.
	Text string `json:"text,omitempty"`
	// ApprovedOn is when it was approved, ValidUntil until when that holds.
	ApprovedOn time.Time     `json:"approved_on"`
	ValidUntil calendar.Date `json:"valid_until"`
	// Withheld are the parts left out, with the reasons.
	Withheld []Withheld `json:"withheld,omitempty"`
}

// SummaryHarm is a harm in a summary.
type SummaryHarm struct {
	// Title is the harm's title; Before and After are the levels of risk before
	// and with controls.
	Title  string             `json:"title"`
	Before register.RiskLevel `json:"before"`
	After  register.RiskLevel `json:"after"`
}

// SummaryMeasure is a measure in a summary.
type SummaryMeasure struct {
	// Control is the control's ID, Title its title; Against are the titles of the
	// harms that it lowers.
	Control string   `json:"control"`
	Title   string   `json:"title,omitempty"`
	Against []string `json:"against"`
}

// Publish records that the summary of an approved assessment is published, and
// what is left out of it.
func (a Assessment) Publish(by string, withheld []Withheld, now time.Time) (Assessment, error) {
	if a.State != StateApproved {
		return a, fmt.Errorf("%w: it is %s; what is approved is published", ErrState, a.State)
	}
	var is issue.Issues
	if err := bounded("published.withheld", withheld); err != nil {
		return a, err
	}
	_, _, considered := a.named()
	withheld = slices.Clone(withheld)
	for i, w := range withheld {
		field := fmt.Sprintf("withheld[%d]", i)
		required(&is, field+".reason", w.Reason)
		part, id, one := strings.Cut(w.Part, "/")
		switch {
		case !Part(part).Withholdable():
			is.Add(field+".part", "oneof", w.Part, "must be one of %s; the rest is always told", partNames(withholdable))
		case !one:
		case Part(part) == PartHarms:
			if !considered[id] {
				is.Add(field+".part", "harm", w.Part, "the assessment has no such harm")
			}
		case Part(part) == PartMeasures:
			control, err := annexa.Parse(id)
			if err != nil {
				is.Add(field+".part", "control", w.Part, "%s", err)
			}
			withheld[i].Part = "measures/" + control.String()
		default:
			is.Add(field+".part", "oneof", w.Part, "only harms and measures are told apart by ID")
		}
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	a.Published = Publication{By: by, At: now, Withheld: withheld}
	return a, nil
}

// Summarise returns what interested parties are told of an approved assessment
// and its system, without what Published leaves out. It is an error if the
// assessment has never been approved.
func (a Assessment) Summarise(s register.System) (Summary, error) {
	if a.State != StateApproved && a.State != StateSuperseded {
		return Summary{}, fmt.Errorf("%w: it is %s; what was approved is summarised", ErrState, a.State)
	}
	withheld := make(map[string]bool, len(a.Published.Withheld))
	for _, w := range a.Published.Withheld {
		withheld[w.Part] = true
	}
	out := func(part string) bool { return withheld[part] }
	sum := Summary{System: s.Name, Assessment: a.ID, Level: a.Level, Rules: a.Result.Rules, Contest: s.Contest,
		ApprovedOn: a.ApprovedAt, ValidUntil: a.ValidUntil, Withheld: slices.Clone(a.Published.Withheld), Parties: []string{}}
	for _, p := range a.Parties {
		kind, _ := PartyByID(p.Party)
		sum.Parties = append(sum.Parties, kind.Title)
	}
	if !out("purpose") {
		sum.Purpose = s.Purpose
	}
	if !out("oversight") {
		sum.Oversight = s.HumanOversight.Measure
	}
	if !out("summary") {
		sum.Text = a.Summary
	}
	if !out("benefits") {
		for _, v := range a.Benefits {
			sum.Benefits = append(sum.Benefits, v.What)
		}
	}
	if !out("misuse") {
		for _, v := range a.Misuse {
			sum.Misuse = append(sum.Misuse, v.What)
		}
	}
	if !out("consultation") {
		for _, v := range a.Consultation {
			heard := issue.NewText("others")
			if len(v.Parties) > 0 {
				heard = partyTexts(v.Parties)
			}
			sum.heard(heard, v.Result)
		}
		if len(sum.Consultation) == 0 && a.NoConsultation != "" {
			sum.heard(issue.NewText("nobody"), a.NoConsultation)
		}
	}
	measures := map[annexa.ID]int{} // where each control stands
	for _, h := range a.Harms {
		if h.Outcome.Inherent == "" || out("harms") || out("harms/"+h.Harm) {
			continue
		}
		kind, _ := HarmByID(h.Harm)
		sum.Harms = append(sum.Harms, SummaryHarm{Title: kind.Title, Before: h.Outcome.Inherent, After: h.Outcome.Residual})
		for _, r := range h.Controls {
			if !out("measures") && !out("measures/"+r.Control.String()) {
				sum.measure(measures, r.Control, kind.Title)
			}
		}
	}
	slices.SortStableFunc(sum.Measures, func(x, y SummaryMeasure) int {
		return annexa.Compare(annexa.MustParse(x.Control), annexa.MustParse(y.Control))
	})
	return sum, nil
}

// harmText is the title of a harm as a text, or the ID of one that there is not.
func harmText(id string) issue.Text {
	if h, ok := HarmByID(id); ok {
		return issue.Plain(h.Title)
	}
	return issue.NewText("%s", id)
}

// partyText is the title of a party as a text, or the ID of one that there is not.
func partyText(id string) issue.Text {
	if p, ok := PartyByID(id); ok {
		return issue.Plain(p.Title)
	}
	return issue.NewText("%s", id)
}

func partyTexts(ids []string) issue.Text {
	titles := make([]issue.Text, len(ids))
	for i, id := range ids {
		titles[i] = partyText(id)
	}
	return issue.Join("%s, %s", titles)
}

// heard adds who was heard and what came of it.
func (s *Summary) heard(who issue.Text, result string) {
	t := issue.Text{ID: "%s: %s", Args: []any{who, result}}
	s.Consultation, s.ConsultationTexts = append(s.Consultation, t.String()), append(s.ConsultationTexts, t)
}

// measure adds a harm to those that a control lowers.
func (s *Summary) measure(places map[annexa.ID]int, id annexa.ID, against string) {
	i, ok := places[id]
	if !ok {
		i = len(s.Measures)
		places[id] = i
		c, _ := annexa.Lookup(id)
		s.Measures = append(s.Measures, SummaryMeasure{Control: id.String(), Title: c.Title})
	}
	s.Measures[i].Against = append(s.Measures[i].Against, against)
}

// part names what is left out: a part by a word of ours, a harm or control by its ID.
func (w Withheld) part() issue.Text {
	if part := Part(w.Part); part.Withholdable() {
		return issue.Word(part)
	}
	return own(w.Part)
}

// Markdown renders the summary as a page.
func (s Summary) Markdown() string { return s.markdown(page{}) }

// WriteMarkdownIn writes the summary as Markdown does, in the language of a teller, such as
// phrase.Phrases; nil is English. What people wrote stays as it is.
func (s Summary) WriteMarkdownIn(w io.Writer, in issue.Teller) error {
	_, err := io.WriteString(w, s.markdown(page{in: in}))
	return err
}

func (s Summary) markdown(p page) string {
	p.write("# ", p.line(issue.Text{ID: "%s: summary of the AI impact assessment", Args: []any{s.System}}), "\n\n")
	if s.Purpose != "" {
		p.write(annexa.EscapeMarkdown(s.Purpose), "\n\n")
	}
	p.write(p.say("Impact level: **%s**. Approved on %s, holds until %s unless the system changes materially.", issue.Word(s.Level), issue.Day(day(s.ApprovedOn)), s.ValidUntil), "\n")
	list := func(title string, lines []issue.Text) {
		if len(lines) > 0 {
			p.write("\n## ", title, "\n\n")
			for _, l := range lines {
				p.write("- ", p.line(l), "\n")
			}
		}
	}
	plain := func(titles []string) []issue.Text {
		texts := make([]issue.Text, len(titles))
		for i, t := range titles {
			texts[i] = issue.Plain(t)
		}
		return texts
	}
	list(p.say("Who is affected"), plain(s.Parties))
	list(p.say("What it is good for"), textsOf(s.Benefits, nil))
	if len(s.Harms) > 0 {
		p.write("\n## ", p.say("Harms considered"), "\n\n| ", p.say("harm"), " | ", p.say("before measures"), " | ", p.say("with measures"), " |\n|---|---|---|\n")
		for _, h := range s.Harms {
			p.write("| ", p.line(issue.Plain(h.Title)), " | ", p.line(issue.Plain(string(h.Before))), " | ", p.line(issue.Plain(string(h.After))), " |\n")
		}
	}
	var measures []issue.Text
	for _, m := range s.Measures {
		against := make([]issue.Text, len(m.Against))
		for i, title := range m.Against {
			if against[i] = issue.Plain(title); issue.Tell(p.in, against[i]) == title { // in English a title is small within a line
				against[i] = own(strings.ToLower(title))
			}
		}
		name := own(m.Control)
		if m.Title != "" {
			name = issue.NewText("%s %s", m.Control, issue.Plain(m.Title))
		}
		measures = append(measures, issue.NewText("%s: against %s", name, issue.Join("%s; %s", against)))
	}
	list(p.say("Measures"), measures)
	list(p.say("Misuse considered"), textsOf(s.Misuse, nil))
	list(p.say("Who was heard"), textsOf(s.Consultation, s.ConsultationTexts))
	var people []issue.Text
	if s.Oversight != "" {
		people = append(people, issue.Text{ID: "Oversight: %s", Args: []any{s.Oversight}})
	}
	switch s.Contest {
	case register.Yes:
		people = append(people, issue.NewText("An outcome can be challenged."))
	case register.No:
		people = append(people, issue.NewText("An outcome can't be challenged."))
	}
	list(p.say("People in control"), people)
	if s.Text != "" {
		p.write("\n## ", p.say("Outcome"), "\n\n", annexa.EscapeMarkdown(s.Text), "\n")
	}
	var gone []issue.Text
	for _, w := range s.Withheld {
		gone = append(gone, issue.Text{ID: "%s: %s", Args: []any{w.part(), w.Reason}})
	}
	list(p.say("Left out"), gone)
	return p.String()
}
