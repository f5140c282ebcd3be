package storagetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// powers is a journal in memory whose powers have a fault.
type powers struct {
	*memory.Journal
	save  func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error
	load  func(j *memory.Journal, ctx context.Context, through uint64) (storage.Snapshot, bool, error)
	list  func(j *memory.Journal, ctx context.Context) ([]storage.SnapshotInfo, error)
	drop  func(j *memory.Journal, ctx context.Context, head storage.Head) error
	erase func(j *memory.Journal, ctx context.Context, records []storage.RecordID, through uint64) error
	// left is what the log shows of a change, once something was erased.
	left   func(was, is storage.Change) storage.Change
	before *memory.Journal // the same journal with nothing erased
}

func (p powers) Append(ctx context.Context, b storage.Batch) error {
	if p.before != nil {
		_ = p.before.Append(ctx, b)
	}
	return p.Journal.Append(ctx, b)
}

func (p powers) SaveSnapshot(ctx context.Context, s storage.Snapshot) error {
	if p.save == nil {
		return p.Journal.SaveSnapshot(ctx, s)
	}
	return p.save(p.Journal, ctx, s)
}

func (p powers) LoadSnapshot(ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
	if p.load == nil {
		return p.Journal.LoadSnapshot(ctx, through)
	}
	return p.load(p.Journal, ctx, through)
}

func (p powers) ListSnapshots(ctx context.Context) ([]storage.SnapshotInfo, error) {
	if p.list == nil {
		return p.Journal.ListSnapshots(ctx)
	}
	return p.list(p.Journal, ctx)
}

func (p powers) DropSnapshot(ctx context.Context, head storage.Head) error {
	if p.drop == nil {
		return p.Journal.DropSnapshot(ctx, head)
	}
	return p.drop(p.Journal, ctx, head)
}

func (p powers) Erase(ctx context.Context, records []storage.RecordID, through uint64) error {
	if p.erase == nil {
		return p.Journal.Erase(ctx, records, through)
	}
	return p.erase(p.Journal, ctx, records, through)
}

func (p powers) Log(ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
	if p.left == nil {
		return p.Journal.Log(ctx, after)
	}
	was, is := commits(p.before, after), copied(commits(p.Journal, after))
	for i := range is {
		for k := range is[i].Changes {
			is[i].Changes[k] = p.left(was[i].Changes[k], is[i].Changes[k])
		}
	}
	return all(ctx, is, 0)
}

type fault struct {
	name  string
	test  string // which fails
	says  string
	store func() powers
}

