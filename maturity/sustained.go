package maturity

import (
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// sustained returns the criteria of ML3: shown over time.
func sustained() []Criterion {
	return []Criterion{
		{ID: "ML3.01", Level: ML3, Step: 5, Phase: aims.Act, Weight: 3, Basis: SelfDeclared,
			Title:     "ML2 held for a year",
			Statement: "The level was ML2 or better on at least 335 of the last 365 days.",
			Clauses:   clauses("4.4", "10.1"),
			Next:      "Renew evidence before it runs out, and judge by views of each week of the year (Past).",
			Why:       "Sustained means a whole cycle, with some slack for real life.",
			Predicate: heldForYear},
		{ID: "ML3.02", Level: ML3, Step: 5, Phase: aims.Check, Weight: 2, Basis: SelfDeclared,
			Title:     "Two cycles on time",
			Statement: "Two audits and two management reviews at least half a year apart, none more than 13 months after the one before.",
			Clauses:   clauses("9.2.1", "9.3.1"),
			Next:      "Keep the calendar (PlanAudit, HoldReview).",
			Why:       "Once is a project, twice is a habit.",
			Predicate: twoCycles},
		{ID: "ML3.03", Level: ML3, Step: 5, Phase: aims.Do, Weight: 2, Basis: SelfDeclared, PerControl: true,
			Title:     "All applicable controls met",
			Statement: "No applicable control is merely planned: each is implemented, owned, shown by fresh evidence, and worked when it was last tested, within the year.",
			Clauses:   clauses("8.1"), Controls: allControls(),
			Next:      "Put the rest into practice (DecideControl), show it (AttachEvidence) and test it (RecordTest).",
			Why:       "After a year nothing that applies should still be to come.",
			Predicate: allControlsMet},
		{ID: "ML3.04", Level: ML3, Step: 5, Phase: aims.Check, Weight: 2, Basis: SelfDeclared, PerControl: true,
			Title:     "Evidence is strong",
			Statement: "Four of five applicable controls, and all that high-impact systems need, rest on good evidence; none on a statement alone.",
			Clauses:   clauses("9.1"), Controls: allControls(),
			Next:      "Replace screenshots and statements by what was seen in the live system, or tested.",
			Why:       "The scale is that of the ASD's Essential Eight: what was tested shows more than what was said.",
			Predicate: evidenceStrong},
		{ID: "ML3.05", Level: ML3, Step: 5, Phase: aims.Check, Weight: 1, Basis: SelfDeclared,
			Title:     "Monitoring evidence arrives by itself",
			Statement: "Of each system of high impact in operation a service that runs, and no person, put a result of monitoring on file, as fresh as its level asks for.",
			Clauses:   clauses("9.1"), Controls: controls("A.6.2.6", "A.6.2.8"),
			Next:      "Register the program that watches it (PutService), and let it record what it sees (AttachEvidence of kind ev-monitoring).",
			Why:       "What comes by itself comes also when nobody has time.",
			Predicate: monitoringArrives},
		{ID: "ML3.06", Level: ML3, Step: 5, Phase: aims.Check, Weight: 2, Basis: SelfDeclared,
			Title:     "Objectives are achieved",
			Statement: "Each objective was measured on four days, and told at the time; four of five of those results reach the target, and each miss has a word on what follows.",
			Clauses:   clauses("6.2", "9.1", "10.1"), Controls: controls("A.6.1.2", "A.9.3"),
			Next:      "Decide on target, means or control in the management review, and note it with the measurement.",
			Why:       "Measuring is for reaching something.",
			Predicate: objectivesAchieved},
		{ID: "ML3.07", Level: ML3, Step: 5, Phase: aims.Act, Weight: 2, Basis: SecondPerson,
			Title:     "Corrective action works",
			Statement: "Somebody else verified each corrective action of the year as effective, and no cause came back.",
			Clauses:   clauses("10.2"),
			Next:      "Verify what was done (CloseNonconformity); where a cause came back, look deeper.",
			Why:       "An action whose effect nobody checked is a hope.",
			Predicate: correctionsWork},
		{ID: "ML3.08", Level: ML3, Step: 5, Phase: aims.Do, Weight: 1, Basis: SecondPerson,
			Title:     "Reassessment precedes release",
			Statement: "In the year each deployment went live, and each material change of a live system, after an assessment that covers it was approved.",
			Clauses:   clauses("8.4", "8.1"), Controls: controls("A.5.2", "A.6.2.5"),
			Next:      "Change the entry first (ReviseSystem), have the assessment approved, then release (ReleaseDeployment).",
			Why:       "An assessment after the release tells people what has been done to them.",
			Predicate: assessedBeforeRelease},
		{ID: "ML3.09", Level: ML3, Step: 5, Phase: aims.Check, Weight: 1, Basis: SelfDeclared,
			Title:     "Predicted impact is compared with observed",
			Statement: "Each deployment that has been live for 90 days, or a later one of its system, was looked back on by somebody who has not predicted what it does. Each live system of high impact has one on file, unless it was in use before it was registered.",
			Clauses:   clauses("8.4", "9.1"), Controls: controls("A.5.4", "A.5.5", "A.6.2.6"),
			Next:      "Look at what it did, beside what was predicted (ReviewDeployment).",
			Why:       "A prediction that nobody compares teaches nobody to predict.",
			Predicate: impactCompared},
		{ID: "ML3.10", Level: ML3, Step: 5, Phase: aims.Act, Weight: 1, Basis: SelfDeclared,
			Title:     "Affected people are heard",
			Statement: "A channel is open by which people outside can report. Nine of ten reports of the year were answered in 30 days; where none came, somebody who does not own the channel has tried it. What a service raised for people of whom nobody knows counts beside a report that somebody on file raised or recorded, or once somebody has tried its channel who neither owns that service nor answers. The last management review had it before it.",
			Clauses:   clauses("4.2", "9.3.2"), Controls: controls("A.3.3", "A.8.3", "A.8.5"),
			Next:      "Open a channel and have it tried (PutChannel, TryChannel), answer what came (AnswerConcern), and hold the review on what is on file (HoldReview).",
			Why:       "Whom a system harms often has no other way to say so; silence may mean that the way is shut.",
			Predicate: affectedHeard},
		{ID: "ML3.11", Level: ML3, Step: 5, Phase: aims.Do, Weight: 1, Basis: SelfDeclared,
			Title:     "Supplier assurance is substantive",
			Statement: "Each supplier behind a high-impact system must announce changes and incidents, and fresh evidence assures what it supplies.",
			Clauses:   clauses("8.1"), Controls: controls("A.10.2", "A.10.3"),
			Next:      "Agree the notices (PutSupplier), obtain assurance and attach it (AttachEvidence for A.10.3), or plan the exit.",
			Why:       "A model that changes under one's feet was never assessed.",
			Predicate: suppliersAssured},
		{ID: "ML3.12", Level: ML3, Step: 5, Phase: aims.Act, Weight: 1, Basis: SelfDeclared,
			Title:     "Incidents teach",
			Statement: "Each serious incident closed in the year has its lessons on file, and the systems concerned were assessed anew since.",
			Clauses:   clauses("10.2"), Controls: controls("A.8.4"),
			Next:      "Complete the assessments that the incidents opened (ApproveAssessment).",
			Why:       "What happened once is no longer unlikely.",
			Predicate: incidentsTeach},
		{ID: "ML3.13", Level: ML3, Step: 5, Phase: aims.Check, Weight: 1, Basis: SelfDeclared,
			Title:     "New AI is found fast",
			Statement: "Half of the systems registered in the year, or more, were on file within 30 days of the day from which they were in use, and a search has looked lately.",
			Clauses:   clauses("8.1", "4.3"), Controls: controls("A.4.2"),
			Next:      "Search purchasing, sign-on and code more often (PutSweep), and say since when each find was in use (ReviseSystem).",
			Why:       "What runs for months before anybody knows was ungoverned for months.",
			Predicate: foundFast},
		{ID: "ML3.14", Level: ML3, Step: 5, Phase: aims.Do, Weight: 1, Basis: SelfDeclared,
			Title:     "Retirement is disciplined",
			Statement: "Each system that was retired in the year ended as somebody other than its planner decided, and 30 days on it is closed what became of data, model, credentials and logs, and who was told.",
			Clauses:   clauses("8.1"), Controls: controls("A.6.2.6"),
			Next:      "Say what each leaves, and have somebody apart close it (SettleRetirement, CloseRetirement).",
			Why:       "What was switched off and forgotten keeps its data, its keys and its users.",
			Predicate: retiredOrderly},
		{ID: "ML3.15", Level: ML3, Step: 5, Phase: aims.Check, Weight: 2, Basis: Audited,
			Title:     "Independent assurance",
			Statement: "A certificate with its number, of a body that is accredited, is valid with its surveillance on time, or auditors from outside audited the whole system within a year and no major nonconformity is open.",
			Clauses:   clauses("9.2.1"),
			Next:      "Book Stage 1, the overdue surveillance, or an audit of everything by auditors from outside.",
			Why:       "Whoever claims to sustain it should have been looked at by somebody with no stake in it.",
			Predicate: assured},
	}
}

// dayNumber counts UTC days.
func dayNumber(t time.Time) int { return int(t.UTC().Truncate(24*time.Hour).Unix() / 86400) }

func heldForYear(in *Input) Outcome {
	p := in.Parameters
	if len(in.History) == 0 {
		why := or(in.past.refused, issue.NewText("The journal's past was not given, so it can't be told (Past)."))
		o := Outcome{State: StateUnknown, Of: p.HeldDays, Unknown: p.HeldDays}
		o.fails(why)
		return o
	}
	today := dayNumber(in.Now)
	// held and known count, over the days from start on, those at ML2 and those
	// of which something is known. A level of the past speaks for its day and those
	// after it, up to the next one, at most PastDays in all; the last of a day
	// wins. Where nothing was written since the last of them, and that and today are
	// at ML2, so is what lies between, and what is to come while ML2 holds. They reach
	// as far ahead as the window does, for Until.
	start := today - p.HeldWindow
	const unknown, below, ml2 = 0, 1, 2
	days := make([]byte, 2*p.HeldWindow+1)
	for i, s := range in.History {
		from := dayNumber(s.At)
		to := from + p.PastDays - 1
		if i+1 == len(in.History) && s.Level >= ML2 && in.reached >= ML2 && s.Head == in.View.Head() {
			to = start + len(days)
		}
		if i+1 < len(in.History) {
			to = min(to, max(from, dayNumber(in.History[i+1].At)-1))
		}
		for d := max(from-start, 0); d <= to-start && d < len(days); d++ {
			days[d] = below
			if s.Level >= ML2 {
				days[d] = ml2
			}
		}
	}
	held, known := make([]int, len(days)+1), make([]int, len(days)+1)
	for i, d := range days {
		held[i+1], known[i+1] = held[i], known[i]
		if d == ml2 {
			held[i+1]++
		}
		if d != unknown {
			known[i+1]++
		}
	}
	// count looks at the window that ends on a day. That day itself is judged
	// and not remembered.
	count := func(end int) (met, blank int) {
		from, to := max(0, end-p.HeldWindow+1-start), end-start
		met, blank = held[to]-held[from], to-from-(known[to]-known[from])
		if in.reached >= ML2 {
			met++
		}
		return met, blank
	}
	met, blank := 0, 0
	if p.HeldWindow > 0 {
		met, blank = count(today)
	}
	o := Outcome{Met: min(met, p.HeldDays), Of: p.HeldDays}
	why := issue.NewText("ML2 or better on %d of the last %d days; nothing is known of %d.", met, p.HeldWindow, blank)
	if in.past.refused.ID != "" {
		why = issue.NewText("%s %s", why, in.past.refused)
	}
	switch {
	case met >= p.HeldDays:
		end := today
		for end < today+p.HeldWindow {
			if m, _ := count(end + 1); m < p.HeldDays {
				break
			}
			end++
		}
		o.State = StateMet
		if end < today+p.HeldWindow {
			o.Until = time.Unix(int64(end+1)*86400, 0).UTC().Add(-time.Nanosecond)
		}
		return o
	case met+blank >= p.HeldDays:
		o.State, o.Unknown = StateUnknown, p.HeldDays-o.Met
	default:
		o.State = StateNotMet
	}
	o.fails(why)
	return o
}

func twoCycles(in *Input) Outcome {
	var t Tally
	check := func(m moments, what issue.Text) {
		end, why := in.cycle(m.certain, what)
		_, claim := in.cycle(m.claimed, what)
		switch {
		case why.ID == "":
			t.Pass(end)
		case claim.ID == "":
			t.Unknown(whole(), "", issue.NewText("%s %s", why, unproven))
		default:
			t.Fail(whole(), "", claim)
		}
	}
	audits, reviews := moments{now: in.Now}, moments{now: in.Now}
	for a := range in.View.Audits().All() {
		if in.gone(aims.KindAudit, a.ID) {
			continue
		}
		audits.add(in.countsAt(a.Revision, a.ClosedOn))
	}
	for r := range in.reviews() {
		if in.gone(aims.KindReview, r.ID) {
			continue
		}
		reviews.add(in.counts(typed{aims.KindReview, r.ID, r.HeldOn}))
	}
	check(audits, issue.NewText("internal audit"))
	check(reviews, issue.NewText("management review"))
	return t.list()
}

// cycle returns until when the last two of some dates are two cycles, or why they are
// not.
func (in *Input) cycle(dates []time.Time, what issue.Text) (end time.Time, why issue.Text) {
	p := in.Parameters
	if len(dates) == 0 {
		return end, issue.NewText("There was no %s.", what)
	}
	slices.SortFunc(dates, time.Time.Compare)
	last := dates[len(dates)-1]
	first := last
	for i := len(dates) - 2; i >= 0; i-- {
		if in.dayOf(dates[i+1]).After(in.dayOf(dates[i]).AddDate(0, p.CycleMonths, 0)) {
			break
		}
		first = dates[i]
	}
	end = in.lastOf(in.dayOf(last).AddDate(0, p.CycleMonths, 0))
	switch {
	case !in.notYet(end):
		why = issue.NewText("The last %s, on %s, is more than %d months back.", what, day(last), p.CycleMonths)
	case last.Before(first.AddDate(0, 0, p.CycleDays)):
		why = issue.NewText("There was one cycle with %s, up to %s; the second is to come.", what, day(last))
	}
	return end, why
}

func allControlsMet(in *Input) Outcome {
	var t Tally
	for _, d := range in.applicable() {
		s, name := decisionSubject(d.Control), controlTitle(d)
		end, ok := in.implemented(d)
		until := in.proofOf(d.Control).any
		switch {
		case !ok:
			t.Fail(s, name, issue.NewText("It is not implemented with an active owner."))
		case until.IsZero():
			t.Fail(s, name, issue.NewText("No fresh evidence supports it."))
		default:
			shown, why := in.tested(d.Control)
			t.check(why.ID == "", sooner(sooner(end, until), shown), s, name, why)
		}
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("No control applies."))
	}
	return t.count(issue.NewText("applicable controls are not met"))
}

