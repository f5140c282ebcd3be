package aims_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage/memory"
)

// barredOwner is a use of a verb that is barred to who owns the record, or a system that it
// is about: on which record of the cast, and by whom, where callOfVerb doesn't say.
type barredOwner struct {
	kind      aims.Kind
	id, actor string
}

// barredToOwners answers for each row of the table of rights with such a bar.
var barredToOwners = map[string]barredOwner{
	"ReviseSystem/it is put out of scope":           {aims.KindSystem, "done", "lea"},
	"TellApart":                                     {kind: aims.KindSystem},
	"RecordVerification":                            {kind: aims.KindVerification},
	"DecideRetirement/the system is of high impact": {aims.KindRetirement, "end", "eve"},
	"CloseRetirement/the system is of high impact":  {aims.KindRetirement, "end-gone", "lea"},
	"ApproveUseRules":                               {kind: aims.KindUseRules},
	"CompareUse":                                    {kind: aims.KindUseRules},
	"CheckLogs":                                     {kind: aims.KindSystemLog},
	"CloseResourceGap":                              {kind: aims.KindResource},
	"ReviewResource":                                {kind: aims.KindResource},
	"StopAssessment":                                {kind: aims.KindAssessment},
	"WaiveDuty":                                     {kind: aims.KindDuty},
	"AcceptRisk":                                    {kind: aims.KindRisk},
	"DecideControl/it is left out":                  {aims.KindDecision, "A.6.2.6", "lea"},
	"RecordTest":                                    {kind: aims.KindDecision, id: "A.6.2.6"},
	"GrantException":                                {kind: aims.KindException},
	"GrantException/the system is of high impact":   {aims.KindException, "x2", "eve"},
	"ExtendException":                               {kind: aims.KindException},
	"PostponeReport":                                {kind: aims.KindObligation},
	"EndObligation":                                 {kind: aims.KindObligation},
	"DecideEquivalence":                             {kind: aims.KindObligation},
	"PutMonitoring/it is measured less often, or not any more": {aims.KindMonitoring, "m", "eve"},
	"ApproveChange":        {kind: aims.KindPlannedChange},
	"ReviewChange":         {kind: aims.KindPlannedChange},
	"EndCommunication":     {kind: aims.KindCommunication},
	"CloseNonconformity":   {kind: aims.KindNonconformity},
	"RegradeNonconformity": {kind: aims.KindNonconformity},
	"RegradeIncident":      {kind: aims.KindIncident},
	"AnswerConcern":        {kind: aims.KindConcern, id: "about"},
	"TryChannel":           {kind: aims.KindChannel},
	"ReviewPublicClaim":    {kind: aims.KindPublicClaim},
}

// ownersApart are the rows with such a bar that need no tenure, and why.
var ownersApart = map[string]string{
	"AttestNoAI":        "who answers for a sweep is named in it; to name another takes the attestation away",
	"JudgeEvidence":     "who collected it is never another one",
	"DecideOpportunity": "FormerOwners bar for good (TestLentOpportunity)",
	"JudgeOpportunity":  "FormerOwners bar for good",
	"MoveAction":        "FormerOwners bar for good",
	"CheckAction":       "FormerOwners bar for good",
	"CancelAction":      "FormerOwners bar for good",
}

// give hands a record, or with a field "systems" those that it is about, to an owner.
func give(t *testing.T, o *org, s aims.Subject, ofSystem bool, to string) bool {
	rec, ok := o.View().Record(s)
	require.True(t, ok, "the cast has no %s", s)
	field := func(name string) reflect.Value { return reflect.ValueOf(rec).Elem().FieldByName(name) }
	if ofSystem {
		if one := field("System"); one.IsValid() {
			return give(t, o, aims.Subject{Kind: aims.KindSystem, ID: one.String()}, false, to)
		}
		if all := field("Systems"); all.IsValid() && all.Len() > 0 {
			return give(t, o, aims.Subject{Kind: aims.KindSystem, ID: all.Index(0).String()}, false, to)
		}
		return false
	}
	patch := map[string]string{"owner": to}
	switch {
	case s.Kind == aims.KindMonitoring:
		patch = map[string]string{"evaluator": to}
	case !field("Owner").IsValid():
		return false
	}
	text, err := json.Marshal(patch)
	require.NoError(t, err)
	o.do("pam", func(tx *aims.Tx) error { return tx.Patch(s, field("Revision").Uint(), text) })
	return true
}

