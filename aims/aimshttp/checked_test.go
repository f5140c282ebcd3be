package aimshttp_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// How the cycle of a certification went and what became of an audit programme can be asked;
// of what is not there, or not decided yet, the answer says so.
func TestPerformanceAndOutcomes(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /{tenant}/r/certificate/{id}/performance", s.Performance)
	s.mux.HandleFunc("GET /{tenant}/r/audit_programme/{id}/outcomes", s.Outcomes)
	s.do(404, "bob:reader", "GET", "/acme/r/certificate/c/performance", "")
	s.do(404, "bob:reader", "GET", "/acme/r/audit_programme/audit-programme/outcomes", "")

	s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"ian","name":"N"}`)
	s.do(200, "ada:editor", "POST", "/acme/r/role/aims-lead/assign", `{"person":"ian"}`)
	s.do(200, "ian:editor", "POST", "/acme/r/role/aims-lead/accept", "")
	s.do(201, "ian:editor", "POST", "/acme/r/certificate", `{"id":"c","body":"Body"}`)
	s.do(409, "bob:reader", "GET", "/acme/r/certificate/c/performance", "")
	today := calendar.Of(time.Now(), nil)
	for i, state := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		s.do(200, "ian:editor", "POST", "/acme/r/certificate/c/move", fmt.Sprintf(`{"to":%q,"on":%q}`, state, today.AddDays(30*i-120)))
	}
	var p aims.CyclePerformance
	require.NoError(t, json.Unmarshal(s.do(200, "bob:reader", "GET", "/acme/r/certificate/c/performance", "").Body.Bytes(), &p))
	require.Equal(t, "c", p.Certificate)
	require.Len(t, p.Points, len(aims.CycleRows()), "each topic")

	s.do(201, "ian:editor", "POST", "/acme/r/audit_programme", fmt.Sprintf(`{"id":"audit-programme","from":%q,"to":%q,"lead":"ian","criteria":"the standard","methods":["document_review"],"reporting":"top management","planning":"a week ahead"}`, today, today.AddDays(360)))
	require.JSONEq(t, `{"outcomes":[]}`, s.do(200, "bob:reader", "GET", "/acme/r/audit_programme/audit-programme/outcomes", "").Body.String(), "nothing became of it yet")
}

// What changed between two versions of a paper is asked of the later one.
func TestVersionsAreCompared(t *testing.T) {
	s := serve(t)
	s.mux.HandleFunc("GET /{tenant}/r/{kind}/{id}/versions", s.Versions)
	for _, id := range []string{"doc-1", "doc-2"} {
		replaces := map[string]string{"doc-2": "doc-1"}[id]
		s.do(201, "ada:editor", "POST", "/acme/r/document", fmt.Sprintf(`{"id":%q,"title":"How we work","replaces":%q,"text":"By two.\n%s"}`, id, replaces, id))
	}
	require.JSONEq(t, `{"version":"doc-2","against":"doc-1","others":["doc-1"],"differences":[
		{"field":"text","before":"By two.\ndoc-1","after":"By two.\ndoc-2","lines":[{"was":2,"text":"doc-1"},{"is":2,"text":"doc-2"}]}]}`,
		s.do(200, "bob:reader", "GET", "/acme/r/document/doc-2/versions", "").Body.String())
	require.JSONEq(t, `{"version":"doc-1","others":["doc-2"],"differences":[]}`, s.do(200, "bob:reader", "GET", "/acme/r/document/doc-1/versions", "").Body.String(), "nothing was before it")
	s.do(404, "bob:reader", "GET", "/acme/r/document/doc-2/versions?against=doc-3", "")
	s.do(404, "bob:reader", "GET", "/acme/r/document/doc-3/versions", "")
	s.do(422, "bob:reader", "GET", "/acme/r/document/doc-2/versions?against=doc-2", "")
	s.do(422, "bob:reader", "GET", "/acme/r/person/ada/versions", "")
	s.do(422, "bob:reader", "GET", "/acme/r/document/doc-2/versions?against=%zz", "")
}
