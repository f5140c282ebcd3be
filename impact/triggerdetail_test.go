package impact_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/phrase"
)

// What the library wrote of a trigger is told in German, what somebody wrote is his own.
func TestDetailsOfTriggersInGerman(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	for detail, want := range map[string]string{
		"registered at stage operation":                                        "registriert in der Phase Betrieb",
		"credit#1 holds until 2027-01-05":                                      "credit#1 gilt bis 5. Januar 2027",
		"evidence ev-1 that A.6.2.4 lowers unequal-treatment is stale or gone": "Nachweis ev-1, nach dem A.6.2.4 den Schaden Unfaire Behandlung von Personen oder Gruppen mindert, ist veraltet oder entfallen",
		"the acceptance of risk r-1 ran out on 2026-03-01":                     "die Akzeptanz des Risikos r-1 lief am 1. März 2026 ab",
		"the acceptance of a risk ran out on 2026-03-01":                       "die Akzeptanz eines Risikos lief am 1. März 2026 ab",
		"concern c-1":                               "Bedenken c-1",
		"incident i-1":                              "Vorfall i-1",
		"rests on data set d-1":                     "beruht auf dem Datenbestand d-1",
		"changed: purpose (MC-01)":                  "geändert: Zweck (MC-01)",
		"changed: purpose (MC-01) affected (MC-03)": "geändert: Zweck (MC-01), Betroffene Parteien (MC-03)",
		"changed: my mind":                          "geändert: my mind",
		"supplier acme changed: duties":             "Lieferant acme geändert: duties",
		"supplier acme: the model is ended":         "Lieferant acme: the model is ended",
		"control A.6.2.4, on which a reduction rests, is not in place any more": "Maßnahme A.6.2.4, auf der eine Minderung beruht, ist nicht mehr umgesetzt",
		"the organisation's roles or countries are others since 2026-03-01":     "Rollen oder Länder der Organisation sind seit 1. März 2026 andere",
		"concern about the weather":                                     "concern about the weather", // somebody's own words
		"credit#1 holds until then":                                     "credit#1 holds until then",
		"evidence of ours that A.6.2.4 lowers spirits is stale or gone": "evidence of ours that A.6.2.4 lowers spirits is stale or gone",
		"yearly": "yearly",
		"":       "",
	} {
		text := impact.Trigger{Detail: detail}.Text()
		require.Equal(t, want, german.Text(text))
		english := detail
		if says := byTitle[detail]; says != "" {
			english = says
		}
		require.Equal(t, english, text.String())
	}
}

// byTitle are details that name attributes and harms by their IDs, as they are told.
var byTitle = map[string]string{
	"changed: purpose (MC-01)":                                             "changed: Purpose (MC-01)",
	"changed: purpose (MC-01) affected (MC-03)":                            "changed: Purpose (MC-01), Affected parties (MC-03)",
	"evidence ev-1 that A.6.2.4 lowers unequal-treatment is stale or gone": "evidence ev-1 that A.6.2.4 lowers Unfair treatment of persons or groups is stale or gone",
}
