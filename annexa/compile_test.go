package annexa_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
)

func compile(t *testing.T, in annexa.Input) annexa.Statement {
	t.Helper()
	if in.At.IsZero() {
		in.At = at
	}
	s, err := annexa.Compile(in)
	require.NoError(t, err)
	require.NoError(t, s.Validate(), "what is compiled is whole")
	return s
}

func row(t *testing.T, s annexa.Statement, id string) annexa.Row {
	t.Helper()
	r, ok := s.Row(annexa.MustParse(id))
	require.True(t, ok, id)
	return r
}

func gapKinds(r annexa.Row) []annexa.GapKind {
	kinds := []annexa.GapKind{}
	for _, g := range r.Gaps {
		kinds = append(kinds, g.Kind)
	}
	return kinds
}

func TestCompileNothingIsAllUndecided(t *testing.T) {
	s := compile(t, annexa.Input{Organisation: "Lender", Scope: "Lending", At: at.In(time.FixedZone("", 3600))})
	require.Len(t, s.Rows, 38)
	for i, c := range annexa.Controls() {
		require.Equal(t, c.ID, s.Rows[i].Control)
		require.Equal(t, c.Title, s.Rows[i].Title)
		require.Equal(t, c.Objective, s.Rows[i].Objective)
		require.Equal(t, []annexa.GapKind{annexa.GapUndecided}, gapKinds(s.Rows[i]))
	}
	require.Len(t, s.Gaps(), 38)
	require.Equal(t, at, s.CompiledAt, "in UTC")
	require.True(t, s.Approval.IsZero())
}

