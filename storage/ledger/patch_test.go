package ledger_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

type memo struct {
	ID       string              `json:"id"`
	Title    string              `json:"title"`
	Author   map[string]string   `json:"author,omitempty"`
	Tags     []string            `json:"tags,omitempty"`
	Deep     map[string]memoPart `json:"deep,omitempty"`
	Size     int                 `json:"size,omitempty"`
	Sealed   memoPart            `json:"sealed,omitzero"`
	Revision uint64              `json:"revision,omitempty"`
}

type memoPart struct {
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
}

func memoSpec(patch bool) ledger.Spec[memo] {
	return ledger.Spec[memo]{Name: "memo", Key: func(n *memo) string { return n.ID }, Revision: func(n *memo) *uint64 { return &n.Revision }, Patch: patch, Create: patch}
}

// Expected results are after RFC 7396, its own example among them.
func TestPatch(t *testing.T) {
	notes := ledger.MustDeclare(memoSpec(true))
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{notes}})
	require.NoError(t, err)
	start := memo{ID: "n", Title: "Goodbye!", Author: map[string]string{"givenName": "John", "familyName": "Doe"}, Tags: []string{"example", "sample"}, Deep: map[string]memoPart{"x": {"1", "2"}}}
	for patch, want := range map[string]string{
		`{"title":"Hello!","author":{"familyName":null},"tags":["example"]}`: `{"id":"n","title":"Hello!","author":{"givenName":"John"},"tags":["example"],"deep":{"x":{"a":"1","b":"2"}}}`,
		`{"deep":{"x":{"a":null},"y":{"b":"3"}}}`:                            `{"id":"n","title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"deep":{"x":{"b":"2"},"y":{"b":"3"}}}`,
		`{"tags":null,"author":null,"deep":null,"size":9007199254740993}`:    `{"id":"n","title":"Goodbye!","size":9007199254740993}`,
		`{"title":null,"tags":[]}`:                                           `{"id":"n","title":"","author":{"givenName":"John","familyName":"Doe"},"deep":{"x":{"a":"1","b":"2"}}}`,
		`{}`:                                                                 `{"id":"n","title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"deep":{"x":{"a":"1","b":"2"}}}`,
	} {
		start.Revision, _ = func() (uint64, bool) { n, ok := notes.Of(l.View()).Get("n"); return n.Revision, ok }()
		update(t, l, func(tx *ledger.Tx) error { return notes.Keep(tx, start) })
		before := l.View()
		n, _ := notes.Of(before).Get("n")
		update(t, l, func(tx *ledger.Tx) error { return tx.Patch(notes.Subject(&n), n.Revision, []byte(patch), nil) })
		got, _ := notes.Of(l.View()).Get("n")
		got.Revision = 0
		text, err := json.Marshal(got)
		require.NoError(t, err)
		require.JSONEq(t, want, string(text), patch)
		again, _ := notes.Of(before).Get("n")
		require.Equal(t, n, again, "what was shown before has changed")
	}
}

