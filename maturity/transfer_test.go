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
		if err := tx.PutCertificate(aims.Certificate{ID: "old", Body: "Body", Accreditation: "National"}); err != nil {
			return err
		}
		return tx.PutCertificate(aims.Certificate{ID: "new", Body: "Others", Accreditation: "National", Transfers: "old"})
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
