package aims_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/register"
)

// row is how it stands with one row of the table.
func (o *org) row(id string, now time.Time) aims.RequiredInformation {
	o.t.Helper()
	all := aims.Required(o.View(), now)
	i := slices.IndexFunc(all, func(r aims.RequiredInformation) bool { return r.ID == id })
	require.GreaterOrEqual(o.t, i, 0, id)
	return all[i]
}

// bareOrg has people, and one system of which next to nothing is known.
func bareOrg(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "sup", Name: "Supplier", Owner: "bob"}); err != nil {
			return err
		}
		return tx.RegisterSystem(register.System{ID: "spam", Name: "Filter", Owner: "ada", Stage: register.StageDesign, Supplier: "sup"})
	})
	return o
}

// atWork has a scope in force, a control in place and a system in use, so that what is
// missing of them is asked for.
func (o *org) atWork() {
	o.do("lea", func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "all of it", Boundaries: "our two offices"})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	o.register(officeTool("used", register.StageOperation))
	o.implemented("A.2.2")
}

// required are the ways to have what each row asks for, and to lack it where an
// organisation with nothing on file lacks nothing yet.
type required struct{ lack, have func(o *org) }

func requiredCases() map[string]required {
	doc := func(clause string) required {
		return required{have: func(o *org) {
			o.do("lea", func(tx *aims.Tx) error {
				return tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "doc", Title: "Document", Clause: aims.MustParseClause(clause)})
			})
			o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("doc", dayOf(300)) })
		}}
	}
	shown := func(ref crosswalk.Ref, systems ...string) required {
		return required{have: func(o *org) {
			o.do("bob", func(tx *aims.Tx) error {
				return tx.AttachEvidence(aims.Evidence{ID: "e", Title: "Seen", Collected: dayOf(0), ValidUntil: dayOf(300), URI: "x:1", Supports: []crosswalk.Ref{ref}, Systems: systems})
			})
		}}
	}
	whole := func(o *org) {
		o.do("ada", func(tx *aims.Tx) error {
			s := spamFilter()
			s.Supplier, s.ModelSource = "sup", register.ModelThirdParty
			old, _ := tx.Systems().Get("spam")
			s.Revision, s.Stage = old.Revision, old.Stage
			_, err := tx.ReviseSystem(s)
			return err
		})
	}
	approved := required{have: func(o *org) { whole(o); o.approved("spam") }}
	put := func(edit func(r *register.Risk)) func(o *org) {
		return func(o *org) {
			o.do("ada", func(tx *aims.Tx) error {
				r, ok := tx.Risks().Get("r")
				if !ok {
					r = risk("r")
					r.Systems = []string{"spam"}
				}
				edit(&r)
				return tx.PutRisk(r)
			})
		}
	}
	treated := func(r *register.Risk) {
		r.Treatment = register.Treatment{Option: register.OptionAvoid, Plan: "x", Owner: "bob", Due: dayOf(2)}
	}
	nonconformity := func(o *org) {
		o.do("una", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "n", Severity: aims.SeverityMinor, Clause: aims.MustParseClause("9.1"), RaisedOn: dayOf(0), Owner: "ada", Due: dayOf(2)})
		})
	}
	corrected := func(o *org) {
		o.do("ada", func(tx *aims.Tx) error {
			n, _ := tx.Nonconformities().Get("n")
			n.Correction, n.Cause, n.Extent, n.Action = "made good", "nobody asked", "only there", aims.CorrectiveAction{Plan: "ask", By: "ada", DoneOn: calendar.Of(tx.Now(), nil)}
			return tx.CorrectNonconformity(n)
		})
	}
	planned := func(on time.Time) func(o *org) {
		return func(o *org) {
			o.do("una", func(tx *aims.Tx) error {
				a := plan("a", "4.1")
				a.Auditors, a.PlannedFor = []string{"bob"}, calendar.Of(on, nil)
				return tx.PlanAudit(a)
			})
		}
	}
	supplied := func(edit func(s *aims.Supplier)) func(o *org) {
		return func(o *org) {
			o.do("ada", func(tx *aims.Tx) error {
				s, _ := tx.Suppliers().Get("sup")
				edit(&s)
				return tx.PutSupplier(s)
			})
		}
	}
	cases := map[string]required{
		"4.3": {have: func(o *org) {
			o.do("lea", func(tx *aims.Tx) error { return tx.DraftScope(aims.Scope{Statement: "all of it"}) })
			o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
		}},
		"4.4": doc("4.4"),
		"5.2": {have: func(o *org) {
			o.do("lea", func(tx *aims.Tx) error {
				return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "Policy", Summary: "s", Owner: "pam"})
			})
			o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p", dayOf(300)) })
		}},
		"6.1.1": doc("6.1.1"), "6.1.2": doc("6.1.2"), "6.1.3a": doc("6.1.3"), "6.1.4a": doc("6.1.4"),
		"6.1.3b": {have: func(o *org) {
			o.decideAll()
			o.do("lea", func(tx *aims.Tx) error {
				our := tx.Organisation()
				our.Name = "Org"
				if err := tx.PutOrganisation(our); err != nil {
					return err
				}
				return tx.DraftScope(aims.Scope{Statement: "all of it"})
			})
			o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
			o.do("pam", func(tx *aims.Tx) error { return tx.ApproveStatement(dayOf(300)) })
		}},
		"6.1.3c": {lack: put(func(r *register.Risk) {}), have: put(treated)},
		"6.1.4b": approved, "8.4": approved, "A.5.3": approved,
		"6.2": {have: func(o *org) {
			o.do("lea", func(tx *aims.Tx) error {
				return tx.PutObjective(aims.Objective{ID: "o", Title: "O", Measure: "m", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: dayOf(300)})
			})
		}},
		"7.2": shown(aims.MustParseClause("7.2").Ref()),
		"7.4": {have: func(o *org) {
			o.do("ada", func(tx *aims.Tx) error { return tx.PutCommunication(telling("news", aims.CommunicationPolicy)) })
		}},
		"7.5.3": {have: func(o *org) {
			o.do("ada", func(tx *aims.Tx) error {
				return errors.Join(tx.DraftDocument(standard("std", "ada")), lookedUp("std", "2023")(tx))
			})
			o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("std", dayOf(300)) })
		}},
		"8.1": shown(aims.MustParseClause("8.1").Ref()),
		"8.2": {lack: put(func(r *register.Risk) {}), have: func(o *org) {
			o.do("bob", func(tx *aims.Tx) error {
				return tx.AssessRisk("r", register.RiskAssessment{Method: "by hand", Inherent: register.Rating{Likelihood: 2, Consequence: 2, Criteria: 1}})
			})
		}},
		"8.3": {lack: put(treated), have: func(o *org) {
			o.clock.Set(day(3))
			put(func(r *register.Risk) { r.Treatment.DoneOn = dayOf(3) })(o)
		}},
		"9.1": {have: func(o *org) {
			o.do("lea", func(tx *aims.Tx) error {
				return tx.PutObjective(aims.Objective{ID: "o", Title: "O", Measure: "m", Direction: aims.AtMost, Target: 1, Owner: "ada", Due: dayOf(300)})
			})
			o.do("ada", func(tx *aims.Tx) error {
				return tx.MeasureObjective("o", aims.Measurement{On: dayOf(0), Value: 1})
			})
		}},
		"9.2.2a": {lack: func(o *org) { o.do("una", draftProgramme(programme())) }, have: func(o *org) { o.do("eve", adoptProgramme("audit-programme", "")) }},
		"9.2.2b": {lack: planned(day(20)), have: func(o *org) {
			o.clock.Set(day(20))
			o.do("bob", examine("a"))
			o.do("bob", func(tx *aims.Tx) error { return tx.CloseAudit("a", "conforms", []string{"eve"}) })
		}},
		"9.3.3": {have: func(o *org) {
			o.do("eve", func(tx *aims.Tx) error {
				return tx.HoldReview(aims.ManagementReview{ID: "m", HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: dayOf(9)}}})
			})
			require.Equal(o.t, []aims.Subject{{Kind: aims.KindAction, ID: "m#1"}}, o.row("9.3.3", day(10)).Lacks)
			o.do("lea", completed("m#1", dayOf(0), "it goes on"))
		}},
		"10.2a": {lack: nonconformity, have: corrected},
		"10.2b": {lack: nonconformity, have: func(o *org) {
			o.clock.Set(day(1))
			corrected(o)
			o.do("bob", func(tx *aims.Tx) error {
				a := action("more", "bob")
				a.Source, a.Due = aims.Subject{Kind: aims.KindNonconformity, ID: "n"}, dayOf(15)
				return tx.PutAction(a)
			})
			require.Contains(o.t, o.row("10.2b", day(16)).Lacks, aims.Subject{Kind: aims.KindAction, ID: "more"})
			o.do("bob", completed("more", dayOf(1), "it is written down"))
			require.Contains(o.t, o.row("10.2b", day(16)).Records, aims.Subject{Kind: aims.KindAction, ID: "more"})
			o.clock.Set(day(30))
			o.do("una", func(tx *aims.Tx) error { return tx.CloseNonconformity("n", true, "looked at again") })
		}},
		"A.4.2":  {have: whole},
		"A.4.3":  {have: whole},
		"A.4.5":  {have: whole},
		"A.10.2": {have: supplied(func(s *aims.Supplier) { s.Duties = []aims.AllocatedDuty{{What: "x", Bearer: aims.BearerSupplier}} })},
		"A.10.3": {have: supplied(func(s *aims.Supplier) { s.ReviewedOn, s.ReviewDue = dayOf(0), dayOf(300) })},
	}
	for _, id := range []string{"A.4.4", "A.4.6", "A.6.1.3", "A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8",
		"A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6", "A.8.3", "A.8.5", "A.9.2", "A.10.4"} {
		cases[id] = shown(aims.ControlRef(annexa.MustParse(id)), "spam")
	}
	return cases
}

