package impact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
)

// Open opens the n-th assessment of a system for a trigger, whose Due is set
// by the policy.
func Open(id string, n int, s register.System, t Trigger, b Basis) Assessment {
	a := Assessment{ID: id, System: s.ID, Number: n, State: StateOpen, OpenedAt: t.At, Triggers: fold(nil, t)}
	return a.derive(s, &b)
}

// derive takes up the system as it is: it asks the rules, rates the harms by
// the criteria in force and sets the due dates.
func (a Assessment) derive(s register.System, b *Basis) Assessment {
	c := b.criteria()
	a.Criteria = c.Version
	if len(a.Harms) > 0 {
		a.Harms = slices.Clone(a.Harms)
		for i, h := range a.Harms {
			if h.Criteria == c.Version {
				a.Harms[i].Outcome = h.Rate(c)
			}
		}
	}
	a.Fingerprint = register.FingerprintOf(s)
	a.Recorded = RecordedValues(s)
	a.Facts = a.facts(b.Facts, c)
	a.Result = b.rules().Derive(s, a.Facts)
	a.Level = a.level()
	a.Triggers = slices.Clone(a.Triggers)
	a.Due = calendar.Date{}
	for i, t := range a.Triggers {
		t.Due = b.policy().due(t, a.Level, s.Stage, b.Zone)
		a.Triggers[i] = t
		if a.Due.IsZero() || t.Due.Before(a.Due) {
			a.Due = t.Due
		}
	}
	return a
}

// facts adds what the assessment answers to what is known beside the system.
func (a Assessment) facts(f Facts, c register.Criteria) Facts {
	f.Parties, f.Severity, f.Irremediability, f.Misuse, f.Questionnaire = nil, 0, 0, len(a.Misuse), ""
	for _, p := range a.Parties {
		f.Parties = append(f.Parties, p.Party)
	}
	slices.Sort(f.Parties)
	f.Parties = slices.Compact(f.Parties)
	for _, h := range a.Harms {
		if h.Outcome.Severity == 0 || !h.onPeople() {
			continue
		}
		// On a scale of five steps, rounded up.
		f.Severity = max(f.Severity, min(worst, (h.Outcome.Severity*worst+len(c.Consequence)-1)/len(c.Consequence)))
		f.Irremediability = max(f.Irremediability, h.Irremediability)
	}
	for _, q := range a.Questionnaires {
		f.Questionnaire = MaxLevel(f.Questionnaire, q.Level)
	}
	return f
}

// level is the rules' level or, if higher, that of the gravest harm or of a
// member of the group.
func (a Assessment) level() Level {
	level := a.Result.Level
	for _, h := range a.Harms {
		level = MaxLevel(level, h.Outcome.Level)
	}
	for _, m := range a.Members {
		level = MaxLevel(level, m.Level)
	}
	return level
}

// AddTrigger folds another trigger into an open assessment; the earliest due
// date wins. The same event again is no further trigger, and when a hundred are
// listed those that follow are counted (Trigger.More). An assessment that is handed in goes back to being written: it no longer
// answers all that is asked.
func (a Assessment) AddTrigger(t Trigger, s register.System, b Basis) Assessment {
	a.Triggers = fold(slices.Clone(a.Triggers), t)
	return a.derive(s, &b).Reopen()
}

// Reopen takes a submitted assessment back to being written, unsigned; another
// stays as it is.
func (a Assessment) Reopen() Assessment {
	if a.State == StateSubmitted {
		a.State = StateInProgress
		a = a.unsigned()
	}
	return a
}

// unsigned takes back the submission and what was signed under it.
func (a Assessment) unsigned() Assessment {
	a.SubmittedBy, a.SubmittedAt, a.Signatures, a.Conditions = "", time.Time{}, nil, nil
	a.Members = slices.Clone(a.Members)
	for i, m := range a.Members {
		a.Members[i] = Member{System: m.System, Assessment: m.Assessment}
	}
	return a
}

// Refresh lets an open assessment take up the system, rules and criteria as
// they are. One that is handed in stays as it is, since people sign it, or goes
// back to being written if the system has changed since in what matters, or if
// other things are asked of it now.
func (a Assessment) Refresh(s register.System, b Basis) Assessment {
	if !a.State.Open() {
		return a
	}
	fresh := a.derive(s, &b)
	switch {
	case a.State != StateSubmitted:
		return fresh
	case fresh.Fingerprint.Digest != a.Fingerprint.Digest, fresh.Criteria != a.Criteria, fresh.Level != a.Level, Compare(a.Result, fresh.Result).Any(),
		a.Group == "" && len(fresh.missing(&b)) > 0: // what a member lacks alone, the other has
		return fresh.Reopen()
	}
	return a
}

