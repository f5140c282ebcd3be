package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Reader is what can be read of a ledger: a [View], or a [Tx] with what it has
// written so far. [Kind.Of] gives the records of a kind in it.
type Reader interface {
	// AsOf returns the moment that the state is of.
	AsOf() time.Time
	// Record returns a copy of a record, as a pointer to it, an *Unknown if it
	// can't be read; false if there is none.
	Record(Subject) (any, bool)
	// MustRecord is Record that says ErrNotFound where there is none.
	MustRecord(Subject) (any, error)
	// Revision returns the revision of a record; false if there is none.
	Revision(Subject) (uint64, bool)
	// Has reports whether there is a record.
	Has(Subject) bool
	// Imported returns where the records came from that the ledger was founded
	// with; false if that was not by Import.
	Imported() (Origin, bool)
	// Len returns how many live records there are of all kinds, those that can't
	// be read among them.
	Len() int
	reader() *reading
}

// reading is what a View and a Tx share.
type reading struct {
	ts   *tables
	asOf time.Time
	live bool // it may be written to while somebody reads
	// cover is what a reader is not shown, nil for nothing; only of Views.
	cover cover
	lens  *lens // nil for all of it, untold
}

// AsOf returns the moment that the state is of: for a View that which was asked
// for, or the time of its last commit; for a Tx the time that its commit will
// have.
func (r *reading) AsOf() time.Time { return r.asOf }

// Record returns a copy of a record, as a pointer to it, such as a *T for a
// Kind[T], or an [Unknown]; false if there is none.
func (r *reading) Record(s Subject) (any, bool) {
	switch rec := r.find(s).(type) {
	case nil:
		return nil, false
	case *unread:
		if r.cover != nil {
			return nil, false // it can't be judged
		}
		u := rec.told()
		return &u, true
	default:
		k, _, _ := r.ts.kinds.named(s.Kind)
		shown, _ := r.cover.shown(k, rec)
		return shown, shown != nil
	}
}

// MustRecord is Record for who needs it: where there is none, or a reader is not shown
// it, the error is ErrNotFound.
//
//go:noinline
func (r *reading) MustRecord(s Subject) (any, error) {
	if rec, ok := r.Record(s); ok {
		return rec, nil
	}
	return nil, &RecordError{Kind: s.Kind, ID: s.ID, Verb: "Read", Err: ErrNotFound}
}

// Revision returns the revision of a record, whatever its kind: what a change is made
// from, such as by Tx.Patch. It is false if there is none, and 0 of one that is altered
// for the reader that a view is for.
//
//go:noinline
func (r *reading) Revision(s Subject) (uint64, bool) {
	rec, ok := r.Record(s)
	if !ok {
		return 0, false
	}
	if u, unread := rec.(*Unknown); unread {
		return u.Revision, true
	}
	k, _, _ := r.ts.kinds.named(s.Kind)
	return *k.revision(rec), true
}

// Has reports whether there is a record.
func (r *reading) Has(s Subject) bool {
	if r.cover == nil {
		return r.find(s) != nil
	}
	_, ok := r.Record(s)
	return ok
}

// Len returns how many live records there are of all kinds.
func (r *reading) Len() int {
	r.asked("")
	if r.cover == nil {
		return r.ts.size()
	}
	n := 0
	for range r.All() {
		n++
	}
	return n
}

func (r *reading) find(s Subject) any {
	r.asked(s.Kind)
	if _, i, ok := r.ts.kinds.named(s.Kind); ok {
		if rec := r.ts.of[i].get(s.ID); rec != nil {
			return rec
		}
	}
	if u := r.ts.unread(); u.m.Len() > 0 {
		return u.get(s.String())
	}
	return nil
}

func (r *reading) reader() *reading { return r }

// View is the state of a ledger at one moment: immutable, safe for concurrent
// use, free of locks. What it hands out is copies.
type View struct {
	reading
	head storage.Head
	at   time.Time
	turn *turn // nil of one that was not shown when it was the newest
}

