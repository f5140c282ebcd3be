package aims_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
)

// day returns the n-th day of these tests, at the hour they start.
func day(n int) time.Time { return day0.AddDate(0, 0, n) }

// everybody is a paper given to all who work under the management system.
var everybody = []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}

// standard is a document from outside, watched by a person.
func standard(id, watcher string) aims.Document {
	return aims.Document{ID: id, Title: "ISO/IEC 42001", URI: "dms/42001", Owner: watcher, DocumentControl: aims.DocumentControl{Distribution: everybody},
		Outside: aims.OutsideOrigin{Kind: aims.OutsideStandard, Issuer: "ISO and IEC", Edition: "2023", EditionOn: calendar.MustParse("2023-12-18"), Watcher: watcher}}
}

// lookedUp is that an edition was seen to be current today.
func lookedUp(id, current string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.CheckEdition(id, aims.EditionCheck{On: tx.Today(), Current: current, Seen: "the catalogue of the issuer"})
	}
}

// telling is a row of the plan of what is told, once a quarter, to everybody inside.
func telling(id string, topic aims.CommunicationTopic) aims.Communication {
	return aims.Communication{ID: id, Title: "What people hear", Topic: topic, What: "What has changed, and what is asked of them.", EveryDays: 90,
		With: []aims.Subject{{Kind: aims.KindPerson}}, How: "a mail, and a word in the round", Owner: "bob", Since: dayOf(0)}
}

// planned is a row of that plan.
func planned(rows iter.Seq[aims.Communication], id string) aims.Communication {
	for c := range rows {
		if c.ID == id {
			return c
		}
	}
	return aims.Communication{}
}

// planTellings plans what has to reach people, as it comes up.
func planTellings(tx *aims.Tx) error {
	for _, topic := range []aims.CommunicationTopic{aims.CommunicationPolicy, aims.CommunicationImpactResults, aims.CommunicationIncidents} {
		c := telling("tell-"+string(topic), topic)
		c.EveryDays, c.When, c.Since = 0, "once there is something new", tx.Today()
		if err := tx.PutCommunication(c); err != nil {
			return err
		}
	}
	return nil
}

// dayOf is the day of it.
func dayOf(n int) calendar.Date { return calendar.Of(day0, nil).AddDays(n) }

// everything writes all live records of a view, of every kind, as JSON.
func everything(t testing.TB, v *aims.View) string {
	t.Helper()
	all := map[string]any{
		"organisation": v.Organisation(), "criteria": v.Criteria(), "people": list(v.People().All()), "roles": list(v.Roles().All()),
		"policies": list(v.Policies().All()), "documents": list(v.Documents().All()), "issues": list(v.ContextIssues().All()),
		"parties": list(v.InterestedParties().All()), "objectives": list(v.Objectives().All()), "suppliers": list(v.Suppliers().All()),
		"sweeps": list(v.Sweeps().All()), "systems": list(v.Systems().All()), "assessments": list(v.Assessments().All()),
		"risks": list(v.Risks().All()), "controls": v.Controls(), "statements": list(v.Statements().All()),
		"evidence": list(v.Evidence().All()), "exceptions": list(v.Exceptions().All()), "audits": list(v.Audits().All()),
		"reviews": list(v.Reviews().All()), "nonconformities": list(v.Nonconformities().All()), "incidents": list(v.Incidents().All()),
		"actions": list(v.Actions().All()), "logs": list(v.SystemLogs().All()), "resources": list(v.Resources().All()), "monitoring": list(v.Monitorings()), "opportunities": list(v.Opportunities()), "passages": list(v.GatePassages().All()), "claims": list(v.PublicClaims().All()), "communications": list(v.Communications()), "processes": list(v.ProcessMaps()), "programmes": list(v.AuditProgrammes()), "rules": list(v.UseRules().All()), "channels": list(v.Channels().All()), "retirements": list(v.Retirements().All()), "deployments": list(v.Deployments().All()), "verifications": list(v.Verifications().All()), "datasets": list(v.Datasets().All()), "concerns": list(v.Concerns().All()), "certificates": list(v.Certificates().All()),
	}
	if s, ok := v.Scope(); ok {
		all["scope"] = s
	}
	b, err := json.Marshal(all)
	require.NoError(t, err)
	return strings.ReplaceAll(string(b), "},{", "},\n{") // so that it differs by lines
}

