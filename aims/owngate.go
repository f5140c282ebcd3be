package aims

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// ExceptionLimits are for how many days a grant of an exception at a gate holds at most,
// where an organisation wants fewer than the library allows. A zero means as many.
type ExceptionLimits struct {
	// Days is for systems below high impact, 1 to 30; DaysHigh for those of high impact, 1
	// to 14.
	Days     int `json:"days,omitempty"`
	DaysHigh int `json:"days_high,omitempty"`
}

// ownGates are the gate items of an organisation's own, as they are worked with.
type ownGates struct {
	items []register.OwnItem
	// asks are those of the gates before operation that a system in operation is asked for
	// still, sets the controls of each.
	asks []register.GateItem
	sets []askedControls

	// days and daysHigh are for how long a grant of an exception holds.
	days, daysHigh int
}

// decider is who decided on records of a kind: a field, and states in which that holds.
type decider struct {
	kind   Kind
	field  string
	states []string
}

// decidedOn are the fields that say who decided on a record, which verbs alone set, and
// the states in which what was decided holds; none where the record has no state.
var decidedOn = []decider{
	{plannedChanges.Name(), "approval.by", []string{string(ChangeApproved), string(ChangeDone)}},
	{deployments.Name(), "released_by", []string{string(DeploymentLive)}},
	{verifications.Name(), "by", []string{string(VerificationPassed)}},
	{evidence.Name(), "judged_by", nil},
}

// checkGates checks the items and limits of an organisation's own, and makes of them what
// they are worked with.
func checkGates(o *Options) (*ownGates, error) {
	var is Issues
	if err := register.CheckItems(o.Gates); err != nil {
		is.Merge("", err)
	}
	own := &ownGates{days: exceptionDays, daysHigh: exceptionDaysHigh}
	for _, l := range []struct {
		name      string
		told, max int
		to        *int
	}{{"days", o.Exceptions.Days, exceptionDays, &own.days}, {"days_high", o.Exceptions.DaysHigh, exceptionDaysHigh, &own.daysHigh}} {
		if l.told < 0 || l.told > l.max {
			is.Add("exceptions."+l.name, "range", fmt.Sprint(l.told), "1 to %d: an organisation makes it shorter, never longer", l.max)
		} else if l.told > 0 {
			*l.to = l.told
		}
	}
	all := slices.Concat(kinds, o.Kinds)
	for n, g := range o.Gates {
		if g.Kind != register.ItemRecord {
			continue
		}
		field := issue.Index("gates", n) + ".record"
		i := slices.IndexFunc(all, func(k ledger.AnyKind) bool { return k != nil && k.Name() == Kind(g.Record.Kind) })
		if i < 0 {
			is.Add(field+".kind", "exists", g.Record.Kind, "there is no such kind of record")
			continue
		}
		info := ledger.Info(all[i])
		if !slices.Contains(info.Listings, bySystem) {
			is.Add(field+".kind", "declared", g.Record.Kind, "records of the kind are not listed by system, so none is about one")
		}
		for m, w := range g.Record.Where {
			if !hasField(info.New(), w.Field) {
				is.Add(issue.Index(field+".where", m)+".field", "exists", w.Field, "records of kind %s have no such field", g.Record.Kind)
			}
		}
		if g.Record.Role != "" {
			switch {
			case !issue.ValidKey(g.Record.Role):
				is.Add(field+".role", "key", g.Record.Role, issue.KeyRule)
			case !slices.ContainsFunc(decidedOn, func(d decider) bool { return d.kind == info.Name }):
				is.Add(field+".role", "unused", g.Record.Role, "of records of kind %s no verb says who decided on them", g.Record.Kind)
			}
		}
	}
	if len(is) > 0 {
		return nil, fmt.Errorf("options: %w: %w", ErrInvalid, is)
	}
	for _, g := range register.Gates() {
		if len(o.Gates) == 0 {
			break
		}
		whole, _ := register.GateByID(g.ID, o.Gates...)
		for _, i := range whole.Items[len(g.Items):] {
			own.items = append(own.items, register.OwnItem{Gate: g.ID, GateItem: i})
			asks := i.Kind == register.ItemEvidence || i.Kind == register.ItemProof || i.Kind == register.ItemRecord
			if asks && (g.To == register.StageDeployment || g.To == register.StageOperation) {
				own.asks, own.sets = append(own.asks, i), append(own.sets, setOf(i.Controls))
			}
		}
	}
	return own, nil
}

