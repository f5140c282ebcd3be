// Package assurance answers the question that customers, insurers and boards send by
// questionnaire: how do you govern AI? A [Pack] is the answer as of one moment, out of
// what is on file and nothing else: scope, policy, who answers, what AI there is, by which
// process it is governed, the Statement of Applicability in figures, the certificate and
// what may be claimed of it today, the last audit and review, what is open. It names the
// commit of the journal that it was made from, and the signed checkpoint if it is handed
// one, so that whoever holds it can ask for proof later.
//
//	pack, err := assurance.Make(m.View().For(customer), now, assurance.Options{})
//	err = pack.WriteMarkdown(w)
//
// A pack is a plain value; encoding/json writes it, [Pack.WriteMarkdown] and
// [Pack.WriteHTML] draw it, in the language of who asks by [Pack.WriteMarkdownIn] and
// [Pack.WriteHTMLIn]. It serves 7.4 and A.8.5, and takes no person's name and no
// system's along unless [Options] say so.
package assurance

import (
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/internal/unredacted"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/proof"
)

// Section is a part of a pack that can be left out.
type Section string

// The sections, in the order of the pack, and the clauses that they are of.
const (
	SectionScope       Section = "scope"       // 4.3
	SectionPolicy      Section = "policy"      // 5.2
	SectionRoles       Section = "roles"       // 5.3
	SectionRegister    Section = "register"    // A.4.2
	SectionProcess     Section = "process"     // 7.5 and 8.1
	SectionControls    Section = "controls"    // 6.1.3
	SectionCertificate Section = "certificate" // ISO/IEC 17021-1
	SectionAudit       Section = "audit"       // 9.2
	SectionReview      Section = "review"      // 9.3
	SectionMajors      Section = "majors"      // 10.2
)

var sections = []Section{SectionScope, SectionPolicy, SectionRoles, SectionRegister, SectionProcess, SectionControls,
	SectionCertificate, SectionAudit, SectionReview, SectionMajors}

// Sections returns the sections, in the order of the pack (7.4).
func Sections() []Section { return slices.Clone(sections) }

// Options say what a pack tells. The zero Options tell of everything, and name neither
// persons nor systems.
type Options struct {
	// People names who holds the roles; else the roles stand there alone.
	People bool
	// Systems names the systems; else there are figures alone.
	Systems bool
	// Leave are the sections to leave out. A pack says which were.
	Leave []Section
	// Checkpoint is a signed checkpoint of the journal (proof.Sign), of as many commits as
	// the view is of, and Trust says whose signatures make it good. That its root is of this
	// journal is on who signed it; a receipt shows it (proof.Receipt).
	Checkpoint []byte
	Trust      proof.Policy
}

// Pack is the answer (7.4, A.8.5). A section that was left out, or of which nothing is on
// file, is nil.
type Pack struct {
	// Organisation is who answers (4.1), At as of when.
	Organisation string    `json:"organisation"`
	At           time.Time `json:"at"`
	// Head is the last commit of the journal that it was made from (7.5.3), Checkpoint the
	// signed state of the journal there, as proof.Policy.Open reads it, and SignedBy whose
	// signatures were found good.
	Head       storage.Head `json:"head"`
	Checkpoint string       `json:"checkpoint,omitempty"`
	SignedBy   []string     `json:"signed_by,omitempty"`
	// ForReader says that it was made for a reader (aims.View.For), who need not see all
	// that is on file; LeftOut are the sections that were left out.
	ForReader bool      `json:"for_reader"`
	LeftOut   []Section `json:"left_out"`

	// Scope is the scope in force (4.3).
	Scope *Scope `json:"scope,omitempty"`
	// Policy is the AI policy in force (5.2).
	Policy *Policy `json:"policy,omitempty"`
	// Roles are the roles of the management system, who answers for it first (5.3).
	Roles []Role `json:"roles,omitempty"`
	// Register is what AI there is (A.4.2).
	Register *Register `json:"register,omitempty"`
	// Process is what AI is governed by (7.5, 8.1).
	Process *Process `json:"process,omitempty"`
	// Controls is the Statement of Applicability in figures (6.1.3).
	Controls *Controls `json:"controls,omitempty"`
	// Certificate is the certification, and what may be claimed of it (ISO/IEC 17021-1).
	Certificate *Certificate `json:"certificate,omitempty"`
	// Audit is the last internal audit (9.2).
	Audit *Audit `json:"audit,omitempty"`
	// Review is the last management review (9.3).
	Review *Review `json:"review,omitempty"`
	// Majors is what is open and grave (10.2).
	Majors *Majors `json:"majors,omitempty"`
}

