package aims

import (
	"iter"
	"slices"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Hold keeps records from being withdrawn and erased while somebody may ask for them: an
// inquiry, a claim, an audit (7.5.3). It comes before how long records are kept and before
// anybody's wish to have them gone.
type Hold struct {
	// ID names the hold.
	ID string `json:"id"`
	// Records are what is held.
	Records []Subject `json:"records"`
	// Reason says what for.
	Reason string `json:"reason"`
	// PlacedBy is the ID of the person who decided, PlacedAt when.
	PlacedBy string    `json:"placed_by"`
	PlacedAt time.Time `json:"placed_at"`
	// ReleasedBy, ReleasedAt and ReleaseReason say who ended it, when and why; zero while
	// it holds.
	ReleasedBy    string    `json:"released_by,omitempty"`
	ReleasedAt    time.Time `json:"released_at,omitzero"`
	ReleaseReason string    `json:"release_reason,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// InForce reports whether the hold has not been released.
func (h Hold) InForce() bool { return h.ReleasedAt.IsZero() }

const byRecord = "record"

func recordKey(s Subject) string { return string(s.Kind) + "/" + s.ID }

var holds = ledger.MustDeclare(ledger.Spec[Hold]{
	Name: KindHold,
	Key:  func(h *Hold) string { return h.ID }, SetKey: func(h *Hold, id string) { h.ID = id },
	Revision:  func(h *Hold) *uint64 { return &h.Revision },
	Completes: []string{"placed_by", "placed_at"},
	Listings: []ledger.Listing[Hold]{{Name: byRecord, Values: func(h *Hold) []string {
		var all []string
		if h.InForce() {
			for _, s := range h.Records {
				all = append(all, recordKey(s))
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}}},
	Limits: within(KindHold, bounded(lists{"records": 1_000}, "reason", "release_reason")),
	Check: checked(func(c checker, h *Hold) {
		c.text("reason", h.Reason, true)
		if len(h.Records) == 0 {
			c.Add("records", "required", "", "say what is held")
		}
		if !h.InForce() {
			return // what it held may be gone
		}
		for i, s := range h.Records {
			if !c.r.Has(s) {
				c.Add(issue.Index("records", i), "record", recordKey(s), "no such record on file")
			}
		}
	}),
})

// PlaceHold decides that records are neither withdrawn nor erased until ReleaseHold. What
// is held, and what for, stays as it was told.
func (tx *Tx) PlaceHold(h Hold) error {
	return putDeciding(tx, "PlaceHold", holds, h, func(h *Hold) error {
		if h.Revision != 0 || holds.Of(tx).Has(h.ID) {
			return ledger.Refuse(ErrExists, "a hold stays as it was placed; place another one")
		}
		h.PlacedBy, h.PlacedAt = tx.By().Actor, tx.Now()
		h.ReleasedBy, h.ReleasedAt, h.ReleaseReason = "", time.Time{}, ""
		return nil
	})
}

// ReleaseHold decides, with a reason, that a hold ends.
func (tx *Tx) ReleaseHold(id, reason string) error {
	return decide(tx, "ReleaseHold", holds, id, func(h *Hold) error {
		if err := closedOn("released", h.ReleasedAt); err != nil {
			return err
		}
		var is Issues
		required(&is, "release_reason", reason)
		h.ReleasedBy, h.ReleasedAt, h.ReleaseReason = tx.By().Actor, tx.Now(), reason
		return is.Err()
	})
}

// Holds yields the holds, by ID, those that were released among them.
//
//go:noinline
func (r *reading) Holds() iter.Seq[Hold] { return holds.Of(r.r).All() }

// heldBy returns the ID of a hold on a record; empty if there is none.
func (r *reading) heldBy(s Subject) string {
	for id := range holds.Shared(r.r).Where(byRecord, recordKey(s)).All() {
		return id
	}
	return ""
}

// held refuses a verb that would take a record away while it is held.
func (q asked) held(verb string) error {
	if verb != "Withdraw" && verb != "Erase" {
		return nil
	}
	if id := q.heldBy(q.about); id != "" {
		return ledger.Refuse(ErrForbidden, "it is held by %q; nothing of it goes until that is released (ReleaseHold)", id)
	}
	return nil
}
