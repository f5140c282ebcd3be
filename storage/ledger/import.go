package ledger

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Origin says where records that were imported come from.
type Origin struct {
	// Head is the state that the export says it is of. Nothing proves that.
	Head storage.Head `json:"head"`
	// Time is when the last commit of that state was made, by what it says.
	Time time.Time `json:"time"`
	// At is when it was imported: the time of the commit that did it.
	At time.Time `json:"at,omitzero"`
	// Erased are the keys that are never given again.
	Erased []Subject `json:"erased,omitempty"`
}

// Import opens the ledger of an empty journal with the records of an export in
// place of what Options.Found would write: one commit of by, which the trail marks
// as an import, with the head that the export names. What it brings shows as
// imported ([View.Imported]), for no file proves who did what it tells of.
// Options.Authorize is asked for the verb "Import", once, before anything of the
// journal or the export is read.
//
// Every record is checked as one that is new, and all together: an ErrInvalid names
// the line, kind, ID, field and rule of each that is wrong, and then nothing has
// been written. A journal that holds something is ErrExists. A record that was
// written by a later version of its kind, or is of a kind that is not among
// Options.Kinds, is refused.
func Import(ctx context.Context, journal storage.Journal, opts *Options, by By, r io.Reader) (*Ledger, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if err := by.check(); err != nil {
		return nil, fmt.Errorf("Import: %w: %w", ErrInvalid, err)
	}
	if job := importOf(ctx); job == nil || !job.asked {
		if err := mayDo(ctx, o.Authorize, by, Action{Tenant: cmp.Or(o.Tenant, tenantOf(ctx)), Verb: "Import"}); err != nil {
			return nil, err
		}
	}
	kinds, err := newKindSet(o.Kinds, o.MayLack)
	if err != nil {
		return nil, err
	}
	if err := empty(ctx, journal); err != nil {
		return nil, fmt.Errorf("Import: %w", err)
	}
	in := importer{kinds: kinds}
	if err := in.read(ctx, r); err != nil {
		return nil, fmt.Errorf("Import: %w", err)
	}
	took := false
	o.FoundBy, o.Found = by, in.found
	l, err := Open(ctx, journal, &o)
	if err != nil {
		return nil, fmt.Errorf("Import: %w", err)
	}
	for c, err := range journal.Log(ctx, 0) { // somebody else may have been first after all
		var mt meta
		if err == nil {
			mt, err = metaOf(c)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("Import: reading the journal: %w", err), l.Close(ctx))
		}
		took = mt.By == by && mt.Imported != nil && mt.Imported.Head == in.head.Head
		break
	}
	if !took {
		return nil, errors.Join(fmt.Errorf("Import: %w", errNotEmpty), l.Close(ctx))
	}
	return l, nil
}

var errNotEmpty = fmt.Errorf("%w: the journal holds commits; records can be imported into an empty one only", ErrExists)

// empty refuses a journal that holds something.
func empty(ctx context.Context, j storage.Journal) error {
	for _, err := range j.Log(ctx, 0) {
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		return errNotEmpty
	}
	return nil
}

// importOf returns the import that a Fleet has Open do; nil if it does none.
func importOf(ctx context.Context) *founding {
	if job, _ := ctx.Value(foundingKey{}).(*founding); job != nil && job.r != nil {
		return job
	}
	return nil
}

// Imported returns where the records came from that the ledger was founded with;
// false if that was not by [Import]. A record that has not been written since has
// revision 1, and what is said to have been done until Origin.At was done
// elsewhere.
func (r *reading) Imported() (o Origin, ok bool) {
	r.ts.erased.Ascend(imported, func(s string, _ any) bool {
		if text, is := strings.CutPrefix(s, imported); is {
			ok = json.Unmarshal([]byte(text), &o) == nil
		}
		return false
	})
	return o, ok
}

// imported is by what the tables remember where records come from: no kind has a
// name that begins like that.
const imported = "#import/"

// remember notes where records came from.
func (t *tables) remember(o Origin) {
	t.erase(o.Erased)
	o.Erased = nil
	text, _ := json.Marshal(o) // whose time has been checked
	t.erased.Set(imported+string(text), nil)
}

