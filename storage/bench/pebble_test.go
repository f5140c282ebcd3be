//go:build peers

package bench

import (
	"bytes"

	"github.com/cockroachdb/pebble/v2"
)

func init() { heavyPeers = append(heavyPeers, peer{name: pebbleName, open: openPebble}) }

// pebbleStore is pebble with pebble.Sync, which gathers concurrent commits by
// itself, its newest format and a memtable of 64 MiB, so that it does not stop
// to flush.
type pebbleStore struct{ db *pebble.DB }

func openPebble(dir string, writers int) (store, error) {
	db, err := pebble.Open(dir, &pebble.Options{
		FormatMajorVersion: pebble.FormatNewest,
		MemTableSize:       64 << 20,
		Logger:             silent{},
	})
	if err != nil {
		return nil, err
	}
	return pebbleStore{db}, nil
}

func (s pebbleStore) put(n int64) error {
	return s.db.Set([]byte(recordKey(n)), recordBody(n), pebble.Sync)
}

func (s pebbleStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	it, err := s.db.NewIter(nil)
	if err != nil {
		return nil, err
	}
	for ok := it.First(); ok; ok = it.Next() {
		bodies[string(it.Key())] = bytes.Clone(it.Value())
	}
	return bodies, it.Close()
}

func (s pebbleStore) close() error { return s.db.Close() }

// silent is a pebble.Logger that says nothing.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}
func (silent) Fatalf(string, ...any) {}
