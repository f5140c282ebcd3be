package main

import (
	"testing"

	"github.com/aimskit/aimskit/impact"
)

// Asking about each system of the inventory what its import left open.
func BenchmarkAsk(b *testing.B) {
	_, entries := realEntries(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		impact.DefaultRules().Ask(entries[n%len(entries)].System, impact.Facts{})
		n++
	}
}
