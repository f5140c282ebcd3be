package impact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/issue"
)

// Comment is a remark on a part of an assessment, and what came of it. It is
// not content: whoever remarks becomes no author.
type Comment struct {
	// Part is what it is about: a Part that is Commentable, with the ID of a harm or
	// party after a slash where it is about one, as "harms/injury".
	Part string `json:"part"`
	// Text is the remark, By the ID of the person, At when.
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	// Blocking says that nobody signs before it has been answered.
	Blocking bool `json:"blocking,omitempty"`
	// Answer is what came of it, AnsweredBy and AnsweredAt who says so and when.
	Answer     string    `json:"answer,omitempty"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// Open reports whether the remark has not been answered.
func (c Comment) Open() bool { return c.AnsweredAt.IsZero() }

// Comment adds a remark to an open assessment. Only Part, Text and Blocking are
// taken of c.
func (a Assessment) Comment(c Comment, by string, now time.Time) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s; what is open is remarked on", ErrState, a.State)
	}
	var is issue.Issues
	part, id, about := strings.Cut(c.Part, "/")
	switch {
	case !Part(part).Commentable():
		is.Add("part", "oneof", c.Part, "must be one of %s", partNames(commentParts))
	case !about:
	case Part(part) == PartHarms:
		if _, ok := HarmByID(id); !ok {
			is.Add("part", "harm", c.Part, "no such harm; see impact.Harms")
		}
	case Part(part) == PartParties:
		if _, ok := PartyByID(id); !ok {
			is.Add("part", "party", c.Part, "no such affected party; see impact.Parties")
		}
	default:
		is.Add("part", "oneof", c.Part, "only harms and parties are told apart by ID")
	}
	required(&is, "text", c.Text)
	if err := is.Err(); err != nil {
		return a, err
	}
	comments := append(slices.Clip(a.Comments), Comment{Part: c.Part, Text: c.Text, Blocking: c.Blocking, By: by, At: now})
	if err := bounded("comments", comments); err != nil {
		return a, err
	}
	a.Comments = comments
	return a, nil
}

// Answer answers remark n, counted from 1. Who made a blocking remark, or an
// approver, says that it is settled: none of the authors does so for a remark
// of somebody else.
func (a Assessment) Answer(n int, answer, by string, now time.Time) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s; remarks are answered while it is open", ErrState, a.State)
	}
	var is issue.Issues
	numbered(&is, "comment", n, len(a.Comments), "remarks")
	required(&is, "answer", answer)
	recordBounds().CheckField(&is, "comments[].answer", answer)
	if err := is.Err(); err != nil {
		return a, err
	}
	c := a.Comments[n-1]
	if !c.Open() {
		return a, fmt.Errorf("%w: remark %d was answered on %s", ErrState, n, day(c.AnsweredAt))
	}
	if c.Blocking && by != c.By && slices.Contains(a.Authors, by) {
		return a, fmt.Errorf("%w: %q wrote in it; who made a remark that blocks says when it is settled (SO-13)", ErrSeparation, by)
	}
	c.Answer, c.AnsweredBy, c.AnsweredAt = answer, by, now
	a.Comments = slices.Clone(a.Comments)
	a.Comments[n-1] = c
	return a, nil
}

// numbered adds an issue unless n, counted from 1, is one of many.
func numbered(is *issue.Issues, field string, n, many int, what string) {
	if n < 1 || n > many {
		is.Add(field, "known", strconv.Itoa(n), "the assessment has %d %s, counted from 1", many, what)
	}
}
