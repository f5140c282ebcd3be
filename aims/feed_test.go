package aims_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// discreet hides suppliers from guests, and persons and parties whose name is secret.
func discreet(string) *aims.Options {
	return &aims.Options{Rights: anybodyErases, Redact: func(reader any, s aims.Subject, rec any) bool {
		if p, ok := rec.(*aims.Person); ok && p.Name == "secret" {
			return reader != "guest"
		}
		if i, ok := rec.(*aims.InterestedParty); ok && i.Name == "secret" {
			return reader != "guest"
		}
		return reader != "guest" || s.Kind != aims.KindSupplier
	}}
}

// A feed for a reader tells nothing of what is hidden: no ID, no verb and no commit
// that is of nothing else, whether it is there, was withdrawn or has been erased.
func TestFeedForAReader(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: discreet, MaxOpen: 1})
	require.NoError(t, err)
	defer f.Close(context.Background())
	do := func(fn func(tx *aims.Tx) error) {
		t.Helper()
		require.NoError(t, f.Update(t.Context(), "acme", mover, fn))
	}
	require.NoError(t, f.Create(t.Context(), "acme", mover, foundedBy(mover)))
	do(func(tx *aims.Tx) error { return tx.PutSupplier(aims.Supplier{ID: "hidden1", Name: "S"}) })
	do(func(tx *aims.Tx) error {
		if err := tx.PutSupplier(aims.Supplier{ID: "hidden2", Name: "S"}); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "shown1", Name: "P"})
	})
	do(func(tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: "shown2", Name: "I"})
	})
	do(func(tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: "hidden3", Name: "secret"})
	})
	do(func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindInterestedParty, ID: "shown2"})
	})
	do(func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindInterestedParty, ID: "hidden3"})
	})
	do(func(tx *aims.Tx) error {
		return tx.PutInterestedParty(aims.InterestedParty{ID: "hidden4", Name: "to be erased"})
	})
	require.NoError(t, f.Do(t.Context(), "acme", func(m *aims.Manager) error {
		return m.Erase(t.Context(), mover, aims.Subject{Kind: aims.KindInterestedParty, ID: "hidden4"})
	}))
	do(func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "shown3", Name: "last"}) })

	tell := func(p aims.Published) string {
		return fmt.Sprint(p.Seq, p.Verbs, p.Written, p.Withdrawn, p.Erases)
	}
	want := []string{
		"3 [] [organisation/organisation person/shown1] [] []",
		"4 [PutInterestedParty] [interested_party/shown2] [] []",
		"6 [Withdraw] [] [interested_party/shown2] []",
		"10 [PutPerson] [organisation/organisation person/shown3] [] []",
	}
	var told, all []string
	feed, err := f.ChangesFor(t.Context(), "acme", "guest", storage.Head{})
	require.NoError(t, err)
	for p, err := range feed {
		require.NoError(t, err)
		if p.Seq > 1 {
			told = append(told, tell(p))
		}
		text, _ := json.Marshal(p)
		require.NotContains(t, string(text), "hidden")
		if p.Seq == 10 {
			break
		}
	}
	require.Equal(t, want, told)
	for c, err := range f.AllChangesFor(t.Context(), "guest", new(aims.Cursor)) {
		require.NoError(t, err)
		if c.Seq > 1 {
			all = append(all, tell(c.Published))
		}
		if c.Seq == 10 {
			break
		}
	}
	require.Equal(t, want, all)
	require.NoError(t, f.Do(t.Context(), "acme", func(m *aims.Manager) error {
		var mine []string
		for p, err := range m.For("guest").Changes(t.Context(), 1) {
			require.NoError(t, err)
			if mine = append(mine, tell(p)); p.Seq == 10 {
				break
			}
		}
		require.Equal(t, want, mine)
		n := 0
		for p, err := range m.For("editor").Changes(t.Context(), 0) {
			require.NoError(t, err)
			if n++; p.Seq == 10 {
				break
			}
		}
		require.Equal(t, 8, n, "what was erased is told to no reader")
		return nil
	}))
	require.Zero(t, f.Stats().InUse)
}

