package aims

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Resource is something that AI systems need and that no other record tells of: tools,
// computing, people (7.1, A.4.4 to A.4.6). Systems can share it. The data of a system is
// told by its data sets (Dataset), the model and who supplies it by the register;
// SystemResources puts all of it together.
type Resource struct {
	// ID names the resource, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Sort says what sort of thing it is, What what it is: product and version, size and
	// place, or what the people do.
	Sort ResourceSort `json:"sort"`
	What string       `json:"what"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Systems are the IDs of the systems that need it, Stages the stages of theirs in which
	// they do.
	Systems []string         `json:"systems"`
	Stages  []register.Stage `json:"stages"`
	// Supplier is the ID of the supplier that provides it; empty if the organisation does.
	Supplier string `json:"supplier,omitempty"`
	// Persons and Competences are, of people, the IDs of who they are and of what they have
	// to be able to do.
	Persons     []string `json:"persons,omitempty"`
	Competences []string `json:"competences,omitempty"`
	// EndedOn is since when it is no resource any more; zero while it is one.
	EndedOn calendar.Date `json:"ended_on,omitzero"`
	// Authors are the IDs of those who wrote in it; verbs keep them.
	Authors []string `json:"authors,omitempty"`

	// Gaps are what was seen to be missing of it, Reviews the looks at whether it is what
	// the systems need, in the order in which they were recorded. UncheckedSince is since when
	// the record says what nobody has looked at; zero if the last look was at what it says.
	// ChangedAt is when it came to say what it says, zero where that never changed; verbs
	// keep both.
	Gaps           []ResourceGap    `json:"gaps,omitempty"`
	Reviews        []ResourceReview `json:"reviews,omitempty"`
	UncheckedSince time.Time        `json:"unchecked_since,omitzero"`
	ChangedAt      time.Time        `json:"changed_at,omitzero"`
	// CreatedAt is when it came on file; a verb sets it.
	CreatedAt time.Time `json:"created_at"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ResourceSort is what sort of thing a resource is.
type ResourceSort string

// The sorts of resources that have records of their own.
const (
	ResourceTooling   ResourceSort = "tooling"   // algorithms, libraries, pipelines (A.4.4)
	ResourceComputing ResourceSort = "computing" // machines, stores, networks, where they stand (A.4.5)
	ResourcePeople    ResourceSort = "people"    // who works on it, and what they can do (A.4.6)
)

// ResourceSorts returns the sorts in order.
func ResourceSorts() []ResourceSort { return slices.Clone(resourceSorts) }

var resourceSorts = []ResourceSort{ResourceTooling, ResourceComputing, ResourcePeople}

// ResourceGap is something of a resource that is missing.
type ResourceGap struct {
	// What is missing, Since since when, Due by when it is to be there.
	What  string        `json:"what"`
	Since calendar.Date `json:"since"`
	Due   calendar.Date `json:"due"`
	// By is the ID of the person or service that noted it, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// ClosedOn is when it was there, or not needed any more, How says so. ClosedBy is the ID
	// of the person who saw it, ClosedAt when that was recorded; verbs set them.
	ClosedOn calendar.Date `json:"closed_on,omitzero"`
	How      string        `json:"how,omitempty"`
	ClosedBy string        `json:"closed_by,omitempty"`
	ClosedAt time.Time     `json:"closed_at,omitzero"`
}

// Open reports whether it is still missing.
func (g ResourceGap) Open() bool { return g.ClosedOn.IsZero() }

// ResourceReview is a look at whether a resource is what the systems need.
type ResourceReview struct {
	// On is when it was looked at, Seen what was seen.
	On   calendar.Date `json:"on"`
	Seen string        `json:"seen"`
	// Digest is that of what the record said that was looked at (Resource.Digest). Who looks
	// may say it, and then it has to be that of what stands there; a verb sets it. Empty of
	// looks of before.
	Digest string `json:"digest,omitempty"`
	// By is the ID of the person who looked, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// ServesOn reports whether it is a resource on a day.
func (r Resource) ServesOn(day calendar.Date) bool {
	return r.EndedOn.IsZero() || day.Before(r.EndedOn)
}

// Digest is the digest of what somebody looks at who looks whether it is what the systems
// need.
func (r Resource) Digest() string {
	return digestOf(r.Sort, plainText(r.What), r.Supplier, inOrder(r.Persons), inOrder(r.Competences), inOrder(r.Systems), inOrder(r.Stages))
}

// sameResource reports whether a resource is the same, for no more systems and stages, as
// somebody sees it who looks whether it is what they need.
func sameResource(_ *Tx, was, now *Resource) bool {
	return now.Sort == was.Sort && sameText(now.What, was.What) && now.Supplier == was.Supplier && sameSet(now.Persons, was.Persons) &&
		sameSet(now.Competences, was.Competences) && noneNew(was.Systems, now.Systems) && noneNew(was.Stages, now.Stages)
}

// reviewBy is by when somebody looks at a resource: a year after the last look by somebody
// who does not own it by now, or after it came on file, and sooner where it has been
// something else since a look (lookBy).
func (x *index) reviewBy(r *Resource) calendar.Date {
	last := x.on(r.CreatedAt)
	for _, v := range r.Reviews {
		if !x.ownsNow(v.By, Subject{Kind: resources.Name(), ID: r.ID}) {
			last = calendar.Later(last, v.On)
		}
	}
	return x.lookBy(last, r.changedSince())
}

// changedSince is since when it is something else than at the last look; zero if it is not,
// or nobody has looked.
func (r *Resource) changedSince() time.Time {
	if len(r.Reviews) == 0 {
		return time.Time{}
	}
	return r.UncheckedSince
}

var resources = ledger.MustDeclare(ledger.Spec[Resource]{
	Name: KindResource,
	Key:  func(r *Resource) string { return r.ID }, SetKey: func(r *Resource, id string) { r.ID = id },
	Revision:  func(r *Resource) *uint64 { return &r.Revision },
	Completes: []string{"authors", "created_at", "tenures"},
	Carry: inTurn(handed(func(rec *Resource) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
		looking[Resource]{looks: func(r *Resource) int { return len(r.Reviews) }, since: func(r *Resource) *time.Time { return &r.UncheckedSince },
			changed: func(r *Resource) *time.Time { return &r.ChangedAt }, digest: Resource.Digest, same: sameResource}.carry),
	Listings: []ledger.Listing[Resource]{{Name: bySystem, Values: func(r *Resource) []string { return orNone(r.Systems) }}},
	Limits: within(KindResource, bounded(lists{"stages": 10, "persons": 1_000, "competences": 200, "authors": 200, "gaps": 500, "reviews": 200},
		"what", "gaps.what", "gaps.how", "reviews.seen")),
	MayDrop: func(_ ledger.Reader, r *Resource) error {
		if len(r.Gaps)+len(r.Reviews) > 0 {
			return errors.New("it was looked at; say when it ended (ended_on), and what was seen stays")
		}
		return nil
	},
	Check: checked(checkResource),
})

// PutResource puts a resource of AI systems on file, or revises it. Gaps and reviews stay;
// what is another resource since, or is for more, is to be looked at again (UncheckedSince);
// while a gap is open it does not end.
func (tx *Tx) PutResource(r Resource) error {
	return put(tx, "PutResource", resources, r, func(r *Resource) error {
		old, exists := resources.Of(tx).Get(r.ID)
		r.Authors, r.Gaps, r.Reviews, r.CreatedAt = with(old.Authors, tx.By().Actor), old.Gaps, old.Reviews, tx.Now()
		r.ChangedAt = time.Time{}
		if exists {
			r.CreatedAt = old.CreatedAt
		}
		var is Issues
		if open := slices.IndexFunc(r.Gaps, ResourceGap.Open); open >= 0 && !r.EndedOn.IsZero() && r.EndedOn != old.EndedOn {
			is.Add("ended_on", "open", r.EndedOn.String(), "gap %d is open; have it closed first", open+1)
		}
		return is.Err()
	})
}

// NoteResourceGap notes that something of a resource is missing, since when, and by when it
// is to be there.
func (tx *Tx) NoteResourceGap(id string, g ResourceGap) error {
	return revise(tx, "NoteResourceGap", resources, id, func(r *Resource) error {
		var is Issues
		saying(&is, "what", g.What)
		switch {
		case g.Since.IsZero():
			is.Add("since", "required", "", "say since when it is missing")
		case g.Since.After(tx.Today()):
			is.Add("since", "past", g.Since.String(), "says what happened, so it can't be after %s", tx.Today().String())
		}
		switch {
		case g.Due.IsZero():
			is.Add("due", "required", "", "say by when it is to be there")
		case g.Due.Before(tx.Today()):
			is.Add("due", "order", g.Due.String(), "lies before today, %s", tx.Today().String())
		}
		if !r.ServesOn(tx.Today()) {
			return ledger.Refuse(ErrState, "it ended on %s", r.EndedOn.String())
		}
		r.Gaps = append(r.Gaps, ResourceGap{What: g.What, Since: g.Since, Due: g.Due, By: tx.By().Actor, At: tx.Now()})
		return is.Err()
	})
}

// CloseResourceGap says of the n-th gap of a resource, from 1, that what was missing is
// there, or why it is not needed any more. Neither the owner of the resource nor an author
// of it does.
func (tx *Tx) CloseResourceGap(id string, n int, how string) error {
	return decide(tx, "CloseResourceGap", resources, id, func(r *Resource) error {
		if n < 1 || n > len(r.Gaps) {
			var is Issues
			is.Add("n", "range", fmt.Sprint(n), "1 to %d", len(r.Gaps))
			return is.Err()
		}
		g := &r.Gaps[n-1]
		if !g.Open() {
			return ledger.Refuse(ErrState, "it was closed on %s", g.ClosedOn.String())
		}
		var is Issues
		saying(&is, "how", how)
		g.ClosedOn, g.How, g.ClosedBy, g.ClosedAt = tx.Today(), how, tx.By().Actor, tx.Now()
		return is.Err()
	})
}

// ReviewResource records a look at whether a resource is what the systems need, by somebody
// who neither owns it nor wrote in it. What is missing NoteResourceGap says.
func (tx *Tx) ReviewResource(id string, v ResourceReview) error {
	return decide(tx, "ReviewResource", resources, id, func(r *Resource) error {
		var is Issues
		saying(&is, "seen", v.Seen)
		switch {
		case v.On.IsZero():
			is.Add("on", "required", "", "say when it was looked at")
		case v.On.After(tx.Today()):
			is.Add("on", "past", v.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case v.On.Before(tx.DayOf(r.CreatedAt)):
			is.Add("on", "order", v.On.String(), "it is on file since %s", tx.DayOf(r.CreatedAt).String())
		}
		tx.lookedAt(&is, v.On, r.ChangedAt, &v.Digest, r.Digest())
		v.By, v.At = tx.By().Actor, tx.Now()
		r.Reviews = append(r.Reviews, v)
		return is.Err()
	})
}

func checkResource(c checker, r *Resource) {
	c.says("title", r.Title, true)
	c.says("what", r.What, true)
	c.person("owner", r.Owner, true)
	oneOf(c, "sort", r.Sort, ResourceSorts())
	if len(r.Systems) == 0 {
		c.Add("systems", "required", "", "name the systems that need it")
	}
	c.systems("systems", r.Systems)
	if len(r.Stages) == 0 {
		c.Add("stages", "required", "", "say at which stages it is needed")
	}
	for i, s := range r.Stages {
		field := issue.Index("stages", i)
		oneOf(c, field, s, register.Stages())
		if slices.Contains(r.Stages[:i], s) {
			c.Add(field, "repeated", string(s), "is there already")
		}
	}
	if r.Supplier != "" && !c.has(KindSupplier, r.Supplier) {
		c.Add("supplier", "record", r.Supplier, "no such supplier on file")
	}
	switch people := len(r.Persons) + len(r.Competences); {
	case r.Sort == ResourcePeople && people == 0:
		c.Add("persons", "required", "", "name persons, or what they have to be able to do (competences)")
	case r.Sort != ResourcePeople && people > 0:
		c.Add("sort", "people", string(r.Sort), "persons and competences are of people")
	}
	if r.EndedOn.IsZero() {
		c.people("persons", r.Persons)
	}
	for i, id := range r.Competences {
		if !c.has(KindCompetence, id) {
			c.Add(issue.Index("competences", i), "record", id, "no such competence on file")
		}
	}
	c.past("ended_on", r.EndedOn)
}

// SystemResource is one resource of a system, as SystemResources tells it.
type SystemResource struct {
	// Control is the control that has it on record: A.4.3 data, A.4.4 tooling, A.4.5
	// computing, A.4.6 people.
	Control annexa.ID `json:"control"`
	// Record is where it is on file: a data set, a resource, or the system itself. Title is
	// what people call it.
	Record Subject `json:"record"`
	Title  string  `json:"title"`
	// Supplier is the ID of the supplier that provides it; empty if the organisation does.
	Supplier string `json:"supplier,omitempty"`
	// Missing says that a gap of it is open.
	Missing bool `json:"missing,omitempty"`
}

// The controls of resources.
var (
	controlResources = annexa.MustParse("A.4.2")
	controlDataOf    = annexa.MustParse("A.4.3")
	controlTooling   = annexa.MustParse("A.4.4")
	controlComputing = annexa.MustParse("A.4.5")
	controlPeopleOf  = annexa.MustParse("A.4.6")
)

// control is the control that has resources of a sort on record.
func (s ResourceSort) control() annexa.ID {
	switch s {
	case ResourceTooling:
		return controlTooling
	case ResourceComputing:
		return controlComputing
	}
	return controlPeopleOf
}

// SystemResources yields what a system needs as it is on file (A.4.2): its data sets and
// what the register names of them, its model with who supplies it, the person who oversees
// it, and the resources that name it and have not ended by now, in the order of the controls.
func (r *reading) SystemResources(system string, now time.Time) iter.Seq[SystemResource] {
	return func(yield func(SystemResource) bool) {
		s, ok := systems.Of(r.r).Get(system)
		if !ok {
			return
		}
		today := r.DayOf(now)
		var all []SystemResource
		for id, d := range datasets.Shared(r.r).Where(bySystem, system).All() {
			if d.DeletedOn.IsZero() && r.sees(datasets.Name(), id) {
				all = append(all, SystemResource{Control: controlDataOf, Record: Subject{Kind: datasets.Name(), ID: id}, Title: d.Name})
			}
		}
		itself := systemSubject(system)
		for _, d := range s.DataResources {
			all = append(all, SystemResource{Control: controlDataOf, Record: itself, Title: d.Name})
		}
		if s.Model.Name != "" {
			title := s.Model.Name
			if s.Model.Version != "" {
				title += " " + s.Model.Version
			}
			all = append(all, SystemResource{Control: controlTooling, Record: itself, Title: title, Supplier: s.Supplier})
		}
		if p := s.HumanOversight.Person; p != "" {
			all = append(all, SystemResource{Control: controlPeopleOf, Record: itself, Title: p})
		}
		for id, res := range resources.Shared(r.r).Where(bySystem, system).All() {
			if res.ServesOn(today) && r.sees(resources.Name(), id) {
				all = append(all, SystemResource{Control: res.Sort.control(), Record: Subject{Kind: resources.Name(), ID: id}, Title: res.Title, Supplier: res.Supplier,
					Missing: slices.ContainsFunc(res.Gaps, ResourceGap.Open)})
			}
		}
		slices.SortStableFunc(all, func(a, b SystemResource) int { return annexa.Compare(a.Control, b.Control) })
		for _, one := range all {
			if !yield(one) {
				return
			}
		}
	}
}

// resourceSet is a set of sorts of resources, by their place in ResourceSorts.
type resourceSet uint8

// takeResources says of each system which sorts of resources are on record, and of the
// whole organisation, under "", which ones fresh evidence shows.
func (x *index) takeResources() {
	for _, r := range resources.Shared(x.r).All() {
		sort := slices.Index(resourceSorts, r.Sort)
		if sort < 0 || !r.ServesOn(x.today) {
			continue
		}
		for _, s := range r.Systems {
			x.sorts[s] |= 1 << sort
		}
	}
}

// resourcesShown are the sorts of resources that a piece of evidence shows.
func resourcesShown(e *Evidence) (shown resourceSet) {
	for i, sort := range resourceSorts {
		if e.SupportsControl(sort.control()) || e.SupportsControl(controlResources) {
			shown |= 1 << i
		}
	}
	return shown
}

var resourcesOnRecord = Probe{
	ID: "RS-01", Title: "Live system of high impact without its resources on record", Clause: Clause{"7.1"}, Controls: ids("A.4.2", "A.4.4", "A.4.5", "A.4.6"),
	Grading: "minor: of tools, computing and people none is on record; once any resource is, each of them is asked for. Where fresh evidence shows them, or the control is left out, it is not found",
	grade:   graded(SeverityMinor),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		begun := resources.Shared(x.r).Len() > 0
		shown := x.sorts[""]
		for i, sort := range resourceSorts {
			if x.Decision(sort.control()).Applicability == annexa.Excluded {
				shown |= 1 << i
			}
		}
		for _, st := range x.states {
			if !st.live || !st.high {
				continue
			}
			var lacks []ResourceSort
			for i, sort := range resourceSorts {
				if (x.sorts[st.s.ID]|shown)&(1<<i) == 0 {
					lacks = append(lacks, sort)
				}
			}
			if len(lacks) == 0 || !begun && len(lacks) < len(resourceSorts) {
				continue
			}
			if !yield(st.itself(never, issue.NewText("Not on record: %s.", issue.Join("%s, %s", issue.Words(lacks))),
				issue.NewText("Put on record what it needs, and who provides it (PutResource)."))) {
				return
			}
		}
	},
}

// needing marks of an observation of a resource whether a live system of high impact needs it.
func (x *index) needing(r *Resource, o Observation) Observation {
	o.High = slices.ContainsFunc(r.Systems, x.isWeighty)
	o.Live = o.High
	return o
}

// isWeighty reports whether a system is live and of high impact.
func (x *index) isWeighty(system string) bool {
	s, ok := systems.Shared(x.r).Get(system)
	return ok && live(s) && highLevel(x.LevelOf(system))
}

var resourceGaps = Probe{
	ID: "RS-02", Title: "What a resource lacks is late", Clause: Clause{"7.1"}, Controls: ids("A.4.2", "A.4.4", "A.4.5", "A.4.6"),
	Grading: "minor; major where a live system of high impact needs it and it is three months late",
	grade:   majorIf(func(o Observation) bool { return highAndLive(o) && lateBy(o, late) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		for id, r := range resources.Shared(x.r).All() {
			if !r.ServesOn(x.today) {
				continue
			}
			for n, g := range r.Gaps {
				if !g.Open() || !x.overdue(g.Due) {
					continue
				}
				o := about(resources.Name(), id, r.Title, g.Due, issue.NewText("Missing since %s, and was to be there by %s: %s", g.Since, g.Due, g.What),
					issue.NewText("Get it, and have somebody close the gap who does not own the resource (CloseResourceGap).")).by(fmt.Sprint(n), "")
				if !yield(x.needing(r, o)) {
					return
				}
			}
		}
	},
}

var resourcesReviewed = Probe{
	ID: "RS-03", Title: "Resource not reviewed in a year, or since it was changed", Clause: Clause{"7.1"}, Controls: ids("A.4.2"),
	Grading: "opportunity; minor where a live system of high impact needs it",
	grade: func(o Observation) Severity {
		if highAndLive(o) {
			return SeverityMinor
		}
		return SeverityOpportunity
	},
	apiece: true,
	look: func(x *index, yield func(Observation) bool) {
		for id, r := range resources.Shared(x.r).All() {
			due := x.reviewBy(r)
			if !r.ServesOn(x.today) || !x.overdue(due) {
				continue
			}
			text := issue.NewText("Somebody was to look by %s whether it is what the systems need.", due)
			if changed := r.changedSince(); !changed.IsZero() {
				text = issue.NewText("It is another one, or for more, since %s, and somebody was to look by %s whether it is what the systems need.", day(x.on(changed)), due)
			}
			o := about(resources.Name(), id, r.Title, due, text,
				issue.NewText("Have somebody look who neither owns it nor wrote it (ReviewResource)."))
			if !yield(x.needing(r, o)) {
				return
			}
		}
	},
}
