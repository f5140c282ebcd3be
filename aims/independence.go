package aims

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Tie is one row of the table of what keeps an auditor from auditing (9.2.2): how a
// person is tied to a record, and what of an audit's scope that record falls under.
type Tie struct {
	// ID names the row.
	ID string `json:"id"`
	// Relation is how the person is tied, such as "owns system"; Kind to what.
	Relation string `json:"relation"`
	Kind     Kind   `json:"kind"`
	// Under are the clauses and controls that such a record falls under; what lies
	// below one of them, or above it, counts too. Systems says that it falls under its
	// systems as well, Own under the clause or control that the record itself names.
	Under   []string `json:"under,omitempty"`
	Systems bool     `json:"systems,omitempty"`
	Own     bool     `json:"own,omitempty"`
	// Past says that it is told by what was done within LookBackDays before the audit;
	// else it is what the person owns or answers for as things stand.
	Past bool `json:"past,omitempty"`
	// Why says why it bars.
	Why string `json:"why"`
}

// LookBackDays is for how many days an auditor is tied to what he wrote, decided,
// signed or did. Source: the year that an audit looks back on (9.2.1, yearly).
const LookBackDays = year

// Ties returns the table.
func Ties() []Tie {
	var all []Tie
	for _, g := range tieTable {
		all = append(all, g.rows()...)
	}
	return all
}

// tieGroup are the rows of one kind.
type tieGroup interface {
	rows() []Tie
	find(*ownWork)
}

// ties are the rows of a kind of records of type T.
type ties[T any] struct {
	kind ledger.Kind[T]
	// systems are those that a record is about; listed says that the kind lists by them.
	systems func(*T) []string
	listed  bool
	// system is the record of a system, of the one kind whose records they are.
	system func(ledger.Shared[T], string) (*T, bool)
	// own is the clause or control that a record itself names.
	own  func(*T) string
	each []tie[T]
}

// tie is one row. who tells the persons, and when; the zero time is "as it stands", or
// what nobody can date.
type tie[T any] struct {
	id, relation, under string
	systems, own, past  bool
	why                 string
	who                 func(rec *T, is func(person string, at time.Time))
}

func (g ties[T]) rows() []Tie {
	var all []Tie
	for _, t := range g.each {
		all = append(all, Tie{ID: t.id, Relation: t.relation, Kind: g.kind.Name(), Under: strings.Fields(t.under), Systems: t.systems, Own: t.own, Past: t.past, Why: t.why})
	}
	return all
}

// What many rows rest on.
const (
	whyOwns    = "who answers for a thing is the one who is asked about it (ISO 19011, 4 e)"
	whyWrote   = "nobody finds fault with his own text"
	whyDecided = "an audit asks whether the decision was right"
	whyDid     = "whether it was done well is for another to see"
)

var stands time.Time // as it stands

