package aims_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// ada founds the management systems of these examples.
var ada = aims.Person{ID: "ada", Name: "Ada Byron"}

// open opens a management system in memory with one person and one system.
func open(ctx context.Context) *aims.Manager {
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: ada})
	if err != nil {
		panic(err)
	}
	by := aims.By{Actor: "ada", Reason: "onboard the CV screener"}
	err = m.Update(ctx, by, func(tx *aims.Tx) error {
		err := tx.RegisterSystem(register.System{ID: "cv", Name: "CV screener", Owner: "ada", Stage: register.StageVerification,
			Practices: []register.Practice{register.PracticeRecruitment}})
		return err
	})
	if err != nil {
		panic(err)
	}
	return m
}

// A system is registered, and its impact assessment is there.
func Example() {
	v := open(context.Background()).View()
	for a := range v.AssessmentsOf("cv") {
		fmt.Println(a.ID, a.State, a.Triggers[0].Kind, a.Level)
	}
	// Output: cv#1 open T-REG high
}

// A closed gate says what is missing.
func ExampleTx_AdvanceStage() {
	ctx := context.Background()
	m := open(ctx)
	err := m.Update(ctx, aims.By{Actor: "ada", Reason: "go live"}, func(tx *aims.Tx) error {
		return tx.AdvanceStage("cv", register.StageDeployment)
	})
	fmt.Println(errors.Is(err, aims.ErrGate))
	var gate *aims.GateError
	if errors.As(err, &gate) {
		fmt.Println(gate.Gate, gate.Blockers[0].Item, gate.Blockers[0].Missing)
	}
	// Output:
	// true
	// G2 G2.2 it has never been assessed and approved
}

// Who holds a role lends it for a time, for one assessment; the signature says so.
func ExampleTx_DelegateSignature() {
	ctx := context.Background()
	m := open(ctx)
	do := func(actor string, fn func(tx *aims.Tx) error) {
		if err := m.Update(ctx, aims.By{Actor: actor, Reason: "assess the CV screener"}, fn); err != nil {
			panic(err)
		}
	}
	do("ada", func(tx *aims.Tx) error {
		for _, id := range []string{"ian", "joe", "lea"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: id}); err != nil {
				return err
			}
		}
		s, _ := tx.Systems().Get("cv")
		s.Owner = "joe" // whose owner appoints who signs is not signed for by that one
		if _, err := tx.ReviseSystem(s); err != nil {
			return err
		}
		return tx.AssignRole(aims.RoleImpactApprover, "ian")
	})
	do("ian", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	do("ian", func(tx *aims.Tx) error {
		err := tx.DelegateSignature("cv#1", aims.RoleImpactApprover, "lea", "on leave", calendar.Of(tx.Now().AddDate(0, 0, 14), nil))
		a, _ := tx.Assessments().Get("cv#1")
		for _, d := range a.Delegations {
			fmt.Printf("%s signs as %s for %s\n", d.To, d.Role, d.From)
		}
		return err
	})
	// What is lent is not passed on.
	err := m.Update(ctx, aims.By{Actor: "lea", Reason: "busy"}, func(tx *aims.Tx) error {
		return tx.DelegateSignature("cv#1", aims.RoleImpactApprover, "ada", "busy", calendar.Of(tx.Now().AddDate(0, 0, 7), nil))
	})
	fmt.Println(errors.Is(err, aims.ErrForbidden))
	// Output:
	// lea signs as impact-approver for ian
	// true
}

// Findings are data: what an auditor would write down, heaviest first.
func ExampleView_Findings() {
	v := open(context.Background()).View()
	for _, f := range v.Findings(time.Now()) {
		if f.Subject.Kind == aims.KindSystem {
			fmt.Println(f.Check, f.Severity, f.Clause, f.Subject)
		}
	}
	// Output:
	// S1-11 minor 7.5.1 system/cv
	// S2-02 minor 8.4 system/cv
}

// The past stays readable.
func ExampleManager_At() {
	ctx := context.Background()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: ada, Clock: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"Alpha", "Beta"} {
		now = now.AddDate(0, 1, 0)
		err := m.Update(ctx, aims.By{Actor: "ada", Reason: "renamed"}, func(tx *aims.Tx) error {
			s, _ := tx.Suppliers().Get("s1")
			s.ID, s.Name = "s1", name
			return tx.PutSupplier(s)
		})
		if err != nil {
			panic(err)
		}
	}
	for month := range 3 {
		v, err := m.At(ctx, time.Date(2026, time.Month(month+1), 15, 0, 0, 0, 0, time.UTC))
		if err != nil {
			panic(err)
		}
		s, ok := v.Suppliers().Get("s1")
		fmt.Printf("%v %q\n", ok, s.Name)
	}
	// Output:
	// false ""
	// true "Alpha"
	// true "Beta"
}

// An HTTP handler answers with the status of the error's code. The text of what is
// not the caller's fault stays in the log.
func ExampleProblemOf() {
	m := open(context.Background())
	advance := func(w http.ResponseWriter, r *http.Request) {
		by := aims.By{Actor: "ada", Reason: r.FormValue("reason")}
		err := m.Update(r.Context(), by, func(tx *aims.Tx) error {
			return tx.AdvanceStage(r.PathValue("id"), register.Stage(r.FormValue("to")))
		})
		if err == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		p := aims.ProblemOf(err)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(p)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /systems/{id}/stage", advance)

	for _, form := range []string{"/systems/none/stage?to=deployment&reason=x", "/systems/cv/stage?to=deployment"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("POST", form, nil))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
	}
	// Output:
	// 404 {"code":"not_found","status":404,"message":"AdvanceStage: system \"none\": not found","kind":"system","id":"none","verb":"AdvanceStage"}
	// 422 {"code":"invalid","status":422,"message":"Update: invalid: reason: may not be empty (rule required, got \"\")","issues":[{"field":"reason","rule":"required","value":"","message":"may not be empty","text":{"id":"may not be empty"}}]}
}

