package dashboard_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/aims"
	"github.com/aimskit/aimskit/maturity/dashboard"
	"github.com/aimskit/aimskit/phrase"
)

// A list of what has fields is a table; each rule that an assessment names leads to its
// reason on the same page.
func TestRecordsAreRead(t *testing.T) {
	o := mature(t)
	h := o.handler(dashboard.Options{})
	body := get(h, "/assessments/"+url.PathEscape("credit#1")).body
	require.Contains(t, body, "<h1>Impact assessment: Credit scorer</h1>")
	for _, head := range []string{"Harm", "Control", "Rules"} {
		require.Contains(t, body, `<th scope="col">`+head+`</th>`)
	}
	rules := regexp.MustCompile(`href="#(rule-[^"]+)"`).FindAllStringSubmatch(body, -1)
	require.NotEmpty(t, rules)
	for _, m := range rules {
		require.Equal(t, 1, strings.Count(body, `<tr id="`+m[1]+`"><th scope="row" class="nw">`), m[1])
	}

	body = get(h, "/statements/soa-0001").body
	require.Equal(t, 1, strings.Count(body, `<a href="/controls/A.5.2">A.5.2 AI system impact assessment process</a></th>`), "each control once")
	require.Contains(t, body, "In each row:")
	require.Contains(t, body, "Applicability:", "what each row says alike is said once")
	require.NotContains(t, body, `<td data-l="Title">`, "what the first column says is not said again")

	body = get(h, "/systems/credit").body
	require.Contains(t, body, "Acts in other systems", "attributes have the titles of forms")
	require.Contains(t, body, "<dt>Answered with no</dt>")
}

// The history of a list tells what came, and not all that was there before.
func TestHistoryOfAListIsWhatCame(t *testing.T) {
	body := get(mature(t).handler(dashboard.Options{}), "/objectives/appeals").body
	_, history, _ := strings.Cut(body, `id="r-hist"`)
	require.Greater(t, strings.Count(history, "Measurements:"), 2)
	require.NotContains(t, history, "<del>By:", "no measurement went")
	for _, ins := range regexp.MustCompile(`Measurements:</span> <ins>([^<]*)</ins>`).FindAllStringSubmatch(history, -1) {
		require.Equal(t, 1, strings.Count(ins[1], "Value:"), ins[1])
	}
}

// Lists begin with what a record is called; its ID finds it all the same.
func TestListsBeginWithTheName(t *testing.T) {
	h := mature(t).handler(dashboard.Options{})
	body := get(h, "/systems").body
	require.Contains(t, body, `<th scope="row" class="nm"><a href="/systems/credit">Credit scorer</a></th>`)
	require.NotContains(t, body, ">ID<")
	require.Contains(t, get(h, "/systems?id=credit").body, "1 row of 2")
	require.Contains(t, get(h, "/systems?sort=-id").body, "Credit scorer")
	require.Contains(t, get(h, "/controls").body, `<th scope="row"><a href="/controls/A.2.2">A.2.2</a></th>`, "controls are called by their numbers")
	require.Contains(t, get(h, "/held-competences").body, "Person", "a record without a name is told by what it has")
}

// A record names whom and what it is of as people call them, and leads there; one that stands for
// others has the name of what it is of.
func TestRecordsNameWhatTheyAreOf(t *testing.T) {
	o := mature(t)
	o.do("eve", func(tx *aims.Tx) error {
		return tx.PlaceHold(aims.Hold{ID: "kept", Records: []aims.Subject{{Kind: aims.KindSystem, ID: "credit"}}, Reason: "a dispute"})
	})
	o.do("lea", func(tx *aims.Tx) error {
		return tx.PutMonitoring(aims.Monitoring{ID: "mo", Title: "Answers", Sort: aims.MonitoredProcesses, What: "answers", Method: "counted", IntervalDays: 90, Measurer: "ian", Evaluator: "lea",
			Thresholds: []aims.Threshold{{Direction: aims.AtLeast, Value: 90}}})
	})
	h := o.handler(dashboard.Options{Languages: phrase.Languages()})
	for path, want := range map[string]string{
		"/holds/kept":                  `<a href="/systems/credit">AI system: Credit scorer</a>`,
		"/holds/kept?lang=de":          "Zur Liste: Sperren",
		"/holds?lang=de":               "<h1>Sperren</h1>",
		"/records?lang=de":             "<h1>Aufzeichnungen</h1>",
		"/monitoring/mo":               `<a href="/people/ian">Name of ian</a>`,
		"/monitoring?lang=de":          "Gemessen von",
		"/event-logs":                  `<a href="/event-logs/credit">Credit scorer</a>`,
		"/frameworks/iso27001?lang=de": "<h1>ISO/IEC 27001</h1>",
	} {
		require.Contains(t, get(h, path).body, want, path)
	}
	require.NotContains(t, get(h, "/frameworks/iso27001").body, "%!")
}
