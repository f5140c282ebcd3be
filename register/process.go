package register

import (
	"slices"
	"strings"

	"github.com/aimskit/aimskit/issue"
)

// ProcessTopic is something that the process of impact assessments leaves to the
// organisation to decide (ISO/IEC 42001 6.1.4, A.5.2; the guidance of ISO/IEC
// 42005:2025, clause 5).
type ProcessTopic string

// The topics.
const (
	TopicTiming           ProcessTopic = "timing"
	TopicResponsibilities ProcessTopic = "responsibilities"
	TopicSensitiveUses    ProcessTopic = "sensitive_uses"
	TopicRestrictedUses   ProcessTopic = "restricted_uses"
	TopicReporting        ProcessTopic = "reporting"
	TopicMonitoring       ProcessTopic = "monitoring"
)

// ProcessTopicInfo describes a topic.
type ProcessTopicInfo struct {
	// ID is the topic, Title its name.
	ID    ProcessTopic `json:"id"`
	Title string       `json:"title"`
	// Asks says in own words what is to be decided.
	Asks string `json:"asks"`
	// Uses says that the decision can name practices and domains.
	Uses bool `json:"uses,omitempty"`
	// Source is the clause that it rests on.
	Source string `json:"source"`
}

// The impact scales, which 5.7 names too, are the criteria's own; who signs at
// which level, and for how long an approval holds, is impact.Policy.
var processTopics = []ProcessTopicInfo{
	{TopicTiming, "Timing", "at which stages of the life cycle, after which changes and how often a system is assessed", false, "ISO/IEC 42005:2025, 5.4"},
	{TopicResponsibilities, "Responsibilities", "who makes, who reviews and who approves an assessment, and who is asked beside them", false, "ISO/IEC 42005:2025, 5.6"},
	{TopicSensitiveUses, "Sensitive uses", "from where on a use is looked at more closely, and how", true, "ISO/IEC 42005:2025, 5.7"},
	{TopicRestrictedUses, "Restricted uses", "which uses are closed, or open with whose leave alone", true, "ISO/IEC 42005:2025, 5.7"},
	{TopicReporting, "Recording and reporting", "who is told of results, inside and outside, in which form, and how long they are kept", false, "ISO/IEC 42005:2025, 5.10"},
	{TopicMonitoring, "Monitoring and review", "what is watched after approval, by whom, and what calls for another look", false, "ISO/IEC 42005:2025, 5.12"},
}

// ProcessTopics returns the topics, in the order of the clauses.
func ProcessTopics() []ProcessTopicInfo { return slices.Clone(processTopics) }

// IsValid reports whether it is one of the topics; the zero value is none.
func (t ProcessTopic) IsValid() bool { return isValue(t) }

// ProcessDecision is what the organisation has decided on a topic.
type ProcessDecision struct {
	// Topic is what it is about, Text the decision.
	Topic ProcessTopic `json:"topic"`
	Text  string       `json:"text"`
	// Practices and Domains are, for sensitive and restricted uses, those that
	// count as such; PracticeNone is none of them.
	Practices []Practice `json:"practices,omitempty"`
	Domains   []Domain   `json:"domains,omitempty"`
}

// Covers reports whether a use of the system is one that the decision names.
func (d ProcessDecision) Covers(s System) bool {
	return slices.ContainsFunc(s.Practices, func(p Practice) bool { return slices.Contains(d.Practices, p) }) ||
		slices.ContainsFunc(s.Domains, func(x Domain) bool { return slices.Contains(d.Domains, x) })
}

// Decision returns what is decided on a topic of the process of impact
// assessments; false if nothing is.
func (c Criteria) Decision(t ProcessTopic) (ProcessDecision, bool) {
	i := slices.IndexFunc(c.Process, func(d ProcessDecision) bool { return d.Topic == t })
	if i < 0 {
		return ProcessDecision{}, false
	}
	d := c.Process[i]
	d.Practices, d.Domains = slices.Clone(d.Practices), slices.Clone(d.Domains)
	return d, true
}

// Undecided returns the topics of the process of impact assessments on which
// nothing is decided, in the order of ProcessTopics.
func (c Criteria) Undecided() []ProcessTopicInfo {
	return slices.DeleteFunc(ProcessTopics(), func(t ProcessTopicInfo) bool {
		return slices.ContainsFunc(c.Process, func(d ProcessDecision) bool { return d.Topic == t.ID })
	})
}

func (c Criteria) validateProcess(is *issue.Issues) {
	for i, d := range c.Process {
		field := func(name string) string { return issue.Index("process", i) + "." + name }
		at := slices.IndexFunc(processTopics, func(t ProcessTopicInfo) bool { return t.ID == d.Topic })
		if at < 0 {
			is.Add(field("topic"), "oneof", string(d.Topic), "must be one of %s", strings.Join(texts(Values[ProcessTopic]()), ", "))
		}
		required(is, field("text"), d.Text)
		uses := at >= 0 && processTopics[at].Uses
		for j, p := range d.Practices {
			switch {
			case !uses:
				is.Add(issue.Index(field("practices"), j), "topic", string(p), "only decisions on sensitive and restricted uses name practices")
			case p == PracticeNone || !p.IsValid():
				is.Add(issue.Index(field("practices"), j), "oneof", string(p), "must be a practice of the attribute table, and not none")
			}
		}
		for j, x := range d.Domains {
			switch {
			case !uses:
				is.Add(issue.Index(field("domains"), j), "topic", string(x), "only decisions on sensitive and restricted uses name domains")
			case !x.IsValid():
				is.Add(issue.Index(field("domains"), j), "oneof", string(x), "must be a domain of the attribute table")
			}
		}
	}
}
