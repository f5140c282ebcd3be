package aims

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/storage/ledger"
)

// AuditRule is one row of the table of how often a part of the management system is
// audited (9.2.2: by how much it matters, and by what audits found). Of the rows that speak
// of a part the shortest holds.
type AuditRule struct {
	// ID names the row, Title says which parts it is about.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Months is how often, in months; 0 for as often as the adopted programme says.
	Months int `json:"months"`
	// Eases says that an adopted programme may ask for less, with reasons.
	Eases bool `json:"eases,omitempty"`
	// Why gives the reason and the source.
	Why string `json:"why"`

	under    []string // the clauses of which it speaks, with those below
	all      bool     // it speaks of all
	required bool     // of the controls that live systems of high impact require
	failed   Severity // of parts with nonconformities of a grade
	tested   bool     // of the controls that failed their last test
	adopted  bool     // of those of which the adopted programme says another interval
}

// auditRules are the rows. The numbers are choices of this project, within the three years
// in which a certification body looks at the whole.
var auditRules = []AuditRule{
	{ID: "AP-01", Title: "every clause and every control that applies", Months: 36,
		Why: "a certification body looks at the whole in a cycle of three years (ISO/IEC 17021-1, 9.1.3); who audits himself looks no less often",
		all: true},
	{ID: "AP-02", Title: "what each surveillance looks at", Months: 12, Eases: true,
		Why:   "objectives, operation, monitoring, audit, review and improvement are looked at each year (ISO/IEC 17021-1, 9.6.2.2)",
		under: []string{"6.2", "8.1", "9", "10"}},
	{ID: "AP-03", Title: "risks and impacts of AI systems", Months: 12, Eases: true,
		Why:   "whether people come to harm hangs on them",
		under: []string{"6.1.2", "6.1.3", "6.1.4", "8.2", "8.3", "8.4"}},
	{ID: "AP-04", Title: "controls that the assessment of a live system of high impact requires", Months: 12,
		Why:      "where the impact is high, the controls carry more",
		required: true},
	{ID: "AP-05", Title: "parts with a nonconformity in the last two years", Months: 12,
		Why:    "9.2.2 has earlier results taken into account",
		failed: SeverityMinor},
	{ID: "AP-06", Title: "parts with a major nonconformity in the last two years", Months: 6,
		Why:    "what broke down is looked at again before a year is over",
		failed: SeverityMajor},
	{ID: "AP-07", Title: "controls that failed their last test", Months: 6,
		Why:    "what failed its test is where an audit finds something",
		tested: true},
	{ID: "AP-08", Title: "parts of which the adopted audit programme says another interval",
		Why:     "9.2.2 has the organisation plan its audits; less than the rows above it may ask for where they let it, for at most twice the time, with reasons (AdoptAuditProgramme)",
		adopted: true},
}

// AuditRules returns the table of how often parts are audited.
func AuditRules() []AuditRule {
	all := slices.Clone(auditRules)
	for i := range all {
		all[i].under = nil
	}
	return all
}

// speaksOf reports whether a row is about a part.
func (r *AuditRule) speaksOf(x *index, g *programme, p *AuditPart) bool {
	n := p.Clause.String()
	switch {
	case r.all:
		return true
	case r.failed != "":
		return g.failed(p, r.failed)
	case p.Control.IsZero():
		return slices.ContainsFunc(r.under, func(u string) bool { return n == u || strings.HasPrefix(n, u+".") })
	case r.required:
		return x.weighs(p.Control)
	case r.tested:
		t, ok := x.LastTest(p.Control)
		return ok && t.Result != ResultWorks
	}
	return false
}

