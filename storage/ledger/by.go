package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// By says who makes a change and why. It stands in the audit trail for good, also
// once records have been erased: so let an Actor be a pseudonym where it must be
// forgotten, and leave out what need not be known.
type By struct {
	// Actor names who acts: a person, or a program. It may not be empty.
	Actor string `json:"actor"`
	// Reason says why, in a few words. It may not be empty either.
	Reason string `json:"reason"`
	// Request names the request that it came with, as the embedder's logs do;
	// OnBehalfOf for whom the Actor acts, if for another; From where it came from,
	// such as an address. Each may be empty, and has at most 1,000 bytes.
	Request    string `json:"request,omitempty"`
	OnBehalfOf string `json:"on_behalf_of,omitempty"`
	From       string `json:"from,omitempty"`
}

// Bounds in bytes of what By says.
const (
	maxBy     = 20_000 // an actor, a reason
	maxOrigin = 1_000  // what else
)

// check says what is wrong with it.
func (by By) check() error {
	var is issue.Issues
	for _, f := range []struct {
		name, value string
		most        int
		optional    bool
	}{
		{"actor", by.Actor, maxBy, false}, {"reason", by.Reason, maxBy, false},
		{"request", by.Request, maxOrigin, true}, {"on_behalf_of", by.OnBehalfOf, maxOrigin, true}, {"from", by.From, maxOrigin, true},
	} {
		switch {
		case f.optional && f.value == "":
		case strings.TrimSpace(f.value) == "":
			is.Add(f.name, "required", f.value, "may not be empty")
		case !utf8.ValidString(f.value):
			is.Add(f.name, "utf8", strings.ToValidUTF8(f.value, "\uFFFD"), "must be valid UTF-8")
		case len(f.value) > f.most:
			is.Add(f.name, "length", f.value, "at most %d bytes, has %d", f.most, len(f.value))
		}
	}
	return is.Err()
}

// unsourced is the same without what tells where it came from.
func (by By) unsourced() By { return By{Actor: by.Actor, Reason: by.Reason} }

// Action is one thing that somebody does, for Options.Authorize.
type Action struct {
	// Tenant names whose ledger it is; see Options.Tenant.
	Tenant string `json:"tenant,omitempty"`
	// Verb is the name of the verb, such as "ApproveAssessment".
	Verb string `json:"verb"`
	// Subject is the record; its ID is empty if it has no key yet.
	Subject
	// Done says that the verb has been tried, and Changes what it wrote: what
	// remains is to keep it.
	Done    bool           `json:"done"`
	Changes []ActionChange `json:"changes,omitempty"`
}

// ActionChange is a record that a verb wrote or withdrew.
type ActionChange struct {
	Subject
	kind          *kind
	before, after any
}

// Before returns a copy of the record as it stood before the verb, as a pointer to
// it; nil if there was none.
func (c ActionChange) Before() any { return c.copyOf(c.before) }

// After returns a copy of the record as the verb leaves it, as a pointer to it; nil
// if it was withdrawn.
func (c ActionChange) After() any { return c.copyOf(c.after) }

func (c ActionChange) copyOf(rec any) any {
	if rec == nil {
		return nil
	}
	return c.kind.clone(rec)
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
	// Imported says where its records come from; nil unless it is an import.
	Imported *Origin `json:"imported,omitempty"`
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
// metadata is decoded only where it may stand in it; any says whether it was.
func asksOf(c storage.Commit) (asks meta, any bool, err error) {
	for _, word := range []string{`"erases"`, `"dropped"`, `"snapshots"`, `"migrations"`, `"imported"`} {
		if bytes.Contains(c.Meta, []byte(word)) {
			asks, err = metaOf(c)
			return asks, true, err
		}
	}
	return meta{}, false, nil
}
