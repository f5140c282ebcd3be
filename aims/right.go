package aims

import (
	"fmt"
	"slices"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// Right is one row of the table of rights: who may use a verb, who never may whatever
// else they are, and what the verb leaves behind. It is asked before the verb does
// anything, of the state as it is and of that before the commit.
type Right struct {
	// Verb is the verb. When is empty, or says of which use of it the row is, such as
	// to leave a control out: then it holds besides the row without.
	Verb string `json:"verb"`
	When string `json:"when,omitempty"`
	// Does says what the verb does: creates, revises, decides, withdraws, erases.
	Does string `json:"does"`
	// Record is what it is about, in words.
	Record string `json:"record"`
	// May are the standings any one of which suffices.
	May []Standing `json:"may"`
	// Never are those who may not, whatever their standing.
	Never []Bar `json:"never,omitempty"`
	// Absolute says that Options.Rights can't let others in: a standard, or the
	// separation of duties, asks for these.
	Absolute bool `json:"absolute,omitempty"`
	// Leaves says what the verb leaves behind beside the trail.
	Leaves string `json:"leaves"`
	// Clause is the clause or control that it rests on; "-" for what certification
	// asks for.
	Clause string `json:"clause"`
}

// Standing is what lets somebody use a verb: one of the constants, or the ID of a
// role, which its holder has once the appointment is accepted.
type Standing string

// The standings beside roles.
const (
	// StandRecorder is a person on file who is active, or a registered service that
	// runs.
	StandRecorder Standing = "recorder"
	// StandPerson is a person on file who is active.
	StandPerson Standing = "person"
	// StandTop is a member of top management (5.1).
	StandTop Standing = "top-management"
	// StandFounder is the first person, while the founding lasts (Options.Founder).
	StandFounder Standing = "founder"
	// StandOwner is who owns the record, or the system that it is about.
	StandOwner Standing = "owner"
	// StandHolder is who was appointed to the role.
	StandHolder Standing = "holder"
	// StandSigner holds a role that signs the assessment at its level, or has it by
	// delegation; or one that signs at a gate that the system can pass next.
	StandSigner Standing = "signer"
	// StandAuditor is one of the audit's auditors.
	StandAuditor Standing = "auditor"
	// StandChair is who led the review.
	StandChair Standing = "chair"
	// StandNamed is whom the record names as having had a part in what it tells, such
	// as an auditor or who collected (Claimed).
	StandNamed Standing = "named"
	// StandAsker is who asked for it, or wrote the remark.
	StandAsker Standing = "asker"
)

// Bar is a tie to a record that keeps somebody from deciding on it.
type Bar string

// The bars.
const (
	// BarAuthor wrote in it, in any draft.
	BarAuthor Bar = "author"
	// BarOwner owns it, or did of late (OwnerDays).
	BarOwner Bar = "owner"
	// BarSystemOwner owns a system that it is about, or did of late (OwnerDays).
	BarSystemOwner Bar = "system-owner"
	// BarDoer carried out what is checked.
	BarDoer Bar = "doer"
	// BarAsker asked for it.
	BarAsker Bar = "asker"
	// BarSelf is whom it is about.
	BarSelf Bar = "self"
)

// BarInfo is one row of the table of bars.
type BarInfo struct {
	// Bar names it, ID is the rule of separation that refusals carry.
	Bar Bar    `json:"bar"`
	ID  string `json:"id"`
	// Who says who is barred, Why why.
	Who string `json:"who"`
	Why string `json:"why"`
	// Days is for how many days at most it still bars who is that no more; 0 if it bars for
	// good, or as things stand.
	Days int `json:"days,omitempty"`
}

// The rules of who may. Those of separation are in the table of bars; SD-7 is kept by
// whoever is appointed, SD-6 by PlanAudit and CloseAudit.
const (
	ruleSomebody  = "AC-1" // whoever acts is on file
	ruleService   = "AC-2" // a service decides nothing
	ruleStanding  = "AC-3" // the verb's own standings
	ruleAppointed = "SD-13"
)

var bars = []BarInfo{
	{BarAuthor, "SD-1", "an author of it, in any draft", "nobody approves own work (5.3; ISO/IEC 42001 A.3.2)", 0},
	{BarOwner, "SD-2", "its owner", "who answers for a thing does not release it from what it owes", OwnerDays},
	{BarSystemOwner, "SD-9", "the owner of a system that it is about", "who gains from the use of a system does not judge what it does to others", OwnerDays},
	{BarDoer, "SD-8", "who carried out what is checked", "whether an action works is for another to see (10.2)", 0},
	{BarAsker, "SD-4", "who asked for it", "nobody grants what he asks for", 0},
	{BarSelf, "SD-12", "whom it is about", "nobody appoints himself (5.3)", 0},
}

// Bars returns the table of bars.
func Bars() []BarInfo { return slices.Clone(bars) }

func barInfo(b Bar) BarInfo {
	i := slices.IndexFunc(bars, func(o BarInfo) bool { return o.Bar == b })
	return bars[i]
}

// Rights returns the table of rights: the library's rows, in the order of the
// package documentation.
func Rights() []Right {
	all := slices.Clone(rights)
	for i := range all {
		all[i].May, all[i].Never = slices.Clone(all[i].May), slices.Clone(all[i].Never)
	}
	return all
}

// ExtraRight lets others use a verb besides those of the table, for Options.Rights.
type ExtraRight struct {
	// Verb and When name the row of the table, which may not be Absolute.
	Verb string `json:"verb"`
	When string `json:"when,omitempty"`
	// May are the standings that it is given to, such as a role of the organisation's
	// own. Who is barred stays barred.
	May []Standing `json:"may"`
}

// RightError says why somebody may not use a verb. It is an ErrForbidden, and an
// ErrSeparation where duties are separate.
type RightError struct {
	// Rule is the rule: AC-1 to AC-3, or one of separation.
	Rule string `json:"rule"`
	// Verb and When are the row of the table of rights.
	Verb string `json:"verb"`
	When string `json:"when,omitempty"`
	// Actor is who tried.
	Actor string `json:"actor"`
	// Text says what stands against it, Next who may, or what to do instead.
	Text issue.Text `json:"text"`
	Next issue.Text `json:"next"`
	// May are the standings that would do, Never the bars.
	May   []Standing `json:"may,omitempty"`
	Never []Bar      `json:"never,omitempty"`
	// Through is the last day on which who owned the thing before is barred (OwnerDays);
	// zero of every other reason.
	Through calendar.Date `json:"through,omitzero"`

	separate bool
}

// Error says what stands against it, under which rule, and what to do instead.
func (e *RightError) Error() string {
	return fmt.Sprintf("%s (%s): %s", e.Text.String(), e.Rule, e.Next.String())
}

// Unwrap gives ErrSeparation or ErrForbidden.
func (e *RightError) Unwrap() error {
	if e.separate {
		return ErrSeparation
	}
	return ErrForbidden
}

// rightOf returns the row of a verb, with what an organisation adds; false if there
// is none.
func (r *reading) rightOf(verb, when string) (Right, bool) {
	i := slices.IndexFunc(rights, func(x Right) bool { return x.Verb == verb && x.When == when })
	if i < 0 {
		return Right{}, false
	}
	right := rights[i]
	if !right.Absolute {
		for _, extra := range r.opts.Rights {
			if extra.Verb == verb && extra.When == when {
				right.May = slices.Concat(right.May, extra.May)
			}
		}
	}
	return right, true
}

// checkRights refuses rights that the table does not let an organisation give.
func checkRights(extra []ExtraRight) error {
	var is Issues
	for n, e := range extra {
		field := issue.Index("rights", n)
		i := slices.IndexFunc(rights, func(x Right) bool { return x.Verb == e.Verb && x.When == e.When })
		switch {
		case i < 0:
			is.Add(field+".verb", "verb", e.Verb, "no such row in the table of rights; see aims.Rights")
		case rights[i].Absolute:
			is.Add(field+".verb", "absolute", e.Verb, "who may is not for an organisation to widen")
		case len(e.May) == 0:
			is.Add(field+".may", "required", "", "say who may besides")
		case rights[i].Does == "decides" && slices.Contains(e.May, StandRecorder):
			is.Add(field+".may", "absolute", string(StandRecorder), "a service decides nothing; give it to a role or to every person")
		}
	}
	if len(is) > 0 {
		return fmt.Errorf("options: %w: %w", ErrInvalid, is)
	}
	return nil
}

// Use is somebody's wish to use a verb on a record, for View.MayUse.
type Use struct {
	// Actor is who, as By.Actor says.
	Actor string `json:"actor"`
	// Verb is the verb; When which use of it, where the table of rights tells them
	// apart.
	Verb string `json:"verb"`
	When string `json:"when,omitempty"`
	// Subject is the record.
	Subject Subject `json:"subject"`
}

// MayUse returns why somebody may not use a verb on a record as things stand; nil if
// nothing in the table of rights is against it. What the verb asks besides, and what
// Options.Authorize says, is not part of it. Of a record that a reader is not shown
// (View.For) it is ErrNotFound.
func (r *reading) MayUse(u Use) error {
	right, ok := r.rightOf(u.Verb, u.When)
	switch {
	case !ok:
		var is Issues
		is.Add("verb", "verb", u.Verb, "no such row in the table of rights; see aims.Rights")
		return fmt.Errorf("MayUse: %w: %w", ErrInvalid, is)
	case u.Subject.ID == "" || r.r.Has(u.Subject):
	case right.Does == "creates":
		u.Subject.ID = "" // there is none, as far as is told
	default:
		return &RecordError{Kind: u.Subject.Kind, ID: u.Subject.ID, Verb: u.Verb, Err: ErrNotFound}
	}
	return asked{r.entire(), u.Actor, u.Subject}.may(right)
}

// mayUse is what the ledger asks of each verb.
func mayUse(opts *Options) func(ledger.Reader, By, ledger.Action) error {
	return func(in ledger.Reader, by By, a ledger.Action) error {
		r := &reading{r: in, opts: opts}
		right, ok := r.rightOf(a.Verb, "")
		if !ok { // of the embedder's own kinds
			right = Right{Verb: a.Verb, May: []Standing{StandRecorder}}
		}
		q := asked{r, by.Actor, a.Subject}
		if err := q.may(right); err != nil {
			return err
		}
		return q.held(a.Verb)
	}
}

// right asks for a use of the current verb that the table tells apart.
func (tx *Tx) right(verb, when string, s Subject) error {
	right, _ := tx.rightOf(verb, when)
	return asked{&tx.reading, tx.By().Actor, s}.may(right)
}

// barred is the refusal of a bar that shows in what the verb was given.
func (tx *Tx) barred(b Bar, verb, when string) error {
	right, _ := tx.rightOf(verb, when)
	return asked{&tx.reading, tx.By().Actor, Subject{}}.barred(b, tied{}, right)
}

// apart asks for a bar towards another record than the one that the verb is about.
func (tx *Tx) apart(b Bar, verb string, from Subject) error {
	q := asked{&tx.reading, tx.By().Actor, from}
	if t, barred := q.ties(b, q.parts()); barred {
		right, _ := tx.rightOf(verb, "")
		return q.barred(b, t, right)
	}
	return nil
}

// asked is who wants to do something to a record.
type asked struct {
	*reading
	actor string
	about Subject
}

// may walks a row of the table.
func (q asked) may(right Right) error {
	fail := func(rule string, separate bool, text, next issue.Text) error {
		return &RightError{Rule: rule, Verb: right.Verb, When: right.When, Actor: q.actor, Text: text, Next: next,
			May: slices.Clone(right.May), Never: slices.Clone(right.Never), separate: separate}
	}
	person, isPerson := people.Shared(q.r).Get(q.actor)
	service, isService := services.Shared(q.r).Get(q.actor)
	var founds bool
	switch {
	case isPerson && !person.ActiveOn(q.today()):
		return fail(ruleSomebody, false, issue.NewText("%q has left", q.actor), issue.NewText("let an active person do it"))
	case isService && !service.RunsOn(q.today()):
		return fail(ruleSomebody, false, issue.NewText("service %q has ended", q.actor), issue.NewText("register one that runs (PutService)"))
	case slices.Contains(right.May, StandFounder) && q.founding(q.actor):
		founds = true
	case isService && !slices.Contains(right.May, StandRecorder):
		return fail(ruleService, false, issue.NewText("%q is a service, which records and drafts and decides nothing", q.actor), q.whoMay(right))
	case !isPerson && !isService:
		return fail(ruleSomebody, false, issue.NewText("%q is neither a person on file nor a registered service", q.actor), q.howOnFile())
	}
	if len(right.May) == 1 && right.May[0] == StandRecorder && len(right.Never) == 0 {
		return nil // most are, and need not look at the record
	}
	p := q.parts()
	if !founds {
		allowed, appointed := false, ""
		for _, st := range right.May {
			ok, by := q.stands(st, person, p)
			if ok && by == "" {
				allowed = true
				break
			}
			if ok {
				appointed = by
			}
		}
		switch {
		case !allowed && appointed != "":
			return fail(ruleAppointed, true, issue.NewText("%q was appointed by %q, who has a part in it", q.actor, appointed),
				issue.NewText("have the appointment made by somebody without (AssignRole)"))
		case !allowed && right.Does != "creates" && q.about.ID != "" && !q.r.Has(q.about) && slices.ContainsFunc(right.May, ofRecord):
			return ErrNotFound
		case !allowed:
			return fail(ruleStanding, false, issue.NewText("%q may not", q.actor), q.whoMay(right))
		}
	}
	for _, b := range right.Never {
		if t, barred := q.ties(b, p); barred {
			return q.barred(b, t, right)
		}
	}
	return nil
}

// barred is the refusal of a bar.
func (q asked) barred(b Bar, t tied, right Right) error {
	info := barInfo(b)
	text := issue.NewText("%q is barred: %s", q.actor, issue.Text{ID: info.Who})
	if !t.until.IsZero() {
		text = issue.NewText("%q is barred through %s: %s until %s", q.actor, day(t.through), issue.Text{ID: info.Who}, day(t.until))
	}
	return &RightError{Rule: info.ID, Verb: right.Verb, When: right.When, Actor: q.actor, Text: text, Next: q.whoMay(right),
		May: slices.Clone(right.May), Never: slices.Clone(right.Never), Through: t.through, separate: true}
}

// whoMay says who would be allowed.
func (q asked) whoMay(right Right) issue.Text {
	signers := q.parts().signers
	may := make([]issue.Text, 0, len(right.May))
	for _, st := range right.May {
		switch st {
		case StandFounder:
			continue
		case StandRecorder, StandPerson:
			may = append(may, issue.NewText("an active person on file"))
		case StandTop:
			may = append(may, issue.NewText("a member of top management"))
		case StandSigner:
			for _, role := range signers {
				may = append(may, issue.NewText("the %s", role))
			}
		default:
			may = append(may, issue.NewText("the %s", issue.Word(st)))
		}
	}
	if len(right.Never) == 0 {
		return issue.NewText("%s may", issue.Join("%s, %s", may))
	}
	never := make([]issue.Text, len(right.Never))
	for i, b := range right.Never {
		never[i] = issue.Plain(barInfo(b).Who)
	}
	return issue.NewText("%s may; never %s", issue.Join("%s, %s", may), issue.Join("%s, %s", never))
}

// howOnFile says how somebody comes on file.
func (q asked) howOnFile() issue.Text {
	if people.Shared(q.r).Len() == 0 && q.opts.Founder.ID == "" {
		return issue.NewText("nobody is on file yet; name the first person in Options.Founder")
	}
	return issue.NewText("have them put on file (PutPerson, PutService)")
}

// stands reports whether somebody has a standing. Where that was given by somebody
// with a part in the record, it does not count: by says by whom.
func (q asked) stands(st Standing, person *Person, p parts) (ok bool, by string) {
	isPerson := person != nil
	switch st {
	case StandRecorder, StandPerson:
		return st == StandRecorder || isPerson, ""
	case StandFounder:
		return false, "" // asked before
	case StandTop:
		if !isPerson || !person.TopManagement {
			return false, ""
		}
		return true, q.partOf(p, person.TopBy)
	case StandOwner:
		return isPerson && q.among(slices.Concat(p.owners, p.systemOwners)), ""
	case StandHolder:
		return isPerson && q.among(p.holders), ""
	case StandAuditor:
		return isPerson && q.among(p.auditors), ""
	case StandChair:
		return isPerson && q.among(p.chairs), ""
	case StandNamed:
		return isPerson && q.among(p.named), ""
	case StandAsker:
		return isPerson && q.among(p.askers), ""
	case StandSigner:
		for _, role := range p.signers {
			if ok, by := q.stands(Standing(role), person, p); ok {
				return ok, by
			}
		}
		return isPerson && q.among(p.delegates), ""
	}
	if !isPerson || !q.holds(q.actor, string(st)) {
		return false, ""
	}
	role, _ := roles.Shared(q.r).Get(string(st))
	return true, q.partOf(p, role.AppointedBy)
}

// ofRecord reports whether a standing is one towards the record.
func ofRecord(st Standing) bool {
	return slices.Contains([]Standing{StandOwner, StandHolder, StandSigner, StandAuditor, StandChair, StandNamed, StandAsker}, st)
}

// among reports whether the actor is one of some persons: by ID, as only who is named
// is meant.
func (q asked) among(ids []string) bool { return slices.Contains(ids, q.actor) }

// partOf returns who appointed somebody, if that one wrote, owns or handed in the
// record, or appointed himself; else nothing.
func (q asked) partOf(p parts, by string) string {
	if by == "" {
		return ""
	}
	if q.same(by, q.actor) {
		return by
	}
	for _, who := range slices.Concat(p.authors, p.submitters, p.owners, p.systemOwners) {
		if q.same(who, by) {
			return by
		}
	}
	return ""
}

// same reports whether two IDs are of one human: the same, or those of two records
// with one address or one identity.
func (r *reading) same(a, b string) bool {
	if a == b {
		return a != ""
	}
	if r.known != nil && r.whole == nil {
		twins := r.known.twins(r.twins)
		if !twins[a] || !twins[b] {
			return false
		}
	}
	x, okX := people.Shared(r.r).Get(a)
	y, okY := people.Shared(r.r).Get(b)
	return okX && okY && x.sameHuman(y)
}

// twins are the persons on file who share an address or an identity with another one.
func (r *reading) twins() map[string]bool {
	first, twins := make(map[string]string), make(map[string]bool)
	for id, p := range people.Shared(r.r).All() {
		for _, m := range p.marks() {
			if other, known := first[m]; known {
				twins[other], twins[id] = true, true
			} else {
				first[m] = id
			}
		}
	}
	return twins
}

// parts are the persons that have a part in a record.
type parts struct {
	authors, owners, systemOwners, doers, askers, selves []string
	tenures, systemTenures                               []calendar.Tenure // of owners so far
	submitters                                           []string
	holders, auditors, chairs, named, delegates          []string
	signers                                              []string // roles that sign
}

// of returns the persons of a bar; of owners also those before.
func (p parts) of(b Bar) []calendar.Tenure {
	switch b {
	case BarAuthor:
		return owned(p.authors, nil)
	case BarOwner:
		return owned(p.owners, p.tenures)
	case BarSystemOwner:
		return owned(p.systemOwners, p.systemTenures)
	case BarDoer:
		return owned(p.doers, nil)
	case BarAsker:
		return owned(p.askers, nil)
	case BarSelf:
		return owned(p.selves, nil)
	}
	return nil
}

// parts returns who has a part in the record that is asked of; of one of a group, in
// all of them.
func (q asked) parts() (p parts) {
	rec, ok := q.r.Record(q.about)
	if !ok {
		if q.about.Kind == KindPerson {
			p.selves = []string{q.about.ID}
		}
		return p
	}
	for _, n := range partsIn(rec) {
		p.named = append(p.named, n.person)
	}
	ofSystems := func(ids []string) {
		for _, id := range ids {
			p.ownedBy(q.reading, id)
		}
	}
	switch rec := rec.(type) {
	case *Person:
		p.selves = []string{rec.ID}
	case *Service:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
	case *Role:
		p.holders = []string{rec.Holder}
	case *Policy:
		p.authors, p.owners = rec.Authors, []string{rec.Owner}
	case *Document:
		p.authors, p.owners = rec.Authors, []string{rec.Owner}
	case *ProcessMap:
		p.authors = rec.Authors
	case *AuditProgramme:
		p.authors = rec.Authors
	case *Scope:
		p.authors = rec.Authors
	case *register.Criteria:
		p.authors = rec.Authors
	case *Opportunity:
		p.owners, p.authors, p.doers = []string{rec.Owner}, rec.Authors, rec.FormerOwners
		for _, a := range actionsOf(q.r, q.about) {
			p.doers = append(append(p.doers, a.Owner, a.Done.By), a.FormerOwners...)
		}
	case *Objective:
		p.owners = []string{rec.Owner}
	case *Monitoring:
		p.tenures = rec.Tenures
		p.owners, p.authors, p.doers = []string{rec.Evaluator}, rec.Authors, []string{rec.Measurer}
	case *Supplier:
		p.owners = []string{rec.Owner}
	case *Obligation:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
	case *Communication:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
	case *PlannedChange:
		p.tenures = rec.Tenures
		p.owners, p.authors, p.doers = []string{rec.Owner}, rec.Authors, []string{rec.Done.By}
	case *Sweep:
		p.owners, p.authors = []string{rec.By}, rec.Authors
	case *Channel:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
	case *Competence:
		p.owners = []string{rec.Owner}
	case *HeldCompetence:
		p.selves = []string{rec.Person}
	case *GoverningBody:
		p.chairs = []string{rec.Chair}
	case *register.System:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
		q.gateSigners(rec, &p)
	case *SystemVerification:
		p.authors, p.doers = rec.Authors, rec.Builders
		ofSystems([]string{rec.System})
	case *Deployment:
		p.authors, p.named = rec.Authors, append(p.named, rec.Releaser)
		ofSystems([]string{rec.System})
	case *UseRules:
		p.tenures = rec.Tenures
		p.owners, p.authors, p.named = []string{rec.Owner}, rec.Authors, append(p.named, rec.Users...)
	case *SystemLog:
		p.tenures = rec.Tenures
		p.owners, p.authors = []string{rec.Owner}, rec.Authors
		ofSystems([]string{rec.System})
	case *Resource:
		p.tenures = rec.Tenures
		p.owners, p.authors = []string{rec.Owner}, rec.Authors
	case *PublicClaim:
		p.tenures = rec.Tenures
		p.owners, p.authors = []string{rec.Owner}, rec.Authors
	case *Retirement:
		p.authors = rec.Authors
		for _, n := range rec.Told {
			p.doers = append(p.doers, n.By)
		}
		for _, m := range rec.Remains {
			p.doers = append(p.doers, m.By)
		}
		ofSystems([]string{rec.System})
	case *Dataset:
		p.owners = []string{rec.Owner}
		ofSystems(rec.Systems)
	case *impact.Assessment:
		q.assessed(*rec, &p)
	case *Duty:
		ofSystems([]string{rec.System})
		if a, ok := assessments.Shared(q.r).Get(rec.Assessment); ok {
			p.authors = a.Authors
		}
	case *register.Risk:
		p.tenures = rec.Tenures
		p.owners, p.authors = []string{rec.Owner}, rec.Authors
		ofSystems(rec.Systems)
	case *annexa.Decision:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
	case *Evidence:
		p.owners, p.authors = []string{rec.Collector}, []string{rec.AttachedBy}
		ofSystems(rec.Systems)
	case *Exception:
		p.askers = []string{rec.RequestedBy}
		ofSystems([]string{rec.System})
	case *Audit:
		p.auditors = rec.Auditors
	case *ManagementReview:
		p.chairs = []string{rec.Chair}
	case *Action:
		p.owners, p.doers = []string{rec.Owner}, append([]string{rec.Done.By}, rec.FormerOwners...)
		if rec.Decision == 0 { // top management moves what it decided
			p.askers = []string{rec.SetBy}
		}
	case *Nonconformity:
		p.tenures = rec.Tenures
		p.owners, p.doers, p.askers = []string{rec.Owner}, append([]string{rec.Action.By}, rec.Authors...), []string{rec.RaisedBy}
		for _, a := range actionsOf(q.r, q.about) {
			p.doers = append(append(p.doers, a.Owner, a.Done.By), a.FormerOwners...)
		}
	case *Incident:
		p.tenures = rec.Tenures
		p.owners = []string{rec.Owner}
		ofSystems(rec.Systems)
	case *Concern:
		p.owners, p.askers = []string{rec.Handler}, []string{rec.RaisedBy}
		ofSystems(rec.Systems)
	}
	return p
}

// ownedBy adds who owns a system, and who did.
func (p *parts) ownedBy(r *reading, system string) {
	s, ok := systems.Shared(r.r).Get(system)
	if !ok {
		return
	}
	if s.Owner != "" {
		p.systemOwners = append(p.systemOwners, s.Owner)
	}
	p.systemTenures = append(p.systemTenures, s.Tenures...)
}

// OwnsNow reports whether somebody owns a record, or a system that it is about, as things
// stand: what he decided on it before does not count then, as nobody may decide so who
// answers for it. A service is judged by who owns it. So nothing is gained by lending what
// one owns to another while one decides on it; who takes over a thing for good takes
// nothing from what others decided on it.
func (r *reading) OwnsNow(person string, about Subject) bool {
	return r.entire().ownsNow(person, about)
}

func (r *reading) ownsNow(person string, about Subject) bool {
	if s, ok := services.Shared(r.r).Get(person); ok {
		person = s.Owner
	}
	p := asked{r, person, about}.parts()
	return slices.ContainsFunc(slices.Concat(p.owners, p.systemOwners), func(owner string) bool { return r.same(owner, person) })
}

// gateSigners adds the roles that sign at the gates that a system can pass next; the verb
// says which of them are asked for at its level.
func (q asked) gateSigners(s *register.System, p *parts) {
	for _, to := range []register.Stage{nextStage(s.Stage), register.StageRetirement} {
		move, err := register.CheckMove(s.Stage, to, q.opts.gates.items...)
		if err != nil {
			continue
		}
		for _, i := range move.Gate.Items {
			for _, role := range i.Signer.Roles {
				switch {
				case role == register.SignerOwner:
					p.delegates = append(p.delegates, s.Owner)
				case !slices.Contains(p.signers, role):
					p.signers = append(p.signers, role)
				}
			}
		}
	}
}

// nextStage is the stage after one; none after the last.
func nextStage(s register.Stage) register.Stage {
	all := register.Stages()
	if i := slices.Index(all, s); i+1 < len(all) {
		return all[i+1]
	}
	return ""
}

// assessed adds who has a part in an assessment, and in those that follow it.
func (q asked) assessed(a impact.Assessment, p *parts) {
	add := func(a *impact.Assessment) {
		p.authors = append(p.authors, a.Authors...)
		p.submitters = append(p.submitters, a.SubmittedBy)
		p.ownedBy(q.reading, a.System)
	}
	add(&a)
	for _, m := range a.Members {
		if f, ok := assessments.Shared(q.r).Get(m.Assessment); ok {
			add(f)
		}
	}
	signers := q.opts.AssessmentPolicy.SignOff[a.Level].Signers
	if len(signers) == 0 { // nobody can approve it; who looks at what is gravest sends it back or ends it
		signers = q.opts.AssessmentPolicy.SignOff[impact.LevelHigh].Signers
	}
	for _, s := range signers {
		for _, role := range s.Roles {
			if role == impact.SignerOwner {
				p.delegates = append(p.delegates, p.systemOwners...)
				continue
			}
			p.signers = append(p.signers, role)
		}
	}
	for _, d := range a.Delegations {
		if d.InForce(q.today()) {
			p.delegates = append(p.delegates, d.To)
		}
	}
	for _, c := range a.Comments {
		p.askers = append(p.askers, c.By)
	}
	for _, c := range a.Conditions {
		p.askers = append(p.askers, c.By, c.Owner)
	}
}
