package bench

import (
	"os"
	"path/filepath"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// sealer makes commits of one record each, chained by hash.
type sealer struct {
	head storage.Head
	at   time.Time
}

var (
	salt = []byte("sixteen bytes...")
	meta = []byte(`{"actor":"bench","reason":"measure"}`)
)

// unsealed is a commit but for its place: what writers can do side by side.
func unsealed(n int64) storage.Commit {
	key, body := recordKey(n), recordBody(n)
	return storage.Commit{ID: key, Meta: meta, Changes: []storage.Change{
		{Kind: "risk", Key: key, Schema: 1, Salt: salt, Body: body, Digest: storage.BodyDigest(salt, body)}}}
}

func (s *sealer) next(c storage.Commit) storage.Commit {
	if now := time.Now().UTC().Truncate(time.Microsecond); now.After(s.at) {
		s.at = now
	}
	c.Time = s.at
	c = storage.Seal(s.head, c)
	s.head = c.Head
	return c
}

// bareStore is an append-only file and a sync: the limit of what appending to a
// growing file allows.
type bareStore struct {
	*group[[]byte]
	f   *os.File
	log sealer
}

func openBare(dir string, writers int) (store, error) {
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	s := &bareStore{f: f}
	s.group = newGroup(writers, s.write)
	if err := s.each(func(c storage.Commit) { s.log = sealer{c.Head, c.Time} }); err != nil {
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
	return s.group.put(func() []byte {
		return storage.AppendCommit(make([]byte, 0, 2048), s.log.next(c))
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
