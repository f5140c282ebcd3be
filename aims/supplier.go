package aims

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Supplier is somebody who supplies AI systems, models, data or services that
// they rest on, with the duties as they are shared out (A.10.2, A.10.3).
type Supplier struct {
	// ID names the supplier; systems point at it.
	ID string `json:"id"`
	// Name is the supplier's name, Provides what it supplies.
	Name     string `json:"name"`
	Provides string `json:"provides,omitempty"`
	// Owner is the ID of the person who answers for the relation.
	Owner string `json:"owner,omitempty"`
	// Duties are the duties as allocated between the parties.
	Duties []AllocatedDuty `json:"duties,omitempty"`
	// Contract says where the agreement is kept.
	Contract string `json:"contract,omitempty"`
	// ChangeNotice and IncidentNotice say that the supplier must announce
	// changes of the model and report incidents.
	ChangeNotice   bool `json:"change_notice,omitempty"`
	IncidentNotice bool `json:"incident_notice,omitempty"`
	// ReviewedOn is when the supplier was last reviewed, ReviewDue when it is
	// due again.
	ReviewedOn calendar.Date `json:"reviewed_on,omitzero"`
	ReviewDue  calendar.Date `json:"review_due,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// AllocatedDuty is one duty and who bears it.
type AllocatedDuty struct {
	// What is to be done.
	What string `json:"what"`
	// Bearer is who does it.
	Bearer Bearer `json:"bearer"`
	// Control is the control that it serves; may be zero.
	Control annexa.ID `json:"control,omitzero"`
}

// Bearer is the party that bears a duty.
type Bearer string

// The bearers of duties.
const (
	BearerSupplier     Bearer = "supplier"
	BearerOrganisation Bearer = "organisation"
	BearerCustomer     Bearer = "customer"
	BearerShared       Bearer = "shared"
)

var suppliers = ledger.MustDeclare(ledger.Spec[Supplier]{
	Name:   KindSupplier,
	Schema: 2, Upcast: []ledger.Upcaster{toDays("reviewed_on", "review_due")},
	Key: func(s *Supplier) string { return s.ID }, SetKey: func(s *Supplier, id string) { s.ID = id },
	Revision: func(s *Supplier) *uint64 { return &s.Revision },
	// A contract has fewer clauses.
	Limits: within(KindSupplier, bounded(lists{"duties": 500}, "provides", "contract")),
	Check:  checked(checkSupplier),
})

// PutSupplier adds or revises a supplier. If it turns out to be another one, to supply
// something else, to bear other duties, or to tell of changes and incidents no more,
// that opens an assessment of every system that rests on it, or joins the one that is
// open (A.10.3).
func (tx *Tx) PutSupplier(s Supplier) error {
	var old Supplier
	return put(tx, "PutSupplier", suppliers, s, func(s *Supplier) error {
		old, _ = suppliers.Of(tx).Get(s.ID)
		return nil
	}, func(s *Supplier) error {
		if old.ID == "" {
			return nil
		}
		var changed []string
		for _, f := range []struct {
			name  string
			other bool
		}{
			{"name", s.Name != old.Name}, {"provides", s.Provides != old.Provides && old.Provides != ""},
			{"duties", len(old.Duties) > 0 && !slices.Equal(s.Duties, old.Duties)},
			{"change_notice", old.ChangeNotice && !s.ChangeNotice}, {"incident_notice", old.IncidentNotice && !s.IncidentNotice},
		} {
			if f.other {
				changed = append(changed, f.name)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		return tx.fireAll(tx.restOn(s.ID), impact.TriggerSupplier, "supplier "+s.ID+" changed: "+strings.Join(changed, ", "))
	})
}

// restOn returns the systems in use or in the making that rest on a supplier.
func (tx *Tx) restOn(supplier string) []string {
	var ids []string
	for _, s := range systems.Shared(tx).Where("supplier", supplier).All() {
		if s.Stage != register.StageRetirement {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// fireAll fires a trigger on several systems.
func (tx *Tx) fireAll(ids []string, kind impact.TriggerKind, detail string) error {
	for _, id := range ids {
		if err := tx.fire(id, kind, detail); err != nil {
			return err
		}
	}
	return nil
}

func checkSupplier(c checker, s *Supplier) {
	c.text("name", s.Name, true)
	c.text("provides", s.Provides, false)
	c.text("contract", s.Contract, false)
	c.person("owner", s.Owner, false)
	for i, d := range s.Duties {
		field := issue.Index("duties", i)
		c.text(field+".what", d.What, true)
		oneOf(c, field+".bearer", d.Bearer, []Bearer{BearerSupplier, BearerOrganisation, BearerCustomer, BearerShared})
		if d.Control.Custom() {
			c.controls(field+".control", []annexa.ID{d.Control})
		}
	}
	c.past("reviewed_on", s.ReviewedOn)
	c.order("reviewed_on", s.ReviewedOn, "review_due", s.ReviewDue)
}

var suppliersReviewed = Probe{
	ID: "S2-20", Title: "Supplier duties not allocated or supplier not reviewed", Clause: Clause{"8.1"}, Controls: ids("A.10.2", "A.10.3"),
	Grading: "minor; major when nothing exists behind a live system of high impact",
	grade:   majorIf(func(o Observation) bool { return o.Absent && highAndLive(o) }),
	look: func(x *index, yield func(Observation) bool) {
		for _, s := range suppliers.Shared(x.r).All() {
			used := x.usersOf(s.ID)
			if len(used) == 0 {
				continue
			}
			since, text := supplierLacks(x, s, len(used))
			if text.ID == "" {
				continue
			}
			o := about(KindSupplier, s.ID, s.Name, since, text, issue.NewText("Allocate the duties and review it (PutSupplier)."))
			o.Absent = len(s.Duties) == 0 && s.ReviewedOn.IsZero()
			for _, st := range used {
				if !highAndLive(o) && (st.high || !o.High) {
					o.High, o.Live = st.high, st.live
				}
			}
			if !yield(o) {
				return
			}
		}
	},
}

// supplierLacks says what is missing of a supplier behind n systems, and since
// when; no text if nothing is.
func supplierLacks(x *index, s *Supplier, n int) (since calendar.Date, text issue.Text) {
	format, without := "", "It is behind %d systems and no duties are allocated."
	args := []any{n}
	switch {
	case s.ReviewedOn.IsZero():
		format, without = "It is behind %d systems and it was never reviewed.",
			"It is behind %d systems and no duties are allocated and it was never reviewed."
	case s.ReviewedOn.Before(x.daysAgo(year)) && (s.ReviewDue.IsZero() || !s.ReviewDue.Before(s.ReviewedOn.AddDate(0, 0, year))):
		since, args = s.ReviewedOn.AddDate(0, 0, year), append(args, day(s.ReviewedOn))
		format, without = "It is behind %d systems and it was last reviewed on %s.",
			"It is behind %d systems and no duties are allocated and it was last reviewed on %s."
	case x.overdue(s.ReviewDue):
		since, args = s.ReviewDue, append(args, day(s.ReviewDue))
		format, without = "It is behind %d systems and its review was due on %s.",
			"It is behind %d systems and no duties are allocated and its review was due on %s."
	}
	if len(s.Duties) == 0 {
		format = without
	}
	if format == "" {
		return since, issue.Text{}
	}
	return since, issue.NewText(format, args...)
}
