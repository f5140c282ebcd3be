package aims_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// papered has a process of its own, d, and a standard from outside, std, both in force.
func papered(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		return errors.Join(
			tx.DraftDocument(aims.Document{ID: "d", Title: "How we assess", Text: "By two people.", Owner: "pam", Clause: aims.MustParseClause("6.1.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}}),
			tx.DraftDocument(standard("std", "bob")), lookedUp("std", "2023")(tx))
	})
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveDocument("d", dayOf(700)), tx.ApproveDocument("std", dayOf(700)))
	})
	return o
}

// counting are the IDs of the documents in force for a clause.
func (o *org) counting(clause string) []string {
	var all []string
	for d := range o.View().DocumentsFor(aims.MustParseClause(clause)) {
		all = append(all, d.ID)
	}
	return all
}

func redistribute(id string, to ...aims.Distribution) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get(id)
		d.Distribution = to
		return tx.DraftDocument(d)
	}
}

// A document that is in force says who has it; that may change without another version, what
// it says may not.
func TestDocumentIsGivenToSomebody(t *testing.T) {
	o := papered(t)
	require.Empty(t, find(o.View(), day0, "DO-01"))
	o.do("ada", redistribute("d"))
	found := find(o.View(), day0, "DO-01")
	require.Len(t, found, 1)
	require.Equal(t, "d", found[0].Subject.ID)

	party := aims.Subject{Kind: aims.KindInterestedParty, ID: "clients"}
	o.invalid("ada", "distribution[0].to.id", "record", "clients", redistribute("d", aims.Distribution{To: party, How: "by post"}))
	o.invalid("ada", "distribution[0].to.kind", "oneof", "system", redistribute("d", aims.Distribution{To: aims.Subject{Kind: aims.KindSystem}, How: "by post"}))
	o.invalid("ada", "distribution[0].how", "reason", "n/a", redistribute("d", aims.Distribution{To: everybody[0].To, How: "n/a"}))
	o.invalid("ada", "distribution[1].to", "repeated", "", redistribute("d", everybody[0], everybody[0]))
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: "clients", Name: "Clients"})
	})
	o.do("ada", redistribute("d", aims.Distribution{To: party, How: "by post"}))
	require.Empty(t, find(o.View(), day0, "DO-01"))
	o.do("lea", func(tx *aims.Tx) error { return tx.Withdraw(party) })
	require.Len(t, find(o.View(), day0, "DO-01"), 1, "who had it is there no more")
}

// Withdrawing ends a document for good: for clauses, findings and whoever writes in it again.
func TestWithdrawDocument(t *testing.T) {
	o := papered(t)
	out := func(on calendar.Date, reason string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error { return tx.WithdrawDocument("d", on, reason) }
	}
	o.clock.Set(day(10))
	require.Equal(t, []string{"d"}, o.counting("6.1.4"))
	o.refused("bob", aims.ErrForbidden, out(dayOf(10), "nobody works so any more"))
	o.invalid("pam", "ended.on", "past", dayOf(11).String(), out(dayOf(11), "nobody works so any more"))
	o.invalid("pam", "ended.on", "order", dayOf(-1).String(), out(dayOf(-1), "nobody works so any more"))
	o.invalid("pam", "ended.on", "required", "", out(calendar.Date{}, "nobody works so any more"))
	o.invalid("pam", "ended.reason", "reason", "n/a", out(dayOf(10), "n/a"))
	o.do("pam", out(dayOf(9), "nobody works so any more"))
	d, _ := o.View().Documents().Get("d")
	require.Equal(t, aims.StateWithdrawn, d.State)
	require.Equal(t, aims.DocumentEnd{On: dayOf(9), By: "pam", At: day(10), Reason: "nobody works so any more"}, d.Ended)

	require.Empty(t, o.counting("6.1.4"))
	require.Equal(t, aims.RequiredMissing, o.row("6.1.4a", day(10)).Status)
	require.Empty(t, find(o.View(), day(701), "DO-01"))
	require.Len(t, find(o.View(), day(701), "S1-21"), 1, "the standard alone is past its review")

	// It does not come back.
	o.refused("pam", aims.ErrState, out(dayOf(10), "once more"))
	o.refused("eve", aims.ErrState, func(tx *aims.Tx) error { return tx.ApproveDocument("d", dayOf(300)) })
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get("d")
		d.Text = "By three people."
		return tx.DraftDocument(d)
	})
	o.do("ada", func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get("d")
		d.State, d.Ended = aims.StateApproved, aims.DocumentEnd{}
		return tx.DraftDocument(d)
	})
	require.Empty(t, o.counting("6.1.4"), "a field does not take it back")
	o.do("ada", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{ID: "d2", Title: "How we assess", Text: "By three people.", Replaces: "d", Clause: aims.MustParseClause("6.1.4"), DocumentControl: aims.DocumentControl{Distribution: everybody}})
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("d2", dayOf(300)) })
	require.Equal(t, []string{"d2"}, o.counting("6.1.4"))
	d, _ = o.View().Documents().Get("d")
	require.Equal(t, aims.StateWithdrawn, d.State, "what it was withdrawn for stays")
}

