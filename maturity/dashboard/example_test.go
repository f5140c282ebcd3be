package dashboard_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// small is a management system with one system, on a day of 2026.
func small() (*aims.Manager, time.Time) {
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	ctx := context.Background()
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Clock: func() time.Time { return now }, Founder: aims.Person{ID: "ada", Name: "Ada Byron"}})
	if err != nil {
		panic(err)
	}
	if err := m.Update(ctx, aims.By{Actor: "ada", Reason: "begin"}, func(tx *aims.Tx) error {
		o := tx.Organisation()
		o.Name = "Example Ltd"
		if err := tx.PutOrganisation(o); err != nil {
			return err
		}
		return tx.RegisterSystem(register.System{ID: "spam", Name: "Spam filter", Owner: "ada", Stage: register.StageOperation})
	}); err != nil {
		panic(err)
	}
	return m, now
}

// A screen is a plain value: every figure out of how many, what is unknown apart.
func ExampleCompute() {
	m, now := small()
	s, err := dashboard.Compute(m.View(), now, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := s.Board.Where.Progress
	fmt.Printf("%s %s: %d of %d %s met, %d not, %d unknown\n", s.Board.Where.Level, s.Board.Where.Name, p.Met, p.Of, p.Label, p.NotMet, p.Unknown)
	for _, l := range s.Board.Systems.Levels {
		fmt.Printf("%s: %d of %d covered\n", l.Label, l.Met, l.Of)
	}
	fmt.Println("next:", s.Lead.Actions[0].Title)
	// Output:
	// ML0 Unmanaged: 1 of 17 criteria for ML1 met, 16 not, 0 unknown
	// high: 0 of 1 covered
	// limited: 0 of 0 covered
	// minimal: 0 of 0 covered
	// next: Roles are assigned
}

// One page for the meeting, which needs nothing beside it.
func ExampleScreen_WriteHTML() {
	m, now := small()
	s, err := dashboard.Compute(m.View(), now, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var page bytes.Buffer
	if err := s.WriteHTML(&page, dashboard.ViewBoard, &dashboard.PageOptions{Base: "https://grc.example/aims"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.Contains(page.Bytes(), []byte("Where are we?")), bytes.Contains(page.Bytes(), []byte("<script")))
	// Output: true false
}

// The pages in a product, below a path of its own.
func ExampleHandler() {
	m, now := small()
	mux := http.NewServeMux()
	mux.Handle("/aims/", dashboard.Handler(m, &dashboard.Options{Base: "/aims", Clock: func() time.Time { return now }}))
	for _, path := range []string{"/aims/", "/aims/systems/spam", "/aims/systems/spam.json", "/aims/systems?colour=red", "/aims/?at=2020-01-01"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, path)
	}
	// Output:
	// 200 /aims/
	// 200 /aims/systems/spam
	// 200 /aims/systems/spam.json
	// 400 /aims/systems?colour=red
	// 404 /aims/?at=2020-01-01
}

// Everything in one zip, for an auditor to take home.
func ExampleExport() {
	m, now := small()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := dashboard.Export(context.Background(), m, z, &dashboard.ExportOptions{Clock: func() time.Time { return now }}); err != nil {
		fmt.Println(err)
		return
	}
	if err := z.Close(); err != nil {
		fmt.Println(err)
		return
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.File[:4] {
		fmt.Println(f.Name)
	}
	// Output:
	// style.css
	// index.html
	// lead.html
	// auditor.html
}

// Many organisations on one page: Refresh works out what has changed, the page opens
// nothing.
func ExampleFolio() {
	ctx, by := context.Background(), aims.By{Actor: "ada", Reason: "begin"}
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	fleet, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options {
		return &aims.Options{Clock: func() time.Time { return now }, Founder: aims.Person{ID: "ada", Name: "Ada Byron"}}
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer fleet.Close(ctx)
	register := func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "spam", Name: "Spam filter", Owner: "ada", Stage: register.StageOperation})
	}
	for _, err := range []error{fleet.Create(ctx, "acme", by, nil), fleet.Create(ctx, "bolt", by, register)} {
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	folio, err := dashboard.NewFolio(fleet, &dashboard.FolioOptions{Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		done, err := folio.Refresh(ctx)
		fmt.Println(done.Computed, "worked out,", done.Kept, "kept,", err)
	}
	for _, l := range folio.Portfolio().Lines {
		fmt.Println(l.Tenant, l.Standing.Level, l.Needs[0].Rule)
	}
	h := dashboard.PortfolioHandler(folio, &dashboard.PortfolioOptions{Base: "/portfolio", Tenants: "/tenants"})
	for _, path := range []string{"/portfolio/?need=PF-03", "/portfolio/portfolio.json", "/portfolio/?page=2", "/portfolio/?colour=red"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, path)
	}
	// Output:
	// 2 worked out, 0 kept, <nil>
	// 0 worked out, 2 kept, <nil>
	// bolt ML0 PF-03
	// acme ML0 PF-05
	// 200 /portfolio/?need=PF-03
	// 200 /portfolio/portfolio.json
	// 404 /portfolio/?page=2
	// 400 /portfolio/?colour=red
}

// A report for the board.
func ExampleScreen_WriteMarkdown() {
	m, now := small()
	s, err := dashboard.Compute(m.View(), now, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var b bytes.Buffer
	if err := s.WriteMarkdown(&b, dashboard.PackBoard); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(b.Bytes()[:bytes.Index(b.Bytes(), []byte("\n## "))]))
	// Output:
	// # Example Ltd: where we stand with AI, 1 June 2026
	//
	// **ML0 Unmanaged**. 1 of 17 criteria for ML1 met, 16 not. Of all criteria met, 4 self-declared.
}

// The line of time is drawn of what the journal shows.
func ExamplePastOf() {
	m, now := small()
	const week = 7 * 24 * time.Hour
	past, err := dashboard.PastOf(maturity.DefaultModel(), m.Between(context.Background(), now, now.Add(8*week), week))
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := dashboard.Compute(m.View(), now.Add(8*week), &dashboard.Input{Past: past})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(s.Board.Trend.Points), "points since", s.Board.Trend.Points[0].At.Format(time.DateOnly))
	// Output: 9 points since 2026-06-01
}

// A theme that can't be read is refused.
func ExampleTheme() {
	m, now := small()
	s, err := dashboard.Compute(m.View(), now, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = s.WriteHTML(os.Stdout, dashboard.ViewBoard, &dashboard.PageOptions{Theme: &dashboard.Theme{Light: dashboard.Palette{Soft: "#bbbbbb"}}})
	fmt.Println(err != nil)
	// Output: true
}
