package aims

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Claim is one thing that may be said of a certification on a day, or may not (ISO/IEC
// 17021-1, 8.3 and 9.6).
type Claim struct {
	// Rule is the ID of the rule (ClaimRules).
	Rule string `json:"rule"`
	// Certificate is the ID of the certification; empty where there is none.
	Certificate string `json:"certificate,omitempty"`
	// May says that it may be said, Text what.
	May  bool       `json:"may"`
	Text issue.Text `json:"text"`
}

// ClaimRule is one row of the table of what may be said of a certification.
type ClaimRule struct {
	// ID names the row, May says whether it lets something be said, When when it holds.
	ID   string `json:"id"`
	May  bool   `json:"may"`
	When string `json:"when"`
	// Source says what it rests on.
	Source string `json:"source"`

	says func(c *Certificate, today calendar.Date) (issue.Text, bool)
	// none says that it is of no certification at all, and says gets none.
	none bool
	// since is when it came to hold, as far as that is on file: nothing if what is claimed
	// was wrong from the start, no func if nobody can tell.
	since func(c *Certificate) (day calendar.Date, known bool)
	// of are the parts of a public claim that it is against; none if against any.
	of func(r *reading, p *PublicClaim, c *Certificate) []claimPart
}

var claimRules = []ClaimRule{
	{ID: "CL-01", May: true, When: "certified, not expired, and its number is on file", Source: "ISO/IEC 17021-1, 8.3.1 and 8.3.4",
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("The management system is certified to ISO/IEC 42001 by %s, within the scope of the certificate, until %s. No product, service or AI system is.", c.Body, c.Expires()), c.Valid(today) && c.Identified()
		}},
	{ID: "CL-15", When: "certified, and no number is on file", Source: "ISO/IEC 17021-1, 8.2.2 and 8.3.4",
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("No number of the certificate of %s is on file, so nobody can look it up: nothing is claimed of it until one is (PutCertificate).", c.Body), c.Valid(today) && !c.Identified()
		}},
	{ID: "CL-02", When: "suspended", Source: "ISO/IEC 17021-1, 9.6.5.3",
		since: func(c *Certificate) (calendar.Date, bool) { return c.SuspendedOn, true },
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			return issue.NewText("The certification is suspended since %s: nothing is claimed of it until it is restored.", c.SuspendedOn), c.State == CertSuspended
		}},
	{ID: "CL-03", When: "expired, and could be restored still", Source: "ISO/IEC 17021-1, 9.6.3.2.5",
		since: func(c *Certificate) (calendar.Date, bool) { return c.Expires(), true },
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("The certificate expired on %s: nothing is claimed of it. It can be restored until %s.", c.Expires(), c.Expires().AddDate(0, restoreMonths, 0)), c.ended(today) && c.restorable(today)
		}},
	{ID: "CL-04", When: "expired", Source: "ISO/IEC 17021-1, 9.6.3.2.4",
		since: func(c *Certificate) (calendar.Date, bool) { return c.Expires(), true },
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("The certificate expired on %s: nothing is claimed of it.", c.Expires()), c.ended(today) && !c.restorable(today)
		}},
	{ID: "CL-05", When: "withdrawn", Source: "ISO/IEC 17021-1, 8.3.4 and 9.6.5",
		since: func(c *Certificate) (calendar.Date, bool) { return c.WithdrawnOn, !c.WithdrawnOn.IsZero() },
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			if c.WithdrawnOn.IsZero() { // before the day was kept
				return issue.NewText("The certification was withdrawn: nothing is claimed of it."), c.State == CertWithdrawn
			}
			return issue.NewText("The certification was withdrawn on %s: nothing is claimed of it.", c.WithdrawnOn), c.State == CertWithdrawn
		}},
	{ID: "CL-06", When: "refused", Source: "ISO/IEC 17021-1, 8.3.4",
		since: fromTheStart,
		says:  only(CertRefused, "The certification was refused: nothing is claimed of it.")},
	{ID: "CL-07", When: "taken over by another body", Source: "IAF MD 2",
		since: func(c *Certificate) (calendar.Date, bool) { return c.TransferredOn, true },
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			return issue.NewText("Certification %s has taken its place since %s: nothing is claimed of this one.", c.TransferredTo, c.TransferredOn), c.State == CertTransferred
		}},
	{ID: "CL-08", When: "not decided yet", Source: "ISO/IEC 17021-1, 8.3.4",
		since: fromTheStart,
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			return issue.NewText("The certification is under way, and nothing has been decided: nothing is claimed of it."),
				slices.Contains([]CertState{"", CertPreparing, CertApplied, CertStage1Done, CertStage2Done, CertPending}, c.State)
		}},
	{ID: "CL-09", When: "of what was taken out of its scope", Source: "ISO/IEC 17021-1, 8.3.4 and 9.6.5.5",
		of: partsTakenOut,
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			out := c.takenOut()
			return issue.NewText("The certificate covers no longer: %s.", strings.Join(out, "; ")), len(out) > 0 && c.upheld()
		}},
	{ID: "CL-10", When: "the accreditation of the body has lapsed", Source: "ISO/IEC 17021-1, 8.3.1; IAF MD 2",
		of: refersToAccreditation,
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("The accreditation of %s held until %s: neither it nor its mark is referred to.", c.Body, c.AccreditedUntil), !c.AccreditedUntil.IsZero() && today.After(c.AccreditedUntil) && c.upheld()
		}},
	{ID: "CL-11", May: true, When: "certified, not expired, and its number is on file", Source: "ISO/IEC 17021-1, 8.3.3",
		says: func(c *Certificate, today calendar.Date) (issue.Text, bool) {
			return issue.NewText("What goes with a product may say that the organisation has a management system that is certified, to which standard and by whom, if it can't be read as if the product were."), c.Valid(today) && c.Identified()
		}},
	{ID: "CL-12", When: "always, of what is certified", Source: "ISO/IEC 17021-1, 8.3.1 and 8.3.2",
		of: onProduct,
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			return issue.NewText("No mark of the certification stands on a product, its packaging, an AI system or its outputs, nor on a report of a test, a calibration or an inspection."), c.upheld()
		}},
	{ID: "CL-13", When: "always, of what is certified", Source: "ISO/IEC 17021-1, 8.3.4",
		of: beyondScope,
		says: func(c *Certificate, _ calendar.Date) (issue.Text, bool) {
			return issue.NewText("Nothing is said that lets activities, sites or systems outside of the scope seem certified."), c.upheld()
		}},
	{ID: "CL-14", When: "no certification is on file", Source: "ISO/IEC 17021-1, 8.3.4",
		none: true, since: fromTheStart,
		says: func(*Certificate, calendar.Date) (issue.Text, bool) {
			return issue.NewText("No certification is on file: nothing is claimed of one."), true
		}},
}

