package bench

import (
	"bytes"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
)

// boltStore is bbolt as it opens by default: two syncs a commit, of the pages
// and of the meta page.
type boltStore struct {
	db     *bolt.DB
	commit func(func(*bolt.Tx) error) error
}

var boltBucket = []byte("records")

func openBoltUpdate(dir string, writers int) (store, error) {
	s, err := openBolt(dir)
	if err != nil {
		return nil, err
	}
	s.commit = s.db.Update
	return s, nil
}

// openBoltBatch lets a batch go as soon as all writers wait for it; by default
// it would wait for 10 ms or 1,000 calls.
func openBoltBatch(dir string, writers int) (store, error) {
	s, err := openBolt(dir)
	if err != nil {
		return nil, err
	}
	s.db.MaxBatchSize = writers
	s.commit = s.db.Batch
	return s, nil
}

func openBolt(dir string) (*boltStore, error) {
	db, err := bolt.Open(filepath.Join(dir, "bolt.db"), 0o600, nil)
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(boltBucket)
		return err
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	return &boltStore{db: db}, nil
}

func (s *boltStore) put(n int64) error {
	key, body := recordKey(n), recordBody(n)
	return s.commit(func(tx *bolt.Tx) error {
		return tx.Bucket(boltBucket).Put([]byte(key), body)
	})
}

func (s *boltStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(boltBucket).ForEach(func(k, v []byte) error {
			bodies[string(k)] = bytes.Clone(v)
			return nil
		})
	})
	return bodies, err
}

func (s *boltStore) close() error { return s.db.Close() }
