// Package ical writes an agenda (aims.View.Agenda) as an iCalendar, RFC 5545, which
// calendars of all sorts open, and keeps it up to date: an entry whose day is moved keeps
// its UID and gets a higher SEQUENCE, one that is seen to is cancelled.
//
// The calendar that was written last comes in, the next one goes out; nothing else is
// remembered.
//
//	agenda := m.View().Agenda(now, now.AddDate(0, 3, 0)).Of("ada")
//	err := ical.Write(next, agenda, now, previous, nil)
//
// It is a module of its own, so that who needs no calendar takes on no library for it:
// github.com/arran4/golang-ical escapes and folds, and reads.
package ical

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Component is what an entry becomes.
type Component string

// The components.
const (
	// Event is an all-day VEVENT, which all calendars show; it blocks no time.
	Event Component = "VEVENT"
	// Todo is a VTODO that is due on the day, for those that keep lists of tasks.
	Todo Component = "VTODO"
)

// Options are how a calendar is written; nil is fine.
type Options struct {
	// Component is what an entry becomes; an Event by default.
	Component Component
	// Name is what people call the calendar; "AI management system" by default.
	Name string
	// Alarms are how long before its day begins an entry reminds; a week by default. Not
	// nil and empty: never.
	Alarms []time.Duration
	// Domain stands at the end of UIDs, such as "example.org", so that those of two
	// organisations differ; "aimskit" by default. Once chosen it stays.
	Domain string
	// Organizer is an address such as "mailto:aims@example.org". With it the calendar is a
	// publication in the sense of RFC 5546 (METHOD:PUBLISH), which can be sent by mail.
	Organizer string
	// Text translates; nil is English.
	Text func(issue.Text) string
}

const week = 7 * 24 * time.Hour

func (o *Options) filled() (Options, error) {
	var out Options
	if o != nil {
		out = *o
	}
	out.Component, out.Name, out.Domain = cmp.Or(out.Component, Event), cmp.Or(out.Name, "AI management system"), cmp.Or(out.Domain, "aimskit")
	if out.Alarms == nil {
		out.Alarms = []time.Duration{week}
	}
	if out.Text == nil {
		out.Text = issue.Text.String
	}
	var is issue.Issues
	if out.Component != Event && out.Component != Todo {
		is.Add("component", "oneof", string(out.Component), "must be %s or %s", Event, Todo)
	}
	for i, d := range out.Alarms {
		if d < 0 || d > 366*24*time.Hour || d%time.Second != 0 {
			is.Add(issue.Index("alarms", i), "range", d.String(), "must be whole seconds, from none to a year before the day")
		}
	}
	if strings.ContainsFunc(out.Domain, func(r rune) bool { return r <= ' ' || r > '~' || r == '@' }) {
		is.Add("domain", "charset", out.Domain, "must be a name such as example.org")
	}
	if out.Organizer != "" && (!strings.HasPrefix(out.Organizer, "mailto:") || strings.ContainsFunc(out.Organizer, unicode.IsControl)) {
		is.Add("organizer", "uri", out.Organizer, "must be an address such as mailto:aims@example.org")
	}
	return out, is.Err()
}

// UID returns the UID that an entry has in a calendar: it hangs on the entry's ID and the
// domain alone. It tells nobody what the entry is about.
func UID(e aims.AgendaEntry, domain string) string {
	sum := sha256.Sum256([]byte(e.ID))
	return hex.EncodeToString(sum[:16]) + "@" + cmp.Or(domain, "aimskit")
}

