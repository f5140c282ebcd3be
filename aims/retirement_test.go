package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func planRetirement(r aims.Retirement) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PlanRetirement(r) }
}

func decideRetirement(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DecideRetirement(id) }
}

func settle(id string, m aims.Remain) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.SettleRetirement(id, m) }
}

func closeRetirement(id string, moved ...aims.MovedMatters) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.CloseRetirement(id, aims.RetirementClosing{Checked: "the account is gone, the address answers no more", Moved: moved})
	}
}

func tellUsers(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.TellRetirement(id, aims.ToldUsers, tx.Today(), "a letter to each desk")
	}
}

// sunset is an organisation whose spam filter, of minimal impact, bob plans to end.
func sunset(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.approved("spam")
	o.do("bob", planRetirement(retirement("r", "spam")))
	return o
}

// A system ends as somebody planned and another decided; people are told before, and what
// it leaves is settled after.
func TestRetirement(t *testing.T) {
	o := sunset(t)
	blocked := func() []string {
		s, _ := o.View().Systems().Get("spam")
		g, _ := register.GateByID("G4")
		return items(o.View().Blockers(s, g, o.clock.Now()))
	}
	require.Equal(t, []string{"G4.2", "G4.3"}, blocked(), "a plan is no decision")
	o.refused("ada", aims.ErrGate, advance("spam", register.StageRetirement))
	o.refused("ada", aims.ErrState, tellUsers("r"))
	o.refused("bob", aims.ErrForbidden, decideRetirement("r"))
	o.do("ada", decideRetirement("r"))
	require.Equal(t, []string{"G4.3"}, blocked())
	o.do("bob", tellUsers("r"))
	require.Empty(t, blocked())
	o.do("ada", advance("spam", register.StageRetirement))
	require.Empty(t, find(o.View(), day(30), "RE-01"))
	require.Empty(t, find(o.View(), day(30), "RE-02"), "its last day is in time")
	found := find(o.View(), day(31), "RE-02")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "4 of 4 things")
	var days []string
	for _, e := range o.View().Agenda(dayOf(0), dayOf(120)).Entries {
		if e.Probe == "RE-02" {
			days = append(days, e.Day.String()+" "+e.Person)
		}
	}
	require.Equal(t, []string{"2026-02-04 ada"}, days)

	err := o.refused("ada", aims.ErrInvalid, closeRetirement("r"))
	require.ErrorContains(t, err, "remains[0].fate")
	o.do("bob", settled("r"))
	o.refused("bob", aims.ErrForbidden, closeRetirement("r"))
	o.do("ada", closeRetirement("r"))
	require.Empty(t, find(o.View(), day(200), "RE-02"))
	o.refused("ada", aims.ErrState, closeRetirement("r"))
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error { return tx.DropRetirement("r", "we miss it") })

	// What is kept has its time, and is settled again.
	require.Contains(t, find(o.View(), day(366), "RE-02")[0].Message, "logs was kept until 2027-01-05")
	o.clock.Set(day(366))
	o.refused("bob", aims.ErrState, settle("r", aims.Remain{ID: "keys", Fate: aims.RemainKept, How: "found again", Until: dayOf(500)}))
	o.do("bob", settle("r", aims.Remain{ID: "logs", Fate: aims.RemainDisposed, On: dayOf(366), How: "deleted"}))
	require.Empty(t, find(o.View(), day(400), "RE-02"))
}

// Of a system of high impact its sponsor decides, who does not own it, what its owner has
// put a name to; who closes it does not own it either.
func TestRetirementOfHighImpact(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	o.do("bob", planRetirement(ended("r", "cv")))
	for _, who := range []string{"ada", "lea", "pam", "bob"} {
		o.refused(who, aims.ErrForbidden, decideRetirement("r"))
	}
	err := o.refused("eve", aims.ErrInvalid, decideRetirement("r"))
	require.ErrorContains(t, err, "authors:")
	o.do("ada", func(tx *aims.Tx) error { r, _ := tx.Retirements().Get("r"); return tx.PlanRetirement(r) })
	o.do("eve", decideRetirement("r"))
	o.do("bob", tellUsers("r"))
	o.do("bob", settled("r"))
	o.do("ada", advance("cv", register.StageRetirement))
	o.refused("ada", aims.ErrForbidden, closeRetirement("r"))
	o.do("lea", closeRetirement("r"))

	// Who owns and sponsors needs another sponsor.
	s := cvScreener()
	s.ID, s.Owner = "eves", "eve"
	o.register(s)
	o.do("bob", planRetirement(ended("of-eve", "eves")))
	o.refused("eve", aims.ErrSeparation, decideRetirement("of-eve"))
}

