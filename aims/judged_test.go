package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
)

// How strong evidence is, neither who collected it nor who put it on file says, under
// whichever record; what is judged anew by the pen counts no more.
func TestQualityIsJudgedBySomebodyElse(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("setup", func(tx *aims.Tx) error {
		bob, _ := tx.People().Get("bob")
		bob.Identities = []string{"login-7"}
		if err := tx.PutPerson(bob); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "bob2", Name: "Robert", Identities: []string{"login-7"}})
	})
	o.do("lea", func(tx *aims.Tx) error {
		e := proof("e", day0, nil, "A.4.2")
		e.Collector, e.Quality, e.JudgedBy = "bob", aims.QualityExcellent, "una"
		return tx.AttachEvidence(e)
	})
	counts := func() aims.Quality {
		e, _ := o.View().Evidence().Get("e")
		return o.View().QualityOf(e)
	}
	require.Empty(t, counts(), "who is typed in judged nothing")
	for _, who := range []string{"lea", "bob", "bob2"} {
		o.refused(who, aims.ErrSeparation, func(tx *aims.Tx) error { return tx.JudgeEvidence("e", aims.QualityGood) })
	}
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.JudgeEvidence("e", "superb") })
	o.refused("una", aims.ErrInvalid, func(tx *aims.Tx) error { return tx.JudgeEvidence("e", "") })
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("e", aims.QualityGood) })
	require.Equal(t, aims.QualityGood, counts())
	o.do("bob", func(tx *aims.Tx) error {
		e, _ := tx.Evidence().Get("e")
		e.Quality = aims.QualityExcellent
		return tx.AttachEvidence(e)
	})
	require.Empty(t, counts())
	o.do("bob", func(tx *aims.Tx) error {
		e, _ := tx.Evidence().Get("e")
		e.Quality = aims.QualityPoor
		return tx.AttachEvidence(e)
	})
	require.Equal(t, aims.QualityPoor, counts(), "of the worst everybody is believed")
}
