package maturity

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
)

// Outlook is what Forecast says of when a level will be reached. It gives ranges and no
// day alone, and it holds at this pace: it knows nothing of what somebody means to do.
type Outlook struct {
	// Target is the level that it is about, AsOf the moment from which it looks ahead, in
	// UTC.
	Target Level     `json:"target"`
	AsOf   time.Time `json:"as_of"`
	// Model and ModelVersion name the model by which all of the past was judged;
	// Parameters is the SHA-256 of its parameters as JSON, those of its criteria included.
	Model        string `json:"model"`
	ModelVersion string `json:"model_version"`
	Parameters   string `json:"parameters"`
	// Status says whether there is a forecast, or why not; Text says it in a sentence.
	Status OutlookStatus `json:"status"`
	Text   issue.Text    `json:"text"`
	// Credit is how much of what the target asks for is there: 0 to 1, by weight.
	Credit float64 `json:"credit"`
	// Slope is by how much that grows in a week: the median of the slopes between any two
	// weeks since WindowFrom (Theil and Sen). Days is on how many days of it somebody
	// looked, Span how many days lie between the first and the last of them.
	Slope      float64   `json:"slope"`
	WindowFrom time.Time `json:"window_from,omitzero"`
	Days       int       `json:"days"`
	Span       int       `json:"span"`
	// Restarted is when an import, or a step in credit, began the window anew; zero if
	// none did.
	Restarted time.Time `json:"restarted,omitzero"`
	// Renewed is the range if what runs out is renewed as it was before; Lapsing if nothing
	// is. Both are nil without a forecast.
	Renewed *Arrivals `json:"renewed,omitempty"`
	Lapsing *Arrivals `json:"lapsing,omitempty"`
	// RenewalRate is which share of what ran out in the past was renewed; nil if nothing
	// has run out yet, and then Renewed counts on nothing.
	RenewalRate *float64 `json:"renewal_rate,omitempty"`
	// Losses are what runs out in the next two years, week by week.
	Losses []Loss `json:"losses"`
	// Floors are what keeps the target from being reached sooner, whatever the pace.
	Floors []Floor `json:"floors"`
	// Plan is the day of a plan to set beside it (With); zero without one.
	Plan time.Time `json:"plan,omitzero"`
	// Past is how forecasts did that were made before a level was reached. The last
	// criteria are the slowest, so most said a day too soon.
	Past []PastForecast `json:"past"`
}

// OutlookStatus says whether there is a forecast, or why not.
type OutlookStatus string

// The statuses.
const (
	// OutlookForecast: there is a range.
	OutlookForecast OutlookStatus = "forecast"
	// OutlookReached: the target is reached.
	OutlookReached OutlookStatus = "reached"
	// OutlookInsufficient: too little of the past is known under one model, or of the
	// time since a step; the day of a plan is all that can be told.
	OutlookInsufficient OutlookStatus = "insufficient_history"
	// OutlookNotConverging: at this pace the target is not reached at all.
	OutlookNotConverging OutlookStatus = "not_converging"
	// OutlookNotHeld: ML2 has not been held for long enough to speak of ML3.
	OutlookNotHeld OutlookStatus = "not_held"
)

// Arrivals is when the target is reached, by many paths that the pace of the past could
// take.
type Arrivals struct {
	// Point is when the slope alone arrives; Early, Middle and Late are by when 20, 50 and
	// 80 percent of the paths have. They are nil where days would pretend to what nobody
	// knows: the range is wider than half a year, or more than a fifth of the paths do
	// not arrive.
	Point  *Arrival `json:"point,omitempty"`
	Early  *Arrival `json:"early,omitempty"`
	Middle *Arrival `json:"middle,omitempty"`
	Late   *Arrival `json:"late,omitempty"`
	// FromQuarter and ToQuarter are the range in quarters, such as "2027-Q1", where it is
	// told in those.
	FromQuarter string `json:"from_quarter,omitempty"`
	ToQuarter   string `json:"to_quarter,omitempty"`
	// LaterThan is all that can be told if more than a fifth of the paths do not arrive
	// within two years.
	LaterThan time.Time `json:"later_than,omitzero"`
	// NotArriving is which share of the paths does not.
	NotArriving float64 `json:"not_arriving"`
	// Text says it in a sentence.
	Text issue.Text `json:"text"`
}

