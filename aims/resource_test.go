package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func putResource(r aims.Resource) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PutResource(r) }
}

// resourced is an organisation with a system of high impact in use, cv.
func resourced(t *testing.T) *org {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageOperation
	o.register(s)
	o.register(officeTool("tool", register.StageOperation))
	return o
}

// ofSort is a resource of a sort that a system needs.
func ofSort(id string, sort aims.ResourceSort, systems ...string) aims.Resource {
	r := pipeline(id, systems...)
	if r.Sort = sort; sort == aims.ResourcePeople {
		r.Persons = []string{"bob"}
	}
	return r
}

// What a system of high impact needs is on record, by sort; what the organisation shows by
// evidence, or has left out, is not asked for.
func TestResourcesOnRecord(t *testing.T) {
	o := resourced(t)
	found := find(o.View(), day0, "RS-01")
	require.Len(t, found, 1, "the office tool is of no high impact")
	require.Equal(t, "cv", found[0].Subject.ID)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, "Not on record: tooling, computing, people.", found[0].Message)

	o.do("bob", putResource(ofSort("shared", aims.ResourceTooling, "cv", "tool")))
	require.Equal(t, "Not on record: computing, people.", find(o.View(), day0, "RS-01")[0].Message)
	o.do("bob", func(tx *aims.Tx) error {
		return errors.Join(tx.PutResource(ofSort("machines", aims.ResourceComputing, "cv")), tx.PutResource(ofSort("team", aims.ResourcePeople, "cv")))
	})
	require.Empty(t, find(o.View(), day0, "RS-01"))
	r, _ := o.View().Resources().Get("machines")
	r.EndedOn = dayOf(0)
	o.do("bob", putResource(r))
	require.Equal(t, "Not on record: computing.", find(o.View(), day0, "RS-01")[0].Message, "it has ended")
	o.prove("cloud", []string{"tool"}, "A.4.5")
	require.NotEmpty(t, find(o.View(), day0, "RS-01"), "that is about another system")
	o.prove("cloud-2", []string{"cv"}, "A.4.5")
	require.Empty(t, find(o.View(), day0, "RS-01"))

	// One who shows any of it by evidence, and has no records yet, is not asked for records.
	other := resourced(t)
	other.prove("all", nil, "A.4.2")
	require.Empty(t, find(other.View(), day0, "RS-01"))

	// What a system needs is told in one place, each from where it is on file.
	o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("set", "cv")) })
	var told []string
	for s := range o.View().SystemResources("cv", day0) {
		told = append(told, s.Control.String()+" "+string(s.Record.Kind)+" "+s.Title)
	}
	require.Subset(t, told, []string{"A.4.3 dataset Set set", "A.4.4 resource The pipeline shared", "A.4.6 resource The pipeline team"})
	require.NotContains(t, told, "A.4.5 resource The pipeline machines")
	require.IsNonDecreasing(t, []string{told[0][:5], told[len(told)-1][:5]})
	require.Empty(t, list(o.View().SystemResources("none", day0)))
}

