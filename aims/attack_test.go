package aims_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// The names of the tests are those of the entries that they repeat, of the attack
// of 28 November 2026.

// ignoring runs a verb that must fail, and does what an importer does with the
// error: nothing. The commit must have left no trace.
func (o *org) ignoring(actor string, sentinel error, fn func(tx *aims.Tx) error) error {
	o.t.Helper()
	was, before := o.written()
	log := journalText(o.t, o.journal)
	var verb error
	o.do(actor, func(tx *aims.Tx) error {
		verb = fn(tx)
		return nil
	})
	require.ErrorIs(o.t, verb, sentinel)
	require.Same(o.t, was, o.View(), "there is no commit")
	require.Equal(o.t, before, everything(o.t, was))
	require.Equal(o.t, log, journalText(o.t, o.journal))
	return verb
}

// journalText is all that a journal holds.
func journalText(t testing.TB, j storage.Journal) string {
	t.Helper()
	var text []byte
	for c, err := range j.Log(t.Context(), 0) {
		require.NoError(t, err)
		text = storage.AppendCommit(text, c)
	}
	return string(text)
}

// guarded opens a management system with an Authorize that can be set later.
func guarded(t testing.TB) (*org, *func(context.Context, aims.By, aims.Access) error) {
	may := new(func(context.Context, aims.By, aims.Access) error)
	j, c := memory.New(), &clock{now: day0}
	m, err := aims.Open(t.Context(), j, &aims.Options{Founder: setup, Clock: c.Now, NewID: counter(), Eraser: j,
		Authorize: func(ctx context.Context, by aims.By, a aims.Access) error {
			if *may == nil {
				return nil
			}
			return (*may)(ctx, by, a)
		}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: j, clock: c}, may
}

var errNo = errors.New("not for you")

func noMallory(_ context.Context, by aims.By, _ aims.Access) error {
	if by.Actor == "mallory" {
		return errNo
	}
	return nil
}

// keys of the lengths at which those derived of them could become too long.
var longIDs = []int{100, 117, 118, 119, 120, 125, 126, 127, 128}

// A1, A14: whatever ID a system can be registered under, its assessments, their
// approvals and its risks can be recorded as well.
func TestAttackA1LongIDs(t *testing.T) {
	longest := ""
	for _, h := range impact.Harms() {
		if len(h.ID) > len(longest) {
			longest = h.ID
		}
	}
	for _, n := range longIDs {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			o := newOrg(t).staffed()
			s := spamFilter()
			s.ID = strings.Repeat("s", n)
			var registered error
			o.do("ada", func(tx *aims.Tx) error {
				registered = tx.RegisterSystem(s)
				return nil
			})
			require.NoError(t, registered)
			_, open := o.View().OpenAssessment(s.ID)
			require.True(t, open, "a system on file has an assessment")

			rated := unfairness()
			rated.Harm, rated.Parties = longest, []string{"user"}
			for i := range 12 {
				a := o.assess(s.ID, rated)
				require.Equal(t, i+1, a.Number)
				require.True(t, o.View().Risks().Has(s.ID+"/"+longest), "what was found is on the register")
				o.do("lea", func(tx *aims.Tx) error {
					return tx.ReassessSystem(s.ID, impact.TriggerReview, fmt.Sprint("round ", i))
				})
			}
			o.do("ada", func(tx *aims.Tx) error {
				if err := tx.AttachEvidence(proof(strings.Repeat("e", n), tx.Now(), []string{s.ID}, "A.6.2.4")); err != nil {
					return err
				}
				if err := tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: strings.Repeat("c", n), Text: "unfair", RaisedOn: calendar.Of(tx.Now(), nil), Harm: longest, Systems: []string{s.ID}}); err != nil {
					return err
				}
				return tx.ReportIncident(aims.Incident{ID: strings.Repeat("i", n), Title: strings.Repeat("t", 2_000), Grade: aims.GradeCritical,
					PersonsHarmed: true, DetectedOn: tx.Now(), Systems: []string{s.ID}})
			})
		})
	}
	o := newOrg(t).staffed()
	s := spamFilter()
	s.ID = strings.Repeat("s", 129)
	o.ignoring("ada", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.RegisterSystem(s) })
}