// importer reads an export.
type importer struct {
	kinds *kindSet
	head  exportHead
	rows  []importRow
	gone  []Subject
	wrong issue.Issues
}

// importRow is a line that holds a record.
type importRow struct {
	line int
	kind *kind
	rec  any
}

// maxLine is how many bytes a line of an export has at most.
const maxLine = storage.MaxBody + 64<<10

// read reads all lines, and decodes them on all processors as they come.
func (in *importer) read(ctx context.Context, r io.Reader) error {
	type portion struct {
		first int
		lines [][]byte
		rows  []importRow
		gone  []Subject
		wrong issue.Issues
		end   *exportEnd
	}
	var all []*portion
	work := make(chan *portion)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range work {
				for i, line := range p.lines {
					in.decode(p.first+i, line, &p.rows, &p.gone, &p.end, &p.wrong)
				}
				p.lines = nil
			}
		})
	}
	err := func() error {
		defer func() { close(work); wg.Wait() }()
		lines := bufio.NewReaderSize(r, 1<<20)
		first, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if !in.begin(first) {
			return fmt.Errorf("%w: %w", ErrInvalid, in.wrong)
		}
		for at := 2; ; {
			p := &portion{first: at}
			for size := 0; size < 256<<10; at++ {
				if err := ctx.Err(); err != nil {
					return context.Cause(ctx)
				}
				line, err := readLine(lines)
				if errors.Is(err, io.EOF) && len(line) == 0 {
					all = append(all, p)
					work <- p
					return nil
				}
				if err != nil && !errors.Is(err, io.EOF) {
					return fmt.Errorf("line %d: %w", at, err)
				}
				p.lines = append(p.lines, line)
				size += len(line)
			}
			all = append(all, p)
			work <- p
		}
	}()
	if err != nil {
		return err
	}
	var end *exportEnd
	for _, p := range all {
		if end != nil && (p.end != nil || len(p.rows)+len(p.gone)+len(p.wrong) > 0) {
			in.wrong.Append(at(p.first, "", issue.New("", "end", "", "something follows the line that says that it is the last")))
		}
		in.rows, in.gone = append(in.rows, p.rows...), append(in.gone, p.gone...)
		for _, i := range p.wrong {
			in.wrong.Append(i)
		}
		if p.end != nil {
			end = p.end
		}
	}
	if len(in.wrong) == 0 {
		switch {
		case end == nil:
			in.wrong.Append(issue.New("", "end", "", "the line that says that it is the last is missing: the export was cut off"))
		case end.Records != in.head.Records || end.Records > len(in.rows): // one that is there twice is named later
			in.wrong.Append(issue.New("records", "count", fmt.Sprint(len(in.rows)), "the first line says %d records, the last %d, there are %d", in.head.Records, end.Records, len(in.rows)))
		}
	}
	if len(in.wrong) > 0 {
		return fmt.Errorf("%w: %w", ErrInvalid, in.wrong)
	}
	return nil
}

// readLine returns the next line without its end, in memory of its own.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("%w: a line of more than %d bytes", ErrInvalid, maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

// at says on which line and of which record an issue is.
func at(line int, in string, is issue.Issue) issue.Issue {
	is.In, is.Line = in, line
	return is
}

// begin reads the first line.
func (in *importer) begin(line []byte) bool {
	var format struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(line, &format); err != nil || format.Format != exportFormat {
		in.head.Format = format.Format
		in.wrong.Append(at(1, "", issue.New("format", "oneof", in.head.Format, "the first line of an export has the format %q", exportFormat)))
		return false
	}
	if err := issue.Decode(line, &in.head); err != nil {
		addAt(1, "", err, &in.wrong)
		return false
	}
	for i, name := range in.head.Migrations {
		if !issue.ValidKey(name) {
			in.wrong.Append(at(1, "", issue.New(issue.Index("migrations", i), "key", name, issue.KeyRule)))
		}
	}
	in.head.Time = in.head.Time.UTC().Truncate(time.Microsecond)
	if y := in.head.Time.Year(); y < 0 || y > 9999 {
		in.wrong.Append(at(1, "", issue.New("time", "range", strconv.Itoa(y), "the year must be one of four digits")))
	}
	return len(in.wrong) == 0
}

