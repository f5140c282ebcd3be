package maturity_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/register"
)

var updateStory = flag.Bool("update-story", false, "write testdata/story.txt anew")

// story is an organisation and what is told of it as the years go by.
type story struct {
	*org
	told strings.Builder
	last map[string]bool
}

// sleep lets days go by, by the clock that the bubble has.
func (s *story) sleep(days int) {
	for range days { // a day at a time, as people live
		time.Sleep(24 * time.Hour)
	}
	s.now = time.Now().UTC()
}

// tell writes a chapter: what happened, where that leaves the organisation, and which
// findings came and went.
func (s *story) tell(what string, want maturity.Level) maturity.Report {
	s.tb.Helper()
	r := s.report(s.past(365 + 90))
	major, minor := 0, 0
	found := make(map[string]bool)
	for _, f := range s.View().Findings(s.now) {
		switch f.Severity {
		case aims.SeverityMajor:
			major++
		case aims.SeverityMinor:
			minor++
		default:
			continue
		}
		found[f.Check] = true
	}
	fmt.Fprintf(&s.told, "%s  %s  %s\n", s.now.Format(time.DateOnly), r.Level, what)
	if r.Level < maturity.ML3 {
		fmt.Fprintf(&s.told, "            %d%% of the way to %s; %d majors, %d minors", r.ProgressTo(r.Level+1), r.Level+1, major, minor)
	} else {
		fmt.Fprintf(&s.told, "            %d majors, %d minors", major, minor)
	}
	if r.NextDrop != nil {
		var why []string
		for _, c := range r.NextDrop.Because {
			why = append(why, c.Criterion)
		}
		fmt.Fprintf(&s.told, "; %s from %s on by %s, if nothing is renewed", r.NextDrop.To, calendar.Of(r.NextDrop.After, nil).AddDays(1), strings.Join(why, " "))
	}
	s.told.WriteString("\n")
	change := func(word string, a, b map[string]bool) {
		var list []string
		for id := range a {
			if !b[id] {
				list = append(list, id)
			}
		}
		if slices.Sort(list); len(list) > 0 {
			fmt.Fprintf(&s.told, "            %s: %s\n", word, strings.Join(list, " "))
		}
	}
	change("found", found, s.last)
	change("settled", s.last, found)
	s.last = found
	require.Equal(s.tb, want, r.Level, "%s: %v", what, ids(r.BlockersTo(want)))
	return r
}

// year lets months go by in which the system is run, and renews what a year asks for in the
// fifth of them.
func (s *story) year(months int, number int) {
	for month := range months {
		s.sleep(30)
		s.monitor()
		s.measure(97)
		switch month {
		case 1, 6:
			s.sweep()
		case 4:
			id := fmt.Sprintf("policy-%d", number)
			s.do("pam", func(tx *aims.Tx) error {
				return tx.DraftPolicy(aims.Policy{Text: "It says what it has to.", ID: id, Title: "AI policy", Owner: "pam", FramesObjectives: true,
					CommitsToRequirements: true, CommitsToImprovement: true, AlignedOn: tx.Today()})
			})
			s.approvePolicy(id)
			s.yearlyPlan()
			for _, system := range s.active() {
				s.assess(system)
			}
			s.collect(365)
			s.logs()
			s.test()
			s.reviewSupplier()
			s.approveStatement()
			s.sleep(15)
			s.monitor()
			s.step4()
		}
	}
}

// certify has the certification body take a step today.
func (s *story) certify(to aims.CertState) {
	s.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("cert", to, tx.Today()) })
}

// chat is what everybody uses: an assistant of somebody else's, on its web site.
func chat() register.System {
	c := spamFilter()
	c.ID, c.Name, c.Supplier = "chat", "ChatGPT", "chatco"
	c.Purpose, c.DeploymentContext = "Draft and shorten texts that staff then check.", "office work"
	c.Functions = []register.Function{register.FunctionGenerate}
	c.Generates, c.ModelSource = []register.Content{register.ContentText}, register.ModelThirdParty
	c.Model = register.Model{Name: "gpt", Version: "5"}
	c.Hosting = register.HostingExternal
	return c
}

