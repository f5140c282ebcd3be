package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Obligation is one thing that binds the organisation in what it does with AI: a law, an
// order, a contract, a code that it follows (4.1, 4.2). Its register says of each what it
// asks, whom and what it binds, who answers for it and how it is met.
type Obligation struct {
	// ID names the obligation, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Kind is what it rests on, Source where that stands: an article, a clause of a
	// contract, a number.
	Kind   ObligationKind `json:"kind"`
	Source string         `json:"source"`
	// Country is where it binds, as an ISO 3166 code or "EU"; empty where it is of no
	// place, as a contract may be.
	Country string `json:"country,omitempty"`
	// Asks says in own words what is asked.
	Asks string `json:"asks"`
	// Systems are the IDs of the systems that it binds; empty if it is all of them.
	Systems []string `json:"systems,omitempty"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Met says how it is met, Evidence are the IDs of evidence of that.
	Met      string   `json:"met,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	// ReviewedOn is when it was last looked at whether it still stands so and is met,
	// ReviewedBy the ID of the person who said so, ReviewDue when it is looked at again:
	// a year on if nothing else is said.
	ReviewedOn calendar.Date `json:"reviewed_on,omitzero"`
	ReviewedBy string        `json:"reviewed_by,omitempty"`
	ReviewDue  calendar.Date `json:"review_due,omitzero"`
	// Reporting is what has to be reported under it (A.8.5).
	Reporting []ReportingDuty `json:"reporting,omitempty"`
	// Equivalent says for which systems it has incidents reported as the EU AI Act does
	// (DecideEquivalence); zero if that was not decided.
	Equivalent Equivalence `json:"equivalent,omitzero"`
	// EndedAt, EndedBy and EndReason say when it ceased to bind, who decided so and why;
	// zero while it binds.
	EndedAt   time.Time `json:"ended_at,omitzero"`
	EndedBy   string    `json:"ended_by,omitempty"`
	EndReason string    `json:"end_reason,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Equivalence is a decision that a law of the Union has incidents reported as the EU AI Act
// does, so that of systems of Annex III only infringements of fundamental rights are told
// under the Act as well (Article 73(9)).
type Equivalence struct {
	// Systems are the IDs of the systems, Reason says where that stands, and how it is met.
	Systems []string `json:"systems"`
	Reason  string   `json:"reason"`
	// By is the ID of the person who decided, At when. It counts for incidents that became
	// known after.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ObligationKind is what an obligation rests on.
type ObligationKind string

// The kinds of obligations.
const (
	ObligationLaw      ObligationKind = "law"      // a statute or a regulation
	ObligationOrder    ObligationKind = "order"    // of an authority or a court
	ObligationContract ObligationKind = "contract" // with a customer, a supplier, an employee
	ObligationCode     ObligationKind = "code"     // that the organisation has taken on itself
)

// ObligationKinds lists the kinds of obligations.
func ObligationKinds() []ObligationKind {
	return []ObligationKind{ObligationLaw, ObligationOrder, ObligationContract, ObligationCode}
}

// ReportingDuty is something that an obligation wants reported (A.8.5).
type ReportingDuty struct {
	// ID names the duty within its obligation.
	ID string `json:"id"`
	// To says who is told, What of what.
	To   string `json:"to"`
	What string `json:"what"`
	// When says by when in words, where it hangs on an event: "within 15 days of becoming
	// aware".
	When string `json:"when,omitempty"`
	// Due is the last day for the next report; zero if none is owed by a day. Months is
	// after how many months the one after that is due; 0 if it is owed once.
	Due    calendar.Date `json:"due,omitzero"`
	Months int           `json:"months,omitempty"`
	// Filings are the reports that were made (FileReport), Postponed the decisions by
	// which a day came to be later (PostponeReport), oldest first.
	Filings   []Filing          `json:"filings,omitempty"`
	Postponed []ReportPostponed `json:"postponed,omitempty"`
}

// Filing is one report that was made.
type Filing struct {
	// For is the day by which it was owed; zero if it was owed by no day.
	For calendar.Date `json:"for,omitzero"`
	// On is when it was made, Reference under what number, or where it is kept.
	On        calendar.Date `json:"on"`
	Reference string        `json:"reference"`
	// Evidence are the IDs of evidence of it.
	Evidence []string `json:"evidence,omitempty"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ReportPostponed is a decision that a report is made later.
type ReportPostponed struct {
	// By is the ID of the person who decided, At when, Reason why.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// From is the day before.
	From calendar.Date `json:"from"`
}

// InForce reports whether the obligation has not been ended.
func (o Obligation) InForce() bool { return o.EndedAt.IsZero() }

// Last returns the report that was made last; false if none was.
func (d ReportingDuty) Last() (Filing, bool) {
	if len(d.Filings) == 0 {
		return Filing{}, false
	}
	return d.Filings[len(d.Filings)-1], true
}

var obligations = ledger.MustDeclare(ledger.Spec[Obligation]{
	Name: KindObligation,
	Key:  func(o *Obligation) string { return o.ID }, SetKey: func(o *Obligation, id string) { o.ID = id },
	Revision:  func(o *Obligation) *uint64 { return &o.Revision },
	Completes: []string{"reviewed_by", "review_due", "tenures"},
	Carry:     handed(func(rec *Obligation) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings:  []ledger.Listing[Obligation]{{Name: bySystem, Values: func(o *Obligation) []string { return o.Systems }}},
	// A law asks for few reports; monthly ones for eight years.
	Limits: within(KindObligation, bounded(lists{"systems": 1_000, "evidence": 100, "reporting": 50, "reporting.filings": 100, "reporting.filings.evidence": 20, "reporting.postponed": 100, "equivalent.systems": 1_000}, "asks", "met", "equivalent.reason")),
	Check:  checked(checkObligation),
})

// PutObligation adds an obligation to the register, or revises one that binds (4.1, 4.2).
// A review is not taken back, and counts for what it was of: if source, country, systems or
// what is asked change, it is to be reviewed again. What is owed to be reported stays owed:
// a later day is decided by PostponeReport, an end by EndObligation, and reports that were
// made stay.
func (tx *Tx) PutObligation(o Obligation) error {
	return put(tx, "PutObligation", obligations, o, func(o *Obligation) error {
		old, exists := obligations.Of(tx).Get(o.ID)
		o.EndedAt, o.EndedBy, o.EndReason, o.ReviewedBy, o.Equivalent = time.Time{}, "", "", old.ReviewedBy, old.Equivalent
		if o.Kind != old.Kind || o.Source != old.Source || o.Country != old.Country || o.Asks != old.Asks {
			o.Equivalent = Equivalence{} // that was of something else
		}
		for i := range o.Reporting {
			o.Reporting[i].Filings, o.Reporting[i].Postponed = nil, nil
		}
		var is Issues
		if exists {
			if err := closedOn("ended", old.EndedAt); err != nil {
				return err
			}
			o.keepsReview(&is, &old, tx.Today())
			o.keepsReporting(&is, &old, tx.Today())
		}
		switch {
		case o.ReviewedOn.IsZero():
			o.ReviewedBy = ""
		case o.ReviewedOn != old.ReviewedOn:
			o.ReviewedBy = tx.By().Actor
		}
		if o.ReviewDue.IsZero() && !o.ReviewedOn.IsZero() {
			o.ReviewDue = o.ReviewedOn.AddDate(1, 0, 0)
		}
		return is.Err()
	})
}

// keepsReview holds a revision to the review before.
func (o *Obligation) keepsReview(is *Issues, old *Obligation, today calendar.Date) {
	if o.ReviewedOn.Before(old.ReviewedOn) {
		is.Add("reviewed_on", "kept", o.ReviewedOn.String(), "it was reviewed on %s", old.ReviewedOn.String())
	}
	if o.ReviewedOn == old.ReviewedOn && o.ReviewDue.After(old.ReviewDue) && !old.ReviewDue.IsZero() {
		is.Add("review_due", "kept", o.ReviewDue.String(), "it is due on %s; a later day takes a review", old.ReviewDue.String())
	}
	same := o.Source == old.Source && o.Country == old.Country && o.Asks == old.Asks && sameSet(o.Systems, old.Systems)
	if !same && o.ReviewedOn == old.ReviewedOn && o.ReviewedOn != today {
		o.ReviewedOn, o.ReviewDue = calendar.Date{}, calendar.Date{} // that was of something else
	}
}

// keepsReporting holds a revision to what was owed, and was reported, before.
func (o *Obligation) keepsReporting(is *Issues, old *Obligation, today calendar.Date) {
	for _, was := range old.Reporting {
		i := slices.IndexFunc(o.Reporting, func(d ReportingDuty) bool { return d.ID == was.ID })
		owed := today.After(was.Due) && !was.Due.IsZero()
		if i < 0 {
			if owed || len(was.Filings) > 0 || len(was.Postponed) > 0 {
				is.Add("reporting", "kept", was.ID, "it was owed, or has been reported; EndObligation ends it")
			}
			continue
		}
		d, at := &o.Reporting[i], issue.Index("reporting", i)
		d.Filings, d.Postponed = was.Filings, was.Postponed
		if d.Due != was.Due && !was.Due.IsZero() && (owed || d.Due.IsZero() || d.Due.After(was.Due)) {
			is.Add(at+".due", "kept", d.Due.String(), "it is owed by %s; PostponeReport decides on a later day, FileReport says that it was made", was.Due.String())
		}
		if len(was.Filings) > 0 {
			kept(is, at+".to", was.To, d.To, "another duty is one of its own")
			kept(is, at+".what", was.What, d.What, "another duty is one of its own")
		}
	}
}

// duty returns a reporting duty of an obligation that binds.
func (o *Obligation) duty(id string) (*ReportingDuty, error) {
	if err := closedOn("ended", o.EndedAt); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Reporting, func(d ReportingDuty) bool { return d.ID == id })
	if i < 0 {
		var is Issues
		is.Add("duty", "duty", id, "no such reporting duty; see its reporting")
		return nil, is
	}
	return &o.Reporting[i], nil
}

// FileReport records that a report was made which an obligation wants (A.8.5). Where it is
// owed by a day, f.For names that day, and the next one comes to be due; a day that was
// answered before takes a correction. A report that was made before its period began
// answers nothing.
func (tx *Tx) FileReport(id, duty string, f Filing) error {
	return revise(tx, "FileReport", obligations, id, func(o *Obligation) error {
		d, err := o.duty(duty)
		if err != nil {
			return err
		}
		var is Issues
		answered := func(f Filing) func(Filing) bool { return func(o Filing) bool { return o.For == f.For } }
		switch last, _ := d.Last(); {
		case f.For == d.Due:
			planned := d.planned()
			if begin := planned.AddDate(0, -d.Months, 0); d.Months > 0 && !f.On.After(begin) && !f.On.IsZero() {
				is.Add("on", "order", f.On.String(), "what is owed by %s tells of the time after %s", d.Due.String(), begin.String())
			}
			if f.On.Before(last.On) && !f.On.IsZero() {
				is.Add("on", "order", f.On.String(), "the report before was made on %s", last.On.String())
			}
			if d.Due = (calendar.Date{}); d.Months > 0 {
				d.Due = planned.AddDate(0, d.Months, 0)
			}
		case !f.For.IsZero() && slices.ContainsFunc(d.Filings, answered(f)): // a correction
		default:
			is.Add("for", "duty", f.For.String(), "a report is owed by %q; say which day it answers", d.Due.String())
		}
		saying(&is, "reference", f.Reference)
		if f.On.IsZero() {
			is.Add("on", "required", "", "say when it was made")
		}
		if f.On.After(tx.Today()) {
			is.Add("on", "past", f.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		}
		for i, e := range f.Evidence {
			if !evidence.Of(tx).Has(e) {
				is.Add(issue.Index("evidence", i), "evidence", e, "no such evidence on file")
			}
		}
		f.By, f.At = tx.By().Actor, tx.Now()
		d.Filings = append(d.Filings, f)
		return is.Err()
	})
}

// planned is the day by which the next report was owed before it was put off.
func (d *ReportingDuty) planned() calendar.Date {
	var answered calendar.Date
	for _, f := range d.Filings {
		answered = calendar.Later(answered, f.For)
	}
	due := d.Due
	for _, p := range slices.Backward(d.Postponed) {
		if p.From.After(answered) {
			due = p.From
		}
	}
	return due
}

// PostponeReport decides, with a reason, that a report is made later, as when an authority
// has given more time. Who answers for the obligation does not.
func (tx *Tx) PostponeReport(id, duty string, to calendar.Date, reason string) error {
	return decide(tx, "PostponeReport", obligations, id, func(o *Obligation) error {
		d, err := o.duty(duty)
		if err != nil {
			return err
		}
		if d.Due.IsZero() {
			return ledger.Refuse(ErrState, "nothing is owed by a day")
		}
		var is Issues
		saying(&is, "reason", reason)
		if last := tx.Today().AddDays(year1); !to.After(d.Due) || to.After(last) {
			is.Add("to", "range", to.String(), "after %s, and by %s", d.Due.String(), last.String())
		}
		d.Postponed = append(d.Postponed, ReportPostponed{By: tx.By().Actor, At: tx.Now(), Reason: reason, From: d.Due})
		d.Due = to
		return is.Err()
	})
}

// EndObligation decides, with a reason, that an obligation binds no more: the law was
// repealed, the contract has ended. Who answers for it does not.
func (tx *Tx) EndObligation(id, reason string) error {
	return decide(tx, "EndObligation", obligations, id, func(o *Obligation) error {
		if err := closedOn("ended", o.EndedAt); err != nil {
			return err
		}
		var is Issues
		saying(&is, "end_reason", reason)
		o.EndedAt, o.EndedBy, o.EndReason = tx.Now(), tx.By().Actor, reason
		return is.Err()
	})
}

// DecideEquivalence decides, with the reason, that an obligation, a law of the Union, has
// incidents of some systems reported as the EU AI Act does (Article 73(9)). Who answers for
// it does not. Of an incident that is known already it changes nothing.
func (tx *Tx) DecideEquivalence(id string, systems []string, reason string) error {
	return decide(tx, "DecideEquivalence", obligations, id, func(o *Obligation) error {
		if err := closedOn("ended", o.EndedAt); err != nil {
			return err
		}
		if o.Kind != ObligationLaw || o.Country != "EU" {
			return ledger.Refuse(ErrState, "it is a %s of %q; Article 73(9) is of law of the Union", o.Kind, o.Country)
		}
		var is Issues
		saying(&is, "reason", reason)
		if len(systems) == 0 {
			is.Add("systems", "required", "", "name the systems, one by one")
		}
		o.Equivalent = Equivalence{Systems: systems, Reason: reason, By: tx.By().Actor, At: tx.Now()}
		return is.Err()
	})
}

func checkObligation(c checker, o *Obligation) {
	c.says("title", o.Title, true)
	oneOf(c, "kind", o.Kind, ObligationKinds())
	c.says("source", o.Source, true)
	c.says("asks", o.Asks, true)
	c.text("met", o.Met, false)
	if o.Country != "" && !register.IsJurisdiction(o.Country) {
		c.Add("country", "jurisdiction", o.Country, `use "EU", a code that ISO 3166-1 assigns, such as "AU", or an ISO 3166-2 code such as "AU-NSW"`)
	}
	if o.Country == "" && (o.Kind == ObligationLaw || o.Kind == ObligationOrder) {
		c.Add("country", "required", "", "say where it binds")
	}
	c.systems("systems", o.Systems)
	c.systems("equivalent.systems", o.Equivalent.Systems)
	c.person("owner", o.Owner, false)
	for i, id := range o.Evidence {
		if !c.has(KindEvidence, id) {
			c.Add(issue.Index("evidence", i), "evidence", id, "no such evidence on file")
		}
	}
	c.past("reviewed_on", o.ReviewedOn)
	if !o.ReviewDue.IsZero() && !o.ReviewDue.After(o.ReviewedOn) {
		c.Add("review_due", "order", o.ReviewDue.String(), "lies not after reviewed_on, %s", o.ReviewedOn.String())
	}
	for i, d := range o.Reporting {
		at := issue.Index("reporting", i)
		if slices.ContainsFunc(o.Reporting[:i], func(e ReportingDuty) bool { return e.ID == d.ID }) {
			c.Add(at+".id", "repeated", d.ID, "there is a duty of that ID already")
		}
		c.text(at+".id", d.ID, true)
		c.says(at+".to", d.To, true)
		c.says(at+".what", d.What, true)
		c.text(at+".when", d.When, false)
		if d.Due.IsZero() && len(d.Filings) == 0 && idle(d.When) {
			c.Add(at+".when", "required", d.When, "say by when, in words or by a day (due)")
		}
		if d.Months < 0 || d.Months > 60 {
			c.Add(at+".months", "range", fmt.Sprint(d.Months), "0 to 60")
		}
	}
}

// bound walks the obligations that bind, by ID.
func (x *index) bound(yield func(*Obligation) bool) {
	for _, o := range obligations.Shared(x.r).All() {
		if o.InForce() && !yield(o) {
			return
		}
	}
}

var obligationsPlaced = Probe{
	ID: "OB-01", Title: "Country of which no obligation is on file", Clause: Clause{"4.1"},
	Grading: "minor; found only once the register has been begun",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		if obligations.Shared(x.r).Len() == 0 {
			return
		}
		var of []string
		for o := range x.bound {
			if o.Country != "" {
				of = append(of, o.Country)
			}
		}
		missing := func(place string) bool {
			return !slices.ContainsFunc(of, func(country string) bool { return register.Within(place, country) })
		}
		next := issue.NewText("Put on file what binds there (PutObligation).")
		for _, place := range x.Organisation().Jurisdictions {
			if missing(place) && !yield(x.whole(never, issue.NewText("The organisation works in %s, and no obligation of there is on file.", place), next).by(place, "")) {
				return
			}
		}
		for _, st := range x.states {
			if !st.live {
				continue
			}
			for _, place := range st.s.Jurisdictions {
				if missing(place) && !yield(st.itself(never, issue.NewText("It is used in %s, and no obligation of there is on file.", place), next).by(place, "")) {
					return
				}
			}
		}
	},
	// Of each country once, of the organisation before it is of a system.
	sum: func(_ *index, lacks []Observation, yield func(Observation) bool) {
		told := make(map[string]bool)
		for _, o := range lacks {
			if !told[o.part] && !yield(o) {
				return
			}
			told[o.part] = true
		}
	},
}

var obligationsLookedAfter = Probe{
	ID: "OB-02", Title: "Obligation without owner, or not reviewed", Clause: Clause{"4.2"},
	Grading: "minor; a law or an order that nobody has looked at for a year past its review is major",
	grade:   majorIf(func(o Observation) bool { return o.Grave && lateBy(o, year) }),
	look: func(x *index, yield func(Observation) bool) {
		for o := range x.bound {
			tell := func(part string, day calendar.Date, text, next issue.Text) bool {
				ob := about(KindObligation, o.ID, o.Title, day, text, next)
				ob.Grave = o.binds()
				return yield(ob.by(part, ""))
			}
			review := issue.NewText("Look at whether it still stands so and is met (PutObligation).")
			if o.Owner == "" && !tell("owner", never, issue.NewText("Nobody answers for it."), issue.NewText("Name an owner (PutObligation).")) {
				return
			}
			if o.Owner != "" && !x.active(o.Owner) && !tell("owner", never, issue.NewText("Its owner, %q, is not an active person on file.", o.Owner), issue.NewText("Name another owner (PutObligation).")) {
				return
			}
			switch {
			case o.ReviewedOn.IsZero():
				if !tell("review", never, issue.NewText("It was never reviewed, or has changed since."), review) {
					return
				}
			case x.overdue(o.ReviewDue):
				if !tell("review", o.ReviewDue, issue.NewText("It was to be reviewed by %s.", o.ReviewDue), review) {
					return
				}
			}
		}
	},
}

// binds reports whether it is more than what the organisation agreed to.
func (o *Obligation) binds() bool { return o.Kind == ObligationLaw || o.Kind == ObligationOrder }

var obligationsMet = Probe{
	ID: "OB-03", Title: "Nothing said of how an obligation is met", Clause: Clause{"6.1.1"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for o := range x.bound {
			if idle(o.Met) && !yield(about(KindObligation, o.ID, o.Title, never, issue.NewText("Nothing says how it is met."),
				issue.NewText("Say how, and by what evidence (PutObligation)."))) {
				return
			}
		}
	},
}

var reportsMade = Probe{
	ID: "OB-04", Title: "Report owed and not made", Clause: Clause{"8.1"}, Controls: ids("A.8.5"),
	Grading: "minor; major where a law or an order asks for it",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		for o := range x.bound {
			for _, d := range o.Reporting {
				if !x.overdue(d.Due) {
					continue
				}
				ob := about(KindObligation, o.ID, o.Title, d.Due, issue.NewText("%s was to be told by %s: %s.", d.To, d.Due, strings.TrimSuffix(d.What, ".")),
					issue.NewText("Report, and record it (FileReport)."))
				ob.Grave = o.binds()
				if !yield(ob.by(d.ID, "")) {
					return
				}
			}
		}
	},
}
