package aims_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
)

// loan is a thing that who may hand to another, to decide on it meanwhile.
type loan struct {
	name   string
	begin  func(t *testing.T) *org
	hand   func(to string) func(tx *aims.Tx) error
	who    string
	decide func(tx *aims.Tx) error
	// counts reports whether what was decided on a day counts.
	counts func(o *org, decided int) bool
}

// ownedBy hands a system to another owner.
func ownedBy(system string) func(to string) func(tx *aims.Tx) error {
	return func(to string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get(system)
			s.Owner = to
			_, err := tx.ReviseSystem(s)
			return err
		}
	}
}

func noneOf(check string, after int) func(o *org, decided int) bool {
	return func(o *org, decided int) bool { return len(find(o.View(), day(decided+after), check)) == 0 }
}

var loans = []loan{
	{"risk of a system", func(t *testing.T) *org {
		o := newOrg(t).staffed()
		o.register(spamFilter())
		o.do("ada", func(tx *aims.Tx) error {
			r := risk("r")
			r.Systems = []string{"spam"}
			return tx.PutRisk(r)
		})
		return o
	}, ownedBy("spam"), "rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "seldom", dayOf(300)) }, noneOf("S2-05", 0)},
	{"duty of a system", func(t *testing.T) *org {
		o := stage(t)
		o.do("ian", func(tx *aims.Tx) error { return tx.StopAssessment("spam#2", "nothing in it") })
		return o
	}, ownedBy("spam"), "eve", func(tx *aims.Tx) error {
		for _, d := range tx.DutiesOf("spam", tx.Now()) {
			if err := tx.WaiveDuty(d.ID, "the cause lay elsewhere", dayOf(90)); err != nil {
				return err
			}
		}
		return nil
	}, func(o *org, decided int) bool { return len(o.View().DutiesOf("spam", day(decided))) == 0 }},
	{"verification of a system", built, ownedBy("cv"), "una", recordVerification("v", verified(true)), func(o *org, decided int) bool {
		_, ok := o.View().VerificationOf("cv", day(decided))
		return ok
	}},
	{"logs of a system", logging, ownedBy("spam"), "una", lookFor("spam", true), noneOf("LG-02", 200)},
	{"logs", logging, func(to string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			l, _ := tx.SystemLogs().Get("spam")
			l.Owner = to
			return tx.DescribeLogs(l)
		}
	}, "una", lookFor("spam", true), noneOf("LG-02", 200)},
	{"resource", func(t *testing.T) *org {
		o := resourced(t)
		o.do("bob", putResource(pipeline("shared", "cv")))
		return o
	}, func(to string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			r, _ := tx.Resources().Get("shared")
			r.Owner = to
			return tx.PutResource(r)
		}
	}, "una", func(tx *aims.Tx) error {
		return tx.ReviewResource("shared", aims.ResourceReview{On: tx.Today(), Seen: "enough of it for all of them"})
	}, noneOf("RS-03", 362)},
	{"rules of use", func(t *testing.T) *org {
		o := ruling(t)
		o.do("lea", approveRules("u"))
		return o
	}, func(to string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			u, _ := tx.UseRules().Get("u")
			u.Owner = to
			return tx.DraftUseRules(u)
		}
	}, "una", compareUse("u", "spam", true), noneOf("US-03", 362)},
	{"channel", listening, func(to string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c, _ := tx.Channels().Get("form")
			c.Owner = to
			return tx.PutChannel(c)
		}
	}, "una", tryChannel("an answer on the same day", true), noneOf("FB-01", 100)},
}