func list[T any](seq iter.Seq[T]) []T {
	var all []T
	for v := range seq {
		all = append(all, v)
	}
	return all
}

// written is the state and all of it as text, which is written down once for each state.
func (o *org) written() (*aims.View, string) {
	if v := o.View(); o.last != v {
		o.last, o.text = v, everything(o.t, v)
	}
	return o.last, o.text
}

// refused tries an update that must end in an error, and checks that the store
// is as it was.
func (o *org) refused(actor string, sentinel error, fn func(tx *aims.Tx) error) error {
	o.t.Helper()
	was, before := o.written()
	err := o.try(actor, fn)
	require.ErrorIs(o.t, err, sentinel)
	require.Same(o.t, was, o.View(), "there is no commit")
	require.Equal(o.t, before, everything(o.t, was))
	return err
}

// invalid tries an update that must be refused for one field of a record.
func (o *org) invalid(actor, field, rule, value string, fn func(tx *aims.Tx) error) {
	o.t.Helper()
	err := o.refused(actor, aims.ErrInvalid, fn)
	requireIssue(o.t, err, field, rule, value)
	var rec *aims.RecordError
	require.ErrorAs(o.t, err, &rec)
	require.NotEmpty(o.t, rec.Verb)
	require.NotEmpty(o.t, rec.Kind)
}

// requireIssue checks that an error names a field with the rule that it breaks
// and the value found.
func requireIssue(t testing.TB, err error, field, rule, value string) {
	t.Helper()
	var is aims.Issues
	require.ErrorAs(t, err, &is)
	for _, i := range is {
		if i.Field == field && i.Rule == rule {
			require.Equal(t, value, i.Value)
			require.NotEmpty(t, i.Message)
			return
		}
	}
	require.Fail(t, "no such issue", "want field %s, rule %s in %v", field, rule, is)
}

