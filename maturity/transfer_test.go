package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity"
)

// A certificate that another body takes over assures on, and what only the habit of bodies
// asks for takes nothing away.
func TestATransferredCertificateAssures(t *testing.T) {
	o, _ := sustained(t)
	o.pass(366) // the audits from outside are over
	require.Equal(t, maturity.StateNotMet, o.result("ML3.15").State)
	o.do("lea", func(tx *aims.Tx) error {
		if err := tx.PutCertificate(aims.Certificate{ID: "old", Body: "Body", Accreditation: "National", Number: "4711"}); err != nil {
			return err
		}
		return tx.PutCertificate(aims.Certificate{ID: "new", Body: "Others", Accreditation: "National", Number: "4712", Transfers: "old"})
	})
	for i, to := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("old", to, tx.Today().AddDays(i-3)) })
	}
	require.Equal(t, maturity.StateMet, o.result("ML3.15").State)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.TransferCertificate("new", tx.Today(), "no open majors, reports of three years read")
	})
	require.Equal(t, maturity.StateMet, o.result("ML3.15").State)
	audited := func() { // by the body, for surveillance
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("new", aims.CertCertified, tx.Today()) })
	}
	o.pass(360)
	audited()
	c, _ := o.View().Certificates().Get("new")
	second := c.Cycle()[1]
	require.True(t, second.Planned.Before(second.Due))
	o.pass(second.Planned.Sub(o.View().DayOf(o.now)) + 1) // past the day of habit, within the calendar year
	require.Equal(t, maturity.StateMet, o.result("ML3.15").State)
}

// A certificate that nobody can look up, or of a body that nobody accredits, assures nothing.
func TestACertificateIsOfSomebodyAccredited(t *testing.T) {
	o, _ := sustained(t)
	o.pass(366)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	for i, to := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", to, tx.Today().AddDays(i-3)) })
	}
	edit := func(change func(c *aims.Certificate)) {
		o.do("lea", func(tx *aims.Tx) error {
			c, _ := tx.Certificates().Get("c")
			change(&c)
			return tx.PutCertificate(c)
		})
	}
	require.Equal(t, []string{"c"}, o.failing("ML3.15"))
	edit(func(c *aims.Certificate) { c.Number = "4711" })
	require.Equal(t, []string{"c"}, o.failing("ML3.15"))
	edit(func(c *aims.Certificate) { c.Accreditation = "National" })
	require.Equal(t, maturity.StateMet, o.result("ML3.15").State)
	edit(func(c *aims.Certificate) { c.AccreditedUntil = c.DecidedOn.AddDays(40) })
	r := o.result("ML3.15")
	require.Equal(t, maturity.StateMet, r.State)
	require.Equal(t, o.View().DayOf(o.now).AddDays(40), o.View().DayOf(r.Until))
	o.pass(41)
	require.Equal(t, []string{"c"}, o.failing("ML3.15"))
}