// What was in force stays on file for as long as it is kept, and is found once it is kept for
// longer.
func TestDocumentsAreKeptAndDisposedOf(t *testing.T) {
	o := papered(t)
	subject := aims.Subject{Kind: aims.KindDocument, ID: "d"}
	drop := func(tx *aims.Tx) error { return tx.Withdraw(subject) }
	keep := func(years int) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			d, _ := tx.Documents().Get("d")
			d.KeepYears, d.Disposal = years, "it is deleted"
			return tx.DraftDocument(d)
		}
	}
	require.Error(t, o.try("pam", drop), "it is in force")
	o.do("ada", keep(5))
	o.invalid("ada", "keep_years", "kept", "4", keep(4))
	o.invalid("ada", "keep_years", "range", "101", keep(101))
	o.do("pam", func(tx *aims.Tx) error { return tx.WithdrawDocument("d", dayOf(0), "nobody works so any more") })
	require.ErrorContains(t, o.try("pam", drop), "RT-4")
	until, by, ok := o.View().RetainedUntil(subject)
	require.True(t, ok)
	require.Equal(t, 5, by.Years)
	require.Equal(t, day0.AddDate(5, 0, 0), until)
	require.Empty(t, find(o.View(), day0.AddDate(5, 0, 0), "DO-03"))
	require.Len(t, find(o.View(), day0.AddDate(5, 0, 1), "DO-03"), 1)
	o.clock.Set(day0.AddDate(5, 0, 1))
	o.do("pam", drop)
	require.Empty(t, find(o.View(), day0.AddDate(5, 0, 1), "DO-03"))

	// Three years at least, whatever it says itself.
	o = papered(t)
	o.do("ada", keep(1))
	o.do("pam", func(tx *aims.Tx) error { return tx.WithdrawDocument("d", dayOf(0), "nobody works so any more") })
	o.clock.Set(day0.AddDate(2, 0, 0))
	require.ErrorContains(t, o.try("pam", drop), "RT-4")
}

// No document that was in force goes in the commit that ends it, though errors are ignored in
// it, and the end is told of as long ago as can be.
func TestADocumentInForceIsNotDroppedInOneCommit(t *testing.T) {
	o := papered(t)
	o.clock.Set(day0.AddDate(8, 0, 0)) // its review is long overdue, and it is in force
	o.do("ada", func(tx *aims.Tx) error {
		return tx.DraftDocument(aims.Document{ID: "e", Title: "Anew", Text: "By three people.", Replaces: "d", Clause: aims.MustParseClause("6.1.4")})
	})
	drop := func(tx *aims.Tx) error { return tx.Withdraw(aims.Subject{Kind: aims.KindDocument, ID: "d"}) }
	require.ErrorContains(t, o.try("pam", drop), "in force")
	require.ErrorContains(t, o.try("pam", func(tx *aims.Tx) error {
		_ = drop(tx)
		require.NoError(t, tx.WithdrawDocument("d", dayOf(0), "nobody works so any more"))
		return drop(tx)
	}), "commit first")
	require.ErrorContains(t, o.try("pam", func(tx *aims.Tx) error {
		require.NoError(t, tx.ApproveDocument("e", calendar.Of(day0.AddDate(9, 0, 0), nil)))
		return drop(tx)
	}), "RT-4")
	d, ok := o.View().Documents().Get("d")
	require.True(t, ok)
	require.Equal(t, aims.StateApproved, d.State, "nothing of a commit that failed stays")
}

