package aims_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// A zone that nobody knows is refused by name, also the one of the machine, whose days
// are not those of another.
func TestZonesThatAreNone(t *testing.T) {
	o := newOrg(t).staffed()
	for _, zone := range []string{"Europe/Atlantis", "Local", "../etc/passwd", "CET-1"} {
		is := issuesOf(o.try("lea", func(tx *aims.Tx) error {
			our := tx.Organisation()
			our.Zone = zone
			return tx.PutOrganisation(our)
		}))
		require.Len(t, is, 1, zone)
		require.Equal(t, "zone", is[0].Field)
		require.Equal(t, "zone", is[0].Rule)
	}
}

// The organisation's day is that of its zone, from the commit that says so.
func TestTheDayIsTheOrganisations(t *testing.T) {
	o := newOrg(t).staffed()
	late := time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC)
	require.Equal(t, calendar.MustParse("2026-06-30"), o.View().DayOf(late))
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Zone = "Europe/Berlin"
		return tx.PutOrganisation(our)
	})
	require.Equal(t, calendar.MustParse("2026-07-01"), o.View().DayOf(late))
	o.do("lea", func(tx *aims.Tx) error {
		require.Equal(t, tx.DayOf(tx.Now()), tx.Today())
		return nil
	})
}

// Evidence that is valid to 30 June counts at nine that morning, and to midnight in Berlin;
// a moment later it is stale, wherever the machine is.
func TestADayHoldsToItsEndWhereTheOrganisationIs(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, c := range []struct {
		zone string
		over time.Time
	}{
		{"", time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)},
		{"Europe/Berlin", time.Date(2026, 7, 1, 0, 0, 0, 0, berlin)},
	} {
		o := newOrg(t).staffed()
		o.do("lea", func(tx *aims.Tx) error {
			our := tx.Organisation()
			our.Zone = c.zone
			return tx.PutOrganisation(our)
		})
		o.do("ada", func(tx *aims.Tx) error {
			return tx.AttachEvidence(aims.Evidence{ID: "e", Title: "Log", Collected: tx.Today(), ValidUntil: calendar.MustParse("2026-06-30"), URI: "x:1",
				Supports: []crosswalk.Ref{aims.ControlRef(annexa.MustParse("A.6.2.6"))}})
		})
		v := o.View()
		require.Empty(t, find(v, time.Date(2026, 6, 30, 9, 0, 0, 0, berlin), "EV-01"), c.zone)
		require.Empty(t, find(v, c.over.Add(-1), "EV-01"), c.zone)
		require.Len(t, find(v, c.over, "EV-01"), 1, c.zone)
		require.Empty(t, find(v, c.over.Add(-1).In(time.FixedZone("elsewhere", -11*3600)), "EV-01"), "the zone of the caller counts for nothing")

		entries := v.Agenda(calendar.MustParse("2026-06-30"), calendar.MustParse("2026-06-30")).Entries
		require.Len(t, entries, 1)
		require.Equal(t, "EV-01", entries[0].Probe)
	}
}

// A target that is made easier on the morning after it was missed, or that same morning, was
// missed, though by UTC the day before has not ended.
func TestATargetIsEasedOnADayOfTheOrganisation(t *testing.T) {
	morning := time.Date(2026, 3, 2, 19, 0, 0, 0, time.UTC) // of 3 March on Kiritimati
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Zone = "Pacific/Kiritimati"
		return tx.PutOrganisation(our)
	})
	o.clock.Set(morning)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutObjective(aims.Objective{ID: "appeals", Title: "Appeals answered", Measure: "share", Target: 95, Direction: aims.AtLeast, Owner: "ada", Due: tx.Today().AddDays(200)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		return tx.MeasureObjective("appeals", aims.Measurement{On: tx.Today(), Value: 40})
	})
	require.Empty(t, find(o.View(), morning, "S2-23"), "it is to be reached by a day to come")
	o.clock.Set(morning.Add(time.Hour))
	o.do("ada", func(tx *aims.Tx) error {
		a, _ := tx.Objectives().Get("appeals")
		a.Target = 30
		return tx.PutObjective(a)
	})
	require.Contains(t, find(o.View(), morning.Add(time.Hour), "S2-23")[0].Message, "made easier")
}

