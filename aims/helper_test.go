package aims_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// day0 is when the organisations of these tests start.
var day0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// setup founds the organisations of these tests.
var setup = aims.Person{ID: "setup", Name: "Who sets it up"}

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// org is an organisation under test.
type org struct {
	*aims.Manager
	t       testing.TB
	journal storage.Journal
	clock   *clock

	last *aims.View // of which text is all (written)
	text string

	watch *aims.Watch // that has to say the same after each change; nil if nobody follows (followed)
}

// newOrg opens a management system in memory with a set clock and counted IDs.
func newOrg(t testing.TB) *org { return openOrg(t, memory.New(), &clock{now: day0}) }

func openOrg(t testing.TB, j storage.Journal, c *clock) *org {
	t.Helper()
	m, err := aims.Open(t.Context(), j, &aims.Options{Clock: c.Now, NewID: counter(), Founder: setup})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close(context.Background())) })
	return &org{Manager: m, t: t, journal: j, clock: c}
}

// onFile lets ada, who founds, put persons on file.
func onFile(t testing.TB, update func(context.Context, aims.By, func(*aims.Tx) error) error, ids ...string) {
	t.Helper()
	require.NoError(t, update(t.Context(), aims.By{Actor: "ada", Reason: "found"}, func(tx *aims.Tx) error {
		for _, id := range ids {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// anybodyErases lets every person take records away, for tests of what that does.
var anybodyErases = []aims.ExtraRight{{Verb: "Withdraw", May: []aims.Standing{aims.StandPerson}}, {Verb: "Erase", May: []aims.Standing{aims.StandPerson}}}

// foundedBy is what founds a tenant: who does is on file.
func foundedBy(by aims.By) func(*aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.PutPerson(aims.Person{ID: by.Actor, Name: "Name of " + by.Actor}) }
}

// counter makes IDs that differ between managers and repeat between runs.
func counter() func() string {
	var mu sync.Mutex
	n := 0
	prefix := fmt.Sprintf("id%p-", &mu)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("%s%06d", prefix, n)
	}
}

// do runs an update that must succeed.
func (o *org) do(actor string, fn func(tx *aims.Tx) error) {
	o.t.Helper()
	require.NoError(o.t, o.try(actor, fn))
}

// try runs an update and returns its error.
func (o *org) try(actor string, fn func(tx *aims.Tx) error) error {
	err := o.Update(o.t.Context(), aims.By{Actor: actor, Reason: "test"}, fn)
	if o.watch != nil {
		before := lines(o.watch.Findings())
		changes := o.watch.Follow(o.View(), o.clock.Now())
		after := lines(o.watch.Findings())
		sameFindings(o.t, lines(o.View().Findings(o.clock.Now())), after, "who follows")
		sameFindings(o.t, after, applied(before, changes), "what who follows is told")
	}
	return err
}

// followed has somebody follow from now on, who has to find what the whole is found to be.
func (o *org) followed() *org {
	o.watch = o.View().Watch(o.clock.Now())
	return o
}

// issue writes one context issue.
func (o *org) issue(id string) error {
	return o.try("ada", func(tx *aims.Tx) error {
		return tx.PutContextIssue(aims.ContextIssue{ID: id, Title: "Issue " + id, Origin: aims.External})
	})
}

// staffed adds people and puts them into all roles: eve is the sponsor, lea
// leads, pam owns the policy, rob approves risks, ian impacts, una audits; ada
// and bob own things.
func (o *org) staffed() *org {
	o.t.Helper()
	roles := map[string]string{"eve": aims.RoleSponsor, "lea": aims.RoleLead, "pam": aims.RolePolicyOwner,
		"rob": aims.RoleRiskApprover, "ian": aims.RoleImpactApprover, "una": aims.RoleAuditLead}
	o.do("setup", func(tx *aims.Tx) error {
		for _, id := range []string{"ada", "bob", "eve", "lea", "pam", "rob", "ian", "una"} {
			if err := tx.PutPerson(aims.Person{ID: id, Name: "Name of " + id, TopManagement: id == "eve" || id == "pam"}); err != nil {
				return err
			}
			if role := roles[id]; role != "" {
				if err := tx.AssignRole(role, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for id, role := range roles {
		o.do(id, func(tx *aims.Tx) error { return tx.AcceptRole(role) })
	}
	return o
}

// certify moves a certification through some states, all on one day.
func (o *org) certify(id string, on time.Time, states ...aims.CertState) {
	o.t.Helper()
	for i, to := range states { // day after day, the last on that day
		o.do("lea", func(tx *aims.Tx) error {
			on := calendar.Of(on.AddDate(0, 0, i+1-len(states)), nil)
			if to == aims.CertSuspended {
				return tx.SuspendCertificate(id, on, "an audit was put off")
			}
			return tx.MoveCertificate(id, to, on)
		})
	}
}

// records are all live records of a view as JSON, revisions included.
func records(t testing.TB, v *aims.View) map[string]string {
	t.Helper()
	out := make(map[string]string)
	add := func(kind string, id any, rec any) {
		b, err := json.Marshal(rec)
		require.NoError(t, err)
		out[fmt.Sprint(kind, "/", id)] = string(b)
	}
	for r := range v.People().All() {
		add("person", r.ID, r)
	}
	for r := range v.Roles().All() {
		add("role", r.ID, r)
	}
	for r := range v.Systems().All() {
		add("system", r.ID, r)
	}
	for r := range v.Assessments().All() {
		add("assessment", r.ID, r)
	}
	for r := range v.Decisions().All() {
		add("decision", r.Control, r)
	}
	for r := range v.ContextIssues().All() {
		add("issue", r.ID, r)
	}
	add("criteria", "", v.Criteria())
	add("organisation", "", v.Organisation())
	return out
}

// spamFilter is a system of little impact, with every question answered.
func spamFilter() register.System {
	return register.System{
		ID: "spam", Name: "Mail spam filter", Owner: "ada", Stage: register.StageOperation,
		Purpose: "Sort unwanted mail into a folder that staff can look into.", DeploymentContext: "staff mail",
		Roles: []register.AIRole{register.RoleDeployer}, Build: register.BuildNone, Supplies: register.No, DeployerKind: register.DeployerPrivate,
		Domains: []register.Domain{register.DomainITSecurity}, Functions: []register.Function{register.FunctionClassify},
		Practices: []register.Practice{register.PracticeNone}, Autonomy: register.AutonomySupervised,
		Effects: []register.Effect{register.EffectConvenience}, Reversibility: register.ReversibilityEasy, Contest: register.Yes,
		Explain: register.ExplainPostHoc, Affected: []string{"user"}, Reach: register.ReachUnder10K,
		Interacts: []register.Audience{register.AudienceEmployees}, Direct: register.No, Displaces: register.No,
		Data: []register.DataCategory{register.DataCommunications}, DataOrigins: []register.DataOrigin{register.OriginOwn},
		Profiling: register.No, Matching: register.No, DataWorkers: register.No, ModelSource: register.ModelOwn,
		Model: register.Model{Name: "bayes", Version: "2"}, SoleSupplier: register.No, GPAI: register.No, GPAIProvider: register.No,
		Systemic: register.No, Adaptive: register.No, TechMaturity: register.TechProven, LargeTraining: register.No,
		Generates: []register.Content{register.ContentNone}, Acts: register.No, MultiAgent: register.No, Physical: register.No,
		Critical: register.No, Hosting: register.HostingInternal, Jurisdictions: []string{"AU"}, Languages: []string{"en"},
		IntendedUsers: []register.Audience{register.AudienceEmployees},
	}
}

// cvScreener is a system of high impact.
func cvScreener() register.System {
	s := spamFilter()
	s.ID, s.Name, s.Stage = "cv", "CV screener", register.StageDesign
	s.Purpose = "Rank applications so that recruiters read the most promising first."
	s.DeploymentContext = "recruiting"
	s.Domains, s.Functions = []register.Domain{register.DomainEmployment}, []register.Function{register.FunctionScorePeople}
	s.Practices, s.Autonomy = []register.Practice{register.PracticeRecruitment}, register.AutonomyRecommends
	s.Effects, s.Affected = []register.Effect{register.EffectSignificant}, []string{"applicant", "gender"}
	s.Data, s.Profiling = []register.DataCategory{register.DataPersonal, register.DataEmployment}, register.Yes
	return s
}
