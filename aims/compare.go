package aims

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A Difference is a field in which two versions of a paper differ.
type Difference struct {
	// Field is the field, by the names of its JSON: "outside.edition".
	Field string `json:"field"`
	// Before and After are what stands there, empty where nothing does: a text as it is,
	// anything else as JSON.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Lines are the lines in which a text of several lines differs, in order.
	Lines []LineDifference `json:"lines,omitempty"`
}

// A LineDifference is a line of a text that one of two versions has and the other has not.
type LineDifference struct {
	// Was is the number of the line in the version before, from 1, and 0 if it came in; Is
	// that in the one after, and 0 if it fell out.
	Was int `json:"was,omitempty"`
	Is  int `json:"is,omitempty"`
	// Text is the line.
	Text string `json:"text"`
}

// ofVersion are fields that each version has of its own, whatever it says.
var ofVersion = []string{"id", "state", "approval", "earlier", "ended", "authors", "replaces", "outside.checks", "revision"}

// ofUseVersion are those of a version of rules of use.
var ofUseVersion = []string{"version", "by", "at", "authors"}

// CompareVersions says in what two versions of a paper differ, in the order of the fields'
// names; what is of the version itself, such as who wrote and approved it, aside. Of a text
// that is kept elsewhere it sees that its place or its digest differs (5.2, 7.5.2).
func CompareVersions[T Policy | Document | Scope | ProcessMap | AuditProgramme | UseVersion](before, after T) []Difference {
	was, is := fieldsOf(before), fieldsOf(after)
	names := slices.Sorted(maps.Keys(was))
	for name := range is {
		if _, both := was[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := []Difference{}
	for _, name := range names {
		if was[name] == is[name] {
			continue
		}
		d := Difference{Field: name, Before: was[name], After: is[name]}
		if strings.Contains(d.Before, "\n") || strings.Contains(d.After, "\n") {
			d.Lines = compareLines(d.Before, d.After)
		}
		out = append(out, d)
	}
	return out
}

// fieldsOf are the fields of a record by their names: texts as they are, all else as JSON.
func fieldsOf(rec any) map[string]string {
	out := make(map[string]string)
	body, err := json.Marshal(rec)
	if err != nil {
		return out // which a record that can be kept has not
	}
	var walk func(path string, raw json.RawMessage)
	aside := ofVersion
	if _, rules := rec.(UseVersion); rules {
		aside = ofUseVersion
	}
	walk = func(path string, raw json.RawMessage) {
		if slices.Contains(aside, path) {
			return
		}
		var text string
		var fields map[string]json.RawMessage
		switch {
		case json.Unmarshal(raw, &fields) == nil && fields != nil:
			for name, value := range fields {
				walk(strings.TrimPrefix(path+"."+name, "."), value)
			}
		case json.Unmarshal(raw, &text) == nil:
			out[path] = text
		case !bytes.Equal(raw, []byte("null")):
			out[path] = string(raw)
		}
	}
	walk("", body)
	return out
}

// comparedMost is up to how many pairs of lines are compared; beyond, all lines between the
// first and the last that differ count as other ones.
const comparedMost = 1 << 20

// compareLines says which lines fell out and which came in, with as few of them as there are:
// by the longest common subsequence, between what begins and ends alike.
func compareLines(before, after string) []LineDifference {
	a, b := lines(before), lines(after)
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		first++
	}
	for len(a) > first && len(b) > first && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	x, y := a[first:], b[first:]
	var common [][]int32 // by how far x and y are read: how long what follows is alike at most
	if len(x)*len(y) <= comparedMost {
		common = make([][]int32, len(x)+1)
		common[len(x)] = make([]int32, len(y)+1)
		for i := len(x) - 1; i >= 0; i-- {
			common[i] = make([]int32, len(y)+1)
			for j := len(y) - 1; j >= 0; j-- {
				if x[i] == y[j] {
					common[i][j] = common[i+1][j+1] + 1
				} else {
					common[i][j] = max(common[i+1][j], common[i][j+1])
				}
			}
		}
	}
	var out []LineDifference
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case common != nil && i < len(x) && j < len(y) && x[i] == y[j]:
			i, j = i+1, j+1
		case i < len(x) && (common == nil || j == len(y) || common[i+1][j] >= common[i][j+1]):
			out = append(out, LineDifference{Was: first + i + 1, Text: x[i]})
			i++
		default:
			out = append(out, LineDifference{Is: first + j + 1, Text: y[j]})
			j++
		}
	}
	return out
}

// lines are the lines of a text; of an empty one none.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
