package file_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/storagetest"
)

// update writes the golden store of the present version anew. A store of a
// version that was released is never written anew.
var update = flag.Bool("update", false, "write the golden store of the present version anew")

// goldenLog is what the golden stores hold, but that person p is erased up to
// commit 6.
func goldenLog() (batches [][]storage.Commit) {
	var head storage.Head
	for i := range 5 {
		var batch []storage.Commit
		for k := range i%3 + 1 {
			c := storagetest.Next(head, fmt.Sprintf("commit-%d-%d", i, k),
				storage.Change{Kind: "person", Key: "p", Schema: 1, Salt: []byte{7, byte(i), byte(k)}, Body: []byte(fmt.Sprintf(`{"name":"é%d"}`, i))},
				storage.Change{Kind: "thing", Key: fmt.Sprint(k), Schema: i, Salt: []byte{8, byte(i)}, Body: bytes.Repeat([]byte{byte(i), 0, 255}, 60)},
				storage.Change{Kind: "thing", Key: "empty", Schema: 1, Salt: []byte{1}, Body: []byte{}},
				storage.Change{Kind: "thing", Key: "withdrawn"})
			batch, head = append(batch, c), c.Head
		}
		batches = append(batches, batch)
	}
	return batches
}

// writeGolden writes a store of goldenLog, with a snapshot, to a directory.
func writeGolden(t *testing.T, dir string) {
	j, err := file.Open(filepath.Join(t.TempDir(), "store"), &file.Options{SegmentSize: 14800})
	require.NoError(t, err)
	defer j.Close()
	var head storage.Head
	for i, batch := range goldenLog() {
		require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
		head = batch[len(batch)-1].Head
		if i == 2 {
			require.NoError(t, j.Erase(t.Context(), []storage.RecordID{{Kind: "person", Key: "p"}}, head.Seq))
		}
		if i == 3 {
			last := batch[len(batch)-1]
			require.NoError(t, j.SaveSnapshot(t.Context(), storage.Snapshot{Head: last.Head, Time: last.Time, Form: "golden/1", Data: []byte("the live records")}))
			first := goldenLog()[0][0]
			first = storage.Seal(storage.Head{}, first)
			require.NoError(t, j.SaveSnapshot(t.Context(), storage.Snapshot{Head: first.Head, Time: first.Time, Clean: last.Seq, Form: "golden/0", Data: []byte("those before")}))
		}
	}
	_, err = j.Backup(t.Context(), dir)
	require.NoError(t, err)
}

// TestGolden reads the store of each version that was ever released, and of the
// present one.
func TestGolden(t *testing.T) {
	if *update {
		require.NoError(t, os.RemoveAll("testdata/v2-several"))
		writeGolden(t, "testdata/v2-several")
	}
	stores, err := filepath.Glob("testdata/v*")
	require.NoError(t, err)
	require.NotEmpty(t, stores)
	for _, golden := range stores {
		t.Run(filepath.Base(golden), func(t *testing.T) {
			want := slices.Concat(goldenLog()...)
			for i := range want[:6] {
				want[i].Changes[0].Body, want[i].Changes[0].Salt = nil, nil
			}
			j, err := file.Open(golden, &file.Options{ReadOnly: true, Expect: want[len(want)-1].Head})
			require.NoError(t, err)
			require.Equal(t, want, storagetest.Read(t, j, 0))
			s, ok, err := j.LoadSnapshot(t.Context(), math.MaxUint64)
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, storage.Snapshot{Head: want[6].Head, Time: want[6].Time, Form: "golden/1", Data: []byte("the live records")}, s)
			if filepath.Base(golden) != "v2" { // which keeps one snapshot, of another name
				first, ok, err := j.LoadSnapshot(t.Context(), 1)
				require.NoError(t, err)
				require.True(t, ok)
				require.Equal(t, storage.Snapshot{Head: want[0].Head, Time: want[0].Time, Clean: want[6].Seq, Form: "golden/0", Data: []byte("those before")}, first)
			}
			require.NoError(t, j.Close())
			report, err := file.Check(t.Context(), golden)
			require.NoError(t, err)
			require.Equal(t, 6, report.Erased)

			// It is written to as well: the next commit follows.
			dir := filepath.Join(t.TempDir(), "store")
			require.NoError(t, os.CopyFS(dir, os.DirFS(golden)))
			w, err := file.Open(dir, nil)
			require.NoError(t, err)
			head := want[len(want)-1].Head
			require.NoError(t, storagetest.Append(t.Context(), w, head, storagetest.Chain(head, "next", 2)))
			require.NoError(t, w.Close())
			_, err = file.Check(t.Context(), dir)
			require.NoError(t, err)
		})
	}
}

// TestGoldenIsWhatWeWrite writes the golden store of the present version and
// finds each byte where it was.
func TestGoldenIsWhatWeWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "golden")
	writeGolden(t, dir)
	entries, err := os.ReadDir("testdata/v2-several")
	require.NoError(t, err)
	require.Len(t, entries, 5, "three segments and two snapshots")
	for _, e := range entries {
		want, err := os.ReadFile(filepath.Join("testdata/v2-several", e.Name()))
		require.NoError(t, err)
		have, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, have), e.Name())
	}
}

