package dashboard

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// extra is what the screen knows of the records of a kind beside their own fields.
type extra struct {
	columns []column
	of      func(k *look, rec any) []cell
}

// extras is what lists say of some kinds beyond the fields of their records. A kind
// that is not here has its fields.
var extras = map[aims.Kind]extra{
	aims.KindSystem: {
		[]column{{key: "level", label: mark("Impact"), shown: true}, {key: "covered", label: mark("Covered"), shown: true}, {key: "certain", label: mark("Level certain")},
			{key: "known", label: mark("Known level")}, {key: "owned", label: mark("Owned")}, {key: "live", label: mark("In use")}, {key: "counted", label: mark("Counted")}, {key: "grace", label: mark("In grace")}},
		func(k *look, rec any) []cell {
			s := rec.(*register.System)
			i, counted := k.byID[s.ID]
			if !counted {
				return []cell{{text: k.say("not counted"), key: "none"}, {}, {}, {}, {}, {}, k.yesNo(false), k.yesNo(false)}
			}
			x := k.systems[i]
			level := k.enumCell(string(x.span.Level))
			if !x.span.Certain() {
				level.choice, level.text = level.text, k.say("%s, open", level.text)
			}
			covered := k.yesNo(x.coverage.Covered)
			if !x.coverage.Covered {
				covered.tone = ToneWarn
				if high(x.span.Level) && x.live() {
					covered.tone = ToneBad
				}
			}
			return []cell{level, covered, k.yesNo(x.span.Certain()), k.enumCell(string(x.span.Known)), k.yesNo(k.owned(x.owner)), k.yesNo(x.live()), k.yesNo(true), k.yesNo(k.grace[s.ID])}
		},
	},
	aims.KindDecision: {
		[]column{{key: "title", label: mark("Control"), shown: true}, {key: "area", label: mark("Area")}, {key: "practice", label: mark("In practice"), shown: true}, {key: "evidenced", label: mark("Fresh evidence"), shown: true}},
		func(k *look, rec any) []cell {
			d := rec.(*annexa.Decision)
			area := d.Control.Objective()
			if area == "" {
				area = ownArea
			}
			name := strings.TrimPrefix(k.controlName(*d), d.Control.String()+" ")
			return []cell{textCell(name), textCell(area), k.enumCell(controlState(*d, k.proofs.shown[d.Control])), k.yesNo(k.proofs.shown[d.Control])}
		},
	},
	aims.KindRisk: {
		[]column{{key: "level", label: mark("Remains"), shown: true}, {key: "above", label: mark("Above what we bear"), shown: true}, {key: "accepted", label: mark("Accepted"), shown: true}},
		func(k *look, rec any) []cell {
			r := rec.(*register.Risk)
			level := cell{text: k.say("not rated")}
			c := k.v.Criteria()
			if l, err := c.Level(r.Residual); err == nil {
				level = k.enumCell(string(l))
			}
			above := k.v.Exceeds(*r)
			accepted := above && !r.Acceptance.IsZero() && !k.today.After(r.Acceptance.Expires) && !k.v.OwnsNow(r.Acceptance.By, aims.Subject{Kind: aims.KindRisk, ID: r.ID})
			a := k.yesNo(above)
			if above && !accepted {
				a.tone = ToneBad
			}
			return []cell{level, a, k.yesNo(accepted)}
		},
	},
	aims.KindEvidence: {
		[]column{{key: "fresh", label: mark("Counts"), shown: true}, {key: "shared", label: mark("Several frameworks")}, {key: "age", label: mark("Age")}, {key: "clause", label: mark("Clause")}, {key: "control", label: mark("Control")}},
		func(k *look, rec any) []cell {
			e := rec.(*aims.Evidence)
			fresh := k.yesNo(e.Fresh(k.today))
			if fresh.key == "no" {
				fresh.tone = ToneWarn
			}
			var clause, control cell
			for _, r := range e.Supports {
				if r.Framework() != aims.FrameworkID {
					continue
				}
				into := &clause
				if strings.HasPrefix(r.Element(), "A.") {
					into = &control
				}
				into.all = append(into.all, upwards(r.Element())...)
			}
			return []cell{fresh, k.yesNo(len(e.Supports) > 0 && shared(e.Supports)), k.ageCell(k.today.Sub(e.Collected)), clause, control}
		},
	},
	aims.KindMonitoring: {
		[]column{{key: "sort", label: mark("Kind"), shown: true}, {key: "measurer", label: mark("Measured by"), shown: true}, {key: "last", label: mark("Last result"), shown: true}, {key: "within", label: mark("As it is to be"), shown: true}},
		func(k *look, rec any) []cell {
			m := rec.(*aims.Monitoring)
			measured := k.named(fieldOf{key: "measurer", kind: aims.KindPerson}, m.Measurer)
			if s := (aims.Subject{Kind: aims.KindService, ID: m.Measurer}); k.v.Has(s) {
				measured = cell{text: k.ref(s, k.calledBy(s)).Name, key: m.Measurer, route: recordRoute(s)}
			}
			last, within := cell{}, cell{}
			if r, ok := m.Last(); ok {
				last, within = k.dayCell(r.On), k.yesNo(!r.Outside)
				if r.Outside {
					within.tone = ToneWarn
				}
			}
			return []cell{k.enumCell(string(m.Sort)), measured, last, within}
		},
	},
	aims.KindCommunication: {
		[]column{{key: "topic", label: mark("Topic"), shown: true}, {key: "due", label: mark("Due"), shown: true}},
		func(k *look, rec any) []cell {
			c := rec.(*aims.Communication)
			due := k.dayCell(c.Due())
			if c.InForce() && !c.Due().IsZero() && c.Due().Before(k.today) {
				due.tone = ToneBad
			}
			return []cell{k.enumCell(string(c.Topic)), due}
		},
	},
	aims.KindException: {
		[]column{{key: "in_force", label: mark("In force"), shown: true}, {key: "expires", label: mark("Until"), shown: true}},
		func(k *look, rec any) []cell {
			e := rec.(*aims.Exception)
			in := k.yesNo(e.InForce(k.today))
			if in.key == "yes" {
				in.tone = ToneWarn
			}
			return []cell{in, k.dayCell(e.Expires())}
		},
	},
	aims.KindIncident: open(func(rec any) bool { return rec.(*aims.Incident).Open() }),
	aims.KindConcern:  open(func(rec any) bool { return rec.(*aims.Concern).Open() }),
	aims.KindAction: {
		[]column{{key: "source", label: mark("Comes from"), shown: true}, {key: "open", label: mark("Open"), shown: true}, {key: "put_off", label: mark("Put off"), shown: true, number: true}, {key: "put_off_days", label: mark("Days put off"), number: true}, {key: "seen", label: mark("Seen by another")}},
		func(k *look, rec any) []cell {
			a := rec.(*aims.Action)
			source := textCell(a.Probe)
			if a.Source.ID != "" {
				source = cell{text: shorten(k.kindAndName(a.Source), 60), key: a.Source.String()}
				if k.v.Has(a.Source) {
					source.route = recordRoute(a.Source)
				}
			}
			times, days := a.Later()
			off := k.numberCell(times)
			if a.Open() && a.PutOff() {
				off.tone = ToneWarn
			}
			return []cell{source, k.yesNo(a.Open()), off, k.numberCell(days), k.yesNo(a.Accepted())}
		},
	},
	aims.KindNonconformity: open(func(rec any) bool {
		return rec.(*aims.Nonconformity).Open()
	}),
	aims.KindAudit: open(func(rec any) bool { return rec.(*aims.Audit).ClosedOn.IsZero() }),
	aims.KindRole: {
		[]column{{key: "held", label: mark("Held"), shown: true}},
		func(k *look, rec any) []cell {
			_, ok := k.v.Holder(rec.(*aims.Role).ID, k.now)
			c := k.yesNo(ok)
			if !ok && rec.(*aims.Role).Mandatory {
				c.tone = ToneBad
			}
			return []cell{c}
		},
	},
}

