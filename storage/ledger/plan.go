package ledger

import (
	"reflect"
	"slices"
	"sync"
)

// plan is what reflection says of a kind's records, worked out once, when the
// first of them is read or written.
type plan struct {
	shape  *shape // how snapshots keep them
	body   writer // how the journal keeps them
	tidy   tidier
	times  []timePath
	flat   int // as flatSize has it
	detach *detacher
	derive *deriver // of one revision from another; may be nil
}

func newPlan(k *kind) *plan {
	fields := bodyFields(k.typ, k.revisionField())
	return &plan{shapeOf(k.typ), structWriter(fields), tidierOf(k.typ, k.limits, ""), timePaths(k.typ, k.limits, ""), flatSize(k.typ), detacherOf(k.typ), newDeriver(k.typ, fields)}
}

// unwritable says why records of a type can't be kept; nil if they can.
func unwritable(t reflect.Type) error {
	_, err := writtenFields(t)
	if err != nil {
		return err
	}
	return unpackable(t, nil)
}

// bodyFields returns the fields that the journal keeps of a record: all but its
// revision, which is the number of the commit.
func bodyFields(t reflect.Type, revision int) []writtenField {
	fields, _ := writtenFields(t) // Declare has seen that there are
	return slices.DeleteFunc(fields, func(f writtenField) bool { return len(f.at) == 1 && f.at[0] == revision })
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
