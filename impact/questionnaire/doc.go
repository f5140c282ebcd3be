// Package questionnaire scores questionnaires about AI systems that organisations
// already use beside an impact assessment (ISO/IEC 42001 6.1.4, A.5.2), such as
// Canada's Algorithmic Impact Assessment. It reads them in the form of SurveyJS,
// tells which questions a set of answers shows, checks and scores the answers,
// and gives the score's level as an [impact.Level].
//
// # From a file to a level
//
// [Parse] reads a questionnaire once and compiles its conditions; [ParseAnswers]
// reads what somebody answered. [Questionnaire.Validate] lists what is amiss
// with the answers, and [Questionnaire.Score] scores them all the same: real
// files hold answers to questions that a later version dropped. A [Scorer]
// prepares one scoring for many sets of answers. What comes out is a [Result],
// and [Scorer.Attach] gives what an assessment keeps of it as evidence.
//
// # Scoring is data
//
// A [Scoring] says which questions count and for what, how a value's weight is
// read, what mitigation takes off, and where the levels lie. [AIA] returns
// Canada's; an embedder writes down another without code.
//
// # What of SurveyJS is read
//
// Pages, nested panels, radio groups, dropdowns, checkboxes, texts, comments,
// ratings, booleans, HTML and images; plain and localised text; visibleIf and
// requiredIf; "other" and "none" choices and comments. What would change which
// questions are asked, what they offer or where an answer is stored, and is not
// understood, is refused by name, never guessed at: choices from elsewhere,
// matrices, functions in conditions. What bears on looks only is passed over.
//
// Conditions read the stored answers, also those to questions that are hidden by
// now, as SurveyJS does until a form is completed: so visibility follows from
// the answers alone, and conditions that refer to each other's questions in a
// circle do no harm.
package questionnaire
