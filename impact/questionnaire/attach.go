package questionnaire

import (
	"strconv"
	"time"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// Attach scores answers and returns what an assessment keeps of it
// (impact.Assessment.AttachQuestionnaire): at is when
// the questionnaire was answered, by who answers for it. The error is an
// [issue.Issues] if either is missing.
func (s *Scorer) Attach(answers Answers, at time.Time, by string) (impact.QuestionnaireResult, error) {
	var is issue.Issues
	if at.IsZero() {
		is.Add("at", "required", "", "say when the questionnaire was answered")
	}
	if by == "" {
		is.Add("by", "required", "", "say who answers for it")
	}
	if err := is.Err(); err != nil {
		return impact.QuestionnaireResult{}, err
	}
	return s.kept(answers, at, by), nil
}

// kept is what follows from answers.
func (s *Scorer) kept(answers Answers, at time.Time, by string) impact.QuestionnaireResult {
	r := s.Score(answers)
	return impact.QuestionnaireResult{
		Title: r.Questionnaire.Title, Digest: r.Questionnaire.Digest,
		Scoring: r.Scoring.ID, ScoringVersion: r.Scoring.Version,
		Answers: answers.Digest(), Result: r.Digest(),
		Total: r.Total, Max: r.RawMax, Percent: r.Percent, Grade: r.Level, Level: r.Impact,
		Unanswered: r.Unanswered, Issues: s.q.Validate(answers).Count(),
		AnsweredOn: at.UTC(), AnsweredBy: by,
	}
}

// Check scores answers again and reports, as an [issue.Issues], what is not as
// an assessment keeps it: another questionnaire, scoring or set of answers, or a
// score that does not follow from them.
func (s *Scorer) Check(kept impact.QuestionnaireResult, answers Answers) error {
	var is issue.Issues
	now := s.kept(answers, kept.AnsweredOn, kept.AnsweredBy)
	for _, x := range []struct{ field, kept, now string }{
		{"digest", kept.Digest, now.Digest},
		{"title", kept.Title, now.Title},
		{"scoring", kept.Scoring, now.Scoring},
		{"scoring_version", kept.ScoringVersion, now.ScoringVersion},
		{"answers", kept.Answers, now.Answers},
		{"result", kept.Result, now.Result},
		{"total", text(kept.Total), text(now.Total)},
		{"max", text(kept.Max), text(now.Max)},
		{"percent", text(kept.Percent), text(now.Percent)},
		{"grade", kept.Grade, now.Grade},
		{"level", string(kept.Level), string(now.Level)},
		{"unanswered", strconv.Itoa(kept.Unanswered), strconv.Itoa(now.Unanswered)},
		{"issues", strconv.Itoa(kept.Issues), strconv.Itoa(now.Issues)},
	} {
		if x.kept != x.now {
			is.Add(x.field, "follows", x.kept, "from the questionnaire, the scoring and the answers follows %q", x.now)
		}
	}
	return is.Err()
}

func text(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
