package aimshttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/aimshttp"
	"github.com/aimskit/aimskit/storage/memory"
)

// A service for many tenants: the program says who it is, Authorize what each may do,
// Redact what each is shown.
func Example() {
	fleet, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options { // or file.OpenTenants
		return &aims.Options{
			Authorize: func(ctx context.Context, _ aims.By, _ aims.Access) error {
				if c, _ := aimshttp.CallerOf(ctx); c.Reader != "editor" {
					return errors.New("readers do not write")
				}
				return nil
			},
			Redact: func(reader any, s aims.Subject, rec any) bool {
				return reader == "editor" || aims.RedactKinds(s, rec, aims.KindIncident)
			},
		}
	}})
	if err != nil {
		panic(err)
	}
	defer fleet.Close(context.Background())

	s := &aimshttp.Server{Fleet: fleet, Who: func(r *http.Request) (aimshttp.Caller, error) {
		user, role, ok := r.BasicAuth() // as a token would say it
		if !ok {
			return aimshttp.Caller{}, aims.ErrUnauthenticated
		}
		return aimshttp.Caller{By: aims.By{Actor: user, Reason: r.Header.Get("Reason"), From: r.RemoteAddr}, Reader: role}, nil
	}}
	mux := http.NewServeMux()
	s.Register(mux, "/{tenant}") // or each handler by itself
	mux.HandleFunc("POST /{tenant}", s.CreateTenant(func(tx *aims.Tx, body []byte) error {
		_, err := tx.Create(aims.KindPerson, body)
		return err
	}))
	mux.HandleFunc("GET /{tenant}/people", s.Handle(func(w http.ResponseWriter, r *aimshttp.Request) error { // of the program's own
		v, err := r.View()
		if err != nil {
			return err
		}
		return aimshttp.WriteJSON(w, http.StatusOK, v.People().Len())
	}))

	for _, call := range []struct{ role, method, path, match, body string }{
		{"", "GET", "/acme/supplier", "", ""},
		{"editor", "POST", "/acme", "", `{"id":"ada","name":"Ada"}`},
		{"editor", "POST", "/acme/supplier", "", `{"id":"s1","name":"Models Ltd"}`},
		{"editor", "PATCH", "/acme/supplier/s1", `"2"`, `{"name":"Models plc"}`},
		{"editor", "PATCH", "/acme/supplier/s1", `"2"`, `{"name":"Models SE"}`},
		{"editor", "PATCH", "/acme/supplier/s1", `"3"`, `{"nmae":"Models SE"}`},
		{"reader", "GET", "/acme/supplier", "", ""},
		{"editor", "POST", "/acme/role/executive-sponsor/assign", `"7"`, `{"person":"ada"}`},
		{"reader", "GET", "/acme/people", "", ""},
		{"reader", "POST", "/acme/supplier", "", `{"id":"s2","name":"Other"}`},
	} {
		r := httptest.NewRequest(call.method, call.path, strings.NewReader(call.body))
		r.Header.Set("Reason", "try")
		if call.role != "" {
			r.SetBasicAuth("ada", call.role)
		}
		if call.match != "" {
			r.Header.Set("If-Match", call.match)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Header().Get("ETag"), " ", w.Body.String())))
	}
	// Output:
	// 401  {"title":"Unauthorized","status":401,"detail":"it is not known who calls","code":"unauthenticated"}
	// 201  {"tenant":"acme"}
	// 201 "2" {"id":"s1","name":"Models Ltd","revision":2}
	// 200 "3" {"id":"s1","name":"Models plc","revision":3}
	// 412  {"title":"Precondition Failed","status":412,"detail":"Patch: supplier \"s1\": stale revision: field revision: made from 2, 3 is current","code":"stale","kind":"supplier","id":"s1","verb":"Patch"}
	// 422  {"title":"Unprocessable Entity","status":422,"detail":"Patch: supplier \"s1\": invalid: nmae: there is no such field; did you mean \"name\"? (rule field, got \"nmae\")","code":"invalid","kind":"supplier","id":"s1","verb":"Patch","issues":[{"field":"nmae","rule":"field","value":"nmae","message":"there is no such field; did you mean \"name\"?","text":{"id":"there is no such field; did you mean %q?","args":["name"]}}]}
	// 200  {"items":[{"id":"s1","name":"Models plc","revision":3}]}
	// 412  {"title":"Precondition Failed","status":412,"detail":"AssignRole: role \"executive-sponsor\": stale revision: field revision: made from 7, 1 is current","code":"stale","kind":"role","id":"executive-sponsor","verb":"AssignRole"}
	// 200  1
	// 403  {"title":"Forbidden","status":403,"detail":"Create: supplier \"s2\": forbidden: readers do not write","code":"forbidden","kind":"supplier","id":"s2","verb":"Create"}
}
