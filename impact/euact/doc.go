// Package euact says what the EU AI Act makes of an AI system: Regulation (EU)
// 2024/1689, as amended by Regulation (EU) 2026/1744.
//
// The Act is a decision table ([Table]) whose rows name their article: scope,
// roles, prohibited practices, grounds of high risk, exemptions, transparency,
// general-purpose models, and duties with their dates and fines. [Classify] asks
// it of a system: the class with its reasons, the duties of the organisation in its
// roles, and what is still open. It is decision support, not legal advice.
//
// What nobody has answered establishes nothing: a system of which no class is
// established is [Undecided], and the heaviest that could still come stands beside it.
// Where one answer can mean two things in law (emotions inferred at work, for safety
// or not), an attribute of its own tells them apart, and the row is open until it is
// answered.
//
// The rules of package impact ask the same table (impact.Rules.EUAct), so an
// assessment and the class never disagree about the law. An amendment is another
// table ([New]).
//
// The rows hang on answers that take a lawyer to give: which practices a system is
// for. Questions puts them as questions that a layman can answer with yes or no, with
// what each covers and what not, who must be doing it, about whom, and examples on
// either side. Ask says which of them are possible for a system, by its domain and
// function and by gates, so that nobody reads them all; Answer sets what follows in
// the register and stores by which question, of which edition; Stale says whom to ask
// again; Form lays them out as a page. Where a use of Annex III is met, further
// questions tell whether it is exempt, and what that takes.
//
//	for questions := euact.Ask(s); len(questions) > 0; questions = euact.Ask(s) {
//		answers := put(questions) // to somebody who knows the system
//		s, err = euact.Answer(s, answers...)
//		...
//	}
package euact
