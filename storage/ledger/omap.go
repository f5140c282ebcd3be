package ledger

import "github.com/tidwall/btree"

// omap is an ordered map that is copied in O(1): both copies share nodes until
// one of them is written to. It is an interface, and made by newMap alone, so that
// the type behind it stands in no type that others see: whoever imported the
// package would compile all of its methods.
type omap interface {
	Get(key string) (any, bool)
	Set(key string, value any) (any, bool)
	// Load is Set for keys that come in order, into an empty map.
	Load(key string, value any) (any, bool)
	Delete(key string) (any, bool)
	Len() int
	Scan(yield func(key string, value any) bool)
	// Ascend is Scan from the first key on that is not less than from.
	Ascend(from string, yield func(key string, value any) bool)
	Max() (string, any, bool)
	copied() omap
}

type btreeMap struct{ btree.Map[string, any] }

func (m *btreeMap) copied() omap { return &btreeMap{*m.Copy()} }

// newBucketMap is newMap for the lists of a listing: with nodes half as large, as many
// of them are copied for one record each.
//
//go:noinline
func newBucketMap() omap { return &btreeMap{*btree.NewMap[string, any](16)} }

//go:noinline
func newMap() omap { return new(btreeMap) }
