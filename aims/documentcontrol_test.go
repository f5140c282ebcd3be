package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// controlled are the papers beside documents that are under control as those are: what each
// says of that, and the verbs that say it and end it.
var controlled = map[string]struct {
	subject  aims.Subject
	row      string // of Retentions
	edit     func(edit func(c *aims.DocumentControl)) func(tx *aims.Tx) error
	withdraw func(on calendar.Date, reason string) func(tx *aims.Tx) error
	by       string
	control  func(v *aims.View) aims.DocumentControl
	silent   string // the check that speaks once it is withdrawn
}{
	"scope": {aims.Subject{Kind: aims.KindScope, ID: "scope"}, "RT-5",
		func(edit func(c *aims.DocumentControl)) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error {
				s := versionOf(tx.Scopes(), "scope")
				edit(&s.DocumentControl)
				return tx.DraftScope(s)
			}
		},
		func(on calendar.Date, reason string) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error { return tx.WithdrawScope("scope", on, reason) }
		}, "eve",
		func(v *aims.View) aims.DocumentControl { return versionOf(v.Scopes(), "scope").DocumentControl }, "S1-01"},
	"processes": {aims.Subject{Kind: aims.KindProcessMap, ID: "processes"}, "RT-6",
		func(edit func(c *aims.DocumentControl)) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error {
				m := versionOf(tx.ProcessMaps(), "processes")
				edit(&m.DocumentControl)
				return tx.DraftProcesses(m)
			}
		},
		func(on calendar.Date, reason string) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error { return tx.WithdrawProcesses("processes", on, reason) }
		}, "lea",
		func(v *aims.View) aims.DocumentControl {
			return versionOf(v.ProcessMaps(), "processes").DocumentControl
		}, "PM-01"},
	"rules of use": {aims.Subject{Kind: aims.KindUseRules, ID: "u"}, "RT-7",
		func(edit func(c *aims.DocumentControl)) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error {
				u, _ := tx.UseRules().Get("u")
				edit(&u.DocumentControl)
				return tx.DraftUseRules(u)
			}
		},
		func(on calendar.Date, reason string) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error { return tx.WithdrawUseRules("u", on, reason) }
		}, "lea",
		func(v *aims.View) aims.DocumentControl {
			u, _ := v.UseRules().Get("u")
			return u.DocumentControl
		}, "US-01"},
}

