package browsertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/memory"
)

// organisation is one that pages are drawn of.
type organisation struct {
	m       *aims.Manager
	input   *dashboard.Input
	clock   func() time.Time
	files   string   // where its pages stand as files; empty if they don't
	large   bool     // so that not every page is looked at
	hostile bool     // what is written in it is too long for one sheet
	only    []string // the pages to look at
	german  []string // pages to look at in German; all that the first leads to with -all
}

func open(t *testing.T, dir string) *aims.Manager {
	t.Helper()
	j, err := file.Open(dir, &file.Options{ReadOnly: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	m, err := aims.Open(t.Context(), j, nil)
	require.NoError(t, err)
	return m
}

// example runs one of the examples.
func example(t *testing.T, name string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", append([]string{"run", "./examples/" + name}, args...)...)
	c.Dir = filepath.Join("..", "..", "..")
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// organisations are a new one, the quickstart's today and some months later, a hostile
// one, and one of the size of the federal inventory: that itself where it is there. Each is
// made when it is looked at.
var organisations = []struct {
	name string
	make func(*testing.T) organisation
}{
	{"new", func(t *testing.T) organisation { return organisation{m: founded(t, "New Organisation")} }},
	{"quickstart", func(t *testing.T) organisation {
		bank := filepath.Join(t.TempDir(), "bank")
		example(t, "quickstart", "-dir", bank)
		return organisation{m: open(t, bank), files: bank + "-pages",
			german: []string{"/?lang=de", "/lead?lang=de", "/auditor?lang=de", "/findings?lang=de", "/systems/credit-scoring?lang=de"}}
	}},
	{"later", func(t *testing.T) organisation {
		bank := filepath.Join(t.TempDir(), "bank")
		example(t, "quickstart", "-dir", bank)
		m := open(t, bank)
		at := m.View().Time().AddDate(0, 0, 130)
		return organisation{m: m, clock: func() time.Time { return at }, only: []string{"/", "/lead", "/auditor", "/agenda", "/expiries"}, input: &dashboard.Input{
			Forecast: &dashboard.Forecast{Target: maturity.ML1, From: at.AddDate(0, 2, 0), To: at.AddDate(0, 4, 0), Planned: at.AddDate(0, 3, 0), Basis: "At the pace of the last quarter."},
			Roadmap: &dashboard.Roadmap{Target: maturity.ML1, Steps: []dashboard.RoadStep{
				{Title: "Name owners", Who: "Lena Vogel", From: at.AddDate(0, -1, 0), To: at.AddDate(0, 0, -7)},
				{Title: "Sign the assessments of high impact", From: at, To: at.AddDate(0, 2, 0)}}}}}
	}},
	{"hostile", func(t *testing.T) organisation { return organisation{m: hostile(t), hostile: true} }},
	{"inventory", func(t *testing.T) organisation { return organisation{m: inventory(t), large: true} }},
}

// founded is an organisation that has registered nothing.
func founded(t *testing.T, name string) *aims.Manager {
	t.Helper()
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}})
	require.NoError(t, err)
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "test"}, func(tx *aims.Tx) error {
		o := tx.Organisation()
		o.Name = name
		return tx.PutOrganisation(o)
	}))
	return m
}

// inventory has 2,133 systems.
func inventory(t *testing.T) *aims.Manager {
	t.Helper()
	csv := filepath.Join(os.Getenv("AIMSKIT_DATA"), "us-federal-ai-inventory", "2024.csv")
	if _, err := os.Stat(csv); err == nil && os.Getenv("AIMSKIT_DATA") != "" {
		abs, err := filepath.Abs(csv)
		require.NoError(t, err)
		dir := filepath.Join(t.TempDir(), "inventory")
		example(t, "inventory", "-csv", abs, "-dir", dir)
		return open(t, dir)
	}
	m := founded(t, "Generated inventory")
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "generated"}, func(tx *aims.Tx) error {
		for i := range 2133 {
			s := register.System{ID: fmt.Sprintf("use-%04d", i), Name: fmt.Sprintf("Use case %d of the agency for this and that", i), Stage: register.Stages()[i%4],
				Purpose: strings.Repeat("It does something for somebody. ", 1+i%20)}
			if i%3 == 0 {
				s.Owner = "ada"
			}
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	}))
	return m
}

