package aims_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// logging is an organisation with two systems in use, of which bob has said what one logs.
func logging(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter(), officeTool("tool", register.StageOperation))
	require.Empty(t, find(o.View(), day(400), "LG-01"), "nobody has begun with such records, and none is of high impact")
	o.do("bob", describeLogs(logsOf("spam")))
	return o
}

// What is logged is told by one and looked for by another, each year.
func TestLogs(t *testing.T) {
	o := logging(t)
	found := find(o.View(), day0, "LG-01")
	require.Len(t, found, 1)
	require.Equal(t, "tool", found[0].Subject.ID)
	o.do("lea", describeLogs(logsOf("tool")))
	require.Empty(t, find(o.View(), day0, "LG-01"))

	// Of a system in use that is not taken away, and so not told anew to put off the first look.
	takeBack := func(system string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindSystemLog, ID: system}) }
	}
	o.refused("lea", aims.ErrForbidden, takeBack("spam"))
	o.register(cvScreener())
	o.do("bob", describeLogs(logsOf("cv")))
	o.do("lea", takeBack("cv"))

	require.Empty(t, find(o.View(), day(90), "LG-02"))
	require.Contains(t, find(o.View(), day(91), "LG-02")[0].Message, "Nobody has looked")
	o.refused("bob", aims.ErrSeparation, lookFor("spam", true)) // wrote it
	o.refused("ada", aims.ErrSeparation, lookFor("spam", true)) // answers for it
	o.do("una", lookFor("spam", true))
	o.do("una", lookFor("tool", true))
	require.Empty(t, find(o.View(), day(365), "LG-02"))
	require.Contains(t, find(o.View(), day(366), "LG-02")[0].Message, "last looked")

	// What was not there is found until somebody looks again, and no earlier look hides it.
	o.clock.Set(day(10))
	o.do("una", lookFor("spam", false))
	o.do("una", func(tx *aims.Tx) error {
		return tx.CheckLogs("spam", aims.LogCheck{On: dayOf(9), Looked: "what was there the day before", Found: true})
	})
	require.Contains(t, find(o.View(), day(10), "LG-02")[0].Message, "not all of the logs")
	o.clock.Set(day(20))
	o.do("una", lookFor("spam", true))
	o.do("una", lookFor("tool", true))
	require.Empty(t, find(o.View(), day(20), "LG-02"))
	l, _ := o.View().SystemLogs().Get("spam")
	require.Len(t, l.Checks, 4)
	require.Equal(t, []string{"bob"}, l.Authors)
	o.refused("lea", aims.ErrForbidden, takeBack("spam"))

	// Other words move nothing; another place is looked at anew, and to write that again and
	// again puts nothing off.
	l.Purpose = "to answer complaints"
	o.do("bob", describeLogs(l))
	require.Empty(t, find(o.View(), day(385), "LG-02"))
	for n, where := range []string{"a cupboard", "a cellar", "an attic"} {
		o.clock.Set(day(30 + 30*n))
		l, _ := o.View().SystemLogs().Get("spam")
		l.Where = where
		o.do("bob", describeLogs(l))
	}
	require.Empty(t, find(o.View(), day(120), "LG-02"))
	require.Contains(t, find(o.View(), day(121), "LG-02")[0].Message, "says something else")
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { // of what stood there before
		return tx.CheckLogs("spam", aims.LogCheck{On: dayOf(89), Looked: "the cellar", Found: true})
	})
	o.do("una", lookFor("spam", true))
	o.do("una", lookFor("tool", true))
	require.Empty(t, find(o.View(), day(455), "LG-02"))
	var days []string
	for _, e := range o.View().Agenda(dayOf(91), dayOf(460)).Entries {
		if e.Probe == "LG-02" && e.Subject.ID == "spam" {
			days = append(days, e.Day.String()+" "+e.Person)
		}
	}
	require.Equal(t, []string{dayOf(455).String() + " ada"}, days)
}