// Standing is since when something is approved, and until when (7.5.3).
type Standing struct {
	// ApprovedOn is when it was approved last, ReviewDue by when it is looked at again.
	ApprovedOn calendar.Date `json:"approved_on"`
	ReviewDue  calendar.Date `json:"review_due,omitzero"`
	// PastReview says that this day has passed.
	PastReview bool `json:"past_review,omitempty"`
}

// Scope is the scope in force (4.3).
type Scope struct {
	// Statement says what the management system covers, Boundaries where it ends.
	Statement  string `json:"statement"`
	Boundaries string `json:"boundaries,omitempty"`
	// Standing is since when it is in force.
	Standing
}

// Policy is the AI policy in force (5.2).
type Policy struct {
	// Title is its title, Version the ID of the version.
	Title   string `json:"title"`
	Version string `json:"version"`
	// Summary says what it commits the organisation to.
	Summary string `json:"summary,omitempty"`
	// Place is where it can be read, Digest its SHA-256 in hex; without a place it is to be
	// asked for.
	Place  string `json:"place,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Standing is since when it is in force.
	Standing
}

// Role is a role of the management system (5.3).
type Role struct {
	// Role is its ID, Title what to call it, Duty what its holder answers for.
	Role  string `json:"role"`
	Title string `json:"title"`
	Duty  string `json:"duty,omitempty"`
	// Held says that somebody holds it: appointed, accepted, active. Name is who, if
	// Options.People asks for it.
	Held bool   `json:"held"`
	Name string `json:"name,omitempty"`
}

// Register is what AI there is, as far as the reader sees it (A.4.2).
type Register struct {
	// Active is how many systems are within the scope and not retired; Covered how many of
	// them an approved impact assessment covers (8.4).
	Active  int `json:"active"`
	Covered int `json:"covered"`
	// Cells are how many there are of a level at a stage, the gravest first; those of which
	// there are none are left out.
	Cells []Cell `json:"cells"`
	// Systems names them, if Options.Systems asks for it, by ID.
	Systems []System `json:"systems,omitempty"`
	// SearchedOn is when AI in use was last searched for; zero if never.
	SearchedOn calendar.Date `json:"searched_on,omitzero"`
}

// Cell counts the systems of one level at one stage (A.4.2).
type Cell struct {
	// Level is the level of impact; empty where none is known.
	Level impact.Level `json:"level"`
	// Stage is the stage of the life cycle, Systems how many there are.
	Stage   register.Stage `json:"stage"`
	Systems int            `json:"systems"`
}

// System is one system (A.4.2).
type System struct {
	// ID and Name name it, Level and Stage are as in Cell.
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	Level impact.Level   `json:"level"`
	Stage register.Stage `json:"stage"`
	// Covered says that an approved impact assessment covers it.
	Covered bool `json:"covered"`
}

// Process is what AI is governed by (7.5, 8.1).
type Process struct {
	// Documents are those in force, by clause and then by ID.
	Documents []Document `json:"documents"`
}

// Document is a document in force (7.5).
type Document struct {
	// Title is its title, Version its label, Clause the clause that asks for it.
	Title   string      `json:"title"`
	Version string      `json:"version,omitempty"`
	Clause  aims.Clause `json:"clause,omitzero"`
	// Standing is since when it is in force.
	Standing
}

// Controls is the Statement of Applicability in figures (6.1.3).
type Controls struct {
	// Version is the number of the version that was approved last.
	Version int `json:"version"`
	// Applicable and Excluded are how many controls it says to apply or leaves out.
	Applicable int `json:"applicable"`
	Excluded   int `json:"excluded"`
	// Implemented is how many of those that apply are said to be in place at At.
	Implemented int `json:"implemented"`
	// Standing is since when it stands.
	Standing
}

// Certificate is the certification of the management system (ISO/IEC 17021-1).
type Certificate struct {
	// Body is the certification body, Accreditation who accredited it, Number and Scope are
	// as printed.
	Body          string `json:"body"`
	Accreditation string `json:"accreditation,omitempty"`
	Number        string `json:"number,omitempty"`
	Scope         string `json:"scope,omitempty"`
	// State is where it stands, DecidedOn when it was decided on, Expires when it expires.
	State     aims.CertState `json:"state"`
	DecidedOn calendar.Date  `json:"decided_on,omitzero"`
	Expires   calendar.Date  `json:"expires,omitzero"`
	// Claim is what may be claimed at At.
	Claim Claim `json:"claim"`
}

// Claim is what may be said of a certification (ISO/IEC 17021-1, 8.3).
type Claim struct {
	// Certified says that the organisation may call its management system certified.
	Certified bool `json:"certified"`
	// Rule is the ID of the rule that says so (aims.ClaimRules), Text what may be said, and
	// what not.
	Rule string     `json:"rule"`
	Text issue.Text `json:"text"`
	// Not is what may not be said besides.
	Not []Said `json:"not"`
}

// Said is one thing that may not be said of a certification (ISO/IEC 17021-1, 8.3).
type Said struct {
	// Rule is the ID of the rule (aims.ClaimRules), Text what it says.
	Rule string     `json:"rule"`
	Text issue.Text `json:"text"`
}

// Audit is the last internal audit that was carried through (9.2).
type Audit struct {
	// Title says what it was about, ClosedOn when it was closed.
	Title    string        `json:"title"`
	ClosedOn calendar.Date `json:"closed_on"`
	// Clauses, Controls and Systems are how many it covered, as far as the reader sees them.
	Clauses  int `json:"clauses"`
	Controls int `json:"controls"`
	Systems  int `json:"systems"`
	// Nonconformities is how many it raised, Open how many of them are open.
	Nonconformities int `json:"nonconformities"`
	Open            int `json:"open"`
}

// Review is the last management review (9.3).
type Review struct {
	// HeldOn is when it was held, Complete whether it looked at all that 9.3.2 asks for.
	HeldOn   calendar.Date `json:"held_on"`
	Complete bool          `json:"complete"`
	// Decisions is how many it made, Open how many of them are not carried out.
	Decisions int `json:"decisions"`
	Open      int `json:"open"`
}

// Majors is what is open and grave. It is counted on all that is on file, whoever reads:
// who sees less is not told that less is wrong.
type Majors struct {
	// Nonconformities is how many major ones are open (10.2).
	Nonconformities int `json:"nonconformities"`
	// Findings is how many things an auditor would write down as major (aims.View.Findings);
	// one of which several records are concerned counts once.
	Findings int `json:"findings"`
}

// Make makes a pack of a view as of time now (7.4, A.8.5). A view for a reader
// (aims.View.For) gives the pack that the reader may have: what is hidden is not counted,
// what is altered stands there so; Majors alone are of the whole.
//
// The error is issue.Issues if a section to leave out is none, or the checkpoint is not
// signed as Options.Trust has it, or of another size than the journal.
func Make(v *aims.View, now time.Time, o Options) (Pack, error) {
	var is issue.Issues
	for i, s := range o.Leave {
		if !slices.Contains(sections, s) {
			is.Add(issue.Index("leave", i), "oneof", string(s), "must be one of %v", sections)
		}
	}
	var signed proof.Signed
	if len(o.Checkpoint) > 0 {
		var err error
		switch signed, err = o.Trust.Open(o.Checkpoint); {
		case err != nil:
			is.Add("checkpoint", "signature", "", "%v", err)
		case signed.Size != v.Head().Seq:
			is.Add("checkpoint.size", "head", strconv.FormatUint(signed.Size, 10), "the view is of %d commits; take a checkpoint of as many", v.Head().Seq)
		}
	}
	if err := is.Err(); err != nil {
		return Pack{}, err
	}
	p := Pack{Organisation: v.Organisation().Name, At: now.UTC(), Head: v.Head(), LeftOut: []Section{}}
	if len(o.Checkpoint) > 0 {
		p.Checkpoint, p.SignedBy = string(o.Checkpoint), signed.By
	}
	whole := unredacted.Of(v).(*aims.View)
	p.ForReader = whole != v
	for _, s := range sections {
		if slices.Contains(o.Leave, s) {
			p.LeftOut = append(p.LeftOut, s)
			continue
		}
		switch s {
		case SectionScope:
			p.scope(v)
		case SectionPolicy:
			p.policy(v)
		case SectionRoles:
			p.roles(v, o)
		case SectionRegister:
			p.register(v, o)
		case SectionProcess:
			p.process(v)
		case SectionControls:
			p.controls(v)
		case SectionCertificate:
			p.certificate(v)
		case SectionAudit:
			p.audit(v, whole)
		case SectionReview:
			p.review(v)
		case SectionMajors:
			p.majors(whole)
		}
	}
	return p, nil
}

func (p *Pack) standing(v *aims.View, at time.Time, due calendar.Date) Standing {
	return Standing{ApprovedOn: v.DayOf(at), ReviewDue: due, PastReview: !due.IsZero() && v.DayOf(p.At).After(due)}
}

func (p *Pack) scope(v *aims.View) {
	if s, ok := v.Scope(); ok && s.State == aims.StateApproved { // else a draft
		p.Scope = &Scope{s.Statement, s.Boundaries, p.standing(v, s.Approval.At, s.Approval.ReviewDue)}
	}
}

func (p *Pack) policy(v *aims.View) {
	if r, ok := v.Policy(); ok {
		p.Policy = &Policy{r.Title, r.ID, r.Summary, r.URI, r.Digest, p.standing(v, r.Approval.At, r.Approval.ReviewDue)}
	}
}

// answering are the roles of every management system, who answers for it first.
var answering = []string{aims.RoleSponsor, aims.RoleLead, aims.RolePolicyOwner, aims.RoleRiskApprover, aims.RoleImpactApprover, aims.RoleAuditLead}

func (p *Pack) roles(v *aims.View, o Options) {
	for _, id := range answering {
		r, ok := v.Roles().Get(id)
		if !ok {
			continue
		}
		role := Role{Role: id, Title: r.Title, Duty: r.Duty}
		var holder aims.Person
		if holder, role.Held = v.Holder(id, p.At); role.Held && o.People {
			role.Name = holder.Name
		}
		p.Roles = append(p.Roles, role)
	}
}

func (p *Pack) register(v *aims.View, o Options) {
	type cell struct {
		level impact.Level
		stage register.Stage
	}
	r := Register{Cells: []Cell{}}
	count := make(map[cell]int)
	for s := range v.Systems().All() {
		if s.Stage == register.StageRetirement || s.OutOfScope != "" {
			continue
		}
		line := System{s.ID, s.Name, v.LevelOf(s.ID), s.Stage, v.CoverageOf(s.ID, p.At).Covered}
		r.Active++
		if line.Covered {
			r.Covered++
		}
		count[cell{line.Level, line.Stage}]++
		if o.Systems {
			r.Systems = append(r.Systems, line)
		}
	}
	for _, l := range gravestFirst() {
		for _, s := range register.Stages() {
			if n := count[cell{l, s}]; n > 0 {
				r.Cells = append(r.Cells, Cell{l, s, n})
			}
		}
	}
	for s := range v.Sweeps().All() {
		if s.On.After(r.SearchedOn) && !s.On.After(v.DayOf(p.At)) {
			r.SearchedOn = s.On
		}
	}
	p.Register = &r
}

// gravestFirst are the levels, that of which nothing is known among them.
func gravestFirst() []impact.Level {
	all := append([]impact.Level{""}, impact.Levels()...)
	slices.Reverse(all)
	return all
}

func (p *Pack) process(v *aims.View) {
	out := Process{Documents: []Document{}}
	for d := range v.Documents().All() {
		if d.State == aims.StateApproved {
			out.Documents = append(out.Documents, Document{d.Title, d.Version, d.Clause, p.standing(v, d.Approval.At, d.Approval.ReviewDue)})
		}
	}
	order := make(map[aims.Clause]int)
	for i, c := range aims.Clauses() {
		order[c] = i
	}
	order[aims.Clause{}] = len(order)
	slices.SortStableFunc(out.Documents, func(a, b Document) int { return order[a.Clause] - order[b.Clause] })
	p.Process = &out
}

func (p *Pack) controls(v *aims.View) {
	s, ok := v.ApprovedStatement()
	if !ok {
		return
	}
	c := Controls{Version: s.Version, Standing: p.standing(v, s.Approval.At, s.Approval.ReviewDue)}
	applies := make(map[annexa.ID]bool)
	for _, r := range s.Rows {
		switch r.Applicability {
		case annexa.Applicable:
			c.Applicable++
			applies[r.Control] = true
		case annexa.Excluded:
			c.Excluded++
		}
	}
	for _, d := range v.Controls() {
		if applies[d.Control] && d.Status == annexa.StatusImplemented {
			c.Implemented++
		}
	}
	p.Controls = &c
}

func (p *Pack) certificate(v *aims.View) {
	c, ok := v.CertificateMeant(p.At)
	if !ok {
		return
	}
	out := Claim{Not: []Said{}}
	for i, said := range c.Claims(v.DayOf(p.At)) {
		switch {
		case i == 0: // how it stands
			out.Certified, out.Rule, out.Text = said.May, said.Rule, said.Text
		case !said.May:
			out.Not = append(out.Not, Said{said.Rule, said.Text})
		}
	}
	p.Certificate = &Certificate{c.Body, c.Accreditation, c.Number, c.Scope, c.State, c.DecidedOn, c.Expires(), out}
}

func (p *Pack) audit(v, whole *aims.View) {
	var last aims.Audit
	for a := range v.Audits().All() {
		if a.Done() && a.ClosedOn.After(last.ClosedOn) && !a.ClosedOn.After(p.At) {
			last = a
		}
	}
	if last.ID == "" {
		return
	}
	out := Audit{Title: last.Title, ClosedOn: v.DayOf(last.ClosedOn), Clauses: len(last.Clauses)}
	for _, id := range last.Controls {
		_, onFile := whole.Decisions().Get(id.String())
		if _, shown := v.Decisions().Get(id.String()); shown || !onFile { // nobody hides what nobody has decided on
			out.Controls++
		}
	}
	for _, id := range last.Systems {
		if _, shown := v.Systems().Get(id); shown {
			out.Systems++
		}
	}
	for n := range v.Nonconformities().All() {
		if n.Audit == last.ID {
			out.Nonconformities++
			if n.Open() {
				out.Open++
			}
		}
	}
	p.Audit = &out
}

func (p *Pack) review(v *aims.View) {
	corrected := make(map[string]bool)
	for r := range v.Reviews().All() {
		corrected[r.Corrects] = true
	}
	var last aims.ManagementReview
	for r := range v.Reviews().All() {
		if !corrected[r.ID] && r.HeldOn.After(last.HeldOn) && !r.HeldOn.After(v.DayOf(p.At)) {
			last = r
		}
	}
	if last.ID == "" {
		return
	}
	out := Review{HeldOn: last.HeldOn, Complete: len(last.Missing()) == 0, Decisions: len(last.Decisions)}
	for _, a := range v.ReviewActions(last) {
		if a.Open() {
			out.Open++
		}
	}
	p.Review = &out
}

func (p *Pack) majors(whole *aims.View) {
	var m Majors
	for n := range whole.Nonconformities().All() {
		if n.Open() && n.Severity == aims.SeverityMajor {
			m.Nonconformities++
		}
	}
	seen := make(map[string]bool)
	for _, f := range whole.Findings(p.At) {
		if f.Severity == aims.SeverityMajor {
			seen[f.Check] = true
		}
	}
	m.Findings = len(seen)
	p.Majors = &m
}

// day is a day, or the day of a moment, as a pack prints it.
