package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

var systems = ledger.MustDeclare(ledger.Spec[register.System]{
	Name:   KindSystem,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("discovered_on", "in_use_since", "market_since", "retired_on")},
	Key: func(s *register.System) string { return s.ID }, SetKey: func(s *register.System, id string) { s.ID = id },
	Revision:  func(s *register.System) *uint64 { return &s.Revision },
	Completes: []string{"tenures"},
	Carry:     handed(func(rec *register.System) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings: []ledger.Listing[register.System]{
		{Name: "owner", Value: func(s *register.System) string { return s.Owner }},
		{Name: "stage", Value: func(s *register.System) string { return string(s.Stage) }},
		{Name: "supplier", Value: func(s *register.System) string { return s.Supplier }},
		{Name: byMark, Values: func(s *register.System) []string { return s.Marks() }},
	},
	Limits: within(KindSystem, ledger.Limits{}),
	Check:  checked(checkSystem),
})

func systemSubject(id string) Subject { return Subject{Kind: KindSystem, ID: id} }

// seesSystem reports whether a reader is shown a system.
func (r *reading) seesSystem(id string) bool { return r.sees(KindSystem, id) }

// SystemsByOwner returns the systems that a person owns; those that nobody owns
// for the empty ID.
func (r *reading) SystemsByOwner(person string) Records[register.System] {
	return systems.Of(r.r).Where("owner", person)
}

// SystemsAt returns the systems that are at a stage of their life cycle.
func (r *reading) SystemsAt(stage register.Stage) Records[register.System] {
	return systems.Of(r.r).Where("stage", string(stage))
}

// RegisterSystem puts an AI system on the register (A.4.2), at the stage that
// it is in: what is in use already is registered in operation, and stays
// ungoverned until it is assessed. The same commit opens its impact
// assessment (6.1.4); nothing turns that off.
func (tx *Tx) RegisterSystem(s register.System) error {
	return put(tx, "RegisterSystem", systems, s, func(s *register.System) error {
		*s = s.Normalised()
		if len(s.Distinct) > 0 {
			var is Issues
			is.Add("distinct", "verb", s.Distinct[0].From, "TellApart decides that two systems are two")
			return is.Err()
		}
		if s.OutOfScope != "" {
			if err := tx.mayPutOutside(s); err != nil {
				return err
			}
		}
		tx.outside(s, register.System{})
		return isNew(s.Revision, "ReviseSystem")
	}, func(s *register.System) error {
		return tx.fire(s.ID, impact.TriggerRegistration, registeredAt+string(s.Stage))
	})
}

// mayPutOutside asks who may put a system out of scope: neither who owned it so far nor who is
// to own it from then on.
func (tx *Tx) mayPutOutside(s *register.System) error {
	if err := tx.right("ReviseSystem", putOutside, Subject{Kind: KindSystem, ID: s.ID}); err != nil {
		return err
	}
	if tx.same(s.Owner, tx.By().Actor) {
		return tx.barred(BarOwner, "ReviseSystem", putOutside)
	}
	return nil
}

// outside keeps since when a system is out of scope: from when a reason was first on file, while
// there is one. Another reason is decided like the first, and makes it no later.
func (tx *Tx) outside(s *register.System, old register.System) {
	switch {
	case s.OutOfScope == "":
		s.OutsideSince = time.Time{}
	case old.OutOfScope == "":
		s.OutsideSince = tx.Now()
	default:
		s.OutsideSince = old.OutsideSince
	}
}