// What is missing has a day, and somebody else sees that it is there.
func TestResourceGaps(t *testing.T) {
	o := resourced(t)
	o.do("bob", func(tx *aims.Tx) error {
		r := pipeline("shared", "cv")
		return errors.Join(tx.PutResource(r), tx.NoteResourceGap("shared", gap("a second machine", 30)), tx.NoteResourceGap("shared", gap("a licence", 60)))
	})
	require.Empty(t, find(o.View(), day(30), "RS-02"))
	found := find(o.View(), day(31), "RS-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Contains(t, found[0].Message, "a second machine")
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(121), "RS-02")[0].Severity)
	require.Len(t, find(o.View(), day(121), "RS-02"), 2)

	closing := func(n int) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.CloseResourceGap("shared", n, "it stands in the rack") }
	}
	o.refused("ada", aims.ErrSeparation, closing(1)) // she owns it
	o.refused("bob", aims.ErrSeparation, closing(1)) // he wrote it
	// It does not end either while something is missing, nor is it dropped.
	r, _ := o.View().Resources().Get("shared")
	r.EndedOn = dayOf(0)
	o.refused("bob", aims.ErrInvalid, putResource(r))
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindResource, ID: "shared"}) })
	// Nor does another owner for as long as it takes.
	o.refused("ada", aims.ErrSeparation, func(tx *aims.Tx) error {
		r.EndedOn, r.Owner = calendar.Date{}, "lea"
		if err := tx.PutResource(r); err != nil {
			return err
		}
		return tx.CloseResourceGap("shared", 1, "it stands in the rack")
	})
	o.do("una", closing(1))
	o.refused("una", aims.ErrState, closing(1))
	o.refused("una", aims.ErrInvalid, closing(3))
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.CloseResourceGap("shared", 2, "n/a") })
	require.Len(t, find(o.View(), day(121), "RS-02"), 1)
	o.do("una", closing(2))
	require.Empty(t, find(o.View(), day(121), "RS-02"))
	r, _ = o.View().Resources().Get("shared")
	require.Equal(t, "una", r.Gaps[0].ClosedBy)
	require.Equal(t, dayOf(0), r.Gaps[0].ClosedOn)
	r.EndedOn = dayOf(0)
	o.do("bob", putResource(r))
	o.refused("bob", aims.ErrState, func(tx *aims.Tx) error { return tx.NoteResourceGap("shared", gap("a third machine", 30)) })
}

// A resource is looked at each year, by somebody who neither owns nor wrote it.
func TestResourcesAreReviewed(t *testing.T) {
	o := resourced(t)
	o.do("bob", putResource(pipeline("shared", "cv")))
	o.do("bob", putResource(pipeline("small", "tool")))
	require.Empty(t, find(o.View(), day(365), "RS-03"))
	found := find(o.View(), day(366), "RS-03")
	require.Len(t, found, 2)
	severity := make(map[string]aims.Severity)
	for _, f := range found {
		severity[f.Subject.ID] = f.Severity
	}
	require.Equal(t, map[string]aims.Severity{"shared": aims.SeverityMinor, "small": aims.SeverityOpportunity}, severity)
	look := func(v aims.ResourceReview) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.ReviewResource("shared", v) }
	}
	seen := aims.ResourceReview{On: dayOf(0), Seen: "it does what it is for", By: "lea", At: day(-300)}
	o.refused("ada", aims.ErrSeparation, look(seen))
	o.refused("bob", aims.ErrSeparation, look(seen))
	for _, bad := range []aims.ResourceReview{{On: dayOf(0)}, {On: dayOf(0), Seen: "n/a"}, {Seen: "x"}, {On: dayOf(1), Seen: "it runs"}, {On: dayOf(-1), Seen: "it runs"},
		{On: calendar.MustParse("1890-01-01"), Seen: "it runs"}, {On: calendar.MustParse("9999-01-01"), Seen: "it runs"}} {
		o.refused("una", aims.ErrInvalid, look(bad))
	}
	o.clock.Set(day(100))
	seen.On = dayOf(100)
	o.do("una", look(seen))
	r, _ := o.View().Resources().Get("shared")
	require.Equal(t, "una", r.Reviews[0].By)
	require.Equal(t, day(100), r.Reviews[0].At)
	require.Len(t, find(o.View(), day(366), "RS-03"), 1)
	require.Len(t, find(o.View(), day(466), "RS-03"), 2)
}

