package impact

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// ConfirmKind says on what ground an approval is confirmed without a new
// assessment.
type ConfirmKind string

// The grounds. Each is bounded: whatever the rules make of the system, its level,
// harms, controls, evidence and duties, must be what was approved.
const (
	// ConfirmWording says that a change of purpose, decisions, deployment context or
	// misuse is one of words alone (MC-02). Numbers in it stay as they were.
	ConfirmWording ConfirmKind = "wording"
	// ConfirmPatch says that another version of the same model behaves as the one
	// before (MC-10), with a regression test as evidence.
	ConfirmPatch ConfirmKind = "patch"
	// ConfirmValid says that the approval is still right: after a question was
	// answered (MC-18), or when its review is due. The second such review in a row
	// can be confirmed; the third takes an assessment.
	ConfirmValid ConfirmKind = "still_valid"
)

// IsValid reports whether it is one of the grounds; the zero value is none.
func (k ConfirmKind) IsValid() bool {
	return k == ConfirmWording || k == ConfirmPatch || k == ConfirmValid
}

// ConfirmKinds returns the grounds.
func ConfirmKinds() []ConfirmKind { return []ConfirmKind{ConfirmWording, ConfirmPatch, ConfirmValid} }

// maxRenewals is how many reviews in a row can be confirmed in place of a new
// assessment. It is this project's own: with the months of DefaultPolicy a system of
// high impact is assessed anew every three years at the latest.
const maxRenewals = 2

// Confirmation is a decision by name that an approval holds on although something
// changed, or its time ran out. It takes the signatures that the approval took, of
// persons who did not make the change, and leaves what was signed as it was.
type Confirmation struct {
	// Kind is the ground, Reason why it holds.
	Kind   ConfirmKind `json:"kind"`
	Reason string      `json:"reason"`
	// Evidence is the ID of the evidence of the regression test; of a patch alone.
	Evidence string `json:"evidence,omitempty"`
	// Fingerprint is of the system for which it holds; Changes are the attributes
	// in which that differs materially from what was approved.
	Fingerprint register.Fingerprint `json:"fingerprint"`
	Changes     []string             `json:"changes,omitempty"`
	// Signatures are those given so far. At is when the last was given; it holds from
	// then on, and not before.
	Signatures []Signature `json:"signatures"`
	At         time.Time   `json:"at,omitzero"`
	// Until is to when it moved the end of the approval; zero if it did not.
	Until calendar.Date `json:"until,omitzero"`
}

// InForce reports whether all have signed it.
func (c Confirmation) InForce() bool { return !c.At.IsZero() }

// confirmed returns the confirmations that all have signed.
func (a Assessment) confirmed() []Confirmation {
	return slices.DeleteFunc(slices.Clone(a.Confirmations), func(c Confirmation) bool { return !c.InForce() })
}

// Confirmed returns how many confirmations in force the approval rests on.
func (a Assessment) Confirmed() int { return len(a.confirmed()) }

// covers says how a system differs materially from what was approved and from what
// was last confirmed. What was confirmed covers nothing else: it is compared whole.
func (a Assessment) differs(s register.System) []register.Change {
	changes := a.Fingerprint.Compare(s).MaterialChanges()
	if all := a.confirmed(); len(all) > 0 && len(changes) > 0 {
		return all[len(all)-1].Fingerprint.Compare(s).MaterialChanges()
	}
	return changes
}

