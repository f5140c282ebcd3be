// Package bench measures the stores of aimskit beside others that engineers
// trust, in one run on one machine: package storage/file, bare and under
// aims.Manager, bbolt, SQLite, pebble, raft-wal, and an append-only file with
// the same hash chain and nothing else. It holds nothing to import.
//
//	go test -tags peers -run '^TestTable$' -table -records 100000 -timeout 1h
//	go test -tags peers -run '^$' -bench .
//
// The first prints the table of the README as Markdown: medians of -rounds
// rounds (5), in each of which all take their turn for -period (1s), so that
// what else the machine does falls on all alike. It wants some GB in the
// directory for temporary files, which must be on the disk that is meant: a
// file system in memory has no syncs to wait for. -records is the number of
// live records of the stores that are opened and read, 10,000 by default, and
// -commits that of the journal with a long history, ten times as many by
// default. A tenth of the records are systems, a tenth their assessments, the
// rest risks: 950 bytes on average. Lists and reads of one record are of as many
// systems. Figures are good for ratios on one machine, not to compare two.
//
// # What the peers do
//
// Each writes the same bodies of about 950 bytes, one to a commit, and has
// each on the disk before the writer goes on. Bodies are made beforehand, save
// that Manager.Update takes the record as a value, validates and encodes it.
//
//   - bare append + fdatasync: the commit with its hash chain, encoded as
//     storage.AppendCommit does, added to a file that grows. It checks nothing
//     and can't be reopened after damage. With many writers it gathers what they
//     bring while the last sync is on its way, as aims.Manager does.
//   - aimskit storage/file: file.Journal, with the same gathering. Hash chain,
//     salted digests of bodies, a checksum for each group, the acknowledged head;
//     each batch is checked before it is written.
//   - aimskit Manager.Update: tx.PutRisk on a Manager over file.Journal, which
//     writes snapshots now and then as the journal grows; and once without them.
//   - bbolt Update, Batch: as it opens by default: data pages and then the meta
//     page are synced. Batch may go as soon as all writers wait for it, in place
//     of after 10 ms. A B+ tree that can be read at once; no hash chain, no
//     checksum but that of the meta page, no history.
//   - SQLite (modernc.org/sqlite): journal_mode=WAL, synchronous=FULL, which
//     syncs the log at each commit; one connection, a prepared INSERT by an
//     integer key, each in its own transaction. A table that can be read at once;
//     checksums in the log, no hash chain, no history.
//   - pebble: Set with pebble.Sync, which gathers by itself; its newest format
//     and a memtable of 64 MiB. Checksums, no hash chain, no history.
//   - raft-wal: StoreLogs, which is for one caller, with the same gathering as
//     ours. A log as ours is; checksums, no hash chain.
//
// Syncs are counted apart from the measuring, by strace where it is installed:
// calls of fsync and fdatasync for each commit.
//
// # The build tag peers
//
// SQLite, pebble and raft-wal take minutes to compile, with the race detector
// the more. They are compiled with the tag peers only, so that the gate stays
// brief; go.mod lists what they need either way. Without the tag everything
// else works, and ratios to them are left out.
package bench
