package issue

import (
	"context"
	"errors"
	"fmt"
)

// Code says what sort of error an error is, in a word that stays the same from
// release to release: for an answer over the network, a metric, a text in another
// language. Its constants are all that there are. The zero Code is that of no
// error.
type Code string

// The codes. What each is for, and how it is told over HTTP, [Codes] says.
const (
	CodeUnknown         Code = "unknown"
	CodeInvalid         Code = "invalid"
	CodeNotFound        Code = "not_found"
	CodeExists          Code = "exists"
	CodeStale           Code = "stale"
	CodePrecondition    Code = "precondition_required"
	CodeForbidden       Code = "forbidden"
	CodeUnauthenticated Code = "unauthenticated"
	CodeTooLarge        Code = "too_large"
	CodeSeparation      Code = "separation"
	CodeState           Code = "wrong_state"
	CodeUnacceptable    Code = "unacceptable"
	CodeGate            Code = "gate_closed"
	CodeCommitFirst     Code = "commit_first"
	CodeConflict        Code = "conflict"
	CodeOutcomeUnknown  Code = "outcome_unknown"
	CodeHung            Code = "hung"
	CodeUnerased        Code = "unerased"
	CodeClosed          Code = "closed"
	CodeLocked          Code = "locked"
	CodeFailed          Code = "failed"
	CodeReadOnly        Code = "read_only"
	CodeOver            Code = "over"
	CodeNested          Code = "nested"
	CodeBatch           Code = "bad_batch"
	CodeTampered        Code = "tampered"
	CodeCorrupt         Code = "corrupt"
	CodeRolledBack      Code = "rolled_back"
	CodeVersion         Code = "version"
	CodeUnsigned        Code = "unsigned"
	CodeUnsupported     Code = "unsupported"
	CodeCanceled        Code = "canceled"
	CodeDeadline        Code = "deadline"
)

// CodeInfo is one row of the table of codes.
type CodeInfo struct {
	// Code is the code, HTTP the status that answers with it.
	Code Code `json:"code"`
	HTTP int  `json:"http"`
	// Says is what the code says of the call, Why why that status fits.
	Says string `json:"says"`
	Why  string `json:"why"`
}

// Temporary statuses share a reason.
const later = "the same request may succeed later"

var codeTable = []CodeInfo{
	{CodeInvalid, 422, "A value breaks a rule; the Issues name field, rule and value.", "the request could be read, and what it says can't be kept"},
	{CodeNotFound, 404, "There is no such record, kind, tenant or revision.", "that is what 404 says"},
	{CodeExists, 409, "It is there already, or was and has been erased.", "the request is at odds with what is there"},
	{CodeStale, 412, "It was made from an older revision than the current one, or the system has changed since.", "the revision is the request's precondition; read again and decide anew"},
	{CodePrecondition, 428, "It does not say from which revision it was made.", "that is what 428 says; read again and say so"},
	{CodeForbidden, 403, "This actor may not do this.", "that is what 403 says"},
	{CodeUnauthenticated, 401, "It is not known who calls.", "that is what 401 says"},
	{CodeTooLarge, 413, "What was handed in has more bytes than are read.", "that is what 413 says"},
	{CodeSeparation, 403, "This actor may not do this, as duties are separate; somebody else may.", "that is what 403 says"},
	{CodeState, 409, "The record is not in a state that allows the move.", "the request is at odds with what is there"},
	{CodeUnacceptable, 409, "What remains can't be accepted by anybody; the system is to be stopped or changed.", "the request is at odds with what is there"},
	{CodeGate, 409, "A life-cycle gate is closed; the GateError names what is missing.", "the request is at odds with what is there"},
	{CodeCommitFirst, 409, "It decides on what the same commit has written; in a commit of its own it may do.", "the request is at odds with what it brings along itself"},
	{CodeConflict, 503, "Other writers were first each time it was tried; nothing was written.", later},
	{CodeOutcomeUnknown, 504, "The store did not answer whether the change was kept; it may be.", "who stands behind the server did not answer in time; look before sending again"},
	{CodeHung, 503, "The store has not come back from an earlier change; this one was not made.", later},
	{CodeUnerased, 503, "The erasure is on record but not yet carried out; it is taken up again by itself.", later},
	{CodeClosed, 503, "What was asked has been closed; nothing was written.", "the server is going down, or another takes over"},
	{CodeLocked, 503, "Somebody else holds the store or the tenant.", later},
	{CodeFailed, 503, "An earlier write failed, so the store is to be opened again.", later},
	{CodeReadOnly, 503, "The store is open for reading only.", "another process takes what is to be written"},
	{CodeOver, 500, "A transaction was used after its end: a fault of the program.", "no change of the request helps"},
	{CodeNested, 500, "A change was begun within a change: a fault of the program.", "no change of the request helps"},
	{CodeBatch, 500, "Commits do not follow their parent: a fault of the program or of its store.", "no change of the request helps"},
	{CodeTampered, 500, "The journal's chain does not hold, or what is shown is not what it says.", "no change of the request helps; somebody has to look"},
	{CodeCorrupt, 500, "Stored data is damaged.", "no change of the request helps; somebody has to look"},
	{CodeRolledBack, 500, "The store does not hold a head that it has held: it is an older copy.", "no change of the request helps; somebody has to look"},
	{CodeVersion, 500, "It was written by newer code than reads it.", "no change of the request helps; the program is to be updated"},
	{CodeUnsigned, 422, "It is not signed by those who have to.", "what was handed in could be read, and does not show what it should"},
	{CodeUnsupported, 501, "The store lacks the power for it, or was opened without.", "that is what 501 says"},
	{CodeCanceled, 499, "The caller's context was canceled; nothing was written.", "the client has gone, so nobody reads the answer; 499 is how proxies log it"},
	{CodeDeadline, 504, "The caller's context ran out of time; nothing was written.", "it was the server's time that ran out"},
	{CodeUnknown, 500, "An error that is not of this library, such as one of a disk or of the embedder's.", "nothing is known of it"},
}