// AuditPart is one part of the management system that the audit programme looks at: a
// clause that has none below it, or a control that applies.
type AuditPart struct {
	// One of Clause and Control says which.
	Clause  Clause    `json:"clause,omitzero"`
	Control annexa.ID `json:"control,omitzero"`
	// Months is how often it is audited, Rules are the IDs of the rows that speak of it, the
	// shortest first.
	Months int      `json:"months"`
	Rules  []string `json:"rules"`
	// RuleMonths is how often by the table alone, without the adopted programme.
	RuleMonths int `json:"rule_months"`
	// Last is when the last audit was closed that looked at it, by nobody whose own work it
	// was, and Audit its ID; zero if none has.
	Last  calendar.Date `json:"last,omitzero"`
	Audit string        `json:"audit,omitempty"`
	// Due is the last day by which it is audited again; zero if it never was, which is due
	// at once.
	Due calendar.Date `json:"due,omitzero"`
	// Next is the day of the first audit that is planned and covers it, NextAudit its ID.
	Next      calendar.Date `json:"next,omitzero"`
	NextAudit string        `json:"next_audit,omitempty"`

	byRules []string // the rows but the adopted programme's
	most    int      // the longest interval that an adopted programme may give it
}

// Late reports whether it was to be audited before a day.
func (p AuditPart) Late(today calendar.Date) bool { return p.Due.IsZero() || today.After(p.Due) }

// Element is the number of the clause or control.
func (p AuditPart) Element() string {
	return elementOf(p.Clause, p.Control)
}

// AuditProgramme returns what the internal audits look at by when, as of a time: each
// clause of 4 to 10 that has none below it and each control that applies, as often as the
// table of AuditRules says, from the last audit that looked at it (9.2.2). What was never
// audited comes first, then by day, and what is audited more often before the rest. It is what has to be planned, not a plan: PlanAudit
// makes one. Of an audit that a reader does not see no ID is told.
func (r *reading) AuditProgramme(now time.Time) []AuditPart {
	all := r.index(now).auditProgramme()
	for i := range all {
		for _, id := range []*string{&all[i].Audit, &all[i].NextAudit} {
			if !r.sees(KindAudit, *id) {
				*id = ""
			}
		}
	}
	return all
}

// auditProgramme is AuditProgramme of the whole.
func (x *index) auditProgramme() []AuditPart {
	all := slices.Clone(x.programmed().parts)
	for i := range all {
		all[i].Rules = slices.Clone(all[i].Rules)
	}
	slices.SortStableFunc(all, func(a, b AuditPart) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Months, b.Months)) })
	return all
}

// programme is what the audits look at, worked out once for an index.
type programme struct {
	parts   []AuditPart
	clauses map[Clause][]Severity    // of nonconformities of the last two years
	control map[annexa.ID][]Severity // likewise
	reads   kindSet                  // what it was worked out of, told to each who asks
}

// failedDays is for how many days a nonconformity makes audits more frequent.
const failedDays = 730

func (g *programme) failed(p *AuditPart, grade Severity) bool {
	if !p.Control.IsZero() {
		return slices.Contains(g.control[p.Control], grade)
	}
	for c, grades := range g.clauses {
		if c == p.Clause || strings.HasPrefix(p.Clause.String(), c.String()+".") {
			if slices.Contains(grades, grade) {
				return true
			}
		}
	}
	return false
}

func (x *index) programmed() *programme {
	if x.programme == nil {
		var reads kindSet
		if work := func() { x.programme = x.program() }; x.listen != nil {
			reads = x.listen(work)
		} else {
			work()
		}
		x.programme.reads = reads
	}
	for k := range x.programme.reads {
		x.tell(k)
	}
	return x.programme
}

func (x *index) program() *programme {
	g := &programme{clauses: make(map[Clause][]Severity), control: make(map[annexa.ID][]Severity)}
	for _, n := range nonconformities.Shared(x.r).All() {
		if n.RaisedOn.After(x.today) || n.RaisedOn.Before(x.daysAgo(failedDays)) {
			continue
		}
		if !n.Clause.IsZero() {
			g.clauses[n.Clause] = append(g.clauses[n.Clause], n.Severity)
		}
		if !n.Control.IsZero() {
			g.control[n.Control] = append(g.control[n.Control], n.Severity)
		}
	}
	for _, c := range leaves() {
		g.parts = append(g.parts, AuditPart{Clause: c})
	}
	for _, d := range x.controls {
		if d.Applicability == annexa.Applicable {
			g.parts = append(g.parts, AuditPart{Control: d.Control})
		}
	}
	looked, adopted := x.auditsOfParts(), x.adopted()
	for i := range g.parts {
		p := &g.parts[i]
		for _, a := range looked {
			switch on := x.on(a.ClosedOn); {
			case !a.covers(p):
			case a.ClosedOn.IsZero():
				if p.Next.IsZero() || a.PlannedFor.Before(p.Next) {
					p.Next, p.NextAudit = a.PlannedFor, a.ID
				}
			case on.After(p.Last):
				p.Last, p.Audit = on, a.ID
			}
		}
		var area *ProgrammeArea
		if adopted != nil {
			area = adopted.area(p.Clause, p.Control)
		}
		g.rule(x, p, area)
		if !p.Last.IsZero() {
			p.Due = p.Last.AddDate(0, p.Months, 0)
		}
	}
	return g
}

