package aimshttp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/aimshttp"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/storage/ledger"
)

// apart are the verbs without a record's ID, or for which other handlers are.
var apart = map[string]string{
	"ApproveStatement":   "makes a record whose ID it gives",
	"OpenDueAssessments": "is of no record",
	"Create":             "Create", "Patch": "Patch",
}

// Every verb of a transaction that takes a record's ID is in the table, under the first
// word of its name, with as many arguments.
func TestVerbsAreAll(t *testing.T) {
	table := make(map[string]aimshttp.VerbInfo)
	paths := make(map[string]bool)
	for _, v := range aimshttp.Verbs() {
		path := string(v.Kind) + "/" + v.Name
		require.False(t, paths[path], path)
		paths[path], table[v.Method] = true, v
		require.True(t, strings.HasPrefix(strings.ToLower(v.Method), v.Name))
	}
	whole := make(map[string]bool) // which take a record, for Create and Patch
	for _, v := range aims.VerbsOfKinds() {
		whole[v.Creates], whole[v.Revises] = true, true
	}
	inner, view := reflect.TypeFor[*ledger.Tx](), reflect.TypeFor[*aims.View]()
	for m := range reflect.TypeFor[*aims.Tx]().Methods() {
		_, promoted := inner.MethodByName(m.Name)
		_, reads := view.MethodByName(m.Name)
		outs := m.Type.NumOut()
		if reads || whole[m.Name] || apart[m.Name] != "" || promoted || outs == 0 || m.Type.Out(outs-1) != reflect.TypeFor[error]() {
			continue
		}
		v, ok := table[m.Name]
		require.True(t, ok, "%s has no row", m.Name)
		beside := m.Type.NumIn() - 1 // the receiver
		if beside > 0 && slices.Contains([]reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[aims.Subject]()}, m.Type.In(1)) {
			beside-- // the ID
		}
		require.Equal(t, beside, reflect.TypeOf(v.New()).Elem().NumField(), m.Name)
		delete(table, m.Name)
	}
	require.Empty(t, table)
}

// arguments are the names of what a verb takes, as the table in the docs has them.
func arguments(v aimshttp.VerbInfo) string {
	var names []string
	args := reflect.TypeOf(v.New()).Elem()
	for i := range args.NumField() {
		names = append(names, args.Field(i).Tag.Get("json"))
	}
	return strings.Join(names, ", ")
}

func TestVerbsAreInTheDocs(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	_, text, _ := strings.Cut(f.Doc.Text(), "kind               verb      body\n")
	var told []string
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			break
		}
		told = append(told, strings.TrimSpace(line))
	}
	var want []string
	for _, v := range aimshttp.Verbs() {
		want = append(want, strings.TrimSpace(fmt.Sprintf("%-18s %-9s %s", v.Kind, v.Name, arguments(v))))
	}
	require.Equal(t, strings.Join(want, "\n"), strings.Join(told, "\n"))
}

// Whatever verb is asked of a record that is not there, or by somebody who may not, the
// answer says so.
func TestVerbsRefuse(t *testing.T) {
	s := serve(t)
	for _, v := range aimshttp.Verbs() {
		path := fmt.Sprintf("/acme/r/%s/none/%s", v.Kind, v.Name)
		for _, body := range []string{"", "{}", " {}\n"} {
			w := s.send(s.request("ada:editor", "POST", path, body))
			require.Contains(t, []int{403, 404, 409, 422}, w.Code, "%s: %s", path, w.Body)
			s.do(403, "bob:reader", "POST", path, body)
			s.do(403, "bob:reader", "POST", path, body, "If-Match", `"1"`)
		}
		require.Contains(t, []int{403, 404}, s.send(s.request("ada:editor", "POST", path, "", "If-Match", "*")).Code, path)
		for _, body := range []string{"null", `{"nothing":1}`, "[]", "{"} {
			s.do(422, "ada:editor", "POST", path, body)
		}
	}
	require.Contains(t, s.do(404, "ada:editor", "POST", "/acme/r/role/lead/crown", "").Body.String(), "assign, accept")
	s.do(404, "ada:editor", "POST", "/acme/r/person/ada/assign", "")
	s.do(404, "ada:editor", "POST", "/acme/r/planet/x/assign", "")
	s.do(413, "ada:editor", "POST", "/acme/r/role/lead/assign", strings.Repeat(" ", 2000))
}

