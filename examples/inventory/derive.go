package main

import (
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
)

// Canonical answers that derive looks at.
const (
	commercialNone   = "none"
	developedInHouse = "in-house"
	developedBoth    = "both"
)

// derive settles what hangs on more than one answer: the stage of a system
// whose row names none, and how far the agency shapes the system itself.
func derive(s *register.System, d map[string]calendar.Date, warn func(header, value, reason string)) {
	deriveStage(s, d, warn)
	deriveBuild(s, warn)
	deriveDates(s, d)
}

// deriveStage takes the stage from the dates where the row doesn't name one. A
// system can't be registered without; where the dates are silent too it is
// taken for the first stage, so that it meets every gate from there on.
func deriveStage(s *register.System, d map[string]calendar.Date, warn func(header, value, reason string)) {
	switch {
	case s.Stage != "":
	case !d[headRetired].IsZero():
		s.Stage = register.StageRetirement
		warn(headStage, "", "not answered; it has a date of retirement, so: retirement")
	case !d[headImplemented].IsZero():
		s.Stage = register.StageOperation
		warn(headStage, "", "not answered; it has a date of implementation, so: operation")
	default:
		s.Stage = register.StageDesign
		warn(headStage, "", "not answered and no date tells; taken for the first stage, design")
	}
}

// deriveBuild says how far the agency shapes the system, as far as three
// answers say so together:
//
//   - a use made "solely" of a commercial product is bought as it is, unless
//     the row also says that it was developed in-house or has code of its own:
//     then the answers contradict each other and the question stays open;
//   - without code of its own, and not one of the listed products, it is a
//     product at most configured: of "none" and "configured" the graver stands;
//   - code of its own can mean configuring, fine-tuning or training. That stays
//     open.
func deriveBuild(s *register.System, warn func(header, value, reason string)) {
	commercial := s.Labels["commercial"] != "" && s.Labels["commercial"] != commercialNone
	developed, code := s.Labels["developed"], s.Labels["custom_code"]
	inHouse := developed == developedInHouse || developed == developedBoth
	switch {
	case commercial && code == "yes":
		warn(headCustomCode, code, "contradicts that it is solely a commercial product; how far it is built stays open")
	case commercial && inHouse:
		warn(headDeveloped, developed, "contradicts that it is solely a commercial product; how far it is built stays open")
	case commercial:
		s.Build, s.ModelSource = register.BuildNone, register.ModelThirdParty
	case code == "no" && !inHouse:
		s.Build = register.BuildConfigured
	}
}

// deriveDates puts the dates where the register has fields for them and the
// stage allows: a date of implementation before operation is a plan.
func deriveDates(s *register.System, d map[string]calendar.Date) {
	switch s.Stage {
	case register.StageOperation:
		s.InUseSince = calendar.Of(d[headImplemented].Start(nil), nil)
	case register.StageRetirement:
		s.InUseSince, s.RetiredOn = calendar.Of(d[headImplemented].Start(nil), nil), calendar.Of(d[headRetired].Start(nil), nil)
	}
}