// Of every row: its lack is found, a record satisfies it, and time takes that away again
// where what is shown has a day.
func TestRequiredRowByRow(t *testing.T) {
	cases := requiredCases()
	rows := aims.RequiredRows()
	require.Len(t, cases, len(rows))
	ages := 0
	for _, r := range rows {
		t.Run(r.ID, func(t *testing.T) {
			c, known := cases[r.ID]
			require.True(t, known)
			o := bareOrg(t)
			if c.lack != nil {
				c.lack(o)
			}
			before := o.row(r.ID, day(30))
			require.Contains(t, []aims.RequiredStatus{aims.RequiredMissing, aims.RequiredIncomplete, aims.RequiredStale}, before.Status)
			bare := byCheck(o.View(), day(30))
			begun := bareOrg(t)
			if c.lack != nil {
				c.lack(begun)
			}
			begun.atWork()
			found := byCheck(begun.View(), day(30))
			require.True(t, slices.ContainsFunc(r.Probes, func(id string) bool { return found[id]+bare[id] > 0 }), "none of %v finds it", r.Probes)
			c.have(o)
			after := o.row(r.ID, day(30))
			require.Equal(t, aims.RequiredCurrent, after.Status, "stale %v, lacks %v", after.Stale, after.Lacks)
			require.NotEmpty(t, after.Records)
			require.Empty(t, after.Lacks)
			for _, s := range after.Records {
				require.True(t, o.View().Has(s), s)
			}
			switch o.row(r.ID, day0.AddDate(5, 0, 0)).Status {
			case aims.RequiredStale, aims.RequiredIncomplete:
				ages++
			case aims.RequiredCurrent: // what was done stays done
				require.Contains(t, []string{"6.1.3c", "8.2", "8.3", "10.2a", "10.2b", "A.4.2", "A.4.3", "A.4.5", "A.10.2"}, r.ID)
			default:
				t.Errorf("it is gone")
			}
		})
	}
	require.Greater(t, ages, 30)
}

