package aims_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
)

// auditing is a competence that the internal audit lead needs.
func auditing(owner string) aims.Competence {
	return aims.Competence{ID: "auditing", Title: "Auditing", Kind: aims.CompetenceSkill, Means: "Plans an audit, asks openly, and writes down what was seen.",
		ShownBy: "Two audits, watched by somebody who has done ten.", Roles: []string{aims.RoleAuditLead}, Months: 24, Owner: owner}
}

// unaAudits says on what basis una is said to have it.
func unaAudits() aims.HeldCompetence {
	return aims.HeldCompetence{ID: "una-audits", Competence: "auditing", Person: "una",
		Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "A course of five days for lead auditors."}, {Kind: aims.BasisExperience, What: "Three years in internal audit."}}}
}

// shown is an assessment that saw a competence.
func shown(on calendar.Date) aims.CompetenceAssessment {
	return aims.CompetenceAssessment{On: on, Seen: "Two audits of this year, and their reports.", Result: aims.CompetenceShown}
}

func assessed(id string, a aims.CompetenceAssessment) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.AssessCompetence(id, a) }
}

// policyKnown is that everybody in a role knows the AI policy.
func policyKnown() aims.Competence {
	return aims.Competence{ID: "policy-known", Title: "Awareness of the AI policy", Kind: aims.CompetenceAwareness, Means: "Knows what the policy asks and what to do about it.",
		ShownBy: "Five questions on one's own work.", AllRoles: true, Months: 12}
}

// skilled is an organisation that has said what auditing takes, and that the policy is to be
// known.
func skilled(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("eve", func(tx *aims.Tx) error {
		if err := tx.PutCompetence(policyKnown()); err != nil {
			return err
		}
		return tx.PutCompetence(auditing("ada"))
	})
	return o
}

// Who holds a role has what it takes once somebody else has seen it, as long as that counts.
func TestHoldersOfRolesAreCompetent(t *testing.T) {
	require.Empty(t, find(newOrg(t).staffed().View(), day0, "CO-03"), "nobody has begun")
	o := skilled(t)
	found := find(o.View(), day0, "CO-01")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "una needs it (internal-audit-lead), and nothing")
	o.do("ada", func(tx *aims.Tx) error { return tx.ClaimCompetence(unaAudits()) })
	require.Contains(t, find(o.View(), day0, "CO-01")[0].Message, "nobody has assessed it")
	o.do("lea", assessed("una-audits", aims.CompetenceAssessment{On: due(0), Seen: "one audit, which went astray", Result: aims.CompetenceNotYet}))
	found = find(o.View(), day0, "CO-01")
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Contains(t, found[0].Message, "not to have it yet")
	o.clock.Set(day(10))
	o.do("lea", assessed("una-audits", shown(due(10))))
	h, ok := o.View().CompetenceOf("una", "auditing")
	require.True(t, ok)
	last, _ := h.Last()
	require.Equal(t, "lea", last.By)
	require.Equal(t, due(10).AddDate(2, 0, 0), last.Until)
	require.Len(t, h.Assessments, 2)
	require.Empty(t, find(o.View(), day(10), "CO-01"))
	until := last.Until.Start(nil)
	require.Empty(t, find(o.View(), until.Add(23*60*60*1e9), "CO-01"), "its day counts whole")
	late := find(o.View(), until.AddDate(0, 0, 1), "CO-01")
	require.Len(t, late, 1)
	require.Equal(t, aims.SeverityMinor, late[0].Severity)
	require.Len(t, o.View().Agenda(last.Until, last.Until.AddDays(3)).Of("ada").Entries, 1, "who owns the competence sees to it")

	// Another holder needs it himself.
	o.do("eve", func(tx *aims.Tx) error { return tx.AssignRole(aims.RoleAuditLead, "bob") })
	require.Contains(t, find(o.View(), day(10), "CO-01")[0].Message, "bob")

	// A task that is no role; somebody who leaves needs nothing any more.
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PutCompetence(aims.Competence{ID: "labelling", Title: "Labelling", Kind: aims.CompetenceSkill, Means: "Labels applications by the guide.", ShownBy: "Fifty labels, of which 48 agree.",
			Tasks: []aims.CompetenceTask{{What: "labels applications", Persons: []string{"ada"}}}, Months: 12})
	})
	found = find(o.View(), day(10), "CO-01")
	require.Len(t, found, 2)
	require.Contains(t, found[1].Message, "ada needs it (labels applications)")
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("ada")
		p.LeftOn = due(20)
		return tx.PutPerson(p)
	})
	require.Len(t, find(o.View(), day(21), "CO-01"), 1)
	require.Contains(t, find(o.View(), day(21), "PE-03")[0].Message, "competence auditing")
}

