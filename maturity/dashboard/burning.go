package dashboard

import (
	"cmp"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// burning are the figures of what can't wait: incidents, majors, what is overdue,
// vacant roles, the certificate.
func (k *look) burning() []Figure {
	return []Figure{k.incidents(), k.majors(), k.late("board.burning.overdue"), k.vacant(), k.certificate()}
}

// incidents counts those that are open, and says of the year's serious ones.
func (k *look) incidents() Figure {
	f := Figure{ID: "board.burning.incidents", Label: k.say("Open incidents"), List: listRoute("incidents", "open", "yes")}
	serious := 0
	for i := range k.v.Incidents().All() {
		grave := i.PersonsHarmed || i.Grade == aims.GradeHigh || i.Grade == aims.GradeCritical
		if grave && i.DetectedOn.After(k.now.AddDate(-1, 0, 0)) {
			serious++
		}
		if !i.Open() || i.DetectedOn.After(k.now) {
			continue
		}
		f.count(k, k.ref(aims.Subject{Kind: aims.KindIncident, ID: i.ID}, i.Title))
		f.oldest(k.on(i.DetectedOn))
		if grave && f.Tone != ToneBad {
			f.Tone, f.Who, f.Due, f.Next = ToneBad, k.person(i.Owner, "owner"), k.on(i.Target()), k.say("Contain it, tell those concerned, find the cause.")
		}
		f.Tone = Tone(cmp.Or(string(f.Tone), string(ToneWarn)))
	}
	if f.Note = k.say("none serious in 12 months"); serious > 0 {
		f.Note = k.say("%d serious in 12 months", serious)
	}
	return f
}

// majors counts findings that an auditor would grade major, and open nonconformities of
// that grade.
func (k *look) majors() Figure {
	f := Figure{ID: "board.burning.majors", Label: k.say("Major findings [tile]"), Of: len(k.findings), List: listRoute("findings", "severity", string(aims.SeverityMajor))}
	for _, x := range k.findings {
		if x.Severity != aims.SeverityMajor {
			break // which come first
		}
		f.counted(k, func() Ref {
			r := k.ref(x.Subject, x.Name)
			r.Why = k.plainOf(x.Text, x.Message)
			return r
		})
		f.oldest(x.Since)
		if f.Tone == "" {
			f.Tone, f.Next = ToneBad, k.plainOf(x.NextText, x.Next)
			f.Who, f.Due = k.answers(x.Subject)
		}
	}
	f.Note = k.say("of %d", len(k.findings))
	return f
}

// late counts what is past its day.
func (k *look) late(id string) Figure {
	f := Figure{ID: id, Label: k.say("Overdue"), Of: k.dues.len(), List: listRoute("agenda", "late", "yes")}
	for d := range k.dues.all() {
		if !d.late(k) {
			break
		}
		f.counted(k, func() Ref { return k.ref(d.of, d.name) })
		f.oldest(d.on)
		if f.Tone == "" {
			f.Tone, f.Who, f.Due, f.Next = ToneBad, k.whoOf(d), d.on, k.told(d.what)
		}
	}
	if f.Value > 0 {
		f.Note = k.say("oldest %d days", k.today.Sub(f.Since))
	}
	return f
}

// vacant counts roles that the system can't do without and that nobody holds.
func (k *look) vacant() Figure {
	f := Figure{ID: "board.burning.vacant", Label: k.say("Vacant roles"), List: listRoute("roles", "held", "no", "mandatory", "yes")}
	for r := range k.v.Roles().All() {
		if !r.Mandatory {
			continue
		}
		f.Of++
		if _, ok := k.v.Holder(r.ID, k.now); !ok {
			f.count(k, k.ref(aims.Subject{Kind: aims.KindRole, ID: r.ID}, r.Title))
		}
	}
	if f.Value > 0 {
		f.Tone, f.Who, f.Next = ToneBad, k.sponsor(), k.say("Appoint somebody; who is appointed accepts in person.")
	}
	f.Note = k.say("of %d", f.Of)
	return f
}

func (k *look) sponsor() Person {
	if p, ok := k.v.Holder(aims.RoleSponsor, k.now); ok {
		return Person{ID: p.ID, Name: k.name(p.ID), As: k.say("executive sponsor")}
	}
	return k.person("", "")
}

// certificate says how far certification has come, and what comes next.
func (k *look) certificate() Figure {
	f := Figure{ID: "board.burning.certificate", Label: k.say("Certificate"), Note: k.say("none sought"), List: "certificates"}
	for c := range k.v.Certificates().All() {
		f.count(k, k.ref(aims.Subject{Kind: aims.KindCertificate, ID: c.ID}, c.Body))
		if c.State == aims.CertTransferred {
			continue // another one speaks for it
		}
		state := k.words(string(c.State))
		switch {
		case c.Valid(k.today) && c.Identified():
			f.Tone = ToneOK
		case c.Valid(k.today):
			state = k.say("certified, its number is not on file")
			f.Tone, f.Who, f.Next = ToneWarn, k.lead, k.say("Put its number on file: until then nothing may be claimed of it.")
		case c.State == aims.CertCertified: // past its last day
			state = k.words(string(aims.CertExpired))
			fallthrough
		case c.State == aims.CertSuspended, c.State == aims.CertExpired, c.State == aims.CertWithdrawn, c.State == aims.CertRefused:
			f.Tone, f.Who, f.Next = ToneBad, k.sponsor(), k.say("Agree with the certification body what restores it.")
		}
		f.Note = state
		var next calendar.Date
		for _, d := range c.Cycle() {
			if !d.Done && !d.Due.IsZero() && d.Due.After(k.today) && (next.IsZero() || d.Due.Before(next)) {
				next = d.Due
				f.Note = k.say("%s; %s on %s", state, k.words(d.ID), k.near(d.Due, k.now))
			}
		}
	}
	return f
}

// oldest notes since when the oldest is so.
func (f *Figure) oldest(at calendar.Date) {
	if !at.IsZero() && (f.Since.IsZero() || at.Before(f.Since)) {
		f.Since = at
	}
}
