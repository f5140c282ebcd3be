package ledger

import (
	"reflect"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// TimeLimit bounds a time that a record tells: how many days before its commit, and
// after it, it may lie. The zero TimeLimit bounds nothing; one with Back alone takes
// nothing that is still to come. It is asked of times that change, and not of an import.
//
// A calendar.Date is still to come until its day has begun somewhere on earth, as a
// ledger knows nothing of zones.
type TimeLimit struct {
	// Back is how many days before, Ahead how many after.
	Back  int `json:"back,omitempty"`
	Ahead int `json:"ahead,omitempty"`
}

// timePath is where records of a type hold times.
type timePath struct {
	path  string
	limit TimeLimit
	each  func(v reflect.Value, at string, yield func(field string, t moment))
}

// moment is a time or the day that a record tells.
type moment struct {
	time.Time
	day bool
}

// firstDayBegins is how long before its midnight in UTC a day begins somewhere.
const firstDayBegins = 14 * time.Hour

// within are the first and the last moment that a limit takes.
func (l TimeLimit) within(now time.Time, day bool) (first, last time.Time) {
	begins := func(now time.Time) time.Time {
		if day {
			return calendar.Of(now, nil).Start(nil)
		}
		return now
	}
	last = now
	if day {
		last = now.Add(firstDayBegins)
	}
	return begins(now.AddDate(0, 0, -l.Back)), begins(last.AddDate(0, 0, l.Ahead))
}

// text is the moment as an issue tells it.
func (m moment) text() string {
	if m.day {
		return m.Format(time.DateOnly)
	}
	return m.Format(time.RFC3339)
}

// timePaths works out where a type holds times, once for each kind.
func timePaths(t reflect.Type, l Limits, path string) (all []timePath) {
	switch {
	case t == timeType || t == dateType:
		limit, ok := l.Times[path]
		if !ok {
			limit = l.Time
		}
		return []timePath{{path, limit, func(v reflect.Value, at string, yield func(string, moment)) {
			if t == dateType {
				yield(at, moment{v.Addr().Interface().(*calendar.Date).Start(nil), true})
			} else {
				yield(at, moment{*v.Addr().Interface().(*time.Time), false})
			}
		}}}
	case t.Kind() == reflect.Struct && !isValue(t):
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue
			}
			name := jsonName(f)
			for _, p := range timePaths(f.Type, l, issue.Under(path, name)) {
				inner := p.each
				p.each = func(v reflect.Value, at string, yield func(string, moment)) {
					inner(v.Field(i), issue.Under(at, name), yield)
				}
				all = append(all, p)
			}
		}
	case t.Kind() == reflect.Slice:
		for _, p := range timePaths(t.Elem(), l, path) {
			inner := p.each
			p.each = func(v reflect.Value, at string, yield func(string, moment)) {
				for i := range v.Len() {
					inner(v.Index(i), issue.Index(at, i), yield)
				}
			}
			all = append(all, p)
		}
	case t.Kind() == reflect.Pointer:
		for _, p := range timePaths(t.Elem(), l, path) {
			inner := p.each
			p.each = func(v reflect.Value, at string, yield func(string, moment)) {
				if !v.IsNil() {
					inner(v.Elem(), at, yield)
				}
			}
			all = append(all, p)
		}
	}
	return all
}

// checkTimes adds an issue for each time beyond its limit that old does not hold.
func (k *kind) checkTimes(rec, old any, now time.Time, is *issue.Issues) {
	for _, p := range k.plan().times {
		if p.limit == (TimeLimit{}) {
			continue
		}
		var known []moment
		looked := old == nil
		p.each(reflect.ValueOf(rec).Elem(), "", func(field string, t moment) {
			first, last := p.limit.within(now, t.day)
			if t.IsZero() || !t.Before(first) && !t.After(last) {
				return
			}
			if !looked {
				looked = true
				p.each(reflect.ValueOf(old).Elem(), "", func(_ string, t moment) { known = append(known, t) })
			}
			if slices.ContainsFunc(known, func(k moment) bool { return k.Equal(t.Time) }) {
				return
			}
			rule, says := "range", "must lie between %s and %s"
			if t.After(last) && p.limit.Ahead == 0 {
				rule = "past"
			}
			if slices.ContainsFunc(*is, func(i issue.Issue) bool { return i.Field == field }) {
				return // something has been said of it
			}
			is.Add(field, rule, t.text(), says, first.Format(time.DateOnly), last.Format(time.DateOnly))
		})
	}
}
