package aims

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Organisation is what the management system must know of the organisation
// itself (4.1): there is one such record.
type Organisation struct {
	// ID is always "organisation".
	ID string `json:"id"`
	// Name is the organisation's name, as the Statement of Applicability
	// prints it.
	Name string `json:"name,omitempty"`
	// Roles are the organisation's own roles towards AI systems (4.1).
	Roles []register.AIRole `json:"roles,omitempty"`
	// Jurisdictions are where it works, as ISO 3166 codes or "EU".
	Jurisdictions []string `json:"jurisdictions,omitempty"`
	// Zone is where its days begin and end, as a name of the IANA database such as
	// "Europe/Berlin"; UTC if it is empty. What is due on a day is late when that day
	// is over there.
	Zone string `json:"zone,omitempty"`
	// HoldsISO27001 says that an ISO/IEC 27001 management system is in place.
	HoldsISO27001 bool `json:"holds_iso27001,omitempty"`
	// Sites are where work under the management system is done, Languages those in which it
	// is done, as ISO 639 codes, Standards the other management systems that are audited
	// together with it, such as "ISO/IEC 9001": what a certification body plans its time by.
	Sites     []Site   `json:"sites,omitempty"`
	Languages []string `json:"languages,omitempty"`
	Standards []string `json:"standards,omitempty"`
	// Advice says who advised the organisation on its management system. It is not taken
	// back: who advised does not certify it for two years (ISO/IEC 17021-1, 5.2).
	Advice []Advice `json:"advice,omitempty"`
	// Foundings tell how the first persons came on file; verbs write them.
	Foundings []Founding `json:"foundings,omitempty"`
	// RolesSince is since when Roles and Jurisdictions are as they are.
	RolesSince time.Time `json:"roles_since,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Site is a place where work under the management system is done (4.3).
type Site struct {
	// Name is what people call it, Place where it lies, as an ISO 3166 code.
	Name  string `json:"name"`
	Place string `json:"place,omitempty"`
	// Headcount is how many persons work there under the management system, Activities what
	// they do.
	Headcount  int    `json:"headcount,omitempty"`
	Activities string `json:"activities,omitempty"`
}

// Advice is that somebody advised the organisation on its management system.
type Advice struct {
	// Person and Supplier are who advised, as far as on file, Firm is the name of the firm.
	Person   string `json:"person,omitempty"`
	Supplier string `json:"supplier,omitempty"`
	Firm     string `json:"firm,omitempty"`
	// On says what it was about.
	On string `json:"on"`
	// From is its first day, Until its last one; none while it lasts.
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until,omitzero"`
}

// adviceToldDays is how long after its end it is told that advice is over; a choice of this
// project.
const adviceToldDays = 31

// maxSites is of how many sites an organisation tells.
const maxSites = 1_000

