package ledger

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/aimskit/aimskit/storage"
)

// A revision mostly changes few of a record's fields. Where the one before is live,
// as after opening from a snapshot and for Between, it is made of that: fields whose
// text is the same are shared with it, as records are only read, and only the others
// are decoded, at a fifth of the cost or less. It is what decoding the whole body
// would give: where that is not as this code writes it, it is what is done. (Of bodies
// that other code wrote, empty lists within a field that are not written may come out
// empty where they would be nil.)

// derived is a record with the body that it was decoded from.
type derived struct {
	schema int
	body   []byte // in memory of its own: what a store gives shares that of a whole batch
	fields []span // of the body, by field; empty where the field is absent
	rec    any
	spare  []span // memory for fields
}

// span is from where to where a value stands in a body.
type span struct{ start, end int }

// deriver knows the fields of a kind's records.
type deriver struct {
	labels [][]byte // in the order in which they are written
	at     [][]int
}

// newDeriver returns nil for types that read themselves.
func newDeriver(t reflect.Type, fields []writtenField) *deriver {
	if ptr := reflect.PointerTo(t); ptr.Implements(unmarshalsJSON) || ptr.Implements(unmarshalsText) {
		return nil
	}
	d := new(deriver)
	for _, f := range fields {
		d.labels, d.at = append(d.labels, []byte(f.label)), append(d.at, f.at)
	}
	return d
}

// split finds the values of the fields in a body, from the first of some fields on,
// which begins at a place; those before are in all already. It reports whether the
// body is as appendBody writes it, the fields one after another in their order and
// without spaces. known may tell, once a field ends, that the rest is known.
func (d *deriver) split(body []byte, all []span, first, at int, known func(i, end int) bool) bool {
	if at == 1 && len(body) == 2 && body[0] == '{' && body[1] == '}' {
		return true
	}
	if at >= len(body) || at == 1 && body[0] != '{' {
		return false
	}
	for i := first; i < len(d.labels); i++ {
		label := d.labels[i]
		if !bytes.HasPrefix(body[at:], label) {
			continue
		}
		end := skipValue(body, at+len(label))
		if end < 0 {
			return false
		}
		all[i] = span{at + len(label), end}
		switch at = end + 1; {
		case known != nil && known(i, end):
			return true
		case body[end] == '}':
			return at == len(body)
		case body[end] != ',':
			return false
		}
	}
	return false
}

// splitAfter is split for a body of which the one before is known. It returns the
// values, and which fields may differ: those from one up to, but not including,
// another.
func (d *deriver) splitAfter(before *derived, body []byte) (all []span, from, to int, ok bool) {
	old := before.fields
	all = append(before.spare[:0], old...)
	same := commonPrefix(before.body, body)
	if same == len(body) && same == len(before.body) {
		return all, len(old), len(old), true
	}
	tail := commonSuffix(before.body[same:], body[same:])
	at := 1
	for from < len(old) && (old[from].end == 0 || old[from].end < same) {
		if old[from].end > 0 {
			at = old[from].end + 1
		}
		from++
	}
	if at > same {
		return nil, 0, 0, false
	}
	// A field that is absent before and stands where the first that differs does
	// comes before it in their order.
	for from > 0 && old[from-1].end == 0 {
		from--
	}
	clear(all[from:])
	to = len(old)
	longer := len(body) - len(before.body)
	ok = d.split(body, all, from, at, func(i, end int) bool {
		if end < len(body)-tail || old[i].end != end-longer {
			return false
		}
		to = i + 1
		for j := to; j < len(old); j++ {
			if all[j] = old[j]; old[j].end > 0 {
				all[j].start += longer
				all[j].end += longer
			}
		}
		return true
	})
	return all, from, to, ok
}

// commonPrefix returns how many bytes two begin alike with.
func commonPrefix(a, b []byte) int {
	n, most := 0, min(len(a), len(b))
	for n+8 <= most && binary.LittleEndian.Uint64(a[n:]) == binary.LittleEndian.Uint64(b[n:]) {
		n += 8
	}
	for n < most && a[n] == b[n] {
		n++
	}
	return n
}