// Gates returns the gates of the life cycle as this organisation has them: those of the
// library, with the items of Options.Gates after them.
func (r *reading) Gates() []register.Gate { return register.Gates(r.opts.gates.items...) }

// gate returns a gate as the organisation has it.
func (r *reading) gate(id string) (register.Gate, bool) {
	return register.GateByID(id, r.opts.gates.items...)
}

// withOwn returns the items of a gate, and those that the organisation has added to it.
func (r *reading) withOwn(gate register.Gate) []register.GateItem {
	items := slices.Clip(gate.Items)
	for _, o := range r.opts.gates.items {
		if o.Gate == gate.ID && !slices.ContainsFunc(gate.Items, func(i register.GateItem) bool { return i.ID == o.ID }) {
			items = append(items, o.GateItem)
		}
	}
	return items
}

// ownLacks returns what a system in operation lacks of the items that the organisation has
// added to the gates before it: required are the controls that its assessment requires and
// that are in place.
func (x *index) ownLacks(st *systemState, required askedControls) (items []issue.Text, controls []annexa.ID) {
	own := x.opts.gates
	shown := x.shown[st.s.ID] | x.shown[""]
	for n, i := range own.asks {
		if !i.Applies(*st.s, string(st.span.Level)) || x.everExcepted(st.s.ID, i.ID) {
			continue
		}
		switch i.Kind {
		case register.ItemEvidence:
			if of := own.sets[n] & required; of == 0 || of&shown != 0 {
				continue
			}
		case register.ItemProof:
			if own.sets[n]&shown != 0 {
				continue
			}
		default:
			if x.hasRecord(*st.s, i.Record, x.now) {
				continue
			}
		}
		items, controls = append(items, issue.NewText("%s %s", i.ID, issue.Plain(i.Requires))), append(controls, i.Controls...)
	}
	return items, controls
}

// hasRecord reports whether a record about the system is on file as an item asks.
func (r *reading) hasRecord(s register.System, asked register.RecordAsked, now time.Time) bool {
	e := r.entire()
	const page = 100
	for from := ""; ; {
		recs, next, err := ledger.PageOf(e.r, Kind(asked.Kind), map[string]string{bySystem: s.ID}, from, page)
		if err != nil {
			return false
		}
		for _, rec := range recs {
			if e.fits(s, rec, asked, now) {
				return true
			}
		}
		if from = next; from == "" {
			return false
		}
	}
}

func (r *reading) fits(s register.System, rec any, asked register.RecordAsked, now time.Time) bool {
	if e, ok := rec.(*Evidence); ok && !e.Fresh(r.DayOf(now)) {
		return false
	}
	text, err := json.Marshal(rec)
	if err != nil {
		return false
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var fields any
	if err := d.Decode(&fields); err != nil {
		return false
	}
	has := func(field string, want func(string) bool) bool {
		return slices.ContainsFunc(valuesAt(fields, strings.Split(field, ".")), want)
	}
	for _, w := range asked.Where {
		if !has(w.Field, func(v string) bool { return slices.Contains(w.In, v) }) {
			return false
		}
	}
	if asked.Role == "" {
		return true
	}
	for _, d := range decidedOn {
		if d.kind != Kind(asked.Kind) {
			continue
		}
		holds := d.states == nil || has("state", func(v string) bool { return slices.Contains(d.states, v) })
		p, ok := r.Holder(asked.Role, now)
		return holds && ok && !r.same(p.ID, s.Owner) && has(d.field, func(by string) bool { return by == p.ID })
	}
	return false
}

// valuesAt returns the texts, numbers and truths at a path, of each element of a list.
func valuesAt(v any, path []string) (out []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, valuesAt(e, path)...)
		}
	case map[string]any:
		if len(path) > 0 {
			out = valuesAt(v[path[0]], path[1:])
		}
	case nil:
	default:
		if len(path) == 0 {
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

// hasField reports whether records of a type have a field at a path of names in JSON, that
// leads through structs, lists and maps.
func hasField(rec any, path string) bool {
	t := reflect.TypeOf(rec)
	for name := range strings.SplitSeq(path, ".") {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() == reflect.Map {
			t = t.Elem()
			continue
		}
		if t.Kind() != reflect.Struct {
			return false
		}
		i := slices.IndexFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return f.IsExported() && tag == name && name != "-" && name != ""
		})
		if i < 0 {
			return false
		}
		t = reflect.VisibleFields(t)[i].Type
	}
	return true
}
