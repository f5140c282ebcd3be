package register

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Risk is one row of the AI risk register (ISO/IEC 42001 6.1.2, 8.2), on one
// of two axes: harm to the organisation, or harm to individuals and society.
type Risk struct {
	// ID is the key of the record.
	ID string `json:"id"`
	// Title says what could happen, Description how.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Systems are the IDs of the systems that it comes from; none means the
	// organisation as a whole.
	Systems []string `json:"systems,omitempty"`
	// Axis says whom it harms, Area in what.
	Axis Axis `json:"axis"`
	Area Area `json:"area"`
	// Source says what it comes from.
	Source string `json:"source,omitempty"`
	// Harms are the IDs of the harms (impact.Harms) that it is about.
	Harms []string `json:"harms,omitempty"`
	// Assessment is the ID of the impact assessment that found it, if one did.
	Assessment string `json:"assessment,omitempty"`
	// Inherent is the rating before treatment, Residual what remains; zero
	// while not rated.
	Inherent Rating `json:"inherent,omitzero"`
	Residual Rating `json:"residual,omitzero"`
	// Treatment is what is done about it.
	Treatment Treatment `json:"treatment,omitzero"`
	// Owner is the ID of the person who answers for it.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Authors are the IDs of those who wrote in it, in any revision; none of them
	// accepts it.
	Authors []string `json:"authors,omitempty"`
	// Acceptance is by a named person, until a day; zero while nobody has
	// accepted it.
	Acceptance Acceptance `json:"acceptance,omitzero"`
	// AssessedOn is when it was last rated, ReviewDue when it is to be rated
	// again.
	AssessedOn calendar.Date `json:"assessed_on,omitzero"`
	ReviewDue  calendar.Date `json:"review_due,omitzero"`
	// Assessed are the assessments of the risk, oldest first: each an event with who
	// made it, when and how (8.2). The last is what Inherent and Residual say.
	Assessed []RiskAssessment `json:"assessed,omitempty"`
	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// RiskAssessment is one assessment of a risk (8.2).
type RiskAssessment struct {
	// By is the ID of the person who made it, On the day, At when it was recorded.
	By string        `json:"by"`
	On calendar.Date `json:"on"`
	At time.Time     `json:"at"`
	// Method says how it was made.
	Method string `json:"method,omitempty"`
	// Inherent and Residual are what it found.
	Inherent Rating `json:"inherent,omitzero"`
	Residual Rating `json:"residual,omitzero"`
	// Controls are those of the treatment when it was made, on which Residual rests. The
	// store sets them.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Note says what it rests on.
	Note string `json:"note,omitempty"`
}

// Axis says whom a risk harms.
type Axis string

// The two axes.
const (
	AxisOrganisation Axis = "organisation"
	AxisPeople       Axis = "people" // individuals, groups and society
)

// Area says in what a risk harms.
type Area string

// The areas of both axes.
const (
	AreaSecurity   Area = "security"
	AreaContinuity Area = "continuity"
	AreaReputation Area = "reputation"
	AreaLegal      Area = "legal"
	AreaFinancial  Area = "financial"

	AreaBias        Area = "bias"
	AreaOpacity     Area = "opacity"
	AreaSafety      Area = "safety"
	AreaMisuse      Area = "misuse"
	AreaPrivacy     Area = "privacy"
	AreaAutonomy    Area = "autonomy"
	AreaLivelihood  Area = "livelihood"
	AreaRights      Area = "rights"
	AreaSociety     Area = "society"
	AreaEnvironment Area = "environment"
)

var axes = []Axis{AxisOrganisation, AxisPeople}

var areas = map[Axis][]Area{
	AxisOrganisation: {AreaSecurity, AreaContinuity, AreaReputation, AreaLegal, AreaFinancial},
	AxisPeople:       {AreaBias, AreaOpacity, AreaSafety, AreaMisuse, AreaPrivacy, AreaAutonomy, AreaLivelihood, AreaRights, AreaSociety, AreaEnvironment},
}

// Areas returns the areas of an axis; nil for an unknown one.
func Areas(axis Axis) []Area { return slices.Clone(areas[axis]) }

// Rating is a likelihood and a consequence on the scales of the organisation's
// risk criteria, from 1. The zero Rating is "not rated".
type Rating struct {
	Likelihood  int `json:"likelihood"`
	Consequence int `json:"consequence"`
	// Criteria is the version of the criteria that it was made with.
	Criteria int `json:"criteria"`
}

// IsZero reports whether nothing has been rated.
func (r Rating) IsZero() bool { return r.Likelihood == 0 && r.Consequence == 0 }

// Treatment is what is done about a risk (6.1.3).
type Treatment struct {
	// Option is the kind of treatment.
	Option Option `json:"option,omitempty"`
	// Controls are the controls that it rests on.
	Controls []annexa.ID `json:"controls,omitempty"`
	// Plan says what is done, Owner who does it (a person's ID), Due by when.
	Plan  string        `json:"plan,omitempty"`
	Owner string        `json:"owner,omitempty"`
	Due   calendar.Date `json:"due,omitzero"`
	// DoneOn is when it had been carried out.
	DoneOn calendar.Date `json:"done_on,omitzero"`
}

// IsZero reports whether no treatment has been decided.
func (t Treatment) IsZero() bool {
	return t.Option == "" && len(t.Controls) == 0 && t.Plan == "" && t.Owner == "" && t.Due.IsZero() && t.DoneOn.IsZero()
}

// Option is a kind of treatment.
type Option string

// The kinds of treatment.
const (
	OptionAvoid  Option = "avoid"  // the cause is given up
	OptionModify Option = "modify" // controls lower it
	OptionShare  Option = "share"  // somebody else bears it too
	OptionRetain Option = "retain" // it is borne knowingly
)

var options = []Option{OptionAvoid, OptionModify, OptionShare, OptionRetain}

// Acceptance is a person's word that what remains of a risk is borne, until a
// day.
type Acceptance struct {
	// By is the ID of the person, Reason why.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// At is when, Expires until when.
	At      time.Time     `json:"at,omitzero"`
	Expires calendar.Date `json:"expires,omitzero"`
}

// IsZero reports whether nobody has accepted.
func (a Acceptance) IsZero() bool { return a == Acceptance{} }

// Validate returns what is wrong with the risk under criteria as
// issue.Issues, or nil: an area of the other axis, a rating off the scales or
// made with criteria that are not yet, less residual risk than inherent with
// no control that lowers it, more residual than inherent, an acceptance
// without name, reason, day or end. A risk above the criteria that nobody has
// accepted is not wrong: it is a finding.
//
// A treatment may be due before the day of the last rating: then it is late.
func (r Risk) Validate(c Criteria) error {
	var is issue.Issues
	if !issue.ValidKeyUpTo(r.ID, MaxRiskID) {
		is.Add("id", "key", r.ID, "the key of a risk is 1 to %d letters, digits and - _ . : @ / #, and starts with a letter or digit", MaxRiskID)
	}
	issue.Check(riskBounds(), &is, &r)
	required(&is, "title", r.Title)
	validateSet(&is, "systems", r.Systems, nil)
	validateSet(&is, "harms", r.Harms, nil)
	if own := areas[r.Axis]; own == nil {
		is.Add("axis", "oneof", string(r.Axis), "must be one of %s", strings.Join(texts(axes), ", "))
	} else if !slices.Contains(own, r.Area) {
		is.Add("area", "oneof", string(r.Area), "must be an area of axis %s: %s", r.Axis, strings.Join(texts(own), ", "))
	}
	r.validateRatings(&is, c)
	r.validateTreatment(&is)
	if a := r.Acceptance; !a.IsZero() {
		if strings.TrimSpace(a.By) == "" {
			is.Add("acceptance.by", "required", "", "name the person who accepts")
		}
		if strings.TrimSpace(a.Reason) == "" {
			is.Add("acceptance.reason", "required", "", "say why it is borne")
		}
		if a.At.IsZero() {
			is.Add("acceptance.at", "required", "", "say when it was accepted")
		}
		if !a.Expires.After(calendar.Earliest(a.At)) {
			is.Add("acceptance.expires", "order", a.Expires.String(), "must lie after at, %s", a.At.Format(time.RFC3339))
		}
	}
	if !r.ReviewDue.IsZero() && r.ReviewDue.Before(r.AssessedOn) {
		is.Add("review_due", "order", r.ReviewDue.String(), "lies before assessed_on, %s", r.AssessedOn)
	}
	return is.Err()
}

func (r Risk) validateRatings(is *issue.Issues, c Criteria) {
	r.Inherent.validate(is, "inherent", c)
	r.Residual.validate(is, "residual", c)
	if r.Residual.IsZero() {
		return
	}
	if r.Inherent.IsZero() {
		is.Add("residual", "inherent", "", "what remains can't be rated before the inherent risk is")
		return
	}
	if r.Residual.Criteria != r.Inherent.Criteria {
		is.Add("residual.criteria", "version", strconv.Itoa(r.Residual.Criteria), "rate both with the same criteria; the inherent rating has version %d", r.Inherent.Criteria)
	}
	if r.Residual.Likelihood > r.Inherent.Likelihood {
		is.Add("residual.likelihood", "residual", strconv.Itoa(r.Residual.Likelihood), "more than the inherent %d", r.Inherent.Likelihood)
	}
	if r.Residual.Consequence > r.Inherent.Consequence {
		is.Add("residual.consequence", "residual", strconv.Itoa(r.Residual.Consequence), "more than the inherent %d", r.Inherent.Consequence)
	}
	lowered := r.Residual.Likelihood < r.Inherent.Likelihood || r.Residual.Consequence < r.Inherent.Consequence
	if lowered && len(r.Treatment.Controls) == 0 && r.Treatment.Option != OptionAvoid && r.Treatment.Option != OptionShare {
		is.Add("treatment.controls", "required", "", "what remains is rated lower than before; name the controls that lower it")
	}
}

// validate checks a rating. One made with an older version of the criteria was
// checked against those, whose scales may have been longer or shorter.
func (r Rating) validate(is *issue.Issues, field string, c Criteria) {
	if r.IsZero() {
		return
	}
	switch {
	case r.Criteria < 1 || r.Criteria > c.Version:
		is.Add(field+".criteria", "version", strconv.Itoa(r.Criteria), "name the version of the criteria that it was made with; the versions are 1 to %d", c.Version)
	case r.Criteria == c.Version:
		_, err := c.Level(r)
		is.Merge(field, err)
	default:
		for _, part := range []struct {
			name  string
			value int
		}{{".likelihood", r.Likelihood}, {".consequence", r.Consequence}} {
			if part.value < 1 || part.value > maxSteps {
				is.Add(field+part.name, "scale", strconv.Itoa(part.value), "no scale runs further than from 1 to %d", maxSteps)
			}
		}
	}
}

func (r Risk) validateTreatment(is *issue.Issues) {
	t := r.Treatment
	if t.IsZero() {
		return
	}
	if !slices.Contains(options, t.Option) {
		is.Add("treatment.option", "oneof", string(t.Option), "must be one of %s", strings.Join(texts(options), ", "))
	}
	if t.Option == OptionModify && len(t.Controls) == 0 {
		is.Add("treatment.controls", "required", "", "a treatment that modifies the risk names its controls")
	}
	for i, id := range t.Controls {
		if id.IsZero() {
			is.Add(issue.Index("treatment.controls", i), "control", "", "names no control")
		}
	}
}
