package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
)

// Decision is what is asked of the meeting: something that only those at the top, or
// whom they have named, can decide.
type Decision struct {
	// What is asked, Why in a few words.
	What string `json:"what"`
	Why  string `json:"why,omitempty"`
	// Who is to decide.
	Who Person `json:"who,omitzero"`
	// Route is where it is shown, Value how many there are.
	Route string `json:"route"`
	Value int    `json:"value"`
}

func (k *look) decisions() []Decision {
	out := []Decision{}
	sponsor := k.sponsor()
	add := func(n int, what, why, route string, who Person) {
		if n > 0 {
			out = append(out, Decision{What: what, Why: why, Who: who, Route: route, Value: n})
		}
	}
	v := k.v
	vacant := k.vacant()
	switch {
	case vacant.Value > 2:
		add(vacant.Value, plainf("Fill %s", count(vacant.Value, "vacant role", "vacant roles")), "nobody answers for their duties", vacant.List, sponsor)
	default:
		for _, r := range vacant.Subjects {
			what := plainf("Appoint: %s", r.Name)
			if role, ok := v.Roles().Get(r.ID); ok && role.Holder != "" {
				what = plainf("Have %s accept: %s", k.name(role.Holder), r.Name)
			}
			add(1, what, "the role is vacant", r.Route, sponsor)
		}
	}
	if s, ok := v.Scope(); ok && s.State == aims.StateDraft {
		add(1, "Approve the scope", "it is a draft", recordRoute(aims.Subject{Kind: aims.KindScope, ID: s.ID}), sponsor)
	} else if !ok && len(k.systems) > 0 {
		add(1, "Have the scope written", "there is none", slugOf(aims.KindScope), sponsor)
	}
	if _, ok := v.Policy(); !ok && len(k.systems) > 0 {
		route, why := slugOf(aims.KindPolicy), "none is written"
		for p := range v.Policies().All() {
			if p.State == aims.StateDraft {
				route, why = recordRoute(aims.Subject{Kind: aims.KindPolicy, ID: p.ID}), "it is a draft"
			}
		}
		add(1, "Approve the AI policy", why, route, sponsor)
	}
	if c := v.Criteria(); c.ApprovedBy == "" {
		add(1, "Approve the risk criteria", "until then every risk counts as above what we bear", recordRoute(aims.Subject{Kind: aims.KindCriteria, ID: c.ID}), sponsor)
	}
	if _, ok := v.ApprovedStatement(); !ok && len(k.systems) > 0 {
		add(1, "Approve the Statement of Applicability", "no version is approved", slugOf(aims.KindStatement), sponsor)
	}
	unaccepted := k.risk.Unaccepted
	add(unaccepted.Value, plainf("Treat or accept %s", count(unaccepted.Value, "risk", "risks")), "above what we bear, accepted by nobody", unaccepted.List, sponsor)
	asked, first := 0, ""
	for e := range v.Exceptions().All() {
		if _, ok := e.Granted(); !ok && e.ClosedOn.IsZero() {
			if asked++; asked == 1 {
				first = recordRoute(aims.Subject{Kind: aims.KindException, ID: e.ID})
			}
		}
	}
	add(asked, plainf("Grant or refuse %s", count(asked, "exception", "exceptions")), "asked for at a gate", first, sponsor)
	waiting := 0
	for _, a := range k.open {
		waiting += truth(a.state == impact.StateSubmitted)
	}
	add(waiting, plainf("Sign or return %s", count(waiting, "impact assessment", "impact assessments")), "handed in", listRoute("assessments", "state", "submitted"), sponsor)
	late := 0
	for _, d := range k.dues {
		late += truth(d.Late && d.What == carryOutDecision)
	}
	add(late, plainf("Follow up %s of an earlier review", count(late, "decision", "decisions")), "past their day", listRoute("agenda", "late", "yes", "what", carryOutDecision), sponsor)
	if v.Reviews().Len() == 0 && len(k.systems) > 0 {
		add(1, "Set a day for the first management review", "none was held", slugOf(aims.KindReview), sponsor)
	}
	return out
}