// Who has no part in a thing decides on it or looks at it, and takes it over, on the same day
// or a week later: what he decided does not count then. (Who had it before is barred anyway:
// TestNobodyDecidesOnWhatHeHandedOn.) Who takes it over for good takes nothing from what
// others decided.
func TestLent(t *testing.T) {
	for _, l := range loans {
		for _, week := range []int{0, 7} {
			t.Run(fmt.Sprint(l.name, " after ", week), func(t *testing.T) {
				o := l.begin(t)
				start := int(o.clock.Now().Sub(day0) / (24 * time.Hour))
				wait := func(n int) { o.clock.Set(day(start + 5 + n)) }
				wait(0)
				o.do("lea", l.hand(l.who))
				require.ErrorIs(t, o.try(l.who, l.decide), aims.ErrForbidden, "who owns it")
				o.do("lea", l.hand("bob"))
				wait(week)
				o.do(l.who, l.decide)
				decided := start + 5 + week
				require.True(t, l.counts(o, decided), "while another owns it")
				wait(2 * week)
				o.do("lea", l.hand(l.who))
				require.False(t, l.counts(o, decided), "it is taken back")
				o.do("lea", l.hand("pam"))
				require.True(t, l.counts(o, decided), "who succeeds takes nothing from it")
			})
		}
	}
}

// An exception that the sponsor granted opens no gate for her while she owns the system.
func TestLentForAnException(t *testing.T) {
	o := newOrg(t).staffed()
	s := ownModel()
	s.Owner = "ada"
	o.register(s)
	o.prove("rest", []string{"cv"}, "A.6.2.2", "A.6.2.3", "A.7.2")
	o.except("eve", exception("G1.3"), day(14))
	advance := func(tx *aims.Tx) error { return tx.AdvanceStage("cv", register.StageVerification) }
	o.do("bob", ownedBy("cv")("eve"))
	o.refused("eve", aims.ErrGate, advance)
	o.do("bob", ownedBy("cv")("ada"))
	o.do("ada", advance)
}

// Who leaves a control out is not its owner, in whatever order that is said: each change of
// the owner is a decision to leave it out, of who makes it.
func TestLentForLeavingOut(t *testing.T) {
	o := newOrg(t).staffed()
	first := list(o.View().Decisions().All())[0]
	owned := func(owner string, out bool) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			d := tx.Decision(first.Control)
			d = applicable(d)
			if d.Owner = owner; out {
				d.Applicability, d.Status, d.ReviewDue = "excluded", "not_applicable", dayOf(100)
			}
			return tx.DecideControl(d)
		}
	}
	o.do("bob", owned("lea", false))
	o.do("lea", owned("bob", false))
	o.do("lea", owned("bob", true))
	o.refused("lea", aims.ErrSeparation, owned("lea", true))
	o.do("eve", owned("lea", true))
	require.Equal(t, "eve", o.View().Decision(first.Control).ApprovedBy)
}

// Nor does who gave an opportunity away decide whether it is pursued.
func TestLentOpportunity(t *testing.T) {
	o := newOrg(t).staffed()
	own := opportunity("own")
	own.Owner = "lea"
	put := func(owner string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			p := theOpportunity(tx, "own")
			p.Owner = owner
			return tx.PutOpportunity(p)
		}
	}
	o.do("bob", func(tx *aims.Tx) error { return tx.PutOpportunity(own) })
	o.do("lea", put("bob"))
	o.clock.Set(day(7))
	o.refused("lea", aims.ErrSeparation, pursue("own"))
	o.do("eve", pursue("own"))
}

// A risk of several systems is borne by nobody who owns one of them, and a watch that looks at
// one of them alone says so of the others too.
func TestLentOfSeveralSystemsIsFollowed(t *testing.T) {
	touch := func(system string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s, _ := tx.Systems().Get(system)
			s.Purpose += " And more."
			_, err := tx.ReviseSystem(s)
			return err
		}
	}
	o := newOrg(t).staffed()
	other := spamFilter()
	other.ID, other.Name, other.Purpose = "other", "Quite another thing", "It sorts parcels."
	o.register(spamFilter())
	o.register(other)
	o.do("ada", func(tx *aims.Tx) error {
		r := risk("r")
		r.Systems = []string{"spam", "other"}
		return tx.PutRisk(r)
	})
	o.do("rob", func(tx *aims.Tx) error { return tx.AcceptRisk("r", "seldom", dayOf(300)) })
	o.followed()
	o.do("lea", ownedBy("other")("rob"))
	require.Len(t, find(o.View(), o.clock.Now(), "S2-05"), 1)
	o.do("lea", touch("spam"))
	o.do("lea", ownedBy("other")("bob"))
	require.Empty(t, find(o.View(), o.clock.Now(), "S2-05"))
}
