package register

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
)

// KeyRule says which texts can be the key of a record, for messages.
const KeyRule = "a key is 1 to 128 letters, digits and - _ . : @ / #, and starts with a letter or digit"

// ValidKey reports whether s can be the key of a record; see KeyRule.
func ValidKey(s string) bool {
	if len(s) < 1 || len(s) > 128 || strings.IndexByte("-_.:@/#", s[0]) >= 0 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.:@/#", c) >= 0) {
			return false
		}
	}
	return true
}

// Bounds of texts.
const (
	maxName = 200    // runes
	maxText = 20_000 // bytes
	maxList = 1_000  // elements
)

// Validate returns what is wrong with the system as annexa.Issues, or nil: its
// key, name and stage, values that the attribute table does not know, texts
// beyond their bounds, times out of order. What is merely not answered is not
// wrong.
func (s System) Validate() error {
	var is annexa.Issues
	if !ValidKey(s.ID) {
		is.Add("id", "key", s.ID, "%s", KeyRule)
	}
	if strings.TrimSpace(s.Name) == "" {
		is.Add("name", "required", s.Name, "may not be empty")
	} else if n := utf8.RuneCountInString(s.Name); n > maxName {
		is.Add("name", "length", s.Name, "at most %d characters, has %d", maxName, n)
	}
	if s.Stage == "" {
		is.Add("stage", "required", "", "say at which stage it is: %s", list(stageIDs()))
	}
	var values []string
	for _, a := range attributes() {
		values = a.Append(values[:0], &s)
		validateValues(&is, a, values)
	}
	for i, j := range s.Jurisdictions {
		if !validJurisdiction(j) {
			is.Add("jurisdictions["+strconv.Itoa(i)+"]", "jurisdiction", j, `use "EU", an ISO 3166-1 code such as "AU", or an ISO 3166-2 code such as "AU-NSW"`)
		}
	}
	for i, l := range s.Languages {
		if !validLanguage(l) {
			is.Add("languages["+strconv.Itoa(i)+"]", "language", l, `use a BCP 47 tag such as "en" or "pt-BR"`)
		}
	}
	for i, r := range s.DataResources {
		field := "data_resources[" + strconv.Itoa(i) + "]"
		if strings.TrimSpace(r.Name) == "" {
			is.Add(field+".name", "required", r.Name, "may not be empty")
		}
		if origin, _ := AttributeByName("data_origin"); r.Origin != "" && !origin.allows(string(r.Origin)) {
			is.Add(field+".origin", "oneof", string(r.Origin), "must be one of %s", list(origin.Values))
		}
	}
	if s.Model.Name == "" && s.Model.Version != "" {
		is.Add("model.name", "required", "", "a version needs the name of the model")
	}
	if !s.RetiredOn.IsZero() && s.Stage != StageRetirement {
		is.Add("retired_on", "stage", s.RetiredOn.Format(time.RFC3339), "only a system in stage retirement has been retired; it is in %s", s.Stage)
	}
	if !s.RetiredOn.IsZero() && s.RetiredOn.Before(s.InUseSince) {
		is.Add("retired_on", "order", s.RetiredOn.Format(time.RFC3339), "lies before in_use_since, %s", s.InUseSince.Format(time.RFC3339))
	}
	return is.Err()
}

// validateValues checks the values of one attribute against its row.
func validateValues(is *annexa.Issues, a Attribute, values []string) {
	if len(values) > maxList {
		is.Add(a.Name, "length", strconv.Itoa(len(values)), "at most %d elements", maxList)
	}
	for _, v := range values {
		switch {
		case !utf8.ValidString(v):
			is.Add(a.Name, "utf8", strings.ToValidUTF8(v, "\uFFFD"), "must be valid UTF-8")
		case len(v) > maxText:
			is.Add(a.Name, "length", v, "at most %d bytes, has %d", maxText, len(v))
		case !a.allows(v):
			is.Add(a.Name, "oneof", v, "must be one of %s", list(a.Values))
		case v == "" && a.Kind == KindList:
			is.Add(a.Name, "required", "", "holds an empty element")
		}
	}
	if a.Kind == KindSet && len(values) > 1 && slices.Contains(values, none) {
		is.Add(a.Name, "none", strings.Join(values, ", "), `states "none" beside other values`)
	}
}

func list(values []Value) string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = v.ID
	}
	return strings.Join(ids, ", ")
}

func stageIDs() []Value { a, _ := AttributeByName("stage"); return a.Values }

func validJurisdiction(s string) bool {
	country, region, sub := strings.Cut(s, "-")
	if len(country) != 2 || !upper(country) {
		return false
	}
	return !sub || (len(region) >= 1 && len(region) <= 3 && upperOrDigit(region))
}

func validLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 || (i == 0 && (len(part) < 2 || !letters(part))) {
			return false
		}
		if !upperOrDigit(strings.ToUpper(part)) {
			return false
		}
	}
	return s != ""
}

func upper(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func letters(s string) bool { return upper(strings.ToUpper(s)) }

func upperOrDigit(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}

// Normalised returns s in the form in which it is kept: texts trimmed, sets and
// lists of texts sorted and without repeats, times in UTC. The same facts give
// the same bytes.
func (s System) Normalised() System {
	for _, text := range []*string{&s.Name, &s.Description, &s.Purpose, &s.Decisions, &s.DeploymentContext, &s.HumanOversight.Measure, &s.OutOfScope} {
		*text = strings.TrimSpace(*text)
	}
	s.IntendedUsers, s.Interacts = set(s.IntendedUsers), set(s.Interacts)
	s.Roles, s.Domains, s.Functions, s.Practices = set(s.Roles), set(s.Domains), set(s.Functions), set(s.Practices)
	s.Effects, s.Data, s.DataOrigins, s.Generates = set(s.Effects), set(s.Data), set(s.DataOrigins), set(s.Generates)
	s.Affected, s.Jurisdictions, s.Languages, s.Tools = set(s.Affected), set(s.Jurisdictions), set(s.Languages), set(s.Tools)
	s.ForeseeableMisuse, s.Links = set(s.ForeseeableMisuse), set(s.Links)
	s.DiscoveredOn, s.InUseSince, s.RetiredOn = s.DiscoveredOn.UTC(), s.InUseSince.UTC(), s.RetiredOn.UTC()
	return s
}

// set returns a sorted copy without repeats; nil if there is nothing.
func set[T ~string](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
