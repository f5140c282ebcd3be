package proof

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// MaxCheckpoint is the most bytes that a signed checkpoint has; 100 signatures
// fit, which is the most that a note may have.
const MaxCheckpoint = 1 << 20

// Checkpoint is the state of a journal at one size: enough to prove to whoever
// keeps it that nothing up to there was rewritten.
type Checkpoint struct {
	// Origin names the journal, for good, in up to storage.MaxName bytes of one
	// line. It should be a URL without a scheme, such as "example.com/aims/4711",
	// and the name of the key that signs. Different journals need different
	// origins, also where one key signs for all.
	Origin string
	// Size is how many commits the journal holds.
	Size uint64
	// Root is the root of the Merkle tree over them.
	Root storage.Hash
}

// emptyRoot is the root of the tree without leaves.
var emptyRoot = storage.Hash(sha256.Sum256(nil))

func (c Checkpoint) check() error {
	switch {
	case c.Origin == "" || len(c.Origin) > storage.MaxName || !utf8.ValidString(c.Origin) || strings.ContainsFunc(c.Origin, unicode.IsControl):
		return fmt.Errorf("%w: checkpoint: origin %q: it is 1 to %d bytes of one line", ErrMalformed, c.Origin, storage.MaxName)
	case c.Size > MaxSize:
		return fmt.Errorf("%w: checkpoint: size %d is beyond %d", ErrMalformed, c.Size, uint64(MaxSize))
	case c.Size == 0 && c.Root != emptyRoot:
		return fmt.Errorf("%w: checkpoint: root %s is not that of an empty journal", ErrMalformed, c.Root)
	}
	return nil
}

// MarshalText returns the text that is signed: three lines, with origin, size
// and root.
func (c Checkpoint) MarshalText() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:])), nil
}

// UnmarshalText reads what MarshalText writes; see ParseCheckpoint.
func (c *Checkpoint) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCheckpoint(string(text))
	return err
}

// ParseCheckpoint reads the text of a checkpoint, without signatures. Extension
// lines are allowed and ignored.
func ParseCheckpoint(text string) (Checkpoint, error) {
	if len(text) > MaxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: %d bytes, at most %d", ErrMalformed, len(text), MaxCheckpoint)
	}
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: it is three lines, with origin, size and root", ErrMalformed)
	}
	for i, line := range lines[3 : len(lines)-1] {
		if line == "" {
			return Checkpoint{}, fmt.Errorf("%w: checkpoint: line %d is empty", ErrMalformed, i+4)
		}
	}
	size, err := parseSize(lines[1])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: line 2: size: %v", ErrMalformed, err)
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: checkpoint: line 3: root: %v", ErrMalformed, err)
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root}
	if err := c.check(); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}

// Sign returns the checkpoint as a signed note, with a signature of each
// signer. note.GenerateKey makes keys for Ed25519.
//
// Never sign a checkpoint that does not continue the one signed before, or
// whoever holds both can show that history was rewritten: check the tree
// against that one first ([Tree.Check]).
func Sign(c Checkpoint, signers ...note.Signer) ([]byte, error) {
	text, err := c.MarshalText()
	if err != nil {
		return nil, err
	}
	if len(signers) == 0 {
		return nil, fmt.Errorf("%w: checkpoint of %s: no signer", ErrSignature, c.Origin)
	}
	return note.Sign(&note.Note{Text: string(text)}, signers...)
}

// Policy says whose signatures make a checkpoint good.
type Policy struct {
	// Origin is the journal's; if empty, it is the name of Log.
	Origin string
	// Log is the key of the journal's keeper, who has to sign. note.NewVerifier
	// makes one from the text of a public key.
	Log note.Verifier
	// Witnesses are the keys of those who may cosign, and Quorum is how many of
	// them have to.
	Witnesses []note.Verifier
	Quorum    int
}

// Signed is a checkpoint whose signatures have been verified.
type Signed struct {
	Checkpoint
	// Text is the text that was signed, to the byte.
	Text string
	// By names the keys of the policy that have signed, the log's first.
	By []string
}

// signed is a Signed in JSON: without it, it would be written as the text of its
// Checkpoint alone.
type signed struct {
	Checkpoint Checkpoint `json:"checkpoint"`
	Text       string     `json:"text"`
	By         []string   `json:"by"`
}

