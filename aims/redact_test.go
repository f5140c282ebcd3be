package aims_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// guest is a reader who sees nothing in which a hidden system is named, and of a
// person no name.
type guest struct{}

const (
	hiddenWord  = "zzq"
	alteredWord = "Name of "
)

func redactForGuests(reader any, s aims.Subject, rec any) bool {
	if reader != (guest{}) {
		return true
	}
	if p, ok := rec.(*aims.Person); ok {
		p.Name = "a person"
	}
	text, err := json.Marshal(rec)
	return err == nil && !strings.Contains(string(text)+s.ID, hiddenWord)
}

// redactedOrg is an organisation with records of many kinds about a hidden system,
// and others.
func redactedOrg(t *testing.T) *org {
	j, c := memory.New(), &clock{now: day0}
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, NewID: counter(), Redact: redactForGuests})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(t.Context())) })
	o := (&org{Manager: m, t: t, journal: j, clock: c}).staffed()
	o.register(officeTool("seen", register.StageDesign), officeTool(hiddenWord, register.StageOperation), officeTool("zzq-two", register.StageDesign))
	o.assess("seen")
	o.assess(hiddenWord)
	o.prove("zzq-proof", []string{hiddenWord}, "A.6.2.8")
	o.prove("proof", []string{"seen"}, "A.6.2.8")
	o.do("ada", func(tx *aims.Tx) error {
		for _, of := range []string{"seen", hiddenWord} {
			r := risk("risk-" + of)
			r.Systems = []string{of}
			require.NoError(t, tx.PutRisk(r))
			require.NoError(t, tx.ReportIncident(aims.Incident{ID: "incident-" + of, Title: "Leak of " + of, Grade: aims.GradeHigh, DetectedOn: day0, Systems: []string{of}}))
			require.NoError(t, tx.RaiseNonconformity(aims.Nonconformity{ID: "n-" + of, Title: "No minutes of " + of, Severity: aims.SeverityMajor,
				Clause: aims.MustParseClause("9.1"), RaisedOn: day0, Owner: "ada", Due: day(3)}))
			a := plan("audit-"+of, "4.1")
			a.Systems = []string{of}
			require.NoError(t, tx.PlanAudit(a))
			require.NoError(t, tx.RaiseConcern(aims.Concern{ID: "c-" + of, RaisedBy: "staff", Text: of, RaisedOn: day0, Systems: []string{of}, Harm: impact.Harms()[0].ID}))
			require.NoError(t, tx.PutSupplier(aims.Supplier{ID: "supplier-" + of, Name: of}))
		}
		return nil
	})
	return o
}

// answers calls all methods of a view, with each argument that fits, and returns
// what they tell as JSON, by method.
func answers(t *testing.T, v *aims.View, now time.Time, ids []string) map[string]string {
	t.Helper()
	some := map[reflect.Type][]reflect.Value{
		reflect.TypeFor[time.Time]():      {reflect.ValueOf(now)},
		reflect.TypeFor[annexa.ID]():      {reflect.ValueOf(annexa.MustParse("A.6.2.8"))},
		reflect.TypeFor[register.Stage](): {reflect.ValueOf(register.StageDesign), reflect.ValueOf(register.StageOperation)},
	}
	for _, id := range ids {
		some[reflect.TypeFor[string]()] = append(some[reflect.TypeFor[string]()], reflect.ValueOf(id))
	}
	for _, g := range register.Gates() {
		some[reflect.TypeFor[register.Gate]()] = append(some[reflect.TypeFor[register.Gate]()], reflect.ValueOf(g))
	}
	for s := range v.Systems().All() {
		some[reflect.TypeFor[register.System]()] = append(some[reflect.TypeFor[register.System]()], reflect.ValueOf(s))
	}
	for a := range v.Audits().All() {
		some[reflect.TypeFor[aims.Audit]()] = append(some[reflect.TypeFor[aims.Audit]()], reflect.ValueOf(a))
	}
	for _, k := range aims.Kinds() {
		for _, id := range ids {
			some[reflect.TypeFor[aims.Subject]()] = append(some[reflect.TypeFor[aims.Subject]()], reflect.ValueOf(aims.Subject{Kind: k.Name, ID: id}))
		}
	}
	told := make(map[string]string)
	r := reflect.ValueOf(v)
	for i := range r.NumMethod() {
		name, m := r.Type().Method(i).Name, r.Method(i)
		if name == "For" {
			continue
		}
		calls := [][]reflect.Value{nil}
		for at := range m.Type().NumIn() {
			fits := some[m.Type().In(at)]
			require.NotEmpty(t, fits, "%s: nothing to call it with", name)
			var longer [][]reflect.Value
			for _, c := range calls {
				for _, arg := range fits {
					longer = append(longer, append(c[:len(c):len(c)], arg))
				}
			}
			calls = longer
		}
		for _, args := range calls {
			for _, out := range m.Call(args) {
				told[name] += render(t, out)
			}
		}
	}
	return told
}

