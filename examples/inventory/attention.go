package main

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// item is one system with what the report needs to know of it.
type item struct {
	System register.System
	// Span is its impact level: what the answers on file give, and the one that
	// counts every open question as the worst case and governs.
	Span impact.Span
	// Asks are the questions that settle its level, the first one first.
	Asks []impact.Question
}

func (i item) live() bool {
	return i.System.Stage == register.StageDeployment || i.System.Stage == register.StageOperation
}

// itemsOf looks up every system of a view, and asks what would settle its level.
func itemsOf(v *aims.View) []item {
	items := make([]item, 0, v.Systems().Len())
	for s := range v.Systems().All() {
		items = append(items, item{System: s, Span: v.SpanOf(s.ID)})
	}
	var wg sync.WaitGroup
	for part := range slices.Chunk(items, len(items)/runtime.GOMAXPROCS(0)+1) {
		wg.Go(func() {
			for n := range part {
				if i := &part[n]; i.System.Stage != register.StageRetirement && !i.Span.Certain() {
					i.Asks = v.QuestionsOf(i.System.ID).Level
				}
			}
		})
	}
	wg.Wait()
	return items
}

// first puts systems that are not retired in the order in which to look at them:
// those that people meet now before the others, the graver known level first, then
// the one of which more is open; equal ones by ID.
func first(items []item) []item {
	sorted := slices.DeleteFunc(slices.Clone(items), func(i item) bool { return i.System.Stage == register.StageRetirement })
	slices.SortFunc(sorted, func(a, b item) int {
		return cmp.Or(cmp.Compare(times(b.live()), times(a.live())), a.Span.Compare(b.Span), cmp.Compare(a.System.ID, b.System.ID))
	})
	return sorted
}

// settles is a question that many systems wait for.
type settles struct {
	Question impact.Question
	// Systems are how many wait for it, Ends how many open rules that could raise
	// a level its most telling answer would end in them all.
	Systems, Ends int
	// Rules are the rules that hang on it, with the number of systems of which they
	// do, those of most systems first.
	Rules []ruleCount
}

type ruleCount struct {
	Rule    impact.Rule
	Systems int
}

// settling says which answers would settle most: the one first that would end most
// rules that could still raise a level, over all systems.
func settling(items []item) []settles {
	by := make(map[string]*settles)
	rules := make(map[string]map[string]int)
	for _, i := range items {
		for _, q := range i.Asks {
			a := by[q.Attribute]
			if a == nil {
				a = &settles{Question: q}
				by[q.Attribute], rules[q.Attribute] = a, make(map[string]int)
			}
			a.Systems++
			ends := 0
			for _, e := range q.Answers {
				ends = max(ends, e.Settled)
			}
			a.Ends += ends
			for _, id := range q.Rules {
				rules[q.Attribute][id]++
			}
		}
	}
	var all []settles
	for name, a := range by {
		for id, n := range rules[name] {
			if r, ok := impact.DefaultRules().Rule(id); ok && r.MinLevel != "" {
				a.Rules = append(a.Rules, ruleCount{r, n})
			}
		}
		slices.SortFunc(a.Rules, func(a, b ruleCount) int {
			return cmp.Or(cmp.Compare(b.Systems, a.Systems), cmp.Compare(b.Rule.MinLevel.Rank(), a.Rule.MinLevel.Rank()), cmp.Compare(a.Rule.ID, b.Rule.ID))
		})
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b settles) int {
		return cmp.Or(cmp.Compare(b.Ends, a.Ends), cmp.Compare(a.Question.Attribute, b.Question.Attribute))
	})
	return all
}

func times(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