// MarshalJSON writes the checkpoint as its text, the text that was signed, and by
// whom.
func (s Signed) MarshalJSON() ([]byte, error) {
	return json.Marshal(signed{s.Checkpoint, s.Text, s.By})
}

// UnmarshalJSON reads what MarshalJSON writes. It looks at no signature:
// Policy.Open does.
func (s *Signed) UnmarshalJSON(text []byte) error {
	var read signed
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	*s = Signed{read.Checkpoint, read.Text, read.By}
	return nil
}

// Digest returns the SHA-256 of the text that was signed, for a Timestamper.
func (s Signed) Digest() storage.Hash { return sha256.Sum256([]byte(s.Text)) }

func (p Policy) check() error {
	if p.Log == nil {
		return issue.Errorf(issue.CodeInvalid, "policy: Log is nil: it needs the key of the journal's keeper")
	}
	if p.Quorum < 0 || p.Quorum > len(p.Witnesses) {
		return issue.Errorf(issue.CodeInvalid, "policy: Quorum %d of %d witnesses", p.Quorum, len(p.Witnesses))
	}
	seen := map[string]bool{keyOf(p.Log): true}
	for i, w := range p.Witnesses {
		if w == nil {
			return issue.Errorf(issue.CodeInvalid, "policy: Witnesses[%d] is nil", i)
		}
		if seen[keyOf(w)] {
			return issue.Errorf(issue.CodeInvalid, "policy: Witnesses[%d]: key %s stands there twice or is the log's", i, keyOf(w))
		}
		seen[keyOf(w)] = true
	}
	return nil
}

// keyOf names a key as the text of a public key does.
func keyOf(v interface {
	Name() string
	KeyHash() uint32
}) string {
	return v.Name() + "+" + strconv.FormatUint(uint64(v.KeyHash()), 16)
}

// Open reads a signed checkpoint and verifies it: that it is of the policy's
// origin and signed by those who have to. Signatures of others are ignored. The
// error wraps ErrMalformed, ErrSignature or, for another origin, ErrMismatch.
func (p Policy) Open(msg []byte) (Signed, error) {
	if err := p.check(); err != nil {
		return Signed{}, err
	}
	if len(msg) > MaxCheckpoint {
		return Signed{}, fmt.Errorf("%w: checkpoint: %d bytes, at most %d", ErrMalformed, len(msg), MaxCheckpoint)
	}
	n, err := note.Open(msg, note.VerifierList(append([]note.Verifier{p.Log}, p.Witnesses...)...))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return Signed{}, fmt.Errorf("%w: checkpoint: no signature is by a key of the policy; %s has to sign", ErrSignature, keyOf(p.Log))
	case errors.As(err, &invalid):
		return Signed{}, fmt.Errorf("%w: checkpoint: the signature of %s+%x is not of this text", ErrSignature, invalid.Name, invalid.Hash)
	case err != nil:
		return Signed{}, fmt.Errorf("%w: checkpoint: %v", ErrMalformed, err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Signed{}, err
	}
	by := make(map[string]bool, len(n.Sigs))
	for _, s := range n.Sigs {
		// Package note lets the unused bits of the last digit be anything.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return Signed{}, fmt.Errorf("%w: checkpoint: signature of %s: %v", ErrMalformed, s.Name, err)
		}
		by[s.Name+"+"+strconv.FormatUint(uint64(s.Hash), 16)] = true
	}
	if !by[keyOf(p.Log)] {
		return Signed{}, fmt.Errorf("%w: checkpoint: %s has not signed", ErrSignature, keyOf(p.Log))
	}
	out := Signed{Checkpoint: c, Text: n.Text, By: []string{p.Log.Name()}}
	for _, w := range p.Witnesses {
		if by[keyOf(w)] {
			out.By = append(out.By, w.Name())
		}
	}
	if got := len(out.By) - 1; got < p.Quorum {
		return Signed{}, fmt.Errorf("%w: checkpoint: %d witnesses have signed, %d have to", ErrSignature, got, p.Quorum)
	}
	origin := p.Origin
	if origin == "" {
		origin = p.Log.Name()
	}
	if c.Origin != origin {
		return Signed{}, fmt.Errorf("%w: checkpoint: it is of %q, not of %q", ErrMismatch, c.Origin, origin)
	}
	return out, nil
}
