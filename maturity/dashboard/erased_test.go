package dashboard_test

import (
	"context"
	"iter"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/storage/memory"
)

// confided is an organisation with a concern on file that may be erased.
func confided(t *testing.T, secret string) (*org, aims.Subject) {
	j := memory.New()
	o := openOrg(t, j, day0, "id", nil)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "c", Text: secret, Systems: []string{"spam"}, RaisedBy: "ada", RaisedOn: calendar.Of(o.now, nil), Handler: "bob"})
	})
	o.pass(20)
	o.do("lea", func(tx *aims.Tx) error { return tx.AnswerConcern("c", "looked into it") })
	o.now = o.now.AddDate(11, 0, 0) // it is kept for some years
	m, err := aims.Open(o.ctx, j, &aims.Options{Clock: func() time.Time { return o.now }, Eraser: j})
	require.NoError(t, err)
	o.Manager = m
	return o, aims.Subject{Kind: aims.KindConcern, ID: "c"}
}

// A page of a day that is over is kept, and shows nothing any more of what was erased since.
func TestAPastDayForgetsWhatIsErased(t *testing.T) {
	const secret = "what Mallory said in confidence"
	o, concern := confided(t, secret)
	h := o.handler(dashboard.Options{Weeks: -1})
	path := "/concerns/c?at=" + day0.AddDate(0, 0, 2).Format("2006-01-02")
	require.Contains(t, get(h, path).body, secret)
	tag := get(h, path).header.Get("ETag")
	require.Equal(t, http.StatusNotModified, get(h, path, "If-None-Match", tag).status)
	require.NoError(t, o.Erase(o.ctx, aims.By{Actor: "eve", Reason: "asked for"}, concern))
	again := get(h, path, "If-None-Match", tag)
	require.NotEqual(t, http.StatusNotModified, again.status)
	require.NotContains(t, again.body, secret)
}

// judging counts how often the past is read.
type judging struct {
	*org
	read int
}

func (j *judging) Between(ctx context.Context, from, to time.Time, every time.Duration) iter.Seq2[*aims.View, error] {
	j.read++
	return j.org.Between(ctx, from, to, every)
}

// What was judged of the past before something was erased holds it, and is judged anew.
func TestPastsAreForgottenWithWhatIsErased(t *testing.T) {
	o, concern := confided(t, "it is unfair")
	j := &judging{org: o}
	h, err := dashboard.NewHandler(j, &dashboard.Options{Weeks: 8, Clock: func() time.Time { return o.now }})
	require.NoError(t, err)
	read := func(times int) {
		t.Helper()
		require.Equal(t, 200, get(h, "/").status)
		require.Equal(t, times, j.read)
	}
	read(1)
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.Name = "Ada with another name"
		return tx.PutPerson(p)
	})
	read(1)
	require.NoError(t, o.Erase(o.ctx, aims.By{Actor: "eve", Reason: "asked for"}, concern))
	read(2)
	read(2)
}
