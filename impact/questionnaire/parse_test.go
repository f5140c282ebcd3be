package questionnaire

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/issue"
)

func TestQuestionnaireIsReadInOrder(t *testing.T) {
	q := benefit(t)
	require.Equal(t, "Benefit decisions: first look", q.Title().In("en"))
	require.Equal(t, "Décisions sur les prestations : premier regard", q.Title().In("fr-CA"))
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256(benefitJSON)), q.Digest())

	var tree []string
	for e := range q.Elements() {
		tree = append(tree, strings.Repeat(" ", e.Depth)+string(e.Kind)+" "+e.Name+" < "+e.Parent+" < "+e.Page)
	}
	require.Empty(t, cmp.Diff([]string{
		"page about <  < ",
		" html intro < about < about",
		" panel general-NS < about < about",
		"  text owner < general-NS < about",
		"  dropdown phase < general-NS < about",
		"  boolean public < general-NS < about",
		"  comment who < general-NS < about",
		"page risk-RS <  < ",
		" radiogroup decides < risk-RS < risk-RS",
		" checkbox groups < risk-RS < risk-RS",
		" radiogroup review < risk-RS < risk-RS",
		" comment why < risk-RS < risk-RS",
		" radiogroup logo-NS < risk-RS < risk-RS",
		"page measuresPlan <  < ",
		" panel measuresPlan-MS < measuresPlan < measuresPlan",
		"  radiogroup testPlan < measuresPlan-MS < measuresPlan",
		"  panel inner < measuresPlan-MS < measuresPlan",
		"   checkbox testKinds-MS < inner < measuresPlan",
		"   radiogroup notes < inner < measuresPlan",
		"page measuresRun-MS <  < ",
		" radiogroup testRun < measuresRun-MS < measuresRun-MS",
		" checkbox testedKinds < measuresRun-MS < measuresRun-MS",
	}, tree))

	phase, ok := q.Question("phase")
	require.True(t, ok)
	require.True(t, phase.Required)
	require.Equal(t, "En service", phase.Choices[1].Text.In("fr"))
	require.Equal(t, "Running", phase.Choices[1].Text.In("de"))

	groups, ok := q.Question("groups")
	require.True(t, ok)
	var offered []string
	for _, c := range groups.Choices {
		offered = append(offered, c.Value.String()+"|"+c.Text.In(""))
	}
	require.Equal(t, []string{"children-3|", "elderly-2|", "staff-1|Staff of the agency", "other|"}, offered)

	// What a caller does to an element stays with the caller.
	groups.Choices[0] = Choice{}
	again, _ := q.Question("groups")
	require.Equal(t, TextOf("children-3"), again.Choices[0].Value)

	for _, name := range []string{"", "intro", "general-NS", "nothing"} {
		_, ok := q.Question(name)
		require.False(t, ok, name)
	}
	for range q.Elements() {
		break // a walk can be left
	}
	for range q.Questions() {
		break
	}
	for range q.Shown(nil) {
		break
	}
}

func TestTextFallsBack(t *testing.T) {
	require.Equal(t, "", Text(nil).In("fr"))
	text := Text{"fr": "oui", "fr-CA": "ouais", "default": "yes"}
	for lang, want := range map[string]string{"fr-CA": "ouais", "fr-FR": "oui", "fr_BE": "oui", "fr": "oui", "de": "yes", "": "yes"} {
		require.Equal(t, want, text.In(lang), lang)
	}
	require.Equal(t, "yes", Text{"en": "yes", "fr": "oui"}.In("de"))
	require.Equal(t, "ja", Text{"nl": "nee", "de": "ja"}.In("fr"))
}

// page puts elements on a page.
func page(elements string) string {
	return `{"pages":[{"name":"p","elements":[` + elements + `]}]}`
}

