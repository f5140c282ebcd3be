package assurance_test

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/assurance"
	"github.com/aimskit/aimskit/storage/memory"
)

// What a customer who asks is told, here of certification and open majors alone.
func ExampleMake() {
	ctx := context.Background()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Clock: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "set out"}, func(tx *aims.Tx) error {
		return tx.DraftScope(aims.Scope{Statement: "All that we do with AI."})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	pack, err := assurance.Make(m.View(), now, assurance.Options{Leave: []assurance.Section{
		assurance.SectionPolicy, assurance.SectionRoles, assurance.SectionRegister, assurance.SectionProcess,
		assurance.SectionControls, assurance.SectionAudit, assurance.SectionReview}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("left out:", len(pack.LeftOut), "sections")
	fmt.Println("scope in force:", pack.Scope != nil)
	fmt.Println("certified:", pack.Certificate != nil && pack.Certificate.Claim.Certified)
	fmt.Println("made from commit", pack.Head.Seq)
	if err := pack.WriteMarkdown(io.Discard); err != nil { // or WriteHTML
		fmt.Println(err)
	}
	// Output:
	// left out: 7 sections
	// scope in force: false
	// certified: false
	// made from commit 2
}
