package aims

import "github.com/aimskit/aimskit/storage/ledger"

// What a record of this package may hold stands at the declaration of its kind.
// Those of packages register, impact and annexa have tables of their own
// (register.SystemBounds and so on), which their Validate checks; what the
// ledger allows them lies beyond that.
//
// A text of a few sentences has maxLine bytes, one with paragraphs maxText: some
// ten pages; what is longer is a document, and evidence points at it. IDs have
// fewer, by issue.KeyRule.
const (
	maxText = 20_000
	maxLine = 2_000
)

// bounded are the limits of a kind: texts of maxLine bytes, save those with
// paragraphs, and lists as given. A list that is not given has 1,000 elements: of
// systems, since what concerns more is of the organisation, and names none.
func bounded(lists map[string]int, paragraphs ...string) ledger.Limits {
	l := ledger.Limits{Text: maxLine, Lists: lists, Texts: make(map[string]int, len(paragraphs))}
	for _, path := range paragraphs {
		l.Texts[path] = maxText
	}
	return l
}

// lists are bounds of single lists, by path.
type lists = map[string]int
