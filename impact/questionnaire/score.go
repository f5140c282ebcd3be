package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/aimskit/aimskit/impact"
	"github.com/aimskit/aimskit/issue"
)

// Result is what a set of answers comes to. The same questionnaire, scoring and
// answers give the same bytes as JSON.
type Result struct {
	// Questionnaire and Scoring are what the score was computed with.
	Questionnaire QuestionnaireRef `json:"questionnaire"`
	Scoring       ScoringRef       `json:"scoring"`
	// Raw and Mitigation are the sums of the weights of the answers, RawMax and
	// MitigationMax the most that they could be, DeductionFrom the mitigation from
	// which the raw score is reduced.
	Raw           float64 `json:"raw"`
	RawMax        float64 `json:"raw_max"`
	Mitigation    float64 `json:"mitigation"`
	MitigationMax float64 `json:"mitigation_max"`
	DeductionFrom float64 `json:"deduction_from"`
	// Deducted says that the raw score was reduced; Total is what remains.
	Deducted bool    `json:"deducted"`
	Total    float64 `json:"total"`
	// Percent is the total in percent of RawMax, rounded to two decimals.
	Percent float64 `json:"percent"`
	// Level is the level's name in the scoring, and Impact what it stands for
	// among the levels of an assessment. Both are empty if no question counts.
	Level  string       `json:"level"`
	Impact impact.Level `json:"impact"`
	// Unanswered is how many scored questions are shown and not answered: until
	// it is 0, the raw score may still grow.
	Unanswered int `json:"unanswered"`
	// PassedOver is how many names, and values of scored questions, did not count
	// because this version of the questionnaire does not have them.
	PassedOver int `json:"passed_over"`
	// Questions are the scored questions in the order of the questionnaire.
	Questions []QuestionScore `json:"questions"`
}

// QuestionnaireRef names a version of a questionnaire.
type QuestionnaireRef struct {
	// Title is its title in its default language, which a file need not have.
	Title string `json:"title,omitempty"`
	// Digest is the SHA-256 of its bytes, in hexadecimal digits.
	Digest string `json:"digest"`
}

// ScoringRef names a version of a scoring.
type ScoringRef struct {
	// ID and Version are the scoring's.
	ID      string `json:"id"`
	Version string `json:"version"`
}

// QuestionScore is what one question contributes.
type QuestionScore struct {
	// Name is the question's.
	Name string `json:"name"`
	// Part is what it counts for, Score how much, Max how much it could.
	Part  Part    `json:"part"`
	Score float64 `json:"score"`
	Max   float64 `json:"max"`
	// Visible says that the answers show it, Answered that it has an answer.
	Visible  bool `json:"visible"`
	Answered bool `json:"answered"`
}

