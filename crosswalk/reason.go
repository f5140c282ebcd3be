package crosswalk

import (
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// shape is a reason as a format.
type shape struct{ format string }

// The reasons of steps within a framework's own order of parts.
var (
	partOf  = shape{"%s is a part of %s"}
	asWhole = shape{"the evidence is for %s as a whole; nobody has said which part of it shows"}
)

// shapes are the reasons that follow from numbers and titles alone, and that are said of
// many pairs. An argument in parentheses is a title, any other the ID of an element.
var shapes = []shape{
	partOf,
	asWhole,
	{"%s is the guidance on control %s; whoever follows it works at the control, but only the control is what an auditor asks for."},
	{"NIST's crosswalk lists clause %s (%s) for %s; it does not say how far they agree."},
	{"NIST's crosswalk lists guidance %s (%s) for %s; it does not say how far they agree."},
	{"No subcategory of the AI RMF is set beside %s (%s) in the crosswalk."},
}

// reasonText is a reason as a text that can be told in another language: with the element
// and the title as arguments where it is one of shapes, and as it stands where not.
func reasonText(reason string) issue.Text {
	for _, s := range shapes {
		if args, ok := shaped(s.format, reason); ok {
			return issue.Text{ID: s.format, Args: args}
		}
	}
	return issue.Plain(reason)
}

// shaped returns the arguments by which a format says a sentence, and false where it
// doesn't.
func shaped(format, sentence string) (args []any, ok bool) {
	parts := strings.Split(format, "%s")
	rest, ok := strings.CutPrefix(sentence, parts[0])
	for i := 1; i < len(parts) && ok; i++ {
		arg := rest
		if parts[i] != "" {
			arg, rest, ok = strings.Cut(rest, parts[i])
		} else {
			rest = ""
		}
		switch {
		case !ok || arg == "":
			return nil, false
		case strings.HasSuffix(parts[i-1], "("):
			args = append(args, issue.Plain(arg))
		case arg[len(arg)-1] < '0' || arg[len(arg)-1] > '9': // somebody's own words
			return nil, false
		default:
			args = append(args, arg)
		}
	}
	return args, ok && rest == ""
}

// Text is the reason as a text that can be told in another language.
func (m Mapping) Text() issue.Text { return reasonText(m.Reason) }

// Text is the reason as a text that can be told in another language.
func (u Unmatched) Text() issue.Text { return reasonText(u.Reason) }

// Text is the reason as a text that can be told in another language.
func (s Step) Text() issue.Text { return reasonText(s.Reason) }
