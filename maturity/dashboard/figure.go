package dashboard

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Tone says how a figure is to be taken. A page shows it as a tinted word, never as a
// colour alone.
type Tone string

// The tones. The zero Tone is a figure that is neither good nor bad.
const (
	ToneBad  Tone = "bad"
	ToneWarn Tone = "warn"
	ToneOK   Tone = "ok"
)

// Figure is one number with what is needed to judge it. It holds at Screen.At.
type Figure struct {
	// ID names the figure, such as "board.burning.majors"; it stays the same.
	ID string `json:"id"`
	// Label says in words what is counted.
	Label string `json:"label"`
	// Value is how many there are, out of Of. Of is 0 where nothing is shared out.
	Value int `json:"value"`
	Of    int `json:"of,omitempty"`
	// Note says more in a few words, such as of the oldest one.
	Note string `json:"note,omitempty"`
	// Tone says how it is to be taken.
	Tone Tone `json:"tone,omitempty"`
	// Since is when the oldest of them came to be so; zero if that can't be told.
	Since calendar.Date `json:"since,omitzero"`
	// Who answers for it, by Due, and Next is the one next action; set where the tone is
	// bad. Due is zero if no day is on file.
	Who  Person        `json:"who,omitzero"`
	Due  calendar.Date `json:"due,omitzero"`
	Next string        `json:"next,omitempty"`
	// List is the route of the list that makes it, such as
	// "findings?severity=major". See Handler.
	List string `json:"list,omitempty"`
	// Subjects are the first of the records behind it, More how many there are besides.
	Subjects []Ref `json:"subjects,omitempty"`
	More     int   `json:"more,omitempty"`
}

// Split is a whole in three parts that are never mixed: what is met, what is not, and
// of what it can't be told. Met, NotMet and Unknown add up to Of.
type Split struct {
	// ID names the figure; it stays the same.
	ID string `json:"id"`
	// Label says in words what it is about.
	Label string `json:"label"`
	// Note says more in a few words.
	Note    string `json:"note,omitempty"`
	Met     int    `json:"met"`
	NotMet  int    `json:"not_met"`
	Unknown int    `json:"unknown"`
	Of      int    `json:"of"`
	// The lists that make the parts, and the whole.
	MetList string `json:"met_list,omitempty"`
	// NotMetList makes NotMet.
	NotMetList string `json:"not_met_list,omitempty"`
	// UnknownList makes Unknown.
	UnknownList string `json:"unknown_list,omitempty"`
	// List makes the whole.
	List string `json:"list,omitempty"`
}

// Ref names a record and where it is shown.
type Ref struct {
	aims.Subject
	// Name is what people call it; the ID where it has no name.
	Name string `json:"name"`
	// Route is where it is shown, such as "systems/credit-scoring".
	Route string `json:"route"`
	// Why says in what way it counts here.
	Why string `json:"why,omitempty"`
	// Unknown says that it can't be told whether something is wrong with it.
	Unknown bool `json:"unknown,omitempty"`
}

// own is the figure with records of its own.
func (f Figure) own() Figure {
	f.Subjects = slices.Clone(f.Subjects)
	return f
}

// Person is who answers for something.
type Person struct {
	// ID names it.
	ID string `json:"id"`
	// Name is what people call it.
	Name string `json:"name"`
	// As says in which capacity, such as "owner".
	As string `json:"as,omitempty"`
}

// listRoute is the route of a list with some fields chosen: names and values in turn.
func listRoute(list string, filter ...string) string {
	q := make(url.Values)
	for i := 0; i+1 < len(filter); i += 2 {
		q.Set(filter[i], filter[i+1])
	}
	if len(q) == 0 {
		return list
	}
	return list + "?" + q.Encode()
}

// recordRoute is the route of a record.
func recordRoute(s aims.Subject) string {
	return slugOf(s.Kind) + "/" + escapeID(s.ID)
}

// escapeID is an ID as a part of a route. One that ends like the name of a file of JSON has the
// dot escaped: what follows a route so asks for the page as JSON.
func escapeID(id string) string {
	if cut, ok := strings.CutSuffix(id, ".json"); ok {
		return url.PathEscape(cut) + "%2Ejson"
	}
	return url.PathEscape(id)
}

// oneLine is text for one line of a page: what breaks lines or turns their direction is
// taken out, and so is what is no text.
func oneLine(s string) string {
	if isLine(s) {
		return s
	}
	return strings.Join(strings.Fields(issue.Clean(s)), " ")
}

// isLine reports whether text is one line already: words of ASCII with one space between.
func isLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

// shorten cuts text to at most n characters, at a word if there is one near.
func shorten(s string, n int) string {
	s = oneLine(s)
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	cut := n - 1
	if i := slices.Index(reversed(r[:cut]), ' '); i >= 0 && i < n/3 {
		cut -= i + 1
	}
	return strings.TrimRight(string(r[:cut]), " ,;:.") + "…"
}

func reversed(r []rune) []rune {
	r = slices.Clone(r)
	slices.Reverse(r)
	return r
}