// Who may do what is the embedder's to say: Authorize is asked before a verb, and
// again with what it wrote. Redact says what a reader sees.
func ExampleOptions() {
	ctx := context.Background()
	type role struct{}                                                    // by which a context holds what the caller may do
	clerks := func(ctx context.Context, _ aims.By, a aims.Access) error { // ctx is that of Update
		if ctx.Value(role{}) != "clerk" {
			return nil
		}
		if a.Verb != "PutPerson" {
			return errors.New("clerks keep the list of people, and nothing else")
		}
		for _, c := range a.Changes { // none before it is done
			if p, ok := c.After().(*aims.Person); ok && p.TopManagement {
				return errors.New("clerks do not say who is top management")
			}
		}
		return nil
	}
	m, err := aims.Open(ctx, memory.New(), &aims.Options{
		Founder:   ada,
		Authorize: clerks,
		Redact: func(reader any, s aims.Subject, rec any) bool {
			if p, ok := rec.(*aims.Person); ok && reader == "guest" {
				p.Email = ""
			}
			return reader != "guest" || s.Kind != aims.KindIncident
		},
	})
	if err != nil {
		panic(err)
	}
	for _, p := range []aims.Person{{ID: "joe", Name: "Joe", Email: "joe@example.org"}, {ID: "eve", Name: "Eve", TopManagement: true}} {
		ctx := context.WithValue(ctx, role{}, "clerk")
		err := m.Update(ctx, aims.By{Actor: "ada", Reason: "new colleagues"}, func(tx *aims.Tx) error { return tx.PutPerson(p) })
		fmt.Println(p.ID, err)
	}
	whole, _ := m.View().People().Get("joe")
	shown, _ := m.View().For("guest").People().Get("joe")
	fmt.Printf("%q %q\n", whole.Email, shown.Email)
	// Output:
	// joe <nil>
	// eve PutPerson: person "eve": forbidden: clerks do not say who is top management
	// "joe@example.org" ""
}

// A handler that changes any record in part, under all the rules of the verb that
// is for it. Package aimshttp has it, with ETags and more.
func ExampleTx_Patch() {
	m := open(context.Background())
	patch := func(w http.ResponseWriter, r *http.Request) {
		s := aims.Subject{Kind: aims.Kind(r.PathValue("kind")), ID: r.PathValue("id")}
		revision, _ := strconv.ParseUint(r.FormValue("revision"), 10, 64)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			err = m.Update(r.Context(), aims.By{Actor: "ada", Reason: r.FormValue("reason")}, func(tx *aims.Tx) error {
				return tx.Patch(s, revision, body)
			})
		}
		if err != nil {
			http.Error(w, err.Error(), aims.CodeOf(err).HTTP())
			return
		}
		rec, _ := m.View().Record(s)
		_ = json.NewEncoder(w).Encode(rec)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("PATCH /{kind}/{id}", patch)

	for _, try := range []struct{ revision, change string }{{"1", `{"unit":"Engines"}`}, {"1", `{"unit":"Poetry"}`}, {"3", `{"shoe_size":38}`}} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("PATCH", "/person/ada?reason=moved&revision="+try.revision, strings.NewReader(try.change)))
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
	}
	// Output:
	// 200 {"id":"ada","name":"Ada Byron","unit":"Engines","revision":3}
	// 412 Patch: person "ada": stale revision: field revision: made from 1, 3 is current
	// 422 Patch: person "ada": invalid: shoe_size: there is no such field (rule field, got "shoe_size")
}

// Many moments of the past in one pass: what a trend is drawn from.
func ExampleManager_Between() {
	ctx := context.Background()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := start
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: ada, Clock: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	for i := range 3 {
		now = now.AddDate(0, 0, 10)
		err := m.Update(ctx, aims.By{Actor: "ada", Reason: "signed up"}, func(tx *aims.Tx) error {
			return tx.PutSupplier(aims.Supplier{ID: fmt.Sprint("s", i), Name: "Acme"})
		})
		if err != nil {
			panic(err)
		}
	}
	for v, err := range m.Between(ctx, start, now, 14*24*time.Hour) {
		if err != nil {
			panic(err)
		}
		fmt.Println(v.AsOf().Format(time.DateOnly), v.Suppliers().Len())
	}
	// Output:
	// 2026-01-01 0
	// 2026-01-15 1
	// 2026-01-29 2
}

// Who shows findings all day follows what is committed, and is told what began and ended.
func ExampleView_Watch() {
	ctx := context.Background()
	m := open(ctx)
	now := m.View().Time()
	w := m.View().Watch(now)
	err := m.Update(ctx, aims.By{Actor: "ada", Reason: "found in the department's budget"}, func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "chat", Name: "Chat assistant", Owner: "ada", Stage: register.StageDesign})
	})
	if err != nil {
		panic(err)
	}
	c := w.Follow(m.View(), now)
	for _, f := range c.Began {
		fmt.Println("began:", f.Check, f.Subject, f.Severity)
	}
	for _, f := range c.Ended {
		fmt.Println("ended:", f.Check, f.Subject, f.Severity)
	}
	// Output:
	// began: S2-04 organisation/organisation major
	// began: S1-11 system/chat minor
	// began: S2-02 system/chat minor
	// ended: S2-04 organisation/organisation major
}
