package ledger

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// Patch changes a record by what a merge patch after RFC 7396 says, if revision is
// its current one (ErrStale if not): put is given a copy of the record, changed, as
// a pointer to it, and writes it by whatever verb is for that. The fields that the
// patch names must be there, and hold in the end what it says, those of the elements
// of a list too: one that the verb does not let be written, as another verb is for it
// (the rule "verb"), refuses the patch with ErrForbidden. What the patch does not name,
// and what verbs of the kind complete (Spec.Completes), may come out as it will. A
// refused patch has changed nothing.
//
// With a put of nil the record is put as it is, which its kind must allow
// (Spec.Patch).
func (tx *Tx) Patch(s Subject, revision uint64, patch []byte, put func(rec any) error) error {
	return tx.Verb("Patch", s, func() error {
		k, _, ok := tx.ts.kinds.named(s.Kind)
		if !ok {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: "Patch", Err: ErrNotFound, Why: errors.New("no such kind of record")}
		}
		fail := func(err, why error) error {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: "Patch", Err: err, Why: why}
		}
		old := tx.ts.table(k).get(s.ID)
		switch {
		case old == nil:
			return fail(ErrNotFound, nil)
		case revision != *k.revision(old):
			return fail(ErrStale, fmt.Errorf("field revision: made from %d, %d is current", revision, *k.revision(old)))
		case put == nil && !k.patch:
			return fail(ErrForbidden, errors.New("records of this kind are not patched"))
		}
		rec, said, err := k.patched(old, patch)
		if err != nil {
			return fail(ErrInvalid, err)
		}
		if put == nil {
			put = func(rec any) error { return tx.put(k, rec) }
		}
		return tx.asSaid(k, rec, said, "Patch", put)
	})
}

// Create makes a record of what a JSON object says, and returns which: put is given
// it, as a pointer, and writes it by whatever verb is for that. It is read as strictly
// as a patch (issue.Decode), and all that it says must hold in the end: a field that
// the verb does not let be written refuses it with ErrForbidden (the rule "verb"). A
// record without an ID gets a new one, if its kind has them made (Spec.SetKey); one
// with a revision, or whose ID is taken, is refused. What is refused has changed
// nothing.
//
// With a put of nil the record is put as it is, which its kind must allow
// (Spec.Create).
func (tx *Tx) Create(kind KindName, text []byte, put func(rec any) error) (s Subject, err error) {
	s.Kind = kind
	k, _, ok := tx.ts.kinds.named(kind)
	if !ok {
		return s, tx.Verb("Create", s, func() error { return Refuse(ErrNotFound, "no such kind of record") })
	}
	rec := k.fresh()
	said, wrong := k.created(text, rec)
	if wrong == nil {
		if k.key(rec) == "" && k.setKey != nil {
			k.setKey(rec, tx.NewID())
		}
		if s.ID = k.key(rec); !issue.ValidKeyUpTo(s.ID, k.maxKey) {
			var is issue.Issues
			is.Add("id", "key", s.ID, "%s; a %s may have %d", issue.KeyRule, k.name, k.maxKey)
			s.ID, wrong = "", is
		}
	}
	return s, tx.Verb("Create", s, func() error {
		fail := func(err, why error) error {
			return &RecordError{Kind: s.Kind, ID: s.ID, Verb: "Create", Err: err, Why: why}
		}
		switch {
		case wrong != nil:
			return fail(ErrInvalid, wrong)
		case put == nil && !k.create:
			return fail(ErrForbidden, errors.New("records of this kind are not made as they are said"))
		case tx.ts.table(k).get(s.ID) != nil:
			return fail(ErrExists, nil)
		}
		if put == nil {
			put = func(rec any) error { return tx.put(k, rec) }
		}
		return tx.asSaid(k, rec, said, "Create", put)
	})
}

// saying is what a patch, or the text of a new record, says: its fields, decoded, and
// which of them it names.
type saying struct {
	fields map[string]any
	paths  []path
}