func TestPatchRefused(t *testing.T) {
	notes := ledger.MustDeclare(memoSpec(true))
	spec := memoSpec(false)
	spec.Name = "closed"
	closed := ledger.MustDeclare(spec)
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{notes, closed}})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error {
		return errors.Join(notes.Keep(tx, memo{ID: "n", Title: "t", Sealed: memoPart{A: "kept"}}), closed.Keep(tx, memo{ID: "c"}))
	})
	head := l.View().Head()
	// verb does not let sealed be written.
	verb := func(tx *ledger.Tx) func(any) error {
		return func(rec any) error {
			n := *rec.(*memo)
			n.Sealed = memoPart{A: "kept"}
			return notes.Keep(tx, n)
		}
	}
	for _, c := range []struct {
		kind     ledger.KindName
		id       string
		revision uint64
		patch    string
		verb     bool
		err      error
		says     string
	}{
		{"memo", "n", 1, `{"colour":"red"}`, false, ledger.ErrInvalid, `colour: there is no such field (rule field`},
		{"memo", "n", 1, `{"colour":null}`, false, ledger.ErrInvalid, `colour: there is no such field`},
		{"memo", "n", 1, `{"deep":{"x":{"c":"1"}}}`, false, ledger.ErrInvalid, `deep.x.c: there is no such field`},
		{"memo", "n", 1, `{"size":"big"}`, false, ledger.ErrInvalid, `size: must be of type integer (rule type, got "\"big\"")`},
		{"memo", "n", 1, `{"title":7}`, false, ledger.ErrInvalid, `title: must be of type string`},
		{"memo", "n", 1, `{"id":"m"}`, false, ledger.ErrInvalid, `id: the key of a record does not change`},
		{"memo", "n", 1, `{"revision":1}`, false, ledger.ErrInvalid, `revision: it is not written`},
		{"memo", "n", 1, `["title"]`, false, ledger.ErrInvalid, `a patch is one JSON object`},
		{"memo", "n", 1, `{"title":"x"`, false, ledger.ErrInvalid, `title: a comma or the end of the object is to stand here (rule json`},
		{"memo", "n", 1, `{"title":"x"} {}`, false, ledger.ErrInvalid, `something follows after the value`},
		{"memo", "n", 1, ``, false, ledger.ErrInvalid, `a patch is one JSON object`},
		{"memo", "n", 1, `{"title":"a","title":"b"}`, false, ledger.ErrInvalid, `title: the name stands in the object more than once`},
		{"memo", "n", 1, `{"TITLE":"a"}`, false, ledger.ErrInvalid, `TITLE: there is no such field; did you mean "title"?`},
		{"memo", "n", 1, "{\"title\":\"a\xffb\"}", false, ledger.ErrInvalid, `title: must be valid UTF-8`},
		{"memo", "n", 1, `{"author":{"\ud800":"b"}}`, false, ledger.ErrInvalid, `author: has half of a surrogate pair`},
		{"memo", "n", 1, `{"tags":["a",5]}`, false, ledger.ErrInvalid, `tags[1]: must be of type string`},
		{"memo", "n", 1, `{"tags":["a","a"]}`, false, ledger.ErrInvalid, `tags[1]: stands in the list more than once`},
		{"memo", "n", 2, `{"title":"x"}`, false, ledger.ErrStale, `made from 2, 1 is current`},
		{"memo", "m", 1, `{"title":"x"}`, false, ledger.ErrNotFound, ``},
		{"nothing", "n", 1, `{"title":"x"}`, false, ledger.ErrNotFound, `no such kind`},
		{"closed", "c", 1, `{"title":"x"}`, false, ledger.ErrForbidden, `records of this kind are not patched`},
		{"memo", "n", 1, `{"title":"x","sealed":{"a":"broken"}}`, true, ledger.ErrForbidden, `sealed.a: it is not written like this: a verb of its own is for it, or works it out, and it would be "kept" (rule verb, got "\"broken\"")`},
		{"memo", "n", 1, `{"sealed":null}`, true, ledger.ErrForbidden, `sealed: it is not written like this`},
	} {
		err := l.Update(t.Context(), by, func(tx *ledger.Tx) error {
			var put func(any) error
			if c.verb {
				put = verb(tx)
			}
			err := tx.Patch(ledger.Subject{Kind: c.kind, ID: c.id}, c.revision, []byte(c.patch), put)
			require.Error(t, err, c.patch)
			n, _ := notes.Of(tx).Get("n")
			require.Equal(t, "t", n.Title, "a refused patch leaves something")
			return err
		})
		require.ErrorIs(t, err, c.err, c.patch)
		require.ErrorContains(t, err, c.says, c.patch)
		require.Equal(t, head, l.View().Head())
	}
	// What the verb lets through, and what is as it was, is fine.
	update(t, l, func(tx *ledger.Tx) error {
		return tx.Patch(ledger.Subject{Kind: "memo", ID: "n"}, 1, []byte(`{"title":"x","sealed":{"a":"kept"}}`), verb(tx))
	})
}

// Whatever a patch holds, it is applied or refused, and nothing panics.
func FuzzPatch(f *testing.F) {
	for _, seed := range []string{`{}`, `{"title":"x"}`, `{"deep":{"x":{"a":null}}}`, `{"author":{"a":{"b":1}}}`, `{"tags":[null]}`, `null`, `{"size":1e99}`, `{"sealed":[]}`} {
		f.Add([]byte(seed))
	}
	notes := ledger.MustDeclare(memoSpec(true))
	l, err := ledger.Open(f.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{notes}})
	require.NoError(f, err)
	require.NoError(f, l.Update(f.Context(), by, func(tx *ledger.Tx) error {
		return notes.Keep(tx, memo{ID: "n", Author: map[string]string{"a": "b"}, Deep: map[string]memoPart{"x": {A: "1"}}})
	}))
	undo := errors.New("undo")
	f.Fuzz(func(t *testing.T, patch []byte) {
		err := l.Update(t.Context(), by, func(tx *ledger.Tx) error {
			if err := tx.Patch(ledger.Subject{Kind: "memo", ID: "n"}, 1, patch, nil); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			require.ErrorIs(t, err, ledger.ErrInvalid)
		}
	})
}

