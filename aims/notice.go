package aims

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// IncidentEffect is what an incident led to that somebody outside is to be told of.
type IncidentEffect string

// The effects: those by which the EU AI Act calls an incident serious (Article 3(49)),
// and a widespread infringement (Article 3(61)).
const (
	EffectDeath          IncidentEffect = "death"                   // of a person; 3(49)(a)
	EffectHealth         IncidentEffect = "serious_harm_to_health"  // 3(49)(a)
	EffectInfrastructure IncidentEffect = "critical_infrastructure" // its running is disrupted for good; 3(49)(b)
	EffectRights         IncidentEffect = "fundamental_rights"      // law that protects them is broken; 3(49)(c)
	EffectProperty       IncidentEffect = "property_or_environment" // serious harm to it; 3(49)(d)
	EffectWidespread     IncidentEffect = "widespread_infringement" // 3(61)
)

// IncidentEffects lists the effects.
func IncidentEffects() []IncidentEffect {
	return []IncidentEffect{EffectDeath, EffectHealth, EffectInfrastructure, EffectRights, EffectProperty, EffectWidespread}
}

// Clock is one row of the table of notification clocks: whom an incident is told to, and
// within what time of becoming known.
type Clock struct {
	// ID names the row, such as "NC-2".
	ID string `json:"id"`
	// Duty is the row of the EU AI Act (impact/euact) by which it is owed; empty where
	// something else asks for it, such as a contract. Ref is the article or the paper.
	Duty string `json:"duty,omitempty"`
	Ref  string `json:"ref"`
	// Effects are those any one of which starts it; none means each incident of the
	// systems and grades below.
	Effects []IncidentEffect `json:"effects,omitempty"`
	// Systems and From are, for a clock of the organisation's own, of which systems, all
	// if empty, and from which grade on.
	Systems []string `json:"systems,omitempty"`
	From    Grade    `json:"from,omitempty"`
	// With are those any one of which has to be there besides, and Limit says of which
	// systems it is: where it is set, the row takes the place of those of its duty that
	// have none.
	With  []IncidentEffect `json:"with,omitempty"`
	Limit ClockLimit       `json:"limit,omitempty"`
	// To says who is told, Days within how many days of becoming known at the latest, and
	// AtOnce that it is due as soon as a link to the system is found likely.
	To     string `json:"to"`
	Days   int    `json:"days"`
	AtOnce bool   `json:"at_once,omitempty"`
	// Why says why that long.
	Why string `json:"why"`
}

// ClockLimit says of which systems Article 73 of the EU AI Act has infringements of
// fundamental rights told alone, as other law has the rest told.
type ClockLimit string

// The limits.
const (
	// LimitDevice: medical devices, in vitro diagnostics and their safety components (Article
	// 73(10)).
	LimitDevice ClockLimit = "device"
	// LimitEquivalent: systems of Annex III whose provider reports as much under other law of
	// the Union (Article 73(9)), as was decided (DecideEquivalence).
	LimitEquivalent ClockLimit = "equivalent"
)

var rightsAlone = []IncidentEffect{EffectRights}

