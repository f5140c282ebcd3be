package aims

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// SystemLog is what an AI system logs (A.6.2.8; AI Act, Articles 19 and 26(6)): which
// events at which stages, where that is kept and for how long, who may read it and what it
// is for. There is one of a system. One writes it, and somebody else, or a service, looks
// whether the logs are there.
type SystemLog struct {
	// System is the ID of the system, and names the record.
	System string `json:"system"`
	// Owner is the ID of the person who answers for the logs.
	Owner string `json:"owner"`
	// Tenures say who owned them until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Events are what is logged; some of it while the system is in operation.
	Events []LoggedEvent `json:"events"`
	// Where says where the logs are kept, KeptDays for how many days, Readers who may read
	// them, Purpose what they are for.
	Where    string `json:"where"`
	KeptDays int    `json:"kept_days"`
	Readers  string `json:"readers"`
	Purpose  string `json:"purpose"`
	// Authors are the IDs of those who wrote in it, DescribedAt is when events, place and
	// days came to be as they are; verbs set both.
	Authors     []string  `json:"authors,omitempty"`
	DescribedAt time.Time `json:"described_at"`

	// Checks are looks at whether the logs are there, in the order in which they were
	// recorded. UncheckedSince is since when the record says what nobody has looked at;
	// zero if the last check was of what it says.
	Checks         []LogCheck `json:"checks,omitempty"`
	UncheckedSince time.Time  `json:"unchecked_since,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// LoggedEvent is one sort of event that is logged.
type LoggedEvent struct {
	// What is logged, Stages at which stages of the system.
	What   string           `json:"what"`
	Stages []register.Stage `json:"stages"`
}

// LogCheck is a look at whether logs are there.
type LogCheck struct {
	// On is when it was looked at, Looked at what. Found says that the logs were there as
	// described, for as long as they are to be kept; if not, Missing says what was not.
	On      calendar.Date `json:"on"`
	Looked  string        `json:"looked"`
	Found   bool          `json:"found"`
	Missing string        `json:"missing,omitempty"`
	// Digest is that of what the record said that was looked at (SystemLog.Digest). Who looks
	// may say it, and then it has to be that of what stands there; a verb sets it. Empty of
	// looks of before.
	Digest string `json:"digest,omitempty"`
	// By is the ID of the person or service that looked, At when that was recorded; verbs
	// set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Last returns the latest check; false if there is none.
func (l SystemLog) Last() (LogCheck, bool) {
	if len(l.Checks) == 0 {
		return LogCheck{}, false
	}
	last := l.Checks[0]
	for _, c := range l.Checks[1:] {
		if cmp.Or(c.On.Compare(last.On), c.At.Compare(last.At)) >= 0 {
			last = c
		}
	}
	return last, true
}

const (
	// sixMonths is how many days the AI Act has logs kept for at least: no six months have
	// more.
	sixMonths = 184
	// longestKept is how many days logs can be said to be kept, a hundred years.
	longestKept = 36_600
)

// controlLogged is the control of event logs.
var controlLogged = annexa.MustParse("A.6.2.8")

var systemLogs = ledger.MustDeclare(ledger.Spec[SystemLog]{
	Name: KindSystemLog,
	Key:  func(l *SystemLog) string { return l.System }, SetKey: func(l *SystemLog, id string) { l.System = id },
	Revision:  func(l *SystemLog) *uint64 { return &l.Revision },
	Completes: []string{"authors", "described_at", "tenures"},
	Carry: inTurn(handed(func(rec *SystemLog) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
		looking[SystemLog]{looks: func(l *SystemLog) int { return len(l.Checks) }, since: func(l *SystemLog) *time.Time { return &l.UncheckedSince },
			changed: func(l *SystemLog) *time.Time { return &l.DescribedAt }, digest: SystemLog.Digest, same: seenLogs}.carry),
	Listings: []ledger.Listing[SystemLog]{{Name: bySystem, Value: func(l *SystemLog) string { return l.System }}},
	Limits: within(KindSystemLog, bounded(lists{"events": 200, "events.stages": 10, "authors": 200, "checks": 2_000},
		"where", "readers", "purpose", "events.what", "checks.looked", "checks.missing")),
	MayDrop: func(r ledger.Reader, l *SystemLog) error {
		if len(l.Checks) > 0 {
			return errors.New("somebody has looked whether the logs are there; what was seen stays on record")
		}
		rec, _ := r.Record(systemSubject(l.System))
		if s, ok := rec.(*register.System); ok && live(s) {
			return errors.New("the system is in use; put right what it logs (DescribeLogs)")
		}
		return nil
	},
	Check: checked(checkSystemLog),
})

// Digest is the digest of what somebody looks at who looks whether the logs are there: events,
// place and days.
func (l SystemLog) Digest() string { return digestOf(l.Events, l.Where, l.KeptDays) }

// seenLogs reports whether the last look was at what a revision says, and by somebody else
// than who writes it: who looked is an author from then on.
func seenLogs(tx *Tx, was, now *SystemLog) bool {
	last, looked := was.Last()
	return was.Digest() == now.Digest() && !(looked && tx.same(last.By, tx.By().Actor))
}

// DescribeLogs says what a system logs, or revises that. Checks stay; those made of other
// events, another place or other days no longer show that the logs are there. Where the AI
// Act has the organisation keep the logs of the system for six months, fewer than 184 days
// are refused, unless the record already says as few.
func (tx *Tx) DescribeLogs(l SystemLog) error {
	return put(tx, "DescribeLogs", systemLogs, l, func(l *SystemLog) error {
		var is Issues
		old, exists := systemLogs.Of(tx).Get(l.System)
		l.Authors, l.DescribedAt, l.Checks = with(old.Authors, tx.By().Actor), tx.Now(), old.Checks
		if s, ok := systems.Shared(tx).Get(l.System); ok && l.KeptDays > 0 && (!exists || l.KeptDays < old.KeptDays) {
			if k := tx.logsOwed(s, l.KeptDays, tx.Today()); k.article != "" {
				is.Add("kept_days", "law", strconv.Itoa(l.KeptDays), "%s of the AI Act has the logs of this system kept for six months, which is %d days, at least", k.article, sixMonths)
			}
		}
		return is.Err()
	})
}

// CheckLogs records a look at whether the logs of a system are there, by the actor: a
// person or a service, that has not written the record and owns neither logs nor system. A
// service is judged by who owns it. What was seen stays.
func (tx *Tx) CheckLogs(system string, c LogCheck) error {
	return decide(tx, "CheckLogs", systemLogs, system, func(l *SystemLog) error {
		var is Issues
		saying(&is, "looked", c.Looked)
		if c.On.IsZero() {
			is.Add("on", "required", "", "say when it was looked at")
		}
		tx.lookedAt(&is, c.On, l.DescribedAt, &c.Digest, l.Digest())
		if !c.Found {
			saying(&is, "missing", c.Missing)
		} else if !blank(c.Missing) {
			is.Add("missing", "found", c.Missing, "the logs are said to be there")
		}
		c.By, c.At = tx.By().Actor, tx.Now()
		l.Checks = append(l.Checks, c)
		return is.Err()
	})
}

func checkSystemLog(c checker, l *SystemLog) {
	if !c.r.Has(systemSubject(l.System)) {
		c.Add("system", "system", l.System, "no such system in the register")
	}
	c.person("owner", l.Owner, true)
	c.says("where", l.Where, true)
	c.says("readers", l.Readers, true)
	c.says("purpose", l.Purpose, true)
	if l.KeptDays < 1 || l.KeptDays > longestKept {
		c.Add("kept_days", "range", strconv.Itoa(l.KeptDays), "days, 1 to %d", longestKept)
	}
	running := false
	for i, e := range l.Events {
		at := issue.Index("events", i)
		c.says(at+".what", e.What, true)
		if len(e.Stages) == 0 {
			c.Add(at+".stages", "required", "", "say at which stages it is logged")
		}
		for j, s := range e.Stages {
			field := issue.Index(at+".stages", j)
			oneOf(c, field, s, register.Stages())
			if slices.Contains(e.Stages[:j], s) {
				c.Add(field, "repeated", string(s), "is there already")
			}
			running = running || s == register.StageOperation
		}
	}
	if !running {
		c.Add("events", "operation", "", "say what is logged in operation, at the least")
	}
	for i, k := range l.Checks {
		c.past(issue.Index("checks", i)+".on", k.On)
	}
}

// keeping is what the AI Act has the organisation do with the logs of a system.
type keeping struct {
	article string        // empty if it asks for no more days
	from    calendar.Date // from when it binds
	inForce bool
}

// logsOwed says whether the AI Act has the logs of a system kept for longer than some days:
// where it is high-risk and the organisation its provider or deployer. What binds only once
// the design changes does not.
func (r *reading) logsOwed(s *register.System, days int, on calendar.Date) (k keeping) {
	if days >= sixMonths {
		return keeping{}
	}
	class := r.opts.Rules.EUAct().Classify(*s, on)
	for _, row := range []string{"EU-D-19", "EU-D-26-6"} {
		d, ok := class.Duty(row)
		if ok && !d.From.IsZero() && (k.article == "" || d.From.Before(k.from)) {
			k = keeping{d.Ref, d.From, d.InForce}
		}
	}
	return k
}

// lastLook is the latest look at logs that counts: that they were there shows none of who
// answers for them, or for the system, by now.
func (r *reading) lastLook(l *SystemLog) (LogCheck, bool) {
	of := SystemLog{Checks: slices.DeleteFunc(slices.Clone(l.Checks), func(c LogCheck) bool {
		return c.Found && r.ownsNow(c.By, Subject{Kind: systemLogs.Name(), ID: l.System})
	})}
	return of.Last()
}

// logsDue is by when somebody is to look whether logs are there.
func (r *reading) logsDue(l *SystemLog) calendar.Date {
	if last, ok := r.lastLook(l); ok {
		return r.lookBy(last.On, l.UncheckedSince)
	}
	since := l.UncheckedSince
	if since.IsZero() {
		since = l.DescribedAt
	}
	if since.IsZero() {
		return calendar.Date{}
	}
	return r.DayOf(since).AddDays(firstLook)
}

// logsLack says what is wrong with the logs of a system on a day by the looks at them, and
// since when: that some were not there (missing), or that it is late to look. The zero text if
// nothing is.
func (r *reading) logsLack(l *SystemLog, today calendar.Date) (lack issue.Text, since calendar.Date, missing bool) {
	last, looked := r.lastLook(l)
	if looked && !last.Found {
		return issue.NewText("On %s not all of the logs were there.", last.On), last.On, true
	}
	due := r.logsDue(l)
	switch {
	case due.IsZero() || !today.After(due):
		return issue.Text{}, calendar.Date{}, false
	case !looked:
		lack = issue.NewText("Nobody has looked whether the logs are there.")
	case !l.UncheckedSince.IsZero():
		lack = issue.NewText("It was looked at on %s, and the record says something else since %s.", day(last.On), day(r.DayOf(l.UncheckedSince)))
	default:
		lack = issue.NewText("Somebody last looked whether the logs are there on %s.", day(last.On))
	}
	return lack, due, false
}

// logsShort says of logs that are kept for less than the law asks what it asks.
func logsShort(l *SystemLog, k keeping) issue.Text {
	return issue.NewText("Logs are kept for %d days; %s of the AI Act asks for %d from %s on.", l.KeptDays, k.article, sixMonths, k.from)
}

// logsKept is what LG-02 and LG-03 say of a system, for who asks of one: what is wrong with
// its logs by now, and if nothing is, until when; whether any are on record.
func (x *index) logsKept(s *register.System) (lack issue.Text, until calendar.Date, onRecord bool) {
	l, ok := systemLogs.Shared(x.r).Get(s.ID)
	if !ok {
		return lack, until, false
	}
	if lack, _, _ := x.logsLack(l, x.today); lack.ID != "" {
		return lack, until, true
	}
	until = x.logsDue(l)
	if k := x.logsOwed(s, l.KeptDays, x.today); k.inForce {
		return logsShort(l, k), calendar.Date{}, true
	} else if k.article != "" {
		until = calendar.Earlier(until, k.from.AddDays(-1))
	}
	return lack, until, true
}

// logged reports whether a look within a year, at what is on record, found the logs of a
// system. At gates and of a system in operation it stands for evidence of A.6.2.8.
func (r *reading) logged(system string, now time.Time) bool {
	l, ok := systemLogs.Shared(r.r).Get(system)
	if !ok || !l.UncheckedSince.IsZero() {
		return false
	}
	last, ok := r.lastLook(l)
	return ok && last.Found && !last.At.After(now) && !r.DayOf(now).After(last.On.AddDays(testedDays))
}

var logsOnRecord = Probe{
	ID: "LG-01", Title: "Live system without logs on record", Clause: Clause{"8.1"}, Controls: ids("A.6.2.8"),
	Grading: "minor; major for a system of high impact, of which it is found even before any logs are on record. Where fresh evidence shows them it is not found, as the gate takes that too",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		all := systemLogs.Shared(x.r)
		for _, st := range x.states {
			if x.shown[st.s.ID]&askedAt[controlLogged] != 0 {
				continue
			}
			if st.live && (st.high || all.Len() > 0) && !all.Has(st.s.ID) && !yield(st.itself(never, issue.NewText("Nothing on record says what it logs."),
				issue.NewText("Say what is logged, where and for how long (DescribeLogs), and have somebody look (CheckLogs)."))) {
				return
			}
		}
	},
}

var logsLookedAt = Probe{
	ID: "LG-02", Title: "Logs not there, or not looked at", Clause: Clause{"9.1"}, Controls: ids("A.6.2.8"),
	Grading: "minor; major where logs of a live system of high impact are not there, or it is three months late",
	grade:   majorIf(func(o Observation) bool { return highAndLive(o) && (o.Grave || lateBy(o, late)) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		all := systemLogs.Shared(x.r)
		if all.Len() == 0 {
			return
		}
		for _, st := range x.states {
			l, ok := all.Get(st.s.ID)
			if !st.live || !ok {
				continue
			}
			lack, since, missing := x.logsLack(l, x.today)
			switch {
			case missing:
				o := st.about(systemLogs.Name(), st.s.ID, since, lack, issue.NewText("Have them kept, and have somebody look again (CheckLogs).")).by("missing", "")
				if o.Grave = true; !yield(o) {
					return
				}
			case lack.ID != "":
				if !yield(st.about(systemLogs.Name(), st.s.ID, since, lack, issue.NewText("Have somebody look who has no part in them, or a service (CheckLogs)."))) {
					return
				}
			}
		}
	},
}

var logsKeptLong = Probe{
	ID: "LG-03", Title: "Logs kept for less than the law asks", Clause: Clause{"8.1"}, Controls: ids("A.6.2.8"),
	Grading: "minor; major where the law is in force for a live system",
	grade:   majorIf(func(o Observation) bool { return o.Grave && o.Live }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		all := systemLogs.Shared(x.r)
		if all.Len() == 0 {
			return
		}
		for _, st := range x.states {
			l, ok := all.Get(st.s.ID)
			if !ok {
				continue
			}
			k := x.logsOwed(st.s, l.KeptDays, x.today)
			if k.article == "" {
				continue
			}
			o := st.about(systemLogs.Name(), st.s.ID, never, logsShort(l, k),
				issue.NewText("Keep them for longer (DescribeLogs), or put the answers right by which it is high-risk (ReviseSystem)."))
			if o.Grave = k.inForce; !yield(o) {
				return
			}
		}
	},
}
