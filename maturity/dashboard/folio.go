package dashboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage"
)

// Folio keeps a Line of each tenant of a fleet, so that a portfolio of thousands is drawn
// without opening any. It is safe for concurrent use.
//
//	folio, err := dashboard.NewFolio(fleet, nil)
//	for ; ; time.Sleep(time.Minute) { // in a goroutine of the program's
//		if _, err := folio.Refresh(ctx); err != nil {
//			log.Print(err)
//		}
//	}
type Folio struct {
	fleet *aims.Fleet
	o     FolioOptions
	model maturity.Model
	voice voice // of its lines

	turn chan struct{} // of who refreshes

	lines  map[string]Line // of who refreshes
	loaded bool

	shown atomic.Pointer[shownFolio]
}

// shownFolio is a portfolio with the table of its lines in each language, which is made when
// it is first asked for.
type shownFolio struct {
	Portfolio
	mu     sync.Mutex
	tables map[voice]*table // by language
}

// FolioOptions are what a program can set. A nil *FolioOptions, and each zero field, means
// the default.
type FolioOptions struct {
	// Model is the maturity model; maturity.DefaultModel by default.
	Model *maturity.Model
	// Weeks is how many weeks of the past are judged, for the quarter's course and for
	// the criteria that ask for a year; 65 by default, as with Options.Weeks, none if
	// negative. Nearly all of the time that a line takes goes into them: with 65 weeks
	// some 50 ms of a small tenant, with none 4 ms, and each line is worked out
	// once a day at least. With fewer weeks than a year holds, what a year would have to
	// show is unknown, and no organisation is on ML3.
	Weeks int
	// Language is that of what a line says in words: what helps most, the state of the
	// certificate; English by default. Pages tell all else in their own.
	Language language.Tag
	// Rules is the table by which organisations are sorted; HelpRules by default.
	Rules []HelpRule
	// Store keeps lines beyond the life of the process; without one the first Refresh
	// works all of them out.
	Store LineStore
	// AtATime is how many tenants Refresh has open at a time, 1 by default.
	AtATime int
	// Most is of how many tenants lines are kept, of some 2 KB each; 100,000 by
	// default. The portfolio says how many there are besides.
	Most int
	// Clock tells the time; time.Now by default.
	Clock func() time.Time
	// Logger hears what was wrong with a tenant that can't be opened or read; silent by
	// default.
	Logger *slog.Logger
}

// LineStore keeps lines: a table of the program's with the tenant's name and the line as
// JSON. Lines are no secret to it, and of no weight: one that is lost, or of another
// version, is worked out again.
type LineStore interface {
	// Load yields all lines, in any order; an error comes last.
	Load(ctx context.Context) iter.Seq2[Line, error]
	// Save keeps a line in place of the tenant's former one.
	Save(ctx context.Context, l Line) error
	// Drop forgets the line of a tenant that is gone, if there is one.
	Drop(ctx context.Context, tenant string) error
}

// Refreshed says what Refresh did.
type Refreshed struct {
	// Tenants is how many the fleet has, More how many of them are beyond
	// FolioOptions.Most.
	Tenants int `json:"tenants"`
	More    int `json:"more,omitempty"`
	// Kept lines still held; Computed ones were worked out, for which the tenant was
	// opened; Unread tenants could not be opened or read.
	Kept     int `json:"kept"`
	Computed int `json:"computed"`
	Unread   int `json:"unread"`
	// Gone tenants are there no more.
	Gone int `json:"gone"`
}

