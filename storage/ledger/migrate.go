package ledger

import (
	"context"
	"fmt"

	"github.com/aimskit/aimskit/issue"
)

// Migration is a step that a ledger takes once, on opening: what an Upcaster can't
// do, which sees one body at a time. It reads the whole state and writes what must
// change, as one commit that names it. It is never changed once released.
type Migration struct {
	// Name names the step for good, such as "2027-01-roles-have-terms".
	Name string
	// Do writes what must change; nothing is a good answer. It runs as the ledger
	// itself: Options.Authorize is not asked, kinds are checked as ever.
	Do func(*Tx) error
	// Needed says of a state whether there is anything to do; nil if that is for Do to
	// see. While there is nothing, no commit is made, and the next opening asks again.
	Needed func(Reader) bool
}

// due reports whether a migration is to be made.
func (l *Ledger) due(m Migration) bool {
	v := l.View()
	return !v.ts.isMigrated(m.Name) && (m.Needed == nil || m.Needed(v))
}

// Pending returns the names of the migrations that have not been made: all that are due
// if the ledger was opened with Options.Unmigrated or the journal takes no commits, else
// none.
func (l *Ledger) Pending() []string {
	var names []string
	for _, m := range l.opts.Migrations {
		if l.due(m) {
			names = append(names, m.Name)
		}
	}
	return names
}

// migrate makes the migrations that are due, each in a commit of its own. Of two
// who open at once, one makes it.
func (l *Ledger) migrate(ctx context.Context) error {
	for _, m := range l.opts.Migrations {
		if !l.due(m) {
			continue
		}
		by := By{Actor: l.opts.FoundBy.Actor, Reason: "migration " + m.Name}
		err := l.update(ctx, by, func(tx *Tx) error {
			if tx.ts.isMigrated(m.Name) {
				return nil // another process was first
			}
			tx.depth, tx.current, tx.founding = 1, "Migrate", true
			tx.verbs, tx.migrations = append(tx.verbs, "Migrate"), []string{m.Name}
			return m.Do(tx)
		})
		if issue.CodeOf(err) == issue.CodeReadOnly {
			l.opts.Logger.Warn("ledger: a migration waits until the journal can be written to", "migration", m.Name)
			return nil
		}
		if err != nil {
			return fmt.Errorf("migration %q: %w", m.Name, err)
		}
	}
	return nil
}

// checkMigrations looks at the names.
func checkMigrations(all []Migration, is *issue.Issues) {
	seen := make(map[string]bool)
	for i, m := range all {
		field := issue.Index("migrations", i)
		switch {
		case !issue.ValidKey(m.Name):
			is.Add(field+".name", "key", m.Name, "%s", issue.KeyRule)
		case seen[m.Name]:
			is.Add(field+".name", "repeated", m.Name, "two migrations have this name")
		case m.Do == nil:
			is.Add(field+".do", "required", m.Name, "say what it does")
		}
		seen[m.Name] = true
	}
}

// migrated is by what the tables remember that a migration has been made: no kind
// has a name that begins like that.
const migrated = "#migration/"

func (t *tables) isMigrated(name string) bool {
	_, done := t.erased.Get(migrated + name)
	return done
}

func (t *tables) migrate(names []string) {
	for _, name := range names {
		t.erased.Set(migrated+name, nil)
	}
}
