package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
)

// tested is an organisation that says of three controls, owned by ada, that they are in
// place, with evidence.
func tested(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("lea", func(tx *aims.Tx) error {
		e := aims.Evidence{ID: "e", Title: "Files", Collected: dayOf(0), URI: "x:1", ValidUntil: dayOf(1000)}
		for _, id := range []string{"A.4.2", "A.3.3", "A.9.3"} {
			if err := tx.DecideControl(applicable(tx.Decision(annexa.MustParse(id)))); err != nil {
				return err
			}
			e.Supports = append(e.Supports, aims.ControlRef(annexa.MustParse(id)))
		}
		return tx.AttachEvidence(e)
	})
	return o
}

// What is said to be in place is a finding until somebody who does not own it has tested
// it, again when the test saw it fail, and again when the test grows old.
func TestControlsAreTested(t *testing.T) {
	o := tested(t)
	require.Len(t, find(o.View(), day0, "CT-01"), 3)
	o.do("bob", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.3.3", day0)) })
	require.Len(t, find(o.View(), day0, "CT-01"), 2)
	last, ok := o.View().LastTest(annexa.MustParse("A.3.3"))
	require.True(t, ok)
	require.Equal(t, "bob", last.By)
	require.Equal(t, day0, last.RecordedAt)
	require.Equal(t, dayOf(365), last.NextDue)
	require.Len(t, find(o.View(), day(365), "CT-01"), 2)
	old := find(o.View(), day(366), "CT-01")
	require.Len(t, old, 3)

	o.clock.Set(day(10))
	o.do("bob", func(tx *aims.Tx) error {
		c := controlTest("A.3.3", day(9))
		c.ID, c.Failed, c.Result, c.Seen = "again", 2, aims.ResultFails, "two reports lay for a month"
		return tx.RecordTest(c)
	})
	found := find(o.View(), day(10), "CT-01")
	require.Len(t, found, 3)
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Contains(t, found[0].Message, "2 of 5")
	o.do("rob", func(tx *aims.Tx) error {
		c := controlTest("A.3.3", day(10))
		c.ID = "third"
		return tx.RecordTest(c)
	})
	require.Len(t, find(o.View(), day(10), "CT-01"), 2)
	n := 0
	for range o.View().ControlTests() {
		n++
	}
	require.Equal(t, 3, n, "all of them stay")
}

// The owner, a service, who takes a control over in the same commit, a pen that makes
// failed into works, a test of nothing: none of them shows that a control works.
func TestLiarsAboutTests(t *testing.T) {
	o := tested(t)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "scan", Name: "Scanner", Owner: "ada"}) })
	with := func(change func(c *aims.ControlTest)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c := controlTest("A.3.3", day0)
			if change != nil {
				change(&c)
			}
			return tx.RecordTest(c)
		}
	}
	o.refused("ada", aims.ErrSeparation, with(nil))
	o.refused("scan", aims.ErrForbidden, with(nil))
	o.refused("ghost", aims.ErrForbidden, with(nil))
	o.refused("ada", aims.ErrSeparation, func(tx *aims.Tx) error {
		d := tx.Decision(annexa.MustParse("A.3.3"))
		d.Owner = "bob"
		if err := tx.DecideControl(d); err != nil {
			return err
		}
		return with(nil)(tx)
	})
	for _, bad := range []struct {
		field, rule string
		change      func(c *aims.ControlTest)
	}{
		{"sample", "range", func(c *aims.ControlTest) { c.Sample = 0 }},
		{"population", "range", func(c *aims.ControlTest) { c.Population = 4 }},
		{"failed", "range", func(c *aims.ControlTest) { c.Failed = 6 }},
		{"failed", "range", func(c *aims.ControlTest) { c.Failed = -1 }},
		{"result", "failed", func(c *aims.ControlTest) { c.Failed = 1 }},
		{"failed", "required", func(c *aims.ControlTest) { c.Result = aims.ResultFails }},
		{"result", "oneof", func(c *aims.ControlTest) { c.Result = "fine" }},
		{"seen", "required", func(c *aims.ControlTest) { c.Seen = " " }},
		{"expected", "required", func(c *aims.ControlTest) { c.Expected = "" }},
		{"method", "required", func(c *aims.ControlTest) { c.Method = "" }},
		{"on", "past", func(c *aims.ControlTest) { c.On = dayOf(1) }},
		{"next_due", "range", func(c *aims.ControlTest) { c.NextDue = dayOf(367) }},
		{"next_due", "range", func(c *aims.ControlTest) { c.NextDue = dayOf(0) }},
		{"control", "applies", func(c *aims.ControlTest) { c.Control = annexa.MustParse("A.10.4") }},
		{"control", "control", func(c *aims.ControlTest) { c.Control = annexa.ID{} }},
		{"evidence[0]", "evidence", func(c *aims.ControlTest) { c.Evidence = []string{"none"} }},
		{"systems[0]", "system", func(c *aims.ControlTest) { c.Systems = []string{"none"} }},
		{"corrects", "test", func(c *aims.ControlTest) { c.Corrects = "none" }},
	} {
		err := o.try("bob", with(bad.change))
		require.ErrorIs(t, err, aims.ErrInvalid, bad.field)
		require.Contains(t, err.Error(), bad.field+":", "%s %s", bad.field, bad.rule)
		require.Contains(t, err.Error(), "rule "+bad.rule, "%s", bad.field)
	}

	o.do("bob", with(func(c *aims.ControlTest) { c.Failed, c.Result = 3, aims.ResultFails }))
	o.refused("rob", aims.ErrExists, with(nil)) // it stays as it was recorded
	corrects := func(id string, change func(c *aims.ControlTest)) func(tx *aims.Tx) error {
		return with(func(c *aims.ControlTest) { c.ID, c.Corrects = id, "test-A.3.3"; change(c) })
	}
	o.refused("rob", aims.ErrInvalid, corrects("two", func(*aims.ControlTest) {}))
	o.refused("rob", aims.ErrInvalid, corrects("two", func(c *aims.ControlTest) { c.Failed, c.Result = 1, aims.ResultInPart }))
	o.refused("rob", aims.ErrInvalid, corrects("two", func(c *aims.ControlTest) {
		c.Control, c.Failed, c.Result = annexa.MustParse("A.4.2"), 1, aims.ResultFails
	}))
	o.do("rob", corrects("two", func(c *aims.ControlTest) { c.Failed, c.Result = 4, aims.ResultFails }))
	last, _ := o.View().LastTest(annexa.MustParse("A.3.3"))
	require.Equal(t, 4, last.Failed)
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindControlTest, ID: "two"})
	})
	require.Len(t, find(o.View(), day0, "CT-01"), 3)
}