// A1: a policy is superseded by one that comes into force, or not at all.
func TestAttackA1RefusedApprovalLeavesThePolicyInForce(t *testing.T) {
	o, may := guarded(t)
	o.staffed()
	o.do("lea", func(tx *aims.Tx) error {
		for _, id := range []string{"p1", "p2"} {
			if err := tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: id, Title: "AI policy", Owner: "pam"}); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "mallory", Name: "Mallory", TopManagement: true})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p1", dayOf(365)) })
	*may = noMallory
	require.ErrorIs(t, o.ignoring("mallory", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", dayOf(365)) }), errNo)
	*may = nil
	o.ignoring("eve", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", dayOf(0)) })
	o.ignoring("ada", aims.ErrForbidden, func(tx *aims.Tx) error { return tx.ApprovePolicy("p2", dayOf(365)) })
	p, ok := o.View().Policy()
	require.True(t, ok)
	require.Equal(t, "p1", p.ID)
}

// A1: nor does a verb that panics, which the caller catches, leave its half.
func TestAttackA1PanicLeavesNothing(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	before := everything(t, o.View())
	panicking := impact.Template{ID: "x", Title: "x"}
	o.do("ada", func(tx *aims.Tx) error {
		func() {
			defer func() { _ = recover() }()
			_ = tx.Verb("Half", aims.Subject{Kind: aims.KindSystem, ID: "cv"}, func() error {
				require.NoError(t, tx.RegisterSystem(cvScreener()))
				require.NoError(t, tx.ApplyTemplate("cv#1", panicking))
				panic("half-way")
			})
		}()
		return nil
	})
	require.Equal(t, before, everything(t, o.View()))
	o.register(cvScreener())
}

// inVerification is an organisation with a system that lacks nothing but evidence
// for deployment.
func inVerification(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.register(officeTool("spam", register.StageDesign))
	o.assess("spam")
	o.do("ada", advance("spam", register.StageVerification))
	require.Equal(t, []string{"G2.8"}, items(o.closed("spam", register.StageDeployment)))
	return o
}

// gateControls are those that a gate into use asks evidence for.
func gateControls() []string {
	return []string{"A.9.2", "A.6.2.4", "A.6.2.5", "A.6.2.7", "A.6.2.8", "A.8.2", "A.8.5", "A.9.4"}
}

// A2: evidence that comes and goes within a commit opens no gate in it.
func TestAttackA2GhostEvidence(t *testing.T) {
	o := inVerification(t)
	ghost := func(tx *aims.Tx) error {
		require.NoError(t, tx.AttachEvidence(proof("ghost", tx.Now(), []string{"spam"}, gateControls()...)))
		err := tx.AdvanceStage("spam", register.StageDeployment)
		require.ErrorIs(t, tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "ghost"}), aims.ErrCommitFirst, "nobody owned it before")
		return err
	}
	require.ErrorIs(t, o.try("ada", ghost), aims.ErrCommitFirst)
	var moved error
	o.do("ada", func(tx *aims.Tx) error { moved = ghost(tx); return nil })
	require.ErrorIs(t, moved, aims.ErrCommitFirst)
	require.ErrorIs(t, moved, aims.ErrGate, "and it says what was missing")
	s, _ := o.View().Systems().Get("spam")
	require.Equal(t, register.StageVerification, s.Stage)
	// It is told of nonetheless.
	h := history(t, o, aims.Subject{Kind: aims.KindEvidence, ID: "ghost"})
	require.NotEmpty(t, h)

	o.do("ada", func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindEvidence, ID: "ghost"}) })

	// By way of an exception that nobody gave before, or of a system rewritten.
	o.refused("rob", aims.ErrSeparation, func(tx *aims.Tx) error {
		e := exception("G2.8")
		e.System, e.Gate = "spam", "G2"
		require.NoError(t, tx.RequestException(e))
		return tx.GrantException(e.ID, dayOf(9))
	})
	o.do("bob", func(tx *aims.Tx) error {
		e := exception("G2.8")
		e.System, e.Gate = "spam", "G2"
		return tx.RequestException(e)
	})
	o.refused("rob", aims.ErrForbidden, func(tx *aims.Tx) error {
		require.NoError(t, tx.GrantException("x", dayOf(9)))
		return tx.AdvanceStage("spam", register.StageDeployment)
	})
	o.refused("ada", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		require.NoError(t, tx.AttachEvidence(proof("spec", tx.Now(), nil, "A.9.2")))
		return tx.AdvanceStage("spam", register.StageDeployment)
	})
	o.refused("ada", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Description = "x"
		_, err := tx.ReviseSystem(s)
		require.NoError(t, err)
		return tx.AdvanceStage("spam", register.StageDeployment)
	})
	// In commits of their own they do.
	o.prove("spec", nil, "A.9.2")
	o.do("ada", advance("spam", register.StageDeployment))
}

