package dashboard

import (
	"encoding/hex"
	"iter"
	"time"

	"github.com/aimskit/aimskit/aims"
)

// Chain names the state of the journal that a screen was read from: whoever has the
// journal can compare the hash with it (aims.Manager.Verify), and with a checkpoint
// that was signed (storage/proof).
type Chain struct {
	// Seq and Hash name the last commit, made at Time; Records is how many live records
	// there are.
	Seq     uint64    `json:"seq"`
	Hash    string    `json:"hash"`
	Time    time.Time `json:"time"`
	Records int       `json:"records"`
	// Imported says when the records were brought by an import, and from which state
	// of another journal; zero if they were not.
	Imported time.Time `json:"imported,omitzero"`
	// ImportedFrom is the number of the commit that they were exported at.
	ImportedFrom string `json:"imported_from,omitempty"`
	// Checkpoint is the last one that was signed.
	Checkpoint string `json:"checkpoint,omitempty"`
	// Erasures are what has been erased when, oldest first.
	Erasures []Erasure `json:"erasures,omitempty"`
}

// Erasure is one commit by which records were erased for good.
type Erasure struct {
	// Seq is the number of the commit.
	Seq uint64 `json:"seq"`
	// Time is when.
	Time time.Time `json:"time"`
	By   string    `json:"by"`
	// Reason says why.
	Reason string `json:"reason"`
	// Subjects are the records.
	Subjects []aims.Subject `json:"subjects"`
}

// ErasuresOf collects from an audit trail, such as aims.Manager.Trail yields, what has
// been erased when.
func ErasuresOf(trail iter.Seq2[aims.Entry, error]) ([]Erasure, error) {
	var all []Erasure
	for e, err := range trail {
		if err != nil {
			return nil, err
		}
		if len(e.Erases) > 0 {
			all = append(all, Erasure{Seq: e.Seq, Time: e.Time, By: e.By.Actor, Reason: e.By.Reason, Subjects: e.Erases})
		}
	}
	return all, nil
}

func (k *look) chain() Chain {
	h := k.v.Head()
	c := Chain{Seq: h.Seq, Hash: hex.EncodeToString(h.Hash[:]), Time: k.v.Time(), Records: k.v.Len(), Checkpoint: k.in.Checkpoint, Erasures: k.in.Erasures}
	if o, ok := k.v.Imported(); ok {
		c.Imported, c.ImportedFrom = o.At, k.Number(int(o.Head.Seq))
	}
	return c
}
