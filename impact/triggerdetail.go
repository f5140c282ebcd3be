package impact

import (
	"regexp"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// detailForms are the details that the library itself writes into a Trigger, as formats. A
// detail stays on record as it was written, since it is part of what is signed; by its form it
// can be told in another language.
var detailForms = []struct {
	format string
	args   []func(string) (any, bool)
}{
	{"registered at stage %s", args(aWord)},
	{"%s holds until %s", args(aRecord("assessment"), aDay)},
	{"evidence %s that %s lowers %s is stale or gone", args(aRecord("evidence"), anID, aHarm)},
	{"the acceptance of risk %s ran out on %s", args(aRecord("risk"), aDay)},
	{"the acceptance of a risk ran out on %s", args(aDay)},
	{"concern %s", args(aRecord("concern"))},
	{"incident %s", args(aRecord("incident"))},
	{"rests on data set %s", args(aRecord("dataset"))},
	{"data set %s changed: %s", args(aRecord("dataset"), aList)},
	{"supplier %s changed: %s", args(aRecord("supplier"), aList)},
	{"supplier %s: %s", args(aRecord("supplier"), aList)}, // behind what is said of one that changed
	{"control %s, on which a reduction rests, is not in place any more", args(anID)},
	{"the organisation's roles or countries are others since %s", args(aDay)},
	{"changed: %s", args(changes)},
	{"deployment %s was seen to do what nobody predicted", args(aRecord("deployment"))},
	{"it is used as nobody intended, as was seen by rules %s", args(anID)},
	{"rules %s instead of %s: %s", args(anID, anID, aList)},
	{"risk criteria %s instead of %s rate differently: %s", args(anID, anID, aList)},
}

func args(of ...func(string) (any, bool)) []func(string) (any, bool) { return of }

func anID(s string) (any, bool)  { return s, s != "" && !strings.ContainsAny(s, " \n") }
func aList(s string) (any, bool) { return s, s != "" }
func aHarm(s string) (any, bool) {
	if h, ok := HarmByID(s); ok {
		return issue.Plain(h.Title), true
	}
	return anID(s)
}

// aRecord is the ID of a record of a kind, which pages call by its name.
func aRecord(kind string) func(string) (any, bool) {
	return func(s string) (any, bool) {
		_, ok := anID(s)
		return issue.Record{Kind: kind, ID: s}, ok
	}
}

var changed = regexp.MustCompile(`^([a-z_]+) \(([A-Z]+-[0-9]+)\)(?: |$)`)

// changes are attributes of a system by their titles, each with the rule by which its change
// counts; what is no list of them stands as it is.
func changes(s string) (any, bool) {
	var all []issue.Text
	for rest := s; rest != ""; {
		m := changed.FindStringSubmatch(rest)
		if m == nil {
			return s, s != ""
		}
		attribute := issue.NewText("%s", m[1])
		if a, ok := register.AttributeByName(m[1]); ok {
			attribute = issue.Plain(a.Title)
		}
		all, rest = append(all, issue.NewText("%s (%s)", attribute, m[2])), rest[len(m[0]):]
	}
	return issue.Join("%s, %s", all), s != ""
}

func aWord(s string) (any, bool) { return issue.Plain(s), s != "" && !strings.ContainsAny(s, " \n%") }

func aDay(s string) (any, bool) {
	_, err := time.Parse(time.DateOnly, s)
	return issue.Day(s), err == nil
}

// DetailText is the detail of a trigger as a text that can be told in another language: with
// its arguments where the library wrote it, and as it stands where somebody did. Records among
// them can be called by their names; attributes and harms are by their titles.
func DetailText(detail string) issue.Text {
	for _, form := range detailForms {
		if found, ok := argsOf(form.format, detail, form.args); ok {
			return issue.NewText(form.format, found...)
		}
	}
	return own(detail)
}

// Text is the detail as a text that can be told in another language, as [DetailText] has it.
func (t Trigger) Text() issue.Text { return DetailText(t.Detail) }

// argsOf returns the arguments by which a format says a sentence, and false where it doesn't.
func argsOf(format, sentence string, of []func(string) (any, bool)) (found []any, ok bool) {
	parts := strings.Split(format, "%s")
	rest, ok := strings.CutPrefix(sentence, parts[0])
	for i, read := range of {
		if !ok {
			return nil, false
		}
		arg := rest
		if next := parts[i+1]; next != "" {
			arg, rest, ok = strings.Cut(rest, next)
		} else {
			rest = ""
		}
		value, fits := read(arg)
		if ok = ok && fits; ok {
			found = append(found, value)
		}
	}
	return found, ok && rest == ""
}