// A2: who owns a risk does not accept it, whoever owns it in between.
func TestAttackA2OwnRisk(t *testing.T) {
	o := furnished(t)
	put := func(tx *aims.Tx, owner string) error {
		r, _ := tx.Risks().Get("unfair")
		r.Owner = owner
		return tx.PutRisk(r)
	}
	accept := func(tx *aims.Tx) error { return tx.AcceptRisk("unfair", "small", dayOf(99)) }
	o.do("ada", func(tx *aims.Tx) error { return put(tx, "rob") })
	o.refused("rob", aims.ErrForbidden, accept)
	o.refused("rob", aims.ErrSeparation, func(tx *aims.Tx) error { // who writes in it is its author
		require.NoError(t, put(tx, ""))
		return accept(tx)
	})
	o.do("ada", func(tx *aims.Tx) error { return put(tx, "") })
	o.refused("rob", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		require.NoError(t, accept(tx))
		return put(tx, "rob")
	})
	var errs []error
	o.do("rob", func(tx *aims.Tx) error {
		errs = []error{put(tx, "ada"), accept(tx), put(tx, "rob")}
		return nil
	})
	require.ErrorIs(t, errs[1], aims.ErrSeparation)
	r, _ := o.View().Risks().Get("unfair")
	require.True(t, r.Acceptance.IsZero())
	// A risk that is new in the commit is not accepted in it.
	o.refused("rob", aims.ErrSeparation, func(tx *aims.Tx) error {
		require.NoError(t, tx.PutRisk(risk("new")))
		return tx.AcceptRisk("new", "small", dayOf(99))
	})
}

// A2: the owner of a system does not sign for it at high, whoever owns it in
// between.
func TestAttackA2OwnSystem(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Owner = "ian"
	o.register(s)
	a := o.submit("cv")
	require.Equal(t, impact.LevelHigh, a.Level)
	own := func(tx *aims.Tx, owner string) error {
		s, _ := tx.Systems().Get("cv")
		s.Owner = owner
		_, err := tx.ReviseSystem(s)
		return err
	}
	sign := approve(a.ID, aims.RoleImpactApprover)
	o.refused("ian", aims.ErrForbidden, sign)
	var errs []error
	o.do("ian", func(tx *aims.Tx) error {
		errs = []error{own(tx, "ada"), sign(tx), own(tx, "ian")}
		return nil
	})
	require.NoError(t, errs[0])
	require.ErrorIs(t, errs[1], aims.ErrCommitFirst)
	require.Empty(t, o.assessment(a.ID).Signatures)
}