// render writes what a method tells.
func render(t *testing.T, v reflect.Value) string {
	t.Helper()
	switch {
	case strings.HasPrefix(v.Type().Name(), "Records["):
		of := fmt.Sprint(v.MethodByName("Len").Call(nil)[0])
		for id := range v.Interface().(interface{ IDs() iter.Seq[string] }).IDs() {
			of += " " + id
		}
		return of + render(t, v.MethodByName("All").Call(nil)[0])
	case v.Kind() == reflect.Func:
		text := ""
		for e := range v.Seq() {
			text += render(t, e)
		}
		return text
	case v.Type().Implements(reflect.TypeFor[error]()):
		return fmt.Sprint(v.Interface())
	}
	text, err := json.Marshal(v.Interface())
	require.NoError(t, err)
	return string(text)
}

// Nothing that a reader's view tells, by whatever method, names what is hidden or
// shows what is altered; what is worked out is the same for all.
func TestViewsForReadersTellNothing(t *testing.T) {
	o := redactedOrg(t)
	now := day(400)
	ids := []string{"none", "seen", hiddenWord, "zzq-two", "seen#1", "zzq#1", "ada", "una", aims.RoleLead}
	whole := answers(t, o.View(), now, ids)
	seen := answers(t, o.For(guest{}).View(), now, ids)
	require.Equal(t, seen, answers(t, o.View().For(guest{}), now, ids))
	forAll := answers(t, o.View().For("director"), now, ids)
	forAll["Statement"] = whole["Statement"] // which is refused wherever something might be redacted
	require.Equal(t, whole, forAll)
	hidden := 0
	for name, text := range whole {
		if strings.Contains(text, hiddenWord) {
			hidden++
		}
		require.NotContains(t, seen[name], hiddenWord, name)
		require.NotContains(t, seen[name], alteredWord, name)
	}
	require.Greater(t, hidden, 10)
	require.Contains(t, seen["Systems"], `"seen"`)
	require.Contains(t, seen["People"], `a person`)
	require.Equal(t, whole["LevelOf"], seen["LevelOf"])

	// As many findings, of the same gravity.
	v, w := o.View(), o.View().For(guest{})
	all, told := v.Findings(now), w.Findings(now)
	require.Len(t, told, len(all))
	blank := 0
	for i, f := range told {
		require.Equal(t, all[i].Check, f.Check)
		require.Equal(t, all[i].Severity, f.Severity)
		require.Equal(t, all[i].Since, f.Since)
		if f.Subject.ID == "" {
			blank++
		}
	}
	require.NotZero(t, blank)
	_, err := w.Statement(now)
	require.ErrorIs(t, err, aims.ErrForbidden)
	require.Equal(t, aims.Coverage{Why: "there is no such system"}, w.CoverageOf(hiddenWord, now))
}

func TestTrailsForReadersTellNothing(t *testing.T) {
	o := redactedOrg(t)
	n := 0
	for e, err := range o.For(guest{}).Trail(t.Context(), 0) {
		require.NoError(t, err)
		text, err := json.Marshal(e)
		require.NoError(t, err)
		require.NotContains(t, string(text), hiddenWord)
		require.NotContains(t, string(text), alteredWord)
		n += len(e.Changes)
	}
	require.NotZero(t, n)
	for e, err := range o.For(guest{}).History(t.Context(), aims.Subject{Kind: aims.KindSystem, ID: hiddenWord}) {
		require.NoError(t, err)
		t.Errorf("told of what is hidden: %v", e)
	}
	past, err := o.For(guest{}).At(t.Context(), day0)
	require.NoError(t, err)
	require.False(t, past.Systems().Has(hiddenWord))
	require.True(t, past.Systems().Has("seen"))
}
