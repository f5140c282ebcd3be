package annexa

// A.9 Use of AI systems.
var controlsA9 = []Control{
	{
		ID:        ID{"A.9.2"},
		Title:     "Processes for responsible use of AI systems",
		Purpose:   "Using AI is governed as carefully as building it, which matters most for what is bought.",
		Statement: "It is laid down how a system may be used: who approves its use, who may use it for what, how outputs are checked and how people keep the last word.",
		Guidance: []string{
			"Before first use, approve against set criteria: purpose, impact assessment, legal duties, supplier, cost, who will oversee it.",
			"Give users rules they can remember: what is allowed and what isn't, which data may be entered, what has to be checked before an output is relied on. Include general tools such as chat assistants.",
			"Lay down oversight: which outcomes a person decides, with which skill, time and power to overrule, and how an affected person reaches them.",
			"Train before access is given, and record that the rules were accepted.",
			"Look for use that nobody approved, and make asking easier than hiding.",
			"Check samples of real use against the rules, and give every exception a name and an end.",
		},
		Scope:    ScopeSystem,
		Stages:   []string{deployment, operation},
		Evidence: []ExpectedEvidence{evUseRules, evOversight, evContest},
	},
	{
		ID:        ID{"A.9.3"},
		Title:     "Objectives for responsible use of AI system",
		Purpose:   "Use is steered by stated aims, and it can be seen whether they are reached.",
		Statement: "The organisation has chosen what responsible use means to it, such as fair, safe, private, transparent and supervised use, and pursues it by measures in daily operation.",
		Guidance: []string{
			"Choose the aims from impact assessments, law, contracts and the AI policy; include systems that others built.",
			"Measure each in use: share of outcomes overruled, contested outcomes found wrong, complaints per group, time until a person answers.",
			"Fit human oversight to the impact: who looks at every case, who at samples, who at trends.",
			"Give each aim an owner and a target, and act on the first miss rather than the third.",
			"Review the aims with the monitoring results and in the management review.",
		},
		Scope:    ScopeOrganisation,
		Stages:   []string{deployment, operation},
		Evidence: []ExpectedEvidence{evUseAims},
	},
	{
		ID:        ID{"A.9.4"},
		Title:     "Intended use of the AI system",
		Purpose:   "A system that was assessed for one use doesn't slide into another.",
		Statement: "Each system is used for what it is meant for and as its documents say, and use beyond that is noticed and dealt with.",
		Guidance: []string{
			"Describe the intended use so sharply that a given use is in or out: task, users, people affected, setting, inputs, weight of the output in decisions.",
			"Build the bounds in where you can: access rights, checks of input, limits on rate and on what outputs may set off.",
			"Watch for creep: new groups, new data, a hint that has become a decision. Logs, samples and talks with users show it.",
			"Treat a new use as a change: assess it before, not after.",
			"Keep to the provider's conditions, tell the provider of failures, and ask before departing from them; you may become the provider yourself.",
		},
		Scope:    ScopeSystem,
		Stages:   []string{design, deployment, operation},
		Evidence: []ExpectedEvidence{evPurpose, evUseCheck},
	},
}
