package dashboard

import (
	"sync"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
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

// naming has the columns of a list say what a value is called that rows are chosen by, whichever
// rows there are: a record by its name, an area, a clause and an age by their titles.
func (k *look) naming(t *table) {
	for i := range t.columns {
		c := &t.columns[i]
		switch kind := namesKind(c.key); {
		case c.key == "who":
			c.calls = func(v string) string {
				if v == nobody {
					return k.say("nobody")
				}
				return k.name(v)
			}
		case kind == aims.KindDecision:
			c.calls = func(v string) string {
				if id, err := annexa.Parse(v); err == nil {
					return k.controlName(annexa.Decision{Control: id})
				}
				return k.areaName(v)
			}
		case kind != "":
			c.calls = func(v string) string { return k.named(fieldOf{key: c.key, kind: kind}, v).text }
		case c.key == "area":
			c.calls = k.areaName
		case c.key == "clause":
			c.calls = func(v string) string {
				if clause, err := aims.ParseClause(v); err == nil {
					return k.say("%s %s", v, k.told(clause.Title()))
				}
				return v
			}
		case c.key == "age":
			ages := evidenceAges
			if t.slug == "findings" {
				ages = findingAges
			}
			c.calls = func(v string) string { return k.ageName(ages, v) }
		}
	}
}

// areaName is an area of Annex A by its number and title.
func (k *look) areaName(area string) string {
	if title := shortAreas[area]; title != "" {
		return k.say("%s %s", area, k.told(title))
	}
	if area == ownArea {
		return k.say("Own controls")
	}
	return area
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
		list := make(k)
		k.naming(list)
		t.made[slug] = list
	}
	return t.made[slug], true, nil
}
