package issue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

type cargo struct {
	Name   string            `json:"name"`
	Weight int8              `json:"weight,omitempty"`
	Price  float64           `json:"price"`
	Ready  *bool             `json:"ready"`
	Due    time.Time         `json:"due,omitzero"`
	Raw    json.RawMessage   `json:"raw,omitempty"`
	Labels map[string]string `json:"labels"`
	Places map[int]string    `json:"places"`
	Boxes  []box             `json:"boxes"`
	Bytes  []byte            `json:"bytes"`
	Pair   [2]int            `json:"pair"`
	Any    any               `json:"any"`
	Text   int               `json:"text,string"`
	Hidden string            `json:"-"`
	stamp
	box
}

type stamp struct {
	By string `json:"by"`
}

type box struct {
	ID   string `json:"id"`
	Size int    `json:"size"`
	By   string // is not the same as by
}

// What comes from outside is taken for what it says or refused, and each refusal
// names its field.
func TestDecodeRefuses(t *testing.T) {
	for text, says := range map[string]string{
		``:                                  `it ends where a value is to stand (rule json`,
		`{`:                                 `the name of a field is to stand here`,
		`{"name":"a"`:                       `a comma or the end of the object`,
		`{"name":"a"} {}`:                   `something follows after the value (rule json, got "{}")`,
		`{"name":"a"} x`:                    `something follows`,
		`{"name":tru}`:                      `name: a JSON value is to stand here`,
		`{"name":"a`:                        `name: a string does not end`,
		"{\"name\":\"a\nb\"}":               `name: a control character`,
		`{"name":"\x"}`:                     `name: is no escape`,
		`{"price":01}`:                      `price: a comma or the end`,
		`{"price":1.}`:                      `price: is no number`,
		"{\"name\":\"a\xffb\"}":             "name: must be valid UTF-8 (rule utf8, got \"a\uFFFDb\")",
		"{\"labels\":{\"a\xff\":\"b\"}}":    `labels: must be valid UTF-8`,
		`{"name":"\ud800"}`:                 `name: has half of a surrogate pair, which is no character (rule utf8`,
		`{"name":"\udc00\ud800"}`:           `name: has half of a surrogate pair`,
		`{"labels":{"\ud800x":"b"}}`:        `labels: has half of a surrogate pair`,
		`{"name":"a","name":"b"}`:           `name: the name stands in the object more than once (rule repeated, got "name")`,
		`{"name":"a","\u006eame":"b"}`:      `name: the name stands in the object more than once`,
		`{"any":{"a":[{"b":1,"b":2}]}}`:     `any.a[0].b: the name stands in the object more than once`,
		`{"raw":{"b":1,"b":2}}`:             `raw.b: the name stands in the object more than once`,
		`{"labels":{"a":"1","a":"2"}}`:      `labels.a: the name stands`,
		`{"NAME":"a"}`:                      `NAME: there is no such field; did you mean "name"? (rule field, got "NAME")`,
		`{"wieght":1}`:                      `wieght: there is no such field; did you mean "weight"?`,
		`{"shoe_size":38}`:                  `shoe_size: there is no such field (rule field`,
		`{"Hidden":"x"}`:                    `Hidden: there is no such field`,
		`{"boxes":[{"size":1},{"sice":1}]}`: `boxes[1].sice: there is no such field; did you mean "size"?`,
		`{"name":5}`:                        `name: must be of type string (rule type, got "5")`,
		`{"weight":"5"}`:                    `weight: must be of type integer (rule type, got "\"5\"")`,
		`{"weight":1.5}`:                    `weight: must be of type integer (rule type, got "1.5")`,
		`{"weight":300}`:                    `weight: must be of type integer, within its range (rule range, got "300")`,
		`{"boxes":[{"size":1},{"size":99999999999999999999}]}`: `boxes[1].size: must be of type integer, within its range`,
		`{"price":1e999}`:                          `price: must be of type number, within its range`,
		`{"ready":"yes"}`:                          `ready: must be of type boolean`,
		`{"due":"tomorrow"}`:                       `due: can't be read: parsing time`,
		`{"labels":["a"]}`:                         `labels: must be of type object`,
		`{"labels":{"a":1}}`:                       `labels.a: must be of type string`,
		`{"places":{"x":"a"}}`:                     `places.x: can't be a name here`,
		`{"boxes":{"size":"1"}}`:                   `boxes: must be of type array`,
		`{"boxes":[{"size":"1"}]}`:                 `boxes[0].size: must be of type integer`,
		`{"bytes":"%"}`:                            `bytes: can't be read`,
		`{"text":"x"}`:                             `can't be read`,
		`[]`:                                       `must be of type object (rule type, got "[]")`,
		strings.Repeat(`[`, 200):                   `at most 100 values within one another`,
		`{"any":` + strings.Repeat(`{"a":`, 20000): `at most 100 values within one another`,
	} {
		err := issue.Decode([]byte(text), new(cargo))
		require.ErrorContains(t, err, says, "%.60s", text)
		require.Equal(t, issue.CodeInvalid, issue.CodeOf(err))
		require.Less(t, len(err.Error()), issue.MaxError+1)
	}
	// All that is wrong is named, and not only the first.
	err := issue.Decode([]byte(`{"nmae":"a","weight":"1","boxes":[{"size":"x"}],"name":"a","name":"b"}`), new(cargo))
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Len(t, is, 4)
	require.ErrorContains(t, issue.Decode([]byte(`{}`), cargo{}), "not a pointer")
}

