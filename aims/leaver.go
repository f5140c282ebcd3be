package aims

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// A heldRow says of records of one kind who answers for what is still to be done, where no
// other probe looks for an active person.
type heldRow struct {
	kind Kind
	// each yields the records, by ID, and who answers for them.
	each func(x *index) iter.Seq2[string, string]
	// grave says of a record that nobody answering for it is a breakdown.
	grave func(x *index, id string) bool
}

// held tells of records of a kind; who of each whom it names.
func held[T any](k ledger.Kind[T], who func(*T, func(person string))) heldRow {
	return heldRow{kind: k.Name(), each: func(x *index) iter.Seq2[string, string] {
		return func(yield func(string, string) bool) {
			on := true
			for id, rec := range k.Shared(x.r).All() {
				who(rec, func(person string) { on = on && (person == "" || yield(id, person)) })
				if !on {
					return
				}
			}
		}
	}}
}

// heldTable is what somebody who has left may still hold. Owners of systems, controls,
// risks and the policy, and holders of mandatory roles, have probes of their own (S1-05,
// S1-07, S1-08, OW-01, OW-02). Source: 5.3, an accountable owner is an active person.
var heldTable = []heldRow{
	held(objectives, func(o *Objective, is func(string)) { is(o.Owner) }),
	held(suppliers, func(s *Supplier, is func(string)) { is(s.Owner) }),
	held(competences, func(c *Competence, is func(string)) { is(c.Owner) }),
	held(governingBodies, func(g *GoverningBody, is func(string)) {
		for _, p := range g.Members {
			is(p)
		}
	}),
	held(plannedChanges, func(p *PlannedChange, is func(string)) {
		if p.Open() {
			is(p.Owner)
		}
	}),
	held(auditProgrammes, func(p *AuditProgramme, is func(string)) {
		if p.State == StateApproved {
			is(p.Lead)
		}
	}),
	held(processMaps, func(m *ProcessMap, is func(string)) {
		if m.State == StateApproved {
			for _, p := range m.Processes {
				is(p.Owner)
			}
		}
	}),
	held(scopes, func(s *Scope, is func(string)) {
		if s.State == StateApproved {
			for _, f := range s.Interfaces {
				is(f.Owner)
			}
		}
	}),
	held(documents, func(d *Document, is func(string)) {
		if d.State != StateSuperseded && d.State != StateWithdrawn {
			is(d.Owner)
			if d.Outside.Watcher != d.Owner {
				is(d.Outside.Watcher)
			}
		}
	}),
	graveHeld(held(incidents, func(i *Incident, is func(string)) {
		if i.ClosedOn.IsZero() {
			is(i.Owner)
		}
	}), func(x *index, id string) bool {
		i, ok := incidents.Shared(x.r).Get(id)
		return ok && i.Grade == GradeCritical
	}),
	held(concerns, func(c *Concern, is func(string)) {
		if c.Open() {
			is(c.Handler)
		}
	}),
	held(communications, func(c *Communication, is func(string)) {
		if c.InForce() {
			is(c.Owner)
		}
	}),
	held(publicClaims, func(p *PublicClaim, is func(string)) {
		if p.EndedOn.IsZero() {
			is(p.Owner)
		}
	}),
	held(channels, func(c *Channel, is func(string)) {
		if c.ClosedOn.IsZero() {
			is(c.Owner)
		}
	}),
	held(useRules, func(u *UseRules, is func(string)) { is(u.Owner) }),
	held(systemLogs, func(l *SystemLog, is func(string)) { is(l.Owner) }),
	held(opportunities, func(o *Opportunity, is func(string)) {
		if o.Open() {
			is(o.Owner)
		}
	}),
	held(monitorings, func(m *Monitoring, is func(string)) {
		if m.EndedOn.IsZero() {
			is(m.Measurer)
			is(m.Evaluator)
		}
	}),
	held(resources, func(r *Resource, is func(string)) {
		if r.EndedOn.IsZero() {
			is(r.Owner)
			for _, p := range r.Persons {
				is(p)
			}
		}
	}),
	held(nonconformities, func(n *Nonconformity, is func(string)) {
		if !n.Open() {
			return
		}
		is(n.Owner)
		if n.Action.DoneOn.IsZero() && n.Action.By != n.Owner {
			is(n.Action.By)
		}
	}),
	held(audits, func(a *Audit, is func(string)) {
		if a.ClosedOn.IsZero() {
			for _, p := range a.Auditors {
				is(p)
			}
		}
	}),
	{kind: KindAction, each: func(x *index) iter.Seq2[string, string] {
		return func(yield func(string, string) bool) {
			x.eachAction(func(a *Action, _ bool) bool { return !a.Open() || yield(a.ID, a.Owner) })
		}
	}},
	held(roles, func(r *Role, is func(string)) {
		if !r.Mandatory {
			is(r.Holder)
		}
	}),
	held(services, func(s *Service, is func(string)) {
		if s.EndedOn.IsZero() {
			is(s.Owner)
		}
	}),
	held(risks, func(r *register.Risk, is func(string)) {
		if r.Treatment.DoneOn.IsZero() && r.Treatment.Owner != r.Owner {
			is(r.Treatment.Owner)
		}
	}),
	{kind: KindAssessment, each: func(x *index) iter.Seq2[string, string] {
		return func(yield func(string, string) bool) {
			for _, st := range x.states {
				if st.open != nil && st.open.Assessor != "" && !yield(st.open.ID, st.open.Assessor) {
					return
				}
				if st.approved == nil {
					continue
				}
				for _, c := range st.approved.Conditions {
					if c.Open() && !yield(st.approved.ID, c.Owner) {
						return
					}
				}
			}
		}
	}},
}

