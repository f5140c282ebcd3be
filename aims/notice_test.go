package aims_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// creditor is a system of high risk in law that the organisation provides and uses.
func creditor(roles ...register.AIRole) register.System {
	s := cvScreener()
	s.ID, s.Name, s.Jurisdictions = "cv", "CV screener", []string{"EU"}
	s.Roles = roles
	s.MarketSince = calendar.Of(time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC), nil)
	return s
}

// The clocks of the AI Act, worked out from its text first: Article 73(2) to (4), 26(5).
func TestNotificationClocks(t *testing.T) {
	now := time.Date(2029, 3, 1, 0, 0, 0, 0, time.UTC).Add(9 * time.Hour)
	for _, c := range []struct {
		name    string
		roles   []register.AIRole
		effects []aims.IncidentEffect
		want    map[string]calendar.Date // by clock, the last day
	}{
		{"harm to health", []register.AIRole{register.RoleProvider}, []aims.IncidentEffect{aims.EffectHealth}, map[string]calendar.Date{"NC-3": calendar.Of(now, nil).AddDays(15)}},
		{"a death", []register.AIRole{register.RoleProvider}, []aims.IncidentEffect{aims.EffectHealth, aims.EffectDeath}, map[string]calendar.Date{"NC-2": calendar.Of(now, nil).AddDays(10)}},
		{"infrastructure", []register.AIRole{register.RoleProvider}, []aims.IncidentEffect{aims.EffectDeath, aims.EffectInfrastructure}, map[string]calendar.Date{"NC-1": calendar.Of(now, nil).AddDays(2)}},
		{"widespread", []register.AIRole{register.RoleProvider}, []aims.IncidentEffect{aims.EffectWidespread}, map[string]calendar.Date{"NC-1": calendar.Of(now, nil).AddDays(2)}},
		{"a deployer", []register.AIRole{register.RoleDeployer}, []aims.IncidentEffect{aims.EffectRights}, map[string]calendar.Date{"NC-4": calendar.Of(now, nil).AddDays(1)}},
		{"both", []register.AIRole{register.RoleProvider, register.RoleDeployer}, []aims.IncidentEffect{aims.EffectProperty}, map[string]calendar.Date{"NC-3": calendar.Of(now, nil).AddDays(15), "NC-4": calendar.Of(now, nil).AddDays(1)}},
		{"not serious", []register.AIRole{register.RoleProvider}, nil, map[string]calendar.Date{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := openOrg(t, memory.New(), &clock{now: now}).staffed()
			o.register(creditor(c.roles...))
			o.do("ada", func(tx *aims.Tx) error {
				return tx.ReportIncident(aims.Incident{ID: "i", Title: "Turned away", Grade: aims.GradeHigh, DetectedOn: now, Systems: []string{"cv"}, Effects: c.effects, Owner: "ada", TriagedOn: now})
			})
			got := make(map[string]calendar.Date)
			for _, n := range o.View().Notifications("i") {
				got[n.Clock.ID] = n.Due
				require.Equal(t, "cv", n.System)
				require.True(t, n.Owed())
			}
			require.Equal(t, c.want, got)
			require.Len(t, find(o.View(), now, "IN-01"), len(c.want))
		})
	}
}

// serious is an organisation that owes the notification of a death.
func serious(t *testing.T) *org {
	now := time.Date(2029, 3, 1, 9, 0, 0, 0, time.UTC)
	o := openOrg(t, memory.New(), &clock{now: now}).staffed()
	o.register(creditor(register.RoleProvider))
	i := aims.Incident{ID: "i", Title: "Turned away", Grade: aims.GradeHigh, DetectedOn: now, Systems: []string{"cv"}, Effects: []aims.IncidentEffect{aims.EffectDeath}, Owner: "ada", TriagedOn: now}
	i.Notices = []aims.Notice{{Clock: "NC-2", To: "them", On: calendar.Of(now, nil), Reference: "typed"}}
	o.do("ada", func(tx *aims.Tx) error { return tx.ReportIncident(i) })
	return o
}

