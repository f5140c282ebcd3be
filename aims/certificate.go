package aims

import (
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Certificate is a certification of the management system: the way there
// (Stage 1, Stage 2), the decision, the surveillance of a three-year cycle.
// The rules of the cycle are those of ISO/IEC 17021-1, which binds the
// certification body, not clauses of ISO/IEC 42001.
type Certificate struct {
	// ID names the certification, such as "iso42001-2026".
	ID string `json:"id"`
	// Body is the certification body, Accreditation who accredited it.
	Body          string `json:"body"`
	Accreditation string `json:"accreditation,omitempty"`
	// Number is the certificate's number, Scope the scope that it prints.
	Number string `json:"number,omitempty"`
	Scope  string `json:"scope,omitempty"`
	// State is where it stands; MoveCertificate moves it.
	State CertState `json:"state"`
	// Stage1On and Stage2On are the last days of the two audits.
	Stage1On calendar.Date `json:"stage1_on,omitzero"`
	Stage2On calendar.Date `json:"stage2_on,omitzero"`
	// DecidedOn is the day of the decision to certify: the cycle starts.
	DecidedOn calendar.Date `json:"decided_on,omitzero"`
	// PrintedExpiry is the expiry that the certificate prints, if it prints
	// one; it wins over the calculated one.
	PrintedExpiry calendar.Date `json:"printed_expiry,omitzero"`
	// Surveillance are the surveillance audits that took place.
	Surveillance []calendar.Date `json:"surveillance,omitempty"`
	// SuspendedOn is when it was suspended, if it is.
	SuspendedOn calendar.Date `json:"suspended_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CertState is where a certification stands.
type CertState string

// The states of a certification.
const (
	CertPreparing  CertState = "preparing"
	CertApplied    CertState = "applied"
	CertStage1Done CertState = "stage1_done"
	CertStage2Done CertState = "stage2_done"
	CertCertified  CertState = "certified"
	CertSuspended  CertState = "suspended"
	CertExpired    CertState = "expired"
	CertWithdrawn  CertState = "withdrawn"
	CertRefused    CertState = "refused"
)

// certMoves are the moves that a certification can make. Source: ISO/IEC
// 17021-1 as certification bodies report it.
var certMoves = map[CertState][]CertState{
	"":             {CertPreparing},
	CertPreparing:  {CertApplied},
	CertApplied:    {CertStage1Done},
	CertStage1Done: {CertStage1Done, CertStage2Done},
	CertStage2Done: {CertStage1Done, CertCertified, CertRefused},
	CertCertified:  {CertCertified, CertSuspended, CertExpired, CertWithdrawn},
	CertSuspended:  {CertCertified, CertExpired, CertWithdrawn},
	CertExpired:    {CertCertified, CertApplied},
	CertWithdrawn:  {CertApplied},
	CertRefused:    {CertApplied},
}

// CycleDate is one date of a certification cycle.
type CycleDate struct {
	// ID names the date, such as "surveillance_1".
	ID string `json:"id"`
	// Due is the date.
	Due calendar.Date `json:"due,omitzero"`
	// Rule says how it comes about, Basis what it rests on: "norm" for ISO/IEC
	// 17021-1, "convention" for the habit of certification bodies.
	Rule  string `json:"rule"`
	Basis string `json:"basis"`
	// Done reports whether what is due has taken place.
	Done bool `json:"done"`
}

// Expires returns the last day of the certificate: the printed one, or three
// years after the decision; no day before a decision.
func (c Certificate) Expires() calendar.Date {
	switch {
	case !c.PrintedExpiry.IsZero():
		return c.PrintedExpiry
	case c.DecidedOn.IsZero():
		return calendar.Date{}
	}
	return c.DecidedOn.AddDate(0, 36, 0)
}

// Valid reports whether the certificate can be claimed on a day: certified,
// not suspended, not expired.
func (c Certificate) Valid(today calendar.Date) bool {
	return c.State == CertCertified && !today.After(c.Expires())
}

// Cycle returns the dates of the cycle, in order; none before a decision.
func (c Certificate) Cycle() []CycleDate {
	if c.DecidedOn.IsZero() {
		return nil
	}
	d, e := c.DecidedOn, c.Expires()
	second := d.AddDate(0, 24, 0)
	held := func(from, to calendar.Date) bool {
		for _, s := range c.Surveillance {
			if s.After(from) && !s.After(to) {
				return true
			}
		}
		return false
	}
	first := d.AddDate(0, 12, 0)
	return []CycleDate{
		{"surveillance_1", first, "at most 12 months after the decision", "norm", held(d, first)},
		{"surveillance_2", second, "at least once in a calendar year; planned at 24 months", "norm and convention", held(first, second)},
		{"recertification_audit", e.AddDays(-60), "60 days before expiry, so that the decision can be made in time", "convention", false},
		{"expiry", e, "three years after the decision, or as printed", "norm", false},
	}
}

var certificates = ledger.MustDeclare(ledger.Spec[Certificate]{
	Name:   KindCertificate,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("stage1_on", "stage2_on", "decided_on", "printed_expiry", "surveillance", "suspended_on")},
	Key: func(c *Certificate) string { return c.ID }, SetKey: func(c *Certificate, id string) { c.ID = id },
	Revision: func(c *Certificate) *uint64 { return &c.Revision },
	// A cycle of three years sees two or three.
	Limits: within(KindCertificate, bounded(lists{"surveillance": 50}, "scope")),
	Check:  checked(checkCertificate),
})

// PutCertificate adds a certification, in state preparing, or revises one. Its
// state and its days stay; MoveCertificate moves it. The printed expiry is taken once it
// is decided, within a cycle of three years.
func (tx *Tx) PutCertificate(c Certificate) error {
	return put(tx, "PutCertificate", certificates, c, func(c *Certificate) error {
		old, exists := certificates.Of(tx).Get(c.ID)
		if !exists {
			old.State = CertPreparing
		}
		var is Issues
		const instead = "MoveCertificate sets it"
		for _, f := range []struct {
			field    string
			was, now calendar.Date
		}{{"stage1_on", old.Stage1On, c.Stage1On}, {"stage2_on", old.Stage2On, c.Stage2On}, {"decided_on", old.DecidedOn, c.DecidedOn}, {"suspended_on", old.SuspendedOn, c.SuspendedOn}} {
			if !f.now.IsZero() && !f.now.Equal(f.was) {
				is.Add(f.field, "verb", f.now.String(), instead)
			}
		}
		if len(c.Surveillance) > 0 && !slices.Equal(c.Surveillance, old.Surveillance) {
			is.Add("surveillance", "verb", strconv.Itoa(len(c.Surveillance)), instead)
		}
		if last := old.DecidedOn.AddDate(0, 36, 0); !c.PrintedExpiry.IsZero() && (old.DecidedOn.IsZero() || c.PrintedExpiry.After(last)) {
			is.Add("printed_expiry", "range", c.PrintedExpiry.String(), "a certificate that is decided on prints an expiry within three years")
		}
		c.State, c.Stage1On, c.Stage2On, c.DecidedOn, c.SuspendedOn, c.Surveillance = old.State, old.Stage1On, old.Stage2On, old.DecidedOn, old.SuspendedOn, old.Surveillance
		return is.Err()
	})
}

// MoveCertificate moves a certification to its next state on the day on. A
// move that the certification rules don't know is refused with ErrState.
func (tx *Tx) MoveCertificate(id string, to CertState, on calendar.Date) error {
	return decide(tx, "MoveCertificate", certificates, id, func(c *Certificate) error {
		if !slices.Contains(certMoves[c.State], to) {
			return ledger.Refuse(ErrState, "from %s one can go to %v, not to %q", c.State, certMoves[c.State], to)
		}
		if on.IsZero() && to != CertApplied {
			var is Issues
			is.Add("on", "required", "", "say on which day")
			return is
		}
		if to == CertCertified && c.State == CertExpired && on.After(c.Expires().AddDate(0, restoreMonths, 0)) {
			return ledger.Refuse(ErrState, "it expired on %s, and is restored within six months at most; apply anew", day(c.Expires()))
		}
		if field, before := c.steppedOn(to); !before.IsZero() && !on.After(before) {
			var is Issues
			is.Add(field, "order", on.String(), "the step before was on %s; what follows is on a later day", day(before))
			return is
		}
		switch {
		case to == CertApplied: // another round; the one before stays in the history
			c.Stage1On, c.Stage2On, c.DecidedOn, c.PrintedExpiry, c.SuspendedOn = calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}
			c.Surveillance = nil
		case to == CertStage1Done:
			c.Stage1On, c.Stage2On = on, calendar.Date{}
		case to == CertStage2Done:
			c.Stage2On = on
		case to == CertCertified && c.State == CertStage2Done:
			c.DecidedOn = on
		case to == CertCertified && c.State == CertExpired: // restored: a new cycle
			c.DecidedOn, c.PrintedExpiry, c.SuspendedOn = on, calendar.Date{}, calendar.Date{}
			c.Surveillance = nil
		case to == CertCertified && c.State == CertCertified:
			c.Surveillance = append(c.Surveillance, on)
		case to == CertSuspended:
			c.SuspendedOn = on
		case to == CertCertified && c.State == CertSuspended:
			c.SuspendedOn = calendar.Date{}
		}
		c.State = to
		return nil
	})
}

// steppedOn is the day of the step before another within a certification, and the field of that one: an
// auditor writes up Stage 1 before Stage 2 begins, and who decides is not who audited
// (ISO/IEC 17021-1, 9.3.1.2 and 9.5.1.1).
func (c Certificate) steppedOn(to CertState) (field string, day calendar.Date) {
	switch {
	case to == CertStage2Done:
		return "stage2_on", c.Stage1On
	case to == CertCertified && c.State == CertStage2Done:
		return "decided_on", c.Stage2On
	}
	return "", day
}

// restoreMonths is within how many months after its expiry a certificate can be
// restored, if what is outstanding is done; else a Stage 2 at least is needed. Source:
// ISO/IEC 17021-1, 9.6.3.2.
const restoreMonths = 6

func checkCertificate(c checker, r *Certificate) {
	c.text("body", r.Body, true)
	c.text("scope", r.Scope, false)
	c.past("stage1_on", r.Stage1On)
	c.past("stage2_on", r.Stage2On)
	c.past("decided_on", r.DecidedOn)
	c.order("stage1_on", r.Stage1On, "stage2_on", r.Stage2On)
	c.order("stage2_on", r.Stage2On, "decided_on", r.DecidedOn)
	c.order("decided_on", r.DecidedOn, "printed_expiry", r.PrintedExpiry)
	for i, s := range r.Surveillance {
		c.past(issue.Index("surveillance", i), s)
		c.order("decided_on", r.DecidedOn, issue.Index("surveillance", i), s)
	}
}

var certificateCycle = Probe{
	ID: "SV-01", Title: "Surveillance or recertification overdue",
	Grading: "major: the certificate is at risk",
	grade:   graded(SeverityMajor),
	look: func(x *index, yield func(Observation) bool) {
		for _, c := range certificates.Shared(x.r).All() {
			if c.State != CertCertified && c.State != CertSuspended {
				continue
			}
			for _, d := range c.Cycle() {
				if !d.Done && x.overdue(d.Due) && !yield(about(KindCertificate, c.ID, c.Number, d.Due,
					issue.NewText(cycleLate[d.ID], day(d.Due)), issue.NewText("Agree the earliest day with %s.", c.Body)).by(d.ID, "")) {
					return
				}
			}
		}
	},
}

// cycleLate says of each date of the cycle that it has passed.
var cycleLate = map[string]string{
	"surveillance_1":        "surveillance 1 was due on %s.",
	"surveillance_2":        "surveillance 2 was due on %s.",
	"recertification_audit": "recertification audit was due on %s.",
	"expiry":                "expiry was due on %s.",
}