func evidenceStrong(in *Input) Outcome {
	var t Tally
	all := in.applicable()
	need := in.Parameters.GoodShare * float64(len(all))
	// holds reports whether the criterion is met at a moment from now on, by
	// the evidence that is fresh now.
	at := func(when time.Time) (good int, failing []annexa.Decision, weak bool) {
		for _, d := range all {
			p := in.proofOf(d.Control)
			switch {
			case !p.good.IsZero() && !when.After(p.good):
				good++
			case in.requiredHigh(d.Control), p.fair.IsZero() || when.After(p.fair):
				weak = true
				failing = append(failing, d)
			default:
				failing = append(failing, d)
			}
		}
		return good, failing, weak
	}
	good, failing, weak := at(in.Now)
	short := float64(good) < need
	for _, d := range failing {
		p := in.proofOf(d.Control)
		s, name := decisionSubject(d.Control), controlTitle(d)
		isWeak := in.requiredHigh(d.Control) || p.fair.IsZero()
		switch {
		case !isWeak && !short:
			t.met++ // within the share that may rest on fair evidence
		case p.any.IsZero():
			t.Fail(s, name, issue.NewText("No fresh evidence supports it."))
		case !p.unjudged.IsZero():
			t.Unknown(s, name, issue.NewText("Nobody has judged the quality of its evidence."))
		default:
			t.Fail(s, name, issue.NewText("Its evidence is not good."))
		}
	}
	t.met += good
	if len(all) == 0 {
		t.Fail(whole(), "", issue.NewText("No control applies."))
	}
	o := t.count(issue.NewText("controls rest on weak evidence; %d of %d on good", good, len(all)))
	if o.State == StateMet && !weak && !short {
		o.Until = in.strongUntil(func(when time.Time) bool {
			good, _, weak := at(when)
			return !weak && float64(good) >= need
		})
	}
	return o
}

