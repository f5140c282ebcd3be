package aims

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

// Agenda is what falls due between two days, for everybody or for one person.
type Agenda struct {
	// From and To are the first and the last day.
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Entries are what falls due, by day, then by kind, then by ID.
	Entries []AgendaEntry `json:"entries"`
}

// AgendaEntry is one thing that falls due on a day.
type AgendaEntry struct {
	// ID names the thing, whatever day it is due on: when the day is moved the ID stays.
	ID string `json:"id"`
	// Day is the last day on which it is in time; Since is since when Findings will say
	// that it is so, none where that can't be told.
	Day   calendar.Date `json:"day"`
	Since calendar.Date `json:"since,omitzero"`
	// Kind says what it is about, Title what is to happen, and Do what to do.
	Kind  AgendaKind `json:"kind"`
	Title issue.Text `json:"title"`
	Do    issue.Text `json:"do"`
	// Otherwise is what Findings will say once the day has passed, Severity how they will
	// grade it, Probe the ID of the probe that finds it and Clause what it rests on.
	Otherwise issue.Text `json:"otherwise"`
	Severity  Severity   `json:"severity"`
	Probe     string     `json:"probe"`
	Clause    Clause     `json:"clause,omitzero"`
	// Subject is the record, or the whole management system (kind "organisation"); Name
	// what people call it.
	Subject Subject `json:"subject"`
	Name    string  `json:"name,omitempty"`
	// Responsible is who sees to it on that day.
	Responsible
}

// AgendaKind says what an entry of an agenda is about.
type AgendaKind string

// The kinds.
const (
	AgendaAction           AgendaKind = "action"
	AgendaAssessment       AgendaKind = "assessment"
	AgendaAudit            AgendaKind = "audit"
	AgendaCertification    AgendaKind = "certification"
	AgendaChange           AgendaKind = "change"
	AgendaControl          AgendaKind = "control"
	AgendaDecision         AgendaKind = "decision" // of a management review
	AgendaEvidence         AgendaKind = "evidence"
	AgendaException        AgendaKind = "exception"
	AgendaIncident         AgendaKind = "incident" // or a concern
	AgendaManagementReview AgendaKind = "management_review"
	AgendaNonconformity    AgendaKind = "nonconformity"
	AgendaObjective        AgendaKind = "objective"
	AgendaObligation       AgendaKind = "obligation"
	AgendaPeople           AgendaKind = "people" // somebody leaves
	AgendaReview           AgendaKind = "review" // of a document, of the context
	AgendaRisk             AgendaKind = "risk"
	AgendaSupplier         AgendaKind = "supplier"
	AgendaSweep            AgendaKind = "sweep"
)

// AgendaRow is one row of the table of what an agenda says of each probe.
type AgendaRow struct {
	// Probe is the ID of the probe.
	Probe string `json:"probe"`
	// Kind is the kind of its entries; empty if time alone never makes it find anything,
	// for the reason that Undated gives.
	Kind    AgendaKind `json:"kind,omitempty"`
	Undated string     `json:"undated,omitempty"`
	// Title says what is to happen.
	Title issue.Text `json:"title,omitzero"`
	// Role is whose task it is where the record names nobody and the table of kinds
	// (RolesOfKinds) does not say; empty where that does.
	Role string `json:"role,omitempty"`
	// Excluded says that at the moment on record it is late already, as who leaves at
	// midnight is not there on that day.
	Excluded bool `json:"excluded,omitempty"`
	// Sought says that Since of the finding need not be when it begins, so that the day is
	// looked for.
	Sought bool `json:"sought,omitempty"`
}

const (
	missingUndated = "what is missing is missing from the first day"
	seenUndated    = "it tells what was done, which time does not change"
)

