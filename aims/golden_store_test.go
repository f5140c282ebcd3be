package aims_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
)

// updateStore writes the golden store that is missing. One of a version that was
// released is never written anew.
var updateStore = flag.Bool("update-store", false, "write testdata/stores/v1 if it is missing")

// trailText tells the audit trail of an organisation in lines.
func trailText(t testing.TB, o *org) string {
	var b strings.Builder
	for e, err := range o.Trail(t.Context(), 0) {
		require.NoError(t, err)
		fmt.Fprintf(&b, "%d %s %s: %s %q\n", e.Seq, e.Time.Format("2006-01-02T15:04:05.000000Z07:00"), e.By.Actor, strings.Join(e.Verbs, ","), e.By.Reason)
		for _, c := range e.Changes {
			fmt.Fprintf(&b, "  %s %s\n", c.What, c.Subject)
		}
		for _, s := range e.Erases {
			fmt.Fprintf(&b, "  erases %s\n", s)
		}
	}
	return b.String()
}

// writeGoldenStore writes a small organisation with a past.
func writeGoldenStore(t *testing.T, dir string) {
	o, j := onDisk(t, filepath.Join(t.TempDir(), "store"), &clock{now: day0})
	o.staffed()
	o.do("ada", func(tx *aims.Tx) error { return tx.RegisterSystem(spamFilter()) })
	o.do("bob", func(tx *aims.Tx) error { return tx.RegisterSystem(cvScreener()) })
	o.clock.Set(day0.AddDate(0, 1, 0))
	o.do("bob", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("spam")
		s.Owner, s.Description = "bob", "sorts mail — très bien"
		_, err := tx.ReviseSystem(s)
		return err
	})
	o.do("lea", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = calendar.Of(tx.Now(), nil)
		return tx.PutPerson(p)
	})
	o.clock.Set(day0.AddDate(0, 2, 0))
	require.NoError(t, o.Erase(t.Context(), asks, adaID))
	require.NoError(t, o.Checkpoint(t.Context()))
	require.NoError(t, o.issue("after-the-snapshot"))
	_, err := j.Backup(t.Context(), filepath.Join(dir, "store"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "trail.txt"), []byte(trailText(t, o)), 0o600))
}

// TestGoldenStores opens the whole store of each version that was ever released:
// who did what and why is told as it was then, the records are there, and work
// goes on. It stands in for every store that somebody has kept.
func TestGoldenStores(t *testing.T) {
	if present := "testdata/stores/v1"; *updateStore {
		require.NoDirExists(t, present)
		require.NoError(t, os.MkdirAll(present, 0o755))
		writeGoldenStore(t, present)
	}
	goldens, err := filepath.Glob("testdata/stores/v*")
	require.NoError(t, err)
	require.NotEmpty(t, goldens)
	for _, golden := range goldens {
		t.Run(filepath.Base(golden), func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(golden, "trail.txt"))
			require.NoError(t, err)
			dir := filepath.Join(t.TempDir(), "store")
			require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(golden, "store"))))
			_, err = file.Check(t.Context(), dir)
			require.NoError(t, err)

			reader, err := file.Open(filepath.Join(golden, "store"), &file.Options{ReadOnly: true})
			require.NoError(t, err)
			defer reader.Close()
			c := &clock{now: day0.AddDate(10, 0, 0)}
			fromLog := openOrg(t, reader, c)
			require.Empty(t, cmp.Diff(string(want), trailText(t, fromLog)))
			v := fromLog.View()
			s, ok := v.Systems().Get("spam")
			require.True(t, ok)
			require.Equal(t, "bob", s.Owner)
			require.Equal(t, "sorts mail — très bien", s.Description)
			require.Equal(t, register.StageOperation, s.Stage)
			require.Equal(t, 38, v.Decisions().Len())
			require.False(t, v.People().Has("ada"))
			require.NotZero(t, v.Assessments().Len())

			o, j := onDisk(t, dir, c) // from the snapshot, where it is still of use
			require.Empty(t, cmp.Diff(records(t, v), records(t, o.View())))
			require.Empty(t, o.Unerased())
			sponsor, ok := o.View().Holder(aims.RoleSponsor, o.clock.Now())
			require.True(t, ok, "%v", list(o.View().People().All()))
			o.do(sponsor.ID, func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: "cleo", Name: "Ten years later"}) })
			require.NoError(t, o.Close(context.Background()))
			head, err := storage.Verify(t.Context(), j)
			require.NoError(t, err)
			require.Equal(t, v.Head().Seq+1, head.Seq)
		})
	}
}
