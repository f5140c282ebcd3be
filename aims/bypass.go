package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// legacyDays is how long a system that was in use when the organisation came to know of
// it has to catch up with what the gates before operation ask for; a choice of this
// project.
const legacyDays = 90

// operationAsks are the items of the gates before operation that ask for evidence, save
// monitoring, which S2-10 looks for: what a system in operation shows, whether it came
// there through the gates or was registered there.
var operationAsks = func() []register.GateItem {
	var items []register.GateItem
	for _, g := range register.Gates() {
		if g.To != register.StageDeployment && g.To != register.StageOperation {
			continue
		}
		for _, i := range g.Items {
			if i.Kind == register.ItemEvidence && !slices.Contains(i.Controls, annexa.MustParse("A.6.2.6")) {
				items = append(items, i)
			}
		}
	}
	return items
}()

// askedControls are sets of controls.
type askedControls uint64

// askedAt is the place of each control in a set.
var askedAt = func() map[annexa.ID]askedControls {
	at := make(map[annexa.ID]askedControls)
	for _, c := range annexa.Controls() {
		at[c.ID] = 1 << len(at)
	}
	return at
}()

// operationMask are the controls that operationAsks name.
var operationMask = func() (mask askedControls) {
	for _, i := range operationAsks {
		mask |= setOf(i.Controls)
	}
	return mask
}()

func setOf(controls []annexa.ID) (set askedControls) {
	for _, c := range controls {
		set |= askedAt[c]
	}
	return set
}

// operationSets are the sets of the controls of each of operationAsks.
var operationSets = func() []askedControls {
	all := make([]askedControls, len(operationAsks))
	for n, i := range operationAsks {
		all[n] = setOf(i.Controls)
	}
	return all
}()

// Asked is something that is asked of a system in operation.
type Asked struct {
	// Item is the ID of the item of a gate, Requires what it says.
	Item     string `json:"item"`
	Requires string `json:"requires"`
	// Controls are those of its controls that are required of the system and said to be
	// in place; fresh evidence of one of them suffices.
	Controls []annexa.ID `json:"controls"`
}

// OperationAsks returns what the gates before operation ask evidence for, of a system
// in operation that an approved assessment covers, whether it came there through them or was
// registered there: the items of which the assessment requires a control that is said to
// be in place. Left out is what an exception on file speaks of, and monitoring, which
// is asked for by itself. None of a system that is not in operation or not covered.
func (r *reading) OperationAsks(system string, now time.Time) []Asked {
	e := r.entire()
	s, ok := systems.Shared(e.r).Get(system)
	if !ok || s.Stage != register.StageOperation || !r.seesSystem(system) {
		return nil
	}
	st := e.standing(system)
	if st.approved == nil || !e.covering(st.approved, s, now).Covered {
		return nil
	}
	return e.operationAsks(s, e.span(system, st).Level, e.inPlace(requiredBy(st.approved)))
}

// asks is OperationAsks of a system whose standing is known, of the controls in place.
func (x *index) asks(st *systemState, inPlace askedControls) []Asked {
	if st.s.Stage != register.StageOperation || !st.coverage.Covered {
		return nil
	}
	return x.operationAsks(st.s, st.span.Level, requiredBy(st.approved)&inPlace)
}

// askedKeys are the controls of askedAt by the IDs of their decisions.
var askedKeys = func() map[askedControls]string {
	keys := make(map[askedControls]string, len(askedAt))
	for id, bit := range askedAt {
		keys[bit] = id.String()
	}
	return keys
}()

// inPlace leaves of a set the controls that apply and are said to be implemented.
func (r *reading) inPlace(of askedControls) (set askedControls) {
	all := decisions.Shared(r.r)
	for bit := askedControls(1); bit != 0 && bit <= of; bit <<= 1 {
		if of&bit == 0 {
			continue
		}
		if d, ok := all.Get(askedKeys[bit]); ok && d.Applicability == annexa.Applicable && d.Status == annexa.StatusImplemented {
			set |= bit
		}
	}
	return set
}

