package assurance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/assurance"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
	"github.com/aimskit/aimskit/storage/proof"
)

var update = flag.Bool("update", false, "write testdata anew")

var day0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// guest is a reader who sees neither nonconformities nor certificates nor the system
// "secret", and of a person no name.
type guest struct{}

func redact(reader any, s aims.Subject, rec any) bool {
	if reader != (guest{}) {
		return true
	}
	if p, ok := rec.(*aims.Person); ok {
		p.Name = "a person"
	}
	return s.ID != "secret" && s.Kind != aims.KindNonconformity && s.Kind != aims.KindCertificate
}

type org struct {
	*aims.Manager
	t   *testing.T
	now time.Time
}

func newOrg(t *testing.T) *org {
	o := &org{t: t, now: day0}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Founder: aims.Person{ID: "ada", Name: "Ada Example"}, Redact: redact,
		Clock: func() time.Time { return o.now }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.WithoutCancel(t.Context()))) })
	o.Manager = m
	return o
}

func (o *org) do(actor string, fns ...func(tx *aims.Tx) error) {
	o.t.Helper()
	for _, fn := range fns {
		require.NoError(o.t, o.Update(o.t.Context(), aims.By{Actor: actor, Reason: "test"}, fn))
	}
}

// founded is an organisation with some of everything that a pack tells.
func founded(t *testing.T) *org {
	o := newOrg(t)
	o.do("ada", func(tx *aims.Tx) error {
		require.NoError(t, tx.PutPerson(aims.Person{ID: "eve", Name: "Eve Chief", TopManagement: true}))
		require.NoError(t, tx.PutPerson(aims.Person{ID: "lea", Name: "Lea Lead"}))
		require.NoError(t, tx.AssignRole(aims.RoleSponsor, "eve"))
		return tx.AssignRole(aims.RoleLead, "lea")
	})
	o.do("lea", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleLead) })
	o.do("eve", func(tx *aims.Tx) error { return tx.AcceptRole(aims.RoleSponsor) })
	o.do("lea", func(tx *aims.Tx) error {
		org := tx.Organisation()
		org.Name = "Acme <Bank> & *Sons*"
		require.NoError(t, tx.PutOrganisation(org))
		require.NoError(t, tx.DraftScope(aims.Scope{Statement: "All of it.\n# And more", Boundaries: "Our two offices."}))
		require.NoError(t, tx.DraftPolicy(aims.Policy{ID: "p1", Title: "AI policy | v1", Owner: "lea", Summary: "[We](https://example.com) care.", URI: "https://example.com/ai-policy"}))
		require.NoError(t, tx.DraftDocument(aims.Document{Text: "How we assess.", ID: "d1", Title: "Impact assessments", Clause: aims.MustParseClause("6.1.4"), Version: "3"}))
		require.NoError(t, tx.PutSweep(aims.Sweep{ID: "s", On: calendar.Of(day0, nil), By: "ada", Sources: []string{"purchasing"}}))
		require.NoError(t, tx.RegisterSystem(register.System{ID: "open", Name: "Mail sorter", Owner: "ada", Stage: register.StageOperation}))
		require.NoError(t, tx.RegisterSystem(register.System{ID: "secret", Name: "Fraud <script>", Owner: "ada", Stage: register.StageDesign}))
		require.NoError(t, tx.RaiseNonconformity(aims.Nonconformity{ID: "n", Title: "No minutes", Severity: aims.SeverityMajor, Clause: aims.MustParseClause("9.3.1"),
			RaisedOn: calendar.Of(day0, nil), Owner: "ada", Due: calendar.Of(day(30), nil)}))
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body", Accreditation: "National", Number: "4711"})
	})
	o.do("eve", func(tx *aims.Tx) error {
		require.NoError(t, tx.ApproveScope("scope", calendar.Of(day(300), nil)))
		require.NoError(t, tx.ApprovePolicy("p1", calendar.Of(day(300), nil)))
		require.NoError(t, tx.ApproveDocument("d1", calendar.Of(day(300), nil)))
		r := aims.ManagementReview{ID: "m", HeldOn: calendar.Of(day0, nil), Chair: "eve", Decisions: []aims.ReviewDecision{{What: "go on", Owner: "lea", Due: calendar.Of(day(90), nil)}}}
		for _, topic := range aims.ReviewTopics() {
			r.Inputs = append(r.Inputs, aims.ReviewInput{Topic: topic, Note: "looked at"})
		}
		return tx.HoldReview(r)
	})
	return o
}