// For every right that is barred to owners: who owns the thing, or a system that it is about,
// and hands it to another, decides nothing on it in the next commit, nor the day after; nor
// does who owned it by a second record. Who never had it may, whoever had. A row of the table
// that nothing here answers for fails.
func TestNobodyDecidesOnWhatHeHandedOn(t *testing.T) {
	for _, right := range aims.Rights() {
		name := right.Verb
		if right.When != "" {
			name += "/" + right.When
		}
		if !slices.Contains(right.Never, aims.BarOwner) && !slices.Contains(right.Never, aims.BarSystemOwner) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			b, ok := barredToOwners[name]
			if _, apart := ownersApart[name]; apart {
				require.False(t, ok)
				return
			}
			require.True(t, ok, "say how an owner of it is kept from lending it to another and deciding meanwhile")
			actor, id, call := b.actor, b.id, callOfVerb[right.Verb]
			if actor == "" {
				actor = call.actor
			}
			if id == "" {
				id = call.id
			}
			s := aims.Subject{Kind: b.kind, ID: id}
			other := "bob"
			if actor == other {
				other = "lea"
			}
			ways := 0
			for _, way := range []struct {
				bar      aims.Bar
				ofSystem bool
			}{{aims.BarOwner, false}, {aims.BarSystemOwner, true}} {
				if !slices.Contains(right.Never, way.bar) {
					continue
				}
				for _, owner := range []string{actor, "second"} {
					o := newOrg(t).staffed()
					c := castOf(o)
					o.do("lea", func(tx *aims.Tx) error {
						return tx.RaiseConcern(aims.Concern{RaisedBy: "staff", ID: "about", Text: "unfair", RaisedOn: tx.Today(), Systems: []string{"done"}})
					})
					o.do("pam", func(tx *aims.Tx) error {
						p, _ := tx.People().Get(actor)
						p.Email = "one@example.com"
						if err := tx.PutPerson(p); err != nil {
							return err
						}
						return tx.PutPerson(aims.Person{ID: "second", Name: "Same", Email: p.Email})
					})
					after := func(days int) {
						o.clock.Set(o.clock.Now().AddDate(0, 0, days))
						o.do("pam", func(tx *aims.Tx) error { // a View is of the day of its last commit
							p, _ := tx.People().Get("second")
							p.Name += "."
							return tx.PutPerson(p)
						})
					}
					may := func() error {
						return o.View().MayUse(aims.Use{Actor: actor, Verb: right.Verb, When: right.When, Subject: s})
					}
					if !give(t, o, s, way.ofSystem, "ada") {
						break
					}
					ways++
					require.NoError(t, may(), "whoever owns it is somebody else")
					give(t, o, s, way.ofSystem, owner)
					require.ErrorIs(t, may(), aims.ErrSeparation, "who owns it")
					after(30)
					handed := calendar.Of(o.clock.Now(), nil)
					give(t, o, s, way.ofSystem, other)
					for range 2 { // at once, and a day later
						var barred *aims.RightError
						require.ErrorAs(t, may(), &barred)
						require.ErrorIs(t, barred, aims.ErrSeparation)
						require.Equal(t, handed.AddDays(29), barred.Through, "as long as he owned it")
						if right.When == "" {
							require.ErrorIs(t, o.try(actor, func(tx *aims.Tx) error { return call.call(tx, c.arguments(id)) }), aims.ErrSeparation)
						}
						after(1)
					}
					after(27)
					require.ErrorIs(t, may(), aims.ErrSeparation, "the last day")
					after(1)
					require.NoError(t, may(), "then it is over")
				}
			}
			require.NotZero(t, ways)
		})
	}
}

// binding is an obligation that lea, the lead, answers for.
func binding(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.do("bob", func(tx *aims.Tx) error {
		return tx.PutObligation(aims.Obligation{ID: "code", Title: "A code", Kind: aims.ObligationCode, Source: "Its page 3", Asks: "What is asked.", Owner: "lea"})
	})
	return o
}

func answersFor(obligation, owner string) func(tx *aims.Tx) error {
	return func(tx *aims.Tx) error {
		b, _ := tx.Obligations().Get(obligation)
		b.Owner = owner
		return tx.PutObligation(b)
	}
}

func endCode(tx *aims.Tx) error { return tx.EndObligation("code", "we left the association") }