// Awareness is counted: of those who need it, how many are not shown to have it.
func TestPeopleAreAware(t *testing.T) {
	o := skilled(t)
	found := find(o.View(), day0, "CO-02")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "Of 6 who need it, 6 are not")
	for i, id := range []string{"eve", "lea", "pam", "rob", "ian", "una"} {
		o.do("ada", func(tx *aims.Tx) error {
			return tx.ClaimCompetence(aims.HeldCompetence{ID: "aware-" + id, Competence: "policy-known", Person: id, Basis: []aims.CompetenceBasis{{Kind: aims.BasisTraining, What: "The briefing of January."}}})
		})
		o.do("bob", assessed("aware-"+id, shown(due(0))))
		require.Len(t, find(o.View(), day0, "CO-02"), map[bool]int{true: 1, false: 0}[i < 5])
	}
	require.Empty(t, find(o.View(), day(365), "CO-02"))
	require.Len(t, find(o.View(), day(366), "CO-02"), 1)
	agenda := o.View().Agenda(due(350), due(380))
	require.Equal(t, due(365), agenda.Entries[0].Day)

	// Everybody, but no outsider.
	o.do("eve", func(tx *aims.Tx) error {
		c, _ := tx.Competences().Get("policy-known")
		c.Everyone = true
		if err := tx.PutCompetence(c); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "out", Name: "Name of out", External: true})
	})
	require.Contains(t, find(o.View(), day0, "CO-02")[0].Message, "Of 9 who need it, 3 are not")
}

// A mandatory role of which nobody says what it takes is told once competences are kept, and
// the documented information of 7.2 is then those records.
func TestRolesSayWhatTheyTake(t *testing.T) {
	o := skilled(t)
	require.Len(t, find(o.View(), day0, "CO-03"), 5)
	o.do("lea", func(tx *aims.Tx) error {
		c := auditing("ada")
		c.ID, c.Roles = "law", []string{aims.RoleLead, aims.RolePolicyOwner, aims.RoleRiskApprover, aims.RoleImpactApprover, aims.RoleSponsor}
		return tx.PutCompetence(c)
	})
	require.Empty(t, find(o.View(), day0, "CO-03"))
	status := func() aims.RequiredStatus {
		for _, r := range aims.Required(o.View(), day0) {
			if r.ID == "7.2" {
				return r.Status
			}
		}
		return ""
	}
	require.Equal(t, aims.RequiredMissing, status())
	o.do("ada", func(tx *aims.Tx) error { return tx.ClaimCompetence(unaAudits()) })
	require.Equal(t, aims.RequiredMissing, status(), "nobody has assessed it")
	o.do("bob", assessed("una-audits", shown(due(0))))
	require.Equal(t, aims.RequiredIncomplete, status(), "there are others who need one")
}