var snapshotFaults = []fault{
	{"keeps the first snapshot", "SaveAndLoad", "whether there is a snapshot up to commit", func() powers {
		var once sync.Once
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) (err error) {
			once.Do(func() { err = j.SaveSnapshot(ctx, s) })
			return err
		}}
	}},
	{"keeps the last snapshot alone", "SaveAndLoad", "the snapshot of the greatest head up to commit", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			all, err := j.ListSnapshots(ctx)
			for _, info := range all {
				err = errors.Join(err, j.DropSnapshot(ctx, info.Head))
			}
			return errors.Join(err, j.SaveSnapshot(ctx, s))
		}}
	}},
	{"keeps the first of a head", "SaveAndLoad", "what was saved last of a head is loaded", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			if old, ok, _ := j.LoadSnapshot(ctx, s.Head.Seq); ok && old.Head == s.Head {
				return ctx.Err()
			}
			return j.SaveSnapshot(ctx, s)
		}}
	}},
	{"loads the last whatever is asked for", "SaveAndLoad", "whether there is a snapshot up to commit", func() powers {
		return powers{load: func(j *memory.Journal, ctx context.Context, _ uint64) (storage.Snapshot, bool, error) {
			return j.LoadSnapshot(ctx, anyHead)
		}}
	}},
	{"loads what reaches less far", "SaveAndLoad", "whether there is a snapshot up to commit", func() powers {
		return powers{load: func(j *memory.Journal, ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
			return j.LoadSnapshot(ctx, max(through, 1)-1)
		}}
	}},
	{"keeps the data as text", "SaveAndLoad", "its data as exact bytes", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			s.Data = []byte(strings.ToValidUTF8(string(s.Data), ""))
			return j.SaveSnapshot(ctx, s)
		}}
	}},
	{"keeps the memory of the data", "SaveAndLoad", "what was saved last of a head is loaded", func() powers {
		kept := make(map[uint64][]byte)
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			kept[s.Head.Seq] = s.Data
			return j.SaveSnapshot(ctx, s)
		}, load: func(j *memory.Journal, ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
			s, ok, err := j.LoadSnapshot(ctx, through)
			s.Data = kept[s.Head.Seq]
			return s, ok, err
		}}
	}},
	{"takes a snapshot of no commit of the journal", "UnknownHead", "the journal does not hold this head", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			_ = j.SaveSnapshot(ctx, s)
			return ctx.Err()
		}}
	}},
	{"says that there is a snapshot", "None", "a new journal has no snapshot", func() powers {
		return powers{load: func(j *memory.Journal, ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
			s, _, err := j.LoadSnapshot(ctx, through)
			return s, err == nil, err
		}}
	}},
	{"drops the snapshot that is refused and the one before", "UnknownHead", "Should be true", func() powers {
		var dropped bool
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			err := j.SaveSnapshot(ctx, s)
			dropped = dropped || err != nil
			return err
		}, load: func(j *memory.Journal, ctx context.Context, through uint64) (storage.Snapshot, bool, error) {
			s, ok, err := j.LoadSnapshot(ctx, through)
			return s, ok && !dropped, err
		}}
	}},
	{"lists the last first", "SaveAndLoad", "listed in the order of their heads", func() powers {
		return powers{list: func(j *memory.Journal, ctx context.Context) ([]storage.SnapshotInfo, error) {
			all, err := j.ListSnapshots(ctx)
			slices.Reverse(all)
			return all, err
		}}
	}},
	{"lists the size of the file", "SaveAndLoad", "listed in the order of their heads", func() powers {
		return powers{list: func(j *memory.Journal, ctx context.Context) ([]storage.SnapshotInfo, error) {
			all, err := j.ListSnapshots(ctx)
			for i := range all {
				all[i].Size += 128
			}
			return all, err
		}}
	}},
	{"drops no snapshot", "Drop", "the snapshots kept are listed", func() powers {
		return powers{drop: func(_ *memory.Journal, ctx context.Context, _ storage.Head) error { return ctx.Err() }}
	}},
	{"drops by the number alone", "Drop", "the snapshots kept are listed", func() powers {
		return powers{drop: func(j *memory.Journal, ctx context.Context, head storage.Head) error {
			s, _, _ := j.LoadSnapshot(ctx, head.Seq)
			if s.Head.Seq == head.Seq {
				head = s.Head
			}
			return j.DropSnapshot(ctx, head)
		}}
	}},
	{"drops nothing that is not there", "Drop", "no rows", func() powers {
		return powers{drop: func(j *memory.Journal, ctx context.Context, head storage.Head) error {
			if s, _, _ := j.LoadSnapshot(ctx, head.Seq); s.Head != head {
				return errors.Join(errNoRows, ctx.Err())
			}
			return j.DropSnapshot(ctx, head)
		}}
	}},
	{"is sound", "", "", func() powers { return powers{} }},
}

