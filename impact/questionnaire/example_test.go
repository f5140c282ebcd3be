package questionnaire_test

import (
	"fmt"
	"time"

	"github.com/aimskit/aimskit/impact/questionnaire"
)

// survey is what a designer of forms exports.
const survey = `{
  "title": "Chatbots: first look",
  "pages": [{
    "name": "risks-RS",
    "elements": [
      {"type": "radiogroup", "name": "audience", "title": "Who talks to it?", "isRequired": true,
       "choices": [{"value": "staff-0", "text": "Staff"}, {"value": "public-3", "text": "The public"}]},
      {"type": "checkbox", "name": "topics", "title": "About what?", "visibleIf": "{audience} = 'public-3'",
       "choices": [{"value": "hours-0", "text": "Opening hours"}, {"value": "claims-3", "text": "Claims"}, {"value": "health-4", "text": "Health"}]}
    ]
  }, {
    "name": "measures-MS",
    "elements": [
      {"type": "radiogroup", "name": "handover", "title": "Can people reach a person?",
       "choices": [{"value": "yes-2", "text": "Yes"}, {"value": "no-0", "text": "No"}]}
    ]
  }]
}`

func Example() {
	q, err := questionnaire.Parse([]byte(survey))
	if err != nil {
		fmt.Println(err)
		return
	}
	answers, err := questionnaire.ParseAnswers([]byte(`{"audience": "public-3", "topics": ["claims-3", "law-5"], "handover": "yes-2"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, issue := range q.Validate(answers) {
		fmt.Println(issue)
	}

	r := q.Score(questionnaire.AIA(), answers)
	fmt.Printf("raw %v of %v, mitigation %v of %v: total %v, level %s (%s)\n", r.Raw, r.RawMax, r.Mitigation, r.MitigationMax, r.Total, r.Level, r.Impact)
	for _, x := range r.Questions {
		fmt.Printf("%-10s %v of %v, %s\n", x.Name, x.Score, x.Max, x.Part)
	}
	// Output:
	// topics[1]: this version of the questionnaire does not offer this value (rule choice, got "law-5")
	// raw 6 of 10, mitigation 2 of 2: total 5, level II (limited)
	// audience   3 of 3, raw
	// topics     3 of 7, raw
	// handover   2 of 2, mitigation
}

// The condition on topics does not hold, so they are not asked.
func ExampleQuestionnaire_Shown() {
	q, err := questionnaire.Parse([]byte(survey))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range q.Shown(questionnaire.Answers{"audience": questionnaire.One("staff-0")}) {
		if e.Kind.Answered() {
			fmt.Println(e.Title.In("en"))
		}
	}
	// Output:
	// Who talks to it?
	// Can people reach a person?
}

func ExampleScorer_Attach() {
	q, err := questionnaire.Parse([]byte(survey))
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer, err := q.Scorer(questionnaire.AIA())
	if err != nil {
		fmt.Println(err)
		return
	}
	answers := questionnaire.Answers{"audience": questionnaire.One("public-3"), "topics": questionnaire.List("health-4")}
	a, err := scorer.Attach(answers, time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), "ada@example.org")
	fmt.Println(a.Grade, a.Level, a.Percent, a.Unanswered, err)
	fmt.Println(scorer.Check(a, answers))

	answers["topics"] = questionnaire.List("hours-0")
	fmt.Println(scorer.Check(a, answers) != nil)
	// Output:
	// III high 70 1 <nil>
	// <nil>
	// true
}