// tieTable is what ties a person to what is audited. Sources: ISO/IEC 42001 9.2.2 and
// A.3.2; ISO 19011 on independence; the clauses are those that ask for the records.
var tieTable = []tieGroup{
	ties[register.System]{kind: systems, systems: func(s *register.System) []string { return []string{s.ID} }, system: ledger.Shared[register.System].Get, each: []tie[register.System]{
		{id: "IN-01", relation: "owns system", systems: true, why: whyOwns,
			who: func(s *register.System, is func(string, time.Time)) { is(s.Owner, stands) }},
		{id: "IN-02", relation: "owns system", under: "8.1 8.4 A.6.2", why: "the system is run and assessed under these",
			who: func(s *register.System, is func(string, time.Time)) {
				if s.Stage != register.StageRetirement && s.OutOfScope == "" {
					is(s.Owner, stands)
				}
			}},
	}},
	ties[impact.Assessment]{kind: assessments, systems: func(a *impact.Assessment) []string { return []string{a.System} }, listed: true, each: []tie[impact.Assessment]{
		{id: "IN-03", relation: "wrote assessment", under: "6.1.4 8.4 A.5", systems: true, past: true, why: whyWrote,
			who: func(a *impact.Assessment, is func(string, time.Time)) {
				for _, p := range a.Authors {
					is(p, a.SubmittedAt) // while it is written, as it stands
				}
			}},
		{id: "IN-04", relation: "signed assessment", under: "6.1.4 8.4 A.5", systems: true, past: true, why: whyDecided + "; who signs through a deputy has signed",
			who: func(a *impact.Assessment, is func(string, time.Time)) {
				sign := func(all []impact.Signature) {
					for _, s := range all {
						is(s.By, s.At)
						is(s.For, s.At)
					}
				}
				sign(a.Signatures)
				for _, c := range a.Confirmations {
					sign(c.Signatures)
				}
			}},
		{id: "IN-05", relation: "decided on assessment", under: "6.1.4 8.4 A.5", systems: true, past: true, why: whyDecided,
			who: func(a *impact.Assessment, is func(string, time.Time)) {
				is(a.SubmittedBy, a.SubmittedAt)
				is(a.Ended.By, a.Ended.At)
				for _, r := range a.Returns {
					is(r.By, r.At)
				}
			}},
	}},
	ties[register.Risk]{kind: risks, systems: func(r *register.Risk) []string { return r.Systems }, listed: true, each: []tie[register.Risk]{
		{id: "IN-06", relation: "owns risk", under: "6.1.2 6.1.3 8.2 8.3", systems: true, why: whyOwns,
			who: func(r *register.Risk, is func(string, time.Time)) { is(r.Owner, stands); is(r.Treatment.Owner, stands) }},
		{id: "IN-39", relation: "assessed risk", under: "6.1.2 8.2", systems: true, past: true, why: whyDid,
			who: func(r *register.Risk, is func(string, time.Time)) {
				for _, a := range r.Assessed {
					is(a.By, a.At)
				}
			}},
		{id: "IN-07", relation: "wrote risk", under: "6.1.2 8.2", systems: true, past: true, why: whyWrote,
			who: func(r *register.Risk, is func(string, time.Time)) {
				at := r.AssessedOn.Start(nil) // of a risk from before its assessments were kept
				if n := len(r.Assessed); n > 0 {
					at = r.Assessed[n-1].At
				}
				for _, p := range r.Authors {
					is(p, at)
				}
			}},
		{id: "IN-08", relation: "accepted risk", under: "6.1.3 8.3", systems: true, past: true, why: whyDecided,
			who: func(r *register.Risk, is func(string, time.Time)) { is(r.Acceptance.By, r.Acceptance.At) }},
	}},
	ties[Duty]{kind: duties, systems: func(d *Duty) []string { return []string{d.System} }, listed: true, each: []tie[Duty]{
		{id: "IN-40", relation: "waived duty", under: "8.4", systems: true, past: true, why: whyDecided,
			who: func(d *Duty, is func(string, time.Time)) {
				for _, w := range d.Waivers {
					is(w.By, w.At)
				}
			}},
	}},
	ties[register.Criteria]{kind: criteria, each: []tie[register.Criteria]{
		{id: "IN-09", relation: "wrote criteria", under: "6.1.1 6.1.2", past: true, why: whyWrote,
			who: func(c *register.Criteria, is func(string, time.Time)) {
				for _, p := range c.Authors {
					is(p, c.ApprovedAt)
				}
			}},
		{id: "IN-10", relation: "approved criteria", under: "6.1.1 6.1.2", past: true, why: whyDecided,
			who: func(c *register.Criteria, is func(string, time.Time)) {
				is(c.ApprovedBy, c.ApprovedAt)
				for _, e := range c.Earlier {
					is(e.By, e.At)
				}
			}},
	}},
	ties[annexa.Decision]{kind: decisions, own: func(d *annexa.Decision) string { return d.Control.String() }, each: []tie[annexa.Decision]{
		{id: "IN-11", relation: "owns control", under: "6.1.3", own: true, why: whyOwns,
			who: func(d *annexa.Decision, is func(string, time.Time)) { is(d.Owner, stands) }},
		{id: "IN-12", relation: "left out control", under: "6.1.3", own: true, why: whyDecided,
			who: func(d *annexa.Decision, is func(string, time.Time)) { is(d.ApprovedBy, stands) }},
	}},
	ties[annexa.Statement]{kind: statements, each: []tie[annexa.Statement]{
		{id: "IN-13", relation: "approved statement", under: "6.1.3", past: true, why: whyDecided,
			who: func(s *annexa.Statement, is func(string, time.Time)) { is(s.Approval.By, s.Approval.At) }},
	}},
	ties[Scope]{kind: scopes, each: []tie[Scope]{
		{id: "IN-14", relation: "wrote scope", under: "4.3", past: true, why: whyWrote,
			who: func(s *Scope, is func(string, time.Time)) { wrote(s.Authors, s.Approval, s.Earlier, is) }},
		{id: "IN-15", relation: "approved scope", under: "4.3", past: true, why: whyDecided,
			who: func(s *Scope, is func(string, time.Time)) { approved(s.Approval, s.Earlier, is) }},
		{id: "IN-142", relation: "answers for interface of scope", under: "4.3", why: whyOwns,
			who: func(s *Scope, is func(string, time.Time)) {
				if s.State == StateApproved {
					for _, f := range s.Interfaces {
						is(f.Owner, stands)
					}
				}
			}},
	}},
	ties[ProcessMap]{kind: processMaps, each: []tie[ProcessMap]{
		{id: "IN-125", relation: "answers for process", under: "4.4", why: whyOwns,
			who: func(m *ProcessMap, is func(string, time.Time)) {
				if m.State == StateApproved {
					for _, p := range m.Processes {
						is(p.Owner, stands)
					}
				}
			}},
		{id: "IN-126", relation: "wrote processes", under: "4.4", past: true, why: whyWrote,
			who: func(m *ProcessMap, is func(string, time.Time)) { wrote(m.Authors, m.Approval, m.Earlier, is) }},
		{id: "IN-127", relation: "adopted processes", under: "4.4", past: true, why: whyDecided,
			who: func(m *ProcessMap, is func(string, time.Time)) { approved(m.Approval, m.Earlier, is) }},
	}},
	ties[AuditProgramme]{kind: auditProgrammes, each: []tie[AuditProgramme]{
		{id: "IN-128", relation: "answers for audit programme", under: "9.2.2", why: whyOwns,
			who: func(p *AuditProgramme, is func(string, time.Time)) {
				if p.State == StateApproved {
					is(p.Lead, stands)
				}
			}},
		{id: "IN-129", relation: "wrote audit programme", under: "9.2.2", past: true, why: whyWrote,
			who: func(p *AuditProgramme, is func(string, time.Time)) { wrote(p.Authors, p.Approval, nil, is) }},
		{id: "IN-130", relation: "adopted audit programme", under: "9.2.2", past: true, why: whyDecided,
			who: func(p *AuditProgramme, is func(string, time.Time)) { approved(p.Approval, nil, is) }},
	}},
	ties[Policy]{kind: policies, each: []tie[Policy]{
		{id: "IN-16", relation: "owns policy", under: "5.2 A.2", why: whyOwns,
			who: func(p *Policy, is func(string, time.Time)) {
				if p.State != StateSuperseded {
					is(p.Owner, stands)
				}
			}},
		{id: "IN-17", relation: "wrote policy", under: "5.2 A.2", past: true, why: whyWrote,
			who: func(p *Policy, is func(string, time.Time)) { wrote(p.Authors, p.Approval, p.Earlier, is) }},
		{id: "IN-18", relation: "approved policy", under: "5.2 A.2", past: true, why: whyDecided,
			who: func(p *Policy, is func(string, time.Time)) { approved(p.Approval, p.Earlier, is) }},
	}},
	ties[Document]{kind: documents, own: documentUnder, each: []tie[Document]{
		{id: "IN-19", relation: "owns document", own: true, why: whyOwns,
			who: func(d *Document, is func(string, time.Time)) {
				if d.State != StateSuperseded && d.State != StateWithdrawn {
					is(d.Owner, stands)
					is(d.Outside.Watcher, stands)
				}
			}},
		{id: "IN-20", relation: "wrote document", own: true, past: true, why: whyWrote,
			who: func(d *Document, is func(string, time.Time)) {
				if d.Outside.IsZero() {
					wrote(d.Authors, d.Approval, d.Earlier, is)
				}
			}},
		{id: "IN-21", relation: "approved document", own: true, past: true, why: whyDecided,
			who: func(d *Document, is func(string, time.Time)) { approved(d.Approval, d.Earlier, is) }},
		{id: "IN-140", relation: "withdrew document", own: true, past: true, why: whyDecided,
			who: func(d *Document, is func(string, time.Time)) {
				if d.State == StateWithdrawn {
					is(d.Ended.By, d.Ended.At)
				}
			}},
		{id: "IN-141", relation: "looked which edition of document is current", own: true, past: true, why: whyDid,
			who: func(d *Document, is func(string, time.Time)) {
				for _, c := range d.Outside.Checks {
					is(c.By, c.At)
				}
			}},
	}},
	ties[Role]{kind: roles, each: []tie[Role]{
		{id: "IN-22", relation: "appointed to role", under: "5.3 A.3.2", past: true, why: whyDecided,
			who: func(r *Role, is func(string, time.Time)) { is(r.AppointedBy, r.Since) }},
	}},
	ties[Supplier]{kind: suppliers, each: []tie[Supplier]{
		{id: "IN-23", relation: "answers for supplier", under: "8.1 A.10", why: whyOwns,
			who: func(s *Supplier, is func(string, time.Time)) { is(s.Owner, stands) }},
	}},
	ties[Obligation]{kind: obligations, systems: func(o *Obligation) []string { return o.Systems }, listed: true, each: []tie[Obligation]{
		{id: "IN-43", relation: "answers for obligation", under: "4.1 4.2 A.8.5", systems: true, why: whyOwns,
			who: func(o *Obligation, is func(string, time.Time)) {
				if o.InForce() {
					is(o.Owner, stands)
				}
			}},
		{id: "IN-44", relation: "put off or ended obligation", under: "4.1 4.2 A.8.5", systems: true, past: true, why: whyDecided,
			who: func(o *Obligation, is func(string, time.Time)) {
				if o.EndedBy != "" {
					is(o.EndedBy, o.EndedAt)
				}
				for _, d := range o.Reporting {
					for _, p := range d.Postponed {
						is(p.By, p.At)
					}
				}
			}},
	}},
	ties[PlannedChange]{kind: plannedChanges, systems: func(p *PlannedChange) []string { return p.Systems }, listed: true, each: []tie[PlannedChange]{
		{id: "IN-45", relation: "answers for change", under: "6.3 8.1", systems: true, past: true, why: whyOwns,
			who: func(p *PlannedChange, is func(string, time.Time)) { is(p.Owner, p.settledAt()) }},
		{id: "IN-46", relation: "wrote change", under: "6.3 8.1", systems: true, past: true, why: whyWrote,
			who: func(p *PlannedChange, is func(string, time.Time)) {
				for _, a := range p.Authors {
					is(a, cmp.Or(p.Approval.At, p.settledAt())) // while it is written, as it stands
				}
			}},
		{id: "IN-47", relation: "decided on change", under: "6.3 8.1", systems: true, past: true, why: whyDecided,
			who: func(p *PlannedChange, is func(string, time.Time)) {
				for _, a := range p.approvals() {
					is(a.By, a.At)
				}
				is(p.DroppedBy, p.DroppedAt)
				for _, r := range p.Reviews {
					is(r.By, r.At)
				}
			}},
		{id: "IN-48", relation: "carried out change", under: "6.3 8.1", systems: true, past: true, why: whyDid,
			who: func(p *PlannedChange, is func(string, time.Time)) { is(p.Done.By, p.Done.At) }},
	}},
	ties[Competence]{kind: competences, each: []tie[Competence]{
		{id: "IN-49", relation: "answers for competence", under: "7.2 7.3 A.4.6", why: whyOwns,
			who: func(c *Competence, is func(string, time.Time)) { is(c.Owner, stands) }},
	}},
	ties[HeldCompetence]{kind: heldCompetences, each: []tie[HeldCompetence]{
		{id: "IN-50", relation: "assessed competence", under: "7.2 7.3 A.4.6", past: true, why: whyDecided,
			who: func(h *HeldCompetence, is func(string, time.Time)) {
				for _, a := range h.Assessments {
					is(a.By, a.At)
				}
			}},
	}},
	ties[Organisation]{kind: organisations, each: []tie[Organisation]{
		{id: "IN-80", relation: "advised", under: "4 5 6 7 8 9 10", past: true, why: whyDid,
			who: func(o *Organisation, is func(string, time.Time)) {
				for _, a := range o.Advice {
					zone, err := zoneOf(o.Zone)
					if err != nil {
						zone = time.UTC
					}
					switch {
					case a.Person == "":
					case a.Until.IsZero():
						is(a.Person, stands)
					default:
						is(a.Person, a.Until.Start(zone))
					}
				}
			}},
	}},
	ties[GoverningBody]{kind: governingBodies, each: []tie[GoverningBody]{
		{id: "IN-59", relation: "sits in governing body", under: "5.1", why: whyOwns,
			who: func(g *GoverningBody, is func(string, time.Time)) {
				for _, p := range g.Members {
					is(p, stands)
				}
			}},
	}},
	ties[Dataset]{kind: datasets, systems: func(d *Dataset) []string { return d.Systems }, listed: true, each: []tie[Dataset]{
		{id: "IN-51", relation: "owns data set", under: "A.7", systems: true, why: whyOwns,
			who: func(d *Dataset, is func(string, time.Time)) { is(d.Owner, stands) }},
		{id: "IN-52", relation: "measured data set", under: "A.7.4", systems: true, past: true, why: whyDid,
			who: func(d *Dataset, is func(string, time.Time)) {
				for _, r := range d.Results {
					is(r.By, r.RecordedAt)
				}
			}},
	}},
	ties[SystemVerification]{kind: verifications, systems: func(v *SystemVerification) []string { return []string{v.System} }, listed: true, each: []tie[SystemVerification]{
		{id: "IN-53", relation: "planned verification", under: "A.6.2.4", systems: true, past: true, why: whyWrote,
			who: func(v *SystemVerification, is func(string, time.Time)) {
				for _, p := range v.Authors {
					is(p, v.PlannedAt)
				}
			}},
		{id: "IN-54", relation: "verified system", under: "A.6.2.4", systems: true, past: true, why: whyDid,
			who: func(v *SystemVerification, is func(string, time.Time)) {
				if v.Recorded() {
					is(v.By, v.RecordedAt)
				}
			}},
		{id: "IN-55", relation: "built what was verified", under: "A.6.2.3", systems: true, past: true, why: whyDid,
			who: func(v *SystemVerification, is func(string, time.Time)) {
				for _, p := range v.Builders {
					is(p, v.PlannedAt)
				}
			}},
	}},
	ties[Deployment]{kind: deployments, systems: func(d *Deployment) []string { return []string{d.System} }, listed: true, each: []tie[Deployment]{
		{id: "IN-56", relation: "planned deployment", under: "A.6.2.5", systems: true, past: true, why: whyWrote,
			who: func(d *Deployment, is func(string, time.Time)) {
				for _, p := range d.Authors {
					is(p, d.PlannedAt)
				}
			}},
		{id: "IN-57", relation: "released deployment", under: "A.6.2.5", systems: true, past: true, why: whyDecided,
			who: func(d *Deployment, is func(string, time.Time)) {
				if d.ReleasedBy != "" {
					is(d.ReleasedBy, d.ReleasedAt)
				}
			}},
		{id: "IN-58", relation: "looked back on deployment", under: "A.6.2.5", systems: true, past: true, why: whyDid,
			who: func(d *Deployment, is func(string, time.Time)) {
				if !d.Review.IsZero() {
					is(d.Review.By, d.Review.RecordedAt)
				}
			}},
	}},
	ties[Retirement]{kind: retirements, systems: func(r *Retirement) []string { return []string{r.System} }, listed: true, each: []tie[Retirement]{
		{id: "IN-60", relation: "planned retirement", under: "A.6.2.6", systems: true, past: true, why: whyWrote,
			who: func(r *Retirement, is func(string, time.Time)) {
				for _, p := range r.Authors {
					is(p, r.PlannedAt)
				}
			}},
		{id: "IN-61", relation: "decided on retirement", under: "A.6.2.6", systems: true, past: true, why: whyDecided,
			who: func(r *Retirement, is func(string, time.Time)) {
				is(r.DecidedBy, r.DecidedAt)
				is(r.Closing.By, r.Closing.At)
				is(r.DroppedBy, r.DroppedAt)
			}},
		{id: "IN-62", relation: "carried out retirement", under: "A.6.2.6 A.7.2 A.8.2", systems: true, past: true, why: whyDid,
			who: func(r *Retirement, is func(string, time.Time)) {
				for _, n := range r.Told {
					is(n.By, n.RecordedAt)
				}
				for _, m := range r.Remains {
					is(m.By, m.RecordedAt)
				}
			}},
	}},
	ties[GatePassage]{kind: gatePassages, systems: func(p *GatePassage) []string { return []string{p.System} }, listed: true, each: []tie[GatePassage]{
		{id: "IN-146", relation: "signed at gate", under: "8.1 A.6.2", systems: true, past: true, why: whyDecided,
			who: func(p *GatePassage, is func(string, time.Time)) {
				for _, o := range p.Signatures {
					is(o.By, o.At)
				}
				is(p.PassedBy, p.PassedAt)
			}},
	}},
	ties[UseRules]{kind: useRules, systems: func(u *UseRules) []string { return u.Systems }, listed: true, each: []tie[UseRules]{
		{id: "IN-65", relation: "answers for rules of use", under: "A.9.2 A.9.3 A.9.4", systems: true, why: whyOwns,
			who: func(u *UseRules, is func(string, time.Time)) { is(u.Owner, stands) }},
		{id: "IN-66", relation: "wrote rules of use", under: "A.9.2 A.9.3", systems: true, past: true, why: whyWrote,
			who: func(u *UseRules, is func(string, time.Time)) {
				for _, p := range u.Authors {
					is(p, stands)
				}
				for _, v := range append(slices.Clone(u.Earlier), u.InForce) {
					for _, p := range v.Authors {
						is(p, v.At)
					}
				}
			}},
		{id: "IN-67", relation: "approved rules of use", under: "A.9.2 A.9.3", systems: true, past: true, why: whyDecided,
			who: func(u *UseRules, is func(string, time.Time)) {
				for _, v := range append(slices.Clone(u.Earlier), u.InForce) {
					if v.Given() {
						is(v.By, v.At)
					}
				}
			}},
		{id: "IN-68", relation: "compared use", under: "A.9.4", systems: true, past: true, why: whyDid,
			who: func(u *UseRules, is func(string, time.Time)) {
				for _, c := range u.Compared {
					is(c.By, c.At)
				}
			}},
	}},
	ties[SystemLog]{kind: systemLogs, systems: func(l *SystemLog) []string { return []string{l.System} }, listed: true, each: []tie[SystemLog]{
		{id: "IN-120", relation: "answers for logs", under: "A.6.2.8", systems: true, why: whyOwns,
			who: func(l *SystemLog, is func(string, time.Time)) { is(l.Owner, stands) }},
		{id: "IN-121", relation: "wrote what is logged", under: "A.6.2.8", systems: true, past: true, why: whyWrote,
			who: func(l *SystemLog, is func(string, time.Time)) {
				for _, p := range l.Authors {
					is(p, l.DescribedAt)
				}
			}},
		{id: "IN-122", relation: "looked for logs", under: "A.6.2.8", systems: true, past: true, why: whyDid,
			who: func(l *SystemLog, is func(string, time.Time)) {
				for _, c := range l.Checks {
					is(c.By, c.At)
				}
			}},
	}},
	ties[Sweep]{kind: sweeps, each: []tie[Sweep]{
		{id: "IN-24", relation: "answers for sweep", under: "4.3 A.4.2", past: true, why: whyDid,
			who: func(s *Sweep, is func(string, time.Time)) { is(s.By, s.On.Start(nil)) }},
	}},
	ties[ControlTest]{kind: controlTests, own: func(t *ControlTest) string { return t.Control.String() }, each: []tie[ControlTest]{
		{id: "IN-41", relation: "tested control", under: "8.1", own: true, past: true, why: whyDid,
			who: func(t *ControlTest, is func(string, time.Time)) { is(t.By, t.On.Start(nil)) }},
	}},
	ties[Hold]{kind: holds, each: []tie[Hold]{
		{id: "IN-42", relation: "placed or released hold", under: "7.5", past: true, why: whyDecided,
			who: func(h *Hold, is func(string, time.Time)) {
				is(h.PlacedBy, h.PlacedAt)
				if h.ReleasedBy != "" {
					is(h.ReleasedBy, h.ReleasedAt)
				}
			}},
	}},
	ties[Exception]{kind: exceptions, systems: func(e *Exception) []string { return []string{e.System} }, listed: true, each: []tie[Exception]{
		{id: "IN-25", relation: "asked for exception", under: "8.1", systems: true, past: true, why: whyDid,
			who: func(e *Exception, is func(string, time.Time)) { is(e.RequestedBy, e.RequestedAt) }},
		{id: "IN-26", relation: "granted exception", under: "8.1", systems: true, past: true, why: whyDecided,
			who: func(e *Exception, is func(string, time.Time)) {
				for _, g := range e.Grants {
					is(g.By, g.At)
				}
			}},
	}},
	ties[Objective]{kind: objectives, each: []tie[Objective]{
		{id: "IN-27", relation: "owns objective", under: "6.2 9.1", why: whyOwns,
			who: func(o *Objective, is func(string, time.Time)) { is(o.Owner, stands) }},
		{id: "IN-28", relation: "measured objective", under: "9.1", past: true, why: whyDid,
			who: func(o *Objective, is func(string, time.Time)) {
				for _, m := range o.Measurements {
					is(m.By, m.On.Start(nil))
				}
			}},
	}},
	ties[Audit]{kind: audits, each: []tie[Audit]{
		{id: "IN-29", relation: relationAudited, under: "9.2", past: true, why: "the audits of the year are what 9.2 is about; who is not of the organisation runs no programme, and may come again",
			who: func(a *Audit, is func(string, time.Time)) {
				for _, p := range a.Auditors {
					is(p, a.ClosedOn)
				}
			}},
		{id: "IN-30", relation: "postponed audit", under: "9.2", past: true, why: whyDecided,
			who: func(a *Audit, is func(string, time.Time)) {
				for _, p := range a.Postponed {
					is(p.By, p.At)
				}
			}},
	}},
	ties[ManagementReview]{kind: reviews, each: []tie[ManagementReview]{
		// Who attends may be there to report, as auditors do.
		{id: "IN-31", relation: "led review", under: "9.3", past: true, why: whyDecided,
			who: func(r *ManagementReview, is func(string, time.Time)) { is(r.Chair, r.HeldOn.Start(nil)) }},
	}},
	ties[Action]{kind: actions, systems: func(a *Action) []string { return a.Systems }, listed: true, each: []tie[Action]{
		{id: "IN-32", relation: "carries out a decision of review", under: "9.3.3", past: true, why: whyDid,
			who: func(a *Action, is func(string, time.Time)) {
				if a.Decision > 0 {
					is(a.Owner, a.settledAt())
				}
			}},
		{id: "IN-69", relation: "owns action", under: "10.1 10.2", systems: true, past: true, why: whyOwns,
			who: func(a *Action, is func(string, time.Time)) { is(a.Owner, a.settledAt()) }},
		{id: "IN-70", relation: "decided on action", under: "10.1 10.2", past: true, why: whyDecided,
			who: func(a *Action, is func(string, time.Time)) {
				for _, m := range a.Moves {
					is(m.By, m.At)
				}
				if a.CancelledBy != "" {
					is(a.CancelledBy, a.CancelledAt)
				}
				for _, k := range a.Checks {
					is(k.By, k.At)
				}
			}},
		{id: "IN-71", relation: "did action", under: "10.1 10.2", systems: true, past: true, why: whyDid,
			who: func(a *Action, is func(string, time.Time)) {
				if a.Done.By != "" {
					is(a.Done.By, a.Done.At)
				}
				for _, k := range a.Checks {
					is(k.Of.By, k.Of.At)
				}
			}},
	}},
	ties[Nonconformity]{kind: nonconformities, systems: func(n *Nonconformity) []string { return n.Systems }, own: nonconformityUnder, each: []tie[Nonconformity]{
		{id: "IN-33", relation: "answers for nonconformity", under: "10.2", own: true, systems: true, past: true, why: whyOwns,
			who: func(n *Nonconformity, is func(string, time.Time)) { is(n.Owner, n.closedOn()) }},
		{id: "IN-34", relation: "corrected nonconformity", under: "10.2", own: true, systems: true, past: true, why: whyDid,
			who: func(n *Nonconformity, is func(string, time.Time)) {
				is(n.Action.By, n.Action.DoneOn.Start(nil))
				for _, p := range n.Authors {
					is(p, n.closedOn())
				}
			}},
		// To see whether an action works is part of auditing what it is about, not of doing it.
		{id: "IN-35", relation: "verified nonconformity", under: "10.2", past: true, why: whyDecided,
			who: func(n *Nonconformity, is func(string, time.Time)) {
				is(n.Verification.By, n.Verification.On)
				for _, v := range n.Verifications {
					is(v.By, v.On)
				}
				for _, r := range n.Regraded {
					is(r.By, r.At)
				}
				for _, r := range n.Reopened {
					is(r.By, r.At)
				}
			}},
	}},
	ties[Incident]{kind: incidents, systems: func(i *Incident) []string { return i.Systems }, listed: true, each: []tie[Incident]{
		{id: "IN-36", relation: "runs incident", under: "A.8.4", systems: true, past: true, why: whyOwns,
			who: func(i *Incident, is func(string, time.Time)) { is(i.Owner, i.ClosedOn) }},
		{id: "IN-37", relation: "regraded incident", under: "A.8.4", systems: true, past: true, why: whyDecided,
			who: func(i *Incident, is func(string, time.Time)) {
				for _, r := range i.Regraded {
					is(r.By, r.At)
				}
			}},
	}},
	ties[Concern]{kind: concerns, systems: func(c *Concern) []string { return c.Systems }, listed: true, each: []tie[Concern]{
		{id: "IN-38", relation: "looks into concern", under: "A.3.3", systems: true, past: true, why: whyOwns,
			who: func(c *Concern, is func(string, time.Time)) { is(c.Handler, c.AnsweredOn) }},
	}},
	ties[Resource]{kind: resources, systems: func(r *Resource) []string { return r.Systems }, listed: true, each: []tie[Resource]{
		{id: "IN-123", relation: "answers for resource", under: "7.1 A.4.2 A.4.4 A.4.5 A.4.6", systems: true, why: whyOwns,
			who: func(r *Resource, is func(string, time.Time)) {
				if r.EndedOn.IsZero() {
					is(r.Owner, stands)
				}
			}},
		{id: "IN-124", relation: "looked at resource", under: "7.1 A.4.2 A.4.4 A.4.5 A.4.6", past: true, why: whyDecided,
			who: func(r *Resource, is func(string, time.Time)) {
				for _, v := range r.Reviews {
					is(v.By, v.At)
				}
				for _, g := range r.Gaps {
					is(g.ClosedBy, g.ClosedAt)
				}
			}},
	}},
	ties[Opportunity]{kind: opportunities, each: []tie[Opportunity]{
		{id: "IN-149", relation: "answers for opportunity", under: "6.1.1", past: true, why: whyOwns,
			who: func(o *Opportunity, is func(string, time.Time)) { is(o.Owner, o.closedAt()) }},
		{id: "IN-150", relation: "wrote opportunity", under: "6.1.1", past: true, why: whyWrote,
			who: func(o *Opportunity, is func(string, time.Time)) {
				for _, p := range o.Authors {
					is(p, o.closedAt()) // while it is open, as it stands
				}
			}},
		{id: "IN-151", relation: "decided on opportunity", under: "6.1.1", past: true, why: whyDecided,
			who: func(o *Opportunity, is func(string, time.Time)) {
				for _, d := range o.Decisions {
					is(d.By, d.At)
				}
				for _, e := range o.Effects {
					is(e.By, e.On)
				}
			}},
	}},
	ties[Monitoring]{kind: monitorings, each: []tie[Monitoring]{
		{id: "IN-147", relation: "measures", under: "9.1", why: whyDid,
			who: func(m *Monitoring, is func(string, time.Time)) {
				if m.EndedOn.IsZero() {
					is(m.Measurer, stands)
				}
			}},
		{id: "IN-148", relation: "recorded or evaluated results", under: "9.1", past: true, why: whyDecided,
			who: func(m *Monitoring, is func(string, time.Time)) {
				for _, r := range m.Results {
					is(r.By, r.At)
				}
				for _, e := range m.Evaluations {
					is(e.By, e.At)
				}
			}},
	}},
	ties[Communication]{kind: communications, each: []tie[Communication]{
		{id: "IN-143", relation: "answers for communication", under: "7.4", why: whyOwns,
			who: func(c *Communication, is func(string, time.Time)) {
				if c.InForce() {
					is(c.Owner, stands)
				}
			}},
		{id: "IN-144", relation: "told by plan", under: "7.4", past: true, why: whyDid,
			who: func(c *Communication, is func(string, time.Time)) {
				for _, t := range c.Told {
					is(t.By, t.At)
				}
			}},
		{id: "IN-145", relation: "ended communication", under: "7.4", past: true, why: whyDecided,
			who: func(c *Communication, is func(string, time.Time)) { is(c.EndedBy, c.EndedAt) }},
	}},
	ties[Channel]{kind: channels, each: []tie[Channel]{
		{id: "IN-63", relation: "answers for channel", under: "A.3.3 A.8.3", why: whyOwns,
			who: func(c *Channel, is func(string, time.Time)) {
				if c.ClosedOn.IsZero() {
					is(c.Owner, stands)
				}
			}},
		{id: "IN-64", relation: "tried channel", under: "A.3.3 A.8.3", past: true, why: whyDid,
			who: func(c *Channel, is func(string, time.Time)) {
				for _, t := range c.Trials {
					is(t.By, t.At)
				}
			}},
	}},
}