var eraserFaults = []fault{
	{"erases nothing", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{erase: func(*memory.Journal, context.Context, []storage.RecordID, uint64) error { return nil }}
	}},
	{"leaves the salt", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{before: memory.New(), left: func(was, is storage.Change) storage.Change { is.Salt = was.Salt; return is }}
	}},
	{"erases the digest", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{before: memory.New(), left: func(was, is storage.Change) storage.Change {
			if was.Body != nil && is.Body == nil {
				is.Digest = storage.Hash{}
			}
			return is
		}}
	}},
	{"erases by the key alone", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{erase: func(j *memory.Journal, ctx context.Context, records []storage.RecordID, through uint64) error {
			more := slices.Clone(records)
			for _, r := range records {
				more = append(more, storage.RecordID{Kind: "other", Key: r.Key})
			}
			return j.Erase(ctx, more, through)
		}}
	}},
	{"erases one commit too few", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{erase: func(j *memory.Journal, ctx context.Context, records []storage.RecordID, through uint64) error {
			return j.Erase(ctx, records, max(through, 1)-1)
		}}
	}},
	{"erases whatever comes later too", "Through", "what is erased is gone, and nothing else", func() powers {
		return powers{erase: func(j *memory.Journal, ctx context.Context, records []storage.RecordID, _ uint64) error {
			return j.Erase(ctx, records, 1<<40)
		}}
	}},
	{"knows no record of that name", "Empty", "no rows", func() powers {
		return powers{erase: func(j *memory.Journal, ctx context.Context, records []storage.RecordID, through uint64) error {
			if len(commits(j, 0)) == 0 {
				return errNoRows
			}
			return j.Erase(ctx, records, through)
		}}
	}},
	{"keeps the snapshot", "Snapshots", "those that heed no erasure after it are dropped", func() powers {
		var all []storage.Snapshot
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			all = append(all, s)
			return j.SaveSnapshot(ctx, s)
		}, list: func(*memory.Journal, context.Context) (infos []storage.SnapshotInfo, err error) {
			for _, s := range all {
				infos = append(infos, storage.SnapshotInfo{Head: s.Head})
			}
			return infos, nil
		}}
	}},
	{"drops every snapshot", "Snapshots", "one that heeds the erasure stays", func() powers {
		return powers{load: func(*memory.Journal, context.Context, uint64) (storage.Snapshot, bool, error) {
			return storage.Snapshot{}, false, nil
		}}
	}},
	{"forgets which erasures a snapshot heeds", "Snapshots", "one that heeds the erasure stays", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			s.Clean = 0
			return j.SaveSnapshot(ctx, s)
		}}
	}},
	{"takes a snapshot of before an erasure after it", "Snapshots", "is not taken after it", func() powers {
		return powers{save: func(j *memory.Journal, ctx context.Context, s storage.Snapshot) error {
			_ = j.SaveSnapshot(ctx, s)
			return ctx.Err()
		}}
	}},
	{"is sound", "", "", func() powers { return powers{} }},
}

// tenants are journals in memory by name, with a fault.
type tenants struct {
	*memory.Tenants
	create func(ts *memory.Tenants, ctx context.Context, name string) error
	open   func(ts *memory.Tenants, ctx context.Context, name string) (*storage.Tenant, error)
	list   func(ts *memory.Tenants, ctx context.Context) iter.Seq2[string, error]
	delete func(ts *memory.Tenants, ctx context.Context, name string) error
}

func (t tenants) Create(ctx context.Context, name string) error {
	if t.create == nil {
		return t.Tenants.Create(ctx, name)
	}
	return t.create(t.Tenants, ctx, name)
}

func (t tenants) Open(ctx context.Context, name string) (*storage.Tenant, error) {
	if t.open == nil {
		return t.Tenants.Open(ctx, name)
	}
	return t.open(t.Tenants, ctx, name)
}

func (t tenants) List(ctx context.Context) iter.Seq2[string, error] {
	if t.list == nil {
		return t.Tenants.List(ctx)
	}
	return t.list(t.Tenants, ctx)
}

func (t tenants) Delete(ctx context.Context, name string) error {
	if t.delete == nil {
		return t.Tenants.Delete(ctx, name)
	}
	return t.delete(t.Tenants, ctx, name)
}