// created reads a new record, and returns what the text says.
func (k *kind) created(text []byte, rec any) (said saying, err error) {
	var is issue.Issues
	if len(text) > k.limits.Body {
		is.Add("", "size", strconv.Itoa(len(text)), "at most %d bytes", k.limits.Body)
		return said, is
	}
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		is.Add("", "json", string(text[:min(len(text), 100)]), "a record is one JSON object")
		return said, is
	}
	if err := issue.Decode(text, rec); err != nil {
		return said, err
	}
	var given any
	if err := decodeExact(text, &given); err != nil {
		return said, err
	}
	said.fields, _ = given.(map[string]any)
	revision := jsonName(k.typ.Field(k.revisionField()))
	if v, names := said.fields[revision]; names {
		is.Add(revision, "verb", fmt.Sprint(v), "a new record has none; it says what is changed")
		return said, is
	}
	merge(make(map[string]any), said.fields, nil, &said.paths)
	return said, nil
}

// asSaid has a record written, of which some fields must hold in the end what it says.
func (tx *Tx) asSaid(k *kind, rec any, said saying, verb string, put func(rec any) error) error {
	s := k.subject(rec)
	fail := func(why error) error {
		return &RecordError{Kind: s.Kind, ID: s.ID, Verb: verb, Err: ErrForbidden, Why: why}
	}
	want, err := k.fields(rec)
	if err != nil {
		return err
	}
	if err := put(rec); err != nil {
		var is issue.Issues
		if errors.As(err, &is) && slices.ContainsFunc(is, func(i issue.Issue) bool { return i.Rule == "verb" }) {
			return fail(is)
		}
		return err
	}
	now := tx.ts.table(k).get(s.ID)
	if now == nil {
		return fail(errors.New("what put it did not keep it"))
	}
	got, err := k.fields(now)
	if err != nil {
		return err
	}
	var is issue.Issues
	for _, p := range said.paths {
		k.compare(&is, p.String(), p, p.in(said.fields), p.in(want), p.in(got))
	}
	if len(is) > 0 {
		return fail(is)
	}
	return nil
}

// compare adds an issue for each leaf that was said, as a record wants it, and is not
// written like that.
func (k *kind) compare(is *issue.Issues, field string, at path, said, want, got any) {
	// What the verb has tidied is written all the same.
	if k.completed(at) || equalJSON(tidied(want), tidied(got)) {
		return
	}
	switch said := said.(type) {
	case map[string]any:
		wants, ok := want.(map[string]any)
		has, written := got.(map[string]any)
		if len(said) == 0 || !ok || !written {
			break
		}
		for _, name := range slices.Sorted(maps.Keys(said)) {
			k.compare(is, issue.Under(field, name), append(slices.Clip(at), name), said[name], wants[name], has[name])
		}
		return
	case []any:
		wants, _ := want.([]any)
		has, _ := got.([]any)
		if len(said) == 0 || len(wants) != len(said) || len(has) != len(said) {
			break
		}
		for i := range said {
			k.compare(is, issue.Index(field, i), at, said[i], wants[i], has[i])
		}
		return
	}
	text := func(v any) string { return cmp.Or(string(jsonText(v)), "null") }
	is.Add(field, "verb", text(want), "it is not written like this: a verb of its own is for it, or works it out, and it would be %s", text(got))
}

// completed reports whether verbs complete what stands at a path.
func (k *kind) completed(at path) bool {
	for _, field := range k.completes {
		if p := strings.Split(field, "."); len(p) <= len(at) && slices.Equal(p, at[:len(p)]) {
			return true
		}
	}
	return false
}

// path leads to a field.
type path []string

func (p path) String() (s string) {
	for _, name := range p {
		s = issue.Under(s, name)
	}
	return s
}

// in returns what stands there in a decoded record; nil if nothing does.
func (p path) in(v any) any {
	for _, name := range p {
		fields, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = fields[name]
	}
	return v
}

// within reports whether a type has the field that the path leads to, through lists
// and what they hold.
func (p path) within(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if len(p) == 0 || t.Kind() != reflect.Struct {
		return len(p) == 0
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && (jsonName(f) == p[0] && p[1:].within(f.Type) || f.Anonymous && p.within(f.Type)) {
			return true
		}
	}
	return false
}

