package dashboard

import (
	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/uncopied"
)

// ReviewAgenda is what lies before a management review (9.3.2), as it stands.
type ReviewAgenda struct {
	// Since is the day of the review before, from which on what has changed counts; no day
	// if there was none.
	Since calendar.Date `json:"since,omitzero"`
	// Points are what is to be looked at, in the order of aims.ReviewPoints.
	Points []ReviewPoint `json:"points"`
}

// ReviewPoint is one thing that a review has before it.
type ReviewPoint struct {
	// ID is that of the row of aims.ReviewPoints, Topic the matter that it belongs to, Clause
	// the part of 9.3.2.
	ID     string           `json:"id"`
	Topic  aims.ReviewTopic `json:"topic"`
	Clause string           `json:"clause"`
	// What is looked at.
	What string `json:"what"`
	// Text says what is on file of it.
	Text string `json:"text"`
	// Subjects are the first records that ask for attention, More is how many there are
	// besides.
	Subjects []Ref `json:"subjects,omitempty"`
	More     int   `json:"more,omitempty"`
}

// reviewAgenda is aims.View.ReviewAgenda in the language of the screen.
func (k *look) reviewAgenda() ReviewAgenda {
	out := ReviewAgenda{Points: []ReviewPoint{}}
	for _, row := range aims.ReviewPoints() {
		look := func() aims.ReviewPoint {
			p, since := uncopied.ReviewPoint(k.v, k.now, row.ID, k.findings)
			out.Since = since
			return p.(aims.ReviewPoint)
		}
		var p aims.ReviewPoint
		if row.Found { // which is made of the findings of now; there is such a row
			p = look()
		} else {
			p = keep(k, "review."+row.ID, look)
		}
		if k.hide != nil {
			p.Text.Args = replaceIn(p.Text.Args, k.hide)
		}
		point := ReviewPoint{ID: p.ID, Topic: p.Topic, Clause: row.Ref, What: k.told(row.What), Text: k.plainOf(p.Text, p.Text.String())}
		for i, s := range p.Subjects {
			if i == k.in.Subjects {
				point.More = len(p.Subjects) - i
				break
			}
			point.Subjects = append(point.Subjects, k.ref(s, k.calledBy(s)))
		}
		out.Points = append(out.Points, point)
	}
	return out
}
