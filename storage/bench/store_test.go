package bench

// store is one peer, opened on a directory of its own, under the work that all
// of them do: one record a commit, durable when put returns.
type store interface {
	// put writes record n (see recordKey and recordBody). It is safe for
	// concurrent use by as many writers as the peer was opened for; no number
	// is put twice.
	put(n int64) error
	// all reads back the bodies of all records by their keys.
	all() (map[string][]byte, error)
	close() error
}

// peer is a way to keep records.
type peer struct {
	name string
	// chain says that the commits are chained by hash.
	chain bool
	// open opens a new store in an empty directory for a number of writers.
	open func(dir string, writers int) (store, error)
	// only is the number of writers that the peer is measured with; 0 if with
	// any.
	only int
}

// peers are all that are compiled in, in the order of the table.
func peers() []peer {
	all := []peer{
		{name: bareName, chain: true, open: openBare},
		{name: journalName, chain: true, open: openJournal},
		{name: managerName, chain: true, open: openManager},
		{name: managerName + ", no snapshots", chain: true, open: openWithoutSnapshots},
		{name: "bbolt Update", open: openBoltUpdate},
		{name: "bbolt Batch", open: openBoltBatch, only: 64},
	}
	return append(all, heavyPeers...)
}

// The peers that others are compared with.
const (
	bareName    = "bare append + fdatasync"
	journalName = "aimskit storage/file"
	managerName = "aimskit Manager.Update"
	pebbleName  = "pebble Set, Sync"
)

// heavyPeers are those that take minutes to compile: see the build tag peers.
var heavyPeers []peer
