package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// GatePassage is one passage of a system through a gate of its life cycle (A.6.2): who has
// signed that it passes, and when it did. It begins with the first signature, and no verb
// writes it as a whole. Of what passed before signatures were asked for there is none.
type GatePassage struct {
	// ID names the passage, System is the ID of the system.
	ID     string `json:"id"`
	System string `json:"system"`
	// Gate is the gate's ID, From and To are the move.
	Gate string         `json:"gate"`
	From register.Stage `json:"from"`
	To   register.Stage `json:"to"`
	// Signatures are what was signed, oldest first. None is changed later; one may not
	// count any more (GateSignature).
	Signatures []GateSignature `json:"signatures"`
	// OpenedAt is when it began.
	OpenedAt time.Time `json:"opened_at"`
	// PassedAt is when the system passed, PassedBy the ID of who advanced it, Level the
	// impact level by which was judged who signs; zero while it waits.
	PassedAt time.Time    `json:"passed_at,omitzero"`
	PassedBy string       `json:"passed_by,omitempty"`
	Level    impact.Level `json:"level,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// GateSignature is somebody's word that a system may pass a gate, given on the system as it
// was. It counts as long as the system is in no material attribute otherwise, and the
// assessment that covers it is the same.
type GateSignature struct {
	// Role is the ID of the role in which it was given, or register.SignerOwner, By the ID
	// of the person, At when.
	Role string    `json:"role"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	// Given is the fingerprint of the system that it was given on, Assessment the ID of
	// the approved assessment; none where there was none.
	Given      register.Fingerprint `json:"given"`
	Assessment string               `json:"assessment,omitempty"`
}

// Passed reports whether the system passed.
func (p GatePassage) Passed() bool { return !p.PassedAt.IsZero() }

// signDays is how long a passage waits for the signatures that are missing after the first
// one until that is found; a choice of this project.
const signDays = 14

var gatePassages = ledger.MustDeclare(ledger.Spec[GatePassage]{
	Name:     KindGatePassage,
	Key:      func(p *GatePassage) string { return p.ID },
	MaxKey:   register.MaxRiskID,
	Revision: func(p *GatePassage) *uint64 { return &p.Revision },
	Listings: []ledger.Listing[GatePassage]{{Name: bySystem, Value: func(p *GatePassage) string { return p.System }}},
	Limits:   within(KindGatePassage, bounded(lists{"signatures": 200}, "signatures.given.attributes")),
	Check: checked(func(c checker, p *GatePassage) {
		c.systems("system", []string{p.System})
	}),
})

// SignGate signs, in a role of the actor's, that a system passes the gate that leads to a
// stage. It is signed on what is there: while another item of the gate is missing the error
// is a *GateError. Who owns the system signs as its owner (register.SignerOwner) and as
// nothing else, nor does who owned it of late (OwnerDays); whoever advances it signs by that (AdvanceStage), and need not here. An
// appointment by the system's owner does not count.
func (tx *Tx) SignGate(id string, to register.Stage, role string) error {
	return tx.Decide("SignGate", systemSubject(id), func() error {
		s, move, err := tx.move(id, to)
		if err != nil {
			return err
		}
		if move.Backward {
			return ledger.Refuse(ErrGate, "%s lies before %s; to go back asks for no signature", to, s.Stage)
		}
		g := tx.signing(&s, move.Gate)
		if !g.asks(role) {
			var is Issues
			is.Add("role", "role", role, "gate %s asks for no signature in this role of a system of level %s", move.Gate.ID, g.level)
			return is.Err()
		}
		actor := tx.By().Actor
		if t, owned := g.owned(actor); owned && role != register.SignerOwner && g.ownerApart() {
			right, _ := tx.rightOf("SignGate", "")
			return asked{&tx.reading, actor, systemSubject(id)}.barred(BarSystemOwner, t, right)
		}
		if err := g.may(actor, role); err != nil {
			return err
		}
		if slices.ContainsFunc(g.given, func(o GateSignature) bool { return o.Role == role && tx.same(o.By, actor) }) {
			return ledger.Refuse(ErrState, "%q has signed as %s, and nothing has changed since", actor, role)
		}
		if open := tx.shut(&s, move.Gate, nil); len(open) > 0 {
			return &GateError{System: id, From: s.Stage, To: to, Gate: move.Gate.ID, Blockers: open}
		}
		p := g.passage(tx.Now())
		p.Signatures = append(p.Signatures, g.signature(role, actor, tx.Now()))
		return gatePassages.Keep(tx, p)
	})
}

// shut returns the items that keep a gate shut, save those that an exception in force
// speaks of; what is asked for of signatures only where signing says what is signed.
func (tx *Tx) shut(s *register.System, gate register.Gate, g *signing) []Blocker {
	return slices.DeleteFunc(tx.blockers(*s, gate, tx.Now(), g), func(b Blocker) bool {
		return !b.Absolute && tx.excepted(s.ID, gate.ID, b.Item)
	})
}

