package aims_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// revisedSet changes a data set on file.
func revisedSet(id string, change func(d *aims.Dataset)) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		d, _ := tx.Datasets().Get(id)
		change(&d)
		return tx.PutDataset(d)
	}
}

// trained is an organisation that trained a system on data, with an approved assessment.
func trained(t *testing.T) *org {
	o := newOrg(t).staffed()
	s := spamFilter()
	s.Build, s.Data = register.BuildTrained, []register.DataCategory{register.DataPersonal, register.DataCommunications}
	s.DataResources = []register.DataResource{{Name: "Set mails"}}
	o.register(s)
	o.approved("spam")
	return o
}

// calls are what called for the open assessment of a system.
func calls(o *org, system string) (all []string) {
	if a, ok := o.View().OpenAssessment(system); ok {
		for _, t := range a.Triggers {
			all = append(all, string(t.Kind)+" "+t.Detail)
		}
	}
	return all
}

// Another source, right, category, preparation or version of the data is another system:
// its assessment opens in the same commit. Other words, another owner and what had not
// been told are not.
func TestChangesOfDataAreChangesOfSystems(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *aims.Dataset)
		calls  string
	}{
		"name":        {func(d *aims.Dataset) { d.Name = "Other mails" }, "name"},
		"source":      {func(d *aims.Dataset) { d.Acquired.From = "a broker" }, "source"},
		"origin":      {func(d *aims.Dataset) { d.Acquired.Origin = register.OriginScraped }, "origin"},
		"right":       {func(d *aims.Dataset) { d.Rights.Basis = "consent" }, "right"},
		"right gone":  {func(d *aims.Dataset) { d.Rights.Basis = "" }, "right"},
		"more in it":  {func(d *aims.Dataset) { d.Categories = append(d.Categories, register.DataHealth) }, "categories"},
		"less in it":  {func(d *aims.Dataset) { d.Categories = nil }, "categories"},
		"preparation": {func(d *aims.Dataset) { d.Preparation = "as it is" }, "preparation"},
		"version":     {func(d *aims.Dataset) { d.Version = "2" }, "version"},
		"use":         {func(d *aims.Dataset) { d.Uses = append(d.Uses, aims.UseTest) }, "uses"},
		"words":       {func(d *aims.Dataset) { d.Rights.Basis = "Agreement with  the works council." }, ""},
		"owner":       {func(d *aims.Dataset) { d.Owner = "lea" }, ""},
		"told now":    {func(d *aims.Dataset) { d.Rights.Licence = "CC BY" }, ""},
		"step": {func(d *aims.Dataset) {
			d.Provenance = append(d.Provenance, aims.DataStep{What: "moved", On: calendar.MustParse("2025-12-01")})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := trained(t)
			o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("mails", "spam")) })
			require.Empty(t, calls(o, "spam"), "the entry that was assessed names it")
			o.do("ada", revisedSet("mails", c.change))
			if c.calls == "" {
				require.Empty(t, calls(o, "spam"))
				return
			}
			require.Equal(t, []string{"T-CHG data set mails changed: " + c.calls}, calls(o, "spam"))
			o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("spam#2", "not now") })
			require.Len(t, o.View().DutiesOf("spam", day0), 1, "what is owed stays owed")
		})
	}
}

// Data that no assessment knew, a data set that is taken off and put back, or comes back
// under another name: each is a change of the system that rests on it.
func TestDataThatComesToASystem(t *testing.T) {
	o := trained(t)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("calls", "spam")) })
	require.Equal(t, []string{"T-CHG rests on data set calls"}, calls(o, "spam"))

	o = trained(t)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("mails", "spam")) })
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Systems = nil }))
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Acquired.From = "a broker" }))
	require.Empty(t, calls(o, "spam"))
	err := o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		d := dataset("other", "spam")
		d.Name = "set  MAILS."
		return tx.PutDataset(d)
	})
	requireIssue(t, err, "name", "repeated", "set  MAILS.")
	// Nor does another one take its place by taking over its name.
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Name = "Old mails" }))
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		d := dataset("other", "spam")
		d.Name = "Set mails"
		return tx.PutDataset(d)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindDataset, ID: "mails"})
	})
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Systems = []string{"spam"} }))
	require.Equal(t, []string{"T-CHG rests on data set mails"}, calls(o, "spam"))
}

