package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

func draftProcesses(m aims.ProcessMap) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DraftProcesses(m) }
}

func adopt(id string, days int) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AdoptProcesses(id, dayOf(days)) }
}

// scoped is an organisation with a scope in force, and no processes.
func scoped(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "all of it", Boundaries: "our two offices"})
	})
	require.Empty(t, find(o.View(), day0, "PM-01"), "without a scope there is another finding")
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(900)) })
	return o
}

// What the processes are and how they meet is adopted by somebody who did not write it.
func TestProcesses(t *testing.T) {
	o := scoped(t)
	found := find(o.View(), day0, "PM-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	o.do("bob", draftProcesses(processes()))
	require.Contains(t, find(o.View(), day0, "PM-01")[0].Message, "draft")
	o.refused("bob", aims.ErrForbidden, adopt("processes", 300)) // whose it is not to adopt
	o.do("lea", func(tx *aims.Tx) error {                        // who is now one of its authors
		m, _ := tx.ProcessMap()
		m.Text += " And told."
		return tx.DraftProcesses(m)
	})
	o.refused("lea", aims.ErrSeparation, adopt("processes", 300))
	o.do("eve", adopt("processes", 300))
	require.Empty(t, find(o.View(), day(300), "PM-01"))
	require.Contains(t, find(o.View(), day(301), "PM-01")[0].Message, "due for review")
	require.Equal(t, aims.RequiredStale, o.row("4.4", day(301)).Status)

	// What is in force stays until another version is adopted.
	m, _ := o.View().ProcessMap()
	m.Processes[0].Owner = "ada"
	o.do("bob", draftProcesses(m))
	now, _ := o.View().ProcessMap()
	require.Equal(t, "processes", now.ID)
	require.Equal(t, "bob", now.Processes[0].Owner)
	o.do("eve", adopt("processes-2", 300))
	now, _ = o.View().ProcessMap()
	require.Equal(t, "processes-2", now.ID)
	require.Equal(t, "ada", now.Processes[0].Owner)
	require.Contains(t, now.Authors, "bob")
	require.Equal(t, aims.StateSuperseded, list(o.View().ProcessMaps())[0].State)
	o.refused("eve", aims.ErrState, adopt("processes", 300))

	// Who has left and still answers for a process is found, and adopts nothing anew.
	o.clock.Set(day(2))
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = dayOf(1)
		return tx.PutPerson(p)
	})
	require.Contains(t, find(o.View(), day(2), "PE-03")[0].Message, "process map processes-2")
	require.ErrorContains(t, o.refused("eve", aims.ErrInvalid, adopt("processes-2", 400)), "processes[0].owner")
	m, _ = o.View().ProcessMap()
	m.Processes[0].Owner = "bob"
	o.do("bob", draftProcesses(m))
	o.do("eve", adopt("processes-3", 400))
	require.Empty(t, find(o.View(), day(2), "PE-03"))
}

// A document for clause 4.4 that somebody approved says as much.
func TestADocumentSaysWhatTheProcessesAre(t *testing.T) {
	o := scoped(t)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{ID: "map", Title: "How we work", Text: "Plan, do, check, act.", Clause: aims.MustParseClause("4.4")})
	})
	require.NotEmpty(t, find(o.View(), day0, "PM-01"))
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("map", dayOf(300)) })
	require.Empty(t, find(o.View(), day0, "PM-01"))
}

