package aims

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
)

// tidy puts all times of a record into UTC, without the reading of a clock
// that only this process knows, and adds an issue for each text, time and
// number that a stored body can't hold as it is: text that is not UTF-8 or
// beyond the bound, years beyond 9999, what is not a number. So what is live is
// what is read back. What the record's own check has said is not said again.
func tidy(t tidier, v reflect.Value, is *Issues) {
	for _, u := range t(v) {
		if !slices.ContainsFunc(*is, func(i annexa.Issue) bool { return i.Field == u.Field && i.Rule == u.Rule }) {
			*is = append(*is, u)
		}
	}
}

// tidier tidies a value and returns what can't be kept, under its path from
// there. A nil tidier is for types that can hold nothing of that sort.
type tidier func(reflect.Value) Issues

var tidiers perType[tidier]

func tidierOf(t reflect.Type) tidier { return tidiers.of(t, newTidier) }

func newTidier(t reflect.Type) tidier {
	switch t.Kind() {
	case reflect.String:
		return func(v reflect.Value) Issues { return tidyText(v.String()) }
	case reflect.Float64:
		return tidyNumber
	case reflect.Struct:
		if t == timeType {
			return tidyTime
		}
		return structTidier(t)
	case reflect.Slice:
		if elem := tidierOf(t.Elem()); elem != nil {
			return func(v reflect.Value) (is Issues) {
				for i := range v.Len() {
					if found := elem(v.Index(i)); found != nil {
						is = append(is, under(index("", i), found)...)
					}
				}
				return is
			}
		}
	case reflect.Map:
		return tidyMap
	}
	return nil
}

func structTidier(t reflect.Type) tidier {
	type field struct {
		index int
		name  string // in JSON; none if it is embedded
		tidy  tidier
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue // of IDs and references, which their parsers have checked
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous {
			name = ""
		}
		if tidy := tidierOf(f.Type); tidy != nil {
			fields = append(fields, field{i, name, tidy})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return func(v reflect.Value) (is Issues) {
		for i := range fields {
			f := &fields[i]
			if found := f.tidy(v.Field(f.index)); found != nil {
				is = append(is, under(f.name, found)...)
			}
		}
		return is
	}
}

// under puts issues under the part of a path that leads to them.
func under(path string, is Issues) Issues {
	for i := range is {
		switch field := &is[i].Field; {
		case path == "" || *field == "":
			*field = path + *field
		case strings.HasPrefix(*field, "["):
			*field = path + *field
		default:
			*field = path + "." + *field
		}
	}
	return is
}

func tidyText(s string) (is Issues) {
	if !utf8.ValidString(s) {
		is.Add("", "utf8", strings.ToValidUTF8(s, "\uFFFD"), "must be valid UTF-8")
	} else if len(s) > maxText {
		is.Add("", "length", s, "at most %d bytes, has %d", maxText, len(s))
	}
	return is
}

func tidyNumber(v reflect.Value) (is Issues) {
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		is.Add("", "finite", strconv.FormatFloat(f, 'g', -1, 64), "must be a finite number")
	}
	return is
}

var (
	year0     = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	year10000 = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
)

func tidyTime(v reflect.Value) (is Issues) {
	at := v.Addr().Interface().(*time.Time)
	if *at = at.Round(0).UTC(); at.Before(year0) || !at.Before(year10000) {
		is.Add("", "range", at.Format(time.RFC3339), "the year must be one of four digits")
	}
	return is
}

// tidyMap looks at what is text in a map, and names it in order of the keys.
func tidyMap(v reflect.Value) (is Issues) {
	for it := v.MapRange(); it.Next(); {
		if it.Key().Kind() == reflect.String {
			is = append(is, tidyText(it.Key().String())...)
		}
		if e := it.Value(); e.Kind() == reflect.String {
			is = append(is, under(it.Key().String(), tidyText(e.String()))...)
		}
	}
	slices.SortStableFunc(is, func(a, b annexa.Issue) int { return cmp.Compare(a.Field, b.Field) })
	return is
}
