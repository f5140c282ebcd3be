package register

import (
	"reflect"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Get returns the values of the attribute of a name in s, as Attribute.Append gives
// them: nothing if it is not answered. False if there is no such attribute.
func (s System) Get(name string) ([]string, bool) {
	a, ok := attribute(name)
	if !ok {
		return nil, false
	}
	return a.Append(nil, &s), true
}

// Set gives the attribute of a name these values, in place of those that it has, in
// the form in which Get returns them: a date as 2026-06-30 or in RFC 3339, a
// structure as JSON. None at all leaves it not answered. An attribute that there is
// not, a value that its list does not have, more than one of what is single, and
// what can't be read are errors of type issue.Issues, and s stays as it was.
func (s *System) Set(name string, values ...string) error {
	var is issue.Issues
	a, ok := attribute(name)
	if !ok {
		var names []Value
		for _, x := range attributes() {
			names = append(names, Value{ID: x.Name})
		}
		if n := nearest(name, names); n != "" {
			is.Add("attribute", "attribute", name, "no such attribute; did you mean %q?", n)
		} else {
			is.Add("attribute", "attribute", name, "no such attribute")
		}
		return is
	}
	field := reflect.ValueOf(s).Elem().Field(a.field - 1)
	next := reflect.New(field.Type()).Elem()
	if len(a.Values) > 0 {
		for _, v := range values {
			oneOf(&is, name, v, a.Values)
		}
	}
	switch {
	case field.Kind() == reflect.Slice:
		for _, v := range values {
			e := reflect.New(field.Type().Elem()).Elem()
			read(&is, name, v, e)
			next = reflect.Append(next, e)
		}
	case len(values) > 1:
		is.Add(name, "single", values[1], "takes one value")
	case len(values) == 1:
		read(&is, name, values[0], next)
	}
	if err := is.Err(); err != nil {
		return err
	}
	field.Set(next)
	return nil
}

// read puts a value as text into a field.
func read(is *issue.Issues, name, text string, into reflect.Value) {
	if into.Kind() == reflect.String {
		into.SetString(text)
		return
	}
	if d, ok := into.Addr().Interface().(*calendar.Date); ok {
		if err := d.UnmarshalText([]byte(text)); err != nil {
			is.Add(name, "date", text, "a day reads 2026-06-30")
		}
		return
	}
	if err := issue.Decode([]byte(text), into.Addr().Interface()); err != nil {
		is.Add(name, "readable", text, "%v", err)
	}
}