// Codes returns the table of codes.
func Codes() []CodeInfo { return append([]CodeInfo(nil), codeTable...) }

// String returns the code as its text.
func (c Code) String() string { return string(c) }

// IsValid reports whether it is one of the codes; the zero value is none.
func (c Code) IsValid() bool { return c != "" && c.info().Code == c }

// HTTP returns the HTTP status that answers with the code: 200 for the zero
// Code, 500 for one that does not exist.
func (c Code) HTTP() int {
	if c == "" {
		return 200
	}
	return c.info().HTTP
}

// Says is what the code says of the call, in a sentence; empty for the zero Code.
func (c Code) Says() string {
	if c == "" {
		return ""
	}
	return c.info().Says
}

// info is the row of a code, or that of CodeUnknown.
func (c Code) info() CodeInfo {
	for _, row := range codeTable {
		if row.Code == c {
			return row
		}
	}
	return codeTable[len(codeTable)-1]
}

// CodeOf returns the code of an error: the zero Code of nil, CodeUnknown of what
// is not from this library. Of what an error wraps, the outermost counts, and of
// several beside each other the first.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if c := codeOf(err); c != "" {
		return c
	}
	return CodeUnknown
}

func codeOf(err error) Code {
	switch err {
	case nil:
		return ""
	case context.Canceled:
		return CodeCanceled
	case context.DeadlineExceeded:
		return CodeDeadline
	case errors.ErrUnsupported:
		return CodeUnsupported
	}
	switch e := err.(type) {
	case *coded:
		return e.code
	case Issues:
		return CodeInvalid
	case interface{ Unwrap() error }:
		return codeOf(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if c := codeOf(inner); c != "" {
				return c
			}
		}
	default:
		if fmt.Sprintf("%T", err) == tooLarge {
			return CodeTooLarge
		}
	}
	return ""
}

// tooLarge is the type of the error of a body that net/http has cut off. That package
// is too much to import here for one name.
const tooLarge = "*http.MaxBytesError"

// coded is an error with a code.
type coded struct {
	code Code
	error
	is []error // what it is besides, or was made of
}

// Unwrap gives what it is besides, and what it was made of, to errors.Is and
// errors.As.
func (c *coded) Unwrap() []error { return c.is }

// NewError returns an error of a code, to be told apart by errors.Is. It is all of
// is as well, of which its text says nothing.
func NewError(code Code, text string, is ...error) error {
	return &coded{code, errors.New(text), is}
}

// Errorf is fmt.Errorf for an error of a code.
func Errorf(code Code, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &coded{code, err, []error{err}}
}

// The errors that packages have in common, which they give under names of their
// own. They are told apart with errors.Is.
var (
	// ErrInvalid says that a value breaks a rule.
	ErrInvalid = NewError(CodeInvalid, "invalid")
	// ErrNotFound says that what was named is not there.
	ErrNotFound = NewError(CodeNotFound, "not found")
	// ErrExists says that it is there already, or was and has been erased.
	ErrExists = NewError(CodeExists, "exists already")
	// ErrStale says that it was made from an older state than the current one.
	ErrStale = NewError(CodeStale, "stale revision")
	// ErrPrecondition says that a change does not say from which revision it was made.
	// The library never gives it, as its verbs take a revision: it is for who serves
	// it.
	ErrPrecondition = NewError(CodePrecondition, "made from no revision")
	// ErrForbidden says that this actor may not do this.
	ErrForbidden = NewError(CodeForbidden, "forbidden")
	// ErrTooLarge says that what was handed in has more bytes than are read.
	ErrTooLarge = NewError(CodeTooLarge, "too large")
	// ErrUnauthenticated says that it is not known who calls. The library never
	// gives it: it is for who serves it, so that all errors have a code.
	ErrUnauthenticated = NewError(CodeUnauthenticated, "it is not known who calls")
	// ErrState says that it is not in a state that allows the move.
	ErrState = NewError(CodeState, "wrong state")
)

// Caused returns the text of an error and its cause, where the cause may be of
// the error's sort itself and so says it already: then it is the cause's alone.
func Caused(err, cause error) string {
	switch {
	case cause == nil:
		return err.Error()
	case errors.Is(cause, err):
		return cause.Error()
	}
	return err.Error() + ": " + cause.Error()
}
