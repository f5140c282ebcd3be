package aims

import (
	"strings"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// Registration is how a system came on the register (A.4.2).
type Registration struct {
	// At is when, Stage the stage that it was in: what was live then was in use before
	// anybody had it on file.
	At    time.Time      `json:"at"`
	Stage register.Stage `json:"stage"`
}

// Live reports whether the system was in deployment or operation when it was registered.
func (r Registration) Live() bool {
	return r.Stage == register.StageDeployment || r.Stage == register.StageOperation
}

// registeredAt begins the detail of the trigger that RegisterSystem fires; the stage follows.
const registeredAt = "registered at stage "

// RegistrationOf says when a system was registered and at which stage, by the assessment
// that opened with it; false where none tells.
func (r *reading) RegistrationOf(system string) (Registration, bool) {
	if !r.seesSystem(system) {
		return Registration{}, false
	}
	first, _ := assessments.Shared(r.r).Get(AssessmentID(system, 1))
	return registrationBy(first)
}

// registrationBy says so of the first assessment of a system, nil if there is none.
func registrationBy(first *impact.Assessment) (Registration, bool) {
	if first == nil {
		return Registration{}, false
	}
	for _, t := range first.Triggers {
		if stage, said := strings.CutPrefix(t.Detail, registeredAt); said && t.Kind == impact.TriggerRegistration {
			return Registration{At: t.At, Stage: register.Stage(stage)}, true
		}
	}
	return Registration{}, false
}
