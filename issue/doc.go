// Package issue says what is wrong with a value: which field, which rule it
// breaks, what was found there. Every package of aimskit that validates reports
// in this form, so that a program can walk one type whatever it handed in.
//
// [Issues] collect; a non-empty Issues is an error, found by errors.As. What
// they hold is bounded whatever was handed in: at most [Max] issues, of which
// the last then counts the others, each with shortened texts, and an error text
// of at most [MaxError] bytes. Adding costs the same for the first and for the
// millionth.
//
// An issue keeps its text as a format and its arguments ([Text]), and the same
// in English as Message. So it can be told in another language by a catalogue
// whose keys are the English formats, as golang.org/x/text/message has them. A
// word of ours in a sentence is a Text among its arguments.
//
// Errors of all packages carry a [Code], a word that stays the same, which
// [CodeOf] finds whatever they are wrapped in; [Codes] says of each which HTTP
// status answers with it. Their texts name no package, so that they can stand
// within one another.
//
// The package also has the rule for keys of records ([ValidKey]) and the paths
// of fields ([Index]), which all that validates needs. It imports nothing of
// ours.
package issue
