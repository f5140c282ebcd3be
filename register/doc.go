// Package register holds the inventory of AI systems and the AI risk register
// (ISO/IEC 42001 6.1.2, 8.2 and A.4 to A.6) as plain values, with the rules
// that need no store: which values a system can have, when a change is
// material, which gate a move through the life cycle passes, what a rating
// means under the organisation's criteria.
//
// # Systems
//
// One table of attributes ([Attributes]) is behind it all. It says of each
// field of [System] which values it takes, whether it is material and why;
// [System.Validate], [Compare], [FingerprintOf] and the rules of package impact
// walk it. A form or a schema can be made from it, too.
//
// "Not answered" is a value of its own: the empty string, a nil slice. A stated
// "none" is an answer. Rules that can't tell count what is not answered as the
// worst case, so ignorance never helps.
//
// What people typed is brought into form by [System.Normalised], then checked
// by [System.Validate], which says all that is wrong at once, as
// issue.Issues.
//
// # Material change
//
// [Compare] lists the attributes in which two states of a system differ, and
// says of each how it changed, whether that calls for a new impact assessment,
// which rule says so, and why. The rules ([ChangeRules]) are a table that is
// asked from the top. Whether an approval still covers a system is asked of the
// [Fingerprint] that was approved, and not of the last revision: many small
// changes would pass one by one.
//
// # The life cycle
//
// A system goes forward one stage at a time, through the [Gate] of the next; it
// goes back any number of stages, for a reason; it can be retired from
// everywhere, and nothing leaves retirement. [CheckMove] says which gate a move
// passes. Whether what a gate asks for is on file is for package aims to see.
//
// # Risks
//
// The risk register has two axes: harm to the organisation, as any risk
// register knows it, and harm to individuals, groups and society by the AI
// itself. A [Rating] means nothing without the [Criteria] that it was made
// with, so it names their version. The criteria also hold what the organisation
// has decided of how impact assessments are made ([ProcessTopics]).
//
// Nothing here reads a clock, a file or the network.
package register