// A lead hands an obligation on, ends it and would take it back. The error says until when
// she is barred and who may instead; who succeeds her takes nothing from that; and after a
// quarter she is like anybody else.
func TestHandedOnForAnHour(t *testing.T) {
	o := binding(t)
	start := calendar.Of(o.clock.Now(), nil)
	o.do("lea", answersFor("code", "bob"))
	err := o.try("lea", endCode)
	var barred *aims.RightError
	require.ErrorAs(t, err, &barred)
	require.Equal(t, start.AddDays(aims.OwnerDays-1), barred.Through)
	require.Contains(t, err.Error(), `"lea" is barred through 2026-04-04: its owner until 2026-01-05 (SD-2)`)
	require.Contains(t, err.Error(), "a member of top management, the executive sponsor, the aims lead may")

	// On the state before the commit she owned it, and in it she is who has just handed it on.
	require.ErrorIs(t, o.try("lea", func(tx *aims.Tx) error {
		if err := answersFor("code", "pam")(tx); err != nil {
			return err
		}
		return endCode(tx)
	}), aims.ErrSeparation)

	o.clock.Set(o.clock.Now().Add((aims.OwnerDays - 1) * 24 * time.Hour))
	o.refused("lea", aims.ErrSeparation, endCode)
	o.clock.Set(o.clock.Now().Add(24 * time.Hour))
	o.do("lea", endCode)
}

// Nor does somebody register a system of his own as one that is out of scope.
func TestOwnSystemIsNotRegisteredOutside(t *testing.T) {
	o := newOrg(t).staffed()
	outside := func(owner string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			s := spamFilter()
			s.Owner, s.OutOfScope = owner, "a subsidiary runs it"
			return tx.RegisterSystem(s)
		}
	}
	o.refused("lea", aims.ErrSeparation, outside("lea"))
	o.do("lea", outside("bob"))
}

// At a gate the lead does not sign beside somebody to whom she lent the system, nor by
// advancing it; the sponsor does in her place.
func TestLentAtAGate(t *testing.T) {
	o := atGate(t, register.StageDeployment)
	o.revise("cv", func(s *register.System) { s.Owner = "lea" })
	o.clock.Set(o.clock.Now().Add(9 * 24 * time.Hour))
	o.revise("cv", func(s *register.System) { s.Owner = "ada" })
	o.refused("lea", aims.ErrSeparation, signGate("cv", register.StageOperation, aims.RoleLead))
	o.do("ada", signGate("cv", register.StageOperation, register.SignerOwner))
	o.refused("lea", aims.ErrGate, advance("cv", register.StageOperation))
	o.do("eve", signGate("cv", register.StageOperation, aims.RoleSponsor))
	o.do("ada", advance("cv", register.StageOperation))
}

// What is told of tenures is not the caller's: he neither drops his own nor gives others one.
func TestTenuresAreKeptByVerbs(t *testing.T) {
	o := binding(t)
	told := func(tenures ...calendar.Tenure) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			b, _ := tx.Obligations().Get("code")
			b.Tenures, b.Met = tenures, b.Met+"Yes. "
			return tx.PutObligation(b)
		}
	}
	o.do("bob", told(calendar.Tenure{Person: "eve", Until: calendar.Of(o.clock.Now(), nil)}))
	b, _ := o.View().Obligations().Get("code")
	require.Empty(t, b.Tenures)
	o.do("lea", answersFor("code", "bob"))
	o.do("lea", told())
	o.refused("lea", aims.ErrSeparation, endCode)
	o.do("eve", endCode)
}

// Who was named by mistake is not barred once that is set right the same day, so nobody keeps
// others from deciding by naming them.
func TestNamedByMistake(t *testing.T) {
	o := binding(t)
	o.do("bob", answersFor("code", "eve"))
	o.do("bob", answersFor("code", "pam"))
	o.refused("lea", aims.ErrSeparation, endCode)
	o.do("eve", endCode)
}