// nasty is text as somebody may have written it who means harm, or doesn't look.
var nasty = []string{
	`<script>window.pwned=1</script><img src=x onerror="window.pwned=1">`,
	`"><svg onload=window.pwned=1>' onmouseover='window.pwned=1`,
	"\u202Eright to left\u2066 and \u200Fback\u2069",
	strings.Repeat("x", 200),
	"👩‍🚀🏳️‍🌈🇦🇺 " + strings.Repeat("🙂", 60),
	"one\nline\r\nafter\tanother\u2028and another",
	"</title></style></main><h1>not a heading</h1>{{.Screen}} javascript:window.pwned=1",
}

// hostile is an organisation in which every text is nasty.
func hostile(t *testing.T) *aims.Manager {
	t.Helper()
	m := founded(t, nasty[0])
	n := 0
	bad := func() string { n++; return nasty[n%len(nasty)] }
	// keep makes a record with the next of them that its check takes: some refuse some.
	keep := func(reason string, put func(tx *aims.Tx, text func() string) error) {
		t.Helper()
		var err error
		for range nasty {
			if err = m.Update(t.Context(), aims.By{Actor: "ada", Reason: reason}, func(tx *aims.Tx) error { return put(tx, bad) }); err == nil {
				return
			}
		}
		t.Errorf("nothing nasty is taken: %v", err)
	}
	now := time.Now().UTC()
	for range nasty {
		id := fmt.Sprint("n", n)
		reason := bad()
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutPerson(aims.Person{ID: id, Name: text(), Unit: text()})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutSupplier(aims.Supplier{ID: id, Name: text(), Provides: text(), Owner: "ada"})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.RegisterSystem(register.System{ID: id, Name: text(), Purpose: text(), Description: text(), Decisions: text(), Owner: "ada", Stage: register.StageOperation,
				ForeseeableMisuse: []string{text()}, DeploymentContext: text(), Labels: map[string]string{"label": text()}})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutRisk(register.Risk{ID: id, Title: text(), Description: text(), Axis: register.AxisPeople, Area: "safety", Owner: "ada", Systems: []string{id}})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.AttachEvidence(aims.Evidence{ID: id, Title: text(), Shows: text(), Collected: calendar.Of(now.AddDate(0, 0, -1), nil), URI: "https://files.example/" + id, Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.4"))}})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.AttachEvidence(aims.Evidence{ID: id + "u", Title: text(), Collected: calendar.Of(now.AddDate(0, 0, -1), nil), URI: "javascript:window.pwned=1", Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.4"))}})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.ReportIncident(aims.Incident{ID: id, Title: text(), Description: text(), Systems: []string{id}, Grade: aims.GradeHigh, DetectedOn: now.AddDate(0, 0, -1), Owner: "ada"})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: id, Title: text(), Description: text(), Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.2"), RaisedOn: calendar.Of(now.AddDate(0, 0, -1), nil), RaisedBy: "ada", Owner: "ada", Due: calendar.Of(now.AddDate(0, 1, 0), nil)})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.RaiseConcern(aims.Concern{ID: id, Text: text(), Systems: []string{id}, RaisedBy: "ada", RaisedOn: calendar.Of(now.AddDate(0, 0, -1), nil), Handler: "ada"})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutObjective(aims.Objective{ID: id, Title: text(), Measure: text(), Unit: "%", Target: 1, Direction: aims.AtLeast, Owner: "ada", Due: calendar.Of(now.AddDate(1, 0, 0), nil)})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.DraftPolicy(aims.Policy{ID: id, Title: text(), Owner: "ada"})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.DraftDocument(aims.Document{ID: id, Title: text(), Clause: aims.MustParseClause("7.5")})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutContextIssue(aims.ContextIssue{ID: id, Title: text(), Origin: aims.External, ReviewedOn: calendar.Of(now.AddDate(0, 0, -1), nil)})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutInterestedParty(aims.InterestedParty{ID: id, Name: text(), ReviewedOn: calendar.Of(now.AddDate(0, 0, -1), nil)})
		})
		keep(reason, func(tx *aims.Tx, text func() string) error {
			return tx.PutSweep(aims.Sweep{ID: id, On: calendar.Of(now.AddDate(0, 0, -1), nil), By: "ada", Sources: []string{text()}, Candidates: []aims.Candidate{{Name: text(), Where: text()}}})
		})
	}
	return m
}
