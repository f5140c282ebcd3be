package aims_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// putters write a record of each kind that is written as a whole.
var putters = map[aims.Kind]func(tx *aims.Tx, rec any) error{
	aims.KindOrganisation: putter((*aims.Tx).PutOrganisation), aims.KindPerson: putter((*aims.Tx).PutPerson),
	aims.KindRole: putter((*aims.Tx).PutRole), aims.KindPolicy: putter((*aims.Tx).DraftPolicy),
	aims.KindService: putter((*aims.Tx).PutService), aims.KindDocument: putter((*aims.Tx).DraftDocument), aims.KindScope: putter((*aims.Tx).DraftScope),
	aims.KindContextIssue: putter((*aims.Tx).PutContextIssue), aims.KindInterestedParty: putter((*aims.Tx).PutInterestedParty),
	aims.KindObjective: putter((*aims.Tx).PutObjective), aims.KindSupplier: putter((*aims.Tx).PutSupplier),
	aims.KindSweep: putter((*aims.Tx).PutSweep), aims.KindEvidence: putter((*aims.Tx).AttachEvidence),
	aims.KindAudit: putter((*aims.Tx).PlanAudit), aims.KindReview: putter((*aims.Tx).HoldReview),
	aims.KindNonconformity: putter((*aims.Tx).RaiseNonconformity), aims.KindIncident: putter((*aims.Tx).ReportIncident),
	aims.KindConcern: putter((*aims.Tx).RaiseConcern), aims.KindChannel: putter((*aims.Tx).PutChannel), aims.KindCertificate: putter((*aims.Tx).PutCertificate),
	aims.KindException: putter((*aims.Tx).RequestException), aims.KindSystem: putter((*aims.Tx).RegisterSystem),
	aims.KindRisk: putter((*aims.Tx).PutRisk), aims.KindDecision: putter((*aims.Tx).DecideControl),
	aims.KindCriteria: putter((*aims.Tx).DraftCriteria), aims.KindControlTest: putter((*aims.Tx).RecordTest), aims.KindHold: putter((*aims.Tx).PlaceHold),
	aims.KindObligation: putter((*aims.Tx).PutObligation), aims.KindPlannedChange: putter((*aims.Tx).DraftChange),
	aims.KindCompetence: putter((*aims.Tx).PutCompetence), aims.KindHeldCompetence: putter((*aims.Tx).ClaimCompetence), aims.KindGoverningBody: putter((*aims.Tx).PutGoverningBody),
	aims.KindAuditProgramme: putter((*aims.Tx).DraftAuditProgramme), aims.KindProcessMap: putter((*aims.Tx).DraftProcesses), aims.KindPublicClaim: putter((*aims.Tx).PutPublicClaim), aims.KindCommunication: putter((*aims.Tx).PutCommunication), aims.KindResource: putter((*aims.Tx).PutResource), aims.KindMonitoring: putter((*aims.Tx).PutMonitoring), aims.KindOpportunity: putter((*aims.Tx).PutOpportunity), aims.KindSystemLog: putter((*aims.Tx).DescribeLogs), aims.KindAction: putter((*aims.Tx).PutAction), aims.KindUseRules: putter((*aims.Tx).DraftUseRules), aims.KindRetirement: putter((*aims.Tx).PlanRetirement), aims.KindDeployment: putter((*aims.Tx).PlanDeployment), aims.KindVerification: putter((*aims.Tx).PlanVerification), aims.KindDataset: putter((*aims.Tx).PutDataset),
}

func putter[T any](put func(*aims.Tx, T) error) func(*aims.Tx, any) error {
	return func(tx *aims.Tx, rec any) error { return put(tx, *rec.(*T)) }
}

