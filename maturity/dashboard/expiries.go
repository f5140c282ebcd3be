package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// Expiry is one thing that counts until a day.
type Expiry struct {
	Ref
	// What runs out, Who can renew it, On is the last moment at which it counts.
	What string        `json:"what"`
	Who  Person        `json:"who"`
	On   calendar.Date `json:"on"`
	// Fall says that the level falls with it, to To.
	Fall bool           `json:"fall,omitempty"`
	To   maturity.Level `json:"to"`
	// Gone says that it has run out already.
	Gone bool `json:"gone,omitempty"`
}

// Expiries are what runs out within the horizon, soonest first.
type Expiries struct {
	Horizon int `json:"horizon"`
	// Items are the first, soonest first.
	Items []Expiry `json:"items"`
	// Total counts all; Items are the first of them.
	Total int `json:"total"`
	// List is the route of the list that makes it.
	List string `json:"list"`
	// Fall is the first fall of the level, also if it lies beyond the horizon.
	Fall *Fall `json:"fall,omitempty"`
}

// mostExpiries is how many are shown.
const mostExpiries = 8

// walkExpiries collects what runs out.
func (k *look) walkExpiries() {
	falls := make(map[aims.Subject]bool)
	var drop *maturity.Drop
	if drop = k.report.NextDrop; drop != nil {
		for _, c := range drop.Because {
			for _, f := range c.Failing {
				falls[f.Subject] = true
			}
		}
	}
	add := func(kind aims.Kind, id, name, what string, who Person, on calendar.Date) {
		if on.IsZero() {
			return
		}
		e := Expiry{Ref: k.ref(aims.Subject{Kind: kind, ID: id}, name), What: what, Who: who, On: on, Gone: on.Before(k.today)}
		if drop != nil && falls[e.Subject] && !on.After(k.on(drop.After)) {
			e.Fall, e.To = true, drop.To
		}
		k.runsOut = append(k.runsOut, e)
	}
	v := k.v
	for _, i := range k.evidence {
		add(aims.KindEvidence, i.ref.ID, i.ref.Name, k.say("Evidence"), k.collector(i.collector), i.until)
	}
	for a := range all[impact.Assessment](v, aims.KindAssessment) {
		i, ok := k.byID[a.System]
		if !ok || a.State != impact.StateApproved {
			continue
		}
		s := k.systems[i]
		add(aims.KindAssessment, a.ID, s.name, k.say("Impact assessment"), k.person(s.owner, "owner of the system"), a.ValidUntil)
		if drop != nil && falls[aims.Subject{Kind: aims.KindSystem, ID: s.id}] && !a.ValidUntil.After(k.on(drop.After)) && len(k.runsOut) > 0 {
			last := &k.runsOut[len(k.runsOut)-1]
			last.Fall, last.To = true, drop.To
		}
	}
	for r := range all[register.Risk](v, aims.KindRisk) {
		if !r.Acceptance.IsZero() {
			add(aims.KindRisk, r.ID, r.Title, k.say("Acceptance of a risk"), k.person(r.Owner, "owner"), r.Acceptance.Expires)
		}
	}
	for e := range all[aims.Exception](v, aims.KindException) {
		if e.ClosedOn.IsZero() {
			add(aims.KindException, e.ID, k.systemRef(e.System).Name, k.say("Exception at a gate"), k.person(e.RequestedBy, "asked for it"), e.Expires())
		}
	}
	for c := range v.Certificates().All() {
		if c.State == aims.CertCertified {
			add(aims.KindCertificate, c.ID, c.Body, k.say("Certificate"), k.lead, c.Expires())
		}
	}
	for p := range v.Policies().All() {
		if p.State == aims.StateApproved {
			add(aims.KindPolicy, p.ID, p.Title, k.say("Approval of the policy"), k.person(p.Owner, "owner"), p.Approval.ReviewDue)
		}
	}
	for d := range v.Documents().All() {
		if d.State == aims.StateApproved {
			add(aims.KindDocument, d.ID, d.Title, k.say("Approval of a document"), k.lead, d.Approval.ReviewDue)
		}
	}
	if s, ok := v.Scope(); ok && s.State == aims.StateApproved {
		add(aims.KindScope, s.ID, k.say("The scope"), k.say("Approval of the scope"), k.lead, s.Approval.ReviewDue)
	}
	if p, ok := v.ProgrammeInForce(); ok && p.State == aims.StateApproved {
		add(aims.KindAuditProgramme, p.ID, k.say("The audit programme"), k.say("Time of the audit programme"), k.person(p.Lead, "owner"), p.Approval.ReviewDue)
	}
	if m, ok := v.ProcessMap(); ok && m.State == aims.StateApproved {
		add(aims.KindProcessMap, m.ID, k.say("The processes"), k.say("Approval of the processes"), k.lead, m.Approval.ReviewDue)
	}
	if c := v.Criteria(); c.ApprovedBy != "" {
		add(aims.KindCriteria, c.ID, c.Title, k.say("Approval of the risk criteria"), k.lead, c.ReviewDue)
	}
	if s, ok := v.ApprovedStatement(); ok {
		add(aims.KindStatement, s.ID, k.statementName(s), k.say("Statement of Applicability"), k.lead, s.Approval.ReviewDue)
	}
}

func (k *look) statementName(s annexa.Statement) string { return k.say("Version %d", s.Version) }

func (k *look) expiries() Expiries {
	out := Expiries{Horizon: k.in.Horizon, Items: []Expiry{}, List: listRoute("expiries", "within", "yes"), Fall: k.stands.Fall}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for _, e := range k.runsOut {
		if e.Gone || e.On.After(k.on(end)) {
			continue
		}
		if out.Total++; len(out.Items) < mostExpiries {
			out.Items = append(out.Items, e)
		}
	}
	return out
}
