package dashboard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
)

// people is a handler of an organisation of so many persons.
func people(t *testing.T, n int) http.Handler {
	t.Helper()
	o := newOrg(t)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		for i := range n {
			if err := tx.PutPerson(aims.Person{ID: fmt.Sprintf("p-%05d", i), Name: fmt.Sprintf("Person %d", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	h := o.handler(dashboard.Options{})
	require.Equal(t, http.StatusOK, get(h, "/").status) // the screen is worked out
	return h
}

// A list can be had whole, as a page and as JSON: what pages hold together, in the same
// order; of some rows, sorted or not, as well.
func TestWholeList(t *testing.T) {
	h := people(t, 230)
	for _, query := range []string{"", "q=person+1&", "sort=-id&"} {
		var whole, paged dashboard.ListPage
		require.NoError(t, json.Unmarshal([]byte(get(h, "/people.json?"+query+"page=all").body), &whole))
		for n := 1; n == 1 || n <= paged.Pages; n++ {
			rows := paged.Rows
			paged = dashboard.ListPage{}
			require.NoError(t, json.Unmarshal([]byte(get(h, fmt.Sprintf("/people.json?%spage=%d", query, n)).body), &paged))
			paged.Rows = append(rows, paged.Rows...)
		}
		want := len(paged.Rows)
		require.Greater(t, want, dashboard.PageSize)
		require.Equal(t, paged.Rows, whole.Rows)
		require.Equal(t, []int{want, 1, 1}, []int{whole.Total, whole.Page, whole.Pages})
		require.Equal(t, paged.Columns, whole.Columns)
		page := get(h, "/people?"+query+"page=all")
		require.Equal(t, http.StatusOK, page.status)
		require.Equal(t, want+1, strings.Count(page.body, "<tr>"))
		require.Contains(t, page.body, "</html>")
	}
	require.Contains(t, get(h, "/people").body, `href="/people?page=all">All rows`)
	head := httptest.NewRecorder()
	h.ServeHTTP(head, httptest.NewRequest(http.MethodHead, "/people?page=all", nil))
	require.Equal(t, http.StatusOK, head.Code)
	require.Zero(t, head.Body.Len())
}

// A control that hundreds of findings speak of has a page that names the first of them and
// leads to all; the JSON has them whole.
func TestFindingsOfARecordAreCut(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		for i := range 150 {
			s := spamFilter()
			s.ID, s.Owner = fmt.Sprintf("x-%03d", i), ""
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	h := o.handler(dashboard.Options{})
	cut := 0
	for _, c := range []string{"A.3.2", "A.4.2", "A.5.2", "A.5.4", "A.5.5", "A.6.2.4"} {
		var whole dashboard.RecordPage
		require.NoError(t, json.Unmarshal([]byte(get(h, "/controls/"+c+".json").body), &whole))
		page := get(h, "/controls/"+c).body
		if len(whole.Findings) <= 30 {
			require.NotContains(t, page, "Show them in the list")
			continue
		}
		cut++
		require.Contains(t, page, fmt.Sprintf("The first 30 of %d findings.", len(whole.Findings)))
		require.Equal(t, 30, strings.Count(page, `href="/checks/`), c)
		require.Contains(t, page, `href="/findings?control=`+c+`"`)
		var list dashboard.ListPage
		require.NoError(t, json.Unmarshal([]byte(get(h, "/findings.json?page=all&control="+c).body), &list))
		require.Len(t, list.Rows, len(whole.Findings), c)
	}
	require.Positive(t, cut)
}

// cut is a client that hears the first bytes of an answer and goes.
type cut struct {
	http.ResponseWriter
	heard int
}

func (c *cut) Write(b []byte) (int, error) {
	c.heard += len(b)
	return 0, errors.New("the client has gone")
}

// The first bytes of a long list go out before its rows are read: who goes then has cost
// the same, however long it is.
func TestLongListBeginsAtOnce(t *testing.T) {
	for _, path := range []string{"/people?page=all", "/people.json?page=all"} {
		cost := func(n int) float64 {
			h := people(t, n)
			return testing.AllocsPerRun(5, func() {
				c := &cut{ResponseWriter: httptest.NewRecorder()}
				require.PanicsWithValue(t, http.ErrAbortHandler, func() { h.ServeHTTP(c, httptest.NewRequest(http.MethodGet, path, nil)) })
				require.Positive(t, c.heard)
			})
		}
		few, many := cost(200), cost(3000)
		require.InDelta(t, few, many, 200, path)
	}
}

// gauge is a client that looks now and then how much memory is in use.
type gauge struct {
	http.ResponseWriter
	bytes, next int
	most        uint64
}

func (g *gauge) Write(b []byte) (int, error) {
	if g.bytes += len(b); g.bytes >= g.next {
		g.next = g.bytes + 100_000
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.most = max(g.most, m.HeapAlloc)
	}
	return len(b), nil
}

// What a long list takes of memory does not grow with its rows.
func TestLongListIsNotHeld(t *testing.T) {
	h := people(t, 4000)
	for _, path := range []string{"/people?page=all", "/people.json?page=all"} {
		g := &gauge{ResponseWriter: httptest.NewRecorder()}
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		h.ServeHTTP(g, httptest.NewRequest(http.MethodGet, path, nil))
		require.Greater(t, g.bytes, 400_000, path)
		require.Less(t, int64(g.most)-int64(before.HeapAlloc), int64(g.bytes/2), path)
	}
}
