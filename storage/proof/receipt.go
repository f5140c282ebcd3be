package proof

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/aimskit/aimskit/storage"
)

// MaxReceipt is the most bytes that the text form of a receipt has.
const MaxReceipt = 1 << 26

// receiptForm is the first line of the text form and names its version.
const receiptForm = "aimskit receipt v1"

// timeForm is how a receipt shows the time of a commit: in UTC, to the
// microsecond.
const timeForm = "2006-01-02T15:04:05.000000Z"

// Receipt proves that one revision of one record is in a journal: what it says,
// when it was recorded and by whom. It verifies against a checkpoint and needs
// nothing else of the journal.
type Receipt struct {
	// Size is the size of the checkpoint that it was made for, in commits.
	Size uint64
	// Header is the commit's: Seq and Time say when, Meta says who and why.
	Header storage.Header
	// Index is the place of the change among the commit's, from 0.
	Index uint64
	// Change is the revision. Its body is nil under a digest that is not zero
	// where it is withheld: it was erased, or left out of the receipt. Nothing
	// in a receipt tells these two apart.
	Change storage.Change
	// Inner is the audit path of RFC 6962 from the change to Header.Root, Path
	// that from the commit to the root of the checkpoint.
	Inner, Path []storage.Hash
}

// Prove makes the receipt of a record's revision in commit seq, or of its last
// one up to the checkpoint if seq is 0, for which the journal is read from its
// start. The journal and c are those of the tree; that something does not match
// is ErrMismatch, that there is no such revision ErrNoRevision.
func (t *Tree) Prove(ctx context.Context, j storage.Journal, record storage.RecordID, seq uint64, c Checkpoint) (Receipt, error) {
	if seq > c.Size {
		return Receipt{}, fmt.Errorf("%w: commit %d is beyond the checkpoint of %d", ErrNoRevision, seq, c.Size)
	}
	first, last := max(seq, 2)-1, seq // the commit before is read for its hash
	if seq == 0 {
		last = c.Size
	}
	var parent, before storage.Hash // of the commit found, and of the one read
	var found storage.Commit
	for commit, err := range j.Log(ctx, first-1) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return Receipt{}, err
		}
		if commit.Seq > last {
			break
		}
		if (seq == 0 || commit.Seq == seq) && indexOf(commit, record) >= 0 {
			found, parent = commit, before
		}
		if before = commit.Hash; commit.Seq == last {
			break
		}
	}
	if found.Seq == 0 {
		return Receipt{}, fmt.Errorf("%w: %s %q, commit %d", ErrNoRevision, record.Kind, record.Key, seq)
	}
	return t.Receipt(parent, found, record, c)
}

// Receipt makes the receipt of what a commit, which follows a parent of hash
// parent, did to a record. Errors are those of Prove, and ErrMalformed for a
// revision that no receipt can show, as its text would exceed MaxReceipt.
func (t *Tree) Receipt(parent storage.Hash, commit storage.Commit, record storage.RecordID, c Checkpoint) (Receipt, error) {
	if err := t.Check(c); err != nil {
		return Receipt{}, err
	}
	index := indexOf(commit, record)
	switch {
	case index < 0:
		return Receipt{}, fmt.Errorf("%w: commit %d does not change %s %q", ErrNoRevision, commit.Seq, record.Kind, record.Key)
	case commit.Seq == 0 || commit.Seq > c.Size:
		return Receipt{}, fmt.Errorf("%w: commit %d is not one of the checkpoint's %d", ErrNoRevision, commit.Seq, c.Size)
	}
	r := Receipt{Size: c.Size, Header: commit.Header(parent), Index: uint64(index), Change: commit.Changes[index]}
	if len(r.Header.Meta) == 0 {
		r.Header.Meta = nil
	}
	if r.Change.Body == nil || len(r.Change.Salt) == 0 {
		r.Change.Salt = nil
	}
	var inner hashes
	for i, ch := range commit.Changes {
		inner = inner.add(uint64(i), tlog.Hash(ch.LeafHash()))
	}
	path, err := tlog.ProveRecord(int64(len(commit.Changes)), int64(index), inner)
	if err != nil {
		return Receipt{}, err
	}
	r.Inner = fromTlog(path)
	if path, err = tlog.ProveRecord(int64(c.Size), int64(commit.Seq)-1, t); err != nil {
		return Receipt{}, err
	}
	r.Path = fromTlog(path)
	if err := r.Verify(c); err != nil { // the commit is not the one that the tree has
		return Receipt{}, err
	}
	return r, nil
}

