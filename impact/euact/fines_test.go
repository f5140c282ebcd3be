package euact_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/impact/euact"
	"github.com/aimskit/aimskit/register"
)

// The cap is the higher of amount and share, and the lower for small and medium
// enterprises and, but for prohibited practices, for small mid-caps; of models
// Art. 101 knows neither.
func TestFineCaps(t *testing.T) {
	fines := euact.Default().Table().Fines
	for _, c := range []struct {
		fine     string
		size     euact.Size
		turnover int64
		cap      int64
	}{
		{"99(3)", euact.SizeOther, 1_000_000_000, 70_000_000},
		{"99(3)", euact.SizeOther, 100_000_000, 35_000_000},
		{"99(3)", euact.SizeSME, 10_000_000, 700_000},
		{"99(3)", euact.SizeSMC, 100_000_000, 35_000_000},
		{"99(4)", euact.SizeOther, 1_000_000_000, 30_000_000},
		{"99(4)", euact.SizeSME, 10_000_000, 300_000},
		{"99(4)", euact.SizeSMC, 100_000_000, 3_000_000},
		{"99(4)", euact.SizeSMC, 1_000_000_000, 15_000_000},
		{"101", euact.SizeSME, 10_000_000, 15_000_000},
		{"101", euact.SizeSMC, 1_000_000_000, 30_000_000},
		{"101", euact.SizeOther, -1, 15_000_000},
	} {
		require.Equal(t, c.cap, fines[c.fine].Cap(c.size, c.turnover), "%+v", c)
	}
}

// Fines stand where Art. 99(4) and 101 name the duty, and nowhere else.
func TestFinesOfDuties(t *testing.T) {
	fine := func(id string, s register.System) string {
		d, ok := euact.Classify(s, onDay).Duty(id)
		require.True(t, ok, id)
		require.Equal(t, d.FineBy == "", d.Fine == "", id)
		return d.FineBy
	}
	sold := plain(does(recruitment), as(provider))
	for id, by := range map[string]string{
		"EU-D-8": "99(4)", "EU-D-20": "99(4)", "EU-D-43": "99(4)", "EU-D-49-1": "99(4)", "EU-D-25-4": "99(4)",
		"EU-D-22": "", "EU-D-72": "", "EU-D-73": "", "EU-D-4-provider": "",
	} {
		require.Equal(t, by, fine(id, sold), id)
	}
	require.Empty(t, fine("EU-D-49-5", plain(does(infrastructure), as(provider))), "Art. 16(i) names 49(1) alone")
	require.Empty(t, fine("EU-D-49-3", plain(does(recruitment), onBehalf)), "Art. 26(8) names public authorities alone")
	require.Equal(t, "99(4)", fine("EU-D-26-8", plain(does(recruitment), public)))
	require.Equal(t, "99(4)", fine("EU-D-25-2", plain(as(provider), supplies(register.DownstreamTakenOver))))
	require.Equal(t, "99(4)", fine("EU-D-25-4-supplier", plain(as(provider), supplies(register.DownstreamIntegrated))))
	require.Equal(t, "101", fine("EU-D-53-3", plain(as(provider), model)))
	for k := range euact.Default().Table().Fines {
		found := false
		for _, r := range euact.Default().Table().Rows {
			found = found || r.Fine == k
		}
		require.True(t, found, "%s is of no duty", k)
	}
}

// A table that knows a fine by its words alone is read, and is written so that it
// is read again.
func TestFinesInWords(t *testing.T) {
	var f euact.Fine
	require.NoError(t, json.Unmarshal([]byte(`"up to EUR 1"`), &f))
	require.Equal(t, euact.Fine{Text: "up to EUR 1"}, f)
	b, err := json.Marshal(f)
	require.NoError(t, err)
	var back euact.Fine
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, f, back)
	require.Error(t, json.Unmarshal([]byte(`{"text":"x","euros":1}`), &f))
	require.Error(t, json.Unmarshal([]byte(`7`), &f))
}

// What stands outside sections 1 to 3 of Chapter III applies since August 2026 by
// its letter and has an object only once a system is high-risk: both days are shown,
// and why.
func TestTwoDays(t *testing.T) {
	both := func(s register.System) register.System { s.Roles = []register.AIRole{provider, deployer}; return s }
	cv := both(plain(does(recruitment), public, onBehalf))
	for id, s := range map[string]register.System{
		"EU-D-43": cv, "EU-D-47": cv, "EU-D-49-1": cv, "EU-D-72": cv, "EU-D-73": cv, "EU-D-86": cv, "EU-D-26-8": cv,
		"EU-D-49-2": both(plain(does(recruitment), claims(narrow))), "EU-D-49-3": plain(does(recruitment), onBehalf),
		"EU-D-49-5": both(plain(does(infrastructure))),
	} {
		d, ok := euact.Classify(s, day("2027-01-01")).Duty(id)
		require.True(t, ok, id)
		require.Equal(t, "2026-08-02", d.Letter.Format(time.DateOnly), id)
		require.Equal(t, "2027-12-02", d.From.Format(time.DateOnly), id)
		require.Contains(t, d.LetterWhy, "Art. 113", id)
		require.False(t, d.InForce, id)
	}
	product, _ := euact.Classify(plain(does(component), assessed, as(manufacturer)), onDay).Duty("EU-D-43")
	require.Equal(t, "2028-08-02", product.From.Format(time.DateOnly))
	require.False(t, product.Letter.IsZero())
	for _, id := range []string{"EU-D-8", "EU-D-17", "EU-D-26-1", "EU-D-27-1"} {
		d, ok := euact.Classify(cv, onDay).Duty(id)
		require.True(t, ok, id)
		require.True(t, d.Letter.IsZero() && d.LetterWhy == "", "%s stands in sections 1 to 3", id)
	}
}

// Providers and deployers of what is meant for public authorities have until 2030;
// who imports or passes it on is bound once its design changes (Art. 111(2)).
func TestTheYear2030IsForProvidersAndDeployers(t *testing.T) {
	from := func(id string, r register.AIRole) string {
		d, ok := euact.Classify(plain(does(recruitment), public, as(r), since("2026-01-01")), onDay).Duty(id)
		require.True(t, ok, id)
		return d.From.Format(time.DateOnly) + " " + d.Transition
	}
	require.Equal(t, "2030-08-02 EU-111-2-public", from("EU-D-8", provider))
	require.Equal(t, "2030-08-02 EU-111-2-public", from("EU-D-26-1", deployer))
	require.Equal(t, " EU-111-2", from("EU-D-23", importer))
	require.Equal(t, " EU-111-2", from("EU-D-24", distributor))
}

// A table without a row for what is undecided, as tables were before, still says so.
func TestUndecidedWithoutARow(t *testing.T) {
	act := new(euact.Act)
	require.NoError(t, json.Unmarshal([]byte(tinyAct), act))
	c := act.Classify(register.System{Jurisdictions: []string{"FR"}}, onDay)
	require.Equal(t, euact.Undecided, c.Class)
	require.Equal(t, euact.High, c.Worst)
	require.Empty(t, c.Reasons)
}