// Write writes an agenda as a calendar, as of now. previous is the calendar that Write
// wrote last for the same person with the same options; nil the first time.
//
//   - What has not changed since stays as it is, DTSTAMP included: the same agenda and the
//     same previous calendar give the same bytes.
//   - What has changed, its day or its words, gets a SEQUENCE one higher.
//   - What is in the previous calendar on a day of the agenda and no longer on the agenda
//     is seen to: it is cancelled (STATUS:CANCELLED, a SEQUENCE one higher), and stays so
//     until its day is before the agenda begins. If it falls due again it comes back.
//   - What lies before the agenda is left out, and what lies after it stays as it is.
//
// Days are all-day dates without a zone. An agenda with nothing in it gives a calendar
// with nothing in it, which RFC 5545 does not provide for and calendars take.
//
// The error is issue.Issues if an option is not as it should be, or previous is no
// calendar of this package with this domain and component; or that of w or previous.
func Write(w io.Writer, a aims.Agenda, now time.Time, previous io.Reader, o *Options) error {
	opts, err := o.filled()
	if err != nil {
		return err
	}
	before, err := opts.read(previous)
	if err != nil {
		return err
	}
	stamp := now.UTC().Truncate(time.Second)
	var all []*entry
	for _, e := range a.Entries {
		if e.Day.IsZero() {
			var is issue.Issues
			is.Add("entries.day", "required", "", "an entry has a day")
			return is
		}
		n := opts.entry(e, e.Day.Start(nil))
		old := before[n.uid]
		delete(before, n.uid)
		switch {
		case old == nil:
			n.created, n.stamp = stamp, stamp
		case old.content() == n.content():
			n.created, n.stamp, n.sequence = old.created, old.stamp, old.sequence
		default:
			n.created, n.stamp, n.sequence = old.created, stamp, old.sequence+1
		}
		all = append(all, n)
	}
	for _, old := range before {
		day := calendar.Of(old.day, nil)
		switch {
		case day.Before(a.From):
			continue
		case !day.After(a.To) && !old.cancelled:
			old.cancelled, old.alarms, old.stamp, old.sequence = true, nil, stamp, old.sequence+1
		}
		all = append(all, old)
	}
	slices.SortFunc(all, func(a, b *entry) int { return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.uid, b.uid)) })
	return opts.calendar(all).SerializeTo(w, ics.WithNewLine("\r\n"))
}

// entry is one component of a calendar.
type entry struct {
	uid                  string
	day                  time.Time
	summary, description string
	category             string
	priority             int
	cancelled            bool
	alarms               []string // triggers
	sequence             int
	created, stamp       time.Time
}

// content is all that makes two revisions differ.
func (e *entry) content() string {
	return fmt.Sprintf("%s %q %q %q %d %t %q", e.day.Format(time.DateOnly), e.summary, e.description, e.category, e.priority, e.cancelled, e.alarms)
}

// priorities are the three words of RFC 5545: high, medium, low.
var priorities = map[aims.Severity]int{aims.SeverityMajor: 1, aims.SeverityMinor: 5, aims.SeverityOpportunity: 9}

func (o Options) entry(e aims.AgendaEntry, day time.Time) *entry {
	n := &entry{uid: UID(e, o.Domain), day: day, category: string(e.Kind), priority: priorities[e.Severity]}
	n.summary = clean(o.Text(e.Title))
	if e.Name != "" {
		n.summary = clean(o.Text(issue.NewText("%s: %s", e.Name, o.Text(e.Title))))
	}
	n.description = clean(o.Text(e.Do) + "\n" + o.Text(issue.NewText("If not, %s will find: %s", e.Probe, o.Text(e.Otherwise))))
	for _, d := range o.Alarms {
		n.alarms = append(n.alarms, trigger(d))
	}
	return n
}

// clean takes out what RFC 5545 does not let stand in a text: control characters, save
// the end of a line.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// trigger is a duration before a day, as RFC 5545 writes it.
func trigger(d time.Duration) string {
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	s := "-P"
	if days > 0 {
		s += fmt.Sprintf("%dD", days)
	}
	if rest > 0 || days == 0 {
		s += fmt.Sprintf("T%dH%dM%dS", rest/time.Hour, rest%time.Hour/time.Minute, rest%time.Minute/time.Second)
	}
	return s
}

const (
	dateFormat  = "20060102"
	stampFormat = "20060102T150405Z"
)

