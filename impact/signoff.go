package impact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// SignOff is a row of the sign-off matrix: what an approval at a level takes.
type SignOff struct {
	// Signers sign, each of them another person. None means that the level
	// can't be approved.
	Signers []Signer `json:"signers"`
	// Consultation says that affected people, or who speaks for them, are heard
	// first, or the assessment says why not.
	Consultation bool `json:"consultation,omitempty"`
}

// Signer is one signature that an approval takes.
type Signer struct {
	// Roles are the roles any of which may give it, such as "impact-approver".
	// RoleSystemOwner stands for the owner of the system.
	Roles []string `json:"roles"`
	// NotOwner says that the owner of the system may not give it, in whatever
	// role.
	NotOwner bool `json:"not_owner,omitempty"`
	// Why says why it is asked for.
	Why string `json:"why,omitempty"`
}

// The roles that sign impact assessments.
const (
	SignerApprover    = "impact-approver"
	SignerPolicyOwner = "policy-owner"
	SignerOwner       = "system-owner" // whoever owns the system
)

// SignOffRule is a rule that every approval keeps, at whatever level and
// whatever the matrix says.
type SignOffRule struct {
	// ID names the rule; refusals carry it. Rule says what it asks for.
	ID   string `json:"id"`
	Rule string `json:"rule"`
	// Source is what it rests on.
	Source string `json:"source"`
}

const (
	clauseRoles  = "ISO/IEC 42001 5.3, A.3.2"
	clauseImpact = "ISO/IEC 42001 6.1.4, A.5.2"
	clauseRecord = "ISO/IEC 42001 A.5.3"
)

var signOffRules = []SignOffRule{
	{"SO-01", "Whoever wrote in it does not sign it.", "Canada's Directive on Automated Decision-Making, Appendix C (peer review); " + clauseRoles},
	{"SO-02", "A signer is a person on file, active, who holds the role at the time.", clauseRoles},
	{"SO-03", "Each signature is another human's: who is on file twice, or signs through a deputy, has signed.", clauseRoles},
	{"SO-04", "The system is as it was when the assessment was handed in.", clauseImpact},
	{"SO-05", "Nothing is unknown that decides the level.", clauseImpact},
	{"SO-06", "A use of unacceptable impact is not approved: it is stopped or changed.", "EU AI Act, Article 5; this project's own"},
	{"SO-07", "What remains of a harm to people is tolerable under the risk criteria; above what is borne it is a finding until somebody accepts it by name, with an end (S2-05).", "ISO/IEC 42001 6.1.2, 6.1.3"},
	{"SO-08", "A delegation is written, ends, names the role, gives nobody two signatures, and is judged for both persons when it is used.", clauseRoles},
	{"SO-09", "A signature names person, role, time and the digest of what was signed; its conditions have an owner and a date.", clauseRecord},
	{"SO-10", "What is sent back keeps the reasons on record.", clauseRecord},
	{"SO-11", "A new approval supersedes the old one, which stays readable.", clauseRecord},
	{"SO-12", "Whoever has declared a conflict of interest does not sign.", clauseRoles},
	{"SO-13", "No remark that must be answered first is open.", "this project's own"},
	{"SO-14", "The owner of a system does not sign where the matrix asks for somebody else.", "New South Wales AI Assessment Framework (review outside the line); this project's own"},
}

// SignOffRules returns the rules that every approval keeps.
func SignOffRules() []SignOffRule { return slices.Clone(signOffRules) }

// Signature is one person's word for an assessment.
type Signature struct {
	// By is the person's ID, Role the role in which they sign, At when.
	By   string    `json:"by"`
	Role string    `json:"role"`
	At   time.Time `json:"at"`
	// For is the ID of the person in whose place they sign, under a delegation.
	For string `json:"for,omitempty"`
	// Digest is the SHA-256 of what was signed, in hexadecimal digits.
	Digest string `json:"digest,omitempty"`
}

