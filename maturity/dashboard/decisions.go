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
		add(vacant.Value, k.say("Fill %d vacant roles", vacant.Value), k.say("nobody answers for their duties"), vacant.List, sponsor)
	default:
		for _, r := range vacant.Subjects {
			what := k.say("Appoint: %s", r.Name)
			if role, ok := v.Roles().Get(r.ID); ok && role.Holder != "" {
				what = k.say("Have %s accept: %s", k.name(role.Holder), r.Name)
			}
			add(1, what, k.say("the role is vacant"), r.Route, sponsor)
		}
	}
	if s, ok := v.Scope(); ok && s.State == aims.StateDraft {
		add(1, k.say("Approve the scope"), k.say("it is a draft"), recordRoute(aims.Subject{Kind: aims.KindScope, ID: s.ID}), sponsor)
	} else if !ok && len(k.systems) > 0 {
		add(1, k.say("Have the scope written"), k.say("there is none"), slugOf(aims.KindScope), sponsor)
	}
	if _, ok := v.Policy(); !ok && len(k.systems) > 0 {
		route, why := slugOf(aims.KindPolicy), k.say("none is written")
		for p := range v.Policies().All() {
			if p.State == aims.StateDraft {
				route, why = recordRoute(aims.Subject{Kind: aims.KindPolicy, ID: p.ID}), k.say("it is a draft")
			}
		}
		add(1, k.say("Approve the AI policy"), why, route, sponsor)
	}
	if c := v.Criteria(); c.ApprovedBy == "" {
		add(1, k.say("Approve the risk criteria"), k.say("until then every risk counts as above what we bear"), recordRoute(aims.Subject{Kind: aims.KindCriteria, ID: c.ID}), sponsor)
	}
	if _, ok := v.ApprovedStatement(); !ok && len(k.systems) > 0 {
		add(1, k.say("Approve the Statement of Applicability"), k.say("no version is approved"), slugOf(aims.KindStatement), sponsor)
	}
	unaccepted := k.risk.Unaccepted
	add(unaccepted.Value, k.say("Treat or accept %d risks", unaccepted.Value), k.say("above what we bear, accepted by nobody"), unaccepted.List, sponsor)
	asked, first := 0, ""
	for e := range v.Exceptions().All() {
		if _, ok := e.Granted(); !ok && e.ClosedOn.IsZero() {
			if asked++; asked == 1 {
				first = recordRoute(aims.Subject{Kind: aims.KindException, ID: e.ID})
			}
		}
	}
	add(asked, k.say("Grant or refuse %d exceptions", asked), k.say("asked for at a gate"), first, sponsor)
	waiting := 0
	for _, a := range k.open {
		waiting += truth(a.state == impact.StateSubmitted)
	}
	add(waiting, k.say("Sign or return %d impact assessments", waiting), k.say("handed in"), listRoute("assessments", "state", "submitted"), sponsor)
	late := 0
	for d := range k.dues.all() {
		if !d.late(k) {
			break
		}
		late += truth(d.what == carryOutDecision)
	}
	add(late, k.say("Follow up %d decisions of an earlier review", late), k.say("past their day"), listRoute("agenda", "late", "yes", "what", carryOutDecision), sponsor)
	if v.Reviews().Len() == 0 && len(k.systems) > 0 {
		add(1, k.say("Set a day for the first management review"), k.say("none was held"), slugOf(aims.KindReview), sponsor)
	}
	return out
}
