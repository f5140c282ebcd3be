package dashboard

import (
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
)

// Step is one thing to do next: what it is about, what to do, who by when.
type Step struct {
	// Criterion is the ID of the criterion that it meets, Title its title, Level the
	// level that asks for it and Weight how much it weighs there.
	Criterion string         `json:"criterion"`
	Title     string         `json:"title"`
	Level     maturity.Level `json:"level"`
	Weight    int            `json:"weight"`
	// Headline says in a line what is wrong, Found in full, Do what to do.
	Headline string `json:"headline"`
	Found    string `json:"found"`
	Do       string `json:"do"`
	// State is not_met or unknown.
	State maturity.State `json:"state"`
	// Left is how many records it is about: what there is to do.
	Left int `json:"left"`
	// Gain is by how many points of a hundred the progress to the level grows once it is
	// met, Effort how many days of work that takes. Waits are the criteria to be met before.
	Gain   float64  `json:"gain,omitempty"`
	Effort float64  `json:"effort,omitempty"`
	Waits  []string `json:"waits,omitempty"`
	// Who is to begin, with First, by Due; zero if no day is on file. Late says that
	// the day has passed.
	Who   Person        `json:"who,omitzero"`
	First *Ref          `json:"first,omitempty"`
	Due   calendar.Date `json:"due,omitzero"`
	Late  bool          `json:"late,omitempty"`
	// Subjects are the first of the records, More how many there are besides.
	Subjects []Ref `json:"subjects,omitempty"`
	More     int   `json:"more,omitempty"`
	// Route is where the criterion is shown.
	Route string `json:"route"`
}

// steps are the n things that hold the organisation back most, in the order of
// maturity.Report.Next.
func (k *look) steps(n int) []Step {
	out := []Step{}
	for _, s := range k.report.Next(n) {
		out = append(out, k.step(s))
	}
	return out
}

// actions are the n things to do next by gain over effort (maturity.Report.NextByGain).
func (k *look) actions(n int) []Step {
	out := []Step{}
	for _, s := range k.report.NextByGain(n) {
		out = append(out, k.step(s))
	}
	return out
}

func (k *look) step(n maturity.NextStep) Step {
	if s, told := k.steady[n.Criterion]; told {
		s.Subjects = slices.Clone(s.Subjects)
		if s.First != nil {
			first := *s.First
			s.First = &first
		}
		return s
	}
	found := k.plainOf(n.FoundText, n.Found)
	s := Step{Criterion: n.Criterion, Title: k.told(n.Title), Level: n.Level, Weight: n.Weight, Gain: n.Gain, Effort: n.Effort, Waits: n.Waits, Left: max(1, len(n.Subjects)),
		Headline: shorten(headline(found), 84), Found: found, Do: plain(k.told(n.Do)), Route: "criteria/" + n.Criterion}
	if c, ok := k.report.Result(n.Criterion); ok {
		s.State = c.State
	}
	s.Subjects, s.More = k.refs(n.Subjects)
	for _, f := range n.Subjects {
		if s.First != nil && f.Subject.Kind == aims.KindSystem {
			if _, open := k.open[f.Subject.ID]; !open {
				continue // of which nothing is due
			}
		}
		who := k.answering(f.Subject)
		due := who.on
		if due.After(k.today.AddDays(k.in.Horizon)) {
			due = calendar.Date{} // the day on which the record is looked at again, not one for this
		}
		better := s.First == nil || !due.IsZero() && (s.Due.IsZero() || due.Before(s.Due))
		if better && f.Subject.Kind != aims.KindOrganisation {
			r := k.ref(f.Subject, f.Name)
			s.First, s.Who, s.Due = &r, k.whoOf(&who), due
		}
	}
	if s.Who.ID == "" {
		s.Who = k.person("", "")
	}
	s.Late = !s.Due.IsZero() && s.Due.Before(k.today)
	k.steady[n.Criterion] = s
	return s
}

// start is what to do first where nothing is registered yet.
func (k *look) start() []Step {
	var out []Step
	add := func(done bool, headline, do, route string) {
		if !done {
			out = append(out, Step{Headline: headline, Do: do, Who: k.lead, Route: route})
		}
	}
	_, sponsor := k.v.Holder(aims.RoleSponsor, k.now)
	_, lead := k.v.Holder(aims.RoleLead, k.now)
	add(sponsor, k.say("Name who answers for AI at the top"), k.say("Appoint the executive sponsor; who is appointed accepts in person."), "roles/"+aims.RoleSponsor)
	add(lead, k.say("Name who runs the management system"), k.say("Appoint the AIMS lead."), "roles/"+aims.RoleLead)
	add(k.v.Sweeps().Len() > 0, k.say("Look for the AI that is in use already"), k.say("Search purchasing, sign-on logs, expenses, code and bought software."), slugOf(aims.KindSweep))
	add(false, k.say("Register the first system"), k.say("Name, owner, purpose and stage are enough. Its impact assessment opens by itself, and says what to ask next."), slugOf(aims.KindSystem))
	return out
}
