package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// KindName names a kind of record, as the journal and the trail know it.
type KindName string

// Spec declares a kind of record: everything that a ledger must know of it.
// T is a struct whose exported fields are its content, under their JSON names. An issue.Text
// among them is kept as what it is, a format and its arguments, so that it can be told in the
// language of whoever reads it.
type Spec[T any] struct {
	// Name names the kind in the journal, for good.
	Name KindName
	// Schema is the version of the shape in which bodies are written; 0 counts
	// as 1. Upcast brings bodies of earlier versions there, one by one: the
	// first from version 1 to 2. There is one less than Schema says.
	Schema int
	Upcast []Upcaster
	// Key returns what names a record among those of its kind; it rests on
	// what is written and on nothing else. SetKey sets it where a ledger may
	// give new records an ID; nil where a record must bring its own.
	Key    func(*T) string
	SetKey func(*T, string)
	// MaxKey is how many bytes a key has at most; 0 means issue.MaxKey. A kind
	// whose keys are derived of those of another needs room for what is added.
	MaxKey int
	// Revision returns where a record holds the number of the commit that wrote
	// it. It is a field of T that is left out of what is written.
	Revision func(*T) *uint64
	// Check adds what is wrong with a revision, beyond its key and what Limits
	// say; nil where there is nothing to say. It reads the transaction, and
	// changes neither that nor the record.
	Check func(*Tx, Change[T], *issue.Issues)
	// Carry completes a record by what its kind keeps of the revision before, whichever
	// verb writes it, before Check looks; nil where nothing is kept. It reads the
	// transaction, changes After alone, and may run twice. What an import brings is as it
	// was said.
	Carry func(*Tx, Change[T])
	// Listings are by what the records can be listed without looking at all.
	Listings []Listing[T]
	// Limits bound what one record may hold.
	Limits Limits
	// MayDrop says whether a record may be withdrawn: nil if so, else why not.
	// Where the function is nil, none may.
	MayDrop func(Reader, *T) error
	// Patch says whether Tx.Patch may change records of the kind for whoever has a Tx,
	// and Create whether Tx.Create may make them so, as they are said and under Check
	// alone.
	Patch, Create bool
	// Completes are the fields that verbs of the kind work out, or fill in where they
	// are left empty: paths without places in lists, such as "harms.outcome". Tx.Patch
	// and Tx.Create take what comes of them.
	Completes []string
	// MayErase says likewise whether a record may be erased for good.
	MayErase func(Reader, *T) error
	// Personal are the JSON paths of fields that hold data about a person.
	Personal []string
}

// Change is a record before and after a revision. Before is nil if there was
// none.
type Change[T any] struct {
	Before *T `json:"before,omitempty"`
	After  *T `json:"after,omitempty"`
}

// Listing lists records by a value that they have, or by several.
type Listing[T any] struct {
	// Name names the listing among those of its kind.
	Name string
	// Value returns the one value by which a record is listed; where it may be
	// any number of them, Values does, without repeats. One of the two is nil. What has
	// no value is listed by the empty one.
	Value  func(*T) string
	Values func(*T) []string
}

// unlisted is the value of what has none.
var unlisted = []string{""}

// Limits bound a record. A zero field means the default. They are asked of what
// changes: a record that is over one already may be revised as long as it gets
// no worse.
type Limits struct {
	Text int `json:"text"` // bytes of a text; 20,000 by default
	List int `json:"list"` // elements of a list or a map; 1,000 by default
	Body int `json:"body"` // bytes of the whole record as it is written; 1 MiB by default
	// Texts and Lists bound single texts and lists in place of Text and List, by
	// their paths without places in lists, such as "duties.what". What Texts says
	// of a list is of each text in it.
	Texts map[string]int `json:"texts,omitempty"`
	Lists map[string]int `json:"lists,omitempty"`
	// Repeats are the paths of lists, such as "matrix", in which a text or an ID
	// may stand more than once. In all others it may not.
	Repeats []string `json:"repeats,omitempty"`
	// Time bounds what times a record may tell, Times single ones in place of it, by
	// their paths without places in lists.
	Time  TimeLimit            `json:"time,omitzero"`
	Times map[string]TimeLimit `json:"times,omitempty"`
}

func (l *Limits) fill() {
	for _, f := range []struct {
		value *int
		usual int
	}{{&l.Text, 20_000}, {&l.List, 1000}, {&l.Body, 1 << 20}} {
		if *f.value == 0 {
			*f.value = f.usual
		}
	}
}