func graveHeld(row heldRow, grave func(*index, string) bool) heldRow {
	row.grave = grave
	return row
}

// leaver is what somebody who is no longer active holds.
type leaver struct {
	count int
	first []Subject
	last  Subject // taken, as one record may name a person several times
	grave bool
}

// toldOf is how many of many an observation names.
const toldOf = 5

func (l *leaver) take(k Kind, id string, grave bool) {
	what := Subject{Kind: k, ID: id}
	if what == l.last {
		return
	}
	l.count++
	l.last, l.grave = what, l.grave || grave
	if len(l.first) < toldOf {
		l.first = append(l.first, what)
	}
}

// list are the first of them as text.
func (l *leaver) list() issue.Text {
	return l.listed(func(s Subject) any { return recordOf(s.Kind, s.ID) })
}

// ids are the first of them by their IDs.
func (l *leaver) ids() issue.Text {
	return l.listed(func(s Subject) any { return s.ID })
}

func (l *leaver) listed(as func(Subject) any) issue.Text {
	all := make([]issue.Text, len(l.first))
	for i, s := range l.first {
		all[i] = issue.NewText("%s %s", issue.Word(s.Kind), as(s))
	}
	return issue.Join("%s, %s", all)
}

// heldPlace is where a kind stands in heldTable, which tells first what weighs more.
func heldPlace(k Kind) int {
	return slices.IndexFunc(heldTable, func(row heldRow) bool { return row.kind == k })
}

// owns begins the part of what is noted of somebody who has left and is not counted.
const owns = "owns "

var leaversNamed = Probe{
	ID: "PE-03", Title: "Who has left is still named", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; major if it is a critical incident that is open, or if a live system of high impact or a mandatory role is left behind as well",
	grade:   majorIf(func(o Observation) bool { return o.Grave || o.High && o.Live }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		active := make(map[string]bool)
		left := func(person string) bool {
			is, known := active[person]
			if !known {
				is = x.active(person)
				active[person] = is
			}
			return !is
		}
		told := func(k Kind, id, person, part string, grave bool) bool {
			o := about(k, id, "", never, issue.Text{}, issue.Text{}).by(part+person, person)
			o.Grave = grave
			return yield(o)
		}
		for _, row := range heldTable {
			if x.foreign(row.kind) {
				continue
			}
			for id, person := range row.each(x) {
				if left(person) && !told(row.kind, id, person, "", row.grave != nil && row.grave(x, id)) {
					return
				}
			}
		}
		// What has a probe of its own makes the rest weigh more.
		for _, st := range x.states {
			if st.high && st.live && st.s.Owner != "" && left(st.s.Owner) && !told(systems.Name(), st.s.ID, st.s.Owner, owns, true) {
				return
			}
		}
		if x.foreign(roles.Name()) {
			return
		}
		for _, r := range roles.Shared(x.r).All() {
			if r.Mandatory && r.Holder != "" && left(r.Holder) && !told(roles.Name(), r.ID, r.Holder, owns, true) {
				return
			}
		}
	},
	sum: func(x *index, held []Observation, yield func(Observation) bool) {
		slices.SortStableFunc(held, func(a, b Observation) int { return heldPlace(a.Subject.Kind) - heldPlace(b.Subject.Kind) })
		left, grave := make(map[string]*leaver), make(map[string]bool)
		for _, o := range held {
			if strings.HasPrefix(o.part, owns) {
				grave[o.person] = true
				continue
			}
			if left[o.person] == nil {
				left[o.person] = new(leaver)
			}
			left[o.person].take(o.Subject.Kind, o.Subject.ID, o.Grave)
		}
		for id, l := range left {
			l.grave = l.grave || grave[id]
		}
		for _, id := range slices.Sorted(maps.Keys(left)) {
			l := left[id]
			name, since, list := "", calendar.Date{}, l.list()
			if p, ok := people.Shared(x.r).Get(id); ok {
				name, since = p.Name, p.LeftOn
			}
			text := issue.NewText("%s has left, and still answers for %d things: %s.", recordOf(people.Name(), id), l.count, list)
			switch {
			case l.count == 1:
				text = issue.NewText("%s has left, and still answers for %s.", recordOf(people.Name(), id), list)
			case l.count > len(l.first):
				text = issue.NewText("%s has left, and still answers for %d things, among them %s.", recordOf(people.Name(), id), l.count, list)
			}
			o := about(KindPerson, id, name, since, text, issue.NewText("Name somebody who is active for each."))
			o.Count, o.Grave, o.names = l.count, l.grave, l.first
			if !yield(o) {
				return
			}
		}
	},
}

