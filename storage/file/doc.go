// Package file keeps a journal in a directory: the default store. A commit is
// acknowledged once it is on the disk.
//
//	journal, err := file.Open("aims-data", nil)
//
// [Open] opens a store for writing, or beside the writer for reading
// ([Options.ReadOnly]). [Journal.Backup] copies it while writing goes on; to
// restore a copy, open it. [Check] verifies everything in a store, and
// [Salvage] copies what is sound in a damaged one into a new one.
//
// # What survives
//
// A batch is one group under one checksum. After the process is killed or the
// power fails, every batch that was acknowledged is there, and the one that was
// being written is there whole or not at all. Opening cuts off a group that is
// not whole, if it comes after everything that was acknowledged.
//
// Damage is found wherever it is, by checksum when it is read and by the chain
// of hashes in [Check], and is reported as storage.ErrCorrupt, as a [*Damage]
// with file and offset. Nothing is repaired by dropping what may have been
// acknowledged.
//
// After a write or sync of the log has failed, the outcome is unknown and the
// store refuses to write with [ErrFailed] until it is opened again. Opening
// writes again what is not known to be on the disk, because a system whose sync
// has failed once may believe that it is.
//
// Three things the files alone can't tell. That the whole store was put back
// to an earlier state: keep [Journal.Head] elsewhere and open with
// [Options.Expect]. That its history was written anew, by somebody who can
// compute hashes: the same. And whether the last group was torn by a crash or
// damaged later, if the power failed right after it was acknowledged and before
// the system wrote by itself what says so; a store that was closed, or opened
// since, has no such doubt.
//
// The disk is taken at its word: after a sync it holds what was synced, a sector
// that is written when the power fails holds the old content or the new, and
// renaming a file within a directory happens or does not. A disk that lies about
// syncing leaves a valid prefix of the log, or a store that is refused.
//
// On Linux a sync is fdatasync; on macOS it is F_FULLFSYNC, which reaches the
// disk itself; on Windows it is FlushFileBuffers, and directory entries are left
// to the file system's own journal, which must be one that can replace a file
// that is open, as NTFS can since Windows 10. Where a system has no lock that goes
// with the process, Open refuses to write.
//
// # Speed
//
// Space is written ahead of the log as zeros, in growing steps up to a mebibyte,
// and from the middle of a segment on so is the next one, so that most syncs
// write data and no metadata. Close cuts off what was not used. Opening reads the
// last segment, and of each other one its header and its seal: a long history
// costs little. Nothing is compressed: records shrink to 0.3 with compress/flate,
// but reading them takes many times as long, and one flipped bit would cost a
// whole block of commits.
//
// # Format
//
// FORMAT.md, beside this file, gives every byte of a store: enough for a reader
// in another language. A release reads what earlier ones wrote.
package file