var agendaTable = []AgendaRow{
	{Probe: "S1-01", Kind: AgendaReview, Title: issue.NewText("The scope is reviewed.")},
	{Probe: "S1-02", Undated: seenUndated},
	{Probe: "SC-01", Undated: seenUndated},
	{Probe: "SC-02", Undated: seenUndated},
	{Probe: "S1-03", Undated: missingUndated},
	{Probe: "S1-04", Undated: missingUndated},
	{Probe: "S1-05", Kind: AgendaReview, Title: issue.NewText("The AI policy is reviewed.")},
	{Probe: "S1-06", Undated: missingUndated},
	{Probe: "S1-25", Undated: missingUndated},
	{Probe: "PO-01", Undated: missingUndated},
	{Probe: "PM-01", Kind: AgendaReview, Title: issue.NewText("The processes of the management system are reviewed.")},
	{Probe: "S1-07", Kind: AgendaPeople, Title: issue.NewText("A role falls vacant."), Role: RoleSponsor},
	{Probe: "OW-04", Undated: "it is found from the first day, until the sponsor confirms"},
	{Probe: "S1-08", Kind: AgendaPeople, Title: issue.NewText("A system loses its owner.")},
	{Probe: "PE-01", Undated: seenUndated},
	{Probe: "PE-02", Undated: seenUndated},
	{Probe: "PE-03", Kind: AgendaPeople, Title: issue.NewText("Somebody leaves who is named in records."), Excluded: true},
	{Probe: "PE-04", Undated: "nobody comes into a role by time alone"},
	{Probe: "PE-06", Undated: "it is a share, which shifts as evidence runs out; of that EV-01 tells the day"},
	{Probe: "PE-05", Undated: "a part is claimed from the first day, whatever weighs on it"},
	{Probe: "S1-09", Undated: missingUndated},
	{Probe: "RG-01", Undated: seenUndated},
	{Probe: "S1-10", Kind: AgendaSweep, Title: issue.NewText("AI in use is searched for, and what was found is settled."), Role: RoleLead},
	{Probe: "S1-11", Undated: missingUndated},
	{Probe: "S1-12", Kind: AgendaReview, Title: issue.NewText("Context and interested parties are looked at."), Role: RoleLead},
	{Probe: "OB-01", Undated: missingUndated},
	{Probe: "OB-02", Kind: AgendaObligation, Title: issue.NewText("An obligation is reviewed.")},
	{Probe: "OB-03", Undated: missingUndated},
	{Probe: "OP-01", Kind: AgendaReview, Title: issue.NewText("An opportunity is decided on.")},
	{Probe: "OP-02", Kind: AgendaAction, Title: issue.NewText("An opportunity that is pursued is brought on.")},
	{Probe: "S1-13", Kind: AgendaReview, Title: issue.NewText("The risk criteria are reviewed.")},
	{Probe: "S1-14", Undated: missingUndated},
	{Probe: "S1-15", Undated: missingUndated},
	{Probe: "S1-16", Undated: missingUndated},
	{Probe: "S1-17", Undated: missingUndated},
	{Probe: "S1-18", Kind: AgendaReview, Title: issue.NewText("The Statement of Applicability is reviewed.")},
	{Probe: "SA-01", Undated: seenUndated},
	{Probe: "SA-02", Undated: seenUndated},
	{Probe: "S1-20", Undated: missingUndated},
	{Probe: "CH-01", Kind: AgendaChange, Title: issue.NewText("A planned change is carried out.")},
	{Probe: "CH-02", Undated: seenUndated},
	{Probe: "CH-03", Kind: AgendaChange, Title: issue.NewText("What an unintended change led to is reviewed.")},
	{Probe: "CO-01", Kind: AgendaPeople, Title: issue.NewText("A competence is shown anew.")},
	{Probe: "CO-02", Kind: AgendaPeople, Title: issue.NewText("People are made aware anew."), Sought: true},
	{Probe: "CO-03", Undated: missingUndated},
	{Probe: "CO-04", Undated: missingUndated},
	{Probe: "GB-01", Kind: AgendaManagementReview, Title: issue.NewText("A governing body is told how the management system does.")},
	{Probe: "GB-02", Undated: seenUndated},
	{Probe: "S1-21", Kind: AgendaReview, Title: issue.NewText("A document is reviewed.")},
	{Probe: "DO-01", Undated: missingUndated},
	{Probe: "DO-02", Kind: AgendaReview, Title: issue.NewText("Somebody looks which edition of a document from outside is current.")},
	{Probe: "DO-03", Kind: AgendaReview, Title: issue.NewText("The time is over for which a document is kept.")},
	{Probe: "CM-02", Undated: missingUndated},
	{Probe: "CM-01", Kind: AgendaReview, Title: issue.NewText("Something is told as the plan of communication has it.")},
	{Probe: "S1-22", Kind: AgendaAudit, Title: issue.NewText("The internal audit takes place."), Role: RoleAuditLead},
	{Probe: "S1-24", Kind: AgendaManagementReview, Title: issue.NewText("Top management reviews."), Role: RoleSponsor},
	{Probe: "S2-01", Kind: AgendaAssessment, Title: issue.NewText("The approval of an impact assessment runs out."), Sought: true},
	{Probe: "S2-02", Kind: AgendaAssessment, Title: issue.NewText("The approval of an impact assessment runs out."), Sought: true},
	{Probe: "DU-01", Kind: AgendaAssessment, Title: issue.NewText("An assessment that is owed is made.")},
	{Probe: "DU-02", Kind: AgendaAssessment, Title: issue.NewText("An impact assessment is taken up again.")},
	{Probe: "IA-01", Kind: AgendaAssessment, Title: issue.NewText("An impact assessment is completed.")},
	{Probe: "IA-02", Undated: seenUndated},
	{Probe: "IA-03", Kind: AgendaAssessment, Title: issue.NewText("A condition of an approval is met.")},
	{Probe: "IA-04", Undated: missingUndated},
	{Probe: "IA-05", Undated: seenUndated},
	{Probe: "IA-06", Undated: seenUndated},
	{Probe: "S2-04", Kind: AgendaRisk, Title: issue.NewText("The first year ends in which risks are assessed."), Role: RoleLead},
	{Probe: "S2-05", Kind: AgendaRisk, Title: issue.NewText("A risk is treated, or accepted anew.")},
	{Probe: "S2-09", Kind: AgendaEvidence, Title: issue.NewText("What a gate asks for is shown anew."), Sought: true},
	{Probe: "S2-11", Undated: missingUndated},
	{Probe: "DS-01", Kind: AgendaPeople, Title: issue.NewText("A data set loses its owner.")},
	{Probe: "DS-02", Undated: seenUndated},
	{Probe: "DS-03", Undated: seenUndated},
	{Probe: "DS-04", Kind: AgendaReview, Title: issue.NewText("The time of a data set is over.")},
	{Probe: "VE-01", Kind: AgendaControl, Title: issue.NewText("A system is verified.")},
	{Probe: "DP-01", Kind: AgendaReview, Title: issue.NewText("A deployment is released, or looked back on.")},
	{Probe: "RE-01", Undated: seenUndated},
	{Probe: "RE-02", Kind: AgendaReview, Title: issue.NewText("A system ends, its retirement is closed, or what was kept of it is disposed of.")},
	{Probe: "US-01", Undated: missingUndated},
	{Probe: "US-02", Kind: AgendaReview, Title: issue.NewText("Users accept rules of use.")},
	{Probe: "US-03", Kind: AgendaReview, Title: issue.NewText("Actual use is compared with the intended one.")},
	{Probe: "LG-01", Kind: AgendaEvidence, Title: issue.NewText("What a system logs is shown.")},
	{Probe: "LG-02", Kind: AgendaReview, Title: issue.NewText("Somebody looks whether logs are there.")},
	{Probe: "LG-03", Undated: "it is found from the first day; that the law comes into force weighs it anew"},
	{Probe: "RS-01", Kind: AgendaEvidence, Title: issue.NewText("The resources of a system are shown.")},
	{Probe: "RS-02", Kind: AgendaReview, Title: issue.NewText("What a resource lacks is there.")},
	{Probe: "RS-03", Kind: AgendaReview, Title: issue.NewText("Somebody looks whether a resource is what systems need.")},
	{Probe: "S2-06", Kind: AgendaControl, Title: issue.NewText("A control is put in place.")},
	{Probe: "S2-07", Kind: AgendaEvidence, Title: issue.NewText("A control is evidenced anew.")},
	{Probe: "S2-08", Kind: AgendaEvidence, Title: issue.NewText("What supports a control besides a statement of intent runs out.")},
	{Probe: "S2-26", Undated: "it is a share, which shifts as evidence runs out; of that EV-01 tells the day"},
	{Probe: "CT-01", Kind: AgendaControl, Title: issue.NewText("A control is tested.")},
	{Probe: "EV-01", Kind: AgendaEvidence, Title: issue.NewText("Evidence is collected anew.")},
	{Probe: "EV-02", Undated: "it ends as evidence runs out; of that EV-01 tells the day"},
	{Probe: "S2-10", Kind: AgendaEvidence, Title: issue.NewText("A system is monitored.")},
	{Probe: "S2-13", Kind: AgendaAudit, Title: issue.NewText("An internal audit is closed."), Role: RoleAuditLead},
	{Probe: "S2-14", Kind: AgendaAudit, Title: issue.NewText("What the programme has audited again is audited."), Role: RoleAuditLead},
	{Probe: "AU-01", Kind: AgendaAudit, Title: issue.NewText("An audit comes up that does not say what it is to find out."), Role: RoleAuditLead},
	{Probe: "AU-02", Kind: AgendaAudit, Title: issue.NewText("The time of the audit programme is over."), Role: RoleAuditLead},
	{Probe: "AU-03", Undated: "what the rules ask for grows by what is recorded"},
	{Probe: "AU-04", Undated: seenUndated},
	{Probe: "S2-15", Undated: seenUndated},
	{Probe: "S2-16", Kind: AgendaManagementReview, Title: issue.NewText("Top management reviews."), Role: RoleSponsor},
	{Probe: "S2-17", Undated: seenUndated},
	{Probe: "MR-01", Kind: AgendaDecision, Title: issue.NewText("A decision of a management review is carried out.")},
	{Probe: "AT-01", Kind: AgendaAction, Title: issue.NewText("An action is carried out.")},
	{Probe: "AT-02", Undated: seenUndated},
	{Probe: "AT-03", Kind: AgendaAction, Title: issue.NewText("Somebody else looks at what was done.")},
	{Probe: "S2-18", Kind: AgendaNonconformity, Title: issue.NewText("A nonconformity is closed.")},
	{Probe: "S2-20", Kind: AgendaSupplier, Title: issue.NewText("A supplier is reviewed.")},
	{Probe: "S2-21", Kind: AgendaIncident, Title: issue.NewText("An incident or a concern is dealt with.")},
	{Probe: "FB-01", Kind: AgendaReview, Title: issue.NewText("A channel for concerns is tried.")},
	{Probe: "IN-01", Kind: AgendaIncident, Title: issue.NewText("Somebody is told of an incident.")},
	{Probe: "OB-04", Kind: AgendaObligation, Title: issue.NewText("A report is made that an obligation wants.")},
	{Probe: "S2-23", Kind: AgendaObjective, Title: issue.NewText("An objective is measured, or reached.")},
	{Probe: "MO-01", Kind: AgendaObjective, Title: issue.NewText("What is monitored is measured.")},
	{Probe: "MO-02", Kind: AgendaObjective, Title: issue.NewText("Results of what is monitored are evaluated.")},
	{Probe: "MO-03", Kind: AgendaAction, Title: issue.NewText("Something follows on a result outside its thresholds.")},
	{Probe: "MO-04", Kind: AgendaReview, Title: issue.NewText("Somebody else looks at the results of what is monitored.")},
	{Probe: "S2-25", Kind: AgendaException, Title: issue.NewText("An exception at a gate runs out.")},
	{Probe: "EX-01", Undated: "it tells what is allowed; that it runs out tells S2-25"},
	{Probe: "GP-01", Kind: AgendaAction, Title: issue.NewText("A passage of a gate is signed by all.")},
	{Probe: "OW-01", Kind: AgendaPeople, Title: issue.NewText("A control loses its owner.")},
	{Probe: "OW-02", Kind: AgendaPeople, Title: issue.NewText("A risk loses its owner.")},
	{Probe: "S1-26", Undated: "it is a share, which shifts as evidence runs out; of that EV-01 tells the day"},
	{Probe: "S2-24", Undated: "it is found once a certificate is applied for, and time ends it"},
	{Probe: "SV-01", Kind: AgendaCertification, Title: issue.NewText("The certification body comes, or decides.")},
	{Probe: "SV-02", Kind: AgendaCertification, Title: issue.NewText("The certification body verifies what was done about a major.")},
	{Probe: "SV-04", Kind: AgendaCertification, Title: issue.NewText("Somebody of top management leaves, and the certification body is told."), Excluded: true},
	{Probe: "SV-05", Undated: seenUndated},
	{Probe: "SV-06", Kind: AgendaCertification, Title: issue.NewText("A suspension has lasted as long as it can.")},
	{Probe: "SV-07", Undated: seenUndated},
	{Probe: "SV-08", Kind: AgendaCertification, Title: issue.NewText("The accreditation of the certification body runs out.")},
	{Probe: "SV-12", Undated: seenUndated},
	{Probe: "SV-09", Kind: AgendaCertification, Title: issue.NewText("The certification body has had a quarter to answer.")},
	{Probe: "SV-10", Kind: AgendaCertification, Title: issue.NewText("A management review looks at the whole cycle of certification.")},
	{Probe: "SV-03", Kind: AgendaCertification, Title: issue.NewText("What is said in public of the certification ends, or may still be said.")},
	{Probe: "SV-11", Kind: AgendaCertification, Title: issue.NewText("Somebody looks whether what is said in public of the certification may still be said.")},
}