// ApprovalCondition is something that a signer asks for: a task with an owner
// and a date.
type ApprovalCondition struct {
	// Text is what is to be done, Owner the ID of the person who does it, Due by
	// when.
	Text  string        `json:"text"`
	Owner string        `json:"owner"`
	Due   calendar.Date `json:"due"`
	// By is the ID of the signer.
	By string `json:"by,omitempty"`
	// DoneBy says who did it, DoneOn when, Note how.
	DoneBy string    `json:"done_by,omitempty"`
	DoneOn time.Time `json:"done_on,omitzero"`
	Note   string    `json:"note,omitempty"`
}

// Open reports whether the condition has not been met.
func (c ApprovalCondition) Open() bool { return c.DoneOn.IsZero() }

// Delegation lets a person sign in the place of another, once, for a time.
type Delegation struct {
	// Role is the role, From the ID of its holder, To of who signs instead.
	Role string `json:"role"`
	From string `json:"from"`
	To   string `json:"to"`
	// Reason says why; At is when it was given, Until its last day.
	Reason string        `json:"reason"`
	At     time.Time     `json:"at"`
	Until  calendar.Date `json:"until"`
}

// InForce reports whether the delegation, once given, still holds on a day.
func (d Delegation) InForce(today calendar.Date) bool { return !today.After(d.Until) }

// Conflict is a conflict of interest that a person has declared.
type Conflict struct {
	// Person is the person's ID, What the interest, At when it was declared.
	Person string    `json:"person"`
	What   string    `json:"what"`
	At     time.Time `json:"at"`
}

// Delegate records that a person signs in the place of another. It ends by the
// policy's DelegationDays at the latest. Neither may be an author, have signed or
// have declared a conflict, and To may not hold another delegation here. Whether
// From holds the role is for the caller to see.
func (a Assessment) Delegate(d Delegation, b Basis) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s; what is open is delegated", ErrState, a.State)
	}
	d.At = b.Now
	var is issue.Issues
	required(&is, "delegation.from", d.From)
	required(&is, "delegation.to", d.To)
	required(&is, "delegation.reason", d.Reason)
	if b.same(d.To, d.From) {
		is.Add("delegation.to", "other", d.To, "is the person who delegates")
	}
	if !a.signs(d.Role, b.policy()) {
		is.Add("delegation.role", "sign_off", d.Role, "at level %s the roles that sign are %s", a.Level, strings.Join(a.rolesOf(b.policy()), ", "))
	}
	if last := b.today().AddDays(b.policy().delegationDays()); d.Until.Before(b.today()) || d.Until.After(last) {
		is.Add("delegation.until", "range", d.Until.String(), "a delegation ends, by %s at the latest (SO-08)", last)
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	for _, person := range []string{d.From, d.To} {
		if err := a.barred(person, b); err != nil {
			return a, err
		}
	}
	for _, o := range a.Delegations {
		switch {
		case !o.InForce(b.today()):
		case b.same(o.To, d.To):
			return a, fmt.Errorf("%w: %q has a delegation here already (SO-08)", ErrSeparation, d.To)
		case b.same(o.To, d.From) && o.Role == d.Role:
			return a, fmt.Errorf("%w: %q has the role %s by delegation, which can't be passed on (SO-08)", ErrSeparation, d.From, d.Role)
		}
	}
	delegations := append(slices.Clip(a.Delegations), d)
	if err := bounded("delegations", delegations); err != nil {
		return a, err
	}
	a.Delegations = delegations
	return a, nil
}

// Delegated returns the delegation under which a person signs in a role at time
// now; false if there is none in force.
func (a Assessment) Delegated(person, role string, today calendar.Date) (Delegation, bool) {
	return find(a.Delegations, func(d *Delegation) bool { return d.To == person && d.Role == role && d.InForce(today) })
}