// requiredBy is the set of the controls that an assessment requires.
func requiredBy(a *impact.Assessment) (set askedControls) {
	for i := range a.Result.Controls {
		set |= askedAt[a.Result.Controls[i].Control]
	}
	return set
}

// operationAsks returns the items that ask for one of a set of controls.
func (r *reading) operationAsks(s *register.System, level impact.Level, of askedControls) []Asked {
	var all []Asked
	excepted := exceptions.Shared(r.r).Len() > 0
	for n, i := range operationAsks {
		if operationSets[n]&of == 0 || !i.Applies(*s, string(level)) || excepted && r.everExcepted(s.ID, i.ID) {
			continue
		}
		a := Asked{Item: i.ID, Requires: i.Requires}
		for _, c := range i.Controls {
			if askedAt[c]&of != 0 {
				a.Controls = append(a.Controls, c)
			}
		}
		all = append(all, a)
	}
	return all
}

// everExcepted reports whether an exception for the item is on file that nobody has
// closed, in force or run out: it is told of itself.
func (r *reading) everExcepted(system, item string) bool {
	for _, e := range exceptions.Shared(r.r).Where(bySystem, system).All() {
		if e.ClosedOn.IsZero() && len(e.Grants) > 0 && slices.Contains(e.Items, item) {
			return true
		}
	}
	return false
}

var gatesPassed = Probe{
	ID: "S2-09", Title: "System in operation without what its gates ask for", Clause: Clause{"8.1"}, Controls: ids("A.6.2.4", "A.6.2.5"),
	Grading: "minor; major for a system of high impact; an opportunity for 90 days after it became known",
	grade: func(o Observation) Severity {
		switch {
		case !o.Grave:
			return SeverityOpportunity
		case o.High:
			return SeverityMajor
		}
		return SeverityMinor
	},
	apiece: true,
	look: func(x *index, yield func(Observation) bool) {
		// One root cause, one finding: a control that is not in place is S2-06 or S1-17,
		// a system without an approved assessment S2-01 or S2-02, an exception EX-01 or
		// S2-25.
		inPlace := x.inPlace(^askedControls(0))
		for _, st := range x.states {
			if st.s.Stage != register.StageOperation || !st.coverage.Covered {
				continue
			}
			required := requiredBy(st.approved) & inPlace
			lacks := required & operationMask &^ (x.shown[st.s.ID] | x.shown[""])
			if lacks == 0 && len(x.opts.gates.asks) == 0 {
				continue
			}
			if o, found := x.lacking(st, required, lacks); found && !yield(o) {
				return
			}
		}
	},
}

// lacking observes which items a system lacks: those of which it shows none of the
// controls that are required of it, and those that the organisation has added.
func (x *index) lacking(st *systemState, required, lacks askedControls) (o Observation, found bool) {
	var controls []annexa.ID
	var items []issue.Text
	var asked []Asked
	if lacks != 0 {
		asked = x.operationAsks(st.s, st.span.Level, required)
	}
	for _, a := range asked {
		if of := setOf(a.Controls); of&lacks != of {
			continue
		}
		items = append(items, issue.NewText("%s %s", a.Item, issue.Plain(a.Requires)))
		controls = append(controls, a.Controls...)
	}
	own, theirs := x.ownLacks(st, required)
	items, controls = append(items, own...), append(controls, theirs...)
	if len(items) == 0 {
		return o, false
	}
	known := x.knownSince(st.s)
	due := known.AddDate(0, 0, legacyDays)
	text, next := issue.NewText("No fresh evidence of: %s.", issue.Join("%s; %s", items)), issue.NewText("Attach evidence of each (AttachEvidence), or take the system back (RevertStage).")
	if len(own) > 0 {
		text, next = issue.NewText("What its gates ask for is not on file: %s.", issue.Join("%s; %s", items)), issue.NewText("Put each on file, or take the system back (RevertStage).")
	}
	o = st.itself(due, text, next)
	slices.SortFunc(controls, annexa.Compare)
	o.Controls, o.Count, o.Grave = slices.Compact(controls), len(items), x.overdue(due)
	if !o.Grave {
		o.Since = known
	}
	return o, true
}