// strongUntil returns the last end of evidence up to which a condition holds.
func (in *Input) strongUntil(holds func(time.Time) bool) time.Time {
	var ends []time.Time
	for _, d := range in.applicable() {
		p := in.proofOf(d.Control)
		for _, end := range []time.Time{p.fair, p.good} {
			if !end.IsZero() {
				ends = append(ends, end)
			}
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	for _, end := range ends {
		if !holds(end.Add(time.Nanosecond)) {
			return end
		}
	}
	return time.Time{}
}

func objectivesAchieved(in *Input) Outcome {
	p := in.Parameters
	var t Tally
	hits, results := 0, 0
	for o := range in.View.Objectives().All() {
		s := aims.Subject{Kind: aims.KindObjective, ID: o.ID}
		ms := slices.Clone(o.Measurements)
		ms = slices.DeleteFunc(ms, func(m aims.Measurement) bool { return m.On.After(in.today) })
		slices.SortStableFunc(ms, func(a, b aims.Measurement) int { return a.On.Compare(b.On) })
		if len(ms) < p.Measurements {
			t.Fail(s, o.Title, issue.NewText("%s was measured %d of %d times.", o.Title, len(ms), p.Measurements))
			results += p.Measurements
			continue
		}
		times := moments{now: in.Now}
		for _, m := range ms {
			times.add(in.counts(typed{aims.KindObjective, o.ID, m.On}))
		}
		missed := false
		for _, m := range ms[len(ms)-p.Measurements:] {
			results++
			if in.hit(o, m) {
				hits++
			} else if strings.TrimSpace(m.Note) == "" {
				missed = true
			}
		}
		measured, claimed := days(times.certain), days(times.claimed)
		switch {
		case missed:
			t.Fail(s, o.Title, issue.NewText("%s missed its target and nothing says what follows.", o.Title))
		case claimed < p.Measurements:
			t.Fail(s, o.Title, issue.NewText("%s was measured on %d days of %d.", o.Title, claimed, p.Measurements))
		case measured < p.Measurements:
			t.Unknown(s, o.Title, issue.NewText("%s was for certain measured on %d days of %d. %s", o.Title, measured, p.Measurements, unproven))
		default:
			t.Pass(time.Time{})
		}
	}
	if t.met+len(t.failing) == 0 {
		t.Fail(whole(), "", issue.NewText("There is no objective to reach."))
		return t.list()
	}
	t.check(float64(hits) >= p.TargetShare*float64(results), time.Time{}, whole(), "",
		issue.NewText("%d of the last %d results reach their target.", hits, results))
	return t.list()
}

func correctionsWork(in *Input) Outcome {
	var t Tally
	t.looked(in)
	same := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	causes := make(map[string][]aims.Nonconformity)
	for n := range in.View.Nonconformities().All() {
		if c := same(n.Cause); c != "" && !n.RaisedOn.After(in.today) {
			causes[c] = append(causes[c], n)
		}
	}
	for n := range in.View.Nonconformities().All() {
		v := n.Verification
		if _, ok := in.within(in.dayOf(v.On), in.Parameters.YearDays); !ok {
			continue
		}
		var why issue.Text
		switch {
		case !v.Effective:
			why = issue.NewText("The action on %s was found not to work.", n.Title)
		case v.By == n.Action.By:
			why = issue.NewText("The action on %s was verified by who carried it out.", n.Title)
		}
		for _, again := range causes[same(n.Cause)] {
			// What came on file after the check came back after it, whatever day it tells.
			told, _ := in.counts(typed{aims.KindNonconformity, again.ID, again.RaisedOn})
			if why.ID == "" && told.After(v.On) {
				why = issue.NewText("The cause of %s came back in %s.", n.Title, again.Title)
			}
		}
		t.check(why.ID == "", time.Time{}, aims.Subject{Kind: aims.KindNonconformity, ID: n.ID}, n.Title, why)
	}
	return t.list()
}

// assurance is the control by which suppliers are assured.
var assurance = annexa.MustParse("A.10.3")

func suppliersAssured(in *Input) Outcome {
	var t Tally
	if !in.supplied() {
		return NotApplicable(issue.NewText("No supplier stands behind a system of high or unknown impact."))
	}
	for sup := range in.View.Suppliers().All() {
		used := slices.DeleteFunc(slices.Clone(in.usersOf(sup.ID)), func(s *system) bool { return !s.High() })
		if len(used) == 0 {
			continue
		}
		var lacks []issue.Text
		var until time.Time
		for _, s := range used {
			end, ok := in.supportedFor(assurance, s.ID)
			if !ok {
				lacks = append(lacks, issue.NewText("fresh assurance for %s", s.Name))
			}
			until = sooner(until, end)
		}
		if !sup.ChangeNotice {
			lacks = append(lacks, issue.NewText("notice of changes"))
		}
		if !sup.IncidentNotice {
			lacks = append(lacks, issue.NewText("notice of incidents"))
		}
		t.check(len(lacks) == 0, until, aims.Subject{Kind: aims.KindSupplier, ID: sup.ID}, sup.Name,
			issue.NewText("%s gives no %s.", sup.Name, issue.Join("%s, no %s", lacks)))
	}
	return t.list()
}

func incidentsTeach(in *Input) Outcome {
	var t Tally
	t.nonempty(in)
	for i := range in.View.Incidents().All() {
		serious := i.PersonsHarmed || i.Grade == aims.GradeHigh || i.Grade == aims.GradeCritical
		if _, ok := in.within(in.dayOf(i.ClosedOn), in.Parameters.YearDays); !ok || !serious {
			continue
		}
		var why issue.Text
		if strings.TrimSpace(i.Lessons) == "" {
			why = issue.NewText("%s was closed without lessons.", i.Title)
		}
		// An approval from before it was told did not look at it.
		told, _ := in.counts(typed{aims.KindIncident, i.ID, in.dayOf(i.DetectedOn)})
		for _, id := range i.Systems {
			if s := in.system(id); why.ID == "" && s != nil && s.approvedAt.Before(told) {
				why = issue.NewText("After %s, %s has not been assessed anew.", i.Title, s.Name)
			}
		}
		t.check(why.ID == "", time.Time{}, aims.Subject{Kind: aims.KindIncident, ID: i.ID}, i.Title, why)
	}
	if t.met+len(t.failing) == 0 {
		return NotApplicable(issue.NewText("No serious incident was closed in the last year."))
	}
	return t.list()
}

func assured(in *Input) Outcome {
	best, ok, lacks := in.certifiedUntil()
	if end, audited := in.auditedFromOutside(); audited {
		if !ok || end.After(best) {
			best = end
		}
		ok = true
	}
	var t Tally
	if !ok && lacks != (aims.Subject{}) {
		t.Fail(lacks, "", issue.NewText("The certificate is on file without its number, or without who accredits the body today, so nobody can look it up."))
		return t.list()
	}
	t.check(ok, best, whole(), "", issue.NewText("Neither a valid certificate nor an audit of everything from outside is on file."))
	return t.list()
}

// certifiedUntil returns until when a certificate can be claimed with its
// surveillance on time, and whether one can now: one that can be looked up, of a body that
// is accredited. Lacks is one that would be, but for that.
func (in *Input) certifiedUntil() (until time.Time, ok bool, lacks aims.Subject) {
	for c := range in.View.Certificates().All() {
		if !c.Valid(in.today) || c.DecidedOn.After(in.today) || in.gone(aims.KindCertificate, c.ID) {
			continue
		}
		end, late := in.lastOf(c.Expires()), false
		for _, d := range c.Cycle() {
			if d.Done || d.ID == "expiry" || d.Basis == "convention" {
				continue // the habit of certification bodies makes nothing late
			}
			late = late || !in.notYet(in.lastOf(d.Due))
			end = sooner(end, in.lastOf(d.Due))
		}
		switch {
		case late:
		case !c.Identified() || !c.Accredited(in.today):
			lacks = aims.Subject{Kind: aims.KindCertificate, ID: c.ID}
		default:
			if !c.AccreditedUntil.IsZero() {
				end = sooner(end, in.lastOf(c.AccreditedUntil))
			}
			if !ok || end.After(until) {
				until, ok = end, true
			}
		}
	}
	return until, ok, lacks
}

// auditedFromOutside returns until when audits of the last year, by nobody who was of the
// organisation then, cover clauses 4 to 10 with no major nonconformity open,
// and whether they do now.
func (in *Input) auditedFromOutside() (until time.Time, ok bool) {
	for n := range in.View.Nonconformities().All() {
		if n.Open() && n.Severity == aims.SeverityMajor && !n.RaisedOn.After(in.today) {
			return time.Time{}, false
		}
	}
	var outside []aims.Audit
	var ends []time.Time
	done, each := in.audits()
	for i, a := range done {
		if !slices.ContainsFunc(a.Auditors, func(id string) bool {
			p, found := in.View.People().Get(id)
			return !found || !p.External || p.ExternalSince.After(a.ClosedOn) // who was of the organisation then is told to be none today
		}) {
			outside, ends = append(outside, a), append(ends, each[i])
		}
	}
	for _, c := range aims.Clauses() {
		if !parent(c).IsZero() {
			continue
		}
		best, missing := covered(outside, ends, c)
		if len(missing) > 0 {
			return time.Time{}, false
		}
		until = sooner(until, best)
	}
	return until, true
}

func monitoringArrives(in *Input) Outcome {
	return in.apiece(nonempty, bySystem(func(in *Input, t *Tally, s *system) {
		if s.Stage != register.StageOperation || !s.High() {
			return
		}
		days := in.Parameters.MonitorDays[s.Level]
		best := in.monitored(in.evidence().metered[s.ID], days)
		t.graced(in, s, in.Parameters.OwnerGraceDays, !best.IsZero(), best,
			issue.NewText("No service has put a result of monitoring of the last %d days on file.", days))
	}), func(_ *Input, t *Tally) Outcome {
		if t.met+len(t.failing) == 0 {
			return NotApplicable(issue.NewText("No system of high or unknown impact is in operation."))
		}
		return t.count(issue.NewText("systems of high or unknown impact have monitoring that does not arrive by itself"))
	})
}