// Head names the journal's state that the view shows. Its hash stands for the
// whole history up to here.
func (v *View) Head() storage.Head { return v.head }

// Time returns when the last commit that the view shows was made.
func (v *View) Time() time.Time { return v.at }

// query is a choice of the records of a kind. It stands below all that has a type
// parameter: its methods are not inlined, so that no importer compiles the maps
// that they walk.
type query struct {
	r       *reading
	k       *kind
	filters []filter
	order   int    // 1 more than the place of the listing by which they are ordered, 0 for by key
	from    string // the key to begin at; empty for the start
	start   string // the value of that in the order
	err     error
}

// filter is a value that records have in a listing.
type filter struct {
	listing int
	value   string
}

// in is the choice of all. It is inlined, so that looking up one record leaves nothing behind.
func (k *kind) in(r Reader) *query {
	return &query{r: r.reader(), k: k}
}

// lists returns the maps that hold the records: those that are chosen are in each
// of them. The smallest comes first.
func (q *query) lists() []omap {
	if len(q.filters) < 2 {
		return []omap{q.list()}
	}
	t, all := q.r.ts.table(q.k), make([]omap, len(q.filters))
	for i, f := range q.filters {
		all[i] = t.by[f.listing].of(f.value)
		if all[i].Len() < all[0].Len() {
			all[0], all[i] = all[i], all[0]
		}
	}
	return all
}

// list is the map that holds the records where there is but one.
func (q *query) list() omap {
	t := q.r.ts.table(q.k)
	if len(q.filters) == 0 {
		return t.m
	}
	return t.by[q.filters[0].listing].of(q.filters[0].value)
}

// walked is lists for a walk, which may be over some of a kind only (Narrowed).
func (q *query) walked() []omap {
	only := q.r.narrow(q.k)
	switch {
	case only == nil:
		q.r.asked(q.k.name)
		return q.lists()
	case len(q.filters) == 0:
		return []omap{only}
	}
	return append([]omap{only}, q.lists()...)
}

// in reports whether a record of one list is in the others.
func in(key string, others []omap) bool {
	for _, m := range others {
		if _, ok := m.Get(key); !ok {
			return false
		}
	}
	return true
}

// find returns a record of the choice, nil if it holds none of that key.
//
//go:noinline
func (q *query) find(key string) any {
	q.r.asked(q.k.name)
	if q.err != nil {
		return nil
	}
	if len(q.filters) == 0 && q.from == "" {
		rec, _ := q.r.ts.table(q.k).m.Get(key)
		return rec
	}
	all := q.lists()
	rec, _ := all[0].Get(key)
	if rec == nil || !in(key, all[1:]) {
		return nil
	}
	if q.order == 0 && key < q.from {
		return nil
	}
	if q.order > 0 && q.before(rec, key) {
		return nil
	}
	return rec
}

// before reports whether a record stands before where the order begins.
func (q *query) before(rec any, key string) bool {
	return q.from != "" && cmp.Or(cmp.Compare(q.valueOf(rec), q.start), cmp.Compare(key, q.from)) < 0
}

// valueOf is what a record is ordered by.
func (q *query) valueOf(rec any) string { return q.k.listings[q.order-1].value(rec) }

// size returns how many records the choice holds.
//
//go:noinline
func (q *query) size() int {
	if q.err != nil {
		return 0
	}
	if q.from == "" && (len(q.filters) == 0 || len(q.filters) < 2 && q.r.narrow(q.k) == nil) {
		q.r.asked(q.k.name)
		return q.list().Len()
	}
	n, c := 0, *q
	c.walk(func(string, any) bool { n++; return true })
	return n
}

// copyOf returns a copy of a record of the choice, nil if there is none.
//
//go:noinline
func (q *query) copyOf(key string) any {
	whole := q
	if q.r.cover != nil && q.order > 0 {
		whole = q.unordered()
	}
	rec := whole.find(key)
	if rec == nil {
		return nil
	}
	shown := q.shown(rec)
	if whole != q && (shown == nil || q.before(shown, key)) {
		return nil
	}
	return shown
}

