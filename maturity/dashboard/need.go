package dashboard

import (
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// HelpRule is one rule by which an organisation needs help. A portfolio is sorted by a
// table of them.
type HelpRule struct {
	// ID names the rule; it stays the same. Title says in a few words when it holds.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Why says why it stands where it stands in the table.
	Why string `json:"why"`
	// Of measures how much a line needs help by it: the more the worse, 0 if not at
	// all.
	Of func(Line) int `json:"-"`
	// Says says so of one line, such as "3 major findings".
	Says func(l Line, measure int) issue.Text `json:"-"`
}

// Need is a rule that holds for a line.
type Need struct {
	// Rule is its ID, Measure how much, Text says it in words, in English. Said is the same
	// to be told in another language; only NewPortfolio sets it.
	Rule    string     `json:"rule"`
	Measure int        `json:"measure"`
	Text    string     `json:"text"`
	Said    issue.Text `json:"-"`
}

// soon is within how many days a fall of the level calls for help.
const soon = 30

// HelpRules returns the table by which a portfolio is sorted, gravest first. Two lines
// are compared rule by rule in its order; the first by which they differ decides: who
// has more of it comes first. Where no rule tells them apart, the lower level comes
// first, then who has less of what the next one asks for, then the name.
//
// A table of your own may leave rows out, order them otherwise and add others.
func HelpRules() []HelpRule {
	counted := func(text string) func(Line, int) issue.Text {
		return func(_ Line, n int) issue.Text { return issue.Text{ID: text, Args: []any{n}} }
	}
	says := func(text string) func(Line, int) issue.Text {
		return func(Line, int) issue.Text { return issue.Text{ID: text} }
	}
	return []HelpRule{
		{ID: "PF-01", Title: mark("Nothing is known of it"), Why: mark("Nobody can tell how it stands; what can't be judged is judged worst."),
			Of: func(l Line) int { return truth(l.Standing == nil) }, Says: func(l Line, _ int) issue.Text {
				if l.Unread == nil {
					return issue.NewText("Nothing is known of it.")
				}
				return issue.Plain(l.Unread.Why)
			}},
		{ID: "PF-02", Title: mark("Systems of unacceptable impact"), Why: mark("They harm people in a way that nothing makes up for, and the law may forbid them."),
			Of: known(unacceptable), Says: counted(mark("%d systems of unacceptable impact"))},
		{ID: "PF-03", Title: mark("Systems in use without an approved assessment"), Why: mark("They act on people now, and nobody has answered for what they do."),
			Of: known(func(s *Standing) int { return s.Ungoverned }), Says: counted(mark("%d systems in use without an approved assessment"))},
		{ID: "PF-04", Title: mark("The certificate is lost, suspended or refused"), Why: mark("Customers rely on it, and the time to mend it is short."),
			Of: known(func(s *Standing) int { return truth(s.Certificate.Tone == ToneBad) }), Says: func(l Line, _ int) issue.Text {
				return issue.NewText("certificate %s", issue.Plain(oneLine(l.Standing.Certificate.State)))
			}},
		{ID: "PF-05", Title: mark("Major findings"), Why: mark("An auditor would not certify with one of them open."),
			Of: known(func(s *Standing) int { return s.Majors }), Says: counted(mark("%d major findings"))},
		{ID: "PF-06", Title: mark("The level falls within 30 days"), Why: mark("Time alone does it, so who does nothing now loses what was reached."),
			Of: known(func(s *Standing) int {
				if s.Drop == nil {
					return 0
				}
				return max(0, soon+1-max(0, s.Drop.Days))
			}), Says: func(l Line, _ int) issue.Text {
				d := l.Standing.Drop
				return issue.NewText("falls to %s in %s", d.To.String(), issue.NewText("%d days [in]", d.Days))
			}},
		{ID: "PF-07", Title: mark("The level is lower than a quarter ago"), Why: mark("What was reached was not held; the cause is likely to be at work still."),
			Of: known(func(s *Standing) int {
				if s.Course.At.IsZero() {
					return 0
				}
				return max(0, int(s.Course.From)-int(s.Level))
			}), Says: func(l Line, _ int) issue.Text { return issue.NewText("fell from %s", l.Standing.Course.From.String()) }},
		{ID: "PF-08", Title: mark("Work past its day"), Why: mark("Somebody has promised it and has not done it."),
			Of: known(func(s *Standing) int { return s.Overdue }), Says: counted(mark("%d things overdue"))},
		{ID: "PF-09", Title: mark("Nobody leads"), Why: mark("Without somebody who runs the management system nothing of the rest gets done."),
			Of: known(func(s *Standing) int { return truth(s.Leader.ID == "") }), Says: says(mark("nobody leads"))},
		{ID: "PF-10", Title: mark("No system is registered"), Why: mark("Who has found no AI has rarely looked; shadow AI counts nowhere."),
			Of: known(func(s *Standing) int { return truth(s.Registered == 0) }), Says: says(mark("no system registered"))},
		{ID: "PF-11", Title: mark("Minor findings"), Why: mark("They turn major where they are left."),
			Of: known(func(s *Standing) int { return s.Minors }), Says: counted(mark("%d minor findings"))},
	}
}

// unacceptable counts the systems of unacceptable impact.
func unacceptable(s *Standing) (n int) {
	for _, g := range s.Systems {
		if g.Level == impact.LevelUnacceptable {
			n += g.Of
		}
	}
	return n
}

// known measures a line of which something is known.
func known(of func(*Standing) int) func(Line) int {
	return func(l Line) int {
		if l.Standing == nil {
			return 0
		}
		return of(l.Standing)
	}
}
