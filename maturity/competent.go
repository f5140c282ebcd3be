package maturity

import (
	"maps"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// skills is what is on file of what people have to be able to do or be aware of, and of
// who has shown it.
type skills struct {
	in    *Input
	asked []aims.Competence
	held  map[heldKey]aims.HeldCompetence
}

type heldKey struct{ person, competence string }

func (in *Input) skills() skills {
	s := skills{in: in, held: make(map[heldKey]aims.HeldCompetence)}
	for c := range in.View.Competences().All() {
		s.asked = append(s.asked, c)
	}
	for h := range in.View.HeldCompetences().All() {
		if in.gone(aims.KindHeldCompetence, h.ID) {
			continue
		}
		s.held[heldKey{h.Person, h.Competence}] = h
	}
	return s
}

// of returns the competences of a kind that are asked of a person in some roles.
func (s skills) of(kind aims.CompetenceKind, person string, roles ...string) []aims.Competence {
	p, _ := s.in.View.People().Get(person)
	var out []aims.Competence
	for _, c := range s.asked {
		asks := c.AllRoles && len(roles) > 0 || c.Everyone && !p.External ||
			slices.ContainsFunc(c.Roles, func(id string) bool { return slices.Contains(roles, id) }) ||
			slices.ContainsFunc(c.Tasks, func(t aims.CompetenceTask) bool { return slices.Contains(t.Persons, person) })
		if c.Kind == kind && asks {
			out = append(out, c)
		}
	}
	return out
}

// shown reports until when a person is shown to have a competence, by what somebody else
// saw last, and what is wrong otherwise.
func (s skills) shown(person string, c aims.Competence) (until time.Time, why issue.Text) {
	var last aims.CompetenceAssessment
	found := false
	for _, a := range s.held[heldKey{person, c.ID}].Assessments {
		if a.By != "" && a.By != person && !a.On.After(s.in.today) && !a.At.After(s.in.Now) && (!found || !a.On.Before(last.On)) {
			last, found = a, true
		}
	}
	switch {
	case !found:
		return until, issue.NewText("nobody has assessed it")
	case last.Result != aims.CompetenceShown:
		return until, issue.NewText("it was not shown on %s", day(last.On))
	case s.in.today.After(last.Until):
		return until, issue.NewText("it was shown until %s", day(last.Until))
	}
	return s.in.lastOf(last.Until), issue.Text{}
}

// competent counts a person of whom some competences are asked. Who leaves before they run
// out is not asked for them any more.
func (t *Tally) competent(s skills, person string, asked []aims.Competence) {
	var until time.Time
	var lacks []issue.Text
	for _, c := range asked {
		end, why := s.shown(person, c)
		if why.ID != "" {
			lacks = append(lacks, issue.NewText("%s, %s", c.Title, why))
		}
		until = sooner(until, end)
	}
	if leaves, _ := s.in.Active(person); !leaves.IsZero() && !until.Before(leaves) {
		until = time.Time{}
	}
	name := s.in.personName(person)
	t.check(len(lacks) == 0, until, aims.Subject{Kind: aims.KindPerson, ID: person}, name, issue.NewText("%s needs %s.", name, issue.Join("%s; %s", lacks)))
}

func (in *Input) personName(id string) string {
	if p, ok := in.View.People().Get(id); ok && p.Name != "" {
		return p.Name
	}
	return id
}

func peopleCompetent(in *Input) Outcome {
	var t Tally
	s := in.skills()
	concerned := make(map[string][]string) // who owns a system or holds a role, with the roles
	for owner := range in.owners() {
		concerned[owner] = nil
	}
	mandatory := make(map[string]string) // with their titles
	for _, m := range aims.MandatoryRoles() {
		mandatory[m.ID] = m.Title
	}
	holds := make(map[string][]string) // the mandatory ones
	for r := range in.View.Roles().All() {
		if r.Mandatory {
			mandatory[r.ID] = r.Title
		}
		p, ok := in.View.Holder(r.ID, in.Now)
		if !ok || r.AcceptedOn.After(in.Now) {
			continue // it is ML1.06
		}
		concerned[p.ID] = append(concerned[p.ID], r.ID)
		if r.Mandatory {
			holds[p.ID] = append(holds[p.ID], r.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(mandatory)) {
		says := slices.ContainsFunc(s.asked, func(c aims.Competence) bool {
			return c.Kind == aims.CompetenceSkill && (c.AllRoles || c.Everyone || slices.Contains(c.Roles, id))
		})
		t.check(says, time.Time{}, aims.Subject{Kind: aims.KindRole, ID: id}, mandatory[id], issue.NewText("Nothing says what it takes to be %s.", mandatory[id]))
	}
	for _, id := range slices.Sorted(maps.Keys(concerned)) {
		if _, active := in.Active(id); !active {
			continue // who answers then is ML1.03 and ML1.06
		}
		if asked := s.of(aims.CompetenceSkill, id, holds[id]...); len(holds[id]) > 0 && len(asked) > 0 {
			t.competent(s, id, asked)
		}
		asked := s.of(aims.CompetenceAwareness, id, concerned[id]...)
		if len(asked) == 0 { // that others are asked for will do, where it is shown
			asked = slices.DeleteFunc(slices.Clone(s.asked), func(c aims.Competence) bool {
				_, why := s.shown(id, c)
				return c.Kind != aims.CompetenceAwareness || why.ID != ""
			})
		}
		if len(asked) == 0 {
			name := in.personName(id)
			t.Fail(aims.Subject{Kind: aims.KindPerson, ID: id}, name, issue.NewText("Nothing asks of %s to be aware of the AI policy.", name))
			continue
		}
		t.competent(s, id, asked)
	}
	return t.list()
}