func TestCompileDerivesGaps(t *testing.T) {
	const id = "A.6.2.6" // each system answers it for itself
	control := annexa.MustParse(id)
	required := func(systems ...string) (out []annexa.Required) {
		for _, s := range systems {
			out = append(out, annexa.Required{Control: control, System: s, Assessment: "IA-" + s, Rules: []string{"BAS-03"}})
		}
		return out
	}
	evidence := func(system string, until time.Time) annexa.EvidenceItem {
		return annexa.EvidenceItem{ID: "EV-" + system, Control: control, System: system, Kind: "ev-monitoring", ValidUntil: calendar.Of(until, nil)}
	}
	with := func(d annexa.Decision, change func(*annexa.Decision)) []annexa.Decision {
		change(&d)
		return []annexa.Decision{d}
	}
	implemented := with(applicable(id), func(d *annexa.Decision) { d.Status = annexa.StatusImplemented })
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	yesterday := today.AddDate(0, 0, -1)

	tests := []struct {
		name string
		in   annexa.Input
		want []annexa.Gap // Message is a part of it
	}{
		{"required, undecided", annexa.Input{Required: required("b", "a")}, []annexa.Gap{
			{Kind: annexa.GapUndecided, Message: issue.Plain("nobody has decided")},
			{Kind: annexa.GapRequiredUndecided, Message: issue.Plain("required for a, b"), Systems: []string{"a", "b"}}}},
		{"nothing open", annexa.Input{Decisions: []annexa.Decision{applicable(id)}, Required: required("a")}, nil},
		{"unjustified", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.Justification, d.Grounds = "", nil })},
			[]annexa.Gap{{Kind: annexa.GapUnjustified, Message: issue.Plain("justification: say why")}}},
		{"ground points nowhere", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.Grounds = []annexa.Ground{{Kind: annexa.GroundRisk}} })},
			[]annexa.Gap{{Kind: annexa.GapUnjustified, Message: issue.Plain("grounds[0].ref")}}},
		{"exclusion nobody approved", annexa.Input{Decisions: with(excluded(id), func(d *annexa.Decision) { d.ApprovedBy = "" })},
			[]annexa.Gap{{Kind: annexa.GapUnjustified, Message: issue.Plain("approved_by")}}},
		{"excluded, nothing requires it", annexa.Input{Decisions: []annexa.Decision{excluded(id)}}, nil},
		{"excluded though required", annexa.Input{Decisions: []annexa.Decision{excluded(id)}, Required: required("a", "b", "c", "d", "e")},
			[]annexa.Gap{{Kind: annexa.GapExcludedRequired, Message: issue.Plain("required for a, b, c and 2 more"), Systems: []string{"a", "b", "c", "d", "e"}}}},
		{"exclusion to be reviewed today", annexa.Input{Decisions: with(excluded(id), func(d *annexa.Decision) { d.ReviewDue = calendar.Of(today, nil) })}, nil},
		{"exclusion past review", annexa.Input{Decisions: with(excluded(id), func(d *annexa.Decision) { d.ReviewDue = calendar.Of(yesterday, nil) })},
			[]annexa.Gap{{Kind: annexa.GapReviewOverdue, Message: issue.Plain("by 2026-06-14")}}},
		{"no owner", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.Owner = "" })},
			[]annexa.Gap{{Kind: annexa.GapNoOwner, Message: issue.Plain("nobody answers")}}},
		{"planned for today", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(today, nil) })}, nil},
		{"planned past its date", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.Status, d.PlannedFor = annexa.StatusPlanned, calendar.Of(yesterday, nil) })},
			[]annexa.Gap{{Kind: annexa.GapPlanOverdue, Message: issue.Plain("by 2026-06-14 and is planned")}}},
		{"begun, past its date", annexa.Input{Decisions: with(applicable(id), func(d *annexa.Decision) { d.PlannedFor = calendar.Of(yesterday, nil) })},
			[]annexa.Gap{{Kind: annexa.GapPlanOverdue, Message: issue.Plain("is in progress")}}},
		{"past its date, in place", annexa.Input{
			Decisions: with(implemented[0], func(d *annexa.Decision) { d.PlannedFor = calendar.Of(yesterday, nil) }),
			Evidence:  []annexa.EvidenceItem{evidence("", at)}}, nil},
		{"implemented, no evidence", annexa.Input{Decisions: implemented},
			[]annexa.Gap{{Kind: annexa.GapNoEvidence, Message: issue.Plain("Monitoring plan and last results")}}},
		{"implemented, fresh to the end of today", annexa.Input{Decisions: implemented, Evidence: []annexa.EvidenceItem{evidence("", today)}}, nil},
		{"implemented, stale", annexa.Input{Decisions: implemented, Evidence: []annexa.EvidenceItem{evidence("", yesterday), evidence("a", yesterday.AddDate(-1, 0, 0))}},
			[]annexa.Gap{{Kind: annexa.GapNoEvidence, Message: issue.Plain("EV- (ev-monitoring) was valid until 2026-06-14")}}},
		{"implemented, undated", annexa.Input{Decisions: implemented, Evidence: []annexa.EvidenceItem{evidence("", time.Time{})}},
			[]annexa.Gap{{Kind: annexa.GapNoEvidence, Message: issue.Plain("no date")}}},
		{"implemented, one system bare", annexa.Input{Decisions: implemented, Required: required("a", "b", "c"),
			Evidence: []annexa.EvidenceItem{evidence("a", at), evidence("c", yesterday)}},
			[]annexa.Gap{{Kind: annexa.GapNoEvidence, Message: issue.Plain("nothing fresh shows it for b, c (2 of 3 that need it)"), Systems: []string{"b", "c"}}}},
		{"implemented, the organisation's covers all", annexa.Input{Decisions: implemented, Required: required("a", "b"),
			Evidence: []annexa.EvidenceItem{evidence("", at)}}, nil},
		{"implemented, required by an assessment of no system", annexa.Input{Decisions: implemented,
			Required: []annexa.Required{{Control: control, Assessment: "IA-9"}}, Evidence: []annexa.EvidenceItem{evidence("z", at)}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := compile(t, tt.in)
			got := row(t, s, id).Gaps
			require.Len(t, got, len(tt.want), got)
			for i, want := range tt.want {
				require.Contains(t, got[i].Message.String(), want.Message.String())
				want.Control, want.Message = control, got[i].Message
				require.Equal(t, want, got[i])
			}
		})
	}
}

func TestOneAnswerServesAllWhereTheOrganisationAnswers(t *testing.T) {
	for _, id := range []string{"A.3.3", "X.own"} {
		d := applicable(id)
		if d.Control.Custom() {
			d.Title = "Own"
		}
		d.Status = annexa.StatusImplemented
		s := compile(t, annexa.Input{
			Decisions: []annexa.Decision{d},
			Required:  []annexa.Required{{Control: d.Control, System: "a"}, {Control: d.Control, System: "b"}},
			Evidence:  []annexa.EvidenceItem{{ID: "EV-1", Control: d.Control, System: "c", ValidUntil: calendar.Of(at, nil)}},
		})
		require.Empty(t, row(t, s, id).Gaps, id)
		require.Equal(t, []string{"EV-1"}, row(t, s, id).Evidence)
	}
}

