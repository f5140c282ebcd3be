package register

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// Bounds of texts and lists.
const (
	maxName = 200    // runes
	maxText = 20_000 // bytes
	maxList = 1_000  // elements
)

// Validate returns what is wrong with the system as issue.Issues, or nil: its
// key, name and stage, values that the attribute table does not know, texts
// beyond their bounds, times out of order. What is merely not answered is not
// wrong. Spaces and repeats that Normalised takes out are wrong here, so
// normalise first what people typed.
func (s System) Validate() error {
	var is issue.Issues
	if !issue.ValidKey(s.ID) {
		is.Add("id", "key", s.ID, issue.KeyRule)
	}
	validateName(&is, "name", s.Name)
	if s.Stage == "" {
		is.Add("stage", "required", "", "say at which stage it is: %s", list(stageValues()))
	}
	v := reflect.ValueOf(&s).Elem()
	for _, a := range attributes() {
		field := v.Field(a.field - 1)
		validateTexts(&is, a.Name, field)
		validateValues(&is, a, field)
	}
	for i, j := range s.Jurisdictions {
		if !validJurisdiction(j) {
			is.Add(index("jurisdictions", i), "jurisdiction", j, `use "EU", an ISO 3166-1 code such as "AU", or an ISO 3166-2 code such as "AU-NSW"`)
		}
	}
	for i, l := range s.Languages {
		if !validLanguage(l) {
			is.Add(index("languages", i), "language", l, `use a BCP 47 tag such as "en" or "pt-BR"`)
		}
	}
	origin, _ := attribute("data_origin")
	for i, r := range s.DataResources {
		field := index("data_resources", i)
		if strings.TrimSpace(r.Name) == "" {
			is.Add(field+".name", "required", r.Name, "may not be empty")
		}
		if r.Origin != "" {
			oneOf(&is, field+".origin", string(r.Origin), origin.Values)
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

// validateName checks a text that a record is called by.
func validateName(is *issue.Issues, field, name string) {
	if strings.TrimSpace(name) == "" {
		is.Add(field, "required", name, "may not be empty")
	} else if n := utf8.RuneCountInString(name); n > maxName {
		is.Add(field, "length", name, "at most %d characters, has %d", maxName, n)
	}
}

// validateTexts checks every text in v, however deep, for its encoding and its
// length, every list for its length, and every time for a year that JSON can
// write.
func validateTexts(is *issue.Issues, field string, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		validateText(is, field, v.String())
	case reflect.Slice:
		validateLen(is, field, v.Len())
		for i := range v.Len() {
			validateTexts(is, index(field, i), v.Index(i))
		}
	case reflect.Map:
		validateLen(is, field, v.Len())
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if strings.TrimSpace(k.String()) == "" {
				is.Add(field, "required", k.String(), "holds an empty key")
			}
			validateTexts(is, field, k)
			validateTexts(is, field+"."+strings.ToValidUTF8(k.String(), "\uFFFD"), v.MapIndex(k))
		}
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			validateTime(is, field, t)
			return
		}
		for i := range v.NumField() {
			if k := v.Field(i).Kind(); k == reflect.String || k == reflect.Slice || k == reflect.Map || k == reflect.Struct {
				name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
				validateTexts(is, field+"."+name, v.Field(i))
			}
		}
	}
}

func validateText(is *issue.Issues, field, text string) {
	switch {
	case !utf8.ValidString(text):
		is.Add(field, "utf8", strings.ToValidUTF8(text, "\uFFFD"), "must be valid UTF-8")
	case len(text) > maxText:
		is.Add(field, "length", text, "at most %d bytes, has %d", maxText, len(text))
	}
}

func validateList(is *issue.Issues, field string, texts []string) {
	validateLen(is, field, len(texts))
	for i, text := range texts {
		validateText(is, index(field, i), text)
	}
}

func validateTime(is *issue.Issues, field string, t time.Time) {
	if y := t.Year(); min(y, t.UTC().Year()) < 1 || max(y, t.UTC().Year()) > 9999 {
		is.Add(field, "range", strconv.Itoa(y), "the year lies between 1 and 9999")
	}
}

func validateLen(is *issue.Issues, field string, n int) {
	if n > maxList {
		is.Add(field, "length", strconv.Itoa(n), "at most %d elements", maxList)
	}
}

// validateValues checks the values of one attribute against its row.
func validateValues(is *issue.Issues, a Attribute, field reflect.Value) {
	switch field.Kind() {
	case reflect.String:
		if text := field.String(); text != "" && len(a.Values) > 0 {
			oneOf(is, a.Name, text, a.Values)
		}
	case reflect.Slice:
		if field.Type().Elem().Kind() != reflect.String {
			return
		}
		texts := make([]string, field.Len())
		for i := range texts {
			texts[i] = field.Index(i).String()
		}
		validateSet(is, a.Name, texts, a.Values)
	}
}

// validateSet checks a set of texts: nothing empty, nothing twice, nothing
// that is not among values if there are any, and none beside none.
func validateSet(is *issue.Issues, field string, texts []string, values []Value) {
	if len(texts) == 0 {
		return
	}
	seen := make(map[string]bool, len(texts))
	for i, text := range texts {
		switch {
		case strings.TrimSpace(text) == "":
			is.Add(index(field, i), "required", text, "holds an empty element")
		case seen[text]:
			is.Add(index(field, i), "duplicate", text, "stands in it twice")
		case len(values) > 0:
			oneOf(is, index(field, i), text, values)
		}
		seen[text] = true
	}
	if len(values) > 0 && len(texts) > 1 && seen[none] {
		is.Add(field, "none", strings.Join(texts, ", "), `states "none" beside other values`)
	}
}

// oneOf checks that a text is among values, and says which is near if not.
func oneOf(is *issue.Issues, field, text string, values []Value) {
	if slices.ContainsFunc(values, func(v Value) bool { return v.ID == text }) {
		return
	}
	if n := nearest(text, values); n != "" {
		is.Add(field, "oneof", text, "must be one of %s; did you mean %q?", list(values), n)
		return
	}
	is.Add(field, "oneof", text, "must be one of %s", list(values))
}

func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

func list(values []Value) string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = v.ID
	}
	return strings.Join(ids, ", ")
}

func stageValues() []Value { a, _ := attribute("stage"); return a.Values }

// validJurisdiction checks the form of an ISO 3166 code, not whether there is
// such a place: places come and go faster than this code.
func validJurisdiction(s string) bool {
	country, region, sub := strings.Cut(s, "-")
	if len(country) != 2 || !upper(country) {
		return false
	}
	return !sub || (len(region) >= 1 && len(region) <= 3 && upperOrDigit(region))
}

// validLanguage checks the form of a BCP 47 tag.
func validLanguage(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for j := range len(part) {
			c := part[j]
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return false
			}
		}
		if i == 0 && len(part) < 2 {
			return false
		}
	}
	return true
}

func upper(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func upperOrDigit(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}