// certified carries the certification to a decision on day 40.
func (o *org) certified() {
	o.now = day(50)
	for i, to := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", to, calendar.Of(day(10*(i+1)), nil)) })
	}
}

func made(t *testing.T, v *aims.View, now time.Time, o assurance.Options) assurance.Pack {
	t.Helper()
	p, err := assurance.Make(v, now, o)
	require.NoError(t, err)
	return p
}

func draw(t *testing.T, p assurance.Pack) (md, html, js string) {
	t.Helper()
	var m, h bytes.Buffer
	require.NoError(t, p.WriteMarkdown(&m))
	require.NoError(t, p.WriteHTML(&h))
	j, err := json.MarshalIndent(p, "", "  ")
	require.NoError(t, err)
	return m.String(), h.String(), string(j) + "\n"
}

// The pack tells what is on file, in all three forms.
func TestAssurance(t *testing.T) {
	o := founded(t)
	o.certified()
	p := made(t, o.View(), day(60), assurance.Options{})
	require.Equal(t, o.View().Head(), p.Head)
	require.False(t, p.ForReader)
	require.Equal(t, &assurance.Scope{Statement: "All of it.\n# And more", Boundaries: "Our two offices.", Standing: assurance.Standing{ApprovedOn: calendar.Of(day0, nil), ReviewDue: calendar.Of(day(300), nil)}}, p.Scope)
	require.Equal(t, "https://example.com/ai-policy", p.Policy.Place)
	require.Equal(t, "p1", p.Policy.Version)
	require.Len(t, p.Roles, 6)
	require.Equal(t, aims.RoleSponsor, p.Roles[0].Role)
	require.True(t, p.Roles[0].Held)
	require.Empty(t, p.Roles[0].Name)
	require.False(t, p.Roles[2].Held)
	require.Equal(t, 2, p.Register.Active)
	require.Zero(t, p.Register.Covered)
	require.Len(t, p.Register.Cells, 2)
	require.Empty(t, p.Register.Systems)
	require.Len(t, p.Process.Documents, 1)
	require.Nil(t, p.Controls, "no Statement has been approved")
	require.Nil(t, p.Audit)
	require.Equal(t, &assurance.Review{HeldOn: calendar.Of(day0, nil), Complete: true, Decisions: 1, Open: 1}, p.Review)
	require.Equal(t, 1, p.Majors.Nonconformities)
	majors := make(map[string]bool)
	for _, f := range o.View().Findings(day(60)) {
		if f.Severity == aims.SeverityMajor {
			majors[f.Check] = true
		}
	}
	require.NotEmpty(t, majors)
	require.Equal(t, len(majors), p.Majors.Findings)

	p.Head = storage.Head{Seq: 17} // its digest comes of the clock's steps
	md, html, js := draw(t, p)
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	english, err := phrase.In(language.English)
	require.NoError(t, err)
	var deMD, deHTML, same strings.Builder
	require.NoError(t, p.WriteMarkdownIn(&deMD, german))
	require.NoError(t, p.WriteHTMLIn(&deHTML, german))
	require.Empty(t, german.Missing())
	require.NoError(t, p.WriteHTMLIn(&same, english))
	require.Equal(t, html, same.String(), "in English there is one form, whoever tells it")
	for name, text := range map[string]string{"pack.md": md, "pack.html": html, "pack.json": js, "pack.de.md": deMD.String(), "pack.de.html": deHTML.String()} {
		file := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err, "write it with -update")
		require.Empty(t, cmp.Diff(string(want), text), name)
	}
}

// What a record says is text in both forms.
func TestAssuranceEscapes(t *testing.T) {
	md, html, _ := draw(t, made(t, founded(t).View(), day(1), assurance.Options{Systems: true}))
	require.Contains(t, md, `# How Acme \<Bank\> \& \*Sons\* governs AI`)
	require.Contains(t, md, `- Covers: All of it. \# And more`)
	require.Contains(t, md, `- Title: AI policy \| v1`)
	require.Contains(t, md, `\[We\](https://example.com) care.`)
	require.Contains(t, md, `| secret | Fraud \<script\> | `)
	require.Contains(t, html, "<h1>How Acme &lt;Bank&gt; &amp; *Sons* governs AI</h1>")
	require.NotContains(t, html, "<script")
	for _, elsewhere := range []string{"src=", "href=", "url(", "@import"} {
		require.NotContains(t, html, elsewhere)
	}
}

