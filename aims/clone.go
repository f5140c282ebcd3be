package aims

import (
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
)

// owned returns a copy of v that shares no slice or map with it, so that what
// the caller does to its own value afterwards can't reach a published record.
func owned[T any](v T) *T {
	p := new(T)
	*p = v
	detach(reflect.ValueOf(p).Elem())
	return p
}

// clone returns such a copy of what p points to, for a caller to change.
func clone[T any](p *T) T {
	if !shares(reflect.ValueOf(p).Elem()) {
		return *p // nothing that could be shared
	}
	return *owned(*p)
}

// shares reports whether there is any slice, map or pointer below v.
func shares(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		return slices.ContainsFunc(fieldsToDetach(v.Type()), func(i int) bool { return shares(v.Field(i)) })
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return !v.IsNil()
	}
	return false
}

// detach replaces every slice and map below v, which is settable, by a copy.
func detach(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, i := range fieldsToDetach(v.Type()) {
			detach(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		if holdsReferences(v.Type().Elem()) {
			for i := range fresh.Len() {
				detach(fresh.Index(i))
			}
		}
		v.Set(fresh)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeMapWithSize(v.Type(), v.Len())
		deep := holdsReferences(v.Type().Elem())
		for it := v.MapRange(); it.Next(); {
			value := it.Value()
			if deep {
				settable := reflect.New(value.Type()).Elem()
				settable.Set(value)
				detach(settable)
				value = settable
			}
			fresh.SetMapIndex(it.Key(), value)
		}
		v.Set(fresh)
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		detach(fresh.Elem())
		v.Set(fresh)
	}
}

// detachable caches, by struct type, which fields hold slices, maps or
// pointers.
var detachable sync.Map // reflect.Type -> []int

func fieldsToDetach(t reflect.Type) []int {
	if cached, ok := detachable.Load(t); ok {
		return cached.([]int)
	}
	var fields []int
	for i := range t.NumField() {
		if holdsReferences(t.Field(i).Type) {
			fields = append(fields, i)
		}
	}
	detachable.Store(t, fields)
	return fields
}

// holdsReferences reports whether a value of type t can share memory that
// somebody could change. Strings can't; the listed types are immutable values.
func holdsReferences(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[annexa.ID](), reflect.TypeFor[crosswalk.Ref](), reflect.TypeFor[Clause]():
		return false
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return true
	case reflect.Struct:
		return len(fieldsToDetach(t)) > 0
	case reflect.Array:
		return holdsReferences(t.Elem())
	}
	return false
}
