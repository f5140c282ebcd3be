package questionnaire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long and how deep a condition may be.
const (
	maxExpression      = 64 << 10
	maxExpressionDepth = 64
)

// operators are the comparisons, by what may stand for them. Words are matched
// without regard to case.
var operators = map[string]op{
	"=": opEqual, "==": opEqual, "equal": opEqual, "equals": opEqual,
	"!=": opNotEqual, "<>": opNotEqual, "notequal": opNotEqual, "notequals": opNotEqual,
	"<": opLess, "less": opLess, ">": opGreater, "greater": opGreater,
	"<=": opLessEqual, "=<": opLessEqual, "lessorequal": opLessEqual,
	">=": opGreaterEqual, "=>": opGreaterEqual, "greaterorequal": opGreaterEqual,
	"*=": opContains, "contains": opContains, "contain": opContains,
	"notcontains": opNotContains, "notcontain": opNotContains,
	"anyof": opAnyOf, "allof": opAllOf, "noneof": opNoneOf,
}

// connectives are the other words and signs of the language.
var connectives = map[string]op{
	"and": opAnd, "&&": opAnd, "or": opOr, "||": opOr,
	"!": opNot, "not": opNot, "negate": opNot,
	"empty": opEmpty, "notempty": opNotEmpty,
}

// symbols are the signs, longer ones first.
var symbols = []string{"<=", "=<", ">=", "=>", "==", "!=", "<>", "*=", "&&", "||", "=", "<", ">", "!", "(", ")", "[", "]", ","}

// syntaxError says where a condition is malformed.
type syntaxError struct {
	at      int // offset in bytes
	message string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("at byte %d: %s", e.at, e.message) }

// parseExpression reads a condition. References are not resolved yet. The error
// is a *syntaxError.
func parseExpression(s string) (*expression, error) {
	if len(s) > maxExpression {
		return nil, &syntaxError{maxExpression, fmt.Sprintf("at most %d bytes", maxExpression)}
	}
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens}
	x := p.any()
	if p.err == nil && p.peek().kind != endToken {
		p.fail("expected \"and\", \"or\" or the end, found %s", p.peek())
	}
	if p.err != nil {
		return nil, p.err
	}
	return x, nil
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	refToken
	stringToken
	numberToken
	wordToken
	symbolToken
)

// token is a part of a condition. The text of a word or symbol is in lower case,
// which its operator is looked up by.
type token struct {
	kind tokenKind
	text string
	raw  string
	num  float64
	at   int
}

func (t token) String() string {
	if t.kind == endToken {
		return "the end"
	}
	return strconv.Quote(t.raw)
}

// lex cuts a condition into tokens, the last of which is the end.
func lex(s string) ([]token, error) {
	var out []token
	for i := 0; ; {
		for i < len(s) {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsSpace(r) {
				break
			}
			i += size
		}
		t := token{at: i}
		if i == len(s) {
			return append(out, t), nil
		}
		switch c := s[i]; {
		case c == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return nil, &syntaxError{i, "\"{\" without \"}\""}
			}
			t.kind, t.text, t.raw = refToken, strings.TrimSpace(s[i+1:i+end]), s[i:i+end+1]
			i += end + 1
		case c == '"' || c == '\'':
			text, length := quoted(s[i:])
			if length == 0 {
				return nil, &syntaxError{i, "a quotation mark without its pair"}
			}
			t.kind, t.text, t.raw = stringToken, text, s[i:i+length]
			i += length
		case isDigit(c), c == '-' && i+1 < len(s) && isDigit(s[i+1]):
			end := i + 1
			for end < len(s) && (isDigit(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) {
				end++
			}
			f, err := strconv.ParseFloat(s[i:end], 64)
			if err != nil {
				return nil, &syntaxError{i, fmt.Sprintf("%q is not a number", s[i:end])}
			}
			t.kind, t.num, t.raw = numberToken, f, s[i:end]
			i = end
		case isLetter(c):
			end := i + 1
			for end < len(s) && (isLetter(s[end]) || isDigit(s[end])) {
				end++
			}
			t.kind, t.text, t.raw = wordToken, strings.ToLower(s[i:end]), s[i:end]
			i = end
		default:
			for _, symbol := range symbols {
				if strings.HasPrefix(s[i:], symbol) {
					t.kind, t.text, t.raw = symbolToken, symbol, symbol
					break
				}
			}
			if t.kind == endToken {
				r, _ := utf8.DecodeRuneInString(s[i:])
				return nil, &syntaxError{i, fmt.Sprintf("%q is not part of the language that is read here; it has no arithmetic", r)}
			}
			i += len(t.raw)
		}
		out = append(out, t)
	}
}

// quoted reads a text in quotation marks, in which a backslash stands before a
// mark that is meant. The length is 0 if the closing mark is missing.
func quoted(s string) (text string, length int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return b.String(), i + 1
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\''):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", 0
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// parser reads tokens by descent: "or" binds least, then "and", then the
// comparisons. After the first error it reads no further.
type parser struct {
	tokens []token
	depth  int
	err    error
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != endToken {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &syntaxError{p.peek().at, fmt.Sprintf(format, args...)}
	}
}