// has reports whether the choice shows a record of that key.
//
//go:noinline
func (q *query) has(key string) bool {
	if q.r.cover == nil {
		return q.find(key) != nil
	}
	return q.copyOf(key) != nil
}

// count returns how many records the choice shows.
//
//go:noinline
func (q *query) count() int {
	if q.r.cover == nil {
		return q.size()
	}
	n := 0
	q.copies(func(any) bool { n++; return true })
	return n
}

// copies walks over copies of the records.
//
//go:noinline
func (q *query) copies(yield func(rec any) bool) {
	if q.r.cover != nil {
		q.seen(func(_ string, rec any) bool { return yield(rec) })
		return
	}
	q.scan(func(_ string, rec any) bool { return yield(q.k.clone(rec)) })
}

// scan walks over the records in their order. Where they may be written to
// meanwhile, it walks over those of now.
//
//go:noinline
func (q *query) scan(yield func(key string, rec any) bool) {
	if !q.r.live {
		q.walk(yield)
		return
	}
	if q.err != nil {
		return
	}
	if q.order == 0 {
		all := q.lists()
		for i := range all {
			all[i] = all[i].copied()
		}
		q.along(all, yield)
		return
	}
	var now []keyed
	q.walk(func(key string, rec any) bool { now = append(now, keyed{key, rec}); return true })
	for _, r := range now {
		if !yield(r.key, r.rec) {
			return
		}
	}
}

// walk is scan where nothing is written meanwhile.
//
//go:noinline
func (q *query) walk(yield func(key string, rec any) bool) {
	switch {
	case q.err != nil:
	case q.order == 0:
		if only := q.r.narrow(q.k); only != nil && only.Len() == 0 {
			return // most kinds have nothing of one part
		}
		q.along(q.walked(), yield)
	case len(q.filters) == 0 && q.r.narrow(q.k) == nil:
		q.byValue(yield)
	default:
		q.sorted(yield)
	}
}

// along walks by key over what stands in all of the lists.
func (q *query) along(all []omap, yield func(key string, rec any) bool) {
	look := yield
	if others := all[1:]; len(others) > 0 {
		look = func(key string, rec any) bool { return !in(key, others) || yield(key, rec) }
	}
	if q.from == "" {
		all[0].Scan(look)
	} else {
		all[0].Ascend(q.from, look)
	}
}

// byValue walks over all records as a listing has them.
func (q *query) byValue(yield func(key string, rec any) bool) {
	q.r.asked(q.k.name)
	more := true
	look := func(key string, rec any) bool { more = yield(key, rec); return more }
	q.r.ts.table(q.k).by[q.order-1].lists.Ascend(q.start, func(value string, v any) bool {
		if m := v.(*bucket).m; q.from != "" && value == q.start {
			m.Ascend(q.from, look)
		} else {
			m.Scan(look)
		}
		return more
	})
}

// sorted walks over the chosen records by their value in a listing: of those it
// makes a list first.
func (q *query) sorted(yield func(key string, rec any) bool) {
	type placed struct {
		value string
		keyed
	}
	var list []placed
	all := q.walked()
	all[0].Scan(func(key string, rec any) bool {
		if p := (placed{q.valueOf(rec), keyed{key, rec}}); in(key, all[1:]) && cmp.Or(cmp.Compare(p.value, q.start), cmp.Compare(key, q.from)) >= 0 {
			list = append(list, p)
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.value, b.value) })
	for _, p := range list {
		if !yield(p.key, p.rec) {
			return
		}
	}
}

// last returns the record of the greatest key, nil if there is none.
//
//go:noinline
func (q *query) last() (rec any) {
	if q.from == "" && len(q.filters) < 2 && q.order == 0 && q.err == nil && q.r.narrow(q.k) == nil {
		q.r.asked(q.k.name)
		_, rec, _ = q.list().Max()
		return rec
	}
	c := *q
	c.walk(func(_ string, r any) bool { rec = r; return true })
	return rec
}

