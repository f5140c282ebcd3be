// Package crosswalk holds frameworks as data, how their elements relate, and
// what evidence for one gives for another.
//
// # Frameworks
//
// A [Framework] is a list of elements in the order of its document: clauses,
// controls, subcategories. [Default] knows four: "iso42001" (ISO/IEC
// 42001:2023, clauses 4 to 10, the 38 controls of Annex A and the guidance of
// Annex B), "iso27001" (ISO/IEC 27001:2022 with Amd 1:2024, clauses 4 to 10 and
// the 93 controls), "nist-ai-rmf" (AI RMF 1.0 with its 72 subcategories) and
// "iso42005" (ISO/IEC 42005:2025 on the impact assessment, clauses 5 and 6:
// guidance, which coverage does not count). Of the ISO standards there are
// numbers and titles, which are facts, and no sentence; the statements of NIST
// are in the public domain and stand as they are. A [Ref] such as
// "iso27001:A.8.15" points at one element.
//
// # Mapping sets
//
// A [MappingSet] pairs elements of two frameworks. Every [Mapping] says how the
// two relate ([Relation]), how much of the evidence serves ([Strength]) and
// why. The built-in sets are
//
//   - nist-iso42001: the crosswalk that NIST hosts, all 281 printed references,
//     with its misprints corrected and noted. It names guidance of Annex B and
//     clauses, never a control.
//   - iso42001-guidance: the step from guidance B.x.y to control A.x.y, which
//     follows from the numbers alone and is marked as derived.
//   - iso27001-iso42001-clauses: clauses 4 to 10 of the two standards.
//   - iso27001-iso42001-controls: their two Annexes A, judged by this project.
//   - iso42005-iso42001: what following ISO/IEC 42005 gives for 6.1.4, 8.4 and
//     A.5 of ISO/IEC 42001, judged by this project.
//
// What a set knows to have no counterpart is listed in it too, with the reason
// ([Unmatched]).
//
// # Coverage
//
// [Catalogue.Coverage] takes what evidence supports and says for each
// requirement of a framework whether it is covered, partly covered or open,
// over which path, and why. [Catalogue.Reuse] asks the same as if one framework
// were wholly fulfilled: how much of ISO/IEC 42001 does an ISMS already give?
// [Catalogue.Reaches] goes the other way, from a reference to all that evidence
// for it helps with.
//
// The rules are those an auditor would hold to:
//
//   - Evidence that names a requirement covers it.
//   - Evidence for something equal to the requirement, or that contains it,
//     covers it. All other relations cover it in part, and parts never add up
//     to the whole: two halves may be the same half.
//   - "Same" clauses are covered in part. Two management system standards that
//     put a requirement alike share the procedure, so an integrated system
//     needs one programme of audits and one way of controlling documents. But a
//     record about information security is no evidence of conformity on AI. So
//     an ISMS alone covers nothing of ISO/IEC 42001, and the honest answer is
//     how much of the work is done, clause by clause.
//   - Paths run over up to [MaxSteps] steps, and a path counts only as far as
//     its relations carry ([Compose]). Two overlaps in a row prove nothing: what
//     overlaps the middle need not meet at the end.
//   - Evidence attached to a whole ("iso42001:9.2") counts in part for what is
//     below it, as nobody has said which part it shows.
//
// # Frameworks and mappings of one's own
//
// A [Catalogue] does not change. [Catalogue.With] returns one that has more
// frameworks and mapping sets, which it checks: every reference exists, no pair
// stands twice, every relation has a reason. [Catalogue.ParseCSV] reads a
// mapping set from a spreadsheet and says by line what is wrong with it;
// [MappingSet.WriteCSV] writes one.
package crosswalk
