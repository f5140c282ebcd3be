//go:build peers

package bench

import (
	"encoding/json"
	"errors"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"

	"github.com/aimskit/aimskit/register"
)

func init() { heavyPeers = append(heavyPeers, peer{name: "raft-wal", open: openRaftWAL}) }

// raftWAL is the log of HashiCorp's Raft. It takes batches from one caller, so
// many writers are gathered as Raft's leader gathers them.
type raftWAL struct {
	*group[*raft.Log]
	w     *wal.WAL
	meta  *metadb.BoltMetaDB // which closing the log leaves open
	index uint64
}

func openRaftWAL(dir string, writers int) (store, error) {
	meta := &metadb.BoltMetaDB{}
	w, err := wal.Open(dir, wal.WithLogger(hclog.NewNullLogger()), wal.WithMetaStore(meta))
	if err != nil {
		return nil, err
	}
	last, err := w.LastIndex()
	if err != nil {
		return nil, errors.Join(err, w.Close(), meta.Close())
	}
	return &raftWAL{group: newGroup(writers, w.StoreLogs), w: w, meta: meta, index: last}, nil
}

func (s *raftWAL) put(n int64) error {
	body := recordBody(n)
	return s.group.put(func() *raft.Log {
		s.index++
		return &raft.Log{Index: s.index, Term: 1, Type: raft.LogCommand, Data: body}
	})
}

func (s *raftWAL) all() (map[string][]byte, error) {
	bodies := make(map[string][]byte)
	for i := uint64(1); i <= s.index; i++ {
		var l raft.Log
		if err := s.w.GetLog(i, &l); err != nil {
			return nil, err
		}
		var r register.Risk
		if err := json.Unmarshal(l.Data, &r); err != nil {
			return nil, err
		}
		bodies[r.ID] = l.Data
	}
	return bodies, nil
}

func (s *raftWAL) close() error { return errors.Join(s.w.Close(), s.meta.Close()) }