// A2: nobody lends themselves a role for one commit.
func TestAttackA2BorrowedRole(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(cvScreener())
	a := o.submit("cv")
	o.do("setup", func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "dan", Name: "Dan"}) })
	var errs []error
	borrow := func(tx *aims.Tx) error {
		errs = []error{
			tx.AssignRole(aims.RoleImpactApprover, "dan"), tx.AcceptRole(aims.RoleImpactApprover),
			tx.ApproveAssessment(a.ID, aims.RoleImpactApprover), tx.AssignRole(aims.RoleImpactApprover, "ian"),
		}
		return errors.Join(errs...)
	}
	o.refused("dan", aims.ErrForbidden, borrow)
	_ = o.try("dan", func(tx *aims.Tx) error { _ = borrow(tx); return nil })
	for _, err := range errs {
		require.ErrorIs(t, err, aims.ErrForbidden)
	}
	require.Empty(t, o.assessment(a.ID).Signatures)
	// Nor being of top management, nor being on file at all.
	o.do("bob", func(tx *aims.Tx) error {
		return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: "p", Title: "P", Owner: "pam"})
	})
	for _, who := range []string{"dan", "new"} {
		o.refused(who, aims.ErrForbidden, func(tx *aims.Tx) error {
			p, _ := tx.People().Get(who)
			p.ID, p.Name, p.TopManagement = who, "New", true
			require.ErrorIs(t, tx.PutPerson(p), aims.ErrForbidden)
			return tx.ApprovePolicy("p", dayOf(99))
		})
	}
}

// A3: of an incident that is erased nothing is left but its ID.
func TestAttackA3ErasedIncident(t *testing.T) {
	const secret = "Zyxomma-petiolatum"
	dir, c := t.TempDir(), &clock{now: day0}
	o, j := onDisk(t, dir, c)
	o.staffed()
	o.register(spamFilter(), cvScreener())
	o.assess("spam")
	o.do("bob", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "inc", Title: secret + " was here", Description: secret, CommunicatedTo: []string{secret}, Grade: aims.GradeCritical,
			PersonsHarmed: true, DetectedOn: tx.Now(), Systems: []string{"spam", "cv"}})
	})
	o.do("bob", func(tx *aims.Tx) error {
		return tx.RaiseConcern(aims.Concern{ID: "con", Text: secret, RaisedBy: secret, RaisedOn: calendar.Of(tx.Now(), nil), Harm: impact.Harms()[0].ID, Systems: []string{"spam", "cv"}})
	})
	require.NoError(t, o.Checkpoint(t.Context()))
	o.assess("spam")
	o.do("bob", func(tx *aims.Tx) error {
		i, _ := tx.Incidents().Get("inc")
		i.Description += " again"
		return tx.UpdateIncident(i)
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.CloseIncident("inc", secret) })
	o.do("lea", func(tx *aims.Tx) error { return tx.AnswerConcern("con", secret) })
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NotEmpty(t, filesWith(t, dir, secret), "the search finds what is there")
	c.Set(c.Now().AddDate(10, 0, 0)) // it is kept for that long
	require.NoError(t, o.Erase(t.Context(), asks, aims.Subject{Kind: aims.KindIncident, ID: "inc"}, aims.Subject{Kind: aims.KindConcern, ID: "con"}))

	require.NotContains(t, everything(t, o.View()), secret)
	require.Contains(t, everything(t, o.View()), "incident inc", "that there was one is told")
	for _, f := range o.View().Findings(c.Now().AddDate(1, 0, 0)) {
		require.NotContains(t, fmt.Sprintf("%+v", f), secret)
	}
	for _, e := range collect(t, o.Trail(t.Context(), 0)) {
		require.NotContains(t, fmt.Sprintf("%+v", e), secret)
		for _, ch := range e.Changes {
			require.NotContains(t, string(ch.Body), secret)
		}
	}
	require.NotContains(t, journalText(t, j), secret)
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.Verify(t.Context()))
	require.Empty(t, filesWith(t, dir, secret))
	then, err := o.At(t.Context(), day0)
	require.NoError(t, err)
	require.NotContains(t, everything(t, then), secret)
	require.NoError(t, o.Close(t.Context()))
	require.Empty(t, filesWith(t, dir, secret))
}