// open says of the records of a kind whether they are open.
func open(is func(any) bool) extra {
	return extra{[]column{{key: "open", label: mark("Open"), shown: true}}, func(k *look, rec any) []cell { return []cell{k.yesNo(is(rec))} }}
}

// upwards are an element's number and those that it is below, such as 9.2.1, 9.2 and 9.
func upwards(n string) []string {
	all := []string{n}
	for i := len(n) - 1; i > 0; i-- {
		if n[i] == '.' {
			all = append(all, n[:i])
		}
	}
	return all
}

func (k *look) standardOrder(kind aims.Kind) bool { return kind == aims.KindDecision }

// controlOrder is the standard's order of two controls.
func controlOrder(a, b string) int {
	x, err := annexa.Parse(a)
	y, other := annexa.Parse(b)
	if err != nil || other != nil {
		return strings.Compare(a, b)
	}
	return annexa.Compare(x, y)
}

func trimFloat(f float64) string { return strconv.FormatFloat(f, 'g', 12, 64) }

// names says of which kind of records a field's value names one, by its record and its name.
func (at place) names() aims.Kind {
	if k, ok := ownKinds[place{name: at.name, of: at.record}]; ok {
		return k
	}
	return namesKind(at.name)
}

// ownKinds are the fields that name records in some types alone.
var ownKinds = map[place]aims.Kind{
	{name: "from", of: reflect.TypeFor[impact.Delegation]()}:                       aims.KindPerson,
	{name: "to", of: reflect.TypeFor[impact.Delegation]()}:                         aims.KindPerson,
	{name: "measurer", of: reflect.TypeFor[aims.Monitoring]()}:                     aims.KindPerson,
	{name: "evaluator", of: reflect.TypeFor[aims.Monitoring]()}:                    aims.KindPerson,
	{name: "users", of: reflect.TypeFor[aims.UseRules]()}:                          aims.KindPerson,
	{name: "members", of: reflect.TypeFor[aims.GoverningBody]()}:                   aims.KindPerson,
	{name: "builders", of: reflect.TypeFor[aims.Verification]()}:                   aims.KindPerson,
	{name: "data", of: reflect.TypeFor[aims.Verification]()}:                       aims.KindDataset,
	{name: "follows", of: reflect.TypeFor[aims.Verification]()}:                    aims.KindVerification,
	{name: "verification", of: reflect.TypeFor[aims.Deployment]()}:                 aims.KindVerification,
	{name: "releaser", of: reflect.TypeFor[aims.Deployment]()}:                     aims.KindPerson,
	{name: "dataset", of: reflect.TypeFor[aims.Remain]()}:                          aims.KindDataset,
	{name: "former_owners", of: reflect.TypeFor[aims.Action]()}:                    aims.KindPerson,
	{name: "former_owners", of: reflect.TypeFor[aims.Opportunity]()}:               aims.KindPerson,
	{name: "high", of: reflect.TypeFor[aims.CertificationApplication]()}:           aims.KindSystem,
	{name: "outsourced", of: reflect.TypeFor[aims.CertificationApplication]()}:     aims.KindSupplier,
	{name: "top_management", of: reflect.TypeFor[aims.CertificationApplication]()}: aims.KindPerson,
	{name: "incidents", of: reflect.TypeFor[aims.CertificationApplication]()}:      aims.KindIncident,
}

