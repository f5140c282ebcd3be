package ledger

import (
	"iter"
	"time"

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
	// Has reports whether there is a record.
	Has(Subject) bool
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
		u := rec.told()
		return &u, true
	default:
		k, _, _ := r.ts.kinds.named(s.Kind)
		return k.clone(rec), true
	}
}

// Has reports whether there is a record.
func (r *reading) Has(s Subject) bool { return r.find(s) != nil }

// Len returns how many live records there are of all kinds.
func (r *reading) Len() int { return r.ts.size() }

func (r *reading) find(s Subject) any {
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
	listing int // 1 more than its place, 0 for all records
	value   string
}

//go:noinline
func (k *kind) in(r Reader) *query { return &query{r: r.reader(), k: k} }

// records returns the chosen records by key. They are not to be written to.
//
//go:noinline
func (q *query) records() omap {
	t := q.r.ts.table(q.k)
	if q.listing == 0 {
		return t.m
	}
	return t.by[q.listing-1].of(q.value)
}

// find returns a record of the choice, nil if it holds none of that key.
//
//go:noinline
func (q *query) find(key string) any {
	rec, _ := q.records().Get(key)
	return rec
}

// size returns how many records the choice holds.
//
//go:noinline
func (q *query) size() int { return q.records().Len() }

// copyOf returns a copy of a record of the choice, nil if there is none.
//
//go:noinline
func (q *query) copyOf(key string) any {
	if rec := q.find(key); rec != nil {
		return q.k.clone(rec)
	}
	return nil
}

// copies walks over copies of the records.
//
//go:noinline
func (q *query) copies(yield func(rec any) bool) {
	q.scan(func(_ string, rec any) bool { return yield(q.k.clone(rec)) })
}

// scan walks over the records in the order of their keys. Where they may be
// written to meanwhile, it walks over those of now.
//
//go:noinline
func (q *query) scan(yield func(key string, rec any) bool) {
	if q.r.live {
		q.records().copied().Scan(yield)
	} else {
		q.records().Scan(yield)
	}
}

// walk is scan where nothing is written meanwhile.
//
//go:noinline
func (q *query) walk(yield func(key string, rec any) bool) { q.records().Scan(yield) }

// last returns the record of the greatest key, nil if there is none.
//
//go:noinline
func (q *query) last() any {
	_, rec, _ := q.records().Max()
	return rec
}

// where is the choice of those that have a value in a listing.
//
//go:noinline
func (q *query) where(listing, value string) *query {
	i := q.k.listingAt(listing)
	if i < 0 {
		return &query{q.r, &kind{}, 0, ""} // of a kind without records
	}
	return &query{q.r, q.k, i + 1, value}
}

// Records are the live records of one kind in a View or a Tx, or those of them
// that have one value in common, ordered by key. What they give are copies: what
// is done to one reaches nothing else. In a Tx they show what it has written so
// far, save that a walk is over the records that were there at its start.
type Records[T any] struct{ q *query }

// Of returns the records of the kind in r.
func (k Kind[T]) Of(r Reader) Records[T] { return Records[T]{k.k.in(r)} }

// Get returns the record of a key; false if there is none.
func (r Records[T]) Get(key string) (rec T, ok bool) {
	p, ok := r.q.copyOf(key).(*T)
	if ok {
		rec = *p
	}
	return rec, ok
}

// Has reports whether there is a record of a key.
func (r Records[T]) Has(key string) bool { return r.q.find(key) != nil }

// Len returns how many records there are.
func (r Records[T]) Len() int { return r.q.size() }

// All yields the records.
func (r Records[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		r.q.copies(func(rec any) bool { return yield(*rec.(*T)) })
	}
}

// IDs yields the keys: much faster than All, which copies each record.
func (r Records[T]) IDs() iter.Seq[string] { return r.q.keys }

//go:noinline
func (q *query) keys(yield func(string) bool) {
	q.scan(func(key string, _ any) bool { return yield(key) })
}

// Where returns those of all records of the kind that have a value in a listing
// that it declares; none if there is no such listing. What it costs to go
// through them depends on how many they are, not on how many others there are.
func (r Records[T]) Where(listing, value string) Records[T] {
	return Records[T]{r.q.where(listing, value)}
}

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

// Copy returns a copy of a record that shares no memory with it.
func (k Kind[T]) Copy(rec *T) T { return *k.k.clone(rec).(*T) }

// Same reports whether two records say the same: whether they would be written
// as the same bytes.
func (k Kind[T]) Same(a, b T) bool { return k.k.same(&a, &b) }
