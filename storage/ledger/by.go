package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aimskit/aimskit/storage"
)

// By says who makes a change and why. Both stand in the audit trail for good.
type By struct {
	// Actor names who acts: a person, or a program.
	Actor string `json:"actor"`
	// Reason says why, in a few words.
	Reason string `json:"reason"`
}

// Action is one thing that somebody wants to do, for Options.Authorize.
type Action struct {
	Verb string   // the name of the verb, such as "ApproveAssessment"
	Kind KindName // the kind of record
	ID   string   // the record; empty if it has no key yet
}

// Subject names one record.
type Subject struct {
	// Kind is the kind of record, ID its key among those.
	Kind KindName `json:"kind"`
	ID   string   `json:"id"`
}

// String returns the subject as "kind/id".
func (s Subject) String() string { return string(s.Kind) + "/" + s.ID }

// meta is what a commit carries about itself.
type meta struct {
	By
	// Verbs are the verbs that it was made by.
	Verbs []string `json:"verbs"`
	// Before says of each record that it touches, those that it changes, erases and
	// drops, in this order, which commit touched it last before; 0 if none did. A
	// commit that touches some and has none was made by code that did not know.
	Before []uint64 `json:"before,omitempty"`
	// Erases are the records whose bodies before this commit are to be erased.
	Erases []Subject `json:"erases,omitempty"`
	// Dropped are the records that it made and withdrew again, of which no
	// change tells.
	Dropped []Subject `json:"dropped,omitempty"`
	// Migrations are the steps that it takes, or makes needless.
	Migrations []string `json:"migrations,omitempty"`
	// Snapshots vouches for snapshots that were written before, or that are left of
	// them once what it erases is taken out.
	Snapshots []snapshotMark `json:"snapshots,omitempty"`
}

// snapshotMark vouches for a snapshot: the number of the commit that it shows,
// and the digest of its data.
type snapshotMark struct {
	Seq    uint64 `json:"seq"`
	SHA256 string `json:"sha256"`
}

var writeMeta = writerOf(reflect.TypeFor[meta]())

func (m *meta) append(b []byte) ([]byte, error) { return writeMeta(b, reflect.ValueOf(m).Elem()) }

// metaOf reads what a commit says about itself.
func metaOf(c storage.Commit) (meta, error) {
	var m meta
	if err := json.Unmarshal(c.Meta, &m); err != nil {
		return m, fmt.Errorf("commit %d: who and why can't be read: %w", c.Seq, err)
	}
	return m, nil
}

// asksOf returns what a commit asks of whoever reads it, beyond its changes:
// erasures, migrations and marks, and what it dropped. Few ask anything, so the
// metadata is decoded only where it may stand in it.
func asksOf(c storage.Commit) (meta, error) {
	for _, word := range []string{`"erases"`, `"dropped"`, `"snapshots"`, `"migrations"`} {
		if bytes.Contains(c.Meta, []byte(word)) {
			return metaOf(c)
		}
	}
	return meta{}, nil
}