// namesKind says of which kind of records a field's value names one.
func namesKind(field string) aims.Kind {
	if k, ok := fieldKinds[field]; ok {
		return k
	}
	if strings.HasSuffix(field, "_by") {
		return aims.KindPerson
	}
	return ""
}

// fieldKinds are the fields of records that name other records.
var fieldKinds = map[string]aims.Kind{
	"owner": aims.KindPerson, "holder": aims.KindPerson, "assessor": aims.KindPerson, "collector": aims.KindPerson, "chair": aims.KindPerson,
	"attendees": aims.KindPerson, "auditors": aims.KindPerson, "authors": aims.KindPerson, "handler": aims.KindPerson, "by": aims.KindPerson,
	"person": aims.KindPerson, "reported_to": aims.KindPerson, "confirmed": aims.KindPerson, "actor": aims.KindPerson, "founder": aims.KindPerson,
	"system": aims.KindSystem, "systems": aims.KindSystem, "supplier": aims.KindSupplier, "assessment": aims.KindAssessment,
	"fulfilled_by": aims.KindAssessment, "superseded_by": aims.KindAssessment, "group": aims.KindAssessment, "control": aims.KindDecision,
	"controls": aims.KindDecision, "audit": aims.KindAudit, "evidence": aims.KindEvidence, "corrects": aims.KindReview, "replaces": aims.KindDocument,
	"role": aims.KindRole, "roles": aims.KindRole, "appointed": aims.KindRole, "lead": aims.KindPerson, "persons": aims.KindPerson, "watcher": aims.KindPerson,
	"competence": aims.KindCompetence, "risk": aims.KindRisk, "statement_id": aims.KindStatement,
}