// A service looks as well, unless it belongs to who has a part in the logs.
func TestServicesLookForLogs(t *testing.T) {
	o := logging(t)
	for id, owner := range map[string]string{"mine": "bob", "hers": "ada", "apart": "una"} {
		o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: id, Name: "Scan", Owner: owner}) })
	}
	o.refused("mine", aims.ErrSeparation, lookFor("spam", true))
	o.refused("hers", aims.ErrSeparation, lookFor("spam", true))
	o.refused("ghost", aims.ErrForbidden, lookFor("spam", true))
	o.do("apart", lookFor("spam", true))
	l, _ := o.View().SystemLogs().Get("spam")
	require.Equal(t, "apart", l.Checks[0].By)
}

// Where the AI Act has logs kept for six months, fewer days are refused; where it comes to do
// so later, they are found.
func TestLogsAreKeptAsLongAsTheLawAsks(t *testing.T) {
	o := newOrg(t).staffed()
	cv := cvScreener()
	cv.Jurisdictions = []string{"DE"}
	cv.Roles = []register.AIRole{register.RoleProvider, register.RoleDeployer}
	o.register(cv, officeTool("tool", register.StageOperation))
	require.Equal(t, euact.High, euact.Classify(cv, dayOf(0)).Class)
	short := logsOf("cv")
	short.KeptDays = 183
	err := o.refused("bob", aims.ErrInvalid, describeLogs(short))
	require.ErrorContains(t, err, "kept_days")
	require.ErrorContains(t, err, "Art. 19")
	short.KeptDays = 184
	o.do("bob", describeLogs(short))
	l, _ := o.View().SystemLogs().Get("cv")
	l.KeptDays = 183
	o.refused("bob", aims.ErrInvalid, describeLogs(l))
	require.Empty(t, find(o.View(), day0, "LG-03"))

	brief := logsOf("tool")
	brief.KeptDays = 30
	o.do("bob", describeLogs(brief))
	require.Empty(t, find(o.View(), day0, "LG-03"))
	o.do("lea", func(tx *aims.Tx) error {
		s := cv
		s.ID, s.Name = "tool", "Tool"
		old, _ := tx.Systems().Get("tool")
		s.Revision, s.Stage, s.Owner, s.Roles = old.Revision, old.Stage, old.Owner, []register.AIRole{register.RoleDeployer}
		_, err := tx.ReviseSystem(s)
		return err
	})
	found := find(o.View(), day0, "LG-03")
	require.Len(t, found, 1)
	require.Equal(t, "tool", found[0].Subject.ID)
	require.Contains(t, found[0].Message, "Art. 26(6)")
	require.Equal(t, aims.SeverityMinor, found[0].Severity, "it binds later")
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(3000), "LG-03")[0].Severity)
	// What is on record may get no worse, and is looked at as it is.
	l, _ = o.View().SystemLogs().Get("tool")
	l.KeptDays = 60
	o.do("bob", describeLogs(l))
	o.do("una", lookFor("tool", true))
	l, _ = o.View().SystemLogs().Get("tool")
	l.KeptDays = 59
	o.refused("bob", aims.ErrInvalid, describeLogs(l))
	l.KeptDays = 184
	o.do("bob", describeLogs(l))
	require.Empty(t, find(o.View(), day(3000), "LG-03"))
}