// relationAudited is the one that bars nobody from outside.
const relationAudited = "audited in"

// wrote tells the authors of a thing that is approved: they wrote until then.
func wrote(authors []string, approval DocumentApproval, earlier []DocumentApproval, is func(string, time.Time)) {
	at := approval.At
	if len(earlier) > 0 {
		at = earlier[0].At // what renewed it changed nothing
	}
	for _, p := range authors {
		is(p, at)
	}
}

func approved(approval DocumentApproval, earlier []DocumentApproval, is func(string, time.Time)) {
	is(approval.By, approval.At)
	for _, a := range earlier {
		is(a.By, a.At)
	}
}

func documentUnder(d *Document) string {
	if d.Clause.IsZero() {
		return "7.5"
	}
	return d.Clause.String()
}

func nonconformityUnder(n *Nonconformity) string {
	if !n.Control.IsZero() {
		return n.Control.String()
	}
	return n.Clause.String()
}

// closedOn is when it was closed; zero while it is open.
func (n *Nonconformity) closedOn() time.Time {
	if n.Open() {
		return time.Time{}
	}
	return n.Verification.On
}

// rolesAudited says which clauses a role's holder answers for, and so can't audit.
// Sources: 5.3 and 9.2.2; ISO 19011 on independence; an auditor's findings of 2026 for
// the lead, who answers for the whole, and for who runs the programme of audits.
var rolesAudited = []struct {
	role    string
	clauses []string
}{
	{RoleSponsor, []string{"5.1", "9.3.1"}},
	{RoleLead, []string{"4.4", "4.1", "4.2", "4.3", "6", "7", "8.1", "9.1", "10.1", "10.2"}},
	{RolePolicyOwner, []string{"5.2"}},
	{RoleRiskApprover, []string{"6.1.3", "8.3"}},
	{RoleImpactApprover, []string{"6.1.4", "8.4"}},
	{RoleAuditLead, []string{"9.2.1", "9.2.2"}},
}