func collect[T any](t testing.TB, seq func(func(T, error) bool)) (all []T) {
	t.Helper()
	for x, err := range seq {
		require.NoError(t, err)
		all = append(all, x)
	}
	return all
}

// filesWith are the files under a directory that hold a text.
func filesWith(t testing.TB, dir, text string) (found []string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), text) {
			found = append(found, path)
		}
		return err
	}))
	return found
}

// A9: a system named many times grows nothing, nor do many incidents of one
// system without end.
func TestAttackA9OneSystemManyTimes(t *testing.T) {
	o := furnished(t)
	named := make([]string, 2000)
	for i := range named {
		named[i] = "spam"
	}
	for _, n := range []int{2, 1000, 2000} {
		small(t, o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
			return tx.ReportIncident(aims.Incident{ID: "i", Title: "T", Grade: aims.GradeCritical, DetectedOn: tx.Now(), Systems: named[:n]})
		}))
		small(t, o.refused("ada", aims.ErrInvalid, func(tx *aims.Tx) error {
			return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "c", Text: "T", Harm: impact.Harms()[0].ID, RaisedOn: calendar.Of(tx.Now(), nil), Systems: named[:n]})
		}))
	}
	size := func() int {
		b, err := json.Marshal(o.open("spam"))
		require.NoError(t, err)
		return len(b)
	}
	report := func(n int) {
		for i := range 600 {
			o.do("ada", func(tx *aims.Tx) error {
				return tx.ReportIncident(aims.Incident{ID: fmt.Sprint("i", n, "-", i), Title: "T", Grade: aims.GradeCritical, DetectedOn: tx.Now(), Systems: []string{"spam"}})
			})
		}
	}
	report(0)
	once := size()
	report(1)
	require.Less(t, size(), once+500, "what fires on and on is counted")
	for i := range 150 { // and so is what differs each time
		o.do("lea", func(tx *aims.Tx) error {
			return tx.ReassessSystem("spam", impact.TriggerRequest, fmt.Sprint(i, strings.Repeat("é", 20_000)))
		})
		o.do("lea", func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get("spam")
			s.Supplier = map[bool]string{true: "", false: "sup"}[s.Supplier != ""]
			_, err := tx.ReviseSystem(s)
			return err
		})
		o.do("lea", func(tx *aims.Tx) error {
			_, err := tx.ReportSupplierEvent("sup", fmt.Sprint(i, strings.Repeat("x", 20_000)))
			return err
		})
	}
	require.Less(t, size(), 1<<19)
}

// small requires that an error is one that a person can read.
func small(t testing.TB, err error) {
	t.Helper()
	require.Error(t, err)
	require.Less(t, len(err.Error()), 10_000)
	var is aims.Issues
	if errors.As(err, &is) {
		require.LessOrEqual(t, len(is), issue.Max)
		for _, i := range is {
			require.Less(t, len(i.Field)+len(i.Value)+len(i.Message), 1500, i.Rule)
		}
	}
}

