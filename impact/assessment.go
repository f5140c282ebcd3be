package impact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/register"
)

// The errors that the steps of an assessment can end in, beside annexa.Issues
// for content that is wrong or missing.
var (
	// ErrState says that the assessment is not in a state for this step.
	ErrState = errors.New("impact: wrong state")
	// ErrSeparation says that duties are separate: who wrote an assessment does
	// not sign it, and nobody signs twice.
	ErrSeparation = errors.New("impact: duties are separate")
	// ErrChanged says that the system is no longer as it was submitted.
	ErrChanged = errors.New("impact: the system has changed since submission")
	// ErrUnacceptable says that the system's use can't be approved.
	ErrUnacceptable = errors.New("impact: unacceptable, to be stopped or changed")
)

// State is where an assessment stands.
type State string

// The states of an assessment.
const (
	StateOpen       State = "open"        // fired, not begun
	StateInProgress State = "in_progress" // being written
	StateSubmitted  State = "submitted"   // handed in, waiting for signatures
	StateReturned   State = "returned"    // sent back with reasons
	StateApproved   State = "approved"    // signed; whether it still covers the system is for Covers
	StateSuperseded State = "superseded"  // a later approval took its place
	StateStopped    State = "stopped"     // ended: the system is to be stopped or changed
	StateWithdrawn  State = "withdrawn"   // ended: the system was retired
)

// Open reports whether the assessment is not decided yet.
func (s State) Open() bool {
	return s == StateOpen || s == StateInProgress || s == StateSubmitted || s == StateReturned
}