// only is a text that is said of one state.
func only(s CertState, format string) func(*Certificate, calendar.Date) (issue.Text, bool) {
	return func(c *Certificate, _ calendar.Date) (issue.Text, bool) { return issue.Text{ID: format}, c.State == s }
}

// fromTheStart is of what was never so.
func fromTheStart(*Certificate) (calendar.Date, bool) { return calendar.Date{}, true }

// ended reports whether the certificate has expired, whether or not somebody said so.
func (c *Certificate) ended(today calendar.Date) bool {
	return c.State == CertExpired || c.State == CertCertified && !c.Valid(today)
}

// restorable reports whether an expired certificate could be restored still.
func (c *Certificate) restorable(today calendar.Date) bool {
	return !c.Expires().IsZero() && !today.After(c.Expires().AddDate(0, restoreMonths, 0))
}

// takenOut are the parts that reductions took out, and no extension took in again.
func (c *Certificate) takenOut() (out []string) {
	for _, d := range c.ScopeDecisions {
		for _, p := range d.Parts {
			is := func(o string) bool { return sameText(o, p) }
			switch {
			case d.Kind == ScopeReduced && !slices.ContainsFunc(out, is):
				out = append(out, p)
			case d.Kind == ScopeExtended:
				out = slices.DeleteFunc(out, is)
			}
		}
	}
	return out
}

// ClaimRules returns the table, in order.
func ClaimRules() []ClaimRule {
	all := slices.Clone(claimRules)
	for i := range all {
		all[i].says, all[i].since, all[i].of = nil, nil, nil
	}
	return all
}

// Claims returns what may be said of the certification on a day, and what not, in the order
// of ClaimRules; the first one says how it stands.
func (c Certificate) Claims(today calendar.Date) []Claim {
	var out []Claim
	for _, r := range claimRules {
		if r.none {
			continue
		}
		if text, holds := r.says(&c, today); holds {
			out = append(out, Claim{Rule: r.ID, Certificate: c.ID, May: r.May, Text: text})
		}
	}
	return out
}

// CertificateMeant returns the certification that is spoken of at time now: one that is
// valid, else the one that was decided on last; false if none is on file.
func (v *View) CertificateMeant(now time.Time) (Certificate, bool) {
	return meant(v.Certificates(), v.DayOf(now)) // as the reader sees them
}

// meant is CertificateMeant of some certifications.
func meant(all Records[Certificate], today calendar.Date) (best Certificate, found bool) {
	for c := range all.All() {
		valid, before := c.Valid(today), best.Valid(today)
		if !found || valid && !before || valid == before && c.DecidedOn.After(best.DecidedOn) || valid == before && best.State == CertTransferred && best.TransferredTo == c.ID {
			best, found = c, true
		}
	}
	return best, found
}

// Claims returns what the organisation may say of its certification at time now, and what not
// (ISO/IEC 17021-1, 8.3); nothing where no certification is on file, and then nothing may be
// claimed. What it does say PublicClaims are.
func (v *View) Claims(now time.Time) []Claim {
	c, ok := v.CertificateMeant(now)
	if !ok {
		return nil
	}
	return c.Claims(v.DayOf(now))
}