// NewFolio returns the folio of a fleet, empty until the first Refresh. The error is
// issue.Issues of what can't be used.
func NewFolio(fleet *aims.Fleet, o *FolioOptions) (*Folio, error) {
	f := &Folio{fleet: fleet, turn: make(chan struct{}, 1), lines: make(map[string]Line)}
	if o != nil {
		f.o = *o
	}
	var is issue.Issues
	if fleet == nil {
		is.Add("fleet", "required", "", "there is nothing to show")
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"at_a_time", f.o.AtATime}, {"most", f.o.Most}} {
		if n.value < 0 {
			is.Add(n.name, "range", english.Number(n.value), "may not be negative")
		}
	}
	seen := make(map[string]bool)
	for i, r := range f.o.Rules {
		field := issue.Index("rules", i)
		if r.ID == "" || seen[r.ID] {
			is.Add(field, "unique", r.ID, "each rule has an ID of its own")
		}
		if seen[r.ID] = true; r.Of == nil || r.Says == nil {
			is.Add(field, "required", r.ID, "a rule measures and says (Of, Says)")
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	var err error
	if f.voice, err = voiceIn(f.o.Language); err != nil {
		return nil, err
	}
	if f.o.Rules == nil {
		f.o.Rules = HelpRules()
	}
	f.o.Rules = slices.Clone(f.o.Rules)
	if f.model = maturity.DefaultModel(); f.o.Model != nil {
		f.model = *f.o.Model
	}
	switch {
	case f.o.Weeks == 0:
		f.o.Weeks = 65
	case f.o.Weeks < 0:
		f.o.Weeks = 0
	}
	if f.o.AtATime == 0 {
		f.o.AtATime = 1
	}
	if f.o.Most == 0 {
		f.o.Most = 100_000
	}
	if f.o.Clock == nil {
		f.o.Clock = time.Now
	}
	if f.o.Logger == nil {
		f.o.Logger = slog.New(slog.DiscardHandler)
	}
	f.shown.Store(&shownFolio{Portfolio: sum([]Line{}, time.Time{}, f.o.Rules)})
	return f, nil
}

// Portfolio returns what the last Refresh found.
func (f *Folio) Portfolio() Portfolio {
	p := f.shown.Load().Portfolio
	p.Lines = slices.Clone(p.Lines)
	for i, l := range p.Lines {
		p.Lines[i] = l.clone()
	}
	p.Levels, p.Systems, p.Rules = slices.Clone(p.Levels), slices.Clone(p.Systems), slices.Clone(p.Rules)
	return p
}

// Refresh brings the lines up to date: a tenant is opened only if something was written
// to it since, or if time alone may have changed its line (Line.Until), at the latest
// when its day ends. No more are open at a time than FolioOptions.AtATime, those that the
// program uses aside. One that can't be opened or read gets a line that says so, and is
// tried again the next time. Calls wait for each other.
//
// The error is of a store of lines, of tenants that can't be listed, or of ctx; what was
// worked out until then is shown.
func (f *Folio) Refresh(ctx context.Context) (done Refreshed, err error) {
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return done, context.Cause(ctx)
	}
	if err := f.load(ctx); err != nil {
		return done, err
	}
	now := f.o.Clock().UTC()
	var names []string
	for name, err := range f.fleet.List(ctx) {
		if err != nil {
			return done, fmt.Errorf("listing tenants: %w", err)
		}
		if done.Tenants++; len(names) < f.o.Most {
			names = append(names, name)
		}
	}
	done.More = done.Tenants - len(names)
	there := make(map[string]bool, len(names))
	for _, name := range names {
		there[name] = true
	}
	var failed error // of the store, which says what it likes, and the first of many
	fail := func(err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("keeping lines: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.lines)) {
		if there[name] {
			continue
		}
		delete(f.lines, name)
		done.Gone++
		if f.o.Store != nil {
			fail(f.o.Store.Drop(ctx, name))
		}
	}
	if f.shown.Load().At.IsZero() {
		f.show(names, done.More, now) // with the others pending
	}

	var mu sync.Mutex // of done, lines and failed
	var working sync.WaitGroup
	slots := make(chan struct{}, f.o.AtATime)
	for _, name := range names {
		mu.Lock()
		old, known := f.lines[name]
		mu.Unlock()
		slots <- struct{}{}
		if ctx.Err() != nil {
			<-slots
			break
		}
		working.Go(func() {
			defer func() { <-slots }()
			l, kept, err := f.line(ctx, name, old, known, now)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case ctx.Err() != nil && err != nil:
				return // it says nothing of the tenant
			case errors.Is(err, storage.ErrNoTenant):
				if delete(f.lines, name); known {
					done.Gone++
				}
				there[name] = false
				if f.o.Store != nil && known {
					fail(f.o.Store.Drop(ctx, name))
				}
				return
			case kept:
				done.Kept++
				return
			case l.Unread != nil:
				done.Unread++
				f.o.Logger.Warn("a tenant can't be read for the portfolio", "tenant", name, "error", err)
			default:
				done.Computed++
				if f.o.Store != nil {
					fail(f.o.Store.Save(ctx, l.clone()))
				}
			}
			f.lines[name] = l
		})
	}
	working.Wait()
	names = slices.DeleteFunc(names, func(name string) bool { return !there[name] })
	f.show(names, done.More, f.o.Clock().UTC())
	if ctx.Err() != nil {
		return done, context.Cause(ctx)
	}
	return done, failed
}