// rule says how often a part is audited: by the rows that speak of it, and by what the
// adopted programme says of it, if that is another interval.
func (g *programme) rule(x *index, p *AuditPart, area *ProgrammeArea) {
	type row struct {
		months int
		id     string
	}
	var rows, in []row
	firm := programmeMonths
	for k := range auditRules {
		switch rule := &auditRules[k]; {
		case rule.adopted:
			if area != nil && area.Months != area.RuleMonths {
				in = append(in, row{area.Months, rule.ID})
			}
		case !rule.speaksOf(x, g, p):
		default:
			rows = append(rows, row{rule.Months, rule.ID})
			if !rule.Eases {
				firm = min(firm, rule.Months)
			}
			if area == nil || !area.less() || !rule.Eases || rule.Months >= area.Months {
				in = append(in, row{rule.Months, rule.ID})
			}
		}
	}
	shorter := func(a, b row) int { return cmp.Compare(a.months, b.months) }
	slices.SortStableFunc(rows, shorter)
	slices.SortStableFunc(in, shorter)
	for _, r := range rows {
		p.byRules = append(p.byRules, r.id)
	}
	for _, r := range in {
		p.Rules = append(p.Rules, r.id)
	}
	p.RuleMonths, p.Months = rows[0].months, in[0].months
	p.most = max(p.RuleMonths, min(firm, 2*p.RuleMonths))
}

// partAudit is an audit that was carried out by now, or is planned. Of those that are done
// the controls are left out that one of its auditors answers for, or has left out (OwnWork,
// IN-11 and IN-12).
type partAudit struct {
	*Audit
	own map[annexa.ID]bool
}

func (a partAudit) covers(p *AuditPart) bool {
	if p.Control.IsZero() {
		return a.Covers(p.Clause)
	}
	return slices.Contains(a.Controls, p.Control) && !a.own[p.Control]
}

func (x *index) auditsOfParts() (all []partAudit) {
	for _, a := range audits.Shared(x.r).All() {
		switch {
		case a.ClosedOn.IsZero():
			all = append(all, partAudit{Audit: a})
		case a.Done() && !a.ClosedOn.After(x.now):
			own := make(map[annexa.ID]bool)
			for _, d := range x.controls {
				own[d.Control] = slices.ContainsFunc(a.Auditors, func(id string) bool {
					return d.Owner != "" && x.same(id, d.Owner) || d.ApprovedBy != "" && x.same(id, d.ApprovedBy)
				})
			}
			all = append(all, partAudit{a, own})
		}
	}
	return all
}

var auditCoverage = Probe{
	ID: "S2-14", Title: "Internal audit coverage incomplete", Clause: Clause{"9.2.2"},
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		if len(x.recentAudits()) == 0 {
			return // S1-22 or S2-13 says so
		}
		late := make(map[calendar.Date][]string)
		var days []calendar.Date
		for _, p := range x.programmed().parts {
			if !p.Late(x.today) {
				continue
			}
			if late[p.Due] == nil {
				days = append(days, p.Due)
			}
			late[p.Due] = append(late[p.Due], p.Element())
		}
		slices.SortFunc(days, calendar.Date.Compare)
		for _, due := range days {
			text := issue.NewText("No audit has covered %s.", strings.Join(late[due], ", "))
			if !due.IsZero() {
				text = issue.NewText("To be audited again by %s: %s.", day(due), strings.Join(late[due], ", "))
			}
			o := x.whole(due, text, issue.NewText("Audit what is left (AuditProgramme says how often and why; PlanAudit)."))
			o.Count, o.Of = len(late[due]), len(x.programmed().parts)
			if !yield(o.by(due.String(), "")) {
				return
			}
		}
	},
}

