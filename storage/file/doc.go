// Package file keeps a journal in a directory: the default store. A commit is
// acknowledged once it is on the disk.
//
// # Layout
//
// A store is a directory (mode 0700) of two files (mode 0600):
//
//	journal.log   the commits
//	LOCK          held by the process that has the store open, and who it is
//
// journal.log starts with a header of 64 bytes: the text "AIMSKIT JOURNAL\n",
// the format version (4 bytes; all integers are big-endian; 1 now), 40 zero
// bytes, and the CRC-32C of the 60 bytes before it. After it stand groups, one
// for each batch that was appended, without gaps:
//
//	magic     4 bytes, "AKG1"
//	length    8 bytes, of the payload
//	commits   4 bytes, how many the payload holds
//	first     8 bytes, the sequence number of the first
//	hash      32 bytes, of the last
//	checksum  4 bytes, CRC-32C of the payload
//	checksum  4 bytes, CRC-32C of the 60 bytes before it
//	payload   the commits, as storage.AppendCommit writes them
//
// Zero bytes follow the last group: space is written ahead, so that a sync
// need not wait for the file system to allocate.
//
// # What survives
//
// A batch is one group under one checksum, so after a crash it is there whole
// or not at all. When the store is opened, a last group that is incomplete is
// cut off: it was never acknowledged. An invalid group that is followed by a
// valid one is damage, and opening fails with storage.ErrCorrupt, which names
// the offset; nothing is dropped. One thing the file alone can't tell: whether
// an invalid last group was torn by a crash or damaged later. Keep the hash of
// the head elsewhere where that matters.
//
// After a failed write or sync the outcome is unknown and the store refuses
// further appends with [ErrFailed] until it is opened again.
package file
