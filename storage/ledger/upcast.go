package ledger

import (
	"encoding/json"
	"fmt"
)

// Upcaster turns the fields of a body of one schema version into those of
// the next: it renames, splits, fills in. It is pure, and once released it
// never changes, as journals hold bodies of all versions for good. What is
// stored stays as it was written; upcasting happens where it is read.
//
// A field that is merely new and may be absent needs neither an upcaster nor a
// new version. Whoever renames or removes one, or gives it another meaning,
// adds one to the kind and counts its schema up.
type Upcaster func(fields map[string]json.RawMessage) error

// upcast brings a body of a schema version to the one that comes after the
// last upcaster: up[0] is from version 1 to 2.
func upcast(up []Upcaster, version int, body []byte) ([]byte, error) {
	if version > len(up) {
		return body, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	if fields == nil {
		return nil, fmt.Errorf("the body of a record is an object, got %.20s", body)
	}
	for i := version - 1; i < len(up); i++ {
		if err := up[i](fields); err != nil {
			return nil, fmt.Errorf("from schema version %d to %d: %w", i+1, i+2, err)
		}
	}
	return json.Marshal(fields)
}
