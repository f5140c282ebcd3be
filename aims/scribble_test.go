package aims_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// scribble writes over everything that can be reached and written to from a
// value: elements of slices up to their capacity, entries of maps, targets of
// pointers, what iterators yield, and whatever is in those.
func scribble(v reflect.Value, seen map[any]bool) {
	if !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		scribble(v.Elem(), seen)
		return
	case reflect.Interface:
		scribble(v.Elem(), seen)
	case reflect.Func:
		if yields(v.Type()) && !v.IsNil() && v.CanInterface() {
			v.Call([]reflect.Value{reflect.MakeFunc(v.Type().In(0), func(args []reflect.Value) []reflect.Value {
				for _, a := range args {
					held := reflect.New(a.Type()).Elem()
					held.Set(a)
					scribble(held, seen)
				}
				return []reflect.Value{reflect.ValueOf(true)}
			})})
		}
		return
	case reflect.Struct:
		if all := v.MethodByName("All"); v.CanInterface() && all.IsValid() && strings.HasPrefix(v.Type().Name(), "Records[") {
			scribble(all.Call(nil)[0], seen)
			return
		}
		for i := range v.NumField() {
			scribble(v.Field(i), seen)
		}
		return
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		whole := v.Slice(0, v.Cap())
		for i := range whole.Len() {
			scribble(whole.Index(i), seen)
		}
	case reflect.Map:
		if v.IsNil() {
			return
		}
		for _, k := range v.MapKeys() {
			scribble(v.MapIndex(k), seen)
			if v.CanInterface() {
				v.SetMapIndex(k, reflect.Zero(v.Type().Elem()))
			}
		}
	}
	if !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("scribbled")
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(99)
	case reflect.Uint, reflect.Uint8, reflect.Uint64:
		v.SetUint(99)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(99)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		v.SetZero()
	}
}

// yields reports whether a type is that of an iterator.
func yields(t reflect.Type) bool {
	return t.Kind() == reflect.Func && t.NumIn() == 1 && t.NumOut() == 0 && t.In(0).Kind() == reflect.Func && t.In(0).NumOut() == 1 && t.In(0).Out(0).Kind() == reflect.Bool
}

// scrawl scribbles over a value that was handed out.
func scrawl(v any) {
	held := reflect.New(reflect.TypeFor[any]()).Elem()
	if v != nil {
		held.Set(reflect.ValueOf(v))
		p := reflect.New(reflect.TypeOf(v)).Elem()
		p.Set(reflect.ValueOf(v))
		scribble(p, map[any]bool{})
	}
}

// said is what a value says.
func said(v any) string {
	if b, err := json.Marshal(v); err == nil && string(b) != "{}" {
		return string(b)
	}
	return fmt.Sprintf("%+v", v)
}

// askAll calls every method that asks something of a View or a transaction, with
// what is on file and what is not, and hands each answer to do.
func askAll(r any, v *aims.View, do func(what string, answer any)) {
	on := reflect.ValueOf(r)
	var gates []any
	for _, g := range register.Gates() {
		gates = append(gates, g)
	}
	pool := map[reflect.Type][]any{
		reflect.TypeFor[string]():         {"none", aims.RoleSponsor, "ada"},
		reflect.TypeFor[time.Time]():      {day0, day(400)},
		reflect.TypeFor[annexa.ID]():      {annexa.MustParse("A.2.2")},
		reflect.TypeFor[register.Gate]():  gates,
		reflect.TypeFor[register.Stage](): {register.StageDesign, register.StageOperation},
	}
	text := reflect.TypeFor[string]()
	for s := range v.Systems().All() {
		pool[text] = append(pool[text], s.ID)
		pool[reflect.TypeFor[register.System]()] = append(pool[reflect.TypeFor[register.System]()], s)
	}
	for a := range v.Audits().All() {
		pool[reflect.TypeFor[aims.Audit]()] = append(pool[reflect.TypeFor[aims.Audit]()], a)
	}
	for s := range v.All() {
		pool[reflect.TypeFor[aims.Subject]()] = append(pool[reflect.TypeFor[aims.Subject]()], s)
	}
	for i := range on.NumMethod() {
		m := on.Type().Method(i)
		if _, reads := reflect.TypeFor[*aims.View]().MethodByName(m.Name); !reads && !slices.Contains([]string{"Now", "Seq", "By", "Owner", "Today"}, m.Name) {
			continue
		}
		calls := [][]reflect.Value{nil}
		for n := 1; n < m.Type.NumIn(); n++ {
			var longer [][]reflect.Value
			for _, args := range calls {
				for _, x := range pool[m.Type.In(n)] {
					longer = append(longer, append(slices.Clone(args), reflect.ValueOf(x)))
				}
			}
			calls = longer
		}
		for _, args := range calls {
			for _, answer := range on.Method(i).Call(args) {
				if answer.CanInterface() && answer.IsValid() {
					do(m.Name, answer.Interface())
				}
			}
		}
	}
}