// notTheirs are fields that the verb sets itself, whatever it is given.
var notTheirs = []string{"tenures", "tenures.person", "told of communication", "told.to of communication", "told.to.kind", "told.to.id", "told.what", "told.evidence", "outside.checks", "outside.checks.current", "outside.checks.seen", "outside.checks.by", "ended.by", "ended.reason", "before", "before.by", "before.direction", "earlier", "earlier.by", "verifications", "verifications.by", "verifications.note", "regraded", "regraded.by", "regraded.reason",
	"regraded.severity", "regraded.grade", "reopened", "reopened.by", "reopened.reason", "postponed", "postponed.by", "postponed.reason", "surveillance", "authors", "approval.by", "state", "acceptance.by", "acceptance.reason", "answer", "reported_to", "conclusion",
	"verification.by", "verification.note", "grants", "grants.by", "grants.done", "requested_by", "approved_by", "appointed_by", "top_by", "external_by", "former_names", "former_names.name",
	"foundings", "foundings.by", "foundings.appointed", "foundings.confirmed_by", "measurements", "measurements.by", "measurements.note", "holder", "confirmed", "by of control_test", "judged_by", "attached_by", "placed_by", "released_by", "release_reason", "notices", "notices.clock", "notices.system", "notices.to", "notices.reference", "notices.by",
	"assessments", "assessments.by", "assessments.seen", "assessments.result", "briefings", "briefings.what", "briefings.decided", "briefings.by", "briefings.noted_by", "dropped_by", "drop_reason", "done.by", "done.result", "reviews", "reviews.by", "reviews.consequences", "reviews.mitigation", "reviewed_by", "ended_by", "end_reason", "equivalent.systems", "equivalent.reason", "equivalent.by", "reporting.filings", "reporting.filings.reference", "reporting.filings.evidence", "reporting.filings.by", "reporting.postponed", "reporting.postponed.by", "reporting.postponed.reason",
	"review.seen", "review.by", "return.reason", "return.by", "released_by of deployment", "model.name of deployment", "model.version of deployment", "model.technique of deployment",
	"results of verification", "results.criterion", "results.seen", "limitations", "evidence of verification", "by of verification", "model.name of verification", "model.version of verification", "model.technique of verification",
	"results of dataset", "former_names of dataset", "results.measure", "results.version", "results.note", "results.by",
	"former_owners", "set_by", "moves", "moves.by", "moves.reason", "checks", "checks.seen", "checks.by", "checks.of.result", "checks.of.by", "cancelled_by", "cancel_reason",
	"in_force.text.intended", "in_force.text.rules", "in_force.text.aims", "in_force.by", "in_force.authors", "in_force.systems", "earlier.systems", "earlier.text.intended", "earlier.text.rules", "earlier.text.aims", "earlier.authors",
	"accepted", "accepted.by", "counts", "counts.digest", "counts.by", "compared", "compared.system", "compared.seen", "compared.misuse", "compared.by",
	"system of system_log", "gaps", "gaps.what", "gaps.how", "gaps.by", "gaps.closed_by", "reviews", "reviews.seen", "reviews.by", "reviews.beyond", "end_reason", "ended_by", "checks.looked", "checks.missing", "checks.digest", "reviews.digest",
	"recorded_by", "answered_by", "trials", "trials.seen", "trials.by", "no_ai.says", "no_ai.by",
	"decided_by", "told.how", "told.by", "remains.fate", "remains.how", "remains.by", "closing.checked", "closing.moved", "closing.moved.record.kind", "closing.moved.record.id", "closing.moved.to", "closing.by",
	"accepted_duty", "scope_version", "applied.organisation", "applied.scope_version", "applied.scope", "applied.boundaries", "applied.roles", "applied.sites", "applied.sites.name", "applied.sites.place", "applied.sites.activities", "applied.levels", "applied.levels.level",
	"applied.high", "applied.outsourced", "applied.standards", "applied.languages", "applied.top_management", "applied.incidents", "applied.missing", "told", "told.parts", "told.what", "told.to", "told.how", "told.now.organisation", "told.now.scope_version", "told.now.scope", "told.now.boundaries", "told.now.roles", "told.now.sites", "told.now.sites.name", "told.now.sites.place", "told.now.sites.activities",
	"told.now.levels", "told.now.levels.level", "told.now.high", "told.now.outsourced", "told.now.standards", "told.now.languages", "told.now.top_management", "told.now.incidents", "told.now.missing", "told.by", "stages", "stages.stage", "special", "special.reason", "special.result", "special.by", "suspensions", "suspensions.reason", "suspensions.by",
	"scope_decisions", "scope_decisions.kind", "scope_decisions.changed", "scope_decisions.parts", "scope_decisions.scope", "scope_decisions.before", "scope_decisions.version", "scope_decisions.by", "appeals", "appeals.id", "appeals.text", "appeals.answer", "appeals.by", "transferred_to", "transfer_review",
	"seed of audit", "drawn of audit", "seen of management_review", "seen.point", "seen.said.id", "seen.said.args", "items of audit", "items.looked", "items.records", "items.records.kind", "items.records.id", "items.result", "items.nonconformity", "items.by", "items.system",
	"former_owners of opportunity", "decisions of opportunity", "decisions.choice of opportunity", "decisions.reason of opportunity", "decisions.by of opportunity", "effects", "effects.note", "effects.by",
	"results of monitoring", "results.words", "results.evidence", "results.by", "evaluations", "evaluations.means", "evaluations.nonconformity", "evaluations.by",
	"areas of audit_programme", "areas.rules", "areas.reason", "borne of audit_programme"}

