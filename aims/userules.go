package aims

import (
	"fmt"
	"slices"
	"time"

	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/ledger"
)

// UseRules are the rules by which people of the organisation use AI systems (A.9.2), what
// they are to reach (A.9.3), who has accepted them, and how actual use compares with the
// intended one (A.9.4). What is approved stays in force while the next version is written.
type UseRules struct {
	// ID names the rules, Title is what people call them.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Systems are the IDs of the systems that they are for; none: for all.
	Systems []string `json:"systems,omitempty"`
	// Owner is the ID of the person who answers for them.
	Owner string `json:"owner"`
	// Tenures say who owned them until when, once that has changed; verbs keep them.
	Tenures []calendar.Tenure `json:"tenures,omitempty"`
	// Draft is the text as it is being written; Authors are the IDs of those who wrote in
	// it since the last approval, verbs keep them.
	Draft   UseText  `json:"draft"`
	Authors []string `json:"authors,omitempty"`
	// Users are the IDs of the persons who are to accept each version themselves. Of larger
	// bodies of users a service tells counts (CountUseRules).
	Users []string `json:"users,omitempty"`
	// DocumentControl is to whom they are given besides, how long they are kept, and when
	// they were withdrawn.
	DocumentControl

	// InForce is the version in force, Earlier are those before, oldest first.
	InForce UseVersion   `json:"in_force,omitzero"`
	Earlier []UseVersion `json:"earlier,omitempty"`
	// Accepted are who has accepted which version, Counts what services told of that.
	Accepted []UseAcceptance `json:"accepted,omitempty"`
	Counts   []UseCount      `json:"counts,omitempty"`
	// Compared are comparisons of actual with intended use, oldest first.
	Compared []UseComparison `json:"compared,omitempty"`
	// Revision is the number of the commit that wrote this revision.
	Revision uint64 `json:"revision,omitempty"`
}

// UseText is what rules of use say.
type UseText struct {
	// Intended says what the systems are used for, Rules what users do and do not do, Aims
	// what responsible use is to reach.
	Intended string `json:"intended"`
	Rules    string `json:"rules"`
	Aims     string `json:"aims"`
}

// UseVersion is an approved version of rules of use.
type UseVersion struct {
	// Version counts from 1, Text is what was approved, Systems are what it was approved for.
	Version int      `json:"version"`
	Text    UseText  `json:"text"`
	Systems []string `json:"systems,omitempty"`
	// By is the ID of the person who approved it, At when; Authors are the IDs of who wrote.
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Authors []string  `json:"authors,omitempty"`
}

