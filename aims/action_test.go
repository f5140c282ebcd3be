package aims_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// action is one that comes from nowhere in particular, due on day 30.
func action(id, owner string) aims.Action {
	return aims.Action{ID: id, What: "Write down who answers for the logs.", Owner: owner, Due: dayOf(30)}
}

// passOn hands an action to another owner.
func passOn(id, to string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		a, _ := tx.Actions().Get(id)
		a.Owner = to
		return tx.PutAction(a)
	}
}

func completed(id string, on calendar.Date, result string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CompleteAction(id, on, result) }
}

func move(id string, to int, reason string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.MoveAction(id, dayOf(to), reason) }
}

func cancel(id, reason string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CancelAction(id, reason) }
}

func checkIt(id string, accepted bool, seen string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.CheckAction(id, accepted, seen) }
}

func touchAction(tx *aims.Tx, a verbArgs) error { return passOn(a.id, "una")(tx) }

func (o *org) action(id string) aims.Action {
	o.t.Helper()
	a, ok := o.View().Actions().Get(id)
	require.True(o.t, ok, id)
	return a
}

// What a review decides is an action each, which its owner tells to be done; the record of
// the meeting keeps what was decided there.
func TestReviewDecisionsAreActions(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(-3), Chair: "eve", Decisions: []aims.ReviewDecision{
			{What: "train the desk", Owner: "bob", Due: dayOf(20)}, {What: "buy a log", Owner: "ada", Due: dayOf(40)}}})
	})
	a := o.action("m#1")
	require.Equal(t, aims.Action{ID: "m#1", What: "train the desk", Source: aims.Subject{Kind: aims.KindReview, ID: "m"}, Decision: 1, Owner: "bob", Due: dayOf(20), SetOn: dayOf(-3), SetBy: "eve",
		Revision: a.Revision}, a)
	require.Equal(t, 2, o.View().Actions().Where("source", "management_review/m").Len())
	require.Equal(t, 1, o.View().Actions().Where("owner", "bob").Where("open", "open").Len())
	require.Empty(t, find(o.View(), day(20), "MR-01"), "its day counts whole")
	require.Len(t, find(o.View(), day(21), "MR-01"), 1)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(111), "MR-01")[0].Severity)
	require.Empty(t, find(o.View(), day(111), "AT-01"), "each is told once")
	require.Len(t, o.View().Agenda(dayOf(1), dayOf(30)).Of("bob").Entries, 1)

	entry := o.View().Agenda(dayOf(1), dayOf(30)).Of("bob").Entries[0]
	o.clock.Set(day(21))
	o.refused("lea", aims.ErrForbidden, move("m#1", 50, "nobody had time")) // nor does who recorded it
	o.refused("bob", aims.ErrForbidden, move("m#1", 50, "I had no time"))
	o.do("eve", move("m#1", 50, "the trainer was ill"))
	require.Equal(t, []aims.ActionMove{{By: "eve", At: day(21), Reason: "the trainer was ill", From: dayOf(20), To: dayOf(50)}}, o.action("m#1").Moves)
	require.Empty(t, find(o.View(), day(21), "MR-01"))
	require.Contains(t, find(o.View(), day(51), "MR-01")[0].Message, "put off once by 30 days")
	moved := o.View().Agenda(dayOf(22), dayOf(60)).Of("bob").Entries[0]
	require.Equal(t, entry.ID, moved.ID, "a calendar moves it, and does not make another")
	require.Equal(t, dayOf(50), moved.Day)
	agenda := o.View().ReviewAgenda(day(45))
	require.Equal(t, "Decisions of earlier reviews: 2; carried out: 0; late: 1. Put off so far: m#1 (1 ×, days in all: 30).", agenda.Points[0].Text.String())
	hidden, err := aims.Open(t.Context(), o.journal, &aims.Options{Clock: o.clock.Now, Redact: func(_ any, s aims.Subject, _ any) bool { return s.Kind != aims.KindAction }})
	require.NoError(t, err)
	defer hidden.Close(t.Context())
	require.Equal(t, "Decisions of earlier reviews: 2; carried out: 0; late: 1. Put off so far: action (1 ×, days in all: 30).",
		hidden.View().For("guest").ReviewAgenda(day(45)).Points[0].Text.String(), "who does not see the action is not told which one it is")

	r, _ := o.View().Reviews().Get("m")
	require.Equal(t, dayOf(20), r.Decisions[0].Due, "it was decided so")
	o.do("bob", completed("m#1", dayOf(19), "eight people trained"))
	o.do("eve", cancel("m#2", "the old one will do"))
	require.Empty(t, find(o.View(), day(400), "MR-01"))
	done := o.View().ReviewActions(r)
	require.Equal(t, []bool{false, false}, []bool{done[0].Open(), done[1].Open()})
	require.Equal(t, aims.ActionDone{On: dayOf(19), Result: "eight people trained", By: "bob", At: day(21)}, done[0].Done)

	// A review told anew moves no day of what the first one set.
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "r1", HeldOn: dayOf(20), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "hire", Owner: "eve", Due: dayOf(30)}}})
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "r2", Corrects: "r1", HeldOn: dayOf(20), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "hire", Owner: "eve", Due: dayOf(300)}}})
	})
	require.Len(t, find(o.View(), day(31), "MR-01"), 1)
	o.refused("eve", aims.ErrSeparation, cancel("r1#1", "it was told anew"))
	o.do("pam", cancel("r1#1", "it was told anew"))
	require.Empty(t, find(o.View(), day(31), "MR-01"))

	// Nobody takes the place of one beforehand, nor adds to what was decided.
	o.invalid("bob", "id", "reserved", "m3#1", func(tx *aims.Tx) error { return tx.PutAction(action("m3#1", "bob")) })
	o.invalid("bob", "source", "verb", "management_review/m", func(tx *aims.Tx) error {
		a := action("more", "bob")
		a.Source = aims.Subject{Kind: aims.KindReview, ID: "m"}
		return tx.PutAction(a)
	})
}

