package dashboard

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

// hidden stands for the name or the ID of a record that a reader does not see.
var hidden = mark("(not shown to you)")

// leastHidden is how many bytes a name has at least that is looked for in texts: of
// shorter ones words would be taken out that mean something else.
const leastHidden = 3

// redact takes out of what was worked out on the whole the names and IDs of records that
// the reader does not see, or not as they are: what is said of a supplier, say, can name
// the system behind it (aims.View.For).
func (k *look) redact() {
	whole := unredacted.Of(k.v).(*aims.View)
	if whole == k.v {
		return
	}
	var pairs []string
	add := func(text string) {
		if len(text) >= leastHidden {
			pairs = append(pairs, text)
		}
	}
	for s, rec := range whole.All() {
		if s.Kind == aims.KindOrganisation || k.v.Whole(s) {
			continue
		}
		if !k.v.Has(s) {
			add(s.ID)
		}
		switch r := rec.(type) {
		case *register.System:
			add(r.Name)
		case *aims.Person:
			add(r.Name)
		case *aims.Supplier:
			add(r.Name)
		case *register.Risk:
			add(r.Title)
		case *aims.Incident:
			add(r.Title)
		case *aims.Nonconformity:
			add(r.Title)
		case *aims.Evidence:
			add(r.Title)
		}
	}
	if len(pairs) == 0 {
		return
	}
	// The longest first, so that no part of a name is left.
	slices.SortStableFunc(pairs, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var replace []string
	for _, p := range pairs {
		replace = append(replace, p, k.told(hidden))
	}
	r := strings.NewReplacer(replace...)
	k.hide = r
	failing := func(all []maturity.Failure) {
		for i := range all {
			f := &all[i]
			f.Why, f.Name, f.Text.Args = r.Replace(f.Why), r.Replace(f.Name), replaceIn(f.Text.Args, r)
		}
	}
	for i := range k.report.Criteria {
		c := &k.report.Criteria[i]
		c.Message, c.Text.Args = r.Replace(c.Message), replaceIn(c.Text.Args, r)
		failing(c.Failing)
		for j := range c.Grace {
			g := &c.Grace[j]
			g.Lacks, g.Text.Args = r.Replace(g.Lacks), replaceIn(g.Text.Args, r)
		}
	}
	if d := k.report.NextDrop; d != nil {
		for i := range d.Because {
			failing(d.Because[i].Failing)
		}
	}
	for _, f := range k.findings {
		f.Message, f.Next, f.Name = r.Replace(f.Message), r.Replace(f.Next), r.Replace(f.Name)
		f.Text.Args, f.NextText.Args = replaceIn(f.Text.Args, r), replaceIn(f.NextText.Args, r)
	}
}

// replaceIn are the arguments of a text with names replaced, those of texts in it too.
func replaceIn(args []any, r *strings.Replacer) []any {
	args = slices.Clone(args)
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = r.Replace(a)
		case issue.Record:
			if id := r.Replace(a.ID); id != a.ID {
				args[i] = id
			}
		case issue.Text:
			args[i] = issue.Text{ID: a.ID, Args: replaceIn(a.Args, r)}
		}
	}
	return args
}
