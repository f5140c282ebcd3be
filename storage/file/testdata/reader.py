#!/usr/bin/env python3
"""Reads a store of format version 2, from FORMAT.md alone.

    reader.py DIRECTORY

prints a line for each commit: number, hash, time, id, and for each change
kind, key, schema and the body, "-" for none and "erased" for an erased one.
It fails if a checksum, a digest or the chain of hashes does.
"""
import hashlib
import os
import struct
import sys

TABLE = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    TABLE.append(n)


def crc32c(data):
    c = 0xFFFFFFFF
    for b in data:
        c = TABLE[(c ^ b) & 255] ^ c >> 8
    return c ^ 0xFFFFFFFF


def u32(b, at):
    return struct.unpack_from(">I", b, at)[0]


def u64(b, at):
    return struct.unpack_from(">Q", b, at)[0]


def need(ok, what):
    if not ok:
        sys.exit("damaged: " + what)


class Payload:
    def __init__(self, b):
        self.b, self.at = b, 0

    def take(self, n):
        need(self.at + n <= len(self.b), "a commit is cut short")
        self.at += n
        return self.b[self.at - n : self.at]

    def sized(self):
        return self.take(u32(self.take(4), 0))


def sized(b):
    return struct.pack(">Q", len(b)) + b


def root(leaves):
    """The root of RFC 6962, section 2.1, over hashes of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return hashlib.sha256(b"\1" + root(leaves[:left]) + root(leaves[left:])).digest()


def commit(p, parent):
    seq, digest, time = p.take(8), p.take(32), p.take(8)
    ident, meta, count = p.sized(), p.sized(), u32(p.take(4), 0)
    covered = b"aimskit commit v1\0" + parent + seq + time + sized(ident) + sized(meta) + struct.pack(">Q", count)
    changes, leaves = [], []
    for _ in range(count):
        kind, key, schema, body_digest, salt = p.sized(), p.sized(), u32(p.take(4), 0), p.take(32), p.sized()
        body = p.sized() if p.take(1) == b"\1" else None
        leaves.append(hashlib.sha256(b"\0" + sized(kind) + sized(key) + struct.pack(">Q", schema) + body_digest).digest())
        if body is not None:
            need(hashlib.sha256(sized(salt) + body).digest() == body_digest, "a body")
        shown = body.hex() if body is not None else "erased" if any(body_digest) else "-"
        changes.append("%s %s %d %s" % (kind.decode(), key.decode(), schema, shown))
    need(hashlib.sha256(covered + root(leaves)).digest() == digest, "the chain")
    print(u64(seq, 0), digest.hex(), struct.unpack(">q", time)[0], ident.decode(), *changes)
    return u64(seq, 0), digest


def main(directory):
    seq, parent = 0, bytes(32)
    names = sorted(n for n in os.listdir(directory) if n.startswith("journal-") and n.endswith(".log"))
    for name in names:
        with open(os.path.join(directory, name), "rb") as f:
            b = f.read()
        need(b[:16] == b"AIMSKIT JOURNAL\n" and crc32c(b[:4092]) == u32(b, 4092), "the header of " + name)
        need(u32(b, 16) == 2, "the version of " + name)
        need(u64(b, 24) == seq + 1 and b[32:64] == parent, name + " does not follow")
        acknowledged = max([u64(b, at + 4) for at in (4096, 8192)
                            if b[at : at + 4] == b"AKS2" and crc32c(b[at : at + 60]) == u32(b, at + 60)] + [seq])
        at, end, trailer = 12288, len(b), b[-64:]
        if trailer[:4] == b"AKE2" and crc32c(trailer[:60]) == u32(trailer, 60):
            end = u64(trailer, 4)
        while at + 64 <= end and b[at : at + 4] == b"AKG2" and crc32c(b[at : at + 60]) == u32(b, at + 60):
            payload = b[at + 64 : at + 64 + u64(b, at + 4)]
            if at + 64 + u64(b, at + 4) > end or crc32c(payload) != u32(b, at + 56):
                break
            p = Payload(payload)
            for _ in range(u32(b, at + 12)):
                number, parent = commit(p, parent)
                need(number == seq + 1, "commit %d follows %d" % (number, seq))
                seq = number
            at += 64 + len(payload)
        need(seq >= acknowledged, name + " ends before what was acknowledged")


main(sys.argv[1])