// refined is a copy of the choice, to be made narrower.
func (q *query) refined() *query {
	c := *q
	c.filters = slices.Clip(q.filters)
	return &c
}

// place returns the place of a listing; if there is none, the choice is none.
func (q *query) place(listing string) int {
	i := q.k.listingAt(listing)
	if i < 0 && q.err == nil {
		var is issue.Issues
		is.Add("listing", "declared", listing, "%s declares no listing of that name", q.k.name)
		q.err = fmt.Errorf("%s: %w: %w", q.k.name, ErrInvalid, is)
	}
	return i
}

// where is the choice of those that have a value in a listing.
//
//go:noinline
func (q *query) where(listing, value string) *query {
	c := q.refined()
	if i := c.place(listing); i >= 0 {
		c.filters = append(c.filters, filter{i, value})
	}
	return c
}

// by is the choice in the order of a listing.
//
//go:noinline
func (q *query) by(listing string) *query {
	c := q.refined()
	switch i := c.place(listing); {
	case i < 0:
	case c.k.listings[i].value == nil:
		var is issue.Issues
		is.Add("listing", "single", listing, "%s may stand there under several values, so it gives no order", c.k.name)
		c.err = fmt.Errorf("%s: %w: %w", c.k.name, ErrInvalid, is)
	case c.from != "":
		return c.orderedFrom(i+1, c.from)
	default:
		c.order = i + 1
	}
	return c
}

// begins is the choice from a key on.
//
//go:noinline
func (q *query) begins(key string) *query {
	c := q.refined()
	if c.order > 0 {
		return c.orderedFrom(c.order, key)
	}
	c.from = key
	return c
}

// orderedFrom begins in an order at a record, which must be there to say where
// that is.
func (q *query) orderedFrom(order int, key string) *query {
	q.order, q.from = order, key
	rec := q.r.ts.table(q.k).get(key)
	if rec != nil && q.r.cover != nil {
		rec, _ = q.r.cover.shown(q.k, rec)
	}
	switch {
	case key == "":
		q.start = ""
	case rec == nil && q.err == nil:
		q.err = &RecordError{Kind: q.k.name, ID: key, Verb: "From", Err: ErrNotFound, Why: errors.New("it is gone, so its place in the order is not known; begin anew, or order by key")}
	case rec != nil:
		q.start = q.valueOf(rec)
	}
	return q
}

// Chosen is a choice of records of one kind: what can be asked of it whatever
// their type. [Records] has one.
type Chosen struct{ q *query }

// Records are the live records of one kind in a View or a Tx, or those of them
// that are chosen by Where, ordered by key or as Sorted says. What they give are copies: what
// is done to one reaches nothing else. In a Tx they show what it has written so
// far, save that a walk is over the records that were there at its start.
type Records[T any] struct{ Chosen }

// Of returns the records of the kind in r.
func (k Kind[T]) Of(r Reader) Records[T] { return Records[T]{Chosen{k.k.in(r)}} }

// Get returns the record of a key; false if there is none.
//
//go:noinline
func (r Records[T]) Get(key string) (rec T, ok bool) {
	p, ok := r.q.copyOf(key).(*T)
	if ok {
		rec = *p
	}
	return rec, ok
}

// Has reports whether there is a record of a key.
func (c Chosen) Has(key string) bool { return c.q.has(key) }

// Len returns how many records there are.
func (c Chosen) Len() int { return c.q.count() }

// All yields the records.
//
//go:noinline
func (r Records[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		r.q.copies(func(rec any) bool { return yield(*rec.(*T)) })
	}
}

// IDs yields the keys: much faster than All, which copies each record.
func (c Chosen) IDs() iter.Seq[string] { return c.q.keys }

