package aims_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
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
	if kind, ok := reader.(aims.Kind); ok { // who sees all but one kind
		return s.Kind != kind
	}
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
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Redact: redactForGuests})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.WithoutCancel(t.Context()))) })
	o := (&org{Manager: m, t: t, journal: j, clock: c}).staffed()
	o.register(officeTool("seen", register.StageDesign), officeTool(hiddenWord, register.StageOperation), officeTool("zzq-two", register.StageDesign), officeTool("zzq-three", register.StageDesign))
	o.assess("seen")
	o.assess(hiddenWord)
	o.assess("zzq-three")
	o.prove("zzq-proof", []string{hiddenWord}, "A.6.2.8")
	o.prove("proof", []string{"seen"}, "A.6.2.8")
	o.do("lea", func(tx *aims.Tx) error {
		r := risk("a-zzq")
		r.Systems = []string{"seen"}
		require.NoError(t, tx.PutRisk(r))
		org := tx.Organisation()
		org.Name = "Org"
		require.NoError(t, tx.PutOrganisation(org))
		require.NoError(t, tx.DraftScope(aims.Scope{Statement: "all of it"}))
		require.NoError(t, tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "Policy", Summary: "s", Owner: "pam"}))
		require.NoError(t, tx.DecideControl(applicable(tx.Decision(annexa.MustParse("A.2.2")))))
		for _, of := range []string{"seen", hiddenWord} {
			r := risk("risk-" + of)
			r.Systems = []string{of}
			require.NoError(t, tx.PutRisk(r))
			require.NoError(t, tx.ReportIncident(aims.Incident{ID: "incident-" + of, Title: "Leak of " + of, Grade: aims.GradeHigh, DetectedOn: day0, Systems: []string{of}}))
			require.NoError(t, tx.RaiseNonconformity(aims.Nonconformity{ID: "n-" + of, Title: "No minutes of " + of, Severity: aims.SeverityMajor,
				Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(3)}))
			a := plan("audit-"+of, "4.1", "8.4")
			a.Systems = []string{of}
			require.NoError(t, tx.PlanAudit(a))
			require.NoError(t, tx.RaiseConcern(aims.Concern{ID: "c-" + of, RaisedBy: "staff", Text: of, RaisedOn: dayOf(0), Systems: []string{of}, Harm: impact.Harms()[0].ID}))
			require.NoError(t, tx.PutSupplier(aims.Supplier{ID: "supplier-" + of, Name: of}))
			d := dataset("set-"+of, of)
			d.Categories = append(d.Categories, register.DataHealth)
			require.NoError(t, tx.PutDataset(d))
			v := verification("verify-"+of, of)
			v.PlannedFor = tx.Today()
			require.NoError(t, tx.PlanVerification(v))
			require.NoError(t, tx.PlanDeployment(deployment("deploy-"+of, of)))
			rules := rulesOfUse("rules-"+of, of)
			rules.Title = of
			require.NoError(t, tx.DraftUseRules(rules))
			require.NoError(t, tx.DescribeLogs(logsOf(of)))
			tool := pipeline("tool-"+of, of)
			tool.Title = of
			require.NoError(t, tx.PutResource(tool))
			claim := footer("claim-" + of)
			claim.Systems, claim.About = []string{of}, aims.ClaimProduct
			require.NoError(t, tx.PutPublicClaim(claim))
			require.NoError(t, tx.PlanRetirement(ended("end-"+of, of)))
		}
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p", dayOf(900)) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(900)) })
	o.decideAll()
	o.do("pam", func(tx *aims.Tx) error { return tx.ApproveStatement(dayOf(900)) })
	return o
}

