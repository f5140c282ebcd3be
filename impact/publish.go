package impact

import (
	"fmt"
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
	// or why nobody was.
	Consultation []string `json:"consultation,omitempty"`
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
			heard := "others"
			if len(v.Parties) > 0 {
				heard = strings.Join(partyTitles(v.Parties), ", ")
			}
			sum.Consultation = append(sum.Consultation, heard+": "+v.Result)
		}
		if len(sum.Consultation) == 0 && a.NoConsultation != "" {
			sum.Consultation = []string{"nobody: " + a.NoConsultation}
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

func partyTitles(ids []string) []string {
	titles := make([]string, len(ids))
	for i, id := range ids {
		kind, _ := PartyByID(id)
		titles[i] = kind.Title
	}
	return titles
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

// Markdown renders the summary as a page.
func (s Summary) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: summary of the AI impact assessment\n\n", annexa.EscapeMarkdown(s.System))
	if s.Purpose != "" {
		fmt.Fprintf(&b, "%s\n\n", annexa.EscapeMarkdown(s.Purpose))
	}
	fmt.Fprintf(&b, "Impact level: **%s**. Approved on %s, holds until %s unless the system changes materially.\n", s.Level, day(s.ApprovedOn), s.ValidUntil)
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n", title)
			for _, l := range lines {
				fmt.Fprintf(&b, "- %s\n", annexa.EscapeMarkdown(l))
			}
		}
	}
	list("Who is affected", s.Parties)
	list("What it is good for", s.Benefits)
	if len(s.Harms) > 0 {
		b.WriteString("\n## Harms considered\n\n| harm | before measures | with measures |\n|---|---|---|\n")
		for _, h := range s.Harms {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", annexa.EscapeMarkdown(h.Title), annexa.EscapeMarkdown(string(h.Before)), annexa.EscapeMarkdown(string(h.After)))
		}
	}
	var measures []string
	for _, m := range s.Measures {
		measures = append(measures, strings.TrimSpace(m.Control+" "+m.Title)+": against "+strings.ToLower(strings.Join(m.Against, "; ")))
	}
	list("Measures", measures)
	list("Misuse considered", s.Misuse)
	list("Who was heard", s.Consultation)
	var people []string
	if s.Oversight != "" {
		people = append(people, "Oversight: "+s.Oversight)
	}
	switch s.Contest {
	case register.Yes:
		people = append(people, "An outcome can be challenged.")
	case register.No:
		people = append(people, "An outcome can't be challenged.")
	}
	list("People in control", people)
	if s.Text != "" {
		fmt.Fprintf(&b, "\n## Outcome\n\n%s\n", annexa.EscapeMarkdown(s.Text))
	}
	var gone []string
	for _, w := range s.Withheld {
		gone = append(gone, w.Part+": "+w.Reason)
	}
	list("Left out", gone)
	return b.String()
}