// AgendaRows returns the table of what an agenda says of each probe, in the order of
// Probes.
func AgendaRows() []AgendaRow { return slices.Clone(agendaTable) }

// agendaRow is the row of a probe; of one that the table does not name, the last resort.
func agendaRow(p *Probe) AgendaRow {
	if i := slices.IndexFunc(agendaTable, func(r AgendaRow) bool { return r.Probe == p.ID }); i >= 0 {
		return agendaTable[i]
	}
	return AgendaRow{Probe: p.ID, Kind: AgendaReview, Title: issue.NewText("%s.", issue.Text{ID: p.Title})}
}

// Of returns the entries that a person sees to; of "" those that nobody does.
func (a Agenda) Of(person string) Agenda {
	entries := []AgendaEntry{}
	for _, e := range a.Entries {
		if e.Person == person {
			entries = append(entries, e)
		}
	}
	a.Entries = entries
	return a
}

// People returns the IDs of the persons who see to anything in it, in order.
func (a Agenda) People() []string {
	var all []string
	for _, e := range a.Entries {
		if e.Person != "" {
			all = append(all, e.Person)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Agenda returns what falls due from one day to another, both whole, if nothing is done:
// reviews, audits and decisions, what runs out, who leaves. It asks the very probes that
// Findings asks: an entry is what they see at the end of the last day and did not see at
// the beginning of the first, on the day on which it begins to show. So what is a finding
// today was on the agenda before, unless it came by a change; AgendaRows names the probes
// that no day makes speak, and why.
//
// One thing has one entry, with the day on which it is late first. What is late already
// when the first day begins is a finding, and not on the agenda. What is due without a day
// of its own on record, such as a control whose last evidence runs out, is looked for day
// by day: a window of some months costs as much as some dozen Findings.
//
// Whom it concerns is told as it will be on that day: of somebody who has left by then,
// who follows (ResponsibleFor).
func (v *View) Agenda(from, to calendar.Date) Agenda {
	a := Agenda{From: from, To: to, Entries: []AgendaEntry{}}
	if to.Before(from) {
		return a
	}
	var asked []*Probe
	for _, p := range probes {
		if agendaRow(p).Kind != "" {
			asked = append(asked, p)
		}
	}
	end, known := to.AddDays(1), v.DayOf(v.AsOf())
	before := v.seen(from, asked)
	var coming, pending []*comes
	x := v.index(end.Start(v.Zone()))
	for _, p := range asked {
		for o := range p.over(x) {
			c := &comes{o: o, probe: p, key: keyOf(o)}
			row, last := agendaRow(p), o.Since
			if row.Excluded {
				last = last.AddDays(-1)
			}
			inWindow := !row.Sought && !last.Before(from) && last.Before(end)
			switch {
			case inWindow && (o.Since.After(known) || !before[c.key]):
				c.day = last
			case before[c.key]:
				continue
			default:
				pending = append(pending, c)
			}
			coming = append(coming, c)
		}
	}
	v.find(pending, from, end)
	for _, c := range coming {
		a.Entries = append(a.Entries, v.entry(c))
	}
	slices.SortStableFunc(a.Entries, func(a, b AgendaEntry) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	times := make(map[string]int)
	for i := range a.Entries {
		e := &a.Entries[i]
		if times[e.ID]++; times[e.ID] > 1 { // the probe tells them apart by nothing but the day
			e.ID = fmt.Sprintf("%s~%d", e.ID, times[e.ID])
		}
	}
	return a
}

// comes is an observation to come, and the day on which it does.
type comes struct {
	o     Observation
	probe *Probe
	key   observed
	day   calendar.Date
}

// observed tells observations apart, at whatever time they are made.
type observed struct {
	probe   string
	subject Subject
	part    string
	name    string
	text    string
	since   calendar.Date
}

func keyOf(o Observation) observed {
	return observed{probe: o.Probe, subject: o.Subject, part: o.part, name: o.Name, text: o.Text.ID, since: o.Since}
}

// seen is what some probes observe as a day begins.
func (v *View) seen(day calendar.Date, some []*Probe) map[observed]bool {
	out := make(map[observed]bool)
	x := v.index(day.Start(v.Zone()))
	for _, p := range some {
		for o := range p.over(x) {
			out[keyOf(o)] = true
		}
	}
	return out
}

// find finds the day on which each of some observations comes that are not made at one
// midnight and are made at another one, by halving.
func (v *View) find(pending []*comes, begin, end calendar.Date) {
	days := end.Sub(begin)
	if len(pending) == 0 || days <= 1 {
		for _, c := range pending {
			c.day = begin
		}
		return
	}
	middle := begin.AddDays(days / 2)
	var some []*Probe
	for _, c := range pending {
		if !slices.Contains(some, c.probe) {
			some = append(some, c.probe)
		}
	}
	there := v.seen(middle, some)
	var early, late []*comes
	for _, c := range pending {
		if there[c.key] {
			early = append(early, c)
		} else {
			late = append(late, c)
		}
	}
	v.find(early, begin, middle)
	v.find(late, middle, end)
}

// entry is what an agenda tells of an observation to come.
func (v *View) entry(c *comes) AgendaEntry {
	row, severity := agendaRow(c.probe), c.probe.grade(c.o)
	o := v.redacted(c.o, c.probe)
	e := AgendaEntry{Day: c.day, Since: o.Since, Kind: row.Kind, Title: row.Title, Do: o.Next, Otherwise: o.Text, Severity: severity,
		Probe: o.Probe, Clause: o.Clause, Subject: o.Subject, Name: o.Name,
		ID: fmt.Sprintf("%s/%s/%s", o.Probe, o.Subject.Kind, o.Subject.ID)}
	if o.part != "" {
		e.ID += "/" + o.part
	}
	next := c.day.AddDays(1)
	at := next.Start(v.Zone())
	switch p, ok := people.Of(v.r).Get(o.person); {
	case ok && p.ActiveOn(next):
		e.Person = p.ID
	case row.Role != "" && o.Subject.Kind == KindOrganisation:
		e.Responsible = v.roleHolder(row.Role, at)
	default:
		e.Responsible = v.ResponsibleFor(o.Subject, at)
	}
	return e
}

// by says which of several things about one record an observation is of, and who sees to
// it where that is somebody else than for the record.
func (o Observation) by(part, person string) Observation {
	o.part, o.person = part, person
	return o
}
