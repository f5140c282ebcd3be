package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage/ledger"
)

// restoreMonths is within how many months after its expiry a certificate can be
// restored, if what is outstanding is done; else a Stage 2 at least is needed. Source:
// ISO/IEC 17021-1, 9.6.3.2.
const restoreMonths = 6

// majorMonths is within how many months of the last day of Stage 2 the body verifies what
// was done about majors; else there is another Stage 2. Source: ISO/IEC 17021-1, 9.5.3.2.
const majorMonths = 6

// suspendedMonths is how long a suspension lasts at most, before the certificate is
// withdrawn or its scope reduced. Source: ISO/IEC 17021-1, 9.6.5.4, of most cases.
const suspendedMonths = 6

// MoveCertificate moves a certification to its next state on the day on. A
// move that the certification rules don't know is refused with ErrState.
//
// To apply freezes what the body is told (Certificate.Applied); it, Stage 1 and Stage 2 are
// refused with ErrSeparation while somebody of the body advised or audited the organisation
// within two years (ISO/IEC 17021-1, 5.2). The decision is refused while a major of the
// body's is not verified, was verified later than six months after Stage 2, or a minor has no
// plan (9.5.3.2). Another Stage 2 is for such a major, once the six months have passed. From
// certified to certified is a surveillance audit; from expired, within six months, it is
// restored within the cycle of before, once the audit for recertification is on file
// (RecordSpecialAudit) and what was raised is dealt with (9.6.3.2).
func (tx *Tx) MoveCertificate(id string, to CertState, on calendar.Date) error {
	return decide(tx, "MoveCertificate", certificates, id, func(c *Certificate) error {
		if err := tx.mayMove(c, to, on); err != nil {
			return err
		}
		switch {
		case to == CertApplied: // another round; the one before stays in the history
			c.Stage1On, c.Stage2On, c.PendingOn, c.DecidedOn, c.RestoredOn, c.PrintedExpiry, c.SuspendedOn = calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}
			c.DecidedAt, c.DecidedBy, c.PendingAt, c.PendingBy = time.Time{}, "", time.Time{}, ""
			c.Surveillance, c.Told, c.ScopeDecisions, c.ScopeVersion, c.WithdrawnOn = nil, nil, nil, "", calendar.Date{}
			c.Applied = tx.application(c, tx.Now(), tx.Seq()-1)
			if c.Applied.On = on; on.IsZero() {
				c.Applied.On = tx.Today()
			}
		case to == CertStage1Done:
			c.Stage1On, c.Stage2On = on, calendar.Date{}
			c.Stages = append(c.Stages, StageAudit{Stage1, on, tx.By().Actor, tx.Now()})
		case to == CertStage2Done:
			c.Stage2On = on
			c.Stages = append(c.Stages, StageAudit{Stage2, on, tx.By().Actor, tx.Now()})
		case to == CertPending:
			c.PendingOn, c.PendingAt, c.PendingBy = on, tx.Now(), tx.By().Actor
		case to == CertCertified && (c.State == CertStage2Done || c.State == CertPending):
			c.DecidedOn, c.ScopeVersion = on, tx.scopeVersion()
			c.DecidedAt, c.DecidedBy = tx.Now(), tx.By().Actor
		case to == CertCertified && c.State == CertExpired: // restored, within the cycle of before
			c.PrintedExpiry = c.Expires().AddDate(0, 36, 0)
			c.DecidedOn, c.RestoredOn, c.ScopeVersion = on, on, tx.scopeVersion()
			c.DecidedAt, c.DecidedBy = tx.Now(), tx.By().Actor
			c.endSuspension(on)
			c.Surveillance = nil
		case to == CertCertified && c.State == CertCertified:
			c.Surveillance = append(c.Surveillance, on)
		case c.State == CertSuspended:
			c.endSuspension(on)
		}
		if c.State = to; to == CertWithdrawn {
			c.WithdrawnOn = on
		}
		return nil
	})
}

// scopeVersion is the ID of the version of the scope in force; empty if none is.
func (r *reading) scopeVersion() string {
	if s, ok := r.Scope(); ok && s.State == StateApproved {
		return s.ID
	}
	return ""
}

// endSuspension ends the suspension that lasts, if one does.
func (c *Certificate) endSuspension(on calendar.Date) {
	if n := len(c.Suspensions); n > 0 && c.Suspensions[n-1].Until.IsZero() {
		c.Suspensions = slices.Clone(c.Suspensions)
		c.Suspensions[n-1].Until = on
	}
	c.SuspendedOn = calendar.Date{}
}