// A data set on which a system rests is a finding for each thing that is missing, until it
// is there; of data that no active system rests on nothing is asked.
func TestDataIsOnRecord(t *testing.T) {
	o := trained(t)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutDataset(aims.Dataset{ID: "mails", Name: "Set mails", Systems: []string{"spam"}})
	})
	found := find(o.View(), day0, "DS-01")
	require.Len(t, found, 2)
	require.Contains(t, found[0].Message, "by which right it is used, provenance, preparation")
	require.Contains(t, found[1].Message, "Nobody is named")
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) {
		full := dataset("mails", "spam")
		full.Revision, full.Rights = d.Revision, aims.DataRights{}
		*d = full
	}))
	found = find(o.View(), day0, "DS-01")
	require.Len(t, found, 1)
	require.Equal(t, "Not on file: by which right it is used.", found[0].Message)
	require.Equal(t, aims.SeverityMinor, found[0].Severity, "a system of little impact")
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Rights.Basis = "law on archives" }))
	require.Empty(t, find(o.View(), day0, "DS-01"))

	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("bob")
		p.LeftOn = dayOf(5)
		return tx.PutPerson(p)
	})
	require.Contains(t, find(o.View(), day(6), "DS-01")[0].Message, "bob, is no longer active")
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Systems = nil }))
	require.Empty(t, find(o.View(), day(6), "DS-01"))
}

// Of a live system of high impact it is major that there is no right to data about people.
func TestNoRightToDataOfPeople(t *testing.T) {
	o := newOrg(t).staffed()
	s := ownModel()
	s.Stage = register.StageOperation
	o.register(s)
	require.Len(t, find(o.View(), day0, "S2-11"), 1)
	o.do("ada", func(tx *aims.Tx) error {
		d := dataset("cvs", "cv")
		d.Rights = aims.DataRights{}
		return tx.PutDataset(d)
	})
	require.Equal(t, aims.SeverityMajor, find(o.View(), day0, "DS-01")[0].Severity)
	require.Empty(t, find(o.View(), day0, "S2-11"), "a data set is on record")
	o.do("ada", measure("cvs", 60))
	require.Equal(t, aims.SeverityMajor, find(o.View(), day0, "DS-02")[0].Severity)
}

// Quality is required first and measured then, of each version; what was seen stays.
func TestQualityOfDataIsMeasured(t *testing.T) {
	o := trained(t)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("mails", "spam")) })
	message := func(n int) string {
		f := find(o.View(), day(n), "DS-02")
		if len(f) == 0 {
			return ""
		}
		require.Len(t, f, 1)
		return f[0].Message
	}
	require.Equal(t, "Never measured of this version, or not since the last step of its provenance: complete.", message(0))
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "ada"}) })
	o.do("scan", measure("mails", 90))
	require.Equal(t, "Measured and not as required: complete (90, 2026-01-05).", message(0))

	for what, change := range map[string]func(d *aims.Dataset){
		"looser":   func(d *aims.Dataset) { d.Measures[0].Required = 90 },
		"turned":   func(d *aims.Dataset) { d.Measures[0].Direction = aims.AtMost },
		"gone":     func(d *aims.Dataset) { d.Measures = nil },
		"another":  func(d *aims.Dataset) { d.Measures[0].What = "rows" },
		"renamed":  func(d *aims.Dataset) { d.Measures[0].ID = "full" },
		"rewrite":  func(d *aims.Dataset) { d.Results[0].Value = 99 },
		"by other": func(d *aims.Dataset) { d.Results[0].By = "una" },
	} {
		err := o.refused("ada", aims.ErrInvalid, revisedSet("mails", change))
		require.NotEmpty(t, err.Error(), what)
	}
	o.clock.Set(day(3))
	o.do("bob", measure("mails", 96))
	require.Empty(t, message(3))
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Measures[0].Required = 97 }))
	require.Contains(t, message(3), "complete (96, 2026-01-08)", "a stricter requirement is asked of what was measured")

	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Version, d.Measures[0].Required = "2", 80 }))
	require.Equal(t, "Never measured of this version, or not since the last step of its provenance: complete.", message(3))
	require.Equal(t, []string{"T-CHG data set mails changed: version"}, calls(o, "spam"), "and somebody else looks at it")
	o.refused("ada", aims.ErrInvalid, revisedSet("mails", func(d *aims.Dataset) { d.Version = "1" })) // by looser requirements
	d, _ := o.View().Datasets().Get("mails")
	require.Len(t, d.Results, 2)
	require.Equal(t, "scan", d.Results[0].By)
	_, ok := d.Last("complete")
	require.False(t, ok)
}

