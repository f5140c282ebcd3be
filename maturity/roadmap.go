package maturity

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
)

// Plan is a dated plan to reach a level, from what is missing.
type Plan struct {
	// Target is the level, Level that which is reached at AsOf; Start is the first day of
	// week 1.
	Target Level     `json:"target"`
	Level  Level     `json:"level"`
	AsOf   time.Time `json:"as_of"`
	Start  time.Time `json:"start"`
	// Model and ModelVersion name the model whose criteria it is of.
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	// Due is when the target was to be reached by the weeks of the plan, End when it can
	// be as things stand: no earlier than that, and later where something is late.
	Due time.Time `json:"due"`
	End time.Time `json:"end"`
	// Earliest is when it could be reached if everything were begun as soon as it can be.
	Earliest time.Time `json:"earliest"`
	// Effort is how many days of work are left.
	Effort float64 `json:"effort"`
	// Steps are the steps of the path up to the target.
	Steps []PlanStep `json:"steps"`
	// Items are the criteria up to the target, in the order of the plan.
	Items []PlanItem `json:"items"`
	// Critical are the IDs of the criteria that Earliest hangs on, each waiting for the
	// one before it.
	Critical []string `json:"critical"`
	// Accelerators are the IDs of those that count, Slips what moves or stops the plan.
	Accelerators []string `json:"accelerators"`
	Slips        []Slip   `json:"slips"`
}

