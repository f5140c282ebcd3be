package questionnaire

import (
	"maps"
	"slices"
	"strings"
)

// defaultLanguage is the key under which SurveyJS keeps the text for languages
// that have none of their own, and a text that is not localised.
const defaultLanguage = "default"

// Text is a text in one or more languages, by language tag; the text under
// "default" is for all others. The zero value is no text.
type Text map[string]string

// In returns the text in a language: the one for the tag itself ("fr-CA"), else
// for the tag's language ("fr"), else the default, else the English one, else
// the first by tag. It is empty only if there is no text at all.
func (t Text) In(lang string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-")
	for _, tag := range []string{lang, language, defaultLanguage, "en"} {
		if s, ok := t[tag]; ok {
			return s
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		return t[tag]
	}
	return ""
}