// Confirm adds a signature to the confirmation of an approval for a system as it is,
// and begins one if none is being signed for that. c gives Kind, Reason and, of a
// patch, Evidence. open is the assessment that the change or the review has opened,
// nil if there is none. With the last of the signatures that the policy asks for at
// the approval's level, the confirmation holds.
//
// It is refused (ErrState) if anything was called for that needs an assessment: an
// incident, a concern, an event at a supplier, other law; if what changed is of
// another kind than c.Kind says, or numbers in a text changed; if the rules make
// something else of the system; if two reviews were confirmed in a row. And
// (ErrSeparation) to who made the change, an author, who has declared a conflict and,
// of ConfirmValid, who has not signed the approval. Whether the person holds the role
// and whether the evidence shows a test of what is in use now is for the caller to
// see.
func (a Assessment) Confirm(c Confirmation, sig Signature, s register.System, open *Assessment, b Basis) (Assessment, error) {
	if a.State != StateApproved {
		return a, fmt.Errorf("%w: it is %s; what is approved is confirmed", ErrState, a.State)
	}
	if a.Group != "" || len(a.Members) > 0 {
		return a, fmt.Errorf("%w: it stands for a group of systems; assess anew", ErrState)
	}
	var is issue.Issues
	if !c.Kind.IsValid() {
		is.Add("kind", "oneof", string(c.Kind), "must be one of %v", ConfirmKinds())
	}
	required(&is, "reason", c.Reason)
	recordBounds().CheckField(&is, "confirmations[].reason", c.Reason)
	if (c.Kind == ConfirmPatch) != (c.Evidence != "") {
		is.Add("evidence", "patch", c.Evidence, "a patch, and nothing else, is confirmed on the evidence of a regression test")
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	if err := a.confirmable(c, s, open, &b); err != nil {
		return a, err
	}
	c.Fingerprint, c.Changes = register.FingerprintOf(s), nil
	for _, ch := range a.Fingerprint.Compare(s).MaterialChanges() {
		c.Changes = append(c.Changes, ch.Attribute)
	}
	all := slices.Clone(a.Confirmations)
	if last := len(all) - 1; last >= 0 && !all[last].InForce() {
		if x := all[last]; x.Kind == c.Kind && x.Fingerprint.Digest == c.Fingerprint.Digest && x.Evidence == c.Evidence {
			c = x // somebody has signed it already
		}
		all = all[:last] // one that nobody finished gives way
	}
	signed, err := a.countersign(c, sig, s, open, &b)
	if err != nil {
		return a, err
	}
	all = append(all, signed)
	if err := bounded("confirmations", all); err != nil {
		return a, err
	}
	a.Confirmations = all
	if signed.InForce() && !signed.Until.IsZero() {
		a.ValidUntil = signed.Until
	}
	return a, nil
}

// confirmable says why an approval can't be confirmed on a ground for a system as it
// is, if so.
func (a Assessment) confirmable(c Confirmation, s register.System, open *Assessment, b *Basis) error {
	if open != nil {
		if open.State == StateSubmitted {
			return fmt.Errorf("%w: %s has been handed in: sign it, or send it back", ErrState, open.ID)
		}
		for _, t := range open.Triggers {
			if t.Kind != TriggerChange && t.Kind != TriggerReview && !(t.Kind == TriggerSupplier && len(t.Changes) > 0) {
				return fmt.Errorf("%w: %s (%s) calls for assessment %s", ErrState, t.Kind, t.Detail, open.ID)
			}
		}
	}
	for _, t := range a.Calls(*b) {
		if t.Kind != TriggerReview {
			return fmt.Errorf("%w: %s calls for an assessment: %s", ErrState, t.Kind, t.Detail)
		}
	}
	changes := a.Fingerprint.Compare(s).MaterialChanges()
	allowed := []ConfirmKind{c.Kind}
	for _, x := range a.confirmed() {
		allowed = append(allowed, x.Kind)
	}
	for _, ch := range changes {
		if !slices.ContainsFunc(allowed, func(k ConfirmKind) bool { return k.allows(ch) }) {
			return fmt.Errorf("%w: %s is %s (%s), which takes an assessment", ErrState, ch.Attribute, ch.What, ch.Rule)
		}
	}
	own := a.differs(s)
	review := !b.today().Before(b.policy().reviewFrom(a.ValidUntil))
	switch {
	case b.today().After(a.ValidUntil) && c.Kind != ConfirmValid:
		return fmt.Errorf("%w: it ran out on %s", ErrState, a.ValidUntil)
	case b.today().After(a.ValidUntil.AddDays(b.policy().reviewDays())):
		return fmt.Errorf("%w: it ran out on %s, more than %d days ago", ErrState, a.ValidUntil, b.policy().reviewDays())
	case len(own) == 0 && !(review && c.Kind == ConfirmValid):
		return fmt.Errorf("%w: nothing has changed that was not confirmed, and its review is not due before %s", ErrState, b.policy().reviewFrom(a.ValidUntil))
	case review && c.Kind == ConfirmValid && a.renewals() >= maxRenewals:
		return fmt.Errorf("%w: %d reviews in a row were confirmed; this one takes an assessment", ErrState, maxRenewals)
	}
	after := b.rules().Derive(s, a.Facts)
	before := a.Result
	before.Open, after.Open = nil, nil // an answer ends a question
	d := Compare(before, after)
	d.KnownBefore, d.KnownAfter = "", ""
	if d.Any() {
		return fmt.Errorf("%w: it is not what was approved: %s", ErrState, strings.ReplaceAll(d.String(), "\n", "; "))
	}
	return nil
}

// renewals returns how many reviews in a row were confirmed.
func (a Assessment) renewals() (n int) {
	for _, c := range a.confirmed() {
		if !c.Until.IsZero() {
			n++
		}
	}
	return n
}

// allows reports whether a change is of the kind that the ground is for.
func (k ConfirmKind) allows(ch register.Change) bool {
	switch k {
	case ConfirmWording:
		return slices.Contains([]string{"purpose", "decisions", "deployment_context", "foreseeable_misuse"}, ch.Attribute) &&
			len(ch.Before) == len(ch.After) && slices.Equal(numbers(ch.Before), numbers(ch.After))
	case ConfirmPatch:
		return ch.Attribute == "model" && otherVersion(ch.Before, ch.After)
	case ConfirmValid:
		return ch.What == register.Answered
	}
	return false
}

// numbers returns the numbers that stand in texts, with their signs, sorted.
func numbers(texts []string) []string {
	var all []string
	for _, t := range texts {
		all = append(all, strings.FieldsFunc(t, func(r rune) bool { return !unicode.IsDigit(r) && !strings.ContainsRune("+-\u2212.,%<>=", r) })...)
	}
	all = slices.DeleteFunc(all, func(n string) bool { return !strings.ContainsFunc(n, unicode.IsDigit) })
	slices.Sort(all)
	return all
}

// otherVersion reports whether two values of the attribute model name the same
// model in different versions.
func otherVersion(before, after []string) bool {
	var x, y register.Model
	if len(before) != 1 || len(after) != 1 || json.Unmarshal([]byte(before[0]), &x) != nil || json.Unmarshal([]byte(after[0]), &y) != nil {
		return false
	}
	x.Version, y.Version = "", ""
	return x == y
}

// countersign adds a signature to a confirmation.
func (a Assessment) countersign(c Confirmation, sig Signature, s register.System, open *Assessment, b *Basis) (Confirmation, error) {
	matrix := b.policy().SignOff[a.Level]
	wanted := matrix.wanted(c.Signatures)
	next := slices.IndexFunc(wanted, func(x Signer) bool { return slices.Contains(x.Roles, sig.Role) })
	if next < 0 {
		var is issue.Issues
		is.Add("role", "sign_off", sig.Role, "at level %s the roles that sign are %s, and who has signed has", a.Level, strings.Join(a.rolesOf(b.policy()), ", "))
		return c, is
	}
	switch {
	case slices.ContainsFunc(a.Authors, func(x string) bool { return b.same(x, sig.By) }):
		return c, fmt.Errorf("%w: %q wrote in it and can't confirm it (SO-01)", ErrSeparation, sig.By)
	case slices.ContainsFunc(c.Signatures, func(x Signature) bool { return b.same(x.By, sig.By) }):
		return c, fmt.Errorf("%w: %q has signed already; another person signs for the other role (SO-03)", ErrSeparation, sig.By)
	case slices.ContainsFunc(a.Conflicts, func(x Conflict) bool { return b.same(x.Person, sig.By) }):
		return c, fmt.Errorf("%w: %q has declared a conflict of interest (SO-12)", ErrSeparation, sig.By)
	case wanted[next].NotOwner && b.same(s.Owner, sig.By):
		return c, fmt.Errorf("%w: %q owns the system; at level %s another person signs (SO-14)", ErrSeparation, s.Owner, a.Level)
	case c.Kind == ConfirmValid && !a.SignedBy(sig.By):
		return c, fmt.Errorf("%w: %q did not sign the approval; who signed it says whether it is still valid", ErrSeparation, sig.By)
	}
	if open != nil {
		for _, t := range open.Triggers {
			if len(t.Changes) > 0 && (b.same(t.By, sig.By) || t.By == "") {
				return c, fmt.Errorf("%w: %q changed %s; another person confirms that it changes nothing", ErrSeparation, t.By, strings.Join(t.Changes, ", "))
			}
		}
	}
	signed := c
	signed.Signatures = nil
	text, err := json.Marshal(signed)
	if err != nil {
		return c, err
	}
	sig.At, sig.Digest = b.Now, digestOf(text, a.Digest())
	c.Signatures = append(slices.Clip(c.Signatures), sig)
	if len(wanted) == 1 {
		c.At = b.Now
		if c.Kind == ConfirmValid && !b.today().Before(b.policy().reviewFrom(a.ValidUntil)) {
			c.Until = b.policy().validUntil(a.Level, b.today())
		}
	}
	return c, nil
}
