// Command verify checks what the keeper of a management system hands to an
// auditor, and says what it proves. It needs the files and nothing else: the
// keeper's public key, a signed checkpoint, and a receipt of one record.
//
//	go run ./examples/verify -demo out      # makes such files, as a keeper does
//	go run ./examples/verify -key out/key out/checkpoint out/receipt
//
// An auditor who kept an earlier checkpoint asks for a proof of consistency,
// too, and sees that nothing up to there was rewritten:
//
//	go run ./examples/verify -key out/key -old out/checkpoint.old -consistency out/consistency out/checkpoint
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/storage/proof"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	demonstrate := flags.String("demo", "", "make the files in this directory, which must not exist")
	key := flags.String("key", "", "file with the keeper's public key")
	origin := flags.String("origin", "", "name of the journal, if it is not that of the key")
	old := flags.String("old", "", "file with a checkpoint kept from earlier")
	consistency := flags.String("consistency", "", "file with the proof that the checkpoint continues the old one")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: verify -key FILE [-old FILE -consistency FILE] CHECKPOINT [RECEIPT]\n       verify -demo DIR")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return err
	case *demonstrate != "":
		return demo(ctx, *demonstrate, out)
	case *key == "" || flags.NArg() < 1 || flags.NArg() > 2 || (*old == "") != (*consistency == ""):
		flags.Usage()
		return errors.New("it needs a key, a checkpoint, and with -old also -consistency")
	}

	text, err := read(*key)
	if err != nil {
		return err
	}
	policy := proof.Policy{Origin: *origin}
	if policy.Log, err = note.NewVerifier(strings.TrimSpace(string(text))); err != nil {
		return fmt.Errorf("%s: %w", *key, err)
	}
	now, err := open(policy, flags.Arg(0))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "journal  %s, %d commits, signed by %s\n", now.Origin, now.Size, strings.Join(now.By, ", "))
	if *old != "" {
		then, err := continues(policy, *old, *consistency, now)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "history  it continues the %d commits of %s: nothing in them was rewritten or left out\n", then.Size, *old)
	}
	if flags.NArg() == 1 {
		return nil
	}
	if text, err = read(flags.Arg(1)); err != nil {
		return err
	}
	r, err := proof.ParseReceipt(text)
	if err == nil {
		err = r.Verify(now.Checkpoint)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", flags.Arg(1), err)
	}
	show(out, r)
	return nil
}

// continues checks that a checkpoint continues one that was kept.
func continues(policy proof.Policy, old, consistency string, now proof.Signed) (proof.Signed, error) {
	then, err := open(policy, old)
	if err != nil {
		return then, err
	}
	text, err := read(consistency)
	if err != nil {
		return then, err
	}
	p, err := proof.ParseConsistency(text)
	if err == nil {
		err = p.Verify(then.Checkpoint, now.Checkpoint)
	}
	if err != nil {
		return then, fmt.Errorf("%s: %w", consistency, err)
	}
	return then, nil
}

// open reads a signed checkpoint and verifies its signature.
func open(policy proof.Policy, name string) (proof.Signed, error) {
	text, err := read(name)
	if err != nil {
		return proof.Signed{}, err
	}
	s, err := policy.Open(text)
	if err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// read reads a file, of which no more can be meant than a receipt has.
func read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, proof.MaxReceipt+1))
}

// show says what a receipt, once verified, proves.
func show(out io.Writer, r proof.Receipt) {
	what := oneLine(r.Change.Body)
	switch {
	case r.Withdrawn():
		what = "withdrawn: from then on the record is no longer a live one"
	case r.Withheld():
		what = "there was a body of digest " + r.Change.Digest.String() + "; it was erased or is not shown"
	}
	var meta struct{ Actor, Reason string }
	by := oneLine(r.Header.Meta)
	if json.Unmarshal(r.Header.Meta, &meta) == nil && meta.Actor != "" {
		by = fmt.Sprintf("%q: %q", meta.Actor, meta.Reason)
	}
	fmt.Fprintf(out, "record   %q %q, schema %d\n", r.Change.Kind, r.Change.Key, r.Change.Schema)
	fmt.Fprintf(out, "what     %s\n", what)
	fmt.Fprintf(out, "when     %s, in commit %d of %d, as change %d of %d\n",
		r.Header.Time.Format(time.RFC3339Nano), r.Header.Seq, r.Size, r.Index+1, r.Header.Changes)
	fmt.Fprintf(out, "by       %s\n", by)
}

// oneLine returns JSON on one line, and anything else quoted.
func oneLine(b []byte) string {
	var line bytes.Buffer
	if json.Compact(&line, b) != nil {
		return fmt.Sprintf("%q", b)
	}
	return line.String()
}