// What is told of data must say something, at days that can be, of things on file.
func TestLiarsAboutData(t *testing.T) {
	o := trained(t)
	date := calendar.MustParse
	for _, bad := range []struct {
		field, rule string
		change      func(d *aims.Dataset)
	}{
		{"name", "required", func(d *aims.Dataset) { d.Name = " " }},
		{"systems[0]", "system", func(d *aims.Dataset) { d.Systems = []string{"none"} }},
		{"owner", "person", func(d *aims.Dataset) { d.Owner = "ghost" }},
		{"rights.basis", "reason", func(d *aims.Dataset) { d.Rights.Basis = "n/a" }},
		{"rights.licence", "reason", func(d *aims.Dataset) { d.Rights.Licence = "TBD" }},
		{"acquired.from", "reason", func(d *aims.Dataset) { d.Acquired.From = "unknown" }},
		{"acquired.origin", "oneof", func(d *aims.Dataset) { d.Acquired.Origin = "found" }},
		{"acquired.origin", "oneof", func(d *aims.Dataset) { d.Acquired.Origin = register.DataOriginNone }},
		{"acquired.supplier", "supplier", func(d *aims.Dataset) { d.Acquired.Supplier = "ghost" }},
		{"acquired.on", "past", func(d *aims.Dataset) { d.Acquired.On = date("2026-01-06") }},
		{"acquired.on", "range", func(d *aims.Dataset) { d.Acquired.On = date("1890-01-01") }},
		{"preparation", "reason", func(d *aims.Dataset) { d.Preparation = "none" }},
		{"retention", "reason", func(d *aims.Dataset) { d.Retention = "n.a." }},
		{"categories[0]", "oneof", func(d *aims.Dataset) { d.Categories = []register.DataCategory{"secret"} }},
		{"categories[0]", "none", func(d *aims.Dataset) { d.Categories = append(d.Categories, register.DataNone) }},
		{"uses[0]", "oneof", func(d *aims.Dataset) { d.Uses = []aims.DataUse{"fun"} }},
		{"provenance[0].on", "past", func(d *aims.Dataset) { d.Provenance[0].On = date("2027-01-01") }},
		{"provenance[0].on", "required", func(d *aims.Dataset) { d.Provenance[0].On = calendar.Date{} }},
		{"provenance[0].what", "required", func(d *aims.Dataset) { d.Provenance[0].What = "" }},
		{"provenance[1].on", "order", func(d *aims.Dataset) {
			d.Provenance = append(d.Provenance, aims.DataStep{What: "copied", On: date("2024-01-01")})
		}},
		{"measures[0].id", "required", func(d *aims.Dataset) { d.Measures[0].ID = "" }},
		{"measures[1].id", "repeated", func(d *aims.Dataset) { d.Measures = append(d.Measures, d.Measures[0]) }},
		{"measures[0].direction", "oneof", func(d *aims.Dataset) { d.Measures[0].Direction = "" }},
		{"keep_until", "range", func(d *aims.Dataset) { d.KeepUntil = date("9999-12-31") }},
		{"rights.until", "range", func(d *aims.Dataset) { d.Rights.Until = date("9999-12-31") }},
		{"deleted_on", "past", func(d *aims.Dataset) { d.DeletedOn = date("2026-02-01") }},
		{"results", "verb", func(d *aims.Dataset) { d.Results = []aims.QualityResult{{Measure: "complete", Value: 99}} }},
	} {
		d := dataset("mails", "spam")
		bad.change(&d)
		err := o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.PutDataset(d) })
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("mails", "spam")) })
	for _, bad := range []struct {
		field, rule string
		r           aims.QualityResult
	}{
		{"measure", "measure", aims.QualityResult{Measure: "other", On: date("2026-01-05")}},
		{"on", "required", aims.QualityResult{Measure: "complete"}},
		{"on", "past", aims.QualityResult{Measure: "complete", On: date("2026-01-06")}},
		{"on", "range", aims.QualityResult{Measure: "complete", On: date("1890-01-01")}},
	} {
		err := o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.MeasureDataset("mails", bad.r) })
		require.Contains(t, err.Error(), bad.field+":", bad.field)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	o.refused("ghost", aims.ErrForbidden, measure("mails", 99))

	// What was done stays, and what rests on it stays on file.
	o.refused("ada", aims.ErrInvalid, revisedSet("mails", func(d *aims.Dataset) { d.Provenance[0].What = "bought from a broker" }))
	o.refused("ada", aims.ErrInvalid, revisedSet("mails", func(d *aims.Dataset) { d.Provenance = nil }))
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindDataset, ID: "mails"})
	})
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.DeletedOn = date("2026-01-05") }))
	o.refused("ada", aims.ErrInvalid, revisedSet("mails", func(d *aims.Dataset) { d.DeletedOn = calendar.Date{} }))
}

