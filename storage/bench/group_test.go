package bench

import (
	"runtime"
	"sync"
)

// group gathers what concurrent writers put in and hands it on in batches, as
// aims.Manager does: while one batch is on its way, the next one gathers. It is
// for stores whose writing is one caller's work at a time.
type group[T any] struct {
	flush func([]T) error
	// alone says that there is one writer, who then needs no other goroutine.
	alone bool

	mu       sync.Mutex
	next     *batch[T]
	flushing bool
}

// batch is what goes to the disk together; done is closed when it is there, or
// when err says why not.
type batch[T any] struct {
	items []T
	done  chan struct{}
	err   error
}

func newGroup[T any](writers int, flush func([]T) error) *group[T] {
	return &group[T]{flush: flush, alone: writers == 1, next: &batch[T]{done: make(chan struct{})}}
}

// put returns once what prepare returns is on the disk. prepare is called with
// nothing else going on beside it but flush, in the order of the batch.
func (g *group[T]) put(prepare func() T) error {
	g.mu.Lock()
	if g.alone {
		defer g.mu.Unlock()
		return g.flush([]T{prepare()})
	}
	b := g.next
	b.items = append(b.items, prepare())
	if !g.flushing {
		g.flushing = true
		go g.run()
	}
	g.mu.Unlock()
	<-b.done
	return b.err
}

// run flushes until nothing has gathered.
func (g *group[T]) run() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.next.items) > 0 {
		for n, turns := 0, 0; n < len(g.next.items) && turns < 16; turns++ {
			n = len(g.next.items)
			g.mu.Unlock()
			runtime.Gosched() // those that the last batch has set free are about to come
			g.mu.Lock()
		}
		b := g.next
		g.next = &batch[T]{done: make(chan struct{}), items: make([]T, 0, cap(b.items))}
		g.mu.Unlock()
		b.err = g.flush(b.items)
		close(b.done)
		g.mu.Lock()
	}
	g.flushing = false
}
