package dashboard

import (
	"context"
	"sync"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage"
)

// site keeps the screens of a source: what is asked for again is not worked out again.
type site struct {
	source Source
	o      Options
	in     Input

	mu     sync.Mutex
	states map[stateKey]*entry
	order  []stateKey // the least used first
	pasts  map[string]*pastEntry
	erased struct {
		seq uint64
		all []Erasure
	}

	following sync.Mutex // of what follows
	follower  *follower  // of the present; nil until it is asked for (Options.Follow)
}

// stateKey is what a screen hangs on, beside the time.
type stateKey struct {
	// head is that of the journal, also of a day that is over.
	head      storage.Head
	reader    string
	day, seed string
	language  string
	// from is the day from which one that lies ahead is looked at, here and by UTC.
	from string
}

// entry is one screen, or one that somebody is working out.
type entry struct {
	once  sync.Once
	s     *state
	err   error
	until time.Time
}

type pastEntry struct {
	once sync.Once
	past Past
	err  error
	// seq is that of the journal it was read of; kept says that what came after that is later.
	seq  uint64
	kept bool
	done bool // it did not panic
}

const (
	mostScreens = 16  // that are kept
	mostPages   = 128 // of one screen that are kept
)

func newSite(source Source, o *Options) *site {
	s := &site{source: source, o: *o, states: make(map[stateKey]*entry), pasts: make(map[string]*pastEntry)}
	if o.Input != nil {
		s.in = *o.Input
	}
	if s.o.Clock == nil {
		s.o.Clock = time.Now
	}
	if s.o.Weeks == 0 {
		s.o.Weeks = 65
	}
	return s
}

// kindOf is the kind of records that a slug stands for.
func (s *site) kindOf(slug string) (aims.KindInfo, bool) {
	return newTables(s.source.Kinds()).kind(slug)
}

// state is the screen of a reader in a language, as of a day, or as of now if that is none.
func (s *site) state(ctx context.Context, say voice, read Reader, key string, at calendar.Date, seed string) (*state, error) {
	now := s.o.Clock().UTC()
	zone := read.View().Zone()
	today := calendar.Of(now, zone)
	var v *aims.View
	in, when, name, from := s.in, now, "", ""
	in.Language = say.Language()
	if seed != "" {
		in.Seed = seed
	}
	switch {
	case at.IsZero() || at == today:
		v = read.View()
	case at.After(today):
		v, when, name, in.ahead = read.View(), endOf(at, zone), at.String(), true
		from = today.String() + " " + pastDay(now).Format(time.DateOnly)
	default:
		when, name = endOf(at, zone), at.String()
	}
	compute := func(ctx context.Context) (*state, error) {
		if v == nil { // of a day that is over, for which the journal is read again
			var err error
			if v, err = read.At(ctx, when); err != nil {
				return nil, err
			}
			if v.Head().Seq == 0 {
				return nil, s.nothing(ctx, read, at)
			}
		}
		return s.compute(ctx, read, v, when, in, name)
	}
	if key == "" {
		return compute(ctx)
	}
	// What is written later changes no day that is over, save that something is erased.
	head := read.View().Head()
	if v != nil {
		head = v.Head()
	}
	k := stateKey{head, key, name, in.Seed, in.Language.String(), from}
	s.mu.Lock()
	e := s.states[k]
	if e != nil && name == "" && now.After(e.until) && !e.until.IsZero() {
		e = nil // time alone has changed something
	}
	if e == nil {
		e = new(entry)
		s.put(k, e)
	}
	s.mu.Unlock()
	e.once.Do(func() {
		defer func() { // also where it panics
			s.mu.Lock()
			defer s.mu.Unlock()
			if e.s == nil && s.states[k] == e {
				delete(s.states, k)
			}
		}()
		// Whoever asks first works it out for all who wait, so his going ends nothing.
		st, err := compute(context.WithoutCancel(ctx))
		if e.err = err; err != nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		e.until, st.journal, st.from = st.screen.Until, head, from
		e.s = st
	})
	if e.s == nil && e.err == nil { // it panicked for him who worked it out
		return s.state(ctx, say, read, key, at, seed)
	}
	return e.s, e.err
}

// endOf is the last moment of a day that a commit can have.
func endOf(day calendar.Date, zone *time.Location) time.Time {
	return day.End(zone).Add(-time.Microsecond)
}

// put keeps a screen; the one that was put first goes if there are too many.
func (s *site) put(k stateKey, e *entry) {
	if _, ok := s.states[k]; !ok {
		s.order = append(s.order, k)
	}
	s.states[k] = e
	for len(s.order) > mostScreens {
		delete(s.states, s.order[0])
		s.order = s.order[1:]
	}
}