// What is required on paper and no other check finds to be missing S1-21 tells, once for all,
// and not before there is a scope.
func TestRequiredPapersAreFound(t *testing.T) {
	o := newOrg(t).staffed()
	found := func() []aims.Finding { return find(o.View(), day(1), "S1-21") }
	require.Empty(t, found(), "S1-01 says what is missing first")
	o.documents(day(300))
	require.Len(t, found(), 1, "one root cause, one finding")
	require.Equal(t, aims.SeverityMajor, found()[0].Severity)
	for _, id := range []string{"6.1.1: ", "6.1.2: ", "7.5.3: "} {
		require.Contains(t, found()[0].Message, id)
	}
	require.NotContains(t, found()[0].Message, "6.1.3", "that one is there, and if not S1-14 says so")
	paper := func(clause string) {
		o.do("ada", func(tx *aims.Tx) error {
			return tx.DraftDocument(aims.Document{Text: "It says what it has to.", ID: "doc-" + clause, Title: "Document", Clause: aims.MustParseClause(clause)})
		})
	}
	paper("6.1.1")
	require.Equal(t, aims.SeverityMajor, found()[0].Severity, "a draft is nothing that is approved")
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("doc-6.1.1", dayOf(300)) })
	require.Equal(t, aims.SeverityMinor, found()[0].Severity)
	require.NotContains(t, found()[0].Message, "6.1.1")
	paper("6.1.2")
	paper("7.5.3")
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveDocument("doc-6.1.2", dayOf(300)), tx.ApproveDocument("doc-7.5.3", dayOf(300)))
	})
	require.Len(t, found(), 1)
	require.Contains(t, found()[0].Message, "7.5.3: ", "how documents are controlled is no document from outside")
	o.do("ada", func(tx *aims.Tx) error {
		return errors.Join(tx.DraftDocument(standard("std", "ada")), lookedUp("std", "2023")(tx))
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("std", dayOf(300)) })
	require.Empty(t, found())
	require.Len(t, find(o.View(), day(301), "S1-21"), 6, "each is past its review, and none is missing")

	// No row is told by S1-21 that another check tells, and each names checks that there are.
	known := make(map[string]bool)
	for _, p := range aims.Probes() {
		known[p.ID] = true
	}
	for _, r := range aims.RequiredRows() {
		require.NotEmpty(t, r.Probes, r.ID)
		for _, p := range r.Probes {
			require.True(t, known[p], "%s: %s", r.ID, p)
			require.True(t, p != "S1-21" || len(r.Probes) == 1, r.ID)
		}
		r.Probes[0] = "typed over"
	}
	require.NotEqual(t, "typed over", aims.RequiredRows()[0].Probes[0], "the table is its own")
	aims.Required(o.View(), day(1))[0].Probes[0] = "typed over"
	require.NotEqual(t, "typed over", aims.RequiredRows()[0].Probes[0])
}

