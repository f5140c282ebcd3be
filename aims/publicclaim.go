package aims

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// PublicClaim is something that the organisation says in public of its certification, at
// one place: a page, a letterhead, a tender, a leaflet that goes with a product (ISO/IEC
// 17021-1, 8.3). What may be said View.Claims tells; View.ClaimObjections holds a claim
// against that.
type PublicClaim struct {
	// ID names the claim, Title is what people call it.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Where is the place: an address on the web, or where it is printed. Says is what it
	// says there, in its words.
	Where string `json:"where"`
	Says  string `json:"says"`
	// About is what it calls certified, as somebody reads it who knows nothing else.
	About ClaimAbout `json:"about"`
	// Mark says that it shows a mark of the certification, Accreditation that it refers to
	// the accreditation of the body or shows the mark of that.
	Mark          bool `json:"mark,omitempty"`
	Accreditation bool `json:"accreditation,omitempty"`
	// Certificate is the ID of the certification that it speaks of; empty if it names none,
	// and then it is the one that is meant on the day (View.CertificateMeant).
	Certificate string `json:"certificate,omitempty"`
	// Covers are the sites, activities and roles that it names as certified, one by one;
	// Systems are the IDs of the AI systems that it names as run under what is certified.
	Covers  []string `json:"covers,omitempty"`
	Systems []string `json:"systems,omitempty"`
	// Owner is the ID of the person who answers for it and can take it down.
	Owner string `json:"owner"`
	// Tenures say who owned it until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Since is since when it is there; it stays as it was first told.
	Since calendar.Date `json:"since"`
	// Authors are the IDs of those who wrote in it; verbs keep them.
	Authors []string `json:"authors,omitempty"`

	// Reviews are the looks at whether it may be said, in the order in which they were
	// recorded. UncheckedSince is since when it says what nobody has looked at; zero if the
	// last look was at what it says, or at more. ChangedAt is when it came to say what it
	// says, zero where that never changed; verbs keep both.
	Reviews        []ClaimReview `json:"reviews,omitempty"`
	UncheckedSince time.Time     `json:"unchecked_since,omitzero"`
	ChangedAt      time.Time     `json:"changed_at,omitzero"`
	// EndedOn is the day from which on it was not there any more, EndReason says what was
	// done with it. EndedBy is the ID of the person who says so, EndedAt when that was
	// recorded; EndPublicClaim sets them.
	EndedOn   calendar.Date `json:"ended_on,omitzero"`
	EndReason string        `json:"end_reason,omitempty"`
	EndedBy   string        `json:"ended_by,omitempty"`
	EndedAt   time.Time     `json:"ended_at,omitzero"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// ClaimAbout is what a public claim calls certified.
type ClaimAbout string

// What is called certified.
const (
	// ClaimManagementSystem: the management system of the organisation, by itself.
	ClaimManagementSystem ClaimAbout = "management_system"
	// ClaimWithProduct: the management system, on or with a product (8.3.3).
	ClaimWithProduct ClaimAbout = "with_product"
	// ClaimProduct: a product, a service, an AI system or its outputs, or it can be read so.
	ClaimProduct ClaimAbout = "product"
)

// ClaimAbouts returns what can be called certified, in order.
func ClaimAbouts() []ClaimAbout {
	return []ClaimAbout{ClaimManagementSystem, ClaimWithProduct, ClaimProduct}
}

// ClaimReview is a look at whether a claim may be said.
type ClaimReview struct {
	// On is when it was looked at, Seen what was seen there.
	On   calendar.Date `json:"on"`
	Seen string        `json:"seen"`
	// Beyond is what of it lets something seem certified that is not (CL-13); empty if
	// nothing does. It stands against the claim until a later look finds nothing.
	Beyond string `json:"beyond,omitempty"`
	// Digest is that of what the record said that was looked at (PublicClaim.Digest). Who looks
	// may say it, and then it has to be that of what stands there; a verb sets it. Empty of
	// looks of before.
	Digest string `json:"digest,omitempty"`
	// By is the ID of the person who looked, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Last returns the last look at a claim; false if nobody has looked.
func (p PublicClaim) Last() (ClaimReview, bool) {
	if len(p.Reviews) == 0 {
		return ClaimReview{}, false
	}
	return p.Reviews[len(p.Reviews)-1], true
}

// ShownOn reports whether it is there on a day.
func (p PublicClaim) ShownOn(day calendar.Date) bool {
	return p.EndedOn.IsZero() || day.Before(p.EndedOn)
}

// Digest is the digest of what somebody looks at who looks whether it may be said.
func (p PublicClaim) Digest() string {
	return digestOf(plainText(p.Where), plainText(p.Says), p.About, p.Certificate, p.Mark, p.Accreditation, inOrder(p.Covers), inOrder(p.Systems))
}

// sameClaim reports whether a claim says no more than it did, at the same place, as somebody
// sees it who looks whether it may be said.
func sameClaim(_ *Tx, was, now *PublicClaim) bool {
	return sameText(now.Where, was.Where) && sameText(now.Says, was.Says) && now.About == was.About && now.Certificate == was.Certificate &&
		(was.Mark || !now.Mark) && (was.Accreditation || !now.Accreditation) && noneNew(was.Covers, now.Covers) && noneNew(was.Systems, now.Systems)
}

// claimReviewBy is by when somebody looks at a claim: a year after the last look, or after it
// came to be there, and sooner where it has said something else since a look (lookBy). The
// body looks at how its certification is referred to at each surveillance (ISO/IEC 17021-1,
// 9.6.2.2), once a calendar year; that the organisation does so as often is ours. A look of
// who answers for it by now does not count.
func (x *index) claimReviewBy(p *PublicClaim) calendar.Date {
	last := p.Since
	for _, v := range p.Reviews {
		if !x.ownsNow(v.By, Subject{Kind: publicClaims.Name(), ID: p.ID}) {
			last = calendar.Later(last, v.On)
		}
	}
	return x.lookBy(last, p.changedSince())
}

// changedSince is since when it says something else than at the last look; zero if it does
// not, or nobody has looked.
func (p *PublicClaim) changedSince() time.Time {
	if len(p.Reviews) == 0 {
		return time.Time{}
	}
	return p.UncheckedSince
}

var publicClaims = ledger.MustDeclare(ledger.Spec[PublicClaim]{
	Name: KindPublicClaim,
	Key:  func(p *PublicClaim) string { return p.ID }, SetKey: func(p *PublicClaim, id string) { p.ID = id },
	Revision:  func(p *PublicClaim) *uint64 { return &p.Revision },
	Completes: []string{"authors", "tenures"},
	Carry: inTurn(handed(func(rec *PublicClaim) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
		looking[PublicClaim]{looks: func(p *PublicClaim) int { return len(p.Reviews) }, since: func(p *PublicClaim) *time.Time { return &p.UncheckedSince },
			changed: func(p *PublicClaim) *time.Time { return &p.ChangedAt }, digest: PublicClaim.Digest, same: sameClaim}.carry),
	Limits: within(KindPublicClaim, bounded(lists{"covers": 200, "systems": 1_000, "authors": 200, "reviews": 200},
		"where", "says", "covers", "end_reason", "reviews.seen", "reviews.beyond")),
	MayDrop: func(_ ledger.Reader, p *PublicClaim) error {
		return errors.New("it was said in public; say when it ended (EndPublicClaim), and it stays on file")
	},
	Check: checked(checkPublicClaim),
})

// PutPublicClaim puts on file what is said in public of the certification, or revises it
// while it is there. Since when it is there stays, and so does what was seen of it; what says
// something else since is to be looked at again (UncheckedSince).
func (tx *Tx) PutPublicClaim(p PublicClaim) error {
	return put(tx, "PutPublicClaim", publicClaims, p, func(p *PublicClaim) error {
		old, exists := publicClaims.Of(tx).Get(p.ID)
		if !old.EndedOn.IsZero() {
			return ledger.Refuse(ErrState, "it ended on %s; what is there again is another one", old.EndedOn.String())
		}
		p.Authors, p.Reviews, p.ChangedAt = with(old.Authors, tx.By().Actor), old.Reviews, time.Time{}
		p.EndedOn, p.EndReason, p.EndedBy, p.EndedAt = calendar.Date{}, "", "", time.Time{}
		var is Issues
		if exists && p.Since != old.Since {
			kept(&is, "since", old.Since, p.Since, "end it, and put another one on file")
		}
		return is.Err()
	})
}

// ReviewPublicClaim records a look at whether a claim may be said, where it stands, by
// somebody who neither answers for it nor wrote in it.
func (tx *Tx) ReviewPublicClaim(id string, v ClaimReview) error {
	return decide(tx, "ReviewPublicClaim", publicClaims, id, func(p *PublicClaim) error {
		var is Issues
		saying(&is, "seen", v.Seen)
		if v.Beyond != "" {
			saying(&is, "beyond", v.Beyond)
		}
		last, _ := p.Last()
		switch {
		case v.On.IsZero():
			is.Add("on", "required", "", "say when it was looked at")
		case v.On.After(tx.Today()):
			is.Add("on", "past", v.On.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case v.On.Before(p.Since):
			is.Add("on", "order", v.On.String(), "it is there since %s", p.Since.String())
		case v.On.Before(last.On):
			is.Add("on", "order", v.On.String(), "it was looked at on %s since", last.On.String())
		case !p.ShownOn(v.On):
			is.Add("on", "order", v.On.String(), "it ended on %s", p.EndedOn.String())
		}
		tx.lookedAt(&is, v.On, p.ChangedAt, &v.Digest, p.Digest())
		v.By, v.At = tx.By().Actor, tx.Now()
		p.Reviews = append(p.Reviews, v)
		return is.Err()
	})
}

// EndPublicClaim says from which day on a claim was not there any more, and what was done
// with it. It stays on file.
func (tx *Tx) EndPublicClaim(id string, on calendar.Date, how string) error {
	return revise(tx, "EndPublicClaim", publicClaims, id, func(p *PublicClaim) error {
		if !p.EndedOn.IsZero() {
			return ledger.Refuse(ErrState, "it ended on %s", p.EndedOn.String())
		}
		var is Issues
		saying(&is, "end_reason", how)
		last, _ := p.Last()
		switch {
		case on.IsZero():
			is.Add("ended_on", "required", "", "say since when it is not there any more")
		case on.After(tx.Today()):
			is.Add("ended_on", "past", on.String(), "says what happened, so it can't be after %s", tx.Today().String())
		case on.Before(last.On):
			is.Add("ended_on", "order", on.String(), "it was seen there on %s", last.On.String())
		}
		p.EndedOn, p.EndReason, p.EndedBy, p.EndedAt = on, how, tx.By().Actor, tx.Now()
		return is.Err()
	})
}

func checkPublicClaim(c checker, p *PublicClaim) {
	c.says("title", p.Title, true)
	c.says("where", p.Where, true)
	c.says("says", p.Says, true)
	oneOf(c, "about", p.About, ClaimAbouts())
	if p.ShownOn(c.DayOf(c.r.AsOf())) {
		c.person("owner", p.Owner, true)
	}
	if p.Certificate != "" && !c.has(KindCertificate, p.Certificate) {
		c.Add("certificate", "record", p.Certificate, "no such certification on file")
	}
	for i, what := range p.Covers {
		c.says(issue.Index("covers", i), what, true)
	}
	c.systems("systems", p.Systems)
	if p.Since.IsZero() {
		c.Add("since", "required", "", "say since when it is there")
	}
	c.past("since", p.Since)
	c.past("ended_on", p.EndedOn)
	c.order("since", p.Since, "ended_on", p.EndedOn)
}

// PublicClaims returns what the organisation says in public of its certification (ISO/IEC
// 17021-1, 8.3).
//
//go:noinline
func (r *reading) PublicClaims() Records[PublicClaim] { return publicClaims.Of(r.r) }

// ClaimObjections returns what stands against a public claim at time now: the rules that let
// it not be said (ClaimRules), in their order, each with what of the claim it is. Where the
// certification itself lets nothing be said, that alone. Nothing of a claim that has ended,
// that is not on file or that the reader does not see (For).
func (r *reading) ClaimObjections(id string, now time.Time) []Claim {
	p, ok := publicClaims.Shared(r.r).Get(id)
	if !ok || !r.sees(publicClaims.Name(), id) {
		return nil
	}
	var out []Claim
	for _, o := range r.entire().objections(p, r.DayOf(now)) {
		if o.names != nil && slices.ContainsFunc(o.names, func(s Subject) bool { return !r.sees(s.Kind, s.ID) }) {
			o.Claim.Certificate, o.Claim.Text = "", issue.Text{}
		}
		out = append(out, o.Claim)
	}
	return out
}

// objection is what stands against a public claim: since when, zero if that can't be told,
// and the records that its text tells of.
type objection struct {
	Claim
	since calendar.Date
	names []Subject
	part  string // tells apart what stands against parts of the claim
}

// objections are what stands against a claim on a day.
func (r *reading) objections(p *PublicClaim, today calendar.Date) (out []objection) {
	if !p.ShownOn(today) {
		return nil
	}
	c := r.certificateOf(p, today)
	for i := range claimRules {
		rule := &claimRules[i]
		if rule.May || (c == nil) != rule.none {
			continue
		}
		text, holds := rule.says(c, today)
		if !holds {
			continue
		}
		o := objection{Claim: Claim{Rule: rule.ID, Text: text}}
		if c != nil {
			o.Certificate, o.names = c.ID, []Subject{{Kind: KindCertificate, ID: c.ID}}
			if c.TransferredTo != "" {
				o.names = append(o.names, Subject{Kind: KindCertificate, ID: c.TransferredTo})
			}
		}
		if rule.of == nil { // whatever it says
			if rule.since != nil {
				if day, known := rule.since(c); known {
					o.since = calendar.Later(p.Since, day)
				}
			}
			return []objection{o}
		}
		for _, part := range rule.of(r, p, c) {
			o := o
			o.Text = issue.NewText("%s %s", part.text, text)
			o.since, o.names = calendar.Later(p.Since, part.since), append(slices.Clone(o.names), part.names...)
			o.part = fmt.Sprint(rule.ID, " ", len(out))
			out = append(out, o)
		}
	}
	return out
}

// certificateOf is the certification that a claim speaks of; nil if there is none.
func (r *reading) certificateOf(p *PublicClaim, today calendar.Date) *Certificate {
	if p.Certificate != "" {
		c, _ := certificates.Shared(r.r).Get(p.Certificate)
		return c
	}
	if c, ok := meant(r.Certificates(), today); ok {
		return &c
	}
	return nil
}

// claimPart is what of a claim a rule is against.
type claimPart struct {
	text  issue.Text
	since calendar.Date
	names []Subject
}

func partsTakenOut(_ *reading, p *PublicClaim, c *Certificate) (out []claimPart) {
	gone := c.takenOut()
	for _, what := range p.Covers {
		if !slices.ContainsFunc(gone, func(g string) bool { return sameText(g, what) }) {
			continue
		}
		var since calendar.Date
		for _, d := range c.ScopeDecisions {
			if d.Kind == ScopeReduced && slices.ContainsFunc(d.Parts, func(g string) bool { return sameText(g, what) }) {
				since = d.On
			}
		}
		out = append(out, claimPart{text: issue.NewText("It names %s as certified.", what), since: since})
	}
	return out
}

func refersToAccreditation(_ *reading, p *PublicClaim, c *Certificate) []claimPart {
	if !p.Accreditation {
		return nil
	}
	return []claimPart{{text: issue.NewText("It refers to the accreditation."), since: c.AccreditedUntil}}
}

func onProduct(_ *reading, p *PublicClaim, _ *Certificate) []claimPart {
	switch {
	case p.About == ClaimProduct:
		return []claimPart{{text: issue.NewText("It lets a product, a service or an AI system seem certified.")}}
	case p.About == ClaimWithProduct && p.Mark:
		return []claimPart{{text: issue.NewText("It shows the mark on or with a product.")}}
	}
	return nil
}

func beyondScope(r *reading, p *PublicClaim, _ *Certificate) (out []claimPart) {
	for _, id := range p.Systems {
		s, ok := systems.Shared(r.r).Get(id)
		if !ok || s.OutOfScope == "" && s.Stage != register.StageRetirement {
			continue
		}
		text := issue.NewText("It names system %q, which is outside of the scope.", s.Name)
		if s.OutOfScope == "" {
			text = issue.NewText("It names system %q, which is retired.", s.Name)
		}
		part := claimPart{text: text, names: []Subject{systemSubject(id)}}
		if !s.OutsideSince.IsZero() {
			part.since = r.DayOf(s.OutsideSince)
		}
		out = append(out, part)
	}
	if last, ok := p.Last(); ok && last.Beyond != "" {
		out = append(out, claimPart{text: issue.NewText("A look at it on %s found: %s.", last.On.String(), strings.TrimSuffix(last.Beyond, ".")), since: last.On})
	}
	return out
}

// grossly reports whether a claim calls a product certified: nothing is said of any
// certification of a management system that makes that true.
func (p *PublicClaim) grossly() bool { return p.About == ClaimProduct }

// claimSettled is within how many days a claim that may not be said is put right before it is
// taken to stand on purpose; a choice of this project. It is to end at once.
const claimSettled = 30

var claimsRight = Probe{
	ID: "SV-03", Title: "Public claim of a certification that may not be made",
	Grading: "minor from the first day; major where a product is called certified, or it still stands a month later",
	grade:   majorIf(func(o Observation) bool { return o.Grave || lateBy(o, claimSettled) }),
	look: func(x *index, yield func(Observation) bool) {
		for id, p := range publicClaims.Shared(x.r).All() {
			for _, against := range x.objections(p, x.today) {
				o := about(publicClaims.Name(), id, p.Title, against.since, issue.NewText("%s: %s", against.Rule, against.Text),
					issue.NewText("Take it down, or put it right, there; then say so (EndPublicClaim, PutPublicClaim), and have somebody look who does not answer for it (ReviewPublicClaim).")).by(against.part, "")
				o.Grave, o.names = p.grossly(), against.names
				if !yield(o) {
					return
				}
			}
		}
	},
}

var claimsLookedAt = Probe{
	ID: "SV-11", Title: "Public claim of a certification that nobody has looked at in a year, or since it was changed",
	Grading: "opportunity: the body looks at it at each surveillance, and no clause has the organisation do so before",
	grade:   graded(SeverityOpportunity),
	look: func(x *index, yield func(Observation) bool) {
		for id, p := range publicClaims.Shared(x.r).All() {
			due := x.claimReviewBy(p)
			if !p.ShownOn(x.today) || !x.overdue(due) {
				continue
			}
			text := issue.NewText("Somebody was to look by %s whether it may still be said.", due.String())
			if changed := p.changedSince(); !changed.IsZero() {
				text = issue.NewText("It says something else since %s, and somebody was to look by %s whether that may be said.", day(x.on(changed)), due.String())
			}
			if !yield(about(publicClaims.Name(), id, p.Title, due, text,
				issue.NewText("Have somebody look where it stands who does not answer for it (ReviewPublicClaim)."))) {
				return
			}
		}
	},
}