// A notification that is owed is found before it is late, is grave once it is, ends with a
// first report, and goes on until all is told; nothing of it is told away.
func TestNotificationsAreOwedUntilMade(t *testing.T) {
	o := serious(t)
	now := o.clock.Now()
	kept, _ := o.View().Incidents().Get("i")
	require.Empty(t, kept.Notices, "who was told RecordNotice says")
	require.Equal(t, now, kept.RecordedAt)
	require.Equal(t, aims.SeverityMinor, find(o.View(), now.AddDate(0, 0, 10), "IN-01")[0].Severity)
	require.Equal(t, aims.SeverityMajor, find(o.View(), now.AddDate(0, 0, 11), "IN-01")[0].Severity)

	o.clock.Set(now.AddDate(0, 0, 3))
	change := func(fn func(i *aims.Incident)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			i, _ := tx.Incidents().Get("i")
			fn(&i)
			return tx.UpdateIncident(i)
		}
	}
	o.invalid("ada", "effects", "kept", "death", change(func(i *aims.Incident) { i.Effects = []aims.IncidentEffect{aims.EffectHealth} }))
	o.do("ada", change(func(i *aims.Incident) { i.AwareOn, i.LinkOn = now.AddDate(0, 0, -5), now.AddDate(0, 0, 1) }))
	n := o.View().Notifications("i")[0]
	require.Equal(t, calendar.Of(now.AddDate(0, 0, 5), nil), n.Due, "the deployer knew of it five days before")
	require.Equal(t, now.AddDate(0, 0, 1), n.AtOnce)
	o.invalid("ada", "aware_on", "kept", moment(time.Time{}), change(func(i *aims.Incident) { i.AwareOn = time.Time{} }))
	o.invalid("ada", "link_on", "kept", moment(now.AddDate(0, 0, 2)), change(func(i *aims.Incident) { i.LinkOn = now.AddDate(0, 0, 2) }))

	tell := func(fn func(n *aims.Notice)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			n := aims.Notice{Clock: "NC-2", To: "the authority in Vienna", On: calendar.Of(now.AddDate(0, 0, 3), nil), Reference: "2029/17", By: "eve"}
			if fn != nil {
				fn(&n)
			}
			return tx.RecordNotice("i", n)
		}
	}
	o.invalid("ada", "notices[0].clock", "clock", "NC-99", tell(func(n *aims.Notice) { n.Clock = "NC-99" }))
	o.invalid("ada", "notices[0].reference", "required", "", tell(func(n *aims.Notice) { n.Reference = "" }))
	o.invalid("ada", "notices[0].on", "past", stamp(now.AddDate(0, 0, 4)), tell(func(n *aims.Notice) { n.On = calendar.Of(now.AddDate(0, 0, 4), nil) }))
	o.invalid("ada", "notices[0].on", "order", stamp(now.AddDate(0, 0, -6)), tell(func(n *aims.Notice) { n.On = calendar.Of(now.AddDate(0, 0, -6), nil) }))
	o.invalid("ada", "notices[0].system", "system", "spam", tell(func(n *aims.Notice) { n.System = "spam" }))
	o.do("ada", tell(nil))
	n = o.View().Notifications("i")[0]
	require.False(t, n.Owed())
	require.False(t, n.Late(calendar.Of(now.AddDate(1, 0, 0), nil)))
	require.Contains(t, find(o.View(), now.AddDate(0, 1, 0), "IN-01")[0].Message, "not all of it yet")
	o.do("lea", func(tx *aims.Tx) error { return tx.CloseIncident("i", "two people look now") })
	o.do("ada", tell(func(n *aims.Notice) { n.Complete = true }))
	require.Empty(t, find(o.View(), now.AddDate(0, 1, 0), "IN-01"))
	kept, _ = o.View().Incidents().Get("i")
	require.Equal(t, "ada", kept.Notices[0].By)
	require.Len(t, kept.Notices, 2)
}