// A10: refused input costs no more than in proportion, and says little.
func TestAttackA10RefusedInput(t *testing.T) {
	o := furnished(t)
	bad := func(n int, text string) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprint(text, i)
		}
		return all
	}
	harms := func(n int) []impact.HarmRating {
		var all []impact.HarmRating
		for _, h := range bad(n, "H-X") {
			all = append(all, impact.HarmRating{Harm: h, Parties: bad(3, "martian"), Scale: 9, Likelihood: -1})
		}
		return all
	}
	draft := func(change func(a *impact.Assessment)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			a, _ := tx.OpenAssessment("spam")
			change(&a)
			return tx.SaveAssessment(a)
		}
	}
	for name, fn := range map[string]func(n int) func(tx *aims.Tx) error{
		"harms": func(n int) func(tx *aims.Tx) error {
			all := harms(n)
			return draft(func(a *impact.Assessment) { a.Harms = all })
		},
		"parties": func(n int) func(tx *aims.Tx) error {
			var all []impact.PartyImpact
			for _, p := range bad(n, "martian") {
				all = append(all, impact.PartyImpact{Party: p})
			}
			return draft(func(a *impact.Assessment) { a.Parties = all })
		},
		"parties of a harm": func(n int) func(tx *aims.Tx) error {
			all := bad(n, "martian\xff")
			return draft(func(a *impact.Assessment) { a.Harms = []impact.HarmRating{{Harm: impact.Harms()[0].ID, Parties: all}} })
		},
		"template": func(n int) func(tx *aims.Tx) error {
			tpl := impact.Template{ID: "x", Title: "x", Harms: bad(n, "H-X"), Parties: bad(n, "martian"), Misuse: nil}
			return func(tx *aims.Tx) error { return tx.ApplyTemplate("spam#1", tpl) }
		},
		"template of texts": func(n int) func(tx *aims.Tx) error {
			tpl := impact.Template{ID: strings.Repeat("x", n), Title: strings.Repeat("\xff", n), Parties: bad(n, "\xff")}
			return func(tx *aims.Tx) error { return tx.ApplyTemplate("spam#1", tpl) }
		},
		"system": func(n int) func(tx *aims.Tx) error {
			s := spamFilter()
			s.ID = "new"
			s.Affected, s.Jurisdictions, s.Languages = bad(n, "\xff"), bad(n, "\xff"), bad(n, "\xff")
			s.Labels = map[string]string{}
			for _, k := range bad(n, "\xff") {
				s.Labels[k] = "\xff"
				s.Domains = append(s.Domains, register.Domain(k))
				s.Practices = append(s.Practices, register.Practice(k))
			}
			return func(tx *aims.Tx) error { return tx.RegisterSystem(s) }
		},
		"incident": func(n int) func(tx *aims.Tx) error {
			i := aims.Incident{ID: "i", Title: strings.Repeat("\xff", n), Grade: "x", DetectedOn: day0, Systems: bad(n, "\xff"), Harms: bad(n, "\xff"), CommunicatedTo: bad(n, "\xff")}
			return func(tx *aims.Tx) error { return tx.ReportIncident(i) }
		},
		"evidence": func(n int) func(tx *aims.Tx) error {
			e := proof("e", day0, bad(n, "\xff"))
			for range n {
				e.Supports = append(e.Supports, ref("nofw:1"))
			}
			return func(tx *aims.Tx) error { return tx.AttachEvidence(e) }
		},
		"sweep": func(n int) func(tx *aims.Tx) error {
			s := aims.Sweep{ID: "s", On: dayOf(0), By: "ada", Sources: bad(n, "\xff")}
			for _, k := range bad(n, "\xff") {
				s.Candidates = append(s.Candidates, aims.Candidate{Name: k, Where: k, System: k, Dismissed: k})
			}
			return func(tx *aims.Tx) error { return tx.PutSweep(s) }
		},
		"supplier": func(n int) func(tx *aims.Tx) error {
			s := aims.Supplier{ID: "s", Name: "\xff"}
			for _, k := range bad(n, "\xff") {
				s.Duties = append(s.Duties, aims.AllocatedDuty{What: k, Bearer: aims.Bearer(k)})
			}
			return func(tx *aims.Tx) error { return tx.PutSupplier(s) }
		},
		"review": func(n int) func(tx *aims.Tx) error {
			r := aims.ManagementReview{ID: "r", HeldOn: dayOf(0), Chair: "eve", Attendees: bad(n, "\xff")}
			for _, k := range bad(n, "\xff") {
				r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: aims.ReviewTopic(k), Note: k})
				r.Decisions = append(r.Decisions, aims.ReviewDecision{What: k, Owner: k})
			}
			return func(tx *aims.Tx) error { return tx.HoldReview(r) }
		},
		"audit": func(n int) func(tx *aims.Tx) error {
			a := aims.Audit{ID: "a", Auditors: bad(n, "\xff"), Systems: bad(n, "\xff"), Clauses: make([]aims.Clause, n)}
			return func(tx *aims.Tx) error { return tx.PlanAudit(a) }
		},
		"criteria": func(n int) func(tx *aims.Tx) error {
			return func(tx *aims.Tx) error {
				c := tx.Criteria()
				c.Likelihood, c.Consequence = make([]register.Step, n), make([]register.Step, n)
				c.Matrix = make([][]register.RiskLevel, n)
				return tx.DraftCriteria(c)
			}
		},
		"a group": func(n int) func(tx *aims.Tx) error {
			ids := bad(n, "none")
			return func(tx *aims.Tx) error { return tx.GroupAssessments("spam#1", ids...) }
		},
		"conditions": func(n int) func(tx *aims.Tx) error {
			var all []impact.ApprovalCondition
			for _, k := range bad(n, "\xff") {
				all = append(all, impact.ApprovalCondition{Text: k, Owner: k})
			}
			return func(tx *aims.Tx) error { return tx.ApproveAssessment("spam#1", "x", all...) }
		},
		"reasons": func(n int) func(tx *aims.Tx) error {
			all := bad(n, "\xff")
			return func(tx *aims.Tx) error { return tx.ReturnAssessment("spam#1", all...) }
		},
		"an ID": func(n int) func(tx *aims.Tx) error {
			id := strings.Repeat("x\xff", n)
			return func(tx *aims.Tx) error { return tx.CloseIncident(id, "x") }
		},
		"a role": func(n int) func(tx *aims.Tx) error {
			id := strings.Repeat("x\xff", n)
			return func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleLead, id) }
		},
		"a stage": func(n int) func(tx *aims.Tx) error {
			id := register.Stage(strings.Repeat("x\xff", n))
			return func(tx *aims.Tx) error { return tx.AdvanceStage("spam", id) }
		},
		"a signer's role": func(n int) func(tx *aims.Tx) error {
			id := strings.Repeat("x\xff", n)
			return func(tx *aims.Tx) error { return tx.ApproveAssessment("spam#1", id) }
		},
		"a certificate's state": func(n int) func(tx *aims.Tx) error {
			id := aims.CertState(strings.Repeat("x\xff", n))
			return func(tx *aims.Tx) error {
				if err := tx.PutCertificate(aims.Certificate{ID: "c", Body: "B"}); err != nil {
					return err
				}
				return tx.MoveCertificate("c", id, dayOf(0))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			// That its cost grows as it should is for TestGrowth and BenchmarkGrowth.
			small(t, o.try("ada", fn(10_000)))
			small(t, o.try("eve", fn(10_000)))
		})
	}
	require.NoError(t, o.Verify(t.Context()))
}

