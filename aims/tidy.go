package aims

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aimskit/aimskit/annexa"
)

// tidy puts all times of a record into UTC, without the reading of a clock
// that only this process knows, and adds an issue for each text and time that
// a stored body can't hold as it is: text that is not UTF-8 or beyond the
// bound, years beyond 9999. So what is live is what is read back.
func tidy(rec any, is *Issues) {
	tidyValue(reflect.ValueOf(rec).Elem(), "", is)
}

func tidyValue(v reflect.Value, path string, is *Issues) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); s != "" {
			tidyText(s, path, is)
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			if *t = t.Round(0).UTC(); t.Year() < 0 || t.Year() > 9999 {
				is.Add(path, "range", t.Format(time.RFC3339), "the year must be one of four digits")
			}
			return
		}
		typ := v.Type()
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !f.IsExported() {
				continue // IDs and references, which their parsers have checked
			}
			sub := path
			if !f.Anonymous {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if sub = name; path != "" {
					sub = path + "." + name
				}
			}
			tidyValue(v.Field(i), sub, is)
		}
	case reflect.Slice:
		for i := range v.Len() {
			tidyValue(v.Index(i), index(path, i), is)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if it.Key().Kind() == reflect.String {
				tidyText(it.Key().String(), path, is)
			}
			if e := it.Value(); e.Kind() == reflect.String {
				tidyText(e.String(), path+"."+it.Key().String(), is)
			}
		}
	}
}

// tidyText adds an issue for a text that can't be kept, unless the record's
// own check has said so.
func tidyText(s, path string, is *Issues) {
	known := func(rule string) bool {
		return slices.ContainsFunc(*is, func(i annexa.Issue) bool { return i.Field == path && i.Rule == rule })
	}
	switch {
	case !utf8.ValidString(s):
		if !known("utf8") {
			is.Add(path, "utf8", strings.ToValidUTF8(s, "\uFFFD"), "must be valid UTF-8")
		}
	case len(s) > maxText:
		if !known("length") {
			is.Add(path, "length", s, "at most %d bytes, has %d", maxText, len(s))
		}
	}
}
