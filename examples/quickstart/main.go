// Command quickstart carries a small bank through the first months of an AI
// management system: it registers what the bank runs, sees the impact
// assessments fire, has some of them signed, decides the 38 controls, collects
// evidence once for two standards, and shows what is still missing, the way to a
// management system that one can show, and what falls due in the next sixty days.
//
//	go run ./examples/quickstart            # in a temporary directory
//	go run ./examples/quickstart -dir bank  # keeps its store; run it again to open what it left
//	go run ./examples/quickstart -serve     # serves the pages of its dashboard on this machine
//
// With -dir it writes the pages of the dashboard beside the store as well, in bank-pages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/file"
)

func main() {
	dir := flag.String("dir", "", "directory of the store; a temporary one if empty")
	serve := flag.Bool("serve", false, "serve the pages of the dashboard on 127.0.0.1 until interrupted")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir, *serve); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, serve bool) (err error) {
	kept := dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "aimskit-quickstart-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}

	// The store: a directory that one process writes to at a time.
	journal, err := file.Open(dir, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()

	// The management system in it. A new one starts with 38 controls to decide
	// on, default risk criteria and the roles to fill, and one person who founds it.
	m, err := aims.Open(ctx, journal, &aims.Options{Founder: founder, Snapshots: journal, Eraser: journal})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(context.WithoutCancel(ctx))) }()

	now := time.Now().UTC()
	if m.View().Systems().Len() == 0 {
		if err := story(ctx, m, now); err != nil {
			return err
		}
	} else {
		fmt.Printf("The store in %s holds %d commits; the last is of %s. Nothing is written this time.\n",
			dir, m.View().Head().Seq, m.View().Time().Format(time.DateOnly))
	}
	if err := report(m.View(), time.Now().UTC()); err != nil {
		return err
	}
	if err := ahead(m.View(), time.Now().UTC()); err != nil {
		return err
	}
	next(kept)
	if kept != "" {
		if err := writePages(ctx, m, filepath.Clean(kept)+"-pages"); err != nil {
			return err
		}
	}
	if serve {
		return servePages(ctx, m)
	}
	if kept == "" {
		fmt.Print(`
   The same on pages, for a board, for who leads and for an auditor:
       go run ./examples/quickstart -serve
`)
	}
	return nil
}

// story writes everything, chapter by chapter. Each Update is one commit: all
// of it is kept, or none.
func story(ctx context.Context, m *aims.Manager, now time.Time) error {
	for _, chapter := range []func(context.Context, *aims.Manager, time.Time) error{
		appoint, registerAll, tryToSkip, decide, collect, assess, state,
	} {
		if err := chapter(ctx, m, now); err != nil {
			return err
		}
	}
	return nil
}

// as says who makes a change and why.
func as(actor, reason string) aims.By { return aims.By{Actor: actor, Reason: reason} }
