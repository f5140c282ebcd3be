// Package impact holds the AI system impact assessment (ISO/IEC 42001 6.1.4,
// 8.4, A.5.2 to A.5.5) as plain values and pure functions: who can be affected
// and harmed, how a harm is rated, what follows from what a system is, and how
// an assessment comes to be approved.
//
// # From a system to what is required of it
//
// [Rules] are data: conditions over the attributes of a system and the answers
// of its assessment, and what follows from them. [Rules.Derive] asks them and
// answers with a [Result]: the harms to consider, the level, the controls and
// evidence required, further duties, each with the IDs of the rules behind it.
// What is not answered is not passed over: it is listed as an open question, and
// counts as the worst that it could be until somebody answers. [Rules.With] and
// [Rules.Without] make sets of your own, [Reassess] says what another set would
// make of an assessment, [Rules.Explain] why a rule holds or does not, and
// [Rules.WriteTable] how all come out for many systems.
//
// # What to ask first
//
// While much is open nearly everything counts as high. [Span] shows the level that is
// known beside the one that counts, and orders lists by what is known. [Rules.Ask]
// gives the few questions that settle the level, then those of the class in law and of
// what is required, with what each answer would make known. What answers say of
// questions that nobody has answered is not asked at all: package implied has it as a
// table, and [Result.Implied] shows it, also where two answers contradict each other.
//
// # The class in law
//
// Package euact classifies a system under the EU AI Act, as amended, by a decision
// table. Rules can look at the outcome, but class and level stay apart: the law
// asks what a system is used for, the level what it can do to people. Both are
// tables of package decide, which anybody can ask further tables by.
//
// # From harms to a level
//
// A [HarmRating] joins scale, scope and irremediability to a severity, and
// severity and likelihood to a level of risk, on the organisation's own risk
// criteria (register.Criteria). The level of a system follows the gravest harm
// before controls and the rules' minima. Controls lower what remains, which
// decides whether it is accepted, never how closely the system is governed; and
// no claim lowers anything without an implemented control that bears on the harm
// and evidence that it works.
//
// # From a draft to an approval
//
// An [Assessment] is opened by a [Trigger], written (from a [Draft] that asks all that
// is asked and judges nothing), handed in complete, signed by persons who did not write it, and covers the system until it runs out or
// the system changes materially; where a change alters nothing that counts, who signed
// can confirm it by name ([Assessment.Confirm]). Its methods are these steps, and rest on a
// [Basis]. Who signs at which level is data ([SignOff]); which rules every
// approval keeps, [SignOffRules] lists. Systems of one kind can share an
// assessment ([Assessment.Join]); a later one starts from an earlier
// ([Assessment.TakeOver]) or from a [Template]; [Review] reads it as a careful
// reviewer would; [Assessment.Summarise] tells the public of it.
//
// # From an assessment to a document
//
// [Assessment.Document] lays one assessment out as somebody asks for it: by clause
// 6 of ISO/IEC 42005:2025, as the assessment of fundamental rights of the EU AI
// Act (Article 27), the documentation of Article 6(4) or what Annex VIII asks for
// at registration, as a data protection impact assessment (GDPR, Article 35(7)),
// or by the pages of Canada's Algorithmic Impact Assessment. The layouts are
// tables ([DocumentLayouts]): each element names the fields that it comes from,
// what of them is missing, and what no record has a place for. [Document.WriteMarkdownIn]
// writes it in the language of who reads it.
//
// The taxonomies are in this package's own words. Harms are aligned with the MIT
// AI Risk Repository (Slattery et al. 2024, arXiv 2408.12622, CC BY 4.0), the
// harms named in the NIST AI RMF 1.0, and the headings of Annex C. Rules and
// classes are decision support, not legal advice.
package impact
