package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// Entry is one commit as the audit trail tells it: who changed what, when and
// why.
type Entry struct {
	// Head names the state of the journal after the commit: Seq is its number.
	storage.Head
	// ID is the commit's ID, Time when it was made.
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	// By says who made it and why; Verbs by which verbs of Tx.
	By    By       `json:"by"`
	Verbs []string `json:"verbs,omitempty"`
	// Changes are the records that it wrote, in the order of writing.
	Changes []RecordChange `json:"changes,omitempty"`
	// Erases are the records that it had erased: their bodies are gone from
	// all commits before it.
	Erases []Subject `json:"erases,omitempty"`
	// Migrations are those that it made, by name.
	Migrations []string `json:"migrations,omitempty"`
	// Imported says where the records come from that it brought; nil unless it is
	// an import.
	Imported *Origin `json:"imported,omitempty"`
	// Dropped are the records that it made and withdrew again, so that nothing
	// is left of them but that they were.
	Dropped []Subject `json:"dropped,omitempty"`
}

// RecordChange is one revision of one record.
type RecordChange struct {
	Subject
	// What says what happened to the record.
	What ChangeKind `json:"what"`
	// Schema is the version of the body's shape, Body the record as it stood after
	// the change, as it was written; nil if it was withdrawn or has been erased.
	Schema int             `json:"schema,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`
	// Fields are the fields that differ from the revision before, by path.
	Fields []FieldChange `json:"fields,omitempty"`
}

// ChangeKind says what a commit did to a record.
type ChangeKind string

// What a commit can do to a record. Erased means that the body has been
// removed since: what it was can't be told any more, only that it was.
const (
	Created   ChangeKind = "created"
	Revised   ChangeKind = "revised"
	Withdrawn ChangeKind = "withdrawn"
	Erased    ChangeKind = "erased"
)

// FieldChange is one field that a revision changed.
type FieldChange struct {
	// Path is the field's JSON path, such as "model.version" or "harms[2].scale".
	Path string `json:"path"`
	// Before and After are what it held, as JSON; nil if it was absent or null.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Trail yields the audit trail: all commits after sequence number after, in
// order. At most one error, last.
func (l *Ledger) Trail(ctx context.Context, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		t := newTeller(l.kinds)
		for c, err := range l.journal.Log(ctx, 0) {
			if err != nil {
				yield(Entry{}, fmt.Errorf("reading the journal: %w", err))
				return
			}
			e, err := t.tell(c, c.Seq > after, func(Subject) bool { return true })
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if c.Seq > after && !yield(e, nil) {
				return
			}
		}
	}
}

// History yields the commits that touched one record, oldest first, each with
// that record's change only. Of an erased record it tells when and by whom each
// revision was written, and when it was erased, but not what stood there. At
// most one error, last: ErrNotFound if there is no such kind of record. Of a
// record that never was it yields nothing.
//
// It costs what was written of the record, however long the journal is, as each
// commit says which one touched its records before. Where commits do not, because
// they were made by code that did not yet, all are looked through, and so they are
// for a record that stands in very many: it never costs much more than one pass
// over the journal.
func (l *Ledger) History(ctx context.Context, s Subject) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		v := l.View()
		if !v.ts.knows(s.Kind) {
			yield(Entry{}, &RecordError{Kind: s.Kind, ID: s.ID, Verb: "History", Err: ErrNotFound, Why: errors.New("no such kind of record")})
			return
		}
		co, err := l.courseOf(ctx, s, v)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		t := newTeller(l.kinds)
		for c, err := range co.commits(ctx) {
			var e Entry
			if err == nil {
				e, err = t.tell(c, true, func(other Subject) bool { return other == s })
			}
			if err != nil {
				yield(Entry{}, err)
				return
			}
			e.Migrations = nil
			if !yield(e, nil) {
				return
			}
		}
	}
}

// teller makes entries of commits that follow one another.
type teller struct {
	kinds *kindSet
	last  map[Subject]json.RawMessage // body of each record, in today's shape
}

func newTeller(kinds *kindSet) *teller {
	return &teller{kinds, make(map[Subject]json.RawMessage)}
}

