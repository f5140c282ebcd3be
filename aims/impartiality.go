package aims

import (
	"cmp"
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// BodyTie says that a person or a supplier on file belongs to a certification body, or is
// tied to it by ownership, employment, contract or kin.
type BodyTie struct {
	// Person or Supplier is the ID of which.
	Person   string `json:"person,omitempty"`
	Supplier string `json:"supplier,omitempty"`
	// How says how it is tied, such as "lead auditor".
	How string `json:"how"`
}

// PartialMonths is for how many months who advised on a management system, or audited it for
// the organisation, takes no part in its certification. Source: ISO/IEC 17021-1, 5.2.
const PartialMonths = 24

// Partiality is one thing that keeps a body from certifying a management system (ISO/IEC
// 17021-1, 5.2).
type Partiality struct {
	// Who is the ID of the person or the supplier, or the name of the firm, Subject the
	// record that tells what they did: an audit, or the organisation for advice.
	Who     string  `json:"who"`
	Subject Subject `json:"subject"`
	// Until is the last day of what they did; none if it is not over. Over is the first day
	// on which it bars no more.
	Until calendar.Date `json:"until,omitzero"`
	Over  calendar.Date `json:"over,omitzero"`
}

// Partialities returns what keeps the body of a certification from certifying the
// organisation: that somebody who belongs to it, or is tied to it (Certificate.Ties), audited
// internally, or advised, within two years before it was applied to, or since. Who works for
// the body counts by the unit that is on file of them (Person.Unit) as well, and who is on
// file twice is one.
func (v *View) Partialities(certificate string) []Partiality {
	c, ok := certificates.Of(v.r).Get(certificate)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(v.entire().partialities(&c), func(p Partiality) bool {
		return !v.sees(p.Subject.Kind, p.Subject.ID) || v.entire().r.Has(Subject{Kind: people.Name(), ID: p.Who}) && !v.sees(people.Name(), p.Who)
	})
}

func (r *reading) partialities(c *Certificate) []Partiality {
	from := c.Applied.On
	if from.IsZero() {
		from = r.DayOf(r.r.AsOf())
	}
	from = from.AddDate(0, -PartialMonths, 0)
	firms, suppliersOf := map[string]bool{plainText(c.Body): true}, make(map[string]bool)
	var named []string
	for _, t := range c.Ties {
		if t.Person != "" {
			named = append(named, t.Person)
		}
		if t.Supplier != "" {
			suppliersOf[t.Supplier] = true
			if s, ok := suppliers.Shared(r.r).Get(t.Supplier); ok {
				firms[plainText(s.Name)] = true
			}
		}
	}
	for id, p := range people.Shared(r.r).All() {
		if p.Unit != "" && firms[plainText(p.Unit)] {
			named = append(named, id)
		}
	}
	theirs := r.humans(named) // with those that are the same human
	var out []Partiality
	add := func(who string, s Subject, until calendar.Date) {
		if until.IsZero() || !until.Before(from) {
			p := Partiality{Who: who, Subject: s, Until: until}
			if !until.IsZero() {
				p.Over = until.AddDate(0, PartialMonths, 1)
			}
			out = append(out, p)
		}
	}
	if len(theirs) > 0 {
		for id, a := range audits.Shared(r.r).All() {
			until := r.DayOf(a.ClosedOn)
			if a.ClosedOn.IsZero() {
				until = calendar.Date{}
			}
			for _, p := range a.Auditors {
				if theirs[p] != nil {
					add(p, Subject{Kind: audits.Name(), ID: id}, until)
				}
			}
		}
	}
	for _, a := range r.Organisation().Advice {
		unit := ""
		if p, ok := people.Shared(r.r).Get(a.Person); ok {
			unit = p.Unit
		}
		name := ""
		if s, ok := suppliers.Shared(r.r).Get(a.Supplier); ok {
			name = s.Name
		}
		is := slices.ContainsFunc([]string{a.Firm, unit, name}, func(firm string) bool { return !blank(firm) && firms[plainText(firm)] })
		if is || theirs[a.Person] != nil || suppliersOf[a.Supplier] {
			add(cmp.Or(a.Person, a.Supplier, a.Firm), Subject{Kind: organisations.Name(), ID: organisationID}, a.Until)
		}
	}
	return out
}

// impartial refuses a step of a body that is not.
func (tx *Tx) impartial(c *Certificate) error {
	all := tx.partialities(&Certificate{Body: c.Body, Ties: c.Ties})
	switch {
	case len(all) == 0:
		return nil
	case all[0].Over.IsZero():
		return ledger.Refuse(ErrSeparation, "%s of %s takes part in %s, which is not over (ISO/IEC 17021-1, 5.2)", all[0].Who, c.Body, all[0].Subject)
	}
	return ledger.Refuse(ErrSeparation, "%s of %s had a part in %s until %s, which bars the body before %s (ISO/IEC 17021-1, 5.2)",
		all[0].Who, c.Body, all[0].Subject, day(all[0].Until), day(all[0].Over))
}

// checkBody checks what a certification says of its body, and what that was told.
func checkBody(c checker, r *Certificate) {
	for i, t := range r.Ties {
		at := issue.Index("ties", i)
		switch {
		case t.Person != "" && t.Supplier != "", t.Person == "" && t.Supplier == "":
			c.Add(at+".person", "required", t.Person, "name a person or a supplier on file")
		case t.Person != "":
			c.onFile(at+".person", t.Person)
		case !c.has(KindSupplier, t.Supplier):
			c.Add(at+".supplier", "supplier", t.Supplier, "no such supplier on file")
		}
		c.says(at+".how", t.How, true)
	}
	c.past("applied.on", r.Applied.On)
	for i, t := range r.Told {
		at := issue.Index("told", i)
		c.happened(at+".on", t.On)
		c.says(at+".to", t.To, true)
		c.says(at+".how", t.How, true)
		c.says(at+".what", t.What, true)
		if len(t.Parts) == 0 {
			c.Add(at+".parts", "required", "", "say what they were told of")
		}
		for n, p := range t.Parts {
			oneOf(c, issue.Index(at+".parts", n), p, BodyParts())
		}
	}
}

var bodyImpartial = Probe{
	ID: "SV-07", Title: "Certification body that advised or audited the organisation",
	Grading: "major: such a certificate does not hold",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			if !c.underWay() {
				continue
			}
			for _, p := range x.partialities(c) {
				var text issue.Text
				switch advised := p.Subject.Kind == organisations.Name(); {
				case advised && p.Until.IsZero():
					text = issue.NewText("%s, of %s or tied to it, advises on the management system.", recordOf(people.Name(), p.Who), c.Body)
				case advised:
					text = issue.NewText("%s, of %s or tied to it, advised on the management system until %s.", recordOf(people.Name(), p.Who), c.Body, day(p.Until))
				case p.Until.IsZero():
					text = issue.NewText("%s, of %s or tied to it, audits in %s.", recordOf(people.Name(), p.Who), c.Body, p.Subject.ID)
				default:
					text = issue.NewText("%s, of %s or tied to it, audited in %s until %s.", recordOf(people.Name(), p.Who), c.Body, p.Subject.ID, day(p.Until))
				}
				o := about(KindCertificate, c.ID, c.Number, p.Until, text, issue.NewText("Tell the body, which has others see to it, or have another body certify.")).by(p.Who+"/"+p.Subject.String(), "")
				o.names = []Subject{p.Subject, {Kind: people.Name(), ID: p.Who}}
				if !yield(o) {
					return
				}
			}
		}
	},
}