// OwnWork is one reason why an auditor is not independent of an audit.
type OwnWork struct {
	// Auditor is the person's ID.
	Auditor string `json:"auditor"`
	// Relation is what ties the person to what is audited, such as "owns
	// system"; Subject is what it ties the person to. Ties lists the relations.
	Relation string  `json:"relation"`
	Subject  Subject `json:"subject"`
}

// answersFor is the relation of who holds a role that answers for a clause.
const answersFor = "answers for clause %s as"

// Text is the relation as format and arguments.
func (w OwnWork) Text() issue.Text {
	var clause string
	if _, err := fmt.Sscanf(w.Relation, answersFor, &clause); err == nil {
		return issue.NewText(answersFor, clause)
	}
	for _, t := range Ties() {
		if t.Relation == w.Relation {
			return issue.Plain(t.Relation)
		}
	}
	return issue.NewText("%s", w.Relation)
}

// String says who is tied to what.
func (w OwnWork) String() string {
	return fmt.Sprintf("%s %s %s", w.Auditor, w.Relation, w.Subject.ID)
}

// OwnWork lists, for an audit, what ties its auditors to what it covers, by the table of
// Ties: what they own or answer for as things stand, and what they wrote, decided,
// signed (also through a deputy) or did within LookBackDays before it was planned to
// happen, or happened. Two persons on file who are one human count as one. It is by
// auditor, then in the order of the table.
func (r *reading) OwnWork(a Audit) []OwnWork {
	if len(a.Auditors) == 0 {
		return nil
	}
	if r.known == nil {
		return r.ownWork(a)
	}
	if stored, ok := audits.Shared(r.r).Get(a.ID); !ok || !audits.Same(*stored, a) {
		return r.ownWork(a) // one that is only thought of
	}
	return r.known.ownWorkOf(a.ID, func() []OwnWork { return r.ownWork(a) })
}