// What a data set holds and the entry of its system leaves out is a finding until the
// entry says so, which has the system assessed.
func TestDataAgreesWithTheRegister(t *testing.T) {
	o := trained(t)
	o.do("ada", func(tx *aims.Tx) error {
		d := dataset("mails", "spam")
		d.Categories = append(d.Categories, register.DataHealth)
		d.Acquired.Origin = register.OriginScraped
		return tx.PutDataset(d)
	})
	found := find(o.View(), day0, "DS-03")
	require.Len(t, found, 1)
	require.Equal(t, "System spam rests on it, whose entry leaves out: health, origin scraped.", found[0].Message)
	o.revise("spam", func(s *register.System) {
		s.Data, s.DataOrigins = append(s.Data, register.DataHealth), append(s.DataOrigins, register.OriginScraped)
	})
	require.Empty(t, find(o.View(), day0, "DS-03"))
	require.NotEmpty(t, calls(o, "spam"))
}

// The last day of a right, and of keeping, is a day in time; the next one is late.
func TestDataHasItsTime(t *testing.T) {
	o := trained(t)
	last := calendar.MustParse("2026-01-15")
	o.do("ada", func(tx *aims.Tx) error {
		d := dataset("mails", "spam")
		d.Rights.Until, d.KeepUntil = last, last.AddDays(1)
		return tx.PutDataset(d)
	})
	require.Empty(t, find(o.View(), last.End(nil).Add(-1), "DS-04"))
	require.Len(t, find(o.View(), last.End(nil), "DS-04"), 1)
	require.Len(t, find(o.View(), last.AddDays(2).Start(nil), "DS-04"), 2)
	var days []string
	for _, e := range o.View().Agenda(dayOf(0), dayOf(60)).Entries {
		if e.Probe == "DS-04" {
			days = append(days, e.Day.String())
		}
	}
	require.Equal(t, []string{"2026-01-15", "2026-01-16"}, days)

	o.clock.Set(day(20))
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.DeletedOn = calendar.MustParse("2026-01-20") }))
	found := find(o.View(), day(20), "DS-04")
	require.Len(t, found, 1, "what was built on it has no right to it still")
	require.Contains(t, found[0].Message, "The right to use it ended")
	o.do("ada", revisedSet("mails", func(d *aims.Dataset) { d.Rights.Until = calendar.MustParse("2027-01-15") }))
	require.Empty(t, find(o.View(), day(20), "DS-04"))
	require.Equal(t, impact.StateApproved, func() impact.State { a, _ := o.View().Assessments().Get("spam#1"); return a.State }())
}

