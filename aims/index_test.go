package aims

import (
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

func listed(systems iter.Seq[register.System], keep func(register.System) bool) []string {
	out := []string{}
	for s := range systems {
		if keep(s) {
			out = append(out, fmt.Sprint(s.ID, " ", s.Revision))
		}
	}
	return out
}

// requireLists checks what the lists say against a look at every record.
func requireLists(t require.TestingT, r *reading) {
	every := func(register.System) bool { return true }
	for _, owner := range []string{"", "ada", "bob", "a", "nobody", "ada\x00"} {
		require.Empty(t, cmp.Diff(
			listed(r.Systems().All(), func(s register.System) bool { return s.Owner == owner }),
			listed(r.SystemsByOwner(owner).All(), every)), "owner %q", owner)
	}
	for _, stage := range append(register.Stages(), "", "nowhere") {
		require.Empty(t, cmp.Diff(
			listed(r.Systems().All(), func(s register.System) bool { return s.Stage == stage }),
			listed(r.SystemsAt(stage).All(), every)), "stage %q", stage)
		n := 0
		for id := range r.SystemsAt(stage).IDs() {
			s, ok := r.Systems().Get(id)
			require.True(t, ok)
			require.Equal(t, stage, s.Stage)
			n++
		}
		require.Len(t, listed(r.SystemsAt(stage).All(), every), n)
		require.Equal(t, n, r.SystemsAt(stage).Len())
	}
}

// Whatever is written, and rolled back, the lists agree with a look at every
// record: in the transaction, in views taken before and after, and in what is
// read back from the journal and from a snapshot.
func TestListsAgreeWithTheRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := memory.New()
		m, err := Open(t.Context(), j, nil)
		require.NoError(rt, err)
		defer m.Close()
		by := By{Actor: "test", Reason: "test"}
		require.NoError(rt, m.Update(t.Context(), by, func(tx *Tx) error {
			for _, id := range []string{"a", "ada", "bob"} {
				if _, err := tx.PutPerson(Person{ID: id, Name: id}); err != nil {
					return err
				}
			}
			return nil
		}))
		views := []*View{m.View()}
		undo := errors.New("undo")
		for range rapid.IntRange(1, 8).Draw(rt, "commits") {
			fail := rapid.Bool().Draw(rt, "fail")
			err := m.Update(t.Context(), by, func(tx *Tx) error {
				for range rapid.IntRange(1, 6).Draw(rt, "writes") {
					id := fmt.Sprint("s", rapid.IntRange(0, 9).Draw(rt, "id"))
					owner := rapid.SampledFrom([]string{"", "a", "ada", "bob"}).Draw(rt, "owner")
					s, ok := tx.Systems().Get(id)
					switch stage := rapid.SampledFrom(register.Stages()).Draw(rt, "stage"); {
					case !ok:
						_, err := tx.RegisterSystem(register.System{ID: id, Name: id, Owner: owner, Stage: stage})
						require.NoError(rt, err)
					case rapid.Bool().Draw(rt, "revert"):
						_, _ = tx.RevertStage(id, stage) // back, or refused
					default:
						s.Owner = owner
						_, _, err := tx.ReviseSystem(s)
						require.NoError(rt, err)
					}
				}
				requireLists(rt, &tx.reading)
				if fail {
					return undo
				}
				return nil
			})
			if fail {
				require.ErrorIs(rt, err, undo)
			} else {
				require.NoError(rt, err)
			}
			views = append(views, m.View())
		}
		for _, v := range views {
			requireLists(rt, &v.reading)
		}
		again, err := loadAt(t.Context(), j, time.Now().AddDate(1, 0, 0))
		require.NoError(rt, err)
		requireLists(rt, &again.reading)
		s, err := snapshotOf(m.View(), nil)
		require.NoError(rt, err)
		b, err := readSnapshot(s)
		require.NoError(rt, err)
		requireLists(rt, &reading{ts: b.ts})
		// A list ends where the loop does.
		for range again.SystemsAt(register.StageDesign).All() {
			break
		}
		for range again.SystemsAt(register.StageDesign).IDs() {
			break
		}
	})
}