// handedOut are what the packages hand out that is not of a journal.
func handedOut(v *aims.View) map[string]func() any {
	r, eu, c := impact.DefaultRules(), euact.Default(), crosswalk.Default()
	s, _ := v.Systems().Get("cv")
	report := func() maturity.Report { return maturity.Evaluate(maturity.DefaultModel(), v, day(400)) }
	out := map[string]func() any{
		"annexa.Controls": func() any { return annexa.Controls() }, "annexa.Objectives": func() any { return annexa.Objectives() },
		"annexa.Lookup": func() any { c, _ := annexa.Lookup(annexa.MustParse("A.6.2.4")); return c }, "annexa.EvidenceKinds": func() any { return annexa.EvidenceKinds() },
		"annexa.DecisionBounds": func() any { return annexa.DecisionBounds() }, "annexa.StatementBounds": func() any { return annexa.StatementBounds() },
		"annexa.Scopes": func() any { return annexa.Scopes() }, "annexa.Applicabilities": func() any { return annexa.Applicabilities() }, "annexa.Statuses": func() any { return annexa.Statuses() },
		"annexa.GroundKinds": func() any { return annexa.GroundKinds() }, "annexa.GapKinds": func() any { return annexa.GapKinds() },
		"impact.Rules": func() any { return r }, "impact.Rules.All": func() any { return slices.Collect(r.All()) }, "impact.Rules.Changes": func() any { return r.Changes() },
		"impact.Rules.Rule":   func() any { x, _ := r.Rule("BAS-03"); return x },
		"impact.Rules.Derive": func() any { return r.Derive(s, impact.Facts{}) },
		"impact.Rules.Explain": func() any {
			var all []any
			for rule := range r.All() {
				x, _ := r.Explain(rule.ID, s, impact.Facts{})
				all = append(all, x)
			}
			return all
		},
		"euact.Act.Table": func() any { return eu.Table() }, "euact.Act.Classify": func() any { return eu.Classify(s, dayOf(0)) },
		"euact.Act.Row": func() any {
			var all []any
			for _, row := range eu.Table().Rows {
				x, _ := eu.Row(row.ID)
				all = append(all, x)
			}
			return all
		},
		"impact.Rules.EUAct": func() any { return r.EUAct().Table() }, "euact.Classify": func() any { return euact.Classify(s, dayOf(0)) },
		"impact.Harms": func() any { return impact.Harms() }, "impact.HarmByID": func() any { h, _ := impact.HarmByID(impact.Harms()[0].ID); return h },
		"impact.Parties": func() any { return impact.Parties() }, "impact.PartyByID": func() any { p, _ := impact.PartyByID("applicant"); return p },
		"impact.Triggers": func() any { return impact.Triggers() }, "impact.Templates": func() any { return impact.Templates() }, "impact.TemplatesFor": func() any { return impact.TemplatesFor(s) },
		"impact.EvidenceKinds": func() any { return impact.EvidenceKinds() }, "impact.HarmGroups": func() any { return impact.HarmGroups() }, "impact.MITDomains": func() any { return impact.MITDomains() },
		"impact.MITSubdomains": func() any { return impact.MITSubdomains() }, "impact.NISTHarms": func() any { return impact.NISTHarms() }, "impact.AnnexCObjectives": func() any { return impact.AnnexCObjectives() },
		"impact.AnnexCRiskSources": func() any { return impact.AnnexCRiskSources() }, "impact.Duties": func() any { return impact.Duties() }, "euact.Classes": func() any { return euact.Classes() },
		"impact.Levels": func() any { return impact.Levels() }, "impact.Parts": func() any { return impact.Parts() }, "impact.Scopes": func() any { return impact.Scopes() },
		"impact.Irremediabilities": func() any { return impact.Irremediabilities() }, "impact.ReviewPrompts": func() any { return impact.ReviewPrompts() },
		"impact.SignOffRules": func() any { return impact.SignOffRules() }, "impact.DefaultPolicy": func() any { return impact.DefaultPolicy() },
		"impact.ContentBounds": func() any { return impact.ContentBounds() }, "impact.AssessmentBounds": func() any { return impact.AssessmentBounds() },
		"crosswalk.Frameworks": func() any { return c.Frameworks() }, "crosswalk.MappingSets": func() any { return c.MappingSets() },
		"crosswalk.Framework":  func() any { f, _ := c.Framework("iso42001"); return []any{f, f.Requirements()} },
		"crosswalk.MappingSet": func() any { m, _ := c.MappingSet(c.MappingSets()[0].ID); return m },
		"crosswalk.Element":    func() any { e, _ := c.Element(ref("iso42001:A.2.2")); return e },
		"crosswalk.Reaches":    func() any { return c.Reaches(ref("iso42001:A.2.2")) },
		"crosswalk.Kinds":      func() any { return crosswalk.Kinds() }, "crosswalk.Relations": func() any { return crosswalk.Relations() }, "crosswalk.Statuses": func() any { return crosswalk.Statuses() },
		"register.Gates": func() any { return register.Gates() }, "register.GateByID": func() any { g, _ := register.GateByID("G2"); return g },
		"register.DefaultCriteria": func() any { return register.DefaultCriteria() }, "register.Attributes": func() any { return register.Attributes() },
		"register.ChangeRules": func() any { return register.ChangeRules() }, "register.Stages": func() any { return register.Stages() }, "register.Areas": func() any { return register.Areas(register.AxisPeople) },
		"register.Values": func() any { return register.Values[register.Domain]() }, "register.FingerprintOf": func() any { return register.FingerprintOf(s) },
		"register.AttributeByName": func() any { a, _ := register.AttributeByName("reach"); return a },
		"register.SystemBounds":    func() any { return register.SystemBounds() }, "register.RiskBounds": func() any { return register.RiskBounds() }, "register.CriteriaBounds": func() any { return register.CriteriaBounds() },
		"maturity.DefaultModel": func() any { return maturity.DefaultModel() }, "maturity.DefaultParameters": func() any { return maturity.DefaultParameters() },
		"maturity.Omissions": func() any { return maturity.Omissions() }, "maturity.Levels": func() any { return maturity.Levels() },
		"maturity.Report": func() any { return report() }, "maturity.Blockers": func() any { return report().Blockers() }, "maturity.Next": func() any { return report().Next(9) },
		"maturity.Criterion": func() any { m := maturity.DefaultModel(); c, _ := m.Criterion(m.Criteria[0].ID); return c },
		"aims.Kinds":         func() any { return aims.Kinds() }, "aims.Clauses": func() any { return aims.Clauses() }, "aims.Checks": func() any { return aims.Probes() }, "aims.Phases": func() any { return aims.Phases() },
		"aims.ReviewTopics": func() any { return aims.ReviewTopics() }, "aims.Findings": func() any { return v.Findings(day(400)) },
		"aims.Cycle": func() any { return aims.Certificate{DecidedOn: dayOf(0)}.Cycle() },
	}
	out["register.Fingerprint.Compare"] = func() any { other := spamFilter(); return register.FingerprintOf(s).Compare(other) }
	return out
}

