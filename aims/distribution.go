package aims

import (
	"slices"

	"github.com/aimskit/aimskit/issue"
)

// Distribution says that a paper is given to somebody, and how they come by it (5.2, 7.5.3).
type Distribution struct {
	// To is who: a person, a role, an interested party, a supplier or a governing body on
	// file. Without an ID it is all of that kind: kind "person" alone is everybody inside.
	To Subject `json:"to"`
	// How says where they find it, or how it reaches them.
	How string `json:"how"`
}

// audiences are the kinds of records to whom something is given or told.
var audiences = []Kind{people.Name(), roles.Name(), interestedParties.Name(), suppliers.Name(), governingBodies.Name()}

// audience adds an issue unless somebody is named to whom something can be given or told.
func (c checker) audience(field string, to Subject) {
	switch {
	case !slices.Contains(audiences, to.Kind):
		c.Add(field+".kind", "oneof", string(to.Kind), "must be one of %v", audiences)
	case to.ID != "" && !c.r.Has(to):
		c.Add(field+".id", "record", to.ID, "no such record on file")
	}
}

// distributed checks to whom a paper is given.
func (c checker) distributed(field string, all []Distribution) {
	for i, d := range all {
		at := issue.Index(field, i)
		c.says(at+".how", d.How, true)
		c.audience(at+".to", d.To)
		if slices.ContainsFunc(all[:i], func(e Distribution) bool { return e.To == d.To }) {
			c.Add(at+".to", "repeated", d.To.ID, "is there already")
		}
	}
}

// reaches reports whether somebody of an audience is there still: all of a kind, or a record
// on file.
func (r *reading) reaches(to Subject) bool {
	return slices.Contains(audiences, to.Kind) && (to.ID == "" || r.r.Has(to))
}

// given reports whether a paper is given to anybody who is there still.
func (r *reading) given(all []Distribution) bool {
	return slices.ContainsFunc(all, func(d Distribution) bool { return r.reaches(d.To) })
}