// A firm of five loses the owner of a system. The lead takes it over, and the sponsor, who had
// no part in it, is left to decide; had the sponsor stood in for a week, she is free a week
// after she has found a successor.
func TestAnOwnerLeavesASmallFirm(t *testing.T) {
	o := newOrg(t).staffed()
	o.register(spamFilter())
	o.do("lea", func(tx *aims.Tx) error {
		return tx.ReportIncident(aims.Incident{ID: "i", Title: "Mail was lost", Grade: aims.GradeHigh, Systems: []string{"spam"}, DetectedOn: tx.Now()})
	})
	milder := func(tx *aims.Tx) error { return tx.RegradeIncident("i", aims.GradeLow, "one newsletter was held back") }
	o.do("lea", ownedBy("spam")("lea"))
	may := func(who string) error {
		return o.View().MayUse(aims.Use{Actor: who, Verb: "RegradeIncident", Subject: aims.Subject{Kind: aims.KindIncident, ID: "i"}})
	}
	require.ErrorIs(t, may("lea"), aims.ErrSeparation)
	require.NoError(t, may("eve"))

	o.do("lea", ownedBy("spam")("eve"))
	require.NoError(t, may("lea"), "she had it for no day")
	require.ErrorIs(t, may("eve"), aims.ErrSeparation)
	o.clock.Set(day(7))
	o.do("eve", ownedBy("spam")("bob"))
	o.clock.Set(day(13))
	o.refused("eve", aims.ErrSeparation, milder)
	o.clock.Set(day(14))
	o.do("eve", milder)
}

// Who owned the service that measures is judged as who measured.
func TestLentService(t *testing.T) {
	o := newOrg(t).staffed()
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PutService(aims.Service{ID: "probe", Name: "Probe", Owner: "lea"})
	})
	o.do("bob", func(tx *aims.Tx) error {
		m := monitoring("m")
		m.Measurer, m.Evaluator = "probe", "una"
		return tx.PutMonitoring(m)
	})
	less := func(tx *aims.Tx) error {
		rec, _ := tx.Record(aims.Subject{Kind: aims.KindMonitoring, ID: "m"})
		m := *rec.(*aims.Monitoring)
		m.IntervalDays++
		return tx.PutMonitoring(m)
	}
	o.refused("lea", aims.ErrSeparation, less)
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Services().Get("probe")
		s.Owner = "bob"
		return tx.PutService(s)
	})
	o.refused("lea", aims.ErrSeparation, less)
	o.do("eve", less)
}

// The lead answers for rules of use that are in force, and hands the untouched text to
// another, who changes a word: she is no author of that, and approves it none the less not.
func TestLentRulesAreNotApprovedByWhoLentThem(t *testing.T) {
	o := ruling(t)
	hand := func(to string, words string) func(tx *aims.Tx) error {
		return func(tx *aims.Tx) error {
			u, _ := tx.UseRules().Get("u")
			u.Owner, u.Draft.Rules = to, u.Draft.Rules+words
			return tx.DraftUseRules(u)
		}
	}
	o.do("eve", approveRules("u"))
	o.do("bob", hand("lea", ""))
	o.clock.Set(o.clock.Now().Add(40 * 24 * time.Hour))
	o.do("lea", hand("bob", ""))
	o.do("bob", hand("bob", " More."))
	u, _ := o.View().UseRules().Get("u")
	require.NotContains(t, u.Authors, "lea")
	o.refused("lea", aims.ErrSeparation, approveRules("u"))
	o.do("lea", hand("bob", "")) // and who hands on a draft that is being written is an author of it
	u, _ = o.View().UseRules().Get("u")
	require.Contains(t, u.Authors, "lea")
	o.do("eve", approveRules("u"))
}

// Tenures stay after an import, which brings no history, and are the same in a View of the past.
func TestTenuresAreOfTheRecord(t *testing.T) {
	o := binding(t)
	o.do("lea", answersFor("code", "bob"))
	then := o.clock.Now()
	use := aims.Use{Actor: "lea", Verb: "EndObligation", Subject: aims.Subject{Kind: aims.KindObligation, ID: "code"}}
	o.clock.Set(o.clock.Now().Add(24 * time.Hour))
	o.do("lea", answersFor("code", "pam"))
	past, err := o.At(t.Context(), then)
	require.NoError(t, err)
	require.ErrorIs(t, past.MayUse(use), aims.ErrSeparation)
	again := openOrg(t, o.journal, o.clock)
	require.ErrorIs(t, again.View().MayUse(use), aims.ErrSeparation)
	m, err := aims.Import(t.Context(), memory.New(), &aims.Options{Clock: o.clock.Now}, mover, strings.NewReader(exported(t, o.View())))
	require.NoError(t, err)
	require.ErrorIs(t, m.View().MayUse(use), aims.ErrSeparation)
}
