// Package schema holds a JSON Schema (draft 2020-12) for each kind of record
// that package aims writes, for those who read a journal, an export or an API
// without Go. A test keeps them in step with the Go types and validates what
// the library writes against them.
package schema

import (
	"embed"

	"github.com/aimskit/aimskit/aims"
)

//go:embed *.schema.json
var files embed.FS

// For returns the JSON Schema of a kind of record, of the version that this
// code writes (aims.KindInfo). False if there is no such kind.
func For(k aims.Kind) ([]byte, bool) {
	b, err := files.ReadFile(string(k) + ".schema.json")
	return b, err == nil
}
