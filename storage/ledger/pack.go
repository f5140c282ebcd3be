package ledger

import (
	"cmp"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/storage"
)

// Packing is the compact form in which snapshots keep records. What comes out
// of it is what encoding/json would give back of the same record, at a small
// part of the cost: the fields' names are not in it, absent fields are bits,
// and texts that many records share are numbers of a table.
//
//	record   text length, text, then the value of its struct
//	struct   a bit for each field, set if it follows; then those that do
//	text     0 empty; odd: 2i+1, entry i of the table; even: 2n, the next n bytes of the record's text
//	slice    0 nil, else 1 more than its length, and its elements; maps alike, keys in order
//	time     seconds since 1970, nanoseconds, minutes east of UTC
//	bool     a byte, as a field none: that it is there says it
//	said     an issue.Text, as the text of its JSON
//	integer  variable-length, as encoding/binary writes them; floats 8 bytes
//
// Types that write themselves as text are packed as that text. A shape is
// worked out once for each type, from what reflection says of it; its sign is
// a text that changes whenever what is packed does.
type shape struct {
	sign   string
	pack   func(*packer, reflect.Value)
	unpack func(*unpacker, reflect.Value)
}

// packer writes values. Its table numbers the texts that many records share;
// with counts set it only counts them.
type packer struct {
	out, text []byte
	body      []byte // of a record, before its text is known
	table     map[string]int
	counts    map[string]int
	texts     int // bytes of all that were counted
	err       error
}

// unpacker reads what packer wrote. After an error it yields zeros.
type unpacker struct {
	rest  []byte
	text  string // of the record, not yet taken
	table []string
	known map[parsedText]reflect.Value
	lists []string // to cut lists of texts from
	err   error
}

// parsedText names a value by the text that it was parsed from.
type parsedText struct {
	typ  reflect.Type
	text string
}

func (d *unpacker) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: snapshot: %s", storage.ErrCorrupt, fmt.Sprintf(format, args...))
	}
	d.rest, d.text = nil, ""
}

func (p *packer) uint(n uint64) { p.out = binary.AppendUvarint(p.out, n) }

func (d *unpacker) uint() uint64 {
	if len(d.rest) > 0 && d.rest[0] < 0x80 {
		n := d.rest[0]
		d.rest = d.rest[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail("a number is cut short or too large")
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (p *packer) int(n int64) { p.out = binary.AppendVarint(p.out, n) }

func (d *unpacker) int() int64 {
	n := d.uint()
	return int64(n>>1) ^ -int64(n&1)
}

// take returns the next n bytes.
func (d *unpacker) take(n int) []byte {
	if n > len(d.rest) {
		d.fail("%d bytes wanted, %d left", n, len(d.rest))
		return nil
	}
	taken := d.rest[:n:n]
	d.rest = d.rest[n:]
	return taken
}

// count reads how many things follow that take at least size bytes each.
func (d *unpacker) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.rest)/size) {
		d.fail("%d things in %d bytes", n, len(d.rest))
		return 0
	}
	return int(n)
}

func (p *packer) string(s string) {
	if p.counts != nil {
		p.texts += len(s)
		if len(s) <= sharedText {
			p.counts[s]++
		}
		return
	}
	if i, ok := p.table[s]; ok {
		p.uint(uint64(i)<<1 | 1)
		return
	}
	p.uint(uint64(len(s)) << 1)
	p.text = append(p.text, s...)
}

