package file

import (
	"encoding/hex"
	"strings"

	"github.com/aimskit/aimskit/storage"
)

// plainByte reports whether a byte of a tenant's name stands for itself in the
// name of its directory.
func plainByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '_'
}

// encodeTenant turns a tenant's name into part of a file name: see Tenants.
func encodeTenant(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if plainByte(name[i]) {
			b.WriteByte(name[i])
		} else {
			b.WriteByte('%')
			b.WriteString(hex.EncodeToString([]byte{name[i]}))
		}
	}
	return b.String()
}

// decodeTenant reads what encodeTenant writes, and nothing else: one name has
// one encoding.
func decodeTenant(encoded string) (name string, ok bool) {
	var b strings.Builder
	for rest := encoded; rest != ""; {
		n := 1
		if rest[0] == '%' {
			n = min(3, len(rest))
			raw, err := hex.DecodeString(rest[1:n])
			if err != nil {
				return "", false
			}
			b.Write(raw)
		} else {
			b.WriteByte(rest[0])
		}
		rest = rest[n:]
	}
	name = b.String()
	return name, storage.CheckTenantName(name) == nil && encodeTenant(name) == encoded
}
