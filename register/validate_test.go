package register_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

func TestValidateSystem(t *testing.T) {
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	type sys = register.System
	for _, c := range []struct {
		name string
		edit func(*sys)
		want []string
	}{
		{"nothing answered", func(s *sys) {}, nil},
		{"no key", func(s *sys) { s.ID = "" }, []string{"id key"}},
		{"a space in the key", func(s *sys) { s.ID = "my system" }, []string{"id key"}},
		{"no name", func(s *sys) { s.Name = "\t " }, []string{"name required"}},
		{"a long name", func(s *sys) { s.Name = strings.Repeat("ä", 201) }, []string{"name length"}},
		{"a name as long as can be", func(s *sys) { s.Name = strings.Repeat("ä", 200) }, nil},
		{"no stage", func(s *sys) { s.Stage = "" }, []string{"stage required"}},
		{"unknown stage", func(s *sys) { s.Stage = "beta" }, []string{"stage oneof"}},
		{"unknown answer", func(s *sys) { s.Acts = "maybe" }, []string{"acts oneof"}},
		{"unknown in a set", func(s *sys) { s.Data = []register.DataCategory{"personal", "secret"} }, []string{"data[1] oneof"}},
		{"twice in a set", func(s *sys) { s.Data = []register.DataCategory{"personal", "personal"} }, []string{"data[1] repeated"}},
		{"empty in a set", func(s *sys) { s.Data = []register.DataCategory{""} }, []string{"data[0] required"}},
		{"none beside others", func(s *sys) { s.Effects = []register.Effect{"none", "legal"} }, []string{"effect none"}},
		{"empty in a list", func(s *sys) { s.Tools = []string{"mail", " "} }, []string{"tools[1] required"}},
		{"none in a free list", func(s *sys) { s.Tools = []string{"mail", "none"} }, nil},
		{"no such form of jurisdiction", func(s *sys) { s.Jurisdictions = []string{"EU", "DE", "AU-NSW", "Germany", "de", "AU-", "AU-NSWX"} },
			[]string{"jurisdictions[3] jurisdiction", "jurisdictions[4] jurisdiction", "jurisdictions[5] jurisdiction", "jurisdictions[6] jurisdiction"}},
		{"no such form of language", func(s *sys) {
			s.Languages = []string{"en", "pt-BR", "de-CH-1996", "English (UK)", "e", "en_US", "ıt", "en-", "1n"}
		}, []string{"languages[3] language", "languages[4] language", "languages[5] language", "languages[6] language", "languages[7] language", "languages[8] language"}},
		{"a data set without name", func(s *sys) { s.DataResources = []register.DataResource{{Origin: "own"}} }, []string{"data_resources[0].name required"}},
		{"a data set from nowhere", func(s *sys) { s.DataResources = []register.DataResource{{Name: "a"}, {Name: "b", Origin: "stolen"}} }, []string{"data_resources[1].origin oneof"}},
		{"questions answered", func(s *sys) {
			s.UseAnswers = []register.UseAnswer{{Question: "recruitment", Edition: "2026-11-28", Answer: "yes"}, {Question: "votes", Edition: "2026-11-28", Answer: "no"}}
		}, nil},
		{"questions answered badly", func(s *sys) {
			s.UseAnswers = []register.UseAnswer{{Question: "a b", Edition: "2026-11-28", Answer: "yes"}, {Question: "b", Edition: "first", Answer: "no"}, {Question: "c", Edition: "2026-11-28"}}
		}, []string{"use_answers[0].question key", "use_answers[1].edition date", "use_answers[2].answer oneof"}},
		{"a question answered twice", func(s *sys) {
			s.UseAnswers = []register.UseAnswer{{Question: "a", Edition: "2026-11-28", Answer: "yes"}, {Question: "a", Edition: "2026-11-28", Answer: "no"}}
		}, []string{"use_answers[1].question repeated"}},
		{"a version of nothing", func(s *sys) { s.Model.Version = "3" }, []string{"model.name required"}},
		{"retired while in use", func(s *sys) { s.RetiredOn = calendar.Of(day, nil) }, []string{"retired_on stage"}},
		{"retired", func(s *sys) {
			s.RetiredOn, s.InUseSince, s.Stage = calendar.Of(day, nil), calendar.Of(day, nil), register.StageRetirement
		}, nil},
		{"retired before use", func(s *sys) {
			s.RetiredOn, s.InUseSince, s.Stage = calendar.Of(day, nil), calendar.Of(day.AddDate(0, 0, 1), nil), register.StageRetirement
		}, []string{"retired_on order"}},
		{"not UTF-8", func(s *sys) { s.Purpose = "a\xff" }, []string{"purpose utf8"}},
		{"not UTF-8, deep", func(s *sys) {
			s.Model.Name = "a\xff"
			s.DataResources = []register.DataResource{{Name: "b", Source: "\xff"}}
		}, []string{"data_resources[0].source utf8", "model.name utf8"}},
		{"not UTF-8, in a map", func(s *sys) { s.Labels = map[string]string{"a": "\xff", "b\xff": "c"} }, []string{"labels.a utf8", "labels utf8"}},
		{"an empty key in a map", func(s *sys) { s.ExternalIDs = map[string]string{"": "x"} }, []string{"external_ids required"}},
		{"a long text", func(s *sys) { s.Decisions = strings.Repeat("x", 20_001) }, []string{"decisions length"}},
		{"a long text, deep", func(s *sys) { s.HumanOversight.Measure = strings.Repeat("x", 20_001) }, []string{"human_oversight.measure length"}},
		{"a long list", func(s *sys) {
			for i := range 1001 {
				s.Links = append(s.Links, strings.Repeat("x", i+1))
			}
		}, []string{"links length"}},
		{"all at once", func(s *sys) { *s = sys{} }, []string{"id key", "name required", "stage required"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sys{ID: "a", Name: "A", Stage: register.StageDesign}
			c.edit(&s)
			require.Equal(t, c.want, issues(t, s.Validate()))
		})
	}
}