// Declare records a conflict of interest, which keeps the person from signing.
func (a Assessment) Declare(person, what string, now time.Time) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s; a conflict is declared while it is open", ErrState, a.State)
	}
	var is issue.Issues
	required(&is, "conflict.person", person)
	required(&is, "conflict.what", what)
	if err := is.Err(); err != nil {
		return a, err
	}
	if a.SignedBy(person) {
		return a, fmt.Errorf("%w: %q has signed; send it back first", ErrState, person)
	}
	conflicts := append(slices.Clip(a.Conflicts), Conflict{Person: person, What: what, At: now})
	if err := bounded("conflicts", conflicts); err != nil {
		return a, err
	}
	a.Conflicts = conflicts
	return a, nil
}

// barred returns an error if a person, or who is the same human, can't sign, in
// whatever role.
func (a Assessment) barred(person string, b Basis) error {
	switch {
	case slices.ContainsFunc(a.Authors, func(o string) bool { return b.same(o, person) }):
		return fmt.Errorf("%w: %q wrote in it and can't sign it (SO-01)", ErrSeparation, person)
	case slices.ContainsFunc(a.Signatures, func(s Signature) bool { return b.same(s.By, person) || b.same(s.For, person) }):
		return fmt.Errorf("%w: %q has signed it already; another person signs for the other role (SO-03)", ErrSeparation, person)
	case slices.ContainsFunc(a.Conflicts, func(c Conflict) bool { return b.same(c.Person, person) }):
		return fmt.Errorf("%w: %q has declared a conflict of interest (SO-12)", ErrSeparation, person)
	}
	return nil
}

