package dashboard

import (
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"slices"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// Comparison is in what a version of a paper differs from another one, as JSON.
type Comparison struct {
	// Against is the other version: the one before, or the one that the query "against" names,
	// as aims.VersionComparison names it.
	Against string `json:"against"`
	// Differences are those of aims.CompareVersions, the other version first.
	Differences []aims.Difference `json:"differences"`
}

// comparison is that on a page.
type comparison struct {
	Head   string
	Fields []changedField
	Others []anchor
}

type changedField struct {
	changed
	Lines []changedLine
}

// changedLine is a line that fell out or came in.
type changedLine struct {
	At, Text string
	Out      bool
}

// mostVersions is how many other versions a page leads to.
const mostVersions = 10

const queryAgainst = "against"

// compared is in what a paper differs from the version before, or from the one that the query
// names. Nil of what has no other version.
func (s *state) compared(r request, of aims.Subject, p *page) (*Comparison, *comparison, error) {
	asked, given := r.query[queryAgainst]
	if !slices.Contains(aims.VersionedKinds(), of.Kind) {
		return nil, nil, nil
	}
	against := ""
	if given {
		if against = asked[0]; len(asked) > 1 {
			var is issue.Issues
			is.Add(queryAgainst, "single", shorten(against, 60), "is given %d times; one value is asked for", len(asked))
			return nil, nil, is
		}
	}
	c, err := s.k.v.ComparedVersions(of, against)
	switch {
	case errors.Is(err, aims.ErrNotFound), given && against == "":
		return nil, nil, notFound("there is no version “%s” of it", shorten(against, 60))
	case err != nil || c.Against == "": // it is the first, or the one before is on file no more
		return nil, nil, err
	}
	out := &comparison{Head: s.k.say("What changed from %s", c.Against)}
	for _, d := range c.Differences {
		at, path := s.k.placed(of.Kind, d.Field)
		f := changedField{changed: changed{Path: path}}
		for _, l := range d.Lines {
			if l.Is == 0 {
				f.Lines = append(f.Lines, changedLine{At: s.k.say("Line %d removed:", l.Was), Text: issue.Clean(l.Text), Out: true})
			} else {
				f.Lines = append(f.Lines, changedLine{At: s.k.say("Line %d added:", l.Is), Text: issue.Clean(l.Text)})
			}
		}
		if f.Lines == nil {
			f.Before, f.After = s.k.comparedText(d.Before, at, p), s.k.comparedText(d.After, at, p)
		}
		out.Fields = append(out.Fields, f)
	}
	for _, one := range c.Others[:min(len(c.Others), mostVersions)] {
		if one != c.Against {
			out.Others = append(out.Others, anchor{URL: p.URL(recordRoute(of) + "?" + queryAgainst + "=" + url.QueryEscape(one)), Text: one})
		}
	}
	return &Comparison{Against: c.Against, Differences: c.Differences}, out, nil
}

// comparedText is what a version says in a field: JSON, or a text as it is.
func (k *look) comparedText(said string, at place, p *page) string {
	if said == "" {
		return ""
	}
	raw := json.RawMessage(said)
	if base := at.base(); !json.Valid(raw) || base != nil && base.Kind() == reflect.String {
		raw, _ = json.Marshal(said) // a text can be written
	}
	return k.valueText(raw, at, p)
}
