package register

import (
	"cmp"
	"slices"
	"strings"
)

// Normalised returns s in the form in which it is kept: texts trimmed, sets and
// lists sorted and without repeats, times in UTC. The same facts give the same
// bytes. Of jurisdictions, Greece and the United Kingdom are written GR and GB where
// they stand as EL and UK, as the Union writes them. Beyond that it corrects
// nothing: what is wrong stays so, for Validate to say. The result shares no list
// with s.
func (s System) Normalised() System {
	trim(&s.Name, &s.Description, &s.Owner, &s.Purpose, &s.Decisions, &s.DeploymentContext,
		&s.HumanOversight.Person, &s.HumanOversight.Measure,
		&s.Model.Name, &s.Model.Version, &s.Model.Technique, &s.Supplier, &s.OutOfScope)
	s.IntendedUsers, s.Interacts = set(s.IntendedUsers), set(s.Interacts)
	s.Roles, s.Domains, s.Functions, s.Practices = set(s.Roles), set(s.Domains), set(s.Functions), set(s.Practices)
	s.Alterations, s.Downstream, s.Claims5 = set(s.Alterations), set(s.Downstream), set(s.Claims5)
	s.Effects, s.Data, s.DataOrigins, s.Generates = set(s.Effects), set(s.Data), set(s.DataOrigins), set(s.Generates)
	s.Affected, s.Jurisdictions, s.Languages, s.Tools = set(s.Affected), places(s.Jurisdictions), set(s.Languages), set(s.Tools)
	s.ForeseeableMisuse, s.Links = set(s.ForeseeableMisuse), set(s.Links)
	s.DataResources, s.UseAnswers = resources(s.DataResources), useAnswers(s.UseAnswers)
	s.Labels, s.ExternalIDs = pairs(s.Labels), pairs(s.ExternalIDs)
	return s
}

func trim(texts ...*string) {
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
}

// set returns a trimmed and sorted copy without repeats; nil if there is
// nothing.
func set[T ~string](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Clone(values)
	for i, v := range sorted {
		sorted[i] = T(strings.TrimSpace(string(v)))
	}
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// places returns a set of jurisdictions by the codes of ISO.
func places(codes []string) []string {
	own := slices.Clone(codes)
	for i, c := range own {
		own[i] = isoPlace(strings.TrimSpace(c))
	}
	return set(own)
}

func resources(list []DataResource) []DataResource {
	if len(list) == 0 {
		return nil
	}
	sorted := slices.Clone(list)
	for i := range sorted {
		r := &sorted[i]
		trim(&r.Name, &r.Owner, &r.Source, &r.Licence, &r.Period, &r.Use)
	}
	slices.SortFunc(sorted, func(a, b DataResource) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(string(a.Origin), string(b.Origin)), strings.Compare(a.Source, b.Source),
			strings.Compare(a.Period, b.Period), strings.Compare(a.Use, b.Use), strings.Compare(a.Owner, b.Owner), strings.Compare(a.Licence, b.Licence))
	})
	return slices.Compact(sorted)
}

func useAnswers(list []UseAnswer) []UseAnswer {
	if len(list) == 0 {
		return nil
	}
	sorted := slices.Clone(list)
	for i := range sorted {
		trim(&sorted[i].Question, &sorted[i].Edition)
	}
	slices.SortFunc(sorted, func(a, b UseAnswer) int {
		return cmp.Or(strings.Compare(a.Question, b.Question), strings.Compare(a.Edition, b.Edition), strings.Compare(string(a.Answer), string(b.Answer)))
	})
	return slices.Compact(sorted)
}

// pairs returns a copy with trimmed values; nil if there is nothing. Keys stay
// as they are, since two could become one.
func pairs(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	c := make(map[string]string, len(m))
	for k, v := range m {
		c[k] = strings.TrimSpace(v)
	}
	return c
}