// indexOf returns the place of the change of a record in a commit, or -1.
func indexOf(c storage.Commit, record storage.RecordID) int {
	return slices.IndexFunc(c.Changes, func(ch storage.Change) bool {
		return ch.Kind == record.Kind && ch.Key == record.Key
	})
}

// Withdrawn reports whether the revision took the record out of the live ones.
func (r Receipt) Withdrawn() bool { return r.Change.Digest == (storage.Hash{}) }

// Withheld reports whether the receipt shows that there was a body, but not the
// body.
func (r Receipt) Withheld() bool { return r.Change.Body == nil && !r.Withdrawn() }

// Withhold returns the receipt without salt and body. It verifies as before and
// shows that the revision was recorded, but not what it says.
func (r Receipt) Withhold() Receipt {
	r.Change.Salt, r.Change.Body = nil, nil
	return r
}

// check returns an error if the receipt has no text form.
func (r Receipt) check() error {
	h, ch := r.Header, r.Change
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: receipt: %s", ErrMalformed, fmt.Sprintf(format, args...))
	}
	validName := func(s string) bool { return len(s) >= 1 && len(s) <= storage.MaxName && utf8.ValidString(s) }
	year := h.Time.UTC().Year()
	switch {
	case r.Size > MaxSize:
		return bad("size %d is beyond %d", r.Size, uint64(MaxSize))
	case h.Seq < 1 || h.Seq > r.Size:
		return bad("seq %d is not one of the %d commits", h.Seq, r.Size)
	case h.Seq == 1 && h.Parent != (storage.Hash{}):
		return bad("parent: the first commit has none")
	case year < 0 || year > 9999 || h.Time.Nanosecond()%1000 != 0:
		return bad("time %s is not of the years 0 to 9999 and whole microseconds", h.Time)
	case !validName(h.ID) || !validName(ch.Kind) || !validName(ch.Key):
		return bad("id %q, kind %q, key %q: each is 1 to %d bytes of UTF-8", short(h.ID), short(ch.Kind), short(ch.Key), storage.MaxName)
	case h.Changes > storage.MaxChanges || r.Index >= h.Changes:
		return bad("index %d of %d changes, at most %d", r.Index, h.Changes, storage.MaxChanges)
	case ch.Schema < 0 || int64(ch.Schema) > 1<<31-1:
		return bad("schema %d is not of 0 to %d", ch.Schema, 1<<31-1)
	case ch.Body == nil && ch.Salt != nil:
		return bad("salt without a body")
	case ch.Body != nil && storage.BodyDigest(ch.Salt, ch.Body) != ch.Digest:
		return bad("the digest is not that of salt and body")
	case len(r.Inner) > maxPath || len(r.Path) > maxPath:
		return bad("audit paths of %d and %d hashes, at most %d", len(r.Inner), len(r.Path), maxPath)
	}
	return nil
}

// Verify checks the receipt against a checkpoint, which is taken as it is:
// Policy.Open verifies its signatures, and Policy.Verify does both. If what the
// receipt shows is not part of the checkpoint's journal, or it was made for
// another checkpoint, the error wraps ErrMismatch.
func (r Receipt) Verify(c Checkpoint) error {
	if err := r.check(); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if r.Size != c.Size {
		return fmt.Errorf("%w: receipt: made for a checkpoint of %d commits, this one is of %d", ErrMismatch, r.Size, c.Size)
	}
	err := tlog.CheckRecord(toTlog(r.Inner), int64(r.Header.Changes), tlog.Hash(r.Header.Root), int64(r.Index), tlog.Hash(r.Change.LeafHash()))
	if err != nil {
		return fmt.Errorf("%w: receipt: change %d, of %s %q, is not shown to be part of commit %d",
			ErrMismatch, r.Index, r.Change.Kind, r.Change.Key, r.Header.Seq)
	}
	err = tlog.CheckRecord(toTlog(r.Path), int64(c.Size), tlog.Hash(c.Root), int64(r.Header.Seq)-1, leafOf(r.Header.Hash()))
	if err != nil {
		return fmt.Errorf("%w: receipt: commit %d, %q, is not shown to be part of the journal of %s",
			ErrMismatch, r.Header.Seq, r.Header.ID, c.Origin)
	}
	return nil
}

// Verify reads a receipt and a signed checkpoint, as they come from files, and
// verifies all of both. Only if the error is nil is what the receipt says true
// of the journal, by the word of those who signed the checkpoint.
func (p Policy) Verify(receipt, checkpoint []byte) (Receipt, Signed, error) {
	s, err := p.Open(checkpoint)
	if err != nil {
		return Receipt{}, Signed{}, err
	}
	r, err := ParseReceipt(receipt)
	if err != nil {
		return Receipt{}, Signed{}, err
	}
	if err := r.Verify(s.Checkpoint); err != nil {
		return Receipt{}, Signed{}, err
	}
	return r, s, nil
}