// A correction that says an earlier day does not put a test that saw a control fail behind one
// that it passed before; nor does who owns a control test it while he has lent it to another.
func TestAWorkingTestIsNotMadeTheLast(t *testing.T) {
	o := tested(t)
	o.clock.Set(day(10))
	record := func(by, id string, on int, failed int, corrects string) {
		o.do(by, func(tx *aims.Tx) error {
			c := controlTest("A.3.3", day(on))
			if c.ID, c.Corrects = id, corrects; failed > 0 {
				c.Failed, c.Result = failed, aims.ResultFails
			}
			return tx.RecordTest(c)
		})
	}
	record("bob", "works", 5, 0, "")
	require.Len(t, find(o.View(), day(10), "CT-01"), 2)
	record("rob", "fails", 8, 2, "")
	record("bob", "was-earlier", 4, 2, "fails")
	record("bob", "was-much-earlier", 2, 1, "was-earlier")
	last, _ := o.View().LastTest(annexa.MustParse("A.3.3"))
	require.Equal(t, "was-much-earlier", last.ID)
	require.Len(t, find(o.View(), day(10), "CT-01"), 3)
	record("bob", "works-again", 9, 0, "")
	require.Len(t, find(o.View(), day(10), "CT-01"), 2)

	own := func(by, owner string) {
		o.do(by, func(tx *aims.Tx) error {
			d := tx.Decision(annexa.MustParse("A.4.2"))
			d.Owner = owner
			return tx.DecideControl(d)
		})
	}
	own("ada", "bob")
	o.do("pam", func(tx *aims.Tx) error { return tx.RecordTest(controlTest("A.4.2", day(10))) })
	own("ada", "pam")
	require.Len(t, find(o.View(), day(10), "CT-01"), 2)
	own("ada", "bob")
	require.Len(t, find(o.View(), day(10), "CT-01"), 1, "it counts while another owns it")
	o.do("lea", func(tx *aims.Tx) error {
		pam, _ := tx.People().Get("pam")
		pam.Email = "pam@example.com"
		if err := tx.PutPerson(pam); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "pam-2", Name: "P. Pam", Email: pam.Email})
	})
	own("ada", "pam-2")
	require.Len(t, find(o.View(), day(10), "CT-01"), 2, "nor while a second record of whoever tested does")
}

// What LastTest hands out is the caller's.
func TestLastTestIsACopy(t *testing.T) {
	o := tested(t)
	o.do("bob", func(tx *aims.Tx) error {
		c := controlTest("A.3.3", day0)
		c.Evidence = []string{"e"}
		return tx.RecordTest(c)
	})
	a, _ := o.View().LastTest(annexa.MustParse("A.3.3"))
	a.Evidence[0] = "scribbled"
	b, _ := o.View().LastTest(annexa.MustParse("A.3.3"))
	require.Equal(t, "e", b.Evidence[0])
}
