package aims

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// byMark lists systems by what they are recognised by.
const byMark = "mark"

// Lookalike is a system that another may be, under another name or ID.
type Lookalike struct {
	// System is its ID, Name what people call it, Stage where it stands.
	System string         `json:"system"`
	Name   string         `json:"name"`
	Stage  register.Stage `json:"stage"`
	// Rules are the IDs of the likenesses that the two have (register.Likenesses).
	Rules []string `json:"rules"`
}

var likenesses = register.Likenesses()

// mostAlike is how many lookalikes of one system are told: who has more has one name for
// all, and settles that first.
const mostAlike = 100

// Lookalikes returns the systems on file, retired ones among them, that a system may
// be, in the order of their IDs: those that are like it by one of the likenesses of
// package register, save where one of the two says that it follows the other, and
// where somebody has decided that they are two (TellApart). At most 100 are told.
func (r *reading) Lookalikes(system string) []Lookalike {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(r.lookalikes(s), func(l Lookalike) bool { return !r.seesSystem(l.System) })
}

// alike yields the systems on file that one may be, with the likeness, one after the
// other; a system that is alike in two ways comes twice.
func (r *reading) alike(s *register.System) iter.Seq2[string, *register.System] {
	return r.likeBy(s, s.Marks())
}

// likeBy are those that are like a system by some of its marks.
//
//go:noinline
func (r *reading) likeBy(s *register.System, marks []string) iter.Seq2[string, *register.System] {
	return func(yield func(string, *register.System) bool) {
		all := systems.Shared(r.wide().r)
		for _, mark := range marks {
			like := all.Where(byMark, mark)
			if like.Len() < 2 {
				continue
			}
			rule, _, _ := strings.Cut(mark, ":")
			for _, other := range like.All() {
				if !mayBe(s, other) {
					continue
				}
				if !yield(rule, other) {
					return
				}
			}
		}
	}
}

// sharedMarks are the marks of a system, in order, by which others may be like it. Read over
// all systems they are found in one walk; of one system (part) it is asked itself.
//
//go:noinline
func (x *index) sharedMarks(s *register.System) []string {
	if x.of != nil {
		return s.Marks()
	}
	if x.shared == nil {
		x.shared = make(map[string][]string)
		all := systems.Shared(x.r)
		for mark := range ledger.Several(systems, x.r, byMark) {
			for id := range all.Where(byMark, mark).IDs() {
				x.shared[id] = append(x.shared[id], mark)
			}
		}
	}
	return x.shared[s.ID]
}

// mayBe reports whether nothing says that two systems that are alike are two.
func mayBe(s, other *register.System) bool {
	return other.ID != s.ID && s.Follows != other.ID && other.Follows != s.ID && !apartFrom(s, other.ID) && !apartFrom(other, s.ID)
}

// lookalikes are those on the whole of what is on file.
func (r *reading) lookalikes(s *register.System) []Lookalike {
	var found []Lookalike
	for rule, other := range r.alike(s) {
		id := other.ID
		i, known := slices.BinarySearchFunc(found, id, func(l Lookalike, id string) int { return strings.Compare(l.System, id) })
		if !known {
			if len(found) == mostAlike {
				continue
			}
			found = slices.Insert(found, i, Lookalike{System: id, Name: other.Name, Stage: other.Stage})
		}
		if !slices.Contains(found[i].Rules, rule) {
			found[i].Rules = append(found[i].Rules, rule)
		}
	}
	return found
}

// apartFrom reports whether somebody has decided that a system is not another one.
func apartFrom(s *register.System, other string) bool {
	return slices.ContainsFunc(s.Distinct, func(d register.Distinction) bool { return d.From == other })
}

// KnownSince returns when the organisation came to know of a system: when a search
// found it or it was registered, whichever was first, or when that was so of one that it
// follows, or of one that it may be as long as nobody has said that they are two
// (Lookalikes). What comes back under another name is not found anew. Zero if there is
// no such system.
func (r *reading) KnownSince(system string) calendar.Date {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok || !r.seesSystem(system) {
		return calendar.Date{}
	}
	return r.entire().knownSince(s)
}

func (r *reading) knownSince(s *register.System) calendar.Date {
	known := r.knownBefore(s, r.Zone())
	for _, o := range r.alike(s) {
		known = firstOf(known, r.foundBy(o))
	}
	return known
}

// knownBefore is knownSince without those that a system may be.
func (r *reading) knownBefore(s *register.System, zone *time.Location) calendar.Date {
	known := r.foundIn(s, zone)
	for _, o := range r.before(s) {
		known = firstOf(known, r.foundIn(o, zone))
	}
	return known
}

