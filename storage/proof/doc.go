// Package proof shows to somebody outside that a journal's history has not been
// rewritten, and that one revision of one record is part of it, without showing
// the rest.
//
// The commits of a journal are the leaves of a Merkle tree as in RFC 6962. A
// [Tree] keeps its hashes. A [Checkpoint] is the tree's root at one size, in
// three lines of text, signed ([Sign]) and perhaps cosigned by a [Witness] and
// stamped by a [Timestamper]. Whoever keeps a checkpoint can later be shown
//
//   - that the journal still holds what it held then ([Tree.Check], for those who
//     have the journal; [Consistency], for those who have only the next
//     checkpoint);
//   - what one record said, when it was recorded and by whom ([Receipt]).
//
// A [Policy] says whose signatures count. Nothing here reads the clock, opens a
// connection or keeps a key. Whatever is parsed is checked, bounded in size, and
// has one form: any change of a byte is refused.
//
// # What is hashed
//
// The hash of a commit is storage.Header.Hash: over the hash of the commit
// before, sequence number, time, ID, metadata, and the root of a small tree over
// the commit's changes, each of which is hashed by storage.Change.LeafHash over
// kind, key, schema and digest; the digest is storage.BodyDigest of salt and
// body. The comments there give the bytes. The data of the leaf of commit n,
// which has index n-1, are the 32 bytes of its hash, and nothing else; so the
// tree is built of the same hashes as the journal's chain. In both trees, as RFC
// 6962 has it, in section 2.1,
//
//	leaf  = SHA-256(0x00, data)
//	node  = SHA-256(0x01, left, right)
//	root of no leaves = SHA-256 of nothing
//	root of n leaves  = node(root of the first k, root of the others),
//	                    k the largest power of two below n
//
// A record whose body was erased keeps its digest, so every proof stays valid.
//
// # What a receipt shows and hides
//
// It shows one change and the whole of its commit's header, and of the other
// changes of the commit only how many they are, and hashes. Those can't be
// guessed while the salts stay secret, save for withdrawals, which have none:
// who guesses kind and key of a withdrawn record can tell that it was among
// them. A receipt says that a revision was recorded, not that no later one was.
//
// # Text forms
//
// A checkpoint has the form of C2SP's tlog-checkpoint in a signed note: origin,
// size, and root in base64, each a line; an empty line; a line for each
// signature. It has no extension lines, and those of others are ignored.
//
// A consistency proof is
//
//	aimskit consistency v1
//	old 5
//	new 12
//	path <hash>              as often as there are hashes, in the order of RFC 6962
//
// and a receipt is
//
//	aimskit receipt v1
//	size 12                  of the checkpoint for which it was made, in commits
//	seq 5                    of the commit
//	time 2026-01-02T03:04:05.678901Z
//	id <value>               of the commit
//	meta <value>             who and why
//	parent <hash>            of the commit before
//	changes 3                how many the commit has
//	root <hash>              of the tree over them
//	index 1                  which of them this is, from 0
//	kind <value>
//	key <value>
//	schema 1
//	salt <value>             or, for these two lines, one:
//	body <value>             "body withheld <digest>" or "body withdrawn"
//	inner <hash>             audit path of the change in the commit, leaf first
//	path <hash>              audit path of the commit in the journal, leaf first
//
// A hash is 32 bytes in base64, with padding. A value is "empty"; or "text"
// and, after a space, UTF-8 without control characters, in which \\, \n, \r and
// \t stand for a backslash, a line feed, a carriage return and a tab; or, only
// if it can't be written so, "base64" and, after a space, that. Lines end with a
// line feed.
package proof