// signing is what is signed of a passage of a system that lies ahead, and what is asked for.
type signing struct {
	*reading
	s     *register.System
	gate  register.Gate
	level impact.Level
	items []register.GateItem // that ask for a signature at the level
	open  *GatePassage        // that waits; nil if nobody has signed
	given []GateSignature     // those that count
	// approved is the assessment that covers it; nil if none is approved.
	approved *impact.Assessment
}

// signing looks at the passage of a gate. At which level, says the assessment that was
// decided, or the open one where that shows worse; a system that nobody has assessed counts
// as one of high impact.
func (r *reading) signing(s *register.System, gate register.Gate) *signing {
	e := r.entire()
	st := e.standing(s.ID)
	g := &signing{reading: e, s: s, gate: gate, level: e.level(s.ID, st), approved: st.approved}
	for _, i := range e.withOwn(gate) {
		if i.Kind == register.ItemSignature && i.Applies(*s, string(g.level)) {
			g.items = append(g.items, i)
		}
	}
	for _, p := range gatePassages.Shared(e.r).Where(bySystem, s.ID).All() {
		if !p.Passed() && p.Gate == gate.ID && p.From == s.Stage {
			g.open = p
		}
	}
	if g.open != nil {
		for _, o := range g.open.Signatures {
			if g.counts(o) {
				g.given = append(g.given, o)
			}
		}
	}
	if gate.To == register.StageRetirement { // who decided it for top management has signed
		if d := e.retiring(s.ID); d != nil {
			if o, ok := roles.Shared(e.r).Get(RoleSponsor); ok && o.Holder == d.DecidedBy && !o.AcceptedOn.IsZero() && !o.AcceptedOn.After(d.DecidedAt) {
				g.given = append(g.given, GateSignature{Role: RoleSponsor, By: d.DecidedBy, At: d.DecidedAt, Given: register.FingerprintOf(*s), Assessment: g.assessment()})
			}
		}
	}
	return g
}

// counts reports whether a signature still counts for the system as it is.
func (g *signing) counts(o GateSignature) bool {
	if o.Assessment != g.assessment() || o.Given.Compare(*g.s).Material() {
		return false
	}
	return o.Role != register.SignerOwner || g.owns(o.By)
}

func (g *signing) assessment() string {
	if g.approved == nil {
		return ""
	}
	return g.approved.ID
}

// owned reports whether somebody owns the system, or did so of late.
func (g *signing) owned(person string) (tied, bool) {
	q := asked{g.reading, person, systemSubject(g.s.ID)}
	return q.ties(BarOwner, q.parts())
}

func (g *signing) owns(person string) bool { return g.s.Owner != "" && g.same(person, g.s.Owner) }

// asks reports whether a signature in a role is asked for.
func (g *signing) asks(role string) bool {
	return slices.ContainsFunc(g.items, func(i register.GateItem) bool { return slices.Contains(i.Signer.Roles, role) })
}

// ownerApart reports whether the owner of the system signs for nothing else.
func (g *signing) ownerApart() bool {
	return slices.ContainsFunc(g.items, func(i register.GateItem) bool {
		return i.Signer.Apart && slices.Contains(i.Signer.Roles, register.SignerOwner)
	})
}

// may says why somebody may not sign in a role.
func (g *signing) may(person, role string) error {
	p, _ := people.Shared(g.r).Get(person)
	st := Standing(role)
	if role == register.SignerOwner {
		st = StandOwner
	}
	q := asked{g.reading, person, systemSubject(g.s.ID)}
	ok, by := q.stands(st, p, q.parts())
	switch {
	case !ok:
		return ledger.Refuse(ErrForbidden, "%q does not hold the role %q", person, role)
	case by != "":
		return &RightError{Rule: ruleAppointed, Verb: "SignGate", Actor: person, Text: issue.NewText("%q was appointed by %q, who has a part in it", person, by),
			Next: issue.NewText("have the appointment made by somebody without (AssignRole)"), May: []Standing{StandSigner}, separate: true}
	}
	return nil
}

// signature is one given now.
func (g *signing) signature(role, by string, at time.Time) GateSignature {
	return GateSignature{Role: role, By: by, At: at, Given: register.FingerprintOf(*g.s), Assessment: g.assessment()}
}

// passage is the one that waits, or a new one.
func (g *signing) passage(now time.Time) GatePassage {
	if g.open != nil {
		p := *g.open
		p.Signatures = slices.Clone(p.Signatures)
		return p
	}
	n := gatePassages.Shared(g.r).Where(bySystem, g.s.ID).Len() + 1
	return GatePassage{ID: fmt.Sprintf("%s/gate-%d", g.s.ID, n), System: g.s.ID, Gate: g.gate.ID, From: g.s.Stage, To: g.gate.To, OpenedAt: now}
}