// Clocks of the organisation's own run besides; bad ones are refused on opening.
func TestOwnClocks(t *testing.T) {
	own := aims.Clock{ID: "customer", Ref: "contract 12, 4.3", From: aims.GradeHigh, Systems: []string{"cv"}, To: "Big Bank", Days: 3, Why: "agreed"}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: setup, Clock: (&clock{now: day0}).Now, Clocks: []aims.Clock{own}})
	require.NoError(t, err)
	o := &org{Manager: m, t: t, clock: &clock{now: day0}}
	o.staffed()
	o.register(cvScreener(), spamFilter())
	o.do("ada", func(tx *aims.Tx) error {
		for id, i := range map[string]aims.Incident{"low": {Grade: aims.GradeLow, Systems: []string{"cv"}}, "other": {Grade: aims.GradeCritical, Systems: []string{"spam"}}, "high": {Grade: aims.GradeHigh, Systems: []string{"cv", "spam"}}} {
			i.ID, i.Title, i.DetectedOn = id, "x", day0
			if err := tx.ReportIncident(i); err != nil {
				return err
			}
		}
		return nil
	})
	require.Empty(t, o.View().Notifications("low"))
	require.Empty(t, o.View().Notifications("other"))
	require.Len(t, o.View().Notifications("high"), 1)
	require.Equal(t, dayOf(3), o.View().Notifications("high")[0].Due)
	for field, change := range map[string]func(c *aims.Clock){
		"id": func(c *aims.Clock) { c.ID = "NC-1" }, "to": func(c *aims.Clock) { c.To = "" }, "ref": func(c *aims.Clock) { c.Ref = "" },
		"days": func(c *aims.Clock) { c.Days = -1 }, "duty": func(c *aims.Clock) { c.Duty = "EU-D-73" }, "effects[0]": func(c *aims.Clock) { c.Effects = []aims.IncidentEffect{"smoke"} },
		"from": func(c *aims.Clock) { c.From = "huge" },
	} {
		bad := own
		change(&bad)
		_, err := aims.Open(t.Context(), memory.New(), &aims.Options{Clocks: []aims.Clock{bad}})
		require.ErrorIs(t, err, aims.ErrInvalid, field)
		require.ErrorContains(t, err, "clocks[0]."+field)
	}
}

func moment(t time.Time) string { return t.Format(time.RFC3339) }

// unionLaw is a law of the Union on file that has incidents reported; lea answers for it.
func unionLaw() aims.Obligation {
	return aims.Obligation{ID: "act-eu", Title: "Operational incidents", Kind: aims.ObligationLaw, Source: "Regulation (EU) 2022/2554, Article 19", Country: "EU",
		Asks: "Report major incidents of information systems to the financial supervisor.", Owner: "lea", Met: "The incident desk reports.", ReviewedOn: due(0)}
}

