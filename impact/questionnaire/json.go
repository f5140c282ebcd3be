package questionnaire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/aimskit/aimskit/issue"
)

// What a file may hold at most. Canada's questionnaire, one of the large ones,
// has 0.4 MB and a depth of 9.
const (
	maxBytes = 8 << 20
	maxDepth = 64
	maxNodes = 200_000
)

// nodeKind is a kind of JSON value.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	boolNode
	numberNode
	textNode
	arrayNode
	objectNode
)

func (k nodeKind) String() string {
	return [...]string{"null", "boolean", "number", "text", "list", "object"}[k]
}

// node is a JSON value. Unlike what encoding/json makes of one, it has no two
// members of one name, of which the earlier would be lost without a word.
type node struct {
	kind    nodeKind
	truth   bool
	num     float64
	text    string
	items   []node
	members []member
}

type member struct {
	name  string
	value node
}

// member returns the member of an object; ok is false where there is none, or
// where it is null, which SurveyJS takes for the same.
func (n node) member(name string) (node, bool) {
	for _, m := range n.members {
		if m.name == name {
			return m.value, m.value.kind != nullNode
		}
	}
	return node{}, false
}

// value returns a scalar; ok is false for lists and objects.
func (n node) value() (v Value, ok bool) {
	switch n.kind {
	case nullNode:
		return Value{}, true
	case boolNode:
		return BoolOf(n.truth), true
	case numberNode:
		return NumberOf(n.num), true
	case textNode:
		return TextOf(n.text), true
	}
	return Value{}, false
}

// decode reads one JSON value. The error is an issue.Issues.
func decode(b []byte) (node, error) {
	var is issue.Issues
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) // as some editors save it
	switch {
	case len(b) > maxBytes:
		is.Add("file", "size", strconv.Itoa(len(b)), "at most %d bytes", maxBytes)
		return node{}, is
	case !utf8.Valid(b):
		is.Add("file", "utf8", "", "is not UTF-8")
		return node{}, is
	}
	var whole json.RawMessage
	if err := json.Unmarshal(b, &whole); err != nil {
		is.Add("file", "json", "", "is not JSON: %v", err)
		return node{}, is
	}
	d := decoder{json: json.NewDecoder(bytes.NewReader(b))}
	d.json.UseNumber()
	n := d.value("", 0)
	if err := d.is.Err(); err != nil {
		return node{}, err
	}
	return n, nil
}

type decoder struct {
	json  *json.Decoder
	nodes int
	is    issue.Issues
}

// value reads the next value. It stops at the first issue: what follows a value
// that was given up would be read out of step.
func (d *decoder) value(path string, depth int) node {
	if d.nodes++; d.nodes > maxNodes {
		d.is.Add(path, "size", strconv.Itoa(d.nodes), "at most %d values in one file", maxNodes)
		return node{}
	}
	token, err := d.json.Token()
	if err != nil { // not after Unmarshal has read the same bytes
		d.is.Add(path, "json", "", "is not JSON: %v", err)
		return node{}
	}
	switch t := token.(type) {
	case bool:
		return node{kind: boolNode, truth: t}
	case string:
		return node{kind: textNode, text: t}
	case json.Number:
		f, err := t.Float64()
		if err != nil {
			d.is.Add(path, "number", t.String(), "is beyond what a number can be")
		}
		return node{kind: numberNode, num: f}
	case json.Delim:
		if depth++; depth > maxDepth {
			d.is.Add(path, "depth", strconv.Itoa(depth), "at most %d levels of nesting", maxDepth)
			return node{}
		}
		if t == '[' {
			return d.array(path, depth)
		}
		return d.object(path, depth)
	}
	return node{}
}

func (d *decoder) array(path string, depth int) node {
	n := node{kind: arrayNode}
	for d.json.More() && d.is == nil {
		n.items = append(n.items, d.value(path+"["+strconv.Itoa(len(n.items))+"]", depth))
	}
	if d.is == nil {
		_, _ = d.json.Token() // the bracket
	}
	return n
}

func (d *decoder) object(path string, depth int) node {
	n := node{kind: objectNode}
	seen := make(map[string]bool)
	for d.json.More() && d.is == nil {
		token, _ := d.json.Token()
		name, _ := token.(string)
		at := join(path, name)
		if seen[name] {
			d.is.Add(at, "repeated", name, "the object has two members of this name")
			break
		}
		seen[name] = true
		n.members = append(n.members, member{name, d.value(at, depth)})
	}
	if d.is == nil {
		_, _ = d.json.Token() // the brace
	}
	return n
}

// join appends a member to a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
