package dashboard

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/storage"
)

// LineSchema names the shape of a Line as JSON. A line of another shape is worked out
// again.
const LineSchema = "aimskit-line/1"

// Line is where one of many organisations stands: what a Screen says of it in a line. It
// is a plain value, to be kept by the head of the tenant's journal.
type Line struct {
	// Schema is LineSchema.
	Schema string `json:"schema"`
	// Tenant is the tenant's name in the fleet, Name that of the organisation; the
	// tenant's where nothing could be read.
	Tenant string `json:"tenant"`
	Name   string `json:"name"`
	// At is the moment as of which it holds, Until the last at which it surely does if
	// nothing is written (Screen.Until), Head the state of the journal that it was
	// worked out from.
	At    time.Time    `json:"at"`
	Until time.Time    `json:"until"`
	Head  storage.Head `json:"head"`
	// Model and ModelVersion name the maturity model, Weeks is how many weeks of the
	// past were judged.
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	Weeks        int    `json:"weeks"`
	// Language is that of what it says in words (FolioOptions.Language).
	Language string `json:"language,omitempty"`
	// Unread says why nothing is known; nil if something is.
	Unread *Unread `json:"unread,omitempty"`
	// Standing is what is known; nil if nothing is.
	Standing *Standing `json:"standing,omitempty"`
	// Needs are the rules by which it needs help, gravest first. NewPortfolio fills
	// them in.
	Needs []Need `json:"needs,omitempty"`
}

// Unread says why a line says nothing.
type Unread struct {
	// Pending says that nobody has looked yet; else it could not be opened or read.
	Pending bool `json:"pending,omitempty"`
	// Code is the code of the error, Why says it in a sentence. What else the error
	// says, such as the names of files, is for the log (FolioOptions.Logger).
	Code issue.Code `json:"code,omitempty"`
	Why  string     `json:"why"`
}

// Standing is what a line says of an organisation.
type Standing struct {
	// Level is its level, LevelName what to call it, Since since when it is held; zero
	// if nothing shows it. AtLeast says that it may have been so before.
	Level     maturity.Level `json:"level"`
	LevelName string         `json:"level_name"`
	Since     calendar.Date  `json:"since,omitzero"`
	AtLeast   bool           `json:"at_least,omitempty"`
	// Progress is how far the next level, Target, has come; nil on the highest.
	Target   maturity.Level `json:"target"`
	Progress *Parts         `json:"progress,omitempty"`
	// Course is the way of the last quarter.
	Course Course `json:"course"`
	// Majors and Minors are the findings of these grades, Overdue is what is past its
	// day.
	Majors  int `json:"majors"`
	Minors  int `json:"minors"`
	Overdue int `json:"overdue"`
	// Ungoverned of Live systems are in deployment or operation without an approved
	// assessment that covers them.
	Ungoverned int `json:"ungoverned"`
	Live       int `json:"live"`
	// Systems are the active systems by impact, gravest first; Registered is how many
	// are on file, those retired and out of scope among them.
	Systems    []Graded `json:"systems"`
	Registered int      `json:"registered"`
	// Drop is what time alone does to the level; nil if it does nothing.
	Drop *Descent `json:"drop,omitempty"`
	// Certificate is how far certification has come.
	Certificate Certified `json:"certificate"`
	// Leader is who leads the management system; zero if nobody does.
	Leader Person `json:"leader,omitzero"`
	// Help is the one thing that helps most; nil if every criterion is met.
	Help *Help `json:"help,omitempty"`
}

// Parts are a whole in three parts that add up to Of; see Split.
type Parts struct {
	// Met are met, NotMet are not, and of Unknown it can't be told.
	Met     int `json:"met"`
	NotMet  int `json:"not_met"`
	Unknown int `json:"unknown"`
	Of      int `json:"of"`
}

// Way says where an organisation went in a while.
type Way string

// The ways. WayUnknown is that of an organisation of which less than two weeks, or
// nothing, was judged.
const (
	WayUp      Way = "up"
	WayDown    Way = "down"
	WayLevel   Way = "level"
	WayUnknown Way = "unknown"
)

// Course is the way of the last quarter: what is compared is the level, and on the same
// level the share of the criteria for the next that is met.
type Course struct {
	Way Way `json:"way"`
	// From is the level at At, a quarter ago or when the past that was judged begins;
	// At is zero if nothing was judged.
	From maturity.Level `json:"from"`
	At   time.Time      `json:"at,omitzero"`
}

// Graded are the active systems of one level of impact, Covered of them by an approved
// assessment. Of Unknown others open questions could still change the level.
type Graded struct {
	Level   impact.Level `json:"level"`
	Covered int          `json:"covered"`
	Unknown int          `json:"unknown"`
	Of      int          `json:"of"`
}

// Descent is a fall of the level to come, after the last day on which it holds, in Days
// from At of the line.
type Descent struct {
	After calendar.Date  `json:"after"`
	To    maturity.Level `json:"to"`
	Days  int            `json:"days"`
}

// Certified is how far certification has come.
type Certified struct {
	// State is the state in words, such as "certified", or "none sought"; Next is what
	// comes next; empty if nothing is on file.
	State string `json:"state"`
	Next  string `json:"next,omitempty"`
	// Tone is ToneOK while it is valid and ToneBad once it is lost.
	Tone Tone `json:"tone,omitempty"`
}

// Help is one thing to do.
type Help struct {
	// Criterion is the criterion that it meets, Headline says what is wrong, Do what to
	// do.
	Criterion string `json:"criterion"`
	Headline  string `json:"headline"`
	Do        string `json:"do"`
	// Who is to begin, by Due; zero if no day is on file.
	Who Person        `json:"who,omitzero"`
	Due calendar.Date `json:"due,omitzero"`
}

