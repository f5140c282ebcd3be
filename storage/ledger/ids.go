package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// ids makes UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, 12 bits that
// count on within one, 62 bits of chance. So those of one process are in the
// order in which they were made.
type ids struct {
	mu   sync.Mutex
	last uint64 // milliseconds and what counts on
}

func (g *ids) next() string {
	var b [16]byte
	rand.Read(b[8:]) // crypto/rand.Read never returns an error
	now := time.Now()
	g.mu.Lock()
	g.last = max(g.last+1, uint64(now.UnixMilli())<<12|uint64(now.Nanosecond()%1e6)>>8)
	at := g.last
	g.mu.Unlock()
	for i := range 6 {
		b[i] = byte(at >> (52 - 8*i))
	}
	b[6] = 0x70 | byte(at>>8)&0x0f
	b[7] = byte(at)
	b[8] = 0x80 | b[8]&0x3f
	var s [36]byte
	at8 := 0
	for i, n := range []int{4, 2, 2, 2, 6} {
		if i > 0 {
			s[at8] = '-'
			at8++
		}
		hex.Encode(s[at8:], b[:n:16][:n])
		at8 += 2 * n
		copy(b[:], b[n:])
	}
	return string(s[:])
}