// text and list are the bounds at a path.
func (l *Limits) text(path string) int {
	if n, ok := l.Texts[path]; ok {
		return n
	}
	return l.Text
}

func (l *Limits) list(path string) int {
	if n, ok := l.Lists[path]; ok {
		return n
	}
	return l.List
}

// Kind is a declared kind of record. It is a capability: who holds one can read
// its records without a copy and write them past their owner's verbs. So its
// owner keeps it unexported.
type Kind[T any] struct{ k *kind }

// AnyKind is a Kind of any type of record, for Options.Kinds.
type AnyKind interface {
	// Name returns the kind's name.
	Name() KindName
	core() *kind
}

// kind is a Kind whose type of record nobody needs to know: all of a ledger
// works on these, so that its importers need not compile it once for each type.
type kind struct {
	name     KindName
	schema   int
	up       []Upcaster
	maxKey   int
	limits   Limits
	listings []listedBy
	personal []string
	typ      reflect.Type // of T

	fresh    func() any    // a *T
	copied   func(any) any // a shallow copy
	key      func(any) string
	setKey   func(any, string) // may be nil
	revision func(any) *uint64
	check    func(tx *Tx, before, after any, is *issue.Issues) // may be nil
	carry    func(tx *Tx, before, after any)                   // may be nil
	mayDrop  func(Reader, any) error                           // may be nil
	mayErase func(Reader, any) error                           // may be nil

	patch     bool     // Spec.Patch
	create    bool     // Spec.Create
	completes []string // Spec.Completes

	plan func() *plan
}

// listedBy is a Listing whose type of record is not known.
type listedBy struct {
	name   string
	value  func(any) string
	values func(any) []string
}

// Declare returns the kind that a Spec describes, or an ErrInvalid that says
// what is wrong with it.
func Declare[T any](s Spec[T]) (Kind[T], error) {
	k := &kind{
		name: s.Name, schema: max(s.Schema, 1), up: slices.Clone(s.Upcast), maxKey: s.MaxKey, limits: s.Limits, patch: s.Patch, create: s.Create,
		personal: slices.Clone(s.Personal), completes: slices.Clone(s.Completes), typ: reflect.TypeFor[T](),
		fresh:  func() any { return new(T) },
		copied: func(rec any) any { c := *rec.(*T); return &c },
	}
	if k.maxKey == 0 {
		k.maxKey = issue.MaxKey
	}
	k.limits.fill()
	k.limits.Texts, k.limits.Lists = maps.Clone(s.Limits.Texts), maps.Clone(s.Limits.Lists)
	k.limits.Repeats, k.limits.Times = slices.Clone(s.Limits.Repeats), maps.Clone(s.Limits.Times)
	var is issue.Issues
	if s.Key == nil {
		is.Add("key", "required", "", "say what names a record")
	} else {
		k.key = func(rec any) string { return s.Key(rec.(*T)) }
	}
	if s.Revision == nil {
		is.Add("revision", "required", "", "say where a record holds its revision")
	} else {
		k.revision = func(rec any) *uint64 { return s.Revision(rec.(*T)) }
	}
	if s.SetKey != nil {
		k.setKey = func(rec any, key string) { s.SetKey(rec.(*T), key) }
	}
	if s.Check != nil {
		k.check = func(tx *Tx, before, after any, is *issue.Issues) {
			old, _ := before.(*T)
			s.Check(tx, Change[T]{old, after.(*T)}, is)
		}
	}
	if s.Carry != nil {
		k.carry = func(tx *Tx, before, after any) {
			old, _ := before.(*T)
			s.Carry(tx, Change[T]{old, after.(*T)})
		}
	}
	if s.MayDrop != nil {
		k.mayDrop = func(r Reader, rec any) error { return s.MayDrop(r, rec.(*T)) }
	}
	if s.MayErase != nil {
		k.mayErase = func(r Reader, rec any) error { return s.MayErase(r, rec.(*T)) }
	}
	for i, l := range s.Listings {
		by := listedBy{name: l.Name}
		switch {
		case (l.Value == nil) == (l.Values == nil):
			is.Add(issue.Index("listings", i), "required", l.Name, "has either Value or Values")
		case l.Value != nil:
			by.value = func(rec any) string { return l.Value(rec.(*T)) }
		default:
			by.values = func(rec any) []string {
				if values := l.Values(rec.(*T)); len(values) > 0 {
					return values
				}
				return unlisted
			}
		}
		if slices.ContainsFunc(k.listings, func(o listedBy) bool { return o.name == l.Name }) {
			is.Add(issue.Index("listings", i), "repeated", l.Name, "there is a listing of that name already")
		}
		k.listings = append(k.listings, by)
	}
	k.checkSpec(&is)
	if err := is.Err(); err != nil {
		return Kind[T]{}, fmt.Errorf("kind %q: %w: %w", s.Name, ErrInvalid, err)
	}
	k.plan = sync.OnceValue(func() *plan { return newPlan(k) })
	return Kind[T]{k}, nil
}