// Who wants an action to look done, in time, or not to be there.
func TestLiarsAboutActions(t *testing.T) {
	o := newOrg(t).staffed()
	put := func(change func(*aims.Action)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a := action("new", "bob")
			change(&a)
			return tx.PutAction(a)
		}
	}
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.Action)
	}{
		{"what", "required", " ", func(a *aims.Action) { a.What = " " }},
		{"what", "reason", "n/a", func(a *aims.Action) { a.What = "n/a" }},
		{"owner", "required", "", func(a *aims.Action) { a.Owner = "" }},
		{"owner", "person", "ghost", func(a *aims.Action) { a.Owner = "ghost" }},
		{"due", "required", "", func(a *aims.Action) { a.Due = calendar.Date{} }},
		{"due", "range", "9999-12-31", func(a *aims.Action) { a.Due = calendar.MustParse("9999-12-31") }},
		{"set_on", "range", "1890-01-01", func(a *aims.Action) { a.SetOn = calendar.MustParse("1890-01-01") }},
		{"set_on", "past", dayOf(1).String(), func(a *aims.Action) { a.SetOn = dayOf(1) }},
		{"due", "order", dayOf(-1).String(), func(a *aims.Action) { a.Due = dayOf(-1) }},
		{"probe", "probe", "XX-99", func(a *aims.Action) { a.Probe = "XX-99" }},
		{"source", "record", "audit/none", func(a *aims.Action) { a.Source = aims.Subject{Kind: aims.KindAudit, ID: "none"} }},
		{"source", "kind", "person/bob", func(a *aims.Action) { a.Source = aims.Subject{Kind: aims.KindPerson, ID: "bob"} }},
		{"systems[0]", "system", "none", func(a *aims.Action) { a.Systems = []string{"none"} }},
	} {
		o.invalid("ada", bad.field, bad.rule, bad.value, put(bad.change))
	}
	// What verbs decide is not typed.
	o.do("ada", put(func(a *aims.Action) {
		a.Done, a.SetBy, a.CancelledBy, a.CancelledAt = aims.ActionDone{On: dayOf(0), Result: "all of it", By: "bob"}, "eve", "eve", day0
		a.Checks, a.Moves = []aims.ActionCheck{{Accepted: true, Seen: "all of it", By: "eve"}}, []aims.ActionMove{{By: "eve", From: dayOf(1), To: dayOf(30)}}
		a.FormerOwners = []string{"una"}
	}))
	require.Equal(t, aims.Action{ID: "new", What: action("", "").What, Owner: "bob", Due: dayOf(30), SetOn: dayOf(0), SetBy: "ada", Revision: o.action("new").Revision}, o.action("new"))

	edit := func(change func(*aims.Action)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a, _ := tx.Actions().Get("new")
			change(&a)
			return tx.PutAction(a)
		}
	}
	o.invalid("ada", "due", "verb", dayOf(60).String(), edit(func(a *aims.Action) { a.Due = dayOf(60) }))
	o.invalid("ada", "what", "kept", "Nothing much.", edit(func(a *aims.Action) { a.What = "Nothing much." }))
	o.refused("una", aims.ErrForbidden, passOn("new", "una")) // it is not hers
	for _, of := range []func(tx *aims.Tx) error{move("new", 60, "I had no time"), cancel("new", "I had no time")} {
		o.refused("bob", aims.ErrForbidden, of)
	}
	// He sets one for himself, and moves it as who set it.
	o.do("bob", func(tx *aims.Tx) error { return tx.PutAction(action("own", "bob")) })
	o.refused("bob", aims.ErrSeparation, move("own", 60, "I had no time"))
	// He hands it to another, and moves it as who owns it no longer.
	o.refused("bob", aims.ErrSeparation, func(tx *aims.Tx) error {
		require.NoError(t, passOn("own", "ada")(tx))
		return move("own", 60, "I had no time")(tx)
	})
	o.do("bob", passOn("own", "ada"))
	o.refused("bob", aims.ErrSeparation, move("own", 60, "I had no time"))
	o.refused("bob", aims.ErrSeparation, cancel("own", "nobody needs it"))
	o.refused("bob", aims.ErrForbidden, completed("own", dayOf(0), "it is done"))
	require.Equal(t, []string{"bob"}, o.action("own").FormerOwners)

	o.clock.Set(day(5))
	o.refused("ada", aims.ErrForbidden, completed("new", dayOf(5), "it is done")) // she set it
	o.invalid("bob", "done.on", "order", dayOf(-1).String(), completed("new", dayOf(-1), "it is done"))
	o.invalid("bob", "done.on", "past", dayOf(6).String(), completed("new", dayOf(6), "it is done"))
	o.invalid("bob", "done.on", "required", "", completed("new", calendar.Date{}, "it is done"))
	o.invalid("bob", "result", "reason", "n/a", completed("new", dayOf(5), "n/a"))
	o.invalid("ada", "to", "future", dayOf(4).String(), move("new", 4, "it was due before"))
	o.invalid("ada", "to", "kept", dayOf(30).String(), move("new", 30, "as it was"))
	o.invalid("ada", "reason", "reason", "n/a", move("new", 40, "n/a"))
	o.invalid("ada", "cancel_reason", "required", "", cancel("new", ""))
	o.refused("una", aims.ErrState, checkIt("new", true, "all of it is there"))
	o.do("bob", completed("new", dayOf(5), "it is written down"))
	o.refused("bob", aims.ErrSeparation, checkIt("new", true, "all of it is there"))
	o.invalid("una", "seen", "reason", "n/a", checkIt("new", true, "n/a"))
	o.refused("ada", aims.ErrState, cancel("new", "nobody needs it"))
	o.refused("ada", aims.ErrState, move("new", 60, "there is time"))
	o.refused("ada", aims.ErrState, passOn("new", "una"))
	o.refused("ada", aims.ErrExists, func(tx *aims.Tx) error { return tx.PutAction(action("own", "bob")) })
	// What is not done after all is open again, and late as it was.
	o.do("una", checkIt("new", false, "three logs have nobody"))
	require.True(t, o.action("new").Open())
	require.Equal(t, dayOf(5), o.action("new").Checks[0].Of.On)
	require.Len(t, find(o.View(), day(31), "AT-01"), 2)
	o.do("bob", completed("new", dayOf(5), "the three have somebody now"))
	o.do("una", checkIt("new", true, "all five logs have somebody"))
	o.refused("una", aims.ErrState, checkIt("new", false, "another one has nobody"))
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindAction, ID: "new"})
	})
}