// UseAcceptance says that a user has accepted a version.
type UseAcceptance struct {
	// By is the ID of the user, who says so themselves; Version which version, At when.
	By      string    `json:"by"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

// UseCount is how many users have accepted a version, as a service counts them.
type UseCount struct {
	// Version is the version, Users how many users there are, Accepted how many of them
	// have accepted it. Digest is the SHA-256, in hex, of the list that was counted.
	Version  int    `json:"version"`
	Users    int    `json:"users"`
	Accepted int    `json:"accepted"`
	Digest   string `json:"digest"`
	// By is the ID of the service, At when; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// UseComparison is a look at what a system is actually used for.
type UseComparison struct {
	// System is the ID of the system, On when it was looked at, Seen what was looked at and
	// seen. AsIntended says that it is used as intended; if not, Misuse says what else.
	System     string        `json:"system"`
	On         calendar.Date `json:"on"`
	Seen       string        `json:"seen"`
	AsIntended bool          `json:"as_intended"`
	Misuse     string        `json:"misuse,omitempty"`
	// By is the ID of the person who looked, At when that was recorded; verbs set them.
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Given reports whether a version is in force.
func (v UseVersion) Given() bool { return v.Version > 0 }

// acceptDays is within how many days users accept a version; a choice of this project.
const acceptDays = 30

var useRules = ledger.MustDeclare(ledger.Spec[UseRules]{
	Name: KindUseRules,
	Key:  func(u *UseRules) string { return u.ID }, SetKey: func(u *UseRules, id string) { u.ID = id },
	Revision:  func(u *UseRules) *uint64 { return &u.Revision },
	Completes: []string{"authors", "tenures"},
	Carry:     handed(func(rec *UseRules) ([]string, *[]calendar.Tenure) { return []string{rec.Owner}, &rec.Tenures }),
	Listings:  []ledger.Listing[UseRules]{{Name: bySystem, Values: func(u *UseRules) []string { return u.Systems }}},
	Limits: within(KindUseRules, bounded(lists{"systems": 1_000, "authors": 200, "users": 2_000, "earlier": 100, "earlier.authors": 200, "in_force.authors": 200, "in_force.systems": 1_000, "earlier.systems": 1_000, "accepted": 20_000, "counts": 1_000, "compared": 2_000, "distribution": 200},
		"draft.intended", "draft.rules", "draft.aims", "in_force.text.intended", "in_force.text.rules", "in_force.text.aims", "earlier.text.intended", "earlier.text.rules", "earlier.text.aims", "compared.seen", "compared.misuse", "disposal", "distribution.how", "ended.reason")),
	MayDrop: keptOverLong(KindUseRules, (*UseRules).neverInForce, "WithdrawUseRules"),
	Check:   checked(checkUseRules),
})

// DraftUseRules writes rules of use, or the next version of them. What is in force stays,
// with who accepted it and what was seen, until somebody else approves the draft.
func (tx *Tx) DraftUseRules(u UseRules) error {
	return put(tx, "DraftUseRules", useRules, u, func(u *UseRules) error {
		old, _ := useRules.Of(tx).Get(u.ID)
		u.InForce, u.Earlier, u.Accepted, u.Counts, u.Compared = old.InForce, old.Earlier, old.Accepted, old.Counts, old.Compared
		u.Authors = old.Authors
		if u.Draft != old.Draft || !sameSet(u.Systems, old.Systems) || len(u.Authors) > 0 {
			u.Authors = with(old.Authors, tx.By().Actor)
		}
		if old.withdrawn() && len(u.Authors) > len(old.Authors) {
			return ledger.Refuse(ErrState, "they are withdrawn; rules that are used again are other ones")
		}
		return u.kept(old.DocumentControl, !old.neverInForce())
	})
}

// neverInForce reports whether no version was approved yet.
func (u *UseRules) neverInForce() bool { return !u.InForce.Given() && len(u.Earlier) == 0 }

func (u *UseRules) withdrawn() bool { return u.Ended.By != "" }

// ApproveUseRules decides that the draft is in force from now on. None of those who wrote in
// it does, nor who answers for the rules.
func (tx *Tx) ApproveUseRules(id string) error {
	return decide(tx, "ApproveUseRules", useRules, id, func(u *UseRules) error {
		if u.withdrawn() {
			return ledger.Refuse(ErrState, "they are withdrawn; rules that are used again are other ones")
		}
		if len(u.Authors) == 0 {
			return ledger.Refuse(ErrState, "version %d is in force, and nobody has written another", u.InForce.Version)
		}
		var is Issues
		if u.complete(&is); len(is) > 0 {
			return is
		}
		next := UseVersion{Version: u.InForce.Version + 1, Text: u.Draft, Systems: u.Systems, By: tx.By().Actor, At: tx.Now(), Authors: u.Authors}
		if u.InForce.Given() {
			u.Earlier = append(u.Earlier, u.InForce)
		}
		u.InForce, u.Authors = next, nil
		return nil
	})
}

// WithdrawUseRules takes rules of use out of use from a day on, which is not to come: no
// version is in force any more, and nobody is asked to accept one. They are not taken back.
// They stay on file for as long as they are kept (Retentions, KeepYears), with who withdrew
// them and why (7.5.3).
func (tx *Tx) WithdrawUseRules(id string, on calendar.Date, reason string) error {
	return decide(tx, "WithdrawUseRules", useRules, id, func(u *UseRules) error {
		if !u.InForce.Given() {
			return ledger.Refuse(ErrState, "no version is in force, and only what is approved is withdrawn")
		}
		approved := u.InForce.At
		u.Earlier, u.InForce, u.Authors = append(u.Earlier, u.InForce), UseVersion{}, nil
		return u.withdraw(tx, approved, on, reason)
	})
}

// AcceptUseRules records that the actor, a user whom the rules name, accepts the version in
// force. Nobody accepts in another's name.
func (tx *Tx) AcceptUseRules(id string) error {
	return decide(tx, "AcceptUseRules", useRules, id, func(u *UseRules) error {
		if !u.InForce.Given() {
			return ledger.Refuse(ErrState, "no version is in force (ApproveUseRules)")
		}
		who := tx.By().Actor
		if slices.ContainsFunc(u.Accepted, func(a UseAcceptance) bool { return a.By == who && a.Version == u.InForce.Version }) {
			return ledger.Refuse(ErrState, "%q has accepted version %d", who, u.InForce.Version)
		}
		u.Accepted = append(u.Accepted, UseAcceptance{By: who, Version: u.InForce.Version, At: tx.Now()})
		return nil
	})
}

// CountUseRules records how many of a large body of users have accepted the version in force,
// as a registered service counts them. No person tells it.
func (tx *Tx) CountUseRules(id string, c UseCount) error {
	return revise(tx, "CountUseRules", useRules, id, func(u *UseRules) error {
		if !u.InForce.Given() {
			return ledger.Refuse(ErrState, "no version is in force (ApproveUseRules)")
		}
		if !services.Shared(tx).Has(tx.By().Actor) {
			return ledger.Refuse(ErrForbidden, "%q is no service; users accept themselves (AcceptUseRules), or a service counts them", tx.By().Actor)
		}
		var is Issues
		if c.Version != u.InForce.Version {
			is.Add("version", "version", fmt.Sprint(c.Version), "version %d is in force", u.InForce.Version)
		}
		if c.Users < 1 || c.Accepted < 0 || c.Accepted > c.Users {
			is.Add("accepted", "range", fmt.Sprint(c.Accepted), "0 to %d, and of one user at least", c.Users)
		}
		required(&is, "digest", c.Digest)
		c.By, c.At = tx.By().Actor, tx.Now()
		u.Counts = append(u.Counts, c)
		return is.Err()
	})
}

// CompareUse records what a system is actually used for, beside what it is intended for, as
// somebody saw it who does not answer for the rules. What is not intended has the same commit
// open an assessment of the system, or join the one that is open.
func (tx *Tx) CompareUse(id string, c UseComparison) error {
	return tx.Decide("CompareUse", Subject{Kind: useRules.Name(), ID: id}, func() error {
		err := moved(tx, useRules, id, func(u *UseRules) error {
			if !u.InForce.Given() {
				return ledger.Refuse(ErrState, "no version is in force to compare with (ApproveUseRules)")
			}
			var is Issues
			saying(&is, "seen", c.Seen)
			if !u.covers(c.System) {
				is.Add("system", "system", c.System, "the rules are not for it")
			}
			if c.On.IsZero() {
				is.Add("on", "required", "", "say when it was looked at")
			}
			if !c.AsIntended {
				saying(&is, "misuse", c.Misuse)
			} else if !blank(c.Misuse) {
				is.Add("misuse", "intended", c.Misuse, "it is said to be used as intended")
			}
			c.By, c.At = tx.By().Actor, tx.Now()
			u.Compared = append(u.Compared, c)
			return is.Err()
		})
		if err != nil || c.AsIntended {
			return err
		}
		return tx.fire(c.System, impact.TriggerMonitoring, "it is used as nobody intended, as was seen by rules "+id)
	})
}

// covers reports whether a version was approved for a system.
func (v *UseVersion) covers(system string) bool {
	return len(v.Systems) == 0 || slices.Contains(v.Systems, system)
}

// intendedSince is when a system first came to be intended, after a time, for another use than
// it was then, by whichever rules; zero if it did not.
func intendedSince(system string, rules []*UseRules, at time.Time) (since time.Time) {
	known := make(map[string]bool)
	var next []UseVersion
	for _, u := range rules {
		var then UseVersion
		for _, v := range append(slices.Clone(u.Earlier), u.InForce) {
			switch {
			case !v.Given():
			case !v.At.After(at):
				then = v
			case v.covers(system):
				next = append(next, v)
			}
		}
		if then.Given() && then.covers(system) {
			known[plainText(then.Text.Intended)] = true
		}
	}
	for _, v := range next {
		if !known[plainText(v.Text.Intended)] && (since.IsZero() || v.At.Before(since)) {
			since = v.At
		}
	}
	return since
}

// covers reports whether the version in force is for a system.
func (u *UseRules) covers(system string) bool {
	return u.InForce.covers(system)
}

func checkUseRules(c checker, u *UseRules) {
	c.says("title", u.Title, true)
	c.systems("systems", u.Systems)
	c.person("owner", u.Owner, true)
	c.people("users", u.Users)
	c.says("draft.intended", u.Draft.Intended, true)
	c.says("draft.rules", u.Draft.Rules, true)
	c.says("draft.aims", u.Draft.Aims, true)
	c.control(&u.DocumentControl, u.withdrawn())
	for i, n := range u.Counts {
		c.digest(issue.Index("counts", i)+".digest", n.Digest)
	}
	for i, n := range u.Compared {
		at := issue.Index("compared", i)
		if !c.r.Has(systemSubject(n.System)) {
			c.Add(at+".system", "record", n.System, "no such system in the register")
		}
		c.past(at+".on", n.On)
	}
	if v := u.InForce; v.Given() {
		c.needs("in_force", v.By != "" && !v.At.IsZero(), "what is in force says who approved it and when")
	}
}

// unaccepted are who of the users have not accepted the version in force, and of how many;
// by the last count of a service where there is one.
func (u *UseRules) unaccepted(active func(string) bool) (missing, of int) {
	accepted := make(map[string]bool)
	for _, a := range u.Accepted {
		if a.Version == u.InForce.Version {
			accepted[a.By] = true
		}
	}
	for _, p := range u.Users {
		if !active(p) {
			continue
		}
		if of++; !accepted[p] {
			missing++
		}
	}
	for _, c := range slices.Backward(u.Counts) {
		if c.Version == u.InForce.Version {
			return missing + c.Users - c.Accepted, of + c.Users
		}
	}
	return missing, of
}

// ruled are the rules in force by system, under "" those for all; ever are those of which any
// version was.
func (x *index) ruled() (inForce, ever map[string][]*UseRules) {
	inForce, ever = make(map[string][]*UseRules), make(map[string][]*UseRules)
	note := func(of map[string][]*UseRules, u *UseRules, v *UseVersion) {
		for _, s := range orNone(v.Systems) {
			if n := len(of[s]); n == 0 || of[s][n-1] != u {
				of[s] = append(of[s], u)
			}
		}
	}
	for _, u := range useRules.Shared(x.r).All() {
		for i := range u.Earlier {
			note(ever, u, &u.Earlier[i])
		}
		if u.InForce.Given() {
			note(ever, u, &u.InForce)
			note(inForce, u, &u.InForce)
		}
	}
	return inForce, ever
}

// usesItself reports whether the organisation uses a system itself; what nobody has said
// counts as that.
func usesItself(s *register.System) bool {
	return len(s.Roles) == 0 || slices.Contains(s.Roles, register.RoleDeployer)
}

var useRuled = Probe{
	ID: "US-01", Title: "System in use without rules of use", Clause: Clause{"8.1"}, Controls: ids("A.9.2", "A.9.3"),
	Grading: "minor; major for a system of high impact. Found only once rules of use are on file; before, it is S2-07 or S2-09",
	grade:   majorIf(highAndLive),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		if useRules.Shared(x.r).Len() == 0 {
			return
		}
		of, _ := x.ruled()
		if len(of[""]) > 0 {
			return
		}
		for _, st := range x.states {
			if st.live && usesItself(st.s) && len(of[st.s.ID]) == 0 && !yield(st.itself(never, issue.NewText("No rules of its use are in force."),
				issue.NewText("Write them and have them approved (DraftUseRules, ApproveUseRules)."))) {
				return
			}
		}
	},
}

var useAccepted = Probe{
	ID: "US-02", Title: "Rules of use not accepted by their users", Clause: Clause{"7.3"}, Controls: ids("A.9.2"),
	Grading: "minor",
	grade:   graded(SeverityMinor),
	look: func(x *index, yield func(Observation) bool) {
		for id, u := range useRules.Shared(x.r).All() {
			if !u.InForce.Given() {
				continue
			}
			due := x.on(u.InForce.At).AddDays(acceptDays)
			missing, of := u.unaccepted(x.active)
			if !x.overdue(due) || of > 0 && missing == 0 {
				continue
			}
			text := issue.NewText("Version %d is in force since %s, and %d of %d users have not accepted it.", u.InForce.Version, day(x.on(u.InForce.At)), missing, of)
			if of == 0 {
				text = issue.NewText("Version %d is in force since %s, and nobody is on file who is to accept it.", u.InForce.Version, day(x.on(u.InForce.At)))
			}
			o := about(useRules.Name(), id, u.Title, due, text, issue.NewText("Have them accept it, each for themselves (AcceptUseRules), or have a service count them (CountUseRules)."))
			o.Count, o.Of = missing, of
			if !yield(o) {
				return
			}
		}
	},
}

var useCompared = Probe{
	ID: "US-03", Title: "Actual use not compared with the intended one", Clause: Clause{"9.1"}, Controls: ids("A.9.4"),
	Grading: "minor; major where it is three months late of a live system of high impact",
	grade:   majorIf(func(o Observation) bool { return highAndLive(o) && lateBy(o, late) }),
	apiece:  true,
	look: func(x *index, yield func(Observation) bool) {
		if useRules.Shared(x.r).Len() == 0 {
			return
		}
		of, ever := x.ruled()
		type comparison struct {
			on calendar.Date
			at time.Time
		}
		last := make(map[string]comparison)
		for id, u := range useRules.Shared(x.r).All() {
			for _, c := range u.Compared {
				if c.AsIntended && x.ownsNow(c.By, Subject{Kind: useRules.Name(), ID: id}) || c.On.Before(last[c.System].on) {
					continue
				}
				last[c.System] = comparison{c.On, c.At}
			}
		}
		for _, st := range x.states {
			if !st.live || !usesItself(st.s) {
				continue
			}
			var since calendar.Date // when the first version came into force
			for _, u := range slices.Concat(of[st.s.ID], of[""]) {
				first := u.InForce
				if len(u.Earlier) > 0 {
					first = u.Earlier[0]
				}
				if on := x.on(first.At); since.IsZero() || on.Before(since) {
					since = on
				}
			}
			seen := last[st.s.ID]
			var other time.Time // since when another use than was compared with is intended
			if !seen.at.IsZero() {
				other = intendedSince(st.s.ID, slices.Concat(ever[st.s.ID], ever[""]), seen.at)
			}
			due := x.lookBy(calendar.Later(since, seen.on), other)
			if since.IsZero() && seen.on.IsZero() || !x.overdue(due) {
				continue
			}
			text := issue.NewText("What it is used for was last compared with what it is for on %s.", day(seen.on))
			switch {
			case seen.on.IsZero():
				text = issue.NewText("Nobody has compared what it is used for with what it is for.")
			case !other.IsZero():
				text = issue.NewText("What it is used for was compared on %s, and it is for something else since %s.", day(seen.on), day(x.on(other)))
			}
			if !yield(st.itself(due, text, issue.NewText("Look, and say what was seen (CompareUse)."))) {
				return
			}
		}
	},
}