// MustDeclare is Declare for package variables: it panics where Declare gives
// an error, which no input can bring about.
func MustDeclare[T any](s Spec[T]) Kind[T] {
	k, err := Declare(s)
	if err != nil {
		panic(err)
	}
	return k
}

// validKind reports whether a kind may have a name: a key without a slash, which
// stands between kind and ID in Subject.String.
func validKind(name string) bool { return issue.ValidKey(name) && !strings.Contains(name, "/") }

func (k *kind) checkSpec(is *issue.Issues) {
	if !validKind(string(k.name)) {
		is.Add("name", "key", string(k.name), "%s, and no slash", issue.KeyRule)
	}
	if k.typ.Kind() != reflect.Struct {
		is.Add("record", "struct", k.typ.String(), "a record is a struct")
		return
	}
	if len(k.up) != k.schema-1 {
		is.Add("upcast", "count", fmt.Sprint(len(k.up)), "bodies of schema versions 1 to %d need %d upcasters", k.schema, k.schema-1)
	}
	for i, up := range k.up {
		if up == nil {
			is.Add(issue.Index("upcast", i), "required", "", "the upcaster from version %d to %d is missing", i+1, i+2)
		}
	}
	if k.maxKey < 0 || k.maxKey > storage.MaxName {
		is.Add("max_key", "range", fmt.Sprint(k.maxKey), "0 to %d bytes", storage.MaxName)
	}
	for _, f := range []struct {
		name  string
		value int
	}{{"limits.text", k.limits.Text}, {"limits.list", k.limits.List}, {"limits.body", k.limits.Body}} {
		if f.value < 0 || f.value > storage.MaxBody {
			is.Add(f.name, "range", fmt.Sprint(f.value), "0 to %d", storage.MaxBody)
		}
	}
	k.checkPaths(is)
	if k.revision != nil && k.revisionField() < 0 {
		is.Add("revision", "field", k.typ.String(), "must point to an exported field of the record, of type uint64")
	}
	if err := unwritable(k.typ); err != nil {
		is.Add("record", "shape", k.typ.String(), "%v", err)
	}
}

// checkPaths looks whether what is said of single fields, of whom they tell and
// their bounds, is of fields that are there.
func (k *kind) checkPaths(is *issue.Issues) {
	for i, field := range k.personal {
		if p := path(strings.Split(field, ".")); p.known(k.typ) < len(p) {
			is.Add(issue.Index("personal", i), "field", field, "the record has no such field")
		}
	}
	for i, field := range k.completes {
		if !path(strings.Split(field, ".")).within(k.typ) {
			is.Add(issue.Index("completes", i), "field", field, "the record has no such field")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(k.limits.Times)) {
		if l := k.limits.Times[path]; l.Back < 0 || l.Ahead < 0 {
			is.Add(issue.Under("limits.times", path), "range", fmt.Sprint(l), "days are not negative")
		}
		if !slices.ContainsFunc(timePaths(k.typ, k.limits, ""), func(p timePath) bool { return p.path == path }) {
			is.Add(issue.Under("limits.times", path), "field", path, "the record has no such time")
		}
	}
	if len(k.limits.Texts)+len(k.limits.Lists) == 0 {
		return
	}
	texts, lists := make(map[string]bool), make(map[string]bool)
	paths(k.typ, "", texts, lists)
	for _, by := range []struct {
		name  string
		given map[string]int
		known map[string]bool
	}{{"limits.texts", k.limits.Texts, texts}, {"limits.lists", k.limits.Lists, lists}} {
		for _, path := range slices.Sorted(maps.Keys(by.given)) {
			if n := by.given[path]; n < 1 || n > storage.MaxBody {
				is.Add(issue.Under(by.name, path), "range", fmt.Sprint(n), "1 to %d", storage.MaxBody)
			}
			if !by.known[path] {
				is.Add(issue.Under(by.name, path), "field", path, "the record has no such field")
			}
		}
	}
}

// paths collects the paths of the texts and of the lists and maps of a type.
func paths(t reflect.Type, path string, texts, lists map[string]bool) {
	switch t.Kind() {
	case reflect.String:
		texts[path] = true
	case reflect.Slice, reflect.Map:
		lists[path] = true
		paths(t.Elem(), path, texts, lists)
	case reflect.Pointer:
		paths(t.Elem(), path, texts, lists)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				paths(f.Type, issue.Under(path, jsonName(f)), texts, lists)
			}
		}
	}
}