// derivedKinds are written by no verb as a whole.
var derivedKinds = []aims.Kind{aims.KindAssessment, aims.KindStatement, aims.KindDuty, aims.KindGatePassage}

// tabled are kinds whose bounds stand in tables of their packages, with tests.
var tabled = []aims.Kind{aims.KindSystem, aims.KindRisk, aims.KindDecision, aims.KindCriteria}

// bound is one field that a record may hold only so much in.
type bound struct {
	path string
	list bool
}

// boundsOf finds the lists and texts of a type.
func boundsOf(t reflect.Type, path string, in []bound) []bound {
	switch t.Kind() {
	case reflect.String:
		if !slices.ContainsFunc(in, func(b bound) bool { return b.path == path && !b.list }) {
			in = append(in, bound{path, false})
		}
	case reflect.Slice:
		in = boundsOf(t.Elem(), path, append(in, bound{path, true}))
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && t.String() != "time.Time" {
				in = boundsOf(f.Type, issue.Under(path, name), in)
			}
		}
	}
	return in
}

// fillTo puts a text of n bytes or a list of n elements at a path.
func fillTo(v reflect.Value, path []string, list bool, n int) {
	if len(path) > 0 && v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Anonymous {
				fillTo(v.Field(i), path, list, n)
			} else if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == path[0] {
				fillTo(v.Field(i), path[1:], list, n)
			}
		}
		return
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(strings.Repeat("x", n))
	case v.Kind() == reflect.Slice && list && len(path) == 0:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			if e := v.Index(i); e.Kind() == reflect.String {
				e.SetString(fmt.Sprint("x", i))
			}
		}
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillTo(v.Index(0), path, list, n)
	}
}

var places = regexp.MustCompile(`\[\d+\]`)

// tooLong reports whether an error says of a field that it is too long, and what
// the value is that it names.
func tooLong(err error, path string) (string, bool) {
	for _, i := range issuesOf(err) {
		if places.ReplaceAllString(i.Field, "") == path && (i.Rule == "count" || i.Rule == "length") {
			return i.Value, true
		}
	}
	return "", false
}