// register puts systems on the register.
func (o *org) register(systems ...register.System) {
	o.t.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		for _, s := range systems {
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// revise changes a system and returns what the comparison said.
func (o *org) revise(id string, change func(s *register.System)) (c register.Comparison) {
	o.t.Helper()
	o.do("ada", func(tx *aims.Tx) (err error) {
		s, _ := tx.Systems().Get(id)
		change(&s)
		c, err = tx.ReviseSystem(s)
		return err
	})
	return c
}

// open returns the open assessment of a system, which must be there.
func (o *org) open(system string) impact.Assessment {
	o.t.Helper()
	a, ok := o.View().OpenAssessment(system)
	require.True(o.t, ok, "no open assessment of %s", system)
	return a
}

// complete answers what an assessment asks for: no party is harmed, no harm
// arises, except those of which rate says otherwise.
func complete(a impact.Assessment, affected []string, rated ...impact.HarmRating) impact.Assessment {
	a.Parties, a.Harms = nil, append([]impact.HarmRating(nil), rated...)
	for _, p := range affected {
		a.Parties = append(a.Parties, impact.PartyImpact{Party: p, How: "meets its output", NoHarm: "staff look at all of it"})
	}
	for _, prompt := range a.Result.Harms {
		known := false
		for _, h := range rated {
			known = known || h.Harm == prompt.Harm
		}
		if !known {
			a.Harms = append(a.Harms, impact.HarmRating{Harm: prompt.Harm, Dismissed: "does not arise where it is used"})
		}
	}
	a.Summary, a.NoConsultation = "Little can go wrong.", "nobody outside meets its output"
	return a
}

// submit lets bob write and submit the open assessment of a system.
func (o *org) submit(system string, rated ...impact.HarmRating) impact.Assessment {
	o.t.Helper()
	o.do("bob", func(tx *aims.Tx) error {
		a, _ := tx.OpenAssessment(system)
		s, _ := tx.Systems().Get(system)
		if err := tx.SaveAssessment(complete(a, s.Affected, rated...)); err != nil {
			return err
		}
		return tx.SubmitAssessment(a.ID)
	})
	return o.open(system)
}

// sign signs an assessment.
func (o *org) sign(actor, id, role string) impact.Assessment {
	o.t.Helper()
	o.do(actor, func(tx *aims.Tx) error { return tx.ApproveAssessment(id, role) })
	a, _ := o.View().Assessments().Get(id)
	return a
}

// assess takes the open assessment of a system to its approval, by ian and,
// at high level, pam.
func (o *org) assess(system string, rated ...impact.HarmRating) impact.Assessment {
	o.t.Helper()
	a := o.submit(system, rated...)
	a = o.sign("ian", a.ID, aims.RoleImpactApprover)
	if a.State == impact.StateSubmitted {
		a = o.sign("pam", a.ID, aims.RolePolicyOwner)
	}
	require.Equal(o.t, impact.StateApproved, a.State)
	return a
}

// proof is evidence for controls, collected now, that counts for a year.
func proof(id string, now time.Time, systems []string, controls ...string) aims.Evidence {
	e := aims.Evidence{ID: id, Title: "Evidence " + id, Collected: calendar.Of(now, nil), ValidUntil: calendar.Of(now.AddDate(1, 0, 0), nil),
		URI: "https://files.example/" + id, Systems: systems}
	for _, c := range controls {
		e.Supports = append(e.Supports, aims.ControlRef(annexa.MustParse(c)))
	}
	return e
}

// prove attaches evidence for controls.
func (o *org) prove(id string, systems []string, controls ...string) {
	o.t.Helper()
	o.do("ada", func(tx *aims.Tx) error {
		for i, some := range slices.Collect(slices.Chunk(controls, 8)) { // as many as one piece supports
			piece := id
			if i > 0 {
				piece = fmt.Sprintf("%s-%d", id, i+1)
			}
			if err := tx.AttachEvidence(proof(piece, tx.Now(), systems, some...)); err != nil {
				return err
			}
		}
		return nil
	})
}

// risk is a risk to people that stands above the default criteria.
func risk(id string) register.Risk {
	return register.Risk{ID: id, Title: "Applicants are turned down unfairly", Axis: register.AxisPeople, Area: register.AreaBias,
		Owner: "ada", Inherent: register.Rating{Likelihood: 3, Consequence: 4, Criteria: 1}}
}

// applicable is a decision to apply a control, implemented and owned by ada.
func applicable(d annexa.Decision) annexa.Decision {
	d.Applicability, d.Status, d.Owner = annexa.Applicable, annexa.StatusImplemented, "ada"
	d.Justification, d.Grounds = "We want it in place for all systems.", []annexa.Ground{{Kind: annexa.GroundOwn}}
	return d
}

// controlTest is a test that saw a control work.
func controlTest(control string, on time.Time) aims.ControlTest {
	return aims.ControlTest{ID: "test-" + control, Control: annexa.MustParse(control), On: calendar.Of(on, nil), Expected: "each case has a record", Method: "read the records",
		Population: 12, Sample: 5, Seen: "five, complete", Result: aims.ResultWorks}
}

// dataset is a data set of which all is on record.
func dataset(id string, systems ...string) aims.Dataset {
	return aims.Dataset{ID: id, Name: "Set " + id, Systems: systems, Uses: []aims.DataUse{aims.UseTraining}, Owner: "bob", Version: "1",
		Categories: []register.DataCategory{register.DataPersonal}, Period: "2020 to 2025",
		Acquired:    aims.DataAcquisition{Origin: register.OriginOwn, From: "the personnel system", How: "nightly copy", On: calendar.MustParse("2025-11-03")},
		Rights:      aims.DataRights{Basis: "agreement with the works council"},
		Provenance:  []aims.DataStep{{What: "taken out of the personnel system", By: "data team", On: calendar.MustParse("2025-11-03")}},
		Preparation: "names left out, duplicates joined: nobody is to be found by it",
		Measures:    []aims.QualityMeasure{{ID: "complete", What: "rows with all fields filled", Unit: "percent", Required: 95, Direction: aims.AtLeast}},
		Retention:   "until the model is replaced"}
}

// retirement is a plan to end a system whose register entry names no customer, supplier or
// data set.
func retirement(id, system string) aims.Retirement {
	return aims.Retirement{ID: id, System: system, Reason: "the vendor ends it in spring", Effect: "letters take a day longer, read by two more people", Fallback: "by hand, as before; tried in December",
		Told: []aims.RetirementNotice{{To: aims.ToldUsers, Who: "the forty desks"}}, Looked: "the register, and who calls its address", PlannedFor: calendar.MustParse("2026-01-20"),
		Remains: []aims.Remain{{ID: "letters", Sort: aims.RemainData, What: "copies of letters", Plan: "deleted"}, {ID: "weights", Sort: aims.RemainModel, What: "the tuned model", Plan: "deleted"},
			{ID: "keys", Sort: aims.RemainCredentials, What: "the service account", Plan: "revoked"}, {ID: "logs", Sort: aims.RemainLogs, What: "a year of logs", Plan: "kept for complaints"}}}
}

// openChannel is a channel for all, open since today.
func openChannel(owner string) aims.Channel {
	return aims.Channel{ID: "form", Title: "The form on our page", For: aims.ConcernOrigins(), Where: "the foot of each letter, and our page on AI", Owner: owner, Target: 14, OpenedOn: calendar.MustParse("2026-01-05")}
}

// rulesOfUse are rules for some systems, which ada answers for and ada and una accept.
func rulesOfUse(id string, systems ...string) aims.UseRules {
	return aims.UseRules{ID: id, Title: "How we use it", Systems: systems, Owner: "ada", Users: []string{"ada", "una"},
		Draft: aims.UseText{Intended: "to sort letters that a person reads", Rules: "no letter is thrown away unread; no names are entered", Aims: "nobody waits longer than before"}}
}

// programme is an audit programme of a year from day0 on.
func programme(deviations ...aims.ProgrammeDeviation) aims.AuditProgramme {
	return aims.AuditProgramme{From: dayOf(0), To: dayOf(365), Lead: "una", Criteria: "ISO/IEC 42001 and our own rules", Methods: []aims.AuditMethod{aims.MethodInterview, aims.MethodSample},
		Reporting: "eve, within a month of each audit", Deviations: deviations}
}

// processes are two processes that meet; bob and lea answer for them.
func processes() aims.ProcessMap {
	return aims.ProcessMap{DocumentControl: aims.DocumentControl{Distribution: everybody}, Text: "What is found to be missing is mended before it is looked at again.", Processes: []aims.Process{
		{ID: "audit", Title: "Internal audit", Does: "looks at whether we do what we say", Owner: "bob", Clauses: []aims.Clause{aims.MustParseClause("9.2")}, Outputs: []string{"audit reports"},
			Inputs: []aims.ProcessInput{{What: "what was mended", From: "mend"}, {What: "the standard"}}, Criteria: []aims.ProcessCriterion{{What: "each part is looked at in time"}}},
		{ID: "mend", Title: "Corrective action", Does: "finds causes and takes them away", Owner: "lea", Outputs: []string{"closed nonconformities"},
			Inputs: []aims.ProcessInput{{What: "audit reports", From: "audit"}}, Criteria: []aims.ProcessCriterion{{What: "no cause comes back within a year"}}},
	}}
}

// pipeline is a tool that some systems need; ada answers for it.
func pipeline(id string, systems ...string) aims.Resource {
	return aims.Resource{ID: id, Title: "The pipeline " + id, Sort: aims.ResourceTooling, What: "scikit-learn 1.7, by which features are made", Owner: "ada", Systems: systems,
		Stages: []register.Stage{register.StageDesign, register.StageOperation}}
}

// gap is something missing since today.
func gap(what string, due int) aims.ResourceGap {
	return aims.ResourceGap{What: what, Since: dayOf(0), Due: dayOf(due)}
}

// logsOf says what a system logs; ada answers for it.
func logsOf(system string) aims.SystemLog {
	return aims.SystemLog{System: system, Owner: "ada", Where: "the log store, by system", KeptDays: 200, Readers: "the desk, and auditors on request", Purpose: "to see how a letter came to be thrown away",
		Events: []aims.LoggedEvent{{What: "each letter, what it was sorted as, and by which model", Stages: []register.Stage{register.StageDeployment, register.StageOperation}}}}
}

func describeLogs(l aims.SystemLog) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error { return tx.DescribeLogs(l) }
}

// lookFor tells that the logs of a system were there today, or not.
func lookFor(system string, found bool) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		c := aims.LogCheck{On: tx.Today(), Looked: "ten letters of spring, one of each week", Found: found}
		if !found {
			c.Missing = "nothing of the week of Easter"
		}
		return tx.CheckLogs(system, c)
	}
}

