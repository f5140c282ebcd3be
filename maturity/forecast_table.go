package maturity

import "slices"

// ForecastParameter is one row of the table of numbers that Forecast works with.
type ForecastParameter struct {
	// ID names the number, such as "window_days"; Value is it, in Unit.
	ID    string  `json:"id"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Why says why; where no source is named it is this project's own choice.
	Why string `json:"why"`
}

// The numbers that Forecast works with; the table says why.
const (
	forecastPoints     = 6
	forecastSpanDays   = 42
	forecastWindowDays = 91
	forecastPaths      = 2000
	forecastWeeks      = 104
	forecastMissing    = 0.2
	forecastWideWeeks  = 26
	forecastStep       = 0.25
	forecastHeldDays   = 90
	early, middle, end = 0.2, 0.5, 0.8
)

// forecastBack are how many days before a level was reached its forecasts are looked at.
var forecastBack = [...]int{30, 60, 90}

var forecastParameters = []ForecastParameter{
	{"points", forecastPoints, "days looked at", "fewer give fifteen pairs of points at most, of which a median says little"},
	{"span_days", forecastSpanDays, "days", "six weeks: a shorter past is that of one push"},
	{"window_days", forecastWindowDays, "days", "a quarter: what was before is another pace"},
	{"paths", forecastPaths, "paths", "the 20th percentile of so many lies within a percentage point or two"},
	{"horizon_weeks", forecastWeeks, "weeks", "two years: what lies further off nobody plans by"},
	{"early_share", early, "share of paths", "one in five arrives before it"},
	{"middle_share", middle, "share of paths", "the median"},
	{"late_share", end, "share of paths", "one in five arrives after it"},
	{"missing_share", forecastMissing, "share of paths", "if more never arrive there is no late end of the range to give"},
	{"wide_weeks", forecastWideWeeks, "weeks", "a range of more than half a year is told in quarters: days would pretend to what nobody knows"},
	{"look_weeks", forecastLook, "weeks", "each quarter is looked at, whether or not anything is known to end in it"},
	{"step_share", forecastStep, "share of all credit in a week", "a plan of 26 weeks earns a twenty-sixth in one; six times that is what was entered, not what was done, and starts the window anew"},
	{"held_days", forecastHeldDays, "days", "there is no pace towards ML3 before ML2 has been held for a quarter"},
	{"back_days_1", 30, "days", "how far off forecasts were that were made a month before"},
	{"back_days_2", 60, "days", "two months before"},
	{"back_days_3", 90, "days", "three months before"},
}

// ForecastParameters returns the table of numbers that Forecast works with.
func ForecastParameters() []ForecastParameter { return slices.Clone(forecastParameters) }

// FloorID names what keeps a level from being reached sooner, whatever the pace.
type FloorID string

// The floors.
const (
	FloorHistory FloorID = "history" // the records do not reach back far enough yet
	FloorAudit   FloorID = "audit"   // an internal audit takes its time
	FloorReview  FloorID = "review"  // top management reviews after the audit
	FloorClosure FloorID = "closure" // a major nonconformity is not closed at once
	FloorHeld    FloorID = "held"    // ML2 is to be held for a year
)

// FloorInfo is one row of the table of floors.
type FloorInfo struct {
	// ID names the floor, Criterion is the criterion that it holds for while that is not
	// met.
	ID        FloorID `json:"id"`
	Criterion string  `json:"criterion"`
	// Days is how long it takes; zero where the records say. After is the floor from the
	// end of which it counts, if that holds.
	Days  int     `json:"days,omitempty"`
	After FloorID `json:"after,omitempty"`
	// Why says why; where no source is named it is this project's own choice.
	Why string `json:"why"`
}

var forecastFloors = []FloorInfo{
	{FloorHistory, "ML2.22", 0, "", "days until the records of operation reach back Parameters.HistoryDays, with one in each of the last three full months"},
	{FloorAudit, "ML2.17", 14, "", "an audit is planned, carried out and reported (9.2.2); two weeks is what a small one takes"},
	{FloorReview, "ML2.20", 7, FloorAudit, "the review looks at the results of the audit (9.3.2), which have to be on the table before"},
	{FloorClosure, "ML2.19", 30, "", "from when the last major nonconformity was raised: cause, action and a look at whether it worked (10.2)"},
	{FloorHeld, "ML3.01", 365, "", "from when ML2 was reached: ML3 says that it was held for a year"},
}

// Floors returns the table of floors of a forecast.
func Floors() []FloorInfo { return slices.Clone(forecastFloors) }
