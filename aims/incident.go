package aims

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Incident is something that went wrong with an AI system in use, or nearly
// did (A.8.4, 10.2).
type Incident struct {
	// ID names the incident.
	ID string `json:"id"`
	// Title says what happened, Description how.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Systems are the IDs of the systems concerned.
	Systems []string `json:"systems,omitempty"`
	// Grade says how grave it is.
	Grade Grade `json:"grade"`
	// Harms are the IDs of the harms (impact.Harms) that came about.
	Harms []string `json:"harms,omitempty"`
	// PersonsHarmed says that people came to harm.
	PersonsHarmed bool `json:"persons_harmed,omitempty"`
	// Effects are what it led to that somebody outside is to be told of (Notifications).
	Effects []IncidentEffect `json:"effects,omitempty"`
	// DetectedOn is when it was noticed, AwareOn when somebody whose knowledge counts,
	// such as a deployer, knew of it, if that was earlier; LinkOn when a link between the
	// system and what happened was found, or found likely. RecordedAt is when it was
	// reported here; verbs set it.
	DetectedOn time.Time `json:"detected_on"`
	AwareOn    time.Time `json:"aware_on,omitzero"`
	LinkOn     time.Time `json:"link_on,omitzero"`
	RecordedAt time.Time `json:"recorded_at,omitzero"`
	// Notices are who has been told, by which clock (RecordNotice).
	Notices []Notice `json:"notices,omitempty"`
	// TriagedOn is when it was first looked at.
	TriagedOn time.Time `json:"triaged_on,omitzero"`
	// Owner is the ID of the person who runs it.
	Owner string `json:"owner,omitempty"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// CommunicatedTo says who was told, CommunicatedOn when (A.8.4).
	CommunicatedTo []string  `json:"communicated_to,omitempty"`
	CommunicatedOn time.Time `json:"communicated_on,omitzero"`
	// Lessons says what was learnt and changed.
	Lessons string `json:"lessons,omitempty"`
	// ClosedOn is when it was closed; CloseIncident sets it.
	ClosedOn time.Time `json:"closed_on,omitzero"`
	// Regraded are the decisions by which it came to be of a lower grade, oldest first.
	Regraded []IncidentRegrading `json:"regraded,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// IncidentRegrading is a decision that an incident was less grave than it was said to
// be.
type IncidentRegrading struct {
	// By is the ID of the person who decided, At when, Reason why.
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	// Grade is what it was before.
	Grade Grade `json:"grade"`
}

// rank orders the grades; 0 of what is none.
func (g Grade) rank() int {
	return slices.Index([]Grade{"", GradeLow, GradeMedium, GradeHigh, GradeCritical}, g)
}

// Grade says how grave an incident is.
type Grade string

// The grades of incidents.
const (
	GradeLow      Grade = "low"
	GradeMedium   Grade = "medium"
	GradeHigh     Grade = "high"
	GradeCritical Grade = "critical"
)

// targetDays is within how many days an incident of a grade is to be closed.
// A convention; the standard sets none.
var targetDays = map[Grade]int{GradeCritical: 14, GradeHigh: 30, GradeMedium: 60, GradeLow: 90}

// Target returns by when the incident is to be closed: 14, 30, 60 or 90 days
// after it was noticed, by grade.
func (i Incident) Target() time.Time { return i.DetectedOn.AddDate(0, 0, targetDays[i.Grade]) }

// Open reports whether the incident has not been closed.
func (i Incident) Open() bool { return i.ClosedOn.IsZero() }

var incidents = ledger.MustDeclare(ledger.Spec[Incident]{
	Name:   KindIncident,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("notices.on")},
	Key: func(i *Incident) string { return i.ID }, SetKey: func(i *Incident, id string) { i.ID = id },
	Revision:  func(i *Incident) *uint64 { return &i.Revision },
	Completes: []string{"tenures"},
	Carry:     handed(func(rec *Incident) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings:  []ledger.Listing[Incident]{{Name: bySystem, Values: func(i *Incident) []string { return i.Systems }}},
	MayErase:  overLongEnough[Incident](KindIncident, "close the incident first"),
	Personal:  []string{"title", "description", "communicated_to", "lessons", "regraded.reason", "notices.to", "notices.reference"},
	// Several times the harms that the taxonomy has; who was told is named by group.
	Limits: within(KindIncident, bounded(lists{"harms": 200, "communicated_to": 200, "regraded": 100, "effects": 10, "notices": 200}, "description", "lessons", "regraded.reason")),
	Check:  checked(checkIncident),
})

// ReportIncident adds an incident. Of whatever grade, it opens an impact assessment of
// each system concerned that is not retired, or joins the one that is open: what a
// system has done is news to what was assessed. What that keeps of the incident is
// its ID, so that erasing reaches the rest.
func (tx *Tx) ReportIncident(i Incident) error {
	return put(tx, "ReportIncident", incidents, i, func(i *Incident) error {
		i.ClosedOn, i.Regraded, i.Notices, i.RecordedAt = time.Time{}, nil, nil, tx.Now()
		return isNew(i.Revision, "UpdateIncident")
	}, func(i *Incident) error { return tx.fireIncident(i, nil) })
}

// fireIncident opens the assessments that an incident calls for, of the systems for which
// what was known of it before did not.
func (tx *Tx) fireIncident(i, before *Incident) error {
	for _, id := range i.Systems {
		if before != nil && before.Grade.rank() >= i.Grade.rank() && before.PersonsHarmed == i.PersonsHarmed && slices.Contains(before.Systems, id) {
			continue
		}
		if err := tx.fire(id, impact.TriggerIncident, "incident "+i.ID); err != nil {
			return err
		}
	}
	return nil
}

// UpdateIncident records what has become known, and been done, about an incident that is
// open. If it turns out graver, harmed people or concerns further systems, that opens
// assessments as ReportIncident does. That it was less grave RegradeIncident decides.
func (tx *Tx) UpdateIncident(i Incident) error {
	var old Incident
	return put(tx, "UpdateIncident", incidents, i, func(i *Incident) (err error) {
		if old, err = incidents.Must(tx, i.ID); err != nil {
			return err
		}
		i.ClosedOn, i.Regraded, i.Notices, i.RecordedAt = time.Time{}, old.Regraded, old.Notices, old.RecordedAt
		if err := closedOn("closed", old.ClosedOn); err != nil {
			return err
		}
		var is Issues
		if i.Grade.rank() < old.Grade.rank() {
			is.Add("grade", "verb", string(i.Grade), "RegradeIncident decides that it is less grave than %s", old.Grade)
		}
		if old.PersonsHarmed && !i.PersonsHarmed {
			is.Add("persons_harmed", "kept", "false", "it was recorded that people came to harm")
		}
		for _, id := range old.Systems {
			if !slices.Contains(i.Systems, id) {
				is.Add("systems", "kept", id, "the incident was recorded of this system")
			}
		}
		for _, e := range old.Effects {
			if !slices.Contains(i.Effects, e) {
				is.Add("effects", "kept", string(e), "it was recorded that it led to this")
			}
		}
		if !old.AwareOn.IsZero() && (i.AwareOn.IsZero() || i.AwareOn.After(old.AwareOn)) {
			is.Add("aware_on", "kept", i.AwareOn.Format(time.RFC3339), "it was known by %s", old.AwareOn.Format(time.RFC3339))
		}
		if !old.LinkOn.IsZero() && (i.LinkOn.IsZero() || i.LinkOn.After(old.LinkOn)) {
			is.Add("link_on", "kept", i.LinkOn.Format(time.RFC3339), "a link was found likely by %s", old.LinkOn.Format(time.RFC3339))
		}
		if i.DetectedOn.After(old.DetectedOn) {
			is.Add("detected_on", "kept", i.DetectedOn.Format(time.RFC3339), "it was noticed by %s", old.DetectedOn.Format(time.RFC3339))
		}
		return is.Err()
	}, func(i *Incident) error { return tx.fireIncident(i, &old) })
}

// RegradeIncident decides, with a reason, that an open incident is of another grade. Who
// owns it, or a system concerned, does not decide it. What it was stays beside, and so
// does the assessment that it opened.
func (tx *Tx) RegradeIncident(id string, grade Grade, reason string) error {
	return tx.Decide("RegradeIncident", Subject{Kind: KindIncident, ID: id}, func() error {
		i, err := incidents.Must(tx, id)
		if err != nil {
			return err
		}
		if err := closedOn("closed", i.ClosedOn); err != nil {
			return err
		}
		var is Issues
		required(&is, "reason", reason)
		if err := is.Err(); err != nil {
			return err
		}
		before := i
		i.Regraded = append(slices.Clip(i.Regraded), IncidentRegrading{By: tx.By().Actor, At: tx.Now(), Reason: reason, Grade: i.Grade})
		i.Grade = grade
		if err := incidents.Keep(tx, i); err != nil {
			return err
		}
		return tx.fireIncident(&i, &before)
	})
}

// CloseIncident closes an incident with what was learnt from it, once the actions that come
// from it are done or given up (10.2).
func (tx *Tx) CloseIncident(id, lessons string) error {
	return decide(tx, "CloseIncident", incidents, id, func(i *Incident) error {
		if err := closedOn("closed", i.ClosedOn); err != nil {
			return err
		}
		if _, err := tx.doneAbout(Subject{Kind: incidents.Name(), ID: id}); err != nil {
			return err
		}
		var is Issues
		required(&is, "lessons", lessons)
		i.Lessons, i.ClosedOn = lessons, tx.Now()
		return is.Err()
	})
}

func checkIncident(c checker, i *Incident) {
	c.text("title", i.Title, true)
	c.text("description", i.Description, false)
	c.text("lessons", i.Lessons, false)
	oneOf(c, "grade", i.Grade, []Grade{GradeLow, GradeMedium, GradeHigh, GradeCritical})
	c.systems("systems", i.Systems)
	for n, h := range i.Harms {
		c.harm(issue.Index("harms", n), h)
	}
	if i.DetectedOn.IsZero() {
		c.Add("detected_on", "required", "", "say when it was noticed")
	}
	c.pastAt("detected_on", i.DetectedOn)
	c.orderOf("detected_on", i.DetectedOn, "triaged_on", i.TriagedOn)
	c.orderOf("detected_on", i.DetectedOn, "communicated_on", i.CommunicatedOn)
	c.person("owner", i.Owner, false)
	checkNotices(c, i)
}

// harm adds an issue unless id names a harm of the taxonomy.
func (c checker) harm(field, id string) {
	if _, ok := impact.HarmByID(id); !ok {
		c.Add(field, "harm", id, "no such harm; see impact.Harms")
	}
}

// triageDays is within how many days somebody looks at an incident that is grave or
// harmed people; a choice of this project, as the standard sets none.
const triageDays = 3

// neglected says what has not been done about a grave incident in time; no text if
// nothing is missing. What has been closed without stays so.
func (i *Incident) neglected(noticed, today calendar.Date) issue.Text {
	if !i.PersonsHarmed && i.Grade.rank() < GradeHigh.rank() || !today.After(noticed.AddDays(triageDays)) {
		return issue.Text{}
	}
	switch {
	case i.Owner == "":
		return issue.NewText("Of grade %s, noticed on %s, and nobody owns it.", issue.Word(i.Grade), day(noticed))
	case i.TriagedOn.IsZero():
		return issue.NewText("Of grade %s, noticed on %s, and nobody has looked at it.", issue.Word(i.Grade), day(noticed))
	case i.PersonsHarmed && i.CommunicatedOn.IsZero():
		return issue.NewText("People came to harm on %s, and nobody has been told.", day(noticed))
	}
	return issue.Text{}
}

var incidentsClosed = Probe{
	ID: "S2-21", Title: "Incident or concern past its time", Clause: Clause{"10.2"}, Controls: ids("A.3.3", "A.8.4"),
	Grading: "minor; major for a critical incident, or one that harmed people and nobody looks at",
	grade:   majorIf(func(o Observation) bool { return o.Grave }),
	look: func(x *index, yield func(Observation) bool) {
		for _, i := range incidents.Shared(x.r).All() {
			if lacks := i.neglected(x.on(i.DetectedOn), x.today); lacks.ID != "" {
				o := about(KindIncident, i.ID, i.Title, x.on(i.DetectedOn.AddDate(0, 0, triageDays)), lacks, issue.NewText("See to it (UpdateIncident).")).by("look", "")
				o.Grave = i.Grade == GradeCritical || i.PersonsHarmed
				if !yield(o) {
					return
				}
			}
			if !i.Open() || !x.overdue(x.on(i.Target())) {
				continue
			}
			o := about(KindIncident, i.ID, i.Title, x.on(i.Target()), issue.NewText("Of grade %s, it was to be closed by %s.", issue.Word(i.Grade), day(x.on(i.Target()))),
				issue.NewText("Close it with what was learnt (CloseIncident)."))
			o.Grave = i.Grade == GradeCritical
			if !yield(o) {
				return
			}
		}
		concernsAnswered(x, yield)
	},
}