// addAt adds what is wrong with a line or its record.
func addAt(line int, in string, err error, wrong *issue.Issues) {
	var is issue.Issues
	is.Merge("", err)
	for _, i := range is {
		if in != "" {
			i.Field = strings.TrimPrefix(i.Field, "body.") // as other paths of a record
		}
		wrong.Append(at(line, in, i))
	}
}

// decode reads one line.
func (in *importer) decode(line int, text []byte, rows *[]importRow, gone *[]Subject, end **exportEnd, wrong *issue.Issues) {
	if *end != nil {
		wrong.Append(at(line, "", issue.New("", "end", string(text), "something follows the line that says that it is the last")))
		return
	}
	if bytes.HasPrefix(text, []byte(`{"end":`)) {
		e := new(exportEnd)
		if err := issue.Decode(text, e); err != nil {
			addAt(line, "", err, wrong)
		} else if !e.End {
			wrong.Append(at(line, "", issue.New("end", "json", "false", "must be true")))
		}
		*end = e
		return
	}
	var row exportRow
	if !row.cut(text) {
		if err := issue.Decode(text, &row); err != nil {
			in := ""
			if json.Unmarshal(text, &row) == nil && row.Kind != "" {
				in = Subject{KindName(row.Kind), row.ID}.String()
			}
			addAt(line, in, err, wrong)
			return
		}
	}
	s := Subject{KindName(row.Kind), row.ID}
	say := func(field, rule, value, format string, args ...any) {
		wrong.Append(at(line, s.String(), issue.New(field, rule, value, format, args...)))
	}
	if row.Erased {
		switch {
		case !validKind(row.Kind):
			say("kind", "key", row.Kind, "%s, and no slash", issue.KeyRule)
		case !issue.ValidKeyUpTo(row.ID, storage.MaxName):
			say("id", "key", row.ID, issue.KeyRule)
		case row.Schema != 0 || row.Revision != 0 || row.Body != nil:
			say("erased", "alone", string(row.Body), "of a record that has been erased there is nothing but kind and ID")
		default:
			*gone = append(*gone, s)
		}
		return
	}
	k, _, ok := in.kinds.named(s.Kind)
	if !ok {
		say("kind", "declared", row.Kind, "there is no kind of that name; one of your own has to be declared")
		return
	}
	body, err := k.upcast(storage.Change{Kind: row.Kind, Key: row.ID, Schema: row.Schema, Body: row.Body})
	if err != nil {
		say("schema", "readable", strconv.Itoa(row.Schema), "can't be read: %v", err)
		return
	}
	rec := k.fresh()
	if err := issue.Decode(body, rec); err != nil {
		addAt(line, s.String(), err, wrong)
		return
	}
	if *k.revision(rec) != 0 {
		say(jsonName(k.typ.Field(k.revisionField())), "verb", fmt.Sprint(*k.revision(rec)), "it is not part of what a record says")
		return
	}
	if key := k.key(rec); key != row.ID {
		say("id", "same", row.ID, "the body is that of %q", key)
		return
	}
	*rows = append(*rows, importRow{line, k, rec})
}

// cut reads a line as Export writes it, of a record whose kind and ID need no escapes:
// what stands in its body is left to be looked at. It is false of any other line.
func (r *exportRow) cut(text []byte) bool {
	after := func(label string) bool {
		rest, ok := bytes.CutPrefix(text, []byte(label))
		text = rest
		return ok
	}
	word := func() (string, bool) {
		i := bytes.IndexByte(text, '"')
		if i < 0 || !isPlain(text[:i]) {
			return "", false
		}
		w := string(text[:i])
		text = text[i+1:]
		return w, true
	}
	digits := func() (n uint64, ok bool) {
		for ; len(text) > 0 && '0' <= text[0] && text[0] <= '9' && n < 1<<50; text, ok = text[1:], true {
			if ok && n == 0 {
				return 0, false // a number does not begin with a zero
			}
			n = 10*n + uint64(text[0]-'0')
		}
		return n, ok
	}
	ok := after(`{"kind":"`)
	row := exportRow{}
	if ok {
		row.Kind, ok = word()
	}
	if ok = ok && after(`,"id":"`); ok {
		row.ID, ok = word()
	}
	if ok = ok && after(`,"schema":`); ok {
		var n uint64
		n, ok = digits()
		row.Schema = int(min(n, math.MaxInt32))
	}
	if ok = ok && after(`,"revision":`); ok {
		row.Revision, ok = digits()
	}
	if !ok || !after(`,"body":`) || !bytes.HasSuffix(text, []byte("}}")) {
		return false
	}
	row.Body = text[:len(text)-1]
	*r = row
	return true
}