// nothing says that there is nothing to show of a day.
func (s *site) nothing(ctx context.Context, read Reader, at calendar.Date) error {
	e := errNothing{day: at}
	for first, err := range read.Trail(ctx, 0) {
		if err != nil {
			return err
		}
		e.first = first.Time
		break
	}
	return e
}

func (s *site) compute(ctx context.Context, read Reader, v *aims.View, when time.Time, in Input, name string) (*state, error) {
	if in.Erasures == nil {
		all, err := s.erasures(ctx, v.Head().Seq)
		if err != nil {
			return nil, err
		}
		in.Erasures = all
	}
	if in.Past.history == nil && s.o.Weeks > 0 {
		past, err := s.past(ctx, in, when)
		if err != nil {
			return nil, err
		}
		in.Past = past
	}
	filled := in.filled()
	if err := filled.check(); err != nil {
		return nil, err
	}
	if s.o.Follow && name == "" {
		filled.follow = s.follow(v, when, &filled)
	}
	k := newLook(v, when, filled)
	st := &state{k: k, screen: k.screen(), tables: newTables(s.source.Kinds()), head: v.Head(), day: name}
	return st, nil
}

// follow is what follows the present, begun anew where the past that it rests on is another's,
// as on another day.
func (s *site) follow(v *aims.View, now time.Time, in *Input) *follower {
	s.following.Lock()
	defer s.following.Unlock()
	if f := s.follower; f == nil || !f.past.is(in.Past) && now.After(f.at()) {
		s.follower = newFollower(v, now, in, true)
	}
	return s.follower
}

// pastDay is the moment up to which the past is judged.
func pastDay(when time.Time) time.Time { return when.Truncate(24 * time.Hour) }

// past is what the journal shows of the weeks before a day; worked out once for each
// day, since what is written later does not change it, save by a clock that is behind.
func (s *site) past(ctx context.Context, in Input, when time.Time) (Past, error) {
	if in.ahead {
		when = s.o.Clock().UTC()
	}
	to := pastDay(when)
	name := to.Format(time.DateOnly)
	e, err := s.pastOf(ctx, name, to)
	if err != nil {
		return Past{}, err
	}
	e.once.Do(func() {
		defer func() { // also where it panics
			s.mu.Lock()
			defer s.mu.Unlock()
			if !e.done && s.pasts[name] == e {
				delete(s.pasts, name)
			}
		}()
		const week = 7 * 24 * time.Hour
		from := to.Add(-time.Duration(s.o.Weeks) * week)
		e.past, e.err = PastOf(*in.filled().Model, s.source.Between(ctx, from, to, week))
		e.done = e.err == nil
	})
	if !e.done && e.err == nil { // it panicked for him who worked it out
		return s.past(ctx, in, when)
	}
	return e.past, e.err
}

// pastOf is the past that is kept under a name, if nothing has come before its end since, or
// one that is to be worked out.
func (s *site) pastOf(ctx context.Context, name string, to time.Time) (*pastEntry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.pasts[name]
	if e != nil && !e.kept {
		for next, err := range s.source.Trail(ctx, e.seq) {
			if err != nil {
				return nil, err
			}
			if e.kept = next.Time.After(to); !e.kept {
				e = nil
			}
			break
		}
	}
	if e == nil {
		if len(s.pasts) >= mostScreens {
			clear(s.pasts)
		}
		head := s.source.View()
		e = &pastEntry{seq: head.Head().Seq, kept: head.Time().After(to)}
		s.pasts[name] = e
	}
	return e, nil
}

// erasures are those up to a commit; the trail is read on from where it was left. Pasts that were
// judged before one hold what it erased, and are forgotten.
func (s *site) erasures(ctx context.Context, seq uint64) ([]Erasure, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seq > s.erased.seq {
		for e, err := range s.source.Trail(ctx, s.erased.seq) {
			if err != nil {
				return nil, err
			}
			if e.Seq > seq {
				break
			}
			if len(e.Erases) > 0 {
				clear(s.pasts)
				s.erased.all = append(s.erased.all, Erasure{Seq: e.Seq, Time: e.Time, By: e.By.Actor, Reason: oneLine(e.By.Reason), Subjects: e.Erases})
			}
			s.erased.seq = e.Seq
		}
	}
	all := []Erasure{}
	for _, e := range s.erased.all {
		if e.Seq <= seq {
			all = append(all, e)
		}
	}
	return all, nil
}

// kept is a page that has been drawn before.
func (s *state) kept(tag string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.pages[tag]
	return body, ok
}

// keep keeps a page.
func (s *state) keep(tag string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages == nil || len(s.pages) >= mostPages {
		s.pages = make(map[string][]byte)
	}
	s.pages[tag] = body
}
