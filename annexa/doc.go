// Package annexa holds the 38 controls of ISO/IEC 42001:2023 Annex A, what an
// organisation decides about them, and its Statement of Applicability.
//
// # The catalogue
//
// [Objectives] are the nine areas of Annex A and [Controls] the controls, in
// the standard's order. Numbers and titles are the standard's; purpose,
// statement and guidance are this project's own words and do not replace the
// text of the standard. Each control says whether it is answered once for the
// organisation or by each system ([Scope]), which stages of the life cycle it
// bears on, and what an auditor would expect to see and how fresh
// ([ExpectedEvidence]).
//
// A control is named by an [ID], a comparable value. [Parse] takes the 38 and
// nothing else of Annex A: A.6.2 is an objective and A.6.2.1 does not exist,
// so both are errors, which say what is near. An organisation names controls of
// its own "X." and a name, such as X.model-cards.
//
// # Decisions
//
// A [Decision] says whether a control applies, why, on what grounds, how far it
// is put into practice and who answers for it. Clause 6.1.3 asks for a reason
// both for taking a control in and for leaving it out. [Decision.Validate]
// checks one; a control that nobody has decided on yet is no error, but a gap.
//
// # The Statement of Applicability
//
// A [Statement] is compiled, not typed. [Compile] takes the decisions, what
// impact assessments require and the evidence on file, and gives a row for
// every control with the gaps it finds: undecided, left out though an
// assessment requires it, in place without fresh evidence, and so on
// ([GapKinds]). [Statement.Approve] refuses as long as a row is undecided,
// unjustified or left out against an assessment. [Diff] tells what changed
// between two statements, and a statement writes itself as JSON, CSV or
// Markdown, the last two in another language too ([Statement.WriteMarkdownIn]).
//
// Everything here is a value or a calculation: no clock, no files, no network.
// The moment as of which something holds comes in as a time. A day by which
// something is due or until which it is valid counts to its end, in UTC.
//
// # Validation
//
// [issue.Issues] are how all packages of aimskit say what is wrong with a
// value: the field, the rule, what was found, and a sentence.
package annexa
