package aims_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/crosswalk"
	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/register"
	"github.com/aimskit/aimskit/storage"
	"github.com/aimskit/aimskit/storage/memory"
)

// readinessChecks are the IDs of the compiled readiness checks, and where each went: the
// probes that find it, and why none does, or what of it none finds.
var readinessChecks = []struct {
	check  string
	probes []string
	why    string
}{
	{"S1-01", []string{"S1-01"}, ""},
	{"S1-02", []string{"S1-02"}, ""},
	{"S1-03", []string{"S1-03"}, ""},
	{"S1-04", []string{"S1-04"}, ""},
	{"S1-05", []string{"S1-05"}, ""},
	{"S1-06", []string{"S1-06"}, ""},
	{"S1-07", []string{"S1-07"}, ""},
	{"S1-08", []string{"S1-08"}, ""},
	{"S1-09", []string{"S1-09"}, ""},
	{"S1-10", []string{"S1-10"}, ""},
	{"S1-11", []string{"S1-11"}, ""},
	{"S1-12", []string{"S1-12"}, ""},
	{"S1-13", []string{"S1-13"}, ""},
	{"S1-14", []string{"S1-14"}, ""},
	{"S1-15", []string{"S1-15"}, ""},
	{"S1-16", []string{"S1-16"}, ""},
	{"S1-17", []string{"S1-17", "SA-01", "SA-02"}, ""},
	{"S1-18", []string{"S1-18"}, ""},
	{"S1-19", nil, "ISO/IEC 27001 asks a statement for the status, ISO/IEC 42001 does not; every decision has one all the same, and S2-06 finds what is not in place"},
	{"S1-20", []string{"S1-20"}, ""},
	{"S1-21", []string{"S1-21"}, ""},
	{"S1-22", []string{"S1-22"}, ""},
	{"S1-23", []string{"S1-22", "S2-13"}, ""},
	{"S1-24", []string{"S1-24"}, ""},
	{"S1-25", []string{"S1-25", "CO-02"}, ""},
	{"S1-26", []string{"S1-26"}, ""},
	{"S2-01", []string{"S2-01"}, ""},
	{"S2-02", []string{"S2-02"}, ""},
	{"S2-03", nil, "ApproveAssessment is absolute: no author signs, nobody without the role does, and nothing is approved unsigned; what an import brings unconfirmed ImportedDecisions tell"},
	{"S2-04", []string{"S2-04"}, ""},
	{"S2-05", []string{"S2-05"}, ""},
	{"S2-06", []string{"S2-06", "CT-01"}, ""},
	{"S2-07", []string{"S2-07", "EV-01"}, ""},
	{"S2-08", []string{"S2-08"}, ""},
	{"S2-09", []string{"S2-09"}, ""},
	{"S2-10", []string{"S2-10", "LG-01", "LG-02"}, ""},
	{"S2-11", []string{"S2-11", "DS-01"}, ""},
	{"S2-12", []string{"S1-11", "S2-09", "US-01", "US-02", "US-03"}, "US-01 speaks once rules of use are on file; before, a gate asks for them, and for what users are told, where the assessment requires it. Whether oversight fits is unseen (UN-11)"},
	{"S2-13", []string{"S2-13"}, ""},
	{"S2-14", []string{"S2-14"}, ""},
	{"S2-15", []string{"S2-15"}, ""},
	{"S2-16", []string{"S2-16"}, ""},
	{"S2-17", []string{"S2-17"}, ""},
	{"S2-18", []string{"S2-18"}, ""},
	{"S2-19", []string{"CO-01", "CO-02", "CO-03", "CO-04"}, "the first three speak once competences are on file; before, CO-04 does"},
	{"S2-20", []string{"S2-20"}, ""},
	{"S2-21", []string{"S2-21", "FB-01"}, ""},
	{"S2-22", []string{"S2-01", "S2-02", "IA-01"}, "the change itself opens the assessment, so DU-01 and DU-02 have nothing to say of it"},
	{"S2-23", []string{"S2-23"}, ""},
	{"S2-24", []string{"S2-24"}, ""},
	{"S2-25", []string{"S2-25"}, ""},
	{"S2-26", []string{"S2-26"}, ""},
	{"SV-01", []string{"SV-01"}, ""},
	{"SV-02", []string{"SV-02"}, ""},
	{"SV-03", []string{"SV-03", "SV-11"}, "of the claims on file; others are unseen (UN-12)"},
	{"SV-04", []string{"SV-04", "SV-05"}, ""},
}

