package dashboard_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// A handler that follows shows what one shows that looks anew, to every reader, in every
// language, whoever asks first.
func TestAHandlerThatFollowsShowsTheSame(t *testing.T) {
	o := openOrg(t, memory.New(), day0, "id", func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s != aims.Subject{Kind: aims.KindSystem, ID: "credit"}
	})
	o.step1()
	o.step2()
	options := dashboard.Options{Languages: phrase.Languages(), Weeks: 8, Reader: func(r *http.Request) (any, string, error) {
		return r.Header.Get("X-Who"), r.Header.Get("X-Who"), nil
	}}
	anew := o.handler(options)
	options.Follow = true
	following := o.handler(options)
	same := func(after string) {
		t.Helper()
		for _, path := range []string{"/", "/lead?lang=de", "/auditor.json", "/auditor.json?seed=7", "/auditor.json?seed=8", "/findings", "/agenda.json?page=all", "/expiries", "/systems.json", "/risks", "/criteria/ML1.03", "/systems/spam", "/?at=2027-01-01"} {
			for _, who := range []string{"lea", "guest", "lea"} {
				want, got := get(anew, path, "X-Who", who), get(following, path, "X-Who", who)
				require.Equal(t, want.status, got.status, path)
				require.Equal(t, want.body, got.body, "%s for %s after %s", path, who, after)
			}
		}
	}
	// followed is same, where what is shown is what was followed, and not begun anew.
	followed := func(after string) {
		t.Helper()
		dashboard.Settle(following)
		same(after)
		seq, follows := dashboard.Follows(following)
		require.True(t, follows, after)
		require.Equal(t, o.View().Head().Seq, seq, after)
	}
	same("the beginning")
	system := func(do func(s *register.System)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			do(&s)
			_, err := tx.ReviseSystem(s)
			return err
		}
	}
	o.do("ada", system(func(s *register.System) { s.Owner = "" }))
	followed("a system lost its owner")
	o.do("ada", func(tx *aims.Tx) error {
		s := creditScorer()
		s.ID, s.Name = "another", "Another scorer"
		return tx.RegisterSystem(s)
	})
	followed("another system was registered")
	o.now = o.now.Add(time.Hour)
	o.do("ada", system(func(s *register.System) { s.Owner = "ada" }))
	followed("an hour went by")
	o.do("bob", func(tx *aims.Tx) error {
		e := proofOf(annexa.MustParse("A.8.2"), o.now, 30)
		e.ID, e.Systems = "new", []string{"spam"}
		return tx.AttachEvidence(e)
	})
	followed("evidence came")
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.Name = "Ada with another name"
		return tx.PutPerson(p)
	})
	same("somebody is called otherwise")
	dashboard.Settle(following)
	o.assess("spam")
	same("an assessment was signed")
	o.pass(40)
	same("days went by")
	dashboard.Settle(following)
	o.do("ada", func(tx *aims.Tx) error { return tx.ReassessSystem("spam", impact.TriggerReview, "again") })
	same("and something was written then")
	dashboard.Settle(following)
	o.do("ada", system(func(s *register.System) { s.Owner = "bob" }))
	followed("all of that")
}

// Where it fails to begin, whoever asks next hears of it, as of a failure of what is worked out
// anew.
func TestAHandlerThatFailsToFollowSaysSo(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{Follow: true})
	require.Equal(t, 200, get(h, "/").status)
	dashboard.Settle(h)
	dashboard.Fail(h)
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.Name = "Ada with another name"
		return tx.PutPerson(p)
	})
	require.Equal(t, 200, get(h, "/").status)
	dashboard.Settle(h)
	require.Panics(t, func() { get(h, "/lead?lang=en&seed=2") })
}

// What can't be used moves a Watch nowhere; what comes after it is followed as if it had not
// been.
func TestAWatchStaysWhereItIsOnAnError(t *testing.T) {
	o := mature(t)
	w, err := dashboard.NewWatch(o.View(), o.now, nil)
	require.NoError(t, err)
	before := w.Screen()
	for _, v := range []*aims.View{nil, o.View()} {
		_, err = w.Follow(v, time.Time{})
		require.Error(t, err)
		require.Equal(t, before, w.Screen())
	}
	early := o.View()
	o.do("ada", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Owner = ""
		_, err := tx.ReviseSystem(s)
		return err
	})
	for _, at := range []struct {
		v   *aims.View
		now time.Time
	}{{o.View(), o.now}, {early, o.now}, {o.View(), o.now.AddDate(0, 0, -1)}, {mature(t).View(), o.now}, {o.View(), o.now.AddDate(900, 0, 0)}, {o.View(), o.now}} {
		got, err := w.Follow(at.v, at.now) // back, aside, and far ahead
		require.NoError(t, err)
		want, err := dashboard.Compute(at.v, at.now, nil)
		require.NoError(t, err)
		require.Equal(t, string(marshal(t, want)), string(marshal(t, got)))
	}
}

// Requests for many screens at once while commits are made are each answered with one that
// was so.
func TestAHandlerFollowsForMany(t *testing.T) {
	o := mature(t)
	now := o.now
	h, err := dashboard.NewHandler(o, &dashboard.Options{Follow: true, Weeks: -1, Languages: phrase.Languages(), Clock: func() time.Time { return now }})
	require.NoError(t, err)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				lang := []string{"en", "de"}[i%2]
				if a := get(h, fmt.Sprintf("/?lang=%s", lang)); a.status != 200 {
					t.Errorf("status %d", a.status)
					return
				}
			}
		})
	}
	for i := range 20 {
		o.do("ada", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			s.Owner = []string{"bob", "ada"}[i%2]
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	close(stop)
	wg.Wait()
	require.Equal(t, get(o.handler(dashboard.Options{}), "/board.json").body, get(h, "/board.json").body)
}