// What a verb fills in beside what was said, or in place of what was left to it, is no
// other than was said; what it changes of it is, and named by its place.
func TestPatchCompletes(t *testing.T) {
	type line struct {
		What string `json:"what"`
		N    int    `json:"n,omitempty"`
		Sum  int    `json:"sum,omitempty"`
	}
	type bill struct {
		ID       string `json:"id"`
		By       string `json:"by,omitempty"`
		Lines    []line `json:"lines,omitempty"`
		Revision uint64 `json:"revision,omitempty"`
	}
	spec := ledger.Spec[bill]{Name: "bill", Key: func(b *bill) string { return b.ID }, Revision: func(b *bill) *uint64 { return &b.Revision }, Completes: []string{"by", "lines.sum"}}
	bills := ledger.MustDeclare(spec)
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{bills}})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error { return bills.Keep(tx, bill{ID: "b"}) })
	undo := errors.New("undo")
	for patch, says := range map[string]string{
		`{"by":null,"lines":[{"what":"x","n":2}]}`:                    "",
		`{"lines":[{"what":"x","n":2,"sum":7}]}`:                      "",
		`{"lines":[{"what":"x"},{"what":"y","n":3}]}`:                 "",
		`{"lines":[{"what":"x"},{"what":"y","n":99}]}`:                `lines[1].n: it is not written like this: a verb of its own is for it, or works it out, and it would be 9 (rule verb, got "99")`,
		`{"lines":[{"what":"x"},{"what":"drop"}]}`:                    `lines: it is not written like this`,
		`{"lines":[{"what":"x","n":99},{"what":"y","n":98,"sum":1}]}`: `lines[0].n: it is not written like this`,
	} {
		err := l.Update(t.Context(), by, func(tx *ledger.Tx) error {
			err := tx.Patch(ledger.Subject{Kind: "bill", ID: "b"}, 1, []byte(patch), func(rec any) error {
				b := *rec.(*bill)
				b.By = "verb"
				for i, line := range b.Lines {
					if line.What == "drop" {
						b.Lines = b.Lines[:i]
						break
					}
					b.Lines[i].N = min(line.N, 9)
					b.Lines[i].Sum = 10 * b.Lines[i].N
				}
				return bills.Keep(tx, b)
			})
			if err == nil {
				return undo
			}
			return err
		})
		if says == "" {
			require.ErrorIs(t, err, undo, patch)
			continue
		}
		require.ErrorIs(t, err, ledger.ErrForbidden, patch)
		require.ErrorContains(t, err, says, patch)
	}
	spec.Completes = []string{"lines.sums"}
	_, err = ledger.Declare(spec)
	require.ErrorContains(t, err, "completes[0]: the record has no such field")
}

// A kind may be patched and yet not be made by whoever has a Tx, and the other way round.
func TestPatchWithoutCreate(t *testing.T) {
	patched, made := memoSpec(true), memoSpec(true)
	patched.Create = false
	made.Name, made.Patch = "made", false
	notes, others := ledger.MustDeclare(patched), ledger.MustDeclare(made)
	l, err := ledger.Open(t.Context(), memory.New(), &ledger.Options{Kinds: []ledger.AnyKind{notes, others}})
	require.NoError(t, err)
	update(t, l, func(tx *ledger.Tx) error {
		_, err := tx.Create("memo", []byte(`{"id":"n","title":"t"}`), nil)
		require.ErrorIs(t, err, ledger.ErrForbidden)
		_, err = tx.Create("made", []byte(`{"id":"n","title":"t"}`), nil)
		return errors.Join(err, notes.Keep(tx, memo{ID: "n"}))
	})
	update(t, l, func(tx *ledger.Tx) error {
		require.ErrorIs(t, tx.Patch(ledger.Subject{Kind: "made", ID: "n"}, 1, []byte(`{"title":"u"}`), nil), ledger.ErrForbidden)
		return tx.Patch(ledger.Subject{Kind: "memo", ID: "n"}, 1, []byte(`{"title":"u"}`), nil)
	})
}