// Assign asks a person to write the assessment. An empty ID takes the request
// back.
func (a Assessment) Assign(person string) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s; what is open is assigned", ErrState, a.State)
	}
	a.Assessor = person
	return a, nil
}

// Save takes the content of a draft, which may be incomplete, but not wrong.
// Who saves becomes an author.
func (a Assessment) Save(draft Content, by string, s register.System, b Basis) (Assessment, error) {
	if err := a.writable(); err != nil {
		return a, err
	}
	if err := a.check(&draft, &b); err != nil {
		return a, err
	}
	a.Content = draft
	return a.written(by, s, &b)
}

// written returns the assessment after somebody has written in it.
func (a Assessment) written(by string, s register.System, b *Basis) (Assessment, error) {
	now := a.author(by)
	if err := bounded("authors", now.Authors); err != nil {
		return a, err
	}
	now.State = StateInProgress
	return now.derive(s, b), nil
}

// writable returns an error unless content can be written.
func (a Assessment) writable() error {
	if !a.State.Open() || a.State == StateSubmitted {
		return fmt.Errorf("%w: it is %s; content is written while it is open, in progress or returned", ErrState, a.State)
	}
	return nil
}

// author adds a person to the authors.
func (a Assessment) author(by string) Assessment {
	if !slices.Contains(a.Authors, by) {
		a.Authors = append(slices.Clip(a.Authors), by)
		slices.Sort(a.Authors)
	}
	return a
}

// check returns what is wrong with content, and sets the version of the criteria
// of what has been rated anew. What is beyond its bounds is not looked at
// further, so that refusing costs little.
func (a Assessment) check(draft *Content, b *Basis) error {
	var found issue.Issues
	is := &found
	issue.Check(contentBounds(), is, draft)
	if tooLong := func(i issue.Issue) bool { return i.Rule == "length" }; slices.ContainsFunc(found, tooLong) {
		return found
	}
	draft.Harms = slices.Clone(draft.Harms)
	c := b.criteria()
	for i, p := range draft.Parties {
		if !knownParty(p.Party) {
			is.Add(issue.Index("parties", i)+".party", "party", p.Party, "no such affected party; see impact.Parties")
		}
	}
	before := make(map[string]*HarmRating, len(a.Harms))
	for i := range a.Harms {
		before[a.Harms[i].Harm] = &a.Harms[i]
	}
	for i, h := range draft.Harms {
		field := issue.Index("harms", i)
		was, had := before[h.Harm]
		var old HarmRating
		if had {
			old = *was
		}
		switch {
		case h.Criteria == 0 || h.Criteria == c.Version:
			h.Criteria, h.Outcome = c.Version, RiskOutcome{}
			if !had || h.CopiedFrom != old.CopiedFrom || h.Dismissed != old.Dismissed || !h.sameRating(old) {
				h.CopiedFrom = "" // rated here
			}
			h.validate(is, field, c)
		case had && old.Criteria == h.Criteria && h.sameRating(old):
			h.Outcome = old.Outcome // as it was rated; Submit asks for a new one
		default:
			is.Add(field+".criteria", "version", strconv.Itoa(h.Criteria), "rate with version %d of the criteria, which is in force", c.Version)
		}
		draft.Harms[i] = h
	}
	for i, v := range draft.Benefits {
		field := "benefits[" + strconv.Itoa(i) + "]"
		required(is, field+".what", v.What)
		checkParties(is, field+".parties", v.Parties)
	}
	for i, v := range draft.Misuse {
		field := "misuse[" + strconv.Itoa(i) + "]"
		required(is, field+".what", v.What)
		checkHarms(is, field+".harms", v.Harms)
	}
	for i, v := range draft.Consultation {
		field := "consultation[" + strconv.Itoa(i) + "]"
		checkParties(is, field+".parties", v.Parties)
		if v.On.After(b.today()) {
			is.Add(field+".on", "past", v.On.String(), "says what happened, so it can't be after %s", b.today())
		}
	}
	for i, v := range draft.Deviations {
		field := "deviations[" + strconv.Itoa(i) + "].attribute"
		if a.Group == "" {
			is.Add(field, "group", v.Attribute, "only an assessment that follows another says where its system differs")
		} else if _, ok := register.AttributeByName(v.Attribute); !ok {
			is.Add(field, "attribute", v.Attribute, "no such attribute; see register.Attributes")
		}
	}
	return found.Err()
}

func required(is *issue.Issues, field, text string) {
	if strings.TrimSpace(text) == "" {
		is.Add(field, "required", text, "may not be empty")
	}
}

