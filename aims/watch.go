package aims

import "github.com/aimskit/aimskit/storage/ledger"

// partOf is one system of which the records are walked over.
type partOf struct {
	system string
	whole  *reading
}

// wide is what is on file of all systems.
func (r *reading) wide() *reading {
	if r.of != nil {
		return r.of.whole
	}
	return r
}

// apartKinds are the kinds whose records are of systems, by their listing bySystem, and the
// systems themselves: those of one can be looked at apart from those of others.
var apartKinds = []Kind{KindSystem, KindAssessment, KindDuty, KindEvidence, KindRisk, KindException, KindVerification, KindDeployment, KindRetirement, KindSystemLog, KindResource}

// orNone lists a record that is of no system under the empty one.
func orNone(systems []string) []string {
	if len(systems) == 0 {
		return none
	}
	return systems
}

var none = []string{""}

// apart is the index of one system, or of the records of none.
func (x *index) apart(system string) *index {
	w := x.wide()
	r := &reading{r: ledger.Narrowed(w.r.(*ledger.View), bySystem, system, apartKinds...), opts: w.opts, of: &partOf{system, w}}
	y := r.systemIndex(x.now)
	y.controls = x.controls
	y.fill()
	y.evidenced = x.evidenced
	y.shown[""] = x.shown[""]
	return y
}