func TestDecodeTakes(t *testing.T) {
	for _, text := range []string{
		`null`, ` {} `, `{"name":"a\u00e9\ud83d\ude00\"\\\/\n"}`, `{"name":null,"boxes":null,"ready":null}`,
		`{"name":"a","weight":-5,"price":1.5e-3,"ready":true,"due":"2026-03-01T00:00:00Z","raw":{"x":[1,2]},"labels":{"a":"b"},"places":{"1":"x"},"boxes":[{"id":"b","size":1}],"bytes":"AAE=","pair":[1,2],"any":{"a":[{"b":1}]},"text":"5","id":"i","by":"x","By":"y","size":2}`,
	} {
		var got, want cargo
		require.NoError(t, issue.Decode([]byte(text), &got), text)
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.Equal(t, want, got)
	}
}

// A reader gives no more than so many bytes, and what the server has cut off has the
// same code.
func TestReadIsBounded(t *testing.T) {
	var c cargo
	require.NoError(t, issue.Read(strings.NewReader(`{"name":"a"}`), 12, &c))
	require.Equal(t, "a", c.Name)
	require.ErrorContains(t, issue.Read(strings.NewReader(" null\n"), 12, &c), "a null alone says nothing")
	err := issue.Read(strings.NewReader(`{"name":"ab"}`), 12, &c)
	require.ErrorIs(t, err, issue.ErrTooLarge)
	require.Equal(t, http.StatusRequestEntityTooLarge, issue.CodeOf(err).HTTP())
	err = issue.Read(http.MaxBytesReader(httptest.NewRecorder(), http.NoBody, 1), 12, &c)
	require.Equal(t, issue.CodeInvalid, issue.CodeOf(err), "nothing is no value")
	body := httptest.NewRequest("POST", "/", strings.NewReader(`{"name":"ab"}`)).Body
	err = issue.Read(http.MaxBytesReader(httptest.NewRecorder(), body, 5), 1<<20, &c)
	require.Equal(t, issue.CodeTooLarge, issue.CodeOf(err))
	broken := errors.New("broken")
	require.ErrorIs(t, issue.Read(&failing{broken}, 5, &c), broken)
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// Whatever it is given, it says the same as encoding/json where it takes something,
// and takes nothing that is no JSON.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{`{"name":"a","boxes":[{"size":1}],"any":{"a":[1.5e3,null,true]}}`, `{"name":"\ud83d\ude00","name":"x"}`, `{"text":"5","bytes":"AA=="}`, `[`, `{"pair":[1,2,3]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, want cargo
		err := issue.Decode(text, &got)
		var is issue.Issues
		if err != nil {
			require.ErrorAs(t, err, &is)
			if !json.Valid(text) {
				require.NotEmpty(t, is)
			}
			return
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&want))
		require.Equal(t, want, got)
		require.True(t, json.Valid(text))
	})
}
