package register

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// forms are characters of one meaning that keyboards and word processors tell
// apart: spaces, quotes, hyphens, and what nobody sees.
var forms = strings.NewReplacer(
	"\u00a0", " ", "\u2007", " ", "\u202f", " ", "\u00ad", "", "\u200b", "", "\ufeff", "",
	"\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`,
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-")

// sameWords reports whether two texts say the same in the same words: but for
// letter case, spaces, the form of quotes and hyphens, the normal form of Unicode,
// and stops at the end. All else is content: a sign ("-500"), a negation and the
// comma that makes one ("No, a person reviews"), a number, a mark ("C#").
func sameWords(a, b string) bool { return plain(a) == plain(b) }

// plain is a text as sameWords compares it.
func plain(s string) string {
	s = strings.ToLower(forms.Replace(norm.NFC.String(s)))
	return strings.Join(strings.Fields(strings.TrimRight(strings.TrimSpace(s), ".\u2026\u3002 ")), " ")
}

// differs returns the values of a that say something that none of b does, when
// texts, codes and data sets are compared as what they mean.
func differs(attribute string, a, b []string) (all []string) {
	key := meaning(attribute)
	have := make(map[string]bool, len(b))
	for _, v := range b {
		have[key(v)] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return have[key(v)] })
}

// meaning returns how values of a list are compared: texts as sameWords does, codes
// of language in any case, answers to questions in any edition, others as they are.
func meaning(attribute string) func(string) string {
	switch attribute {
	case "foreseeable_misuse", "tools":
		return plain
	case "languages":
		return strings.ToLower
	case "use_answers":
		return sameAnswer
	}
	return func(v string) string { return v }
}

// sameAnswer is a stored answer to a question without the edition that it was put in.
func sameAnswer(v string) string {
	var u UseAnswer
	if json.Unmarshal([]byte(v), &u) != nil {
		return v
	}
	return u.Question + "=" + string(u.Answer)
}

// dataSets returns data sets as JSON without what can change while they stay the
// same: who answers for one, and the period it covers.
func dataSets(values []string) []string {
	all := make([]string, 0, len(values))
	for _, v := range values {
		var r DataResource
		if json.Unmarshal([]byte(v), &r) == nil {
			r.Owner, r.Period = "", ""
			v = asJSON(reflect.ValueOf(r))
		}
		all = append(all, v)
	}
	slices.Sort(all)
	return all
}