// What the register knows to hang on a system is in its plan, and what is open of it goes
// on somewhere.
func TestRetirementLeavesNothingBehind(t *testing.T) {
	o := newOrg(t).staffed()
	supplied := spamFilter()
	supplied.Supplier, supplied.Supplies = "sup", register.Yes
	o.do("lea", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier"}) })
	o.register(supplied, officeTool("tool", register.StageOperation))
	o.approved("spam")
	o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("letters", "spam", "tool")) })
	o.do("bob", func(tx *aims.Tx) error { return tx.PutDataset(dataset("own", "spam")) })
	r := retirement("r", "spam")
	r.Remains = r.Remains[:1]
	o.do("bob", planRetirement(r))
	err := o.refused("ada", aims.ErrInvalid, decideRetirement("r"))
	for _, what := range []string{"customers", "suppliers", "leaves of model", "leaves of credentials", "leaves of logs", "data set letters", "data set own", "system tool stands"} {
		require.ErrorContains(t, err, what)
	}
	r = ended("r", "spam")
	r.Remains = append(r.Remains, aims.Remain{ID: "set-letters", Sort: aims.RemainData, What: "the shared set", Dataset: "letters"}, aims.Remain{ID: "set-own", Sort: aims.RemainData, What: "its own", Dataset: "own"})
	r.Dependants = []aims.Dependant{{System: "tool", Effect: "keeps the set, which bob looks after"}}
	o.do("bob", func(tx *aims.Tx) error {
		old, _ := tx.Retirements().Get("r")
		r.Revision = old.Revision
		return tx.PlanRetirement(r)
	})
	o.do("ada", decideRetirement("r"))
	o.do("bob", tellUsers("r"))
	o.do("ada", advance("spam", register.StageRetirement))
	o.do("bob", settled("r"))

	gone := aims.Remain{ID: "set-letters", Fate: aims.RemainDisposed, On: dayOf(0), How: "deleted"}
	require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, settle("r", gone)), "system tool stands on it")
	gone.ID = "set-own"
	require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, settle("r", gone)), "PutDataset")
	o.do("bob", func(tx *aims.Tx) error {
		d, _ := tx.Datasets().Get("own")
		d.DeletedOn = tx.Today()
		return tx.PutDataset(d)
	})
	o.do("bob", settle("r", gone))
	o.do("bob", settle("r", aims.Remain{ID: "set-letters", Fate: aims.RemainKept, How: "the tool stands on it", Until: dayOf(300)}))
	o.do("bob", settle("r", aims.Remain{ID: "cards", Sort: aims.RemainOther, What: "paper cards, found in a drawer", Fate: aims.RemainDisposed, On: dayOf(0), How: "shredded"}))

	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "late", RaisedBy: "staff", Text: "my letter was lost", RaisedOn: dayOf(0), Systems: []string{"spam"}})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "lost", Title: "Lost letters", Grade: aims.GradeLow, DetectedOn: tx.Now(), Systems: []string{"spam"}})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "nc", Title: "No log", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "bob", Due: dayOf(30), Systems: []string{"spam"}})
	})
	err = o.refused("ada", aims.ErrInvalid, closeRetirement("r"))
	for _, what := range []string{"concern/late", "incident/lost", "nonconformity/nc"} {
		require.ErrorContains(t, err, what)
	}
	move := func(k aims.Kind, id, to string) aims.MovedMatters {
		return aims.MovedMatters{Record: aims.Subject{Kind: k, ID: id}, To: to}
	}
	o.refused("ada", aims.ErrInvalid, closeRetirement("r", move(aims.KindConcern, "late", "n/a"), move(aims.KindIncident, "lost", "the post room"), move(aims.KindNonconformity, "nc", "bob goes on")))
	o.refused("ada", aims.ErrInvalid, closeRetirement("r", move(aims.KindConcern, "late", "bob answers"), move(aims.KindIncident, "lost", "the post room"), move(aims.KindNonconformity, "nc", "bob goes on"), move(aims.KindNonconformity, "none", "bob goes on")))
	o.do("ada", closeRetirement("r", move(aims.KindConcern, "late", "bob answers"), move(aims.KindIncident, "lost", "the post room"), move(aims.KindNonconformity, "nc", "bob goes on")))
}