// sameRating reports whether two ratings of a harm say the same of its gravity.
func (h HarmRating) sameRating(o HarmRating) bool {
	return h.Scale == o.Scale && h.Scope == o.Scope && h.Irremediability == o.Irremediability && h.Likelihood == o.Likelihood &&
		h.Confidence == o.Confidence && h.ResidualLikelihood == o.ResidualLikelihood && h.ResidualSeverity == o.ResidualSeverity
}

// Missing lists what an assessment lacks to be handed in, and what it claims
// and can't show.
func (a Assessment) Missing(b Basis) issue.Issues { return a.missing(&b) }

func (a Assessment) missing(b *Basis) issue.Issues {
	var is issue.Issues
	for _, q := range a.Result.Open {
		if a.Result.Decides(q) {
			is.Add("system."+q.Attribute, "answered", "", "not answered, and the answer could raise the level to %s (%s)", q.Level, strings.Join(q.Rules, ", "))
		}
	}
	named, harmed, considered := a.named()
	for _, p := range a.Fingerprint.Attributes["affected"] {
		if !named[p] {
			is.Add("parties", "considered", p, "the system names this affected party; say how it is affected")
		}
	}
	for i, p := range a.Parties {
		if !harmed[p.Party] && strings.TrimSpace(p.NoHarm) == "" {
			is.Add("parties["+strconv.Itoa(i)+"].no_harm", "considered", p.Party, "no harm names this party; say why none comes to it")
		}
	}
	for _, prompt := range a.Result.Harms {
		if !considered[prompt.Harm] {
			is.Add("harms", "considered", prompt.Harm, "%s ask for it: rate it, or dismiss it with a reason", strings.Join(prompt.Rules, ", "))
		}
	}
	for i, h := range a.Harms {
		h.complete(&is, "harms["+strconv.Itoa(i)+"]", b)
	}
	for i, c := range a.Consultation {
		field := "consultation[" + strconv.Itoa(i) + "]"
		required(&is, field+".who", c.Who)
		required(&is, field+".result", c.Result)
		if c.On.IsZero() {
			is.Add(field+".on", "required", "", "say on which day")
		}
	}
	if b.policy().SignOff[a.Level].Consultation && !a.consulted() && strings.TrimSpace(a.NoConsultation) == "" {
		is.Add("consultation", "consulted", "", "at level %s affected people, or who speaks for them, are heard; record it, or say in no_consultation why not", a.Level)
	}
	return is
}

// named returns the parties that the assessment names, those of them that a harm
// falls on which is not dismissed, and the harms that it considers.
func (a Assessment) named() (parties, harmed, considered map[string]bool) {
	parties, harmed, considered = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range a.Parties {
		parties[p.Party] = true
	}
	for _, h := range a.Harms {
		considered[h.Harm] = true
		if h.Dismissed == "" {
			for _, p := range h.Parties {
				harmed[p] = true
			}
		}
	}
	return parties, harmed, considered
}

// consulted reports whether affected people, or who speaks for them, were
// heard.
func (a Assessment) consulted() bool {
	return slices.ContainsFunc(a.Consultation, func(c Consultation) bool { return len(c.Parties) > 0 })
}

