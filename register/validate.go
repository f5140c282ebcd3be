package register

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
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
	required(&is, "name", s.Name)
	bounds := systemBounds()
	issue.Check(bounds, &is, &s)
	if s.Stage == "" {
		is.Add("stage", "required", "", "say at which stage it is: %s", list(stageValues()))
	}
	v := reflect.ValueOf(&s).Elem()
	for _, a := range attributes() {
		field := v.Field(a.field - 1)
		if field.Kind() != reflect.Slice || bounds.Fits(a.Name, field.Len()) {
			validateValues(&is, a, field)
		}
	}
	for _, pairs := range [...]struct {
		field string
		m     map[string]string
	}{{"labels", s.Labels}, {"external_ids", s.ExternalIDs}} {
		if _, ok := pairs.m[""]; ok {
			is.Add(pairs.field, "required", "", "holds an empty key")
		}
	}
	for i, j := range s.Jurisdictions {
		if !validJurisdiction(j) {
			near := ""
			if n := nearPlace(j); n != "" {
				near = fmt.Sprintf("; did you mean %q?", n)
			}
			is.Add(issue.Index("jurisdictions", i), "jurisdiction", j, `use "EU", a code that ISO 3166-1 assigns, such as "AU", or an ISO 3166-2 code such as "AU-NSW"%s`, near)
		}
	}
	for i, l := range s.Languages {
		if !validLanguage(l) {
			is.Add(issue.Index("languages", i), "language", l, `use a BCP 47 tag such as "en" or "pt-BR"`)
		}
	}
	for i, u := range s.UseAnswers {
		field := issue.Index("use_answers", i)
		if !issue.ValidKey(u.Question) {
			is.Add(field+".question", "key", u.Question, issue.KeyRule)
		}
		if _, err := time.Parse(time.DateOnly, u.Edition); err != nil {
			is.Add(field+".edition", "date", u.Edition, "a date reads 2026-08-02")
		}
		oneOf(&is, field+".answer", string(u.Answer), answers)
	}
	origin, _ := attribute("data_origin")
	origins := slices.DeleteFunc(slices.Clone(origin.Values), func(v Value) bool { return v.ID == none }) // a resource is data
	for i, r := range s.DataResources {
		field := issue.Index("data_resources", i)
		required(&is, field+".name", r.Name)
		if r.Origin != "" {
			oneOf(&is, field+".origin", string(r.Origin), origins)
		}
	}
	if s.Model.Name == "" && s.Model.Version != "" {
		is.Add("model.name", "required", "", "a version needs the name of the model")
	}
	if !s.RetiredOn.IsZero() && s.Stage != StageRetirement {
		is.Add("retired_on", "stage", s.RetiredOn.String(), "only a system in stage retirement has been retired; it is in %s", s.Stage)
	}
	if !s.RetiredOn.IsZero() && s.RetiredOn.Before(s.InUseSince) {
		is.Add("retired_on", "order", s.RetiredOn.String(), "lies before in_use_since, %s", s.InUseSince)
	}
	return is.Err()
}

func required(is *issue.Issues, field, text string) {
	if strings.TrimSpace(text) == "" {
		is.Add(field, "required", text, "may not be empty")
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

// validateSet checks a set of texts: nothing empty, nothing that is not among
// values if there are any, and none beside none. The bounds tell what stands
// twice.
func validateSet(is *issue.Issues, field string, texts []string, values []Value) {
	if len(texts) == 0 {
		return
	}
	seen := make(map[string]bool, len(texts))
	for i, text := range texts {
		switch {
		case strings.TrimSpace(text) == "":
			is.Add(issue.Index(field, i), "required", text, "holds an empty element")
		case len(values) > 0:
			oneOf(is, issue.Index(field, i), text, values)
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

func list(values []Value) string {
	ids := make([]string, len(values))
	for i, v := range values {
		ids[i] = v.ID
	}
	return strings.Join(ids, ", ")
}

func stageValues() []Value { a, _ := attribute("stage"); return a.Values }

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

func upperOrDigit(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) < 0
}