// jsonName is the name of a field in JSON; none if it is embedded.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" && !f.Anonymous {
		name = f.Name
	}
	return name
}

// revisionField returns which field of the record holds its revision, -1 if
// none of them does.
func (k *kind) revisionField() int {
	rec := k.fresh()
	at, v := k.revision(rec), reflect.ValueOf(rec).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Uint64 && k.typ.Field(i).IsExported() && f.Addr().UnsafePointer() == reflect.ValueOf(at).UnsafePointer() {
			return i
		}
	}
	return -1
}

// Name returns the kind's name; none for the zero Kind.
func (k Kind[T]) Name() KindName {
	if k.k == nil {
		return ""
	}
	return k.k.name
}

func (k Kind[T]) core() *kind { return k.k }

// Subject names a record of the kind.
func (k Kind[T]) Subject(rec *T) Subject { return k.k.subject(rec) }

func (k *kind) subject(rec any) Subject { return Subject{k.name, k.key(rec)} }

// decode reads a body. The revision is the commit's number: it is not part of
// the body, which would otherwise have to know its own place in the chain.
// A body that only another declaration of the kind can read is an *unreadable.
func (k *kind) decode(c storage.Change, seq uint64, strict bool) (any, error) {
	if c.Schema > k.schema {
		return nil, &unreadable{fmt.Sprintf("it has schema version %d, this code reads up to %d", c.Schema, k.schema)}
	}
	body, err := k.upcast(c)
	if err != nil {
		return nil, err
	}
	rec := k.fresh()
	if !strict {
		err = json.Unmarshal(body, rec)
	} else {
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err = d.Decode(rec); err != nil {
			return nil, &unreadable{fmt.Sprintf("it was written by another declaration of its kind: %v", err)}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", k.name, c.Key, err)
	}
	*k.revision(rec) = seq
	return rec, nil
}

// upcast returns a body as this code would have written it.
func (k *kind) upcast(c storage.Change) ([]byte, error) {
	switch {
	case c.Schema > k.schema:
		return nil, fmt.Errorf("%s %q has schema version %d, this code reads up to %d: %w", k.name, c.Key, c.Schema, k.schema, storage.ErrVersion)
	case c.Schema < 1:
		return nil, fmt.Errorf("%s %q has schema version %d, the first is 1: %w", k.name, c.Key, c.Schema, storage.ErrVersion)
	}
	body, err := upcast(k.up, c.Schema, c.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", k.name, c.Key, err)
	}
	return body, nil
}

// appendBody appends what the journal keeps of a record: all but its revision.
func (k *kind) appendBody(b []byte, rec any) ([]byte, error) {
	return k.plan().body(b, reflect.ValueOf(rec).Elem())
}

// clone returns a copy of a record that shares no memory with it that somebody
// could write to.
func (k *kind) clone(rec any) any {
	c := k.copied(rec)
	k.detach(c)
	return c
}

// detach makes a record that somebody copied share no memory with what it was
// copied from.
func (k *kind) detach(rec any) {
	if d := k.plan().detach; d != nil {
		if v := reflect.ValueOf(rec).Elem(); d.shares(v) {
			d.detach(v)
		}
	}
}

// keyed is a record with its key.
type keyed struct {
	key string
	rec any
}

// slabBytes is about how much memory records that are unpacked share. One
// record alone is rounded up to a size that the allocator knows, many together
// waste less; but too many, and one that lives on keeps all the others.
const slabBytes = 8 << 10

// unpack reads n records of a snapshot, with their keys.
func (k *kind) unpack(d *unpacker, n int) []keyed {
	all := make([]keyed, 0, n)
	shape, perSlab := k.plan().shape, max(1, slabBytes/int(k.typ.Size()))
	var slab reflect.Value
	for at := perSlab; len(all) < n && d.err == nil; at++ {
		if at == perSlab || len(all) == 0 {
			size := min(perSlab, n-len(all))
			slab, at = reflect.MakeSlice(reflect.SliceOf(k.typ), size, size), 0
		}
		v := slab.Index(at)
		d.record(shape, v)
		rec := v.Addr().Interface()
		all = append(all, keyed{k.key(rec), rec})
	}
	return all
}

// kindSet are the kinds that a ledger knows, in the order in which they are
// declared; the last is of what it can't read.
type kindSet struct {
	all    []*kind
	byName map[KindName]int
	at     map[*kind]int

	mayLack func(KindName) bool // Options.MayLack
	// redact is Options.Redact.
	redact func(reader any, s Subject, rec any) bool
}

func newKindSet(kinds []AnyKind, mayLack func(KindName) bool) (*kindSet, error) {
	s := &kindSet{mayLack: mayLack, byName: make(map[KindName]int), at: make(map[*kind]int)}
	var is issue.Issues
	for i, any := range kinds {
		field := issue.Index("kinds", i)
		if any == nil || any.core() == nil {
			is.Add(field, "required", "", "is not a kind that Declare returned")
			continue
		}
		k := any.core()
		switch first, named := s.byName[k.name]; {
		case named && s.all[first] == k:
			is.Add(field, "repeated", string(k.name), "the kind is there twice")
		case named:
			is.Add(field, "repeated", string(k.name), "two kinds have this name")
		default:
			s.byName[k.name], s.at[k] = len(s.all), len(s.all)
			s.all = append(s.all, k)
		}
	}
	if err := is.Err(); err != nil {
		return nil, fmt.Errorf("options: %w: %w", ErrInvalid, err)
	}
	s.at[unreads] = len(s.all)
	s.all = append(s.all, unreads)
	return s, nil
}

// strict reports whether all that a body holds must be in the declaration of its
// kind.
func (s *kindSet) strict(name KindName) bool { return s.mayLack != nil && s.mayLack(name) }

// named returns a kind and its place.
func (s *kindSet) named(name KindName) (*kind, int, bool) {
	i, ok := s.byName[name]
	if !ok {
		return nil, 0, false
	}
	return s.all[i], i, true
}

// KindInfo tells of a kind what a tool for all kinds needs: generators of
// schemas, importers, forms.
type KindInfo struct {
	// Name names the kind, Schema is the version of the shape that is written.
	Name   KindName `json:"name"`
	Schema int      `json:"schema"`
	// Droppable and Erasable say whether records may be withdrawn and erased at
	// all.
	Droppable bool `json:"droppable"`
	Erasable  bool `json:"erasable"`
	// Personal are the JSON paths of fields that hold data about a person.
	Personal []string `json:"personal,omitempty"`
	// Listings are the names of its listings.
	Listings []string `json:"listings,omitempty"`
	// Limits bound a record.
	Limits Limits `json:"limits"`
	// New returns a pointer to a zero record; Key the key of what such a pointer
	// points to.
	New func() any           `json:"-"`
	Key func(rec any) string `json:"-"`
	// Revision returns the revision that such a record carries.
	Revision func(rec any) uint64 `json:"-"`
}

// Info tells of a kind what does not need its type.
func Info(k AnyKind) KindInfo {
	c := k.core()
	info := KindInfo{Name: c.name, Schema: c.schema, Droppable: c.mayDrop != nil, Erasable: c.mayErase != nil,
		Personal: slices.Clone(c.personal), Limits: c.limits, New: c.fresh, Key: c.key,
		Revision: func(rec any) uint64 { return *c.revision(rec) }}
	info.Limits.Texts, info.Limits.Lists = maps.Clone(c.limits.Texts), maps.Clone(c.limits.Lists)
	info.Limits.Repeats, info.Limits.Times = slices.Clone(c.limits.Repeats), maps.Clone(c.limits.Times)
	for _, l := range c.listings {
		info.Listings = append(info.Listings, l.name)
	}
	return info
}

// errUndeclared says that a ledger was not told of a kind.
var errUndeclared = errors.New("the ledger was opened without this kind")