func issuesOf(err error) (is aims.Issues) {
	for e := err; e != nil; {
		if found, ok := e.(aims.Issues); ok {
			return found
		}
		switch u := e.(type) {
		case interface{ Unwrap() error }:
			e = u.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range u.Unwrap() {
				if found := issuesOf(inner); found != nil {
					return found
				}
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// maxOf is what a kind's limits, or the table of its package, say of a field.
func maxOf(k aims.KindInfo, b bound) int {
	limit, own := k.Limits.Text, k.Limits.Texts
	if b.list {
		limit, own = k.Limits.List, k.Limits.Lists
	}
	if n, ok := own[b.path]; ok {
		limit = n
	}
	return limit
}

// TestEveryListAndTextIsBounded: one more than the bound is refused and named; the
// bound itself is not.
func TestEveryListAndTextIsBounded(t *testing.T) {
	o := furnished(t)
	for _, k := range aims.Kinds() {
		put := putters[k.Name]
		require.Equal(t, slices.Contains(derivedKinds, k.Name), put == nil, k.Name)
		if put == nil || slices.Contains(tabled, k.Name) {
			continue
		}
		for _, b := range boundsOf(reflect.TypeOf(k.New()).Elem(), "", nil) {
			if b.path == "id" || slices.Contains(notTheirs, b.path) || slices.Contains(notTheirs, b.path+" of "+string(k.Name)) {
				continue
			}
			limit := maxOf(k, b)
			with := func(n int) error {
				rec := k.New()
				if id := reflect.ValueOf(rec).Elem().FieldByName("ID"); id.IsValid() {
					id.SetString("new")
				}
				fillTo(reflect.ValueOf(rec).Elem(), strings.Split(b.path, "."), b.list, n)
				return o.try("eve", func(tx *aims.Tx) error { return put(tx, rec) })
			}
			name := fmt.Sprintf("%s %s (list: %v)", k.Name, b.path, b.list)
			err := with(limit + 1)
			require.Error(t, err, name)
			if earlier(err) {
				continue
			}
			value, is := tooLong(err, b.path)
			require.True(t, is, "%s: %v", name, err)
			if b.list {
				require.Equal(t, fmt.Sprint(limit+1), value, name)
			} else {
				require.Contains(t, value, "xxx", name)
			}
			_, is = tooLong(with(limit), b.path)
			require.False(t, is, "%s: exactly the bound", name)
		}
	}
}

// earlier reports whether a record was refused before anybody looked at bounds:
// for its state, or since it may not be written by that person.
func earlier(err error) bool { return len(issuesOf(err)) == 0 }

// TestLimitsLeaveRoom: what packages register, impact and annexa allow, and what
// is derived of it, the ledger allows too.
func TestLimitsLeaveRoom(t *testing.T) {
	for name, table := range map[aims.Kind][]issue.Bound{
		aims.KindSystem: register.SystemBounds(), aims.KindRisk: register.RiskBounds(), aims.KindCriteria: register.CriteriaBounds(),
		aims.KindDecision: annexa.DecisionBounds(), aims.KindStatement: annexa.StatementBounds(),
		aims.KindAssessment: slices.Concat(impact.ContentBounds(), impact.AssessmentBounds()),
	} {
		k, _ := aims.KindByName(name)
		for _, row := range table {
			if row.Unit == issue.Elements {
				require.LessOrEqual(t, row.Max, k.Limits.List, "%s %s", name, row.Field)
			} else {
				require.LessOrEqual(t, row.Max, k.Limits.Text, "%s %s", name, row.Field)
			}
		}
	}
}

// TestStatementOverTenThousandSystemsFits: what the library compiles by itself it
// can put on file.
func TestStatementOverTenThousandSystemsFits(t *testing.T) {
	in := annexa.Input{Organisation: "Acme", At: day0}
	for _, c := range annexa.Controls() {
		for i := range 1000 {
			id := fmt.Sprintf("%s-%d", strings.Repeat("s", 40), i)
			in.Required = append(in.Required, annexa.Required{Control: c.ID, System: id, Assessment: id + "#1", Rules: []string{"R-001", "R-002"}})
		}
	}
	s, err := annexa.Compile(in)
	require.NoError(t, err)
	body, err := json.Marshal(s)
	require.NoError(t, err)
	k, _ := aims.KindByName(aims.KindStatement)
	require.Less(t, 10*len(body), k.Limits.Body, "ten times as many systems")
}

// TestHugeListsAreRefusedSoon: what is far beyond its bound costs no more than to
// look at it once. To compare each with each would take longer than tests may.
func TestHugeListsAreRefusedSoon(t *testing.T) {
	o := furnished(t)
	soon := func(field, rule, value string, fn func(tx *aims.Tx) error) {
		t.Helper()
		o.invalid("lea", field, rule, value, fn)
	}
	soon("supports", "count", "300000", func(tx *aims.Tx) error {
		e := proof("e", day0, nil)
		e.Supports = slices.Repeat([]crosswalk.Ref{ref("iso42001:A.2.2")}, 300_000)
		return tx.AttachEvidence(e)
	})
	soon("supports[1]", "repeated", "iso42001:A.2.2", func(tx *aims.Tx) error {
		e := proof("e", day0, nil)
		e.Supports = slices.Repeat([]crosswalk.Ref{ref("iso42001:A.2.2")}, 2000)
		return tx.AttachEvidence(e)
	})
	incident := func(n int) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			return tx.ReportIncident(aims.Incident{ID: "i", Title: "x", Grade: aims.GradeCritical, DetectedOn: day0, Systems: slices.Repeat([]string{"cv"}, n)})
		}
	}
	soon("systems", "count", "2000", incident(2000))
	soon("systems[1]", "repeated", "cv", incident(1000))
	soon("systems[1]", "repeated", "cv", incident(2))
	soon("auditors[1]", "repeated", "una", func(tx *aims.Tx) error {
		return tx.PlanAudit(aims.Audit{ID: "a", Title: "x", Systems: []string{"cv"}, Auditors: []string{"una", "una"}, PlannedFor: dayOf(10)})
	})
	soon("attendees[1]", "repeated", "bob", func(tx *aims.Tx) error {
		return tx.HoldReview(aims.ManagementReview{ID: "r", HeldOn: dayOf(0), Chair: "eve", Attendees: []string{"bob", "bob"},
			Decisions: []aims.ReviewDecision{{What: "x", Owner: "bob", Due: dayOf(1)}}})
	})
}

// TestBeyondItsBoundAlready: a record that is beyond a bound since before there
// was one opens, and may be revised as long as it gets no worse.
func TestBeyondItsBoundAlready(t *testing.T) {
	j := memory.New()
	party := aims.InterestedParty{ID: "old", Name: strings.Repeat("n", 3000)}
	for i := range 250 {
		party.Needs = append(party.Needs, fmt.Sprint("need ", i%240))
	}
	s := spamFilter()
	for i := range 150 {
		s.ForeseeableMisuse = append(s.ForeseeableMisuse, fmt.Sprint("misuse ", i))
	}
	var changes []storage.Change
	for kind, rec := range map[aims.Kind]any{aims.KindInterestedParty: party, aims.KindSystem: s,
		aims.KindPerson: aims.Person{ID: "ada", Name: "Ada"}} {
		body, err := json.Marshal(rec)
		require.NoError(t, err)
		id := map[aims.Kind]string{aims.KindInterestedParty: "old", aims.KindSystem: "spam", aims.KindPerson: "ada"}[kind]
		changes = append(changes, storage.Change{Kind: string(kind), Key: id, Schema: 1, Salt: []byte("s"), Body: body})
	}
	slices.SortFunc(changes, func(a, b storage.Change) int { return strings.Compare(a.Kind, b.Kind) })
	batch, err := storage.SealBatch(storage.Head{}, []storage.Commit{{ID: "old", Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`), Changes: changes}})
	require.NoError(t, err)
	require.NoError(t, j.Append(t.Context(), batch))
	o := openOrg(t, j, &clock{now: day0})

	edit := func(change func(p *aims.InterestedParty)) func(tx *aims.Tx) error {
		return edited((*aims.Tx).InterestedParties, "old", (*aims.Tx).PutInterestedParty, func(_ *crowd, p *aims.InterestedParty) { change(p) }).bind()
	}
	o.do("ada", edit(func(p *aims.InterestedParty) { p.Addressed = "all of it" }))
	o.do("ada", edit(func(p *aims.InterestedParty) { p.Needs, p.Name = p.Needs[:249], p.Name[:2999] }))
	o.invalid("ada", "needs", "count", "250", edit(func(p *aims.InterestedParty) { p.Needs = append(p.Needs, "another") }))
	o.invalid("ada", "needs[239]", "repeated", "need 0", edit(func(p *aims.InterestedParty) { p.Needs[239] = "need 0" }))
	require.Error(t, o.try("ada", edit(func(p *aims.InterestedParty) { p.Name += "nn" })))
	system := func(change func(s *register.System)) func(tx *aims.Tx) error {
		return edited((*aims.Tx).Systems, "spam", func(tx *aims.Tx, s register.System) error { _, err := tx.ReviseSystem(s); return err },
			func(_ *crowd, s *register.System) { change(s) }).bind()
	}
	o.do("ada", system(func(s *register.System) { s.Name = "Another name" }))
	require.Error(t, o.try("ada", system(func(s *register.System) { s.ForeseeableMisuse = append(s.ForeseeableMisuse, "one more") })))
}