//go:noinline
func (q *query) keys(yield func(string) bool) {
	if q.r.cover != nil {
		q.seen(func(key string, _ any) bool { return yield(key) })
		return
	}
	q.scan(func(key string, _ any) bool { return yield(key) })
}

// Where returns those that have a value in a listing that the kind declares. Of
// several such choices, one upon the other, those are left that have them all:
//
//	open := risks.Where("owner", "ada").Where("stage", "operation")
//
// What it costs to go through them depends on how many have the rarest of the
// values, not on how many others there are. Of a listing that is not declared
// there are none, and Err says so.
//
//go:noinline
func (r Records[T]) Where(listing, value string) Records[T] {
	return Records[T]{Chosen{r.q.where(listing, value)}}
}

// From returns those from a key on, in their order: for pages. Ask for one more
// than a page holds: its key is where the next one begins. It costs the same in the
// midst of many as at their start. In the order of keys the key may be gone; in
// that of a listing it must be there, or there are none and Err is ErrNotFound.
//
//go:noinline
func (r Records[T]) From(key string) Records[T] { return Records[T]{Chosen{r.q.begins(key)}} }

// Sorted returns records in the order of their values in a listing of theirs, and of
// those of one value by key. It must be one in which each record has one value. It
// is no method, as each of those is compiled once more for each kind by whoever
// imports them.
func Sorted[T any](r Records[T], listing string) Records[T] {
	return Records[T]{Chosen{r.q.by(listing)}}
}

// Must returns the record of a key, or ErrNotFound. Like Sorted it is no method.
func Must[T any](r Records[T], key string) (rec T, err error) {
	rec, ok := r.Get(key)
	if !ok {
		return rec, missing(r.Chosen, key)
	}
	return rec, nil
}

func missing(c Chosen, key string) error {
	if c.q.err != nil {
		return c.q.err
	}
	return &RecordError{Kind: c.q.k.name, ID: key, Verb: "Read", Err: ErrNotFound}
}

// Page returns the first n records, never nil, and the key of the next one, for From
// to begin the next page at; empty if there is none. The error is Err. Like Sorted it
// is no method.
func Page[T any](r Records[T], n int) (items []T, next string, err error) {
	items = []T{}
	for rec := range r.All() {
		if len(items) == n {
			return items, r.q.k.key(&rec), nil
		}
		items = append(items, rec)
	}
	return items, "", r.Err()
}

// CountOf returns how many records there are of a kind that is known by name alone;
// ErrNotFound if there is no such kind.
func CountOf(r Reader, kind KindName) (int, error) {
	k, _, ok := r.reader().ts.kinds.named(kind)
	if !ok {
		return 0, noSuchKind(kind)
	}
	return k.in(r).count(), nil
}

func noSuchKind(kind KindName) error {
	return &RecordError{Kind: kind, Verb: "Read", Err: ErrNotFound, Why: errors.New("no such kind of record")}
}

// PageOf is Page for who knows the kind by name alone: of the records that have the
// values of where in its listings, from a key on in the order of keys, the first n, as
// pointers to copies, and the key of the next. An empty value asks for those that have
// none. ErrNotFound if there is no such kind, ErrInvalid with an issue in the name of
// each listing that the kind does not declare.
func PageOf(r Reader, kind KindName, where map[string]string, from string, n int) (items []any, next string, err error) {
	k, _, ok := r.reader().ts.kinds.named(kind)
	if !ok {
		return nil, "", noSuchKind(kind)
	}
	q := k.in(r)
	var is issue.Issues
	for _, listing := range slices.Sorted(maps.Keys(where)) {
		if k.listingAt(listing) >= 0 {
			q = q.where(listing, where[listing])
			continue
		}
		var names []string
		for _, l := range k.listings {
			names = append(names, l.name)
		}
		is.Add(listing, "declared", where[listing], "%s is not listed by it, but by %s", kind, cmp.Or(strings.Join(names, ", "), "nothing"))
	}
	if len(is) > 0 {
		return nil, "", fmt.Errorf("%s: %w: %w", kind, ErrInvalid, is)
	}
	q = q.begins(from)
	items = []any{}
	q.copies(func(rec any) bool {
		if len(items) == n {
			next = k.key(rec)
			return false
		}
		items = append(items, rec)
		return true
	})
	return items, next, q.err
}