var clocks = []Clock{
	{ID: "NC-1", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(3)", Effects: []IncidentEffect{EffectInfrastructure, EffectWidespread}, To: "market surveillance authority", Days: 2, AtOnce: true,
		Why: "two days after becoming aware at the latest"},
	{ID: "NC-2", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(4)", Effects: []IncidentEffect{EffectDeath}, To: "market surveillance authority", Days: 10, AtOnce: true,
		Why: "ten days after becoming aware at the latest, as soon as a link is suspected"},
	{ID: "NC-3", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(2)", Effects: []IncidentEffect{EffectHealth, EffectRights, EffectProperty}, To: "market surveillance authority", Days: 15, AtOnce: true,
		Why: "fifteen days after becoming aware at the latest"},
	{ID: "NC-4", Duty: "EU-D-26-5", Ref: "EU AI Act, Art. 26(5)", Effects: IncidentEffects(), To: "provider, then importer or distributor and authority", Days: 1, AtOnce: true,
		Why: "at once; the next day is this project's reading, as the Act names no time"},
	{ID: "NC-5", Duty: "EU-D-55", Ref: "EU AI Act, Art. 55(1)(c)", Effects: IncidentEffects(), To: "AI Office, and as appropriate national authorities", Days: 15,
		Why: "without undue delay; fifteen days are this project's reading, after Art. 73(2), as the Act names no time"},
	{ID: "NC-6", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(10) with (2)", Limit: LimitDevice, Effects: rightsAlone, To: deviceAuthority, Days: 15, AtOnce: true,
		Why: "of a device, infringements of fundamental rights alone; fifteen days after becoming aware at the latest"},
	{ID: "NC-7", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(10) with (4)", Limit: LimitDevice, Effects: rightsAlone, With: []IncidentEffect{EffectDeath}, To: deviceAuthority, Days: 10, AtOnce: true,
		Why: "of a device, infringements of fundamental rights alone; ten days where a person died as well, which is this project's reading"},
	{ID: "NC-8", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(10) with (3)", Limit: LimitDevice, Effects: rightsAlone, With: []IncidentEffect{EffectInfrastructure, EffectWidespread}, To: deviceAuthority, Days: 2, AtOnce: true,
		Why: "of a device, infringements of fundamental rights alone; two days where it is widespread or disrupts infrastructure as well, which is this project's reading"},
	{ID: "NC-9", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(9) with (2)", Limit: LimitEquivalent, Effects: rightsAlone, To: "market surveillance authority", Days: 15, AtOnce: true,
		Why: "other law has the rest reported; fifteen days after becoming aware at the latest"},
	{ID: "NC-10", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(9) with (4)", Limit: LimitEquivalent, Effects: rightsAlone, With: []IncidentEffect{EffectDeath}, To: "market surveillance authority", Days: 10, AtOnce: true,
		Why: "other law has the rest reported; ten days where a person died as well, which is this project's reading"},
	{ID: "NC-11", Duty: dutyArticle73, Ref: "EU AI Act, Art. 73(9) with (3)", Limit: LimitEquivalent, Effects: rightsAlone, With: []IncidentEffect{EffectInfrastructure, EffectWidespread}, To: "market surveillance authority", Days: 2, AtOnce: true,
		Why: "other law has the rest reported; two days where it is widespread or disrupts infrastructure as well, which is this project's reading"},
}

// dutyArticle73 is the row of the Act by which providers report serious incidents.
const dutyArticle73 = "EU-D-73"

const deviceAuthority = "national authority that the Member State has chosen for devices"

// limits says which of the limits of Article 73 holds of a system, when an incident became
// known: of a device always, else where it was decided before, of a system of Annex III.
func (r *reading) limits(s *register.System, class euact.Classification, known time.Time) ClockLimit {
	if slices.Contains(s.Practices, register.PracticeMedicalDevice) {
		return LimitDevice
	}
	third := slices.ContainsFunc(class.Reasons, func(r euact.Reason) bool { return strings.HasPrefix(r.Row, "EU-III-") })
	if !third {
		return ""
	}
	for _, o := range obligations.Shared(r.r).All() {
		e := &o.Equivalent
		if !e.At.IsZero() && e.At.Before(known) && (o.EndedAt.IsZero() || o.EndedAt.After(known)) && slices.Contains(e.Systems, s.ID) {
			return LimitEquivalent
		}
	}
	return ""
}

// Clocks returns the table of notification clocks. Of devices, and of systems of Annex III
// whose provider reports as much under other law of the Union, Article 73(9) and (10) have
// infringements of fundamental rights told alone.
func Clocks() []Clock {
	all := slices.Clone(clocks)
	for i := range all {
		all[i].Effects, all[i].With = slices.Clone(all[i].Effects), slices.Clone(all[i].With)
	}
	return all
}

// checkClocks refuses clocks of an organisation's own that can't be read.
func checkClocks(own []Clock) error {
	var is Issues
	for i, c := range own {
		field := issue.Index("clocks", i)
		required(&is, field+".id", c.ID)
		required(&is, field+".to", c.To)
		required(&is, field+".ref", c.Ref)
		if slices.ContainsFunc(clocks, func(o Clock) bool { return o.ID == c.ID }) || slices.ContainsFunc(own[:i], func(o Clock) bool { return o.ID == c.ID }) {
			is.Add(field+".id", "repeated", c.ID, "there is a clock of that ID already")
		}
		if c.Duty != "" {
			is.Add(field+".duty", "absolute", c.Duty, "what the law asks for is not for an organisation to time")
		}
		if c.Limit != "" {
			is.Add(field+".limit", "absolute", string(c.Limit), "only what the law asks for is limited by it")
		}
		if c.Days < 0 || c.Days > 366 {
			is.Add(field+".days", "range", fmt.Sprint(c.Days), "0 to 366")
		}
		for n, e := range c.Effects {
			if !slices.Contains(IncidentEffects(), e) {
				is.Add(issue.Index(field+".effects", n), "oneof", string(e), "must be one of %v", IncidentEffects())
			}
		}
		if c.From != "" && c.From.rank() < 0 {
			is.Add(field+".from", "oneof", string(c.From), "must be a grade")
		}
	}
	if len(is) > 0 {
		return fmt.Errorf("options: %w: %w", ErrInvalid, is)
	}
	return nil
}

