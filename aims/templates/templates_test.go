package templates_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/aims/templates"
	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/calendar"
	"github.com/aimskit/aimskit/issue"
	"github.com/aimskit/aimskit/phrase"
	"github.com/aimskit/aimskit/storage/memory"
)

type org struct {
	*aims.Manager
	t   *testing.T
	now time.Time
}

func newOrg(t *testing.T) *org {
	o := &org{t: t, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	m, err := aims.Open(t.Context(), memory.New(), &aims.Options{Clock: func() time.Time { return o.now }, Founder: aims.Person{ID: "setup", Name: "Who sets it up"}})
	require.NoError(t, err)
	o.Manager = m
	o.do("setup", func(tx *aims.Tx) error {
		for _, p := range []aims.Person{{ID: "eve", Name: "Eve", TopManagement: true}, {ID: "lea", Name: "Lea"}, {ID: "pam", Name: "Pam"}, {ID: "xia", Name: "Xia", External: true}, {ID: "una", Name: "Una"}} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		for role, person := range map[string]string{aims.RoleSponsor: "eve", aims.RoleLead: "lea", aims.RoleAuditLead: "una"} {
			if err := tx.AssignRole(role, person); err != nil {
				return err
			}
		}
		return nil
	})
	for role, person := range map[string]string{aims.RoleSponsor: "eve", aims.RoleLead: "lea", aims.RoleAuditLead: "una"} {
		o.do(person, func(tx *aims.Tx) error { return tx.AcceptRole(role) })
	}
	return o
}

func (o *org) try(actor string, fn func(tx *aims.Tx) error) error {
	return o.Update(o.t.Context(), aims.By{Actor: actor, Reason: "test"}, fn)
}

func (o *org) do(actor string, fn func(tx *aims.Tx) error) {
	o.t.Helper()
	require.NoError(o.t, o.try(actor, fn))
}

// filled fills in all blanks of a text.
func filled(t *testing.T, text string) string {
	words := make(map[string]string)
	for _, b := range templates.Blanks(text) {
		words[b] = "what our " + b + " are"
	}
	out, err := templates.Fill(text, words)
	require.NoError(t, err)
	require.Empty(t, templates.Blanks(out))
	return out
}

// given fills in how people come by it.
func given(t *testing.T, all []aims.Distribution) {
	for i := range all {
		all[i].How = filled(t, all[i].How)
	}
}

// Every template is taken by its verb, none is approved as it comes, and each is once it
// says what only the organisation can say.
func TestNoTemplateCountsByItself(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	for name, drafts := range map[string]templates.Drafts{"English": {}, "German": templates.In(german)} {
		t.Run(name, func(t *testing.T) { counted(t, drafts) })
	}
	require.Empty(t, german.Missing())
}

func counted(t *testing.T, drafts templates.Drafts) {
	o := newOrg(t)
	blank := func(err error) {
		t.Helper()
		var is issue.Issues
		require.True(t, errors.As(err, &is), "%v", err)
		require.Equal(t, []string{"text", "blank"}, []string{is[0].Field, is[0].Rule})
	}
	p := drafts.Policy("p1")
	p.Owner = "pam"
	o.do("pam", func(tx *aims.Tx) error { return tx.DraftPolicy(p) })
	due := calendar.MustParse("2027-01-04")
	blank(o.try("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p1", due) }))
	for _, d := range drafts.Documents() {
		require.NotEmpty(t, templates.Blanks(d.Text), d.ID)
		o.do("pam", func(tx *aims.Tx) error { return tx.DraftDocument(d) })
		blank(o.try("eve", func(tx *aims.Tx) error { return tx.ApproveDocument(d.ID, due) }))
		d, _ = o.View().Documents().Get(d.ID)
		d.Text = filled(t, d.Text)
		o.do("pam", func(tx *aims.Tx) error { return tx.DraftDocument(d) })
		err := o.try("eve", func(tx *aims.Tx) error { return tx.ApproveDocument(d.ID, due) })
		require.ErrorContains(t, err, "distribution[0].how", "a blank in how people come by it is one as well")
		d, _ = o.View().Documents().Get(d.ID)
		given(t, d.Distribution)
		o.do("pam", func(tx *aims.Tx) error { return tx.DraftDocument(d) })
		o.do("eve", func(tx *aims.Tx) error { return tx.ApproveDocument(d.ID, due) })
	}
	p, _ = o.View().Policies().Get("p1")
	p.Text = filled(t, p.Text)
	o.do("pam", func(tx *aims.Tx) error { return tx.DraftPolicy(p) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApprovePolicy("p1", due) })

	m := drafts.Processes("lea")
	o.do("lea", func(tx *aims.Tx) error { return tx.DraftProcesses(m) })
	blank(o.try("eve", func(tx *aims.Tx) error { return tx.AdoptProcesses("processes", due) }))
	m, _ = o.View().ProcessMap()
	m.Text = filled(t, m.Text)
	given(t, m.Distribution)
	o.do("lea", func(tx *aims.Tx) error { return tx.DraftProcesses(m) })
	o.do("eve", func(tx *aims.Tx) error { return tx.AdoptProcesses("processes", due) })

	for _, ob := range drafts.Objectives("lea", due) {
		o.do("lea", func(tx *aims.Tx) error { return tx.PutObjective(ob) })
	}
	for _, c := range drafts.Competences("lea") {
		o.do("lea", func(tx *aims.Tx) error { return tx.PutCompetence(c) })
	}
	topics := make(map[aims.CommunicationTopic]bool)
	for _, c := range drafts.Communications("lea", calendar.MustParse("2026-01-05")) {
		topics[c.Topic] = true
		o.do("lea", func(tx *aims.Tx) error { return tx.PutCommunication(c) })
	}
	for _, topic := range aims.CommunicationTopics() {
		require.True(t, topics[topic], topic)
	}
	for _, a := range drafts.AuditProgramme(calendar.MustParse("2026-03-31"), "xia") {
		o.do("una", func(tx *aims.Tx) error { return tx.PlanAudit(a) })
	}

	scope := aims.Scope{Statement: "All AI that we build or use.", DocumentControl: aims.DocumentControl{Distribution: []aims.Distribution{{To: aims.Subject{Kind: aims.KindPerson}, How: "the intranet"}}}}
	o.do("lea", func(tx *aims.Tx) error { return tx.DraftScope(scope) })
	o.do("eve", func(tx *aims.Tx) error { return tx.ApproveScope("scope", due) })

	var found []string
	for _, f := range o.View().Findings(o.now) {
		found = append(found, f.Check)
	}
	for _, check := range []string{"S1-03", "S1-14", "S1-20", "DO-01", "CM-02"} { // policy, documents, objectives, to whom, what is told
		require.NotContains(t, found, check)
	}
}

