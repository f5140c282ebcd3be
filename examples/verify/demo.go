package main

import (
	"context"
	"crypto/rand"
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/file"
	"github.com/aimskit/aimskit/storage/proof"
)

// demo keeps a small management system for a while, and writes what its keeper
// hands out: the public key, two checkpoints, the proof that one continues the
// other, and the receipt of one record.
func demo(ctx context.Context, dir string, out io.Writer) (err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	journal, err := file.Open(filepath.Join(dir, "store"), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	m, err := aims.Open(ctx, journal, &aims.Options{Founder: aims.Person{ID: "lena", Name: "Lena Vogel"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close(context.WithoutCancel(ctx))) }()

	// A keeper makes the key once and keeps the private half apart from the
	// store. This one is thrown away.
	const origin = "harbour-bank.example/aims"
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	var tree proof.Tree // a keeper saves it beside the last checkpoint; see proof.Tree.Trust
	checkpoint := func() (proof.Checkpoint, []byte, error) {
		if err := tree.Update(ctx, journal); err != nil {
			return proof.Checkpoint{}, nil, err
		}
		c, err := tree.Checkpoint(origin)
		if err != nil {
			return c, nil, err
		}
		msg, err := proof.Sign(c, signer)
		return c, msg, err
	}

	err = m.Update(ctx, aims.By{Actor: "lena", Reason: "inventory of the AI in use"}, func(tx *aims.Tx) error {
		if err := tx.PutPerson(aims.Person{ID: "joan", Name: "Joan Marsh"}); err != nil {
			return err
		}
		err := tx.RegisterSystem(register.System{ID: "cv-screener", Name: "CV screener", Owner: "joan",
			Stage: register.StageVerification, Practices: []register.Practice{register.PracticeRecruitment}})
		return err
	})
	if err != nil {
		return err
	}
	then, old, err := checkpoint()
	if err != nil {
		return err
	}
	err = m.Update(ctx, aims.By{Actor: "joan", Reason: "what it is for, in our own words"}, func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv-screener")
		s.Purpose = "Sorts applications by how well they fit the post."
		_, err := tx.ReviseSystem(s)
		return err
	})
	if err != nil {
		return err
	}
	now, signed, err := checkpoint()
	if err != nil {
		return err
	}

	continued, err := tree.Consistency(then.Size, now.Size)
	if err != nil {
		return err
	}
	receipt, err := tree.Prove(ctx, journal, storage.RecordID{Kind: string(aims.KindSystem), Key: "cv-screener"}, 0, now)
	if err != nil {
		return err
	}
	write := func(name string, data []byte) {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	text := func(v encoding.TextMarshaler) []byte {
		data, bad := v.MarshalText()
		err = errors.Join(err, bad)
		return data
	}
	write("key", []byte(public+"\n"))
	write("checkpoint.old", old)
	write("checkpoint", signed)
	write("consistency", text(continued))
	write("receipt", text(receipt))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s holds key, checkpoint, receipt, checkpoint.old, consistency, and the store they are of\n", dir)
	return err
}