// mayMove refuses a move that the rules of certification don't know.
func (tx *Tx) mayMove(c *Certificate, to CertState, on calendar.Date) error {
	moves := certMoves[c.State]
	renewed, renews := certificates.Shared(tx).Get(c.Renews)
	if renews && c.State == CertApplied {
		moves = []CertState{CertStage1Done, CertStage2Done}
	}
	switch {
	case to == CertSuspended && c.State == CertCertified:
		return ledger.Refuse(ErrState, "SuspendCertificate says since when it is suspended, and why")
	case !slices.Contains(moves, to):
		return ledger.Refuse(ErrState, "from %s one can go to %v, not to %q", c.State, moves, to)
	}
	decides := to == CertCertified && (c.State == CertStage2Done || c.State == CertPending)
	if renews && decides {
		if until := renewed.Expires().AddDate(0, restoreMonths, 0); on.After(until) {
			return ledger.Refuse(ErrState, "certification %s can be renewed until %s at most; what comes later is a certification of its own", renewed.ID, until)
		}
	}
	if on.IsZero() && to != CertApplied {
		var is Issues
		is.Add("on", "required", "", "say on which day")
		return is
	}
	if to == CertApplied && on.After(tx.Today()) {
		var is Issues
		is.Add("on", "past", on.String(), "says what happened, so it can't be after %s", tx.Today())
		return is
	}
	if to == CertExpired && !on.After(c.Expires()) {
		return ledger.Refuse(ErrState, "it is valid until %s; what ends before is withdrawn", day(c.Expires()))
	}
	restores := to == CertCertified && c.State == CertExpired
	if restores && !c.restorable(on) {
		return ledger.Refuse(ErrState, "it expired on %s, and is restored within six months at most; apply anew", day(c.Expires()))
	}
	if restores && c.recertified().IsZero() {
		return ledger.Refuse(ErrState, "no audit for recertification is on file since it was certified on %s (RecordSpecialAudit, recertifies)", day(c.DecidedOn))
	}
	if field, before := c.steppedOn(to); !before.IsZero() && !on.After(before) {
		var is Issues
		is.Add(field, "order", on.String(), "the step before was on %s; what follows is on a later day", day(before))
		return is
	}
	if field := map[CertState]string{CertStage1Done: "stage1_on", CertStage2Done: "stage2_on"}[to]; field != "" && on.Before(c.Applied.On) {
		var is Issues
		is.Add(field, "order", on.String(), "it was applied for on %s", day(c.Applied.On))
		return is
	}
	if to == CertStage2Done && c.State == CertStage2Done {
		if err := tx.beforeAnotherStage2(c, on); err != nil {
			return err
		}
	}
	if to == CertApplied || to == CertStage1Done || to == CertStage2Done {
		if err := tx.impartial(c); err != nil {
			return err
		}
	}
	if decides || restores || to == CertPending {
		return tx.beforeDecision(c)
	}
	return nil
}

// steppedOn is the day of the step before another within a certification, and the field of that one: an
// auditor writes up Stage 1 before Stage 2 begins, and who decides is not who audited
// (ISO/IEC 17021-1, 9.3.1.2 and 9.5.1.1).
func (c Certificate) steppedOn(to CertState) (field string, day calendar.Date) {
	switch {
	case to == CertStage2Done:
		return "stage2_on", calendar.Later(c.Stage1On, c.Stage2On)
	case to == CertCertified && (c.State == CertStage2Done || c.State == CertPending):
		return "decided_on", c.Stage2On
	case to == CertCertified && c.State == CertExpired:
		return "restored_on", c.recertified()
	}
	return "", day
}

// raised yields the nonconformities that a body raised in a certification.
func (r *reading) raised(certificate string) func(yield func(*Nonconformity) bool) {
	return func(yield func(*Nonconformity) bool) {
		for _, n := range nonconformities.Shared(r.r).All() {
			if n.Certificate == certificate && !yield(n) {
				return
			}
		}
	}
}

// verifiedBy is the last day on which a major of Stage 2 is verified.
func (c *Certificate) verifiedBy() calendar.Date { return c.Stage2On.AddDate(0, majorMonths, 0) }

// overrun reports whether a major of the body's was not verified within six months of the
// last Stage 2, as of a day.
func (c *Certificate) overrun(r *reading, n *Nonconformity, today calendar.Date) bool {
	if n.Severity != SeverityMajor || c.Stage2On.IsZero() {
		return false
	}
	if n.Open() {
		return today.After(c.verifiedBy())
	}
	return !n.RaisedOn.After(c.verifiedBy()) && r.DayOf(n.Verification.On).After(c.verifiedBy())
}