// remembered is what a View remembers of itself.
type remembered interface {
	ownWorkOf(audit string, find func() []OwnWork) []OwnWork
	standingsAt(now time.Time, find func() standings) standings
	totalsAt(now time.Time, find func() totals) totals
	twins(find func() map[string]bool) map[string]bool
	seenOn(day calendar.Date) *seenOn
}

// workedOut is what has been worked out of a View, which never changes: what it takes to look at
// all records for, and is small.
type workedOut struct {
	mu      sync.Mutex
	ownWork map[string][]OwnWork // by audit

	standings atTimes[standings]
	totals    atTimes[totals]
	seen      []*seenOn // the last days that were asked for

	once sync.Once
	same map[string]bool // twins
}

func (k *workedOut) standingsAt(now time.Time, find func() standings) standings {
	return k.standings.at(now, find)
}

func (k *workedOut) totalsAt(now time.Time, find func() totals) totals {
	return k.totals.at(now, find)
}

func (k *workedOut) twins(find func() map[string]bool) map[string]bool {
	k.once.Do(func() { k.same = find() })
	return k.same
}

// mostTimes is of how many moments a View remembers something: what is worked out of one
// asks for now, and for when something runs out.
const mostTimes = 3

// atTimes is what was worked out of some moments, the last ones that were asked for.
type atTimes[T any] struct {
	mu  sync.Mutex
	all []atTime[T]
}

