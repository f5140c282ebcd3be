package dashboard_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/storage/memory"
)

// A page of a day that is over is kept, and shows nothing any more of what was erased since.
func TestAPastDayForgetsWhatIsErased(t *testing.T) {
	j := memory.New()
	o := openOrg(t, j, day0, "id", nil)
	o.step1()
	const secret = "what Mallory said in confidence"
	o.do("ada", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "c", Text: secret, Systems: []string{"spam"}, RaisedBy: "ada", RaisedOn: calendar.Of(o.now, nil), Handler: "bob"})
	})
	o.pass(20)
	o.do("lea", func(tx *aims.Tx) error { return tx.AnswerConcern("c", "looked into it") })
	o.now = o.now.AddDate(11, 0, 0) // it is kept for some years
	m, err := aims.Open(o.ctx, j, &aims.Options{Clock: func() time.Time { return o.now }, Eraser: j})
	require.NoError(t, err)
	o.Manager = m
	h := o.handler(dashboard.Options{Weeks: -1})
	path := "/concerns/c?at=" + day0.AddDate(0, 0, 2).Format("2006-01-02")
	require.Contains(t, get(h, path).body, secret)
	tag := get(h, path).header.Get("ETag")
	require.Equal(t, http.StatusNotModified, get(h, path, "If-None-Match", tag).status)
	require.NoError(t, o.Erase(o.ctx, aims.By{Actor: "eve", Reason: "asked for"}, aims.Subject{Kind: aims.KindConcern, ID: "c"}))
	again := get(h, path, "If-None-Match", tag)
	require.NotEqual(t, http.StatusNotModified, again.status)
	require.NotContains(t, again.body, secret)
}