// What may be claimed follows the certification, day by day.
func TestAssuranceClaims(t *testing.T) {
	o := founded(t)
	claims := func(now time.Time, certified bool, text string) {
		t.Helper()
		c := made(t, o.View(), now, assurance.Options{}).Certificate.Claim
		require.Equal(t, certified, c.Certified)
		require.Contains(t, c.Text.String(), text)
	}
	claims(day(1), false, "nothing has been decided")
	o.certified()
	claims(day(60), true, "certified to ISO/IEC 42001 by Body, within the scope of the certificate, until 2029-02-14. No product, service or AI system is.")
	claims(day(40).AddDate(3, 0, 1), false, "expired on 2029-02-14")
	o.now = day(80)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.SuspendCertificate("c", calendar.Of(day(70), nil), "an audit was put off")
	})
	claims(day(80), false, "suspended since 2026-03-16")
	o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", aims.CertWithdrawn, calendar.Of(day(75), nil)) })
	claims(day(80), false, "withdrawn")
	require.Nil(t, made(t, newOrg(t).View(), day(1), assurance.Options{}).Certificate)
}

// A draft is not in force.
func TestAssuranceOfDrafts(t *testing.T) {
	o := newOrg(t)
	o.do("ada", func(tx *aims.Tx) error {
		require.NoError(t, tx.DraftScope(aims.Scope{Statement: "x"}))
		require.NoError(t, tx.DraftDocument(aims.Document{ID: "d", Title: "x", Text: "x"}))
		return tx.DraftPolicy(aims.Policy{ID: "p", Title: "x", Text: "x"})
	})
	p := made(t, o.View(), day(1), assurance.Options{})
	require.Nil(t, p.Scope)
	require.Nil(t, p.Policy)
	require.Empty(t, p.Process.Documents)
}

// Options say what is named and what is left out; and the pack says that it was.
func TestAssuranceOptions(t *testing.T) {
	v := founded(t).View()
	plain, _, js := draw(t, made(t, v, day(1), assurance.Options{}))
	for _, name := range []string{"Eve Chief", "Lea Lead", "Ada Example", "Mail sorter", "Fraud"} {
		require.NotContains(t, plain+js, name)
	}
	named, _, _ := draw(t, made(t, v, day(1), assurance.Options{People: true, Systems: true}))
	require.Contains(t, named, "| Executive sponsor | Eve Chief |")
	require.Contains(t, named, "| open | Mail sorter | ")

	p := made(t, v, day(1), assurance.Options{Leave: assurance.Sections()})
	require.Equal(t, assurance.Sections(), p.LeftOut)
	for _, f := range reflect.VisibleFields(reflect.TypeOf(p)) {
		if k := f.Type.Kind(); k == reflect.Pointer || f.Name == "Roles" {
			require.True(t, reflect.ValueOf(p).FieldByIndex(f.Index).IsNil(), f.Name)
		}
	}
	md, _, _ := draw(t, p)
	require.Contains(t, md, "- Left out: Scope, AI policy, Who answers")
	require.NotContains(t, md, "\n## ")

	_, err := assurance.Make(v, day(1), assurance.Options{Leave: []assurance.Section{"scope", "weather"}})
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Equal(t, "leave[1]", is[0].Field)
	require.Contains(t, err.Error(), `weather`)
}

// A reader's pack counts and names nothing that is hidden, but majors are of the whole.
func TestAssuranceForReaders(t *testing.T) {
	o := founded(t)
	o.certified()
	whole := made(t, o.View(), day(60), assurance.Options{})
	p := made(t, o.View().For(guest{}), day(60), assurance.Options{People: true, Systems: true})
	require.True(t, p.ForReader)
	require.Equal(t, 1, p.Register.Active)
	require.Nil(t, p.Certificate)
	require.Equal(t, "a person", p.Roles[0].Name)
	require.Equal(t, whole.Majors, p.Majors)
	md, html, js := draw(t, p)
	for _, hidden := range []string{"secret", "Fraud", "Eve Chief", "4711"} {
		require.NotContains(t, md+html+js, hidden)
	}
	require.Contains(t, md, "- Of: what its reader may see")
	require.Contains(t, md, "None is on file, or its reader may not see it.")
	all := made(t, o.View().For("director"), day(60), assurance.Options{})
	require.True(t, all.ForReader)
	all.ForReader = false
	require.Equal(t, whole, all)
}

