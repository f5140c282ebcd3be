package proof

import "github.com/aimskit/aimskit/issue"

// Errors of this package; they are wrapped with what was expected and what was
// found, and work with errors.Is.
var (
	// ErrMalformed says that bytes are not in the form that this package reads
	// and writes, or that a value has no such form.
	ErrMalformed = issue.NewError(issue.CodeInvalid, "malformed", issue.ErrInvalid)
	// ErrMismatch says that two things that should agree do not: a proof and a
	// checkpoint, or a journal and what was recorded of it earlier. Somebody
	// has changed one of them, or they do not belong together.
	ErrMismatch = issue.NewError(issue.CodeTampered, "does not match")
	// ErrUnchecked says that a tree was loaded and not yet compared with its
	// journal. Tree.Update does that.
	ErrUnchecked = issue.NewError(issue.CodeState, "tree not compared with its journal", issue.ErrState)
	// ErrSignature says that a checkpoint is not signed by those who have to.
	ErrSignature = issue.NewError(issue.CodeUnsigned, "not signed as required")
	// ErrNoRevision says that the journal holds no such revision.
	ErrNoRevision = issue.NewError(issue.CodeNotFound, "no such revision", issue.ErrNotFound)
)