// firstOf is the earlier of two days, of which one may be unknown.
func firstOf(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// sighting is a system, and by when it was known.
type sighting struct {
	system *register.System
	on     calendar.Date
}

// knownSince is that of a reading. Ten thousand systems may be alike, so those of one mark
// are put in order once, and of them the first that it may be is looked for.
func (x *index) knownSince(s *register.System) calendar.Date {
	known := x.knownBefore(s, x.zone)
	all := systems.Shared(x.wide().r)
	for _, mark := range x.sharedMarks(s) {
		if all.Where(byMark, mark).Len() < 2 {
			continue
		}
		for _, o := range x.marked(mark) {
			if !known.IsZero() && !o.on.Before(known) {
				break
			}
			if mayBe(s, o.system) {
				known = o.on
				break
			}
		}
	}
	return known
}

// marked are the systems of a mark of which it is known when they were found, in that order.
func (x *index) marked(mark string) []sighting {
	all, known := x.sightings[mark]
	if known {
		return all
	}
	for _, s := range systems.Shared(x.wide().r).Where(byMark, mark).All() {
		if on := x.foundIn(s, x.zone); !on.IsZero() {
			all = append(all, sighting{s, on})
		}
	}
	slices.SortStableFunc(all, func(a, b sighting) int { return a.on.Compare(b.on) })
	x.sightings[mark] = all
	return all
}

// isAlike reports whether a system may be another one.
func (r *reading) isAlike(s *register.System, other string) bool {
	for _, o := range r.alike(s) {
		if o.ID == other {
			return true
		}
	}
	return false
}

// before returns the systems that a system follows, the nearest first: those on file,
// until one comes again.
func (r *reading) before(s *register.System) []*register.System {
	var all []*register.System
	for id := s.Follows; id != "" && id != s.ID; {
		rec, _ := r.r.Record(systemSubject(id)) // the check of systems comes by here
		o, ok := rec.(*register.System)
		if !ok || slices.ContainsFunc(all, func(known *register.System) bool { return known.ID == id }) {
			break
		}
		all = append(all, o)
		id = o.Follows
	}
	return all
}

// TellApart decides that two systems that are alike (Lookalikes), or of which the first
// says that it follows the other, are two, and by what one tells them apart. Who owns one of them does not decide so.
func (tx *Tx) TellApart(system, other, reason string) error {
	return decide(tx, "TellApart", systems, system, func(s *register.System) error {
		o, err := systems.Must(tx, other)
		if err != nil {
			return err
		}
		if err := tx.right("TellApart", "", systemSubject(other)); err != nil {
			return err
		}
		followed := s.Follows
		if followed == other {
			s.Follows = ""
		} else if o.Follows == system {
			return ledger.Refuse(ErrState, "%q says that it follows this one; tell that one apart from it", other)
		}
		switch {
		case apartFrom(s, other) || apartFrom(&o, system):
			return ledger.Refuse(ErrState, "it has been told apart from %q already", other)
		case followed != other && !tx.isAlike(s, other):
			return ledger.Refuse(ErrState, "nothing says that it could be %q, so there is nothing to decide", other)
		}
		var is Issues
		required(&is, "reason", reason)
		s.Distinct = append(s.Distinct, register.Distinction{From: other, By: tx.By().Actor, At: tx.Now(), Reason: reason})
		return is.Err()
	})
}

// checkFollows checks what a system says of the one before it: that there is one, which
// does not follow this one in turn.
func checkFollows(c checker, s *register.System) {
	if s.Follows == "" {
		return
	}
	before := c.before(s)
	switch {
	case s.Follows == s.ID || len(before) > 0 && before[len(before)-1].Follows == s.ID:
		c.Add("follows", "circle", s.Follows, "it would follow itself")
	case len(before) == 0:
		c.Add("follows", "system", s.Follows, "no such system on file")
	}
}

var registeredOnce = Probe{
	ID: "RG-01", Title: "One system on the register twice, or back under another name", Clause: Clause{"8.1"}, Controls: ids("A.4.2"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for _, st := range x.states {
			if o, found := x.firstAlike(st); found && !yield(o) {
				return
			}
			if before, ok := systems.Shared(x.r).Get(st.s.Follows); ok && live(st.s) && live(before) {
				o := st.itself(calendar.Date{}, issue.NewText("It follows %s, which is in use still: one system stands there twice.", recordOf(systems.Name(), before.ID)),
					issue.NewText("Retire the one before it (AdvanceStage)."))
				o.names = []Subject{systemSubject(before.ID)}
				if !yield(o) {
					return
				}
			}
		}
	},
}

// firstAlike observes that a system may be one that was there before, or whose ID comes
// first; of one in use and one that is not looked at any more, it is the one in use that
// is asked. Of several it names the first.
func (x *index) firstAlike(st *systemState) (o Observation, found bool) {
	known := foundWith(st.s, st.first, x.zone)
	var first *register.System
	var rule string
	for r, other := range x.likeBy(st.s, x.sharedMarks(st.s)) {
		if other.Stage != register.StageRetirement && other.OutOfScope == "" {
			if theirs := x.foundIn(other, x.zone); theirs.After(known) || theirs.Equal(known) && other.ID > st.s.ID {
				continue
			}
		}
		first, rule = other, r
		break
	}
	if first == nil {
		return o, false
	}
	row := likenesses[slices.IndexFunc(likenesses, func(l register.Likeness) bool { return l.ID == rule })]
	o = st.itself(calendar.Date{},
		issue.NewText("It may be %s, in stage %s: %s (%s).", first.ID, issue.Word(first.Stage), issue.Plain(row.Title), row.ID),
		issue.NewText("Say that it follows that one (ReviseSystem), or have somebody decide that they are two (TellApart)."))
	o.names = []Subject{systemSubject(first.ID)}
	return o, true
}