type atTime[T any] struct {
	at   time.Time
	what T
}

// at is what is known of a moment, or is found of it.
func (k *atTimes[T]) at(now time.Time, find func() T) T {
	of := func(s atTime[T]) bool { return s.at.Equal(now) }
	k.mu.Lock()
	if i := slices.IndexFunc(k.all, of); i >= 0 {
		defer k.mu.Unlock()
		return k.all[i].what
	}
	k.mu.Unlock() // who asks meanwhile finds the same
	found := find()
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.ContainsFunc(k.all, of) {
		k.all = append(k.all, atTime[T]{now, found})
		k.all = k.all[max(0, len(k.all)-mostTimes):]
	}
	return found
}

func (k *workedOut) ownWorkOf(audit string, find func() []OwnWork) []OwnWork {
	k.mu.Lock()
	defer k.mu.Unlock()
	work, known := k.ownWork[audit]
	if !known {
		work = find()
		if k.ownWork == nil {
			k.ownWork = make(map[string][]OwnWork)
		}
		k.ownWork[audit] = work
	}
	return slices.Clone(work)
}

func (r *reading) ownWork(a Audit) []OwnWork {
	w := newOwnWork(r, a)
	for _, g := range tieTable {
		g.find(w)
	}
	for _, auditor := range a.Auditors {
		if r.foreign(KindRole) {
			break
		}
		for _, ra := range rolesAudited {
			i := slices.IndexFunc(ra.clauses, w.covers)
			if i < 0 {
				continue
			}
			if holder, ok := r.entire().Holder(ra.role, r.r.AsOf()); ok && slices.Contains(w.humans[holder.ID], auditor) {
				w.add(auditor, fmt.Sprintf(answersFor, ra.clauses[i]), Subject{Kind: KindRole, ID: ra.role})
			}
		}
	}
	var all []OwnWork
	for i, auditor := range a.Auditors {
		if !slices.Contains(a.Auditors[:i], auditor) {
			all = append(all, w.found[auditor]...)
		}
	}
	return all
}