// What is wrong from the outset is an error of the call.
func TestFeedsFailEarly(t *testing.T) {
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: discreet})
	require.NoError(t, err)
	defer f.Close(context.Background())
	require.NoError(t, f.Create(t.Context(), "acme", mover, foundedBy(mover)))
	for _, c := range []struct {
		tenant string
		after  storage.Head
		is     error
	}{
		{"none", storage.Head{}, aims.ErrNotFound},
		{"acme", storage.Head{Seq: 9, Hash: storage.Hash{1}}, aims.ErrNotFound},
		{"acme", storage.Head{Seq: 1, Hash: storage.Hash{1}}, aims.ErrNotFound},
		{"acme", storage.Head{Seq: 1}, aims.ErrInvalid},
	} {
		_, err := f.Changes(t.Context(), c.tenant, c.after)
		require.ErrorIs(t, err, c.is)
		_, err = f.ChangesFor(t.Context(), c.tenant, "guest", c.after)
		require.ErrorIs(t, err, c.is)
		require.Equal(t, c.tenant, aims.ProblemOf(err).Tenant)
	}
}

// A feed over all goes on from the text of its cursor: nothing is told twice or left
// out, and a tenant that went meanwhile is told to be gone.
func TestCursor(t *testing.T) {
	synctest.Test(t, feedsGoOnFromACursor)
	rapid.Check(t, func(t *rapid.T) {
		c, err := aims.ParseCursor(rapid.StringMatching(`[A-Za-z0-9_-]{0,80}`).Draw(t, "text"))
		if err == nil {
			again, err := aims.ParseCursor(c.String())
			require.NoError(t, err)
			require.Equal(t, c.String(), again.String())
		}
	})
}

func feedsGoOnFromACursor(t *testing.T) {
	before := &clock{now: time.Now().Add(-time.Hour)} // what was, when "now" is asked for
	f, err := aims.NewFleet(memory.NewTenants(), &aims.FleetOptions{Options: func(string) *aims.Options { return &aims.Options{Rights: anybodyErases, Clock: before.Now} }})
	require.NoError(t, err)
	defer f.Close(context.Background())
	write := func(tenant, id string) {
		t.Helper()
		require.NoError(t, f.Update(t.Context(), tenant, mover, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: id, Name: "P"}) }))
	}
	for _, tenant := range []string{"a", "b", "c"} {
		require.NoError(t, f.Create(t.Context(), tenant, mover, foundedBy(mover)))
		write(tenant, "p")
	}
	var told []string
	text := ""
	for range 6 { // one at a time, each in a feed of its own
		at, err := aims.ParseCursor(text)
		require.NoError(t, err)
		for c, err := range f.AllChangesFor(t.Context(), nil, at) {
			require.NoError(t, err)
			told = append(told, fmt.Sprint(c.Tenant, c.Seq))
			at.Note(c)
			break
		}
		text = at.String()
	}
	require.Equal(t, []string{"a1", "a2", "b1", "b2", "c1", "c2"}, told)
	require.NoError(t, f.Delete(t.Context(), "b", mover))
	write("c", "q")
	told = nil
	at, err := aims.ParseCursor(text)
	require.NoError(t, err)
	for c, err := range f.AllChangesFor(t.Context(), nil, at) {
		require.NoError(t, err)
		if told = append(told, fmt.Sprint(c.Tenant, c.Seq, c.Deleted)); len(told) == 2 {
			break
		}
	}
	require.Equal(t, []string{"c3 false", "b0 true"}, told)

	// From now on: of what was nothing is told, of what comes all, also after a break.
	at, err = aims.ParseCursor("now")
	require.NoError(t, err)
	before.Set(time.Now())
	first := make(chan string)
	go func() {
		for c := range f.AllChangesFor(t.Context(), nil, at) {
			at.Note(c)
			first <- fmt.Sprint(c.Tenant, c.Seq)
			return
		}
	}()
	synctest.Wait() // until it waits for what comes
	write("a", "q")
	told = []string{<-first}
	write("a", "r")
	require.NoError(t, f.Create(t.Context(), "d", mover, foundedBy(mover)))
	at, err = aims.ParseCursor(at.String())
	require.NoError(t, err)
	for c, err := range f.AllChangesFor(t.Context(), nil, at) {
		require.NoError(t, err)
		if told = append(told, fmt.Sprint(c.Tenant, c.Seq)); c.Tenant == "d" {
			break
		}
	}
	require.Equal(t, []string{"a3", "a4", "d1"}, told)
	for _, bad := range []string{"x", "now ", text[1:], text + "A", strings.Repeat("A", 5), "AQ=="} {
		_, err := aims.ParseCursor(bad)
		require.ErrorIs(t, err, aims.ErrInvalid, bad)
	}
}
