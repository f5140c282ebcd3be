package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// snapshotForm names the form of snapshots: frames, each of a length and a
// CRC-32C (4 bytes each, big-endian) and as many bytes.
//
//	first    fingerprint, 32 bytes; head: number, hash, time; bytes of the
//	         journal; erasures that may not be carried out; the keys that are
//	         never given again; the marks of snapshots before; of each kind how
//	         many records, and how many keys that are live no more
//	second   the table of texts: how many; of each its length and bytes
//	others   kind, number of records, and those (see shape), in the order of
//	         their IDs
//	last     of keys that are live no more: number of kinds and kind, number of
//	         keys, and of each the key, and which commit touched it last; in order
//
// Numbers are as encoding/binary's variable-length ones. The fingerprint is of
// the shapes of all kinds with their schema versions: code whose records look
// otherwise reads the log instead. So that it need not read the snapshot to see that,
// the start of it stands behind the name of the form.
const snapshotForm = "aimskit live records v3"

const (
	sharedText     = 48      // bytes of the longest text in the table
	sharedOften    = 8       // times that a text occurs to be in it
	sampledRecords = 1024    // of a kind that are looked at for it, about
	frameRecords   = 256     // records of a frame at most,
	frameBytes     = 1 << 17 // and about as many bytes
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// fingerprint stands for what the records of all kinds look like.
func (s *kindSet) fingerprint() [32]byte {
	var b strings.Builder
	for _, k := range s.all {
		fmt.Fprintf(&b, "%s %d %s\n", k.name, k.schema, k.plan().shape.sign)
	}
	return sha256.Sum256([]byte(b.String()))
}

// form is the form of snapshots of records that look like these.
func (s *kindSet) form() string {
	fp := s.fingerprint()
	return snapshotForm + " " + hex.EncodeToString(fp[:8])
}

// snapshotOf writes down the live records of a view and the erasures that may
// not be carried out.
func snapshotOf(v *View, unerased []erasure) (storage.Snapshot, error) {
	table, size := textTable(v)
	p := packer{table: make(map[string]int, len(table))}
	for i, s := range table {
		p.table[s] = i
	}

	fp := v.ts.kinds.fingerprint()
	p.out = append(p.out, fp[:]...)
	p.uint(v.head.Seq)
	p.out = append(p.out, v.head.Hash[:]...)
	p.int(v.at.UnixMicro())
	p.uint(v.ts.bytes)
	p.uint(uint64(len(unerased)))
	for _, e := range unerased {
		p.uint(e.through)
		p.uint(uint64(len(e.records)))
		for _, s := range e.records {
			p.sized(string(s.Kind))
			p.sized(s.ID)
		}
	}
	p.uint(uint64(v.ts.erased.Len()))
	v.ts.erased.Scan(func(s string, _ any) bool { p.sized(s); return true })
	p.uint(uint64(len(v.ts.marks)))
	for _, m := range v.ts.marks {
		p.uint(m.Seq)
		p.sized(m.SHA256)
	}
	for _, t := range v.ts.of {
		p.uint(uint64(t.m.Len()))
		p.uint(uint64(t.goneLen()))
	}
	data := appendFrame(make([]byte, 0, size+size/16+len(p.out)+4096), p.out)

	p.out = p.out[:0]
	p.uint(uint64(len(table)))
	for _, s := range table {
		p.sized(s)
	}
	data = appendFrame(data, p.out)

	records := packer{table: p.table}
	n := 0
	for i, k := range v.ts.kinds.all {
		flush := func() {
			if n > 0 {
				p.out = p.out[:0]
				p.uint(uint64(i))
				p.uint(uint64(n))
				data = appendFrame(data, p.out, records.out)
				records.out, n = records.out[:0], 0
			}
		}
		shape := k.plan().shape
		v.ts.of[i].m.Scan(func(_ string, rec any) bool {
			records.record(shape, reflect.ValueOf(rec).Elem())
			if n++; n == frameRecords || len(records.out) >= frameBytes {
				flush()
			}
			return records.err == nil
		})
		if records.err != nil {
			return storage.Snapshot{}, records.err
		}
		flush()
	}
	for i, t := range v.ts.of {
		data = appendGone(data, len(v.ts.of)+i, t)
	}
	return storage.Snapshot{Head: v.head, Time: v.at, Form: v.ts.kinds.form(), Data: data}, nil
}

// appendGone appends frames of the keys of a table that are live no more.
func appendGone(data []byte, number int, t *table) []byte {
	if t.goneLen() == 0 {
		return data
	}
	var p, keys packer
	n := 0
	flush := func() {
		if n > 0 {
			p.out = p.out[:0]
			p.uint(uint64(number))
			p.uint(uint64(n))
			data = appendFrame(data, p.out, keys.out)
			keys.out, n = keys.out[:0], 0
		}
	}
	t.gone.Scan(func(key string, seq any) bool {
		keys.sized(key)
		keys.uint(seq.(uint64))
		if n++; len(keys.out) >= frameBytes {
			flush()
		}
		return true
	})
	flush()
	return data
}

// textTable returns the short texts that occur often in a view, those first
// that do most, and about how many bytes the records take. Of a kind with many
// records it looks at every n-th only: what occurs often does so among those,
// too.
func textTable(v *View) (table []string, size int) {
	counts := make(map[string]int)
	for i, k := range v.ts.kinds.all {
		p, shape := packer{counts: make(map[string]int)}, k.plan().shape
		every, n := 1+v.ts.of[i].m.Len()/sampledRecords, 0
		v.ts.of[i].m.Scan(func(_ string, rec any) bool {
			if n++; n%every == 0 {
				shape.pack(&p, reflect.ValueOf(rec).Elem())
			}
			return true
		})
		size += every * (len(p.out) + p.texts)
		for s, n := range p.counts {
			if every == 1 || n > 1 {
				counts[s] += every * n
			}
		}
	}
	delete(counts, "")
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n < sharedOften })
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	}), size
}

