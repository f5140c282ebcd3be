package aims

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Dataset is a set of data that AI systems are built on, are fed or hold (A.7.2 to A.7.6),
// on record once for all of them: who answers for it, where it came from and by which
// right, what was done to it, and what its quality is to be and is. What an entry of the
// register says of the same data (register.DataResource) goes by the same name.
type Dataset struct {
	// ID names the data set, Name is what people call it: no two have one name. FormerNames
	// are those that it had before, oldest first, which no other takes; verbs set them.
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	FormerNames []string `json:"former_names,omitempty"`
	// Systems are the IDs of the systems that rest on it, Uses what it serves there.
	Systems []string  `json:"systems,omitempty"`
	Uses    []DataUse `json:"uses,omitempty"`
	// Owner is the ID of the person who answers for it (A.7.2). Empty means that nobody
	// does, which is a finding.
	Owner string `json:"owner,omitempty"`
	// Version is which state of the data this is about. Quality is measured of a version.
	Version string `json:"version,omitempty"`
	// Categories are what is in it; nil while nobody has said.
	Categories []register.DataCategory `json:"categories,omitempty"`
	// Period says which time the data covers.
	Period string `json:"period,omitempty"`
	// Acquired says where it came from (A.7.3), Rights by which right it is used.
	Acquired DataAcquisition `json:"acquired,omitzero"`
	Rights   DataRights      `json:"rights,omitzero"`
	// Provenance is what became of it since, oldest first (A.7.5). A step on file stays;
	// what was told wrongly is put right by another one.
	Provenance []DataStep `json:"provenance,omitempty"`
	// Preparation says by which methods it is cleaned, labelled, filled up or changed
	// for its use, and why by these (A.7.6).
	Preparation string `json:"preparation,omitempty"`
	// Measures are what its quality is to be (A.7.4), Results what it was found to be,
	// oldest first; MeasureDataset adds to them.
	Measures []QualityMeasure `json:"measures,omitempty"`
	Results  []QualityResult  `json:"results,omitempty"`
	// Retention says how long it is kept and why, KeepUntil the last day if there is one,
	// DeletedOn when it was deleted. What a system was built on counts on after that.
	Retention string        `json:"retention,omitempty"`
	KeepUntil calendar.Date `json:"keep_until,omitzero"`
	DeletedOn calendar.Date `json:"deleted_on,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// DataUse is what a data set serves.
type DataUse string

// The uses.
const (
	UseTraining   DataUse = "training"
	UseValidation DataUse = "validation" // while the system is tuned
	UseTest       DataUse = "test"       // once it is
	UseRetrieval  DataUse = "retrieval"  // looked up in operation
	UseInput      DataUse = "input"      // fed in operation
)

// DataUses lists the uses.
func DataUses() []DataUse {
	return []DataUse{UseTraining, UseValidation, UseTest, UseRetrieval, UseInput}
}

// DataAcquisition says how a data set was acquired (A.7.3).
type DataAcquisition struct {
	// Origin says of which sort it is, From whom or which place, product or register it
	// came from, How by what way.
	Origin register.DataOrigin `json:"origin,omitempty"`
	From   string              `json:"from,omitempty"`
	How    string              `json:"how,omitempty"`
	// Supplier is the ID of the supplier on file; may be empty.
	Supplier string `json:"supplier,omitempty"`
	// On is when it was acquired.
	On calendar.Date `json:"on,omitzero"`
}

// DataRights says by which right a data set is used (A.7.3).
type DataRights struct {
	// Basis is the ground: a contract, a consent, a law, or that it is the organisation's
	// own. Licence names the licence; Limits says what may not be done with it.
	Basis   string `json:"basis,omitempty"`
	Licence string `json:"licence,omitempty"`
	Limits  string `json:"limits,omitempty"`
	// Until is the last day of the right, if it ends.
	Until calendar.Date `json:"until,omitzero"`
}

// none reports whether no right is on file.
func (r DataRights) none() bool { return blank(r.Basis) && blank(r.Licence) }

// DataStep is one thing that was done to a data set: taken over, joined, moved, changed
// (A.7.5).
type DataStep struct {
	// What was done, By by whom, On when.
	What string        `json:"what"`
	By   string        `json:"by,omitempty"`
	On   calendar.Date `json:"on"`
}

// QualityMeasure is one thing that the quality of a data set is measured by, with what is
// required (A.7.4).
type QualityMeasure struct {
	// ID names it within the data set, What says what is measured, Unit in which unit.
	ID   string `json:"id"`
	What string `json:"what"`
	Unit string `json:"unit,omitempty"`
	// Required is the value to reach, Direction says on which side of it is good.
	Required  float64   `json:"required"`
	Direction Direction `json:"direction"`
}

// Met reports whether a value is as required.
func (m QualityMeasure) Met(value float64) bool {
	return Objective{Target: m.Required, Direction: m.Direction}.Met(value)
}

// looser reports whether it lets a value through that the other one does not.
func (m QualityMeasure) looser(than QualityMeasure) bool {
	return m.Direction != than.Direction || m.Direction == AtLeast && m.Required < than.Required || m.Direction == AtMost && m.Required > than.Required
}

// QualityResult is what a measure of quality came to.
type QualityResult struct {
	// Measure is the ID of the measure, Version the state of the data that was measured.
	Measure string `json:"measure"`
	Version string `json:"version,omitempty"`
	// On is when it was measured, Value what it came to, Note what is to be known of it.
	On    calendar.Date `json:"on"`
	Value float64       `json:"value"`
	Note  string        `json:"note,omitempty"`
	// By is the ID of who measured, which is who records it, RecordedAt when that was.
	By         string    `json:"by"`
	RecordedAt time.Time `json:"recorded_at"`
}

func (r QualityResult) equal(o QualityResult) bool {
	return r.Measure == o.Measure && r.Version == o.Version && r.On == o.On && r.Value == o.Value && r.Note == o.Note && r.By == o.By && r.RecordedAt.Equal(o.RecordedAt)
}

// Last returns the result of a measure that counts: the latest of the present version, by
// its day and then by when it was recorded; false if that was never measured, or not since
// the last step of its provenance: what was done to data may have changed what was measured.
func (d Dataset) Last(measure string) (QualityResult, bool) {
	var last QualityResult
	var done calendar.Date // the last step
	if n := len(d.Provenance); n > 0 {
		done = d.Provenance[n-1].On
	}
	found := false
	for _, r := range d.Results {
		if r.Measure == measure && r.Version == d.Version && !r.On.Before(done) && (!found || !r.On.Before(last.On)) {
			last, found = r, true
		}
	}
	return last, found
}

// hasResult reports whether the present version was ever measured by a measure; by any, if
// that is empty.
func (d *Dataset) hasResult(measure string) bool {
	return slices.ContainsFunc(d.Results, func(r QualityResult) bool {
		return r.Version == d.Version && (measure == "" || r.Measure == measure)
	})
}

// measured reports whether something is required of its quality, and all of it has been
// measured of the present version, since the last thing was done to it.
func (d *Dataset) measured() bool {
	for _, m := range d.Measures {
		if _, ok := d.Last(m.ID); !ok {
			return false
		}
	}
	return len(d.Measures) > 0
}

// asRequired reports whether each measure is met.
func (d *Dataset) asRequired() bool {
	return d.measured() && !slices.ContainsFunc(d.Measures, func(m QualityMeasure) bool { last, _ := d.Last(m.ID); return !m.Met(last.Value) })
}

// tells reports whether what a control of A.7 asks for is on record of it.
func (d *Dataset) tells(control annexa.ID) bool {
	switch control.String() {
	case "A.7.2":
		return d.Owner != "" && !blank(d.Retention)
	case "A.7.3":
		return d.Acquired.Origin != "" && !blank(d.Acquired.From) && !d.Rights.none()
	case "A.7.4":
		return d.measured()
	case "A.7.5":
		return len(d.Provenance) > 0
	case "A.7.6":
		return !blank(d.Preparation)
	}
	return false
}

// DataShows reports whether data sets are on file on which a system rests, and each tells
// what a control of A.7 asks for; of A.7.4 that its quality is as required. It stands for
// evidence of the control at gates.
func (r *reading) DataShows(system string, control annexa.ID) bool {
	of := datasets.Shared(r.r).Where(bySystem, system)
	for _, d := range of.All() {
		if !d.tells(control) || control.String() == "A.7.4" && !d.asRequired() {
			return false
		}
	}
	return of.Len() > 0
}

// Personal reports whether data about persons is in it, as far as is told.
func (d Dataset) Personal() bool { return slices.ContainsFunc(d.Categories, personal) }

// personal reports whether a category is of data about persons.
func personal(c register.DataCategory) bool {
	switch c {
	case register.DataNone, register.DataConfidential, register.DataCopyrighted, register.DataScraped, register.DataIndigenous, register.DataSynthetic:
		return false
	}
	return true
}

var datasets = ledger.MustDeclare(ledger.Spec[Dataset]{
	Name: KindDataset,
	Key:  func(d *Dataset) string { return d.ID }, SetKey: func(d *Dataset, id string) { d.ID = id },
	Revision:  func(d *Dataset) *uint64 { return &d.Revision },
	Completes: []string{"results", "categories", "uses", "former_names"},
	Listings:  []ledger.Listing[Dataset]{{Name: bySystem, Values: func(d *Dataset) []string { return d.Systems }}},
	Limits: within(KindDataset, bounded(lists{"former_names": 100, "uses": 20, "categories": 50, "provenance": 500, "measures": 100, "results": 4_000},
		"acquired.how", "rights.basis", "rights.limits", "provenance.what", "preparation", "retention")),
	Check: checked(checkDataset),
})

// PutDataset puts a data set on file, or revises it. If its name, source, right, categories,
// uses, preparation or version become other ones, that is a material change of each
// system on it: the same commit opens an assessment of each, or joins the one that is
// open. So does a system that comes to rest on it, unless the data set is new on file and
// the system's entry names it already. The same words in another form are no change, and
// neither is what had not been told before.
//
// A data set stays on file; one on which nothing rests is asked nothing. Results stay; those
// from before the last step of the provenance count no more (Dataset.Last). While the version
// stays, a measure of which there are results is neither dropped nor made looser, and what was
// measured is not prepared otherwise.
func (tx *Tx) PutDataset(d Dataset) error {
	var old Dataset
	return put(tx, "PutDataset", datasets, d, func(d *Dataset) error {
		var exists bool
		old, exists = datasets.Of(tx).Get(d.ID)
		d.Categories, d.Uses = inOrder(d.Categories), inOrder(d.Uses)
		var is Issues
		if len(d.Results) > 0 && !slices.EqualFunc(d.Results, old.Results, QualityResult.equal) {
			is.Add("results", "verb", strconv.Itoa(len(d.Results)), "results are added by MeasureDataset and never changed")
		}
		d.Results, d.FormerNames = old.Results, old.FormerNames
		if !sameText(d.Name, old.Name) {
			if exists {
				d.FormerNames = append(d.FormerNames, old.Name)
			}
			for id, o := range datasets.Shared(tx).All() {
				if id != d.ID && (sameText(o.Name, d.Name) || slices.ContainsFunc(o.FormerNames, func(n string) bool { return sameText(n, d.Name) })) {
					is.Add("name", "repeated", d.Name, "data set %q is or was called so; one and the same is on file once, another has a name of its own", id)
					break
				}
			}
		}
		if exists {
			old.keeps(&is, d)
		}
		return is.Err()
	}, func(d *Dataset) error { return tx.datasetChanged(&old, d) })
}

// keeps checks that what counted of a data set stays in its next revision.
func (d *Dataset) keeps(is *Issues, next *Dataset) {
	for i, s := range d.Provenance {
		if i >= len(next.Provenance) || next.Provenance[i].On != s.On || !sameText(next.Provenance[i].What, s.What) || !sameText(next.Provenance[i].By, s.By) {
			is.Add(issue.Index("provenance", i), "kept", s.What, "what was done stays on record; add what puts it right")
			break
		}
	}
	if !d.DeletedOn.IsZero() {
		kept(is, "deleted_on", d.DeletedOn, next.DeletedOn, "what comes back is another data set")
	}
	if next.Version != d.Version {
		if slices.ContainsFunc(d.Results, func(r QualityResult) bool { return r.Version == next.Version }) {
			is.Add("version", "kept", next.Version, "it was measured by the requirements of its time; what comes back has a version of its own")
		}
		return // of which nothing has been measured
	}
	if !blank(d.Preparation) && d.hasResult("") && !sameText(d.Preparation, next.Preparation) {
		is.Add("preparation", "kept", next.Preparation, "it was measured as it was prepared; prepared otherwise it is another version of the data")
	}
	for _, m := range d.Measures {
		if !d.hasResult(m.ID) {
			continue
		}
		i := slices.IndexFunc(next.Measures, func(n QualityMeasure) bool { return n.ID == m.ID })
		const instead = "it has been measured; another requirement comes with another version of the data"
		switch {
		case i < 0:
			is.Add("measures", "kept", m.ID, "%q is left out; "+instead, m.ID)
		case next.Measures[i].looser(m), !sameText(next.Measures[i].Unit, m.Unit), !sameText(next.Measures[i].What, m.What):
			is.Add(issue.Index("measures", i), "kept", m.ID, instead)
		}
	}
}

// datasetChanged fires what follows from a revision of a data set for the systems on it.
func (tx *Tx) datasetChanged(old, d *Dataset) error {
	isNew := old.ID == ""
	var changed []string
	if !isNew {
		for _, f := range []struct {
			name     string
			was, now string
		}{
			{"name", old.Name, d.Name}, {"origin", string(old.Acquired.Origin), string(d.Acquired.Origin)}, {"source", old.Acquired.From, d.Acquired.From},
			{"acquisition", old.Acquired.How, d.Acquired.How}, {"supplier", old.Acquired.Supplier, d.Acquired.Supplier},
			{"right", old.Rights.Basis, d.Rights.Basis}, {"licence", old.Rights.Licence, d.Rights.Licence}, {"limits", old.Rights.Limits, d.Rights.Limits},
			{"preparation", old.Preparation, d.Preparation}, {"version", old.Version, d.Version},
		} {
			if !blank(f.was) && !sameText(f.was, f.now) {
				changed = append(changed, f.name)
			}
		}
		if len(old.Categories) > 0 && !slices.Equal(old.Categories, d.Categories) {
			changed = append(changed, "categories")
		}
		if slices.ContainsFunc(d.Uses, func(u DataUse) bool { return len(old.Uses) > 0 && !slices.Contains(old.Uses, u) }) {
			changed = append(changed, "uses")
		}
	}
	for _, id := range d.Systems {
		detail := ""
		switch {
		case isNew && tx.names(id, d.Name):
		case !slices.Contains(old.Systems, id):
			detail = "rests on data set " + d.ID
		case len(changed) > 0:
			detail = "data set " + d.ID + " changed: " + strings.Join(changed, ", ")
		}
		if detail == "" {
			continue
		}
		if err := tx.fire(id, impact.TriggerChange, detail, register.Change{Attribute: "data_resources"}); err != nil {
			return err
		}
	}
	return nil
}

// names reports whether the entry of a system names a data set.
func (r *reading) names(system, dataset string) bool {
	s, ok := systems.Shared(r.r).Get(system)
	return ok && slices.ContainsFunc(s.DataResources, func(o register.DataResource) bool { return sameText(o.Name, dataset) })
}

// MeasureDataset records what a measure of the present version of a data set came to, by
// the actor (A.7.4). A result stays; what was measured wrongly is measured again.
func (tx *Tx) MeasureDataset(id string, r QualityResult) error {
	return revise(tx, "MeasureDataset", datasets, id, func(d *Dataset) error {
		var is Issues
		if !slices.ContainsFunc(d.Measures, func(m QualityMeasure) bool { return m.ID == r.Measure }) {
			is.Add("measure", "measure", r.Measure, "the data set has no such measure; say first what is required (PutDataset)")
		}
		if r.On.IsZero() {
			is.Add("on", "required", "", "say when it was measured")
		}
		if len(is) > 0 {
			return is
		}
		r.Version, r.By, r.RecordedAt = d.Version, tx.By().Actor, tx.Now()
		d.Results = append(d.Results, r)
		return nil
	})
}

func checkDataset(c checker, d *Dataset) {
	c.text("name", d.Name, true)
	c.systems("systems", d.Systems)
	for i, u := range d.Uses {
		oneOf(c, issue.Index("uses", i), u, DataUses())
	}
	c.person("owner", d.Owner, false)
	for i, k := range d.Categories {
		if !k.IsValid() {
			c.Add(issue.Index("categories", i), "oneof", string(k), "is no category of data; see register.DataCategory")
		} else if k == register.DataNone && len(d.Categories) > 1 {
			c.Add(issue.Index("categories", i), "none", string(k), "it can't hold nothing and something")
		}
	}
	if o := d.Acquired.Origin; o != "" && (!o.IsValid() || o == register.DataOriginNone) {
		c.Add("acquired.origin", "oneof", string(o), "is no origin of data; see register.DataOrigin")
	}
	if s := d.Acquired.Supplier; s != "" && !c.has(KindSupplier, s) {
		c.Add("acquired.supplier", "supplier", s, "no such supplier on file; add the supplier first")
	}
	c.says("acquired.from", d.Acquired.From, false)
	c.says("acquired.how", d.Acquired.How, false)
	c.says("rights.basis", d.Rights.Basis, false)
	c.says("rights.licence", d.Rights.Licence, false)
	c.text("rights.limits", d.Rights.Limits, false)
	c.says("preparation", d.Preparation, false)
	c.says("retention", d.Retention, false)
	for i, s := range d.Provenance {
		field := issue.Index("provenance", i)
		c.says(field+".what", s.What, true)
		switch {
		case s.On.IsZero():
			c.Add(field+".on", "required", "", "say when it was done")
		case i > 0 && s.On.Before(d.Provenance[i-1].On):
			c.Add(field+".on", "order", s.On.String(), "lies before the step before it, %s", d.Provenance[i-1].On.String())
		}
	}
	seen := make(map[string]bool, len(d.Measures))
	for i, m := range d.Measures {
		field := issue.Index("measures", i)
		if blank(m.ID) {
			c.Add(field+".id", "required", m.ID, "give it a name by which results refer to it")
		} else if seen[m.ID] {
			c.Add(field+".id", "repeated", m.ID, "is there already")
		}
		seen[m.ID] = true
		c.says(field+".what", m.What, true)
		c.number(field+".required", m.Required)
		oneOf(c, field+".direction", m.Direction, []Direction{AtLeast, AtMost})
	}
	for i, r := range d.Results {
		c.number(issue.Index("results", i)+".value", r.Value)
	}
}

// inOrder is a set in order, without repeats; nil if it is empty.
func inOrder[T cmp.Ordered](set []T) []T {
	if len(set) == 0 {
		return nil
	}
	set = slices.Clone(set)
	slices.Sort(set)
	return slices.Compact(set)
}

// sameText reports whether two texts differ in no more than letter case, spaces and the
// stop at the end.
func sameText(a, b string) bool { return a == b || plainText(a) == plainText(b) }

func plainText(s string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.TrimRightFunc(s, func(r rune) bool { return r == '.' || unicode.IsSpace(r) }))), " ")
}

// says adds an issue unless a text says something, or is empty where it need not be there.
func (c checker) says(field, text string, need bool) {
	c.text(field, text, need)
	if !blank(text) && idle(text) {
		c.Add(field, "reason", text, "says nothing; tell it, or leave it empty while nobody knows")
	}
}

// restingOn yields the data sets on which active systems rest, with these.
func (x *index) restingOn(yield func(d *Dataset, on []*systemState) bool) {
	all := datasets.Shared(x.r)
	if all.Len() == 0 {
		return
	}
	for _, d := range all.All() {
		var on []*systemState
		for _, id := range d.Systems {
			if st := x.state(id); st != nil {
				on = append(on, st)
			}
		}
		if len(on) > 0 && !yield(d, on) {
			return
		}
	}
}

// aboutData is an observation of a data set; it weighs as the system on it that weighs
// most.
func aboutData(d *Dataset, on []*systemState, since calendar.Date, text, next issue.Text) Observation {
	o := about(datasets.Name(), d.ID, d.Name, since, text, next)
	for _, st := range on {
		if !highAndLive(o) && (st.high && st.live || !o.High) {
			o.High, o.Live = st.high, st.live
		}
	}
	return o
}

// lacks are the things that a data set is to have on file and lacks.
func (d *Dataset) lacks() (all []issue.Text) {
	for _, f := range []struct {
		name  issue.Text
		empty bool
	}{
		{issue.NewText("categories"), len(d.Categories) == 0},
		{issue.NewText("where it came from"), d.Acquired.Origin == "" || blank(d.Acquired.From)},
		{issue.NewText("by which right it is used"), d.Rights.none()},
		{issue.NewText("provenance"), len(d.Provenance) == 0},
		{issue.NewText("preparation"), blank(d.Preparation)},
		{issue.NewText("what its quality is to be"), len(d.Measures) == 0},
		{issue.NewText("retention"), blank(d.Retention)},
	} {
		if f.empty {
			all = append(all, f.name)
		}
	}
	return all
}

var datasetsComplete = Probe{
	ID: "DS-01", Title: "Data set without owner, right or record", Clause: Clause{"8.1"}, Controls: ids("A.7.2", "A.7.3", "A.7.5", "A.7.6"),
	Grading: "minor; major where no right is on file to data of others on which a live system of high impact rests",
	grade:   majorIf(func(o Observation) bool { return o.Grave && highAndLive(o) }),
	look: func(x *index, yield func(Observation) bool) {
		for d, on := range x.restingOn {
			if !x.active(d.Owner) {
				text := issue.NewText("Nobody is named who answers for it.")
				if d.Owner != "" {
					text = issue.NewText("Who answers for it, %s, is no longer active.", recordOf(people.Name(), d.Owner))
				}
				o := aboutData(d, on, calendar.Date{}, text, issue.NewText("Name one person who does (PutDataset).")).by("owner", "")
				if !yield(o) {
					return
				}
			}
			lacks := d.lacks()
			if len(lacks) == 0 {
				continue
			}
			o := aboutData(d, on, calendar.Date{}, issue.NewText("Not on file: %s.", issue.Join("%s, %s", lacks)), issue.NewText("Complete the record (PutDataset)."))
			o.Count = len(lacks)
			o.Grave = d.Rights.none() && (d.Personal() || slices.Contains(d.Categories, register.DataCopyrighted) || slices.Contains(d.Categories, register.DataScraped))
			if !yield(o) {
				return
			}
		}
	},
}

var datasetQuality = Probe{
	ID: "DS-02", Title: "Quality of data not as required, or never measured", Clause: Clause{"8.1"}, Controls: ids("A.7.4"),
	Grading: "minor; major where a measure failed and a live system of high impact rests on the data",
	grade:   majorIf(func(o Observation) bool { return o.Grave && highAndLive(o) }),
	look: func(x *index, yield func(Observation) bool) {
		for d, on := range x.restingOn {
			var failed, without []string
			var since calendar.Date
			for _, m := range d.Measures {
				switch last, ok := d.Last(m.ID); {
				case !ok:
					without = append(without, m.ID)
				case !m.Met(last.Value):
					failed = append(failed, fmt.Sprintf("%s (%s, %s)", m.ID, strconv.FormatFloat(last.Value, 'g', -1, 64), last.On))
					since = calendar.Earlier(since, last.On)
				}
			}
			if len(failed) > 0 {
				o := aboutData(d, on, since, issue.NewText("Measured and not as required: %s.", strings.Join(failed, ", ")),
					issue.NewText("Put the data right and measure it again (MeasureDataset), or do without it (PutDataset)."))
				o.Grave, o.Count, o.Of = true, len(failed), len(d.Measures)
				if !yield(o.by("failed", "")) {
					return
				}
			}
			if len(without) > 0 {
				o := aboutData(d, on, calendar.Date{}, issue.NewText("Never measured of this version, or not since the last step of its provenance: %s.", strings.Join(without, ", ")), issue.NewText("Measure it (MeasureDataset)."))
				o.Count, o.Of = len(without), len(d.Measures)
				if !yield(o) {
					return
				}
			}
		}
	},
}

var datasetsAgree = Probe{
	ID: "DS-03", Title: "Data set holds what the system's entry does not say", Clause: Clause{"8.1"}, Controls: ids("A.4.3", "A.7.2"),
	Grading: "minor; major for a live system of high impact",
	grade:   majorIf(highAndLive),
	look: func(x *index, yield func(Observation) bool) {
		for d, on := range x.restingOn {
			for _, st := range on {
				var says []issue.Text
				// What an entry does not answer at all is S1-11.
				for _, k := range d.Categories {
					if k != register.DataNone && len(st.s.Data) > 0 && !slices.Contains(st.s.Data, k) {
						says = append(says, issue.Word(k))
					}
				}
				if o := d.Acquired.Origin; o != "" && len(st.s.DataOrigins) > 0 && !slices.Contains(st.s.DataOrigins, o) {
					says = append(says, issue.NewText("origin %s", issue.Word(o)))
				}
				if len(says) == 0 {
					continue
				}
				o := st.about(datasets.Name(), d.ID, calendar.Date{}, issue.NewText("System %s rests on it, whose entry leaves out: %s.", recordOf(systems.Name(), st.s.ID), issue.Join("%s, %s", says)),
					issue.NewText("Say so in the entry of the system (ReviseSystem), which has it assessed."))
				o.Name, o.names = d.Name, []Subject{systemSubject(st.s.ID)}
				if !yield(o.by(st.s.ID, "")) {
					return
				}
			}
		}
	},
}

var datasetsInTime = Probe{
	ID: "DS-04", Title: "Data kept or used beyond its time", Clause: Clause{"8.1"}, Controls: ids("A.7.2", "A.7.3"),
	Grading: "minor; major where the right to it ended and a live system of high impact rests on it",
	grade:   majorIf(func(o Observation) bool { return o.Grave && highAndLive(o) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, d := range datasets.Shared(x.r).All() {
			if d.DeletedOn.IsZero() && !d.KeepUntil.IsZero() && x.today.After(d.KeepUntil) && !yield(about(datasets.Name(), d.ID, d.Name, d.KeepUntil,
				issue.NewText("It was to be kept until %s, and nobody has said that it was deleted.", d.KeepUntil),
				issue.NewText("Delete it and say so, or say why it is kept longer (PutDataset).")).by("kept", "")) {
				return
			}
		}
		for d, on := range x.restingOn {
			if d.Rights.Until.IsZero() || !x.today.After(d.Rights.Until) {
				continue
			}
			o := aboutData(d, on, d.Rights.Until, issue.NewText("The right to use it ended on %s, and systems rest on it.", d.Rights.Until),
				issue.NewText("Have it renewed, or do without the data (PutDataset)."))
			o.Grave = true
			if !yield(o.by("right", "")) {
				return
			}
		}
	},
}