// Article 73(9) and (10), worked out from the text first: where a device or other law of the
// Union is concerned, infringements of fundamental rights are told alone, of devices to
// another authority; a deployer tells its provider all the same (26(5)).
func TestLimitedClocks(t *testing.T) {
	now := time.Date(2029, 3, 1, 9, 0, 0, 0, time.UTC)
	in := func(days int) calendar.Date { return calendar.Of(now, nil).AddDays(days) }
	device := func(s *register.System) { s.Practices = append(s.Practices, register.PracticeMedicalDevice) }
	provider, both := []register.AIRole{register.RoleProvider}, []register.AIRole{register.RoleProvider, register.RoleDeployer}
	for _, c := range []struct {
		name       string
		roles      []register.AIRole
		change     func(s *register.System)
		equivalent bool
		effects    []aims.IncidentEffect
		want       map[string]calendar.Date
	}{
		{"a device that harms", provider, device, false, []aims.IncidentEffect{aims.EffectHealth, aims.EffectProperty}, map[string]calendar.Date{}},
		{"a device by which somebody dies", provider, device, false, []aims.IncidentEffect{aims.EffectDeath}, map[string]calendar.Date{}},
		{"a device and rights", provider, device, false, []aims.IncidentEffect{aims.EffectRights}, map[string]calendar.Date{"NC-6": in(15)}},
		{"a device, rights and a death", provider, device, false, []aims.IncidentEffect{aims.EffectRights, aims.EffectDeath}, map[string]calendar.Date{"NC-7": in(10)}},
		{"a device, rights, widespread", provider, device, false, []aims.IncidentEffect{aims.EffectWidespread, aims.EffectRights, aims.EffectDeath}, map[string]calendar.Date{"NC-8": in(2)}},
		{"a device, both roles", both, device, false, []aims.IncidentEffect{aims.EffectHealth}, map[string]calendar.Date{"NC-4": in(1)}},
		{"other law, harm", provider, nil, true, []aims.IncidentEffect{aims.EffectHealth}, map[string]calendar.Date{}},
		{"other law, infrastructure", provider, nil, true, []aims.IncidentEffect{aims.EffectInfrastructure}, map[string]calendar.Date{}},
		{"other law, rights", provider, nil, true, []aims.IncidentEffect{aims.EffectRights}, map[string]calendar.Date{"NC-9": in(15)}},
		{"other law, rights and a death", provider, nil, true, []aims.IncidentEffect{aims.EffectRights, aims.EffectDeath}, map[string]calendar.Date{"NC-10": in(10)}},
		{"other law, rights, widespread", provider, nil, true, []aims.IncidentEffect{aims.EffectRights, aims.EffectWidespread}, map[string]calendar.Date{"NC-11": in(2)}},
		{"nothing decided", provider, nil, false, []aims.IncidentEffect{aims.EffectRights}, map[string]calendar.Date{"NC-3": in(15)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := openOrg(t, memory.New(), &clock{now: now.AddDate(0, 0, -1)}).staffed()
			s := creditor(c.roles...)
			if c.change != nil {
				c.change(&s)
			}
			o.register(s)
			if c.equivalent {
				law := unionLaw()
				law.ReviewedOn = in(-1)
				o.do("ada", func(tx *aims.Tx) error { return tx.PutObligation(law) })
				o.do("eve", func(tx *aims.Tx) error {
					return tx.DecideEquivalence("act-eu", []string{"cv"}, "Its Article 19 has the same incidents reported within days.")
				})
			}
			o.clock.Set(now)
			o.do("ada", func(tx *aims.Tx) error {
				return tx.ReportIncident(aims.Incident{ID: "i", Title: "Turned away", Grade: aims.GradeHigh, DetectedOn: now, Systems: []string{"cv"}, Effects: c.effects, Owner: "ada", TriagedOn: now})
			})
			got := make(map[string]calendar.Date)
			for _, n := range o.View().Notifications("i") {
				got[n.Clock.ID] = n.Due
				if n.Clock.Limit == aims.LimitDevice {
					require.Contains(t, n.Clock.To, "chosen")
				}
			}
			require.Equal(t, c.want, got)
			require.Len(t, find(o.View(), now, "IN-01"), len(c.want))
		})
	}
}

// That other law has incidents reported somebody else decides than who answers for it, of law
// of the Union alone, and not once the incident is known.
func TestEquivalenceIsDecided(t *testing.T) {
	o := serious(t)
	now := o.clock.Now()
	law := unionLaw()
	law.ReviewedOn = calendar.Of(now, nil)
	law.Equivalent = aims.Equivalence{Systems: []string{"cv"}, Reason: "typed", By: "eve", At: now.AddDate(0, 0, -9)}
	o.do("ada", func(tx *aims.Tx) error { return tx.PutObligation(law) })
	kept, _ := o.View().Obligations().Get("act-eu")
	require.Zero(t, kept.Equivalent, "it is decided, not typed")
	decide := func(reason string, systems ...string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.DecideEquivalence("act-eu", systems, reason) }
	}
	o.refused("lea", aims.ErrSeparation, decide("It has.", "cv"))
	o.refused("ada", aims.ErrForbidden, decide("It has.", "cv"))
	o.invalid("eve", "reason", "reason", "n/a", decide("n/a", "cv"))
	o.invalid("eve", "systems", "required", "", decide("Its Article 19 has the same reported."))
	o.invalid("eve", "equivalent.systems[0]", "system", "none", decide("Its Article 19 has the same reported.", "none"))
	o.do("eve", decide("Its Article 19 has the same reported.", "cv"))
	require.Equal(t, "NC-2", o.View().Notifications("i")[0].Clock.ID, "the death was known before")
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Obligations().Get("act-eu")
		n.Source = "Directive 99"
		return tx.PutObligation(n)
	})
	kept, _ = o.View().Obligations().Get("act-eu")
	require.Zero(t, kept.Equivalent, "it was decided of another law")
	o.do("ada", func(tx *aims.Tx) error { return tx.PutObligation(actArticle("ada")) })
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error {
		return tx.DecideEquivalence("act", []string{"cv"}, "It has the same reported.")
	})
}