// ReviseSystem changes what is on file of a system, save its stage, which
// AdvanceStage and RevertStage move. If the change is material against what
// was last approved (or, before any approval, at all), the same commit opens
// an assessment, or the open one takes the change up; nothing turns that off.
// Only of a system that is retired none is opened. The comparison says what
// counts as material and why.
func (tx *Tx) ReviseSystem(s register.System) (register.Comparison, error) {
	var diff register.Comparison
	var old register.System
	err := put(tx, "ReviseSystem", systems, s, func(s *register.System) (err error) {
		if old, err = systems.Must(tx, s.ID); err != nil {
			return err
		}
		var is Issues
		if s.Stage != old.Stage {
			is.Add("stage", "verb", string(s.Stage), "the stage moves by AdvanceStage and RevertStage only; it is %s", old.Stage)
		}
		*s = s.Normalised()
		if s.OutOfScope != "" && s.OutOfScope != old.OutOfScope {
			if err := tx.mayPutOutside(s); err != nil {
				return err
			}
		}
		tx.outside(s, old)
		if !slices.EqualFunc(s.Distinct, old.Distinct, register.Distinction.Equal) {
			is.Add("distinct", "verb", fmt.Sprint(len(s.Distinct)), "TellApart decides that two systems are two")
		}
		if old.Follows != "" {
			kept(&is, "follows", old.Follows, s.Follows, "have somebody decide that they are two, if they are (TellApart)")
		}
		if old.Stage == register.StageRetirement && s.RetiredOn.Before(old.RetiredOn) {
			kept(&is, "retired_on", old.RetiredOn, s.RetiredOn, "an earlier day is not made of it")
		}
		if known := tx.knownSince(&old); s.DiscoveredOn.After(known) && !s.DiscoveredOn.Equal(old.DiscoveredOn) {
			is.Add("discovered_on", "kept", s.DiscoveredOn.String(), "it was known by %s; a later find of it is none", day(known))
		}
		return is.Err()
	}, func(s *register.System) error {
		diff = register.Compare(old, *s)
		// Against the approved fingerprint, never against the last revision: drift
		// by small steps must not slip through.
		against := diff
		if approved := tx.standing(s.ID).approved; approved != nil {
			against = approved.Fingerprint.Compare(*s)
		}
		for _, t := range []struct {
			kind    impact.TriggerKind
			changes []register.Change
		}{{impact.TriggerChange, ownChanges(against)}, {impact.TriggerSupplier, supplierChanges(against)}} {
			if len(t.changes) == 0 {
				continue
			}
			if err := tx.fire(s.ID, t.kind, describe(t.changes), t.changes...); err != nil {
				return err
			}
		}
		return tx.refresh(s.ID)
	})
	if err != nil {
		return register.Comparison{}, err
	}
	return diff, nil
}

// putOutside is when RegisterSystem and ReviseSystem decide.
const putOutside = "it is put out of scope"

// foundBy returns by when a system was known: when it was found, or registered.
func (r *reading) foundBy(s *register.System) calendar.Date { return r.foundIn(s, r.Zone()) }

// foundIn is foundBy where the organisation's zone is known.
func (r *reading) foundIn(s *register.System, zone *time.Location) calendar.Date {
	first, _ := assessments.Shared(r.r).Get(AssessmentID(s.ID, 1))
	return foundWith(s, first, zone)
}

// foundWith is foundIn of a system whose first assessment is at hand, if there is one.
func foundWith(s *register.System, first *impact.Assessment, zone *time.Location) calendar.Date {
	known := s.DiscoveredOn
	if first == nil {
		return known
	}
	for _, t := range first.Triggers {
		if t.Kind != impact.TriggerRegistration {
			continue
		}
		if on := calendar.Of(t.At, zone); known.IsZero() || on.Before(known) {
			known = on
		}
	}
	return known
}

// bought are the attributes in which a change is one of supplier or model.
var bought = []string{"supplier", "model", "model_source"}

// supplierChanges are the material changes of supplier or model, ownChanges the
// others.
func supplierChanges(c register.Comparison) []register.Change {
	return slices.DeleteFunc(c.MaterialChanges(), func(ch register.Change) bool { return !slices.Contains(bought, ch.Attribute) })
}

func ownChanges(c register.Comparison) []register.Change {
	return slices.DeleteFunc(c.MaterialChanges(), func(ch register.Change) bool { return slices.Contains(bought, ch.Attribute) })
}