// Every text of a draft has German, none is English still, and a German draft has the blanks
// of the English one, under German names, the same name for the same thing.
func TestDraftsInGerman(t *testing.T) {
	german, err := phrase.In(language.German)
	require.NoError(t, err)
	day := calendar.MustParse("2026-01-05")
	all := func(d templates.Drafts) []any {
		return []any{d.Policy("p"), d.Documents(), d.Processes("lea"), d.Objectives("lea", day), d.Competences("lea"), d.Communications("lea", day), d.AuditProgramme(day, "xia")}
	}
	require.Equal(t, []any{templates.Policy("p"), templates.Documents(), templates.Processes("lea"), templates.Objectives("lea", day), templates.Competences("lea"),
		templates.Communications("lea", day), templates.AuditProgramme(day, "xia")}, all(templates.In(nil)))
	english, of := texts(t, all(templates.Drafts{})), texts(t, all(templates.In(german)))
	require.Equal(t, slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(of)), "as many of each")
	names := make(map[string]string)
	for path, text := range english {
		said := of[path]
		if !says.MatchString(path) {
			require.Equal(t, text, said, "%s: what is no word of ours is the same in each language", path)
			continue
		}
		require.NotEqual(t, text, said, path)
		require.NotRegexp(t, `(?i)\b(the|and|of|is|are|who|what|with|it)\b`, said, path)
		theirs := strings.Split(said, "[[")[1:]
		require.Len(t, theirs, strings.Count(text, "[["), path)
		mine, own := templates.Blanks(text), templates.Blanks(said)
		require.Len(t, own, len(mine), path)
		for i, name := range mine {
			require.Contains(t, []string{"", own[i]}, names[name], "[[%s]] in %s", name, path)
			names[name] = own[i]
		}
	}
	require.Len(t, names, 15)
}