// commonSuffix returns how many bytes two end alike with.
func commonSuffix(a, b []byte) int {
	n, most := 0, min(len(a), len(b))
	for n+8 <= most && binary.LittleEndian.Uint64(a[len(a)-n-8:]) == binary.LittleEndian.Uint64(b[len(b)-n-8:]) {
		n += 8
	}
	for n < most && a[len(a)-n-1] == b[len(b)-n-1] {
		n++
	}
	return n
}

// skipValue returns where a JSON value ends that starts at a place; -1 if it does
// not.
func skipValue(b []byte, at int) int {
	start, depth := at, 0
	for at < len(b) {
		switch b[at] {
		case '"':
			for at++; ; at++ {
				n := bytes.IndexAny(b[at:], `"\`)
				if n < 0 {
					return -1
				}
				if at += n; b[at] == '"' {
					break
				}
				if at++; at >= len(b) {
					return -1
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return endOf(start, at)
			}
			depth--
		case ',':
			if depth == 0 {
				return endOf(start, at)
			}
		}
		at++
	}
	return -1
}

// endOf is the end of a value, which is not empty.
func endOf(start, end int) int {
	if start == end {
		return -1
	}
	return end
}

// derive makes a record of the body of a change and of the one before, in whose
// place it is put. It is nil if the whole body must be decoded.
func (k *kind) derive(before *derived, c storage.Change, seq uint64) any {
	d := k.plan().derive
	if d == nil || before == nil || before.schema != c.Schema || c.Schema != k.schema {
		return nil
	}
	fields, from, to, ok := d.splitAfter(before, c.Body)
	if !ok {
		return nil
	}
	rec := k.copied(before.rec)
	v := reflect.ValueOf(rec).Elem()
	for i, now := range fields {
		was, same := before.fields[i], i < from || i >= to
		if now.end > 0 && (same || bytes.Equal(before.body[was.start:was.end], c.Body[now.start:now.end])) {
			continue
		}
		f := v
		for _, i := range d.at[i] {
			f = f.Field(i)
		}
		f.SetZero() // also where an empty list stands for what is not written
		if now.end > 0 && !setValue(f, c.Body[now.start:now.end]) {
			return nil
		}
	}
	*k.revision(rec) = seq
	before.body = append(before.body[:0], c.Body...)
	before.fields, before.spare, before.rec = fields, before.fields, rec
	return rec
}

// setValue decodes a value; false if it can't be.
func setValue(v reflect.Value, text []byte) bool {
	switch v.Type() {
	case textType:
		if n := len(text) - 1; n > 0 && text[0] == '"' && text[n] == '"' && isPlain(text[1:n]) {
			v.SetString(string(text[1:n]))
			return true
		}
	case intType:
		// Only as it is written: others are numbers to strconv that are none in JSON.
		var digits [20]byte
		if n, err := strconv.Atoi(string(text)); err == nil && bytes.Equal(strconv.AppendInt(digits[:0], int64(n), 10), text) {
			v.SetInt(int64(n))
			return true
		}
	}
	return json.Unmarshal(text, v.Addr().Interface()) == nil
}

var textType, intType = reflect.TypeFor[string](), reflect.TypeFor[int]()

// isPlain reports whether a text is in JSON as it is.
func isPlain(text []byte) bool {
	for _, c := range text {
		if !plain[c] {
			return false
		}
	}
	return true
}

// derivableFrom returns what the next revision of a live record can be derived from;
// nil if none can. A live record is what decoding what is written of it gives.
func (k *kind) derivableFrom(rec any) *derived {
	d := k.plan().derive
	if d == nil {
		return nil
	}
	body, err := k.appendBody(nil, rec)
	if err != nil {
		return nil
	}
	return d.of(k, body, rec)
}

// derivedOf is derivableFrom of a record that was decoded whole from the body of a
// change.
func (k *kind) derivedOf(c storage.Change, rec any) *derived {
	d := k.plan().derive
	if d == nil || c.Schema != k.schema {
		return nil
	}
	return d.of(k, bytes.Clone(c.Body), rec)
}

func (d *deriver) of(k *kind, body []byte, rec any) *derived {
	fields := make([]span, len(d.labels))
	if !d.split(body, fields, 0, 1, nil) {
		return nil
	}
	return &derived{schema: k.schema, body: body, fields: fields, rec: rec}
}