// describe says which attributes changed and under which rules.
func describe(changes []register.Change) string {
	var text strings.Builder
	text.WriteString("changed:")
	for _, ch := range changes {
		fmt.Fprintf(&text, " %s (%s)", ch.Attribute, ch.Rule)
	}
	return text.String()
}

// AdvanceStage moves a system forward through the gate of its stage, or to
// retirement. If items of the gate are missing the error is a *GateError that
// lists them; an exception in force (GrantException) opens the gate for the
// items that it names.
//
// Whose signatures the passage needs says the gate, by impact level: below high impact the
// owner's alone. Who advances the system signs by that, in each role of his that is asked
// for; those of others are given before, in a commit of their own (SignGate), on the system
// as it is. What passed before they were asked for stays.
func (tx *Tx) AdvanceStage(id string, to register.Stage) error {
	return tx.Decide("AdvanceStage", Subject{Kind: KindSystem, ID: id}, func() error {
		s, move, err := tx.move(id, to)
		if err != nil {
			return err
		}
		if move.Backward {
			return ledger.Refuse(ErrGate, "%s lies before %s; to go back, use RevertStage", to, s.Stage)
		}
		g := tx.signing(&s, move.Gate)
		own := g.advancedBy(tx.By().Actor, tx.Now())
		if open := tx.shut(&s, move.Gate, g); len(open) > 0 {
			return &GateError{System: id, From: s.Stage, To: to, Gate: move.Gate.ID, Blockers: open}
		}
		p := g.passage(tx.Now())
		p.Signatures, p.PassedAt, p.PassedBy, p.Level = append(p.Signatures, own...), tx.Now(), tx.By().Actor, g.level
		if err := gatePassages.Keep(tx, p); err != nil {
			return err
		}
		s.Stage = to
		switch {
		case to == register.StageRetirement && s.RetiredOn.IsZero():
			s.RetiredOn = tx.Today()
		case to == register.StageOperation && s.InUseSince.IsZero():
			s.InUseSince = tx.Today()
		}
		if err := systems.Keep(tx, s); err != nil {
			return err
		}
		if to == register.StageRetirement {
			return tx.closeAssessments(s)
		}
		return tx.refresh(id)
	})
}

// RevertStage moves a system back to an earlier stage, for the reason that the
// actor gives in By. Going back needs no gate; going forward again does.
func (tx *Tx) RevertStage(id string, to register.Stage) error {
	return tx.Decide("RevertStage", Subject{Kind: KindSystem, ID: id}, func() error {
		s, move, err := tx.move(id, to)
		if err != nil {
			return err
		}
		if !move.Backward {
			return ledger.Refuse(ErrGate, "%s lies after %s; to go on, use AdvanceStage", to, s.Stage)
		}
		s.Stage = to
		if err := systems.Keep(tx, s); err != nil {
			return err
		}
		return tx.refresh(id)
	})
}

func (tx *Tx) move(id string, to register.Stage) (register.System, register.Move, error) {
	s, err := systems.Must(tx, id)
	if err != nil {
		return s, register.Move{}, err
	}
	move, err := register.CheckMove(s.Stage, to, tx.opts.gates.items...)
	if err != nil {
		if CodeOf(err) == issue.CodeInvalid {
			return s, move, ledger.Because(ErrInvalid, err)
		}
		return s, move, ledger.Because(ErrGate, err)
	}
	return s, move, nil
}

// Facts returns what is on file that the impact rules must know beside the system's
// own attributes: its incidents of the last year and the concerns about it that are
// open. Whether the AI policy covers its kind of use is not on record, so that
// stays unanswered. It is what an assessment begins with, to derive of a system what
// none has said yet; what an assessment says itself is in Assessment.Facts beside it,
// so that what is asked of a system under assessment is QuestionsOf.
func (r *reading) Facts(system string) impact.Facts {
	var f impact.Facts
	since := r.r.AsOf().AddDate(-1, 0, 0)
	for _, i := range incidents.Shared(r.r).Where(bySystem, system).All() {
		if i.DetectedOn.After(since) {
			f.Incidents++
		}
	}
	for _, c := range concerns.Shared(r.r).Where(bySystem, system).All() {
		if c.Open() {
			f.Concerns++
		}
	}
	return f
}