func TestValidateSaysWhatIsNear(t *testing.T) {
	for value, near := range map[string]string{
		"Law enforcement":  "law_enforcement",
		"law-enforcement":  "law_enforcement",
		"healtcare":        "healthcare",
		"educaton":         "education",
		"migration":        "migration_border",
		"astrology":        "",
		"x":                "",
		"healthcare sites": "healthcare",
	} {
		s := register.System{ID: "a", Name: "A", Stage: register.StageDesign, Domains: []register.Domain{register.Domain(value)}}
		is := asIssues(t, s.Validate())
		require.Len(t, is, 1)
		require.Equal(t, value, is[0].Value)
		require.Contains(t, is[0].Message, "employment, education, credit", "all that is allowed")
		if near == "" {
			require.NotContains(t, is[0].Message, "did you mean", value)
		} else {
			require.Contains(t, is[0].Message, `did you mean "`+near+`"?`, value)
		}
	}
}

func TestNormalised(t *testing.T) {
	typed := register.System{
		ID: "a", Name: " A ", Stage: register.StageDesign, Purpose: "p\n", Owner: " ada",
		Data:          []register.DataCategory{"personal", "health", "personal"},
		Tools:         []string{" mail ", "mail"},
		Languages:     []string{},
		DataResources: []register.DataResource{{Name: "b "}, {Name: "a"}, {Name: "b"}},
		Labels:        map[string]string{"k": " v "},
		InUseSince:    calendar.Of(time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 3600)), nil),
	}
	want := register.System{
		ID: "a", Name: "A", Stage: register.StageDesign, Purpose: "p", Owner: "ada",
		Data:          []register.DataCategory{"health", "personal"},
		Tools:         []string{"mail"},
		DataResources: []register.DataResource{{Name: "a"}, {Name: "b"}},
		Labels:        map[string]string{"k": "v"},
		InUseSince:    calendar.Of(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), nil),
	}
	got := typed.Normalised()
	require.Equal(t, want, got)
	require.NoError(t, got.Validate())
	require.Equal(t, "personal", string(typed.Data[0]), "what was given stays as it was")
	require.Equal(t, " v ", typed.Labels["k"])
}

func TestNormalisedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSystem(t)
		n := s.Normalised()
		require.NoError(t, n.Validate())
		require.Empty(t, cmp.Diff(n, n.Normalised()))
		require.False(t, register.Compare(s, n).Material(), "tidying up changes nothing that matters")

		// The same facts in another order give the same bytes.
		slices.Reverse(s.Data)
		slices.Reverse(s.Affected)
		slices.Reverse(s.DataResources)
		first, err := json.Marshal(n)
		require.NoError(t, err)
		second, err := json.Marshal(s.Normalised())
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))

		var back register.System
		require.NoError(t, json.Unmarshal(first, &back))
		require.Empty(t, cmp.Diff(n, back))
	})
}

// FuzzSystem feeds JSON that people may send.
func FuzzSystem(f *testing.F) {
	f.Add([]byte(`{"id":"a","name":"A","stage":"design"}`))
	f.Add([]byte(`{"id":"a","name":"A","stage":"operation","data":["none","health","health"],"data_resources":[{"name":""}],"labels":{"":"x"},"in_use_since":"2026-01-01T00:00:00+01:00"}`))
	f.Add([]byte(`{"autonomy":"acts_alone","contest":"perhaps","jurisdictions":["AU-"],"languages":["-"],"model":{"version":"1"},"retired_on":"0001-01-01T00:00:01Z"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s register.System
		if json.Unmarshal(b, &s) != nil {
			return
		}
		_ = s.Validate()
		n := s.Normalised()
		require.Empty(t, cmp.Diff(n, n.Normalised()))
		require.Empty(t, register.FingerprintOf(n).Compare(n).Changes)
		if n.Validate() != nil {
			return
		}
		// What is valid is kept as it is.
		kept, err := json.Marshal(n)
		require.NoError(t, err)
		var back register.System
		require.NoError(t, json.Unmarshal(kept, &back))
		require.Empty(t, cmp.Diff(n, back))
	})
}
