package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage"
)

// Cursor says how far who follows all tenants has come (Fleet.AllChangesFor): it notes
// what has been dealt with. The zero Cursor is the start of all. Its text can be kept or handed out, such as for the
// Last-Event-ID of server-sent events: some 60 bytes for each tenant of which anything
// was told, so one of many tenants is no header any more. It is safe for concurrent
// use, and not to be copied.
type Cursor struct {
	mu    sync.Mutex
	heads map[string]storage.Head
	since time.Time // of tenants without a head; zero: from their start
	fresh bool      // nobody has followed it yet
}

// FromNow returns the cursor of a feed that tells of nothing that has been: of what is
// committed after it was begun. Where it is resumed from its text, a tenant of which
// nothing was told goes on from when the cursor was made, by the machine's clock and
// the times of the commits.
func FromNow() *Cursor {
	return &Cursor{since: time.Now().UTC().Truncate(time.Microsecond), fresh: true}
}

// ParseCursor reads what String writes; an empty text is the start of all, and "now"
// is FromNow. Anything else is ErrInvalid.
func ParseCursor(text string) (*Cursor, error) {
	switch text {
	case "":
		return new(Cursor), nil
	case "now":
		return FromNow(), nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	c := &Cursor{heads: make(map[string]storage.Head)}
	if err == nil {
		err = c.read(b)
	}
	if err != nil {
		var is issue.Issues
		is.Add("cursor", "cursor", text, "is none that this library has written")
		return nil, fmt.Errorf("%w: %w", ErrInvalid, is)
	}
	return c, nil
}

// cursorVersion is the version of the text's form.
const cursorVersion = 1

// String returns the cursor as text, without spaces. That of the start is empty.
func (c *Cursor) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heads) == 0 && c.since.IsZero() {
		return ""
	}
	b := []byte{cursorVersion}
	var since int64
	if !c.since.IsZero() {
		since = c.since.UnixMicro()
	}
	b = binary.AppendVarint(b, since)
	for _, tenant := range slices.Sorted(maps.Keys(c.heads)) {
		h := c.heads[tenant]
		b = append(binary.AppendUvarint(b, uint64(len(tenant))), tenant...)
		b = append(binary.AppendUvarint(b, h.Seq), h.Hash[:]...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (c *Cursor) read(b []byte) error {
	bad := errors.New("not a cursor")
	if len(b) == 0 || b[0] != cursorVersion {
		return bad
	}
	since, n := binary.Varint(b[1:])
	if n <= 0 {
		return bad
	}
	if since != 0 {
		c.since = time.UnixMicro(since).UTC()
	}
	for b = b[1+n:]; len(b) > 0; {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > storage.MaxTenantName || uint64(len(b)-n) < size {
			return bad
		}
		tenant := string(b[n : n+int(size)])
		b = b[n+int(size):]
		var h storage.Head
		if h.Seq, n = binary.Uvarint(b); n <= 0 || len(b)-n < len(h.Hash) {
			return bad
		}
		b = b[n+copy(h.Hash[:], b[n:]):]
		if _, twice := c.heads[tenant]; twice || storage.CheckHead(h) != nil {
			return bad
		}
		c.heads[tenant] = h
	}
	return nil
}

// Note moves the cursor on past a change that has been dealt with.
func (c *Cursor) Note(change TenantChange) {
	if change.Deleted {
		c.drop(change.Tenant)
	} else if change.Seq > 0 {
		c.set(change.Tenant, change.Head)
	}
}

// begin returns a copy for a feed to move on, and whether that is to tell only of what
// comes.
func (c *Cursor) begin() (own *Cursor, live bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	own = &Cursor{heads: maps.Clone(c.heads), since: c.since}
	live, c.fresh = c.fresh, false
	return own, live
}

func (c *Cursor) head(tenant string) (storage.Head, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.heads[tenant]
	return h, ok
}

func (c *Cursor) from() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since
}

func (c *Cursor) set(tenant string, h storage.Head) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heads == nil {
		c.heads = make(map[string]storage.Head)
	}
	c.heads[tenant] = h
}

func (c *Cursor) drop(tenant string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.heads, tenant)
}

// names are the tenants that it knows.
func (c *Cursor) names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.heads))
}
