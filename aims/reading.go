package aims

import (
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// reading is what a View and a Tx can both be asked: the live records as they
// stand in it.
type reading struct {
	ts   *tables
	asOf time.Time
}

// Organisation returns what is on file of the organisation itself.
func (r *reading) Organisation() Organisation {
	o, _ := organisations.records(r.ts).Get(organisationID)
	return o
}

// Scope returns the scope of the management system (4.3), as last written,
// approved or not; false if none is written yet.
func (r *reading) Scope() (Scope, bool) { return scopes.records(r.ts).Get(scopeID) }

// Criteria returns the risk criteria in force (6.1.2).
func (r *reading) Criteria() register.Criteria {
	c, ok := criteria.records(r.ts).Get(criteriaID)
	if !ok {
		return register.DefaultCriteria()
	}
	return c
}

// People returns the persons on file.
func (r *reading) People() Records[Person] { return people.records(r.ts) }

// Roles returns the roles of the management system and who holds them (5.3).
func (r *reading) Roles() Records[Role] { return roles.records(r.ts) }

// Policies returns all versions of the AI policy (5.2).
func (r *reading) Policies() Records[Policy] { return policies.records(r.ts) }

// Documents returns the documented information under control (7.5).
func (r *reading) Documents() Records[Document] { return documents.records(r.ts) }

// ContextIssues returns the internal and external issues (4.1).
func (r *reading) ContextIssues() Records[ContextIssue] { return contextIssues.records(r.ts) }

// InterestedParties returns the interested parties and their needs (4.2).
func (r *reading) InterestedParties() Records[InterestedParty] {
	return interestedParties.records(r.ts)
}

// Objectives returns the AI objectives (6.2).
func (r *reading) Objectives() Records[Objective] { return objectives.records(r.ts) }

// Suppliers returns the suppliers and their allocated duties (A.10).
func (r *reading) Suppliers() Records[Supplier] { return suppliers.records(r.ts) }

// Sweeps returns the searches for AI in use.
func (r *reading) Sweeps() Records[Sweep] { return sweeps.records(r.ts) }

// Systems returns the register of AI systems (A.4.2).
func (r *reading) Systems() Records[register.System] { return systems.records(r.ts) }

// Assessments returns the AI system impact assessments (6.1.4, 8.4).
func (r *reading) Assessments() Records[impact.Assessment] { return assessments.records(r.ts) }

// Risks returns the AI risk register (6.1.2, 8.2).
func (r *reading) Risks() Records[register.Risk] { return risks.records(r.ts) }

// Decisions returns the decisions on controls, those not taken yet among them
// (6.1.3). They are ordered by ID as text; annexa.Compare gives the standard's
// order.
func (r *reading) Decisions() Records[annexa.Decision] { return decisions.records(r.ts) }

// Statements returns the approved versions of the Statement of Applicability
// (6.1.3).
func (r *reading) Statements() Records[annexa.Statement] { return statements.records(r.ts) }

// Evidence returns the evidence on file.
func (r *reading) Evidence() Records[Evidence] { return evidence.records(r.ts) }

// Exceptions returns the exceptions granted at life-cycle gates.
func (r *reading) Exceptions() Records[Exception] { return exceptions.records(r.ts) }

// Audits returns the internal audits (9.2).
func (r *reading) Audits() Records[Audit] { return audits.records(r.ts) }

// Reviews returns the management reviews (9.3).
func (r *reading) Reviews() Records[ManagementReview] { return reviews.records(r.ts) }

// Nonconformities returns the nonconformities with their corrective action
// (10.2).
func (r *reading) Nonconformities() Records[Nonconformity] { return nonconformities.records(r.ts) }

// Incidents returns the incidents (A.8.4).
func (r *reading) Incidents() Records[Incident] { return incidents.records(r.ts) }

// Concerns returns the concerns that people raised (A.3.3).
func (r *reading) Concerns() Records[Concern] { return concerns.records(r.ts) }

// Certificates returns the certificates and how far certification has come.
func (r *reading) Certificates() Records[Certificate] { return certificates.records(r.ts) }
