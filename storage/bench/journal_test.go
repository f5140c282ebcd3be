package bench

import (
	"context"
	"path/filepath"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
)

// journalStore is the file store without the management system on it.
type journalStore struct {
	*group[storage.Commit]
	j     *file.Journal
	clock clock
	head  storage.Head
}

func openJournal(dir string, writers int) (store, error) {
	j, err := file.Open(filepath.Join(dir, "store"), nil)
	if err != nil {
		return nil, err
	}
	head, err := j.Head()
	if err != nil {
		j.Close()
		return nil, err
	}
	s := &journalStore{j: j, head: head}
	s.group = newGroup(writers, s.append)
	return s, nil
}

func (s *journalStore) append(batch []storage.Commit) error {
	sealed, err := storage.SealBatch(s.head, batch)
	if err != nil {
		return err
	}
	s.head = sealed.Head()
	return s.j.Append(context.Background(), sealed)
}

func (s *journalStore) put(n int64) error {
	c := unsealed(n)
	return s.group.put(func() storage.Commit {
		c.Time = s.clock.now()
		return c
	})
}

func (s *journalStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	for c, err := range s.j.Log(context.Background(), 0) {
		if err != nil {
			return nil, err
		}
		bodies[c.ID] = c.Changes[0].Body
	}
	return bodies, nil
}

func (s *journalStore) close() error { return s.j.Close() }
