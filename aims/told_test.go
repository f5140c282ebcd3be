package aims_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/ledger"
)

// sentinels are the errors that a verb's may be made of.
var sentinels = []error{
	aims.ErrNotFound, aims.ErrExists, aims.ErrStale, aims.ErrInvalid, aims.ErrForbidden, aims.ErrSeparation, aims.ErrGate, aims.ErrState, aims.ErrCommitFirst,
	aims.ErrOver, aims.ErrNested, aims.ErrReadOnly, aims.ErrClosed, aims.ErrTampered, aims.ErrOutcomeUnknown, aims.ErrHung, aims.ErrUnerased,
	impact.ErrChanged, impact.ErrUnacceptable,
	storage.ErrConflict, storage.ErrCorrupt, storage.ErrBatch, storage.ErrClosed, storage.ErrNoTenant, storage.ErrTenantExists, storage.ErrTenantName,
}

// saysSentinel finds the text of each of them in another.
var saysSentinel = func() (all []*regexp.Regexp) {
	for _, s := range sentinels {
		all = append(all, regexp.MustCompile(`(^|: )`+regexp.QuoteMeta(s.Error())+`($|[:;])`))
	}
	return all
}()

var packagePrefix = regexp.MustCompile(`(^|[^\w./])(aims|annexa|crosswalk|file|impact|issue|ledger|maturity|memory|proof|register|storage): `)

// requireToldOnce requires that an error has a code, names no package, and says
// nothing twice.
func requireToldOnce(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	require.NotEqual(t, issue.CodeUnknown, aims.CodeOf(err), text)
	require.NotRegexp(t, packagePrefix, text)
	for i, s := range sentinels {
		if strings.Count(text, s.Error()) > 1 {
			// Each occurrence takes the colon that begins the next.
			require.LessOrEqual(t, len(saysSentinel[i].FindAllString(strings.ReplaceAll(text, ": ", ": : "), -1)), 1, text)
		}
	}
}

func TestSayingTwiceIsFound(t *testing.T) {
	for _, text := range []string{"aims: forbidden", "x: impact: wrong state"} {
		require.Regexp(t, packagePrefix, text)
	}
	said := saysSentinel[slices.Index(sentinels, aims.ErrState)]
	require.Len(t, said.FindAllString(strings.ReplaceAll("wrong state: wrong state: x", ": ", ": : "), -1), 2)
}

// Whatever a verb refuses, and whyever, it says so in one breath.
func TestErrorsOfVerbsAreToldOnce(t *testing.T) {
	o, may := guarded(t)
	o.staffed()
	c := castOf(o)
	*may = nil
	var over *aims.Tx
	o.do("lea", func(tx *aims.Tx) error { over = tx; return nil })
	codes := map[aims.Code]bool{}
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		o := &org{Manager: o.Manager, t: t, journal: o.journal, clock: o.clock}
		told := func(err error) {
			if err != nil && err != errNothingDue {
				requireToldOnce(t, err)
				codes[aims.CodeOf(err)] = true
			}
		}
		id, actor := c.id[name], callOfVerb[name].actor
		for i, a := range []verbArgs{
			{id, "because", day(20)}, {"none", "because", day(20)},
			{id, "\xff", day0}, {id, "because", day0}, {id, strings.Repeat("x", 20_001), day(20)}, {"\xff", "because", day(20)}, {strings.Repeat("x", 129), "because", day(20)},
			{"done#1", "because", day(20)}, {"cv#1", "because", day(20)}, {"doc#1", "because", day(20)}, {"g4#1", "because", day(20)},
		} {
			actors := []string{actor, "ghost", "ada", "bob", "ian"}
			if i > 1 {
				actors = actors[:1] // what is said of a bad argument is said to whom it may concern
			}
			for _, actor := range actors {
				require.ErrorIs(t, o.try(actor, func(tx *aims.Tx) error {
					told(call(tx, a))
					told(call(tx, a)) // on its own work
					if touch := callOfVerb[name].touch; touch != nil && a.id == id {
						told(touch(tx, a))
					}
					return errUndo
				}), errUndo)
			}
		}
		for _, no := range []error{aims.ErrForbidden, fmt.Errorf("ask eve: %w", aims.ErrForbidden), aims.ErrNotFound, context.Canceled} {
			*may = func(context.Context, aims.By, aims.Access) error { return no }
			require.ErrorIs(t, o.try(actor, func(tx *aims.Tx) error {
				err := call(tx, c.arguments(id))
				require.ErrorIs(t, err, aims.ErrForbidden)
				told(err)
				return errUndo
			}), errUndo)
		}
		*may = nil
		told(call(over, c.arguments(id)))
	})
	for _, code := range []aims.Code{issue.CodeInvalid, issue.CodeNotFound, issue.CodeForbidden, issue.CodeSeparation, issue.CodeState, issue.CodeCommitFirst,
		issue.CodeExists, issue.CodeOver, issue.CodeStale} {
		require.Contains(t, codes, code, "nothing here provokes it")
	}
}

// What is refused beside the verbs says so in one breath too.
func TestErrorsOfTheManagerAreToldOnce(t *testing.T) {
	o := newOrg(t).staffed()
	ctx := context.Background()
	by := aims.By{Actor: "ada", Reason: "x"}
	requireToldOnce(t, o.Update(ctx, aims.By{}, func(*aims.Tx) error { return nil }))
	requireToldOnce(t, o.Erase(ctx, by, aims.Subject{Kind: "person", ID: "ada"}))
	require.NoError(t, o.Update(ctx, by, func(tx *aims.Tx) error {
		requireToldOnce(t, o.Update(tx.Context(), by, func(*aims.Tx) error { return nil }))
		return nil
	}))
	_, err := ledger.Declare(ledger.Spec[struct{}]{})
	requireToldOnce(t, err)
	require.NoError(t, o.Close(ctx))
	requireToldOnce(t, o.Update(ctx, by, func(*aims.Tx) error { return nil }))
}

// Who raises a concern without a name is not to be found in the journal.
func TestAnonymousConcerns(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "web-form", Name: "Form", Owner: "ada"})
	})
	raise := func(actor, raisedBy string) error {
		by := aims.By{Actor: actor, Reason: "form", Request: "req-of-bob", OnBehalfOf: "bob-himself", From: "192.0.2.7"}
		return o.Update(t.Context(), by, func(tx *aims.Tx) error {
			return tx.RaiseConcern(aims.Concern{ID: "c" + actor + raisedBy, Text: "unfair", RaisedOn: dayOf(0), RaisedBy: raisedBy})
		})
	}
	before := journalText(t, o.journal)
	require.ErrorIs(t, raise("bob", ""), aims.ErrForbidden)
	require.Equal(t, before, journalText(t, o.journal))
	require.NoError(t, raise("web-form", ""))
	for _, told := range []string{"req-of-bob", "bob-himself", "192.0.2.7"} {
		require.NotContains(t, journalText(t, o.journal), told)
	}
	c, _ := o.View().Concerns().Get("cweb-form")
	require.Empty(t, c.RaisedBy)
	require.NoError(t, raise("bob", "bob"))
	require.NoError(t, raise("web-form", "bob"))
	for e, err := range o.History(t.Context(), aims.Subject{Kind: aims.KindConcern, ID: "cweb-formbob"}) {
		require.NoError(t, err)
		require.Equal(t, "192.0.2.7", e.By.From)
	}
}
