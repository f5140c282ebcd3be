package aims

import (
	"sync"
	"sync/atomic"
)

// door is a lock with two entrances. Writers, of whom there may be many, enter
// one by one; whoever locks it goes before all that wait to enter. So the flush,
// on which they all depend, waits for one of them at most.
type door struct {
	waiting atomic.Int32 // to enter
	turn    sync.Mutex   // held by the writer who is inside, or the next to be
	next    sync.Mutex   // held by who is the next to get mu
	mu      sync.Mutex
}

func (d *door) enter() {
	d.waiting.Add(1)
	d.turn.Lock()
	d.Lock()
	d.waiting.Add(-1)
}

func (d *door) leave() {
	d.mu.Unlock()
	d.turn.Unlock()
}

// crowded reports whether somebody waits to enter.
func (d *door) crowded() bool { return d.waiting.Load() > 0 }

func (d *door) Lock() {
	d.next.Lock()
	d.mu.Lock()
	d.next.Unlock()
}

func (d *door) Unlock() { d.mu.Unlock() }
