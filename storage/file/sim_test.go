package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"

	"github.com/aimskit/aimskit/storage"
)

// simDisk is a directory on a disk that forgets. What is written shows at once
// to whoever reads, as in the memory of an operating system; what is not synced
// may or may not be there after a crash, each sector and each entry of the
// directory by itself. It can fail at any operation, and lie about syncing.
type simDisk struct {
	*machine
	entries map[string]*inode // as they show
	durable map[string]*inode // as they are on the disk
	pending []entryOp
	locked  bool
}

// machine is what the directories of one simulation share.
type machine struct {
	mu      sync.Mutex
	writes  int // operations so far that change something
	all     int // operations so far
	crashAt int // before which write everything ends; 0 never
	failAt  int // which operation fails; 0 none
	failing error
	short   bool // the write that fails writes half
	after   bool // what fails has taken effect nevertheless
	lies    bool // syncing says yes and does nothing
	rng     *rand.Rand
}

type inode struct {
	shown, disk []byte
	pending     []fileOp
}

// fileOp is one sector of a write, or a truncation.
type fileOp struct {
	at   int64
	data []byte // nil: truncation at at
}

// entryOp makes a name stand for a file, or for none.
type entryOp struct {
	name string
	node *inode
}

const sector = 512

var errCrashed = errors.New("the machine has crashed")

func newSim() *simDisk {
	return &simDisk{machine: &machine{rng: rand.New(rand.NewPCG(1, 2))}, entries: map[string]*inode{}, durable: map[string]*inode{}}
}

// beside is another directory of the same machine.
func (d *simDisk) beside() *simDisk {
	return &simDisk{machine: d.machine, entries: map[string]*inode{}, durable: map[string]*inode{}}
}

// step counts an operation and says whether it fails. The caller holds mu.
func (m *machine) step(write bool) error {
	m.all++
	if write {
		m.writes++
	}
	switch {
	case m.crashAt > 0 && m.writes >= m.crashAt:
		return errCrashed
	case m.failAt == m.all:
		return m.failing
	}
	return nil
}

// none reports whether an operation that ends with err has no effect.
func (m *machine) none(err error) bool {
	return err != nil && (!m.after || errors.Is(err, errCrashed))
}

func (m *machine) begin(write bool) (func(), error) {
	m.mu.Lock()
	return m.mu.Unlock, m.step(write)
}

func (d *simDisk) List() ([]string, error) {
	end, err := d.begin(false)
	defer end()
	return slices.Sorted(maps.Keys(d.entries)), err
}

func (d *simDisk) Open(name string, write bool) (handle, error) {
	end, err := d.begin(false)
	defer end()
	if err != nil {
		return nil, err
	}
	n, ok := d.entries[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return &simFile{d.machine, n}, nil
}

func (d *simDisk) Create(name string) (handle, error) {
	end, err := d.begin(true)
	defer end()
	if d.none(err) {
		return nil, err
	}
	n := &inode{}
	d.entries[name] = n
	d.pending = append(d.pending, entryOp{name, n})
	if err != nil {
		return nil, err
	}
	return &simFile{d.machine, n}, nil
}

func (d *simDisk) Rename(from, to string) error {
	end, err := d.begin(true)
	defer end()
	if d.none(err) {
		return err
	}
	n, ok := d.entries[from]
	if !ok {
		return fs.ErrNotExist
	}
	d.entries[to] = n
	delete(d.entries, from)
	d.pending = append(d.pending, entryOp{to, n}, entryOp{from, nil})
	return err
}

func (d *simDisk) Remove(name string) error {
	end, err := d.begin(true)
	defer end()
	if d.none(err) {
		return err
	}
	if _, ok := d.entries[name]; !ok {
		return fs.ErrNotExist
	}
	delete(d.entries, name)
	d.pending = append(d.pending, entryOp{name, nil})
	return err
}

func (d *simDisk) Sync() error {
	end, err := d.begin(true)
	defer end()
	if d.none(err) || d.lies {
		return err
	}
	for _, op := range d.pending {
		op.apply(d.durable)
	}
	d.pending = nil
	return err
}

func (op entryOp) apply(entries map[string]*inode) {
	if op.node == nil {
		delete(entries, op.name)
	} else {
		entries[op.name] = op.node
	}
}

func (d *simDisk) Lock() (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return nil, storage.ErrLocked
	}
	d.locked = true
	return closer(func() { d.locked = false }), nil
}

type closer func()

func (c closer) Close() error { c(); return nil }

func (d *simDisk) Close() error { return nil }

type simFile struct {
	*machine
	*inode
}