// lines are what an independent reader prints of a log.
func lines(log []storage.Commit) string {
	var b strings.Builder
	for _, c := range log {
		fmt.Fprint(&b, c.Seq, " ", c.Hash, " ", c.Time.UnixMicro(), " ", c.ID)
		for _, ch := range c.Changes {
			body := hex.EncodeToString(ch.Body)
			if ch.Body == nil {
				body = "-"
				if ch.Digest != (storage.Hash{}) {
					body = "erased"
				}
			}
			fmt.Fprint(&b, " ", ch.Kind, " ", ch.Key, " ", ch.Schema, " ", body)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// TestIndependentReaders reads stores with programs made from FORMAT.md alone:
// one below, and one in Python where there is one.
func TestIndependentReaders(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	j, err := file.Open(dir, &file.Options{SegmentSize: 20000})
	require.NoError(t, err)
	var head storage.Head
	for i := range 24 {
		batch := storagetest.Chain(head, fmt.Sprint("b", i), 1+i%12)
		require.NoError(t, storagetest.Append(t.Context(), j, head, batch))
		head = batch[len(batch)-1].Head
	}
	require.NoError(t, j.Erase(t.Context(), []storage.RecordID{{Kind: "thing", Key: "k1"}}, 60))
	for _, store := range []string{"testdata/v2", dir} { // one that is open is read as well
		r, err := file.Open(store, &file.Options{ReadOnly: true})
		require.NoError(t, err)
		want := lines(storagetest.Read(t, r, 0))
		require.NoError(t, r.Close())
		have, err := readStore(store)
		require.NoError(t, err)
		require.True(t, want == have, "the reader below finds another log in %s", store)
		if python, err := exec.LookPath("python3"); err == nil {
			out, err := exec.Command(python, "testdata/reader.py", store).CombinedOutput()
			require.NoError(t, err, string(out))
			require.True(t, want == string(out), "testdata/reader.py finds another log in %s", store)
		}
	}
	require.NoError(t, j.Close())
}

// readStore reads a store as FORMAT.md says, with nothing of this module, and prints it as lines does.
func readStore(dir string) (string, error) {
	table := crc32.MakeTable(crc32.Castagnoli)
	u32, u64 := binary.BigEndian.Uint32, binary.BigEndian.Uint64
	sound := func(b []byte, n int) bool { return crc32.Checksum(b[:n], table) == u32(b[n:]) }
	names, err := filepath.Glob(filepath.Join(dir, "journal-*.log"))
	if err != nil {
		return "", err
	}
	sort.Strings(names)
	var out strings.Builder
	seq, parent := uint64(0), make([]byte, 32)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		if string(b[:16]) != "AIMSKIT JOURNAL\n" || !sound(b, 4092) || u32(b[16:]) != 2 {
			return "", errors.New("header")
		}
		if u64(b[24:]) != seq+1 || !bytes.Equal(b[32:64], parent) {
			return "", errors.New("segments do not follow")
		}
		acknowledged := seq
		for _, at := range []int{4096, 8192} {
			if s := b[at : at+64]; string(s[:4]) == "AKS2" && sound(s, 60) {
				acknowledged = max(acknowledged, u64(s[4:]))
			}
		}
		end := len(b)
		if t := b[len(b)-64:]; string(t[:4]) == "AKE2" && sound(t, 60) {
			end = int(u64(t[4:]))
		}
		for at := 12288; at+64 <= end; {
			g := b[at:end]
			if string(g[:4]) != "AKG2" || !sound(g, 60) || u64(g[4:]) > uint64(len(g)-64) {
				break
			}
			p := g[64 : 64+u64(g[4:])]
			if crc32.Checksum(p, table) != u32(g[56:]) {
				break
			}
			at += 64 + len(p)
			take := func(n int) []byte { v := p[:n]; p = p[n:]; return v }
			short := func() []byte { return take(int(u32(take(4)))) }
			for range u32(g[12:]) {
				number, hash, time, id, meta := take(8), take(32), take(8), []byte(nil), []byte(nil)
				id, meta = short(), short()
				covered := slices.Concat([]byte("aimskit commit v1\x00"), parent, number, time, long(id), long(meta))
				count := u32(take(4))
				covered = binary.BigEndian.AppendUint64(covered, uint64(count))
				fmt.Fprint(&out, u64(number), " ", hex.EncodeToString(hash), " ", int64(u64(time)), " ", string(id))
				var leaves [][32]byte
				for range count {
					kind, key := short(), short()
					schema, digest, salt, body := u32(take(4)), take(32), short(), "-"
					leaves = append(leaves, sha256.Sum256(slices.Concat([]byte{0}, long(kind), long(key), binary.BigEndian.AppendUint64(nil, uint64(schema)), digest)))
					if take(1)[0] == 1 {
						content := short()
						if sum := sha256.Sum256(slices.Concat(long(salt), content)); !bytes.Equal(sum[:], digest) {
							return "", errors.New("digest")
						}
						body = hex.EncodeToString(content)
					} else if !bytes.Equal(digest, make([]byte, 32)) {
						body = "erased"
					}
					fmt.Fprint(&out, " ", string(kind), " ", string(key), " ", schema, " ", body)
				}
				fmt.Fprintln(&out)
				root := merkle(leaves)
				sum := sha256.Sum256(append(covered, root[:]...))
				if !bytes.Equal(sum[:], hash) || u64(number) != seq+1 {
					return "", errors.New("chain")
				}
				seq, parent = seq+1, hash
			}
		}
		if seq < acknowledged {
			return "", errors.New("acknowledged commits are missing")
		}
	}
	return out.String(), nil
}

// merkle is the root of RFC 6962, section 2.1, over hashes of leaves.
func merkle(leaves [][32]byte) [32]byte {
	if len(leaves) == 0 {
		return sha256.Sum256(nil)
	} else if len(leaves) == 1 {
		return leaves[0]
	}
	left := 1
	for left*2 < len(leaves) {
		left *= 2
	}
	l, r := merkle(leaves[:left]), merkle(leaves[left:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

// long is bytes preceded by their length.
func long(b []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(len(b))), b...)
}
