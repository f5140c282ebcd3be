package aims

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Channel is one way by which people report what an AI system did to them, or ask (A.3.3,
// A.8.3). That it works shows what came by it, or a trial by somebody who does not own it.
type Channel struct {
	// ID names the channel, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// For are those to whom it is open, Where is how they reach it, and where they are told
	// of it.
	For   []ConcernOrigin `json:"for"`
	Where string          `json:"where"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Target is within how many days what comes by it is answered.
	Target int `json:"target"`
	// OpenedOn is since when it is open, ClosedOn since when not any more.
	OpenedOn calendar.Date `json:"opened_on"`
	ClosedOn calendar.Date `json:"closed_on,omitzero"`
	// Trials are when somebody tried it, oldest first; TryChannel adds to them.
	Trials []ChannelTrial `json:"trials,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ChannelTrial is one time that somebody tried a channel.
type ChannelTrial struct {
	// On is when it was tried, Seen what came of it, Works says whether it got to where it
	// should.
	On    calendar.Date `json:"on"`
	Seen  string        `json:"seen"`
	Works bool          `json:"works"`
	// By is the ID of the person who tried, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Open reports whether the channel is open on a day.
func (c Channel) Open(on calendar.Date) bool {
	return !c.OpenedOn.After(on) && (c.ClosedOn.IsZero() || on.Before(c.ClosedOn))
}

// ForOutside reports whether it is open to others than the organisation's own people.
func (c Channel) ForOutside() bool { return slices.ContainsFunc(c.For, ConcernOrigin.Outside) }

// Last returns the trial that was recorded last; false if nobody has tried it.
func (c Channel) Last() (ChannelTrial, bool) {
	if len(c.Trials) == 0 {
		return ChannelTrial{}, false
	}
	return c.Trials[len(c.Trials)-1], true
}

// tryFirst is within how many days of its opening a channel is tried; a choice of this
// project.
const tryFirst = 30

// tried is the last trial of a channel that counts: that it works shows none of who owns it
// by now. TryBy is by when it is to be tried: a year after that, or a month after it opened.
func (x *index) tried(c *Channel) (last ChannelTrial, tried bool, tryBy calendar.Date) {
	of := Channel{Trials: slices.DeleteFunc(slices.Clone(c.Trials), func(t ChannelTrial) bool {
		return t.Works && x.ownsNow(t.By, Subject{Kind: channels.Name(), ID: c.ID})
	})}
	if last, tried = of.Last(); tried {
		return last, tried, last.On.AddDays(year)
	}
	return last, tried, c.OpenedOn.AddDays(tryFirst)
}

var channels = ledger.MustDeclare(ledger.Spec[Channel]{
	Name: KindChannel,
	Key:  func(c *Channel) string { return c.ID }, SetKey: func(c *Channel, id string) { c.ID = id },
	Revision:  func(c *Channel) *uint64 { return &c.Revision },
	Completes: []string{"tenures"},
	Carry:     handed(func(rec *Channel) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	MayDrop: func(_ ledger.Reader, c *Channel) error {
		if len(c.Trials) > 0 {
			return errors.New("it was tried; close it (closed_on), and what was seen stays")
		}
		return nil
	},
	Limits: within(KindChannel, bounded(lists{"for": 20, "trials": 200}, "where", "trials.seen")),
	Check:  checked(checkChannel),
})

// PutChannel adds a channel, or revises it. When it opened is not moved back, and trials
// stay: once one has seen that it works, it leads nowhere else and is open to nobody else, of
// which the trial saw nothing.
func (tx *Tx) PutChannel(c Channel) error {
	return put(tx, "PutChannel", channels, c, func(c *Channel) error {
		old, exists := channels.Of(tx).Get(c.ID)
		c.Trials = old.Trials
		var is Issues
		if exists && c.OpenedOn != old.OpenedOn {
			kept(&is, "opened_on", old.OpenedOn, c.OpenedOn, "open another one")
		}
		if last, tried := old.Last(); tried && last.Works {
			kept(&is, "where", old.Where, c.Where, "open another one")
			for i, o := range c.For {
				if !slices.Contains(old.For, o) {
					is.Add(issue.Index("for", i), "kept", string(o), "nobody has tried whether it works for them; open another one")
				}
			}
		}
		return is.Err()
	})
}

// TryChannel records that somebody tried a channel as those outside would, and whether it
// got to where it should. Its owner does not.
func (tx *Tx) TryChannel(id string, t ChannelTrial) error {
	return decide(tx, "TryChannel", channels, id, func(c *Channel) error {
		var is Issues
		saying(&is, "seen", t.Seen)
		last, _ := c.Last()
		switch {
		case t.On.IsZero():
			is.Add("on", "required", "", "say when it was tried")
		case !c.Open(t.On):
			is.Add("on", "order", t.On.String(), "it was not open then")
		case t.On.Before(last.On):
			is.Add("on", "order", t.On.String(), "it was tried on %s since", last.On.String())
		}
		t.By, t.At = tx.By().Actor, tx.Now()
		c.Trials = append(c.Trials, t)
		return is.Err()
	})
}

func checkChannel(c checker, h *Channel) {
	c.says("title", h.Title, true)
	c.says("where", h.Where, true)
	c.person("owner", h.Owner, true)
	if len(h.For) == 0 {
		c.Add("for", "required", "", "say to whom it is open")
	}
	for i, o := range h.For {
		oneOf(c, issue.Index("for", i), o, ConcernOrigins())
	}
	if h.Target < 1 || h.Target > 90 {
		c.Add("target", "range", fmt.Sprint(h.Target), "1 to 90 days")
	}
	if h.OpenedOn.IsZero() {
		c.Add("opened_on", "required", "", "say since when it is open")
	}
	c.past("opened_on", h.OpenedOn)
	c.past("closed_on", h.ClosedOn)
	c.order("opened_on", h.OpenedOn, "closed_on", h.ClosedOn)
}

var channelsTried = Probe{
	ID: "FB-01", Title: "Channel for concerns not tried, or it does not work", Clause: Clause{"8.1"}, Controls: ids("A.3.3", "A.8.3"),
	Grading: "minor; major where it was seen not to work, and a month later it still does not",
	grade:   majorIf(func(o Observation) bool { return o.Grave && lateBy(o, 30) }),
	look: func(x *index, yield func(Observation) bool) {
		for id, c := range channels.Shared(x.r).All() {
			if !c.Open(x.today) {
				continue
			}
			last, tried, due := x.tried(c)
			var o Observation
			switch {
			case tried && !last.Works:
				o = about(channels.Name(), id, c.Title, last.On, issue.NewText("It was tried on %s, and did not work.", last.On),
					issue.NewText("Put it right, and have it tried again (TryChannel), or close it (PutChannel).")).by("broken", "")
				o.Grave = true
			case x.overdue(due) && tried:
				o = about(channels.Name(), id, c.Title, due, issue.NewText("It was last tried on %s.", last.On),
					issue.NewText("Have somebody try it who does not own it (TryChannel).")).by("try", "")
			case x.overdue(due):
				o = about(channels.Name(), id, c.Title, due, issue.NewText("It is open since %s, and nobody has tried it.", c.OpenedOn),
					issue.NewText("Have somebody try it who does not own it (TryChannel).")).by("try", "")
			default:
				continue
			}
			if !yield(o) {
				return
			}
		}
	},
}
