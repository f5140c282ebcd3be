package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/memory"
)

// Parcel has a field of every shape that a record may have.
type Parcel struct {
	ID       string `json:"id"`
	Text     string `json:"text,omitempty"`
	Untagged string
	On       bool    `json:"on"`
	Maybe    bool    `json:"maybe,omitempty"`
	Int      int     `json:"int"`
	Int8     int8    `json:"int8,omitempty"`
	Int64    int64   `json:"int64,omitzero"`
	Uint     uint    `json:"uint"`
	Uint8    uint8   `json:"uint8,omitempty"`
	Float32  float32 `json:"float32,omitempty"`
	Float64  float64 `json:"float64"`
	Colour   Colour  `json:"colour,omitempty"`

	Code  Code      `json:"code,omitzero"`
	Codes []Code    `json:"codes,omitempty"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until,omitzero"`

	Tags    []string  `json:"tags"`
	Words   []string  `json:"words,omitempty"`
	Colours []Colour  `json:"colours,omitempty"`
	Bits    []bool    `json:"bits,omitempty"`
	Numbers []float64 `json:"numbers"`
	Lists   [][]int   `json:"lists,omitempty"`

	Labels  map[string]string  `json:"labels"`
	Weights map[Colour]float64 `json:"weights,omitempty"`
	Deep    map[string][]Piece `json:"deep,omitempty"`
	Days    map[string]Day     `json:"days,omitempty"`

	Piece  Piece   `json:"piece,omitzero"`
	Pieces []Piece `json:"pieces,omitempty"`
	Ptr    *Piece  `json:"ptr"`
	Count  *int    `json:"count,omitempty"`

	Stamp
	Revision uint64 `json:"revision,omitempty"`

	Born  calendar.Date   `json:"born"`
	Dates []calendar.Date `json:"dates,omitempty"`

	Told issue.Text   `json:"told,omitzero"`
	Says []issue.Text `json:"says,omitempty"`
}

// Colour is a text of a type of its own.
type Colour string

// Piece is a part of a Parcel, which has parts in turn.
type Piece struct {
	Name  string            `json:"name"`
	Tags  []string          `json:"tags,omitempty"`
	Notes map[string]string `json:"notes,omitempty"`
	Next  *Step             `json:"next,omitempty"`
	At    time.Time         `json:"at,omitzero"`
}

// Step is a part of a Piece.
type Step struct {
	Hops []int `json:"hops"`
}

// Day holds a time within a map.
type Day struct {
	At time.Time `json:"at,omitzero"`
}

// Stamp is embedded.
type Stamp struct {
	By    string   `json:"by,omitempty"`
	Marks []string `json:"marks,omitempty"`
}

// Code writes itself as text, as IDs of other packages do. One of them can't be
// written, as only a mistake of its package would have it.
type Code struct{ text string }

// ParseCode returns the code of a text.
func ParseCode(text string) Code { return Code{text} }

// BadCode can't be written.
const BadCode = "can't be written"

// MarshalText fails for BadCode.
func (c Code) MarshalText() ([]byte, error) {
	if c.text == BadCode {
		return nil, errors.New(BadCode)
	}
	return []byte(c.text), nil
}

// UnmarshalText takes every text but BadCode.
func (c *Code) UnmarshalText(b []byte) error {
	if string(b) == BadCode {
		return errors.New(BadCode)
	}
	c.text = string(b)
	return nil
}

// ParcelSpec declares Parcels.
func ParcelSpec() Spec[Parcel] {
	return Spec[Parcel]{
		Name:     "parcel",
		Key:      func(p *Parcel) string { return p.ID },
		SetKey:   func(p *Parcel, id string) { p.ID = id },
		Revision: func(p *Parcel) *uint64 { return &p.Revision },
		Listings: []Listing[Parcel]{
			{Name: "colour", Value: func(p *Parcel) string { return string(p.Colour) }},
			{Name: "tag", Values: func(p *Parcel) []string { return p.Tags }},
		},
		MayDrop:  func(Reader, *Parcel) error { return nil },
		MayErase: func(Reader, *Parcel) error { return nil },
	}
}