// goldenJournal holds a body of each kind with every field filled.
func goldenJournal(t *testing.T) storage.Journal {
	j := memory.New()
	var changes []storage.Change
	for _, k := range aims.Kinds() {
		body, err := os.ReadFile(filepath.Join("testdata", "bodies", fmt.Sprintf("%s.v%d.json", k.Name, k.Schema)))
		require.NoError(t, err)
		rec := k.New()
		require.NoError(t, json.Unmarshal(body, rec))
		changes = append(changes, storage.Change{Kind: string(k.Name), Key: k.Key(rec), Schema: k.Schema, Salt: []byte("s"), Body: body})
	}
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "golden", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`), Changes: changes}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	return j
}

// Whatever is done to what the package hands out, nothing that it shows, keeps or
// goes by changes, while others read all of it.
func TestScribblingChangesNothing(t *testing.T) {
	full := openOrg(t, goldenJournal(t), &clock{now: day(3)})
	lively := newOrg(t).staffed()
	castOf(lively)
	for name, o := range map[string]*org{"every field": full, "in use": lively} {
		t.Run(name, func(t *testing.T) {
			v := o.View()
			before, log := everything(t, v), journalText(t, o.journal)
			out := handedOut(lively.View())
			tables := make(map[string]string)
			for what, get := range out {
				tables[what] = said(get())
			}
			ctx, stop := context.WithCancel(t.Context())
			var readers sync.WaitGroup
			defer readers.Wait()
			defer stop()
			readers.Go(func() {
				for ctx.Err() == nil {
					_ = everything(t, v)
				}
			})
			askAll(v, v, func(_ string, answer any) { scrawl(answer) })
			require.ErrorIs(t, o.try("ada", func(tx *aims.Tx) error {
				askAll(tx, v, func(_ string, answer any) { scrawl(answer) })
				return errUndo
			}), errUndo)
			for e, err := range o.Trail(t.Context(), 0) {
				require.NoError(t, err)
				scrawl(e)
			}
			for s := range v.All() {
				for e, err := range o.History(t.Context(), s) {
					require.NoError(t, err)
					scrawl(e)
				}
			}
			for p, err := range o.Changes(t.Context(), 0) {
				require.NoError(t, err)
				last := p.Seq == v.Head().Seq
				scrawl(p)
				if last {
					break
				}
			}
			then, err := o.At(t.Context(), day(9))
			require.NoError(t, err)
			askAll(then, v, func(_ string, answer any) { scrawl(answer) })
			for what, get := range out {
				scrawl(get())
				for other, again := range out {
					if other == what {
						if tables[other] != said(again()) {
							t.Errorf("%s hands out what it goes by", what)
							tables[other] = said(again())
						}
					}
				}
			}
			stop()
			readers.Wait()
			require.Equal(t, before, everything(t, v))
			require.Equal(t, before, everything(t, o.View()))
			require.NoError(t, o.Verify(t.Context()))
			require.Equal(t, log, journalText(t, o.journal))
			for what, get := range out {
				require.Equal(t, tables[what], said(get()), what)
			}
			o.do("setup", func(tx *aims.Tx) error { // and it goes on
				return tx.PutPerson(aims.Person{ID: "later", Name: "Later"})
			})
		})
	}
}