// word looks a token up among the words and signs.
func (t token) word(table map[string]op) (op, bool) {
	if t.kind != wordToken && t.kind != symbolToken {
		return 0, false
	}
	o, ok := table[t.text]
	return o, ok
}

func (p *parser) is(o op) bool {
	found, ok := p.peek().word(connectives)
	return ok && found == o
}

func (p *parser) symbol(s string) bool { return p.peek().kind == symbolToken && p.peek().text == s }

// any reads conditions joined by "or".
func (p *parser) any() *expression { return p.joined(opOr, p.all) }

// all reads conditions joined by "and".
func (p *parser) all() *expression { return p.joined(opAnd, p.comparison) }

func (p *parser) joined(o op, part func() *expression) *expression {
	x := part()
	if p.err != nil || !p.is(o) {
		return x
	}
	x = &expression{op: o, args: []*expression{x}}
	for p.err == nil && p.is(o) {
		p.next()
		x.args = append(x.args, part())
	}
	return x
}

// comparison reads one comparison, or a part that stands alone.
func (p *parser) comparison() *expression {
	negated := p.is(opNot)
	x := p.factor()
	if p.err != nil {
		return nil
	}
	o, ok := p.peek().word(operators)
	if !ok {
		return x
	}
	if negated {
		// Versions of SurveyJS differ in whether "not" takes the comparison.
		p.fail("put what is negated in parentheses")
		return nil
	}
	p.next()
	x = &expression{op: o, args: []*expression{x, p.factor()}}
	if _, more := p.peek().word(operators); more {
		p.fail("one comparison after the other; join them by \"and\" or \"or\"")
	}
	return x
}

// factor reads a negation, something in parentheses, a list, a reference or a
// constant, and "empty" and "notempty" after it.
func (p *parser) factor() *expression {
	if p.depth++; p.depth > maxExpressionDepth {
		p.fail("at most %d levels of nesting", maxExpressionDepth)
	}
	defer func() { p.depth-- }()
	if p.err != nil {
		return nil
	}
	if p.is(opNot) {
		p.next()
		return &expression{op: opNot, args: []*expression{p.factor()}}
	}
	x := p.operand()
	for _, o := range []op{opEmpty, opNotEmpty} {
		if p.err == nil && p.is(o) {
			p.next()
			return &expression{op: o, args: []*expression{x}}
		}
	}
	return x
}

func (p *parser) operand() *expression {
	switch {
	case p.symbol("("):
		p.next()
		x := p.any()
		p.expect(")")
		return x
	case p.symbol("["):
		p.next()
		x := &expression{op: opList}
		for p.err == nil && !p.symbol("]") {
			if len(x.args) > 0 {
				p.expect(",")
			}
			x.args = append(x.args, p.constant())
		}
		p.expect("]")
		x.fold()
		return x
	}
	return p.constant()
}

// fold computes a list of constants once and for all.
func (x *expression) fold() {
	items := make([]Value, 0, len(x.args))
	for _, a := range x.args {
		if a == nil || a.op != opConst {
			return
		}
		items = append(items, a.value)
	}
	x.items, x.args = items, nil
}

func (p *parser) expect(symbol string) {
	if p.err == nil && !p.symbol(symbol) {
		p.fail("expected %q, found %s", symbol, p.peek())
	}
	if p.err == nil {
		p.next()
	}
}

// constant reads a reference or a constant. A word without quotation marks is a
// text.
func (p *parser) constant() *expression {
	t := p.peek()
	_, operator := t.word(operators)
	_, connective := t.word(connectives)
	switch {
	case p.err != nil:
		return nil
	case t.kind == refToken && t.text != "":
		p.next()
		return &expression{op: opRef, name: t.text}
	case t.kind == stringToken:
		p.next()
		return &expression{op: opConst, value: TextOf(t.text)}
	case t.kind == numberToken:
		p.next()
		return &expression{op: opConst, value: NumberOf(t.num)}
	case t.kind != wordToken || operator || connective:
		p.fail("expected a {question}, a value or \"(\", found %s", t)
		return nil
	}
	p.next()
	if p.symbol("(") {
		p.fail("functions such as %s are not read", t)
	}
	switch t.text {
	case "true", "false":
		return &expression{op: opConst, value: BoolOf(t.text == "true")}
	case "null", "undefined":
		return &expression{op: opConst}
	}
	return &expression{op: opConst, value: TextOf(t.raw)}
}

// resolve finds where the answers that a condition reads are. The error names
// the first name that find does not know.
func (x *expression) resolve(find func(name string) (slot int, ok bool)) error {
	if x.op == opRef {
		slot, ok := find(x.name)
		if !ok {
			return errUnknownReference{x.name}
		}
		x.slot = slot
	}
	for _, a := range x.args {
		if err := a.resolve(find); err != nil {
			return err
		}
	}
	return nil
}

// errUnknownReference names what a condition refers to in vain.
type errUnknownReference struct{ name string }

func (e errUnknownReference) Error() string { return "no question is named " + strconv.Quote(e.name) }

// unknownReference returns the name that an error of resolve is about.
func unknownReference(err error) string {
	var e errUnknownReference
	if errors.As(err, &e) {
		return e.name
	}
	return ""
}
