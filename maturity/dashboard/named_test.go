package dashboard_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// Sentences of findings call persons, roles and systems as the rest of the page does, in the
// words of the page's language, and to a reader only what that reader sees; what a program reads
// are IDs.
func TestFindingsCallRecordsByName(t *testing.T) {
	o := openOrg(t, memory.New(), day0, "id", func(reader any, s aims.Subject, _ any) bool {
		return reader != "guest" || s != aims.Subject{Kind: aims.KindPerson, ID: "rex"}
	})
	o.do("setup", func(tx *aims.Tx) error {
		for id, name := range map[string]string{"lea": "Lea Lind", "rex": "Rex Roth"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: name, TopManagement: true}); err != nil {
				return err
			}
		}
		for _, role := range []string{aims.RoleRiskApprover, aims.RoleImpactApprover} {
			if err := tx.AssignRole(role, "rex"); err != nil {
				return err
			}
		}
		for id, name := range map[string]string{"s1": "Chat helper", "s2": "Mail sorter"} {
			if err := tx.RegisterSystem(register.System{ID: id, Name: name, Purpose: "Helps.", Owner: "lea", Stage: register.StageOperation, DiscoveredOn: calendar.Of(day0, time.UTC)}); err != nil {
				return err
			}
		}
		return nil
	})
	o.do("rex", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleRiskApprover) })
	o.do("rex", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleImpactApprover) })
	h := o.handler(dashboard.Options{Languages: phrase.Languages(), Reader: func(r *http.Request) (any, string, error) {
		return r.Header.Get("X-Who"), r.Header.Get("X-Who"), nil
	}})
	english, german := get(h, "/findings", "X-Who", "lea").body, get(h, "/findings?lang=de", "X-Who", "lea").body
	require.Contains(t, english, "Rex Roth holds Risk approver and Impact approver")
	require.Contains(t, english, "Of 2 of 2 systems no assessment of risks is on file: Chat helper, Mail sorter.")
	require.Contains(t, german, "Rex Roth hat die Rollen „Freigebender für Risiken“ und „Freigebender für Folgenabschätzungen“ inne")
	require.NotContains(t, get(h, "/findings", "X-Who", "guest").body, "Rex Roth")

	for _, f := range o.View().Findings(o.now) {
		if f.Check == "S2-04" {
			require.Equal(t, "Of 2 of 2 systems no assessment of risks is on file: s1, s2.", f.Message)
		}
	}
}

// A list says by name what its rows were chosen by, and not as a word that an ID happens to be.
func TestListsSayWhatWasChosen(t *testing.T) {
	h := mature(t).handler(dashboard.Options{Languages: phrase.Languages()})
	require.Contains(t, get(h, "/assessments?system=credit&lang=de").body, "System: Credit scorer.")
	require.Contains(t, get(h, "/actions?owner=lea").body, "Owner: Name of lea.")
	require.Contains(t, get(h, "/policies/policy-1?lang=de").body, "Für wen")

	// Several in a row are called by their names as well, ages and areas by what they are; and so is
	// what no row has.
	for path, want := range map[string]string{
		"/competences?roles=aims-lead&lang=de": "Rollen: Leitung des KI-Managementsystems.",
		"/risks?systems=credit&lang=de":        "Systeme: Credit scorer.",
		"/evidence?age=half-year":              "Age: to half a year.",
		"/findings?age=older&lang=de":          "Alter: über 90 Tage.",
		"/controls?area=A.10":                  "Area: A.10 ",
		"/evidence?control=A.5.2&lang=de":      "Maßnahme: A.5.2 ",
		"/criteria?clause=4.3&lang=de":         "Abschnitt: 4.3 Festlegen des Anwendungsbereichs des KI-Managementsystems.",
		"/agenda?who=ian&late=yes":             "Who: Name of ian; Late: yes.",
		"/findings?who=nobody&severity=major":  "Severity: major; Who: nobody.",
	} {
		require.Contains(t, get(h, path).body, want, path)
	}
	require.Contains(t, get(h, "/competences?roles=policy-owner&lang=de").body, `<option value="aims-lead">Leitung des KI-Managementsystems</option>`, "each of several can be chosen")
}

// A list without rows says so, and counts none.
func TestAListWithoutRowsSaysSo(t *testing.T) {
	h := mature(t).handler(dashboard.Options{Languages: phrase.Languages()})
	for path, want := range map[string]string{
		"/incidents":                  "Nothing is on file here",
		"/incidents?open=yes&lang=de": "Hier ist nichts erfasst",
		"/agenda?late=yes":            "None of 15 rows fits",
		"/agenda?late=yes&lang=de":    "Keine von 15 Zeilen passt",
	} {
		body := get(h, path).body
		require.Contains(t, body, `<h2 id="h-list">`+want+"</h2>", path)
		require.NotRegexp(t, `\b0 (rows|Zeilen)`, body, path)
	}
}

// Pages call what a control rests on, an assessment that is to be written and the attributes that
// called for one by names and titles; keys of labels, which people make up, are told as they are.
func TestRecordsSayNamesNotIDs(t *testing.T) {
	o := openOrg(t, memory.New(), day0, "id", nil)
	o.do("setup", func(tx *aims.Tx) error {
		return tx.RegisterSystem(register.System{ID: "s1", Name: "Chat helper", Purpose: "Helps.", Stage: register.StageOperation,
			DiscoveredOn: calendar.Of(day0, time.UTC), Labels: map[string]string{"agency": "Harbour"}})
	})
	o.do("setup", func(tx *aims.Tx) error {
		return tx.DecideControl(annexa.Decision{Revision: 1, Control: annexa.MustParse("A.5.2"), Applicability: annexa.Applicable, Justification: "Asked for.",
			Grounds: []annexa.Ground{{Kind: annexa.GroundImpact, Ref: "s1#1"}, {Kind: annexa.GroundLegal, Ref: "Article 27"}}})
	})
	h := o.handler(dashboard.Options{Languages: phrase.Languages()})
	control := get(h, "/controls/A.5.2?lang=de").body
	require.Contains(t, control, `<a href="/assessments/s1%231?lang=de">Folgenabschätzung: Chat helper #1</a>`)
	require.Contains(t, control, "Article 27")
	require.Contains(t, get(h, "/findings?lang=de").body, "Folgenabschätzung Chat helper #1 schreiben")
	system := get(h, "/systems/s1?lang=de").body
	require.Contains(t, system, "Agency")
	require.NotContains(t, system, "Handlungsmacht")
}

// A column of which no row has a value is not shown, and can be asked for all the same.
func TestEmptyColumnsAreNotShown(t *testing.T) {
	o := openOrg(t, memory.New(), day0, "id", nil)
	add := func(id, supplier string) {
		o.do("setup", func(tx *aims.Tx) error {
			return tx.RegisterSystem(register.System{ID: id, Name: "Helper " + id, Purpose: "Helps.", Stage: register.StageOperation, Supplier: supplier, DiscoveredOn: calendar.Of(day0, time.UTC)})
		})
	}
	add("s1", "")
	h := o.handler(dashboard.Options{})
	require.NotContains(t, get(h, "/systems").body, "Supplier")
	require.Equal(t, http.StatusOK, get(h, "/systems?sort=supplier").status)
	o.do("setup", func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "acme", Name: "Acme"}) })
	add("s2", "acme")
	require.Contains(t, get(o.handler(dashboard.Options{}), "/systems").body, "Supplier")
}