// A13: an ID that was a person's is nobody's.
func TestAttackA13ErasedID(t *testing.T) {
	o, _ := guarded(t)
	o.staffed()
	o.leave("ian")
	ian := aims.Subject{Kind: aims.KindPerson, ID: "ian"}
	require.NoError(t, o.Erase(t.Context(), asks, ian))
	o.ignoring("lea", aims.ErrExists, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ian", Name: "Another"})
	})
	o.ignoring("lea", aims.ErrNotFound, func(tx *aims.Tx) error {
		return tx.PutPerson(aims.Person{ID: "ian", Name: "Another", Revision: 2})
	})
	_, ok := o.View().Holder(aims.RoleImpactApprover, o.clock.Now())
	require.False(t, ok)
	again := openOrg(t, o.journal, o.clock)
	again.refused("lea", aims.ErrExists, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "ian", Name: "Another"}) })
}

// A18: a transaction that is over neither writes nor tells.
func TestAttackA18TxKept(t *testing.T) {
	o := furnished(t)
	var kept *aims.Tx
	o.do("ada", func(tx *aims.Tx) error {
		kept = tx
		return tx.PutRisk(risk("other"))
	})
	before, log := everything(t, o.View()), journalText(t, o.journal)
	s := spamFilter()
	s.ID = "late"
	require.ErrorIs(t, kept.RegisterSystem(s), aims.ErrOver)
	require.ErrorIs(t, kept.Withdraw(aims.Subject{Kind: aims.KindRisk, ID: "other"}), aims.ErrOver)
	require.Zero(t, kept.Systems().Len())
	require.Zero(t, kept.Len())
	_, ok := kept.Record(aims.Subject{Kind: aims.KindSystem, ID: "spam"})
	require.False(t, ok)
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))

	// Nor one that failed, or panicked.
	require.ErrorIs(t, o.try("ada", func(tx *aims.Tx) error { kept = tx; return errUndo }), errUndo)
	require.ErrorIs(t, kept.RegisterSystem(s), aims.ErrOver)
	require.Panics(t, func() { _ = o.try("ada", func(tx *aims.Tx) error { kept = tx; panic("x") }) })
	require.ErrorIs(t, kept.RegisterSystem(s), aims.ErrOver)
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(s) })
}

