// Package decide asks tables of rows about AI systems: which rows hold for a
// system, which do not, and which hang on what nobody has answered.
//
// A row is plain data: conditions over the attributes of a register.System (and
// over facts that the table's owner adds), marks of earlier rows that it needs,
// and marks that it gives. The rules of package impact, the implications between
// attributes and the decision table of the EU AI Act (impact/euact) are such
// tables; an organisation's own can stand beside them.
//
//	fields := decide.NewFields()
//	var is issue.Issues
//	table := decide.Compile(&is, "rows", fields, []decide.Row{{
//		ID:    "CH-1",
//		When:  []decide.Condition{{Field: "jurisdictions", Op: "has", Any: []string{"CH"}}},
//		Gives: []string{"swiss"},
//	}})
//	answer := table.Ask(decide.NewSubject(fields, &system), nil)
//	answer.Mark("swiss") // No, Open or Yes
//
// Three values, and one law: what is not answered leaves a row open, and no
// answer makes a row that did not hold and was not open hold. There is no operator
// that denies, so that a system that does more never has fewer rows.
//
// An answer is two sets of rows, those that hold and those that are open, and marks
// are read from them. So who tries what further answers would make of a system need
// not ask again what they leave as it was (Table.AskSince): when something becomes
// known, open rows alone can come out otherwise, and of these the ones that look at
// it or at a mark of one that did; and options that no open row tells apart come out
// the same (Merge). The exceptions, such as a row that an open mark would rule out,
// are followed as they turn up.
package decide