// actingOn is an organisation with a major nonconformity, a review that decided, and actions
// that come from both and from nowhere.
func actingOn(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "buy a log", Owner: "ada", Due: dayOf(10)}}})
	})
	o.do("una", func(tx *aims.Tx) error {
		return tx.RaiseNonconformity(aims.Nonconformity{ID: "nc", Title: "No minutes", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(80)})
	})
	o.do("ada", func(tx *aims.Tx) error {
		fix, desk := action("fix", "bob"), action("desk", "bob")
		fix.Source = aims.Subject{Kind: aims.KindNonconformity, ID: "nc"}
		if err := tx.PutAction(fix); err != nil {
			return err
		}
		return tx.PutAction(desk)
	})
	return o
}

// Each finding on actions comes, and ends.
func TestFindingsOfActions(t *testing.T) {
	o := actingOn(t)
	require.Empty(t, find(o.View(), day(30), "AT-01"))
	late := find(o.View(), day(31), "AT-01")
	require.Len(t, late, 2)
	require.Equal(t, aims.SeverityMinor, late[1].Severity)
	require.Equal(t, aims.SeverityMajor, late[0].Severity, "it comes from a major nonconformity")
	require.Equal(t, "fix", late[0].Subject.ID)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(121), "AT-01")[0].Severity, "it is three months late")

	// It is moved, again and again, and told of until it is done.
	for i, to := range []int{60, 90} {
		o.clock.Set(day(30 + 30*i))
		o.do("ada", move("desk", to, "there was no time"))
		require.Empty(t, find(o.View(), day(30+30*i), "AT-02"))
	}
	o.clock.Set(day(90))
	o.do("ada", move("desk", 120, "there was no time"))
	times, days := o.action("desk").Later()
	require.Equal(t, []int{3, 90}, []int{times, days})
	require.Equal(t, aims.SeverityOpportunity, find(o.View(), day(90), "AT-02")[0].Severity)
	o.do("ada", move("desk", 115, "it is needed before")) // which does not undo what was
	require.Len(t, find(o.View(), day(90), "AT-02"), 1)
	o.do("ada", move("desk", 240, "there was no time"))
	require.Equal(t, aims.SeverityMinor, find(o.View(), day(90), "AT-02")[0].Severity, "often, and by much")
	o.do("eve", move("m#1", 200, "the maker has none"))
	require.Len(t, find(o.View(), day(90), "AT-02"), 2, "half a year at once")
	o.do("bob", completed("desk", dayOf(90), "it stands"))
	o.do("ada", completed("m#1", dayOf(90), "it was bought"))
	require.Empty(t, find(o.View(), day(900), "AT-02"))

	// What is done on a nonconformity somebody else looks at.
	o.do("bob", completed("fix", dayOf(90), "the template asks for it"))
	require.Empty(t, find(o.View(), day(120), "AT-03"))
	require.Len(t, find(o.View(), day(121), "AT-03"), 1)
	require.Equal(t, aims.SeverityMajor, find(o.View(), day(220), "AT-03")[0].Severity)
	o.do("una", checkIt("fix", true, "the last three minutes have it"))
	for _, id := range []string{"AT-01", "AT-02", "AT-03", "MR-01"} {
		require.Empty(t, find(o.View(), day(900), id), id)
	}
}

