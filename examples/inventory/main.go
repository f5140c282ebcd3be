package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/storage/file"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("inventory", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("csv", "", "the inventory, a CSV `file`")
	dir := flags.String("dir", "", "`directory` of the store; a temporary one if empty")
	pages := flags.String("pages", "", "`directory` to write the pages of the dashboard into")
	serve := flags.Bool("serve", false, "serve the pages of the dashboard on 127.0.0.1 until interrupted")
	encoding := flags.String("encoding", encodingAuto, "encoding of the file: "+encodingWindows1252+", "+encodingUTF8+" or "+encodingAuto)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	known := []string{encodingAuto, encodingUTF8, encodingWindows1252}
	switch {
	case *path == "":
		fmt.Fprintln(stderr, "inventory: name the file with -csv")
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(stderr, "inventory: unknown argument %q\n", flags.Arg(0))
		return 2
	case !slices.Contains(known, *encoding):
		fmt.Fprintf(stderr, "inventory: unknown encoding %q: use one of %q\n", *encoding, known)
		return 2
	}
	t, err := inventory(ctx, *path, *dir, *encoding, show{*pages, *serve}, stdout)
	if err == nil && t.Imported+t.There == 0 {
		err = errors.New("no row came onto the register")
	}
	if err != nil {
		fmt.Fprintln(stderr, "inventory:", err)
		return 1
	}
	return 0
}

// inventory imports a file into the store in dir and reports.
func inventory(ctx context.Context, path, dir, encoding string, pages show, w io.Writer) (t tally, err error) {
	// First the file: a store is not touched for one that can't be read.
	s, used, err := openSheet(path, encoding)
	if err != nil {
		return t, err
	}
	entries, err := newForm().normalise(s, time.Now().UTC())
	if err != nil {
		return t, fmt.Errorf("%s: %w", path, err)
	}

	if dir == "" {
		if dir, err = os.MkdirTemp("", "aimskit-inventory-"); err != nil {
			return t, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	journal, err := file.Open(dir, nil)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	m, err := aims.Open(ctx, journal, &aims.Options{Founder: registrar})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, m.Close(context.WithoutCancel(ctx))) }()

	by := aims.By{Actor: importService, Reason: "import the inventory " + filepath.Base(path)}
	if err := enlist(ctx, m, "Inventory "+filepath.Base(path)); err != nil {
		return t, err
	}
	if t, err = importAll(ctx, m, by, len(s.Rows), entries); err != nil {
		return t, err
	}
	if err := printTally(w, filepath.Base(path), used, t); err != nil {
		return t, err
	}
	if m.View().Systems().Len() == 0 {
		return t, nil // nothing came of it; the rejections have been said
	}
	if err := printRegister(w, m.View()); err != nil {
		return t, err
	}
	return t, pages.show(ctx, m, w)
}

// openSheet reads a file and takes it apart. It says which encoding it was in.
func openSheet(path, encoding string) (sheet, string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return sheet{}, "", err
	}
	text, used, err := decode(data, encoding)
	if err != nil {
		return sheet{}, used, fmt.Errorf("%s: %w", path, err)
	}
	s, err := readSheet(text)
	if err != nil {
		return s, used, fmt.Errorf("%s: %w", path, err)
	}
	return s, used, nil
}
