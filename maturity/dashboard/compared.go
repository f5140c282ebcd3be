package dashboard

import (
	"cmp"
	"encoding/json"
	"iter"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/issue"
)

// Comparison is in what a version of a paper differs from another one, as JSON.
type Comparison struct {
	// Against is the other version: the one before, or the one that the query "against" names.
	Against aims.Subject `json:"against"`
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

// version is a version of a paper: when it was approved, if it was, and which one it says that
// it replaces.
type version struct {
	id       string
	at       time.Time
	replaces string
}

// versionKind is a kind of papers of which versions are compared.
type versionKind struct {
	// chained says that a version names the one that it replaces, and that others of the kind
	// are other papers.
	chained bool
	all     func(v *aims.View) iter.Seq[version]
	compare func(before, after any) ([]aims.Difference, bool)
}

var versionKinds = map[aims.Kind]versionKind{
	aims.KindPolicy: versions(func(v *aims.View) iter.Seq[aims.Policy] { return v.Policies().All() },
		func(p aims.Policy) version { return version{id: p.ID, at: p.Approval.At} }, aims.CompareVersions[aims.Policy]),
	aims.KindScope: versions((*aims.View).Scopes,
		func(s aims.Scope) version { return version{id: s.ID, at: s.Approval.At} }, aims.CompareVersions[aims.Scope]),
	aims.KindProcessMap: versions((*aims.View).ProcessMaps,
		func(m aims.ProcessMap) version { return version{id: m.ID, at: m.Approval.At} }, aims.CompareVersions[aims.ProcessMap]),
	aims.KindAuditProgramme: versions((*aims.View).AuditProgrammes,
		func(p aims.AuditProgramme) version { return version{id: p.ID, at: p.Approval.At} }, aims.CompareVersions[aims.AuditProgramme]),
	aims.KindDocument: chained(versions(func(v *aims.View) iter.Seq[aims.Document] { return v.Documents().All() },
		func(d aims.Document) version { return version{d.ID, d.Approval.At, d.Replaces} }, aims.CompareVersions[aims.Document])),
}

func chained(k versionKind) versionKind { k.chained = true; return k }

func versions[T any](all func(*aims.View) iter.Seq[T], of func(T) version, compare func(before, after T) []aims.Difference) versionKind {
	return versionKind{
		all: func(v *aims.View) iter.Seq[version] {
			return func(yield func(version) bool) {
				for rec := range all(v) {
					if !yield(of(rec)) {
						return
					}
				}
			}
		},
		compare: func(before, after any) ([]aims.Difference, bool) {
			was, known := before.(*T)
			is, too := after.(*T)
			if !known || !too {
				return nil, false
			}
			return compare(*was, *is), true
		},
	}
}

// others are the other versions of a paper, the latest first, and which of them was the one
// before it; none if it is the first.
func (k versionKind) others(v *aims.View, id string) (others []version, before string) {
	var all []version
	for one := range k.all(v) {
		all = append(all, one)
	}
	if k.chained {
		all = chain(all, id)
	}
	// In the order in which they were approved; what is not approved yet comes last.
	slices.SortStableFunc(all, func(a, b version) int {
		if a.at.IsZero() != b.at.IsZero() {
			return cmp.Compare(b.at.Unix(), a.at.Unix())
		}
		return a.at.Compare(b.at)
	})
	at := slices.IndexFunc(all, func(one version) bool { return one.id == id })
	if at < 0 {
		return nil, ""
	}
	for _, one := range slices.Backward(all[:at]) {
		if before == "" && !one.at.IsZero() {
			before = one.id
		}
	}
	if k.chained {
		before = all[at].replaces
	}
	all = slices.Delete(all, at, at+1)
	slices.Reverse(all)
	return all, before
}

// chain are those versions that replace one another, this one among them.
func chain(all []version, id string) (of []version) {
	in := map[string]bool{id: true}
	for grew := true; grew; {
		grew = false
		for _, one := range all {
			if one.replaces != "" && in[one.id] != in[one.replaces] {
				in[one.id], in[one.replaces], grew = true, true, true
			}
		}
	}
	return slices.DeleteFunc(all, func(one version) bool { return !in[one.id] })
}

// mostVersions is how many other versions a page leads to.
const mostVersions = 10

const queryAgainst = "against"

// compared is in what a paper differs from the version before, or from the one that the query
// names. Nil of what has no other version.
func (s *state) compared(r request, of aims.Subject, rec any, p *page) (*Comparison, *comparison, error) {
	asked, given := r.query[queryAgainst]
	kind, known := versionKinds[of.Kind]
	var is issue.Issues
	switch {
	case !known:
		return nil, nil, nil
	case len(asked) > 1:
		is.Add(queryAgainst, "single", shorten(asked[0], 60), "is given %d times; one value is asked for", len(asked))
	case given && asked[0] == of.ID:
		is.Add(queryAgainst, "other", shorten(asked[0], 60), "is the version that is compared")
	}
	if err := is.Err(); err != nil {
		return nil, nil, err
	}
	others, against := kind.others(s.k.v, of.ID)
	if given {
		against = asked[0]
		if !slices.ContainsFunc(others, func(one version) bool { return one.id == against }) {
			return nil, nil, notFound("there is no version “%s” of it", shorten(against, 60))
		}
	}
	other := aims.Subject{Kind: of.Kind, ID: against}
	before, there := s.k.v.Record(other)
	if !there {
		return nil, nil, nil // it is the first, or the one before is on file no more
	}
	differences, can := kind.compare(before, rec)
	if !can {
		return nil, nil, nil
	}
	out := &comparison{Head: s.k.say("What changed from %s", against)}
	for _, d := range differences {
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
	for _, one := range others[:min(len(others), mostVersions)] {
		if one.id != against {
			out.Others = append(out.Others, anchor{URL: p.URL(recordRoute(of) + "?" + queryAgainst + "=" + url.QueryEscape(one.id)), Text: one.id})
		}
	}
	return &Comparison{Against: other, Differences: differences}, out, nil
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