// PlanStep is one step of the path with its days.
type PlanStep struct {
	// Step and Title name it; From and To are its first and last moment.
	Step  int       `json:"step"`
	Title string    `json:"title"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	// Met of Of criteria hold.
	Met int `json:"met"`
	Of  int `json:"of"`
	// Milestones are what stands at which moment.
	Milestones []PlanMilestone `json:"milestones"`
}

// PlanMilestone is a milestone with its day.
type PlanMilestone struct {
	Milestone
	// Due is the end of its week; Done says that its criteria hold.
	Due  time.Time `json:"due"`
	Done bool      `json:"done"`
}

// ItemStatus says where an item of a plan stands.
type ItemStatus string

// The statuses.
const (
	ItemDone       ItemStatus = "done"
	ItemNotApplied ItemStatus = "not_applicable"
	ItemOpen       ItemStatus = "open"
	ItemLate       ItemStatus = "late" // its week is over
)

// PlanItem is one criterion of a plan.
type PlanItem struct {
	// Criterion and Title name it; Step, Level and State are those of it, Status
	// where it stands in the plan.
	Criterion string     `json:"criterion"`
	Title     string     `json:"title"`
	Step      int        `json:"step"`
	Level     Level      `json:"level"`
	State     State      `json:"state"`
	Status    ItemStatus `json:"status"`
	// Do says what to do, Found what is missing.
	Do    issue.Text `json:"do,omitzero"`
	Found issue.Text `json:"found,omitzero"`
	// Responsible is whose task it is, by role: nobody, if the role is vacant. Subjects are
	// the records that fail it, with who sees to each.
	Responsible aims.Responsible `json:"responsible,omitzero"`
	Subjects    []PlanSubject    `json:"subjects,omitempty"`
	// Effort is how many days of work are left.
	Effort float64 `json:"effort,omitempty"`
	// After are the criteria that it waits for and that are not met yet.
	After []string `json:"after,omitempty"`
	// Due is the end of its week by the plan.
	Due time.Time `json:"due"`
	// EarliestStart and EarliestEnd are when it can be begun and met at the earliest, End
	// when it is planned to be met as things stand. They are zero of what is done.
	EarliestStart time.Time `json:"earliest_start,omitzero"`
	EarliestEnd   time.Time `json:"earliest_end,omitzero"`
	End           time.Time `json:"end,omitzero"`
	// Slack is by how many days it can take longer without putting off Plan.Earliest.
	Slack int `json:"slack,omitempty"`
	// Critical says that Plan.Earliest hangs on it.
	Critical bool `json:"critical,omitempty"`
}

// PlanSubject is one record that fails a criterion, and who sees to it.
type PlanSubject struct {
	Failure
	// Responsible is who sees to it; nobody of a record that the reader does not see.
	Responsible aims.Responsible `json:"responsible,omitzero"`
}

// RoadmapOptions are what Roadmap can be told besides; nil is fine.
type RoadmapOptions struct {
	// History is what the journal shows of the past, for Evaluate.
	History []History
	// Accelerators are the IDs of those that hold for the organisation. That of ISO/IEC
	// 27001 holds by itself where the organisation's record says so
	// (aims.Organisation.HoldsISO27001).
	Accelerators []string
}

// Roadmap makes a dated plan to reach a level: the criteria up to it, what to do about
// those that are not met, who does it, when it can be begun, when it is to be met, and
// what hangs on what. start is the first day of week 1; now, which may lie before or
// after it, is as of when it is judged what is done. The weeks and the work are tables of
// this project (PathSteps, WorkTable, Accelerators); the same input gives the same plan.
//
// Of a View.For it names no record that the reader does not see.
//
// The error is issue.Issues if target is not ML1, ML2 or ML3, start is missing, or there
// is no such accelerator.
func Roadmap(m Model, v *aims.View, now, start time.Time, target Level, opts *RoadmapOptions) (Plan, error) {
	if opts == nil {
		opts = &RoadmapOptions{}
	}
	var is issue.Issues
	checkTarget(&is, target)
	if start.IsZero() {
		is.Add("start", "required", "", "say on which day the first week begins")
	}
	var faster []Accelerator
	for i, id := range opts.Accelerators {
		at := slices.IndexFunc(accelerators, func(a Accelerator) bool { return a.ID == id })
		if at < 0 {
			is.Add(issue.Index("accelerators", i), "oneof", id, "no such accelerator; see Accelerators")
			continue
		}
		faster = append(faster, accelerators[at])
	}
	if err := is.Err(); err != nil {
		return Plan{}, err
	}
	entire := unredacted.Of(v).(*aims.View)
	if i := slices.IndexFunc(accelerators, func(a Accelerator) bool { return a.ID == accelerateISO27001 }); entire.Organisation().HoldsISO27001 && !slices.Contains(opts.Accelerators, accelerateISO27001) {
		faster = append(faster, accelerators[i])
	}
	r, in := judge(m, entire, now, pastOf(m, entire, opts.History))
	if entire != v {
		r = r.For(v)
	}
	_, sponsored := entire.Holder(aims.RoleSponsor, in.Now)
	p := Plan{Target: target, Level: r.Level, AsOf: in.Now, Start: start.UTC(), Model: m.ID, ModelVersion: m.Version,
		Steps: []PlanStep{}, Items: []PlanItem{}, Critical: []string{}, Accelerators: []string{}, Slips: slips(in.number(), sponsored)}
	for _, a := range faster {
		p.Accelerators = append(p.Accelerators, a.ID)
	}
	b := planner{plan: &p, in: in, faster: faster, ml2: heldSince(in.past.levels, PastLevel{At: in.Now, Level: r.Level}, m.ParametersOf("ML3.01").PastDays), at: make(map[string]int), works: make(map[string]Work)}
	for _, c := range r.Criteria {
		if c.Criterion.Level <= target {
			b.add(v, c)
		}
	}
	slices.SortStableFunc(p.Items, func(a, b PlanItem) int { return a.Due.Compare(b.Due) })
	for i := range p.Items {
		b.at[p.Items[i].Criterion] = i
	}
	b.schedule()
	b.slack()
	b.steps(m)
	return p, nil
}

// planner makes a plan.
type planner struct {
	plan   *Plan
	in     *Input
	faster []Accelerator
	at     map[string]int // of items, by criterion
	works  map[string]Work
	ml2    time.Time // since when it has been held up to now; zero if it is not
	order  []string  // of the items that are open, each after those that it waits for
}

// end is the end of a week of the plan.
func (b *planner) end(w int) time.Time {
	for _, a := range b.faster {
		w = a.week(w)
	}
	for _, s := range b.plan.Slips {
		w += s.Weeks
	}
	return b.plan.Start.AddDate(0, 0, 7*w)
}

// add makes the item of a criterion, without its days.
func (b *planner) add(v *aims.View, c Result) {
	w := workOf(c.Criterion)
	b.works[c.ID] = w
	i := PlanItem{Criterion: c.ID, Title: c.Title, Step: c.Step, Level: c.Criterion.Level, State: c.State, Due: b.end(w.Week)}
	if p := &b.plan.Due; i.Due.After(*p) {
		*p = i.Due
	}
	switch {
	case c.State == StateNotApplicable:
		i.Status = ItemNotApplied
	case c.State.Holds():
		i.Status = ItemDone
	case b.in.Now.After(i.Due):
		i.Status = ItemLate
	default:
		i.Status = ItemOpen
	}
	if !c.State.Holds() {
		i.Found, i.Do = c.Text, issue.Plain(c.Next)
		holder, _ := v.Holder(w.Role, b.in.Now)
		i.Responsible = aims.Responsible{Person: holder.ID, Role: w.Role}
		i.Effort = effortOf(c)
		for _, f := range c.Failing {
			i.Subjects = append(i.Subjects, PlanSubject{f, v.ResponsibleFor(f.Subject, b.in.Now)})
		}
		for _, a := range b.faster {
			if slices.Contains(a.Halves, c.ID) {
				i.Effort /= 2
			}
		}
		b.plan.Effort += i.Effort
	}
	b.plan.Items = append(b.plan.Items, i)
}

// open reports whether a criterion is in the plan and not met.
func (i *PlanItem) open() bool { return i.Status == ItemOpen || i.Status == ItemLate }

// item is the item of a criterion; nil if the plan has none.
func (b *planner) item(id string) *PlanItem {
	if i, ok := b.at[id]; ok {
		return &b.plan.Items[i]
	}
	return nil
}

// waits are the open items that one waits for, each with for how many days after it.
func (b *planner) waits(i *PlanItem) map[string]int {
	out := make(map[string]int)
	for _, w := range b.works[i.Criterion].After {
		for n := range b.plan.Items {
			if o := &b.plan.Items[n]; o.open() && o.Criterion != i.Criterion &&
				(o.Criterion == w.Criterion || w.Criterion == "" && o.Level <= w.Level) {
				out[o.Criterion] = max(out[o.Criterion], w.Days)
			}
		}
	}
	return out
}

// schedule finds the earliest days of all items, each after those that it waits for.
func (b *planner) schedule() {
	for i := range b.plan.Items {
		if item := &b.plan.Items[i]; item.open() {
			b.visit(item)
		}
	}
	b.plan.Earliest, b.plan.End = b.plan.AsOf, b.plan.AsOf
	for i := range b.plan.Items {
		item := &b.plan.Items[i]
		if !item.open() {
			continue
		}
		item.End = item.EarliestEnd
		if item.Due.After(item.End) {
			item.End = item.Due
		}
		if item.End.After(b.plan.End) {
			b.plan.End = item.End
		}
		if item.EarliestEnd.After(b.plan.Earliest) {
			b.plan.Earliest = item.EarliestEnd
		}
	}
}

func (b *planner) visit(item *PlanItem) {
	if !item.EarliestEnd.IsZero() {
		return
	}
	item.EarliestStart = b.plan.AsOf
	if b.plan.Start.After(item.EarliestStart) {
		item.EarliestStart = b.plan.Start
	}
	item.EarliestEnd = item.EarliestStart // so that what waits for itself ends
	waits := b.waits(item)
	for n := range b.plan.Items {
		o := &b.plan.Items[n]
		days, is := waits[o.Criterion]
		if !is {
			continue
		}
		b.visit(o)
		item.After = append(item.After, o.Criterion)
		if from := o.EarliestEnd.AddDate(0, 0, days); from.After(item.EarliestStart) {
			item.EarliestStart = from
		}
	}
	for _, w := range b.works[item.Criterion].After { // what is met has been so since the first record at most
		if o := b.item(w.Criterion); o != nil && !o.open() && w.Days > 0 {
			if from := b.in.firstRecord().AddDate(0, 0, w.Days); from.After(item.EarliestStart) {
				item.EarliestStart = from
			}
		}
	}
	item.EarliestEnd = item.EarliestStart.AddDate(0, 0, b.days(item))
	switch floorOf(item.Criterion) {
	case FloorHistory:
		item.EarliestEnd = b.operates(item)
	case FloorHeld:
		if !b.ml2.IsZero() {
			item.EarliestEnd = b.ml2.AddDate(0, 0, b.works[item.Criterion].Days)
		}
	}
	if item.EarliestEnd.Before(item.EarliestStart) {
		item.EarliestEnd = item.EarliestStart
	}
	b.order = append(b.order, item.Criterion)
}

// floorOf is the floor of a criterion; empty if there is none.
func floorOf(criterion string) FloorID {
	for _, f := range forecastFloors {
		if f.Criterion == criterion {
			return f.ID
		}
	}
	return ""
}

// operates is when the records of operation can reach back far enough.
func (b *planner) operates(item *PlanItem) time.Time {
	if len(b.in.operation().certain.has) > 0 {
		if ripe := b.in.operates(); ripe.After(b.plan.AsOf) {
			return ripe
		}
	}
	return item.EarliestStart.AddDate(0, 0, b.in.model.ParametersOf("ML2.22").HistoryDays)
}

// days is how long an item takes: as the table says, or as long as its work does if
// whoever sees to its subjects work side by side, five days a week.
func (b *planner) days(item *PlanItem) int {
	people := make(map[aims.Responsible]bool)
	for _, s := range item.Subjects {
		people[s.Responsible] = true
	}
	work := item.Effort * 7 / 5 / float64(max(1, len(people)))
	return max(b.works[item.Criterion].Days, int(math.Ceil(work)))
}

// slack finds by how much each item can take longer, and what the earliest end hangs on.
func (b *planner) slack() {
	latest := make(map[string]time.Time)
	for _, id := range slices.Backward(b.order) {
		item := b.item(id)
		if _, known := latest[id]; !known {
			latest[id] = b.plan.Earliest
		}
		item.Slack = int(latest[id].Sub(item.EarliestEnd) / (24 * time.Hour))
		takes := item.EarliestEnd.Sub(item.EarliestStart)
		for before, days := range b.waits(item) {
			t := latest[id].Add(-takes).AddDate(0, 0, -days)
			if old, known := latest[before]; !known || t.Before(old) {
				latest[before] = t
			}
		}
	}
	var last *PlanItem
	for i := range b.plan.Items {
		if item := &b.plan.Items[i]; item.open() && (last == nil || item.EarliestEnd.After(last.EarliestEnd)) {
			last = item
		}
	}
	for last != nil {
		last.Critical = true
		b.plan.Critical = append(b.plan.Critical, last.Criterion)
		waits := b.waits(last)
		var before *PlanItem
		for i := range b.plan.Items {
			o := &b.plan.Items[i]
			if days, is := waits[o.Criterion]; is && o.EarliestEnd.AddDate(0, 0, days).Equal(last.EarliestStart) && before == nil {
				before = o
			}
		}
		last = before
	}
	slices.Reverse(b.plan.Critical)
}

// steps sets the steps of the path beside.
func (b *planner) steps(m Model) {
	for _, s := range pathSteps {
		p := PlanStep{Step: s.Step, Title: fmt.Sprint("Step ", s.Step), From: b.end(s.First - 1), To: b.end(s.Last), Milestones: []PlanMilestone{}}
		for _, info := range m.Steps {
			if info.Step == s.Step {
				p.Title = info.Title
			}
		}
		for i := range b.plan.Items {
			if item := &b.plan.Items[i]; item.Step == s.Step && item.Status != ItemNotApplied {
				p.Of++
				if !item.open() {
					p.Met++
				}
			}
		}
		if p.Of == 0 {
			continue
		}
		for _, stone := range s.Milestones {
			if !slices.ContainsFunc(stone.Criteria, func(id string) bool { return b.item(id) != nil }) {
				continue // of a criterion that the model does not have, or beyond the target
			}
			stone.Criteria = slices.Clone(stone.Criteria)
			p.Milestones = append(p.Milestones, PlanMilestone{stone, b.end(stone.Week),
				!slices.ContainsFunc(stone.Criteria, func(id string) bool { i := b.item(id); return i != nil && i.open() })})
		}
		b.plan.Steps = append(b.plan.Steps, p)
	}
}