func TestLiarsAboutResources(t *testing.T) {
	o := resourced(t)
	for field, change := range map[string]func(r *aims.Resource){
		"title": func(r *aims.Resource) { r.Title = "" }, "what": func(r *aims.Resource) { r.What = "n/a" }, "owner": func(r *aims.Resource) { r.Owner = "ghost" },
		"systems": func(r *aims.Resource) { r.Systems = nil }, "systems[0]": func(r *aims.Resource) { r.Systems[0] = "none" }, "stages": func(r *aims.Resource) { r.Stages = nil },
		"stages[0]": func(r *aims.Resource) { r.Stages[0] = "always" }, "stages[1]": func(r *aims.Resource) { r.Stages[1] = r.Stages[0] },
		"supplier": func(r *aims.Resource) { r.Supplier = "none" }, "persons": func(r *aims.Resource) { r.Sort = aims.ResourcePeople },
		"persons[0]":     func(r *aims.Resource) { r.Sort, r.Persons = aims.ResourcePeople, []string{"ghost"} },
		"competences[0]": func(r *aims.Resource) { r.Sort, r.Competences = aims.ResourcePeople, []string{"none"} },
		"sort":           func(r *aims.Resource) { r.Persons = []string{"bob"} }, "ended_on": func(r *aims.Resource) { r.EndedOn = dayOf(1) },
	} {
		r := pipeline("new", "cv")
		change(&r)
		require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, putResource(r)), field+":")
	}
	data := pipeline("new", "cv")
	data.Sort = "data"
	o.refused("bob", aims.ErrInvalid, putResource(data))
	// What is typed of gaps, reviews and authors is not taken, and an ID is used once.
	r := pipeline("new", "cv")
	r.Authors, r.CreatedAt = []string{"una"}, day(-300)
	r.Gaps = []aims.ResourceGap{{What: "x", Since: dayOf(0), Due: dayOf(9), ClosedOn: dayOf(0), How: "there", ClosedBy: "una"}}
	r.Reviews = []aims.ResourceReview{{On: dayOf(0), Seen: "all well", By: "una"}}
	o.do("bob", putResource(r))
	r, _ = o.View().Resources().Get("new")
	require.Equal(t, []string{"bob"}, r.Authors)
	require.Empty(t, r.Gaps)
	require.Empty(t, r.Reviews)
	require.Equal(t, day0, r.CreatedAt)
	o.refused("lea", aims.ErrExists, putResource(pipeline("new", "tool")))
	for _, bad := range []aims.ResourceGap{{Since: dayOf(0), Due: dayOf(9)}, {What: "n/a", Since: dayOf(0), Due: dayOf(9)}, {What: "a licence", Due: dayOf(9)}, {What: "a licence", Since: dayOf(0)},
		{What: "a licence", Since: dayOf(1), Due: dayOf(9)}, {What: "a licence", Since: dayOf(0), Due: dayOf(-1)}, {What: "a licence", Since: dayOf(0), Due: dayOf(400)},
		{What: "a licence", Since: calendar.MustParse("1890-01-01"), Due: dayOf(9)}, {What: "a licence", Since: dayOf(0), Due: calendar.MustParse("9999-01-01")}} {
		o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.NoteResourceGap("new", bad) })
	}
}

// Resources are what A.4.3 to A.4.6 ask to have on paper.
func TestResourcesAreRequired(t *testing.T) {
	o := resourced(t)
	require.Equal(t, aims.RequiredMissing, o.row("A.4.4", day0).Status)
	o.do("bob", putResource(pipeline("tools", "cv")))
	row := o.row("A.4.4", day0)
	require.Equal(t, aims.RequiredIncomplete, row.Status)
	require.Equal(t, annexa.MustParse("A.4.4"), row.Control)
	require.Contains(t, row.Records, aims.Subject{Kind: aims.KindResource, ID: "tools"})
	require.Equal(t, []aims.Subject{{Kind: aims.KindSystem, ID: "tool"}}, row.Lacks)
	r, _ := o.View().Resources().Get("tools")
	r.Systems = []string{"cv", "tool"}
	o.do("bob", putResource(r))
	require.Equal(t, aims.RequiredCurrent, o.row("A.4.4", day0).Status)
	require.Equal(t, aims.RequiredStale, o.row("A.4.4", day(366)).Status)
	o.do("bob", func(tx *aims.Tx) error { return tx.NoteResourceGap("tools", gap("a licence", 30)) })
	require.Equal(t, aims.RequiredStale, o.row("A.4.4", day(31)).Status)
	require.Equal(t, aims.RequiredMissing, o.row("A.4.6", day0).Status)
	o.do("bob", putResource(ofSort("team", aims.ResourcePeople, "cv", "tool")))
	require.Equal(t, aims.RequiredCurrent, o.row("A.4.6", day0).Status)
	o.do("bob", putResource(ofSort("machines", aims.ResourceComputing, "cv")))
	require.Contains(t, o.row("A.4.5", day0).Records, aims.Subject{Kind: aims.KindResource, ID: "machines"})
	o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("set", "cv")) })
	require.Contains(t, o.row("A.4.3", day0).Records, aims.Subject{Kind: aims.KindDataset, ID: "set"})
}