// may returns an error if what a person has to do with an assessment and its system
// keeps a signature from being given: of who signs, and of the person in whose place.
// signer is what the signature is wanted for.
func (a Assessment) may(sig Signature, signer Signer, s register.System, b Basis) error {
	for _, person := range []string{sig.By, sig.For} {
		if person == "" {
			continue
		}
		err := a.barred(person, b)
		if err == nil && signer.NotOwner && b.same(s.Owner, person) {
			err = fmt.Errorf("%w: %q owns the system %s; at level %s another person signs (SO-14)", ErrSeparation, s.Owner, s.ID, a.Level)
		}
		if err != nil && person == sig.For {
			err = fmt.Errorf("%w: %q signs in the place of %q, and that counts for both (SO-08)", err, sig.By, sig.For)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Along returns an error if what a says for itself keeps a signature of the assessment
// that it follows from being given: its system has changed since it was handed in, a
// remark on it must be answered first, or who signs, or in whose place, is barred from
// it. See Sign, which looks at the one that is followed.
func (a Assessment) Along(lead Assessment, sig Signature, s register.System, b Basis) error {
	if register.FingerprintOf(s).Digest != a.Fingerprint.Digest {
		return fmt.Errorf("%w: %s; hand it in again (SO-04)", ErrChanged, s.ID)
	}
	for i, c := range a.Comments {
		if c.Blocking && c.Open() {
			return fmt.Errorf("%w: remark %d on %s must be answered first (SO-13)", ErrState, i+1, a.ID)
		}
	}
	wanted := b.policy().SignOff[lead.Level].wanted(lead.Signatures)
	next := slices.IndexFunc(wanted, func(x Signer) bool { return slices.Contains(x.Roles, sig.Role) })
	if next < 0 {
		return nil // Sign says so
	}
	if err := a.may(sig, wanted[next], s, b); err != nil {
		return fmt.Errorf("%w, in %s, which follows", err, a.ID)
	}
	return nil
}

// rolesOf are the roles that sign at the assessment's level.
func (a Assessment) rolesOf(p *Policy) []string {
	var roles []string
	for _, s := range p.SignOff[a.Level].Signers {
		roles = append(roles, s.Roles...)
	}
	return roles
}

func (a Assessment) signs(role string, p *Policy) bool { return slices.Contains(a.rolesOf(p), role) }

// intolerable lists harms to people of which more remains than anybody can
// accept.
func (a Assessment) intolerable(c register.Criteria) []string {
	var ids []string
	for _, h := range a.Harms {
		if h.Outcome.Residual != "" && h.onPeople() && !c.Tolerable(h.Outcome.Residual) {
			ids = append(ids, h.Harm)
		}
	}
	return ids
}

// Sign adds a signature in a role that the policy asks for at the assessment's
// level, and what the signer asks for besides. With the last signature the
// assessment is approved. Whether the person holds the role is for the caller to
// see (SO-02); Delegated says whether somebody has lent it. A signature in the place of
// another is judged for both: neither may be an author, have signed, have declared a
// conflict, or own the system where the owner may not sign. Those that follow it the
// caller looks at by Along.
func (a Assessment) Sign(sig Signature, conditions []ApprovalCondition, s register.System, b Basis) (Assessment, error) {
	if a.State != StateSubmitted {
		err := fmt.Errorf("%w: it is %s; what is submitted is signed", ErrState, a.State)
		if n := len(a.Triggers); a.State == StateInProgress && n > 1 {
			last := a.Triggers[n-1]
			err = fmt.Errorf("%w; it went back to being written if this came after it was handed in: %s %s", err, last.Kind, last.Detail)
		}
		return a, err
	}
	if a.Group != "" {
		return a, fmt.Errorf("%w: it follows %s and is signed with it", ErrState, a.Group)
	}
	matrix := b.policy().SignOff[a.Level]
	if a.Level == LevelUnacceptable || len(matrix.Signers) == 0 {
		return a, fmt.Errorf("%w: level %s, under %s (SO-06)", ErrUnacceptable, a.Level, strings.Join(a.Result.LevelRules, ", "))
	}
	if c := b.criteria(); slices.ContainsFunc(a.Harms, func(h HarmRating) bool { return h.Outcome.Inherent != "" && h.Criteria != c.Version }) {
		return a, fmt.Errorf("%w: it was rated with version %d of the risk criteria, and version %d is in force: rate anew", ErrState, a.Criteria, c.Version)
	}
	harms := a.intolerable(b.criteria())
	for _, m := range a.Members {
		for _, h := range m.Intolerable {
			harms = append(harms, h+" ("+m.System+")")
		}
	}
	if len(harms) > 0 {
		return a, fmt.Errorf("%w: more remains of %s than anybody can accept (SO-07)", ErrUnacceptable, strings.Join(harms, ", "))
	}
	if register.FingerprintOf(s).Digest != a.Fingerprint.Digest {
		return a, fmt.Errorf("%w: hand it in again (SO-04)", ErrChanged)
	}
	for i, c := range a.Comments {
		if c.Blocking && c.Open() {
			return a, fmt.Errorf("%w: remark %d must be answered first (SO-13)", ErrState, i+1)
		}
	}
	slot := slices.IndexFunc(matrix.Signers, func(x Signer) bool { return slices.Contains(x.Roles, sig.Role) })
	wanted := matrix.wanted(a.Signatures)
	next := slices.IndexFunc(wanted, func(x Signer) bool { return slices.Contains(x.Roles, sig.Role) })
	if slot < 0 {
		var is issue.Issues
		is.Add("role", "sign_off", sig.Role, "at level %s the roles that sign are %s", a.Level, strings.Join(a.rolesOf(b.policy()), ", "))
		return a, is
	}
	if next < 0 {
		return a, fmt.Errorf("%w: it has been signed as %s already", ErrState, strings.Join(matrix.Signers[slot].Roles, " or "))
	}
	if err := a.may(sig, wanted[next], s, b); err != nil {
		return a, err
	}
	var is issue.Issues
	required(&is, "by", sig.By)
	if sig.For != "" {
		if d, ok := a.Delegated(sig.By, sig.Role, b.today()); !ok || d.From != sig.For {
			return a, fmt.Errorf("%w: %q has not lent %q the role %s, or no longer (SO-08)", ErrSeparation, sig.For, sig.By, sig.Role)
		}
	}
	for i, c := range conditions {
		field := "conditions[" + strconv.Itoa(i) + "]"
		required(&is, field+".text", c.Text)
		required(&is, field+".owner", c.Owner)
		if !c.Due.After(b.today()) {
			is.Add(field+".due", "future", c.Due.String(), "must lie after the signature, %s", b.today())
		}
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	all := slices.Clip(a.Conditions)
	for _, c := range conditions {
		all = append(all, ApprovalCondition{Text: c.Text, Owner: c.Owner, Due: c.Due, By: sig.By})
	}
	recordBounds().CheckField(&is, "conditions", all)
	sig.At, sig.Digest = b.Now, a.Digest()
	signatures := append(slices.Clip(a.Signatures), sig)
	recordBounds().CheckField(&is, "signatures", signatures)
	if err := is.Err(); err != nil {
		return a, err
	}
	a.Signatures, a.Conditions = signatures, all
	if len(wanted) > 1 {
		return a, nil
	}
	a.State, a.ApprovedAt, a.ValidUntil = StateApproved, b.Now, b.policy().validUntil(a.Level, b.today())
	return a, nil
}

// wanted returns the signers that the signatures leave over. Each signature
// counts for the first that takes its role and has none yet.
func (m SignOff) wanted(signatures []Signature) []Signer {
	left := slices.Clone(m.Signers)
	for _, s := range signatures {
		if i := slices.IndexFunc(left, func(x Signer) bool { return slices.Contains(x.Roles, s.Role) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
	}
	return left
}

// Meet records that condition n, counted from 1, has been met.
func (a Assessment) Meet(n int, by, note string, now time.Time) (Assessment, error) {
	var is issue.Issues
	numbered(&is, "condition", n, len(a.Conditions), "conditions")
	required(&is, "note", note)
	recordBounds().CheckField(&is, "conditions[].note", note)
	if err := is.Err(); err != nil {
		return a, err
	}
	if !a.Conditions[n-1].Open() {
		return a, fmt.Errorf("%w: condition %d was met on %s", ErrState, n, day(a.Conditions[n-1].DoneOn))
	}
	a.Conditions = slices.Clone(a.Conditions)
	c := &a.Conditions[n-1]
	c.DoneBy, c.DoneOn, c.Note = by, now, note
	return a, nil
}

// Digest is the SHA-256, in hexadecimal digits, of what a signature is for:
// everything but what happens around it (who was asked, signatures, conditions,
// remarks, delegations, what came after) and the revision.
func (a Assessment) Digest() string {
	a.Signatures, a.Conditions, a.Comments, a.Delegations, a.Conflicts = nil, nil, nil, nil, nil
	a.State, a.ApprovedAt, a.ValidUntil, a.SupersededBy, a.Revision = StateSubmitted, time.Time{}, calendar.Date{}, "", 0
	a.Published, a.Ended, a.Assessor, a.Confirmations = Publication{}, Ending{}, "", nil
	if a.Group != "" { // stands in the one that it follows
		a.Authors, a.Returns, a.SubmittedBy, a.SubmittedAt = nil, nil, "", time.Time{}
	}
	b, err := json.Marshal(a)
	if err != nil {
		return ""
	}
	return digestOf(b)
}

// digestOf is the SHA-256 of a text, and of what it is bound to, in hexadecimal
// digits.
func digestOf(text []byte, bound ...string) string {
	h := sha256.New()
	h.Write(text)
	for _, b := range bound {
		h.Write([]byte("\n" + b))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// SignedBy reports whether a person has signed it.
func (a Assessment) SignedBy(person string) bool {
	return slices.ContainsFunc(a.Signatures, func(s Signature) bool { return s.By == person })
}