func (d *unpacker) string() string {
	n := d.uint()
	if n&1 == 1 {
		if n >>= 1; n >= uint64(len(d.table)) {
			d.fail("text %d of %d", n, len(d.table))
			return ""
		}
		return d.table[n]
	}
	if n >>= 1; n > uint64(len(d.text)) {
		d.fail("a text of %d bytes, %d left", n, len(d.text))
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

// record packs one record behind what is there.
func (p *packer) record(s *shape, v reflect.Value) {
	whole := p.out
	p.out, p.text = p.body[:0], p.text[:0]
	s.pack(p, v)
	p.body = p.out
	p.out = binary.AppendUvarint(whole, uint64(len(p.text)))
	p.out = append(p.out, p.text...)
	p.out = append(p.out, p.body...)
}

// record reads one record into v, which is settable.
func (d *unpacker) record(s *shape, v reflect.Value) {
	d.text = string(d.take(d.count(1))) // one allocation for all texts of its own
	s.unpack(d, v)
	if d.err == nil && d.text != "" {
		d.fail("%d bytes of text left over", len(d.text))
	}
}

var (
	timeType       = reflect.TypeFor[time.Time]()
	dateType       = reflect.TypeFor[calendar.Date]()
	marshalsJSON   = reflect.TypeFor[json.Marshaler]()
	marshalsText   = reflect.TypeFor[encoding.TextMarshaler]()
	unmarshalsText = reflect.TypeFor[encoding.TextUnmarshaler]()
	unmarshalsJSON = reflect.TypeFor[json.Unmarshaler]()
)

// unpackable says why values of a type can't be packed; nil if they can. above
// are the types that it is part of.
func unpackable(t reflect.Type, above []reflect.Type) error {
	if t == timeType || t == saidType {
		return nil
	}
	if slices.Contains(above, t) {
		return fmt.Errorf("%s holds itself", t)
	}
	above = append(slices.Clip(above), t)
	switch ptr := reflect.PointerTo(t); {
	case t.Implements(marshalsText) && ptr.Implements(unmarshalsText):
		if !t.Comparable() {
			return fmt.Errorf("%s writes itself as text and is not comparable", t)
		}
		if t.Kind() == reflect.Struct && !isValue(t) {
			return hiddenShared(t)
		}
		return nil
	case ptr.Implements(marshalsText) || ptr.Implements(marshalsJSON):
		return fmt.Errorf("%s has a form of its own", t)
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return fmt.Errorf("%s: bytes belong into a store of their own", t)
		}
		return unpackable(t.Elem(), above)
	case reflect.Pointer:
		switch t.Elem().Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			return fmt.Errorf("%s: nothing and a pointer to nothing are written alike", t)
		}
		return unpackable(t.Elem(), above)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return fmt.Errorf("%s: the keys of a map are texts", t)
		}
		return unpackable(t.Elem(), above)
	case reflect.Struct:
		if err := hiddenShared(t); err != nil {
			return err
		}
		if err := sameNames(t, make(map[string]string)); err != nil {
			return err
		}
		exported := 0
		for i := range t.NumField() {
			f := t.Field(i)
			switch {
			case f.Anonymous && (!f.IsExported() || f.Type.Kind() == reflect.Pointer):
				return fmt.Errorf("field %s: what is embedded is an exported type, and no pointer", f.Name)
			case !f.IsExported():
				continue
			case f.Tag.Get("json") == "-":
				return fmt.Errorf("field %s is exported and not written, so it would be lost", f.Name)
			}
			exported++
			if err := unpackable(f.Type, above); err != nil {
				return fmt.Errorf("field %s: %w", f.Name, err)
			}
		}
		if exported == 0 {
			return fmt.Errorf("%s has no exported field", t)
		}
		return nil
	}
	return fmt.Errorf("values of type %s can't be kept", t)
}

// hiddenShared says which field of a struct that is not exported could share
// memory with a copy, as nobody could copy what it points to; nil if none could.
func hiddenShared(t reflect.Type) error {
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() && !f.Anonymous && mayShare(f.Type) {
			return fmt.Errorf("field %s is not exported and could share memory with a copy", f.Name)
		}
	}
	return nil
}

// mayShare reports whether a value can hold memory that a copy of it shares and
// that somebody could write to.
func mayShare(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		if isValue(t) {
			return false
		}
		for i := range t.NumField() {
			if mayShare(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Array:
		return mayShare(t.Elem())
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	}
	return false
}

// sameNames says which two fields of a struct, those of embedded ones among them,
// have one name in JSON, of which encoding/json would write one at most.
func sameNames(t reflect.Type, seen map[string]string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported():
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			if err := sameNames(f.Type, seen); err != nil {
				return err
			}
			continue
		}
		name = cmp.Or(name, f.Name)
		if other := seen[name]; other != "" {
			return fmt.Errorf("fields %s and %s have the JSON name %q", other, f.Name, name)
		}
		seen[name] = f.Name
	}
	return nil
}

// shapeOf works out how values of a type are packed. It panics for types that
// can't be, which Declare keeps out.
func shapeOf(t reflect.Type) *shape {
	switch t {
	case timeType:
		return timeShape
	case saidType:
		return saidShape
	}
	switch ptr := reflect.PointerTo(t); {
	case t.Implements(marshalsText) && ptr.Implements(unmarshalsText):
		return textShape(t)
	case ptr.Implements(marshalsText) || ptr.Implements(marshalsJSON):
		panic(fmt.Sprintf("ledger: %s has a form of its own, so it can't be packed", t))
	}
	switch t.Kind() {
	case reflect.String:
		return &shape{"string",
			func(p *packer, v reflect.Value) { p.string(v.String()) },
			func(d *unpacker, v reflect.Value) { v.SetString(d.string()) }}
	case reflect.Bool:
		return boolShape
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &shape{"int",
			func(p *packer, v reflect.Value) { p.int(v.Int()) },
			func(d *unpacker, v reflect.Value) {
				n := d.int()
				if v.OverflowInt(n) {
					d.fail("%d is too large for %s", n, v.Type())
					return
				}
				v.SetInt(n)
			}}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &shape{"uint",
			func(p *packer, v reflect.Value) { p.uint(v.Uint()) },
			func(d *unpacker, v reflect.Value) {
				n := d.uint()
				if v.OverflowUint(n) {
					d.fail("%d is too large for %s", n, v.Type())
					return
				}
				v.SetUint(n)
			}}
	case reflect.Float32, reflect.Float64:
		return &shape{"float",
			func(p *packer, v reflect.Value) {
				p.out = binary.BigEndian.AppendUint64(p.out, math.Float64bits(v.Float()))
			},
			func(d *unpacker, v reflect.Value) {
				if b := d.take(8); b != nil {
					v.SetFloat(math.Float64frombits(binary.BigEndian.Uint64(b)))
				}
			}}
	case reflect.Slice:
		return sliceShape(t)
	case reflect.Map:
		return mapShape(t)
	case reflect.Pointer:
		return pointerShape(t)
	case reflect.Struct:
		return structShape(t)
	}
	panic(fmt.Sprintf("ledger: values of type %s can't be packed", t))
}