// Err says why there are no records because of how they were asked for: by a
// listing that is not declared (ErrInvalid) or from a key that is gone; nil if they
// were asked for well.
func (c Chosen) Err() error { return c.q.err }

// Shared are the records of a kind as the ledger holds them: pointers to what a
// View shows for good, to be read and never written to. They spare the copies
// where a walk over many would be made of them. Only who holds the Kind can get
// at them. In a Tx, nothing may be written during a walk.
type Shared[T any] struct{ q *query }

// Shared returns the records of the kind in r, without copying them.
func (k Kind[T]) Shared(r Reader) Shared[T] { return Shared[T]{k.k.in(r)} }

// Get returns the record of a key; false if there is none.
func (s Shared[T]) Get(key string) (*T, bool) {
	rec, ok := s.q.find(key).(*T)
	return rec, ok
}

// Has reports whether there is a record of a key.
func (s Shared[T]) Has(key string) bool { return s.q.find(key) != nil }

// Len returns how many records there are.
func (s Shared[T]) Len() int { return s.q.size() }

// All yields the records with their keys.
func (s Shared[T]) All() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		s.q.walk(func(key string, rec any) bool { return yield(key, rec.(*T)) })
	}
}

// IDs yields the keys.
func (s Shared[T]) IDs() iter.Seq[string] {
	return func(yield func(string) bool) {
		s.q.walk(func(key string, _ any) bool { return yield(key) })
	}
}

// Last returns the record of the greatest key; false if there is none.
func (s Shared[T]) Last() (*T, bool) {
	last, ok := s.q.last().(*T)
	return last, ok
}

// Where returns those that have a value in a listing, as Records.Where does.
func (s Shared[T]) Where(listing, value string) Shared[T] {
	return Shared[T]{s.q.where(listing, value)}
}

// Several yields the values that more than one record of a kind has in a listing, in
// order: what is alike is found by one walk over the values, not by asking each record.
// None comes of a listing that is not declared.
func Several(k AnyKind, r Reader, listing string) iter.Seq[string] {
	return func(yield func(string) bool) { k.core().in(r).several(listing, yield) }
}

//go:noinline
func (q *query) several(listing string, yield func(value string) bool) {
	c := q.refined()
	i := c.place(listing)
	if i < 0 {
		return
	}
	q.r.asked(q.k.name)
	q.r.ts.table(q.k).by[i].lists.Scan(func(value string, v any) bool {
		return v.(*bucket).m.Len() < 2 || yield(value)
	})
}

// Seen yields the records of a kind that a View or a Tx shows, with their keys: those that
// it shows as they are without a copy, as Kind.Shared gives them, and copies where it is for
// a reader (View.For).
func Seen(k AnyKind, r Reader) iter.Seq2[string, any] {
	return k.core().in(r).shownAll
}

//go:noinline
func (q *query) shownAll(yield func(key string, rec any) bool) {
	if q.r.cover != nil {
		q.seen(yield)
		return
	}
	q.walk(yield)
}

// SeenOne returns one of the records that Seen yields; false if there is none of the key.
func SeenOne(k AnyKind, r Reader, key string) (any, bool) {
	q := k.core().in(r)
	if q.r.cover != nil {
		rec := q.copyOf(key)
		return rec, rec != nil
	}
	rec := q.find(key)
	return rec, rec != nil
}

// Copy returns a copy of a record that shares no memory with it.
func (k Kind[T]) Copy(rec *T) T { return *k.k.clone(rec).(*T) }

// Same reports whether two records say the same: whether they would be written
// as the same bytes.
func (k Kind[T]) Same(a, b T) bool { return k.k.same(&a, &b) }