func (p *packer) sized(s string) {
	p.uint(uint64(len(s)))
	p.out = append(p.out, s...)
}

func (d *unpacker) sized() string { return string(d.take(d.count(1))) }

func appendFrame(dst []byte, parts ...[]byte) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, 8)...)
	for _, p := range parts {
		dst = append(dst, p...)
	}
	payload := dst[at+8:]
	binary.BigEndian.PutUint32(dst[at:], uint32(len(payload)))
	binary.BigEndian.PutUint32(dst[at+4:], crc32.Checksum(payload, castagnoli))
	return dst
}

// frames cuts a snapshot's data into frames; their sums are not checked yet.
func frames(data []byte) ([][]byte, error) {
	var all [][]byte
	for len(data) > 0 {
		if len(data) < 8 {
			return nil, fmt.Errorf("%w: snapshot: it is cut short", storage.ErrCorrupt)
		}
		n := uint64(binary.BigEndian.Uint32(data)) + 8
		if n > uint64(len(data)) {
			return nil, fmt.Errorf("%w: snapshot: a frame of %d bytes, %d left", storage.ErrCorrupt, n, len(data))
		}
		all = append(all, data[4:n:n])
		data = data[n:]
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("%w: snapshot: %d frames", storage.ErrCorrupt, len(all))
	}
	return all, nil
}

// openFrame checks a frame's sum and returns what it holds, to read.
func openFrame(frame []byte, table []string) *unpacker {
	d := &unpacker{rest: frame[4:], table: table}
	if crc32.Checksum(frame[4:], castagnoli) != binary.BigEndian.Uint32(frame) {
		d.fail("a frame of %d bytes fails its checksum", len(frame)-4)
	}
	return d
}

// end is called when all is read.
func (d *unpacker) end() error {
	if d.err == nil && len(d.rest) > 0 {
		d.fail("%d bytes left over", len(d.rest))
	}
	return d.err
}

