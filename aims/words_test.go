package aims_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
)

// between is what stands between the words of a list.
var between = regexp.MustCompile(`, |; |: | and | or |[()]`)

// untold are the arguments of a text, and those within them, that are words of ours and
// would stay English in another language: each word of a list for itself.
func untold(t issue.Text, german *phrase.Phrases) (words []string) {
	for _, arg := range t.Args {
		switch arg := arg.(type) {
		case issue.Text:
			words = append(words, untold(arg, german)...)
		case string:
			for _, part := range append(between.Split(arg, -1), arg) {
				if german.Word(part) != part {
					words = append(words, part)
				}
			}
		}
	}
	return words
}

// A word of ours in what a probe, a check of readiness, a gate or the agenda says is told
// in the language of the sentence: no argument is an English word that has German, but for
// what people called things.
func TestWordsInSentencesAreTold(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	// The IDs of a statement of scope and of risks, the name of a certification body.
	theirs := []string{"scope", "late", "never", "Body"}
	bare := make(map[string][]string) // by sentence
	look := func(texts ...issue.Text) {
		for _, text := range texts {
			for _, word := range untold(text, german) {
				if !slices.Contains(theirs, word) && !slices.Contains(bare[text.ID], word) {
					bare[text.ID] = append(bare[text.ID], word)
				}
			}
		}
	}
	for _, o := range onDays(t) {
		for _, n := range o.days {
			for _, f := range o.v.Findings(day(n)) {
				look(f.Text, f.NextText)
			}
			for _, stage := range aims.Stages() {
				for _, c := range o.v.Readiness(day(n), stage).Checks {
					for _, i := range c.Items {
						look(i.Text, i.Close)
					}
				}
			}
			for s := range o.v.Systems().All() {
				for _, gate := range o.v.Gates() {
					for _, b := range o.v.Blockers(s, gate, day(n)) {
						look(b.RequiresText, b.MissingText, b.NextText)
					}
				}
			}
			for _, i := range aims.Required(o.v, day(n)) {
				look(i.What, i.Kept)
			}
		}
	}
	require.Empty(t, bare, "say each by issue.Word or issue.Plain")
}