var boolShape = &shape{"bool",
	func(p *packer, v reflect.Value) {
		if v.Bool() {
			p.out = append(p.out, 1)
		} else {
			p.out = append(p.out, 0)
		}
	},
	func(d *unpacker, v reflect.Value) {
		if b := d.take(1); b != nil {
			v.SetBool(b[0] != 0)
		}
	}}

var timeShape = &shape{"time",
	func(p *packer, v reflect.Value) {
		var t time.Time
		if v.CanAddr() {
			t = *v.Addr().Interface().(*time.Time) // which copies nothing
		} else {
			t = v.Interface().(time.Time)
		}
		_, east := t.Zone()
		p.int(t.Unix())
		p.uint(uint64(t.Nanosecond()))
		p.int(int64(east / 60))
	},
	func(d *unpacker, v reflect.Value) {
		seconds, nano, east := d.int(), d.uint(), d.int()
		if nano >= 1e9 || east < -24*60 || east > 24*60 {
			d.fail("a time of %d ns, %d minutes east", nano, east)
			return
		}
		t := time.Unix(seconds, int64(nano)).UTC()
		if east != 0 {
			t = t.In(time.FixedZone("", int(east)*60))
		}
		*v.Addr().Interface().(*time.Time) = t
	}}

// textShape is for types that write themselves as text. They are comparable
// values, so each text is parsed once.
func textShape(t reflect.Type) *shape {
	return &shape{"text(" + t.String() + ")",
		func(p *packer, v reflect.Value) {
			if v.IsZero() { // may not have a text
				p.string("")
				return
			}
			b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
			if err != nil && p.err == nil {
				p.err = fmt.Errorf("packing a %s: %w", t, err)
			}
			p.string(string(b))
		},
		func(d *unpacker, v reflect.Value) {
			s := d.string()
			if s == "" {
				return
			}
			if known, ok := d.known[parsedText{t, s}]; ok {
				v.Set(known)
				return
			}
			s = strings.Clone(s)
			if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
				d.fail("%q is no %s: %v", s, t, err)
				return
			}
			if d.known == nil {
				d.known = make(map[parsedText]reflect.Value)
			}
			known := reflect.New(t).Elem()
			known.Set(v)
			d.known[parsedText{t, s}] = known
		}}
}

// list returns a list of n texts: a piece of a longer one, as most lists are so
// short that each on its own would cost more than what it holds.
func (d *unpacker) list(n int) []string {
	if n > len(d.lists) {
		if n > listChunk/4 {
			return make([]string, n)
		}
		d.lists = make([]string, listChunk)
	}
	l := d.lists[:n:n]
	d.lists = d.lists[n:]
	return l
}

const listChunk = 256

// textsShape is for lists of texts, which are most of what records hold.
func textsShape() *shape {
	// All types whose kind is string look alike in memory, and so do lists of
	// them.
	texts := func(v reflect.Value) *[]string { return (*[]string)(v.Addr().UnsafePointer()) }
	return &shape{"[string]",
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(uint64(v.Len()) + 1)
			for i := range v.Len() {
				p.string(v.Index(i).String())
			}
		},
		func(d *unpacker, v reflect.Value) {
			n := d.uint()
			switch {
			case n == 0:
				return
			case n == 1:
				*texts(v) = []string{}
				return
			case n-1 > uint64(len(d.rest)):
				d.fail("a list of %d in %d bytes", n-1, len(d.rest))
				return
			}
			l := d.list(int(n - 1))
			for i := range l {
				l[i] = d.string()
			}
			*texts(v) = l
		}}
}