// quarter is how many days back a course is judged.
const quarter = 91

// LineOf draws a line of a screen. Tenant is the tenant's name, head the head of the
// View that the screen was worked out from, and weeks how many weeks of the past were
// judged.
func LineOf(tenant string, s Screen, head storage.Head, weeks int) Line {
	b, w := s.Board, s.Board.Where
	st := &Standing{Level: w.Level, LevelName: w.Name, Since: w.Since, AtLeast: w.AtLeast, Target: w.Target, Course: courseOf(b.Trend, s.At),
		Ungoverned: b.Systems.Live.Value, Live: b.Systems.Live.Of, Systems: []Graded{}, Registered: b.Systems.All.Of + b.Systems.Left, Leader: s.Leader}
	if p := w.Progress; p != nil {
		st.Progress = &Parts{p.Met, p.NotMet, p.Unknown, p.Of}
	}
	for _, r := range s.Auditor.Ages {
		switch r.Severity {
		case aims.SeverityMajor:
			st.Majors = r.Of
		case aims.SeverityMinor:
			st.Minors = r.Of
		}
	}
	for _, f := range b.Burning {
		switch f.ID {
		case "board.burning.overdue":
			st.Overdue = f.Value
		case "board.burning.certificate":
			st.Certificate.Tone = f.Tone
			st.Certificate.State, st.Certificate.Next, _ = strings.Cut(f.Note, "; ")
		}
	}
	for _, l := range b.Systems.Levels {
		st.Systems = append(st.Systems, Graded{Level: impact.Level(strings.TrimPrefix(l.ID, "board.systems.")), Covered: l.Met, Unknown: l.Unknown, Of: l.Of})
	}
	if f := w.Fall; f != nil {
		st.Drop = &Descent{After: f.After, To: f.To, Days: f.Days}
	}
	switch {
	case len(s.Start) > 0: // what to do first comes before every criterion
		x := s.Start[0]
		st.Help = &Help{Headline: x.Headline, Do: x.Do, Who: x.Who}
	case len(b.Blockers) > 0:
		x := b.Blockers[0]
		st.Help = &Help{Criterion: x.Criterion, Headline: x.Headline, Do: x.Do, Who: x.Who, Due: x.Due}
	}
	return Line{Schema: LineSchema, Tenant: tenant, Name: s.Organisation, At: s.At, Until: s.Until, Head: head, Model: s.Model, ModelVersion: s.ModelVersion,
		Weeks: weeks, Language: s.Language, Standing: st}
}

// courseOf is the way from a quarter ago, or from where the past begins.
func courseOf(t Trend, now time.Time) Course {
	if t.Short != "" || len(t.Points) < 2 {
		return Course{Way: WayUnknown}
	}
	from, last := t.Points[0], t.Points[len(t.Points)-1]
	for _, p := range t.Points {
		if !p.At.After(now.AddDate(0, 0, -quarter)) {
			from = p
		}
	}
	c := Course{Way: WayLevel, From: from.Level, At: from.At}
	// Shares are compared without dividing: n of d is more than m of e if n*e > m*d.
	before, after := from.Met*max(1, last.Of), last.Met*max(1, from.Of)
	switch {
	case last.Level > from.Level, last.Level == from.Level && after > before:
		c.Way = WayUp
	case last.Level < from.Level, last.Level == from.Level && after < before:
		c.Way = WayDown
	}
	return c
}

// brief is the part of a screen that a line draws.
func (k *look) brief() Screen {
	s := Screen{Schema: ScreenSchema, Language: k.Language().String(), Organisation: k.organisation(), At: k.now, Model: k.report.Model, ModelVersion: k.report.ModelVersion,
		Criteria: len(k.report.Criteria), Redacted: unredacted.Of(k.v) != any(k.v), Leader: k.lead}
	if k.v.Systems().Len() == 0 {
		s.Start = k.start()
	}
	k.walk()
	k.stands = k.where()
	s.Board = Board{Where: k.stands, Trend: k.trend(), Blockers: k.steps(1), Systems: k.systemsByImpact(), Burning: k.burning()}
	s.Auditor = Auditor{Ages: k.findingAges()}
	s.Until = k.until()
	return s
}

// WithoutRecords is the line without what it tells of single records: who leads and who is
// to begin are not named, nor what is wrong with what. That somebody leads, and what to do
// next, it still says.
func (l Line) WithoutRecords() Line {
	l = l.clone()
	if l.Standing == nil {
		return l
	}
	mask := func(p *Person) {
		if p.ID != "" {
			*p = Person{ID: "-", Name: voiceOf(l.Language).told(hidden)} // no record has this ID
		}
	}
	mask(&l.Standing.Leader)
	if h := l.Standing.Help; h != nil {
		h.Headline = ""
		mask(&h.Who)
	}
	return l
}

// clone is a line that shares nothing with the one that it is of.
func (l Line) clone() Line {
	if l.Unread != nil {
		u := *l.Unread
		l.Unread = &u
	}
	if l.Standing != nil {
		st := *l.Standing
		st.Systems = slices.Clone(st.Systems)
		if st.Progress != nil {
			p := *st.Progress
			st.Progress = &p
		}
		if st.Drop != nil {
			d := *st.Drop
			st.Drop = &d
		}
		if st.Help != nil {
			h := *st.Help
			st.Help = &h
		}
		l.Standing = &st
	}
	l.Needs = slices.Clone(l.Needs)
	return l
}
