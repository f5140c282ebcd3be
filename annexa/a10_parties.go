package annexa

// A.10 Third-party and customer relationships.
var controlsA10 = []Control{
	{
		ID:        ID{"A.10.2"},
		Title:     "Allocating responsibilities",
		Purpose:   "No duty falls into the gap between two organisations.",
		Statement: "Where others take part in a system's life, it is divided in writing who does what at each stage, and all of them have agreed.",
		Guidance: []string{
			"List the parties to each system (suppliers of data, models and services, partners, customers, users) and the role of each in law and in practice.",
			"Divide the duties in a matrix: data, testing, documents, oversight, monitoring, logs, incidents, support, retirement. Each has exactly one who answers for it.",
			"Put it into contracts, with contacts and times, and check that the other side has what its part takes.",
			"Settle who controls and who processes personal data.",
			"Watch for changes of your own role: putting your name on a system, retraining it or giving it a new purpose may make you its provider.",
			"Look at it again when the system, a contract or the law changes.",
		},
		Scope:    ScopeSystem,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evResponsibilitySplit},
	},
	{
		ID:        ID{"A.10.3"},
		Title:     "Suppliers",
		Purpose:   "What is bought meets the same standard as what is built.",
		Statement: "A process makes sure that what suppliers deliver into AI systems fits the organisation's way of doing AI responsibly, and that something happens when it doesn't.",
		Guidance: []string{
			"Sort suppliers by what hangs on them, and set how deep the review goes for each class.",
			"Before signing, ask for documents, test results, origin of data, security and past incidents, and verify the claims that matter most by tests of your own.",
			"Write into the contract: notice of changes and of a model's end, logs, incident notice, rights to audit, what they may do with your data, and the way out.",
			"Watch versions, quality and incidents in use, and review on a date; a hosted model may change under an unchanged name.",
			"Where a supplier falls short, ask for correction, narrow the use or replace it, and record which.",
			"Open models and data come without a contract: do the review all the same, and take on the duties that no supplier will.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evSupplier, evSupplierList},
	},
	{
		ID:        ID{"A.10.4"},
		Title:     "Customers",
		Purpose:   "Those who receive a system get what they need to use it responsibly, and what they need shapes it.",
		Statement: "What customers expect and need of responsible AI is known and taken into account, and they know their own part in it.",
		Guidance: []string{
			"Gather what customers need from contracts, tenders, the law of their trade, support cases and by asking, and turn it into requirements.",
			"Tell each what it takes to use the system safely: intended use, limits, settings, oversight, remaining risks, and which duties are theirs.",
			"Agree on acceptable use, and act when it is broken.",
			"Announce changes, incidents and the end of support early enough for them to act.",
			"Where a customer wants what your policy rules out, decide it openly and be ready to decline.",
		},
		Scope:    ScopeOrganisation,
		Stages:   []string{design, deployment, operation, retirement},
		Evidence: []ExpectedEvidence{evCustomer},
	},
}