// ownWork is the search for what ties the auditors of one audit.
type ownWork struct {
	*reading
	audit       Audit
	from, until time.Time           // what was done counts if it was then; no end while it is open
	elements    map[string]bool     // clauses and controls that it covers
	above       map[string]bool     // and those above them
	systems     map[string]bool     // that it covers
	ofSystems   []string            // in order
	humans      map[string][]string // auditors, by the ID of whoever is the same human
	outside     map[string]bool     // auditors who are not of the organisation
	covered     map[Kind][]bool     // the ties of a kind that lie in the scope, once asked for
	found       map[string][]OwnWork
}

func newOwnWork(r *reading, a Audit) *ownWork {
	var own ownWork
	switch {
	case r.of == nil:
		own = *ofAudit(r, a)
	case r.of.same.work[a.ID] != nil:
		own = *r.of.same.work[a.ID]
	default:
		of := ofAudit(r, a)
		if own = *of; r.of.same.work == nil {
			r.of.same.work = make(map[string]*ownWork)
		}
		r.of.same.work[a.ID] = of
	}
	w := &own
	w.reading, w.systems, w.found = r, make(map[string]bool), make(map[string][]OwnWork)
	for _, s := range a.Systems {
		if !w.systems[s] && (r.of == nil || s == r.of.system) {
			w.systems[s] = true
			w.ofSystems = append(w.ofSystems, s)
		}
	}
	return w
}

