package annexa

// A.2 Policies related to AI.
var controlsA2 = []Control{
	{
		ID:        ID{"A.2.2"},
		Title:     "AI policy",
		Purpose:   "Everyone who builds, buys or uses AI here works to the same declared intentions, and top management stands behind them.",
		Statement: "One written policy covers how AI is developed and used. Top management has approved it, a named person owns it, and those it binds have it at hand.",
		Guidance: []string{
			"Start from what the organisation does with AI: the roles it plays (provider, deployer or both), the laws and contracts that bind it, and how much risk it is ready to take. Let the policy answer to these rather than to a template.",
			"Say which uses are welcome, which need leave and from whom, and which are forbidden outright. A reader with a new idea should be able to tell at once where it falls.",
			"State the principles that settle a conflict, such as people's safety and rights before speed, and how work that departs from them is handled: who may grant an exception, for how long, and where it is recorded.",
			"Commit to objectives that can be measured, to the legal and other duties that apply, and to improving the management system, and point at where each is kept.",
			"Name the subjects that have rules of their own (data, impact assessment, suppliers, generative tools) and link to those rules instead of repeating them.",
			"Put it where people meet it: at onboarding, in the purchase form, in the project template. Keep proof of who has read the version in force.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evPolicy},
	},
	{
		ID:        ID{"A.2.3"},
		Title:     "Alignment with other organizational policies",
		Purpose:   "AI cuts across rules that were written for other things; nobody should have to choose which of two policies to break.",
		Statement: "It is known which other policies bear on the aims for AI and which are touched by them, and where two of them conflict the conflict has been settled.",
		Guidance: []string{
			"Go through the policies on security, privacy, quality, safety, personnel, purchasing, records and accessibility. Note for each: no bearing, applies as it is, or needs a change, with an owner and a date for every change.",
			"Look for the usual collisions: training on customer data against the purpose it was given for, keeping logs against erasing them, prompts to outside services against confidentiality classes, automated outcomes against agreements with staff.",
			"Where two rules disagree, decide once which prevails and change the text of the other. A project should not have to settle it.",
			"Extend what exists: if change management, incident handling or supplier review can carry the AI case with one more section, add the section rather than a second process.",
			"Look at the mapping again whenever a policy in it is revised, and when the AI policy is.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evPolicyLink, evDPIA},
	},
	{
		ID:        ID{"A.2.4"},
		Title:     "Review of the AI policy",
		Purpose:   "A policy written for last year's models, laws and business misleads those who follow it.",
		Statement: "The AI policy is looked at on a fixed rhythm, and sooner when something it rests on changes, by somebody with the standing to change it; what came of it is on record.",
		Guidance: []string{
			"Fix the interval (a year or less suits most) and name who reviews: a person to whom management has given the right to propose changes.",
			"List the events that bring the review forward: a new law, a serious incident, a kind of AI or of use not seen before, a change in the business, an audit finding.",
			"Bring facts to it: incidents and concerns, results of impact assessments, exceptions granted, audit results, objectives missed. Ask of each what the policy should have prevented.",
			"Record the outcome even if nothing changes: who looked at what, and why the text still stands. A new version goes to top management for approval.",
			"After a change, follow it through: training, templates, the Statement of Applicability and everybody who is bound by it.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evPolicyReview},
	},
}