// Each compiled check has a probe, or a reason for none.
func TestReadinessChecksHaveProbes(t *testing.T) {
	known := make(map[string]bool)
	for _, p := range aims.Probes() {
		known[p.ID] = true
	}
	require.Len(t, readinessChecks, 56)
	seen := make(map[string]bool)
	for _, c := range readinessChecks {
		require.False(t, seen[c.check], c.check)
		seen[c.check] = true
		require.False(t, len(c.probes) == 0 && c.why == "", c.check)
		for _, p := range c.probes {
			require.True(t, known[p], "%s: there is no probe %s", c.check, p)
		}
	}
}

// A live system that is changed materially and used on is found from that day, as not
// covered, and its assessment once that is overdue; DU-01 and DU-02 do not tell it again.
func TestChangeWithoutReassessment(t *testing.T) {
	o := newOrg(t).staffed()
	s := cvScreener()
	s.Stage, s.InUseSince = register.StageOperation, dayOf(0)
	o.register(s)
	o.approved("cv")
	for _, id := range []string{"S2-01", "IA-01"} {
		require.Empty(t, find(o.View(), day(40), id), id)
	}
	o.revise("cv", func(s *register.System) { s.Autonomy = register.AutonomyAutomated })
	found := find(o.View(), day0, "S2-01")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	require.Contains(t, found[0].Message, "changed since the approval")
	require.Len(t, find(o.View(), day(40), "IA-01"), 1)
	for _, id := range []string{"DU-01", "DU-02"} {
		require.Empty(t, find(o.View(), day(40), id), id)
	}
	o.approved("cv")
	require.Empty(t, find(o.View(), day0, "S2-01"))
}

// Where nobody has begun to say what people have to be able to do, that is a finding from the
// day on which somebody holds a role, until anything is shown or begun.
func TestCompetenceBeforeAnythingIsOnFile(t *testing.T) {
	require.Empty(t, find(newOrg(t).View(), day0, "CO-04"), "nobody holds a role, and S1-07 says so")
	o := newOrg(t).staffed()
	found := find(o.View(), day0, "CO-04")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Equal(t, "7.2", found[0].Clause.String())
	o.do("ada", func(tx *aims.Tx) error {
		return tx.AttachEvidence(aims.Evidence{ID: "files", Title: "Training records", Kind: "x-files", Collected: dayOf(0), URI: "x:2", ValidUntil: dayOf(100), Supports: []crosswalk.Ref{aims.MustParseClause("7.2").Ref()}})
	})
	require.Empty(t, find(o.View(), day0, "CO-04"))
	require.Empty(t, find(skilled(t).View(), day0, "CO-04"), "CO-01 and CO-03 say what is missing")
}

// wishful is an organisation with a scope in force that left a system out without telling,
// whose evidence states what is meant, and which has applied for certification at once.
func wishful(t *testing.T) *org {
	o := newOrg(t).staffed()
	o.documents(day(300))
	o.organised(func(our *aims.Organisation) { our.HoldsISO27001 = true })
	o.do("lea", func(tx *aims.Tx) error {
		s := cvScreener()
		s.OutOfScope = "a subsidiary runs it"
		return errors.Join(tx.RegisterSystem(s), tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}))
	})
	o.implemented("A.2.2", "A.2.3", "A.2.4", "A.3.2", "A.3.3")
	o.do("ada", func(tx *aims.Tx) error {
		for i, c := range []string{"A.2.2", "A.2.3", "A.2.4"} {
			e := proof(fmt.Sprint("word", i), day0, nil, c)
			e.Quality = aims.QualityPoor
			if err := tx.AttachEvidence(e); err != nil {
				return err
			}
		}
		return tx.AttachEvidence(proof("more", day0, nil, "A.3.2"))
	})
	o.certify("c", day0, aims.CertApplied)
	return o
}