// From the draft to the last signature over HTTP: by role, by whom it is held, and of
// what was read.
func TestAssessmentOverHTTP(t *testing.T) {
	s := serve(t)
	s.MaxBody = 1 << 20
	for _, id := range []string{"ian", "joe", "pam"} {
		s.do(201, "ada:editor", "POST", "/acme/r/person", `{"id":"`+id+`","name":"N"}`)
	}
	for role, id := range map[string]string{aims.RoleImpactApprover: "ian", aims.RolePolicyOwner: "pam"} {
		s.do(200, "ada:editor", "POST", "/acme/r/role/"+role+"/assign", `{"person":"`+id+`"}`)
		s.do(403, "ada:editor", "POST", "/acme/r/role/"+role+"/accept", "")
		s.do(200, id+":editor", "POST", "/acme/r/role/"+role+"/accept", "")
	}
	s.do(201, "ada:editor", "POST", "/acme/r/system", `{"id":"cv","name":"CV screener","stage":"design","owner":"joe","practice":["recruitment"]}`)
	var asked aimshttp.Asked
	require.NoError(t, json.Unmarshal(s.do(200, "bob:reader", "GET", "/acme/r/system/cv/questions", "").Body.Bytes(), &asked))
	require.Equal(t, asked.Span.Certain(), len(asked.Level) == 0)
	require.NotEmpty(t, asked.Controls)
	s.do(404, "bob:reader", "GET", "/acme/r/system/none/questions", "")

	path := "/acme/r/assessment/cv%231"
	w := s.do(200, "joe:editor", "GET", path+"/draft", "")
	tag := w.Header().Get("ETag")
	require.NotEmpty(t, tag)
	var d impact.Draft
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &d))
	require.NotEmpty(t, d.Sheets)
	for _, sheet := range d.Sheets {
		d.Dismiss(sheet.Harm.ID, "does not arise in this use")
	}
	d.Spare("applicant", "is ranked", "a person decides")
	d.NoConsultation, d.Summary = "a pilot with volunteers", "Fine."
	content, err := json.Marshal(d.Content)
	require.NoError(t, err)
	s.do(404, "joe:editor", "GET", "/acme/r/assessment/none/draft", "")
	s.do(404, "joe:editor", "PUT", "/acme/r/assessment/none/draft", string(content), "If-Match", "*")
	s.do(428, "joe:editor", "PUT", path+"/draft", string(content))
	s.do(422, "joe:editor", "PUT", path+"/draft", `{"state":"approved"}`, "If-Match", tag)
	s.do(422, "joe:editor", "PUT", path+"/draft", "null", "If-Match", tag)
	s.do(403, "bob:reader", "PUT", path+"/draft", string(content), "If-Match", tag)
	read := s.do(200, "joe:editor", "PUT", path+"/draft", string(content), "If-Match", tag).Header().Get("ETag")
	s.do(412, "joe:editor", "PUT", path+"/draft", `{"summary":"of what was"}`, "If-Match", tag)
	s.do(412, "joe:editor", "POST", path+"/submit", "", "If-Match", tag)
	submitted := s.do(200, "joe:editor", "POST", path+"/submit", "", "If-Match", read).Header().Get("ETag")

	// Signed is what was read: not what it has become since.
	require.Contains(t, s.do(412, "ian:editor", "POST", path+"/approve", `{"role":"impact-approver"}`, "If-Match", read).Body.String(), `"verb":"ApproveAssessment"`)
	s.do(403, "pam:editor", "POST", path+"/approve", `{"role":"impact-approver"}`, "If-Match", submitted)
	s.do(200, "ian:editor", "POST", path+"/approve", `{"role":"impact-approver","conditions":[{"text":"Check","owner":"ada","due":"`+time.Now().AddDate(0, 1, 0).Format(time.DateOnly)+`"}]}`, "If-Match", submitted)
	w = s.do(200, "pam:editor", "POST", path+"/approve", `{"role":"policy-owner"}`)
	var a impact.Assessment
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &a))
	require.Equal(t, impact.StateApproved, a.State)
	require.Len(t, a.Conditions, 1)
	s.do(409, "pam:editor", "POST", path+"/approve", `{"role":"policy-owner"}`)
}

func TestTenants(t *testing.T) {
	s := serve(t)
	for _, name := range []string{"beta", "core"} {
		require.JSONEq(t, `{"tenant":"`+name+`"}`, s.do(201, "ada:editor", "POST", "/"+name, `{"id":"bea","name":"Bea"}`).Body.String())
	}
	s.do(200, "ada:editor", "GET", "/beta/r/person/bea", "")
	s.do(409, "ada:editor", "POST", "/beta", `{"id":"bea","name":"Bea"}`)
	s.do(422, "ada:editor", "POST", "/gamma", `{"id":"bea"}`)
	s.do(422, "ada:editor", "POST", "/gamma", `null`)
	s.do(403, "bob:reader", "POST", "/gamma", `{"name":"Bea"}`)
	require.JSONEq(t, `{"items":["acme","beta"],"next":"core"}`, s.do(200, "bob:reader", "GET", "/tenants", "").Body.String())
	require.JSONEq(t, `{"items":["core"]}`, s.do(200, "bob:reader", "GET", "/tenants?from=core", "").Body.String())
	require.JSONEq(t, `{"items":["acme"],"next":"beta"}`, s.do(200, "bob:reader", "GET", "/tenants?limit=1", "").Body.String())
	s.do(422, "bob:reader", "GET", "/tenants?owner=x", "")
	s.do(403, "bob:reader", "DELETE", "/core", "")
	require.Empty(t, s.do(204, "ada:editor", "DELETE", "/core", "").Body.String())
	s.do(404, "ada:editor", "DELETE", "/core", "")
	s.do(404, "ada:editor", "GET", "/core/r/person", "")
}

// A request is known by one ID in the answer and in the trail, whoever has made it.
func TestRequestIDs(t *testing.T) {
	s := serve(t)
	requested := func(id string) string {
		w := s.do(201, "ada:editor", "POST", "/acme/r/supplier", `{"name":"S"}`, "X-Request-ID", id)
		var made aims.Supplier
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &made))
		var page struct{ Items []aims.Entry }
		require.NoError(t, json.Unmarshal(s.do(200, "ada:editor", "GET", "/acme/r/supplier/"+made.ID+"/history", "").Body.Bytes(), &page))
		require.Equal(t, w.Header().Get("X-Request-ID"), page.Items[0].By.Request)
		return page.Items[0].By.Request
	}
	require.Equal(t, "req-7", requested("req-7"))
	require.NotEmpty(t, requested(""))
	require.NotEqual(t, requested(""), requested(""))
	require.NotEmpty(t, s.do(401, "nobody", "GET", "/acme/r/person", "").Header().Get("X-Request-ID"))
	who := s.Who
	s.Who = func(r *http.Request) (aimshttp.Caller, error) {
		c, err := who(r)
		c.By.Request = "by-who"
		return c, errors.Join(err)
	}
	require.Equal(t, "by-who", requested("req-8"))
}