func TestCompileOwnControls(t *testing.T) {
	own := applicable("X.b")
	own.Title, own.Statement = "Model cards", "Every model has a card."
	s := compile(t, annexa.Input{
		Decisions: []annexa.Decision{own},
		Required:  []annexa.Required{{Control: annexa.MustParse("X.a"), System: "credit", Rules: []string{"OWN-1"}}},
		Evidence:  []annexa.EvidenceItem{{ID: "EV-1", Control: annexa.MustParse("X.withdrawn"), ValidUntil: calendar.Of(at, nil)}},
	})
	require.Len(t, s.Rows, 40)
	require.Equal(t, annexa.MustParse("X.a"), s.Rows[38].Control)
	require.Equal(t, []annexa.GapKind{annexa.GapUndecided, annexa.GapRequiredUndecided}, gapKinds(s.Rows[38]))
	require.Equal(t, "Model cards", s.Rows[39].Title)
	require.Equal(t, "Every model has a card.", s.Rows[39].Statement)
	require.Empty(t, s.Rows[39].Objective)
}

func TestCompileJoinsWhatIsSaidTwice(t *testing.T) {
	id := annexa.MustParse("A.6.2.8")
	s := compile(t, annexa.Input{
		Required: []annexa.Required{
			{Control: id, System: "b", Assessment: "IA-2", Rules: []string{"R-2", "R-1"}},
			{Control: id, System: "a", Assessment: "IA-1"},
			{Control: id, System: "b", Assessment: "IA-2", Rules: []string{"R-3", "R-1"}},
		},
		Evidence: []annexa.EvidenceItem{
			{ID: "EV-2", Control: id, System: "a", ValidUntil: calendar.Of(at, nil)}, {ID: "EV-2", Control: id, System: "b", ValidUntil: calendar.Of(at, nil)},
			{ID: "EV-1", Control: id, ValidUntil: calendar.Of(at, nil)}, {ID: "EV-0", Control: id, ValidUntil: calendar.Of(at.AddDate(0, 0, -1), nil)},
		},
	})
	r := row(t, s, "A.6.2.8")
	require.Equal(t, []annexa.RequiredBy{{System: "a", Assessment: "IA-1"}, {System: "b", Assessment: "IA-2", Rules: []string{"R-1", "R-2", "R-3"}}}, r.RequiredBy)
	require.Equal(t, []string{"EV-1", "EV-2"}, r.Evidence)
}

func TestCompileRefusesWhatItCannotRead(t *testing.T) {
	bad := applicable("A.2.3")
	bad.Status = "done"
	_, err := annexa.Compile(annexa.Input{
		Decisions: []annexa.Decision{applicable("A.2.2"), applicable("A.2.2"), bad, {}},
		Required:  []annexa.Required{{System: "a"}, {Control: annexa.MustParse("A.2.2")}},
		Evidence:  []annexa.EvidenceItem{{ID: "EV-1"}, {Control: annexa.MustParse("A.2.2")}},
	})
	var issues issue.Issues
	require.ErrorAs(t, err, &issues)
	var fields []string
	for _, i := range issues {
		fields = append(fields, i.Field+" "+i.Rule)
	}
	require.Equal(t, []string{
		"at required", "decisions[1].control repeated", "decisions[2].status oneof", "decisions[3].control required",
		"required[0].control required", "required[1].system required", "evidence[0].control required", "evidence[1].id required",
	}, fields)
}

func TestCompileKeepsNothingOfItsInput(t *testing.T) {
	d := applicable("A.2.2")
	in := annexa.Input{At: at, Decisions: []annexa.Decision{d},
		Required: []annexa.Required{{Control: d.Control, System: "a", Rules: []string{"R-2", "R-1"}}}}
	s := compile(t, in)
	require.Equal(t, []string{"R-2", "R-1"}, in.Required[0].Rules, "the input is left as it was")
	d.Grounds[0].Ref, in.Required[0].Rules[0] = "changed", "changed"
	require.Equal(t, "R-1", row(t, s, "A.2.2").Grounds[0].Ref)
	require.Equal(t, []string{"R-1", "R-2"}, row(t, s, "A.2.2").RequiredBy[0].Rules)

	r := row(t, s, "A.2.2")
	r.Grounds[0].Ref = "changed"
	require.Equal(t, "R-1", row(t, s, "A.2.2").Grounds[0].Ref, "a row is a copy")
}