// ofAudit is what is looked for of an audit, whatever systems it covers.
func ofAudit(r *reading, a Audit) *ownWork {
	w := &ownWork{reading: r, audit: a, until: r.DayOf(a.ClosedOn).End(r.Zone()), elements: make(map[string]bool), above: make(map[string]bool), outside: make(map[string]bool),
		covered: make(map[Kind][]bool)}
	day := a.PlannedFor
	if !a.ClosedOn.IsZero() && r.DayOf(a.ClosedOn).Before(day) {
		day = r.DayOf(a.ClosedOn)
	}
	if !day.IsZero() {
		w.from = day.AddDays(-LookBackDays).Start(r.Zone())
	}
	element := func(e string) {
		w.elements[e] = true
		for up := parent(e); up != ""; up = parent(up) {
			w.above[up] = true
		}
	}
	for _, c := range a.Clauses {
		element(c.String())
	}
	for _, c := range a.Controls {
		element(c.String())
	}
	w.humans = r.humans(a.Auditors)
	for _, id := range a.Auditors {
		if p, ok := people.Shared(r.r).Get(id); ok && p.External {
			w.outside[id] = true
		}
	}
	return w
}

// parent is the clause or control above one: "9.2" of "9.2.1".
func parent(element string) string {
	i := strings.LastIndexByte(element, '.')
	if i < 0 {
		return ""
	}
	return element[:i]
}

// covers reports whether a clause or control lies in the scope, or has part of it below
// itself.
func (w *ownWork) covers(element string) bool {
	if element == "" {
		return false
	}
	if w.above[element] {
		return true
	}
	for ; element != ""; element = parent(element) {
		if w.elements[element] {
			return true
		}
	}
	return false
}

func (w *ownWork) add(auditor, relation string, s Subject) {
	if !w.sees(s.Kind, s.ID) {
		return
	}
	w.found[auditor] = append(w.found[auditor], OwnWork{auditor, relation, s})
}

// find walks the records of a kind that can lie in the scope.
func (g ties[T]) find(w *ownWork) {
	if w.foreign(g.kind.Name()) {
		return
	}
	covered, known := w.covered[g.kind.Name()]
	if !known {
		covered = make([]bool, len(g.each))
		for i, t := range g.each {
			covered[i] = slices.ContainsFunc(strings.Fields(t.under), w.covers)
		}
		w.covered[g.kind.Name()] = covered
	}
	all := false
	for i, t := range g.each {
		all = all || covered[i] || t.own && len(w.elements) > 0 || t.systems && !g.listed && g.system == nil && len(w.systems) > 0
	}
	records := g.kind.Shared(w.r)
	if all || w.of != nil {
		for id, rec := range records.All() {
			g.look(w, id, rec, covered)
		}
		return
	}
	seen := make(map[string]bool) // what is about several systems
	for _, system := range w.ofSystems {
		if g.system != nil {
			if rec, ok := g.system(records, system); ok {
				g.look(w, system, rec, covered)
			}
		}
		if !g.listed {
			continue
		}
		for id, rec := range records.Where(bySystem, system).All() {
			if !seen[id] {
				seen[id] = true
				g.look(w, id, rec, covered)
			}
		}
	}
}

// look finds of one record who is tied to it; of several relations of one person the
// first of the table is told.
func (g ties[T]) look(w *ownWork, id string, rec *T, covered []bool) {
	if g.kind.Name() == KindAudit && id == w.audit.ID {
		return
	}
	var told []string
	inSystems := g.systems != nil && len(w.systems) > 0 && slices.ContainsFunc(g.systems(rec), func(s string) bool { return w.systems[s] })
	inOwn := g.own != nil && w.covers(g.own(rec))
	for i, t := range g.each {
		if !covered[i] && !(t.systems && inSystems) && !(t.own && inOwn) {
			continue
		}
		t.who(rec, func(person string, at time.Time) {
			if !at.IsZero() && (at.Before(w.from) || !w.until.IsZero() && at.After(w.until)) {
				return
			}
			for _, auditor := range w.humans[person] {
				if slices.Contains(told, auditor) || t.relation == relationAudited && w.outside[auditor] {
					continue
				}
				told = append(told, auditor)
				w.add(auditor, t.relation, Subject{Kind: g.kind.Name(), ID: id})
			}
		})
	}
}

// humans returns, by the ID of each person on file, those of some persons who are the
// same human (reading.same).
func (r *reading) humans(ids []string) map[string][]string {
	of := make(map[string][]string)
	add := func(id, same string) {
		if !slices.Contains(of[id], same) {
			of[id] = append(of[id], same)
		}
	}
	marks := make(map[string][]string) // of an address or an identity
	for _, id := range ids {
		add(id, id)
		if p, ok := people.Shared(r.r).Get(id); ok {
			for _, m := range p.marks() {
				marks[m] = append(marks[m], id)
			}
		}
	}
	if len(marks) == 0 {
		return of
	}
	for id, p := range people.Shared(r.r).All() {
		for _, m := range p.marks() {
			for _, same := range marks[m] {
				add(id, same)
			}
		}
	}
	return of
}