// calendar makes a calendar of some entries.
func (o Options) calendar(all []*entry) *ics.Calendar {
	c := ics.NewCalendarFor("aimskit")
	c.SetProductId("-//aimskit//agenda//EN")
	if o.Organizer != "" {
		c.SetMethod(ics.MethodPublish)
	}
	c.SetXWRCalName(clean(o.Name))
	for _, e := range all {
		var base *ics.ComponentBase
		var alarm func() *ics.VAlarm
		date := e.day.Format(dateFormat)
		var related []ics.PropertyParameter
		status := ics.ObjectStatusConfirmed
		if o.Component == Todo {
			todo := ics.NewTodo(e.uid)
			base, alarm, status = &todo.ComponentBase, todo.AddAlarm, ics.ObjectStatusNeedsAction
			base.SetProperty(ics.ComponentPropertyDue, date, ics.WithValue("DATE"))
			related = append(related, &ics.KeyValues{Key: "RELATED", Value: []string{"END"}})
			c.AddVTodo(todo)
		} else {
			event := ics.NewEvent(e.uid)
			base, alarm = &event.ComponentBase, event.AddAlarm
			base.SetProperty(ics.ComponentPropertyDtStart, date, ics.WithValue("DATE"))
			base.SetProperty(ics.ComponentPropertyTransp, string(ics.TransparencyTransparent))
			c.AddVEvent(event)
		}
		if e.cancelled {
			status = ics.ObjectStatusCancelled
		}
		base.SetProperty(ics.ComponentPropertyDtstamp, e.stamp.Format(stampFormat))
		base.SetProperty(ics.ComponentPropertyCreated, e.created.Format(stampFormat))
		base.SetProperty(ics.ComponentPropertyLastModified, e.stamp.Format(stampFormat))
		base.SetProperty(ics.ComponentPropertySequence, strconv.Itoa(e.sequence))
		base.SetProperty(ics.ComponentPropertyStatus, string(status))
		base.SetProperty(ics.ComponentPropertySummary, e.summary)
		base.SetProperty(ics.ComponentPropertyDescription, e.description)
		base.SetProperty(ics.ComponentPropertyCategories, e.category)
		base.SetProperty(ics.ComponentPropertyPriority, strconv.Itoa(e.priority))
		if o.Organizer != "" {
			base.SetProperty(ics.ComponentPropertyOrganizer, o.Organizer)
		}
		for _, t := range e.alarms {
			a := alarm()
			a.SetAction(ics.ActionDisplay)
			a.SetTrigger(t, related...)
			a.SetProperty(ics.ComponentPropertyDescription, e.summary)
		}
	}
	return c
}

// read reads the entries of a calendar that Write wrote, by UID.
func (o Options) read(previous io.Reader) (map[string]*entry, error) {
	out := make(map[string]*entry)
	if previous == nil {
		return out, nil
	}
	var is issue.Issues
	c, err := ics.ParseCalendar(previous)
	if err != nil {
		is.Add("previous", "ical", "", "%s", err.Error())
		return nil, is
	}
	for i, component := range c.Components {
		field := issue.Index("previous", i)
		var base *ics.ComponentBase
		var alarms []*ics.VAlarm
		start := ics.ComponentPropertyDtStart
		switch x := component.(type) {
		case *ics.VEvent:
			base, alarms = &x.ComponentBase, x.Alarms()
		case *ics.VTodo:
			base, alarms, start = &x.ComponentBase, x.Alarms(), ics.ComponentPropertyDue
		}
		_, todo := component.(*ics.VTodo)
		if base == nil || todo != (o.Component == Todo) {
			is.Add(field, "component", fmt.Sprintf("%T", component), "is no %s, as the options have it", o.Component)
			continue
		}
		text := func(p ics.ComponentProperty) string {
			if v := base.GetProperty(p); v != nil {
				return v.Value
			}
			return ""
		}
		when := func(p ics.ComponentProperty, format string) time.Time {
			t, err := time.Parse(format, text(p))
			if err != nil {
				is.Add(issue.Under(field, strings.ToLower(string(p))), "date", text(p), "is not as this package writes it")
			}
			return t
		}
		e := &entry{uid: text(ics.ComponentPropertyUniqueId), summary: text(ics.ComponentPropertySummary), description: text(ics.ComponentPropertyDescription),
			category: text(ics.ComponentPropertyCategories), cancelled: text(ics.ComponentPropertyStatus) == string(ics.ObjectStatusCancelled),
			day: when(start, dateFormat), created: when(ics.ComponentPropertyCreated, stampFormat), stamp: when(ics.ComponentPropertyDtstamp, stampFormat)}
		for p, n := range map[ics.ComponentProperty]*int{ics.ComponentPropertySequence: &e.sequence, ics.ComponentPropertyPriority: &e.priority} {
			if *n, err = strconv.Atoi(text(p)); err != nil {
				is.Add(issue.Under(field, strings.ToLower(string(p))), "number", text(p), "is not as this package writes it")
			}
		}
		for _, a := range alarms {
			if t := a.GetProperty(ics.ComponentPropertyTrigger); t != nil {
				e.alarms = append(e.alarms, t.Value)
			}
		}
		if !strings.HasSuffix(e.uid, "@"+o.Domain) || out[e.uid] != nil {
			is.Add(issue.Under(field, "uid"), "uid", e.uid, "is not of this calendar: its domain is another one, or it stands there twice")
		}
		out[e.uid] = e
	}
	return out, is.Err()
}
