package ledger

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/aimskit/aimskit/issue"
)

// An issue.Text among the fields of a record is kept as it is said: a format and its
// arguments, so that whoever reads it is told in his language. It is the only type with
// values behind an interface that is kept, since all that may stand there is known: it is
// written by its own JSON, which is read back as what it was, and cloned by its own Clone.
var saidType = reflect.TypeFor[issue.Text]()

func saidOf(v reflect.Value) issue.Text {
	if v.CanAddr() {
		return *v.Addr().Interface().(*issue.Text)
	}
	return v.Interface().(issue.Text)
}

var saidShape = &shape{"said",
	func(p *packer, v reflect.Value) {
		body, err := json.Marshal(saidOf(v))
		if err != nil && p.err == nil {
			p.err = err
		}
		p.string(string(body))
	},
	func(d *unpacker, v reflect.Value) {
		if err := json.Unmarshal([]byte(d.string()), v.Addr().Interface()); err != nil {
			d.fail("no text that is said: %v", err)
		}
	}}

// What a text that is said holds at most, beyond the bound of each text in it.
const (
	mostArgs = 100 // arguments of one text
	mostDeep = 50  // texts within one another
)

var (
	ruleSaid     = &rule{"oneof", "an argument of a text is a string, a number, a truth value, a day, a record or a text"}
	ruleSaidDeep = &rule{"depth", "texts stand too deep in one another"}
)

// saidTidier looks at the format and at each argument; path leads to the text.
func saidTidier(l Limits, path string) tidier {
	limit := l.text(path)
	return func(v reflect.Value, size *int) []overrun {
		return tidySaid(v.Addr().Interface().(*issue.Text), limit, 1, size)
	}
}

func tidySaid(t *issue.Text, limit, deep int, size *int) []overrun {
	found := under("id", tidyText(t.ID, limit))
	*size += len(t.ID) + len(`{"id":"","args":[]}`)
	if t.Args != nil && len(t.Args) == 0 {
		t.Args = nil
	}
	if len(t.Args) > mostArgs {
		found = append(found, overrun{"args", ruleList, len(t.Args), "", mostArgs})
		return found
	}
	if deep > mostDeep && len(t.Args) > 0 {
		return append(found, overrun{field: "args", rule: ruleSaidDeep, size: deep})
	}
	for i, arg := range t.Args {
		var wrong []overrun
		text := func(s string) {
			*size += len(s) + len(`{"kind":"","record":""},`)
			wrong = append(wrong, tidyText(s, limit)...)
		}
		switch arg := arg.(type) {
		case string:
			text(arg)
		case issue.Day:
			text(string(arg))
		case issue.Record:
			text(arg.Kind)
			text(arg.ID)
		case issue.Text:
			wrong = tidySaid(&arg, limit, deep+1, size)
			t.Args[i] = arg
		case bool, int:
			*size += 21
		case uint64:
			if *size += 21; arg <= math.MaxInt {
				t.Args[i] = int(arg)
			}
		case int64:
			*size += 21
			t.Args[i] = int(arg)
		case float64:
			*size += 26
			wrong = tidyNumber(reflect.ValueOf(arg), nil)
		default:
			wrong = []overrun{{field: "", rule: ruleSaid, value: fmt.Sprintf("%T", arg)}}
		}
		found = append(found, under(issue.Index("args", i), wrong)...)
	}
	return found
}