// Digest returns the SHA-256, in hexadecimal digits, of the result's JSON.
func (r Result) Digest() string {
	b, err := json.Marshal(r)
	if err != nil { // a number that is not finite, which no score is
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Scorer scores answers to one questionnaire by one scoring. It does not change,
// and may be used from several goroutines at once.
type Scorer struct {
	q       *Questionnaire
	scoring Scoring
	items   []item
	rawMax  float64
	mitMax  float64
}

// item is a scored question.
type item struct {
	element int
	part    Part
	weights []float64 // of its choices
	max     float64
}

// Scorer prepares a scoring for many sets of answers. The error is an
// [issue.Issues]: what [Scoring.Validate] finds, and names in Named that the
// questionnaire does not have.
func (q *Questionnaire) Scorer(s Scoring) (*Scorer, error) {
	var is issue.Issues
	if err := s.Validate(); err != nil {
		return nil, err
	}
	for name := range sortedParts(s.Named) {
		if _, ok := q.byName[name]; !ok {
			is.Add("named["+strconv.Quote(name)+"]", "unknown", name, "the questionnaire has no question of this name")
		}
	}
	if err := is.Err(); err != nil {
		return nil, err
	}
	return q.compile(s), nil
}

// compile reads the weights once.
func (q *Questionnaire) compile(s Scoring) *Scorer {
	s.Kinds, s.Suffixes, s.Levels, s.Named = slices.Clone(s.Kinds), slices.Clone(s.Suffixes), slices.Clone(s.Levels), maps.Clone(s.Named)
	out := &Scorer{q: q, scoring: s}
	for i := range q.elements {
		e := &q.elements[i]
		part := s.part(e)
		if part != PartRaw && part != PartMitigation {
			continue
		}
		it := item{element: i, part: part, weights: make([]float64, len(e.Choices))}
		for j, c := range e.Choices {
			w := s.Weight.of(c)
			it.weights[j] = w
			if e.Kind == KindCheckbox {
				it.max += w
			} else {
				it.max = max(it.max, w)
			}
		}
		if part == PartRaw {
			out.rawMax += it.max
		} else {
			out.mitMax += it.max
		}
		out.items = append(out.items, it)
	}
	return out
}

// Score scores answers once; a [Scorer] does it faster for many. It never fails:
// what [Questionnaire.Validate] lists is scored as it is, an answer to a hidden
// question counts, and names and values that this version of the questionnaire
// does not have are passed over. So is what is wrong with a scoring.
func (q *Questionnaire) Score(s Scoring, answers Answers) Result {
	return q.compile(s).Score(answers)
}

// Score scores a set of answers, as [Questionnaire.Score] does.
func (s *Scorer) Score(answers Answers) Result {
	slots, unknown := s.q.fill(answers)
	visible := s.q.visible(slots)
	r := Result{
		Questionnaire: QuestionnaireRef{Title: s.q.title.In(""), Digest: s.q.digest},
		Scoring:       ScoringRef{ID: s.scoring.ID, Version: s.scoring.Version},
		RawMax:        s.rawMax,
		MitigationMax: s.mitMax,
		PassedOver:    unknown,
		Questions:     make([]QuestionScore, len(s.items)),
	}
	for i := range s.items {
		it := &s.items[i]
		e := &s.q.elements[it.element]
		answer := slots[e.slot]
		score, passed := s.weigh(it, e, answer)
		r.Questions[i] = QuestionScore{Name: e.Name, Part: it.part, Score: score, Max: it.max, Visible: visible[it.element], Answered: !answer.IsZero()}
		r.PassedOver += passed
		if it.part == PartRaw {
			r.Raw += score
		} else {
			r.Mitigation += score
		}
		if visible[it.element] && answer.IsZero() {
			r.Unanswered++
		}
	}
	s.total(&r)
	return r
}

// weigh adds up the weights of an answer, and counts the values passed over.
func (s *Scorer) weigh(it *item, e *element, a Answer) (sum float64, passed int) {
	for _, v := range a.values {
		switch i := e.choice(v); {
		case i >= 0:
			sum += it.weights[i]
		case s.scoring.CountUnoffered:
			sum += s.scoring.Weight.of(Choice{Value: v})
		default:
			passed++
		}
	}
	return sum, passed
}

// total takes off what mitigation takes off, and finds the level. Shares are
// multiplied out rather than divided, so that whole scores compare exactly.
func (s *Scorer) total(r *Result) {
	d := s.scoring.Deduction
	fork := float64(max(d.Fork, 1))
	r.DeductionFrom = r.MitigationMax * d.Share / (100 * fork)
	r.Total = r.Raw
	if r.MitigationMax > 0 && r.Mitigation*100*fork >= r.MitigationMax*d.Share {
		r.Deducted = true
		r.Total = d.Rounding.round(r.Raw * (100 - d.Percent) / 100)
	}
	if r.RawMax <= 0 {
		return
	}
	r.Percent = math.Floor(r.Total*10000/r.RawMax+0.5) / 100
	for i, l := range s.scoring.Levels {
		if r.Total*100 <= r.RawMax*l.UpTo || i == len(s.scoring.Levels)-1 {
			r.Level, r.Impact = l.Name, l.Impact
			return
		}
	}
}

func (how Rounding) round(f float64) float64 {
	switch how {
	case RoundHalfUp:
		return math.Floor(f + 0.5)
	case RoundDown:
		return math.Floor(f)
	case RoundUp:
		return math.Ceil(f)
	}
	return f
}

// sortedParts walks the names in order.
func sortedParts(m map[string]Part) iter.Seq2[string, Part] {
	return func(yield func(string, Part) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
