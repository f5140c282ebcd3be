package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/storage"
)

// An export is JSON Lines. The first line is an exportHead, the last an exportEnd,
// each between them an exportRow.
const exportFormat = "aimskit records 1"

// exportHead says what an export is of.
type exportHead struct {
	Format  string       `json:"format"`
	Head    storage.Head `json:"head"`
	Time    time.Time    `json:"time"`
	Records int          `json:"records"`
	// Migrations are those that the records have been through.
	Migrations []string `json:"migrations,omitempty"`
}

// exportRow is a record, or a key that is never given again.
type exportRow struct {
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Schema   int             `json:"schema,omitempty"`
	Revision uint64          `json:"revision,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
	Erased   bool            `json:"erased,omitempty"`
}

// exportEnd shows that nothing is missing.
type exportEnd struct {
	End     bool `json:"end"`
	Records int  `json:"records"`
}

// Export writes the live records as JSON Lines, for [Import] and for tools: a line
// that says what they are of, one for each record with kind, ID, schema version,
// revision and body, one for each key that has been erased and is never given
// again, and one that says how many there are. The same view gives the same bytes,
// and takes the same memory however many records it shows.
//
// It is a copy of the state. Of what View.For shows a reader it is refused
// (ErrForbidden), before anything is written, if there is anything that this reader is
// not shown as it is; keys that have been erased can't be judged, so they are such.
// Who moves a ledger with its history copies the journal.
func (v *View) Export(w io.Writer) error {
	if err := v.exportable(); err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	head := exportHead{Format: exportFormat, Head: v.head, Time: v.at, Records: v.ts.size()}
	var erased []Subject
	v.ts.erased.Scan(func(s string, _ any) bool {
		if name, is := strings.CutPrefix(s, migrated); is {
			head.Migrations = append(head.Migrations, name)
		} else if kind, id, ok := strings.Cut(s, "/"); ok && !strings.HasPrefix(s, "#") {
			erased = append(erased, Subject{KindName(kind), id})
		}
		return true
	})
	if err := writeLine(out, head); err != nil {
		return err
	}
	var line []byte
	for k, r := range v.ts.all() {
		var err error
		if line, err = appendRow(line[:0], k, r); err != nil {
			return fmt.Errorf("exporting %s %q: %w", k.name, r.key, err)
		}
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("exporting: %w", err)
		}
	}
	for _, s := range erased {
		if err := writeLine(out, exportRow{Kind: string(s.Kind), ID: s.ID, Erased: true}); err != nil {
			return err
		}
	}
	if err := writeLine(out, exportEnd{true, head.Records}); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	return nil
}

// exportable refuses a view whose reader is not shown all as it is.
func (v *View) exportable() error {
	if v.cover == nil {
		return nil
	}
	hidden := Refuse(ErrForbidden, "an export is of all records, some of which are not shown here")
	for k, r := range v.ts.all() {
		if _, isUnread := r.rec.(*unread); isUnread {
			return hidden
		}
		if _, whole := v.cover.shown(k, r.rec); !whole {
			return hidden
		}
	}
	erased := false
	v.ts.erased.Scan(func(s string, _ any) bool {
		erased = !strings.HasPrefix(s, "#")
		return !erased
	})
	if erased {
		return hidden
	}
	return nil
}

func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err == nil {
		_, err = w.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("exporting: %w", err)
	}
	return nil
}

// appendRow appends the exportRow of a record, as json.Marshal writes it.
func appendRow(b []byte, k *kind, r keyed) (_ []byte, err error) {
	u, isUnread := r.rec.(*unread)
	name, id, schema := string(k.name), r.key, k.schema
	if isUnread {
		name, id, schema = u.Kind, u.ID, u.Schema
	}
	b = appendText(append(b, `{"kind":`...), name)
	b = appendText(append(b, `,"id":`...), id)
	b = strconv.AppendInt(append(b, `,"schema":`...), int64(schema), 10)
	b = strconv.AppendUint(append(b, `,"revision":`...), *k.revision(r.rec), 10)
	b = append(b, `,"body":`...)
	if isUnread {
		b, err = appendCompact(b, u.Body)
	} else {
		b, err = k.appendBody(b, r.rec)
	}
	return append(b, "}\n"...), err
}

// appendCompact appends JSON in one line.
func appendCompact(b []byte, text string) ([]byte, error) {
	out := bytes.NewBuffer(b)
	err := json.Compact(out, []byte(text))
	return out.Bytes(), err
}

// All yields copies of all live records with their names, as pointers as [View.Record]
// gives them: kind by kind in the order in which they were declared, and of a kind
// by ID; those that can't be read last.
//
//go:noinline
func (r *reading) All() iter.Seq2[Subject, any] {
	return func(yield func(Subject, any) bool) {
		r.asked("")
		ts := r.ts
		if r.live {
			ts = ts.copy()
		}
		for k, rec := range ts.all() {
			s, told := Subject{k.name, rec.key}, any(nil)
			switch u, ok := rec.rec.(*unread); {
			case !ok:
				told, _ = r.cover.shown(k, rec.rec)
			case r.cover == nil:
				unknown := u.told()
				s, told = unknown.Subject, &unknown
			}
			if told != nil && !yield(s, told) {
				return
			}
		}
	}
}