// The line on the last audit counts no system that its reader does not see, and a name turns
// nothing round.
func TestAssuranceOfTheAudit(t *testing.T) {
	o := founded(t)
	o.do("lea", func(tx *aims.Tx) error {
		require.NoError(t, tx.PutPerson(aims.Person{ID: "xia", Name: "Xia Auditor", External: true}))
		return tx.PlanAudit(aims.Audit{ID: "a", Title: "First \u202etsaL", Clauses: []aims.Clause{aims.MustParseClause("7.2")}, Systems: []string{"open", "secret"},
			Objective: "whether people are trained", Criteria: "the standard, and our plan of training", Methods: []aims.AuditMethod{aims.MethodDocuments},
			Auditors: []string{"xia"}, PlannedFor: calendar.Of(day(1), nil)})
	})
	o.now = day(1)
	o.do("xia", func(tx *aims.Tx) error {
		return tx.ExamineAudit("a", aims.AuditItem{Clause: aims.MustParseClause("7.2"), Looked: "five files", Result: aims.AuditConforms},
			aims.AuditItem{System: "open", Looked: "five files", Result: aims.AuditConforms}, aims.AuditItem{System: "secret", Looked: "five files", Result: aims.AuditConforms})
	})
	o.do("xia", func(tx *aims.Tx) error { return tx.CloseAudit("a", "as it should be", []string{"eve"}) })
	require.Equal(t, 2, made(t, o.View(), day(2), assurance.Options{}).Audit.Systems)
	p := made(t, o.View().For(guest{}), day(2), assurance.Options{})
	require.Equal(t, 1, p.Audit.Systems)
	require.Equal(t, 1, p.Audit.Clauses)
	md, _, _ := draw(t, p)
	require.Contains(t, md, "First tsaL")
	require.NotContains(t, md, "\u202e")
}

// A signed checkpoint is of the journal's size, and stands in the pack.
func TestAssuranceCheckpoint(t *testing.T) {
	v := founded(t).View()
	skey, vkey, err := note.GenerateKey(nil, "example.com/aims")
	require.NoError(t, err)
	signer, err := note.NewSigner(skey)
	require.NoError(t, err)
	verifier, err := note.NewVerifier(vkey)
	require.NoError(t, err)
	trust := proof.Policy{Log: verifier}
	signed := func(size uint64) []byte {
		msg, err := proof.Sign(proof.Checkpoint{Origin: "example.com/aims", Size: size, Root: storage.Hash{1}}, signer)
		require.NoError(t, err)
		return msg
	}
	msg := signed(v.Head().Seq)
	p := made(t, v, day(1), assurance.Options{Checkpoint: msg, Trust: trust})
	require.Equal(t, []string{"example.com/aims"}, p.SignedBy)
	opened, err := trust.Open([]byte(p.Checkpoint))
	require.NoError(t, err, "who is handed the pack can check it")
	require.Equal(t, p.Head.Seq, opened.Size)
	md, html, _ := draw(t, p)
	require.Contains(t, md, "    "+strings.Join(strings.Split(strings.TrimRight(string(msg), "\n"), "\n"), "\n    ")+"\n")
	require.Contains(t, html, "<pre>example.com/aims\n")

	_, err = assurance.Make(v, day(1), assurance.Options{Checkpoint: signed(3), Trust: trust})
	require.ErrorContains(t, err, "checkpoint.size")
	require.ErrorContains(t, err, "take a checkpoint of as many")
	msg[0] = 'E'
	_, err = assurance.Make(v, day(1), assurance.Options{Checkpoint: msg, Trust: trust})
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Equal(t, "checkpoint", is[0].Field)
	_, err = assurance.Make(v, day(1), assurance.Options{Checkpoint: signed(v.Head().Seq)})
	require.ErrorAs(t, err, &is, "nobody is trusted")
}
