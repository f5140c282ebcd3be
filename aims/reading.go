package aims

import (
	"iter"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// reading is what a View and a Tx can both be asked: the live records as they
// stand in it.
type reading struct {
	r    ledger.Reader
	opts *Options
	// whole is the same without what is redacted; nil if nothing is.
	whole *reading
	// known is what has been worked out of a View; nil in a Tx, and of a view for a reader.
	known remembered
	// of is the part that walks over the records of systems are narrowed to; nil for all.
	of *partOf
}

// Records are live records of one kind, as copies; see ledger.Records.
type Records[T any] = ledger.Records[T]

// Sorted returns records in the order of their values in a listing that their kind
// declares (KindInfo.Listings); see ledger.Sorted.
func Sorted[T any](r Records[T], listing string) Records[T] { return ledger.Sorted(r, listing) }

// Must returns the record of an ID, or ErrNotFound; see ledger.Must.
func Must[T any](r Records[T], id string) (T, error) { return ledger.Must(r, id) }

// Page returns the first n records and the ID at which the next page begins, for From;
// empty if there is none; see ledger.Page.
//
//	systems, next, err := aims.Page(v.Systems().Where("stage", "operation").From(after), 50)
func Page[T any](r Records[T], n int) (items []T, next string, err error) { return ledger.Page(r, n) }

// PageOf is Page for who knows the kind by name alone, an embedder's among them; see
// ledger.PageOf.
func PageOf(v *View, kind Kind, where map[string]string, from string, n int) (items []any, next string, err error) {
	return ledger.PageOf(v.r, kind, where, from, n)
}

// CountOf returns how many records there are of a kind that is known by name alone; see
// ledger.CountOf.
func CountOf(v *View, kind Kind) (int, error) { return ledger.CountOf(v.r, kind) }

// View is the management system at one moment: immutable, safe for concurrent
// use, free of locks. Its reading methods return copies of the live records.
//
// From ledger.View it has Record, MustRecord, Revision, Has, All, Unknown and Len for
// records of any kind, Head, Time and AsOf for when it is of, Export, Imported and
// Whole.
type View struct {
	reading
	*ledger.View
}

// Organisation returns what is on file of the organisation itself.
func (r *reading) Organisation() Organisation {
	o, _ := organisations.Of(r.r).Get(organisationID)
	return o
}

// Scopes yields all versions of the scope (4.3).
//
//go:noinline
func (r *reading) Scopes() iter.Seq[Scope] { return scopes.Of(r.r).All() }

// People returns the persons on file.
//
//go:noinline
func (r *reading) People() Records[Person] { return people.Of(r.r) }

// Services returns the programs that write.
//
//go:noinline
func (r *reading) Services() Records[Service] { return services.Of(r.r) }

// Roles returns the roles of the management system and who holds them (5.3).
//
//go:noinline
func (r *reading) Roles() Records[Role] { return roles.Of(r.r) }

// Policies returns all versions of the AI policy (5.2).
//
//go:noinline
func (r *reading) Policies() Records[Policy] { return policies.Of(r.r) }

// Documents returns the documented information under control (7.5).
//
//go:noinline
func (r *reading) Documents() Records[Document] { return documents.Of(r.r) }

// ContextIssues returns the internal and external issues (4.1).
//
//go:noinline
func (r *reading) ContextIssues() Records[ContextIssue] { return contextIssues.Of(r.r) }

// InterestedParties returns the interested parties and their needs (4.2).
//
//go:noinline
func (r *reading) InterestedParties() Records[InterestedParty] {
	return interestedParties.Of(r.r)
}

// Objectives returns the AI objectives (6.2).
//
//go:noinline
func (r *reading) Objectives() Records[Objective] { return objectives.Of(r.r) }

// Suppliers returns the suppliers and their allocated duties (A.10).
//
//go:noinline
func (r *reading) Suppliers() Records[Supplier] { return suppliers.Of(r.r) }

// Sweeps returns the searches for AI in use.
//
//go:noinline
func (r *reading) Sweeps() Records[Sweep] { return sweeps.Of(r.r) }

// Systems returns the register of AI systems (A.4.2).
//
//go:noinline
func (r *reading) Systems() Records[register.System] { return systems.Of(r.r) }

// Datasets returns the data sets that systems rest on (A.7).
//
//go:noinline
func (r *reading) Datasets() Records[Dataset] { return datasets.Of(r.r) }

// Verifications returns what systems were, or are to be, verified by (A.6.2.4).
//
//go:noinline
func (r *reading) Verifications() Records[SystemVerification] { return verifications.Of(r.r) }

// Deployments returns how systems were, or are to be, put into use (A.6.2.5).
//
//go:noinline
func (r *reading) Deployments() Records[Deployment] { return deployments.Of(r.r) }

// Retirements returns how systems end, or are to (A.6.2.6).
//
//go:noinline
func (r *reading) Retirements() Records[Retirement] { return retirements.Of(r.r) }

// GatePassages returns the passages of systems through the gates of their life cycle, with
// who signed (A.6.2).
//
//go:noinline
func (r *reading) GatePassages() Records[GatePassage] { return gatePassages.Of(r.r) }

// UseRules returns the rules by which people use AI systems (A.9.2).
//
//go:noinline
func (r *reading) UseRules() Records[UseRules] { return useRules.Of(r.r) }

// SystemLogs returns what systems log (A.6.2.8), each by the ID of its system.
//
//go:noinline
func (r *reading) SystemLogs() Records[SystemLog] { return systemLogs.Of(r.r) }

// Opportunities returns what the management system could gain by, with what was decided on it
// and what came of it (6.1.1).
//
//go:noinline
func (r *reading) Opportunities() iter.Seq[Opportunity] { return opportunities.Of(r.r).All() }

// Monitorings returns what is monitored and measured, with results and what they mean (9.1).
//
//go:noinline
func (r *reading) Monitorings() iter.Seq[Monitoring] { return monitorings.Of(r.r).All() }

// Resources returns what AI systems need besides data and models (A.4.4 to A.4.6), what has
// ended among it.
//
//go:noinline
func (r *reading) Resources() Records[Resource] { return resources.Of(r.r) }

// Assessments returns the AI system impact assessments (6.1.4, 8.4).
//
//go:noinline
func (r *reading) Assessments() Records[impact.Assessment] { return assessments.Of(r.r) }

// Risks returns the AI risk register (6.1.2, 8.2).
//
//go:noinline
func (r *reading) Risks() Records[register.Risk] { return risks.Of(r.r) }

// Decisions returns the decisions on controls, those not taken yet among them
// (6.1.3). They are ordered by ID as text; annexa.Compare gives the standard's
// order.
//
//go:noinline
func (r *reading) Decisions() Records[annexa.Decision] { return decisions.Of(r.r) }

// Statements returns the approved versions of the Statement of Applicability
// (6.1.3).
//
//go:noinline
func (r *reading) Statements() Records[annexa.Statement] { return statements.Of(r.r) }

// Evidence returns the evidence on file.
//
//go:noinline
func (r *reading) Evidence() Records[Evidence] { return evidence.Of(r.r) }

// Exceptions returns the exceptions granted at life-cycle gates.
//
//go:noinline
func (r *reading) Exceptions() Records[Exception] { return exceptions.Of(r.r) }

// Audits returns the internal audits (9.2).
//
//go:noinline
func (r *reading) Audits() Records[Audit] { return audits.Of(r.r) }

// Reviews returns the management reviews (9.3).
//
//go:noinline
func (r *reading) Reviews() Records[ManagementReview] { return reviews.Of(r.r) }

// Nonconformities returns the nonconformities with their corrective action
// (10.2).
//
//go:noinline
func (r *reading) Nonconformities() Records[Nonconformity] { return nonconformities.Of(r.r) }

// Incidents returns the incidents (A.8.4).
//
//go:noinline
func (r *reading) Incidents() Records[Incident] { return incidents.Of(r.r) }

// Concerns returns the concerns that people raised (A.3.3).
//
//go:noinline
func (r *reading) Concerns() Records[Concern] { return concerns.Of(r.r) }

// Channels returns the ways by which concerns and reports come (A.3.3, A.8.3).
//
//go:noinline
func (r *reading) Channels() Records[Channel] { return channels.Of(r.r) }

// Certificates returns the certificates and how far certification has come.
//
//go:noinline
func (r *reading) Certificates() Records[Certificate] { return certificates.Of(r.r) }

// Obligations returns what binds the organisation (4.1, 4.2), what has ended among it.
//
//go:noinline
func (r *reading) Obligations() Records[Obligation] { return obligations.Of(r.r) }

// PlannedChanges returns the changes that were planned, and those that came about
// unintended (6.3, 8.1).
//
//go:noinline
func (r *reading) PlannedChanges() Records[PlannedChange] { return plannedChanges.Of(r.r) }

// Competences returns what people have to be able to do or to be aware of (7.2, 7.3).
//
//go:noinline
func (r *reading) Competences() Records[Competence] { return competences.Of(r.r) }

// HeldCompetences returns who is said to have which competence, and how that was assessed
// (7.2).
//
//go:noinline
func (r *reading) HeldCompetences() Records[HeldCompetence] { return heldCompetences.Of(r.r) }

// Actions returns what somebody has to do by a day (9.3.3, 10.1, 10.2). Those of a person
// that are open are Where("owner", person).Where("open", "open"), those that come from a
// record Where("source", "nonconformity/nc1").
//
//go:noinline
func (r *reading) Actions() Records[Action] { return actions.Of(r.r) }