// unruly is an organisation that has a data set on which it has little on record.
func unruly(t *testing.T) *org {
	o := trained(t)
	o.do("ada", func(tx *aims.Tx) error {
		d := dataset("mails", "spam")
		d.Categories, d.Retention, d.KeepUntil = append(d.Categories, register.DataHealth), "", calendar.MustParse("2026-01-10")
		return tx.PutDataset(d)
	})
	o.do("bob", func(tx *aims.Tx) error { return tx.PlanVerification(verification("v", "spam")) })
	o.do("una", recordVerification("v", verified(false)))
	o.do("bob", func(tx *aims.Tx) error { return tx.PlanDeployment(deployment("d", "spam")) })
	return o
}

// What is on record of the data sets of a system is the documented information that A.7
// asks for, and what is missing of one is told of it.
func TestDataIsDocumentedInformation(t *testing.T) {
	o := trained(t)
	status := func(id string) (aims.RequiredStatus, []aims.Subject) {
		for _, r := range aims.Required(o.View(), day0) {
			if r.ID == id {
				return r.Status, r.Lacks
			}
		}
		t.Fatal(id)
		return "", nil
	}
	system, set := aims.Subject{Kind: aims.KindSystem, ID: "spam"}, aims.Subject{Kind: aims.KindDataset, ID: "mails"}
	s, lacks := status("A.7.3")
	require.Equal(t, aims.RequiredMissing, s)
	require.Equal(t, []aims.Subject{system}, lacks)
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("mails", "spam")) })
	for _, id := range []string{"A.7.2", "A.7.3", "A.7.5", "A.7.6"} {
		s, _ := status(id)
		require.Equal(t, aims.RequiredCurrent, s, id)
	}
	s, lacks = status("A.7.4")
	require.Equal(t, aims.RequiredMissing, s, "nobody has measured")
	require.Equal(t, []aims.Subject{set}, lacks)
	o.do("ada", measure("mails", 50))
	s, _ = status("A.7.4")
	require.Equal(t, aims.RequiredCurrent, s, "that it is bad is a finding")
	require.False(t, o.View().DataShows("spam", annexa.MustParse("A.7.4")))
	o.do("ada", measure("mails", 95))
	require.True(t, o.View().DataShows("spam", annexa.MustParse("A.7.4")))
	require.False(t, o.View().DataShows("other", annexa.MustParse("A.7.4")))
}

// Data that is on record is what the gate into verification asks for.
func TestDataOpensItsGate(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(ownModel())
	g, _ := register.GateByID("G1")
	asked := func() bool {
		s, _ := o.View().Systems().Get("cv")
		return slices.Contains(items(o.View().Blockers(s, g, day0)), "G1.6")
	}
	require.True(t, asked())
	o.do("ada", func(tx *aims.Tx) error { return tx.PutDataset(dataset("cvs", "cv")) })
	require.True(t, asked())
	o.do("ada", measure("cvs", 90))
	require.True(t, asked(), "its quality is not as required")
	o.do("ada", measure("cvs", 95))
	require.False(t, asked())
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutDataset(aims.Dataset{ID: "more", Name: "More", Systems: []string{"cv"}})
	})
	require.True(t, asked(), "each of them counts")
}