// tell makes an entry of the next commit, with those records that are wanted, and
// with the fields that differ if asked to.
func (t *teller) tell(c storage.Commit, diff bool, wanted func(Subject) bool) (Entry, error) {
	mt, err := metaOf(c)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Head: c.Head, ID: c.ID, Time: c.Time, By: mt.By, Verbs: mt.Verbs, Migrations: mt.Migrations, Imported: mt.Imported}
	only := func(all []Subject) []Subject {
		return slices.DeleteFunc(all, func(s Subject) bool { return !wanted(s) })
	}
	e.Erases, e.Dropped = only(mt.Erases), only(mt.Dropped)
	for _, ch := range c.Changes {
		s := Subject{KindName(ch.Kind), ch.Key}
		if !wanted(s) {
			continue
		}
		before, known := t.last[s]
		rc := RecordChange{Subject: s, Schema: ch.Schema, Body: bytes.Clone(ch.Body)} // which may be the store's own memory
		switch {
		case ch.Digest == storage.Hash{}:
			rc.What = Withdrawn
			delete(t.last, s)
		case ch.Body == nil:
			rc.What = Erased
			t.last[s] = nil
		default:
			rc.What = Created
			if known {
				rc.What = Revised
			}
			t.last[s] = t.kinds.inTodaysShape(ch)
		}
		if diff && ch.Body != nil {
			if rc.Fields, err = diffJSON(before, t.last[s]); err != nil {
				return Entry{}, fmt.Errorf("commit %d: %s: %w", c.Seq, s, err)
			}
		}
		e.Changes = append(e.Changes, rc)
	}
	return e, nil
}

// inTodaysShape returns a body in today's shape, so that a change of shape does
// not look like one of content; as it is, if it has none.
func (s *kindSet) inTodaysShape(ch storage.Change) json.RawMessage {
	if k, _, ok := s.named(KindName(ch.Kind)); ok {
		if body, err := k.upcast(ch); err == nil {
			return body
		}
	}
	return ch.Body
}

// diffJSON lists the fields in which two JSON objects differ, by path, with their
// values as they are written. A missing before is an empty object.
func diffJSON(before, after []byte) ([]FieldChange, error) {
	if before == nil {
		before = []byte("{}")
	}
	var out []FieldChange
	err := diffValue("", before, after, &out)
	return out, err
}

// decodeExact decodes a JSON value, with its numbers as they are written: as
// floats, two large ones could seem the same.
func decodeExact(text []byte, v *any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(v)
}

// diffValue goes down into what is an object, or a list of one length, in both; what is
// written alike in both is not looked into.
func diffValue(path string, a, b json.RawMessage, out *[]FieldChange) error {
	if bytes.Equal(a, b) {
		return nil
	}
	if begins(a, '{') && begins(b, '{') {
		var x, y map[string]json.RawMessage
		if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
			return err
		}
		keys := maps.Clone(x)
		maps.Copy(keys, y)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			sub := k
			if path != "" {
				sub = path + "." + k
			}
			if err := diffValue(sub, x[k], y[k], out); err != nil {
				return err
			}
		}
		return nil
	}
	if begins(a, '[') && begins(b, '[') {
		var x, y []json.RawMessage
		if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
			return err
		}
		if len(x) == len(y) {
			for i := range x {
				if err := diffValue(path+"["+strconv.Itoa(i)+"]", x[i], y[i], out); err != nil {
					return err
				}
			}
			return nil
		}
	}
	same, err := sameJSON(a, b)
	if err == nil && !same {
		*out = append(*out, FieldChange{Path: path, Before: present(a), After: present(b)})
	}
	return err
}

func begins(text json.RawMessage, with byte) bool { return len(text) > 0 && text[0] == with }

// sameJSON reports whether two texts say the same, however they are written; an absent
// one says null.
func sameJSON(a, b json.RawMessage) (bool, error) {
	if len(present(a)) == 0 || len(present(b)) == 0 {
		return len(present(a)) == len(present(b)), nil
	}
	var x, y any
	if err := errors.Join(decodeExact(a, &x), decodeExact(b, &y)); err != nil {
		return false, err
	}
	return bytes.Equal(jsonText(x), jsonText(y)), nil
}

// present is a value; nil if it is absent or null.
func present(text json.RawMessage) json.RawMessage {
	if string(text) == "null" {
		return nil
	}
	return text
}

// jsonText renders a decoded value; an absent one is nil.
func jsonText(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	b, _ := json.Marshal(v) // what was decoded can be encoded
	return b
}
