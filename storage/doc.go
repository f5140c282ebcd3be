// Package storage is the contract between the management system and whatever
// keeps it: a [Journal] is an append-only chain of commits, each of whole
// revisions of records. Two methods are all that a store must have; package
// storagetest proves an implementation. What is added comes as a [Batch], which
// nobody can make of commits that do not follow one another.
//
// Everything that the management system promises of its history comes from
// this contract: the audit trail, time travel, atomic changes of many records,
// safety beside other processes, and tamper evidence. The contract does not
// grow when the model does.
//
// # The chain
//
// Each commit carries the hash of itself and its predecessor
// ([Commit.ChainHash]); bodies come into it by salted digests, so that a body
// can be erased and the chain still verifies ([Verify]). A chain shows any
// change of what it holds to whoever keeps a later hash apart from it. It can't
// show that its own last commits were cut off, or that the whole was written
// anew; keep [Head.Hash] somewhere else for that.
//
// Bodies are exact bytes. A store that reformats them breaks the chain.
package storage
