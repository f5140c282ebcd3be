package crosswalk

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed data/*.json
var data embed.FS

// The files of the built-in catalogue, in its order.
var (
	frameworkFiles = []string{"iso42001.json", "iso27001.json", "nist-ai-rmf.json", "iso42005.json"}
	mappingFiles   = []string{"nist-iso42001.json", "iso42001-guidance.json", "iso27001-iso42001-clauses.json", "iso27001-iso42001-controls.json", "iso42005-iso42001.json"}
)

// Default returns the built-in catalogue: ISO/IEC 42001, ISO/IEC 27001, the NIST
// AI RMF and ISO/IEC 42005 with the mapping sets between them. It is read at the
// first call.
func Default() *Catalogue { return builtIn() }

// Frameworks returns copies of the built-in frameworks.
func Frameworks() []Framework { return Default().Frameworks() }

// Lookup returns a copy of the built-in framework with the given ID.
func Lookup(id string) (Framework, bool) { return Default().Framework(id) }

// The data is compiled in, so that a fault in it is one of the program, which
// the tests find: hence the panics.
var builtIn = sync.OnceValue(func() *Catalogue {
	frameworks := make([]Framework, len(frameworkFiles))
	for i, name := range frameworkFiles {
		load(name, &frameworks[i])
	}
	sets := make([]MappingSet, len(mappingFiles))
	for i, name := range mappingFiles {
		load(name, &sets[i])
	}
	c, err := NewCatalogue(frameworks, sets)
	if err != nil {
		panic(err)
	}
	return c
})

func load(name string, into any) {
	b, err := data.ReadFile("data/" + name)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		err = d.Decode(into)
	}
	if err != nil {
		panic(fmt.Sprintf("crosswalk: %s: %v", name, err))
	}
}