// found writes what has been read as the first commit.
func (in *importer) found(tx *Tx) error {
	tx.current, tx.verbs = "Import", append(tx.verbs, "Import")
	tx.migrations = in.head.Migrations
	tx.imported = &Origin{Head: in.head.Head, Time: in.head.Time, At: tx.asOf, Erased: in.gone}
	tx.ts.erase(in.gone)
	in.take(tx)
	if len(in.wrong) == 0 {
		for i := range in.rows {
			if i%1024 == 0 && tx.ctx.Err() != nil {
				return context.Cause(tx.ctx)
			}
			if r := &in.rows[i]; r.kind.check != nil {
				var is issue.Issues
				r.kind.check(tx, nil, r.rec, &is)
				in.add(r, is)
			}
		}
	}
	if len(in.wrong) > 0 {
		return fmt.Errorf("%w: %w", ErrInvalid, in.wrong)
	}
	return nil
}

// add adds what is wrong with a record.
func (in *importer) add(r *importRow, is issue.Issues) {
	for _, i := range is {
		in.wrong.Append(at(r.line, r.kind.subject(r.rec).String(), i))
	}
}

// take puts all records in, which nobody has checked yet but for their shape.
func (in *importer) take(tx *Tx) {
	slices.SortStableFunc(in.rows, func(a, b importRow) int {
		return cmp.Or(cmp.Compare(tx.ts.kinds.at[a.kind], tx.ts.kinds.at[b.kind]), cmp.Compare(a.kind.key(a.rec), b.kind.key(b.rec)))
	})
	recs := make([][]keyed, len(tx.ts.of))
	tx.changes, tx.steps = make([]txChange, 0, len(in.rows)), make([]step, 0, len(in.rows))
	repeated := 0
	for i := range in.rows {
		r := &in.rows[i]
		k, id := r.kind, r.kind.key(r.rec)
		var is issue.Issues
		switch {
		case !issue.ValidKeyUpTo(id, k.maxKey):
			is.Add("id", "key", id, "%s; a %s may have %d", issue.KeyRule, k.name, k.maxKey)
		case i > 0 && in.rows[i-1].kind == k && k.key(in.rows[i-1].rec) == id:
			repeated++
			is.Add("id", "repeated", id, "line %d holds a %s of that ID", in.rows[i-1].line, k.name)
		case tx.ts.isErased(Subject{k.name, id}):
			is.Add("id", "erased", id, "a record of that ID has been erased; it is not given again")
		}
		addAll(tidy(k, r.rec, nil), &is)
		in.add(r, is)
		*k.revision(r.rec) = tx.seq
		place := tx.ts.kinds.at[k]
		recs[place] = append(recs[place], keyed{id, r.rec})
		tx.steps = append(tx.steps, step{change: len(tx.changes), first: true})
		tx.changes = append(tx.changes, txChange{kind: k, key: id, after: r.rec})
	}
	if n := len(in.rows) - repeated; n != in.head.Records {
		in.wrong.Append(issue.New("records", "count", strconv.Itoa(n), "the first line says %d records, there are %d", in.head.Records, n))
	}
	if len(in.wrong) > 0 {
		tx.changes, tx.steps = nil, nil // nothing has been put anywhere
		return
	}
	for place, t := range tx.ts.of {
		t.fill(recs[place])
	}
}
