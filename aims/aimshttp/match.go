package aimshttp

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/ledger"
)

// tag is an entity tag (RFC 9110, 8.8.3).
type tag struct {
	weak bool
	text string // between the quotes
}

// revision is what a tag names; 0, which is none, if it is not one of this package's.
func (t tag) revision() uint64 {
	n, err := strconv.ParseUint(t.text, 10, 64)
	if err != nil || t.weak || strconv.FormatUint(n, 10) != t.text {
		return 0
	}
	return n
}

// tagsOf reads a header that lists tags, or is "*" for any; ErrInvalid of anything else.
func tagsOf(h http.Header, name string) (tags []tag, all bool, err error) {
	text := strings.Join(h.Values(name), ",")
	if strings.TrimSpace(text) == "*" {
		return nil, true, nil
	}
	rest := text
	for {
		rest = strings.TrimLeft(rest, " \t,") // a list may have empty elements
		if rest == "" {
			return tags, false, nil
		}
		var t tag
		rest, t.weak = strings.CutPrefix(rest, "W/")
		inner, quoted := strings.CutPrefix(rest, `"`)
		end := strings.IndexByte(inner, '"')
		if !quoted || end < 0 {
			break
		}
		t.text, rest = inner[:end], strings.TrimLeft(inner[end+1:], " \t")
		if rest != "" && rest[0] != ',' {
			break
		}
		tags = append(tags, t)
	}
	var is aims.Issues
	is.Add(name, "etag", text, `must be tags in quotes, such as "64", with commas between, or *`)
	return nil, false, is
}

// IfMatch returns the revision that If-Match names (RFC 9110, 13.1.1), for a verb to be
// bound to: of several the current one, if that is among them; for "*" the current one of
// what is there. Without the header it is ErrPrecondition (428), and of what can be no
// revision ErrStale or ErrInvalid.
func (r *Request) IfMatch(tx *aims.Tx, s aims.Subject) (uint64, error) {
	tags, all, err := tagsOf(r.Header, "If-Match")
	if err != nil {
		return 0, err
	}
	current, _ := tx.Revision(s)
	if all {
		return current, nil
	}
	var revision uint64
	for _, t := range tags {
		switch n := t.revision(); {
		case n == 0:
		case n == current:
			return n, nil
		case revision == 0:
			revision = n
		}
	}
	switch {
	case len(tags) == 0:
		return 0, fmt.Errorf("%w: send the header If-Match with the ETag of what the change was made from, or with *", aims.ErrPrecondition)
	case revision == 0:
		return 0, fmt.Errorf("%w: If-Match names no revision", aims.ErrStale)
	}
	return revision, nil
}

// bound runs a verb on a record as it stands at the revision that If-Match names, if it
// names one.
func (r *Request) bound(tx *aims.Tx, verb string, s aims.Subject, do func() error) error {
	if len(r.Header.Values("If-Match")) == 0 {
		return do()
	}
	return tx.Verb(verb, s, func() error { // who may not is not told what is current
		revision, err := r.IfMatch(tx, s)
		if err != nil {
			return err
		}
		switch current, ok := tx.Revision(s); {
		case !ok:
			return ledger.Refuse(aims.ErrNotFound, "no such record")
		case revision != current:
			return ledger.Refuse(aims.ErrStale, "field revision: made from %d, %d is current", revision, current)
		}
		return do()
	})
}

// matches reports whether If-None-Match names a tag, or any.
func matches(h http.Header, etag string) bool {
	tags, all, err := tagsOf(h, "If-None-Match")
	if err != nil {
		return false // it is no condition then, and the answer is whole
	}
	for _, t := range tags {
		all = all || strconv.Quote(t.text) == etag
	}
	return all
}

// etag is the tag of a revision; none of a record that is shown altered.
func etag(revision uint64, ok bool) string {
	if !ok || revision == 0 {
		return ""
	}
	return strconv.Quote(strconv.FormatUint(revision, 10))
}
