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
// the system wrote the slot (see below) by itself; a store that was closed, or
// opened since, has no such doubt.
//
// The disk is taken at its word: after a sync it holds what was synced, a sector
// that is written when the power fails holds the old content or the new, and
// renaming a file within a directory happens or does not. A disk that lies about
// syncing leaves a valid prefix of the log, or a store that is refused.
//
// On Linux a sync is fdatasync; on macOS it is F_FULLFSYNC, which reaches the
// disk itself; on Windows it is FlushFileBuffers, and directory entries are left
// to the file system's own journal, which must be one that can replace a file
// that is open, as NTFS can since Windows 10. Where a system has no lock that goes with
// the process, Open refuses to write.
//
// # Speed
//
// Space is written ahead of the log as zeros, in growing steps up to a
// mebibyte, so that most syncs write data and no metadata; space that is only
// allocated spares less. From the middle of a segment on the next one is written
// as zeros too, little by little, so that no writer waits for it. Close cuts off
// what was not used. Opening reads the
// last segment, and of each other one its header and its seal: a long history
// costs little. Nothing is compressed. With compress/flate the records of a
// management system shrink to 0.3 of their size, but at 10 to 40 MB a second,
// and grow again at 60 to 140, where a checksum takes a second for 8 GB: reading
// a snapshot would take many times as long, and one flipped bit in a segment
// would cost a whole block of commits.
//
// # Format
//
// What follows is version 2 of the format, of which there has been no release
// before it. It says all that a reader of its own needs.
//
// A store is a directory (mode 0700) of these files (mode 0600):
//
//	journal-00000000000000000001.log   the segments of the log; the name has the
//	journal-00000000000000000874.log   sequence number of the first commit in it
//	...
//	snapshot     the live records at one head; may be missing
//	LOCK         locked, as is the directory where the system can, by the process
//	             that has the store open for writing; a line of text says which
//	*.new        a file that was being written, or that is to be the next
//	             segment; without meaning
//	INCOMPLETE   a copy to this directory has not finished: it is no store
//
// Integers are unsigned and big-endian, of 4 bytes (u32) or 8 (u64); a time is a
// signed u64, the microseconds since 1970 in UTC. Checksums are CRC-32C
// (Castagnoli) as u32. A hash is the 32 bytes of a SHA-256. Bytes not named are
// zero.
//
// A segment starts with three blocks of 4096 bytes, the header and two slots;
// then come its groups; then, if it is sealed, its seal. The last segment is
// not sealed, and zeros may follow its last group: space is written ahead, so
// that a sync need not wait for the file system. All others are sealed, save
// that after a crash the last but one may not be while the last has no group.
//
// The header, at offset 0:
//
//	 0    text         16 bytes, "AIMSKIT JOURNAL\n"
//	16    version      u32, 2
//	24    first        u64, sequence number of the segment's first commit
//	32    parent       hash of the commit before; zeros if first is 1
//	64    time         time of the commit before; zero if first is 1
//	72    generation   u64, how often the segment was written anew, to erase
//	80    erased       u64, up to which commit that was last; zero if never
//	4092  checksum     of the 4092 bytes before
//
// Text, version and checksum stand where they do in all versions to come.
//
// A slot, at offset 4096 and at 8192, says what has been acknowledged. It is
// written after the sync of a group, to the two in turn, and reaches the disk
// with the next sync, so it never says too much and is at most one group
// behind. The one of the greater sequence number counts. One may be torn, with
// a checksum that fails. Until the first group is acknowledged both name the
// commit before the segment and end 12288, so neither is ever without content.
//
//	 0  magic      4 bytes, "AKS2"
//	 4  last       u64, sequence number of the last commit acknowledged
//	12  hash       of that commit
//	44  end        u64, the offset where its group ends
//	60  checksum   of the 60 bytes before
//
// Groups stand from offset 12288 on, without gaps, one for each batch that was
// appended. If a group fails a checksum at or after the end that the slots name,
// the log ends before it; anywhere else it is damage, as is a group that passes
// its checksums and is not what is described here.
//
//	 0  magic      4 bytes, "AKG2"
//	 4  length     u64, of the payload
//	12  commits    u32, how many the payload holds, at least 1
//	16  first      u64, sequence number of the first
//	24  hash       of the last
//	56  checksum   of the payload
//	60  checksum   of the 60 bytes before
//	64  payload    the commits, one after another
//
// A commit, where a text or bytes are a u32 length and as many bytes:
//
//	seq        u64
//	hash       hash
//	time       time
//	id         text
//	meta       bytes
//	changes    u32, how many; of each:
//	  kind     text
//	  key      text
//	  schema   u32
//	  digest   of salt and body; zeros if the record is withdrawn
//	  salt     bytes
//	  body     1 byte, and if it is 1, bytes; 0 under a digest that is not
//	           zero means that the body was erased
//
// The digest of a body is the SHA-256 of the length of the salt as u64, salt and
// body. The hash of a commit is the SHA-256 of: the 17 characters "aimskit commit
// v1" and a zero byte; the hash of the commit before (zeros for the first); seq
// and time as u64; id and meta, each preceded by its length as u64; the number of
// changes as u64; and the root, by RFC 6962, section 2.1, of a Merkle tree over
// the changes in order. A leaf of it is the SHA-256 of a zero byte, kind and key,
// each preceded by its length as u64, schema as u64, and digest; a node that of a
// one byte and its two children; the root of no changes that of nothing. The hash
// does not cover salts and bodies but through their digests, so erasing a body
// leaves it as it is.
//
// A seal is an index and a trailer. The index has 16 bytes for the first group,
// and for each that starts 65536 bytes or more after the last one indexed: the
// sequence number of its first commit and its offset, both u64. The trailer is
// the last 64 bytes of the file:
//
//	 0  magic      4 bytes, "AKE2"
//	 4  end        u64, the offset where the groups end and the index starts
//	12  last       u64, sequence number of the segment's last commit
//	20  hash       of that commit
//	52  entries    u32, how many the index has
//	56  checksum   of the index
//	60  checksum   of the 60 bytes before
//
// A new segment is made whole under another name, synced and renamed, before
// the one before it is sealed: a sealed segment that is the last shows that one
// is missing. Erasing writes a segment anew in the same way.
//
// The snapshot is a header of 128 bytes, then form, then data, and nothing
// after them. Its head is one of the log, beyond all that was erased; otherwise
// it does not count.
//
//	  0  text         16 bytes, "AIMSKIT SNAPSHOT"
//	 16  version      u32, 2
//	 20  form length  u32
//	 24  last         u64, sequence number of the last commit that it shows
//	 32  hash         of that commit
//	 64  time         of that commit
//	 72  data length  u64
//	 80  checksum     of form and data
//	124  checksum     of the 124 bytes before
package file
