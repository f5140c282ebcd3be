package impact

import (
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// The errors that the steps of an assessment can end in, beside issue.Issues
// for content that is wrong or missing.
var (
	// ErrState says that the assessment is not in a state for this step.
	ErrState = issue.ErrState
	// ErrSeparation says that duties are separate: who wrote an assessment does
	// not sign it, and nobody signs twice.
	ErrSeparation = issue.NewError(issue.CodeSeparation, "duties are separate", issue.ErrForbidden)
	// ErrChanged says that the system is no longer as it was submitted.
	ErrChanged = issue.NewError(issue.CodeStale, "the system has changed since submission", issue.ErrStale)
	// ErrUnacceptable says that the system's use can't be approved.
	ErrUnacceptable = issue.NewError(issue.CodeUnacceptable, "unacceptable, to be stopped or changed", ErrState)
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
	StateWithdrawn  State = "withdrawn"   // ended: the system was retired, or the approval that there is was confirmed
)

// IsValid reports whether it is one of the states; the zero value is none.
func (s State) IsValid() bool {
	switch s {
	case StateOpen, StateInProgress, StateSubmitted, StateReturned, StateApproved, StateSuperseded, StateStopped, StateWithdrawn:
		return true
	}
	return false
}

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
	OpenedAt time.Time     `json:"opened_at"`
	Due      calendar.Date `json:"due"`
	// Fingerprint is of the system as it is assessed. It follows the system
	// until submission.
	Fingerprint register.Fingerprint `json:"fingerprint"`
	// Recorded are the attributes outside the fingerprint that rules can read,
	// and Facts what the rules knew beside the system: with the fingerprint,
	// all that Result was made from.
	Recorded map[string][]string `json:"recorded,omitempty"`
	Facts    Facts               `json:"facts"`
	// Criteria is the version of the risk criteria that Level was made with.
	Criteria int `json:"criteria,omitempty"`
	// Result is what the rules say of the system; Level is the level of the
	// assessment: the rules' or, if higher, that of the gravest harm, or of a
	// member of its group.
	Result Result `json:"result"`
	Level  Level  `json:"level"`

	Content

	// Assessor is the ID of the person who is to write it; empty while nobody
	// has been asked.
	Assessor string `json:"assessor,omitempty"`
	// Authors are the IDs of all who wrote in it. None of them can sign it.
	Authors []string `json:"authors,omitempty"`
	// Questionnaires are the results of scored questionnaires that bear on it.
	Questionnaires []QuestionnaireResult `json:"questionnaires,omitempty"`
	// Reused says what was taken over from an earlier assessment.
	Reused Reuse `json:"reused,omitzero"`
	// Comments are remarks on parts of it, by number from 1.
	Comments []Comment `json:"comments,omitempty"`

	// Group is the ID of the assessment that this one follows: systems of one
	// kind share one, each with what differs. Differs are the material attributes
	// in which the system differs from the one that that is about.
	Group   string   `json:"group,omitempty"`
	Differs []string `json:"differs,omitempty"`
	// Members are those that follow this one.
	Members []Member `json:"members,omitempty"`

	// SubmittedBy handed it in, at SubmittedAt.
	SubmittedBy string    `json:"submitted_by,omitempty"`
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	// Signatures are those given since it was handed in.
	Signatures []Signature `json:"signatures,omitempty"`
	// Delegations say who signs in whose place; Conflicts who has declared an
	// interest and so can't sign.
	Delegations []Delegation `json:"delegations,omitempty"`
	Conflicts   []Conflict   `json:"conflicts,omitempty"`
	// Returns are the times that it was sent back.
	Returns []Return `json:"returns,omitempty"`
	// Conditions are what signers asked for, by number from 1.
	Conditions []ApprovalCondition `json:"conditions,omitempty"`
	// ApprovedAt is when the last signature was given; ValidUntil until when
	// the approval holds if nothing changes.
	ApprovedAt time.Time     `json:"approved_at,omitzero"`
	ValidUntil calendar.Date `json:"valid_until,omitzero"`
	// Confirmations are the decisions that the approval holds on without a new
	// assessment, the last of which may still be being signed.
	Confirmations []Confirmation `json:"confirmations,omitempty"`
	// SupersededBy is the ID of the assessment that took its place.
	SupersededBy string `json:"superseded_by,omitempty"`
	// Published says when its summary was published and what was left out.
	Published Publication `json:"published,omitzero"`
	// Ended says by whom, when and why it was stopped or withdrawn.
	Ended Ending `json:"ended,omitzero"`

	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Content is what assessors write.
type Content struct {
	// Parties are the affected parties, with how each is affected.
	Parties []PartyImpact `json:"parties,omitempty"`
	// Harms are the harms considered, rated or dismissed.
	Harms []HarmRating `json:"harms,omitempty"`
	// Benefits are the good that the system does, and to whom.
	Benefits []Benefit `json:"benefits,omitempty"`
	// Misuse is use that is not intended and can be expected.
	Misuse []Misuse `json:"misuse,omitempty"`
	// Alternatives are other ways that were considered.
	Alternatives []string `json:"alternatives,omitempty"`
	// Consultation says who was heard, when, and what came of it.
	Consultation []Consultation `json:"consultation,omitempty"`
	// NoConsultation says why nobody was heard who is affected, or speaks for
	// them.
	NoConsultation string `json:"no_consultation,omitempty"`
	// Deviations are, in an assessment that follows another, what the assessors say
	// of each material attribute in which its system differs.
	Deviations []Deviation `json:"deviations,omitempty"`
	// Summary is the outcome in a few sentences.
	Summary string `json:"summary,omitempty"`
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

// Benefit is a positive impact.
type Benefit struct {
	// What it is.
	What string `json:"what"`
	// Parties are the IDs of the parties that have it.
	Parties []string `json:"parties,omitempty"`
}

// Misuse is a use that is not intended and can be expected.
type Misuse struct {
	// What it is, and By whom.
	What string `json:"what"`
	By   string `json:"by,omitempty"`
	// Harms are the IDs of the harms that it can do.
	Harms []string `json:"harms,omitempty"`
	// Measure says what stands against it.
	Measure string `json:"measure,omitempty"`
}

// Consultation is one time that people were heard.
type Consultation struct {
	// Who was heard, On which day, and the Result.
	Who    string        `json:"who"`
	On     calendar.Date `json:"on"`
	Result string        `json:"result"`
	// Parties are the IDs of the affected parties that they belong to or speak
	// for; none for others, such as a data protection officer.
	Parties []string `json:"parties,omitempty"`
	// Changed says what was done otherwise for it.
	Changed string `json:"changed,omitempty"`
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

// QuestionnaireResult is what an assessment keeps of a scored questionnaire as
// evidence (A.5.3): small, and bound by digests to the questionnaire, the answers
// and the full result, which are kept elsewhere. Package questionnaire makes it
// and checks it. Its level counts in the rules.
type QuestionnaireResult struct {
	// Title names the questionnaire; Digest is the SHA-256 of its definition, in
	// hexadecimal digits.
	Title  string `json:"title,omitempty"`
	Digest string `json:"digest"`
	// Scoring and ScoringVersion name the scoring.
	Scoring        string `json:"scoring"`
	ScoringVersion string `json:"scoring_version"`
	// Answers is the SHA-256 of the answers, Result that of the result.
	Answers string `json:"answers"`
	Result  string `json:"result"`
	// Total is the score, of at most Max; Percent the one in percent of the
	// other. Grade is the level by the scoring's own name, Level the impact level
	// that it stands for.
	Total   float64 `json:"total"`
	Max     float64 `json:"max"`
	Percent float64 `json:"percent"`
	Grade   string  `json:"grade"`
	Level   Level   `json:"level"`
	// Unanswered is how many scored questions are shown and not answered, Issues
	// how many things are amiss with the answers.
	Unanswered int `json:"unanswered,omitempty"`
	Issues     int `json:"issues,omitempty"`
	// AnsweredOn is when it was answered, AnsweredBy who answers for it.
	AnsweredOn time.Time `json:"answered_on,omitzero"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	// Evidence is the ID of the evidence under which the answers are kept.
	Evidence string `json:"evidence,omitempty"`
	// By is who attached it, At when.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
}
