package bench

import (
	"os"
	"path/filepath"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// clock tells the time as commits carry it. It never runs backwards.
type clock struct{ at time.Time }

func (c *clock) now() time.Time {
	if now := time.Now().UTC().Truncate(time.Microsecond); now.After(c.at) {
		c.at = now
	}
	return c.at
}

var (
	salt = []byte("sixteen bytes...")
	meta = []byte(`{"actor":"bench","reason":"measure"}`)
)

// unsealed is the commit of a record, but for its time and its place.
func unsealed(n int64) storage.Commit {
	key := recordKey(n)
	return storage.Commit{ID: key, Meta: meta, Changes: []storage.Change{
		{Kind: "risk", Key: key, Schema: 1, Salt: salt, Body: recordBody(n)}}}
}

// bareStore is an append-only file and a sync: the limit of what appending to a
// growing file allows.
type bareStore struct {
	*group[[]byte]
	f     *os.File
	clock clock
	head  storage.Head
}

func openBare(dir string, writers int) (store, error) {
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	s := &bareStore{f: f}
	s.group = newGroup(writers, s.write)
	if err := s.each(func(c storage.Commit) { s.head, s.clock.at = c.Head, c.Time }); err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

func (s *bareStore) write(batch [][]byte) error {
	b := batch[0]
	for _, more := range batch[1:] {
		b = append(b, more...)
	}
	if _, err := s.f.Write(b); err != nil {
		return err
	}
	return dataSync(s.f)
}

func (s *bareStore) put(n int64) error {
	c := unsealed(n)
	ch := &c.Changes[0]
	ch.Digest = storage.BodyDigest(ch.Salt, ch.Body) // which needs no lock
	return s.group.put(func() []byte {
		c.Time, c.Seq = s.clock.now(), s.head.Seq+1
		c.Hash = c.ChainHash(s.head.Hash)
		s.head = c.Head
		return storage.AppendCommit(make([]byte, 0, 2048), c)
	})
}

// each calls fn with each commit of the file.
func (s *bareStore) each(fn func(storage.Commit)) error {
	b, err := os.ReadFile(s.f.Name())
	for err == nil && len(b) > 0 {
		var c storage.Commit
		var size int
		if c, size, err = storage.DecodeCommit(b); err == nil {
			fn(c)
			b = b[size:]
		}
	}
	return err
}

func (s *bareStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	err := s.each(func(c storage.Commit) { bodies[c.ID] = c.Changes[0].Body })
	return bodies, err
}

func (s *bareStore) close() error { return s.f.Close() }
