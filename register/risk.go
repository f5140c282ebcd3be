package register

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
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
	// Acceptance is by a named person, until a day; zero while nobody has
	// accepted it.
	Acceptance Acceptance `json:"acceptance,omitzero"`
	// AssessedOn is when it was last rated, ReviewDue when it is to be rated
	// again.
	AssessedOn time.Time `json:"assessed_on,omitzero"`
	ReviewDue  time.Time `json:"review_due,omitzero"`
	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
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

// Areas returns the areas of an axis; nil for an unknown one.
func Areas(axis Axis) []Area {
	switch axis {
	case AxisOrganisation:
		return []Area{AreaSecurity, AreaContinuity, AreaReputation, AreaLegal, AreaFinancial}
	case AxisPeople:
		return []Area{AreaBias, AreaOpacity, AreaSafety, AreaMisuse, AreaPrivacy, AreaAutonomy, AreaLivelihood, AreaRights, AreaSociety, AreaEnvironment}
	}
	return nil
}

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
	Plan  string    `json:"plan,omitempty"`
	Owner string    `json:"owner,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	// DoneOn is when it had been carried out.
	DoneOn time.Time `json:"done_on,omitzero"`
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

// Acceptance is a person's word that what remains of a risk is borne, until a
// day.
type Acceptance struct {
	// By is the ID of the person, Reason why.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// At is when, Expires until when.
	At      time.Time `json:"at,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

// IsZero reports whether nobody has accepted.
func (a Acceptance) IsZero() bool { return a == Acceptance{} }

// RiskLevel is a level of risk, by the organisation's own label.
type RiskLevel string