func (f *simFile) ReadAt(b []byte, at int64) (int, error) {
	end, err := f.begin(false)
	defer end()
	if err != nil {
		return 0, err
	}
	if at >= int64(len(f.shown)) {
		return 0, io.EOF
	}
	n := copy(b, f.shown[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *simFile) WriteAt(b []byte, at int64) (int, error) {
	end, err := f.begin(true)
	defer end()
	if f.none(err) && (errors.Is(err, errCrashed) || !f.short) {
		return 0, err
	}
	if f.none(err) {
		b = b[:len(b)/2]
	}
	for i := int64(0); i < int64(len(b)); {
		n := min(int64(len(b))-i, sector-(at+i)%sector)
		op := fileOp{at + i, slices.Clone(b[i : i+n])}
		f.shown = op.apply(f.shown)
		f.pending = append(f.pending, op)
		i += n
	}
	return len(b), err
}

func (op fileOp) apply(b []byte) []byte {
	if op.data == nil {
		if op.at <= int64(len(b)) {
			return b[:op.at:op.at]
		}
		return append(slices.Clip(b), make([]byte, op.at-int64(len(b)))...)
	}
	if need := op.at + int64(len(op.data)); need > int64(len(b)) {
		b = append(b, make([]byte, need-int64(len(b)))...)
	}
	copy(b[op.at:], op.data)
	return b
}

func (f *simFile) Truncate(size int64) error {
	end, err := f.begin(true)
	defer end()
	if f.none(err) {
		return err
	}
	op := fileOp{at: size}
	f.shown = op.apply(f.shown)
	f.pending = append(f.pending, op)
	return err
}

// Sync brings what is pending to the disk. If it fails, some of it gets there,
// and the rest never does: the system takes it for written from now on.
func (f *simFile) Start(int64, int64) {} // nothing is on the disk before Sync says so

func (f *simFile) Sync() error {
	end, err := f.begin(true)
	defer end()
	if errors.Is(err, errCrashed) || f.lies {
		return err
	}
	for _, op := range f.pending {
		if !f.none(err) || f.rng.IntN(2) == 0 {
			f.disk = op.apply(f.disk)
		}
	}
	f.pending = nil
	return err
}

func (f *simFile) Size() (int64, error) {
	end, err := f.begin(false)
	defer end()
	return int64(len(f.shown)), err
}

func (f *simFile) Close() error { return nil }

// nodes are the files that the disk may still have.
func (d *simDisk) nodes() (nodes []*inode) {
	seen := map[*inode]bool{nil: true}
	for _, name := range slices.Sorted(maps.Keys(d.durable)) {
		nodes, seen[d.durable[name]] = append(nodes, d.durable[name]), true
	}
	for _, op := range d.pending {
		if !seen[op.node] {
			nodes, seen[op.node] = append(nodes, op.node), true
		}
	}
	return nodes
}

// unsynced is how many things may or may not be on the disk.
func (d *simDisk) unsynced() int {
	n := len(d.pending)
	for _, node := range d.nodes() {
		n += len(node.pending)
	}
	return n
}

// afterCrash is the disk as the next start finds it, if of what was unsynced
// that is there for which kept says so.
func (d *simDisk) afterCrash(kept func(i int) bool) *simDisk {
	next := newSim()
	i := 0
	entries := maps.Clone(d.durable)
	for _, op := range d.pending {
		if kept(i) {
			op.apply(entries)
		}
		i++
	}
	now := make(map[*inode]*inode)
	for _, n := range d.nodes() {
		b := slices.Clone(n.disk)
		for _, op := range n.pending {
			if kept(i) {
				b = op.apply(b)
			}
			i++
		}
		now[n] = &inode{shown: b, disk: slices.Clone(b)}
	}
	for name, n := range entries {
		next.entries[name], next.durable[name] = now[n], now[n]
	}
	return next
}

// crashes yields the disks that a crash may leave.
func (d *simDisk) crashes(yield func(*simDisk) bool) {
	for kept := range d.sets {
		if !yield(d.afterCrash(kept)) {
			return
		}
	}
}

// long is whether there is time to try everything.
var long = os.Getenv("AIMSKIT_LONG") != ""

// someCrashes yields a third of them, and another third for the next n: for tests
// that have a disk for each of many n. If there is time it yields all.
func (d *simDisk) someCrashes(n int) iter.Seq[*simDisk] {
	return func(yield func(*simDisk) bool) {
		for kept := range d.sets {
			if n++; (long || n%3 == 0) && !yield(d.afterCrash(kept)) {
				return
			}
		}
	}
}

// sets yields which unsynced things a crash keeps: all sets of them where they
// are few, else none of the things, all, each alone, all but each, and some at
// random.
func (d *simDisk) sets(yield func(kept func(i int) bool) bool) {
	const few = 7
	some := 24
	if d.lies {
		some = 6
	}
	n := d.unsynced()
	if n <= few {
		for set := range 1 << n {
			if !yield(func(i int) bool { return set>>i&1 == 1 }) {
				return
			}
		}
		return
	}
	for _, all := range []bool{false, true} {
		for odd := -1; odd < min(n, some); odd++ {
			if !yield(func(i int) bool { return all != (i == odd) }) {
				return
			}
		}
	}
	for range some {
		set := make([]bool, n)
		for i := range set {
			set[i] = d.rng.IntN(2) == 0
		}
		if !yield(func(i int) bool { return set[i] }) {
			return
		}
	}
}

// restarted is the disk as the next process on the same machine finds it.
func (d *simDisk) restarted() *simDisk {
	d.locked, d.crashAt, d.failAt = false, 0, 0
	return d
}

var errSpace error = syscall.ENOSPC
