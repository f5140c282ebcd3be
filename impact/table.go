package impact

import (
	"encoding/csv"
	"io"
	"iter"

	"github.com/aimskit/aimskit/register"
)

// WriteTable writes how every rule comes out for many systems as CSV, for who
// studies rules: a line for each system with its ID, the level that is known and the
// one that counts, and a column for each rule that says "holds", "open" or "fails".
// Rules that are not asked of a retired system are empty. It keeps nothing of a
// system once its line is written. The error is that of w.
func (r *Rules) WriteTable(w io.Writer, systems iter.Seq[register.System]) error {
	out := csv.NewWriter(w)
	line := []string{"system", "known", "level"}
	for i := range r.rules {
		line = append(line, r.rules[i].ID)
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for s := range systems {
		sub := r.newSubject(&s, Facts{})
		known, level := r.ask(sub, r.order, r.early)
		line = append(line[:0], s.ID, string(levelByRank[known]), string(levelByRank[level]))
		for i := range r.rules {
			asked := !sub.retired || r.rules[i].stage
			text := ""
			if asked {
				text = string(outcome(sub.rules.Outcome(i)))
			}
			line = append(line, text)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
