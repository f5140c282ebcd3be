package questionnaire

import (
	"strconv"
	"time"

	"github.com/aimskit/aimskit/annexa"
	"github.com/aimskit/aimskit/impact"
)

// Attachment is what an impact assessment keeps of a scored questionnaire as
// evidence (ISO/IEC 42001 6.1.4, A.5.3): small, and bound by digests to the
// questionnaire, the answers and the result, which are kept elsewhere.
type Attachment struct {
	// Questionnaire and Scoring say by which versions the score came about.
	Questionnaire QuestionnaireRef `json:"questionnaire"`
	Scoring       ScoringRef       `json:"scoring"`
	// Answers is the digest of the answers, Result that of the result.
	Answers string `json:"answers"`
	Result  string `json:"result"`
	// Total, RawMax, Percent, Level, Impact and Unanswered are the result's.
	Total      float64      `json:"total"`
	RawMax     float64      `json:"raw_max"`
	Percent    float64      `json:"percent"`
	Level      string       `json:"level"`
	Impact     impact.Level `json:"impact"`
	Unanswered int          `json:"unanswered"`
	// Issues is how many things Validate found amiss with the answers.
	Issues int `json:"issues"`
	// At is when the questionnaire was answered, By who answers for it.
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Attach scores answers and returns what an assessment keeps of it: at is when
// the questionnaire was answered, by who answers for it. The error is an
// [annexa.Issues] if either is missing.
func (s *Scorer) Attach(answers Answers, at time.Time, by string) (Attachment, error) {
	var is annexa.Issues
	if at.IsZero() {
		is.Add("at", "required", "", "say when the questionnaire was answered")
	}
	if by == "" {
		is.Add("by", "required", "", "say who answers for it")
	}
	if err := is.Err(); err != nil {
		return Attachment{}, err
	}
	r := s.Score(answers)
	return Attachment{
		Questionnaire: r.Questionnaire,
		Scoring:       r.Scoring,
		Answers:       answers.Digest(),
		Result:        r.Digest(),
		Total:         r.Total,
		RawMax:        r.RawMax,
		Percent:       r.Percent,
		Level:         r.Level,
		Impact:        r.Impact,
		Unanswered:    r.Unanswered,
		Issues:        len(s.q.Validate(answers)),
		At:            at.UTC(),
		By:            by,
	}, nil
}

// Check scores answers again and reports, as an [annexa.Issues], what is not as
// the attachment says: another questionnaire, scoring or set of answers, or a
// score that does not follow from them.
func (a Attachment) Check(s *Scorer, answers Answers) error {
	var is annexa.Issues
	r := s.Score(answers)
	for _, x := range []struct{ field, kept, now string }{
		{"questionnaire.digest", a.Questionnaire.Digest, r.Questionnaire.Digest},
		{"questionnaire.title", a.Questionnaire.Title, r.Questionnaire.Title},
		{"scoring.id", a.Scoring.ID, r.Scoring.ID},
		{"scoring.version", a.Scoring.Version, r.Scoring.Version},
		{"answers", a.Answers, answers.Digest()},
		{"result", a.Result, r.Digest()},
		{"total", text(a.Total), text(r.Total)},
		{"raw_max", text(a.RawMax), text(r.RawMax)},
		{"percent", text(a.Percent), text(r.Percent)},
		{"level", a.Level, r.Level},
		{"impact", string(a.Impact), string(r.Impact)},
		{"unanswered", strconv.Itoa(a.Unanswered), strconv.Itoa(r.Unanswered)},
		{"issues", strconv.Itoa(a.Issues), strconv.Itoa(len(s.q.Validate(answers)))},
	} {
		if x.kept != x.now {
			is.Add(x.field, "follows", x.kept, "from the questionnaire, the scoring and the answers follows %q", x.now)
		}
	}
	return is.Err()
}

func text(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
