package aims

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Competence is something that people have to be able to do, or to be aware of, and who has
// to (7.2, 7.3). That somebody has it says a HeldCompetence.
type Competence struct {
	// ID names the competence, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Kind says whether it is to be able to do something, or to know of it.
	Kind CompetenceKind `json:"kind"`
	// Means says what somebody does or knows who has it, ShownBy by what that is seen. Both
	// stay once somebody has been assessed by them.
	Means   string `json:"means"`
	ShownBy string `json:"shown_by"`
	// Roles are the IDs of the roles whose holders need it, Tasks are what others do that
	// takes it. AllRoles says that each holder of any role needs it, Everyone that each
	// active person on file who is not external does.
	Roles    []string         `json:"roles,omitempty"`
	Tasks    []CompetenceTask `json:"tasks,omitempty"`
	AllRoles bool             `json:"all_roles,omitempty"`
	Everyone bool             `json:"everyone,omitempty"`
	// Months is for how long it counts once it was seen.
	Months int `json:"months"`
	// Owner is the ID of the person who sees to it that people come to have it.
	Owner string `json:"owner,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CompetenceKind is a sort of competence.
type CompetenceKind string

// The kinds of competences.
const (
	CompetenceSkill     CompetenceKind = "skill"     // to be able to do something (7.2)
	CompetenceAwareness CompetenceKind = "awareness" // to know of it, and of one's own part in it (7.3)
)

// CompetenceTask is something that takes a competence without being a role.
type CompetenceTask struct {
	// What is done, and Persons the IDs of those who do it.
	What    string   `json:"what"`
	Persons []string `json:"persons"`
}

// HeldCompetence says of one person and one competence on what basis the person is said to
// have it, and how somebody else has assessed that (7.2). There is one for each.
type HeldCompetence struct {
	// ID names the record, Competence and Person are the IDs of what it is about.
	ID         string `json:"id"`
	Competence string `json:"competence"`
	Person     string `json:"person"`
	// Basis is what it rests on.
	Basis []CompetenceBasis `json:"basis,omitempty"`
	// Assessments are how others have seen it (AssessCompetence), oldest first.
	Assessments []CompetenceAssessment `json:"assessments,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CompetenceBasis is something that a competence rests on.
type CompetenceBasis struct {
	// Kind says whether it was learned, trained or done.
	Kind BasisKind `json:"kind"`
	// What was learned, where or how.
	What string `json:"what"`
	// Evidence are the IDs of evidence of it.
	Evidence []string `json:"evidence,omitempty"`
}

// BasisKind is a sort of basis of a competence.
type BasisKind string

// The kinds of bases.
const (
	BasisEducation  BasisKind = "education"
	BasisTraining   BasisKind = "training"
	BasisExperience BasisKind = "experience"
)

// CompetenceAssessment is how somebody saw whether a person has a competence.
type CompetenceAssessment struct {
	// On is when, Seen what was looked at, and Result what came of it.
	On     calendar.Date    `json:"on"`
	Seen   string           `json:"seen"`
	Result CompetenceResult `json:"result"`
	// Until is the last day on which it counts, of one who has it: as long as its
	// competence says if nothing else is said.
	Until calendar.Date `json:"until,omitzero"`
	// By is the ID of the person who assessed, At when it was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// CompetenceResult is what an assessment of a competence came to.
type CompetenceResult string

// The results.
const (
	CompetenceShown  CompetenceResult = "shown"
	CompetenceNotYet CompetenceResult = "not_yet"
)

// Last returns the assessment that counts, the latest by its day; false if nobody has
// assessed.
func (h HeldCompetence) Last() (last CompetenceAssessment, ok bool) {
	for _, a := range h.Assessments {
		if !ok || !a.On.Before(last.On) {
			last, ok = a, true
		}
	}
	return last, ok
}

// HeldOn reports whether the competence counts as held on a day.
func (h HeldCompetence) HeldOn(day calendar.Date) bool {
	last, ok := h.Last()
	return ok && last.Result == CompetenceShown && !day.After(last.Until)
}

const (
	byRole       = "role"
	byPerson     = "person"
	byCompetence = "competence"
)

var competences = ledger.MustDeclare(ledger.Spec[Competence]{
	Name: KindCompetence,
	Key:  func(c *Competence) string { return c.ID }, SetKey: func(c *Competence, id string) { c.ID = id },
	Revision: func(c *Competence) *uint64 { return &c.Revision },
	Listings: []ledger.Listing[Competence]{{Name: byRole, Values: func(c *Competence) []string { return c.Roles }}},
	Limits:   within(KindCompetence, bounded(lists{"roles": 200, "tasks": 100, "tasks.persons": 500}, "means", "shown_by")),
	Check:    checked(checkCompetence),
})

var heldCompetences = ledger.MustDeclare(ledger.Spec[HeldCompetence]{
	Name: KindHeldCompetence,
	Key:  func(h *HeldCompetence) string { return h.ID }, SetKey: func(h *HeldCompetence, id string) { h.ID = id },
	Revision: func(h *HeldCompetence) *uint64 { return &h.Revision },
	Listings: []ledger.Listing[HeldCompetence]{
		{Name: byPerson, Value: func(h *HeldCompetence) string { return h.Person }},
		{Name: byCompetence, Value: func(h *HeldCompetence) string { return h.Competence }},
	},
	MayDrop:  ofWhoLeft,
	MayErase: ofWhoLeft,
	Personal: []string{"basis", "assessments.seen"},
	Limits:   within(KindHeldCompetence, bounded(lists{"basis": 50, "basis.evidence": 50, "assessments": 100}, "assessments.seen")),
	Check:    checked(checkHeldCompetence),
})

// ofWhoLeft lets a record go whose person has left.
func ofWhoLeft(r ledger.Reader, h *HeldCompetence) error {
	if activeIn(r, h.Person, r.AsOf()) {
		return errors.New("the person is active: what shows that somebody is competent is kept (7.2)")
	}
	return nil
}

// PutCompetence says what people have to be able to do or to be aware of, and who (7.2, 7.3).
// By what it is seen stays once somebody has been assessed by it. Who needs it does not ask
// less of himself.
func (tx *Tx) PutCompetence(c Competence) error {
	return put(tx, "PutCompetence", competences, c, func(c *Competence) error {
		old, exists := competences.Of(tx).Get(c.ID)
		if !exists {
			return nil
		}
		actor := tx.By().Actor
		if tx.needs(&old, actor) && (!tx.needs(c, actor) || c.Months > old.Months) {
			return tx.barred(BarSelf, "PutCompetence", "")
		}
		var is Issues
		if c.Means == old.Means && c.ShownBy == old.ShownBy && c.Kind == old.Kind {
			return nil
		}
		for _, h := range heldCompetences.Shared(tx).Where(byCompetence, c.ID).All() {
			if len(h.Assessments) > 0 {
				const instead = "somebody was assessed by it; what else is asked is another competence"
				kept(&is, "kind", old.Kind, c.Kind, instead)
				kept(&is, "means", old.Means, c.Means, instead)
				kept(&is, "shown_by", old.ShownBy, c.ShownBy, instead)
				break
			}
		}
		return is.Err()
	})
}

// ClaimCompetence records on what basis a person is said to have a competence, or adds to
// it (7.2). It counts for nothing until somebody else has assessed it (AssessCompetence).
func (tx *Tx) ClaimCompetence(h HeldCompetence) error {
	return put(tx, "ClaimCompetence", heldCompetences, h, func(h *HeldCompetence) error {
		old, exists := heldCompetences.Of(tx).Get(h.ID)
		h.Assessments = old.Assessments
		var is Issues
		if exists {
			kept(&is, "person", old.Person, h.Person, "what another has is a record of its own")
			kept(&is, "competence", old.Competence, h.Competence, "another competence is a record of its own")
			for _, b := range old.Basis {
				if len(old.Assessments) > 0 && !slices.ContainsFunc(h.Basis, func(o CompetenceBasis) bool {
					return o.Kind == b.Kind && o.What == b.What && noneNew(o.Evidence, b.Evidence)
				}) {
					is.Add("basis", "kept", b.What, "it was assessed on that basis")
				}
			}
		} else if other, ok := tx.CompetenceOf(h.Person, h.Competence); ok {
			is.Add("competence", "repeated", h.Competence, "%q says already how %s stands with it", other.ID, h.Person)
		}
		return is.Err()
	})
}

// AssessCompetence records how the actor saw whether a person has a competence (7.2): never
// one's own. What was seen before stays, and the latest counts.
func (tx *Tx) AssessCompetence(id string, a CompetenceAssessment) error {
	return decide(tx, "AssessCompetence", heldCompetences, id, func(h *HeldCompetence) error {
		c, err := competences.Must(tx, h.Competence)
		if err != nil {
			return err
		}
		var is Issues
		saying(&is, "seen", a.Seen)
		if a.On.IsZero() {
			is.Add("on", "required", "", "say when it was assessed")
		}
		if a.Result == CompetenceShown && len(h.Basis) == 0 {
			is.Add("basis", "required", "", "say first what it rests on (ClaimCompetence)")
		}
		last := a.On.AddDate(0, c.Months, 0)
		switch {
		case a.Result != CompetenceShown:
			a.Until = calendar.Date{}
		case a.Until.IsZero():
			a.Until = last
		case a.Until.After(last) || a.Until.Before(a.On):
			is.Add("until", "range", a.Until.String(), "from %s on, and to %s at the latest", a.On.String(), last.String())
		}
		if before, ok := h.Last(); ok && a.On.Before(before.On) {
			is.Add("on", "order", a.On.String(), "the assessment of %s has seen more", before.On.String())
		}
		a.By, a.At = tx.By().Actor, tx.Now()
		h.Assessments = append(h.Assessments, a)
		return is.Err()
	})
}

// CompetenceOf returns how a person stands with a competence; false if nothing is on file.
func (r *reading) CompetenceOf(person, competence string) (HeldCompetence, bool) {
	for h := range heldCompetences.Of(r.r).Where(byPerson, person).All() {
		if h.Competence == competence {
			return h, true
		}
	}
	return HeldCompetence{}, false
}

// needs reports whether a person needs a competence.
func (r *reading) needs(c *Competence, person string) (needs bool) {
	r.needed(c, r.r.AsOf(), func(who, _ string, _ bool) { needs = needs || r.same(who, person) })
	return needs
}

// needed tells who needs a competence at a time, for what, and whether that is a mandatory
// role; some several times.
func (r *reading) needed(c *Competence, at time.Time, is func(person, why string, mandatory bool)) {
	of := func(role *Role) {
		if activeIn(r.r, role.Holder, at) {
			is(role.Holder, role.ID, role.Mandatory)
		}
	}
	for _, id := range c.Roles {
		if role, ok := roles.Shared(r.r).Get(id); ok {
			of(role)
		}
	}
	if c.AllRoles {
		for _, role := range roles.Shared(r.r).All() {
			of(role)
		}
	}
	for _, t := range c.Tasks {
		for _, p := range t.Persons {
			if activeIn(r.r, p, at) {
				is(p, t.What, false)
			}
		}
	}
	if c.Everyone {
		for id, p := range people.Shared(r.r).All() {
			if !p.External && activeIn(r.r, id, at) {
				is(id, "everybody", false)
			}
		}
	}
}

func checkCompetence(c checker, k *Competence) {
	c.says("title", k.Title, true)
	oneOf(c, "kind", k.Kind, []CompetenceKind{CompetenceSkill, CompetenceAwareness})
	c.says("means", k.Means, true)
	c.says("shown_by", k.ShownBy, true)
	for i, id := range k.Roles {
		if !c.has(KindRole, id) {
			c.Add(issue.Index("roles", i), "role", id, "no such role on file")
		}
	}
	for i, t := range k.Tasks {
		at := issue.Index("tasks", i)
		c.says(at+".what", t.What, true)
		if len(t.Persons) == 0 {
			c.Add(at+".persons", "required", "", "say who does it")
		}
		c.people(at+".persons", t.Persons)
	}
	if k.Months < 1 || k.Months > 60 {
		c.Add("months", "range", fmt.Sprint(k.Months), "1 to 60: what was seen once is not seen for good")
	}
	c.person("owner", k.Owner, false)
}

func checkHeldCompetence(c checker, h *HeldCompetence) {
	if !c.has(KindCompetence, h.Competence) {
		c.Add("competence", "competence", h.Competence, "no such competence on file; say first what it is (PutCompetence)")
	}
	c.person("person", h.Person, true)
	for i, b := range h.Basis {
		at := issue.Index("basis", i)
		oneOf(c, at+".kind", b.Kind, []BasisKind{BasisEducation, BasisTraining, BasisExperience})
		c.says(at+".what", b.What, true)
		for n, id := range b.Evidence {
			if !c.has(KindEvidence, id) {
				c.Add(issue.Index(at+".evidence", n), "evidence", id, "no such evidence on file")
			}
		}
	}
	for i, a := range h.Assessments {
		at := issue.Index("assessments", i)
		oneOf(c, at+".result", a.Result, []CompetenceResult{CompetenceShown, CompetenceNotYet})
		c.past(at+".on", a.On)
		c.needs(at+".on", !a.On.IsZero() && a.By != "", "an assessment is of a day, and by somebody")
	}
}

// lack is that somebody needs a competence and does not have it.
type lack struct {
	person, why string
	mandatory   bool
	held        *HeldCompetence // nil if nothing is on file
}

// without returns who needs a competence and does not have it, by person, and how many need
// it.
func (x *index) without(c *Competence) (all []lack, need int) {
	of := make(map[string]*HeldCompetence)
	for _, h := range heldCompetences.Shared(x.r).Where(byCompetence, c.ID).All() {
		of[h.Person] = h
	}
	today, found := x.today, make(map[string]lack)
	x.needed(c, x.now, func(person, why string, mandatory bool) {
		l, known := found[person]
		if !known {
			l = lack{person: person, why: why, held: of[person]}
		}
		l.mandatory = l.mandatory || mandatory
		found[person] = l
	})
	for _, id := range slices.Sorted(maps.Keys(found)) {
		if l := found[id]; l.held == nil || !l.held.HeldOn(today) {
			all = append(all, l)
		}
	}
	return all, len(found)
}

// tell is what is observed of somebody who lacks a competence.
func (l lack) tell(c *Competence) Observation {
	var (
		day   = never
		text  issue.Text
		next  = issue.NewText("Have it assessed by somebody else (AssessCompetence).")
		grave bool
	)
	last, assessed := CompetenceAssessment{}, false
	if l.held != nil {
		last, assessed = l.held.Last()
	}
	switch {
	case l.held == nil:
		text = issue.NewText("%s needs it (%s), and nothing on file shows it.", recordOf(people.Name(), l.person), l.why)
		next = issue.NewText("Say what shows it, and have it assessed, or have it acquired (ClaimCompetence, AssessCompetence).")
	case !assessed:
		text = issue.NewText("%s needs it (%s), and nobody has assessed it.", recordOf(people.Name(), l.person), l.why)
	case last.Result != CompetenceShown:
		day, text = last.On, issue.NewText("%s needs it (%s), and was found on %s not to have it yet.", recordOf(people.Name(), l.person), l.why, last.On)
		next, grave = issue.NewText("Have it acquired, and assessed again (ClaimCompetence, AssessCompetence)."), l.mandatory
	default:
		day, text = last.Until, issue.NewText("%s needs it (%s), and it was shown until %s.", recordOf(people.Name(), l.person), l.why, last.Until)
	}
	o := about(KindCompetence, c.ID, c.Title, day, text, next).by(l.person, "")
	o.Grave, o.Absent, o.names = grave, !assessed, []Subject{{Kind: people.Name(), ID: l.person}}
	if l.held != nil {
		o.names = append(o.names, Subject{Kind: heldCompetences.Name(), ID: l.held.ID})
	}
	return o
}

var competencesHeld = Probe{
	ID: "CO-01", Title: "Competence that is needed and not shown", Clause: Clause{"7.2"}, Controls: ids("A.4.6"),
	Grading: "minor; major where who holds a mandatory role was found not to have it",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range competences.Shared(x.r).All() {
			if c.Kind != CompetenceSkill {
				continue
			}
			all, _ := x.without(c)
			for _, l := range all {
				if !yield(l.tell(c)) {
					return
				}
			}
		}
	},
}

var peopleAware = Probe{
	ID: "CO-02", Title: "People not shown to be aware", Clause: Clause{"7.3"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range competences.Shared(x.r).All() {
			all, need := x.without(c)
			if c.Kind != CompetenceAwareness || len(all) == 0 {
				continue
			}
			first := make([]string, 0, toldOf)
			var names []Subject
			for _, l := range all[:min(len(all), toldOf)] {
				first, names = append(first, l.person), append(names, Subject{Kind: people.Name(), ID: l.person})
			}
			text := issue.NewText("Of %d who need it, %d are not shown to have it: %s.", need, len(all), peopleOf(first))
			if len(all) > len(first) {
				text = issue.NewText("Of %d who need it, %d are not shown to have it, among them %s.", need, len(all), peopleOf(first))
			}
			o := about(KindCompetence, c.ID, c.Title, never, text, issue.NewText("Tell them, and have it assessed that it was understood (ClaimCompetence, AssessCompetence)."))
			o.Count, o.Of, o.names = len(all), need, names
			if !yield(o) {
				return
			}
		}
	},
}

var competencesNamed = Probe{
	ID: "CO-03", Title: "Mandatory role of which nobody says what it takes", Clause: Clause{"7.2"},
	Grading: "minor; found only once competences have been put on file",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		asks := make(map[string]bool)
		for _, c := range competences.Shared(x.r).All() {
			if c.Kind == CompetenceSkill && (c.AllRoles || c.Everyone) {
				return
			}
			for _, id := range c.Roles {
				asks[id] = asks[id] || c.Kind == CompetenceSkill
			}
		}
		if competences.Shared(x.r).Len() == 0 {
			return
		}
		for _, role := range roles.Shared(x.r).All() {
			if role.Mandatory && !asks[role.ID] && !yield(about(KindRole, role.ID, cmp.Or(role.Title, role.ID), never, issue.NewText("Nothing says what its holder has to be able to do."),
				issue.NewText("Say it (PutCompetence)."))) {
				return
			}
		}
	},
}

// competenceShown is what an auditor asks for first: anything at all. That people hold the
// roles and nothing says of any of them that they can is not CO-03's to tell, which has
// nothing to look at before competences are kept.
var competenceShown = Probe{
	ID: "CO-04", Title: "Nothing on file shows that people are competent", Clause: Clause{"7.2"}, Controls: ids("A.4.6"),
	Grading: "minor; not asked before a mandatory role is held, which S1-07 says first, nor once competences are kept, of which CO-01 and CO-03 tell",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if competences.Shared(x.r).Len() > 0 || !slices.ContainsFunc(x.mandatory(), func(r *Role) bool { return x.active(r.Holder) && !r.AcceptedOn.IsZero() }) {
			return
		}
		for range x.missing("CO-04") {
			o := x.whole(never, issue.NewText("People hold roles, and nothing on file shows that any of them can do what those ask."),
				issue.NewText("Say what each role takes (PutCompetence), on what basis its holder has it (ClaimCompetence), and have somebody else assess that (AssessCompetence)."))
			o.Absent = true
			yield(o)
		}
	},
}
