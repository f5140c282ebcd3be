package register_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimskit/aimskit/register"
)

// decided are criteria with a decision on every topic.
func decided() register.Criteria {
	c := register.DefaultCriteria()
	for _, t := range register.ProcessTopics() {
		d := register.ProcessDecision{Topic: t.ID, Text: "as the handbook says"}
		if t.Uses {
			d.Practices, d.Domains = []register.Practice{register.PracticeRecruitment}, []register.Domain{register.DomainHealthcare}
		}
		c.Process = append(c.Process, d)
	}
	return c
}

func TestWhatIsUndecidedOfTheProcess(t *testing.T) {
	require.Equal(t, register.ProcessTopics(), register.DefaultCriteria().Undecided(), "nobody decides for an organisation")
	c := decided()
	require.NoError(t, c.Validate())
	require.Empty(t, c.Undecided())

	d, ok := c.Decision(register.TopicSensitiveUses)
	require.True(t, ok)
	require.True(t, d.Covers(register.System{Practices: []register.Practice{register.PracticeRecruitment}}))
	require.True(t, d.Covers(register.System{Domains: []register.Domain{register.DomainMedia, register.DomainHealthcare}}))
	require.False(t, d.Covers(register.System{Domains: []register.Domain{register.DomainMedia}}))
	require.False(t, d.Covers(register.System{}))
	d.Practices[0] = register.PracticeNone
	require.NoError(t, c.Validate(), "what is handed out can't be written through")

	c.Process = append(c.Process[:1], c.Process[2:]...)
	var open []register.ProcessTopic
	for _, u := range c.Undecided() {
		open = append(open, u.ID)
	}
	require.Equal(t, []register.ProcessTopic{register.TopicResponsibilities}, open)
	_, ok = c.Decision(register.TopicResponsibilities)
	require.False(t, ok)
}

func TestProcessDecisionsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*register.Criteria)
		field  string
		value  string
	}{
		"no such topic":       {func(c *register.Criteria) { c.Process[0].Topic = "lunch" }, "process[0].topic", "lunch"},
		"no topic":            {func(c *register.Criteria) { c.Process[0].Topic = "" }, "process[0].topic", ""},
		"nothing decided":     {func(c *register.Criteria) { c.Process[1].Text = "" }, "process[1].text", ""},
		"twice":               {func(c *register.Criteria) { c.Process[1].Topic = c.Process[0].Topic }, "process[1]", "timing"},
		"practice of another": {func(c *register.Criteria) { c.Process[0].Practices = []register.Practice{register.PracticeCSAM} }, "process[0].practices[0]", "csam"},
		"domain of another":   {func(c *register.Criteria) { c.Process[0].Domains = []register.Domain{register.DomainMedia} }, "process[0].domains[0]", "media"},
		"none is no practice": {func(c *register.Criteria) { c.Process[2].Practices[0] = register.PracticeNone }, "process[2].practices[0]", "none"},
		"no such practice":    {func(c *register.Criteria) { c.Process[3].Practices[0] = "chess" }, "process[3].practices[0]", "chess"},
		"no such domain":      {func(c *register.Criteria) { c.Process[3].Domains[0] = "moon" }, "process[3].domains[0]", "moon"},
	} {
		criteria := decided()
		c.change(&criteria)
		err := criteria.Validate()
		require.Error(t, err, name)
		require.ErrorContains(t, err, c.field, name)
		require.ErrorContains(t, err, c.value, name)
	}
}