// From "we use ChatGPT" and no policy to a second certificate, and down again: three years
// and a half of one organisation, by the clock of a bubble in which nothing waits. What the
// product says of it each time is in testdata/story.txt, to be read from beginning to end.
func TestTheStoryOfThreeYears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day0))
		s := &story{org: newOrg(t), last: make(map[string]bool)}
		defer func() { require.NoError(t, s.Close(s.ctx)) }()
		defer func() {
			if t.Failed() {
				t.Log("so far:\n" + s.told.String())
			}
		}()

		s.do("setup", func(tx *aims.Tx) error {
			c := chat()
			c.Owner, c.Supplier, c.HumanOversight.Person = "", "", ""
			return tx.RegisterSystem(c)
		})
		s.tell("We use ChatGPT. It is on file, and nobody answers for it.", maturity.ML0)

		s.sleep(14)
		s.step1()
		s.do("bob", func(tx *aims.Tx) error {
			if err := tx.PutSupplier(aims.Supplier{ID: "chatco", Name: "ChatCo", Owner: "bob", ReviewedOn: tx.Today(),
				Duties: []aims.AllocatedDuty{{What: "tell of changes", Bearer: aims.BearerSupplier}}}); err != nil {
				return err
			}
			now, _ := tx.Systems().Get("chat")
			c := chat()
			c.Revision = now.Revision
			_, err := tx.ReviseSystem(c)
			return err
		})
		s.tell("People, roles, a policy; a search finds two systems more.", maturity.ML0)

		s.sleep(16)
		s.assess("chat")
		s.step2()
		s.tell("What it does to people is assessed, the scope is drawn, the controls are decided.", maturity.ML1)

		s.sleep(21)
		s.step3()
		s.approveStatement() // as the controls stand now
		s.tell("The controls are put in place, tested, and shown.", maturity.ML1)
		for range 3 {
			s.sleep(30)
			s.monitor()
			s.measure(97)
		}
		s.tell("Three months of records.", maturity.ML1)
		s.sleep(10)
		s.step4()
		s.tell("Audited from within, reviewed by top management: within six months of the beginning.", maturity.ML2)
		require.True(t, s.now.Before(day0.AddDate(0, 6, 0)), s.now)

		s.do("lea", func(tx *aims.Tx) error {
			return tx.PutCertificate(aims.Certificate{ID: "cert", Body: "Body", Accreditation: "National", Number: "4711"})
		})
		s.certify(aims.CertApplied)
		s.sleep(14)
		s.sweep()
		s.monitor()
		s.certify(aims.CertStage1Done)
		s.tell("Stage 1.", maturity.ML2)
		s.sleep(31)
		s.monitor()
		s.measure(97)
		s.certify(aims.CertStage2Done)
		s.do("xia", func(tx *aims.Tx) error {
			return tx.RaiseNonconformity(aims.Nonconformity{ID: "nc", Title: "Two overrides without a record", Description: "Two of forty cases.", Severity: aims.SeverityMinor,
				Clause: aims.MustParseClause("8.1"), RaisedOn: tx.Today(), Owner: "ada", Due: tx.Today().AddDays(90)})
		})
		s.tell("Stage 2, with one minor nonconformity.", maturity.ML2)
		s.sleep(5)
		s.do("ada", func(tx *aims.Tx) error {
			n, _ := tx.Nonconformities().Get("nc")
			n.Correction, n.Cause, n.Extent = "The two records were written.", "The form could be left without one.", "All forms of the desk were looked at; these two alone."
			n.Action = aims.CorrectiveAction{Plan: "The form asks for it.", By: "bob", DoneOn: tx.Today()}
			return tx.CorrectNonconformity(n)
		})
		s.sleep(8)
		s.do("una", func(tx *aims.Tx) error {
			return tx.CloseNonconformity("nc", true, "Twenty overrides since, all with a record.")
		})
		s.certify(aims.CertCertified)
		s.monitor()
		s.tell("The action works; the certificate is granted.", maturity.ML2)

		s.year(8, 2)
		s.tell("Ten months at ML2: the year is not full.", maturity.ML2)
		s.year(2, 0)
		s.certify(aims.CertCertified) // a surveillance audit
		s.tell("The first surveillance audit: ML2 held for a year, two turns of the wheel, assurance from outside.", maturity.ML3)

		s.year(11, 3)
		s.certify(aims.CertCertified)
		s.tell("The second surveillance audit.", maturity.ML3)
		s.year(10, 4)
		r := s.View().Readiness(s.now, aims.Recertification)
		require.Equal(t, aims.Ready, r.Verdict, r.Why.Text)
		s.do("lea", func(tx *aims.Tx) error {
			return tx.PutCertificate(aims.Certificate{ID: "cert-2", Body: "Body", Accreditation: "National", Number: "4712", Renews: "cert"})
		})
		for _, to := range []aims.CertState{aims.CertApplied, aims.CertStage2Done, aims.CertCertified} {
			s.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("cert-2", to, tx.Today()) })
			s.sleep(7)
		}
		s.tell("Certified for another three years, before the first certificate ends.", maturity.ML3)

		// And nobody does anything any more.
		for _, months := range []int{2, 4, 8, 14} {
			before := s.report(s.past(365 + 90))
			s.sleep(30 * months)
			after := s.report(s.past(365 + 90))
			require.LessOrEqual(t, after.Level, before.Level, "who does nothing does not rise")
			s.tell(fmt.Sprintf("Nobody has done anything for %d months more.", months), after.Level)
			if before.NextDrop != nil && s.now.After(before.NextDrop.After) {
				require.LessOrEqual(t, after.Level, before.NextDrop.To, "it fell no later than was said")
			}
		}
		require.Equal(t, maturity.ML0, s.report(s.past(365+90)).Level)

		if *updateStory {
			require.NoError(t, os.WriteFile("testdata/story.txt", []byte(s.told.String()), 0o644))
		}
		want, err := os.ReadFile("testdata/story.txt")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(string(want), s.told.String()))
	})
}