var tenantFaults = []struct {
	name, test, says string
	store            tenants
}{
	{"opens what nobody created", "Unknown", "a mistyped name must not make an organisation", tenants{
		open: func(ts *memory.Tenants, ctx context.Context, name string) (*storage.Tenant, error) {
			if ctx.Err() == nil && storage.CheckTenantName(name) == nil {
				_ = ts.Create(ctx, name)
			}
			return ts.Open(ctx, name)
		}}},
	{"creates what is there", "Exists", "a name is created once", tenants{
		create: func(ts *memory.Tenants, ctx context.Context, name string) error {
			if err := ts.Create(ctx, name); err != nil && (ctx.Err() != nil || storage.CheckTenantName(name) != nil) {
				return err
			}
			return nil
		}}},
	{"writes after closing", "Closed", "a closed journal takes nothing", tenants{
		open: func(ts *memory.Tenants, ctx context.Context, name string) (*storage.Tenant, error) {
			t, err := ts.Open(ctx, name)
			if err != nil {
				return nil, err
			}
			inner := t.Journal
			return &storage.Tenant{Journal: broken{Journal: memory.New(), append: func(_ *memory.Journal, ctx context.Context, b storage.Batch) error {
				_ = inner.Append(ctx, b)
				return ctx.Err()
			}, log: func(_ *memory.Journal, ctx context.Context, after uint64) iter.Seq2[storage.Commit, error] {
				return inner.Log(ctx, after)
			}}, Close: t.Close}, nil
		}}},
	{"takes names as words", "AnyName", `creating "Acme"`, tenants{
		create: func(ts *memory.Tenants, ctx context.Context, name string) error {
			for other := range ts.List(context.Background()) {
				if strings.EqualFold(other, name) {
					return storage.ErrTenantExists
				}
			}
			return ts.Create(ctx, name)
		}}},
	{"takes any name", "BadName", "creating", tenants{
		create: func(ts *memory.Tenants, ctx context.Context, name string) error {
			if storage.CheckTenantName(name) != nil {
				return nil
			}
			return ts.Create(ctx, name)
		}}},
	{"lists as it comes", "Life", "in byte order", tenants{
		list: func(ts *memory.Tenants, ctx context.Context) iter.Seq2[string, error] {
			var names []string
			for name, err := range ts.List(ctx) {
				if err != nil {
					return ts.List(ctx)
				}
				names = append(names, name)
			}
			slices.Reverse(names)
			return func(yield func(string, error) bool) {
				for _, name := range names {
					if !yield(name, nil) {
						return
					}
				}
			}
		}}},
	{"deletes nothing", "Delete", "exactly these tenants", tenants{
		delete: func(ts *memory.Tenants, ctx context.Context, name string) error {
			t, err := ts.Open(ctx, name)
			if err != nil {
				return err
			}
			return t.Close()
		}}},
	{"is sound", "", "", tenants{}},
}

func runBrokenPowers(t *testing.T) {
	for _, f := range snapshotFaults {
		t.Run("snapshots: "+f.name, func(t *testing.T) {
			RunSnapshots(t, func(*testing.T) (storage.Journal, storage.Snapshots) {
				p := f.store()
				p.Journal = memory.New()
				return p, p
			})
		})
	}
	for _, f := range eraserFaults {
		t.Run("eraser: "+f.name, func(t *testing.T) {
			RunEraser(t, func(*testing.T) (storage.Journal, storage.Eraser, storage.Snapshots) {
				p := f.store()
				p.Journal = memory.New()
				return p, p, p
			})
		})
	}
	for _, f := range tenantFaults {
		t.Run("tenants: "+f.name, func(t *testing.T) {
			RunTenants(t, func(*testing.T) storage.Tenants {
				ts := f.store
				ts.Tenants = memory.NewTenants()
				return ts
			})
		})
	}
}
