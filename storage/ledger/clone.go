package ledger

import (
	"reflect"

	"github.com/aimskit/aimskit/issue"
)

// detacher replaces every slice and map below a value by a copy. There is none
// for types whose values can't share memory that somebody could change.
type detacher struct {
	shares func(reflect.Value) bool // whether there is any below v
	detach func(reflect.Value)      // v is settable
}

var detachers perType[*detacher]

func detacherOf(t reflect.Type) *detacher { return detachers.of(t, newDetacher) }

func newDetacher(t reflect.Type) *detacher {
	if isValue(t) {
		return nil
	}
	there := func(v reflect.Value) bool { return !v.IsNil() }
	if t == saidType {
		return &detacher{
			func(v reflect.Value) bool { return len(saidOf(v).Args) > 0 },
			func(v reflect.Value) { *v.Addr().Interface().(*issue.Text) = saidOf(v).Clone() },
		}
	}
	switch t.Kind() {
	case reflect.Slice:
		return &detacher{there, sliceDetacher(t)}
	case reflect.Map:
		return &detacher{there, mapDetacher(t)}
	case reflect.Pointer:
		return &detacher{there, pointerDetacher(t)}
	case reflect.Struct:
		return structDetacher(t)
	}
	return nil
}

// isValue reports whether values of a type can't be changed from outside the
// package that makes them, as those of time.Time and of IDs: comparable, without
// an exported field, and written as text.
func isValue(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || !t.Comparable() || !t.Implements(marshalsText) {
		return false
	}
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return false
		}
	}
	return true
}

func structDetacher(t reflect.Type) *detacher {
	type field struct {
		index int
		*detacher
	}
	var fields []field
	for i := range t.NumField() {
		if d := detacherOf(t.Field(i).Type); d != nil {
			fields = append(fields, field{i, d})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &detacher{
		func(v reflect.Value) bool {
			for i := range fields {
				if fields[i].shares(v.Field(fields[i].index)) {
					return true
				}
			}
			return false
		},
		func(v reflect.Value) {
			for i := range fields {
				fields[i].detach(v.Field(fields[i].index))
			}
		},
	}
}

func sliceDetacher(t reflect.Type) func(reflect.Value) {
	elem := detacherOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(fresh, v)
		if elem != nil {
			for i := range fresh.Len() {
				elem.detach(fresh.Index(i))
			}
		}
		v.Set(fresh)
	}
}

func mapDetacher(t reflect.Type) func(reflect.Value) {
	elem := detacherOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeMapWithSize(t, v.Len())
		for it := v.MapRange(); it.Next(); {
			value := it.Value()
			if elem != nil {
				settable := reflect.New(t.Elem()).Elem()
				settable.Set(value)
				elem.detach(settable)
				value = settable
			}
			fresh.SetMapIndex(it.Key(), value)
		}
		v.Set(fresh)
	}
}

func pointerDetacher(t reflect.Type) func(reflect.Value) {
	elem := detacherOf(t.Elem())
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		fresh := reflect.New(t.Elem())
		fresh.Elem().Set(v.Elem())
		if elem != nil {
			elem.detach(fresh.Elem())
		}
		v.Set(fresh)
	}
}