// planned reports whether a nonconformity has what a body accepts as a plan: what is put
// right, why it came about, what keeps it from coming back, and who does that.
func (n *Nonconformity) planned() bool {
	return !idle(n.Correction) && !idle(n.Cause) && !idle(n.Action.Plan) && n.Action.By != ""
}

// beforeDecision refuses a decision before what was raised is dealt with, in the cycle that
// is renewed too (ISO/IEC 17021-1, 9.5.3.2 and 9.6.3.2).
func (tx *Tx) beforeDecision(c *Certificate) error {
	if c.Renews != "" {
		for n := range tx.raised(c.Renews) {
			if n.Open() && n.Severity == SeverityMajor {
				return ledger.Refuse(ErrState, "the major %s of certification %s is not verified yet (CloseNonconformity)", n.ID, c.Renews)
			}
		}
	}
	for n := range tx.raised(c.ID) {
		switch {
		case c.State != CertExpired && c.overrun(&tx.reading, n, tx.Today()):
			return ledger.Refuse(ErrState, "the major %s was not verified by %s, six months after Stage 2; another Stage 2 comes first", n.ID, day(c.verifiedBy()))
		case n.Open() && n.Severity == SeverityMajor:
			return ledger.Refuse(ErrState, "the major %s is not verified yet (CloseNonconformity)", n.ID)
		case n.Open() && !n.planned():
			return ledger.Refuse(ErrState, "the minor %s has no plan yet: correction, cause, action and who takes it (CorrectNonconformity)", n.ID)
		}
	}
	return nil
}

// beforeAnotherStage2 refuses another Stage 2 unless six months have passed with a major
// that nobody has verified.
func (tx *Tx) beforeAnotherStage2(c *Certificate, on calendar.Date) error {
	for n := range tx.raised(c.ID) {
		if on.After(c.verifiedBy()) && c.overrun(&tx.reading, n, tx.Today()) {
			return nil
		}
	}
	return ledger.Refuse(ErrState, "another Stage 2 is for a major that was not verified within six months, until %s", day(c.verifiedBy()))
}

// SuspendCertificate records that the body has suspended the certificate since the day on,
// and why. Nothing is claimed of it from then on (Claims). MoveCertificate says what came
// of it: restored, withdrawn or expired; that it lasts longer than six months is a finding.
func (tx *Tx) SuspendCertificate(id string, on calendar.Date, reason string) error {
	return decide(tx, "SuspendCertificate", certificates, id, func(c *Certificate) error {
		if c.State != CertCertified {
			return ledger.Refuse(ErrState, "it is %s; what is certified is suspended", c.State)
		}
		var is Issues
		saying(&is, "reason", reason)
		if on.IsZero() {
			is.Add("on", "required", "", "say on which day")
		}
		c.State, c.SuspendedOn = CertSuspended, on
		c.Suspensions = append(c.Suspensions, Suspension{From: on, Reason: reason, By: tx.By().Actor, At: tx.Now()})
		return is.Err()
	})
}

// ChangeCertificateScope records a decision of the body on what the certificate covers: it is
// extended, reduced, or stays as it is though the management system has another version of
// its scope. It is then held against the version that is in force (finding SV-05), and what
// was taken out is claimed no more (Claims).
func (tx *Tx) ChangeCertificateScope(id string, d ScopeDecision) error {
	return decide(tx, "ChangeCertificateScope", certificates, id, func(c *Certificate) error {
		if !c.upheld() {
			return ledger.Refuse(ErrState, "it is %s; there is no certificate whose scope changes", c.State)
		}
		var is Issues
		saying(&is, "changed", d.Changed)
		if d.On.Before(c.DecidedOn) && !d.On.IsZero() {
			is.Add("on", "order", d.On.String(), "it was certified on %s", day(c.DecidedOn))
		}
		d.Before, d.Version, d.By, d.At = c.Scope, tx.scopeVersion(), tx.By().Actor, tx.Now()
		c.ScopeDecisions = append(c.ScopeDecisions, d)
		c.ScopeVersion = d.Version
		if !blank(d.Scope) {
			c.Scope = d.Scope
		}
		return is.Err()
	})
}

// RecordSpecialAudit records an audit of the body beside surveillance, why it came and what
// came of it; that for recertification also of what has expired and can be restored still.
func (tx *Tx) RecordSpecialAudit(id string, a SpecialAudit) error {
	return revise(tx, "RecordSpecialAudit", certificates, id, func(c *Certificate) error {
		if !c.upheld() && !(c.State == CertExpired && a.Recertifies && c.restorable(a.On)) {
			return ledger.Refuse(ErrState, "it is %s; special audits are of what is certified", c.State)
		}
		var is Issues
		if a.On.Before(c.DecidedOn) && !a.On.IsZero() {
			is.Add("on", "order", a.On.String(), "it was certified on %s", day(c.DecidedOn))
		}
		a.By, a.At = tx.By().Actor, tx.Now()
		c.Special = append(c.Special, a)
		return is.Err()
	})
}