// whatIsTold calls all methods of a view, with each argument that fits, and returns
// what they tell as JSON, by method.
func whatIsTold(t *testing.T, v *aims.View, now time.Time, ids []string) map[string]string {
	t.Helper()
	some := map[reflect.Type][]reflect.Value{
		reflect.TypeFor[time.Time]():      {reflect.ValueOf(now)},
		reflect.TypeFor[calendar.Date]():  {reflect.ValueOf(calendar.Of(now, nil))},
		reflect.TypeFor[aims.Clause]():    {reflect.ValueOf(aims.MustParseClause("6.1.4")), reflect.ValueOf(aims.MustParseClause("7.5.3"))},
		reflect.TypeFor[uint64]():         {reflect.ValueOf(uint64(1))},
		reflect.TypeFor[annexa.ID]():      {reflect.ValueOf(annexa.MustParse("A.6.2.8"))},
		reflect.TypeFor[register.Stage](): {reflect.ValueOf(register.StageDesign), reflect.ValueOf(register.StageOperation)},
	}
	for _, stage := range aims.Stages() {
		some[reflect.TypeFor[aims.Stage]()] = append(some[reflect.TypeFor[aims.Stage]()], reflect.ValueOf(stage))
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
	for _, r := range append(slices.Collect(v.Risks().All()), register.Risk{Axis: register.AxisPeople}) {
		some[reflect.TypeFor[register.Risk]()] = append(some[reflect.TypeFor[register.Risk]()], reflect.ValueOf(r))
	}
	for e := range v.Evidence().All() {
		some[reflect.TypeFor[aims.Evidence]()] = append(some[reflect.TypeFor[aims.Evidence]()], reflect.ValueOf(e))
	}
	some[reflect.TypeFor[crosswalk.Ref]()] = []reflect.Value{reflect.ValueOf(aims.ControlRef(annexa.MustParse("A.2.2"))), reflect.ValueOf(aims.ControlRef(annexa.MustParse("A.5.2")))}
	for r := range v.Reviews().All() {
		some[reflect.TypeFor[aims.ManagementReview]()] = append(some[reflect.TypeFor[aims.ManagementReview]()], reflect.ValueOf(r))
	}
	some[reflect.TypeFor[aims.ManagementReview]()] = append(some[reflect.TypeFor[aims.ManagementReview]()], reflect.ValueOf(aims.ManagementReview{ID: "none"}))
	for a := range v.Audits().All() {
		some[reflect.TypeFor[aims.Audit]()] = append(some[reflect.TypeFor[aims.Audit]()], reflect.ValueOf(a))
	}
	for _, k := range aims.Kinds() {
		for _, id := range ids {
			some[reflect.TypeFor[aims.Subject]()] = append(some[reflect.TypeFor[aims.Subject]()], reflect.ValueOf(aims.Subject{Kind: k.Name, ID: id}))
		}
	}
	for _, s := range some[reflect.TypeFor[aims.Subject]()] {
		for _, verb := range []string{"ApproveAssessment", "AcceptRisk", "Withdraw"} {
			some[reflect.TypeFor[aims.Use]()] = append(some[reflect.TypeFor[aims.Use]()], reflect.ValueOf(aims.Use{Actor: "ian", Verb: verb, Subject: s.Interface().(aims.Subject)}))
		}
	}
	told := make(map[string]string)
	r := reflect.ValueOf(v)
	for i := range r.NumMethod() {
		name, m := r.Type().Method(i).Name, r.Method(i)
		if name == "For" || name == "Export" { // which the ledger refuses
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
		if v.Type().In(0).NumIn() == 2 {
			for name, e := range v.Seq2() {
				text += render(t, name) + render(t, e)
			}
			return text
		}
		for e := range v.Seq() {
			text += render(t, e)
		}
		return text
	case v.Type().Implements(reflect.TypeFor[error]()):
		var asked *aims.RecordError
		if err, _ := v.Interface().(error); errors.As(err, &asked) { // the record's name is what was asked
			return string(aims.CodeOf(err))
		}
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
	for _, now := range []time.Time{day(1), day(400), day(1200)} {
		viewsTellNothing(t, o, now)
	}
}

func viewsTellNothing(t *testing.T, o *org, now time.Time) {
	ids := []string{"none", "seen", hiddenWord, "zzq-two", "seen#1", "zzq#1", "ada", "una", aims.RoleLead}
	whole := whatIsTold(t, o.View(), now, ids)
	seen := whatIsTold(t, o.For(guest{}).View(), now, ids)
	require.Equal(t, seen, whatIsTold(t, o.View().For(guest{}), now, ids))
	forAll := whatIsTold(t, o.View().For("director"), now, ids)
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
	require.Equal(t, whole["SpanOf"], seen["SpanOf"])

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
	require.ErrorIs(t, w.Export(io.Discard), aims.ErrForbidden)
	require.Equal(t, aims.Coverage{Why: "there is no such system", Text: issue.NewText("there is no such system")}, w.CoverageOf(hiddenWord, now))
}

// Whatever kind of record a reader does not see, what is worked out is the same,
// and none of the kind is named or given.
func TestKindsThatReadersDoNotSee(t *testing.T) {
	o := redactedOrg(t)
	v, now := o.View(), day(400)
	subject := func(s aims.Subject) bool { return v.Has(s) }
	for _, k := range aims.Kinds() {
		w := v.For(k.Name)
		all, told := v.Findings(now), w.Findings(now)
		require.Len(t, told, len(all), k.Name)
		for i, f := range told {
			require.Equal(t, all[i].Check, f.Check, k.Name)
			require.Equal(t, all[i].Severity, f.Severity, k.Name)
			if f.Subject.Kind == k.Name && subject(all[i].Subject) {
				require.Empty(t, f.Subject.ID)
				require.Empty(t, f.Name)
			}
		}
		require.Len(t, w.Supports(day(1)), len(v.Supports(day(1))))
		for _, s := range w.Supports(day(1)) {
			require.Equal(t, k.Name == aims.KindEvidence, len(s.By) == 0)
		}
		due := v.DueAssessments(day(1200))
		require.NotEmpty(t, due)
		switch k.Name {
		case aims.KindSystem:
			due = nil
		case aims.KindAssessment: // which the detail names
			for i := range due {
				due[i].Trigger.Detail = ""
			}
		}
		require.Equal(t, due, w.DueAssessments(day(1200)))
		for s := range v.Systems().All() {
			require.Equal(t, v.LevelOf(s.ID), w.LevelOf(s.ID))
			for _, g := range register.Gates() {
				require.Len(t, w.Blockers(s, g, now), len(v.Blockers(s, g, now)))
			}
			c := w.CoverageOf(s.ID, day(1))
			require.Equal(t, k.Name != aims.KindSystem && v.CoverageOf(s.ID, day(1)).Covered, c.Covered)
			if k.Name == aims.KindAssessment {
				require.Empty(t, c.Assessment)
				require.Empty(t, list(w.AssessmentsOf(s.ID)))
				_, open := w.OpenAssessment(s.ID)
				require.False(t, open)
			}
		}
		own := 0
		for a := range v.Audits().All() {
			a.Auditors = []string{"ada", "bob", "rob", "ian"}
			a.Controls = []annexa.ID{annexa.MustParse("A.2.2")}
			all := slices.DeleteFunc(v.OwnWork(a), func(s aims.OwnWork) bool { return s.Subject.Kind == k.Name })
			require.Equal(t, all, w.OwnWork(a))
			own += len(all)
		}
		require.NotZero(t, own)
		_, policy := w.Policy()
		require.Equal(t, k.Name != aims.KindPolicy, policy)
		_, statement := w.ApprovedStatement()
		require.Equal(t, k.Name != aims.KindStatement, statement)
		_, holder := w.Holder(aims.RoleLead, day(1))
		require.Equal(t, k.Name != aims.KindPerson && k.Name != aims.KindRole, holder)
	}
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

// Who sees no incidents does not hear of them by the assessments that they called for.
func TestRedactKinds(t *testing.T) {
	j, c := memory.New(), &clock{now: day0}
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Redact: func(reader any, s aims.Subject, rec any) bool {
		hidden, _ := reader.([]aims.Kind)
		return aims.RedactKinds(s, rec, hidden...)
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.WithoutCancel(t.Context()))) })
	o := (&org{Manager: m, t: t, journal: j, clock: c}).staffed()
	o.register(spamFilter())
	o.do("ada", func(tx *aims.Tx) error {
		require.NoError(t, tx.ReportIncident(aims.Incident{ID: "i-secret", Title: "Leak", Grade: aims.GradeHigh, DetectedOn: day0, Systems: []string{"spam"}}))
		return tx.RaiseConcern(aims.Concern{ID: "c-secret", RaisedBy: "staff", Text: "x", RaisedOn: dayOf(0), Systems: []string{"spam"}, Harm: unfairness().Harm})
	})
	tells := func(kinds ...aims.Kind) string {
		text, err := json.Marshal(slices.Collect(o.View().For(kinds).Assessments().All()))
		require.NoError(t, err)
		require.Equal(t, !slices.Contains(kinds, aims.KindIncident), o.View().For(kinds).Incidents().Len() == 1)
		return string(text)
	}
	require.Contains(t, tells(), "i-secret")
	require.NotContains(t, tells(aims.KindIncident), "i-secret")
	require.Contains(t, tells(aims.KindIncident), "c-secret")
	require.NotContains(t, tells(aims.KindConcern), "c-secret")
	require.Contains(t, tells(aims.KindConcern), "i-secret")
}

// Who sees no actions reads in no review, of past or of today, which of them were put off.
func TestReviewsNameNoHiddenRecord(t *testing.T) {
	j, c := memory.New(), &clock{now: day0}
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Redact: func(reader any, s aims.Subject, rec any) bool {
		hidden, _ := reader.([]aims.Kind)
		return aims.RedactKinds(s, rec, hidden...)
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.WithoutCancel(t.Context()))) })
	o := (&org{Manager: m, t: t, journal: j, clock: c}).staffed()
	review := func(id string) {
		o.do("eve", func(tx *aims.Tx) error {
			return tx.HoldReview(aims.ManagementReview{ID: id, HeldOn: tx.Today(), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "w", Owner: "bob", Due: tx.Today().AddDays(20)}}})
		})
	}
	review("first")
	o.clock.Set(day(10))
	o.do("eve", func(tx *aims.Tx) error { return tx.MoveAction("first#1", dayOf(50), "the trainer was ill") })
	review("second")
	for _, row := range []struct {
		kinds []aims.Kind
		want  string
	}{{nil, "Put off so far: first#1 (1 ×, days in all: 30)."}, {[]aims.Kind{aims.KindAction}, "Put off so far: action (1 ×, days in all: 30)."}} {
		seen := o.View().For(row.kinds)
		r, _ := seen.Reviews().Get("second")
		require.Contains(t, r.Seen[0].Said.String(), row.want)
		require.Equal(t, row.kinds != nil, r.Revision == 0)
		require.Contains(t, seen.ReviewAgenda(day(10)).Points[0].Text.String(), row.want)
	}
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	r, _ := o.View().Reviews().Get("second")
	require.Equal(t, "Beschlüsse früherer Bewertungen: 1; umgesetzt: 0; überfällig: 0. Bisher verschoben: first#1 (1 ×, Tage insgesamt: 30).", german.Text(r.Seen[0].Said))
}
