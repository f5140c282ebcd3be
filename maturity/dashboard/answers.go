package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
	"github.com/aimskit/aimskit/register"
)

// answers is who answers for a record, and by when something is due of it; the zero
// time if no day is on file. Who leads the system answers where nobody else does.
func (k *look) answers(s aims.Subject) (Person, calendar.Date) {
	o := k.answering(s)
	return k.whoOf(&o), o.on
}

// answering is answers before it is told who that is.
func (k *look) answering(s aims.Subject) owed {
	is := func(who, as string, on calendar.Date) owed { return owed{of: s, who: who, as: as, on: on} } // as is marked
	if s.Kind == aims.KindSystem {
		if i, ok := k.byID[s.ID]; ok {
			return is(k.systems[i].owner, "owner", k.open[s.ID].due)
		}
	}
	switch r := uncopied.Find(k.v, string(s.Kind), s.ID).(type) {
	case *register.System:
		return is(r.Owner, "owner", k.open[r.ID].due)
	case *impact.Assessment:
		who, as := r.Assessor, "assessor"
		if i, ok := k.byID[r.System]; ok && r.Assessor == "" {
			who, as = k.systems[i].owner, mark("owner of the system")
		}
		if r.State == impact.StateApproved {
			return is(who, as, r.ValidUntil)
		}
		return is(who, as, r.Due)
	case *annexa.Decision:
		if r.Status == annexa.StatusPlanned {
			return is(r.Owner, "owner", r.PlannedFor)
		}
		return is(r.Owner, "owner", r.ReviewDue)
	case *register.Risk:
		return is(r.Owner, "owner", r.ReviewDue)
	case *aims.Nonconformity:
		return is(r.Owner, "owner", r.Due)
	case *aims.Incident:
		return is(r.Owner, "owner", k.on(r.Target()))
	case *aims.Concern:
		return is(r.Handler, "handler", r.Due)
	case *aims.Objective:
		return is(r.Owner, "owner", r.NextMeasurement())
	case *aims.Supplier:
		return is(r.Owner, "owner", r.ReviewDue)
	case *aims.Exception:
		return is(r.RequestedBy, mark("asked for it"), r.Expires())
	case *aims.Audit:
		if len(r.Auditors) > 0 {
			return is(r.Auditors[0], "auditor", r.PlannedFor)
		}
		return is("", "", r.PlannedFor)
	case *aims.Evidence:
		return is(r.Collector, "collector", r.ValidUntil)
	case *aims.Policy:
		return is(r.Owner, "owner", r.Approval.ReviewDue)
	case *aims.Duty:
		if i, ok := k.byID[r.System]; ok {
			return is(k.systems[i].owner, mark("owner of the system"), r.Due)
		}
		return is("", "", r.Due)
	}
	return is("", "", calendar.Date{})
}

// collector is who sees to evidence: who collected it, or who answers for the program that
// did.
func (k *look) collector(id string) Person {
	if s, ok := k.v.Services().Get(id); ok {
		return Person{ID: s.Owner, Name: k.name(s.Owner), As: k.say("answers for %s", s.Name)}
	}
	return k.person(id, "collector")
}