// says are the paths of fields that hold a text of ours.
var says = regexp.MustCompile(`\.(title|summary|text|how|disposal|does|what|measure|means|shown_by|when|objective|criteria)$|\.outputs\.\d+$`)

// texts are all texts of a value, by their paths in JSON.
func texts(t *testing.T, v any) map[string]string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var raw any
	require.NoError(t, json.Unmarshal(b, &raw))
	out := make(map[string]string)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case string:
			out[path] = v
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s.%d", path, i), e)
			}
		case map[string]any:
			for k, e := range v {
				walk(path+"."+k, e)
			}
		}
	}
	walk("", raw)
	return out
}

// The audits of the year look at everything once.
func TestTheProgrammeCoversAll(t *testing.T) {
	var controls []annexa.ID
	clauses := make(map[string]bool)
	for _, a := range templates.AuditProgramme(calendar.MustParse("2026-11-30"), "xia") {
		controls = append(controls, a.Controls...)
		for _, c := range a.Clauses {
			require.False(t, clauses[c.String()], c)
			clauses[c.String()] = true
		}
	}
	slices.SortFunc(controls, annexa.Compare)
	var all []annexa.ID
	for _, c := range annexa.Controls() {
		all = append(all, c.ID)
	}
	require.Equal(t, all, controls)
	require.Len(t, clauses, 7)
	require.Equal(t, "2027-02-28", templates.AuditProgramme(calendar.MustParse("2026-11-30"))[1].PlannedFor.String())
}

// The processes of the template serve all clauses, and each is reached from the others.
func TestTheProcessesServeAllClauses(t *testing.T) {
	served := make(map[string]bool)
	m := templates.Processes("lea")
	for _, p := range m.Processes {
		for _, c := range p.Clauses {
			served[strings.SplitN(c.String(), ".", 2)[0]] = true
		}
	}
	require.Len(t, served, 7, "4 to 10")
	reached := map[string]bool{"direct": true}
	for range m.Processes {
		for _, p := range m.Processes {
			for _, in := range p.Inputs {
				reached[p.ID] = reached[p.ID] || reached[in.From]
			}
		}
	}
	require.Len(t, reached, len(m.Processes))
}

func TestFill(t *testing.T) {
	text := "[[a]] and [[b]] and [[a]], [not this], [[open"
	require.Equal(t, []string{"a", "b"}, templates.Blanks(text))
	out, err := templates.Fill(text, map[string]string{"a": "[[b]]"})
	require.NoError(t, err)
	require.Equal(t, "[[b]] and [[b]] and [[b]], [not this], [[open", out)
	for word, rule := range map[string]string{"c": "blank", "b": "required"} {
		_, err := templates.Fill(text, map[string]string{word: " "})
		require.ErrorContains(t, err, "rule "+rule)
	}
}

func ExampleFill() {
	text, err := templates.Fill("[[organisation]] uses AI for [[purposes]].", map[string]string{"organisation": "Acme"})
	fmt.Println(text, err, templates.Blanks(text))
	// Output: Acme uses AI for [[purposes]]. <nil> [purposes]
}

func ExampleIn() {
	german, err := phrase.In(language.German)
	if err != nil {
		panic(err)
	}
	p := templates.In(german).Policy("ki-politik-1")
	fmt.Println(p.Title, templates.Blanks(p.Text)[:2])
	// Output: KI-Politik [Organisation Zwecke]
}
