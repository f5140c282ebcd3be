package aims

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// SystemVerification is one verification or validation of an AI system (A.6.2.4): against
// criteria that were on file before anybody tested, by somebody who has no part in the
// system, with what was seen of each criterion. The verdict follows from that. Once it is
// recorded it stays; what failed is verified again by another one that Follows it.
type SystemVerification struct {
	// ID names the verification, System is the ID of the system, Title says what of it
	// is verified.
	ID     string `json:"id"`
	System string `json:"system"`
	Title  string `json:"title"`
	// Criteria are what is to be met, Method says how that is looked at.
	Criteria []VerificationCriterion `json:"criteria"`
	Method   string                  `json:"method"`
	// Data are the IDs of the data sets that it is tested with.
	Data []string `json:"data,omitempty"`
	// Builders are the IDs of those who designed, trained or changed what is verified, and
	// so do not test it. It is needed where the organisation trains or tunes the system.
	Builders []string `json:"builders,omitempty"`
	// PlannedFor is by when it is to be done.
	PlannedFor calendar.Date `json:"planned_for,omitzero"`
	// Follows is the ID of a verification of the same system that failed and that this one
	// repeats: with each criterion that was not met, no easier, unless Eased says why.
	Follows string `json:"follows,omitempty"`
	Eased   string `json:"eased,omitempty"`
	// Authors are the IDs of those who wrote the plan, PlannedAt is when criteria,
	// method and data came to be as they are; verbs set both.
	Authors   []string  `json:"authors,omitempty"`
	PlannedAt time.Time `json:"planned_at"`

	// State says how it stands: RecordVerification works out which of passed and failed.
	State VerificationState `json:"state"`
	// By is the ID of who tested, which is who records it, On when, RecordedAt when it was
	// recorded; Model is what the register then said that the system runs on.
	By         string         `json:"by,omitempty"`
	On         calendar.Date  `json:"on,omitzero"`
	RecordedAt time.Time      `json:"recorded_at,omitzero"`
	Model      register.Model `json:"model,omitzero"`
	// Results are what was seen, one of each criterion; Limitations what was not tested
	// and where the system does not do what it should, Evidence the IDs of evidence.
	Results     []VerificationResult `json:"results,omitempty"`
	Limitations string               `json:"limitations,omitempty"`
	Evidence    []string             `json:"evidence,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// VerificationCriterion is one thing that is to be met.
type VerificationCriterion struct {
	// ID names it within the verification, What says what is to be met.
	ID   string `json:"id"`
	What string `json:"what"`
	// Direction says, of what is measured, on which side of Required a value is good, in
	// Unit; empty of what is judged by who tests.
	Direction Direction `json:"direction,omitempty"`
	Required  float64   `json:"required,omitempty"`
	Unit      string    `json:"unit,omitempty"`
}

// met reports whether a result meets it.
func (c VerificationCriterion) met(r VerificationResult) bool {
	if c.Direction == "" {
		return r.Met
	}
	return Objective{Target: c.Required, Direction: c.Direction}.Met(r.Value)
}

// looser reports whether it lets through what the other one does not.
func (c VerificationCriterion) looser(than VerificationCriterion) bool {
	if than.Direction == "" {
		return c.Direction != "" || !sameText(c.What, than.What)
	}
	return QualityMeasure{Direction: c.Direction, Required: c.Required}.looser(QualityMeasure{Direction: than.Direction, Required: than.Required})
}

// VerificationResult is what was seen of one criterion.
type VerificationResult struct {
	// Criterion is the ID of the criterion, Seen what was seen.
	Criterion string `json:"criterion"`
	Seen      string `json:"seen"`
	// Value is what was measured. Met says whether the criterion is met: of what is
	// measured that follows from the value, whatever is typed.
	Value float64 `json:"value,omitempty"`
	Met   bool    `json:"met"`
}

// VerificationReport is what came of a verification, for RecordVerification; its fields
// are those of SystemVerification.
type VerificationReport struct {
	// On is when it was tested, Results are what was seen, one of each criterion.
	On      calendar.Date        `json:"on"`
	Results []VerificationResult `json:"results"`
	// Limitations are what was not tested and where the system does not do what it should,
	// Evidence the IDs of evidence.
	Limitations string   `json:"limitations"`
	Evidence    []string `json:"evidence,omitempty"`
}

// VerificationState says how a verification stands.
type VerificationState string

// The states.
const (
	VerificationPlanned VerificationState = "planned"
	VerificationPassed  VerificationState = "passed" // each criterion is met
	VerificationFailed  VerificationState = "failed"
)

// Recorded reports whether it has been carried out.
func (v SystemVerification) Recorded() bool { return !v.RecordedAt.IsZero() }

// Unmet are the criteria that were seen not to be met.
func (v SystemVerification) Unmet() []VerificationCriterion {
	var all []VerificationCriterion
	for _, r := range v.Results {
		if i := slices.IndexFunc(v.Criteria, func(c VerificationCriterion) bool { return c.ID == r.Criterion }); i >= 0 && !r.Met {
			all = append(all, v.Criteria[i])
		}
	}
	return all
}

var verifications = ledger.MustDeclare(ledger.Spec[SystemVerification]{
	Name: KindVerification,
	Key:  func(v *SystemVerification) string { return v.ID }, SetKey: func(v *SystemVerification, id string) { v.ID = id },
	Revision:  func(v *SystemVerification) *uint64 { return &v.Revision },
	Completes: []string{"authors", "planned_at", "state"},
	Listings:  []ledger.Listing[SystemVerification]{{Name: bySystem, Value: func(v *SystemVerification) string { return v.System }}},
	Limits: within(KindVerification, bounded(lists{"criteria": 200, "results": 200, "data": 100, "builders": 100, "authors": 200, "evidence": 100},
		"method", "limitations", "eased", "results.seen", "criteria.what")),
	MayDrop: func(_ ledger.Reader, v *SystemVerification) error {
		if v.Recorded() {
			return errors.New("it has been carried out; what was seen stays")
		}
		return nil
	},
	Check: checked(checkVerification),
})

// PlanVerification says against which criteria a system will be verified, and how, or
// revises that while nobody has tested. Who plans does not test.
func (tx *Tx) PlanVerification(v SystemVerification) error {
	return put(tx, "PlanVerification", verifications, v, func(v *SystemVerification) error {
		old, exists := verifications.Of(tx).Get(v.ID)
		if old.Recorded() {
			return ledger.Refuse(ErrState, "it was carried out on %s and stays; plan another one that follows it", old.On.String())
		}
		var is Issues
		v.Authors, v.PlannedAt, v.State = with(old.Authors, tx.By().Actor), tx.Now(), VerificationPlanned
		if exists {
			kept(&is, "system", old.System, v.System, "plan another one")
			if slices.Equal(v.Criteria, old.Criteria) && slices.Equal(v.Data, old.Data) && sameText(v.Method, old.Method) {
				v.PlannedAt = old.PlannedAt
			}
		}
		v.By, v.On, v.RecordedAt, v.Model, v.Results, v.Limitations, v.Evidence = "", calendar.Date{}, time.Time{}, register.Model{}, nil, "", nil
		return is.Err()
	})
}

// RecordVerification records what came of a verification, by the actor, who neither owns
// the system nor built it, and has not written the plan. The criteria were on file by the
// day of the test. It passed if each criterion is met; what is recorded stays.
func (tx *Tx) RecordVerification(id string, r VerificationReport) error {
	return decide(tx, "RecordVerification", verifications, id, func(v *SystemVerification) error {
		if v.Recorded() {
			return ledger.Refuse(ErrState, "it was carried out on %s and stays; plan another one that follows it", v.On.String())
		}
		var is Issues
		set := tx.DayOf(v.PlannedAt)
		switch {
		case r.On.IsZero():
			is.Add("on", "required", "", "say when it was tested")
		case r.On.Before(set):
			is.Add("on", "order", r.On.String(), "the criteria, and how to look, were set on %s; what was seen before was not looked at by them", set.String())
		}
		v.State = VerificationPassed
		results := slices.Clone(r.Results)
		seen := make(map[string]bool, len(results))
		for i := range results {
			at := slices.IndexFunc(v.Criteria, func(c VerificationCriterion) bool { return c.ID == results[i].Criterion })
			switch field := issue.Index("results", i) + ".criterion"; {
			case at < 0:
				is.Add(field, "criterion", results[i].Criterion, "the plan has no such criterion")
				continue
			case seen[results[i].Criterion]:
				is.Add(field, "repeated", results[i].Criterion, "is there already")
			}
			seen[results[i].Criterion] = true
			if results[i].Met = v.Criteria[at].met(results[i]); !results[i].Met {
				v.State = VerificationFailed
			}
		}
		for _, c := range v.Criteria {
			if !seen[c.ID] {
				is.Add("results", "missing", c.ID, "nothing is said of criterion %q; of what could not be tested it is not met", c.ID)
			}
		}
		if s, ok := systems.Shared(tx).Get(v.System); ok {
			v.Model = s.Model
		}
		v.By, v.On, v.RecordedAt = tx.By().Actor, r.On, tx.Now()
		v.Results, v.Limitations, v.Evidence = results, r.Limitations, r.Evidence
		return is.Err()
	})
}

func checkVerification(c checker, v *SystemVerification) {
	c.text("title", v.Title, true)
	rec, _ := c.r.Record(systemSubject(v.System))
	s, ok := rec.(*register.System)
	switch {
	case !ok:
		c.Add("system", "system", v.System, "no such system in the register")
	case len(v.Builders) == 0 && develops(s):
		c.Add("builders", "required", "", "the organisation trains or tunes it; say who did, as they don't test it")
	}
	if !v.Recorded() {
		c.people("builders", v.Builders)
	}
	c.says("method", v.Method, true)
	if len(v.Criteria) == 0 {
		c.Add("criteria", "required", "", "say what is to be met")
	}
	seen := make(map[string]bool, len(v.Criteria))
	for i, k := range v.Criteria {
		field := issue.Index("criteria", i)
		if blank(k.ID) {
			c.Add(field+".id", "required", k.ID, "give it a name by which results refer to it")
		} else if seen[k.ID] {
			c.Add(field+".id", "repeated", k.ID, "is there already")
		}
		seen[k.ID] = true
		c.says(field+".what", k.What, true)
		c.number(field+".required", k.Required)
		switch {
		case k.Direction != "":
			oneOf(c, field+".direction", k.Direction, []Direction{AtLeast, AtMost})
		case k.Required != 0:
			c.Add(field+".direction", "required", "", "say on which side of the value it is good")
		}
	}
	for i, id := range v.Data {
		field := issue.Index("data", i)
		rec, _ := c.r.Record(Subject{Kind: KindDataset, ID: id})
		switch d, ok := rec.(*Dataset); {
		case !ok:
			c.Add(field, "dataset", id, "no such data set on file; put it there first (PutDataset)")
		case slices.Contains(d.Systems, v.System) && len(d.Uses) > 0 && !slices.ContainsFunc(d.Uses, func(u DataUse) bool { return u != UseTraining && u != UseValidation }):
			c.Add(field, "trained", id, "it is what the system was built with, which shows nothing of other data")
		}
	}
	v.follows(c)
	if !v.Recorded() {
		return
	}
	for i, r := range v.Results {
		c.says(issue.Index("results", i)+".seen", r.Seen, true)
		c.number(issue.Index("results", i)+".value", r.Value)
	}
	c.says("limitations", v.Limitations, true)
	for i, id := range v.Evidence {
		rec, _ := c.r.Record(Subject{Kind: KindEvidence, ID: id})
		if e, ok := rec.(*Evidence); !ok {
			c.Add(issue.Index("evidence", i), "record", id, "no such evidence on file")
		} else if !e.Covers(v.System) {
			c.Add(issue.Index("evidence", i), "system", id, "it is not about %s", v.System)
		}
	}
}

// follows checks what a verification says of the one that it repeats.
func (v *SystemVerification) follows(c checker) {
	if v.Follows == "" {
		return
	}
	rec, _ := c.r.Record(Subject{Kind: KindVerification, ID: v.Follows})
	was, ok := rec.(*SystemVerification)
	switch {
	case !ok || was.ID == v.ID:
		c.Add("follows", "verification", v.Follows, "no such verification on file")
		return
	case was.System != v.System:
		c.Add("follows", "system", v.Follows, "was one of system %s", was.System)
		return
	case was.State != VerificationFailed:
		c.Add("follows", "failed", v.Follows, "it has not failed")
		return
	}
	if !blank(v.Eased) && !idle(v.Eased) {
		return
	}
	for _, k := range was.Unmet() {
		i := slices.IndexFunc(v.Criteria, func(n VerificationCriterion) bool { return n.ID == k.ID })
		switch {
		case i < 0:
			c.Add("criteria", "eased", k.ID, "criterion %q, which was not met, is left out; keep it, or say why (eased)", k.ID)
		case v.Criteria[i].looser(k):
			c.Add(issue.Index("criteria", i), "eased", k.ID, "it was not met and is easier now; keep it, or say why (eased)")
		}
	}
}

// VerificationOf returns the verification that shows of a system, as it is, that it meets
// its criteria at time now: the latest that passed of the model that it runs on, within
// a year, by somebody who does not own the system by now. False if there is none, or if one that failed has not been followed. At gates
// and of a system in operation it stands for evidence of A.6.2.4.
func (r *reading) VerificationOf(system string, now time.Time) (SystemVerification, bool) {
	v := r.entire().verified(system, now)
	if v == nil || !r.sees(KindVerification, v.ID) {
		return SystemVerification{}, false
	}
	return verifications.Copy(v), true
}

func (r *reading) verified(system string, now time.Time) (last *SystemVerification) {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok || verifications.Shared(r.r).Len() == 0 {
		return nil
	}
	since := r.DayOf(now).AddDays(-testedDays)
	of := verifications.Shared(r.r).Where(bySystem, system)
	followed := followedIn(of)
	for id, v := range of.All() {
		switch {
		case v.State == VerificationFailed && !followed[id] && !v.RecordedAt.After(now):
			return nil
		case v.State == VerificationPassed && v.Model == s.Model && !v.On.Before(since) && !v.RecordedAt.After(now) && !r.same(v.By, s.Owner) &&
			(last == nil || cmp.Or(v.On.Compare(last.On), v.RecordedAt.Compare(last.RecordedAt)) > 0):
			last = v
		}
	}
	return last
}

// controlVerified is the control of verification and validation.
var controlVerified = annexa.MustParse("A.6.2.4")

// followedIn are the IDs of those that another one, which was carried out, follows.
func followedIn(of ledger.Shared[SystemVerification]) map[string]bool {
	followed := make(map[string]bool)
	for _, v := range of.All() {
		if v.Follows != "" && v.Recorded() {
			followed[v.Follows] = true
		}
	}
	return followed
}

var systemsVerified = Probe{
	ID: "VE-01", Title: "Verification failed, late, or of another model", Clause: Clause{"8.1"}, Controls: ids("A.6.2.4"),
	Grading: "minor; major where one failed of a live system of high impact",
	grade:   majorIf(func(o Observation) bool { return o.Grave && highAndLive(o) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		// Where nobody has verified anything it is S2-09, or the gate.
		if verifications.Shared(x.r).Len() == 0 {
			return
		}
		for _, st := range x.states {
			of := verifications.Shared(x.r).Where(bySystem, st.s.ID)
			followed := followedIn(of)
			var passed *SystemVerification
			failing := false
			for id, v := range of.All() {
				var o Observation
				switch {
				case v.State == VerificationFailed && !followed[id]:
					failing = true
					unmet := v.Unmet()
					names := make([]string, len(unmet))
					for i, c := range unmet {
						names[i] = c.ID
					}
					o = st.about(verifications.Name(), id, v.On, issue.NewText("%d of %d criteria were not met on %s: %s.", len(unmet), len(v.Criteria), v.On, strings.Join(names, ", ")),
						issue.NewText("Put it right, and verify it again by one that follows (PlanVerification), or take the system back (RevertStage)."))
					o.Grave, o.Count, o.Of = true, len(unmet), len(v.Criteria)
				case v.State == VerificationPlanned && !v.PlannedFor.IsZero() && x.today.After(v.PlannedFor):
					o = st.about(verifications.Name(), id, v.PlannedFor, issue.NewText("It was to be carried out by %s.", v.PlannedFor),
						issue.NewText("Have it done by somebody without a part in the system (RecordVerification).")).by("late", "")
				case v.State == VerificationPassed && (passed == nil || v.Model == st.s.Model || passed.Model != st.s.Model && v.On.After(passed.On)):
					passed = v
					continue
				default:
					continue
				}
				if !yield(o) {
					return
				}
			}
			if failing || passed == nil || passed.Model == st.s.Model || !st.live {
				continue
			}
			o := st.itself(calendar.Date{}, issue.NewText("It runs on %s, and was verified on %s when it ran on %s.", modelName(st.s.Model), passed.On, modelName(passed.Model)),
				issue.NewText("Verify it as it is (PlanVerification, RecordVerification)."))
			if !yield(o.by("model", "")) {
				return
			}
		}
	},
}

// modelName is what a model is called.
func modelName(m register.Model) string {
	if m.Name == "" {
		return "no named model"
	}
	if m.Version == "" {
		return m.Name
	}
	return fmt.Sprintf("%s %s", m.Name, m.Version)
}
