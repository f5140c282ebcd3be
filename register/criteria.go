package register

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// A scale has at least minSteps and at most maxSteps steps: fewer tell nothing
// apart, more than people can.
const (
	minSteps = 3
	maxSteps = 7
)

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
	// Governs is, for each level, the impact level (minimal, limited or high)
	// that a system has at least if it can do people a harm of that level.
	// Empty means minimal for the lowest level, limited for the second and high
	// above. The highest level always calls for high.
	Governs map[RiskLevel]string `json:"governs,omitempty"`
	// Intolerable is the level from which what remains of a harm to people can't
	// be accepted by anybody: the system is stopped or changed. Empty means the
	// highest level.
	Intolerable RiskLevel `json:"intolerable,omitempty"`
	// Process is what the organisation has decided of how impact assessments are
	// made, beside the scales above (ISO/IEC 42005:2025, clause 5); a topic that is
	// missing is undecided.
	Process []ProcessDecision `json:"process,omitempty"`
	// Authors are the IDs of those who wrote in them, in any version; none of them
	// approves them.
	Authors []string `json:"authors,omitempty"`
	// ApprovedBy is the ID of the person who approved them, at ApprovedAt;
	// ReviewDue is when they are to be looked at again.
	ApprovedBy string        `json:"approved_by,omitempty"`
	ApprovedAt time.Time     `json:"approved_at,omitzero"`
	ReviewDue  calendar.Date `json:"review_due,omitzero"`
	// Earlier are the approvals before, oldest first.
	Earlier []CriteriaApproval `json:"earlier,omitempty"`
	// Revision is the sequence number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// CriteriaApproval is an approval of criteria that a later one has renewed.