// The table is of what the standard asks for by name, and says so in words of its own.
func TestRequiredRows(t *testing.T) {
	var clauses, controls []string
	for _, r := range aims.RequiredRows() {
		require.NotEmpty(t, r.What.ID, r.ID)
		require.NotEmpty(t, r.Kept.ID, r.ID)
		require.Equal(t, r.Clause.IsZero(), !r.Control.IsZero(), "%s: by a clause or by a control", r.ID)
		require.Equal(t, r.ID == "4.4" || r.ID == "7.4", r.Implied)
		if r.Clause.IsZero() {
			require.Equal(t, r.ID, r.Control.String())
			controls = append(controls, r.ID)
		} else {
			require.Equal(t, r.Clause.String(), strings.TrimRight(r.ID, "abc"))
			clauses = append(clauses, r.Clause.String())
		}
	}
	require.Equal(t, []string{"4.3", "4.4", "5.2", "6.1.1", "6.1.2", "6.1.3", "6.1.4", "6.2", "7.2", "7.4", "7.5.3", "8.1", "8.2", "8.3", "8.4", "9.1", "9.2.2", "9.3.3", "10.2"}, slices.Compact(clauses))
	require.Equal(t, []string{"A.4.2", "A.4.3", "A.4.4", "A.4.5", "A.4.6", "A.5.3", "A.6.1.3", "A.6.2.2", "A.6.2.3", "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8",
		"A.7.2", "A.7.3", "A.7.4", "A.7.5", "A.7.6", "A.8.3", "A.8.5", "A.9.2", "A.10.2", "A.10.3", "A.10.4"}, controls)
}

// What was left out is not asked for; of several systems each is.
func TestRequiredOfWhatApplies(t *testing.T) {
	o := bareOrg(t)
	require.Equal(t, aims.RequiredMissing, o.row("A.7.5", day(1)).Status, "nobody has decided, so it applies")
	o.do("eve", func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.7.5"))
		d.Applicability, d.Status, d.Justification, d.ReviewDue = annexa.Excluded, annexa.StatusNotApplicable, "we build no models", dayOf(300)
		d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
		return tx.DecideControl(d)
	})
	require.Equal(t, aims.RequiredNotApplied, o.row("A.7.5", day(1)).Status)
	require.Equal(t, aims.RequiredNotApplied, o.row("10.2a", day(1)).Status, "nothing was found yet")

	o.do("ada", func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "second", Name: "Second", Owner: "ada", Stage: register.StageDesign})
	})
	o.prove("e", []string{"spam"}, "A.6.2.4")
	r := o.row("A.6.2.4", day(1))
	require.Equal(t, aims.RequiredIncomplete, r.Status)
	require.Equal(t, []aims.Subject{{Kind: aims.KindSystem, ID: "second"}}, r.Lacks)
	o.prove("whole", nil, "A.6.2.5")
	require.Len(t, o.row("A.6.2.5", day(1)).Lacks, 2, "what is about the organisation shows nothing of a system")

	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"status":"incomplete"`)
	require.Contains(t, string(text), `"each_system":true`)
	require.NotContains(t, string(text), "clause")
}

// A reader is told how it stands, and not of which records that he does not see.
func TestRequiredForAReader(t *testing.T) {
	o := redactedOrg(t)
	whole, seen := aims.Required(o.View(), day(1)), aims.Required(o.View().For(guest{}), day(1))
	require.Len(t, seen, len(whole))
	for i := range whole {
		require.Equal(t, whole[i].Status, seen[i].Status)
		require.Len(t, seen[i].Records, len(whole[i].Records))
		require.Len(t, seen[i].Lacks, len(whole[i].Lacks))
	}
	text, err := json.Marshal(seen)
	require.NoError(t, err)
	require.NotContains(t, string(text), hiddenWord)
	all, err := json.Marshal(whole)
	require.NoError(t, err)
	require.Contains(t, string(all), hiddenWord)
}