// A store of before has systems that were retired without: those of the last year are
// found, and a record written afterwards ends it.
func TestRetiredWithoutARecord(t *testing.T) {
	o := newOrg(t).staffed()
	old, recent, undated, outside := spamFilter(), spamFilter(), spamFilter(), spamFilter()
	for s, id := range map[*register.System]string{&old: "old", &recent: "recent", &undated: "undated", &outside: "outside"} {
		s.ID, s.Stage, s.RetiredOn = id, register.StageRetirement, dayOf(-10)
	}
	old.RetiredOn, undated.RetiredOn = dayOf(-366), calendar.Date{}
	o.register(old, recent, undated)
	found := find(o.View(), day0, "RE-01")
	require.Len(t, found, 1)
	require.Equal(t, "recent", found[0].Subject.ID)
	require.Equal(t, aims.SeverityMinor, found[0].Severity, "it was of little impact")
	require.Len(t, find(o.View(), day(355), "RE-01"), 1)
	require.Empty(t, find(o.View(), day(356), "RE-01"), "it ended more than a year ago")
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error { // nor is it made to have
		s, _ := tx.Systems().Get("recent")
		s.RetiredOn = dayOf(-400)
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("recent")
		s.RetiredOn = calendar.Date{}
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.do("ada", planRetirement(ended("r", "recent")))
	require.Len(t, find(o.View(), day0, "RE-01"), 1, "a plan is no decision")
	o.do("eve", decideRetirement("r"))
	require.Empty(t, find(o.View(), day0, "RE-01"))
	require.Len(t, find(o.View(), day(31), "RE-02"), 1)
}

// What was planned or decided for a day and did not come about is late, until it does or is
// given up.
func TestRetirementLate(t *testing.T) {
	o := sunset(t)
	require.Empty(t, find(o.View(), day(15), "RE-02"))
	require.Contains(t, find(o.View(), day(16), "RE-02")[0].Message, "nobody has decided")
	o.do("ada", decideRetirement("r"))
	require.Contains(t, find(o.View(), day(16), "RE-02")[0].Message, "at stage operation")
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindRetirement, ID: "r"})
	})
	o.refused("lea", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.DropRetirement("r", "n/a") })
	o.do("lea", func(tx *aims.Tx) error { return tx.DropRetirement("r", "the vendor goes on") })
	require.Empty(t, find(o.View(), day(16), "RE-02"))
	o.refused("ada", aims.ErrGate, advance("spam", register.StageRetirement))
	o.do("bob", planRetirement(retirement("again", "spam")))
	o.do("lea", func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindRetirement, ID: "again"})
	})
	o.do("bob", planRetirement(retirement("anew", "spam")))
	o.do("bob", planRetirement(retirement("twice", "spam")))
	o.do("ada", decideRetirement("anew"))
	o.refused("ada", aims.ErrState, decideRetirement("twice"))
}

// What has to stop at once goes back, and needs nobody's leave; an exception opens the gate
// as any other, and the finding stays.
func TestStoppedAtOnce(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("ada", func(tx *aims.Tx) error { return tx.RevertStage("spam", register.StageDesign) })
	o.except("eve", aims.Exception{ID: "x", System: "spam", Gate: "G4", Items: []string{"G4.2", "G4.3"}, Reason: "the vendor is gone", Measures: "all is told by post"}, day(9))
	o.do("ada", advance("spam", register.StageRetirement))
	require.Len(t, find(o.View(), day0, "RE-01"), 1)
}

