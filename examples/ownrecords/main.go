// Command ownrecords keeps a vendor's support tickets beside the AI systems that
// they are about: a kind of records of the vendor's own, in the same commits, with
// the same history, time travel and feed. It works in memory; a product opens the
// file store or another one instead.
//
//	go run ./examples/ownrecords
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
	"github.com/aimskit/aimskit/storage/memory"
)

// Ticket is what a customer reports about a system.
type Ticket struct {
	ID       string `json:"id"`
	System   string `json:"system"`
	Text     string `json:"text"`
	Done     bool   `json:"done,omitempty"`
	Revision uint64 `json:"revision,omitempty"`
}

// tickets is the kind. Who holds it may write tickets; everybody reads them
// through View.Record.
var tickets = ledger.MustDeclare(ledger.Spec[Ticket]{
	Name:     aims.OwnKind + "ticket",
	Key:      func(t *Ticket) string { return t.ID },
	SetKey:   func(t *Ticket, id string) { t.ID = id },
	Revision: func(t *Ticket) *uint64 { return &t.Revision },
	Listings: []ledger.Listing[Ticket]{{Name: "system", Value: func(t *Ticket) string { return t.System }}},
	Check: func(tx *ledger.Tx, ch ledger.Change[Ticket], is *aims.Issues) {
		if !tx.Has(aims.Subject{Kind: aims.KindSystem, ID: ch.After.System}) {
			is.Add("system", "reference", ch.After.System, "no such system on file")
		}
	},
})

func main() {
	ctx := context.Background()
	m, err := aims.Open(ctx, memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada"}, Kinds: []ledger.AnyKind{tickets}})
	if err != nil {
		log.Fatal(err)
	}

	// One commit: the system, its impact assessment, and the first ticket on it.
	var t Ticket
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "onboard the helpdesk bot"}, func(tx *aims.Tx) error {
		if err := tx.RegisterSystem(register.System{ID: "bot", Name: "Helpdesk bot", Stage: register.StageDesign}); err != nil {
			return err
		}
		// New, as its revision is zero; of a request take tx.Create, which revises nothing.
		t, err = tickets.Put(tx, Ticket{System: "bot", Text: "It answers in the wrong language."})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	err = m.Update(ctx, aims.By{Actor: "ada", Reason: "fixed in release 2"}, func(tx *aims.Tx) error {
		t.Done = true
		return tickets.Keep(tx, t)
	})
	if err != nil {
		log.Fatal(err)
	}

	fmt.Println("History of the ticket:")
	for e, err := range m.History(ctx, tickets.Subject(&t)) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("  %d %s by %s: %s\n", e.Seq, e.Changes[0].What, e.By.Actor, e.By.Reason)
	}
	fmt.Println("The feed, from the start:")
	for p, err := range m.Changes(ctx, 1) { // 1 founds the management system
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("  %d by %s wrote %d records by %v\n", p.Seq, p.By.Actor, len(p.Written), p.Verbs)
		if p.Seq == m.View().Head().Seq {
			break
		}
	}
	fmt.Println("Tickets on the bot:", tickets.Of(m.View()).Where("system", "bot").Len())
}