// Who wants to look competent, or to ask less.
func TestLiarsAboutCompetence(t *testing.T) {
	o := skilled(t)
	o.do("una", func(tx *aims.Tx) error { return tx.ClaimCompetence(unaAudits()) }) // she may say so herself
	o.refused("una", aims.ErrSeparation, assessed("una-audits", shown(due(0))))
	o.do("eve", func(tx *aims.Tx) error {
		p, _ := tx.People().Get("una")
		p.Email = "una@example.org"
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		return tx.PutPerson(aims.Person{ID: "una2", Name: "Una again", Email: "UNA@example.org"})
	})
	o.refused("una2", aims.ErrSeparation, assessed("una-audits", shown(due(0))))
	o.do("lea", func(tx *aims.Tx) error { return tx.PutService(aims.Service{ID: "bot", Name: "Bot", Owner: "ada"}) })
	o.refused("bot", aims.ErrForbidden, assessed("una-audits", shown(due(0))))
	o.do("bot", func(tx *aims.Tx) error { // a system of courses may say what was taken
		return tx.ClaimCompetence(aims.HeldCompetence{ID: "bare", Competence: "auditing", Person: "bob"})
	})
	o.refused("lea", aims.ErrCommitFirst, func(tx *aims.Tx) error {
		h := unaAudits()
		h.ID, h.Person = "ada-audits", "ada"
		if err := tx.ClaimCompetence(h); err != nil {
			return err
		}
		return tx.AssessCompetence("ada-audits", shown(due(0)))
	})
	o.invalid("lea", "basis", "required", "", assessed("bare", shown(due(0))))
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.CompetenceAssessment)
	}{
		{"seen", "reason", "n/a", func(a *aims.CompetenceAssessment) { a.Seen = "n/a" }},
		{"on", "required", "", func(a *aims.CompetenceAssessment) { a.On = calendar.Date{} }},
		{"assessments[0].on", "past", due(1).String(), func(a *aims.CompetenceAssessment) { a.On = due(1) }},
		{"assessments[0].on", "range", "1890-01-01", func(a *aims.CompetenceAssessment) { a.On = calendar.MustParse("1890-01-01") }},
		{"assessments[0].result", "oneof", "good", func(a *aims.CompetenceAssessment) { a.Result = "good" }},
		{"until", "range", "9999-12-31", func(a *aims.CompetenceAssessment) { a.Until = calendar.MustParse("9999-12-31") }},
		{"until", "range", due(-1).String(), func(a *aims.CompetenceAssessment) { a.Until = due(-1) }},
	} {
		a := shown(due(0))
		bad.change(&a)
		o.invalid("lea", bad.field, bad.rule, bad.value, assessed("una-audits", a))
	}
	held := func(change func(*aims.HeldCompetence)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			h := unaAudits()
			h.ID, h.Person = "new", "rob"
			change(&h)
			return tx.ClaimCompetence(h)
		}
	}
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.HeldCompetence)
	}{
		{"person", "person", "ghost", func(h *aims.HeldCompetence) { h.Person = "ghost" }},
		{"competence", "competence", "none", func(h *aims.HeldCompetence) { h.Competence = "none" }},
		{"competence", "repeated", "auditing", func(h *aims.HeldCompetence) { h.Person = "una" }},
		{"basis[0].what", "reason", "x", func(h *aims.HeldCompetence) { h.Basis[0].What = "x" }},
		{"basis[0].kind", "oneof", "talent", func(h *aims.HeldCompetence) { h.Basis[0].Kind = "talent" }},
		{"basis[0].evidence[0]", "evidence", "none", func(h *aims.HeldCompetence) { h.Basis[0].Evidence = []string{"none"} }},
	} {
		o.invalid("ada", bad.field, bad.rule, bad.value, held(bad.change))
	}
	o.do("una", held(func(h *aims.HeldCompetence) {
		h.Assessments = []aims.CompetenceAssessment{{On: due(0), Seen: "all of it", Result: aims.CompetenceShown, Until: due(300), By: "lea"}}
	}))
	h, _ := o.View().HeldCompetences().Get("new")
	require.Empty(t, h.Assessments, "what is typed was assessed by nobody")

	// A bad day is not undone by an older good one, nor by another person's record.
	o.clock.Set(day(30))
	o.do("lea", assessed("una-audits", aims.CompetenceAssessment{On: due(30), Seen: "a report without findings", Result: aims.CompetenceNotYet}))
	o.invalid("bob", "on", "order", due(29).String(), assessed("una-audits", shown(due(29))))
	o.invalid("ada", "person", "kept", "bob", func(tx *aims.Tx) error {
		h, _ := tx.HeldCompetences().Get("una-audits")
		h.Person = "bob"
		return tx.ClaimCompetence(h)
	})
	o.invalid("ada", "basis", "kept", "A course of five days for lead auditors.", func(tx *aims.Tx) error {
		h, _ := tx.HeldCompetences().Get("una-audits")
		h.Basis = h.Basis[1:]
		return tx.ClaimCompetence(h)
	})
	o.refused("lea", aims.ErrForbidden, func(tx *aims.Tx) error {
		return tx.Withdraw(aims.Subject{Kind: aims.KindHeldCompetence, ID: "una-audits"})
	})

	// What is asked is not lowered to what was seen, nor by who needs it.
	ask := func(id string, change func(*aims.Competence)) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			c, ok := tx.Competences().Get(id)
			if !ok {
				c = auditing("ada")
				c.ID = id
			}
			change(&c)
			return tx.PutCompetence(c)
		}
	}
	o.invalid("lea", "means", "kept", "Is kind.", ask("auditing", func(c *aims.Competence) { c.Means = "Is kind." }))
	o.refused("ada", aims.ErrForbidden, ask("auditing", func(c *aims.Competence) { c.Roles = nil }))
	o.refused("lea", aims.ErrSeparation, ask("policy-known", func(c *aims.Competence) { c.AllRoles = false }))
	o.refused("lea", aims.ErrSeparation, ask("policy-known", func(c *aims.Competence) { c.Months = 60 }))
	o.do("lea", ask("policy-known", func(c *aims.Competence) { c.Months = 6 }))
	for _, bad := range []struct {
		field, rule, value string
		change             func(*aims.Competence)
	}{
		{"title", "required", "", func(c *aims.Competence) { c.Title = "" }},
		{"means", "reason", "TBD", func(c *aims.Competence) { c.Means = "TBD" }},
		{"shown_by", "reason", "n/a", func(c *aims.Competence) { c.ShownBy = "n/a" }},
		{"kind", "oneof", "wish", func(c *aims.Competence) { c.Kind = "wish" }},
		{"roles[0]", "role", "none", func(c *aims.Competence) { c.Roles = []string{"none"} }},
		{"tasks[0].persons", "required", "", func(c *aims.Competence) { c.Tasks = []aims.CompetenceTask{{What: "labels"}} }},
		{"tasks[0].persons[0]", "person", "ghost", func(c *aims.Competence) {
			c.Tasks = []aims.CompetenceTask{{What: "labels", Persons: []string{"ghost"}}}
		}},
		{"months", "range", "0", func(c *aims.Competence) { c.Months = 0 }},
		{"months", "range", "61", func(c *aims.Competence) { c.Months = 61 }},
		{"owner", "person", "ghost", func(c *aims.Competence) { c.Owner = "ghost" }},
	} {
		o.invalid("lea", bad.field, bad.rule, bad.value, ask("new", bad.change))
	}
}