var personsOnce = Probe{
	ID: "PE-01", Title: "One human is on file twice", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; major if both hold a role or have signed",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		first := make(map[string]string) // who was found under a mark
		var acts map[string]bool
		for id, p := range people.Shared(x.r).All() {
			if !p.ActiveOn(x.today) {
				continue // who came back is on file anew
			}
			twin, by := "", ""
			for _, m := range p.marks() {
				if other, ok := first[m]; !ok {
					first[m] = id
				} else if twin == "" && other != id {
					twin, by = other, m
				}
			}
			if twin == "" {
				continue
			}
			text := "%s and %s have one identity: one human is on file twice."
			if strings.HasPrefix(by, "address") {
				text = "%s and %s have one address: one human is on file twice."
			}
			if acts == nil {
				acts = x.acting()
			}
			o := about(KindPerson, id, p.Name, calendar.Date{}, issue.NewText(text, twin, id),
				issue.NewText("Keep one of the two, and say of the other when it ended (PutPerson, left_on); or correct what they share."))
			o.Grave, o.names = acts[twin] && acts[id], []Subject{{Kind: KindPerson, ID: twin}}
			if !yield(o) {
				return
			}
		}
	},
}

// acting are the persons who hold a role or have signed an assessment.
func (x *index) acting() map[string]bool {
	acts := make(map[string]bool)
	for _, r := range roles.Shared(x.r).All() {
		acts[r.Holder] = true
	}
	for _, a := range assessments.Shared(x.r).All() {
		for _, s := range a.Signatures {
			acts[s.By], acts[s.For] = true, true
		}
	}
	delete(acts, "")
	return acts
}

var idsTellNothing = Probe{
	ID: "PE-02", Title: "IDs of persons are addresses", Clause: Clause{"7.5.3"},
	Grading: "opportunity: an ID stays when the person is erased",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		var found leaver
		note := func(k Kind, id string) {
			if strings.Contains(id, "@") {
				found.take(k, id, false)
			}
		}
		for id := range people.Shared(x.r).IDs() {
			note(KindPerson, id)
		}
		for id := range services.Shared(x.r).IDs() {
			note(KindService, id)
		}
		if found.count == 0 {
			return
		}
		text := issue.NewText("The IDs of %d look like addresses: %s.", found.count, found.ids())
		switch {
		case found.count == 1:
			text = issue.NewText("The ID of %s looks like an address.", found.ids())
		case found.count > len(found.first):
			text = issue.NewText("The IDs of %d look like addresses, among them %s.", found.count, found.ids())
		}
		o := x.whole(calendar.Date{}, text,
			issue.NewText("Give the next ones IDs that tell nothing, such as p-7f3a, and keep addresses in email and identities, which erasing reaches."))
		o.names = found.first
		o.Count, o.Of = found.count, people.Shared(x.r).Len()+services.Shared(x.r).Len()
		yield(o)
	},
}
