package dashboard_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/maturity"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/register"
)

func (o *org) screen(in *dashboard.Input) dashboard.Screen {
	o.tb.Helper()
	s, err := dashboard.Compute(o.View(), o.now, in)
	require.NoError(o.tb, err)
	return s
}

// The figures of the screen are those of package maturity and of the findings.
func TestScreenSaysWhatTheReportSays(t *testing.T) {
	o, past := sustained(t)
	s := o.screen(&dashboard.Input{Past: past})
	require.Equal(t, maturity.ML3, s.Board.Where.Level, "%v", s.Board.Blockers)
	require.Nil(t, s.Board.Where.Progress)
	require.False(t, s.Board.Where.Since.IsZero())
	require.NotNil(t, s.Board.Where.Fall)
	require.Empty(t, s.Board.Trend.Short)
	require.Empty(t, s.Start)
	last := s.Board.Trend.Points[len(s.Board.Trend.Points)-1]
	require.Equal(t, maturity.ML3, last.Level)
	require.Equal(t, o.now, last.At)

	m := mature(t)
	s = m.screen(nil)
	r := maturity.Evaluate(maturity.DefaultModel(), m.View(), m.now)
	require.Equal(t, r.Level, s.Board.Where.Level)
	p := s.Board.Where.Progress
	require.NotNil(t, p)
	require.Equal(t, r.Progress[int(r.Level)].Met, p.Met)
	require.Equal(t, r.Progress[int(r.Level)].Applicable, p.Of)
	for i, a := range r.Areas {
		require.Equal(t, a.Met, s.Board.Objectives[i].Met)
		require.Equal(t, a.Of, s.Board.Objectives[i].Of)
		require.Equal(t, a.Level, s.Board.Objectives[i].Level)
	}
	for i, a := range r.Phases {
		require.Equal(t, a.Met, s.Lead.Phases[i].Met, a.Phase)
		require.Equal(t, a.Of, s.Lead.Phases[i].Of)
	}
	for i, a := range r.Steps {
		require.Equal(t, a.Met, s.Lead.Path[i].Met)
		require.Equal(t, a.Of, s.Lead.Path[i].Of)
	}
	majors := 0
	for _, f := range m.View().Findings(m.now) {
		if f.Severity == aims.SeverityMajor {
			majors++
		}
	}
	require.Equal(t, majors, figure(s.Board.Burning, "board.burning.majors").Value)
	require.Equal(t, 2, s.Board.Systems.All.Of)
	require.Equal(t, 2, s.Board.Systems.All.Met)
	require.Equal(t, 0, s.Board.Systems.Unowned.Value)
	require.Equal(t, 38, s.Lead.Controls.Applicable)
	require.Equal(t, 38, s.Lead.Controls.Proven)
	require.True(t, s.Auditor.Scope.InForce)
	require.True(t, s.Auditor.Statement.InForce.InForce)
	prog := s.Auditor.Programme
	require.Equal(t, len(o.View().AuditProgramme(o.now)), prog.Clauses.Of+prog.Controls.Of)
	require.Equal(t, prog.Clauses.Of+prog.Controls.Of, len(prog.Next)+prog.Rest, "each is named or counted")
	require.Equal(t, prog.Clauses.Of, prog.Clauses.Met, "all was audited on that day")
	require.NotNil(t, prog.Adopted)
	adopted, ok := m.View().ProgrammeInForce()
	require.True(t, ok)
	require.Equal(t, adopted.ID, prog.Adopted.ID)
	require.Equal(t, prog.Adopted.Planned, prog.Adopted.Ahead+prog.Adopted.InTime+prog.Adopted.Late+prog.Adopted.Missed, "each part once")
	later, err := dashboard.Compute(m.View(), m.now.AddDate(0, 18, 0), nil)
	require.NoError(t, err)
	require.Positive(t, later.Auditor.Programme.Adopted.Missed, "nobody has audited since")
	require.Nil(t, prog.Cycle, "no certification was decided on")
	require.NotNil(t, s.Auditor.Programme.Review)
	require.Empty(t, s.Auditor.Programme.Review.Missing)
	require.Len(t, s.Auditor.Criteria, len(r.Criteria))
}

// Over the cycle of a certification the auditor sees each topic, in words.
func TestScreenTellsTheCycle(t *testing.T) {
	o := mature(t)
	require.Nil(t, o.screen(nil).Auditor.Programme.Cycle)
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body", Accreditation: "National", Number: "4711"})
	})
	require.Nil(t, o.screen(nil).Auditor.Programme.Cycle, "nothing was decided on")
	for i, state := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", state, tx.Today().AddDays(30*i-120)) })
	}
	cycle := o.screen(nil).Auditor.Programme.Cycle
	require.NotNil(t, cycle)
	require.Equal(t, "c", cycle.Certificate.ID)
	require.Len(t, cycle.Topics, len(aims.CycleRows()))
	for _, topic := range cycle.Topics {
		require.NotEmpty(t, topic.Text, topic.ID)
	}
}

