package dashboard

import (
	"sync"

	"github.com/aimskit/aimskit/aims"
)

// tables are the lists of one screen, each made when it is first asked for.
type tables struct {
	kinds []aims.KindInfo

	mu   sync.Mutex
	made map[string]*table
}

func newTables(kinds []aims.KindInfo) *tables {
	return &tables{kinds: kinds, made: make(map[string]*table)}
}

// kind is the kind of records that a slug stands for.
func (t *tables) kind(slug string) (aims.KindInfo, bool) {
	for _, k := range t.kinds {
		if slugOf(k.Name) == slug {
			return k, true
		}
	}
	return aims.KindInfo{}, false
}

// of is the list of a kind.
func (t *tables) of(k *look, info aims.KindInfo) (*table, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slug := slugOf(info.Name)
	if list := t.made[slug]; list != nil {
		return list, nil
	}
	list, err := k.kindTable(info)
	if err != nil {
		return nil, err
	}
	t.made[slug] = list
	return list, nil
}

// list is the list of a slug: of a kind, or of what is worked out.
func (t *tables) list(k *look, slug string) (*table, bool, error) {
	if info, ok := t.kind(slug); ok {
		list, err := t.of(k, info)
		return list, true, err
	}
	make, ok := ownLists[slug]
	if !ok {
		return nil, false, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made[slug] == nil {
		t.made[slug] = make(k)
	}
	return t.made[slug], true, nil
}