// genInput draws an input that Compile takes.
func genInput(t *rapid.T) annexa.Input {
	ids := []annexa.ID{annexa.MustParse("X.a"), annexa.MustParse("X.b"), annexa.MustParse("X.c")}
	for c := range annexa.All() {
		ids = append(ids, c.ID)
	}
	id := rapid.SampledFrom(ids)
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		return at.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "days")).Add(time.Duration(rapid.IntRange(-12, 11).Draw(t, "hours")) * time.Hour)
	})
	word := rapid.SampledFrom([]string{"", "a", "b", "c"})
	in := annexa.Input{Organisation: word.Draw(t, "organisation"), Scope: word.Draw(t, "scope"), At: at}
	for _, c := range rapid.SliceOfNDistinct(id, 0, 41, rapid.ID).Draw(t, "decided") {
		d := annexa.Decision{Control: c, Justification: word.Draw(t, "why"), Owner: word.Draw(t, "owner"), ApprovedBy: word.Draw(t, "approver")}
		if c.Custom() {
			d.Title = "Own"
		}
		for range rapid.IntRange(0, 2).Draw(t, "grounds") {
			d.Grounds = append(d.Grounds, annexa.Ground{Kind: rapid.SampledFrom(annexa.GroundKinds()).Draw(t, "kind"), Ref: word.Draw(t, "ref")})
		}
		if rapid.Bool().Draw(t, "dated") {
			d.ReviewDue, d.PlannedFor = calendar.Of(moment.Draw(t, "review"), nil), calendar.Of(moment.Draw(t, "planned"), nil)
		}
		switch d.Applicability = rapid.SampledFrom(append(annexa.Applicabilities(), annexa.Undecided)).Draw(t, "applicability"); {
		case d.Applicability == annexa.Excluded:
			d.Status = annexa.StatusNotApplicable
		case d.PlannedFor.IsZero():
			d.Status = rapid.SampledFrom([]annexa.Status{"", annexa.StatusNotStarted, annexa.StatusInProgress, annexa.StatusImplemented}).Draw(t, "status")
		default:
			d.Status = rapid.SampledFrom(annexa.Statuses()[:4]).Draw(t, "status")
		}
		in.Decisions = append(in.Decisions, d)
	}
	for range rapid.IntRange(0, 30).Draw(t, "required") {
		q := annexa.Required{Control: id.Draw(t, "control"), System: word.Draw(t, "system"), Assessment: word.Draw(t, "assessment"), Rules: rapid.SliceOfN(word, 0, 3).Draw(t, "rules")}
		if q.System+q.Assessment != "" {
			in.Required = append(in.Required, q)
		}
	}
	for n := range rapid.IntRange(0, 30).Draw(t, "evidence") {
		in.Evidence = append(in.Evidence, annexa.EvidenceItem{ID: fmt.Sprint("EV-", n%7), Control: id.Draw(t, "control"),
			System: word.Draw(t, "system"), Kind: word.Draw(t, "kind"), ValidUntil: calendar.Of(moment.Draw(t, "until"), nil)})
	}
	return in
}

func TestCompileDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := genInput(t)
		want, err := annexa.Compile(in)
		require.NoError(t, err)

		own := map[annexa.ID]bool{}
		for _, d := range in.Decisions {
			own[d.Control] = d.Control.Custom()
		}
		for _, q := range in.Required {
			own[q.Control] = q.Control.Custom()
		}
		rows := 38
		for _, custom := range own {
			if custom {
				rows++
			}
		}
		require.Len(t, want.Rows, rows)
		require.True(t, slices.IsSortedFunc(want.Rows, func(a, b annexa.Row) int { return annexa.Compare(a.Control, b.Control) }))
		require.NoError(t, want.Validate())

		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		shuffle.Shuffle(len(in.Decisions), func(i, j int) { in.Decisions[i], in.Decisions[j] = in.Decisions[j], in.Decisions[i] })
		shuffle.Shuffle(len(in.Required), func(i, j int) { in.Required[i], in.Required[j] = in.Required[j], in.Required[i] })
		shuffle.Shuffle(len(in.Evidence), func(i, j int) { in.Evidence[i], in.Evidence[j] = in.Evidence[j], in.Evidence[i] })
		got, err := annexa.Compile(in)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got, cmp.Comparer(func(a, b annexa.ID) bool { return a == b })))
		require.Empty(t, annexa.Diff(want, got))
	})
}

func TestApprovalAgreesWithGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := genInput(t)
		in.Organisation, in.Scope = "Lender", "Lending"
		for c := range annexa.All() { // or else hardly any draw could be approved
			if !slices.ContainsFunc(in.Decisions, func(d annexa.Decision) bool { return d.Control == c.ID }) {
				in.Decisions = append(in.Decisions, applicable(c.ID.String()))
			}
		}
		if rapid.Bool().Draw(t, "mended") {
			for i, d := range in.Decisions {
				in.Decisions[i] = applicable(d.Control.String())
				in.Decisions[i].Title = d.Title
			}
			in.Required = slices.DeleteFunc(in.Required, func(q annexa.Required) bool { return q.Control.Custom() })
		}
		s, err := annexa.Compile(in)
		require.NoError(t, err)
		blocked := slices.ContainsFunc(s.Gaps(), func(g annexa.Gap) bool { return g.Kind.Blocks() })
		_, err = s.Approve("grace", at, calendar.Of(at.AddDate(1, 0, 0), nil))
		require.Equal(t, blocked, err != nil, err)
	})
}
