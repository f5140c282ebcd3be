package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aimskit/aimskit/aims"
)

// tally accounts for every row of a file.
type tally struct {
	Read, Blank, Imported, There, Rejected int

	// Opened is how many impact assessments the import opened.
	Opened int
	// Problems are what rejected the rows, in the order of the file. One row
	// can have several.
	Problems []problem
	// Warnings are about rows that were not rejected.
	Warnings []problem
}

// registrar founds a new register and answers for the import, which is a service: it
// records, and decides nothing.
var registrar = aims.Person{ID: "registrar", Name: "Keeper of the register"}

const importService = "inventory-import"

// enlist names the organisation and registers the import, if no earlier run has.
func enlist(ctx context.Context, m *aims.Manager, name string) error {
	if m.View().Services().Has(importService) {
		return nil
	}
	return m.Update(ctx, aims.By{Actor: registrar.ID, Reason: "let the import write"}, func(tx *aims.Tx) error {
		own := tx.Organisation()
		own.Name = name
		if err := tx.PutOrganisation(own); err != nil {
			return err
		}
		return tx.PutService(aims.Service{ID: importService, Name: "Import of the inventory", Owner: registrar.ID})
	})
}

// importAll puts the systems of the entries on the register, all in one commit,
// and leaves out those that an earlier run has put there.
func importAll(ctx context.Context, m *aims.Manager, by aims.By, read int, entries []entry) (tally, error) {
	var t tally
	err := m.Update(ctx, by, func(tx *aims.Tx) error {
		t = tally{Read: read, Blank: read - len(entries)} // the function may run again
		for _, e := range entries {
			if err := t.importOne(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	if sum := t.Blank + t.Imported + t.There + t.Rejected; sum != t.Read {
		return t, fmt.Errorf("%d rows read, but %d accounted for", t.Read, sum)
	}
	return t, nil
}

func (t *tally) importOne(tx *aims.Tx, e entry) error {
	reject := func(problems ...problem) {
		t.Rejected++
		t.Problems = append(t.Problems, problems...)
	}
	if len(e.Rejected) > 0 {
		reject(e.Rejected...)
		return nil
	}
	if old, ok := tx.Systems().Get(e.System.ID); ok {
		if old.ExternalIDs[inventoryName] != e.System.ExternalIDs[inventoryName] {
			reject(problem{Line: e.Line, Column: headName, Value: e.System.Name,
				Reason: fmt.Sprintf("%s is another use case on the register, %q: agency, bureau or name have changed, or rows have moved", old.ID, old.Name)})
			return nil
		}
		t.There++
		t.Warnings = append(t.Warnings, e.Warnings...)
		return nil
	}
	err := tx.RegisterSystem(e.System)
	var is aims.Issues
	switch {
	case err == nil:
	case errors.Is(err, aims.ErrInvalid) && errors.As(err, &is):
		problems := make([]problem, len(is))
		for i, issue := range is {
			problems[i] = problem{Line: e.Line, Column: issue.Field, Value: issue.Value, Reason: issue.Message}
		}
		reject(problems...)
		return nil
	default:
		return err
	}
	t.Imported++
	t.Warnings = append(t.Warnings, e.Warnings...)
	if _, ok := tx.OpenAssessment(e.System.ID); ok {
		t.Opened++
	}
	return nil
}