// NoteAppeal records an appeal against a decision of the body, or a complaint about it; under
// an ID that is on file, the answer. What was said stays.
func (tx *Tx) NoteAppeal(id string, a Appeal) error {
	return revise(tx, "NoteAppeal", certificates, id, func(c *Certificate) error {
		if c.State == CertPreparing {
			return ledger.Refuse(ErrState, "nothing has been decided by a body that was not applied to")
		}
		a.By, a.At = tx.By().Actor, tx.Now()
		i := slices.IndexFunc(c.Appeals, func(o Appeal) bool { return o.ID == a.ID })
		if i < 0 {
			c.Appeals = append(c.Appeals, a)
			return nil
		}
		old := c.Appeals[i]
		if !old.Open() {
			return ledger.Refuse(ErrState, "%s was answered on %s; what comes now is another", a.ID, day(old.AnsweredOn))
		}
		var is Issues
		kept(&is, "text", old.Text, a.Text, "what comes now is another")
		kept(&is, "on", old.On, a.On, "what comes now is another")
		kept(&is, "complaint", old.Complaint, a.Complaint, "what comes now is another")
		c.Appeals = slices.Clone(c.Appeals)
		c.Appeals[i] = a
		return is.Err()
	})
}

// TransferCertificate records that the body of a certification has taken over, on a day, the
// one that it says to transfer (Certificate.Transfers), and what its review before found (IAF
// MD 2). What is taken over is certified and valid on that day, accredited as the new one
// is, and has no major open. Its cycle goes on in the new one, with its scope and what was
// taken out of that; the old one ends as transferred and names the new one.
func (tx *Tx) TransferCertificate(id string, on calendar.Date, review string) error {
	return decide(tx, "TransferCertificate", certificates, id, func(c *Certificate) error {
		if c.State != CertPreparing && c.State != CertApplied {
			return ledger.Refuse(ErrState, "it is %s; what is taken over is taken over by one that has not been audited", c.State)
		}
		old, ok := certificates.Of(tx).Get(c.Transfers)
		switch {
		case !ok:
			return ledger.Refuse(ErrState, "say which certification it takes over (PutCertificate, transfers)")
		case !old.Valid(on) || on.Before(old.DecidedOn):
			return ledger.Refuse(ErrState, "certification %s is %s, until %s; one that is valid is taken over", old.ID, old.State, day(old.Expires()))
		case idle(old.Accreditation) || idle(c.Accreditation):
			return ledger.Refuse(ErrState, "what is taken over is accredited, before and after (accreditation)")
		case !c.AccreditedUntil.IsZero() && on.After(c.AccreditedUntil):
			return ledger.Refuse(ErrState, "the accreditation of %s ended on %s", c.Body, day(c.AccreditedUntil))
		case sameText(old.Body, c.Body):
			return ledger.Refuse(ErrState, "it is of the same body, which has nothing to take over")
		}
		for n := range tx.raised(old.ID) {
			if n.Open() && n.Severity == SeverityMajor {
				return ledger.Refuse(ErrState, "the major %s of %s is not verified yet (CloseNonconformity)", n.ID, old.Body)
			}
		}
		if err := tx.impartial(c); err != nil {
			return err
		}
		var is Issues
		saying(&is, "review", review)
		if on.IsZero() {
			is.Add("on", "required", "", "say on which day")
		}
		if err := is.Err(); err != nil {
			return err
		}
		if c.Applied.At.IsZero() {
			c.Applied = tx.application(c, tx.Now(), tx.Seq()-1)
			c.Applied.On = on
		}
		c.State, c.DecidedOn, c.RestoredOn, c.PrintedExpiry, c.Surveillance = CertCertified, old.DecidedOn, old.RestoredOn, old.Expires(), old.Surveillance
		c.DecidedAt, c.DecidedBy = old.DecidedAt, old.DecidedBy
		c.ScopeVersion, c.ScopeDecisions, c.TransferredOn, c.TransferReview = old.ScopeVersion, old.ScopeDecisions, on, review
		if blank(c.Scope) {
			c.Scope = old.Scope
		}
		if c.Renews == "" {
			c.Renews = old.Renews
		}
		old.State, old.TransferredTo, old.TransferredOn = CertTransferred, c.ID, on
		return certificates.Keep(tx, old)
	})
}