// Submit hands the assessment in, with those that follow it in the order of
// Members, each as it stands beside this one (Beside). It must have been
// written, and all be complete: the error lists what is missing. Who wrote in
// any of them can't sign.
func (a Assessment) Submit(by string, s register.System, followers []Assessment, b Basis) (Assessment, error) {
	if a.State != StateInProgress && a.State != StateReturned {
		return a, fmt.Errorf("%w: it is %s; what is in progress or returned is handed in", ErrState, a.State)
	}
	if a.Group != "" {
		return a, fmt.Errorf("%w: it follows %s and is handed in with it", ErrState, a.Group)
	}
	fresh, err := a.unsigned().take(followers, &b)
	if err != nil {
		return a, err
	}
	fresh = fresh.derive(s, &b)
	is := fresh.missing(&b)
	for _, f := range followers {
		is.Merge("members["+f.System+"]", f.missingAsMember(&b).Err())
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	for _, f := range followers {
		fresh.Authors = append(slices.Clip(fresh.Authors), f.Authors...)
	}
	fresh.Authors = union(fresh.Authors, []string{by})
	if err := bounded("authors", fresh.Authors); err != nil {
		return a, err
	}
	fresh.State, fresh.SubmittedBy, fresh.SubmittedAt = StateSubmitted, by, b.Now
	return fresh, nil
}

// Return sends a submitted assessment back with at least one reason. One that
// follows another is sent back with that.
func (a Assessment) Return(by string, reasons []string, now time.Time) (Assessment, error) {
	if a.State != StateSubmitted {
		return a, fmt.Errorf("%w: it is %s; what is submitted is returned", ErrState, a.State)
	}
	if a.Group != "" {
		return a, fmt.Errorf("%w: it follows %s and is sent back with it", ErrState, a.Group)
	}
	var is issue.Issues
	if len(reasons) == 0 {
		is.Add("reasons", "required", "", "say why it is sent back")
	}
	for i, r := range reasons[:min(len(reasons), recordBounds().Max("returns[].reasons"))] {
		required(&is, issue.Index("reasons", i), r)
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	returns := append(slices.Clip(a.Returns), Return{By: by, At: now, Reasons: slices.Clone(reasons)})
	if err := bounded("returns", returns); err != nil {
		return a, err
	}
	a.State = StateReturned
	a = a.unsigned()
	a.Returns = returns
	return a, nil
}

// Covers reports whether the approval covers a system as it is on a day: it
// is approved, it has not run out, and the system has not changed materially
// against what was approved, or what was confirmed since (Confirm). If not, why says
// what is amiss; else it is the zero Text.
func (a Assessment) Covers(s register.System, today calendar.Date) (covered bool, why issue.Text) {
	switch {
	case a.State != StateApproved:
		return false, issue.NewText("assessment %s is %s", a.ID, issue.Word(a.State))
	case today.After(a.ValidUntil):
		return false, issue.NewText("the approval ran out on %s", a.ValidUntil)
	}
	if changes := a.differs(s); len(changes) > 0 {
		var names []issue.Text
		for _, c := range changes {
			of, _ := register.AttributeByName(c.Attribute)
			names = append(names, issue.NewText("%s (%s)", issue.Plain(of.Title), c.Rule))
		}
		return false, issue.NewText("changed since the approval: %s", issue.Join("%s, %s", names))
	}
	return true, issue.Text{}
}

// Supersede ends an approval when a later one takes its place.
func (a Assessment) Supersede(by string) (Assessment, error) {
	if a.State != StateApproved {
		return a, fmt.Errorf("%w: it is %s; what is approved is superseded", ErrState, a.State)
	}
	a.State, a.SupersededBy = StateSuperseded, by
	return a, nil
}

// Stop ends an open assessment whose system can't be approved as it is.
func (a Assessment) Stop(by, reason string, now time.Time) (Assessment, error) {
	return a.end(StateStopped, by, reason, now)
}

// Withdraw ends an open assessment of a system that has been retired, or of which the
// approval that there is has been confirmed.
func (a Assessment) Withdraw(by, reason string, now time.Time) (Assessment, error) {
	return a.end(StateWithdrawn, by, reason, now)
}

func (a Assessment) end(state State, by, reason string, now time.Time) (Assessment, error) {
	if !a.State.Open() {
		return a, fmt.Errorf("%w: it is %s already", ErrState, a.State)
	}
	var is issue.Issues
	required(&is, "reason", reason)
	recordBounds().CheckField(&is, "ended.reason", reason)
	if err := is.Err(); err != nil {
		return a, err
	}
	a.State, a.Ended = state, Ending{By: by, At: now, Reason: reason}
	return a, nil
}

// AttachQuestionnaire adds the result of a scored questionnaire, in place of an
// earlier result of the same questionnaire. Its level counts in the
// rules from now on. Who attaches it becomes an author.
func (a Assessment) AttachQuestionnaire(q QuestionnaireResult, by string, s register.System, b Basis) (Assessment, error) {
	if err := a.writable(); err != nil {
		return a, err
	}
	var is issue.Issues
	required(&is, "questionnaire.scoring", q.Scoring)
	for _, d := range []struct{ field, digest string }{{"digest", q.Digest}, {"answers", q.Answers}, {"result", q.Result}} {
		if len(d.digest) != 64 || strings.Trim(d.digest, "0123456789abcdef") != "" {
			is.Add("questionnaire."+d.field, "sha256", d.digest, "a SHA-256 digest is 64 lower-case hexadecimal digits")
		}
	}
	if q.Level.Rank() == 0 {
		is.Add("questionnaire.level", "oneof", string(q.Level), "must be one of %v", Levels())
	}
	if err := is.Err(); err != nil {
		return a, err
	}
	q.By, q.At = by, b.Now
	all := slices.DeleteFunc(slices.Clone(a.Questionnaires), func(x QuestionnaireResult) bool {
		return x.Digest == q.Digest || q.Title != "" && x.Title == q.Title
	})
	all = append(all, q)
	if err := bounded("questionnaires", all); err != nil {
		return a, err
	}
	a.Questionnaires = all
	return a.written(by, s, &b)
}
