package maturity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// Data sets on record, measured and as required, show of a system what evidence of A.7
// would; not while one of them failed.
func TestDataSetsShowThatDataIsGoverned(t *testing.T) {
	o := mature(t).twin(t)
	revise("spam", func(s *register.System) { s.Build = register.BuildTrained })(o)
	for _, id := range []string{"A.7.3", "A.7.4", "A.7.5", "A.7.6"} {
		lose(id)(o)
	}
	require.False(t, o.result("ML2.06").State.Holds())
	today := calendar.Of(o.now, nil)
	o.do("ada", func(tx *aims.Tx) error {
		return tx.PutDataset(aims.Dataset{ID: "mails", Name: "Mails", Systems: []string{"spam"}, Owner: "ada", Categories: []register.DataCategory{register.DataCommunications},
			Acquired: aims.DataAcquisition{Origin: register.OriginOwn, From: "the mail server"}, Rights: aims.DataRights{Basis: "terms of use"},
			Provenance: []aims.DataStep{{What: "copied", On: today}}, Preparation: "names left out", Retention: "a year",
			Measures: []aims.QualityMeasure{{ID: "labelled", What: "mails with a label", Unit: "percent", Required: 90, Direction: aims.AtLeast}}})
	})
	measure := func(value float64) {
		o.do("bob", func(tx *aims.Tx) error {
			return tx.MeasureDataset("mails", aims.QualityResult{Measure: "labelled", On: today, Value: value})
		})
	}
	measure(80)
	require.False(t, o.result("ML2.06").State.Holds())
	measure(95)
	require.True(t, o.result("ML2.06").State.Holds(), o.result("ML2.06").Message)
}