func TestFaultsAreNamed(t *testing.T) {
	const ok = `{"type":"radiogroup","name":"a","choices":["x-1"]}`
	for name, c := range map[string]struct {
		in   string
		want []string // nil: it is read
	}{
		"no JSON":           {`{"pages":`, []string{"file json "}},
		"more than one":     {`{} {}`, []string{"file json "}},
		"nothing":           {``, []string{"file json "}},
		"not UTF-8":         {"{\"pages\":\"\xff\"}", []string{"file utf8 "}},
		"a list":            {`[]`, []string{"questionnaire type list"}},
		"no pages":          {`{}`, []string{"pages required "}},
		"empty pages":       {`{"pages":[]}`, []string{"pages required "}},
		"pages no list":     {`{"pages":{}}`, []string{"pages type object", "pages required "}},
		"page no object":    {`{"pages":[1]}`, []string{"pages[0] type number"}},
		"element no object": {page(`"a"`), []string{"pages[0].elements[0] type text"}},
		"member twice":      {`{"pages":[{"name":"p","name":"q"}]}`, []string{"pages[0].name repeated name"}},
		"number too large":  {page(`{"type":"text","name":"a","size":1e999}`), []string{"pages[0].elements[0].size number 1e999"}},

		"byte order mark":     {"\xef\xbb\xbf" + page(ok), nil},
		"no page":             {`{"elements":[` + ok + `]}`, nil},
		"page without a name": {`{"pages":[{"elements":[` + ok + `]}]}`, nil},
		"old name":            {`{"pages":[{"name":"p","questions":[` + ok + `]}]}`, nil},
		"both names":          {`{"pages":[{"name":"p","questions":[],"elements":[]}]}`, []string{"pages[0].questions repeated questions"}},
		"pages and elements":  {`{"pages":[],"elements":[]}`, []string{"elements repeated elements", "pages required "}},
		"null is absent":      {page(`{"type":"text","name":"a","title":null,"visibleIf":null,"isRequired":null,"choicesByUrl":null}`), nil},
		"empty page":          {page(``), nil},

		"no type":        {page(`{"name":"a"}`), []string{"pages[0].elements[0].type required "}},
		"type no text":   {page(`{"type":1,"name":"a"}`), []string{"pages[0].elements[0].type type number", "pages[0].elements[0].type required "}},
		"unknown type":   {page(`{"type":"matrix","name":"a"}`), []string{"pages[0].elements[0].type type matrix"}},
		"a page within":  {page(`{"type":"page","name":"a"}`), []string{"pages[0].elements[0].type type page"}},
		"no name":        {page(`{"type":"text"}`), []string{"pages[0].elements[0].name required "}},
		"no name either": {page(`{"type":"radiogroup","hasOther":true,"choices":["x"]}`), []string{"pages[0].elements[0].name required "}},
		"panel no name":  {page(`{"type":"panel","elements":[]}`), []string{"pages[0].elements[0].name required "}},
		"name no text":   {page(`{"type":"text","name":["a"]}`), []string{"pages[0].elements[0].name type list", "pages[0].elements[0].name required "}},
		"two of a name": {page(ok + `,{"type":"panel","name":"q","elements":[{"type":"text","name":"a"}]}`),
			[]string{"pages[0].elements[1].elements[0].name repeated a"}},
		"a comment's name":   {page(`{"type":"text","name":"a","hasComment":true},{"type":"text","name":"a-Comment"}`), []string{"pages[0].elements[1].name repeated a-Comment"}},
		"texts share a name": {page(`{"type":"html","name":"a"},{"type":"html","name":"a"},{"type":"panel","name":"a"},` + ok), nil},

		"no choices":       {page(`{"type":"dropdown","name":"a"}`), []string{"pages[0].elements[0].choices required "}},
		"empty choices":    {page(`{"type":"dropdown","name":"a","choices":[]}`), []string{"pages[0].elements[0].choices required "}},
		"choices no list":  {page(`{"type":"dropdown","name":"a","choices":"x"}`), []string{"pages[0].elements[0].choices type text", "pages[0].elements[0].choices required "}},
		"choice twice":     {page(`{"type":"checkbox","name":"a","choices":["x",{"value":"x","text":"y"}]}`), []string{"pages[0].elements[0].choices[1].value repeated x"}},
		"number and text":  {page(`{"type":"checkbox","name":"a","choices":["1",1]}`), []string{"pages[0].elements[0].choices[1].value repeated 1"}},
		"choice no value":  {page(`{"type":"checkbox","name":"a","choices":[{"text":"x"}]}`), []string{"pages[0].elements[0].choices[0].value required "}},
		"choice an object": {page(`{"type":"checkbox","name":"a","choices":[{"value":{}}]}`), []string{"pages[0].elements[0].choices[0].value type object"}},
		"choice a list":    {page(`{"type":"checkbox","name":"a","choices":[[]]}`), []string{"pages[0].elements[0].choices[0] type list"}},
		"choice comes and goes": {page(`{"type":"checkbox","name":"a","choices":[{"value":"x","visibleIf":"{b} = 1"}]}`),
			[]string{"pages[0].elements[0].choices[0].visibleIf unsupported visibleIf"}},
		"choices by address":  {page(`{"type":"dropdown","name":"a","choicesByUrl":{"url":"u"}}`), []string{"pages[0].elements[0].choicesByUrl unsupported choicesByUrl"}},
		"choices of others":   {page(`{"type":"dropdown","name":"a","choicesFromQuestion":"b"}`), []string{"pages[0].elements[0].choicesFromQuestion unsupported choicesFromQuestion"}},
		"choices counted":     {page(`{"type":"dropdown","name":"a","choicesMin":1,"choicesMax":9}`), []string{"pages[0].elements[0].choicesMin unsupported choicesMin", "pages[0].elements[0].choicesMax unsupported choicesMax"}},
		"stored elsewhere":    {page(`{"type":"text","name":"a","valueName":"b"}`), []string{"pages[0].elements[0].valueName unsupported valueName"}},
		"other in its place":  {page(`{"type":"dropdown","name":"a","choices":["x"],"hasOther":true,"storeOthersAsComment":false}`), []string{"pages[0].elements[0].storeOthersAsComment unsupported false"}},
		"one half of a pair":  {page(`{"type":"boolean","name":"a","valueTrue":"y"}`), []string{"pages[0].elements[0] required a"}},
		"yes is an object":    {page(`{"type":"boolean","name":"a","valueTrue":{},"valueFalse":"n"}`), []string{"pages[0].elements[0].valueTrue type object"}},
		"triggers":            {`{"triggers":[],"pages":[]}`, []string{"triggers unsupported triggers", "pages required "}},
		"a required panel":    {page(`{"type":"panel","name":"a","isRequired":true}`), []string{"pages[0].elements[0] unsupported a"}},
		"looks":               {page(`{"type":"dropdown","name":"a","choices":["x"],"choicesOrder":"asc","help":{"default":"h"},"colCount":2}`), nil},
		"required no bool":    {page(`{"type":"text","name":"a","isRequired":"yes"}`), []string{"pages[0].elements[0].isRequired type text"}},
		"title no text":       {page(`{"type":"text","name":"a","title":7}`), []string{"pages[0].elements[0].title type number"}},
		"title in fr no text": {page(`{"type":"text","name":"a","title":{"fr":7}}`), []string{"pages[0].elements[0].title.fr type number"}},

		"malformed condition": {page(`{"type":"text","name":"a","visibleIf":"{a} ="}`), []string{"pages[0].elements[0].visibleIf expression {a} ="}},
		"condition no text":   {page(`{"type":"text","name":"a","visibleIf":true}`), []string{"pages[0].elements[0].visibleIf type boolean"}},
		"unknown reference":   {page(`{"type":"text","name":"a","requiredIf":"{b} = 1"}`), nil},
		"refers to a panel":   {page(`{"type":"panel","name":"b"},{"type":"text","name":"a","visibleIf":"{b} notempty"}`), nil},
		"refers to a comment": {page(`{"type":"text","name":"b","hasComment":true},{"type":"text","name":"a","visibleIf":"{b-Comment} notempty"}`), nil},
		"other case":          {page(`{"type":"text","name":"Bee"},{"type":"text","name":"a","visibleIf":"{bEE} notempty"}`), nil},
		"either case":         {page(`{"type":"text","name":"Bee"},{"type":"text","name":"bee"},{"type":"text","name":"a","visibleIf":"{BEE} notempty"}`), []string{"pages[0].elements[2].visibleIf reference BEE"}},
		"in a circle":         {page(`{"type":"text","name":"a","visibleIf":"{b} empty"},{"type":"text","name":"b","visibleIf":"{a} empty"}`), nil},
		"no condition":        {page(`{"type":"text","name":"a","visibleIf":"  "}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := Parse([]byte(c.in))
			require.Empty(t, cmp.Diff(c.want, issuesOf(t, err)))
			require.Equal(t, err == nil, q != nil)
		})
	}
}

func TestFilesAreLimited(t *testing.T) {
	_, err := Parse([]byte(strings.Repeat(" ", maxBytes) + "{}"))
	require.Equal(t, []string{fmt.Sprintf("file size %d", maxBytes+2)}, issuesOf(t, err))

	deep := strings.Repeat(`{"type":"panel","name":"p","elements":[`, 40) + strings.Repeat("]}", 40)
	_, err = Parse([]byte(page(deep)))
	require.Len(t, issuesOf(t, err), 1)
	require.Contains(t, err.Error(), "rule depth")

	_, err = Parse([]byte(`{"pages":[` + strings.Repeat("1,", maxNodes) + `1]}`))
	require.Len(t, issuesOf(t, err), 1)
	require.Contains(t, err.Error(), "rule size")

	// A file full of faults does not answer with a book.
	_, err = Parse([]byte(`{"pages":[` + strings.Repeat("1,", 10*issue.Max) + `1]}`))
	require.Len(t, issuesOf(t, err), issue.Max)
}

func FuzzParse(f *testing.F) {
	f.Add(benefitJSON)
	f.Add([]byte(page(`{"type":"radiogroup","name":"a","choices":["x-1",{"value":2}],"hasOther":true,"visibleIf":"!({a} = 1)"}`)))
	f.Add([]byte(`{"pages":[{"elements":[{"type":"panel","name":"-MS","elements":[{"type":"checkbox","name":"b","choices":["1",1,true,null]}]}]}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		q, err := Parse(in)
		if err != nil {
			require.Nil(t, q)
			require.NotEmpty(t, issuesOf(t, err))
			return
		}
		// What was read works, and works alike each time.
		answers := Answers{"nothing": One("x")}
		for e := range q.Questions() {
			answers[e.Name] = One("yes-1")
			if len(e.Choices) > 0 {
				answers[e.Name] = Answer{values: []Value{e.Choices[0].Value}, list: e.Kind == KindCheckbox}
			}
		}
		again, err := Parse(slices.Clone(in))
		require.NoError(t, err)
		for _, s := range []Scoring{AIA(), {}} {
			r := q.Score(s, answers)
			require.NotEmpty(t, r.Digest())
			require.Equal(t, r, again.Score(s, answers))
		}
		require.Equal(t, q.Validate(answers), again.Validate(answers))
		for e := range q.Elements() {
			require.Equal(t, q.Visible(e.Name, answers), again.Visible(e.Name, answers))
		}
	})
}

func TestIssuesAreAnnexas(t *testing.T) {
	_, err := Parse([]byte(page(`{"type":"text","name":"a","visibleIf":"{a} + 1 = 2"}`)))
	var is issue.Issues
	require.ErrorAs(t, err, &is)
	require.Equal(t, `pages[0].elements[0].visibleIf: at byte 4: '+' is not part of the language that is read here; it has no arithmetic (rule expression, got "{a} + 1 = 2")`, is.Error())
}