// Assessment is one AI system impact assessment (ISO/IEC 42001 6.1.4, 8.4 and
// A.5.2 to A.5.5): what fired it, what was looked at, who is affected, which
// harms could come and how they are rated, what the rules require, who signed.
//
// Its methods are its transitions. Each returns the assessment as it stands
// after the step, or an error, and leaves the receiver as it was.
type Assessment struct {
	// ID is the key of the record; System the system's ID; Number counts the
	// assessments of the system from 1.
	ID     string `json:"id"`
	System string `json:"system"`
	Number int    `json:"number"`
	// State is where it stands.
	State State `json:"state"`
	// Triggers are what called for it; all triggers of a system that fire while
	// it is open fold into it.
	Triggers []Trigger `json:"triggers"`
	// OpenedAt is when it was opened; Due by when it is to be approved, the
	// earliest of its triggers'.
	OpenedAt time.Time `json:"opened_at"`
	Due      time.Time `json:"due"`
	// Fingerprint is of the system as it is assessed. It follows the system
	// until submission.
	Fingerprint register.Fingerprint `json:"fingerprint"`
	// Result is what the rules say of the system; Level is the level of the
	// assessment: the rules' or, if higher, that of the gravest harm.
	Result Result `json:"result"`
	Level  Level  `json:"level"`

	// Authors are the IDs of all who wrote in it. None of them can sign it.
	Authors []string `json:"authors,omitempty"`
	// Parties are the affected parties, with how each is affected.
	Parties []PartyImpact `json:"parties,omitempty"`
	// Harms are the harms considered, rated or dismissed.
	Harms []HarmRating `json:"harms,omitempty"`
	// Benefits are the good that the system does, and to whom.
	Benefits []string `json:"benefits,omitempty"`
	// Alternatives are other ways that were considered.
	Alternatives []string `json:"alternatives,omitempty"`
	// Consultation says who was heard, when, and what came of it.
	Consultation []Consultation `json:"consultation,omitempty"`
	// Summary is the outcome in a few sentences.
	Summary string `json:"summary,omitempty"`

	// SubmittedBy handed it in, at SubmittedAt.
	SubmittedBy string    `json:"submitted_by,omitempty"`
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	// Signatures are those given since it was handed in.
	Signatures []Signature `json:"signatures,omitempty"`
	// Returns are the times that it was sent back.
	Returns []Return `json:"returns,omitempty"`
	// ApprovedAt is when the last signature was given; ValidUntil until when
	// the approval holds if nothing changes.
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
	// SupersededBy is the ID of the assessment that took its place.
	SupersededBy string `json:"superseded_by,omitempty"`
	// Ended says by whom, when and why it was stopped or withdrawn.
	Ended Ending `json:"ended,omitzero"`

	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// PartyImpact says how a party is affected.
type PartyImpact struct {
	// Party is the party's ID.
	Party string `json:"party"`
	// How says in what way it is affected.
	How string `json:"how,omitempty"`
	// NoHarm says why no harm comes to it; needed where no harm names it.
	NoHarm string `json:"no_harm,omitempty"`
}

// Consultation is one time that people were heard.
type Consultation struct {
	// Who was heard, On which day, and the Result.
	Who    string    `json:"who"`
	On     time.Time `json:"on"`
	Result string    `json:"result"`
}

// Signature is one person's word for an assessment.
type Signature struct {
	// By is the person's ID, Role the role in which they sign, At when.
	By   string    `json:"by"`
	Role string    `json:"role"`
	At   time.Time `json:"at"`
	// Digest is the SHA-256 of what was signed, in hexadecimal digits.
	Digest string `json:"digest,omitempty"`
}

// Return is one time that an assessment was sent back.
type Return struct {
	// By is the person's ID, At when, Reasons why.
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Reasons []string  `json:"reasons"`
}

// Ending is how an assessment ended without approval.
type Ending struct {
	// By is the person's ID, At when, Reason why.
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Reason string    `json:"reason,omitempty"`
}

// Open opens the n-th assessment of a system for a trigger, whose Due is set
// by the policy.
func Open(id string, n int, s register.System, t Trigger, rules *Rules, facts Facts, policy Policy) Assessment {
	a := Assessment{ID: id, System: s.ID, Number: n, State: StateOpen, OpenedAt: t.At}
	a = a.derive(s, rules, facts)
	return a.AddTrigger(t, s, policy)
}

// derive takes the fingerprint of the system and asks the rules.
func (a Assessment) derive(s register.System, rules *Rules, facts Facts) Assessment {
	a.Fingerprint = register.FingerprintOf(s)
	a.Result = rules.Derive(s, facts)
	a.Level = a.level()
	return a
}

// level is the rules' level or, if higher, that of the gravest harm.
func (a Assessment) level() Level {
	level := a.Result.Level
	for _, h := range a.Harms {
		level = MaxLevel(level, h.level())
	}
	return level
}

// AddTrigger folds another trigger into an open assessment; the earliest due
// date wins. One that is handed in goes back to being written: it no longer
// answers all that is asked.
func (a Assessment) AddTrigger(t Trigger, s register.System, policy Policy) Assessment {
	t.Due = policy.due(t, a.Level, s.Stage)
	a.Triggers = append(slices.Clip(a.Triggers), t)
	if a.Due.IsZero() || t.Due.Before(a.Due) {
		a.Due = t.Due
	}
	return a.reopen()
}

// reopen takes a submitted assessment back to being written.
func (a Assessment) reopen() Assessment {
	if a.State == StateSubmitted {
		a.State, a.SubmittedBy, a.SubmittedAt, a.Signatures = StateInProgress, "", time.Time{}, nil
	}
	return a
}

// Refresh lets an open assessment take up the system as it is. One that is
// handed in goes back to being written if the system has changed since in what
// matters, or if the rules now ask for more.
func (a Assessment) Refresh(s register.System, rules *Rules, facts Facts) Assessment {
	if !a.State.Open() {
		return a
	}
	fresh := a.derive(s, rules, facts)
	if a.State == StateSubmitted && (fresh.Fingerprint.Digest != a.Fingerprint.Digest || len(fresh.missing()) > 0) {
		return fresh.reopen()
	}
	return fresh
}

// Save takes the content of a draft: parties, harms, benefits, alternatives,
// consultation, summary. It may be incomplete, but not wrong. Who saves becomes
// an author.
func (a Assessment) Save(draft Assessment, by string, now time.Time) (Assessment, error) {
	if !a.State.Open() || a.State == StateSubmitted {
		return a, fmt.Errorf("%w: it is %s; content is written while it is open, in progress or returned", ErrState, a.State)
	}
	var is annexa.Issues
	for i, p := range draft.Parties {
		if _, ok := PartyByID(p.Party); !ok {
			is.Add("parties["+strconv.Itoa(i)+"].party", "party", p.Party, "no such affected party; see impact.Parties")
		}
	}
	seen := make(map[string]bool)
	for i, h := range draft.Harms {
		field := "harms[" + strconv.Itoa(i) + "]"
		h.validate(&is, field)
		if seen[h.Harm] {
			is.Add(field+".harm", "unique", h.Harm, "stands twice")
		}
		seen[h.Harm] = true
	}
	for i, c := range draft.Consultation {
		if c.On.After(now) {
			is.Add("consultation["+strconv.Itoa(i)+"].on", "past", c.On.Format(time.RFC3339), "says what happened, so it can't be after %s", now.Format(time.RFC3339))
		}
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	a.Parties, a.Harms, a.Benefits, a.Alternatives = draft.Parties, draft.Harms, draft.Benefits, draft.Alternatives
	a.Consultation, a.Summary = draft.Consultation, draft.Summary
	a.State = StateInProgress
	if !slices.Contains(a.Authors, by) {
		a.Authors = append(slices.Clip(a.Authors), by)
		slices.Sort(a.Authors)
	}
	a.Level = a.level()
	return a, nil
}

// missing lists what an assessment lacks to be handed in.
func (a Assessment) missing() annexa.Issues {
	var is annexa.Issues
	for _, q := range a.Result.Open {
		if a.Result.Decides(q) {
			is.Add("system."+q.Attribute, "answered", "", "not answered, and the answer could raise the level to %s (%s)", q.Level, strings.Join(q.Rules, ", "))
		}
	}
	for _, p := range a.Fingerprint.Attributes["affected"] {
		if !slices.ContainsFunc(a.Parties, func(x PartyImpact) bool { return x.Party == p }) {
			is.Add("parties", "considered", p, "the system names this affected party; say how it is affected")
		}
	}
	for i, p := range a.Parties {
		harmed := slices.ContainsFunc(a.Harms, func(h HarmRating) bool { return h.Dismissed == "" && slices.Contains(h.Parties, p.Party) })
		if !harmed && strings.TrimSpace(p.NoHarm) == "" {
			is.Add("parties["+strconv.Itoa(i)+"].no_harm", "considered", p.Party, "no harm names this party; say why none comes to it")
		}
	}
	for _, prompt := range a.Result.Harms {
		if !slices.ContainsFunc(a.Harms, func(h HarmRating) bool { return h.Harm == prompt.Harm }) {
			is.Add("harms", "considered", prompt.Harm, "%s ask for it: rate it, or dismiss it with a reason", strings.Join(prompt.Rules, ", "))
		}
	}
	for i, h := range a.Harms {
		h.complete(&is, "harms["+strconv.Itoa(i)+"]")
	}
	return is
}

// Submit hands the assessment in. It must have been written, and be complete:
// the error lists what is missing.
func (a Assessment) Submit(by string, now time.Time) (Assessment, error) {
	if a.State != StateInProgress && a.State != StateReturned {
		return a, fmt.Errorf("%w: it is %s; what is in progress or returned is handed in", ErrState, a.State)
	}
	if err := a.missing().Err(); err != nil {
		return a, err
	}
	a.State, a.SubmittedBy, a.SubmittedAt, a.Signatures = StateSubmitted, by, now, nil
	if !slices.Contains(a.Authors, by) {
		a.Authors = append(slices.Clip(a.Authors), by)
		slices.Sort(a.Authors)
	}
	return a, nil
}

// Return sends a submitted assessment back with at least one reason.
func (a Assessment) Return(by string, reasons []string, now time.Time) (Assessment, error) {
	if a.State != StateSubmitted {
		return a, fmt.Errorf("%w: it is %s; what is submitted is returned", ErrState, a.State)
	}
	var is annexa.Issues
	if len(reasons) == 0 {
		is.Add("reasons", "required", "", "say why it is returned")
	}
	for i, r := range reasons {
		if strings.TrimSpace(r) == "" {
			is.Add("reasons["+strconv.Itoa(i)+"]", "required", r, "may not be empty")
		}
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	a.State, a.SubmittedBy, a.SubmittedAt, a.Signatures = StateReturned, "", time.Time{}, nil
	a.Returns = append(slices.Clip(a.Returns), Return{By: by, At: now, Reasons: slices.Clone(reasons)})
	return a, nil
}

// Sign adds a signature in a role that the policy asks for at the
// assessment's level. With the last one the assessment is approved. The system
// must be as it was submitted.
func (a Assessment) Sign(sig Signature, s register.System, policy Policy) (Assessment, error) {
	if a.State != StateSubmitted {
		return a, fmt.Errorf("%w: it is %s; what is submitted is signed", ErrState, a.State)
	}
	needed, ok := policy.SignOff[a.Level]
	if a.Level == LevelUnacceptable || !ok || len(needed) == 0 {
		return a, fmt.Errorf("%w: %w: level %s, under %s", ErrState, ErrUnacceptable, a.Level, strings.Join(a.Result.LevelRules, ", "))
	}
	if register.FingerprintOf(s).Digest != a.Fingerprint.Digest {
		return a, fmt.Errorf("%w: hand it in again", ErrChanged)
	}
	if slices.Contains(a.Authors, sig.By) {
		return a, fmt.Errorf("%w: %q wrote in it and can't sign it", ErrSeparation, sig.By)
	}
	if a.SignedBy(sig.By) {
		return a, fmt.Errorf("%w: %q has signed it already; another person signs for the other role", ErrSeparation, sig.By)
	}
	if a.Level == LevelHigh && s.Owner == sig.By {
		return a, fmt.Errorf("%w: %q owns the system; at level high another person signs", ErrSeparation, sig.By)
	}
	if !slices.Contains(needed, sig.Role) {
		var is annexa.Issues
		is.Add("role", "sign_off", sig.Role, "at level %s the roles that sign are %s", a.Level, strings.Join(needed, ", "))
		return a, is
	}
	if slices.ContainsFunc(a.Signatures, func(x Signature) bool { return x.Role == sig.Role }) {
		return a, fmt.Errorf("%w: it has been signed as %s already", ErrState, sig.Role)
	}
	sig.Digest = a.digest()
	a.Signatures = append(slices.Clip(a.Signatures), sig)
	for _, role := range needed {
		if !slices.ContainsFunc(a.Signatures, func(x Signature) bool { return x.Role == role }) {
			return a, nil
		}
	}
	a.State, a.ApprovedAt, a.ValidUntil = StateApproved, sig.At, policy.validUntil(a.Level, sig.At)
	return a, nil
}

// digest is the SHA-256 of what a signature is for: everything but the
// signatures and the revision.
func (a Assessment) digest() string {
	a.Signatures, a.Revision = nil, 0
	b, err := json.Marshal(a)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SignedBy reports whether a person has signed it.
func (a Assessment) SignedBy(person string) bool {
	return slices.ContainsFunc(a.Signatures, func(s Signature) bool { return s.By == person })
}

// Covers reports whether the approval covers a system as it is at time now: it
// is approved, it has not run out, and the system has not changed materially
// against what was approved. If not, why says what is amiss.
func (a Assessment) Covers(s register.System, now time.Time) (covered bool, why string) {
	switch {
	case a.State != StateApproved:
		return false, "assessment " + a.ID + " is " + string(a.State)
	case now.After(a.ValidUntil):
		return false, "the approval ran out on " + a.ValidUntil.Format(time.DateOnly)
	}
	if diff := a.Fingerprint.Compare(s); diff.Material() {
		var names []string
		for _, c := range diff.MaterialChanges() {
			names = append(names, c.Attribute+" ("+c.Rule+")")
		}
		return false, "changed since the approval: " + strings.Join(names, ", ")
	}
	return true, ""
}

// Supersede ends an approval when a later one takes its place.
func (a Assessment) Supersede(by string) (Assessment, error) {
	if a.State != StateApproved {
		return a, fmt.Errorf("%w: it is %s; what is approved is superseded", ErrState, a.State)
	}
	a.State, a.SupersededBy = StateSuperseded, by
	return a, nil
}

// Stop ends an open assessment whose system can't be approved as it is.
func (a Assessment) Stop(by, reason string, now time.Time) (Assessment, error) {
	return a.end(StateStopped, by, reason, now)
}

// Withdraw ends an open assessment of a system that has been retired.
func (a Assessment) Withdraw(by, reason string, now time.Time) (Assessment, error) {
	return a.end(StateWithdrawn, by, reason, now)
}

func (a Assessment) end(state State, by, reason string, now time.Time) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s already", ErrState, a.State)
	}
	if strings.TrimSpace(reason) == "" {
		var is annexa.Issues
		is.Add("reason", "required", reason, "say why it ends")
		return a, is
	}
	a.State, a.Ended = state, Ending{By: by, At: now, Reason: reason}
	return a, nil
}

// Risks returns the risks that the assessment found, for the risk register:
// one for each harm that was rated, on the axis and in the area that the
// taxonomy gives it, rated on the scales of the criteria. Scales of other than
// five steps are reached by proportion, rounded up.
func (a Assessment) Risks(c register.Criteria, owner string, now time.Time) []register.Risk {
	var found []register.Risk
	for _, h := range a.Harms {
		if h.Inherent() == "" {
			continue
		}
		kind, ok := HarmByID(h.Harm)
		if !ok {
			continue
		}
		axis, area := kind.area()
		r := register.Risk{
			ID: a.System + "/" + h.Harm, Title: kind.Title, Description: h.Description, Systems: []string{a.System},
			Axis: axis, Area: area, Source: "impact assessment", Harms: []string{h.Harm}, Assessment: a.ID,
			Owner: owner, AssessedOn: now, ReviewDue: a.ValidUntil,
			Inherent: fit(c, h.EffectiveLikelihood(), h.Severity()),
		}
		likelihood, severity := h.ResidualLikelihood, h.ResidualSeverity
		if likelihood == 0 {
			likelihood = h.EffectiveLikelihood()
		}
		if severity == 0 {
			severity = h.Severity()
		}
		r.Residual = fit(c, likelihood, severity)
		if len(h.Controls) > 0 {
			r.Treatment = register.Treatment{Option: register.OptionModify, DoneOn: now}
			for _, red := range h.Controls {
				r.Treatment.Controls = append(r.Treatment.Controls, red.Control)
			}
		}
		found = append(found, r)
	}
	return found
}

// fit puts a rating of 1 to 5 onto the scales of criteria.
func fit(c register.Criteria, likelihood, severity int) register.Rating {
	scale := func(v, steps int) int { return max(1, (v*steps+4)/5) }
	return register.Rating{Likelihood: scale(likelihood, len(c.Likelihood)), Consequence: scale(severity, len(c.Consequence)), Criteria: c.Version}
}