func sliceShape(t reflect.Type) *shape {
	elem := shapeOf(t.Elem())
	if elem.sign == "string" {
		return textsShape()
	}
	return &shape{"[" + elem.sign + "]",
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(uint64(v.Len()) + 1)
			for i := range v.Len() {
				elem.pack(p, v.Index(i))
			}
		},
		func(d *unpacker, v reflect.Value) {
			n := d.uint()
			switch {
			case n == 0:
				return
			case n == 1:
				v.Set(reflect.MakeSlice(t, 0, 0))
				return
			case n-1 > uint64(len(d.rest)):
				d.fail("a list of %d in %d bytes", n-1, len(d.rest))
				return
			}
			v.Grow(int(n - 1))
			v.SetLen(int(n - 1))
			for i := range int(n - 1) {
				elem.unpack(d, v.Index(i))
			}
		}}
}

func mapShape(t reflect.Type) *shape {
	if t.Key().Kind() != reflect.String {
		panic(fmt.Sprintf("ledger: maps with keys of type %s can't be packed", t.Key()))
	}
	key, elem := shapeOf(t.Key()), shapeOf(t.Elem())
	return &shape{"{" + key.sign + ":" + elem.sign + "}",
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(uint64(v.Len()) + 1)
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
			for _, k := range keys {
				key.pack(p, k)
				elem.pack(p, v.MapIndex(k))
			}
		},
		func(d *unpacker, v reflect.Value) {
			n := d.uint()
			switch {
			case n == 0:
				return
			case n-1 > uint64(len(d.rest))/2:
				d.fail("a map of %d in %d bytes", n-1, len(d.rest))
				return
			}
			m := reflect.MakeMapWithSize(t, int(n-1))
			k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			for range int(n - 1) {
				k.SetZero()
				e.SetZero()
				key.unpack(d, k)
				elem.unpack(d, e)
				m.SetMapIndex(k, e)
			}
			v.Set(m)
		}}
}

func pointerShape(t reflect.Type) *shape {
	elem := shapeOf(t.Elem())
	return &shape{"*" + elem.sign,
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.out = append(p.out, 0)
				return
			}
			p.out = append(p.out, 1)
			elem.pack(p, v.Elem())
		},
		func(d *unpacker, v reflect.Value) {
			if b := d.take(1); b != nil && b[0] != 0 {
				v.Set(reflect.New(t.Elem()))
				elem.unpack(d, v.Elem())
			}
		}}
}

// packedField is a field of a struct that is packed.
type packedField struct {
	index     int
	omitEmpty bool // as encoding/json takes it
	omitZero  bool // likewise, by the type's own word for zero
	bit       bool // a bool: that it is there says it
	*shape
}

// there reports whether the field's value is packed: whether it would come back
// from encoding/json as anything but the zero value.
func (f *packedField) there(v reflect.Value) bool {
	if f.omitZero {
		return !part(v).(isZeroer).IsZero()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if f.omitEmpty {
			return v.Len() > 0
		}
		return !v.IsNil()
	}
	return !v.IsZero()
}

// isZeroer is what encoding/json asks for under omitzero.
type isZeroer interface{ IsZero() bool }

func structShape(t reflect.Type) *shape {
	var fields []packedField
	var sign strings.Builder
	sign.WriteString("(")
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Tag.Get("json") == "-" {
			continue
		}
		words := strings.Split(options, ",")
		p := packedField{index: i, shape: shapeOf(f.Type), bit: f.Type.Kind() == reflect.Bool,
			omitEmpty: slices.Contains(words, "omitempty"),
			omitZero:  slices.Contains(words, "omitzero") && f.Type.Implements(isZeroerType),
		}
		fields = append(fields, p)
		fmt.Fprintf(&sign, "%s %v %v %s;", cmp.Or(name, f.Name), p.omitEmpty, p.omitZero, p.sign)
	}
	sign.WriteString(")")
	if len(fields) == 0 {
		panic(fmt.Sprintf("ledger: %s has no exported field, so it can't be packed", t))
	}
	bits := (len(fields) + 7) / 8
	return &shape{sign.String(),
		func(p *packer, v reflect.Value) {
			at := len(p.out)
			p.out = append(p.out, make([]byte, bits)...)
			for i := range fields {
				f := &fields[i]
				value := v.Field(f.index)
				if !f.there(value) {
					continue
				}
				p.out[at+i/8] |= 1 << (i % 8)
				if !f.bit {
					f.pack(p, value)
				}
			}
		},
		func(d *unpacker, v reflect.Value) {
			for i, set := range d.take(bits) {
				for b := 0; set != 0; b, set = b+1, set>>1 {
					if set&1 == 0 {
						continue
					}
					if 8*i+b >= len(fields) {
						d.fail("field %d of %d", 8*i+b, len(fields))
						return
					}
					if f := &fields[8*i+b]; f.bit {
						v.Field(f.index).SetBool(true)
					} else {
						f.unpack(d, v.Field(f.index))
					}
				}
			}
		}}
}