// ended is a retirement with all that the register can ask for.
func ended(id, system string) aims.Retirement {
	r := retirement(id, system)
	r.Told = append(r.Told, aims.RetirementNotice{To: aims.ToldCustomers, Nobody: "nobody else receives it"}, aims.RetirementNotice{To: aims.ToldSuppliers, Nobody: "the contract runs on for others"})
	return r
}

// ending has the end of a system decided, and those told whom the gate asks for.
func (o *org) ending(system string) {
	o.t.Helper()
	s, _ := o.View().Systems().Get(system)
	r := ended("end-"+system, system)
	r.PlannedFor = calendar.Of(o.clock.Now(), nil).AddDays(15)
	o.do(s.Owner, func(tx *aims.Tx) error { return tx.PlanRetirement(r) })
	o.do("eve", func(tx *aims.Tx) error { return tx.DecideRetirement(r.ID) })
	o.do(s.Owner, func(tx *aims.Tx) error {
		return tx.TellRetirement(r.ID, aims.ToldUsers, tx.Today(), "a letter to each desk")
	})
}

// settled says what became of all that a system leaves.
func settled(id string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		for _, m := range []string{"letters", "weights", "keys"} {
			if err := tx.SettleRetirement(id, aims.Remain{ID: m, Fate: aims.RemainDisposed, On: tx.Today(), How: "wiped, and looked for in the backups"}); err != nil {
				return err
			}
		}
		return tx.SettleRetirement(id, aims.Remain{ID: "logs", Fate: aims.RemainKept, How: "complaints may come for a year", Until: tx.Today().AddDays(365)})
	}
}