// SampleRule is one row of the table of how many systems an audit looks at.
type SampleRule struct {
	// ID names the row, Level is the impact level that it is about, a system of unknown
	// impact counting as high.
	ID    string       `json:"id"`
	Level impact.Level `json:"level"`
	// Share is by what the root of their number is multiplied; the result is rounded up.
	Share float64 `json:"share"`
	// Why gives the reason and the source.
	Why string `json:"why"`
}

var sampleRules = []SampleRule{
	{"SR-1", impact.LevelUnacceptable, math.MaxFloat64, "what can't be accepted is looked at wherever it is"},
	{"SR-2", impact.LevelHigh, 1, "the root of their number, as certification bodies sample sites (IAF MD 1)"},
	{"SR-3", impact.LevelLimited, 0.6, "as they sample sites at a surveillance"},
	{"SR-4", impact.LevelMinimal, 0.3, "half of that; a choice of this project"},
}

// SampleRules returns the table of how many systems an audit looks at.
func SampleRules() []SampleRule { return slices.Clone(sampleRules) }

// Draw draws n of some IDs: those whose hash with the seed comes first. So anybody who
// knows the seed draws the same ones, and one that comes or goes changes no other's place.
// All of them if there are no more than n.
func Draw(seed string, ids []string, n int) []string {
	type drawn struct {
		id  string
		key [sha256.Size]byte
	}
	compare := func(a, b *drawn) int { return cmp.Or(bytes.Compare(a.key[:], b.key[:]), cmp.Compare(a.id, b.id)) }
	var first []drawn // in order, and no more than n
	text := append([]byte(seed), 0)
	for _, id := range ids {
		d := drawn{id, sha256.Sum256(append(text[:len(seed)+1], id...))}
		if at := sort.Search(len(first), func(i int) bool { return compare(&d, &first[i]) < 0 }); at < n {
			first = slices.Insert(first[:min(len(first), n-1)], at, d)
		}
	}
	out := make([]string, 0, len(first))
	for i := range first {
		out = append(out, first[i].id)
	}
	return out
}

// AuditSample draws the systems that an audit looks at, of the active ones by the table of
// SampleRules: the graver the impact, the more. The same seed and register give the same
// systems, by level and then in the order in which they were drawn.
func (r *reading) AuditSample(seed string, now time.Time) []string {
	x := r.entire().systemIndex(now)
	of := make(map[impact.Level][]string)
	for _, st := range x.states {
		level := st.span.Level
		if !slices.ContainsFunc(sampleRules, func(s SampleRule) bool { return s.Level == level }) {
			level = impact.LevelHigh
		}
		of[level] = append(of[level], st.s.ID)
	}
	var out []string
	for _, s := range sampleRules {
		n := float64(len(of[s.Level]))
		out = append(out, Draw(seed, of[s.Level], int(min(n, math.Ceil(s.Share*math.Sqrt(n)))))...)
	}
	return slices.DeleteFunc(out, func(id string) bool { return !r.seesSystem(id) })
}

// DrawAuditSample adds to the scope of an audit that is open the systems that are drawn
// with a seed (AuditSample), once; the seed stays with it, so that anybody can draw them
// again from the state before. One of its auditors draws.
func (tx *Tx) DrawAuditSample(id, seed string) error {
	return decide(tx, "DrawAuditSample", audits, id, func(a *Audit) error {
		if err := closedOn("closed", a.ClosedOn); err != nil {
			return err
		}
		if a.Seed != "" {
			return ledger.Refuse(ErrState, "its systems were drawn with %q, and that stays", a.Seed)
		}
		var is Issues
		required(&is, "seed", seed)
		a.Seed, a.Drawn = seed, tx.AuditSample(seed, tx.Now())
		for _, s := range a.Drawn {
			if !slices.Contains(a.Systems, s) {
				a.Systems = append(a.Systems, s)
			}
		}
		if len(a.Drawn) == 0 {
			is.Add("seed", "empty", seed, "no active system is on the register")
		}
		if err := is.Err(); err != nil {
			return err
		}
		return tx.independent(*a)
	})
}