// A certificate whose number is not on file is nothing to be calm about: the board says so, who is to
// put it on file, and why; and one that is past its day does not pass for certified.
func TestTheBoardSaysWhatACertificateLacks(t *testing.T) {
	o := mature(t)
	o.do("lea", func(tx *aims.Tx) error { return tx.PutCertificate(aims.Certificate{ID: "c", Body: "Body"}) })
	for i, state := range []aims.CertState{aims.CertApplied, aims.CertStage1Done, aims.CertStage2Done, aims.CertCertified} {
		o.do("lea", func(tx *aims.Tx) error { return tx.MoveCertificate("c", state, tx.Today().AddDays(30*i-120)) })
	}
	board := func() dashboard.Figure { return figure(o.screen(nil).Board.Burning, "board.burning.certificate") }
	f := board()
	require.Equal(t, dashboard.ToneWarn, f.Tone)
	require.Contains(t, f.Note, "its number is not on file")
	require.Equal(t, "Name of lea", f.Who.Name)
	body := get(o.handler(dashboard.Options{}), "/").body
	require.Contains(t, body, `<span class="tag warn"><a href="/certificates">certified, its number is not on file`)
	require.Contains(t, body, "Name of lea: Put its number on file")

	o.do("lea", func(tx *aims.Tx) error {
		c, _ := tx.Certificates().Get("c")
		c.Number, c.Accreditation = "4711", "National"
		return tx.PutCertificate(c)
	})
	require.Equal(t, dashboard.ToneOK, board().Tone)
	require.Empty(t, board().Next)
	o.pass(4 * 365)
	require.Equal(t, dashboard.ToneBad, board().Tone)
	require.Contains(t, board().Note, "expired")
}

func figure(all []dashboard.Figure, id string) dashboard.Figure {
	for _, f := range all {
		if f.ID == id {
			return f
		}
	}
	return dashboard.Figure{}
}

// The same view, moment and input give the same screen, and it reads back from JSON.
func TestScreenIsAValue(t *testing.T) {
	o := mature(t)
	a, b := o.screen(&dashboard.Input{Seed: "7"}), o.screen(&dashboard.Input{Seed: "7"})
	require.Empty(t, cmp.Diff(marshal(t, a), marshal(t, b)))
	var back dashboard.Screen
	d := json.NewDecoder(bytes.NewReader(marshal(t, a)))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&back))
	require.Equal(t, string(marshal(t, a)), string(marshal(t, back)))
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

// In each split, met, not met and unknown are all there is; a red figure says who and
// what next; no text of a figure is a percentage.
func TestRulesOfFigures(t *testing.T) {
	for name, s := range screens(t) {
		t.Run(name, func(t *testing.T) {
			splits, figures := 0, 0
			walk(reflect.ValueOf(s), func(v reflect.Value) {
				switch x := v.Interface().(type) {
				case dashboard.Split:
					splits++
					require.Equal(t, x.Of, x.Met+x.NotMet+x.Unknown, "%+v", x)
					require.GreaterOrEqual(t, min(x.Met, x.NotMet, x.Unknown), 0, "%+v", x)
				case dashboard.Figure:
					figures++
					require.Equal(t, x.Value, len(x.Subjects)+x.More, "%+v", x)
					require.NotEmpty(t, x.List, "%+v", x)
					if x.Of > 0 {
						require.LessOrEqual(t, x.Value, x.Of, "%+v", x)
					}
					if x.Tone == dashboard.ToneBad {
						require.NotEmpty(t, x.Next, "%+v", x)
						if name != "new" {
							require.NotEmpty(t, x.Who.ID, "%+v", x)
						}
					}
				}
			})
			require.Greater(t, splits, 20)
			require.Greater(t, figures, 8)
			require.NotRegexp(t, `\d ?%`, string(marshal(t, s)))
			require.NotRegexp(t, `\((?:[A-Z][a-z]+){2,}`, string(marshal(t, s)), "a verb of the library is shown to a person")
		})
	}
}

// screens are of organisations of different age.
func screens(t *testing.T) map[string]dashboard.Screen {
	sus, past := sustained(t)
	young := newOrg(t)
	young.step1()
	return map[string]dashboard.Screen{"new": newOrg(t).screen(nil), "young": young.screen(nil), "mature": mature(t).screen(nil), "sustained": sus.screen(&dashboard.Input{Past: past})}
}

// walk visits all values below one.
func walk(v reflect.Value, visit func(reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		visit(v)
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), visit)
			}
		}
	}
}

// An organisation that has registered nothing is told what to do first.
func TestNewOrganisation(t *testing.T) {
	s := newOrg(t).screen(nil)
	require.NotEmpty(t, s.Start)
	require.Equal(t, maturity.ML0, s.Board.Where.Level)
	require.NotEmpty(t, s.Board.Trend.Short)
	page := html(t, s, dashboard.ViewBoard)
	require.Contains(t, page, "Nothing is registered yet")
	require.NotContains(t, page, "Are our systems covered?")
}

func html(t *testing.T, s dashboard.Screen, v dashboard.View) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.WriteHTML(&b, v, nil))
	return b.String()
}