// implemented decides that controls apply and are in place.
func (o *org) implemented(controls ...string) {
	o.t.Helper()
	o.do("lea", func(tx *aims.Tx) error {
		for _, c := range controls {
			d := tx.Decision(annexa.MustParse(c))
			d.Applicability, d.Justification, d.Owner, d.Status = annexa.Applicable, "needed for "+c, "bob", annexa.StatusImplemented
			d.Grounds = []annexa.Ground{{Kind: annexa.GroundOwn}}
			if err := tx.DecideControl(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// What is left out after the scope was approved is found until top management approves the
// scope with it, or it is taken in; of what is of small impact the reason is enough.
func TestLeftOutBehindTheScope(t *testing.T) {
	o := wishful(t)
	found := find(o.View(), day0, "S1-02")
	require.Len(t, found, 1)
	require.Equal(t, aims.Subject{Kind: aims.KindSystem, ID: "cv"}, found[0].Subject)
	require.Equal(t, aims.SeverityMinor, found[0].Severity, "it is not in use")
	o.do("lea", func(tx *aims.Tx) error {
		live, small := cvScreener(), spamFilter()
		live.ID, live.Name, live.Stage, live.OutOfScope, live.InUseSince = "live", "Live screener", register.StageOperation, "a subsidiary runs it", dayOf(0)
		small.OutOfScope = "a subsidiary runs it"
		return errors.Join(tx.RegisterSystem(live), tx.RegisterSystem(small))
	})
	found = find(o.View(), day0, "S1-02")
	require.Len(t, found, 2)
	require.Equal(t, []string{"live", "cv"}, []string{found[0].Subject.ID, found[1].Subject.ID})
	require.Equal(t, aims.SeverityMajor, found[0].Severity)
	o.revise("live", func(s *register.System) { s.OutOfScope = "" })
	require.Len(t, find(o.View(), day0, "S1-02"), 1)
	o.clock.Set(day(1))
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	require.Empty(t, find(o.View(), day(1), "S1-02"))

	// What is edited later was left out no later; nor by another reason, nor by a stamp that is typed.
	o.clock.Set(day(50))
	o.revise("cv", func(s *register.System) { s.Description, s.OutsideSince = "it sorts applications", day(49) })
	require.Empty(t, find(o.View(), day(50), "S1-02"), "an edit is not leaving it out")
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.OutOfScope = "it was sold to the subsidiary"
		_, err := tx.ReviseSystem(s)
		return err
	})
	require.Empty(t, find(o.View(), day(50), "S1-02"))
	s, _ := o.View().Systems().Get("cv")
	require.True(t, s.OutsideSince.Before(day(1)), "it stays as it was kept")

	// Taken in and put out again, it is out anew.
	o.revise("cv", func(s *register.System) { s.OutOfScope = "" })
	s, _ = o.View().Systems().Get("cv")
	require.True(t, s.OutsideSince.IsZero())
	o.do("lea", func(tx *aims.Tx) error {
		s, _ := tx.Systems().Get("cv")
		s.OutOfScope, s.OutsideSince = "a subsidiary runs it", day(-400)
		_, err := tx.ReviseSystem(s)
		return err
	})
	found = find(o.View(), day(50), "S1-02")
	require.Len(t, found, 1)
	require.Equal(t, dayOf(50), found[0].Since)
	require.Contains(t, found[0].Message, "since "+dayOf(50).String())
}

// What was left out as of small impact, and is found to be of high impact since, is told until
// top management has looked at it again.
func TestLeftOutAndGrownGrave(t *testing.T) {
	o := wishful(t)
	o.do("lea", func(tx *aims.Tx) error {
		s := officeTool("grows", register.StageDesign)
		s.OutOfScope = "a subsidiary runs it"
		return tx.RegisterSystem(s)
	})
	o.approved("grows")
	o.clock.Set(day(10))
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(300)) })
	require.Empty(t, find(o.View(), day(10), "S1-02"))
	o.clock.Set(day(20))
	o.revise("grows", func(s *register.System) {
		was := *s
		*s = cvScreener()
		s.ID, s.Name, s.OutOfScope, s.Revision = was.ID, was.Name, was.OutOfScope, was.Revision
	})
	require.Empty(t, find(o.View(), day(20), "S1-02"), "nobody has found it to be: the assessment is open")
	o.approved("grows")
	require.Equal(t, impact.LevelHigh, o.View().LevelOf("grows"))
	found := find(o.View(), day(20), "S1-02")
	require.Len(t, found, 1)
	require.Equal(t, dayOf(20), found[0].Since)
	require.Contains(t, found[0].Message, "was found on "+dayOf(20).String())
	o.clock.Set(day(21))
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", dayOf(320)) })
	require.Empty(t, find(o.View(), day(21), "S1-02"))
}