// known returns how many of the path's names are of fields of a type; all of those
// that lead into a map or into what reads itself.
func (p path) known(t reflect.Type) int {
	if len(p) == 0 {
		return 0
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return p.known(t.Elem())
	case t.Kind() == reflect.Map:
		return 1 + p[1:].known(t.Elem())
	case t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(unmarshalsJSON) || reflect.PointerTo(t).Implements(unmarshalsText):
		return len(p) // decoding says what is wrong with it
	}
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case !f.IsExported():
		case jsonName(f) == p[0]:
			return 1 + p[1:].known(f.Type)
		case f.Anonymous:
			if n := p.known(f.Type); n > 0 {
				return n
			}
		}
	}
	return 0
}

func equalJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// tidied returns a decoded value without what verbs tidy: spaces around and between
// words, what stands in a list twice, and in what order, what is empty.
func tidied(v any) any {
	switch v := v.(type) {
	case string:
		if text := strings.Join(strings.Fields(v), " "); text != "" {
			return text
		}
	case []any:
		texts := make(map[string]bool, len(v))
		for _, e := range v {
			text, _ := json.Marshal(tidied(e)) // it was decoded from JSON
			texts[string(text)] = true
		}
		if len(texts) > 0 {
			return slices.Sorted(maps.Keys(texts))
		}
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, e := range v {
			if e = tidied(e); e != nil {
				fields[name] = e
			}
		}
		if len(fields) > 0 {
			return fields
		}
	default:
		return v
	}
	return nil
}

// fields decodes what a record says.
func (k *kind) fields(rec any) (map[string]any, error) {
	body, err := k.appendBody(nil, rec)
	if err != nil {
		return nil, err
	}
	var v any
	err = decodeExact(body, &v)
	fields, _ := v.(map[string]any)
	return fields, err
}

// patched returns a copy of a record as a patch leaves it, and what that says.
func (k *kind) patched(old any, patch []byte) (rec any, said saying, err error) {
	var is issue.Issues
	refuse := func(field, rule, value, format string, args ...any) (any, saying, error) {
		is.Add(field, rule, value, format, args...)
		return nil, saying{}, is
	}
	if len(patch) > k.limits.Body {
		return refuse("", "size", strconv.Itoa(len(patch)), "at most %d bytes", k.limits.Body)
	}
	if text := bytes.TrimLeft(patch, " \t\r\n"); len(text) == 0 || text[0] != '{' {
		return refuse("", "json", string(patch[:min(len(patch), 100)]), "a patch is one JSON object")
	}
	// A patch has the shape of the record that it is for.
	if err := issue.Decode(patch, k.fresh()); err != nil {
		return nil, saying{}, err
	}
	var change any
	if err := decodeExact(patch, &change); err != nil {
		return nil, saying{}, err
	}
	said.fields, _ = change.(map[string]any)
	revision := jsonName(k.typ.Field(k.revisionField()))
	if _, names := said.fields[revision]; names {
		return refuse(revision, "verb", fmt.Sprint(said.fields[revision]), "it is not written; it says from what the change is made")
	}
	fields, err := k.fields(old)
	if err != nil {
		return nil, saying{}, err
	}
	merge(fields, said.fields, nil, &said.paths)
	body, err := json.Marshal(fields)
	if err != nil {
		return nil, saying{}, err
	}
	rec = k.fresh()
	if err := issue.Decode(body, rec); err != nil {
		return nil, saying{}, err
	}
	if id := k.key(rec); id != k.key(old) {
		return refuse("id", "stable", id, "the key of a record does not change")
	}
	*k.revision(rec) = *k.revision(old)
	return rec, said, nil
}

// merge is MergePatch of RFC 7396 on decoded objects. It adds where the patch has
// something to say.
func merge(fields, patch map[string]any, at path, paths *[]path) {
	for _, name := range slices.Sorted(maps.Keys(patch)) {
		here := append(slices.Clip(at), name)
		switch change := patch[name].(type) {
		case nil:
			delete(fields, name)
		case map[string]any:
			inner, ok := fields[name].(map[string]any)
			if !ok {
				inner = make(map[string]any)
				fields[name] = inner
			}
			if len(change) > 0 {
				merge(inner, change, here, paths)
				continue
			}
		default:
			fields[name] = change
		}
		*paths = append(*paths, here)
	}
}