// Notice is one notification that was made of an incident.
type Notice struct {
	// Clock is the ID of the clock that it answers, System the system by which that runs;
	// of all of them if empty.
	Clock  string `json:"clock"`
	System string `json:"system,omitempty"`
	// Complete says that it tells all; an initial one is followed by a complete one
	// (Article 73(5)).
	Complete bool `json:"complete,omitempty"`
	// To says who was told, On when, Reference under what number or where it is kept.
	To        string        `json:"to"`
	On        calendar.Date `json:"on"`
	Reference string        `json:"reference"`
	// By is the ID of the person who recorded it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Notification is what is owed of one incident by one clock, of one system.
type Notification struct {
	// Incident and System are their IDs, Clock is the row.
	Incident string `json:"incident"`
	System   string `json:"system,omitempty"`
	Clock    Clock  `json:"clock"`
	// Since is from when it counts: when the incident became known. Due is the last day
	// in time, and AtOnce since when a link to the system has been found likely, from when
	// on it is due at once.
	Since  time.Time     `json:"since"`
	Due    calendar.Date `json:"due"`
	AtOnce time.Time     `json:"at_once,omitzero"`
	// Told is the day on which somebody was first told, Completed that on which all was;
	// none while not.
	Told      calendar.Date `json:"told,omitzero"`
	Completed calendar.Date `json:"completed,omitzero"`
}

// Owed reports whether nobody has been told yet.
func (n Notification) Owed() bool { return n.Told.IsZero() }

// Late reports whether, on a day, nobody was told in time.
func (n Notification) Late(today calendar.Date) bool {
	if n.Owed() {
		return today.After(n.Due)
	}
	return n.Told.After(n.Due)
}

// Serious reports whether the incident is one that a law has told to somebody outside.
func (i Incident) Serious() bool { return len(i.Effects) > 0 }

// known is when an incident became known.
func (i *Incident) known() time.Time {
	if !i.AwareOn.IsZero() && i.AwareOn.Before(i.DetectedOn) {
		return i.AwareOn
	}
	return i.DetectedOn
}

// Notifications returns what is owed to be told of an incident, by which clock, by when,
// and what has been: of each system concerned those that the law puts on the organisation
// in its roles (impact/euact), the shortest of each duty; then those of Options.Clocks.
func (r *reading) Notifications(incident string) []Notification {
	i, ok := incidents.Shared(r.r).Get(incident)
	if !ok || !r.sees(KindIncident, incident) {
		return nil
	}
	return slices.DeleteFunc(r.entire().notifications(i), func(n Notification) bool { return n.System != "" && !r.seesSystem(n.System) })
}

func (r *reading) notifications(i *Incident) []Notification {
	var all []Notification
	add := func(c Clock, system string) {
		n := Notification{Incident: i.ID, System: system, Clock: c, Since: i.known()}
		n.Due = r.DayOf(n.Since).AddDays(c.Days)
		if c.AtOnce {
			n.AtOnce = i.LinkOn
		}
		n.Clock.Effects, n.Clock.Systems, n.Clock.With = slices.Clone(c.Effects), slices.Clone(c.Systems), slices.Clone(c.With)
		for _, told := range i.Notices {
			if told.Clock != c.ID || told.System != "" && told.System != system {
				continue
			}
			if n.Told.IsZero() || told.On.Before(n.Told) {
				n.Told = told.On
			}
			if told.Complete && (n.Completed.IsZero() || told.On.Before(n.Completed)) {
				n.Completed = told.On
			}
		}
		all = append(all, n)
	}
	led := func(e IncidentEffect) bool { return slices.Contains(i.Effects, e) }
	starts := func(c Clock) bool {
		return slices.ContainsFunc(c.Effects, led) && (len(c.With) == 0 || slices.ContainsFunc(c.With, led))
	}
	if i.Serious() {
		for _, id := range i.Systems {
			s, ok := systems.Shared(r.r).Get(id)
			if !ok {
				continue
			}
			class := r.opts.Rules.EUAct().Classify(*s, r.DayOf(i.known()))
			var shortest []Clock
			limit := r.limits(s, class, i.known())
			for _, c := range clocks {
				if c.Duty == dutyArticle73 && c.Limit != limit {
					continue
				}
				if duty, owes := class.Duty(c.Duty); !owes || !duty.InForce || !starts(c) {
					continue
				}
				if n := slices.IndexFunc(shortest, func(o Clock) bool { return o.Duty == c.Duty }); n < 0 {
					shortest = append(shortest, c)
				} else if c.Days < shortest[n].Days {
					shortest[n] = c
				}
			}
			for _, c := range shortest {
				add(c, id)
			}
		}
	}
	for _, c := range r.opts.Clocks {
		if i.Grade.rank() < c.From.rank() || len(c.Effects) > 0 && !starts(c) {
			continue
		}
		if len(c.Systems) == 0 {
			add(c, "")
			continue
		}
		for _, id := range c.Systems {
			if slices.Contains(i.Systems, id) {
				add(c, id)
			}
		}
	}
	return all
}

// RecordNotice records that somebody was told of an incident, as a clock has it. It stays as
// it was recorded, and can be told of an incident that is closed.
func (tx *Tx) RecordNotice(incident string, n Notice) error {
	return revise(tx, "RecordNotice", incidents, incident, func(i *Incident) error {
		n.By, n.At = tx.By().Actor, tx.Now()
		i.Notices = append(i.Notices, n)
		return nil
	})
}

func checkNotices(c checker, i *Incident) {
	for n, e := range i.Effects {
		oneOf(c, issue.Index("effects", n), e, IncidentEffects())
	}
	c.pastAt("aware_on", i.AwareOn)
	c.pastAt("link_on", i.LinkOn)
	c.orderOf("aware_on", i.AwareOn, "link_on", i.LinkOn)
	for n, t := range i.Notices {
		field := issue.Index("notices", n)
		if !slices.ContainsFunc(slices.Concat(clocks, c.opts.Clocks), func(k Clock) bool { return k.ID == t.Clock }) {
			c.Add(field+".clock", "clock", t.Clock, "no such clock; see aims.Clocks and Options.Clocks")
		}
		if t.System != "" && !slices.Contains(i.Systems, t.System) {
			c.Add(field+".system", "system", t.System, "the incident is not of this system")
		}
		c.text(field+".to", t.To, true)
		c.text(field+".reference", t.Reference, true)
		if t.On.IsZero() {
			c.Add(field+".on", "required", "", "say when they were told")
		}
		c.past(field+".on", t.On)
		if t.On.Before(c.DayOf(i.known())) {
			c.Add(field+".on", "order", t.On.String(), "lies before the incident was known, %s", i.known().Format(time.RFC3339))
		}
	}
}

var notificationsMade = Probe{
	ID: "IN-01", Title: "Notification of an incident owed", Clause: Clause{"7.4"}, Controls: ids("A.8.4", "A.8.5"),
	Grading: "minor while there is time; major once nobody was told in time",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	clock:   true,
	look: func(x *index, yield func(Observation) bool) {
		for _, i := range incidents.Shared(x.r).All() {
			for _, n := range x.notifications(i) {
				if n.Since.After(x.now) || !n.Owed() && (!n.Completed.IsZero() || n.Clock.Duty != dutyArticle73) {
					continue
				}
				o := about(KindIncident, i.ID, i.Title, x.on(n.Since), issue.NewText("By %s (%s, %s), the %s is told by %s at the latest.", n.Clock.ID, n.Clock.Ref, issue.Plain(n.Clock.Why), n.Clock.To, day(n.Due)),
					issue.NewText("Tell them, and record it (RecordNotice)."))
				o.part = n.Clock.ID + "/" + n.System
				switch {
				case !n.Owed():
					o.Text = issue.NewText("The %s was told on %s, and not all of it yet (%s).", n.Clock.To, day(n.Told), "EU AI Act, Art. 73(5)")
				case x.overdue(n.Due):
					o.Since, o.Grave = n.Due, true
					o.Text = issue.NewText("By %s (%s), the %s was to be told by %s.", n.Clock.ID, n.Clock.Ref, n.Clock.To, day(n.Due))
				}
				if s, ok := systems.Shared(x.r).Get(n.System); ok {
					o.High, o.Live = highLevel(x.LevelOf(s.ID)), live(s)
					o.names = []Subject{systemSubject(n.System)}
				}
				if !yield(o) {
					return
				}
			}
		}
	},
}