// deployment is a plan to deploy a system, which una releases.
func deployment(id, system string) aims.Deployment {
	return aims.Deployment{ID: id, System: system, Title: "To all desks", Where: "the office in Perth, forty desks", Releaser: "una", PlannedFor: calendar.MustParse("2026-01-12"),
		Requirements: []aims.DeploymentRequirement{{What: "staff trained", How: "course of December, all forty"}, {What: "logs kept", How: "seen in the live system"}},
		Rollback:     "the switch in the console, by the desk lead, within the hour", Predicted: "letters are answered a day sooner; some are read as complaints that are none"}
}

// verification is a plan to verify a system by two criteria.
func verification(id, system string) aims.SystemVerification {
	return aims.SystemVerification{ID: id, System: system, Title: "Before release", Method: "the cases of last year, kept apart, and a walk through the form", Builders: []string{"ada"},
		Criteria: []aims.VerificationCriterion{{ID: "recall", What: "cases found", Direction: aims.AtLeast, Required: 0.9}, {ID: "stop", What: "staff can stop it at once"}}}
}

// verified is a report by which both are met, or neither.
func verified(met bool) aims.VerificationReport {
	value := map[bool]float64{true: 0.93, false: 0.88}[met]
	return aims.VerificationReport{On: calendar.MustParse("2026-01-05"), Limitations: "letters by hand were not tested",
		Results: []aims.VerificationResult{{Criterion: "recall", Seen: "of 400 cases", Value: value}, {Criterion: "stop", Seen: "tried at three desks", Met: met}}}
}

// measure says what the measure of a data set came to, on the first day.
func measure(id string, value float64) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		return tx.MeasureDataset(id, aims.QualityResult{Measure: "complete", On: tx.Today(), Value: value})
	}
}

// ref reads a reference.
func ref(s string) crosswalk.Ref { return crosswalk.MustParseRef(s) }

// find returns the findings of one check.
func find(v *aims.View, now time.Time, check string) []aims.Finding {
	var found []aims.Finding
	for _, f := range v.Findings(now) {
		if f.Check == check {
			found = append(found, f)
		}
	}
	return found
}