// A19: whom Authorize refuses learns nothing: whatever the verb and whether or
// not there is such a record, the answer is the same.
func TestAttackA19NothingIsTold(t *testing.T) {
	o, may := guarded(t)
	o.staffed()
	c := castOf(o)
	*may = noMallory
	before, log := everything(t, o.View()), journalText(t, o.journal)
	eachVerb(t, func(t *testing.T, name string, call verbCall) {
		answers := make(map[string]bool)
		for _, id := range []string{"", "none", "\x00", strings.Repeat("x", 500), c.id[name]} {
			// What says of which record it is, is what mallory asked for.
			var err error
			o.do("mallory", func(tx *aims.Tx) error {
				err = call(tx, c.arguments(id))
				return nil
			})
			require.ErrorIs(t, err, aims.ErrForbidden)
			require.ErrorIs(t, err, errNo)
			for _, told := range []error{aims.ErrNotFound, aims.ErrExists, aims.ErrStale, aims.ErrInvalid, aims.ErrState, aims.ErrGate, aims.ErrCommitFirst} {
				require.NotErrorIs(t, err, told)
			}
			var rec *aims.RecordError
			require.ErrorAs(t, err, &rec)
			require.Equal(t, name, rec.Verb)
			answers[fmt.Sprint(rec.Why, reflect.TypeOf(rec.Err))] = true
		}
		require.Len(t, answers, 1)
	})
	require.Equal(t, before, everything(t, o.View()))
	require.Equal(t, log, journalText(t, o.journal))
}

// Beside those: records that get their IDs from the verb that decides on them are
// several, and each is decided on once.
func TestAttackDecisionsWithoutID(t *testing.T) {
	o := newOrg(t).staffed()
	hold := func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{HeldOn: dayOf(0), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "x", Owner: "eve", Due: dayOf(30)}}})
	}
	o.refused("eve", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		require.NoError(t, hold(tx))
		for id := range tx.Reviews().IDs() {
			return tx.CompleteAction(aims.ReviewActionID(id, 1), tx.Today(), "done as decided")
		}
		return nil
	})
	o.do("eve", func(tx *aims.Tx) error {
		if err := hold(tx); err != nil {
			return err
		}
		return hold(tx)
	})
	require.Equal(t, 2, o.View().Reviews().Len())
}