// Arrival is one day on which the target may be reached.
type Arrival struct {
	// Day is the day, in UTC.
	Day time.Time `json:"day"`
	// Binds is the floor that puts it off until then; empty if it is the pace alone.
	Binds FloorID `json:"binds,omitempty"`
}

// Loss is what runs out in one week if nothing is renewed.
type Loss struct {
	// Week counts from AsOf: 1 is the first one. By is its last moment.
	Week int       `json:"week"`
	By   time.Time `json:"by"`
	// Credit is what is lost, Criteria the IDs of those that lose it.
	Credit   float64  `json:"credit"`
	Criteria []string `json:"criteria"`
}

// Floor is one reason why the target is not reached before a day.
type Floor struct {
	// ID and Criterion are those of the table (Floors).
	ID        FloorID `json:"id"`
	Criterion string  `json:"criterion"`
	// Day is the first day on which it lets the target be reached.
	Day time.Time `json:"day"`
}

// PastForecast is how a forecast did that was made some days before a level was reached,
// by the slope alone, without floors.
type PastForecast struct {
	// Level is the level, Reached when it was reached, MadeOn the moment Before days
	// before.
	Level   Level     `json:"level"`
	Reached time.Time `json:"reached"`
	MadeOn  time.Time `json:"made_on"`
	Before  int       `json:"before"`
	// Status says whether there was a forecast then, Said which day it named.
	Status OutlookStatus `json:"status"`
	Said   time.Time     `json:"said,omitzero"`
	// Error is by how many days it was off: below zero if it said a day too soon; nil
	// without one.
	Error *int `json:"error,omitempty"`
}

// Forecast says when a level will be reached at the pace of the last quarter, from what
// the journal shows of it (Past). It is a pure function: the same input gives the same
// Outlook, its paths included, whose seed is made of the data.
//
// The credit of the past is counted week by week. Paths are drawn of its weekly changes,
// falls included, and each loses what is known to run out: once but for the share that
// was renewed in the past, once with nothing renewed. No day lies before what the floors
// allow. A step in credit, such as an import, begins the window anew. For its numbers see
// ForecastParameters and Floors.
//
// What runs out is found by judging the weeks of the next two years in which evidence, an
// approval of an assessment or a criterion that is met ends, and one in thirteen; that is
// most of what a Forecast costs. Of a View.For it is that of the whole, and names no record.
//
// The error is issue.Issues if target is not ML1, ML2 or ML3, or now lies before the view.
func Forecast(m Model, v *aims.View, h History, now time.Time, target Level) (Outlook, error) {
	var is issue.Issues
	checkTarget(&is, target)
	v = unredacted.Of(v).(*aims.View)
	if now.Before(v.Time()) {
		is.Add("now", "order", now.Format(time.RFC3339), "lies before the last commit of the view, %s", v.Time().Format(time.RFC3339))
	}
	if err := is.Err(); err != nil {
		return Outlook{}, err
	}
	before := pastOf(m, v, []History{h})
	r, in := judge(m, v, now, before)
	here := pastLevel(r, v)
	points := pointsOf(append(slices.Clip(before.levels), here), target)

	o := Outlook{Target: target, AsOf: r.At, Model: m.ID, ModelVersion: m.Version, Parameters: digestOf(m),
		Credit: here.Credit[target-1], Losses: []Loss{}, Floors: []Floor{}, Past: pastForecasts(before.levels, target)}
	if rate, known := h.rate(); known && before.refused.ID == "" {
		o.RenewalRate = &rate
	}
	if r.Level >= target {
		o.Status, o.Text = OutlookReached, issue.NewText("%s is reached.", target.String())
		return o, nil
	}
	var imported time.Time
	if from, ok := v.Imported(); ok {
		imported = from.At
	}
	p := paceOf(points, imported)
	o.Slope, o.WindowFrom, o.Days, o.Span, o.Restarted = p.slope, p.from, p.points, p.days, p.step
	if o.Restarted.IsZero() && p.from.Equal(imported) {
		o.Restarted = imported
	}
	since := heldSince(before.levels, here, m.ParametersOf("ML3.01").PastDays)
	o.Floors = floorsOf(in, r, target, since)
	switch {
	case before.refused.ID != "":
		o.Status, o.Text = OutlookInsufficient, issue.NewText("%s There is no pace to tell; the plan is all there is.", before.refused)
	case target == ML3 && (since.IsZero() || now.Before(since.AddDate(0, 0, forecastHeldDays))):
		o.Status, o.Text = OutlookNotHeld, issue.NewText("There is no pace towards ML3 before ML2 has been held for %d days.", forecastHeldDays)
	case p.insufficient:
		o.Status, o.Text = OutlookInsufficient, issue.NewText("The pace can't be told from %d days over %d; it takes %d over %d. The plan is all there is.", p.points, p.days, forecastPoints, forecastSpanDays)
	case p.slope <= 0:
		o.Status, o.Text = OutlookNotConverging, issue.NewText("At this pace %s is not reached: what it asks for has not grown in %d days.", target.String(), p.days)
	default:
		o.Status, o.Text = OutlookForecast, issue.NewText("At this pace %.1f percent of what %s asks for come to it in a week; %.0f percent are there.", 100*p.slope, target.String(), math.Floor(100*o.Credit))
		o.Losses = lossesOf(m, v, in, before, r, target)
		seed := seedOf(p.increments, o.Credit, o.AsOf)
		rate := 0.0
		if o.RenewalRate != nil {
			rate = *o.RenewalRate
		}
		losses := make([]float64, forecastWeeks)
		for _, l := range o.Losses {
			losses[l.Week-1] = l.Credit
		}
		o.Renewed = o.arrivals(arrivals(o.Credit, p.increments, losses, rate, seed), true)
		o.Lapsing = o.arrivals(arrivals(o.Credit, p.increments, losses, 0, seed), false)
	}
	return o, nil
}