// The same seed draws the same systems; another one others.
func TestSampleIsDrawnBySeed(t *testing.T) {
	o := mature(t)
	o.do("ada", func(tx *aims.Tx) error {
		for i := range 30 {
			s := spamFilter()
			s.ID = "sys-" + string(rune('a'+i%26)) + string(rune('a'+i/26))
			if err := tx.RegisterSystem(s); err != nil {
				return err
			}
		}
		return nil
	})
	draw := func(seed string) []string {
		var ids []string
		for _, r := range o.screen(&dashboard.Input{Seed: seed, Sample: 5}).Auditor.Sample {
			ids = append(ids, r.ID)
		}
		return ids
	}
	require.Equal(t, draw("7"), draw("7"))
	require.NotEqual(t, draw("7"), draw("8"))
}

func TestComputeRefuses(t *testing.T) {
	o := newOrg(t)
	for name, c := range map[string]struct {
		v   *aims.View
		at  time.Time
		in  *dashboard.Input
		say string
	}{
		"no view":            {nil, o.now, nil, "view"},
		"no moment":          {o.View(), time.Time{}, nil, "now"},
		"unknown framework":  {o.View(), o.now, &dashboard.Input{Frameworks: []string{"nope"}}, "frameworks[0]"},
		"negative sample":    {o.View(), o.now, &dashboard.Input{Sample: -1}, "sample"},
		"horizon of ages":    {o.View(), o.now, &dashboard.Input{Horizon: 1 << 30}, "horizon"},
		"subjects of a host": {o.View(), o.now, &dashboard.Input{Subjects: 1 << 30}, "subjects"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dashboard.Compute(c.v, c.at, c.in)
			var is issue.Issues
			require.ErrorAs(t, err, &is)
			require.Equal(t, c.say, is[0].Field)
		})
	}
}

// A model without criteria, or without those of a level, is shown as it is.
func TestModelWithoutCriteria(t *testing.T) {
	o := mature(t)
	m := maturity.DefaultModel()
	m.Criteria = m.Criteria[:0]
	s := o.screen(&dashboard.Input{Model: &m})
	require.Equal(t, maturity.ML3, s.Board.Where.Level)
	for _, v := range dashboard.Views() {
		require.Contains(t, html(t, s, v), "</html>")
	}
	only := maturity.DefaultModel()
	var first []maturity.Criterion
	for _, c := range only.Criteria {
		if c.Level == maturity.ML1 {
			first = append(first, c)
		}
	}
	only.Criteria = first
	for _, v := range dashboard.Views() {
		require.Contains(t, html(t, o.screen(&dashboard.Input{Model: &only}), v), "</html>")
	}
}

// A page that stands alone holds its style sheet by hash, loads nothing and runs
// nothing.
func TestPageStandsAlone(t *testing.T) {
	for name, s := range screens(t) {
		for _, v := range dashboard.Views() {
			page := html(t, s, v)
			require.Less(t, len(page), 100<<10, "%s %s", name, v)
			require.True(t, strings.Contains(page, "default-src &#39;none&#39;; style-src &#39;sha256-"))
			sound(t, page)
			require.False(t, regexp.MustCompile(`<link rel="stylesheet|<a href="[^#]`).MatchString(page), "nothing is a link where nothing is served")
		}
	}
	var b bytes.Buffer
	require.Error(t, mature(t).screen(nil).WriteHTML(&b, "nope", nil))
}

// sound looks for what no page may hold.
func sound(t *testing.T, page string) {
	t.Helper()
	for _, bad := range []string{`<script`, `\son[a-z]+=`, `\sstyle=`, `ZgotmplZ`, `href=""`, `%!`, `http-equiv="refresh"`, `<no value>`} {
		if at := regexp.MustCompile(bad).FindStringIndex(page); at != nil {
			t.Errorf("the page holds %q: …%s…", bad, page[max(0, at[0]-80):min(len(page), at[1]+80)])
		}
	}
}

// How many could pass a gate goes by what the organisation has added to it.
func TestStagesGoByTheOrganisationsOwnGates(t *testing.T) {
	o := newOrg(t)
	o.step1()
	o.do("ada", func(tx *aims.Tx) error {
		s := spamFilter()
		s.ID, s.Name, s.Stage = "next", "Next filter", register.StageDesign
		return tx.RegisterSystem(s)
	})
	o.assess("next")
	passable := func(own ...register.OwnItem) int {
		m, err := aims.Open(o.ctx, o.journal, &aims.Options{Clock: func() time.Time { return o.now }, Gates: own})
		require.NoError(t, err)
		s, err := dashboard.Compute(m.View(), o.now, nil)
		require.NoError(t, err)
		row := s.Lead.Stages[0]
		require.Equal(t, register.StageDesign, row.Stage)
		require.Equal(t, 1, row.Asked)
		return row.Passable
	}
	require.Equal(t, 1, passable())
	require.Equal(t, 0, passable(register.OwnItem{Gate: "G1", GateItem: register.GateItem{ID: "x-logs", Requires: "logs", Why: "We want them.",
		Kind: register.ItemProof, Controls: []annexa.ID{annexa.MustParse("A.6.2.8")}}}))
}