// sameSet reports whether two lists hold the same, in whatever order.
func sameSet[T cmp.Ordered](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

const organisationID = "organisation"

var organisations = ledger.MustDeclare(ledger.Spec[Organisation]{
	Name:     KindOrganisation,
	Key:      func(o *Organisation) string { return o.ID },
	Revision: func(o *Organisation) *uint64 { return &o.Revision },
	// There are six roles, and some 250 countries.
	Limits:    within(KindOrganisation, bounded(lists{"roles": 10, "jurisdictions": 300, "sites": maxSites, "languages": 100, "standards": 50, "advice": 200, "foundings": 20, "foundings.appointed": 200}, "sites.activities", "advice.on")),
	Completes: []string{"foundings", "roles_since"},
	Check:     checked(checkOrganisation),
})

// PutOrganisation revises what is on file of the organisation (4.1). The record
// exists from the start, so the change carries its revision. If its roles or countries
// come to be others than they were, every system that was assessed is to be assessed
// anew: other law may bind it.
func (tx *Tx) PutOrganisation(o Organisation) error {
	o.ID = organisationID
	var old Organisation
	others := false
	return put(tx, "PutOrganisation", organisations, o, func(o *Organisation) error {
		old = tx.Organisation()
		o.Foundings, o.RolesSince = old.Foundings, old.RolesSince
		if err := o.keepsAdvice(old.Advice, tx.Today()); err != nil {
			return err
		}
		if others = !sameSet(o.Roles, old.Roles) || !sameSet(o.Jurisdictions, old.Jurisdictions); others {
			o.RolesSince = tx.Now()
		}
		return nil
	}, func(o *Organisation) error {
		if len(old.Roles)+len(old.Jurisdictions) == 0 || !others {
			return nil // what was not said before has changed nothing
		}
		var ids []string
		for _, a := range assessments.Shared(tx).Where(byOpen, string(impact.StateApproved)).All() {
			ids = append(ids, a.System)
		}
		return tx.fireAll(ids, impact.TriggerLaw, "the organisation's roles or countries are others since "+tx.DayOf(o.RolesSince).String())
	})
}

// keepsAdvice refuses to take back that somebody advised: it may come to last longer, or to
// have ended later than was said; what was said to last ended adviceToldDays ago at most.
func (o *Organisation) keepsAdvice(was []Advice, today calendar.Date) error {
	var is Issues
	for i, a := range was {
		still := i < len(o.Advice)
		if still {
			b := o.Advice[i]
			ends := b.Until
			b.Until = a.Until
			least := a.Until
			if least.IsZero() {
				least = calendar.Later(a.From, today.AddDays(-adviceToldDays))
			}
			still = b == a && (ends.IsZero() || !ends.Before(least))
		}
		if !still {
			is.Add(issue.Index("advice", i), "kept", a.Person+a.Supplier+a.Firm, "it was told that they advised from %s on, and stays so; what comes now is told after it", a.From.String())
		}
	}
	return is.Err()
}

func checkOrganisation(c checker, o *Organisation) {
	for i, s := range o.Sites {
		at := issue.Index("sites", i)
		c.says(at+".name", s.Name, true)
		c.text(at+".activities", s.Activities, false)
		if s.Place != "" && !register.IsJurisdiction(s.Place) {
			c.Add(at+".place", "jurisdiction", s.Place, "must be \"EU\" or a code of ISO 3166, with or without a subdivision")
		}
		if s.Headcount < 0 || s.Headcount > 10_000_000 {
			c.Add(at+".headcount", "range", strconv.Itoa(s.Headcount), "0 to 10,000,000")
		}
		if slices.ContainsFunc(o.Sites[:i], func(e Site) bool { return e.Name == s.Name }) {
			c.Add(at+".name", "repeated", s.Name, "there is a site of that name already")
		}
	}
	zone, err := zoneOf(o.Zone)
	if err != nil {
		zone = time.UTC
	}
	for i, a := range o.Advice {
		at := issue.Index("advice", i)
		if a.Person == "" && a.Supplier == "" && blank(a.Firm) {
			c.Add(at+".firm", "required", "", "say who advised")
		}
		if a.Person != "" {
			c.onFile(at+".person", a.Person)
		}
		if a.Supplier != "" && !c.has(KindSupplier, a.Supplier) {
			c.Add(at+".supplier", "supplier", a.Supplier, "no such supplier on file")
		}
		c.says(at+".firm", a.Firm, false)
		c.says(at+".on", a.On, true)
		if a.From.IsZero() {
			c.Add(at+".from", "required", "", "say from when on")
		}
		for _, f := range []struct {
			field string
			on    calendar.Date
		}{{at + ".from", a.From}, {at + ".until", a.Until}} {
			if today := calendar.Of(c.r.AsOf(), zone); f.on.After(today) {
				c.Add(f.field, "past", f.on.String(), "says what happened, so it can't be after %s", today)
			}
		}
		c.order(at+".from", a.From, at+".until", a.Until)
	}
	c.text("name", o.Name, false)
	if _, err := zoneOf(o.Zone); err != nil || o.Zone == "Local" {
		c.Add("zone", "zone", o.Zone, "must be a zone of the IANA database, as Europe/Berlin")
	}
	for i, j := range o.Jurisdictions {
		if !register.IsJurisdiction(j) {
			c.Add(issue.Index("jurisdictions", i), "jurisdiction", j, "must be \"EU\" or a code of ISO 3166, with or without a subdivision")
		}
	}
	for i, role := range o.Roles {
		oneOf(c, issue.Index("roles", i), role, []register.AIRole{register.RoleProvider, register.RoleDeployer, register.RoleImporter,
			register.RoleDistributor, register.RoleManufacturer, register.RoleAuthorised})
	}
}