// What is adopted says what each process does, by whom, and how they meet.
func TestWhatIsAdoptedIsWhole(t *testing.T) {
	for field, change := range map[string]func(m *aims.ProcessMap){
		"text": func(m *aims.ProcessMap) { m.Text = "n/a" }, "processes": func(m *aims.ProcessMap) { m.Processes = nil },
		"processes[0].does":             func(m *aims.ProcessMap) { m.Processes[0].Does = "" },
		"processes[1].does":             func(m *aims.ProcessMap) { m.Processes[1].Does = "what [[lead]] says" },
		"processes[0].owner":            func(m *aims.ProcessMap) { m.Processes[0].Owner = "" },
		"processes[0].outputs":          func(m *aims.ProcessMap) { m.Processes[0].Outputs = nil },
		"processes[1].criteria":         func(m *aims.ProcessMap) { m.Processes[1].Criteria = nil },
		"processes[1].criteria[0].what": func(m *aims.ProcessMap) { m.Processes[1].Criteria[0].What = "[[by what]]" },
		"processes[1].inputs": func(m *aims.ProcessMap) {
			m.Processes[0].Inputs, m.Processes[1].Inputs = nil, []aims.ProcessInput{{What: "the law"}}
		},
	} {
		o := scoped(t)
		m := processes()
		change(&m)
		o.do("bob", draftProcesses(m))
		require.ErrorContains(t, o.refused("eve", aims.ErrInvalid, adopt("processes", 300)), field+":", field)
		require.NotEmpty(t, find(o.View(), day0, "PM-01"))
	}
	o := scoped(t)
	for field, change := range map[string]func(m *aims.ProcessMap){
		"processes[0].id": func(m *aims.ProcessMap) { m.Processes[0].ID = "" }, "processes[1].id": func(m *aims.ProcessMap) { m.Processes[1].ID = "audit" },
		"processes[0].title": func(m *aims.ProcessMap) { m.Processes[0].Title = "none" }, "processes[0].owner": func(m *aims.ProcessMap) { m.Processes[0].Owner = "ghost" },
		"processes[0].outputs[0]":     func(m *aims.ProcessMap) { m.Processes[0].Outputs[0] = "n/a" },
		"processes[0].inputs[0].from": func(m *aims.ProcessMap) { m.Processes[0].Inputs[0].From = "nowhere" },
		"processes[1].inputs[0].from": func(m *aims.ProcessMap) { m.Processes[1].Inputs[0].From = "mend" },
		"processes[0].inputs[1].what": func(m *aims.ProcessMap) { m.Processes[0].Inputs[1].What = "" },
		"processes[0].criteria[0].by.id": func(m *aims.ProcessMap) {
			m.Processes[0].Criteria[0].By = aims.Subject{Kind: aims.KindAudit, ID: "none"}
		},
		"processes[0].criteria[0].by.kind": func(m *aims.ProcessMap) {
			m.Processes[0].Criteria[0].By = aims.Subject{Kind: aims.KindPerson, ID: "ada"}
		},
	} {
		m := processes()
		change(&m)
		require.ErrorContains(t, o.refused("bob", aims.ErrInvalid, draftProcesses(m)), field+":", field)
	}
	for _, due := range []string{"1890-01-01", "9999-01-01", "2026-01-05"} {
		o := scoped(t)
		o.do("bob", draftProcesses(processes()))
		o.refused("eve", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.AdoptProcesses("processes", calendar.MustParse(due)) })
	}
	// What is typed of an approval is not taken, and one commit is not two persons.
	m := processes()
	m.State, m.Approval = aims.StateApproved, aims.DocumentApproval{By: "eve", At: day0, ReviewDue: dayOf(300)}
	o.do("bob", draftProcesses(m))
	now, _ := o.View().ProcessMap()
	require.Equal(t, aims.StateDraft, now.State)
	require.Zero(t, now.Approval)
	o.refused("eve", aims.ErrSeparation, func(tx *aims.Tx) error {
		m, _ := tx.ProcessMap()
		m.Text += "."
		if err := tx.DraftProcesses(m); err != nil {
			return err
		}
		return tx.AdoptProcesses(m.ID, dayOf(300))
	})
	// What is in force is neither taken away nor changed.
	o.do("eve", adopt("processes", 300))
	in, _ := o.View().ProcessMap()
	o.refused("bob", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Patch(aims.Subject{Kind: aims.KindProcessMap, ID: "processes"}, in.Revision, []byte(`{"text":"Something else."}`))
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindProcessMap, ID: "processes"}) })
	m, _ = o.View().ProcessMap()
	m.Revision = 0
	o.refused("bob", aims.ErrExists, draftProcesses(m))
}

// inForce puts a version of the scope and one of the processes in force, beside drafts.
func (o *org) inForce() {
	o.do("bob", func(tx *aims.Tx) error {
		m := processes()
		m.ID = "processes-used"
		return errors.Join(tx.DraftScope(aims.Scope{ID: "scope-used", Statement: "all of it"}), tx.DraftProcesses(m))
	})
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveScope("scope-used", dayOf(300)), tx.AdoptProcesses("processes-used", dayOf(300)))
	})
}
