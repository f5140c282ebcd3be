package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// Discovery is how the organisation looks for AI that nobody has registered.
type Discovery struct {
	// Last is the last search, On when it was made, Who made it; nil if there was none.
	Last *Ref          `json:"last,omitempty"`
	On   calendar.Date `json:"on,omitzero"`
	Who  Person        `json:"who,omitzero"`
	// Until is how long it counts.
	Until calendar.Date `json:"until,omitzero"`
	// Found, Registered, Dismissed and Open count what all searches found.
	Found      int    `json:"found"`
	Registered int    `json:"registered"`
	Dismissed  int    `json:"dismissed"`
	Open       Figure `json:"open"`
	// Past are open though their time of grace is over.
	Past Figure `json:"past"`
	// New are systems that a search found and that are in grace.
	New Figure `json:"new"`
}

func (k *look) discovery() Discovery {
	out := Discovery{Open: Figure{ID: "lead.discovery.open", Label: k.say("finds are open"), List: slugOf(aims.KindSweep)},
		Past: Figure{ID: "lead.discovery.past", Label: k.say("of them past their time"), List: slugOf(aims.KindSweep)},
		New:  Figure{ID: "lead.discovery.new", Label: k.say("systems in grace"), List: listRoute("systems", "grace", "yes")}}
	p := k.in.Model.ParametersOf("ML1.01")
	for s := range k.v.Sweeps().All() {
		if s.On.After(k.today) {
			continue
		}
		r := k.ref(aims.Subject{Kind: aims.KindSweep, ID: s.ID}, "")
		if s.On.After(out.On) {
			out.Last, out.On, out.Who, out.Until = &r, s.On, k.person(s.By, "made it"), s.On.AddDate(0, 0, p.SweepDays)
		}
		for _, c := range s.Candidates {
			out.Found++
			out.Registered += truth(c.System != "")
			out.Dismissed += truth(c.System == "" && c.Dismissed != "")
			if c.Open() {
				of := r
				of.Name, of.Why = oneLine(c.Name), oneLine(c.Where)
				out.Open.count(k, of)
				out.Past.Of++
				if k.today.After(s.On.AddDate(0, 0, p.RegisterGraceDays)) {
					out.Past.count(k, of)
					out.Past.Tone, out.Past.Who, out.Past.Next = ToneBad, k.person(s.By, "made it"), k.say("Register each find, or dismiss it with a reason.")
				}
			}
		}
	}
	out.Open.Of = out.Found
	k.grace = make(map[string]bool)
	for _, g := range k.report.Graces() {
		if !k.grace[g.Subject.ID] {
			k.grace[g.Subject.ID] = true
			r := k.ref(g.Subject, g.Name)
			r.Why = k.say("until %s", k.near(g.Until, k.now))
			out.New.count(k, r)
		}
	}
	return out
}