// load reads, the first time, what the store has kept.
func (f *Folio) load(ctx context.Context) error {
	if f.loaded || f.o.Store == nil {
		return nil
	}
	for l, err := range f.o.Store.Load(ctx) {
		if err != nil {
			return fmt.Errorf("reading the lines that were kept: %w", err)
		}
		if f.usable(l) {
			l = l.clone()
			l.Needs = nil
			f.lines[l.Tenant] = l
		}
	}
	f.loaded = true
	return nil
}

// usable reports whether a line was worked out as it would be now.
func (f *Folio) usable(l Line) bool {
	return l.Schema == LineSchema && l.Tenant != "" && l.Standing != nil && l.Unread == nil && l.Model == f.model.ID && l.ModelVersion == f.model.Version && l.Weeks == f.o.Weeks && cmp.Or(l.Language, "en") == f.voice.Language().String()
}

// show publishes the lines of some tenants.
func (f *Folio) show(names []string, more int, now time.Time) {
	lines := make([]Line, 0, len(names))
	for _, name := range names {
		l, ok := f.lines[name]
		if !ok {
			l = Line{Schema: LineSchema, Tenant: name, Name: name, At: now, Until: now, Unread: unreadBy("", mark("nobody has looked yet"))}
		}
		lines = append(lines, l)
	}
	p := NewPortfolio(lines, now, f.o.Rules)
	p.Totals.More = more
	f.shown.Store(&shownFolio{Portfolio: p})
}

// line is the line of a tenant: the old one if it still holds.
func (f *Folio) line(ctx context.Context, tenant string, old Line, known bool, now time.Time) (l Line, kept bool, err error) {
	if known && f.usable(old) && !now.After(old.Until) && !now.Before(old.At) {
		switch unmoved, err := f.fleet.Unmoved(ctx, tenant, old.Head); {
		case err != nil:
			return f.unread(tenant, now, err), false, err
		case unmoved:
			return old, true, nil
		}
	}
	err = f.fleet.Look(ctx, tenant, func(m *aims.Manager) (err error) {
		defer func() {
			if p := recover(); p != nil { // one tenant's does not take down those of the others
				err = fmt.Errorf("it panicked: %v\n\n%s", p, debug.Stack())
			}
		}()
		l, err = f.compute(ctx, tenant, m, now)
		return err
	})
	if err != nil {
		return f.unread(tenant, now, err), false, err
	}
	return l, false, nil
}

// compute works a line out.
func (f *Folio) compute(ctx context.Context, tenant string, m *aims.Manager, now time.Time) (Line, error) {
	in := (&Input{Model: &f.model, Language: f.o.Language}).filled()
	if f.o.Weeks > 0 {
		// As the pages of the tenant's own have it, so that both say the same.
		const week = 7 * 24 * time.Hour
		to := now.Truncate(24 * time.Hour)
		past, err := PastOf(f.model, m.Between(ctx, to.Add(-time.Duration(f.o.Weeks)*week), to, week))
		if err != nil {
			return Line{}, err
		}
		in.Past = past
	}
	v := m.View()
	return LineOf(tenant, newLook(v, now, in).brief(), v.Head(), f.o.Weeks), nil
}

// whyUnread says in words what an error of a tenant means.
var whyUnread = map[issue.Code]string{
	issue.CodeCorrupt:  mark("its journal is damaged"),
	issue.CodeTampered: mark("its journal is not as it was written: somebody may have changed it"),
	issue.CodeLocked:   mark("somebody else holds it open"),
	issue.CodeVersion:  mark("it was written by a later version"),
	issue.CodeHung:     mark("its store does not answer"),
}

// unread is the line of a tenant that can't be opened or read. It is called by the tenant's name
// alone: what was known may be of another organisation that had that name before.
func (f *Folio) unread(tenant string, now time.Time, err error) Line {
	return Line{Schema: LineSchema, Tenant: tenant, Name: tenant, At: now, Until: now, Unread: unreadBy(aims.CodeOf(err), cmp.Or(whyUnread[aims.CodeOf(err)], mark("it could not be opened or read")))}
}

// unreadBy says why nothing is known: nobody has looked, or an error has a code.
func unreadBy(code issue.Code, why string) *Unread {
	return &Unread{Pending: code == "", Code: code, Why: why}
}