// Parcels are the kind of records with a field of every shape; Crates are alike
// under another name.
var (
	Parcels = MustDeclare(ParcelSpec())
	Crates  = MustDeclare(func() Spec[Parcel] { s := ParcelSpec(); s.Name = "crate"; return s }())
)

// Filled returns a Parcel with random content in all its fields: each absent,
// empty or filled.
func Filled(rng *rand.Rand) *Parcel {
	p := new(Parcel)
	fillValue(reflect.ValueOf(p).Elem(), rng)
	return p
}

var fillTexts = []string{"", "yes", "no", "é日本\u2028<&>", "a text that is longer than what the table of shared texts takes in", "\x00", "ada"}

func fillValue(v reflect.Value, rng *rand.Rand) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		if rng.IntN(4) > 0 {
			*p = time.Unix(rng.Int64N(4e9)-1e9, rng.Int64N(1e9)).UTC()
		}
		return
	case *calendar.Date:
		if rng.IntN(4) > 0 {
			*p = calendar.New(1900+rng.IntN(200), 1, rng.IntN(400))
		}
		return
	case *issue.Text:
		if rng.IntN(4) > 0 {
			*p = filledText(rng, 3)
		}
		return
	case *Code:
		if rng.IntN(4) > 0 {
			*p = Code{fmt.Sprint("c", rng.IntN(1000))}
		}
		return
	}
	if v.Kind() != reflect.Struct && rng.IntN(4) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		s := fillTexts[rng.IntN(len(fillTexts))]
		if rng.IntN(3) == 0 {
			s = fmt.Sprint("text ", rng.Uint32())
		}
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rng.Int64N(200) - 100)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rng.Uint64N(200))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(rng.NormFloat64())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rng.IntN(4), 8))
		for i := range v.Len() {
			fillValue(v.Index(i), rng)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rng.IntN(4) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(fmt.Sprint("key", rng.IntN(10)))
			fillValue(elem, rng)
			v.SetMapIndex(key, elem)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), rng)
	case reflect.Struct:
		for i := range v.NumField() {
			if strings.Contains(v.Type().Field(i).Tag.Get("json"), "omitzero") && rng.IntN(4) == 0 {
				continue
			}
			fillValue(v.Field(i), rng)
		}
	default:
		panic(v.Type().String())
	}
}

// filledText is a text with arguments of every sort.
func filledText(rng *rand.Rand, deep int) issue.Text {
	t := issue.Text{ID: fillTexts[rng.IntN(len(fillTexts))]}
	for range rng.IntN(4) {
		var arg any
		switch rng.IntN(8) {
		case 0:
			arg = fillTexts[rng.IntN(len(fillTexts))]
		case 1:
			arg = rng.IntN(200) - 100
		case 2:
			arg = math.MaxUint64 - rng.Uint64N(9)
		case 3:
			arg = float64(rng.IntN(9)) * []float64{1, 0.1, 1e30, -1e-30}[rng.IntN(4)]
		case 4:
			arg = rng.IntN(2) == 0
		case 5:
			arg = issue.Day("2026-06-30")
		case 6:
			arg = issue.Record{Kind: "parcel", ID: fillTexts[rng.IntN(len(fillTexts))]}
		case 7:
			if arg = "deep"; deep > 0 {
				arg = filledText(rng, deep-1)
			}
		}
		t.Args = append(t.Args, arg)
	}
	return t
}

// everything compares unexported fields too, and nil with empty apart.
var everything = cmp.Exporter(func(reflect.Type) bool { return true })

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// openParcels opens a ledger of one kind on a journal with all its powers.
func openParcels(t testingT, j *memory.Journal, k Kind[Parcel]) *Ledger {
	l, err := Open(t.Context(), j, &Options{Kinds: []AnyKind{k}, Eraser: j, Snapshots: j})
	require.NoError(t, err)
	return l
}

// put writes one parcel in a commit of its own.
func put(t testingT, l *Ledger, k Kind[Parcel], p Parcel) error {
	return l.Update(t.Context(), By{Actor: "ada", Reason: "test"}, func(tx *Tx) error { return k.Keep(tx, p) })
}

// testingT is a test of testing or of rapid.
type testingT interface {
	require.TestingT
	Context() context.Context
}