// A nonconformity is not closed over what was set to be done on it, by nobody who did it, and
// not before the last of it has had time to work.
func TestActionsOfNonconformities(t *testing.T) {
	o := actingOn(t)
	o.do("ada", func(tx *aims.Tx) error {
		n, _ := tx.Nonconformities().Get("nc")
		n.Correction, n.Cause, n.Extent, n.Action = "minutes written", "nobody was told", "two meetings", aims.CorrectiveAction{Plan: "training", By: "lea", DoneOn: dayOf(0)}
		return tx.CorrectNonconformity(n)
	})
	shut := func(tx *aims.Tx) error { return tx.CloseNonconformity("nc", true, "four meetings have minutes") }
	o.clock.Set(day(40))
	o.refused("una", aims.ErrState, shut)
	o.refused("una", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.CancelAction("fix", "nobody needs it") })
	o.do("bob", completed("fix", dayOf(1), "the template asks for it")) // told late
	o.refused("bob", aims.ErrSeparation, shut)
	o.invalid("una", "action.done_on", "effect", dayOf(0).String(), shut)
	o.clock.Set(day(70))
	o.do("una", shut)
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error {
		a := action("more", "bob")
		a.Due, a.Source = dayOf(90), aims.Subject{Kind: aims.KindNonconformity, ID: "nc"}
		return tx.PutAction(a)
	})
	// It comes up again, another action is done, and that is looked at.
	o.do("una", func(tx *aims.Tx) error { return tx.ReopenNonconformity("nc", "the last meeting has none") })
	o.do("ada", func(tx *aims.Tx) error {
		a := action("more", "lea")
		a.Due, a.Source = dayOf(90), aims.Subject{Kind: aims.KindNonconformity, ID: "nc"}
		return tx.PutAction(a)
	})
	o.refused("una", aims.ErrState, shut)
	o.do("ada", cancel("more", "the template was not used; that is another matter"))
	o.do("una", shut)
}