type CriteriaApproval struct {
	// By is the ID of the person who approved, At when, ReviewDue until when it held.
	By        string        `json:"by"`
	At        time.Time     `json:"at"`
	ReviewDue calendar.Date `json:"review_due,omitzero"`
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

// Level returns the level of a rating on the scales, whatever version it was
// made with. A rating off the scales is an error (issue.Issues) that says
// which; the zero Rating lies off both.
func (c Criteria) Level(r Rating) (RiskLevel, error) {
	var is issue.Issues
	if r.Likelihood < 1 || r.Likelihood > len(c.Likelihood) {
		is.Add("likelihood", "scale", strconv.Itoa(r.Likelihood), "the scale runs from 1 to %d", len(c.Likelihood))
	}
	if r.Consequence < 1 || r.Consequence > len(c.Consequence) {
		is.Add("consequence", "scale", strconv.Itoa(r.Consequence), "the scale runs from 1 to %d", len(c.Consequence))
	}
	if len(is) > 0 {
		return "", is
	}
	if r.Likelihood > len(c.Matrix) || r.Consequence > len(c.Matrix[r.Likelihood-1]) {
		is.Add("likelihood", "matrix", strconv.Itoa(r.Likelihood), "the criteria have no level for likelihood %d and consequence %d; see Criteria.Validate", r.Likelihood, r.Consequence)
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

// Tolerable reports whether what remains of a harm to people at a level can be
// accepted at all. A level that the criteria don't know is not tolerable.
func (c Criteria) Tolerable(level RiskLevel) bool {
	limit := len(c.Levels) - 1
	if c.Intolerable != "" {
		limit = slices.Index(c.Levels, c.Intolerable)
	}
	i := slices.Index(c.Levels, level)
	return i >= 0 && i < limit
}

// Validate returns what is wrong with the criteria as issue.Issues, or nil: a
// scale of fewer than 3 or more than 7 steps, a matrix of another size, a cell
// off the list of levels, a matrix in which more likelihood or consequence
// gives a lower level, an axis without appetite, a decision on no topic of the
// process of impact assessments.
func (c Criteria) Validate() error {
	var is issue.Issues
	if !issue.ValidKey(c.ID) {
		is.Add("id", "key", c.ID, issue.KeyRule)
	}
	issue.Check(criteriaBounds(), &is, &c)
	if len(is) > 0 {
		return is.Err() // what is far beyond any scale is not looked at
	}
	if c.Version < 1 {
		is.Add("version", "range", strconv.Itoa(c.Version), "versions count from 1")
	}
	for _, scale := range []struct {
		field string
		steps []Step
	}{{"likelihood", c.Likelihood}, {"consequence", c.Consequence}} {
		if n := len(scale.steps); n < minSteps || n > maxSteps {
			is.Add(scale.field, "range", strconv.Itoa(n), "a scale has %d to %d steps", minSteps, maxSteps)
		}
		for i, s := range scale.steps {
			required(&is, issue.Index(scale.field, i)+".label", s.Label)
		}
	}
	if n := len(c.Levels); n < 2 || len(set(c.Levels)) != n || slices.Contains(set(c.Levels), "") {
		is.Add("levels", "distinct", strconv.Itoa(n), "at least two levels, each with a label of its own")
	}
	for _, axis := range axes {
		if !slices.Contains(c.Levels, c.Appetite[axis]) {
			is.Add("appetite."+string(axis), "oneof", string(c.Appetite[axis]), "must be one of the levels, %s", strings.Join(texts(c.Levels), ", "))
		}
	}
	for _, axis := range slices.Sorted(maps.Keys(c.Appetite)) {
		if !slices.Contains(axes, axis) {
			is.Add("appetite", "oneof", string(axis), "the axes are %s", strings.Join(texts(axes), ", "))
		}
	}
	c.validateGoverns(&is)
	if c.Intolerable != "" && !slices.Contains(c.Levels, c.Intolerable) {
		is.Add("intolerable", "oneof", string(c.Intolerable), "must be one of the levels, %s", strings.Join(texts(c.Levels), ", "))
	}
	if !c.ReviewDue.IsZero() && c.ReviewDue.Before(calendar.Earliest(c.ApprovedAt)) {
		is.Add("review_due", "order", c.ReviewDue.String(), "lies before approved_at, %s", c.ApprovedAt.Format(time.RFC3339))
	}
	c.validateMatrix(&is)
	c.validateProcess(&is)
	return is.Err()
}

// impactLevels are the levels that criteria can call for, least first. No level
// of risk makes a use unacceptable: that is for what remains (Intolerable).
var impactLevels = []string{"minimal", "limited", "high"}

func (c Criteria) validateGoverns(is *issue.Issues) {
	if len(c.Governs) == 0 {
		return
	}
	for _, level := range slices.Sorted(maps.Keys(c.Governs)) {
		if !slices.Contains(c.Levels, level) {
			is.Add("governs", "oneof", string(level), "must be one of the levels, %s", strings.Join(texts(c.Levels), ", "))
		}
	}
	least := 0
	for i, level := range c.Levels {
		field, calls := "governs."+string(level), c.Governs[level]
		rank := slices.Index(impactLevels, calls)
		switch {
		case rank < 0:
			is.Add(field, "oneof", calls, "must be one of %s", strings.Join(impactLevels, ", "))
		case rank < least:
			is.Add(field, "monotone", calls, "a higher level of risk can't call for less")
		case i == len(c.Levels)-1 && rank != len(impactLevels)-1:
			is.Add(field, "highest", calls, "the highest level of risk calls for high")
		}
		least = max(least, rank)
	}
}

func (c Criteria) validateMatrix(is *issue.Issues) {
	if len(c.Matrix) != len(c.Likelihood) {
		is.Add("matrix", "size", strconv.Itoa(len(c.Matrix)), "a row for each of the %d likelihoods", len(c.Likelihood))
		return
	}
	rank := func(i, j int) int { return slices.Index(c.Levels, c.Matrix[i][j]) }
	for i, row := range c.Matrix {
		field := issue.Index("matrix", i)
		if len(row) != len(c.Consequence) {
			is.Add(field, "size", strconv.Itoa(len(row)), "a cell for each of the %d consequences", len(c.Consequence))
			return
		}
		for j, level := range row {
			cell := issue.Index(field, j)
			switch {
			case rank(i, j) < 0:
				is.Add(cell, "oneof", string(level), "must be one of the levels, %s", strings.Join(texts(c.Levels), ", "))
			case i > 0 && rank(i-1, j) > rank(i, j), j > 0 && rank(i, j-1) > rank(i, j):
				is.Add(cell, "monotone", string(level), "more likelihood or consequence can't give a lower level")
			}
		}
	}
}
