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
// has one form: any change of a byte is refused. FORMAT.md, beside this file,
// gives what is hashed and the text forms: enough to verify with other means.
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
package proof
