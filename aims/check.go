package aims

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// check collects what is wrong with a revision of a record, beyond its ID: its
// own fields and what it refers to. It holds for every revision, whichever
// verb writes it.
func (tx *Tx) check(rec any, is *Issues) {
	switch r := rec.(type) {
	case *Organisation:
		checkOrganisation(tx, r, is)
	case *Person:
		checkPerson(tx, r, is)
	case *Role:
		checkRole(tx, r, is)
	case *Policy:
		checkPolicy(tx, r, is)
	case *Document:
		checkDocument(tx, r, is)
	case *Scope:
		checkScope(tx, r, is)
	case *ContextIssue:
		checkContextIssue(tx, r, is)
	case *InterestedParty:
		checkInterestedParty(tx, r, is)
	case *Objective:
		checkObjective(tx, r, is)
	case *register.Criteria:
		mergeIssues(is, r.Validate())
		tx.person(is, "approved_by", r.ApprovedBy)
	case *Supplier:
		checkSupplier(tx, r, is)
	case *Sweep:
		checkSweep(tx, r, is)
	case *register.System:
		checkSystem(tx, r, is)
	case *impact.Assessment:
		// Its own transitions keep it valid.
	case *register.Risk:
		checkRisk(tx, r, is)
	case *annexa.Decision:
		checkDecision(tx, r, is)
	case *annexa.Statement:
		// Compiled, never typed.
	case *Evidence:
		checkEvidence(tx, r, is)
	case *Exception:
		checkException(tx, r, is)
	case *Audit:
		checkAudit(tx, r, is)
	case *ManagementReview:
		checkReview(tx, r, is)
	case *Nonconformity:
		checkNonconformity(tx, r, is)
	case *Incident:
		checkIncident(tx, r, is)
	case *Concern:
		checkConcern(tx, r, is)
	case *Certificate:
		checkCertificate(tx, r, is)
	}
}

// checker collects issues against one transaction's state.
type checker struct {
	*Issues
	tx *Tx
}

// text adds an issue if a text is not valid UTF-8 or beyond 20,000 bytes, and,
// where need is set, if it is blank.
func (c checker) text(field, value string, need bool) {
	switch {
	case need && blank(value):
		c.Add(field, "required", value, "may not be empty")
	case !utf8.ValidString(value):
		c.Add(field, "utf8", strings.ToValidUTF8(value, "\uFFFD"), "must be valid UTF-8")
	case len(value) > maxText:
		c.Add(field, "length", value, "at most %d bytes, has %d", maxText, len(value))
	}
}

// maxText is the most that one text field may hold, in bytes.
const maxText = 20_000

// person is Tx.person, and with need set an empty ID is an issue too.
func (c checker) person(field, id string, need bool) {
	if id == "" && need {
		c.Add(field, "required", id, "name a person on file")
		return
	}
	c.tx.person(c.Issues, field, id)
}

// onFile adds an issue unless id names any person on file, active or not.
func (c checker) onFile(field, id string) {
	if !people.records(c.tx.ts).Has(id) {
		c.Add(field, "person", id, "no such person on file; add the person first")
	}
}

// people checks each of a list of persons.
func (c checker) people(field string, ids []string) {
	for i, id := range ids {
		c.person(index(field, i), id, true)
	}
}

// system adds an issue unless each ID names a registered system.
func (c checker) systems(field string, ids []string) {
	for i, id := range ids {
		if !systems.records(c.tx.ts).Has(id) {
			c.Add(index(field, i), "system", id, "no such system in the register")
		}
	}
}

// controls adds an issue for a control of the organisation's own that has no
// decision.
func (c checker) controls(field string, ids []annexa.ID) {
	for i, id := range ids {
		switch {
		case id.IsZero():
			c.Add(index(field, i), "control", "", "names no control")
		case id.Custom() && !decisions.records(c.tx.ts).Has(id.String()):
			c.Add(index(field, i), "control", id.String(), "no such own control; decide on it first")
		}
	}
}

// refs adds an issue for a reference to an element that its framework does
// not have.
func (c checker) refs(field string, refs []crosswalk.Ref) {
	for i, r := range refs {
		if why := c.tx.m.refProblem(&c.tx.reading, r); why != "" {
			c.Add(index(field, i), "reference", r.String(), "%s", why)
		}
	}
}

// order adds an issue if both times are set and the second lies before the
// first.
func (c checker) order(firstField string, first time.Time, field string, second time.Time) {
	if !first.IsZero() && !second.IsZero() && second.Before(first) {
		c.Add(field, "order", second.Format(time.RFC3339), "lies before %s, %s", firstField, first.Format(time.RFC3339))
	}
}

// past adds an issue if a time that says what happened is still to come.
func (c checker) past(field string, t time.Time) {
	if t.After(c.tx.asOf) {
		c.Add(field, "past", t.Format(time.RFC3339), "says what happened, so it can't be after %s", c.tx.asOf.Format(time.RFC3339))
	}
}

// oneOf adds an issue if value is not one of those allowed.
func oneOf[T ~string](c checker, field string, value T, allowed []T) {
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = string(a)
	}
	c.Add(field, "oneof", string(value), "must be one of %s", strings.Join(texts, ", "))
}