// underControl has a scope, processes and rules of use in force, given to everybody.
func underControl(t *testing.T) *org {
	o := wellRun(t)
	o.do("bob", func(tx *aims.Tx) error {
		u := rulesOfUse("u", "spam")
		u.Users, u.Distribution = nil, everybody
		return tx.DraftUseRules(u)
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
	return o
}

// Scopes, processes and rules of use are given to somebody, kept for a time and withdrawn as
// documents are; to say to whom, and for how long, makes no other version of them.
func TestPapersAreUnderControl(t *testing.T) {
	for name, c := range controlled {
		t.Run(name, func(t *testing.T) {
			o := underControl(t)
			at := o.View()
			require.Empty(t, find(at, day0, "DO-01"))
			none := func(d *aims.DocumentControl) { d.Distribution = nil }
			o.do("ada", c.edit(none))
			found := find(o.View(), day0, "DO-01")
			require.Len(t, found, 1)
			require.Equal(t, c.subject, found[0].Subject)
			require.Equal(t, aims.SeverityMinor, found[0].Severity)
			require.Equal(t, kindsOf(at), kindsOf(o.View()), "no other version came of it")
			o.invalid("ada", "distribution[0].to.kind", "oneof", "system", c.edit(func(d *aims.DocumentControl) {
				d.Distribution = []aims.Distribution{{To: aims.Subject{Kind: aims.KindSystem}, How: "by post"}}
			}))
			o.do("ada", c.edit(func(d *aims.DocumentControl) { d.Distribution = everybody }))
			require.Empty(t, find(o.View(), day0, "DO-01"))

			keep := func(years int) func(tx *aims.Tx) error {
				return c.edit(func(d *aims.DocumentControl) { d.KeepYears, d.Disposal = years, "it is deleted" })
			}
			o.do("ada", keep(5))
			o.invalid("ada", "keep_years", "kept", "4", keep(4))
			o.invalid("ada", "keep_years", "range", "101", keep(101))
			drop := func(tx *aims.Tx) error { return tx.Withdraw(c.subject) }
			require.Error(t, o.try("lea", drop), "it is in force")

			o.refused("una", aims.ErrForbidden, c.withdraw(dayOf(0), "nobody works so any more"))
			o.invalid(c.by, "ended.reason", "required", "", c.withdraw(dayOf(0), ""))
			o.invalid(c.by, "ended.on", "past", dayOf(1).String(), c.withdraw(dayOf(1), "nobody works so any more"))
			o.invalid(c.by, "ended.on", "order", dayOf(-1).String(), c.withdraw(dayOf(-1), "nobody works so any more"))
			require.Zero(t, c.control(o.View()).Ended)
			require.Empty(t, find(o.View(), day0, c.silent))
			o.do(c.by, c.withdraw(dayOf(0), "nobody works so any more"))
			require.Equal(t, aims.DocumentEnd{On: dayOf(0), By: c.by, At: day0, Reason: "nobody works so any more"}, c.control(o.View()).Ended)
			require.Len(t, find(o.View(), day0, c.silent), 1, "what is withdrawn counts for nothing")
			require.Error(t, o.try(c.by, c.withdraw(dayOf(0), "nobody works so any more")), "it ends once")
			o.do("ada", c.edit(func(d *aims.DocumentControl) { d.Ended = aims.DocumentEnd{}; d.KeepYears = 6 }))
			require.NotZero(t, c.control(o.View()).Ended, "a field does not take it back")

			until, by, kept := o.View().RetainedUntil(c.subject)
			require.True(t, kept)
			require.Equal(t, c.row, by.ID)
			require.Equal(t, day0.AddDate(6, 0, 0), until)
			require.ErrorContains(t, o.try("lea", drop), c.row)
			require.Empty(t, find(o.View(), day0.AddDate(6, 0, 0), "DO-03"))
			require.Len(t, find(o.View(), day0.AddDate(6, 0, 1), "DO-03"), 1)
			o.clock.Set(day0.AddDate(6, 0, 1))
			o.do("lea", drop)
			require.False(t, o.View().Has(c.subject))
		})
	}
}

// kindsOf counts the records of each kind.
func kindsOf(v *aims.View) map[aims.Kind]int {
	of := make(map[aims.Kind]int)
	for s := range v.All() {
		of[s.Kind]++
	}
	return of
}

// What another version takes the place of has ended on that day, and is kept from then on.
func TestSupersededPapersAreKept(t *testing.T) {
	o := underControl(t)
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Scope()
		m, _ := tx.ProcessMap()
		s.Statement, s.Distribution, m.Text = "all of it, and more", nil, "What is found is mended."
		return errors.Join(tx.DraftScope(s), tx.DraftProcesses(m))
	})
	o.clock.Set(day(10))
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveScope("scope-2", dayOf(300)), tx.AdoptProcesses("processes-2", dayOf(300)))
	})
	require.Equal(t, aims.DocumentEnd{On: dayOf(10), By: "eve", At: day(10)}, versionOf(o.View().Scopes(), "scope").Ended)
	require.Equal(t, aims.DocumentEnd{On: dayOf(10), By: "eve", At: day(10)}, versionOf(o.View().ProcessMaps(), "processes").Ended)
	require.Zero(t, versionOf(o.View().Scopes(), "scope-2").Ended)
	found := find(o.View(), day(10), "DO-01")
	require.Len(t, found, 1, "the version in force counts, and who had the one before has that")
	require.Equal(t, "scope-2", found[0].Subject.ID)
	require.ErrorContains(t, o.try("lea", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindScope, ID: "scope"}) }), "RT-5")
}

// Who is to accept rules of use has them; once the rules are withdrawn nobody is asked, and
// they are not taken up again.
func TestRulesOfUseAreGivenToTheirUsers(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(officeTool("spam", register.StageOperation))
	o.do("bob", func(tx *aims.Tx) error { return tx.DraftUseRules(rulesOfUse("u", "spam")) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
	require.Empty(t, find(o.View(), day0, "DO-01"))
	require.NotEmpty(t, find(o.View(), day(60), "US-02"))
	o.do("lea", func(tx *aims.Tx) error { return tx.WithdrawUseRules("u", dayOf(0), "the tool is replaced") })
	require.Empty(t, find(o.View(), day(60), "US-02"))
	require.Len(t, find(o.View(), day(60), "US-01"), 1, "the system is used without")
	u, _ := o.View().UseRules().Get("u")
	require.Len(t, u.Earlier, 1, "what was in force is told")
	again := func(tx *aims.Tx) error {
		u, _ := tx.UseRules().Get("u")
		u.Draft.Rules += " Once more."
		return tx.DraftUseRules(u)
	}
	o.refused("bob", aims.ErrState, again)
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error { return tx.ApproveUseRules("u") })
}