// MarshalText returns the text form; see the package's doc.
func (r Receipt) MarshalText() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	h, ch := r.Header, r.Change
	large := func(n int) error {
		return fmt.Errorf("%w: receipt: %d bytes or more, at most %d; withhold the body", ErrMalformed, n, MaxReceipt)
	}
	if n := len(h.Meta) + len(ch.Salt) + len(ch.Body); n > MaxReceipt {
		return nil, large(n)
	}
	w := writer{b: make([]byte, 0, 2048+len(ch.Body)+len(h.Meta))}
	w.b = append(w.b, receiptForm+"\n"...)
	w.number("size", r.Size)
	w.number("seq", h.Seq)
	w.line("time", h.Time.UTC().Format(timeForm))
	w.value("id", []byte(h.ID))
	w.value("meta", h.Meta)
	w.hash("parent", h.Parent)
	w.number("changes", h.Changes)
	w.hash("root", h.Root)
	w.number("index", r.Index)
	w.value("kind", []byte(ch.Kind))
	w.value("key", []byte(ch.Key))
	w.number("schema", uint64(ch.Schema))
	switch {
	case r.Withdrawn():
		w.line("body", "withdrawn")
	case r.Withheld():
		w.hash("body withheld", ch.Digest)
	default:
		w.value("salt", ch.Salt)
		w.value("body", ch.Body)
	}
	w.path("inner", r.Inner)
	w.path("path", r.Path)
	if len(w.b) > MaxReceipt {
		return nil, large(len(w.b))
	}
	return w.b, nil
}

// UnmarshalText reads what MarshalText writes; see ParseReceipt.
func (r *Receipt) UnmarshalText(text []byte) (err error) {
	*r, err = ParseReceipt(text)
	return err
}

// ParseReceipt reads what MarshalText writes; anything else is ErrMalformed. It
// checks the digest of the body, and the rest when the receipt is verified.
func ParseReceipt(text []byte) (Receipt, error) {
	if len(text) > MaxReceipt {
		return Receipt{}, fmt.Errorf("%w: receipt: %d bytes, at most %d", ErrMalformed, len(text), MaxReceipt)
	}
	rest, ok := strings.CutPrefix(string(text), receiptForm+"\n")
	if !ok {
		return Receipt{}, fmt.Errorf("%w: receipt: it does not start with %q", ErrMalformed, receiptForm)
	}
	l := reader{form: "receipt", rest: rest, n: 1}
	var r Receipt
	h, ch := &r.Header, &r.Change
	r.Size = l.number("size")
	h.Seq = l.number("seq")
	if s := l.line("time"); l.err == nil {
		var err error
		if h.Time, err = time.Parse(timeForm, s); err != nil {
			l.fail("time: %q is not of the form %s", short(s), timeForm)
		}
	}
	h.ID = string(l.value("id"))
	h.Meta = l.value("meta")
	h.Parent = l.hash("parent")
	h.Changes = l.number("changes")
	h.Root = l.hash("root")
	r.Index = l.number("index")
	ch.Kind, ch.Key = string(l.value("kind")), string(l.value("key"))
	schema := l.number("schema")
	if schema > 1<<31-1 {
		l.fail("schema %d is beyond %d", schema, 1<<31-1)
	}
	ch.Schema = int(schema & (1<<31 - 1))
	switch {
	case l.next("body withheld"):
		if ch.Digest = l.hash("body withheld"); l.err == nil && ch.Digest == (storage.Hash{}) {
			l.fail("body withheld: the digest is zero")
		}
	case l.next("body"):
		if s := l.line("body"); l.err == nil && s != "withdrawn" {
			l.fail(`body: without a salt before it, it is "withheld" or "withdrawn", got %q`, short(s))
		}
	default:
		ch.Salt = l.value("salt")
		if ch.Body = l.value("body"); ch.Body == nil {
			ch.Body = []byte{}
		}
		ch.Digest = storage.BodyDigest(ch.Salt, ch.Body)
	}
	r.Inner = l.path("inner")
	r.Path = l.path("path")
	if err := l.end(); err != nil {
		return Receipt{}, err
	}
	one, err := r.MarshalText()
	if err != nil {
		return Receipt{}, err
	}
	if !bytes.Equal(one, text) {
		return Receipt{}, fmt.Errorf("%w: receipt: a value in it is not written in its one form", ErrMalformed)
	}
	return r, nil
}
