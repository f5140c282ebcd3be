// Package aimskit is the root of an embeddable library for AI management
// systems after ISO/IEC 42001:2023: to run one, to prove it, and to measure
// it.
//
// The root holds no code. Start with package aims, the management system
// itself; the packages below it can be used alone:
//
//   - annexa: the 38 controls of Annex A, decisions on them, and the Statement
//     of Applicability
//   - register: AI systems, their life cycle, material change, and the AI risk
//     register on two axes
//   - impact: the AI system impact assessment: parties, harms, rules, levels
//   - crosswalk: ISO/IEC 42001, ISO/IEC 27001 and the NIST AI RMF as data, the
//     mappings between them, and what evidence covers
//   - maturity: levels ML0 to ML3, and what is missing to the next
//   - phrase: texts in the language of who reads them
//   - issue: what is wrong with a value, as all of them report it
//   - calendar: days as people write them, which hold to their end
//   - storage: the journal that everything is kept in, in memory or in files, and
//     storage/ledger, typed records of any domain over one
//
// The library describes the standard's identifiers and titles and explains
// them in its own words; it does not contain the standard's text.
package aimskit
