package annexa

// A.3 Internal organization.
var controlsA3 = []Control{
	{
		ID:        ID{"A.3.2"},
		Title:     "AI roles and responsibilities",
		Purpose:   "For every duty around AI there is somebody who knows that it is theirs, and nobody has to guess whom to ask.",
		Statement: "The roles that AI work needs are written down with their duties and powers, and each is held by a named person who has accepted it.",
		Guidance: []string{
			"Cover at least: owner of the AI policy, owner of each system, author and approver of impact assessments, acceptance of risk, data, security, privacy, human oversight, suppliers, incidents, internal audit.",
			"Give each duty the power and the time it takes: whoever owns a system can have it stopped, whoever oversees it can overrule it.",
			"Keep apart who writes and who approves, who does the work and who audits it. Where the organisation is too small, bring in somebody from outside.",
			"Name deputies, and tie roles to the leaver process, so that a role never falls vacant unnoticed.",
			"Say for each stage of the life cycle who answers, and who hands over to whom; most gaps open between development and operation.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evRoles, evOwner},
	},
	{
		ID:        ID{"A.3.3"},
		Title:     "Reporting of concerns",
		Purpose:   "Those who see first that something is wrong can say so without harm to themselves, and get an answer.",
		Statement: "Whoever works for the organisation can raise a concern about its part in an AI system, at any stage, through a channel that protects them and leads to action.",
		Guidance: []string{
			"Open it to employees, contractors and temporary staff. Offer a confidential and an anonymous way, and one that does not pass through the reporter's own line.",
			"Staff it with people who understand AI well enough to judge, who may investigate and who have direct access to management.",
			"Forbid reprisals in writing, say how identities are guarded, and treat a proven reprisal as misconduct.",
			"Set times for acknowledgement, first answer and conclusion, and tell the reporter what came of it.",
			"Feed what is learnt into risks and impact assessments, and report numbers and lessons to management. A channel that stays silent for a year is more often unknown or mistrusted than unneeded.",
			"An existing whistleblowing channel will do, if AI is named in it and its staff can handle such reports.",
		},
		Scope:    ScopeOrganisation,
		Stages:   wholeLife,
		Evidence: []ExpectedEvidence{evConcernChannel},
	},
}