// advancedBy adds what somebody signs by advancing the system: in each role that is asked
// for, that he holds and in which nobody has signed. It returns what it added.
func (g *signing) advancedBy(person string, now time.Time) (own []GateSignature) {
	_, owned := g.owned(person)
	for _, i := range g.items {
		for _, role := range i.Signer.Roles {
			if owned && g.ownerApart() && role != register.SignerOwner || slices.ContainsFunc(g.given, func(o GateSignature) bool { return o.Role == role }) {
				continue
			}
			if g.may(person, role) == nil {
				o := g.signature(role, person, now)
				g.given, own = append(g.given, o), append(own, o)
			}
		}
	}
	return own
}

// unsigned are the items for which a signature is missing: one signature counts for each
// item that names its role, save where an item asks for somebody apart.
func (g *signing) unsigned() []register.GateItem {
	by := make([]string, len(g.items)) // who signed for each
	last := -1                         // that asks for somebody apart
	for n, i := range g.items {
		if i.Signer.Apart {
			last = n
		}
	}
	var best []register.GateItem
	var walk func(n int, lacks []register.GateItem) bool
	walk = func(n int, lacks []register.GateItem) bool {
		if n == len(g.items) {
			if best == nil || len(lacks) < len(best) {
				best = slices.Clone(lacks)
			}
			return len(lacks) == 0
		}
		for _, o := range g.given {
			if !slices.Contains(g.items[n].Signer.Roles, o.Role) || g.clash(n, o.By, by) {
				continue
			}
			by[n] = o.By
			if walk(n+1, lacks) {
				return true
			}
			if n > last {
				return false // whoever it is, nothing after it hangs on that
			}
		}
		by[n] = ""
		return walk(n+1, append(slices.Clip(lacks), g.items[n]))
	}
	if walk(0, nil) {
		return nil
	}
	return best
}

// clash reports whether somebody can't count for an item beside those before it.
func (g *signing) clash(n int, person string, by []string) bool {
	for m := range n {
		if by[m] != "" && (g.items[m].Signer.Apart || g.items[n].Signer.Apart) && g.same(by[m], person) {
			return true
		}
	}
	return false
}

// lacks says of an item whose signature is missing.
func (g *signing) lacks(i register.GateItem) Blocker {
	names := make([]issue.Text, len(i.Signer.Roles))
	for n, role := range i.Signer.Roles {
		names[n] = issue.NewText("the %s", issue.Word(Standing(role)))
	}
	who := issue.Join("%s or %s", names)
	next := issue.NewText("have it signed by %s (SignGate), who signs on the system as it is and was not appointed by its owner", who)
	if g.open != nil && slices.ContainsFunc(g.open.Signatures, func(o GateSignature) bool { return slices.Contains(i.Signer.Roles, o.Role) && !g.counts(o) }) {
		return missing(issue.NewText("what %s signed has changed since", who), next)
	}
	return missing(issue.NewText("not signed by %s", who), next)
}

var gatesWait = Probe{
	ID: "GP-01", Title: "Passage of a gate waits for a signature", Clause: Clause{"8.1"}, Controls: ids("A.6.2.2", "A.6.2.5"),
	Grading: "opportunity: nothing passes without; what is signed is to be signed by all or taken up again",
	grade:   graded(SeverityOpportunity),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, p := range gatePassages.Shared(x.r).All() {
			due := x.on(p.OpenedAt).AddDays(signDays)
			s, ok := systems.Shared(x.r).Get(p.System)
			if p.Passed() || !ok || s.Stage != p.From || s.OutOfScope != "" || !x.overdue(due) {
				continue
			}
			gate, _ := x.gate(p.Gate)
			g := x.signing(s, gate)
			if g.open == nil || g.open.ID != p.ID {
				continue
			}
			g.advancedBy(s.Owner, x.now)
			lacks := g.unsigned()
			waits := issue.NewText("All have signed since %s, and nobody has advanced it: gate %s.", day(x.on(p.OpenedAt)), gate.ID)
			next := issue.NewText("Advance it (AdvanceStage).")
			if len(lacks) > 0 {
				titles := make([]issue.Text, len(lacks))
				for n, i := range lacks {
					titles[n] = issue.Plain(i.Requires)
				}
				waits = issue.NewText("Signed first on %s, and gate %s lacks: %s.", day(x.on(p.OpenedAt)), gate.ID, issue.Join("%s, %s", titles))
				next = issue.NewText("Have those sign who are asked for (SignGate), or say what keeps them from it.")
			}
			o := about(KindGatePassage, p.ID, s.Name, due, waits, next)
			o.High, o.Live = highLevel(g.level), live(s)
			if !yield(o) {
				return
			}
		}
	},
}