// A treatment is not told to be carried out while a part of it is still to be done.
func TestActionsOfRisks(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Treatment = register.Treatment{Option: register.OptionModify, Controls: []annexa.ID{annexa.MustParse("A.6.2.4")}, Plan: "x", Owner: "ada", Due: dayOf(20)}
		return tx.PutRisk(r)
	})
	o.do("ada", func(tx *aims.Tx) error {
		a := action("part", "bob")
		a.Source = aims.Subject{Kind: aims.KindRisk, ID: "r"}
		return tx.PutAction(a)
	})
	told := func(tx *aims.Tx) error {
		r, _ := tx.Risks().Get("r")
		r.Treatment.DoneOn = dayOf(0)
		return tx.PutRisk(r)
	}
	o.invalid("ada", "treatment.done_on", "actions", dayOf(0).String(), told)
	o.do("bob", completed("part", dayOf(0), "the filter is in place"))
	o.do("ada", told)
	require.Len(t, find(o.View(), day(31), "AT-03"), 1, "that it was seen is asked of a treatment")
}

// What follows on a major finding of an audit is looked at by another, what follows on the
// rest is not.
func TestActionsOfAudits(t *testing.T) {
	for result, want := range map[aims.AuditResult]int{aims.AuditMajor: 1, aims.AuditOpportunity: 0} {
		o := newOrg(t).staffed()
		o.do("lea", func(tx *aims.Tx) error { return tx.PlanAudit(plan("a", "9.1")) })
		o.do("una", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: "nc", Title: "No minutes", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.1"), Audit: "a", RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(80)})
		})
		o.do("una", func(tx *aims.Tx) error {
			i := aims.AuditItem{Clause: aims.MustParseClause("9.1"), Looked: "minutes of a year", Result: result}
			if result == aims.AuditMajor {
				i.Nonconformity = "nc"
			}
			return tx.ExamineAudit("a", i)
		})
		o.do("una", func(tx *aims.Tx) error {
			a := action("part", "bob")
			a.Source = aims.Subject{Kind: aims.KindAudit, ID: "a"}
			return tx.PutAction(a)
		})
		o.do("bob", completed("part", dayOf(0), "the filter is in place"))
		require.Len(t, find(o.View(), day(31), "AT-03"), want, result)
	}
	for _, row := range aims.ActionSources() {
		require.NotEmpty(t, row.Why, row.ID)
	}
}

// Who leaves owes what is open.
func TestLeaversOfActions(t *testing.T) {
	o := actingOn(t)
	o.clock.Set(day(5))
	o.leave("bob")
	require.Equal(t, "bob has left, and still answers for 2 things: action desk, action fix.", find(o.View(), day(6), "PE-03")[0].Message)
}

// A store of before there were actions opens with its open decisions as actions: none is
// lost, none counts twice, and what was done stays done.
func TestDecisionsOfBeforeBecomeActions(t *testing.T) {
	j := memory.New()
	change := func(kind aims.Kind, key string, schema int, body string) storage.Change {
		return storage.Change{Kind: string(kind), Key: key, Schema: schema, Salt: []byte("s"), Body: []byte(body)}
	}
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "old", Time: day(1), Meta: []byte(`{"actor":"x","reason":"y"}`), Changes: []storage.Change{
		change(aims.KindPerson, "max", 1, `{"id":"max","name":"Max","left_on":"2026-01-05T00:00:00Z"}`), change(aims.KindPerson, "ada", 1, `{"id":"ada","name":"Ada"}`),
		change(aims.KindReview, "old", 2, `{"id":"old","held_on":"2026-01-05","chair":"eve","decisions":[{"what":"x","owner":"max","due":"2026-02-01"},
			{"what":"done long ago","owner":"ada","due":"2026-02-01","done_on":"2026-01-06"},{"what":"buy a log","owner":"ada","due":"2026-03-01"}]}`),
		change(aims.KindReview, "oldest", 2, `{"id":"oldest","held_on":"2001-01-05","chair":"eve","decisions":[{"what":"x","owner":"max","due":"2001-02-01"}]}`)}}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: func() time.Time { return day(2) }})
	require.NoError(t, err)
	v := m.View()
	require.Equal(t, 2, v.Actions().Len())
	a, _ := v.Actions().Get("old#3")
	require.Equal(t, []any{"buy a log", "ada", calendar.MustParse("2026-03-01"), 3}, []any{a.What, a.Owner, a.Due, a.Decision})
	r, _ := v.Reviews().Get("old")
	require.Len(t, v.ReviewActions(r), 3)
	require.Len(t, find(v, day(200), "MR-01"), 3, "with one that is too old for a record of its own")
	head := v.Head()
	require.Equal(t, uint64(2), head.Seq)
	require.NoError(t, m.Update(t.Context(), aims.By{Actor: "ada", Reason: "test"}, completed("old#3", calendar.Of(day(2), nil), "it was bought")))
	require.Len(t, find(m.View(), day(200), "MR-01"), 2)
	head = m.View().Head()
	again, err := aims.Open(t.Context(), j, nil)
	require.NoError(t, err)
	require.Equal(t, head, again.View().Head(), "it is done once")
	before, err := m.At(t.Context(), day(1))
	require.NoError(t, err)
	require.Zero(t, before.Actions().Len())
	require.Len(t, find(before, day(200), "MR-01"), 3, "and shows in the past as well")
}

