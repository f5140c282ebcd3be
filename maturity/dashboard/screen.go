package dashboard

import (
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/internal/unredacted"
)

// ScreenSchema names the shape of a Screen as JSON.
const ScreenSchema = "aimskit-screen/1"

// Screen is where an organisation stands: every figure of the three views, worked out
// once. It is a plain value. Pages, JSON, reports and exports are drawings of it.
type Screen struct {
	// Schema is ScreenSchema.
	Schema string `json:"schema"`
	// Language is the language of all sentences, such as "en" or "de".
	Language string `json:"language"`
	// Organisation is its name.
	Organisation string `json:"organisation"`
	// At is the moment as of which all of it holds, in UTC.
	At time.Time `json:"at"`
	// Today is the day of At where the organisation is.
	Today calendar.Date `json:"today"`
	// Until is the last moment at which it surely holds if nothing is written: when
	// something next falls due or runs out, or the day ends.
	Until time.Time `json:"until"`
	// Ahead says that At lies after what is on file could be known: then it shows what
	// will have run out by then if nothing is renewed.
	Ahead bool `json:"ahead,omitempty"`
	// Chain names the state of the journal that it was read from.
	Chain Chain `json:"chain"`
	// Model and ModelVersion name the maturity model; Criteria is how many criteria it
	// has.
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	Criteria     int    `json:"criteria"`
	// Redacted says that a reader is not shown all records: levels and findings are of
	// the whole, counts of records are of what is shown.
	Redacted bool `json:"redacted,omitempty"`
	// Leader is who leads the management system; zero if nobody does.
	Leader Person `json:"leader,omitzero"`
	// Start is what to do first, as long as nothing is registered.
	Start []Step `json:"start,omitempty"`

	// Board is the board's view.
	Board Board `json:"board"`
	// Lead is the view of who runs the management system.
	Lead Lead `json:"lead"`
	// Auditor is the auditor's view.
	Auditor Auditor `json:"auditor"`
}

// Board answers what a board asks: where are we, what could hurt people or us, will we
// make the date, what do you need from us.
type Board struct {
	Where Where `json:"where"`
	// Trend is how it got there.
	Trend Trend `json:"trend"`
	// Forecast is when the next level is expected; nil if none was given.
	Forecast *Forecast `json:"forecast,omitempty"`
	// Blockers are the three things that hold it back most.
	Blockers []Step `json:"blockers"`
	// Risks are the gravest risks on both axes.
	Risks Risks `json:"risks"`
	// Systems are the systems by impact.
	Systems Systems `json:"systems"`
	// Burning is what can't wait.
	Burning []Figure `json:"burning"`
	// Objectives are the nine objectives of Annex A.
	Objectives []Area `json:"objectives"`
	// Evidence is what evidence covers of each framework.
	Evidence Evidence `json:"evidence"`
	// Decisions are asked of the meeting.
	Decisions []Decision `json:"decisions"`
}

// Lead answers what who runs the management system asks: what do I do next, what runs
// out, who and what is behind, what is used twice.
type Lead struct {
	// Actions are what to do next by gain over effort.
	Actions []Step `json:"actions"`
	// Agenda is what is due, by person.
	Agenda Agenda `json:"agenda"`
	// Expiries are what runs out.
	Expiries Expiries `json:"expiries"`
	// Overdue is what is past its day.
	Overdue []Figure `json:"overdue"`
	// Path is how far each step of the path is.
	Path []PathStep `json:"path"`
	// Phases are those of Plan-Do-Check-Act.
	Phases []Phase `json:"phases"`
	// Roadmap is what is planned; nil if none was given.
	Roadmap *Roadmap `json:"roadmap,omitempty"`
	// Stages are the systems by stage of life.
	Stages []StageRow `json:"stages"`
	// Controls are the controls by area and state.
	Controls Controls `json:"controls"`
	// Discovery is what searches for AI found.
	Discovery Discovery `json:"discovery"`
	// Ages are the evidence by age.
	Ages []AgeBin `json:"ages"`
	// Overlap is what ISO/IEC 27001 brings.
	Overlap Overlap `json:"overlap"`
	// Review is what lies before a management review.
	Review ReviewAgenda `json:"review"`
}

// Auditor answers what an auditor asks: what is in scope, show me the record, who
// signed and was it their right, what was found and fixed, was anything changed
// afterwards.
type Auditor struct {
	Scope InForce `json:"scope"`
	// Policy is the AI policy in force.
	Policy InForce `json:"policy"`
	// Statement is the Statement of Applicability in force.
	Statement Statement `json:"statement"`
	// Clauses are the clauses with what shows them.
	Clauses []ClauseRow `json:"clauses"`
	// Criteria are the criteria with what came of them.
	Criteria []CriterionRow `json:"criteria"`
	// Ages are the findings by severity and age.
	Ages []FindingRow `json:"ages"`
	// Found are the findings one by one.
	Found FoundList `json:"found"`
	// Independence is whether those who check have a part in what they check.
	Independence Independence `json:"independence"`
	// Programme is what audits and reviews covered.
	Programme Programme `json:"programme"`
	// Sample are the systems to look at.
	Sample []SampleRow `json:"sample"`
	// Seed is what they were drawn with.
	Seed string `json:"seed"`
}

// Compute works out the screen of a view as of a moment. The same view, moment and
// input give the same Screen. It is of whom the view is for (aims.View.For).
//
// A moment after the view's own shows what runs out by then; one before it is better
// asked of aims.Manager.At. The error is issue.Issues if there is no view, no moment,
// or the input can't be used.
func Compute(v *aims.View, now time.Time, in *Input) (Screen, error) {
	o, err := in.usable(v, now)
	if err != nil {
		return Screen{}, err
	}
	return newLook(v, now.UTC(), o).screen(), nil
}

// screen puts the tiles together.
func (k *look) screen() Screen {
	s := Screen{Schema: ScreenSchema, Language: k.Language().String(), Organisation: k.organisation(), At: k.now, Today: k.today, Chain: k.chain(), Ahead: k.in.ahead,
		Model: k.report.Model, ModelVersion: k.report.ModelVersion, Criteria: len(k.report.Criteria), Redacted: unredacted.Of(k.v) != any(k.v), Leader: k.lead}
	if k.v.Systems().Len() == 0 {
		s.Start = k.start()
	}
	k.walk()
	k.lookAhead()
	k.risk, k.stands = k.risks(), k.where()
	s.Board = Board{Where: k.stands, Trend: k.trend(), Forecast: k.in.Forecast, Blockers: k.steps(3), Risks: k.risk, Systems: k.systemsByImpact(),
		Burning: k.burning(), Objectives: k.areas(), Evidence: k.proofs.told(), Decisions: k.decisions()}
	s.Lead = Lead{Actions: k.actions(7), Agenda: k.agenda(), Expiries: k.expiries(), Overdue: k.overdue(), Path: k.path(), Phases: k.phases(),
		Roadmap: k.in.Roadmap, Stages: k.stages(), Controls: k.controls(), Discovery: k.discovery(), Ages: slices.Clone(k.proofs.ages), Overlap: k.overlap(), Review: k.reviewAgenda()}
	s.Auditor = Auditor{Scope: k.scope(), Policy: k.policy(), Statement: k.statement(), Clauses: k.clauses(), Criteria: k.criteria(), Ages: k.findingAges(), Found: k.foundList(),
		Independence: k.independence(), Programme: k.programme(), Sample: k.sample(), Seed: k.in.Seed}
	s.Until = k.until()
	return s
}