// A document from outside is adopted in an edition that somebody has seen to be current, and
// counts while that is known.
func TestDocumentFromOutside(t *testing.T) {
	o := newOrg(t).staffed()
	o.atWork()
	adopt := func(tx *aims.Tx) error { return tx.ApproveDocument("std", dayOf(900)) }
	lacking := standard("std", "")
	lacking.Outside.Issuer, lacking.Outside.Edition, lacking.Distribution = "", "", nil
	o.do("ada", func(tx *aims.Tx) error { return tx.DraftDocument(lacking) })
	for field, rule := range map[string]string{"outside.issuer": "required", "outside.edition": "required", "outside.watcher": "required", "outside.checks": "required"} {
		o.invalid("eve", field, rule, "", adopt)
	}
	o.do("ada", func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get("std")
		d.Outside = standard("std", "bob").Outside
		return tx.DraftDocument(d)
	})
	o.refused("bob", aims.ErrInvalid, func(tx *aims.Tx) error {
		return tx.CheckEdition("std", aims.EditionCheck{On: tx.Today(), Current: "2023"})
	})
	o.do("bob", lookedUp("std", "2031"))
	o.invalid("eve", "outside.edition", "current", "2023", adopt)
	o.do("bob", lookedUp("std", "2023"))
	o.refused("ada", aims.ErrForbidden, adopt)
	o.do("eve", adopt)

	require.Empty(t, o.counting("7.5.3"), "nobody is given it")
	require.Equal(t, aims.RequiredMissing, o.row("7.5.3", day0).Status)
	require.Len(t, find(o.View(), day0, "DO-01"), 2, "nor the scope")
	o.do("ada", redistribute("std", everybody...))
	require.Equal(t, []string{"std"}, o.counting("7.5.3"))
	require.Equal(t, aims.RequiredCurrent, o.row("7.5.3", day0).Status)

	// A year after the look nobody knows any more.
	require.Empty(t, find(o.View(), day(365), "DO-02"))
	require.Len(t, find(o.View(), day(366), "DO-02"), 1)
	require.Equal(t, aims.RequiredStale, o.row("7.5.3", day(366)).Status)
	o.clock.Set(day(366))
	o.do("bob", lookedUp("std", "2023"))
	require.Equal(t, aims.RequiredCurrent, o.row("7.5.3", day(366)).Status)

	// Another edition is out: the next day the one in use is no more the current one.
	o.do("bob", lookedUp("std", "2031"))
	found := find(o.View(), day(366), "DO-02")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "2031")
	require.Equal(t, aims.RequiredStale, o.row("7.5.3", day(367)).Status)
	d, _ := o.View().Documents().Get("std")
	require.Len(t, d.Outside.Checks, 4, "each look stays")
	o.refused("ada", aims.ErrState, func(tx *aims.Tx) error {
		d, _ := tx.Documents().Get("std")
		d.Outside.Edition = "2031"
		return tx.DraftDocument(d)
	})
	o.do("ada", func(tx *aims.Tx) error {
		next := standard("std-2031", "bob")
		next.Outside.Edition, next.Outside.EditionOn, next.Replaces = "2031", calendar.Date{}, "std"
		return errors.Join(tx.DraftDocument(next), lookedUp("std-2031", "2031")(tx))
	})
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument("std-2031", dayOf(700)) })
	require.Equal(t, []string{"std-2031"}, o.counting("7.5.3"))
	require.Empty(t, find(o.View(), day(366), "DO-02"))
}

// The standard itself is no process of the organisation: it stands for 7.5.3 alone.
func TestOutsideIsNoProcessOfOurs(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("ada", func(tx *aims.Tx) error {
		d := standard("std", "bob")
		d.Clause = aims.MustParseClause("6.1.4")
		own := aims.Document{ID: "own", Title: "How documents are controlled", Text: "By their owners.", Clause: aims.MustParseClause("7.5.3"), DocumentControl: aims.DocumentControl{Distribution: everybody}}
		return errors.Join(tx.DraftDocument(d), lookedUp("std", "2023")(tx), tx.DraftDocument(own))
	})
	o.do("eve", func(tx *aims.Tx) error {
		return errors.Join(tx.ApproveDocument("std", dayOf(300)), tx.ApproveDocument("own", dayOf(300)))
	})
	require.Empty(t, o.counting("6.1.4"))
	require.Equal(t, []string{"std"}, o.counting("7.5.3"))
	require.Equal(t, []string{"own", "std"}, o.counting("7.5"))
	require.NotEmpty(t, find(o.View(), day0, "S1-15"), "no process of impact assessments")
	o.refused("bob", aims.ErrState, lookedUp("own", "1"))
}