// Criteria are the organisation's risk criteria (6.1.2): scales, a matrix over
// them, and how much of each kind of risk is borne without further word.
type Criteria struct {
	// ID is the key of the record; Version counts the versions.
	ID      string `json:"id"`
	Version int    `json:"version"`
	// Title names them.
	Title string `json:"title"`
	// Likelihood and Consequence are the two scales, least first; 3 to 7 steps.
	Likelihood  []Step `json:"likelihood"`
	Consequence []Step `json:"consequence"`
	// Levels are the levels of risk, least first.
	Levels []RiskLevel `json:"levels"`
	// Matrix holds the level for each likelihood (row) and consequence
	// (column).
	Matrix [][]RiskLevel `json:"matrix"`
	// Appetite is, for each axis, the highest level that needs no acceptance.
	Appetite map[Axis]RiskLevel `json:"appetite"`
	// ApprovedBy is the ID of the person who approved them, at ApprovedAt;
	// ReviewDue is when they are to be looked at again.
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	ReviewDue  time.Time `json:"review_due,omitzero"`
	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// Step is one step of a scale.
type Step struct {
	// Label is what it is called, Meaning what it means.
	Label   string `json:"label"`
	Meaning string `json:"meaning"`
}

// DefaultCriteria returns the criteria that a new management system starts
// with: five by five, four levels, and nothing above medium borne without a
// named acceptance, on either axis. The likelihood bands are those of the
// Australian Government's policy for responsible use of AI; the matrix is this
// project's own: it rates a rare extreme harm high, not medium, since to those
// it strikes it can't be made good.
func DefaultCriteria() Criteria {
	const l, m, h, c = RiskLevel("low"), RiskLevel("medium"), RiskLevel("high"), RiskLevel("critical")
	return Criteria{
		ID: "criteria", Version: 1, Title: "Default risk criteria",
		Likelihood: []Step{{"rare", "below 5 % in the review period"}, {"unlikely", "5 to 30 %"}, {"possible", "31 to 60 %"},
			{"likely", "61 to 90 %"}, {"almost certain", "above 90 %"}},
		Consequence: []Step{{"negligible", "annoyance, no lasting effect"}, {"minor", "small loss of time, money or comfort"},
			{"moderate", "real loss of money, opportunity, privacy or well-being; injury that heals"},
			{"serious", "lasting harm to health, livelihood, rights or standing"},
			{"extreme", "death, lasting disability, loss of liberty, destitution, collapse of an essential service"}},
		Levels: []RiskLevel{l, m, h, c},
		Matrix: [][]RiskLevel{
			{l, l, l, m, h},
			{l, l, m, h, h},
			{l, l, m, h, c},
			{l, m, h, c, c},
			{m, m, h, c, c},
		},
		Appetite: map[Axis]RiskLevel{AxisOrganisation: m, AxisPeople: m},
	}
}

// Level returns the level of a rating. A rating off the scales is an error
// that says which.
func (c Criteria) Level(r Rating) (RiskLevel, error) {
	var is annexa.Issues
	if r.Likelihood < 1 || r.Likelihood > len(c.Likelihood) {
		is.Add("likelihood", "scale", strconv.Itoa(r.Likelihood), "the scale runs from 1 to %d", len(c.Likelihood))
	}
	if r.Consequence < 1 || r.Consequence > len(c.Consequence) {
		is.Add("consequence", "scale", strconv.Itoa(r.Consequence), "the scale runs from 1 to %d", len(c.Consequence))
	}
	if len(is) > 0 {
		return "", is
	}
	return c.Matrix[r.Likelihood-1][r.Consequence-1], nil
}

// Exceeds reports whether a level of risk on an axis is more than is borne
// without acceptance. A level or axis that the criteria don't know exceeds.
func (c Criteria) Exceeds(axis Axis, level RiskLevel) bool {
	most, ok := c.Appetite[axis]
	i, j := slices.Index(c.Levels, level), slices.Index(c.Levels, most)
	return !ok || i < 0 || j < 0 || i > j
}

// Validate returns what is wrong with the criteria as annexa.Issues, or nil: a
// scale of fewer than 3 or more than 7 steps, a matrix of another size, a cell
// off the list of levels, a matrix in which more likelihood or consequence
// gives a lower level, an axis without appetite.
func (c Criteria) Validate() error {
	var is annexa.Issues
	if !ValidKey(c.ID) {
		is.Add("id", "key", c.ID, "%s", KeyRule)
	}
	if c.Version < 1 {
		is.Add("version", "range", strconv.Itoa(c.Version), "versions count from 1")
	}
	for _, scale := range []struct {
		field string
		steps []Step
	}{{"likelihood", c.Likelihood}, {"consequence", c.Consequence}} {
		if n := len(scale.steps); n < 3 || n > 7 {
			is.Add(scale.field, "range", strconv.Itoa(n), "a scale has 3 to 7 steps")
		}
		for i, s := range scale.steps {
			if strings.TrimSpace(s.Label) == "" {
				is.Add(scale.field+"["+strconv.Itoa(i)+"].label", "required", "", "may not be empty")
			}
		}
	}
	if len(c.Levels) < 2 || len(set(c.Levels)) != len(c.Levels) || slices.Contains(c.Levels, "") {
		is.Add("levels", "distinct", strconv.Itoa(len(c.Levels)), "at least two levels, each with a label of its own")
	}
	for _, axis := range []Axis{AxisOrganisation, AxisPeople} {
		if !slices.Contains(c.Levels, c.Appetite[axis]) {
			is.Add("appetite."+string(axis), "oneof", string(c.Appetite[axis]), "must be one of the levels")
		}
	}
	c.validateMatrix(&is)
	return is.Err()
}

func (c Criteria) validateMatrix(is *annexa.Issues) {
	if len(c.Matrix) != len(c.Likelihood) {
		is.Add("matrix", "size", strconv.Itoa(len(c.Matrix)), "a row for each of the %d likelihoods", len(c.Likelihood))
		return
	}
	rank := func(i, j int) int { return slices.Index(c.Levels, c.Matrix[i][j]) }
	for i, row := range c.Matrix {
		field := "matrix[" + strconv.Itoa(i) + "]"
		if len(row) != len(c.Consequence) {
			is.Add(field, "size", strconv.Itoa(len(row)), "a cell for each of the %d consequences", len(c.Consequence))
			return
		}
		for j, level := range row {
			cell := field + "[" + strconv.Itoa(j) + "]"
			switch {
			case rank(i, j) < 0:
				is.Add(cell, "oneof", string(level), "must be one of the levels")
			case i > 0 && rank(i-1, j) > rank(i, j), j > 0 && rank(i, j-1) > rank(i, j):
				is.Add(cell, "monotone", string(level), "more likelihood or consequence can't give a lower level")
			}
		}
	}
}

// Validate returns what is wrong with the risk under criteria as
// annexa.Issues, or nil: an area of the other axis, a rating off the scales,
// less residual risk than inherent with no control that lowers it, more
// residual than inherent, an acceptance without name, reason or end.
func (r Risk) Validate(c Criteria) error {
	var is annexa.Issues
	if !ValidKey(r.ID) {
		is.Add("id", "key", r.ID, "%s", KeyRule)
	}
	for _, t := range []struct {
		field, text string
		need        bool
	}{{"title", r.Title, true}, {"description", r.Description, false}, {"source", r.Source, false}, {"treatment.plan", r.Treatment.Plan, false}} {
		if t.need && strings.TrimSpace(t.text) == "" {
			is.Add(t.field, "required", t.text, "may not be empty")
		}
		validateValues(&is, Attribute{Name: t.field, Kind: KindText}, []string{t.text})
	}
	if Areas(r.Axis) == nil {
		is.Add("axis", "oneof", string(r.Axis), "must be one of %s, %s", AxisOrganisation, AxisPeople)
	} else if !slices.Contains(Areas(r.Axis), r.Area) {
		is.Add("area", "oneof", string(r.Area), "must be an area of axis %s: %v", r.Axis, Areas(r.Axis))
	}
	r.validateRatings(&is, c)
	r.validateTreatment(&is)
	if a := r.Acceptance; !a.IsZero() {
		if a.By == "" {
			is.Add("acceptance.by", "required", "", "name the person who accepts")
		}
		if strings.TrimSpace(a.Reason) == "" {
			is.Add("acceptance.reason", "required", "", "say why it is borne")
		}
		if !a.Expires.After(a.At) {
			is.Add("acceptance.expires", "order", a.Expires.Format(time.RFC3339), "must lie after at, %s", a.At.Format(time.RFC3339))
		}
	}
	if !r.ReviewDue.IsZero() && r.ReviewDue.Before(r.AssessedOn) {
		is.Add("review_due", "order", r.ReviewDue.Format(time.RFC3339), "lies before assessed_on, %s", r.AssessedOn.Format(time.RFC3339))
	}
	return is.Err()
}

func (r Risk) validateRatings(is *annexa.Issues, c Criteria) {
	for _, part := range []struct {
		field  string
		rating Rating
	}{{"inherent", r.Inherent}, {"residual", r.Residual}} {
		// A rating of an older version was checked against that version.
		if !part.rating.IsZero() && part.rating.Criteria == c.Version {
			_, err := c.Level(part.rating)
			is.Merge(part.field, err)
		}
	}
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

func (r Risk) validateTreatment(is *annexa.Issues) {
	t := r.Treatment
	if t.IsZero() {
		return
	}
	options := []Option{OptionAvoid, OptionModify, OptionShare, OptionRetain}
	if !slices.Contains(options, t.Option) {
		is.Add("treatment.option", "oneof", string(t.Option), "must be one of %v", options)
	}
	if t.Option == OptionModify && len(t.Controls) == 0 {
		is.Add("treatment.controls", "required", "", "a treatment that modifies the risk names its controls")
	}
	for i, id := range t.Controls {
		if id.IsZero() {
			is.Add("treatment.controls["+strconv.Itoa(i)+"]", "control", "", "names no control")
		}
	}
}