// Plain days, as forms send them, are what JSON has; a moment in place of a day is named.
func TestDaysInJSON(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "s", Name: "S"}) })
	s, _ := o.View().Suppliers().Get("s")
	subject := aims.Subject{Kind: aims.KindSupplier, ID: "s"}
	o.invalid("ada", "review_due", "valid", `"2026-06-30T09:00:00Z"`, func(tx *aims.Tx) error {
		return tx.Patch(subject, s.Revision, []byte(`{"review_due":"2026-06-30T09:00:00Z"}`))
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.Patch(subject, s.Revision, []byte(`{"review_due":"2026-06-30"}`)) })
	s, _ = o.View().Suppliers().Get("s")
	require.Equal(t, calendar.MustParse("2026-06-30"), s.ReviewDue)
	b, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(b), `"review_due":"2026-06-30"`)
}

// What was kept as a moment is read as the day that it was written as, however deep.
func TestMomentsBecomeDays(t *testing.T) {
	j := memory.New()
	body := `{"id":"soa-0001","version":1,"compiled_at":"2025-01-02T03:04:05Z","organisation":"O","scope":"S",
		"approval":{"by":"eve","at":"2025-01-03T03:04:05Z","review_due":"2026-06-30T23:30:00+02:00"},
		"rows":[{"control":"A.2.2","planned_for":"2025-05-01T00:00:00Z"},{"control":"A.2.3"},{"control":"A.2.4","review_due":"0001-01-01T00:00:00Z"}]}`
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "old", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`),
		Changes: []storage.Change{{Kind: string(aims.KindStatement), Key: "soa-0001", Schema: 1, Salt: []byte("s"), Body: []byte(body)}}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	m, err := aims.Open(t.Context(), j, nil)
	require.NoError(t, err)
	rec, err := m.View().MustRecord(aims.Subject{Kind: aims.KindStatement, ID: "soa-0001"})
	require.NoError(t, err)
	s := rec.(*annexa.Statement)
	require.Equal(t, "2026-06-30", s.Approval.ReviewDue.String())
	require.Equal(t, []string{"2025-05-01", "", ""}, []string{s.Rows[0].PlannedFor.String(), s.Rows[1].PlannedFor.String(), s.Rows[2].ReviewDue.String()})
}

// Where an organisation works is told by codes, as of systems.
func TestOrganisationsWorkWhereThereIsACountry(t *testing.T) {
	o := newOrg(t).staffed()
	o.invalid("lea", "jurisdictions[1]", "jurisdiction", "Australia", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Jurisdictions = []string{"EU", "Australia"}
		return tx.PutOrganisation(our)
	})
}

// On the evening of 2 March in Los Angeles it is the third by UTC: what is decided then is
// reviewed, or ends, on the third, the day after.
func TestWhatIsDecidedIsReviewedAfterADayOfTheOrganisation(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		our := tx.Organisation()
		our.Name, our.Zone = "Acme", "America/Los_Angeles"
		return tx.PutOrganisation(our)
	})
	o.do("ada", func(tx *aims.Tx) error { return tx.PutRisk(risk("r")) })
	o.decideAll()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "All AI systems."})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	o.clock.Set(time.Date(2026, 3, 3, 5, 0, 0, 0, time.UTC))
	today, third := calendar.MustParse("2026-03-02"), calendar.MustParse("2026-03-03")
	o.do("rob", func(tx *aims.Tx) error {
		require.Equal(t, today, tx.Today())
		return tx.AcceptRisk("r", "until it is treated", third)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveCriteria("criteria", third) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveStatement(third) })
	o.invalid("rob", "acceptance.expires", "future", today.String(), func(tx *aims.Tx) error { return tx.AcceptRisk("r", "until it is treated", today) })
	o.invalid("eve", "approval.review_due", "after_approval", today.String(), func(tx *aims.Tx) error { return tx.ApproveStatement(today) })
}