// A system of high impact in use has its logs on record, whoever has begun with that.
func TestHighImpactHasLogsOnRecord(t *testing.T) {
	o := newOrg(t).staffed()
	cv := cvScreener()
	cv.Stage = register.StageOperation
	o.register(cv)
	found := find(o.View(), day0, "LG-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	o.do("bob", describeLogs(logsOf("cv")))
	require.Empty(t, find(o.View(), day0, "LG-01"))
	o.do("una", lookFor("cv", false))
	require.Equal(t, aims.SeverityMajor, find(o.View(), day0, "LG-02")[0].Severity)
}

// Logs that somebody has seen are what the gate into operation asks for; what is only written
// down, was not there or was seen long ago is not.
func TestLogsAtTheGate(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	open := func(at int) bool {
		s, _ := o.View().Systems().Get("cv")
		g, _ := register.GateByID("G3")
		for _, b := range o.View().Blockers(s, g, day(at)) {
			if b.Item == "G3.5" {
				return false
			}
		}
		return true
	}
	require.False(t, open(0))
	o.do("bob", describeLogs(logsOf("cv")))
	require.False(t, open(0), "nobody has looked")
	o.do("una", lookFor("cv", false))
	require.False(t, open(0), "they were not there")
	o.do("una", lookFor("cv", true))
	require.True(t, open(0))
	require.True(t, open(365))
	require.False(t, open(366))
	l, _ := o.View().SystemLogs().Get("cv")
	l.Where = "elsewhere"
	o.do("bob", describeLogs(l))
	require.False(t, open(0), "they are kept elsewhere now")
	o.do("una", lookFor("cv", true))
	require.True(t, open(0))
	o.do("una", func(tx *aims.Tx) error {
		l, _ := tx.SystemLogs().Get("cv")
		l.Purpose = "to see who was turned down, and why"
		return tx.DescribeLogs(l)
	})
	require.False(t, open(0), "who looked has a part in them now")
	o.refused("una", aims.ErrSeparation, lookFor("cv", true))
	o.prove("logs", []string{"cv"}, "A.6.2.8")
	require.True(t, open(0), "evidence that somebody else attached")
}

// Logs of each system are what A.6.2.8 asks to have on paper.
func TestLogsAreRequired(t *testing.T) {
	o := bareOrg(t)
	require.Equal(t, aims.RequiredMissing, o.row("A.6.2.8", day(1)).Status)
	o.do("bob", describeLogs(logsOf("spam")))
	require.Equal(t, annexa.MustParse("A.6.2.8"), o.row("A.6.2.8", day(1)).Control)
	require.Contains(t, o.row("A.6.2.8", day(1)).Records, aims.Subject{Kind: aims.KindSystemLog, ID: "spam"})
	o.do("una", lookFor("spam", false))
	require.Contains(t, o.row("A.6.2.8", day(1)).Stale, aims.Subject{Kind: aims.KindSystemLog, ID: "spam"})
	o.do("una", lookFor("spam", true))
	require.Contains(t, o.row("A.6.2.8", day(1)).Records, aims.Subject{Kind: aims.KindSystemLog, ID: "spam"})
	require.Contains(t, o.row("A.6.2.8", day(366)).Stale, aims.Subject{Kind: aims.KindSystemLog, ID: "spam"})
}

func TestLiarsAboutLogs(t *testing.T) {
	o := logging(t)
	for field, change := range map[string]func(l *aims.SystemLog){
		"system": func(l *aims.SystemLog) { l.System = "none" }, "owner": func(l *aims.SystemLog) { l.Owner = "ghost" }, "where": func(l *aims.SystemLog) { l.Where = "" },
		"readers": func(l *aims.SystemLog) { l.Readers = "n/a" }, "purpose": func(l *aims.SystemLog) { l.Purpose = "none" }, "events": func(l *aims.SystemLog) { l.Events = nil },
		"events[0].what":      func(l *aims.SystemLog) { l.Events[0].What = "n/a" },
		"events[0].stages":    func(l *aims.SystemLog) { l.Events[0].Stages = nil },
		"events[0].stages[0]": func(l *aims.SystemLog) { l.Events[0].Stages[0] = "always" },
		"events[0].stages[1]": func(l *aims.SystemLog) { l.Events[0].Stages[0] = register.StageOperation },
		"kept_days":           func(l *aims.SystemLog) { l.KeptDays = 0 },
	} {
		l := logsOf("tool")
		change(&l)
		require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, describeLogs(l)), field+":")
	}
	for _, change := range []func(l *aims.SystemLog){
		func(l *aims.SystemLog) { l.KeptDays = -200 }, func(l *aims.SystemLog) { l.KeptDays = 1 << 30 },
		func(l *aims.SystemLog) { l.Events[0].Stages = []register.Stage{register.StageDesign} }, // nothing in operation
	} {
		l := logsOf("tool")
		change(&l)
		o.refused("bob", aims.ErrInvalid, describeLogs(l))
	}
	for _, bad := range []aims.LogCheck{
		{Looked: "ten letters", Found: true}, {On: dayOf(0), Found: true}, {On: dayOf(0), Looked: "n/a", Found: true}, {On: dayOf(0), Looked: "ten letters"},
		{On: dayOf(0), Looked: "ten letters", Missing: "none"}, {On: dayOf(0), Looked: "ten letters", Found: true, Missing: "a week"}, {On: dayOf(1), Looked: "ten letters", Found: true},
		{On: dayOf(-1), Looked: "ten letters", Found: true}, {On: calendar.MustParse("1890-01-01"), Looked: "ten letters", Found: true}, {On: calendar.MustParse("9999-01-01"), Looked: "ten letters", Found: true},
	} {
		o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.CheckLogs("spam", bad) })
	}
	o.refused("una", aims.ErrNotFound, lookFor("tool", true))
	// There is one of a system, and no second one takes its place.
	o.refused("lea", aims.ErrExists, describeLogs(logsOf("spam")))
	// What is typed of checks and authors is not taken.
	l := logsOf("tool")
	l.Authors, l.DescribedAt = []string{"una"}, day(-300)
	l.Checks = []aims.LogCheck{{On: dayOf(0), Looked: "all of it", Found: true, By: "una", At: day0}}
	o.do("bob", describeLogs(l))
	l, _ = o.View().SystemLogs().Get("tool")
	require.Empty(t, l.Checks)
	require.Equal(t, []string{"bob"}, l.Authors)
	require.Equal(t, day0, l.DescribedAt)
	require.Equal(t, day0, l.UncheckedSince)
	o.do("una", func(tx *aims.Tx) error { // whoever looks types no other name
		return tx.CheckLogs("tool", aims.LogCheck{On: tx.Today(), Looked: "ten letters", Found: true, By: "lea", At: day(-9)})
	})
	l, _ = o.View().SystemLogs().Get("tool")
	require.Equal(t, "una", l.Checks[0].By)
	require.Equal(t, day0, l.Checks[0].At)
	// All in one commit is no look, nor is another owner for as long as it takes.
	o.refused("ada", aims.ErrSeparation, func(tx *aims.Tx) error {
		l, _ := tx.SystemLogs().Get("spam")
		l.Owner = "bob"
		if err := tx.DescribeLogs(l); err != nil {
			return err
		}
		return tx.CheckLogs("spam", aims.LogCheck{On: tx.Today(), Looked: "ten letters", Found: true})
	})
	o.refused("una", aims.ErrSeparation, func(tx *aims.Tx) error {
		l, _ := tx.SystemLogs().Get("spam")
		l.Where = "elsewhere"
		if err := tx.DescribeLogs(l); err != nil {
			return err
		}
		return tx.CheckLogs("spam", aims.LogCheck{On: tx.Today(), Looked: "ten letters", Found: true})
	})
}

// Fresh evidence of A.6.2.8 about a system shows its logs as a record does, and no longer
// than it counts: the agenda says so before.
func TestFreshEvidenceShowsLogs(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage = register.StageOperation
	o.register(s)
	require.Len(t, find(o.View(), day(1), "LG-01"), 1)
	o.prove("other", []string{s.ID}, "A.6.2.4")
	require.Len(t, find(o.View(), day(1), "LG-01"), 1, "of another control")
	o.prove("logs", []string{s.ID}, "A.6.2.8")
	require.Empty(t, find(o.View(), day(1), "LG-01"))
	e, _ := o.View().Evidence().Get("logs")
	require.Empty(t, find(o.View(), e.ValidUntil.Start(nil), "LG-01"))
	require.Len(t, find(o.View(), e.ValidUntil.AddDays(1).Start(nil), "LG-01"), 1)
	coming := o.View().Agenda(dayOf(1), e.ValidUntil.AddDays(5)).Entries
	require.True(t, slices.ContainsFunc(coming, func(a aims.AgendaEntry) bool {
		return a.Probe == "LG-01" && a.Day == e.ValidUntil && a.Subject.ID == s.ID
	}))
}