// Of what was put outside before that was kept, the last revision tells, as it did.
func TestLeftOutBeforeItWasKept(t *testing.T) {
	scope := storage.Change{Kind: "scope", Key: "scope", Schema: 3, Salt: []byte("s"),
		Body: []byte(`{"id":"scope","statement":"all of it","boundaries":"our offices","state":"approved","approval":{"by":"eve","at":"2026-01-05T00:00:00Z","review_due":"2026-12-01"}}`)}
	system := storage.Change{Kind: "system", Key: "cv", Schema: 2, Salt: []byte("s"), Body: []byte(`{"id":"cv","name":"CV screener","stage":"design","out_of_scope":"a subsidiary runs it"}`)}
	opened := func(first, second storage.Change) *aims.View {
		j := memory.New()
		var commits []storage.Commit
		for i, ch := range []storage.Change{first, second} {
			commits = append(commits, storage.Commit{ID: fmt.Sprint(i), Time: day0, Meta: []byte(`{"actor":"x","reason":"y"}`), Changes: []storage.Change{ch}})
		}
		batch, err := storage.SealBatch(storage.Head{}, commits)
		require.NoError(t, err)
		require.NoError(t, j.Append(t.Context(), batch))
		return openOrg(t, j, &clock{now: day(1)}).View()
	}
	require.Empty(t, find(opened(system, scope), day(1), "S1-02"))
	found := find(opened(scope, system), day(1), "S1-02")
	require.Len(t, found, 1)
	require.Contains(t, found[0].Message, "was put there, or changed, after")
}

// What only states what is meant shows nothing done: of one control it is a lapse, of more
// than a fifth the pattern. What nobody has judged may be more than that.
func TestStatementsOfIntent(t *testing.T) {
	o := wishful(t)
	found := find(o.View(), day0, "S2-08")
	require.Len(t, found, 3)
	require.Equal(t, []string{"A.2.2", "A.2.3", "A.2.4"}, []string{found[0].Subject.ID, found[1].Subject.ID, found[2].Subject.ID})
	require.Equal(t, aims.SeverityMajor, found[0].Severity, "3 of 5 controls that apply")
	require.Empty(t, slices.DeleteFunc(find(o.View(), day0, "S2-07"), func(f aims.Finding) bool { return f.Subject.ID == "A.3.3" }), "they are not found twice")

	o.do("ada", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("done", day0, nil, "A.2.2", "A.2.3")) })
	found = find(o.View(), day0, "S2-08")
	require.Len(t, found, 1, "of what nobody has judged it can't be told")
	require.Equal(t, aims.SeverityMinor, found[0].Severity, "one control is no pattern")
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("done", aims.QualityPoor) })
	require.Len(t, find(o.View(), day0, "S2-08"), 3)
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("done", aims.QualityFair) })
	require.Len(t, find(o.View(), day0, "S2-08"), 1)
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("word2", aims.QualityFair) })
	require.Empty(t, find(o.View(), day0, "S2-08"))
}

// It comes again on the day on which better evidence runs out, and the agenda says so.
func TestIntentIsLeftBehind(t *testing.T) {
	o := wishful(t)
	o.do("ada", func(tx *aims.Tx) error {
		e := proof("done", day0, nil, "A.2.2", "A.2.3", "A.2.4")
		e.ValidUntil = dayOf(30)
		return tx.AttachEvidence(e)
	})
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("done", aims.QualityGood) })
	require.Empty(t, find(o.View(), day(30), "S2-08"))
	require.Len(t, find(o.View(), day(31), "S2-08"), 3)
	told := 0
	for _, e := range o.View().Agenda(dayOf(1), dayOf(60)).Entries {
		if e.Probe == "S2-08" {
			told++
			require.Equal(t, dayOf(30), e.Day)
		}
	}
	require.Equal(t, 3, told)
}

