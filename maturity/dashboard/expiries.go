package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/uncopied"
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

// expiry tells what counts until a day.
func (k *look) expiry(o *owed) Expiry {
	e := Expiry{Ref: k.owedRef(o), What: k.told(o.what), Who: k.whoOf(o), On: o.on, Gone: o.late(k)}
	if d := k.report.NextDrop; d != nil && !o.on.After(k.on(d.After)) && k.falls(o.of) {
		e.Fall, e.To = true, d.To
	}
	return e
}

// falls reports whether the level falls with a record.
func (k *look) falls(s aims.Subject) bool {
	if k.falling[s] {
		return true
	}
	a, ok := uncopied.Get[impact.Assessment](k.v, aims.KindAssessment, s.ID)
	return ok && s.Kind == aims.KindAssessment && k.falling[aims.Subject{Kind: aims.KindSystem, ID: a.System}]
}

// endDays is what runs out.
func (k *look) endDays() owing {
	if d := k.report.NextDrop; d != nil {
		k.falling = make(map[aims.Subject]bool)
		for _, c := range d.Because {
			for _, f := range c.Failing {
				k.falling[f.Subject] = true
			}
		}
	}
	var some []owed
	add := func(kind aims.Kind, id, name, what, who, as string, on calendar.Date) { // what and as are marked
		if !on.IsZero() {
			some = append(some, owed{of: aims.Subject{Kind: kind, ID: id}, name: name, what: what, who: who, as: as, on: on})
		}
	}
	v := k.v
	for e := range all[aims.Exception](v, aims.KindException) {
		if e.ClosedOn.IsZero() {
			add(aims.KindException, e.ID, k.systemRef(e.System).Name, mark("Exception at a gate"), e.RequestedBy, mark("asked for it"), e.Expires())
		}
	}
	for c := range v.Certificates().All() {
		if c.State == aims.CertCertified {
			add(aims.KindCertificate, c.ID, c.Body, mark("Certificate"), "", "", c.Expires())
		}
	}
	for p := range v.Policies().All() {
		if p.State == aims.StateApproved {
			add(aims.KindPolicy, p.ID, p.Title, mark("Approval of the policy"), p.Owner, "owner", p.Approval.ReviewDue)
		}
	}
	for d := range v.Documents().All() {
		if d.State == aims.StateApproved {
			add(aims.KindDocument, d.ID, d.Title, mark("Approval of a document"), "", "", d.Approval.ReviewDue)
		}
	}
	if s, ok := v.Scope(); ok && s.State == aims.StateApproved {
		add(aims.KindScope, s.ID, k.say("The scope"), mark("Approval of the scope"), "", "", s.Approval.ReviewDue)
	}
	if p, ok := v.ProgrammeInForce(); ok && p.State == aims.StateApproved {
		add(aims.KindAuditProgramme, p.ID, "", mark("Time of the audit programme"), p.Lead, "owner", p.Approval.ReviewDue)
	}
	if m, ok := v.ProcessMap(); ok && m.State == aims.StateApproved {
		add(aims.KindProcessMap, m.ID, "", mark("Approval of the processes"), "", "", m.Approval.ReviewDue)
	}
	if c := v.Criteria(); c.ApprovedBy != "" {
		add(aims.KindCriteria, c.ID, c.Title, mark("Approval of the risk criteria"), "", "", c.ReviewDue)
	}
	if s, ok := v.ApprovedStatement(); ok {
		add(aims.KindStatement, s.ID, k.statementName(s), mark("Statement of Applicability"), "", "", s.Approval.ReviewDue)
	}
	return owing{k.proofs.ends, keep(k, "assessments.end", k.endOfAssessments, ofLevels), keep(k, "risks.end", k.endOfRisks), byDay(some)}
}

// endOfAssessments is until when those hold that are approved, of active systems.
func (k *look) endOfAssessments() []owed {
	var some []owed
	for a := range all[impact.Assessment](k.v, aims.KindAssessment) {
		if _, ok := k.byID[a.System]; ok && a.State == impact.StateApproved && !a.ValidUntil.IsZero() {
			some = append(some, owed{of: aims.Subject{Kind: aims.KindAssessment, ID: a.ID}, system: a.System, what: mark("Impact assessment"), as: mark("owner of the system"), on: a.ValidUntil})
		}
	}
	return byDay(some)
}

// endOfRisks is until when risks are borne, by day.
func (k *look) endOfRisks() []owed {
	var some []owed
	for r := range all[register.Risk](k.v, aims.KindRisk) {
		if !r.Acceptance.IsZero() && !r.Acceptance.Expires.IsZero() {
			some = append(some, owed{of: aims.Subject{Kind: aims.KindRisk, ID: r.ID}, name: r.Title, what: mark("Acceptance of a risk"), who: r.Owner, as: "owner", on: r.Acceptance.Expires})
		}
	}
	return byDay(some)
}

// statementName is what a Statement of Applicability is called where it stands beside that word.
func (k *look) statementName(s annexa.Statement) string { return k.say("Version %d", s.Version) }

func (k *look) expiries() Expiries {
	out := Expiries{Horizon: k.in.Horizon, Items: []Expiry{}, List: listRoute("expiries", "within", "yes"), Fall: k.stands.Fall}
	end := k.now.AddDate(0, 0, k.in.Horizon)
	for e := range k.runsOut.all() {
		if e.on.After(k.on(end)) {
			break
		}
		if e.late(k) {
			continue
		}
		if out.Total++; len(out.Items) < mostExpiries {
			out.Items = append(out.Items, k.expiry(e))
		}
	}
	return out
}