// readSnapshot reads what snapshotOf wrote, on all processors. It returns a
// builder that stands at the snapshot's head.
func readSnapshot(kinds *kindSet, s storage.Snapshot) (*builder, error) {
	if form := kinds.form(); s.Form != form {
		return nil, fmt.Errorf("%w: snapshot of form %q, this code reads %q", storage.ErrVersion, s.Form, form)
	}
	all, err := frames(s.Data)
	if err != nil {
		return nil, err
	}
	d := openFrame(all[0], nil)
	if fp := kinds.fingerprint(); string(d.take(len(fp))) != string(fp[:]) && d.err == nil {
		return nil, fmt.Errorf("%w: snapshot: it was written by code whose records look otherwise", storage.ErrVersion)
	}
	b := newBuilder(newTables(kinds))
	b.head.Seq = d.uint()
	copy(b.head.Hash[:], d.take(len(b.head.Hash)))
	b.at = time.UnixMicro(d.int()).UTC()
	b.ts.bytes = d.uint()
	for range d.count(2) {
		e := erasure{through: d.uint()}
		for range d.count(2) {
			e.records = append(e.records, Subject{KindName(d.sized()), d.sized()})
		}
		b.erasures = append(b.erasures, e)
	}
	for range d.count(1) {
		b.ts.erased.Set(d.sized(), nil)
	}
	for range d.count(2) {
		b.ts.marks = append(b.ts.marks, snapshotMark{d.uint(), d.sized()})
	}
	sizes := make([]uint64, 2*len(kinds.all)) // first of what is live, then of what is not
	for i := range kinds.all {
		sizes[i] = d.uint()
		sizes[len(kinds.all)+i] = d.uint()
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	if b.head != s.Head || b.head.Seq == 0 || !b.at.Equal(s.Time) {
		return nil, fmt.Errorf("%w: snapshot: it shows commit %d of %s, not commit %d of %s", storage.ErrCorrupt, b.head.Seq, b.at, s.Head.Seq, s.Time)
	}

	d = openFrame(all[1], nil)
	table := make([]string, d.count(1))
	for i := range table {
		table[i] = d.sized()
	}
	if err := d.end(); err != nil {
		return nil, err
	}

	blocks, err := unpackAll(kinds, all[2:], table)
	if err != nil {
		return nil, err
	}
	byKind := make([][]keyed, len(sizes))
	for _, bl := range blocks {
		byKind[bl.kind] = append(byKind[bl.kind], bl.records...)
	}
	for i := range sizes {
		k := kinds.all[i%len(kinds.all)]
		if n := uint64(len(byKind[i])); n != sizes[i] {
			return nil, fmt.Errorf("%w: snapshot: %d records or keys of kind %s, not %d", storage.ErrCorrupt, n, k.name, sizes[i])
		}
		if !slices.IsSortedFunc(byKind[i], func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), -1) }) {
			return nil, fmt.Errorf("%w: snapshot: the records of kind %s are not in order", storage.ErrCorrupt, k.name)
		}
	}
	var wg sync.WaitGroup
	for i, t := range b.ts.of {
		wg.Go(func() {
			t.fill(byKind[i])
			if gone := byKind[len(b.ts.of)+i]; len(gone) > 0 {
				t.gone = newMap()
				for _, g := range gone {
					t.gone.Load(g.key, g.rec)
				}
			}
		})
	}
	wg.Wait()
	b.ts.unread().m.Scan(func(_ string, rec any) bool {
		b.forbidden = kinds.forbids(rec.(*unread))
		return b.forbidden == nil
	})
	b.from, b.digest = b.head, digestOf(s.Data)
	return b, nil
}

// gone reads n keys that are live no more.
func (d *unpacker) gone(n int) []keyed {
	all := make([]keyed, 0, n)
	for len(all) < n && d.err == nil {
		all = append(all, keyed{d.sized(), d.uint()})
	}
	return all
}

// block is a frame of records, or of keys that are live no more, unpacked.
type block struct {
	kind    int
	records []keyed
}

func unpackAll(kinds *kindSet, frames [][]byte, table []string) ([]block, error) {
	blocks := make([]block, len(frames))
	errs := make([]error, min(runtime.GOMAXPROCS(0), len(frames)))
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1) - 1)
				if i >= len(frames) {
					return
				}
				d := openFrame(frames[i], table)
				switch kind, n := d.uint(), uint64(len(kinds.all)); {
				case kind < n:
					blocks[i] = block{int(kind), kinds.all[kind].unpack(d, d.count(2))}
				case kind < 2*n:
					blocks[i] = block{int(kind), d.gone(d.count(2))}
				default:
					d.fail("kind %d", kind)
				}
				errs[w] = d.end()
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return blocks, nil
}

// digestOf is what a commit vouches for a snapshot with.
func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
