package bench

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/file"
)

var by = aims.By{Actor: "bench", Reason: "measure"}

var bencher = aims.Person{ID: "bench", Name: "Bench"}

// managerStore is a management system on the file store: what an embedder
// calls.
type managerStore struct {
	*aims.Manager
	j *file.Journal
}

func openManager(dir string, _ int) (store, error) {
	return openSystem(filepath.Join(dir, "store"), true)
}

// openWithoutSnapshots shows what the snapshots cost that are written along.
func openWithoutSnapshots(dir string, _ int) (store, error) {
	return openSystem(filepath.Join(dir, "store"), false)
}

// openSystem opens the management system in a directory, with snapshots or by
// reading the log.
func openSystem(dir string, snapshots bool) (*managerStore, error) {
	j, err := file.Open(dir, nil)
	if err != nil {
		return nil, err
	}
	opts := &aims.Options{Eraser: j, Founder: bencher, Clock: func() time.Time { return written }}
	if snapshots {
		opts.Snapshots = j
	}
	m, err := aims.Open(context.Background(), j, opts)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return &managerStore{m, j}, nil
}

func (s *managerStore) put(n int64) error {
	r := recordRisk(n)
	return s.Update(context.Background(), by, func(tx *aims.Tx) error {
		return tx.PutRisk(r)
	})
}

func (s *managerStore) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	for r := range s.View().Risks().All() {
		r.Revision = 0 // which the body that was put has not
		body, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		bodies[r.ID] = body
	}
	return bodies, nil
}

func (s *managerStore) close() error {
	return errors.Join(s.Manager.Close(context.Background()), s.j.Close())
}
