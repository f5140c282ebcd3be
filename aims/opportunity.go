package aims

import (
	"errors"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Opportunity is something that the management system could gain by (6.1.1): where it was
// seen, whether it is pursued, and whether what was done about it worked. What is done are
// actions that come from it (PutAction). What could go wrong with the management system is a
// risk of the register that names no system (register.Risk).
type Opportunity struct {
	// ID names it, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Gain says what could be gained.
	Gain string `json:"gain"`
	// From are the records in which it was seen: issues of the context, interested parties,
	// management reviews and objectives.
	From []Subject `json:"from,omitempty"`
	// Owner is the ID of the person who sees to it, FormerOwners of those who did before;
	// verbs keep them.
	Owner        string   `json:"owner"`
	FormerOwners []string `json:"former_owners,omitempty"`
	// Authors are the IDs of those who wrote in it, CreatedAt is when it came on file; verbs
	// set both.
	Authors   []string  `json:"authors,omitempty"`
	CreatedAt time.Time `json:"created_at"`

	// Decisions say whether it is pursued, oldest first; the last one holds
	// (DecideOpportunity).
	Decisions []OpportunityDecision `json:"decisions,omitempty"`
	// Effects say whether what was done worked, oldest first (JudgeOpportunity). One that it
	// did closes the opportunity.
	Effects []Verification `json:"effects,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// OpportunityChoice says what becomes of an opportunity.
type OpportunityChoice string

// The choices.
const (
	OpportunityPursue OpportunityChoice = "pursue" // something is done about it
	OpportunityLeave  OpportunityChoice = "leave"  // nothing is done about it, which closes it
)

// OpportunityDecision is a decision on what becomes of an opportunity.
type OpportunityDecision struct {
	// Choice is what was decided, Reason why.
	Choice OpportunityChoice `json:"choice"`
	Reason string            `json:"reason"`
	// By is the ID of the person who decided, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Decision returns the decision that holds; false while nobody has decided.
func (o Opportunity) Decision() (OpportunityDecision, bool) {
	if n := len(o.Decisions); n > 0 {
		return o.Decisions[n-1], true
	}
	return OpportunityDecision{}, false
}

// Pursued reports whether it was decided last that something is done about it.
func (o Opportunity) Pursued() bool {
	d, _ := o.Decision()
	return d.Choice == OpportunityPursue
}

// Effect returns what was said last of whether what was done worked; false if nothing was.
func (o Opportunity) Effect() (Verification, bool) {
	if n := len(o.Effects); n > 0 {
		return o.Effects[n-1], true
	}
	return Verification{}, false
}

// Open reports whether it was neither left, nor pursued with an effect.
func (o Opportunity) Open() bool { return o.closedAt().IsZero() }

// closedAt is when it was left, or seen to have worked; the zero time while it is open.
func (o *Opportunity) closedAt() time.Time {
	if e, _ := o.Effect(); e.Effective {
		return e.On
	}
	if d, _ := o.Decision(); d.Choice == OpportunityLeave {
		return d.At
	}
	return time.Time{}
}

// Choices of this project; 6.1.1 asks for the effect and names no time. For how long nobody
// may have decided on one until that is found, for how long what was done is watched before
// anybody can say that it worked, as of a major nonconformity, and how long the next step may
// take while it is pursued.
const (
	opportunityDecideDays = 90
	opportunityEffectDays = 30
	opportunityStepDays   = 30
)

// opportunityFrom are the kinds of records in which opportunities are seen.
var opportunityFrom = []Kind{KindContextIssue, KindInterestedParty, KindReview, KindObjective}

var opportunities = ledger.MustDeclare(ledger.Spec[Opportunity]{
	Name: KindOpportunity,
	Key:  func(o *Opportunity) string { return o.ID }, SetKey: func(o *Opportunity, id string) { o.ID = id },
	Revision:  func(o *Opportunity) *uint64 { return &o.Revision },
	Completes: []string{"former_owners", "authors", "created_at"},
	Limits: within(KindOpportunity, bounded(lists{"from": 50, "former_owners": 50, "authors": 200, "decisions": 20, "effects": 50},
		"gain", "decisions.reason", "effects.note")),
	MayDrop: func(_ ledger.Reader, o *Opportunity) error {
		if len(o.Decisions) > 0 {
			return errors.New("it was decided on; decide to leave it (DecideOpportunity), and what was decided stays")
		}
		return nil
	},
	Check: checked(checkOpportunity),
})

// PutOpportunity puts an opportunity on file, or revises one that is open (6.1.1). What was
// decided on is not made another one; it may go to another owner.
func (tx *Tx) PutOpportunity(o Opportunity) error {
	return put(tx, "PutOpportunity", opportunities, o, func(o *Opportunity) error {
		old, exists := opportunities.Of(tx).Get(o.ID)
		o.Authors, o.FormerOwners, o.CreatedAt, o.Decisions, o.Effects = with(old.Authors, tx.By().Actor), old.FormerOwners, tx.Now(), old.Decisions, old.Effects
		if !exists {
			return nil
		}
		if err := closedOn("closed", old.closedAt()); err != nil {
			return err
		}
		o.CreatedAt = old.CreatedAt
		if o.Owner != old.Owner && !slices.Contains(o.FormerOwners, old.Owner) {
			o.FormerOwners = append(o.FormerOwners, old.Owner)
		}
		var is Issues
		if len(old.Decisions) > 0 {
			const instead = "what else could be gained is another opportunity"
			kept(&is, "title", old.Title, o.Title, instead)
			kept(&is, "gain", old.Gain, o.Gain, instead)
			for _, s := range old.From {
				if !slices.Contains(o.From, s) {
					is.Add("from", "kept", recordKey(s), "it was decided on with this")
				}
			}
		}
		return is.Err()
	})
}

// DecideOpportunity decides, with a reason, that an opportunity that is open is pursued or
// left (6.1.1). Who owns it, or did before, does not decide it. One that is left is closed; what was to be done
// about it is done or cancelled first.
func (tx *Tx) DecideOpportunity(id string, choice OpportunityChoice, reason string) error {
	return decide(tx, "DecideOpportunity", opportunities, id, func(o *Opportunity) error {
		if err := closedOn("closed", o.closedAt()); err != nil {
			return err
		}
		if slices.ContainsFunc(o.FormerOwners, func(p string) bool { return tx.same(p, tx.By().Actor) }) {
			return tx.barred(BarOwner, "DecideOpportunity", "")
		}
		switch choice {
		case OpportunityPursue:
			if o.Pursued() {
				return ledger.Refuse(ErrState, "it is pursued already")
			}
		case OpportunityLeave:
			if _, err := tx.doneAbout(Subject{Kind: KindOpportunity, ID: id}); err != nil {
				return err
			}
		}
		var is Issues
		saying(&is, "reason", reason)
		o.Decisions = append(o.Decisions, OpportunityDecision{Choice: choice, Reason: reason, By: tx.By().Actor, At: tx.Now()})
		return is.Err()
	})
}

// JudgeOpportunity says, with what was seen, whether what was done about an opportunity
// worked (6.1.1). Neither an owner nor who did anything about it says so, and nobody before
// all of it is done; that it worked can be said a month after. One that did not work stays
// open: other actions are set, or it is left.
func (tx *Tx) JudgeOpportunity(id string, worked bool, seen string) error {
	return decide(tx, "JudgeOpportunity", opportunities, id, func(o *Opportunity) error {
		if err := closedOn("closed", o.closedAt()); err != nil {
			return err
		}
		if !o.Pursued() {
			return ledger.Refuse(ErrState, "nobody has decided to pursue it (DecideOpportunity)")
		}
		did, err := tx.doneAbout(Subject{Kind: KindOpportunity, ID: id})
		if err != nil {
			return err
		}
		if did.last.IsZero() {
			return ledger.Refuse(ErrState, "nothing was done about it; set an action that comes from it, and do that first (PutAction, CompleteAction)")
		}
		if last, ok := o.Effect(); ok && !did.at.After(last.On) {
			return ledger.Refuse(ErrState, "what was judged on %s is not judged again; another action is done first", last.On.Format(time.DateOnly))
		}
		var is Issues
		saying(&is, "note", seen)
		if from := did.last.AddDays(opportunityEffectDays); worked && tx.Today().Before(from) {
			is.Add("effective", "effect", "true", "whether it works shows with time: say so from %s on", day(from))
		}
		o.Effects = append(o.Effects, Verification{By: tx.By().Actor, On: tx.Now(), Effective: worked, Note: seen})
		return is.Err()
	})
}

func checkOpportunity(c checker, o *Opportunity) {
	c.says("title", o.Title, true)
	c.says("gain", o.Gain, true)
	for i, s := range o.From {
		at := issue.Index("from", i)
		switch {
		case !slices.Contains(opportunityFrom, s.Kind):
			c.Add(at+".kind", "oneof", string(s.Kind), "must be one of %v", opportunityFrom)
		case !c.has(s.Kind, s.ID):
			c.Add(at+".id", "record", s.ID, "no such record on file")
		case slices.Contains(o.From[:i], s):
			c.Add(at, "repeated", s.ID, "is there already")
		}
	}
	c.person("owner", o.Owner, true)
	for i, d := range o.Decisions {
		at := issue.Index("decisions", i)
		oneOf(c, at+".choice", d.Choice, []OpportunityChoice{OpportunityPursue, OpportunityLeave})
		c.needs(at+".by", d.By != "", "a decision names who decided")
	}
	for i, e := range o.Effects { // what JudgeOpportunity sees to, an import has to bring
		at := issue.Index("effects", i)
		c.needs(at+".by", e.By != "", "an effect names who saw it")
		if e.Effective && (e.By == o.Owner || slices.Contains(o.FormerOwners, e.By)) {
			c.Add(at+".by", "independence", e.By, "who sees to it does not say that it worked")
		}
	}
	if len(o.Effects) > 0 && len(o.Decisions) == 0 {
		c.needs("decisions", false, "what was judged was decided on before")
	}
}

var opportunitiesDecided = Probe{
	ID: "OP-01", Title: "Opportunity that nobody has decided on", Clause: Clause{"6.1.1"},
	Grading: "opportunity: to leave it would be a decision as well",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for id, o := range opportunities.Shared(x.r).All() {
			due := x.decisionDue(o)
			if x.overdue(due) && !yield(about(opportunities.Name(), id, o.Title, due, issue.NewText("It is on file since %s, and nobody has decided whether it is pursued.", day(x.on(o.CreatedAt))),
				issue.NewText("Decide to pursue it or to leave it (DecideOpportunity)."))) {
				return
			}
		}
	},
}

var opportunitiesJudged = Probe{
	ID: "OP-02", Title: "Opportunity is pursued, and nothing comes of it", Clause: Clause{"6.1.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, o := range opportunities.Shared(x.r).All() {
			due, text, next := x.nextStep(o)
			if x.overdue(due) && !yield(about(opportunities.Name(), id, o.Title, due, text, next)) {
				return
			}
		}
	},
}

// late reports whether a decision on an opportunity, or the next step, is overdue.
func (x *index) late(o *Opportunity) bool {
	due, _, _ := x.nextStep(o)
	return x.overdue(x.decisionDue(o)) || x.overdue(due)
}

// decisionDue is by when somebody decides on an opportunity; none once somebody has.
func (x *index) decisionDue(o *Opportunity) calendar.Date {
	if len(o.Decisions) > 0 {
		return calendar.Date{}
	}
	return x.on(o.CreatedAt).AddDays(opportunityDecideDays)
}

// nextStep is by when the next step is due of an opportunity that is pursued: an action, or
// to say whether what was done worked. None while an action is open, which is late by itself.
func (x *index) nextStep(o *Opportunity) (due calendar.Date, text, next issue.Text) {
	if !o.Pursued() || !o.Open() {
		return due, text, next
	}
	did, err := x.doneAbout(Subject{Kind: opportunities.Name(), ID: o.ID})
	decided, _ := o.Decision()
	last, judged := o.Effect()
	switch {
	case err != nil:
		return due, text, next
	case did.last.IsZero():
		return x.on(decided.At).AddDays(opportunityStepDays), issue.NewText("It was decided on %s to pursue it, and nothing is done about it.", day(x.on(decided.At))),
			issue.NewText("Set an action that comes from it (PutAction), or decide to leave it (DecideOpportunity).")
	case judged && !did.at.After(last.On):
		return x.on(last.On).AddDays(opportunityStepDays), issue.NewText("On %s what was done was seen not to work, and nothing followed.", day(x.on(last.On))),
			issue.NewText("Set an action that comes from it (PutAction), or decide to leave it (DecideOpportunity).")
	}
	return did.last.AddDays(opportunityEffectDays + opportunityStepDays), issue.NewText("The last that was done about it was done on %s, and nobody has said whether it worked.", day(did.last)),
		issue.NewText("Have somebody say so who has no part in it (JudgeOpportunity).")
}
