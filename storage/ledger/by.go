package aims

import (
	"encoding/json"
	"reflect"
)

// By says who makes a change and why. Both stand in the audit trail for good.
type By struct {
	// Actor names who acts: the ID of a person on file, or of a program. A
	// signature needs a person on file.
	Actor string `json:"actor"`
	// Reason says why, in a few words.
	Reason string `json:"reason"`
}

// Action is one thing that somebody wants to do, for Options.Authorize.
type Action struct {
	Verb string // the name of the Tx method, such as "ApproveAssessment"
	Kind Kind   // the sort of record
	ID   string // the record; empty if it has no ID yet
}

// Subject names one record of the management system.
type Subject struct {
	// Kind is the sort of record, ID its key among those.
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// String returns the subject as "kind/id".
func (s Subject) String() string { return string(s.Kind) + "/" + s.ID }

// meta is what a commit carries about itself: who, why, by which verbs, and
// what is to be erased.
type meta struct {
	By
	Verbs []string `json:"verbs"`
	// Erases are the records whose bodies before this commit are to be erased.
	Erases []Subject `json:"erases,omitempty"`
}

var writeMeta = writerOf(reflect.TypeFor[meta]())

func (m *meta) append(b []byte) ([]byte, error) { return writeMeta(b, reflect.ValueOf(m).Elem()) }

func decodeMeta(b []byte) (meta, error) {
	var m meta
	err := json.Unmarshal(b, &m)
	return m, err
}