// With sets the day of a plan beside the forecast, which is all there is to show where
// there is none.
func (o Outlook) With(p Plan) Outlook {
	o.Plan = p.End
	return o
}

// checkTarget adds an issue unless there is a way to a level.
func checkTarget(is *issue.Issues, target Level) {
	if target < ML1 || target > ML3 {
		is.Add("target", "oneof", fmt.Sprint(int(target)), "must be ML1, ML2 or ML3; ML0 asks for nothing")
	}
}

// digestOf is the SHA-256 of a model's parameters as JSON, followed by those that
// criteria have of their own; that of the error, where one is no number.
func digestOf(m Model) string {
	text, err := json.Marshal(m.Parameters)
	for _, c := range m.Criteria {
		if own := c.differing(m.Parameters); len(own) > 0 && err == nil {
			var more []byte
			more, err = json.Marshal(map[string]any{c.ID: own})
			text = append(text, more...)
		}
	}
	if err != nil {
		text = []byte(err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// heldSince is when ML2 was reached that has been held up to now, as far as is known:
// over no longer gap than a view speaks for. Zero if it is not held.
func heldSince(levels []PastLevel, here PastLevel, gap int) (since time.Time) {
	if here.Level < ML2 {
		return time.Time{}
	}
	since = here.At
	for _, l := range slices.Backward(levels) {
		if l.Level < ML2 || l.At.AddDate(0, 0, gap).Before(since) {
			break
		}
		since = l.At
	}
	return since
}

// floorsOf returns the floors that hold for a level.
func floorsOf(in *Input, r Report, target Level, ml2 time.Time) []Floor {
	floors := []Floor{}
	ends := make(map[FloorID]time.Time)
	for _, f := range forecastFloors {
		c, known := r.Result(f.Criterion)
		if !known || c.Criterion.Level > target || c.State.Holds() {
			continue
		}
		var day time.Time
		from := in.Now
		switch f.ID {
		case FloorHistory:
			day = in.operates()
		case FloorClosure:
			raised := in.lastMajor()
			if raised.IsZero() {
				continue // what is to be closed is not known before the audit
			}
			day = raised.AddDate(0, 0, f.Days)
		case FloorHeld:
			if ml2.IsZero() {
				ml2 = in.Now
			}
			day = ml2.AddDate(0, 0, f.Days)
		default:
			if after, waits := ends[f.After]; waits {
				from = after
			}
			day = from.AddDate(0, 0, f.Days)
		}
		if day.After(in.Now) {
			ends[f.ID] = day
			floors = append(floors, Floor{f.ID, f.Criterion, day})
		}
	}
	return floors
}

// firstRecord is when the first record of operation was made; now if there is none.
func (in *Input) firstRecord() time.Time {
	if first := in.operation().certain.first; !first.IsZero() {
		return first
	}
	return in.Now
}

// operates is the first moment at which the operating history can be long enough and
// without a gap, if something is recorded in each month from now on.
func (in *Input) operates() time.Time {
	first, has := in.firstRecord(), in.operation().certain.has
	ripe := first.AddDate(0, 0, in.model.ParametersOf("ML2.22").HistoryDays)
	this := month(in.Now)
	for m := this - 3; m < this; m++ {
		if !has[m] { // this month is the first that may be looked at three months on
			if free := time.Date(m/12, time.Month(m%12+1)+4, 1, 0, 0, 0, 0, time.UTC); free.After(ripe) {
				ripe = free
			}
		}
	}
	return ripe
}

// lastMajor is when the open major nonconformity was raised that was raised last; zero if
// none is open.
func (in *Input) lastMajor() (last time.Time) {
	for n := range in.View.Nonconformities().All() {
		if n.Open() && n.Severity == aims.SeverityMajor && !n.RaisedOn.After(in.today) && n.RaisedOn.After(in.dayOf(last)) {
			last = in.firstOf(n.RaisedOn)
		}
	}
	return last
}

// forecastLook is how many weeks lie at most between two that are judged.
const forecastLook = 13

// lossesOf finds what runs out in the next weeks with nothing renewed.
func lossesOf(m Model, v *aims.View, in *Input, before past, r Report, target Level) []Loss {
	losses := []Loss{}
	total := 0.0
	for _, c := range r.Criteria {
		if c.Criterion.Level <= target && c.State != StateNotApplicable {
			total += float64(c.Weight)
		}
	}
	was, ends := r.Criteria, in.ends()
	for w := 1; w <= forecastWeeks && total > 0; w++ {
		l := Loss{Week: w, By: r.At.Add(time.Duration(w) * week)}
		if !ends[w] && w%forecastLook != 0 && w != forecastWeeks && !slices.ContainsFunc(was, func(c Result) bool {
			return c.State == StateMet && !c.Until.IsZero() && c.Until.Before(l.By)
		}) {
			continue // nothing is known to end in this week
		}
		then, _ := judge(m, v, l.By, before)
		for i, c := range then.Criteria {
			if lost := value(was[i]) - value(c); c.Criterion.Level <= target && lost > 0 {
				l.Credit += lost / total
				l.Criteria = append(l.Criteria, c.ID)
			}
		}
		if was = then.Criteria; l.Credit > 0 {
			losses = append(losses, l)
		}
	}
	return losses
}

// ends are the weeks from now in which evidence or the approval of an assessment ends.
func (in *Input) ends() map[int]bool {
	out := make(map[int]bool)
	add := func(t time.Time) { out[int(t.Sub(in.Now)/week)+1] = true }
	for e := range all[aims.Evidence](in, aims.KindEvidence) {
		if until, ok := in.fresh(e); ok {
			add(until)
		}
	}
	for _, s := range in.all() {
		if s.Covered && !s.CoveredUntil.IsZero() {
			add(s.CoveredUntil)
		}
	}
	return out
}

// value is what a criterion adds to the credit, none where it does not apply: rounded
// before it is added up, so that every machine comes to the same sum.
func value(c Result) float64 {
	if c.State == StateNotApplicable {
		return 0
	}
	return float64(float64(c.Weight) * c.credit())
}

// arrivals says when some sorted paths arrive.
func (o Outlook) arrivals(weeks []int, renewed bool) *Arrivals {
	a := &Arrivals{NotArriving: missing(weeks)}
	first, middleWeek, last := share(weeks, early), share(weeks, middle), share(weeks, end)
	from, to := o.arrival(first), o.arrival(last)
	switch {
	case a.NotArriving > forecastMissing || last == never:
		a.LaterThan = from.Day
		a.Text = say(renewed, "At this pace, and with renewals as before, %s is reached later than %s: %.0f percent of the paths do not arrive in two years.",
			"At this pace, and with nothing renewed, %s is reached later than %s: %.0f percent of the paths do not arrive in two years.",
			o.Target.String(), day(a.LaterThan), math.Ceil(100*a.NotArriving))
	case to.Day.Sub(from.Day) > forecastWideWeeks*week:
		a.FromQuarter, a.ToQuarter = quarter(from.Day), quarter(to.Day)
		a.Text = say(renewed, "At this pace, and with renewals as before, %s is reached between %s and %s.",
			"At this pace, and with nothing renewed, %s is reached between %s and %s.", o.Target.String(), a.FromQuarter, a.ToQuarter)
	default:
		a.Early, a.Middle, a.Late = from, o.arrival(middleWeek), to
		if eta := (1 - o.Credit) / o.Slope; eta <= forecastWeeks {
			a.Point = o.arrivalOn(o.AsOf.Add(inWeeks(eta)))
		}
		a.Text = say(renewed, "At this pace, and with renewals as before, %s is reached between %s and %s.",
			"At this pace, and with nothing renewed, %s is reached between %s and %s.", o.Target.String(), day(from.Day), day(to.Day))
	}
	return a
}

// say is one of two texts with the same arguments.
func say(renewed bool, if1, else1 string, args ...any) issue.Text {
	if renewed {
		return issue.NewText(if1, args...)
	}
	return issue.NewText(else1, args...)
}

// arrival is the day of a week, or of the floor that binds; of never, the end of the
// weeks that are looked at.
func (o Outlook) arrival(w int) *Arrival {
	return o.arrivalOn(o.AsOf.Add(time.Duration(min(w, forecastWeeks)) * week))
}

func (o Outlook) arrivalOn(t time.Time) *Arrival {
	a := Arrival{Day: t}
	for _, f := range o.Floors {
		if f.Day.After(a.Day) {
			a.Day, a.Binds = f.Day, f.ID
		}
	}
	return &a
}

// inWeeks is so many weeks, to the second.
func inWeeks(n float64) time.Duration {
	return time.Duration(math.Round(n*week.Seconds())) * time.Second
}

// quarter names a quarter of a year, such as "2027-Q1".
func quarter(t time.Time) string {
	return fmt.Sprintf("%d-Q%d", t.UTC().Year(), (int(t.UTC().Month())+2)/3)
}

// pastForecasts are the forecasts that would have been made before levels up to a target
// were reached.
func pastForecasts(levels []PastLevel, target Level) []PastForecast {
	out := []PastForecast{}
	for l := ML1; l <= target; l++ {
		points := pointsOf(levels, l)
		at := slices.IndexFunc(points, func(p TrendPoint) bool { return p.Level >= l })
		if at < 1 {
			continue // not reached, or since before anybody looked
		}
		for _, days := range forecastBack {
			f := PastForecast{Level: l, Before: days, Reached: points[at].At, MadeOn: points[at].At.AddDate(0, 0, -days), Status: OutlookInsufficient}
			known := points[:at]
			for len(known) > 0 && known[len(known)-1].At.After(f.MadeOn) {
				known = known[:len(known)-1]
			}
			switch p := paceOf(known, time.Time{}); {
			case p.insufficient:
			case p.slope <= 0:
				f.Status = OutlookNotConverging
			default:
				f.Status = OutlookForecast
				if weeks := (1 - p.lastCredit) / p.slope; weeks <= 10*forecastWeeks { // else off by decades
					f.Said = known[len(known)-1].At.Add(inWeeks(weeks))
					off := dayNumber(f.Said) - dayNumber(f.Reached)
					f.Error = &off
				}
			}
			out = append(out, f)
		}
	}
	return out
}
