package proof

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Witness is somebody apart from the journal's keeper who cosigns its
// checkpoints, and only such as continue the last one cosigned. A keeper who
// rewrites history, or shows different ones to different people, needs the
// witnesses for it.
//
// Witnesses are reached over the network or run in other hands; [Countersign]
// is all that one has to decide. The protocol of C2SP's tlog-witness fits
// behind it, and its signatures need a note.Verifier of their kind.
type Witness interface {
	// Seen returns the size of the last checkpoint of that origin that the
	// witness has cosigned; 0 if there is none.
	Seen(ctx context.Context, origin string) (uint64, error)
	// Cosign verifies that a signed checkpoint is good and continues the last
	// one, by a proof from that one's size, durably remembers it as the last,
	// and returns its signature line or lines. Witnesses that are asked at the
	// same time answer one after another.
	Cosign(ctx context.Context, checkpoint []byte, proof Consistency) ([]byte, error)
}

// Countersign makes a witness's decision: it returns the signature line of
// signer for a checkpoint that has been opened with the policy for its journal,
// if it continues last by proof, which is the last checkpoint of that origin
// that the witness has cosigned, or zero if there is none. The caller keeps
// next.Checkpoint as the last one, durably, before giving the line away. A
// checkpoint that does not continue the last is ErrMismatch; keep it, it may
// show that history was rewritten.
func Countersign(last Checkpoint, next Signed, proof Consistency, signer note.Signer) ([]byte, error) {
	if last == (Checkpoint{}) {
		last = Checkpoint{Origin: next.Origin, Root: emptyRoot}
	}
	if err := proof.Verify(last, next.Checkpoint); err != nil {
		return nil, err
	}
	msg, err := note.Sign(&note.Note{Text: next.Text}, signer)
	if err != nil {
		return nil, err
	}
	return msg[len(next.Text)+1:], nil
}

// Cosign asks witnesses to cosign a signed checkpoint of the tree, each with the
// proof from the last one that it has seen, and returns the checkpoint with
// their signatures added. Witnesses that fail are left out and named in the
// error by their place, beside the checkpoint with the signatures of the others;
// whether these are enough, Policy.Open says, which also verifies them.
func (t *Tree) Cosign(ctx context.Context, checkpoint []byte, witnesses ...Witness) ([]byte, error) {
	c, err := peek(checkpoint)
	if err != nil {
		return nil, err
	}
	if err := t.Check(c); err != nil {
		return nil, err
	}
	var failed []error
	for i, w := range witnesses {
		more, err := t.ask(ctx, w, c, checkpoint)
		if err != nil {
			failed = append(failed, fmt.Errorf("witness %d: %w", i, err))
			continue
		}
		checkpoint = more
	}
	return checkpoint, errors.Join(failed...)
}

// ask returns the checkpoint with what one witness answers added.
func (t *Tree) ask(ctx context.Context, w Witness, c Checkpoint, checkpoint []byte) ([]byte, error) {
	seen, err := w.Seen(ctx, c.Origin)
	if err != nil {
		return nil, err
	}
	if seen > c.Size {
		return nil, fmt.Errorf("%w: it has seen a checkpoint of %d commits, this one is of %d", ErrMismatch, seen, c.Size)
	}
	proof, err := t.Consistency(seen, c.Size)
	if err != nil {
		return nil, err
	}
	answer, err := w.Cosign(ctx, checkpoint, proof)
	if err != nil {
		return nil, err
	}
	more := string(checkpoint)
	for line := range strings.Lines(string(answer)) {
		if !strings.HasSuffix(line, "\n") || !strings.HasPrefix(line, "— ") {
			return nil, fmt.Errorf("%w: its answer is no signature line: %q", ErrMalformed, short(line))
		}
		if !strings.Contains(more, "\n"+line) { // it may have cosigned before
			more += line
		}
	}
	if _, err := peek([]byte(more)); err != nil {
		return nil, fmt.Errorf("its answer: %w", err)
	}
	return []byte(more), nil
}

// peek reads a signed checkpoint without verifying any signature.
func peek(msg []byte) (Checkpoint, error) {
	if len(msg) > MaxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: %d bytes, at most %d", ErrMalformed, len(msg), MaxCheckpoint)
	}
	_, err := note.Open(msg, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: %v", ErrMalformed, err)
	}
	return ParseCheckpoint(unverified.Note.Text)
}
