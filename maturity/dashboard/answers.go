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
	if s.Kind == aims.KindSystem {
		if i, ok := k.byID[s.ID]; ok {
			return k.person(k.systems[i].owner, "owner"), k.open[s.ID].due
		}
	}
	switch r := uncopied.Find(k.v, string(s.Kind), s.ID).(type) {
	case *register.System:
		return k.person(r.Owner, "owner"), k.open[r.ID].due
	case *impact.Assessment:
		who := k.person(r.Assessor, "assessor")
		if i, ok := k.byID[r.System]; ok && r.Assessor == "" {
			who = k.person(k.systems[i].owner, "owner of the system")
		}
		if r.State == impact.StateApproved {
			return who, r.ValidUntil
		}
		return who, r.Due
	case *annexa.Decision:
		if r.Status == annexa.StatusPlanned {
			return k.person(r.Owner, "owner"), r.PlannedFor
		}
		return k.person(r.Owner, "owner"), r.ReviewDue
	case *register.Risk:
		return k.person(r.Owner, "owner"), r.ReviewDue
	case *aims.Nonconformity:
		return k.person(r.Owner, "owner"), r.Due
	case *aims.Incident:
		return k.person(r.Owner, "owner"), k.on(r.Target())
	case *aims.Concern:
		return k.person(r.Handler, "handler"), r.Due
	case *aims.Objective:
		return k.person(r.Owner, "owner"), r.NextMeasurement()
	case *aims.Supplier:
		return k.person(r.Owner, "owner"), r.ReviewDue
	case *aims.Exception:
		return k.person(r.RequestedBy, "asked for it"), r.Expires()
	case *aims.Audit:
		if len(r.Auditors) > 0 {
			return k.person(r.Auditors[0], "auditor"), r.PlannedFor
		}
		return k.person("", ""), r.PlannedFor
	case *aims.Evidence:
		return k.collector(r.Collector), r.ValidUntil
	case *aims.Policy:
		return k.person(r.Owner, "owner"), r.Approval.ReviewDue
	case *aims.Duty:
		if i, ok := k.byID[r.System]; ok {
			return k.person(k.systems[i].owner, "owner of the system"), r.Due
		}
		return k.person("", ""), r.Due
	}
	return k.person("", ""), calendar.Date{}
}

// collector is who sees to evidence: who collected it, or who answers for the program that
// did.
func (k *look) collector(id string) Person {
	if s, ok := k.v.Services().Get(id); ok {
		return Person{ID: s.Owner, Name: k.name(s.Owner), As: k.say("answers for %s", s.Name)}
	}
	return k.person(id, "collector")
}