// An import brings no check by who did it, and one from before there were actions has the
// open decisions of its reviews as actions once it is opened.
func TestImportsOfActions(t *testing.T) {
	o := actingOn(t)
	o.do("bob", completed("desk", dayOf(0), "it stands"))
	o.do("una", checkIt("desk", true, "it stands there"))
	text := exported(t, o.View())
	opts := func() *aims.Options { return &aims.Options{Clock: o.clock.Now} }
	m, err := aims.Import(t.Context(), memory.New(), opts(), mover, strings.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, o.View().Actions().Len(), m.View().Actions().Len())
	require.True(t, slices.ContainsFunc(m.View().ImportedDecisions(), func(d aims.ImportedDecision) bool { return d.Subject.Kind == aims.KindAction && d.By == "una" }))

	lie := strings.Replace(text, `"seen":"it stands there","by":"una"`, `"seen":"it stands there","by":"bob"`, 1)
	require.NotEqual(t, text, lie)
	_, err = aims.Import(t.Context(), memory.New(), opts(), mover, strings.NewReader(lie))
	require.ErrorIs(t, err, aims.ErrInvalid)
	require.ErrorContains(t, err, "checks[0].by")

	var old []string
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, `{"kind":"action"`) {
			old = append(old, line)
		}
	}
	was := len(lines) - len(old)
	require.Equal(t, 3, was)
	before := regexp.MustCompile(`,"migrations":\[[^]]*\]`).ReplaceAllString(strings.Join(old, "\n")+"\n", "")
	before = regexp.MustCompile(`"records":(\d+)`).ReplaceAllStringFunc(before, func(s string) string {
		n, err := strconv.Atoi(strings.TrimPrefix(s, `"records":`))
		require.NoError(t, err)
		return fmt.Sprintf(`"records":%d`, n-was)
	})
	m, err = aims.Import(t.Context(), memory.New(), opts(), mover, strings.NewReader(before))
	require.NoError(t, err)
	require.Equal(t, []string{"m#1"}, slices.Collect(m.View().Actions().IDs()))
}

// An incident is closed once what was to be done about it is done or given up, and not in the
// same breath.
func TestAnIncidentWaitsForItsActions(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("bob", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Slip", Grade: aims.GradeLow, DetectedOn: day0, Owner: "lea"})
	})
	for _, id := range []string{"fix", "drop"} {
		o.do("ada", func(tx *aims.Tx) error {
			a := action(id, "bob")
			a.Source = aims.Subject{Kind: aims.KindIncident, ID: "i"}
			return tx.PutAction(a)
		})
	}
	closeIt := func(tx *aims.Tx) error { return tx.CloseIncident("i", "we look twice") }
	require.ErrorContains(t, o.refused("lea", aims.ErrState, closeIt), `"drop"`)
	o.do("ada", func(tx *aims.Tx) error { return tx.CancelAction("drop", "it was the wrong cause") })
	require.ErrorContains(t, o.refused("lea", aims.ErrState, closeIt), `"fix"`)
	o.do("bob", completed("fix", dayOf(0), "a second look is asked for"))
	o.do("lea", closeIt)
	i, _ := o.View().Incidents().Get("i")
	require.False(t, i.Open())
}
