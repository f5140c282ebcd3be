// Command inventory imports an inventory of AI use cases from a CSV file: it
// registers each use case as an AI system, which opens its impact assessment,
// and says which answers would settle most and which systems to look at first.
//
//	go run ./examples/inventory -csv FILE [-dir DIR] [-encoding windows-1252|utf-8|auto]
//
// It reads the form in which the agencies of the United States published their
// AI use cases for 2024 (after OMB memorandum M-24-10): one row for a use case,
// the questions as the header. To read a form of your own, replace the tables
// in questions.go; the rest of the program is about any form.
//
// Every row is accounted for: imported, there already from an earlier run on
// the same directory, blank, or rejected with the line in the file, the
// column, the value and the reason. A value that spells an answer in an
// unknown way rejects its row, because a guess would decide how a system is
// assessed. What doesn't bear on the assessment (a date that can't be read, a
// name that is too long) is a warning: it is kept in the system's labels or
// description and counted.
//
// What the file doesn't say stays unanswered. The impact rules count an
// unanswered question as the worst case, so that an empty cell never makes a
// system look harmless. What is known stands beside it, and impact.Rules.Ask says
// what would settle the level.
//
// Without -dir the store is a temporary directory that is removed at the end.
// The exit status is 0 if every row is accounted for and at least one is on
// the register, rejected rows or not (they are listed); 1 if the import
// failed; 2 if the command line is wrong.
package main
