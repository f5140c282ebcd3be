package aims

import (
	"reflect"
	"sync"
)

// plan is what reflection says of a kind's records, worked out once.
type plan struct {
	shape  *shape // how snapshots keep them
	body   writer // how the journal keeps them
	tidy   tidier
	detach *detacher
}

// plans caches the plans, by kind.
var plans [kindCount]struct {
	once sync.Once
	plan
}

func (k *kind[T]) plan() *plan {
	p := &plans[k.at]
	p.once.Do(func() {
		t := reflect.TypeFor[T]()
		p.plan = plan{shapeOf(t), bodyWriter(t), tidierOf(t), detacherOf(t)}
	})
	return &p.plan
}

// perType keeps what has been worked out for a type.
type perType[P any] struct{ made sync.Map }

func (c *perType[P]) of(t reflect.Type, workOut func(reflect.Type) P) P {
	if p, ok := c.made.Load(t); ok {
		return p.(P)
	}
	p := workOut(t)
	c.made.Store(t, p)
	return p
}