func checkSystem(c checker, s *register.System) {
	c.Merge("", s.Validate())
	c.person("owner", s.Owner, false)
	c.person("human_oversight.person", s.HumanOversight.Person, false)
	if s.Supplier != "" && !c.has(KindSupplier, s.Supplier) {
		c.Add("supplier", "supplier", s.Supplier, "no such supplier on file; add the supplier first")
	}
	checkFollows(c, s)
	if s.OutOfScope != "" && idle(s.OutOfScope) {
		c.Add("out_of_scope", "reason", s.OutOfScope, "says nothing; say why it lies outside, or leave it empty while it is inside")
	}
	c.past("discovered_on", s.DiscoveredOn)
	c.past("in_use_since", s.InUseSince)
	c.past("retired_on", s.RetiredOn)
}

// ungovernedSince returns since when a system that runs has had no approved
// assessment: since it was found, used or registered.
func ungovernedSince(s *register.System) calendar.Date {
	if !s.DiscoveredOn.IsZero() {
		return s.DiscoveredOn
	}
	return s.InUseSince
}

var systemOwners = Probe{
	ID: "S1-08", Title: "System without accountable owner", Clause: Clause{"5.3"}, Controls: ids("A.3.2"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if x.active(st.s.Owner) {
				continue
			}
			text := issue.NewText("Nobody is named as its owner.")
			if st.s.Owner != "" {
				text = issue.NewText("Its owner, %s, is no longer active.", recordOf(people.Name(), st.s.Owner))
			}
			if !yield(st.about(KindSystem, st.s.ID, calendar.Date{}, text, issue.NewText("Name one person who answers for it (ReviseSystem)."))) {
				return
			}
		}
	},
}

var registerExists = Probe{
	ID: "S1-09", Title: "No register of AI systems", Clause: Clause{"8.1"}, Controls: ids("A.4.2"),
	Grading: "major: the register is what the rest is about",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		if x.number() == 0 {
			o := x.whole(calendar.Date{}, issue.NewText("The register holds no active AI system."),
				issue.NewText("Search for AI in use and register what is found (RegisterSystem)."))
			o.Absent = true
			yield(o)
		}
	},
}

var entriesComplete = Probe{
	ID: "S1-11", Title: "Register entry incomplete", Clause: Clause{"7.5.1"}, Controls: ids("A.4.2", "A.4.3", "A.4.4", "A.4.5"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			lacks := missingFields(st.s)
			if len(lacks) > 0 && !yield(st.about(KindSystem, st.s.ID, calendar.Date{}, issue.NewText("Not on file: %s.", issue.Join("%s, %s", register.Titles(lacks...))),
				issue.NewText("Complete the entry (ReviseSystem)."))) {
				return
			}
		}
	},
}

// MissingFields returns the attributes that a complete entry of the register
// holds (A.4.2 to A.4.5) and this one lacks, by JSON name. The owner is not
// among them: its lack is a finding of its own.
func MissingFields(s register.System) []string { return missingFields(&s) }

func missingFields(s *register.System) []string {
	var lacks []string
	for _, field := range []struct {
		name  string
		empty bool
	}{
		{"purpose", blank(s.Purpose)},
		{"role", len(s.Roles) == 0},
		{"model_source", s.ModelSource == ""},
		{"data", len(s.Data) == 0},
		{"hosting", s.Hosting == ""},
		{"affected", len(s.Affected) == 0},
		{"supplier", s.Supplier == "" && s.ModelSource == register.ModelThirdParty},
	} {
		if field.empty {
			lacks = append(lacks, field.name)
		}
	}
	return lacks
}
