// Package register holds the inventory of AI systems and the AI risk register
// (ISO/IEC 42001 6.1.2, 8.2 and A.4 to A.6) as plain values, with the rules
// that need no store: which values a system can have, when a change is
// material, which gate a move through the life cycle passes, what a rating
// means under the organisation's criteria.
//
// One table of attributes ([Attributes]) is behind it all. It says of each
// field of [System] which values it takes, whether it is material and why;
// validation, [Compare], [FingerprintOf] and the rules of package impact walk
// it.
//
// "Not answered" is a value of its own: the empty string, a nil slice. A stated
// "none" is an answer. Rules that can't tell count what is not answered as the
// worst case, so ignorance never helps.
//
// The risk register has two axes: harm to the organisation, as any risk
// register knows it, and harm to individuals, groups and society by the AI
// itself.
package register