// Half of the controls in place rest on good evidence, by the word of somebody who did not
// collect it: once for the organisation, and one that nothing shows is not counted.
func TestEvidenceCouldBeStronger(t *testing.T) {
	o := wishful(t)
	found := find(o.View(), day0, "S2-26")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	require.Equal(t, aims.KindOrganisation, found[0].Subject.Kind)
	require.Equal(t, "Controls in place with fresh evidence: 4; evidence good or better: 0; judged by nobody: 1.", found[0].Message)

	o.do("ada", func(tx *aims.Tx) error {
		e := proof("praised", day0, nil, "A.2.2", "A.2.3", "A.2.4")
		e.Quality = aims.QualityExcellent
		return tx.AttachEvidence(e)
	})
	require.Len(t, find(o.View(), day0, "S2-26"), 1, "who collects it does not say how good it is")
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("more", aims.QualityExcellent) })
	require.Len(t, find(o.View(), day0, "S2-26"), 1, "1 of 4")
	o.do("una", func(tx *aims.Tx) error { return tx.JudgeEvidence("word0", aims.QualityGood) })
	require.Empty(t, find(o.View(), day0, "S2-26"), "2 of 4")
}

// Who applies for certification has something to show: below 30 days a body may put Stage 2
// off, and after 90 nobody asks. It goes by what verbs recorded, whatever days are typed in.
func TestOperatingHistory(t *testing.T) {
	o := wishful(t)
	o.do("ada", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("old", day(-300), nil, "A.2.2")) })
	for _, c := range []struct {
		day  int
		want []aims.Severity
	}{
		{0, []aims.Severity{aims.SeverityMinor}}, {29, []aims.Severity{aims.SeverityMinor}},
		{30, []aims.Severity{aims.SeverityOpportunity}}, {89, []aims.Severity{aims.SeverityOpportunity}}, {90, nil},
	} {
		var got []aims.Severity
		for _, f := range find(o.View(), day(c.day), "S2-24") {
			got = append(got, f.Severity)
		}
		require.Equal(t, c.want, got, "day %d", c.day)
	}
	o.clock.Set(day(2))
	o.do("lea", moveTo("c", aims.CertStage1Done, 1))
	require.Len(t, find(o.View(), day(2), "S2-24"), 1)
	o.do("lea", moveTo("c", aims.CertStage2Done, 2))
	require.Empty(t, find(o.View(), day(2), "S2-24"), "the body has looked")

	bare := newOrg(t).staffed()
	bare.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	require.Empty(t, find(bare.View(), day0, "S2-24"), "nothing is applied for")
	bare.certify("c", day0, aims.CertApplied)
	found := find(bare.View(), day(400), "S2-24")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityMinor, found[0].Severity)
	require.Contains(t, found[0].Message, "no record of operation")
}

// Who holds ISO/IEC 27001 collects what both ask for once: what the mappings say bears on
// both names requirements of both.
func TestSharedEvidenceIsLinked(t *testing.T) {
	o := wishful(t)
	found := find(o.View(), day0, "S1-26")
	require.Len(t, found, 1)
	require.Equal(t, aims.SeverityOpportunity, found[0].Severity)
	require.Contains(t, found[0].Message, "Fresh evidence that bears on both standards: 4; naming requirements of both: 0.")

	both := func(id string) {
		o.do("ada", func(tx *aims.Tx) error {
			e := proof(id, day0, nil, "A.4.2")
			e.Supports = append(e.Supports, crosswalk.MustParseRef("iso27001:A.5.9"))
			return tx.AttachEvidence(e)
		})
	}
	for i := range 3 {
		both(fmt.Sprint("both", i))
	}
	require.Len(t, find(o.View(), day0, "S1-26"), 1, "3 of 7")
	o.do("ada", func(tx *aims.Tx) error { return tx.AttachEvidence(proof("ours", day0, nil, "A.5.4")) })
	require.Contains(t, find(o.View(), day0, "S1-26")[0].Message, "both standards: 7;", "what has no counterpart is not shared")
	both("both3")
	require.Empty(t, find(o.View(), day0, "S1-26"), "4 of 8")

	o = wishful(t)
	o.organised(func(our *aims.Organisation) { our.HoldsISO27001 = false })
	require.Empty(t, find(o.View(), day0, "S1-26"))
}