func TestLiarsAboutRetirements(t *testing.T) {
	o := sunset(t)
	for _, bad := range []struct {
		field, rule string
		change      func(r *aims.Retirement)
	}{
		{"system", "system", func(r *aims.Retirement) { r.System = "none" }},
		{"reason", "required", func(r *aims.Retirement) { r.Reason = "" }},
		{"effect", "reason", func(r *aims.Retirement) { r.Effect = "none" }},
		{"fallback", "reason", func(r *aims.Retirement) { r.Fallback = "n/a" }},
		{"looked", "reason", func(r *aims.Retirement) { r.Looked = "yes" }},
		{"planned_for", "required", func(r *aims.Retirement) { r.PlannedFor = calendar.Date{} }},
		{"planned_for", "range", func(r *aims.Retirement) { r.PlannedFor = calendar.MustParse("9999-12-31") }},
		{"planned_for", "range", func(r *aims.Retirement) { r.PlannedFor = calendar.MustParse("1890-12-31") }},
		{"told[0].who", "required", func(r *aims.Retirement) { r.Told[0].Who = "" }},
		{"told[0].nobody", "reason", func(r *aims.Retirement) { r.Told[0].Nobody = "none" }},
		{"told[0].to", "oneof", func(r *aims.Retirement) { r.Told[0].To = "friends" }},
		{"remains[1].id", "repeated", func(r *aims.Retirement) { r.Remains[1].ID = r.Remains[0].ID }},
		{"remains[1].what", "reason", func(r *aims.Retirement) { r.Remains[1].What = "TBD" }},
		{"remains[0].dataset", "record", func(r *aims.Retirement) { r.Remains[0].Dataset = "none" }},
		{"dependants[0].system", "system", func(r *aims.Retirement) {
			r.Dependants = []aims.Dependant{{System: "spam", Effect: "ends"}}
		}},
	} {
		r := retirement("bad", "spam")
		bad.change(&r)
		err := o.refused("bob", aims.ErrInvalid, planRetirement(r))
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, bad.field)
	}
	o.refused("bob", aims.ErrExists, planRetirement(retirement("r", "spam")))
	// What is typed of a decision, or of what was done, into a plan is not taken.
	r := retirement("typed", "spam")
	r.State, r.DecidedBy, r.DecidedAt, r.Authors = aims.RetirementClosed, "ada", day0, []string{"eve"}
	r.Closing = aims.RetirementClosing{Checked: "all of it", By: "ada", At: day0}
	r.Told[0].On, r.Told[0].How, r.Told[0].By, r.Told[0].RecordedAt = dayOf(-1), "a letter", "eve", day0
	r.Remains[0].Fate, r.Remains[0].How, r.Remains[0].By = aims.RemainDisposed, "burnt", "eve"
	o.do("bob", planRetirement(r))
	r, _ = o.View().Retirements().Get("typed")
	require.Equal(t, aims.RetirementPlanned, r.State)
	require.Equal(t, []aims.RetirementAudience{aims.ToldUsers}, r.Untold())
	require.Equal(t, 4, r.Unsettled())
	require.Equal(t, []string{"bob"}, r.Authors)
	require.Zero(t, r.Closing.By)
	// All in one commit is no decision.
	o.refused("ada", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		if err := tx.DecideRetirement("r"); err != nil {
			return err
		}
		if err := tx.TellRetirement("r", aims.ToldUsers, tx.Today(), "a letter"); err != nil {
			return err
		}
		return tx.AdvanceStage("spam", register.StageRetirement)
	})
	o.do("ada", decideRetirement("r"))
	for _, on := range []string{"", "1890-01-01", "9999-01-01", "2026-01-06"} {
		day, _ := calendar.Parse(on)
		o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.TellRetirement("r", aims.ToldUsers, day, "a letter") })
		o.refused("bob", aims.ErrInvalid, settle("r", aims.Remain{ID: "keys", Fate: aims.RemainDisposed, On: day, How: "revoked"}))
	}
	o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.TellRetirement("r", aims.ToldUsers, tx.Today(), "n/a") })
	for _, bad := range []aims.Remain{
		{ID: "keys", Fate: aims.RemainDisposed, On: dayOf(0)}, {ID: "keys", Fate: "lost", How: "nobody knows"}, {ID: "keys", How: "nobody knows"},
		{ID: "logs", Fate: aims.RemainKept, How: "complaints", Until: dayOf(0)}, {ID: "logs", Fate: aims.RemainKept, How: "complaints"}, {ID: "logs", Fate: aims.RemainKept, How: "-", Until: dayOf(90)},
		{ID: "", Sort: aims.RemainOther, What: "a box", Fate: aims.RemainNone, How: "it was empty"},
	} {
		o.refused("bob", aims.ErrInvalid, settle("r", bad))
	}
	o.do("bob", tellUsers("r"))
	o.refused("bob", aims.ErrState, tellUsers("r"))
	o.refused("ada", aims.ErrState, closeRetirement("r")) // it runs
	o.refused("bob", aims.ErrState, planRetirement(func() aims.Retirement { r, _ := o.View().Retirements().Get("r"); return r }()))
}
